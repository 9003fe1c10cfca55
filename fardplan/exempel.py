"""The example accounts of a trial, one per role. Never made in production."""

import secrets
from functools import partial
from pathlib import Path
from typing import NamedTuple

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from aktorer.andringar import byt_losenord, skapa_anvandare
from aktorer.models import Aktor, Anvandare
from aktorer.roller import Anvandarroll
from fardplan import miljo

FIL = "exempel-losenord"  # the accounts' password, for the next start


class Konto(NamedTuple):
    epost: str
    namn: str
    roll: Anvandarroll
    aktor: str = ""  # slug


KONTON = (
    Konto("admin@fardplan.example", "Exempel: administratör", Anvandarroll.ADMINISTRATOR),
    Konto("planerare@fardplan.example", "Exempel: planerare", Anvandarroll.PLANERARE, "region-stockholm"),
    Konto("tjansteperson@fardplan.example", "Exempel: Huddinge", Anvandarroll.TJANSTEPERSON, "huddinge-kommun"),
    Konto("botkyrka@fardplan.example", "Exempel: Botkyrka", Anvandarroll.TJANSTEPERSON, "botkyrka-kommun"),
    Konto("styrgrupp@fardplan.example", "Exempel: styrgrupp", Anvandarroll.STYRGRUPP),
)


def losenord(data: Path) -> str:
    """EXEMPEL_LOSENORD, else the password of the last start, else a new one. Raises Installningsfel."""
    if valt := miljo.text("EXEMPEL_LOSENORD"):
        try:
            validate_password(valt)
        except ValidationError as fel:
            raise miljo.Installningsfel(f"EXEMPEL_LOSENORD duger inte: {fel.messages[0]}") from fel
        return valt
    return miljo.hemlighet(data / FIL) or secrets.token_urlsafe(12)


def se_till_konton(data: Path, losenord: str) -> None:
    """Make the accounts that are missing; give them all `losenord` if it is not the one of the last start.

    The password is kept for the next start once the accounts have it: a kill in between changes them again.
    """
    samma = miljo.hemlighet(data / FIL) == losenord
    finns = {anvandare.epost: anvandare for anvandare in Anvandare.objects.filter(epost__in=[k.epost for k in KONTON])}
    with transaction.atomic():
        for konto in KONTON:
            if konto.epost not in finns:
                skapa(konto, losenord)
            elif not samma:
                byt_losenord(av=None, anvandare=finns[konto.epost], losenord=losenord)
        if not samma:
            transaction.on_commit(partial(miljo.spara_hemlighet, data / FIL, losenord))


def skapa(konto: Konto, losenord: str) -> Anvandare:
    """Make one of the accounts. Its aktör must exist."""
    aktor = Aktor.objects.get(slug=konto.aktor) if konto.aktor else None
    return skapa_anvandare(av=None, epost=konto.epost, namn=konto.namn, roll=konto.roll, aktor=aktor, losenord=losenord)
