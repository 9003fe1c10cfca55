"""Files in the shapes that people send them, from upload to preview: a test for each, by the name of the shape.

What each kind of cell, heading and encoding gives is in test_visning, test_omgjorda_nummer, test_tabellen and
test_lasning; here the whole way is walked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, time
from typing import Any

import openpyxl
import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from insatser.fragor.karta import Urval, hamta
from insatser.models import Fardplan
from insatser.utbyte.excel.insatskarta_ut import skriv_csv, skriv_xlsx
from insatser.utbyte.excel.lagesbild import MALL as LAGESBILD
from tests.arbetsbok import andrad, granskade, rad_for, satt, sparad

pytestmark = pytest.mark.django_db

NY = {"Typ": "Kärnspecifik", "Målområde": "2", "Titel": "Öppna en lokal för alla"}

type Visa = Callable[..., Any]


@pytest.fixture
def original(flemingsberg: Fardplan) -> bytes:
    return skriv_xlsx(hamta(flemingsberg, Urval(), AnonymousUser()))


@pytest.fixture
def visa(som_planerare: Client) -> Visa:
    """Upload a file and follow to its preview, or to the page that says what is wrong with it."""

    def kor(innehall: bytes, namn: str = "karta.xlsx", till: str = "insatskarta") -> Any:
        fil = SimpleUploadedFile(namn, innehall)
        return som_planerare.post(f"/flemingsberg/{till}/import/", {"fil": fil}, follow=True)

    return kor


def nya_titlar(svar: Any) -> dict[str, list[str]]:
    assert (svar.context["plan"].fel, svar.context["plan"].konflikter) == ((), ())
    return {rad.nummer: [c.efter for c in rad.celler if c.kolumn == "Titel"] for rad in granskade(svar)}


def fel(svar: Any) -> list[tuple[str, str]]:
    return [(f.cell, f.text.partition(".")[0]) for f in svar.context["fel"]]


def test_procentcell(flemingsberg: Fardplan, visa: Visa) -> None:
    bok = openpyxl.Workbook()
    ark: Any = bok.active
    ark.title = LAGESBILD.blad
    ark.append(LAGESBILD.rubriker)
    for n, (indikator, andel) in enumerate([("Tomma lokaler", 0.12), ("Tomma lokaler", 0.125), ("Boende", 0.12)], 2):
        satt(ark, n, {"Indikator": indikator, "År": 2000 + n, "Källa": "Egen räkning"})
        satt(ark, n, {"Värde": andel}, "0.0%")

    svar = visa(sparad(bok), till="lagesbild")

    assert [c.efter for rad in granskade(svar) for c in rad.celler if c.kolumn == "Värde"] == ["12", "12,5"]
    assert fel(svar) == [("E4", "Cellen visar procent (12,0\N{NO-BREAK SPACE}%), men enheten är personer")]


@pytest.mark.parametrize("over", [["", ""], ["Arbetsmaterial", "Skickat av Eva"]])
def test_rubrikrad_inte_forst(original: bytes, visa: Visa, over: Sequence[str]) -> None:
    def gor(ark: Any) -> None:
        satt(ark, rad_for(ark, "1.4"), {"Titel": "Räkna stegen"})
        ark.insert_rows(1, len(over))
        for n, text in enumerate(over, start=1):
            ark.cell(n, 1).value = text
        ark.merge_cells("A1:Q1")

    assert nya_titlar(visa(andrad(original, gor))) == {"1.4": ["Räkna stegen"]}


def test_rubrikrad_inte_forst_i_csv(flemingsberg: Fardplan, visa: Visa) -> None:
    text = skriv_csv(hamta(flemingsberg, Urval(), AnonymousUser())).decode("utf-8-sig")

    assert nya_titlar(visa(f";;;\r\n\r\n{text}".encode("cp1252", "replace"), "karta.csv")) == {}


def test_nummer_blev_datum(original: bytes, visa: Visa) -> None:
    blev = {"1.3": date(2026, 3, 1), "1.4": "01-apr", "1.5": "1,5", "3.4": date(2026, 4, 3), "4.3": time(4, 3)}

    def gor(ark: Any) -> None:
        for rad, nummer in [(rad_for(ark, nummer), nummer) for nummer in blev]:
            satt(ark, rad, {"Nummer": blev[nummer], "Titel": f"Om {nummer}"})

    svar = visa(andrad(original, gor))

    assert nya_titlar(svar) == {nummer: [f"Om {nummer}"] for nummer in blev}
    assert ["Raderna är kända på sitt dolda id: 1.3, 1.4, 3.4 och 4.3." in n for n in svar.context["plan"].noter] == [
        True
    ]


@pytest.mark.parametrize("tecken", "\u00ad\u200b\ufeff\u2060\u200e")
def test_osynliga_tecken_i_namn(original: bytes, visa: Visa, tecken: str) -> None:
    """In every cell that is looked up, and in the headings: nothing is changed, nothing is unknown."""

    def gor(ark: Any) -> None:
        rad = rad_for(ark, "1.4")
        for rubrik in ("Typ", "Målområde", "Ansvarig", "Medverkande", "Status", "Bedömning"):
            cell = next(c for c in ark[rad] if ark.cell(1, c.column).value == rubrik)
            cell.value = cell.value and tecken + cell.value[:3] + tecken + cell.value[3:]
        for cell in ark[1]:
            cell.value = cell.value[:2] + tecken + cell.value[2:]

    assert nya_titlar(visa(andrad(original, gor))) == {}


def test_text_blev_datum_eller_tal(original: bytes, visa: Visa) -> None:
    blev = [(date(2026, 5, 12), "d mmm"), (0.75, "# ?/?"), (0.5, "0%"), (time(8, 30), "h:mm"), (True, "General")]

    def gor(ark: Any) -> None:
        for rad, (varde, format_) in enumerate(blev, start=2):
            satt(ark, rad, {"Text": varde}, format_)
        satt(ark, 7, {"Titel": 2.5})

    svar = visa(andrad(original, gor))

    assert [text.partition("till ")[2] for _, text in fel(svar)] == [
        "datumet 2026-05-12",
        "ett bråk (3/4)",
        "ett procenttal (50\N{NO-BREAK SPACE}%)",
        "klockslaget 08:30",
        "ett sanningsvärde (SANT)",
    ]
    assert [c.efter for rad in granskade(svar) for c in rad.celler] == ["2,5"]


def test_samma_fil_tva_ganger(original: bytes, visa: Visa, som_planerare: Client) -> None:
    fil = andrad(original, lambda ark: satt(ark, ark.max_row + 1, NY))
    svar = visa(fil)
    som_planerare.post(svar.redirect_chain[-1][0], {"fingeravtryck": svar.context["plan"].fingeravtryck})

    plan = visa(fil).context["plan"]

    assert (plan.rader, [t.titel for t in plan.tvillingar]) == (0, [NY["Titel"]])


@pytest.mark.parametrize(
    ("sida", "q", "finns"),
    [
        ("/flemingsberg/insatskarta/", "1.3\u00a0Samverka kring  utvecklingen", "/insatser/1.3/"),
        ("/aktorer/", "”huddinge\u00a0kom\u00admun”", "/aktorer/huddinge-kommun/"),
        ("/sok/", "(Häl\u200bsova\u0308gen).", "/insatser/1.3/"),
    ],
)
def test_sok_inklistrat(client: Client, flemingsberg: Fardplan, sida: str, q: str, finns: str) -> None:
    """Wherever one searches; what people paste is a table in test_karta."""
    assert finns in client.get(sida, {"q": q}).content.decode().partition("<main")[2]


def test_kommunens_egen_fil(visa: Visa) -> None:
    """Not one fault, but a page where the columns and words are matched, with what they most likely mean."""
    bok = openpyxl.Workbook()
    ark: Any = bok.active
    ark.title = "Åtgärder"
    for rad in [
        ["Verksamhetsplan 2027"],
        ["Utskrift ur planeringsverktyget"],
        [],
        ["Område", "Åtgärd", "Ansvarig nämnd", "Läge", "Notering"],
        ["Stadsliv", "Måla tunneln", "Huddinge kommun", "Pågående", ""],
        ["Stadsliv", "Bänkar i parken", "Botkyrka kommun", "Klar", ""],
        ["Stadsliv", "Bryggan", "Huddinge kommun", "Försenad", "Väntar på tillstånd"],
    ]:
        ark.append(rad)
    ark.merge_cells("A1:E1")
    bok.create_sheet("Definitioner").append(["Klar", "Allt är gjort"])

    svar = visa(sparad(bok), "plan.xlsx")

    form = svar.context["form"]
    valt = {form[n].label: form[n].value() for n in form.fields}
    assert svar.status_code == 200
    assert {"Åtgärd": "titel", "Område": "malomrade", "Läge": "status", "Klar": "genomford/"}.items() <= valt.items()
    assert (valt["Pågående"], valt["Försenad"]) == ("pagar/enligt_plan", "pagar/avviker")


def test_tio_blev_ett(original: bytes, visa: Visa) -> None:
    """A new row with 1.10 that became the number 1.1, below the 1.1 that is text."""
    svar = visa(andrad(original, lambda ark: satt(ark, 20, NY | {"Målområde": "1", "Nummer": 1.1})))

    assert [(f.cell, f.text) for f in svar.context["fel"]] == [("A20", "Är det 1.1 eller 1.10? Skriv numret som text.")]
