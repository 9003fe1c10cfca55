"""One form per change of an insats. They carry the version they were shown at."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from aktorer.models import Aktor
from insatser.andringar.roller import Rollrad
from insatser.models import Fardplan, Insats, Malomrade
from insatser.regler.medverkan import Deltagande, Roll


class InsatsForm(forms.ModelForm):
    """Title, text and source."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Insats
        fields = ("titel", "text", "kalla", "kallnotering")
        widgets = {
            "text": forms.Textarea({"rows": 6}),
            "kallnotering": forms.Textarea({"rows": 3}),
        }


class _MalomradeFalt(forms.ModelChoiceField):
    def label_from_instance(self, obj: Malomrade) -> str:
        return str(obj)


TYPER = [("karnspecifik", "Kärnspecifik: bara i den här stadskärnan"), ("gemensam", "Gemensam: i alla stadskärnor")]


class PlatsForm(forms.Form):
    """Kind, målområde and number."""

    typ = forms.ChoiceField(choices=TYPER, widget=forms.RadioSelect)
    malomrade = _MalomradeFalt(label="Målområde", queryset=Malomrade.objects.none(), empty_label=None)
    ordning = forms.IntegerField(
        label="Nummer i målområdet",
        min_value=1,
        max_value=99_999,
        help_text="Siffran efter punkten: 3 ger 1.3 i målområde 1.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, malomraden: QuerySet[Malomrade], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["malomrade"].queryset = malomraden  # type: ignore[attr-defined]


class NyInsatsForm(forms.Form):
    """A new insats. Its number is given by the målområde."""

    typ = forms.ChoiceField(choices=TYPER, widget=forms.RadioSelect, initial="karnspecifik")
    malomrade = _MalomradeFalt(label="Målområde", queryset=Malomrade.objects.none(), empty_label=None)
    titel = forms.CharField(max_length=200, help_text="Börja med ett verb: Stärk, Utveckla, Samverka …")
    text = forms.CharField(label="Vad vi ska göra", max_length=5000, required=False, widget=forms.Textarea({"rows": 6}))

    def __init__(self, *args: Any, malomraden: QuerySet[Malomrade], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["malomrade"].queryset = malomraden  # type: ignore[attr-defined]


class _InsatsFalt(forms.ModelChoiceField):
    def label_from_instance(self, obj: Insats) -> str:
        return f"{obj.nummer} {obj.titel}"


def _andra_insatser(fardplan: Fardplan, insats: Insats) -> QuerySet[Insats]:
    alla = Insats.objects.i_fardplan(fardplan).gallande().exclude(pk=insats.pk)
    return alla.select_related("malomrade").i_nummerordning()


class AvforForm(forms.Form):
    """Retire an insats, and say which one takes its place."""

    skal = forms.CharField(
        label="Varför avförs insatsen?", max_length=2000, widget=forms.Textarea({"rows": 3}), strip=True
    )
    ersatts_av = _InsatsFalt(
        label="Ersätts av", queryset=Insats.objects.none(), required=False, empty_label="Ingen annan insats"
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, fardplan: Fardplan, insats: Insats, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ersatts_av"].queryset = _andra_insatser(fardplan, insats)  # type: ignore[attr-defined]


class SambandForm(forms.Form):
    """Another insats that this one hangs together with."""

    till = _InsatsFalt(label="Hänger ihop med", queryset=Insats.objects.none(), empty_label="Välj insats")

    def __init__(self, *args: Any, fardplan: Fardplan, insats: Insats, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["till"].queryset = _andra_insatser(fardplan, insats)  # type: ignore[attr-defined]


class VersionForm(forms.Form):
    """A change that asks for nothing but which version it was decided on."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class RollForm(forms.Form):
    """One row of the role table. An empty aktör means the row is not used."""

    aktor = forms.ModelChoiceField(
        label="Aktör", queryset=Aktor.objects.none(), required=False, empty_label="Välj aktör"
    )
    roll = forms.ChoiceField(choices=Roll, initial=Roll.MEDVERKANDE)
    ansvarar_for = forms.CharField(label="Svarar för", max_length=300, required=False)
    deltagande = forms.ChoiceField(choices=Deltagande, initial=Deltagande.TILLFRAGAD)


class _Roller(forms.BaseFormSet):
    """The whole set of roles. All rows share one query for the aktörer to choose among."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.aktorer = list(Aktor.objects.i_ordning().values_list("pk", "namn"))

    def add_fields(self, form: RollForm, index: int | None) -> None:
        super().add_fields(form, index)
        falt = form.fields["aktor"]
        falt.queryset = Aktor.objects.all()  # type: ignore[attr-defined]
        falt.widget.choices = [("", "Välj aktör"), *self.aktorer]

    def clean(self) -> None:
        rader = self.rader()
        if len({r.aktor_id for r in rader}) < len(rader):
            raise forms.ValidationError("Samma aktör står två gånger. Ta bort den ena raden.")
        if sum(r.roll == Roll.ANSVARIG for r in rader) > 1:
            raise forms.ValidationError("Två aktörer är ansvariga. Välj en och gör den andra till medverkande.")

    def rader(self) -> list[Rollrad]:
        """The rows that are used and not to be removed, as the change function wants them."""
        return [
            Rollrad(d["aktor"].pk, Roll(d["roll"]), d["ansvarar_for"], Deltagande(d["deltagande"]))
            for d in (f.cleaned_data for f in self.forms if f.is_valid())
            if d.get("aktor") and not d.get("DELETE")
        ]


RollerForm = forms.formset_factory(
    RollForm, formset=_Roller, extra=2, can_delete=True, max_num=60, validate_max=True, absolute_max=100
)
