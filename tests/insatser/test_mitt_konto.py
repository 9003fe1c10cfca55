"""One's own account: name, password, address and sessions, and what dies with a password."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings as installningar
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.utils import timezone

from aktorer import andringar as kontoandringar
from aktorer.models import Anvandare
from insatser.andringar import konton as andringar
from insatser.fragor import lank
from insatser.fragor.lank import Kontonyckel
from insatser.models import Mottagare, Utskick
from insatser.regler.enhet import i_ord
from insatser.utbyte.mejl import sandning
from tests.conftest import LOSENORD
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

NYTT = "fyra ord i en rad"
NY_ADRESS = "ny.adress@huddinge.example"


@pytest.fixture(autouse=True)
def _utan_takt() -> None:
    cache.clear()


def logga_in(person: Anvandare, **huvuden: str) -> Client:
    klient = Client(headers=huvuden)
    klient.post("/konto/logga-in/", {"login": person.epost, "password": LOSENORD})
    return klient


def test_mitt_konto_samlar_allt(client: Client, tjansteperson: Anvandare) -> None:
    client.force_login(tjansteperson)
    sida = client.get("/konto/")
    lankar = set(re.findall(r'href="(/(?:konto|mitt-arbete/pren)[^"]*)"', sida.text))
    assert lankar == {
        "/konto/",
        "/konto/namn/",
        "/konto/adress/",
        "/konto/losenord/",
        "/konto/tvasteg/",
        "/konto/passkeys/ny/",
        "/konto/inloggningar/",
        "/mitt-arbete/prenumerera/",
        "/konto/mejl/",
    }


def test_namnet_andras(client: Client, tjansteperson: Anvandare) -> None:
    client.force_login(tjansteperson)
    assert client.post("/konto/namn/", {"namn": "Nytt Namn"})["Location"] == "/konto/"
    assert client.post("/konto/namn/", {"namn": ""}).status_code == 422
    tjansteperson.refresh_from_db()
    assert tjansteperson.namn == "Nytt Namn"


def test_argon2_ar_forst() -> None:
    assert _forsta_metoden() == "Argon2PasswordHasher"


def _forsta_metoden() -> str:
    """As settings.py has it; the tests have a quick one."""
    text = (installningar.BASE_DIR / "fardplan/settings.py").read_text()
    hittad = re.search(r"PASSWORD_HASHERS = \[\s*\"django\.contrib\.auth\.hashers\.(\w+)\"", text)
    assert hittad
    return hittad[1]


# --- what dies with a password ---


def _byt_pa_sidan(person: Anvandare) -> None:
    falt = {"oldpassword": LOSENORD, "password1": NYTT, "password2": NYTT}
    assert logga_in(person).post("/konto/losenord/", falt).status_code == 302


def _med_nyckel(person: Anvandare) -> None:
    nyckel = lank.skriv_kontonyckel(person, Kontonyckel.LOSENORD)
    Client().post(f"/konto/nytt-losenord/{nyckel}/", {"losenord": NYTT, "losenord_igen": NYTT})


def _i_admin(person: Anvandare) -> None:
    kontoandringar.byt_losenord(av=None, anvandare=person, losenord=NYTT)


@pytest.mark.parametrize("byt", [_byt_pa_sidan, _med_nyckel, _i_admin], ids=["sidan", "nyckel", "andringar"])
def test_kalendern_lankarna_och_sessionerna_dor_med_losenordet(
    tjansteperson: Anvandare, huddinge: Mottagare, byt: Any
) -> None:
    kontoandringar.skapa_kalenderadress(av=tjansteperson)
    tjansteperson.refresh_from_db()
    annan = logga_in(tjansteperson)
    tjansteperson.refresh_from_db()
    adresser = [f"/kalender/{tjansteperson.kalendernyckel}.ics", f"/svara/{lank.skriv(huddinge)}/"]
    assert [Client().get(a).status_code for a in adresser] == [200, 200]

    byt(tjansteperson)

    assert [Client().get(a).status_code for a in adresser] == [404, 404]
    assert annan.get("/mitt-arbete/").status_code == 302
    ny = Mottagare.objects.select_related("anvandare").get(pk=huddinge.pk)
    assert Client().get(f"/svara/{lank.skriv(ny)}/").status_code == 200


def test_den_som_byter_losenord_ar_kvar_dar_den_ar_och_far_ett_mejl(
    tjansteperson: Anvandare, mailoutbox: list[Any]
) -> None:
    har = logga_in(tjansteperson)
    har.post("/konto/losenord/", {"oldpassword": LOSENORD, "password1": NYTT, "password2": NYTT})
    sandning.skicka_vantande()
    assert har.get("/mitt-arbete/").status_code == 200
    assert [b.subject for b in mailoutbox] == ["Lösenordet är bytt – Färdplan"]


def test_den_forsta_gangen_dor_inget(tjansteperson: Anvandare, huddinge: Mottagare) -> None:
    """Who is invited may have got a round's mail before choosing a password."""
    tjansteperson.set_unusable_password()
    tjansteperson.save()
    lanken = f"/svara/{lank.skriv(huddinge)}/"
    nyckel = lank.skriv_kontonyckel(tjansteperson, Kontonyckel.INBJUDAN)
    Client().post(f"/konto/valkommen/{nyckel}/", {"namn": "T", "losenord": NYTT, "losenord_igen": NYTT})
    assert Client().get(lanken).status_code == 200


