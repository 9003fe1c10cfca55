"""An aktör as the planerare writes it, and the rows of aktörer that other forms begin with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.template.defaultfilters import floatformat

from aktorer.andringar import Agarrad
from aktorer.fragor import NyHelhet, NyttSlag
from aktorer.grund.formular import Textyta, Webbadress, svenska_val, valda_aktorer
from aktorer.grund.kolumnval import Tabellkolumner
from aktorer.grund.valda import Valdaform
from aktorer.models import Aktor


class AktorForm(forms.ModelForm[Aktor]):
    """Its address is not asked for when it is made: it follows from the name."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Aktor
        fields = (
            "namn",
            "slug",
            "slag",
            "del_av",
            "beskrivning",
            "webbplats",
            "diarieformat",
            "kontakt",
            "eftertradare",
            "eftertradd",
        )
        field_classes = {"webbplats": Webbadress}
        widgets = {
            "beskrivning": Textyta({"rows": 3}),
            "kontakt": Textyta({"rows": 3}),
            "eftertradd": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        }
        help_texts = {"slug": "Sista delen av sidans adress: små bokstäver utan å, ä, ö, och bindestreck."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        svenska_val(self)
        for namn in ("del_av", "eftertradare"):
            andra = Aktor.objects.valbara(valda_aktorer(self, namn)).exclude(pk=self.instance.pk)
            self.fields[namn].queryset = andra  # type: ignore[attr-defined]
        if self.instance.pk is None:
            del self.fields["slug"]


KOLUMNER = Tabellkolumner(
    alla={
        "namn": "Namn",
        "slag": "Slag",
        "del_av": "Del av",
        "beskrivning": "Beskrivning",
        "webbplats": "Webbplats",
        "diarieformat": "Mönster för diarienummer",
    },
    alltid=("namn",),
    vanliga=("namn", "slag", "del_av"),
)
# What is changed in its cell, and what it is called then.
CELLER = {
    "namn": "namnet",
    "slag": "slaget",
    "del_av": "vad aktören är del av",
    "beskrivning": "beskrivningen",
    "webbplats": "webbplatsen",
    "diarieformat": "mönstret för diarienummer",
}


class Aktorscell(AktorForm):
    """One field of an aktör."""

    def __init__(self, data: QueryDict | None, aktor: Aktor, falt: str) -> None:
        # The form gets a copy: a ModelForm writes what was typed on its instance before anything is saved.
        super().__init__(data, instance=Aktor.objects.get(pk=aktor.pk), initial={"version": aktor.version})
        for annat in self.fields.keys() - {falt, "version"}:
            del self.fields[annat]


class SlagvalForm(Valdaform):
    """What many aktörer are."""

    rubrik = "Sätt slag"

    slag = forms.ChoiceField(choices=[("", "Välj slag"), *Aktor.Slag.choices])

    def atgard(self) -> NyttSlag:
        return NyttSlag(Aktor.Slag(self.cleaned_data["slag"]))


class HelhetsvalForm(Valdaform):
    """What many aktörer are a part of."""

    rubrik = "Sätt vad de är del av"

    del_av = forms.ModelChoiceField(
        label="Del av", queryset=Aktor.objects.none(), required=False, empty_label="Inte del av någon"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["del_av"].queryset = Aktor.objects.valbara()  # type: ignore[attr-defined]

    def atgard(self) -> NyHelhet:
        return NyHelhet(self.cleaned_data["del_av"])


VALDA: dict[str, type[Valdaform]] = {"slag": SlagvalForm, "del_av": HelhetsvalForm}


class NyAktorForm(forms.Form):
    """An aktör that is missing in the middle of another form: what it is called and what it is, the rest can wait."""

    namn = forms.CharField(max_length=120)
    slag = forms.ChoiceField(choices=[("", "Välj"), *Aktor.Slag.choices])
    prefix = "ny_aktor"

    def __init__(self, *args: Any, bara: Aktor.Slag | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if bara:
            self.fields["slag"].choices = [(bara.value, bara.label)]  # type: ignore[attr-defined]


class Aktorsrad(forms.Form):
    """A row that begins with an aktör; without one the row is not used."""

    aktor = forms.TypedChoiceField(label="Aktör", coerce=int, empty_value=None, required=False)


class Aktorsrader(forms.BaseFormSet[Aktorsrad]):
    """Rows that share one query for the aktörer to choose among: those in force, and those that stand in a row."""

    urval: ClassVar[Q] = Q()  # which of them this table has

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        redan = [rad.get("aktor") for rad in self.initial or []]
        redan += [varde for namn, varde in self.data.items() if namn.endswith("-aktor")]
        valbara = Aktor.objects.valbara(redan).filter(self.urval)
        self.aktorer = [("", "Välj aktör"), *valbara.values_list("pk", "namn")]

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["aktor"].choices = self.aktorer

    def anvanda(self) -> list[dict[str, Any]]:
        """What stands in the rows that are used and not to be removed."""
        data = (f.cleaned_data for f in self.forms if f.is_valid())
        return [d for d in data if d.get("aktor") and not d.get("DELETE")]

    def krav_en_rad_var(self) -> None:
        """That no aktör stands in two rows: the names of those that do. Raises ValidationError."""
        antal, namn = Counter(d["aktor"] for d in self.anvanda()), dict(self.aktorer)
        if flera := [namn[aktor] for aktor, rader in antal.items() if rader > 1]:
            raise forms.ValidationError([f"{n} står på mer än en rad. Låt en av dem stå kvar." for n in flera])


class _Medlemmar(Aktorsrader):
    urval = ~Q(slag=Aktor.Slag.GRUPP)

    def clean(self) -> None:
        self.krav_en_rad_var()

    def rader(self) -> list[int]:
        """The members as the change function wants them."""
        return [d["aktor"] for d in self.anvanda()]


class AgareForm(Aktorsrad):
    andel = forms.DecimalField(
        label="Andel i procent",
        max_digits=5,
        decimal_places=2,
        required=False,
        localize=True,
        error_messages={"invalid": "Skriv andelen i procent, till exempel 33,3."},
    )

    def clean_andel(self) -> Any:
        andel = self.cleaned_data["andel"]
        if andel is not None and not 0 < andel <= 100:
            raise forms.ValidationError("En andel är mer än 0 och högst 100 procent.")
        return andel

    def clean(self) -> dict[str, Any]:
        rent = super().clean() or self.cleaned_data
        if rent.get("andel") and not rent.get("aktor"):
            self.add_error("aktor", "Välj vem som äger andelen.")
        return rent


class _Agare(Aktorsrader):
    def clean(self) -> None:
        self.krav_en_rad_var()
        if (summa := sum(d["andel"] or 0 for d in self.anvanda())) > 100:
            tal = floatformat(summa, -2)
            raise forms.ValidationError(f"Andelarna blir {tal} procent tillsammans. De kan vara högst 100.")

    def rader(self) -> list[Agarrad]:
        """The owners as the change function wants them."""
        return [Agarrad(d["aktor"], d["andel"]) for d in self.anvanda()]


MedlemmarForm = forms.formset_factory(
    Aktorsrad, formset=_Medlemmar, extra=3, can_delete=True, max_num=100, validate_max=True, absolute_max=150
)
AgarnaForm = forms.formset_factory(
    AgareForm, formset=_Agare, extra=2, can_delete=True, max_num=100, validate_max=True, absolute_max=150
)


def visa_medlemmar(medlemmar: Iterable[int]) -> Any:
    """The table with these members in it, not yet changed by anybody."""
    return MedlemmarForm(initial=[{"aktor": aktor} for aktor in medlemmar], prefix="medlem")


def visa_agare(agare: Iterable[Agarrad]) -> Any:
    """The table with these owners in it, not yet changed by anybody."""
    return AgarnaForm(initial=[{"aktor": a.agare_id, "andel": a.andel} for a in agare], prefix="agare")


def svar_medlemmar(data: QueryDict) -> Any:
    """The table as it was sent."""
    return MedlemmarForm(data, prefix="medlem")


def svar_agare(data: QueryDict) -> Any:
    """The table as it was sent."""
    return AgarnaForm(data, prefix="agare")
