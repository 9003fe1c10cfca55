"""A kärna's färdplan: karaktär, målområden and färdriktning, read and changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from aktorer.grund.samtidighet import Konflikt, Krock
from aktorer.models import Anvandare
from insatser.andringar import fardplan as andringar
from insatser.models import Fardplan, Fardriktning, Insats, Malomrade, Program
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

type Formular = Callable[[Any], dict[str, str]]

SIDA = "/flemingsberg/"


@pytest.fixture
def riktning(flemingsberg: Fardplan) -> Fardriktning:
    return Fardriktning.objects.get(fardplan=flemingsberg, malomrade__nummer=1)


def test_hela_fardplanen_ar_offentlig(client: Client, flemingsberg: Fardplan) -> None:
    html = platt(client.get(SIDA))

    riktningar = list(flemingsberg.fardriktningar.select_related("malomrade"))
    delar = [
        "<h1>Färdplan för Flemingsberg</h1>",
        flemingsberg.karaktar_rubrik,
        flemingsberg.kalla,
        "18 insatser: 9 gemensamma för alla stadskärnor och 9 kärnspecifika.",
        *(r.rubrik for r in riktningar),
        *(r.malomrade.namn for r in riktningar),
        f"{SIDA}insatskarta/?malomrade=4",
    ]
    assert len(riktningar) == 4
    assert [d for d in delar if d not in html] == []
    assert "Ändra" not in html


@pytest.mark.usefixtures("alla_publicerade")
@pytest.mark.parametrize(
    ("karna", "kommuner"),
    [
        ("flemingsberg", ["Huddinge kommun", "Botkyrka kommun"]),
        ("kungens-kurva-skarholmen", ["Huddinge kommun", "Stockholms stad"]),
        ("kista-sollentuna-haggvik", ["Stockholms stad", "Sollentuna kommun"]),
        ("taby-arninge", ["Täby kommun"]),
    ],
)
def test_karnkommunerna_star_en_gang_i_ordning(client: Client, karna: str, kommuner: list[str]) -> None:
    assert [a.namn for a in client.get(f"/{karna}/").context["karnkommuner"]] == kommuner


def test_en_fardplan_som_inte_ar_skriven_an(client: Client, styrgrupp: Anvandare) -> None:
    client.force_login(styrgrupp)

    html = platt(client.get("/haninge/"))

    assert "Färdplanen beskriver ännu inte stadskärnans karaktär." in html
    assert html.count("Ingen färdriktning är inskriven än.") == 4


@pytest.mark.parametrize("adress", ["/ingenstans/", "/Flemingsberg/", "/flemingsberg%00/", "/flemingsberg/okant/"])
def test_okand_karna_ar_404(client: Client, adress: str) -> None:
    assert client.get(adress).status_code == 404


def test_adressen_far_sitt_sista_snedstreck(client: Client) -> None:
    assert client.get("/flemingsberg").headers["Location"] == "/flemingsberg/"


@pytest.mark.parametrize(("publicerad", "galler"), [(False, 2026), (True, 2030)])
def test_den_nyaste_publicerade_generationen_galler(
    som_planerare: Client, flemingsberg: Fardplan, publicerad: bool, galler: int
) -> None:
    nytt = Program.objects.create(namn="Färdplaner 2030", slug="fp-2030", ar_fran=2030)
    Fardplan.objects.create(program=nytt, stadskarna=flemingsberg.stadskarna, publicerad=publicerad, karaktar="Så.")

    assert som_planerare.get(SIDA).context["fardplan"].program.ar_fran == galler


@pytest.fixture
def tidigare(flemingsberg: Fardplan) -> Fardplan:
    """An older generation of the same kärna."""
    gammalt = Program.objects.create(namn="Plan 1999", slug="plan-1999", ar_fran=1999, ar_till=2001)
    return Fardplan.objects.create(
        program=gammalt, stadskarna=flemingsberg.stadskarna, publicerad=True, karaktar="Så var det då."
    )


def test_en_tidigare_plan_gar_att_lasa(client: Client, tidigare: Fardplan) -> None:
    omrade = Malomrade.objects.create(program=tidigare.program, nummer=2, namn="Entreprenörskap", farg=2, ikon="stad")
    Insats.objects.create(malomrade=omrade, fardplan=tidigare, ordning=1, titel="Öka fokus")

    fran = platt(client.get(SIDA))
    html = platt(client.get(f"{SIDA}program/plan-1999/"))

    assert f'href="{SIDA}program/plan-1999/"' in fran
    delar = ["Plan 1999", "Så var det då.", "2. Entreprenörskap", 'id="insats-2.1"', "Öka fokus", "gäller inte längre"]
    assert [d for d in delar if d not in html] == []


def test_nasta_plans_utkast_visas_bara_for_inloggade(client: Client, tidigare: Fardplan, styrgrupp: Anvandare) -> None:
    Fardplan.objects.filter(pk=tidigare.pk).update(publicerad=False)
    adress = f"{SIDA}program/plan-1999/"

    utan = client.get(adress).status_code
    client.force_login(styrgrupp)

    assert (utan, client.get(adress).status_code) == (404, 200)


def test_den_som_galler_har_sin_egen_adress(client: Client) -> None:
    assert client.get(f"{SIDA}program/fardplaner-2026/").headers["Location"] == SIDA


def test_karaktaren_ar_inte_frivillig(som_planerare: Client) -> None:
    sidan = platt(som_planerare.get(f"{SIDA}redigera/"))
    assert 'Karaktär<span class="small">(behövs innan färdplanen publiceras)</span>' in sidan
    assert 'Källa<span class="small">(bör finnas när färdplanen publiceras)</span>' in sidan


def test_andra_karaktaren(som_planerare: Client, formular: Formular, flemingsberg: Fardplan) -> None:
    varden = formular(som_planerare.get(f"{SIDA}redigera/"))
    assert varden["karaktar"] == flemingsberg.karaktar.replace("\n", "\r\n") or flemingsberg.karaktar

    svar = som_planerare.post(f"{SIDA}redigera/", varden | {"karaktar": "Ny karaktär"}, follow=True)

    assert svar.redirect_chain == [(SIDA, 302)]
    html = platt(svar)
    assert ("Karaktären är sparad." in html, "Ny karaktär" in html) == (True, True)


def test_andra_fardriktningen(som_planerare: Client, formular: Formular, riktning: Fardriktning) -> None:
    varden = formular(som_planerare.get(f"{SIDA}fardriktning/1/"))

    svar = som_planerare.post(f"{SIDA}fardriktning/1/", varden | {"text": "Ny riktning"})

    assert svar.headers["Location"] == f"{SIDA}#malomrade-1"
    riktning.refresh_from_db()
    assert (riktning.text, riktning.version) == ("Ny riktning", 2)


@pytest.mark.parametrize(
    ("adress", "varden", "falt"),
    [
        ("redigera/", {"karaktar_rubrik": "x" * 121}, {"karaktar_rubrik"}),
        ("redigera/", {"version": ""}, {"version"}),
        ("fardriktning/1/", {"rubrik": ""}, {"rubrik"}),
        ("fardriktning/1/", {"rubrik": "x" * 121}, {"rubrik"}),
        ("fardriktning/1/", {"text": "  "}, {"text"}),
    ],
)
def test_ogiltigt_ar_422_med_det_skrivna_kvar(
    som_planerare: Client, formular: Formular, adress: str, varden: dict[str, str], falt: set[str]
) -> None:
    skickat = formular(som_planerare.get(f"{SIDA}{adress}")) | varden

    svar = som_planerare.post(f"{SIDA}{adress}", skickat)

    assert (svar.status_code, set(svar.context["form"].errors)) == (422, falt)
    assert {k: v for k, v in formular(svar).items() if k not in falt} == {
        k: v for k, v in skickat.items() if k not in falt
    }


@pytest.mark.parametrize("nummer", ["5", "0", "99999999999999999999"])
def test_fardriktning_som_inte_finns_ar_404(som_planerare: Client, nummer: str) -> None:
    assert som_planerare.get(f"{SIDA}fardriktning/{nummer}/").status_code == 404


def test_krock_om_fardriktningen_ar_409(som_planerare: Client, formular: Formular, riktning: Fardriktning) -> None:
    varden = formular(som_planerare.get(f"{SIDA}fardriktning/1/"))
    deras = {"text": "Deras", "rubrik": "Deras rubrik"}
    andringar.skriv_fardriktning(av=None, fardplan=riktning.fardplan, malomrade=riktning.malomrade, version=1, **deras)

    svar = som_planerare.post(f"{SIDA}fardriktning/1/", varden | {"text": "Min"})
    igen = som_planerare.post(f"{SIDA}fardriktning/1/", formular(svar))

    assert [(k["rubrik"], k["deras"], k["mina"]) for k in svar.context["konflikter"]] == [("Text", "Deras", "Min")]
    assert (svar.status_code, igen.status_code) == (409, 302)
    riktning.refresh_from_db()
    assert (riktning.text, riktning.rubrik) == ("Min", "Deras rubrik")


def test_rubrik_och_text_av_var_sin_sammanfogas(flemingsberg: Fardplan) -> None:
    fore = flemingsberg.karaktar
    andringar.andra(av=None, fardplan=flemingsberg, version=1, karaktar_rubrik="Deras rubrik", karaktar=fore)
    andringar.andra(
        av=None, fardplan=flemingsberg, version=1, karaktar_rubrik=flemingsberg.karaktar_rubrik, karaktar="Min"
    )

    flemingsberg.refresh_from_db()
    assert (flemingsberg.karaktar_rubrik, flemingsberg.karaktar, flemingsberg.version) == ("Deras rubrik", "Min", 3)


def test_tva_skriver_karaktaren(flemingsberg: Fardplan) -> None:
    fore = flemingsberg.karaktar
    andringar.andra(av=None, fardplan=flemingsberg, version=1, karaktar="Deras")

    with pytest.raises(Krock) as krock:
        andringar.andra(av=None, fardplan=flemingsberg, version=1, karaktar="Min")

    assert krock.value.konflikter == [Konflikt("karaktar", fore, "Deras", "Min")]


def test_antalet_fragor_beror_inte_pa_antalet_malomraden(
    client: Client, django_assert_num_queries: Any, haninge: Fardplan
) -> None:
    for antal in (1, 3):
        for malomrade in Malomrade.objects.filter(program=haninge.program).order_by("nummer")[:antal]:
            Fardriktning.objects.get_or_create(
                fardplan=haninge, malomrade=malomrade, defaults={"rubrik": "R", "text": "T"}
            )
        with django_assert_num_queries(10):
            svar = client.get("/haninge/")

    assert len([r for _, r, *_ in svar.context["malomraden"] if r]) == 3
