"""Two things timed in turns, A B A B …: what disturbs the machine meanwhile disturbs both alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from bench.matt import Matt

# As many rounds as there is time for.
MINST, FLEST = 3, 25
LANGST = 10  # seconds


def tid(gor: Callable[[], object]) -> float:
    """Seconds that `gor` takes."""
    start = time.perf_counter()
    gor()
    return time.perf_counter() - start


def kvot(
    namn: str,
    taljare: Callable[[], float],
    namnare: Callable[[], float],
    *,
    grans: float | None = None,
    minst: bool = False,
) -> Matt:
    """How many times as long `taljare` takes as `namnare`: the median of the rounds, after one to warm up.

    Both return their seconds, so that what they do to get ready is not counted.
    """
    taljare(), namnare()
    par: list[tuple[float, float]] = []
    slut = time.monotonic() + LANGST
    while len(par) < MINST or (len(par) < FLEST and time.monotonic() < slut):
        par.append((taljare(), namnare()))
    undre, median, ovre = statistics.quantiles([t / n for t, n in par], n=4, method="inclusive")
    sekunder = tuple(statistics.median(sida) for sida in zip(*par, strict=True))
    return Matt(namn, median, grans, minst=minst, kvartiler=(undre, ovre), sekunder=sekunder)
