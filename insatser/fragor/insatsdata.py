"""An insats in plain JSON types, as every PDF has it: its number and title, who carries it and how it goes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.formats import date_format

from insatser.models import Insats, Lagesrapport, Malomrade
from insatser.regler.status import Bedomning, statusord

type Data = dict[str, Any]

INGEN_ANSVARIG = "Ingen ansvarig utsedd"
BEDOMNINGSFORKLARING = {
    Bedomning.ENLIGT_PLAN: "Tid och innehåll håller.",
    Bedomning.RISK: "Planen håller inte om inget görs.",
    Bedomning.AVVIKER: "Planen håller inte.",
}


def malomrade(omrade: Malomrade) -> Data:
    return {
        "rubrik": f"{omrade.nummer}. {omrade.namn}",
        "beskrivning": omrade.beskrivning,
        "farg": omrade.farg,
        "ikon": omrade.ikon,
    }


def insats(i: Insats) -> Data:
    ansvarig = i.ansvarig
    return {
        "nummer": i.nummer,
        "titel": i.titel,
        "typ": i.typ,
        "farg": i.malomrade.farg,
        "ansvarig": ansvarig.aktor.namn if ansvarig else INGEN_ANSVARIG,
        "har_ansvarig": ansvarig is not None,
        "utan_ansvarig": i.utan_ansvarig,
        "lage": lage(i.lage),
    }


def lage(rapport: Lagesrapport | None) -> Data:
    if rapport is None:
        return {"status": status(""), "bedomning": None, "dag": "", "nar": "", "kommentar": "", "exempel": False}
    return {
        "status": status(rapport.status),
        "bedomning": bedomning(rapport.bedomning) if rapport.bedomning else None,
        "dag": rapport.datum.isoformat(),
        "nar": i_text(rapport.datum) + (f", {rapport.aktor.namn}" if rapport.aktor else ""),
        "kommentar": rapport.kommentar,
        "exempel": rapport.exempel,
    }


def status(slag: str) -> Data:
    return {"slag": slag, "ord": statusord(slag)}


def bedomning(slag: str) -> Data:
    return {"slag": slag, "ord": Bedomning(slag).label}


def senast(insatser: Iterable[Insats]) -> date | None:
    """The day of the newest report."""
    return max((i.lage.datum for i in insatser if i.lage), default=None)


def i_text(dag: date) -> str:
    return date_format(dag, "j F Y")
