"""Which aktör another is merged with."""

from __future__ import annotations

from typing import Any

from django import forms

from aktorer.models import Aktor


class SammanslagningForm(forms.Form):
    """Carries what was read: the version of the one that goes up, and what it goes up in."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    med = forms.ModelChoiceField(
        Aktor.objects.none(),
        label="Slå ihop med",
        to_field_name="slug",
        empty_label="Välj aktör",
        error_messages={"invalid_choice": "Välj en aktör i listan."},
    )

    def __init__(self, *args: Any, fran: Aktor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        andra = Aktor.objects.i_registret().exclude(pk=fran.pk)
        self.fields["med"].queryset = andra.i_ordning()  # type: ignore[attr-defined]
