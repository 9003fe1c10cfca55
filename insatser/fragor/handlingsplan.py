"""A handlingsplan with everything in it, for the page, the print and the PDF alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse

from aktorer.behorighet import Person, har
from aktorer.grund import gjort
from aktorer.roller import Rattighet
from insatser.behorighet import handlingsplaner_som_beslutade, laser_som_beslutad, ser, synliga_handlingsplaner
from insatser.fragor import avslutat, beslutat, lage
from insatser.fragor.avslutat import Avslutsbild
from insatser.fragor.finansiering import Ekonomi, ekonomi, raknad
from insatser.models import (  # type: ignore[attr-defined]
    Aktivitet,
    AktivitetAktor,
    Bidrag,
    Bortval,
    Fardplan,
    Handlingsplan,
    HandlingsplanEvent,
    Insats,
    Lagesrapport,
    Malomrade,
    Medverkan,
    Ordforklaring,
    Prioritering,
)
from insatser.models.handlingsplan import HandlingsplanQuerySet
from insatser.regler import kronor, period, tidpunkt
from insatser.regler.bojning import i_ord
from insatser.regler.exempel import Exempel, exempel
from insatser.regler.forsening import Forsening
from insatser.regler.utfall import Utfall

OVERLAPP = "Perioden överlappar {}, som är beslutad. Ändra perioden, eller avsluta den planen först."
UTAN_SLUT = 10  # years that a program is thought to be in force that has no last one yet


@dataclass
class Planfalt:
    """The plan's prioriteringar within one målområde, in the plan's order."""

    malomrade: Malomrade
    prioriteringar: list[Prioritering] = field(default_factory=list)


@dataclass
class Planinnehall:
    """`falt` holds only målområden with something prioritised. Every prioritering.insats carries `lage`.

    `som_beslutat`: an ändringsbeslut is prepared, and this is what was decided before it.
    """

    plan: Handlingsplan
    falt: list[Planfalt]
    prioriteringar: list[Prioritering]
    ekonomi: Ekonomi
    bortval: list[Bortval] = field(default_factory=list)
    ordlista: list[Ordforklaring] = field(default_factory=list)
    som_beslutat: bool = False

    @property
    def aktiviteter(self) -> list[Aktivitet]:
        return [a for p in self.prioriteringar for a in p.aktiviteter.all()]

    def sena(self, idag: date) -> dict[int, Forsening]:
        """{aktivitet id: what should have happened by now} of those that are late."""
        if not self.plan.har_deadliner:
            return {}
        return {a.pk: sen for a in self.aktiviteter if (sen := a.forsening(idag))}

    @property
    def exempel(self) -> Exempel:
        return exempel([self.plan, *(p.insats.lage for p in self.prioriteringar)])


def innehall(plan: Handlingsplan) -> Planinnehall:
    """As it is now. Nine queries, whatever the size: the rows, who carries them, lägen, money, words, what waits."""
    prioriteringar = gjort.rader(
        lambda: (
            Prioritering.objects.filter(handlingsplan=plan.pk).select_related("insats__malomrade").order_by("ordning")
        ),
        plan.pk,
    )
    gjort.till(prioriteringar, "aktiviteter", _aktiviteter)
    gjort.till([p.insats for p in prioriteringar], "medverkan", _medverkan)
    alla = [a for p in prioriteringar for a in p.aktiviteter.all()]
    gjort.till(alla, "aktorer", _aktorer)
    gjort.till(alla, "bidrag", _bidrag)
    i_nummerordning = ("insats__malomrade__nummer", "insats__ordning")
    bortval = gjort.rader(lambda: plan.bortval.select_related("insats__malomrade").order_by(*i_nummerordning), plan.pk)
    nu = _innehall(plan, prioriteringar, bortval, ekonomi(plan, alla), _lagen(plan, prioriteringar))
    return replace(nu, ordlista=_ordlista(plan))


def _aktiviteter(ids: Sequence[int]) -> QuerySet[Aktivitet]:
    alla = Aktivitet.objects.filter(prioritering__in=ids).order_by("ordning")
    return alla.select_related("foljer_pa__prioritering__handlingsplan")


def _medverkan(ids: Sequence[int]) -> QuerySet[Medverkan]:
    return Medverkan.objects.filter(insats__in=ids).select_related("aktor")


def _aktorer(ids: Sequence[int]) -> QuerySet[AktivitetAktor]:
    return AktivitetAktor.objects.filter(aktivitet__in=ids).select_related("aktor").order_by("roll", "ordning")


def _bidrag(ids: Sequence[int]) -> QuerySet[Bidrag]:
    return Bidrag.objects.filter(aktivitet__in=ids).select_related("aktor").order_by("aktor__sortering", "ar")


def innehall_for(plan: Handlingsplan, person: Person) -> Planinnehall | None:
    """As the person may read it: as it is now, or, while an ändringsbeslut is prepared, as it was decided last.

    None when that decision froze no rows: then only its own page and PDF tell what it was. A closed plan is as it was
    when it was closed, for everybody.
    """
    if plan.avslutad and (fryst := avslutat.fryst(plan)):
        return innehall_vid_avslut(plan, fryst)
    return innehall_som_beslutat(plan) if laser_som_beslutad(person, plan) else innehall(plan)


def innehall_som_beslutat(plan: Handlingsplan) -> Planinnehall | None:
    """As it was decided last, with the lägen and statuses of today; None when the decision froze no rows."""
    for b in beslutat.las(Handlingsplan.objects.filter(pk=plan.pk)):
        b.plan.fardplan = plan.fardplan
        pengar, lagen = ekonomi(b.plan, b.aktiviteter, b.bidrag), _lagen(plan, b.prioriteringar)
        som_beslutat = _innehall(b.plan, b.prioriteringar, b.bortval, pengar, lagen)
        return replace(som_beslutat, ordlista=_ordlista(plan), som_beslutat=True)
    return None


def innehall_vid_avslut(plan: Handlingsplan, fryst: Avslutsbild) -> Planinnehall:
    """As it was when it was closed, out of what was frozen then; `plan` itself stays as it is today."""
    plan = copy(plan)
    da = avslutat.las(plan, fryst.rader)
    fardplan = plan.fardplan = copy(plan.fardplan)
    # Of what was closed before their rows were kept, the words that were made then have the names.
    fardplan.stadskarna, fardplan.program = copy(fardplan.stadskarna), copy(fardplan.program)
    fardplan.stadskarna.namn, fardplan.program.namn = fryst.stadskarna, fryst.program
    fardplan.stadskarna, fardplan.program = da.stadskarna or fardplan.stadskarna, da.program or fardplan.program
    pengar = raknad(da.gemensamma, da.rader.aktiviteter)
    innehall = _innehall(plan, da.rader.prioriteringar, da.rader.bortval, pengar, da.lagen)
    return replace(innehall, ordlista=da.ordlista)


def _ordlista(plan: Handlingsplan) -> list[Ordforklaring]:
    program = plan.fardplan.program_id
    return gjort.rader(lambda: Ordforklaring.objects.filter(program=program).order_by("ordning"), program)


def _lagen(plan: Handlingsplan, prioriteringar: Iterable[Prioritering]) -> dict[tuple[int, int], Lagesrapport]:
    return lage.lagen((p.insats_id, plan.fardplan.stadskarna_id) for p in prioriteringar)


def _innehall(
    plan: Handlingsplan,
    prioriteringar: list[Prioritering],
    bortval: list[Bortval],
    pengar: Ekonomi,
    lagen: Mapping[tuple[int, int], Lagesrapport],
) -> Planinnehall:
    """The rows by målområde, their insatser with lägen. No queries."""
    stadskarna = plan.fardplan.stadskarna_id
    falt: dict[int, Planfalt] = {}
    for p in sorted(prioriteringar, key=lambda p: p.insats.malomrade.nummer):
        p.handlingsplan, p.insats.lage = plan, lagen.get((p.insats_id, stadskarna))
        falt.setdefault(p.insats.malomrade_id, Planfalt(p.insats.malomrade)).prioriteringar.append(p)
    return Planinnehall(plan, list(falt.values()), prioriteringar, pengar, bortval)


def for_insats(insats: Insats, fardplan: Fardplan, person: Person) -> list[Prioritering]:
    """Where `insats` is prioritised in the färdplan's plans as the person may read them, newest first."""

    def fraga() -> QuerySet[Prioritering]:
        synliga = Prioritering.objects.filter(insats=insats.pk, handlingsplan__in=synliga_handlingsplaner(person))
        return synliga.filter(handlingsplan__fardplan=fardplan.pk).select_related("handlingsplan")

    nu = gjort.rader(fraga, insats.pk, fardplan.pk, ser(person))
    gjort.till(nu, "aktiviteter", lambda ids: Aktivitet.objects.filter(prioritering__in=ids))
    delar = [a for p in nu for a in p.aktiviteter.all()]
    gjort.till(delar, "aktorer", lambda ids: AktivitetAktor.objects.filter(aktivitet__in=ids).select_related("aktor"))
    internt = har(person, Rattighet.SE_INTERNT)  # who sees what is prepared reads nothing as it was decided
    beslutade = [] if internt else beslutat.las(handlingsplaner_som_beslutade(person).filter(fardplan=fardplan))
    alla = [*nu, *(p for b in beslutade for p in b.prioriteringar if p.insats_id == insats.pk)]
    return sorted(alla, key=lambda p: p.handlingsplan.ar_fran, reverse=True)


