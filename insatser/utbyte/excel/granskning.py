"""What reading in a file would do, for who has no page: as lines of text, and as data for a program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from insatser.andringar.arbetsbok import Bokplan
from insatser.andringar.inlasning import Andringsrad, Inlasningsplan
from insatser.regler.inlasning import Fel

TOMT = "(tomt)"


def som_data(plan: Inlasningsplan[Any]) -> dict[str, Any]:
    """All of it, in the words of the file."""
    return {
        "nya": len(plan.nya),
        "andrade": len(plan.andrade),
        "oforandrade": plan.oforandrade,
        "rader": [{"blad": rubrik, **_rad(r)} for rubrik, rader in _per_blad(plan) for r in rader],
        "tvillingar": [_rad(r) for r in plan.tvillingar],
        "noter": list(plan.noter),
        "fel": [asdict(f) for f in plan.fel],
        "konflikter": [asdict(k) for k in plan.konflikter],
    }


def _rad(rad: Andringsrad) -> dict[str, Any]:
    return {
        "rad": rad.rad,
        "nummer": rad.nummer,
        "titel": rad.titel,
        "ny": rad.ny,
        "i_alla_stadskarnor": rad.i_alla,
        "noter": list(rad.noter),
        "celler": [asdict(c) for c in rad.celler],
    }


def som_text(plan: Inlasningsplan[Any]) -> Iterator[str]:
    """A line each: what the page shows, in its order."""
    for f in plan.fel:
        yield f"Fel: {_plats(f)}{f.text}{'' if f.varde is None else f' Där står: {f.varde or TOMT}'}"
    for k in plan.konflikter:
        yield f"Ändrat på två håll: rad {k.rad}, {k.nummer}, {k.kolumn}"
        yield f"  När filen hämtades: {k.bas or TOMT}"
        yield f"  Så står det nu: {k.deras or TOMT}"
        yield f"  I filen: {k.mina or TOMT}"
    yield f"Nya: {len(plan.nya)}. Ändrade: {len(plan.andrade)}. Oförändrade: {plan.oforandrade}."
    yield from plan.noter
    for rubrik, rader in _per_blad(plan):
        yield from ([f"{rubrik}:"] if rubrik and rader else [])
        yield from _raderna(rader)
    if plan.tvillingar:
        yield "Finns redan, och läggs inte upp:"
        yield from _raderna(plan.tvillingar)


def _per_blad(plan: Inlasningsplan[Any]) -> list[tuple[str, Sequence[Andringsrad]]]:
    """The rows by sheet, of a workbook that has several; else with ""."""
    return [(d.namn, d.plan.rader) for d in plan.delar] if isinstance(plan, Bokplan) else [("", plan.rader)]


def _raderna(rader: Iterable[Andringsrad]) -> Iterator[str]:
    for rad in rader:
        alla = " (i alla stadskärnor)" if rad.i_alla else ""
        yield f"Rad {rad.rad}: {' '.join(filter(None, (rad.nummer, rad.titel)))}{' (ny)' if rad.ny else ''}{alla}"
        for not_ in rad.noter:
            yield f"  {not_}"
        for c in rad.celler:
            yield f"  {c.kolumn}: {c.efter}" if rad.ny else f"  {c.kolumn}: {c.fore or TOMT} → {c.efter or TOMT}"


def _plats(fel: Fel) -> str:
    delar = [fel.blad and f"bladet {fel.blad}", fel.rad and f"rad {fel.rad}", fel.cell, fel.kolumn]
    return f"{', '.join(str(d) for d in delar if d)}: " if any(delar) else ""
