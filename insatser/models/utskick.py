"""Mails: a row each, written before anything is sent, so that nobody gets the same mail twice."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from aktorer.historik import historik
from insatser.models.uppfoljning import Omgang


@historik()
class Utskick(models.Model):
    """At most one a day and person. `paborjat` is set before the mail server is called, `skickat` once it said yes."""

    class Slag(models.TextChoices):
        OMGANG = "omgang", "Uppföljningsomgång"
        FORE = "fore", "Påminnelse före sista dag"
        EFTER = "efter", "Påminnelse efter sista dag"
        TYSTNAD = "tystnad", "Påminnelse om tystnad"

    anvandare = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="utskick")
    dag = models.DateField()
    slag = models.CharField(max_length=8, choices=Slag)
    omgang = models.ForeignKey(Omgang, models.CASCADE, null=True, related_name="utskick")
    skapad = models.DateTimeField(db_default=Now())
    paborjat = models.DateTimeField("påbörjat", null=True)
    skickat = models.DateTimeField(null=True)
    fel = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = "utskick"
        verbose_name_plural = "utskick"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["anvandare", "dag"], name="utskick_ett_om_dagen"),
            models.CheckConstraint(condition=Q(skickat=None) | Q(paborjat__isnull=False), name="utskick_i_ordning"),
        ]

    def __str__(self) -> str:
        return f"{self.get_slag_display()} till {self.anvandare} {self.dag}"
