"""A handlingsplan as a workbook, to read and reckon in. Its sheet of aktiviteter can be changed and read in again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils import timezone
from xlsxwriter import Workbook

from insatser.fragor.ansvar import Ansvarstabell, ansvarstabell
from insatser.fragor.handlingsplan import BARA_STATUS, Planinnehall
from insatser.models import Aktivitet, Prioritering
from insatser.regler.bojning import raknat
from insatser.regler.exempel import MARKE
from insatser.regler.forsening import Forsening
from insatser.regler.status import statusord
from insatser.utbyte.excel.aktiviteter import MALL, AktiviteterResource
from insatser.utbyte.excel.cellslag import JA, Ar, Datum, Heltal, Kronor, Text
from insatser.utbyte.excel.kolumner import Kolumn, Mall
from insatser.utbyte.excel.skrivning import (
    NYA_RADER,
    Stycke,
    celler,
    gor_bok,
    kolumnerna,
    lasblad,
    skriv_las_mig,
    skriv_listor,
    val,
)

type Rader = Sequence[Mapping[str, Any]]

_TEXT, _DATUM, _ANTAL, _KRONOR = Text(), Datum(), Heltal(), Kronor()

_PRIORITERAT = Mall(
    "Prioriterat",
    (
        Kolumn("ordning", "Prioritet", 9, _ANTAL),
        Kolumn("nummer", "Nummer", 9, _TEXT),
        Kolumn("insats", "Insats", 45, _TEXT),
        Kolumn("malomrade", "Målområde", 30, _TEXT),
        Kolumn("skal", "Skäl", 50, _TEXT),
        Kolumn("status", "Status", 14, _TEXT),
        Kolumn("bedomning", "Bedömning", 18, _TEXT),
        Kolumn("datum", "Läget den", 12, _DATUM),
        Kolumn("exempel", MARKE, 13, _TEXT, upplyser=True),
        Kolumn("ansvarig", "Ansvarig", 28, _TEXT),
        Kolumn("aktiviteter", "Aktiviteter", 11, _ANTAL),
    ),
)
_FINANSIERING = Mall(
    "Finansiering",
    (
        Kolumn("aktor", "Aktör", 32, _TEXT),
        Kolumn("ar", "År", 8, Ar()),
        Kolumn("belopp", "Kronor", 16, _KRONOR),
        Kolumn("till", "Till", 50, _TEXT),
    ),
)


def skriv(innehall: Planinnehall, *, utfall: bool, idag: date) -> bytes:
    """The sheets Prioriterat, Aktiviteter, Ansvar and Finansiering; with what became of the aktiviteter, or without.

    `idag`: the day on which they are late. While anything of the plan can change also Läs mig and Listor, for whoever
    reads Aktiviteter in again.
    """
    plan, sena = innehall.plan, innehall.sena(idag)
    resurs = AktiviteterResource(plan)
    aktiviteter = [
        resurs.export_resource((a, upplysningar(a, sena.get(a.pk), utfall=utfall))) for a in innehall.aktiviteter
    ]

    def fyll(bok: Workbook) -> None:
        lasblad(bok, _PRIORITERAT, celler(_PRIORITERAT, [_prioriterat(p) for p in innehall.prioriteringar]))
        blad = lasblad(bok, MALL, aktiviteter)
        blad.ignore_errors({"number_stored_as_text": f"A2:A{len(aktiviteter) + NYA_RADER}"})
        ansvar, rader = _ansvar(ansvarstabell(innehall))
        lasblad(bok, ansvar, celler(ansvar, rader))
        lasblad(bok, _FINANSIERING, celler(_FINANSIERING, _finansiering(innehall)))
        if plan.kan_rapporteras:
            skriv_las_mig(bok, _las_mig(innehall))
            listor = {
                "Insatser": [p.insats.nummer for p in innehall.prioriteringar],
                "Milstolpe": [JA],
                **val(MALL),
                "Aktörer": list(resurs.ordlista.aktornamn.values()),
            }
            skriv_listor(bok, blad, MALL, listor, len(aktiviteter))

    return gor_bok(str(plan), fyll)


def upplysningar(a: Aktivitet, sen: Forsening | None, *, utfall: bool) -> dict[str, str]:
    """What the sheet tells of an aktivitet besides what it says itself."""
    return {
        "forsening": sen.ord if sen else "",
        "utfall": a.get_utfall_display() if a.utfall and utfall else "",
        "utfall_skal": a.utfall_skal if utfall else "",
    }


def _prioriterat(p: Prioritering) -> dict[str, Any]:
    lage, ansvarig = p.insats.lage, p.insats.ansvarig
    return {
        "ordning": p.ordning,
        "nummer": p.insats.nummer,
        "insats": p.insats.titel,
        "malomrade": str(p.insats.malomrade),
        "skal": p.skal,
        "status": statusord(lage.status if lage else None),
        "bedomning": lage.get_bedomning_display() if lage else "",
        "datum": lage.datum if lage else None,
        "exempel": JA if lage and lage.exempel else "",
        "ansvarig": ansvarig.aktor.namn if ansvarig else "",
        "aktiviteter": len(p.aktiviteter.all()),
    }


def _ansvar(tabell: Ansvarstabell) -> tuple[Mall, Rader]:
    """A column per aktör, its field the aktör's place in the table."""
    aktorer = [Kolumn(str(n), a.namn, 14, _TEXT) for n, a in enumerate(tabell.aktorer)]
    fasta = [Kolumn("insats", "Insats", 9, _TEXT), Kolumn("aktivitet", "Aktivitet", 50, _TEXT)]
    rader = [
        {"insats": r.insats.nummer, "aktivitet": r.aktivitet.titel}
        | {str(n): d.get_roll_display() if d else "" for n, d in enumerate(r.delar)}
        for r in tabell.rader
    ]
    return Mall("Ansvar", (*fasta, *aktorer)), rader


