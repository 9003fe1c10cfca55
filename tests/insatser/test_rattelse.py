"""What is final is set right with a reason that stays: a decision, a plan or a round closed by mistake."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from aktorer.grund.samtidighet import Krock
from aktorer.models import Aktor, Anvandare
from insatser.andringar import aktivitet as aktivitetsandringar
from insatser.andringar import avslut, rattelse, uppfoljning
from insatser.andringar import beslut as beslutsandringar
from insatser.andringar import handlingsplan as planandringar
from insatser.andringar.avslut import Utfallsrad
from insatser.andringar.roller import Rollrad
from insatser.fragor import mote as motesfragor
from insatser.fragor.beslutat import frys
from insatser.fragor.plandata import att_besluta
from insatser.models import (
    Aktivitet,
    AktivitetAktor,
    Beslut,
    Fardplan,
    Handlingsplan,
    Insats,
    Lagesrapport,
    Mote,
    Omgang,
    Planavslut,
    Planversion,
    Prioritering,
    Rattelse,
    Samverkansorgan,
)
from insatser.regler.medverkan import Roll
from insatser.regler.status import Status
from tests import klocka
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

PLAN = klocka.PLAN
SKAL = "Skrivfel när beslutet registrerades."
UPPGIFTER: dict[str, Any] = {"datum": date(2026, 3, 19), "paragraf": "4", "diarienummer": "RS 2026-0001"}


@pytest.fixture
def version(flemingsberg: Fardplan, planerare: Anvandare) -> Planversion:
    """The example plan, decided."""
    plan = Handlingsplan.objects.select_related("fardplan__stadskarna").get(fardplan=flemingsberg, exempel=True)
    organ = Samverkansorgan.objects.get(stadskarna=flemingsberg.stadskarna, slag="styrgrupp", till=None)
    return beslutsandringar.besluta(av=planerare, plan=plan, version=plan.version, organ=organ, **UPPGIFTER)


@pytest.fixture
def avslutad(version: Planversion) -> Handlingsplan:
    alla = Aktivitet.objects.filter(prioritering__handlingsplan=version.handlingsplan)
    rader = [Utfallsrad(a.pk, a.version, "klar", "") for a in alla]
    return avslut.avsluta(av=None, plan=version.handlingsplan, rader=rader, slutord="Bra fart.")


@pytest.fixture
def omgang(flemingsberg: Fardplan, planerare: Anvandare) -> Omgang:
    amne = next(a for a in uppfoljning.omgangsfragor.amnen([flemingsberg]) if a.personer)
    deadline = klocka.IDAG + timedelta(days=5)
    return uppfoljning.oppna(av=planerare, fardplan=flemingsberg, namn="Mars", deadline=deadline, fragor=[amne])


def ratta(planversion: Planversion, **andrat: Any) -> Beslut:
    nu = Beslut.objects.get(pk=planversion.beslut_id)
    varden = UPPGIFTER | {"organ": nu.organ, "version": nu.version, "skal": SKAL} | andrat
    return rattelse.ratta_beslut(av=None, planversion=planversion, **varden)


def aterkalla(planversion: Planversion) -> Handlingsplan:
    nu = Handlingsplan.objects.get(pk=planversion.handlingsplan_id)
    return rattelse.aterkalla_beslut(av=None, planversion=planversion, version=nu.version, skal=SKAL)


def _andringsbeslut(forsta: Planversion) -> Planversion:
    """The plan changed in one aktivitet, and decided again."""
    plan = beslutsandringar.oppna_andring(av=None, plan=forsta.handlingsplan)
    Aktivitet.objects.filter(pk=Aktivitet.objects.filter(prioritering__handlingsplan=plan)[0].pk).update(
        titel="Pröva ett annat sätt"
    )
    plan.refresh_from_db()
    organ = forsta.beslut.organ
    return beslutsandringar.besluta(av=None, plan=plan, version=plan.version, organ=organ, **UPPGIFTER)


# --- a registered decision ---


def test_beslutets_uppgifter_rattas_och_skalet_star_kvar(client: Client, version: Planversion) -> None:
    sha256 = version.sha256
    ratta(version, paragraf="14", protokoll="https://example.org/protokoll")
    version.refresh_from_db()
    sida = platt(client.get(PLAN))
    assert "§ 14" in sida
    assert "Förut stod paragraf ”4” och protokoll saknades." in sida
    assert SKAL in sida
    assert version.sha256 == sha256
    assert "§ 4" in platt(client.get(f"{PLAN}version/1/"))


def test_rattelsen_gors_pa_sidan(client: Client, version: Planversion, planerare: Anvandare) -> None:
    client.force_login(planerare)
    adress = f"{PLAN}version/1/ratta/"
    data = client.get(adress).context["form"].initial
    data = {f: getattr(v, "pk", v) for f, v in data.items()} | {"datum": "2026-03-20", "skal": SKAL}
    svar = client.post(adress, data)
    assert (svar.status_code, svar["Location"]) == (302, PLAN)
    assert Rattelse.objects.get().fore == [["Datum", "2026-03-19"]]


def test_bara_planerare_rattar(client: Client, version: Planversion, tjansteperson: Anvandare) -> None:
    client.force_login(tjansteperson)
    assert client.get(f"{PLAN}version/1/ratta/").status_code == 403
    assert client.get(f"{PLAN}version/2/ratta/").status_code == 403


@pytest.mark.parametrize(
    ("andrat", "fel"),
    [
        ({}, "Inget skiljer sig"),
        ({"paragraf": "5", "skal": " "}, "Skriv varför"),
        ({"datum": klocka.IDAG + timedelta(days=1)}, "framtiden"),
        ({"paragraf": ""}, "Ange beslutets paragraf."),
    ],
)
def test_ratta_fel(version: Planversion, andrat: dict[str, Any], fel: str) -> None:
    with pytest.raises(ValidationError, match=fel):
        ratta(version, **andrat)


def test_forsta_beslutet_kan_inte_bli_nyare_an_andringsbeslutet(version: Planversion, planerare: Anvandare) -> None:
    plan = beslutsandringar.oppna_andring(av=planerare, plan=version.handlingsplan)
    organ = version.beslut.organ
    beslutsandringar.besluta(
        av=planerare, plan=plan, version=plan.version, organ=organ, datum=date(2026, 5, 2), paragraf="9"
    )
    with pytest.raises(ValidationError, match="kan inte vara nyare"):
        ratta(version, datum=date(2026, 5, 3))


def test_tva_som_rattar_samma_uppgift_krockar(version: Planversion) -> None:
    ratta(version, paragraf="14")
    with pytest.raises(Krock):
        ratta(version, paragraf="15", version=1)
    assert Rattelse.objects.count() == 1


def test_den_som_rattar_det_som_redan_ar_rattat_skriver_inget(version: Planversion) -> None:
    ratta(version, paragraf="14", diarienummer="RS 2026-9")
    with pytest.raises(ValidationError, match="Inget skiljer sig"):
        ratta(version, paragraf="14", version=1)
    assert [r.fore for r in Rattelse.objects.all()] == [[["Paragraf", "4"], ["Diarienummer", "RS 2026-0001"]]]
    ratta(version, paragraf="15", diarienummer="RS 2026-9")


def test_en_annan_plan_visar_inte_rattelserna(
    client: Client, flemingsberg: Fardplan, avslutad: Handlingsplan, planerare: Anvandare
) -> None:
    rattelse.oppna_plan_igen(av=None, plan=avslutad, version=avslutad.version, skal="Vi tryckte fel.")
    planandringar.skapa(av=None, fardplan=flemingsberg, ar_fran=2033, ar_till=2034)
    client.force_login(planerare)
    assert "Vi tryckte fel." not in platt(client.get("/flemingsberg/handlingsplan/2033-2034/"))


def test_databasen_vagrar_en_andring_utan_rattelse(version: Planversion) -> None:
    with pytest.raises(IntegrityError, match="rättelse"), transaction.atomic():
        Beslut.objects.filter(pk=version.beslut_id).update(paragraf="5")
    ratta(version, paragraf="5")
    with pytest.raises(IntegrityError, match="rättelse"):
        Beslut.objects.filter(pk=version.beslut_id).update(paragraf="6")


# --- a decision that was never taken ---


def test_ett_beslut_som_aldrig_fattades_gor_planen_till_utkast_igen(
    client: Client, version: Planversion, planerare: Anvandare
) -> None:
    client.force_login(planerare)
    adress = f"{PLAN}version/1/aterkalla/"
    assert "Då är planen ett utkast igen" in platt(client.get(adress))
    svar = client.post(adress, {"version": version.handlingsplan.version, "skal": "Det sköts upp."})

    assert (svar.status_code, svar["Location"]) == (302, PLAN)
    sida = platt(client.get(PLAN))
    assert "det hade inte fattats. Skäl: Det sköts upp." in sida
    assert "Registrera beslut" in sida
    assert "Beslutet registrerades av misstag" in platt(client.get(f"{PLAN}version/1/"))
    client.logout()
    assert [client.get(a).status_code for a in (PLAN, f"{PLAN}version/1/", f"{PLAN}version/1.pdf")] == [404, 404, 404]


def test_ett_aterkallat_beslut_star_inte_bland_organets_eller_nyheterna(
    client: Client, version: Planversion, planerare: Anvandare
) -> None:
    client.force_login(planerare)
    sidor = ("/flemingsberg/organ/", "/flemingsberg/nyheter/", "/arenden/?q=RS+2026-0001")
    beslutet = f"/handlingsplaner/{version.handlingsplan_id}/version/1/"
    assert [beslutet in client.get(s).text for s in sidor] == [True] * 3
    aterkalla(version)
    assert [beslutet in client.get(s).text for s in sidor] == [False] * 3


def test_ett_aterkallat_andringsbeslut_blir_ett_forslag_igen(
    client: Client, version: Planversion, planerare: Anvandare
) -> None:
    andra = _andringsbeslut(version)
    aterkalla(andra)

    assert "Pröva ett annat sätt" not in platt(client.get(PLAN))
    assert "Version 1 gäller" in platt(client.get(f"{PLAN}version/2/"))
    client.force_login(planerare)
    assert "Det här skiljer sig nu från beslutet (1)" in platt(client.get(PLAN))
    with pytest.raises(ValidationError, match="Kasta ändringarna först"):
        aterkalla(version)
    nu = Handlingsplan.objects.get(pk=version.handlingsplan_id)
    beslutsandringar.kasta_andring(av=None, plan=nu, version=nu.version)
    aterkalla(version)
    assert Handlingsplan.objects.get(pk=nu.pk).ar_utkast


def test_nasta_beslut_far_ett_nytt_nummer_och_ar_inget_andringsbeslut(client: Client, version: Planversion) -> None:
    plan = aterkalla(version)
    ny = beslutsandringar.besluta(
        av=None, plan=plan, version=plan.version, organ=version.beslut.organ, **UPPGIFTER | {"paragraf": "9"}
    )
    assert (ny.nummer, ny.innehall["beslut"]["rubrik"]) == (2, "Beslut, version 2")
    sida = platt(client.get(PLAN))
    assert "§ 9" in sida
    assert "Ändringsbeslut" not in sida


def test_bara_det_som_galler_aterkallas(version: Planversion) -> None:
    _andringsbeslut(version)
    with pytest.raises(ValidationError, match="Version 1 gäller inte"):
        aterkalla(version)


def test_ett_beslut_i_en_avslutad_plan_aterkallas_inte(version: Planversion, avslutad: Handlingsplan) -> None:
    with pytest.raises(ValidationError, match="Öppna den igen först"):
        aterkalla(version)


def test_den_som_laste_en_aldre_plan_aterkallar_inget(version: Planversion) -> None:
    with pytest.raises(Krock):
        rattelse.aterkalla_beslut(av=None, planversion=version, version=1, skal=SKAL)


def test_ett_utkast_med_ett_aterkallat_beslut_tas_inte_bort(
    client: Client, version: Planversion, planerare: Anvandare
) -> None:
    plan = aterkalla(version)
    with pytest.raises(ValidationError, match="registrerades av misstag"):
        planandringar.ta_bort(av=None, plan=plan, version=plan.version)


def test_ett_aterkallat_beslut_halls_inte_emot_motet(version: Planversion) -> None:
    mote = Mote.objects.create(organ=version.beslut.organ, datum=version.beslut.datum)
    fore = motesfragor.har_beslutat(mote)
    aterkalla(version)
    assert (fore, motesfragor.har_beslutat(mote)) == (True, False)


def test_det_en_omgang_fragar_om_tas_inte_bort_ur_utkastet(
    client: Client, version: Planversion, planerare: Anvandare
) -> None:
    plan = aterkalla(version)
    vald = Aktivitet.objects.filter(prioritering__handlingsplan=plan)[0]
    omgang = Omgang.objects.create(fardplan=plan.fardplan, namn="Mars", deadline=klocka.IDAG)
    punkt = omgang.punkter.create(ordning=1, stadskarna=plan.fardplan.stadskarna, aktivitet=vald)
    with pytest.raises(ValidationError, match="Mars” frågar om"):
        planandringar.ta_bort_aktivitet(av=None, aktivitet=vald, version=vald.version)
    assert punkt not in omgang.punkter.obesvarade()


def test_i_en_aldre_generation_star_beslutet_kvar(
    client: Client, version: Planversion, planerare: Anvandare, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Fardplan, "ar_aldre", True)
    client.force_login(planerare)
    for svar in (client.get(f"{PLAN}version/1/aterkalla/"), client.post(f"{PLAN}version/1/aterkalla/", {"skal": "x"})):
        assert svar.status_code == 404


def test_databasen_vagrar_att_aterkalla_utan_skal(version: Planversion) -> None:
    with pytest.raises(IntegrityError, match="beslutad"), transaction.atomic():
        Handlingsplan.objects.filter(pk=version.handlingsplan_id).update(status="utkast")
    with pytest.raises(IntegrityError, match="ändras inte"), transaction.atomic():
        Planversion.objects.filter(pk=version.pk).update(sha256="0" * 64)


# --- a plan closed by mistake ---


def test_avslutad_plan_oppnas_igen_och_avslutas_pa_nytt(
    client: Client, avslutad: Handlingsplan, planerare: Anvandare
) -> None:
    client.force_login(planerare)
    svar = client.post(f"{PLAN}oppna-igen/", {"version": avslutad.version, "skal": "Vi tryckte fel."})
    assert svar.status_code == 302
    sida = platt(client.get(PLAN))
    assert "Planen var avslutad och öppnades igen" in sida
    assert "Skäl: Vi tryckte fel." in sida
    assert "Bra fart." not in sida
    assert "Slutrapport" not in sida
    plan = Handlingsplan.objects.get(pk=avslutad.pk)
    rader = [
        Utfallsrad(a.pk, a.version, "struken", "Nej")
        for a in Aktivitet.objects.filter(prioritering__handlingsplan=plan)
    ]
    avslut.avsluta(av=planerare, plan=plan, rader=rader, slutord="Nu på riktigt.")
    assert Planavslut.objects.count() == 2
    assert "Nu på riktigt." in platt(client.get(PLAN))


def test_plan_oppnas_inte_nar_nasta_har_tagit_over(flemingsberg: Fardplan, version: Planversion) -> None:
    alla = Aktivitet.objects.filter(prioritering__handlingsplan=version.handlingsplan)
    rader = [Utfallsrad(a.pk, a.version, "overford", "Mer tid") for a in alla]
    plan = avslut.avsluta(av=None, plan=version.handlingsplan, rader=rader, slutord="Slut.")
    planandringar.skapa(av=None, fardplan=flemingsberg, ar_fran=2031, ar_till=2032, fran=plan)
    with pytest.raises(ValidationError, match="Handlingsplan 2031–2032 har tagit över aktiviteter härifrån"):
        rattelse.oppna_plan_igen(av=None, plan=plan, version=plan.version, skal="Fel.")


def test_databasen_vagrar_att_oppna_utan_rattelse(avslutad: Handlingsplan) -> None:
    with pytest.raises(IntegrityError, match="beslutad"):
        Handlingsplan.objects.filter(pk=avslutad.pk).update(status="beslutad", avslutad=None, slutord="")


def test_oppna_igen_nar_nagon_hann_fore(client: Client, avslutad: Handlingsplan, planerare: Anvandare) -> None:
    rattelse.oppna_plan_igen(av=None, plan=avslutad, version=avslutad.version, skal="Fel.")
    client.force_login(planerare)
    svar = client.post(f"{PLAN}oppna-igen/", {"version": avslutad.version, "skal": "Vi tryckte fel."})
    assert svar.status_code == 422
    assert "Planen är inte avslutad." in platt(svar)
    assert "Vi tryckte fel." in platt(svar)


# --- a round closed by mistake ---


def test_stangd_omgang_oppnas_igen(client: Client, omgang: Omgang, planerare: Anvandare) -> None:
    client.force_login(planerare)
    stangd = uppfoljning.stang(av=planerare, omgang=omgang)
    sidan = f"/flemingsberg/uppfoljning/{omgang.pk}/"
    svar = client.post(f"{sidan}oppna-igen/", {"version": stangd.version, "skal": "För tidigt."})
    assert (svar.status_code, svar["Location"]) == (302, sidan)
    sida = platt(client.get(sidan))
    assert "Pågår" in sida
    assert "Skäl: För tidigt." in sida
    omgang.refresh_from_db()
    assert uppfoljning.stang(av=planerare, omgang=omgang).rapport is not None


def test_databasen_haller_en_stangd_omgang_stangd(omgang: Omgang, planerare: Anvandare) -> None:
    uppfoljning.stang(av=planerare, omgang=omgang)
    with pytest.raises(IntegrityError, match="stängd"):
        Omgang.objects.filter(pk=omgang.pk).update(stangd=None, rapport=None)


def test_omgang_som_oppnades_av_misstag_tas_bort(client: Client, omgang: Omgang, planerare: Anvandare) -> None:
    forsta, _ = omgang.utskick.order_by("pk")
    type(forsta).objects.filter(pk=forsta.pk).update(paborjat=timezone.now(), skickat=timezone.now())
    client.force_login(planerare)
    sidan = f"/flemingsberg/uppfoljning/{omgang.pk}/ta-bort/"
    assert "En har redan fått mejlet: den länken slutar fungera" in platt(client.get(sidan))
    svar = client.post(sidan, {"version": omgang.version})
    assert (svar.status_code, svar["Location"]) == (302, "/flemingsberg/uppfoljning/")
    assert not Omgang.objects.exists()
    assert list(type(forsta).objects.values_list("pk", "omgang")) == [(forsta.pk, None)]


def test_besvarad_omgang_tas_inte_bort(client: Client, omgang: Omgang, planerare: Anvandare) -> None:
    mottagare, punkt = omgang.mottagare.all()[0], omgang.punkter.get()
    sedd = Lagesrapport.objects.filter(insats=punkt.insats, stadskarna=punkt.stadskarna).latest("datum", "pk").pk
    uppfoljning.svara(
        av=mottagare.anvandare, mottagare=mottagare, punkt=punkt, status="planerad", bedomning="enligt_plan", sedd=sedd
    )
    client.force_login(planerare)
    sidan = f"/flemingsberg/uppfoljning/{omgang.pk}/ta-bort/"
    assert "Ett svar har kommit. Stäng omgången i stället." in platt(client.get(sidan))
    assert client.post(sidan, {"version": omgang.version}).status_code == 422
    assert Omgang.objects.exists()


# --- an ändringsbeslut thrown away ---


def _skriv_om(plan: Handlingsplan) -> None:
    """New words, other roles and a new aktivitet."""
    forsta = plan.prioriteringar.order_by("ordning")[0]
    a = forsta.aktiviteter.order_by("ordning")[0]
    planandringar.andra(av=None, plan=plan, version=plan.version, inledning="Helt ny.")
    roller = [Rollrad(Aktor.objects.get(slug="polisen").pk, Roll.ANSVARIG)]
    planandringar.andra_aktivitet(av=None, aktivitet=a, version=a.version, roller=roller, titel="Något annat")
    planandringar.skapa_aktivitet(av=None, prioritering=forsta, roller=roller, titel="Ny i ändringen")


def _flytta_om(plan: Handlingsplan) -> None:
    """The second insats is taken out and lifted in anew, last, with one of the aktiviteter that moved to the first."""
    forsta, andra, *_ = plan.prioriteringar.order_by("ordning")
    for b in list(andra.aktiviteter.all()):
        planandringar.byt_insats(av=None, aktivitet=b, version=b.version, prioritering=forsta)
    insats = andra.insats
    andra.delete()
    ny = Prioritering.objects.create(handlingsplan=plan, insats=insats, ordning=99)
    b = forsta.aktiviteter.order_by("-ordning")[0]
    planandringar.byt_insats(av=None, aktivitet=b, version=b.version, prioritering=ny)


def test_allt_i_planen_blir_som_det_beslutades(version: Planversion, planerare: Anvandare) -> None:
    plan = beslutsandringar.oppna_andring(av=planerare, plan=version.handlingsplan)
    fore = frys(plan)
    _skriv_om(plan)
    _flytta_om(plan)
    plan.refresh_from_db()
    beslutsandringar.kasta_andring(av=planerare, plan=plan, version=plan.version)
    plan.refresh_from_db()
    assert _utan_versioner(frys(plan)) == _utan_versioner(fore)
    assert (plan.andras, plan.inledning, att_besluta(plan)) == (False, version.innehall["inledning"], [])


def test_andringarna_kastas_pa_sidan_och_kan_angras(client: Client, version: Planversion, planerare: Anvandare) -> None:
    client.force_login(planerare)
    plan = beslutsandringar.oppna_andring(av=planerare, plan=version.handlingsplan)
    _skriv_om(plan)
    med_andringar = frys(plan)
    assert "Ny i ändringen" in platt(client.get(f"{PLAN}andra/kasta/"))
    plan.refresh_from_db()
    svar = client.post(f"{PLAN}andra/kasta/", {"version": plan.version}, follow=True)
    client.post(_angra_adress(svar))
    plan.refresh_from_db()
    assert (plan.andras, plan.inledning) == (True, "Helt ny.")
    assert _utan_versioner(frys(plan)) == _utan_versioner(med_andringar)


def _angra_adress(svar: Any) -> str:
    return "/angra/" + svar.content.decode().split('action="/angra/')[1].split('"')[0]


def _utan_versioner(rader: list[dict[str, Any]]) -> list[tuple[str, int, dict[str, Any]]]:
    alla = [
        (r["model"], r["pk"], {f: v for f, v in r["fields"].items() if f not in {"version", "status", "kommentar"}})
        for r in rader
    ]
    return sorted(alla, key=lambda r: r[:2])


def test_status_och_svar_lever_vidare_nar_andringarna_kastas(version: Planversion, planerare: Anvandare) -> None:
    plan = beslutsandringar.oppna_andring(av=planerare, plan=version.handlingsplan)
    a = Aktivitet.objects.filter(prioritering__handlingsplan=plan).order_by("pk")[0]
    aktivitetsandringar.rapportera(
        av=planerare, aktivitet=a, version=a.version, status=Status.PAUSAD, kommentar="Väntar på beslut"
    )
    a.refresh_from_db()
    a.aktorer.update(deltagande="bekraftad", svar="Vi är med")
    pk = a.pk
    a.delete()
    beslutsandringar.kasta_andring(av=planerare, plan=plan, version=plan.version)
    a = Aktivitet.objects.get(pk=pk)
    assert (a.status, a.kommentar) == ("pausad", "Väntar på beslut")
    assert set(a.aktorer.values_list("deltagande", "svar")) == {("bekraftad", "Vi är med")}


def test_kasta_en_andring_som_nagon_har_andrat(client: Client, version: Planversion, planerare: Anvandare) -> None:
    plan = beslutsandringar.oppna_andring(av=planerare, plan=version.handlingsplan)
    planandringar.andra(av=None, plan=plan, version=plan.version, inledning="Helt ny.")
    client.force_login(planerare)
    svar = client.post(f"{PLAN}andra/kasta/", {"version": plan.version})
    assert svar.status_code == 409
    assert "Planen ändrades medan du läste" in platt(svar)


def test_kasta_det_som_nyss_beslutades(version: Planversion, planerare: Anvandare) -> None:
    plan = beslutsandringar.oppna_andring(av=planerare, plan=version.handlingsplan)
    uppgifter = UPPGIFTER | {"organ": version.beslut.organ}
    beslutsandringar.besluta(av=planerare, plan=plan, version=plan.version, **uppgifter)
    with pytest.raises(Krock):
        beslutsandringar.kasta_andring(av=planerare, plan=plan, version=plan.version)


def test_kasta_nar_en_aktor_har_slagits_ihop(version: Planversion, planerare: Anvandare) -> None:
    plan = beslutsandringar.oppna_andring(av=planerare, plan=version.handlingsplan)
    del_ = AktivitetAktor.objects.filter(aktivitet__prioritering__handlingsplan=plan).order_by("pk")[0]
    Aktor.objects.filter(pk=del_.aktor_id).update(uppgatt_i=Aktor.objects.get(slug="polisen"))
    pk = del_.pk
    del_.delete()
    beslutsandringar.kasta_andring(av=planerare, plan=plan, version=plan.version)
    assert AktivitetAktor.objects.get(pk=pk).aktor.uppgatt_i is not None


def test_kasta_nar_en_omgang_fragar_om_det_nya(version: Planversion, planerare: Anvandare, omgang: Omgang) -> None:
    plan = beslutsandringar.oppna_andring(av=planerare, plan=version.handlingsplan)
    ny = Aktivitet.objects.create(prioritering=plan.prioriteringar.all()[0], ordning=77, titel="Ny")
    omgang.punkter.create(ordning=9, stadskarna=plan.fardplan.stadskarna, aktivitet=ny)
    with pytest.raises(ValidationError, match="”Mars” frågar om ”Ny”"):
        beslutsandringar.kasta_andring(av=planerare, plan=plan, version=plan.version)


def test_insatsen_kan_inte_lyftas_in_tva_ganger(flemingsberg: Fardplan, insats: Callable[[str], Insats]) -> None:
    plan = Handlingsplan.objects.get(fardplan=flemingsberg, exempel=True)
    p = plan.prioriteringar.all()[0]
    with pytest.raises(IntegrityError):
        Prioritering.objects.create(handlingsplan=plan, insats=p.insats, ordning=99)
    assert connection.needs_rollback
