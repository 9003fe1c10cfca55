"""The register of stadskärnor: all of them, also those without a färdplan."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch, Q
from django.urls import reverse

from aktorer.behorighet import Person
from insatser.behorighet import gallande_fardplaner
from insatser.fragor.hanvisning import Hanvisningar, Hanvisningslank
from insatser.models import Bilaga, Fardplan, Karnkommun, Kommentar, Omgangspunkt, Stadskarna
from insatser.regler.bojning import raknat


@dataclass(frozen=True)
class Registerrad:
    """A stadskärna with its kärnkommuner, and its färdplan in force as far as the person may see it."""

    stadskarna: Stadskarna
    fardplan: Fardplan | None


def register(person: Person) -> list[Registerrad]:
    """In their order. Three queries."""
    planer = {p.stadskarna_id: p for p in gallande_fardplaner(person)}
    kommuner = Karnkommun.objects.select_related("aktor").order_by("ordning")
    alla = Stadskarna.objects.order_by("ordning").prefetch_related(Prefetch("karnkommun_set", kommuner))
    return [Registerrad(k, planer.get(k.pk)) for k in alla]


def med_gemensamma(fardplan: Fardplan, person: Person, *andra: Fardplan) -> list[Stadskarna]:
    """The stadskärnor, in order, where the gemensamma insatser of the färdplan's program show: in force or to come.

    `andra` are färdplaner of other programs, whose gemensamma insatser are touched as well.
    """
    galler = gallande_fardplaner(person).values("pk")
    planer = Fardplan.objects.filter(
        Q(publicerad=False) | Q(pk__in=galler), program__in={f.program_id for f in (fardplan, *andra)}
    )
    return list(Stadskarna.objects.filter(pk__in=planer.values("stadskarna")).order_by("ordning"))


def innehall(stadskarna: Stadskarna) -> list[Hanvisningar]:
    """What stops the stadskärna from being taken away: its färdplaner, and what has been written about it."""
    karna = stadskarna.slug
    fardplaner = stadskarna.fardplaner.select_related("program").nyast_forst()
    planer = [Hanvisningslank(str(f.program), reverse("generation", args=[karna, f.program.slug])) for f in fardplaner]
    organ = [Hanvisningslank(str(o), reverse("organ", args=[karna]) if planer else "") for o in stadskarna.organ.all()]
    punkter = Omgangspunkt.objects.filter(stadskarna=stadskarna)
    sagt, filer = (modell.objects.filter(stadskarna=stadskarna) for modell in (Kommentar, Bilaga))
    antal = [
        (stadskarna.lagesrapporter.count(), "rapporterat läge", "rapporterade lägen"),
        (stadskarna.matvarden.count(), "värde i lägesbilden", "värden i lägesbilden"),
        (punkter.count(), "punkt i uppföljningen", "punkter i uppföljningen"),
        (sagt.count(), "kommentar, nu eller förr", "kommentarer, nu eller förr"),
        (filer.count(), "fil, nu eller förr", "filer, nu eller förr"),
    ]
    ovrigt = [Hanvisningslank(raknat(*rad)) for rad in antal if rad[0]]
    delar = {"Färdplaner": planer, "Samverkansorgan": organ, "Det som är rapporterat": ovrigt}
    return [Hanvisningar(rubrik, lankar, 0) for rubrik, lankar in delar.items() if lankar]


def har_publicerat(stadskarna: Stadskarna) -> bool:
    """Whether its address has been seen by others than those who plan."""
    return stadskarna.fardplaner.publicerade().exists()
