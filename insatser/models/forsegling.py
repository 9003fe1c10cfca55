"""The seal on the history: a chain of SHA-256 over all its rows, in tables that are only added to."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models

from aktorer.grund.historik import toms_inte


def _laggs_bara_till() -> list[pgtrigger.Trigger]:
    return [pgtrigger.Protect(name="laggs_bara_till", operation=pgtrigger.Update | pgtrigger.Delete), toms_inte()]


class Forsegling(models.Model):
    """One run over one history table that had new rows: `kolumner` are those that were counted, `hogsta` the highest
    id that there was at `skapad`.
    """

    tabell = models.CharField(max_length=63)
    kolumner = ArrayField(models.CharField(max_length=63))
    hogsta = models.BigIntegerField("högsta")
    skapad = models.DateTimeField(editable=False)

    class Meta:
        verbose_name = "försegling"
        verbose_name_plural = "förseglingar"
        indexes: ClassVar = [models.Index(fields=["tabell", "-id"], name="forsegling_senast")]
        triggers: ClassVar = _laggs_bara_till()

    def __str__(self) -> str:
        return f"{self.tabell} {self.skapad}"


class SigillQuerySet(models.QuerySet["Sigill"]):
    def huvud(self) -> bytes:
        """The head of the chain: the last link, or what the first one is linked to."""
        sist = self.order_by("-pk").values_list("lank", flat=True).first()
        return bytes(sist) if sist is not None else BORJAN


BORJAN = bytes(32)


class Sigill(models.Model):
    """A link: the history row `rad` of the table of its forsegling. `avtryck` is the SHA-256 of the row, `lank` that of
    the link before and this one.
    """

    forsegling = models.ForeignKey(Forsegling, models.PROTECT, related_name="sigill")
    rad = models.BigIntegerField()
    tabell = models.CharField(max_length=63)
    avtryck = models.BinaryField(max_length=32)
    lank = models.BinaryField("länk", max_length=32)

    objects: ClassVar[Any] = SigillQuerySet.as_manager()

    class Meta:
        verbose_name = "sigill"
        verbose_name_plural = "sigill"
        constraints: ClassVar = [models.UniqueConstraint(fields=["tabell", "rad"], name="sigill_ett_per_rad")]
        triggers: ClassVar = _laggs_bara_till()

    def __str__(self) -> str:
        return f"{self.tabell} {self.rad}"
