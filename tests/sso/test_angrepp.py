"""The same real providers when they cheat, when somebody in between does, and when they are gone."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace

import pytest
import requests
from django.test import Client

from aktorer import andringar
from aktorer.models import Anvandare, Identitet, Kontobegaran
from fardplan.sso import Ssoval
from tests.sidtext import platt
from tests.sso.conftest import (
    EPOST,
    VAGAR,
    Leverantorer,
    adressen,
    eva,
    inloggad,
    kom_in,
    leder_till,
    nyckel_och_certifikat,
    oidc_tillbaka,
    samlsvar,
)

# One worker has the providers.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("sso")]

GICK_INTE, NERE = "/konto/sso/besked/gick-inte/", "/konto/sso/besked/svarar-inte/"
AVBRUTET = "/konto/sso/besked/avbrutet/"


@pytest.fixture(autouse=True)
def evas_konto(leverantorer: Leverantorer) -> Anvandare:
    """Whom all of it is about. Without a password: nothing else stands in the way of who is believed."""
    return andringar.skapa_anvandare(av=None, epost=EPOST["oidc"], namn="Eva Ek", roll="styrgrupp", losenord=None)  # type: ignore[arg-type]


@pytest.fixture
def evas_samlkonto(evas_konto: Anvandare) -> Anvandare:
    return andringar.skapa_anvandare(av=None, epost=EPOST["saml"], namn="Eva Ek", roll="styrgrupp", losenord=None)  # type: ignore[arg-type]


def ingen_kom_in(klient: Client) -> bool:
    return not (inloggad(klient) or Identitet.objects.exists() or Kontobegaran.objects.exists())


@pytest.mark.parametrize(
    "fusk",
    [
        "nonce",
        "utan-nonce",
        "mottagare",
        "azp",
        "utgivare",
        "for-gammal",
        "utan-slut",
        "framtid",
        "osignerad",
        "hs256",
        "annan-nyckel",
        "annan-i-userinfo",
        "annan-upptackt",
    ],
)
def test_openid_leverantor_som_fuskar_slapper_inte_in_nagon(
    client: Client, leverantorer: Leverantorer, fusk: str
) -> None:
    leverantorer.styr(client, eva("oidc"))
    adress = adressen(client.post("/konto/sso/oidc/"))
    leverantorer.styr(client, eva("oidc"), fusk)

    assert leder_till(client.get(oidc_tillbaka(adress, "eva"))) == GICK_INTE
    assert ingen_kom_in(client)


def test_ingen_skickas_till_en_annan_utgivare(client: Client, leverantorer: Leverantorer) -> None:
    leverantorer.styr(client, eva("oidc"), "annan-upptackt")

    assert leder_till(client.post("/konto/sso/oidc/")) == GICK_INTE


@pytest.mark.parametrize(
    "fusk",
    [
        "mottagare",
        "utgivare",
        "for-gammal",
        "framtid",
        "osignerad",
        "bara-svaret-signerat",
        "andrad",
        "tillfallig",
        "annan-fraga",
        "oombett",
    ],
)
def test_saml_leverantor_som_fuskar_slapper_inte_in_nagon(
    client: Client, leverantorer: Leverantorer, evas_samlkonto: Anvandare, fusk: str
) -> None:
    leverantorer.styr(client, eva("saml"), fusk)

    assert leder_till(kom_in(client, "saml")) == GICK_INTE
    assert ingen_kom_in(client)


@pytest.fixture
def med_nyckel(val: Ssoval, satt: Callable[..., None]) -> Callable[[], None]:
    """Sets a new key of ours. The IdP encrypts for who has one, and answers only what it has signed."""

    def ny() -> None:
        assert val.saml
        nyckel, certifikat = nyckel_och_certifikat()
        satt(saml=replace(val.saml, nyckel=nyckel, certifikat=certifikat))

    ny()
    return ny


def test_med_egen_nyckel_fragas_signerat_och_svaras_krypterat(
    client: Client, leverantorer: Leverantorer, evas_samlkonto: Anvandare, med_nyckel: Callable[[], None]
) -> None:
    leverantorer.styr(client, eva("saml"))
    fraga = adressen(client.post("/konto/sso/saml/"))
    svar = samlsvar(fraga)

    utan_signatur = requests.get(re.sub("&(Signature|SigAlg)=[^&]*", "", fraga), timeout=10)
    nyckelns_annans = fraga.replace("&Signature=", "&Signature=AAAA")
    assert (utan_signatur.status_code, requests.get(nyckelns_annans, timeout=10).status_code) == (400, 400)
    assert (b"EncryptedAssertion" in b64decode(svar), EPOST["saml"].encode() in b64decode(svar)) == (True, False)
    klart = leder_till(client.post("/konto/sso/saml/tillbaka/", {"SAMLResponse": svar}))
    assert leder_till(client.get(klart)) == "/mitt-arbete/"


def test_krypterat_for_en_annan_nyckel_gar_inte_att_lasa(
    client: Client, leverantorer: Leverantorer, evas_samlkonto: Anvandare, med_nyckel: Callable[[], None]
) -> None:
    leverantorer.styr(client, eva("saml"))
    svar = samlsvar(adressen(client.post("/konto/sso/saml/")))
    med_nyckel()

    assert leder_till(client.post("/konto/sso/saml/tillbaka/", {"SAMLResponse": svar})) == GICK_INTE


@pytest.mark.parametrize(
    ("fusk", "dit"),
    [("bara-svaret-signerat", GICK_INTE), ("mottagare", GICK_INTE), ("okrypterad", "/mitt-arbete/")],
)
def test_krypterat_ar_inget_bevis_och_okrypterat_inget_fusk(
    client: Client,
    leverantorer: Leverantorer,
    evas_samlkonto: Anvandare,
    med_nyckel: Callable[[], None],
    fusk: str,
    dit: str,
) -> None:
    """Anybody can encrypt for us: it is by its signature that an assertion is believed."""
    leverantorer.styr(client, eva("saml"), fusk)

    assert leder_till(kom_in(client, "saml")) == dit


def test_klockor_som_gar_lite_olika_ar_inget_fusk(client: Client, leverantorer: Leverantorer) -> None:
    leverantorer.styr(client, eva("oidc"), "snett-men-inom")

    assert leder_till(kom_in(client, "oidc")) == "/mitt-arbete/"


def test_openid_svar_anvands_en_gang_och_bara_dar_det_begardes(client: Client, leverantorer: Leverantorer) -> None:
    leverantorer.styr(client, eva("oidc"))
    tillbaka = oidc_tillbaka(adressen(client.post("/konto/sso/oidc/")), "eva")
    annan, forst = Client(), Client()

    assert leder_till(annan.get(tillbaka)) == GICK_INTE
    assert leder_till(client.get(tillbaka)) == "/mitt-arbete/"
    client.logout()
    assert leder_till(client.get(tillbaka)) == GICK_INTE
    assert not any(inloggad(k) for k in (client, annan, forst))


def test_en_annans_kod_i_eget_svar(client: Client, leverantorer: Leverantorer) -> None:
    """A stolen code with a state of one's own: it was bought with another challenge, and for another nonce."""
    leverantorer.styr(client, eva("oidc"))
    evas = oidc_tillbaka(adressen(client.post("/konto/sso/oidc/")), "eva")
    annan = Client()
    eget = adressen(annan.post("/konto/sso/oidc/")).partition("state=")[2].partition("&")[0]
    kod = evas.partition("code=")[2].partition("&")[0]

    assert leder_till(annan.get("/konto/sso/oidc/tillbaka/", {"code": kod, "state": eget})) == GICK_INTE
    assert not inloggad(annan)


