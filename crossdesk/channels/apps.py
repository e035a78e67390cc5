from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "crossdesk.channels"
    label = "channels"

    def ready(self) -> None:
        """Register the work and the followers of this room."""
        from crossdesk.channels import handlers, tasks  # noqa: F401, PLC0415 -- models must be loaded first