# --- sessions ---

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
TELEFON = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile Safari/604.1"


def test_loggar_ut_overallt_utom_har(tjansteperson: Anvandare) -> None:
    har, dar = logga_in(tjansteperson, **{"User-Agent": FIREFOX}), logga_in(tjansteperson, **{"User-Agent": TELEFON})
    text = platt(har.get("/konto/inloggningar/"))
    assert ("Firefox på Windows" in text, "Safari på iPhone" in text, "127.0.0.1" in text) == (True, True, True)

    har.post("/konto/inloggningar/")

    assert (har.get("/mitt-arbete/").status_code, dar.get("/mitt-arbete/").status_code) == (200, 302)
    assert "Safari på iPhone" not in platt(har.get("/konto/inloggningar/"))


@pytest.mark.parametrize(
    ("user_agent", "ord_"),
    [
        (FIREFOX, "Firefox på Windows"),
        (TELEFON, "Safari på iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36", "Chrome på Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge på Windows"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome på Android"),
        ("curl/8", "Okänd webbläsare"),
        ("", "Okänd webbläsare"),
    ],
    ids=["firefox", "iphone", "chrome", "edge", "android", "curl", "ingen"],
)
def test_enheten_i_ord(user_agent: str, ord_: str) -> None:
    assert i_ord(user_agent) == ord_


# --- the own address ---


def _lanken(brev: Any) -> str:
    hittad = re.search(r"https?://[^/\s]+(/konto/adress/[^/\s]+/)", str(brev.body))
    assert hittad
    return hittad[1]


def test_adressen_byts_nar_nagon_har_tryckt_pa_knappen(tjansteperson: Anvandare, mailoutbox: list[Any]) -> None:
    gammal = tjansteperson.epost
    andringar.begar_adress(av=tjansteperson, epost=NY_ADRESS)
    sandning.skicka_vantande()
    assert sorted(b.to[0] for b in mailoutbox) == [NY_ADRESS, gammal]
    adress = _lanken(next(b for b in mailoutbox if b.to == [NY_ADRESS]))

    assert Client().get(adress).status_code == 200
    tjansteperson.refresh_from_db()
    assert tjansteperson.epost == gammal
    assert Client().post(adress)["Location"] == "/konto/logga-in/"

    tjansteperson.refresh_from_db()
    sandning.skicka_vantande()
    assert (tjansteperson.epost, mailoutbox[-1].to, mailoutbox[-1].subject) == (
        NY_ADRESS,
        [gammal],
        "Din adress är bytt – Färdplan",
    )
    assert Client().post(adress).status_code == 404


@pytest.mark.parametrize("epost", [NY_ADRESS, "PLANERARE@fardplan.example"], ids=["ledig", "upptagen"])
def test_svaret_ar_detsamma_vems_adressen_an_ar(tjansteperson: Anvandare, planerare: Anvandare, epost: str) -> None:
    svar = logga_in(tjansteperson).post("/konto/adress/", {"epost": epost})
    assert (svar.status_code, "ligger det en länk där" in platt(svar)) == (200, True)


def test_en_upptagen_adress_far_inget_mejl(tjansteperson: Anvandare, planerare: Anvandare) -> None:
    rader = andringar.begar_adress(av=tjansteperson, epost=planerare.epost.upper())
    assert [(r.slag, r.till) for r in rader] == [("saker", "")]


def test_hogst_tre_ganger_i_timmen(tjansteperson: Anvandare) -> None:
    antal = [len(andringar.begar_adress(av=tjansteperson, epost=f"{n}@huddinge.example")) for n in range(4)]
    assert antal == [2, 2, 2, 0]


def test_den_egna_adressen_ar_ingen_ny(tjansteperson: Anvandare) -> None:
    svar = logga_in(tjansteperson).post("/konto/adress/", {"epost": tjansteperson.epost.upper()})
    assert (svar.status_code, "Det är redan din adress." in platt(svar)) == (422, True)


def test_den_som_inte_nyss_loggade_in_bekraftar_forst(client: Client, tjansteperson: Anvandare) -> None:
    client.force_login(tjansteperson)
    assert client.get("/konto/adress/")["Location"] == "/konto/bekrafta/?next=%2Fkonto%2Fadress%2F"


def _byt_adress(person: Anvandare) -> None:
    kontoandringar.andra_anvandare(
        av=None, anvandare=person, sedd=kontoandringar.senaste_handelse(person), epost="tredje@huddinge.example"
    )


def _byt_losenord(person: Anvandare) -> None:
    kontoandringar.byt_losenord(av=None, anvandare=person, losenord=NYTT)


def _stang(person: Anvandare) -> None:
    Anvandare.objects.filter(pk=person.pk).update(is_active=False)


@pytest.mark.parametrize("handelse", [_byt_adress, _byt_losenord, _stang])
def test_nyckeln_dor_nar_kontot_har_andrats(tjansteperson: Anvandare, handelse: Any) -> None:
    nyckel = lank.skriv_adressnyckel(tjansteperson, NY_ADRESS)
    handelse(tjansteperson)
    assert lank.las_adressnyckel(nyckel) is None


def test_nyckeln_galler_i_ett_dygn_och_for_adressen(tjansteperson: Anvandare) -> None:
    nyckel = lank.skriv_adressnyckel(tjansteperson, NY_ADRESS)
    assert lank.las_adressnyckel(nyckel) == (tjansteperson, NY_ADRESS)
    assert lank.las_kontonyckel(nyckel, Kontonyckel.LOSENORD) is None
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1), tick=False):
        assert lank.las_adressnyckel(nyckel) is None


