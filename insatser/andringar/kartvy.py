"""Saved ways to look at a table. Who may is asked by who calls (`behorighet.kartvyer`)."""

from __future__ import annotations

from typing import Any

from aktorer.grund.andring import andring
from aktorer.grund.samtidighet import andra_rad, krav_oandrad, las
from aktorer.grund.spara import spara as spara_rad
from aktorer.models import Anvandare
from insatser.models import Kartvy


@andring
def spara(
    *,
    av: Anvandare,
    namn: str,
    fraga: str,
    tabell: Kartvy.Tabell = Kartvy.Tabell.INSATSKARTA,
    delad: bool = False,
) -> Kartvy:
    """`av` has what the address asks for under this name from now on. Raises ValidationError: a name is one's own
    once for each table.

    No version: it is new.
    """
    las(av)  # two views of one name at once: the second is told so
    return spara_rad(Kartvy(agare=av, namn=namn, tabell=tabell, fraga=fraga, delad=delad))


@andring
def andra(*, av: Anvandare | None, vy: Kartvy, version: int, **varden: Any) -> Kartvy:
    """Another name (`namn`), or shared or not (`delad`). Raises Krock and ValidationError."""
    las(vy.agare)
    return andra_rad(vy, version=version, varden=varden)


@andring
def ta_bort(*, av: Anvandare | None, vy: Kartvy, version: int) -> None:
    """Raises Krock when it was changed since, and ValidationError when it is gone."""
    nu = las(vy)
    krav_oandrad(nu, version=version, vad="vyn")
    nu.delete()
