"""`manage.py exportera`: the insatskarta, or with `--blad` the whole färdplan, as a file, as the pages' Hämta gives it.

0: done; 2: how it was asked.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from aktorer.behorighet import Person
from fardplan.management import fardplanen
from fardplan.management.fardplanen import ANVANDNING
from insatser.behorighet import synliga_fardplaner
from insatser.fragor import arbetsbok
from insatser.fragor.arbetsbok import Bokblad
from insatser.fragor.karta import Urval, hamta
from insatser.models import Fardplan
from insatser.utbyte.excel import arbetsbok_ut, insatskarta_ut

FORMAT = {
    "xlsx": insatskarta_ut.skriv_xlsx,
    "ods": insatskarta_ut.skriv_ods,
    "csv": insatskarta_ut.skriv_csv,
    "json": insatskarta_ut.skriv_json,
}
BOKFORMAT = {"xlsx": arbetsbok_ut.skriv_xlsx, "ods": arbetsbok_ut.skriv_ods, "json": arbetsbok_ut.skriv_json}
ALLA = "alla"


class Command(BaseCommand):
    help = "Skriver en stadskärnas insatskarta, eller hela färdplaner, som en fil, eller på standard ut."

    def add_arguments(self, parser: CommandParser) -> None:
        hem = parser.add_mutually_exclusive_group(required=True)
        hem.add_argument("--stadskarna", metavar="ADRESS", help="till exempel haninge")
        hem.add_argument("--program", metavar="ADRESS", help="alla färdplaner i programmet i en arbetsbok")
        bladen = [ALLA, *Bokblad.values]
        parser.add_argument("--blad", nargs="+", choices=bladen, help="hela färdplanen i en arbetsbok, med de bladen")
        parser.add_argument("--format", choices=FORMAT, default="", help="annars det som filen heter, eller xlsx")
        parser.add_argument("--ut", metavar="FIL", type=Path, help="filen som skrivs; utan den på standard ut")
        parser.add_argument("--som", metavar="EPOST", help="kontot vars ögon det läses med; annars det som alla får se")

    def handle(self, *args: Any, **options: Any) -> None:
        vem = fardplanen.person(options["som"])
        ut: Path | None = options["ut"]
        format_ = options["format"] or (ut.suffix.lower().lstrip(".") if ut else "xlsx")
        i_bok = bool(options["blad"] or options["program"])
        mojliga = BOKFORMAT if i_bok else FORMAT
        if format_ not in mojliga:
            raise CommandError(f"Välj ett format med --format: {', '.join(mojliga)}.", returncode=ANVANDNING)
        if i_bok:
            bladen = options["blad"] or [ALLA]
            valda = [*Bokblad] if ALLA in bladen else [Bokblad(b) for b in bladen]
            boken = arbetsbok.hamta(_fardplanerna(options, vem), valda, vem)
            innehall, vad = BOKFORMAT[format_](boken, timezone.localdate()), arbetsbok_ut.namnet(boken)
        else:
            karta = hamta(fardplanen.fardplan(options["stadskarna"], vem), Urval(), vem)
            innehall, vad = FORMAT[format_](karta), f"{len(karta.insatser)} insatser"
        if ut is None:
            self._pa_standard_ut(innehall)
            return
        try:
            ut.write_bytes(innehall)
        except OSError as fel:
            raise CommandError(f"Filen {ut} går inte att skriva: {fel.strerror}.", returncode=ANVANDNING) from fel
        self.stdout.write(f"{vad} är skrivet till {ut}." if i_bok else f"{vad} är skrivna till {ut}.")

    def _pa_standard_ut(self, innehall: bytes) -> None:
        """As bytes, where there is a place for them."""
        strom = getattr(self.stdout._out, "buffer", None)
        if strom is None:
            raise CommandError("Säg vart filen ska med --ut.", returncode=ANVANDNING)
        strom.write(innehall)
        strom.flush()


def _fardplanerna(options: dict[str, Any], vem: Person) -> list[Fardplan]:
    """Those that are asked for, as far as that person may see them. Raises CommandError."""
    if not options["program"]:
        return [fardplanen.fardplan(options["stadskarna"], vem)]
    synliga = set(synliga_fardplaner(vem).values_list("pk", flat=True))
    alla = [f for f in arbetsbok.programmets(fardplanen.program(options["program"])) if f.pk in synliga]
    if not alla:
        raise CommandError(
            "Det finns ingen färdplan att hämta i programmet. Säg vem som ser dem med --som.", returncode=ANVANDNING
        )
    return alla
