"""`manage.py importera`: read in a file as the page does.

Ends with 0 when it is done or there is nothing to do, 1 when it is for the file, 2 when it is for how it was asked, and
3 when the same may well go in a while.
"""

from __future__ import annotations

import hashlib
import json
import sys
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, transaction

from aktorer.behorighet import har
from aktorer.models import Anvandare
from aktorer.roller import Rattighet
from fardplan.management import fardplanen
from fardplan.management.fardplanen import ANVANDNING
from insatser.andringar.inlasning import Inlasningsplan, PlanenAndrad, Radfel, las_in, spara_fil
from insatser.models import Fardplan, Program
from insatser.utbyte.excel import filslag, granskning
from insatser.utbyte.excel.arkiv import MAX_STORLEK
from insatser.utbyte.excel.egen_process import Upptagen

SENARE = 3
DATABASEN = "Databasen svarar inte, eller så ändrade någon annan samma sak just då. Inget är inläst. Kör igen."
SLAG = {str(slag.namn): slag for slag in (filslag.INSATSKARTA, filslag.LAGESBILD, filslag.ARBETSBOK)}


class Command(BaseCommand):
    help = "Läser in insatskarta, lägesbild eller hel färdplan ur en fil, allt eller inget, och säger vad som ändras."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("fil", metavar="FIL", type=Path, help="arbetsbok (.xlsx, .xlsm, .xls, .ods) eller CSV-fil")
        hem = parser.add_mutually_exclusive_group(required=True)
        hem.add_argument("--stadskarna", metavar="ADRESS", help="till exempel haninge")
        hem.add_argument("--program", metavar="ADRESS", help="alla färdplaner i programmet, ur en arbetsbok med alla")
        parser.add_argument("--slag", choices=SLAG, help="vad filen är (insatskarta; med --program arbetsbok)")
        parser.add_argument("--som", metavar="EPOST", help="kontot som läser in, en planerare")
        parser.add_argument("--torr", action="store_true", help="säg vad som skulle ändras, skriv inget")
        parser.add_argument("--tvillingar", action="store_true", help="lägg upp också nya rader vars titel redan finns")
        parser.add_argument("--json", action="store_true", help="skriv rapporten som JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        av = _inloggad(options["som"], torr=options["torr"])
        hem = _hemmet(options, av)
        fil: Path = options["fil"]
        innehall = _las(fil)
        try:
            plan = _plan(av, hem, options, innehall)
            inlast = False
            if not (plan.hindrad or options["torr"]) and (plan.rader or (options["tvillingar"] and plan.tvillingar)):
                inlast = True
                plan = self._las_in(av, hem, plan, options, innehall)
        except PlanenAndrad as andrad:
            plan, inlast = andrad.plan, False
            self.stderr.write("Inget är inläst: något ändrades medan filen lästes. Kör igen.")
        except Radfel as radfel:
            plan, inlast = Inlasningsplan(fel=(radfel.fel,)), False
        except Upptagen as upptagen:
            raise CommandError("För många filer läses på en gång. Kör igen.", returncode=SENARE) from upptagen
        except OperationalError as fel:
            raise CommandError(DATABASEN, returncode=SENARE) from fel
        skrevs_inte = not inlast and not options["torr"] and bool(plan.rader)
        self._beratta(plan, fil.name, innehall, options, inlast=inlast)
        if plan.hindrad or skrevs_inte:
            sys.exit(1)

    def _las_in(
        self,
        av: Anvandare,
        hem: Fardplan | Program,
        plan: Inlasningsplan[Any],
        options: dict[str, Any],
        innehall: bytes,
    ) -> Inlasningsplan[Any]:
        """Written as the page writes it; what is refused leaves no file behind either."""
        slag, namn = SLAG[options["slag"]], options["fil"].name
        last = slag.las(namn, innehall)
        with transaction.atomic():
            var: dict[str, Any] = {"program" if isinstance(hem, Program) else "fardplan": hem}
            sparad = spara_fil(av=av, slag=slag.namn, filnamn=namn, innehall=innehall, **var)
            skriven = las_in(
                av=av,
                inlasning=sparad,
                planera=partial(_plan, av, hem, options, innehall, las=True, last=last),
                skriv=slag.skriv,
                fingeravtryck=plan.fingeravtryck,
                tvillingar=options["tvillingar"],
            )
        return skriven or plan

    def _beratta(
        self, plan: Inlasningsplan[Any], namn: str, innehall: bytes, options: dict[str, Any], *, inlast: bool
    ) -> None:
        if options["json"]:
            om = {"fil": namn, "sha256": hashlib.sha256(innehall).hexdigest(), "inlast": inlast}
            self.stdout.write(json.dumps(om | granskning.som_data(plan), ensure_ascii=False, indent=2))
            return
        for rad in granskning.som_text(plan):
            self.stdout.write(rad)
        torr = "Inget är skrivet: det här var ett prov." if options["torr"] and not plan.hindrad else "Inget är inläst."
        self.stdout.write(f"{namn} är inläst." if inlast else torr)


def _inloggad(epost: str | None, *, torr: bool) -> Any:
    """Who reads in. Raises CommandError."""
    vem = fardplanen.person(epost)
    if not isinstance(vem, Anvandare) and not torr:
        raise CommandError("Säg vem som läser in med --som, eller prova med --torr.", returncode=ANVANDNING)
    return vem


def _hemmet(options: dict[str, Any], av: Any) -> Fardplan | Program:
    """What it is read in to, and `slag` where it was not said. Raises CommandError."""
    forvalt = filslag.ARBETSBOK if options["program"] else filslag.INSATSKARTA
    options["slag"] = options["slag"] or str(forvalt.namn)
    if options["program"]:
        if options["slag"] != str(forvalt.namn):
            text = f"Med --program läses en arbetsbok in: --slag {forvalt.namn}."
            raise CommandError(text, returncode=ANVANDNING)
        if not har(av, Rattighet.REDIGERA):
            vem = f"{av} får inte ändra i alla stadskärnor." if av.is_authenticated else "Säg vem som läser med --som."
            raise CommandError(f"{vem} Läs in filen för en stadskärna i taget.", returncode=ANVANDNING)
        return fardplanen.program(options["program"])
    fardplan = fardplanen.fardplan(options["stadskarna"], av)
    if av.is_authenticated and not har(av, Rattighet.REDIGERA, fardplan.stadskarna_id):
        raise CommandError(f"{av} får inte läsa in i {fardplan.stadskarna}.", returncode=ANVANDNING)
    return fardplan


def _plan(
    av: Any, hem: Fardplan | Program, options: dict[str, Any], innehall: bytes, **mer: Any
) -> Inlasningsplan[Any]:
    """For that person, of whom somebody who only tries need not be one."""
    plan = SLAG[options["slag"]].planera(hem, options["fil"].name, innehall, **mer)
    return plan.for_den_som(av) if isinstance(av, Anvandare) else plan


def _las(fil: Path) -> bytes:
    """One byte past the limit is enough for the reader to say that it is too large. Raises CommandError."""
    try:
        with fil.open("rb") as strom:
            return strom.read(MAX_STORLEK + 1)
    except OSError as fel:
        raise CommandError(f"Filen {fil} går inte att läsa: {fel.strerror}.", returncode=ANVANDNING) from fel
