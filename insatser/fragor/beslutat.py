"""What holds in a plan while an ändringsbeslut is prepared: its rows as they were decided.

They are frozen with the decision (`frys`) and thawed (`las`) for those who may not see what is being prepared. What
lives on after a decision is of today: an aktivitet's status, and whether its aktörer take part.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core import serializers
from django.db.models import F, Model, Prefetch, Q, QuerySet

from aktorer.grund import gjort
from aktorer.models import Aktor
from insatser.models import (  # type: ignore[attr-defined]
    Aktivitet,
    AktivitetAktor,
    AktivitetAktorEvent,
    AktivitetEvent,
    Bidrag,
    Bortval,
    Handlingsplan,
    Insats,
    Medverkan,
    Planversion,
    Prioritering,
)
from insatser.models.handlingsplan import HandlingsplanQuerySet
from insatser.regler.medverkan import Deltagande

# {model: its rows}, as from the database but for what is not theirs. Not to be saved.
type Tinat = dict[type[Model], list[Any]]


@dataclass(frozen=True)
class Beslutat:
    """A plan as it was decided: rows as from the database, with what pages ask of them fetched. Not to be saved.

    `bidrag` is its common money; what is paid for an aktivitet stands with it. Every aktivitet carries `andrad`.
    """

    plan: Handlingsplan
    prioriteringar: list[Prioritering] = field(default_factory=list)
    bortval: list[Bortval] = field(default_factory=list)
    bidrag: list[Bidrag] = field(default_factory=list)

    @property
    def aktiviteter(self) -> list[Aktivitet]:
        return [a for p in self.prioriteringar for a in p.aktiviteter.all()]

    @property
    def insatser(self) -> set[int]:
        return {p.insats_id for p in self.prioriteringar}


def frys(plan: Handlingsplan) -> list[dict[str, Any]]:
    """The rows of the plan in JSON types, in the order pages have them. Five queries."""
    i_planen = Q(prioritering__handlingsplan=plan)
    rader: list[Model] = [
        *Prioritering.objects.filter(handlingsplan=plan).order_by("ordning"),
        *Aktivitet.objects.filter(i_planen).order_by("ordning"),
        *AktivitetAktor.objects.filter(aktivitet__prioritering__handlingsplan=plan).order_by("roll", "ordning"),
        *Bidrag.objects.filter(Q(handlingsplan=plan) | Q(aktivitet__prioritering__handlingsplan=plan)).order_by(
            "aktor__sortering", "ar"
        ),
        *Bortval.objects.filter(handlingsplan=plan).order_by("insats__malomrade__nummer", "insats__ordning"),
    ]
    frysta: list[dict[str, Any]] = json.loads(serializers.serialize("json", rader))
    return frysta


def las(planer: HandlingsplanQuerySet) -> list[Beslutat]:
    """Those of the plans whose last decision froze their rows, newest plan first.

    One query when there is none, else eight, whatever the size. Decisions older than `frys` froze no rows.
    """
    frysta = _frysta(planer)
    if not frysta:
        return []
    beslutade: dict[int, Beslutat] = {}
    for v in frysta:
        v.handlingsplan.inledning = v.inledning
        beslutade[v.handlingsplan_id] = Beslutat(v.handlingsplan)
    rader = tina(rad for v in frysta for rad in v.rader)
    lev_vidare(rader.get(Aktivitet, []), rader.get(AktivitetAktor, []))
    satt_ihop(beslutade, rader, _dagens_insatser(rader), _dagens_aktorer(rader))
    return sorted(beslutade.values(), key=lambda b: (-b.plan.ar_fran, -b.plan.pk))


def insatser(planer: Callable[[], HandlingsplanQuerySet], *av: object) -> set[int]:
    """The ids of the insatser that were prioritised in the plans, which are made of the values `av`, when they were
    decided last. One query.
    """
    versioner = gjort.rader(lambda: _versioner(planer()), *av)
    alla = (rad for v in versioner for rad in v.rader or ())
    return {rad["fields"]["insats"] for rad in alla if rad["model"] == Prioritering._meta.label_lower}


def antal(planer: HandlingsplanQuerySet, *slag: type[Model]) -> dict[int, list[int]]:
    """{plan id: how many rows of each kind were in it when it was decided last}. One query."""
    rader = {v.handlingsplan_id: Counter(rad["model"] for rad in v.rader) for v in _frysta(planer)}
    return {pk: [per[s._meta.label_lower] for s in slag] for pk, per in rader.items()}


def _frysta(planer: HandlingsplanQuerySet) -> list[Any]:
    """The last versions of the plans, those that have their rows."""
    return [v for v in _versioner(planer) if v.rader]


def _versioner(planer: HandlingsplanQuerySet) -> QuerySet[Planversion]:
    return (
        Planversion.objects.gallande()
        .filter(handlingsplan__in=planer.order_by().values("pk"))
        .order_by("handlingsplan", "-nummer")
        .distinct("handlingsplan")
        .select_related("handlingsplan__fardplan__stadskarna", "handlingsplan__fardplan__program")
        .annotate(inledning=F("innehall__inledning"))
        .defer("innehall", "pdf")
    )


def tina(rader: Iterable[dict[str, Any]]) -> Tinat:
    """{model: its rows}, in the order they were frozen. No queries.

    A column that is gone since is left out; one that changes its name is to be translated here.
    """
    tinade: Tinat = {}
    for d in serializers.deserialize("python", rader, ignorenonexistent=True):
        tinade.setdefault(type(d.object), []).append(d.object)
    return tinade


def _dagens_insatser(rader: Tinat) -> dict[int, Insats]:
    """{id: the insats of the rows, as it is today}. Two queries."""
    medverkan = Prefetch("medverkan", Medverkan.objects.select_related("aktor"))
    alla = Insats.objects.select_related("malomrade", "fardplan").prefetch_related(medverkan)
    ids = {rad.insats_id for slag in (Prioritering, Bortval) for rad in rader.get(slag, [])}
    hittade: dict[int, Insats] = alla.in_bulk(ids)
    return hittade


def _dagens_aktorer(rader: Tinat) -> dict[int, Aktor]:
    """{id: the aktör of the rows, as it is today}. One query."""
    ids = {rad.aktor_id for slag in (AktivitetAktor, Bidrag) for rad in rader.get(slag, [])}
    hittade: dict[int, Aktor] = Aktor.objects.in_bulk(ids)
    return hittade


def satt_ihop(
    planer: Mapping[int, Beslutat], rader: Tinat, insatser: Mapping[int, Insats], aktorer: Mapping[int, Aktor]
) -> None:
    """Put the rows into their plans, each with the rows it belongs to and those that belong to it. One query."""
    prioriteringar, aktiviteter, delar, bidrag, bortval = (
        rader.get(slag, []) for slag in (Prioritering, Aktivitet, AktivitetAktor, Bidrag, Bortval)
    )
    tidigare = Aktivitet.objects.select_related("prioritering__handlingsplan")
    fore = tidigare.in_bulk({a.foljer_pa_id for a in aktiviteter if a.foljer_pa_id})
    for rad in [*prioriteringar, *bortval]:
        rad.insats = insatser[rad.insats_id]
        rad.handlingsplan = planer[rad.handlingsplan_id].plan
    for rad in [*delar, *bidrag]:
        rad.aktor = aktorer[rad.aktor_id]
    for a in aktiviteter:
        a.foljer_pa = fore.get(a.foljer_pa_id)
    hor_till("aktorer", aktiviteter, "aktivitet", delar)
    hor_till("bidrag", aktiviteter, "aktivitet", [b for b in bidrag if b.aktivitet_id])
    hor_till("aktiviteter", prioriteringar, "prioritering", aktiviteter)
    for p in prioriteringar:
        planer[p.handlingsplan_id].prioriteringar.append(p)
    for v in bortval:
        planer[v.handlingsplan_id].bortval.append(v)
    for b in bidrag:
        if b.handlingsplan_id:
            b.handlingsplan = planer[b.handlingsplan_id].plan
            planer[b.handlingsplan_id].bidrag.append(b)


def lev_vidare(aktiviteter: list[Aktivitet], delar: list[AktivitetAktor]) -> None:
    """The latest statuses and answers, out of the history: what is being prepared may have taken the rows away.

    That an aktör is asked anew belongs to what is being prepared. Two queries.
    """
    senaste = _senaste(AktivitetEvent, aktiviteter)
    for a in aktiviteter:
        a.status, a.kommentar = senaste[a.pk].status, senaste[a.pk].kommentar
        a.andrad = senaste[a.pk].pgh_created_at  # type: ignore[attr-defined]
    senaste = _senaste(AktivitetAktorEvent, delar)
    for d in delar:
        if senaste[d.pk].deltagande in {Deltagande.BEKRAFTAD, Deltagande.AVBOJD}:
            d.deltagande, d.svar = senaste[d.pk].deltagande, senaste[d.pk].svar


def _senaste(handelser: Any, rader: Iterable[Model]) -> dict[int, Any]:
    """{id: the latest event of the row}, of its deletion too."""
    alla = handelser.objects.filter(pgh_obj_id__in=[rad.pk for rad in rader])
    return {h.pgh_obj_id: h for h in alla.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")}


def hor_till(namn: str, huvuden: list[Any], falt: str, rader: list[Any]) -> None:
    """Let `rader` be what `huvud.<namn>.all()` holds, where `rad.<falt>` is huvud; as prefetch_related does it."""
    per: dict[int, list[Any]] = {h.pk: [] for h in huvuden}
    for rad in rader:
        per[getattr(rad, f"{falt}_id")].append(rad)
    for huvud in huvuden:
        for rad in per[huvud.pk]:
            setattr(rad, falt, huvud)
        fraga = getattr(huvud, namn).all()
        fraga._result_cache, fraga._prefetch_done = per[huvud.pk], True
        huvud.__dict__.setdefault("_prefetched_objects_cache", {})[namn] = fraga
