"""Writes a stadskärna's lägesbild as a workbook that can be changed and read in again."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.utils import timezone
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from insatser.fragor import lagesbild as fragor
from insatser.models import Fardplan, Indikator, Matvarde
from insatser.regler.exempel import MARKE, exempel
from insatser.utbyte.excel.cellslag import JA, Cellvarde
from insatser.utbyte.excel.lagesbild import MALL, LagesbildResource
from insatser.utbyte.excel.skrivning import (
    NYA_RADER,
    RUBRIK,
    Stycke,
    gor_bok,
    inget_att_saga,
    kolumnerna,
    satt_utskrift,
    skriv_las_mig,
)


def skriv_xlsx(fardplan: Fardplan) -> bytes:
    """The sheets Lägesbild, Läs mig and Listor. An indikator without values has a row to begin on."""
    indikatorer = fragor.indikatorer(fardplan)
    rader = fragor.rader(fardplan, indikatorer)
    resurs = LagesbildResource(fardplan)

    def fyll(bok: Workbook) -> None:
        blad = bok.add_worksheet(MALL.blad)
        _skriv_varden(bok, blad, [resurs.export_resource(rad) for rad in rader])
        skriv_las_mig(bok, _las_mig(fardplan, rader))
        _skriv_listor(bok, blad, indikatorer, len(rader))

    return gor_bok(f"Lägesbild {fardplan}", fyll)


def _skriv_varden(bok: Workbook, blad: Worksheet, rader: list[list[Cellvarde]]) -> None:
    """By type, so that a text is never taken for a formula and a year is not 2 026."""
    rubrik = bok.add_format({**RUBRIK, "border": 1})
    heltal, decimaltal = bok.add_format({"num_format": "#,##0"}), bok.add_format({"num_format": "#,##0.00"})
    for n, k in enumerate(MALL.kolumner):
        blad.set_column(n, n, k.bredd, None, {"hidden": k.dold or inget_att_saga(k, n, rader)})
        blad.write_string(0, n, k.rubrik, rubrik)
    for r, rad in enumerate(rader, start=1):
        for n, cell in enumerate(rad):
            if isinstance(cell, Decimal):
                blad.write_number(r, n, cell, heltal if cell == int(cell) else decimaltal)
            elif isinstance(cell, int):
                blad.write_number(r, n, cell)
            elif cell:
                blad.write_string(r, n, cell)
    blad.freeze_panes(1, 2)
    blad.autofilter(0, 0, max(1, len(rader)), len(MALL.kolumner) - 1)
    satt_utskrift(blad, f"&L{MALL.blad}&C{timezone.localdate():%Y-%m-%d}&RSida &P av &N")


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
    indikator, cirka = MALL.plats("indikator"), MALL.plats("cirka")
    sista = antal + NYA_RADER
    regel = {"validate": "list", "error_title": "Välj ur listan", "error_message": "Se bladet Listor."}
    if indikatorer:
        lista = f"=Listor!$A$2:$A${len(indikatorer) + 1}"
        varden.data_validation(1, indikator, sista, indikator, regel | {"source": lista})
    varden.data_validation(1, cirka, sista, cirka, regel | {"source": [JA]})


def _las_mig(fardplan: Fardplan, rader: list[tuple[Indikator, Matvarde | None]]) -> Iterator[Stycke]:
    nu = timezone.localtime()
    yield "rubrik", f"Lägesbild för {fardplan.stadskarna}"
    yield "text", f"Färdplan: {fardplan.program}. Hämtad {nu:%Y-%m-%d} klockan {nu:%H.%M}."
    yield "text", f"{sum(v is not None for _, v in rader)} mätvärden. Andra stadskärnors värden är inte med."
    if pahittat := exempel(rad for par in rader for rad in par):
        yield "text", f"{MARKE}: {pahittat}"
    yield "mellan", "Så ändrar du"
    yield "text", f"1. Ändra i cellerna på bladet {MALL.blad}. En rad är en indikator ett år."
    yield "text", "2. Skriv ett nytt år på en ny rad: indikatorns namn, år, värde och källa räcker."
    yield "text", "3. Spara arbetsboken som Excel-arbetsbok (.xlsx) eller CSV."
    yield "text", "4. Logga in som planerare, öppna Lägesbild och välj Läs in Excel."
    yield "text", "5. Granska vad som ändras. Ingenting sparas förrän du bekräftar, och då sparas allt på en gång."
    yield "mellan", "Bra att veta"
    yield "text", "En rad som saknas i arbetsboken tas inte bort. Töm cellen Värde på raden om värdet ska bort."
    yield "text", "Har någon annan ändrat samma värde sedan du hämtade arbetsboken får du se båda. Inget skrivs över."
    yield "text", "Formler och sammanfogade celler går inte att läsa in. De dolda kolumnerna till höger behövs."
    yield from kolumnerna(MALL)
