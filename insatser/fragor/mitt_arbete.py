"""What waits for a person, what is late, and what the person reported last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, prefetch_related_objects

from aktorer.grund import gjort
from aktorer.models import Aktor, Anvandare
from insatser.behorighet import aktuella_handlingsplaner, att_rapportera, ser
from insatser.fragor import lage, lank
from insatser.models import (  # type: ignore[attr-defined]
    Aktivitet,
    AktivitetAktor,
    AktivitetEvent,
    Fardplan,
    Handlingsplan,
    Insats,
    Karnkommun,
    Lagesrapport,
    Medverkan,
    Mottagare,
    Omgangssvar,
    Stadskarna,
    Tillfragan,
)
from insatser.models.lage import LagesrapportQuerySet
from insatser.regler.forsening import Forsening
from insatser.regler.medverkan import Deltagande
from insatser.regler.status import Status
from insatser.regler.tystnad import ar_tyst, sista_dag

MEST = 20  # insatser in a list; the map has the rest
SENAST = 5  # of what the person reported
RAPPORTERA_AKTIVITET = "insatser.andringar.aktivitet.rapportera"
ANGRA = "insatser.andringar.angra.angra"


@dataclass(frozen=True)
class Arbetsrad:
    """An insats to report in a färdplan, with its läge there."""

    insats: Insats
    fardplan: Fardplan
    lage: Lagesrapport | None


@dataclass(frozen=True)
class Karnantal:
    """How many insatser of a list lie in a stadskärna; `alla` when every insats there is the person's to report."""

    stadskarna: Stadskarna
    antal: int
    alla: bool


@dataclass(frozen=True)
class Lista:
    """The insatser that come first, and how many there are in each stadskärna."""

    rader: list[Arbetsrad]
    karnor: list[Karnantal]

    @property
    def antal(self) -> int:
        return sum(k.antal for k in self.karnor)

    @property
    def har_lagen(self) -> bool:
        """Whether there is anything to say again of those that come first."""
        return any(r.lage for r in self.rader)


INGA = Lista([], [])


@dataclass(frozen=True)
class Karnlage:
    """How many insatser of the own aktör lie in a stadskärna, and how many of those that are silent.

    `alla` when every insats there is the aktör's.
    """

    stadskarna: Stadskarna
    antal: int
    tysta: int
    alla: bool


def raknade(person: Anvandare, fardplaner: Sequence[Fardplan], idag: date) -> list[Karnlage]:
    """The same insatser as in `insatser`, counted where they lie: for whom they are too many to read. Three queries."""
    egna_karnor = Karnkommun.objects.karnor(person.aktor_id)
    gemensamma = "program__malomraden__insatser"
    rader = [
        *_rakna(person, fardplaner, egna_karnor, idag, "egna_insatser"),
        *_rakna(person, fardplaner, egna_karnor, idag, gemensamma, **{f"{gemensamma}__fardplan": None}),
    ]
    antal: Counter[int] = Counter()
    tysta: Counter[int] = Counter()
    for plan, alla_har, tysta_har in rader:
        antal[plan] += alla_har
        tysta[plan] += tysta_har
    return [
        Karnlage(f.stadskarna, antal[f.pk], tysta[f.pk], f.stadskarna_id in egna_karnor)
        for f in fardplaner
        if antal[f.pk]
    ]


def _rakna(
    person: Anvandare, fardplaner: Sequence[Fardplan], egna_karnor: set[int], idag: date, vag: str, **villkor: None
) -> list[tuple[int, int, int]]:
    """(färdplan id, insatser, silent ones) of those that `vag` leads to from a färdplan. One query."""
    planer, karnor = tuple(f.pk for f in fardplaner), tuple(sorted(egna_karnor))
    av = (person.aktor_id, planer, karnor, idag, vag, tuple(villkor))
    return gjort.rader(lambda: _antalen(person, planer, karnor, idag, vag, **villkor), *av)


