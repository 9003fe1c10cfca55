"""Nothing touches all stadskärnor by mistake: what changes a gemensam insats names them, and asks once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from aktorer.models import Anvandare
from insatser.andringar import insats as andringar
from insatser.forms.gemensam import i_alla
from insatser.fragor.stadskarna import med_gemensamma
from insatser.models import Fardplan, Insats, Malomrade, Stadskarna
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

type Hamta = Callable[[str], Insats]
type Formular = Callable[[Any], dict[str, str]]

EGEN, GEMENSAM = "/flemingsberg/insatser/1.3/", "/flemingsberg/insatser/4.2/"
FRAGAN = "Ja, ändra i alla åtta stadskärnor"
JA = {"alla_karnor": "on"}
HX = {"HX-Request": "true"}


@pytest.fixture
def alla_namn(db: None) -> str:
    return "En gemensam insats visas i " + " och ".join(
        [", ".join((namn := [str(k) for k in Stadskarna.objects.order_by("ordning")])[:-1]), namn[-1]]
    )


@pytest.mark.parametrize(
    ("antal", "ord_"),
    [(1, "i A"), (2, "i båda stadskärnorna"), (8, "i alla åtta stadskärnor"), (13, "i alla 13 stadskärnor")],
)
def test_antalet_i_ord(antal: int, ord_: str) -> None:
    assert i_alla([Stadskarna(namn="A")] * antal) == ord_


def test_bade_publicerade_och_utkast_raknas(flemingsberg: Fardplan, planerare: Anvandare) -> None:
    Fardplan.objects.get(program=flemingsberg.program, stadskarna__slug="taby-arninge").delete()

    assert len(med_gemensamma(flemingsberg, planerare)) == 7


@pytest.mark.parametrize(
    ("del_", "nytt"),
    [
        ("redigera", {"titel": "Ny titel"}),
        ("roller", {"roll-0-roll": "medverkande"}),
        ("flytta", {"ordning": "12"}),
        ("flytta", {"ordning": "12", "typ": "karnspecifik"}),
        ("avfor", {"skal": "Klar"}),
    ],
)
def test_en_gemensam_andras_forst_nar_man_sagt_ja(
    som_planerare: Client, formular: Formular, insats: Hamta, alla_namn: str, del_: str, nytt: dict[str, str]
) -> None:
    sida = som_planerare.get(f"{GEMENSAM}{del_}/")
    varden = formular(sida) | nytt

    utan = som_planerare.post(f"{GEMENSAM}{del_}/", varden)
    med = som_planerare.post(f"{GEMENSAM}{del_}/", formular(utan) | JA)

    assert [ord_ for ord_ in (FRAGAN, alla_namn) if ord_ not in platt(sida)] == []
    assert (utan.status_code, set(utan.context["form"].errors) - {"__all__"}) == (422, {"alla_karnor"})
    assert formular(utan) == varden
    assert "Kryssa i om det ska ske i alla åtta stadskärnor." in platt(utan)
    assert med.status_code == 302


def test_ett_gemensamt_utkast_publiceras_forst_nar_man_sagt_ja(
    som_planerare: Client, formular: Formular, flemingsberg: Fardplan, m1: Malomrade, alla_namn: str
) -> None:
    andringar.skapa(av=None, malomrade=m1, fardplan=None, titel="För alla", utkast=True)
    adress = "/flemingsberg/insatser/publicera/"

    utan = som_planerare.post(adress, {"utkast": som_planerare.get(adress).context["form"].initial["utkast"]})
    kvar = Insats.objects.filter(titel="För alla", utkast=True).exists()
    som_planerare.post(adress, formular(utan) | JA)

    assert (utan.status_code, kvar) == (422, True)
    assert [ord_ for ord_ in ("Ja, publicera i alla åtta stadskärnor", alla_namn) if ord_ not in platt(utan)] == []
    assert not Insats.objects.filter(titel="För alla", utkast=True).exists()


def test_aterta_en_gemensam_fragar_ocksa(som_planerare: Client, formular: Formular, insats: Hamta) -> None:
    andringar.avfor(av=None, insats=insats("4.2"), version=1, skal="Klar")
    varden = formular(som_planerare.get(f"{GEMENSAM}aterta/"))

    utan = som_planerare.post(f"{GEMENSAM}aterta/", varden)
    avford = insats("4.2").avford
    som_planerare.post(f"{GEMENSAM}aterta/", varden | JA)

    assert (utan.status_code, bool(avford), insats("4.2").avford) == (422, True, None)


@pytest.mark.parametrize("del_", ["redigera", "roller", "flytta", "avfor"])
@pytest.mark.parametrize("huvuden", [{}, HX], ids=["sida", "htmx"])
def test_om_en_karnspecifik_fragas_inget(som_planerare: Client, huvuden: dict[str, str], del_: str) -> None:
    assert "alla_karnor" not in platt(som_planerare.get(f"{EGEN}{del_}/", headers=huvuden))


def test_samband_lage_och_foljande_fragar_inget(som_planerare: Client) -> None:
    for del_ in ("samband/", "lage/", ""):
        assert "alla_karnor" not in platt(som_planerare.get(f"{GEMENSAM}{del_}"))


@pytest.mark.parametrize("huvuden", [{}, HX], ids=["sida", "htmx"])
def test_en_ny_gemensam_kommer_tillbaka_med_fragan(
    som_planerare: Client, formular: Formular, m1: Malomrade, huvuden: dict[str, str], alla_namn: str
) -> None:
    sida = "/flemingsberg/insatser/ny/"
    varden = {"typ": "gemensam", "malomrade": str(m1.pk), "titel": "Samla allt", "text": "Det jag skrev", "kalla": ""}
    antal = Insats.objects.count()

    utan = som_planerare.post(sida, varden, headers=huvuden)
    fanns = Insats.objects.count()
    som_planerare.post(sida, formular(utan) | JA, headers=huvuden)

    assert (utan.status_code, fanns) == (422, antal)
    assert [ord_ for ord_ in (FRAGAN, alla_namn, "Det jag skrev") if ord_ not in platt(utan)] == []
    assert Insats.objects.get(titel="Samla allt").gemensam


def test_en_ny_karnspecifik_fragar_inget(som_planerare: Client, m1: Malomrade) -> None:
    varden = {"typ": "karnspecifik", "malomrade": str(m1.pk), "titel": "Bara här"}

    assert "alla_karnor" not in platt(som_planerare.get("/flemingsberg/insatser/ny/"))
    assert som_planerare.post("/flemingsberg/insatser/ny/", varden).status_code == 302


def test_en_karnspecifik_blir_gemensam_forst_efter_fragan(
    som_planerare: Client, formular: Formular, insats: Hamta
) -> None:
    varden = formular(som_planerare.get(f"{EGEN}flytta/")) | {"typ": "gemensam", "ordning": "12"}

    utan = som_planerare.post(f"{EGEN}flytta/", varden)
    typ = insats("1.3").typ
    som_planerare.post(f"{EGEN}flytta/", formular(utan) | JA)

    assert (utan.status_code, FRAGAN in platt(utan), typ) == (422, True, "Kärnspecifik")
    assert insats("1.12").gemensam


def test_att_byta_nummer_med_en_gemensam_fragar(som_planerare: Client, formular: Formular, insats: Hamta) -> None:
    annan = insats("1.4")
    andringar.flytta(av=None, insats=annan, version=1, malomrade=annan.malomrade, fardplan=None, ordning=4)
    byt = {"byt": f"{annan.pk}:{insats('1.4').version}"}
    varden = formular(som_planerare.get(f"{EGEN}flytta/")) | {"ordning": "4"}

    utan = som_planerare.post(f"{EGEN}flytta/", varden | byt)
    fore = insats("1.4").pk
    med = som_planerare.post(f"{EGEN}flytta/", formular(utan) | byt | JA)

    assert (utan.status_code, FRAGAN in platt(utan), "Byt nummer med 1.4" in platt(utan)) == (422, True, True)
    assert (fore, med.status_code, insats("1.3").pk) == (annan.pk, 302, annan.pk)


def test_stadskarnans_namn_ar_text_och_ingen_kod(som_planerare: Client) -> None:
    Stadskarna.objects.filter(slug="haninge").update(namn="<b>Haninge</b>")

    html = som_planerare.get(f"{GEMENSAM}redigera/").content.decode()

    assert ("&lt;b&gt;Haninge&lt;/b&gt;" in html, "<b>Haninge</b>" in html) == (True, False)
