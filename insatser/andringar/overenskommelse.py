"""Every write of överenskommelser and of who has joined them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from aktorer.grund.andring import andring
from aktorer.grund.rader import jamfor_lista, skriv_lista
from aktorer.grund.samtidighet import jamfor, krav_oandrad, krav_utan_krock, las, radens_handelser, skriv_rad
from aktorer.grund.spara import spara
from aktorer.models import Aktor, Anvandare
from insatser.andringar import insatslankar
from insatser.fragor.arende import hinder_overenskommelse
from insatser.models import Anslutning, Arende, Overenskommelse
from insatser.regler import tidpunkt


@dataclass(frozen=True)
class Anslutningsrad:
    """An aktör's place as a form states it; they come in the order given."""

    aktor_id: int
    status: str
    sedan: str = ""
    arende_id: int | None = None

    def __str__(self) -> str:
        aktor = Aktor.objects.get(pk=self.aktor_id).namn
        arende = Arende.objects.get(pk=self.arende_id) if self.arende_id else None
        status = Anslutning.Anslutningsstatus(self.status).label.lower()
        return ", ".join(filter(None, [aktor, status, tidpunkt.i_text(self.sedan), str(arende or "")]))


@andring
def skapa(
    *,
    av: Anvandare | None,
    anslutningar: Sequence[Anslutningsrad] = (),
    insatser: Collection[int] = (),
    **varden: Any,
) -> Overenskommelse:
    """A new överenskommelse with who has joined it and the insatser it concerns. Raises ValidationError."""
    overenskommelse = Overenskommelse(**varden)
    spara(overenskommelse)
    skriv_lista(overenskommelse.anslutningar, anslutningar)
    insatslankar.satt(overenskommelse, insatser)
    return overenskommelse


@andring
def andra(
    *,
    av: Anvandare | None,
    overenskommelse: Overenskommelse,
    version: int,
    anslutningar: Sequence[Anslutningsrad],
    insatser: Collection[int],
    **varden: Any,
) -> Overenskommelse:
    """Change an överenskommelse, its whole list of aktörer and its whole set of insatser.

    Raises Krock and ValidationError.
    """
    nu = las(overenskommelse)
    rad = jamfor(nu, version=version, varden=varden)
    lista = jamfor_lista(nu.anslutningar, version=version, nya=anslutningar, las=rader, rubrik="Anslutningar")
    lankar = insatslankar.jamfor(nu, version=version, insatser=insatser)
    krav_utan_krock(nu.version, radens_handelser(nu), rad, anslutningar=lista, insatser=lankar)
    if lista.skriv:
        skriv_lista(nu.anslutningar, anslutningar)
    if lankar.skriv:
        insatslankar.satt(nu, insatser)
    return skriv_rad(nu, rad.skriv, rader=bool(lista.skriv or lankar.skriv))


@andring
def ta_bort(*, av: Anvandare | None, overenskommelse: Overenskommelse, version: int) -> None:
    """Take away an överenskommelse that nobody stands in; the history keeps it. Raises Krock and ValidationError."""
    nu = las(overenskommelse)
    krav_oandrad(nu, version=version, vad="överenskommelsen")
    if skal := hinder_overenskommelse(nu):
        raise ValidationError(skal)
    nu.delete()


def rader(anslutningar: Iterable[Any]) -> list[Anslutningsrad]:
    """What the aktörer's places, as they are now or in the history, say."""
    return [Anslutningsrad(a.aktor_id, a.status, a.sedan, a.arende_id) for a in anslutningar]
