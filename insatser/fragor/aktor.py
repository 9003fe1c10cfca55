"""One aktör with all its roles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q
from django.db.models.functions import Coalesce

from aktorer.behorighet import Person
from aktorer.models import Agarandel, Aktor, AktorEvent  # type: ignore[attr-defined]
from insatser.behorighet import (
    aktuella_handlingsplaner,
    gallande_fardplaner,
    synliga_fardplaner,
    synliga_handlingsplaner,
    synliga_insatser,
)
from insatser.fragor import lage
from insatser.fragor.beslutat import Beslutat
from insatser.fragor.finansiering import Summor, summor
from insatser.models import (
    Aktivitet,
    AktivitetAktor,
    Bidrag,
    Fardplan,
    Insats,
    Karnkommun,
    Medverkan,
    Plats,
    Stadskarna,
)
from insatser.regler.forsening import Forsening
from insatser.regler.medverkan import Roll
from insatser.regler.status import Bedomning, Stapel, Status, staplar
from insatser.regler.tystnad import ar_tyst
from insatser.regler.utfall import Utfall


def med_fordom_adress(slug: str) -> Aktor | None:
    """The aktör that last had that address, or what it has been merged with: a link that was sent goes on working."""
    haft = AktorEvent.objects.filter(slug=slug, pgh_obj__isnull=False).order_by("-pgh_id").values("pgh_obj")
    hittad: Aktor | None = Aktor.objects.filter(pk=haft[:1]).select_related("uppgatt_i").first()
    return hittad and (hittad.uppgatt_i or hittad)


def adress_idag(slug: str) -> str:
    """The address today of the aktör that has it or had it, merged since or not; as it is when there is none."""
    har = Aktor.objects.filter(slug=slug).select_related("uppgatt_i").first()
    nu = (har.uppgatt_i or har) if har else med_fordom_adress(slug)
    return nu.slug if nu else slug


@dataclass(frozen=True)
class Uppdrag:
    """A part in an insats of a färdplan; `genom` is the group that gives it, None for the aktör's own."""

    fardplan: Fardplan
    insats: Insats
    medverkan: Medverkan
    genom: Aktor | None


def uppdrag(aktor: Aktor, person: Person) -> list[Uppdrag]:
    """All parts the aktör takes, own and through groups, in färdplan and number order, with `insats.lage`.

    A gemensam insats is listed once per färdplan of its program. Five queries, whatever the number.
    """
    karnor = Karnkommun.objects.karnor(aktor.pk)
    fardplaner = list(
        gallande_fardplaner(person).select_related("stadskarna", "program").order_by("stadskarna__ordning")
    )
    delar = list(
        Medverkan.objects.av_aktor(aktor.pk, som_karnkommun=Karnkommun.objects.filter(aktor=aktor))
        .filter(insats__in=synliga_insatser(person).gallande())
        .select_related("aktor", "insats__malomrade", "insats__fardplan")
        .distinct()
    )
    ut = [
        # A copy each: the läge of a gemensam insats is another in every kärna.
        Uppdrag(plan, copy(m.insats), m, None if m.aktor_id == aktor.pk else m.aktor)
        for plan in fardplaner
        for m in delar
        if _galler(m, plan, karnor, aktor)
    ]
    ut.sort(key=lambda u: (u.fardplan.stadskarna.ordning, u.insats.malomrade.nummer, u.insats.ordning))
    lagen = lage.lagen((u.insats.pk, u.fardplan.stadskarna_id) for u in ut)
    for u in ut:
        u.insats.lage = lagen.get((u.insats.pk, u.fardplan.stadskarna_id))
    return ut


@dataclass(frozen=True)
class Karnuppdrag:
    """The aktör's parts in one stadskärna, how many insatser they are in and how many of those that are silent."""

    stadskarna: Stadskarna
    uppdrag: list[Uppdrag]
    insatser: int
    tysta: int


