"""The mails we send, as text and HTML in plain Swedish."""

from __future__ import annotations

from contextlib import suppress
from email.headerregistry import BaseHeader, UnstructuredHeader
from email.policy import Policy
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, mailers
from django.template.loader import render_to_string
from django.utils import timezone

from insatser.andringar import utskick
from insatser.fragor import lank
from insatser.fragor import mitt_arbete as arbetsfragor
from insatser.fragor import uppfoljning as fragor
from insatser.models import Mottagare, Utskick
from insatser.utbyte import adress


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
    innehall = _lankarna(rad) if rad.slag == Utskick.Slag.LANK else _paminnelsen(rad)
    if innehall is None or not rad.anvandare.is_active:
        return None
    amne, mall, sammanhang = innehall
    # The same mail always has the same identity: a server that gets it twice can tell.
    huvuden = {"Message-ID": f"<utskick-{rad.pk}@{settings.MEJLDOMAN}>", "Auto-Submitted": "auto-generated"}
    if avanmal := sammanhang.get("avanmal"):
        # The button of mail programs: one POST, without anybody looking at a page (RFC 8058).
        huvuden |= {
            "List-Unsubscribe": Helrad("List-Unsubscribe", f"<{avanmal}>"),
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    sammanhang |= {"person": rad.anvandare}
    brev = EmailMultiAlternatives(
        amne,
        render_to_string(f"mejl/{mall}.txt", sammanhang),
        settings.DEFAULT_FROM_EMAIL,
        [rad.anvandare.epost],
        headers=huvuden,
    )
    brev.attach_alternative(render_to_string(f"mejl/{mall}.html", sammanhang), "text/html")
    return brev


def _paminnelsen(rad: Utskick) -> Innehall | None:
    person = rad.anvandare
    if rad.omgang is None:
        if not person.paminnelser:
            return None
        lankar = {
            "avanmal": adress.hel("avanmal", lank.skriv_avanmalan(person)),
            "mitt_arbete": adress.hel("mitt_arbete"),
        }
        return "Ni har insatser som ingen har rapporterat på länge", "tystnad", lankar
    omgang = rad.omgang
    mottagare = Mottagare.objects.filter(omgang=omgang, anvandare=person, aterkallad=None).first()
    if mottagare is None or omgang.stangd:
        return None
    kvar = [p for p in fragor.punkter(omgang, mottagare) if p.svar is None]
    if not kvar:
        return None
    lanken = adress.hel("svara", lank.skriv(mottagare))
    sist = f"{omgang.deadline:%Y-%m-%d}"
    forsent = omgang.deadline < timezone.localdate()
    # A mail may have waited, and the last day may have been moved: what it says is true the day it goes.
    if rad.slag == Utskick.Slag.OMGANG:
        amne = f"Hur går det? Svara senast {sist}" if not forsent else "Hur går det?"
    else:
        amne = f"Vi saknar ditt svar från {sist}" if forsent else f"Påminnelse: svara senast {sist}"
    sammanhang: dict[str, Any] = {
        "omgang": omgang,
        "punkter": kvar,
        "lank": lanken,
        "forsta": rad.slag == Utskick.Slag.OMGANG,
        "forsent": forsent,
        "ersatter": fragor.ersatter(mottagare),
    }
    return amne, "uppfoljning", sammanhang


def _lankarna(rad: Utskick) -> Innehall | None:
    omgangar = arbetsfragor.omgangar(rad.anvandare, timezone.localdate())
    if not omgangar:
        return None
    lankar = [(o, adress.hel("svara", o.token)) for o in omgangar]
    return "Din länk till uppföljningen", "lank", {"lankar": lankar}


def sand(brev: EmailMessage) -> None:
    """Hand it to the mail server.

    Raises Nere when nothing was sent, ValueError for an address that is none, and OSError (SMTPException is one) when
    the server refused it or the line broke.
    """
    server = mailers.default
    try:
        try:
            server.open()
        except OSError as fel:
            raise utskick.Nere(str(fel) or type(fel).__name__) from fel
        server.send_messages([brev])
    finally:
        # What a server says to goodbye tells nothing of the mail.
        with suppress(OSError):
            server.close()


def skicka_vantande(bara: Utskick | None = None) -> tuple[bool, str]:
    """Send what waits: (whether all of it went, what became of it in Swedish). What did not go stays in the queue."""
    resultat = utskick.skicka(bygg, sand, bara)
    if resultat.fel:
        return False, "Mejlservern svarar inte. Det som väntar ligger kvar och skickas vid nästa försök."
    text = f"{resultat.skickade} mejl är skickade." if resultat.skickade != 1 else "Ett mejl är skickat."
    if resultat.avvisade:
        text += f" {resultat.avvisade} togs inte emot av mejlservern."
    if resultat.trasiga:
        text += f" {resultat.trasiga} gick inte att skriva: felet står på sidan Mejl."
    return not (resultat.avvisade or resultat.trasiga), text
