"""Words that were masked in a thing and in its history: the one exception to that what is written stays."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from aktorer.grund.historik import historik


@historik()
class Maskering(models.Model):
    """Who masked something where and why; what it was is kept nowhere.

    `modell` and `rad` say of what, `antal` in how many rows and events. `avtryck` are the hashes that sealed events
    have from then on, [[table, id, hex]]: the seal knows them by it (fragor/forsegling.py).
    """

    modell = models.CharField(max_length=60)
    rad = models.BigIntegerField()
    antal = models.PositiveIntegerField()
    skal = models.TextField("varför", max_length=2000, error_messages={"blank": "Skriv varför."})
    avtryck = models.JSONField(default=list, blank=True)
    av = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    skriven = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = "maskering"
        verbose_name_plural = "maskeringar"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(skal__regex=r"\S"), name="maskering_har_skal", violation_error_message="Skriv varför."
            )
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="maskering_andras_inte", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"Maskering i {self.modell} {self.rad}"
