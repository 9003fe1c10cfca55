"""An ärende with its steps, and what to show in the list of ärenden."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from aktorer.grund.formular import Textyta, Webbadress, svenska_val, valda_aktorer
from aktorer.models import Aktor
from insatser.andringar.arende import Steg
from insatser.forms.insatsval import Insatsval
from insatser.fragor.aktor import adress_idag
from insatser.fragor.arende import Arendeurval
from insatser.models import Arende, Arendebeslut, Handlingsplan, Overenskommelse


class _HandlingsplanFalt(forms.ModelChoiceField[Handlingsplan]):
    def label_from_instance(self, obj: Handlingsplan) -> str:
        return f"{obj.fardplan.stadskarna}: {obj}"


class ArendeForm(forms.ModelForm[Arende]):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    handlingsplan = _HandlingsplanFalt(
        label="Gäller handlingsplanen", queryset=Handlingsplan.objects.none(), required=False
    )
    insatser = Insatsval()

    class Meta:
        model = Arende
        fields = ("aktor", "diarienummer", "rubrik", "slag", "sammanfattning", "handlingsplan", "lank", "kalla")
        field_classes = {"lank": Webbadress}
        widgets = {"sammanfattning": Textyta({"rows": 4})}
        help_texts = {
            "diarienummer": "Så som aktören skriver det. Lämna tomt om källan inte säger det.",
            "kalla": "Dokument, med sida eller datum.",
        }

    def __init__(self, *args: Any, handlingsplaner: QuerySet[Handlingsplan], valda: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["aktor"].queryset = Aktor.objects.valbara(valda_aktorer(self, "aktor"))  # type: ignore[attr-defined]
        self.fields["handlingsplan"].queryset = handlingsplaner  # type: ignore[attr-defined]
        self.fields["insatser"].fraga(valda)  # type: ignore[attr-defined]
        self.initial["insatser"] = valda
        svenska_val(self)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if "aktor" not in data:
            data.pop("diarienummer", None)  # the pattern is the aktör's: nothing to check it by yet
        return data


class StegForm(forms.Form):
    """A step. What an instans decided has a date and a §; a proposal may lack both."""

    typ = forms.ChoiceField(label="Förslag eller beslut", choices=Arendebeslut.Typ, initial=Arendebeslut.Typ.FORSLAG)
    instans = forms.CharField(max_length=120)
    datum = forms.DateField(required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    paragraf = forms.CharField(label="Paragraf (§)", max_length=20, required=False)
    text = forms.CharField(
        label="Vad som föreslås eller beslutas", max_length=2000, required=False, widget=Textyta({"rows": 2})
    )
    lank = Webbadress(label="Länk", required=False)

    def clean_paragraf(self) -> str:
        return str(self.cleaned_data["paragraf"]).lstrip("§ ").strip()

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("typ") == Arendebeslut.Typ.BESLUT:
            for falt, text in (("datum", "Ett beslut måste ha datum."), ("paragraf", "Ett beslut måste ha paragraf.")):
                if falt in data and not data[falt]:
                    self.add_error(falt, f"{text} Är det ännu ett förslag? Välj det i stället.")
            if data.get("datum") and data["datum"] > timezone.localdate():
                self.add_error("datum", "Ett beslut kan inte ligga i framtiden.")
        return data


class _Stegen(forms.BaseFormSet[StegForm]):
    def rader(self) -> list[Steg]:
        """The steps as the change function wants them."""
        data = (f.cleaned_data for f in self.forms if f.is_valid())
        return [
            Steg(d["typ"], d["instans"], d["datum"], d["paragraf"], d["text"], d["lank"])
            for d in data
            if d.get("instans") and not d.get("DELETE")
        ]


StegenForm = forms.formset_factory(
    StegForm, formset=_Stegen, extra=2, can_delete=True, max_num=60, validate_max=True, absolute_max=100
)


def visa(steg: Iterable[Steg]) -> Any:
    """The table with these steps in it, not yet changed by anybody."""
    return StegenForm(initial=[vars(s) for s in steg], prefix="steg")


def svar(data: QueryDict) -> Any:
    """The table as it was sent. It stands alone: beside it, a row that somebody else wrote alike would count as
    untouched."""
    return StegenForm(data, prefix="steg")


# An ärende and an överenskommelse may be of the same kind: one list for both.
SLAG = list(dict([*Arende.Slag.choices, *Overenskommelse.Slag.choices]).items())


class ArendeurvalForm(forms.Form):
    q = forms.CharField(max_length=100, required=False)
    slag = forms.ChoiceField(choices=[("", "Alla"), *SLAG], required=False)
    aktor = forms.SlugField(max_length=80, required=False)


def las(fraga: QueryDict) -> Arendeurval:
    """What to show, out of a query string. Bad values count as not given. An aktör's old address stands for it."""
    form = ArendeurvalForm(fraga)
    form.is_valid()
    rent = {namn: varde for namn, varde in form.cleaned_data.items() if varde}
    if "aktor" in rent:
        rent["aktor"] = adress_idag(rent["aktor"])
    return Arendeurval(**rent)
