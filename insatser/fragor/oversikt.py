"""Where the stadskärnor stand, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, Q

from insatser.behorighet import Person, gallande_fardplaner
from insatser.fragor.lage import SENAST_FORST
from insatser.models import Fardplan, Insats, Karnkommun, Lagesrapport
from insatser.regler.status import Stapel, Status, staplar


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
