"""What waits for a person besides lägesrapporter: questions to the own aktör, and its aktiviteter."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from aktorer.models import Anvandare
from insatser.behorighet import gallande_fardplaner, synliga_handlingsplaner
from insatser.fragor import lank
from insatser.models import AktivitetAktor, Fardplan, Handlingsplan, Medverkan, Mottagare, Omgangssvar
from insatser.regler.medverkan import Deltagande


def aktiviteter(person: Anvandare) -> list[AktivitetAktor]:
    """The own aktör's parts in aktiviteter of plans that go on or are drafted, the first to end first. One query."""
    planer = synliga_handlingsplaner(person).exclude(status=Handlingsplan.Planstatus.AVSLUTAD)
    return list(
        AktivitetAktor.objects.filter(aktor=person.aktor_id, aktivitet__prioritering__handlingsplan__in=planer)
        .exclude(deltagande=Deltagande.AVBOJD)
        .select_related(
            "aktor",
            "aktivitet__prioritering__insats__malomrade",
            "aktivitet__prioritering__handlingsplan__fardplan__stadskarna",
        )
        .order_by("aktivitet__slut", "aktivitet__prioritering__ordning", "aktivitet__ordning")
    )


def fragor(person: Anvandare) -> list[tuple[Medverkan, Fardplan]]:
    """The insatser the own aktör was asked to take part in, each with a färdplan to read it in. Two queries."""
    gallande = list(gallande_fardplaner(person).select_related("stadskarna").order_by("stadskarna__ordning"))
    rader = list(
        Medverkan.objects.filter(aktor=person.aktor_id, deltagande=Deltagande.TILLFRAGAD, insats__avford=None)
        # Nobody waits for an answer about a generation that is past.
        .filter(Q(insats__fardplan=None) | Q(insats__fardplan__in=gallande))
        .select_related("insats__malomrade", "insats__fardplan__stadskarna")
        .order_by("insats__malomrade__nummer", "insats__ordning")
    )
    # A gemensam insats is read in the first färdplan of its program; the question is the same in all of them.
    forsta: dict[int, Fardplan] = {}
    for plan in gallande:
        forsta.setdefault(plan.program_id, plan)
    par = [(m, m.insats.fardplan or forsta.get(m.insats.malomrade.program_id)) for m in rader]
    return [(m, plan) for m, plan in par if plan]


@dataclass(frozen=True)
class Omgangsrad:
    """An open round that asks the person, its personal link and how much of it nobody has answered yet."""

    mottagare: Mottagare
    token: str
    kvar: int


def omgangar(person: Anvandare) -> list[Omgangsrad]:
    """The open rounds that ask the person, the first to end first. One query."""
    svarade = Omgangssvar.objects.filter(punkt=OuterRef("punkter"), angrat=None)
    fragade = (
        Mottagare.objects.filter(anvandare=person, aterkallad=None, omgang__stangd=None)
        .annotate(kvar=Count("punkter", filter=~Exists(svarade)))
        .select_related("omgang")
        .order_by("omgang__deadline")
    )
    return [Omgangsrad(m, lank.skriv(m), m.kvar) for m in fragade]
