"""A färdplan: one program in one stadskärna, with a färdriktning per målområde."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from aktorer.grund.historik import historik, rakna_version
from aktorer.grund.platsratt import hor_till
from aktorer.grund.sokning import sokindex
from insatser.models.databasregler import I_FARDPLANEN, krav
from insatser.models.program import Malomrade, Program
from insatser.models.stadskarna import Stadskarna
from insatser.models.styrdokument import Styrdokument


class FardplanQuerySet(models.QuerySet["Fardplan"]):
    def get_by_natural_key(self, program: str, stadskarna: str) -> Fardplan:
        return self.get(program__slug=program, stadskarna__slug=stadskarna)

    def publicerade(self) -> FardplanQuerySet:
        return self.filter(publicerad=True)

    def nyast_forst(self) -> FardplanQuerySet:
        return self.order_by("-program__ar_fran", "-pk")


@historik()
class Fardplan(models.Model):
    """Adopted and open to everyone when `publicerad`, else a draft for those who log in.

    `tillbakadragen` and why: a draft that has been published before.
    """

    program = models.ForeignKey(Program, models.PROTECT, related_name="fardplaner")
    stadskarna = models.ForeignKey(Stadskarna, models.PROTECT, related_name="fardplaner", verbose_name="stadskärna")
    karaktar_rubrik = models.CharField("rubrik för karaktären", max_length=120, blank=True)
    karaktar = models.TextField("karaktär", blank=True)
    kalla = models.CharField("källa", max_length=200, blank=True)
    publicerad = models.BooleanField(default=False)
    tillbakadragen = models.DateField("tillbakadragen den", null=True, blank=True, editable=False)
    tillbakadragen_skal = models.TextField(
        "skäl för att dra tillbaka", max_length=2000, blank=True, default="", db_default="", editable=False
    )
    styrdokument: models.ManyToManyField[Styrdokument, Fardplansdokument] = models.ManyToManyField(
        Styrdokument, through="Fardplansdokument", related_name="fardplaner"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = FardplanQuerySet.as_manager()

    # Set by views on a färdplan that another generation has taken the place of, and on one that is to take it.
    ar_aldre = False
    ar_kommande = False

    class Meta:
        verbose_name = "färdplan"
        verbose_name_plural = "färdplaner"
        indexes: ClassVar = sokindex("fardplan", "karaktar_rubrik", "karaktar")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["program", "stadskarna"], name="fardplan_en_per_stadskarna"),
            models.CheckConstraint(
                condition=Q(tillbakadragen=None, tillbakadragen_skal="")
                | Q(tillbakadragen__isnull=False, tillbakadragen_skal__regex=r"\S", publicerad=False),
                name="fardplan_tillbakadragen_med_skal",
                violation_error_message="En färdplan dras tillbaka med datum och skäl.",
            ),
        ]
        triggers: ClassVar = [
            hor_till("{rad}.stadskarna_id"),
            pgtrigger.ReadOnly(name="fardplan_byter_inte_plats", fields=["program", "stadskarna"]),
            rakna_version(),
            # Judged when one of the two is written: those published before this rule are left as they are.
            krav(
                "fardplan_publicerad_med_karaktar",
                r"NOT NEW.publicerad OR NEW.karaktar ~ '\S'",
                "En publicerad färdplan måste beskriva stadskärnans karaktär.",
                vid=pgtrigger.Insert | pgtrigger.UpdateOf("publicerad", "karaktar"),  # type: ignore[no-untyped-call]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stadskarna.namn}, {self.program.namn}"

    def natural_key(self) -> tuple[str, str]:
        return (self.program.slug, self.stadskarna.slug)

    natural_key.dependencies = ["insatser.program", "insatser.stadskarna"]  # type: ignore[attr-defined]

    @property
    def har_getts_ut(self) -> bool:
        """Whether it has been read by others than those who plan."""
        return self.publicerad or self.tillbakadragen is not None

    def foregar(self, annan: Fardplan) -> bool:
        """Whether it is of an older generation than `annan`. Their programs are needed."""
        return (self.program.ar_fran, self.program_id) < (annan.program.ar_fran, annan.program_id)


@historik()
class Fardplansdokument(models.Model):
    """A styrdokument that a färdplan builds on."""

    fardplan = models.ForeignKey(Fardplan, models.CASCADE, related_name="dokument")
    styrdokument = models.ForeignKey(Styrdokument, models.PROTECT, related_name="dokument")

    class Meta:
        verbose_name = "styrdokument för färdplan"
        verbose_name_plural = "styrdokument för färdplaner"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["fardplan", "styrdokument"], name="fardplansdokument_en_gang")
        ]
        triggers: ClassVar = [hor_till(I_FARDPLANEN)]

    def __str__(self) -> str:
        return f"{self.styrdokument} för {self.fardplan}"


@historik()
class Fardriktning(models.Model):
    """The long-term direction of one målområde in one färdplan."""

    fardplan = models.ForeignKey(Fardplan, models.CASCADE, related_name="fardriktningar")
    malomrade = models.ForeignKey(Malomrade, models.PROTECT, related_name="fardriktningar", verbose_name="målområde")
    rubrik = models.CharField(max_length=120)
    text = models.TextField()
    kalla = models.CharField("källa", max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "färdriktning"
        verbose_name_plural = "färdriktningar"
        ordering: ClassVar = ["fardplan", "malomrade"]
        indexes: ClassVar = sokindex("fardriktning", "rubrik", "text")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["fardplan", "malomrade"], name="fardriktning_en_per_malomrade")
        ]
        triggers: ClassVar = [
            hor_till(I_FARDPLANEN),
            rakna_version(),
            krav(
                "fardriktning_samma_program",
                "(SELECT program_id FROM insatser_fardplan WHERE id = NEW.fardplan_id)"
                " = (SELECT program_id FROM insatser_malomrade WHERE id = NEW.malomrade_id)",
                "Färdplanen och målområdet hör till olika program.",
            ),
        ]

    def __str__(self) -> str:
        return self.rubrik
