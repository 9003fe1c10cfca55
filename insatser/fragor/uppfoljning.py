"""Rounds of follow-up: what can be asked about, whom to ask, who has answered, and the report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet
from django.utils import timezone

from aktorer.models import Aktor, Anvandare, AnvandareEvent, Gruppmedlem  # type: ignore[attr-defined]
from aktorer.roller import Anvandarroll
from insatser.behorighet import far_svara_pa
from insatser.fragor import lage
from insatser.models import (  # type: ignore[attr-defined]
    Aktivitet,
    AktivitetAktor,
    AktivitetEvent,
    Fardplan,
    Handlingsplan,
    Insats,
    Karnkommun,
    Kontakt,
    KontaktEvent,
    Lagesrapport,
    Medverkan,
    Mottagare,
    Omgang,
    Omgangspunkt,
    Omgangssvar,
    Stadskarna,
    Tillfragan,
    Utskick,
)
from insatser.regler import tystnad
from insatser.regler.ersattning import Skal
from insatser.regler.medverkan import Deltagande, Roll
from insatser.regler.rapport import NYTT_LAGE, OFORANDRAT
from insatser.regler.status import OVER, Bedomning, Status, statusord


def _visas(aktivitet: Aktivitet | None, rapport: Lagesrapport | None) -> Handlingsplan | Lagesrapport | None:
    """What may be made up in it: the aktivitet's plan, or the report."""
    return aktivitet.prioritering.handlingsplan if aktivitet else rapport


@dataclass
class Amne:
    """What can be asked about, and the people who would be: `nyckel` is how a form names it."""

    stadskarna: Stadskarna
    insats: Insats | None = None
    aktivitet: Aktivitet | None = None
    personer: list[Anvandare] = field(default_factory=list)
    kontakter: list[Kontakt] = field(default_factory=list)  # who may be asked too, by a link alone
    lage: Lagesrapport | None = None

    @property
    def har_nagon(self) -> bool:
        """Whether there is anybody to ask."""
        return bool(self.personer or self.kontakter)

    @property
    def fragbara(self) -> list[Anvandare | Kontakt]:
        return [*self.personer, *self.kontakter]

    @property
    def foreslagna(self) -> list[Anvandare | Kontakt]:
        """Without contacts of aktörer where somebody has an account, but for the handläggare."""
        med_konto = {p.aktor_id for p in self.personer}
        return [*self.personer, *(k for k in self.kontakter if k.handlaggare or k.aktor_id not in med_konto)]

    @property
    def over(self) -> bool:
        """Whether it has ended: there is nothing more to ask."""
        return self.lage is not None and self.lage.status in OVER

    @property
    def visas(self) -> Handlingsplan | Lagesrapport | None:
        return _visas(self.aktivitet, self.lage)

    @property
    def exempel(self) -> bool:
        """Whether what is shown of it is made up."""
        return self.visas is not None and self.visas.exempel

    @property
    def ansvarig(self) -> str:
        """The aktör that is ansvarig, "" when there is none."""
        delar: Iterable[Medverkan | AktivitetAktor] = (
            self.insats.medverkan.all() if self.insats else self.aktivitet.aktorer.all()  # type: ignore[union-attr]
        )
        med = (d for d in delar if d.deltagande != Deltagande.AVBOJD)
        return next((str(d.aktor) for d in med if d.roll == Roll.ANSVARIG), "")

    @property
    def nyckel(self) -> str:
        return f"i-{self.insats.pk}-{self.stadskarna.pk}" if self.insats else f"a-{self.aktivitet.pk}"  # type: ignore[union-attr]

    def __str__(self) -> str:
        return str(self.insats or self.aktivitet)


