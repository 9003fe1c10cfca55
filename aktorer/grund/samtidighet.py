"""Two people change the same row: merge what does not overlap, show both what does.

Every form, cell and workbook row carries the integer `version` it was read at. What that version held is in the
history (pghistory's events), so the merge knows what both started from without trusting what the client sends.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Model


@dataclass(frozen=True)
class Konflikt:
    """One field that both changed: what it was, what it is now, and what was asked for."""

    falt: Hashable
    bas: Any
    deras: Any
    mina: Any


class Krock(Exception):
    """A stale write that overlaps somebody else's. Nothing was written; `version` is the row's version now.

    `bara_deras` is what they alone changed: whoever saves once more at `version` must have it before them, or they
    would take it back unseen.
    """

    def __init__(
        self,
        konflikter: list[Konflikt],
        version: int,
        bara_deras: Mapping[Any, Any] | None = None,
        text: str = "Någon annan hann ändra samma sak. Jämför nedan och spara igen om din text ska gälla.",
    ) -> None:
        super().__init__(text)
        self.konflikter = konflikter
        self.version = version
        self.bara_deras = bara_deras or {}


class _Okant:
    """What stood at a version that never was: like nothing else."""

    def __str__(self) -> str:
        return "okänt"


OKANT = _Okant()


def sammanfoga[K: Hashable](
    bas: Mapping[K, Any], deras: Mapping[K, Any], mina: Mapping[K, Any]
) -> tuple[dict[K, Any], list[Konflikt]]:
    """Three-way merge, field by field. Returns (what to write: only what I changed, what both changed differently)."""
    skriv: dict[K, Any] = {}
    konflikter: list[Konflikt] = []
    for falt, min_ in mina.items():
        fore, nu = bas.get(falt), deras.get(falt)
        if min_ in (fore, nu):
            continue
        if nu == fore:
            skriv[falt] = min_
        else:
            konflikter.append(Konflikt(falt, fore, nu, min_))
    return skriv, konflikter


def vid_version(rad: Model, version: int) -> Any:
    """The event that holds `rad` as it was at `version`, or None when that version never was."""
    handelser = apps.get_model(rad._meta.app_label, f"{type(rad).__name__}Event")
    return handelser._default_manager.filter(pgh_obj_id=rad.pk, version=version).order_by("-pgh_id").first()


@dataclass(frozen=True)
class Jamforelse:
    """A stale write held against the row: what to write, what both changed, and what they alone changed."""

    skriv: Mapping[Any, Any]
    konflikter: list[Konflikt]
    bara_deras: Mapping[Any, Any]


def las[M: Model](rad: M) -> M:
    """The row as it is now, locked until the transaction ends. Raises ValidationError when it is gone."""
    nu = type(rad)._default_manager.select_for_update(of=("self",)).filter(pk=rad.pk).first()
    if nu is None:
        raise ValidationError("Det du ändrar finns inte längre. Ladda om sidan.")
    return nu


def jamfor(nu: Any, *, version: int, varden: Mapping[str, Any]) -> Jamforelse:
    """Hold `varden`, written by somebody who read the row at `version`, against the locked row `nu`."""
    deras = {falt: getattr(nu, falt) for falt in varden}
    bas = deras
    if nu.version != version:
        da = vid_version(nu, version)
        bas = {falt: getattr(da, falt) if da else OKANT for falt in varden}
    skriv, konflikter = sammanfoga(bas, deras, varden)
    bara_deras = {falt: deras[falt] for falt, min_ in varden.items() if min_ == bas[falt] != deras[falt]}
    return Jamforelse(skriv, konflikter, bara_deras)


def andra_rad[M: Model](rad: M, *, version: int, varden: Mapping[str, Any]) -> M:
    """Write `varden` ({column attribute: value}) to `rad`, read at `version`. Call inside a transaction.

    Locks the row, merges with what others wrote since, validates, and saves only what changed.
    Returns the row as it now is. Raises Krock (nothing written) and ValidationError.
    """
    nu: Any = las(rad)
    jamforelse = jamfor(nu, version=version, varden=varden)
    if jamforelse.konflikter:
        raise Krock(jamforelse.konflikter, nu.version, jamforelse.bara_deras)
    skriven: M = skriv_rad(nu, jamforelse.skriv)
    return skriven


def skriv_rad[M: Model](nu: M, skriv: Mapping[str, Any]) -> M:
    """Save these columns of the locked row, one version on. Nothing to write: nothing happens."""
    if not skriv:
        return nu
    for falt, varde in skriv.items():
        setattr(nu, falt, varde)
    nu.full_clean()
    nu.version += 1  # type: ignore[attr-defined]
    nu.save(update_fields=[*skriv, "version"])
    return nu
