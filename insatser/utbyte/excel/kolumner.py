"""The columns of the insatskarta as a file: ONE table for both ways.

To add a column: a row here, a field in `cellrad.Cellrad`, and in `planering` what a change of it does.

Each column knows how to write its cell of an insats (`skriv`), how to read a cell (`las`, raises ValueError with a
Swedish sentence), and how a read value looks to people (`i_ord`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from insatser.models import Insats
from insatser.regler import nummer as insatsnummer
from insatser.regler.medverkan import Roll
from insatser.regler.status import Bedomning, Status
from insatser.utbyte.excel.mall import Mall
from insatser.utbyte.excel.ordlista import Ordlista, nyckel

type Cellvarde = str | int | date | None
type Tillagg = Mapping[str, str]

BLAD = "Insatskarta"
FARDPLAN = "fardplan"
ANSVARIG, MEDVERKANDE = str(Roll.ANSVARIG.value), str(Roll.MEDVERKANDE.value)
GEMENSAM, KARNSPECIFIK = "Gemensam", "Kärnspecifik"
TYPER = {nyckel(GEMENSAM): True, nyckel(KARNSPECIFIK): False}
# Stands for a cell whose fault the file's reader has told: reading it fails without a word.
OLAST = object()
HAMTA_NYTT = "Hämta arbetsboken på nytt och gör ändringen i den."

_I_ORDNING = attrgetter("ordning", "id")
_RADSLUT = re.compile(r"[ \t\u00a0]*(?:\r\n|\r|\n)")
_DATUM = {"%Y-%m-%d": re.compile(r"\d{4}-\d{2}-\d{2}"), "%Y%m%d": re.compile(r"\d{8}"), "%y%m%d": re.compile(r"\d{6}")}


@dataclass(frozen=True)
class Kolumn:
    """`lista`: the choices' heading on the sheet Listor. `dold`: technical, hidden in the workbook."""

    falt: str
    rubrik: str
    bredd: int
    skriv: Callable[[Insats, Tillagg], Cellvarde]
    las: Callable[[Any, Ordlista], Any]
    i_ord: Callable[[Any, Ordlista], str]
    hjalp: str
    lista: str = ""
    dold: bool = False


# Reading


def stada(varde: Any) -> str:
    """A cell as text, with one kind of line break and no space at the ends of lines: programs change those unasked."""
    if varde is None:
        return ""
    if varde is OLAST:
        raise ValueError("")
    if isinstance(varde, bool):
        return "Sant" if varde else "Falskt"
    if isinstance(varde, float) and varde.is_integer():
        return str(int(varde))
    text = varde if isinstance(varde, str) else str(varde)
    if "\x00" in text:
        raise ValueError("Cellen innehåller ett tecken som inte går att spara. Skriv om texten.")
    return _RADSLUT.sub("\n", text).strip()


def stada_rad(varde: Any) -> str:
    """As `stada`, on one line."""
    return " ".join(stada(varde).split())


def _las_text(varde: Any, ord_: Ordlista) -> str:
    return stada(varde)


def _las_titel(varde: Any, ord_: Ordlista) -> str:
    return stada_rad(varde)


def _las_nummer(varde: Any, ord_: Ordlista) -> tuple[int, int] | None:
    text = stada(varde)
    delar = insatsnummer.tolka(text)
    if text and delar is None:
        raise ValueError("Det är inget insatsnummer. Skriv till exempel 1.3, eller töm cellen för att få nästa lediga.")
    return delar


def _las_typ(varde: Any, ord_: Ordlista) -> bool | None:
    """Whether it is gemensam; None when empty."""
    text = nyckel(stada(varde))
    if text and text not in TYPER:
        raise ValueError(f"Välj {GEMENSAM} eller {KARNSPECIFIK}.")
    return TYPER.get(text)


def _las_malomrade(varde: Any, ord_: Ordlista) -> int | None:
    text = stada(varde)
    return ord_.malomrade(text) if text else None


