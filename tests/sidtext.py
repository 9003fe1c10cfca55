"""Looking into pages whatever their layout: the line breaks and indentation of a template are not what a page says."""

from __future__ import annotations

import re

from django.http import HttpResponse

# A tag, with > allowed inside its quotes.
TAGG = re.compile(r"""\s*(<(?:[^<>"']|"[^"]*"|'[^']*')*>)\s*""")


def platt(sida: HttpResponse | str) -> str:
    """A page (or a piece of one) on one line: no white space beside a tag, else one space where there is any.

    What is looked for in it is written so too: `<dt>Datum</dt><dd>`, `Se <a>` as `Se<a>`.
    """
    html = sida if isinstance(sida, str) else sida.content.decode()
    return TAGG.sub(lambda m: re.sub(r" ?(/?>)$", r"\1", _ett_mellanslag(m[1])), _ett_mellanslag(html)).strip()


def _ett_mellanslag(text: str) -> str:
    return re.sub(r"[ \t\r\n]+", " ", text)
