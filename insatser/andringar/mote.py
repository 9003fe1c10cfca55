"""Every write of möten and their agenda."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from aktorer.grund.andring import andring
from aktorer.grund.rader import jamfor_lista, skriv_lista
from aktorer.grund.samtidighet import jamfor, krav_oandrad, krav_utan_krock, las, radens_handelser, skriv_rad
from aktorer.grund.spara import spara
from aktorer.models import Anvandare
from insatser.fragor.mote import har_beslutat, hinder
from insatser.models import Arende, Handlingsplan, Insats, Mote, Samverkansorgan


@dataclass(frozen=True)
class Punktrad:
    """An item as a form states it, about at most one thing; items come in the order given."""

    rubrik: str
    insats_id: int | None = None
    handlingsplan_id: int | None = None
    arende_id: int | None = None
    paragraf: str = ""
    beslut: str = ""

    def __str__(self) -> str:
        galler = self._galler()
        delar = [f"gäller {galler}" if galler else "", f"§ {self.paragraf}" if self.paragraf else "", self.beslut]
        return ", ".join([self.rubrik, *filter(None, delar)])

    def _galler(self) -> Insats | Handlingsplan | Arende | None:
        if self.insats_id:
            return Insats.objects.select_related("malomrade").filter(pk=self.insats_id).first()
        if self.handlingsplan_id:
            return Handlingsplan.objects.filter(pk=self.handlingsplan_id).first()
        return Arende.objects.filter(pk=self.arende_id).first() if self.arende_id else None


@andring
def skapa(*, av: Anvandare | None, organ: Samverkansorgan, punkter: Sequence[Punktrad] = (), **varden: Any) -> Mote:
    """A new möte of the organ with its agenda: `datum`, `tid`, `plats`, `installt`, `protokoll`.

    Raises ValidationError.
    """
    mote = Mote(organ=las(organ), **varden)  # locked: one möte a day, also when two write it down at once
    spara(mote)
    _skriv_punkter(mote, punkter)
    _prova(mote)
    return mote


@andring
def andra(*, av: Anvandare | None, mote: Mote, version: int, punkter: Sequence[Punktrad], **varden: Any) -> Mote:
    """Change a möte and its whole agenda. Raises Krock and ValidationError."""
    nu = las(mote)
    las(nu.organ)
    rad = jamfor(nu, version=version, varden=varden)
    lista = jamfor_lista(nu.punkter, version=version, nya=punkter, las=rader, rubrik="Dagordningen")
    krav_utan_krock(nu.version, radens_handelser(nu), rad, punkter=lista)
    if lista.skriv:
        _skriv_punkter(nu, punkter)
    if "datum" in rad.skriv and har_beslutat(nu):
        text = "Organet beslutade om en handlingsplan den dagen. Mötet kan inte flyttas från sitt beslut."
        raise ValidationError({"datum": text})
    nu = skriv_rad(nu, rad.skriv, rader=bool(lista.skriv))
    _prova(nu)
    return nu


@andring
def ta_bort(*, av: Anvandare | None, mote: Mote, version: int) -> None:
    """Take away a möte that was written down by mistake; the history keeps it. Raises Krock and ValidationError."""
    nu = las(mote)
    krav_oandrad(nu, version=version, vad="mötet")
    if skal := hinder(nu):
        raise ValidationError(skal)
    nu.delete()


def rader(punkter: Iterable[Any]) -> list[Punktrad]:
    """What items, as they are now or in the history, say."""
    return [Punktrad(p.rubrik, p.insats_id, p.handlingsplan_id, p.arende_id, p.paragraf, p.beslut) for p in punkter]


def _skriv_punkter(mote: Mote, punkter: Sequence[Punktrad]) -> None:
    _bara_egna(mote.organ, punkter)
    skriv_lista(mote.punkter, punkter)


def _bara_egna(organ: Samverkansorgan, punkter: Sequence[Punktrad]) -> None:
    """An organ of a stadskärna takes up its own and what is gemensamt; an organ for all takes up anything."""
    if organ.stadskarna_id is None:
        return
    insatser = Insats.objects.filter(pk__in=[p.insats_id for p in punkter]).exclude(fardplan=None)
    planer = Handlingsplan.objects.filter(pk__in=[p.handlingsplan_id for p in punkter])
    for alla in (insatser.select_related("malomrade"), planer):
        if frammande := alla.exclude(fardplan__stadskarna=organ.stadskarna_id).first():
            raise ValidationError(f"{frammande} hör till en annan stadskärna än {organ}.")


def _prova(mote: Mote) -> None:
    """The möte as written holds together. Raises ValidationError."""
    organ, beslutat = mote.organ, mote.punkter.exclude(beslut="").exists()
    if (organ.fran and mote.datum < organ.fran) or (organ.till and mote.datum > organ.till):
        tid = f"{organ.fran or ''}–{organ.till or ''}"
        raise ValidationError({"datum": f"{organ} fanns inte den dagen ({tid}). Ändra dagen eller organets tid."})
    if beslutat and mote.datum > timezone.localdate():
        raise ValidationError({"datum": "Mötet har inte varit än: det kan inte ha några beslut. Ändra dagen."})
    if mote.installt and (beslutat or har_beslutat(mote)):
        raise ValidationError({"installt": "Ett möte med beslut kan inte vara inställt."})
