"""What is shown has a version, which the database changes in the transaction that changes what is shown, by any path.

Each transaction that writes leaves a mark, a random number, and the version is the XOR of the marks that one can see.
So it does not matter in which order writers commit, none waits for another, what is rolled back was never seen, and two
copies of a database that were changed apart never have the same one. docs/decisions/17-content-version.md.
"""

from __future__ import annotations

import pgtrigger
from django.db import InterfaceError, OperationalError, connection

# A sequence that counted the same before there were marks. A server of an older release may still run, and ask it.
ANDRAT = "innehall_andrat"
MARKERA = "innehall_andras"


def raknas(operation: pgtrigger.Operation | None = None) -> pgtrigger.Trigger:
    """Trigger for a table of what is shown: every statement that writes, or that does `operation`, leaves a mark."""
    return pgtrigger.Trigger(
        name="raknas",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation or pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"PERFORM nextval('{ANDRAT}'); PERFORM {MARKERA}(); RETURN NULL;",
    )


def version() -> int:
    """Of all that is shown, as who asks now can see it. One query, also of a connection that nobody has tried yet."""
    if connection.connection is None or connection.health_check_done:  # type: ignore[attr-defined]
        return _las()
    # It is tried by this; else Django asks it for nothing first.
    connection.health_check_done = True  # type: ignore[attr-defined]
    try:
        return _las()
    except (OperationalError, InterfaceError):
        connection.close()
        return _las()


def _las() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT bit_xor(marke) FROM aktorer_innehallsmarke")
        (xor,) = cursor.fetchone()
    return int(xor or 0)
