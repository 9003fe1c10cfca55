"""What Prometheus reads: right, over several processes, and only by whom it is for."""

from __future__ import annotations

import re
from datetime import timedelta
from ipaddress import ip_network

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from aktorer.models import Anvandare
from fardplan import metrik
from insatser.fragor import tystnad
from insatser.models import Korning, Utskick
from tests import klocka

pytestmark = pytest.mark.django_db

NYCKEL = "n" * 32
MED_NYCKEL = {"Authorization": f"Bearer {NYCKEL}"}


@pytest.fixture
def med_nyckel(settings: Settings) -> None:
    settings.METRIK_NYCKEL = NYCKEL
    metrik._tyst_andel.cache_clear()


def _varde(text: str, namn: str) -> float:
    hittat = re.search(rf"^{re.escape(namn)} (\S+)$", text, re.MULTILINE)
    return float(hittat[1]) if hittat else 0


@pytest.mark.parametrize(
    ("fran", "huvuden", "status"),
    [
        ("", {}, 404),
        ("10.0.0.0/24", {"X-Forwarded-For": "10.0.0.9"}, 200),
        ("10.0.0.0/24", {"X-Forwarded-For": "10.0.0.9, 192.0.2.1"}, 404),  # forged: our proxy saw the last
        ("::/0", {}, 404),  # nobody says who it is
        ("10.0.0.0/24", {"X-Forwarded-For": "::ffff:10.0.0.9"}, 200),
        ("", MED_NYCKEL, 200),
        ("", {"Authorization": f"bearer  {NYCKEL} "}, 200),
        ("", {"Authorization": f"Basic {NYCKEL}"}, 404),
        ("", {"Authorization": f"Bearer {NYCKEL[1:]}å"}, 404),
    ],
)
@pytest.mark.usefixtures("med_nyckel")
def test_bara_namngivna_nat_och_den_med_nyckeln_far_lasa(
    client: Client, settings: Settings, fran: str, huvuden: dict[str, str], status: int
) -> None:
    settings.ANTAL_PROXYER = 1
    settings.METRIK_FRAN = (ip_network(fran),) if fran else ()

    assert client.get("/metrik/", headers=huvuden).status_code == status


def test_utan_nyckel_i_installningarna_slapper_ingen_nyckel_in(client: Client) -> None:
    assert client.get("/metrik/", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.usefixtures("med_nyckel")
def test_fragor_raknas_efter_rutt_och_aldrig_efter_adress(client: Client) -> None:
    def antal(rutt: str, status: str) -> float:
        text = client.get("/metrik/", headers=MED_NYCKEL).content.decode()
        assert "strunt" not in text
        return _varde(text, f'fardplan_fragor_total{{metod="GET",rutt="{rutt}",status="{status}"}}')

    fore = [antal("svara", "4xx"), antal("-", "4xx"), antal("insatskarta_csv", "2xx")]
    client.get("/svara/strunt/")
    client.get("/strunt/strunt/strunt/")
    client.get("/flemingsberg/insatskarta.csv")

    assert [antal("svara", "4xx"), antal("-", "4xx"), antal("insatskarta_csv", "2xx")] == [n + 1 for n in fore]


@pytest.mark.usefixtures("med_nyckel")
def test_laget_kommer_ur_databasen(
    client: Client, planerare: Anvandare, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    nyss = timezone.now() - timedelta(hours=2)
    Utskick.objects.create(anvandare=planerare, slag="lank", dag=timezone.localdate(), skapad=nyss)
    Korning.objects.create(dag=timezone.localdate(), senast=nyss)

    with django_assert_num_queries(7):
        text = client.get("/metrik/", headers=MED_NYCKEL).content.decode()

    assert _varde(text, "fardplan_mejl_vantar") == 1
    assert _varde(text, "fardplan_mejl_aldst_seconds") == pytest.approx(7200, abs=60)
    assert _varde(text, 'fardplan_timer_alder_seconds{kommando="skicka_paminnelser"}') == pytest.approx(7200, abs=60)
    assert _varde(text, 'fardplan_inlasningar{skick="vantar"}') == 0
    assert _varde(text, "fardplan_databas_svarar") == 1


@pytest.mark.parametrize("dagar", [0, 119, 125, 400])
def test_tysta_raknas_som_de_visas(dagar: int) -> None:
    idag = klocka.IDAG + timedelta(days=dagar)
    alla = tystnad._tysta

    tysta, antal = tystnad.antal(idag)

    assert tysta == len(alla(idag))
    assert 0 <= tysta <= antal == tystnad.antal(klocka.IDAG)[1] > 0
