from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "crossdesk.journal"
    label = "journal"
