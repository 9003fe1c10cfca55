"""The end of a plan: what became of each aktivitet, and the next plan with what is carried over."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import openpyxl
import pgtrigger
import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from aktorer.grund.samtidighet import Krock
from aktorer.models import Aktor, Anvandare
from insatser.andringar import aktivitet as aktivitetsandringar
from insatser.andringar import avslut, generation, rattelse
from insatser.andringar import beslut as beslutsandringar
from insatser.andringar import handlingsplan as planandringar
from insatser.andringar import program as programandringar
from insatser.andringar import rattelse as rattelser
from insatser.andringar.avslut import Utfallsrad
from insatser.fragor import aktor as aktorer
from insatser.fragor.plandata import att_besluta
from insatser.models import Aktivitet, AktivitetAktor, Fardplan, Handlingsplan, Insats, Samverkansorgan
from tests import klocka
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

SIDA = klocka.PLAN
NASTA = {"ar_fran": klocka.TILL + 1, "ar_till": klocka.TILL + 2}

type Sql = Callable[..., list[tuple[Any, ...]]]
type Nekas = Callable[[str], AbstractContextManager[None]]


@pytest.fixture
def plan(flemingsberg: Fardplan) -> Handlingsplan:
    """The example plan, decided."""
    plan = Handlingsplan.objects.select_related("fardplan__stadskarna", "fardplan__program").get(exempel=True)
    beslutsandringar.besluta(
        av=None,
        plan=plan,
        version=plan.version,
        organ=Samverkansorgan.objects.get(slag="styrgrupp", till=None),
        datum=date(2026, 3, 19),
        paragraf="4",
    )
    plan.refresh_from_db()
    return plan


def rader(plan: Handlingsplan, *utfall: tuple[str, str]) -> list[Utfallsrad]:
    """The plan's aktiviteter in order with these outcomes; the rest are done."""
    alla = Aktivitet.objects.filter(prioritering__handlingsplan=plan).order_by("prioritering__ordning", "ordning")
    fyllda = [*utfall, *[("klar", "")] * (len(alla) - len(utfall))]
    return [Utfallsrad(a.pk, a.version, *u) for a, u in zip(alla, fyllda, strict=True)]


@pytest.fixture
def avslutad(plan: Handlingsplan) -> Handlingsplan:
    """Closed: the first aktivitet carried over, the second dropped, the others done."""
    valda = rader(plan, ("overford", "Upphandlingen dröjer"), ("struken", "Inga pengar"))
    return avslut.avsluta(av=None, plan=plan, rader=valda, slutord="Bra fart.")


def test_planen_avslutas_med_utfall_for_varje_aktivitet(avslutad: Handlingsplan) -> None:
    utfall = Aktivitet.objects.filter(prioritering__handlingsplan=avslutad).order_by("pk").values_list("utfall")

    assert (avslutad.status, avslutad.slutord, avslutad.avslutad is not None) == ("avslutad", "Bra fart.", True)
    assert sorted(u for (u,) in utfall) == ["klar"] * 8 + ["overford", "struken"]


def test_alla_aktiviteter_maste_ha_utfall(plan: Handlingsplan) -> None:
    with pytest.raises(ValidationError, match="En aktivitet saknar utfall"):
        avslut.avsluta(av=None, plan=plan, rader=rader(plan)[1:], slutord="Klart.")

    assert not Aktivitet.objects.exclude(utfall="").exists()


@pytest.mark.parametrize("utfall", ["overford", "struken"])
def test_det_som_inte_blev_klart_kraver_skal(plan: Handlingsplan, utfall: str) -> None:
    with pytest.raises(ValidationError, match="Skriv varför ”Ta fram en gemensam målbild"):
        avslut.skriv_utfall(av=None, plan=plan, rader=rader(plan, (utfall, " "))[:1])


def test_databasen_kraver_ocksa_skal(plan: Handlingsplan, sql: Sql, nekas: Nekas) -> None:
    with nekas("aktivitet_utfall_med_skal"):
        sql("UPDATE insatser_aktivitet SET utfall = 'struken'")


