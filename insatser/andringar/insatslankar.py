"""Which insatser an ärende or an överenskommelse concerns: the whole set is stated at once."""

from __future__ import annotations

from collections.abc import Collection

from aktorer.grund.samtidighet import OKANT, Konflikt
from insatser.models import Arende, Insats, Overenskommelse


def valda(huvud: Arende | Overenskommelse) -> set[int]:
    return set(huvud.insatslankar.values_list("insats_id", flat=True))


def krock(huvud: Arende | Overenskommelse, insatser: Collection[int]) -> list[Konflikt]:
    """What to show who has not seen the set as it is now, when theirs is another."""
    nu = valda(huvud)
    return [] if nu == set(insatser) else [Konflikt("Insatser", OKANT, _i_ord(nu), _i_ord(insatser))]


def satt(huvud: Arende | Overenskommelse, insatser: Collection[int]) -> bool:
    """Let `insatser` be the set. True when it was another."""
    nu, nya = valda(huvud), set(insatser)
    huvud.insatslankar.filter(insats__in=nu - nya).delete()
    for insats in sorted(nya - nu):
        huvud.insatslankar.create(insats_id=insats)
    return nu != nya


def _i_ord(insatser: Collection[int]) -> str:
    return "\n".join(map(str, Insats.objects.filter(pk__in=insatser).select_related("malomrade").i_nummerordning()))
