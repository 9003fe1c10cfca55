"""`manage.py registerutdrag`: all that is kept of a person."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from aktorer.models import Anvandare
from fardplan.management import fardplanen
from insatser.fragor.personuppgifter import utdrag, utdrag_utan_konto


class Command(BaseCommand):
    help = "Skriver allt som finns om en person, med konto (öppet eller stängt), begäran om ett eller kontakt."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("epost", metavar="EPOST")
        parser.add_argument("--json", action="store_true", help="skriv som JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        vem = fardplanen.konto_eller_utan(options["epost"])
        allt = utdrag(vem) if isinstance(vem, Anvandare) else utdrag_utan_konto(vem)
        if options["json"]:
            self.stdout.write(json.dumps(asdict(allt), indent=2, ensure_ascii=False))
            return
        for rubrik, uppgifter in allt.delar.items():
            self.stdout.write(f"\n{rubrik}: {len(uppgifter)}")
            for u in uppgifter:
                varden = "; ".join(f"{vad}: {varde}" for vad, varde in u.varden.items() if varde not in (None, ""))
                self.stdout.write(f"  {u.tabell} {u.rad}: {varden}")