def test_ett_utkast_avslutas_inte() -> None:
    utkast = Handlingsplan.objects.get(exempel=True)

    with pytest.raises(ValidationError, match="Bara en beslutad"):
        avslut.avsluta(av=None, plan=utkast, rader=rader(utkast))


def test_en_plan_som_andras_avslutas_inte(plan: Handlingsplan) -> None:
    beslutsandringar.oppna_andring(av=None, plan=plan)

    with pytest.raises(ValidationError, match="Ett ändringsbeslut förbereds"):
        avslut.avsluta(av=None, plan=plan, rader=rader(plan))


@pytest.mark.parametrize(
    ("tabell", "andring"),
    [
        ("aktivitet", "UPDATE insatser_aktivitet SET status = 'pagar'"),
        ("aktivitet", "UPDATE insatser_aktivitet SET utfall = 'klar', utfall_skal = ''"),
        ("aktivitetaktor", "UPDATE insatser_aktivitetaktor SET deltagande = 'avbojd'"),
    ],
)
def test_i_en_avslutad_plan_ar_allt_fryst(
    avslutad: Handlingsplan, sql: Sql, nekas: Nekas, tabell: str, andring: str
) -> None:
    with nekas(f"{tabell}_fryst"):
        sql(andring)


@pytest.mark.parametrize("falt", ["slutord = 'annat'", "avslutad = '2020-01-01'", "status = 'beslutad'"])
def test_en_avslutad_plan_ar_fryst(avslutad: Handlingsplan, sql: Sql, nekas: Nekas, falt: str) -> None:
    with nekas("handlingsplan_fryst"):
        sql(f"UPDATE insatser_handlingsplan SET {falt} WHERE id = %s", avslutad.pk)


def test_tva_som_skriver_utfall_ser_varandra(plan: Handlingsplan) -> None:
    mina = rader(plan, ("struken", "Inga pengar"))[:1]
    avslut.skriv_utfall(av=None, plan=plan, rader=rader(plan, ("overford", "Dröjer"))[:1])

    with pytest.raises(Krock) as krock:
        avslut.skriv_utfall(av=None, plan=plan, rader=mina)

    assert [(k.deras, k.mina) for k in krock.value.konflikter] == [
        ("Förs över till nästa plan: Dröjer", "Struken: Inga pengar"),
    ]


def test_nasta_plan_tar_med_det_som_fors_over(avslutad: Handlingsplan, flemingsberg: Fardplan) -> None:
    ny = planandringar.skapa(av=None, fardplan=flemingsberg, **NASTA, fran=avslutad)

    (prioritering,) = ny.prioriteringar.all()
    (aktivitet,) = prioritering.aktiviteter.all()
    gammal = aktivitet.foljer_pa
    assert (str(prioritering.insats.nummer), aktivitet.titel) == ("1.3", gammal.titel)
    assert (aktivitet.start, aktivitet.slut, aktivitet.utfall) == (None, None, "")
    assert [(d.aktor_id, d.roll) for d in aktivitet.aktorer.all()] == [
        (d.aktor_id, d.roll) for d in gammal.aktorer.all()
    ]
    assert {d.deltagande for d in aktivitet.aktorer.all()} == {"tillfragad"}


def test_det_som_fors_over_foljer_med_in_i_nasta_generation(avslutad: Handlingsplan, flemingsberg: Fardplan) -> None:
    program = programandringar.skapa(av=None, utgar_fran=flemingsberg.program, namn="Färdplaner 2040", ar_fran=2040)
    nasta = generation.borja(av=None, program=program, stadskarna=flemingsberg.stadskarna)
    gammal = Insats.objects.i_fardplan(flemingsberg).med_nummer("1.3").get()
    val = generation.Arvsval(gammal.pk, gammal.version, malomrade=program.malomraden.get(nummer=1))
    (ersattare,) = generation.avgor(av=None, fardplan=nasta, val=[val]).nya

    ny = planandringar.skapa(av=None, fardplan=nasta, ar_fran=2040, ar_till=2041, fran=avslutad)

    (prioritering,) = ny.prioriteringar.all()
    (aktivitet,) = prioritering.aktiviteter.all()
    assert (prioritering.insats, aktivitet.foljer_pa.prioritering.insats) == (ersattare, gammal)


