"""The page of one change of many rows: choose what, see what becomes of each, do it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from aktorer.grund import redigering
from aktorer.grund.samtidighet import Krock
from aktorer.grund.valda import MEST, NAMN, Atgard, Valdaform, Valdrad

OMVALT = "Du har ändrat valet sedan du granskade. Inget är ändrat: så här blir det nu."
MALL = "valda/valda.html"


@dataclass(frozen=True)
class Radord:
    """What the rows are called: "insats", "insatser"; `en` and `neutrum` say how the words around them end."""

    en: str
    flera: str
    neutrum: bool = False

    def antal(self, antal: int) -> str:
        return f"{antal} {self.en if antal == 1 else self.flera}"

    def valda(self, antal: int) -> str:
        vald = ("valt" if self.neutrum else "vald") if antal == 1 else "valda"
        return f"{antal} {vald} {self.en if antal == 1 else self.flera}"

    def andrade(self, antal: int) -> str:
        andrad = ("ändrat" if self.neutrum else "ändrad") if antal == 1 else "ändrade"
        return f"{self.antal(antal)} är {andrad}."


def ingen_fraga(_form: BaseForm, _atgard: Atgard[Any], _rader: Sequence[Valdrad[Any]]) -> None:
    """Nothing else is asked before it is done."""


@dataclass(frozen=True, kw_only=True)
class Valda[R: Model, F: Valdaform]:
    """The rows of a table as this page needs them.

    `slag` is what the reader may do with them at all, by name; `hamta` the rows with these ids that the reader may
    see. `radmall` shows which row it is (`rad`), as cells under `rubriker`. `fraga` may ask for more in the form.
    """

    ord_: Radord
    slag: Mapping[str, type[F]]
    ny_form: Callable[[type[F], QueryDict | None], F]
    hamta: Callable[[set[int]], Sequence[R]]
    andra: Callable[[Atgard[R], Sequence[Valdrad[R]], Mapping[int, int]], object]
    tabellen: str
    tabellnamn: str
    radmall: str
    rubriker: tuple[str, ...]
    fraga: Callable[[F, Atgard[R], Sequence[Valdrad[R]]], None] = ingen_fraga


def val(slag: Mapping[str, type[Valdaform]]) -> list[tuple[str, str]]:
    """What can be done, to choose among."""
    return [(namn, form.rubrik) for namn, form in slag.items()]


def svara[R: Model](request: HttpRequest, valda: Valda[R, Any], av: Any, sammanhang: Mapping[str, Any]) -> HttpResponse:
    """GET asks what to do with the rows in the address, POST shows what becomes of them, or (`skriv`) does it."""
    data = request.POST if request.method == "POST" else request.GET
    ids = _ids(data)
    rader = valda.hamta(ids) if ids and len(ids) <= MEST else []
    if not rader:
        if "gor" in data:
            messages.warning(request, _inga(valda.ord_, len(ids)))
        return redirect(valda.tabellen)
    allt = {
        **sammanhang,
        "valda": valda,
        "rader": rader,
        "antal": valda.ord_.valda(len(rader)),
        "atgarder": val(valda.slag),
        "gor": data.get("gor"),
        "tillbaka": valda.tabellen,
    }
    if data.get("gor") not in valda.slag:
        return render(request, MALL, allt)
    form = valda.ny_form(valda.slag[data["gor"]], request.POST or None)
    if request.method == "POST" and form.is_valid():
        atgard = form.atgard()
        granskade = atgard.granska(rader, av)
        valda.fraga(form, atgard, granskade)
        if "skriv" in request.POST and _som_granskat(request, form, atgard, granskade, valda.ord_):
            andras, versioner = [r for r in granskade if r.andras], _sedda(request.POST)
            if redigering.forsok(form, lambda: valda.andra(atgard, andras, versioner)):
                return redigering.sparat(request, valda.tabellen, valda.ord_.andrade(len(andras)))
            granskade = atgard.granska(valda.hamta(ids), av)
        allt |= _granskning(form, granskade, valda.ord_)
    return redigering.svara_formular(request, MALL, form, allt)


def _inga(ord_: Radord, antal: int) -> str:
    if antal > MEST:
        return f"Välj högst {MEST} {ord_.flera} åt gången."
    return f"De {ord_.flera} du valde finns inte här längre." if antal else f"Kryssa i de {ord_.flera} du vill ändra."


def _ids(data: QueryDict) -> set[int]:
    return {int(pk) for pk in data.getlist(NAMN) if pk.isascii() and pk.isdecimal() and len(pk) < 10}


def _sagt(data: QueryDict) -> dict[int, tuple[int, str]]:
    """{row id: (what was seen, fingerprint of what was told)} of the preview that was confirmed."""
    ut = {}
    for rad in data.getlist("rad"):
        pk, _, resten = rad.partition(":")
        sedd, _, avtryck = resten.partition(":")
        if all(tal.isascii() and tal.isdecimal() and len(tal) < 19 for tal in (pk, sedd)):
            ut[int(pk)] = (int(sedd), avtryck)
    return ut


def _sedda(data: QueryDict) -> dict[int, int]:
    return {pk: sedd for pk, (sedd, _) in _sagt(data).items()}


def _som_granskat(
    request: HttpRequest, form: Valdaform, atgard: Atgard[Any], rader: Sequence[Valdrad[Any]], ord_: Radord
) -> bool:
    """Whether the form holds, and what would be written is what was shown; the form tells otherwise."""
    if request.POST.get("granskat") != form.ifyllt:
        form.add_error(None, OMVALT)
        return False
    sagt = _sagt(request.POST)
    visade = {pk: avtryck for pk, (_, avtryck) in sagt.items()}
    nu = {r.rad.pk: r.avtryck for r in rader if r.andras}
    if visade != nu:
        andrade = [r.rad for r in rader if visade.get(r.rad.pk) != nu.get(r.rad.pk)]
        namn = [f"”{r}”" for r in andrade]
        vilka = " och ".join(filter(None, [", ".join(namn[:-1]), *namn[-1:]]))
        vem = f", {atgard.senast(andrade[0])}" if len(andrade) == 1 else ""
        vilka = vilka or f"Något av de {ord_.flera} du valde"
        text = f"{vilka} har ändrats sedan du granskade{vem}. Inget är ändrat: så här blir det nu."
        form.krock = Krock([], 0, text=text)  # type: ignore[attr-defined]
        form.add_error(None, text)
        return False
    return not form.errors


def _granskning(form: Valdaform, rader: Sequence[Valdrad[Any]], ord_: Radord) -> dict[str, Any]:
    andras = [r for r in rader if r.andras]
    return {
        "granskat": form.ifyllt,
        "andras": andras,
        "stilla": [r for r in rader if not r.andras and not r.hinder],
        "hindrade": [r for r in rader if r.hinder],
        "knapp": f"Ändra {ord_.antal(len(andras))}",
    }
