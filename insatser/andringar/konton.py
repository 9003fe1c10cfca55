"""Accounts as their own page and their own mails change them: invited, asked for a new password, chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from aktorer.andringar import skapa_anvandare
from aktorer.grund.andring import slutlig_andring
from aktorer.models import Aktor, Anvandare
from aktorer.roller import Anvandarroll
from insatser.andringar.utskick import lagg_i_ko
from insatser.behorighet import far_bjuda_in
from insatser.models import Utskick

NYA_LOSENORD = 3  # so many mails with a new password's key are sent to one person in an hour


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
    if av and not far_bjuda_in(av, roll, aktor.pk if aktor else None):
        raise ValidationError(f"Du kan inte bjuda in någon som {roll.label.lower()} hos {aktor or 'ingen aktör'}.")
    rattigheter: dict[str, Any] = {"roll": roll, "aktor": aktor, "bara_i": bara_i, "samordnare": samordnare}
    konton = [skapa_anvandare(av=av, epost=i.epost, namn=i.namn, losenord=None, **rattigheter) for i in inbjudna]
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