def test_den_som_avslutas_i_fortid_lamnar_sina_ar_till_nasta(avslutad: Handlingsplan, flemingsberg: Fardplan) -> None:
    ar = avslutad.ar_till
    ny = planandringar.skapa(av=None, fardplan=flemingsberg, ar_fran=ar, ar_till=ar + 1, fran=avslutad)

    organ = Samverkansorgan.objects.get(slag="styrgrupp", till=None)
    beslutsandringar.besluta(av=None, plan=ny, version=ny.version, organ=organ, datum=klocka.IDAG, paragraf="9")

    ny.refresh_from_db()
    assert ny.status == "beslutad"


def test_en_avford_insats_foljer_inte_med(avslutad: Handlingsplan, flemingsberg: Fardplan) -> None:
    Insats.objects.filter(prioriteringar__handlingsplan=avslutad).update(avford="2028-01-01", avford_skal="Klar")

    ny = planandringar.skapa(av=None, fardplan=flemingsberg, **NASTA, fran=avslutad)

    assert not ny.prioriteringar.exists()


def test_tidigare_plan_i_en_annan_karna_tas_inte_med(avslutad: Handlingsplan, haninge: Fardplan) -> None:
    with pytest.raises(ValidationError, match="samma stadskärna"):
        planandringar.skapa(av=None, fardplan=haninge, **NASTA, fran=avslutad)

    assert not Handlingsplan.objects.filter(fardplan=haninge).exists()


def test_den_som_avbojt_star_inte_bland_dem_som_deltar(som_planerare: Client, plan: Handlingsplan) -> None:
    polisen = AktivitetAktor.objects.filter(aktor__namn="Polisen", aktivitet__prioritering__handlingsplan=plan)
    fore = platt(som_planerare.get(f"{SIDA}avsluta/"))

    polisen.update(deltagande="avbojd", svar="Hinner inte")

    assert fore.count("Polisen</span>") == polisen.count() > 0
    assert "Polisen" not in platt(som_planerare.get(f"{SIDA}avsluta/"))


def test_sidan_foreslar_klar_for_det_genomforda(
    som_planerare: Client, plan: Handlingsplan, formular: Callable[[Any], dict[str, str]]
) -> None:
    falt = formular(som_planerare.get(f"{SIDA}avsluta/"))

    utfall = [falt[f"utfall-{n}-utfall"] for n in range(10)]
    assert utfall.count("klar") == Aktivitet.objects.filter(status="genomford").count() > 0
    assert set(utfall) == {"klar", ""}


def test_avsluta_fran_sidan(
    som_planerare: Client, plan: Handlingsplan, formular: Callable[[Any], dict[str, str]]
) -> None:
    falt = formular(som_planerare.get(f"{SIDA}avsluta/"))
    falt |= {f"utfall-{n}-utfall": "klar" for n in range(10)}
    falt |= {"utfall-0-utfall": "overford", "utfall-0-skal": "Dröjer", "slutord": "Bra fart."}

    fraga = som_planerare.post(f"{SIDA}avsluta/", falt | {"avsluta": "1"})
    svar = som_planerare.post(f"{SIDA}avsluta/", falt | {"avsluta": "1", "klara_anda": "on"}, follow=True)

    assert (fraga.status_code, "Ja, aktiviteterna är klara ändå" in platt(fraga)) == (422, True)
    assert platt(fraga).count("Senast rapporterad status: ") == 8
    html = platt(svar)
    delar = [
        "Planen är avslutad.",
        "Bra fart.",
        "1 förs över till nästa plan, 9 är klara.",
        "Skapa nästa plan",
        "Dröjer",
    ]
    assert [d for d in delar if d not in html] == []
    assert "Rapportera<" not in html


