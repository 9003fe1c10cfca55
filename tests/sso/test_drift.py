"""Whether the providers are there is said before anybody tries to log in."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
import requests
from django.test import Client
from django.utils import timezone

from aktorer import sso as leverantorer_sso
from fardplan import drift, sso
from fardplan.drift import Grad
from tests.sso.conftest import Leverantorer, eva, kom_in, leder_till, nyckel_och_certifikat

# One worker has the providers.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("sso")]


def _fynd() -> list[tuple[str, Grad]]:
    return [(f.vad, f.grad) for f in drift._leverantorer()]


def test_leverantorer_som_svarar(client: Client, leverantorer: Leverantorer) -> None:
    """The certificate of these holds for a day."""
    leverantorer.styr(client, eva("oidc"))

    assert _fynd() == [("OpenID Connect", Grad.OK), ("SAML", Grad.OBS)]


def test_leverantorer_som_inte_svarar(val: sso.Ssoval, satt: Callable[..., None]) -> None:
    assert val.oidc
    assert val.saml
    borta = "http://127.0.0.1:9"
    satt(oidc=replace(val.oidc, utgivare=borta), saml=replace(val.saml, metadata=f"{borta}/metadata"))

    assert _fynd() == [("OpenID Connect", Grad.FEL), ("SAML", Grad.FEL)]


def test_metadata_som_ar_nagot_annat(
    client: Client, leverantorer: Leverantorer, val: sso.Ssoval, satt: Callable[..., None]
) -> None:
    leverantorer.styr(client, eva("oidc"))
    assert val.saml
    satt(oidc=None, saml=replace(val.saml, metadata=f"{leverantorer.oidc}/.well-known/openid-configuration"))

    assert _fynd() == [("SAML", Grad.FEL)]
    assert leder_till(client.post("/konto/sso/saml/")) == "/konto/sso/besked/gick-inte/"


def test_federationens_forsta_leverantor_tas_inte_for_den_som_menas(
    client: Client, leverantorer: Leverantorer, val: sso.Ssoval, satt: Callable[..., None], tmp_path: Path
) -> None:
    """Whoever else is in the file, in front, says who nobody is."""
    leverantorer.styr(client, eva("saml"))
    ratt = requests.get(f"{leverantorer.saml}/metadata", timeout=10).text
    annan = ratt.replace(leverantorer.saml, "https://idp.annan.example")
    fil = tmp_path / "federation.xml"
    fil.write_text(
        f'<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata">{annan}{ratt}</EntitiesDescriptor>'
    )
    assert val.saml
    saml = replace(val.saml, metadata=fil.as_uri())

    satt(oidc=None, saml=saml)
    [fynd] = drift._leverantorer()
    assert (fynd.grad, "SAML_UTGIVARE saknas" in fynd.text, "\n" in fynd.text) == (Grad.FEL, True, False)
    assert leder_till(client.post("/konto/sso/saml/")) == "/konto/sso/besked/gick-inte/"

    satt(oidc=None, saml=replace(saml, utgivare=f"{leverantorer.saml}/metadata"))
    assert _fynd() == [("SAML", Grad.OBS)]
    assert leder_till(kom_in(client, "saml")) == "/konto/sso/besked/begaran-vantar/"


@pytest.mark.parametrize(("dagar", "grad"), [(400, Grad.OK), (29, Grad.OBS), (-1, Grad.FEL)])
def test_vart_certifikat_sags_innan_det_gar_ut(
    val: sso.Ssoval, satt: Callable[..., None], dagar: int, grad: Grad
) -> None:
    assert val.saml
    nyckel, certifikat = nyckel_och_certifikat(dagar)
    satt(oidc=None, saml=replace(val.saml, nyckel=nyckel, certifikat=certifikat))

    assert _fynd()[1:] == [("SAML, vårt certifikat", grad)]


def test_utan_leverantorer_sags_inget(satt: Callable[..., None]) -> None:
    satt(oidc=None, saml=None)

    assert _fynd() == []


def test_leverantorens_tls_certifikat_lases_dar_de_nas(tmp_path: Path) -> None:
    fil = tmp_path / "tls.pem"
    fil.write_text("".join(nyckel_och_certifikat(dagar=5)))
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(fil)
    with socket.create_server(("127.0.0.1", 0)) as uttag:
        Thread(target=lambda: tls.wrap_socket(uttag.accept()[0], server_side=True).close(), daemon=True).start()
        adress = f"https://127.0.0.1:{uttag.getsockname()[1]}/realm"
        slut = leverantorer_sso.tls_slut(adress)

    assert slut is not None
    assert (slut - timezone.now()).days == 5
    assert leverantorer_sso.tls_slut(adress.replace("https", "http")) is None
    with pytest.raises(leverantorer_sso.Ssofel):
        leverantorer_sso.tls_slut("https://127.0.0.1:9/")


@pytest.mark.parametrize(("dagar", "grad"), [(None, Grad.OK), (60, Grad.OK), (13, Grad.OBS)])
def test_leverantorens_tls_certifikat_sags_innan_det_gar_ut(dagar: int | None, grad: Grad) -> None:
    slut = timezone.now() + timedelta(days=dagar, hours=1) if dagar else None

    fynd = drift._om_tls("https://idp.example svarar.", slut)

    assert (fynd.grad, fynd.text.startswith("https://idp.example svarar.")) == (grad, True)
