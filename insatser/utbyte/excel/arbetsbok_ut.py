"""Writes whole färdplaner as one workbook with a sheet for each thing (.xlsx, .ods), and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from insatser.fragor.arbetsbok import Bokblad, Bokinnehall, Fardplansinnehall
from insatser.fragor.handlingsplan import Planinnehall
from insatser.models import Aktivitet
from insatser.regler.bojning import raknat, uppraknat
from insatser.regler.exempel import MARKE
from insatser.regler.medverkan import Deltagande
from insatser.regler.status import Bedomning, Status
from insatser.utbyte.excel import ods_ut
from insatser.utbyte.excel.arbetsbok import RESURSER, AktiviteterIBoken
from insatser.utbyte.excel.cellslag import GEMENSAM, JA, KARNSPECIFIK, Cellvarde
from insatser.utbyte.excel.handlingsplan import upplysningar
from insatser.utbyte.excel.kolumner import ALLA_KARNOR, STADSKARNA, Mall
from insatser.utbyte.excel.ordlista import Ordlista
from insatser.utbyte.excel.skrivning import (
    A3,
    NYA_RADER,
    RADHOJD,
    RUBRIK,
    Stycke,
    gor_bok,
    inget_att_saga,
    per_rubrik,
    radantal,
    satt_utskrift,
    satt_val,
    skriv_las_mig,
    skriv_listblad,
    val,
)

MAX_HOJD = 409
HELTAL, DECIMALTAL = "#,##0", "#,##0.00"
# How a word is shown: (letters, ground). As on the pages, and never the colour alone.
_BRA, _RISK, _DALIGT = ("#1D6B3A", "#EAF6EE"), ("#8A5300", "#FDF5E6"), ("#9B1C1C", "#FBEAEA")
_PAGAR, _PLANERAD, _INGET = ("#0B4F8A", "#E6F0FA"), ("#5B3A8E", "#F1ECF9"), ("#4A5560", "#EEF0F2")
FARGER: dict[str, Mapping[str, tuple[str, str]]] = {
    "status": {
        Status.GENOMFORD.label: _BRA,
        Status.PAGAR.label: _PAGAR,
        Status.PLANERAD.label: _PLANERAD,
        Status.PAUSAD.label: _RISK,
        Status.AVBRUTEN.label: _DALIGT,
        Status.EJ_PABORJAD.label: _INGET,
    },
    "bedomning": {
        Bedomning.ENLIGT_PLAN.label: _BRA,
        Bedomning.RISK.label: _RISK,
        Bedomning.AVVIKER.label: _DALIGT,
    },
    "deltagande": {Deltagande.BEKRAFTAD.label: _BRA, Deltagande.AVBOJD.label: _DALIGT},
}


@dataclass(frozen=True)
class Ifyllt:
    """A sheet with its rows of cells."""

    blad: Bokblad
    mall: Mall
    rader: list[list[Cellvarde]]


def skriv_xlsx(innehall: Bokinnehall, idag: date) -> bytes:
    """The sheets that were asked for, Läs mig and Listor. `idag`: the day on which aktiviteter are late."""
    bladen, listor = _fyll(innehall, idag)

    def fyll(bok: Workbook) -> None:
        for ifyllt in bladen:
            blad = bok.add_worksheet(ifyllt.mall.blad)
            _skriv_blad(bok, blad, ifyllt, namnet(innehall))
            satt_val(blad, ifyllt.mall, listor, len(ifyllt.rader))
        skriv_las_mig(bok, _las_mig(innehall, bladen), {_radantalet(b): b.mall.blad for b in bladen})
        skriv_listblad(bok, {rubrik: ord_ for rubrik, ord_ in listor.items() if ord_})

    return gor_bok(namnet(innehall), fyll)


def skriv_ods(innehall: Bokinnehall, idag: date) -> bytes:
    """The same sheets as an OpenDocument spreadsheet, without lists to choose from."""
    bladen, _ = _fyll(innehall, idag)
    return ods_ut.skriv_bok([(b.mall, b.rader) for b in bladen], _las_mig(innehall, bladen))


def skriv_json(innehall: Bokinnehall, idag: date) -> bytes:
    """The same for programs: each row by the headings, dates as ISO, what is empty as null."""
    bladen, _ = _fyll(innehall, idag)
    ut = {
        "fardplaner": ["/".join(d.fardplan.natural_key()) for d in innehall.delar],
        "hamtad": timezone.localtime().isoformat(timespec="seconds"),
        "exempeldata": str(innehall.exempel) or None,
        "blad": {b.blad.value: [per_rubrik(b.mall, rad) for rad in b.rader] for b in bladen},
    }
    return json.dumps(ut, ensure_ascii=False, indent=2, default=_i_json).encode()


def _i_json(varde: Any) -> Any:
    return float(varde) if isinstance(varde, Decimal) else str(varde)


def namnet(innehall: Bokinnehall) -> str:
    """What the workbook is called, for people."""
    return "Alla färdplaner" if innehall.flera else str(innehall.delar[0].fardplan)


# The rows


def _fyll(innehall: Bokinnehall, idag: date) -> tuple[list[Ifyllt], dict[str, list[str]]]:
    """The sheets, and the words to choose among by their heading on the sheet Listor."""
    ordlistor = [Ordlista(d.fardplan) for d in innehall.delar]
    bladen = [Ifyllt(blad, RESURSER[blad].mall, []) for blad in innehall.bladen]
    for ifyllt in bladen:
        delar = innehall.delar[:1] if ifyllt.blad == Bokblad.AKTORER else innehall.delar  # they share the register
        for del_, ordlista in zip(delar, ordlistor, strict=False):
            for rad in _raderna(innehall, del_, ifyllt.blad, ordlista, idag):
                if innehall.flera and STADSKARNA in ifyllt.mall.kolumner:
                    rad[ifyllt.mall.plats(STADSKARNA.falt)] = str(del_.fardplan.stadskarna)
                ifyllt.rader.append(rad)
            if innehall.flera and ifyllt.blad == Bokblad.MEDVERKAN:
                ifyllt.rader.extend(_gemensammas(innehall, del_, ordlista))
    return bladen, _listor(innehall, [b.mall for b in bladen], ordlistor)


def _raderna(
    innehall: Bokinnehall, del_: Fardplansinnehall, blad: Bokblad, ordlista: Ordlista, idag: date
) -> Iterator[list[Cellvarde]]:
    if blad == Bokblad.AKTIVITETER:
        for plan in del_.planer:
            # Its own names: what is decided or closed keeps those that it had.
            yield from map(AktiviteterIBoken(plan.plan).export_resource, _aktiviteter(plan, idag))
        return
    resurs = RESURSER[blad](del_.fardplan)
    resurs.ordlista = ordlista
    objekt: dict[Bokblad, Iterable[Any]] = {
        Bokblad.INSATSER: del_.insatser,
        Bokblad.MEDVERKAN: (par for par in del_.medverkan if not (innehall.flera and par[0].gemensam)),
        Bokblad.FARDRIKTNINGAR: del_.riktningar,
        Bokblad.AKTORER: innehall.aktorer,
        Bokblad.LAGESBILD: del_.varden,
    }
    yield from map(resurs.export_resource, objekt[blad])


def _gemensammas(innehall: Bokinnehall, del_: Fardplansinnehall, ordlista: Ordlista) -> Iterator[list[Cellvarde]]:
    """Who takes part in what the program's stadskärnor share: once, with the last of them, as of all of them."""
    program = del_.fardplan.program
    if del_ is not [d for d in innehall.delar if d.fardplan.program_id == program.pk][-1]:
        return
    resurs = RESURSER[Bokblad.MEDVERKAN](del_.fardplan)
    resurs.ordlista = ordlista
    for insats, medverkan in del_.medverkan:
        if insats.gemensam:
            rad = resurs.export_resource((insats, medverkan))
            rad[resurs.mall.plats(STADSKARNA.falt)] = ALLA_KARNOR
            rad[resurs.mall.plats(resurs.hemkolumn)] = program.slug
            yield rad


