"""One form per change of an insats. They carry the version they were shown at."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from aktorer.grund.formular import Textyta
from insatser.models import Fardplan, Insats, Malomrade


class InsatsForm(forms.ModelForm[Insats]):
    """Title, text and source."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Insats
        fields = ("titel", "text", "kalla", "kallnotering")
        widgets = {
            "text": Textyta({"rows": 6}),
            "kallnotering": Textyta({"rows": 3}),
        }


class _MalomradeFalt(forms.ModelChoiceField[Malomrade]):
    def label_from_instance(self, obj: Malomrade) -> str:
        return str(obj)


TYPER = [("karnspecifik", "Kärnspecifik: bara i den här stadskärnan"), ("gemensam", "Gemensam: i alla stadskärnor")]


class NummerForm(forms.Form):
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


class BytForm(forms.Form):
    """With which insats to change numbers, as it was read: `pk:version`, on a button."""

    byt = forms.RegexField(r"^\d{1,18}:\d{1,9}$")

    def vald(self, fardplan: Fardplan) -> tuple[Insats, int] | None:
        """The insats, of the färdplan's program, and the version it was read at; None when there is none such."""
        if not self.is_valid():
            return None
        pk, version = map(int, self.cleaned_data["byt"].split(":"))
        alla = Insats.objects.filter(malomrade__program=fardplan.program_id).select_related("malomrade")
        hittad = alla.filter(pk=pk).first()
        return (hittad, version) if hittad else None


class NyInsatsForm(forms.Form):
    """A new insats. Its number is given by the målområde."""

    typ = forms.ChoiceField(choices=TYPER, widget=forms.RadioSelect, initial="karnspecifik")
    malomrade = _MalomradeFalt(label="Målområde", queryset=Malomrade.objects.none(), empty_label=None)
    titel = forms.CharField(max_length=200, help_text="Börja med ett verb: Stärk, Utveckla, Samverka …")
    text = forms.CharField(label="Vad vi ska göra", max_length=5000, required=False, widget=Textyta({"rows": 6}))
    kalla = forms.CharField(label="Källa", max_length=200, required=False)
    utkast = forms.BooleanField(
        label="Spara som utkast",
        required=False,
        help_text="Insatsen visas bara för inloggade tills du publicerar den.",
    )

    def __init__(self, *args: Any, fardplan: Fardplan, malomraden: QuerySet[Malomrade], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["malomrade"].queryset = malomraden  # type: ignore[attr-defined]
        if not fardplan.publicerad:
            del self.fields["utkast"]  # all of it is one


class PubliceraForm(forms.Form):
    """Which draft insatser to publish, each as it was read: `pk:version`."""

    utkast = forms.MultipleChoiceField(
        label="Insatser",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Välj minst en insats.",
            "invalid_choice": "Någon ändrade eller publicerade en av dem medan du läste. Läs igen och välj på nytt.",
        },
    )

    def __init__(self, *args: Any, utkast: QuerySet[Insats], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._utkast = {f"{i.pk}:{i.version}": i for i in utkast}
        self.fields["utkast"].choices = [(val, str(i)) for val, i in self._utkast.items()]  # type: ignore[attr-defined]
        self.initial.setdefault("utkast", [*self._utkast])

    def gemensamma(self) -> list[Insats]:
        """Those ticked that show in other stadskärnor as well, when it has been sent."""
        valda = self["utkast"].value() if self.is_bound else []
        return [i for val, i in self._utkast.items() if val in valda and i.gemensam]

    def versioner(self) -> dict[int, int]:
        """{id: version} of those chosen."""
        return {int(pk): int(version) for pk, version in (val.split(":") for val in self.cleaned_data["utkast"])}


class _InsatsFalt(forms.ModelChoiceField[Insats]):
    def label_from_instance(self, obj: Insats) -> str:
        return f"{obj.nummer} {obj.titel}"


def _andra_insatser(fardplan: Fardplan, insats: Insats) -> QuerySet[Insats]:
    alla = Insats.objects.i_fardplan(fardplan).gallande().exclude(pk=insats.pk)
    return alla.select_related("malomrade").i_nummerordning()


class AvforForm(forms.Form):
    """Retire an insats, and say which one takes its place."""

    skal = forms.CharField(label="Varför avförs insatsen?", max_length=2000, widget=Textyta({"rows": 3}), strip=True)
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


class UtanAnsvarigForm(VersionForm):
    """Beside the table of roles: why it names nobody as ansvarig."""

    utan_ansvarig = forms.CharField(
        label="Ingen ansvarig? Skriv varför",
        max_length=300,
        required=False,
        help_text="Visas i stället för en ansvarig, och tas bort när någon blir ansvarig.",
    )
