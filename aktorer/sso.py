"""Who comes by another organisation's login: what its provider says, believed only when it holds (docs/sso.md).

The protocols are allauth's and python3-saml's. What they leave to the one who asks is asked here: that the ID token
is signed, ours and of this very sign-in (nonce), that its issuer is the one of the settings, that the userinfo is
about the same person, and that a SAML answer is to a question of ours and has not been here before.
"""

from __future__ import annotations

import secrets
import socket
import ssl
import time
from base64 import b64decode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, cast
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import jwt
from allauth.socialaccount import app_settings
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, _build_apps_from_settings, get_adapter
from allauth.socialaccount.internal import statekit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from allauth.socialaccount.providers.saml.provider import SAMLProvider
from cryptography.x509 import load_der_x509_certificate, load_pem_x509_certificate
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import Http404, HttpRequest
from django.urls import reverse
from requests import RequestException, Response, Session

from aktorer.grund.samlmetadata import leverantoren
from aktorer.grund.tecken import epostnyckel, rena

ALGORITMER = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
ENDAST_ORGANISATION = "Här loggar man in genom sin organisation, och inte på något annat sätt."
KLOCKFEL = 60  # seconds that a provider's clock may be off


class Ssobesked(StrEnum):
    """Why somebody is not let in: the last part of the page's address that says it."""

    NERE = "svarar-inte"
    AVBRUTET = "avbrutet"
    OGILTIGT = "gick-inte"
    INTYGAS_INTE = "adressen-intygas-inte"
    UPPTAGEN = "gar-inte-att-koppla"
    STANGT = "kontot-ar-stangt"
    VANTAR = "begaran-vantar"
    NEKAD = "begaran-nekad"
    LOSENORD = "losenord"  # not refused: the password of the account is asked for


class Ssofel(Exception):
    """The provider let nobody in. The text is for the log."""

    def __init__(self, besked: Ssobesked, text: str) -> None:
        super().__init__(text)
        self.besked = besked


