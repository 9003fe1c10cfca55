"""One and the same change of many rows: what it would do to each, shown before it is done to all or none."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model

from aktorer.grund.samtidighet import Krock

NAMN = "i"  # of a ticked row, in addresses too
MEST = 200  # so many at once: they stand in an address, and are written one by one while somebody waits


@dataclass(frozen=True)
class Valdrad[R: Model]:
    """One row: what stands, what would stand, and what else comes with it; or why it stays as it is (`hinder`).

    `sedd` is what the change is held against: the version of the row, or what else it is about.
    """

    rad: R
    var: str
    blir: str
    sedd: int = 0
    hinder: str = ""
    noter: tuple[str, ...] = ()
    ordning: int = 0
    """The number it gets where it is moved."""

    @property
    def andras(self) -> bool:
        return not self.hinder and self.var != self.blir

    @property
    def avtryck(self) -> str:
        """The same exactly when the same is told of it."""
        sagt = repr((self.var, self.blir, self.hinder, self.noter))
        return hashlib.sha256(sagt.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Atgard[R: Model](ABC):
    """What is done with all of them. `i_alla`: it may show in all stadskärnor."""

    i_alla: ClassVar[bool] = False

    def granska(self, valda: Sequence[R], av: Any) -> list[Valdrad[R]]:
        """A row for each, in their order. The number of queries does not grow with them."""
        hinder = {r.pk: skal for r in valda if (skal := self._hinder(r, av))}
        rader = iter(self._rader([r for r in valda if r.pk not in hinder]))
        return [Valdrad(r, "", "", hinder=hinder[r.pk]) if r.pk in hinder else next(rader) for r in valda]

    @abstractmethod
    def _hinder(self, rad: R, av: Any) -> str:
        """Why `av` may not do it with the row, whatever it says."""

    @abstractmethod
    def senast(self, rad: R) -> str:
        """Who wrote last what it is about, and when: see `av_vem`."""

    @abstractmethod
    def _rader(self, valda: Sequence[R]) -> Iterable[Valdrad[R]]:
        """Of those that nothing hinders."""


class Valdaform(forms.Form):
    """What is filled in of an `Atgard`; `rubrik` is what it does."""

    rubrik: ClassVar[str]

    @abstractmethod
    def atgard(self) -> Atgard[Any]:
        """What was filled in, when it holds."""

    @property
    def ifyllt(self) -> str:
        """The same exactly when the same was filled in: a preview is of that."""
        sagt = [(falt, self.data.getlist(falt)) for falt in self.base_fields]  # type: ignore[attr-defined]
        return hashlib.sha256(repr(sagt).encode()).hexdigest()[:16]


def skriv_var_for_sig[R: Model](
    rader: Sequence[Valdrad[R]], versioner: Mapping[int, int], skriv: Callable[[Valdrad[R], int], object]
) -> None:
    """Write each by the function that changes one. Raises Krock and ValidationError, with the row in the way."""
    for rad in rader:
        try:
            skriv(rad, versioner[rad.rad.pk])
        except Krock as krock:
            text = f"”{rad.rad}” har ändrats sedan du granskade{{senast}}. Inget är ändrat."
            raise Krock(krock.konflikter, krock.version, senast=krock.senast, text=text) from krock
        except ValidationError as fel:
            raise ValidationError(f"”{rad.rad}”: {' '.join(fel.messages)} Inget är ändrat.") from fel
