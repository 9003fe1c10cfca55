"""From an uploaded file to the plan of what reading it in would do."""

from __future__ import annotations

from dataclasses import replace

from insatser.andringar.inlasning import Plan, Radplan
from insatser.fragor.inlasning import las_rader
from insatser.models import Fardplan
from insatser.utbyte.excel import lasning, resurs


def planera(fardplan: Fardplan, filnamn: str, innehall: bytes, *, las: bool = False) -> Plan[Radplan]:
    """The plan, with every fault of file and rows. `las`: also lock what it rests on (inside a transaction)."""
    tabell = lasning.las(filnamn, innehall)
    if fel := resurs.fel_fardplan(fardplan, tabell):
        return Plan(fel=(fel,))  # what else is wrong is wrong for another färdplan
    if las:
        las_rader(fardplan, resurs.nummer_i(tabell))
    plan = resurs.planera(fardplan, tabell) if tabell.rader else Plan()
    return replace(plan, fel=(*tabell.fel, *plan.fel))
