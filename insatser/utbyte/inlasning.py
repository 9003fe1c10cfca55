"""From an uploaded file to the plan of what reading it in would do."""

from __future__ import annotations

from dataclasses import replace

from insatser.andringar.inlasning import Plan
from insatser.fragor.inlasning import las_rader
from insatser.models import Fardplan
from insatser.utbyte import excel_in, resurs


def planera(fardplan: Fardplan, filnamn: str, innehall: bytes, *, las: bool = False) -> Plan:
    """The plan, with every fault of file and rows. `las`: also lock the insatser it is about (inside a transaction)."""
    tabell = excel_in.las(filnamn, innehall)
    if las:
        las_rader(fardplan, resurs.nummer_i(tabell))
    plan = resurs.planera(fardplan, tabell) if tabell.rader else Plan()
    return replace(plan, fel=(*tabell.fel, *plan.fel))
