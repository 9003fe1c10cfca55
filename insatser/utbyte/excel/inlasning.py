"""From an uploaded file to the plan of what reading it in would do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from insatser.andringar.inlasning import Inlasningsplan
from insatser.regler.inlasning import Fel
from insatser.utbyte.excel import egen_process
from insatser.utbyte.excel.cellslag import OLAST
from insatser.utbyte.excel.resurs import Bladresurs
from insatser.utbyte.excel.tabell import Tabell


def planera(
    slag: type[Bladresurs], hem: Any, filnamn: str, innehall: bytes, *, las: bool = False
) -> Inlasningsplan[Any]:
    """The plan, with every fault of file and rows. `las`: also lock what it rests on (inside a transaction).

    `hem` is what the kind of workbook is about: a färdplan, or a handlingsplan.
    """
    tabell = egen_process.las(filnamn, innehall, slag)
    resurs = slag(hem)
    if fel := _fel_hem(resurs, tabell):
        return Inlasningsplan(fel=(fel,))  # what else is wrong is wrong for something else
    if las:
        resurs.las_rader(tabell)
    if hinder := resurs.hinder():
        return Inlasningsplan(fel=(Fel(hinder),))
    plan = resurs.planera(tabell) if tabell.rader else Inlasningsplan[Any]()
    return replace(plan, fel=(*tabell.fel, *plan.fel))


def _fel_hem(resurs: Bladresurs, tabell: Tabell) -> Fel | None:
    """The fault that the first row fetched for something else gives. A row written by hand names nothing."""
    for rad, cell in tabell.kolumn(resurs.hemkolumn):
        if cell is not OLAST and (varde := str(cell or "").strip()) not in {"", resurs.hem}:
            return tabell.fel_i(rad, resurs.hemkolumn, resurs.hamtad_for(varde), cell)
    return None
