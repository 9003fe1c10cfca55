"""Migrations of triggers: the trigger is in the state, and no class is made anew for it."""

from __future__ import annotations

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from pgtrigger.migrations import AddTrigger, RemoveTrigger

from aktorer.grund.historik import toms_inte


def test_en_trigger_gor_inga_modeller_om(db: None) -> None:
    state = MigrationLoader(connection).project_state()
    fore = state.apps.get_model("aktorer", "aktor")
    triggrar = state.models["aktorer", "aktor"].options["triggers"]
    ny = toms_inte()
    ny.name = "en_till"

    AddTrigger("aktor", ny).state_forwards("aktorer", state)
    med = state.models["aktorer", "aktor"].options["triggers"]
    RemoveTrigger("aktor", "en_till").state_forwards("aktorer", state)

    assert med == [*triggrar, ny]
    assert state.models["aktorer", "aktor"].options["triggers"] == triggrar
    assert state.apps.get_model("aktorer", "aktor") is fore
    assert "reload_model" not in vars(state)
