"""Every write of a contact. None is taken back by a click: the history does not know who it was."""

from __future__ import annotations

from collections.abc import Callable
from secrets import token_hex
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q

from aktorer.andringar import senaste_handelse, skapa_anvandare
from aktorer.grund.andring import slutlig_andring
from aktorer.grund.platsratt import om_eget
from aktorer.grund.samtidighet import OKANT, Konflikt, Krock, krav_oandrad, las, radens_handelser, senast, skriv_rad
from aktorer.grund.spara import spara
from aktorer.grund.tecken import epostnyckel
from aktorer.models import KONTAKTER, Aktor, Anvandare
from aktorer.roller import Anvandarroll
from insatser.andringar.konton import andra_konto, las_oppna_omgangar
from insatser.behorighet import far_skota, far_utse, for_sin_aktor, karna_for
from insatser.fragor.uppfoljning import stangd_som_ingens
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
    kontakt.epost = epostnyckel(kontakt.epost)
    _krav(av, kontakt)
    if av and om and not far_utse(av, kontakt):
        raise ValidationError(f"Du kan utse handläggare bara för det som {aktor} medverkar i.")
    if kontakt.offentlig and av and not for_sin_aktor(av, aktor):
        raise ValidationError({"offentlig": BARA_EGNA.format(aktor)})
    return _som(av, kontakt, lambda: spara(kontakt))


@slutlig_andring
def andra(*, av: Anvandare | None, kontakt: Kontakt, version: int, **varden: Any) -> Kontakt:
    """Change a contact read at `version`. What the aktör has made public is so no longer when somebody else says who
    it is. Raises Krock and ValidationError.
    """
    nu = _las(kontakt)
    _krav(av, nu)
    if "epost" in varden:
        varden["epost"] = epostnyckel(varden["epost"])
    nya = {falt: varde for falt, varde in varden.items() if getattr(nu, falt) != varde}
    if nya and nu.version != version:
        konflikter = [Konflikt(falt, OKANT, getattr(nu, falt), varde) for falt, varde in nya.items()]
        raise Krock(konflikter, nu.version, senast=senast(radens_handelser(nu)))
    if av and not for_sin_aktor(av, nu.aktor):
        if nya.get("offentlig"):
            raise ValidationError({"offentlig": BARA_EGNA.format(nu.aktor)})
        if nu.offentlig and nya.keys() & {*PERSONLIGT}:
            nya["offentlig"] = False
    konto = nu.anvandare
    if "epost" in nya:  # perhaps somebody else by now: what the person of before has said stays that person's
        nya["anvandare_id"] = None
    elif konto and not konto.loggar_in and "namn" in nya:
        Anvandare.objects.filter(pk=konto.pk).update(namn=nya["namn"])
    andrad = _som(av, nu, lambda: skriv_rad(nu, nya))
    _stang_oanvant(av, konto)
    return andrad


@slutlig_andring
def ta_bort(*, av: Anvandare | None, kontakt: Kontakt, version: int) -> None:
    """Take a contact away: nothing of who it was is left but the account that it may have answered by, which is closed.

    Raises Krock and ValidationError.
    """
    nu = _las(kontakt)
    krav_oandrad(nu, version=version, vad="kontakten")
    _krav(av, nu)
    konto = nu.anvandare
    _som(av, nu, nu.delete)
    _stang_oanvant(av, konto)


