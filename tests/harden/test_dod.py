"""The kills in short: one of each, by ending the connection where others use the server."""

from __future__ import annotations

import pytest

from harden import dod


@pytest.mark.django_db(transaction=True)
def test_allt_eller_inget() -> None:
    assert [str(linje) for linje in dod.kor(1, 1, hart=False) if not linje.haller] == []