def test_det_som_ar_rapporterat_som_genomfort_fragas_inte_om(
    som_planerare: Client, plan: Handlingsplan, formular: Callable[[Any], dict[str, str]]
) -> None:
    with pgtrigger.ignore():
        Aktivitet.objects.filter(prioritering__handlingsplan=plan).update(status="genomford")
    falt = formular(som_planerare.get(f"{SIDA}avsluta/")) | {"slutord": "Bra fart.", "avsluta": "1"}

    assert som_planerare.post(f"{SIDA}avsluta/", falt).status_code == 302


def test_saknat_skal_star_vid_sin_aktivitet(
    som_planerare: Client, plan: Handlingsplan, formular: Callable[[Any], dict[str, str]]
) -> None:
    falt = formular(som_planerare.get(f"{SIDA}avsluta/")) | {"utfall-3-utfall": "struken", "slutord": "Kvar"}

    svar = som_planerare.post(f"{SIDA}avsluta/", falt)

    assert svar.status_code == 422
    assert platt(svar).count("Skriv varför aktiviteten förs över eller stryks.") == 1
    assert formular(svar)["slutord"] == "Kvar"


def test_allt_som_saknas_for_att_avsluta_sags_pa_en_gang(
    som_planerare: Client, plan: Handlingsplan, formular: Callable[[Any], dict[str, str]], monkeypatch: Any
) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda: date(klocka.FRAN, 12, 1))
    falt = formular(som_planerare.get(f"{SIDA}avsluta/")) | {f"utfall-{n}-utfall": "klar" for n in range(10)}
    falt |= {"utfall-0-utfall": "", "utfall-1-utfall": "struken", "slutord": "", "avsluta": "1"}

    text = platt(som_planerare.post(f"{SIDA}avsluta/", falt))

    saknas = [
        "Välj om aktiviteten är klar, förs över eller stryks.",
        "Skriv varför aktiviteten förs över eller stryks.",
        "Skriv varför planen avslutas redan nu.",
    ]
    assert [text.count(s) for s in saknas] == [1, 1, 1]


def test_foraldrad_avslutssida_far_jamfora(
    som_planerare: Client, plan: Handlingsplan, formular: Callable[[Any], dict[str, str]]
) -> None:
    falt = formular(som_planerare.get(f"{SIDA}avsluta/")) | {"utfall-0-utfall": "struken", "utfall-0-skal": "Min"}
    avslut.skriv_utfall(av=None, plan=plan, rader=rader(plan, ("overford", "Deras"))[:1])

    svar = som_planerare.post(f"{SIDA}avsluta/", falt)
    igen = som_planerare.post(f"{SIDA}avsluta/", formular(svar), follow=True)

    assert (svar.status_code, "Deras" in platt(svar)) == (409, True)
    assert igen.status_code == 200
    assert Aktivitet.objects.get(pk=falt["utfall-0-aktivitet"]).utfall_skal == "Min"


def test_status_som_rapporteras_under_tiden_stor_inte(
    som_planerare: Client, plan: Handlingsplan, formular: Callable[[Any], dict[str, str]]
) -> None:
    falt = formular(som_planerare.get(f"{SIDA}avsluta/")) | {"utfall-0-utfall": "klar"}
    forsta = Aktivitet.objects.get(pk=falt["utfall-0-aktivitet"])
    aktivitetsandringar.rapportera(av=None, aktivitet=forsta, version=forsta.version, status="genomford")

    svar = som_planerare.post(f"{SIDA}avsluta/", falt)

    forsta.refresh_from_db()
    assert (svar.status_code, forsta.status, forsta.utfall) == (302, "genomford", "klar")


def test_bara_planerare_avslutar(client: Client, plan: Handlingsplan, tjansteperson: Anvandare) -> None:
    client.force_login(tjansteperson)

    assert client.post(f"{SIDA}avsluta/", {"avsluta": "1"}).status_code == 403


def test_nasta_plan_fran_sidan(
    som_planerare: Client, avslutad: Handlingsplan, formular: Callable[[Any], dict[str, str]]
) -> None:
    falt = formular(som_planerare.get("/flemingsberg/handlingsplan/ny/"))

    svar = som_planerare.post("/flemingsberg/handlingsplan/ny/", falt, follow=True)

    assert (falt["ar_fran"], falt["ar_till"], falt["fran"]) == (*map(str, NASTA.values()), str(avslutad.pk))
    html = platt(svar)
    assert "I planen (1)" in html
    assert "förs över till nästa plan. Upphandlingen dröjer" in html


