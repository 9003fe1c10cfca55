"""Texts that must fit where there is little room."""


def kapa(text: str, mest: int) -> str:
    """No more than so many letters; what is left out, three dots tell."""
    return text if len(text) <= mest else text[: mest - 1].rstrip() + "…"
