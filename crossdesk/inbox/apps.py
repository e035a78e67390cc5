from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "crossdesk.inbox"
    label = "inbox"

    def ready(self) -> None:
        from crossdesk.inbox import handlers, tasks  # noqa: F401, PLC0415 -- app ready: registers them
