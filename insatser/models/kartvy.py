"""Ways to look at the insatskarta that somebody has given a name."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from aktorer.grund.historik import historik, rakna_version


@historik(raknas_vid=None)
class Kartvy(models.Model):
    """A selection with its columns and its order, as the address of the insatskarta says it (`fraga`, without "?").

    It belongs to a person and to no stadskärna: the same is asked of each. `delad`: the planerare of the owner's aktör
    have it as well.
    """

    agare = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="kartvyer", verbose_name="ägare", editable=False
    )
    namn = models.CharField(max_length=60)
    fraga = models.CharField("urval", max_length=2000, blank=True, editable=False)
    delad = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "sparad vy"
        verbose_name_plural = "sparade vyer"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agare", "namn"],
                name="kartvy_namn_en_gang",
                violation_error_message="Det finns redan en vy med det namnet.",
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
