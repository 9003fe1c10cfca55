"""When a reminder may be sent. Few and at the right time: who is nagged stops reading."""

from datetime import date, timedelta

FORE_DAGAR = 3  # a reminder this many days before the last day
EFTER_DAGAR = (1, 8)  # and this many days after it
TIDIGAST_IGEN_DAGAR = 5  # never two mails to the same person closer than this
TYSTNAD_IGEN_DAGAR = 30  # silence is pointed out once a month at most
LANK_DAGAR = 30  # the personal link works this long after the last day, or after it was sent


def omgangens(deadline: date, idag: date) -> str:
    """Which reminder of a round the day calls for: "fore", "efter" or "".

    A day when nothing was run is made up for: the window reaches until the next one.
    """
    kvar = (deadline - idag).days
    if 0 <= kvar <= FORE_DAGAR:
        return "fore"
    if any(0 <= -kvar - dag < TIDIGAST_IGEN_DAGAR for dag in EFTER_DAGAR):
        return "efter"
    return ""


def for_tidigt(senast: date | None, idag: date, dagar: int = TIDIGAST_IGEN_DAGAR) -> bool:
    """Whether a mail on `senast` is too near for another one today."""
    return senast is not None and idag - senast < timedelta(days=dagar)
