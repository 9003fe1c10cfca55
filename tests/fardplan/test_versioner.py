"""No update is lost: every change carries what its writer had read, or says why it need not."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROT = Path(__file__).parents[2]
FILER = [ROT / "aktorer/andringar.py", *sorted((ROT / "insatser/andringar").glob("[a-z]*.py"))]
# What a writer had read, as an argument or in each of the rows it sends.
LAST = {"version", "versioner", "sedd", "fingeravtryck"}
SKAL = "No version:"
NYTT = ("_", "skapa", "skriv_")  # what is made is new; what is written of a file is a plan with a fingerprint


def andringar() -> Iterator[tuple[str, Callable[..., Any]]]:
    for fil in FILER:
        modul = importlib.import_module(".".join(fil.relative_to(ROT).with_suffix("").parts))
        for namn, funktion in inspect.getmembers(modul, inspect.isfunction):
            egen = funktion.__module__ == modul.__name__ and "av" in inspect.signature(funktion).parameters
            if egen and not namn.startswith(NYTT):
                yield f"{modul.__name__}.{namn}", funktion


@pytest.mark.parametrize(("namn", "funktion"), list(andringar()))
def test_varje_andring_halls_mot_det_som_lastes(namn: str, funktion: Callable[..., Any]) -> None:
    assert LAST & inspect.signature(funktion).parameters.keys() or SKAL in (inspect.getdoc(funktion) or ""), namn