def _antalen(
    person: Anvandare, planer: Sequence[int], egna_karnor: Sequence[int], idag: date, vag: str, **villkor: None
) -> QuerySet[Fardplan, Any]:
    medverkar = Medverkan.objects.av_aktor(person.aktor_id).values("insats")
    senast = Lagesrapport.objects.gallande().filter(insats=OuterRef("insats_id"), stadskarna=OuterRef("stadskarna"))
    ny = Q(lage_id=None, skapad__date__gte=sista_dag(idag))
    talar = Lagesrapport.objects.bryter_tystnad(idag).filter(pk=OuterRef("lage_id"))
    return (
        Fardplan.objects.filter(
            Q(**{f"{vag}__in": medverkar}) | Q(stadskarna__in=egna_karnor),
            pk__in=planer,
            **{f"{vag}__isnull": False, f"{vag}__avford": None},
            **villkor,
        )
        .annotate(insats_id=F(vag), skapad=F(f"{vag}__skapad"))
        .annotate(lage_id=Subquery(senast.senast_forst().values("pk")[:1]))
        .values("pk")
        .annotate(antal=Count("insats_id"), tysta=Count("insats_id", filter=~Exists(talar) & ~ny))
        .values_list("pk", "antal", "tysta")
    )


def insatser(person: Anvandare, idag: date) -> tuple[Lista, Lista]:
    """(silent, others) of those that wait for the person's aktör, the longest silent first. Seven queries."""
    par = att_rapportera(person)
    senast = lage.korta((i.pk, f.stadskarna_id) for i, f in par)
    rader = [(senast.get((i.pk, f.stadskarna_id)), i, f) for i, f in par]
    rader.sort(key=lambda rad: rad[0].datum if rad[0] else date.min)
    tysta = [rad for rad in rader if ar_tyst(rad[0], rad[1].tillkom, idag)]
    ovriga = [rad for rad in rader if not ar_tyst(rad[0], rad[1].tillkom, idag)]
    lagen = lage.rapporter(kort.pk for kort, _, _ in [*tysta[:MEST], *ovriga[:MEST]] if kort)
    egna_karnor = Karnkommun.objects.karnor(person.aktor_id)

    def lista(rader: list[tuple[lage.Kort | None, Insats, Fardplan]]) -> Lista:
        antal = Counter(f.stadskarna for _, _, f in rader)
        karnor = [Karnantal(k, n, k.pk in egna_karnor) for k, n in antal.items()]
        forst = [Arbetsrad(i, f, lagen.get(kort.pk) if kort else None) for kort, i, f in rader[:MEST]]
        return Lista(forst, sorted(karnor, key=lambda k: k.stadskarna.ordning))

    return lista(tysta), lista(ovriga)


def aktiviteter(person: Anvandare, idag: date) -> list[tuple[AktivitetAktor, Forsening | None]]:
    """The own aktör's parts in aktiviteter of plans that go on or are drafted, the first to end first. One query.

    Each with what should have happened by now, None when it is not late.
    """
    av = (person.aktor_id, ser(person), idag.year)
    return [(d, d.forsening(idag)) for d in gjort.rader(lambda: _aktiviteter(person), *av)]


def _aktiviteter(person: Anvandare) -> QuerySet[AktivitetAktor]:
    planer = aktuella_handlingsplaner(person).exclude(status=Handlingsplan.Planstatus.AVSLUTAD)
    return (
        AktivitetAktor.objects.filter(
            aktor__in=Aktor.objects.samma_som(person.aktor_id), aktivitet__prioritering__handlingsplan__in=planer
        )
        .exclude(deltagande=Deltagande.AVBOJD)
        .select_related(
            "aktor",
            "aktivitet__prioritering__insats__malomrade",
            "aktivitet__prioritering__handlingsplan__fardplan__stadskarna",
        )
        .order_by("aktivitet__slut", "aktivitet__prioritering__ordning", "aktivitet__ordning")
    )


