"""Three-way merge of a row: what the workbook started from, what stands now, what it says.

What both changed is a conflict until a person has chosen (`Inrad.val`). Then it is still told, with the choice, and
what was chosen is written over what stood when it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aktorer.grund import samtidighet
from aktorer.grund.samtidighet import Konflikt
from insatser.andringar.roller import Rollrad
from insatser.fragor.inlasning import Rolldel
from insatser.regler.inlasning import Cellkonflikt, Vilket, marke
from insatser.regler.medverkan import Deltagande, Roll
from insatser.utbyte.excel.kolumner import Mall
from insatser.utbyte.excel.ordlista import Ordlista
from insatser.utbyte.excel.rad import Inrad

ROLLFALT = {"ansvarig": Roll.ANSVARIG, "medverkande": Roll.MEDVERKANDE}
INGA: Mapping[Any, Any] = {}


def valda(
    rad: Inrad, deras: Mapping[str, Any], mall: Mall, ordlista: Ordlista, mina: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """{field: the value that was chosen} where what stands now is what stood when it was. Notes what cannot be read.

    `mina`: what the row says, where that is not just what its cells hold.
    """
    mina = rad.varden if mina is None else mina
    ut: dict[str, Any] = {}
    for falt, val in rad.val.items():
        if falt not in deras or val.sedd != marke(mall.per_falt[falt].slag.i_ord(deras[falt], ordlista)):
            continue
        try:
            skrivet = mall.per_falt[falt].slag.las(val.text, ordlista) if val.vilket == Vilket.ANNAT else None
            alla: dict[str, Any] = {Vilket.DERAS: deras[falt], Vilket.MINA: mina[falt], Vilket.ANNAT: skrivet}
            ut[falt] = alla[val.vilket]
        except ValueError as fel:
            rad.valfel[falt] = str(fel)
    return ut


def konflikt(rad: Inrad, om: str, k: Konflikt, mall: Mall, ordlista: Ordlista) -> Cellkonflikt:
    """In the words of the workbook, with what is chosen. `om`: what the row is about."""
    falt = str(k.falt)
    kolumn = mall.per_falt[falt]
    bas, deras, mina = (kolumn.slag.i_ord(v, ordlista) for v in (k.bas, k.deras, k.mina))
    return Cellkonflikt(rad.rad, om, kolumn.rubrik, bas, deras, mina, falt, rad.val.get(falt), rad.valfel.get(falt, ""))


def sammanfoga(
    bas: Mapping[str, Any], deras: Mapping[str, Any], mina: Mapping[str, Any], val: Mapping[Any, Any] = INGA
) -> tuple[dict[str, Any], list[Konflikt]]:
    """Field by field: (what to write, what both changed differently, also where it is chosen)."""
    skriv, krockar = samtidighet.sammanfoga(bas, deras, mina)
    skriv |= {str(k.falt): val[k.falt] for k in krockar if val.get(k.falt, k.deras) != k.deras}
    return skriv, krockar


def rollceller(delar: Sequence[Rolldel]) -> dict[str, Any]:
    """What the two cells say of these parts: {"ansvarig": aktör id or None, "medverkande": ids in order}."""
    return {
        "ansvarig": next((d.aktor_id for d in delar if d.roll == Roll.ANSVARIG), None),
        "medverkande": tuple([d.aktor_id for d in delar if d.roll == Roll.MEDVERKANDE]),
    }


def roller(
    bas: Sequence[Rolldel], deras: Sequence[Rolldel], mina: Mapping[str, Any], val: Mapping[Any, Any] = INGA
) -> tuple[tuple[Rollrad, ...] | None, list[Konflikt]]:
    """(the whole set of roles to write or None when it stands already, what both changed), aktör by aktör.

    A cell that is chosen, and whoever is chosen in it, starts from what stands now, which may leave the other one to
    choose in. Each choice is used once.
    """
    alla: list[Konflikt] = []
    kvar = dict(val)
    while True:
        ut, krockar = _roller(bas, deras, mina)
        alla += krockar
        if not krockar or not {k.falt for k in krockar} <= kvar.keys():
            return ut, alla
        for falt in [str(k.falt) for k in krockar]:
            vald = kvar.pop(falt)
            vilka = {d.aktor_id for d in deras if d.roll == ROLLFALT[falt]}
            vilka |= {vald} if falt == "ansvarig" else {*vald}
            bas = [
                *(d for d in deras if d.aktor_id in vilka),
                *(d for d in bas if d.roll != ROLLFALT[falt] and d.aktor_id not in vilka),
            ]
            mina = {**mina, falt: vald}
        mina = {**mina, "medverkande": tuple([a for a in mina["medverkande"] if a != mina["ansvarig"]])}


def _roller(
    bas: Sequence[Rolldel], deras: Sequence[Rolldel], mina: Mapping[str, Any]
) -> tuple[tuple[Rollrad, ...] | None, list[Konflikt]]:
    fore, nu = rollceller(bas), rollceller(deras)
    if mina in (fore, nu):
        return None, []
    min_roll = _roll_av(mina)
    bas_roll, deras_roll = _roll_av(fore), _roll_av(nu)
    skriv, krockar = samtidighet.sammanfoga(bas_roll, deras_roll, {a: min_roll.get(a) for a in {*bas_roll, *min_roll}})
    blir = {a: r for a, r in {**deras_roll, **skriv}.items() if r}
    ansvariga = [a for a, r in blir.items() if r == Roll.ANSVARIG]
    ordning, bytt_av_bada = _ordning(fore["medverkande"], nu["medverkande"], mina["medverkande"])
    falt = {_falt(k) for k in krockar}
    if len(ansvariga) > 1:
        falt.add("ansvarig")
    if bytt_av_bada:
        falt.add("medverkande")
    if falt:
        return None, [Konflikt(f, fore[f], nu[f], mina[f]) for f in ("ansvarig", "medverkande") if f in falt]
    medverkande = [a for a in ordning if blir.get(a) == Roll.MEDVERKANDE]
    gamla = {d.aktor_id: d for d in deras}
    ut = tuple([_rollrad(a, blir[a], gamla.get(a)) for a in [*ansvariga, *medverkande]])
    samma = {"ansvarig": next(iter(ansvariga), None), "medverkande": tuple(medverkande)} == nu
    return (None if samma else ut), []


def _roll_av(celler: Mapping[str, Any]) -> dict[int, Roll]:
    delar = dict.fromkeys(celler["medverkande"], Roll.MEDVERKANDE)
    return {**delar, celler["ansvarig"]: Roll.ANSVARIG} if celler["ansvarig"] else delar


def _falt(krock: Konflikt) -> str:
    """The cell where people look for it."""
    return "ansvarig" if Roll.ANSVARIG in {krock.bas, krock.deras, krock.mina} else "medverkande"


def _ordning(fore: Sequence[int], nu: Sequence[int], mina: Sequence[int]) -> tuple[list[int], bool]:
    """(all who may be medverkande, in the order to write, whether both sides moved the ones that all three share)."""
    delade = set(fore) & set(nu) & set(mina)
    da, deras, min_ = ([a for a in rad if a in delade] for rad in (fore, nu, mina))
    # The side that moved somebody decides; when nobody did, the workbook's own order holds its new names in place.
    forst, sedan = (nu, mina) if min_ == da and tuple(fore) != tuple(nu) else (mina, nu)
    return [*forst, *(a for a in sedan if a not in set(forst))], min_ != da and deras not in (da, min_)


def _rollrad(aktor: int, roll: Roll, gammal: Rolldel | None) -> Rollrad:
    """What the workbook does not show is kept; but who gets another role has not been asked about that one."""
    if gammal is None:
        return Rollrad(aktor, roll)
    kvar = gammal.roll == roll
    deltagande = Deltagande(gammal.deltagande) if kvar else Deltagande.TILLFRAGAD
    return Rollrad(aktor, roll, gammal.ansvarar_for, deltagande)


def lage(
    bas: Mapping[str, Any], deras: Mapping[str, Any], mina: Mapping[str, Any], val: Mapping[Any, Any] = INGA
) -> tuple[dict[str, Any] | None, list[Konflikt]]:
    """(the new läge that the workbook tells of, or None, conflicts).

    A läge is one statement: half of mine and half of theirs is what nobody said. So when both reported and do not say
    the same, every cell I changed is a conflict. What I did not touch goes with the status that is chosen, and the day
    is the report's own.
    """
    rorda = [f for f in mina if mina[f] != bas[f]]
    if not rorda or mina == deras:
        return None, []
    if bas == deras:
        return {**mina}, []
    olika = [f for f in mina if mina[f] != deras[f]]
    if olika == ["datum"] and "datum" not in rorda:
        return None, []
    krockar = [Konflikt(f, bas[f], deras[f], mina[f]) for f in rorda if f in olika] or [
        Konflikt(f, bas[f], deras[f], mina[f]) for f in olika
    ]
    if any(k.falt not in val for k in krockar):
        return None, krockar
    blir = {**mina, **{str(k.falt): val[k.falt] for k in krockar}}
    fran_dem = [f for f in mina if f not in rorda and (f == "datum" or blir["status"] == deras["status"])]
    blir |= {f: deras[f] for f in fran_dem if f not in {k.falt for k in krockar}}
    return (None if blir == deras else blir), krockar
