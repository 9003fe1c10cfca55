"""Cases of what people say of things."""

from __future__ import annotations

from functools import partial
from typing import Any

from harden.aterstall.grund import RUM, Fall
from harden.scen import Scen
from insatser.andringar import kommentar as kommentarer
from insatser.models import Samtalssak


def sak(s: Scen) -> Samtalssak:
    return Samtalssak(s.insats, s.fardplan.stadskarna)


def _sagt(s: Scen) -> Any:
    return kommentarer.skapa(av=s.planerare, sak=sak(s), text="Sagt")


FALL: dict[str, Fall] = {
    f"{RUM}.kommentar.skapa": lambda s: partial(kommentarer.skapa, sak=sak(s), text="Nytt"),
    f"{RUM}.kommentar.andra": lambda s: partial(kommentarer.andra, kommentar=_sagt(s), version=1, text="Annat"),
    f"{RUM}.kommentar.ta_bort": lambda s: partial(kommentarer.ta_bort, kommentar=_sagt(s), version=1),
}
