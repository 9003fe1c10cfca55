"""Whole färdplaner in one workbook: what is in it, for whom, and how it looks."""

from __future__ import annotations

import io
import json
from typing import Any

import openpyxl
import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aktorer.models import Aktor
from insatser.andringar import insats as insatsandringar
from insatser.fragor import arbetsbok as fragor
from insatser.fragor.arbetsbok import Bokblad
from insatser.models import Aktivitet, Fardplan, Handlingsplan, Insats, Malomrade, Matvarde, Medverkan
from insatser.utbyte.excel import arbetsbok_ut, ods
from insatser.utbyte.excel.arbetsbok import RESURSER
from tests import klocka
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

BLAD = [b.label for b in Bokblad]


def bok(svar: Any) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(svar.getvalue()))


def test_sidan_later_en_valja_blad(client: Client) -> None:
    sidan = platt(client.get("/flemingsberg/arbetsbok/?blad=medverkan"))

    assert sidan.count('name="blad"') == len(BLAD)
    assert sidan.count("checked") == 1
    assert 'formaction="/flemingsberg/arbetsbok.ods"' in sidan
    assert "/flemingsberg/arbetsbok/" in platt(client.get("/flemingsberg/insatskarta/"))


def test_alla_blad_och_en_namngiven_tabell_pa_varje(som_planerare: Client) -> None:
    boken = bok(som_planerare.get("/flemingsberg/arbetsbok.xlsx"))

    assert boken.sheetnames == [*BLAD, "Läs mig", "Listor"]
    for blad in BLAD:
        (tabell,) = boken[blad].tables.values()
        assert (tabell.name, tabell.ref) == (blad, boken[blad].dimensions)
        assert boken[blad].print_title_rows == "$1:$1"
        assert boken[blad].page_setup.orientation == "landscape"


def test_varje_rad_ar_med(som_planerare: Client, flemingsberg: Fardplan) -> None:
    boken = bok(som_planerare.get("/flemingsberg/arbetsbok.xlsx"))
    delar = Medverkan.objects.filter(insats__in=Insats.objects.i_fardplan(flemingsberg).gallande())

    antal = {blad: boken[blad].max_row - 1 for blad in BLAD}

    assert antal["Insatser"] == 18
    assert antal["Medverkan"] == delar.count()
    assert antal["Färdriktningar"] == Malomrade.objects.filter(program=flemingsberg.program).count()
    assert antal["Aktiviteter"] == Aktivitet.objects.filter(prioritering__handlingsplan__fardplan=flemingsberg).count()
    assert antal["Aktörer"] == Aktor.objects.i_registret().count()
    assert antal["Lägesbild"] >= Matvarde.objects.filter(stadskarna=flemingsberg.stadskarna).count()


def test_man_valjer_bland_bladen(client: Client) -> None:
    boken = bok(client.get("/flemingsberg/arbetsbok.xlsx?blad=medverkan&blad=aktorer&blad=strunt"))

    assert boken.sheetnames == ["Medverkan", "Aktörer", "Läs mig", "Listor"]


def test_listor_och_farger(client: Client) -> None:
    boken = bok(client.get("/flemingsberg/arbetsbok.xlsx"))
    insatser, medverkan = boken["Insatser"], boken["Medverkan"]
    status = [c.value for c in insatser[1]].index("Status") + 1

    regler = {str(omrade.sqref): regler for omrade, regler in insatser.conditional_formatting._cf_rules.items()}
    bokstav = openpyxl.utils.get_column_letter(status)

    assert len(next(r for o, r in regler.items() if o.startswith(bokstav))) == 6
    assert any(v.formula1.startswith("Listor!") for v in insatser.data_validations.dataValidation)
    assert len(medverkan.data_validations.dataValidation) == 3


def test_las_mig_leder_till_bladen(client: Client) -> None:
    las_mig = bok(client.get("/flemingsberg/arbetsbok.xlsx"))["Läs mig"]
    lankar = {c.value: c.hyperlink.location for (c,) in las_mig.iter_rows(max_col=1) if c.hyperlink}

    assert lankar["Insatser: 18 rader"] == "'Insatser'!A1"
    assert len(lankar) == len(BLAD)


