"""Values as people saw them: what a number format makes of a number, and what a spreadsheet makes of a text."""

from __future__ import annotations

import pickle
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import openpyxl
import pytest
from django.contrib.auth.models import AnonymousUser

from insatser.fragor.karta import Urval, hamta
from insatser.models import Fardplan, Indikator
from insatser.utbyte.excel import inlasning
from insatser.utbyte.excel.datumvisning import dagform
from insatser.utbyte.excel.insatskarta import InsatskartaResource
from insatser.utbyte.excel.insatskarta_ut import skriv_xlsx
from insatser.utbyte.excel.lagesbild import MALL, LagesbildResource
from insatser.utbyte.excel.visning import Formaterat, dar_star, formaterad, talform, visad
from tests.arbetsbok import andrad, rad_for, satt, sparad

pytestmark = pytest.mark.django_db

planera = partial(inlasning.planera, InsatskartaResource)
HALV = '#,##0.0\\ "kr"'


@pytest.fixture
def original(flemingsberg: Fardplan) -> bytes:
    return skriv_xlsx(hamta(flemingsberg, Urval(), AnonymousUser()))


@pytest.mark.parametrize(
    ("kod", "tal", "text"),
    [
        ("0%", 0.12, "12 %"),
        ("0.0%", 0.125, "12,5 %"),
        ("0.00", 3.0, "3,00"),
        ("#,##0", 16000.0, "16 000"),
        (HALV, 1234.5, "1 234,5 kr"),
        ("#,##0 [$kr-41D]", 1234.5, "1 235 kr"),
        ("_-* #,##0.00 _k_r_-;-* #,##0.00 _k_r_-", 2.0, "2,00"),
        ("# ?/?", 0.75, "3/4"),
        ("# ??/??", 1.5, "1 1/2"),
        ("0.00E+00", 1234.5, "1,23E+03"),
        ("#,##0,", 16000.0, "16"),
        ('0.0,,\\ "mnkr"', 16_500_000.0, "16,5 mnkr"),
        ("$#,##0", 16000.0, "$ 16 000"),
        ("0‰", 120.0, "120 ‰"),
        ('0" %"', 12.0, "12 %"),
    ],
)
def test_ett_tal_visas_som_i_kalkylprogrammet(kod: str, tal: float, text: str) -> None:
    form = talform(kod)

    assert form
    assert visad(Formaterat(tal, form)).replace("\N{NO-BREAK SPACE}", " ") == text


@pytest.mark.parametrize(
    ("kod", "text"),
    [
        ("d mmm", "7 maj"),
        ("dd-mmm-yy", "07-maj-26"),
        ("[$-41D]d mmmm yyyy;@", "7 maj 2026"),
        ("[$-409]mmm\\ d\\,\\ yyyy", "May 7, 2026"),
        ('"den" d/m', "den 7/5"),
        ("dddd d.m.yyyy h:mm", "torsdag 7.5.2026 8:05"),
        ("ddd hh:mm:ss AM/PM", "tor 08:05:00 fm"),
        ("m/d/yyyy", "5/7/2026"),
    ],
)
def test_en_dag_visas_som_i_kalkylprogrammet(kod: str, text: str) -> None:
    form = dagform(kod)

    assert form
    dag = pickle.loads(pickle.dumps(formaterad(datetime(2026, 5, 7, 8, 5), form)))  # noqa: DTZ001
    assert (dar_star(dag), dag.date()) == (text, date(2026, 5, 7))


@pytest.mark.parametrize("kod", ["yyyy-mm-dd", "[$-41D]yyyy\\-mm\\-dd", "yyyy-mm-dd h:mm", "0.00", "General", "hh:mm"])
def test_det_som_visas_som_hos_oss_behover_inget_format(kod: str) -> None:
    assert dagform(kod) is None


def test_dar_star_det_som_cellens_format_visar(original: bytes, flemingsberg: Fardplan) -> None:
    def gor(ark: Any) -> None:
        satt(ark, rad_for(ark, "1.3"), {"Titel": date(2026, 5, 12)}, "d mmm")

    (fel,) = planera(flemingsberg, "karta.xlsx", andrad(original, gor)).fel

    assert fel.varde == "12 maj"
    assert "har gjort om det du skrev till datumet 2026-05-12." in fel.text


@pytest.mark.parametrize("kod", ["General", "@", "yyyy-mm-dd", "[h]:mm", "d\\-mmm", ";;;", "", '"' * 999, "[" * 999])
def test_format_som_inte_gor_nagot_av_ett_tal(kod: str) -> None:
    assert talform(kod) is None


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (3.0, "3"),
        (0.1 + 0.2, "0,3"),
        (1234567.25, "1234567,25"),
        (True, "SANT"),
        (date(2026, 5, 12), "2026-05-12"),
        (datetime(2026, 5, 12, 8, 30), "2026-05-12 08:30"),  # noqa: DTZ001 -- as a cell has it
        (time(8, 30), "08:30"),
        (timedelta(hours=30, minutes=5), "30:05"),
        (None, ""),
    ],
)
def test_en_cell_visas_som_i_en_svensk_excel(cell: Any, text: str) -> None:
    assert visad(cell) == text


# Numbers


