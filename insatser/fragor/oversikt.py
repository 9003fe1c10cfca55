"""Where the stadskärnor stand, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, Prefetch, Q
from django.utils import timezone

from aktorer.behorighet import Person
from aktorer.models import Aktor
from insatser.behorighet import (
    gallande_fardplaner,
    handlingsplaner_som_beslutade,
    kanda_handlingsplaner,
    synliga_handlingsplaner,
    synliga_insatser,
)
from insatser.fragor import beslutat, lage
from insatser.fragor.karta import Urval
from insatser.models import (
    Aktivitet,
    AktivitetAktor,
    Fardplan,
    Handlingsplan,
    Insats,
    Karnkommun,
    Lagesrapport,
    Medverkan,
    Mote,
    Samverkansorgan,
    Stadskarna,
)
from insatser.models.organ import har_eller_for_alla
from insatser.regler import tystnad
from insatser.regler.exempel import Exempel, exempel
from insatser.regler.fordelning import INGEN
from insatser.regler.forsening import Forsening
from insatser.regler.status import OVER, Bedomning, Riktning, Stapel, Status, kommentar_kravs, staplar

# What has changed is told since the styrgrupp's last möte; where none is known, since so many days.
UTAN_MOTE_DAGAR = 90


@dataclass
class Karna:
    """A stadskärna's färdplan in force, how many insatser it has and how they go."""

    fardplan: Fardplan
    gemensamma: int
    egna: int
    per_status: list[Stapel]
    lagen: list[Lagesrapport]
    tysta: int
    """How many of its insatser nothing has been said of for too long."""
    per_malomrade: dict[int, list[Stapel]]
    """Their statuses by the id of the målområde, of those that have insatser."""

    @property
    def avviker(self) -> int:
        return sum(r.bedomning == Bedomning.AVVIKER for r in self.lagen)

    @property
    def risk(self) -> int:
        return sum(r.bedomning == Bedomning.RISK for r in self.lagen)

    @property
    def senast(self) -> Lagesrapport | None:
        return max(self.lagen, key=lambda r: r.datum, default=None)

    @property
    def exempel(self) -> Exempel:
        return exempel(self.lagen)

    @property
    def antal(self) -> int:
        return self.gemensamma + self.egna


def stadskarnor(person: Person, idag: date) -> list[Karna]:
    """All stadskärnor with a färdplan the person may see, in their order. Four queries, whatever the number."""
    karnkommuner = Karnkommun.objects.select_related("aktor").order_by("ordning")
    fardplaner = gallande_fardplaner(person).select_related("stadskarna", "program")
    med_kommuner = fardplaner.prefetch_related(Prefetch("stadskarna__karnkommun_set", karnkommuner))
    return _rakna(list(med_kommuner.order_by("stadskarna__ordning")), person, idag)


def stadskarna(fardplan: Fardplan, person: Person, idag: date) -> Karna:
    """The same of one färdplan. Two queries."""
    return _rakna([fardplan], person, idag)[0]


def sena(fardplaner: Sequence[Fardplan], person: Person, idag: date) -> dict[int, int]:
    """{färdplan id: how many aktiviteter of its decided plans are late}. Three queries."""
    return {pk: len(rader) for pk, rader in _sena(fardplaner, person, idag).items()}


def kommande_moten(fardplaner: Sequence[Fardplan], idag: date, antal: int) -> list[tuple[Mote, Stadskarna]]:
    """The next möten of their organ, each with the stadskärna it is read at; one for all at the first. One query."""
    karnor = {p.stadskarna_id: p.stadskarna for p in fardplaner}
    if not karnor:
        return []
    har = har_eller_for_alla(*karnor, via="organ")
    moten = Mote.objects.filter(har, installt=False, datum__gte=idag).select_related("organ__stadskarna")
    i_tid = moten.order_by("datum", F("tid").asc(nulls_first=True), "pk")[:antal]
    forsta = next(iter(karnor.values()))
    return [(m, karnor[m.organ.stadskarna_id] if m.organ.stadskarna_id else forsta) for m in i_tid]


