"""What is new since a day, as plain data in JSON types: what its PDF is made of."""

from __future__ import annotations

from datetime import date
from typing import Any

from insatser.fragor import insatsdata
from insatser.fragor.andrat_sedan import Andrat
from insatser.fragor.insatsdata import Data, i_text
from insatser.fragor.nytt import Insatsnytt, Karnnytt, Vardenytt
from insatser.fragor.tillfallen import Faltandring
from insatser.models import Fardplan
from insatser.regler import tal
from insatser.regler.kapning import kapa
from insatser.regler.status import Riktning

_VIKT = (Riktning.SAMRE, Riktning.BATTRE, None, Riktning.LIKA)
RUNT = 60  # letters that are kept on either side of what was changed in a long text
LANGST = 600


def nyttdata(n: Karnnytt, fardplan: Fardplan, sedan: date, idag: date) -> Data:
    """All words of it, in JSON types."""
    return {
        "titel": f"Nytt i {fardplan.stadskarna} sedan den {i_text(sedan)}",
        "stadskarna": fardplan.stadskarna.namn,
        "sedan": f"sedan den {i_text(sedan)}",
        "dag": f"Läget den {i_text(idag)}",
        "exempel": n.exempel or "",
        "finns": n.finns,
        "battre": n.antal(Riktning.BATTRE),
        "samre": n.antal(Riktning.SAMRE),
        "beslut": [_beslut(v) for v in n.beslut]
        + [f"{p} avslutades {i_text(p.avslutad)}" for p in n.avslutade if p.avslutad],
        "planer": [_andrat(a) for a in n.planer],
        # What has gone wrong first: where there is no room for all, the rest is counted.
        "insatser": [_insats(i) for i in sorted(n.insatser, key=lambda i: _VIKT.index(i.riktning))],
        "varden": [_varde(v) for v in n.varden],
    }


def _beslut(v: Any) -> str:
    gjort = "ändrades" if v.andrar else "beslutades"
    paragraf = f" § {v.beslut.paragraf}" if v.beslut.paragraf else ""
    return f"{v.handlingsplan} {gjort} {i_text(v.beslut.datum)} av {v.beslut.organ}{paragraf}"


def _insats(i: Insatsnytt) -> Data:
    vart = i.riktning.label if i.riktning else "Första läget"
    lage = {"fore": insatsdata.lage(i.fore), "nu": insatsdata.lage(i.nu), "vart": vart, "slag": i.riktning or ""}
    return {
        "nummer": i.insats.nummer,
        "titel": i.insats.titel,
        "farg": i.insats.malomrade.farg,
        "lage": lage if i.nu else None,
        "andringar": [_andrat(a) for a in i.andringar],
    }


def _andrat(a: Andrat) -> Data:
    """`vad` is "" when it is the insats or the plan itself that was changed: what of it, its fields say."""
    sjalv = a.rad.slag in ("insats", "handlingsplan") and not a.rad.ny
    return {
        "om": a.om,
        "vad": "" if sjalv else f"{a.om}: {a.rad.vad}" if a.om else a.rad.vad,
        "gjort": a.rad.gjort,
        "vart": a.vart.label if a.vart else "",
        "slag": a.vart or "",
        "exempel": a.exempel,
        "falt": [_falt(f) for f in a.rad.falt],
    }


def _falt(f: Faltandring) -> Data:
    fore, nu = (_runt(f, "bort"), _runt(f, "till")) if f.bitar else (kapa(f.fore, LANGST), kapa(f.efter, LANGST))
    return {"rubrik": f.rubrik, "fore": fore, "nu": nu}


def _runt(f: Faltandring, andrat: str) -> str:
    """The text of one side, of what is the same on both only that beside what is not."""
    bitar = [(slag, text) for slag, text in f.bitar if slag in ("lika", andrat)]
    ut = []
    for n, (slag, text) in enumerate(bitar):
        if slag == "lika" and len(text) > 2 * RUNT + 20:
            borjan = "" if n == 0 else text[:RUNT].rsplit(" ", 1)[0] + " "
            slutet = "" if n == len(bitar) - 1 else " " + text[-RUNT:].split(" ", 1)[-1]
            text = f"{borjan}…{slutet}"  # noqa: PLW2901 -- what is left of it
        ut.append(text)
    return kapa("".join(ut), LANGST)


def _varde(v: Vardenytt) -> Data:
    fore = tal.skriv(v.fore.varde) if v.fore and v.fore.varde != v.nu.varde else ""
    nu = f"{tal.skriv(v.nu.varde)} {v.indikator.enhet}"
    return {"namn": v.indikator.namn, "ar": str(v.nu.ar), "fore": fore, "nu": nu, "exempel": v.nu.exempel}
