"""Migrations of triggers that cost no more than their SQL."""

from __future__ import annotations

from collections.abc import Callable

from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger, RemoveTrigger

type _Steg = Callable[[AddTrigger | RemoveTrigger, str, ProjectState], None]


def lat_modellerna_vara() -> None:
    """Make migrations that add or remove a trigger leave the models as they are, once for the whole process.

    pgtrigger has Django build the model and all that refer to it anew for each of them, some forty classes, though a
    trigger shows nowhere in a class. There are 500 triggers: it was half of the time of a first start.
    """
    for slag in (AddTrigger, RemoveTrigger):
        if not hasattr(slag.state_forwards, "__wrapped__"):
            slag.state_forwards = _utan_omladdning(slag.state_forwards)  # type: ignore[method-assign, arg-type, assignment]


def _utan_omladdning(steg: _Steg) -> _Steg:
    def state_forwards(self: AddTrigger | RemoveTrigger, app_label: str, state: ProjectState) -> None:
        state.reload_model = _inget  # type: ignore[method-assign]  # shadows the method of this one state
        try:
            steg(self, app_label, state)
        finally:
            del state.reload_model

    state_forwards.__wrapped__ = steg  # type: ignore[attr-defined]
    return state_forwards


def _inget(*_: object, **__: object) -> None:
    pass
