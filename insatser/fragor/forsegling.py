"""The seal on the history, read: the hash of a row, which rows have none yet, and whether all that is sealed stands."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model

from insatser.models import MaskeringEvent  # type: ignore[attr-defined]
from insatser.models.forsegling import BORJAN, Forsegling, Sigill

LAS = "fardplan.forsegling"  # who seals, or changes what is sealed, has it until the transaction ends
BUNT = 2_000  # rows at a time: what is sealed may be any number
# A transaction may commit after a seal with rows that are older than it. None of ours is open for so long.
SENT = "interval '1 hour'"


@dataclass(frozen=True)
class Avvikelse:
    """A row of a history table that is not as it was sealed; `rad` is None when it is about the whole table."""

    tabell: str
    rad: int | None
    vad: str

    def __str__(self) -> str:
        return f"{self.tabell}{'' if self.rad is None else f' {self.rad}'}: {self.vad}"


def historiktabeller() -> list[type[Model]]:
    """The models of all history tables, in order of name."""
    alla = [m for m in apps.get_models() if hasattr(m, "pgh_tracked_model")]
    return sorted(alla, key=lambda m: m._meta.db_table)


def kolumner(modell: type[Model]) -> list[str]:
    return sorted(str(f.column) for f in modell._meta.concrete_fields)


def senaste(tabell: str) -> Forsegling | None:
    """The latest seal of that table."""
    return Forsegling.objects.filter(tabell=tabell).order_by("-pk").first()


def oforseglade(
    tabell: str, kolumnerna: Sequence[str], forra: Forsegling | None, hogsta: int
) -> Iterator[list[tuple[int, bytes]]]:
    """(id, hash) of the rows that have no seal, up to the id `hogsta`, so many at a time; without `tillkomna`."""
    sent, varden = _tillkommen(forra)
    yield from _per_bunt(
        f"SELECT e.pgh_id, {_avtryck(kolumnerna)} FROM {_namn(tabell)} e WHERE e.pgh_id > %s AND e.pgh_id <= %s"  # noqa: S608
        f" AND NOT ({sent}) AND {_UTAN_SIGILL} ORDER BY e.pgh_id LIMIT {BUNT}",
        lambda efter: [tabell, efter, hogsta, *varden, tabell],
    )


def tillkomna(tabell: str) -> Iterator[int]:
    """The ids of rows that cannot have come by themselves since the table was sealed last.

    They say that they are older than that by more than any transaction is, or have an id from before it and a time
    from after: ids are given out in order, after the transaction has begun.
    """
    sent, varden = _tillkommen(senaste(tabell))
    for bunt in _per_bunt(
        f"SELECT e.pgh_id FROM {_namn(tabell)} e WHERE e.pgh_id > %s AND ({sent}) AND {_UTAN_SIGILL}"  # noqa: S608
        f" ORDER BY e.pgh_id LIMIT {BUNT}",
        lambda efter: [efter, *varden, tabell],
    ):
        yield from (pgh_id for (pgh_id,) in bunt)


def avvikelser() -> Iterator[Avvikelse]:
    """Each row that has been changed, taken away or put in since it was sealed, and each seal that does not hold."""
    fore, maskerat = BORJAN, _maskerat()
    for forsegling in Forsegling.objects.order_by("pk").iterator():
        fore = yield from _avvikelser_i(forsegling, fore, maskerat)
    for modell in historiktabeller():
        tabell = modell._meta.db_table
        yield from (Avvikelse(tabell, rad, "tillkommen i efterhand") for rad in tillkomna(tabell))


def nya_avtryck(modell: type[Model], rader: Collection[int]) -> list[list[str | int]]:
    """[[table, id, hash]] of those of the rows (ids) of a history table that are sealed, as they are now."""
    tabell = modell._meta.db_table
    ut: list[list[str | int]] = []
    for f in Forsegling.objects.filter(tabell=tabell, sigill__rad__in=rader).distinct():
        fraga = (
            f"SELECT s.rad, {_avtryck(f.kolumner)} FROM insatser_sigill s"  # noqa: S608
            f" JOIN {_namn(tabell)} e ON e.pgh_id = s.rad WHERE s.forsegling_id = %s AND s.rad = ANY(%s)"
        )
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL TIME ZONE 'UTC'")
            cursor.execute(fraga, [tabell, f.pk, list(rader)])
            ut += [[tabell, rad, bytes(avtryck).hex()] for rad, avtryck in cursor.fetchall()]
    return ut


def _maskerat() -> dict[tuple[str, int], bytes]:
    """The hash that a row has since personal data in it was masked, as the history of the maskeringar tells."""
    ut: dict[tuple[str, int], bytes] = {}
    for avtryck in MaskeringEvent.objects.order_by("pgh_id").values_list("avtryck", flat=True):
        ut |= {(tabell, rad): bytes.fromhex(hex_) for tabell, rad, hex_ in avtryck}
    return ut


def finns_i_kedjan(huvud: bytes) -> bool:
    """Whether the chain had this head some time: what was kept outside proves all that was sealed until then."""
    return huvud == BORJAN or Sigill.objects.filter(lank=huvud).exists()


def lank(fore: bytes, forsegling: Forsegling, rad: int, avtryck: bytes) -> bytes:
    """The link after `fore`."""
    f = forsegling
    om = json.dumps([f.tabell, f.kolumner, f.hogsta, f.skapad.astimezone(UTC).isoformat()])
    delar = (fore, hashlib.sha256(om.encode()).digest(), rad.to_bytes(8, signed=True), avtryck)
    return hashlib.sha256(b"".join(delar)).digest()


def _avvikelser_i(
    f: Forsegling, fore: bytes, maskerat: Mapping[tuple[str, int], bytes]
) -> Generator[Avvikelse, None, bytes]:
    """Yields Avvikelse; returns the last link."""
    finns = _finns(f.tabell)
    borta = sorted({*f.kolumner} - finns)
    if borta:
        vad = f"kolumnen {', '.join(borta)} är borttagen" if finns else "tabellen är borttagen"
        yield Avvikelse(f.tabell, None, f"{vad}, så försegling {f.pk} går inte att pröva")
    avtryck = "NULL" if borta else f"CASE WHEN e.pgh_id IS NOT NULL THEN {_avtryck(f.kolumner)} END"
    fran, finns_den = ("LEFT JOIN {} e ON e.pgh_id = s.rad", "e.pgh_id IS NOT NULL") if finns else ("", "TRUE")
    sats = (
        f"SELECT s.id, s.rad, s.tabell, s.avtryck, s.lank, {finns_den}, {avtryck} FROM insatser_sigill s"  # noqa: S608
        f" {fran.format(_namn(f.tabell))} WHERE s.id > %s AND s.forsegling_id = %s ORDER BY s.id LIMIT {BUNT}"
    )
    forst = [] if borta else [f.tabell]
    for bunt in _per_bunt(sats, lambda efter: [*forst, efter, f.pk]):
        for _, rad, tabell, sparat, sparad_lank, kvar, nu in bunt:
            if tabell != f.tabell or bytes(sparad_lank) != lank(fore, f, rad, bytes(sparat)):
                yield Avvikelse(f.tabell, rad, "sigillet är ändrat, eller ett före det är borta")
            if not kvar:
                yield Avvikelse(f.tabell, rad, "borttagen")
            elif nu is not None and bytes(nu) not in {bytes(sparat), maskerat.get((f.tabell, rad))}:
                yield Avvikelse(f.tabell, rad, "ändrad")
            fore = bytes(sparad_lank)
    return fore


_UTAN_SIGILL = "NOT EXISTS (SELECT FROM insatser_sigill s WHERE s.tabell = %s AND s.rad = e.pgh_id)"


def _tillkommen(forra: Forsegling | None) -> tuple[str, list[Any]]:
    if forra is None:
        return "FALSE", []
    villkor = f"e.pgh_created_at < %s - {SENT} OR (e.pgh_id <= %s AND e.pgh_created_at > %s)"
    return villkor, [forra.skapad, forra.hogsta, forra.skapad]


def _avtryck(kolumnerna: Sequence[str]) -> str:
    """SQL for the hash of the row `e`, of the table's name (a parameter) and its columns as JSON."""
    lista = ", ".join(f"e.{_namn(k)}" for k in kolumnerna)
    return f"sha256(convert_to(%s || to_jsonb((SELECT x FROM (SELECT {lista}) x))::text, 'UTF8'))"  # noqa: S608


def _namn(namn: str) -> str:
    return connection.ops.quote_name(namn)


def _finns(tabell: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND table_name = %s",
            [tabell],
        )
        return {namn for (namn,) in cursor.fetchall()}


def _per_bunt(sats: str, varden: Any) -> Iterator[list[Any]]:
    """Read by an id that grows, the first column, so many rows at a time. Times are told in UTC."""
    efter = -(2**63)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE 'UTC'")
        while True:
            cursor.execute(sats, varden(efter))
            bunt = cursor.fetchall()
            if not bunt:
                return
            yield bunt
            efter = bunt[-1][0]
