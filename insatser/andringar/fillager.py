"""The bytes of files between the database and the store: moved, and erased when nothing names them any more.

What is attached is written to the database, with all that it belongs to, and moved when that is done: the store holds
nothing that was never attached, and a store that is down holds nobody up. Each file by itself: killed, the next run
goes on where it was.
"""

from __future__ import annotations

from aktorer.grund import fillager
from aktorer.grund.andring import slutlig_andring
from aktorer.models import Anvandare
from insatser.andringar.samtal import las_innehall
from insatser.fragor.fillager import i_databasen, rester
from insatser.models import Filinnehall, Lagerrest


def till_lagret(sha256: str) -> bool:
    """Move it there, when it lies in the database. Raises LagretSvararInte, and it is where it was."""
    anteckna_rest(av=None, sha256=sha256)
    return _till_lagret(av=None, sha256=sha256)


def till_databasen(sha256: str) -> bool:
    """Move it there, when it lies in the store. Raises LagretSvararInte, and it can still be read."""
    flyttad = _till_databasen(av=None, sha256=sha256)
    stada(av=None, sha256=sha256, flyttad=True)
    return flyttad


@slutlig_andring
def anteckna_rest(*, av: Anvandare | None, sha256: str) -> None:
    """Written down, and so known whatever happens next.

    No version: it is there or not.
    """
    Lagerrest.objects.bulk_create([Lagerrest(sha256=sha256)], ignore_conflicts=True)


@slutlig_andring
def _till_lagret(*, av: Anvandare | None, sha256: str) -> bool:
    las_innehall([sha256])
    anteckna_rest(av=av, sha256=sha256)  # somebody may have tidied meanwhile
    data = Filinnehall.objects.filter(pk=sha256).values_list("data", flat=True).first()
    if data is None:
        return False
    fillager.lagg(sha256, bytes(data))
    fillager.hamta(sha256)  # held against its hash before the only other copy goes
    Filinnehall.objects.filter(pk=sha256).update(data=None)
    Lagerrest.objects.filter(pk=sha256).delete()
    return True


@slutlig_andring
def _till_databasen(*, av: Anvandare | None, sha256: str) -> bool:
    las_innehall([sha256])
    rad = Filinnehall.objects.filter(pk=sha256, data=None)
    if not rad.exists():
        return False
    anteckna_rest(av=av, sha256=sha256)
    rad.update(data=fillager.hamta(sha256))
    return True


@slutlig_andring
def stada(*, av: Anvandare | None, sha256: str, flyttad: bool = False) -> bool:
    """Erase from the store what was left there, unless a row says that it lies there, or is about to be moved there
    again (not when it was just `flyttad` from there). True when it did. Raises LagretSvararInte, and it is left still.

    No version: it goes by what is so now.
    """
    las_innehall([sha256])
    rest, rad = Lagerrest.objects.filter(pk=sha256), Filinnehall.objects.filter(pk=sha256)
    i_lagret = rad.filter(data=None).exists()
    if not rest.exists() or (rad.exists() and not i_lagret and not flyttad):
        return False
    if not i_lagret:
        fillager.ta_bort(sha256)
    rest.delete()
    return not i_lagret


def ordna(hogst: int) -> tuple[int, int]:
    """Let at most so many files be where they belong: (moved to the store, erased from it).

    Nothing without a store. Raises LagretSvararInte, and the rest waits for the next run.
    """
    if not fillager.valt():
        return 0, 0
    raderade = sum(stada(av=None, sha256=s) for s in list(rester().values_list("pk", flat=True)[:hogst]))
    flyttade = sum(till_lagret(s) for s in list(i_databasen()[:hogst]))
    return flyttade, raderade
