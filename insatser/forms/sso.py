"""Linking an account to another organisation's login, and answering who asks for an account."""

from __future__ import annotations

from typing import Any

from django import forms

from aktorer.grund.formular import svenska_val
from aktorer.models import Aktor, Anvandare
from insatser.forms.konton import RAPPORTERAR, Stadskarneval


class KontokopplingForm(forms.Form):
    """The password of the account, this once."""

    losenord = forms.CharField(
        label="Ditt lösenord i Färdplan",
        strip=False,
        max_length=200,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )


class GodkannForm(forms.ModelForm[Anvandare]):
    """As what somebody who asked gets in."""

    bara_i = Stadskarneval()
    field_order = ("namn", "roll", "aktor", "bara_i", "samordnare")

    class Meta:
        model = Anvandare
        fields = ("namn", "roll", "aktor", "samordnare")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["aktor"].queryset = Aktor.objects.valbara([])  # type: ignore[attr-defined]
        self.fields["aktor"].help_text = RAPPORTERAR
        svenska_val(self)
