"""What is to be done: färdplaner, insatser, läge and handlingsplaner."""

from django.apps import AppConfig


class InsatserConfig(AppConfig):
    name = "insatser"
    verbose_name = "insatser"
