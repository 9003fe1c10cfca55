"""What a kind of workbook looks like from outside: all that its readers need to find the rows and name the faults."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mall:
    """The sheet that is read, its headings in the order of our columns, and what its rows are called."""

    blad: str
    rubriker: tuple[str, ...]
    raderna: str
