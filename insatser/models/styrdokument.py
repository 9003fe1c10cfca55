"""Documents that färdplaner build on, such as the utvecklingsprogram of 2018."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from aktorer.grund.historik import historik, rakna_version
from aktorer.grund.platsratt import hor_till


class StyrdokumentQuerySet(models.QuerySet["Styrdokument"]):
    def get_by_natural_key(self, namn: str) -> Styrdokument:
        return self.get(namn=namn)


# The stadskärna whose färdplaner alone build on it, NULL when others do.
_ENDA_KARNAN = (
    "SELECT CASE WHEN count(DISTINCT f.stadskarna_id) = 1 THEN min(f.stadskarna_id) END"
    " FROM insatser_fardplansdokument d JOIN insatser_fardplan f ON f.id = d.fardplan_id"
    " WHERE d.styrdokument_id = {rad}.id"
)


@historik()
class Styrdokument(models.Model):
    """A governing document: its name, the year it was adopted and where it is found."""

    namn = models.CharField(max_length=200, unique=True)
    ar = models.PositiveSmallIntegerField("antaget år", validators=[MinValueValidator(1950), MaxValueValidator(2099)])
    beskrivning = models.TextField("vad det säger", max_length=2000, blank=True)
    lank = models.URLField("länk", blank=True)
    kalla = models.CharField("källa", max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = StyrdokumentQuerySet.as_manager()

    class Meta:
        verbose_name = "styrdokument"
        verbose_name_plural = "styrdokument"
        ordering: ClassVar = ["-ar", "namn"]
        triggers: ClassVar = [
            rakna_version(),
            hor_till(_ENDA_KARNAN, vid=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.namn

    def natural_key(self) -> tuple[str]:
        return (self.namn,)
