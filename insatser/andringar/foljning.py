"""A person follows an insats in a stadskärna, or stops. Doing it twice changes nothing."""

from __future__ import annotations

from aktorer.grund.andring import slutlig_andring
from aktorer.models import Anvandare
from insatser.models import Foljning, Insats, Stadskarna


@slutlig_andring
def folj(*, av: Anvandare, insats: Insats, stadskarna: Stadskarna) -> None:
    """`av` follows the insats there from now on. The caller has made sure that the person may see it.

    No version: said twice, it is so once.
    """
    # The row is unique: two clicks at once make one.
    Foljning.objects.get_or_create(anvandare=av, insats=insats, stadskarna=stadskarna)


@slutlig_andring
def sluta_folja(*, av: Anvandare, insats: Insats, stadskarna: Stadskarna) -> None:
    """`av` no longer follows the insats there. No version: said twice, it is so once."""
    Foljning.objects.filter(anvandare=av, insats=insats, stadskarna=stadskarna).delete()
