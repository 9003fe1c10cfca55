"""A round of follow-up: what is asked, of whom, and the answer to one point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from aktorer.grund.formular import Epostfalt, Textyta
from aktorer.models import Anvandare
from insatser.fragor.uppfoljning import Amne, Punktlage, att_fraga, fragnyckel
from insatser.models import Kontakt, Omgangspunkt
from insatser.regler.omgang import omgangsfel
from insatser.regler.status import Bedomning, Status, aktivitetsfel, lagesfel

KRAVS_OM_AKTIVITET = "Krävs vid paus och avbrott, annars frivilligt. Texten kan bli allmän handling."
SVARSTID = timedelta(days=14)  # what a new round begins by proposing


class OmgangForm(forms.Form):
    namn = forms.CharField(max_length=120, help_text="Till exempel Läget inför styrgruppen i mars.")
    deadline = forms.DateField(label="Svara senast", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    fraga = forms.CharField(
        label="Fråga till de tillfrågade",
        max_length=2000,
        required=False,
        widget=Textyta({"rows": 3}),
        help_text="Visas överst i mejlet och på sidan där de svarar.",
    )
    punkter = forms.MultipleChoiceField(
        label="Fråga om",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Välj minst en insats eller aktivitet att fråga om."},
    )
    personer = forms.MultipleChoiceField(
        label="Vem får frågan",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Välj minst en person att fråga."},
    )

    def __init__(self, *args: Any, fragor: Sequence[Amne], **kwargs: Any) -> None:
        self.fragor = {f.nyckel: f for f in fragor}
        self.kandidater = list({fragnyckel(p): p for f in fragor for p in f.fragbara}.values())
        foreslagna = {fragnyckel(p) for f in fragor for p in f.foreslagna}
        forslag = {
            "deadline": timezone.localdate() + SVARSTID,
            "punkter": [f.nyckel for f in fragor if f.har_nagon and not f.over],
            "personer": [n for p in self.kandidater if (n := fragnyckel(p)) in foreslagna],
        }
        super().__init__(*args, **{"initial": forslag} | kwargs)
        self.fields["punkter"].choices = [(f.nyckel, str(f)) for f in fragor]  # type: ignore[attr-defined]
        self.fields["personer"].choices = [(fragnyckel(p), str(p)) for p in self.kandidater]  # type: ignore[attr-defined]
        self.fields["personer"].required = bool(self.kandidater)

    def clean(self) -> dict[str, Any]:
        """Tell all that is wrong at once, with what the change itself would refuse."""
        rent = super().clean() or self.cleaned_data
        valda = att_fraga(self.valda()) if {"punkter", "personer"} <= rent.keys() else None
        for falt, text in omgangsfel(rent.get("deadline"), valda, timezone.localdate()).items():
            self.add_error(falt, text)
        return rent

    def valda(self) -> list[Amne]:
        """What is chosen, in the order of the list, with those to ask who are chosen."""
        nycklar, personer = set(self.cleaned_data["punkter"]), set(self.cleaned_data["personer"])
        return [
            replace(
                f,
                personer=[p for p in f.personer if fragnyckel(p) in personer],
                kontakter=[k for k in f.kontakter if fragnyckel(k) in personer],
            )
            for nyckel, f in self.fragor.items()
            if nyckel in nycklar
        ]


class DeadlineForm(forms.Form):
    deadline = forms.DateField(label="Svara senast", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    version = forms.IntegerField(widget=forms.HiddenInput)


class LankForm(forms.Form):
    """Who has lost the personal link asks for it once more."""

    epost = Epostfalt(label="Din e-postadress", widget=forms.EmailInput({"autocomplete": "email"}))


class SvarForm(forms.Form):
    """The answer to one point. An aktivitet has no bedömning."""

    status = forms.ChoiceField(choices=Status, widget=forms.RadioSelect, error_messages={"required": "Välj en status."})
    bedomning = forms.ChoiceField(label="Bedömning", choices=Bedomning, widget=forms.RadioSelect, required=False)
    kommentar = forms.CharField(
        label="Vad har hänt, och vad behövs?",
        max_length=2000,
        required=False,
        widget=Textyta({"rows": 2}),
        help_text="Krävs vid risk, avvikelse, paus och avbrott, annars frivilligt. Texten kan bli allmän handling.",
    )
    sedd = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    @classmethod
    def om(cls, punkt: Punktlage, data: Any = None) -> SvarForm:
        """The form of a point, starting from what is known."""
        p = punkt.punkt
        if p.aktivitet:
            nu: dict[str, Any] = {"status": p.aktivitet.status}
        else:
            rapport = punkt.lage
            nu = {"status": rapport.status, "bedomning": rapport.bedomning} if rapport else {}
        nu["sedd"] = punkt.sedd
        form = cls(data, initial=nu, prefix=f"p{p.pk}")
        if p.aktivitet:
            del form.fields["bedomning"]
            form.fields["kommentar"].help_text = KRAVS_OM_AKTIVITET
        return form

    def clean(self) -> dict[str, Any]:
        rent = super().clean() or self.cleaned_data
        if "status" in rent:
            kommentar = rent.get("kommentar", "")
            fel = (
                lagesfel(rent["status"], rent.get("bedomning", ""), kommentar)
                if "bedomning" in self.fields
                else aktivitetsfel(rent["status"], kommentar)
            )
            for falt, text in fel.items():
                if falt not in self.errors:
                    self.add_error(falt, text)
        return rent


class LamnaOverForm(forms.Form):
    """Who is the wrong person says who the right one is, and why: `kandidater` are colleagues and contacts."""

    till = forms.ChoiceField(
        label="Vem ska svara i stället?",
        widget=forms.RadioSelect,
        error_messages={"required": "Välj vem som ska svara i stället."},
    )
    skriv = forms.CharField(
        label="Varför?",
        max_length=300,
        error_messages={"required": "Skriv varför, så att personen och planeraren förstår."},
        help_text="Till exempel: Kim har tagit över projektet. Texten kan bli allmän handling.",
    )
    punkter = forms.MultipleChoiceField(
        label="Vad gäller det?",
        widget=forms.CheckboxSelectMultiple,
        help_text="Ta bort bocken för det som du själv svarar på.",
        error_messages={"required": "Välj minst en fråga att lämna över."},
    )

    def __init__(
        self, *args: Any, punkter: Sequence[Punktlage], kandidater: Sequence[Anvandare | Kontakt], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.valbara = {str(p.punkt.pk): p.punkt for p in punkter}
        self.kandidater = {fragnyckel(k): k for k in kandidater}
        self.fields["punkter"].choices = [(pk, str(p)) for pk, p in self.valbara.items()]  # type: ignore[attr-defined]
        self.fields["till"].choices = [(n, _vem(k)) for n, k in self.kandidater.items()]  # type: ignore[attr-defined]

    def valda(self) -> tuple[list[Omgangspunkt], Anvandare | Kontakt]:
        return [self.valbara[pk] for pk in self.cleaned_data["punkter"]], self.kandidater[self.cleaned_data["till"]]


def _vem(person: Anvandare | Kontakt) -> str:
    roll = person.roll if isinstance(person, Kontakt) else ""
    return f"{person}, {roll}" if roll else str(person)
