"""`manage.py flytta_filer`: the bytes of attached files, from the database to the store or back, while people work."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from aktorer.grund import fillager
from fardplan.management.fardplanen import ANVANDNING
from insatser.andringar import fillager as andringar
from insatser.fragor import fillager as fragor
from insatser.regler.bojning import raknat

I_RAD = 3  # so many that the store does not take or give, one after the other, and the rest is not tried


class Command(BaseCommand):
    help = (
        "Flyttar bifogade filer till fillagret (FILLAGER) eller tillbaka till databasen. Varje fil läses och prövas mot"
        " sin SHA-256 på sin nya plats innan den tas bort från den gamla. Avbruten: kör igen."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--till", choices=["lagret", "databasen"], required=True)
        parser.add_argument("--torr", action="store_true", help="säg hur många, flytta inget")

    def handle(self, *args: Any, **options: Any) -> None:
        if not fillager.valt():
            raise CommandError("FILLAGER är inte satt: säg vilket lager det gäller.", returncode=ANVANDNING)
        till_lagret = options["till"] == "lagret"
        vilka = list(fragor.i_databasen() if till_lagret else fragor.i_lagret())
        vart = "till fillagret" if till_lagret else "till databasen"
        if options["torr"]:
            self.stdout.write(f"{raknat(len(vilka), 'fil', 'filer')} skulle flyttas {vart}. Inget är flyttat.")
            return
        flyttade, fel, i_rad = 0, 0, 0
        for sha256 in vilka:
            try:
                flyttade += andringar.till_lagret(sha256) if till_lagret else andringar.till_databasen(sha256)
                i_rad = 0
            except fillager.LagretSvararInte as orsak:
                self.stderr.write(f"{sha256}: {orsak}")
                fel, i_rad = fel + 1, i_rad + 1
            if i_rad == I_RAD:
                self.stderr.write(f"{I_RAD} i rad gick inte, så resten är inte prövade. Kör igen när lagret svarar.")
                break
        kvar = (fragor.i_databasen() if till_lagret else fragor.i_lagret()).count()
        self.stdout.write(f"{raknat(flyttade, 'fil flyttad', 'filer flyttade')} {vart}, {kvar} kvar.")
        if fel:
            sys.exit(1)
