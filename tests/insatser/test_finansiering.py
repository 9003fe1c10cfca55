"""Who pays: money for a plan and its aktiviteter, the sums, and whether it is enough."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from aktorer.grund.samtidighet import Krock
from aktorer.models import Aktor, Anvandare
from insatser.andringar import finansiering as andringar
from insatser.andringar.finansiering import Bidragsrad
from insatser.fragor import finansiering as fragor
from insatser.fragor import handlingsplan as planer
from insatser.fragor.historik import senaste_bidragshandelse
from insatser.models import Aktivitet, Bidrag, Handlingsplan
from insatser.regler import kronor
from tests import klocka
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

FRAN, TILL, PLANEN = klocka.FRAN, klocka.TILL, klocka.PLAN
SIDA = f"{PLANEN}finansiering/"

type Formular = Callable[[Any], dict[str, str]]
type Slug = Callable[[str], Aktor]
type Satt = Callable[..., None]


@pytest.fixture
def plan() -> Handlingsplan:
    return Handlingsplan.objects.select_related("fardplan__stadskarna", "fardplan__program").get(exempel=True)


@pytest.fixture
def aktivitet(plan: Handlingsplan) -> Aktivitet:
    return Aktivitet.objects.filter(prioritering__handlingsplan=plan).order_by("pk").first()


@pytest.fixture
def satt(plan: Handlingsplan, aktor: Slug) -> Satt:
    """Set all the money of the plan, or of `mal`: (slug, year, kronor) each."""

    def kor(*rader: tuple[str, int, int], mal: Any = None, sedd: int | None = None) -> None:
        mal = mal or plan
        sedd = senaste_bidragshandelse(mal) if sedd is None else sedd
        bidrag = [Bidragsrad(aktor(slug).pk, ar, belopp) for slug, ar, belopp in rader]
        andringar.satt(av=None, mal=mal, sedd=sedd, rader=bidrag)

    return kor


def belopp(mal: Any) -> dict[tuple[str, int], int]:
    return {(b.aktor.slug, b.ar): b.belopp for b in mal.bidrag.select_related("aktor")}


@pytest.mark.parametrize(
    ("tal", "text"), [(0, "0 kr"), (950, "950 kr"), (500_000, "500 000 kr"), (1_000_000, "1 000 000 kr")]
)
def test_kronor_skrivs_pa_svenska(tal: int, text: str) -> None:
    assert kronor.skriv(tal).replace("\N{NO-BREAK SPACE}", " ") == text


def test_hela_uppsattningen_skrivs(satt: Satt, plan: Handlingsplan) -> None:
    satt(("huddinge-kommun", FRAN, 100), ("huddinge-kommun", TILL, 200), ("botkyrka-kommun", FRAN, 50))
    satt(("huddinge-kommun", TILL, 250), ("botkyrka-kommun", FRAN, 50))

    assert belopp(plan) == {("huddinge-kommun", TILL): 250, ("botkyrka-kommun", FRAN): 50}


def test_den_som_inte_rorde_samma_rad_behaller_sitt(satt: Satt, plan: Handlingsplan) -> None:
    satt(("huddinge-kommun", FRAN, 100), ("botkyrka-kommun", FRAN, 50))
    sett = senaste_bidragshandelse(plan)
    satt(("huddinge-kommun", FRAN, 999), ("botkyrka-kommun", FRAN, 50))

    satt(("huddinge-kommun", FRAN, 100), ("botkyrka-kommun", FRAN, 60), sedd=sett)

    assert belopp(plan) == {("huddinge-kommun", FRAN): 999, ("botkyrka-kommun", FRAN): 60}


def test_samma_rad_andrad_av_tva_visas_for_bada(satt: Satt, plan: Handlingsplan) -> None:
    satt(("huddinge-kommun", FRAN, 100))
    sett = senaste_bidragshandelse(plan)
    satt(("huddinge-kommun", FRAN, 999))

    with pytest.raises(Krock) as krock:
        satt(("huddinge-kommun", FRAN, 50), sedd=sett)

    (konflikt,) = krock.value.konflikter
    ord_ = [kronor.skriv(v) for v in (100, 999, 50)]
    assert [konflikt.falt, konflikt.bas, konflikt.deras, konflikt.mina] == [f"Huddinge kommun {FRAN}", *ord_]
    assert belopp(plan) == {("huddinge-kommun", FRAN): 999}


@pytest.mark.parametrize(
    ("rader", "fel"),
    [
        ([("huddinge-kommun", FRAN - 1, 100)], f"Alla år måste ligga i planens period, {klocka.AREN}"),
        ([("huddinge-kommun", FRAN, 100), ("huddinge-kommun", FRAN, 5)], f"Huddinge kommun står två gånger för {FRAN}"),
        ([("huddinge-kommun", FRAN, 0)], "större än eller lika med 1"),
    ],
)
def test_orimliga_belopp_nekas(satt: Satt, plan: Handlingsplan, rader: list[Any], fel: str) -> None:
    with pytest.raises(ValidationError, match=fel):
        satt(*rader)

    assert belopp(plan) == {}


@pytest.mark.parametrize(
    ("villkor", "falt"),
    [
        ("bidrag_inom_perioden", {"ar": FRAN - 1}),
        ("bidrag_inte_tomt", {"belopp": 0}),
        ("bidrag_till_ett", {"fardplan_id": 1}),
    ],
)
def test_databasen_haller_reglerna(
    plan: Handlingsplan,
    aktor: Slug,
    nekas: Callable[[str], AbstractContextManager[None]],
    villkor: str,
    falt: dict[str, Any],
) -> None:
    varden = {"aktor": aktor("polisen"), "ar": FRAN, "belopp": 10, "handlingsplan": plan} | falt

    with nekas(villkor):
        Bidrag.objects.create(**varden)


@pytest.mark.parametrize("satts", ["UPDATE insatser_bidrag SET belopp = 1", "DELETE FROM insatser_bidrag"])
def test_pengarna_fryses_med_planen(
    satt: Satt,
    plan: Handlingsplan,
    sql: Callable[..., Any],
    nekas: Callable[[str], AbstractContextManager[None]],
    satts: str,
) -> None:
    satt(("huddinge-kommun", FRAN, 100))
    Handlingsplan.objects.filter(pk=plan.pk).update(status="beslutad")

    with nekas("bidrag_fryst"):
        sql(satts)


def test_summor_per_aktor_och_ar(satt: Satt, plan: Handlingsplan, aktivitet: Aktivitet) -> None:
    satt(("huddinge-kommun", FRAN, 100), ("botkyrka-kommun", FRAN, 50), ("huddinge-kommun", TILL, 200))
    satt(("botkyrka-kommun", FRAN, 25), mal=aktivitet)

    summor = planer.innehall(plan).ekonomi.summor

    assert (summor.ar, summor.per_ar, summor.totalt) == ([FRAN, TILL], [175, 200], 375)
    assert [(a.slug, v, t) for a, v, t in summor.rader] == [
        ("botkyrka-kommun", [75, 0], 75),
        ("huddinge-kommun", [100, 200], 300),
    ]


def test_fardplanens_medel_raknas_for_planens_ar(plan: Handlingsplan, aktor: Slug) -> None:
    for ar in (FRAN - 1, FRAN):
        Bidrag.objects.create(aktor=aktor("polisen"), ar=ar, belopp=70, fardplan=plan.fardplan)

    assert planer.innehall(plan).ekonomi.gemensamt == 70


def test_det_som_saknas_star_bland_bristerna(satt: Satt, plan: Handlingsplan, aktivitet: Aktivitet) -> None:
    Aktivitet.objects.filter(pk=aktivitet.pk).update(kostnad=150_000)
    satt(("huddinge-kommun", FRAN, 100_000))

    innehall = planer.innehall(plan)

    text = f"Aktiviteterna kostar {kronor.skriv(50_000)} mer än vad som är finansierat."
    assert (text, SIDA) in [(b.text, b.adress) for b in planer.brister(innehall)]
    assert fragor.ekonomi(plan, innehall.aktiviteter).saknas == 50_000


def test_en_aktivitets_pengar_tacker_inte_en_annans(satt: Satt, plan: Handlingsplan) -> None:
    a, b = Aktivitet.objects.filter(prioritering__handlingsplan=plan).order_by("pk")[:2]
    Aktivitet.objects.filter(pk=a.pk).update(kostnad=100)
    Aktivitet.objects.filter(pk=b.pk).update(kostnad=200)
    satt(("huddinge-kommun", FRAN, 300), mal=a)

    assert planer.innehall(plan).ekonomi.saknas == 200


@pytest.mark.parametrize("skrivet", ["1 000 000", "1000000", "1 000 000 kr", "1.000.000", kronor.tal(1_000_000)])
def test_belopp_skrivs_som_folk_skriver(
    som_planerare: Client, plan: Handlingsplan, formular: Formular, aktor: Slug, skrivet: str
) -> None:
    falt = formular(som_planerare.get(SIDA))
    falt |= {"bidrag-0-aktor": str(aktor("huddinge-kommun").pk), "bidrag-0-belopp": skrivet}

    svar = som_planerare.post(SIDA, falt, follow=True)

    assert belopp(plan) == {("huddinge-kommun", FRAN): 1_000_000}
    assert kronor.skriv(1_000_000) in platt(svar)


@pytest.mark.parametrize(
    ("skrivet", "fel"),
    [
        ("mycket", "Skriv hela kronor"),
        ("10,50", "Skriv hela kronor"),
        ("250.00", "Skriv hela kronor"),
        ("-5", "större än eller lika med 1"),
        ("9" * 30, "mindre än eller lika med"),
        ("", "Skriv hur mycket"),
    ],
)
def test_fel_belopp_star_kvar_med_forklaring(
    som_planerare: Client, formular: Formular, aktor: Slug, skrivet: str, fel: str
) -> None:
    falt = formular(som_planerare.get(SIDA))
    falt |= {"bidrag-0-aktor": str(aktor("huddinge-kommun").pk), "bidrag-0-belopp": skrivet}

    svar = som_planerare.post(SIDA, falt)

    assert (svar.status_code, fel in platt(svar)) == (422, True)
    assert formular(svar)["bidrag-0-belopp"] == skrivet


def test_foraldrad_sida_visar_bada_och_sparar_sedan(
    som_planerare: Client, plan: Handlingsplan, formular: Formular, satt: Satt
) -> None:
    satt(("huddinge-kommun", FRAN, 100))
    falt = formular(som_planerare.get(SIDA)) | {"bidrag-0-belopp": "300"}
    satt(("huddinge-kommun", FRAN, 200), ("botkyrka-kommun", TILL, 70))

    svar = som_planerare.post(SIDA, falt)
    igen = som_planerare.post(SIDA, formular(svar))

    assert (svar.status_code, kronor.skriv(200) in platt(svar)) == (409, True)
    assert igen.status_code == 302
    assert belopp(plan) == {("huddinge-kommun", FRAN): 300, ("botkyrka-kommun", TILL): 70}


def test_vem_som_betalar_en_aktivitet_syns_i_planen(
    som_planerare: Client, aktivitet: Aktivitet, formular: Formular, aktor: Slug
) -> None:
    adress = f"{PLANEN}aktivitet/{aktivitet.pk}/finansiering/"
    falt = formular(som_planerare.get(adress))
    falt |= {"bidrag-0-aktor": str(aktor("trafikverket").pk), "bidrag-0-ar": f"{TILL}", "bidrag-0-belopp": "40 000"}

    html = platt(som_planerare.post(adress, falt, follow=True))

    assert f"Betalas av Trafikverket {kronor.skriv(40_000)} ({TILL})" in html


def test_kostnaden_skrivs_med_aktiviteten(som_planerare: Client, aktivitet: Aktivitet, formular: Formular) -> None:
    adress = f"{PLANEN}aktivitet/{aktivitet.pk}/"
    falt = formular(som_planerare.get(adress)) | {"kostnad": "250 000 kr"}

    html = platt(som_planerare.post(adress, falt, follow=True))

    assert f"Kostar {kronor.skriv(250_000)}." in html
    assert formular(som_planerare.get(adress))["kostnad"] == kronor.tal(250_000)


@pytest.mark.parametrize(("roll", "kod"), [("tjansteperson", 403), ("styrgrupp", 403)])
def test_andra_roller_ror_inte_pengarna(client: Client, person: Callable[..., Anvandare], roll: str, kod: int) -> None:
    client.force_login(person(roll, "huddinge-kommun"))

    assert client.post(SIDA, {"sedd": "0"}).status_code == kod


def test_en_beslutad_plans_pengar_andras_inte(som_planerare: Client, plan: Handlingsplan) -> None:
    Handlingsplan.objects.filter(pk=plan.pk).update(status="beslutad")

    svar = som_planerare.get(SIDA)

    assert (svar.status_code, "bara genom ett ändringsbeslut" in platt(svar)) == (404, True)


def test_en_aktivitets_pengar_fryses_ocksa(
    satt: Satt,
    plan: Handlingsplan,
    aktivitet: Aktivitet,
    aktor: Slug,
    nekas: Callable[[str], AbstractContextManager[None]],
) -> None:
    satt(("huddinge-kommun", FRAN, 100), mal=aktivitet)
    Handlingsplan.objects.filter(pk=plan.pk).update(status="beslutad")

    for andring in (
        lambda: Bidrag.objects.filter(aktivitet=aktivitet).update(belopp=1),
        lambda: Bidrag.objects.filter(aktivitet=aktivitet).delete(),
        lambda: Bidrag.objects.create(aktivitet=aktivitet, aktor=aktor("polisen"), ar=FRAN, belopp=5),
        lambda: Bidrag.objects.create(handlingsplan=plan, aktor=aktor("polisen"), ar=FRAN, belopp=5),
    ):
        with nekas("bidrag_fryst"):
            andring()
