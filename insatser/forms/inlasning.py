"""Upload a workbook, and confirm what was shown of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from django import forms

from insatser.regler.inlasning import Cellval, Vilket
from insatser.regler.kodning import KODNINGAR


class KodningForm(forms.Form):
    """How the letters of a text file are kept."""

    kodning = forms.ChoiceField(
        label="Teckenkodning",
        choices=[("", "Känn av"), *KODNINGAR.items()],
        required=False,
        help_text="Gäller textfiler (.csv, .tsv, .txt). Välj en annan om å, ä och ö eller andra bokstäver ser fel ut.",
    )


class UppladdningForm(KodningForm):
    """What the file holds is judged by `utbyte`; here only that there is one."""

    field_order = ("fil", "kodning")

    fil = forms.FileField(
        label="Arbetsbok eller CSV-fil",
        help_text="Filen du hämtade härifrån, med dina ändringar: .xlsx, .xlsm, .xls, .ods eller .csv. Högst 10 MB.",
        widget=forms.FileInput({"accept": ".xlsx,.xlsm,.xls,.ods,.csv,.tsv,.txt"}),
        allow_empty_file=True,
        max_length=None,
        error_messages={"required": "Välj en fil."},
    )


class BekraftaForm(forms.Form):
    """What the person saw when confirming."""

    fingeravtryck = forms.CharField(widget=forms.HiddenInput, max_length=64)
    tvillingar = forms.BooleanField(required=False)
    delvis = forms.BooleanField(required=False)


_SEDD = re.compile(r"sedd-((?:[a-z]{1,20}-)?[0-9]{1,6})-([a-z_]{1,40})", re.ASCII)


def cellval(data: Mapping[str, str], falt: Collection[str]) -> dict[str, dict[str, Cellval]]:
    """What is chosen in the cells that a page showed, of these fields. Who writes something has chosen it; where
    nothing is, it is what is chosen for all others.
    """
    ut: dict[str, dict[str, Cellval]] = {}
    for namn in data:
        traff = _SEDD.fullmatch(namn)
        if traff is None or traff[2] not in falt:
            continue
        cell, text = f"{traff[1]}-{traff[2]}", data.get(f"text-{traff[1]}-{traff[2]}", "")
        vilket = data.get(f"val-{cell}") or (Vilket.ANNAT if text.strip() else ovrigas_val(data) or "")
        if vilket in {*Vilket}:
            ut.setdefault(traff[1], {})[traff[2]] = Cellval(vilket, data[namn][:16], text)
    return ut


def ovrigas_val(data: Mapping[str, str]) -> Vilket | None:
    """What is chosen for all cells where nothing is, also those that the page did not show; None when nothing."""
    val = data.get("ovriga", "")
    return Vilket(val) if val in {Vilket.DERAS, Vilket.MINA} else None
