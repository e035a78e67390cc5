from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "crossdesk.web"
    label = "web"