def arets_plan(fardplan: Fardplan, person: Person, ar: int) -> Handlingsplan | None:
    """The handlingsplan of that year that the person may know of; where there is none, the newest. One query."""
    planer = list(kanda_handlingsplaner(person).filter(fardplan=fardplan).nyast_forst())
    return next((p for p in planer if p.ar_fran <= ar <= p.ar_till), planer[0] if planer else None)


def _rakna(fardplaner: list[Fardplan], person: Person, idag: date) -> list[Karna]:
    insatser = list(
        synliga_insatser(person)
        .i_fardplaner(fardplaner)
        .gallande()
        .values_list("pk", "fardplan_id", "malomrade__program_id", "skapad", "malomrade_id")
    )
    senaste = (
        Lagesrapport.objects.filter(
            insats__in=[pk for pk, *_ in insatser], stadskarna__in=[p.stadskarna_id for p in fardplaner]
        )
        .senaste_av_varje()
        .only("insats_id", "stadskarna_id", "status", "bedomning", "datum", "exempel")
    )
    lagen = {(r.insats_id, r.stadskarna_id): r for r in senaste}
    return [_karna(plan, insatser, lagen, idag) for plan in fardplaner]


def _karna(
    plan: Fardplan,
    insatser: Sequence[tuple[int, int | None, int, datetime, int]],
    lagen: dict[tuple[int, int], Lagesrapport],
    idag: date,
) -> Karna:
    egna = {pk: skapad for pk, fardplan, _, skapad, _ in insatser if fardplan == plan.pk}
    gemensamma = {
        pk: skapad for pk, fardplan, program, skapad, _ in insatser if fardplan is None and program == plan.program_id
    }
    har = {pk: lagen.get((pk, plan.stadskarna_id)) for pk in [*gemensamma, *egna]}
    antal = Counter(Status(r.status) if r else None for r in har.values())
    per_malomrade: dict[int, Counter[Status | None]] = {}
    for pk, *_, malomrade in insatser:
        if pk in har:
            r = har[pk]
            per_malomrade.setdefault(malomrade, Counter())[Status(r.status) if r else None] += 1
    alla = gemensamma | egna
    tysta = sum(tystnad.ar_tyst(har[pk], timezone.localdate(skapad), idag) for pk, skapad in alla.items())
    return Karna(
        plan,
        len(gemensamma),
        len(egna),
        staplar(antal),
        [r for r in har.values() if r],
        tysta,
        {m: staplar(n) for m, n in per_malomrade.items()},
    )


@dataclass(frozen=True)
class Oversiktsrad:
    """An insats in a stadskärna with its läge there, and the one as of the latest möte. `ny`: it says otherwise now."""

    fardplan: Fardplan
    insats: Insats
    lage: Lagesrapport | None
    fore: Lagesrapport | None
    tyst: bool
    ny: bool

    @property
    def status(self) -> str:
        return _status(self.lage)

    @property
    def bedomning(self) -> str:
        return _bedomning(self.lage)

    @property
    def status_da(self) -> str:
        return _status(self.fore)

    @property
    def bedomning_da(self) -> str:
        return _bedomning(self.fore)

    @property
    def riktning(self) -> Riktning | None:
        """Which way it has gone since; None for a first läge, and when nothing is new."""
        return self.lage.riktning_fran(self.fore) if self.lage and self.ny else None

    @property
    def skal(self) -> str:
        """Why it does not go as planned, is paused or was broken off; "" when no reason is owed."""
        return self.lage.kommentar if self.lage and kommentar_kravs(self.status, self.bedomning) else ""


