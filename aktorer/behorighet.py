"""Whether somebody who asks, logged in or not, has a right. Which role has which stands in `roller.py`."""

from __future__ import annotations

from typing import TypeGuard

from django.contrib.auth.models import AnonymousUser

from aktorer.models import Anvandare
from aktorer.roller import Rattighet

type Person = Anvandare | AnonymousUser


def har(person: Person, ratt: Rattighet) -> TypeGuard[Anvandare]:
    """Whether the person has the right at all; besökare have none."""
    return isinstance(person, Anvandare) and person.far(ratt)
