"""The generations of a stadskärna's färdplan: where each is read, and what becomes of the insatser before it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Exists, F, ManyToOneRel, OuterRef, Q, QuerySet
from django.urls import get_script_prefix, reverse
from django.utils import timezone

from aktorer.behorighet import Person
from aktorer.grund import gjort
from insatser.behorighet import gallande_fardplaner, kanda_handlingsplaner, ser, synliga_fardplaner, synliga_insatser
from insatser.models import (
    Fardplan,
    Handlingsplan,
    Insats,
    Insatsavslut,
    Malomrade,
    Medverkan,
    Program,
    Samband,
    Stadskarna,
)
from insatser.models.handlingsplan import HandlingsplanQuerySet
from insatser.regler import period as perioder
from insatser.regler.bojning import uppraknat

# (program, the same address without it), which is one of ours
ADRESS = re.compile(r"/generation/([-\w]+)(/(?![/\\]).*)")
UTGIVEN = Q(publicerad=True) | Q(tillbakadragen__isnull=False)
AVLOST = "Färdplanen gäller inte längre. Den går att läsa men inte att ändra."


def rot(program: str) -> str:
    """What stands before a stadskärna's addresses when they are about its färdplan in the program with that slug."""
    return f"/generation/{program}/"


def adress(plan: Fardplan, namn: str, *args: object, galler: bool) -> str:
    """A page of the färdplan: where the one in force is read when it `galler`, else under its program."""
    utan = reverse(namn, args=[plan.stadskarna.slug, *args]).removeprefix(get_script_prefix())
    return ("/" if galler else rot(plan.program.slug)) + utan


def handlingsplaner(fardplan: Fardplan, person: Person) -> HandlingsplanQuerySet:
    """Those of the stadskärna that the person may know of; of another generation than the one in force just its own."""
    alla = kanda_handlingsplaner(person)
    if fardplan.ar_aldre or fardplan.ar_kommande:
        return alla.filter(fardplan=fardplan)
    return alla.filter(fardplan__stadskarna=fardplan.stadskarna_id)


def plansidor(planer: Iterable[Handlingsplan], person: Person) -> dict[int, str]:
    """{plan id: where it is read}. Of two of a stadskärna with the same years the newest generation's has the address;
    the others are read under their program. Each with stadskärna and program at hand. One query.
    """
    alla = list(planer)
    samma = kanda_handlingsplaner(person).filter(
        fardplan__stadskarna__in={p.fardplan.stadskarna_id for p in alla}, ar_fran__in={p.ar_fran for p in alla}
    )
    senast: dict[tuple[int, str], int] = {}
    for plan in samma.select_related("fardplan__program").order_by("fardplan__program__ar_fran"):
        senast[plan.fardplan.stadskarna_id, plan.period] = plan.fardplan_id
    return {
        p.pk: adress(
            p.fardplan,
            "handlingsplan",
            p.period,
            galler=senast.get((p.fardplan.stadskarna_id, p.period), p.fardplan_id) == p.fardplan_id,
        )
        for p in alla
    }


def har_beslutad_plan(fardplan: Fardplan, period: str) -> bool:
    """Whether the färdplan's own handlingsplan of "2026-2027" (or "", none) has been decided."""
    ar = perioder.tolka(period)
    beslutade = Handlingsplan.objects.filter(fardplan=fardplan).exclude(status=Handlingsplan.Planstatus.UTKAST)
    return ar is not None and beslutade.filter(ar_fran=ar[0], ar_till=ar[1]).exists()


@dataclass(frozen=True)
class Annan:
    """Another generation of a stadskärna's färdplan, what it is beside the one in force, and where it is read."""

    plan: Fardplan
    ord: str
    adress: str


def ovriga(fardplan: Fardplan, person: Person) -> list[Annan]:
    """The stadskärna's other färdplaner that the person may see, newest first. One query; two of one not in force."""
    har = synliga_fardplaner(person).filter(stadskarna=fardplan.stadskarna_id)
    alla = list(har.select_related("stadskarna", "program").nyast_forst())
    gallande = fardplan
    if fardplan.ar_aldre or fardplan.ar_kommande:
        nu = gallande_fardplaner(person).filter(stadskarna=fardplan.stadskarna_id).values_list("pk", flat=True)
        gallande = next((p for p in alla if p.pk in set(nu)), fardplan)
    return [_annan(plan, gallande) for plan in alla if plan.pk != fardplan.pk]


