"""From where a visitor comes: decided here for all that asks, since whoever chooses it goes around every limit."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest

OKAND = "::"  # no visitor has it


def adress(request: HttpRequest) -> str:
    """The visitor's address as ANTAL_PROXYER of ours saw it; OKAND when they did not say, or not anything that is one.

    Each proxy adds the one it was called from last in X-Forwarded-For: what stands before theirs the visitor wrote.
    """
    if not settings.ANTAL_PROXYER:
        return _tolkad(request.META.get("REMOTE_ADDR", "")) or OKAND
    sagda = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    vara = [_tolkad(sagt) for sagt in sagda[-settings.ANTAL_PROXYER :]]
    return next((a for a in vara if a), OKAND)


def natet(request: HttpRequest) -> str:
    """The same, but of IPv6 the network: within a /48 one customer may have any address, and any of 65 536 networks."""
    ip = ipaddress.ip_address(adress(request))
    return str(ipaddress.ip_network((ip, 48 if ip.version == 6 else 32), strict=False).network_address)


def _tolkad(sagt: str) -> str:
    """The address in its one form, without brackets and port; "" when it is none."""
    text = sagt.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        ip = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    return str(getattr(ip, "ipv4_mapped", None) or ip)