def per_karna(uppdrag: Iterable[Uppdrag], idag: date) -> list[Karnuppdrag]:
    """The same parts stadskärna by stadskärna, in each the silent insatser first and else in the same order."""
    karnor: dict[Stadskarna, list[Uppdrag]] = {}
    for u in uppdrag:
        karnor.setdefault(u.fardplan.stadskarna, []).append(u)
    ut = []
    for k, rader in karnor.items():
        tysta = {u.insats.pk for u in rader if ar_tyst(u.insats.lage, u.insats.tillkom, idag)}
        ordnade = sorted(rader, key=lambda u: u.insats.pk not in tysta)
        ut.append(Karnuppdrag(k, ordnade, len({u.insats.pk for u in rader}), len(tysta)))
    return ut


@dataclass(frozen=True)
class Aktorsvar:
    """The answer to what an aktör answers for and takes part in, and how that goes.

    `ansvarar`: each insats with where it is its own to answer for, `medverkar` how many others it is in. What is drawn
    is each insats in each stadskärna; `avviker` those that do not go as planned, the worst first.
    """

    ansvarar: list[tuple[Insats, list[Uppdrag]]]
    medverkar: int
    staplar: list[Stapel]
    avviker: list[Uppdrag]


def svaret(karnor: Sequence[Karnuppdrag]) -> Aktorsvar:
    """Out of the same parts; through a group it takes part, also where the group answers."""
    rader = [u for k in karnor for u in k.uppdrag]
    ansvarar: dict[int, tuple[Insats, list[Uppdrag]]] = {}
    for u in rader:
        if u.medverkan.roll == Roll.ANSVARIG and u.genom is None:
            ansvarar.setdefault(u.insats.pk, (u.insats, []))[1].append(u)
    platser = {(u.insats.pk, u.fardplan.stadskarna_id): u for u in rader}
    lagen = [u.insats.lage for u in platser.values()]
    bedomda = [(u.insats.lage.bedomning, u) for u in platser.values() if u.insats.lage]
    avviker = [u for vilken in (Bedomning.AVVIKER, Bedomning.RISK) for b, u in bedomda if b == vilken]
    ordnade = sorted(ansvarar.values(), key=lambda rad: (rad[0].malomrade.nummer, rad[0].ordning))
    return Aktorsvar(
        ordnade,
        len({u.insats.pk for u in rader} - ansvarar.keys()),
        staplar(Counter(Status(r.status) if r else None for r in lagen)),
        avviker,
    )


def _galler(medverkan: Medverkan, plan: Fardplan, karnor: set[int], aktor: Aktor) -> bool:
    """Whether the part counts in this färdplan."""
    insats = medverkan.insats
    har = insats.malomrade.program_id == plan.program_id if insats.gemensam else insats.fardplan_id == plan.pk
    genom_karnkommunerna = medverkan.aktor.avser_karnkommuner and medverkan.aktor_id != aktor.pk
    return har and (not genom_karnkommunerna or plan.stadskarna_id in karnor)


def aktiviteter(
    aktor: Aktor, person: Person, beslutade: Iterable[Beslutat], idag: date
) -> list[tuple[AktivitetAktor, Forsening | None]]:
    """Its parts in aktiviteter of the handlingsplaner the person may see, the late first, then newest plan. One query.

    Each with what should have happened by now, None when it is not late. `beslutade` are the plans that the person
    reads as they were decided. Of one that goes on in a later plan only what it has become, and nothing of what was
    struck.
    """
    nu = AktivitetAktor.objects.filter(
        aktor__in=Aktor.objects.samma_som(aktor.pk),
        aktivitet__prioritering__handlingsplan__in=aktuella_handlingsplaner(person),
    ).select_related(
        "aktivitet__prioritering__handlingsplan__fardplan__stadskarna",
        "aktivitet__prioritering__insats__malomrade",
    )
    i_dem = (d for b in beslutade for a in b.aktiviteter for d in a.aktorer.all() if d.aktor.ar(aktor.pk))

    def ordning(rad: tuple[AktivitetAktor, Forsening | None]) -> tuple[date, int, int, str]:
        d, sen = rad
        p = d.aktivitet.prioritering
        return (sen.sedan if sen else date.max, -p.handlingsplan.ar_fran, p.ordning, d.roll)

    alla = [d for d in [*nu, *i_dem] if not _struken(d.aktivitet)]
    gar_vidare = {d.aktivitet.foljer_pa_id for d in alla}
    return sorted(((d, d.forsening(idag)) for d in alla if d.aktivitet_id not in gar_vidare), key=ordning)


