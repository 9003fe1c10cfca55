"""When somebody is told of something by mail."""

from datetime import date, timedelta

FONSTER = timedelta(days=14)  # what is older than this is no news, and is not told when a mail server wakes up


def gar(takt: str, marktes: date, idag: date) -> bool:
    """Whether what was noticed on the day `marktes` goes today: at once, or from the Monday that comes."""
    if takt == "vecka":
        return mandag_fran(marktes) <= idag
    return takt == "genast" and marktes <= idag


def mandag_fran(dag: date) -> date:
    """The day itself when it is a Monday, else the one that comes."""
    return dag + timedelta(days=-dag.weekday() % 7)
