"""The läge: the latest lägesrapport per insats and stadskärna."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from django.db.models import OuterRef, Q, Subquery

from aktorer.grund import gjort
from insatser.models import Lagesrapport, Stadskarna
from insatser.models.lage import LagesrapportQuerySet


def senaste_id(stadskarna: Stadskarna) -> Subquery:
    """For an Insats query: the id of its latest report in the stadskärna. One index look-up per insats."""
    return Subquery(
        Lagesrapport.objects.gallande()
        .filter(insats=OuterRef("pk"), stadskarna=stadskarna)
        .senast_forst()
        .values("pk")[:1]
    )


def rapporter(ids: Iterable[int | None]) -> dict[int, Lagesrapport]:
    """{id: report with its aktör and author}, in one query."""
    valda = tuple(sorted({pk for pk in ids if pk}))
    alla = Lagesrapport.objects.select_related("aktor", "av")
    return {r.pk: r for r in gjort.rader(lambda: alla.filter(pk__in=valda), valda)} if valda else {}


def lagen(par: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Lagesrapport]:
    """{(insats id, stadskärna id): latest report} of the given pairs, in one query."""
    par = set(par)
    fraga = gjort.rader(lambda: _galler(par).select_related("aktor", "av"), *sorted(par))
    return {(r.insats_id, r.stadskarna_id): r for r in fraga if (r.insats_id, r.stadskarna_id) in par}


class Kort(NamedTuple):
    """The little that is asked of a report in a long list of which a few rows are shown."""

    datum: date
    status: str
    pk: int


def korta(par: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Kort]:
    """{(insats id, stadskärna id): its latest report in short} of the given pairs, in one query."""
    par = set(par)
    fraga = _galler(par).values_list("insats_id", "stadskarna_id", "datum", "status", "pk")
    return {(i, s): Kort(datum, status, pk) for i, s, datum, status, pk in fraga if (i, s) in par}


def fore(par: Iterable[tuple[int, int]], dagar: Mapping[int, date]) -> dict[tuple[int, int], Lagesrapport]:
    """{(insats id, stadskärna id): its latest report as of a day} of the given pairs, in one query.

    `dagar` is the day of each stadskärna id, itself included.
    """
    par = set(par)
    da = Q()
    for s in {s for _, s in par}:
        da |= Q(stadskarna=s, datum__lte=dagar[s])
    return {(r.insats_id, r.stadskarna_id): r for r in _galler(par).filter(da)} if par else {}


def _galler(par: set[tuple[int, int]]) -> LagesrapportQuerySet:
    """The latest report of each pair, and of some pairs more."""
    alla: LagesrapportQuerySet = Lagesrapport.objects.filter(
        insats__in={i for i, _ in par}, stadskarna__in={s for _, s in par}
    )
    return alla.senaste_av_varje()


def senaste(insats: int, stadskarna: int) -> Lagesrapport | None:
    """The latest report of one insats (its id) in one stadskärna, None when there is none."""
    return lagen([(insats, stadskarna)]).get((insats, stadskarna))
