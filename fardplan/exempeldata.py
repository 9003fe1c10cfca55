"""The example data of a trial, moved in time: whoever starts it in any year sees the tool at work.

The fixture was written for one day. Loaded on another, its lägen keep their age in whole weeks (nobody reports on a
Sunday) and its handlingsplan its aktiviteter in quarters, so that what was late is late, and what was new is new.
"""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import serializers
from django.core.management import call_command

from insatser.regler import period

SKRIVEN = date(2026, 11, 21)  # the day the fixture speaks of
FLYTTAS = "exempel_flemingsberg"
STATISTIK = "exempel_lagesbild"  # of past years, which stay what they are


def las_in(idag: date) -> None:
    """Load the example data as of the day `idag`, into a database that holds the plans."""
    call_command("loaddata", STATISTIK, verbosity=0)
    for rad in serializers.deserialize("python", rader(idag)):
        rad.save()


def rader(idag: date) -> list[dict[str, Any]]:
    """The rows of the fixture as of `idag`."""
    return flyttade(json.loads((settings.BASE_DIR / "fixtures" / f"{FLYTTAS}.json").read_text()), idag)


def flyttad[D: date](dag: D, idag: date) -> D:
    """When a läge of the fixture is of that day, the day it is of as of `idag`."""
    return dag + timedelta(weeks=(idag - SKRIVEN).days // 7)


def flyttade(rader: list[dict[str, Any]], idag: date) -> list[dict[str, Any]]:
    """These rows, written on the day of the fixture, as of `idag`."""
    kvartal = period.kvartal_mellan(SKRIVEN, idag)
    plan = next(rad["fields"] for rad in rader if rad["model"] == "insatser.handlingsplan")
    forsta = period.kvartal_senare(date(plan["ar_fran"], 1, 1), kvartal).year
    ar = {plan["ar_fran"]: forsta, plan["ar_till"]: forsta + plan["ar_till"] - plan["ar_fran"]}

    def flyttat(falt: str, varde: Any) -> Any:
        if falt == "datum":
            return flyttad(date.fromisoformat(varde), idag).isoformat()
        if falt == "skapad":
            return flyttad(datetime.fromisoformat(varde), idag).isoformat()
        if falt in {"start", "slut"}:
            # What the move pushes out of the plan's years stays in the first or last quarter of them.
            nytt = period.kvartal_senare(date.fromisoformat(varde), kvartal)
            nytt = min(max(nytt, date(min(ar.values()), 1, 1)), date(max(ar.values()), 10, 1))
            return (nytt if falt == "start" else period.kvartalets_slut(nytt)).isoformat()
        return _med_ar(varde, ar)

    return [rad | {"fields": {falt: flyttat(falt, v) for falt, v in rad["fields"].items()}} for rad in rader]


def _med_ar(varde: Any, ar: dict[int, int]) -> Any:
    """The value with the plan's years exchanged, also where a natural key names the plan."""
    if isinstance(varde, list):
        return [_med_ar(v, ar) for v in varde]
    return ar.get(varde, varde) if isinstance(varde, int) else varde
