"""An installation of the latest release becomes one of today: nothing of what it holds is changed or lost, and servers
of both go on side by side while they are exchanged.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps as nu
from django.conf import settings as installningar
from django.db import IntegrityError, connection, models, transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from fardplan import start
from tests import conftest
from tests.fardplan import utgava

type Innehall = dict[str, list[dict[str, Any]]]

FORE = "utgava_fore"  # the table that says what there was before, in the database that is kept
# What its database lets nobody change, and what is set right by a form of today alone.
ANDRAS_INTE = {"planversion", "lagesrapport", "beslut"}


@pytest.fixture(scope="module")
def uppgraderad(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database of its own, made by the release's migrations, filled by its models, then brought up to date."""
    if installningar.PRODUKTION:
        pytest.skip("Görs där databaser sparas mellan körningar.")
    testets = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        sparad = conftest._sparad("uppgraderad", (*conftest.TABELLER, "tests/fardplan/utgava.py"), _uppgradera)
        conftest._kopiera(sparad, f"{testets}_utgava")
        connection.settings_dict["NAME"] = f"{testets}_utgava"
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = testets
            with connection._nodb_cursor() as server:
                server.execute(f'DROP DATABASE "{testets}_utgava" WITH (FORCE)')


def _uppgradera(databasen: str) -> None:
    testets = connection.settings_dict["NAME"]
    connection.close()
    with connection._nodb_cursor() as server:
        server.execute(f'DROP DATABASE IF EXISTS "{databasen}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{databasen}" TEMPLATE template0')
    connection.settings_dict["NAME"] = databasen
    try:
        utgava.migrera()
        utgava.fyll(utgava.tillstand().apps, 1)
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE {FORE} (allt jsonb)")
            cursor.execute(f"INSERT INTO {FORE} VALUES (%s)", [json.dumps(_innehall())])
        start._migrera()
    finally:
        connection.close()
        connection.settings_dict["NAME"] = testets


def _innehall() -> Innehall:
    """All rows of the release's tables, its history's too, by its own columns."""
    ut: Innehall = {}
    da = utgava.tillstand().apps
    with connection.cursor() as cursor:
        for modell in (m for app in utgava.SENAST for m in da.get_app_config(app).get_models()):
            kolumner = ", ".join(f'"{f.column}"' for f in modell._meta.concrete_fields)
            fraga = f'SELECT {kolumner} FROM "{modell._meta.db_table}" ORDER BY "{modell._meta.pk.column}"'
            cursor.execute(f"SELECT coalesce(jsonb_agg(to_jsonb(rad)), '[]') FROM ({fraga}) rad")
            ut[modell._meta.db_table] = json.loads(cursor.fetchone()[0])
    return ut


@pytest.mark.usefixtures("uppgraderad")
def test_inget_av_det_som_fanns_ar_andrat_eller_borta(django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(f"SELECT allt FROM {FORE}")
        fore: Innehall = json.loads(cursor.fetchone()[0])
        efter = _innehall()
        frusen = bytes(nu.get_model("insatser", "Planversion").objects.get().pdf)

    assert [tabell for tabell, rader in fore.items() if not rader] == []
    assert efter == fore
    assert frusen == utgava.PDF


@pytest.mark.usefixtures("uppgraderad")
def test_det_som_var_offentligt_ar_det_an(django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock():
        slug = nu.get_model("insatser", "Stadskarna").objects.get().slug
        sidor = {s: Client().get(s).status_code for s in ("/", f"/{slug}/", f"/{slug}/insatskarta/", "/aktorer/")}

    assert set(sidor.values()) == {200}, sidor


@pytest.mark.usefixtures("uppgraderad")
def test_forra_utgavan_skriver_i_dagens_tabeller(django_db_blocker: DjangoDbBlocker) -> None:
    """As a server of that release does that has not been exchanged yet."""
    nekade = set()
    with django_db_blocker.unblock(), transaction.atomic():
        for namn, rad in utgava.fyll(utgava.tillstand().apps, 2).items():
            try:
                with transaction.atomic():
                    rad.save()
            except IntegrityError:
                nekade.add(namn)
        transaction.set_rollback(True)

    assert nekade == ANDRAS_INTE


def test_ingen_kolumn_som_forra_utgavan_anvander_ar_borta_och_ingen_ny_maste_fyllas_i() -> None:
    """What it does not know of it leaves out: then the database fills it in."""
    fel = []
    for da in utgava.tabeller(utgava.tillstand().apps):
        idag = {f.column: f for f in nu.get_model(da._meta.app_label, da._meta.model_name)._meta.concrete_fields}
        deras = {f.column for f in da._meta.concrete_fields}
        fel += [f"{da._meta.db_table}.{kolumn} är borta" for kolumn in deras - idag.keys()]
        fel += [
            f"{da._meta.db_table}.{kolumn} saknar db_default"
            for kolumn, f in idag.items()
            if kolumn not in deras and not (f.null or f.generated or f.db_default is not models.NOT_PROVIDED)
        ]

    assert fel == []
