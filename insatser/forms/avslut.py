"""What became of the aktiviteter of a plan that is being closed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.html import escape

from aktorer.grund.formular import Textyta
from insatser.andringar.avslut import Utfallsrad
from insatser.regler.bojning import bojt, uppraknat
from insatser.regler.utfall import KRAVER_SKAL, Utfall


class AvslutForm(forms.Form):
    slutord = forms.CharField(
        label="Vad kom ut av planen?",
        max_length=5000,
        required=False,
        widget=Textyta({"rows": 4}),
        help_text="Några meningar som styrgruppen och nästa planerare har nytta av.",
    )

    def __init__(self, *args: Any, i_fortid: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if i_fortid:
            falt = self.fields["slutord"]
            falt.label = "Vad kom ut av planen, och varför avslutas den före periodens slut?"
            falt.required = not self.is_bound or "avsluta" in self.data
            falt.error_messages["required"] = "Skriv varför planen avslutas redan nu."

    def fraga_om_klara(self, titlar: Sequence[str]) -> None:
        """Ask once whether these aktiviteter are done, though they were last reported as something else."""
        if titlar:
            vilka = uppraknat([f"”{t}”" for t in titlar])
            self.fields["klara_anda"] = forms.BooleanField(
                label=f"Ja, {bojt(len(titlar), 'aktiviteten är klar', 'aktiviteterna är klara')} ändå",
                help_text=escape(f"Senast rapporterat är något annat än Genomförd för {vilka}."),
                error_messages={"required": "Kryssa i om det är rätt, eller ändra det som är markerat ovan."},
            )


class UtfallForm(forms.Form):
    """One aktivitet; `utfall` may be left open until the plan is closed (`stang`)."""

    aktivitet = forms.IntegerField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)
    utfall = forms.ChoiceField(label="Vad blev det?", choices=[("", "Inte avgjort"), *Utfall.choices], required=False)
    skal = forms.CharField(label="Varför?", max_length=2000, required=False, widget=Textyta({"rows": 2}))

    def __init__(self, *args: Any, stang: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["utfall"].required = stang
        self.fields["utfall"].error_messages["required"] = "Välj om aktiviteten är klar, förs över eller stryks."

    def clean(self) -> dict[str, Any]:
        rent = super().clean() or self.cleaned_data
        if rent.get("utfall") in KRAVER_SKAL and not rent.get("skal"):
            self.add_error("skal", "Skriv varför aktiviteten förs över eller stryks.")
        return rent


class _Utfall(forms.BaseFormSet[UtfallForm]):
    def rader(self) -> list[Utfallsrad]:
        """The rows as the change function wants them."""
        data = [f.cleaned_data for f in self.forms if f.cleaned_data]
        return [Utfallsrad(d["aktivitet"], d["version"], d["utfall"], d["skal"]) for d in data]


UtfallForms = forms.formset_factory(UtfallForm, formset=_Utfall, extra=0, max_num=1000, absolute_max=1000)


def visa(rader: Iterable[Utfallsrad]) -> Any:
    """The table with these outcomes in it, not yet changed by anybody."""
    return UtfallForms(initial=[vars(r) for r in rader], prefix="utfall")
