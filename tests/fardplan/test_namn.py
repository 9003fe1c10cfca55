"""The word list of CONTRIBUTING.md holds: a class has a name of its own in all of the house."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

ROT = Path(__file__).parents[2]
DJANGOS = {"Command"}  # what a management command is called is not ours to choose


def klasser() -> list[str]:
    """The public classes of all modules but migrations, each as often as it is written."""
    filer = [f for rum in ("aktorer", "insatser", "fardplan") for f in (ROT / rum).rglob("*.py")]
    return [
        nod.name
        for fil in filer
        if "migrations" not in fil.parts
        for nod in ast.parse(fil.read_text()).body
        if isinstance(nod, ast.ClassDef) and not nod.name.startswith("_")
    ]


def test_tva_klasser_heter_inte_likadant() -> None:
    flera = {namn for namn, antal in Counter(klasser()).items() if antal > 1}

    assert flera - DJANGOS == set()
