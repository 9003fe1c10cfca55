"""The address that follows from a name."""

from __future__ import annotations

import pytest
from django.urls import get_resolver

from aktorer import andringar
from aktorer.grund.adress import ledig_adress
from aktorer.models import RESERVERADE


@pytest.mark.parametrize(
    ("namn", "adress"),
    [
        ("Konstfack", "konstfack"),
        ("Åkes Älvar & Öar AB", "akes-alvar-oar-ab"),
        ("Café Élan", "cafe-elan"),
        ("  --_  ", "aktor"),
        ("上海", "aktor"),
        ("x" * 120, "x" * 80),
        ("Upptagen", "upptagen-3"),
        ("u" * 90, "u" * 78 + "-2"),
    ],
)
def test_adressen_foljer_av_namnet(namn: str, adress: str) -> None:
    upptagna = {"upptagen", "upptagen-2", "u" * 80}

    assert ledig_adress(namn, ord_="aktor", upptagna=upptagna) == adress


@pytest.mark.django_db
def test_tva_namn_som_blir_samma_adress_far_var_sin() -> None:
    ett, tva, ny = (andringar.skapa_aktor(av=None, namn=namn, slag="ovrig") for namn in ("Örby", "Orby", "Ny"))

    assert (ett.slug, tva.slug, ny.slug) == ("orby", "orby-2", "ny-2")


def test_ord_som_star_dar_aktorens_adress_gor_ar_reserverade() -> None:
    (register,) = (m for m in get_resolver().url_patterns if str(m.pattern) == "aktorer/")
    forsta = {str(m.pattern).split("/")[0] for m in register.url_patterns}  # type: ignore[union-attr]

    assert {ord_ for ord_ in forsta if ord_ and "<" not in ord_} == set(RESERVERADE)
