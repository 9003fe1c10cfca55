"""The regionala stadskärnor and their kärnkommuner."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from aktorer.grund.adress import LANGST
from aktorer.grund.historik import historik, rakna_version
from aktorer.grund.platsratt import hor_till
from aktorer.models import Aktor, lever

# Words that stand where a stadskärna's address does, and those kept for pages to come.
RESERVERADE = frozenset(
    {"admin", "aktorer", "arenden", "drift", "halsa", "insatser", "kalender", "konto", "mitt-arbete", "om", "oversikt"}
    | {"angra", "generation", "handlingsplaner", "konton", "paminnelser", "program", "sok", "stadskarnor"}
    | {"alla", "kontakter", "metrik", "nyheter", "static", "svara"}
)

# What of the earth is the county of Stockholm, with some to spare: degrees, WGS84.
SYDLIGAST, NORDLIGAST = Decimal("58.5"), Decimal("60.5")
VASTLIGAST, OSTLIGAST = Decimal(17), Decimal(20)


def inte_reserverad(slug: str) -> None:
    if slug in RESERVERADE:
        raise ValidationError(f"Adressen {slug} är upptagen av en annan sida. Välj en annan.")


class StadskarnaQuerySet(models.QuerySet["Stadskarna"]):
    def get_by_natural_key(self, slug: str) -> Stadskarna:
        return self.get(slug=slug)


@historik()
class Stadskarna(models.Model):
    """A regional stadskärna; its first address segment is `slug`.

    `latitud` and `longitud` are where it lies, in decimal degrees (WGS84): both, or none while nobody has said.
    """

    namn = models.CharField(max_length=80, unique=True)
    slug = models.SlugField("adress", max_length=LANGST, unique=True, validators=[inte_reserverad])
    ordning = models.PositiveSmallIntegerField("plats i ordningen")
    karnkommuner: models.ManyToManyField[Aktor, Karnkommun] = models.ManyToManyField(
        Aktor, through="Karnkommun", related_name="stadskarnor", verbose_name="kärnkommuner"
    )

    latitud = models.DecimalField(max_digits=7, decimal_places=5, null=True, blank=True)
    longitud = models.DecimalField(max_digits=7, decimal_places=5, null=True, blank=True)

    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    objects: ClassVar[Any] = StadskarnaQuerySet.as_manager()

    class Meta:
        verbose_name = "stadskärna"
        verbose_name_plural = "stadskärnor"
        ordering: ClassVar = ["ordning"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["ordning"], name="stadskarna_ordning_en_gang", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(
                condition=Q(latitud__isnull=True, longitud__isnull=True)
                | Q(
                    latitud__isnull=False,
                    longitud__isnull=False,
                    latitud__range=(SYDLIGAST, NORDLIGAST),
                    longitud__range=(VASTLIGAST, OSTLIGAST),
                ),
                name="stadskarna_plats_i_lanet",
                violation_error_message="Platsen på kartan är både latitud och longitud, och ligger i Stockholms län.",
            ),
        ]
        triggers: ClassVar = [
            rakna_version(),
            hor_till("NULL"),
        ]

    def __str__(self) -> str:
        return self.namn

    def natural_key(self) -> tuple[str]:
        return (self.slug,)


class KarnkommunQuerySet(models.QuerySet["Karnkommun"]):
    def karnor(self, aktor: int | None) -> set[int]:
        """The ids of the stadskärnor that lie in the aktör (its id). One query."""
        return set(self.filter(aktor=aktor).values_list("stadskarna_id", flat=True))


@historik()
class Karnkommun(models.Model):
    """A kommun that a stadskärna lies in."""

    stadskarna = models.ForeignKey(Stadskarna, models.CASCADE, related_name="karnkommun_set")
    aktor = models.ForeignKey(Aktor, models.PROTECT, related_name="karnkommun_set")
    ordning = models.PositiveSmallIntegerField()

    objects: ClassVar[Any] = KarnkommunQuerySet.as_manager()

    class Meta:
        verbose_name = "kärnkommun"
        verbose_name_plural = "kärnkommuner"
        ordering: ClassVar = ["stadskarna", "ordning"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["stadskarna", "aktor"], name="karnkommun_en_gang"),
            models.UniqueConstraint(fields=["stadskarna", "ordning"], name="karnkommun_ordning_en_gang"),
        ]
        triggers: ClassVar = [
            lever("karnkommun_aktor_lever"),
            hor_till("NULL"),
        ]

    def __str__(self) -> str:
        return f"{self.aktor} i {self.stadskarna}"
