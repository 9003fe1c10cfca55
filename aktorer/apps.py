"""Who: aktörer, their groups and owners, and the people who log in."""

from django.apps import AppConfig

from aktorer.grund.migrering import lat_modellerna_vara
from aktorer.grund.vaktregister import anvand_index

anvand_index()  # no model is read before the last app is known


class AktorerConfig(AppConfig):
    name = "aktorer"
    verbose_name = "aktörer"

    def ready(self) -> None:
        lat_modellerna_vara()
