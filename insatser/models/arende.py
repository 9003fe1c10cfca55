"""Ärenden of any aktör that concern the färdplaner, and what was proposed and decided in them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from aktorer import diarienummer
from aktorer.grund.dag import Dag
from aktorer.grund.historik import historik, rakna_version
from aktorer.grund.platsratt import hor_till
from aktorer.grund.sokning import innehaller, sokindex
from aktorer.models import Aktor, lever
from insatser.models.databasregler import krav
from insatser.models.handlingsplan import Handlingsplan
from insatser.models.insats import Insats


def _monster_i_sql() -> str:
    """The aktör's pattern as a regular expression: the steps of `diarienummer.OVERSATTNING`, in SQL."""
    uttryck = "a.diarieformat"
    for tecken, mening in diarienummer.OVERSATTNING:
        uttryck = f"replace({uttryck}, '{tecken}', '{mening}')"
    return f"'^(' || {uttryck} || ')$'"


class ArendeQuerySet(models.QuerySet["Arende"]):
    def get_by_natural_key(self, aktor: str, rubrik: str) -> Arende:
        return self.get(aktor__slug=aktor, rubrik=rubrik)

    def sok(self, text: str) -> ArendeQuerySet:
        """Whose diarienummer, heading, summary, instans or aktör holds `text`; all when there is none."""
        if not text:
            return self
        i_beslut = Q(pk__in=Arendebeslut.objects.filter(innehaller(text, "instans")).values("arende"))
        return self.filter(innehaller(text, "diarienummer", "rubrik", "sammanfattning", "aktor__namn") | i_beslut)


@historik()
class Arende(models.Model):
    """A case at an aktör, found by its diarienummer; empty while the source does not say it."""

    class Slag(models.TextChoices):
        REMISSVAR = "remissvar", "Remissvar"
        AVSIKTSFORKLARING = "avsiktsforklaring", "Avsiktsförklaring"
        AVTAL = "avtal", "Avtal"
        HANDLINGSPLAN = "handlingsplan", "Handlingsplan"
        UPPDRAG = "uppdrag", "Uppdrag"
        BUDGET = "budget", "Budget"
        OVRIGT = "ovrigt", "Övrigt"

    aktor = models.ForeignKey(Aktor, models.PROTECT, related_name="arenden", verbose_name="aktör")
    diarienummer = models.CharField(max_length=60, blank=True)
    rubrik = models.CharField(max_length=200)
    slag = models.CharField(max_length=20, choices=Slag)
    sammanfattning = models.TextField(max_length=5000, blank=True)
    lank = models.URLField("länk", blank=True)
    handlingsplan = models.ForeignKey(
        Handlingsplan,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="arenden",
        verbose_name="gäller handlingsplanen",
    )
    insatser: models.ManyToManyField[Insats, Arendeinsats] = models.ManyToManyField(
        Insats, through="Arendeinsats", related_name="arenden"
    )
    kalla = models.CharField("källa", max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = ArendeQuerySet.as_manager()

    class Meta:
        verbose_name = "ärende"
        verbose_name_plural = "ärenden"
        indexes: ClassVar = sokindex("arende", "rubrik", "sammanfattning")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["aktor", "diarienummer"],
                condition=~Q(diarienummer=""),
                name="arende_diarienummer_en_gang",
                violation_error_message="Aktören har redan ett ärende med det diarienumret.",
            ),
            models.UniqueConstraint(
                fields=["aktor", "rubrik", "diarienummer"],
                name="arende_en_gang",
                violation_error_message="Aktören har redan ett ärende med den rubriken.",
            ),
            models.CheckConstraint(
                condition=Q(rubrik__regex=r"\S"),
                name="arende_har_rubrik",
                violation_error_message="Ärendet måste ha en rubrik.",
            ),
        ]
        triggers: ClassVar = [
            hor_till("NULL"),
            rakna_version(),
            lever("arende_aktor_lever"),
            krav(
                "arende_diarienummer_enligt_monster",
                "NEW.diarienummer = '' OR EXISTS (SELECT FROM aktorer_aktor a WHERE a.id = NEW.aktor_id"
                f" AND (a.diarieformat = '' OR NEW.diarienummer ~ ({_monster_i_sql()})))",
                "Diarienumret följer inte aktörens mönster.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.diarienummer} {self.rubrik}".strip()

    def natural_key(self) -> tuple[str, str]:
        return (self.aktor.slug, self.rubrik)

    natural_key.dependencies = ["aktorer.aktor"]  # type: ignore[attr-defined]

    def clean(self) -> None:
        """The diarienummer fits the pattern of its aktör. Raises ValidationError."""
        if self.diarienummer and self.aktor_id and not diarienummer.stammer(self.diarienummer, self.aktor.diarieformat):
            text = f"{self.aktor} skriver sina diarienummer som {self.aktor.diarieformat}."
            raise ValidationError({"diarienummer": text})


@historik()
class Arendeinsats(models.Model):
    """An insats that an ärende concerns."""

    arende = models.ForeignKey(Arende, models.CASCADE, related_name="insatslankar")
    insats = models.ForeignKey(Insats, models.PROTECT, related_name="arendelankar")

    class Meta:
        verbose_name = "insats i ärende"
        verbose_name_plural = "insatser i ärenden"
        constraints: ClassVar = [models.UniqueConstraint(fields=["arende", "insats"], name="arendeinsats_en_gang")]
        triggers: ClassVar = [hor_till("NULL")]

    def __str__(self) -> str:
        return f"{self.insats} i {self.arende}"


@historik()
class Arendebeslut(models.Model):
    """A step of an ärende: what an instans proposed or decided."""

    class Typ(models.TextChoices):
        FORSLAG = "forslag", "Förslag"
        BESLUT = "beslut", "Beslut"

    arende = models.ForeignKey(Arende, models.CASCADE, related_name="beslut")
    ordning = models.PositiveSmallIntegerField()
    typ = models.CharField(max_length=8, choices=Typ)
    instans = models.CharField(max_length=120)
    datum = Dag(fran=1900, null=True, blank=True)
    paragraf = models.CharField("§", max_length=20, blank=True)
    text = models.TextField("vad som föreslås eller beslutas", max_length=2000, blank=True)
    lank = models.URLField("länk", blank=True)

    class Meta:
        verbose_name = "beslut i ärende"
        verbose_name_plural = "beslut i ärenden"
        ordering: ClassVar = ["arende", "ordning"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["arende", "ordning"], name="arendebeslut_ordning_en_gang"),
            models.CheckConstraint(
                condition=Q(typ="forslag") | Q(typ="beslut", datum__isnull=False, paragraf__regex=r"\S"),
                name="arendebeslut_med_datum_och_paragraf",
                violation_error_message="Ett beslut måste ha datum och paragraf.",
            ),
        ]
        triggers: ClassVar = [hor_till("NULL")]

    def __str__(self) -> str:
        delar = [self.instans, f"§ {self.paragraf}" if self.paragraf else "", str(self.datum or "")]
        return " ".join(d for d in delar if d)
