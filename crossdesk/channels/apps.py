from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "crossdesk.channels"
    label = "channels"
