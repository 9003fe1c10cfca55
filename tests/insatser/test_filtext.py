"""Words are found in an uploaded file, however the table is written."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from insatser.regler.filtext import innehaller

SOKT = re.compile("Åsa Björk & Co", re.IGNORECASE)


def _arkiv(xml: str) -> bytes:
    fil = io.BytesIO()
    with zipfile.ZipFile(fil, "w", zipfile.ZIP_DEFLATED) as arkiv:
        arkiv.writestr("xl/media/bild.png", b"Inget")
        arkiv.writestr("xl/sharedStrings.xml", xml)
    return fil.getvalue()


@pytest.mark.parametrize(
    ("fil", "finns"),
    [
        pytest.param("Fråga åsa björk & co nu".encode(), True, id="utf-8"),
        pytest.param("Åsa Björk & Co".encode("utf-16"), True, id="utf-16"),
        pytest.param("Åsa Björk & Co".encode("cp1252"), True, id="cp1252"),
        pytest.param(_arkiv("<sst><si><t>Åsa Björk &amp; Co</t></si></sst>"), True, id="arbetsbok"),
        pytest.param(
            _arkiv("<si><r><t>Åsa Bj</t></r><r><rPr><b/></rPr><t xml:space='preserve'>örk &amp; Co</t></r></si>"),
            True,
            id="i-delar",
        ),
        pytest.param(_arkiv("<si><t>Åsa</t></si><si><t>Björk &amp; Co</t></si>"), False, id="tva-celler"),
        pytest.param(b"\xd0\xcf\x11\xe0-" + "Åsa Björk & Co".encode("utf-16-le"), True, id="xls"),
        pytest.param(b"PK ingen arbetsbok", False, id="trasig"),
        pytest.param(b"", False, id="tom"),
    ],
)
def test_orden_hittas(fil: bytes, finns: bool) -> None:
    assert innehaller(fil, SOKT) is finns
