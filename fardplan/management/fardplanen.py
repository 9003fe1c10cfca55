"""What the commands that move files in and out share: whose eyes they look with, and at which färdplan."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.core.management.base import CommandError

from aktorer.grund.tecken import epostnyckel
from aktorer.models import Anvandare
from insatser.behorighet import gallande_fardplaner
from insatser.fragor.personuppgifter import UtanKonto, utan_konto
from insatser.models import Fardplan, Program

ANVANDNING = 2  # the exit code of what is asked in a wrong way


def person(epost: str | None) -> Anvandare | AnonymousUser:
    """The account with that address; without one, nobody. Raises CommandError."""
    if not epost:
        return AnonymousUser()
    konto = Anvandare.objects.filter(epost__iexact=epostnyckel(epost), is_active=True).first()
    if konto is None:
        raise CommandError(f"Det finns inget öppet konto {epost}.", returncode=ANVANDNING)
    return konto


def konto_eller_utan(epost: str) -> Anvandare | UtanKonto:
    """The account with that address, open or not; else the requests for one, and the contacts. Raises CommandError."""
    hittat = Anvandare.objects.filter(epost__iexact=epostnyckel(epost)).first() or utan_konto(epost)
    if not hittat:
        text = f"Det finns inget konto {epost}, ingen begäran om ett och ingen kontakt."
        raise CommandError(text, returncode=ANVANDNING)
    return hittat


def program(slug: str) -> Program:
    """The program with that slug. Raises CommandError."""
    hittat: Program | None = Program.objects.filter(slug=slug).first()
    if hittat is None:
        finns = ", ".join(Program.objects.order_by("-ar_fran").values_list("slug", flat=True))
        raise CommandError(f"Det finns inget program {slug}. Välj bland {finns}.", returncode=ANVANDNING)
    return hittat


def fardplan(stadskarna: str, vem: Anvandare | AnonymousUser) -> Fardplan:
    """The färdplan in force of the stadskärna (its slug), as that person may see it. Raises CommandError."""
    alla = gallande_fardplaner(vem).select_related("stadskarna", "program").order_by("stadskarna__ordning")
    hittade = {f.stadskarna.slug: f for f in alla}
    if stadskarna not in hittade:
        som = "" if isinstance(vem, Anvandare) else " Är färdplanen ett utkast: säg vem som ska se den med --som."
        text = f"Det finns ingen färdplan för {stadskarna}. Välj bland {', '.join(hittade)}.{som}"
        raise CommandError(text, returncode=ANVANDNING)
    return hittade[stadskarna]
