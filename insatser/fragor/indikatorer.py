"""The lägesbild as a table: a row per indikator, and what one and the same change would do to many of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aktorer.behorighet import Person
from aktorer.grund.samtidighet import radens_handelser, senast
from aktorer.grund.valda import Atgard, Valdrad
from insatser.fragor.lagesbild import Indikatorbild, lagesbild, senaste_handelse
from insatser.models import Fardplan, Indikator, Malomrade


@dataclass(frozen=True)
class Indikatorrad:
    """A row of the table. `version` is that of what a cell of it changes: the indikator, or all its values here."""

    bild: Indikatorbild
    version: int

    @property
    def pk(self) -> int:
        return self.bild.indikator.pk


def bilder(fardplan: Fardplan, person: Person) -> list[Indikatorbild]:
    """Those of the färdplan's program in the order people see them. Three queries."""
    return [bild for _, rader in lagesbild(fardplan, person) for bild in rader]


def rad(fardplan: Fardplan, person: Person, indikator: Indikator, *, varden: bool) -> Indikatorrad:
    """One of them as it is now; `varden`: held by its values in the stadskärna, not by itself."""
    bild = next(b for b in bilder(fardplan, person) if b.indikator.pk == indikator.pk)
    version = senaste_handelse(indikator, fardplan.stadskarna) if varden else bild.indikator.version
    return Indikatorrad(bild, version)


def hamta(fardplan: Fardplan, ids: Collection[int]) -> list[Indikator]:
    """Those of the färdplan's program with these ids, in the order people see them."""
    alla = Indikator.objects.filter(malomrade__program=fardplan.program_id, pk__in=ids).select_related("malomrade")
    return list(alla.order_by("malomrade__nummer", "ordning", "namn"))


@dataclass(frozen=True)
class Indikatoratgard(Atgard[Indikator]):
    """What is done with indikatorer: they are the same in all stadskärnor, and who may change one may change any."""

    def _hinder(self, rad: Indikator, av: Any) -> str:
        return ""

    def senast(self, rad: Indikator) -> str:
        return senast(radens_handelser(rad))

    @property
    def varden(self) -> Mapping[str, Any]:
        """What is written, by column."""
        raise NotImplementedError


@dataclass(frozen=True)
class NyttIndikatoromrade(Indikatoratgard):
    """Another målområde of the same program."""

    malomrade: Malomrade

    @property
    def varden(self) -> Mapping[str, Any]:
        return {"malomrade_id": self.malomrade.pk}

    def _rader(self, valda: Sequence[Indikator]) -> Iterable[Valdrad[Indikator]]:
        upptagna = set(Indikator.objects.filter(malomrade=self.malomrade).values_list("namn", flat=True))
        for i in valda:
            hinder = ""
            if i.malomrade_id != self.malomrade.pk and i.namn in upptagna:
                hinder = "Målområdet har redan en indikator med det namnet."
            upptagna.add(i.namn)
            yield Valdrad(i, str(i.malomrade), str(self.malomrade), i.version, hinder)


@dataclass(frozen=True)
class NyKalla(Indikatoratgard):
    """Where all their values come from, but for those that say another source of their own; "": not said."""

    kalla: str

    @property
    def varden(self) -> Mapping[str, Any]:
        return {"kalla": self.kalla}

    def _rader(self, valda: Sequence[Indikator]) -> Iterable[Valdrad[Indikator]]:
        for i in valda:
            yield Valdrad(i, i.kalla or INGEN_KALLA, self.kalla or INGEN_KALLA, i.version)


INGEN_KALLA = "Ingen källa"
