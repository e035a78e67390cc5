from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "crossdesk.insights"
    label = "insights"
