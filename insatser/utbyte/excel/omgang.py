"""The report of a round as a workbook, to read and reckon in: a row for each point, and one for each aktör's answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from xlsxwriter import Workbook

from insatser.models import Omgang
from insatser.regler.exempel import MARKE
from insatser.regler.rapport import Omgangsrapport, Rapportrad
from insatser.utbyte.excel.cellslag import JA, Datum, Text
from insatser.utbyte.excel.kolumner import Kolumn, Mall
from insatser.utbyte.excel.skrivning import celler, gor_bok, lasblad

_TEXT, _DATUM = Text(), Datum()
_VAD = (
    Kolumn("stadskarna", "Stadskärna", 18, _TEXT),
    Kolumn("vad", "Vad", 50, _TEXT),
    Kolumn("under", "Aktivitet i", 35, _TEXT, upplyser=True),
)
_SVAR = (
    Kolumn("svar", "Svar", 14, _TEXT),
    Kolumn("status", "Status", 14, _TEXT),
    Kolumn("bedomning", "Bedömning", 18, _TEXT),
)
_LAGET = Mall(
    "Läget",
    (
        *_VAD,
        *_SVAR,
        Kolumn("kommentar", "Kommentar", 60, _TEXT),
        Kolumn("datum", "Läget den", 12, _DATUM),
        Kolumn("exempel", MARKE, 13, _TEXT, upplyser=True),
        Kolumn("svarat", "Svarade den", 12, _DATUM),
        Kolumn("av", "Av", 35, _TEXT),
        Kolumn("fragade", "Frågade", 45, _TEXT),
    ),
)
_AKTORER = Mall(
    "Svar per aktör",
    (
        *_VAD,
        Kolumn("aktor", "Aktör", 30, _TEXT),
        *_SVAR,
        Kolumn("kommentar", "Kommentar", 60, _TEXT),
        Kolumn("svarat", "Svarade den", 12, _DATUM),
        Kolumn("av", "Av", 30, _TEXT),
        Kolumn("fragade", "Frågade", 45, _TEXT),
    ),
)


def skriv(omgang: Omgang, rapport: Omgangsrapport) -> bytes:
    """The sheet Svar per aktör is there when more than one was asked about anything."""
    per_aktor = [rad for r in rapport.rader for rad in _per_aktor(r)]

    def fyll(bok: Workbook) -> None:
        lasblad(bok, _LAGET, celler(_LAGET, [_raden(r) for r in rapport.rader]))
        if per_aktor:
            lasblad(bok, _AKTORER, celler(_AKTORER, per_aktor))

    return gor_bok(f"{omgang}, {omgang.omfattning}", fyll)


def _raden(r: Rapportrad) -> dict[str, Any]:
    rad = {k.falt: getattr(r, k.falt) for k in _LAGET.kolumner}
    return rad | {"datum": r.dag, "svarat": _dag(r.svarat), "exempel": JA if r.exempel else ""}


def _per_aktor(r: Rapportrad) -> Iterator[dict[str, Any]]:
    vad = {k.falt: getattr(r, k.falt) for k in _VAD}
    for a in r.svaren:
        svaret = {k.falt: getattr(a, k.falt) for k in _AKTORER.kolumner if k not in _VAD}
        yield vad | svaret | {"svarat": _dag(a.svarat)}


def _dag(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
