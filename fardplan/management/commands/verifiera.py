"""`manage.py verifiera`: hold the history against its seals, and name each row that is not as it was."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from insatser.fragor import forsegling as fragor
from insatser.models.forsegling import Sigill


class Command(BaseCommand):
    help = "Prövar historiken mot förseglingen och nämner varje rad som är ändrad, borttagen eller tillkommen."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--huvud", metavar="HEX", help="ett huvud som har sparats utanför databasen")

    def handle(self, *args: Any, **options: Any) -> None:
        antal = 0
        with transaction.atomic():
            for avvikelse in fragor.avvikelser():
                antal += 1
                self.stdout.write(str(avvikelse))
            if options["huvud"] and not fragor.finns_i_kedjan(_huvud(options["huvud"])):
                antal += 1
                self.stdout.write("Huvudet finns inte i kedjan: den är omskriven, eller så är slutet av den borta.")
            rader, huvud = Sigill.objects.count(), Sigill.objects.huvud().hex()
        if antal:
            self.stderr.write(f"{antal} fel. {rader} rader är förseglade.")
            sys.exit(1)
        self.stdout.write(f"Historiken stämmer: {rader} förseglade rader. Kedjans huvud: {huvud}")


def _huvud(text: str) -> bytes:
    """Raises CommandError."""
    try:
        huvud = bytes.fromhex(text)
    except ValueError:
        huvud = b""
    if len(huvud) != 32:
        raise CommandError("Ett huvud är 64 tecken 0–9 och a–f. Kopiera hela.")
    return huvud