@dataclass(frozen=True)
class Intyg:
    """What a provider says of a person, found to hold."""

    leverantor: str  # its issuer or entityID: a subject is the same person only there
    subjekt: str
    epost: str = ""
    intygad: bool = False  # whether the provider vouches for the address
    namn: str = ""
    aktor: str = ""  # a slug, or what it is called there
    roller: tuple[str, ...] = ()

    def som_data(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def ur_data(cls, data: dict[str, Any]) -> Intyg:
        return cls(**{**data, "roller": tuple(data["roller"])})


@dataclass(frozen=True)
class Inkommet:
    """What an answer of a provider held, and where the person was going."""

    intyg: Intyg
    vidare: str = ""


class Leverantorer(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """allauth's providers out of the settings alone: a row of the database makes none."""

    def list_apps(self, request: HttpRequest, provider: str | None = None, client_id: str | None = None) -> list[Any]:
        appar = _build_apps_from_settings(provider=provider, client_id=client_id)
        return [app for alla in appar.values() for app in alla]

    def get_requests_session(self) -> Session:
        """Nobody waits long for a provider. One that is broken is as one that is gone, and none sends our secret on."""
        session = cast(Session, super().get_requests_session())
        session.max_redirects = 0
        session.hooks["response"].append(_krav_svar)
        return session


def _krav_svar(svar: Response, **_: Any) -> None:
    if svar.status_code >= 500:
        svar.close()
        svar.raise_for_status()


def losenord_galler(epost: str) -> bool:
    """Whether the account with that address gets in by a password: all do, or the one for need alone (ENDAST_SSO)."""
    return not settings.SSO.endast or epost.lower() == settings.SSO.nodkonto


def _val(vag: str) -> Any:
    """What the settings say of the provider: fardplan's Oidcval or Samlval."""
    return getattr(settings.SSO, vag)


def krav_uppsatt(vag: str) -> None:
    """Raises Http404 where the settings have no such provider."""
    _app(vag)


def _app(vag: str) -> Any:
    """Raises Http404 where the settings have none."""
    try:
        return get_adapter().get_app(None, provider=vag)
    except SocialApp.DoesNotExist as fel:
        raise Http404("Den vägen in är inte uppsatt.") from fel


@contextmanager
def _leverantorens_fel() -> Iterator[None]:
    """What a provider does wrong becomes an Ssofel, whatever it is."""
    try:
        yield
    except RequestException as fel:
        raise Ssofel(Ssobesked.NERE, f"Leverantören svarar inte: {type(fel).__name__}") from fel
    except (OAuth2Error, jwt.PyJWTError, KeyError, TypeError, ValueError, AttributeError) as fel:
        raise Ssofel(Ssobesked.OGILTIGT, f"{type(fel).__name__}: {fel}") from fel


# OpenID Connect


class _Oidc(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # allauth has no types
    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request, "oidc")

    def get_provider(self) -> Any:
        return OpenIDConnectProvider(self.request, app=_app("oidc"))

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        return request.build_absolute_uri(reverse("sso_oidc"))

    @property
    def openid_config(self) -> dict[str, Any]:
        """Its own account of itself, when it is the provider of the settings that gives it."""
        upptackt: dict[str, Any] = super().openid_config
        if upptackt["issuer"] != _val("oidc").utgivare:
            raise ValueError(f"Utgivaren är {upptackt['issuer']!r}")
        return upptackt


def prova_oidc() -> str:
    """What the provider says of itself, in a few words. Raises Ssofel and Http404."""
    with _leverantorens_fel():
        return f"{_Oidc(HttpRequest()).openid_config['issuer']} svarar."


def tls_slut(adress: str) -> datetime | None:
    """When the certificate ends by which that address is reached now; None without TLS. Raises Ssofel.

    Whether it is to be believed is another question, which whoever speaks with the provider asks.
    """
    delar = urlsplit(adress)
    if delar.scheme != "https" or not delar.hostname:
        return None
    tls = ssl.create_default_context()
    tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    dit = delar.hostname, delar.port or 443
    try:
        with (
            socket.create_connection(dit, timeout=app_settings.REQUESTS_TIMEOUT) as linje,
            tls.wrap_socket(linje, server_hostname=delar.hostname) as oppen,
        ):
            return load_der_x509_certificate(oppen.getpeercert(binary_form=True) or b"").not_valid_after_utc
    except (OSError, ValueError) as fel:
        raise Ssofel(Ssobesked.NERE, str(fel)) from fel


def borja_oidc(request: HttpRequest, vidare: str) -> str:
    """The address at the provider. Raises Ssofel and Http404."""
    nonce = secrets.token_urlsafe(24)
    adapter = _Oidc(request)
    leverantor = adapter.get_provider()
    leverantor.oauth2_adapter_class = lambda request, _: adapter
    with _leverantorens_fel():
        svar = leverantor.redirect(request, process="login", next_url=vidare, auth_params={"nonce": nonce}, nonce=nonce)
        return str(svar.url)


def las_oidc(request: HttpRequest) -> Inkommet:
    """The person whom the provider sent back here. Raises Ssofel and Http404."""
    adapter = _Oidc(request)
    leverantor = adapter.get_provider()
    state = statekit.unstash_state(
        request, provider_id=leverantor.sub_id, state_id=request.GET.get("state", ""), raises=False
    )
    if state is None:
        raise Ssofel(Ssobesked.OGILTIGT, "Ingen började så här i den här webbläsaren, eller för länge sedan.")
    if fel := request.GET.get("error"):
        raise Ssofel(
            Ssobesked.AVBRUTET if fel == "access_denied" else Ssobesked.OGILTIGT, f"Leverantören svarade {fel!r}"
        )
    if request.GET.get("iss", _val("oidc").utgivare) != _val("oidc").utgivare:
        raise Ssofel(Ssobesked.OGILTIGT, "Svaret kommer från en annan utgivare.")
    with _leverantorens_fel():
        klient = adapter.get_client(request, leverantor.app)
        nycklar = klient.get_access_token(request.GET["code"], pkce_code_verifier=state["pkce_code_verifier"])
        pastatt = _las_id_token(nycklar["id_token"], adapter.openid_config, state["nonce"])
        pastatt |= _userinfo(adapter, nycklar["access_token"], pastatt)
        return Inkommet(_oidcintyg(pastatt), state.get("next", ""))


def _las_id_token(token: str, upptackt: Mapping[str, Any], nonce: str) -> dict[str, Any]:
    """What it says. Raises whatever is wrong with it."""
    klient = _val("oidc").klient
    with get_adapter().get_requests_session() as session:
        svar = session.get(upptackt["jwks_uri"])
    svar.raise_for_status()
    pastatt: dict[str, Any] = jwt.decode(
        token,
        _nyckel(jwt.PyJWKSet.from_dict(svar.json()).keys, jwt.get_unverified_header(token)),
        algorithms=ALGORITMER,
        audience=klient,
        issuer=upptackt["issuer"],
        leeway=KLOCKFEL,
        options={"require": ["iss", "sub", "aud", "exp", "iat"]},
    )
    if not secrets.compare_digest(str(pastatt.get("nonce", "")).encode(), nonce.encode()):
        raise ValueError("Fel nonce")
    if pastatt.get("azp", klient) != klient:
        raise ValueError("Fel azp")
    return pastatt


def _nyckel(alla: list[jwt.PyJWK], huvud: dict[str, Any]) -> jwt.PyJWK:
    """The one that the token names; unnamed, the only one there is."""
    namngivna = [n for n in alla if n.public_key_use in {None, "sig"} and n.key_id == huvud.get("kid", n.key_id)]
    if len(namngivna) != 1:
        raise ValueError("Ingen nyckel, eller flera, för token")
    return namngivna[0]


def _userinfo(adapter: Any, token: str, pastatt: Mapping[str, Any]) -> dict[str, Any]:
    """What the ID token does not say itself, of the same person."""
    if not adapter.openid_config.get("userinfo_endpoint"):
        return {}
    mer = adapter._fetch_user_info(token)
    if mer["sub"] != pastatt["sub"]:
        raise ValueError("Userinfo handlar om någon annan")
    # Of which address it is said that it is verified: of the one beside it.
    redan = pastatt.keys() | ({"email", "email_verified"} if "email" in pastatt else set())
    return {namn: varde for namn, varde in mer.items() if namn not in redan}


def _oidcintyg(pastatt: Mapping[str, Any]) -> Intyg:
    val = _val("oidc")
    epost = _epost(pastatt.get("email"))
    # Some (Entra ID) never say; then it is the domain that tells. Where domains are set, it vouches for no others.
    intygad = pastatt.get("email_verified", bool(val.domaner))
    return _intyg(
        val.utgivare,
        str(pastatt["sub"]),
        {namn: _lista(varde) for namn, varde in pastatt.items()},
        epost=epost,
        intygad=intygad is True and (not val.domaner or _doman(epost) in val.domaner),
        namn=str(pastatt.get("name") or f"{pastatt.get('given_name', '')} {pastatt.get('family_name', '')}"),
    )


# SAML

SAMLNAMN: dict[str, tuple[str, ...]] = {
    "subjekt": ("urn:oasis:names:tc:SAML:attribute:subject-id", "urn:oasis:names:tc:SAML:attribute:pairwise-id"),
    "epost": (
        "urn:oid:0.9.2342.19200300.100.1.3",
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
        "mail",
    ),
    "namn": (
        "urn:oid:2.16.840.1.113730.3.1.241",
        "http://schemas.microsoft.com/identity/claims/displayname",
        "displayName",
    ),
    "fornamn": ("urn:oid:2.5.4.42", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname", "givenName"),
    "efternamn": ("urn:oid:2.5.4.4", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname", "sn"),
}
TILLFALLIG = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
MYCKET = 256 * 1024  # characters of an answer


def _samlleverantor(request: HttpRequest) -> Any:
    return SAMLProvider(request, app=_app("saml"))


def _saml(request: HttpRequest) -> Any:
    """python3-saml, for this request. Raises what `_samlfel` takes."""
    from onelogin.saml2.auth import OneLogin_Saml2_Auth  # noqa: PLC0415 -- slow import

    fraga = {
        "https": "on" if request.is_secure() else "off",
        "http_host": request.get_host(),
        "script_name": request.path,
        "get_data": request.GET.copy(),
        "post_data": request.POST.copy(),
    }
    return OneLogin_Saml2_Auth(fraga, _samlkonfig(request) | {"idp": _leverantor()})


def _leverantor() -> dict[str, Any]:
    """The provider as its metadata says, kept for a while. Raises what `_samlfel` takes, and Ssofel."""
    var = _app("saml").settings["idp"]
    nyckel = f"sso:metadata:{sha256(f'{var["metadata_url"]} {var["entity_id"]}'.encode()).hexdigest()}"
    if (kand := cache.get(nyckel)) is None:
        cache.set(nyckel, kand := _las_metadata(), var["metadata_cache_timeout"])
    return cast(dict[str, Any], kand)


def _las_metadata() -> dict[str, Any]:
    """The same, fetched now."""
    from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser  # noqa: PLC0415 -- slow import

    var = _app("saml").settings["idp"]
    with urlopen(var["metadata_url"], timeout=app_settings.REQUESTS_TIMEOUT) as svar:  # noqa: S310 -- of the settings
        xml = svar.read()
    try:
        vald = leverantoren(xml, var["entity_id"])
    except ValueError as fel:
        raise Ssofel(Ssobesked.OGILTIGT, str(fel)) from fel
    return cast(dict[str, Any], OneLogin_Saml2_IdPMetadataParser.parse(vald)["idp"])


def _samlkonfig(request: HttpRequest) -> dict[str, Any]:
    """Us, as strict as can be."""
    val = _val("saml")
    return {
        "strict": True,
        "sp": {
            "x509cert": val.certifikat,
            "privateKey": val.nyckel,
            "entityId": request.build_absolute_uri(reverse("sso_saml_metadata")),
            "assertionConsumerService": {"url": request.build_absolute_uri(reverse("sso_saml"))},
            "NameIDFormat": "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
        },
        "security": {
            "authnRequestsSigned": bool(val.nyckel),
            "wantAssertionsSigned": True,
            "wantNameId": False,
            "requestedAuthnContext": False,
            "rejectDeprecatedAlgorithm": True,
            "allowRepeatAttributeName": True,
            # A provider on the inner network may be called by one word.
            "allowSingleLabelDomains": True,
        },
    }


@contextmanager
def _samlfel() -> Iterator[None]:
    from lxml.etree import LxmlError  # noqa: PLC0415 -- slow import
    from onelogin.saml2.errors import OneLogin_Saml2_Error  # noqa: PLC0415 -- slow import
    from xmlsec import Error as XmlsecError  # noqa: PLC0415 -- slow import

    try:
        yield
    except OSError as fel:
        if isinstance(fel, HTTPError):
            fel.close()  # it is the answer too
        raise Ssofel(Ssobesked.NERE, f"Metadata går inte att hämta: {fel}") from fel
    except (OneLogin_Saml2_Error, LxmlError, XmlsecError, ValueError, KeyError, TypeError, AttributeError) as fel:
        raise Ssofel(Ssobesked.OGILTIGT, f"{type(fel).__name__}: {fel}") from fel
    except Exception as fel:  # so bare python3-saml says that what should be metadata is something else
        if type(fel) is not Exception:
            raise
        raise Ssofel(Ssobesked.OGILTIGT, str(fel)) from fel


def samlcertifikat() -> datetime:
    """When the last certificate ends of those in the provider's metadata, fetched now. Raises Ssofel and Http404."""
    with _samlfel():
        leverantor = _las_metadata()
        alla = leverantor["x509certMulti"]["signing"] if "x509certMulti" in leverantor else [leverantor["x509cert"]]
        return max(load_der_x509_certificate(b64decode(c)).not_valid_after_utc for c in alla)


def eget_certifikat() -> datetime | None:
    """When our own ends (SAML_CERTIFIKAT); None when there is none."""
    pem = _val("saml").certifikat if _val("saml") else ""
    return load_pem_x509_certificate(pem.encode()).not_valid_after_utc if pem else None


def borja_saml(request: HttpRequest, vidare: str) -> str:
    """The address at the provider. Raises Ssofel and Http404."""
    leverantor = _samlleverantor(request)
    with _samlfel():
        saml = _saml(request)
        # An empty RelayState is signed by some and left out by others. Nobody reads ours when it comes back.
        adress = str(saml.login(return_to="/"))
    leverantor.stash_redirect_state(request, "login", vidare, state_id=saml.get_last_request_id())
    return adress


def ta_emot_saml(request: HttpRequest) -> dict[str, Any]:
    """What the provider let the browser bring here: plain data, for `las_saml` to take. Raises Ssofel and Http404."""
    _app("saml")
    if len(request.POST.get("SAMLResponse", "")) > MYCKET:
        raise Ssofel(Ssobesked.OGILTIGT, "Svaret är för stort.")
    with _samlfel():
        saml = _saml(request)
        # To which question it is the answer, only the browser that asked knows: `las_saml`.
        saml.process_response(request_id=None)
        if not saml.get_errors() and saml.is_authenticated():
            _krav_forsta_gangen(saml)
            return {"intyg": _samlintyg(saml).som_data(), "fraga": saml.get_last_response_in_response_to() or ""}
        orsak = str(saml.get_last_error_reason())
    raise Ssofel(Ssobesked.AVBRUTET if "status code" in orsak else Ssobesked.OGILTIGT, orsak)


def las_saml(request: HttpRequest, svar: dict[str, Any]) -> Inkommet:
    """The person, if it was here that the question was asked. Raises Ssofel."""
    leverantor = _samlleverantor(request)
    state = statekit.unstash_state(request, provider_id=leverantor.sub_id, state_id=svar["fraga"], raises=False)
    if not svar["fraga"] or state is None:
        raise Ssofel(Ssobesked.OGILTIGT, "Ingen frågade så här i den här webbläsaren, eller för länge sedan.")
    return Inkommet(Intyg.ur_data(svar["intyg"]), state.get("next", ""))


def samlmetadata(request: HttpRequest) -> bytes:
    """What the provider wants to know of us. Raises Http404."""
    _app("saml")
    from onelogin.saml2.settings import OneLogin_Saml2_Settings  # noqa: PLC0415 -- slow import

    konfig = _samlkonfig(request)
    # Only what is wanted is said to be possible. What comes unencrypted is believed as well: it is signed.
    konfig["security"]["wantAssertionsEncrypted"] = bool(_val("saml").nyckel)
    return cast(bytes, OneLogin_Saml2_Settings(konfig, sp_validation_only=True).get_sp_metadata())


def _krav_forsta_gangen(saml: Any) -> None:
    """Raises ValueError for an assertion that has been here before."""
    slut = max(float(saml.get_last_assertion_not_on_or_after() or 0) - time.time(), 0) + 600
    nyckel = sha256(saml.get_last_assertion_id().encode()).hexdigest()
    if not cache.add(f"sso:saml:{nyckel}", True, slut):
        raise ValueError("Intyget har använts förut")


def _samlintyg(saml: Any) -> Intyg:
    val = _val("saml")
    varden: dict[str, list[str]] = saml.get_attributes()

    def ett(vad: str) -> str:
        namnen = (val.attribut[vad],) if vad in val.attribut else SAMLNAMN[vad]
        return next((varden[namn][0] for namn in namnen if varden.get(namn) and varden[namn][0]), "")

    subjekt = ett("subjekt")
    if not subjekt:
        if saml.get_nameid_format() == TILLFALLIG:
            raise ValueError("NameID är tillfälligt, och något annat subjekt finns inte")
        subjekt = saml.get_nameid() or ""
    epost = _epost(ett("epost"))
    return _intyg(
        saml.get_settings().get_idp_data()["entityId"],
        subjekt,
        varden,
        epost=epost,
        intygad=_doman(epost) in val.domaner,
        namn=ett("namn") or f"{ett('fornamn')} {ett('efternamn')}",
    )


# Both


def _intyg(
    leverantor: str, subjekt: str, varden: Mapping[str, list[str]], *, epost: str, intygad: bool, namn: str
) -> Intyg:
    """With what the settings make of the rest that it says. Raises ValueError."""
    if not 0 < len(subjekt) <= 255:
        raise ValueError("Subjektet saknas, eller är för långt")
    sso = settings.SSO
    aktorer = varden.get(sso.aktorattribut, [])
    return Intyg(
        leverantor=leverantor,
        subjekt=subjekt,
        epost=epost,
        intygad=intygad,
        namn=" ".join(rena(namn).split())[:120],
        aktor=aktorer[0] if aktorer else sso.aktorer.get(_doman(epost), ""),
        roller=tuple(r for r in varden.get(sso.rollattribut, []) if r in sso.roller),
    )


def _epost(varde: Any) -> str:
    """As accounts have it; "" for what is none."""
    epost = epostnyckel(varde) if isinstance(varde, str) else ""
    try:
        validate_email(epost)
    except ValidationError:
        return ""
    return epost if len(epost) <= 254 else ""


def _doman(epost: str) -> str:
    return epost.rpartition("@")[2]


def _lista(varde: Any) -> list[str]:
    """A claim has one value or several."""
    return [str(v) for v in varde] if isinstance(varde, list) else [str(varde)]
