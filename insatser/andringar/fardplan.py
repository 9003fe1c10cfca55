"""Every write of a färdplan's own texts."""

from __future__ import annotations

from aktorer.grund.andring import andring
from aktorer.grund.samtidighet import andra_rad
from aktorer.models import Anvandare
from insatser.models import Fardplan, Fardriktning


@andring
def andra(*, av: Anvandare | None, fardplan: Fardplan, version: int, **varden: str) -> Fardplan:
    """Change `karaktar_rubrik` or `karaktar`. Raises Krock, ValidationError."""
    return andra_rad(fardplan, version=version, varden=varden)


@andring
def andra_fardriktning(
    *, av: Anvandare | None, fardriktning: Fardriktning, version: int, **varden: str
) -> Fardriktning:
    """Change `rubrik` or `text` of a färdriktning. Raises Krock, ValidationError."""
    return andra_rad(fardriktning, version=version, varden=varden)