class _Personer:
    """Who answers for an aktör: its own tjänstepersoner, else those of what it is a part of."""

    def __init__(self) -> None:
        konton = Anvandare.objects.filter(is_active=True, roll=Anvandarroll.TJANSTEPERSON).select_related("aktor")
        self.per_aktor: dict[int, list[Anvandare]] = {}
        for person in konton.order_by("pk"):
            self.per_aktor.setdefault(person.aktor_id or 0, []).append(person)
        self.kontakter = fragbara_kontakter()
        self.karnkommuner: dict[int, list[int]] = {}
        for stadskarna, aktor in Karnkommun.objects.order_by("ordning").values_list("stadskarna_id", "aktor_id"):
            self.karnkommuner.setdefault(stadskarna, []).append(aktor)
        self.medlemmar: dict[int, list[int]] = {}
        for grupp, aktor in Gruppmedlem.objects.values_list("grupp_id", "aktor_id"):
            self.medlemmar.setdefault(grupp, []).append(aktor)

    def for_delar(self, delar: Iterable[Medverkan | AktivitetAktor], stadskarna: int) -> list[Anvandare]:
        """The people of the ansvarig aktör; where it has none, of the medverkande; at last of the kärnkommuner."""
        return next(filter(None, map(self._alla, self._turordning(delar, stadskarna))), [])

    def kontakter_for_delar(
        self, delar: Iterable[Medverkan | AktivitetAktor], stadskarna: int, om: Insats | Aktivitet
    ) -> list[Kontakt]:
        """The contacts who may be asked about `om`: of the first of those aktörer where anybody can be."""
        for aktorer in self._turordning(delar, stadskarna):
            hittade = [
                k for a in dict.fromkeys(aktorer) for k in self.kontakter.get(a, []) if _galler(k, stadskarna, om)
            ]
            # The same person may be both handläggare and more: the nearest comes first.
            per_person = {k.epost: k for k in sorted(hittade, key=lambda k: k.handlaggare)}
            if per_person or self._alla(aktorer):
                return sorted(per_person.values(), key=lambda k: (not k.handlaggare, k.namn.casefold(), k.pk))
        return []

    def _turordning(self, delar: Iterable[Medverkan | AktivitetAktor], stadskarna: int) -> Iterator[list[int]]:
        """Those that are asked first, and those that are when there is nobody to ask there."""
        med = [d for d in delar if d.deltagande != Deltagande.AVBOJD]
        for roll in (Roll.ANSVARIG, Roll.MEDVERKANDE):
            yield [a for d in med if d.roll == roll for a in self._aktorer(d, stadskarna)]
        yield self.karnkommuner.get(stadskarna, [])

    def _aktorer(self, d: Medverkan | AktivitetAktor, stadskarna: int) -> list[int]:
        if d.aktor.avser_karnkommuner:
            return self.karnkommuner.get(stadskarna, [])
        aktor = d.aktor.uppgatt_i_id or d.aktor_id
        if d.aktor.ar_grupp:
            return self.medlemmar.get(aktor, [])
        if aktor in self.per_aktor:
            return [aktor]
        return [*([aktor] if aktor in self.kontakter else []), d.aktor.del_av_id or 0]

    def _alla(self, aktorer: Iterable[int]) -> list[Anvandare]:
        return list({p.pk: p for a in aktorer for p in self.per_aktor.get(a, [])}.values())


def fragbara_kontakter() -> dict[int, list[Kontakt]]:
    """{aktör: its contacts who may be asked by a link}: who has an account is asked by that. Two queries, and two for
    each account that is closed.

    Who is a contact of several aktörer answers for one: that of the account, until there is one the first.
    """
    alla = Kontakt.objects.exclude(epost="").filter(aktor__uppgatt_i=None).select_related("aktor").order_by("pk")
    lankad = Exists(Kontakt.objects.filter(anvandare=OuterRef("pk")))
    konton = {
        k.epost: k for k in Anvandare.objects.filter(epost__in=alla.order_by().values("epost")).annotate(lankad=lankad)
    }
    forst: dict[str, int] = {}
    ut: dict[int, list[Kontakt]] = {}
    for k in alla:
        konto = konton.get(k.epost)
        hos = konto.aktor_id if konto else forst.setdefault(k.epost, k.aktor_id)
        # One that somebody has closed stays so; one that was closed as nobody's contact may come back (`konto_for`).
        ater = konto is not None and not konto.lankad and stangd_som_ingens(konto)
        fragbar = konto is None or (not konto.loggar_in and (konto.is_active or ater))
        if fragbar and hos == k.aktor_id:
            ut.setdefault(k.aktor_id, []).append(k)
    return ut


