"""What a round of follow-up must have before it can be opened."""

from collections.abc import Sequence
from datetime import date

NAMNS = 3  # so many points nobody is asked about are named in a message


def omgangsfel(deadline: date | None, fragor: Sequence[tuple[str, bool]] | None, idag: date) -> dict[str, str]:
    """All that is wrong, by field. `fragor`: what is asked about, and whether anybody is asked about it.

    None stands for what is not known, and is not judged.
    """
    fel = {}
    if deadline and deadline < idag:
        fel["deadline"] = "Sista dag att svara har redan varit. Välj i dag eller senare."
    if fragor is None:
        return fel
    utan = [vad for vad, nagon in fragor if not nagon]
    if not fragor:
        fel["punkter"] = "Välj minst en insats eller aktivitet att fråga om."
    elif len(utan) == len(fragor):
        fel["punkter"] = "Ingen av de valda har någon att fråga. Utse ansvariga eller lägg upp konton."
    elif utan:
        fler = f" och {len(utan) - NAMNS} till" if len(utan) > NAMNS else ""
        vilka = f"{'; '.join(utan[:NAMNS])}{fler}"
        fel["personer"] = (
            f"Ingen får frågan om {vilka}. Välj någon av dem som ansvarar, eller ta bort det under Fråga om."
        )
    return fel