def prioriterad(planer: HandlingsplanQuerySet, person: Person, som_beslutade: Collection[int]) -> Q:
    """For an Insats query: whether it is prioritised in one of the plans, as the person may read them.

    What was decided holds while an ändringsbeslut is prepared: for outsiders nothing else does (`prioriterade`).
    """
    nu = Prioritering.objects.filter(insats=OuterRef("pk"), handlingsplan__in=synliga_handlingsplaner(person) & planer)
    return Q(Exists(nu)) | Q(pk__in=som_beslutade)


def prioriterade(fardplan: Fardplan, person: Person, ar: int) -> tuple[int, ...]:
    """The ids of the insatser of the plans of the year that the person reads as they were decided. A query, for
    outsiders.
    """
    if har(person, Rattighet.SE_INTERNT):
        return ()

    def planer() -> HandlingsplanQuerySet:
        planer = Handlingsplan.objects.filter(fardplan=fardplan, ar_fran__lte=ar, ar_till__gte=ar)
        return handlingsplaner_som_beslutade(person) & planer

    return tuple(sorted(beslutat.insatser(planer, fardplan.pk, ser(person), ar)))


def med_antal(planer: HandlingsplanQuerySet, person: Person) -> list[Handlingsplan]:
    """The plans with `antal_insatser` and `antal_aktiviteter` as the person may read them. Two queries at most.

    Both are None where the person reads what was decided, and it froze no rows.
    """
    alla: list[Any] = list(
        planer.annotate(
            antal_insatser=Count("prioriteringar", distinct=True),
            antal_aktiviteter=Count("prioriteringar__aktiviteter", distinct=True),
        )
    )
    if andras := [plan for plan in alla if laser_som_beslutad(person, plan)]:
        antal = beslutat.antal(Handlingsplan.objects.filter(pk__in=[p.pk for p in andras]), Prioritering, Aktivitet)
        for plan in andras:
            plan.antal_insatser, plan.antal_aktiviteter = antal.get(plan.pk, (None, None))
    return alla


