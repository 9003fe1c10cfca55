"""How an aktivitet goes: its status lives on after the plan was decided; and aktiviteter out of a workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError

from aktorer.grund.andring import andring
from aktorer.grund.platsratt import om_eget
from aktorer.grund.samtidighet import Krock, jamfor, krav_utan_krock, las_alla, radens_handelser, skriv_rader
from aktorer.models import Anvandare
from insatser.andringar.handlingsplan import (
    Aktivitetsandring,
    NyAktivitet,
    andra_aktiviteter,
    byt_insats,
    skapa_aktiviteter,
)
from insatser.andringar.inlasning import Andringsrad, Inlasningsplan, Radfel, orsak, skriv_delat
from insatser.andringar.roller import Rollrad
from insatser.models import Aktivitet, Fardplan, Handlingsplan, Prioritering
from insatser.regler.inlasning import Fel
from insatser.regler.status import Status, aktivitetsfel

RAPPORTERAS = ("status", "kommentar")


@dataclass(frozen=True, kw_only=True)
class Aktivitetsplan(Andringsrad):
    """A row of a plan's workbook: where the aktivitet stands, and what is written by column. Without `aktivitet_id` it
    is new. `roller`: the whole set; None where nothing else than what is reported changes.
    """

    aktivitet_id: int | None
    prioritering_id: int
    varden: Mapping[str, Any]
    roller: tuple[Rollrad, ...] | None


@andring
@om_eget
def rapportera(
    *, av: Anvandare | None, aktivitet: Aktivitet, version: int, status: Status, kommentar: str = ""
) -> Aktivitet:
    """Report the status of an aktivitet read at `version`, and a word about it. Raises Krock and ValidationError."""
    return _rapportera([Aktivitetsrapport(aktivitet, version, status, kommentar)])[0]


@dataclass(frozen=True)
class Aktivitetsrapport:
    """The status of an aktivitet read at `version`, and a word about it."""

    aktivitet: Aktivitet
    version: int
    status: str
    kommentar: str = ""


@andring
@om_eget
def rapportera_flera(*, av: Anvandare | None, rapporter: Sequence[Aktivitetsrapport]) -> list[Aktivitet]:
    """The same of many, all or none.

    No version: each report says which it was read at. Raises Krock and ValidationError, without saying of which.
    """
    return _rapportera(rapporter)


def _rapportera(rapporter: Sequence[Aktivitetsrapport]) -> list[Aktivitet]:
    avslutade = Handlingsplan.objects.filter(status=Handlingsplan.Planstatus.AVSLUTAD)
    if plan := avslutade.filter(prioriteringar__in={r.aktivitet.prioritering_id for r in rapporter}).first():
        raise ValidationError(f"{plan} är avslutad: aktiviteterna rapporteras inte längre.")
    for r in rapporter:
        if fel := aktivitetsfel(r.status, r.kommentar):
            raise ValidationError(fel)
    alla = las_alla([r.aktivitet for r in rapporter])
    skriv: list[tuple[Aktivitet, Mapping[str, Any]]] = []
    for r in rapporter:
        nu = alla[r.aktivitet.pk]
        rad = jamfor(nu, version=r.version, varden={"status": r.status, "kommentar": r.kommentar.strip()})
        krav_utan_krock(nu.version, radens_handelser(nu), rad)
        if rad.skriv:
            skriv.append((nu, rad.skriv))
    skriv_rader(skriv)
    return [alla[r.aktivitet.pk] for r in rapporter]


def skriv_aktiviteter(av: Anvandare, fardplan: Fardplan, plan: Inlasningsplan[Aktivitetsplan]) -> None:
    """Carry out the plan of a workbook, inside `andringar.inlasning.las_in`. Raises Radfel."""
    med_plan = Prioritering.objects.select_related("handlingsplan")
    prioriteringar: dict[int, Prioritering] = med_plan.in_bulk({rad.prioritering_id for rad in plan.rader})
    # Who moves first: those that stay behind are numbered anew, and what is written to them starts from there.
    nu = _aktiviteterna(plan.rader)
    for rad in plan.rader:
        aktivitet = nu[rad.aktivitet_id] if rad.aktivitet_id else None
        if aktivitet and aktivitet.prioritering_id != rad.prioritering_id:
            try:
                _flytta(av, aktivitet.pk, prioriteringar[rad.prioritering_id])
            except (ValidationError, Krock, IntegrityError) as fel:
                raise Radfel(plan, replace(_plats(rad), text=orsak(fel))) from fel

    def skriv(rader: Sequence[Aktivitetsplan]) -> None:
        _skriv(av, _aktiviteterna(rader), prioriteringar, rader)

    skriv_delat(skriv, plan, _plats)


def _plats(rad: Aktivitetsplan) -> Fel:
    return Fel("", rad=rad.rad, kolumn="Aktivitet", varde=rad.titel)


def _aktiviteterna(rader: Sequence[Aktivitetsplan]) -> dict[int, Aktivitet]:
    alla: dict[int, Aktivitet] = Aktivitet.objects.select_related("prioritering__handlingsplan").in_bulk(
        [rad.aktivitet_id for rad in rader if rad.aktivitet_id]
    )
    return alla


def _flytta(av: Anvandare, pk: int, prioritering: Prioritering) -> None:
    nu: Aktivitet = Aktivitet.objects.select_related("prioritering__handlingsplan").get(pk=pk)  # one before may move it
    byt_insats(av=av, aktivitet=nu, version=nu.version, prioritering=prioritering)


def _skriv(
    av: Anvandare,
    nu: Mapping[int, Aktivitet],
    prioriteringar: Mapping[int, Prioritering],
    rader: Sequence[Aktivitetsplan],
) -> None:
    """The same functions as the pages call, each for all rows at once."""
    gamla = [(rad, nu[rad.aktivitet_id]) for rad in rader if rad.aktivitet_id]
    skapa_aktiviteter(
        av=av,
        nya=[
            NyAktivitet(prioritering=prioriteringar[rad.prioritering_id], varden=rad.varden, roller=rad.roller or ())
            for rad in rader
            if not rad.aktivitet_id
        ],
    )
    andra_aktiviteter(
        av=av,
        andringar=[
            Aktivitetsandring(aktivitet=a, version=a.version, varden=rad.varden, roller=rad.roller)
            for rad, a in gamla
            if rad.roller is not None
        ],
    )
    rapportera_flera(
        av=av,
        rapporter=[
            Aktivitetsrapport(a, a.version, **{f: rad.varden.get(f, getattr(a, f)) for f in RAPPORTERAS})
            for rad, a in gamla
            if rad.roller is None and rad.varden
        ],
    )