def _annan(plan: Fardplan, gallande: Fardplan) -> Annan:
    """An older one is read on one page; the next one is worked on."""
    if plan.pk == gallande.pk:
        return Annan(plan, "Gäller nu", adress(plan, "fardplan", galler=True))
    if plan.foregar(gallande):
        return Annan(plan, "Gäller inte längre", adress(plan, "generation", plan.program.slug, galler=True))
    return Annan(plan, "Utkast", adress(plan, "fardplan", galler=False))


def foregaende(program: Program, stadskarna: Stadskarna) -> Fardplan | None:
    """What a färdplan of the program follows on in the stadskärna: the latest before it that has been published."""
    utgivna = Fardplan.objects.filter(UTGIVEN, stadskarna=stadskarna)
    tidigare: Fardplan | None = (
        utgivna.filter(program__ar_fran__lt=program.ar_fran)
        .select_related("program", "stadskarna")
        .nyast_forst()
        .first()
    )
    return tidigare


def galler_utan(fardplan: Fardplan) -> Fardplan | None:
    """What is in force for everybody once the färdplan is withdrawn (`behorighet.gallande_fardplaner`). One query."""
    fore = foregaende(fardplan.program, fardplan.stadskarna)
    pagar = fore and (fore.program.ar_till is None or fore.program.ar_till >= timezone.localdate().year)
    return fore if fore and fore.publicerad and pagar else None


def program_att_borja(fardplan: Fardplan) -> list[Program]:
    """The later programs that the stadskärna has no färdplan in yet, the next one first. One query."""
    senare = Program.objects.filter(ar_fran__gt=fardplan.program.ar_fran)
    return list(senare.exclude(fardplaner__stadskarna=fardplan.stadskarna_id).order_by("ar_fran", "pk"))


@dataclass(frozen=True)
class Programplats:
    """A stadskärna in a program: its färdplan there, in a word how it stands, and where it is read."""

    stadskarna: Stadskarna
    plan: Fardplan | None
    ord: str
    adress: str


def platser(program: Program, person: Person) -> list[Programplats]:
    """Every stadskärna in order, with what it has in the program. Three queries."""
    planer = {
        p.stadskarna_id: p for p in Fardplan.objects.filter(program=program).select_related("program", "stadskarna")
    }
    gallande = {p.stadskarna_id: p for p in gallande_fardplaner(person).select_related("program")}
    ut = []
    for karna in Stadskarna.objects.order_by("ordning"):
        plan = planer.get(karna.pk)
        annan = _annan(plan, gallande.get(karna.pk, plan)) if plan else None
        ord_ = annan.ord if annan and annan.plan.publicerad else "Utkast" if plan else "Ingen färdplan"
        ut.append(Programplats(karna, plan, ord_, annan.adress if annan else ""))
    return ut


@dataclass(frozen=True)
class Arv:
    """An insats of the generation before: what takes its place in the next one, or why nothing does, or neither yet."""

    insats: Insats
    ersatts_av: Insats | None
    avslut: Insatsavslut | None
    malomrade: Malomrade | None

    @property
    def avgjord(self) -> bool:
        return bool(self.ersatts_av or self.avslut)


def arv(fardplan: Fardplan) -> list[Arv]:
    """What there is to decide on from the färdplan before, in number order; what had been retired is left out.

    `malomrade` is where it would go: the one of the same name, else of the same number. Six queries.
    """
    fore = foregaende(fardplan.program, fardplan.stadskarna)
    if fore is None:
        return []
    insatser = list(
        Insats.objects.i_fardplan(fore).gallande().select_related("malomrade__program", "fardplan").i_nummerordning()
    )
    ersatta = ersattare(insatser, fardplan.program)
    avslut = {a.insats_id: a for a in Insatsavslut.objects.filter(insats__in=insatser, program=fardplan.program_id)}
    nya = list(Malomrade.objects.filter(program=fardplan.program_id).order_by("nummer"))
    return [Arv(i, ersatta.get(i.pk), avslut.get(i.pk), _motsvarar(i.malomrade, nya)) for i in insatser]


def ersattare(insatser: Iterable[Insats], program: Program) -> dict[int, Insats]:
    """{insats id: the insats in force of the program that takes its place}. One query."""
    rader = Samband.objects.filter(
        till__in=[i.pk for i in insatser],
        slag=Samband.Slag.ERSATTER,
        fran__malomrade__program=program,
        fran__avford=None,
    )
    return {s.till_id: s.fran for s in rader.select_related("fran__malomrade", "fran__fardplan")}


