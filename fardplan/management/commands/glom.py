"""`manage.py glom`: make a closed account, a request for one or a contact tell nothing of who it was.

Ends with 1 when something is in the way.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from aktorer.andringar import senaste_handelse
from aktorer.models import Anvandare
from aktorer.roller import Rattighet
from fardplan.management import fardplanen
from fardplan.management.fardplanen import ANVANDNING
from insatser.andringar.personuppgifter import glom, glom_utan_konto, torrkor
from insatser.fragor.personuppgifter import utdrag_utan_konto


class Command(BaseCommand):
    help = (
        "Glömmer en person vars konto är stängt, som bara har bett om ett eller som är kontakt utan konto. Det som"
        " personen har rapporterat och beslutat finns kvar."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("epost", metavar="EPOST")
        parser.add_argument("--som", metavar="EPOST", required=True, help="administratören som gör det")
        parser.add_argument("--torr", action="store_true", help="säg vad som skulle hända, skriv inget")
        parser.add_argument("--skal", metavar="TEXT", default="Begäran om radering", help="varför, utan namn")

    def handle(self, *args: Any, **options: Any) -> None:
        av, vem = fardplanen.person(options["som"]), fardplanen.konto_eller_utan(options["epost"])
        if not isinstance(av, Anvandare) or not av.far(Rattighet.ADMINISTRERA):
            raise CommandError("--som ska vara en administratör.", returncode=ANVANDNING)
        try:
            if isinstance(vem, Anvandare):
                blir = torrkor(av=av, person=vem)
                antal, kvar = blir.antal, blir.namnd
                if not options["torr"]:
                    antal = glom(av=av, person=vem, sedd=senaste_handelse(vem), skal=options["skal"]).antal
            else:
                antal, kvar = vem.antal, utdrag_utan_konto(vem).namnd
                if not options["torr"]:
                    glom_utan_konto(av=av, vem=vem)
        except ValidationError as fel:
            raise CommandError(" ".join(fel.messages)) from fel
        for vad, hur_manga in antal.items():
            self.stdout.write(f"{vad}: {hur_manga}")
        for u in kvar:
            self.stdout.write(f"Står kvar i {u.tabell} {u.rad}, {', '.join(u.varden)}: maskera där.")
        self.stdout.write("Inget är skrivet." if options["torr"] else "Personen är glömd.")
