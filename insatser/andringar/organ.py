"""Every write of samverkansorgan and their seats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aktorer.andringar import andring
from aktorer.models import Aktor, Anvandare
from aktorer.samtidighet import andra_rad
from insatser.models import Plats, Samverkansorgan, Stadskarna


@dataclass(frozen=True)
class Platsrad:
    """A seat as a form states it; seats come in the order given."""

    aktor: Aktor
    roll: str
    parti: str = ""
    befattning: str = ""


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
    nu = andra_rad(organ, version=version, varden=varden)
    _satt_platser(nu, platser)
    return nu


def _satt_platser(organ: Samverkansorgan, platser: Sequence[Platsrad]) -> None:
    """Seats have no life of their own: the set is written anew when it differs."""
    falt = ("aktor_id", "roll", "parti", "befattning")
    nya = [Plats(organ=organ, ordning=n, **vars(rad)) for n, rad in enumerate(platser, start=1)]
    gamla = list(organ.platser.order_by("ordning"))
    if [[getattr(p, f) for f in falt] for p in gamla] == [[getattr(p, f) for f in falt] for p in nya]:
        return
    organ.platser.all().delete()
    for plats in nya:
        plats.full_clean()
        plats.save()
