"""Ärenden: found by diarienummer, read by everybody, written by planerare."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.test import Client

from aktorer.grund.samtidighet import Krock
from aktorer.models import Aktor, Anvandare
from insatser.andringar import arende as andringar
from insatser.andringar import beslut as beslutsandringar
from insatser.andringar.arende import Steg
from insatser.fragor.insatslankar import insatslankar
from insatser.models import (
    Arende,
    Arendebeslut,
    Arendeinsats,
    Beslut,
    Fardplan,
    Handlingsplan,
    Insats,
    Malomrade,
    Mote,
    Motespunkt,
    Program,
    Samverkansorgan,
)
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

type Formular = Callable[[Any], dict[str, Any]]

LISTAN = "/arenden/"
NY = "/arenden/ny/"
HX = {"HX-Request": "true", "HX-Target": "lista"}


@pytest.fixture
def remissvar(db: None) -> Arende:
    """Huddinge's answer on the life science strategy."""
    return Arende.objects.get(diarienummer="KS-2026/74")


@pytest.fixture
def avsikt(db: None) -> Arende:
    """Huddinge's ärende about joining the avsiktsförklaring."""
    return Arende.objects.get(diarienummer="KS-2024/1082.100")


@pytest.fixture
def nytt(aktor: Callable[[str], Aktor]) -> Callable[..., Arende]:
    """An ärende of Botkyrka that says nothing special unless told."""

    def skapa(rubrik: str, **varden: Any) -> Arende:
        vanligt = {"aktor_id": aktor("botkyrka-kommun").pk, "slag": "ovrigt"}
        return andringar.skapa(av=None, **vanligt | {"rubrik": rubrik} | varden)

    return skapa


def rubriker(svar: Any) -> list[str]:
    return [a.rubrik for a in svar.context["arenden"]]


def nummer(svar: Any) -> list[str]:
    return [a.diarienummer for a in svar.context["arenden"]]


def test_de_tre_arendena_som_kallorna_visar_dem() -> None:
    steg = Arendebeslut.objects.order_by("arende__aktor__namn", "-datum").values_list(
        "arende__aktor__namn", "arende__diarienummer", "arende__slag", "typ", "instans", "datum", "paragraf"
    )

    forvaltningen, utskottet = "Kommunstyrelsens förvaltning", "Kommunstyrelsens arbetsutskott"
    huddinge, avsikt = "Huddinge kommun", "avsiktsforklaring"
    assert list(steg) == [
        ("Danderyds kommun", "", avsikt, "forslag", "Kommunledningskontoret", None, ""),
        (huddinge, "KS-2026/74", "remissvar", "forslag", utskottet, date(2026, 3, 4), "17"),
        (huddinge, "KS-2024/1082.100", avsikt, "forslag", forvaltningen, date(2024, 8, 21), ""),
    ]
    assert [[i.nummer for i in a.insatser.all()] for a in Arende.objects.exclude(kalla="")] == [["3.4"]] * 3


# --- the list


def test_listan_har_det_senaste_beslutet_forst(client: Client, nytt: Callable[..., Arende]) -> None:
    nytt("Nyast", steg=[Steg("forslag", "KS", date(2020, 1, 1)), Steg("beslut", "KF", date(2026, 11, 1), "5")])

    svar = client.get(LISTAN)

    assert rubriker(svar)[0] == "Nyast"
    assert nummer(svar)[1:] == ["KS-2026/74", "KS-2024/1082.100", ""]
    assert "§ 17" in platt(svar)


def test_listan_visar_det_sista_steget(client: Client, nytt: Callable[..., Arende]) -> None:
    nytt("Två steg", steg=[Steg("forslag", "Första instansen"), Steg("beslut", "Sista", date(2026, 1, 1), "9")])

    html = platt(client.get(LISTAN, {"q": "Två steg"}))

    assert ("Första instansen" in html, "§ 9" in html, "2026-01-01" in html) == (False, True, True)


@pytest.mark.parametrize("q", ["KS-2026/74", "ks-2026/74", "  KS - 2026 / 74 ", "kS-2026/ 74"])
def test_ett_helt_diarienummer_ger_en_enda_traff(client: Client, nytt: Callable[..., Arende], q: str) -> None:
    nytt("Ett annat", diarienummer="KS-2026/741")
    nytt("Om KS-2026/74")

    svar = client.get(LISTAN, {"q": q})

    assert nummer(svar) == ["KS-2026/74"]
    assert "1 ärende stämmer." in platt(svar)
    assert list(svar.context["overenskommelser"]) == []


