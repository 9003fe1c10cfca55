"""What a person wants mails about, and how soon."""

from __future__ import annotations

from typing import Any

from django import forms

from insatser.models import Notisslag, Notisval, Takt

HJALP = {
    Notisslag.TILLFRAGAD: "Någon vill att ni är med i en insats eller en aktivitet. Mejlet har en länk att svara med.",
    Notisslag.AVVIKER: "Du svarar för det som din organisation är ansvarig för, det som du är handläggare för, och"
    " som planerare för dina stadskärnor.",
    Notisslag.BESLUT: "Planer där du eller din organisation gör något, och som planerare de i dina stadskärnor.",
    Notisslag.MOTE: "Till styrgruppen och planerarna, när ett möte läggs upp. Den som har kallats får veta"
    " om det flyttas eller ställs in.",
    Notisslag.FOLJD: "Lägen, ändringar och beslut.",
    Notisslag.VECKOBREV: "På måndagar, till planerare och till dem som följer något: så står det till.",
}


class MejlForm(forms.Form):
    """A choice for each `Notisslag`, and whether to be reminded of silence."""

    paminnelser = forms.BooleanField(
        label="Påminn mig när en insats som jag svarar för har varit tyst länge", required=False
    )

    def __init__(self, data: Any = None, *, val: Notisval) -> None:
        egna = {s.value: val.takt(s) for s in Notisslag} | {"paminnelser": val.anvandare.paminnelser}
        super().__init__(data, initial=egna)
        for slag in Notisslag:
            takter = [t for t in Takt if slag != Notisslag.VECKOBREV or t != Takt.GENAST]
            self.fields[slag.value] = forms.ChoiceField(
                label=slag.label,
                help_text=HJALP[slag],
                choices=[(t.value, t.label) for t in takter],
                widget=forms.RadioSelect,
            )
        self.order_fields([*Notisslag.values, "paminnelser"])

    @property
    def takter(self) -> dict[str, str]:
        return {s.value: self.cleaned_data[s.value] for s in Notisslag}