def fragor(person: Anvandare, fardplaner: Sequence[Fardplan]) -> list[tuple[Medverkan, Fardplan]]:
    """The insatser the own aktör was asked to take part in, each with a färdplan to read it in. One query.

    `fardplaner` are those in force: nobody waits for an answer about a generation that is past.
    """
    planer = tuple(f.pk for f in fardplaner)

    def tillfragade() -> QuerySet[Medverkan]:
        fragade = Medverkan.objects.filter(aktor=person.aktor_id, deltagande=Deltagande.TILLFRAGAD, insats__avford=None)
        i_kraft = fragade.filter(Q(insats__fardplan=None) | Q(insats__fardplan__in=planer))
        return i_kraft.select_related("insats__malomrade").order_by("insats__malomrade__nummer", "insats__ordning")

    rader = gjort.rader(tillfragade, person.aktor_id, planer)
    # A gemensam insats is read in the first färdplan of its program; the question is the same in all of them.
    par = [(m, next((f for f in fardplaner if m.insats.ingar_i(f)), None)) for m in rader]
    return [(m, plan) for m, plan in par if plan]


@dataclass(frozen=True)
class Omgangsrad:
    """An open round that asks the person, and how much of it the aktör has not answered yet.

    `token` is of the personal link; `sen` tells that the last day has passed unanswered.
    """

    mottagare: Mottagare
    token: str
    kvar: int
    sen: bool


def omgangar(person: Anvandare, idag: date) -> list[Omgangsrad]:
    """The open rounds that ask the person, the first to end first. One query."""
    fragade = gjort.rader(lambda: _fragade(person), person.pk)
    return [Omgangsrad(m, lank.skriv(m), m.kvar, bool(m.kvar) and m.omgang.deadline < idag) for m in fragade]


def _fragade(person: Anvandare) -> QuerySet[Any]:
    obesvarade = Tillfragan.objects.obesvarade().filter(pk=OuterRef("tillfragningar"))
    return (
        Mottagare.objects.filter(anvandare=person, aterkallad=None, omgang__stangd=None)
        .annotate(kvar=Count("tillfragningar", filter=Exists(obesvarade)))
        .select_related("anvandare", "omgang__fardplan__stadskarna", "omgang__oppnad_av__aktor")
        .order_by("omgang__deadline")
    )


@dataclass(frozen=True)
class Egenrapport:
    """What the person said of an insats (`lage`) or an aktivitet.

    Said in a round that is still open, it is changed there: `token` of the personal link and `punkt` on its page.
    """

    nar: datetime
    status: Status
    om: Lagesrapport | Aktivitet
    token: str = ""
    punkt: int = 0

    @property
    def lage(self) -> Lagesrapport | None:
        return self.om if isinstance(self.om, Lagesrapport) else None

    @property
    def aktivitet(self) -> Aktivitet | None:
        return self.om if isinstance(self.om, Aktivitet) else None


def senast_rapporterat(person: Anvandare, fardplaner: Sequence[Fardplan]) -> list[Egenrapport]:
    """The person's latest words, latest first, one of each insats and aktivitet. Five queries.

    Only of what can still be reported: insatser of `fardplaner` (those in force), plans that are not closed.
    """
    i_karnan = {f.stadskarna_id: f for f in fardplaner}
    karnor = tuple(i_karnan)
    rapporter = gjort.rader(lambda: _egna_rapporter(person, karnor), person.pk, karnor)
    if rapporter:
        mina_svar = Omgangssvar.objects.filter(mottagare__anvandare=person, angrat=None)
        mina_svar = mina_svar.select_related("mottagare__omgang").order_by("-skapad", "-pk")
        prefetch_related_objects(rapporter, Prefetch("omgangssvar", mina_svar))
    sagt = [
        _rapporterat(r.skapad, r.status, r, next(iter(r.omgangssvar.all()), None))
        for r in rapporter
        if r.insats.ingar_i(i_karnan[r.stadskarna_id])
    ]
    forsta: dict[Any, Egenrapport] = {}
    for rad in sorted([*sagt, *_om_aktiviteter(person)], key=lambda r: (r.nar, r.token), reverse=True):
        vad = (rad.lage.insats_id, rad.lage.stadskarna_id) if rad.lage else rad.om.pk
        forsta.setdefault(vad, rad)
    return list(forsta.values())[:SENAST]


