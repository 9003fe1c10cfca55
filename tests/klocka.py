"""The one clock of all tests. It stands at noon on a fixed day when they begin, and then it goes.

Python's clock is moved by time-machine, that of the embedded PostgreSQL and of child processes by libfaketime. No test
asks which day it really is: it writes days as `IDAG` and so many days from it. `TESTDAG=2027-12-26` runs the tests on
another day, to see that the pages and the example data move with the clock. What the example data says with it, the
years of its plan and the days of its lägen, is asked for here too.
A database given by DATABASE_URL keeps its own clock, and then the tests keep to the real day.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from fardplan import exempeldata
from insatser.regler import period

FAST = not settings.PRODUKTION
IDAG = date.fromisoformat(os.environ.get("TESTDAG", "2026-11-21")) if FAST else timezone.localdate()


def stall(tidigast: datetime | None) -> None:
    """Set the clock of this process: to noon, or to when what the tests begin with was written if that was later."""
    if FAST:
        middag = datetime.combine(IDAG, time(12), UTC)
        time_machine.travel(max(middag, tidigast or middag)).start()


def miljo() -> dict[str, str]:
    """What a child process needs in its environment to have the same time as this one has now."""
    if not FAST:
        return {}
    return {"LD_PRELOAD": str(_libfaketime()), "FAKETIME": f"@{datetime.now(UTC):%Y-%m-%d %H:%M:%S}", "TZ": "UTC"}


def om(dagar: int) -> date:
    """The day so many days from today; before it when the number is negative."""
    return IDAG + timedelta(days=dagar)


def kvartal(antal: int) -> date:
    """The first day of the quarter so many from today's. From -3 to 1 it lies in the years of the example plan."""
    return period.kvartal_senare(IDAG, antal)


def kvartalsslut(antal: int) -> date:
    """The last day of that quarter."""
    return period.kvartalets_slut(kvartal(antal))


def lagets(dag: str) -> date:
    """The day of the example läge that has this day in its fixture."""
    return exempeldata.flyttad(date.fromisoformat(dag), IDAG)


def _planens_ar() -> tuple[int, int]:
    plan = next(rad["fields"] for rad in exempeldata.rader(IDAG) if rad["model"] == "insatser.handlingsplan")
    return plan["ar_fran"], plan["ar_till"]


# The example plan of Flemingsberg: its years, how an address and a text write them, and where it is.
FRAN, TILL = _planens_ar()
PERIOD = period.skriv(FRAN, TILL)
AREN = period.skriv(FRAN, TILL, streck="–")
PLAN = f"/flemingsberg/handlingsplan/{PERIOD}/"


def _libfaketime() -> Path:
    hittad = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
    if hittad is None:
        pytest.exit(
            "Testerna ställer databasens klocka med libfaketime. Installera det: sudo apt-get install libfaketime"
        )
    return hittad
