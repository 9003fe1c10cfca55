"""Where a stadskärna stands, for those who steer; and the eight beside each other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from aktorer.models import Anvandare
from insatser.fragor import oversikt as fragor
from insatser.models import Aktivitet, Fardplan, Handlingsplan, Insats, Lagesrapport, Mote, Samverkansorgan, Stadskarna

pytestmark = pytest.mark.django_db

SIDA = "/flemingsberg/oversikt/"
IDAG = date(2026, 11, 21)


@pytest.fixture
def styrgruppen() -> Samverkansorgan:
    return Samverkansorgan.objects.get(slag="styrgrupp", till=None)


def test_varje_tal_leder_till_listan_bakom(client: Client, styrgrupp: Anvandare) -> None:
    client.force_login(styrgrupp)
    bild = client.get(SIDA).context["o"]

    for del_ in bild.per_status:
        status = del_.status.value if del_.status else "ingen"
        lista = client.get(f"/flemingsberg/insatskarta/?status={status}").context["karta"].insatser
        assert len(lista) == del_.antal
    tysta = client.get("/flemingsberg/insatskarta/?tyst=1").context["karta"].insatser
    assert [i.pk for i in tysta] == [i.pk for i in bild.tysta]


def test_nytt_raknas_fran_styrgruppens_senaste_mote(
    flemingsberg: Fardplan, styrgruppen: Samverkansorgan, insats: Callable[[str], Insats], lage: Any
) -> None:
    Mote.objects.create(organ=styrgruppen, datum=IDAG - timedelta(days=2))
    lage(insats("1.1"), flemingsberg.stadskarna, datum=IDAG - timedelta(days=2))
    lage(insats("1.2"), flemingsberg.stadskarna, datum=IDAG - timedelta(days=1))

    (bild,) = fragor.oversikter([flemingsberg], IDAG)

    assert bild.sedan == IDAG - timedelta(days=2)
    assert [i.nummer for i, _ in bild.andrade] == ["1.2"]


def test_bara_beslutade_planers_aktiviteter_kan_vara_sena(flemingsberg: Fardplan) -> None:
    utkast = fragor.oversikter([flemingsberg], date(2027, 12, 31))[0].sena
    Handlingsplan.objects.filter(exempel=True).update(status="beslutad")

    sena = fragor.oversikter([flemingsberg], date(2028, 1, 1))[0].sena

    i_planen = Aktivitet.objects.filter(prioritering__handlingsplan__exempel=True)
    assert utkast == []
    assert len(sena) == i_planen.exclude(status__in=["genomford", "avbruten"]).count()


def test_tysta_aktorer_raknas(flemingsberg: Fardplan) -> None:
    senast = Lagesrapport.objects.order_by("-datum").first().datum

    (bild,) = fragor.oversikter([flemingsberg], senast + timedelta(days=200))

    assert len(bild.tysta) == 18
    assert [(a.slug, n) for a, n in bild.tysta_aktorer] == [("region-stockholm", 10)]


@pytest.mark.parametrize("roll", ["tjansteperson", "styrgrupp", "planerare"])
def test_bara_inloggade_ser_oversikten(client: Client, person: Callable[..., Anvandare], roll: str) -> None:
    utan = [client.get(s).status_code for s in (SIDA, "/oversikt/")]
    client.force_login(person(roll, "huddinge-kommun"))

    assert utan == [302, 302]
    assert [client.get(s).status_code for s in (SIDA, "/oversikt/")] == [200, 200]


@pytest.mark.parametrize("antal", [8, 80])
def test_alla_karnor_kostar_lika_mycket(
    client: Client, styrgrupp: Anvandare, flemingsberg: Fardplan, django_assert_num_queries: Any, antal: int
) -> None:
    for n in range(8, antal):
        karna = Stadskarna.objects.create(namn=f"Kärna {n}", slug=f"karna-{n}", ordning=100 + n)
        Fardplan.objects.create(program=flemingsberg.program, stadskarna=karna, publicerad=True)
    client.force_login(styrgrupp)

    with django_assert_num_queries(8):
        svar = client.get("/oversikt/")

    assert len(svar.context["oversikter"]) == antal
