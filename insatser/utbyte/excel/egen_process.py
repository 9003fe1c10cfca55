"""An uploaded file is read in a process of its own: whatever is in it, it ends in time and gives its memory back."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from multiprocessing.connection import Connection
from threading import Semaphore
from typing import TYPE_CHECKING, Any

from aktorer.grund.barnprocess import hogst_minne, i_tid
from insatser.regler.inlasning import Fel
from insatser.utbyte.excel import frammande, lasning
from insatser.utbyte.excel.frammande import Frammande
from insatser.utbyte.excel.tabell import Tabell

if TYPE_CHECKING:
    from insatser.utbyte.excel.resurs import Bladresurs

SAMTIDIGT, VANTAR = 2, 5  # read at once in a server process; seconds that the others wait for their turn
TID = 30  # seconds
MINNE = 2**30  # bytes, beside what the process begins with
LANGSAM = (
    f"Filen tar längre tid än {TID} sekunder att läsa. Dela upp den, eller ta bort det som inte hör till tabellen."
)
FOR_STOR = "Filen gick inte att läsa: den är skadad, eller så ryms den inte. Spara om den i ett kalkylprogram."

_tur = Semaphore(SAMTIDIGT)
# Its processes are forked from one that has Django and the readers loaded, but neither threads nor connections.
_sammanhang = multiprocessing.get_context("forkserver")
_sammanhang.set_forkserver_preload([f"{__package__}.egen_process_start"])


type Resurser = type[Bladresurs] | tuple[type[Bladresurs], ...] | None


class MangaRader(Exception):
    """The file has more rows than were to be read at once; none of them were handed over."""


class Upptagen(Exception):
    """So many files are being read that there was no turn: whoever comes again soon may get one."""


def las(filnamn: str, innehall: bytes, slag: type[Bladresurs], hogst: int | None = None) -> Tabell:
    """As `lasning.las`, of the sheet of that kind; that it took too long or too much is a fault of the table too.

    Raises Upptagen, and MangaRader when there are more than `hogst`.
    """
    svar = _i_tur_och_ordning(filnamn, innehall, slag, hogst)
    tabell = Tabell(slag.mall.blad, slag.mall, fel=[Fel(svar)]) if isinstance(svar, str) else svar
    tabell.mall = slag.mall
    return tabell


def las_bok(
    filnamn: str, innehall: bytes, slagen: Sequence[type[Bladresurs]], hogst: int | None = None
) -> list[Tabell]:
    """The same of several sheets of a file, in the same order."""
    svar = _i_tur_och_ordning(filnamn, innehall, tuple(slagen), hogst)
    if isinstance(svar, str):
        svar = [Tabell(slag.mall.blad, slag.mall, fel=[Fel(svar)]) for slag in slagen]
    for tabell, slag in zip(svar, slagen, strict=True):
        tabell.mall = slag.mall
    tabeller: list[Tabell] = svar
    return tabeller


def las_frammande(filnamn: str, innehall: bytes, hogst: int | None = None) -> Frammande:
    """As `frammande.las`, in the same way."""
    svar = _i_tur_och_ordning(filnamn, innehall, None, hogst)
    return Frammande(fel=[Fel(svar)]) if isinstance(svar, str) else svar


def _i_tur_och_ordning(filnamn: str, innehall: bytes, slag: Resurser, hogst: int | None) -> Any:
    if not _tur.acquire(timeout=VANTAR):
        raise Upptagen
    try:
        svar = _i_ett_barn(filnamn, innehall, slag, hogst)
    finally:
        _tur.release()
    if svar is None:
        raise MangaRader
    return svar


def _i_ett_barn(filnamn: str, innehall: bytes, slag: Resurser, hogst: int | None) -> Any:
    """What the child has read, or why it has not."""
    har, dar = _sammanhang.Pipe()
    with har, dar:
        barn = _sammanhang.Process(target=_i_barnet, args=(dar,), daemon=True)
        barn.start()
        dar.close()
        try:
            with i_tid(barn, TID):
                har.send((filnamn, innehall, slag, hogst))
            return har.recv() if har.poll(TID) else LANGSAM
        except (EOFError, OSError):  # it died, perhaps in the middle of its answer
            return FOR_STOR
        finally:
            barn.kill()
            barn.join()
            barn.close()


def _i_barnet(dar: Connection) -> None:
    """Hands over what it has read; None when that is too much to be read at once."""
    filnamn, innehall, slag, hogst = dar.recv()
    hogst_minne(MINNE)
    if slag is None:
        annan = frammande.las(filnamn, innehall)
        dar.send(annan if hogst is None or len(annan.rader) <= hogst else None)
        return
    tabeller = [lasning.las(filnamn, innehall, s.mall) for s in (slag if isinstance(slag, tuple) else [slag])]
    if hogst is not None and sum(map(len, tabeller)) > hogst:
        dar.send(None)
        return
    for tabell in tabeller:
        tabell.mall = None  # type: ignore[assignment]  # whoever asked has it
    dar.send(tabeller if isinstance(slag, tuple) else tabeller[0])
