from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JournalConfig(AppConfig):
    name = "crossdesk.journal"
    label = "journal"

    def ready(self) -> None:
        """Every room's followers and tasks register themselves when their modules load."""
        autodiscover_modules("handlers", "tasks")
