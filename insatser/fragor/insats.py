"""What an insats's own page shows besides its fields."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from aktorer.behorighet import Person
from aktorer.grund import gjort
from aktorer.models import Aktor, Gruppmedlem
from insatser.behorighet import ser, synliga_insatser
from insatser.models import Bilaga, Fardplan, Insats, Kommentar, Lagesrapport, Medverkan, Prioritering, Samband
from insatser.models.insats import BARA_EGNA, InsatsQuerySet
from insatser.models.lage import LagesrapportQuerySet
from insatser.regler.medverkan import Roll


@dataclass(frozen=True)
class Insatsdel:
    """A medverkan row, and whom a group means in this stadskärna."""

    medverkan: Medverkan
    betyder: list[Aktor]


def rapporter(insats: Insats, fardplan: Fardplan, *, aven_tillbakatagna: bool = False) -> list[Lagesrapport]:
    """All reports in the stadskärna, latest first; those taken back are for those who log in."""
    insats_, stadskarna = insats.pk, fardplan.stadskarna_id

    def fraga() -> LagesrapportQuerySet:
        alla = Lagesrapport.objects.all() if aven_tillbakatagna else Lagesrapport.objects.gallande()
        hittade = alla.filter(insats=insats_, stadskarna=stadskarna).select_related("aktor", "av")
        senast_forst: LagesrapportQuerySet = hittade.senast_forst()
        return senast_forst

    return gjort.rader(fraga, insats_, stadskarna, aven_tillbakatagna)


def betyder(grupp: Aktor, fardplan: Fardplan) -> list[Aktor]:
    """The aktörer that a group means in this stadskärna; nobody for other aktörer and open groups."""
    if grupp.avser_karnkommuner:
        return list(fardplan.stadskarna.karnkommuner.order_by("karnkommun_set__ordning"))
    return [m.aktor for m in grupp.medlemmar.all()] if grupp.ar_grupp else []


def roller(insats: Insats, fardplan: Fardplan) -> list[Insatsdel]:
    """Who carries it: the ansvarig first, then medverkande in the source's order."""
    rader = gjort.rader(lambda: Medverkan.objects.filter(insats=insats.pk).select_related("aktor"), insats.pk)
    gjort.till(
        [m.aktor for m in rader],
        "medlemmar",
        lambda ids: Gruppmedlem.objects.filter(grupp__in=ids).select_related("aktor"),
    )
    sorterade = sorted(rader, key=lambda m: (m.roll != Roll.ANSVARIG, m.ordning, m.pk))
    return [Insatsdel(m, betyder(m.aktor, fardplan)) for m in sorterade]


def i_nummerordning(fardplan: Fardplan, person: Person) -> list[Insats]:
    """The insatser in force that the person may see, to leaf through."""

    def fraga() -> InsatsQuerySet:
        synliga = synliga_insatser(person).i_fardplan(fardplan).gallande()
        return synliga.select_related("malomrade").i_nummerordning()

    return gjort.rader(fraga, fardplan.pk, fardplan.program_id, ser(person))


def grannar(insats: Insats, alla: Sequence[Insats]) -> tuple[Insats | None, Insats | None]:
    """The insatser before and after it among `alla`; when it is no longer one of them, those nearest in number."""
    plats = next((n for n, i in enumerate(alla) if i.pk == insats.pk), None)
    if plats is not None:
        return (alla[plats - 1] if plats else None, alla[plats + 1] if plats + 1 < len(alla) else None)
    fore = [i for i in alla if _nummer(i) < _nummer(insats)]
    efter = [i for i in alla if _nummer(i) > _nummer(insats)]
    return max(fore, key=_nummer, default=None), min(efter, key=_nummer, default=None)


def _nummer(insats: Insats) -> tuple[int, int]:
    return insats.malomrade.nummer, insats.ordning


def samband(insats: Insats, fardplan: Fardplan, person: Person) -> list[tuple[str, Insats, Samband]]:
    """(how, the other insats, the row): hänger ihop med, ersätter, ersätts av. Only insatser of this färdplan."""

    def fraga() -> QuerySet[Samband]:
        har = synliga_insatser(person).i_fardplan(fardplan)
        alla = Samband.objects.filter(Q(fran=insats.pk, till__in=har) | Q(till=insats.pk, fran__in=har))
        return alla.select_related("fran__malomrade", "till__malomrade")

    rader = gjort.rader(fraga, insats.pk, fardplan.pk, fardplan.program_id, ser(person))
    ut = []
    for rad in rader:
        framat = rad.fran_id == insats.pk
        ersatts = rad.slag == Samband.Slag.ERSATTER and not framat
        ut.append(("Ersätts av" if ersatts else rad.get_slag_display(), rad.till if framat else rad.fran, rad))
    return sorted(ut, key=lambda d: (d[0], d[1].malomrade.nummer, d[1].ordning))


def hinder(ids: Collection[int], fardplan: Fardplan) -> dict[int, str]:
    """{insats id: why it cannot become the färdplan's own}: gemensamma insatser that other kärnor use. 4 queries."""
    if not ids:
        return {}
    rapporterade = Lagesrapport.objects.filter(insats__in=ids).exclude(stadskarna=fardplan.stadskarna_id)
    prioriterade = Prioritering.objects.filter(insats__in=ids).exclude(handlingsplan__fardplan=fardplan)
    sagt = Kommentar.objects.filter(insats__in=ids).exclude(stadskarna=fardplan.stadskarna_id)
    bifogat = Bilaga.objects.filter(insats__in=ids).exclude(stadskarna=fardplan.stadskarna_id)
    # What was said or attached there stays, also taken away: it can become a public document.
    skal: dict[str, QuerySet[Any]] = {
        BARA_EGNA["bilaga"]: bifogat,
        BARA_EGNA["kommentar"]: sagt,
        "Andra stadskärnor har prioriterat insatsen: den kan inte bli kärnspecifik.": prioriterade,
        "Andra stadskärnor har rapporterat läget: insatsen kan inte bli kärnspecifik.": rapporterade,
    }
    return {pk: text for text, rader in skal.items() for pk in rader.values_list("insats_id", flat=True).distinct()}
