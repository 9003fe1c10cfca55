"""Single sign-on from the environment (docs/sso.md): which providers there are, and what they say of whom."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aktorer.grund.samlmetadata import leverantoren
from aktorer.grund.tecken import doman_i_bokstaver, epostnyckel, nyckel
from fardplan.miljo import Installningsfel, flagga, text

ROLLER = ("styrgrupp", "tjansteperson", "planerare", "administrator")
HAR = {"127.0.0.1", "localhost", "::1"}
MINSTA_NYCKEL = 2048
_DOMAN = r"(?:[^\W_]|-)+(?:\.(?:[^\W_]|-)+)+"


@dataclass(frozen=True)
class Oidcval:
    """The one OpenID Connect provider. Of `domaner` it vouches for addresses also where it does not say so itself, and
    then for no others.
    """

    namn: str
    utgivare: str
    klient: str
    hemlighet: str = field(repr=False)
    domaner: tuple[str, ...]


@dataclass(frozen=True)
class Samlval:
    """The one SAML provider. It vouches for addresses of `domaner` and of no others."""

    namn: str
    metadata: str  # an address; of a file file://
    utgivare: str  # its entityID, "" when it is the only one in the metadata
    domaner: tuple[str, ...]
    attribut: dict[str, str]  # what of ours (subjekt, epost, namn) is called what
    # Both as PEM, or neither: we sign what we ask, and read what is encrypted for us.
    nyckel: str = field(default="", repr=False)
    certifikat: str = ""


@dataclass(frozen=True)
class Ssoval:
    """What of single sign-on this installation has, and what follows from what a provider says."""

    oidc: Oidcval | None = None
    saml: Samlval | None = None
    aktorer: dict[str, str] = field(default_factory=dict)  # {domain of an address: slug of the aktör}
    aktorattribut: str = ""  # what a provider calls the aktör's slug
    rollattribut: str = ""
    roller: dict[str, str] = field(default_factory=dict)  # {a value of that: role}, the first that fits
    endast: bool = False
    nodkonto: str = ""  # the address that still has a password when `endast`


def las() -> Ssoval:
    """All of it. Raises Installningsfel."""
    val = Ssoval(
        oidc=_oidc(),
        saml=_saml(),
        aktorer=_aktorer(),
        aktorattribut=text("SSO_AKTORATTRIBUT"),
        rollattribut=text("SSO_ROLLATTRIBUT"),
        roller=_roller(text("SSO_ROLLER")),
        endast=flagga("ENDAST_SSO", standard=False),
        nodkonto=epostnyckel(text("NODKONTO")),
    )
    if val.oidc and val.saml and not val.oidc.domaner:
        raise Installningsfel("OIDC_DOMANER saknas: med två leverantörer ska det stå vems adresser var och en intygar.")
    if bool(val.rollattribut) != bool(val.roller):
        raise Installningsfel("SSO_ROLLATTRIBUT och SSO_ROLLER hör ihop: sätt båda eller ingen.")
    if val.endast and not (val.oidc or val.saml):
        raise Installningsfel("ENDAST_SSO är 1 men det finns ingen leverantör: sätt OIDC_UTGIVARE eller SAML_METADATA.")
    if val.endast and not re.fullmatch(r"[^@\s]+@[^@\s]+", val.nodkonto):
        raise Installningsfel("NODKONTO ska vara e-postadressen till en administratör när ENDAST_SSO är 1.")
    return val


def for_allauth(val: Ssoval) -> dict[str, Any]:
    """allauth's SOCIALACCOUNT_PROVIDERS."""
    leverantorer: dict[str, Any] = {}
    if oidc := val.oidc:
        leverantorer["openid_connect"] = {
            "APPS": [
                {
                    "provider_id": "oidc",
                    "name": oidc.namn,
                    "client_id": oidc.klient,
                    "secret": oidc.hemlighet,
                    "settings": {"server_url": oidc.utgivare.rstrip("/"), "oauth_pkce_enabled": True},
                }
            ]
        }
    if saml := val.saml:
        fran_fil = saml.metadata.startswith("file:")
        # A file that was changed holds at once; what is fetched is kept for four hours.
        kvar = 1 if fran_fil else 4 * 60 * 60
        idp = {"metadata_url": saml.metadata, "entity_id": saml.utgivare, "metadata_cache_timeout": kvar}
        leverantorer["saml"] = {
            "APPS": [{"provider_id": "saml", "name": saml.namn, "client_id": "saml", "settings": {"idp": idp}}]
        }
    return leverantorer


def _oidc() -> Oidcval | None:
    alla = {
        "OIDC_UTGIVARE": text("OIDC_UTGIVARE"),
        "OIDC_KLIENT": text("OIDC_KLIENT"),
        "OIDC_HEMLIGHET": text("OIDC_HEMLIGHET"),
    }
    if not any(alla.values()):
        return None
    for namn, varde in alla.items():
        if not varde:
            raise Installningsfel(f"{namn} saknas: OIDC_UTGIVARE, OIDC_KLIENT och OIDC_HEMLIGHET hör ihop.")
    return Oidcval(
        namn=text("OIDC_NAMN", "din organisation"),
        utgivare=_adress("OIDC_UTGIVARE", alla["OIDC_UTGIVARE"]),
        klient=alla["OIDC_KLIENT"],
        hemlighet=alla["OIDC_HEMLIGHET"],
        domaner=_domaner("OIDC_DOMANER", text("OIDC_DOMANER")),
    )


