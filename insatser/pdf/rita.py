"""Plain data set as PDF/UA-1 and PDF/A-2a, by Typst.

All that stands in a file comes from its data, so the same data gives the same bytes; nothing in this room asks what
time it is.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from insatser.fragor.insatsdata import Data
from insatser.pdf import egen_process, typsnitt

if TYPE_CHECKING:
    from typst import Fonts

MALLAR = Path(__file__).parent / "mallar"


def rita(mall: str, data: Data, dag: date) -> bytes:
    """`data` set with the template `mall`. `dag` is the time of creation written into the file.

    Raises what `egen_process.satt` does.
    """
    return egen_process.satt(_satt, mall, data, dag)


def _satt(mall: str, data: Data, dag: date) -> bytes:
    import typst  # noqa: PLC0415 -- slow import

    pdf = typst.compile(
        MALLAR / mall,
        root=MALLAR,
        font_paths=_typsnitt(),
        sys_inputs={"data": json.dumps(_sattbart(data), ensure_ascii=False)},
        pdf_standards=["ua-1", "a-2a"],
        timestamp=datetime.combine(dag, time(), UTC),
    )
    assert isinstance(pdf, bytes)  # noqa: S101 -- only pictures come as a list of pages
    return pdf


@cache
def _typsnitt() -> Fonts:
    import typst  # noqa: PLC0415 -- slow import

    # Nothing of the machine's own fonts: the same plan looks the same everywhere.
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[typsnitt.katalog()])


def _sattbart(varde: Any) -> Any:
    """The same data with every text made safe for the typeface."""
    if isinstance(varde, str):
        return typsnitt.sattbar(varde)
    if isinstance(varde, dict):
        return {nyckel: _sattbart(v) for nyckel, v in varde.items()}
    return [_sattbart(v) for v in varde] if isinstance(varde, list) else varde
