"""Forgetting a person."""

from django import forms

from aktorer.grund.formular import Textyta


class GlomForm(forms.Form):
    """Why; what the account held is nowhere in it."""

    sedd = forms.IntegerField(widget=forms.HiddenInput)
    skal = forms.CharField(
        label="Varför?",
        max_length=2000,
        widget=Textyta({"rows": 2}),
        help_text="Till exempel: Personen har begärt det. Skriv inte vem det är.",
        error_messages={"required": "Skriv varför."},
    )
