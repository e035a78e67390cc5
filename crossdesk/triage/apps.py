from django.apps import AppConfig


class TriageConfig(AppConfig):
    name = "crossdesk.triage"
    label = "triage"

    def ready(self) -> None:
        from crossdesk.triage import guards  # noqa: F401, PLC0415 -- app ready: registers with the organisation
        from crossdesk.triage.services import applying  # noqa: F401, PLC0415 -- and teaches readings
