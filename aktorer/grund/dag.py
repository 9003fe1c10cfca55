"""A day in a year that can be meant: 0026 and 9999 are slips of the finger that calendars and workbooks break on."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

FRAN, TILL = 1990, 2099  # what the plans are about


def orimlig(dag: date, fran: int = FRAN, till: int = TILL) -> str:
    """What is wrong with the day; "" when its year is one of those."""
    return "" if fran <= dag.year <= till else f"Året {dag.year} kan inte stämma. Skriv ett mellan {fran} och {till}."


class Dag(models.DateField):  # type: ignore[type-arg]
    """A date whose year lies between two, both included. The database holds to it, and forms tell it at the field."""

    def __init__(self, *args: Any, fran: int = FRAN, till: int = TILL, **kwargs: Any) -> None:
        self.fran, self.till = fran, till
        super().__init__(*args, **kwargs)

    def validate(self, value: Any, model_instance: Any) -> None:
        super().validate(value, model_instance)
        if value and (fel := orimlig(value, self.fran, self.till)):
            raise ValidationError(fel)

    def deconstruct(self) -> Any:
        namn, vag, args, kwargs = super().deconstruct()
        grans = {"fran": (self.fran, FRAN), "till": (self.till, TILL)}
        return namn, vag, args, kwargs | {falt: egen for falt, (egen, annars) in grans.items() if egen != annars}

    def db_check(self, connection: Any) -> str:
        kolumn = connection.ops.quote_name(self.column)
        return f"{kolumn} BETWEEN '{self.fran:04}-01-01' AND '{self.till:04}-12-31'"
