"""One and many in Swedish. Templates have Django's own `pluralize` for it."""


def bojt(antal: int, en: str, flera: str) -> str:
    """The words for so many: "insats" for one, "insatser" for any other number."""
    return en if antal == 1 else flera


def raknat(antal: int, en: str, flera: str) -> str:
    """The number and its word: "1 insats", "3 insatser"."""
    return f"{antal} {bojt(antal, en, flera)}"
