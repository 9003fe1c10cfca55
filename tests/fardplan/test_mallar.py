"""The layout of the templates, where the formatter leaves it to us."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.conf import settings

# A line whose first visible character ends a word or a sentence, behind tags that show nothing.
SKILJETECKEN = re.compile(r"\s*(?:\{%[^%]*%\}\s*)*[.,:;!?)]")


def rader() -> Iterator[tuple[str, str]]:
    """("bas.html:12", the line) of every template for pages and mails in HTML."""
    rot = settings.BASE_DIR / "templates"
    for mall in sorted(rot.rglob("*.html")):
        for nummer, rad in enumerate(mall.read_text().splitlines(), 1):
            yield f"{mall.relative_to(rot)}:{nummer}", rad


def test_ingen_rad_ar_langre_an_120_tecken() -> None:
    assert [var for var, rad in rader() if len(rad) > 120] == []


def test_ingen_rad_borjar_med_ett_skiljetecken() -> None:
    """djangofmt parts two template tags that stand close together in an element; before a comma the gap would show."""
    assert [var for var, rad in rader() if SKILJETECKEN.match(rad)] == []
