"""History by database triggers: every change by any path leaves an append-only row."""

from collections.abc import Callable

import pghistory
import pgtrigger
from django.db.models import Index, Model

from aktorer.grund.innehall import raknas

# A row of history comes with the change that it is of; when it is masked, that is a change of its own.
ALLT = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
RATTAS = pgtrigger.Update | pgtrigger.Delete


def historik[M: type[Model]](
    *, utan: tuple[str, ...] = (), index: Index | None = None, raknas_vid: pgtrigger.Operation | None = ALLT
) -> Callable[[M], M]:
    """Class decorator: log insert, update and delete of every field but `utan` (secrets, generated columns). Neither
    the table nor its history can be emptied.

    `raknas_vid`: which writes change what everybody may see (grund/innehall.py), None when nothing of it is shown to
    besökare.

    The event rows carry their context (who, why, which path) as JSON: no foreign key that can block or vanish. `index`
    is one of theirs, where what was is asked for by something else than the row.
    """
    spara: Callable[[M], M] = pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        exclude=list(utan),
        append_only=True,
        meta={"triggers": [toms_inte(), *([raknas(RATTAS)] if raknas_vid else [])]}
        | ({"indexes": [index]} if index else {}),
        context_field=pghistory.ContextJSONField(),
        context_id_field=pghistory.ContextUUIDField(),
    )
    vakta: Callable[[M], M] = pgtrigger.register(toms_inte(), *([raknas(raknas_vid)] if raknas_vid else []))
    return lambda modell: vakta(spara(modell))


def toms_inte() -> pgtrigger.Trigger:
    """Trigger that refuses TRUNCATE, which no trigger on rows sees: neither rows nor their history go that way."""
    return pgtrigger.Trigger(
        name="toms_inte",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func=(
            "RAISE EXCEPTION 'Tabellen % töms inte: det som står i den ska finnas kvar.', TG_TABLE_NAME "
            "USING ERRCODE = 'check_violation', CONSTRAINT = 'toms_inte';"
        ),
    )


def rakna_version() -> pgtrigger.Trigger:
    """Trigger that raises `version` by one at an update which does not raise it itself (shell, SQL)."""
    return pgtrigger.Trigger(
        name="rakna_version",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition("NEW.version = OLD.version"),
        func="NEW.version = OLD.version + 1; RETURN NEW;",
    )
