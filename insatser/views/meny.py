"""The menu on every page: the stadskärnor to choose among, and the one a page that went wrong belongs to."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest

from insatser.behorighet import gallande_fardplaner
from insatser.models import Fardplan


def fardplaner(request: HttpRequest) -> list[Fardplan]:
    """The färdplaner in force that the visitor may see, in order, with stadskärna and program. One query a request.

    `atkomst.fardplan` picks out of them, so that the list costs a page of a stadskärna nothing.
    """
    if not hasattr(request, "fardplaner_i_kraft"):
        alla = gallande_fardplaner(request.user).select_related("stadskarna", "program")
        request.fardplaner_i_kraft = list(alla.order_by("stadskarna__ordning"))  # type: ignore[attr-defined]
    hittade: list[Fardplan] = request.fardplaner_i_kraft  # type: ignore[attr-defined]
    return hittade


def fardplan(request: HttpRequest, stadskarna: str) -> Fardplan | None:
    """The one of them whose stadskärna has that address."""
    return next((f for f in fardplaner(request) if f.stadskarna.slug == stadskarna), None)


def i_mallar(request: HttpRequest) -> dict[str, Callable[[], list[Fardplan]]]:
    """For the templates; a function, so that only what shows the menu asks."""
    return {"menyns_fardplaner": lambda: fardplaner(request)}
