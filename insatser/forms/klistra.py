"""A block of cells, pasted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from aktorer.grund.formular import Textyta

RUBRIKER = "rubriker"  # the first row says them


class KlistraForm(forms.Form):
    """`kolumner`: where a block without headings may begin, (field, heading). `hjalp`: which rows are meant."""

    celler = forms.CharField(
        label="Celler ur Excel",
        help_text="Markera cellerna i Excel, kopiera dem och klistra in här. Högst 50 000 rader.",
        widget=Textyta({"rows": 10, "autofocus": True, "class": "celler", "wrap": "off"}),
        strip=False,
        error_messages={"required": "Klistra in minst en rad."},
    )
    forsta = forms.ChoiceField(label="Rubriker")

    def __init__(self, *args: Any, kolumner: Iterable[tuple[str, str]], hjalp: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        utan = [(falt, f"Utan rubriker, från kolumnen {rubrik}") for falt, rubrik in kolumner]
        self.fields["forsta"].choices = [(RUBRIKER, "Rubrikerna står på första raden"), *utan]  # type: ignore[attr-defined]
        self.fields["forsta"].help_text = hjalp
