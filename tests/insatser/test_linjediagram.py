"""The pure rules of the lägesbild: Swedish numbers, how far from the target, and where lines and labels go."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise

import pytest

from insatser.bild import gnista, linjediagram
from insatser.bild.linjediagram import Diagram, Serie, rita, sprid
from insatser.regler import malavstand, tal


def serie(namn: str, *varden: tuple[int, float], plats: int = 1, egen: bool = False) -> Serie:
    return Serie(namn, {ar: Decimal(str(v)) for ar, v in varden}, plats, egen)


def ritad(*serier: Serie, mal: tuple[int, float] | None = None) -> Diagram:
    diagram = rita(serier, (mal[0], Decimal(str(mal[1]))) if mal else None)
    assert diagram
    return diagram


def punkter(bana: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"([\d.]+) ([\d.]+)", bana)]


# --- numbers


@pytest.mark.parametrize(
    ("skrivet", "varde"),
    [
        ("16 000", "16000"),
        ("16\N{NO-BREAK SPACE}000", "16000"),
        ("16\N{NARROW NO-BREAK SPACE}000,5", "16000.5"),
        (" 1000000 ", "1000000"),
        ("12,5", "12.5"),
        ("12.5", "12.5"),
        ("0,05", "0.05"),
        ("-3", "-3"),
        ("\N{MINUS SIGN}3,25", "-3.25"),
        ("99 999 999 999 999,99", "99999999999999.99"),
    ],
)
def test_tal_lases_som_svenskar_skriver(skrivet: str, varde: str) -> None:
    assert tal.tolka(skrivet) == Decimal(varde)


@pytest.mark.parametrize(
    ("skrivet", "orsak"),
    [
        ("tolv", "inget tal"),
        ("", "inget tal"),
        ("1 00", "inget tal"),
        ("1e5", "inget tal"),
        ("٣", "inget tal"),
        ("16.000", "utan punkt"),
        ("1.234,5", "utan punkt"),
        ("1,234", "högst två"),
        ("999 999 999 999 999", "för stort"),
    ],
)
def test_det_som_inte_ar_ett_tal_far_en_mening_om_vad_man_gor(skrivet: str, orsak: str) -> None:
    with pytest.raises(ValueError, match=orsak):
        tal.tolka(skrivet)


@pytest.mark.parametrize(
    ("varde", "skrivet"),
    [("16000.00", "16 000"), ("12.50", "12,5"), ("-0.05", "−0,05"), ("0", "0"), ("1234567.89", "1 234 567,89")],
)
def test_tal_skrivs_pa_svenska_och_lases_tillbaka(varde: str, skrivet: str) -> None:
    text = tal.skriv(Decimal(varde))

    assert text.replace("\N{NO-BREAK SPACE}", " ") == skrivet
    assert tal.tolka(text) == Decimal(varde)


def test_kalkylprogrammets_brus_stryks_men_inga_decimaler() -> None:
    assert tal.ur_flyttal(0.1 + 0.2) == Decimal("0.30")
    for varde in (1 / 3, float("nan"), float("inf"), 1e300):
        with pytest.raises(ValueError, match=r"decimaler|för stort"):
            tal.ur_flyttal(varde)


# --- the target


@pytest.mark.parametrize(
    ("varde", "mal", "riktning", "kvar", "over", "natt"),
    [
        (56, 70, "oka", 14, False, False),
        (70, 70, "oka", 0, False, True),
        (75, 70, "oka", 5, True, True),
        (8, 5, "minska", 3, True, False),
        (4, 5, "minska", 1, False, True),
        (4, 5, "ingen", 1, False, None),
    ],
)
def test_hur_langt_det_ar_till_malet(
    varde: int, mal: int, riktning: str, kvar: int, over: bool, natt: bool | None
) -> None:
    svar = malavstand.avstand(Decimal(varde), Decimal(mal), riktning)

    assert (svar.kvar, svar.over, svar.natt) == (kvar, over, natt)


def test_skillnaden_mellan_procent_ar_procentenheter() -> None:
    assert [malavstand.enhet(e) for e in ("procent", " % ", "personer")] == ["procentenheter"] * 2 + ["personer"]


# --- the chart


def test_utan_tva_ar_i_nagon_linje_finns_inget_att_rita() -> None:
    assert rita([]) is None
    assert rita([serie("A", (2026, 5)), serie("B", (2020, 5))], (2030, Decimal(9))) is None


def test_linjen_gar_fran_horn_till_horn_och_har_en_punkt_per_varde() -> None:
    diagram = ritad(serie("A", (2020, 0), (2022, 100)))

    (linje,) = diagram.linjer
    assert punkter(linje.bana) == [(diagram.matt.vanster, diagram.matt.botten), (diagram.matt.hoger, diagram.matt.topp)]
    assert linje.punkter.count("h0") == 2


def test_aren_star_pa_avstand_efter_tid_inte_efter_ordning() -> None:
    (linje,) = ritad(serie("A", (2020, 1), (2021, 1), (2030, 1))).linjer

    (a, _), (b, _), (c, _) = punkter(linje.bana)
    assert (c - b) == pytest.approx(9 * (b - a), abs=1)


@pytest.mark.parametrize(
    ("forsta", "sista", "aren"),
    [
        (2021, 2025, [2021, 2022, 2023, 2024, 2025]),
        (2009, 2026, [2009, 2012, 2014, 2016, 2018, 2020, 2022, 2024, 2026]),
        (1990, 2099, [1990, 2000, 2010, 2020, 2030, 2040, 2050, 2060, 2070, 2080, 2099]),
    ],
)
def test_forsta_och_sista_aret_star_alltid_under_axeln(forsta: int, sista: int, aren: list[int]) -> None:
    assert [ar for ar, _ in ritad(serie("A", (forsta, 1), (sista, 2))).ar] == aren


def test_linjerna_gar_att_rakna_upp_som_namnen_star() -> None:
    andra = [serie(namn, (2020, 0), (2021, varde), plats=varde) for namn, varde in (("Låg", 1), ("Hög", 9))]

    diagram = ritad(*andra, serie("Egen", (2020, 0), (2021, 5), egen=True))

    assert [linje.etikett.text for linje in diagram.uppifran if linje.etikett] == ["Hög", "Egen", "Låg"]


def test_den_egna_linjen_ligger_overst_och_de_andra_behaller_sitt_monster() -> None:
    egen = serie("Egen", (2020, 1), (2021, 2), plats=3, egen=True)
    andra = [serie(str(n), (2020, n), (2021, n), plats=n) for n in (8, 1, 9)]

    linjer = ritad(egen, *andra).linjer

    assert [linje.monster for linje in linjer] == [1, 2, 2, 0]
    assert [linje.egen for linje in linjer] == [False, False, False, True]


def test_axeln_borjar_vid_noll_nar_den_kan() -> None:
    fran_noll = ritad(serie("A", (2020, 15_000), (2026, 25_000)))
    bruten = ritad(serie("A", (2020, 95), (2026, 100)))
    under_noll = ritad(serie("A", (2020, -5), (2026, 3)))

    assert ([text.replace("\N{NO-BREAK SPACE}", " ") for text, _ in fran_noll.varden], fran_noll.bruten) == (
        ["0", "10 000", "20 000", "30 000"],
        False,
    )
    assert (bruten.varden[0][0], bruten.bruten) == ("94", True)
    assert ("0" in dict(under_noll.varden), under_noll.bruten) == (True, False)


@pytest.mark.parametrize(
    "varden",
    [(0, 0), (5, 5), (-5, -5), (0.01, 0.02), (99999999999999.98, 99999999999999.99), (-1e13, 1e13), (1, 1e14)],
)
def test_allt_ryms_inom_bilden_hur_talen_an_ser_ut(varden: tuple[float, float]) -> None:
    diagram = ritad(serie("A", (1990, varden[0]), (2099, varden[1])), mal=(2050, varden[0]))

    hojder = [y for _, y in punkter(diagram.linjer[0].bana)] + [y for _, y in diagram.varden]
    assert all(diagram.matt.topp <= y <= diagram.matt.botten for y in hojder)
    assert 2 <= len(diagram.varden) <= 7
    assert len(dict(diagram.varden)) == len(diagram.varden)
    assert all(len(text) <= 10 for text, _ in diagram.varden)
    assert len(diagram.ar) <= 11


def test_malet_har_en_niva_ett_ar_och_en_etikett() -> None:
    diagram = ritad(serie("A", (2020, 40), (2025, 60)), mal=(2030, 80))

    assert diagram.mal
    assert (diagram.mal.x, diagram.mal.y) == (diagram.matt.hoger, diagram.matt.topp)
    assert diagram.mal.etikett.text == "Mål 2030: 80"
    assert punkter(diagram.linjer[0].bana)[-1][0] < diagram.matt.hoger


def test_etiketter_tacker_inte_varandra_och_pekar_pa_sina_linjer() -> None:
    diagram = ritad(*(serie(f"Kärna {n}", (2020, 1), (2021, 50 + n / 10), plats=n) for n in range(9)), mal=(2021, 50))

    assert diagram.mal
    etiketter = [linje.etikett for linje in diagram.linjer if linje.etikett] + [diagram.mal.etikett]
    hojder = sorted(e.y for e in etiketter)
    assert len(hojder) == 10
    assert min(b - a for a, b in pairwise(hojder)) >= linjediagram.RADAVSTAND - 0.01
    assert diagram.matt.topp <= hojder[0] <= hojder[-1] <= diagram.matt.botten
    assert all((e.fran_x, e.fran_y) == punkter(linje.bana)[-1] for linje in diagram.linjer if (e := linje.etikett))


@pytest.mark.parametrize(("forsta", "sista"), [(2021, 2025), (2010, 2019), (2009, 2026), (1990, 2099)])
@pytest.mark.parametrize("varde", [1, 30_000, 12_345_678])
def test_pa_en_telefon_ryms_aren_och_talen_utan_att_ga_i_varandra(forsta: int, sista: int, varde: int) -> None:
    diagram = rita([serie("A", (forsta, 0), (sista, varde))], None, linjediagram.SMAL)

    assert diagram
    matt, aren = diagram.matt, [x for _, x in diagram.ar]
    assert [ar for ar, _ in diagram.ar][:: len(aren) - 1] == [forsta, sista]
    assert min(b - a for a, b in pairwise(aren)) > 4 * matt.siffra
    assert max(len(text) for text, _ in diagram.varden) * matt.siffra < matt.vanster < matt.bredd / 3
    assert aren[-1] + 2 * matt.siffra <= matt.bredd


def test_av_manga_karnor_namnges_bara_den_egna() -> None:
    andra = [serie(f"Kärna {n}", (2020, n), (2021, n), plats=n) for n in range(80)]

    diagram = ritad(*andra, serie("Egen", (2020, 1), (2021, 2), egen=True))

    assert [linje.etikett.text for linje in diagram.linjer if linje.etikett] == ["Egen"]
    assert not diagram.namngivna


@pytest.mark.parametrize(
    ("onskade", "platser"),
    [([], []), ([50], [50]), ([5], [10]), ([99], [90]), ([40, 41, 42], [40, 50, 60]), ([88, 89, 90], [70, 80, 90])],
)
def test_hojder_sprids_inom_granserna(onskade: list[float], platser: list[float]) -> None:
    assert sprid(onskade, 10, 10, 90) == platser


def test_langa_namn_kapas() -> None:
    (linje,) = ritad(serie("Kungens kurva-Skärholmen och mycket mer", (2020, 1), (2021, 2))).linjer

    assert linje.etikett
    assert linje.etikett.text == "Kungens kurva-Skärholmen…"


# --- the small line


def liten(*varden: tuple[int, float], mal: tuple[int, float] | None = None) -> gnista.Gnista | None:
    return gnista.rita({ar: Decimal(str(v)) for ar, v in varden}, mal and (mal[0], Decimal(str(mal[1]))))


def test_den_lilla_linjen_pekar_mot_malet() -> None:
    bild = liten((2020, 10), (2021, 20), mal=(2022, 40))
    assert bild

    (x0, y0), (x1, y1) = punkter(bild.bana)
    fran, till, *_ = punkter(bild.pil)

    assert (x0 < x1 < till[0], y0 > y1 > till[1]) == (True, True)
    assert (fran, bild.ruta) == (bild.punkt, None)
    assert all(0 <= px <= bild.bredd and 0 <= py <= bild.hojd for px, py in punkter(bild.bana + bild.pil))


def test_ett_mal_vars_ar_har_varit_ar_en_ruta() -> None:
    bild = liten((2020, 10), (2022, 20), mal=(2021, 15))
    assert bild

    assert (bild.pil, bild.ruta) == ("", (bild.bredd / 2, bild.hojd / 2))


@pytest.mark.parametrize(
    ("varden", "mal"), [([], None), ([], (2030, 7)), ([(2020, 7)], None), ([(2020, 7)], (2020, 9))]
)
def test_ett_ar_ritas_inte(varden: list[tuple[int, float]], mal: tuple[int, float] | None) -> None:
    assert liten(*varden, mal=mal) is None


def test_lika_varden_ritas_mitt_i() -> None:
    bild = liten((2020, 7), (2021, 7))

    assert bild
    assert {y for _, y in punkter(bild.bana)} == {bild.hojd / 2}


@pytest.mark.parametrize(
    ("fore", "nu", "onskad", "vart"),
    [
        (1, 2, "oka", "battre"),
        (2, 1, "oka", "samre"),
        (1, 2, "minska", "samre"),
        (2, 1, "minska", "battre"),
        (1, 1, "oka", "lika"),
        (1, 2, "ingen", None),
    ],
)
def test_vart_det_har_gatt(fore: int, nu: int, onskad: str, vart: str | None) -> None:
    assert malavstand.vart(Decimal(fore), Decimal(nu), onskad) == vart
