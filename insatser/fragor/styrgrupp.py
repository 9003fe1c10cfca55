"""What a styrgrupp needs before it: its next möten with their papers, what waits for decision, what is new since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q, prefetch_related_objects

from aktorer.behorighet import Person
from insatser.behorighet import aktuella_handlingsplaner, synliga_motespunkter
from insatser.fragor.oversikt import Oversikt, kommande_moten, oversikter
from insatser.models import Fardplan, Handlingsplan, Mote, Stadskarna
from insatser.regler.exempel import Exempel, exempel

MOTEN, RADER = 3, 3


@dataclass(frozen=True)
class Styrgruppsbild:
    """`moten` each with the stadskärna it is read at, its points read; `planer` drafts and plans that are changed."""

    moten: list[tuple[Mote, Stadskarna]]
    planer: list[Handlingsplan]
    oversikter: list[Oversikt]

    @property
    def nytt(self) -> list[Oversikt]:
        """The stadskärnor where a läge has changed since their last möte."""
        return [o for o in self.oversikter if o.nya]

    @property
    def exempel(self) -> Exempel:
        return exempel([*self.planer, *(r.lage for o in self.nytt for r in o.nya[:RADER])])


def styrgruppsbild(fardplaner: Sequence[Fardplan], person: Person, idag: date) -> Styrgruppsbild:
    """Of these färdplaner. Ten queries, however many they are."""
    moten = kommande_moten(fardplaner, idag, MOTEN)
    punkter = synliga_motespunkter(person).select_related("handlingsplan__fardplan__stadskarna")
    prefetch_related_objects([m for m, _ in moten], Prefetch("punkter", punkter.order_by("ordning")))
    vantar = Q(status=Handlingsplan.Planstatus.UTKAST) | Q(andras=True)
    planer = aktuella_handlingsplaner(person).filter(vantar, fardplan__in=fardplaner)
    return Styrgruppsbild(
        moten,
        list(planer.select_related("fardplan__stadskarna").order_by("fardplan__stadskarna__ordning", "pk")),
        oversikter(fardplaner, person, idag),
    )
