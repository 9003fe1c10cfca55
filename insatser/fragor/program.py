"""The register of programs: what is in each of them, and in each of their målområden."""

from __future__ import annotations

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from aktorer.behorighet import Person
from insatser.behorighet import gallande_fardplaner
from insatser.fragor.hanvisning import Hanvisningar, Hanvisningslank, insatsadresser
from insatser.models import Fardplan, Fardriktning, Handlingsplan, Indikator, Inlasning, Insats, Malomrade, Program


def register() -> QuerySet[Program]:
    """Newest first, each with how many `publicerade` and `utkast` färdplaner it has. Two queries, with målområden."""
    alla: QuerySet[Program] = Program.objects.annotate(
        publicerade=Count("fardplaner", filter=Q(fardplaner__publicerad=True)),
        utkast=Count("fardplaner", filter=Q(fardplaner__publicerad=False)),
    )
    return alla.prefetch_related("malomraden").order_by("-ar_fran", "namn")


def malomraden(program: Program) -> QuerySet[Malomrade]:
    """In their order, each with how many `antal_insatser` it has. One query."""
    alla: QuerySet[Malomrade] = program.malomraden.annotate(antal_insatser=Count("insatser"))
    return alla.order_by("nummer")


def numren_star_fast(program: Program) -> bool:
    """Whether the numbers of its målområden have been read by others than those who plan."""
    beslutade = Handlingsplan.objects.beslutade()
    kanda = Q(publicerad=True) | Q(tillbakadragen__isnull=False) | Q(handlingsplaner__in=beslutade)
    return program.fardplaner.filter(kanda).exists()


def fulla(malomraden: QuerySet[Malomrade]) -> QuerySet[Malomrade]:
    """Those with anything in them, drafts and what is retired included."""
    har = [Exists(modell.objects.filter(malomrade=OuterRef("pk"))) for modell in (Insats, Fardriktning, Indikator)]
    return malomraden.filter(har[0] | har[1] | har[2])


def innehall(malomrade: Malomrade, person: Person) -> list[Hanvisningar]:
    """All that is in the målområde, drafts and what is retired included: it stops it from being taken away."""
    delar = {
        "Insatser": _insatser(malomrade, person),
        "Färdriktningar": _fardriktningar(malomrade),
        "Indikatorer": _indikatorer(malomrade, person),
    }
    return [Hanvisningar(rubrik, lankar, 0) for rubrik, lankar in delar.items() if lankar]


def _insatser(malomrade: Malomrade, person: Person) -> list[Hanvisningslank]:
    alla = list(malomrade.insatser.select_related("malomrade").order_by("ordning", "pk"))
    adresser = insatsadresser(alla, person)
    return [Hanvisningslank(str(i), adresser.get(i.pk, "")) for i in alla]


def _fardriktningar(malomrade: Malomrade) -> list[Hanvisningslank]:
    alla = malomrade.fardriktningar.select_related("fardplan__stadskarna", "fardplan__program")
    return [
        Hanvisningslank(f"{r} ({r.fardplan.stadskarna})", _fardplanen(r.fardplan))
        for r in alla.order_by("fardplan__stadskarna__ordning")
    ]


def _indikatorer(malomrade: Malomrade, person: Person) -> list[Hanvisningslank]:
    """Each is changed in any stadskärna whose färdplan in force is of the program."""
    har = gallande_fardplaner(person).filter(program=malomrade.program_id).order_by("stadskarna__ordning")
    karna = har.values_list("stadskarna__slug", flat=True).first()
    return [
        Hanvisningslank(str(i), reverse("indikator_redigera", args=[karna, i.pk]) if karna else "")
        for i in malomrade.indikatorer.order_by("pk")
    ]


def inlasta(program: Program) -> QuerySet[Inlasning]:
    """The files that have been read in to all its färdplaner at once."""
    return program.inlasningar.exclude(inlast=None).defer("innehall").order_by("pk")


def programmets_innehall(program: Program) -> list[Hanvisningar]:
    """All that stops the program from being taken away: its färdplaner, what is in its målområden, files read in."""
    alla = program.fardplaner.select_related("stadskarna", "program").order_by("stadskarna__ordning")
    planer = [Hanvisningslank(str(f), _fardplanen(f)) for f in alla]
    omraden = [
        Hanvisningslank(str(m), reverse("malomrade_ta_bort", args=[program.slug, m.nummer]))
        for m in fulla(program.malomraden.order_by("nummer"))
    ]
    filer = [Hanvisningslank(str(i), reverse("program_inlast", args=[program.slug, i.pk])) for i in inlasta(program)]
    delar = {"Färdplaner": planer, "Målområden som inte är tomma": omraden, "Inlästa filer": filer}
    return [Hanvisningar(rubrik, lankar, 0) for rubrik, lankar in delar.items() if lankar]


def _fardplanen(fardplan: Fardplan) -> str:
    return reverse("generation", args=[fardplan.stadskarna.slug, fardplan.program.slug])