def test_diarienummer_med_mellanslag_hittas_utan(client: Client, nytt: Callable[..., Arende]) -> None:
    nytt("Skrivet isär", diarienummer="RS 2025-0033")

    assert rubriker(client.get(LISTAN, {"q": "rs2025-0033"})) == ["Skrivet isär"]


@pytest.mark.parametrize(
    "q",
    ["ks 2026/74", "KS-2026/74 § 17", "KS–2026/74, §17", "dnr KS-2026/74", "KS-2026:74", "Dnr: KS\u20112026\u00ad:74"],
)
def test_ett_diarienummer_hittas_som_folk_skriver_det(client: Client, nytt: Callable[..., Arende], q: str) -> None:
    nytt("Ett annat", diarienummer="KS-2026/741")

    assert nummer(client.get(LISTAN, {"q": q})) == ["KS-2026/74"]


@pytest.fixture
def planbeslut(flemingsberg: Fardplan) -> Beslut:
    """The styrgrupp's decision on the example plan."""
    plan = Handlingsplan.objects.select_related("fardplan__stadskarna", "fardplan__program").get(exempel=True)
    return beslutsandringar.besluta(
        av=None,
        plan=plan,
        version=plan.version,
        organ=Samverkansorgan.objects.get(slag="styrgrupp", till=None),
        datum=date(2026, 3, 19),
        paragraf="4",
        diarienummer="RS 2026-0123",
    ).beslut


@pytest.mark.parametrize("q", ["RS 2026-0123", "rs2026-0123", "RS-2026 0123 § 4", "2026-0123"])
def test_ett_beslut_om_en_plan_hittas_pa_sitt_diarienummer(client: Client, planbeslut: Beslut, q: str) -> None:
    mote = Mote.objects.create(organ=planbeslut.organ, datum=planbeslut.datum)

    svar = client.get(LISTAN, {"q": q})

    assert [traff.beslut for traff in svar.context["beslut"]] == [planbeslut]
    assert f'href="/flemingsberg/organ/moten/{mote.pk}/"' in platt(svar)
    assert f'href="/handlingsplaner/{planbeslut.planversion.handlingsplan_id}/version/1/"' in platt(svar)
    assert "RS 2026-0123" in platt(svar)


def test_ett_beslut_utan_mote_leder_till_organen(client: Client, flemingsberg: Fardplan) -> None:
    organ = Samverkansorgan.objects.get(slag="styrgrupp", till=None)
    Beslut.objects.create(organ=organ, datum=date(2026, 3, 19), paragraf="4", diarienummer="FS 2026/1")

    svar = client.get(LISTAN, {"q": "fs 2026/1"})

    assert f'href="/flemingsberg/organ/#r-organ-{organ.pk}"' in platt(svar)


def test_ett_helt_diarienummer_pa_ett_beslut_ger_bara_det(client: Client, planbeslut: Beslut) -> None:
    Beslut.objects.create(organ=planbeslut.organ, datum=date(2026, 4, 1), paragraf="5", diarienummer="RS 2026-01234")

    svar = client.get(LISTAN, {"q": "RS 2026-0123"})

    assert [traff.beslut for traff in svar.context["beslut"]] == [planbeslut]
    assert list(svar.context["arenden"]) == []


def test_beslut_som_inte_far_kannas_till_hittas_inte(
    client: Client, planbeslut: Beslut, flemingsberg: Fardplan, styrgrupp: Anvandare
) -> None:
    Fardplan.objects.filter(pk=flemingsberg.pk).update(publicerad=False)

    assert client.get(LISTAN, {"q": "RS 2026-0123"}).context["beslut"] == []
    client.force_login(styrgrupp)
    assert len(client.get(LISTAN, {"q": "RS 2026-0123"}).context["beslut"]) == 1


@pytest.mark.parametrize("fraga", [{}, {"q": "styrgrupp"}, {"q": "§ 4"}, {"q": "0123", "aktor": "huddinge-kommun"}])
def test_beslut_visas_bara_for_den_som_soker_ett_diarienummer(
    client: Client, planbeslut: Beslut, fraga: dict[str, str]
) -> None:
    assert client.get(LISTAN, fraga).context["beslut"] == []


def test_antalet_fragor_beror_inte_pa_antalet_beslut(
    client: Client, planbeslut: Beslut, django_assert_max_num_queries: Any
) -> None:
    for n in range(9):
        Beslut.objects.create(
            organ=planbeslut.organ, datum=date(2026, 4, 1), paragraf=str(n), diarienummer=f"RS 2026-0123{n}"
        )

    with django_assert_max_num_queries(12):
        svar = client.get(LISTAN, {"q": "RS 2026-012"})
    assert len(svar.context["beslut"]) == 10


