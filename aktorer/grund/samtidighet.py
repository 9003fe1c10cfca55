"""Two people change the same row: merge what does not overlap, show both what does.

Every form, cell and workbook row carries the integer `version` it was read at. What that version held is in the
history (pghistory's events), so the merge knows what both started from without trusting what the client sends.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pghistory
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from aktorer.grund.spara import spara, spara_alla


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
    would take it back unseen. `rader` are the rows {what they are called: rows} to be shown for that: mine where I
    changed something, theirs where only they did. `senast` says who wrote last and when (see `senast`); `text` has a
    place for it.
    """

    def __init__(
        self,
        konflikter: list[Konflikt],
        version: int,
        bara_deras: Mapping[Any, Any] | None = None,
        rader: Mapping[str, Sequence[Any]] | None = None,
        senast: str = "",
        text: str = "Det här har ändrats sedan du öppnade det{senast}. Jämför nedan, och spara igen om ditt ska gälla.",
    ) -> None:
        super().__init__(text.replace("{senast}", f", {senast}" if senast else ""))
        self.senast = senast
        self.konflikter = konflikter
        self.version = version
        self.bara_deras = bara_deras or {}
        self.rader = rader or {}


class _Okant:
    """What stood at a version that never was: like nothing else."""

    def __str__(self) -> str:
        return "okänt"


OKANT = _Okant()
MASK = "***"  # stands where personal data was, in rows and in their history (insatser/andringar/maskering.py)


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
    return handelser(type(rad)).filter(pgh_obj_id=rad.pk, version=version).order_by("-pgh_id").first()


def handelser(modell: type[Model]) -> Any:
    """All events in the history of the model's rows."""
    return apps.get_model(modell._meta.app_label, f"{modell.__name__}Event")._default_manager.all()


def radens_handelser(rad: Model) -> QuerySet[Any]:
    """The events of one row."""
    alla: QuerySet[Any] = handelser(type(rad)).filter(pgh_obj_id=rad.pk)
    return alla


def senast(skrivet: QuerySet[Any]) -> str:
    """Who wrote the latest of these events, and when: see `av_vem`. "" when there is none."""
    sist = skrivet.order_by("-pgh_id").first()
    kontext = (sist and sist.pgh_context) or {}
    return av_vem(kontext.get("anvandare"), kontext.get("namn", ""), sist.pgh_created_at) if sist else ""


def av_vem(anvandare: int | None, namn: str, nar: datetime) -> str:
    """ "senast av Anna Ek i dag klockan 14.32"; whoever writes now may have been there in another tab."""
    with pghistory.context() as nu:
        jag = nu.metadata.get("anvandare")
    vem = f"senast av {namn} " if anvandare and namn else ""
    if anvandare and anvandare == jag:
        vem = "senast av dig, i en annan flik, "
    lokalt = timezone.localtime(nar)
    dag = "i dag" if lokalt.date() == timezone.localdate() else f"den {date_format(lokalt, 'j F Y')}"
    return f"{vem}{dag} klockan {lokalt:%H.%M}"


@dataclass(frozen=True)
class Jamforelse:
    """A stale write held against what stands: what to write, what both changed, and what they alone changed.

    Of rows (rader.py) also those to show whoever must save once more.
    """

    skriv: Mapping[Any, Any]
    konflikter: list[Konflikt]
    bara_deras: Mapping[Any, Any]
    rader: Sequence[Any] = ()


def las[M: Model](rad: M) -> M:
    """The row as it is now, locked until the transaction ends. Raises ValidationError when it is gone."""
    return las_alla([rad])[rad.pk]


def las_alla[M: Model](rader: Sequence[M]) -> dict[Any, M]:
    """{id: row} as they are now, locked in one order until the transaction ends. One query. Raises ValidationError when
    one is gone.
    """
    if not rader:
        return {}
    ids = {rad.pk for rad in rader}
    modell = rader[0].__class__  # of who asks, `type` is that of a lazy object
    alla = modell._default_manager.select_for_update(of=("self",)).filter(pk__in=ids)
    nu = {rad.pk: rad for rad in alla.order_by("pk")}
    if ids != nu.keys():
        raise ValidationError("Det du ändrar finns inte längre. Ladda om sidan.")
    return nu


