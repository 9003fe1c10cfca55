"""Lägesbild: statistics per målområde and stadskärna over the years."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from aktorer.grund.historik import historik, rakna_version
from aktorer.grund.platsratt import hor_till
from aktorer.grund.sokning import sokindex
from insatser.models.program import Malomrade
from insatser.models.stadskarna import Stadskarna


class IndikatorQuerySet(models.QuerySet["Indikator"]):
    def get_by_natural_key(self, program: str, malomrade: int, namn: str) -> Indikator:
        return self.get(malomrade__program__slug=program, malomrade__nummer=malomrade, namn=namn)


@historik()
class Indikator(models.Model):
    """What is measured, in `enhet`; `mal` is the value wanted at the end of `mal_ar`."""

    class Riktning(models.TextChoices):
        OKA = "oka", "Ska öka"
        MINSKA = "minska", "Ska minska"
        INGEN = "ingen", "Ingen önskad riktning"

    malomrade = models.ForeignKey(Malomrade, models.PROTECT, related_name="indikatorer", verbose_name="målområde")
    namn = models.CharField(max_length=120)
    enhet = models.CharField(max_length=40, help_text="Till exempel personer, procent eller kr.")
    beskrivning = models.TextField("vad den visar", max_length=2000, blank=True)
    riktning = models.CharField("önskad riktning", max_length=8, choices=Riktning, default=Riktning.INGEN)
    mal = models.DecimalField("mål", max_digits=16, decimal_places=2, null=True, blank=True)
    mal_ar = models.PositiveSmallIntegerField(
        "målår", null=True, blank=True, validators=[MinValueValidator(1990), MaxValueValidator(2099)]
    )
    kalla = models.CharField("källa", max_length=200, blank=True)
    ordning = models.PositiveSmallIntegerField(default=1)
    exempel = models.BooleanField(default=False, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = IndikatorQuerySet.as_manager()

    class Meta:
        verbose_name = "indikator"
        verbose_name_plural = "indikatorer"
        ordering: ClassVar = ["malomrade__nummer", "ordning", "namn"]
        indexes: ClassVar = sokindex("indikator", "namn", "beskrivning")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["malomrade", "namn"],
                name="indikator_en_gang",
                violation_error_message="Målområdet har redan en indikator med det namnet.",
            ),
            models.CheckConstraint(
                condition=Q(mal=None, mal_ar=None) | Q(mal__isnull=False, mal_ar__isnull=False),
                name="indikator_mal_med_ar",
                violation_error_message="Ange både mål och målår, eller ingetdera.",
            ),
        ]
        triggers: ClassVar = [
            rakna_version(),
            hor_till("NULL"),
        ]

    def __str__(self) -> str:
        return self.namn

    def natural_key(self) -> tuple[str, int, str]:
        return (*self.malomrade.natural_key(), self.namn)

    natural_key.dependencies = ["insatser.malomrade"]  # type: ignore[attr-defined]


class MatvardeQuerySet(models.QuerySet["Matvarde"]):
    def get_by_natural_key(self, program: str, malomrade: int, indikator: str, stadskarna: str, ar: int) -> Matvarde:
        hittad = Indikator.objects.get_by_natural_key(program, malomrade, indikator)
        return self.get(indikator=hittad, stadskarna__slug=stadskarna, ar=ar)


@historik()
class Matvarde(models.Model):
    """The value of an indikator in a stadskärna one year; `cirka` when the source says about."""

    indikator = models.ForeignKey(Indikator, models.PROTECT, related_name="varden")
    stadskarna = models.ForeignKey(Stadskarna, models.PROTECT, related_name="matvarden", verbose_name="stadskärna")
    ar = models.PositiveSmallIntegerField("år", validators=[MinValueValidator(1990), MaxValueValidator(2099)])
    varde = models.DecimalField("värde", max_digits=16, decimal_places=2)
    cirka = models.BooleanField(default=False)
    kalla = models.CharField("källa", max_length=200, blank=True)
    exempel = models.BooleanField(default=False, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = MatvardeQuerySet.as_manager()

    class Meta:
        verbose_name = "mätvärde"
        verbose_name_plural = "mätvärden"
        ordering: ClassVar = ["indikator", "stadskarna", "ar"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["indikator", "stadskarna", "ar"],
                name="matvarde_ett_per_ar",
                violation_error_message="Det finns redan ett värde för det året.",
            ),
            models.CheckConstraint(condition=Q(ar__range=(1990, 2099)), name="matvarde_ar_giltigt"),
        ]
        triggers: ClassVar = [
            rakna_version(),
            hor_till("{rad}.stadskarna_id"),
        ]

    def __str__(self) -> str:
        return f"{self.indikator} {self.ar}: {self.varde}"

    def natural_key(self) -> tuple[str, int, str, str, int]:
        return (*self.indikator.natural_key(), *self.stadskarna.natural_key(), self.ar)

    natural_key.dependencies = ["insatser.indikator", "insatser.stadskarna"]  # type: ignore[attr-defined]
