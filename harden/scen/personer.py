"""A person of every kind, one letter each for the literal table of rights."""

from __future__ import annotations

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from aktorer import andringar as konton
from aktorer.models import Aktor, Anvandare
from aktorer.roller import Anvandarroll
from harden.data import LOSENORD
from insatser.models import (
    Stadskarna,
)

# One letter each, for the literal table of rights.
PERSONER = {
    "b": "besökare",
    "x": "avstängt konto",
    "s": "styrgrupp",
    "e": "tjänsteperson, egen aktör med",
    "g": "tjänsteperson, med genom grupp",
    "a": "tjänsteperson, annan aktör",
    "p": "planerare",
    "q": "planerare bara i annan kärna",
    "d": "administratör",
}


_KONTON = {
    "x": ("planerare", "region-stockholm"),
    "s": ("styrgrupp", ""),
    "e": ("tjansteperson", "trafikverket"),
    "g": ("tjansteperson", "almi-ab"),
    "a": ("tjansteperson", "taby-kommun"),
    "p": ("planerare", "region-stockholm"),
    "q": ("planerare", "sodertalje-kommun"),
    "d": ("administrator", ""),
}


GRUPP = "fastighetsagare"


EGEN = "trafikverket"


def gor_personer() -> dict[str, Anvandare | None]:
    """Each has an app for codes, which nobody asks for here."""
    ut: dict[str, Anvandare | None] = {"b": None}
    for bokstav, (roll, aktor) in _KONTON.items():
        ut[bokstav] = person = konton.skapa_anvandare(
            av=None,
            epost=f"{bokstav}@harden.example",
            namn=f"Harden {bokstav}",
            roll=Anvandarroll(roll),
            aktor=Aktor.objects.get(slug=aktor) if aktor else None,
            losenord=LOSENORD,
            bara_i=Stadskarna.objects.filter(slug="sodertalje").values_list("pk", flat=True) if bokstav == "q" else (),
        )
        TOTP.activate(person, generate_totp_secret())
        RecoveryCodes.activate(person)
    return ut


def ge_gruppen_en_medlem() -> None:
    grupp, almi = Aktor.objects.get(slug=GRUPP), Aktor.objects.get(slug="almi-ab")
    konton.andra_aktor(av=None, aktor=grupp, version=grupp.version, medlemmar=[almi.pk])
