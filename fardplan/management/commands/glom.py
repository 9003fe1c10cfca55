"""`manage.py glom`: make a closed account tell nothing of who it was. Ends with 1 when something is in the way."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from aktorer.andringar import senaste_handelse
from aktorer.models import Anvandare
from aktorer.roller import Rattighet
from fardplan.management import fardplanen
from fardplan.management.fardplanen import ANVANDNING
from insatser.andringar.personuppgifter import glom, torrkor
from insatser.fragor.personuppgifter import namnd


class Command(BaseCommand):
    help = "Glömmer en person vars konto är stängt. Det som personen har rapporterat och beslutat finns kvar."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("epost", metavar="EPOST")
        parser.add_argument("--som", metavar="EPOST", required=True, help="administratören som gör det")
        parser.add_argument("--torr", action="store_true", help="säg vad som skulle hända, skriv inget")
        parser.add_argument("--skal", metavar="TEXT", default="Begäran om radering", help="varför, utan namn")

    def handle(self, *args: Any, **options: Any) -> None:
        av, person = fardplanen.person(options["som"]), fardplanen.konto(options["epost"])
        if not isinstance(av, Anvandare) or not av.far(Rattighet.ADMINISTRERA):
            raise CommandError("--som ska vara en administratör.", returncode=ANVANDNING)
        texter = list(namnd(person))
        try:
            if options["torr"]:
                glomt = torrkor(av=av, person=person)
            else:
                glomt = glom(av=av, person=person, sedd=senaste_handelse(person), skal=options["skal"])
        except ValidationError as fel:
            raise CommandError(" ".join(fel.messages)) from fel
        for vad, antal in glomt.antal.items():
            self.stdout.write(f"{vad}: {antal}")
        for u in texter:
            self.stdout.write(f"Står kvar i {u.tabell} {u.rad}, {', '.join(u.varden)}: maskera där.")
        self.stdout.write("Inget är skrivet." if options["torr"] else "Personen är glömd.")