@pytest.mark.parametrize(
    ("fraga", "traffar"),
    [
        ({"q": "2024/1082"}, ["KS-2024/1082.100"]),
        ({"q": "life science strategi"}, ["KS-2026/74"]),
        ({"q": "strategi huddinge"}, ["KS-2026/74"]),
        ({"q": "danderyd"}, [""]),
        ({"q": "kommunledningskontoret"}, [""]),
        ({"q": "Arbetsutskott"}, ["KS-2026/74"]),
        ({"slag": "remissvar"}, ["KS-2026/74"]),
        ({"slag": "avsiktsforklaring", "aktor": "huddinge-kommun"}, ["KS-2024/1082.100"]),
        ({"aktor": "danderyds-kommun"}, [""]),
        ({"aktor": "polisen"}, []),
        ({"q": "KS-2026/74", "slag": "avtal"}, []),
        ({"q": "%"}, []),
        ({"q": "_"}, []),
        ({"q": "<script>"}, []),
    ],
)
def test_sok_och_filter(client: Client, fraga: dict[str, str], traffar: list[str]) -> None:
    svar = client.get(LISTAN, fraga)

    assert (svar.status_code, nummer(svar)) == (200, traffar)
    assert "<script>" not in platt(svar).replace("<script src", "")


@pytest.mark.parametrize(
    "fraga",
    [
        {"slag": "orkester"},
        {"slag": "\0"},
        {"aktor": "Inte en slug"},
        {"q": "\0"},
        {"q": "x" * 101},
        {"sida": "nej"},
        {"sida": "-3"},
        {"sida": "9" * 5000},
    ],
)
def test_vad_som_inte_betyder_nagot_raknas_inte(client: Client, fraga: dict[str, str]) -> None:
    svar = client.get(LISTAN, fraga)

    assert (svar.status_code, len(rubriker(svar))) == (200, 3)


def test_ingen_traff_sager_vad_man_kan_gora(client: Client) -> None:
    html = platt(client.get(LISTAN, {"q": "zzz"}))

    assert 'Inget ärende stämmer med sökningen.<a href="/arenden/">Visa alla</a>' in html
    assert "Ingen överenskommelse stämmer med sökningen." in html


def test_listan_utan_nagot_i(client: Client) -> None:
    Arendeinsats.objects.all().delete()
    for arende in Arende.objects.all():
        arende.anslutningar.all().delete()
        arende.delete()

    assert "Inga ärenden är inskrivna än." in platt(client.get(LISTAN))


def test_manga_arenden_delas_i_sidor(client: Client, aktor: Callable[[str], Aktor]) -> None:
    polisen = aktor("polisen")
    Arende.objects.bulk_create(Arende(aktor=polisen, rubrik=f"Nr {n}", slag="ovrigt") for n in range(120))

    forsta, sista = client.get(LISTAN, {"slag": "ovrigt"}), client.get(LISTAN, {"slag": "ovrigt", "sida": "3"})

    assert (len(rubriker(forsta)), len(rubriker(sista))) == (50, 20)
    assert "?slag=ovrigt&amp;sida=2" in platt(forsta)
    assert "Sida 3 av 3" in platt(sista)


@pytest.mark.parametrize(("huvuden", "hel"), [(HX, False), (HX | {"HX-History-Restore-Request": "true"}, True)])
def test_htmx_far_bara_listan(client: Client, huvuden: dict[str, str], hel: bool) -> None:
    svar = client.get(LISTAN, {"q": "KS-2026/74"}, headers=huvuden)

    assert platt(svar).startswith("<!DOCTYPE html>") == hel
    assert "KS-2026/74" in platt(svar)


def test_antalet_fragor_beror_inte_pa_antalet_arenden(
    client: Client, django_assert_num_queries: Any, nytt: Callable[..., Arende]
) -> None:
    for n in range(3):
        nytt(f"Nr {n}", steg=[Steg("forslag", "KS")])
        if n != 1:
            with django_assert_num_queries(6):
                svar = client.get(LISTAN, {"q": "nr"})

    assert len(rubriker(svar)) == 3


# --- one ärende