def test_kontaktpersoner_foljer_inte_med(som_planerare: Client) -> None:
    Aktor.objects.filter(slug="polisen").update(kontakt="Xylofon Ek")

    assert b"Xylofon" not in som_planerare.get("/flemingsberg/arbetsbok.json").content


def test_det_som_bara_planerare_ser_foljer_inte_med(client: Client) -> None:
    Aktor.objects.filter(slug="polisen").update(diarieformat="XYL-ÅÅÅÅ/#")

    assert "XYL-" not in client.get("/flemingsberg/arbetsbok.json").content.decode()


def test_noll_ar_noll_i_json(client: Client, flemingsberg: Fardplan) -> None:
    Matvarde.objects.filter(stadskarna=flemingsberg.stadskarna).update(varde=0)

    rader = json.loads(client.get("/flemingsberg/arbetsbok.json?blad=lagesbild").content)["blad"]["lagesbild"]

    assert {rad["Värde"] for rad in rader if rad["År"]} == {0}


def test_json_har_samma_rader(client: Client) -> None:
    data = json.loads(client.get("/flemingsberg/arbetsbok.json?blad=insatser&blad=lagesbild").content)

    assert [*data["blad"]] == ["insatser", "lagesbild"]
    assert len(data["blad"]["insatser"]) == 18
    assert data["blad"]["insatser"][0]["Nummer"] == "1.1"


def test_ods_har_samma_blad(client: Client) -> None:
    bladen = ods.las(client.get("/flemingsberg/arbetsbok.ods").getvalue())

    assert [b.koll.blad for b in bladen] == [*BLAD, "Läs mig"]
    assert bladen[0].rader[0][0] == "Nummer"


def test_hela_programmet_har_en_kolumn_for_stadskarnan(som_planerare: Client, haninge: Fardplan) -> None:
    boken = bok(som_planerare.get("/oversikt/arbetsbok.xlsx?blad=insatser&blad=aktorer"))
    rader = list(boken["Insatser"].iter_rows(min_row=2, values_only=True))

    assert {rad[1] for rad in rader} >= {"Flemingsberg", str(haninge.stadskarna)}
    assert not boken["Insatser"].column_dimensions["B"].hidden
    assert boken["Aktörer"].max_row - 1 == Aktor.objects.i_registret().count()


def test_en_stadskarnas_bok_visar_inte_kolumnen(client: Client) -> None:
    assert bok(client.get("/flemingsberg/arbetsbok.xlsx"))["Insatser"].column_dimensions["B"].hidden


@pytest.mark.usefixtures("utkastet")
def test_besokare_far_bara_det_publicerade(client: Client) -> None:
    boken = bok(client.get("/oversikt/arbetsbok.xlsx?blad=insatser"))

    assert {rad[1] for rad in boken["Insatser"].iter_rows(min_row=2, values_only=True)} <= {None, "Flemingsberg"}
    assert client.get("/haninge/arbetsbok.xlsx").status_code == 404


def test_utan_fardplaner_finns_ingen_bok(client: Client) -> None:
    Fardplan.objects.update(publicerad=False)

    assert client.get("/oversikt/arbetsbok.xlsx").status_code == 404
    assert "Det finns ingen färdplan att hämta än." in platt(client.get("/oversikt/arbetsbok/"))


def test_fragorna_blir_inte_fler_med_raderna(flemingsberg: Fardplan, m1: Malomrade) -> None:
    def fragor_till() -> int:
        with CaptureQueriesContext(connection) as korda:
            arbetsbok_ut.skriv_xlsx(fragor.hamta([flemingsberg], [*Bokblad], AnonymousUser()), klocka.IDAG)
        return len(korda)

    fore = fragor_till()
    for n in range(5):
        insatsandringar.skapa(av=None, malomrade=m1, fardplan=flemingsberg, titel=f"Ny {n}", utkast=False)

    assert fragor_till() == fore
    planer = Handlingsplan.objects.filter(fardplan=flemingsberg).count()
    assert fore < 25 + 12 * planer


def test_varje_blad_har_sin_resurs() -> None:
    assert [RESURSER[b].mall.blad for b in Bokblad] == BLAD
