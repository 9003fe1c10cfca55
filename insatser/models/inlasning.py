"""An uploaded workbook between preview and confirmation, and afterwards the proof of what was read in."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from aktorer.grund.historik import historik
from insatser.models.fardplan import Fardplan


@historik(utan=("innehall",))
class Inlasning(models.Model):
    """`inlast` is set when its changes were written; until then nothing has been."""

    fardplan = models.ForeignKey(Fardplan, models.PROTECT, related_name="inlasningar")
    av = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="inlasningar")
    filnamn = models.CharField(max_length=200)
    innehall = models.BinaryField("innehåll")
    skapad = models.DateTimeField(db_default=Now(), editable=False)
    inlast = models.DateTimeField("inläst", null=True, blank=True)

    class Meta:
        verbose_name = "inläsning"
        verbose_name_plural = "inläsningar"

    def __str__(self) -> str:
        return self.filnamn
