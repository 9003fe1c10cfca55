"""Whole addresses, for what is read outside the site: mails, calendars and feeds."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse


def hel(namn: str, *delar: str | int) -> str:
    """The address of a page by the name of its route."""
    return fran_sokvag(reverse(namn, args=delar))


def fran_sokvag(sokvag: str) -> str:
    """The address of a path: "/flemingsberg/"."""
    return f"{settings.BASADRESS}{sokvag}"


def vard() -> str:
    """The host's name, which makes identities of ours unlike everybody else's."""
    return urlsplit(settings.BASADRESS).hostname or "localhost"
