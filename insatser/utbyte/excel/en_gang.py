"""What all stadskärnor share stands on a row for each in the workbook of a program: it is changed once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from insatser.andringar.arbetsbok import Delplan
from insatser.andringar.inlasning import Andringsrad, Inlasningsplan, Radplan
from insatser.fragor.arbetsbok import Bokblad
from insatser.regler.inlasning import Fel
from insatser.utbyte.excel.arbetsbok import InsatserIBoken
from insatser.utbyte.excel.sammanfogning import ROLLFALT

type Sagt = dict[tuple[Any, ...], tuple[Any, Andringsrad]]  # {what: (what it becomes, the row that said so first)}


def sagt_en_gang(
    planer: Sequence[tuple[Bokblad, Inlasningsplan[Any]]],
) -> tuple[list[Inlasningsplan[Any]], list[Fel]]:
    """The plans where what all stadskärnor share is changed once, on the first row that says so; and the faults of the
    rows that say something else of it.
    """
    ut: list[Inlasningsplan[Any]] = []
    fel: list[Fel] = []
    sagt: Sagt = {}
    for blad, plan in planer:
        rader, lika = list[Any](), 0
        for rad in plan.rader:
            if blad == Bokblad.INSATSER:
                kvar: Andringsrad | None = _insats_en_gang(rad, sagt, fel)
            elif blad == Bokblad.MEDVERKAN:
                kvar = _del_en_gang(rad, sagt, fel)
            else:
                kvar = rad
            lika += kvar is None
            rader += [kvar] if kvar else []
        ut.append(replace(plan, rader=tuple(rader), oforandrade=plan.oforandrade + lika) if lika or rader else plan)
    return ut, fel


def _insats_en_gang(rad: Radplan, sagt: Sagt, fel: list[Fel]) -> Radplan | None:
    """The row without what an earlier one says too; None when nothing is left. A number that several rows give a new
    insats, one of them a gemensam, is a fault.
    """
    kolumner = InsatserIBoken.mall.per_falt
    if not rad.insats_id:
        forst = sagt.setdefault(("ny", rad.nummer, ""), (rad.gemensam, rad))
        if forst[1] is not rad and (rad.gemensam or forst[0]):
            text = f"En ny gemensam insats har samma nummer på rad {forst[1].rad}. Skriv den på en rad."
            fel.append(Fel(text, str(Bokblad.INSATSER.label), rad.rad, kolumner["nummer"].rubrik, "", rad.nummer))
        return rad
    varden: dict[str, Any] = dict(rad.texter)
    if rad.roller is not None:
        varden["roller"] = rad.roller
    if rad.byter_typ:
        varden["typ"] = rad.gemensam
    redan: set[str] = set()
    forsta: list[Andringsrad] = []
    for falt, varde in varden.items():
        fore, annan = sagt.setdefault((rad.insats_id, falt), (varde, rad))
        if annan is rad:
            continue
        if fore != varde:
            rubrik = kolumner["ansvarig" if falt == "roller" else falt].rubrik
            text = f"Insatsen är gemensam, och rad {annan.rad} säger något annat. Skriv samma sak på båda raderna."
            fel.append(Fel(text, str(Bokblad.INSATSER.label), rad.rad, rubrik, "", rad.nummer))
            return rad
        redan.add(falt)
        forsta.append(annan)
    if not redan:
        return rad
    if redan == varden.keys() and not rad.lage:
        return None
    rubriker = {kolumner[f].rubrik for falt in redan for f in (ROLLFALT if falt == "roller" else (falt,))}
    sagda = {not_ for annan in forsta for not_ in annan.noter}
    return replace(
        rad,
        texter={falt: text for falt, text in rad.texter.items() if falt not in redan},
        roller=None if "roller" in redan else rad.roller,
        byter_typ=rad.byter_typ and "typ" not in redan,
        celler=tuple(c for c in rad.celler if c.kolumn not in rubriker),
        noter=tuple(not_ for not_ in rad.noter if not_ not in sagda),
        i_alla=rad.i_alla and redan != varden.keys(),
    )


def _del_en_gang(rad: Delplan, sagt: Sagt, fel: list[Fel]) -> Delplan | None:
    fore, annan = sagt.setdefault((rad.insats_id, rad.aktor_id, "del"), (rad.del_, rad))
    if annan is rad:
        return rad
    if fore == rad.del_:
        return None
    text = f"Insatsen är gemensam, och rad {annan.rad} säger något annat om samma aktör. Låt en av raderna stå kvar."
    fel.append(Fel(text, str(Bokblad.MEDVERKAN.label), rad.rad, "Aktör", "", rad.titel))
    return rad
