"""What everybody may see is made once as long as it is the same: by every path of change, in every process, and never
anybody's own."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from os import environ
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import URLResolver, get_resolver
from django.utils import timezone

from aktorer.grund import innehall
from aktorer.models import Anvandare, Innehallsmarke
from fardplan import lager
from fardplan.lager import Lager
from insatser.models import Fardplan, Insats, Utskick
from tests import klocka
from tests.insatser.test_inlasning import skriv

pytestmark = pytest.mark.django_db(transaction=True)

KARTAN = "/flemingsberg/insatskarta/"
CSV, XLSX = "/flemingsberg/insatskarta.csv", "/flemingsberg/insatskarta.xlsx"
SIDA = "/flemingsberg/insatser/1.3/"
# A table that is neither marked nor here is a test that falls: is anything of it shown to besökare?
VISAS_INTE = {
    "django_migrations": "what has been done to the tables",
    "django_content_type": "names of models",
    "django_session": "who is logged in",
    "usersessions_usersession": "the same, for the person",
    "django_admin_log": "the admin's own log, beside the history",
    "auth_permission": "not used: rights are in roller.py",
    "auth_group": "not used",
    "auth_group_permissions": "not used",
    "account_emailaddress": "how people log in",
    "account_emailconfirmation": "how people log in",
    "mfa_authenticator": "how people log in",
    "socialaccount_socialapp": "not used: settings say",
    "socialaccount_socialaccount": "how people log in",
    "socialaccount_socialtoken": "how people log in",
    "pghistory_context": "not used: the context lies in the rows of the history",
    "cache": "counters of failed logins",
    "aktorer_inskick": "what forms sent",
    "aktorer_innehallsmarke": "the marks themselves",
    "insatser_forsegling": "the seal of the history, for administratörer",
    "insatser_sigill": "the seal of the history, for administratörer",
    "aktorer_identitet": "how people log in",
    "aktorer_identitetevent": "the same",
    "aktorer_kontobegaran": "who asks for an account",
    "aktorer_kontobegaranevent": "the same",
    "insatser_lagerrest": "what may be left in the store of files",
    "insatser_utskick": "mails",
    "insatser_utskickevent": "the same",
    "insatser_korning": "when mails went last",
    "insatser_korningevent": "the same",
    "insatser_notis": "what somebody is told by mail",
    "insatser_notisevent": "the same",
    "insatser_notisval": "what somebody wants to be told",
    "insatser_notisvalevent": "the same",
    "insatser_kartvy": "saved views of the map, for who has them",
    "insatser_kartvyevent": "the same",
    "insatser_inlasningsjobb": "files that are being read in",
    "insatser_granskningssida": "files that are being read in",
}
# A page or file of each kind that besökare may read.
OPPNA = (
    "/",
    "/sok/?q=kommun",
    "/aktorer/",
    "/aktorer/huddinge-kommun/",
    "/arenden/",
    "/arenden/?q=2024",
    "/flemingsberg/",
    "/flemingsberg/insatskarta/",
    "/flemingsberg/insatskarta/?vy=tabell&tyst=1",
    "/flemingsberg/insatskarta.xlsx",
    "/flemingsberg/insatskarta.json",
    "/flemingsberg/insatser/1.3/",
    "/flemingsberg/handlingsplan/",
    "/flemingsberg/laget/",
    "/flemingsberg/lagesbild/",
    "/flemingsberg/nyheter/",
    "/flemingsberg/nyheter.atom",
    "/flemingsberg/nytt/",
    "/flemingsberg/organ/",
    "/om/",
)
# A server process of its own, without the server: an address a line, and whether the answer holds the word after it.
PROCESS = """
import sys, django
from django.conf import settings
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"  # not packed here
django.setup()
from django.test import Client
besokare = Client(headers={"host": "localhost"})
for rad in sys.stdin:
    adress, ord_ = rad.rstrip("\\n").split(" ", 1)
    print(ord_ in besokare.get(adress).content.decode(), flush=True)