def test_en_adress_som_nagon_hann_fa_byts_inte(tjansteperson: Anvandare, planerare: Anvandare) -> None:
    nyckel = lank.skriv_adressnyckel(tjansteperson, NY_ADRESS)
    Anvandare.objects.filter(pk=planerare.pk).update(epost=NY_ADRESS.title())
    assert Client().post(f"/konto/adress/{nyckel}/").status_code == 404


# --- the same key at the same moment ---


@pytest.mark.django_db(transaction=True)
def test_nyckeln_galler_en_gang_ocksa_i_samma_stund(tjansteperson: Anvandare) -> None:
    nyckel = lank.skriv_kontonyckel(tjansteperson, Kontonyckel.LOSENORD)
    start = threading.Barrier(2)

    def forsok(losenord: str) -> bool:
        try:
            start.wait()
            andringar.valj_losenord(av=None, token=nyckel, vad=Kontonyckel.LOSENORD, losenord=losenord)
        except ValidationError:
            return False
        finally:
            connection.close()
        return True

    val = [f"{NYTT} ett", f"{NYTT} två"]
    with ThreadPoolExecutor(2) as tradar:
        lyckades = list(tradar.map(forsok, val))

    tjansteperson.refresh_from_db()
    assert sorted(lyckades) == [False, True]
    assert [tjansteperson.check_password(v) for v in val] == lyckades
    assert Utskick.objects.filter(anvandare=tjansteperson, vad="losenord").count() == 1
