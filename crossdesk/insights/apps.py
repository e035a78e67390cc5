from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "crossdesk.insights"
    label = "insights"

    def ready(self) -> None:
        from crossdesk.insights import handlers, tasks  # noqa: F401, PLC0415 -- they register themselves, app ready
