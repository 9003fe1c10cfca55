"""What a file is stands in it: names and browsers say what they like."""

from __future__ import annotations

import io
import zipfile

import pytest

from insatser.regler.bilagetyp import LANGSTA_NAMN, STORST, Bilagetyp, Fil, InteTillaten, prova, rent_namn

PDF = b"%PDF-1.7\n%\xe2\xe3\n1 0 obj\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


def arkiv(**delar: str) -> bytes:
    """A zip archive of parts, __ for / in their names."""
    fil = io.BytesIO()
    with zipfile.ZipFile(fil, "w") as ut:
        for namn, text in delar.items():
            ut.writestr(namn.replace("__", "/"), text)
    return fil.getvalue()


def office(huvuddel: str, **fler: str) -> bytes:
    typer = f'<Types><Override PartName="/x.xml" ContentType="application/{huvuddel}"/></Types>'
    return arkiv(**{"[Content_Types].xml": typer, **fler})


ORD = "vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
BLAD = "vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
BILDER = "vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
ODT = "application/vnd.oasis.opendocument.text"


@pytest.mark.parametrize(
    ("filnamn", "innehall", "typ"),
    [
        ("a.pdf", PDF, Bilagetyp.PDF),
        ("a.PNG", PNG, Bilagetyp.PNG),
        ("a.jpeg", b"\xff\xd8\xff\xe0", Bilagetyp.JPEG),
        ("a.gif", b"GIF89a", Bilagetyp.GIF),
        ("a.webp", b"RIFF\x10\0\0\0WEBPVP8 ", Bilagetyp.WEBP),
        ("a.docx", office(ORD), Bilagetyp.DOCX),
        ("a.xlsx", office(BLAD), Bilagetyp.XLSX),
        ("a.pptx", office(BILDER), Bilagetyp.PPTX),
        ("a.odt", arkiv(mimetype=ODT), Bilagetyp.ODT),
        ("a.ods", arkiv(mimetype="application/vnd.oasis.opendocument.spreadsheet"), Bilagetyp.ODS),
        ("a.odp", arkiv(mimetype="application/vnd.oasis.opendocument.presentation"), Bilagetyp.ODP),
    ],
)
def test_det_som_tas_emot(filnamn: str, innehall: bytes, typ: Bilagetyp) -> None:
    provad = prova(Fil(filnamn, innehall))
    assert (provad.typ, provad.namn) == (typ, filnamn)


@pytest.mark.parametrize(
    ("filnamn", "innehall", "ord_"),
    [
        ("tom.pdf", b"", "Filen tom.pdf är tom."),
        ("stor.pdf", PDF + b"x" * STORST, "Filen är större än 20 MB."),
        ("avtal.pdf", PNG, "Filen heter avtal.pdf, men det som är i den är av slaget PNG-bild."),
        ("bild.png", office(ORD), "av slaget Word-dokument. Välj rätt fil, eller döp den till bild.docx."),
        ("bild.svg", b'<?xml version="1.0"?><svg onload="x()">', "Filen är en SVG-bild, som kan innehålla program."),
        ("a.pdf", b"\xef\xbb\xbf <!DOCTYPE html><script>", "Filen är en webbsida."),
        ("a.pdf", b"MZ\x90\0", "Filen är ett program."),
        ("a.docx", office(ORD, **{"word__vbaProject.bin": "x"}), "Filen är ett dokument med makron, alltså program."),
        ("a.docm", office("vnd.ms-word.document.macroEnabled.main+xml"), "makron"),
        ("a.odt", arkiv(mimetype=ODT, **{"Basic__Standard__m.xml": "x"}), "makron"),
        ("a.zip", arkiv(**{"a.txt": "hej"}), "Filen är ett packat arkiv."),
        ("a.vsdx", office("vnd.ms-visio.drawing.main+xml"), "ett annat slags Office-dokument"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "Offices gamla format, eller låst med lösenord"),
        ("a.txt", "Hej på dig".encode(), "Filen är en textfil."),
        ("a.pdf", b"\0\1\2\xff", "Det går inte att se vad det är för slags fil"),
        ("a.docx", office(ORD)[:-30], "Filen är skadad"),
    ],
)
def test_det_som_inte_tas_emot_far_veta_vad_det_ar(filnamn: str, innehall: bytes, ord_: str) -> None:
    with pytest.raises(InteTillaten) as nej:
        prova(Fil(filnamn, innehall))
    assert ord_ in str(nej.value)


@pytest.mark.parametrize(
    ("filnamn", "blir"),
    [
        ("../../x.pdf", "x.pdf"),
        ("C:\\Users\\kim\\avtal.pdf", "avtal.pdf"),
        ("/etc/passwd", "passwd"),
        ("..", ""),
        ("...", ""),
        (".htaccess", "htaccess"),
        ("fil\u202efdp.exe", "filfdp.exe"),
        ("a\u200bb\u2066.pdf", "ab.pdf"),
        ("rad\r\nSet-Cookie: x.pdf", "rad Set-Cookie- x.pdf"),
        ('"<b>|?*.pdf', "--b----.pdf"),
        ("Å\u030a o\u0308.pdf", "Å\u030a ö.pdf"),
        ("x" * 300 + ".pdf", "x" * (LANGSTA_NAMN - 4) + ".pdf"),
        ("x." + "y" * 300, "x." + "y" * (LANGSTA_NAMN - 2)),
    ],
)
def test_namnet_rensas(filnamn: str, blir: str) -> None:
    assert rent_namn(filnamn) == blir


def test_namn_utan_andelse_far_en() -> None:
    assert prova(Fil("protokoll", PDF)).namn == "protokoll.pdf"
    assert prova(Fil("..", PDF)).namn == "fil.pdf"


def test_ett_arkiv_med_orimligt_manga_delar_oppnas_inte() -> None:
    with pytest.raises(InteTillaten, match="packat arkiv"):
        prova(Fil("a.docx", b"PK\x03\x04" + b"PK\x01\x02" * 6000))
