"""Attach a file, and mask one."""

from __future__ import annotations

from typing import Any

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

    def __init__(self, *args: Any, offentlig: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if offentlig:
            hjalp = f"{TILLATNA}. Högst {STORST // MB} MB. Filen blir offentlig, med det beslutade."
            self.fields["fil"].help_text = hjalp


class MaskeraBilagaForm(forms.Form):
    skal = forms.CharField(
        label="Varför",
        max_length=2000,
        widget=Textyta({"rows": 3}),
        help_text="Står kvar, så skriv inte det som ska bort.",
        error_messages={"required": "Skriv varför."},
    )
