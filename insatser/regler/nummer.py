"""Insatsnummer: "1.3" is målområde 1, the third insats in it. They sort as numbers: 1.10 after 1.9."""

import re
from collections.abc import Iterable

from insatser.regler.bojning import uppraknat

_NUMMER = re.compile(r"([1-9]\d?)\.([1-9]\d{0,4})")


def tolka(nummer: str) -> tuple[int, int] | None:
    """(målområdets nummer, ordning) of "1.3"; None when it is no insatsnummer."""
    traff = _NUMMER.fullmatch(nummer.strip())
    return (int(traff[1]), int(traff[2])) if traff else None


def skriv(malomrade: int, ordning: int) -> str:
    return f"{malomrade}.{ordning}"


def upptaget(nummer: str, av: Iterable[tuple[str, str, bool]]) -> str:
    """That the number is taken, and by what: (title, the stadskärna when it is another's, whether it is retired)."""
    delar = [
        f"”{titel}”{f' i {karna}' if karna else ''}{', som är avförd och behåller sitt nummer' if avford else ''}"
        for titel, karna, avford in av
    ]
    return f"Numret {nummer} är upptaget av {uppraknat(delar)}."
