"""What can be done with many insatser at once: a form each."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import Q

from aktorer.behorighet import Person, har
from aktorer.grund.formular import Textyta
from aktorer.grund.valda import Valdaform
from aktorer.models import Aktor, Anvandare
from aktorer.roller import Rattighet
from insatser.forms.lage import LageForm
from insatser.fragor.valda import (
    Avforing,
    NyAnsvarig,
    NyttDeltagande,
    NyttLage,
    NyttMalomrade,
    TillPlanen,
)
from insatser.models import Fardplan, Handlingsplan, Malomrade
from insatser.regler.medverkan import Deltagande
from insatser.regler.status import Status


class InsatsvalForm(Valdaform):
    """Of insatser; `ratter` are those of which one is needed."""

    ratter: ClassVar[tuple[Rattighet, ...]] = (Rattighet.REDIGERA,)

    def __init__(self, *args: Any, fardplan: Fardplan, av: Anvandare, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fardplan, self.av = fardplan, av


class AnsvarsfaltForm(forms.Form):
    """Who answers for them, and what becomes of who did."""

    aktor = forms.ModelChoiceField(label="Ny ansvarig", queryset=Aktor.objects.none(), empty_label="Välj aktör")
    forra = forms.ChoiceField(
        label="Den som är ansvarig i dag",
        choices=[("kvar", "Blir medverkande"), ("bort", "Är inte längre med")],
        widget=forms.RadioSelect,
        initial="kvar",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["aktor"].queryset = Aktor.objects.valbara()  # type: ignore[attr-defined]


class AnsvarsvalForm(AnsvarsfaltForm, InsatsvalForm):
    """Who answers for them."""

    rubrik = "Sätt ansvarig"

    def atgard(self) -> NyAnsvarig:
        return NyAnsvarig(self.cleaned_data["aktor"], kvar=self.cleaned_data["forra"] == "kvar")


class DeltagandevalForm(InsatsvalForm):
    """What an aktör has answered."""

    rubrik = "Skriv in deltagande"

    aktor = forms.ModelChoiceField(label="Aktör", queryset=Aktor.objects.none(), empty_label="Välj aktör")
    deltagande = forms.ChoiceField(
        label="Är aktören med?",
        choices=[
            (Deltagande.BEKRAFTAD, "Ja, bekräftad"),
            (Deltagande.AVBOJD, "Nej, avböjd"),
            (Deltagande.TILLFRAGAD, "Tillfrågad: har inte svarat"),
        ],
        widget=forms.RadioSelect,
    )
    svar = forms.CharField(
        label="Några ord om svaret", max_length=300, required=False, help_text="Krävs vid nej: varför?"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["aktor"].queryset = Aktor.objects.valbara()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        rent = super().clean() or self.cleaned_data
        if rent.get("deltagande") == Deltagande.AVBOJD and not rent.get("svar") and "svar" not in self.errors:
            self.add_error("svar", "Skriv varför aktören inte kan vara med.")
        return rent

    def atgard(self) -> NyttDeltagande:
        sagt = self.cleaned_data
        deltagande = Deltagande(sagt["deltagande"])
        return NyttDeltagande(sagt["aktor"], deltagande, "" if deltagande == Deltagande.TILLFRAGAD else sagt["svar"])


class LagesvalForm(LageForm, InsatsvalForm):
    """The same läge for all, of today."""

    rubrik = "Rapportera läge"
    ratter = (Rattighet.RAPPORTERA_ALLT, Rattighet.RAPPORTERA_EGET)

    datum = sedd = None  # type: ignore[assignment]

    def atgard(self) -> NyttLage:
        sagt = self.cleaned_data
        status, kommentar = Status(sagt["status"]), sagt["kommentar"].strip()
        return NyttLage(self.av, self.fardplan.stadskarna, status, sagt["bedomning"], kommentar)


class MalomradesvalForm(InsatsvalForm):
    """Where they are moved."""

    rubrik = "Flytta till målområde"

    malomrade = forms.ModelChoiceField(
        label="Målområde",
        queryset=Malomrade.objects.none(),
        empty_label="Välj målområde",
        help_text="Insatserna får nya nummer, efter dem som finns där.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        alla = Malomrade.objects.filter(program=self.fardplan.program_id).order_by("nummer")
        self.fields["malomrade"].queryset = alla  # type: ignore[attr-defined]

    def atgard(self) -> NyttMalomrade:
        return NyttMalomrade(self.cleaned_data["malomrade"], self.fardplan)


class PlanvalForm(InsatsvalForm):
    """Into which draft they are lifted."""

    rubrik = "Lyft in i handlingsplan"
    ratter = (Rattighet.PLANERA,)

    plan = forms.ModelChoiceField(
        label="Handlingsplan",
        queryset=Handlingsplan.objects.none(),
        empty_label="Välj handlingsplan",
        help_text="Den som är utkast, eller som ett ändringsbeslut förbereds för.",
    )
    skal = forms.CharField(label="Varför prioriteras de?", max_length=2000, required=False, widget=Textyta({"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        egna = Handlingsplan.objects.filter(fardplan=self.fardplan).select_related("fardplan")
        oppna = egna.filter(Q(status=Handlingsplan.Planstatus.UTKAST) | Q(andras=True))
        self.fields["plan"].queryset = oppna.nyast_forst()  # type: ignore[attr-defined]

    def atgard(self) -> TillPlanen:
        return TillPlanen(self.cleaned_data["plan"], self.cleaned_data["skal"])


class AvforingsvalForm(InsatsvalForm):
    """Why they are retired."""

    rubrik = "Avför"

    skal = forms.CharField(label="Varför avförs insatserna?", max_length=2000, widget=Textyta({"rows": 3}))

    def atgard(self) -> Avforing:
        return Avforing(self.cleaned_data["skal"])


FORMULAR: dict[str, type[InsatsvalForm]] = {
    "ansvarig": AnsvarsvalForm,
    "deltagande": DeltagandevalForm,
    "lage": LagesvalForm,
    "malomrade": MalomradesvalForm,
    "plan": PlanvalForm,
    "avfor": AvforingsvalForm,
}


def tillatna(person: Person, i: int) -> dict[str, type[InsatsvalForm]]:
    """Those that the person may use at all in the stadskärna with the id `i`; on which insatser, the preview tells."""
    return {namn: f for namn, f in FORMULAR.items() if any(har(person, ratt, i) for ratt in f.ratter)}
