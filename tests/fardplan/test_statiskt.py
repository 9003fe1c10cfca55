"""What a page of before an update looks like after it."""

from __future__ import annotations

import json
from pathlib import Path

from fardplan import start


def _packade(rot: Path, *namn: str, utom: tuple[str, ...] = ()) -> Path:
    """A folder with these packed files, and those that its manifest says nothing of."""
    for fil in (*namn, *utom):
        (rot / fil).parent.mkdir(parents=True, exist_ok=True)
        (rot / fil).write_text(f"{rot.name}: {fil}")
    (rot / "staticfiles.json").write_text(json.dumps({"paths": {f"{n}?": n for n in namn}}))
    return rot


def test_forra_generationens_filer_finns_kvar_men_ingen_aldre(tmp_path: Path) -> None:
    forra = _packade(tmp_path / "forra", "a.1.css", "js/b.1.js", "lika.css", utom=("a.1.css.br", "a.0.css"))
    nya = _packade(tmp_path / "nya", "a.2.css", "lika.css")

    start._behall(forra, nya)

    finns = {str(f.relative_to(nya)) for f in nya.rglob("*") if f.is_file()}
    assert finns == {"a.1.css", "a.1.css.br", "js/b.1.js", "a.2.css", "lika.css", "staticfiles.json"}
    assert (nya / "lika.css").read_text() == "nya: lika.css"


def test_forsta_gangen_finns_ingen_fore(tmp_path: Path) -> None:
    nya = _packade(tmp_path / "nya", "a.1.css")

    start._behall(tmp_path / "ingen", nya)

    assert {f.name for f in nya.iterdir()} == {"a.1.css", "staticfiles.json"}
