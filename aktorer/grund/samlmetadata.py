"""Metadata of SAML: which of its organisations is meant. Read by settings too, before there is a Django."""

from __future__ import annotations

from xml.etree import ElementTree as ET

_MD = "{urn:oasis:names:tc:SAML:2.0:metadata}"


def leverantoren(xml: bytes, utgivare: str) -> bytes:
    """The EntityDescriptor of the provider whose entityID is `utgivare`; "": of the only one there is.

    Of several nobody knows which may say who people are: none is chosen. Raises ValueError, in Swedish words that name
    the setting to change.
    """
    try:
        rot = ET.fromstring(xml)  # noqa: S314 -- from whom we let say who people are; expat bounds what entities become
    except ET.ParseError as fel:
        raise ValueError("SAML_METADATA är inte XML") from fel
    alla = [e for e in rot.iter(f"{_MD}EntityDescriptor") if e.find(f"{_MD}IDPSSODescriptor") is not None]
    if not alla:
        raise ValueError("SAML_METADATA har ingen leverantör av inloggning")
    if not utgivare and len(alla) > 1:
        raise ValueError(f"SAML_UTGIVARE saknas: säg med entityID vilken av {len(alla)} leverantörer i SAML_METADATA")
    valda = [e for e in alla if utgivare in {"", e.get("entityID")}]
    if not valda:
        raise ValueError(f"SAML_UTGIVARE är ”{utgivare}”, och en sådan leverantör finns inte i SAML_METADATA")
    if len(valda) > 1:
        raise ValueError(f"SAML_UTGIVARE är ”{utgivare}”, och en sådan leverantör finns flera gånger i SAML_METADATA")
    return ET.tostring(valda[0])
