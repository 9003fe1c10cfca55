"""What a workbook of whole färdplaner holds, as its reader may see it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import TextChoices

from aktorer.behorighet import Person
from aktorer.models import Aktor, AktorEvent  # type: ignore[attr-defined]
from insatser.behorighet import kanda_handlingsplaner
from insatser.fragor import handlingsplan as planer
from insatser.fragor import karta as kartor
from insatser.fragor import lagesbild
from insatser.fragor.handlingsplan import Planinnehall
from insatser.fragor.inlasning import Nummer
from insatser.fragor.karta import Urval
from insatser.models import (  # type: ignore[attr-defined]
    Fardplan,
    Fardriktning,
    FardriktningEvent,
    Indikator,
    Insats,
    Malomrade,
    Matvarde,
    Medverkan,
    Program,
)
from insatser.regler.exempel import Exempel, exempel
from insatser.regler.medverkan import Roll


class Bokblad(TextChoices):
    """The sheets there are to choose among, in the order they stand in."""

    INSATSER = "insatser", "Insatser"
    MEDVERKAN = "medverkan", "Medverkan"
    FARDRIKTNINGAR = "fardriktningar", "Färdriktningar"
    AKTIVITETER = "aktiviteter", "Aktiviteter"
    AKTORER = "aktorer", "Aktörer"
    LAGESBILD = "lagesbild", "Lägesbild"


@dataclass(frozen=True)
class Fardplansinnehall:
    """One färdplan: what was asked for of it, empty otherwise."""

    fardplan: Fardplan
    insatser: Sequence[Insats] = ()
    riktningar: Sequence[tuple[Malomrade, Fardriktning | None]] = ()
    planer: Sequence[Planinnehall] = ()
    indikatorer: Sequence[Indikator] = ()
    varden: Sequence[tuple[Indikator, Matvarde | None]] = ()

    @property
    def medverkan(self) -> Iterator[tuple[Insats, Medverkan]]:
        """In the order of the insatser, each with its ansvarig first."""
        for insats in self.insatser:
            for del_ in sorted(insats.medverkan.all(), key=lambda m: (m.roll != Roll.ANSVARIG, m.ordning, m.pk)):
                yield insats, del_


@dataclass(frozen=True)
class Bokinnehall:
    """`bladen`: the sheets that were asked for. `aktorer`: the register, which all färdplaner share."""

    bladen: Sequence[Bokblad]
    delar: Sequence[Fardplansinnehall]
    aktorer: Sequence[Aktor] = field(default=())

    @property
    def flera(self) -> bool:
        """Whether it holds more than one stadskärna."""
        return len(self.delar) > 1

    @property
    def exempel(self) -> Exempel:
        """What in it is made up."""
        lagen = [i.lage for d in self.delar for i in d.insatser] if Bokblad.INSATSER in self.bladen else []
        planerna = [p.plan for d in self.delar for p in d.planer]
        return exempel([*lagen, *planerna, *(r for d in self.delar for par in d.varden for r in par)])


def hamta(fardplaner: Sequence[Fardplan], bladen: Collection[Bokblad], person: Person) -> Bokinnehall:
    """What the person may read of it. A fixed number of queries for each färdplan and each of its handlingsplaner."""
    valda = [b for b in Bokblad if b in bladen]
    aktorer = list(Aktor.objects.i_registret().i_ordning()) if Bokblad.AKTORER in valda else []
    return Bokinnehall(valda, [_fardplanen(f, valda, person) for f in fardplaner], aktorer)


def programmets(program: Program) -> list[Fardplan]:
    """Its färdplaner, in the order of their stadskärnor. One query."""
    alla: list[Fardplan] = list(
        Fardplan.objects.filter(program=program).select_related("stadskarna", "program").order_by("stadskarna__ordning")
    )
    return alla


def _fardplanen(fardplan: Fardplan, bladen: Collection[Bokblad], person: Person) -> Fardplansinnehall:
    insatser: Sequence[Insats] = ()
    if {Bokblad.INSATSER, Bokblad.MEDVERKAN} & {*bladen}:
        insatser = kartor.hamta(fardplan, Urval(), person).insatser
    indikatorer = lagesbild.indikatorer(fardplan) if Bokblad.LAGESBILD in bladen else []
    return Fardplansinnehall(
        fardplan,
        insatser,
        riktningar(fardplan) if Bokblad.FARDRIKTNINGAR in bladen else (),
        _planerna(fardplan, person) if Bokblad.AKTIVITETER in bladen else (),
        indikatorer,
        lagesbild.rader(fardplan, indikatorer) if indikatorer else (),
    )


def riktningar(fardplan: Fardplan) -> list[tuple[Malomrade, Fardriktning | None]]:
    """Every målområde of the färdplan, with its färdriktning where one is written. Two queries."""
    skrivna = {r.malomrade_id: r for r in Fardriktning.objects.filter(fardplan=fardplan)}
    malomraden = Malomrade.objects.filter(program=fardplan.program_id).order_by("nummer")
    return [(m, skrivna.get(m.pk)) for m in malomraden]


def _planerna(fardplan: Fardplan, person: Person) -> list[Planinnehall]:
    """The färdplan's own handlingsplaner, the latest first; not those of which the person may read no rows now."""
    alla = list(kanda_handlingsplaner(person).filter(fardplan=fardplan).nyast_forst())
    for plan in alla:
        plan.fardplan = fardplan
    return [innehall for plan in alla if (innehall := planer.innehall_for(plan, person))]


# What a workbook is compared with


def las_aktorer(ids: Collection[int]) -> None:
    """Lock them until the transaction ends, always in one order."""
    list(Aktor.objects.filter(pk__in=ids).order_by("pk").only("pk").select_for_update(of=("self",)))


def las_riktningar(fardplan: Fardplan) -> None:
    """Let nobody else write a färdriktning of it until the transaction ends, as whoever writes one does.

    Not against who only refers to it, as every row of it does: two that have kept a file of the färdplan each, and then
    want this, would wait for each other.
    """
    list(Fardplan.objects.filter(pk=fardplan.pk).only("pk").select_for_update(of=("self",), no_key=True))


def riktningar_da(versioner: Mapping[int, int]) -> dict[int, Any]:
    """{färdriktning id: what it said at the given version}; missing when that version never was. One query."""
    return _vid_versioner(FardriktningEvent, versioner)


def aktorer_da(versioner: Mapping[int, int]) -> dict[int, Any]:
    """The same of aktörer."""
    return _vid_versioner(AktorEvent, versioner)


def _vid_versioner(handelser: Any, versioner: Mapping[int, int]) -> dict[int, Any]:
    if not versioner:
        return {}
    alla = handelser.objects.filter(pgh_obj_id__in=versioner).order_by("pgh_id")
    return {h.pgh_obj_id: h for h in alla if h.version == versioner[h.pgh_obj_id]}


def insatsernas_id(fardplan: Fardplan, nummer: Collection[Nummer]) -> set[int]:
    """Those that have these numbers in the färdplan. One query."""
    rader = Insats.objects.i_fardplan(fardplan).values_list("pk", "malomrade__nummer", "ordning")
    return {pk for pk, omrade, ordning in rader if (omrade, ordning) in nummer}
