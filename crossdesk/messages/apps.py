from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "crossdesk.messages"
    label = "messages"

    def ready(self) -> None:
        """Register the work and the followers of this room."""
        from crossdesk.messages import handlers, tasks  # noqa: F401, PLC0415 -- models must be loaded first
