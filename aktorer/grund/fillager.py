"""The bytes of files outside the database: in an S3-compatible store, each under its own hash.

Nobody gets an address of the store: what lies there is read, held against its hash and served by the app.
"""

from __future__ import annotations

import hashlib
import io
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings

from aktorer.grund import installation

if TYPE_CHECKING:
    from minio import Minio

VANTAR = (5, 20)  # seconds: for the store to answer, and between two pieces of a file


class LagretSvararInte(Exception):
    """The store cannot be reached, refuses us, or does not give a file as it was put there. Says why."""


class Fillager(NamedTuple):
    """Where the store is: FILLAGER."""

    vard: str
    hink: str
    nyckel: str
    hemlighet: str
    tls: bool
    region: str

    def __str__(self) -> str:
        return f"hinken {self.hink} hos {self.vard}"


def valt() -> bool:
    """Whether new files go there."""
    return settings.FILLAGER is not None


def lagg(sha256: str, innehall: bytes) -> None:
    """Put it there; put twice, it is there once. Raises LagretSvararInte."""
    with _lagret() as (klient, hink):
        klient.put_object(hink, _namn(sha256), io.BytesIO(innehall), len(innehall))


def hamta(sha256: str) -> bytes:
    """As it was put there. Raises LagretSvararInte."""
    with _lagret() as (klient, hink):
        svar = klient.get_object(hink, _namn(sha256))
        try:
            innehall: bytes = svar.read()
        finally:
            svar.close()
            svar.release_conn()
    if hashlib.sha256(innehall).hexdigest() != sha256:
        raise LagretSvararInte(f"filen {sha256} är inte den som lades där")
    return innehall


def storlek(sha256: str) -> int:
    """How many bytes lie there under that hash, unread. Raises LagretSvararInte, also when there are none."""
    with _lagret() as (klient, hink):
        return klient.stat_object(hink, _namn(sha256)).size or 0


def ta_bort(sha256: str) -> None:
    """Erase it; one that is gone is. Raises LagretSvararInte."""
    with _lagret() as (klient, hink):
        klient.remove_object(hink, _namn(sha256))


def prova() -> None:
    """Put something there, read it and take it away. Raises LagretSvararInte."""
    innehall = secrets.token_bytes(16)
    sha256 = hashlib.sha256(innehall).hexdigest()
    lagg(sha256, innehall)
    hamta(sha256)
    ta_bort(sha256)


def _namn(sha256: str) -> str:
    """Each installation has its own: what one erases is not what another, in the same bucket, calls by the same hash.

    Spread over folders: some stores list a large one slowly.
    """
    return f"{installation.marke()}/{sha256[:2]}/{sha256}"


@contextmanager
def _lagret() -> Iterator[tuple[Minio, str]]:
    from minio.error import MinioException  # noqa: PLC0415 -- slow import
    from urllib3.exceptions import HTTPError  # noqa: PLC0415 -- slow import

    lager = settings.FILLAGER
    if lager is None:
        raise LagretSvararInte("FILLAGER är inte satt")
    try:
        yield _klient(lager), lager.hink
    except (MinioException, HTTPError, OSError) as fel:
        raise LagretSvararInte(str(fel) or type(fel).__name__) from fel


@cache
def _klient(lager: Fillager) -> Minio:
    from minio import Minio  # noqa: PLC0415 -- slow import
    from urllib3 import PoolManager, Timeout  # noqa: PLC0415 -- slow import

    svarar, laser = VANTAR
    # Asked once more: a connection that is kept may have been dropped meanwhile, and all that is asked may be repeated.
    http = PoolManager(timeout=Timeout(connect=svarar, read=laser), retries=1)
    return Minio(lager.vard, lager.nyckel, lager.hemlighet, secure=lager.tls, region=lager.region, http_client=http)
