"""Amounts in whole kronor, as Swedes write them."""

HART_MELLANSLAG = "\N{NO-BREAK SPACE}"


def skriv(belopp: int) -> str:
    """1500000 → "1 500 000 kr", with spaces that do not break."""
    return f"{belopp:,}".replace(",", HART_MELLANSLAG) + f"{HART_MELLANSLAG}kr"
