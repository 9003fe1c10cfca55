"""What an insats held at an earlier version, out of the append-only history."""

from __future__ import annotations

from insatser.models import Insats, InsatsEvent, MedverkanEvent  # type: ignore[attr-defined]


def roller_vid_version(insats: Insats, version: int) -> dict[int, MedverkanEvent]:
    """{aktör id: event row} of who carried the insats when it was at `version`.

    A change of roles raises the insats's version in the same transaction, and all events of a transaction bear its
    start as `pgh_created_at`: what was written together with a later version is left out.
    """
    senare = InsatsEvent.objects.filter(pgh_obj_id=insats.pk, version__gt=version).values("pgh_created_at")
    handelser = (
        MedverkanEvent.objects.filter(insats_id=insats.pk)
        .exclude(pgh_created_at__in=senare)
        .order_by("pgh_obj_id", "-pgh_id")
        .distinct("pgh_obj_id")
    )
    return {h.aktor_id: h for h in handelser if h.pgh_label != "delete"}
