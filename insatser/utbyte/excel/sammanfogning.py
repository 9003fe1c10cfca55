"""Three-way merge of a row's roles and läge: what the workbook started from, what stands now, what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aktorer.grund.samtidighet import Konflikt, sammanfoga
from insatser.andringar.roller import Rollrad
from insatser.fragor.inlasning import Rolldel
from insatser.regler.medverkan import Deltagande, Roll


def rollceller(delar: Sequence[Rolldel]) -> dict[str, Any]:
    """What the two cells say of these parts: {"ansvarig": aktör id or None, "medverkande": ids in order}."""
    return {
        "ansvarig": next((d.aktor_id for d in delar if d.roll == Roll.ANSVARIG), None),
        "medverkande": tuple([d.aktor_id for d in delar if d.roll == Roll.MEDVERKANDE]),
    }


def roller(
    bas: Sequence[Rolldel], deras: Sequence[Rolldel], mina: Mapping[str, Any]
) -> tuple[tuple[Rollrad, ...] | None, list[Konflikt]]:
    """(the whole set of roles to write or None when it stands already, what both changed), aktör by aktör."""
    fore, nu = rollceller(bas), rollceller(deras)
    if mina in (fore, nu):
        return None, []
    min_roll = _roll_av(mina)
    bas_roll, deras_roll = _roll_av(fore), _roll_av(nu)
    skriv, krockar = sammanfoga(bas_roll, deras_roll, {a: min_roll.get(a) for a in {*bas_roll, *min_roll}})
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


def lage(bas: Mapping[str, Any], deras: Mapping[str, Any], mina: Mapping[str, Any]) -> tuple[bool, list[Konflikt]]:
    """(whether the workbook says something new, conflicts).

    A läge is one statement: half of mine and half of theirs is what nobody said. So when both reported and do not say
    the same, every cell I changed is a conflict.
    """
    if mina in (bas, deras):
        return False, []
    if bas == deras:
        return True, []
    return False, [Konflikt(f, bas[f], deras[f], mina[f]) for f in mina if mina[f] not in (bas[f], deras[f])] or [
        Konflikt(f, bas[f], deras[f], mina[f]) for f in mina if mina[f] != deras[f]
    ]
