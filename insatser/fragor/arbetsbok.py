"""What a workbook of whole färdplaner holds, as its reader may see it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from django.db.models import TextChoices

from aktorer.behorighet import Person
from aktorer.models import Aktor
from insatser.behorighet import kanda_handlingsplaner
from insatser.fragor import handlingsplan as planer
from insatser.fragor import karta as kartor
from insatser.fragor import lagesbild
from insatser.fragor.handlingsplan import Planinnehall
from insatser.fragor.karta import Urval
from insatser.models import Fardplan, Fardriktning, Indikator, Insats, Malomrade, Matvarde, Medverkan
from insatser.regler.exempel import Exempel, exempel


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
            for del_ in insats.medverkan.all():
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
