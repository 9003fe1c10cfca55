"""A database whose tables were made by the migrations that `0001_grund` stands for."""

from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from aktorer.grund.dag import Dag
from fardplan import start
from fardplan.miljo import Installningsfel

VARA = ("aktorer", "insatser")
SIST = {"aktorer": "0003_paminnelser", "insatser": "0008_kommentar_om_aktivitet"}


@pytest.fixture
def gammal(db: None) -> MigrationRecorder:
    """As the last of the old migrations left it, and what has come since."""
    recorder = MigrationRecorder(connection)
    recorder.migration_qs.filter(app__in=VARA, name="0001_grund").delete()
    gamla = {namn for app in VARA for namn in MigrationLoader(None).disk_migrations[app, "0001_grund"].replaces}
    assert gamla <= recorder.applied_migrations().keys()
    assert gamla >= set(SIST.items())
    return recorder


def test_den_som_har_alla_de_gamla_har_ingenting_att_gora(gammal: MigrationRecorder) -> None:
    call_command("migrate", check_unapplied=True)  # exits when anything is left
    start._migrera()
    assert set(MigrationLoader(connection).applied_migrations) >= {(app, "0001_grund") for app in VARA}


@pytest.mark.parametrize("app", VARA)
def test_den_som_saknar_den_sista_av_de_gamla_far_veta_det(gammal: MigrationRecorder, app: str) -> None:
    gammal.record_unapplied(app, SIST[app])
    with pytest.raises(Installningsfel, match="äldre version"):
        start._migrera()


def _dagarnas_villkor() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint WHERE contype = 'c'")
        return {namn for (namn,) in cursor.fetchall()}


def _falten() -> set[str]:
    alla = [modell._meta for app in VARA for modell in apps.get_app_config(app).get_models()]
    return {f"{meta.db_table}_{falt.column}_check" for meta in alla for falt in meta.fields if isinstance(falt, Dag)}


def test_databasen_haller_varje_dag_inom_sina_ar(db: None) -> None:
    assert _falten() <= _dagarnas_villkor()


def test_aldre_tabeller_far_villkoren_for_dagar(db: None) -> None:
    migrering = import_module("insatser.migrations.0054_dagarna_i_databasen")
    with connection.cursor() as cursor:
        for tabell in ("insatser_beslut", "insatser_beslutevent", "insatser_mote"):
            cursor.execute(f"ALTER TABLE {tabell} DROP CONSTRAINT {tabell}_datum_check")
        for _ in range(2):  # what is there already is let be
            cursor.execute(migrering.SQL)
    assert _falten() <= _dagarnas_villkor()
