"""How an aktivitet goes: its status lives on after the plan was decided."""

from __future__ import annotations

from aktorer.andringar import andring
from aktorer.models import Anvandare
from aktorer.samtidighet import andra_rad
from insatser.models import Aktivitet
from insatser.regler.status import Status


@andring
def rapportera(*, av: Anvandare | None, aktivitet: Aktivitet, version: int, status: Status) -> Aktivitet:
    """Report the status of an aktivitet read at `version`. Raises Krock and ValidationError."""
    return andra_rad(aktivitet, version=version, varden={"status": status})
