"""What a mail server, or the lack of one, means by what it says."""

import re

# What it says, in any case of letters → what that means, and what to do. The first that fits holds.
_BETYDER = (
    (r"connection refused", "Ingen mejlserver svarar på adressen. Den är avstängd, eller så är MEJL_SERVER fel."),
    (r"timed out", "Mejlservern svarade inte i tid. Den kan vara överlastad, eller så stoppar en brandvägg."),
    (
        r"name or service not known|name resolution|no address associated|getaddrinfo",
        "Mejlserverns namn går inte att slå upp. Namnet i MEJL_SERVER är fel, eller så är nätet nere.",
    ),
    (r"unreachable|no route to host", "Det går inte att nå mejlservern över nätet."),
    (r"certificate|ssl|tls", "Det gick inte att få en säker förbindelse med mejlservern."),
    (r"^\(?53[0458]\b|authentication", "Mejlservern godtar inte användarnamnet och lösenordet i MEJL_SERVER."),
    (r"^\(?421\b", "Mejlservern tar inte emot fler mejl just nu."),
    (r"reset by peer|unexpectedly closed|broken pipe", "Mejlservern bröt förbindelsen."),
)


def i_ord(fel: str) -> str:
    """In a sentence for the planerare, "" when we do not know."""
    return next((ord_ for monster, ord_ in _BETYDER if re.search(monster, fel, re.IGNORECASE)), "")
