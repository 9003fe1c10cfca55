"""Whole addresses, for what is read outside the site: mails, calendars and feeds."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.urls import get_script_prefix, reverse


def hel(namn: str, *delar: str | int) -> str:
    """The address of a page by the name of its route; it says nothing of the generation it is made in."""
    return fran_sokvag("/" + reverse(namn, args=delar).removeprefix(get_script_prefix()))


def fran_sokvag(sokvag: str) -> str:
    """The address of a path: "/flemingsberg/"."""
    return f"{settings.BASADRESS}{sokvag}"


def vard() -> str:
    """The host's name, which makes identities of ours unlike everybody else's."""
    return urlsplit(settings.BASADRESS).hostname or "localhost"
