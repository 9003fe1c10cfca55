"""History by database triggers: every change by any path leaves an append-only row."""

from collections.abc import Callable

import pghistory
import pgtrigger
from django.db.models import Index, Model


def historik[M: type[Model]](*, utan: tuple[str, ...] = (), index: Index | None = None) -> Callable[[M], M]:
    """Class decorator: log insert, update and delete of every field but `utan` (secrets, generated columns).

    The event rows carry their context (who, why, which path) as JSON: no foreign key that can block or vanish. `index`
    is one of theirs, where what was is asked for by something else than the row.
    """
    dekorera: Callable[[M], M] = pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        exclude=list(utan),
        append_only=True,
        meta={"indexes": [index]} if index else {},
        context_field=pghistory.ContextJSONField(),
        context_id_field=pghistory.ContextUUIDField(),
    )
    return dekorera


def rakna_version() -> pgtrigger.Trigger:
    """Trigger that raises `version` by one at an update which does not raise it itself (shell, SQL)."""
    return pgtrigger.Trigger(
        name="rakna_version",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition("NEW.version = OLD.version"),
        func="NEW.version = OLD.version + 1; RETURN NEW;",
    )