def _struken(aktivitet: Aktivitet) -> bool:
    """Nothing came of it, and nothing will: its plan is closed."""
    return aktivitet.utfall == Utfall.STRUKEN and bool(aktivitet.prioritering.handlingsplan.avslutad)


def agande(aktor: Aktor) -> dict[str, list[Agarandel]]:
    """{agare, bakom, ager, bildat}: who owns it and what it owns. Two queries.

    Nobody owns a stiftelse: who stands `bakom` it has no share, and has `bildat` it.
    """
    agare = list(aktor.agare.select_related("aktor", "agare").order_by("-andel", "pk"))
    ager = list(aktor.ager.select_related("aktor").order_by("-andel", "pk"))
    return {
        "agare": [a for a in agare if not _bildad(a)],
        "bakom": [a for a in agare if _bildad(a)],
        "ager": [a for a in ager if not _bildad(a)],
        "bildat": [a for a in ager if _bildad(a)],
    }


def _bildad(andel: Agarandel) -> bool:
    return andel.andel is None and andel.aktor.slag == Aktor.Slag.STIFTELSE


def platser(aktorer: Collection[Aktor]) -> list[Plats]:
    """The aktörer's seats in samverkansorgan, with organ and stadskärna; those that have ended last. One query."""
    return list(
        Plats.objects.filter(aktor__in=aktorer)
        .select_related("aktor", "organ__stadskarna")
        .order_by(
            Coalesce("till", "organ__till").desc(nulls_first=True), "organ__stadskarna__ordning", "organ", "ordning"
        )
    )


def bidrag(aktorer: Collection[Aktor], person: Person, beslutade: Iterable[Beslutat]) -> tuple[Summor, bool]:
    """What the aktörer put into plans the person may see, and whether example plans are among them. One query.

    `beslutade` are the plans that the person reads as they were decided.
    """
    planer = synliga_handlingsplaner(person)
    i_aktivitet = "aktivitet__prioritering__handlingsplan"
    rader = list(
        Bidrag.objects.filter(Q(aktor__in=aktorer) | Q(aktor__uppgatt_i__in=aktorer))
        .filter(
            Q(fardplan__in=synliga_fardplaner(person))
            | Q(handlingsplan__in=planer)
            | Q(**{f"{i_aktivitet}__in": planer})
        )
        .select_related("aktor", "handlingsplan", i_aktivitet)
    )
    egna = {a.pk for a in aktorer}
    for b in beslutade:
        i_den = [*b.bidrag, *(i for a in b.aktiviteter for i in a.bidrag.all())]
        rader += [rad for rad in i_den if egna & {rad.aktor_id, rad.aktor.uppgatt_i_id}]
    planerna = [b.aktivitet.prioritering.handlingsplan if b.aktivitet else b.handlingsplan for b in rader]
    return summor(rader), any(p.exempel for p in planerna if p)


def karnkommuner(person: Person) -> list[Stadskarna]:
    """Whom the group "kärnkommunerna" means where: every stadskärna with a färdplan the person may see."""
    rader = Karnkommun.objects.select_related("aktor").order_by("ordning")
    synliga = Stadskarna.objects.filter(fardplaner__in=synliga_fardplaner(person)).distinct()
    return list(synliga.order_by("ordning").prefetch_related(Prefetch("karnkommun_set", rader)))
