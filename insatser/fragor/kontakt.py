"""Contacts where they are read: of an aktör, of an insats in a stadskärna, of the aktiviteter of a plan."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from aktorer.behorighet import Person
from aktorer.grund import gjort
from aktorer.models import Aktor, Anvandare
from insatser.behorighet import far_skota, ser, synliga_kontakter
from insatser.fragor.uppfoljning import stangd_som_ingens
from insatser.models import Aktivitet, Insats, Kontakt, Stadskarna


@dataclass(frozen=True)
class Kontaktrad:
    """A contact, and whether the one who reads may change it."""

    kontakt: Kontakt
    far_andra: bool


def for_aktor(aktor: Aktor, person: Person) -> list[Kontaktrad]:
    """All of the aktör's, those who are there for all of it first. One query."""
    alla = _med(synliga_kontakter(person).filter(aktor=aktor))
    rader = sorted(alla, key=lambda k: (k.handlaggare, k.stadskarna_id is not None, k.galler, k.namn.casefold(), k.pk))
    return _rader(rader, person)


def for_insats(insats: Insats, stadskarna: Stadskarna, aktorer: Iterable[int], person: Person) -> list[Kontaktrad]:
    """The insats's handläggare there, and then the contacts of these aktörer, who carry it. One query."""
    dar, barare = Q(stadskarna=None) | Q(stadskarna=stadskarna), tuple(sorted(aktorer))
    om = Q(insats=insats) | Q(aktor__in=barare, insats=None, aktivitet=None)
    av = (insats.pk, stadskarna.pk, barare, ser(person))
    alla = gjort.rader(lambda: _med(synliga_kontakter(person).filter(dar, om)), *av)
    rader = sorted(alla, key=lambda k: (not k.handlaggare, k.aktor.sortering, k.namn.casefold(), k.pk))
    return _rader(rader, person)


def for_aktiviteter(aktiviteter: Iterable[Aktivitet], person: Person) -> dict[int, list[Kontaktrad]]:
    """{aktivitet id: its handläggare}. One query."""
    ut: dict[int, list[Kontaktrad]] = {}
    ids = tuple(a.pk for a in aktiviteter)
    alla = gjort.rader(lambda: _med(synliga_kontakter(person).filter(aktivitet__in=ids)), ids, ser(person))
    for rad in _rader(alla, person):
        ut.setdefault(rad.kontakt.aktivitet_id or 0, []).append(rad)
    return ut


def mejladresser(personer: Iterable[Anvandare]) -> dict[int, str]:
    """{account: where its mails go}: that of its own, else that of the contact which it is asked for.

    "" for a contact whom nobody is to ask: somebody has closed the account of that address, or it is a contact no
    longer. Two queries when any has none of its own, and two for each that is closed.
    """
    ut = {p.pk: p.epost if p.har_adress else "" for p in personer}
    utan = [pk for pk, epost in ut.items() if not epost]
    if not utan:
        return ut
    for k in Kontakt.objects.filter(anvandare__in=utan).exclude(epost="").order_by("-pk"):
        ut[k.anvandare_id or 0] = k.epost
    stangda = Anvandare.objects.filter(epost__in=[ut[pk] for pk in utan], is_active=False)
    bort = {k.epost for k in stangda if not stangd_som_ingens(k)}
    return {pk: "" if epost in bort and pk in utan else epost for pk, epost in ut.items()}


def _med(kontakter: QuerySet[Kontakt]) -> QuerySet[Kontakt]:
    return kontakter.select_related("aktor", "stadskarna", "insats__malomrade", "aktivitet")


def _rader(kontakter: Iterable[Kontakt], person: Person) -> list[Kontaktrad]:
    return [Kontaktrad(k, far_skota(person, k)) for k in kontakter]
