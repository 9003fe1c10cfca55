"""The column tables: what every column must have, and that one more column is one more line."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from functools import partial
from typing import Any

import openpyxl
import pytest
from django.contrib.auth.models import AnonymousUser

from aktorer.models import Anvandare
from insatser.andringar import insats as insatser
from insatser.andringar.inlasning import Inlasningsplan, las_in, skriv_insatser, spara_fil
from insatser.fragor import handlingsplan as planer
from insatser.fragor import historik
from insatser.fragor import lagesbild as fragor
from insatser.fragor.karta import Urval, hamta
from insatser.models import Fardplan, Handlingsplan, Insats
from insatser.utbyte.excel import cellslag, handlingsplan, insatskarta_ut, lagesbild_ut, lasning
from insatser.utbyte.excel.aktiviteter import AktiviteterResource
from insatser.utbyte.excel.inlasning import planera
from insatser.utbyte.excel.insatskarta import KOLUMNER, InsatskartaResource
from insatser.utbyte.excel.kolumner import Kolumn, Mall
from insatser.utbyte.excel.lagesbild import LagesbildResource
from insatser.utbyte.excel.resurs import Bladresurs
from tests import klocka

ALLA = pytest.mark.parametrize("resurs", [InsatskartaResource, LagesbildResource, AktiviteterResource])
pytestmark = pytest.mark.django_db


@pytest.fixture
def fardplan(flemingsberg: Fardplan) -> Fardplan:
    return flemingsberg


def hem(resurs: type[Bladresurs], fardplan: Fardplan) -> Any:
    """What the workbooks of the sheet are fetched for."""
    return Handlingsplan.objects.get(exempel=True) if resurs is AktiviteterResource else fardplan


def objekt_och_fil(resurs: type[Bladresurs], fardplan: Fardplan) -> tuple[list[Any], bytes]:
    """What the rows of the sheet are about, and the workbook with them."""
    if resurs is AktiviteterResource:
        innehall = planer.innehall(hem(resurs, fardplan))
        return [(a, {}) for a in innehall.aktiviteter], handlingsplan.skriv(innehall, utfall=True, idag=klocka.IDAG)
    if resurs is InsatskartaResource:
        karta = hamta(fardplan, Urval(), AnonymousUser())
        return list(karta.insatser), insatskarta_ut.skriv_xlsx(karta)
    per_indikator: dict[int, list[Any]] = {}
    for v in fragor.egna_varden(fardplan):
        per_indikator.setdefault(v.indikator_id, []).append(v)
    par = [(i, v) for i in fragor.indikatorer(fardplan) for v in per_indikator.get(i.pk, [None])]
    return par, lagesbild_ut.skriv_xlsx(fardplan)


@ALLA
def test_en_texts_langd_ar_modellens_och_star_i_hjalpen(resurs: type[Bladresurs]) -> None:
    texter = [k for k in resurs.mall.kolumner if k.modell and isinstance(k.slag, cellslag.Text)]

    assert texter
    for k in texter:
        assert k.modell
        langd: int = k.modell._meta.get_field(k.falt).max_length  # type: ignore[union-attr, assignment]
        assert (k.langd, k.for_lang("x" * langd)) == (langd, "")
        assert k.for_lang("x" * (langd + 1)) == f"Texten är {langd + 1} tecken. Högst {langd} får plats."
        assert f"ögst {langd:,} tecken".replace(",", " ") in k.hjalp


@ALLA
def test_varje_kolumn_har_hjalp_och_star_i_las_mig(resurs: type[Bladresurs], fardplan: Fardplan) -> None:
    _, fil = objekt_och_fil(resurs, fardplan)

    las_mig = [c.value for (c,) in openpyxl.load_workbook(io.BytesIO(fil))["Läs mig"].iter_rows()]
    kolumner = resurs.mall.kolumner
    assert [k.rubrik for k in kolumner if k.dold != k.hjalp.startswith("Teknisk: ")] == []
    assert las_mig[-1 - sum(not k.dold for k in kolumner) :] == [
        "Kolumnerna",
        *(f"{k.rubrik}: {k.hjalp}" for k in kolumner if not k.dold),
    ]
    assert all(k.hjalp for k in kolumner)
    assert len({k.falt for k in kolumner}) == len({k.rubrik for k in kolumner}) == len(kolumner)


@ALLA
def test_varje_cell_lases_som_det_varde_den_skrevs_for(resurs: type[Bladresurs], fardplan: Fardplan) -> None:
    objekten, fil = objekt_och_fil(resurs, fardplan)

    ut = resurs(hem(resurs, fardplan))
    tabell = lasning.las("fil.xlsx", fil, resurs.mall)
    assert len(tabell) == len(objekten) > 0
    for celler, objekt in zip(tabell, objekten, strict=True):
        varden = ut.varden(objekt)
        assert set(varden) == set(resurs.mall.per_falt)
        for k, cell in zip(resurs.mall.kolumner, celler, strict=True):
            assert k.slag.las(cell, ut.ordlista) == k.slag.genom_fil(varden[k.falt]), (k.falt, objekt)


@ALLA
def test_resursen_gar_att_anvanda_som_import_export_vill(resurs: type[Bladresurs], fardplan: Fardplan) -> None:
    objekten, fil = objekt_och_fil(resurs, fardplan)

    hem_ = hem(resurs, fardplan)
    data = resurs(hem_).export(objekten)
    in_ = resurs(hem_)
    resultat = in_.import_data(lasning.las("fil.xlsx", fil, resurs.mall), dry_run=True)

    assert data.headers == resurs.mall.rubriker
    assert list(data[0]) == resurs(hem_).export_resource(objekten[0])
    assert (resultat.has_errors(), resultat.total_rows) == (False, len(objekten))
    assert (in_.plan.rader, in_.plan.fel, in_.plan.konflikter) == ((), (), ())


def test_historiken_har_ord_for_allt_som_andras_hos_en_insats() -> None:
    """Else a change of a new column would silently never show there."""
    falt = {f.attname for f in Insats._meta.concrete_fields}

    assert falt - {"id", "version", "avford", "avford_skal", "skapad"} == set(historik._RUBRIKER)


# One more column is a line in the table


NOTERING = Kolumn("kallnotering", "Notering", 40, cellslag.Text(), "Om källan. Högst 2 000 tecken.", Insats)


class MedNotering(InsatskartaResource):
    mall = Mall("Insatskarta", (*KOLUMNER[:5], NOTERING, *KOLUMNER[5:]), "insatserna")


def fil(fardplan: Fardplan, *andrade: Mapping[str, str]) -> bytes:
    """The insatskarta with the column, as CSV: rows changed by number, and new ones without."""
    ut = MedNotering(fardplan)
    rubriker = ut.mall.rubriker
    rader = [
        dict(zip(rubriker, ut.export_resource(i), strict=True))
        for i in hamta(fardplan, Urval(), AnonymousUser()).insatser
    ]
    for andrad in andrade:
        if rad := next((r for r in rader if r["Nummer"] == andrad.get("Nummer")), None):
            rad |= andrad
        else:
            rader.append(dict(andrad))
    buffert = io.StringIO(newline="")
    skrivare = csv.DictWriter(buffert, rubriker, delimiter=";")
    skrivare.writeheader()
    skrivare.writerows(rader)
    return buffert.getvalue().encode()


def insats(fardplan: Fardplan, nummer: str) -> Insats:
    return Insats.objects.i_fardplan(fardplan).med_nummer(nummer).get()


def test_en_ny_kolumn_lases_in_for_gamla_och_nya_insatser(fardplan: Fardplan, planerare: Anvandare) -> None:
    ny = {"Typ": "Kärnspecifik", "Målområde": "1", "Titel": "Plantera träd", "Notering": "Oklart var"}
    innehall = fil(fardplan, {"Nummer": "1.3", "Notering": "Sidan 12 säger annat"}, ny)
    gor = partial(planera, MedNotering, fardplan, "karta.csv", innehall)
    plan: Inlasningsplan[Any] = gor()
    inlasning = spara_fil(av=planerare, fardplan=fardplan, filnamn="karta.csv", innehall=innehall)

    las_in(
        av=planerare,
        inlasning=inlasning,
        planera=partial(gor, las=True),
        skriv=skriv_insatser,
        fingeravtryck=plan.fingeravtryck,
    )

    assert [(r.nummer, [c.kolumn for c in r.celler]) for r in plan.rader] == [
        ("1.3", ["Notering"]),
        ("1.6", ["Nummer", "Typ", "Målområde", "Titel", "Notering"]),
    ]
    assert insats(fardplan, "1.3").kallnotering == "Sidan 12 säger annat"
    assert insats(fardplan, "1.6").kallnotering == "Oklart var"


def test_en_ny_kolumn_har_sin_langd_och_sina_konflikter(fardplan: Fardplan, planerare: Anvandare) -> None:
    lang = planera(MedNotering, fardplan, "karta.csv", fil(fardplan, {"Nummer": "1.3", "Notering": "x" * 2001}))
    min_ = fil(fardplan, {"Nummer": "1.3", "Notering": "min"})
    nu = insats(fardplan, "1.3")
    insatser.andra(av=planerare, insats=nu, version=nu.version, kallnotering="deras")

    plan = planera(MedNotering, fardplan, "karta.csv", min_)

    assert [(f.kolumn, f.text) for f in lang.fel] == [("Notering", "Texten är 2001 tecken. Högst 2000 får plats.")]
    assert [(k.nummer, k.kolumn, k.deras, k.mina) for k in plan.konflikter] == [("1.3", "Notering", "deras", "min")]