def _aktiviteter(innehall: Planinnehall, idag: date) -> Iterator[tuple[Aktivitet, Mapping[str, str]]]:
    sena, utfall = innehall.sena(idag), innehall.plan.avslutad is not None
    for aktivitet in innehall.aktiviteter:
        yield aktivitet, upplysningar(aktivitet, sena.get(aktivitet.pk), utfall=utfall)


def _listor(innehall: Bokinnehall, mallar: Iterable[Mall], ordlistor: Sequence[Ordlista]) -> dict[str, list[str]]:
    """Those that the sheets point at."""
    planer = [p for d in innehall.delar for p in d.planer if p.plan.kan_andras]
    alla: dict[str, Iterable[str]] = {
        "Typ": [GEMENSAM, KARNSPECIFIK],
        "Målområde": (str(m) for o in ordlistor for m in o.malomraden.values()),
        "Insatser": (p.insats.nummer for plan in planer for p in plan.prioriteringar),
        "Indikator": (i.namn for d in innehall.delar for i in d.indikatorer),
        "Milstolpe": [JA],
        "Cirka": [JA],
        "Aktörer": ordlistor[0].aktornamn.values(),
    }
    anvanda: set[str] = set()
    for mall in mallar:
        alla |= val(mall)
        anvanda |= {k.lista for k in mall.kolumner if k.lista}
    return {rubrik: list(dict.fromkeys(ord_)) for rubrik, ord_ in alla.items() if rubrik in anvanda}


