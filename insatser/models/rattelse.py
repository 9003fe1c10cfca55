"""What was final and is set right afterwards: what it said before, and why. It stays where the thing is shown."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from aktorer.grund.historik import historik
from insatser.models.beslut import Beslut
from insatser.models.handlingsplan import Handlingsplan
from insatser.models.uppfoljning import Omgang
from insatser.regler.bojning import uppraknat

_BESLUT = Q(beslut__isnull=False, handlingsplan=None, omgang=None)
_PLAN = Q(beslut=None, handlingsplan__isnull=False, omgang=None)
_OMGANG = Q(beslut=None, handlingsplan=None, omgang__isnull=False)


@historik()
class Rattelse(models.Model):
    """A registered decision that said something wrong, or a plan or a round that was closed by mistake.

    The database lets a row that is final change only from the `version` that such a row names (models/databasregler).
    `fore` is what it said: [[heading, words]].
    """

    beslut = models.ForeignKey(Beslut, models.PROTECT, null=True, blank=True, related_name="rattelser")
    handlingsplan = models.ForeignKey(Handlingsplan, models.PROTECT, null=True, blank=True, related_name="rattelser")
    omgang = models.ForeignKey(Omgang, models.PROTECT, null=True, blank=True, related_name="rattelser")
    version = models.PositiveIntegerField()
    fore = models.JSONField("det stod", default=list)
    skal = models.TextField("varför det rättas", max_length=2000, error_messages={"blank": "Skriv varför."})
    av = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    skriven = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = "rättelse"
        verbose_name_plural = "rättelser"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=_BESLUT | _PLAN | _OMGANG, name="rattelse_av_ett"),
            models.CheckConstraint(
                condition=Q(skal__regex=r"\S"), name="rattelse_har_skal", violation_error_message="Skriv varför."
            ),
            models.UniqueConstraint(
                fields=["beslut", "handlingsplan", "omgang", "version"],
                name="rattelse_en_per_version",
                nulls_distinct=False,
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="rattelse_andras_inte", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"Rättelse av {self.beslut or self.handlingsplan or self.omgang}"

    @property
    def det_stod(self) -> str:
        """What it said before, on one line."""
        sagt = [(rubrik.lower(), f"”{varde}”" if varde else "saknades") for rubrik, varde in self.fore]
        return uppraknat([f"{rubrik} {ord_}" for rubrik, ord_ in sagt])
