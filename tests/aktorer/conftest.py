"""What the tests of aktörer and accounts share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from aktorer.models import Aktor


@pytest.fixture
def region(db: None) -> Aktor:
    return Aktor.objects.get(slug="region-stockholm")


@pytest.fixture
def sql(db: None) -> Callable[..., list[tuple[Any, ...]]]:
    """Run SQL as somebody at a prompt would, past all Python."""

    def kor(text: str, *varden: Any) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(text, varden)
            return cursor.fetchall() if cursor.description else []

    return kor


@pytest.fixture
def nekas(db: None) -> Callable[[str], AbstractContextManager[None]]:
    """The database refuses what is done in the block, by the constraint of that name."""

    @contextmanager
    def av(villkor: str) -> Iterator[None]:
        with pytest.raises(IntegrityError) as fel, transaction.atomic():
            yield
        assert fel.value.__cause__.diag.constraint_name == villkor  # type: ignore[union-attr]

    return av
