"""The files that have been read in: which there are, and what each of them wrote, thing by thing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from insatser.fragor import angra, filtext
from insatser.fragor.angra import Rad
from insatser.fragor.sakhistorik import Del
from insatser.fragor.tillfallen import Radandring, radandringar
from insatser.models import (  # type: ignore[attr-defined]
    Aktivitet,
    AktivitetAktor,
    Fardplan,
    Inlasning,
    InlasningEvent,
    Insats,
    Lagesrapport,
    Matvarde,
    Medverkan,
    Program,
)

# What is part of something else: by which column, and how it is told.
_DELAR: dict[type[Model], tuple[type[Model], str, Del]] = {
    Medverkan: (Insats, "insats_id", Del(Medverkan, Q(), "aktor", frozenset({"insats"}))),
    Lagesrapport: (Insats, "insats_id", Del(Lagesrapport, Q(), "datum", frozenset({"insats", "stadskarna"}))),
    AktivitetAktor: (Aktivitet, "aktivitet_id", Del(AktivitetAktor, Q(), "aktor", frozenset({"aktivitet"}))),
}
_MED: dict[type[Model], tuple[str, ...]] = {
    Insats: ("malomrade",),
    Matvarde: ("indikator",),
    Aktivitet: ("prioritering",),
}


@dataclass(frozen=True, eq=False)
class Filsak:
    """A thing that the file said something of: an insats with its roles and läge, a mätvärde, an aktivitet; and all
    rows that were written of it.
    """

    modell: type[Model]
    pk: int
    rader: tuple[Rad, ...]

    @property
    def nyckel(self) -> tuple[str, int]:
        return self.modell._meta.label, self.pk

    @property
    def klar(self) -> bool:
        """Whether nothing of it is left to take back."""
        return all(r.klar for r in self.rader) or (self.avfors and self.insatsen.avford is not None)

    @property
    def avfors(self) -> bool:
        """Whether it is retired instead of taken away: a new insats that has a läge, which is kept for ever."""
        nya = {r.modell for r in self.rader if r.fore is None and r.efter}
        return {Insats, Lagesrapport} <= nya and self.insatsen is not None

    @property
    def insatsen(self) -> Any:
        """The insats that it is, as it is now; None when it is another thing, or gone."""
        return next((r.nu for r in self.rader if r.modell is Insats), None)


@dataclass(frozen=True)
class Visad:
    """A thing as the page shows it, with what was written of it."""

    sak: Filsak
    namn: str
    finns: bool
    andringar: tuple[Radandring, ...] = ()

    @property
    def insats(self) -> int | None:
        """The id of the insats that it is."""
        return self.sak.pk if self.finns and self.sak.modell is Insats else None


@dataclass(frozen=True)
class Ordfiler:
    """Uploaded files with words in them, and those where nobody could look; without what is in them."""

    med: list[Inlasning]
    olasta: list[Inlasning]


def lista(hem: Fardplan | Program) -> QuerySet[Inlasning]:
    """The files read in, of a färdplan with those of its whole program, the latest first, without what is in them."""
    villkor = Q(program=hem) if isinstance(hem, Program) else Q(fardplan=hem) | Q(program=hem.program_id)
    alla: QuerySet[Inlasning] = Inlasning.objects.filter(villkor).exclude(inlast=None).defer("innehall")
    return alla.select_related("av", "program", "handlingsplan", "maskering__av").order_by("-inlast", "-pk")


def galler(karna: int) -> Q:
    """Which files are about the stadskärna with that id, also beside others."""
    return Q(fardplan__stadskarna=karna) | Q(program__in=Fardplan.objects.filter(stadskarna=karna).values("program"))


def med_ord(sokt: re.Pattern[str], karna: int | None) -> Ordfiler:
    """The files, read in or just uploaded, in which words are found, in the stadskärna with that id or in all. Each is
    read, one at a time.
    """
    alla = Inlasning.objects.filter(innehall__isnull=False).defer("innehall").select_related("av")
    egna = (alla.filter(galler(karna)) if karna else alla).order_by("-skapad", "-pk")
    ut = Ordfiler([], [])
    for rad, finns in filtext.leta(list(egna), _filen, sokt):
        if finns is not False:
            (ut.olasta if finns is None else ut.med).append(rad)
    return ut


def _filen(rad: Inlasning) -> bytes:
    """Nothing of one that has gone meanwhile."""
    return bytes(Inlasning.objects.filter(pk=rad.pk).values_list("innehall", flat=True).first() or b"")


def kontext(inlasning: Inlasning) -> UUID | None:
    """The context of the history that it was read in by."""
    inlast = InlasningEvent.objects.filter(pgh_obj_id=inlasning.pk).exclude(inlast=None).order_by("pgh_id")
    vilken: UUID | None = inlast.values_list("pgh_context_id", flat=True).first()
    return vilken


def ur_kontexter(kontexter: Collection[UUID | None]) -> dict[UUID, Inlasning]:
    """{context: the inläsning that was written in it, with its färdplan}. Two queries."""
    inlasta = InlasningEvent.objects.filter(pgh_context_id__in=kontexter, angrad=None).exclude(inlast=None)
    per_kontext = dict(inlasta.values_list("pgh_context_id", "pgh_obj_id"))
    rader = Inlasning.objects.defer("innehall").select_related("fardplan__stadskarna", "fardplan__program", "program")
    alla = rader.in_bulk(per_kontext.values())
    return {kontext_: alla[pk] for kontext_, pk in per_kontext.items() if pk in alla}


def saker(inlasning: Inlasning, *, las: bool = False) -> list[Filsak]:
    """All that it wrote. `las`: lock the rows. A fixed number of queries."""
    if (vilken := kontext(inlasning)) is None:
        return []
    per_sak: dict[tuple[type[Model], int], list[Rad]] = {}
    for rad in angra.rader(vilken, las=las):
        if rad.modell is not Inlasning:
            per_sak.setdefault(_huvud(rad), []).append(rad)
    return [Filsak(modell, pk, tuple(rader)) for (modell, pk), rader in per_sak.items()]


def _huvud(rad: Rad) -> tuple[type[Model], int]:
    if rad.modell not in _DELAR:
        return rad.modell, rad.pk
    modell, falt, _ = _DELAR[rad.modell]
    return modell, getattr(rad.sist, falt)


def i_ordning(alla: Iterable[Filsak]) -> list[Visad]:
    """Those where something that people see was written, by number; what is gone comes last. A query for each kind."""
    synliga = [s for s in alla if any(r.fore is None or r.efter is None or r.andrade() for r in s.rader)]
    finns: dict[tuple[str, int], Any] = {}
    for modell in {s.modell for s in synliga}:
        rader: Any = modell._base_manager.filter(pk__in=[s.pk for s in synliga if s.modell is modell])
        if modell in _MED:
            rader = rader.select_related(*_MED[modell])
        finns |= {(modell._meta.label, r.pk): r for r in rader}
    ut = [Visad(s, _namn(s, finns.get(s.nyckel)), s.nyckel in finns) for s in synliga]
    return sorted(ut, key=lambda v: (not v.finns, v.sak.nyckel[0], _plats(finns.get(v.sak.nyckel)), v.sak.pk))


def _plats(rad: Any) -> tuple[int, int]:
    match rad:
        case Insats():
            return rad.malomrade.nummer, rad.ordning
        case Aktivitet():
            return rad.prioritering.ordning, rad.ordning
        case Matvarde():
            return rad.indikator_id, rad.ar
        case _:
            return 0, 0


def _namn(sak: Filsak, rad: Any) -> str:
    """What it is called, or was when it is gone."""
    if isinstance(rad, Matvarde):
        return f"{rad.indikator} {rad.ar}"
    if rad is not None:
        return str(rad)
    slag, da = str(sak.modell._meta.verbose_name).capitalize(), sak.rader[0].efter or sak.rader[0].fore
    return getattr(da, "titel", "") or (f"{slag} {da.ar}" if sak.modell is Matvarde else slag)


def med_andringar(sidan: Sequence[Visad]) -> list[Visad]:
    """A page of them with what was and what became. A query for each kind of name."""
    modeller = {r.modell for v in sidan for r in v.sak.rader}
    delar = {m: _DELAR[m][2] if m in _DELAR else Del(m, Q()) for m in modeller}
    andringar = radandringar({v.sak: v.sak.rader for v in sidan}, delar)
    return [replace(v, andringar=tuple(andringar[v.sak])) for v in sidan]
