"""One and many in Swedish. Templates have Django's own `pluralize` for it."""

from collections.abc import Sequence


def bojt(antal: int, en: str, flera: str) -> str:
    """The words for so many: "insats" for one, "insatser" for any other number."""
    return en if antal == 1 else flera


def raknat(antal: int, en: str, flera: str) -> str:
    """The number and its word: "1 insats", "3 insatser"."""
    return f"{antal} {bojt(antal, en, flera)}"


def uppraknat(delar: Sequence[str]) -> str:
    """ "a", "a och b", "a, b och c"."""
    return " och ".join(filter(None, [", ".join(delar[:-1]), *delar[-1:]]))


_TAL = ("noll", "en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv")


def i_ord(antal: int) -> str:
    """Up to twelve in letters: "åtta", "13"."""
    return _TAL[antal] if antal < len(_TAL) else str(antal)
