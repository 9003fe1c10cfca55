"""A gemensam insats in all stadskärnor: the same insats, and how it goes in each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from aktorer.behorighet import Person
from insatser.behorighet import gallande_fardplaner, synliga_insatser
from insatser.fragor import lage
from insatser.models import Insats, Lagesrapport, Stadskarna
from insatser.regler.exempel import Exempel, exempel
from insatser.regler.status import Bedomning, Stapel, Status, kommentar_kravs, staplar
from insatser.regler.tystnad import ar_tyst


@dataclass(frozen=True)
class Gemensamrad:
    """How it goes in one stadskärna."""

    stadskarna: Stadskarna
    lage: Lagesrapport | None
    tyst: bool

    @property
    def bedomning(self) -> str:
        return self.lage.bedomning if self.lage else ""

    @property
    def skal(self) -> str:
        """Why it does not go as planned, is paused or was broken off; "" when no reason is owed."""
        r = self.lage
        return r.kommentar if r and kommentar_kravs(r.status, r.bedomning) else ""


@dataclass(frozen=True)
class Gemensambild:
    """`karnor` in the order of the stadskärnor."""

    insats: Insats
    karnor: Sequence[Gemensamrad]

    @property
    def staplar(self) -> list[Stapel]:
        return staplar(Counter(Status(k.lage.status) if k.lage else None for k in self.karnor))

    @property
    def avviker(self) -> int:
        return sum(k.bedomning == Bedomning.AVVIKER for k in self.karnor)

    @property
    def risk(self) -> int:
        return sum(k.bedomning == Bedomning.RISK for k in self.karnor)

    @property
    def exempel(self) -> Exempel:
        return exempel(k.lage for k in self.karnor)


def gemensam(program: str, nummer: str, person: Person, idag: date) -> Gemensambild | None:
    """The gemensam insats with that number in the program with that address, in every färdplan in force that the person
    may see; None when there is none. Four queries.
    """
    alla = synliga_insatser(person).filter(fardplan=None, malomrade__program__slug=program).med_nummer(nummer)
    insats = alla.select_related("malomrade__program").prefetch_related("medverkan__aktor").first()
    if insats is None:
        return None
    planer = gallande_fardplaner(person).filter(program=insats.malomrade.program_id).select_related("stadskarna")
    karnor = [p.stadskarna for p in planer.order_by("stadskarna__ordning")]
    lagen = lage.lagen((insats.pk, k.pk) for k in karnor)
    rader = [(k, lagen.get((insats.pk, k.pk))) for k in karnor]
    return (
        Gemensambild(insats, [Gemensamrad(k, r, ar_tyst(r, insats.tillkom, idag)) for k, r in rader]) if rader else None
    )
