"""Swedish alphabetical order in the database, the same on every PostgreSQL."""

from django.db.models import CharField, F, Func, Value
from django.db.models.functions import Lower


def svensk_sortering(falt: str) -> Func:
    """An expression that sorts `falt` å, ä, ö last in that order, without regard to case.

    The embedded PostgreSQL has no ICU, and C.UTF-8 puts Ä before Å; `{ | }` follow z in ASCII.
    """
    return Func(Lower(F(falt)), Value("åäöéèü"), Value("{|}eey"), function="translate", output_field=CharField())


def svensk_nyckel(text: str) -> str:
    """The same order for lists in Python."""
    return text.lower().translate(str.maketrans("åäöéèü", "{|}eey"))
