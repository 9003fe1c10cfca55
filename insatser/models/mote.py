"""Meetings of a samverkansorgan: what is on the agenda and what came of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from aktorer.grund.dag import Dag
from aktorer.grund.historik import historik, rakna_version
from aktorer.grund.platsratt import hor_till
from aktorer.grund.sokning import sokindex
from insatser.models.arende import Arende
from insatser.models.databasregler import I_ORGANET
from insatser.models.handlingsplan import Handlingsplan
from insatser.models.insats import Insats
from insatser.models.organ import Samverkansorgan


@historik()
class Mote(models.Model):
    """A meeting on a day. What is decided about a handlingsplan there is a Beslut of the same organ and day."""

    organ = models.ForeignKey(Samverkansorgan, models.PROTECT, related_name="moten")
    datum = Dag()
    tid = models.TimeField("börjar", null=True, blank=True)
    plats = models.CharField(max_length=120, blank=True)
    installt = models.BooleanField("inställt", default=False)
    protokoll = models.URLField("länk till protokollet", blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "möte"
        verbose_name_plural = "möten"
        ordering: ClassVar = ["-datum"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organ", "datum"],
                name="mote_ett_per_dag",
                violation_error_message="Organet har redan ett möte den dagen.",
            )
        ]
        triggers: ClassVar = [
            rakna_version(),
            hor_till(I_ORGANET),
        ]

    def __str__(self) -> str:
        return f"{self.organ} {self.datum}"


@historik()
class Motespunkt(models.Model):
    """An item of the agenda, about at most one insats, handlingsplan or ärende; `beslut` is what came of it."""

    mote = models.ForeignKey(Mote, models.CASCADE, related_name="punkter")
    ordning = models.PositiveSmallIntegerField()
    rubrik = models.CharField(max_length=200)
    insats = models.ForeignKey(Insats, models.PROTECT, null=True, blank=True, related_name="motespunkter")
    handlingsplan = models.ForeignKey(Handlingsplan, models.PROTECT, null=True, blank=True, related_name="motespunkter")
    arende = models.ForeignKey(
        Arende, models.PROTECT, null=True, blank=True, related_name="motespunkter", verbose_name="ärende"
    )
    paragraf = models.CharField("§", max_length=20, blank=True)
    beslut = models.TextField(max_length=2000, blank=True)

    class Meta:
        verbose_name = "punkt på dagordningen"
        verbose_name_plural = "punkter på dagordningen"
        ordering: ClassVar = ["mote", "ordning"]
        indexes: ClassVar = sokindex("motespunkt", "rubrik", "beslut")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["mote", "ordning"], name="motespunkt_ordning_en_gang"),
            models.CheckConstraint(
                condition=Q(insats=None, handlingsplan=None)
                | Q(insats=None, arende=None)
                | Q(handlingsplan=None, arende=None),
                name="motespunkt_om_hogst_ett",
                violation_error_message="En punkt gäller en insats, en handlingsplan eller ett ärende.",
            ),
            models.CheckConstraint(
                condition=Q(rubrik__regex=r"\S"),
                name="motespunkt_har_rubrik",
                violation_error_message="Punkten måste ha en rubrik.",
            ),
        ]
        triggers: ClassVar = [
            hor_till(
                "SELECT o.stadskarna_id FROM insatser_mote m JOIN insatser_samverkansorgan o ON o.id = m.organ_id"
                " WHERE m.id = {rad}.mote_id"
            )
        ]

    def __str__(self) -> str:
        return self.rubrik
