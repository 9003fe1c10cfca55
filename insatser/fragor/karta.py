"""The insatskarta: the insatser of a färdplan with läge, roles and priority, in a fixed number of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery, prefetch_related_objects
from django.db.models.functions import Coalesce
from django.utils import timezone

from aktorer.behorighet import Person
from aktorer.grund import gjort
from aktorer.grund.sokning import innehaller, sokt
from aktorer.grund.sortering import svensk_nyckel
from aktorer.models import Aktor, AktorQuerySet
from insatser.behorighet import ser, synliga_insatser
from insatser.fragor import handlingsplan, lage
from insatser.models import Arende, Fardplan, Handlingsplan, Insats, Karnkommun, Lagesrapport, Malomrade, Medverkan
from insatser.models.insats import InsatsQuerySet
from insatser.regler.exempel import Exempel, exempel
from insatser.regler.fordelning import INGEN
from insatser.regler.medverkan import Deltagande, Roll
from insatser.regler.status import Bedomning, Stapel, Status, staplar
from insatser.regler.tystnad import ar_tyst


@dataclass(frozen=True)
class Urval:
    """What the visitor asked to see; empty means all. Of several types, statuses or bedömningar any will do.

    `aktor` is a slug, or "ingen" for insatser without an ansvarig; with `ansvarig` only those that the aktör answers
    for itself. `sedan` leaves those whose läge is of a later day.
    """

    malomrade: int | None = None
    typ: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    bedomning: tuple[str, ...] = ()
    aktor: str = ""
    q: str = ""
    avforda: bool = False
    tyst: bool = False
    ansvarig: bool = False
    sedan: date | None = None

    @property
    def filtrerat(self) -> bool:
        return self != Urval(avforda=self.avforda)


# What is filtered by after the rows have come, so that the page can tell how many each choice would give.
FASETTER = ("typ", "status", "bedomning", "tyst")


@dataclass
class Falt:
    """One målområde of the map with its insatser in number order."""

    malomrade: Malomrade
    insatser: list[Insats] = field(default_factory=list)


@dataclass
class Karta:
    """`totalt` counts the färdplan's insatser in force, `insatser` the ones selected.

    `antal` says how many insatser each choice of `FASETTER` holds, {facet: {code: number}}, with what else is selected.
    """

    fardplan: Fardplan
    falt: list[Falt]
    insatser: list[Insats]
    totalt: int
    antal: dict[str, Counter[str]]

    @property
    def per_status(self) -> list[Stapel]:
        """The parts of the bar over the selected insatser."""
        return staplar(Counter(Status(i.lage.status) if i.lage else None for i in self.insatser))

    @property
    def exempel(self) -> Exempel:
        return exempel(i.lage for i in self.insatser)

    def sorterade(self, falt: str, *, fallande: bool) -> list[Insats]:
        """`insatser` by one of the table's columns; equal ones, and those without a value last, in number order."""
        nycklar: dict[str, Callable[[Insats], Any]] = {
            "titel": lambda i: svensk_nyckel(i.titel),
            "typ": lambda i: i.typ,
            "ansvarig": lambda i: i.ansvarig.aktor.sortering if i.ansvarig else None,
            "status": lambda i: Status.values.index(i.lage.status) if i.lage else None,
            "bedomning": lambda i: Bedomning.values.index(i.lage.bedomning) if i.lage and i.lage.bedomning else None,
            "datum": lambda i: i.lage.datum if i.lage else None,
        }
        if falt not in nycklar:
            return self.insatser[::-1] if fallande else self.insatser
        nyckel = nycklar[falt]
        med = [i for i in self.insatser if nyckel(i) is not None]
        return sorted(med, key=nyckel, reverse=fallande) + [i for i in self.insatser if nyckel(i) is None]

    @property
    def matris(self) -> list[tuple[Aktor, list[tuple[Insats, Medverkan | None]]]]:
        """A row per aktör in Swedish order: each of `insatser` with its part in it, or None."""
        delar = {
            (m.aktor_id, i.pk): m for i in self.insatser for m in i.medverkan.all() if m.deltagande != Deltagande.AVBOJD
        }
        aktorer = {m.aktor_id: m.aktor for m in delar.values()}
        return [
            (aktor, [(i, delar.get((aktor.pk, i.pk))) for i in self.insatser])
            for aktor in sorted(aktorer.values(), key=lambda a: a.sortering)
        ]


