"""When somebody else of the aktör is asked: the one who was does not answer, or cannot be reached."""

from datetime import date

from django.db import models

from insatser.regler.paminnelse import TIDIGAST_IGEN_DAGAR


class Skal(models.TextChoices):
    """Why the person who was asked is passed over; the words follow "i stället för Anna, …"."""

    AVSTANGD = "avstangd", "vars konto är avstängt"
    ATERKALLAD = "aterkallad", "vars länk är återkallad"
    AVVISAD = "avvisad", "som våra mejl inte når"
    TYST = "tyst", "som inte har svarat"
    LAMNAD = "lamnad", "som har lämnat över"


def skal(
    *, aktiv: bool, aterkallad: bool, avvisad: bool, mejl_efter: date | None, deadline: date, idag: date
) -> Skal | None:
    """Why no answer is to be expected from a person asked; None as long as there is hope.

    `mejl_efter` is the day of the first mail sent after the last day to answer. Nobody is silent before `deadline`.
    """
    if not aktiv:
        return Skal.AVSTANGD
    if aterkallad:
        return Skal.ATERKALLAD
    if avvisad:
        return Skal.AVVISAD
    if mejl_efter and mejl_efter > deadline and (idag - mejl_efter).days >= TIDIGAST_IGEN_DAGAR:
        return Skal.TYST
    return None
