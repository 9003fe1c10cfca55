"""The queue of mails is handed to the mail server, and what became of it is told in plain Swedish."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, mailers

from insatser.andringar import utskick
from insatser.models import Utskick
from insatser.regler.bojning import bojt
from insatser.utbyte.mejl import bakgrund
from insatser.utbyte.mejl.brev import bygg


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


AVSTANGT = "Mejl är avstängda här, med MEJL_SERVER=av. Inget skickas: det som skulle ha gått väntar i kön."


def laget() -> str:
    """What people should know of mails here before they count on them; "" where they are sent."""
    if settings.MEJL_AV:
        return AVSTANGT
    alternativ: dict[str, Any] = settings.MAILERS["default"].get("OPTIONS", {})  # type: ignore[assignment]
    if mapp := alternativ.get("file_path"):
        return f"Ingen mejlserver är vald: mejl läggs som filer i mappen {Path(mapp).name} i stället för att skickas."
    return ""


def skicka_vantande(bara: Utskick | None = None) -> utskick.Resultat:
    """Send what waits, or `bara` that one. What did not go stays in the queue, which the page Mejl shows."""
    if settings.MEJL_AV:
        vantar, senare = utskick.kvar()
        return utskick.Resultat(skickade=0, avvisade=0, vantar=vantar, oklara=0, senare=senare)
    return utskick.skicka(bygg, sand, bara)


def skicka_i_bakgrunden() -> str:
    """Send what waits once what is under way has been written, with nobody waiting for it; in Swedish, what is to go.

    A mail server takes seconds a mail, and a silent one minutes. What becomes of it stands on the pages of the round
    and of the mails.
    """
    if settings.MEJL_AV:
        return "Mejl är avstängda här: inget skickas."
    vantar, senare = utskick.kvar()
    bakgrund.efterat(skicka_vantande)
    antal = vantar - senare
    nu = {0: "Inget mejl skickas.", 1: "Ett mejl skickas nu."}.get(antal, f"{antal} mejl skickas nu.")
    return f"{nu} {senare_i_ord(senare)}" if senare else nu


def senare_i_ord(senare: int) -> str:
    """Why so many mails do not go today."""
    antal = bojt(senare, "Ett", str(senare))
    return f"{antal} väntar till en senare dag: ingen får två mejl samma dag."
