"""What a race is made of: what each of the two writes, and how it is seen that it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from harden.scen import Scen


@dataclass(frozen=True)
class Skrivning:
    """What one of the two does, and whether it can be seen in the database afterwards."""

    gor: Callable[[], object]
    syns: Callable[[], bool]


type Par = tuple[Skrivning, Skrivning]


type Vag = Callable[[Scen, int], Par]


def las_om[M: Model](rad: M) -> M:
    return type(rad)._default_manager.get(pk=rad.pk)


def star(rad: Model, **varden: Any) -> bool:
    return type(rad)._default_manager.filter(pk=rad.pk, **varden).exists()


def av_bada(varv: int, gor: Callable[[str], object], syns: Callable[[str], bool]) -> Par:
    """The same by both, each with words of their own."""

    def skrivning(text: str) -> Skrivning:
        return Skrivning(lambda: gor(text), lambda: syns(text))

    return skrivning(f"A {varv}"), skrivning(f"B {varv}")


def samma_falt(rad: Any, falt: str, andra: Callable[..., object], namn: str, varv: int, **annat: Any) -> Par:
    """Both change the same column of the row by `andra`, which calls the row `namn`."""

    def gor(text: str) -> object:
        return andra(**{namn: rad, "av": None, "version": rad.version, falt: text} | annat)

    return av_bada(varv, gor, lambda text: star(rad, **{falt: text}))
