"""Cells pasted from a spreadsheet go the way of a file, with what was not pasted as it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from aktorer.models import Aktor, Anvandare
from insatser.models import Aktivitet, Fardplan, Handlingsplan, Inlasning, Insats, Matvarde
from insatser.utbyte.excel.klistrat import rutnat
from tests.arbetsbok import granskade
from tests.conftest import andra_konto
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


# Into the other tables


def test_matvarden_klistras_in_efter_indikator_och_ar(
    som_planerare: Client, bekrafta: Callable[[Any], Any], flemingsberg: Fardplan
) -> None:
    fore = Matvarde.objects.filter(stadskarna=flemingsberg.stadskarna, indikator__namn="Tomma lokaler").latest("ar")
    celler = f"Indikator\tÅr\tVärde\tKälla\nTomma lokaler\t{fore.ar}\t12,5 %\tRäknat\nTomma lokaler\t2011\t7\tRäknat"

    granskning = som_planerare.post(
        "/flemingsberg/lagesbild/klistra/", {"celler": celler, "forsta": "rubriker"}, follow=True
    )
    bekrafta(granskning)

    assert [r.ny for r in granskade(granskning)] == [False, True]
    varden = Matvarde.objects.filter(stadskarna=flemingsberg.stadskarna, indikator__namn="Tomma lokaler")
    assert {v.ar: str(v.varde) for v in varden}.items() >= {fore.ar: "12.50", 2011: "7.00"}.items()


def test_aktiviteter_klistras_in_efter_insats_och_vad_som_ska_goras(
    som_planerare: Client, bekrafta: Callable[[Any], Any], flemingsberg: Fardplan
) -> None:
    plan = Handlingsplan.objects.filter(fardplan=flemingsberg, status="utkast").latest("ar_fran")
    en = Aktivitet.objects.filter(prioritering__handlingsplan=plan).select_related("prioritering__insats").first()
    assert en is not None
    nummer = en.prioritering.insats.nummer
    celler = f"Insats\tAktivitet\tKostnad\n{nummer}\t{en.titel}\t125 000\n{nummer}\tEn till\t"

    granskning = som_planerare.post(
        f"/flemingsberg/handlingsplan/{plan.period}/aktiviteter/klistra/",
        {"celler": celler, "forsta": "rubriker"},
        follow=True,
    )
    bekrafta(granskning)

    en.refresh_from_db()
    assert next((r.ny, [c.kolumn for c in r.celler]) for r in granskade(granskning)) == (False, ["Kostnad"])
    assert en.kostnad == 125_000
    assert Aktivitet.objects.filter(prioritering=en.prioritering, titel="En till").exists()


@pytest.mark.parametrize(("rader", "kod"), [(1, 422), (2, 422)])
def test_utan_nycklar_maste_raderna_vara_lika_manga(som_planerare: Client, rader: int, kod: int) -> None:
    celler = "\n".join(["Värde", *["5"] * rader])

    svar = som_planerare.post("/flemingsberg/lagesbild/klistra/", {"celler": celler, "forsta": "rubriker"})

    assert svar.status_code == kod
    assert "Ta med kolumnerna Indikator och År" in platt(svar)


def test_bara_den_som_laser_in_klistrar(client: Client, styrgrupp: Anvandare) -> None:
    client.force_login(styrgrupp)

    assert client.get("/flemingsberg/lagesbild/klistra/").status_code == 403
    assert "Klistra in" not in platt(client.get("/flemingsberg/lagesbild/?vy=tabell"))


# Into the register


def test_aktorer_klistras_in_efter_namn(
    som_planerare: Client, bekrafta: Callable[[Any], Any], flemingsberg: Fardplan
) -> None:
    celler = "Namn\tSlag\tBeskrivning\nPolisen\tStat\tPolismyndigheten\nBadmintonklubben\tCivilsamhälle\t"
    slag = {str(n): str(k) for k, n in Aktor.Slag.choices}
    celler = celler.replace("Stat", Aktor.objects.get(slug="polisen").get_slag_display())
    celler = celler.replace("Civilsamhälle", next(iter(slag)))

    sida = som_planerare.post("/aktorer/ny/klistra/", {"celler": celler, "forsta": "rubriker"}, follow=True)
    bekrafta(sida)

    assert [rad.titel for rad in granskade(sida)] == ["Polisen", "Badmintonklubben"]
    assert Aktor.objects.get(slug="polisen").beskrivning == "Polismyndigheten"
    assert Aktor.objects.get(namn="Badmintonklubben").slag == next(iter(slag.values()))


def test_aktorer_klistras_in_av_den_som_far_andra_registret(
    som_planerare: Client, planerare: Anvandare, flemingsberg: Fardplan
) -> None:
    lank = "/aktorer/ny/klistra/"
    fore = lank in som_planerare.get("/aktorer/").content.decode()
    andra_konto(planerare, bara_i=[flemingsberg.stadskarna_id])

    assert (fore, lank in som_planerare.get("/aktorer/").content.decode()) == (True, False)
    assert som_planerare.get(lank).status_code == 403
