"""Every write of aktörer and accounts. Called by page, admin and command alike."""

from __future__ import annotations

import secrets
from typing import Any

from aktorer.grund.andring import andring
from aktorer.grund.samtidighet import andra_rad
from aktorer.grund.spara import spara
from aktorer.models import Aktor, Anvandare
from aktorer.roller import Anvandarroll


@andring
def skapa_aktor(*, av: Anvandare | None, **varden: Any) -> Aktor:
    """A new aktör. Raises ValidationError."""
    aktor = Aktor(**varden)
    spara(aktor)
    return aktor


@andring
def andra_aktor(*, av: Anvandare | None, aktor: Aktor, version: int, **varden: Any) -> Aktor:
    """Change an aktör read at `version`. Raises Krock and ValidationError."""
    return andra_rad(aktor, version=version, varden=varden)


@andring
def skapa_anvandare(
    *, av: Anvandare | None, epost: str, namn: str, roll: Anvandarroll, losenord: str, aktor: Aktor | None = None
) -> Anvandare:
    """An account that can log in at once with `losenord`. Raises ValidationError."""
    anvandare = Anvandare(epost=epost.strip().lower(), namn=namn, roll=roll, aktor=aktor)
    anvandare.set_password(losenord)
    spara(anvandare)
    return anvandare


@andring
def andra_anvandare(*, av: Anvandare | None, anvandare: Anvandare, **varden: Any) -> Anvandare:
    """Change name, address, role, aktör or whether the account is open. Raises ValidationError."""
    nu = Anvandare.objects.select_for_update().get(pk=anvandare.pk)
    if "epost" in varden:
        varden["epost"] = varden["epost"].strip().lower()
    for falt, varde in varden.items():
        setattr(nu, falt, varde)
    spara(nu, falt=list(varden))
    return nu


@andring
def byt_losenord(*, av: Anvandare | None, anvandare: Anvandare, losenord: str) -> None:
    """Give the account a new password; its other sessions end."""
    anvandare.set_password(losenord)
    anvandare.save(update_fields=["password"])


@andring
def skapa_kalenderadress(*, av: Anvandare) -> None:
    """Give the person a private address for the own calendar, unless there is one: asked twice, it stays the same."""
    nu = Anvandare.objects.select_for_update().get(pk=av.pk)
    if not nu.kalendernyckel:
        _satt_kalendernyckel(nu, secrets.token_hex(16))


@andring
def byt_kalenderadress(*, av: Anvandare) -> None:
    """A new address for the person's calendar; the one before stops working."""
    _satt_kalendernyckel(Anvandare.objects.select_for_update().get(pk=av.pk), secrets.token_hex(16))


@andring
def ta_bort_kalenderadress(*, av: Anvandare) -> None:
    """The person's calendar can no longer be fetched."""
    _satt_kalendernyckel(Anvandare.objects.select_for_update().get(pk=av.pk), "")


def _satt_kalendernyckel(anvandare: Anvandare, nyckel: str) -> None:
    anvandare.kalendernyckel = nyckel
    anvandare.save(update_fields=["kalendernyckel"])
