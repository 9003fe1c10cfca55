"""An aktör's pattern of diarienummer: Python and the database read it alike."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from aktorer import diarienummer
from aktorer.models import Aktor
from insatser.models import Arende

HUDDINGES = "KS-ÅÅÅÅ/#[.#]"

# (pattern, number, whether it is written so).
FALL = [
    (HUDDINGES, "KS-2026/74", True),
    (HUDDINGES, "KS-2024/1082.100", True),
    (HUDDINGES, "KS-1999/1", True),
    (HUDDINGES, "KS-2026/", False),
    (HUDDINGES, "KS-2026/74.", False),
    (HUDDINGES, "KS-2024/1082.100.5", False),
    (HUDDINGES, "KS-2024/1082x100", False),  # the full stop is one, not any sign
    (HUDDINGES, "KS-26/74", False),
    (HUDDINGES, "KS-3026/74", False),
    (HUDDINGES, "ks-2026/74", False),
    (HUDDINGES, "KS-2026/74 ", False),
    (HUDDINGES, " KS-2026/74", False),
    (HUDDINGES, "KS-2026/74\n", False),
    (HUDDINGES, "x\nKS-2026/74\nx", False),
    (HUDDINGES, "KS-2026/７４", False),  # digits, but not ours
    (HUDDINGES, "KS-ÅÅÅÅ/#", False),
    ("RS ÅÅÅÅ-#", "RS 2025-0033", True),
    ("RS ÅÅÅÅ-#", "RS2025-0033", False),
    ("[TN ]ÅÅÅÅ:#", "2025:7", True),
    ("[TN ]ÅÅÅÅ:#", "TN 2025:7", True),
    ("[TN ]ÅÅÅÅ:#", "TN2025:7", False),
    ("#.#[.#][-#]", "1.2-3", True),
    ("#.#[.#][-#]", "1-2", False),
    ("Dnr ÖÄ/#", "Dnr ÖÄ/12", True),
    ("ÅÅÅÅÅ#", "2025Å1", True),
    ("", "vad som helst (1)", True),
    ("", "Ä*+?{2}^$|\\", True),
]


@pytest.mark.parametrize(("monster", "nummer", "ratt"), FALL)
def test_regeln_i_python(monster: str, nummer: str, ratt: bool) -> None:
    assert diarienummer.stammer(nummer, monster) == ratt


@pytest.mark.django_db
@pytest.mark.parametrize(("monster", "nummer", "ratt"), FALL)
def test_databasen_sager_detsamma(
    monster: str, nummer: str, ratt: bool, nekas: Callable[[str], AbstractContextManager[None]]
) -> None:
    Aktor.objects.filter(slug="polisen").update(diarieformat=monster)
    polisen = Aktor.objects.get(slug="polisen")

    with nullcontext() if ratt else nekas("arende_diarienummer_enligt_monster"):
        Arende.objects.create(aktor=polisen, diarienummer=nummer, rubrik="Prov", slag="ovrigt")

    assert Arende.objects.filter(aktor=polisen).exists() == ratt


@pytest.mark.django_db
@pytest.mark.parametrize(
    "monster", ["KS-ÅÅÅÅ/#[.#", "KS]", "[a[b]]", "[]", "a*", "a|b", "(a)", "a+", "a\\d", "^a$", "{2}"]
)
def test_ett_monster_som_inte_gar_att_lasa_nekas(
    monster: str, nekas: Callable[[str], AbstractContextManager[None]]
) -> None:
    polisen = Aktor.objects.get(slug="polisen")
    polisen.diarieformat = monster

    with pytest.raises(ValidationError, match="Mönstret får bara ha"):
        polisen.full_clean()
    with nekas("aktor_diarieformat_giltigt"):
        polisen.save()


@pytest.mark.django_db
def test_sql_kommer_inte_forbi_monstret(
    nekas: Callable[[str], AbstractContextManager[None]], sql: Callable[..., list[tuple[Any, ...]]]
) -> None:
    with nekas("arende_diarienummer_enligt_monster"):
        sql("UPDATE insatser_arende SET diarienummer = 'RS 1' WHERE diarienummer = 'KS-2026/74'")

    assert Arende.objects.filter(diarienummer="KS-2026/74").exists()
