"""Writes an OpenDocument spreadsheet (.ods): a table with its headings, and the sheet Läs mig."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

from aktorer.grund.tecken import rena
from insatser.utbyte.excel.cellslag import Cellvarde
from insatser.utbyte.excel.kolumner import Kolumn, Mall
from insatser.utbyte.excel.skrivning import Stycke

SLAG = "application/vnd.oasis.opendocument.spreadsheet"
CM_PER_TECKEN = 0.2
_RYMDER = re.compile(r"^ | {2,}|\t")  # what XML readers would make one space of
_NAMNRYMDER = " ".join(
    f'xmlns:{kort}="urn:oasis:names:tc:opendocument:xmlns:{lang}:1.0"'
    for kort, lang in {
        "office": "office",
        "table": "table",
        "text": "text",
        "style": "style",
        "fo": "xsl-fo-compatible",
        "number": "datastyle",
    }.items()
)
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{SLAG}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)


def skriv(mall: Mall, rader: Iterable[Sequence[Cellvarde]], las_mig: Iterable[Stycke]) -> bytes:
    """The table on the sheet of `mall`, its technical columns hidden, and the sheet Läs mig."""
    return skriv_bok([(mall, rader)], las_mig)


def skriv_bok(bladen: Sequence[tuple[Mall, Iterable[Sequence[Cellvarde]]]], las_mig: Iterable[Stycke]) -> bytes:
    """The same of several tables, each on its sheet."""
    tabeller = "".join(
        _blad(
            mall.blad,
            [_kolumn(k, f"k{b}_{n}") for n, k in enumerate(mall.kolumner)],
            [_rad([_text(r, "rubrik") for r in mall.rubriker]), *(_rad(map(_cell, rad)) for rad in rader)],
        )
        for b, (mall, rader) in enumerate(bladen)
    )
    stycken = [_rad([_text(text, slag)]) for slag, text in las_mig]
    bredder = "".join(
        f'<style:style style:name="k{b}_{n}" style:family="table-column"><style:table-column-properties'
        f' style:column-width="{k.bredd * CM_PER_TECKEN:.1f}cm"/></style:style>'
        for b, (mall, _) in enumerate(bladen)
        for n, k in enumerate(mall.kolumner)
    )
    innehall = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMNRYMDER} office:version="1.3">'
        f"<office:automatic-styles>{_STILAR}{bredder}</office:automatic-styles><office:body><office:spreadsheet>"
        f"{tabeller}"
        f"{_blad('Läs mig', ['<table:table-column table:style-name="las"/>'], stycken)}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    buffert = io.BytesIO()
    with zipfile.ZipFile(buffert, "w", zipfile.ZIP_DEFLATED) as bok:
        bok.writestr(zipfile.ZipInfo("mimetype"), SLAG)  # first, and not packed: so the kind of file is told
        bok.writestr("META-INF/manifest.xml", _MANIFEST)
        bok.writestr("content.xml", innehall)
    return buffert.getvalue()


_STILAR = (
    '<number:date-style style:name="iso"><number:year number:style="long"/><number:text>-</number:text>'
    '<number:month number:style="long"/><number:text>-</number:text><number:day number:style="long"/>'
    "</number:date-style>"
    '<style:style style:name="text" style:family="table-cell"><style:table-cell-properties fo:wrap-option="wrap"'
    ' style:vertical-align="top"/></style:style>'
    '<style:style style:name="dag" style:family="table-cell" style:data-style-name="iso">'
    '<style:table-cell-properties style:vertical-align="top"/></style:style>'
    + "".join(
        f'<style:style style:name="{namn}" style:family="table-cell"><style:table-cell-properties'
        f' fo:wrap-option="wrap"/><style:text-properties fo:font-weight="bold"{storlek}/></style:style>'
        for namn, storlek in {"mellan": "", "rubrik": ' fo:font-size="12pt"'}.items()
    )
    + '<style:style style:name="las" style:family="table-column"><style:table-column-properties'
    ' style:column-width="15cm"/></style:style>'
)


def _blad(namn: str, kolumner: Sequence[str], rader: Sequence[str]) -> str:
    return f"<table:table table:name={quoteattr(namn)}>{''.join(kolumner)}{''.join(rader)}</table:table>"


def _kolumn(kolumn: Kolumn, stil: str) -> str:
    dold = ' table:visibility="collapse"' if kolumn.dold else ""
    return f'<table:table-column table:style-name="{stil}"{dold}/>'


def _rad(celler: Iterable[str]) -> str:
    return f"<table:table-row>{''.join(celler)}</table:table-row>"


def _cell(varde: Cellvarde) -> str:
    """By type, so that a text is never taken for a number, a date or a formula."""
    if varde is None or varde == "":
        return "<table:table-cell/>"
    if isinstance(varde, date):
        return (
            f'<table:table-cell table:style-name="dag" office:value-type="date" office:date-value="{varde}">'
            f"<text:p>{varde}</text:p></table:table-cell>"
        )
    if isinstance(varde, int | Decimal):
        tal = f'<table:table-cell office:value-type="float" office:value="{varde}">'
        return f"{tal}<text:p>{varde}</text:p></table:table-cell>"
    return _text(varde, "text")


def _text(text: str, stil: str) -> str:
    stycken = "".join(f"<text:p>{_RYMDER.sub(_rymd, escape(rad))}</text:p>" for rad in rena(text).split("\n"))
    return f'<table:table-cell table:style-name="{stil}" office:value-type="string">{stycken}</table:table-cell>'


def _rymd(traff: re.Match[str]) -> str:
    return "<text:tab/>" if traff[0] == "\t" else f'<text:s text:c="{len(traff[0])}"/>'
