"""Where a stadskärna stands, as a styrgrupp wants it in front of it at a meeting."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from aktorer.behorighet import Person
from insatser.behorighet import kanda_handlingsplaner, laser_som_beslutad
from insatser.fragor import beslutat, lagesbild
from insatser.fragor.lagesbild import Indikatorbild
from insatser.fragor.oversikt import Oversikt, oversikter
from insatser.models import Aktivitet, Fardplan, Handlingsplan, Planversion, Prioritering


@dataclass(frozen=True)
class Planlage:
    """The handlingsplan of the day and the version that was decided last, None for a draft.

    `per_status` counts its aktiviteter; None where the person reads what was decided, and it froze no rows.
    """

    plan: Handlingsplan
    version: Planversion | None
    prioriterade: set[int]
    per_status: Counter[str] | None


@dataclass(frozen=True)
class Laget:
    """`indikatorer` are those with a value of the stadskärna's own."""

    oversikt: Oversikt
    handlingsplan: Planlage | None
    indikatorer: list[Indikatorbild]


def laget(fardplan: Fardplan, person: Person, idag: date) -> Laget:
    """As the person may see it. A constant number of queries, whatever there is to tell."""
    (oversikt,) = oversikter([fardplan], person, idag)
    bilder = [b for _, per_omrade in lagesbild.lagesbild(fardplan, person) for b in per_omrade]
    return Laget(oversikt, _handlingsplan(fardplan, person, idag.year), [b for b in bilder if b.senast])


def _handlingsplan(fardplan: Fardplan, person: Person, ar: int) -> Planlage | None:
    """The plan of this year; where there is none, the newest."""
    planer = list(kanda_handlingsplaner(person).filter(fardplan=fardplan).nyast_forst())
    plan = next((p for p in planer if p.ar_fran <= ar <= p.ar_till), planer[0] if planer else None)
    if plan is None:
        return None
    version = plan.versioner.select_related("beslut").defer("pdf", "innehall").first()
    if laser_som_beslutad(person, plan):
        for b in beslutat.las(Handlingsplan.objects.filter(pk=plan.pk)):
            return Planlage(plan, version, b.insatser, Counter(a.status for a in b.aktiviteter))
        return Planlage(plan, version, set(), None)
    prioriterade = set(Prioritering.objects.filter(handlingsplan=plan).values_list("insats_id", flat=True))
    aktiviteter = Aktivitet.objects.filter(prioritering__handlingsplan=plan)
    return Planlage(plan, version, prioriterade, Counter(aktiviteter.values_list("status", flat=True)))
