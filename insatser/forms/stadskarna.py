"""A stadskärna and its kärnkommuner."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict

from aktorer.forms import Aktorsrad, Aktorsrader
from aktorer.models import Aktor
from insatser.andringar.stadskarna import Karnkommunrad
from insatser.models import Stadskarna

FAST = "Adressen står i publicerade länkar och filer och kan inte ändras."


class StadskarnaForm(forms.ModelForm[Stadskarna]):
    """Its address is not asked for when it is made: it follows from the name."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    ordning = forms.IntegerField(
        label="Plats i ordningen",
        min_value=1,
        max_value=999,
        help_text="1 står först på startsidan. De andra flyttas så att ordningen blir hel.",
    )

    class Meta:
        model = Stadskarna
        # Not `ordning`: a place that is taken is no fault, the others move.
        fields = ("namn", "slug")
        help_texts = {"slug": "Första delen av alla dess sidors adress: små bokstäver utan å, ä, ö, och bindestreck."}

    def __init__(self, *args: Any, fast: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            del self.fields["slug"]
        elif fast:
            self.fields["slug"] = forms.SlugField(label="Adress", disabled=True, help_text=FAST)


class _Kommuner(Aktorsrader):
    urval = Q(slag=Aktor.Slag.KOMMUN)

    def clean(self) -> None:
        self.krav_en_rad_var()

    def rader(self) -> list[Karnkommunrad]:
        """The kärnkommuner as the change function wants them."""
        return [Karnkommunrad(d["aktor"]) for d in self.anvanda()]


KommunerForm = forms.formset_factory(
    Aktorsrad, formset=_Kommuner, extra=2, can_delete=True, max_num=20, validate_max=True, absolute_max=30
)


def visa(karnkommuner: Iterable[Karnkommunrad]) -> Any:
    """The table with these kommuner in it, not yet changed by anybody."""
    return KommunerForm(initial=[{"aktor": k.aktor_id} for k in karnkommuner], prefix="kommun")


def svar(data: QueryDict) -> Any:
    """The table as it was sent."""
    return KommunerForm(data, prefix="kommun")
