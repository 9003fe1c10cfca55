"""What is new in a stadskärna since a day: how it stood then, how it stands now, what was decided and written between.

Everybody reads lägen, decisions and values; what was changed in texts, roles and plans is for those who log in, as the
history is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from aktorer.behorighet import Person, har
from aktorer.roller import Rattighet
from insatser.behorighet import kanda_handlingsplaner, synliga_handlingsplaner, synliga_insatser
from insatser.fragor import lage, oversikt
from insatser.fragor.andrat_sedan import Andrat, Andringar, andrat
from insatser.fragor.historik import fore_och_nu
from insatser.models import (  # type: ignore[attr-defined]
    Fardplan,
    Handlingsplan,
    Indikator,
    Insats,
    Lagesrapport,
    MatvardeEvent,
    Mote,
    Planversion,
)
from insatser.regler.exempel import Exempel, exempel
from insatser.regler.status import Riktning

UTAN_MOTE_DAGAR = 30


@dataclass(frozen=True)
class Insatsnytt:
    """An insats of which something is new. `fore` is its läge as of the day, `nu` today's when that says otherwise;
    `andringar` what else is not as it was.
    """

    insats: Insats
    fore: Lagesrapport | None
    nu: Lagesrapport | None
    andringar: list[Andrat]

    @property
    def riktning(self) -> Riktning | None:
        """Which way its läge has gone; None for a first one, and when none is new."""
        return self.nu.riktning_fran(self.fore) if self.nu else None


@dataclass(frozen=True)
class Vardenytt:
    """A value that was written down. `fore` is what stood for that year before, None when nothing did."""

    indikator: Indikator
    fore: MatvardeEvent | None
    nu: MatvardeEvent


@dataclass(frozen=True)
class Karnnytt:
    """`planer`: what is not as it was in the plans themselves."""

    insatser: list[Insatsnytt]
    planer: list[Andrat]
    beslut: list[Planversion]
    avslutade: list[Handlingsplan]
    varden: list[Vardenytt]

    @property
    def finns(self) -> bool:
        return bool(self.insatser or self.planer or self.beslut or self.avslutade or self.varden)

    def antal(self, vart: Riktning) -> int:
        return sum(i.riktning == vart for i in self.insatser)

    @property
    def exempel(self) -> Exempel:
        lagen = [r for i in self.insatser for r in (i.fore, i.nu)]
        planer = [v.handlingsplan for v in self.beslut]
        andrade = [a for i in self.insatser for a in i.andringar]
        return exempel([*lagen, *planer, *self.avslutade, *(v.nu for v in self.varden), *andrade, *self.planer])


def nytt(fardplan: Fardplan, person: Person, sedan: date) -> Karnnytt:
    """All that is new in it since the end of that day, as the person may see it. A constant number of queries."""
    internt = har(person, Rattighet.SE_INTERNT)
    insatser = list(
        synliga_insatser(person).i_fardplan(fardplan).gallande().select_related("malomrade").i_nummerordning()
    )
    kanda = kanda_handlingsplaner(person).filter(fardplan=fardplan)
    andringar = Andringar({}, [])
    if internt:
        planer = {p.pk: p for p in synliga_handlingsplaner(person).filter(fardplan=fardplan)}
        andringar = andrat([i.pk for i in insatser], planer, dagens_slut(sedan))
    versioner = Planversion.objects.gallande().med_foregangare().uppgifter()
    return Karnnytt(
        _insatser(fardplan, insatser, sedan, andringar.insatser),
        andringar.planer,
        list(
            versioner.filter(handlingsplan__in=kanda, beslut__datum__gt=sedan)
            .select_related("handlingsplan__fardplan__stadskarna", "beslut__organ")
            .order_by("-beslut__datum", "-pk")
        ),
        list(
            kanda.filter(status=Handlingsplan.Planstatus.AVSLUTAD, avslutad__gt=sedan)
            .select_related("fardplan__stadskarna")
            .order_by("-avslutad")
        ),
        _varden(fardplan, sedan, internt=internt),
    )


def sedan_mote(fardplan: Fardplan, fore: date, idag: date) -> tuple[date, Mote | None]:
    """(since which day one wants to hear, the möte of that day): the styrgrupp's last before `fore`. One query."""
    mote = oversikt.senaste_mote(fardplan, min(fore, idag))
    return (mote.datum, mote) if mote else (idag - timedelta(days=UTAN_MOTE_DAGAR), None)


def dagens_slut(dag: date) -> datetime:
    """What is written later than this is new since that day."""
    return timezone.make_aware(datetime.combine(dag + timedelta(days=1), time.min))


def _insatser(
    fardplan: Fardplan, insatser: list[Insats], sedan: date, andrat: dict[int, list[Andrat]]
) -> list[Insatsnytt]:
    karna = fardplan.stadskarna_id
    nu = lage.lagen((i.pk, karna) for i in insatser)
    nya = {par: r for par, r in nu.items() if r.datum > sedan}
    fore = lage.fore(nya, {karna: sedan})
    ut = []
    for i in insatser:
        da, dags = fore.get((i.pk, karna)), nya.get((i.pk, karna))
        nytt_lage = dags if dags and not dags.sager_som(da) else None
        if nytt_lage or andrat.get(i.pk):
            ut.append(Insatsnytt(i, da, nytt_lage, andrat.get(i.pk, [])))
    return ut


def _varden(fardplan: Fardplan, sedan: date, *, internt: bool) -> list[Vardenytt]:
    """What came with the installation is no news. What stood there before is told those who read the history."""
    handelser = MatvardeEvent.objects.filter(
        stadskarna=fardplan.stadskarna_id, indikator__malomrade__program=fardplan.program_id
    )
    forst: dict[int, MatvardeEvent | None] = {}
    sist: dict[int, MatvardeEvent] = {}
    for fore, nu in fore_och_nu(handelser, dagens_slut(sedan)):
        if not nu.pgh_context:
            continue
        if nu.pgh_label == "delete":
            sist.pop(nu.pgh_obj_id, None)
            continue
        forst.setdefault(nu.pgh_obj_id, fore)
        sist[nu.pgh_obj_id] = nu
    indikatorer = Indikator.objects.select_related("malomrade").in_bulk({h.indikator_id for h in sist.values()})
    rader = [
        Vardenytt(indikatorer[h.indikator_id], forst[pk] if internt else None, h)
        for pk, h in sist.items()
        if h.indikator_id in indikatorer
    ]
    return sorted(rader, key=lambda v: (v.indikator.malomrade.nummer, v.indikator.ordning, v.indikator.pk, v.nu.ar))
