"""Links that are keys: signed, for one person and one thing alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum

from django.core import signing
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from aktorer.models import Anvandare
from insatser.models import AktivitetAktor, Medverkan, Mottagare
from insatser.regler.paminnelse import LANK_DAGAR

_SVAR, _AVANMALAN, _ADRESS = "fardplan.svar", "fardplan.avanmalan", "fardplan.konto.adress"
_MEJL, _ROLL = "fardplan.mejlavslut", "fardplan.rollsvar"
ADRESS_GALLER = timedelta(days=1)
LANK_GALLER = timedelta(days=LANK_DAGAR)


class Kontonyckel(Enum):
    """What a key to the own account is for, and how long it holds."""

    INBJUDAN = timedelta(days=7)
    LOSENORD = timedelta(hours=1)


def skriv(mottagare: Mottagare) -> str:
    """The token of the person's link. It tells when it was written: one sent late lives as long as any other.

    It dies with the person's password: whoever may have read the mails has nothing left.
    """
    return signing.dumps([mottagare.pk, mottagare.nyckel, mottagare.anvandare.lanknyckel], salt=_SVAR)


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
        # Those that were sent before there was a third part belong to who has not changed the password since.
        pk, nyckel, lanknyckel = [*signing.loads(token, salt=_SVAR), ""][:3]
    except (signing.BadSignature, ValueError, TypeError):
        return None
    hittad = (
        Mottagare.objects.filter(pk=pk, nyckel=nyckel, aterkallad=None, anvandare__is_active=True)
        .filter(anvandare__lanknyckel=lanknyckel)
        .select_related("omgang__fardplan__stadskarna", "anvandare__aktor")
        .first()
    )
    if hittad and _skriven_fore(token, _SVAR, hittad.anvandare.avstangd):
        return None
    if hittad and (timezone.localdate() <= hittad.omgang.deadline + LANK_GALLER or _nyskriven(token)):
        return hittad
    return None


def _skriven_fore(token: str, salt: str, nar: datetime | None) -> bool:
    """Whether the token was written before that: the account was closed since, and opened again."""
    if nar is None:
        return False
    try:
        signing.loads(token, salt=salt, max_age=timezone.now() - nar)
    except signing.SignatureExpired:
        return True
    return False


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


def skriv_mejlavslut(person: Anvandare, slag: Sequence[str]) -> str:
    """The token of the link in a mail by which the person says no to the kinds that it holds. It never runs out."""
    return signing.dumps([person.pk, *map(str, slag)], salt=_MEJL)


def las_mejlavslut(token: str) -> tuple[Anvandare, list[str]] | None:
    """(whose, the kinds); None when it was tampered with."""
    try:
        pk, *slag = signing.loads(token, salt=_MEJL)
        person = Anvandare.objects.filter(pk=pk).first()
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return (person, slag) if person else None


def skriv_rollsvar(person: Anvandare, del_: Medverkan | AktivitetAktor) -> str:
    """The token of the link in a mail by which the person says whether the aktör takes part. It dies as `skriv`'s."""
    return signing.dumps([person.pk, person.lanknyckel, isinstance(del_, Medverkan), del_.pk], salt=_ROLL)


def las_rollsvar(token: str) -> tuple[Anvandare, Medverkan | AktivitetAktor] | None:
    """(who answers, which part); None when it was tampered with or has run out, or there is nothing to answer."""
    try:
        pk, nyckel, om_insats, del_pk = signing.loads(token, salt=_ROLL, max_age=LANK_GALLER)
        person = Anvandare.objects.filter(pk=pk, lanknyckel=nyckel, is_active=True).select_related("aktor").first()
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if person is None or _skriven_fore(token, _ROLL, person.avstangd):
        return None
    del_: Medverkan | AktivitetAktor | None
    if om_insats:
        delar = Medverkan.objects.filter(pk=del_pk, insats__avford=None)
        del_ = delar.select_related("aktor", "insats__malomrade", "insats__fardplan").first()
    else:
        i_planen = "aktivitet__prioritering__handlingsplan__fardplan__stadskarna"
        i_aktivitet = AktivitetAktor.objects.filter(pk=del_pk).select_related("aktor", i_planen).first()
        if i_aktivitet and not i_aktivitet.aktivitet.prioritering.handlingsplan.kan_rapporteras:
            return None
        del_ = i_aktivitet
    return (person, del_) if del_ else None


def skriv_kontonyckel(person: Anvandare, vad: Kontonyckel) -> str:
    """The token with which the person chooses a password, once: it holds for the password and the address of now."""
    return signing.dumps([person.pk, _kontots_marke(person)], salt=_konto(vad))


def las_kontonyckel(token: str, vad: Kontonyckel, *, las: bool = False) -> Anvandare | None:
    """Whose it is; None when it was tampered with or used, has run out, or the account is closed or has changed.

    `las`: the account is locked, inside a transaction, so that of two who use the same key the second is told None.
    """
    try:
        pk, marke = signing.loads(token, salt=_konto(vad), max_age=vad.value)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    person = _oppet_konto(pk, las=las)
    return person if person and constant_time_compare(marke, _kontots_marke(person)) else None


def skriv_adressnyckel(person: Anvandare, epost: str) -> str:
    """The token by which the person shows that the new address is theirs: once, and while that of now is the same."""
    return signing.dumps([person.pk, epost, _adressens_marke(person)], salt=_ADRESS)


def las_adressnyckel(token: str, *, las: bool = False) -> tuple[Anvandare, str] | None:
    """(whose, the new address); None when it no longer holds. `las` as above."""
    try:
        pk, epost, marke = signing.loads(token, salt=_ADRESS, max_age=ADRESS_GALLER)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    person = _oppet_konto(pk, las=las)
    return (person, epost) if person and constant_time_compare(marke, _adressens_marke(person)) else None


def _oppet_konto(pk: int, *, las: bool) -> Anvandare | None:
    oppna = Anvandare.objects.select_related("aktor").filter(pk=pk, is_active=True)
    return (oppna.select_for_update(of=("self",), no_key=True) if las else oppna).first()


def _adressens_marke(person: Anvandare) -> str:
    """Another one as soon as the account has got another password or address, or was closed."""
    return salted_hmac(_ADRESS, f"{person.password} {person.epost} {person.avstangd}", algorithm="sha256").hexdigest()


def _konto(vad: Kontonyckel) -> str:
    return f"fardplan.konto.{vad.name.lower()}"


def _kontots_marke(person: Anvandare) -> str:
    """Another one when the person has logged in, or the account got another password, address or passkey, or was
    closed.
    """
    inloggad = person.last_login.isoformat() if person.last_login else ""
    nu = " ".join([person.password, person.epost, inloggad])
    for nar in (person.avstangd, person.tvasteg_andrat):
        nu += f" {nar.isoformat()}" if nar else ""
    return salted_hmac("fardplan.konto", nu, algorithm="sha256").hexdigest()