# The workbook


def _skriv_blad(bok: Workbook, blad: Worksheet, ifyllt: Ifyllt, fot: str) -> None:
    mall, rader = ifyllt.mall, ifyllt.rader
    sista, rubrik = max(1, len(rader)), bok.add_format({**RUBRIK, "border": 1})
    format_ = [bok.add_format(k.slag.format) if k.slag.format else None for k in mall.kolumner]
    for n, k in enumerate(mall.kolumner):
        blad.set_column(n, n, k.bredd, format_[n], {"hidden": k.dold or inget_att_saga(k, n, rader)})
    # A table by name, over the hidden columns too: sorting must move a row's version along with it.
    kolumner = [{"header": k.rubrik, "header_format": rubrik} for k in mall.kolumner]
    tabell = {"name": mall.blad, "style": "Table Style Light 1", "columns": kolumner}
    blad.add_table(0, 0, sista, len(mall.kolumner) - 1, tabell)
    blad.set_row(0, 30)
    _skriv_celler(bok, blad, ifyllt, format_)
    _farglagg(bok, blad, mall, sista)
    blad.freeze_panes(1, 2 if STADSKARNA in mall.kolumner else 1)
    if mall.kolumner[0].falt == "nummer":
        blad.ignore_errors({"number_stored_as_text": f"A2:A{len(rader) + NYA_RADER}"})
    blad.hide_gridlines(0)  # which prints them
    blad.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    dag = timezone.localdate()
    satt_utskrift(blad, f"&L{fot.replace('&', '&&')}: {mall.blad}&C{dag:%Y-%m-%d}&RSida &P av &N", A3)


def _skriv_celler(bok: Workbook, blad: Worksheet, ifyllt: Ifyllt, format_: Sequence[Format | None]) -> None:
    """By type, so that a text is never taken for a formula, a link or a number."""
    texter = [(n, k.bredd) for n, k in enumerate(ifyllt.mall.kolumner) if k.bredd >= 30]
    heltal, decimaltal = bok.add_format({"num_format": HELTAL}), bok.add_format({"num_format": DECIMALTAL})
    for r, rad in enumerate(ifyllt.rader, start=1):
        blad.set_row(r, min(max([radantal(rad[n], bredd) for n, bredd in texter]) * RADHOJD, MAX_HOJD))
        for n, varde in enumerate(rad):
            if isinstance(varde, str):
                if varde:
                    blad.write_string(r, n, varde, format_[n])
            elif isinstance(varde, Decimal):
                blad.write_number(r, n, varde, heltal if varde == int(varde) else decimaltal)
            elif isinstance(varde, int):
                blad.write_number(r, n, varde, format_[n])
            elif varde is not None:
                blad.write_datetime(r, n, varde, format_[n])


