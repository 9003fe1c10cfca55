"""Every colour and picture that a målområde may have is in the stylesheet, the sprite and the PDFs, and can be read."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from django.conf import settings

from insatser.regler.malomrade import FARGER, IKONER

CSS = (settings.BASE_DIR / "static/fardplan.css").read_text()
TYPST = (settings.BASE_DIR / "insatser/pdf/mallar/grund.typ").read_text()
# {custom property: its colour on the (light, dark) theme}
EGENSKAPER = {n: (ljus, mork) for n, ljus, mork in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", CSS)}
TEMAN = ("ljust", "morkt")

# What the stylesheet sets on what: (above, under, WCAG 2.2's least contrast: 4.5 for words, 3 for shapes).
LASES = [
    ("m", "paper", 4.5),
    ("m", "tint", 4.5),
    ("m", "ground", 4.5),
    ("ink", "tint", 4.5),
    ("ink-2", "tint", 4.5),
    ("link", "tint", 4.5),
    ("bad", "tint", 4.5),  # not updated; a heading beside it is of the målområde's colour
    ("ok", "tint", 3),
    ("risk", "tint", 3),
    ("edge", "tint", 3),
    ("focus", "tint", 3),
]


def ljushet(farg: str) -> float:
    """Relative luminance, as WCAG 2 defines it."""
    delar = [int(farg[n:m], 16) / 255 for n, m in pairwise((1, 3, 5, 7))]
    r, g, b = (d / 12.92 if d <= 0.04045 else ((d + 0.055) / 1.055) ** 2.4 for d in delar)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def kontrast(ena: str, andra: str) -> float:
    mork, ljus = sorted((ljushet(ena), ljushet(andra)))
    return (ljus + 0.05) / (mork + 0.05)


def test_kontrasten_raknas_som_wcag() -> None:
    assert round(kontrast("#000000", "#ffffff"), 2) == 21
    assert round(kontrast("#777777", "#ffffff"), 2) == 4.48  # the usual example of a grey that just fails


@pytest.mark.parametrize("tema", TEMAN)
@pytest.mark.parametrize("nummer", [nummer for nummer, _ in FARGER])
def test_fargen_kan_lasas(nummer: int, tema: str) -> None:
    def farg(namn: str) -> str:
        egna = {"m": f"m{nummer}", "tint": f"m{nummer}-tint"}
        return EGENSKAPER[egna.get(namn, namn)][TEMAN.index(tema)]

    for_svaga = [(over, under) for over, under, minst in LASES if kontrast(farg(over), farg(under)) < minst]

    assert for_svaga == []


def test_varje_farg_valjs_med_sitt_nummer() -> None:
    regler = re.findall(r'\[data-m="(\d+)"\] \{ --m: var\(--m(\d+)\); --tint: var\(--m(\d+)-tint\); \}', CSS)

    assert regler == [(str(n),) * 3 for n, _ in FARGER]


def test_pdfernas_farger_ar_sidornas() -> None:
    tabell = re.findall(r'\(rgb\("(#\w{6})"\), rgb\("(#\w{6})"\)\)', TYPST)

    assert tabell == [(EGENSKAPER[f"m{n}"][0], EGENSKAPER[f"m{n}-tint"][0]) for n, _ in FARGER]
    assert min(kontrast(text, "#ffffff") for text, _ in tabell) >= 4.5


def test_varje_ikon_finns_pa_sidorna_och_i_pdferna() -> None:
    symboler = {s.get("id") for s in ET.parse(settings.BASE_DIR / "static/ikoner.svg").getroot()}
    bilder = set(re.findall(r'^  (\w+): "M', TYPST, re.MULTILINE))

    assert {ikon for ikon, _ in IKONER} <= symboler
    assert {ikon for ikon, _ in IKONER} == bilder
