"""Samverkansorgan: who decides and steers together in a stadskärna."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from aktorer.grund.dag import Dag
from aktorer.grund.historik import historik, rakna_version
from aktorer.grund.platsratt import hor_till
from aktorer.models import Aktor, lever
from insatser.models.databasregler import I_ORGANET
from insatser.models.stadskarna import Stadskarna


def har_eller_for_alla(*stadskarnor: Any, via: str = "") -> Q:
    """Organ of these stadskärnor (or ids), and those for all. `via` leads to the organ from what is asked for."""
    falt = f"{via}__stadskarna" if via else "stadskarna"
    return Q(**{f"{falt}__in": stadskarnor}) | Q(**{falt: None})


class SamverkansorganQuerySet(models.QuerySet["Samverkansorgan"]):
    def get_by_natural_key(self, stadskarna: str | None, namn: str, fran: date | str | None) -> Samverkansorgan:
        return self.get(stadskarna__slug=stadskarna, namn=namn, fran=fran)

    def i_stadskarna(self, stadskarna: Stadskarna) -> SamverkansorganQuerySet:
        """Its own and those for all."""
        return self.filter(har_eller_for_alla(stadskarna))

    def verksamma(self, dag: date) -> SamverkansorganQuerySet:
        """Those that there are on the day; an end that is not given is open."""
        return self.filter(Q(fran=None) | Q(fran__lte=dag), Q(till=None) | Q(till__gte=dag))


@historik()
class Samverkansorgan(models.Model):
    """For example the politiska styrgruppen. Its seats are given by aktör, party and role, never by person."""

    class Slag(models.TextChoices):
        STYRGRUPP = "styrgrupp", "Politisk styrgrupp"
        LEDNINGSGRUPP = "ledningsgrupp", "Ledningsgrupp"
        SAMORDNINGSGRUPP = "samordningsgrupp", "Samordningsgrupp"
        ARBETSGRUPP = "arbetsgrupp", "Arbetsgrupp"
        NATVERK = "natverk", "Nätverk"
        FORUM = "forum", "Regionalt forum"

    stadskarna = models.ForeignKey(
        Stadskarna,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="organ",
        verbose_name="stadskärna",
        help_text="Tomt: organet är gemensamt för alla stadskärnor.",
    )
    namn = models.CharField(max_length=120)
    slag = models.CharField(max_length=20, choices=Slag)
    beskrivning = models.TextField(blank=True)
    moten_per_ar = models.PositiveSmallIntegerField("möten per år", null=True, blank=True)
    fran = Dag("från", fran=1900, null=True, blank=True)
    till = Dag("till och med", fran=1900, null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = SamverkansorganQuerySet.as_manager()

    class Meta:
        verbose_name = "samverkansorgan"
        verbose_name_plural = "samverkansorgan"
        ordering: ClassVar = ["namn"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["stadskarna", "namn", "fran"], name="organ_namn_en_gang", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(fran=None) | Q(till=None) | Q(till__gte=F("fran")),
                name="organ_slut_efter_start",
                violation_error_message="Organet kan inte upphöra innan det börjar.",
            ),
        ]
        triggers: ClassVar = [
            rakna_version(),
            hor_till("{rad}.stadskarna_id"),
        ]

    def __str__(self) -> str:
        return self.namn

    def natural_key(self) -> tuple[str | None, str, date | None]:
        return (self.stadskarna.slug if self.stadskarna else None, self.namn, self.fran)

    natural_key.dependencies = ["insatser.stadskarna"]  # type: ignore[attr-defined]


class Platstid(Func):
    """The days a seat is held, both ends in it; open where none is given."""

    function = "daterange"
    template = "%(function)s(%(expressions)s, '[]')"


@historik()
class Plats(models.Model):
    """A seat in an organ, held from `fran` to `till` (None: not said)."""

    class Platsroll(models.TextChoices):
        ORDFORANDE = "ordforande", "Ordförande"
        LEDAMOT = "ledamot", "Ledamot"

    organ = models.ForeignKey(Samverkansorgan, models.CASCADE, related_name="platser")
    aktor = models.ForeignKey(Aktor, models.PROTECT, related_name="platser", verbose_name="aktör")
    parti = models.CharField(max_length=20, blank=True)
    roll = models.CharField(max_length=12, choices=Platsroll, default=Platsroll.LEDAMOT)
    befattning = models.CharField(max_length=120, blank=True)
    fran = Dag("från", fran=1900, null=True, blank=True)
    till = Dag("till och med", fran=1900, null=True, blank=True)
    ordning = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = "plats"
        verbose_name_plural = "platser"
        ordering: ClassVar = ["organ", "ordning"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organ", "ordning"], name="plats_ordning_en_gang"),
            models.CheckConstraint(
                condition=Q(fran=None) | Q(till=None) | Q(till__gte=F("fran")),
                name="plats_slut_efter_start",
                violation_error_message="Platsen kan inte upphöra innan den börjar.",
            ),
            ExclusionConstraint(
                name="plats_en_ordforande_i_taget",
                expressions=[("organ", RangeOperators.EQUAL), (Platstid("fran", "till"), RangeOperators.OVERLAPS)],
                condition=Q(roll="ordforande"),
                violation_error_message="Organet kan ha en ordförande i taget.",
            ),
        ]
        triggers: ClassVar = [
            lever("plats_aktor_lever"),
            hor_till(I_ORGANET),
        ]

    def __str__(self) -> str:
        return f"{self.aktor} ({self.parti})" if self.parti else str(self.aktor)

    def upphorde(self, *, fore: date) -> bool:
        """Whether it, or its organ, had ended by then."""
        till = self.till or self.organ.till
        return till is not None and till < fore
