"""All that is kept of a person is handed out, none of others; and who a closed account was is forgotten everywhere."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from aktorer.andringar import senaste_handelse
from aktorer.models import Aktor, Anvandare, Identitet, Kontobegaran
from insatser.andringar import foljning, kartvy, kontakt, uppfoljning
from insatser.andringar import insats as insatsandringar
from insatser.andringar.konton import andra_konto
from insatser.andringar.personuppgifter import glom, torrkor
from insatser.fragor.personuppgifter import utdrag
from insatser.models import Fardplan, Inlasning, Insats, Kontakt, Lagesrapport, Maskering, Omgang, Planversion, Utskick
from tests import klocka
from tests.conftest import andra_konto as andra
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

EPOST, NAMN, FORE = "kim.exempelsson@prov.example", "Kim Exempelsson", "Kim Fördetta"


@pytest.fixture
def kim(tjansteperson: Anvandare) -> Anvandare:
    """Had another name once."""
    ny = Anvandare.objects.create(
        epost=EPOST, password="!", namn=FORE, roll="tjansteperson", aktor=tjansteperson.aktor, last_login=timezone.now()
    )
    return andra(ny, namn=NAMN)


@pytest.fixture
def overallt(
    kim: Anvandare,
    planerare: Anvandare,
    insats: Callable[[str], Insats],
    flemingsberg: Fardplan,
    oppna: Callable[..., Omgang],
) -> Anvandare:
    """What an official leaves behind: a report in a round that is closed, what is followed, mails, a row in a log."""
    rad = insats("1.3")
    omgang = oppna("1.3")
    mottagare = omgang.mottagare.get(anvandare=kim)
    svar = {"status": "pagar", "bedomning": "enligt_plan", "kommentar": "Går bra.", "sedd": 0}
    senast = Lagesrapport.objects.filter(insats=rad, stadskarna=flemingsberg.stadskarna).order_by("-pk").first()
    svar["sedd"] = senast.pk if senast else 0
    uppfoljning.svara(av=kim, mottagare=mottagare, punkt=omgang.punkter.get(), **svar)
    uppfoljning.stang(av=planerare, omgang=omgang)
    foljning.folj(av=kim, insats=rad, stadskarna=flemingsberg.stadskarna)
    kartvy.spara(av=kim, namn="Min", fraga="q=x")
    nekat = {"paborjat": timezone.now(), "fel": f"550 <{EPOST}> finns inte"}
    Utskick.objects.create(anvandare=kim, slag="tystnad", dag=klocka.IDAG, **nekat)
    adress = {"slag": "adress", "till": "kim.nyadress@prov.example", "dag": klocka.IDAG, "paborjat": timezone.now()}
    Utskick.objects.create(anvandare=kim, **adress)
    Authenticator.objects.create(user=kim, type="totp", data={"secret": "hemligt-fro"})
    UserSession.objects.create(user=kim, session_key="borta", ip="192.0.2.1", user_agent="Kims webbläsare")
    Identitet.objects.create(anvandare=kim, leverantor="https://idp.example", subjekt=EPOST)
    slag = ContentType.objects.get_for_model(Anvandare)
    LogEntry.objects.create(
        user=planerare, content_type=slag, object_id=str(kim.pk), object_repr=NAMN, action_flag=CHANGE
    )
    return kim


def stangd(person: Anvandare) -> Anvandare:
    return andra_konto(av=None, person=person, sedd=senaste_handelse(person), is_active=False)


def glomd(person: Anvandare, av: Anvandare) -> Anvandare:
    glom(av=av, person=person, sedd=senaste_handelse(person), skal="Begärt")
    person.refresh_from_db()
    return person


def star_i() -> list[str]:
    """Every table that has the names or the address in any column, whatever the models say."""
    ut = []
    with connection.cursor() as cursor:
        for tabell in connection.introspection.table_names(cursor):
            cursor.execute(
                f"SELECT count(*) FROM {connection.ops.quote_name(tabell)} t WHERE t::text ~* %s",
                ["|".join(map(re.escape, (EPOST, NAMN, FORE, "kim.nyadress", "Kims webb")))],
            )
            ut += [tabell] * bool(cursor.fetchone()[0])
    return ut


# --- handed out ---


def test_allt_finns_med_och_inget_om_andra(overallt: Anvandare, botkyrka: Anvandare) -> None:
    allt = utdrag(overallt)
    tabeller = {u.tabell for uppgifter in allt.delar.values() for u in uppgifter}
    assert {
        "Användare", "Användare, historik", "Lägesrapport", "Följning", "Sparad vy", "Utskick", "Mottagare",
        "Tillfrågan", "Svar i omgång", "Uppföljningsomgång",
    } <= tabeller  # fmt: skip
    text = json.dumps([u.varden for d in (allt.konto, allt.rader, allt.historik, allt.gjort) for u in d])
    assert botkyrka.epost not in text
    assert len([u for u in allt.rader if u.tabell == "Lägesrapport"]) == 1


def test_varje_tabell_som_pekar_pa_en_person_ar_med(overallt: Anvandare) -> None:
    """A new table with a person in it is in the extract by itself."""
    pekar = {
        m._meta.label
        for m in apps.get_models()
        for f in m._meta.concrete_fields
        if f.related_model is Anvandare
        and m._meta.app_label != "pghistory"
        and m._base_manager.filter(**{f.name: overallt}).exists()
    }
    allt = utdrag(overallt)
    assert len({u.tabell for u in [*allt.rader, *allt.historik]}) >= len(pekar)


def test_det_som_andras_paket_sparar_heter_nagot_pa_svenska(overallt: Anvandare) -> None:
    tabeller = {u.tabell for u in utdrag(overallt).rader}

    assert {"Inloggning som pågår", "Andra steg"} <= tabeller
    assert not tabeller & {"User session", "Authenticator"}


def test_hemligheter_lamnas_inte_ut(overallt: Anvandare) -> None:
    nycklar = overallt.omgangar.values_list("nyckel", flat=True)
    text = str(utdrag(overallt))
    assert [n for n in [*nycklar, "pbkdf2", "argon2", "hemligt-fro"] if n in text] == []


def test_namnet_i_text_och_historik_hittas_som_hela_ord(kim: Anvandare, insats: Callable[[str], Insats]) -> None:
    for text in (f"Fråga {NAMN.upper()}.", f"Fråga {NAMN}s chef.", "Fråga oss."):
        rad = insats("1.3")
        insatsandringar.andra(av=None, insats=rad, version=rad.version, text=text)
    assert [(u.tabell, u.varden) for u in utdrag(kim).namnd] == [
        ("Insats, historik", {"vad vi ska göra": f"Fråga {NAMN.upper()}."})
    ]


def test_namnet_i_en_uppladdad_fil_hittas(kim: Anvandare, planerare: Anvandare, flemingsberg: Fardplan) -> None:
    rader = {"karta.csv": f"Titel;Text\nEn;Fråga {NAMN}", "annan.csv": "Titel;Text\nEn;Fråga oss"}
    for namn, text in rader.items():
        Inlasning.objects.create(fardplan=flemingsberg, av=planerare, filnamn=namn, innehall=text.encode())
    assert [u.varden for u in utdrag(kim).namnd] == [{"i filen": "karta.csv"}]


def test_sidan_och_filen(client: Client, administrator: Anvandare, overallt: Anvandare) -> None:
    client.force_login(administrator)
    sida = client.get(f"/konton/{overallt.pk}/registerutdrag/")
    fil = client.get(f"/konton/{overallt.pk}/registerutdrag.json")
    assert (sida.status_code, NAMN in platt(sida)) == (200, True)
    assert fil.headers["Content-Disposition"] == f'attachment; filename="registerutdrag-{overallt.pk}.json"'
    assert json.loads(fil.content)["konto"][0]["varden"]["e-postadress"] == EPOST


def test_kommandot(overallt: Anvandare) -> None:
    som_text, som_json = StringIO(), StringIO()
    call_command("registerutdrag", EPOST.upper(), stdout=som_text)
    call_command("registerutdrag", EPOST, "--json", stdout=som_json)
    assert f"namn: {NAMN}" in som_text.getvalue()
    assert set(json.loads(som_json.getvalue())) == {"konto", "rader", "historik", "gjort", "namnd"}
    with pytest.raises(CommandError, match="inget konto"):
        call_command("registerutdrag", "ingen@prov.example")


def test_lika_manga_fragor_hur_mycket_personen_an_har(kim: Anvandare) -> None:
    antal = []
    for n in (1, 5):
        adress = {"slag": "adress", "till": "kim.ny@prov.example", "dag": klocka.IDAG, "anvandare": kim}
        Utskick.objects.bulk_create(Utskick(**adress) for _ in range(n))
        with CaptureQueriesContext(connection) as fragor:
            utdrag(kim)
        antal.append(len(fragor))
    assert antal[1] <= antal[0]


# --- without an account ---


@pytest.fixture
def begaran() -> Kontobegaran:
    var = {"leverantor": "https://idp.example", "subjekt": "hemligt-subjekt"}
    return Kontobegaran.objects.create(**var, epost=EPOST, namn=NAMN, nekad=timezone.now())


def test_den_som_bara_har_bett_om_ett_konto_far_ut_det(begaran: Kontobegaran) -> None:
    ut = StringIO()
    call_command("registerutdrag", EPOST.upper(), stdout=ut)
    assert [text in ut.getvalue() for text in (NAMN, EPOST, begaran.subjekt)] == [True] * 3


def test_den_som_bara_har_bett_om_ett_konto_gloms(begaran: Kontobegaran, administrator: Anvandare) -> None:
    ut = StringIO()
    call_command("glom", EPOST, "--som", administrator.epost, "--torr", stdout=ut)
    assert ("Begäran om konto: 1" in ut.getvalue(), star_i()) == (True, ["aktorer_kontobegaran"])
    call_command("glom", EPOST, "--som", administrator.epost, stdout=ut)
    assert star_i() == []


@pytest.fixture
def kontakter(aktor: Callable[[str], Aktor]) -> list[Kontakt]:
    """The same person at two aktörer, and another with another address."""
    vem = {"namn": NAMN, "epost": EPOST}
    hos = [aktor("huddinge-kommun"), aktor("botkyrka-kommun")]
    kontakt.skapa(av=None, aktor=hos[0], namn="Någon Annan", epost="annan@prov.example")
    return [kontakt.skapa(av=None, aktor=a, **vem) for a in hos]


def test_en_kontakt_far_ut_det_som_finns(kontakter: list[Kontakt], client: Client, administrator: Anvandare) -> None:
    ut = StringIO()
    client.force_login(administrator)

    call_command("registerutdrag", EPOST.upper(), stdout=ut)
    sida = platt(client.get(f"/kontakter/{kontakter[0].pk}/registerutdrag/"))
    data = client.get(f"/kontakter/{kontakter[0].pk}/registerutdrag.json").json()

    for text in (ut.getvalue(), sida, str(data)):
        assert (text.count(EPOST), "annan@prov.example" in text, "Botkyrka kommun" in text) == (2, False, True)


@pytest.mark.parametrize("vag", ["sidan", "kommandot"])
def test_en_kontakt_gloms(
    vag: str, kontakter: list[Kontakt], client: Client, administrator: Anvandare, formular: Callable[[Any], Any]
) -> None:
    client.force_login(administrator)
    sida = f"/kontakter/{kontakter[0].pk}/glom/"

    assert "Kontakt hos Botkyrka kommun" in platt(client.get(sida))
    if vag == "sidan":
        client.post(sida, formular(client.get(sida)))
    else:
        call_command("glom", EPOST, "--som", administrator.epost, stdout=StringIO())

    assert (star_i(), Kontakt.objects.get().namn) == ([], "Någon Annan")


def test_den_som_har_konto_gloms_ocksa_som_kontakt(
    kim: Anvandare, kontakter: list[Kontakt], client: Client, administrator: Anvandare
) -> None:
    client.force_login(administrator)
    svar = client.get(f"/kontakter/{kontakter[0].pk}/glom/")

    assert str(utdrag(kim).rader).count("Kontakt") == 2
    glomd(stangd(kim), administrator)

    assert (svar.headers["Location"], star_i()) == (f"/konton/{kim.pk}/glom/", [])


def test_begaran_med_kontots_adress_lamnas_ut_och_gloms(
    kim: Anvandare, begaran: Kontobegaran, administrator: Anvandare
) -> None:
    assert begaran.subjekt in str(utdrag(kim).rader)
    glomd(stangd(kim), administrator)
    assert star_i() == []


# --- forgotten ---


def test_ingenstans_star_det_vem_det_var(overallt: Anvandare, administrator: Anvandare) -> None:
    assert len(star_i()) > 5
    nu = glomd(stangd(overallt), administrator)
    assert star_i() == []
    assert (nu.namn, nu.epost) == (f"Tidigare användare {nu.pk}", f"tidigare.{nu.pk}@glomd.invalid")
    kvar = (nu.has_usable_password(), nu.last_login, nu.foljer.count(), nu.kartvyer.count())
    assert kvar == (False, None, 0, 0)


def test_det_som_rapporterats_finns_kvar(overallt: Anvandare, administrator: Anvandare) -> None:
    glomd(stangd(overallt), administrator)
    rapport = Lagesrapport.objects.get(av=overallt.pk)
    omgang = Omgang.objects.get(mottagare__anvandare=overallt)
    assert (rapport.kommentar, str(rapport.av)) == ("Går bra.", f"Tidigare användare {overallt.pk}")
    (punkt,) = omgang.rapport["punkter"]
    assert punkt["av"] == f"Tidigare användare {overallt.pk}, {overallt.aktor}"
    assert f"Tidigare användare {overallt.pk}" in punkt["fragade"]
    assert "Exempel: Botkyrka" in punkt["fragade"]


def test_forseglingen_haller(overallt: Anvandare, administrator: Anvandare) -> None:
    call_command("forsegla", stdout=StringIO())
    glomd(stangd(overallt), administrator)
    call_command("forsegla", stdout=StringIO())
    call_command("verifiera", stdout=StringIO())
    rad = Maskering.objects.get(modell="aktorer.anvandare", rad=overallt.pk)
    assert (rad.av, rad.skal, rad.antal > 5, len(rad.avtryck) > 5) == (administrator, "Begärt", True, True)


def test_torrkorningen_sager_detsamma_och_skriver_inget(overallt: Anvandare, administrator: Anvandare) -> None:
    stangd(overallt)
    fore = star_i()
    sagt = torrkor(av=administrator, person=overallt)
    assert star_i() == fore
    assert not Maskering.objects.exists()
    assert sagt.antal == glom(av=administrator, person=overallt, sedd=senaste_handelse(overallt), skal="Begärt").antal


def test_det_som_rensas_sags_inte_sta_kvar(
    overallt: Anvandare, administrator: Anvandare, insats: Callable[[str], Insats]
) -> None:
    rad = insats("1.3")
    insatsandringar.andra(av=None, insats=rad, version=rad.version, text=f"Fråga {NAMN}.")
    stangd(overallt)
    kvar = torrkor(av=administrator, person=overallt).namnd
    assert {u.tabell for u in kvar} == {"Insats", "Insats, historik"}


def test_oppna_konton_glomda_och_en_sjalv_gloms_inte(kim: Anvandare, administrator: Anvandare) -> None:
    with pytest.raises(ValidationError, match="är öppet"):
        glomd(kim, administrator)
    with pytest.raises(ValidationError, match="dig själv"):
        glomd(administrator, administrator)
    glomd(stangd(kim), administrator)
    with pytest.raises(ValidationError, match="redan glömd"):
        glomd(kim, administrator)


def test_den_som_ar_glomd_oppnas_inte(kim: Anvandare, administrator: Anvandare) -> None:
    glomd(stangd(kim), administrator)
    with pytest.raises(ValidationError, match="Bjud in personen på nytt"):
        andra_konto(av=administrator, person=kim, sedd=senaste_handelse(kim), is_active=True)
    with pytest.raises(IntegrityError):
        Anvandare.objects.filter(pk=kim.pk).update(is_active=True)


def test_sidan_sager_vad_som_hander_och_gor_det(
    client: Client, administrator: Anvandare, overallt: Anvandare, insats: Callable[[str], Insats]
) -> None:
    rad = insats("1.3")
    insatsandringar.andra(av=None, insats=rad, version=rad.version, text=f"Fråga {NAMN}.")
    client.force_login(administrator)
    sida = f"/konton/{overallt.pk}/glom/"
    assert "Stäng det först" in platt(client.get(sida))
    stangd(overallt)
    html = platt(client.get(sida))
    assert ("Stängda omgångars rapporter" in html, f"vad vi ska göra, Fråga {NAMN}." in html) == (True, True)
    assert client.post(sida, {"sedd": senaste_handelse(overallt), "skal": ""}).status_code == 422
    assert client.post(sida, {"sedd": 1, "skal": "Begärt"}).status_code == 409
    assert client.post(sida, {"sedd": senaste_handelse(overallt), "skal": "Begärt"}).headers["Location"] == "/konton/"
    overallt.refresh_from_db()
    assert overallt.namn != NAMN


def test_kommandot_glommer(overallt: Anvandare, administrator: Anvandare, planerare: Anvandare) -> None:
    ut = StringIO()
    with pytest.raises(CommandError, match="är öppet"):
        call_command("glom", EPOST, "--som", administrator.epost)
    stangd(overallt)
    with pytest.raises(CommandError, match="administratör"):
        call_command("glom", EPOST, "--som", planerare.epost)
    call_command("glom", EPOST, "--som", administrator.epost, "--torr", stdout=ut)
    assert ("Inget är skrivet." in ut.getvalue(), "kim" in str(star_i()) or star_i() != []) == (True, True)
    call_command("glom", EPOST, "--som", administrator.epost, stdout=ut)
    assert star_i() == []


def test_beslutade_versioner_namner_inga_konton() -> None:
    konton = {text for rad in Anvandare.objects.values_list("namn", "epost") for text in rad}
    for innehall, rader in Planversion.objects.values_list("innehall", "rader"):
        text = json.dumps([innehall, rader], ensure_ascii=False)
        assert [k for k in konton if k in text] == []


# --- what is cleared away ---


def test_timern_rensar_det_som_har_gatt_ut(client: Client, tjansteperson: Anvandare) -> None:
    client.force_login(tjansteperson)
    Session.objects.create(pk="gammal", session_data="", expire_date=timezone.now() - timedelta(days=1))
    cache.set("takt:gammalt", [1.0], -60)  # more than the two clocks may differ
    cache.set("takt:nytt", [1.0], 60)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cache SET expires = now() - interval '1 day' WHERE cache_key LIKE '%takt:nytt'")
    cache.set("takt:kvar", [1.0], 60)

    call_command("skicka_paminnelser", stdout=StringIO())

    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM cache WHERE cache_key LIKE '%%takt:%%'")
        kvar: list[Any] = cursor.fetchall()
    assert kvar == [(":1:takt:kvar",)]
    assert list(Session.objects.values_list("pk", flat=True)) == [client.session.session_key]


# --- the page for everybody ---


@pytest.mark.parametrize(
    ("ansvarig", "syns"),
    [("", "den organisation som förvaltar"), ("Regionen, reg@region.example", "reg@region.example")],
)
def test_sidan_om_personuppgifter(client: Client, settings: Any, ansvarig: str, syns: str) -> None:
    settings.PERSONUPPGIFTSANSVARIG = ansvarig
    html = platt(client.get("/om/personuppgifter/"))
    assert (syns in html, 'href="/om/personuppgifter/"' in html) == (True, True)
