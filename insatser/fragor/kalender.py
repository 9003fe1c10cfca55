"""What a person's calendar holds: the ends of aktiviteter, the last days of rounds, and möten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q

from aktorer.behorighet import har, har_nagonstans
from aktorer.models import Aktor, Anvandare
from aktorer.roller import Rattighet
from insatser.behorighet import gallande_fardplaner, synliga_handlingsplaner
from insatser.fragor import beslutat
from insatser.fragor.historik import senast
from insatser.models import (  # type: ignore[attr-defined]
    Aktivitet,
    AktivitetAktor,
    AktivitetEvent,
    Handlingsplan,
    Karnkommun,
    Medverkan,
    Mote,
    MoteEvent,
    Mottagare,
    Omgang,
    OmgangEvent,
    Plats,
    Stadskarna,
)
from insatser.models.organ import har_eller_for_alla
from insatser.regler.medverkan import Deltagande
from insatser.regler.status import OVER

# How long what has been stays: people look back, and a calendar must not grow for ever.
KVAR = timedelta(days=365)


@dataclass(frozen=True)
class Kalender:
    """Every row carries `andrad`, when it was last written, and every round `fragar_mig`.

    `stadskarnor` are those with a färdplan the person may see, the own ones first: where what is for all is read.
    """

    aktiviteter: list[Aktivitet]
    omgangar: list[Omgang]
    moten: list[Mote]
    stadskarnor: list[Stadskarna]


def kalender(person: Anvandare, idag: date) -> Kalender:
    """What the person may see today and should know of, in the order of time. Five queries, whatever the number;
    twelve while a plan is changed.
    """
    egen = Exists(Karnkommun.objects.filter(stadskarna=OuterRef("stadskarna"), aktor=person.aktor_id))
    fardplaner = gallande_fardplaner(person).select_related("stadskarna").order_by(egen.desc(), "stadskarna__ordning")
    stadskarnor = [plan.stadskarna for plan in fardplaner]
    return Kalender(
        _aktiviteter(person, idag - KVAR), _omgangar(person), _moten(person, stadskarnor, idag - KVAR), stadskarnor
    )


def agare(nyckel: str) -> Anvandare | None:
    """Whose calendar has the address with this key; None when nobody's has, or the account is closed."""
    return Anvandare.objects.select_related("aktor").filter(kalendernyckel=nyckel, is_active=True).first()


def bara_eget(person: Anvandare) -> bool:
    """A tjänsteperson is told of the own aktör's work; whoever plans or steers of everybody's."""
    return har(person, Rattighet.RAPPORTERA_EGET)


def _aktiviteter(person: Anvandare, fran: date) -> list[Aktivitet]:
    """Those of decided plans that are not over and have an end.

    A draft's dates are nobody's deadline yet, nor are those of an ändringsbeslut that is being prepared.
    """
    planer = synliga_handlingsplaner(person).filter(status=Handlingsplan.Planstatus.BESLUTAD)
    under_andring = beslutat.las(planer.filter(andras=True))
    rader = (
        Aktivitet.objects.filter(prioritering__handlingsplan__in=planer)
        .filter(Q(slut_dag__gte=fran) | Q(slut_dag=None, slut__gte=fran))
        .exclude(prioritering__handlingsplan__in=[b.plan.pk for b in under_andring])
        .exclude(status__in=OVER)
    )
    if bara_eget(person):
        egna = Aktor.objects.samma_som(person.aktor_id)
        delar = AktivitetAktor.objects.filter(aktivitet=OuterRef("pk"), aktor__in=egna)
        rader = rader.filter(Exists(delar.exclude(deltagande=Deltagande.AVBOJD)))
    nu = rader.annotate(andrad=senast(AktivitetEvent)).select_related(
        "prioritering__insats__malomrade", "prioritering__handlingsplan__fardplan__stadskarna"
    )
    beslutade = [
        a
        for b in under_andring
        for a in b.aktiviteter
        if a.sista_dag
        and a.sista_dag >= fran
        and a.status not in OVER
        and (not bara_eget(person) or _har_del(person, a))
    ]
    return sorted([*nu, *beslutade], key=lambda a: (a.sista_dag or fran, a.pk))


def _har_del(person: Anvandare, aktivitet: Aktivitet) -> bool:
    return any(d.aktor.ar(person.aktor_id) and not d.avbojd for d in aktivitet.aktorer.all())


def _omgangar(person: Anvandare) -> list[Omgang]:
    """Open rounds that ask the person; for a planerare every open one."""
    fragor = Mottagare.objects.filter(omgang=OuterRef("pk"), anvandare=person, aterkallad=None)
    oppna = Omgang.objects.filter(stangd=None).annotate(fragar_mig=Exists(fragor), andrad=senast(OmgangEvent))
    mina = oppna if har_nagonstans(person, Rattighet.PLANERA) else oppna.filter(fragar_mig=True)
    return list(mina.select_related("fardplan__stadskarna").order_by("deadline", "pk"))


def _moten(person: Anvandare, stadskarnor: list[Stadskarna], fran: date) -> list[Mote]:
    """Möten of organ in these stadskärnor and of those for all, also what is inställt.

    For a tjänsteperson: where the own aktör is kärnkommun, takes part in an insats of the stadskärna's own or has a
    seat, and those for all.
    """
    if not stadskarnor:
        return []  # also an organ for all is read in one of them
    rader = Mote.objects.filter(har_eller_for_alla(*stadskarnor, via="organ"), datum__gte=fran)
    if bara_eget(person):
        egen = person.aktor_id
        egna = Medverkan.objects.av_aktor(egen).values("insats__fardplan__stadskarna")
        rader = rader.filter(
            har_eller_for_alla(via="organ")
            | Q(organ__stadskarna__in=Karnkommun.objects.filter(aktor=egen).values("stadskarna"))
            | Q(organ__stadskarna__in=egna)
            | Q(organ__in=Plats.objects.filter(aktor=egen).values("organ"))
        )
    alla = rader.annotate(andrad=senast(MoteEvent)).select_related("organ__stadskarna")
    return list(alla.order_by("datum", "tid", "pk"))