def _farglagg(bok: Workbook, blad: Worksheet, mall: Mall, sista: int) -> None:
    """The words of a läge in their colours, also those that are chosen later."""
    for n, k in enumerate(mall.kolumner):
        for ord_, (text, grund) in FARGER.get(k.falt, {}).items():
            stil = bok.add_format({"font_color": text, "bg_color": grund})
            regel = {"type": "cell", "criteria": "==", "value": f'"{ord_}"', "format": stil}
            blad.conditional_format(1, n, sista + NYA_RADER, n, regel)


# Läs mig


def _radantalet(ifyllt: Ifyllt) -> str:
    return f"{ifyllt.mall.blad}: {raknat(len(ifyllt.rader), 'rad', 'rader')}"


_TAS_BORT = {
    Bokblad.MEDVERKAN: "Töm cellen Roll för att ta bort en aktör ur en insats.",
    Bokblad.LAGESBILD: "Töm cellen Värde för att ta bort ett mätvärde.",
}


def _las_mig(innehall: Bokinnehall, bladen: Sequence[Ifyllt]) -> Iterator[Stycke]:
    """The paragraphs, top to bottom."""
    nu = timezone.localtime()
    yield "rubrik", namnet(innehall)
    yield "text", f"Hämtad {nu:%Y-%m-%d} klockan {nu:%H.%M}."
    if innehall.flera:
        yield "text", f"Stadskärnor: {uppraknat([str(d.fardplan.stadskarna) for d in innehall.delar])}."
    if innehall.exempel:
        yield "text", f"{MARKE}: {innehall.exempel}"
    yield "mellan", "Innehåll"
    for ifyllt in bladen:
        yield "text", _radantalet(ifyllt)
    yield "mellan", "Så ändrar du"
    yield "text", "1. Ändra i cellerna. Bladet Listor visar vilka ord och aktörer som går att välja."
    yield "text", "2. Skriv nytt på en ny rad, direkt under tabellen."
    yield "text", "3. Spara arbetsboken som Excel-arbetsbok (.xlsx)."
    var = "Alla färdplaner" if innehall.flera else "stadskärnans insatskarta, välj Hela färdplanen"
    yield "text", f"4. Logga in som planerare, öppna {var} i en arbetsbok och välj Läs in arbetsboken."
    yield "text", "5. Granska vad som ändras. Ingenting sparas förrän du bekräftar, och då sparas allt på en gång."
    yield "mellan", "Bra att veta"
    yield "text", "Blad som du inte behöver kan du ta bort. Bara de blad som finns i filen läses in."
    yield "text", "En rad som saknas tas inte bort. En tom cell betyder att värdet ska vara tomt."
    yield from (("text", text) for blad, text in _TAS_BORT.items() if blad in innehall.bladen)
    if innehall.flera:
        yield "text", "Läs in arbetsboken hos en stadskärna om bara den stadskärnans rader ska ändras."
        yield "text", "Det som är gemensamt ändrar du på en rad: det gäller i alla stadskärnor."
    yield "text", "Har någon annan ändrat samma cell sedan du hämtade arbetsboken får du se båda. Inget skrivs över."
    yield "text", "Formler och sammanfogade celler går inte att läsa in. De dolda kolumnerna behövs."
    for ifyllt in bladen:
        yield "mellan", f"Kolumnerna på bladet {ifyllt.mall.blad}"
        for kolumn in ifyllt.mall.kolumner:
            if not kolumn.dold and (kolumn != STADSKARNA or innehall.flera):
                yield "text", f"{kolumn.rubrik}: {kolumn.hjalp}"
