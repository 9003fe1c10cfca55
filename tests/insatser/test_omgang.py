"""What a round must have before it can be opened."""

from datetime import date

import pytest

from insatser.regler.omgang import omgangsfel

IDAG = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("deadline", "fragor", "falt"),
    [
        (IDAG, [("1.1", True)], set()),
        (date(2026, 3, 1), [("1.1", True)], {"deadline"}),
        (date(2026, 3, 1), [], {"deadline", "punkter"}),
        (IDAG, [("1.1", False), ("1.2", False)], {"punkter"}),
        (date(2026, 3, 1), [("1.1", False), ("1.2", True)], {"deadline", "personer"}),
        (None, None, set()),
    ],
)
def test_vilka_falt_som_har_fel(deadline: date | None, fragor: list[tuple[str, bool]] | None, falt: set[str]) -> None:
    assert set(omgangsfel(deadline, fragor, IDAG)) == falt


def test_de_forsta_som_ingen_far_namns() -> None:
    fel = omgangsfel(IDAG, [("9.9", True), *((f"1.{n}", False) for n in range(1, 6))], IDAG)

    assert fel["personer"].startswith("Ingen får frågan om 1.1; 1.2; 1.3 och 2 till. Välj någon")
