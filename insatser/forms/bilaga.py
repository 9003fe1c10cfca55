"""Attach a file, and mask one."""

from __future__ import annotations

from django import forms

from aktorer.grund.formular import Textyta
from insatser.regler.bilagetyp import MB, STORST, TILLATNA


class BilagaForm(forms.Form):
    """What is in the file is judged by the change itself."""

    fil = forms.FileField(
        label="Fil",
        allow_empty_file=True,
        help_text=f"{TILLATNA}. Högst {STORST // MB} MB. Filen kan bli allmän handling.",
        error_messages={"required": "Välj en fil."},
    )


class MaskeraBilagaForm(forms.Form):
    skal = forms.CharField(
        label="Varför",
        max_length=2000,
        widget=Textyta({"rows": 3}),
        help_text="Står kvar, så skriv inte det som ska bort.",
        error_messages={"required": "Skriv varför."},
    )