def test_den_som_skapar_nasta_plan_far_veta_vad_som_foljde_med(
    som_planerare: Client, plan: Handlingsplan, formular: Callable[[Any], dict[str, str]], insats: Any
) -> None:
    valda = rader(plan, *[("overford", "Dröjer")] * 3)
    avslut.avsluta(av=None, plan=plan, rader=valda, slutord="Klart.")
    Insats.objects.filter(pk=insats("1.4").pk).update(avford="2028-01-01", avford_skal="Klar")
    overforda = Aktivitet.objects.filter(prioritering__handlingsplan=plan, utfall="overford")
    kvar = overforda.filter(prioritering__insats__avford__isnull=False).count()
    falt = formular(som_planerare.get("/flemingsberg/handlingsplan/ny/"))

    text = platt(som_planerare.post("/flemingsberg/handlingsplan/ny/", falt, follow=True))

    assert (kvar, overforda.count()) == (1, 3)
    assert f"1 insats med 2 aktiviteter följde med från handlingsplan {plan.period_i_text}." in text
    assert "En aktivitet som skulle föras över blev kvar där: dess insats är avförd." in text


def test_det_som_fors_over_raknas_en_gang_hos_sin_aktor(
    client: Client, styrgrupp: Anvandare, avslutad: Handlingsplan, flemingsberg: Fardplan
) -> None:
    gammal = Aktivitet.objects.get(prioritering__handlingsplan=avslutad, utfall="overford")
    vem, idag = gammal.aktorer.select_related("aktor").first().aktor, klocka.IDAG

    def aktiviteter(person: Any) -> list[Aktivitet]:
        return [d.aktivitet for d, _ in aktorer.aktiviteter(vem, person, [], idag)]

    fore = aktiviteter(styrgrupp)
    ny = planandringar.skapa(av=None, fardplan=flemingsberg, **NASTA, fran=avslutad)

    (fortsatt,) = Aktivitet.objects.filter(prioritering__handlingsplan=ny)
    assert sorted(a.pk for a in aktiviteter(styrgrupp)) == sorted({fortsatt.pk, *(a.pk for a in fore)} - {gammal.pk})
    assert gammal in aktiviteter(AnonymousUser())  # who does not see the draft has but the old one


def test_andring_utan_andringar_kan_avbrytas(som_planerare: Client, plan: Handlingsplan) -> None:
    beslutsandringar.oppna_andring(av=None, plan=plan)

    svar = som_planerare.post(f"{SIDA}andra/avbryt/", follow=True)

    plan.refresh_from_db()
    assert (plan.andras, "Ändringen är avbruten." in platt(svar)) == (False, True)


def test_andring_som_andrat_nagot_avbryts_inte(som_planerare: Client, plan: Handlingsplan) -> None:
    oppen = beslutsandringar.oppna_andring(av=None, plan=plan)
    planandringar.andra(av=None, plan=oppen, version=oppen.version, inledning="Ny inledning")

    svar = som_planerare.post(f"{SIDA}andra/avbryt/", follow=True)

    plan.refresh_from_db()
    assert (plan.andras, "En sak skiljer sig från beslutet." in platt(svar)) == (True, True)
    assert svar.redirect_chain == [(f"{SIDA}#skillnader", 302)]


def test_sidan_sager_vad_som_hindrar_att_andringen_avbryts(som_planerare: Client, plan: Handlingsplan) -> None:
    """A status that is reported meanwhile does not: it needs no decision."""
    oppen = beslutsandringar.oppna_andring(av=None, plan=plan)
    Aktivitet.objects.filter(prioritering__handlingsplan=plan).update(status="genomford")
    fore = platt(som_planerare.get(SIDA))
    planandringar.andra(av=None, plan=oppen, version=oppen.version, inledning="Ny inledning")
    efter = platt(som_planerare.get(SIDA))

    assert ("Avbryt ändringen" in fore, "Inget är ändrat än." in fore) == (True, True)
    assert ("Avbryt ändringen" in efter, '<a href="#skillnader">En sak skiljer sig från beslutet</a>' in efter) == (
        False,
        True,
    )


