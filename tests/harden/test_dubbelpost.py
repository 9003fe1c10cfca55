"""Double posts in short: every twelfth form."""

from __future__ import annotations

import pytest

from harden import dubbelpost


@pytest.mark.django_db(transaction=True)
def test_en_gang_ar_en_gang() -> None:
    assert [str(linje) for linje in dubbelpost.kor(12) if linje.fel] == []
