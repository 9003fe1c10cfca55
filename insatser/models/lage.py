"""Lägesrapporter: how an insats goes in a stadskärna. Append-only; the latest is the läge."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from aktorer.grund.dag import Dag
from aktorer.grund.historik import historik
from aktorer.grund.sokning import sokindex
from aktorer.models import Aktor
from insatser.models.databasregler import krav
from insatser.models.insats import Insats
from insatser.models.stadskarna import Stadskarna
from insatser.regler.status import (
    BEDOMNING_KRAVER_KOMMENTAR,
    KRAVER_BEDOMNING,
    KRAVER_KOMMENTAR,
    OVER,
    Bedomning,
    Riktning,
    Status,
    riktning,
)
from insatser.regler.tystnad import sista_dag


class LagesrapportQuerySet(models.QuerySet["Lagesrapport"]):
    def gallande(self) -> LagesrapportQuerySet:
        """Not taken back."""
        return self.filter(aterkallad=None)

    def senast_forst(self) -> LagesrapportQuerySet:
        """The latest first: of two on the same day, the one that was written last."""
        return self.order_by("-datum", "-id")

    def senaste_av_varje(self) -> LagesrapportQuerySet:
        """The latest of each insats in each stadskärna."""
        i_ordning = self.gallande().order_by("insats_id", "stadskarna_id", "-datum", "-id")
        return i_ordning.distinct("insats_id", "stadskarna_id")

    def bryter_tystnad(self, idag: date) -> LagesrapportQuerySet:
        """Those for which an insats is not silent today: the same rule as `regler.tystnad.ar_tyst`, in SQL."""
        return self.filter(Q(datum__gte=sista_dag(idag)) | Q(status__in=OVER))


@historik()
class Lagesrapport(models.Model):
    """What somebody said of an insats on a day. `datum` is the day it describes, `skapad` when it was written."""

    insats = models.ForeignKey(Insats, models.PROTECT, related_name="lagesrapporter")
    stadskarna = models.ForeignKey(Stadskarna, models.PROTECT, related_name="lagesrapporter", verbose_name="stadskärna")
    datum = Dag()
    status = models.CharField(max_length=12, choices=Status)
    bedomning = models.CharField("bedömning", max_length=12, choices=Bedomning, blank=True)
    kommentar = models.TextField(max_length=2000, blank=True)
    av = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="lagesrapporter"
    )
    aktor = models.ForeignKey(
        Aktor, models.PROTECT, null=True, blank=True, related_name="lagesrapporter", verbose_name="aktör"
    )
    exempel = models.BooleanField(default=False, editable=False)
    skapad = models.DateTimeField(db_default=Now(), editable=False)
    aterkallad = models.DateTimeField("tillbakatagen", null=True, editable=False)

    # What it says. Two that are alike in these tell the same, whoever said it and when.
    SAGT: ClassVar = ("status", "bedomning", "kommentar")

    objects: ClassVar[Any] = LagesrapportQuerySet.as_manager()

    class Meta:
        verbose_name = "lägesrapport"
        verbose_name_plural = "lägesrapporter"
        indexes: ClassVar = [
            models.Index(
                fields=["insats", "stadskarna", "-datum", "-id"],
                condition=Q(aterkallad=None),
                name="lage_gallande_senast_forst",
            ),
            *sokindex("lage", "kommentar", dar=~Q(kommentar="")),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(status__in=KRAVER_BEDOMNING) | ~Q(bedomning=""),
                name="lage_bedomning_nar_den_kravs",
                violation_error_message="Ange en bedömning.",
            ),
            models.CheckConstraint(
                condition=Q(kommentar__regex=r"\S")
                | ~(Q(status__in=KRAVER_KOMMENTAR) | Q(bedomning__in=BEDOMNING_KRAVER_KOMMENTAR)),
                name="lage_kommentar_nar_den_kravs",
                violation_error_message="Skriv en kommentar: den krävs vid risk, avvikelse, paus och avbrott.",
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="lage_status_giltig"),
            models.CheckConstraint(condition=Q(bedomning__in=["", *Bedomning.values]), name="lage_bedomning_giltig"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="lage_tas_inte_bort", operation=pgtrigger.Delete),
            # Who takes a report back leaves it standing, marked: nothing else of it changes, and it never counts again.
            krav(
                "lage_andras_inte",
                "OLD.aterkallad IS NULL AND NEW.aterkallad IS NOT NULL"
                " AND to_jsonb(NEW) - 'aterkallad' = to_jsonb(OLD) - 'aterkallad'",
                "En lägesrapport ändras inte. Rapportera ett nytt läge i stället.",
                vid=pgtrigger.Update,
            ),
            krav(
                "lage_i_ratt_stadskarna",
                "(SELECT i.fardplan_id IS NULL OR f.stadskarna_id = NEW.stadskarna_id FROM insatser_insats i"
                " LEFT JOIN insatser_fardplan f ON f.id = i.fardplan_id WHERE i.id = NEW.insats_id)",
                "Insatsen hör till en annan stadskärna.",
                vid=pgtrigger.Insert,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.datum}: {self.get_status_display()}"

    def sager_som(self, annan: Lagesrapport | None) -> bool:
        return annan is not None and all(getattr(self, falt) == getattr(annan, falt) for falt in self.SAGT)

    def riktning_fran(self, fore: Lagesrapport | None) -> Riktning | None:
        """Which way it has gone since `fore`, None when that is none."""
        return riktning((fore.status, fore.bedomning), (self.status, self.bedomning)) if fore else None
