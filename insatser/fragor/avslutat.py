"""What held in a plan when it was closed: its rows, and those around it that live on and change.

A closed plan is read as it was then for ever: page, board, files. Only where its links lead is of today.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core import serializers
from django.db.models import Model, QuerySet

from aktorer.grund.sortering import svensk_nyckel
from aktorer.models import Aktor
from insatser.fragor import beslutat, lage
from insatser.fragor.beslutat import Beslutat
from insatser.models import (
    Bidrag,
    Handlingsplan,
    Insats,
    Lagesrapport,
    Malomrade,
    Medverkan,
    Ordforklaring,
    Planavslut,
    Program,
    Stadskarna,
)

# What is not kept: persons, and what is made of the other columns.
_UTAN = {Aktor: ("kontakt", "sortering"), Lagesrapport: ("av",)}


@dataclass(frozen=True)
class Avslutat:
    """The rows of the plan, all common money of its years, {(insats id, stadskärna id): läge}, and the words.

    `program` and `stadskarna` are None, and there are no words, of plans that were closed before those were kept.
    """

    rader: Beslutat
    gemensamma: list[Bidrag]
    lagen: dict[tuple[int, int], Lagesrapport]
    stadskarna: Stadskarna | None
    program: Program | None
    ordlista: list[Ordforklaring]


@dataclass(frozen=True)
class Avslutsbild:
    """What was kept when a plan was closed: its rows, and what its stadskärna and its program were called."""

    rader: list[dict[str, Any]]
    stadskarna: str
    program: str


def frys(plan: Handlingsplan) -> list[dict[str, Any]]:
    """All that a reader of the plan sees, in JSON types. Twelve queries."""
    planens = beslutat.frys(plan)
    insatser = Insats.objects.filter(pk__in=_namnda(planens, "insats")).order_by("pk")
    malomraden = Malomrade.objects.filter(insatser__in=insatser).distinct().order_by("pk")
    medverkan = Medverkan.objects.filter(insats__in=insatser).order_by("pk")
    fardplanens = Bidrag.objects.filter(fardplan=plan.fardplan_id, ar__range=(plan.ar_fran, plan.ar_till))
    program, stadskarna = plan.fardplan.program, plan.fardplan.stadskarna
    lagen = lage.lagen((pk, plan.fardplan.stadskarna_id) for pk in _namnda(planens, "insats")).values()
    orden = program.ordlista.order_by("ordning")
    runt = (malomraden, insatser, medverkan, fardplanens, lagen, [stadskarna], [program], orden)
    frysta = planens + [rad for rader in runt for rad in _i_json(rader)]
    return frysta + _i_json(Aktor.objects.filter(pk__in=_namnda(frysta, "aktor")).order_by("pk"))


def _namnda(frysta: list[dict[str, Any]], falt: str) -> set[int]:
    """The ids that the rows name in a column."""
    return {rad["fields"][falt] for rad in frysta if rad["fields"].get(falt)}


def _i_json(rader: Iterable[Model]) -> list[dict[str, Any]]:
    alla = list(rader)
    if not alla:
        return []
    utan = _UTAN.get(type(alla[0]), ())
    falt = [f.name for f in alla[0]._meta.concrete_fields if f.name not in utan]
    frysta: list[dict[str, Any]] = json.loads(serializers.serialize("json", alla, fields=falt))
    return frysta


def fryst(plan: Handlingsplan) -> Avslutsbild | None:
    """What was kept when the plan was closed; None when it is not, or was before that was done. One query."""
    kvar = planavslut(plan).values_list("rader", "innehall__stadskarna", "innehall__program").first()
    return Avslutsbild(*kvar) if kvar else None


def planavslut(plan: Handlingsplan) -> QuerySet[Planavslut]:
    """How the plan was closed, the latest first; none of one that is open, also when it was closed by mistake."""
    stangd = Handlingsplan.Planstatus.AVSLUTAD
    return Planavslut.objects.filter(handlingsplan=plan, handlingsplan__status=stangd).order_by("-pk")


def las(plan: Handlingsplan, frysta: Iterable[dict[str, Any]]) -> Avslutat:
    """The rows of `frys`, put together. Three queries: where links lead today, and the plans before."""
    tinat = beslutat.tina(frysta)
    aktorer = _aktorer(tinat.get(Aktor, []))
    insatser = _insatser(tinat, aktorer)
    ut = Beslutat(plan)
    for rad in tinat.get(Lagesrapport, []):
        rad.aktor = aktorer.get(rad.aktor_id)
    beslutat.satt_ihop({plan.pk: ut}, tinat, insatser, aktorer)
    return Avslutat(
        ut,
        [b for b in tinat.get(Bidrag, []) if not b.aktivitet_id],
        {(rad.insats_id, rad.stadskarna_id): rad for rad in tinat.get(Lagesrapport, [])},
        next(iter(tinat.get(Stadskarna, [])), None),
        next(iter(tinat.get(Program, [])), None),
        tinat.get(Ordforklaring, []),
    )


def _aktorer(frysta: list[Aktor]) -> dict[int, Aktor]:
    """{id: aktör} with the names of then and the addresses of today."""
    adresser = dict(Aktor.objects.filter(pk__in=[a.pk for a in frysta]).values_list("pk", "slug"))
    for a in frysta:
        a.sortering, a.slug = svensk_nyckel(a.namn), adresser.get(a.pk, a.slug)
    return {a.pk: a for a in frysta}


def _insatser(tinat: beslutat.Tinat, aktorer: dict[int, Aktor]) -> dict[int, Insats]:
    """{id: insats} with målområde and medverkan of then; `nu` is the insats of today, for links."""
    malomraden = {m.pk: m for m in tinat.get(Malomrade, [])}
    insatser = tinat.get(Insats, [])
    idag = Insats.objects.select_related("malomrade").in_bulk([i.pk for i in insatser])
    for i in insatser:
        i.malomrade, i.nu = malomraden[i.malomrade_id], idag.get(i.pk)
    medverkan = tinat.get(Medverkan, [])
    for m in medverkan:
        m.aktor = aktorer[m.aktor_id]
    beslutat.hor_till("medverkan", insatser, "insats", medverkan)
    return {i.pk: i for i in insatser}
