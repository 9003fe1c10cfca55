"""Reading PDFs and pages as their readers do: the text layer, the structure, the tables and lists."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import pikepdf

A4 = (595, 842)


def oppna(innehall: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(innehall))


def tecken(typsnittet: pikepdf.Object) -> dict[bytes, str]:
    """{two bytes in the page: what they stand for} of a font."""
    tabell = typsnittet.ToUnicode.read_bytes().decode("ascii")
    return {
        bytes.fromhex(kod): bytes.fromhex(text).decode("utf-16-be")
        for kod, text in re.findall(r"<([0-9A-F]{4})> <([0-9A-F]+)>\n", tabell)
    }


def sidtext(sida: pikepdf.Page) -> str:
    """The text layer of a page in reading order."""
    tabeller = {namn: tecken(font) for namn, font in sida.Resources.Font.items()}
    ut, tabell = [], {}
    for rad in pikepdf.parse_content_stream(sida, "Tf Tj TJ"):
        if str(rad.operator) == "Tf":
            tabell = tabeller[str(rad.operands[0])]
            continue
        ut.append(_visat(rad, tabell))
    return "".join(ut)


def _visat(rad: Any, tabell: dict[bytes, str]) -> str:
    """The text that an operator Tj or TJ shows."""
    delar = rad.operands[0] if str(rad.operator) == "TJ" else rad.operands
    koder = [bytes(d) for d in delar if isinstance(d, pikepdf.String)]
    return "".join(tabell.get(k[i : i + 2], "") for k in koder for i in range(0, len(k), 2))


def tatt(text: str) -> str:
    """Without what depends on where a line happened to end."""
    return re.sub(r"[\s\u00ad\u200b-]", "", text)


def all_text(innehall: bytes) -> str:
    return tatt("".join(sidtext(sida) for sida in oppna(innehall).pages))


def element(nod: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """The structure elements under a node (or a list of them), in reading order."""
    for barn in nod if isinstance(nod, pikepdf.Array) else [nod]:
        if isinstance(barn, pikepdf.Dictionary) and "/S" in barn:
            yield barn
            yield from element(barn.get("/K", pikepdf.Array()))


def taggar(innehall: bytes) -> list[str]:
    """Names of the structure elements in reading order."""
    with oppna(innehall) as fil:
        return [str(e.S) for e in element(fil.Root.StructTreeRoot.K)]


def markt(sida: pikepdf.Page) -> dict[int, str]:
    """{number of marked content: its text} of a page. What is not part of the structure is not in it."""
    tabeller = {namn: tecken(font) for namn, font in sida.Resources.Font.items()}
    ut: dict[int, str] = {}
    oppet: list[int | None] = []
    tabell: dict[bytes, str] = {}
    for rad in pikepdf.parse_content_stream(sida, "Tf Tj TJ BDC BMC EMC"):
        match str(rad.operator):
            case "BDC" | "BMC":
                egenskaper = rad.operands[-1]
                har = isinstance(egenskaper, pikepdf.Dictionary) and "/MCID" in egenskaper
                oppet.append(int(egenskaper.MCID) if har else None)
            case "EMC":
                oppet.pop()
            case "Tf":
                tabell = tabeller[str(rad.operands[0])]
            case _:
                if oppet and oppet[-1] is not None:
                    ut[oppet[-1]] = ut.get(oppet[-1], "") + _visat(rad, tabell)
    return ut


def _lasare(fil: pikepdf.Pdf) -> Callable[[Any], str]:
    """A function that says what a structure element holds, as a reader of the structure hears it."""
    sidor = {sida.obj.objgen: markt(sida) for sida in fil.pages}

    def text(nod: pikepdf.Object, sida: Any = None) -> str:
        if isinstance(nod, pikepdf.Array):
            return "".join(text(barn, sida) for barn in nod)
        if not isinstance(nod, pikepdf.Dictionary):
            return sidor[sida.objgen].get(int(nod), "")
        sida = nod.get("/Pg", sida)
        if "/Alt" in nod:
            return str(nod.Alt)
        return text(nod.MCID if "/MCID" in nod else nod.get("/K", pikepdf.Array()), sida)

    return text


def tabeller(innehall: bytes) -> list[list[list[str]]]:
    """Every table: rows of cells; a picture is its alternative."""
    with oppna(innehall) as fil:
        text = _lasare(fil)

        def rader(tabell: pikepdf.Object) -> list[list[str]]:
            return [
                [tatt(text(c)) for c in element(rad.K) if str(c.S) in {"/TH", "/TD"}]
                for rad in element(tabell.K)
                if str(rad.S) == "/TR"
            ]

        return [rader(e) for e in element(fil.Root.StructTreeRoot.K) if str(e.S) == "/Table"]


def punkter(innehall: bytes) -> list[str]:
    """Every list item."""
    with oppna(innehall) as fil:
        text = _lasare(fil)
        return [tatt(text(e)) for e in element(fil.Root.StructTreeRoot.K) if str(e.S) == "/LI"]


def med_rubrik(alla: list[list[list[str]]], *borjan: str) -> list[list[list[str]]]:
    """The rows (without the heading) of the tables whose heading begins with these words."""
    return [t[1:] for t in alla if t[0][: len(borjan)] == [tatt(ord_) for ord_ in borjan]]


class Sidtabeller(HTMLParser):
    """{caption: rows of cells} of the tables of a page, its headings of level 3 and the items of its lists."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tabeller: dict[str, list[list[str]]] = {}
        self.rubriker: list[str] = []
        self.punkter: list[str] = []
        self.inne: str = ""
        self.namn = ""
        self.feed(html)

    def handle_starttag(self, tagg: str, attribut: list[tuple[str, str | None]]) -> None:
        if tagg == "li" and self.inne not in {"th", "td"}:
            self.inne = tagg
            self.punkter.append("")
        if tagg in {"caption", "th", "td", "h3"}:
            self.inne = tagg
        if tagg == "caption":
            self.namn = ""
        if tagg == "tr":
            self.tabeller.setdefault(tatt(self.namn), []).append([])
        if tagg in {"th", "td"}:
            self.tabeller[tatt(self.namn)][-1].append("")
        if tagg == "h3":
            self.rubriker.append("")

    def handle_data(self, text: str) -> None:
        if self.inne == "caption":
            self.namn += text
        elif self.inne == "h3":
            self.rubriker[-1] += tatt(text)
        elif self.inne == "li":
            self.punkter[-1] += tatt(text)
        elif self.inne:
            self.tabeller[tatt(self.namn)][-1][-1] += tatt(text)

    def handle_endtag(self, tagg: str) -> None:
        if tagg == self.inne:
            self.inne = ""


def lagst(innehall: bytes) -> float:
    """How far up, in points, the lowest text of all pages stands: the page number at the foot."""
    strommar = [sida.Contents.read_bytes() for sida in oppna(innehall).pages]
    return min(float(y) for s in strommar for y in re.findall(rb"1 0 0 -1 [\d.]+ (-?[\d.]+) cm", s))
