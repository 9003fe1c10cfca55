"""Which insatser an ärende or an överenskommelse concerns: the whole set is stated at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from aktorer.grund.rader import jamfor_lista
from aktorer.grund.samtidighet import Jamforelse
from insatser.models import Arende, Insats, Overenskommelse


def jamfor(huvud: Arende | Overenskommelse, *, version: int, insatser: Collection[int]) -> Jamforelse:
    """Hold the set against what others changed since `version` of the locked row."""
    nya = sorted(set(insatser))
    return jamfor_lista(
        huvud.insatslankar, version=version, nya=nya, las=_valda, rubrik="Insatser", i_ord=_i_nummerordning
    )


def satt(huvud: Arende | Overenskommelse, insatser: Collection[int]) -> None:
    """Let `insatser` be the set; those that it has already stay as they are."""
    nu, nya = set(_valda(huvud.insatslankar.all())), set(insatser)
    huvud.insatslankar.filter(insats__in=nu - nya).delete()
    for insats in sorted(nya - nu):
        huvud.insatslankar.create(insats_id=insats)


def _valda(lankar: Iterable[Any]) -> list[int]:
    return sorted(lank.insats_id for lank in lankar)


def _i_nummerordning(insatser: Collection[int]) -> str:
    return "\n".join(map(str, Insats.objects.filter(pk__in=insatser).select_related("malomrade").i_nummerordning()))
