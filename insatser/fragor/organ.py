"""The samverkansorgan of a stadskärna with their seats, möten and decisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch
from django.utils import timezone

from aktorer.behorighet import Person
from insatser.behorighet import synliga_beslut
from insatser.fragor.mote import planversioner
from insatser.models import Beslut, Fardplan, Mote, Planversion, Plats, Samverkansorgan
from insatser.regler.bojning import uppraknat


@dataclass(frozen=True)
class Organbild:
    """An organ as it stands today, or for one that has ended as it stood on its last day.

    `hallna` is what has been, latest first, with what was inställt; `antal_i_ar` counts without that.
    """

    organ: Samverkansorgan
    upphort: bool
    platser: list[Plats]
    tidigare_platser: list[Plats]
    kommande: list[Mote]
    hallna: list[Mote]
    antal_i_ar: int
    beslut: list[tuple[Beslut, Planversion | None]]


def organ(fardplan: Fardplan, person: Person) -> list[Organbild]:
    """Those in force first, the stadskärna's own before the gemensamma; then the latest ended. Five queries."""
    alla = list(
        Samverkansorgan.objects.i_stadskarna(fardplan.stadskarna).prefetch_related(
            Prefetch("platser", Plats.objects.select_related("aktor")),
            Prefetch("beslut", synliga_beslut(person).order_by("-datum", "-pk")),
            "moten",
        )
    )
    versioner = planversioner([b for o in alla for b in o.beslut.all()], person)
    bilder = [_bild(o, timezone.localdate(), versioner) for o in alla]
    return sorted(bilder, key=_ordning)


def hinder(organ: Samverkansorgan) -> list[str]:
    """Why the organ cannot be taken away: what it has been and done. Three queries."""
    finns = {
        "beslut": organ.beslut.exists(),
        "möten": organ.moten.exists(),
        "platser": organ.platser.exists(),
    }
    har = [vad for vad, ja in finns.items() if ja]
    if not har:
        return []
    i_rad = uppraknat(har)
    return [f"Organet har {i_rad}. Har det upphört? Fyll i dagen under Till och med i stället."]


def _ordning(bild: Organbild) -> tuple[bool, int, bool, int]:
    o = bild.organ
    sist = o.till.toordinal() if o.till and bild.upphort else 0
    return bild.upphort, -sist, o.stadskarna_id is None, o.Slag.values.index(o.slag)


def _bild(o: Samverkansorgan, idag: date, versioner: dict[int, Planversion]) -> Organbild:
    upphort = o.till is not None and o.till < idag
    dag = o.till if o.till and upphort else idag
    platser, moten = list(o.platser.all()), list(o.moten.all())
    return Organbild(
        organ=o,
        upphort=upphort,
        platser=[p for p in platser if not p.till or p.till >= dag],
        tidigare_platser=[p for p in platser if p.till and p.till < dag],
        kommande=[m for m in reversed(moten) if m.datum >= idag],
        hallna=[m for m in moten if m.datum < idag],
        antal_i_ar=sum(m.datum.year == idag.year and m.datum <= idag and not m.installt for m in moten),
        beslut=[(b, versioner.get(b.pk)) for b in o.beslut.all()],
    )
