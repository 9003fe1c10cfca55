"""A generation of plans and the målområden they share."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from aktorer.grund.historik import historik


class ProgramQuerySet(models.QuerySet["Program"]):
    def get_by_natural_key(self, slug: str) -> Program:
        return self.get(slug=slug)


@historik()
class Program(models.Model):
    """For example "Färdplaner 2026". `ar_till` is empty while nothing has taken its place."""

    namn = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(max_length=80, unique=True)
    ar_fran = models.PositiveSmallIntegerField("från år")
    ar_till = models.PositiveSmallIntegerField("till år", null=True, blank=True)
    malomrade_ord = models.CharField(
        "ord för målområde", max_length=40, default="målområde", help_text="2009–2011 hette de strategier."
    )
    kalla = models.CharField("källa", max_length=200, blank=True)

    objects: ClassVar[Any] = ProgramQuerySet.as_manager()

    class Meta:
        verbose_name = "program"
        verbose_name_plural = "program"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ar_till=None) | Q(ar_till__gte=F("ar_fran")),
                name="program_slut_efter_start",
                violation_error_message="Programmet kan inte sluta innan det börjar.",
            )
        ]

    def __str__(self) -> str:
        return self.namn

    def natural_key(self) -> tuple[str]:
        return (self.slug,)

    @property
    def malomraden_ord(self) -> str:
        """The word in the plural: målområden, strategier."""
        return self.malomrade_ord + ("n" if self.malomrade_ord.endswith("e") else "er")


class MalomradeQuerySet(models.QuerySet["Malomrade"]):
    def get_by_natural_key(self, program: str, nummer: int) -> Malomrade:
        return self.get(program__slug=program, nummer=nummer)


@historik()
class Malomrade(models.Model):
    """One of the fields of a program. `farg` (1–9) and `ikon` choose its colour and picture in the stylesheet."""

    class Ikon(models.TextChoices):
        STAD = "stad", "Stad"
        SERVICE = "service", "Samhällsservice"
        INNOVATION = "innovation", "Innovation"
        RESANDE = "resande", "Resande"
        SAMVERKAN = "samverkan", "Samverkan"

    program = models.ForeignKey(Program, models.PROTECT, related_name="malomraden")
    nummer = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(99)])
    namn = models.CharField(max_length=120)
    beskrivning = models.TextField(blank=True)
    farg = models.PositiveSmallIntegerField("färg", validators=[MinValueValidator(1), MaxValueValidator(9)])
    ikon = models.CharField(max_length=12, choices=Ikon)

    objects: ClassVar[Any] = MalomradeQuerySet.as_manager()

    class Meta:
        verbose_name = "målområde"
        verbose_name_plural = "målområden"
        ordering: ClassVar = ["program", "nummer"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["program", "nummer"], name="malomrade_nummer_en_gang"),
            models.CheckConstraint(condition=Q(nummer__range=(1, 99)), name="malomrade_nummer_giltigt"),
            models.CheckConstraint(condition=Q(farg__range=(1, 9)), name="malomrade_farg_giltig"),
        ]
        triggers: ClassVar = [pgtrigger.ReadOnly(name="malomrade_byter_inte_program", fields=["program"])]

    def __str__(self) -> str:
        return f"{self.nummer}. {self.namn}"

    def natural_key(self) -> tuple[str, int]:
        return (self.program.slug, self.nummer)

    natural_key.dependencies = ["insatser.program"]  # type: ignore[attr-defined]
