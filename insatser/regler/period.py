"""The period of a handlingsplan in whole years: "2026-2027", or "2009" for one year."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from insatser.regler import tidpunkt

# Of a handlingsplan, in years: another length is asked about, and what is longer than a term of office is none.
LANGD, LANGST = 2, 4

_PERIOD = re.compile(r"((?:19|20)\d\d)(?:-((?:19|20)\d\d))?")


def tolka(period: str) -> tuple[int, int] | None:
    """(first year, last year); None when it is no period or ends before it starts."""
    traff = _PERIOD.fullmatch(period)
    if not traff:
        return None
    fran, till = int(traff[1]), int(traff[2] or traff[1])
    # One year has one address: "2009", never "2009-2009".
    return (fran, till) if fran < till or not traff[2] else None


def skriv(fran: int, till: int, streck: str = "-") -> str:
    """The address form; with `streck="–"` the form for text."""
    return str(fran) if fran == till else f"{fran}{streck}{till}"


def ar(fran: date | None, till: date | None) -> str:
    """The years of something that lasts from day to day: "2009–2011", "2009", "från 2026", "till 2011", or ""."""
    if fran is None or till is None:
        ena = fran or till
        return "" if ena is None else f"{'från' if fran else 'till'} {ena.year}"
    return skriv(fran.year, till.year, streck="–")


def samtidigt(ena: tuple[date | None, date | None], annan: tuple[date | None, date | None]) -> bool:
    """Whether two spans of days share a day; both ends are in them, and None is open."""
    (fran_1, till_1), (fran_2, till_2) = ena, annan
    return (fran_1 or date.min) <= (till_2 or date.max) and (fran_2 or date.min) <= (till_1 or date.max)


def kvartal(dag: date) -> str:
    """The quarter of a day as "2026 kv. 2"."""
    return f"{dag.year} kv. {(dag.month + 2) // 3}"


def kvartal_i_ord(dag: date) -> str:
    """The quarter of a day in a sentence: "kvartal 2 2026"."""
    return f"kvartal {(dag.month + 2) // 3} {dag.year}"


def tidsspann(
    start: date | None, slut: date | None, start_dag: date | None = None, slut_dag: date | None = None
) -> str:
    """Start and end in quarters, or as days where set: "2026 kv. 2–4", "2026 kv. 4 – 2027-02-15", one, or ""."""
    fran, till = _grans(start, start_dag, kvartal, date.isoformat), _grans(slut, slut_dag, kvartal, date.isoformat)
    if start is None or slut is None:
        return f"{'från' if start else 'till'} {fran or till}" if start or slut else ""
    if fran == till:
        return fran
    i_samma_ar = start.year == slut.year and not (start_dag or slut_dag)
    return f"{fran}–{till[-1]}" if i_samma_ar else f"{fran} – {till}"


def i_ord(start: date | None, slut: date | None, start_dag: date | None = None, slut_dag: date | None = None) -> str:
    """The same for those who listen: "kvartal 2 till kvartal 4 2026", "12 maj till kvartal 4 2026"."""
    fran, till = _grans(start, start_dag, kvartal_i_ord, dag_i_ord), _grans(slut, slut_dag, kvartal_i_ord, dag_i_ord)
    if start and slut:
        if fran == till:
            return fran
        return f"{fran.removesuffix(f' {start.year}') if start.year == slut.year else fran} till {till}"
    return f"från {fran}" if fran else till and f"till {till}"


def _grans(
    kvartalets: date | None, dag: date | None, om_kvartalet: Callable[[date], str], om_dagen: Callable[[date], str]
) -> str:
    """A start or an end in words: of its day where it has one, else of its quarter."""
    if dag:
        return om_dagen(dag)
    return om_kvartalet(kvartalets) if kvartalets else ""


def dag_i_ord(dag: date) -> str:
    """A day in a sentence: "12 maj 2026"."""
    return tidpunkt.i_text(dag.isoformat())


def samma_kvartal(ena: date, andra: date) -> bool:
    """Whether both days lie in the same quarter."""
    return kvartalets_sista_dag(ena) == kvartalets_sista_dag(andra)


def kvartalets_forsta_dag(dag: date) -> date:
    """The first day of the quarter in which `dag` lies."""
    return date(dag.year, (dag.month - 1) // 3 * 3 + 1, 1)


def kvartalets_slut(forsta: date) -> date:
    """The last day of the quarter that begins on `forsta`."""
    manad = forsta.month + 3
    ar, manad = (forsta.year + 1, manad - 12) if manad > 12 else (forsta.year, manad)
    return date(ar, manad, 1) - timedelta(days=1)


def kvartalets_sista_dag(dag: date) -> date:
    """The last day of the quarter in which `dag` lies."""
    return kvartalets_slut(kvartalets_forsta_dag(dag))


def kvartal_i(fran: int, till: int) -> list[date]:
    """The first day of every quarter in the years `fran` to `till`, both included."""
    return [date(ar, manad, 1) for ar in range(fran, till + 1) for manad in (1, 4, 7, 10)]


def kvartal_senare(dag: date, antal: int) -> date:
    """The first day of the quarter so many quarters after that of `dag`."""
    nummer = dag.year * 4 + (dag.month - 1) // 3 + antal
    return date(nummer // 4, nummer % 4 * 3 + 1, 1)


def kvartal_mellan(fran: date, till: date) -> int:
    """How many quarters that of `till` comes after that of `fran`."""
    return (till.year - fran.year) * 4 + (till.month - 1) // 3 - (fran.month - 1) // 3
