"""The sheet Läs mig: what the workbook holds, and how it is changed and read in again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from django.utils import timezone

from insatser.fragor.karta import Karta, Urval
from insatser.fragor.urval import i_ord
from insatser.utbyte.excel.kolumner import BLAD, KOLUMNER

type Stycke = tuple[Literal["rubrik", "mellan", "text"], str]


def stycken(karta: Karta, urval: Urval | None) -> Iterator[Stycke]:
    """The paragraphs, top to bottom."""
    fardplan = karta.fardplan
    nu = timezone.localtime()
    urvalsord = (i_ord(urval) if urval else "") or "Inget urval är gjort"
    yield "rubrik", f"Insatskarta för {fardplan.stadskarna}"
    yield "text", f"Färdplan: {fardplan.program}. Hämtad {nu:%Y-%m-%d} klockan {nu:%H.%M}."
    yield "text", f"{len(karta.insatser)} av {karta.totalt} insatser. {urvalsord}."
    if karta.har_exempel:
        yield "text", "Exempeldata: lägena i arbetsboken är påhittade, för att visa hur verktyget fungerar."
    yield "mellan", "Så ändrar du"
    yield "text", f"1. Ändra i cellerna på bladet {BLAD}. Bladet Listor visar vilka ord och aktörer som går att välja."
    yield "text", "2. Skriv en ny insats på en ny rad. Lämna numret tomt, så får den nästa lediga nummer."
    yield "text", "3. Spara arbetsboken som Excel-arbetsbok (.xlsx) eller CSV."
    yield "text", "4. Logga in som planerare, öppna insatskartan och välj Läs in Excel."
    yield "text", "5. Granska vad som ändras. Ingenting sparas förrän du bekräftar, och då sparas allt på en gång."
    yield "mellan", "Bra att veta"
    yield "text", "En rad som saknas i arbetsboken tas inte bort: insatsen står kvar som den är."
    yield "text", "En tom cell betyder att värdet ska vara tomt."
    yield "text", "Har någon annan ändrat samma cell sedan du hämtade arbetsboken får du se båda. Inget skrivs över."
    yield "text", "En gemensam insats är en och samma i alla stadskärnor: ändrar du den här ändras den överallt."
    yield "text", "Formler och sammanfogade celler går inte att läsa in. De dolda kolumnerna till höger behövs."
    yield "mellan", "Kolumnerna"
    for kolumn in KOLUMNER:
        if not kolumn.dold:
            yield "text", f"{kolumn.rubrik}: {kolumn.hjalp}"