def test_saml_svar_anvands_en_gang(client: Client, leverantorer: Leverantorer, evas_samlkonto: Anvandare) -> None:
    leverantorer.styr(client, eva("saml"))
    svar = {"SAMLResponse": samlsvar(adressen(client.post("/konto/sso/saml/")))}
    klart = leder_till(client.post("/konto/sso/saml/tillbaka/", svar))

    assert leder_till(client.get(klart)) == "/mitt-arbete/"
    client.logout()
    assert leder_till(client.get(klart)) == GICK_INTE
    client.post("/konto/sso/saml/")
    assert leder_till(client.post("/konto/sso/saml/tillbaka/", svar)) == GICK_INTE
    assert not inloggad(client)


def test_saml_svar_galler_i_den_webblasare_som_fragade(
    client: Client, leverantorer: Leverantorer, evas_samlkonto: Anvandare
) -> None:
    leverantorer.styr(client, eva("saml"))
    svar, annan = samlsvar(adressen(client.post("/konto/sso/saml/"))), Client()
    annan.post("/konto/sso/saml/")

    klart = leder_till(annan.post("/konto/sso/saml/tillbaka/", {"SAMLResponse": svar}))

    assert leder_till(annan.get(klart)) == GICK_INTE
    assert ingen_kom_in(annan)


