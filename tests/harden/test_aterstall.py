"""Every ninth kind of change done, taken back and done again; and every kind has a case."""

from __future__ import annotations

import pytest

from harden import aterstall


@pytest.mark.django_db
def test_angrat_ar_som_det_var() -> None:
    assert [str(linje) for linje in aterstall.kor(9) if linje.fel] == []
