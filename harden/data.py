"""The databases of a run: one with the plans, the example data and the accounts in it, and a copy for each part.

`python -m harden.data` fills the first.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from insatser.utbyte.mejl import bakgrund

LOSENORD = "ett-losenord-for-harden"


def gor_klart() -> None:
    """Django in this process, with settings for what is thrown away: quick passwords, unpacked static files."""
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    django.setup()


def fyll() -> None:
    """Tables, plans, example data and accounts."""
    from fardplan import exempel, start  # noqa: PLC0415 -- app ready

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    start.las_in(med_exempel=True)
    for konto in exempel.KONTON:
        exempel.skapa(konto, LOSENORD)


def vanta_ut() -> None:
    """What goes on after an answer is waited for: who takes its database away would end it in an error."""
    for trad in threading.enumerate():
        if trad.name == bakgrund.TRAD:
            trad.join(timeout=60)


@contextmanager
def kopia(mall: str, namn: str, *, talig: bool = False) -> Iterator[None]:
    """This block has a database of its own, made as `mall` is and dropped afterwards. `talig`: it may be killed at
    once, and is slower to make: copied through the log, sequences go back to where they were when a crash comes first.
    """
    hur = "FILE_COPY" if talig else "WAL_LOG"
    connection.close()
    with connection._nodb_cursor() as server:
        server.execute(f'DROP DATABASE IF EXISTS "{namn}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{namn}" TEMPLATE "{mall}" STRATEGY {hur}')
    connection.settings_dict["NAME"] = namn
    try:
        yield
    finally:
        vanta_ut()
        connection.close()
        connection.settings_dict["NAME"] = mall
        with connection._nodb_cursor() as server:
            server.execute(f'DROP DATABASE "{namn}" WITH (FORCE)')


if __name__ == "__main__":
    gor_klart()
    fyll()