@dataclass
class Kandidat:
    """An insats to weigh for a plan: its läge here, what the last plan said about it, and what this one does."""

    insats: Insats
    prioritering: Prioritering | None
    bortval: Bortval | None
    forra: Prioritering | None
    forra_bortval: Bortval | None
    sena: int
    """How many of its aktiviteter in this plan are late."""

    @property
    def visade(self) -> list[Lagesrapport | Handlingsplan | None]:
        """What is shown of it that may be made up."""
        forra = self.forra or self.forra_bortval
        return [self.insats.lage, forra.handlingsplan if forra else None]

    def i_ordning(self) -> int:
        """Its place in the plan's order; 0 outside it."""
        return self.prioritering.ordning if self.prioritering else 0


def kandidater(plan: Handlingsplan, idag: date) -> list[Kandidat]:
    """All insatser in force of the plan's färdplan, gemensamma too, and what is in the plan; in number order."""
    fore = Handlingsplan.objects.filter(fardplan=plan.fardplan_id, ar_till__lt=plan.ar_fran).order_by("-ar_till")
    forra = fore.first()
    lyfta = Prioritering.objects.filter(handlingsplan__in=[p.pk for p in (plan, forra) if p])
    aktiviteter = Prefetch("aktiviteter", Aktivitet.objects.order_by("ordning"))
    rader = list(lyfta.select_related("handlingsplan").prefetch_related(aktiviteter))
    med = {p.insats_id: p for p in rader if p.handlingsplan_id == plan.pk}
    forra_med = {p.insats_id: p for p in rader if p.handlingsplan_id != plan.pk}
    insatser = list(
        Insats.objects.i_fardplan(plan.fardplan)
        .filter(Q(avford=None) | Q(pk__in=med))
        .select_related("malomrade")
        .prefetch_related(Prefetch("medverkan", Medverkan.objects.select_related("aktor")))
        .i_nummerordning()
    )
    lagen = lage.lagen((i.pk, plan.fardplan.stadskarna_id) for i in insatser)
    bort = {b.insats_id: b for b in Bortval.objects.filter(handlingsplan=plan)}
    bort_da = {b.insats_id: b for b in Bortval.objects.filter(handlingsplan=forra).select_related("handlingsplan")}
    for insats in insatser:
        insats.lage = lagen.get((insats.pk, plan.fardplan.stadskarna_id))
    alla = ((p.insats_id, a) for p in med.values() for a in p.aktiviteter.all() if plan.har_deadliner)
    sena = Counter(pk for pk, a in alla if a.forsening(idag))
    return [
        Kandidat(i, med.get(i.pk), bort.get(i.pk), forra_med.get(i.pk), bort_da.get(i.pk), sena[i.pk]) for i in insatser
    ]


