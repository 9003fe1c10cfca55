"""Every write of aktörer and accounts. Called by page, admin and command alike."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db.models import F, Max, Q
from django.template.defaultfilters import floatformat
from django.utils import timezone

from aktorer.fragor import Aktorsatgard
from aktorer.grund.adress import ledig_adress
from aktorer.grund.andring import andring, slutlig_andring
from aktorer.grund.rader import jamfor_lista
from aktorer.grund.sakerhet import Sakerhet, notera
from aktorer.grund.samtidighet import Krock, jamfor, krav_utan_krock, las, radens_handelser, senast, skriv_rad
from aktorer.grund.sokning import lyder
from aktorer.grund.spara import spara
from aktorer.grund.tecken import epostnyckel
from aktorer.grund.valda import Valdrad, skriv_var_for_sig
from aktorer.models import RESERVERADE, Agarandel, Aktor, Anvandare, Gruppmedlem
from aktorer.roller import Anvandarroll, Rattighet


@dataclass(frozen=True)
class Agarrad:
    """Who owns how much of an aktör, as a form states it; a share that is not known is None."""

    agare_id: int
    andel: Decimal | None = None


@andring
def skapa_aktor(
    *, av: Anvandare | None, medlemmar: Collection[int] = (), agare: Sequence[Agarrad] = (), **varden: Any
) -> Aktor:
    """A new aktör with its members and owners; without `slug` its address is made from the name.

    Raises ValidationError.
    """
    if "slug" not in varden:
        upptagna = {*RESERVERADE, *Aktor.objects.values_list("slug", flat=True)}
        varden["slug"] = ledig_adress(varden["namn"], ord_="aktor", upptagna=upptagna)
    aktor = Aktor(**varden)
    _prova_medlemmar(aktor, medlemmar)
    spara(aktor)
    _skriv_medlemmar(aktor, medlemmar)
    _skriv_agare(aktor, agare)
    return aktor


@andring
def aktor_med_namn(*, av: Anvandare | None, namn: str, slag: str) -> Aktor:
    """The aktör of that name, made when there is none. Raises ValidationError.

    No version: it only adds what is not there.
    """
    med_namnet = Aktor.objects.filter(lyder(namn, "namn"))
    finns: Aktor | None = med_namnet.order_by(F("uppgatt_i").asc(nulls_first=True)).first()
    if finns:
        return finns.uppgatt_i or finns
    return skapa_aktor(av=av, namn=namn, slag=slag)


@andring
def andra_aktor(
    *,
    av: Anvandare | None,
    aktor: Aktor,
    version: int,
    medlemmar: Collection[int] | None = None,
    agare: Sequence[Agarrad] | None = None,
    **varden: Any,
) -> Aktor:
    """Change an aktör read at `version`, and its whole sets of members and owners (None: they stay as they are).

    Raises Krock and ValidationError.
    """
    nu = las(aktor)
    rad = jamfor(nu, version=version, varden=varden)
    nya_medlemmar = medlemsrader(nu.medlemmar.all()) if medlemmar is None else sorted(medlemmar)
    nya_agare = agarrader(nu.agare.all()) if agare is None else sorted(agare, key=_i_agarordning)
    till_medlemmar = jamfor_lista(
        nu.medlemmar, version=version, nya=nya_medlemmar, las=medlemsrader, rubrik="Medlemmar", i_ord=_medlemmar_i_ord
    )
    till_agare = jamfor_lista(
        nu.agare, version=version, nya=nya_agare, las=agarrader, rubrik="Ägare", i_ord=_agare_i_ord
    )
    krav_utan_krock(nu.version, radens_handelser(nu), rad, medlemmar=till_medlemmar, agare=till_agare)
    skriv_rad(nu, rad.skriv, rader=bool(till_medlemmar.skriv or till_agare.skriv))
    if till_medlemmar.skriv:
        _skriv_medlemmar(nu, nya_medlemmar)
    if till_agare.skriv:
        _skriv_agare(nu, nya_agare)
    _prova_medlemmar(nu, medlemsrader(nu.medlemmar.all()))
    return nu


@andring
def andra_valda(
    *, av: Anvandare | None, atgard: Aktorsatgard, rader: Sequence[Valdrad[Aktor]], versioner: Mapping[int, int]
) -> None:
    """Do to each of `rader` what its preview tells, in one transaction: they are taken back together as well.

    `versioner` is {aktör id: the version the writer had before them}. Raises Krock and ValidationError, with the aktör
    that was in the way.
    """
    list(Aktor.objects.select_for_update().filter(pk__in=[r.rad.pk for r in rader]).order_by("pk").values_list("pk"))
    skriv_var_for_sig(
        rader, versioner, lambda rad, sedd: andra_aktor(av=av, aktor=rad.rad, version=sedd, **atgard.varden)
    )


def medlemsrader(medlemmar: Iterable[Any]) -> list[int]:
    """The ids of the members that rows, of now or of the history, name."""
    return sorted(m.aktor_id for m in medlemmar)


def agarrader(agare: Iterable[Any]) -> list[Agarrad]:
    """What rows of owners, of now or of the history, say."""
    return sorted((Agarrad(a.agare_id, a.andel) for a in agare), key=_i_agarordning)


def _i_agarordning(rad: Agarrad) -> tuple[Decimal, int]:
    """The largest first, as pages have them."""
    return (-(rad.andel or Decimal(0)), rad.agare_id)


def _medlemmar_i_ord(medlemmar: Sequence[int]) -> str:
    return "\n".join(Aktor.objects.filter(pk__in=medlemmar).i_ordning().values_list("namn", flat=True))


def _agare_i_ord(agare: Sequence[Agarrad]) -> str:
    namn = dict(Aktor.objects.filter(pk__in=[a.agare_id for a in agare]).values_list("pk", "namn"))
    andel = [f", {floatformat(a.andel, -2)} %" if a.andel is not None else "" for a in agare]
    return "\n".join(f"{namn[a.agare_id]}{d}" for a, d in zip(agare, andel, strict=True))


def _prova_medlemmar(aktor: Aktor, medlemmar: Collection[int]) -> None:
    """Raises ValidationError."""
    if not medlemmar:
        return
    if not aktor.ar_grupp:
        raise ValidationError("Bara en grupp har medlemmar. Ta bort medlemmarna, eller välj slaget Grupp.")
    if aktor.avser_karnkommuner:
        raise ValidationError("Vilka kärnkommunerna är anges för varje stadskärna, inte som medlemmar.")
    if grupp := Aktor.objects.filter(pk__in=medlemmar, slag=Aktor.Slag.GRUPP).first():
        raise ValidationError(f"{grupp} är själv en grupp. Lägg till dess medlemmar i stället.")


def _skriv_medlemmar(grupp: Aktor, medlemmar: Collection[int]) -> None:
    """Let these be the members; who is one already stays as it is."""
    nu = set(medlemsrader(grupp.medlemmar.all()))
    grupp.medlemmar.filter(aktor__in=nu - {*medlemmar}).delete()
    for aktor in sorted({*medlemmar} - nu):
        spara(Gruppmedlem(grupp=grupp, aktor_id=aktor))


def _skriv_agare(aktor: Aktor, agare: Collection[Agarrad]) -> None:
    """Let these be the owners; those that own what they did stay as they are."""
    if sum(a.andel or 0 for a in agare) > 100:
        raise ValidationError("Ägarna kan inte äga mer än 100 procent tillsammans.")
    nu = set(agarrader(aktor.agare.all()))
    aktor.agare.filter(agare__in=[a.agare_id for a in nu - {*agare}]).delete()
    for a in sorted({*agare} - nu, key=_i_agarordning):
        spara(Agarandel(aktor=aktor, agare_id=a.agare_id, andel=a.andel))


@slutlig_andring
def skapa_anvandare(
    *,
    av: Anvandare | None,
    epost: str,
    namn: str,
    roll: Anvandarroll,
    losenord: str | None,
    aktor: Aktor | None = None,
    bara_i: Sequence[int] = (),
    samordnare: bool = False,
) -> Anvandare:
    """An account that can log in at once with `losenord`; None: not before the person has chosen one.

    Who was a contact that could not log in goes on as the same person. `bara_i`: the ids of the stadskärnor that a
    planerare may change things in, none for all. Raises ValidationError.
    """
    epost = epostnyckel(epost)
    kontakter = Anvandare.objects.select_for_update(no_key=True).filter(roll=Anvandarroll.KONTAKT, epost=epost)
    anvandare = (kontakter.first() if roll != Anvandarroll.KONTAKT else None) or Anvandare(epost=epost)
    anvandare.namn, anvandare.roll, anvandare.is_active = namn, roll, True
    anvandare.aktor, anvandare.samordnare = aktor, samordnare
    anvandare.bara_i = sorted(bara_i)
    anvandare.set_password(losenord)
    spara(anvandare)
    return anvandare


@slutlig_andring
def andra_anvandare(*, av: Anvandare | None, anvandare: Anvandare, sedd: int, **varden: Any) -> Anvandare:
    """Change name, address, role, aktör, where its rights hold (`bara_i`), whether it invites colleagues (`samordnare`)
    or whether the account is open. What only one role can have goes with the role.

    `sedd` is the latest event of the account that the writer had seen. Raises ValidationError, and Krock when it has
    been changed since: who has got which role is nothing to merge.
    """
    las_konton(anvandare)
    nu = las(anvandare)
    krav_oandrat_konto(nu, sedd)
    oppet, hade = nu.is_active, (nu.roll, nu.aktor_id, nu.bara_i)
    if "epost" in varden:
        varden["epost"] = epostnyckel(varden["epost"])
    krav_en_administrator(nu, roll=varden.get("roll", nu.roll), is_active=varden.get("is_active", nu.is_active))
    roll = varden.get("roll", nu.roll)
    if roll != Anvandarroll.PLANERARE:
        varden["bara_i"] = []
    if roll != Anvandarroll.TJANSTEPERSON:
        varden["samordnare"] = False
    for falt, varde in varden.items():
        setattr(nu, falt, varde)
    spara(nu, falt=list(varden))
    if not nu.is_active:
        avsluta_sessioner(nu)
    gjorde = av.pk if av else None
    if nu.is_active != oppet:
        notera(Sakerhet.KONTO_OPPNAT if nu.is_active else Sakerhet.KONTO_STANGT, konto=nu.pk, av=gjorde)
    if (nu.roll, nu.aktor_id, nu.bara_i) != hade:
        notera(Sakerhet.RATT_ANDRAD, konto=nu.pk, av=gjorde, vad=nu.roll)
    return nu


def las_konton(*konton: Anvandare) -> None:
    """Lock the accounts and every administratör, in one order: two who close each other wait for one another."""
    administratorer = Q(roll=Anvandarroll.ADMINISTRATOR, is_active=True)
    berorda = Anvandare.objects.filter(administratorer | Q(pk__in=[k.pk for k in konton])).order_by("pk")
    list(berorda.select_for_update(no_key=True))


def avsluta_sessioner(anvandare: Anvandare, *, utom: str | None = None) -> None:
    """End the account's sessions, but the one with the key `utom`. One tells whose it is only when it is read."""
    for session in Session.objects.filter(expire_date__gt=timezone.now()).exclude(pk=utom).iterator():
        if session.get_decoded().get(SESSION_KEY) == str(anvandare.pk):
            session.delete()
    UserSession.objects.filter(user=anvandare).exclude(session_key=utom).delete()


