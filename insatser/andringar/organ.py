"""Every write of samverkansorgan and their seats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from aktorer.grund.andring import andring
from aktorer.grund.samtidighet import Konflikt, Krock, jamfor, las, skriv_rad
from aktorer.models import Aktor, Anvandare
from insatser.fragor.organ import hinder
from insatser.models import Plats, Samverkansorgan, Stadskarna


@dataclass(frozen=True)
class Platsrad:
    """A seat as a form states it; seats come in the order given."""

    aktor_id: int
    roll: str
    parti: str = ""
    befattning: str = ""
    fran: date | None = None
    till: date | None = None

    def __str__(self) -> str:
        aktor, roll = Aktor.objects.get(pk=self.aktor_id).namn, Plats.Platsroll(self.roll).label.lower()
        tid = f"{self.fran or ''}–{self.till or ''}" if self.fran or self.till else ""
        return ", ".join(filter(None, [aktor, roll, self.parti, self.befattning, tid]))


@andring
def skapa(
    *, av: Anvandare | None, stadskarna: Stadskarna, platser: Sequence[Platsrad] = (), **varden: Any
) -> Samverkansorgan:
    """A new organ of the stadskärna with its seats. Raises ValidationError."""
    organ = Samverkansorgan(stadskarna=stadskarna, **varden)
    organ.full_clean()
    organ.save()
    _satt_platser(organ, platser)
    return organ


@andring
def andra(
    *, av: Anvandare | None, organ: Samverkansorgan, version: int, platser: Sequence[Platsrad], **varden: Any
) -> Samverkansorgan:
    """Change an organ and its whole set of seats. Raises Krock and ValidationError."""
    nu = las(organ)
    rad = jamfor(nu, version=version, varden=varden)
    konflikter = list(rad.konflikter)
    nya, gamla = list(platser), [_rad(p) for p in nu.platser.order_by("ordning")]
    if nu.version != version and nya != gamla:
        # Seats are one list: who has not seen theirs cannot put it right.
        konflikter.append(Konflikt("Platser", "", "\n".join(map(str, gamla)), "\n".join(map(str, nya))))
    if konflikter:
        raise Krock(konflikter, nu.version, rad.bara_deras)
    if _satt_platser(nu, platser) and not rad.skriv:
        nu.version += 1
        nu.save(update_fields=["version"])
    return skriv_rad(nu, rad.skriv)


@andring
def ta_bort(*, av: Anvandare | None, organ: Samverkansorgan, version: int) -> None:
    """Take away an organ that was written down by mistake; the history keeps it. Raises Krock and ValidationError."""
    nu = las(organ)
    if nu.version != version:
        text = "Någon ändrade organet medan du läste. Läs det igen och ta bort det om det fortfarande ska bort."
        raise Krock([], nu.version, text=text)
    if skal := hinder(nu):
        raise ValidationError(skal)
    nu.delete()


def _rad(plats: Plats) -> Platsrad:
    return Platsrad(plats.aktor_id, plats.roll, plats.parti, plats.befattning, plats.fran, plats.till)


def _satt_platser(organ: Samverkansorgan, platser: Sequence[Platsrad]) -> bool:
    """Seats have no life of their own: the list is written anew when it differs. True when it did."""
    if [_rad(p) for p in organ.platser.order_by("ordning")] == list(platser):
        return False
    organ.platser.all().delete()
    for ordning, rad in enumerate(platser, start=1):
        plats = Plats(organ=organ, ordning=ordning, **vars(rad))
        plats.full_clean()
        plats.save()
    return True