def stangd_som_ingens(konto: Anvandare) -> bool:
    """Whether the account was closed by that it was nobody's contact any more, and not by somebody. Two queries.

    Then a contact was written by the same change.
    """
    handelser = AnvandareEvent.objects.filter(pgh_obj=konto.pk).order_by("pgh_id")
    stangning, oppen = None, True
    for aktiv, kontext in handelser.values_list("is_active", "pgh_context_id"):
        if oppen and not aktiv:
            stangning = kontext
        oppen = aktiv
    return stangning is not None and KontaktEvent.objects.filter(pgh_context_id=stangning).exists()


def _galler(k: Kontakt, stadskarna: int, om: Insats | Aktivitet) -> bool:
    """Whether the contact is one for `om` there."""
    egen = k.aktivitet_id == om.pk if isinstance(om, Aktivitet) else k.insats_id == om.pk
    return k.stadskarna_id in {None, stadskarna} and (egen or not k.handlaggare)


def fragnyckel(person: Anvandare | Kontakt) -> str:
    """How a form names who may be asked: a contact by its address, which may stand in several rows."""
    return person.epost if isinstance(person, Kontakt) else str(person.pk)


def amnen(fardplaner: Sequence[Fardplan]) -> list[Amne]:
    """Everything to ask about in these färdplaner: insatser in force, and aktiviteter that go on in decided plans.

    In färdplan and number order, with the people to ask. Ten queries, whatever the number.
    """
    personer = _Personer()
    insatser = list(
        Insats.objects.i_fardplaner(fardplaner)
        .gallande()
        .select_related("malomrade")
        .prefetch_related(Prefetch("medverkan", Medverkan.objects.select_related("aktor").order_by("ordning")))
        .i_nummerordning()
    )
    aktiviteter = list(
        Aktivitet.objects.filter(
            prioritering__handlingsplan__in=Handlingsplan.objects.filter(
                fardplan__in=fardplaner, status=Handlingsplan.Planstatus.BESLUTAD
            )
        )
        .exclude(status__in=OVER)
        .select_related("prioritering__handlingsplan", "prioritering__insats__malomrade")
        .prefetch_related(Prefetch("aktorer", AktivitetAktor.objects.select_related("aktor").order_by("ordning")))
        .order_by("prioritering__ordning", "ordning")
    )
    i_plan = [(p, i) for p in fardplaner for i in insatser if i.ingar_i(p)]
    lagen = lage.lagen((i.pk, p.stadskarna_id) for p, i in i_plan)
    ut = []
    for plan in fardplaner:
        karna = plan.stadskarna
        ut += [
            Amne(
                karna,
                insats=i,
                personer=personer.for_delar(i.medverkan.all(), karna.pk),
                kontakter=personer.kontakter_for_delar(i.medverkan.all(), karna.pk, i),
                lage=lagen.get((i.pk, karna.pk)),
            )
            for p, i in i_plan
            if p == plan
        ]
        ut += [
            Amne(
                karna,
                aktivitet=a,
                personer=personer.for_delar(a.aktorer.all(), karna.pk),
                kontakter=personer.kontakter_for_delar(a.aktorer.all(), karna.pk, a),
            )
            for a in aktiviteter
            if a.prioritering.handlingsplan.fardplan_id == plan.pk
        ]
    return ut


def att_fraga(valda: Sequence[Amne]) -> list[tuple[str, bool]]:
    """What is asked about, in words that tell stadskärnor apart, and whether anybody is asked about it."""
    flera = len({f.stadskarna.pk for f in valda}) > 1
    return [(f"{f} i {f.stadskarna}" if flera else str(f), f.har_nagon) for f in valda]


