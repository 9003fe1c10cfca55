"""A selection of the insatskarta in words, for the files and pages made of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from aktorer.models import Aktor
from insatser.fragor.karta import Urval
from insatser.regler.fordelning import BEDOMNINGAR, INGEN, STATUSAR


def i_ord(urval: Urval) -> str:
    """ "Urval: målområde 1 · status pågår", "" when everything in force is asked for. One query with an aktör."""
    delar = []
    if urval.malomrade:
        delar.append(f"målområde {urval.malomrade}")
    if len(urval.typ) == 1:
        delar.append("gemensamma insatser" if urval.typ == ("gemensam",) else "kärnspecifika insatser")
    if urval.status:
        delar.append(_nagon_av("status ", STATUSAR, urval.status))
    if urval.bedomning:
        delar.append(_nagon_av("bedömning ", BEDOMNINGAR, urval.bedomning))
    if urval.aktor:
        delar.append(_aktor(urval))
    if urval.q:
        delar.append(f"sökning på ”{urval.q}”")
    if urval.tyst:
        delar.append("insatser som inte är uppdaterade")
    if urval.sedan:
        delar.append(f"läget ändrat efter {urval.sedan.isoformat()}")
    if urval.avforda:
        delar.append("även avförda")
    return f"Urval: {' · '.join(delar)}" if delar else ""


def _nagon_av(vad: str, ord_: Mapping[str, str], koder: Collection[str]) -> str:
    """ "status pågår eller pausad"; of what has no value just "ingen rapport"."""
    valda = [kod for kod in ord_ if kod in koder]
    return ("" if valda == [INGEN] else vad) + " eller ".join(ord_[kod].lower() for kod in valda)


def _aktor(urval: Urval) -> str:
    if urval.aktor == INGEN:
        return "ingen ansvarig utsedd"
    namn = Aktor.objects.filter(slug=urval.aktor).values_list("namn", flat=True).first()
    return f"{'ansvarig' if urval.ansvarig else 'aktör'} {namn or urval.aktor}"
