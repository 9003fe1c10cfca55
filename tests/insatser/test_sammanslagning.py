"""Two aktörer become one: everything follows, nothing that was decided changes, and the page tells before."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from pghistory.models import Event

from aktorer import andringar as aktorer
from aktorer.andringar import Agarrad
from aktorer.grund.samtidighet import Krock
from aktorer.models import Agarandel, Aktor, Anvandare, Gruppmedlem
from insatser.andringar import handlingsplan, sammanslagning
from insatser.behorighet import far_rapportera_aktivitet, far_svara
from insatser.fragor.hanvisning import RELATIONER
from insatser.fragor.kalender import kalender
from insatser.fragor.sammanslagning import forbered
from insatser.fragor.uppfoljning import amnen
from insatser.models import (
    Aktivitet,
    AktivitetAktor,
    Anslutning,
    Arende,
    Bidrag,
    Fardplan,
    Handlingsplan,
    Insats,
    Karnkommun,
    Kollegainbjudan,
    Kontakt,
    Lagesrapport,
    Medverkan,
    Overenskommelse,
    Plats,
    Samverkansorgan,
)
from insatser.regler.status import OVER
from insatser.utbyte.excel.ordlista import Ordlista
from tests.sidtext import platt

pytestmark = pytest.mark.django_db


@pytest.fixture
def par() -> tuple[Aktor, Aktor]:
    """The one that goes up, and the one that stays."""
    return (
        aktorer.skapa_aktor(av=None, namn="Polisen Syd", slag="myndighet", kontakt="Vakthavande"),
        aktorer.skapa_aktor(av=None, namn="Polismyndigheten", slag="myndighet", beskrivning="Hela landet"),
    )


def sla_ihop(fran: Aktor, till: Aktor) -> Aktor:
    return sammanslagning.sla_ihop(av=None, fran=fran, till=till, version=Aktor.objects.get(pk=fran.pk).version)


def test_allt_som_pekar_pa_en_aktor_ar_med() -> None:
    """A new foreign key to Aktor must say what becomes of it, here and when an aktör is taken away."""
    alla = {(r.related_model, r.field.name) for r in Aktor._meta.get_fields(include_hidden=True) if r.one_to_many}
    pekar = {
        (modell, falt) for modell, falt in alla if not issubclass(modell, Event)
    }  # history stays as it was written

    assert {(r.modell, r.falt) for r in RELATIONER} == pekar


def test_allt_foljer_med_och_huvudenas_versioner_hojs(
    par: tuple[Aktor, Aktor], flemingsberg: Fardplan, insats: Callable[[str], Insats], aktor: Callable[[str], Aktor]
) -> None:
    fran, till = par
    utkast = Handlingsplan.objects.get(exempel=True)
    aktivitet = Aktivitet.objects.filter(prioritering__handlingsplan=utkast).first()
    organ = Samverkansorgan.objects.filter(slag="natverk").first()
    grupp = aktorer.skapa_aktor(av=None, namn="Blåljus", slag="grupp", medlemmar=[fran.pk])
    bolag = aktorer.skapa_aktor(av=None, namn="Bolaget", slag="bolag", agare=[Agarrad(fran.pk)])
    overenskommelse = Overenskommelse.objects.create(namn="Prov", slag="avtal")
    Medverkan.objects.create(insats=insats("1.3"), aktor=fran, roll="medverkande")
    AktivitetAktor.objects.create(aktivitet=aktivitet, aktor=fran, roll="medverkande")
    Bidrag.objects.create(aktor=fran, ar=utkast.ar_fran, belopp=100, handlingsplan=utkast)
    Plats.objects.create(organ=organ, aktor=fran, ordning=99)
    Arende.objects.create(aktor=fran, rubrik="Prov", slag="ovrigt")
    Anslutning.objects.create(overenskommelse=overenskommelse, aktor=fran, ordning=1)
    Karnkommun.objects.create(stadskarna=flemingsberg.stadskarna, aktor=fran, ordning=9)
    Kontakt.objects.create(aktor=fran, namn="Kim Prov", telefon="08-1234567")
    syd = Anvandare.objects.create(epost="syd@prov.example", namn="Syd", roll="tjansteperson", aktor=fran)
    Kollegainbjudan.objects.create(av=syd, aktor=fran, epost="ny@prov.example", namn="Ny")
    Agarandel.objects.create(aktor=fran, agare=aktor("svenska-staten"), andel=100)
    Aktor.objects.filter(slug="trafikverket").update(del_av=fran)
    Aktor.objects.filter(slug="almi-ab").update(eftertradare=fran, eftertradd=date(2026, 1, 1))
    huvuden = [insats("1.3"), aktivitet, organ, grupp, bolag, overenskommelse, till]
    fore = [type(h)._default_manager.get(pk=h.pk).version for h in huvuden]

    sla_ihop(fran, till)

    kvar = {(r.modell.__name__, r.falt) for r in RELATIONER if r.rader(fran).exists()}
    flyttade = {(r.modell.__name__, r.falt) for r in RELATIONER if r.rader(till).exists()}
    assert kvar == set()
    assert {(r.modell.__name__, r.falt) for r in RELATIONER} - flyttade == {
        ("Lagesrapport", "aktor"),
        ("Tillfragan", "aktor"),
        ("Omgangssvar", "aktor"),
        ("Gruppmedlem", "grupp"),
    }
    assert all(type(h)._default_manager.get(pk=h.pk).version > v for h, v in zip(huvuden, fore, strict=True))


def test_dar_bada_hade_en_roll_blir_en_kvar_och_inget_tappas(
    par: tuple[Aktor, Aktor], insats: Callable[[str], Insats], flemingsberg: Fardplan
) -> None:
    fran, till = par
    utkast = Handlingsplan.objects.get(exempel=True)
    Medverkan.objects.filter(insats=insats("1.3")).delete()
    Medverkan.objects.create(
        insats=insats("1.3"), aktor=fran, roll="ansvarig", ansvarar_for="Torget", deltagande="bekraftad", svar="Ja"
    )
    Medverkan.objects.create(insats=insats("1.3"), aktor=till, roll="medverkande", ansvarar_for="Gatan")
    for aktor, belopp in ((fran, 100), (till, 250)):
        Bidrag.objects.create(aktor=aktor, ar=utkast.ar_fran, belopp=belopp, handlingsplan=utkast)

    foljder = [str(d) for f in forbered(fran, till).foljder for d in f.dubbletter]
    sla_ihop(fran, till)

    rad = Medverkan.objects.get(insats=insats("1.3"))
    assert (rad.aktor, rad.roll, rad.ansvarar_for) == (till, "ansvarig", "Gatan; Torget")
    assert (rad.deltagande, rad.svar) == ("bekraftad", "Ja")
    assert Bidrag.objects.get(aktor=till).belopp == 350
    assert foljder == [
        f"{insats('1.3')}: båda har en roll. En blir kvar: ansvarig, svarar för Gatan; Torget (bekräftad).",
        f"{utkast}, {utkast.ar_fran}: båda bidrar. Beloppen läggs ihop till 350 kr.",
    ]


def test_den_som_redan_ar_ansluten_forblir_det(par: tuple[Aktor, Aktor]) -> None:
    fran, till = par
    prov = Overenskommelse.objects.create(namn="Prov", slag="avtal")
    Anslutning.objects.create(overenskommelse=prov, aktor=fran, ordning=1, status="ansluten", sedan="2024")
    Anslutning.objects.create(overenskommelse=prov, aktor=till, ordning=2)

    sla_ihop(fran, till)

    rad = prov.anslutningar.get()
    assert (rad.aktor, rad.status, rad.sedan) == (till, "ansluten", "2024")


def test_tva_agarandelar_blir_en(par: tuple[Aktor, Aktor]) -> None:
    agare = [Agarrad(a.pk, Decimal(andel)) for a, andel in zip(par, (60, 40), strict=True)]
    bolag = aktorer.skapa_aktor(av=None, namn="Bolaget", slag="bolag", agare=agare)

    (dubbletten,) = [d for f in forbered(*par).foljder for d in f.dubbletter]
    sla_ihop(*par)

    assert str(dubbletten) == (
        "Polismyndigheten som ägare av Bolaget: står hos båda. En rad blir kvar med 100 procent."
    )
    assert list(bolag.agare.values_list("agare", "andel")) == [(par[1].pk, 100)]


# --- what is decided, and what was reported


@pytest.fixture
def beslutad(par: tuple[Aktor, Aktor]) -> AktivitetAktor:
    """The one that goes up has a role and money in a decided plan, and has reported a läge."""
    utkast = Handlingsplan.objects.get(exempel=True)
    oppna = Aktivitet.objects.filter(prioritering__handlingsplan=utkast, slut__gte=timezone.localdate())
    aktivitet = oppna.exclude(status__in=OVER).first()
    aktivitet.aktorer.all().delete()
    del_ = AktivitetAktor.objects.create(aktivitet=aktivitet, aktor=par[0], roll="ansvarig", deltagande="tillfragad")
    Bidrag.objects.create(aktor=par[0], ar=utkast.ar_fran, belopp=100, handlingsplan=utkast)
    rapport = Lagesrapport.objects.first()
    Lagesrapport.objects.create(
        insats=rapport.insats, stadskarna=rapport.stadskarna, datum=date(2026, 1, 1), status="ej_paborjad", aktor=par[0]
    )
    Handlingsplan.objects.filter(pk=utkast.pk).update(status="beslutad")
    return del_


def test_det_beslutade_behaller_sitt_namn_och_raknas_till_den_nya(
    client: Client,
    par: tuple[Aktor, Aktor],
    beslutad: AktivitetAktor,
    person: Callable[..., Anvandare],
    flemingsberg: Fardplan,
) -> None:
    fran, till = par
    sla_ihop(fran, till)
    nya = person("tjansteperson", "polismyndigheten")

    sida = platt(client.get("/aktorer/polismyndigheten/"))

    beslutad.refresh_from_db()
    assert (beslutad.aktor, str(beslutad.aktor)) == (fran, "Polisen Syd")
    assert beslutad.aktivitet.titel in sida
    assert far_rapportera_aktivitet(nya, beslutad.aktivitet)
    assert far_svara(nya, beslutad.aktor, None)
    assert beslutad.aktivitet in kalender(nya, timezone.localdate()).aktiviteter
    (amne,) = [a for a in amnen([flemingsberg]) if a.aktivitet == beslutad.aktivitet]
    assert amne.personer == [nya]
    client.force_login(nya)
    assert beslutad.aktivitet.titel in platt(client.get("/mitt-arbete/"))


def test_en_arbetsbok_med_det_gamla_namnet_gar_att_lasa_in(par: tuple[Aktor, Aktor], flemingsberg: Fardplan) -> None:
    sla_ihop(*par)

    assert Ordlista(flemingsberg).aktor("polisen  SYD") == par[1].pk


def test_i_nasta_plan_deltar_den_nya(
    par: tuple[Aktor, Aktor], beslutad: AktivitetAktor, flemingsberg: Fardplan
) -> None:
    plan = beslutad.aktivitet.prioritering.handlingsplan
    sla_ihop(*par)
    Aktivitet.objects.filter(prioritering__handlingsplan=plan).update(utfall="overford", utfall_skal="Hann inte")
    Handlingsplan.objects.filter(pk=plan.pk).update(status="avslutad", avslutad=timezone.localdate())
    plan.refresh_from_db()

    handlingsplan.skapa(av=None, fardplan=flemingsberg, ar_fran=2040, ar_till=2041, fran=plan)

    ny = Aktivitet.objects.get(foljer_pa=beslutad.aktivitet)
    assert [d.aktor for d in ny.aktorer.all()] == [par[1]]


def test_aktoren_sjalv_ar_inget_val(som_planerare: Client) -> None:
    val = som_planerare.get("/aktorer/polisen/sla-ihop/").context["form"]["med"].field.queryset

    assert ("polisen" in {a.slug for a in val}, len(val) > 10) == (False, True)


def test_sidan_sager_vad_som_star_kvar(
    som_planerare: Client, par: tuple[Aktor, Aktor], beslutad: AktivitetAktor
) -> None:
    staten = Aktor.objects.get(slug="svenska-staten")
    Aktor.objects.filter(pk=par[0].pk).update(beskrivning="Södra länet", del_av=staten)

    html = platt(som_planerare.get("/aktorer/polisen-syd/sla-ihop/?med=polismyndigheten"))

    assert "Roller i aktiviteter: 1 står kvar med namnet Polisen Syd" in html
    assert "Pengar: 1 står kvar" in html
    assert "Exempeldata." in html
    assert "Lägesrapporter: 1 står kvar" in html
    assert "Polismyndigheten får kontaktpersoner från Polisen Syd." in html
    assert "finns i historiken: beskrivning, del av." in html


# --- afterwards


def test_den_gamla_adressen_leder_till_den_nya(client: Client, par: tuple[Aktor, Aktor]) -> None:
    sla_ihop(*par)

    svar = client.get("/aktorer/polisen-syd/")

    assert (svar.status_code, svar.headers["Location"]) == (301, "/aktorer/polismyndigheten/")
    assert "Polisen Syd" not in platt(client.get("/aktorer/"))
    assert "Polisen Syd" in platt(client.get("/aktorer/polismyndigheten/"))
    assert par[0] not in Aktor.objects.valbara()


def test_en_kedja_av_sammanslagningar_leder_till_den_sista(client: Client, par: tuple[Aktor, Aktor]) -> None:
    sla_ihop(*par)
    sla_ihop(par[1], Aktor.objects.get(slug="polisen"))

    assert client.get("/aktorer/polisen-syd/").headers["Location"] == "/aktorer/polisen/"


FILTER = [
    "/flemingsberg/insatskarta/?vy=tabell&aktor=",
    "/flemingsberg/insatskarta.csv?aktor=",
    "/oversikt/insatser/?aktor=",
    "/arenden/?aktor=",
]


@pytest.mark.parametrize("adress", FILTER)
@pytest.mark.parametrize("bytt", ["sammanslagen", "ny adress"])
def test_ett_filter_med_den_gamla_adressen_galler_den_nya(
    som_planerare: Client, par: tuple[Aktor, Aktor], insats: Callable[[str], Insats], adress: str, bytt: str
) -> None:
    fran, till = par
    Medverkan.objects.filter(insats=insats("1.3")).delete()
    Medverkan.objects.create(insats=insats("1.3"), aktor=fran, roll="ansvarig")
    Arende.objects.create(aktor=fran, rubrik="Samverka kring utvecklingen", slag="ovrigt")
    if bytt == "sammanslagen":
        sla_ihop(fran, till)
    else:
        aktorer.andra_aktor(av=None, aktor=fran, version=fran.version, slug="polismyndigheten-syd")
    nu = Aktor.objects.get(pk=till.pk if bytt == "sammanslagen" else fran.pk)

    gammal, ny = (
        re.sub(r'(nonce|name="csrfmiddlewaretoken" value|name="inskick" value)="[\w-]+"', "", sida.content.decode())
        for sida in (som_planerare.get(f"{adress}{slug}") for slug in ("polisen-syd", nu.slug))
    )

    assert "Samverka kring utvecklingen" in gammal
    assert gammal.replace("polisen-syd", nu.slug) == ny


def test_namnet_blir_ledigt_och_det_som_fattas_tas_over(par: tuple[Aktor, Aktor]) -> None:
    till = sla_ihop(*par)

    andrad = aktorer.andra_aktor(av=None, aktor=till, version=till.version, namn="Polisen Syd")

    assert (andrad.namn, andrad.kontakt, andrad.beskrivning) == ("Polisen Syd", "Vakthavande", "Hela landet")
    assert aktorer.aktor_med_namn(av=None, namn="polisen syd", slag="ovrig") == till


def test_ingen_ny_rad_pekar_pa_den_som_har_gatt_upp(par: tuple[Aktor, Aktor], insats: Callable[[str], Insats]) -> None:
    """Who had a form open from before."""
    fran, till = par
    sla_ihop(fran, till)
    text = "Polisen Syd är sammanslagen med Polismyndigheten. Välj Polismyndigheten i stället."

    with pytest.raises(IntegrityError, match=text), transaction.atomic():
        Medverkan.objects.create(insats=insats("1.3"), aktor=fran, roll="medverkande")
    with pytest.raises(IntegrityError, match=text), transaction.atomic():
        Anvandare.objects.create(epost="x@prov.example", namn="X", roll="tjansteperson", aktor=fran)


# --- what cannot be one


def _samma(fran: Aktor, till: Aktor) -> Aktor:
    return fran


def _del_av(fran: Aktor, till: Aktor) -> Aktor:
    mitten = aktorer.skapa_aktor(av=None, namn="Mitten", slag="myndighet", del_av=fran)
    Aktor.objects.filter(pk=till.pk).update(del_av=mitten)
    return till


def _eftertradd(fran: Aktor, till: Aktor) -> Aktor:
    Aktor.objects.filter(pk=fran.pk).update(eftertradare=till, eftertradd=date(2026, 1, 1))
    return till


def _agd(fran: Aktor, till: Aktor) -> Aktor:
    Agarandel.objects.create(aktor=till, agare=fran)
    return till


def _grupp(fran: Aktor, till: Aktor) -> Aktor:
    return Aktor.objects.get(slug="naringslivet")


def _redan(fran: Aktor, till: Aktor) -> Aktor:
    sla_ihop(till, Aktor.objects.get(slug="polisen"))
    return till


def _tillbaka(fran: Aktor, till: Aktor) -> Aktor:
    """Two pages were open, each with its way."""
    sla_ihop(till, fran)
    return till


def _agd_genom_annan(fran: Aktor, till: Aktor) -> Aktor:
    mellan = Aktor.objects.get(slug="locum-ab")
    Agarandel.objects.create(aktor=mellan, agare=till)
    Agarandel.objects.create(aktor=fran, agare=mellan)
    return till


def _samma_arende(fran: Aktor, till: Aktor) -> Aktor:
    for aktor in (fran, till):
        Arende.objects.create(aktor=aktor, rubrik="Prov", diarienummer="KS 1", slag="ovrigt")
    return till


def _annat_monster(fran: Aktor, till: Aktor) -> Aktor:
    Arende.objects.create(aktor=fran, rubrik="Prov", diarienummer="KS 1", slag="ovrigt")
    Aktor.objects.filter(pk=till.pk).update(diarieformat="P-ÅÅÅÅ/#")
    return till


def _for_mycket_agda(fran: Aktor, till: Aktor) -> Aktor:
    for aktor, slug in ((fran, "svenska-staten"), (till, "region-stockholm")):
        Agarandel.objects.create(aktor=aktor, agare=Aktor.objects.get(slug=slug), andel=60)
    return till


def _for_lang(fran: Aktor, till: Aktor) -> Aktor:
    insats = Insats.objects.first()
    for aktor, tecken in ((fran, "x"), (till, "y")):
        Medverkan.objects.create(insats=insats, aktor=aktor, roll="medverkande", ansvarar_for=tecken * 200)
    return till


HINDER = [
    (_samma, "kan inte slås ihop med sig själv"),
    (_del_av, "Polismyndigheten är del av Polisen Syd, direkt eller genom andra."),
    (_eftertradd, "Polisen Syd är efterträdd av Polismyndigheten, direkt eller genom andra."),
    (_agd, "Polisen Syd äger Polismyndigheten, direkt eller genom andra."),
    (_agd_genom_annan, "Polismyndigheten äger Polisen Syd, direkt eller genom andra."),
    (_grupp, "Näringslivet är en grupp och Polisen Syd är det inte."),
    (_redan, "Polismyndigheten är redan sammanslagen med Polisen. Välj Polisen i stället."),
    (_tillbaka, "Polismyndigheten är redan sammanslagen med Polisen Syd. De är en och samma nu."),
    (_samma_arende, "Båda har ärendet ”KS 1 Prov”."),
    (_annat_monster, "följer inte mönstret för diarienummer hos Polismyndigheten: P-ÅÅÅÅ/#."),
    (_for_mycket_agda, "Ägarna blir tillsammans mer än 100 procent."),
    (_for_lang, "”svarar för” blir längre än 300 tecken."),
]


@pytest.mark.parametrize(("gor", "text"), HINDER, ids=[gor.__name__ for gor, _ in HINDER])
def test_det_som_inte_kan_bli_ett_far_en_mening(
    som_planerare: Client, par: tuple[Aktor, Aktor], gor: Callable[[Aktor, Aktor], Aktor], text: str
) -> None:
    fran, till = par[0], gor(*par)
    version = Aktor.objects.get(pk=fran.pk).version

    with pytest.raises(ValidationError) as fel, transaction.atomic():
        sla_ihop(fran, till)
    lasta = som_planerare.get(f"/aktorer/polisen-syd/sla-ihop/?med={till.slug}")
    svar = som_planerare.post("/aktorer/polisen-syd/sla-ihop/", {"version": version, "med": till.slug})

    assert text in " ".join(fel.value.messages)
    assert text in platt(lasta)
    assert (lasta.status_code, svar.status_code) == (200, 422)
    assert not Aktor.objects.filter(uppgatt_i__isnull=False, pk=fran.pk).exists()


def test_karnkommunerna_gar_inte_upp_i_nagon() -> None:
    grupp, annan = Aktor.objects.get(slug="karnkommunerna"), Aktor.objects.get(slug="naringslivet")

    with pytest.raises(ValidationError, match="betyder kärnkommunerna"):
        sla_ihop(grupp, annan)


def test_medlemmar_i_tva_grupper_blir_en_grupps() -> None:
    polisen, trafikverket = (Aktor.objects.get(slug=s).pk for s in ("polisen", "trafikverket"))
    ena = aktorer.skapa_aktor(av=None, namn="Ena", slag="grupp", medlemmar=[polisen, trafikverket])
    andra = aktorer.skapa_aktor(av=None, namn="Andra", slag="grupp", medlemmar=[polisen])

    sla_ihop(ena, andra)

    assert aktorer.medlemsrader(andra.medlemmar.all()) == sorted([polisen, trafikverket])
    assert not Gruppmedlem.objects.filter(grupp=ena).exists()


# --- the page


def test_den_som_slar_ihop_kommer_till_den_nya(som_planerare: Client, par: tuple[Aktor, Aktor]) -> None:
    adress = "/aktorer/polisen-syd/sla-ihop/?med=polismyndigheten"
    sida = platt(som_planerare.get(adress))
    svar = som_planerare.post(adress, {"version": par[0].version, "med": "polismyndigheten"}, follow=True)

    assert "Adressen till Polisen Syd leder till Polismyndigheten." in sida
    assert svar.redirect_chain == [("/aktorer/polismyndigheten/", 302)]
    assert "Polisen Syd är sammanslagen med Polismyndigheten." in platt(svar)


def test_den_som_slog_ihop_fel_hittar_tillbaka_genom_den_som_ar_kvar(
    som_planerare: Client, planerare: Anvandare, par: tuple[Aktor, Aktor]
) -> None:
    sammanslagning.sla_ihop(av=planerare, fran=par[0], till=par[1], version=par[0].version)
    historiken = "/aktorer/polisen-syd/historik/"

    sida = platt(som_planerare.get("/aktorer/polismyndigheten/"))

    assert f'<a href="{historiken}">Polisen Syd</a>' in sida
    assert ">Ångra</button>" in platt(som_planerare.get(historiken))


def test_det_som_andrats_sedan_sidan_lastes_slas_inte_ihop(som_planerare: Client, par: tuple[Aktor, Aktor]) -> None:
    svar = som_planerare.post("/aktorer/polisen-syd/sla-ihop/", {"version": 7, "med": "polismyndigheten"})

    assert svar.status_code == 409
    assert "Polisen Syd ändrades medan du läste, i dag klockan" in platt(svar)
    with pytest.raises(Krock):
        sammanslagning.sla_ihop(av=None, fran=par[0], till=par[1], version=7)


def test_den_som_redan_har_gatt_upp_leder_till_den_andra(som_planerare: Client, par: tuple[Aktor, Aktor]) -> None:
    fran, till = par
    sla_ihop(fran, till)

    svar = som_planerare.get("/aktorer/polisen-syd/sla-ihop/", follow=True)

    assert svar.request["PATH_INFO"] == f"/aktorer/{till.slug}/"
    assert "Polisen Syd är redan sammanslagen med Polismyndigheten." in platt(svar)


@pytest.mark.parametrize("skickat", [{}, {"med": ""}, {"med": "finns-inte"}, {"med": "\0"}, {"version": "x"}])
def test_utan_val_sags_vad_som_fattas(som_planerare: Client, par: tuple[Aktor, Aktor], skickat: dict[str, str]) -> None:
    som_planerare.get("/aktorer/polisen-syd/sla-ihop/", skickat)
    svar = som_planerare.post("/aktorer/polisen-syd/sla-ihop/", {"version": "1"} | skickat)

    assert svar.status_code == 422
    assert Aktor.objects.get(slug="polisen-syd").uppgatt_i is None


def test_bara_den_som_redigerar_slar_ihop(client: Client, par: tuple[Aktor, Aktor], tjansteperson: Anvandare) -> None:
    client.force_login(tjansteperson)

    assert client.get("/aktorer/polisen-syd/sla-ihop/").status_code == 403
    assert client.post("/aktorer/polisen-syd/sla-ihop/", {"med": "polisen", "version": 1}).status_code == 403