def _saml() -> Samlval | None:
    metadata = text("SAML_METADATA")
    if not metadata:
        return None
    if "://" in metadata:
        metadata = _adress("SAML_METADATA", metadata)
    elif (fil := Path(metadata).absolute()).is_file():
        metadata = fil.as_uri()
        try:
            leverantoren(fil.read_bytes(), text("SAML_UTGIVARE"))
        except OSError as fel:
            raise Installningsfel(f"SAML_METADATA: det går inte att läsa {fil} ({fel.strerror}).") from fel
        except ValueError as fel:
            raise Installningsfel(f"{fel}.") from fel
    else:
        raise Installningsfel("SAML_METADATA ska vara en adress som börjar med https://, eller en fil som finns.")
    domaner = _domaner("SAML_DOMANER", text("SAML_DOMANER"))
    if not domaner:
        raise Installningsfel("SAML_DOMANER saknas: skriv vilka e-postdomäner leverantören intygar, som haninge.se.")
    attribut = _par(
        "SAML_ATTRIBUT", text("SAML_ATTRIBUT"), r"(subjekt|epost|namn)=(\S+)", "epost=mail,namn=displayName"
    )
    nyckel, certifikat = _nyckelpar()
    return Samlval(
        namn=text("SAML_NAMN", "din organisation"),
        metadata=metadata,
        utgivare=text("SAML_UTGIVARE"),
        domaner=domaner,
        attribut=attribut,
        nyckel=nyckel,
        certifikat=certifikat,
    )


def _nyckelpar() -> tuple[str, str]:
    """SAML_NYCKEL and SAML_CERTIFIKAT as PEM, "" when neither is set. Never quoted."""
    nyckel = _pem("SAML_NYCKEL", text("SAML_NYCKEL"))
    certifikat = _pem("SAML_CERTIFIKAT", text("SAML_CERTIFIKAT"))
    if bool(nyckel) != bool(certifikat):
        raise Installningsfel("SAML_NYCKEL och SAML_CERTIFIKAT hör ihop: sätt båda eller ingen.")
    if not nyckel:
        return "", ""
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey  # noqa: PLC0415 -- slow import
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415 -- slow import
    from cryptography.x509 import load_pem_x509_certificate  # noqa: PLC0415 -- slow import

    try:
        last = load_pem_private_key(nyckel.encode(), password=None)
    except (ValueError, TypeError) as fel:  # one with a password is a TypeError
        raise Installningsfel("SAML_NYCKEL ska vara en privat nyckel i PEM, utan lösenord.") from fel
    if not isinstance(last, RSAPrivateKey) or last.key_size < MINSTA_NYCKEL:
        raise Installningsfel(f"SAML_NYCKEL ska vara en RSA-nyckel på minst {MINSTA_NYCKEL} bitar.")
    try:
        oppen = load_pem_x509_certificate(certifikat.encode()).public_key()
    except ValueError as fel:
        raise Installningsfel("SAML_CERTIFIKAT ska vara ett certifikat i PEM.") from fel
    if oppen != last.public_key():
        raise Installningsfel("SAML_CERTIFIKAT hör till en annan nyckel än SAML_NYCKEL.")
    return nyckel, certifikat


def _pem(namn: str, varde: str) -> str:
    """What the variable holds, or the file that it names. Raises Installningsfel."""
    if not varde or varde.startswith("-----BEGIN "):
        return varde
    try:
        return Path(varde).absolute().read_text().strip()
    except (OSError, ValueError) as fel:
        raise Installningsfel(f"{namn} ska vara PEM, eller en fil med PEM som går att läsa.") from fel


def _adress(namn: str, varde: str) -> str:
    """https, or this machine itself. Never quoted: a password may stand in it."""
    try:
        delar = urlsplit(varde)
        sakert = delar.scheme == "https" or (delar.scheme == "http" and delar.hostname in HAR)
    except ValueError:
        sakert = False
    if not (sakert and delar.hostname and not delar.username and not delar.fragment):
        raise Installningsfel(f"{namn} ska vara en adress som börjar med https://.")
    return varde


def _aktorer() -> dict[str, str]:
    par = _par("SSO_AKTORER", nyckel(text("SSO_AKTORER")), rf"({_DOMAN})=([a-z0-9-]+)", "haninge.se=haninge-kommun")
    return {doman_i_bokstaver(doman): aktor for doman, aktor in par.items()}


def _domaner(namn: str, varde: str) -> tuple[str, ...]:
    domaner = tuple(doman_i_bokstaver(nyckel(d)) for d in varde.split(",") if d.strip())
    for doman in domaner:
        if not re.fullmatch(_DOMAN, doman):
            raise Installningsfel(f"{namn} har ”{doman}” men ska vara domäner med komma emellan, som haninge.se.")
    return domaner


def _par(namn: str, varde: str, form: str, som: str) -> dict[str, str]:
    """`a=b,c=d`, in that order. Each is of the form, which says by which = it is parted."""
    par = {}
    for del_ in (d.strip() for d in varde.split(",") if d.strip()):
        traff = re.fullmatch(form, del_)
        if traff is None:
            raise Installningsfel(f"{namn} har ”{del_}” men ska vara som {som}, med komma emellan.")
        par[traff[1]] = traff[2]
    return par


def _roller(varde: str) -> dict[str, str]:
    # What a group is called may hold an = itself.
    roller = _par("SSO_ROLLER", varde, r"(.+)=([a-z]+)", "Färdplan-planerare=planerare")
    for roll in roller.values():
        if roll not in ROLLER:
            raise Installningsfel(f"SSO_ROLLER har rollen ”{roll}” men ska ha {', '.join(ROLLER)}.")
    return roller
