"""The numbers of insatser: who has one, who had it before, and who can change numbers with whom."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery

from aktorer.behorighet import Person
from aktorer.grund import gjort
from insatser.behorighet import ser, synliga_fardplaner, synliga_insatser
from insatser.models import Fardplan, Insats, InsatsEvent, Malomrade  # type: ignore[attr-defined]
from insatser.regler import nummer as insatsnummer


def har_haft(nummer: str, fardplan: Fardplan, person: Person) -> list[Insats]:
    """The insatser that have, or have had, the number in the färdplan, who had it last first. One query.

    Those the person may see where they are now: one that was gemensam may have become another stadskärna's own.
    """
    delar = insatsnummer.tolka(nummer)
    if delar is None:
        return []
    av = (delar, fardplan.pk, fardplan.program_id, ser(person))
    return gjort.rader(lambda: _har_haft(delar, fardplan, person), *av)


def _har_haft(delar: tuple[int, int], fardplan: Fardplan, person: Person) -> QuerySet[Any]:
    handelser = InsatsEvent.objects.filter(
        Q(fardplan=None) | Q(fardplan=fardplan.pk),
        malomrade=Malomrade.objects.filter(program=fardplan.program_id, nummer=delar[0]).values("pk")[:1],
        ordning=delar[1],
    )
    sist = handelser.filter(pgh_obj=OuterRef("pk")).order_by("-pgh_id").values("pgh_id")[:1]
    return (
        synliga_insatser(person)
        .filter(Q(fardplan=None) | Q(fardplan__in=synliga_fardplaner(person)), pk__in=handelser.values("pgh_obj"))
        .annotate(sist=Subquery(sist))
        .select_related("malomrade", "fardplan__stadskarna")
        .order_by("-sist")
    )


def las_nummer(malomraden: Collection[int], fardplaner: Collection[int | None]) -> None:
    """Until the transaction ends, one at a time takes numbers in these målområden of the färdplaner (ids; None: all).

    A gemensam number shows everywhere, so nobody else takes one in its målområde meanwhile. Of a färdplan's own numbers
    only those who take one in the same färdplan wait, and who takes a gemensam one: what takes long in a stadskärna, as
    reading in a file, holds nobody up in another. Always målområden first, färdplaner then, each in order of id.
    """
    hur = "NO KEY UPDATE" if None in fardplaner else "SHARE"
    with connection.cursor() as cursor:
        fraga = f"SELECT FROM insatser_malomrade WHERE id = ANY(%s) ORDER BY id FOR {hur}"
        cursor.execute(fraga, [list(malomraden)])
    egna = Fardplan.objects.filter(pk__in=[pk for pk in fardplaner if pk])
    list(egna.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def upptaget_av(
    malomrade: Malomrade, ordning: int, fardplan: Fardplan | None, *, utom: Collection[int] = ()
) -> list[Insats]:
    """The insatser that stand in the way of that number, in the färdplan or (gemensam, without one) anywhere.

    `utom`: ids of those that do not, such as the one that is to get it. In order of stadskärna.
    """
    alla = Insats.objects.filter(malomrade=malomrade, ordning=ordning).exclude(pk__in=utom)
    if fardplan:
        alla = alla.filter(Q(fardplan=fardplan) | Q(fardplan=None))
    return list(alla.select_related("malomrade", "fardplan__stadskarna").order_by("fardplan__stadskarna__ordning"))


def upptagna(nya: Collection[Insats]) -> list[tuple[Insats, list[Insats]]]:
    """Those of them whose number is taken where they will be seen, each with what stands in the way. One query."""
    omraden, nummer = {i.malomrade_id for i in nya}, {i.ordning for i in nya}
    finns: dict[tuple[int, int], list[Insats]] = {}
    med_nummer = Insats.objects.filter(malomrade__in=omraden, ordning__in=nummer)
    for i in med_nummer.select_related("malomrade", "fardplan__stadskarna"):
        finns.setdefault((i.malomrade_id, i.ordning), []).append(i)
    par = [(ny, finns.get((ny.malomrade_id, ny.ordning), [])) for ny in nya]
    i_vagen = ((ny, [i for i in alla if ny.gemensam or i.fardplan_id in {None, ny.fardplan_id}]) for ny, alla in par)
    return [(ny, andra) for ny, andra in i_vagen if andra]


def upptaget(insatser: Collection[Insats], fardplan: Fardplan | None) -> str:
    """That these have the number, for somebody who wants it in the färdplan (gemensam, without one)."""
    forsta = next(iter(insatser))
    delar = [
        (i.titel, str(i.fardplan.stadskarna) if i.fardplan and not fardplan else "", bool(i.avford)) for i in insatser
    ]
    return insatsnummer.upptaget(forsta.nummer, delar)


def att_byta_med(insats: Insats, malomrade: Malomrade | None, ordning: int | None) -> Insats | None:
    """The only insats that stands in the way of that number, if the two can change numbers. Three queries at most."""
    if malomrade is None or ordning is None:
        return None
    andra = upptaget_av(malomrade, ordning, insats.fardplan, utom=[insats.pk])
    if len(andra) != 1 or hindrar_byte(insats, andra[0]):
        return None
    return andra[0]


def hindrar_byte(insats: Insats, med: Insats) -> str:
    """Why the two cannot change numbers with each other, "" when they can. At most two queries."""
    for i in (insats, med):
        if i.avford:
            return f"”{i.titel}” är avförd och behåller sitt nummer."
    for i, annan in ((insats, med), (med, insats)):
        if andra := upptaget_av(annan.malomrade, annan.ordning, i.fardplan, utom=[insats.pk, med.pk]):
            return upptaget(andra, i.fardplan)
    return ""
