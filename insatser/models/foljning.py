"""What people follow."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from aktorer.grund.historik import historik
from insatser.models.insats import Insats
from insatser.models.stadskarna import Stadskarna


@historik()
class Foljning(models.Model):
    """A person follows an insats in a stadskärna: what happens there shows on Mitt arbete."""

    anvandare = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="foljer")
    insats = models.ForeignKey(Insats, models.CASCADE, related_name="foljare")
    stadskarna = models.ForeignKey(Stadskarna, models.CASCADE, related_name="+")
    sedan = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "följning"
        verbose_name_plural = "följningar"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["anvandare", "insats", "stadskarna"], name="foljning_en_gang")
        ]

    def __str__(self) -> str:
        return f"{self.anvandare} följer {self.insats}"
