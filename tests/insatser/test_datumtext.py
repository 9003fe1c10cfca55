"""A day in a cell of text, as people and programs write it."""

from __future__ import annotations

from datetime import date

import pytest

from insatser.regler.datumtext import TVETYDIGT, tolka


@pytest.mark.parametrize(
    "text",
    [
        "12 maj 2026",
        "den 12:e maj 2026",
        "12 Maj. 2026",
        "12.5.2026",
        "12. 5. 2026",
        "12.05.2026",
        "2026/05/12",
        "2026.5.12",
        "2026-05-12 00:00:00",
        "2026-05-12T00:00:00Z",
        "May 12, 2026",
        "12th May 2026",
        "12-May-2026",
        "12. Mai 2026",
        "12 mai 2026",
        "12. toukokuuta 2026",
        "12\u00a0maj\u00a02026",
    ],
)
def test_en_och_samma_dag(text: str) -> None:
    assert tolka(text) == date(2026, 5, 12)


@pytest.mark.parametrize(("text", "dag"), [("21/11/2026", (11, 21)), ("11/21/2026", (11, 21)), ("5/5/2026", (5, 5))])
def test_snedstreck_dar_det_bara_kan_vara_en_dag(text: str, dag: tuple[int, int]) -> None:
    assert tolka(text) == date(2026, *dag)


@pytest.mark.parametrize("text", ["3/4/2026", "04/03/2026", "3-4-2026"])
def test_det_som_kan_vara_tva_dagar_gissas_inte(text: str) -> None:
    with pytest.raises(ValueError, match=TVETYDIGT[:30]):
        tolka(text)


@pytest.mark.parametrize(
    "text", ["", "maj 2026", "32 maj 2026", "12 hej 2026", "12.13.2026", "2026-13-01", "v. 20", "K2 2026"]
)
def test_det_som_inte_ar_en_dag(text: str) -> None:
    assert tolka(text) is None


@pytest.mark.parametrize(
    ("manad", "text"),
    [*enumerate(["jan", "feb", "mars", "april", "maj", "juni", "juli", "aug", "sept", "okt", "nov", "dec"], 1)],
)
def test_varje_manad(manad: int, text: str) -> None:
    assert tolka(f"1 {text} 2026") == date(2026, manad, 1)
