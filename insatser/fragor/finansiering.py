"""Money summed up: who puts in how much, which year, and whether it covers what the aktiviteter cost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from aktorer.grund import gjort
from aktorer.models import Aktor
from insatser.models import Aktivitet, Bidrag, Handlingsplan


@dataclass(frozen=True)
class Summor:
    """Whole kronor. `rader` is (aktör, [per year of `ar`], total) in Swedish order, `per_ar` the sums of the years."""

    ar: list[int]
    rader: list[tuple[Aktor, list[int], int]]
    per_ar: list[int]

    @property
    def totalt(self) -> int:
        return sum(self.per_ar)


def summor(bidrag: Iterable[Bidrag]) -> Summor:
    """The sums per aktör and year of the rows given, with their aktör fetched."""
    rader = list(bidrag)
    ar = sorted({b.ar for b in rader})
    per: dict[tuple[int, int], int] = {}
    for b in rader:
        per[b.aktor_id, b.ar] = per.get((b.aktor_id, b.ar), 0) + b.belopp
    aktorer = sorted({b.aktor_id: b.aktor for b in rader}.values(), key=lambda a: a.sortering)
    tabell = [[per.get((a.pk, y), 0) for y in ar] for a in aktorer]
    return Summor(
        ar,
        [(a, varden, sum(varden)) for a, varden in zip(aktorer, tabell, strict=True)],
        [sum(rad[n] for rad in tabell) for n in range(len(ar))],
    )


@dataclass(frozen=True)
class Ekonomi:
    """A plan's money: what is common, what is meant for one aktivitet, and what the aktiviteter cost. Whole kronor."""

    gemensamma: list[Bidrag]
    riktade: list[Bidrag]
    kostnad: int
    att_tacka: int
    """What the aktiviteter cost beyond the money meant for each of them."""

    @property
    def summor(self) -> Summor:
        return summor([*self.gemensamma, *self.riktade])

    @property
    def gemensamt(self) -> int:
        return sum(b.belopp for b in self.gemensamma)

    @property
    def riktat(self) -> int:
        return sum(b.belopp for b in self.riktade)

    @property
    def saknas(self) -> int:
        """What is left to cover when the common money is used up; 0 when it is enough."""
        return max(0, self.att_tacka - self.gemensamt)

    @property
    def finns(self) -> bool:
        """Whether anybody has said anything about money."""
        return bool(self.kostnad or self.gemensamma or self.riktade)


def ekonomi(
    plan: Handlingsplan, aktiviteter: Iterable[Aktivitet], beslutade: Iterable[Bidrag] | None = None
) -> Ekonomi:
    """The money of the plan with these aktiviteter (their bidrag fetched); of the färdplan's, its years'. One query.

    `beslutade` is the common money decided for a plan that is being changed; None: what is written in it now.
    """
    gemensamma = Q(fardplan=plan.fardplan_id, ar__range=(plan.ar_fran, plan.ar_till))
    if beslutade is None:
        gemensamma |= Q(handlingsplan=plan)
    av = (plan.pk, plan.fardplan_id, plan.ar_fran, plan.ar_till, beslutade is None)
    alla = gjort.rader(lambda: Bidrag.objects.filter(gemensamma).select_related("aktor"), *av)
    return raknad([*alla, *(beslutade or ())], aktiviteter)


def raknad(gemensamma: Iterable[Bidrag], aktiviteter: Iterable[Aktivitet]) -> Ekonomi:
    """The same out of the rows given, with their aktör fetched. No queries."""
    aktiviteter = list(aktiviteter)
    return Ekonomi(
        sorted(gemensamma, key=lambda b: (b.aktor.sortering, b.ar, b.pk)),
        [b for a in aktiviteter for b in a.bidrag.all()],
        sum(a.kostnad or 0 for a in aktiviteter),
        sum(max(0, (a.kostnad or 0) - sum(b.belopp for b in a.bidrag.all())) for a in aktiviteter),
    )