def test_en_avslutad_plan_oppnas_inte_igen(avslutad: Handlingsplan, sql: Sql, nekas: Nekas) -> None:
    with nekas("handlingsplan_avslutad_med_datum"):
        sql("UPDATE insatser_handlingsplan SET andras = true WHERE id = %s", avslutad.pk)


def test_det_bara_de_andra_skrev_star_kvar_efter_en_krock(
    som_planerare: Client, plan: Handlingsplan, formular: Callable[[Any], dict[str, str]]
) -> None:
    falt = formular(som_planerare.get(f"{SIDA}avsluta/")) | {"utfall-0-utfall": "struken", "utfall-0-skal": "Min"}
    fore = rader(plan, ("overford", "Deras"), ("struken", "Bara deras"))[:2]
    avslut.skriv_utfall(av=None, plan=plan, rader=fore)

    svar = som_planerare.post(f"{SIDA}avsluta/", falt)
    som_planerare.post(f"{SIDA}avsluta/", formular(svar))

    skal = [Aktivitet.objects.get(pk=rad.aktivitet).utfall_skal for rad in fore]
    assert (svar.status_code, skal) == (409, ["Min", "Bara deras"])


@pytest.mark.parametrize(
    "andrat", [{"utfall-INITIAL_FORMS": "0"}, {"utfall-TOTAL_FORMS": "11"}, {"utfall-TOTAL_FORMS": "x"}]
)
def test_ett_manipulerat_formular_ger_inte_500(
    som_planerare: Client, plan: Handlingsplan, formular: Callable[[Any], dict[str, str]], andrat: dict[str, str]
) -> None:
    falt = formular(som_planerare.get(f"{SIDA}avsluta/")) | andrat

    assert som_planerare.post(f"{SIDA}avsluta/", falt).status_code in {302, 422}


@pytest.mark.parametrize("vad", ["status", "deltagande"])
def test_en_avslutad_plans_aktivitet_rapporteras_inte(som_planerare: Client, avslutad: Handlingsplan, vad: str) -> None:
    a = Aktivitet.objects.filter(prioritering__handlingsplan=avslutad).first()
    adress = f"{SIDA}aktivitet/{a.pk}/{vad}/" + (f"{a.aktorer.first().pk}/" if vad == "deltagande" else "")

    svar = som_planerare.post(adress, {"status": "pagar", "version": a.version, "deltagande": "bekraftad"})

    assert (svar.status_code, "är avslutad" in platt(svar)) == (404, True)


def test_utfall_ar_allas_forst_nar_planen_ar_avslutad(client: Client, plan: Handlingsplan) -> None:
    avslut.skriv_utfall(av=None, plan=plan, rader=rader(plan, ("struken", "Inga pengar"))[:1])
    fore = platt(client.get(SIDA))
    avslut.avsluta(av=None, plan=plan, rader=rader(plan, ("struken", "Inga pengar")), slutord="Klart.")

    assert ("Inga pengar" in fore, "Inga pengar" in platt(client.get(SIDA))) == (False, True)


def test_insatsens_sida_sager_vad_det_blev_av_aktiviteten(client: Client, plan: Handlingsplan) -> None:
    valda = rader(plan, ("struken", "Inga pengar"))
    insats = Aktivitet.objects.get(pk=valda[0].aktivitet).prioritering.insats
    avslut.avsluta(av=None, plan=plan, rader=valda, slutord="Klart.")

    sida = platt(client.get(f"/flemingsberg/insatser/{insats.nummer}/"))
    assert ("<strong>Struken</strong>" in sida, "Inga pengar" in sida) == (True, True)