def utgivet(program: Program) -> bool:
    """Whether any färdplan of the program, and with it the gemensamma insatser, is or has been public. One query."""
    return Fardplan.objects.filter(UTGIVEN, program=program).exists()


def anvands_av(insats: Insats, *, utom: Samband | None = None) -> list[str]:
    """What points at an insats, by kind: besides its roles, its history and `utom`. A query for each kind."""
    pekar = [r for r in Insats._meta.get_fields(include_hidden=True) if isinstance(r, ManyToOneRel)]
    ut = set()
    for falt in (cast("Any", r.field) for r in pekar):
        rader = falt.model._base_manager.filter(**{falt.name: insats.pk})
        egen = falt.model is Medverkan or not falt.db_constraint
        if not egen and rader.exclude(pk=utom.pk if utom and falt.model is Samband else None).exists():
            ut.add(str(falt.model._meta.verbose_name_plural))
    return sorted(ut)


def haller_kvar(insats: Insats) -> list[str]:
    """Why an insats cannot go for good, in whole sentences: it has been public for more than a day, or is in use. The
    trigger `insats_tas_inte_bort` holds to the first.
    """
    ut = []
    offentlig = insats.fardplan.har_getts_ut if insats.fardplan else utgivet(insats.malomrade.program)
    if offentlig and not insats.farsk:
        ut.append("Insatsen har varit offentlig i mer än ett dygn. Avför den i stället: då står den kvar med ett skäl.")
    if anvands := anvands_av(insats):
        ut.append(f"Insatsen används: {uppraknat(anvands)}. Ta bort det först, eller avför insatsen.")
    return ut


def _motsvarar(gammalt: Malomrade, nya: Sequence[Malomrade]) -> Malomrade | None:
    samma_namn = (m for m in nya if m.namn.casefold() == gammalt.namn.casefold())
    samma_nummer = (m for m in nya if m.nummer == gammalt.nummer)
    return next(samma_namn, None) or next(samma_nummer, None)


@dataclass(frozen=True)
class Slakt:
    """An insats of another generation that one hangs together with, in a word, and where it is read."""

    ord: str
    insats: Insats
    program: Program


def slakt(insatser: Collection[Insats], person: Person) -> dict[int, list[Slakt]]:
    """{insats id: what it takes the place of in older programs, and what takes its place in later ones}. Two queries.

    What is a draft is shown to those who log in.
    """
    ersatter = Q(slag=Samband.Slag.ERSATTER)
    i_andra = ~Q(fran__malomrade__program=F("till__malomrade__program"))
    ids = tuple(i.pk for i in insatser)
    rader = gjort.rader(
        lambda: Samband.objects.filter(ersatter, i_andra, Q(fran__in=ids) | Q(till__in=ids)).select_related(
            "fran__malomrade__program", "till__malomrade__program"
        ),
        ids,
    )
    if not rader:
        return {}
    synliga = set(
        synliga_insatser(person)
        .i_fardplaner(synliga_fardplaner(person))
        .filter(pk__in={pk for r in rader for pk in (r.fran_id, r.till_id)})
        .values_list("pk", flat=True)
    )
    frageinsatser = {i.pk for i in insatser}
    ut: dict[int, list[Slakt]] = {}
    for rad in rader:
        for ord_, egen, annan in (("Ersätter", rad.fran, rad.till), ("Ersätts av", rad.till, rad.fran)):
            if egen.pk in frageinsatser and annan.pk in synliga:
                ut.setdefault(egen.pk, []).append(Slakt(ord_, annan, annan.malomrade.program))
    for slakten in ut.values():
        slakten.sort(key=lambda s: (s.program.ar_fran, s.insats.malomrade.nummer, s.insats.ordning))
    return ut


def avslutade(insatser: Collection[Insats], person: Person) -> dict[int, Insatsavslut]:
    """{insats id: why it ended with its generation}, once a färdplan that follows on it may be seen. One query."""
    ids = tuple(i.pk for i in insatser)
    return {a.insats_id: a for a in gjort.rader(lambda: _avslutade(ids, person), ids, ser(person))}


def _avslutade(insatser: Collection[int], person: Person) -> QuerySet[Insatsavslut]:
    foljer = synliga_fardplaner(person).filter(program=OuterRef("program"))
    i_karnan = foljer.filter(stadskarna__fardplaner=OuterRef("insats__fardplan"))
    sedda = Q(Exists(i_karnan)) | Q(Exists(foljer), insats__fardplan=None)
    return Insatsavslut.objects.filter(sedda, insats__in=insatser).select_related("program").order_by("-pk")
