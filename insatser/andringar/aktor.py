"""Taking an aktör out of the register. All else that is written about one is in its own room."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from aktorer.grund.andring import andring
from aktorer.grund.samtidighet import krav_oandrad, las
from aktorer.models import Aktor, Anvandare
from insatser.fragor.hanvisning import hanvisningar


@andring
def ta_bort(*, av: Anvandare, aktor: Aktor, version: int) -> None:
    """Take away an aktör that nothing points at, with its members and owners; the history keeps it.

    Raises Krock and ValidationError.
    """
    nu = las(aktor)
    krav_oandrad(nu, version=version, vad="aktören")
    if kvar := hanvisningar(nu, av):
        vad = ", ".join(h.rubrik.lower() for h in kvar)
        raise ValidationError(f"{nu} kan inte tas bort än. Det här hänvisar till den: {vad}.")
    nu.delete()
