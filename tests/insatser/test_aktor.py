"""One aktör with all its roles: own, through groups, as kärnkommun, in every kärna."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from aktorer.andringar import skapa_aktor
from aktorer.models import Aktor, Anvandare, Gruppmedlem
from insatser.fragor import aktor as fragor
from insatser.models import (
    Aktivitet,
    Bidrag,
    Fardplan,
    Handlingsplan,
    Insats,
    Lagesrapport,
    Medverkan,
    Plats,
    Samverkansorgan,
)
from insatser.regler.period import kvartal_i_ord
from insatser.regler.tystnad import ar_tyst
from tests import klocka
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

GEMENSAMMA = ["1.1", "1.2", "2.1", "2.2", "3.1", "3.2", "3.3", "4.1", "4.2"]


def roller(aktor: Aktor, karna: str, person: Any = None) -> dict[str, tuple[str, str]]:
    """{number: (role, the group that gives it)} in a kärna."""
    uppdrag = fragor.uppdrag(aktor, person or AnonymousUser())
    return {
        u.insats.nummer: (u.medverkan.roll, u.genom.slug if u.genom else "")
        for u in uppdrag
        if u.fardplan.stadskarna.slug == karna
    }


def test_egna_roller_och_genom_karnkommunerna(aktor: Callable[[str], Aktor]) -> None:
    huddinge = roller(aktor("huddinge-kommun"), "flemingsberg")

    egna = ["1.3", "1.4", "1.5", "2.3", "2.4", "3.4", "4.3", "4.4"]
    assert huddinge == dict.fromkeys(egna, ("medverkande", "")) | dict.fromkeys(
        GEMENSAMMA, ("medverkande", "karnkommunerna")
    )


@pytest.mark.usefixtures("alla_publicerade")
def test_karnkommun_bara_i_sina_egna_karnor(aktor: Callable[[str], Aktor]) -> None:
    uppdrag = fragor.uppdrag(aktor("stockholms-stad"), AnonymousUser())

    assert {u.fardplan.stadskarna.slug for u in uppdrag} == {"kungens-kurva-skarholmen", "kista-sollentuna-haggvik"}
    assert len(uppdrag) == 18


@pytest.mark.usefixtures("alla_publicerade")
def test_ansvarig_for_gemensamma_i_alla_karnor(aktor: Callable[[str], Aktor]) -> None:
    region = aktor("region-stockholm")

    assert roller(region, "haninge") == dict.fromkeys(GEMENSAMMA, ("ansvarig", ""))
    assert len(fragor.uppdrag(region, AnonymousUser())) == 8 * 9 + 9


def test_en_grupp_utan_medlemmar_sager_det(client: Client, planerare: Anvandare) -> None:
    skapa_aktor(av=None, namn="Centrumgruppen", slag="grupp")

    utan = platt(client.get("/aktorer/centrumgruppen/"))
    client.force_login(planerare)
    med = platt(client.get("/aktorer/centrumgruppen/"))

    assert ("Inga är inskrivna än" in utan, "Lägg till medlemmar" in utan) == (True, False)
    assert '<a class="edit" href="/aktorer/centrumgruppen/redigera/">Lägg till medlemmar</a>' in med
    assert "Inga är inskrivna än" not in platt(client.get("/aktorer/karnkommunerna/"))


def test_genom_en_grupp_med_medlemmar(aktor: Callable[[str], Aktor]) -> None:
    Gruppmedlem.objects.create(grupp=aktor("naringslivet"), aktor=aktor("locum-ab"))

    assert roller(aktor("locum-ab"), "flemingsberg") == dict.fromkeys(
        ["1.1", "2.4", "3.2", "3.3", "3.4"], ("medverkande", "naringslivet")
    )


@pytest.mark.usefixtures("alla_publicerade")
def test_gruppens_egen_sida_visar_gruppens_roller(aktor: Callable[[str], Aktor]) -> None:
    assert roller(aktor("karnkommunerna"), "haninge") == dict.fromkeys(GEMENSAMMA, ("medverkande", ""))


def test_uppdragen_star_i_karnornas_och_numrens_ordning(aktor: Callable[[str], Aktor]) -> None:
    uppdrag = fragor.uppdrag(aktor("trafikverket"), AnonymousUser())

    platser = [(u.fardplan.stadskarna.ordning, u.insats.malomrade.nummer, u.insats.ordning) for u in uppdrag]
    assert platser == sorted(platser)
    assert [u.insats.nummer for u in uppdrag if u.fardplan.stadskarna.slug == "flemingsberg"] == [
        "4.1",
        "4.2",
        "4.3",
        "4.4",
        "4.5",
    ]


@pytest.mark.usefixtures("alla_publicerade")
def test_laget_ar_varje_karnas_eget(aktor: Callable[[str], Aktor]) -> None:
    lagen = {
        u.fardplan.stadskarna.slug: u.insats.lage and u.insats.lage.datum
        for u in fragor.uppdrag(aktor("region-stockholm"), AnonymousUser())
        if u.insats.nummer == "1.1"
    }

    assert lagen == {
        "sodertalje": None,
        "kungens-kurva-skarholmen": klocka.lagets("2026-09-29"),
        "flemingsberg": klocka.lagets("2026-10-06"),
        "haninge": None,
        "arlanda-marsta": None,
        "kista-sollentuna-haggvik": None,
        "barkarby-jakobsberg": None,
        "taby-arninge": None,
    }


def test_avforda_insatser_och_andras_utkast_visas_inte(
    aktor: Callable[[str], Aktor], insats: Callable[[str], Insats], haninge: Fardplan, planerare: Anvandare
) -> None:
    Insats.objects.filter(pk=insats("1.2").pk).update(avford=date(2026, 11, 1), avford_skal="Klar")
    Fardplan.objects.filter(pk=haninge.pk).update(publicerad=False)
    haninge_kommun = aktor("haninge-kommun")

    assert roller(haninge_kommun, "haninge") == {}
    assert list(roller(haninge_kommun, "haninge", planerare)) == [n for n in GEMENSAMMA if n != "1.2"]


# --- the page


@pytest.mark.parametrize("efter", [15, 120, 3650])
@pytest.mark.parametrize("slug", ["huddinge-kommun", "region-stockholm", "karnkommunerna", "polisen"])
def test_de_tysta_raknas_som_pa_kartan(client: Client, settings: Settings, slug: str, efter: int) -> None:
    settings.TYST_EFTER_DAGAR = efter
    Insats.objects.filter(ordning=2).update(skapad=timezone.now() - timedelta(days=121))

    karnor = client.get(f"/aktorer/{slug}/").context["uppdrag_per_karna"]

    assert sum(len(k.uppdrag) for k in karnor) > 0
    for k in karnor:
        karta = client.get(f"/{k.stadskarna.slug}/insatskarta/?aktor={slug}&tyst=1").context["karta"]
        assert len(karta.insatser) == k.tysta


def test_en_tyst_insats_syns_pa_aktorens_sida(
    client: Client, insats: Callable[[str], Insats], haninge: Fardplan, lage: Callable[..., Lagesrapport]
) -> None:
    lage(insats("1.1"), haninge.stadskarna, datum=timezone.localdate() - timedelta(days=143))

    html = platt(client.get("/aktorer/haninge-kommun/"))

    assert "Inte uppdaterad på 143 dagar" in html
    assert 'href="/haninge/insatskarta/?aktor=haninge-kommun&amp;tyst=1">' in html


@pytest.mark.usefixtures("alla_publicerade")
def test_sidan_borjar_med_antal_som_leder_vidare(client: Client) -> None:
    """As when the plans have been there for long: what nobody has ever reported is silent too."""
    Insats.objects.update(skapad=timezone.now() - timedelta(days=121))
    svar = client.get("/aktorer/region-stockholm/")

    antal = sum(len({u.insats.pk for u in k.uppdrag}) for k in svar.context["uppdrag_per_karna"])
    (alla, tysta) = svar.context["siffror"]
    assert (alla[0], tysta[0]) == (antal, sum(k.tysta for k in svar.context["uppdrag_per_karna"])) == (81, 65)
    ankare = re.findall(r'href="#([^"]+)"', platt(svar)[platt(svar).index("</h1>") :])
    assert {"insatser", "platser", "bidrag", "fakta"} <= set(ankare)
    assert [a for a in ankare if f'id="{a}"' not in platt(svar)] == []


@pytest.mark.usefixtures("alla_publicerade")
@pytest.mark.parametrize(("slug", "oppna"), [("region-stockholm", 0), ("polisen", 1), ("locum-ab", 0)])
def test_manga_insatser_viks_ihop_karna_for_karna(client: Client, slug: str, oppna: int) -> None:
    svar = client.get(f"/aktorer/{slug}/")

    karnor = svar.context["uppdrag_per_karna"]
    assert platt(svar).count('<details class="vik skrivs karna"') == len(karnor)
    assert platt(svar).count('<details class="vik skrivs karna" open') == oppna


def test_de_tysta_star_forst_i_sin_karna(aktor: Callable[[str], Aktor], flemingsberg: Fardplan) -> None:
    idag = klocka.om(7)
    uppdrag = fragor.uppdrag(aktor("region-stockholm"), AnonymousUser())

    karna = next(k for k in fragor.per_karna(uppdrag, idag) if k.stadskarna == flemingsberg.stadskarna)

    nummer = [(u.insats.malomrade.nummer, u.insats.ordning) for u in karna.uppdrag]
    tysta = [ar_tyst(u.insats.lage, u.insats.tillkom, idag) for u in karna.uppdrag]
    assert tysta == [True] * karna.tysta + [False] * (karna.insatser - karna.tysta)
    assert (nummer[: karna.tysta], nummer[karna.tysta :]) == (
        sorted(nummer[: karna.tysta]),
        sorted(nummer[karna.tysta :]),
    )


def test_sena_aktiviteter_star_forst(client: Client) -> None:
    i_planen = Aktivitet.objects.filter(prioritering__handlingsplan__exempel=True)
    i_planen.update(start=klocka.kvartal(1), slut=klocka.kvartalsslut(1))
    *_, sista = i_planen.filter(aktorer__aktor__slug="huddinge-kommun").order_by("prioritering__ordning", "ordning")
    Aktivitet.objects.filter(pk=sista.pk).update(start=klocka.kvartal(-3), slut=klocka.kvartalsslut(-3), status="pagar")
    utkast = client.get("/aktorer/huddinge-kommun/")
    Handlingsplan.objects.filter(exempel=True).update(status="beslutad")

    svar = client.get("/aktorer/huddinge-kommun/")

    forst, *ovriga = svar.context["aktiviteter"]
    assert utkast.context["aktiviteter"] == []
    sager = f"Inte klar, skulle ha slutat {kvartal_i_ord(klocka.kvartal(-3))}"
    assert (forst[0].aktivitet, str(forst[1])) == (sista, sager)
    assert ovriga
    assert platt(svar).index('id="aktiviteter"') < platt(svar).index('id="insatser"')
    assert (1, "försenad aktivitet", "#aktiviteter", "") in svar.context["siffror"]


def test_ett_utkasts_dagar_ar_inte_sena(client: Client, styrgrupp: Anvandare) -> None:
    i_utkastet = Aktivitet.objects.filter(prioritering__handlingsplan__exempel=True)
    i_utkastet.update(start="2020-01-01", slut="2020-03-31", status="pagar")
    client.force_login(styrgrupp)

    aktiviteter = client.get("/aktorer/huddinge-kommun/").context["aktiviteter"]

    assert aktiviteter
    assert [d for d, skal in aktiviteter if skal] == []


def test_platser_som_har_upphort_viks_ihop(client: Client, aktor: Callable[[str], Aktor]) -> None:
    organ = Samverkansorgan.objects.get(namn="Regionalt forum")
    nu = Plats.objects.create(organ=organ, aktor=aktor("kth"), ordning=1)

    svar = client.get("/aktorer/kth/")

    assert svar.context["platser_nu"] == [nu]
    assert [p.organ.slag for p in svar.context["platser_forr"]] == ["ledningsgrupp"]
    assert "Tidigare platser (1)" in platt(svar)


def test_sidan_visar_roller_per_karna(client: Client) -> None:
    html = platt(client.get("/aktorer/polisen/"))

    assert "<h1>Polisen</h1>" in html
    assert "Insatser (1)" in html
    assert 'href="/flemingsberg/insatser/1.3/"' in html
    assert "Medverkande" in html


def test_aktor_utan_roller(client: Client) -> None:
    html = platt(client.get("/aktorer/locum-ab/"))

    assert "Locum AB har ingen roll i någon gällande insats." in html
    assert "Inte uppdaterad betyder" not in html


@pytest.mark.usefixtures("alla_publicerade")
def test_karnkommunerna_visar_vilka_de_ar_i_varje_karna(client: Client) -> None:
    karnor = client.get("/aktorer/karnkommunerna/").context["karnor"]

    vilka = {k.slug: [r.aktor.namn for r in k.karnkommun_set.all()] for k in karnor}
    assert len(vilka) == 8
    assert vilka["flemingsberg"] == ["Huddinge kommun", "Botkyrka kommun"]
    assert vilka["kista-sollentuna-haggvik"] == ["Stockholms stad", "Sollentuna kommun"]


def test_agare_delar_och_foregangare(client: Client, aktor: Callable[[str], Aktor]) -> None:
    region = aktor("region-stockholm")
    Aktor.objects.create(namn="Landstinget", slug="sll", slag="region", eftertradare=region, eftertradd="2019-01-01")

    almi = platt(client.get("/aktorer/almi-stockholm-ab/"))
    regionen = platt(client.get("/aktorer/region-stockholm/"))
    landstinget = platt(client.get("/aktorer/sll/"))

    assert almi.index("Almi AB</a>(51") < almi.index("Region Stockholm</a>(49")
    assert [
        d for d in ("Almi Stockholm AB</a>(49", "Locum AB", "Trafikförvaltningen", "Landstinget") if d not in regionen
    ] == []
    assert "2019-01-01" in landstinget


def test_kontaktpersoner_bara_for_inloggade(client: Client, styrgrupp: Anvandare) -> None:
    Aktor.objects.filter(slug="polisen").update(kontakt="Kontaktperson Kari\nrad två")

    utan = platt(client.get("/aktorer/polisen/"))
    client.force_login(styrgrupp)
    med = platt(client.get("/aktorer/polisen/"))

    assert ("Kari" in utan, "Kontaktperson Kari<br>rad två" in med) == (False, True)


def test_aktiviteter_i_utkast_bara_for_inloggade(client: Client, styrgrupp: Anvandare) -> None:
    utan = client.get("/aktorer/huddinge-kommun/")
    client.force_login(styrgrupp)
    med = client.get("/aktorer/huddinge-kommun/")

    assert utan.context["aktiviteter"] == []
    assert len(med.context["aktiviteter"]) > 0
    assert "Aktiviteter i handlingsplaner" not in platt(utan)
    assert "Aktiviteter i handlingsplaner" in platt(med)


def test_aktiviteter_i_beslutad_plan_for_alla(client: Client) -> None:
    Handlingsplan.objects.update(status="beslutad")

    assert len(client.get("/aktorer/huddinge-kommun/").context["aktiviteter"]) > 0


def test_efterfoljarens_sida_visar_foregangarens_platser_och_bidrag(client: Client) -> None:
    svar = client.get("/aktorer/region-stockholm/")

    html = platt(svar)
    assert [(p.organ.slag, p.roll, p.parti or p.befattning) for p in svar.context["platser"]] == [
        ("arbetsgrupp", "ledamot", "informationsansvarig"),
        ("ledningsgrupp", "ordforande", "landstingsdirektör"),
        ("ledningsgrupp", "ledamot", "FoUU-direktör"),
        ("styrgrupp", "ordforande", "m"),
        ("styrgrupp", "ledamot", "kd"),
        ("styrgrupp", "ledamot", "fp"),
        ("styrgrupp", "ledamot", "s"),
    ]
    assert svar.context["summor"].rader[0][1:] == ([1_000_000] * 3, 3_000_000)
    assert 'som<a href="/aktorer/stockholms-lans-landsting/">Stockholms läns landsting</a>' in html
    assert "2009-01-01–<wbr>2011-12-31" in html


def test_foregangarens_egen_sida_leder_till_efterfoljaren(client: Client) -> None:
    svar = client.get("/aktorer/stockholms-lans-landsting/")

    assert len(svar.context["platser"]) == 4 + 2 + 1
    assert 'href="/aktorer/region-stockholm/">Region Stockholm</a>2019-01-01' in platt(svar)


def test_platser_som_har_upphort_kommer_sist(client: Client) -> None:
    nu = Samverkansorgan.objects.get(namn="Regionalt forum")
    Plats.objects.create(organ=nu, aktor=Aktor.objects.get(slug="kth"), ordning=1)

    svar = client.get("/aktorer/kth/")

    assert [p.organ.slag for p in svar.context["platser"]] == ["forum", "ledningsgrupp"]
    assert "gemensamt för alla stadskärnor" in platt(svar)


def test_bidrag_till_utkast_bara_for_inloggade(client: Client, styrgrupp: Anvandare) -> None:
    plan = Handlingsplan.objects.get(exempel=True)
    Bidrag.objects.create(aktor=Aktor.objects.get(slug="polisen"), ar=klocka.FRAN, belopp=70_000, handlingsplan=plan)

    utan = client.get("/aktorer/polisen/")
    client.force_login(styrgrupp)
    med = client.get("/aktorer/polisen/")

    assert (utan.context["summor"].totalt, med.context["summor"].totalt) == (0, 70_000)
    assert "Bidrag per år" not in platt(utan)
    assert '<h2>Bidrag per år</h2><span class="tag">Exempeldata</span>' in platt(med)


def test_antalet_fragor_beror_inte_pa_antalet_platser_och_bidrag(
    client: Client, django_assert_num_queries: Any, aktor: Callable[[str], Aktor]
) -> None:
    locum, organ = aktor("locum-ab"), Samverkansorgan.objects.get(namn="Regionalt forum")
    aktivitet = Aktivitet.objects.filter(prioritering__handlingsplan__exempel=True).first()
    Handlingsplan.objects.filter(exempel=True).update(andras=True, status="beslutad")

    for n in (1, 2):
        Plats.objects.create(organ=organ, aktor=locum, ordning=n)
        Bidrag.objects.create(aktor=locum, ar=klocka.FRAN - 1 + n, belopp=n, aktivitet=aktivitet)
        Handlingsplan.objects.filter(exempel=True).update(andras=False)
        with django_assert_num_queries(17):
            svar = client.get("/aktorer/locum-ab/")
        Handlingsplan.objects.filter(exempel=True).update(andras=True)

    assert (len(svar.context["platser"]), svar.context["summor"].totalt) == (2, 3)


def test_redigeraknappen(client: Client, planerare: Anvandare) -> None:
    utan = platt(client.get("/aktorer/polisen/"))
    client.force_login(planerare)

    assert ("redigera/" in utan, "/aktorer/polisen/redigera/" in platt(client.get("/aktorer/polisen/"))) == (
        False,
        True,
    )


@pytest.mark.usefixtures("alla_publicerade")
def test_antalet_fragor_beror_inte_pa_antalet_roller(
    client: Client, django_assert_num_queries: Any, aktor: Callable[[str], Aktor], insats: Callable[[str], Insats]
) -> None:
    locum = aktor("locum-ab")

    for nya in (("1.3",), ("1.4", "1.1")):
        for nummer in nya:
            Medverkan.objects.create(insats=insats(nummer), aktor=locum, roll="medverkande")
        with django_assert_num_queries(18):
            svar = client.get("/aktorer/locum-ab/")

    assert len(svar.context["uppdrag"]) == 10
