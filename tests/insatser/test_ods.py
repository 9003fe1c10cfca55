"""What a number in an OpenDocument file shows, told by the text beside it, in whatever language that was saved."""

from __future__ import annotations

import pytest

from insatser.utbyte.excel.ods import _tal
from insatser.utbyte.excel.visning import Formaterat, Talslag, visad


@pytest.mark.parametrize(
    ("tal", "text", "slag", "visas"),
    [
        (1234.5, "1,234.50", Talslag.TAL, "1 234,50"),
        (1234.5, "1.234,50", Talslag.TAL, "1 234,50"),
        (1234.5, "1 234,50", Talslag.TAL, "1 234,50"),
        (16000.0, "16,000", Talslag.TAL, "16 000"),
        (16000.0, "16", Talslag.SKALAT, "16"),
        (16_500_000.0, "16.5 M", Talslag.SKALAT, "16,5 M"),
        (300.0, "0 tkr", Talslag.SKALAT, "0 tkr"),
        (0.3333, "0.33", Talslag.TAL, "0,33"),
        (0.3, "0", Talslag.TAL, "0"),
        (-16000.0, "-16 tkr", Talslag.SKALAT, "-16 tkr"),
        (12.0, "12 kr", Talslag.ENHET, "12 kr"),
        (12.0, "tolv", Talslag.ENHET, "tolv"),
        (0.75, " 3/4", Talslag.BRAK, "3/4"),
    ],
)
def test_ett_tal_ar_vad_som_visas(tal: float, text: str, slag: Talslag, visas: str) -> None:
    cell = _tal(tal, "float", text)

    assert isinstance(cell, Formaterat)
    assert (cell.form.slag, visad(cell).replace("\N{NO-BREAK SPACE}", " ")) == (slag, visas)


@pytest.mark.parametrize("bit", ["1", "1 ", "1,", "1.", "1.1,"])
def test_ett_langt_tal_kostar_inget(bit: str) -> None:
    assert visad(_tal(1.5, "float", bit * 20_000))
