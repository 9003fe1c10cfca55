"""How an aktivitet goes: its status lives on after the plan was decided; and aktiviteter out of a workbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError

from aktorer.grund.andring import andring
from aktorer.grund.platsratt import om_eget
from aktorer.grund.samtidighet import Krock, andra_rad
from aktorer.models import Anvandare
from insatser.andringar.handlingsplan import andra_aktivitet, byt_insats, skapa_aktivitet
from insatser.andringar.inlasning import Andringsrad, Inlasningsplan, Radfel, orsak
from insatser.andringar.roller import Rollrad
from insatser.models import Aktivitet, Handlingsplan, Inlasning, Prioritering
from insatser.regler import forlopp
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
    avslutade = Handlingsplan.objects.filter(status=Handlingsplan.Planstatus.AVSLUTAD)
    if plan := avslutade.filter(prioriteringar=aktivitet.prioritering_id).first():
        raise ValidationError(f"{plan} är avslutad: aktiviteterna rapporteras inte längre.")
    if fel := aktivitetsfel(status, kommentar):
        raise ValidationError(fel)
    return andra_rad(aktivitet, version=version, varden={"status": status, "kommentar": kommentar.strip()})


def skriv_aktiviteter(av: Anvandare, inlasning: Inlasning, plan: Inlasningsplan[Aktivitetsplan]) -> None:
    """Carry out the plan of a workbook, inside `andringar.inlasning.las_in`. Raises Radfel."""
    med_plan = Prioritering.objects.select_related("handlingsplan")
    prioriteringar: dict[int, Prioritering] = med_plan.in_bulk({rad.prioritering_id for rad in plan.rader})
    # Who moves first: those that stay behind are numbered anew, and what is written to them starts from there.
    for skriv, klara in ((_flytta, 0), (_skriv, 1)):
        gamla = Aktivitet.objects.select_related("prioritering__handlingsplan")
        nu: dict[int, Aktivitet] = gamla.in_bulk([rad.aktivitet_id for rad in plan.rader if rad.aktivitet_id])
        for rad in plan.rader:
            aktivitet = nu[rad.aktivitet_id] if rad.aktivitet_id else None
            forlopp.gjort(klara)
            try:
                skriv(av, aktivitet, prioriteringar[rad.prioritering_id], rad)
            except (ValidationError, Krock, IntegrityError) as fel:
                raise Radfel(plan, Fel(orsak(fel), rad=rad.rad, kolumn="Aktivitet", varde=rad.titel)) from fel


def _flytta(av: Anvandare, aktivitet: Aktivitet | None, prioritering: Prioritering, rad: Aktivitetsplan) -> None:
    if aktivitet and aktivitet.prioritering_id != prioritering.pk:
        byt_insats(av=av, aktivitet=aktivitet, version=aktivitet.version, prioritering=prioritering)


def _skriv(av: Anvandare, aktivitet: Aktivitet | None, prioritering: Prioritering, rad: Aktivitetsplan) -> None:
    """The same functions as the pages call."""
    if aktivitet is None:
        skapa_aktivitet(av=av, prioritering=prioritering, roller=rad.roller or (), **rad.varden)
        return
    version = aktivitet.version
    if rad.roller is not None:
        andra_aktivitet(av=av, aktivitet=aktivitet, version=version, roller=rad.roller, **rad.varden)
    elif rad.varden:
        nu = {falt: getattr(aktivitet, falt) for falt in RAPPORTERAS}
        rapportera(av=av, aktivitet=aktivitet, version=version, **{**nu, **rad.varden})
