"""The läge: the latest lägesrapport per insats and stadskärna."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import OuterRef, QuerySet, Subquery

from insatser.models import Lagesrapport, Stadskarna
from insatser.models.lage import LagesrapportQuerySet

SENAST_FORST = ("-datum", "-id")


def senaste_id(stadskarna: Stadskarna) -> Subquery:
    """For an Insats query: the id of its latest report in the stadskärna. One index look-up per insats."""
    return Subquery(
        Lagesrapport.objects.gallande()
        .filter(insats=OuterRef("pk"), stadskarna=stadskarna)
        .order_by(*SENAST_FORST)
        .values("pk")[:1]
    )


def rapporter(ids: Iterable[int | None]) -> dict[int, Lagesrapport]:
    """{id: report with its aktör and author}, in one query."""
    fraga: QuerySet[Lagesrapport] = Lagesrapport.objects.select_related("aktor", "av")
    return fraga.in_bulk([pk for pk in ids if pk])


def lagen(par: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Lagesrapport]:
    """{(insats id, stadskärna id): latest report} of the given pairs, in one query."""
    par = set(par)
    fraga = _senaste(par).select_related("aktor", "av")
    return {(r.insats_id, r.stadskarna_id): r for r in fraga if (r.insats_id, r.stadskarna_id) in par}


def dagar(par: Iterable[tuple[int, int]]) -> dict[tuple[int, int], tuple[date, int]]:
    """{(insats id, stadskärna id): (day, id) of its latest report} of the given pairs, in one query.

    Out of the index alone: for long lists of which a few rows are shown.
    """
    par = set(par)
    fraga = _senaste(par).values_list("insats_id", "stadskarna_id", "datum", "pk")
    return {(i, s): (datum, pk) for i, s, datum, pk in fraga if (i, s) in par}


def _senaste(par: set[tuple[int, int]]) -> LagesrapportQuerySet:
    """The latest report of each pair, and of some pairs more."""
    senaste: LagesrapportQuerySet = (
        Lagesrapport.objects.gallande()
        .filter(insats__in={i for i, _ in par}, stadskarna__in={s for _, s in par})
        .order_by("insats_id", "stadskarna_id", *SENAST_FORST)
        .distinct("insats_id", "stadskarna_id")
    )
    return senaste