"""


@pytest.fixture
def processer() -> Iterator[Callable[[str, str], list[bool]]]:
    """Ask two processes: whether the page at the address holds the word."""
    db = connection.settings_dict
    host = quote(str(db["HOST"]), safe="")
    adress = f"postgresql://{quote(str(db['USER']))}:{quote(str(db['PASSWORD']))}@/{db['NAME']}?host={host}&port={db['PORT']}"
    val = {"DATABASE_URL": adress, "SECRET_KEY": settings.SECRET_KEY, "DJANGO_SETTINGS_MODULE": "fardplan.settings"}
    with ExitStack() as slut:
        alla = [
            slut.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", PROCESS],
                    env=environ | klocka.miljo() | val | {"MEJL_SERVER": "av"},
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                    cwd=settings.BASE_DIR,
                )
            )
            for _ in range(2)
        ]

        def fraga(adress: str, ord_: str) -> list[bool]:
            for process in alla:
                assert process.stdin
                process.stdin.write(f"{adress} {ord_}\n")
                process.stdin.flush()
            return [p.stdout.readline() == "True\n" for p in alla if p.stdout]

        yield fraga
        for process in alla:
            process.communicate()


def gjord(client: Client, adress: str, **huvuden: str) -> tuple[bool, Any]:
    """(whether it was made now, the answer)."""
    with CaptureQueriesContext(connection) as gjorda:
        svar = client.get(adress, headers=huvuden)
    return len(gjorda) > 2, svar


def dop_om(titel: str) -> None:
    Insats.objects.filter(titel__startswith="Samverka kring").update(titel=titel)


def test_varje_vag_syns_i_bada_processerna_i_nasta_fraga(
    processer: Callable[[str, str], list[bool]],
    planerare: Anvandare,
    formular: Callable[[Any], dict[str, str]],
    tmp_path: Path,
) -> None:
    insats = Insats.objects.get(malomrade__nummer=1, ordning=3, fardplan__stadskarna__slug="flemingsberg")
    som_planerare, db = Client(), connection.settings_dict
    som_planerare.force_login(planerare)

    def pa_sidan(titel: str) -> None:
        varden = formular(som_planerare.get(f"{SIDA}redigera/")) | {"titel": titel}
        assert som_planerare.post(f"{SIDA}redigera/", varden).status_code == 302

    def med_sql(titel: str) -> None:
        with psycopg.connect(host=db["HOST"], port=db["PORT"], user=db["USER"], dbname=db["NAME"]) as annan:
            annan.execute("UPDATE insatser_insats SET titel = %s WHERE id = %s", [titel, insats.pk])

    def i_bulk(titel: str) -> None:
        insats.titel = titel
        Insats.objects.bulk_update([insats], ["titel"])

    def ur_fil(titel: str) -> None:
        call_command("exportera", "--stadskarna", "flemingsberg", "--ut", str(tmp_path / "karta.xlsx"))
        fil = tmp_path / f"{titel}.xlsx"
        fil.write_bytes(skriv((tmp_path / "karta.xlsx").read_bytes(), {"1.3": {"Titel": titel}}))
        call_command("importera", str(fil), "--stadskarna", "flemingsberg", "--som", planerare.epost)

    def ur_kopia(titel: str) -> None:
        with connection.cursor() as cursor, cursor.copy("COPY insatser_malomrade FROM STDIN"):
            pass  # nothing in it: what counts is that the statement does
        med_sql(titel)

    for vag in (pa_sidan, ur_fil, med_sql, i_bulk, ur_kopia):
        titel = f"Titel ur {vag.__name__}"
        fore = [processer(KARTAN, titel), processer(KARTAN, titel)]
        vag(titel)
        assert (vag.__name__, fore, processer(KARTAN, titel)) == (vag.__name__, [[False] * 2] * 2, [True] * 2)


def test_en_oppen_sida_gors_en_gang_tills_nagot_andras(client: Client) -> None:
    for adress in (KARTAN, CSV):
        (forst, fore), (sedan, igen) = gjord(client, adress), gjord(client, adress)
        with CaptureQueriesContext(connection) as gjorda:
            client.get(adress)
        assert (forst, sedan, fore.content == igen.content, len(gjorda)) == (True, False, True, 1)
    dop_om("Något helt annat")

    om_igen, efter = gjord(client, CSV)

    assert (om_igen, [b"helt annat" in svar.content for svar in (igen, efter)]) == (True, [False, True])


def test_den_som_har_sidan_far_304_och_bara_for_den(client: Client) -> None:
    svar, annan = client.get(KARTAN), client.get("/flemingsberg/")
    marke = svar.headers["ETag"]

    def status(**huvuden: str) -> int:
        return int(client.get(KARTAN, headers=huvuden).status_code)

    assert (status(if_none_match=marke), status(if_none_match=f'"a", {marke}')) == (304, 304)
    assert (status(if_none_match=annan.headers["ETag"]), status(range="bytes=0-9")) == (200, 200)
    assert Client().get(KARTAN).headers["ETag"] == client.head(KARTAN).headers["ETag"] == marke  # whoever made it
    assert client.get(XLSX).headers["ETag"] == Client().get(XLSX).headers["ETag"]  # says when it was fetched
    assert (marke[:2], svar.headers["Cache-Control"]) == ("W/", "public, no-cache")
    assert {"Cookie", "Accept-Encoding", "HX-Request"} <= set(svar.headers["Vary"].split(", "))


def test_packad_som_den_ar_och_som_del(client: Client) -> None:
    hel, packad = client.get(KARTAN), client.get(KARTAN, headers={"accept-encoding": "gzip"})
    (ny, del_) = gjord(client, KARTAN, hx_request="true", hx_target="karta")

    assert packad.headers["Content-Encoding"] == "gzip"
    assert client.get(XLSX, headers={"accept-encoding": "gzip"}).content[:2] == b"PK"  # packed as it is
    assert len(packad.content) < len(hel.content) / 4
    assert (ny, "<html" in hel.content.decode(), "<html" in del_.content.decode()) == (True, True, False)


def test_ingens_egna_ord_star_i_nagon_annans_svar(client: Client, planerare: Anvandare) -> None:
    """Who is logged in gets their own, whatever mark they have, and leaves nothing behind."""
    inloggad, utkast = Client(), Fardplan.objects.filter(publicerad=False).select_related("stadskarna")[0]
    inloggad.force_login(planerare)
    dolda = f"/{utkast.stadskarna.slug}/"
    for adress in (KARTAN, "/", SIDA, "/arenden/", dolda, f"{dolda}insatskarta/"):
        marke = client.get(adress).headers.get("ETag", "")
        eget = inloggad.get(adress, headers={"if-none-match": marke})
        efter = client.get(adress)

        assert (eget.status_code, planerare.namn in eget.content.decode()) == (200, True), adress
        assert "no-store" in eget.headers["Cache-Control"]
        assert planerare.namn not in efter.content.decode()
        assert "csrfmiddlewaretoken" not in efter.content.decode()
        assert not efter.cookies


def test_utkast_och_fel_halls_inte_kvar(client: Client) -> None:
    handler = lager.Lager(lambda _: HttpResponse(status=404))
    for _ in range(2):
        handler(RequestFactory().get("/finns-inte/insatskarta/"))
        handler(RequestFactory().get("/konto/logga-in/"))
    assert (len(handler.lagrade), client.get("/finns-inte/insatskarta/").status_code) == (0, 404)


def test_det_som_rullas_tillbaka_har_aldrig_hant(client: Client) -> None:
    client.get(KARTAN)
    fore = innehall.version()
    with transaction.atomic():
        dop_om("Rullas tillbaka")
        inne, sedd = innehall.version(), "Rullas tillbaka" in client.get(KARTAN).content.decode()
        transaction.set_rollback(True)

    ny, efter = gjord(client, KARTAN)

    assert (sedd, inne != fore, innehall.version() == fore) == (True, True, True)
    assert (ny, "Rullas tillbaka" in efter.content.decode()) == (False, False)


def test_en_del_som_rullas_tillbaka_tar_sitt_marke_med_sig() -> None:
    with transaction.atomic():
        with transaction.atomic():
            dop_om("A")
            transaction.set_rollback(True)
        dop_om("B")
    fore = innehall.version()
    with transaction.atomic():
        dop_om("C")
        with transaction.atomic():
            dop_om("D")
            transaction.set_rollback(True)
    assert innehall.version() != fore


def test_en_aterlast_kopia_far_ingen_version_som_getts_ut_om_annat() -> None:
    """What was done after the backup is gone, and what comes instead is never taken for it."""
    kopia = list(Innehallsmarke.objects.values_list("marke", flat=True))
    fore = innehall.version()
    dop_om("Efter kopian")
    forlorad = innehall.version()
    Innehallsmarke.objects.all().delete()
    Innehallsmarke.objects.bulk_create(Innehallsmarke(marke=m) for m in kopia)
    aterlast = innehall.version()
    dop_om("Efter återläsningen")

    assert (aterlast == fore, innehall.version() in {fore, forlorad}) == (True, False)


def test_ett_konto_som_andras_i_admin_raknas(client: Client, administrator: Anvandare, styrgrupp: Anvandare) -> None:
    client.force_login(administrator)
    adress = f"/admin/aktorer/anvandare/{styrgrupp.pk}/change/"
    sedd = client.get(adress).context["adminform"].form.fields["sedd"].initial
    falt = {"epost": styrgrupp.epost, "namn": "Nytt namn", "roll": styrgrupp.roll, "is_active": "on", "sedd": sedd}
    fore = innehall.version()
    svar = client.post(adress, falt)

    assert (svar.status_code, innehall.version() == fore) == (302, False)


def test_marken_viks_ihop_och_versionen_ar_densamma() -> None:
    for n in range(400):
        Insats.objects.filter(pk=0).update(titel=f"{n}")
    antal, fore = Innehallsmarke.objects.count(), innehall.version()
    versioner = {fore}
    for n in range(100):
        Insats.objects.filter(pk=0).update(titel=f"{n}")
        versioner.add(innehall.version())
    assert (antal < 250, len(versioner)) == (True, 101)


def test_midnatt_mellan_tva_fragor(client: Client) -> None:
    adress = "/flemingsberg/laget/"
    client.get(adress)
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        ny, _ = gjord(client, adress)
        igen, _ = gjord(client, adress)
    assert (ny, igen) == (True, False)


def test_en_spindel_trycker_inte_ut_det_som_anvands(rf: RequestFactory) -> None:
    hanterare = Lager(lambda r: HttpResponse(b"x" * 3000, content_type="application/pdf"))
    hanterare.plats = 40_000
    adress = "/flemingsberg/insatskarta.pdf"
    hanterare(rf.get(adress))
    for n in range(50):
        hanterare(rf.get(f"{adress}?q={n}"))
    en_gang = [n[1] for n in hanterare.lagrade]
    for n in range(50):
        hanterare(rf.get(f"{adress}?q={n}"))
        hanterare(rf.get(adress))

    assert en_gang == [adress]
    assert adress in [n[1] for n in hanterare.lagrade]
    assert hanterare.byte == sum(lagrat.byte for lagrat in hanterare.lagrade.values()) <= 40_000


def test_det_som_andras_medan_en_sida_gors_halls_inte_kvar(rf: RequestFactory) -> None:
    def gor(request: HttpRequest) -> HttpResponse:
        dop_om("Mitt i")
        return HttpResponse("sidan")

    hanterare = Lager(gor)

    assert (hanterare(rf.get(KARTAN)).content, len(hanterare.lagrade)) == (b"sidan", 0)


def test_samma_sida_gors_av_en_i_taget(rf: RequestFactory) -> None:
    klart, gjorda = Event(), []

    def gor(request: HttpRequest) -> HttpResponse:
        gjorda.append(request.path)
        klart.wait(10)
        return HttpResponse("sidan")

    hanterare, svar = Lager(gor), []

    def hamta() -> None:
        svar.append(hanterare(rf.get(KARTAN)).content)
        connection.close()

    tradar = [Thread(target=hamta) for _ in range(3)]
    for trad in tradar:
        trad.start()
    while not any(p.vantar == 2 for p in hanterare.pagar.values()):
        klart.wait(0.01)
    klart.set()
    for trad in tradar:
        trad.join()

    assert (gjorda, svar, hanterare.pagar) == ([KARTAN], [b"sidan"] * 3, {})


def test_varje_tabell_ar_markt_eller_sags_inte_visas() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tabeller = {t for (t,) in cursor.fetchall()}
        cursor.execute(
            "SELECT tgrelid::regclass::text, bit_or(tgtype) & 28 FROM pg_trigger WHERE tgname LIKE 'pgtrigger_raknas%'"
            " AND (tgtype & 1) = 0 GROUP BY 1"
        )
        markta = dict(cursor.fetchall())

    assert tabeller - set(markta) == set(VISAS_INTE)
    historik = {m._meta.db_table for m in apps.get_models() if m.__name__.endswith("Event")}
    # 4 insert, 8 delete, 16 update. A row of history comes with what it is of; bytes are never changed.
    vid = dict.fromkeys(markta, 28) | dict.fromkeys(historik & set(markta), 24) | {"insatser_filinnehall": 12}
    assert markta == vid


def test_inloggning_och_mejl_gor_inga_sidor_om(planerare: Anvandare) -> None:
    fore = innehall.version()
    inloggad = Client()
    inloggad.force_login(planerare)
    Utskick.objects.create(anvandare=planerare, dag=klocka.IDAG, slag=Utskick.Slag.TYSTNAD)
    Utskick.objects.update(paborjat=timezone.now())
    oforandrad = innehall.version()
    Anvandare.objects.filter(pk=planerare.pk).update(namn="Ett annat namn")

    assert (oforandrad == fore, innehall.version() == fore) == (True, False)


def test_ingen_oppen_sida_laser_det_som_inte_raknas(client: Client) -> None:
    lasta: set[str] = set()
    for adress in OPPNA:
        with CaptureQueriesContext(connection) as gjorda:
            assert client.get(adress).status_code == 200, adress
        lasta |= {tabell for fraga in gjorda for tabell in re.findall(r'(?:FROM|JOIN) "?(\w+)', fraga["sql"])}

    assert lasta & (set(VISAS_INTE) - {"aktorer_innehallsmarke"}) == set()
    assert "insatser_insats" in lasta


def test_en_forbindelse_som_dott_byts_utan_att_nagon_ser_det(client: Client) -> None:
    client.get(KARTAN)
    fore = innehall.version()
    assert connection.connection
    with psycopg.connect(connection.connection.info.dsn, autocommit=True) as annan:
        annan.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
    connection.health_check_done = False  # type: ignore[attr-defined]  # as at the beginning of a request

    assert innehall.version() == fore


def test_ingen_sida_bakom_inloggning_eller_nyckel_ar_publik() -> None:
    def publika(under: URLResolver, fore: str = "") -> Iterator[tuple[str, bool]]:
        for del_ in under.url_patterns:
            adress = f"{fore}{del_.pattern}"
            if isinstance(del_, URLResolver):
                yield from publika(del_, adress)
            elif getattr(del_.callback, "publik", False):
                yield adress, getattr(del_.callback, "login_required", True)

    alla = dict(publika(get_resolver()))

    assert len(alla) > 30
    assert {a for a, inloggad in alla.items() if inloggad or "token" in a or "nyckel" in a} == set()
