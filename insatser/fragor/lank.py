"""The personal link of a round: signed, for one person, for what that person is asked about and nothing else."""

from __future__ import annotations

from datetime import timedelta

from django.core import signing
from django.utils import timezone

from aktorer.models import Anvandare
from insatser.models import Mottagare
from insatser.regler.paminnelse import LANK_DAGAR

_SVAR, _AVANMALAN = "fardplan.svar", "fardplan.avanmalan"
LANK_GALLER = timedelta(days=LANK_DAGAR)


def skriv(mottagare: Mottagare) -> str:
    """The token of the person's link. It tells when it was written: one sent late lives as long as any other."""
    return signing.dumps([mottagare.pk, mottagare.nyckel], salt=_SVAR)


def las(token: str) -> Mottagare | None:
    """Whose link it is; None when it was tampered with, taken back, has run out, or the person may no longer answer."""
    hittad = _agaren(token)
    return hittad if hittad and hittad.omgang.stangd is None else None


def las_stangd(token: str) -> Mottagare | None:
    """Whose link it is when all that stops it is that the round is closed: the person may read what they answered."""
    hittad = _agaren(token)
    return hittad if hittad and hittad.omgang.stangd else None


def _agaren(token: str) -> Mottagare | None:
    try:
        pk, nyckel = signing.loads(token, salt=_SVAR)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    hittad = (
        Mottagare.objects.filter(pk=pk, nyckel=nyckel, aterkallad=None, anvandare__is_active=True)
        .select_related("omgang__fardplan__stadskarna", "anvandare__aktor")
        .first()
    )
    if hittad and (timezone.localdate() <= hittad.omgang.deadline + LANK_GALLER or _nyskriven(token)):
        return hittad
    return None


def _nyskriven(token: str) -> bool:
    try:
        signing.loads(token, salt=_SVAR, max_age=LANK_GALLER)
    except signing.SignatureExpired:
        return False
    return True


def skriv_avanmalan(person: Anvandare) -> str:
    """The token of the link in a mail by which the person says no to reminders."""
    return signing.dumps(person.pk, salt=_AVANMALAN)


def las_avanmalan(token: str) -> Anvandare | None:
    try:
        return Anvandare.objects.filter(pk=signing.loads(token, salt=_AVANMALAN)).first()
    except (signing.BadSignature, ValueError, TypeError):
        return None
