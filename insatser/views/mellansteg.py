"""Steps in the middle of a form that has rows of aktörer, before it is saved: one more aktör, another order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, QueryDict

from aktorer import andringar
from aktorer.behorighet import har_nagonstans
from aktorer.forms import NyAktorForm
from aktorer.grund import redigering
from aktorer.models import Aktor
from aktorer.roller import Rattighet
from insatser.views import atkomst

_FLYTT = re.compile(r"(\d{1,2})-(upp|ner)", re.ASCII)


@dataclass(frozen=True)
class Mellansteg:
    """What was sent, as the step left it; `besked` tells what it did.

    `begard`: somebody asked for a step. Then nothing else is saved yet: of a new aktör whichever button was pressed, so
    that its role can be chosen first. `knapp` is the button ("2-upp") that has the focus after a move.
    """

    data: QueryDict
    form: NyAktorForm
    begard: bool = False
    besked: str = ""
    knapp: str = ""


def steg(
    request: HttpRequest,
    tabell: str,
    *,
    rad: str = "aktör",
    sedan: str = "Välj roll och spara.",
    slag: Aktor.Slag | None = None,
) -> Mellansteg:
    """Make the aktör that was filled in beside the rows called `tabell`, or move one of them. PermissionDenied.

    A row is a `rad` to people, and `sedan` says what is left to do. Only aktörer of this `slag` can stand in a row,
    when told.
    """
    skickat = request.POST
    if not skickat.get(f"{NyAktorForm.prefix}-namn", "").strip():
        return _flytta(skickat, tabell) if "flytta" in skickat else Mellansteg(skickat, NyAktorForm(bara=slag))
    if not har_nagonstans(request.user, Rattighet.REDIGERA):
        raise PermissionDenied("Din roll lägger inte till aktörer.")
    form, av = NyAktorForm(skickat, bara=slag), atkomst.jag(request)
    gjorda: list[Aktor] = []
    if form.is_valid() and redigering.forsok(
        form, lambda: gjorda.append(andringar.aktor_med_namn(av=av, **form.cleaned_data))
    ):
        gjord = gjorda[0]
        if slag in (None, gjord.slag):
            data, nummer = _valj(skickat, tabell, gjord)
            text = f"{gjord} finns nu i registret och står som {rad} {nummer}. {sedan}"
            return Mellansteg(data, NyAktorForm(bara=slag), begard=True, besked=text)
        form.add_error("namn", f"{gjord} finns i registret som {gjord.get_slag_display().lower()} och kan inte väljas.")
    return Mellansteg(skickat, form, begard=True)


def visa_om(form: Any, rader: Any, mellan: Mellansteg) -> None:
    """Show the form and its rows once more as they were sent: what is missing in them is told when it is saved."""
    form.is_valid()
    for fel in [form.errors, rader.non_form_errors(), *rader.errors]:
        fel.clear()
    if not mellan.besked:
        text = "Den nya aktören är inte tillagd, och inget annat är sparat än. Rätta det som är markerat."
        form.add_error(None, text)


def _valj(skickat: QueryDict, tabell: str, aktor: Aktor) -> tuple[QueryDict, int]:
    """The form with the aktör in its row, the first free one or one more, and the number of that row for people."""
    data, valda = skickat.copy(), _valda(skickat, tabell)
    rad = next((n for n, vald in enumerate(valda) if vald in ("", str(aktor.pk))), len(valda))
    data[f"{tabell}-{rad}-aktor"] = str(aktor.pk)
    data[f"{tabell}-TOTAL_FORMS"] = str(max(rad + 1, len(valda)))
    return data, rad + 1


def _flytta(skickat: QueryDict, tabell: str) -> Mellansteg:
    """The form with a row in the place of the one before or after it, of those that have an aktör."""
    traff, anvanda = (
        _FLYTT.fullmatch(skickat.get("flytta", "")),
        [n for n, vald in enumerate(_valda(skickat, tabell)) if vald],
    )
    rad, hall = (int(traff[1]), traff[2]) if traff else (-1, "")
    bredvid = [n for n in anvanda if n < rad][-1:] if hall == "upp" else [n for n in anvanda if n > rad][:1]
    if rad not in anvanda or not bredvid:
        text = "Aktören står redan ytterst. Inget är ändrat."
        return Mellansteg(skickat, NyAktorForm(), begard=True, besked=text)
    till = bredvid[0]
    data = _bytta(skickat, f"{tabell}-{rad}-", f"{tabell}-{till}-")
    aktor = data.get(f"{tabell}-{till}-aktor", "")
    namn = Aktor.objects.filter(pk=aktor).first() if aktor.isdecimal() and len(aktor) < 10 else None
    text = f"{namn or 'Aktören'} är flyttad {hall} och står nu som aktör {till + 1}. Inget är sparat än."
    ytterst = till in (anvanda[0], anvanda[-1])
    knapp = {"upp": "ner", "ner": "upp"}[hall] if ytterst else hall
    return Mellansteg(data, NyAktorForm(), begard=True, besked=text, knapp=f"{till}-{knapp}")


def _bytta(skickat: QueryDict, ena: str, andra: str) -> QueryDict:
    """The form with what stands in the fields that begin so in each other's place; a box not ticked is not sent."""
    data = skickat.copy()
    for fran, till in ((ena, andra), (andra, ena)):
        for namn in [n for n in data if n.startswith(till)]:
            del data[namn]
        for namn in skickat:
            if namn.startswith(fran):
                data[till + namn.removeprefix(fran)] = skickat.get(namn, "")
    return data


def _valda(skickat: QueryDict, tabell: str) -> list[str]:
    """Which aktör (its id) is chosen in each row, "" in those that are free."""
    antal = skickat.get(f"{tabell}-TOTAL_FORMS", "")
    rader = range(min(int(antal), 100)) if antal.isdecimal() and len(antal) < 5 else range(0)
    return [skickat.get(f"{tabell}-{n}-aktor", "") for n in rader]
