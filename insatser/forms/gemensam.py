"""What touches all stadskärnor says which they are, and is asked about once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.html import escape

from insatser.models import Insats, Stadskarna
from insatser.regler.bojning import bojt, i_ord, uppraknat

FALT = "alla_karnor"


def i_alla(karnor: Sequence[Stadskarna]) -> str:
    """ "i alla åtta stadskärnor"; two are both, and one is named."""
    if len(karnor) == 1:
        return f"i {karnor[0]}"
    return "i båda stadskärnorna" if len(karnor) == 2 else f"i alla {i_ord(len(karnor))} stadskärnor"


def krav_bekraftelse(
    form: forms.BaseForm, karnor: Sequence[Stadskarna], insatser: Sequence[Insats] = (), gor: str = "ändra"
) -> None:
    """Give the form a box, last, that must be ticked before a gemensam insats is changed in these stadskärnor.

    `insatser` are those that it is about, where the page does not tell; `gor` is what is done with them.
    """
    var = i_alla(karnor)
    om = f"{uppraknat([i.nummer for i in insatser])} är {bojt(len(insatser), 'gemensam', 'gemensamma')}. "
    form.fields[FALT] = forms.BooleanField(
        label=f"Ja, {gor} {var}",
        help_text=escape(f"{om if insatser else ''}En gemensam insats visas i {uppraknat([str(k) for k in karnor])}."),
        error_messages={"required": f"En gemensam insats ändras överallt. Kryssa i om det ska ske {var}."},
    )


def varden(form: forms.BaseForm) -> dict[str, Any]:
    """What was filled in, without that box."""
    return {falt: varde for falt, varde in form.cleaned_data.items() if falt != FALT}
