"""`manage.py aterstall FIL`: let a copy take the place of all that the database holds."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from fardplan import databas, kopia, start
from insatser.andringar import utskick
from insatser.regler.bojning import raknat


class Command(BaseCommand):
    help = "Läser tillbaka en säkerhetskopia, hel eller inte alls, och prövar att allt är som när den gjordes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("fil", metavar="FIL", type=Path)
        parser.add_argument("--identitet", metavar="FIL", type=Path, help="den hemliga nyckeln till en krypterad kopia")
        parser.add_argument("--ersatt", action="store_true", help="även om databasen är nyare eller en annan")
        parser.add_argument("--torr", action="store_true", help="pröva filen och säg vad den har, utan att skriva")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with databas.direkt(), kopia.oppnad(options["fil"], options["identitet"]) as (innehall, dump):
                antal = raknat(sum(innehall.rader.values()), "rad", "rader")
                self.stdout.write(f"Kopian är från {kopia.i_ord(innehall.gjord)} och hel: {antal}.")
                hinder = kopia.hinder(innehall)
                for text in hinder:
                    self.stderr.write(text)
                if options["torr"]:
                    return
                if hinder and not options["ersatt"]:
                    raise CommandError("Inget är ändrat. Ska kopian ändå ersätta allt i databasen: --ersatt.")
                avvikelser = kopia.aterstall(innehall, dump)
        except kopia.Kopiafel as fel:
            raise CommandError(str(fel)) from fel
        for text in avvikelser:
            self.stderr.write(text)
        if avvikelser:
            sys.exit(1)
        self.stdout.write("Allt är tillbaka, och rader, frysta PDF:er och historikens kedja stämmer med kopian.")
        start.migrera()
        if oklara := utskick.satt_at_sidan(av=None):
            vad = f"{raknat(oklara, 'mejl', 'mejl')} väntade när kopian gjordes och kan ha gått sedan dess."
            self.stdout.write(f"{vad} De skickas inte: en planerare bestämmer på sidan Mejl.")
