"""A handlingsplan as a workbook, to read and reckon in. It is not read back in: a plan is changed on its pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from xlsxwriter import Workbook

from insatser.fragor.ansvar import Ansvarstabell, ansvarstabell
from insatser.fragor.handlingsplan import Planinnehall
from insatser.models import Aktivitet, Prioritering
from insatser.regler.exempel import MARKE
from insatser.regler.forsening import FORSENAD, Forsening
from insatser.regler.medverkan import Roll
from insatser.regler.status import statusord
from insatser.utbyte.excel.cellslag import JA, Ar, Datum, Heltal, Kronor, Text
from insatser.utbyte.excel.kolumner import Kolumn, Mall
from insatser.utbyte.excel.skrivning import RADHOJD, RUBRIK, gor_bok, satt_utskrift

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
_AKTIVITETER = Mall(
    "Aktiviteter",
    (
        Kolumn("nummer", "Insats", 9, _TEXT),
        Kolumn("titel", "Aktivitet", 50, _TEXT),
        Kolumn("resultat", "Förväntat resultat", 50, _TEXT),
        Kolumn("tid", "När", 22, _TEXT),
        Kolumn("start", "Start", 12, _DATUM),
        Kolumn("slut", "Slut", 12, _DATUM),
        Kolumn("status", "Status", 14, _TEXT),
        Kolumn("ansvarig", "Ansvarig", 28, _TEXT),
        Kolumn("medverkande", "Medverkande", 40, _TEXT),
        Kolumn("svarar_for", "Svarar för", 50, _TEXT),
        Kolumn("kostnad", "Kostnad", 14, _KRONOR),
        Kolumn("bidrag", "Betalas av", 40, _TEXT),
        Kolumn("utfall", "Utfall", 24, _TEXT),
        Kolumn("utfall_skal", "Varför", 40, _TEXT),
        Kolumn("forsening", FORSENAD, 30, _TEXT, upplyser=True),
        Kolumn("exempel", MARKE, 13, _TEXT, upplyser=True),
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

    `idag`: the day on which they are late.
    """
    sena = innehall.sena(idag)

    def fyll(bok: Workbook) -> None:
        _blad(bok, _PRIORITERAT, [_prioriterat(p) for p in innehall.prioriteringar])
        par = ((p, a) for p in innehall.prioriteringar for a in p.aktiviteter.all())
        _blad(bok, _AKTIVITETER, [_aktivitet(p, a, sena.get(a.pk), utfall=utfall) for p, a in par])
        _blad(bok, *_ansvar(ansvarstabell(innehall)))
        _blad(bok, _FINANSIERING, _finansiering(innehall))

    return gor_bok(str(innehall.plan), fyll)


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


def _aktivitet(p: Prioritering, a: Aktivitet, sen: Forsening | None, *, utfall: bool) -> dict[str, Any]:
    delar = [d for d in a.aktorer.all() if not d.avbojd]
    return {
        "nummer": p.insats.nummer,
        "titel": a.titel,
        "resultat": a.resultat,
        "tid": a.tid,
        "start": a.start_dag or a.start,
        "slut": a.sista_dag,
        "status": a.get_status_display(),
        "forsening": sen.ord if sen else "",
        "ansvarig": "; ".join(d.aktor.namn for d in delar if d.roll == Roll.ANSVARIG),
        "medverkande": "; ".join(d.aktor.namn for d in delar if d.roll == Roll.MEDVERKANDE),
        "svarar_for": "\n".join(f"{d.aktor.namn}: {d.ansvarar_for}" for d in delar if d.ansvarar_for),
        "kostnad": a.kostnad,
        "bidrag": "; ".join(f"{b.aktor.namn} {b.ar}: {b.belopp}" for b in a.bidrag.all()),
        "utfall": a.get_utfall_display() if a.utfall and utfall else "",
        "utfall_skal": a.utfall_skal if utfall else "",
        "exempel": JA if p.handlingsplan.exempel else "",
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


def _blad(bok: Workbook, mall: Mall, rader: Rader) -> None:
    """By type, so that a text is never taken for a formula or a number."""
    blad = bok.add_worksheet(mall.blad)
    rubrik = bok.add_format(RUBRIK)
    format_ = [bok.add_format(k.slag.format) if k.slag.format else None for k in mall.kolumner]
    bredder = [k.bredd for k in mall.kolumner]
    for n, k in enumerate(mall.kolumner):
        blad.set_column(n, n, k.bredd)
        blad.write_string(0, n, k.rubrik, rubrik)
    for r, rad in enumerate(rader, start=1):
        celler = [rad[k.falt] for k in mall.kolumner]
        hogst = max(len(str(v)) // bredd + str(v).count("\n") + 1 for v, bredd in zip(celler, bredder, strict=True))
        blad.set_row(r, min(hogst * RADHOJD, 400))
        for n, varde in enumerate(celler):
            if isinstance(varde, str):
                blad.write_string(r, n, varde)
            elif isinstance(varde, int):
                blad.write_number(r, n, varde, format_[n])
            elif varde is not None:
                blad.write_datetime(r, n, varde, format_[n])
    blad.freeze_panes(1, 2)
    blad.autofilter(0, 0, max(1, len(rader)), len(mall.kolumner) - 1)
    satt_utskrift(blad, f"&L{mall.blad}&RSida &P av &N")
