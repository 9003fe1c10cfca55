"""Cells pasted from a spreadsheet go the way of a file, with what was not pasted as it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from insatser.models import Inlasning, Insats
from insatser.utbyte.excel.klistrat import rutnat
from tests.arbetsbok import granskade
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

SIDA = "/flemingsberg/insatskarta/klistra/"


@pytest.fixture
def klistra(som_planerare: Client) -> Callable[..., Any]:
    def skicka(celler: str, forsta: str = "rubriker", urval: str = "") -> Any:
        return som_planerare.post(SIDA + urval, {"celler": celler, "forsta": forsta}, follow=True)

    return skicka


@pytest.fixture
def bekrafta(som_planerare: Client, formular: Callable[[Any], dict[str, str]]) -> Callable[[Any], Any]:
    """Confirm the preview."""

    def kor(granskning: Any) -> Any:
        adress = granskning.redirect_chain[-1][0]
        return som_planerare.post(adress, {"fingeravtryck": granskning.context["plan"].fingeravtryck}, follow=True)

    return kor


@pytest.mark.parametrize(
    ("celler", "forsta", "urval"),
    [
        ('Nummer\tTitel\tText\r\n1.3\tNy titel\t"Två\r\nrader"\r\n1.4\tAnnan\tText\r\n', "rubriker", ""),
        ('text\tNUMMER\ttitel\n"Två\nrader"\t1,3\tNy titel\nText\t1.4\tAnnan', "rubriker", ""),
        ('1.3\tNy titel\t"Två\nrader"\n1.4\tAnnan\tText', "titel", ""),
        ('Ny titel\t"Två\nrader"\nAnnan\tText', "titel", "?malomrade=1&typ=karnspecifik&q=a"),
    ],
)
def test_det_som_klistrats_visas_och_skrivs_pa_en_gang(
    klistra: Callable[..., Any],
    bekrafta: Callable[[Any], Any],
    insats: Callable[[str], Insats],
    celler: str,
    forsta: str,
    urval: str,
) -> None:
    if urval:
        Insats.objects.filter(pk=insats("1.5").pk).update(avford="2026-11-01", avford_skal="Klar")

    granskning = klistra(celler, forsta, urval)

    assert [r.nummer for r in granskade(granskning)] == ["1.3", "1.4"]
    assert insats("1.3").titel != "Ny titel"
    klar = platt(bekrafta(granskning))

    assert "Inklistrat.csv är inläst: 0 nya insatser, 2 ändrade" in klar
    assert ">Se vad som ändrades, eller ångra</a>" in klar
    assert (insats("1.3").titel, insats("1.3").text, insats("1.4").titel) == ("Ny titel", "Två\nrader", "Annan")


def test_det_som_inte_klistrats_ar_kvar(
    klistra: Callable[..., Any], roller: Callable[[str], tuple[str | None, list[str]]]
) -> None:
    fore = roller("1.3")

    granskning = klistra("Nummer\tAnsvarig\n1.3\tPolisen")

    (rad,) = granskade(granskning)
    assert [(c.kolumn, c.efter) for c in rad.celler] == [("Ansvarig", "Polisen")]
    assert roller("1.3") == fore


def test_en_rad_utan_nummer_blir_en_ny_insats(klistra: Callable[..., Any]) -> None:
    granskning = klistra("Nummer\tTyp\tMålområde\tTitel\n\tKärnspecifik\t1\tEn ny bro")

    assert [(r.ny, r.titel) for r in granskade(granskning)] == [(True, "En ny bro")]


@pytest.mark.parametrize(
    ("celler", "forsta", "text"),
    [
        ("", "rubriker", "Klistra in minst en rad."),
        ("\t\n\t", "titel", "Klistra in minst en rad."),
        ("Rubbel\tTitel\n1\t2", "rubriker", "Första raden har ”Rubbel”"),
        ("Titel\ttitel\n1\t2", "rubriker", "Samma rubrik står två gånger"),
        ("Titel\nA\nB", "rubriker", "Du klistrade in 2 rader utan nummer, men urvalet har 18."),
        ("1.3\tA\tB\tC", "kommentar", "Rad 1 har fler celler"),
        ("Nummer\tTitel\n1.3\tA\tB", "rubriker", "Rad 1 har fler celler"),
    ],
)
def test_det_som_inte_gar_att_forsta_sags_och_star_kvar(
    klistra: Callable[..., Any], celler: str, forsta: str, text: str
) -> None:
    svar = klistra(celler, forsta)

    assert svar.status_code == 422
    assert text in platt(svar)
    assert svar.context["form"]["celler"].value() == celler
    assert not Inlasning.objects.exists()


@pytest.mark.parametrize(
    ("celler", "forsta", "rad"), [("Nummer\tStatus\n1.3\tFärdig", "rubriker", 2), ("1.3\tFärdig", "status", 1)]
)
def test_fel_i_en_cell_sags_med_raden_som_den_klistrades(
    klistra: Callable[..., Any], celler: str, forsta: str, rad: int
) -> None:
    svar = klistra(celler, forsta)

    assert svar.status_code == 422
    assert [(f.rad, f.kolumn, f.varde) for f in svar.context["fel"]] == [(rad, "Status", "Färdig")]
    assert svar.context["form"]["celler"].value() == celler


def test_formler_kors_inte_och_star_som_de_skrevs(
    klistra: Callable[..., Any], bekrafta: Callable[[Any], Any], insats: Callable[[str], Insats]
) -> None:
    bekrafta(klistra("Nummer\tTitel\n1.3\t=1+1"))

    assert insats("1.3").titel == "=1+1"


@pytest.mark.parametrize(
    ("text", "celler"),
    [
        ('a\t12" rör\tb', [["a", '12" rör', "b"]]),
        ('"hej\tb"', [["hej\tb"]]),
        ('"hej" sa hon\tb\nc', [['"hej" sa hon', "b"], ["c"]]),
        ('"Vägen"\tb', [['"Vägen"', "b"]]),
        ('"ett ""två"""\tb', [['ett "två"', "b"]]),
        ('"Två\r\nrader"\tb\r\nc', [["Två\r\nrader", "b"], ["c"]]),
        ('"bara början\tb\n1\t2', [['"bara början', "b"], ["1", "2"]]),
        ('""\tb\t"', [['""', "b", '"']]),
        ("\ta\t\t", [["", "a", "", ""]]),
    ],
)
def test_cellerna_ar_som_kalkylprogrammet_skrev_dem(text: str, celler: list[list[str]]) -> None:
    assert [rad for rad in rutnat(text) if any(rad)] == celler


@pytest.mark.parametrize("bit", ['"', '""', '"a', '"a\t', '"""\t', 'a"\n', '"x""\t', "\t"])
def test_rutnatet_lases_i_ett_svep(bit: str) -> None:
    """A million characters, whatever they are, take no time worth speaking of."""
    borjan = time.perf_counter()
    rutnat(bit * (1_000_000 // len(bit)))

    assert time.perf_counter() - borjan < 20
