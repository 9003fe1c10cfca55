"""Accounts as their own page and their own mails change them: invited, asked for a new password, chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone

from aktorer.andringar import skapa_anvandare
from aktorer.grund.andring import slutlig_andring
from aktorer.models import Aktor, Anvandare
from aktorer.roller import Anvandarroll
from insatser.andringar.utskick import lagg_i_ko
from insatser.models import Utskick

NYA_LOSENORD = 3  # so many mails with a new password's key are sent to one person in an hour


@dataclass(frozen=True)
class Inbjuden:
    """Whom an invitation is for."""

    epost: str
    namn: str


@slutlig_andring
def bjud_in(
    *, av: Anvandare | None, inbjudna: Sequence[Inbjuden], roll: Anvandarroll, aktor: Aktor | None
) -> list[Anvandare]:
    """An account for each, without a password, and a mail with the key to choose one: all of them, or none.

    Raises ValidationError.

    No version: they are new, and an address has one account.
    """
    konton = [
        skapa_anvandare(av=av, epost=i.epost, namn=i.namn, roll=roll, aktor=aktor, losenord=None) for i in inbjudna
    ]
    for person in sorted(konton, key=lambda k: k.pk):
        lagg_i_ko(person, Utskick.Slag.INBJUDAN, None)
    return konton


@slutlig_andring
def bjud_in_igen(*, av: Anvandare | None, person: Anvandare) -> None:
    """Send the invitation once more. Raises ValidationError.

    No version: it changes nothing but the queue, and who has chosen a password is past it.
    """
    nu = Anvandare.objects.select_for_update(no_key=True).get(pk=person.pk)
    if not nu.is_active:
        raise ValidationError(f"Kontot för {nu} är avstängt. Öppna det först.")
    if nu.has_usable_password():
        raise ValidationError(f"{nu} har redan valt ett lösenord, och kan be om ett nytt på sidan för inloggning.")
    lagg_i_ko(nu, Utskick.Slag.INBJUDAN, None)


@slutlig_andring
def begar_losenord(*, av: Anvandare | None, epost: str) -> Utskick | None:
    """Somebody, nobody knows who, has forgotten the password of the account with this address: queue a key to it.

    Nothing changes for the person. Returns the mail; None when there is no open account, or it has got enough of them.

    No version: it changes nothing but the queue.
    """
    person = Anvandare.objects.select_for_update(no_key=True).filter(epost__iexact=epost, is_active=True).first()
    if person is None:
        return None
    sedan = timezone.now() - timedelta(hours=1)
    if person.utskick.filter(slag=Utskick.Slag.LOSENORD, skapad__gt=sedan).count() >= NYA_LOSENORD:
        return None
    return lagg_i_ko(person, Utskick.Slag.LOSENORD, None)
