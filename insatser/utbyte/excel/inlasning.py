"""From an uploaded file to the plan of what reading it in would do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from insatser.andringar.inlasning import Inlasningsplan
from insatser.models import Fardplan
from insatser.regler.inlasning import Fel
from insatser.utbyte.excel import lasning
from insatser.utbyte.excel.cellslag import OLAST
from insatser.utbyte.excel.resurs import Bladresurs
from insatser.utbyte.excel.tabell import Tabell


def planera(
    slag: type[Bladresurs], fardplan: Fardplan, filnamn: str, innehall: bytes, *, las: bool = False
) -> Inlasningsplan[Any]:
    """The plan, with every fault of file and rows. `las`: also lock what it rests on (inside a transaction)."""
    tabell = lasning.las(filnamn, innehall, slag.mall)
    if fel := _fel_fardplan(fardplan, tabell):
        return Inlasningsplan(fel=(fel,))  # what else is wrong is wrong for another färdplan
    resurs = slag(fardplan)
    if las:
        resurs.las_rader(tabell)
    plan = resurs.planera(tabell) if tabell.rader else Inlasningsplan[Any]()
    return replace(plan, fel=(*tabell.fel, *plan.fel))


def _fel_fardplan(fardplan: Fardplan, tabell: Tabell) -> Fel | None:
    """The fault that the first row fetched for another färdplan gives. A row written by hand names none."""
    min_ = "/".join(fardplan.natural_key())
    for rad, cell in tabell.kolumn("fardplan"):
        if cell is not OLAST and (varde := str(cell or "").strip()) not in {"", min_}:
            alla = {"/".join(f.natural_key()): f for f in Fardplan.objects.select_related("program", "stadskarna")}
            return tabell.fel_i(rad, "fardplan", _hamtad_for(alla.get(varde), fardplan), cell)
    return None


def _hamtad_for(annan: Fardplan | None, fardplan: Fardplan) -> str:
    if annan and annan.stadskarna_id == fardplan.stadskarna_id:
        return f"Arbetsboken är hämtad för {annan}, inte för {fardplan}."
    namn = annan.stadskarna if annan else "en annan färdplan"
    return f"Arbetsboken är hämtad för {namn}, inte för {fardplan.stadskarna}."