@dataclass(frozen=True)
class Aktorssvar:
    """What one of the aktörer that are asked about a point has said, and who of it is asked.

    `alla_svar`: the answer that counts, and each that it replaced; nothing that was taken back. The latest first.
    """

    aktor: Aktor | None
    fragade: list[Tillfragan]
    alla_svar: list[Omgangssvar]

    @property
    def svar(self) -> Omgangssvar | None:
        """The answer that counts, None while there is none."""
        return self.alla_svar[0] if self.alla_svar else None

    @property
    def vem(self) -> str:
        return str(self.aktor or "utan aktör")


@dataclass
class Punktlage:
    """A point of a round with its läge, and what each aktör that is asked says: for one person, the own alone.

    `ovriga` are then the others. A läge is one, so that the latest answer is how it stands.
    """

    punkt: Omgangspunkt
    lage: Lagesrapport | None
    svaren: list[Aktorssvar]
    ovriga: list[Aktorssvar] = field(default_factory=list)

    @property
    def alla_svar(self) -> list[Omgangssvar]:
        """The latest first."""
        return sorted((s for a in self.svaren for s in a.alla_svar), key=lambda s: -s.pk)

    @property
    def svar(self) -> Omgangssvar | None:
        """The latest answer that counts, None while there is none."""
        return max((a.svar for a in self.svaren if a.svar), key=lambda s: s.pk, default=None)

    @property
    def saknas(self) -> list[Aktorssvar]:
        """Those who have not answered, and still can."""
        return [] if self.avslutad else [a for a in self.svaren if a.svar is None]

    @property
    def besvarad(self) -> bool:
        """Whether every aktör that is asked has answered."""
        return self.svar is not None and not self.saknas

    @property
    def under(self) -> str:
        """The insats that an aktivitet is part of, "" for an insats."""
        return str(self.punkt.aktivitet.prioritering.insats) if self.punkt.aktivitet else ""

    @property
    def svarat_lage(self) -> Lagesrapport | None:
        """The läge that was answered; until somebody has, the one there was."""
        return self.svar.lagesrapport if self.svar and self.svar.lagesrapport else self.lage

    @property
    def svarad_status(self) -> Status | None:
        """The status that was answered; until somebody has, the one there is; None when nobody has ever said."""
        if self.svar and self.svar.status_efter:
            return Status(self.svar.status_efter)
        rapport = self.svarat_lage
        status = self.punkt.aktivitet.status if self.punkt.aktivitet else rapport.status if rapport else ""
        return Status(status) if status else None

    def svar_av(self, mottagare: Mottagare) -> Omgangssvar | None:
        """The latest that the person said, whether or not somebody has answered since."""
        return next((s for s in self.alla_svar if s.mottagare_id == mottagare.pk), None)

    @property
    def visas(self) -> Handlingsplan | Lagesrapport | None:
        return _visas(self.punkt.aktivitet, self.svarat_lage)

    @property
    def exempel(self) -> bool:
        """Whether what is shown of it is made up."""
        return self.visas is not None and self.visas.exempel

    @property
    def status(self) -> str:
        """The status now, "" when nobody has said."""
        if self.punkt.aktivitet:
            return self.punkt.aktivitet.status
        return self.lage.status if self.lage else ""

    @property
    def avslutad(self) -> bool:
        """Whether the plan of the aktivitet has been closed since: nobody reports it any more."""
        plan = self.punkt.aktivitet.prioritering.handlingsplan if self.punkt.aktivitet else None
        return plan is not None and plan.status == Handlingsplan.Planstatus.AVSLUTAD

    @property
    def utgangen(self) -> bool:
        """Closed before anybody answered: it is not asked any more."""
        return self.avslutad and self.svar is None

    @property
    def kommentar(self) -> str:
        """What was said with it."""
        if self.punkt.aktivitet:
            return self.punkt.aktivitet.kommentar
        return self.lage.kommentar if self.lage else ""

    @property
    def sedd(self) -> int:
        """What an answer given now is based on: the version of the aktivitet, or the id of the report, 0 for none."""
        if self.punkt.aktivitet:
            return self.punkt.aktivitet.version
        return self.lage.pk if self.lage else 0