def test_arendet_visar_fakta_steg_och_vad_det_leder_till(client: Client, avsikt: Arende) -> None:
    svar = client.get(f"{LISTAN}{avsikt.pk}/")

    delar = [
        "KS-2024/1082.100",
        "/aktorer/huddinge-kommun/",
        "Kommunstyrelsens förvaltning",
        "2024-08-21",
        'href="/flemingsberg/insatser/3.4/"',
        "Huddinge kommun: föreslagen",
        "21 augusti 2024",
        "Källa: Huddinge kommun, tjänsteutlåtande 2024-08-21",
    ]
    assert [d for d in delar if d not in platt(svar)] == []
    assert "redigera/" not in platt(svar)


def test_arendet_fran_danderyd_sager_att_kallan_saknar_nummer_och_datum(client: Client) -> None:
    html = platt(client.get(f"{LISTAN}{Arende.objects.get(aktor__slug='danderyds-kommun').pk}/"))

    assert ("Saknas i källan" in html, "utan datum" in html) == (True, True)


@pytest.mark.parametrize("adress", ["/arenden/999999/", "/arenden/99999999999999999999/", "/arenden/x/"])
def test_okant_arende_ar_404(client: Client, adress: str) -> None:
    assert client.get(adress).status_code == 404


def test_en_aldre_insats_leder_till_sin_generation(client: Client, flemingsberg: Fardplan, remissvar: Arende) -> None:
    gammalt = Program.objects.create(namn="Plan 1999", slug="plan-1999", ar_fran=1999)
    plan = Fardplan.objects.create(program=gammalt, stadskarna=flemingsberg.stadskarna, publicerad=True, karaktar="Så.")
    omrade = Malomrade.objects.create(program=gammalt, nummer=1, namn="Strategi 1", farg=1, ikon="stad")
    gammal = Insats.objects.create(malomrade=omrade, fardplan=plan, ordning=2, titel="Från 1999")
    Arendeinsats.objects.create(arende=remissvar, insats=gammal)

    html = platt(client.get(f"{LISTAN}{remissvar.pk}/"))

    assert 'href="/generation/plan-1999/flemingsberg/insatser/1.2/"' in html
    assert 'href="/flemingsberg/insatser/3.4/"' in html


def test_ett_utkasts_insatser_visas_bara_for_inloggade(
    client: Client, flemingsberg: Fardplan, remissvar: Arende, styrgrupp: Anvandare
) -> None:
    nasta = Program.objects.create(namn="Färdplaner 2030", slug="fp-2030", ar_fran=2030)
    plan = Fardplan.objects.create(program=nasta, stadskarna=flemingsberg.stadskarna)
    omrade = Malomrade.objects.create(program=nasta, nummer=1, namn="Nytt", farg=1, ikon="stad")
    insats = Insats.objects.create(malomrade=omrade, fardplan=plan, ordning=1, titel="Hemlig än")
    Arendeinsats.objects.create(arende=remissvar, insats=insats)

    utan = platt(client.get(f"{LISTAN}{remissvar.pk}/"))
    client.force_login(styrgrupp)
    med = platt(client.get(f"{LISTAN}{remissvar.pk}/"))

    assert ("Hemlig än" in utan, "Hemlig än" in med) == (False, True)
    assert "/generation/fp-2030/flemingsberg/insatser/1.1/" in med


@pytest.mark.usefixtures("alla_publicerade")
def test_en_gemensam_insats_lases_i_den_forsta_stadskarnan(insats: Callable[[str], Insats]) -> None:
    lank = insatslankar([insats("1.1")], AnonymousUser())[0]

    assert (lank.fardplan.stadskarna.slug, lank.galler) == ("sodertalje", True)


def test_handlingsplanen_bara_for_den_som_far_veta_om_den(
    client: Client, remissvar: Arende, styrgrupp: Anvandare
) -> None:
    Arende.objects.filter(pk=remissvar.pk).update(handlingsplan=Handlingsplan.objects.get(exempel=True))

    utan = platt(client.get(f"{LISTAN}{remissvar.pk}/"))
    client.force_login(styrgrupp)
    med = platt(client.get(f"{LISTAN}{remissvar.pk}/"))

    lank = f"/handlingsplaner/{Handlingsplan.objects.get(exempel=True).pk}/"
    assert (lank in utan, lank in med) == (False, True)


def test_antalet_fragor_for_ett_arende_ar_detsamma(
    client: Client, django_assert_num_queries: Any, nytt: Callable[..., Arende], insats: Callable[[str], Insats]
) -> None:
    for antal in (1, 3):
        insatser = [insats(n).pk for n in ("1.1", "1.3", "3.4")[:antal]]
        arende = nytt(f"Nr {antal}", steg=[Steg("forslag", "KS")] * antal, insatser=insatser)
        with django_assert_num_queries(8):
            svar = client.get(f"{LISTAN}{arende.pk}/")

    assert len(svar.context["insatser"]) == 3


