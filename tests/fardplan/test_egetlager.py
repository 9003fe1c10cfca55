"""Who is logged in gets what the very same person got, as long as nothing of it is changed, and nobody else's."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from aktorer.models import Anvandare
from insatser.models import Foljning, Insats

pytestmark = pytest.mark.django_db(transaction=True)

KARTAN = "/flemingsberg/insatskarta/"
SIDA = "/flemingsberg/insatser/1.3/"
EGNA = (KARTAN, f"{KARTAN}?vy=tabell", SIDA, "/flemingsberg/oversikt/", "/mitt-arbete/", "/sok/?q=kommun", "/oversikt/")
VEM = 3  # queries: the session, the person, the version


@pytest.fixture
def inloggad() -> Callable[[Anvandare], Client]:
    def som(person: Anvandare) -> Client:
        klient = Client(enforce_csrf_checks=True)
        klient.force_login(person)
        klient.get("/konto/")  # its form gives the cookie of the CSRF token
        return klient

    return som


def gjord(klient: Client, adress: str, **huvuden: str) -> tuple[bool, str]:
    """(whether it was made now, the page)."""
    with CaptureQueriesContext(connection) as fragor:
        svar = klient.get(adress, headers=huvuden)
    assert svar.status_code == 200
    return len(fragor) > VEM, svar.content.decode()


@pytest.mark.parametrize("adress", EGNA)
def test_gors_en_gang_tills_nagot_andras(
    inloggad: Callable[[Anvandare], Client], planerare: Anvandare, adress: str
) -> None:
    klient = inloggad(planerare)
    forst, igen = gjord(klient, adress), gjord(klient, adress)
    Insats.objects.filter(titel__startswith="Samverka kring").update(titel="Något annat")

    assert (forst[0], igen) == (True, (False, forst[1]))
    assert gjord(klient, adress)[0]


def test_ar_ens_egen_och_ingen_annans(
    inloggad: Callable[[Anvandare], Client], planerare: Anvandare, administrator: Anvandare, client: Client
) -> None:
    en, annan, samma = inloggad(planerare), inloggad(administrator), inloggad(planerare)
    marken = []
    for klient in (en, annan, samma):
        ny, sida = gjord(klient, KARTAN)
        marken.append(re.findall(r'csrfmiddlewaretoken" value="(\w+)"', sida)[0])
        assert (ny, gjord(klient, KARTAN)[0]) == (True, False)

    assert len(set(marken)) == 3
    assert "Mitt arbete" not in client.get(KARTAN).content.decode()
    assert "no-store" in en.get(KARTAN).headers["Cache-Control"]


def foljs(klient: Client, sida: str) -> int:
    """Send the form by which one follows, as the page has it."""
    formular = re.search(r'action="([^"]*/folj/)"(.*?)</form>', sida, re.S)
    assert formular
    falt = dict(re.findall(r'name="(\w+)" value="([^"]*)"', formular[2])) | {"folj": "ja"}
    return int(klient.post(formular[1], falt).status_code)


def test_ett_formular_som_hallits_kvar_gar_att_skicka_och_det_som_sags_sags_en_gang(
    inloggad: Callable[[Anvandare], Client], planerare: Anvandare
) -> None:
    klient = inloggad(planerare)
    gjord(klient, SIDA)
    skickat = foljs(klient, gjord(klient, SIDA)[1])
    sidor = [gjord(klient, SIDA)[1] for _ in range(3)]

    assert (skickat, Foljning.objects.count()) == (302, 1)
    assert ["Du följer 1.3" in sida for sida in sidor] == [True, False, False]
    assert all("Sluta följa" in sida for sida in sidor)


def test_den_som_mist_sin_ratt_eller_sitt_konto_far_inget_gammalt(
    inloggad: Callable[[Anvandare], Client], planerare: Anvandare
) -> None:
    klient = inloggad(planerare)
    assert "/redigera/" in gjord(klient, SIDA)[1]
    Anvandare.objects.filter(pk=planerare.pk).update(roll="styrgrupp")
    utan = gjord(klient, SIDA)[1]
    Anvandare.objects.filter(pk=planerare.pk).update(is_active=False)

    assert (f"{SIDA}redigera/" in utan, klient.get("/mitt-arbete/").status_code) == (False, 302)


def test_en_annan_dag_eller_en_del_ar_en_annan_sida(
    inloggad: Callable[[Anvandare], Client], planerare: Anvandare
) -> None:
    klient = inloggad(planerare)
    hel = gjord(klient, KARTAN)[1]
    ny, del_ = gjord(klient, KARTAN, hx_request="true", hx_target="karta")
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        i_morgon = gjord(klient, KARTAN)[0]

    assert (ny, "<html" in hel, "<html" in del_, i_morgon) == (True, True, False, True)


def test_packad_som_webblasaren_tar_den(inloggad: Callable[[Anvandare], Client], planerare: Anvandare) -> None:
    klient = inloggad(planerare)
    hel = gjord(klient, KARTAN)[1]
    packad = klient.get(KARTAN, headers={"accept-encoding": "gzip"})

    assert packad.headers["Content-Encoding"] == "gzip"
    assert len(packad.content) < len(hel) / 4
