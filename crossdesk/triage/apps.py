from django.apps import AppConfig


class TriageConfig(AppConfig):
    name = "crossdesk.triage"
    label = "triage"
