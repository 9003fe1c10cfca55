"""Who: aktörer, their groups and owners, and the people who log in."""

from django.apps import AppConfig


class AktorerConfig(AppConfig):
    name = "aktorer"
    verbose_name = "aktörer"