def overlappar(plan: Handlingsplan) -> HandlingsplanQuerySet:
    """The decided plans of the same färdplan with a year in common, which are not closed: the plan cannot be decided
    beside them.
    """
    ovriga: HandlingsplanQuerySet = Handlingsplan.objects.filter(
        fardplan=plan.fardplan_id, status=Handlingsplan.Planstatus.BESLUTAD
    )
    andra = ovriga.exclude(pk=plan.pk).nyast_forst()
    return andra.filter(ar_fran__lte=plan.ar_till, ar_till__gte=plan.ar_fran)


def overlapp(plan: Handlingsplan) -> list[str]:
    """The same in whole sentences. One query."""
    av = (plan.pk, plan.fardplan_id, plan.ar_fran, plan.ar_till)
    return [OVERLAPP.format(p) for p in gjort.rader(lambda: overlappar(plan), *av)]


def upptagen(fardplan: Fardplan, fran: int, till: int, *, utom: Handlingsplan | None = None) -> bool:
    """Whether another plan of the färdplan than `utom` has just these years."""
    ovriga = Handlingsplan.objects.filter(fardplan=fardplan.pk, ar_fran=fran, ar_till=till)
    return ovriga.exclude(pk=utom.pk if utom else 0).exists()


def fragor_om_perioden(fardplan: Fardplan, fran: int, till: int, *, utom: Handlingsplan | None = None) -> list[str]:
    """What to ask about before a plan, new or `utom`, gets these years, in whole sentences: history knows of plans of
    three years, and one that was closed early leaves its years to the next. One query.
    """
    ut, program = [], fardplan.program
    if (antal := till - fran + 1) > period.LANGD:
        ut.append(f"Perioden är {i_ord(antal)} år. En handlingsplan gäller {i_ord(period.LANGD)} år.")
    slut = program.ar_till or program.ar_fran + UTAN_SLUT
    if fran < program.ar_fran or till > slut:
        galler = program.ar_i_text if program.ar_till else f"från {program.ar_fran}"
        ut.append(f"{program} gäller {galler}. Perioden {period.skriv(fran, till, streck='–')} ligger utanför det.")
    andra = Handlingsplan.objects.filter(fardplan=fardplan.pk, ar_fran__lte=till, ar_till__gte=fran)
    return ut + [_overlappar(plan) for plan in andra.exclude(pk=utom.pk if utom else 0).nyast_forst()]


