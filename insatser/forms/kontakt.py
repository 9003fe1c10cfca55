"""A contact of an aktör."""

from __future__ import annotations

from typing import Any

from django import forms

from aktorer.grund.formular import Epostfalt, svenska_val
from aktorer.models import Aktor
from insatser.models import Kontakt


class KontaktForm(forms.ModelForm[Kontakt]):
    """`egen`: whoever writes speaks for the aktör, and may let everybody see the contact. A fixed stadskärna, or the
    aktör of one that is there already, is not asked for.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Kontakt
        fields = ("aktor", "namn", "roll", "epost", "telefon", "stadskarna", "offentlig")
        field_classes = {"epost": Epostfalt}
        widgets = {
            "epost": forms.EmailInput({"autocomplete": "off"}),
            "telefon": forms.TextInput({"type": "tel", "autocomplete": "off"}),
        }
        help_texts = {
            "roll": "Till exempel handläggare eller projektledare.",
            "epost": "Adressen i arbetet. Behövs för att personen ska kunna frågas i en uppföljningsomgång.",
            "offentlig": "Annars bara för inloggade. Fråga personen först.",
        }

    def __init__(
        self, *args: Any, aktorer: Any = None, karnan_given: bool = False, egen: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        svenska_val(self)
        if aktorer is None:
            del self.fields["aktor"]
        else:
            self.fields["aktor"].queryset = aktorer  # type: ignore[attr-defined]
        if karnan_given:
            del self.fields["stadskarna"]
        else:
            self.fields["stadskarna"].empty_label = "Alla stadskärnor"  # type: ignore[attr-defined]
        if not egen:
            del self.fields["offentlig"]

    def _post_clean(self) -> None:
        """The change validates: of a new one the form does not know all."""


def valbara_aktorer(pk: int | None) -> Any:
    """All to choose among; with `pk` just that one."""
    return Aktor.objects.valbara() if pk is None else Aktor.objects.filter(pk=pk)