def _las_aktorer(varde: Any, ord_: Ordlista) -> tuple[int, ...]:
    """Every name is looked up, so that all unknown ones are told at once."""
    hittade: list[int] = []
    fel: list[str] = []
    for namn in filter(None, (n.strip() for n in re.split(r"[;\n]", stada(varde)))):
        try:
            pk = ord_.aktor(namn)
        except ValueError as okand:
            fel.append(str(okand))
            continue
        if pk in hittade:
            fel.append(f"”{namn}” står två gånger.")
        hittade.append(pk)
    if fel:
        raise ValueError(" ".join(fel))
    return tuple(hittade)


def _las_ansvarig(varde: Any, ord_: Ordlista) -> int | None:
    aktorer = _las_aktorer(varde, ord_)
    if len(aktorer) > 1:
        raise ValueError("En insats kan ha högst en ansvarig. Flytta de andra till Medverkande.")
    return aktorer[0] if aktorer else None


def _las_val(val: type[Status] | type[Bedomning]) -> Callable[[Any, Ordlista], str]:
    koder = {nyckel(str(v.label)): str(v.value) for v in val}

    def las(varde: Any, ord_: Ordlista) -> str:
        text = nyckel(stada(varde))
        if text and text not in koder:
            raise ValueError(f"Välj {', '.join(map(str, val.labels))} eller lämna tomt.")
        return koder.get(text, "")

    return las


def _las_datum(varde: Any, ord_: Ordlista) -> date | None:
    if isinstance(varde, datetime):
        return varde.date()
    if isinstance(varde, date):
        return varde
    text = stada(varde)
    for form, monster in _DATUM.items():
        if monster.fullmatch(text):
            try:
                return datetime.strptime(text, form).date()  # noqa: DTZ007 -- a day has no time zone
            except ValueError:
                break
    if text:
        raise ValueError("Det är inget datum. Skriv det som 2026-11-21.")
    return None


def _las_heltal(varde: Any, ord_: Ordlista) -> int | None:
    text = stada(varde)
    if text and not (text.isdecimal() and len(text) <= 15):
        raise ValueError(f"Kolumnen är teknisk och ska inte ändras. {HAMTA_NYTT}")
    return int(text) if text else None


# Showing


def _som_text(varde: Any, ord_: Ordlista) -> str:
    return "" if varde is None else str(varde)


def _typ_i_ord(varde: bool | None, ord_: Ordlista) -> str:
    return "" if varde is None else GEMENSAM if varde else KARNSPECIFIK


def _nummer_i_ord(varde: tuple[int, int] | None, ord_: Ordlista) -> str:
    return insatsnummer.skriv(*varde) if varde else ""


def _malomrade_i_ord(varde: int | None, ord_: Ordlista) -> str:
    return str(ord_.malomraden[varde]) if varde else ""


def _ansvarig_i_ord(varde: int | None, ord_: Ordlista) -> str:
    return ord_.aktorer_i_text([varde] if varde else [])


def _aktorer_i_ord(varde: tuple[int, ...], ord_: Ordlista) -> str:
    return ord_.aktorer_i_text(varde)


def _val_i_ord(val: type[Status] | type[Bedomning]) -> Callable[[str, Ordlista], str]:
    return lambda varde, ord_: str(val(varde).label) if varde else ""


# Writing


def tillagg(insats: Insats, ord_: Ordlista) -> Tillagg:
    """What the row's fields do not say: the cells of the two role columns, in one pass, and that of the färdplan."""
    namn: dict[str, list[str]] = {ANSVARIG: [], MEDVERKANDE: []}
    for del_ in sorted(insats.medverkan.all(), key=_I_ORDNING):
        namn[del_.roll].append(ord_.aktornamn[del_.aktor_id])
    return {FARDPLAN: ord_.fardplan, **{roll: "; ".join(lista) for roll, lista in namn.items()}}


def _lage(insats: Insats, falt: str) -> Any:
    return getattr(insats.lage, falt) if insats.lage else None


_STATUS = {str(v.value): str(v.label) for v in Status}
_BEDOMNING = {str(v.value): str(v.label) for v in Bedomning}

