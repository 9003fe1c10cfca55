"""Insatsnummer that a spreadsheet has made a date, a number or "1,3" of."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from aktorer.models import Anvandare
from insatser.andringar import insats as insatser
from insatser.fragor.karta import Urval, hamta
from insatser.models import Fardplan, Malomrade
from insatser.utbyte.excel import inlasning
from insatser.utbyte.excel.insatskarta import InsatskartaResource
from insatser.utbyte.excel.insatskarta_ut import skriv_csv, skriv_xlsx
from insatser.utbyte.excel.nummer import som_datum
from tests import klocka
from tests.arbetsbok import andrad, rad_for, satt

pytestmark = pytest.mark.django_db

planera = partial(inlasning.planera, InsatskartaResource)
NY = {"Typ": "Kärnspecifik", "Målområde": "1", "Titel": "Tionde insatsen"}
I_AR = klocka.IDAG.year


@pytest.fixture
def original(flemingsberg: Fardplan) -> bytes:
    return skriv_xlsx(hamta(flemingsberg, Urval(), AnonymousUser()))


def omgjort(xlsx: bytes, celler: dict[str, Any], *, utan_id: bool = False) -> bytes:
    """The workbook with these numbers made into something else."""

    def gor(ark: Any) -> None:
        rader = {nummer: rad_for(ark, nummer) for nummer in celler}
        for nummer, varde in celler.items():
            tekniska = dict.fromkeys(["Insats-id", "Version", "Läge", "Färdplan"]) if utan_id else {}
            satt(ark, rader[nummer], {"Nummer": varde, "Titel": f"Ny titel {nummer}"} | tekniska)

    return andrad(xlsx, gor)


@pytest.mark.parametrize(
    ("cell", "nummer"),
    [
        (date(I_AR, 4, 3), (3, 4)),
        (datetime(I_AR, 4, 3), (3, 4)),  # noqa: DTZ001 -- as a cell has it
        (date(1932, 1, 1), (1, 32)),
        (float((date(I_AR, 4, 3) - date(1899, 12, 30)).days), (3, 4)),
        (time(1, 30), (1, 30)),
        ("01-mar", (1, 3)),
        ("3-apr", (3, 4)),
        ("3 april", (3, 4)),
        ("03/maj", (3, 5)),
        ("jan-32", (1, 32)),
        (f"{I_AR}-04-03", (3, 4)),
        ("01/03/2026", (1, 3)),
        ("3/1/2026", (1, 3)),
        ("1/3", (1, 3)),
        ("1.3.2026", (1, 3)),
        ("01.03", (1, 3)),
        ("01:03", (1, 3)),
        ("1:03:00", (1, 3)),
        (str((date(I_AR, 4, 3) - date(1899, 12, 30)).days), (3, 4)),
        ("den 1 mars", None),
        (1.3, None),
        ("hej", None),
        (None, None),
    ],
)
def test_vad_numret_troligen_var(cell: Any, nummer: tuple[int, int] | None) -> None:
    assert som_datum(cell) == nummer


def test_raden_ar_kand_pa_sitt_id_och_det_sags_en_gang(flemingsberg: Fardplan, original: bytes) -> None:
    plan = planera(
        flemingsberg, "karta.xlsx", omgjort(original, {"1.3": date(I_AR, 3, 1), "3.4": date(I_AR, 4, 3), "1.4": 1.4})
    )

    assert (plan.fel, plan.konflikter) == ((), ())
    assert [(r.nummer, r.ny, r.titel) for r in plan.rader] == [
        (nummer, False, f"Ny titel {nummer}") for nummer in ("1.3", "1.4", "3.4")
    ]
    (noten,) = plan.noter
    assert "gjort om numret i kolumnen Nummer till ett datum. Raderna är kända på sitt dolda id: 1.3 och 3.4" in noten


def test_utan_id_ar_det_ett_enda_fel_som_sager_vad_numren_var(flemingsberg: Fardplan, original: bytes) -> None:
    fil = omgjort(original, {"1.3": date(I_AR, 3, 1), "3.4": date(I_AR, 4, 3)}, utan_id=True)

    (nekad,) = planera(flemingsberg, "karta.xlsx", fil).fel

    assert (nekad.cell, nekad.varde) == ("A4", f"{I_AR}-03-01")
    assert "gjort om numren till datum eller klockslag. De var troligen 1.3 på rad 4 och 3.4 på rad" in nekad.text


def test_ett_enda_datum_sager_hur_det_skrivs(flemingsberg: Fardplan, original: bytes) -> None:
    fil = omgjort(original, {"3.4": date(I_AR, 4, 3)}, utan_id=True)

    (nekad,) = planera(flemingsberg, "karta.xlsx", fil).fel

    assert "till ett datum. Det var troligen 3.4. Välj formatet Text för cellen" in nekad.text


@pytest.mark.parametrize("nummer", [{"1.3": "01-mar", "1.4": "01-apr"}, {"1.3": "1,3", "1.4": "1,4"}])
def test_csv_som_en_svensk_excel_sparat_om(flemingsberg: Fardplan, nummer: dict[str, str]) -> None:
    text = skriv_csv(hamta(flemingsberg, Urval(), AnonymousUser())).decode("utf-8-sig")
    for rent, blev in nummer.items():
        text = text.replace(f"\r\n{rent};", f"\r\n{blev};")

    plan = planera(flemingsberg, "karta.csv", text.encode("cp1252", "ignore"))

    assert (plan.fel, plan.rader, plan.oforandrade) == ((), (), 18)


def test_en_tia_som_blev_ett_fragas_om_i_sin_cell(flemingsberg: Fardplan, original: bytes) -> None:
    def gor(ark: Any) -> None:
        satt(ark, 20, NY | {"Nummer": 1.1})

    (nekad,) = planera(flemingsberg, "karta.xlsx", andrad(original, gor)).fel

    assert (nekad.cell, nekad.text) == ("A20", "Är det 1.1 eller 1.10? Skriv numret som text.")


def test_en_tia_ar_kand_pa_sitt_id(flemingsberg: Fardplan, planerare: Anvandare) -> None:
    """Excel makes 1.10 of the text 1.10 no number, but a person who types it again does."""
    omrade = Malomrade.objects.get(program=flemingsberg.program, nummer=1)
    insatser.skapa(av=planerare, malomrade=omrade, fardplan=flemingsberg, titel="Tio", ordning=10)
    fil = skriv_xlsx(hamta(flemingsberg, Urval(), AnonymousUser()))

    plan = planera(flemingsberg, "karta.xlsx", omgjort(fil, {"1.10": 1.1}))

    assert [(r.nummer, r.titel) for r in plan.rader] == [("1.10", "Ny titel 1.10")]
    assert "till ett tal. Raderna är kända på sitt dolda id: 1.10" in plan.noter[0]
