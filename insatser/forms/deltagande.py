"""The aktör's answer, and the status of an aktivitet."""

from __future__ import annotations

from django import forms

from insatser.regler.medverkan import Deltagande
from insatser.regler.status import Status


class SvarForm(forms.Form):
    deltagande = forms.ChoiceField(
        label="Är ni med?",
        choices=[(Deltagande.BEKRAFTAD, "Ja, vi är med"), (Deltagande.AVBOJD, "Nej, vi avböjer")],
        widget=forms.RadioSelect,
    )
    svar = forms.CharField(
        label="Några ord om svaret", max_length=300, required=False, help_text="Krävs om ni avböjer: varför?"
    )


class AktivitetsstatusForm(forms.Form):
    status = forms.ChoiceField(choices=Status, widget=forms.RadioSelect)
    version = forms.IntegerField(widget=forms.HiddenInput)