def _andrad_efter(dag: date) -> Q:
    """Whether the latest report is of a later day and says something else than was said then."""
    da = Lagesrapport.objects.gallande().filter(
        insats=OuterRef("insats"), stadskarna=OuterRef("stadskarna"), datum__lte=dag
    )
    sagt = {falt: Subquery(da.senast_forst().values(falt)[:1]) for falt in Lagesrapport.SAGT}
    senast = Lagesrapport.objects.filter(pk=OuterRef("lage_id"))
    return Q(Exists(senast.filter(datum__gt=dag))) & ~Q(Exists(senast.filter(**sagt)))


def _sokt(insatser: InsatsQuerySet, fardplan: Fardplan, urval: Urval) -> InsatsQuerySet:
    if urval.malomrade:
        insatser = insatser.filter(malomrade__nummer=urval.malomrade)
    if urval.sedan:
        insatser = insatser.filter(_andrad_efter(urval.sedan))
    if urval.aktor:
        insatser = insatser.filter(_har_del(fardplan, urval))
    if urval.q:
        insatser = insatser.filter(_sags(urval.q))
    return insatser


def _koder(insats: Insats, idag: date) -> dict[str, str]:
    """What the insats is in each of `FASETTER`; "" for one that is not silent."""
    lage = insats.lage
    return {
        "typ": "gemensam" if insats.gemensam else "karnspecifik",
        "status": lage.status if lage else INGEN,
        "bedomning": lage.bedomning or INGEN if lage else INGEN,
        "tyst": "1" if ar_tyst(lage, insats.tillkom, idag) else "",
    }


def _utan(urval: Urval, koder: dict[str, str]) -> list[str]:
    """Which of `FASETTER` the selection is not met in."""
    valt = {"typ": urval.typ, "status": urval.status, "bedomning": urval.bedomning, "tyst": ("1",) * urval.tyst}
    return [fasett for fasett, varden in valt.items() if varden and koder[fasett] not in varden]


def _sags(q: str) -> Q:
    """What the insats is called or says, or its number; also both as copied together from a page: "1.3 Bygg om"."""
    nummer, _, titel = sokt(q).removeprefix("insats ").partition(" ")
    numrets = Insats.objects.med_nummer(nummer.rstrip(".:").replace(",", "."))
    if titel:
        numrets = numrets.filter(innehaller(titel.strip("-: "), "titel"))
    return innehaller(q, "titel", "text", "kallnotering") | Q(pk__in=numrets.values("pk"))


def _har_del(fardplan: Fardplan, urval: Urval) -> Q:
    """Whether the aktör that was chosen has a part in the insats; for "ingen", whether nobody answers for it."""
    har = Q(insats=OuterRef("pk"))
    ansvariga = Medverkan.objects.filter(har, roll=Roll.ANSVARIG)
    if urval.aktor == INGEN:
        return ~Q(Exists(ansvariga))
    if urval.ansvarig:
        return Q(Exists(ansvariga.filter(aktor__slug=urval.aktor)))
    return Q(Exists(_delar(fardplan, Q(slug=urval.aktor)).filter(har)))


def _delar(fardplan: Fardplan, vilken: Q) -> QuerySet[Medverkan]:
    """Medverkan rows of an aktör: its own, its groups', and kärnkommunerna's where it is one of them."""
    aktor = Aktor.objects.filter(vilken)
    karnkommun = Karnkommun.objects.filter(stadskarna=fardplan.stadskarna_id, aktor__in=aktor)
    return Medverkan.objects.av_aktor(aktor, som_karnkommun=karnkommun)


