"""A handlingsplan as a workbook."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from insatser.models import Aktivitet, Handlingsplan, Prioritering
from tests import klocka

ADRESS = f"/flemingsberg/handlingsplan/{klocka.PERIOD}.xlsx"


def blad(svar: Any, namn: str) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(svar.content)).get_sheet_by_name(namn).to_python()


def test_alla_rader_finns_i_boken(som_planerare: Client) -> None:
    svar = som_planerare.get(ADRESS)

    prioriterat, aktiviteter = blad(svar, "Prioriterat"), blad(svar, "Aktiviteter")
    filnamn = f"handlingsplan-flemingsberg-{klocka.PERIOD}.xlsx"
    assert svar.headers["Content-Disposition"] == f'attachment; filename="{filnamn}"'
    assert [rad[1] for rad in prioriterat[1:]] == ["1.3", "1.4", "2.3", "3.4", "4.4"]
    i_planen = Aktivitet.objects.filter(prioritering__handlingsplan__exempel=True)
    assert {rad[1] for rad in aktiviteter[1:]} == set(i_planen.values_list("titel", flat=True))
    assert [len(rad) for rad in blad(svar, "Ansvar")][1:] == [10] * 10


def test_text_blir_aldrig_formel(som_planerare: Client) -> None:
    Prioritering.objects.filter(handlingsplan__exempel=True, ordning=1).update(skal='=HYPERLINK("http://ond.example")')

    assert blad(som_planerare.get(ADRESS), "Prioriterat")[1][4] == '=HYPERLINK("http://ond.example")'


def test_en_tom_plan_gar_att_hamta(som_planerare: Client) -> None:
    Handlingsplan.objects.create(fardplan=Handlingsplan.objects.get(exempel=True).fardplan, ar_fran=1999, ar_till=1999)

    svar = som_planerare.get("/flemingsberg/handlingsplan/1999.xlsx")

    assert len(blad(svar, "Aktiviteter")) == 1


@pytest.mark.parametrize(("falt", "kod"), [({}, 404), ({"status": "beslutad"}, 200)])
def test_utkast_hamtas_bara_av_inloggade(client: Client, db: None, falt: dict[str, Any], kod: int) -> None:
    Handlingsplan.objects.filter(exempel=True).update(**falt or {"status": "utkast"})

    assert client.get(ADRESS).status_code == kod


def test_det_som_andras_hamtas_bara_av_inloggade(client: Client, db: None) -> None:
    Handlingsplan.objects.filter(exempel=True).update(status="beslutad", andras=True)

    assert client.get(ADRESS).status_code == 404
