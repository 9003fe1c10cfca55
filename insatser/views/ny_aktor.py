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


def steg(request: HttpRequest, tabell: str) -> Mellansteg:
    """Make the aktör that was filled in beside the rows called `tabell`, if any. PermissionDenied."""
    skickat = request.POST
    if not skickat.get(f"{NyAktorForm.prefix}-namn", "").strip():
        return Mellansteg(skickat, NyAktorForm())
    atkomst.krav(request, Rattighet.REDIGERA)
    form, av = NyAktorForm(skickat), atkomst.jag(request)
    gjorda: list[Aktor] = []
    if form.is_valid() and redigering.forsok(
        form, lambda: gjorda.append(andringar.aktor_med_namn(av=av, **form.cleaned_data))
    ):
        data, rad = _valj(skickat, tabell, gjorda[0])
        text = f"{gjorda[0]} finns nu i registret och står som aktör {rad}. Välj roll och spara."
        return Mellansteg(data, NyAktorForm(), begard=True, tillagd=text)
    return Mellansteg(skickat, form, begard=True)


def visa_om(form: Any, mellan: Mellansteg) -> None:
    """Show the form once more as it was sent: what is missing in it is told when it is saved."""
    form.is_valid()
    form.errors.clear()
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
