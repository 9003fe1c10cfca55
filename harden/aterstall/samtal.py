"""Cases of what people say of things, and put beside them."""

from __future__ import annotations

from functools import partial
from typing import Any

from harden.aterstall.grund import RUM, Fall
from harden.scen import Scen
from insatser.andringar import bilaga as bilagor
from insatser.andringar import kommentar as kommentarer
from insatser.models import Samtalssak
from insatser.regler.bilagetyp import Fil


def sak(s: Scen) -> Samtalssak:
    return Samtalssak(s.insats, s.fardplan.stadskarna)


def _sagt(s: Scen) -> Any:
    return kommentarer.skapa(av=s.planerare, sak=sak(s), text="Sagt")


def _fil(s: Scen) -> Any:
    return bilagor.bifoga(av=s.planerare, sak=sak(s), fil=Fil("aterstalls.pdf", b"%PDF-1.7 att ta tillbaka"))


FALL: dict[str, Fall] = {
    f"{RUM}.kommentar.skapa": lambda s: partial(kommentarer.skapa, sak=sak(s), text="Nytt"),
    f"{RUM}.kommentar.andra": lambda s: partial(kommentarer.andra, kommentar=_sagt(s), version=1, text="Annat"),
    f"{RUM}.kommentar.ta_bort": lambda s: partial(kommentarer.ta_bort, kommentar=_sagt(s), version=1),
    f"{RUM}.bilaga.bifoga": lambda s: partial(
        bilagor.bifoga, sak=sak(s), fil=Fil("aterstalls.pdf", b"%PDF-1.7 att ta tillbaka")
    ),
    f"{RUM}.bilaga.ta_bort": lambda s: partial(bilagor.ta_bort, bilaga=_fil(s), version=1),
}
