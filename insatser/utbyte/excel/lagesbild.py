"""A stadskärna's lägesbild as a workbook that can be changed and read in again: the columns, for both ways, and out."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from insatser.fragor import lagesbild as fragor
from insatser.models import Fardplan, Indikator, Matvarde
from insatser.regler import tal
from insatser.utbyte.excel.kolumner import HAMTA_NYTT, OLAST, stada, stada_rad
from insatser.utbyte.excel.lasmig import Stycke
from insatser.utbyte.excel.mall import Mall
from insatser.utbyte.excel.ordlista import nyckel
from insatser.utbyte.excel.skrivning import CELL, NYA_RADER, skriv_las_mig

BLAD = "Lägesbild"
JA = "Ja"
AR_FRAN, AR_TILL = 1990, 2099
SIFFROR = 15  # a spreadsheet keeps no more


@dataclass(frozen=True)
class Kolumn:
    """`skriv` gives the cell of an indikator and its value (None: it has none); `las` raises ValueError."""

    falt: str
    rubrik: str
    bredd: int
    skriv: Callable[[Indikator, Matvarde | None], Any]
    las: Callable[[Any], Any]
    hjalp: str
    dold: bool = False


def _las_ar(varde: Any) -> int | None:
    text = stada(varde)
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) == 4 and AR_FRAN <= int(text) <= AR_TILL):
        raise ValueError(f"Skriv ett år mellan {AR_FRAN} och {AR_TILL}.")
    return int(text)


def _las_varde(varde: Any) -> Decimal | None:
    if isinstance(varde, float):
        return tal.ur_flyttal(varde)
    if varde is None or varde is OLAST or isinstance(varde, str):
        text = stada(varde)
        return tal.tolka(text) if text else None
    raise ValueError(tal.INGET_TAL)


def _las_cirka(varde: Any) -> bool:
    svar = {"": False, "nej": False, "falskt": False, "ja": True, "sant": True, "x": True, "ca": True, "cirka": True}
    if (text := nyckel(stada(varde))) not in svar:
        raise ValueError(f"Skriv {JA} när källan säger cirka, annars inget.")
    return svar[text]


def _las_kalla(varde: Any) -> str:
    text = stada_rad(varde)
    if len(text) > 200:
        raise ValueError(f"Texten är {len(text)} tecken. Högst 200 får plats.")
    return text


def _las_heltal(varde: Any) -> int | None:
    text = stada(varde)
    if text and not (text.isascii() and text.isdecimal() and len(text) <= 15):
        raise ValueError(f"Kolumnen är teknisk och ska inte ändras. {HAMTA_NYTT}")
    return int(text) if text else None


FARDPLAN = "Färdplan"
KOLUMNER: tuple[Kolumn, ...] = (
    Kolumn("malomrade", "Målområde", 34, lambda i, v: str(i.malomrade), stada_rad, "Ändras inte här. Får vara tomt."),
    Kolumn(
        "indikator", "Indikator", 34, lambda i, v: i.namn, stada_rad,
        "Vilken indikator värdet gäller. Nya indikatorer läggs upp på sidan Lägesbild.",
    ),
    Kolumn(
        "enhet", "Enhet", 14, lambda i, v: i.enhet, stada_rad,
        "Enheten som värdet har. Ändras inte här. Får vara tomt.",
    ),
    Kolumn("ar", "År", 8, lambda i, v: v and v.ar, _las_ar, f"Ett år mellan {AR_FRAN} och {AR_TILL}."),
    Kolumn(
        "varde", "Värde", 16, lambda i, v: v and v.varde, _las_varde,
        "Ett tal med högst två decimaler. Töm cellen för att ta bort värdet.",
    ),
    Kolumn("cirka", "Cirka", 8, lambda i, v: JA if v and v.cirka else "", _las_cirka, "Ja när källan säger cirka."),
    Kolumn(
        "kalla", "Källa", 50, lambda i, v: v and v.kalla, _las_kalla,
        "Dokument och sida, eller statistikens namn. Högst 200 tecken. Får vara tomt om indikatorn har en källa.",
    ),
    Kolumn(
        "varde_id", "Värde-id", 10, lambda i, v: v and v.pk, _las_heltal,
        "Teknisk: vilket värde raden gällde när arbetsboken hämtades.", dold=True,
    ),
    Kolumn(
        "version", "Version", 10, lambda i, v: v and v.version, _las_heltal,
        "Teknisk: vad värdet var när arbetsboken hämtades.", dold=True,
    ),
    Kolumn("fardplan", FARDPLAN, 10, lambda i, v: "", stada_rad, "Teknisk: vilken färdplan.", dold=True),
)  # fmt: skip
PER_FALT = {k.falt: k for k in KOLUMNER}
MALL = Mall(BLAD, tuple(k.rubrik for k in KOLUMNER), "mätvärdena")


def skriv_xlsx(fardplan: Fardplan) -> bytes:
    """The sheets Lägesbild, Läs mig and Listor. An indikator without values has a row to begin on."""
    indikatorer = fragor.indikatorer(fardplan)
    varden: dict[int, list[Matvarde]] = {}
    for v in fragor.egna_varden(fardplan):
        varden.setdefault(v.indikator_id, []).append(v)
    rader = [(i, v) for i in indikatorer for v in varden.get(i.pk, [None])]
    buffert = io.BytesIO()
    bok = Workbook(buffert, {"in_memory": True, "default_format_properties": CELL})
    bok.set_properties({"title": f"Lägesbild {fardplan}", "subject": "Färdplan", "author": "Färdplan"})
    blad = bok.add_worksheet(BLAD)
    _skriv_varden(bok, blad, rader, "/".join(fardplan.natural_key()))
    skriv_las_mig(bok, _las_mig(fardplan, rader))
    _skriv_listor(bok, blad, indikatorer, len(rader))
    bok.close()
    return buffert.getvalue()


def _skriv_varden(bok: Workbook, blad: Worksheet, rader: list[tuple[Indikator, Matvarde | None]], plan: str) -> None:
    """By type, so that a text is never taken for a formula and a year is not 2 026."""
    stil = {"bold": True, "valign": "vcenter", "border": 1, "font_color": "#FFFFFF", "bg_color": "#0B4F8A"}
    rubrik = bok.add_format(stil)
    heltal, decimaltal = bok.add_format({"num_format": "#,##0"}), bok.add_format({"num_format": "#,##0.00"})
    for n, k in enumerate(KOLUMNER):
        blad.set_column(n, n, k.bredd, None, {"hidden": k.dold})
        blad.write_string(0, n, k.rubrik, rubrik)
    for r, (indikator, varde) in enumerate(rader, start=1):
        for n, k in enumerate(KOLUMNER):
            cell = plan if k.rubrik == FARDPLAN else k.skriv(indikator, varde)
            if isinstance(cell, Decimal):
                if len(cell.normalize().as_tuple().digits) > SIFFROR:
                    blad.write_string(r, n, tal.skriv(cell))
                else:
                    blad.write_number(r, n, cell, heltal if cell == int(cell) else decimaltal)
            elif isinstance(cell, int):
                blad.write_number(r, n, cell)
            elif cell:
                blad.write_string(r, n, cell)
    blad.freeze_panes(1, 2)
    blad.autofilter(0, 0, max(1, len(rader)), len(KOLUMNER) - 1)
    blad.set_landscape()
    blad.set_paper(9)
    blad.fit_to_pages(1, 0)
    blad.repeat_rows(0)
    blad.set_footer(f"&L{BLAD}&C{timezone.localdate():%Y-%m-%d}&RSida &P av &N")


def _skriv_listor(bok: Workbook, varden: Worksheet, indikatorer: list[Indikator], antal: int) -> None:
    """The indikatorer there are, and drop-down lists to choose from."""
    blad = bok.add_worksheet("Listor")
    fet = bok.add_format({"bold": True})
    for n, (ord_, bredd) in enumerate([("Indikator", 40), ("Enhet", 20), ("Målområde", 60)]):
        blad.set_column(n, n, bredd)
        blad.write_string(0, n, ord_, fet)
    for r, i in enumerate(indikatorer, start=1):
        for n, text in enumerate([i.namn, i.enhet, str(i.malomrade)]):
            blad.write_string(r, n, text)
    platser = {k.falt: n for n, k in enumerate(KOLUMNER)}
    sista = antal + NYA_RADER
    regel = {"validate": "list", "error_title": "Välj ur listan", "error_message": "Se bladet Listor."}
    if indikatorer:
        lista = f"=Listor!$A$2:$A${len(indikatorer) + 1}"
        varden.data_validation(1, platser["indikator"], sista, platser["indikator"], regel | {"source": lista})
    varden.data_validation(1, platser["cirka"], sista, platser["cirka"], regel | {"source": [JA]})


def _las_mig(fardplan: Fardplan, rader: list[tuple[Indikator, Matvarde | None]]) -> Iterator[Stycke]:
    nu = timezone.localtime()
    yield "rubrik", f"Lägesbild för {fardplan.stadskarna}"
    yield "text", f"Färdplan: {fardplan.program}. Hämtad {nu:%Y-%m-%d} klockan {nu:%H.%M}."
    yield "text", f"{sum(v is not None for _, v in rader)} mätvärden. Andra stadskärnors värden är inte med."
    if any(i.exempel or (v and v.exempel) for i, v in rader):
        yield "text", "Exempeldata: en del värden är påhittade, för att visa hur verktyget fungerar."
    yield "mellan", "Så ändrar du"
    yield "text", f"1. Ändra i cellerna på bladet {BLAD}. En rad är en indikator ett år."
    yield "text", "2. Skriv ett nytt år på en ny rad: indikatorns namn, år, värde och källa räcker."
    yield "text", "3. Spara arbetsboken som Excel-arbetsbok (.xlsx) eller CSV."
    yield "text", "4. Logga in som planerare, öppna Lägesbild och välj Läs in Excel."
    yield "text", "5. Granska vad som ändras. Ingenting sparas förrän du bekräftar, och då sparas allt på en gång."
    yield "mellan", "Bra att veta"
    yield "text", "En rad som saknas i arbetsboken tas inte bort. Töm cellen Värde på raden om värdet ska bort."
    yield "text", "Har någon annan ändrat samma värde sedan du hämtade arbetsboken får du se båda. Inget skrivs över."
    yield "text", "Formler och sammanfogade celler går inte att läsa in. De dolda kolumnerna till höger behövs."
    yield "mellan", "Kolumnerna"
    for kolumn in KOLUMNER:
        if not kolumn.dold:
            yield "text", f"{kolumn.rubrik}: {kolumn.hjalp}"