def punkter(omgang: Omgang, mottagare: Mottagare | None = None, *, utgangna: bool = False) -> list[Punktlage]:
    """The round's points, or those one person is asked about, in order. Five queries.

    What is not asked any more, since the plan has been closed, is left out unless `utgangna`.
    """
    rader = Omgangspunkt.objects.filter(omgang=omgang)
    if mottagare:
        egna = Tillfragan.objects.filter(mottagare=mottagare, lamnad_till=None)
        rader = rader.filter(tillfragningar__in=egna)
    svar = Omgangssvar.objects.select_related("mottagare__anvandare__aktor", "lagesrapport")
    fragade = Tillfragan.objects.select_related(
        "mottagare__anvandare__aktor", "aktor", "lamnad_till__anvandare"
    ).order_by("pk")
    hittade = list(
        rader.select_related(
            "stadskarna",
            "insats__malomrade",
            "aktivitet__prioritering__insats__malomrade",
            "aktivitet__prioritering__handlingsplan",
        )
        .prefetch_related(Prefetch("svar", svar), Prefetch("tillfragningar", fragade))
        .order_by("ordning")
    )
    lagen = lage.lagen((p.insats_id, p.stadskarna_id) for p in hittade if p.insats_id)
    alla = [_punktlage(p, lagen.get((p.insats_id or 0, p.stadskarna_id)), mottagare) for p in hittade]
    return [p for p in alla if utgangna or not p.utgangen]


def _punktlage(punkt: Omgangspunkt, lage: Lagesrapport | None, mottagare: Mottagare | None) -> Punktlage:
    fragade: dict[int | None, list[Tillfragan]] = {}
    for t in punkt.tillfragningar.all():
        fragade.setdefault(t.aktor_id, []).append(t)
    sagt: dict[int | None, list[Omgangssvar]] = {}
    for s in punkt.svar.all():
        sagt.setdefault(s.aktor_id, []).append(s)
    i_ordning = sorted(fragade.items(), key=lambda par: par[1][0].aktor.sortering if par[1][0].aktor else "")
    alla = {a: Aktorssvar(f[0].aktor, f, _som_star_kvar(sagt.get(a, []))) for a, f in i_ordning}
    if mottagare is None:
        return Punktlage(punkt, lage, list(alla.values()))
    egen = svarar_for(mottagare, punkt.tillfragningar.all())
    return Punktlage(punkt, lage, [alla.pop(egen)], list(alla.values()))


def svarar_for(mottagare: Mottagare, fragade: Iterable[Tillfragan]) -> int | None:
    """For which aktör (its id) the person answers, of those `fragade` about a point: the one it was asked for, or its
    own of now when that is asked as well.
    """
    alla = {t.mottagare_id: t for t in fragade}
    min_, nu = alla[mottagare.pk], mottagare.anvandare.aktor_id
    flyttat = min_.i_stallet_for_id is None and not (min_.aktor and min_.aktor.ar(nu))
    return nu if flyttat and nu in {t.aktor_id for t in alla.values()} else min_.aktor_id


def att_svara(mottagare: Mottagare, *, utgangna: bool = False) -> list[Punktlage]:
    """Those that the person is asked about and, whatever aktör and role they have by now, may answer. Eight queries."""
    alla = punkter(mottagare.omgang, mottagare, utgangna=utgangna)
    far = far_svara_pa(mottagare.anvandare, [p.punkt for p in alla])
    return [p for p in alla if p.punkt.pk in far]


