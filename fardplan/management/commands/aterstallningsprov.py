"""`manage.py aterstallningsprov`, or `make aterstallningsprov`: does a backup come back? Tried beside, on a copy."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from fardplan import databas, kopia

TALAMOD = 600  # seconds for each step
# What the copy's own environment must not have of this one: it is a trial, which nobody else reaches.
INTE_HIT = (
    "DATABASE_URL",
    "DATABASE_URL_DIREKT",
    "ALLOWED_HOSTS",
    "BASADRESS",
    "SKRIVSKYDDAD",
    "KRAV_TVASTEG",
    "ENDAST_SSO",
    "NODKONTO",
)
SSO = ("OIDC_", "SAML_", "SSO_")


class Command(BaseCommand):
    help = "Gör en säkerhetskopia, läser in den i en egen databas bredvid, prövar allt och öppnar en sida. Rör inget."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fil", type=Path, help="en kopia som redan finns, i stället för en ny")
        parser.add_argument("--identitet", metavar="FIL", type=Path, help="den hemliga nyckeln, om den är krypterad")

    def handle(self, *args: Any, **options: Any) -> None:
        with tempfile.TemporaryDirectory() as plats:
            borjan = time.monotonic()
            fil = options["fil"] or _ny(Path(plats))
            gjord = time.monotonic()
            miljo = _miljo(Path(plats) / "data")
            nyckel = ["--identitet", str(options["identitet"])] if options["identitet"] else []
            self.stdout.write(_kor(miljo, "aterstall", str(fil), *nyckel))
            with _server(miljo) as adress:
                storlek = _oppna(adress)
            tillbaka = time.monotonic()
            self.stdout.write(_kor(miljo, "verifiera"))
            self.stdout.write(_kor(miljo, "prova_filer"))
        self.stdout.write(
            f"Startsidan öppnades ({storlek} byte). {fil.name}: gjord på {gjord - borjan:.1f} s;"
            f" från kopia till svarande webbplats (RTO): {tillbaka - gjord:.1f} s;"
            f" det som har skrivits efter kopian är borta (RPO): {_rpo(fil)}."
        )


def _rpo(fil: Path) -> str:
    if not kopia.NAMN.fullmatch(fil.name):
        return "okänt, filen har bytt namn"
    timmar = (datetime.now(UTC) - kopia.gjord(fil)).total_seconds() / 3600
    return f"{timmar:.1f} timmar"


def _ny(katalog: Path) -> Path:
    try:
        with databas.direkt():
            return kopia.gor(katalog)[0]
    except kopia.Kopiafel as fel:
        raise CommandError(str(fel)) from fel


def _miljo(data: Path) -> dict[str, str]:
    kvar = {n: v for n, v in os.environ.items() if n not in INTE_HIT and not n.startswith(SSO)}
    return kvar | {"FARDPLAN_DATA": str(data), "EXEMPEL": "0", "MEJL_SERVER": "av", "SECRET_KEY": settings.SECRET_KEY}


def _manage(*argument: str) -> list[str]:
    return [sys.executable, str(settings.BASE_DIR / "manage.py"), *argument]


def _kor(miljo: Mapping[str, str], *argument: str) -> str:
    """What the command says. Raises CommandError when it does not go."""
    svar = subprocess.run(_manage(*argument), env=miljo, capture_output=True, text=True, timeout=TALAMOD, check=False)
    if svar.returncode:
        raise CommandError(f"{argument[0]}: {(svar.stderr or svar.stdout).strip()}")
    return svar.stdout.strip()


@contextmanager
def _server(miljo: Mapping[str, str]) -> Iterator[str]:
    """The address where the copy is served during this block."""
    with socket.socket() as ledig:
        ledig.bind(("127.0.0.1", 0))
        port = str(ledig.getsockname()[1])
    egen = {n: v for n, v in miljo.items() if n != "LYSSNA"} | {"PORT": port, "PROCESSER": "1"}
    with subprocess.Popen(_manage("start"), env=egen, stdout=subprocess.DEVNULL, start_new_session=True) as server:
        try:
            yield f"http://127.0.0.1:{port}/"
        finally:
            server.terminate()
            server.wait(timeout=TALAMOD)


def _oppna(adress: str) -> int:
    """How many bytes the page is, as soon as it answers. Raises CommandError."""
    slut = time.monotonic() + TALAMOD
    while time.monotonic() < slut:
        try:
            with urllib.request.urlopen(adress, timeout=30) as svar:
                return len(svar.read())
        except urllib.error.HTTPError as fel:
            raise CommandError(f"Kopian är inläst, men startsidan svarar {fel.code}.") from fel
        except OSError:
            time.sleep(0.2)
    raise CommandError("Kopian är inläst, men webbservern startar inte.")
