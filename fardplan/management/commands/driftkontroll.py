"""`manage.py driftkontroll`: is the installation well? Ends with 1 when something is not."""

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from fardplan import drift
from fardplan.drift import Grad


class Command(BaseCommand):
    help = "En rad för varje sak som ska fungera: databas, migreringar, klocka, timer, konton, disk, adress, mejl, SSO."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="skriv raderna som JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        fynd = list(drift.kontroll())
        if options["json"]:
            self.stdout.write(json.dumps([asdict(f) for f in fynd], ensure_ascii=False, indent=2))
        else:
            for f in fynd:
                self.stdout.write(f"{f.grad.upper():<4} {f.vad}: {f.text}")
        if any(f.grad == Grad.FEL for f in fynd):
            sys.exit(1)