def med_antal(omgangar: QuerySet[Omgang]) -> QuerySet[Omgang]:
    """The rounds with `fragor` and how many of them are `besvarade`, by every aktör that is asked."""
    saknas = Tillfragan.objects.utan_svar().filter(punkt=OuterRef("punkter"))
    svar = Omgangssvar.objects.filter(punkt=OuterRef("punkter"), angrat=None)
    klara = Count("punkter", filter=Exists(svar) & ~Exists(saknas))
    return omgangar.annotate(fragor=Count("punkter"), besvarade=klara)


def _som_star_kvar(svar: Iterable[Omgangssvar]) -> list[Omgangssvar]:
    """The answer that counts, and back through what each replaced."""
    alla = {s.pk: s for s in svar}
    nu = next((s for s in alla.values() if s.angrat is None), None)
    ut = []
    while nu:
        ut.append(nu)
        nu = alla.get(nu.ersatter_id or 0)
    return ut


@dataclass
class Svarslage:
    """One person in a round: asked about `fragor` points, of which the person has answered `egna` and colleagues of the
    same aktör alone `kollegors`.

    `fallen`: why no answer is to be expected; `ersatter`: for whom it stands in; `mejl`: the latest that went;
    `lamnat`: what it has handed over; `vantar`: a mail that is to go.
    """

    mottagare: Mottagare
    fragor: int
    egna: int
    kollegors: int
    fallen: Skal | None
    ersatter: Tillfragan | None
    mejl: Utskick | None
    lamnat: list[tuple[Punktlage, Tillfragan]] = field(default_factory=list)
    vantar: Utskick | None = None

    @property
    def kvar(self) -> int:
        """What nobody of the aktör has answered."""
        return self.fragor - self.egna - self.kollegors

    @property
    def kan_paminnas(self) -> bool:
        return self.kvar > 0 and not self.mottagare.aterkallad and self.mottagare.anvandare.is_active


def svarslage(omgang: Omgang, punkter: Sequence[Punktlage], fallna: Mapping[int, Skal]) -> list[Svarslage]:
    """Every person asked, those with most left first, and of these the silent ones. Three queries."""
    alla = omgang.mottagare.select_related("anvandare__aktor").order_by("anvandare__namn")
    ersatter = {t.mottagare_id: t for t in _ersattare().filter(mottagare__omgang=omgang)}
    mejlen = list(omgang.utskick.order_by("dag", "pk"))
    mejl = {u.anvandare_id: u for u in mejlen if u.paborjat}
    vantar = {u.anvandare_id: u for u in mejlen if u.paborjat is None}
    ut = []
    for m in alla:
        fragad = [(p, a, t) for p in punkter for a in p.svaren for t in a.fragade if t.mottagare_id == m.pk]
        mina = [(p, a) for p, a, t in fragad if t.lamnad_till_id is None]
        lamnat = [(p, t) for p, _, t in fragad if t.lamnad_till_id]
        egna = sum(p.svar_av(m) is not None for p, _ in mina)
        kollegors = sum(a.svar is not None and p.svar_av(m) is None for p, a in mina)
        ut.append(
            Svarslage(
                m,
                len(mina),
                egna,
                kollegors,
                fallna.get(m.pk),
                ersatter.get(m.pk),
                mejl.get(m.anvandare_id),
                lamnat,
                vantar.get(m.anvandare_id),
            )
        )
    return sorted(ut, key=lambda s: (-s.kvar, s.egna))


def ersatter(mottagare: Mottagare) -> Tillfragan | None:
    """For whom the person stands in, and why; None for who was asked from the start."""
    return _ersattare().filter(mottagare=mottagare).first()


def _ersattare() -> QuerySet[Tillfragan]:
    return Tillfragan.objects.exclude(i_stallet_for=None).select_related("i_stallet_for__anvandare").order_by("pk")


