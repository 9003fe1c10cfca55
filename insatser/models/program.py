"""A generation of plans and the målområden they share."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from aktorer.grund.adress import LANGST
from aktorer.grund.historik import historik, rakna_version
from aktorer.grund.platsratt import hor_till
from insatser.models.databasregler import krav
from insatser.regler.malomrade import FARGER, IKONER

# Their addresses would be those of other pages.
RESERVERADE = frozenset({"ny"})
SLUTAR_FORE_START = "Programmet kan inte sluta innan det börjar."
NUMREN_STAR_FAST = (
    "Numret står fast, för insatsernas nummer följer målområdets. En färdplan i programmet är eller har varit"
    " publicerad, eller har en beslutad handlingsplan."
)
UTANFOR = {
    "farg": {"invalid_choice": "Färgen finns inte. Välj en av dem som visas."},
    "ikon": {"invalid_choice": "Ikonen finns inte. Välj en av dem som visas."},
}
_ARTAL = [MinValueValidator(1990), MaxValueValidator(2099)]


class ProgramQuerySet(models.QuerySet["Program"]):
    def get_by_natural_key(self, slug: str) -> Program:
        return self.get(slug=slug)


@historik()
class Program(models.Model):
    """For example "Färdplaner 2026". `ar_till` is empty while nothing has taken its place."""

    namn = models.CharField(
        max_length=120, unique=True, error_messages={"unique": "Det finns redan ett program som heter så."}
    )
    slug = models.SlugField(max_length=LANGST, unique=True)
    # The generations are told apart by it: which of two comes first must never be a matter of chance.
    ar_fran = models.PositiveSmallIntegerField(
        "från år", unique=True, validators=_ARTAL, error_messages={"unique": "Ett annat program börjar samma år."}
    )
    ar_till = models.PositiveSmallIntegerField("till år", null=True, blank=True, validators=_ARTAL)
    malomrade_ord = models.CharField(
        "ord för målområde", max_length=40, default="målområde", help_text="2009–2011 hette de strategier."
    )
    kalla = models.CharField("källa", max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    objects: ClassVar[Any] = ProgramQuerySet.as_manager()

    class Meta:
        verbose_name = "program"
        verbose_name_plural = "program"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ar_till=None) | Q(ar_till__gte=F("ar_fran")),
                name="program_slut_efter_start",
                violation_error_message=SLUTAR_FORE_START,
            )
        ]
        triggers: ClassVar = [
            rakna_version(),
            hor_till("NULL"),
        ]

    def __str__(self) -> str:
        return self.namn

    def natural_key(self) -> tuple[str]:
        return (self.slug,)

    @property
    def ar_i_text(self) -> str:
        """2009–2011; 2026– while nothing has taken its place."""
        return f"{self.ar_fran}–{self.ar_till or ''}"

    @property
    def malomraden_ord(self) -> str:
        """The word in the plural: målområden, strategier."""
        return self.malomrade_ord + ("n" if self.malomrade_ord.endswith("e") else "er")


class MalomradeQuerySet(models.QuerySet["Malomrade"]):
    def get_by_natural_key(self, program: str, nummer: int) -> Malomrade:
        return self.get(program__slug=program, nummer=nummer)


@historik()
class Malomrade(models.Model):
    """One of the fields of a program. `farg` and `ikon` choose its colour in the stylesheet and its picture there."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="malomraden")
    nummer = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(99)])
    namn = models.CharField(max_length=120)
    beskrivning = models.TextField(blank=True)
    farg = models.PositiveSmallIntegerField("färg", choices=FARGER, error_messages=UTANFOR["farg"])
    ikon = models.CharField(max_length=12, choices=IKONER, error_messages=UTANFOR["ikon"])
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    objects: ClassVar[Any] = MalomradeQuerySet.as_manager()

    class Meta:
        verbose_name = "målområde"
        verbose_name_plural = "målområden"
        ordering: ClassVar = ["program", "nummer"]
        constraints: ClassVar = [
            # Two that change places have the same number for a moment.
            models.UniqueConstraint(
                fields=["program", "nummer"], name="malomrade_nummer_en_gang", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(condition=Q(nummer__range=(1, 99)), name="malomrade_nummer_giltigt"),
            models.CheckConstraint(condition=Q(farg__range=(1, 9)), name="malomrade_farg_giltig"),
            models.CheckConstraint(condition=Q(ikon__in=[ikon for ikon, _ in IKONER]), name="malomrade_ikon_giltig"),
        ]
        triggers: ClassVar = [
            hor_till("NULL"),
            rakna_version(),
            pgtrigger.ReadOnly(name="malomrade_byter_inte_program", fields=["program"]),
            krav(
                "malomrade_nummer_star_fast",
                "NEW.nummer = OLD.nummer OR NOT EXISTS (SELECT FROM insatser_fardplan f WHERE f.program_id ="
                " NEW.program_id AND (f.publicerad OR f.tillbakadragen IS NOT NULL OR EXISTS (SELECT FROM"
                " insatser_handlingsplan h WHERE h.fardplan_id = f.id AND h.status <> 'utkast')))",
                NUMREN_STAR_FAST,
                vid=pgtrigger.UpdateOf("nummer"),  # type: ignore[no-untyped-call]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nummer}. {self.namn}"

    def natural_key(self) -> tuple[str, int]:
        return (self.program.slug, self.nummer)

    natural_key.dependencies = ["insatser.program"]  # type: ignore[attr-defined]


@historik()
class Ordforklaring(models.Model):
    """A word of a program's ordlista, beside how its handlingsplaner are read."""

    program = models.ForeignKey(Program, models.CASCADE, related_name="ordlista")
    ordning = models.PositiveSmallIntegerField()
    ord = models.CharField(max_length=60)
    forklaring = models.TextField("förklaring", max_length=500)

    class Meta:
        verbose_name = "ordförklaring"
        verbose_name_plural = "ordlista"
        ordering: ClassVar = ["program", "ordning"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["program", "ordning"], name="ordforklaring_ordning_en_gang"),
            models.UniqueConstraint(
                "program",
                Lower("ord"),
                name="ordforklaring_en_gang",
                violation_error_message="Ordet står redan i listan.",
            ),
        ]
        triggers: ClassVar = [hor_till("NULL")]

    def __str__(self) -> str:
        return f"{self.ord}: {self.forklaring}"
