"""What the readers make of files as people and programs write them: encodings, headings, and what stands around."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import openpyxl
import pytest

from insatser.regler import kronor
from insatser.regler.rubrik import rubriknyckel
from insatser.regler.tolkning import ar_rubriker, gissa_kolumner, gissa_lage
from insatser.utbyte.excel import frammande, lasning
from insatser.utbyte.excel.cellslag import OLAST, Insatsnummer
from insatser.utbyte.excel.frammande import Frammande
from insatser.utbyte.excel.insatskarta import InsatskartaResource
from insatser.utbyte.excel.tabell import LIGGER, Tabell

MALL = InsatskartaResource.mall
ORD: Any = None  # numbers need no names
RADEN = {"Nummer": "1.3", "Typ": "Kärnspecifik", "Målområde": "1", "Titel": "Höja åsen på ön", "Insats-id": "7"}
HUVUD = ["Åtgärd", "Ansvarig", "Status", "Kommentar"]
RADER = [["Bygg bro", "Huddinge kommun", "Pågående", "ok"], ["Riv bro", "Botkyrka kommun", "Klar", ""]]


def text(skiljetecken: str = ";", rubriker: Sequence[str] = MALL.rubriker) -> str:
    rad = skiljetecken.join(RADEN.get(r, "") for r in MALL.rubriker)
    return f"{skiljetecken.join(rubriker)}\r\n{rad}\r\n"


def bok(*rader: Sequence[Any], sammanfoga: Sequence[str] = ()) -> bytes:
    wb = openpyxl.Workbook()
    blad: Any = wb.active
    blad.title = MALL.blad
    for rad in rader:
        blad.append(list(rad))
    for celler in sammanfoga:
        blad.merge_cells(celler)
    fil = io.BytesIO()
    wb.save(fil)
    return fil.getvalue()


def var(*rader: Sequence[Any]) -> Tabell:
    """Our own sheet, with these rows after the first."""
    forst = [RADEN.get(r, "") for r in MALL.rubriker]
    return lasning.las("karta.xlsx", bok(MALL.rubriker, forst, *rader), MALL)


def annans(*rader: Sequence[Any], sammanfoga: Sequence[str] = ()) -> Frammande:
    return frammande.las("plan.xlsx", bok(*rader, sammanfoga=sammanfoga))


def titlar(tabell: Frammande) -> list[str]:
    return [str(celler[0]) for _, celler in tabell.rader]


# --- encodings and separators


@pytest.mark.parametrize(
    "kodning", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252", "iso-8859-15", "mac_roman", "cp850"]
)
def test_svenska_bokstaver_i_vilken_kodning_som_helst(kodning: str) -> None:
    tabell = lasning.las("karta.csv", text().encode(kodning), MALL)

    assert (tabell.fel, tabell.kolumn("titel")) == ([], [(2, "Höja åsen på ön")])


@pytest.mark.parametrize(
    ("ord_", "kodning"),
    [
        ("Łódź, Kraków och Gdańsk", "cp1250"),
        ("Łódź, Kraków och Gdańsk", "iso8859_2"),
        ("Café i Zürich", "cp1252"),
        ("1 000 £ enligt § 3, 12 m²", "cp1252"),
    ],
)
def test_bokstaver_gissas_och_det_sags(ord_: str, kodning: str) -> None:
    tabell = frammande.las("plan.csv", f"Titel;Text\r\n{ord_};Ja\r\n".encode(kodning))

    assert tabell.texter(0) == [ord_]
    assert any("De är lästa som" in n and "välj en annan teckenkodning" in n for n in tabell.noter)


def test_en_skadad_byte_ar_ett_fel_i_sin_cell() -> None:
    fil = text().encode().replace("Höja".encode(), b"H\xf6ja")

    tabell = lasning.las("karta.csv", fil, MALL)

    (fel,) = tabell.fel
    assert (fel.rad, fel.kolumn, fel.varde) == (2, "Titel", "H\ufffdja åsen på ön")
    assert "skadat i filen" in fel.text
    assert tabell.kolumn("titel") == [(2, OLAST)]


def test_citattecken_i_windows_blir_inte_dos() -> None:
    """” in one encoding is ö in the other."""
    rader = "Åtgärd;Text\r\nEtt;”ja”\r\n".replace("Åtgärd", "Titel").encode("cp1252")

    assert frammande.las("plan.csv", rader).texter(1) == ["”ja”"]


@pytest.mark.parametrize("skiljetecken", [";", ",", "\t", "|", "^", "~"])
def test_filen_sager_sjalv_vad_som_skiljer(skiljetecken: str) -> None:
    tabell = lasning.las("karta.csv", f"sep={skiljetecken}\r\n{text(skiljetecken)}".encode(), MALL)

    assert (tabell.fel, tabell.rubrikrad, len(tabell.rader)) == ([], 2, 1)


def test_hela_raden_i_en_cell_delas() -> None:
    """So does a program that knows of another separator keep the rows."""
    rader = "\r\n".join(f'"{rad}"' for rad in text().replace('"', '""').split("\r\n") if rad)

    tabell = lasning.las("karta.csv", rader.encode(), MALL)

    assert (tabell.fel, tabell.kolumn("titel")) == ([], [(2, "Höja åsen på ön")])


@pytest.mark.parametrize("cell", ["Ring; mejla; skriv", "Ring; mejla\r\nskriv", "Ring"])
def test_en_kolumn_med_meningar_delas_inte(cell: str) -> None:
    (blad,) = lasning.las_alla("plan.csv", f'Åtgärd\r\n"{cell}"\r\n"Ring; mejla"\r\n'.encode())

    assert blad.rader == [["Åtgärd"], [cell], ["Ring; mejla"]]


def test_en_fil_med_bara_ett_bom_ar_tom() -> None:
    assert [f.text for f in lasning.las("karta.csv", b"\xef\xbb\xbf\r\n", MALL).fel] == ["Filen är tom."]


# --- headings


@pytest.mark.parametrize(
    "skriven",
    ["Åtgärd", "ÅTGÄRD:", "1. Åtgärd", "a) Åtgärd *", "Åt-\ngärd", "Åtgärd (max 200 tecken)", " * Åtgärd? ", "Åtgärd."],
)
def test_en_rubrik_ar_densamma_hur_den_an_skrivs(skriven: str) -> None:
    assert rubriknyckel(skriven) == "åtgärd"


@pytest.mark.parametrize(
    ("skriven", "blir"), [("Mark- och vatten", "mark- och vatten"), ("3.1", "3.1"), ("(tom)", "(tom)"), ("", "")]
)
def test_det_som_inte_ar_runt_rubriken_star_kvar(skriven: str, blir: str) -> None:
    assert rubriknyckel(skriven) == blir


def test_vara_rubriker_med_kolon_och_stjarna() -> None:
    tabell = lasning.las("karta.csv", text(rubriker=[f"{r}: *" for r in MALL.rubriker]).encode(), MALL)

    assert (tabell.fel, len(tabell.rader)) == ([], 1)


@pytest.mark.parametrize("tecken", ["(", " ", "-", "1.", ")", "- a", "*"])
def test_en_rubrik_som_aldrig_tar_slut_kostar_inget(tecken: str) -> None:
    assert len(rubriknyckel(tecken * 1_000_000)) <= 4_000_000


@pytest.mark.parametrize(
    ("rubriker", "falt"),
    [
        (["Action", "Responsible", "Due date", "Status", "Comments"], "titel ansvarig text status kommentar"),
        (["Tiltak", "Ansvarlig", "Frist", "Merknad"], "titel ansvarig text kommentar"),
        (["Maßnahme", "Verantwortlich", "Bemerkung"], "titel ansvarig kommentar"),
        (["Toimenpide", "Vastuutaho", "Tila"], "titel ansvarig status"),
    ],
)
def test_rubriker_pa_andra_sprak(rubriker: list[str], falt: str) -> None:
    assert [*gissa_kolumner(rubriker, [[] for _ in rubriker], {}).values()] == falt.split()


@pytest.mark.parametrize(
    ("ord_", "lage"),
    [
        ("In progress", "pagar/enligt_plan"),
        ("Completed", "genomford/"),
        ("Ikke startet", "ej_paborjad/"),
        ("Myöhässä", "pagar/avviker"),
    ],
)
def test_lagen_pa_andra_sprak(ord_: str, lage: str) -> None:
    assert gissa_lage(ord_) == lage


# --- what stands around, in somebody else's file and in ours


def test_tabellen_under_tabellen_lases_inte_in() -> None:
    tabell = annans(HUVUD, *RADER, [], ["Kontakter"], ["Namn", "Telefon", "E-post"], ["Ada", "08-1", "a@b.se"])

    assert (titlar(tabell), tabell.noter) == (
        ["Bygg bro", "Riv bro"],
        ["På rad 5 börjar en annan tabell. Den läses inte in."],
    )


def test_samma_tabell_igen_under_en_tom_rad_gar_vidare() -> None:
    tabell = annans(HUVUD, RADER[0], [], HUVUD, RADER[1])

    assert (titlar(tabell), tabell.noter) == (["Bygg bro", "Riv bro"], [])


def test_under_var_tabell_star_en_annan() -> None:
    tabell = var([], ["Ordlista"], ["Ord", "Betydelse", "Kommentar"], ["Insats", "Det vi gör", ""])

    assert (len(tabell.rader), tabell.fel) == (1, [])
    assert tabell.noter == ["På rad 4 börjar en annan tabell. Den läses inte in."]


@pytest.mark.parametrize("ord_", ["Summa", "TOTALT", "S:a"])
def test_en_summa_ar_ingen_insats(ord_: str) -> None:
    tabell = annans([*HUVUD, "Kostnad"], [*RADER[0], 100], [*RADER[1], 200], [ord_, None, None, None, 300])

    assert (titlar(tabell), tabell.noter) == (["Bygg bro", "Riv bro"], ["Rad 4 är en summa och läses inte in."])


def test_summan_under_var_tabell() -> None:
    assert var(["Summa", 12]).noter == ["Rad 3 är en summa och läses inte in."]


@pytest.mark.parametrize("sammanfoga", [(), ("B1:C1", "D1:E1"), ("A1:A2", "B1:C1", "D1:E1", "F1:F2")])
def test_rubriker_i_tva_rader(sammanfoga: tuple[str, ...]) -> None:
    """ "Tid" stands over "Start" and "Slut"; the others in one of the rows, merged downwards or not."""
    over = ["Åtgärd", "Ansvar", None, "Tid", None, "Status"]
    under = [None, "Huvudansvarig", "Medverkande", "Start", "Slut", None]
    tabell = annans(over, under, ["Bygg bro", "Huddinge", "Polisen", "2026", "2027", "Pågår"], sammanfoga=sammanfoga)

    assert tabell.rubriker[:6] == ["Åtgärd", "Huvudansvarig", "Medverkande", "Start", "Slut", "Status"]
    assert titlar(tabell) == ["Bygg bro"]


def test_rubriker_mellan_raderna_utan_sammanfogning() -> None:
    tabell = annans(HUVUD, ["Målområde 1 Levande"], RADER[0], ["Målområde 2"], RADER[1])

    assert [celler[-1] for _, celler in tabell.rader] == ["Målområde 1 Levande", "Målområde 2"]


def test_ett_malomrade_som_star_en_gang_galler_raderna_under() -> None:
    rader = [[omrade, *rad] for omrade, rad in zip(["Levande", None, "Tillgänglig"], [*RADER, RADER[0]], strict=True)]
    tabell = annans(["Målområde", *HUVUD], *rader)

    assert [celler[0] for _, celler in tabell.rader] == ["Levande", "Levande", "Tillgänglig"]
    assert tabell.noter == ["Tomma celler under Målområde läses som den ovanför: rad 3."]


def test_en_ensam_titel_ar_ingen_rubrik() -> None:
    assert titlar(annans(HUVUD, *RADER, ["Måla bron"])) == ["Bygg bro", "Riv bro", "Måla bron"]


def test_en_tabell_pa_tvaren_sags_det_om() -> None:
    rader = ["Åtgärd", "Bygg bro", "Riv bro"], ["Ansvarig", "Huddinge", "Botkyrka"], ["Status", "Pågår", "Klar"]

    assert [f.text for f in annans(*rader).fel] == [LIGGER]
    assert LIGGER in lasning.las("plan.xlsx", bok(*rader), MALL).fel[0].text


@pytest.mark.parametrize("rad", [["Namn", 3], ["Namn"], ["Bygg bro", "Huddinge", "Status"], [], ["", None], ["Åtgärd"]])
def test_det_som_inte_ar_rubriker(rad: list[Any]) -> None:
    assert not ar_rubriker(rad)


# --- numbers


@pytest.mark.parametrize(
    "text",
    ["250 000", "250000 kr", "250 000:-", "250 000,00 kr", "250 000 SEK", "250.000 kr.", "250\u202f000\u00a0kronor"],
)
def test_ett_belopp_hur_det_an_skrivs(text: str) -> None:
    assert kronor.tolka(text) == 250_000


@pytest.mark.parametrize("text", ["250,5", "250,000", "250 tkr", "kr", "1:50"])
def test_det_som_inte_ar_hela_kronor(text: str) -> None:
    with pytest.raises(ValueError, match="Skriv hela kronor"):
        kronor.tolka(text)


@pytest.mark.parametrize("cell", ["1.3", "1,3", "1.3.", " 1. 3 ", "1.3\u200b", '="1.3"', "'1.3"])
def test_ett_insatsnummer_hur_det_an_skrivs(cell: str) -> None:
    assert Insatsnummer().las(cell, ORD) == (1, 3)
