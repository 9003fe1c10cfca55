"""`manage.py start`, which `make start` runs."""

from typing import Any

from django.core.management.base import BaseCommand

from fardplan import start


class Command(BaseCommand):
    help = "Gör i ordning databas, stilmallar och konton, och kör webbservern tills den stoppas."
    requires_system_checks = ()  # `make check` does that; here they cost time

    def handle(self, *args: Any, **options: Any) -> None:
        start.starta()