def _overlappar(plan: Handlingsplan) -> str:
    if plan.status == Handlingsplan.Planstatus.BESLUTAD:
        return OVERLAPP.format(plan)
    if plan.avslutad:
        return f"Perioden överlappar {plan}, som är avslutad sedan {tidpunkt.i_text(plan.avslutad.isoformat())}."
    return f"Perioden överlappar {plan}, som också är ett utkast."


def att_ta_med_fran(fardplan: Fardplan) -> HandlingsplanQuerySet:
    """The closed plans whose aktiviteter a new one can go on with, newest first: the färdplan's own, and those of older
    generations that carry something over.
    """
    avslutade = Handlingsplan.objects.filter(
        fardplan__stadskarna=fardplan.stadskarna_id, status=Handlingsplan.Planstatus.AVSLUTAD
    )
    overford = Aktivitet.objects.filter(prioritering__handlingsplan=OuterRef("pk"), utfall=Utfall.OVERFORD)
    aldre = Q(fardplan__program__ar_fran__lt=fardplan.program.ar_fran) & Exists(overford)
    hittade: HandlingsplanQuerySet = avslutade.filter(Q(fardplan=fardplan) | aldre).nyast_forst()
    return hittade


def med_fran(plan: Handlingsplan, fran: Handlingsplan) -> tuple[int, int, int]:
    """(insatser, aktiviteter) that the new plan has from the closed one, and how many aktiviteter stayed there."""
    overforda = Aktivitet.objects.filter(prioritering__handlingsplan=fran, utfall=Utfall.OVERFORD)
    aktiviteter = Aktivitet.objects.filter(prioritering__handlingsplan=plan, foljer_pa__in=overforda).count()
    return plan.prioriteringar.count(), aktiviteter, overforda.count() - aktiviteter


def hinder(plan: Handlingsplan) -> list[str]:
    """Why a draft cannot be taken away: what points at it."""
    if plan.versioner.exists():
        return ["Ett beslut om planen registrerades av misstag. Det och planen sparas, så utkastet tas inte bort."]
    punkter = plan.motespunkter.select_related("mote__organ")
    return [
        f"Planen står på dagordningen för {p.mote.organ} {p.mote.datum}. Ta bort punkten där först." for p in punkter
    ] + [
        f"Ärendet ”{a}” hos {a.aktor} gäller planen. Ändra det där först." for a in plan.arenden.select_related("aktor")
    ]


# Of a plan that is decided, and not closed.
BARA_STATUS = "Planen är beslutad: här ändras bara Status och Kommentar. Annat ändras genom ett ändringsbeslut."


