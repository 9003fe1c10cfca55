"""Hostile workbooks and CSV files, made out of one of ours: (what is wrong with it, its name, its bytes)."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable, Iterator

type Fil = tuple[str, str, bytes]

BLADET = "xl/worksheets/sheet1.xml"
MB = 1024 * 1024
MARKE = "harden"


def alla(xlsx: bytes, csv: bytes) -> Iterator[Fil]:
    """Some hundred and fifty, always the same."""
    yield from _inga_arbetsbocker(xlsx)
    yield from _trasiga(xlsx)
    yield from _delar(xlsx)
    yield from _celler(xlsx)
    yield from _csv(csv)


def _packa(delar: dict[str, bytes], *, metod: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffert = io.BytesIO()
    with zipfile.ZipFile(buffert, "w", metod) as arkiv:
        for namn, innehall in delar.items():
            arkiv.writestr(namn, innehall)
    return buffert.getvalue()


def _upp(xlsx: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(xlsx)) as arkiv:
        return {namn: arkiv.read(namn) for namn in arkiv.namelist()}


def byt_i_delar(xlsx: bytes, var: bytes, blir: bytes) -> bytes:
    """The workbook with other words in all of its parts."""
    return _packa({namn: innehall.replace(var, blir) for namn, innehall in _upp(xlsx).items()})


def _inga_arbetsbocker(xlsx: bytes) -> Iterator[Fil]:
    for vad, innehall in {
        "tom": b"",
        "en byte": b"P",
        "bara zipens början": b"PK\x03\x04",
        "bara zipens slut": b"PK\x05\x06" + bytes(18),
        "en PDF": b"%PDF-1.7\n%%EOF",
        "en bild": b"\x89PNG\r\n\x1a\n" + bytes(100),
        "en gammal arbetsbok": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000),
        "ett skript": b"#!/bin/sh\nrm -rf /\n",
        "HTML": b"<html><table><tr><td>Nummer</td></tr></table></html>",
        "XML": b'<?xml version="1.0"?><Workbook/>',
        "brus": random.Random(1).randbytes(5000),
        "en megabyte nollor": bytes(MB),
        "en zip i en zip": _packa({"bok.xlsx": xlsx}),
        "en zip utan delar": _packa({}),
        "OpenDocument": _packa({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"}),
        "större än gränsen": bytes(11 * MB),
    }.items():
        yield vad, "karta.xlsx", innehall
    for namn in ("karta.xlsm", "karta.xls", "karta.ods", "karta", "karta.exe", "../../karta.xlsx", "a" * 300 + ".xlsx"):
        yield f"heter {namn[:20]}", namn, xlsx
    for namn in (
        "<x-harden>.xlsx",
        "karta\r\nX-Harden: 1.xlsx",
        "karta\x00.xlsx",
        "\u202exslx.atrak.xlsx",
        "karta;x.csv",
    ):
        yield f"heter {namn!r}", namn, xlsx


def _trasiga(xlsx: bytes) -> Iterator[Fil]:
    slump = random.Random(2)
    for n in range(20):
        yield f"avhuggen {n}", "karta.xlsx", xlsx[: slump.randrange(30, len(xlsx))]
    for n in range(20):
        bytes_ = bytearray(xlsx)
        for _ in range(slump.randrange(1, 40)):
            bytes_[slump.randrange(len(bytes_))] = slump.randrange(256)
        yield f"ändrade byte {n}", "karta.xlsx", bytes(bytes_)


def _delar(xlsx: bytes) -> Iterator[Fil]:
    delar = _upp(xlsx)
    for namn in delar:
        yield f"utan {namn}", "karta.xlsx", _packa({n: i for n, i in delar.items() if n != namn})
        yield f"tom {namn}", "karta.xlsx", _packa(delar | {namn: b""})
        yield f"avhuggen {namn}", "karta.xlsx", _packa(delar | {namn: delar[namn][: len(delar[namn]) // 2]})
    skratt = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    utifran = b'<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    for del_ in (BLADET, "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"):
        if del_ in delar:
            for vad, dtd in (("entiteter", skratt), ("en entitet utifrån", utifran)):
                ny = re.sub(rb"(<\?xml[^>]*\?>)", rb"\1" + dtd, delar[del_], count=1)
                yield f"{vad} i {del_}", "karta.xlsx", _packa(delar | {del_: ny})
    for namn in (
        "xl/vbaProject.bin",
        "xl/externalLinks/externalLink1.xml",
        "xl/connections.xml",
        "xl/embeddings/a.bin",
    ):
        yield f"med {namn}", "karta.xlsx", _packa(delar | {namn: b"<x/>"})
    for namn in ("../../etc/passwd", "/etc/passwd", "C:\\x", "x" * 2000):
        yield f"med delen {namn[:20]}", "karta.xlsx", _packa(delar | {namn: b"x"})
    yield "zipbomb utanför bladet", "karta.xlsx", _packa(delar | {"xl/media/bomb.bin": bytes(60 * MB)})
    yield "zipbomb i bladet", "karta.xlsx", _packa(delar | {BLADET: bytes(160 * MB)})
    yield "zipbomb i delade texter", "karta.xlsx", _packa(delar | {"xl/sharedStrings.xml": b"<sst>" + b" " * (60 * MB)})
    yield "många delar", "karta.xlsx", _packa(delar | {f"x/{n}": b"" for n in range(2000)})
    yield "opackad", "karta.xlsx", _packa(delar, metod=zipfile.ZIP_STORED)
    yield "packad med bzip2", "karta.xlsx", _packa(delar, metod=zipfile.ZIP_BZIP2)
    yield "packad med lzma", "karta.xlsx", _packa(delar, metod=zipfile.ZIP_LZMA)
    las = bytearray(xlsx)
    las[6] |= 1
    yield "sägs vara låst", "karta.xlsx", bytes(las)
    for vad, fran, till in (
        ("1904 års kalender", rb"<workbookPr[^>]*/>", b'<workbookPr date1904="1"/>'),
        ("dolt blad", rb"<sheet ", b'<sheet state="veryHidden" '),
        ("annat namn på bladet", rb'name="[^"]*"', b'name="<x-harden>"'.replace(b"<", b"&lt;").replace(b">", b"&gt;")),
        ("blad utan namn", rb'<sheet name="[^"]*"', b'<sheet name=""'),
        ("relation som saknas", rb'r:id="[^"]*"', b'r:id="rId999"'),
    ):
        ny = re.sub(fran, till, delar["xl/workbook.xml"], count=1)
        yield vad, "karta.xlsx", _packa(delar | {"xl/workbook.xml": ny})


def _celler(xlsx: bytes) -> Iterator[Fil]:
    """The first row of the sheet's data has another cell in it."""
    delar = _upp(xlsx)

    def med(celler: str) -> bytes:
        ny = delar[BLADET].replace(b"</sheetData>", f'<row r="60">{celler}</row></sheetData>'.encode(), 1)
        return _packa(delar | {BLADET: ny})

    def text(varde: str, adress: str = "C60") -> str:
        return f'<c r="{adress}" t="inlineStr"><is><t xml:space="preserve">{varde}</t></is></c>'

    for vad, celler in {
        "en formel": '<c r="C60"><f>1+1</f><v>2</v></c>',
        "en formel som hämtar": '<c r="C60"><f>WEBSERVICE("http://127.0.0.1:1/")</f><v>x</v></c>',
        "ett fel": '<c r="C60" t="e"><v>#REF!</v></c>',
        "en text som saknas": '<c r="C60" t="s"><v>99999999</v></c>',
        "en text med minusnummer": '<c r="C60" t="s"><v>-1</v></c>',
        "ett tal som inte är det": '<c r="C60"><v>abc</v></c>',
        "ett enormt tal": '<c r="C60"><v>1e400</v></c>',
        "inget tal": '<c r="C60"><v>NaN</v></c>',
        "en boolean": '<c r="C60" t="b"><v>1</v></c>',
        "ett datum före 1900": '<c r="C60" s="1"><v>-1</v></c>',
        "ett datum efter 9999": '<c r="C60" s="1"><v>99999999</v></c>',
        "ett datum som text": '<c r="C60" t="d"><v>0026-11-28T99:99</v></c>',
        "sista raden": '<c r="C1048576"><v>1</v></c>',
        "sista kolumnen": '<c r="XFD60"><v>1</v></c>',
        "bortom sista kolumnen": '<c r="ZZZZZZ60"><v>1</v></c>',
        "en adress som inte är det": '<c r="!!"><v>1</v></c>',
        "en tom adress": '<c r=""><v>1</v></c>',
        "två värden i samma cell": f"{text('a')}{text('b')}",
        "130 000 mellanslag": text(" " * 130_000),
        "130 000 mellanslag och ett ord": text(" " * 130_000 + "x"),
        "100 000 radbrytningar": text("&#10;" * 100_000),
        "100 000 semikolon": text("; " * 100_000),
        "en megabyte text": text("a" * MB),
        "40 000 celler": "".join(text("x") for _ in range(40_000)),
        "osynliga tecken": text("a\u200bb\ufeffc\u202ed"),
        "kontrolltecken som text": text("_x0000_a_x000D_"),
        "HTML": text("&lt;x-harden&gt;"),
        "formel som text": text("=cmd|' /C calc'!A0"),
        "Typst": text("#read(&quot;/etc/passwd&quot;)"),
        "en rad utan nummer": "<c><v>1</v></c>",
    }.items():
        yield f"cell: {vad}", "karta.xlsx", med(celler)
    for rad in ("0", "-1", "abc", "9" * 5000, "99999999999"):
        ny = delar[BLADET].replace(b"</sheetData>", f'<row r="{rad}"><c><v>1</v></c></row></sheetData>'.encode(), 1)
        yield f"rad nummer {rad[:12]}", "karta.xlsx", _packa(delar | {BLADET: ny})
    djupt = b"<a>" * 100_000 + b"</a>" * 100_000
    yield (
        "djupt nästlat",
        "karta.xlsx",
        _packa(delar | {BLADET: delar[BLADET].replace(b"</sheetData>", b"</sheetData>" + djupt, 1)}),
    )


