"""What aktörer have agreed on, such as the avsiktsförklaring about the life science cluster, and who has joined."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from aktorer.grund.historik import historik, rakna_version
from aktorer.grund.platsratt import hor_till
from aktorer.grund.sokning import innehaller
from aktorer.models import Aktor, lever
from insatser.models.arende import Arende
from insatser.models.insats import Insats
from insatser.regler import tidpunkt


def en_tidpunkt(text: str) -> None:
    """Validator: a day, month or year that exists. Raises ValidationError."""
    if not tidpunkt.finns(text):
        raise ValidationError(tidpunkt.FORMATFEL)


class OverenskommelseQuerySet(models.QuerySet["Overenskommelse"]):
    def get_by_natural_key(self, namn: str) -> Overenskommelse:
        return self.get(namn=namn)

    def sok(self, text: str) -> OverenskommelseQuerySet:
        """Whose name or text holds `text`, or that an aktör of that name has joined; all when there is none."""
        if not text:
            return self
        anslutna = Anslutning.objects.filter(innehaller(text, "aktor__namn")).values("overenskommelse")
        return self.filter(innehaller(text, "namn", "beskrivning") | Q(pk__in=anslutna))


@historik()
class Overenskommelse(models.Model):
    """`ingangen` is a day, month or year (regler/tidpunkt.py); `forpliktar` says whether it binds those who join."""

    class Slag(models.TextChoices):
        AVSIKTSFORKLARING = "avsiktsforklaring", "Avsiktsförklaring"
        AVTAL = "avtal", "Avtal"
        SAMVERKAN = "samverkan", "Samverkansöverenskommelse"

    namn = models.CharField(max_length=200, unique=True)
    slag = models.CharField(max_length=20, choices=Slag)
    ingangen = models.CharField(
        "ingången",
        max_length=10,
        blank=True,
        validators=[en_tidpunkt],
        help_text=tidpunkt.EXEMPEL,
    )
    beskrivning = models.TextField(max_length=5000, blank=True)
    forpliktar = models.BooleanField("medför förpliktelser", default=False)
    lank = models.URLField("länk", blank=True)
    insatser: models.ManyToManyField[Insats, Overenskommelseinsats] = models.ManyToManyField(
        Insats, through="Overenskommelseinsats", related_name="overenskommelser"
    )
    kalla = models.CharField("källa", max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = OverenskommelseQuerySet.as_manager()

    class Meta:
        verbose_name = "överenskommelse"
        verbose_name_plural = "överenskommelser"
        ordering: ClassVar = ["namn"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ingangen="") | Q(ingangen__regex=tidpunkt.FORMAT),
                name="overenskommelse_ingangen_giltig",
                violation_error_message=tidpunkt.FORMATFEL,
            )
        ]
        triggers: ClassVar = [
            rakna_version(),
            hor_till("NULL"),
        ]

    def __str__(self) -> str:
        return self.namn

    def natural_key(self) -> tuple[str]:
        return (self.namn,)

    @property
    def ingangen_i_text(self) -> str:
        return tidpunkt.i_text(self.ingangen)


@historik()
class Overenskommelseinsats(models.Model):
    """An insats that an överenskommelse concerns."""

    overenskommelse = models.ForeignKey(Overenskommelse, models.CASCADE, related_name="insatslankar")
    insats = models.ForeignKey(Insats, models.PROTECT, related_name="overenskommelselankar")

    class Meta:
        verbose_name = "insats i överenskommelse"
        verbose_name_plural = "insatser i överenskommelser"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["overenskommelse", "insats"], name="overenskommelseinsats_en_gang")
        ]
        triggers: ClassVar = [hor_till("NULL")]

    def __str__(self) -> str:
        return f"{self.insats} i {self.overenskommelse}"


@historik()
class Anslutning(models.Model):
    """An aktör's place in an överenskommelse: proposed or joined, since when and by which ärende."""

    class Anslutningsstatus(models.TextChoices):
        FORESLAGEN = "foreslagen", "Föreslagen"
        ANSLUTEN = "ansluten", "Ansluten"
        AVSTATT = "avstatt", "Har avstått"

    overenskommelse = models.ForeignKey(Overenskommelse, models.CASCADE, related_name="anslutningar")
    aktor = models.ForeignKey(Aktor, models.PROTECT, related_name="anslutningar", verbose_name="aktör")
    status = models.CharField(max_length=12, choices=Anslutningsstatus, default=Anslutningsstatus.FORESLAGEN)
    sedan = models.CharField(max_length=10, blank=True, validators=[en_tidpunkt], help_text=tidpunkt.EXEMPEL)
    arende = models.ForeignKey(
        Arende, models.PROTECT, null=True, blank=True, related_name="anslutningar", verbose_name="genom ärendet"
    )
    ordning = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = "anslutning"
        verbose_name_plural = "anslutningar"
        ordering: ClassVar = ["overenskommelse", "ordning"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["overenskommelse", "aktor"],
                name="anslutning_en_gang",
                violation_error_message="Aktören står redan i överenskommelsen.",
            ),
            models.CheckConstraint(
                condition=(Q(sedan="") & ~Q(status="ansluten")) | Q(sedan__regex=tidpunkt.FORMAT),
                name="anslutning_sedan_giltig",
                violation_error_message="Ange sedan när aktören är ansluten: en dag, en månad eller ett år.",
            ),
        ]
        triggers: ClassVar = [
            lever("anslutning_aktor_lever"),
            hor_till("NULL"),
        ]

    def __str__(self) -> str:
        return f"{self.aktor} ({self.get_status_display().lower()})"

    @property
    def sedan_i_text(self) -> str:
        return tidpunkt.i_text(self.sedan)
