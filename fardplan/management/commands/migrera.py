"""`manage.py migrera`: bring the database up to date, and stop. What every start does by itself."""

from typing import Any

from django.core.management.base import BaseCommand

from fardplan import start


class Command(BaseCommand):
    help = "Gör i ordning databasens tabeller för den här versionen, direkt mot databasen, utan att starta något."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        start.migrera()
        self.stdout.write("Databasen är i ordning.")
