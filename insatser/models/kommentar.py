"""What those who log in say to each other of an insats, an aktivitet or a handlingsplan."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length, Now

from aktorer.grund.historik import historik, rakna_version
from aktorer.grund.platsratt import hor_till
from aktorer.grund.sokning import sokindex
from insatser.models.samtal import SAKENS_KARNA, OmEnSak, OmEnSakQuerySet, i_ratt_stadskarna, om_en_sak

LANGST = 5000


class KommentarQuerySet(OmEnSakQuerySet["Kommentar"]):
    def kvar(self) -> KommentarQuerySet:
        return self.filter(borttagen=None)


@historik()
class Kommentar(OmEnSak):
    """Plain text. One that is taken away stands marked in the thread, without its words: those are in the history."""

    text = models.TextField("kommentar", max_length=LANGST, error_messages={"blank": "Skriv något."})
    av = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+")
    skapad = models.DateTimeField(db_default=Now(), editable=False)
    andrad = models.DateTimeField("ändrad", null=True, blank=True, editable=False)
    borttagen = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    objects: ClassVar[Any] = KommentarQuerySet.as_manager()

    class Meta:
        verbose_name = "kommentar"
        verbose_name_plural = "kommentarer"
        ordering: ClassVar = ["skapad", "pk"]
        indexes: ClassVar = sokindex("kommentar", "text", dar=Q(borttagen=None))
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=om_en_sak(("insats", "stadskarna"), ("aktivitet",), ("handlingsplan",), bland=OmEnSak.SAK),
                name="kommentar_om_en_sak",
            ),
            models.CheckConstraint(
                condition=Q(text__regex=r"\S"), name="kommentar_har_text", violation_error_message="Skriv något."
            ),
            models.CheckConstraint(
                condition=models.lookups.LessThanOrEqual(Length("text"), LANGST),
                name="kommentar_hogst_sa_lang",
                violation_error_message=f"En kommentar har högst {LANGST} tecken.",
            ),
        ]
        triggers: ClassVar = [
            hor_till(SAKENS_KARNA),
            rakna_version(),
            i_ratt_stadskarna("kommentar"),
            pgtrigger.ReadOnly(name="kommentar_star_dar_den_star", fields=[*OmEnSak.SAK, "av", "skapad"]),
        ]

    def __str__(self) -> str:
        return f"Kommentar av {self.av}"