def frysning(plan: Handlingsplan) -> str:
    """Why nothing in a plan that is not open can be changed, and since when."""
    if plan.ar_efterlamnad:
        return f"{plan} är ett utkast i {plan.fardplan.program}, som inte gäller längre. Det kan tas bort."
    if plan.avslutad:
        return f"{plan} är avslutad sedan {tidpunkt.i_text(plan.avslutad.isoformat())} och går bara att läsa."
    senast = plan.versioner.gallande().values_list("beslut__datum", flat=True).first()
    sedan = f" sedan {tidpunkt.i_text(senast.isoformat())}" if senast else ""
    return f"{plan} är beslutad{sedan}: innehållet ändras bara genom ett ändringsbeslut."


def forra_slutordet(plan: Handlingsplan) -> str:
    """What was written of the plan when it was closed the time before; "" when it never was. One query."""
    stangda = HandlingsplanEvent.objects.filter(pgh_obj=plan.pk).exclude(slutord="").order_by("-pgh_id")
    forra: str | None = stangda.values_list("slutord", flat=True).first()
    return forra or ""


def utanfor(innehall: Planinnehall) -> list[Aktivitet]:
    """The aktiviteter that do not lie within the plan's years."""
    plan = innehall.plan
    return [
        a
        for a in innehall.aktiviteter
        if a.start and a.slut and (a.start.year < plan.ar_fran or a.slut.year > plan.ar_till)
    ]


@dataclass(frozen=True)
class Brist:
    """What is missing in a plan, in a whole sentence, and the address where one mends it."""

    text: str
    adress: str


def brister(innehall: Planinnehall) -> list[Brist]:
    """What is missing before the plan can be decided, in the order of the plan."""
    plan = innehall.plan

    def brist(text: str, sida: str, *args: object, fraga: Mapping[str, str] | None = None) -> Brist:
        return Brist(text, reverse(sida, args=[plan.fardplan.stadskarna.slug, plan.period, *args], query=fraga))

    ut = [brist(text, "plan_period") for text in overlapp(plan)] if plan.ar_utkast else []
    utanfor_perioden = {a.pk for a in utanfor(innehall)}
    for p in innehall.prioriteringar:
        nummer, aktiviteter = p.insats.nummer, list(p.aktiviteter.all())
        if p.insats.avford:
            ut.append(brist(f"{nummer} är avförd men står kvar i planen.", "prioritera", fraga={"vid": nummer}))
        if not p.skal:
            ut.append(brist(f"{nummer} saknar skäl.", "prioritera_skal", nummer))
        if not aktiviteter:
            ut.append(brist(f"{nummer} har ingen aktivitet.", "aktivitet_ny", nummer))
        for a in aktiviteter:
            texter = _aktivitetens_brister(a, utanfor_perioden)
            ut += [brist(f"{nummer}: {text}", "aktivitet", a.pk) for text in texter]
    ut += [
        brist(
            f"{kronor.skriv(b.belopp)} från {b.aktor} gäller {b.ar}, som ligger utanför perioden.",
            *(("aktivitet_finansiering", b.aktivitet_id) if b.aktivitet_id else ("finansiering",)),
        )
        for b in [*innehall.ekonomi.gemensamma, *innehall.ekonomi.riktade]
        if not plan.ar_fran <= b.ar <= plan.ar_till
    ]
    if saknas := innehall.ekonomi.saknas:
        text = f"Aktiviteterna kostar {kronor.skriv(saknas)} mer än vad som är finansierat."
        ut.append(brist(text, "finansiering"))
    return ut


def _aktivitetens_brister(a: Aktivitet, utanfor_perioden: Collection[int]) -> Iterator[str]:
    if (ansvarig := a.ansvarig) is None:
        yield f"”{a.titel}” har ingen ansvarig."
    elif ansvarig.avbojd:
        yield f"{ansvarig.aktor} har avböjt att ansvara för ”{a.titel}”."
    if not (a.start and a.slut):
        yield f"”{a.titel}” saknar {'tidpunkt' if a.milstolpe else 'start eller slut'}."
    elif a.pk in utanfor_perioden:
        yield f"”{a.titel}” ligger utanför perioden."
