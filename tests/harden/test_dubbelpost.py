"""Double posts in short: the forms of every thirtieth address."""

from __future__ import annotations

import pytest

from harden import dubbelpost


@pytest.mark.django_db(transaction=True)
def test_en_gang_ar_en_gang() -> None:
    assert [str(linje) for linje in dubbelpost.kor(30) if linje.fel] == []
