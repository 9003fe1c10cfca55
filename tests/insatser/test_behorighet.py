"""Who sees and changes which objects: role × object, and 404 for what one may not know of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from aktorer.models import Aktor, Anvandare, Gruppmedlem
from aktorer.roller import Anvandarroll
from insatser.behorighet import (
    att_rapportera,
    far_rapportera,
    gallande_fardplaner,
    synliga_fardplaner,
    synliga_handlingsplaner,
)
from insatser.models import Fardplan, Handlingsplan, Insats, Medverkan, Stadskarna
from tests import klocka
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

ALLA = ["besokare", *Anvandarroll.values]
UTANFOR = {"besokare", "kontakt"}  # see what is adopted, and no more
TRAFIKVERKET, POLISEN, LOCUM = "trafikverket", "polisen", "locum-ab"


@pytest.fixture
def som(request: pytest.FixtureRequest, person: Callable[..., Anvandare]) -> Callable[[str], Any]:
    """Somebody of each role, of an aktör that takes part in nothing."""

    def skapa(roll: str) -> Any:
        return AnonymousUser() if roll == "besokare" else person(roll, LOCUM)

    return skapa


@pytest.fixture
def logga_in(client: Client, som: Callable[[str], Any]) -> Callable[[str], Client]:
    def kor(roll: str) -> Client:
        if roll != "besokare":
            client.force_login(som(roll))
        return client

    return kor


@pytest.mark.parametrize("roll", ALLA)
def test_utkast_till_fardplan_syns_for_inloggade(som: Callable[[str], Any], haninge: Fardplan, roll: str) -> None:
    Fardplan.objects.filter(pk=haninge.pk).update(publicerad=False)

    assert (haninge in synliga_fardplaner(som(roll))) == (roll not in UTANFOR)


# Status of the plan, whether its färdplan is published, and whether besökare see it.
@pytest.mark.parametrize(
    ("status", "publicerad", "for_alla"),
    [
        ("utkast", True, False),
        ("beslutad", True, True),
        ("avslutad", True, True),
        ("beslutad", False, False),
        ("avslutad", False, False),
    ],
)
@pytest.mark.parametrize("roll", ALLA)
def test_beslutade_handlingsplaner_syns_for_alla(
    som: Callable[[str], Any], flemingsberg: Fardplan, roll: str, status: str, publicerad: bool, for_alla: bool
) -> None:
    Fardplan.objects.filter(pk=flemingsberg.pk).update(publicerad=publicerad)
    planer = Handlingsplan.objects.filter(fardplan=flemingsberg)
    planer.update(status=status, avslutad=f"{klocka.TILL + 1}-01-31" if status == "avslutad" else None)

    assert (planer & synliga_handlingsplaner(som(roll))).exists() == (for_alla or roll not in UTANFOR)


# Role and aktör, insats, stadskärna, may report. Huddinge is kärnkommun of Flemingsberg and Kungens kurva-Skärholmen.
@pytest.mark.parametrize(
    ("roll", "aktor", "nummer", "karna", "far"),
    [
        ("planerare", "", "1.3", "flemingsberg", True),
        ("planerare", "", "1.1", "haninge", True),
        ("administrator", "", "2.3", "flemingsberg", True),
        ("styrgrupp", "huddinge-kommun", "1.3", "flemingsberg", False),
        # Named as medverkande.
        ("tjansteperson", "huddinge-kommun", "1.3", "flemingsberg", True),
        ("tjansteperson", POLISEN, "1.3", "flemingsberg", True),
        ("tjansteperson", "sodertorns-hogskola", "2.3", "flemingsberg", True),
        # Ansvarig, and medverkande in a gemensam insats: in every kärna.
        ("tjansteperson", "region-stockholm", "1.1", "flemingsberg", True),
        ("tjansteperson", "region-stockholm", "1.1", "haninge", True),
        ("tjansteperson", TRAFIKVERKET, "4.1", "haninge", True),
        # Not named, but kärnkommun of the kärna asked about.
        ("tjansteperson", "huddinge-kommun", "4.5", "flemingsberg", True),
        ("tjansteperson", "huddinge-kommun", "1.1", "flemingsberg", True),
        ("tjansteperson", "huddinge-kommun", "1.1", "kungens-kurva-skarholmen", True),
        ("tjansteperson", "haninge-kommun", "1.1", "haninge", True),
        # Kärnkommun of another kärna; neither named nor kärnkommun.
        ("tjansteperson", "huddinge-kommun", "1.1", "haninge", False),
        ("tjansteperson", "haninge-kommun", "1.1", "flemingsberg", False),
        ("tjansteperson", POLISEN, "1.4", "flemingsberg", False),
        ("tjansteperson", POLISEN, "1.1", "flemingsberg", False),
        ("tjansteperson", LOCUM, "1.3", "flemingsberg", False),
    ],
)
def test_vem_som_rapporterar_vad(
    person: Callable[..., Anvandare],
    insats: Callable[[str], Insats],
    roll: str,
    aktor: str,
    nummer: str,
    karna: str,
    far: bool,
) -> None:
    stadskarna = Stadskarna.objects.get(slug=karna)

    assert far_rapportera(person(roll, aktor), insats(nummer), stadskarna) == far


def test_besokare_rapporterar_inget(insats: Callable[[str], Insats], flemingsberg: Fardplan) -> None:
    assert far_rapportera(AnonymousUser(), insats("1.3"), flemingsberg.stadskarna) is False
    assert att_rapportera(AnonymousUser()) == []


@pytest.mark.parametrize("roll", Anvandarroll.values)
def test_ingen_rapporterar_en_avford_insats(
    person: Callable[..., Anvandare], insats: Callable[[str], Insats], flemingsberg: Fardplan, roll: str
) -> None:
    Insats.objects.filter(pk=insats("1.3").pk).update(avford="2026-11-01", avford_skal="Klar")
    vem = person(roll, "huddinge-kommun")

    assert far_rapportera(vem, insats("1.3"), flemingsberg.stadskarna) is False
    assert "1.3" not in [i.nummer for i, _ in att_rapportera(vem)]


def test_stangt_konto_rapporterar_inget(
    planerare: Anvandare, insats: Callable[[str], Insats], flemingsberg: Fardplan
) -> None:
    planerare.is_active = False

    assert far_rapportera(planerare, insats("1.3"), flemingsberg.stadskarna) is False


def test_genom_en_grupp_med_medlemmar(
    person: Callable[..., Anvandare],
    insats: Callable[[str], Insats],
    flemingsberg: Fardplan,
    aktor: Callable[[str], Aktor],
) -> None:
    locum = person("tjansteperson", LOCUM)
    Gruppmedlem.objects.create(grupp=aktor("naringslivet"), aktor=aktor(LOCUM))

    assert far_rapportera(locum, insats("1.1"), flemingsberg.stadskarna) is True
    assert far_rapportera(locum, insats("1.2"), flemingsberg.stadskarna) is False
    assert sorted({i.nummer for i, _ in att_rapportera(locum)}) == ["1.1", "2.4", "3.2", "3.3", "3.4"]


@pytest.mark.parametrize(
    ("deltagande", "far"),
    [("exempel", True), ("tillfragad", True), ("bekraftad", True), ("avbojd", False)],
)
def test_den_som_avbojt_rapporterar_inte(
    person: Callable[..., Anvandare],
    insats: Callable[[str], Insats],
    flemingsberg: Fardplan,
    deltagande: str,
    far: bool,
) -> None:
    Medverkan.objects.filter(aktor__slug=POLISEN).update(deltagande=deltagande)
    polisen = person("tjansteperson", POLISEN)

    assert far_rapportera(polisen, insats("1.3"), flemingsberg.stadskarna) == far
    assert [i.nummer for i, _ in att_rapportera(polisen)] == (["1.3"] if far else [])


def test_en_karnkommun_som_avbojt_rapporterar_anda(
    tjansteperson: Anvandare, insats: Callable[[str], Insats], flemingsberg: Fardplan
) -> None:
    Medverkan.objects.filter(aktor__slug="huddinge-kommun").update(deltagande="avbojd")

    assert far_rapportera(tjansteperson, insats("1.3"), flemingsberg.stadskarna) is True


def test_nar_gruppen_avbojt_rapporterar_inte_medlemmarna(
    person: Callable[..., Anvandare],
    insats: Callable[[str], Insats],
    flemingsberg: Fardplan,
    aktor: Callable[[str], Aktor],
) -> None:
    Gruppmedlem.objects.create(grupp=aktor("naringslivet"), aktor=aktor(LOCUM))
    Medverkan.objects.filter(aktor__slug="naringslivet").update(deltagande="avbojd")

    assert far_rapportera(person("tjansteperson", LOCUM), insats("1.1"), flemingsberg.stadskarna) is False


@pytest.mark.parametrize(
    "aktor", ["huddinge-kommun", "botkyrka-kommun", "haninge-kommun", "region-stockholm", POLISEN, TRAFIKVERKET, LOCUM]
)
def test_det_som_vantar_ar_precis_det_man_far_rapportera(person: Callable[..., Anvandare], aktor: str) -> None:
    vem = person("tjansteperson", aktor)
    gallande = gallande_fardplaner(vem)
    par = [(i, f) for f in gallande for i in Insats.objects.i_fardplan(f).select_related("malomrade")]

    far = {(i.pk, f.pk) for i, f in par if far_rapportera(vem, i, f.stadskarna)}

    assert len(par) == 18 + 7 * 9
    assert {(i.pk, f.pk) for i, f in att_rapportera(vem)} == far


def test_det_som_vantar_kommer_i_karnornas_och_numrens_ordning(tjansteperson: Anvandare) -> None:
    par = [(f.stadskarna.slug, i.nummer) for i, f in att_rapportera(tjansteperson)]

    gemensamma = ["1.1", "1.2", "2.1", "2.2", "3.1", "3.2", "3.3", "4.1", "4.2"]
    assert par[:9] == [("kungens-kurva-skarholmen", n) for n in gemensamma]
    assert [n for karna, n in par[9:] if karna == "flemingsberg"] == [
        "1.1", "1.2", "1.3", "1.4", "1.5", "2.1", "2.2", "2.3", "2.4",
        "3.1", "3.2", "3.3", "3.4", "4.1", "4.2", "4.3", "4.4", "4.5",
    ]  # fmt: skip
    assert len(par) == 27


def test_utkast_vantar_ocksa(person: Callable[..., Anvandare], haninge: Fardplan) -> None:
    Fardplan.objects.filter(pk=haninge.pk).update(publicerad=False)

    assert {f.pk for _, f in att_rapportera(person("tjansteperson", "haninge-kommun"))} == {haninge.pk}


def test_den_som_saknar_aktor_har_inget_som_vantar(person: Callable[..., Anvandare]) -> None:
    assert att_rapportera(person("planerare")) == []


# Role × page. 302: asked to log in; 404: may not know of it; 403: may read the insats but not do this.
SIDOR = {
    "/": (200, 200, 200, 200, 200),
    "/flemingsberg/": (200, 200, 200, 200, 200),
    "/flemingsberg/insatskarta/": (200, 200, 200, 200, 200),
    "/flemingsberg/insatser/1.3/": (200, 200, 200, 200, 200),
    "/flemingsberg/insatser/1.3/historik/": (302, 200, 200, 200, 200),
    "/flemingsberg/insatser/1.3/lage/": (302, 403, 403, 200, 200),
    "/flemingsberg/insatser/1.3/redigera/": (302, 403, 403, 200, 200),
    "/flemingsberg/insatser/1.3/roller/": (302, 403, 403, 200, 200),
    "/flemingsberg/insatser/1.3/flytta/": (302, 403, 403, 200, 200),
    "/flemingsberg/insatser/1.3/avfor/": (302, 403, 403, 200, 200),
    "/flemingsberg/insatser/1.3/aterta/": (302, 403, 403, 200, 200),
    "/flemingsberg/insatser/1.3/samband/": (302, 403, 403, 200, 200),
    "/flemingsberg/insatser/ny/": (302, 403, 403, 200, 200),
    "/flemingsberg/ta-bort/": (302, 403, 403, 200, 200),
    "/flemingsberg/redigera/": (302, 403, 403, 200, 200),
    "/flemingsberg/fardriktning/1/": (302, 403, 403, 200, 200),
    "/flemingsberg/insatskarta/import/": (302, 403, 403, 200, 200),
    "/flemingsberg/handlingsplan/": (200, 200, 200, 200, 200),
    klocka.PLAN: (404, 200, 200, 200, 200),
    "/flemingsberg/handlingsplan/1998-1999/": (404, 404, 404, 404, 404),
    "/flemingsberg/insatser/9.9/": (404, 404, 404, 404, 404),
    "/flemingsberg/insatser/9.9/redigera/": (302, 403, 403, 404, 404),
    "/flemingsberg/insatser/9.9/lage/": (302, 404, 404, 404, 404),
    "/ingenstans/insatskarta/": (404, 404, 404, 404, 404),
    "/mitt-arbete/": (302, 200, 200, 200, 200),
    "/aktorer/": (200, 200, 200, 200, 200),
    "/aktorer/polisen/": (200, 200, 200, 200, 200),
}


ORDNING = ("besokare", "styrgrupp", "tjansteperson", "planerare", "administrator")  # of the answers above


@pytest.mark.parametrize(("roll", "kolumn"), [*((roll, n) for n, roll in enumerate(ORDNING)), ("kontakt", 0)])
def test_roll_och_sida(logga_in: Callable[[str], Client], roll: str, kolumn: int) -> None:
    client = logga_in(roll)

    assert {sida: client.get(sida).status_code for sida in SIDOR} == {
        sida: svar[kolumn] for sida, svar in SIDOR.items()
    }


ANDRANDE = [sida for sida, svar in SIDOR.items() if svar == (302, 403, 403, 200, 200)]


@pytest.mark.parametrize("roll", ["besokare", "styrgrupp", "tjansteperson"])
def test_den_som_inte_far_se_formularet_far_inte_heller_skicka_det(
    logga_in: Callable[[str], Client], roll: str
) -> None:
    client = logga_in(roll)
    varden = {"version": "1", "titel": "Kapad", "skal": "Kapad", "status": "genomford", "sedd": "0", "rubrik": "Kapad"}

    svar = {client.post(sida, varden).status_code for sida in ANDRANDE}

    assert svar == {302 if roll == "besokare" else 403}
    assert not Insats.objects.filter(titel="Kapad").exists()


# A draft färdplan: besökare read that it is coming, and know of nothing in it.
@pytest.mark.parametrize("sida", ["insatskarta/", "insatser/1.1/", "handlingsplan/", "handlingsplan/2028-2029/"])
@pytest.mark.parametrize(("roll", "status"), [("besokare", 404), ("styrgrupp", 200), ("tjansteperson", 200)])
def test_utkast_ar_404_for_besokare(
    logga_in: Callable[[str], Client], haninge: Fardplan, sida: str, roll: str, status: int
) -> None:
    Fardplan.objects.filter(pk=haninge.pk).update(publicerad=False)
    Handlingsplan.objects.create(fardplan=haninge, ar_fran=2028, ar_till=2029, status="beslutad")

    assert logga_in(roll).get(f"/haninge/{sida}").status_code == status


def test_en_annan_karnas_insats_finns_inte_har(logga_in: Callable[[str], Client]) -> None:
    client = logga_in("planerare")

    assert [client.get(f"/haninge/insatser/1.3/{del_}").status_code for del_ in ("", "redigera/", "lage/")] == [404] * 3


def test_det_finns_inte_och_det_far_du_inte_sags_pa_svenska(logga_in: Callable[[str], Client]) -> None:
    client = logga_in("tjansteperson")

    saknas = platt(client.get("/flemingsberg/insatser/9.9/"))
    nekad = platt(client.get("/flemingsberg/insatser/1.3/lage/"))

    assert "Det finns ingen insats 9.9 i färdplanen för Flemingsberg." in saknas
    assert "Du kan rapportera insatser där din aktör medverkar. I den här insatsen gör den inte det." in nekad


def test_besokares_sidor_visar_inget_internt(client: Client, aktor: Callable[[str], Aktor]) -> None:
    Aktor.objects.filter(slug=POLISEN).update(kontakt="Kontaktperson Kari")

    html = platt(client.get(f"/aktorer/{POLISEN}/"))

    assert "Polisen" in html
    assert "Kari" not in html
