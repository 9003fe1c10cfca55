"""A block of cells, pasted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from aktorer.grund.formular import Textyta

RUBRIKER = "rubriker"  # the first row says them


class KlistraForm(forms.Form):
    """`kolumner` are those where a block without headings may begin: (field, heading)."""

    celler = forms.CharField(
        label="Celler ur Excel",
        help_text="Markera cellerna i Excel, kopiera dem och klistra in här. Högst 50 000 rader.",
        widget=Textyta({"rows": 10, "autofocus": True, "class": "celler", "wrap": "off"}),
        strip=False,
        error_messages={"required": "Klistra in minst en rad."},
    )
    forsta = forms.ChoiceField(
        label="Rubriker",
        help_text="Står insatsens nummer först på varje rad gäller raden den. Annars gäller raderna insatserna i ditt"
        " urval, i samma ordning.",
    )

    def __init__(self, *args: Any, kolumner: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        utan = [(falt, f"Utan rubriker, från kolumnen {rubrik}") for falt, rubrik in kolumner]
        self.fields["forsta"].choices = [(RUBRIKER, "Rubrikerna står på första raden"), *utan]  # type: ignore[attr-defined]
