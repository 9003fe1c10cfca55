"""The decision of an organ on a handlingsplan."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from aktorer.grund.formular import Webbadress
from insatser.models import Samverkansorgan, Stadskarna
from insatser.regler import period
from insatser.regler.bilagetyp import MB, STORST, Fil


class _OrganFalt(forms.ModelChoiceField[Samverkansorgan]):
    """Organs of the same name are told apart by their years."""

    def label_from_instance(self, obj: Samverkansorgan) -> str:
        upphort = obj.till is not None and obj.till < timezone.localdate()
        ar = period.ar(obj.fran, obj.till)
        return f"{obj} ({ar})" if upphort and ar not in obj.namn else str(obj)


class BeslutForm(forms.Form):
    """Which organ, when, under which §. The stadskärna's own organs and the ones for all, as they are on the day."""

    organ = _OrganFalt(label="Beslutat av", queryset=Samverkansorgan.objects.none(), empty_label="Välj organ")
    datum = forms.DateField(label="Beslutsdatum", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    paragraf = forms.CharField(label="Paragraf (§)", max_length=20, help_text="Bara numret, till exempel 12.")
    diarienummer = forms.CharField(max_length=60, required=False)
    protokoll = Webbadress(label="Länk till protokollet", required=False)
    fil = forms.FileField(
        label="Protokollet som fil",
        required=False,
        allow_empty_file=True,
        help_text=f"Hör till det beslutade och blir offentligt med det. Högst {STORST // MB} MB.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, stadskarna: Stadskarna, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organ = Samverkansorgan.objects.i_stadskarna(stadskarna)
        falt: Any = self.fields["organ"]
        falt.queryset = organ.order_by("namn", "-fran")
        # An old decision was taken by an organ of its time. What was chosen stays, and is refused with the reason.
        val = {o.pk: o for o in falt.queryset.verksamma(self._dag())}
        if (valt := str(self.data.get("organ", ""))).isdecimal() and len(valt) < 10 and int(valt) not in val:
            val |= falt.queryset.in_bulk([int(valt)])
        falt.choices = [("", falt.empty_label), *((pk, falt.label_from_instance(o)) for pk, o in val.items())]

    def _dag(self) -> date:
        """The day of the decision as far as it is known, else today."""
        try:
            return date.fromisoformat(self.data.get("datum", ""))
        except ValueError:
            return timezone.localdate()

    def clean_fil(self) -> Fil | None:
        """What is in it is judged by the change itself."""
        fil = self.cleaned_data["fil"]
        return Fil(fil.name, fil.read(STORST + 1)) if fil else None

    def clean_paragraf(self) -> str:
        paragraf: str = self.cleaned_data["paragraf"].lstrip("§ ").strip()
        if not re.fullmatch(r"\d{1,4} ?[A-Za-z]?", paragraf):
            raise forms.ValidationError("Ange beslutets paragraf som ett nummer, till exempel 12 eller 12 a.")
        return paragraf

    def clean_diarienummer(self) -> str:
        nummer: str = self.cleaned_data["diarienummer"].strip()
        if nummer and not re.fullmatch(r"[\wÅÄÖåäö .:/-]*\d[\w .:/-]*", nummer):
            raise forms.ValidationError(
                "Det är inget diarienummer. Skriv det som i protokollet, till exempel RS 2026-0123."
            )
        return nummer

    def clean_datum(self) -> Any:
        datum = self.cleaned_data["datum"]
        if datum > timezone.localdate():
            raise forms.ValidationError("Beslutet kan inte ligga i framtiden.")
        return datum
