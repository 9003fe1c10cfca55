"""While an ändringsbeslut is prepared, everybody outside reads what was decided, and nothing of the draft."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from importlib import import_module
from typing import Any

import pgtrigger
import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aktorer.models import Aktor, Anvandare
from insatser.andringar import beslut as beslutsandringar
from insatser.andringar import finansiering
from insatser.andringar import handlingsplan as planandringar
from insatser.andringar.finansiering import Bidragsrad
from insatser.behorighet import handlingsplaner_som_beslutade
from insatser.fragor import beslutat
from insatser.fragor import handlingsplan as planer
from insatser.fragor.finansiering import Bidrag
from insatser.fragor.historik import senaste_bidragshandelse
from insatser.fragor.kalender import kalender
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
from tests import klocka
from tests.insatser.test_plan_excel import blad
from tests.pdftext import all_text, tatt
from tests.sidtext import platt

PLANEN = klocka.PLAN
UTTAGEN, INLAGD = "1.3", "3.1"
NYTT = "Nytt namn som ingen har beslutat"
INSATSER = ["1.3", "1.4", "2.3", "3.4", "4.4"]


@pytest.fixture
def beslutad(flemingsberg: Fardplan) -> Handlingsplan:
    plan = Handlingsplan.objects.select_related("fardplan__stadskarna", "fardplan__program").get(exempel=True)
    polisen = Aktor.objects.get(slug="polisen")
    for mal in (plan, Aktivitet.objects.filter(prioritering__handlingsplan=plan).last()):
        sedd = senaste_bidragshandelse(mal)
        finansiering.satt(av=None, mal=mal, sedd=sedd, rader=[Bidragsrad(polisen.pk, klocka.FRAN, 70_000)])
    insats = Insats.objects.i_fardplan(flemingsberg).med_nummer("2.1").get()
    planandringar.valj_bort(av=None, plan=plan, insats=insats, skal="Får vänta till nästa plan.")
    plan.refresh_from_db()
    _besluta(plan)
    plan.refresh_from_db()
    return plan


def _besluta(plan: Handlingsplan) -> Planversion:
    plan.refresh_from_db()
    return beslutsandringar.besluta(
        av=None,
        plan=plan,
        version=plan.version,
        organ=Samverkansorgan.objects.get(slag="styrgrupp", till=None),
        datum=date(2026, 3, 19),
        paragraf="4",
    )


@pytest.fixture
def under_andring(beslutad: Handlingsplan, insats: Callable[[str], Insats]) -> Handlingsplan:
    """One insats taken out with its aktiviteter, another put in, an aktivitet renamed and moved, other money."""
    plan = beslutsandringar.oppna_andring(av=None, plan=beslutad)
    ut = Prioritering.objects.get(handlingsplan=plan, insats=insats(UTTAGEN))
    for pk in ut.aktiviteter.values_list("pk", flat=True):
        a = Aktivitet.objects.get(pk=pk)  # the others are numbered anew each time
        planandringar.ta_bort_aktivitet(av=None, aktivitet=a, version=a.version)
    planandringar.ta_ur(av=None, prioritering=ut, version=ut.version)
    planandringar.lyft(av=None, plan=plan, insats=insats(INLAGD), skal=NYTT)
    sist = {"start": date(klocka.TILL, 10, 1), "slut": date(klocka.TILL, 12, 31)}
    Aktivitet.objects.filter(pk=dopt(plan).pk).update(titel=NYTT, **sist)
    Bidrag.objects.filter(handlingsplan=plan).update(belopp=999_000)
    plan.bortval.update(skal=NYTT)
    plan.refresh_from_db()
    planandringar.andra(av=None, plan=plan, version=plan.version, inledning=NYTT)
    plan.refresh_from_db()
    return plan


def dopt(plan: Handlingsplan) -> Aktivitet:
    """The aktivitet that the draft renames."""
    return Aktivitet.objects.filter(prioritering__handlingsplan=plan).order_by("-pk")[0]


def har_stjarna(svar: Any) -> list[str]:
    return [i.nummer for i in svar.context["karta"].insatser if i.prioriterad]


def test_stjarnan_star_kvar_pa_det_beslutade(
    client: Client, under_andring: Handlingsplan, planerare: Anvandare
) -> None:
    utifran = client.get("/flemingsberg/insatskarta/")
    client.force_login(planerare)
    inifran = client.get("/flemingsberg/insatskarta/")

    assert har_stjarna(utifran) == INSATSER
    assert har_stjarna(inifran) == ["1.4", "2.3", "3.1", "3.4", "4.4"]


def test_affischen_har_samma_stjarnor_som_fore_andringen(client: Client, beslutad: Handlingsplan, request: Any) -> None:
    fore = client.get("/flemingsberg/insatskarta.pdf").content

    request.getfixturevalue("under_andring")

    assert client.get("/flemingsberg/insatskarta.pdf").content == fore


@pytest.mark.parametrize(
    "adress",
    [
        "/flemingsberg/",
        "/flemingsberg/insatskarta/",
        "/flemingsberg/insatskarta.csv",
        "/flemingsberg/handlingsplan/",
        PLANEN,
        f"{PLANEN}tavla/",
        f"{PLANEN}version/1/",
        "/flemingsberg/laget/",
        "/flemingsberg/insatser/1.3/",
        "/flemingsberg/insatser/3.1/",
        "/flemingsberg/insatser/4.4/",
        "/aktorer/huddinge-kommun/",
        "/aktorer/polisen/",
        "/flemingsberg/nyheter/",
    ],
)
def test_sidorna_sager_det_samma_som_fore_andringen(
    client: Client, beslutad: Handlingsplan, request: Any, adress: str
) -> None:
    """But for the sentence that an ändringsbeslut is prepared, and the list of what differs, which is closed."""
    fore = client.get(adress)

    request.getfixturevalue("under_andring")
    nu = client.get(adress)

    assert (fore.status_code, nu.status_code) == (200, 200)
    assert _utan_upplysningen(platt(nu)) == _utan_upplysningen(platt(fore))


def _utan_upplysningen(html: str) -> str:
    for text in (
        '<p class="note">Ett ändringsbeslut förbereds. Planen gäller som den är beslutad tills ändringen är beslutad,'
        " och det är den som visas här.</p>",
        ". Ett ändringsbeslut förbereds.",
    ):
        html = html.replace(text, "")
    return re.sub(r'nonce="[^"]*"', "", html)


def test_arbetsboken_ar_den_beslutade(client: Client, under_andring: Handlingsplan, planerare: Anvandare) -> None:
    utifran = client.get(f"{PLANEN[:-1]}.xlsx")
    client.force_login(planerare)
    inifran = client.get(f"{PLANEN[:-1]}.xlsx")

    assert [rad[1] for rad in blad(utifran, "Prioriterat")[1:]] == INSATSER
    assert NYTT not in str([blad(utifran, namn) for namn in ("Prioriterat", "Aktiviteter", "Ansvar", "Finansiering")])
    assert [rad[2] for rad in blad(utifran, "Finansiering")[1:]] == [70_000, 70_000]
    assert (NYTT in str(blad(inifran, "Aktiviteter")), blad(inifran, "Finansiering")[1][2]) == (True, 999_000)


def test_arbetsboken_ar_cell_for_cell_som_fore_andringen(client: Client, beslutad: Handlingsplan, request: Any) -> None:
    namnen = ("Prioriterat", "Aktiviteter", "Ansvar", "Finansiering")
    fore = client.get(f"{PLANEN[:-1]}.xlsx")

    request.getfixturevalue("under_andring")
    nu = client.get(f"{PLANEN[:-1]}.xlsx")

    assert [blad(nu, n) for n in namnen] == [blad(fore, n) for n in namnen]


def test_pdf_filerna_ar_de_beslutade(client: Client, under_andring: Handlingsplan) -> None:
    planens, rapportens = (client.get(f"{PLANEN[:-1]}{andelse}").content for andelse in (".pdf", "/lagesrapport.pdf"))

    assert planens == bytes(under_andring.versioner.get().pdf)
    assert tatt("Rapporten visar planen som den är beslutad.") in all_text(rapportens)
    assert (tatt(UTTAGEN) in all_text(rapportens), tatt(NYTT) in all_text(rapportens)) == (True, False)


def test_det_tinade_ar_det_som_frystes(beslutad: Handlingsplan) -> None:
    levande = plandata(planer.innehall(beslutad))

    tinat = planer.innehall_som_beslutat(beslutad)

    assert tinat is not None
    assert plandata(tinat) == levande


def test_statusar_och_svar_lever_vidare(client: Client, beslutad: Handlingsplan) -> None:
    """Also of what the draft has taken away since."""
    plan = beslutsandringar.oppna_andring(av=None, plan=beslutad)
    a, b = Aktivitet.objects.filter(prioritering__handlingsplan=plan).order_by("pk")[:2]
    svarade = AktivitetAktor.objects.filter(aktivitet=b).first()
    Aktivitet.objects.filter(pk__in=[a.pk, b.pk]).update(status="genomford")
    AktivitetAktor.objects.filter(pk=svarade.pk).update(deltagande="avbojd", svar="Inga pengar")
    Aktivitet.objects.filter(pk=a.pk).delete()

    nu = {rad.pk: rad for rad in planer.innehall_som_beslutat(plan).aktiviteter}

    assert (nu[a.pk].status, nu[b.pk].status) == ("genomford", "genomford")
    assert {d.aktor_id: d.deltagande for d in nu[b.pk].aktorer.all()}[svarade.aktor_id] == "avbojd"
    assert "Inga pengar" not in platt(client.get(PLANEN))


def test_att_en_aktor_tillfragas_pa_nytt_hor_till_utkastet(under_andring: Handlingsplan) -> None:
    del_ = AktivitetAktor.objects.filter(aktivitet=dopt(under_andring)).first()
    AktivitetAktor.objects.filter(pk=del_.pk).update(deltagande="bekraftad")
    AktivitetAktor.objects.filter(pk=del_.pk).update(deltagande="tillfragad")

    nu = {a.pk: a for a in planer.innehall_som_beslutat(under_andring).aktiviteter}

    assert {d.pk: d.deltagande for d in nu[del_.aktivitet_id].aktorer.all()}[del_.pk] == del_.deltagande


def test_efter_andringsbeslutet_galler_det_nya(client: Client, under_andring: Handlingsplan) -> None:
    _besluta(under_andring)

    assert har_stjarna(client.get("/flemingsberg/insatskarta/")) == ["1.4", "2.3", "3.1", "3.4", "4.4"]
    assert NYTT in platt(client.get(PLANEN))


def test_under_nasta_andring_galler_den_senaste_versionen(
    client: Client, under_andring: Handlingsplan, insats: Callable[[str], Insats]
) -> None:
    _besluta(under_andring)
    plan = beslutsandringar.oppna_andring(av=None, plan=under_andring)
    p = Prioritering.objects.get(handlingsplan=plan, insats=insats(INLAGD))
    planandringar.ta_ur(av=None, prioritering=p, version=p.version)

    assert har_stjarna(client.get("/flemingsberg/insatskarta/")) == ["1.4", "2.3", "3.1", "3.4", "4.4"]


def test_bara_besokare_laser_planen_som_beslutad(
    under_andring: Handlingsplan, person: Callable[..., Anvandare], client: Client
) -> None:
    for roll in ("styrgrupp", "tjansteperson", "planerare", "administrator"):
        vem = person(roll, "huddinge-kommun")
        client.force_login(vem)
        assert not handlingsplaner_som_beslutade(vem).exists()
        assert NYTT in platt(client.get(PLANEN))


def test_ett_beslut_som_inte_frost_raderna_lases_i_sin_version(client: Client, beslutad: Handlingsplan) -> None:
    """Decided before the rows were frozen with the decision."""
    with pgtrigger.ignore():
        version = beslutad.versioner.get()
        version.rader = None
        version.save()
    beslutsandringar.oppna_andring(av=None, plan=beslutad)

    koder = [client.get(a).status_code for a in (f"{PLANEN}tavla/", f"{PLANEN[:-1]}.xlsx", f"{PLANEN[:-1]}.pdf")]

    assert client.get(PLANEN)["Location"] == f"{PLANEN}version/1/"
    assert koder == [404, 404, 200]
    assert "5 prioriterade insatser" not in platt(client.get("/flemingsberg/handlingsplan/"))
    assert har_stjarna(client.get("/flemingsberg/insatskarta/")) == []


def test_raderna_flyttar_till_en_egen_kolumn_och_tillbaka(beslutad: Handlingsplan) -> None:
    """They were kept in `innehall` before. The version and its history keep all they hold, and stay frozen."""
    migrering = import_module("insatser.migrations.0002_planversionens_rader")
    innehall, rader = beslutad.versioner.values_list("innehall", "rader").get()
    nu = [_sql(f"SELECT to_jsonb(t) FROM {t} t ORDER BY id") for t in migrering.TABELLER]
    _sql("SET CONSTRAINTS ALL IMMEDIATE")  # what waits for the end of the test would stop the tables from changing

    _flytta(migrering.TILLBAKA)
    da = [_sql(f"SELECT innehall FROM {t} WHERE handlingsplan_id = {beslutad.pk}") for t in migrering.TABELLER]
    _flytta(migrering.FLYTTA)

    assert [json.loads(kolumn) for [(kolumn,)] in da] == [innehall | {"rader": rader}] * 2
    assert [_sql(f"SELECT to_jsonb(t) FROM {t} t ORDER BY id") for t in migrering.TABELLER] == nu
    for t in migrering.TABELLER:
        with pytest.raises(DatabaseError, match=r"Cannot update|ändras inte"), transaction.atomic():
            _sql(f"UPDATE {t} SET rader = NULL")


def _flytta(andring: str) -> None:
    for sats in import_module("insatser.migrations.0002_planversionens_rader").flytt(andring):
        _sql(sats)


def _sql(sats: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sats)
        return cursor.fetchall() if cursor.description else []


@pytest.mark.parametrize(
    ("adress", "fragor"),
    [
        ("/flemingsberg/insatskarta/", 7),
        ("/flemingsberg/handlingsplan/", 4),
        (PLANEN, 15),
        (f"{PLANEN}tavla/", 11),
        ("/flemingsberg/laget/", 24),
        ("/flemingsberg/insatser/1.4/", 22),
        ("/aktorer/polisen/", 23),
    ],
)
def test_lika_manga_fragor_hur_stor_den_beslutade_planen_an_ar(
    client: Client, beslutad: Handlingsplan, insats: Callable[[str], Insats], adress: str, fragor: int
) -> None:
    sedda = []
    for nummer in ("1.1", "1.2", "4.1"):
        plan = beslutsandringar.oppna_andring(av=None, plan=beslutad)
        with CaptureQueriesContext(connection) as stallda:
            assert client.get(adress).status_code == 200
        sedda.append(len(stallda))
        prioritering = planandringar.lyft(av=None, plan=plan, insats=insats(nummer))
        for n in range(5):
            ny = planandringar.skapa_aktivitet(av=None, prioritering=prioritering, titel=f"Ny {n}")
            AktivitetAktor.objects.create(aktivitet=ny, aktor=Aktor.objects.get(slug="polisen"), roll="medverkande")
        _besluta(plan)

    assert sedda == [fragor] * 3


def test_utan_andring_kostar_det_en_fraga(beslutad: Handlingsplan) -> None:
    with CaptureQueriesContext(connection) as fragor:
        assert beslutat.las(Handlingsplan.objects.filter(andras=True)) == []

    assert len(fragor) == 1


def test_kalendern_har_de_beslutade_dagarna(under_andring: Handlingsplan, planerare: Anvandare) -> None:
    flyttad = dopt(under_andring)

    dagar = {a.pk: (a.titel, a.slut) for a in kalender(planerare, date(klocka.FRAN, 3, 20)).aktiviteter}

    frysta = {a.pk: a for a in planer.innehall_som_beslutat(under_andring).aktiviteter}
    assert dagar[flyttad.pk] == (frysta[flyttad.pk].titel, frysta[flyttad.pk].slut)
    assert dagar[flyttad.pk] != (flyttad.titel, flyttad.slut)
    assert UTTAGEN in {frysta[pk].prioritering.insats.nummer for pk in dagar}
