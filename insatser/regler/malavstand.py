"""How far a value is from the target, and whether it is where we want it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from insatser.regler import tal
from insatser.regler.status import Riktning

OKA, MINSKA = "oka", "minska"


@dataclass(frozen=True)
class Avstand:
    """`natt` None: no direction is wanted, so there is nothing to reach. `kvar` is never negative."""

    kvar: Decimal
    over: bool
    natt: bool | None


def avstand(varde: Decimal, mal: Decimal, riktning: str) -> Avstand:
    """From `varde` to `mal`: "oka" is reached at the target or above it, "minska" at the target or below."""
    natt = {OKA: varde >= mal, MINSKA: varde <= mal}.get(riktning)
    return Avstand(abs(mal - varde), varde > mal, natt)


def forandring(fore: Decimal, nu: Decimal, av: str) -> str:
    """From `fore` to `nu` in the unit `av`, in words: "+3 procentenheter", "oförändrat"."""
    skillnad = nu - fore
    if not skillnad:
        return "oförändrat"
    return f"{'+' if skillnad > 0 else ''}{tal.skriv(skillnad)} {enhet(av)}"


def vart(fore: Decimal, nu: Decimal, riktning: str) -> Riktning | None:
    """Which way it has gone from `fore` to `nu`; None where no direction is wanted."""
    if riktning not in (OKA, MINSKA):
        return None
    if fore == nu:
        return Riktning.LIKA
    return Riktning.BATTRE if (nu > fore) == (riktning == OKA) else Riktning.SAMRE


def enhet(enhet: str) -> str:
    """The unit of a difference: from 50 to 60 percent it is ten percentage points."""
    return "procentenheter" if i_procent(enhet) else enhet


def i_procent(enhet: str) -> bool:
    return enhet.strip().lower() in {"procent", "%"}
