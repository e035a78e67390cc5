from django.apps import AppConfig


class OrgConfig(AppConfig):
    name = "crossdesk.org"
    label = "org"
