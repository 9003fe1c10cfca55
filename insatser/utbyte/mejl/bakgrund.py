"""Work that nobody waits for."""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.db import connection, transaction

TRAD = "efteråt"  # the name of its threads


def efterat(arbete: Callable[[], object]) -> None:
    """Run `arbete` in a thread with a database connection of its own, once what is under way has been written.

    The answer does not wait, so its time tells nothing of the work. What must not be lost is in the database, as the
    queue of mails is: the thread may die with the process.
    """

    def kor() -> None:
        try:
            arbete()
        finally:
            connection.close()

    transaction.on_commit(threading.Thread(target=kor, name=TRAD, daemon=True).start)
