"""Every write of styrdokument and of which färdplaner build on them."""

from __future__ import annotations

from typing import Any

from aktorer.grund.andring import andring
from aktorer.grund.samtidighet import andra_rad
from aktorer.grund.spara import spara
from aktorer.models import Anvandare
from insatser.models import Fardplan, Fardplansdokument, Styrdokument


@andring
def skapa(*, av: Anvandare | None, fardplan: Fardplan, **varden: Any) -> Styrdokument:
    """A new styrdokument that the färdplan builds on. Raises ValidationError."""
    dokument = Styrdokument(**varden)
    spara(dokument)
    koppla(av=av, fardplan=fardplan, dokument=dokument)
    return dokument


@andring
def andra(*, av: Anvandare | None, dokument: Styrdokument, version: int, **varden: Any) -> Styrdokument:
    """Change a styrdokument, for all färdplaner that build on it. Raises Krock and ValidationError."""
    return andra_rad(dokument, version=version, varden=varden)


@andring
def koppla(*, av: Anvandare | None, fardplan: Fardplan, dokument: Styrdokument) -> None:
    """The färdplan builds on the styrdokument; said twice, it still does so once.

    No version: said twice, it is so once.
    """
    Fardplansdokument.objects.get_or_create(fardplan=fardplan, styrdokument=dokument)


@andring
def koppla_bort(*, av: Anvandare | None, fardplan: Fardplan, dokument: Styrdokument) -> None:
    """The färdplan no longer builds on it. The styrdokument stays, for others and to be linked again.

    No version: a link has nothing in it to change.
    """
    Fardplansdokument.objects.filter(fardplan=fardplan, styrdokument=dokument).delete()
