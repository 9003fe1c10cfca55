"""Which words are masked, and why."""

from __future__ import annotations

from django import forms

from aktorer.grund.formular import Textyta


class MaskeringForm(forms.Form):
    """First it is told where they stand; `sett` says that it was."""

    vad = forms.CharField(
        label="Ord som ska bort",
        max_length=200,
        help_text="Precis som det står, till exempel ett namn. Stora eller små bokstäver spelar ingen roll.",
    )
    skal = forms.CharField(
        label="Varför?",
        max_length=2000,
        widget=Textyta({"rows": 3}),
        error_messages={"required": "Skriv varför."},
        help_text="Visas i historiken. Skriv inte uppgiften själv här.",
    )
    sett = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, object]:
        rent = super().clean() or self.cleaned_data
        vad, skal = str(rent.get("vad", "")), str(rent.get("skal", ""))
        if vad and vad.casefold() in skal.casefold():
            self.add_error("skal", "Skriv varför utan att upprepa det som ska bort.")
        return rent
