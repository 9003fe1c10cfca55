"""An uploaded file is read in a process of its own: whatever is in it, it ends in time and gives its memory back."""

from __future__ import annotations

import multiprocessing
import resource
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Semaphore
from typing import TYPE_CHECKING

from insatser.regler.inlasning import Fel
from insatser.utbyte.excel import lasning
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


class Upptagen(Exception):
    """So many files are being read that there was no turn: whoever comes again soon may get one."""


def las(filnamn: str, innehall: bytes, slag: type[Bladresurs]) -> Tabell:
    """As `lasning.las`, of the sheet of that kind; that it took too long or too much is a fault of the table too.

    Raises Upptagen.
    """
    if not _tur.acquire(timeout=VANTAR):
        raise Upptagen
    try:
        tabell = _i_ett_barn(filnamn, innehall, slag)
    finally:
        _tur.release()
    tabell.mall = slag.mall
    return tabell


def _i_ett_barn(filnamn: str, innehall: bytes, slag: type[Bladresurs]) -> Tabell:
    har, dar = _sammanhang.Pipe(duplex=False)
    with har, dar:
        barn = _sammanhang.Process(target=_i_barnet, args=(dar, filnamn, innehall, slag), daemon=True)
        barn.start()
        dar.close()
        try:
            if not har.poll(TID):
                return _nekad(slag, LANGSAM)
            tabell: Tabell = har.recv()
            return tabell
        except (EOFError, OSError):  # it died, perhaps in the middle of its answer
            return _nekad(slag, FOR_STOR)
        finally:
            barn.kill()
            barn.join()
            barn.close()


def _nekad(slag: type[Bladresurs], text: str) -> Tabell:
    return Tabell(slag.mall.blad, slag.mall, fel=[Fel(text)])


def _i_barnet(dar: Connection, filnamn: str, innehall: bytes, slag: type[Bladresurs]) -> None:
    if sys.platform == "linux":
        nu = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (nu + MINNE, nu + MINNE))
    tabell = lasning.las(filnamn, innehall, slag.mall)
    tabell.mall = None  # type: ignore[assignment]  # whoever asked has it
    dar.send(tabell)
