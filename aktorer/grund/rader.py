"""A head row and its rows change as one: an organ and its seats, the money of a plan by aktör and year.

Rows are of two kinds. A *list* has no life of its own: its order says something and nothing points at a row of it, so
to the merge it is one more field of its head, and it is written anew when it differs. Rows with a *key* are merged one
by one. What both sides started from is in the history, and a change of rows raises the version of their head in the
same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Max, Model

from aktorer.grund.samtidighet import OKANT, Jamforelse, Konflikt, handelser, sammanfoga, utan_mask, vid_version
from aktorer.grund.spara import spara


def jamfor_lista[R](
    rader: Any,
    *,
    version: int,
    nya: Iterable[R],
    las: Callable[[Iterable[Any]], list[R]],
    rubrik: str,
    i_ord: Callable[[Sequence[R]], str] | None = None,
) -> Jamforelse:
    """Hold the list `nya`, by somebody who read its locked head at `version`, against `rader` (`organ.platser`).

    `las` reads rows, of now or of the history, as the form states them; `rubrik` and `i_ord` are for people.
    """
    huvud, mina = rader.instance, list(nya)
    deras = las(_i_ordning(rader.all()))
    bas: Any = deras
    if huvud.version != version:
        da = _rader_da(rader, version) if vid_version(huvud, version) else None
        masker = (utan_mask(varde) is OKANT for rad in da or () for varde in vars(rad).values())
        bas = OKANT if da is None or any(masker) else las(da)
    skriv, konflikter = sammanfoga({rubrik: bas}, {rubrik: deras}, {rubrik: mina})
    bara_deras = mina == bas != deras
    ord_ = [Konflikt(rubrik, *(_ord(v, i_ord or numrerade) for v in (k.bas, k.deras, k.mina))) for k in konflikter]
    return Jamforelse(skriv, ord_, {}, deras if bara_deras else mina)


def skriv_lista(rader: Any, nya: Iterable[Any]) -> None:
    """Write the list anew, each row as its dataclass says. Raises ValidationError."""
    rader.all().delete()
    for ordning, rad in enumerate(nya, start=1):
        ny = rader.model(**{rader.field.name: rader.instance}, ordning=ordning, **vars(rad))
        spara(ny)


def jamfor_rader[K: Hashable, R](bas: Mapping[K, R], deras: Mapping[K, R], mina: Mapping[K, R]) -> Jamforelse:
    """Hold a whole set of rows by key against those there are; a row of `bas` that is not in `mina` is to go (None)."""
    skriv, konflikter = sammanfoga(bas, deras, {nyckel: mina.get(nyckel) for nyckel in {**bas, **mina}})
    bara_deras = {n: deras.get(n) for n in {**bas, **deras} if mina.get(n) == bas.get(n) != deras.get(n)}
    igen = [rad for rad in {**mina, **bara_deras}.values() if rad is not None]
    return Jamforelse(skriv, konflikter, bara_deras, igen)


def numrerade(rader: Iterable[Any]) -> str:
    """A list for people, a line each: its order is part of what it says."""
    return "\n".join(f"{n}. {rad}" for n, rad in enumerate(rader, start=1))


def vid_versioner(rader: type[Model], huvud: str, versioner: Mapping[int, int]) -> dict[int, list[Any]]:
    """{head id: its rows, as event rows, when it was at the given version}; a row calls it `huvud`. Two queries.

    Rows are written together with a version of their head: in one transaction (whose start all its events bear as
    `pgh_created_at`) and by one change (whose context they share). Those of later versions are left out, and those that
    went with their head.
    """
    slag: Any = rader._meta.get_field(huvud).related_model
    huvuden = handelser(slag).filter(pgh_obj_id__in=versioner)
    senare = {
        (pk, skapad, kontext)
        for pk, version, handelse, skapad, kontext in huvuden.values_list(
            "pgh_obj_id", "version", "pgh_label", "pgh_created_at", "pgh_context_id"
        )
        if version > versioner[pk] or handelse == "delete"
    }
    falt = f"{huvud}_id"
    per_huvud: dict[int, list[Any]] = {}
    for h in handelser(rader).filter(**{f"{falt}__in": versioner}).order_by("pgh_id"):
        if (getattr(h, falt), h.pgh_created_at, h.pgh_context_id) not in senare:
            per_huvud.setdefault(getattr(h, falt), []).append(h)
    return {pk: _kvar(alla) for pk, alla in per_huvud.items()}


def senaste(alla: Any) -> int:
    """The id of the latest of these events, 0 when there is none: what who reads rows without a version has seen."""
    return alla.aggregate(sist=Max("pgh_id"))["sist"] or 0


def efter(alla: Any, sedd: int) -> list[Any]:
    """The rows, as event rows, as they were after the event `sedd` out of all of theirs. One query."""
    return _kvar(alla.filter(pgh_id__lte=sedd).order_by("pgh_id"))


def _kvar(i_tidsordning: Iterable[Any]) -> list[Any]:
    """The rows that were there after these events, each as its last one left it."""
    sista = {h.pgh_obj_id: h for h in i_tidsordning}
    return [h for h in sista.values() if h.pgh_label != "delete"]


def _rader_da(rader: Any, version: int) -> list[Any]:
    huvud = rader.instance
    return _i_ordning(vid_versioner(rader.model, rader.field.name, {huvud.pk: version}).get(huvud.pk, []))


def _i_ordning(rader: Iterable[Any]) -> list[Any]:
    """As people see them; links to other rows have no order."""
    return sorted(rader, key=lambda rad: getattr(rad, "ordning", 0))


def _ord[R](varde: Any, i_ord: Callable[[Sequence[R]], str]) -> Any:
    return varde if varde is OKANT else i_ord(varde)