def varden(fardplan: Fardplan, *rader: tuple[str, Any, str]) -> Any:
    """The plan of new values: (indikator, what the cell holds, its format)."""
    bok = openpyxl.Workbook()
    ark = bok.active
    assert ark is not None
    ark.title = MALL.blad
    ark.append(MALL.rubriker)
    for n, (indikator, varde, format_) in enumerate(rader, start=2):
        satt(ark, n, {"Indikator": indikator, "År": 2010 + n, "Källa": "Egen räkning"})
        satt(ark, n, {"Värde": varde}, format_)
    return inlasning.planera(LagesbildResource, fardplan, "lage.xlsx", sparad(bok))


def test_procent_i_en_indikator_i_procent_ar_vad_som_syns(flemingsberg: Fardplan) -> None:
    celler = [(0.12, "0%"), (0.125, "0.0%"), (0.07, "0%"), (0.58, '0\\ %;"-"'), (12, '0" %"'), ("12,5 %", "General")]

    plan = varden(flemingsberg, *(("Tomma lokaler", varde, format_) for varde, format_ in celler))

    assert plan.fel == ()
    assert [str(rad.varde.varde) for rad in plan.rader] == ["12.00", "12.50", "7.00", "58.00", "12.00", "12.50"]


@pytest.mark.parametrize(("varde", "format_"), [(0.12, "0%"), (12, '0" %"'), ("12 %", "General")])
def test_procent_i_en_annan_enhet_nekas(flemingsberg: Fardplan, varde: Any, format_: str) -> None:
    (nekad,) = varden(flemingsberg, ("Boende", varde, format_)).fel

    assert (nekad.kolumn, nekad.cell) == ("Värde", "E2")
    assert "Cellen visar procent (12" in nekad.text
    assert "men enheten är personer" in nekad.text


def test_andra_format_andrar_inte_talet(flemingsberg: Fardplan) -> None:
    celler = [(16000, "#,##0"), (12.5, HALV), (0.5, "# ?/?"), (3, "0.00")]

    plan = varden(flemingsberg, *(("Boende", varde, format_) for varde, format_ in celler))

    assert [rad.varde.varde for rad in plan.rader] == [Decimal(16000), Decimal("12.5"), Decimal("0.5"), Decimal(3)]


@pytest.mark.parametrize(
    ("varde", "format_", "text"),
    [
        (16000, "#,##0,", "Cellen visar 16 men innehåller 16000"),
        (120, "0‰", "Cellen visar promille (120"),
        (date(2026, 5, 12), "d-mmm", "gjort 2026-05-12 av det"),
        (time(12, 5), "hh:mm", "gjort 12:05 av det"),
    ],
)
def test_ett_tal_som_blev_nagot_annat_sags(flemingsberg: Fardplan, varde: Any, format_: str, text: str) -> None:
    (nekad,) = varden(flemingsberg, ("Boende", varde, format_)).fel

    assert text in nekad.text


def test_enheten_ar_den_som_indikatorn_har(flemingsberg: Fardplan) -> None:
    assert dict(Indikator.objects.filter(namn__in=["Tomma lokaler", "Boende"]).values_list("namn", "enhet")) == {
        "Tomma lokaler": "procent",
        "Boende": "personer",
    }


# Texts


@pytest.mark.parametrize("rubrik", ["Titel", "Text", "Kommentar"])
@pytest.mark.parametrize(
    ("varde", "format_", "vad"),
    [
        (datetime(2026, 5, 12), "d\\-mmm", "till datumet 2026-05-12"),  # noqa: DTZ001 -- as a cell has it
        (time(8, 30), "h:mm", "till klockslaget 08:30"),
        (0.75, "# ?/?", "till ett bråk (3/4)"),
        (0.5, "0%", "till ett procenttal (50"),
        (True, "General", "till ett sanningsvärde (SANT)"),
        (1e20, "0.00E+00", "till ett tal med tiopotens"),
        (1234567890123456, "General", "till ett tal med bara 15 siffror kvar"),
    ],
)
def test_en_text_som_kalkylprogrammet_gjort_om_ar_ett_fel(
    flemingsberg: Fardplan, original: bytes, rubrik: str, varde: Any, format_: str, vad: str
) -> None:
    fil = andrad(original, lambda ark: satt(ark, rad_for(ark, "1.3"), {rubrik: varde}, format_))

    (nekad,) = planera(flemingsberg, "karta.xlsx", fil).fel

    assert (nekad.kolumn, nekad.rad) == (rubrik, 4)
    assert vad in nekad.text
    assert "apostrof" in nekad.text


@pytest.mark.parametrize(
    ("varde", "format_", "text"),
    [
        (3, "General", "3"),
        (2.5, "General", "2,5"),
        (3, "0.00", "3,00"),
        (2030, "0", "2030"),
        ("8:30", "General", "8:30"),
    ],
)
def test_ett_tal_i_en_textkolumn_ar_som_det_visas(
    flemingsberg: Fardplan, original: bytes, varde: Any, format_: str, text: str
) -> None:
    fil = andrad(original, lambda ark: satt(ark, rad_for(ark, "1.3"), {"Titel": varde}, format_))

    (rad,) = planera(flemingsberg, "karta.xlsx", fil).rader

    assert [(c.kolumn, c.efter) for c in rad.celler] == [("Titel", text)]


def test_ett_fel_visar_vad_som_syns_i_cellen(flemingsberg: Fardplan, original: bytes) -> None:
    fil = andrad(original, lambda ark: satt(ark, rad_for(ark, "1.3"), {"Status": 2.5}))

    (nekad,) = planera(flemingsberg, "karta.xlsx", fil).fel

    assert nekad.varde == "2,5"
