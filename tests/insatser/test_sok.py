"""What is searched for is found, in everything one may see and in nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from aktorer.grund.sokning import finns, liknar, med_alla_ord
from aktorer.models import Aktor, Anvandare
from insatser.andringar import arende as arenden
from insatser.andringar import insats as andringar
from insatser.andringar import mote as moten
from insatser.andringar.arende import Steg
from insatser.andringar.mote import Punktrad
from insatser.fragor.sok import Grupp, sok
from insatser.models import Beslut, Fardplan, Insats, Malomrade, Program, Samverkansorgan
from insatser.regler.sokord import tolka
from tests import klocka
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

BESOKARE = AnonymousUser()
HEMLIGT = "Zebraövergång"


def _hitta(q: str, person: Any = BESOKARE, slag: str = "") -> list[Grupp]:
    return sok(tolka(q), person, slag)[0]


def _namn(grupper: list[Grupp], slag: str) -> list[str]:
    return ["".join(b.text for b in t.namn) for g in grupper if g.slag == slag for t in g.traffar]


@pytest.fixture
def halsovagen(insats: Callable[[str], Insats]) -> str:
    return insats("1.3").titel


@pytest.mark.parametrize(
    "q",
    [
        "Hälsovägen",
        "hälsov",
        "HÄLSOVÄGEN",
        "vägen",
        "Häl\u00adsovägen",
        "utveckling Hälsovägen",
        "och Hälsovägen",
        "1.3",
    ],
    ids=["ordet", "borjan", "versaler", "inuti", "mjukt bindestreck", "bojning", "smaord", "numret"],
)
def test_insatsen_hittas(halsovagen: str, q: str) -> None:
    assert halsovagen in _namn(_hitta(q), "insatser")


@pytest.mark.parametrize("q", ["Hälsovegen", "halsovägen", "Hällsovägen"])
def test_en_bokstav_fel_ger_det_som_liknar(halsovagen: str, q: str) -> None:
    grupper, nara = sok(tolka(q), BESOKARE)

    assert nara
    assert halsovagen in _namn(grupper, "insatser")


def test_det_som_klistras_in_fran_sidan_hittas(client: Client, halsovagen: str) -> None:
    inklistrat = f"1.3\n{halsovagen}\xa0 – Kärnspecifik"

    assert _namn(_hitta(inklistrat), "insatser")[0] == halsovagen


def test_det_som_heter_just_sa_kommer_forst() -> None:
    grupper = _hitta("Huddinge kommun")

    assert (grupper[0].slag, _namn(grupper, "aktorer")[0]) == ("aktorer", "Huddinge kommun")


def test_stadskarna_och_plan_hittas_med_namn(flemingsberg: Fardplan) -> None:
    grupper = _hitta("handlingsplan flemingsberg")

    assert all(n.startswith("Handlingsplan") and n.endswith("Flemingsberg") for n in _namn(grupper, "handlingsplaner"))
    assert _namn(_hitta("flemings"), "stadskarnor") == ["Flemingsberg"]


# As the source writes it, KS2024/1082.100, and as people do.
@pytest.mark.parametrize("q", ["KS2024/1082.100", "KS-2024-1082", "KS 2024/1082", "dnr ks:2024/1082"], ids=range(4))
def test_diarienumret_hittas_hur_det_an_skrivs(q: str) -> None:
    namn = _namn(_hitta(q), "arenden")

    assert len(namn) == 1
    assert namn[0].startswith("Avsiktsförklaring")


def test_ett_paborjat_diarienummer_leder_vidare() -> None:
    assert _namn(_hitta("KS:2024"), "arenden")[0].startswith("Avsiktsförklaring")


def test_paragrafen_leder_till_beslutet() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE insatser_beslut DISABLE TRIGGER USER")
    Beslut.objects.update(paragraf="9918")

    assert any("§ 9918" in n for n in _namn(_hitta("§ 9918"), "moten"))


@pytest.mark.parametrize("q", ["och", "vi", "a", "%", "-"], ids=range(5))
def test_det_som_inte_sager_nagot_hittar_inte_allt(q: str) -> None:
    assert sum(len(g.traffar) for g in _hitta(q)) < 5


def test_kommentarer_hittas_av_den_som_laser_mer_an_den_senaste(
    insats: Callable[[str], Insats], flemingsberg: Fardplan, styrgrupp: Anvandare, lage: Callable[..., Any]
) -> None:
    lage(insats("1.3"), flemingsberg.stadskarna, kommentar="Zebrorna väntar")

    assert _namn(_hitta("zebrorna", styrgrupp), "lagen") == [insats("1.3").titel]
    assert _hitta("zebrorna") == []


def test_nasta_generations_insatser_tranger_inte_undan_dagens(insats: Callable[[str], Insats]) -> None:
    nasta = Program.objects.create(namn="Färdplaner 2030", slug="fardplaner-2030", ar_fran=2030, ar_till=2033)
    nytt = Malomrade.objects.create(program=nasta, nummer=1, namn="Nytt", farg=1, ikon="stad")
    titel = insats("1.1").titel
    for nr in range(8):
        Insats.objects.create(malomrade=nytt, ordning=nr + 1, titel=titel)

    assert _namn(_hitta(titel), "insatser") == [titel]


def test_paragrafen_leder_till_arendet(planerare: Anvandare, aktor: Any) -> None:
    steg = [Steg(typ="beslut", instans="Kommunfullmäktige", datum=klocka.om(-9), paragraf="9917")]
    arenden.skapa(av=planerare, aktor_id=aktor("polisen").pk, rubrik="Prov", slag="ovrigt", steg=steg)

    assert _namn(_hitta("§ 9917"), "arenden") == ["Prov"]


def test_utkastets_ord_hittas_av_inloggade_alena(
    planerare: Anvandare, styrgrupp: Anvandare, utkastet: Fardplan
) -> None:
    malomrade = Malomrade.objects.get(program=utkastet.program, nummer=1)
    ny = andringar.skapa(av=planerare, malomrade=malomrade, fardplan=utkastet, titel=HEMLIGT, text="Den målas.")

    assert _namn(_hitta(HEMLIGT, styrgrupp), "insatser") == [ny.titel]
    assert _hitta(HEMLIGT) == []


def test_ett_eget_utkast_i_en_publicerad_fardplan_hittas_inte(
    planerare: Anvandare, insats: Callable[[str], Insats]
) -> None:
    Insats.objects.filter(pk=insats("1.3").pk).update(utkast=True, titel=HEMLIGT)

    assert _hitta(HEMLIGT) == []
    assert _hitta("1.3", planerare, "insatser") != []


def test_det_som_stod_forr_hittas_inte(planerare: Anvandare, insats: Callable[[str], Insats], halsovagen: str) -> None:
    nu = insats("1.3")
    andringar.andra(av=planerare, insats=nu, version=nu.version, titel="Något annat", text="Också något annat.")

    assert halsovagen not in _namn(_hitta("Hälsovägen"), "insatser")
    assert "Något annat" in _namn(_hitta("Något annat"), "insatser")


def test_dagordningen_hittas_av_besokare_nar_motet_har_beslutat(planerare: Anvandare, flemingsberg: Fardplan) -> None:
    organ = Samverkansorgan.objects.filter(stadskarna=flemingsberg.stadskarna, till=None)[0]
    punkter = [Punktrad("Zebror", beslut="Bifall"), Punktrad("Lejon")]
    moten.skapa(av=planerare, organ=organ, datum=klocka.om(-3), punkter=punkter)

    assert _namn(_hitta("zebror"), "moten") == ["Zebror"]
    assert _namn(_hitta("lejon"), "moten") == []
    assert _namn(_hitta("lejon", planerare), "moten") == ["Lejon"]


@pytest.mark.parametrize(
    "q",
    ["", " ", "\0", "a", "'", "\\", ":*", "a & | ! b", "%", "_", "§", "(((", "<script>", "å" * 10_000, "1.2.3", "😀"],
)
def test_vad_som_an_skrivs_svaras_det(client: Client, q: str) -> None:
    svar = client.get("/sok/", {"q": q})

    assert svar.status_code == 200
    assert "<script>" not in svar.text.replace("<script src", "")


@pytest.mark.parametrize(
    "q", ["zeta", "ze", "zet och", "och", "100% z", "10_0", "a\\b", "d'arc", "zeta saknas", "saknas", "eta ars"]
)
def test_om_nagot_finns_ar_samma_sak_som_att_leta(q: str) -> None:
    Aktor.objects.create(namn=r"Zetas 100% 10_0 a\b d'arc och barsen", slug="zeta", slag="bolag")
    ord_ = tolka(q).ord or (q,)
    finns(("annat", "också")[: len(ord_)], (Aktor.objects.all, ("namn",)))  # its SQL is kept from here

    assert finns(ord_, (Aktor.objects.all, ("namn",))) == [Aktor.objects.filter(med_alla_ord(ord_, "namn")).exists()]


def test_den_som_ser_allt_fragar_bara_dar_orden_star(
    planerare: Anvandare, halsovagen: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    sok(tolka("Hälsovägen"), planerare)

    with django_assert_max_num_queries(15):
        assert halsovagen in _namn(_hitta("Hälsovägen", planerare), "insatser")


def test_fragorna_blir_inte_fler_med_traffarna(
    planerare: Anvandare, flemingsberg: Fardplan, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    malomrade = Malomrade.objects.get(program=flemingsberg.program, nummer=1)
    for nr in range(3):
        andringar.skapa(av=planerare, malomrade=malomrade, fardplan=flemingsberg, titel=f"Ny väg {nr}")
    with django_assert_max_num_queries(30) as fa:
        sok(tolka("väg"), planerare)
    for nr in range(20):
        andringar.skapa(av=planerare, malomrade=malomrade, fardplan=flemingsberg, titel=f"Ännu en väg {nr}")

    with django_assert_max_num_queries(len(fa)):
        sok(tolka("väg"), planerare)


def test_en_grupp_visas_kort_bland_andra_och_langre_for_sig(planerare: Anvandare, flemingsberg: Fardplan) -> None:
    malomrade = Malomrade.objects.get(program=flemingsberg.program, nummer=1)
    for nr in range(9):
        andringar.skapa(av=planerare, malomrade=malomrade, fardplan=flemingsberg, titel=f"Zebragata {nr}")

    bland, ensam = _hitta("zebragata", planerare), _hitta("zebragata", planerare, "insatser")

    assert (len(bland[0].traffar), bland[0].fler) == (6, True)
    assert (len(ensam[0].traffar), ensam[0].fler) == (9, False)


@pytest.mark.parametrize("fel", [False, True], ids=["ordet", "nastan ordet"])
def test_orden_slas_upp_i_ett_index(fel: bool) -> None:
    falt = ("titel", "text")
    villkor = liknar("hälsovegen", *falt) if fel else med_alla_ord(["hälsovägen"], *falt)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    plan = Insats.objects.filter(villkor).order_by().explain()

    assert "insats_bokstaver" in plan
    assert ("insats_ord" in plan) != fel


def test_ordet_ar_markerat_och_exemplen_sagda(client: Client) -> None:
    sidan = platt(client.get("/sok/", {"q": "hälsovägen"}))

    assert "<mark>Hälsovägen</mark>" in sidan


def test_det_som_ar_for_lite_sags(client: Client) -> None:
    assert "”a” är för lite att söka efter." in platt(client.get("/sok/?q=a"))
    assert "för lite" not in platt(client.get("/sok/"))


def test_inget_hittat_sags(client: Client) -> None:
    assert "Inget hittades" in platt(client.get("/sok/", {"q": "qqqqxyz"}))


def test_medan_man_skriver_kommer_bara_traffarna(client: Client) -> None:
    svar = client.get("/sok/", {"q": "hälso"}, headers={"HX-Request": "true", "HX-Target": "traffar"})

    assert svar.text.lstrip().startswith('<div id="traffar"')
