"""What a samverkansorgan decided, and the plan as it was decided, and as it was closed: frozen content with its PDF."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from aktorer.grund.dag import Dag
from aktorer.grund.historik import historik, rakna_version
from aktorer.grund.platsratt import hor_till
from insatser.models.databasregler import I_PLANEN, krav, rattad
from insatser.models.handlingsplan import Handlingsplan
from insatser.models.organ import Samverkansorgan

# That of the handlingsplan it is about: an organ for all stadskärnor decides on one's plan.
PLANENS_KARNA = (
    "SELECT f.stadskarna_id FROM insatser_planversion v JOIN insatser_handlingsplan h ON h.id = v.handlingsplan_id"
    " JOIN insatser_fardplan f ON f.id = h.fardplan_id WHERE v.beslut_id = {rad}.id"
)


@historik()
class Beslut(models.Model):
    """A decision of an organ on a day, with its § and where the protocol is found.

    What it says is set right by a Rattelse, which says why. The PDF that was decided keeps the words of then.
    """

    organ = models.ForeignKey(Samverkansorgan, models.PROTECT, related_name="beslut")
    datum = Dag()
    paragraf = models.CharField("§", max_length=20, blank=True, help_text="Till exempel 12.")
    diarienummer = models.CharField(max_length=60, blank=True)
    protokoll = models.URLField("länk till protokollet", blank=True)
    notering = models.CharField(
        "notering om källan", max_length=200, blank=True, help_text="För äldre beslut där källan inte säger paragrafen."
    )

    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    class Meta:
        verbose_name = "beslut"
        verbose_name_plural = "beslut"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(paragraf__regex=r"\S") | Q(notering__regex=r"\S"),
                name="beslut_har_paragraf",
                violation_error_message="Ange beslutets paragraf.",
            )
        ]
        triggers: ClassVar = [
            hor_till(PLANENS_KARNA, vid=pgtrigger.Update | pgtrigger.Delete),
            rakna_version(),
            krav(
                "beslut_rattas_med_skal",
                rattad("beslut"),
                "Ett registrerat beslut ändras bara med en rättelse som säger varför.",
                vid=pgtrigger.Update,
            ),
            pgtrigger.Protect(name="beslut_tas_inte_bort", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.organ} {self.datum}" + (f" § {self.paragraf}" if self.paragraf else "")


class PlanversionQuerySet(models.QuerySet["Planversion"]):
    def gallande(self) -> PlanversionQuerySet:
        """Without decisions that were registered by mistake."""
        return self.filter(aterkallad=None)

    def med_foregangare(self) -> Any:
        """With `andrar`: whether it changed a plan that was decided before, in no matter how many registrations."""
        tidigare = Planversion.objects.gallande().filter(handlingsplan=OuterRef("handlingsplan"))
        return self.annotate(andrar=Exists(tidigare.filter(nummer__lt=OuterRef("nummer"))))

    def uppgifter(self) -> PlanversionQuerySet:
        """Which version it is and by which decision, without the large columns."""
        return self.defer("innehall", "rader", "pdf")

    def med_innehall(self) -> PlanversionQuerySet:
        """The same with its words and values."""
        return self.defer("rader", "pdf")


@historik(utan=("pdf",))
class Planversion(models.Model):
    """A handlingsplan as it was decided: `innehall` is what the PDF was made of, `sha256` proves the PDF.

    `rader` is its rows, for who may not read what is prepared after it; None when it was decided before they were kept.
    `aterkallad` says why it does not count: the decision was never taken. The version and its number stay.
    """

    handlingsplan = models.ForeignKey(Handlingsplan, models.PROTECT, related_name="versioner")
    nummer = models.PositiveSmallIntegerField()
    beslut = models.OneToOneField(Beslut, models.PROTECT, related_name="planversion")
    innehall = models.JSONField("innehåll")
    rader = models.JSONField(null=True)
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    aterkallad = models.OneToOneField(
        "insatser.Rattelse", models.PROTECT, null=True, blank=True, editable=False, related_name="aterkallar"
    )
    skapad = models.DateTimeField(db_default=Now(), editable=False)

    objects: ClassVar[Any] = PlanversionQuerySet.as_manager()

    class Meta:
        verbose_name = "beslutad version"
        verbose_name_plural = "beslutade versioner"
        ordering: ClassVar = ["handlingsplan", "-nummer"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["handlingsplan", "nummer"], name="planversion_nummer_en_gang"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="planversion_sha256_giltig"),
        ]
        triggers: ClassVar = [
            hor_till(I_PLANEN.format(plan="{rad}.handlingsplan_id")),
            krav(
                "planversion_andras_inte",
                "OLD.aterkallad_id IS NULL AND to_jsonb(NEW) - 'aterkallad_id' = to_jsonb(OLD) - 'aterkallad_id'"
                " AND EXISTS (SELECT FROM insatser_rattelse r WHERE r.id = NEW.aterkallad_id"
                " AND r.handlingsplan_id = NEW.handlingsplan_id)",
                "Det som är beslutat ändras inte.",
                vid=pgtrigger.Update,
            ),
            pgtrigger.Protect(name="planversion_tas_inte_bort", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.handlingsplan}, version {self.nummer}"


@historik(utan=("pdf",))
class Planavslut(models.Model):
    """A handlingsplan as it was when it was closed: `innehall` is what the slutrapport was made of, as a Planversion's.

    One that was closed by mistake is closed once more: the latest holds, while the plan is closed.

    `rader` is its rows and those around it (insatser, lägen, aktörer, money), which live on elsewhere.
    """

    handlingsplan = models.ForeignKey(Handlingsplan, models.PROTECT, related_name="avslut")
    innehall = models.JSONField("innehåll")
    rader = models.JSONField()
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    skapad = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = "avslutad plan"
        verbose_name_plural = "avslutade planer"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="planavslut_sha256_giltig"),
        ]
        triggers: ClassVar = [
            hor_till(I_PLANEN.format(plan="{rad}.handlingsplan_id")),
            pgtrigger.Protect(name="planavslut_andras_inte", operation=pgtrigger.Update | pgtrigger.Delete),
            krav(
                "planavslut_av_avslutad_plan",
                "(SELECT h.status = 'avslutad' FROM insatser_handlingsplan h WHERE h.id = NEW.handlingsplan_id)",
                "Planen är inte avslutad.",
                vid=pgtrigger.Insert,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handlingsplan} som den avslutades"
