"""`manage.py forsegla`, for a timer at night: seal the new rows of the history, and give the chain's head outside."""

import sys
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from insatser.andringar import forsegling
from insatser.utbyte.mejl import sandning


class Command(BaseCommand):
    help = "Förseglar de nya raderna i historiken i en kedja av SHA-256 och skriver ut kedjans huvud."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mejla", metavar="ADRESS", help="mejla kedjans huvud dit")
        parser.add_argument("--till", metavar="FIL", type=Path, help="lägg till kedjans huvud sist i filen")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            resultat = forsegling.forsegla(av=None)
        except ValidationError as fel:
            raise CommandError(" ".join(fel.messages)) from fel
        rad = f"{timezone.now().isoformat(timespec='seconds')} {resultat.huvud} {resultat.antal}"
        self.stdout.write(f"{resultat.antal} nya rader är förseglade. Kedjans huvud: {resultat.huvud}")
        try:
            if options["till"]:
                with options["till"].open("a", encoding="utf-8") as fil:
                    fil.write(f"{rad}\n")
            if options["mejla"]:
                text = f"{rad}\n\nSpara mejlet. manage.py verifiera --huvud {resultat.huvud} prövar historiken mot det."
                sandning.sand(EmailMessage("Färdplan: historiken är förseglad", text, None, [options["mejla"]]))
        except Exception as fel:
            raise CommandError(f"Historiken är förseglad, men huvudet kom inte ut: {fel}") from fel
        for avvikelse in resultat.tillkomna:
            self.stderr.write(f"{avvikelse}. Raden är inte förseglad.")
        if resultat.tillkomna:
            sys.exit(1)