KOLUMNER: tuple[Kolumn, ...] = (
    Kolumn(
        "nummer", "Nummer", 9, lambda i, n: i.nummer, _las_nummer, _nummer_i_ord,
        "Säger vilken insats raden gäller. Ändra inte numret. En ny rad utan nummer får nästa lediga.",
    ),
    Kolumn(
        "typ", "Typ", 14, lambda i, n: i.typ, _las_typ, _typ_i_ord,
        "Gemensam: samma insats i alla stadskärnor. Kärnspecifik: bara här.", lista="Typ",
    ),
    Kolumn(
        "malomrade", "Målområde", 30, lambda i, n: str(i.malomrade), _las_malomrade, _malomrade_i_ord,
        "Ska stämma med numrets första siffra.", lista="Målområde",
    ),
    Kolumn("titel", "Titel", 42, lambda i, n: i.titel, _las_titel, _som_text, "Högst 200 tecken. Får inte vara tom."),
    Kolumn("text", "Text", 70, lambda i, n: i.text, _las_text, _som_text, "Vad vi ska göra. Högst 5 000 tecken."),
    Kolumn(
        "ansvarig", "Ansvarig", 26, lambda i, n: n[ANSVARIG], _las_ansvarig, _ansvarig_i_ord,
        "En aktör ur registret, eller tomt.", lista="Aktörer",
    ),
    Kolumn(
        "medverkande", "Medverkande", 40, lambda i, n: n[MEDVERKANDE], _las_aktorer, _aktorer_i_ord,
        "Aktörer ur registret med semikolon emellan, i den ordning de ska stå.",
    ),
    Kolumn(
        "status", "Status", 14, lambda i, n: _STATUS.get(_lage(i, "status")), _las_val(Status), _val_i_ord(Status),
        "Läget i den här stadskärnan. En ändring blir en ny lägesrapport i ditt namn.", lista="Status",
    ),
    Kolumn(
        "bedomning", "Bedömning", 19, lambda i, n: _BEDOMNING.get(_lage(i, "bedomning")), _las_val(Bedomning),
        _val_i_ord(Bedomning), "Krävs när insatsen är planerad, pågår eller är pausad.", lista="Bedömning",
    ),
    Kolumn(
        "kommentar", "Kommentar", 50, lambda i, n: _lage(i, "kommentar"), _las_text, _som_text,
        "Krävs vid risk för avvikelse, avviker, pausad och avbruten. Högst 2 000 tecken.",
    ),
    Kolumn(
        "datum", "Datum", 12, lambda i, n: _lage(i, "datum"), _las_datum, _som_text,
        "Dagen läget gäller. Ändrar du läget men inte datumet blir det dagens datum.",
    ),
    Kolumn(
        "insats_id", "Insats-id", 10, lambda i, n: i.pk, _las_heltal, _som_text,
        "Teknisk: vilken insats numret hörde till när arbetsboken hämtades.", dold=True,
    ),
    Kolumn(
        "version", "Version", 10, lambda i, n: i.version, _las_heltal, _som_text,
        "Teknisk: vad insatsen sade när arbetsboken hämtades.", dold=True,
    ),
    Kolumn(
        "lage_id", "Läge", 10, lambda i, n: _lage(i, "pk"), _las_heltal, _som_text,
        "Teknisk: vilken lägesrapport som var den senaste.", dold=True,
    ),
    Kolumn(
        FARDPLAN, "Färdplan", 10, lambda i, n: n[FARDPLAN], _las_text, _som_text,
        "Teknisk: vilken färdplan arbetsboken hämtades för.", dold=True,
    ),
)  # fmt: skip
PER_FALT = {k.falt: k for k in KOLUMNER}
RUBRIKER = [k.rubrik for k in KOLUMNER]
MALL = Mall(BLAD, tuple(RUBRIKER), "insatserna")


def bokstav(plats: int) -> str:
    """The letters of a column counted from 0: A, …, Z, AA."""
    text = ""
    plats += 1
    while plats:
        plats, rest = divmod(plats - 1, 26)
        text = chr(65 + rest) + text
    return text
