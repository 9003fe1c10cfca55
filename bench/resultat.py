"""What a whole `make bench` found, as a file that says where it was measured."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from pathlib import Path

import django
from django.db import connection
from django.utils import timezone

from bench.matt import Matt

FIL = Path(__file__).with_name("RESULTAT.md")
INGRESS = """# Vad Färdplan kostar

Skrivs av `make bench`. ms är processortid hos server och databas tillsammans för en fråga, × en kvot mellan två
som mättes i tur och ordning. Lasten är hur många som ville räkna när det var klart: är de fler än kärnorna blir ms
för höga och /s för låga, men kvoterna ungefär desamma.
"""
RUBRIKER = """
| | Median | Halva varven mellan | De två tiderna, ms | Gräns | |
|---|--:|---|---|---|---|
"""


def skriv(alla: Iterable[Matt]) -> None:
    """Take the place of what stood there."""
    FIL.write_text(f"{INGRESS}\n{_maskinen()}\n{RUBRIKER}{''.join(_rad(matt) for matt in alla)}")


def _maskinen() -> str:
    rader = Path("/proc/cpuinfo").read_text().splitlines()
    processor = next((r.partition(": ")[2] for r in rader if r.startswith("model name")), platform.machine())
    minne = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (postgres,) = cursor.fetchone()
    delar = (
        f"{processor}, {os.cpu_count()} kärnor, {minne:.0f} GB",
        f"{platform.system()} {platform.release().split('-')[0]}",
        f"CPython {platform.python_version()}, Django {django.get_version()}, PostgreSQL {postgres.split()[0]}",
        f"last {' '.join(f'{tal:.1f}' for tal in os.getloadavg())}",
        str(timezone.localdate()),
    )
    return " · ".join(delar)


def _rad(matt: Matt) -> str:
    spridning = "–".join(f"{k:.2f}" for k in matt.kvartiler)
    tider = " / ".join(f"{s * 1000:.1f}" for s in matt.sekunder)
    grans = "" if matt.grans is None else f"{'minst' if matt.minst else 'högst'} {matt.grans:g}"
    dom = "" if matt.haller else "**över**"
    return f"| {matt.namn} | {matt.varde:.2f} {matt.enhet} | {spridning} | {tider} | {grans} | {dom} |\n"
