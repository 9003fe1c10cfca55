"""Amounts in whole kronor, as Swedes write them."""

import re

MELLANSLAG = "\N{NO-BREAK SPACE}"


def tal(belopp: int) -> str:
    """1500000 → "1 500 000", with spaces that do not break."""
    return f"{belopp:,}".replace(",", MELLANSLAG)


def skriv(belopp: int) -> str:
    """1500000 → "1 500 000 kr"."""
    return f"{tal(belopp)}{MELLANSLAG}kr"


# Beyond any budget here, and still inside PostgreSQL's numbers when summed up.
HOGST = 10**12
INTE_HELA = "Skriv hela kronor, till exempel 250 000."


def tolka(text: str) -> int | None:
    """The amount that `text` says, as people write it: "1 000 000", "250000 kr", "250 000:-"; None when it is empty.

    Raises ValueError with what to write.
    """
    siffror = re.sub(r"(?:[,:]0{1,2}|:-)?(?:kr\.?|kronor|sek)?$", "", re.sub(r"\s", "", text.lower()))
    if re.fullmatch(r"\d{1,3}(\.\d{3})+", siffror):  # 250.000 is how some write a quarter of a million
        siffror = siffror.replace(".", "")
    if (
        not re.fullmatch(r"-?\d*", siffror, re.ASCII)
        or len(siffror) > 30
        or siffror == "-"
        or (text.strip() and not siffror)
    ):
        raise ValueError(INTE_HELA)
    return int(siffror) if siffror else None
