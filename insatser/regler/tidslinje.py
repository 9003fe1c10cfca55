"""A handlingsplan over time, in steps: quarters, or years where quarters would be too many to tell apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from insatser.regler import period

FLEST_KVARTAL = 16
SMALAST = 0.2  # of a column: a bar of a day must still be seen


@dataclass(frozen=True)
class Skala:
    """The columns of a time line. `steg` is (heading, first day) from left to right."""

    steg: list[tuple[str, date]]
    per_ar: bool

    @property
    def ar(self) -> list[tuple[int, int]]:
        """(year, how many columns it has)."""
        antal: dict[int, int] = {}
        for _, dag in self.steg:
            antal[dag.year] = antal.get(dag.year, 0) + 1
        return list(antal.items())

    def kolumn(self, dag: date) -> int:
        """The column a day falls in, counted from 0; days outside fall in the nearest."""
        tidigare = [n for n, (_, forsta) in enumerate(self.steg) if forsta <= dag]
        return tidigare[-1] if tidigare else 0

    def spann(
        self,
        start: date | None,
        slut: date | None,
        start_dag: date | None = None,
        slut_dag: date | None = None,
    ) -> tuple[float, float] | None:
        """(first column, how many) from `start` to `slut`; with only one of them, its column. Where a day is set it
        begins or ends within its column.

        None without both, and where no day of it is within the columns.
        """
        if start is None or slut is None:
            start_dag = slut_dag = start_dag or slut_dag
        start, slut = start or slut, slut or start
        if start is None or slut is None or slut < self.steg[0][1] or start.year > self.steg[-1][1].year:
            return None
        fran = self.plats(start_dag) if start_dag else self.kolumn(start)
        till = self.plats(slut_dag + timedelta(days=1)) if slut_dag else self.kolumn(slut) + 1
        if till - fran < SMALAST:
            fran, till = (fran + till - SMALAST) / 2, (fran + till + SMALAST) / 2
        return round(fran, 3), round(till - fran, 3)

    def plats(self, dag: date) -> float:
        """Where the day begins: its column, and how far into it."""
        n = self.kolumn(dag)
        forsta = self.steg[n][1]
        nasta = self.steg[n + 1][1] if n + 1 < len(self.steg) else date(forsta.year + 1, 1, 1)
        return n + min(1.0, max(0.0, (dag - forsta) / (nasta - forsta)))


def skala(ar_fran: int, ar_till: int) -> Skala:
    """The columns of the years, both included."""
    kvartal = period.kvartal_i(ar_fran, ar_till)
    if len(kvartal) > FLEST_KVARTAL:
        return Skala([(str(d.year), d) for d in kvartal if d.month == 1], per_ar=True)
    return Skala([(f"kv. {(d.month + 2) // 3}", d) for d in kvartal], per_ar=False)
