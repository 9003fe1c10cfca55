"""Who comes by another organisation's login becomes an account, or asks for one (docs/sso.md)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from aktorer.andringar import avsluta_sessioner, krav_oandrat_konto, skapa_anvandare
from aktorer.grund.adress import LANGST
from aktorer.grund.andring import slutlig_andring
from aktorer.grund.samtidighet import las
from aktorer.grund.spara import spara
from aktorer.models import Aktor, Anvandare, Identitet, Kontobegaran
from aktorer.roller import Anvandarroll
from aktorer.sso import Intyg, Ssobesked
from insatser.andringar.konton import underratta
from insatser.andringar.utskick import lagg_i_ko
from insatser.fragor import sso as fragor
from insatser.fragor.konton import stangda_kontakter
from insatser.models import Handelse, Utskick

BEGARAN_SPARAS = timedelta(days=365)


@slutlig_andring
def ta_emot(*, av: Anvandare | None, intyg: Intyg, losenord_provat: int | None = None) -> Anvandare | Ssobesked:
    """The account of whom the provider says has come; else why there is none.

    Known: the account. Somebody's address, vouched for: that account, once its password has been given
    (`losenord_provat`, the id of the account whose it was) or where it has none and nobody comes to it by another
    provider. Nobody's: an account by its claims, or
    a request for one.

    No version: it only adds, one at a time.
    """
    if kand := fragor.kand(intyg) or _ensam(intyg):
        return kand if kand.is_active else Ssobesked.STANGT
    if not intyg.intygad:
        return Ssobesked.INTYGAS_INTE
    agare = Anvandare.objects.select_for_update(no_key=True).filter(epost__iexact=intyg.epost).first()
    if agare is None or not agare.loggar_in:
        return Ssobesked.STANGT if agare and stangda_kontakter([agare.epost]) else _utan_konto(intyg)
    return _till_agaren(agare, intyg, losenord_provat)


def _till_agaren(agare: Anvandare, intyg: Intyg, losenord_provat: int | None) -> Anvandare | Ssobesked:
    if not agare.is_active:
        return Ssobesked.STANGT
    if agare.identiteter.filter(leverantor=intyg.leverantor).exists():
        return Ssobesked.UPPTAGEN
    if fragor.losenord_behovs(agare):
        return _koppla(agare, intyg) if losenord_provat == agare.pk else Ssobesked.LOSENORD
    if agare.identiteter.exists():  # it has an owner, and the word of another provider is no proof of being that
        return Ssobesked.UPPTAGEN
    if intyg.namn and not agare.har_kommit:  # invited, and called what whoever did so knew, or what the address says
        agare.namn = intyg.namn
        spara(agare, falt=["namn"])
    return _koppla(agare, intyg)


def _ensam(intyg: Intyg) -> Anvandare | None:
    """From here on one newcomer at a time: two tabs of the same are one. The account, if the other was quicker."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('sso', 0))")
    return fragor.kand(intyg)


def _utan_konto(intyg: Intyg) -> Anvandare | Ssobesked:
    aktor, roll = fragor.aktor(intyg.aktor), fragor.roll(intyg)
    if roll and (aktor or roll != Anvandarroll.TJANSTEPERSON):
        return _koppla(skapa_anvandare(av=None, aktor=aktor, roll=roll, losenord=None, **_vem(intyg)), intyg)
    var = {"leverantor": intyg.leverantor, "subjekt": intyg.subjekt}
    begaran = Kontobegaran.objects.filter(**var).first() or Kontobegaran(**var)
    varden = {**_vem(intyg), "aktor": intyg.aktor[:LANGST]}
    if any(getattr(begaran, falt) != varde for falt, varde in varden.items()):
        for falt, varde in varden.items():
            setattr(begaran, falt, varde)
        spara(begaran)
    return Ssobesked.NEKAD if begaran.nekad else Ssobesked.VANTAR


def _vem(intyg: Intyg) -> dict[str, Any]:
    return {"epost": intyg.epost, "namn": intyg.namn or intyg.epost[:120]}


def _koppla(anvandare: Anvandare, intyg: Intyg) -> Anvandare:
    var = {"leverantor": intyg.leverantor, "subjekt": intyg.subjekt}
    Kontobegaran.objects.filter(**var).delete()
    spara(Identitet(anvandare=anvandare, **var))
    return anvandare


@slutlig_andring
def koppla_loss(*, av: Anvandare, person: Anvandare, sedd: int) -> Utskick:
    """The account belongs to nobody's login elsewhere any more: its sessions end, as does a login that is under way or
    waits for its second factor (aktorer/inloggning.py), and the person is told.

    Who comes next with its address, vouched for, is linked anew. Raises ValidationError, and Krock when the account
    has changed since the event `sedd`.
    """
    nu = las(person)
    krav_oandrat_konto(nu, sedd)
    if nu.pk == av.pk:
        raise ValidationError("Du kan inte koppla loss dig själv. Be en annan administratör.")
    if not nu.identiteter.all().delete()[0]:
        raise ValidationError(f"{nu} är inte kopplad till någon inloggning hos en organisation.")
    avsluta_sessioner(nu)
    return underratta(av=av, person=nu, vad=Handelse.KOPPLAD_LOSS)


@slutlig_andring
def godkann(
    *,
    av: Anvandare | None,
    begaran: Kontobegaran,
    namn: str,
    roll: Anvandarroll,
    aktor: Aktor | None,
    bara_i: Sequence[int] = (),
    samordnare: bool = False,
) -> Anvandare:
    """Give who asked an account, and tell them by mail; `bara_i` and `samordnare` as of `skapa_anvandare`.

    Raises ValidationError.

    No version: a request that somebody else has approved is gone, and one that was refused may still be approved.
    """
    nu = _vantande(begaran)
    rattigheter: dict[str, Any] = {"roll": roll, "aktor": aktor, "bara_i": bara_i, "samordnare": samordnare}
    konto = skapa_anvandare(av=av, epost=nu.epost, namn=namn, losenord=None, **rattigheter)
    spara(Identitet(anvandare=konto, leverantor=nu.leverantor, subjekt=nu.subjekt))
    nu.delete()
    lagg_i_ko(konto, Utskick.Slag.INBJUDAN, None)
    return konto


@slutlig_andring
def neka(*, av: Anvandare | None, begaran: Kontobegaran) -> None:
    """Refuse. The person is told at the next sign-in, and asks no more. Raises ValidationError.

    No version: refused twice is refused.
    """
    nu = _vantande(begaran)
    nu.nekad = nu.nekad or timezone.now()
    spara(nu, falt=["nekad"])


@slutlig_andring
def ta_bort_begaran(*, av: Anvandare | None, begaran: Kontobegaran) -> None:
    """All that is known of who asked, refused or not, is gone; who comes again asks anew. Raises ValidationError.

    No version: whatever it says is to go.
    """
    _vantande(begaran).delete()


@slutlig_andring
def glom_begaran(*, av: Anvandare | None) -> None:
    """What nobody has approved in a year is gone: who still wants in asks again.

    No version: it is too old, whatever it says.
    """
    Kontobegaran.objects.filter(skapad__lt=timezone.now() - BEGARAN_SPARAS).delete()


def _vantande(begaran: Kontobegaran) -> Kontobegaran:
    nu = Kontobegaran.objects.select_for_update().filter(pk=begaran.pk).first()
    if nu is None:
        raise ValidationError(
            "Begäran finns inte längre: någon annan har svarat på den, eller så har personen fått ett konto ändå."
        )
    return nu
