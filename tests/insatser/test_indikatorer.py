"""The lägesbild as a table: its columns, its cells, and one change of many rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from aktorer.models import Anvandare
from insatser.andringar import lagesbild as andringar
from insatser.models import Fardplan, Indikator, Malomrade, Matvarde
from tests.sidtext import platt
from tests.valda import Valjare

pytestmark = pytest.mark.django_db

SIDAN = "/flemingsberg/lagesbild/"
TABELLEN = f"{SIDAN}?vy=tabell"
VALDA = f"{SIDAN}valda/"


@pytest.fixture
def studenter(flemingsberg: Fardplan) -> Indikator:
    return Indikator.objects.get(namn="Studenter", malomrade__program=flemingsberg.program)


@pytest.fixture
def i_cellen(som_planerare: Client, studenter: Indikator) -> Callable[..., Any]:
    """Send what is typed in a cell of Studenter, as htmx does, after the form was opened unless told a version."""

    def skicka(falt: str, klient: Client = som_planerare, version: int | None = None, **varden: Any) -> Any:
        adress = f"{SIDAN}{studenter.pk}/cell/{falt}/"
        if version is None:
            version = klient.get(adress).context["form"]["version"].value()
        huvuden = {"HX-Request": "true", "HX-Target": f"cell-{studenter.pk}-{falt}"}
        return klient.post(adress, {"version": version, **varden}, headers=huvuden)

    return skicka


@pytest.fixture
def varden(studenter: Indikator, flemingsberg: Fardplan) -> Callable[[], list[tuple[int, int, bool, str]]]:
    alla = Matvarde.objects.filter(indikator=studenter, stadskarna=flemingsberg.stadskarna).order_by("ar")
    return lambda: [(v.ar, int(v.varde), v.cirka, v.kalla[:4]) for v in alla.all()]


@pytest.fixture
def jag(som_planerare: Client) -> Valjare:
    return Valjare(som_planerare, VALDA, TABELLEN)


# --- the table


def test_en_besokare_laser_tabellen_och_valjer_kolumner(client: Client) -> None:
    html = platt(client.get(TABELLEN)).replace("\N{NO-BREAK SPACE}", " ")
    farre = platt(client.get(SIDAN, {"vy": "tabell", "kolumner": ["namn", "till_malet"]}))

    assert 'cirka</span>25 000<span class="small">2026' in html
    assert "+10 000 studenter sedan 2009" in html
    assert ('class="penna' in html, 'form="valda"' in html) == (False, False)
    assert [d.partition("</th>")[0] for d in farre.split('<th scope="col">')[1:]] == ["Indikator", "Till målet"]


# --- cells


@pytest.mark.parametrize(
    ("falt", "sagt"),
    [
        ("namn", {"namn": "Alla studenter"}),
        ("mal", {"mal": "30 000", "mal_ar": "2030"}),
        ("kalla", {"kalla": "Huddinge kommun"}),
    ],
)
def test_en_cell_av_indikatorn_sparas(
    i_cellen: Callable[..., Any], studenter: Indikator, falt: str, sagt: dict[str, str]
) -> None:
    svar = i_cellen(falt, **sagt)

    studenter.refresh_from_db()
    nu = {namn: str(getattr(studenter, namn)).removesuffix("000.00") for namn in sagt}
    assert (svar.status_code, nu) == (200, {namn: varde.removesuffix(" 000") for namn, varde in sagt.items()})


def test_ett_varde_skrivs_over_och_ett_nytt_ar_kommer_till(
    i_cellen: Callable[..., Any], varden: Callable[[], Any]
) -> None:
    i_cellen("senast", varde="26 000", ar="2026", kalla="Räknat")
    svar = i_cellen("senast", varde="27 000", ar="2027", kalla="Räknat", cirka="on")

    assert varden() == [(2009, 15000, True, "Verk"), (2026, 26000, False, "Räkn"), (2027, 27000, True, "Räkn")]
    assert "+1 000 studenter sedan 2026" in platt(svar).replace("\N{NO-BREAK SPACE}", " ")


def test_samma_varde_en_gang_till_andrar_inget(i_cellen: Callable[..., Any], studenter: Indikator) -> None:
    i_cellen("senast", varde="26 000", ar="2026", kalla="Räknat")
    svar = i_cellen("senast", varde="26 000", ar="2026", kalla="Räknat")

    assert "Du ändrade inget i Studenter." in platt(svar)


def test_ett_varde_utan_kalla_far_veta_det(i_cellen: Callable[..., Any]) -> None:
    svar = i_cellen("senast", varde="26 000", ar="2026")

    assert (svar.status_code, andringar.SKRIV_KALLA in platt(svar)) == (422, True)


@pytest.mark.parametrize("falt", ["namn", "senast"])
def test_en_krock_i_cellen_visar_bada(
    i_cellen: Callable[..., Any], som_planerare: Client, studenter: Indikator, falt: str
) -> None:
    mitt, deras = {
        "namn": ({"namn": "Mitt"}, {"namn": "Deras"}),
        "senast": (
            {"varde": "1", "ar": "2026", "kalla": "Mitt", "cirka": "on"},
            {"varde": "2", "ar": "2026", "kalla": "Deras", "cirka": "on"},
        ),
    }[falt]
    version = som_planerare.get(f"{SIDAN}{studenter.pk}/cell/{falt}/").context["form"]["version"].value()
    i_cellen(falt, version=version, **deras)

    svar = i_cellen(falt, version=version, **mitt)

    star = {"namn": "Deras", "senast": "2\n2026\nCirka\nDeras"}[falt]
    assert (svar.status_code, svar.context["nu"]) == (409, star)


def test_den_som_inte_redigerar_kommer_inte_at_cellen(
    client: Client, tjansteperson: Anvandare, i_cellen: Callable[..., Any]
) -> None:
    client.force_login(tjansteperson)

    assert [i_cellen(falt, client, version=1).status_code for falt in ("namn", "senast")] == [403, 403]
    assert client.get(VALDA, {"i": "1"}).status_code == 403


# --- one change of many


def test_malomradet_for_manga_forhandsgranskas_skrivs_och_angras(jag: Valjare, flemingsberg: Fardplan) -> None:
    i_tva = Malomrade.objects.get(program=flemingsberg.program, nummer=2)
    flyttas = Indikator.objects.filter(malomrade__program=flemingsberg.program).exclude(malomrade=i_tva)
    fore = dict(flyttas.values_list("pk", "malomrade__nummer"))
    alla = Indikator.objects.filter(pk__in=fore)
    klart = jag.gor("malomrade", fore, malomrade=i_tva.pk)
    efter = set(alla.values_list("malomrade__nummer", flat=True))
    jag.angra(klart)

    assert len(fore) > 1
    assert (efter, dict(alla.values_list("pk", "malomrade__nummer"))) == ({2}, fore)


def test_den_vars_namn_ar_upptaget_i_malomradet_flyttas_inte(
    jag: Valjare, studenter: Indikator, flemingsberg: Fardplan
) -> None:
    annat = Malomrade.objects.filter(program=flemingsberg.program).exclude(pk=studenter.malomrade_id)[0]
    andringar.skapa(av=None, malomrade=annat, namn="Studenter", enhet="st")
    svar, _ = jag.granska("malomrade", [studenter.pk], malomrade=annat.pk)

    assert [r.hinder for r in svar.context["hindrade"]] == ["Målområdet har redan en indikator med det namnet."]


def test_kallan_for_manga_skrivs(jag: Valjare, flemingsberg: Fardplan) -> None:
    alla = Indikator.objects.filter(malomrade__program=flemingsberg.program)
    jag.gor("kalla", alla.values_list("pk", flat=True), kalla="SCB")

    assert set(alla.values_list("kalla", flat=True)) == {"SCB"}