@slutlig_andring
@om_eget
def konto_for(*, av: Anvandare | None, kontakt: Kontakt) -> Anvandare:
    """By which account the contact is asked: the one of its address, or a new one that cannot log in.

    Raises ValidationError when there is none to be asked by.

    No version: asked twice, it is the same one.
    """
    nu = las(kontakt)
    if not nu.epost:
        raise ValidationError(f"{nu} har ingen e-postadress att fråga på.")
    konto = Anvandare.objects.select_for_update(no_key=True).filter(epost=nu.epost).first()
    if konto is None:
        varden: dict[str, Any] = {"epost": nu.epost, "namn": nu.namn, "aktor": nu.aktor, "losenord": None}
        konto = skapa_anvandare(av=av, roll=Anvandarroll.KONTAKT, **varden)
    if not nu.aktor.ar(konto.aktor_id):
        raise ValidationError(f"{nu} kan inte frågas för {nu.aktor}: adressen hör till {konto.aktor or 'ett konto'}.")
    if not konto.is_active:
        if not _kommer_ater(konto):
            raise ValidationError(f"{nu} kan inte frågas: kontot är avstängt.")
        konto.is_active = True
        spara(konto, falt=["is_active"])
    Kontakt.objects.filter(epost=nu.epost, aktor=nu.aktor).exclude(anvandare=konto).update(anvandare=konto)
    return konto


@slutlig_andring
@om_eget
def konto_att_lamna_till(*, av: Anvandare | None, kontakt: Kontakt) -> Anvandare:
    """By which account a contact of the own aktör is asked that a colleague names: as `konto_for`, but never refused.

    Where the address is another account's (somebody's at another aktör, one to log in with, a closed one) it is one
    of the contact's own, under an address that nobody has: the names and pages of it tell nothing of the other. Mails
    find their way by `fragor.kontakt.mejladresser`.

    No version: asked twice, it is the same one.
    """
    nu = las(kontakt)
    annan = Anvandare.objects.filter(epost=nu.epost).first()
    vart = annan is None or (nu.aktor.ar(annan.aktor_id) and not annan.loggar_in)
    if vart and (annan is None or annan.is_active or _kommer_ater(annan)):
        return konto_for(av=av, kontakt=nu)
    rader = Kontakt.objects.filter(epost=nu.epost, aktor=nu.aktor)
    eget = Anvandare.objects.filter(kontakter__in=rader, epost__endswith=f"@{KONTAKTER}", is_active=True).first()
    if eget is None:
        varden: dict[str, Any] = {"epost": f"{token_hex(8)}@{KONTAKTER}", "namn": nu.namn, "aktor": nu.aktor}
        eget = skapa_anvandare(av=av, roll=Anvandarroll.KONTAKT, losenord=None, **varden)
    rader.exclude(anvandare=eget).update(anvandare=eget)
    return eget


def _kommer_ater(konto: Anvandare) -> bool:
    """Whether a closed account may be opened: what was closed as nobody's contact; what somebody has closed still has
    its rows.
    """
    return not (konto.loggar_in or konto.kontakter.exists()) and stangd_som_ingens(konto)


def _stang_oanvant(av: Anvandare | None, konto: Anvandare | None) -> None:
    """Who is nobody's contact any more answers no more: what waits goes to a colleague, as of any closed account."""
    if konto is None or konto.loggar_in or not konto.is_active:
        return
    kvar = Q(anvandare=konto) | Q(epost=konto.epost, aktor=konto.aktor_id)  # a row of later is linked when asked again
    if not Kontakt.objects.filter(kvar).exists():
        andra_konto(av=av, person=konto, sedd=senaste_handelse(konto), is_active=False)


def _las(kontakt: Kontakt) -> Kontakt:
    """The contact, locked; before it the open rounds, when its account may be closed with it."""
    if Anvandare.objects.filter(kontakter=kontakt, roll=Anvandarroll.KONTAKT).exists():
        las_oppna_omgangar()
    return las(kontakt)


def _krav(av: Anvandare | None, kontakt: Kontakt) -> None:
    if av and not far_skota(av, kontakt):
        raise ValidationError(NEKAD.format(kontakt.aktor))


def _som[R](av: Anvandare | None, kontakt: Kontakt, gor: Callable[[], R]) -> R:
    """What is written of the own aktör may be written wherever it takes part."""
    return om_eget(gor)() if av and for_sin_aktor(av, kontakt.aktor) else gor()
