"""`manage.py las_in`: fill an empty database with the plans, as the first start does."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from fardplan import start


class Command(BaseCommand):
    help = "Läser in färdplanerna i en tom databas."

    def handle(self, *args: Any, **options: Any) -> None:
        if not start.las_in(med_exempel=settings.EXEMPEL):
            self.stdout.write("Databasen har redan färdplaner. Inget är inläst.")
