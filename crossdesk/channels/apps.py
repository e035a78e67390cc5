from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "crossdesk.channels"
    label = "channels"

    def ready(self) -> None:
        """Register the work of this room."""
        from crossdesk.channels import tasks  # noqa: F401, PLC0415 -- models must be loaded first
