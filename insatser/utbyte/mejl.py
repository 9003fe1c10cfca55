"""The mails we send, as text and HTML in plain Swedish."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from insatser.fragor import lank
from insatser.fragor import uppfoljning as fragor
from insatser.models import Mottagare, Utskick


def bygg(utskick: Utskick) -> EmailMultiAlternatives | None:
    """The mail of a row in the queue; None when there is nothing left to say in it."""
    person = utskick.anvandare
    sammanhang: dict[str, Any] = {
        "person": person,
        "slag": utskick.slag,
        "avanmal": _adress("avanmal", lank.skriv_avanmalan(person)),
        "mitt_arbete": _adress("mitt_arbete"),
    }
    amne = "Ni har insatser som ingen har rapporterat på länge"
    if utskick.omgang:
        mottagare = Mottagare.objects.filter(omgang=utskick.omgang, anvandare=person, aterkallad=None).first()
        if mottagare is None or utskick.omgang.stangd:
            return None
        punkter = fragor.punkter(utskick.omgang, mottagare)
        kvar = [p for p in punkter if p.svar is None]
        if not kvar:
            return None
        lanken = _adress("svara", lank.skriv(mottagare))
        sammanhang |= {"omgang": utskick.omgang, "punkter": kvar, "lank": lanken}
        sist = f"{utskick.omgang.deadline:%Y-%m-%d}"
        amne = {
            Utskick.Slag.OMGANG: f"Hur går det? Svara senast {sist}",
            Utskick.Slag.FORE: f"Påminnelse: svara senast {sist}",
            Utskick.Slag.EFTER: f"Vi saknar ditt svar från {sist}",
        }[Utskick.Slag(utskick.slag)]
    brev = EmailMultiAlternatives(
        amne,
        render_to_string("mejl/uppfoljning.txt", sammanhang),
        settings.DEFAULT_FROM_EMAIL,
        [person.epost],
        # The same mail always has the same identity: a server that gets it twice can tell.
        headers={"Message-ID": f"<utskick-{utskick.pk}@{settings.MEJLDOMAN}>", "Auto-Submitted": "auto-generated"},
    )
    brev.attach_alternative(render_to_string("mejl/uppfoljning.html", sammanhang), "text/html")
    return brev


def skicka(utskick: Utskick) -> None:
    """Send it. Raises OSError (SMTPException is one) when the mail server did not take it."""
    brev = bygg(utskick)
    if brev:
        brev.send()


def _adress(namn: str, *delar: str) -> str:
    return f"{settings.BASADRESS}{reverse(namn, args=delar)}"
