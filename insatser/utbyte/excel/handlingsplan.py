"""A handlingsplan as a workbook, to read and reckon in. It is not read back in: a plan is changed on its pages."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from insatser.fragor.ansvar import ansvarstabell
from insatser.fragor.handlingsplan import Planinnehall
from insatser.models import Aktivitet, Prioritering
from insatser.regler.medverkan import Roll
from insatser.regler.status import statusord
from insatser.utbyte.excel.skrivning import CELL, RADHOJD

type Cell = str | int | date | None
type Kolumn = tuple[str, int]

_PRIORITERAT: list[Kolumn] = [
    ("Prioritet", 9),
    ("Nummer", 9),
    ("Insats", 45),
    ("Målområde", 30),
    ("Skäl", 50),
    ("Status", 14),
    ("Bedömning", 18),
    ("Läget den", 12),
    ("Ansvarig", 28),
    ("Aktiviteter", 11),
]
_AKTIVITETER: list[Kolumn] = [
    ("Insats", 9),
    ("Aktivitet", 50),
    ("Förväntat resultat", 50),
    ("Start", 12),
    ("Slut", 12),
    ("Status", 14),
    ("Ansvarig", 28),
    ("Medverkande", 40),
    ("Svarar för", 50),
    ("Kostnad", 14),
    ("Betalas av", 40),
    ("Utfall", 24),
    ("Varför", 40),
]
_I_KRONOR = frozenset({"Kostnad", "Kronor"})


def skriv(innehall: Planinnehall, *, utfall: bool) -> bytes:
    """The sheets Prioriterat, Aktiviteter, Ansvar and Finansiering; with what became of the aktiviteter, or without."""
    buffert = io.BytesIO()
    bok = Workbook(buffert, {"in_memory": True, "default_format_properties": CELL})
    bok.set_properties({"title": str(innehall.plan), "subject": "Färdplan", "author": "Färdplan"})
    _blad(bok, "Prioriterat", _PRIORITERAT, [_prioriterat(p) for p in innehall.prioriteringar])
    rader = [_aktivitet(p, a, utfall=utfall) for p in innehall.prioriteringar for a in p.aktiviteter.all()]
    _blad(bok, "Aktiviteter", _AKTIVITETER, rader)
    tabell = ansvarstabell(innehall)
    kolumner = [("Insats", 9), ("Aktivitet", 50), *((a.namn, 14) for a in tabell.aktorer)]
    ansvar = [
        [r.insats.nummer, r.aktivitet.titel, *(d.get_roll_display() if d else "" for d in r.delar)]
        for r in tabell.rader
    ]
    _blad(bok, "Ansvar", kolumner, ansvar)
    pengar: list[Kolumn] = [("Aktör", 32), ("År", 8), ("Kronor", 16), ("Till", 50)]
    bidrag: list[list[Cell]] = [[b.aktor.namn, b.ar, b.belopp, "Gemensamma medel"] for b in innehall.ekonomi.gemensamma]
    titlar = {a.pk: a.titel for a in innehall.aktiviteter}
    bidrag += [[b.aktor.namn, b.ar, b.belopp, titlar[b.aktivitet_id or 0]] for b in innehall.ekonomi.riktade]
    _blad(bok, "Finansiering", pengar, bidrag)
    bok.close()
    return buffert.getvalue()


def _prioriterat(p: Prioritering) -> list[Cell]:
    lage, ansvarig = p.insats.lage, p.insats.ansvarig
    return [
        p.ordning,
        p.insats.nummer,
        p.insats.titel,
        str(p.insats.malomrade),
        p.skal,
        statusord(lage.status if lage else None),
        lage.get_bedomning_display() if lage else "",
        lage.datum if lage else None,
        ansvarig.aktor.namn if ansvarig else "",
        len(p.aktiviteter.all()),
    ]


def _aktivitet(p: Prioritering, a: Aktivitet, *, utfall: bool) -> list[Cell]:
    delar = [d for d in a.aktorer.all() if not d.avbojd]
    return [
        p.insats.nummer,
        a.titel,
        a.resultat,
        a.start,
        a.slut,
        a.get_status_display(),
        "; ".join(d.aktor.namn for d in delar if d.roll == Roll.ANSVARIG),
        "; ".join(d.aktor.namn for d in delar if d.roll == Roll.MEDVERKANDE),
        "\n".join(f"{d.aktor.namn}: {d.ansvarar_for}" for d in delar if d.ansvarar_for),
        a.kostnad,
        "; ".join(f"{b.aktor.namn} {b.ar}: {b.belopp}" for b in a.bidrag.all()),
        a.get_utfall_display() if a.utfall and utfall else "",
        a.utfall_skal if utfall else "",
    ]


def _blad(bok: Workbook, namn: str, kolumner: Sequence[Kolumn], rader: Sequence[Sequence[Cell]]) -> None:
    """By type, so that a text is never taken for a formula or a number."""
    blad = bok.add_worksheet(namn)
    rubrik = bok.add_format({"bold": True, "valign": "vcenter", "font_color": "#FFFFFF", "bg_color": "#0B4F8A"})
    dag: Format = bok.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
    tal: Format = bok.add_format({"num_format": "#,##0"})
    for n, (ord_, bredd) in enumerate(kolumner):
        blad.set_column(n, n, bredd)
        blad.write_string(0, n, ord_, rubrik)
    for r, rad in enumerate(rader, start=1):
        hogst = max(len(str(v)) // bredd + str(v).count("\n") + 1 for v, (_, bredd) in zip(rad, kolumner, strict=True))
        blad.set_row(r, min(hogst * RADHOJD, 400))
        for k, varde in enumerate(rad):
            if isinstance(varde, str):
                blad.write_string(r, k, varde)
            elif isinstance(varde, int):
                blad.write_number(r, k, varde, tal if kolumner[k][0] in _I_KRONOR else None)
            elif varde is not None:
                blad.write_datetime(r, k, varde, dag)
    blad.freeze_panes(1, 2)
    blad.autofilter(0, 0, max(1, len(rader)), len(kolumner) - 1)
    blad.set_landscape()
    blad.set_paper(9)
    blad.fit_to_pages(1, 0)
    blad.repeat_rows(0)
    blad.set_footer(f"&L{namn}&RSida &P av &N")
