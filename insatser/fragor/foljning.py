"""What a person follows, and what has happened there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from aktorer.models import Anvandare
from insatser.behorighet import synliga_handlingsplaner
from insatser.fragor import historik, planhistorik
from insatser.fragor.historik import Andring
from insatser.models import Fardplan, Foljning, Insats, Lagesrapport, Stadskarna


@dataclass(frozen=True)
class Foljd:
    """An insats that is followed, and the färdplan it is followed in."""

    insats: Insats
    fardplan: Fardplan


@dataclass(frozen=True)
class Foljdnyhet:
    """Something that happened to what is followed."""

    foljd: Foljd
    andring: Andring


def foljer(person: Anvandare, insats: Insats, stadskarna: Stadskarna) -> bool:
    """Whether the person follows the insats there. One query."""
    return Foljning.objects.filter(anvandare=person, insats=insats, stadskarna=stadskarna).exists()


def foljda(person: Anvandare, fardplaner: Sequence[Fardplan]) -> list[Foljd]:
    """What the person follows in these färdplaner, in their order and by number. One query.

    Given those in force that the person may see, what was left behind in an earlier generation is not among it.
    """
    i_karnan = {f.stadskarna_id: (plats, f) for plats, f in enumerate(fardplaner)}
    rader = [
        (*i_karnan[r.stadskarna_id], r.insats)
        for r in Foljning.objects.filter(anvandare=person, stadskarna__in=i_karnan).select_related("insats__malomrade")
    ]
    rader.sort(key=lambda rad: (rad[0], rad[2].malomrade.nummer, rad[2].ordning))
    return [Foljd(insats, fardplan) for _, fardplan, insats in rader if insats.ingar_i(fardplan)]


def nytt(foljda: Sequence[Foljd], person: Anvandare, sedan: datetime) -> list[Foljdnyhet]:
    """What has been reported, edited and planned there since then, latest first. Eight queries, whatever the number.

    What the installation brought with it is no news, nor is a report about a day before `sedan`.
    """
    ids = {f.insats.pk for f in foljda}
    andrat = historik.andrat(ids, sedan)
    planer = synliga_handlingsplaner(person).filter(fardplan__in={f.fardplan.pk for f in foljda})
    planerat = planhistorik.andrat(ids, planer.select_related("fardplan"), sedan)
    nya = (
        Lagesrapport.objects.gallande()
        .filter(insats__in=ids, skapad__gte=sedan, datum__gte=timezone.localdate(sedan))
        .select_related("av", "aktor")
        .order_by("-skapad", "-pk")
    )
    rapporterat: dict[tuple[int, int], list[Andring]] = {}
    for r in nya:
        rapporterat.setdefault((r.insats_id, r.stadskarna_id), []).append(historik.rapporterat(r))

    def om(f: Foljd) -> list[Andring]:
        par = (f.insats.pk, f.fardplan.stadskarna_id)
        return [*rapporterat.get(par, []), *planerat.get(par, []), *andrat.get(f.insats.pk, [])]

    nyheter = [Foljdnyhet(f, andring) for f in foljda for andring in om(f) if not andring.medfoljde]
    return sorted(nyheter, key=lambda n: n.andring.nar, reverse=True)
