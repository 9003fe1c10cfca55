"""Write a comment, and change one's own."""

from __future__ import annotations

from django import forms

from aktorer.grund.formular import Textyta
from insatser.models.kommentar import LANGST

ALLMAN = "Kan bli allmän handling. Skriv inte personuppgifter om andra."


class KommentarForm(forms.Form):
    text = forms.CharField(
        label="Kommentar",
        max_length=LANGST,
        widget=Textyta({"rows": 3}),
        help_text=f"{ALLMAN} Webbadresser blir länkar.",
        error_messages={"required": "Skriv något."},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        # A browser that stops at the limit would cut off what is pasted, without a word.
        self.fields["text"].widget.attrs.pop("maxlength", None)
        self.fields["text"].error_messages["max_length"] = (
            f"En kommentar har högst {LANGST} tecken, och det här är %(show_value)s. Dela upp den, eller bifoga en fil."
        )
