"""Every write of ärenden: their facts, their steps and the insatser they concern."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from aktorer.grund.andring import andring
from aktorer.grund.rader import jamfor_lista, skriv_lista
from aktorer.grund.samtidighet import jamfor, krav_oandrad, krav_utan_krock, las, radens_handelser, skriv_rad
from aktorer.grund.spara import spara
from aktorer.models import Aktor, Anvandare
from insatser.andringar import insatslankar
from insatser.fragor.arende import hinder
from insatser.models import Arende, Arendebeslut


@dataclass(frozen=True)
class Steg:
    """What an instans proposed or decided, as a form states it; steps come in the order given."""

    typ: str
    instans: str
    datum: date | None = None
    paragraf: str = ""
    text: str = ""
    lank: str = ""

    def __str__(self) -> str:
        typ = Arendebeslut.Typ(self.typ).label
        paragraf = f"§ {self.paragraf}" if self.paragraf else ""
        return ", ".join(filter(None, [typ, self.instans, paragraf, str(self.datum or ""), self.text, self.lank]))


@andring
def skapa(
    *, av: Anvandare | None, aktor_id: int, steg: Sequence[Steg] = (), insatser: Collection[int] = (), **varden: Any
) -> Arende:
    """A new ärende with its steps and insatser. Raises ValidationError."""
    _las_aktor(aktor_id)
    arende = Arende(aktor_id=aktor_id, **varden)
    spara(arende)
    _skriv_steg(arende, steg)
    insatslankar.satt(arende, insatser)
    return arende


@andring
def andra(
    *,
    av: Anvandare | None,
    arende: Arende,
    version: int,
    steg: Sequence[Steg],
    insatser: Collection[int],
    **varden: Any,
) -> Arende:
    """Change an ärende, its whole list of steps and its whole set of insatser. Raises Krock and ValidationError."""
    nu = las(arende)
    _las_aktor(varden.get("aktor_id", nu.aktor_id))
    rad = jamfor(nu, version=version, varden=varden)
    lista = jamfor_lista(nu.beslut, version=version, nya=steg, las=rader, rubrik="Steg")
    lankar = insatslankar.jamfor(nu, version=version, insatser=insatser)
    krav_utan_krock(nu.version, radens_handelser(nu), rad, steg=lista, insatser=lankar)
    if lista.skriv:
        _skriv_steg(nu, steg)
    if lankar.skriv:
        insatslankar.satt(nu, insatser)
    return skriv_rad(nu, rad.skriv, rader=bool(lista.skriv or lankar.skriv))


@andring
def ta_bort(*, av: Anvandare | None, arende: Arende, version: int) -> None:
    """Take the ärende away; the history keeps it. Raises Krock, and ValidationError when something points at it."""
    nu = las(arende)
    krav_oandrad(nu, version=version, vad="ärendet")
    if skal := hinder(nu):
        raise ValidationError(skal)
    nu.delete()


def _las_aktor(aktor: int) -> None:
    """One at a time writes a diarienummer of the aktör, and its pattern stays as it is meanwhile."""
    Aktor.objects.select_for_update(no_key=True).get(pk=aktor)


def rader(steg: Iterable[Any]) -> list[Steg]:
    """What steps, as they are now or in the history, say."""
    return [Steg(b.typ, b.instans, b.datum, b.paragraf, b.text, b.lank) for b in steg]


def _skriv_steg(arende: Arende, steg: Sequence[Steg]) -> None:
    if any(s.typ == Arendebeslut.Typ.BESLUT and s.datum and s.datum > timezone.localdate() for s in steg):
        raise ValidationError("Ett beslut kan inte ligga i framtiden.")
    skriv_lista(arende.beslut, steg)
