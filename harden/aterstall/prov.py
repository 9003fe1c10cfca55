"""The line: each case done, taken back, and done again."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection

from aktorer.grund.inskick import tar_emot
from aktorer.grund.samtidighet import Krock
from aktorer.models import Anvandare
from harden import scen
from harden.aterstall import insatser, planer, register, samtal, samverkan
from harden.aterstall.grund import Fall
from harden.linje import Linje, ogjort, tyst
from harden.scen import Scen
from insatser.andringar import angra as angrar

ROT = Path(__file__).parents[2]


# Taking back is what the line is about.
FALL: dict[str, Fall] = {**insatser.FALL, **planer.FALL, **register.FALL, **samtal.FALL, **samverkan.FALL}
UTAN_FALL = {"insatser.andringar.angra.angra"}


# A report that is taken back stays, and is marked. It never counts again: who errs there reports anew.
STAR_KVAR = "insatser_lagesrapport"


GORS_INTE_OM = {
    f"insatser.andringar.{namn}"
    for namn in ("lage.rapportera", "lage.rapportera_flera", "lage.oforandrade", "valda.andra, läge")
}


# What the database writes at an insert, and the history does not keep.
EGNA = "{version,skapad}"


def kor(var_n: int = 1) -> Iterator[Linje]:
    """A line for the kinds of change, one for done again, and one that says which kinds have no case."""
    tillbaka, igen = (
        Linje("återställ: ångrat är som det var", minst=1),
        Linje("återställ: ångrat och gjort igen", minst=1),
    )
    with tyst(), ogjort():
        s = scen.bygg()
        for namn, fall in list(FALL.items())[::var_n]:
            with ogjort():
                with tillbaka.tid():
                    gjort, fel = _prova(s, fall)
                tillbaka.prova(f"{namn}: {fel}" if fel else "")
                if not fel and namn not in GORS_INTE_OM:
                    with igen.tid():
                        fel = _gor_om(s, *gjort)
                    igen.prova(f"{namn}: {fel}" if fel else "")
    yield tillbaka
    yield igen
    alla = Linje("återställ: varje slags ändring har ett fall")
    for namn in andringar():
        alla.prova("" if namn in FALL or namn in UTAN_FALL else f"{namn} har inget fall i harden/aterstall/")
    yield alla


def andringar() -> Iterator[str]:
    """The name of every function with `@andring`."""
    for fil in [ROT / "aktorer/andringar.py", *sorted((ROT / "insatser/andringar").glob("[a-z]*.py"))]:
        modul = import_module(".".join(fil.relative_to(ROT).with_suffix("").parts))
        for namn, funktion in inspect.getmembers(modul, inspect.isfunction):
            if funktion.__module__ == modul.__name__ and inspect.getsource(funktion).startswith("@andring\n"):
                yield f"{modul.__name__}.{namn}"


def _prova(s: Scen, fall: Fall) -> tuple[tuple[dict[str, Any], str], str]:
    """((what there was once it was done, the context of taking it back), what is wrong)."""
    gor, fore = fall(s), innehall()
    with tar_emot(lambda: None) as inskickat:
        try:
            gor(av=s.planerare)
        except (ValidationError, Krock) as nej:
            return ({}, ""), f"nekades från början: {nej}"
    efter = innehall()
    if fore == efter:
        return (efter, ""), "ändrade inget"
    if not (inskickat.kontext and inskickat.angras):
        return (efter, ""), "går inte att ångra"
    kontext, fel = _angra(s.planerare, inskickat.kontext)
    return (efter, kontext), fel or _skillnad(fore, innehall())


def _gor_om(s: Scen, efter: dict[str, Any], kontext: str) -> str:
    _, fel = _angra(s.planerare, kontext)
    return fel or _skillnad(efter, innehall())


def _angra(av: Anvandare, kontext: str) -> tuple[str, str]:
    """(the context of taking it back, why it could not be)."""
    try:
        with tar_emot(lambda: None) as inskickat:
            angrar.angra(av=av, kontext=UUID(kontext))
    except ValidationError as nej:
        return "", f"nekades: {' '.join(nej.messages)}"
    return inskickat.kontext, ""


def innehall() -> dict[str, dict[str, Any]]:
    """All rows of ours by table and key, without what every change and every insert writes anew."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname ~ '^(aktorer|insatser)_'"
            # The bytes of a file stay when nothing points at them: done again, it does.
            " AND relname !~ 'event$' AND relname NOT IN ('aktorer_inskick', 'insatser_filinnehall')"
        )
        tabeller = [namn for (namn,) in cursor.fetchall()]
        fraga = " UNION ALL ".join(f"SELECT '{t}', (to_jsonb(x) - '{EGNA}'::text[])::text FROM {t} x" for t in tabeller)
        cursor.execute(fraga)
        ut: dict[str, dict[str, Any]] = {t: {} for t in tabeller}
        for tabell, rad in cursor.fetchall():
            varden = json.loads(rad)
            ut[tabell][str(varden.get("id"))] = varden
        return ut


def _skillnad(fore: dict[str, Any], efter: dict[str, Any]) -> str:
    fel = []
    for tabell, rader in fore.items():
        for pk in rader.keys() | efter[tabell].keys():
            a, b = rader.get(pk), efter[tabell].get(pk)
            if tabell == STAR_KVAR and (a is None or b is None or _sagt(a) == _sagt(b)):
                continue
            if a != b:
                olika = (
                    [f"{k}: {a[k]!r} → {b[k]!r}" for k in a if a[k] != b[k]] if a and b else ["borta" if a else "ny"]
                )
                fel.append(f"{tabell} {pk}: {', '.join(olika)}"[:200])
    return "; ".join(fel[:3])


def _sagt(rapport: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in rapport.items() if k != "aterkallad"}
