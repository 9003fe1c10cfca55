"""Since which day one asks what is new."""

from __future__ import annotations

from datetime import date


def las(skrivet: str, *, forval: date, borjade: date, idag: date) -> tuple[date, str]:
    """(the day, what is said of what was written), "" when it holds; without a day that can be used the `forval`."""
    if not skrivet:
        return forval, ""
    try:
        dag = date.fromisoformat(skrivet)
    except ValueError:
        return forval, "Skriv dagen som år, månad och dag, till exempel 2026-09-01."
    if dag > idag:
        return forval, "Den dagen har inte varit än. Välj en dag som har varit."
    if dag < borjade:
        return borjade, f"Programmet börjar {borjade.year}. Du ser allt som är nytt sedan dess."
    return dag, ""
