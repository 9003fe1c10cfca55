"""What people say of a thing, and put beside it, hangs on one of several kinds: the columns, and the rules for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

import pgtrigger
from django.db import models
from django.db.models import Q

from insatser.models.beslut import Beslut
from insatser.models.databasregler import I_PLANEN, krav
from insatser.models.handlingsplan import Aktivitet, Handlingsplan
from insatser.models.insats import Insats
from insatser.models.mote import Mote
from insatser.models.stadskarna import Stadskarna

# SQL for the id of the stadskärna that a row belongs to (aktorer/grund/platsratt.py).
SAKENS_KARNA = "SELECT coalesce({{rad}}.stadskarna_id, ({}))".format(
    I_PLANEN.format(
        plan="SELECT coalesce({rad}.handlingsplan_id, (SELECT p.handlingsplan_id FROM insatser_aktivitet a"
        " JOIN insatser_prioritering p ON p.id = a.prioritering_id WHERE a.id = {rad}.aktivitet_id))"
    )
)


@dataclass(frozen=True)
class Samtalssak:
    """A thing that is talked of, or has files beside it, in a stadskärna: a gemensam insats has a thread in each. A
    möte of an organ for all stadskärnor is in none.
    """

    rad: Insats | Aktivitet | Handlingsplan | Mote | Beslut
    stadskarna: Stadskarna | None

    @property
    def i(self) -> int | None:
        """The id of the stadskärna, as rights are asked for by."""
        return self.stadskarna.pk if self.stadskarna else None

    @property
    def kolumner(self) -> dict[str, int | None]:
        """What the rows that hang on it have in their columns."""
        egen: dict[str, int | None] = {f"{self.rad._meta.model_name}_id": self.rad.pk}
        return egen | {"stadskarna_id": self.i} if isinstance(self.rad, Insats) else egen


class OmEnSakQuerySet[M: models.Model](models.QuerySet[M]):
    def om(self, sak: Samtalssak) -> Self:
        return self.filter(**sak.kolumner)


class OmEnSak(models.Model):
    """It hangs on an insats in a stadskärna, an aktivitet or a handlingsplan, and never moves to another.

    It goes with an aktivitet or a draft plan that is taken away; an insats with such rows stays.
    """

    insats = models.ForeignKey(Insats, models.PROTECT, null=True, blank=True, editable=False, related_name="+")
    stadskarna = models.ForeignKey(
        Stadskarna,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="stadskärna",
    )
    aktivitet = models.ForeignKey(Aktivitet, models.CASCADE, null=True, blank=True, editable=False, related_name="+")
    handlingsplan = models.ForeignKey(
        Handlingsplan, models.CASCADE, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        abstract = True

    SAK: ClassVar[tuple[str, ...]] = ("insats", "stadskarna", "aktivitet", "handlingsplan")


def om_en_sak(*sorter: tuple[str, ...], bland: tuple[str, ...]) -> Q:
    """Of the columns `bland`, those of one of `sorter` are filled in and no others."""
    ut = Q()
    for sort in sorter:
        ut |= Q(**{f"{falt}__isnull": falt not in sort for falt in bland})
    return ut


def i_ratt_stadskarna(tabell: str) -> Any:
    """An insats of one stadskärna is talked of there alone."""
    return krav(
        f"{tabell}_i_ratt_stadskarna",
        "NEW.insats_id IS NULL OR (SELECT i.fardplan_id IS NULL OR f.stadskarna_id = NEW.stadskarna_id"
        " FROM insatser_insats i LEFT JOIN insatser_fardplan f ON f.id = i.fardplan_id WHERE i.id = NEW.insats_id)",
        "Insatsen hör till en annan stadskärna.",
        vid=pgtrigger.Insert,
    )
