"""What search engines are told of: the pages that everybody may read, and no other."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from insatser.behorighet import gallande_fardplaner, synliga_insatser
from insatser.models import Insats
from insatser.models.insats import InsatsQuerySet

FASTA = ("start", "nyheter_alla", "aktorer", "arenden", "om", "tillganglighet", "personuppgifter")
I_KARNAN = ("fardplan", "insatskarta", "handlingsplaner", "lagesbild", "organ", "nulage", "nyheter", "nytt")
BESOKARE = AnonymousUser()


class FastaSidor(Sitemap[str]):
    def items(self) -> list[str]:
        return list(FASTA)

    def location(self, item: str) -> str:
        return reverse(item)


class Karnsidor(Sitemap[tuple[str, str]]):
    """Of each stadskärna with a färdplan in force that is published. One query."""

    def items(self) -> list[tuple[str, str]]:
        i_ordning = gallande_fardplaner(BESOKARE).order_by("stadskarna__ordning")
        slugar = i_ordning.values_list("stadskarna__slug", flat=True)
        return [(namn, slug) for slug in slugar for namn in I_KARNAN]

    def location(self, item: tuple[str, str]) -> str:
        return reverse(item[0], args=[item[1]])


class Insatssidor(Sitemap[Insats]):
    """The insatser of those färdplaner, by the address that outlives their number. Two queries a page of them."""

    limit = 10_000

    def items(self) -> InsatsQuerySet:
        i_kraft = list(gallande_fardplaner(BESOKARE))
        return synliga_insatser(BESOKARE).i_fardplaner(i_kraft).gallande().order_by("pk")

    def location(self, item: Insats) -> str:
        return reverse("insats_varaktig", args=[item.pk])


SIDOR = {"fasta": FastaSidor, "karnor": Karnsidor, "insatser": Insatssidor}