def _egna_rapporter(person: Anvandare, karnor: Sequence[int]) -> LagesrapportQuerySet:
    egna: LagesrapportQuerySet = (
        Lagesrapport.objects.gallande()
        .filter(av=person, stadskarna__in=karnor, insats__avford=None)
        .select_related("insats__malomrade", "stadskarna")
        .order_by("-skapad", "-pk")[: SENAST * 4]
    )
    return egna


def _om_aktiviteter(person: Anvandare) -> list[Egenrapport]:
    """Said in a round, or on the page of the plan: then only the history knows who did. Three queries."""
    svar = gjort.rader(lambda: _svar_om_aktiviteter(person), person.pk)
    handelser = gjort.rader(lambda: _rapporterade_aktiviteter(person), person.pk)
    sagt: list[tuple[datetime, int | None, str, Omgangssvar | None]] = [
        (s.skapad, s.punkt.aktivitet_id, s.status_efter, s) for s in svar
    ]
    sagt += [(h.pgh_created_at, h.pgh_obj_id, h.status, None) for h in handelser]
    aktiviteter = (
        _pagar()
        .select_related("prioritering__insats__malomrade", "prioritering__handlingsplan__fardplan__stadskarna")
        .in_bulk({pk for _, pk, _, _ in sagt})
    )
    return [_rapporterat(nar, status, aktiviteter[pk], s) for nar, pk, status, s in sagt if pk in aktiviteter]


def _pagar() -> QuerySet[Aktivitet]:
    return Aktivitet.objects.exclude(prioritering__handlingsplan__status=Handlingsplan.Planstatus.AVSLUTAD)


def _svar_om_aktiviteter(person: Anvandare) -> QuerySet[Omgangssvar]:
    egna = Omgangssvar.objects.filter(mottagare__anvandare=person, punkt__aktivitet__isnull=False, angrat=None)
    med = egna.select_related("mottagare__omgang", "mottagare__anvandare", "punkt")
    return med.order_by("-skapad", "-pk")[: SENAST * 4]


def _rapporterade_aktiviteter(person: Anvandare) -> QuerySet[Any]:
    """Of what goes on alone: the history of all aktiviteter grows for ever, and who wrote it is in no index."""
    handelser = AktivitetEvent.objects.filter(
        pgh_obj__in=_pagar(), pgh_context__anvandare=person.pk, pgh_context__andring=RAPPORTERA_AKTIVITET
    ).order_by("-pgh_id")
    angrade = AktivitetEvent.objects.filter(
        pgh_obj=OuterRef("pgh_obj"),
        pgh_id__gt=OuterRef("pgh_id"),
        pgh_context__anvandare=person.pk,
        pgh_context__andring=ANGRA,
    )
    # What one has taken back, one did not say; what one had said before it stands again.
    kvar: QuerySet[Any] = handelser.exclude(Exists(angrade) & ~Q(pgh_obj__status=F("status")))[: SENAST * 4]
    return kvar


def _rapporterat(nar: datetime, status: str, om: Lagesrapport | Aktivitet, svar: Omgangssvar | None) -> Egenrapport:
    if svar is None or svar.mottagare.aterkallad or svar.mottagare.omgang.stangd:
        return Egenrapport(nar, Status(status), om)
    return Egenrapport(nar, Status(status), om, lank.skriv(svar.mottagare), svar.punkt_id)
