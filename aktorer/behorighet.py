"""Whether somebody who asks, logged in or not, has a right. Which role has which stands in `roller.py`."""

from __future__ import annotations

from typing import TypeGuard

from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from aktorer.models import Anvandare
from aktorer.roller import Anvandarroll, Rattighet

type Person = Anvandare | AnonymousUser


def har(person: Person, ratt: Rattighet, i: int | None = None) -> TypeGuard[Anvandare]:
    """Whether the person has the right in the stadskärna with the id `i`; None: to what all stadskärnor share.

    Besökare have none.
    """
    return isinstance(person, Anvandare) and person.far(ratt, i)


def har_nagonstans(person: Person, ratt: Rattighet) -> TypeGuard[Anvandare]:
    """The same in any stadskärna at all."""
    return isinstance(person, Anvandare) and person.far_nagonstans(ratt)


# Who must prove more than a password, by KRAV_TVASTEG.
_MASTE: dict[str, frozenset[str]] = {
    "ingen": frozenset(),
    "administrator": frozenset({Anvandarroll.ADMINISTRATOR}),
    "planerare": frozenset({Anvandarroll.ADMINISTRATOR, Anvandarroll.PLANERARE}),
}


def maste_ha_tvasteg(person: Person) -> TypeGuard[Anvandare]:
    """Whether the installation demands a second factor of the person, who may have one already.

    Who came by the login of an organisation has shown there what that demands.
    """
    return isinstance(person, Anvandare) and not person.kom_fran_annan and person.roll in _MASTE[settings.KRAV_TVASTEG]
