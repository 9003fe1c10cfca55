"""History by database triggers: every change by any path leaves an append-only row."""

from collections.abc import Callable

import pghistory
import pgtrigger
from django.db.models import Model


def historik[M: type[Model]](*, utan: tuple[str, ...] = ()) -> Callable[[M], M]:
    """Class decorator: log insert, update and delete of every field but `utan` (secrets, generated columns).

    The event rows carry their context (who, why, which path) as JSON: no foreign key that can block or vanish.
    """
    dekorera: Callable[[M], M] = pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        exclude=list(utan),
        append_only=True,
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
