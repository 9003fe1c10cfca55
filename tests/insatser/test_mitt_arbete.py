"""What waits for me: the silent ones first, and no more than my own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from aktorer.models import Anvandare
from insatser.models import Insats, Lagesrapport, Medverkan

pytestmark = pytest.mark.django_db

SIDA = "/mitt-arbete/"


def rader(svar: Any, vilka: str) -> list[tuple[str, str]]:
    return [(fardplan.stadskarna.slug, insats.nummer) for insats, fardplan, _ in svar.context[vilka]]


@pytest.fixture
def polis(client: Client, person: Callable[..., Anvandare]) -> Client:
    """Polisen takes part in 1.3 alone."""
    client.force_login(person("tjansteperson", "polisen"))
    return client


def test_bara_den_egna_aktorens_insatser(polis: Client) -> None:
    svar = polis.get(SIDA)

    assert rader(svar, "tysta") + rader(svar, "ovriga") == [("flemingsberg", "1.3")]
    assert 'href="/flemingsberg/insatser/1.3/lage/?fran=mitt-arbete"' in svar.content.decode()


@pytest.mark.parametrize(("dagar", "tyst"), [(0, False), (120, False), (121, True), (400, True), (None, True)])
def test_gransen_for_tystnad(
    client: Client,
    person: Callable[..., Anvandare],
    insats: Callable[[str], Insats],
    lage: Callable[..., Lagesrapport],
    dagar: int | None,
    tyst: bool,
) -> None:
    vem, rad = person("tjansteperson", "locum-ab"), insats("4.3")
    Medverkan.objects.create(insats=rad, aktor=vem.aktor, roll="medverkande")
    if dagar is not None:
        lage(rad, rad.fardplan.stadskarna, datum=timezone.localdate() - timedelta(days=dagar))
    client.force_login(vem)

    svar = client.get(SIDA)

    assert (len(svar.context["tysta"]), len(svar.context["ovriga"])) == ((1, 0) if tyst else (0, 1))


def test_det_som_varit_tyst_langst_kommer_forst(
    client: Client, person: Callable[..., Anvandare], insats: Callable[[str], Insats]
) -> None:
    vem = person("tjansteperson", "locum-ab")
    Medverkan.objects.bulk_create(
        Medverkan(insats=insats(n), aktor=vem.aktor, roll="medverkande") for n in ("3.4", "1.3", "2.3", "4.3", "4.5")
    )
    client.force_login(vem)

    svar = client.get(SIDA)

    # As the example data has them: never, 8 September, 10, 12 and 14 November 2026.
    assert [n for _, n in rader(svar, "tysta") + rader(svar, "ovriga")] == ["4.3", "4.5", "2.3", "1.3", "3.4"]


def test_en_rapport_flyttar_raden(
    polis: Client, insats: Callable[[str], Insats], lage: Callable[..., Lagesrapport]
) -> None:
    lage(insats("1.3"), insats("1.3").fardplan.stadskarna, datum=timezone.localdate())

    svar = polis.get(SIDA)

    assert (rader(svar, "tysta"), rader(svar, "ovriga")) == ([], [("flemingsberg", "1.3")])


@pytest.mark.parametrize(
    ("roll", "aktor", "text"),
    [
        ("styrgrupp", "", "Din roll läser men rapporterar inte."),
        ("tjansteperson", "locum-ab", "Locum AB medverkar inte i någon insats än."),
        ("planerare", "", "Ditt konto hör inte till någon aktör."),
        ("administrator", "", "Ditt konto hör inte till någon aktör."),
    ],
)
def test_nar_inget_vantar_sager_sidan_varfor(
    client: Client, person: Callable[..., Anvandare], roll: str, aktor: str, text: str
) -> None:
    client.force_login(person(roll, aktor))

    assert text in client.get(SIDA).content.decode()


def test_avforda_vantar_inte(polis: Client, insats: Callable[[str], Insats]) -> None:
    Insats.objects.filter(pk=insats("1.3").pk).update(avford=date(2026, 11, 1), avford_skal="Klar")

    svar = polis.get(SIDA)

    assert (svar.context["tysta"], svar.context["ovriga"], svar.context["fragor"]) == ([], [], [])


def test_exempeldata_ar_markt(polis: Client) -> None:
    assert '<span class="tag">Exempeldata</span>' in polis.get(SIDA).content.decode()


def test_antalet_fragor_beror_inte_pa_antalet_insatser(
    client: Client, django_assert_num_queries: Any, person: Callable[..., Anvandare], insats: Callable[[str], Insats]
) -> None:
    vem = person("tjansteperson", "locum-ab")
    client.force_login(vem)

    for nya in (("1.3",), ("1.4", "1.1")):
        for nummer in nya:
            Medverkan.objects.create(insats=insats(nummer), aktor=vem.aktor, roll="medverkande")
        with django_assert_num_queries(10):
            svar = client.get(SIDA)

    assert len(svar.context["tysta"]) + len(svar.context["ovriga"]) == 10


def test_ingen_fraga_om_en_tidigare_generations_insatser(polis: Client, aktor: Callable[[str], Any]) -> None:
    for program in ("fardplaner-2026", "verksamhetsplan-2009-2011"):
        rad = (
            Insats.objects.exclude(fardplan=None).filter(malomrade__program__slug=program, malomrade__nummer=2).first()
        )
        Medverkan.objects.create(insats=rad, aktor=aktor("polisen"), roll="medverkande", deltagande="tillfragad")

    fragor = polis.get(SIDA).context["fragor"]

    assert [(m.insats.nummer, plan.program.slug) for m, plan in fragor] == [("2.3", "fardplaner-2026")]
