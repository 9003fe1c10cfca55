"""The first page: the eight stadskärnor, where they stand."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date
from itertools import combinations
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from aktorer.models import Anvandare
from insatser.bild import lanskarta
from insatser.fragor import oversikt
from insatser.models import Fardplan, Insats, Karnkommun, Mote, Program, Samverkansorgan, Stadskarna
from insatser.regler import lanskarta as regler
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

    assert [k.fardplan.stadskarna.slug for k, _ in karnor] == KARNOR
    assert {(k.gemensamma, k.egna, k.antal) for k, _ in karnor if k.egna == 0} == {(9, 0, 9)}
    assert [(k.fardplan.stadskarna.slug, k.egna, k.antal) for k, _ in karnor if k.egna] == [("flemingsberg", 9, 18)]


def test_staplarna_raknar_karnans_senaste_lagen(flemingsberg: Fardplan, haninge: Fardplan) -> None:
    def stapel(fardplan: Fardplan) -> dict[str, int]:
        return {s.ord: s.antal for s in oversikt.stadskarna(fardplan, AnonymousUser(), klocka.om(0)).per_status}

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
    senast = oversikt.stadskarna(flemingsberg, AnonymousUser(), klocka.om(0)).senast

    assert senast is not None
    assert senast.datum == klocka.lagets("2026-11-14")


def test_avforda_raknas_inte(flemingsberg: Fardplan, insats: Callable[[str], Insats]) -> None:
    Insats.objects.filter(pk__in=[insats(n).pk for n in ("1.1", "1.3")]).update(
        avford=date(2026, 11, 1), avford_skal="Klar"
    )

    karna = oversikt.stadskarna(flemingsberg, AnonymousUser(), klocka.om(0))
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

    lista = html[html.index('id="r-karnor"') :]
    kommuner = re.findall(r'<a href="/([^"]+)/">[^<]*</a>.*?<(?:p|span) class="small">(.*?)</(?:p|span)>', lista)
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

    karnor = oversikt.stadskarnor(AnonymousUser(), klocka.om(0))

    assert [k.fardplan.pk for k in karnor if k.fardplan.stadskarna_id == flemingsberg.stadskarna_id] == [
        flemingsberg.pk
    ]
    assert len(karnor) == 8


@pytest.mark.usefixtures("alla_publicerade")
def test_exempeldata_ar_markt(client: Client) -> None:
    html = platt(client.get("/"))

    flemingsberg = html[html.index('<h3><a href="/flemingsberg/"') :].split("</li>")[0]
    taby = html[html.index('<h3><a href="/taby-arninge/"') :].split("</li>")[0]
    assert ("Exempeldata" in flemingsberg, "Exempeldata" in taby) == (True, False)
    assert "Inget läge rapporterat än" in taby


def test_inga_fardplaner_an(client: Client) -> None:
    Fardplan.objects.update(publicerad=False)

    assert "Inga färdplaner än" in platt(client.get("/"))


@pytest.mark.usefixtures("alla_publicerade")
@pytest.mark.parametrize(("antal", "fragor"), [(1, 16), (3, 17), (8, 16)])
def test_antalet_fragor_beror_inte_pa_antalet_karnor(
    client: Client, django_assert_num_queries: Any, antal: int, fragor: int
) -> None:
    """One for those on their way, and one for their kärnkommuner."""
    Fardplan.objects.exclude(stadskarna__slug__in=KARNOR[:antal]).update(publicerad=False)

    with django_assert_num_queries(fragor):
        svar = client.get("/")

    assert len(svar.context["karnor"]) == antal


# --- the map


def test_kartan_sager_samma_sak_som_listan(client: Client, haninge: Fardplan) -> None:
    Fardplan.objects.filter(pk=haninge.pk).update(publicerad=False)

    karta = platt(client.get("/")).partition('<svg class="lanskarta"')[2].partition("</svg>")[0]

    om = dict(re.findall(r'<a href="/([^"]+)/">(.*?)</a>', karta))
    assert set(om) == set(KARNOR)
    ord_ = {slug: " ".join(re.sub("<[^>]+>", " ", text).split()) for slug, text in om.items()}
    assert ord_["flemingsberg"] == "18 Flemingsberg 1 avviker , 3 risk"
    assert ord_["haninge"] == "Haninge stadskärna kommer"
    assert '<text class="antal"' not in om["haninge"]


@pytest.mark.usefixtures("alla_publicerade")
def test_ringens_bagar_ar_dess_statusar_hela_varvet(client: Client) -> None:
    karta = client.get("/").context["karta"]

    ring = next(m for m in karta.markorer if m.stadskarna.slug == "flemingsberg")
    assert [b.status for b in ring.bagar] == [s.status for s in ring.karna.per_status]
    assert sum(b.langd + lanskarta.GLIPA for b in ring.bagar) == pytest.approx(100, abs=0.1)


@pytest.mark.usefixtures("alla_publicerade")
def test_ingen_ring_och_inget_namn_tacker_en_annan(client: Client) -> None:
    karta = client.get("/").context["karta"]

    par = list(combinations(karta.markorer, 2))
    assert min(math.hypot(a.x - b.x, a.y - b.y) for a, b in par) > 2 * lanskarta.RADIE
    rutor = [dict(lanskarta._forslag(m.stadskarna, (m.x, m.y)))[m.text_x, m.text_y, m.ankare] for m in karta.markorer]
    ringar = [(m.x - 25, m.y - 25, m.x + 25, m.y + 25) for m in karta.markorer]
    assert sum(lanskarta._tackt(a, b) for a, b in combinations(rutor + ringar, 2)) == 0
    assert karta.utan_plats == []


@pytest.mark.parametrize("platser", [{1: (1.0, 1.0), 2: (1.0, 1.0)}, dict.fromkeys(range(200), (9.0, 9.0)), {}])
def test_det_som_ligger_pa_samma_plats_flyttas_isar_om_det_inte_ar_for_mycket(platser: Any) -> None:
    isar = regler.isar(platser)

    assert all(0 <= x <= regler.BREDD and 0 <= y <= regler.HOJD for x, y in isar.values())
    assert (len(set(isar.values())) == len(platser)) == (len(platser) <= regler.MEST)


def test_en_stadskarna_utan_plats_star_i_listan(client: Client) -> None:
    Stadskarna.objects.filter(slug="flemingsberg").update(latitud=None, longitud=None)

    html = platt(client.get("/"))

    assert "Utan plats på kartan: Flemingsberg." in html
    assert '<h3><a href="/flemingsberg/">Flemingsberg</a>' in html


def test_nasta_moten_star_i_tidsordning_utan_installda(client: Client) -> None:
    organ = Samverkansorgan.objects.get(slag="styrgrupp", till=None)
    for dagar, installt in ((9, False), (3, False), (5, True), (-2, False)):
        Mote.objects.create(organ=organ, datum=klocka.om(dagar), installt=installt)

    moten = client.get("/").context["moten"]

    assert [m.datum for m, _ in moten] == [klocka.om(3), klocka.om(9)]