# --- elsewhere


def test_insatsens_sida_visar_arenden_och_overenskommelser(client: Client) -> None:
    html = platt(client.get("/flemingsberg/insatser/3.4/"))

    assert [d for d in ("KS-2026/74", "KS-2024/1082.100", "Danderyds kommun", "2 anslutna") if d not in html] == []
    assert "Ärenden och överenskommelser" not in platt(client.get("/flemingsberg/insatser/1.3/"))


def test_insatsens_sida_leder_till_ett_nytt_arende(
    som_planerare: Client, insats: Callable[[str], Insats], formular: Formular
) -> None:
    adress = f"/arenden/ny/?insats={insats('1.3').pk}"

    assert f'href="{adress}"' in platt(som_planerare.get("/flemingsberg/insatser/1.3/"))
    assert formular(som_planerare.get(adress))["insatser"] == str(insats("1.3").pk)


def test_aktorens_sida_visar_arenden_och_anslutningar(client: Client) -> None:
    huddinge = client.get("/aktorer/huddinge-kommun/")

    assert [a.diarienummer for a in huddinge.context["arenden"]] == ["KS-2026/74", "KS-2024/1082.100"]
    assert [a.status for a in huddinge.context["anslutningar"]] == ["foreslagen"]
    assert "/arenden/?aktor=" not in platt(huddinge)


def test_aktorens_manga_arenden_lases_i_listan(
    client: Client, nytt: Callable[..., Arende], django_assert_num_queries: Any
) -> None:
    for n in range(12):
        nytt(f"Nr {n}", steg=[Steg("forslag", "KS")])

    with django_assert_num_queries(19):
        html = platt(client.get("/aktorer/botkyrka-kommun/"))

    assert ("Nr 11" in html, "Nr 1<" in html, "/arenden/?aktor=botkyrka-kommun" in html) == (True, False, True)


def test_monstret_for_diarienummer_bara_for_den_som_far_andra(
    client: Client, tjansteperson: Anvandare, planerare: Anvandare
) -> None:
    visas = []
    for person in (tjansteperson, planerare):
        client.force_login(person)
        visas.append("KS-ÅÅÅÅ/#[.#]" in platt(client.get("/aktorer/huddinge-kommun/")))

    assert visas == [False, True]


def test_bakom_en_stiftelse_star_de_som_har_bildat_den(client: Client) -> None:
    stiftelsen, kth = client.get("/aktorer/flemingsberg-science/"), client.get("/aktorer/kth/")

    assert [a.agare.slug for a in stiftelsen.context["bakom"]] == [
        "region-stockholm",
        "huddinge-kommun",
        "botkyrka-kommun",
        "karolinska-institutet",
        "kth",
        "sodertorns-hogskola",
        "roda-korsets-hogskola",
    ]
    assert ("Bakom stiftelsen står" in platt(stiftelsen), "Ägs av" in platt(stiftelsen)) == (True, False)
    assert ("Har varit med och bildat" in platt(kth), "<dt>Äger</dt>" in platt(kth)) == (True, False)


def test_den_som_bade_ager_och_har_bildat_visar_var_for_sig(client: Client) -> None:
    regionen = client.get("/aktorer/region-stockholm/")

    assert [a.aktor.slug for a in regionen.context["ager"]] == ["almi-stockholm-ab"]
    assert [a.aktor.slug for a in regionen.context["bildat"]] == ["flemingsberg-science"]


# --- rights


@pytest.mark.parametrize("sista", ["ny/", "{}/redigera/", "{}/ta-bort/"])
@pytest.mark.parametrize("vem", ["tjansteperson", "styrgrupp"])
def test_den_som_bara_laser_far_403(
    client: Client, request: pytest.FixtureRequest, remissvar: Arende, vem: str, sista: str
) -> None:
    client.force_login(request.getfixturevalue(vem))
    adress = LISTAN + sista.format(remissvar.pk)

    assert [client.get(adress).status_code, client.post(adress, {"rubrik": "Kapat"}).status_code] == [403, 403]
    assert "/arenden/ny/" not in platt(client.get(LISTAN))


# --- writing


