"""Whether anything can be written: by the setting, or because the database is a standby of another."""

from __future__ import annotations

import time
from functools import lru_cache

from django.conf import settings
from django.db import Error, connection

GALLER = 5  # seconds that an answer holds, where it takes a question


def skrivskyddad() -> bool:
    """Whether nothing can be written: SKRIVSKYDDAD says so, or the database, which only reads.

    No query: the server tells its connections, also when it becomes the primary. A pooler keeps that to itself; behind
    one it is asked, now and then. A database that is gone is no such thing: that shows elsewhere.
    """
    if settings.SKRIVSKYDDAD:
        return True
    try:
        if settings.DATABAS_DIREKT:
            return _fragat(int(time.monotonic() // GALLER))
        connection.ensure_connection()
        with connection.wrap_database_errors:
            sagt = connection.connection.info.parameter_status
            return "on" in {sagt("in_hot_standby"), sagt("default_transaction_read_only")}
    except Error:
        return False


@lru_cache(maxsize=1)
def _fragat(_stund: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only')::bool")
        return bool(cursor.fetchone()[0])
