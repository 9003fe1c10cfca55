"""The decision freezes the plan: by page, shell and SQL alike; what was decided can be proved."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.db.models import Q, Value
from django.db.models.functions import Concat
from django.test import Client

from aktorer.grund.samtidighet import Krock
from aktorer.models import Aktor, Anvandare
from insatser.andringar import beslut as andringar
from insatser.andringar import handlingsplan as planandringar
from insatser.andringar import insats as insatsandringar
from insatser.fragor.handlingsplan import innehall
from insatser.fragor.plandata import plandata
from insatser.models import (
    Aktivitet,
    AktivitetAktor,
    Fardplan,
    Handlingsplan,
    Insats,
    Planversion,
    Prioritering,
    Samverkansorgan,
)
from insatser.pdf.handlingsplan import plandokument
from insatser.regler import plandiff
from tests import klocka
from tests.sidtext import platt

PLANEN = klocka.PLAN


@pytest.fixture
def utkast(flemingsberg: Fardplan) -> Handlingsplan:
    return Handlingsplan.objects.select_related("fardplan__stadskarna").get(fardplan=flemingsberg, exempel=True)


@pytest.fixture
def styrgruppen(flemingsberg: Fardplan) -> Samverkansorgan:
    return Samverkansorgan.objects.get(stadskarna=flemingsberg.stadskarna, slag="styrgrupp", till=None)


@pytest.fixture
def besluta(planerare: Anvandare, styrgruppen: Samverkansorgan) -> Callable[..., Planversion]:
    def gor(plan: Handlingsplan, paragraf: str = "4") -> Planversion:
        plan.refresh_from_db()
        return andringar.besluta(
            av=planerare,
            plan=plan,
            version=plan.version,
            organ=styrgruppen,
            datum=date(2026, 3, 19),
            paragraf=paragraf,
            diarienummer="RS 2026-0001",
        )

    return gor


@pytest.fixture
def beslutad(utkast: Handlingsplan, besluta: Callable[..., Planversion]) -> Handlingsplan:
    besluta(utkast)
    utkast.refresh_from_db()
    return utkast


def test_beslutet_skrivs_in_och_planen_ar_oppen_for_alla(
    client: Client, planerare: Anvandare, styrgruppen: Samverkansorgan, utkast: Handlingsplan
) -> None:
    client.force_login(planerare)
    svar = client.post(
        f"{PLANEN}besluta/",
        {"organ": styrgruppen.pk, "datum": "2026-03-19", "paragraf": "§ 4", "version": utkast.version},
    )
    client.logout()
    sidan = client.get(PLANEN)

    assert svar.headers["Location"] == PLANEN
    assert "Politiska styrgruppen för Flemingsberg" in platt(sidan)
    assert "§ 4" in platt(sidan)
    assert "Utkast" not in platt(sidan)


def test_utan_paragraf_eller_datum_nekas_beslutet(
    client: Client, planerare: Anvandare, styrgruppen: Samverkansorgan, utkast: Handlingsplan
) -> None:
    client.force_login(planerare)

    svar = client.post(
        f"{PLANEN}besluta/",
        {"organ": styrgruppen.pk, "datum": "", "paragraf": "§", "diarienummer": "RS 1", "version": utkast.version},
    )

    assert svar.status_code == 422
    assert "Ange beslutets paragraf" in platt(svar)
    assert 'value="RS 1"' in platt(svar)


def test_en_plan_som_andrats_sedan_den_visades_beslutas_inte(
    planerare: Anvandare, styrgruppen: Samverkansorgan, utkast: Handlingsplan
) -> None:
    Handlingsplan.objects.filter(pk=utkast.pk).update(inledning="Ny")

    with pytest.raises(Krock, match="ändrades medan"):
        andringar.besluta(
            av=planerare,
            plan=utkast,
            version=utkast.version,
            organ=styrgruppen,
            datum=date(2026, 3, 19),
            paragraf="4",
        )


def test_den_frysta_pdf_filen_ar_den_som_hamtas(client: Client, beslutad: Handlingsplan) -> None:
    version = beslutad.versioner.get()

    hamtad = client.get(f"/flemingsberg/handlingsplan/{klocka.PERIOD}.pdf").content

    assert hashlib.sha256(hamtad).hexdigest() == version.sha256
    assert hamtad == bytes(version.pdf)


def test_det_frysta_innehallet_ger_samma_fil_igen(beslutad: Handlingsplan) -> None:
    version = beslutad.versioner.get()
    Insats.objects.filter(titel__contains="Hälsovägen").update(titel="Något helt annat")

    igen = plandokument(version.innehall, version.beslut.datum)

    assert igen == bytes(version.pdf)


_MED = "SELECT id FROM insatser_prioritering WHERE handlingsplan_id = {plan}"
_AKTIVITETER = f"SELECT id FROM insatser_aktivitet WHERE prioritering_id IN ({_MED})"


@pytest.mark.parametrize(
    ("sats", "ord_"),
    [
        ("UPDATE insatser_handlingsplan SET inledning = 'x' WHERE id = {plan}", "bara genom ett ändringsbeslut"),
        ("UPDATE insatser_handlingsplan SET ar_till = ar_till + 1 WHERE id = {plan}", "bara genom ett ändringsbeslut"),
        ("UPDATE insatser_handlingsplan SET status = 'utkast' WHERE id = {plan}", "bara genom ett ändringsbeslut"),
        ("DELETE FROM insatser_handlingsplan WHERE id = {plan}", "Cannot delete rows"),
        ("UPDATE insatser_prioritering SET skal = 'x' WHERE handlingsplan_id = {plan}", "beslutad"),
        ("DELETE FROM insatser_prioritering WHERE handlingsplan_id = {plan}", "beslutad"),
        (
            "INSERT INTO insatser_prioritering (handlingsplan_id, insats_id, ordning, skal, version)"
            " SELECT {plan}, id, 99, '', 1 FROM insatser_insats WHERE fardplan_id IS NULL LIMIT 1",
            "beslutad",
        ),
        (f"UPDATE insatser_aktivitet SET titel = 'x' WHERE prioritering_id IN ({_MED})", "beslutad"),
        (
            f"UPDATE insatser_aktivitet SET titel = 'x', status = 'genomford' WHERE prioritering_id IN ({_MED})",
            "beslutad",
        ),
        (f"UPDATE insatser_aktivitet SET kostnad = 5 WHERE prioritering_id IN ({_MED})", "beslutad"),
        (
            "INSERT INTO insatser_aktivitet (prioritering_id, ordning, titel, resultat, status, version)"
            f" SELECT id, 99, 'x', '', 'planerad', 1 FROM ({_MED}) p LIMIT 1",
            "beslutad",
        ),
        (f"DELETE FROM insatser_aktivitetaktor WHERE aktivitet_id IN ({_AKTIVITETER})", "beslutad"),
        (f"UPDATE insatser_aktivitetaktor SET ansvarar_for = 'x' WHERE aktivitet_id IN ({_AKTIVITETER})", "beslutad"),
        (
            "INSERT INTO insatser_bortval (handlingsplan_id, insats_id, skal, version)"
            " SELECT {plan}, id, 'x', 1 FROM insatser_insats WHERE fardplan_id IS NULL LIMIT 1",
            "beslutad",
        ),
        (
            "UPDATE insatser_planversion SET sha256 = repeat('0', 64) WHERE handlingsplan_id = {plan}",
            "beslutat ändras inte",
        ),
        ("DELETE FROM insatser_planversion WHERE handlingsplan_id = {plan}", "Cannot delete"),
        ("UPDATE insatser_beslut SET paragraf = '5'", "bara med en rättelse som säger varför"),
        ("DELETE FROM insatser_beslut", "Cannot delete"),
        *(
            (f"TRUNCATE insatser_{tabell} CASCADE", "töms inte")
            for tabell in ("planversion", "prioritering", "aktivitet", "aktivitetaktor", "bidrag", "bortval")
        ),
    ],
)
def test_sql_kan_inte_andra_det_beslutade(beslutad: Handlingsplan, sats: str, ord_: str) -> None:
    connection.check_constraints()  # what is checked at the end would stand in TRUNCATE's way

    with pytest.raises(DatabaseError, match=ord_), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sats.format(plan=beslutad.pk))


def test_status_och_svar_gar_vidare_efter_beslutet(beslutad: Handlingsplan) -> None:
    aktivitet = Aktivitet.objects.filter(prioritering__handlingsplan=beslutad).first()

    Aktivitet.objects.filter(pk=aktivitet.pk).update(status="genomford")
    AktivitetAktor.objects.filter(aktivitet=aktivitet).update(deltagande="bekraftad", svar="Ja")

    aktivitet.refresh_from_db()
    assert aktivitet.status == "genomford"


def test_sidan_visar_vad_som_skiljer_sig_fran_beslutet(client: Client, beslutad: Handlingsplan) -> None:
    forsta = Aktivitet.objects.filter(prioritering__handlingsplan=beslutad).first()
    Handlingsplan.objects.filter(pk=beslutad.pk).update(andras=True)
    Aktivitet.objects.filter(pk=forsta.pk).update(resultat="Något annat")
    Handlingsplan.objects.filter(pk=beslutad.pk).update(andras=False)

    sidan = client.get(PLANEN)

    assert [(d.falt, d.nu) for d in sidan.context["skillnader"]] == [("Resultat", "Något annat")]
    assert "Det här skiljer sig nu från beslutet (1)" in platt(sidan)


def test_en_rapporterad_status_skiljer_sig_inte_fran_beslutet(client: Client, beslutad: Handlingsplan) -> None:
    Aktivitet.objects.filter(prioritering__handlingsplan=beslutad).update(status="pagar")

    assert "Inget skiljer sig från beslutet." in platt(client.get(PLANEN))


def test_ett_andringsbeslut_utan_andring_nekas(
    client: Client, planerare: Anvandare, beslutad: Handlingsplan, formular: Callable[[Any], dict[str, str]]
) -> None:
    client.force_login(planerare)
    client.post(f"{PLANEN}andra/")
    falt = formular(client.get(f"{PLANEN}besluta/")) | {"datum": str(klocka.IDAG), "paragraf": "12"}

    svar = client.post(f"{PLANEN}besluta/", falt)

    assert (svar.status_code, "Inget skiljer sig från det som är beslutat." in platt(svar)) == (422, True)
    assert beslutad.versioner.count() == 1


def test_ett_andringsbeslut_ger_version_tva(
    client: Client,
    planerare: Anvandare,
    beslutad: Handlingsplan,
    besluta: Callable[..., Planversion],
    insats: Callable[[str], Insats],
) -> None:
    client.force_login(planerare)
    client.post(f"{PLANEN}andra/")
    planandringar.lyft(av=planerare, plan=beslutad, insats=insats("3.1"), skal="Kartläggningen är klar.")
    client.logout()
    under_tiden = client.get(PLANEN)
    pa_insatsen = platt(client.get("/flemingsberg/insatser/3.1/"))

    besluta(beslutad, "12")

    assert "gäller som den är beslutad" in platt(under_tiden)
    assert "3.1" not in platt(under_tiden)
    assert "Kartläggningen är klar." not in pa_insatsen
    assert [v.nummer for v in beslutad.versioner.all()] == [2, 1]
    assert "Stärk de regionala stadskärnornas olika profiler" in platt(client.get(f"{PLANEN}version/2/"))
    assert "Ändringsbeslut, version 2" in platt(client.get(PLANEN))


def test_tva_beslutade_planer_far_inte_overlappa(
    flemingsberg: Fardplan,
    beslutad: Handlingsplan,
    planerare: Anvandare,
    besluta: Callable[..., Planversion],
    insats: Callable[[str], Insats],
) -> None:
    annan = planandringar.skapa(av=planerare, fardplan=flemingsberg, ar_fran=klocka.TILL, ar_till=klocka.TILL + 1)
    planandringar.lyft(av=planerare, plan=annan, insats=insats("3.1"))

    with pytest.raises(ValidationError, match="En annan beslutad handlingsplan gäller redan"):
        besluta(annan)
    assert annan.versioner.count() == 0


def test_en_beslutad_plan_beslutas_inte_tva_ganger(
    beslutad: Handlingsplan, besluta: Callable[..., Planversion]
) -> None:
    with pytest.raises(ValidationError, match="redan beslutad"):
        besluta(beslutad)


def test_prioriteringar_kan_inte_laggas_till_fran_terminalen(
    beslutad: Handlingsplan,
    insats: Callable[[str], Insats],
    nekas: Callable[[str], AbstractContextManager[None]],
) -> None:
    with nekas("prioritering_fryst"):
        Prioritering.objects.create(handlingsplan=beslutad, insats=insats("3.1"), ordning=9)


@pytest.mark.parametrize("adress", [f"{PLANEN}besluta/", "/flemingsberg/organ/ny/"])
def test_bara_de_som_planerar_skriver_in_beslut(client: Client, styrgrupp: Anvandare, adress: str) -> None:
    client.force_login(styrgrupp)

    assert client.get(adress).status_code == 403


def test_utan_paragraf_maste_kallan_noteras(
    planerare: Anvandare, styrgruppen: Samverkansorgan, utkast: Handlingsplan
) -> None:
    with pytest.raises(ValidationError, match="Ange beslutets paragraf"):
        andringar.besluta(
            av=planerare,
            plan=utkast,
            version=utkast.version,
            organ=styrgruppen,
            datum=date(2026, 3, 19),
            paragraf="",
            notering=" ",
        )


@pytest.mark.parametrize("adress", ["handlingsplan/2009/", "handlingsplan/2009/version/1/", "organ/"])
def test_ett_noterat_beslut_visas_utan_paragraf(client: Client, flemingsberg: Fardplan, adress: str) -> None:
    sidan = platt(client.get(f"/flemingsberg/{adress}"))

    assert "Källan säger inte vilken paragraf." in sidan
    assert "§" not in sidan
    assert "Paragraf<" not in sidan


def test_organsidan_leder_till_en_plan_i_en_aldre_generation(client: Client, flemingsberg: Fardplan) -> None:
    fore = platt(client.get("/flemingsberg/organ/"))
    Fardplan.objects.filter(program__ar_fran=2009).update(publicerad=False)

    lank = f'href="/handlingsplaner/{Handlingsplan.objects.get(ar_fran=2009).pk}/version/1/"'
    assert (lank in fore, lank in platt(client.get("/flemingsberg/organ/"))) == (True, False)


def test_organsidan_listar_platser_och_beslut(client: Client, planerare: Anvandare, beslutad: Handlingsplan) -> None:
    client.force_login(planerare)
    svar = client.post(
        "/flemingsberg/organ/ny/",
        {
            "namn": "Ledningsgruppen",
            "slag": "ledningsgrupp",
            "moten_per_ar": "6",
            "plats-TOTAL_FORMS": "1",
            "plats-INITIAL_FORMS": "0",
            "plats-0-aktor": planerare.aktor_id,
            "plats-0-roll": "ordforande",
            "plats-0-befattning": "Direktör",
        },
    )
    client.logout()
    sidan = platt(client.get("/flemingsberg/organ/"))

    assert svar.status_code == 302
    assert "6 möten per år" in sidan
    assert "Direktör" in sidan
    assert "2026-03-19 § 4 · RS 2026-0001" in sidan


def test_en_aktivitet_som_skrivs_medan_beslutet_fylls_i_beslutas_inte_osedd(
    client: Client, planerare: Anvandare, styrgruppen: Samverkansorgan, utkast: Handlingsplan
) -> None:
    sedd = utkast.version
    forsta = utkast.prioriteringar.first()
    planandringar.skapa_aktivitet(av=planerare, prioritering=forsta, titel="Sen aktivitet")
    client.force_login(planerare)
    falt = {"organ": styrgruppen.pk, "datum": "2026-03-19", "paragraf": "4"}

    forst = client.post(f"{PLANEN}besluta/", falt | {"version": sedd})
    sedan = client.post(f"{PLANEN}besluta/", falt | {"version": forst.context["form"]["version"].value()})

    assert (forst.status_code, sedan.status_code) == (409, 302)


@pytest.mark.parametrize(
    ("falt", "fel"),
    [
        ({"paragraf": "fem"}, "Ange beslutets paragraf som ett nummer"),
        ({"diarienummer": "NONSENS!!"}, "Skriv det som i protokollet"),
        ({"datum": "2999-01-01"}, "kan inte ligga i framtiden"),
    ],
)
def test_ett_beslut_som_inte_kan_stamma_nekas(
    client: Client,
    planerare: Anvandare,
    styrgruppen: Samverkansorgan,
    utkast: Handlingsplan,
    falt: dict[str, str],
    fel: str,
) -> None:
    client.force_login(planerare)
    varden = {"organ": styrgruppen.pk, "datum": "2026-03-19", "paragraf": "12", "version": utkast.version} | falt

    svar = client.post(f"{PLANEN}besluta/", varden)

    assert (svar.status_code, fel in platt(svar)) == (422, True)


def test_bara_organ_som_finns_erbjuds(client: Client, planerare: Anvandare, styrgruppen: Samverkansorgan) -> None:
    client.force_login(planerare)
    gamla = Samverkansorgan.objects.filter(till__lt="2020-01-01")
    nya = Samverkansorgan.objects.filter(Q(stadskarna=styrgruppen.stadskarna) | Q(stadskarna=None), till=None)

    def erbjudna(svar: Any) -> set[int]:
        return {int(pk) for pk, _ in svar.context["form"].fields["organ"].choices if pk}

    i_dag = erbjudna(client.get(f"{PLANEN}besluta/"))
    da = erbjudna(client.post(f"{PLANEN}besluta/", {"datum": "2010-05-01"}))

    assert i_dag == {o.pk for o in nya}
    assert da >= {o.pk for o in gamla.filter(fran__lte="2010-05-01")} != set()


def test_organet_maste_ha_funnits_den_dagen(client: Client, planerare: Anvandare, utkast: Handlingsplan) -> None:
    client.force_login(planerare)
    gamla = Samverkansorgan.objects.get(slag="styrgrupp", till__isnull=False)
    varden = {"organ": gamla.pk, "datum": "2026-03-19", "paragraf": "12", "version": utkast.version}

    svar = client.post(f"{PLANEN}besluta/", varden)

    assert (svar.status_code, "fanns inte den 2026-03-19" in platt(svar)) == (422, True)


def test_ett_andringsbeslut_kommer_efter_beslutet(
    client: Client,
    planerare: Anvandare,
    styrgruppen: Samverkansorgan,
    beslutad: Handlingsplan,
    insats: Callable[[str], Insats],
) -> None:
    client.force_login(planerare)
    client.post(f"{PLANEN}andra/")
    planandringar.lyft(av=planerare, plan=beslutad, insats=insats("3.1"))
    version = Handlingsplan.objects.get(pk=beslutad.pk).version
    varden = {"organ": styrgruppen.pk, "datum": "2020-01-01", "paragraf": "12", "version": version}

    svar = client.post(f"{PLANEN}besluta/", varden)

    assert (svar.status_code, "kan inte vara äldre än det" in platt(svar)) == (422, True)


def test_andringsbeslutets_version_sager_vad_som_andrades(
    client: Client, planerare: Anvandare, styrgruppen: Samverkansorgan, beslutad: Handlingsplan
) -> None:
    client.force_login(planerare)
    client.post(f"{PLANEN}andra/")
    Handlingsplan.objects.filter(pk=beslutad.pk).update(inledning="Helt ny inledning")
    fore = platt(client.get(f"{PLANEN}besluta/"))
    version = Handlingsplan.objects.get(pk=beslutad.pk).version
    client.post(
        f"{PLANEN}besluta/",
        {"organ": styrgruppen.pk, "datum": "2026-11-01", "paragraf": "12", "version": version},
    )

    efter = platt(client.get(f"{PLANEN}version/2/"))

    assert ("Det här ändras (1)" in fore, "Det här ändrades" in efter) == (True, True)
    assert efter.count("Helt ny inledning") == 2


# --- what differs from the decision: the insatser that it was about as well


@pytest.mark.parametrize(
    ("falt", "da", "nu"),
    [
        ("Insatsens titel", "Samverka kring utvecklingen av Hälsovägen", "Bygg om Hälsovägen"),
        ("Insatsens text", "", "En helt annan text."),
        ("Insatsens ansvarig", "", "Polisen: Ritar"),
        ("Insatsens medverkande", "Huddinge kommun", "Trafikverket"),
    ],
)
def test_insatsens_egna_uppgifter_skiljer_sig_fran_beslutet(
    client: Client,
    utkast: Handlingsplan,
    besluta: Callable[..., Planversion],
    insats: Callable[[str], Insats],
    rolla: Callable[..., Insats],
    falt: str,
    da: str,
    nu: str,
) -> None:
    besluta(utkast)
    fore = platt(client.get(PLANEN))
    vald = insats("1.3")
    insatsandringar.andra(
        av=None, insats=vald, version=vald.version, titel="Bygg om Hälsovägen", text="En helt annan text."
    )
    rolla("1.3", insats("1.3").version, "polisen", "trafikverket", polisen="Ritar")

    (skillnad,) = [s for s in client.get(PLANEN).context["skillnader"] if s.falt == falt]

    assert "Inget skiljer sig från beslutet." in fore
    assert (da in skillnad.da, skillnad.nu) == (True, nu)


def test_insatsen_lever_vidare_utan_nytt_beslut(
    utkast: Handlingsplan, besluta: Callable[..., Planversion], insats: Callable[[str], Insats]
) -> None:
    """What the färdplan says of it does not stop the planerare from closing the plan for changes again."""
    besluta(utkast)
    oppen = andringar.oppna_andring(av=None, plan=utkast)
    vald = insats("1.3")
    insatsandringar.andra(av=None, insats=vald, version=vald.version, titel="Bygg om Hälsovägen")

    andringar.avbryt_andring(av=None, plan=oppen)

    utkast.refresh_from_db()
    assert not utkast.andras


def test_ett_aldre_beslut_som_inte_har_rollerna_skiljer_sig_inte_i_dem(
    utkast: Handlingsplan, besluta: Callable[..., Planversion]
) -> None:
    nu = plandata(innehall(utkast))
    aldre = nu | {
        "ordning": [{k: v for k, v in i.items() if k not in {"text", "roller"}} for i in nu["ordning"]],
    }

    assert plandiff.skillnader(aldre, nu) == []


def test_en_omdopt_aktor_i_insatsens_roller_ar_ingen_skillnad(
    client: Client, utkast: Handlingsplan, besluta: Callable[..., Planversion]
) -> None:
    besluta(utkast)
    roller = Aktor.objects.filter(slug__in=["huddinge-kommun", "trafikverket"])
    roller.update(namn=Concat("namn", Value(" (nytt namn)")))

    assert client.get(PLANEN).context["skillnader"] == []


# --- two versions held against each other


@pytest.fixture
def tva_versioner(beslutad: Handlingsplan, planerare: Anvandare, besluta: Callable[..., Planversion]) -> Handlingsplan:
    """Decided, changed and decided again, and then opened for a change that only those who log in see."""
    plan = beslutad
    for inledning, igen in (("Andra ordningen.", True), ("Tredje ordningen.", False)):
        andringar.oppna_andring(av=planerare, plan=plan)
        plan.refresh_from_db()
        planandringar.andra(av=planerare, plan=plan, version=plan.version, inledning=inledning)
        plan.refresh_from_db()
        if igen:
            besluta(plan, "5")
            plan.refresh_from_db()
    return plan


def test_tva_versioner_jamfors(client: Client, tva_versioner: Handlingsplan, planerare: Anvandare) -> None:
    jamfor = f"{PLANEN}jamfor/"

    utanfor = client.get(jamfor)
    client.force_login(planerare)
    innanfor = client.get(jamfor)
    bakvant = client.get(jamfor, {"fran": "nu", "till": "1"})

    nu = [(s.vad, s.nu) for s in innanfor.context["j"].skillnader]
    assert [(s.vad, s.nu) for s in utanfor.context["j"].skillnader] == [("Inledningen", "Andra ordningen.")]
    assert (nu, "Tredje" in platt(utanfor)) == ([("Inledningen", "Tredje ordningen.")], False)
    assert (bakvant.context["j"].fran, bakvant.context["j"].till) == ("1", "nu")


def test_planer_av_tva_perioder_jamfors(client: Client, beslutad: Handlingsplan, planerare: Anvandare) -> None:
    """What is lifted again, and an aktivitet of the same title in it, are the same. A draft is for who logs in."""
    forra = beslutad.prioriteringar.select_related("insats").first()
    ar = beslutad.ar_till + 1
    nasta = planandringar.skapa(av=planerare, fardplan=beslutad.fardplan, ar_fran=ar, ar_till=ar + 1)
    p = planandringar.lyft(av=planerare, plan=nasta, insats=forra.insats)
    titel = forra.aktiviteter.first().titel
    planandringar.skapa_aktivitet(av=planerare, prioritering=p, titel=titel, resultat="Något annat")
    fraga = {"fran": "nu", "till": f"{beslutad.period}:1"}

    utanfor = client.get(f"{PLANEN}jamfor/", {"till": f"{nasta.period}:nu"})
    client.force_login(planerare)
    j = client.get(f"/flemingsberg/handlingsplan/{nasta.period}/jamfor/", fraga).context["j"]

    assert "Den versionen finns inte." in platt(utanfor)
    assert [nyckel for nyckel, _ in utanfor.context["j"].val] == ["1", "nu"]
    assert (j.fran, j.till) == (fraga["till"], "nu")
    assert [s.nu for s in j.skillnader if s.vad.endswith(titel) and s.falt == "Resultat"] == ["Något annat"]
    bort = [s for s in j.skillnader if s.falt == "Prioriterad insats"]
    assert (len(bort), {s.nu for s in bort}) == (beslutad.prioriteringar.count() - 1, {""})


@pytest.mark.parametrize(
    ("fraga", "sager"),
    [
        ({"fran": "1", "till": "1"}, "Den skiljer sig inte från sig själv"),
        ({"fran": "99", "till": "2"}, "Den versionen finns inte."),
        ({"fran": "nu"}, "Den versionen finns inte."),  # to a besökare
        ({"fran": "9" * 10_000, "till": "½\0"}, "Den versionen finns inte."),
    ],
)
def test_en_jamforelse_som_inte_gar_sags(
    client: Client, tva_versioner: Handlingsplan, fraga: dict[str, str], sager: str
) -> None:
    svar = client.get(f"{PLANEN}jamfor/", fraga)

    assert svar.status_code == 200
    assert sager in platt(svar)


def test_en_plan_med_en_version_har_inget_att_jamfora(
    client: Client, utkast: Handlingsplan, planerare: Anvandare
) -> None:
    client.force_login(planerare)

    assert "det finns inget att jämföra" in platt(client.get(f"{PLANEN}jamfor/"))
