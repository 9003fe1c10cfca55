"""Where the stadskärnor stand, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Prefetch, Q

from aktorer.models import Aktor
from insatser.behorighet import Person, gallande_fardplaner
from insatser.fragor import lage
from insatser.fragor.lage import SENAST_FORST
from insatser.models import (
    Aktivitet,
    AktivitetAktor,
    Fardplan,
    Handlingsplan,
    Insats,
    Karnkommun,
    Lagesrapport,
    Medverkan,
    Mote,
    Samverkansorgan,
)
from insatser.regler import tystnad
from insatser.regler.status import Bedomning, Stapel, Status, staplar

# What has changed is told since the styrgrupp's last möte; where none is known, since so many days.
UTAN_MOTE_DAGAR = 90


@dataclass
class Karna:
    """A stadskärna's färdplan in force, how many insatser it has and how they go."""

    fardplan: Fardplan
    gemensamma: int
    egna: int
    per_status: list[Stapel]
    senast: Lagesrapport | None

    @property
    def antal(self) -> int:
        return self.gemensamma + self.egna


def stadskarnor(person: Person) -> list[Karna]:
    """All stadskärnor with a färdplan the person may see, in their order. Four queries, whatever the number."""
    karnkommuner = Karnkommun.objects.select_related("aktor").order_by("ordning")
    fardplaner = gallande_fardplaner(person).select_related("stadskarna", "program")
    med_kommuner = fardplaner.prefetch_related(Prefetch("stadskarna__karnkommun_set", karnkommuner))
    return _rakna(list(med_kommuner.order_by("stadskarna__ordning")))


def stadskarna(fardplan: Fardplan) -> Karna:
    """The same of one färdplan. Two queries."""
    return _rakna([fardplan])[0]


def _rakna(fardplaner: list[Fardplan]) -> list[Karna]:
    insatser = list(
        Insats.objects.gallande()
        .filter(
            Q(fardplan__in=fardplaner) | Q(fardplan=None, malomrade__program__in={p.program_id for p in fardplaner})
        )
        .values_list("pk", "fardplan_id", "malomrade__program_id")
    )
    senaste = (
        Lagesrapport.objects.gallande()
        .filter(insats__in=[pk for pk, *_ in insatser], stadskarna__in=[p.stadskarna_id for p in fardplaner])
        .order_by("insats_id", "stadskarna_id", *SENAST_FORST)
        .distinct("insats_id", "stadskarna_id")
        .only("insats_id", "stadskarna_id", "status", "datum", "exempel")
    )
    lagen = {(r.insats_id, r.stadskarna_id): r for r in senaste}
    return [_karna(plan, insatser, lagen) for plan in fardplaner]


def _karna(
    plan: Fardplan, insatser: Sequence[tuple[int, int | None, int]], lagen: dict[tuple[int, int], Lagesrapport]
) -> Karna:
    egna = [pk for pk, fardplan, _ in insatser if fardplan == plan.pk]
    gemensamma = [pk for pk, fardplan, program in insatser if fardplan is None and program == plan.program_id]
    har = [lagen.get((pk, plan.stadskarna_id)) for pk in [*gemensamma, *egna]]
    antal = Counter(Status(r.status) if r else None for r in har)
    senast = max((r for r in har if r), key=lambda r: r.datum, default=None)
    return Karna(plan, len(gemensamma), len(egna), staplar(antal), senast)


@dataclass
class Oversikt:
    """Where a stadskärna stands, as those see it who steer: what has changed, what is late, who is silent."""

    fardplan: Fardplan
    antal: int
    per_status: list[Stapel]
    per_bedomning: list[tuple[Bedomning, int]]
    tysta: list[Insats]
    tysta_aktorer: list[tuple[Aktor, int]]
    sedan: date
    mote: Mote | None
    """The latest möte of its styrgrupp; `sedan` is its day, or 90 days ago when there was none."""
    andrade: list[tuple[Insats, Lagesrapport]]
    sena: list[Aktivitet]


def oversikter(fardplaner: Sequence[Fardplan], idag: date) -> list[Oversikt]:
    """One of each färdplan. Six queries, whatever the number of stadskärnor and insatser."""
    program = {p.program_id for p in fardplaner}
    insatser = list(
        Insats.objects.gallande()
        .filter(Q(fardplan__in=fardplaner) | Q(fardplan=None, malomrade__program__in=program))
        .select_related("malomrade")
        .prefetch_related(Prefetch("medverkan", Medverkan.objects.select_related("aktor")))
        .i_nummerordning()
    )
    lagen = lage.lagen((i.pk, p.stadskarna_id) for p in fardplaner for i in insatser)
    styrgrupper = Mote.objects.filter(organ__slag=Samverkansorgan.Slag.STYRGRUPP, installt=False, datum__lt=idag)
    moten = {m.organ.stadskarna_id: m for m in styrgrupper.select_related("organ").order_by("datum")}
    beslutade = Handlingsplan.objects.filter(fardplan__in=fardplaner, status=Handlingsplan.Planstatus.BESLUTAD)
    sena = list(
        Aktivitet.objects.filter(prioritering__handlingsplan__in=beslutade, slut__lt=idag)
        .exclude(status__in=[Status.GENOMFORD, Status.AVBRUTEN])
        .select_related("prioritering__handlingsplan", "prioritering__insats__malomrade")
        .prefetch_related(Prefetch("aktorer", AktivitetAktor.objects.select_related("aktor").order_by("roll")))
        .order_by("slut", "pk")
    )
    return [_oversikt(p, insatser, lagen, moten.get(p.stadskarna_id), sena, idag) for p in fardplaner]


def _oversikt(
    plan: Fardplan,
    insatser: list[Insats],
    lagen: dict[tuple[int, int], Lagesrapport],
    mote: Mote | None,
    sena: list[Aktivitet],
    idag: date,
) -> Oversikt:
    egna = [
        i for i in insatser if i.fardplan_id == plan.pk or (i.gemensam and i.malomrade.program_id == plan.program_id)
    ]
    rapporter = [(i, lagen.get((i.pk, plan.stadskarna_id))) for i in egna]
    per_bedomning = Counter(Bedomning(r.bedomning) for _, r in rapporter if r and r.bedomning)
    sedan = mote.datum if mote else idag - timedelta(days=UTAN_MOTE_DAGAR)
    tysta = [i for i, r in rapporter if tystnad.ar_tyst(r.datum if r else None, idag)]
    ansvariga = Counter(i.ansvarig.aktor for i in tysta if i.ansvarig)
    andrade = [(i, r) for i, r in rapporter if r and r.datum > sedan]
    return Oversikt(
        fardplan=plan,
        antal=len(egna),
        per_status=staplar(Counter(Status(r.status) if r else None for _, r in rapporter)),
        per_bedomning=[(b, per_bedomning[b]) for b in Bedomning if per_bedomning[b]],
        tysta=tysta,
        tysta_aktorer=ansvariga.most_common(),
        sedan=sedan,
        mote=mote,
        andrade=sorted(andrade, key=lambda par: par[1].datum, reverse=True),
        sena=[a for a in sena if a.prioritering.handlingsplan.fardplan_id == plan.pk],
    )
