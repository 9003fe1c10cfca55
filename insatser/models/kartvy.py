"""Ways to look at a table that somebody has given a name."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from aktorer.grund.historik import historik, rakna_version


@historik(raknas_vid=None)
class Kartvy(models.Model):
    """A selection with its columns and its order, as the address of the table says it (`fraga`, without "?").

    It belongs to a person and to no stadskärna: the same is asked of each. `delad`: the planerare of the owner's aktör
    have it as well.
    """

    class Tabell(models.TextChoices):
        """By the names of their addresses."""

        INSATSKARTA = "insatskarta", "Insatskarta"
        LAGESBILD = "lagesbild", "Lägesbild"
        AKTIVITETER = "aktiviteter", "Aktiviteter"
        AKTORER = "aktorer", "Aktörer"

    agare = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="kartvyer", verbose_name="ägare", editable=False
    )
    namn = models.CharField(max_length=60)
    tabell = models.CharField(
        max_length=11,
        choices=Tabell,
        default=Tabell.INSATSKARTA,
        db_default=Tabell.INSATSKARTA,
        editable=False,
    )
    fraga = models.CharField("urval", max_length=2000, blank=True, editable=False)
    delad = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "sparad vy"
        verbose_name_plural = "sparade vyer"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agare", "tabell", "namn"],
                name="kartvy_namn_en_gang",
                violation_error_message="Det finns redan en vy med det namnet.",
            ),
            models.CheckConstraint(
                condition=Q(tabell__in=["insatskarta", "lagesbild", "aktiviteter", "aktorer"]),
                name="kartvy_tabell",
                violation_error_message="Det finns ingen sådan tabell.",
            ),
            models.CheckConstraint(
                condition=Q(namn__regex=r"\S"),
                name="kartvy_har_namn",
                violation_error_message="Vyn måste ha ett namn.",
            ),
        ]
        triggers: ClassVar = [rakna_version()]

    def __str__(self) -> str:
        return self.namn
