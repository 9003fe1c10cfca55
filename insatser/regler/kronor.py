"""Amounts in whole kronor, as Swedes write them."""

MELLANSLAG = "\N{NO-BREAK SPACE}"


def tal(belopp: int) -> str:
    """1500000 → "1 500 000", with spaces that do not break."""
    return f"{belopp:,}".replace(",", MELLANSLAG)


def skriv(belopp: int) -> str:
    """1500000 → "1 500 000 kr"."""
    return f"{tal(belopp)}{MELLANSLAG}kr"
