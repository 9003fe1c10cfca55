"""Whether the providers are there is said before anybody tries to log in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client

from fardplan import drift, sso
from fardplan.drift import Grad
from tests.sso.conftest import Leverantorer, eva, leder_till

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


def test_utan_leverantorer_sags_inget(satt: Callable[..., None]) -> None:
    satt(oidc=None, saml=None)

    assert _fynd() == []
