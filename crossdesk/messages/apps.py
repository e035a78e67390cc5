from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "crossdesk.messages"
    label = "messages"
