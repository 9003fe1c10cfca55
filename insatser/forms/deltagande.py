"""The aktör's answer, and the status of an aktivitet."""

from __future__ import annotations

from typing import Any

from django import forms

from aktorer.grund.formular import Textyta
from insatser.regler.medverkan import Deltagande
from insatser.regler.status import Status, aktivitetsfel


class DeltagandeForm(forms.Form):
    deltagande = forms.ChoiceField(
        label="Är ni med?",
        choices=[(Deltagande.BEKRAFTAD, "Ja, vi är med"), (Deltagande.AVBOJD, "Nej, vi avböjer")],
        widget=forms.RadioSelect,
    )
    svar = forms.CharField(
        label="Några ord om svaret", max_length=300, required=False, help_text="Krävs om ni avböjer: varför?"
    )
    sedd = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, har_svarat: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if har_svarat:
            falt: Any = self.fields["deltagande"]
            falt.choices = [*falt.choices, (Deltagande.TILLFRAGAD, "Inget svar än: ta tillbaka svaret")]


class AktivitetsstatusForm(forms.Form):
    """The comment is about the new status: the one before is not proposed again."""

    status = forms.ChoiceField(choices=Status, widget=forms.RadioSelect)
    kommentar = forms.CharField(
        label="Vad har hänt, och vad behövs?",
        max_length=2000,
        required=False,
        widget=Textyta({"rows": 3}),
        help_text="Krävs vid paus och avbrott, annars frivilligt. Texten kan bli allmän handling.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        rent = super().clean() or self.cleaned_data
        for falt, text in aktivitetsfel(rent.get("status", ""), rent.get("kommentar", "")).items():
            if falt not in self.errors:
                self.add_error(falt, text)
        return rent