def jamfor(nu: Any, *, version: int, varden: Mapping[str, Any]) -> Jamforelse:
    """Hold `varden`, written by somebody who read the row at `version`, against the locked row `nu`."""
    deras = {falt: getattr(nu, falt) for falt in varden}
    bas = deras
    if nu.version != version:
        da = vid_version(nu, version)
        bas = {falt: utan_mask(getattr(da, falt)) if da else OKANT for falt in varden}
    skriv, konflikter = sammanfoga(bas, deras, varden)
    bara_deras = {falt: deras[falt] for falt, min_ in varden.items() if min_ == bas[falt] != deras[falt]}
    return Jamforelse(skriv, konflikter, bara_deras)


def utan_mask(varde: Any) -> Any:
    """What was masked since is not known any more: who had it before them must not bring it back unseen."""
    return OKANT if isinstance(varde, str) and MASK in varde else varde


def andra_rad[M: Model](rad: M, *, version: int, varden: Mapping[str, Any]) -> M:
    """Write `varden` ({column attribute: value}) to `rad`, read at `version`. Call inside a transaction.

    Locks the row, merges with what others wrote since, validates, and saves only what changed.
    Returns the row as it now is. Raises Krock (nothing written) and ValidationError.
    """
    nu: Any = las(rad)
    jamforelse = jamfor(nu, version=version, varden=varden)
    krav_utan_krock(nu.version, radens_handelser(nu), jamforelse)
    skriven: M = skriv_rad(nu, jamforelse.skriv)
    return skriven


def krav_utan_krock(version: int, skrivet: QuerySet[Any], falt: Jamforelse | None = None, **rader: Jamforelse) -> None:
    """Tell all that clashes at once: in the columns of a row, and in its rows by what they are called. Raises Krock.

    `version` is what to save at next time; `skrivet` are the events that tell who wrote it, asked for when needed.
    """
    delar = [*([falt] if falt else []), *rader.values()]
    if konflikter := [k for d in delar for k in d.konflikter]:
        bara_deras = {namn: varde for d in delar for namn, varde in d.bara_deras.items()}
        raise Krock(konflikter, version, bara_deras, {namn: d.rader for namn, d in rader.items()}, senast(skrivet))


def krav_oandrad(nu: Any, *, version: int, vad: str = "", text: str = "") -> None:
    """What is done to a row as a whole must be meant of it as it is: `nu`, locked, was read at `version`. Raises Krock.

    `vad` is what goes: "mötet". `text` says it of what else is done, with {senast} where who changed it is told.
    """
    if nu.version != version:
        den = "den" if vad.endswith("n") else "det"
        igen = f"Läs {den} igen och ta bort {den} om {den} fortfarande ska bort."
        text = text or f"{vad.capitalize()} ändrades medan du läste{{senast}}. {igen}"
        raise Krock([], nu.version, senast=senast(radens_handelser(nu)), text=text)


def skriv_rad[M: Model](nu: M, skriv: Mapping[str, Any], *, rader: bool = False) -> M:
    """Save these columns of the locked row, one version on; the version also when its `rader` were written.

    Nothing to write: nothing happens.
    """
    if not skriv and not rader:
        return nu
    return spara(nu, falt=_satt(nu, skriv))


def skriv_rader(par: Iterable[tuple[Model, Mapping[str, Any]]]) -> None:
    """Save these columns of locked rows of one model, each one version on; the version also where there are none. What
    must be unique only the database judges (spara_alla).
    """
    per_falt: dict[tuple[str, ...], list[Model]] = {}
    for nu, skriv in par:
        per_falt.setdefault(tuple(_satt(nu, skriv)), []).append(nu)
    for falt, rader in per_falt.items():
        spara_alla(rader, falt=falt)


def _satt(nu: Any, skriv: Mapping[str, Any]) -> list[str]:
    """The columns to save."""
    for falt, varde in skriv.items():
        setattr(nu, falt, varde)
    nu.version += 1
    return [*sorted(skriv), "version"]
