"""An uploaded workbook between preview and confirmation, and afterwards the proof of what was read in."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from aktorer.grund.historik import historik
from insatser.models.databasregler import krav
from insatser.models.fardplan import Fardplan
from insatser.models.handlingsplan import Handlingsplan


@historik(utan=("innehall",))
class Inlasning(models.Model):
    """`inlast` is set when its changes were written; until then nothing has been. `handlingsplan`: whose it is, when it
    is not the färdplan's own.
    """

    fardplan = models.ForeignKey(Fardplan, models.PROTECT, related_name="inlasningar")
    handlingsplan = models.ForeignKey(Handlingsplan, models.PROTECT, null=True, blank=True, related_name="inlasningar")
    av = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="inlasningar")
    filnamn = models.CharField(max_length=200)
    innehall = models.BinaryField("innehåll")
    skapad = models.DateTimeField(db_default=Now(), editable=False)
    inlast = models.DateTimeField("inläst", null=True, blank=True)

    class Meta:
        verbose_name = "inläsning"
        verbose_name_plural = "inläsningar"
        triggers: ClassVar = [
            krav(
                "inlasning_i_planens_fardplan",
                "NEW.handlingsplan_id IS NULL OR NEW.fardplan_id ="
                " (SELECT fardplan_id FROM insatser_handlingsplan WHERE id = NEW.handlingsplan_id)",
                "Handlingsplanen hör till en annan färdplan än filen.",
            )
        ]

    def __str__(self) -> str:
        return self.filnamn