@slutlig_andring
def avsluta_ovriga(*, av: Anvandare, session: str) -> None:
    """The person's other sessions end, but the one with the key `session`: they have not shown what is asked for now.

    No version: what has ended has ended.
    """
    avsluta_sessioner(av, utom=session)


def krav_en_administrator(nu: Anvandare, *, roll: str, is_active: bool) -> None:
    """That somebody can administrate when the account has become this. Raises ValidationError."""
    if not nu.far(Rattighet.ADMINISTRERA) or (roll == Anvandarroll.ADMINISTRATOR and is_active):
        return
    if not Anvandare.objects.filter(roll=Anvandarroll.ADMINISTRATOR, is_active=True).exclude(pk=nu.pk).exists():
        raise ValidationError("Det här är den sista administratören. Gör en till administratör först.")


def senaste_handelse(anvandare: Anvandare) -> int:
    """The id of the latest event of the account, 0 for one that is not made yet."""
    return radens_handelser(anvandare).aggregate(senast=Max("pgh_id"))["senast"] or 0


def krav_oandrat_konto(nu: Anvandare, sedd: int) -> None:
    """That nobody has changed the locked account since the event `sedd`. Raises Krock, which says what holds now."""
    if (senast_nu := senaste_handelse(nu)) != sedd:
        galler = [nu.namn, nu.epost, nu.get_roll_display(), str(nu.aktor or "ingen aktör")]
        galler.append("aktivt" if nu.is_active else "avstängt")
        text = (
            f"Kontot ändrades medan du läste{{senast}}. Nu gäller: {', '.join(galler)}. Spara igen om ditt ska gälla."
        )
        raise Krock([], senast_nu, senast=senast(radens_handelser(nu)), text=text)


