"""`manage.py prova_filer`: is each file that the database names in the store where it should be?"""

from __future__ import annotations

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from aktorer.grund import fillager
from fardplan.management.fardplanen import ANVANDNING
from insatser.fragor import fillager as fragor
from insatser.regler.bojning import raknat

LASES = 20  # so many are read and held against their hash; the others are asked for


class Command(BaseCommand):
    help = "Frågar fillagret efter varje fil som databasen säger ligger där, och läser några mot deras SHA-256."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--las-alla", action="store_true", help="läs varje fil i lagret")

    def handle(self, *args: Any, **options: Any) -> None:
        har, dar = fragor.i_databasen().count(), fragor.i_lagret().count()
        self.stdout.write(f"{raknat(har, 'fil', 'filer')} i databasen, {dar} i fillagret.")
        if not dar:
            return
        if not fillager.valt():
            text = "FILLAGER är inte satt: filerna i lagret följer inte med databasen och går inte att läsa."
            raise CommandError(text, returncode=ANVANDNING)
        lases, fel = dar if options["las_alla"] else min(LASES, dar), 0
        for text in fragor.fel_i_lagret(lasta=lases):
            self.stderr.write(text)
            fel += 1
        if fel:
            self.stderr.write(f"{fel} av {dar} filer i {settings.FILLAGER} går inte att läsa.")
            sys.exit(1)
        self.stdout.write(f"Alla {dar} finns i {settings.FILLAGER}, och {lases} av dem är lästa mot sin SHA-256.")
