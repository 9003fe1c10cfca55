"""The insatskarta of 10 000 insatser out to Excel, and the preview of reading it in again."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from typing import Any

import tablib
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.widgets import DateWidget, ForeignKeyWidget
from xlsxwriter import Workbook

from aktorer.models import Aktor
from bench.matt import Matt
from insatser.fragor.karta import Karta, Urval, hamta
from insatser.models import Fardplan, Insats, Malomrade
from insatser.utbyte import excel_ut, inlasning, resurs
from insatser.utbyte.kolumner import RUBRIKER

ANTAL = 10_000
OMGANGAR = 3
# Numbered from 1001 beside the gemensamma insatser; texts differ, as people's do.
VAX = f"""
INSERT INTO insatser_insats (malomrade_id, fardplan_id, ordning, titel, text, kalla, kallnotering, avford_skal, version)
SELECT m.id, %(fardplan)s, 1000 + n, 'Insats ' || n || ' i målområdet ' || m.namn,
       (SELECT string_agg(md5((n * 31 + k)::text), ' ') FROM generate_series(1, 12) k), '', '', '', 1
FROM insatser_malomrade m, generate_series(1, {ANTAL // 4}) n WHERE m.program_id = %(program)s;
INSERT INTO insatser_medverkan (insats_id, aktor_id, roll, ordning, ansvarar_for, deltagande)
SELECT i.id, a.id, CASE WHEN a.n = 1 THEN 'ansvarig' ELSE 'medverkande' END, a.n, '', 'tillfragad'
FROM insatser_insats i, (SELECT id, row_number() OVER (ORDER BY id) n FROM aktorer_aktor ORDER BY id LIMIT 4) a
WHERE i.ordning > 1000;
INSERT INTO insatser_lagesrapport (insats_id, stadskarna_id, datum, status, bedomning, kommentar, exempel)
SELECT i.id, %(stadskarna)s, date '2026-01-01' + i.ordning %% 200, 'pagar', 'enligt_plan', 'Läget ' || md5(i.id::text),
       false
FROM insatser_insats i WHERE i.ordning > 1000;
"""


def kor() -> list[Matt]:
    """Ratios to bare XlsxWriter (at most) and to a stock ModelResource (at least). Leaves the database as it was."""
    with transaction.atomic():
        fardplan = Fardplan.objects.select_related("stadskarna", "program").get(
            stadskarna__slug="kista-sollentuna-haggvik"
        )
        _vax(fardplan)
        karta = hamta(fardplan, Urval(), AnonymousUser())
        matt = [_ut(karta), _in(karta)]
        transaction.set_rollback(True)
    return matt


def _vax(fardplan: Fardplan) -> None:
    varden = {"fardplan": fardplan.pk, "program": fardplan.program_id, "stadskarna": fardplan.stadskarna_id}
    with connection.cursor() as cursor:
        for sats in filter(str.strip, VAX.split(";")):
            cursor.execute(sats, varden)
        cursor.execute("ANALYZE")


def _snabbast(gor: Callable[[], object], omgangar: int = OMGANGAR) -> float:
    """Seconds of the quickest run: what the work costs when nothing disturbs it."""
    tider = []
    for _ in range(omgangar):
        start = time.perf_counter()
        gor()
        tider.append(time.perf_counter() - start)
    return min(tider)


def _ut(karta: Karta) -> Matt:
    rader = list(resurs.InsatskartaResource(karta.fardplan).export(karta.insatser))
    bart = _snabbast(lambda: _bart(rader))
    vart = _snabbast(lambda: excel_ut.skriv_xlsx(karta))
    return Matt(f"Excel ut, {len(rader)} rader ({vart:.2f} s) mot bara XlsxWriter", vart / bart, 1.5)


def _bart(rader: list[tuple[Any, ...]]) -> bytes:
    """XlsxWriter and nothing else: the same cells, through the quickest calls it documents."""
    buffert = io.BytesIO()
    bok = Workbook(buffert, {"in_memory": True})
    blad = bok.add_worksheet()
    dag = bok.add_format({"num_format": "yyyy-mm-dd"})
    for k, rubrik in enumerate(RUBRIKER):
        blad.write_string(0, k, rubrik)
    for r, rad in enumerate(rader, start=1):
        for k, varde in enumerate(rad):
            if isinstance(varde, str):
                blad.write_string(r, k, varde)
            elif isinstance(varde, int):
                blad.write_number(r, k, varde)
            elif varde is not None:
                blad.write_datetime(r, k, varde, dag)
    bok.close()
    return buffert.getvalue()


def _in(karta: Karta) -> Matt:
    """Every tenth title changed. Ours reads the file and compares; stock gets its rows read already."""
    for insats in karta.insatser[::10]:
        insats.titel += " (ny)"
    fil = excel_ut.skriv_xlsx(karta)
    vart = _snabbast(lambda: inlasning.planera(karta.fardplan, "insatskarta.xlsx", fil))
    data = _for_stock(karta)
    stock = _snabbast(lambda: _granska_med_stock(data), 1)
    namn = f"Granskning av {len(data)} rader ({vart:.2f} s): gånger snabbare än django-import-export"
    return Matt(namn, stock / vart, 5, minst=True)


class Stock(ModelResource):
    """django-import-export as it comes, with our columns as far as it can: roles and läge are plain values to it."""

    malomrade = Field("malomrade", "Målområde", ForeignKeyWidget(Malomrade, "namn"))
    fardplan = Field("fardplan", "Typ", ForeignKeyWidget(Fardplan, "pk"))
    ansvarig = Field("ny_ansvarig", "Ansvarig", ForeignKeyWidget(Aktor, "namn"))
    medverkande = Field("nya_medverkande", "Medverkande")
    status = Field("ny_status", "Status")
    bedomning = Field("ny_bedomning", "Bedömning")
    kommentar = Field("ny_kommentar", "Kommentar")
    datum = Field("nytt_datum", "Datum", DateWidget())

    class Meta:
        model = Insats
        fields = ("id", "ordning", "titel", "text", "version", "malomrade", "fardplan", "ansvarig", "medverkande",
                  "status", "bedomning", "kommentar", "datum")  # fmt: skip
        skip_unchanged = True


def _for_stock(karta: Karta) -> tablib.Dataset:
    rubriker = ["id", "ordning", "titel", "text", "version", "Målområde", "Typ", *RUBRIKER[5:11]]
    data = tablib.Dataset(headers=rubriker)
    resurs_ = resurs.InsatskartaResource(karta.fardplan)
    for i in karta.insatser:
        celler = resurs_.export_resource(i)
        data.append([i.pk, i.ordning, i.titel, i.text, i.version, i.malomrade.namn, i.fardplan_id, *celler[5:11]])
    return data


def _granska_med_stock(data: tablib.Dataset) -> None:
    resultat = Stock().import_data(data, dry_run=True)
    if resultat.has_errors() or resultat.has_validation_errors():
        raise RuntimeError(f"Jämförelsen är inte rättvis: {[*resultat.row_errors(), *resultat.invalid_rows][:1]}")
