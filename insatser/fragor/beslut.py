"""What a registered decision says, for ever: organ go on living under other names."""

from __future__ import annotations

from typing import Any

from aktorer.grund.samtidighet import handelser, radens_handelser
from insatser.models import Planversion, Samverkansorgan


def organnamn(version: Planversion) -> str:
    """What the organ that decided was called when it was registered as the one that did, or set right to be.

    Two queries of a decision that has been set right, else none. Needs `beslut__organ` and `innehall`.
    """
    beslut, sagt = version.beslut, (version.innehall.get("beslut") or {}).get("organ")
    if beslut.version == 1 and sagt:
        return str(sagt)
    alla = list(radens_handelser(beslut).order_by("pgh_id"))
    if sagt and all(h.organ_id == beslut.organ_id for h in alla):
        return str(sagt)
    da = next((h for h in alla if h.organ_id == beslut.organ_id), None)
    hette: Any = handelser(Samverkansorgan).filter(pgh_obj_id=beslut.organ_id).order_by("-pgh_id")
    namn = hette.filter(pgh_created_at__lte=da.pgh_created_at).values_list("namn", flat=True).first() if da else None
    return str(namn or beslut.organ)
