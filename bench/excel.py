"""The insatskarta of 10 000 insatser out to Excel, and the preview of reading it in again."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import tablib
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.widgets import DateWidget, ForeignKeyWidget
from xlsxwriter import Workbook

from aktorer.models import Aktor
from bench import par
from bench.matt import Matt
from insatser.fragor.karta import Karta, Urval, hamta
from insatser.models import Fardplan, Insats, Lagesrapport, Malomrade, Medverkan
from insatser.regler.medverkan import Roll
from insatser.regler.status import Bedomning, Status
from insatser.utbyte.excel.inlasning import planera
from insatser.utbyte.excel.insatskarta import MALL, InsatskartaResource
from insatser.utbyte.excel.insatskarta_ut import skriv_xlsx

ANTAL = 10_000


def kor() -> Iterator[Matt]:
    """Ratios to bare XlsxWriter (at most) and to a stock ModelResource (at least), each as it is measured. Leaves the
    database as it was.
    """
    with transaction.atomic():
        fardplan = Fardplan.objects.select_related("stadskarna", "program").get(
            stadskarna__slug="kista-sollentuna-haggvik"
        )
        _vax(fardplan)
        karta = hamta(fardplan, Urval(), AnonymousUser())
        yield _ut(karta)
        yield _in(karta)
        transaction.set_rollback(True)


def _vax(fardplan: Fardplan) -> None:
    """Insatser numbered from 1001, with four roles and a läge each. Their texts differ, as people's do."""
    malomraden = list(Malomrade.objects.filter(program=fardplan.program_id))
    aktorer = list(Aktor.objects.i_ordning()[:4])
    insatser = Insats.objects.bulk_create(
        Insats(
            malomrade=m, fardplan=fardplan, ordning=1001 + n, titel=f"Insats {n} i {m}", text=_text(f"{m.pk} {n}", 12)
        )
        for m in malomraden
        for n in range(ANTAL // len(malomraden))
    )
    roller = [Roll.ANSVARIG, *[Roll.MEDVERKANDE] * (len(aktorer) - 1)]
    Medverkan.objects.bulk_create(
        Medverkan(insats=i, aktor=aktor, roll=roll, ordning=n)
        for i in insatser
        for n, (aktor, roll) in enumerate(zip(aktorer, roller, strict=True), start=1)
    )
    Lagesrapport.objects.bulk_create(
        Lagesrapport(
            insats=i,
            stadskarna=fardplan.stadskarna,
            datum=date(2026, 1, 1) + timedelta(days=i.ordning % 200),
            status=Status.PAGAR,
            bedomning=Bedomning.ENLIGT_PLAN,
            kommentar=_text(f"läge {i.pk}", 2),
        )
        for i in insatser
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _text(fro: str, ord_: int) -> str:
    return " ".join(hashlib.md5(f"{fro} {n}".encode()).hexdigest() for n in range(ord_))


def _ut(karta: Karta) -> Matt:
    resurs = InsatskartaResource(karta.fardplan)
    rader = [resurs.export_resource(i) for i in karta.insatser]
    return par.kvot(
        f"Excel ut, {len(rader)} rader, mot bara XlsxWriter",
        lambda: par.tid(lambda: skriv_xlsx(karta)),
        lambda: par.tid(lambda: _bart(rader)),
        grans=1.3,
    )


def _bart(rader: list[list[Any]]) -> bytes:
    """XlsxWriter and nothing else: the same cells, through the quickest calls it documents."""
    buffert = io.BytesIO()
    bok = Workbook(buffert, {"in_memory": True})
    blad = bok.add_worksheet()
    dag = bok.add_format({"num_format": "yyyy-mm-dd"})
    for k, rubrik in enumerate(MALL.rubriker):
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
    fil = skriv_xlsx(karta)
    data = _for_stock(karta)
    return par.kvot(
        f"granskning av {len(data)} rader: django-import-export mot oss",
        lambda: par.tid(lambda: _granska_med_stock(data)),
        lambda: par.tid(lambda: planera(InsatskartaResource, karta.fardplan, "insatskarta.xlsx", fil)),
        grans=5,
        minst=True,
    )


class Stock(ModelResource):
    """django-import-export as it comes, with our columns as far as it can: roles and läge are plain values to it."""

    malomrade = Field("malomrade", "Målområde", ForeignKeyWidget(Malomrade, "namn"))
    fardplan = Field("fardplan", "Typ", ForeignKeyWidget(Fardplan, "pk"))
    ansvarig = Field("ny_ansvarig", "Ansvarig", ForeignKeyWidget(Aktor, "namn"))
    utan_ansvarig = Field("utan_ansvarig", "Varför ingen ansvarig")
    medverkande = Field("nya_medverkande", "Medverkande")
    status = Field("ny_status", "Status")
    bedomning = Field("ny_bedomning", "Bedömning")
    kommentar = Field("ny_kommentar", "Kommentar")
    datum = Field("nytt_datum", "Datum", DateWidget())

    class Meta:
        model = Insats
        fields = ("id", "ordning", "titel", "text", "version", "malomrade", "fardplan", "ansvarig", "utan_ansvarig",
                  "medverkande", "status", "bedomning", "kommentar", "datum")  # fmt: skip
        skip_unchanged = True


def _for_stock(karta: Karta) -> tablib.Dataset:
    rubriker = ["id", "ordning", "titel", "text", "version", "Målområde", "Typ", *MALL.rubriker[5:12]]
    data = tablib.Dataset(headers=rubriker)
    resurs = InsatskartaResource(karta.fardplan)
    for i in karta.insatser:
        celler = resurs.export_resource(i)
        data.append([i.pk, i.ordning, i.titel, i.text, i.version, i.malomrade.namn, i.fardplan_id, *celler[5:12]])
    return data


def _granska_med_stock(data: tablib.Dataset) -> None:
    resultat = Stock().import_data(data, dry_run=True)
    if resultat.has_errors() or resultat.has_validation_errors():
        raise RuntimeError(f"Jämförelsen är inte rättvis: {[*resultat.row_errors(), *resultat.invalid_rows][:1]}")
