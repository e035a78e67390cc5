from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "crossdesk.notices"
    label = "notices"
