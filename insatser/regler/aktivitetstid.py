"""Start and end of an aktivitet: what must hold for them, wherever they are written.

Times are (start, slut, start_dag, slut_dag): the first day of a quarter, the last day of one, and the days where set.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from insatser.regler import period

type Tider = tuple[date | None, date | None, date | None, date | None]

TIDER = ("start", "slut", "start_dag", "slut_dag")
OMVANT = "Aktiviteten kan inte sluta innan den börjar."
TVA_TIDER = "En milstolpe har en enda tidpunkt. Fyll i start eller slut, inte båda."


def en_tidpunkt(start: date | None, slut: date | None, start_dag: date | None, slut_dag: date | None) -> Tider | None:
    """The times of a milstolpe, whose start is its end: one of them is enough. None when they are two."""
    kvartal = [dag for dag in (start, slut) if dag]
    dagar = {dag for dag in (start_dag, slut_dag) if dag}
    if not kvartal:
        return None, None, None, None
    if len(dagar) > 1 or not period.samma_kvartal(kvartal[0], kvartal[-1]):
        return None
    dagen = next(iter(dagar), None)
    return period.kvartalets_forsta_dag(kvartal[0]), period.kvartalets_sista_dag(kvartal[0]), dagen, dagen


def omvant(varden: Mapping[str, Any]) -> str:
    """The field of an end that comes before its start, "" when none does."""
    for start, slut in (("start", "slut"), ("start_dag", "slut_dag")):
        if varden.get(start) and varden.get(slut) and varden[slut] < varden[start]:
            return slut
    return ""


def utanfor(varden: Mapping[str, Any], ar_fran: int, ar_till: int) -> dict[str, str]:
    """{field: what is wrong} of those that lie outside the years of the plan: the day where it is set."""
    aren = period.skriv(ar_fran, ar_till, streck="–")
    return {
        f"{falt}_dag" if varden.get(f"{falt}_dag") else falt: f"Aktiviteten ligger utanför planens period {aren}."
        for falt in ("start", "slut")
        if (dag := varden.get(falt)) and not ar_fran <= dag.year <= ar_till
    }
