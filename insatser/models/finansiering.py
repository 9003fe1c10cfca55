"""Who puts in how much money, in kronor per year: into the färdplan's common work, a handlingsplan or one aktivitet."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from aktorer.grund.historik import historik
from aktorer.grund.platsratt import hor_till
from aktorer.models import Aktor, lever
from insatser.models.databasregler import I_FARDPLANEN, I_PLANEN, fryst, krav
from insatser.models.fardplan import Fardplan
from insatser.models.handlingsplan import Aktivitet, Handlingsplan

_PLAN = (
    "COALESCE({rad}.handlingsplan_id, (SELECT p.handlingsplan_id FROM insatser_aktivitet a"
    " JOIN insatser_prioritering p ON p.id = a.prioritering_id WHERE a.id = {rad}.aktivitet_id))"
)


@historik()
class Bidrag(models.Model):
    """`belopp` whole kronor from an aktör in one calendar year.

    Money for a färdplan or handlingsplan is common: any aktivitet may be paid with it. Money for an aktivitet is not.
    """

    aktor = models.ForeignKey(Aktor, models.PROTECT, related_name="bidrag", verbose_name="aktör")
    ar = models.PositiveSmallIntegerField("år", validators=[MinValueValidator(1990), MaxValueValidator(2099)])
    belopp = models.PositiveBigIntegerField("kronor", validators=[MinValueValidator(1)])
    fardplan = models.ForeignKey(Fardplan, models.PROTECT, null=True, blank=True, related_name="bidrag")
    handlingsplan = models.ForeignKey(Handlingsplan, models.PROTECT, null=True, blank=True, related_name="bidrag")
    aktivitet = models.ForeignKey(Aktivitet, models.CASCADE, null=True, blank=True, related_name="bidrag")
    kalla = models.CharField("källa", max_length=200, blank=True)

    class Meta:
        verbose_name = "bidrag"
        verbose_name_plural = "bidrag"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(fardplan__isnull=False, handlingsplan=None, aktivitet=None)
                | Q(fardplan=None, handlingsplan__isnull=False, aktivitet=None)
                | Q(fardplan=None, handlingsplan=None, aktivitet__isnull=False),
                name="bidrag_till_ett",
            ),
            models.CheckConstraint(condition=Q(belopp__gt=0), name="bidrag_inte_tomt"),
            models.UniqueConstraint(
                fields=["aktor", "ar", "fardplan", "handlingsplan", "aktivitet"],
                name="bidrag_en_gang_per_ar",
                nulls_distinct=False,
                violation_error_message="Aktören har redan ett belopp för det året.",
            ),
        ]
        triggers: ClassVar = [
            hor_till(f"COALESCE(({I_FARDPLANEN}), ({I_PLANEN.format(plan=_PLAN)}))"),
            lever("bidrag_aktor_lever"),
            fryst("bidrag_fryst", _PLAN),
            krav(
                "bidrag_inom_perioden",
                "NEW.fardplan_id IS NOT NULL OR EXISTS (SELECT FROM insatser_handlingsplan h"
                f" WHERE h.id = {_PLAN.format(rad='NEW')} AND NEW.ar BETWEEN h.ar_fran AND h.ar_till)",
                "Året ligger utanför handlingsplanens period.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.aktor} {self.ar}: {self.belopp} kr"
