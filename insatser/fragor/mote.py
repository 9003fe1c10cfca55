"""Möten as a person may see them: the agenda of one, and where an insats has been taken up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from aktorer.behorighet import Person, har
from aktorer.grund import gjort
from aktorer.roller import Rattighet
from insatser.behorighet import (
    gallande_fardplaner,
    kanda_handlingsplaner,
    ser,
    synliga_beslut,
    synliga_fardplaner,
    synliga_motespunkter,
)
from insatser.models import (
    Beslut,
    Fardplan,
    Handlingsplan,
    Insats,
    Mote,
    Motespunkt,
    Planversion,
)
from insatser.models.organ import har_eller_for_alla


@dataclass(frozen=True)
class Dagordningspunkt:
    """An item, with what it is about as far as the person may know it.

    `fardplan` is where its insats is read; `galler` whether that is the färdplan in force, with a page per insats.
    """

    rad: Motespunkt
    fardplan: Fardplan | None
    galler: bool
    handlingsplan: Handlingsplan | None


def punkter(mote: Mote, fardplan: Fardplan, person: Person) -> list[Dagordningspunkt]:
    """The agenda in order, read in the stadskärna of `fardplan`. Four queries, whatever the length."""
    rader = list(
        synliga_motespunkter(person)
        .filter(mote=mote)
        .select_related("insats__malomrade", "insats__fardplan", "handlingsplan__fardplan__stadskarna", "arende__aktor")
        .order_by("ordning")
    )
    platser = {r.pk: _plats(r.insats, fardplan) for r in rader if r.insats}
    synliga = {
        (plan.program_id, plan.stadskarna_id): plan
        for plan in synliga_fardplaner(person)
        .filter(stadskarna__in={stadskarna for _, stadskarna in platser.values()})
        .select_related("program", "stadskarna")
    }
    gallande = set(gallande_fardplaner(person).values_list("pk", flat=True))
    kanda = set(kanda_handlingsplaner(person).filter(motespunkter__mote=mote).values_list("pk", flat=True))
    internt = har(person, Rattighet.SE_INTERNT)
    ut = []
    for rad in rader:
        dar = synliga.get(platser[rad.pk]) if rad.insats and (internt or not rad.insats.utkast) else None
        plan = rad.handlingsplan if rad.handlingsplan_id in kanda else None
        ut.append(Dagordningspunkt(rad, dar, dar is not None and dar.pk in gallande, plan))
    return ut


def _plats(insats: Insats, fardplan: Fardplan) -> tuple[int, int]:
    """(program, stadskärna) where it is read: its own, or for a gemensam insats the one the reader stands in."""
    return insats.malomrade.program_id, (insats.fardplan or fardplan).stadskarna_id


def beslut(mote: Mote, person: Person) -> list[tuple[Beslut, Planversion | None]]:
    """What the organ decided that day and the person may know of, with the version of a handlingsplan that it made."""
    alla = list(synliga_beslut(person).filter(organ=mote.organ_id, datum=mote.datum).order_by("pk"))
    versioner = planversioner(alla, person)
    return [(b, versioner.get(b.pk)) for b in alla]


def planversioner(beslut: Iterable[Beslut], person: Person) -> dict[int, Planversion]:
    """{beslut id: the version of a handlingsplan that it made}, of plans the person may know. One query."""
    versioner = Planversion.objects.filter(beslut__in=beslut, handlingsplan__in=kanda_handlingsplaner(person))
    lasta = versioner.uppgifter().select_related("handlingsplan__fardplan__stadskarna")
    return {v.beslut_id: v for v in lasta}


def hinder(mote: Mote) -> list[str]:
    """Why the möte cannot be taken away. Two queries."""
    if mote.punkter.exclude(beslut="").exists() or har_beslutat(mote):
        return ["Mötet har fattat beslut och kan inte tas bort. Ändra det som är fel i stället."]
    return []


def har_beslutat(mote: Mote) -> bool:
    """Whether the organ has decided on a handlingsplan that day. One query."""
    fattade = Beslut.objects.filter(Q(planversion=None) | Q(planversion__aterkallad=None))
    return fattade.filter(organ=mote.organ_id, datum=mote.datum).exists()


def for_insats(insats: Insats, fardplan: Fardplan, person: Person) -> list[Motespunkt]:
    """Where the insats was taken up by organs of this stadskärna or of all, newest first. One query."""

    def fraga() -> QuerySet[Motespunkt]:
        i_organ = har_eller_for_alla(fardplan.stadskarna_id, via="mote__organ")
        rader = synliga_motespunkter(person).filter(i_organ, insats=insats.pk).select_related("mote__organ")
        return rader.order_by("-mote__datum", "-mote_id", "ordning")

    return gjort.rader(fraga, insats.pk, fardplan.stadskarna_id, ser(person), timezone.localdate())
