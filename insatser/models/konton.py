"""What is to become accounts."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from aktorer.grund.historik import historik
from aktorer.models import Aktor, lever
from insatser.regler.inbjudan import Stopp


@historik(utan=("epost", "namn"))
class Kollegainbjudan(models.Model):
    """Whom a samordnare has invited to the own aktör, until it is carried out: then there is an account and no row.

    The request writes it whoever has the address; what becomes of it is found out behind the page. `stopp` says why
    nothing could, since `stoppad`: then it is for an administratör. Its history does not know who it was.
    """

    av = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="samordnare")
    aktor = models.ForeignKey(Aktor, models.PROTECT, related_name="+", verbose_name="aktör")
    epost = models.EmailField("e-postadress")
    namn = models.CharField(max_length=120)
    skapad = models.DateTimeField(db_default=Now(), editable=False)
    stopp = models.CharField("hinder", max_length=7, choices=Stopp, blank=True, default="", db_default="")
    stoppad = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = "kollegas inbjudan"
        verbose_name_plural = "kollegors inbjudningar"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(stopp="", stoppad=None) | Q(stopp__in=Stopp.values, stoppad__isnull=False),
                name="kollegainbjudan_stoppad_av_ett_skal",
            )
        ]
        triggers: ClassVar = [lever("kollegainbjudan_aktor_lever")]

    def __str__(self) -> str:
        return self.namn
