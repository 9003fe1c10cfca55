"""The mails we send, as text and HTML in plain Swedish."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from email.headerregistry import Address, BaseHeader, UnstructuredHeader
from email.policy import Policy
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone

from aktorer.models import Anvandare
from aktorer.roller import Anvandarroll
from aktorer.sso import losenord_galler
from insatser.andringar.notiser import TYSTNAD
from insatser.fragor import lank, notiser, overlamning, sso, tystnad
from insatser.fragor import mitt_arbete as arbetsfragor
from insatser.fragor import uppfoljning as fragor
from insatser.fragor.kontakt import mejladresser
from insatser.models import Handelse, Insats, Mottagare, Notisslag, Omgang, Stadskarna, Utskick
from insatser.regler.bojning import bojt
from insatser.regler.tystnad import i_ord
from insatser.utbyte import adress

NAMNS = 10  # so many silent insatser are named in a mail; Mitt arbete has the rest


class Helrad(UnstructuredHeader, BaseHeader):
    """A header that stands on one line as it is.

    What is longer than a line and has no blank to break at, Python writes as encoded words (RFC 2047). Mail programs do
    not look for an address in those.
    """

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


type Innehall = tuple[str, str, dict[str, Any]]  # subject, template, what it is about


def bygg(rad: Utskick) -> EmailMultiAlternatives | None:
    """The mail of a row in the queue; None when there is nothing left to say in it."""
    innehall = _INNEHALL.get(Utskick.Slag(rad.slag), _dagens)(rad)
    if innehall is None or not rad.anvandare.is_active:
        return None
    person, till = rad.anvandare, rad.till or mejladresser([rad.anvandare])[rad.anvandare_id]
    if not till:
        if (till_annan := _till_planeraren(rad)) is None:
            return None
        person, innehall = till_annan
        till = person.epost
    amne, mall, sammanhang = innehall
    # The same mail always has the same identity: a server that gets it twice can tell.
    huvuden = {"Message-ID": f"<utskick-{rad.pk}@{settings.MEJLDOMAN}>", "Auto-Submitted": "auto-generated"}
    if avanmal := sammanhang.get("avanmal"):
        # The button of mail programs: one POST, without anybody looking at a page (RFC 8058).
        huvuden |= {
            "List-Unsubscribe": Helrad("List-Unsubscribe", f"<{avanmal}>"),
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    sammanhang |= {"person": person}
    kontakt = sammanhang.get("kontakt")
    brev = EmailMultiAlternatives(
        " ".join(amne.split()),  # a header is one line
        render_to_string(f"mejl/{mall}.txt", sammanhang),
        settings.DEFAULT_FROM_EMAIL,
        [till],
        headers=huvuden,
        reply_to=[str(Address(" ".join(str(kontakt).split()), addr_spec=kontakt.epost))] if kontakt else None,
    )
    brev.attach_alternative(render_to_string(f"mejl/{mall}.html", sammanhang), "text/html")
    return brev


def _till_planeraren(rad: Utskick) -> tuple[Anvandare, Innehall] | None:
    """What was handed over to a contact whom nobody is to ask, told to whoever opened the round, else to an
    administratör; whoever handed it over is not told, since that would say whose address has an account.
    """
    if rad.omgang is None:
        return None
    administratorer = Anvandare.objects.filter(is_active=True, roll=Anvandarroll.ADMINISTRATOR).order_by("pk")
    person = _fragar([rad.omgang]) or administratorer.first()
    mottagare = Mottagare.objects.get(omgang=rad.omgang, anvandare=rad.anvandare)
    punkter = [p.punkt for p in fragor.att_svara(mottagare) if p.svar is None]
    if person is None or not punkter:
        return None
    sammanhang = {
        "kontakten": rad.anvandare,
        "omgang": rad.omgang,
        "orden": overlamning.orden(mottagare),
        "punkter": punkter,
        "sidan": adress.hel("omgang", punkter[0].stadskarna.slug, rad.omgang.pk),
    }
    amne = f"{rad.anvandare} kan inte frågas ({rad.omgang}, {rad.omgang.omfattning})"
    return person, (amne, "tas_om_hand", sammanhang)


def _dagens(rad: Utskick) -> Innehall | None:
    """All that waits for the person, in one mail: rounds, silence, and what else there is to tell."""
    nya = notiser.i_mejlet(rad)
    med = rad.medfoljande.select_related("anvandare", "omgang__fardplan__stadskarna", "omgang__oppnad_av__aktor")
    delar: dict[int | None, Innehall] = {}
    for en in sorted([rad, *med.order_by("pk")], key=lambda r: (r.omgang.deadline if r.omgang else date.max, r.pk)):
        if en.omgang_id not in delar and (del_ := _paminnelsen(en)):
            delar[en.omgang_id] = del_
    if not nya and len(delar) <= 1:
        return next(iter(delar.values()), None)
    tysta = delar.pop(None, None)
    omgangar = [sammanhang for _, _, sammanhang in delar.values()]
    amnen = [amne for amne, _, _ in delar.values()] + ([tysta[0]] if tysta else []) + [n.rubrik for n in nya]
    fler = len(amnen) - 1
    amne = f"{amnen[0]}, och {bojt(fler, 'en sak', f'{fler} saker')} till" if fler else amnen[0]
    slag = [*dict.fromkeys(n.slag for n in nya), *([TYSTNAD] if tysta else [])]
    sammanhang: dict[str, Any] = {
        "amne": amne,
        "omgangar": omgangar,
        "tysta": tysta[2] if tysta else None,
        "grupper": [
            (g.label, [(n, adress.fran_sokvag(n.sokvag)) for n in nya if n.slag == g]) for g in Notisslag if g in slag
        ],
        "kontakt": next((k for s in [*omgangar, *([tysta[2]] if tysta else [])] if (k := s["kontakt"])), None),
        "mejlval": adress.hel("konto_mejl"),
    }
    if slag:
        sammanhang["avanmal"] = adress.hel("mejl_avsluta", lank.skriv_mejlavslut(rad.anvandare, slag))
    return amne, "samlat", sammanhang


def _paminnelsen(rad: Utskick) -> Innehall | None:
    """What a row has to say of its own; a row for what there is to tell beside reminders has nothing."""
    person = rad.anvandare
    if rad.slag == Utskick.Slag.NOTISER:
        return None
    if rad.omgang is None:
        return _tystnaden(person) if person.paminnelser else None
    omgang = rad.omgang
    mottagare = Mottagare.objects.filter(omgang=omgang, anvandare=person, aterkallad=None).first()
    if mottagare is None or omgang.stangd:
        return None
    kvar = [p for p in fragor.att_svara(mottagare) if p.svar is None]
    if not kvar:
        return None
    lanken = adress.hel("svara", lank.skriv(mottagare))
    sist = f"{omgang.deadline:%Y-%m-%d}"
    forsent = omgang.deadline < timezone.localdate()
    # A mail may have waited, and the last day may have been moved: what it says is true the day it goes.
    if rad.slag == Utskick.Slag.OMGANG:
        amne = f"Hur går det? Svara senast {sist}" if not forsent else "Hur går det?"
    elif rad.slag == Utskick.Slag.TIDIGARE and not forsent:
        amne = f"Ny sista dag: svara senast {sist}"
    else:
        amne = f"Vi saknar ditt svar från {sist}" if forsent else f"Påminnelse: svara senast {sist}"
    sammanhang: dict[str, Any] = {
        "omgang": omgang,
        "kontakt": _fragar([omgang]),
        "orden": overlamning.orden(mottagare),
        "punkter": kvar,
        "lank": lanken,
        "forsta": rad.slag == Utskick.Slag.OMGANG,
        "forsent": forsent,
        "tidigare": rad.slag == Utskick.Slag.TIDIGARE,
        "ersatter": fragor.ersatter(mottagare),
    }
    return f"{amne} ({omgang}, {omgang.omfattning})", "uppfoljning", sammanhang


def _tystnaden(person: Anvandare) -> Innehall | None:
    idag = timezone.localdate()
    tysta = tystnad.hos(person, idag)
    if not tysta:
        return None
    karnor = {f.stadskarna for f in tysta}
    var = bojt(len(karnor), str(tysta[0].stadskarna), f"{len(karnor)} stadskärnor")
    antal = bojt(len(tysta), "En insats", f"{len(tysta)} insatser")
    sammanhang = {
        "rader": [
            (f, i_ord(f.lage, f.insats.tillkom, idag), _rapportera(f.insats, f.stadskarna))
            for f in tysta[:NAMNS]
            if f.insats
        ],
        "fler": max(0, len(tysta) - NAMNS),
        "var": var,
        "flera_karnor": len(karnor) > 1,
        "kontakt": tystnad.planerare(tysta),
        "avanmal": adress.hel("avanmal", lank.skriv_avanmalan(person)),
        "mitt_arbete": adress.hel("mitt_arbete"),
    }
    return f"{antal} i {var} har inte uppdaterats på länge", "tystnad", sammanhang


def _rapportera(insats: Insats, stadskarna: Stadskarna) -> str:
    """Permanent: a mail lies unread while numbers change, and what is reported must not end up in another insats."""
    return f"{adress.hel('lage_varaktig', insats.pk)}?stadskarna={stadskarna.slug}"


def _fragar(omgangar: Sequence[Omgang]) -> Anvandare | None:
    """Whom to ask about the rounds: who opened one of them, and still is there."""
    return next((o.oppnad_av for o in omgangar if o.oppnad_av and o.oppnad_av.is_active), None)


def _lankarna(rad: Utskick) -> Innehall | None:
    omgangar = arbetsfragor.omgangar(rad.anvandare, timezone.localdate())
    if not omgangar:
        return None
    lankar = [(o, adress.hel("svara", o.token)) for o in omgangar]
    kontakt = _fragar([o.mottagare.omgang for o in omgangar])
    return "Din länk till uppföljningen", "lank", {"lankar": lankar, "kontakt": kontakt}


def _inbjudan(rad: Utskick) -> Innehall | None:
    """None to who has chosen a password or a passkey meanwhile, or has been in. Where no password counts, and for who
    asked for an account by the login of an organisation, it leads to the login.
    """
    person, inloggning = rad.anvandare, {"inloggning": adress.hel("account_login")}
    if person.har_kommit:
        vantar = person.last_login is None and person.identiteter.exists()
        return ("Du har fått ett konto i Färdplan", "inbjudan", inloggning | {"bett": True}) if vantar else None
    if not losenord_galler(person.epost):
        return "Du är inbjuden till Färdplan", "inbjudan", inloggning
    sammanhang = {
        "lank": adress.hel("valkommen", lank.skriv_kontonyckel(person, lank.Kontonyckel.INBJUDAN)),
        "dagar": lank.Kontonyckel.INBJUDAN.value.days,
        "organisationer": list(sso.vagar_in(person.epost).finns.values()),
    }
    return "Du är inbjuden till Färdplan", "inbjudan", sammanhang


def _losenord(rad: Utskick) -> Innehall | None:
    lanken = adress.hel("nytt_losenord", lank.skriv_kontonyckel(rad.anvandare, lank.Kontonyckel.LOSENORD))
    return "Nytt lösenord till Färdplan", "losenord", {"lank": lanken}


def _adressen(rad: Utskick) -> Innehall | None:
    lanken = adress.hel("konto_adress_bekrafta", lank.skriv_adressnyckel(rad.anvandare, rad.till))
    return "Bekräfta din nya adress till Färdplan", "adress", {"lank": lanken, "till": rad.till}


# What has happened to a login, and what it means.
_HANDELSER: dict[str, tuple[str, str]] = {
    Handelse.LOSENORD: (
        "Lösenordet är bytt",
        "Du är utloggad överallt annars. Kalenderns adress och personliga länkar i äldre mejl gäller inte längre.",
    ),
    Handelse.APP_TILL: ("En app för koder är tillagd", "När du loggar in frågar vi efter en kod ur appen."),
    Handelse.APP_BORT: ("Appen för koder är borttagen", "När du loggar in frågar vi inte längre efter dess koder."),
    Handelse.PASSKEY_TILL: ("En passkey är tillagd", "Du kan logga in med den i stället för lösenordet."),
    Handelse.PASSKEY_BORT: ("En passkey är borttagen", "Den går inte längre att logga in med."),
    Handelse.KODER: ("Du har nya reservkoder", "De gamla gäller inte längre."),
    Handelse.BORTTAGET: (
        "Ditt andra steg är borttaget",
        "En administratör har tagit bort din app och dina passkeys, och du är utloggad. Lägg till nya under Mitt konto."
        " Har du inget lösenord väljer du ett med Glömt lösenordet på sidan för inloggning. Kalenderns adress och"
        " personliga länkar i äldre mejl gäller inte längre.",
    ),
    Handelse.KOPPLAD_LOSS: (
        "Ditt konto är inte längre kopplat till din organisation",
        "En administratör har kopplat loss kontot från inloggningen hos din organisation, och du är utloggad. Logga in"
        " på samma sätt igen, så kopplas det på nytt.",
    ),
    Handelse.ADRESS_BEGARD: (
        "Någon vill byta din adress",
        "Vi har fått veta att kontot ska ha en annan e-postadress. Den byts först när någon har öppnat mejlet som gick"
        " till den nya adressen och sagt ja.",
    ),
    Handelse.ADRESS_BYTT: ("Din adress är bytt", "Kontot har en ny e-postadress, och du loggar in med den."),
}


def _handelsen(rad: Utskick) -> Innehall | None:
    rubrik, betyder = _HANDELSER[rad.vad]
    sammanhang = {"rubrik": rubrik, "betyder": betyder, "nar": rad.skapad, "mitt_konto": adress.hel("mitt_konto")}
    return f"{rubrik} – Färdplan", "saker", sammanhang


# All others remind of something to answer or to report.
_INNEHALL = {
    Utskick.Slag.LANK: _lankarna,
    Utskick.Slag.INBJUDAN: _inbjudan,
    Utskick.Slag.LOSENORD: _losenord,
    Utskick.Slag.ADRESS: _adressen,
    Utskick.Slag.SAKER: _handelsen,
}
