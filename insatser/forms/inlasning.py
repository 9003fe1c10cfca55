"""Upload a workbook, and confirm what was shown of it."""

from __future__ import annotations

from django import forms


class UppladdningForm(forms.Form):
    """What the file holds is judged by `utbyte`; here only that there is one."""

    fil = forms.FileField(
        label="Arbetsbok eller CSV-fil",
        help_text="Filen du hämtade härifrån, med dina ändringar: .xlsx, .xlsm, .xls, .ods eller .csv. Högst 10 MB.",
        widget=forms.FileInput({"accept": ".xlsx,.xlsm,.xls,.ods,.csv,.tsv,.txt"}),
        allow_empty_file=True,
        max_length=None,
        error_messages={"required": "Välj en fil."},
    )


class BekraftaForm(forms.Form):
    """What the person saw when confirming."""

    fingeravtryck = forms.CharField(widget=forms.HiddenInput, max_length=64)
    tvillingar = forms.BooleanField(required=False)