@pytest.mark.parametrize("svar", ["", "inget-intyg", "PHg+", "A" * 300_000, "PCFET0NUWVBFIHggW10+PHgvPg=="])
def test_skrap_i_stallet_for_intyg(client: Client, leverantorer: Leverantorer, svar: str) -> None:
    assert leder_till(client.post("/konto/sso/saml/tillbaka/", {"SAMLResponse": svar})) == GICK_INTE


@pytest.mark.parametrize("fraga", ["", "?code=x", "?state=x&code=x", "?error=server_error", "?state=&error=x"])
def test_skrap_i_stallet_for_kod(client: Client, leverantorer: Leverantorer, fraga: str) -> None:
    assert leder_till(client.get(f"/konto/sso/oidc/tillbaka/{fraga}")) == GICK_INTE


def test_avbrutet_hos_leverantoren(client: Client, leverantorer: Leverantorer) -> None:
    leverantorer.styr(client, eva("oidc"))
    with requests.Session() as session:
        sida = session.get(adressen(client.post("/konto/sso/oidc/")), timeout=10)
        svar = session.get(f"{sida.url}/abort", timeout=10, allow_redirects=False)
        svar = session.get(svar.headers["Location"], timeout=10, allow_redirects=False)

    assert leder_till(client.get(svar.headers["Location"])) == AVBRUTET
    assert "Till inloggningen" in platt(client.get(AVBRUTET))


def test_avbrutet_hos_saml_leverantoren(client: Client, leverantorer: Leverantorer) -> None:
    leverantorer.styr(client, eva("saml"), "avbrutet")

    assert leder_till(kom_in(client, "saml")) == AVBRUTET


@pytest.mark.parametrize("fusk", ["nere-token", "nere-nycklar"])
def test_leverantor_som_gar_ner_under_tiden(client: Client, leverantorer: Leverantorer, fusk: str) -> None:
    leverantorer.styr(client, eva("oidc"), fusk)

    assert leder_till(kom_in(client, "oidc")) == NERE
    assert ingen_kom_in(client)


@pytest.mark.parametrize("vag", VAGAR)
def test_leverantor_som_svarar_med_fel(client: Client, leverantorer: Leverantorer, vag: str) -> None:
    leverantorer.styr(client, eva(vag), "nere-upptackt")

    assert leder_till(client.post(f"/konto/sso/{vag}/")) == NERE
    assert "Logga in med" in platt(client.get("/konto/logga-in/"))


@pytest.mark.parametrize("vag", VAGAR)
def test_leverantor_som_ar_borta(client: Client, val: Ssoval, satt: Callable[..., None], vag: str) -> None:
    assert val.oidc
    assert val.saml
    borta = "http://127.0.0.1:1"
    satt(oidc=replace(val.oidc, utgivare=borta), saml=replace(val.saml, metadata=borta))

    assert leder_till(client.post(f"/konto/sso/{vag}/")) == NERE
    assert "svarar inte" in platt(client.get(NERE))
