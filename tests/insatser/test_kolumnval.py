"""Which columns the insatskarta's table has is chosen, and stands in the address."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from aktorer.models import Anvandare
from insatser.forms import urval as urvalsform
from insatser.models import Fardplan
from insatser.utbyte.excel.insatskarta import KOLUMNER as EXCELS
from tests.insatser.test_karta import antal_fragor, fyll
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

SIDA = "/flemingsberg/insatskarta/?vy=tabell"
ALLA = "".join(f"&kolumner={falt}" for falt in urvalsform.KOLUMNER)


def rubriker(svar: Any) -> list[str]:
    return [k["ord"] for k in svar.context["kolumner"]]


@pytest.mark.parametrize(
    ("fraga", "visade"),
    [
        ("", ["Nr", "Insats", "Typ", "Ansvarig", "Läge", "Senast"]),
        ("&kolumner=medverkande&kolumner=typ", ["Nr", "Insats", "Typ", "Medverkande"]),
        ("&kolumner=nummer", ["Nr", "Insats"]),
        ("&kolumner=hemligt", ["Nr", "Insats", "Typ", "Ansvarig", "Läge", "Senast"]),
        ("&kolumner=hemligt&kolumner=text", ["Nr", "Insats", "Text"]),
        (ALLA, list(urvalsform.KOLUMNER.values())),
    ],
)
def test_tabellen_har_de_kolumner_som_valts(client: Client, fraga: str, visade: list[str]) -> None:
    assert rubriker(client.get(SIDA + fraga)) == visade


@pytest.mark.parametrize(
    ("fraga", "kvar"),
    [
        ("vy=tabell&kolumner=text&okant=1", "?vy=tabell&kolumner=nummer&kolumner=titel&kolumner=text"),
        # What everybody sees needs no words in the address.
        ("kolumner=typ&kolumner=ansvarig&kolumner=status&kolumner=datum", ""),
    ],
)
def test_kolumnerna_foljer_med_urvalet(fraga: str, kvar: str) -> None:
    assert urvalsform.behall(QueryDict(fraga)) == kvar


def test_kolumnen_heter_som_i_excel() -> None:
    egna = {"nummer": "Nr", "titel": "Insats", "status": "Läge", "datum": "Senast"}
    i_excel = {k.falt: k.rubrik for k in EXCELS}

    olika = {f: ord_ for f, ord_ in urvalsform.KOLUMNER.items() if i_excel.get(f, ord_) != ord_}

    assert olika == egna


def test_varje_kolumn_sager_sitt(client: Client) -> None:
    html = platt(client.get(f"{SIDA}{ALLA}&q=3.4"))

    rad = html[html.index("<tbody>") : html.index("</tbody>")]
    celler = [re.sub(r"<[^>]+>|\s+", " ", cell).split() for cell in re.findall(r"<t[dh].*?</t[dh]>", rad)]
    assert len(celler) == len(urvalsform.KOLUMNER)
    # No reason is given, the plan is a draft to a besökare, and the source needs no note.
    tomma = [falt for falt, cell in zip(urvalsform.KOLUMNER, celler, strict=True) if not cell]
    assert tomma == ["utan_ansvarig", "handlingsplan", "kallnotering"]


def test_filtret_och_kolumnvalet_behaller_varandra(client: Client) -> None:
    html = platt(client.get(f"{SIDA}&malomrade=1&kolumner=text&sortera=titel"))

    filtret = html[html.index('<form class="filter chipfilter"') :].split("</form>")[0]
    valet = html[html.index('<form class="kolumnval"') :].split("</form>")[0]
    dolda = r'<input type="hidden" name="(\w+)" value="([^"]*)"'
    kolumner = [("kolumner", "nummer"), ("kolumner", "titel"), ("kolumner", "text")]
    assert sorted(re.findall(dolda, filtret)) == [*sorted(kolumner), ("sortera", "titel"), ("vy", "tabell")]
    assert sorted(re.findall(dolda, valet)) == [
        ("kolumner", "nummer"),
        ("malomrade", "1"),
        ("sortera", "titel"),
        ("vy", "tabell"),
    ]


def test_bedomningen_sorteras_och_star_for_sig(client: Client) -> None:
    svar = client.get(f"{SIDA}&kolumner=status&kolumner=bedomning&sortera=bedomning&fallande=1")

    bedomda = [i.lage.bedomning for i in svar.context["rader"] if i.lage and i.lage.bedomning]
    assert bedomda == ["avviker"] + ["risk"] * 3 + ["enligt_plan"] * 9
    assert platt(svar).partition("<table")[2].count("Avviker</span>") == 1


def test_fragorna_ar_lika_manga_hur_manga_rader_det_an_ar(
    client: Client, planerare: Anvandare, flemingsberg: Fardplan
) -> None:
    client.force_login(planerare)

    vid_18 = antal_fragor(client, SIDA + ALLA)
    fyll(flemingsberg, 200)

    assert (vid_18, antal_fragor(client, SIDA + ALLA)) == (9, 9)
