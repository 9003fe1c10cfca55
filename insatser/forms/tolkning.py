"""What the columns and words of somebody else's table mean."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms

from aktorer.grund.tecken import nyckel
from aktorer.models import Aktor
from insatser.models import Malomrade
from insatser.regler.status import Bedomning
from insatser.regler.tolkning import FALT, FLERA, INTE, LAGEN, Tolkning

LAS_INTE = (INTE, "Läs inte in")
NY = "ny:"  # before the kind of an aktör that is to be added


def faltnamn(slag: str, text: str) -> str:
    """The field of a word: by the word, since others come and go with the columns."""
    return f"{slag}-{hashlib.sha256(nyckel(text).encode()).hexdigest()[:16]}"


class TolkningForm(forms.Form):
    """A choice for each column and for each word. `ord_`: {field: words}, of the columns as they were chosen last."""

    gemensam = forms.TypedChoiceField(
        label="Insatserna är",
        choices=[("", "Kärnspecifika: bara i den här stadskärnan"), ("1", "Gemensamma: i alla stadskärnor")],
        coerce=bool,
        empty_value="",
        required=False,
    )
    malomrade = forms.TypedChoiceField(
        label="Målområde för rader som inte säger något", coerce=int, empty_value="", required=False
    )

    def __init__(
        self,
        *args: Any,
        rubriker: Sequence[str],
        ord_: Mapping[str, Sequence[str]],
        malomraden: Iterable[Malomrade],
        aktorer: Mapping[int, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rubriker = rubriker
        self.orden = ord_
        omraden = [(str(m.nummer), str(m)) for m in malomraden]
        self.fields["malomrade"].choices = [("", "Inget valt"), *omraden]  # type: ignore[attr-defined]
        for n, rubrik in enumerate(rubriker):
            if rubrik:
                self.fields[f"kolumn-{n}"] = forms.ChoiceField(
                    label=rubrik, choices=[("", "Läs inte in"), *FALT.items()], required=False
                )
        nya = [(f"{NY}{slag}", f"Lägg upp som {namn.lower()}") for slag, namn in Aktor.Slag.choices]
        val: dict[str, list[Any]] = {
            "malomrade": [*omraden, (INTE, "Inget av dem")],
            "status": [*LAGEN.items(), LAS_INTE],
            "bedomning": [*Bedomning.choices, LAS_INTE],
            "aktor": [
                (INTE, "Skriv namnet i texten"),
                ("Ny aktör", nya),
                ("Aktörer i registret", [(str(pk), namn) for pk, namn in aktorer.items()]),
            ],
        }
        for slag, texter in ord_.items():
            for text in texter:
                self.fields[faltnamn(slag, text)] = forms.ChoiceField(
                    label=text, choices=[("", "Välj …"), *val[slag]], required=False
                )

    @property
    def kolumnfalt(self) -> list[tuple[int, forms.BoundField]]:
        return [(n, self[f"kolumn-{n}"]) for n, rubrik in enumerate(self.rubriker) if rubrik]

    def ordfalt(self, slag: str) -> list[forms.BoundField]:
        return [self[faltnamn(slag, text)] for text in self.orden.get(slag, ())]

    def clean(self) -> dict[str, Any]:
        rent = super().clean() or self.cleaned_data
        valda: dict[str, int] = {}
        for n, falt in self._kolumner(rent).items():
            if falt in valda and falt not in FLERA:
                text = f"{FALT[falt]} är vald två gånger, också för ”{self.rubriker[valda[falt]]}”. Ändra den ena."
                self.add_error(f"kolumn-{n}", text)
            valda.setdefault(falt, n)
        if "titel" not in valda:
            self.add_error(None, "Välj vilken kolumn som är titeln.")
        return rent

    def krav_alla_ord(self) -> None:
        """Mark the words of which nothing is said."""
        for slag, texter in self.orden.items():
            for text in texter:
                if not self.cleaned_data.get(faltnamn(slag, text)):
                    self.add_error(faltnamn(slag, text), "Välj vad ordet betyder.")

    def tolkning(self, forra: Tolkning) -> Tolkning:
        """What is said now, over what was said before of words that are not asked about now."""
        ord_ = {slag: dict(alla) for slag, alla in forra.ord_.items()}
        for slag, texter in self.orden.items():
            svar = {nyckel(t): self.cleaned_data[faltnamn(slag, t)] for t in texter}
            ord_[slag] = ord_.get(slag, {}) | svar
        rent = self.cleaned_data
        return Tolkning(
            tuple(self.rubriker), self._kolumner(rent), ord_, rent["malomrade"] or 0, bool(rent["gemensam"])
        )

    def _kolumner(self, rent: Mapping[str, Any]) -> dict[int, str]:
        return {n: falt for n in range(len(self.rubriker)) if (falt := rent.get(f"kolumn-{n}"))}


def visad(tolkning: Tolkning, ord_: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The form's values of what has been said."""
    varden: dict[str, Any] = {f"kolumn-{n}": falt for n, falt in tolkning.kolumner.items()}
    varden |= {"gemensam": "1" if tolkning.gemensam else "", "malomrade": tolkning.malomrade or ""}
    for slag, texter in ord_.items():
        varden |= {faltnamn(slag, t): tolkning.betyder(slag, t) for t in texter}
    return varden
