"""Every write of a contact. None is taken back by a click: the history does not know who it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError

from aktorer.grund.andring import slutlig_andring
from aktorer.grund.platsratt import om_eget
from aktorer.grund.samtidighet import OKANT, Konflikt, Krock, krav_oandrad, las, radens_handelser, senast, skriv_rad
from aktorer.grund.spara import spara
from aktorer.models import Aktor, Anvandare
from insatser.behorighet import far_skota, for_sin_aktor, karna_for
from insatser.models import Aktivitet, Insats, Kontakt, Stadskarna
from insatser.models.kontakt import PERSONLIGT

NEKAD = "Du kan inte ändra kontakter hos {}: det gör aktörens egna och planerare."
BARA_EGNA = "Bara {} kan säga att kontakten visas för alla."


@slutlig_andring
def skapa(
    *,
    av: Anvandare | None,
    aktor: Aktor,
    stadskarna: Stadskarna | None = None,
    insats: Insats | None = None,
    aktivitet: Aktivitet | None = None,
    **varden: Any,
) -> Kontakt:
    """A contact of the aktör; attached to an insats or aktivitet its handläggare, in the stadskärna of that.

    Raises ValidationError, also when `av` may not.
    """
    om = aktivitet or insats
    hemma = karna_for(om) if om else None
    kontakt = Kontakt(aktor=aktor, insats=insats, aktivitet=aktivitet, **varden)
    kontakt.stadskarna_id = hemma or (stadskarna.pk if stadskarna else None)
    kontakt.epost = kontakt.epost.lower()
    _krav(av, kontakt)
    if kontakt.offentlig and av and not for_sin_aktor(av, aktor):
        raise ValidationError({"offentlig": BARA_EGNA.format(aktor)})
    return _som(av, kontakt, lambda: spara(kontakt))


@slutlig_andring
def andra(*, av: Anvandare | None, kontakt: Kontakt, version: int, **varden: Any) -> Kontakt:
    """Change a contact read at `version`. What the aktör has made public is so no longer when somebody else says who
    it is. Raises Krock and ValidationError.
    """
    nu = las(kontakt)
    _krav(av, nu)
    if "epost" in varden:
        varden["epost"] = varden["epost"].lower()
    nya = {falt: varde for falt, varde in varden.items() if getattr(nu, falt) != varde}
    if nya and nu.version != version:
        konflikter = [Konflikt(falt, OKANT, getattr(nu, falt), varde) for falt, varde in nya.items()]
        raise Krock(konflikter, nu.version, senast=senast(radens_handelser(nu)))
    if av and not for_sin_aktor(av, nu.aktor):
        if nya.get("offentlig"):
            raise ValidationError({"offentlig": BARA_EGNA.format(nu.aktor)})
        if nu.offentlig and nya.keys() & {*PERSONLIGT}:
            nya["offentlig"] = False
    return _som(av, nu, lambda: skriv_rad(nu, nya))


@slutlig_andring
def ta_bort(*, av: Anvandare | None, kontakt: Kontakt, version: int) -> None:
    """Take a contact away: nothing of who it was is left. Raises Krock and ValidationError."""
    nu = las(kontakt)
    krav_oandrad(nu, version=version, vad="kontakten")
    _krav(av, nu)
    _som(av, nu, nu.delete)


def _krav(av: Anvandare | None, kontakt: Kontakt) -> None:
    if av and not far_skota(av, kontakt):
        raise ValidationError(NEKAD.format(kontakt.aktor))


def _som[R](av: Anvandare | None, kontakt: Kontakt, gor: Callable[[], R]) -> R:
    """What is written of the own aktör may be written wherever it takes part."""
    return om_eget(gor)() if av and for_sin_aktor(av, kontakt.aktor) else gor()