@slutlig_andring
def byt_losenord(*, av: Anvandare | None, anvandare: Anvandare, losenord: str, namn: str = "") -> None:
    """Give the account a new password, and a name where one is given; its other sessions end.

    Who had one, or a passkey, may have lost it to somebody: the address of the calendar and the personal links in mails
    end with it. No version: nobody reads the one before, and the name is the person's own.
    """
    if anvandare.har_kommit:
        dra_in_nycklar(anvandare)
    anvandare.set_password(losenord)
    if namn:
        anvandare.namn = namn
    anvandare.save(update_fields=["password", *(["namn"] if namn else [])])


def dra_in_nycklar(anvandare: Anvandare) -> None:
    """The address of the calendar, and the personal links in mails, that somebody may have read open nothing now."""
    anvandare.kalendernyckel, anvandare.lanknyckel = "", secrets.token_hex(16)
    anvandare.save(update_fields=["kalendernyckel", "lanknyckel"])


@slutlig_andring
def byt_namn(*, av: Anvandare, namn: str) -> None:
    """What the person is called. Raises ValidationError. No version: the last word is the person's own."""
    nu = Anvandare.objects.select_for_update(no_key=True).get(pk=av.pk)
    nu.namn = namn
    spara(nu, falt=["namn"])


@slutlig_andring
def valj_paminnelser(*, av: Anvandare, paminnelser: bool) -> None:
    """Whether the person wants reminders. No version: the last word is the person's own."""
    nu = las(av)
    nu.paminnelser = paminnelser
    nu.save(update_fields=["paminnelser"])


@slutlig_andring
def skapa_kalenderadress(*, av: Anvandare) -> None:
    """Give the person a private address for the own calendar, unless there is one: asked twice, it stays the same."""
    nu = Anvandare.objects.select_for_update().get(pk=av.pk)
    if not nu.kalendernyckel:
        _satt_kalendernyckel(nu, secrets.token_hex(16))


@slutlig_andring
def byt_kalenderadress(*, av: Anvandare) -> None:
    """A new address for the person's calendar; the one before stops working.

    No version: it is the own address, and nothing of the one before is kept.
    """
    _satt_kalendernyckel(Anvandare.objects.select_for_update().get(pk=av.pk), secrets.token_hex(16))


@slutlig_andring
def ta_bort_kalenderadress(*, av: Anvandare) -> None:
    """The person's calendar can no longer be fetched. No version: gone is gone, however often."""
    _satt_kalendernyckel(Anvandare.objects.select_for_update().get(pk=av.pk), "")


def _satt_kalendernyckel(anvandare: Anvandare, nyckel: str) -> None:
    anvandare.kalendernyckel = nyckel
    anvandare.save(update_fields=["kalendernyckel"])
