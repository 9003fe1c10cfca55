"""What people say of a thing: written, changed and taken away. Who may is asked by who calls (`behorighet`)."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils import timezone

from aktorer.grund.andring import andring
from aktorer.grund.platsratt import om_eget
from aktorer.grund.samtidighet import jamfor, krav_oandrad, krav_utan_krock, las, radens_handelser, skriv_rad
from aktorer.grund.spara import spara
from aktorer.models import Anvandare
from insatser.models import Kommentar, Samtalssak

BORTTAGEN = "Kommentaren är borttagen."


@andring
@om_eget
def skapa(*, av: Anvandare, sak: Samtalssak, text: str) -> Kommentar:
    """Raises ValidationError: nothing is said, it is too long, or the thing is gone."""
    las(sak.rad)
    return spara(Kommentar(**sak.kolumner, text=text, av=av))


@andring
@om_eget
def andra(*, av: Anvandare | None, kommentar: Kommentar, version: int, text: str) -> Kommentar:
    """Other words; that it was changed shows. Raises Krock and ValidationError."""
    nu = las(kommentar)
    if nu.borttagen:
        raise ValidationError(BORTTAGEN)
    jamforelse = jamfor(nu, version=version, varden={"text": text})
    krav_utan_krock(nu.version, radens_handelser(nu), jamforelse)
    return skriv_rad(nu, {**jamforelse.skriv, "andrad": timezone.now()}) if jamforelse.skriv else nu


@andring
def ta_bort(*, av: Anvandare | None, kommentar: Kommentar, version: int) -> None:
    """Its place stays in the thread, its words in the history alone. Taken away twice, it is.

    Raises Krock when it was changed since.
    """
    (om_eget(_ta_bort) if av and kommentar.av_id == av.pk else _ta_bort)(kommentar, version)


def _ta_bort(kommentar: Kommentar, version: int) -> None:
    nu = las(kommentar)
    if nu.borttagen:
        return
    krav_oandrad(nu, version=version, vad="kommentaren")
    skriv_rad(nu, {"borttagen": timezone.now()})
