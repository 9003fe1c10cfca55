"""What has become of a möte, as those who are called need to know it: where and when, and whether at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import takewhile
from typing import Any

from insatser.models import MoteEvent, Samverkansorgan  # type: ignore[attr-defined]
from insatser.regler.period import dag_i_ord


@dataclass(frozen=True)
class Motesnytt:
    """What has become of a möte: every event of it in order, and the organ."""

    organ: Samverkansorgan
    handelser: list[Any]

    @property
    def senast(self) -> Any:
        """The event by which it came to be as it is to those who are called."""
        nu = self.handelser[-1]
        lika = takewhile(lambda h: not _ser_olika_ut(h, nu), reversed(self.handelser))
        return list(lika)[-1]

    @property
    def kallelse(self) -> Any:
        """The latest event by which it was called, to a new day or anew."""

        def kallar(fore: Any | None, nu: Any) -> bool:
            return not gar_ej(nu) and (fore is None or gar_ej(fore) or fore.datum != nu.datum)

        par = zip([None, *self.handelser], self.handelser, strict=False)
        return next((nu for fore, nu in reversed(list(par)) if kallar(fore, nu)), None)

    def nyckel(self, handelse: Any) -> str:
        return f"mote:{handelse.pgh_obj_id}:{handelse.pgh_id}"


def gar_ej(mote: Any) -> bool:
    """Whether an event leaves nothing to go to."""
    return bool(mote.installt or mote.pgh_label == "delete")


def _ser_olika_ut(ett: Any, annat: Any) -> bool:
    if gar_ej(ett) or gar_ej(annat):
        return gar_ej(ett) != gar_ej(annat)
    return (ett.datum, ett.tid, ett.plats) != (annat.datum, annat.tid, annat.plats)


def sager_emot(nu: Any, sagt: Any) -> bool:
    """Whether what was told no longer holds. What was not said then, as a place, may come without that."""
    if gar_ej(nu) or gar_ej(sagt):
        return gar_ej(nu) != gar_ej(sagt)
    flyttat = nu.datum != sagt.datum or (sagt.tid and nu.tid != sagt.tid)
    return bool(flyttat or (sagt.plats and nu.plats != sagt.plats))


def sedan(fran: datetime, idag: date) -> list[Motesnytt]:
    """The möten that were called, changed or called off since then, and are not over. Two queries at most."""
    nya = MoteEvent.objects.filter(pgh_created_at__gte=fran).values("pgh_obj_id")
    per_mote: dict[int, list[Any]] = {}
    for h in MoteEvent.objects.filter(pgh_obj_id__in=nya).order_by("pgh_id"):
        per_mote.setdefault(h.pgh_obj_id, []).append(h)
    kommande = [h for h in per_mote.values() if any(e.datum >= idag for e in h)]
    if not kommande:
        return []
    organ = Samverkansorgan.objects.select_related("stadskarna").in_bulk([h[-1].organ_id for h in kommande])
    nytt = [Motesnytt(organ[h[-1].organ_id], h) for h in kommande if h[-1].organ_id in organ]
    return sorted(nytt, key=lambda n: (n.senast.datum, n.senast.pgh_obj_id))


def nar(mote: Any) -> str:
    return dag_i_ord(mote.datum) + (f" kl. {mote.tid:%H.%M}" if mote.tid else "")
