"""Words are found in an uploaded file, however the table is written."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

import pytest

from insatser.fragor import filtext as letande
from insatser.regler import filtext
from insatser.regler.filtext import Olaslig, innehaller

SOKT = re.compile("Åsa Björk & Co", re.IGNORECASE)


def _arkiv(xml: str) -> bytes:
    fil = io.BytesIO()
    with zipfile.ZipFile(fil, "w", zipfile.ZIP_DEFLATED) as arkiv:
        arkiv.writestr("xl/media/bild.png", b"Inget")
        arkiv.writestr("xl/sharedStrings.xml", xml)
    return fil.getvalue()


def _skadad(fil: bytes) -> bytes:
    """With one more part, whose packed bytes are no such."""
    ut = io.BytesIO(fil)
    with zipfile.ZipFile(ut, "a", zipfile.ZIP_DEFLATED) as arkiv:
        arkiv.writestr("xl/trasig.xml", "Inget här" * 99)
    packat = zlib.compress("Inget här".encode() * 99, wbits=-15)
    return ut.getvalue().replace(packat, b"\xff" * len(packat))


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
        pytest.param(
            _arkiv("<a:r><a:t>Åsa </a:t></a:r> <a:r><a:rPr><a:fill><a:clr v='1'/></a:fill></a:rPr><a:t>Björk &#38; Co"),
            True,
            id="i-delar-med-namnrymd",
        ),
        pytest.param(_skadad(_arkiv("<t>Åsa Björk &amp; Co</t>")), True, id="i-det-som-gar-att-lasa"),
        pytest.param(b"", False, id="tom"),
    ],
)
def test_orden_hittas(fil: bytes, finns: bool) -> None:
    assert innehaller(fil, SOKT) is finns


@pytest.mark.parametrize(
    "fil",
    [
        pytest.param(b"PK ingen arbetsbok", id="trasig"),
        pytest.param(_skadad(_arkiv("<t>Inget</t>")), id="skadad-del"),
        pytest.param(_arkiv(f"<t>&#{'9' * 5000};</t>"), id="orimligt-tecken"),
        pytest.param(_arkiv("x").replace(b"sharedStrings.xml", b"sharedStrings.bin"), id="inga-texter"),
        pytest.param(b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), id="last"),
    ],
)
def test_det_som_inte_gar_att_lasa_sags(fil: bytes) -> None:
    with pytest.raises(Olaslig):
        innehaller(fil, SOKT)


def test_det_som_packar_upp_till_for_mycket_sags(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filtext, "MEST", 20)

    with pytest.raises(Olaslig):
        innehaller(_arkiv(f"<t>{' ' * 20}Åsa Björk &amp; Co</t>"), SOKT)


# In a process of its own


def test_en_fil_som_hanger_haller_inte_upp_de_andra(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that never ends: the process is killed, and the next file is looked into by another."""
    monkeypatch.setattr(letande, "TID", 2)
    filer = {"hänger": b"a" * 40, "har": b"aaab", "inte": b"c"}

    svar = dict(letande.leta(filer, filer.__getitem__, re.compile("(a+)+b")))

    assert svar == {"hänger": None, "har": True, "inte": False}


def test_nar_tiden_ar_slut_hamtas_inga_fler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letande, "HELA_TIDEN", 0)

    assert dict(letande.leta(["en", "två"], pytest.fail, SOKT)) == {"en": None, "två": None}
