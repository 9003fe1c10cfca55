"""The first page: the eight stadskärnor, where they stand."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from aktorer.models import Anvandare
from insatser.fragor import oversikt
from insatser.models import Fardplan, Insats, Karnkommun, Program
from tests import klocka
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

KARNOR = [
    "sodertalje",
    "kungens-kurva-skarholmen",
    "flemingsberg",
    "haninge",
    "arlanda-marsta",
    "kista-sollentuna-haggvik",
    "barkarby-jakobsberg",
    "taby-arninge",
]


@pytest.mark.usefixtures("alla_publicerade")
def test_alla_atta_i_sin_ordning_med_antal(client: Client) -> None:
    karnor = client.get("/").context["karnor"]

    assert [k.fardplan.stadskarna.slug for k in karnor] == KARNOR
    assert {(k.gemensamma, k.egna, k.antal) for k in karnor if k.egna == 0} == {(9, 0, 9)}
    assert [(k.fardplan.stadskarna.slug, k.egna, k.antal) for k in karnor if k.egna] == [("flemingsberg", 9, 18)]


def test_staplarna_raknar_karnans_senaste_lagen(flemingsberg: Fardplan, haninge: Fardplan) -> None:
    def stapel(fardplan: Fardplan) -> dict[str, int]:
        return {s.ord: s.antal for s in oversikt.stadskarna(fardplan, AnonymousUser()).per_status}

    assert stapel(flemingsberg) == {
        "Genomförd": 1,
        "Pågår": 10,
        "Planerad": 1,
        "Pausad": 1,
        "Avbruten": 1,
        "Ej påbörjad": 2,
        "Ingen rapport": 2,
    }
    assert stapel(haninge) == {"Pågår": 2, "Planerad": 1, "Ingen rapport": 6}


def test_senast_rapporterat_ar_den_senaste_dagen(flemingsberg: Fardplan) -> None:
    senast = oversikt.stadskarna(flemingsberg, AnonymousUser()).senast

    assert senast is not None
    assert senast.datum == klocka.lagets("2026-11-14")


def test_avforda_raknas_inte(flemingsberg: Fardplan, insats: Callable[[str], Insats]) -> None:
    Insats.objects.filter(pk__in=[insats(n).pk for n in ("1.1", "1.3")]).update(
        avford=date(2026, 11, 1), avford_skal="Klar"
    )

    karna = oversikt.stadskarna(flemingsberg, AnonymousUser())
    assert (karna.gemensamma, karna.egna) == (8, 8)


@pytest.mark.parametrize(
    ("kvar", "ord_"),
    [
        (["1.1", "1.3"], "1 gemensam och 1 kärnspecifik insats"),
        (["1.1"], "1 gemensam insats"),
        (["1.1", "1.2", "1.3", "2.4"], "2 gemensamma och 2 kärnspecifika insatser"),
    ],
)
def test_en_insats_ar_en_insats(client: Client, insats: Callable[[str], Insats], kvar: list[str], ord_: str) -> None:
    Insats.objects.exclude(pk__in=[insats(n).pk for n in kvar]).update(avford=date(2026, 11, 1), avford_skal="Klar")

    start, kartan = platt(client.get("/")), platt(client.get("/flemingsberg/insatskarta/"))

    assert ord_ in start
    assert f"<strong>{len(kvar)} insats{'er' if len(kvar) > 1 else ''}</strong>" in kartan


def test_karnkommunerna_star_i_karnans_ordning(client: Client) -> None:
    Karnkommun.objects.filter(stadskarna__slug="flemingsberg", aktor__slug="botkyrka-kommun").update(ordning=0)

    html = platt(client.get("/"))

    kommuner = re.findall(r'<h2><a href="/([^"]+)/">.*?</h2>\s*<p class="meta">(.*?)</p>', html)
    assert dict(kommuner)["flemingsberg"] == "Botkyrka kommun, Huddinge kommun"
    assert dict(kommuner)["kista-sollentuna-haggvik"] == "Stockholms stad, Sollentuna kommun"


def test_utkast_bara_for_inloggade(client: Client, styrgrupp: Anvandare, haninge: Fardplan) -> None:
    Fardplan.objects.filter(pk=haninge.pk).update(publicerad=False)

    utan = platt(client.get("/"))
    client.force_login(styrgrupp)
    med = platt(client.get("/"))

    assert ("Färdplanen är på väg" in utan, "Färdplanen är på väg" in med) == (True, False)
    assert ('<span class="tag">Utkast</span>' in utan, '<span class="tag">Utkast</span>' in med) == (False, True)


@pytest.mark.usefixtures("alla_publicerade")
def test_den_nyaste_generationen_galler(flemingsberg: Fardplan) -> None:
    gammalt = Program.objects.create(namn="Verksamhetsplan", slug="vp", ar_fran=2008, ar_till=2011)
    Fardplan.objects.create(program=gammalt, stadskarna=flemingsberg.stadskarna, publicerad=True, karaktar="Så.")

    karnor = oversikt.stadskarnor(AnonymousUser())

    assert [k.fardplan.pk for k in karnor if k.fardplan.stadskarna_id == flemingsberg.stadskarna_id] == [
        flemingsberg.pk
    ]
    assert len(karnor) == 8


@pytest.mark.usefixtures("alla_publicerade")
def test_exempeldata_ar_markt(client: Client) -> None:
    html = platt(client.get("/"))

    flemingsberg = html[html.index('<h2><a href="/flemingsberg/"') :].split("</article>")[0]
    taby = html[html.index('<h2><a href="/taby-arninge/"') :].split("</article>")[0]
    assert ("Exempeldata" in flemingsberg, "Exempeldata" in taby) == (True, False)
    assert "Inget läge rapporterat än" in taby


def test_inga_fardplaner_an(client: Client) -> None:
    Fardplan.objects.update(publicerad=False)

    assert "Inga färdplaner än" in platt(client.get("/"))


@pytest.mark.usefixtures("alla_publicerade")
@pytest.mark.parametrize(("antal", "fragor"), [(1, 7), (3, 7), (8, 6)])
def test_antalet_fragor_beror_inte_pa_antalet_karnor(
    client: Client, django_assert_num_queries: Any, antal: int, fragor: int
) -> None:
    """One for those on their way, and one for their kärnkommuner."""
    Fardplan.objects.exclude(stadskarna__slug__in=KARNOR[:antal]).update(publicerad=False)

    with django_assert_num_queries(fragor):
        svar = client.get("/")

    assert len(svar.context["karnor"]) == antal
