"""The table of a plan's aktiviteter: its columns, a cell of it, and what can be done with many rows at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from aktorer.grund.kolumnval import Tabellkolumner
from aktorer.grund.valda import Valdaform
from aktorer.models import Aktor, Anvandare
from insatser.forms.cell import Ansvarigcell
from insatser.forms.deltagande import AktivitetsstatusForm
from insatser.forms.handlingsplan import AktivitetForm
from insatser.forms.valda import AnsvarsfaltForm
from insatser.fragor.aktiviteter import NyAktivitetsansvarig, NyStatus, NyTid
from insatser.models import Aktivitet, Handlingsplan
from insatser.regler import period
from insatser.regler.aktivitetstid import OMVANT, TIDER, en_tidpunkt, omvant
from insatser.regler.status import Status

KOLUMNER = Tabellkolumner(
    alla={
        "insats": "Insats",
        "titel": "Aktivitet",
        "resultat": "Förväntat resultat",
        "ansvarig": "Ansvarig",
        "medverkande": "Medverkande",
        "start": "Start",
        "slut": "Slut",
        "status": "Status",
        "kommentar": "Kommentar",
        "kostnad": "Kostnad",
    },
    alltid=("insats", "titel"),
    vanliga=("insats", "titel", "ansvarig", "start", "slut", "status"),
)


class Faltcell(AktivitetForm):
    """One field of the aktivitet's form; a time comes with the very day."""

    def __init__(self, data: QueryDict | None, aktivitet: Aktivitet, falten: tuple[str, ...]) -> None:
        nu = {namn: getattr(aktivitet, namn) for namn in (*falten, "version")}
        super().__init__(data, plan=aktivitet.prioritering.handlingsplan, initial=nu)
        self.aktivitet = aktivitet
        for annat in self.fields.keys() - {*falten, "version"}:
            del self.fields[annat]

    def clean(self) -> dict[str, Any]:
        rent = super().clean()
        tider = {falt: rent[falt] for falt in TIDER if falt in rent}
        if not tider or self.errors:
            return rent
        if self.aktivitet.milstolpe:
            # The start of a milstolpe is its end.
            hela = en_tidpunkt(*(tider.get(falt) for falt in TIDER))
            rent.update(zip(TIDER, hela or self.aktivitet.tider, strict=True))
        elif omvant(dict(zip(TIDER, self.aktivitet.tider, strict=True)) | tider):
            self.add_error(next(iter(self.fields)), OMVANT)
        return rent


class Statuscell(AktivitetsstatusForm):
    """The status with its comment, both as they stand: what is kept is seen."""

    def __init__(self, data: QueryDict | None, aktivitet: Aktivitet) -> None:
        nu = {namn: getattr(aktivitet, namn) for namn in ("status", "kommentar", "version")}
        super().__init__(data, initial=nu)
        self.fields["status"].widget = forms.Select(choices=Status.choices)
        self.fields["kommentar"].label = "Kommentar"
        self.fields["kommentar"].help_text = "Krävs vid paus och avbrott."


def _ansvarig(data: QueryDict | None, aktivitet: Aktivitet) -> forms.BaseForm:
    nu = aktivitet.ansvarig.aktor_id if aktivitet.ansvarig else None
    return Ansvarigcell(data, initial={"version": aktivitet.version, "ansvarig": nu})


def _falt(*falten: str) -> Callable[[QueryDict | None, Aktivitet], forms.BaseForm]:
    return lambda data, aktivitet: Faltcell(data, aktivitet, falten)


@dataclass(frozen=True)
class Aktivitetscell:
    """How a cell is changed: its form, what it is called, and the row's other cells that say something of it."""

    formular: Callable[[QueryDict | None, Aktivitet], forms.BaseForm]
    vad: str
    med: tuple[str, ...] = ()


RAPPORTERAS = "status"  # by whoever takes part, also in a decided plan; the others are changed in a draft
CELLER: Mapping[str, Aktivitetscell] = {
    "titel": Aktivitetscell(_falt("titel"), "vad som ska göras"),
    "resultat": Aktivitetscell(_falt("resultat"), "förväntat resultat"),
    "ansvarig": Aktivitetscell(_ansvarig, "ansvarig", med=("medverkande",)),
    "start": Aktivitetscell(_falt("start", "start_dag"), "start", med=("slut",)),
    "slut": Aktivitetscell(_falt("slut", "slut_dag"), "slut", med=("start",)),
    RAPPORTERAS: Aktivitetscell(Statuscell, "status", med=("kommentar",)),
    "kostnad": Aktivitetscell(_falt("kostnad"), "kostnad"),
}


class AktivitetsvalForm(Valdaform):
    """Of aktiviteter in one plan."""

    def __init__(self, *args: Any, plan: Handlingsplan, av: Anvandare, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan, self.av = plan, av


class StatusvalForm(AktivitetsstatusForm, AktivitetsvalForm):
    """The same status for all."""

    rubrik = "Sätt status"

    version = None  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kommentar"].label = "Kommentar till statusen"

    def atgard(self) -> NyStatus:
        sagt = self.cleaned_data
        karna = self.plan.fardplan.stadskarna_id
        return NyStatus(self.av, karna, Status(sagt["status"]), sagt["kommentar"].strip())


class AktivitetsansvarForm(AnsvarsfaltForm, AktivitetsvalForm):
    """Who answers for them."""

    rubrik = "Sätt ansvarig"

    def atgard(self) -> NyAktivitetsansvarig:
        aktor: Aktor = self.cleaned_data["aktor"]
        return NyAktivitetsansvarig(aktor, kvar=self.cleaned_data["forra"] == "kvar")


class TidsvalForm(AktivitetsvalForm):
    """When they begin and end."""

    rubrik = "Sätt kvartal"

    start = forms.TypedChoiceField(label="Start", coerce=date.fromisoformat, empty_value=None, required=False)
    slut = forms.TypedChoiceField(label="Slut", coerce=date.fromisoformat, empty_value=None, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dagar = period.kvartal_i(self.plan.ar_fran, self.plan.ar_till)
        som_de_ar = ("", "Som det är")
        starter = [(dag.isoformat(), period.kvartal(dag)) for dag in dagar]
        self.fields["start"].choices = [som_de_ar, *starter]  # type: ignore[attr-defined]
        slut = [(period.kvartalets_slut(dag).isoformat(), period.kvartal(dag)) for dag in dagar]
        self.fields["slut"].choices = [som_de_ar, *slut]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        rent = super().clean() or self.cleaned_data
        if not self.errors and not rent.get("start") and not rent.get("slut"):
            self.add_error("start", "Välj start, slut eller båda.")
        elif fore := omvant(rent):
            self.add_error(fore, OMVANT)
        return rent

    def atgard(self) -> NyTid:
        return NyTid(self.cleaned_data["start"], self.cleaned_data["slut"])


RAPPORT: Mapping[str, type[AktivitetsvalForm]] = {"status": StatusvalForm}
ANDRING: Mapping[str, type[AktivitetsvalForm]] = {"ansvarig": AktivitetsansvarForm, "tid": TidsvalForm}
