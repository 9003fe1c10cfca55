"""A cell of a table, changed where it stands: a piece of the page for htmx, else a page of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.forms import BaseForm, BooleanField
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from aktorer.grund import redigering
from aktorer.grund.inskick import markera

MALL = "delar/cellen.html"


class Cellrad(Protocol):
    """What a cell is of: the row itself, or what its table shows of one."""

    @property
    def pk(self) -> int: ...
    @property
    def version(self) -> int: ...


def ingen_fraga(_form: BaseForm) -> None:
    """Nothing else is asked before it is saved."""


@dataclass(frozen=True, kw_only=True)
class Tabellcell[R: Cellrad]:
    """One field of a row that has a `version`.

    `vad` is what the field is called when it is changed, `om` which row, `namn` what the row is in `mall`, which shows
    the cell as it stands. `adress` is that of its form, `tabellen` where one came from. `formular` is made of what was
    sent and the row; its first visible field is the cell's, what else it asks for belongs to it. `med`: the row's
    other cells that say something of it.
    """

    rad: R
    falt: str
    vad: str
    om: str
    namn: str
    mall: str
    adress: str
    tabellen: str
    formular: Callable[[QueryDict | None, R], BaseForm]
    andra: Callable[[Any], R]
    las_om: Callable[[], R]
    fraga: Callable[[BaseForm], None] = ingen_fraga
    med: tuple[str, ...] = ()

    @property
    def plats(self) -> str:
        return f"cell-{self.rad.pk}-{self.falt}"

    @property
    def rubrik(self) -> str:
        return f"Ändra {self.vad}"


def svara[R: Cellrad](request: HttpRequest, cell: Tabellcell[R], sammanhang: Mapping[str, Any]) -> HttpResponse:
    """The form of one field, and what became of it. `visa=1` for htmx: the cell as it stands, when one has changed
    one's mind.
    """
    i_cellen = redigering.vill_ha_fragment(request, cell.plats)
    allt = {
        **sammanhang,
        "cell": cell,
        cell.namn: cell.rad,
        "falt": cell.falt,
        "rubrik": cell.rubrik,
        "tillbaka": cell.tabellen,
    }
    if i_cellen and request.method == "GET" and "visa" in request.GET:
        return render(request, f"{MALL}#visad", allt)
    form: Any = cell.formular(request.POST or None, cell.rad)
    form.auto_id = f"%s-{cell.falt}-{cell.rad.pk}"  # several cells may be open
    form.visible_fields()[0].field.widget.attrs["autofocus"] = True
    cell.fraga(form)
    if request.method == "POST" and form.is_valid():
        blev: list[R] = []
        if redigering.forsok(form, lambda: blev.append(cell.andra(form))):
            return _sparat(request, cell, allt, i_cellen=i_cellen, andrat=_version(blev[0]) != _version(cell.rad))
    if not i_cellen:
        return redigering.svara_formular(request, "formular.html", form, allt)
    if hasattr(form, "krock"):
        nu: Any = cell.formular(None, cell.las_om())
        egna = [f.name for f in nu.visible_fields()]
        allt["nu"] = "\n".join(filter(None, (i_ord(form, f, nu.get_initial_for_field(nu.fields[f], f)) for f in egna)))
        allt["mitt"] = "\n".join(filter(None, (i_ord(form, f, form[f].value()) for f in egna)))
    status = 409 if hasattr(form, "krock") else 422 if form.is_bound else 200
    return render(request, f"{MALL}#formular", allt | {"form": form}, status=status)


def _version(rad: Any) -> int:
    return int(rad.version)


def _sparat(
    request: HttpRequest, cell: Tabellcell[Any], sammanhang: dict[str, Any], *, i_cellen: bool, andrat: bool
) -> HttpResponse:
    """The cell as it stands now, with what else changed by it; without htmx back to the table."""
    text = f"Sparat: {cell.vad} för {cell.om}."
    if not andrat:
        text = f"Du ändrade inget i {cell.om}."
        markera("", angras=False)
    if not i_cellen:
        return redigering.sparat(request, cell.tabellen, text, fran=cell.tabellen)
    redigering.beratta(request, text, fran=cell.tabellen)
    htmx: Any = request.htmx  # type: ignore[attr-defined]
    sammanhang |= {cell.namn: cell.las_om(), "angra_till": htmx.current_url_abs_path or cell.tabellen}
    return render(request, f"{MALL}#sparad", sammanhang)


def i_ord(form: BaseForm, falt: str, varde: Any) -> str:
    """What the field holds as people read it: a choice by its label, what is ticked by what it is called."""
    if isinstance(form.fields[falt], BooleanField):
        return str(form[falt].label) if varde else ""
    varde, val = form.fields[falt].prepare_value(varde), getattr(form.fields[falt], "choices", None)
    return str(varde or "") if val is None else {str(v or ""): str(ord_) for v, ord_ in val}.get(str(varde or ""), "")
