"""From an uploaded file to the plan of what reading it in would do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from insatser.andringar.inlasning import Inlasningsplan
from insatser.models import Fardplan
from insatser.regler import forlopp
from insatser.regler.forlopp import Inlasningssteg
from insatser.regler.inlasning import Cellval, Fel
from insatser.regler.tolkning import INTE, Tolkning
from insatser.utbyte.excel import egen_process, frammande
from insatser.utbyte.excel.cellslag import OLAST
from insatser.utbyte.excel.frammande import Frammande
from insatser.utbyte.excel.ordlista import Ordlista
from insatser.utbyte.excel.resurs import LASNINGAR, Bladresurs
from insatser.utbyte.excel.tabell import Tabell

type Last = Tabell | Frammande


def las_fil(
    slag: type[Bladresurs],
    filnamn: str,
    innehall: bytes,
    *,
    tolkning: Mapping[str, Any] | None = None,
    hogst: int | None = None,
) -> Last:
    """The file as it stands, before anything is asked or locked: it may take long. Raises as `planera`."""
    forlopp.borja(Inlasningssteg.LASER)
    if tolkning is None:
        return egen_process.las(filnamn, innehall, slag, hogst)
    return egen_process.las_frammande(filnamn, innehall, hogst)


def planera(
    slag: type[Bladresurs],
    hem: Any,
    filnamn: str,
    innehall: bytes,
    *,
    tolkning: Mapping[str, Any] | None = None,
    val: Mapping[str, Mapping[str, Sequence[str]]] | None = None,
    las: bool = False,
    hogst: int | None = None,
    last: Last | None = None,
) -> Inlasningsplan[Any]:
    """The plan, with every fault of file and rows. `las`: also lock what it rests on (inside a transaction).

    `hem` is what the kind of workbook is about: a färdplan, or a handlingsplan. `tolkning`: what is said of a table
    that is not ours (`Inlasning.tolkning`). `val`: what is chosen where both changed (`Inlasning.val`). `last`: what
    `las_fil` read of it already. Raises Upptagen, and MangaRader when there are more than `hogst`.
    """
    resurs = slag(hem)
    resurs.val = cellval(val)
    tabell = las_fil(slag, filnamn, innehall, tolkning=tolkning, hogst=hogst) if last is None else last
    if isinstance(tabell, Frammande):
        tabell = frammande.oversatt(tabell, Tolkning.ur_json(tolkning or {}), slag.mall, resurs.ordlista)
    if fel := _fel_hem(resurs, tabell):
        return Inlasningsplan(fel=(fel,), trasig=True)  # what else is wrong is wrong for something else
    if las:
        resurs.las_rader(tabell)
    if hinder := resurs.hinder():
        return Inlasningsplan(fel=(Fel(hinder),), trasig=True)
    forlopp.borja(Inlasningssteg.JAMFOR, LASNINGAR * len(tabell))
    plan = resurs.planera(tabell) if tabell.rader else Inlasningsplan[Any]()
    return replace(
        plan,
        fel=(*tabell.fel, *plan.fel),
        frammande=not tabell.rubrikrad,
        trasig=any(fel.rad <= tabell.rubrikrad for fel in tabell.fel),
    )


def cellval(val: Mapping[str, Mapping[str, Sequence[str]]] | None, blad: str = "") -> dict[int, dict[str, Cellval]]:
    """What is chosen in the rows of a sheet, by row and field."""
    fore = f"{blad}-" if blad else ""
    return {
        int(rad.removeprefix(fore)): {falt: Cellval(*v) for falt, v in celler.items()}
        for rad, celler in (val or {}).items()
        if rad.startswith(fore)
    }


def _fel_hem(resurs: Bladresurs, tabell: Tabell) -> Fel | None:
    """The fault that the first row fetched for something else gives. A row written by hand names nothing."""
    for rad, cell in tabell.kolumn(resurs.hemkolumn):
        if cell is not OLAST and (varde := str(cell or "").strip()) not in {"", resurs.hem}:
            return tabell.fel_i(rad, resurs.hemkolumn, resurs.hamtad_for(varde), cell)
    return None


def gissa(hem: Fardplan, filnamn: str, innehall: bytes, forra: Mapping[str, Any] | None) -> Tolkning | None:
    """What a table that is not ours is likely to mean; None when the file holds none.

    `forra`: what was said last of one, which holds for a table with the same headings, and for the same words.
    """
    tabell = egen_process.las_frammande(filnamn, innehall)
    if tabell.fel:
        return None
    ordlista = Ordlista(hem)
    tolkning = frammande.gissa(tabell, ordlista)
    if forra is None:
        return tolkning
    sagd = Tolkning.ur_json(forra)
    if sagd.rubriker == tolkning.rubriker:
        tolkning = replace(sagd, ord_=frammande.gissa_ord(tabell, sagd.kolumner, ordlista))
    ord_ = {slag: dict(alla) for slag, alla in tolkning.ord_.items()}
    for slag, alla in sagd.ord_.items():
        # What can be told by itself today needs nothing that was said before: the register may have it by now.
        gissat = {ord__: g for ord__, g in ord_.get(slag, {}).items() if g != INTE}
        ord_[slag] = ord_.get(slag, {}) | dict(alla) | (gissat if slag in {"aktor", "malomrade"} else {})
    return replace(tolkning, ord_=ord_)
