"""What the latest release left in a database: its tables, and a row or two in each of them.

A release is what has a heading with a date in CHANGELOG.md. Whoever dates the next one moves SENAST to the last
migrations of that day and COMMIT, and says in EGNA what its tables ask for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, models
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState, StateApps

# 0.2: its code is that commit; its tables are those that 0001_grund makes, by itself or by those it stands for.
COMMIT = "c0186d4a85d40bc9e61450d0dce7556ca470843c"
SENAST = {"aktorer": "0001_grund", "insatser": "0001_grund"}

DAG = date(2026, 11, 20)
PDF = b"%PDF-1.7 frusen \xff\x00 av den forra utgavan"


def tillstand() -> ProjectState:
    """The models of that release. Asks no database."""
    laddare = MigrationLoader(None, replace_migrations=False)
    noder = [n for n in laddare.graph.leaf_nodes() if n[0] not in SENAST]
    return laddare.project_state([*SENAST.items(), *noder])


def migrera() -> None:
    """Make its tables, in an empty database, by its own migrations, and write down those alone."""
    utforare = MigrationExecutor(connection)
    utforare.loader.replace_migrations = False  # what took their place since makes later tables
    utforare.loader.build_graph()
    utforare.migrate([*SENAST.items()])
    for app, namn in SENAST.items():
        utforare.recorder.record_unapplied(app, namn)  # 0.2 had those that it stands for


def tabeller(apps: StateApps) -> Iterator[type[models.Model]]:
    """Its models but the history, which the database writes by itself: what others point at comes first."""
    kvar = [
        m for app in SENAST for m in apps.get_app_config(app).get_models() if not m._meta.model_name.endswith("event")
    ]
    klara: set[type[models.Model]] = set()
    while kvar:
        nasta = next(m for m in kvar if _pekar_pa(m) & set(kvar) <= {m})
        kvar.remove(nasta)
        klara.add(nasta)
        yield nasta


def _pekar_pa(modell: type[models.Model]) -> set[Any]:
    falt = [f for f in modell._meta.concrete_fields if f.remote_field]
    return {f.related_model for f in falt if not f.null or (modell._meta.model_name, f.name) in EGNA}


def fyll(apps: StateApps, omgang: int) -> dict[str, models.Model]:
    """One row in each table, as the code of that release would write it. `omgang`: 1, 2 … makes others."""
    rader: dict[str, models.Model] = {}
    for modell in tabeller(apps):
        namn = modell._meta.model_name
        varden = {f.name: _varde(f, namn, omgang, rader) for f in modell._meta.concrete_fields if not f.primary_key}
        rader[namn] = modell._default_manager.create(
            **{n: v for n, v in varden.items() if v is not models.NOT_PROVIDED}
        )
    return rader


def _varde(falt: Any, modell: str, omgang: int, rader: dict[str, models.Model]) -> Any:
    if (modell, falt.name) in EGNA:
        varde = EGNA[modell, falt.name]
        return varde(omgang, rader) if callable(varde) else varde
    if falt.remote_field:
        return None if falt.null else rader[falt.related_model._meta.model_name]
    if falt.generated or falt.null or falt.has_default() or falt.db_default is not models.NOT_PROVIDED:
        return models.NOT_PROVIDED
    if falt.choices:
        return falt.choices[0][0]
    for slag, gor in VARDEN.items():
        if isinstance(falt, slag):
            return gor(falt, omgang)
    raise AssertionError(f"{modell}.{falt.name}: säg i EGNA vad den har")


VARDEN: dict[type[models.Field[Any, Any]], Any] = {
    models.SlugField: lambda falt, n: f"slug-{n}",
    models.EmailField: lambda falt, n: f"person{n}@utgava.example",
    models.URLField: lambda falt, n: "",
    models.CharField: lambda falt, n: "" if falt.blank else f"{falt.name} åäö {n}"[: falt.max_length],
    models.TextField: lambda falt, n: "" if falt.blank else f"{falt.name} med <tecken> & åäö, {n}",
    models.BooleanField: lambda falt, n: False,
    models.DecimalField: lambda falt, n: Decimal(n),
    models.IntegerField: lambda falt, n: n,
    models.DateTimeField: lambda falt, n: datetime.combine(DAG, time(9, n), ZoneInfo("Europe/Stockholm")),
    models.DateField: lambda falt, n: date(DAG.year, DAG.month, n),
    models.BinaryField: lambda falt, n: PDF,
    models.JSONField: lambda falt, n: {},
}


def _annan(namn: str) -> Any:
    """Another row of that table, where one cannot point at the same twice."""

    def gor(omgang: int, rader: dict[str, models.Model]) -> models.Model:
        rad = rader[namn]
        alla = type(rad)._default_manager
        nummer = alla.count() + 100
        falt = [f.name for f in rad._meta.concrete_fields if not (f.primary_key or f.generated)]
        nya = {"slug": f"annan-{nummer}", "namn": f"Annan {nummer}", "ordning": nummer}
        return alla.create(**{n: nya.get(n, getattr(rad, n)) for n in falt})

    return gor


def _en(namn: str) -> Any:
    return lambda omgang, rader: rader[namn]


EGNA: dict[tuple[str, str], Any] = {
    ("matvarde", "ar"): lambda n, rader: 2020 + n,
    ("program", "ar_fran"): lambda n, rader: 2020 + n,
    ("styrdokument", "ar"): lambda n, rader: 2020 + n,
    ("beslut", "paragraf"): lambda n, rader: str(n),
    ("handlingsplan", "ar_fran"): lambda n, rader: 2020 + 2 * n,
    ("handlingsplan", "ar_till"): lambda n, rader: 2021 + 2 * n,
    ("insats", "text"): lambda n, rader: f"Det vi gör, {n}: å, ä & <ö>",
    ("insats", "fardplan"): _en("fardplan"),
    ("fardplan", "karaktar"): "Så här är det här: å, ä & ö.",
    ("fardplan", "publicerad"): True,
    ("agarandel", "agare"): _annan("aktor"),
    ("gruppmedlem", "aktor"): _annan("aktor"),
    ("samband", "till"): _annan("insats"),
    ("omgangspunkt", "insats"): _en("insats"),
    ("bidrag", "handlingsplan"): _en("handlingsplan"),
    ("bidrag", "ar"): lambda n, rader: 2020 + 2 * n,
    ("planversion", "sha256"): hashlib.sha256(PDF).hexdigest(),
}
