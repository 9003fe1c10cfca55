"""What people are told by mail outside rounds: what each wants, and what each has been told."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from aktorer.grund.historik import historik
from insatser.models.utskick import Utskick


class Notisslag(models.TextChoices):
    """The kinds, in the order in which a mail tells of them."""

    TILLFRAGAD = "tillfragad", "Du eller din organisation blir tillfrågad"
    AVVIKER = "avviker", "En insats du svarar för avviker"
    BESLUT = "beslut", "En handlingsplan du har del i beslutas eller ska ändras"
    MOTE = "mote", "Ett möte kallas, flyttas eller ställs in"
    FOLJD = "foljd", "Något händer i en insats du följer"
    VECKOBREV = "veckobrev", "Veckobrev"


class Takt(models.TextChoices):
    """How soon somebody wants to be told."""

    GENAST = "genast", "Samma dag"
    VECKA = "vecka", "En gång i veckan"
    ALDRIG = "aldrig", "Aldrig"


def _takt(slag: Notisslag, takt: Takt) -> Any:
    return models.CharField(slag.label, max_length=6, choices=Takt, default=takt, db_default=takt)


@historik(raknas_vid=None)
class Notisval(models.Model):
    """What a person wants to be told, a column for each `Notisslag`. `sedan`: nothing that happened before is told."""

    anvandare = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notisval")
    sedan = models.DateTimeField(db_default=Now())
    tillfragad = _takt(Notisslag.TILLFRAGAD, Takt.GENAST)
    avviker = _takt(Notisslag.AVVIKER, Takt.GENAST)
    beslut = _takt(Notisslag.BESLUT, Takt.GENAST)
    mote = _takt(Notisslag.MOTE, Takt.GENAST)
    foljd = _takt(Notisslag.FOLJD, Takt.VECKA)
    veckobrev = _takt(Notisslag.VECKOBREV, Takt.VECKA)

    class Meta:
        verbose_name = "val av mejl"
        verbose_name_plural = "val av mejl"
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(veckobrev="genast"), name="notisval_veckobrev_veckovis")
        ]

    def __str__(self) -> str:
        return f"Mejl till {self.anvandare}"

    def takt(self, slag: str) -> Takt:
        return Takt(getattr(self, slag))


@historik(raknas_vid=None)
class Notis(models.Model):
    """Something to tell a person, once for ever: the database lets there be one of each `nyckel` and person.

    It has no words of its own: what there is to tell is asked for when the mail is made, and told only if it still is
    so and the person may still see it. `tagen`: a mail is made that tells it, `utskick`.
    """

    anvandare = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notiser")
    slag = models.CharField(max_length=10, choices=Notisslag)
    nyckel = models.CharField(max_length=80)
    dag = models.DateField()
    utskick = models.ForeignKey(Utskick, models.SET_NULL, null=True, related_name="notiser")
    tagen = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "notis"
        verbose_name_plural = "notiser"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["anvandare", "nyckel"], name="notis_en_gang"),
        ]

    def __str__(self) -> str:
        return f"{self.nyckel} till {self.anvandare}"
