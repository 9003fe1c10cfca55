"""What a line of the table is."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import transaction

FLEST = 5  # faults told in full


@contextmanager
def tyst() -> Iterator[None]:
    """What the pages log of refusals is not of interest in this block: the lines tell what fell."""
    logging.disable()
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


@contextmanager
def ogjort() -> Iterator[None]:
    """What is written in this block is undone at its end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@dataclass
class Linje:
    """So many tries of one kind, and what fell of them. It holds when nothing fell and there were enough (`minst`)."""

    namn: str
    minst: int = 1
    antal: int = 0
    fel: list[str] = field(default_factory=list)
    not_: str = ""
    """What else was seen, for people: how many were refused, which took longest."""
    sekunder: float = 0

    @contextmanager
    def tid(self) -> Iterator[Linje]:
        """Count the seconds of this block."""
        borjan = time.perf_counter()
        try:
            yield self
        finally:
            self.sekunder += time.perf_counter() - borjan

    def prova(self, fel: str) -> None:
        """One more try; `fel` says what fell and how to see it again, "" when nothing did."""
        self.antal += 1
        if fel:
            self.fel.append(fel)

    @property
    def haller(self) -> bool:
        return not self.fel and self.antal >= self.minst

    def __str__(self) -> str:
        dom = "ok" if self.haller else f"FALLER: {len(self.fel)} fel" if self.fel else f"FÖR FÅ: minst {self.minst}"
        rad = f"{self.namn:<52} {self.antal:>7} {self.sekunder:>7.1f} s  {dom:<16} {self.not_}".rstrip()
        return "\n".join([rad, *(f"    {f}" for f in self.fel[:FLEST])])