def _csv(csv: bytes) -> Iterator[Fil]:
    rubriker, _, resten = csv.partition(b"\r\n")
    forsta, _, _ = resten.partition(b"\r\n")
    andra: dict[str, Callable[[], bytes]] = {
        "tom": lambda: b"",
        "bara rubriker": lambda: rubriker,
        "utan rubriker": lambda: resten,
        "UTF-16": lambda: csv.decode("utf-8-sig").encode("utf-16"),
        "UTF-32": lambda: csv.decode("utf-8-sig").encode("utf-32"),
        "latin-1": lambda: csv.decode("utf-8-sig").encode("latin-1", "replace"),
        "utan märke": lambda: csv.removeprefix(b"\xef\xbb\xbf"),
        "två märken": lambda: b"\xef\xbb\xbf" + csv,
        "med NUL": lambda: csv.replace(b";", b";\x00", 5),
        "ogiltig UTF-8": lambda: csv + b"\xff\xfe\x80",
        "halva tecken": lambda: csv + "\ud800".encode("utf-8", "surrogatepass"),
        "oavslutat citat": lambda: csv + b'"' + resten,
        "citat i citat": lambda: csv + b'"a"b"c;' * 1000,
        "komma": lambda: csv.replace(b";", b","),
        "tabb": lambda: csv.replace(b";", b"\t"),
        "en enda lång rad": lambda: rubriker + b"\r\n" + b"x" * (5 * MB),
        "100 000 kolumner": lambda: b";" * 100_000,
        "en miljon rader": lambda: rubriker + b"\r\n" * 1_000_000,
        "20 000 rader": lambda: rubriker + b"\r\n" + (forsta + b"\r\n") * 20_000,
        "samma rad två gånger": lambda: csv + forsta + b"\r\n",
        "dubbla rubriker": lambda: rubriker + b";" + rubriker.removeprefix(b"\xef\xbb\xbf") + b"\r\n" + resten,
        "130 000 mellanslag": lambda: csv + b'"' + b" " * 130_000 + b'x";\r\n',
        "bara radbrytningar": lambda: b"\r\n" * 1000,
        "gamla radbrytningar": lambda: csv.replace(b"\r\n", b"\r"),
        "sep": lambda: b"sep=;\r\n" + csv,
        "formler": lambda: csv + b"=1+1;" * 15 + b"\r\n",
    }
    for vad, gor in andra.items():
        yield f"csv: {vad}", "karta.csv", gor()