@dataclass(frozen=True)
class Oversikt:
    """Where a stadskärna stands, as those see it who steer: what has changed, what is late, who is silent."""

    fardplan: Fardplan
    rader: list[Oversiktsrad]
    sedan: date
    mote: Mote | None
    """The latest möte of its styrgrupp; `sedan` is its day, or 90 days ago when there was none."""
    nasta_mote: Mote | None
    sena: list[tuple[Aktivitet, Forsening]]
    """(aktivitet of a decided plan, what should have happened), the longest delayed first."""

    @property
    def nya(self) -> list[Oversiktsrad]:
        return andrade(self.rader)

    @property
    def tysta(self) -> list[Oversiktsrad]:
        return [r for r in self.rader if r.tyst]

    @property
    def tysta_aktorer(self) -> list[tuple[Aktor | None, int]]:
        """Who answers for the silent insatser, and for how many; None for those that nobody answers for."""
        return Counter(r.insats.ansvarig.aktor if r.insats.ansvarig else None for r in self.tysta).most_common()

    @property
    def visade(self) -> list[Lagesrapport | Handlingsplan | None]:
        """Everything in it that may be made up."""
        return [*(r.lage for r in self.rader), *(_plan(a) for a, _ in self.sena)]

    @property
    def exempel(self) -> Exempel:
        return exempel(self.visade)


def _status(lage: Lagesrapport | None) -> str:
    return lage.status if lage else INGEN


def _bedomning(lage: Lagesrapport | None) -> str:
    return (lage and lage.bedomning) or INGEN


def _plan(aktivitet: Aktivitet) -> Handlingsplan:
    return aktivitet.prioritering.handlingsplan


def oversikter(fardplaner: Sequence[Fardplan], person: Person, idag: date) -> list[Oversikt]:
    """One of each färdplan, as the person may see it. Seven queries, however many stadskärnor and insatser."""
    insatser = _insatser(fardplaner, person)
    lagen = lage.lagen((i.pk, p.stadskarna_id) for p in fardplaner for i in insatser[p.pk])
    moten = _moten(fardplaner)
    sena = _sena(fardplaner, person, idag)
    sedan = {p.stadskarna_id: _sedan(moten[p.stadskarna_id], idag) for p in fardplaner}
    # Only what has been reported since can have changed since.
    fore = lage.fore((par for par, r in lagen.items() if r.datum > sedan[par[1]]), sedan)
    ut = []
    for plan in fardplaner:
        karna = plan.stadskarna_id
        rader = [
            _rad(plan, i, lagen.get((i.pk, karna)), fore.get((i.pk, karna)), sedan[karna], idag)
            for i in insatser[plan.pk]
        ]
        mote = _senaste_mote(moten[karna], idag)
        nasta = next((m for m in moten[karna] if m.datum >= idag), None)
        ut.append(Oversikt(plan, rader, sedan[karna], mote, nasta, sena.get(plan.pk, [])))
    return ut


def _rad(
    plan: Fardplan, insats: Insats, nu: Lagesrapport | None, fore: Lagesrapport | None, sedan: date, idag: date
) -> Oversiktsrad:
    da = nu if nu is None or nu.datum <= sedan else fore
    ny = nu is not None and nu is not da and not nu.sager_som(da)
    return Oversiktsrad(plan, insats, nu, da, tyst=tystnad.ar_tyst(nu, insats.tillkom, idag), ny=ny)


def _senaste_mote(moten: list[Mote], idag: date) -> Mote | None:
    return next((m for m in reversed(moten) if m.datum < idag), None)


def senaste_mote(fardplan: Fardplan, idag: date) -> Mote | None:
    """The latest möte of its styrgrupp before today, None when none is known. One query."""
    return _senaste_mote(_moten([fardplan])[fardplan.stadskarna_id], idag)


def _sedan(moten: list[Mote], idag: date) -> date:
    mote = _senaste_mote(moten, idag)
    return mote.datum if mote else idag - timedelta(days=UTAN_MOTE_DAGAR)


def _insatser(fardplaner: Sequence[Fardplan], person: Person) -> dict[int, list[Insats]]:
    """{färdplan id: its insatser in force, in number order}."""
    egna: dict[int | None, list[Insats]] = {}
    for i in (
        synliga_insatser(person)
        .i_fardplaner(fardplaner)
        .gallande()
        .select_related("malomrade")
        .defer("text", "kalla", "kallnotering", "avford_skal")
        .prefetch_related(Prefetch("medverkan", Medverkan.objects.select_related("aktor")))
    ):
        egna.setdefault(i.fardplan_id, []).append(i)
    return {
        p.pk: sorted(
            egna.get(p.pk, []) + [i for i in egna.get(None, []) if i.ingar_i(p)],
            key=lambda i: (i.malomrade.nummer, i.ordning, i.pk),
        )
        for p in fardplaner
    }


