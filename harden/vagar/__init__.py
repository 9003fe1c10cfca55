"""The write paths that two people race on (harden/lopp.py): what both have read, and what each of them writes."""

from __future__ import annotations

from harden.vagar import beslut, filer, insatser, omgangar, planer, register, samtal, samverkan, valda
from harden.vagar.skrivning import Vag

VAGAR: dict[str, Vag] = {
    **insatser.VAGAR,
    **valda.VAGAR,
    **planer.VAGAR,
    **beslut.VAGAR,
    **register.VAGAR,
    **samtal.VAGAR,
    **samverkan.VAGAR,
    **omgangar.VAGAR,
    **filer.VAGAR,
}