def test_det_som_skrivits_i_forvag_star_bara_dar_det_skrivs(
    som_planerare: Client, avslutad: Handlingsplan, planerare: Anvandare
) -> None:
    """Also on a plan that was opened again: it goes on."""
    utfall = Aktivitet.objects.get(prioritering__handlingsplan=avslutad, utfall="struken").utfall_skal
    rattelse.oppna_plan_igen(av=planerare, plan=avslutad, version=avslutad.version, skal="Vi tryckte fel.")
    bok = io.BytesIO(som_planerare.get(f"{SIDA[:-1]}.xlsx").content)

    sidan, formularet = (platt(som_planerare.get(a)) for a in (SIDA, f"{SIDA}avsluta/"))

    assert (utfall in sidan, "<strong>Klar</strong>" in sidan, utfall in formularet) == (False, False, True)
    ord_ = {str(c) for rad in openpyxl.load_workbook(bok).active.iter_rows(values_only=True) for c in rad}
    assert not {utfall, "Klar", "Struken"} & ord_


def test_en_aktor_som_bytt_namn_ar_ingen_andring(plan: Handlingsplan) -> None:
    Aktor.objects.filter(slug="huddinge-kommun").update(namn="Huddinge stad")
    beslutsandringar.oppna_andring(av=None, plan=plan)

    assert att_besluta(plan) == []


def test_ett_nytt_bortval_ar_en_andring(plan: Handlingsplan) -> None:
    oppen = beslutsandringar.oppna_andring(av=None, plan=plan)
    insats = Insats.objects.get(fardplan=None, malomrade__nummer=3, ordning=1)
    planandringar.valj_bort(av=None, plan=oppen, insats=insats, skal="Inga pengar")

    assert len(att_besluta(plan)) == 1


# --- before and after the period


def test_en_plan_vars_period_inte_har_borjat_avslutas_inte(plan: Handlingsplan, som_planerare: Client) -> None:
    with pgtrigger.ignore("insatser.Handlingsplan:handlingsplan_fryst"):
        Handlingsplan.objects.filter(pk=plan.pk).update(ar_fran=2098, ar_till=2099)
    plan.refresh_from_db()

    sidan = som_planerare.get("/flemingsberg/handlingsplan/2098-2099/avsluta/")

    assert "Perioden börjar 1 januari 2098" in platt(sidan)
    assert 'name="avsluta"' not in platt(sidan)
    with pytest.raises(ValidationError, match="börjar 1 januari 2098"):
        avslut.avsluta(av=None, plan=plan, rader=rader(plan), slutord="Klart.")


def test_en_plan_avslutas_fore_periodens_slut_bara_med_skal(
    som_planerare: Client, plan: Handlingsplan, formular: Callable[[Any], dict[str, str]], monkeypatch: Any
) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda: date(klocka.FRAN, 12, 1))
    sidan = som_planerare.get(f"{SIDA}avsluta/")
    falt = formular(sidan) | {f"utfall-{n}-utfall": "klar" for n in range(len(rader(plan)))} | {"avsluta": "1"}

    utan = som_planerare.post(f"{SIDA}avsluta/", falt)
    with pytest.raises(ValidationError, match=f"Perioden slutar 31 december {klocka.TILL}"):
        avslut.avsluta(av=None, plan=plan, rader=rader(plan))
    med = som_planerare.post(f"{SIDA}avsluta/", falt | {"slutord": "Allt är gjort.", "klara_anda": "on"})

    assert f"Perioden slutar först 31 december {klocka.TILL}" in platt(sidan)
    assert (utan.status_code, "Skriv varför planen avslutas redan nu." in platt(utan)) == (422, True)
    assert med.status_code == 302


def test_efter_periodens_slut_behovs_inget_skal(plan: Handlingsplan, monkeypatch: Any) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda: date(klocka.TILL + 1, 1, 1))

    assert avslut.avsluta(av=None, plan=plan, rader=rader(plan)).status == "avslutad"


def test_det_som_skrevs_nar_planen_stangdes_star_kvar_nar_den_stangs_igen(
    som_planerare: Client, avslutad: Handlingsplan
) -> None:
    rattelser.oppna_plan_igen(av=None, plan=avslutad, version=avslutad.version, skal="Fel plan")

    sidan = som_planerare.get(f"{SIDA}avsluta/")

    assert sidan.context["form"]["slutord"].value() == "Bra fart."
