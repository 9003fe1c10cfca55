"""Every write of samverkansorgan and their seats."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from aktorer.grund.andring import andring
from aktorer.grund.rader import jamfor_lista, skriv_lista
from aktorer.grund.samtidighet import jamfor, krav_oandrad, krav_utan_krock, las, radens_handelser, skriv_rad
from aktorer.grund.spara import spara
from aktorer.models import Aktor, Anvandare
from insatser.fragor.organ import hinder
from insatser.models import Plats, Samverkansorgan, Stadskarna


@dataclass(frozen=True)
class Platsrad:
    """A seat as a form states it; seats come in the order given."""

    aktor_id: int
    roll: str
    parti: str = ""
    befattning: str = ""
    fran: date | None = None
    till: date | None = None

    def __str__(self) -> str:
        aktor, roll = Aktor.objects.get(pk=self.aktor_id).namn, Plats.Platsroll(self.roll).label.lower()
        tid = f"{self.fran or ''}–{self.till or ''}" if self.fran or self.till else ""
        return ", ".join(filter(None, [aktor, roll, self.parti, self.befattning, tid]))


@andring
def skapa(
    *, av: Anvandare | None, stadskarna: Stadskarna, platser: Sequence[Platsrad] = (), **varden: Any
) -> Samverkansorgan:
    """A new organ of the stadskärna with its seats. Raises ValidationError."""
    organ = Samverkansorgan(stadskarna=stadskarna, **varden)
    spara(organ)
    skriv_lista(organ.platser, platser)
    return organ


@andring
def andra(
    *, av: Anvandare | None, organ: Samverkansorgan, version: int, platser: Sequence[Platsrad], **varden: Any
) -> Samverkansorgan:
    """Change an organ and its whole list of seats. Raises Krock and ValidationError."""
    nu = las(organ)
    rad = jamfor(nu, version=version, varden=varden)
    lista = jamfor_lista(nu.platser, version=version, nya=platser, las=rader, rubrik="Platser")
    krav_utan_krock(nu.version, radens_handelser(nu), rad, platser=lista)
    if lista.skriv:
        skriv_lista(nu.platser, platser)
    return skriv_rad(nu, rad.skriv, rader=bool(lista.skriv))


@andring
def ta_bort(*, av: Anvandare | None, organ: Samverkansorgan, version: int) -> None:
    """Take away an organ that was written down by mistake; the history keeps it. Raises Krock and ValidationError."""
    nu = las(organ)
    krav_oandrad(nu, version=version, vad="organet")
    if skal := hinder(nu):
        raise ValidationError(skal)
    nu.delete()


def rader(platser: Iterable[Any]) -> list[Platsrad]:
    """What seats, as they are now or in the history, say."""
    return [Platsrad(p.aktor_id, p.roll, p.parti, p.befattning, p.fran, p.till) for p in platser]
