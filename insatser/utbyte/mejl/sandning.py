"""The queue of mails is handed to the mail server, and what became of it is told in plain Swedish."""

from __future__ import annotations

from contextlib import suppress

from django.core.mail import EmailMessage, mailers

from insatser.andringar import utskick
from insatser.models import Utskick
from insatser.regler.bojning import bojt
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


def skicka_vantande(bara: Utskick | None = None) -> tuple[bool, str]:
    """Send what waits: (whether all of it went, what became of it in Swedish). What did not go stays in the queue."""
    resultat = utskick.skicka(bygg, sand, bara)
    if resultat.fel:
        return False, "Mejlservern svarar inte. Det som väntar ligger kvar och skickas vid nästa försök."
    text = {0: "Inget mejl skickades.", 1: "Ett mejl är skickat."}.get(
        resultat.skickade, f"{resultat.skickade} mejl är skickade."
    )
    if resultat.avvisade:
        text += f" {resultat.avvisade} togs inte emot av mejlservern."
    if resultat.senare:
        text += f" {senare_i_ord(resultat)}"
    if resultat.trasiga:
        text += f" {resultat.trasiga} gick inte att skriva: felet står på sidan Mejl."
    return not (resultat.avvisade or resultat.trasiga), text


def senare_i_ord(resultat: utskick.Resultat) -> str:
    """Why some of the mails do not go today."""
    antal = bojt(resultat.senare, "Ett", str(resultat.senare))
    return f"{antal} väntar till en senare dag: ingen får två mejl samma dag."
