"""Insatsnummer that a spreadsheet has made something else of: 3.4 a date, 1.10 the number 1.1, 1.3 the text "1,3"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, time, timedelta
from typing import Any

from django.utils import timezone

from aktorer.grund.tecken import nyckel
from insatser.fragor.inlasning import Nummer
from insatser.regler import nummer as insatsnummer
from insatser.regler.bojning import uppraknat
from insatser.utbyte.excel.rad import Inrad

ETT_DATUM, ETT_KLOCKSLAG, ETT_TAL = "ett datum", "ett klockslag", "ett tal"
FLEST_RADER = 12
_MANADER = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_AVEN = {"may": 5, "oct": 10}
_MANAD = {namn: n for n, namn in enumerate(_MANADER, start=1)} | _AVEN
_DAG_MANAD = re.compile(r"(\d{1,2})[-/. ]?([a-z]{3})[a-z]{0,6}\.?")
_MANAD_AR = re.compile(r"([a-z]{3})[a-z]{0,6}\.?[-/. ]?(?:\d\d)?(\d\d)")
# As other countries' programs write a day: with the year, in two or four figures, or without.
_DAG_I_SIFFROR = re.compile(r"(\d{1,2})([/.])(\d{1,2})(?:\2(\d{2,4}))?")
_KLOCKSLAG = re.compile(r"(\d{1,2}):(\d\d)(?::00)?")
_DAG = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?: 00:00:00)?")
_FORSTA_DAG, _SERIER = date(1899, 12, 30), range(20_000, 80_000)  # days that Excel counts: 1954 to 2119
_SIFFROR_I_SERIE = 5


def som_datum(cell: Any) -> Nummer | None:
    """What the number most likely was when the cell has become a date or a time of day; None when it has not."""
    if isinstance(cell, time):
        return cell.hour, cell.minute
    if isinstance(cell, date):
        return _ur_dag(cell)
    if isinstance(cell, float):
        return _ur_dag(_FORSTA_DAG + timedelta(cell)) if cell.is_integer() and int(cell) in _SERIER else None
    return _ur_text(nyckel(cell)) if isinstance(cell, str) else None


def _ur_text(text: str) -> Nummer | None:
    if traff := _DAG.fullmatch(text):
        ar, manad, dag = map(int, traff.groups())
        return (manad, ar % 100) if dag == 1 and ar % 100 > 12 and ar < 2000 else (dag, manad)
    if (traff := _DAG_MANAD.fullmatch(text)) and traff[2] in _MANAD:
        return int(traff[1]), _MANAD[traff[2]]
    if (traff := _MANAD_AR.fullmatch(text)) and traff[1] in _MANAD:
        return _MANAD[traff[1]], int(traff[2])
    if traff := _DAG_I_SIFFROR.fullmatch(text):
        forst, sedan = int(traff[1]), int(traff[3])
        # With a slash and no zeros it is American, with the month first.
        amerikanskt = traff[2] == "/" and traff[4] and "0" not in traff[1] + traff[3]
        return (sedan, forst) if amerikanskt else (forst, sedan)
    if traff := _KLOCKSLAG.fullmatch(text):
        return int(traff[1]), int(traff[2])
    return som_datum(float(text)) if text.isdecimal() and len(text) == _SIFFROR_I_SERIE else None


def _ur_dag(dag: date) -> Nummer:
    """3.4 becomes 3 April of this year, and 1.32 the first of January 1932: no month has that number."""
    i_ar = timezone.localdate().year
    return (dag.day, dag.month) if dag.day > 1 or abs(dag.year - i_ar) < 2 else (dag.month, dag.year % 100)


def raknetal(cell: Any) -> bool:
    """Whether the cell is a number, which keeps no last zero: 1.10 is 1.1."""
    return isinstance(cell, float) or (isinstance(cell, str) and "," in cell)


class Nummerkoll:
    """Tells the rows whose number was rewritten by the hidden id they bear; the others are one fault.

    `nummer_av` gives {id: the number it has} of these ids. `noter`: what was understood, once for the column. `unika`:
    no two rows may have the same number, so that of those who do, too, the id decides.
    """

    def __init__(
        self,
        rader: Sequence[Inrad],
        rubrik: str,
        idfalt: str,
        nummer_av: Callable[[Collection[int]], Mapping[int, Nummer]],
        *,
        unika: bool = False,
    ) -> None:
        self.noter: list[str] = []
        self.efter_id: set[int] = set()
        self._rubrik = rubrik
        antal = Counter(rad["nummer"] for rad in rader) if unika else Counter()
        datum = {rad.rad: som for rad in rader if "nummer" in rad.olasta and (som := som_datum(rad.celler[rubrik]))}
        tal = [rad for rad in rader if rad["nummer"] and (self.raknetal(rad) or antal[rad["nummer"]] > 1)]
        misstankta = [rad for rad in rader if rad.rad in datum] + tal
        kanda = nummer_av({rad[idfalt] for rad in misstankta if rad[idfalt]}) if misstankta else {}
        andrade: list[tuple[Inrad, str]] = []
        oklara: list[Inrad] = []
        for rad in misstankta:
            nummer = kanda.get(rad[idfalt])
            if rad.rad in datum and nummer is None:
                oklara.append(rad)
            elif nummer and (rad.rad in datum or _utan_nollor(nummer) == _utan_nollor(rad["nummer"])):
                self.efter_id.add(rad.rad)
                if nummer != rad["nummer"]:
                    andrade.append((rad, self._vad(rad) if rad.rad in datum else ETT_TAL))
                rad.varden["nummer"] = nummer
                rad.olasta = {falt: text for falt, text in rad.olasta.items() if falt != "nummer"}
        if andrade:
            self.noter.append(_not(andrade, rubrik))
        self._neka(oklara, datum)

    def _vad(self, rad: Inrad) -> str:
        return ETT_KLOCKSLAG if isinstance(rad.celler[self._rubrik], time) else ETT_DATUM

    def raknetal(self, rad: Inrad) -> bool:
        return raknetal(rad.celler[self._rubrik])

    def tvetydigt(self, rad: Inrad) -> bool:
        """Whether the number may have lost a zero, and nothing else tells what it was."""
        return self.raknetal(rad) and rad.rad not in self.efter_id

    def _neka(self, oklara: Sequence[Inrad], datum: dict[int, Nummer]) -> None:
        """Said once, in the first of the cells; the others are told with it."""
        if not oklara:
            return
        troliga = [f"{insatsnummer.skriv(*datum[rad.rad])} på rad {rad.rad}" for rad in oklara[:FLEST_RADER]]
        forst = oklara[0]
        if len(oklara) == 1:
            text = (
                f"Kalkylprogrammet har gjort om numret till {self._vad(forst)}. Det var troligen"
                f" {insatsnummer.skriv(*datum[forst.rad])}. Välj formatet Text för cellen och skriv numret igen."
            )
        else:
            fler = f" och så vidare, {len(oklara)} celler" if len(oklara) > FLEST_RADER else ""
            text = (
                "Kalkylprogrammet har gjort om numren till datum eller klockslag. De var troligen"
                f" {uppraknat(troliga)}{fler}. Välj formatet Text för kolumnen och skriv numren igen."
            )
        forst.olasta = {**forst.olasta, "nummer": text}
        for rad in oklara[1:]:
            rad.olasta = {**rad.olasta, "nummer": ""}


def _utan_nollor(nummer: Nummer) -> tuple[int, str]:
    return nummer[0], str(nummer[1]).rstrip("0")


def _not(andrade: Sequence[tuple[Inrad, str]], rubrik: str) -> str:
    slag = uppraknat([f"till {vad}" for vad in Counter(vad for _, vad in andrade)])
    rader = [insatsnummer.skriv(*rad["nummer"]) for rad, _ in andrade]
    vilka = uppraknat(rader[:FLEST_RADER]) + (f" med flera, {len(rader)} stycken" if len(rader) > FLEST_RADER else "")
    return (
        f"Kalkylprogrammet har gjort om numret i kolumnen {rubrik} {slag}. Raderna är kända på sitt dolda id:"
        f" {vilka}. Välj formatet Text för kolumnen om du ska ändra i den."
    )
