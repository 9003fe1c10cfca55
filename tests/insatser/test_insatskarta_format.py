"""The insatskarta as .ods and .json: the same columns, and .ods reads in again."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from insatser.fragor.karta import Urval, hamta
from insatser.models import Fardplan, Insats
from insatser.utbyte.excel.inlasning import planera
from insatser.utbyte.excel.insatskarta import MALL, InsatskartaResource
from insatser.utbyte.excel.insatskarta_ut import skriv_json, skriv_ods
from tests.sidtext import platt

# What a text can hold that XML or a spreadsheet would change.
SVAR_TEXT = 'Två  mellanslag, <b> & "citat"\n\n  Indragen\trad\n=1+1'


@pytest.fixture
def skriven(flemingsberg: Fardplan) -> Callable[[], bytes]:
    return lambda: skriv_ods(hamta(flemingsberg, Urval(), AnonymousUser()))


def med_text(fil: bytes, fore: str, efter: str) -> bytes:
    """The spreadsheet with other words in it."""
    ut = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(fil)) as gammal, zipfile.ZipFile(ut, "w") as ny:
        for namn in gammal.namelist():
            ny.writestr(namn, gammal.read(namn).replace(fore.encode(), efter.encode()))
    return ut.getvalue()


def test_ods_laser_in_igen_utan_skillnad(
    flemingsberg: Fardplan, skriven: Callable[[], bytes], insats: Callable[[str], Insats]
) -> None:
    Insats.objects.filter(pk=insats("1.3").pk).update(text=SVAR_TEXT)

    plan = planera(InsatskartaResource, flemingsberg, "karta.ods", skriven())

    assert (plan.fel, plan.rader, plan.konflikter) == ((), (), ())
    assert plan.oforandrade == Insats.objects.i_fardplan(flemingsberg).count()


def test_en_andrad_cell_i_ods_hittas(
    flemingsberg: Fardplan, skriven: Callable[[], bytes], insats: Callable[[str], Insats]
) -> None:
    fil = med_text(skriven(), insats("1.3").titel, "Bygg om gatan")

    (rad,) = planera(InsatskartaResource, flemingsberg, "karta.ods", fil).rader

    assert (rad.nummer, [(c.kolumn, c.efter) for c in rad.celler]) == ("1.3", [("Titel", "Bygg om gatan")])


def test_ods_ar_en_ods(skriven: Callable[[], bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(skriven())) as bok:
        forst = bok.infolist()[0]
        assert (forst.filename, forst.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert bok.read("mimetype") == b"application/vnd.oasis.opendocument.spreadsheet"


def test_json_har_samma_kolumner(flemingsberg: Fardplan, insats: Callable[[str], Insats]) -> None:
    data: dict[str, Any] = json.loads(skriv_json(hamta(flemingsberg, Urval(), AnonymousUser())))

    (rad,) = [r for r in data["insatser"] if r["Nummer"] == "1.3"]
    assert list(rad) == MALL.rubriker
    assert (rad["Titel"], rad["Insats-id"], rad["Varför ingen ansvarig"]) == (
        insats("1.3").titel,
        insats("1.3").pk,
        None,
    )
    assert (data["stadskarna"], data["fardplan"]) == ("Flemingsberg", "fardplaner-2026/flemingsberg")


@pytest.mark.parametrize("andelse", ["ods", "json"])
def test_urvalet_foljer_med_och_utkast_nas_inte(client: Client, db: None, andelse: str) -> None:
    sidan = platt(client.get("/flemingsberg/insatskarta/?malomrade=1"))

    svar = client.get(f"/flemingsberg/insatskarta.{andelse}?malomrade=1")

    assert f'href="/flemingsberg/insatskarta.{andelse}?malomrade=1"' in sidan
    assert svar.headers["Content-Disposition"].endswith(f'.{andelse}"')
    assert client.get(f"/haninge/insatskarta.{andelse}").status_code == 404  # a draft
    assert client.get(f"/finns-inte/insatskarta.{andelse}").status_code == 404