def hamta(fardplan: Fardplan, urval: Urval, person: Person, *, idag: date | None = None) -> Karta:
    """The map of `fardplan` as `person` may see it. Four queries: insatser, medverkan, lägen, målområden;
    for outsiders a fifth: what is decided in plans that are being changed.

    Each insats carries `lage` (its latest report in the stadskärna or None) and `prioriterad` (in a handlingsplan that
    covers today, as the person may read it).
    """
    idag = idag or timezone.localdate()
    av = (fardplan.pk, fardplan.stadskarna_id, fardplan.program_id, ser(person))
    prioriterade = handlingsplan.prioriterade(fardplan, person, idag.year)
    brett = replace(urval, typ=(), status=(), bedomning=(), tyst=False)
    alla = gjort.rader(lambda: _insatser(fardplan, brett, person, idag, prioriterade), *av, brett, idag, prioriterade)
    lagen = lage.rapporter(i.lage_id for i in alla)
    antal: dict[str, Counter[str]] = {fasett: Counter() for fasett in FASETTER}
    rader = []
    for insats in alla:
        insats.lage = lagen.get(insats.lage_id) if insats.lage_id else None
        koder = _koder(insats, idag)
        utan = _utan(urval, koder)
        if not utan:
            rader.append(insats)
        for fasett in FASETTER:
            antal[fasett][koder[fasett]] += utan in ([], [fasett])
    gjort.till(rader, "medverkan", lambda ids: Medverkan.objects.filter(insats__in=ids).select_related("aktor"))
    falt = {m.pk: Falt(m) for m in gjort.rader(lambda: _malomraden(fardplan, person), *av)}
    for insats in rader:
        falt[insats.malomrade_id].insatser.append(insats)
    totalt = sum(f.malomrade.antal for f in falt.values())  # type: ignore[attr-defined]
    return Karta(fardplan, list(falt.values()), rader, totalt, antal)


def _insatser(
    fardplan: Fardplan, urval: Urval, person: Person, idag: date, som_beslutat: tuple[int, ...]
) -> InsatsQuerySet:
    planer = Handlingsplan.objects.filter(fardplan=fardplan, ar_fran__lte=idag.year, ar_till__gte=idag.year)
    alla = synliga_insatser(person).i_fardplan(fardplan)
    valda = (alla if urval.avforda else alla.gallande()).annotate(  # type: ignore[no-redef]
        lage_id=lage.senaste_id(fardplan.stadskarna),
        prioriterad=handlingsplan.prioriterad(planer, person, som_beslutat),
    )
    return _sokt(valda, fardplan, urval).select_related("malomrade").i_nummerordning()


def _malomraden(fardplan: Fardplan, person: Person) -> QuerySet[Malomrade]:
    """Counted from the färdplan's side: what other färdplaner hold must cost nothing."""
    antal = (
        synliga_insatser(person)
        .gallande()
        .filter(Q(fardplan=fardplan) | Q(fardplan=None), malomrade=OuterRef("pk"))
        .order_by()
        .values("malomrade")
        .annotate(antal=Count("pk"))
    )
    alla = Malomrade.objects.filter(program=fardplan.program_id)
    return alla.annotate(antal=Coalesce(Subquery(antal.values("antal")), 0)).order_by("nummer")


def med_arenden(insatser: list[Insats]) -> None:
    """Let each know its ärenden (`arenden`). Two queries."""
    prefetch_related_objects(insatser, Prefetch("arenden", Arende.objects.order_by("aktor__namn", "pk")))


def aktorer_i(fardplan: Fardplan, person: Person) -> list[Aktor]:
    """The aktörer to choose among in the map's filter: all with a part here, and the kärnkommuner."""
    av = (fardplan.pk, fardplan.stadskarna_id, fardplan.program_id, ser(person))
    return gjort.rader(lambda: _aktorer_i(fardplan, person), *av)


def _aktorer_i(fardplan: Fardplan, person: Person) -> AktorQuerySet:
    insatser = synliga_insatser(person).i_fardplan(fardplan).gallande()
    med_del = Medverkan.objects.filter(insats__in=insatser).values("aktor")
    karnkommuner = Karnkommun.objects.filter(stadskarna=fardplan.stadskarna_id).values("aktor")
    hittade: AktorQuerySet = Aktor.objects.filter(Q(pk__in=med_del) | Q(pk__in=karnkommuner)).i_ordning()
    return hittade
