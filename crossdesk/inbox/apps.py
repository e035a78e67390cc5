from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "crossdesk.inbox"
    label = "inbox"