def _finansiering(innehall: Planinnehall) -> list[dict[str, Any]]:
    titlar = {a.pk: a.titel for a in innehall.aktiviteter}
    bidrag = [(b, "Gemensamma medel") for b in innehall.ekonomi.gemensamma]
    bidrag += [(b, titlar[b.aktivitet_id or 0]) for b in innehall.ekonomi.riktade]
    return [{"aktor": b.aktor.namn, "ar": b.ar, "belopp": b.belopp, "till": till} for b, till in bidrag]


def _las_mig(innehall: Planinnehall) -> Iterator[Stycke]:
    """The paragraphs, top to bottom."""
    plan, nu = innehall.plan, timezone.localtime()
    antal = raknat(len(innehall.aktiviteter), "aktivitet", "aktiviteter")
    yield "rubrik", f"{plan} för {plan.fardplan.stadskarna}"
    yield "text", f"Färdplan: {plan.fardplan.program}. Hämtad {nu:%Y-%m-%d} klockan {nu:%H.%M}."
    yield "text", f"{antal} i {raknat(len(innehall.prioriteringar), 'prioriterad insats', 'prioriterade insatser')}."
    if pahittat := innehall.exempel:
        yield "text", f"{MARKE}: {pahittat}"
    yield "mellan", "Så ändrar du"
    if not plan.kan_andras:
        yield "text", BARA_STATUS
    yield "text", f"1. Ändra i cellerna på bladet {MALL.blad}. Bladet Listor visar vad som går att välja."
    if plan.kan_andras:
        yield "text", "2. Skriv en ny aktivitet på en ny rad. Insats och aktivitet räcker. Den hamnar sist."
    else:
        yield "text", "2. Skriv en kommentar när en aktivitet är pausad eller avbruten."
    yield "text", "3. Spara arbetsboken som Excel-arbetsbok (.xlsx) eller CSV."
    yield "text", "4. Logga in som planerare, öppna planen och välj Läs in Excel."
    yield "text", "5. Granska vad som ändras. Ingenting sparas förrän du bekräftar, och då sparas allt på en gång."
    yield "mellan", "Bra att veta"
    ovriga = "Prioriterat, Ansvar och Finansiering är till för att läsa och räkna i och ändras på planens sidor."
    yield "text", f"Bara bladet {MALL.blad} läses in. {ovriga}"
    yield "text", "En rad som saknas i arbetsboken tas inte bort. Radernas ordning betyder inget: den ändras på sidan."
    yield "text", "En tom cell betyder att värdet ska vara tomt."
    yield "text", "Du kan kopiera en rad för att skriva en liknande aktivitet. Ge kopian en egen titel."
    yield "text", "Har någon annan ändrat samma cell sedan du hämtade arbetsboken får du se båda. Inget skrivs över."
    yield "text", "Formler och sammanfogade celler går inte att läsa in. De dolda kolumnerna till höger behövs."
    yield from kolumnerna(MALL)