def rapport(omgang: Omgang, stangd: date) -> dict[str, Any]:
    """What the round showed, in plain JSON types: frozen with it when it closes, read by `regler.rapport`."""
    rader = punkter(omgang)
    satta = _satta(p.punkt.aktivitet_id for p in rader if p.punkt.aktivitet_id)
    return {
        "stangd": stangd.isoformat(),
        "fragor": len(rader),
        "personer": omgang.mottagare.count(),
        "besvarade": sum(p.besvarad for p in rader),
        "punkter": [_rapportrad(p, stangd, satta) for p in rader],
    }


def _rapportrad(p: Punktlage, stangd: date, satta: Mapping[int, date]) -> dict[str, Any]:
    """What was answered, or what was known already: a läge from another day says so."""
    svar, aktivitet, insats = p.svar, p.punkt.aktivitet, p.punkt.insats
    lage = p.svarat_lage
    svarade = svar.mottagare.anvandare if svar else None
    svarat = timezone.localdate(svar.skapad) if svar else None
    status = p.svarad_status
    datum = (svarat or satta.get(aktivitet.pk)) if aktivitet else lage.datum if lage else None
    return {
        "stadskarna": p.punkt.stadskarna.namn,
        "slag": "aktivitet" if aktivitet else "insats",
        "vad": str(p.punkt),
        "under": p.under,
        "svar": "" if not svar else OFORANDRAT if svar.oforandrat else NYTT_LAGE,
        "status": statusord(status),
        "statuskod": status or "",
        "bedomning": Bedomning(lage.bedomning).label if lage and lage.bedomning else "",
        "bedomningskod": lage.bedomning if lage else "",
        "kommentar": svar.kommentar if svar else p.kommentar,
        "datum": datum.isoformat() if datum else "",
        "tyst": tystnad.i_ord(lage, insats.tillkom, stangd) if insats and not svar else "",
        "svarat": svarat.isoformat() if svarat else "",
        "av": f"{svarade}, {svarade.aktor}" if svarade and svarade.aktor else str(svarade or ""),
        "exempel": p.exempel,
        "fragade": _vilka(t for a in p.svaren for t in a.fragade),
        "svaren": [_aktorsrad(a) for a in p.svaren] if len(p.svaren) > 1 else [],
    }


def _vilka(fragade: Iterable[Tillfragan]) -> str:
    return ", ".join(str(t.mottagare.anvandare) for t in fragade)


def _aktorsrad(a: Aktorssvar) -> dict[str, Any]:
    """What one of several aktörer answered."""
    svar = a.svar
    lage = svar.lagesrapport if svar else None
    status = lage.status if lage else svar.status_efter if svar else ""
    return {
        "aktor": a.vem,
        "svar": "" if not svar else OFORANDRAT if svar.oforandrat else NYTT_LAGE,
        "status": statusord(Status(status)) if status else "",
        "bedomning": Bedomning(lage.bedomning).label if lage and lage.bedomning else "",
        "kommentar": svar.kommentar if svar else "",
        "svarat": timezone.localdate(svar.skapad).isoformat() if svar else "",
        "av": str(svar.mottagare.anvandare) if svar else "",
        "fragade": _vilka(a.fragade),
    }


def _satta(aktiviteter: Iterable[int]) -> dict[int, date]:
    """{id: the day the aktivitet got the status it has}, out of the history. One query."""
    handelser = AktivitetEvent.objects.filter(pgh_obj_id__in=list(aktiviteter)).order_by("pgh_id")
    nu: dict[int, tuple[str, str]] = {}
    ut: dict[int, date] = {}
    for pk, nar, *sagt in handelser.values_list("pgh_obj_id", "pgh_created_at", "status", "kommentar"):
        if nu.get(pk) != tuple(sagt):
            nu[pk], ut[pk] = tuple(sagt), timezone.localdate(nar)
    return ut


SKICKAS = timedelta(minutes=5)


def skickas(vantar: Iterable[Utskick]) -> bool:
    """Whether any of the mails is likely being sent right now: due, lately queued and without a fault."""
    idag, nyss = timezone.localdate(), timezone.now() - SKICKAS
    return any(u.dag <= idag and not u.fel and u.skapad > nyss for u in vantar)
