"""Two people write at once from what both have read, by two real connections: nothing saved is lost.

A race is of two writes begun in the same moment. Whoever is told "saved" must find it saved afterwards; whoever is not,
must have been told so (Krock or ValidationError, which the pages show as 409 and 422). Both may be saved when they do
not overlap. Any other exception falls, and so does a race that neither won.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from django.core.exceptions import ValidationError
from django.db import connection

from aktorer.grund.samtidighet import Krock
from harden import scen
from harden.linje import Linje
from harden.scen import Scen
from harden.vagar import VAGAR
from harden.vagar.skrivning import Par, Skrivning, Vag
from insatser.andringar.inlasning import PlanenAndrad, Radfel
from insatser.andringar.inlasningar import Hindrad

NEKAS = (Krock, ValidationError, PlanenAndrad, Radfel, Hindrad)
LANGST = 60  # seconds: who waits longer hangs


def kor(antal: int = 500) -> Iterator[Linje]:
    """A line for each write path, with so many races."""
    s = scen.bygg()
    with ThreadPoolExecutor(2) as tradar:
        for namn, vag in VAGAR.items():
            yield lop(s, namn, vag, antal, tradar)
        grind = threading.Barrier(2)
        list(tradar.map(lambda _: (grind.wait(LANGST), connection.close()), range(2)))


def lop(s: Scen, namn: str, vag: Vag, antal: int, tradar: ThreadPoolExecutor) -> Linje:
    linje, raknat = Linje(f"lopp: {namn}", minst=antal), Counter[str]()
    with linje.tid():
        for varv in range(antal):
            par = vag(s, varv)
            grind = threading.Barrier(2)
            springer = [tradar.submit(_spring, grind, skrivning) for skrivning in par]
            try:
                svar = [f.result(LANGST) for f in springer]
            except TimeoutError:
                linje.prova(f"lopp {varv}: väntade mer än {LANGST} s")
                break
            (en, fran, till), (annan, fran_, till_) = svar
            raknat["samtidiga"] += max(fran, fran_) < min(till, till_)
            raknat["båda"] += en == annan == ""
            linje.prova(_forlorat(varv, par, (en, annan)))
    linje.not_ = f"{raknat['samtidiga']} överlappade, {raknat['båda']} där båda sparades"
    return linje


def _spring(grind: threading.Barrier, skrivning: Skrivning) -> tuple[str, float, float]:
    """("" when it was saved, "nekad", or what went wrong; from when to when it ran)."""
    grind.wait(LANGST)
    fran = time.perf_counter()
    try:
        skrivning.gor()
        svar = ""
    except NEKAS:
        svar = "nekad"
    except Exception as fel:  # noqa: BLE001 -- told as a fault of the race
        svar = f"{type(fel).__name__}: {fel}".replace("\n", " ")
    return svar, fran, time.perf_counter()


def _forlorat(varv: int, par: Par, svar: tuple[str, str]) -> str:
    if fel := [f"{vem} {s}" for vem, s in zip("AB", svar, strict=True) if s not in {"", "nekad"}]:
        return f"lopp {varv}: {'; '.join(fel)}"
    if "" not in svar:
        return f"lopp {varv}: båda nekades"
    borta = [v for v, s, skrivning in zip("AB", svar, par, strict=True) if s == "" and not skrivning.syns()]
    return f"lopp {varv}: det {' och '.join(borta)} sparade syns inte" if borta else ""