def test_ett_nytt_arende(som_planerare: Client, formular: Formular, aktor: Callable[[str], Aktor], m1: Any) -> None:
    falt = formular(som_planerare.get(NY)) | {
        "aktor": aktor("huddinge-kommun").pk,
        "diarienummer": "KS-2026/99",
        "rubrik": "Budget för Hälsovägen",
        "slag": "budget",
        "steg-0-instans": "Kommunstyrelsen",
        "steg-0-datum": "2026-02-03",
        "steg-0-paragraf": "§ 12",
        "steg-0-typ": "beslut",
        "insatser": [i.pk for i in Insats.objects.filter(malomrade=m1, ordning__in=(1, 3))],
    }

    svar = som_planerare.post(NY, falt)

    arende = Arende.objects.get(diarienummer="KS-2026/99")
    assert svar.headers["Location"] == f"{LISTAN}{arende.pk}/"
    assert list(arende.beslut.values_list("typ", "instans", "datum", "paragraf")) == [
        ("beslut", "Kommunstyrelsen", date(2026, 2, 3), "12")
    ]
    assert sorted(i.nummer for i in arende.insatser.select_related("malomrade")) == ["1.1", "1.3"]


def test_ett_arende_andras_utan_att_det_andra_rors(
    som_planerare: Client, formular: Formular, remissvar: Arende
) -> None:
    adress = f"{LISTAN}{remissvar.pk}/redigera/"
    fore = list(remissvar.beslut.values_list("pk", flat=True))

    svar = som_planerare.post(adress, formular(som_planerare.get(adress)) | {"lank": "https://huddinge.example/74"})

    remissvar.refresh_from_db()
    assert (svar.status_code, remissvar.lank, remissvar.version) == (302, "https://huddinge.example/74", 2)
    assert list(remissvar.beslut.values_list("pk", flat=True)) == fore
    assert remissvar.insatser.count() == 1


def test_det_orort_sparade_ar_ingen_andring(som_planerare: Client, formular: Formular, avsikt: Arende) -> None:
    adress = f"{LISTAN}{avsikt.pk}/redigera/"

    svar = som_planerare.post(adress, formular(som_planerare.get(adress)))

    avsikt.refresh_from_db()
    assert (svar.status_code, avsikt.version) == (302, 1)


def test_ett_steg_laggs_till_och_ett_tas_bort(som_planerare: Client, formular: Formular, avsikt: Arende) -> None:
    adress = f"{LISTAN}{avsikt.pk}/redigera/"
    falt = formular(som_planerare.get(adress)) | {"steg-0-DELETE": "on", "steg-1-instans": "Kommunstyrelsen"}

    som_planerare.post(adress, falt)

    avsikt.refresh_from_db()
    assert list(avsikt.beslut.values_list("instans", "ordning")) == [("Kommunstyrelsen", 1)]
    assert avsikt.version == 2


def test_htmx_leds_vidare_efter_sparat(som_planerare: Client, formular: Formular, avsikt: Arende) -> None:
    adress = f"{LISTAN}{avsikt.pk}/redigera/"

    svar = som_planerare.post(
        adress, formular(som_planerare.get(adress)) | {"kalla": "Ny"}, headers={"HX-Request": "true"}
    )

    assert f"{LISTAN}{avsikt.pk}/" in svar.headers["HX-Location"]


# --- bad input

FEL: list[tuple[dict[str, Any], str]] = [
    ({"diarienummer": "RS 2026-12"}, "Huddinge kommun skriver sina diarienummer som KS-ÅÅÅÅ/#[.#]."),
    ({"diarienummer": "KS-2026/74"}, "Aktören har redan ett ärende med det diarienumret."),
    ({"aktor": ""}, "Detta fält måste fyllas i."),
    ({"aktor": "999999999999999999999"}, "Välj ett giltigt alternativ."),
    ({"rubrik": "  "}, "Detta fält måste fyllas i."),
    ({"slag": "orkester"}, "orkester"),
    ({"lank": "javascript:alert(1)"}, "Det är ingen webbadress."),
    ({"handlingsplan": "x"}, "Välj ett giltigt alternativ."),
    ({"insatser": ["9" * 30]}, "9" * 30),
    ({"steg-0-typ": "beslut", "steg-0-datum": "", "steg-0-paragraf": "7"}, "Ett beslut måste ha datum."),
    ({"steg-0-typ": "beslut", "steg-0-paragraf": " § "}, "Ett beslut måste ha paragraf."),
    ({"steg-0-typ": "beslut", "steg-0-paragraf": "7", "steg-0-datum": "2999-01-01"}, "inte ligga i framtiden"),
    ({"steg-0-datum": "2026-13-40"}, "Fyll i ett giltigt datum."),
    ({"steg-0-instans": ""}, "bland stegen"),
    ({"steg-1-text": "Ett löst ord"}, "bland stegen"),
    ({"steg-TOTAL_FORMS": "x"}, "bland stegen"),
    ({"rubrik": "x" * 201}, "200"),
]


