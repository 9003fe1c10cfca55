"""The frozen report of a round, read back: also one that was frozen before there was so much in it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from insatser.regler.exempel import Exempel, exempel
from insatser.regler.status import Bedomning, Stapel, Status, staplar

OFORANDRAT = "Oförändrat"
NYTT_LAGE = "Nytt läge"


@dataclass(frozen=True)
class Svarsrad:
    """What one of several aktörer answered: `svar` is "" when it did not."""

    aktor: str
    svar: str = ""
    status: str = ""
    bedomning: str = ""
    kommentar: str = ""
    svarat: str = ""
    av: str = ""
    fragade: str = ""


@dataclass(frozen=True)
class Rapportrad:
    """What was asked about, its läge when the round closed, and who answered last, "" for nobody.

    `under` is the insats that an aktivitet is part of; `tyst` how old the läge was that day, when that had to show.
    """

    vad: str
    under: str = ""
    stadskarna: str = ""
    slag: str = ""
    svar: str = ""
    status: str = ""
    statuskod: str = ""
    bedomning: str = ""
    bedomningskod: str = ""
    kommentar: str = ""
    datum: str = ""
    tyst: str = ""
    svarat: str = ""
    av: str = ""
    fragade: str = ""
    exempel: bool = False
    svaren: tuple[Svarsrad, ...] = ()  # of each aktör, where several were asked

    @property
    def dag(self) -> date | None:
        """The day the läge is of."""
        return date.fromisoformat(self.datum) if self.datum else None


@dataclass(frozen=True)
class Omgangsrapport:
    """`personer`: how many were asked, 0 when the report does not tell."""

    rader: list[Rapportrad]
    personer: int

    @property
    def exempel(self) -> Exempel:
        return exempel(r for r in self.rader if r.statuskod)

    @property
    def oforandrade(self) -> int:
        return sum(r.svar == OFORANDRAT for r in self.rader)

    @property
    def nya(self) -> int:
        return sum(r.svar == NYTT_LAGE for r in self.rader)

    @property
    def obesvarade(self) -> int:
        return sum(not r.svar for r in self.rader)

    @property
    def delvis(self) -> int:
        """How many only some of the aktörer answered."""
        return sum(bool(r.svar) and any(not a.svar for a in r.svaren) for r in self.rader)

    @property
    def staplar(self) -> list[Stapel]:
        """How many there were of each status."""
        return staplar(Counter(Status(r.statuskod) if r.statuskod else None for r in self.rader))


def las(data: Mapping[str, Any]) -> Omgangsrapport:
    """What was frozen. A status that was kept in words alone is found by them."""
    kanda = {f.name for f in fields(Rapportrad)} - {"svaren"}
    rader = []
    for rad in data.get("punkter", ()):
        koder = {
            "statuskod": _kod(rad.get("status", ""), Status.choices),
            "bedomningskod": _kod(rad.get("bedomning", ""), Bedomning.choices),
        }
        svaren = tuple(Svarsrad(**svar) for svar in rad.get("svaren", ()))
        kant = {namn: varde for namn, varde in rad.items() if namn in kanda}
        rader.append(Rapportrad(**koder | kant, svaren=svaren))
    return Omgangsrapport(rader, data.get("personer", 0))


def _kod(ord_: str, val: Iterable[tuple[str, Any]]) -> str:
    return next((kod for kod, etikett in val if str(etikett) == ord_), "")
