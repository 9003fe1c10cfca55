"""Accounts as their own page and their own mails change them: invited, asked for a new password, chosen."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from aktorer.andringar import (
    andra_anvandare,
    avsluta_sessioner,
    byt_losenord,
    dra_in_nycklar,
    krav_oandrat_konto,
    las_konton,
    skapa_anvandare,
)
from aktorer.grund.andring import slutlig_andring
from aktorer.grund.redigering import hinder_i_ord
from aktorer.grund.sakerhet import Sakerhet, notera
from aktorer.grund.samtidighet import Krock, las
from aktorer.grund.spara import spara
from aktorer.grund.tecken import epostnyckel
from aktorer.models import Aktor, Anvandare
from aktorer.roller import Anvandarroll, Rattighet
from insatser.andringar.utskick import lagg_i_ko
from insatser.behorighet import far_bjuda_in
from insatser.fragor import lank
from insatser.fragor.konton import kollegor, kontakter_hos_andra, obesvarade, stangda_kontakter, upptagna, vantar
from insatser.models import (
    Foljning,
    Handelse,
    Inlasning,
    Kartvy,
    Kollegainbjudan,
    Mottagare,
    Omgang,
    Tillfragan,
    Utskick,
)
from insatser.regler.ersattning import Skal
from insatser.regler.inbjudan import Stopp

logg = logging.getLogger(__name__)
NYA_LOSENORD = 3  # so many mails with a new password's key, or a new address's, are sent to one person in an hour
STOPPADE_SPARAS = timedelta(days=90)
FORBRUKAD = "Länken är redan använd, eller gäller inte längre."


@dataclass(frozen=True)
class Inbjuden:
    """Whom an invitation is for."""

    epost: str
    namn: str


@slutlig_andring
def bjud_in(
    *,
    av: Anvandare | None,
    inbjudna: Sequence[Inbjuden],
    roll: Anvandarroll,
    aktor: Aktor | None,
    bara_i: Sequence[int] = (),
    samordnare: bool = False,
) -> list[Anvandare]:
    """An account for each, without a password, and a mail with the key to choose one: all of them, or none.

    `bara_i` and `samordnare` as of `skapa_anvandare`. Raises ValidationError, also when `av` may not give the role.

    No version: they are new, and an address has one account.
    """
    if av and not far_bjuda_in(av, roll, aktor.pk if aktor else None, samordnare=samordnare):
        raise ValidationError(f"Du kan inte bjuda in någon som {roll.label.lower()} hos {aktor or 'ingen aktör'}.")
    rattigheter: dict[str, Any] = {"roll": roll, "aktor": aktor, "bara_i": bara_i, "samordnare": samordnare}
    if av and av.samordnare and (annans := kontakter_hos_andra(av, [i.epost for i in inbjudna])):
        raise ValidationError([f"{epost} går inte att bjuda in." for epost in annans])
    if stangda := stangda_kontakter([i.epost for i in inbjudna]):
        raise ValidationError([f"Kontot för {epost} är avstängt. Öppna det först." for epost in stangda])
    konton = [skapa_anvandare(av=av, epost=i.epost, namn=i.namn, losenord=None, **rattigheter) for i in inbjudna]
    for person in sorted(konton, key=lambda k: k.pk):
        lagg_i_ko(person, Utskick.Slag.INBJUDAN, None)
    return konton


@slutlig_andring
def bjud_in_kollegor(*, av: Anvandare, inbjudna: Sequence[Inbjuden]) -> None:
    """A samordnare invites people to the own aktör: so much is written, whoever has the addresses, and no more.

    `utfor_inbjudningar` carries it out where nobody waits: neither words nor time tell who has an account at another
    aktör. Raises ValidationError.

    No version: they are new.
    """
    if not far_bjuda_in(av, Anvandarroll.TJANSTEPERSON, av.aktor_id):
        raise ValidationError("Du kan inte bjuda in kollegor.")
    rader = [Kollegainbjudan(av=av, aktor=av.aktor, epost=epostnyckel(i.epost), namn=i.namn) for i in inbjudna]
    for rad in rader:
        rad.clean_fields(exclude={"av", "aktor"})
    Kollegainbjudan.objects.bulk_create(rader)


def utfor_inbjudningar() -> int:
    """Carry out, one by one, what samordnare have invited and nobody has got to; several processes may do so at once.

    Returns how many could not be. Whatever is wrong with one, the others are carried out.
    """
    stoppade, provade = 0, set[int]()
    vantar = Kollegainbjudan.objects.filter(stopp="").select_related("av__aktor")
    # The latest first: what is written of the same address before it goes with it.
    while rad := vantar.exclude(pk__in=provade).order_by("pk").last():
        provade.add(rad.pk)
        try:
            stopp = utfor_inbjudan(av=rad.av, inbjudan=rad)
        except Exception:
            logg.exception("Inbjudan %s går inte att utföra", rad.pk)
            stopp = stoppa_inbjudan(av=None, inbjudan=rad, stopp=Stopp.FEL)
        stoppade += stopp is not None
    return stoppade


@slutlig_andring
def utfor_inbjudan(*, av: Anvandare, inbjudan: Kollegainbjudan) -> Stopp | None:
    """An account and a mail to whom the samordnare `av` has invited, and the row is gone; or why not, None when done.

    Who has been invited and has not come gets the mail again. Whose address belongs to others, or is of a closed
    account, gets nothing, and an administratör sees why.

    No version: it is carried out once, by whoever gets to it first.
    """
    samma = Kollegainbjudan.objects.filter(aktor=inbjudan.aktor_id, epost=inbjudan.epost, pk__lte=inbjudan.pk)
    ider = list(samma.order_by("pk").select_for_update().values_list("pk", flat=True))
    if inbjudan.pk not in ider:
        return None
    try:
        with transaction.atomic():
            stopp = _bjud_in_kollega(av, inbjudan)
    except ValidationError as fel:
        logg.warning("Inbjudan från konto %s: %s", av.pk, " ".join(fel.messages))
        stopp = Stopp.FEL
    if stopp:
        samma.exclude(pk=inbjudan.pk).delete()
        return stoppa_inbjudan(av=av, inbjudan=inbjudan, stopp=stopp)
    samma.delete()
    return None


def _bjud_in_kollega(av: Anvandare, inbjudan: Kollegainbjudan) -> Stopp | None:
    """Raises ValidationError."""
    epost, roll = inbjudan.epost, Anvandarroll.TJANSTEPERSON
    if not far_bjuda_in(av, roll, inbjudan.aktor_id):
        return Stopp.RATT
    konto = upptagna([epost]).get(epost)
    if konto and not konto.is_active and (konto.loggar_in or stangda_kontakter([epost])):
        return Stopp.STANGD
    if konto and konto.loggar_in:
        if not far_bjuda_in(av, konto.roll, konto.aktor_id):
            return Stopp.ANNANS
        if not konto.har_kommit:
            bjud_in_igen(av=av, person=konto)
        return None
    if kontakter_hos_andra(av, [epost]):
        return Stopp.KONTAKT
    bjud_in(av=av, inbjudna=[Inbjuden(epost, inbjudan.namn)], roll=roll, aktor=av.aktor)
    return None


@slutlig_andring
def stoppa_inbjudan(*, av: Anvandare | None, inbjudan: Kollegainbjudan, stopp: Stopp) -> Stopp:
    """Leave it to an administratör, who sees `stopp`.

    No version: it says what was found when it was to be carried out.
    """
    konto = upptagna([inbjudan.epost]).get(inbjudan.epost)
    notera(Sakerhet.INBJUDAN_STOPPAD, konto=konto.pk if konto else None, av=inbjudan.av_id, vad=stopp.value)
    Kollegainbjudan.objects.filter(pk=inbjudan.pk).update(stopp=stopp, stoppad=timezone.now())
    return stopp


@slutlig_andring
def prova_inbjudan_igen(*, av: Anvandare, inbjudan: Kollegainbjudan) -> None:
    """What was in its way may be gone: it waits to be carried out. Raises ValidationError.

    No version: asked for twice, it is carried out once.
    """
    rad = _inbjudan(inbjudan)
    rad.stopp, rad.stoppad = "", None
    spara(rad, falt=["stopp", "stoppad"])


@slutlig_andring
def ta_bort_inbjudan(*, av: Anvandare, inbjudan: Kollegainbjudan) -> None:
    """Nothing is to come of it, and of whom it was for nothing is kept. Raises ValidationError.

    No version: whatever it says, it is to go.
    """
    _inbjudan(inbjudan).delete()


@slutlig_andring
def glom_inbjudningar(*, av: Anvandare | None) -> None:
    """What nobody has looked at in three months is gone.

    No version: it is too old, whatever it says.
    """
    Kollegainbjudan.objects.filter(stoppad__lt=timezone.now() - STOPPADE_SPARAS).delete()


def _inbjudan(inbjudan: Kollegainbjudan) -> Kollegainbjudan:
    nu = Kollegainbjudan.objects.select_for_update().filter(pk=inbjudan.pk).first()
    if nu is None:
        raise ValidationError("Inbjudan finns inte längre: den är skickad, eller någon annan har tagit bort den.")
    return nu


@slutlig_andring
def bjud_in_igen(*, av: Anvandare | None, person: Anvandare) -> None:
    """Send the invitation once more. Raises ValidationError.

    No version: it changes nothing but the queue, and who has chosen a password is past it.
    """
    nu = Anvandare.objects.select_for_update(no_key=True).get(pk=person.pk)
    if not nu.is_active:
        raise ValidationError(f"Kontot för {nu} är avstängt. Öppna det först.")
    if not nu.loggar_in:
        raise ValidationError(f"{nu} är kontakt utan inloggning. Välj Bjud in, och skriv adressen där.")
    if nu.identiteter.exists():
        raise ValidationError(f"{nu} loggar redan in genom sin organisation.")
    if nu.har_kommit:
        raise ValidationError(f"{nu} har redan valt ett lösenord, och kan be om ett nytt på sidan för inloggning.")
    lagg_i_ko(nu, Utskick.Slag.INBJUDAN, None)


@slutlig_andring
def begar_losenord(*, av: Anvandare | None, epost: str) -> Utskick | None:
    """Somebody, nobody knows who, has forgotten the password of the account with this address: queue a key to it.

    Nothing changes for the person. Returns the mail; None when there is no open account, or it has got enough of them.

    No version: it changes nothing but the queue.
    """
    person = (
        Anvandare.objects.select_for_update(no_key=True)
        .filter(epost__iexact=epostnyckel(epost), is_active=True)
        .first()
    )
    if person is None or not person.loggar_in:
        return None
    if not _far_fler(person, slag=Utskick.Slag.LOSENORD):
        return None
    return lagg_i_ko(person, Utskick.Slag.LOSENORD, None)


def _far_fler(person: Anvandare, **mejl: str) -> bool:
    sedan = timezone.now() - timedelta(hours=1)
    return person.utskick.filter(skapad__gt=sedan, **mejl).count() < NYA_LOSENORD


@slutlig_andring
def valj_losenord(
    *, av: Anvandare | None, token: str, vad: lank.Kontonyckel, losenord: str, namn: str = ""
) -> tuple[Anvandare, Utskick | None]:
    """By the key of a mail the person chooses a password: once, also when it is used twice in the same moment.

    Returns the account, and the mail that tells of it to who had one before. Raises ValidationError.

    No version: the key holds for the account as it was when it was written.
    """
    person = lank.las_kontonyckel(token, vad, las=True)
    if person is None:
        raise ValidationError(FORBRUKAD)
    hade = person.har_kommit
    byt_losenord(av=person, anvandare=person, losenord=losenord, namn=namn)
    if vad == lank.Kontonyckel.INBJUDAN:
        notera(Sakerhet.INBJUDAN_ANVAND, konto=person.pk, vad="losenord")
    return person, underratta(av=person, person=person, vad=Handelse.LOSENORD) if hade else None


@slutlig_andring
def valj_passkey(
    *, av: Anvandare | None, token: str, namn: str, passkey: str, svar: dict[str, Any]
) -> tuple[Anvandare, Authenticator]:
    """By the key of an invitation the person comes in with a passkey named `passkey`, and needs no password.

    `svar` is what the browser answered, proven. The codes for when it is lost are made with it. Raises ValidationError.

    No version: the key holds for the account as it was when it was written.
    """
    person = lank.las_kontonyckel(token, lank.Kontonyckel.INBJUDAN, las=True)
    if person is None:
        raise ValidationError(FORBRUKAD)
    person.namn = namn
    spara(person, falt=["namn"])
    nyckel = WebAuthn.add(person, passkey, svar).instance
    RecoveryCodes.activate(person)
    notera(Sakerhet.INBJUDAN_ANVAND, konto=person.pk, vad="passkey")
    return las(person), nyckel


@slutlig_andring
def ta_bort_tvasteg(*, av: Anvandare, person: Anvandare, sedd: int) -> Utskick:
    """Somebody has lost the telephone: all second factors of the account go, and the person is told.

    Whoever has it may be inside, and have read what it opens: sessions, calendar and personal links end as well.

    Raises ValidationError, and Krock when the account has changed since the event `sedd`.
    """
    nu = las(person)
    krav_oandrat_konto(nu, sedd)
    if nu.pk == av.pk:
        raise ValidationError("Ditt eget andra steg ändrar du under Mitt konto.")
    if not nu.tvasteg:
        raise ValidationError(f"{nu} har inget andra steg.")
    Authenticator.objects.filter(user=nu).delete()
    avsluta_sessioner(nu)
    dra_in_nycklar(nu)
    return underratta(av=av, person=nu, vad=Handelse.BORTTAGET)


@slutlig_andring
def underratta(*, av: Anvandare | None, person: Anvandare, vad: Handelse, till: str = "") -> Utskick:
    """Queue the mail that tells the person what has become of the login.

    No version: it changes nothing but the queue.
    """
    notera(Sakerhet.INLOGGNING_ANDRAD, konto=person.pk, av=av.pk if av else None, vad=vad.value)
    return Utskick.objects.create(
        anvandare=person, slag=Utskick.Slag.SAKER, vad=vad, till=till, dag=timezone.localdate()
    )


@slutlig_andring
def begar_adress(*, av: Anvandare, epost: str) -> list[Utskick]:
    """The person wants another address: a key goes to it, and the one of now is told. Nothing else changes.

    To whom an address belongs is told neither here nor by the mails: one that somebody has gets none.

    No version: it changes nothing but the queue.
    """
    nu = Anvandare.objects.select_for_update(no_key=True).get(pk=av.pk)
    if not _far_fler(nu, vad=Handelse.ADRESS_BEGARD):
        return []
    mejl = [underratta(av=av, person=nu, vad=Handelse.ADRESS_BEGARD)]
    if not upptagna([epost]):
        ny = {"slag": Utskick.Slag.ADRESS, "till": epostnyckel(epost), "dag": timezone.localdate()}
        mejl.append(Utskick.objects.create(anvandare=nu, **ny))
    return mejl


@slutlig_andring
def byt_adress(*, av: Anvandare | None, token: str) -> tuple[Anvandare, Utskick]:
    """By the key that went to it the new address becomes the account's; that of before is told. Raises ValidationError.

    No version: the key holds for the address that the account had when it was written.
    """
    las_ = lank.las_adressnyckel(token, las=True)
    if las_ is None:
        raise ValidationError(FORBRUKAD)
    person, epost = las_
    gammal, person.epost = person.epost, epost
    spara(person, falt=["epost"])
    return person, underratta(av=person, person=person, vad=Handelse.ADRESS_BYTT, till=gammal)


@slutlig_andring
def andra_konto(
    *, av: Anvandare | None, person: Anvandare, sedd: int, till: Anvandare | None = None, **varden: Any
) -> Anvandare:
    """Change an account, and what goes with it: who leaves an aktör no longer shares saved views, and what waits for
    who is closed out is handed over to the colleague `till` (None: nobody takes it).

    Who gets another address is told at both, if they have come in by the one of before: a password may be asked for by
    the new one.

    `sedd` and what is raised as `andra_anvandare`; ValidationError also when `till` is no colleague.
    """
    fore = Anvandare.objects.get(pk=person.pk)
    oppet, hos = fore.is_active, fore.aktor_id
    stangs = oppet and varden.get("is_active") is False
    if stangs:
        las_oppna_omgangar()
    las_konton(person, *([till] if till else []))
    if till and not kollegor(person).filter(pk=till.pk).exists():
        raise ValidationError({"till": f"{till} kan inte ta över. Välj någon annan."})
    nu = andra_anvandare(av=av, anvandare=person, sedd=sedd, **varden)
    if nu.aktor_id != hos:
        Kartvy.objects.filter(agare=nu, delad=True).update(delad=False)
    if stangs:
        nu.utskick.filter(paborjat=None).delete()
        if till:
            _lamna_over(nu, till)
    if nu.epost.lower() != fore.epost.lower() and nu.har_kommit:
        for epost in ("", fore.epost):
            underratta(av=av, person=nu, vad=Handelse.ADRESS_BYTT, till=epost)
    return nu


def las_oppna_omgangar() -> None:
    """A round before the people in it, as everywhere."""
    list(Omgang.objects.filter(stangd=None).order_by("pk").select_for_update(of=("self",)))


@slutlig_andring
def ge_losenord(*, av: Anvandare, person: Anvandare, losenord: str, till: str) -> None:
    """An administratör gives the account a password; the person is told at `till`, the address of before.

    No version: nobody reads the one before.
    """
    byt_losenord(av=av, anvandare=person, losenord=losenord)
    underratta(av=av, person=person, vad=Handelse.LOSENORD, till=till)


@slutlig_andring
def stang_flera(*, av: Anvandare | None, sedda: Mapping[int, int]) -> tuple[list[Anvandare], list[str]]:
    """Close accounts, {id: the event that was seen}, for whom nothing waits.

    Returns those that are closed, and why the others are not, in whole sentences.

    No version: each account has its own in `sedda`.
    """
    personer = list(Anvandare.objects.filter(pk__in=sedda, is_active=True).order_by("pk"))
    las_konton(*personer)
    stangda, kvar = [], []
    for person in personer:
        if vantar(person):
            kvar.append(f"Något väntar på {person}: stäng kontot på dess egen sida, och välj vem som tar över.")
            continue
        try:
            with transaction.atomic():
                stangda.append(andra_konto(av=av, person=person, sedd=sedda[person.pk], is_active=False))
        except (Krock, ValidationError) as fel:
            kvar.append(f"Kontot för {person} är inte stängt. {hinder_i_ord(fel)}")
    return stangda, kvar


@slutlig_andring
def behall(*, av: Anvandare | None, konton: Collection[int]) -> int:
    """Note that somebody has looked at these accounts and they are to stay; the history has who. Returns how many.

    No version: it changes nothing but when that was.
    """
    return Anvandare.objects.filter(pk__in=konton, is_active=True).update(granskad=timezone.now())


def _lamna_over(person: Anvandare, till: Anvandare) -> None:
    """What waits for the person waits for `till`: questions, rounds where the right allows, files, what is followed."""
    lamnas = vantar(person)
    for fraga in obesvarade(person):
        ny, _ = Mottagare.objects.get_or_create(omgang=fraga.mottagare.omgang, anvandare=till)
        skal = {"i_stallet_for": fraga.mottagare, "skal": Skal.AVSTANGD, "aktor_id": fraga.aktor_id}
        # Who has handed it over, perhaps to the person, gets it back.
        egen = {"lamnad_till": None, "lamnad_ord": ""}
        Tillfragan.objects.update_or_create(mottagare=ny, punkt=fraga.punkt, defaults=egen, create_defaults=skal)
        lagg_i_ko(till, Utskick.Slag.OMGANG, ny.omgang)
    for omgang in lamnas.omgangar:
        if till.far(Rattighet.PLANERA, omgang.fardplan.stadskarna_id if omgang.fardplan else None):
            Omgang.objects.filter(pk=omgang.pk).update(oppnad_av=till)
    for fil in lamnas.filer:
        if till.far(Rattighet.REDIGERA, fil.karna_id):
            Inlasning.objects.filter(pk=fil.pk).update(av=till)
    for f in person.foljer.all():
        Foljning.objects.get_or_create(anvandare=till, insats=f.insats, stadskarna=f.stadskarna)
