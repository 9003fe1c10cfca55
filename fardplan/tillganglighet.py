"""What the law wants an installation to tell of its accessibility (lagen 2018:1937), out of a file of its own.

Who answers for it, how it was judged and what is wrong with it differ from one installation to another, and are more
than a line each: TILLGANGLIGHET names a TOML file (drift/tillganglighet.toml).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from fardplan.miljo import Installningsfel

NIVAER = {"helt": "helt förenlig", "delvis": "delvis förenlig", "inte": "inte förenlig"}
TEXTER = ("aktor", "niva", "metod", "kontakt")
DAGAR = ("bedomd", "uppdaterad")


class Bristskal(StrEnum):
    """Why something is not accessible, as the law parts them."""

    LAGEN = "foljer-inte-lagen"
    BETUNGANDE = "oskaligt-betungande"  # 12 §
    UNDANTAGET = "omfattas-inte"  # 9 §


@dataclass(frozen=True)
class Tillganglighetsbrist:
    vad: str
    varfor: str
    skal: Bristskal


@dataclass(frozen=True)
class Redogorelse:
    """`niva`: how far it follows the law, in its words; `kontakt`: an e-mail address, or that of a form."""

    aktor: str
    niva: str
    metod: str
    kontakt: str
    bedomd: date
    uppdaterad: date
    brister: tuple[Tillganglighetsbrist, ...]

    @property
    def kontaktlank(self) -> str:
        return self.kontakt if self.kontakt.startswith("https://") else f"mailto:{self.kontakt}"

    @property
    def av_varje_skal(self) -> dict[str, list[Tillganglighetsbrist]]:
        skalen = {
            "lagen": Bristskal.LAGEN,
            "betungande": Bristskal.BETUNGANDE,
            "undantaget": Bristskal.UNDANTAGET,
        }
        return {namn: [b for b in self.brister if b.skal == skal] for namn, skal in skalen.items()}


def las(fil: str) -> Redogorelse | None:
    """What the file says, None without one. Raises Installningsfel."""
    if not fil:
        return None
    try:
        sagt = tomllib.loads(Path(fil).read_bytes().decode())
    except OSError as fel:
        raise _fel(f"det går inte att läsa {fil} ({fel.strerror})") from fel
    except ValueError as fel:
        raise _fel(f"{fil} är ingen TOML i UTF-8 ({fel})") from fel
    texter = {namn: _text(sagt, namn) for namn in TEXTER}
    if texter["niva"] not in NIVAER:
        raise _fel(f"niva ska vara {', '.join(NIVAER)}")
    if not (texter["kontakt"].startswith("https://") or "@" in texter["kontakt"]):
        raise _fel("kontakt ska vara en e-postadress, eller ett formulärs adress som börjar med https://")
    dagar = {namn: _dag(sagt, namn) for namn in DAGAR}
    brister = tuple(_brist(b) for b in sagt.get("brist", []))
    if not brister and texter["niva"] != "helt":
        raise _fel(f"niva är {texter['niva']}, men ingen [[brist]] säger vad som inte är tillgängligt")
    return Redogorelse(
        aktor=texter["aktor"],
        niva=NIVAER[texter["niva"]],
        metod=texter["metod"],
        kontakt=texter["kontakt"],
        bedomd=dagar["bedomd"],
        uppdaterad=dagar["uppdaterad"],
        brister=brister,
    )


def _brist(sagt: Any) -> Tillganglighetsbrist:
    if not isinstance(sagt, dict) or sagt.get("skal") not in set(Bristskal):
        raise _fel(f"varje [[brist]] ska ha skal: {', '.join(Bristskal)}")
    return Tillganglighetsbrist(_text(sagt, "vad"), _text(sagt, "varfor"), Bristskal(sagt["skal"]))


def _text(sagt: dict[str, Any], namn: str) -> str:
    text = sagt.get(namn)
    if not isinstance(text, str) or not text.strip():
        raise _fel(f"{namn} saknas")
    return text.strip()


def _dag(sagt: dict[str, Any], namn: str) -> date:
    dag = sagt.get(namn)
    if type(dag) is not date:  # a point in time is a date as well
        raise _fel(f"{namn} ska vara en dag, som 2026-11-30, utan citattecken")
    return dag


def _fel(vad: str) -> Installningsfel:
    return Installningsfel(f"TILLGANGLIGHET: {vad}.")
