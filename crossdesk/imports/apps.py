from importlib import import_module

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "crossdesk.imports"
    label = "imports"

    def ready(self) -> None:
        import_module("crossdesk.imports.tasks")
