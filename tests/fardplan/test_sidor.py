"""What holds for every page: private by default, safe headers, Swedish when things go wrong, and light."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLResolver, get_resolver, path
from fontTools.ttLib import TTFont

from aktorer.models import Aktor, Anvandare
from fardplan import typsnitt, urls, views
from harden import adresser
from insatser.fragor import handlingsplan as planer
from insatser.fragor.plandata import beslutsdata, plandata
from insatser.models import (
    Arende,
    Beslut,
    Bilaga,
    Fardplan,
    Filinnehall,
    Handlingsplan,
    Insats,
    Mote,
    Overenskommelse,
    Planversion,
    Samverkansorgan,
)
from insatser.pdf.handlingsplan import plandokument
from tests import klocka
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

HX = {"HX-Request": "true"}

# The addresses that anybody may read. A new page is private until it is written here.
OPPNA = {
    "/",
    "/<stadskarna>/",
    "/<stadskarna>/arbetsbok/",
    "/<stadskarna>/arbetsbok.json",
    "/<stadskarna>/arbetsbok.ods",
    "/<stadskarna>/arbetsbok.xlsx",
    "/<stadskarna>/handlingsplan/",
    "/<stadskarna>/handlingsplan/<period>.pdf",
    "/<stadskarna>/handlingsplan/<period>.xlsx",
    "/<stadskarna>/handlingsplan/<period>/",
    "/<stadskarna>/handlingsplan/<period>/lagesrapport.pdf",
    "/<stadskarna>/handlingsplan/<period>/tavla/",
    "/<stadskarna>/handlingsplan/<period>/jamfor/",
    "/<stadskarna>/handlingsplan/<period>/aktiviteter/",
    "/<stadskarna>/handlingsplan/<period>/version/<nummer>.pdf",
    "/<stadskarna>/handlingsplan/<period>/version/<nummer>/",
    "/<stadskarna>/handlingsplan/<period>/version/<nummer>/filer/<bilaga>/",
    "/<stadskarna>/insatser/<nummer>/",
    "/<stadskarna>/insatskarta.csv",
    "/<stadskarna>/insatskarta.ods",
    "/<stadskarna>/insatskarta.json",
    "/<stadskarna>/insatskarta.pdf",
    "/<stadskarna>/insatskarta.xlsx",
    "/<stadskarna>/insatskarta/",
    "/<stadskarna>/laget.pdf",
    "/<stadskarna>/laget/",
    "/<stadskarna>/lagesbild.xlsx",
    "/<stadskarna>/lagesbild/",
    "/<stadskarna>/nyheter.atom",
    "/<stadskarna>/nyheter/",
    "/<stadskarna>/nytt.pdf",
    "/<stadskarna>/nytt/",
    "/<stadskarna>/organ/",
    "/<stadskarna>/organ/moten/<pk>.pdf",
    "/<stadskarna>/organ/moten/<pk>/",
    "/<stadskarna>/program/<program>/",
    "/aktorer/",
    "/aktorer/<slug>/",
    "/program/<program>/insatser/<nummer>/",
    "/sok/",
    "/nyheter/",
    "/nyheter.atom",
    "/arenden/",
    "/arenden/<pk>/",
    "/arenden/overenskommelser/<pk>/",
    "/halsa/",
    "/halsa/liv/",
    "/halsa/redo/",
    "/konto/glomt/",
    "/konto/logga-in/",
    "/konto/sso/besked/<besked>/",
    "/konto/stangt/",
    "/om/",
    "/om/personuppgifter/",
    "/om/tillganglighet/",
    "/robots.txt",
    "/sitemap.xml",
    "/oversikt/insatser/",
    "/oversikt/arbetsbok/",
    "/oversikt/arbetsbok.json",
    "/oversikt/arbetsbok.ods",
    "/oversikt/arbetsbok.xlsx",
    "/svara/ny-lank/",
}
# Open to who has the signed link of a mail, or the private address of a calendar; to others they say that it does
# not work.
MED_LANK = {
    "/kalender/<nyckel>.ics": 404,
    "/metrik/": 404,
    "/svara/<token>/": 404,
    "/svara/<token>/oppnad/": 405,
    "/svara/<token>/lamna-over/": 404,
    "/svara/<token>/<pk>/ta-tillbaka/": 405,
    "/svara/<token>/<pk>/": 404,
    "/svara/<token>/<pk>/angra/": 405,
    "/paminnelser/<token>/": 404,
    "/konto/mejl/avsluta/<token>/": 404,
    "/konto/mejl/svara/<token>/": 404,
    "/konto/nytt-losenord/<token>/": 404,
    "/konto/valkommen/<token>/": 404,
    "/konto/adress/<token>/": 404,
    # The ways in by other organisations, here where the settings have none (tests/sso has them).
    "/konto/sso/<vag>/": 405,
    "/konto/sso/oidc/tillbaka/": 404,
    "/konto/sso/saml/tillbaka/": 405,
    "/konto/sso/saml/klart/": 404,
    "/konto/sso/saml/metadata/": 404,
}
# Open, and lead on to another page.
VARAKTIG = "/insatser/<pk>/"
PLANENS = "/handlingsplaner/<pk>/"
VERSIONENS = "/handlingsplaner/<pk>/version/<nummer>/"
# Open to who is half way in, or asks for JSON; others are led to the login.
PA_VAG_IN = ("/konto/logga-in/kod/", "/konto/passkeys/logga-in/")
KOPPLA = "/konto/sso/koppla/"
EXEMPEL = {
    "token": "strunt",
    "kontext": "00000000-0000-4000-8000-000000000000",
    "nyckel": "strunt",
    "mottagare": "1",
    "stadskarna": "flemingsberg",
    "nummer": "1.3",
    "int:nummer": "1",
    "falt": "titel",
    "slug": "polisen",
    "period": klocka.PERIOD,
    "program": "verksamhetsplan-2009-2011",
    "pk": "1",
    "del_pk": "1",
    "object_id": "1",
    "handelse": "1",
    "kommentar": "1",
    "bilaga": "1",
    "content_type_id": "1",
    "url": "nagot",
    "app_label": "aktorer",
    "besked": "svarar-inte",
    "vag": "oidc",
}


def rutter(resolver: URLResolver) -> Iterator[tuple[str, str]]:
    """(the route, an address of it) of every pattern there is."""
    for _, rutt in adresser.rutter(resolver):
        yield re.sub(r"<\w+:", "<", rutt), adresser.fyll(rutt, EXEMPEL)


INLOGGNINGEN = "/konto/logga-in/?next="


def _besluta_planen() -> None:
    """So that there is a decided version to read."""
    Handlingsplan.objects.update(status="beslutad")
    plan, organ = Handlingsplan.objects.get(exempel=True), Samverkansorgan.objects.first()
    beslut = Beslut.objects.create(organ=organ, datum=date(2026, 3, 19), paragraf="4")
    innehall = plandata(planer.innehall(plan)) | {"beslut": beslutsdata(beslut, 1, andrar=False)}
    fil = plandokument(innehall, beslut.datum)
    Planversion.objects.create(
        handlingsplan=plan, nummer=1, beslut=beslut, innehall=innehall, pdf=fil, sha256=hashlib.sha256(fil).hexdigest()
    )
    vem = Anvandare.objects.create(epost="protokoll@prov.example", namn="Prov", roll="planerare")
    sha256 = hashlib.sha256(fil).hexdigest()
    protokoll = Filinnehall.objects.create(sha256=sha256, data=fil)
    Bilaga.objects.create(
        pk=1, beslut=beslut, filnamn="p.pdf", typ="pdf", storlek=len(fil), sha256=sha256, innehall=protokoll, av=vem
    )


def _ge_arenden_nummer_ett() -> None:
    """The addresses of the examples: after a test that emptied the tables, those of the fixtures have other numbers."""
    aktor = Aktor.objects.get(slug="polisen")
    Arende.objects.get_or_create(pk=1, defaults={"aktor": aktor, "rubrik": "Prov", "slag": "ovrigt"})
    Overenskommelse.objects.get_or_create(pk=1, defaults={"namn": "Prov", "slag": "samverkan"})


def test_bara_de_uppraknade_adresserna_ar_oppna(client: Client) -> None:
    _besluta_planen()
    _ge_arenden_nummer_ett()
    Mote.objects.create(pk=1, organ=Samverkansorgan.objects.get(slag="natverk"), datum=date(2026, 3, 19))
    alla = dict(rutter(get_resolver()))
    i_programmet = Insats.objects.filter(malomrade__program__slug="fardplaner-2026", fardplan=None)
    gemensam = i_programmet.med_nummer("1.1").get()
    alla[VARAKTIG] = f"/insatser/{gemensam.pk}/"
    alla["/program/<program>/insatser/<nummer>/"] = "/program/fardplaner-2026/insatser/1.1/"
    plan = Handlingsplan.objects.get(exempel=True).pk
    alla |= {PLANENS: f"/handlingsplaner/{plan}/", VERSIONENS: f"/handlingsplaner/{plan}/version/1/"}

    svar = {rutt: client.get(adress, follow=True) for rutt, adress in alla.items()}

    slutade = {rutt: s.redirect_chain[-1][0] if s.redirect_chain else "" for rutt, s in svar.items()}
    stangda = {rutt for rutt, adress in slutade.items() if adress.startswith(INLOGGNINGEN)}
    # Who is not logged in has nothing to log out from, and is led to the first page.
    ovriga = {rutt: slutade[rutt] for rutt in set(alla) - stangda - OPPNA - set(MED_LANK)}
    leder = {VARAKTIG: "/flemingsberg/insatser/1.1/", PLANENS: klocka.PLAN, VERSIONENS: f"{klocka.PLAN}version/1/"}
    pa_vag = dict.fromkeys((*PA_VAG_IN, KOPPLA), "/konto/logga-in/")
    assert ovriga == {"/konto/logga-ut/": "/"} | pa_vag | leder
    assert {rutt: svar[rutt].status_code for rutt in MED_LANK} == MED_LANK
    assert {rutt: (svar[rutt].status_code, slutade[rutt]) for rutt in OPPNA} == dict.fromkeys(OPPNA, (200, ""))
    assert {"/admin/", "/admin/<url>", "/admin/aktorer/anvandare/<object_id>/change/"} < stangda


def test_de_stangda_ar_stangda_for_alla_metoder_och_htmx(client: Client) -> None:
    andra = OPPNA | set(MED_LANK) | {"/konto/logga-ut/", *PA_VAG_IN, KOPPLA, VARAKTIG, PLANENS, VERSIONENS}
    stangda = {r: adress for r, adress in rutter(get_resolver()) if r not in andra}

    for adress in (a for a in stangda.values() if not a.startswith("/admin/")):
        for metod in (client.post, client.put, client.delete):
            assert metod(adress).headers["Location"].startswith(INLOGGNINGEN), adress
        assert client.post(adress, headers=HX).headers["HX-Redirect"].startswith(INLOGGNINGEN), adress


@pytest.mark.parametrize(
    ("sida", "tillbaka"),
    [
        ("http://testserver/mitt-arbete/", "%2Fmitt-arbete%2F"),
        (
            "http://testserver/flemingsberg/insatskarta/?vy=tabell&q=%C3%A5",
            "%2Fflemingsberg%2Finsatskarta%2F%3Fvy%3Dtabell%26q%3D%25C3%25A5",
        ),
        ("https://example.org/luras/", "%2F"),
        (None, "%2F"),
    ],
)
def test_utgangen_session_med_htmx_leder_till_inloggningen_och_tillbaka(
    client: Client, planerare: Anvandare, sida: str | None, tillbaka: str
) -> None:
    client.force_login(planerare)
    client.logout()

    svar = client.get("/flemingsberg/insatser/1.3/redigera/", headers=HX | ({"HX-Current-URL": sida} if sida else {}))

    assert (svar.status_code, svar.content) == (200, b"")
    assert svar.headers["HX-Redirect"] == f"/konto/logga-in/?next={tillbaka}"


def test_utgangen_session_utan_htmx_leder_till_inloggningen_och_tillbaka(client: Client) -> None:
    svar = client.get("/flemingsberg/insatser/1.3/redigera/")

    assert (svar.status_code, svar.headers["Location"]) == (
        302,
        "/konto/logga-in/?next=/flemingsberg/insatser/1.3/redigera/",
    )


# --- when things go wrong


@login_not_required
def gar_fel(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("hemlig detalj")


# This module is the URLconf of the tests that need a page that fails.
urlpatterns = [path("gar-fel/", gar_fel), *urls.urlpatterns]
handler400, handler403, handler404, handler500 = views.felaktig, views.far_inte, views.finns_inte, views.gick_fel


@pytest.fixture
def utan_undantag(client: Client) -> Client:
    """Failures come as pages, as on the server."""
    client.raise_request_exception = False
    return client


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("vem", [None, "planerare"])
def test_500_ar_pa_svenska_och_avslojar_inget(
    utan_undantag: Client, request: pytest.FixtureRequest, vem: str | None
) -> None:
    if vem:
        utan_undantag.force_login(request.getfixturevalue(vem))

    svar = utan_undantag.get("/gar-fel/")

    html = platt(svar)
    assert svar.status_code == 500
    assert "<h1>Något gick fel hos oss</h1>" in html
    assert 'lang="sv"' in html
    assert "hemlig detalj" not in html


@pytest.mark.parametrize("adress", ["/finns/inte/", "/ingenstans/", "/flemingsberg/insatser/9.9/", "/aktorer/ingen/"])
@pytest.mark.parametrize("vem", [None, "planerare"])
def test_404_ar_pa_svenska(client: Client, request: pytest.FixtureRequest, adress: str, vem: str | None) -> None:
    if vem:
        client.force_login(request.getfixturevalue(vem))

    svar = client.get(adress)

    html = platt(svar)
    assert svar.status_code == 404
    assert "<h1>Sidan finns inte</h1>" in html
    assert ("Logga in</a>och försök igen" in html) == (vem is None)


@pytest.mark.parametrize(
    ("resten", "leder_till"),
    [
        ("insatser/9.9/", ["/flemingsberg/insatskarta/", "/flemingsberg/insatskarta/?vy=tabell&amp;avforda=1"]),
        ("insatskarta.docx", ["/flemingsberg/insatskarta/"]),
        ("handlingsplan/1999/", ["/flemingsberg/handlingsplan/"]),
        ("organ/moten/99999/", ["/flemingsberg/organ/"]),
        ("ingenstans/alls/", []),
    ],
)
@pytest.mark.parametrize("vem", [None, "planerare"])
def test_404_i_en_stadskarna_leder_in_i_den(
    client: Client, request: pytest.FixtureRequest, resten: str, leder_till: list[str], vem: str | None
) -> None:
    if vem:
        client.force_login(request.getfixturevalue(vem))

    svar = client.get(f"/flemingsberg/{resten}")

    html = platt(svar)
    narmast = html.split("<p>Närmast i Flemingsberg:</p>")[1].split("</ul>")[0]
    assert svar.status_code == 404
    assert re.findall('href="(.*?)"', narmast) == [*leder_till, "/flemingsberg/"]
    assert '<nav aria-label="Flemingsberg">' in html
    assert "<title>Sidan finns inte – Flemingsberg – Färdplan</title>" in html


@pytest.mark.parametrize("resten", ["insatskarta/", "insatser/1.1/", "ingenstans/alls/"])
def test_404_sager_inget_om_en_stadskarna_som_besokaren_inte_far_se(client: Client, resten: str) -> None:
    Fardplan.objects.filter(stadskarna__slug="haninge").update(publicerad=False)

    utkastet, okand = client.get(f"/haninge/{resten}"), client.get(f"/haringe/{resten}")

    assert utkastet.status_code == 404
    assert _innehall(utkastet).replace("haninge", "haringe") == _innehall(okand)


def _innehall(svar: HttpResponse) -> str:
    """All but the nonce of its script."""
    return re.sub(r'nonce="[^"]*"', "", platt(svar))


def test_403_ar_pa_svenska(client: Client, styrgrupp: Anvandare) -> None:
    client.force_login(styrgrupp)

    svar = client.get("/flemingsberg/insatser/1.3/redigera/")

    html = platt(svar)
    assert svar.status_code == 403
    assert "<h1>Det får du inte göra</h1>" in html
    assert "Din roll får läsa sidan men inte ändra något här." in html
    assert '<nav aria-label="Flemingsberg">' in html


def test_formular_utan_giltig_nyckel_ar_403_pa_svenska(planerare: Anvandare) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(planerare)

    svar = client.post("/flemingsberg/insatser/1.3/redigera/", {"titel": "Kapad", "version": "1"})

    assert svar.status_code == 403
    assert "<h1>Inget sparades</h1>" in platt(svar)


def test_frammande_vardnamn_ar_400_pa_svenska(client: Client) -> None:
    svar = client.get("/", headers={"host": "example.org"})

    assert svar.status_code == 400
    assert "<h1>Begäran gick inte att förstå</h1>" in platt(svar)


def test_halsan_ar_god(client: Client) -> None:
    svar = client.get("/halsa/")

    assert (svar.status_code, svar.json()) == (200, {"status": "ok", "databas": "svarar"})


@pytest.mark.django_db(transaction=True)
def test_utan_databas_ar_halsan_dalig_och_sidorna_sager_det(utan_undantag: Client) -> None:
    ratt = connection.settings_dict["HOST"]
    connection.close()
    connection.settings_dict["HOST"] = "/finns/inte"
    try:
        halsa, sida = utan_undantag.get("/halsa/"), utan_undantag.get("/")
    finally:
        connection.close()
        connection.settings_dict["HOST"] = ratt

    assert (halsa.status_code, halsa.json()) == (503, {"status": "fel", "databas": "svarar inte"})
    assert (sida.status_code, sida.headers["Retry-After"]) == (503, "30")
    assert "Färdplan är tillfälligt nere" in platt(sida)


@pytest.mark.django_db(transaction=True)
def test_det_som_tar_for_lang_tid_sags(utan_undantag: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}) as annan:
        annan.execute("LOCK TABLE insatser_insats")
        svar = utan_undantag.get("/flemingsberg/insatskarta/")
    connection.close()

    assert (svar.status_code, svar.headers["Retry-After"]) == (503, "30")
    assert "Det tog för lång tid" in platt(svar)


# --- headers

FOR_ALLA = [
    "/",
    "/flemingsberg/",
    "/flemingsberg/insatskarta/",
    "/flemingsberg/insatskarta/?vy=tabell",
    "/flemingsberg/insatskarta/?vy=matris",
    "/flemingsberg/insatskarta/?q=finns-inte",
    "/flemingsberg/arbetsbok/",
    "/oversikt/arbetsbok/",
    "/flemingsberg/insatser/1.1/",
    "/flemingsberg/insatser/1.3/",
    "/flemingsberg/handlingsplan/",
    "/flemingsberg/handlingsplan/2009/",
    "/flemingsberg/handlingsplan/2009/version/1/",
    "/flemingsberg/program/verksamhetsplan-2009-2011/",
    "/flemingsberg/lagesbild/",
    "/flemingsberg/lagesbild/?vy=tabell",
    "/flemingsberg/nyheter/",
    "/flemingsberg/nytt/",
    "/nyheter/",
    "/aktorer/",
    "/aktorer/karnkommunerna/",
    "/aktorer/huddinge-kommun/",
    "/om/",
    "/om/personuppgifter/",
    "/arenden/",
    "/arenden/?q=KS-2026/74",
    "/sok/",
    "/sok/?q=h%C3%A4lsov%C3%A4gen",
    "/sok/?q=halsovegen",
    "/svara/ny-lank/",
    "/konto/sso/besked/begaran-vantar/",
    "/konto/glomt/",
    "/konto/logga-in/",
    "/konto/stangt/",
    "/om/tillganglighet/",
    "/finns/inte/",
]
FOR_INLOGGADE = [
    "/mitt-arbete/",
    "/mitt-arbete/prenumerera/",
    "/konton/",
    "/konton/bjud-in/",
    "/flemingsberg/redigera/",
    "/flemingsberg/ta-bort/",
    "/flemingsberg/fardriktning/1/",
    "/flemingsberg/insatskarta/import/",
    "/flemingsberg/lagesbild/import/",
    "/flemingsberg/arbetsbok/import/",
    "/program/fardplaner-2026/arbetsbok/import/",
    "/program/fardplaner-2026/inlasningar/",
    "/aktorer/ny/klistra/",
    "/flemingsberg/lagesbild/ny/",
    "/flemingsberg/insatser/ny/",
    "/flemingsberg/insatser/1.3/redigera/",
    "/flemingsberg/insatser/1.3/roller/",
    "/flemingsberg/insatser/1.3/flytta/",
    "/flemingsberg/insatser/1.3/avfor/",
    "/flemingsberg/insatser/1.3/ta-bort/",
    "/flemingsberg/insatser/1.3/aterta/",
    "/flemingsberg/insatser/1.3/samband/",
    "/flemingsberg/insatser/1.3/historik/",
    "/flemingsberg/historik/",
    "/flemingsberg/fardriktning/1/historik/",
    f"{klocka.PLAN}historik/",
    "/aktorer/polisen/historik/",
    "/flemingsberg/insatser/1.3/lage/",
    klocka.PLAN,
    "/flemingsberg/uppfoljning/",
    "/flemingsberg/uppfoljning/ny/",
    "/flemingsberg/uppfoljning/mejl/",
    "/flemingsberg/styrdokument/ny/",
    "/aktorer/ny/",
    "/aktorer/polisen/redigera/",
    "/kontakter/ny/?aktor=huddinge-kommun",
    "/aktorer/polisen/sla-ihop/?med=trafikverket",
    "/aktorer/polisen/ta-bort/",
    "/stadskarnor/",
    "/stadskarnor/ny/",
    "/stadskarnor/flemingsberg/",
    "/stadskarnor/flemingsberg/ta-bort/",
    "/program/",
    "/program/ny/",
    "/program/fardplaner-2026/",
    "/program/fardplaner-2026/ta-bort/",
    "/program/fardplaner-2026/ordlista/",
    "/program/fardplaner-2026/malomraden/ny/",
    "/program/fardplaner-2026/malomraden/1/",
    "/program/fardplaner-2026/malomraden/1/ta-bort/",
    "/arenden/ny/",
    "/arenden/overenskommelser/ny/",
    "/konto/logga-ut/",
    "/konto/losenord/",
    "/konto/",
    "/konto/namn/",
    "/konto/mejl/",
    "/konto/bekrafta/",
    "/konto/inloggningar/",
    "/konto/tvasteg/",
    "/konto/passkeys/",
]
FOR_ADMINISTRATOR = ["/konton/granska/", "/admin/", "/admin/aktorer/anvandare/", "/admin/aktorer/anvandare/add/"]

HUVUDEN = {
    "Content-Security-Policy": "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.fixture
def besok(client: Client, administrator: Anvandare) -> dict[str, Any]:
    """Every page, as besökare and as administratör: {(who, address): response}."""
    svar = {("besökare", adress): client.get(adress) for adress in FOR_ALLA}
    client.force_login(administrator)
    for adress in FOR_ALLA[:-4] + FOR_INLOGGADE + FOR_ADMINISTRATOR:
        svar["inloggad", adress] = client.get(adress)
    svar["inloggad", "409"] = client.post("/flemingsberg/redigera/", {"karaktar": "P", "version": "9"})
    svar["inloggad", "422"] = client.post("/aktorer/ny/", {"namn": ""})
    assert {s.status_code for s in svar.values()} == {200, 404, 409, 422}
    return svar


def test_sakerhetshuvuden_pa_varje_sida(besok: dict[str, Any]) -> None:
    avviker = {var: h for var, svar in besok.items() if (h := {k: svar.headers.get(k) for k in HUVUDEN}) != HUVUDEN}

    assert avviker == {}


class _Inbakat(HTMLParser):
    """Finds what a strict content security policy forbids."""

    def __init__(self) -> None:
        super().__init__()
        self.fynd: list[str] = []

    def handle_starttag(self, tagg: str, attribut: list[tuple[str, str | None]]) -> None:
        for namn, varde in attribut:
            if namn == "style" or namn.startswith(("on", "hx-on", "hx-vals")):
                self.fynd.append(f"<{tagg} {namn}>")
            if (varde or "").strip().lower().startswith("javascript:"):
                self.fynd.append(f"<{tagg} {namn}={varde}>")
        typ = dict(attribut).get("type", "")
        if tagg == "style" or (tagg == "script" and "src" not in dict(attribut) and typ != "application/json"):
            self.fynd.append(f"<{tagg}>")


def test_ingen_inbakad_stil_eller_skript_pa_nagon_sida(besok: dict[str, Any]) -> None:
    fynd = {}
    for var, svar in besok.items():
        tolk = _Inbakat()
        tolk.feed(platt(svar))
        if tolk.fynd:
            fynd[var] = tolk.fynd

    assert fynd == {}


def test_provet_hittar_inbakat() -> None:
    tolk = _Inbakat()
    tolk.feed('<p style="x"><a onclick="x" href=" JavaScript:x"><style></style><script>x</script><script src="x">')

    assert tolk.fynd == ["<p style>", "<a onclick>", "<a href= JavaScript:x>", "<style>", "<script>"]


def test_varje_sida_ar_svensk_och_har_en_rubrik(besok: dict[str, Any]) -> None:
    for (vem, adress), svar in besok.items():
        html = platt(svar)
        assert '<html lang="sv"' in html, (vem, adress)
        if not adress.startswith("/admin/"):
            assert html.count("<h1>") == 1, (vem, adress)
            assert re.search(r"<title>.+ – Färdplan</title>", html), (vem, adress)


def test_sidhuvudet_har_hogst_en_huvudknapp(besok: dict[str, Any]) -> None:
    """And few others: files lie under Hämta, the rest under Mer."""
    huvud = re.compile(r'<div class="head(?:(?!class="(?:panel|formular)|<section).)*?<div class="do"[^>]*>(.*?)</div>')
    knappar = {
        var: re.findall(r'class="(button[^"]*)"', m[1])
        for var, svar in besok.items()
        if (m := huvud.search(platt(svar)))
    }

    assert len(knappar) > 20
    assert {var: k for var, k in knappar.items() if sum("main" in x for x in k) > 1 or len(k) > 5} == {}


def test_titeln_sager_vilken_stadskarna_sidan_galler(client: Client, planerare: Anvandare) -> None:
    client.force_login(planerare)
    adresser = [adress for rutt, adress in rutter(get_resolver()) if rutt.startswith("/<stadskarna>/")]

    titlar = {a: re.findall("<title>(.*?)</title>", platt(svar)) for a in adresser if _ar_sida(svar := client.get(a))}

    assert len(titlar) > 30
    assert {a: t for a, t in titlar.items() if not t[0].endswith(" – Flemingsberg – Färdplan")} == {}


def _ar_sida(svar: HttpResponse) -> bool:
    return svar.status_code in {200, 403, 404} and svar.headers["Content-Type"].startswith("text/html")


def test_sidor_och_fragment_halls_isar_i_varje_lager(besok: dict[str, Any]) -> None:
    for var, svar in besok.items():
        assert "HX-Request" in svar.headers["Vary"].split(", "), var


def test_inloggades_sidor_sparas_inte_nagonstans(besok: dict[str, Any]) -> None:
    aldrig = "max-age=0, no-cache, no-store, must-revalidate, private"

    inloggad = {svar.headers.get("Cache-Control") for (vem, _), svar in besok.items() if vem == "inloggad"}
    oppna = {
        besok["besökare", a].headers.get("Cache-Control") for a in ("/", "/flemingsberg/insatskarta/", "/aktorer/")
    }

    assert (inloggad, oppna) == ({aldrig}, {None})


@pytest.mark.parametrize(
    "adress", ["/flemingsberg/insatskarta.xlsx", "/flemingsberg/insatskarta.csv", "/flemingsberg/insatskarta.pdf"]
)
def test_filer_har_samma_huvuden(client: Client, planerare: Anvandare, adress: str) -> None:
    client.force_login(planerare)

    svar = client.get(adress)

    assert svar.status_code == 200
    assert {k: svar.headers.get(k) for k in HUVUDEN} == HUVUDEN
    assert "no-store" in svar.headers["Cache-Control"]


# --- weight


@pytest.mark.parametrize("vy", ["karta", "tabell", "matris"])
@pytest.mark.parametrize("vem", [None, "planerare"])
def test_insatskartan_vager_hogst_femton_kilobyte(
    client: Client, request: pytest.FixtureRequest, vy: str, vem: str | None
) -> None:
    if vem:
        client.force_login(request.getfixturevalue(vem))

    svar = client.get(f"/flemingsberg/insatskarta/?vy={vy}", headers={"accept-encoding": "gzip"})

    assert svar.headers["Content-Encoding"] == "gzip"
    assert len(svar.content) <= 15_000


def test_forsta_besoket_vager_hogst_hundra_kilobyte(client: Client) -> None:
    """The typeface too: it is packed as it lies, which no server compresses further."""
    html = client.get("/flemingsberg/insatskarta/").content
    filer = set(re.findall(r'(?:href|src)="/static/([^"#?]+)', html.decode()))

    vikter = {fil: len(gzip.compress(Path(str(finders.find(fil))).read_bytes())) for fil in filer | set(typsnitt.SNITT)}

    assert {"fardplan.css", "fardplan.js", "ikon.svg", "ikoner.svg"} < set(vikter)
    assert len(vikter) == 5 + len(typsnitt.SNITT)  # and htmx
    assert len(gzip.compress(html)) + sum(vikter.values()) <= 100_000
    utan = sum(vikt for fil, vikt in vikter.items() if fil not in typsnitt.SNITT)
    assert len(gzip.compress(html)) + utan <= 60_000
    assert {fil: vikt for fil, vikt in vikter.items() if fil in typsnitt.SNITT and vikt > 25_000} == {}


def test_typsnittet_har_sidornas_tecken_och_stilmallen_namner_det() -> None:
    css = Path(str(finders.find("fardplan.css"))).read_text()

    for namn in typsnitt.SNITT:
        tecken = TTFont(str(finders.find(namn))).getBestCmap()
        assert [t for t in "AZazÅÄÖåäöéŠž0123456789–—”’…§½→▲▼✓" if ord(t) not in tecken] == [], namn
        assert css.count(f'url("{namn}")') == 1
    assert css.count("font-display: swap") == len(typsnitt.SNITT)


def test_de_andra_sidorna_vager_hogst_femton_kilobyte(besok: dict[str, Any]) -> None:
    egna = {var: svar for var, svar in besok.items() if not var[1].startswith("/admin/")}
    tunga = {var: vikt for var, svar in egna.items() if (vikt := len(gzip.compress(svar.content))) > 15_000}

    assert len(egna) > 40
    assert tunga == {}
