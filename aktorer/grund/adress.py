"""The last part of a page's address, made from what the page is about."""

from __future__ import annotations

from collections.abc import Container

from django.utils.text import slugify

LANGST = 80


def ledig_adress(namn: str, *, ord_: str, upptagna: Container[str]) -> str:
    """`namn` in small letters without å, ä, ö; with a number when that is taken, and `ord_` when nothing is left."""
    grund = slugify(namn)[:LANGST].strip("-_") or ord_
    adress, nummer = grund, 1
    while adress in upptagna:
        nummer += 1
        slut = f"-{nummer}"
        adress = grund[: LANGST - len(slut)].rstrip("-") + slut
    return adress
