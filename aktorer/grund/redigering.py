"""What every editing view does alike: try the change, turn refusals into form errors, answer page or fragment."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django_htmx.http import HttpResponseClientRedirect, HttpResponseLocation
from psycopg.errors import CheckViolation

from aktorer.grund import inskick
from aktorer.grund.samtidighet import Krock

INNEHALL = "innehall"  # the id of what a page holds


def forsok(form: forms.BaseForm, andring: Callable[[], object]) -> bool:
    """Run the change; True when it was written.

    A refusal becomes the form's errors; a stale write is hung on it as `form.krock`, and the form takes the version
    of now and what only they changed, so that saving once more means: I have seen theirs and want mine. A table of
    rows beside the form is shown anew from `form.krock.rader`.
    """
    try:
        andring()
    except Krock as krock:
        form.krock = krock  # type: ignore[attr-defined]
        form.add_error(None, str(krock))
        falt = "version" if "version" in form.fields else "sedd"
        form.data = form.data.copy()  # type: ignore[attr-defined]
        form.data[form.add_prefix(falt)] = str(krock.version)  # type: ignore[index]
        for kolumn, varde in krock.bara_deras.items():
            if (falt := _falt(kolumn)) in form.fields:
                form.data[form.add_prefix(falt)] = "" if varde is None else str(varde)  # type: ignore[index]
        for falt, rader in krock.rader.items():
            if falt in form.fields:  # a choice of many; a table of rows is for the view to show anew
                form.data.setlist(form.add_prefix(falt), [str(rad) for rad in rader])  # type: ignore[attr-defined]
        return False
    except ValidationError as fel:
        lagg_till_fel(form, fel)
        return False
    except IntegrityError as fel:
        form.add_error(None, _databasens_ord(fel))
        return False
    return True


def _databasens_ord(fel: IntegrityError) -> str:
    """What the database refused, when two wrote at once: our own rules have Swedish words, PostgreSQL's have not."""
    diag = getattr(fel.__cause__, "diag", None)
    text = str(getattr(diag, "message_primary", "") or "")
    egen = getattr(diag, "sqlstate", "") == CheckViolation.sqlstate and not text.startswith("new row")
    return text if egen else "Det här ändrades av någon annan i samma stund. Ladda om sidan och försök igen."


def lagg_till_fel(form: forms.BaseForm, fel: ValidationError) -> None:
    """Put each message at its field; those of fields the form does not show go on top."""
    per_falt = fel.message_dict if hasattr(fel, "error_dict") else {"__all__": fel.messages}
    for falt, texter in per_falt.items():
        for text in texter:
            form.add_error(falt if falt in form.fields else None, text)


def gor(request: HttpRequest, andring: Callable[[], object], tillbaka: str, text: str) -> HttpResponse:
    """Carry out a change that has no form of its own but a button, and go back with what became of it."""
    try:
        andring()
    except (Krock, ValidationError) as fel:
        messages.error(request, hinder_i_ord(fel))
        return redirect(tillbaka)
    return sparat(request, tillbaka, text)


def hinder_i_ord(fel: Krock | ValidationError) -> str:
    """Why what a button asked for was not done; there is nothing to compare, as in a form."""
    if isinstance(fel, ValidationError):
        return " ".join(fel.messages)
    senast = f", {fel.senast}" if fel.senast else ""
    return f"Inget är gjort: det här har ändrats sedan du öppnade sidan{senast}. Titta igen, och gör om det vid behov."


def version(request: HttpRequest) -> int:
    """The version that a button's form carries; 0, which never was, when it is none."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def svara_formular(request: HttpRequest, mall: str, form: Any, sammanhang: dict[str, Any]) -> HttpResponse:
    """The form as a page, or as its fragment `#formular` for htmx. 200 fresh, 409 stale, 422 not valid."""
    status = 409 if getattr(form, "krock", None) else 422 if form.is_bound and form.errors else 200
    # Who was led here by `sparat` gets the page, to take its content out of.
    if vill_ha_fragment(request) and request.htmx.target != INNEHALL:  # type: ignore[attr-defined]
        mall += "#formular"
    return render(request, mall, {"form": form, "konflikter": konflikter(form), **sammanhang}, status=status)


def konflikter(form: Any) -> list[dict[str, Any]]:
    """What both changed, with the labels people know: [{rubrik, bas, deras, mina}]."""
    krock: Krock | None = getattr(form, "krock", None)
    if krock is None:
        return []
    return [
        {
            "rubrik": form[falt].label if (falt := _falt(k.falt)) in form.fields else falt,
            **{vem: _i_ord(form, falt, getattr(k, vem)) for vem in ("bas", "deras", "mina")},
        }
        for k in krock.konflikter
    ]


def _falt(kolumn: Hashable) -> str:
    """The form's name of the field: a row's `malomrade_id` is chosen as `malomrade`."""
    return str(kolumn).removesuffix("_id")


def _i_ord(form: forms.BaseForm, falt: str, varde: Any) -> str:
    """A choice by its label, everything else as text."""
    if varde is None:
        return ""
    if isinstance(varde, bool):
        return "Ja" if varde else "Nej"
    val = getattr(form.fields.get(falt), "choices", None)
    return str(varde if val is None else dict(val).get(varde, varde))


def beratta(request: HttpRequest, text: str, *, allt: bool = True, fran: str = "") -> None:
    """Tell what was saved, on the page that comes. What was written can be taken back beside the words
    (templates/delar/angra.html); `fran` is where one comes then if it was something new, else the form that made it.
    """
    angra = f"{inskick.att_angra()} {fran or request.path}" if inskick.att_angra() else ""
    messages.add_message(request, messages.SUCCESS if allt else messages.WARNING, text, extra_tags=angra)


def sparat(request: HttpRequest, adress: str, text: str, *, allt: bool = True, fran: str = "") -> HttpResponse:
    """Tell what was saved and go on to `adress`; htmx swaps the page's content without loading the rest again.

    Not `allt`: it was saved, but something that was to follow failed, and `text` tells what. `fran`: see `beratta`.
    """
    beratta(request, text, allt=allt, fran=fran)
    if vill_ha_fragment(request):
        sidan, _, plats = adress.partition("#")
        # htmx would read the fragment as a selector, and #insats-1.3 is none.
        visa = f'[id="{plats}"]' if plats else "window"
        return HttpResponseLocation(
            sidan,
            target=f"#{INNEHALL}",
            select=f"#{INNEHALL}",
            # htmx takes modifiers after the word.
            swap=f"outerHTML show:{visa}:top",  # type: ignore[arg-type]
        )
    return HttpResponseRedirect(adress)


def vidare(request: HttpRequest, adress: str) -> HttpResponse:
    """Go on to another page as it is: htmx would lay it into the form that was sent."""
    return HttpResponseClientRedirect(adress) if vill_ha_fragment(request) else HttpResponseRedirect(adress)


def vill_ha_fragment(request: HttpRequest, mal: str = "") -> bool:
    """Whether htmx asks for a piece (the one with the id `mal`); a restored history entry gets the whole page."""
    htmx: Any = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.history_restore_request and mal in ("", htmx.target)