@pytest.mark.parametrize(("fel", "text"), FEL)
def test_felaktigt_ifyllt_sager_vad_som_ar_fel_och_behaller_det_skrivna(
    som_planerare: Client, formular: Formular, avsikt: Arende, fel: dict[str, Any], text: str
) -> None:
    adress = f"{LISTAN}{avsikt.pk}/redigera/"
    falt = formular(som_planerare.get(adress)) | {"sammanfattning": "Det jag skrev"} | fel

    svar = som_planerare.post(adress, falt)

    assert svar.status_code == 422
    assert text in platt(svar)
    assert "Det jag skrev" in platt(svar)
    avsikt.refresh_from_db()
    assert (avsikt.version, avsikt.beslut.count()) == (1, 1)


@pytest.mark.parametrize("falt", [{}, {"diarienummer": "KS-1", "rubrik": "R"}, {"aktor": "x", "diarienummer": "KS-1"}])
def test_ett_nytt_utan_aktor_ar_422(som_planerare: Client, falt: dict[str, str]) -> None:
    svar = som_planerare.post(NY, {"slag": "ovrigt"} | falt)

    assert (svar.status_code, "KS-1" in platt(svar)) == (422, "diarienummer" in falt)


@pytest.mark.parametrize(
    "fraga", ["insats=x", "insats=" + "9" * 30, "insats=999999999", "aktor=x", "aktor=" + "9" * 30]
)
def test_ett_nytt_arende_om_nagot_okant_ar_tomt(som_planerare: Client, formular: Formular, fraga: str) -> None:
    falt = formular(som_planerare.get(f"{NY}?{fraga}"))

    assert ("insatser" in falt, falt["aktor"]) == (False, "")


def test_samma_rubrik_med_annat_nummer_gar_bra(nytt: Callable[..., Arende]) -> None:
    nytt("Årsbudget", diarienummer="1")
    nytt("Årsbudget", diarienummer="2")

    with pytest.raises(ValidationError, match="redan ett ärende med den rubriken"):
        nytt("Årsbudget", diarienummer="2")
    assert Arende.objects.filter(rubrik="Årsbudget").count() == 2


def test_reglerna_galler_aven_utan_formular(nytt: Callable[..., Arende]) -> None:
    for steg, text in (
        (Steg("beslut", "KS", date(2026, 1, 1)), "datum och paragraf"),
        (Steg("beslut", "KS", date(2999, 1, 1), "3"), "framtiden"),
    ):
        with pytest.raises(ValidationError, match=text):
            nytt("Fel", steg=[steg])

    assert not Arende.objects.filter(rubrik="Fel").exists()


# --- two at once


def test_den_som_har_gammalt_far_se_bada(som_planerare: Client, formular: Formular, avsikt: Arende) -> None:
    adress = f"{LISTAN}{avsikt.pk}/redigera/"
    falt = formular(som_planerare.get(adress))
    andringar.andra(av=None, arende=avsikt, version=1, steg=_steg(avsikt), insatser=_ids(avsikt), rubrik="Deras rubrik")

    svar = som_planerare.post(adress, falt | {"rubrik": "Min rubrik"})
    igen = som_planerare.post(adress, formular(svar))

    avsikt.refresh_from_db()
    assert (svar.status_code, "Deras rubrik" in platt(svar), igen.status_code) == (409, True, 302)
    assert (avsikt.rubrik, avsikt.version) == ("Min rubrik", 3)


def test_olika_falt_gar_ihop(avsikt: Arende) -> None:
    steg, insatser = _steg(avsikt), _ids(avsikt)
    andringar.andra(av=None, arende=avsikt, version=1, steg=steg, insatser=insatser, rubrik="Deras")
    andringar.andra(av=None, arende=avsikt, version=1, steg=steg, insatser=insatser, kalla="Min")

    avsikt.refresh_from_db()
    assert (avsikt.rubrik, avsikt.kalla, avsikt.version) == ("Deras", "Min", 3)


