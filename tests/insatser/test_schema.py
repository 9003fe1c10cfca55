"""The schedule of a plan's PDF: which tables it takes, and what each row says in words."""

from __future__ import annotations

from typing import Any

import pytest

from insatser.pdf.schema import KOLUMN, PLATS, STEG, schema


def tidslinje(*aktiviteter: dict[str, Any], steg: int = 8) -> dict[str, Any]:
    vanlig = {"titel": "Pröva", "tid": "2026 kv. 1", "i_ord": "kvartal 1 2026", "spann": (0, 1)}
    rader = [vanlig | {"status": {"slag": "pagar", "ord": "Pågår"}} | a for a in aktiviteter]
    insats = {"nummer": "1.3", "titel": "Samverka", "farg": 1, "aktiviteter": rader}
    return {"ar": [], "steg": [f"kv. {n}" for n in range(steg)], "insatser": [insats]}


def ansvar(antal: int, *roller: str) -> dict[str, Any]:
    return {"aktorer": [f"Aktör {n}" for n in range(antal)], "rader": [{"roller": [*roller] or [""] * antal}]}


@pytest.mark.parametrize(
    ("aktorer", "steg", "kolumner"),
    [
        (0, 8, [0]),
        (1, 8, [1]),
        (9, 8, [9]),
        (10, 8, [9, 1]),
        (30, 8, [9, 11, 10]),
        (3, 4, [3]),
        (5, 16, [3, 2]),
        (2, 30, [0, 2]),
    ],
)
def test_alla_aktorer_far_en_kolumn_och_ingen_tabell_ar_for_bred(aktorer: int, steg: int, kolumner: list[int]) -> None:
    tabeller = schema(tidslinje({}, steg=steg), ansvar(aktorer))

    assert [len(t["aktorer"]) for t in tabeller] == kolumner
    assert [namn for t in tabeller for namn in t["aktorer"]] == [f"Aktör {n}" for n in range(aktorer)]
    assert max(t["tid"] + KOLUMN * len(t["aktorer"]) for t in tabeller) <= PLATS
    assert tabeller[0]["tid"] >= min(STEG * steg, PLATS)
    assert {t["tid"] for t in tabeller[1:]} <= {0}


@pytest.mark.parametrize(
    ("titlar", "aktorer", "hel"),
    [(["Pröva"] * 10, 3, True), (["Pröva"] * 40, 3, False), (["Ŵ" * 200] * 5, 3, False), (["Pröva"], 10, False)],
)
def test_en_tabell_som_ryms_pa_en_sida_halls_ihop(titlar: list[str], aktorer: int, hel: bool) -> None:
    ansvaret = ansvar(aktorer) | {"rader": [{"roller": [""] * aktorer}] * len(titlar)}

    tabeller = schema(tidslinje(*({"titel": t} for t in titlar)), ansvaret)

    assert {t["hel"] for t in tabeller} == {hel}


def test_en_rad_sager_nar_hur_och_vem() -> None:
    tabell = schema(tidslinje({}), ansvar(3, "medverkande", "", "ansvarig"))[0]

    rad = tabell["insatser"][0]["rader"][0]
    assert rad["i_ord"] == "kvartal 1 2026, pågår, Aktör 0 medverkar, Aktör 2 ansvarig"
    assert (rad["spann"], rad["marken"]) == ((0, 1), [(0, "medverkande"), (2, "ansvarig")])


def test_det_som_saknas_sags_ocksa() -> None:
    utan_tid, utan_aktor = schema(tidslinje({"spann": None}), ansvar(10))

    assert utan_tid["insatser"][0]["rader"][0]["i_ord"] == "tid ej satt, pågår"
    assert utan_aktor["insatser"][0]["rader"][0]["i_ord"] == "ingen av dessa aktörer"
    assert (utan_tid["rubrik"], utan_aktor["rubrik"]) == ("Aktör 1 till 9 av 10", "Aktör 10 till 10 av 10")


def test_utan_aktiviteter_blir_det_ingen_tabell() -> None:
    assert schema(tidslinje(), {"aktorer": [], "rader": []}) == []


def test_en_plan_som_beslutades_innan_tiden_hade_ord() -> None:
    gammal = tidslinje({})
    del gammal["insatser"][0]["aktiviteter"][0]["i_ord"]

    assert schema(gammal, ansvar(0))[0]["insatser"][0]["rader"][0]["i_ord"] == "2026 kv. 1, pågår"
