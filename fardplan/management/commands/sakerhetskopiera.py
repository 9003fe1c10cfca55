"""`manage.py sakerhetskopiera`, for a timer at night: write a copy of everything that is kept."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from fardplan import databas, kopia
from insatser.regler.bojning import raknat


class Command(BaseCommand):
    help = "Skriver en säkerhetskopia av allt som finns, medan andra arbetar."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--till", metavar="MAPP", type=Path, default=settings.KOPIOR, help="annan mapp än KOPIOR")
        parser.add_argument("--nyckel", metavar="AGE1…", default="", help="kryptera för den som har dess hemliga del")
        parser.add_argument("--behall", metavar="ANTAL", type=int, help="ta bort äldre kopior i mappen än så många")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["behall"] is not None and options["behall"] < 1:
            raise CommandError("--behall: minst en kopia måste vara kvar.", returncode=2)
        try:
            with databas.direkt():
                fil, innehall = kopia.gor(options["till"], options["nyckel"])
        except kopia.Kopiafel as fel:
            raise CommandError(str(fel)) from fel
        self.stdout.write(
            f"{fil}: {fil.stat().st_size / 1e6:.1f} MB, {raknat(sum(innehall.rader.values()), 'rad', 'rader')},"
            f" {raknat(len(innehall.pdf), 'fryst PDF', 'frysta PDF:er')}. Kedjans huvud: {innehall.huvud}"
        )
        if options["behall"]:
            for gammal in kopia.gallra(options["till"], options["behall"]):
                self.stdout.write(f"Borttagen: {gammal.name}")
