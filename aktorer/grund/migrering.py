"""Migrations of triggers that cost no more than their SQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.models import CreateModel
from django.db.migrations.state import ProjectState
from pgtrigger.compiler import Trigger
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


class CreateModels(Operation):
    """All tables of an app at once, whatever order they refer to each other in.

    Django builds the classes of all models that have to do with one anew after each that is made: with a hundred
    tables that took twenty times as long as the tables.
    """

    def __init__(self, models: Sequence[CreateModel]) -> None:
        self.models = models

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        state.__dict__.pop("apps", None)  # built again when it is asked for, with all of them
        for modell in self.models:
            modell.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for modell in self.models:
            modell.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for modell in reversed(self.models):
            modell.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Create {len(self.models)} models"


class AddTriggers(Operation):
    """All triggers of an app at once, each with its model's name.

    Django keeps the state of all models apart before each operation: with five hundred that took longer than to make
    the tables.
    """

    def __init__(self, triggers: Sequence[tuple[str, Trigger]]) -> None:
        self.triggers = triggers

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        for modell, trigger in self.triggers:
            val = state.models[app_label, modell].options
            val["triggers"] = [*val.get("triggers", []), trigger]

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        schema_editor.execute("\n".join(trigger.install_sql for _, trigger in self.triggers), params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        schema_editor.execute("\n".join(trigger.uninstall_sql for _, trigger in self.triggers), params=None)

    def describe(self) -> str:
        return f"Create {len(self.triggers)} triggers"
