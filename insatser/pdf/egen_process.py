"""PDFs are set in processes of their own. Whatever stands in one, it ends in time, and takes nobody with it.

Such a process stays: a new one needs ten times as long to set the same, since what is read once (typeface, templates)
must be read anew. It goes when it does not answer, and after so many PDFs, with what it has not given back.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from queue import Empty, SimpleQueue
from typing import Any

from aktorer.grund.barnprocess import hogst_minne, i_tid

TID = 30  # seconds for one
MINNE = 2 * 2**30  # bytes, beside what the process begins with
STAR_KVAR = 2  # that wait for the next; when more is asked for at once there are more for so long
LANGST = 500  # PDFs of one process

# As the readers of Excel files (utbyte/excel/egen_process.py), and out of the same: there is one a server process.
_sammanhang = multiprocessing.get_context("forkserver")
_sammanhang.set_forkserver_preload(["insatser.utbyte.excel.egen_process_start"])
_lediga: SimpleQueue[_Sattare] = SimpleQueue()


class GickInte(Exception):
    """It took too long, or more than there is: nothing was made, and the next one may go better."""


class _Sattare:
    """A process that sets one PDF after the other."""

    def __init__(self) -> None:
        self.gjorda = 0
        self.ror, dar = _sammanhang.Pipe()
        with dar:
            self.process = _sammanhang.Process(target=_satter, args=(dar,), daemon=True)
            self.process.start()

    def satt(self, funktion: Callable[..., bytes], *varden: Any) -> bytes:
        """Raises GickInte, and RuntimeError with what went wrong in there."""
        self.gjorda += 1
        try:
            with i_tid(self.process, TID):
                self.ror.send((funktion, varden))
            if not self.ror.poll(TID):
                raise GickInte(f"En PDF tog mer än {TID} sekunder.")
            pdf, fel = self.ror.recv()
        except (EOFError, OSError) as dog:
            raise GickInte("Processen som satte PDF:en dog.") from dog
        if fel:
            raise RuntimeError(fel)
        return bytes(pdf)

    def avsluta(self) -> None:
        self.ror.close()
        self.process.kill()
        self.process.join()
        self.process.close()


def satt(funktion: Callable[..., bytes], *varden: Any) -> bytes:
    """What the function, of a module, returns, in one of the processes. Raises as `_Sattare.satt`."""
    sattare = _ledig() or _Sattare()
    try:
        pdf = sattare.satt(funktion, *varden)
    except BaseException:
        sattare.avsluta()
        raise
    if _lediga.qsize() < STAR_KVAR and sattare.gjorda < LANGST:
        _lediga.put(sattare)
    else:
        sattare.avsluta()
    return pdf


def varm() -> None:
    """Let one begin before anybody asks for a PDF."""
    if _lediga.empty():
        _lediga.put(_Sattare())


def _ledig() -> _Sattare | None:
    """One that waits, if there is one; not one that has died meanwhile."""
    while True:
        try:
            sattare = _lediga.get_nowait()
        except Empty:
            return None
        if sattare.process.is_alive():
            return sattare
        sattare.avsluta()


def _satter(ror: Connection) -> None:
    hogst_minne(MINNE)
    while True:
        try:
            funktion, varden = ror.recv()
        except EOFError:  # the server is gone
            return
        signal.alarm(TID + 5)  # also when whoever asked has died meanwhile
        try:
            pdf = funktion(*varden)
            signal.alarm(0)
            ror.send((pdf, ""))
        except MemoryError:
            return
        except Exception as fel:  # noqa: BLE001 -- told where it was asked for
            ror.send((b"", f"{type(fel).__name__}: {fel}"))