def test_stegen_ar_en_lista_och_insatserna_en_mangd(avsikt: Arende, insats: Callable[[str], Insats]) -> None:
    steg, insatser = _steg(avsikt), _ids(avsikt)
    andringar.andra(
        av=None,
        arende=avsikt,
        version=1,
        steg=[*steg, Steg("beslut", "Kommunstyrelsen", date(2024, 9, 4), "8")],
        insatser=[insats("1.3").pk],
    )

    # Who has touched neither keeps theirs; who has touched both sees theirs.
    andringar.andra(av=None, arende=avsikt, version=1, steg=steg, insatser=insatser)
    mina = {"steg": [*steg, Steg("forslag", "Nämnden")], "insatser": [*insatser, insats("1.4").pk]}
    with pytest.raises(Krock) as krock:
        andringar.andra(av=None, arende=avsikt, version=1, **mina)

    assert [k.falt for k in krock.value.konflikter] == ["Steg", "Insatser"]
    assert "Beslut, Kommunstyrelsen, § 8, 2024-09-04" in krock.value.konflikter[0].deras
    assert krock.value.konflikter[1].deras.startswith("1.3 ")
    assert [b.instans for b in avsikt.beslut.all()] == ["Kommunstyrelsens förvaltning", "Kommunstyrelsen"]


def _steg(arende: Arende) -> list[Steg]:
    return [Steg(b.typ, b.instans, b.datum, b.paragraf, b.text, b.lank) for b in arende.beslut.all()]


def _ids(arende: Arende) -> list[int]:
    return list(arende.insatser.values_list("pk", flat=True))


# --- taking away


def test_ett_arende_tas_bort_forst_efter_fragan(som_planerare: Client, formular: Formular, remissvar: Arende) -> None:
    adress = f"{LISTAN}{remissvar.pk}/ta-bort/"

    fraga = som_planerare.get(adress)
    fanns = Arende.objects.filter(pk=remissvar.pk).exists()
    svar = som_planerare.post(adress, formular(fraga))

    assert (fanns, svar.headers["Location"]) == (True, LISTAN)
    assert not Arende.objects.filter(pk=remissvar.pk).exists()
    assert not Arendebeslut.objects.filter(instans="Kommunstyrelsens arbetsutskott").exists()
    assert som_planerare.get(adress).status_code == 404


def test_ett_arende_i_en_overenskommelse_tas_inte_bort(
    som_planerare: Client, formular: Formular, avsikt: Arende
) -> None:
    adress = f"{LISTAN}{avsikt.pk}/ta-bort/"
    fraga = som_planerare.get(adress)

    svar = som_planerare.post(adress, formular(fraga))

    skal = "Huddinge kommun står i överenskommelsen"
    assert (skal in platt(fraga), ">Ta bort ärendet</button>" in platt(fraga)) == (True, False)
    assert (svar.status_code, skal in platt(svar)) == (422, True)
    assert Arende.objects.filter(pk=avsikt.pk).exists()


def test_ett_arende_pa_en_dagordning_tas_inte_bort(remissvar: Arende) -> None:
    organ = Samverkansorgan.objects.get(slag="styrgrupp", till=None)
    mote = Mote.objects.create(organ=organ, datum=date(2026, 5, 5))
    Motespunkt.objects.create(mote=mote, ordning=1, rubrik="Remissvaret", arende=remissvar)

    with pytest.raises(ValidationError, match="2026-05-05"):
        andringar.ta_bort(av=None, arende=remissvar, version=1)

    assert Arende.objects.filter(pk=remissvar.pk).exists()


def test_ett_arende_som_andrats_sedan_fragan_tas_inte_bort(
    som_planerare: Client, formular: Formular, remissvar: Arende
) -> None:
    adress = f"{LISTAN}{remissvar.pk}/ta-bort/"
    falt = formular(som_planerare.get(adress))
    Arende.objects.filter(pk=remissvar.pk).update(rubrik="Nytt innehåll")

    svar = som_planerare.post(adress, falt, headers={"HX-Request": "true"})

    assert (svar.status_code, "Nytt innehåll" in platt(svar)) == (409, True)
    assert Arende.objects.filter(pk=remissvar.pk).exists()


def test_samma_steg_sant_tva_ganger_forsvinner_inte(
    som_planerare: Client, formular: Callable[[Any], dict[str, str]], nytt: Callable[..., Arende]
) -> None:
    adress = f"/arenden/{nytt('Prov').pk}/redigera/"
    falt = formular(som_planerare.get(adress))
    n = next(n for n in range(9) if not falt.get(f"steg-{n}-instans"))
    falt |= {f"steg-{n}-typ": "forslag", f"steg-{n}-instans": "Nämnden"}
    som_planerare.post(adress, falt)

    som_planerare.post(adress, falt)

    assert Arende.objects.latest("pk").beslut.filter(instans="Nämnden").count() == 1