def _moten(fardplaner: Sequence[Fardplan]) -> dict[int, list[Mote]]:
    """{stadskärna id: the möten of its styrgrupp, in time}. A styrgrupp for all stadskärnor meets for each of them."""
    har = har_eller_for_alla(*(p.stadskarna_id for p in fardplaner), via="organ")
    alla = Mote.objects.filter(har, organ__slag=Samverkansorgan.Slag.STYRGRUPP, installt=False)
    i_tid = list(alla.select_related("organ").order_by("datum", F("tid").asc(nulls_first=True), "pk"))
    return {p.stadskarna_id: [m for m in i_tid if m.organ.stadskarna_id in (None, p.stadskarna_id)] for p in fardplaner}


def _sena(fardplaner: Sequence[Fardplan], person: Person, idag: date) -> dict[int, list[tuple[Aktivitet, Forsening]]]:
    """{färdplan id: its late aktiviteter, the longest delayed first}, in decided plans as the person may read them."""
    beslutade = synliga_handlingsplaner(person).filter(
        fardplan__in=fardplaner, status=Handlingsplan.Planstatus.BESLUTAD
    )
    passerat = Q(slut__lt=idag) | Q(slut_dag__lt=idag) | Q(start__lt=idag)
    aktiviteter = (
        Aktivitet.objects.filter(passerat, prioritering__handlingsplan__in=beslutade)
        .exclude(status__in=OVER)
        .select_related("prioritering__handlingsplan", "prioritering__insats__malomrade")
        .prefetch_related(Prefetch("aktorer", AktivitetAktor.objects.select_related("aktor").order_by("roll")))
    )
    som_beslutade = handlingsplaner_som_beslutade(person).filter(fardplan__in=fardplaner)
    under_andring = [a for b in beslutat.las(som_beslutade) for a in b.aktiviteter]
    sena = [(a, sen) for a in [*aktiviteter, *under_andring] if (sen := a.forsening(idag))]
    ut: dict[int, list[tuple[Aktivitet, Forsening]]] = {}
    for a, sen in sorted(sena, key=lambda par: (par[1].sedan, par[0].pk)):
        ut.setdefault(_plan(a).fardplan_id, []).append((a, sen))
    return ut


_FORST = {Riktning.SAMRE: 0, Riktning.BATTRE: 1, None: 2, Riktning.LIKA: 3}


def andrade(rader: Iterable[Oversiktsrad]) -> list[Oversiktsrad]:
    """Those whose läge says something new: what has become worse, then better, and of each the latest first."""
    nya = [(_FORST[r.riktning], -r.lage.datum.toordinal(), r) for r in rader if r.ny and r.lage]
    return [r for *_, r in sorted(nya, key=lambda rad: rad[:2])]


def tysta_aktorer(oversikter: Sequence[Oversikt]) -> list[tuple[Aktor | None, list[tuple[Stadskarna, int]]]]:
    """(who answers for silent insatser, in which stadskärnor and for how many), the most silent first."""
    per_aktor: dict[Aktor | None, list[tuple[Stadskarna, int]]] = {}
    for o in oversikter:
        for aktor, antal in o.tysta_aktorer:
            per_aktor.setdefault(aktor, []).append((o.fardplan.stadskarna, antal))
    return sorted(per_aktor.items(), key=lambda par: -sum(antal for _, antal in par[1]))


def valda(oversikter: Sequence[Oversikt], urval: Urval, *, nya: bool) -> list[Oversiktsrad]:
    """The insatser of all stadskärnor that the selection asks for: its status, bedömning, silence and ansvarig."""
    return [
        r
        for o in oversikter
        for r in o.rader
        if (not urval.status or r.status in urval.status)
        and (not urval.bedomning or r.bedomning in urval.bedomning)
        and urval.aktor in ("", r.insats.ansvarig.aktor.slug if r.insats.ansvarig else INGEN)
        and (r.tyst or not urval.tyst)
        and (r.ny or not nya)
    ]
