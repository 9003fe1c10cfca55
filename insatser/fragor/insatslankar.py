"""Where an insats is read: in the färdplan in force, or below its generation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from aktorer.behorighet import Person, har
from aktorer.roller import Rattighet
from insatser.behorighet import gallande_fardplaner, synliga_fardplaner
from insatser.fragor import generation
from insatser.models import Fardplan, Insats


@dataclass(frozen=True)
class Insatslank:
    """An insats and the färdplan to read it in: the one in force (`galler`), or else below its program."""

    insats: Insats
    fardplan: Fardplan
    galler: bool

    @property
    def adress(self) -> str:
        return generation.adress(self.fardplan, "insats", self.insats.nummer, galler=self.galler)


def insatslankar(insatser: Iterable[Insats], person: Person, *, helst: str = "") -> list[Insatslank]:
    """Where each insats is read; those of drafts the person may not know of are left out. Two queries.

    A gemensam insats is the same in all stadskärnor: it is read in `helst` (a slug) when it shows there, else in the
    first of them.
    """
    galler = set(gallande_fardplaner(person).values_list("pk", flat=True))
    planer = sorted(
        synliga_fardplaner(person).select_related("stadskarna", "program"),
        key=lambda p: (p.stadskarna.slug != helst, p.pk not in galler, p.stadskarna.ordning),
    )
    ut = []
    internt = har(person, Rattighet.SE_INTERNT)
    for insats in insatser:
        if insats.utkast and not internt:
            continue
        if plan := next((p for p in planer if insats.ingar_i(p)), None):
            ut.append(Insatslank(insats, plan, plan.pk in galler))
    return ut
