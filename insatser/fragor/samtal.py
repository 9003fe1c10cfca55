"""What is said of a thing, and which files lie beside it, in the order in which they came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet, Window

from aktorer.behorighet import Person
from aktorer.grund import gjort
from insatser.behorighet import (
    far_bifoga,
    far_kommentera,
    far_maskera_bilagor,
    far_ta_bort_bilaga,
    far_ta_bort_sagt,
)
from insatser.models import Beslut, Bilaga, Handlingsplan, Kommentar, Planversion, Samtalssak

VISAS = 10  # of a thread beside other things
PER_SIDA = 50  # of one by itself


@dataclass(frozen=True)
class Samtalsrad:
    """A comment, and what its reader may do with it."""

    kommentar: Kommentar
    far_andra: bool
    far_ta_bort: bool


@dataclass(frozen=True)
class Samtal:
    """A thread: those of its rows that are shown, how many stand before them, how many comments there are, whether the
    reader may say something, and which page of all of it this is; None of its end alone.
    """

    rader: Sequence[Samtalsrad]
    fore: int
    antal: int
    far_kommentera: bool
    sida: Page[Kommentar] | None = None


def samtal(sak: Samtalssak, person: Person) -> Samtal:
    """The end of the thread. One query, whatever its length."""
    antal = {"alla": Window(Count("pk")), "kvar": Window(Count("pk", filter=Q(borttagen=None)))}
    sist = gjort.rader(lambda: _traden(sak).annotate(**antal).reverse()[:VISAS], *_vilken(sak))
    alla, kvar = (sist[0].alla, sist[0].kvar) if sist else (0, 0)
    return _samtal(sak, person, sist[::-1], fore=alla - len(sist), antal=kvar)


def hela_samtalet(sak: Samtalssak, person: Person, sida: str) -> Samtal:
    """That page of the thread; without a number the last, where what was said last stands. Three queries."""
    sidor = Paginator(_traden(sak), PER_SIDA)
    vald = sidor.get_page(sida or sidor.num_pages)
    return _samtal(sak, person, vald.object_list, antal=Kommentar.objects.om(sak).kvar().count(), sida=vald)


def _vilken(sak: Samtalssak) -> tuple[str, int, int | None]:
    """The thing as values: of what kind, which, and where."""
    return sak.rad._meta.label, sak.rad.pk, sak.i


def _traden(sak: Samtalssak) -> QuerySet[Any]:
    alla: QuerySet[Any] = Kommentar.objects.om(sak).select_related("av__aktor").order_by("skapad", "pk")
    return alla


def _samtal(
    sak: Samtalssak,
    person: Person,
    visade: Iterable[Kommentar],
    *,
    antal: int,
    fore: int = 0,
    sida: Page[Kommentar] | None = None,
) -> Samtal:
    far = far_kommentera(person)
    return Samtal([_rad(k, sak, person, far=far) for k in visade], fore, antal, far, sida)


def antal_om_aktiviteter(plan: Handlingsplan) -> dict[int, int]:
    """{id of an aktivitet in the plan: how many comments and files there are on it}. Two queries."""
    ut: Counter[int] = Counter()
    for slag in (Kommentar, Bilaga):
        ut.update(dict(gjort.rader(lambda: _antal_om_aktiviteter(slag, plan.pk), slag.__name__, plan.pk)))  # noqa: B023
    return ut


def _antal_om_aktiviteter(slag: type[Kommentar | Bilaga], plan: int) -> QuerySet[Any, Any]:
    alla = Bilaga.objects.kvar().filter(maskering=None) if slag is Bilaga else Kommentar.objects.kvar()
    om = alla.filter(aktivitet__prioritering__handlingsplan=plan).order_by()
    return om.values_list("aktivitet").annotate(antal=Count("pk"))


def _rad(kommentar: Kommentar, sak: Samtalssak, person: Person, *, far: bool) -> Samtalsrad:
    kvar = far and kommentar.borttagen is None
    egen = kommentar.av_id == person.pk
    return Samtalsrad(kommentar, kvar and egen, kvar and far_ta_bort_sagt(person, kommentar.av_id, sak.i))


@dataclass(frozen=True)
class Bilagerad:
    """A file, and what its reader may do with it. `i_beslutet`: the decided version names it."""

    bilaga: Bilaga
    far_ta_bort: bool
    far_maskera: bool
    i_beslutet: bool


@dataclass(frozen=True)
class Bilagor:
    """The files beside a thing, those taken away for who may mask them, and whether the reader may add one."""

    rader: Sequence[Bilagerad]
    borttagna: Sequence[Bilagerad]
    far_bifoga: bool

    @property
    def antal(self) -> int:
        return sum(r.bilaga.maskering_id is None for r in self.rader)


def bilagor(sak: Samtalssak, person: Person) -> Bilagor:
    """One query, without the files themselves; of a decision two."""
    alla = gjort.rader(
        lambda: Bilaga.objects.om(sak).select_related("av__aktor", "maskering").order_by("skapad", "pk"), *_vilken(sak)
    )
    far, maskerar = far_bifoga(person, sak), far_maskera_bilagor(person, sak)
    i_beslutet = _protokollets_avtryck(sak.rad) if isinstance(sak.rad, Beslut) else set()
    rader: list[Bilagerad] = []
    borttagna: list[Bilagerad] = []
    for b in alla:
        kan_tas_bort = far and not (b.maskering_id or b.borttagen or b.sha256 in i_beslutet)
        far_ta_bort = kan_tas_bort and far_ta_bort_bilaga(person, b.av_id, sak)
        rad = Bilagerad(b, far_ta_bort, far and maskerar and not b.maskering_id, b.sha256 in i_beslutet)
        (borttagna if b.borttagen else rader).append(rad)
    return Bilagor(rader, [r for r in borttagna if r.far_maskera], far)


def hor_till_beslutet(bilaga: Bilaga) -> bool:
    """Whether it is the protocol that the decided version names."""
    return bilaga.beslut is not None and bilaga.sha256 in _protokollets_avtryck(bilaga.beslut)


def _protokollets_avtryck(beslut: Beslut) -> set[str]:
    """The hash of the protocol that the decided version names, where it names one."""
    alla = Planversion.objects.filter(beslut=beslut).values_list("innehall__beslut__protokollfil__sha256", flat=True)
    return {avtryck for avtryck in alla if avtryck}
