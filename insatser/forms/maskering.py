"""Which words are masked, and why."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.utils import timezone

from aktorer.grund.formular import Textyta
from insatser.fragor.inlasningar import galler
from insatser.models import Inlasning


class _Filfalt(forms.ModelMultipleChoiceField[Inlasning]):
    olasta: Collection[int] = ()  # the ids of those that could not be read

    def label_from_instance(self, obj: Inlasning) -> str:
        dag = timezone.localtime(obj.inlast or obj.skapad).date().isoformat()
        olast = ", kunde inte läsas" if obj.pk in self.olasta else ""
        return f"{obj.filnamn}, {'inläst' if obj.inlast else 'uppladdad men inte inläst'} {dag}{olast}"


class MaskeringForm(forms.Form):
    """First it is told where they stand; `sett` says that it was."""

    vad = forms.CharField(
        label="Ord som ska bort",
        max_length=200,
        help_text="Precis som det står, till exempel ett namn. Stora eller små bokstäver spelar ingen roll.",
    )
    skal = forms.CharField(
        label="Varför?",
        max_length=2000,
        widget=Textyta({"rows": 3}),
        error_messages={"required": "Skriv varför."},
        help_text="Visas i historiken. Skriv inte uppgiften själv här.",
    )
    filer = _Filfalt(
        label="Ta bort de här filerna",
        queryset=Inlasning.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Det som lästes in står kvar, med filens namn och SHA-256, men filen går inte att hämta mer.",
    )
    sett = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, karna: int | None) -> None:
        super().__init__(*args)
        alla = Inlasning.objects.filter(innehall__isnull=False).defer("innehall").order_by("-skapad", "-pk")
        self.fields["filer"].queryset = alla.filter(galler(karna)) if karna else alla  # type: ignore[attr-defined]

    def visa(self, filer: Sequence[Inlasning], olasta: Sequence[Inlasning]) -> None:
        """Let one choose among these files, with the words in them or not read; without any the question is not
        asked.
        """
        if filer or olasta:
            falt: Any = self.fields["filer"]
            falt.olasta = {fil.pk for fil in olasta}
            falt.queryset = falt.queryset.filter(pk__in=falt.olasta | {fil.pk for fil in filer})
        else:
            del self.fields["filer"]

    def clean(self) -> dict[str, object]:
        rent = super().clean() or self.cleaned_data
        vad, skal = str(rent.get("vad", "")), str(rent.get("skal", ""))
        if vad and vad.casefold() in skal.casefold():
            self.add_error("skal", "Skriv varför utan att upprepa det som ska bort.")
        return rent
