"""What Django's forms lack and all of ours need: line breaks that stay, Swedish words, choices that stay."""

from __future__ import annotations

from typing import Any

from django import forms

from aktorer.grund.tecken import epostnyckel

LOSENORDSRAD = "Minst 12 tecken. Flera ord efter varandra är lätta att minnas och svåra att gissa."


class Epostfalt(forms.EmailField):
    """An address as it is looked up: what people paste holds signs that nobody sees, and other dashes."""

    def to_python(self, value: Any) -> str:
        return epostnyckel(super().to_python(value) or "")


class Textyta(forms.Textarea):
    """A text area that keeps the line breaks of the database: browsers send others, and that would be a change."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        varde = super().value_from_datadict(data, files, name)
        return varde.replace("\r\n", "\n") if isinstance(varde, str) else varde


class Webbadress(forms.URLField):
    """An address on the web: without its beginning it is one with https, and what is none is told in plain words."""

    default_error_messages = {
        "invalid": "Det är ingen webbadress. Skriv den som den står i webbläsaren, till exempel https://example.org/sida."
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs | {"assume_scheme": "https"})


def svenska_val(form: forms.BaseForm) -> None:
    """Django's words for "nothing chosen" have no Swedish translation yet."""
    for falt in form.fields.values():
        if isinstance(falt, forms.ModelChoiceField) and falt.empty_label:
            falt.empty_label = "Ingen" if not falt.required else "Välj"
        elif isinstance(falt, forms.ChoiceField) and falt.choices and falt.choices[0][0] == "":  # type: ignore[index]
            falt.choices = [("", "Välj"), *falt.choices[1:]]  # type: ignore[index]


def valda_aktorer(form: forms.ModelForm[Any], falt: str) -> list[Any]:
    """The ids that a form's choice of one holds: as saved, as proposed, as sent. They stay choosable."""
    return [getattr(form.instance, f"{falt}_id"), form.initial.get(falt), form.data.get(form.add_prefix(falt))]
