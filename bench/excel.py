"""The insatskarta of 10 000 insatser out to Excel, the preview of reading it in again, and what writes it."""

from __future__ import annotations

import hashlib
import io
import statistics
import time
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

import tablib
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.widgets import DateWidget, ForeignKeyWidget
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from aktorer.models import Aktor, Anvandare
from aktorer.roller import Anvandarroll
from bench import par
from bench.matt import Matt
from insatser.andringar.inlasning import las_in, skriv_insatser, spara_fil
from insatser.fragor.karta import Karta, Urval, hamta
from insatser.models import Fardplan, Insats, Lagesrapport, Malomrade, Medverkan
from insatser.regler.medverkan import Roll
from insatser.regler.status import Bedomning, Status
from insatser.utbyte.excel.inlasning import las_fil, planera
from insatser.utbyte.excel.insatskarta import MALL, InsatskartaResource
from insatser.utbyte.excel.insatskarta_ut import skriv_xlsx

ANTAL = 10_000


def kor() -> Iterator[Matt]:
    """Ratios to bare XlsxWriter (at most), to a stock ModelResource (at least) and to what reads and stores the same
    cells without looking at them (at most), and how long a row takes to write. Leaves the database as it was.
    """
    with transaction.atomic():
        fardplan = Fardplan.objects.select_related("stadskarna", "program").get(
            stadskarna__slug="kista-sollentuna-haggvik"
        )
        _vax(fardplan)
        karta = hamta(fardplan, Urval(), AnonymousUser())
        yield _ut(karta)
        yield _in(karta)
        yield from _skriv(karta)
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


def _skriv(karta: Karta) -> Iterator[Matt]:
    """Every title changed: the preview and what confirms it, as often as there is time for and taken back each time."""
    for insats in karta.insatser:
        insats.titel += " (omskriven)"
    fil, antal = skriv_xlsx(karta), len(karta.insatser)
    av = Anvandare.objects.create(epost="matt@fardplan.example", namn="Mått", roll=Anvandarroll.PLANERARE)
    gor = partial(planera, InsatskartaResource, karta.fardplan, "insatskarta.xlsx", fil)
    skrivningar: list[float] = []

    def granska_och_skriv() -> float:
        start = time.perf_counter()
        avtryck = gor().fingeravtryck
        granskat = time.perf_counter()
        with transaction.atomic():
            sparad = spara_fil(av=av, fardplan=karta.fardplan, filnamn="insatskarta.xlsx", innehall=fil)
            last = las_fil(InsatskartaResource, sparad.filnamn, fil)
            las_in(
                av=av,
                inlasning=sparad,
                planera=partial(gor, las=True, last=last),
                skriv=skriv_insatser,
                fingeravtryck=avtryck,
            )
            klart = time.perf_counter()
            transaction.set_rollback(True)
        skrivningar.append(klart - granskat)
        return klart - start

    yield par.kvot(
        f"granskning och skrivning av {antal} rader mot bara calamine och COPY",
        granska_och_skriv,
        lambda: par.tid(lambda: _bart_in(fil)),
        grans=3,
    )
    per_rad = statistics.median(skrivningar) * 1000 / antal
    yield Matt(f"bekräfta {antal} ändrade rader, per rad", per_rad, 3, enhet="ms")


def _bart_in(fil: bytes) -> None:
    """Calamine and one COPY: the same cells as texts, into a table without anything around it."""
    with CalamineWorkbook.from_filelike(io.BytesIO(fil)) as bok:
        rader = bok.get_sheet_by_name(MALL.blad).to_python()[1:]
    kolumner = ", ".join(f"k{n} text" for n in range(len(MALL.kolumner)))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE bart ({kolumner})")
        with cursor.copy("COPY bart FROM STDIN") as copy:
            for rad in rader:
                copy.write_row([str(cell) for cell in rad])
        cursor.execute("DROP TABLE bart")


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
