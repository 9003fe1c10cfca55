"""What users write is read in time that grows with its length: a quadratic expression would take hours here."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from django.core.exceptions import ValidationError

from aktorer import diarienummer
from aktorer.grund.tecken import nyckel, rena
from insatser.forms.finansiering import Kronfalt
from insatser.pdf import typsnitt
from insatser.regler import filtext, mejlfel, nummer, period, styrtecken, tal, tidpunkt
from insatser.utbyte.excel import cellslag, lasning, ods, visning
from insatser.utbyte.excel.nummer import som_datum

MANGA = 1_000_000
SEKUNDER = 60  # a hundred times what they need


@pytest.fixture(autouse=True)
def avbrott() -> Iterator[None]:
    """End a test that hangs: the expression engine does not let Python's threads do so."""
    signal.signal(signal.SIGALRM, _for_lange)
    signal.alarm(SEKUNDER)
    yield
    signal.alarm(0)


def _for_lange(*_: object) -> None:
    pytest.fail(f"Inte klart på {SEKUNDER} sekunder")


@pytest.mark.parametrize(
    "tecken", [" ", "\t", "\u00a0", "\n", "\r", "0", "1 000 ", "a", "'", "-", "#", ".", "[", "(", "<", "</t></r><r "]
)
@pytest.mark.parametrize(
    "las",
    [
        cellslag.stada,
        cellslag.stada_rad,
        lasning._VAKT.sub,
        rena,
        nyckel,
        visning.talform,
        som_datum,
        lasning._SEP.match,
        ods._BRAK.fullmatch,
        ods._TID.fullmatch,
        filtext.i_text,
        styrtecken.bort,
        typsnitt.sattbar,
        nummer.tolka,
        period.tolka,
        tidpunkt.finns,
        mejlfel.i_ord,
        diarienummer.i_fraga,
        diarienummer.utan_fyllnad,
        tal.tolka,
        Kronfalt().clean,
    ],
    ids=lambda las: getattr(las, "__qualname__", "kronor"),
)
def test_en_miljon_tecken(las: Callable[..., object], tecken: str) -> None:
    text = f"x{tecken * (MANGA // len(tecken))}x"
    with suppress(ValueError, ValidationError):  # that it is refused is an answer too
        las("", text) if las == lasning._VAKT.sub else las(text)


@pytest.mark.parametrize("monster", ["#" * 4, "#[.#]#[.#]", "[#][#][#][#]"])
def test_ett_monster_for_diarienummer(monster: str) -> None:
    assert not diarienummer.stammer("1" * 60 + "x", monster)
