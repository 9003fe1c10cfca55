"""An aktör made in the middle of a form that has rows of aktörer, without leaving it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict

from aktorer import andringar
from aktorer.forms import NyAktorForm
from aktorer.grund import redigering
from aktorer.models import Aktor
from aktorer.roller import Rattighet
from insatser.views import atkomst


@dataclass(frozen=True)
class Mellansteg:
    """What was sent, with the aktör that was made on a row of its own; `tillagd` tells of it.

    `begard`: somebody filled in a new aktör. Then nothing else is saved yet, whichever button was pressed, so that
    its role can be chosen first.
    """

    data: QueryDict
    form: NyAktorForm
    begard: bool = False
    tillagd: str = ""


def steg(
    request: HttpRequest,
    tabell: str,
    *,
    rad: str = "aktör",
    sedan: str = "Välj roll och spara.",
    slag: Aktor.Slag | None = None,
) -> Mellansteg:
    """Make the aktör that was filled in beside the rows called `tabell`, if any. PermissionDenied.

    A row is a `rad` to people, and `sedan` says what is left to do. Only aktörer of this `slag` can stand in a row,
    when told.
    """
    skickat = request.POST
    if not skickat.get(f"{NyAktorForm.prefix}-namn", "").strip():
        return Mellansteg(skickat, NyAktorForm(bara=slag))
    atkomst.krav(request, Rattighet.REDIGERA)
    form, av = NyAktorForm(skickat, bara=slag), atkomst.jag(request)
    gjorda: list[Aktor] = []
    if form.is_valid() and redigering.forsok(
        form, lambda: gjorda.append(andringar.aktor_med_namn(av=av, **form.cleaned_data))
    ):
        gjord = gjorda[0]
        if slag in (None, gjord.slag):
            data, nummer = _valj(skickat, tabell, gjord)
            text = f"{gjord} finns nu i registret och står som {rad} {nummer}. {sedan}"
            return Mellansteg(data, NyAktorForm(bara=slag), begard=True, tillagd=text)
        form.add_error("namn", f"{gjord} finns i registret som {gjord.get_slag_display().lower()} och kan inte väljas.")
    return Mellansteg(skickat, form, begard=True)


def visa_om(form: Any, rader: Any, mellan: Mellansteg) -> None:
    """Show the form and its rows once more as they were sent: what is missing in them is told when it is saved."""
    form.is_valid()
    for fel in [form.errors, rader.non_form_errors(), *rader.errors]:
        fel.clear()
    if not mellan.tillagd:
        text = "Den nya aktören är inte tillagd, och inget annat är sparat än. Rätta det som är markerat."
        form.add_error(None, text)


def _valj(skickat: QueryDict, tabell: str, aktor: Aktor) -> tuple[QueryDict, int]:
    """The form with the aktör in its row, the first free one or one more, and the number of that row for people."""
    data = skickat.copy()
    antal = data.get(f"{tabell}-TOTAL_FORMS", "")
    rader = range(min(int(antal), 100)) if antal.isdecimal() and len(antal) < 5 else range(0)
    valda = [data.get(f"{tabell}-{n}-aktor", "") for n in rader]
    rad = next((n for n in rader if valda[n] in ("", str(aktor.pk))), len(rader))
    data[f"{tabell}-{rad}-aktor"] = str(aktor.pk)
    data[f"{tabell}-TOTAL_FORMS"] = str(max(rad + 1, len(rader)))
    return data, rad + 1
