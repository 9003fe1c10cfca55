"""Words are looked for in uploaded files in a process of its own: whatever is in one, it ends in time."""

from __future__ import annotations

import multiprocessing
import re
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from aktorer.grund.barnprocess import hogst_minne, i_tid
from insatser.regler.filtext import Olaslig, innehaller

TID = 10  # seconds for one file
HELA_TIDEN = 30  # for all of them; what is left then has not been read
MINNE = 2**30  # bytes, beside what the process begins with

# As the readers of Excel files (utbyte/excel/egen_process.py), and out of the same: there is one a server process.
_sammanhang = multiprocessing.get_context("forkserver")
_sammanhang.set_forkserver_preload(["insatser.utbyte.excel.egen_process_start"])


def leta[K](vilka: Iterable[K], hamta: Callable[[K], bytes], sokt: re.Pattern[str]) -> Iterator[tuple[K, bool | None]]:
    """Whether the pattern is found in each of these, in the file that `hamta` fetches; None where it could not be read,
    or not in time. One file is held at a time.
    """
    slut = time.monotonic() + HELA_TIDEN
    letare: _Letare | None = None
    try:
        for vilken in vilka:
            kvar = min(TID, slut - time.monotonic())
            letare = letare or _Letare(sokt)
            svar = letare.fraga(hamta(vilken), kvar) if kvar > 0 else None
            if not letare.lever:
                letare.avsluta()
                letare = None
            yield vilken, svar
    finally:
        if letare:
            letare.avsluta()


class _Letare:
    """A process that looks into one file after the other, until one is too much for it."""

    def __init__(self, sokt: re.Pattern[str]) -> None:
        self._ror, dar = _sammanhang.Pipe()
        with dar:
            self._process: BaseProcess = _sammanhang.Process(target=_letar, args=(dar, sokt), daemon=True)
            self._process.start()
        self.lever = True

    def fraga(self, fil: bytes, sekunder: float) -> bool | None:
        try:
            with i_tid(self._process, sekunder):
                self._ror.send_bytes(fil)
            if self._ror.poll(sekunder):
                svar: bool | None = self._ror.recv()
                return svar
        except (EOFError, OSError):
            pass
        self.lever = False
        return None

    def avsluta(self) -> None:
        self._ror.close()
        self._process.kill()
        self._process.join()
        self._process.close()


def _letar(ror: Connection, sokt: re.Pattern[str]) -> None:
    hogst_minne(MINNE)
    signal.alarm(HELA_TIDEN + 5)  # also when whoever asked has died meanwhile
    while True:
        try:
            fil = ror.recv_bytes()
        except EOFError:
            return
        try:
            svar: bool | None = innehaller(fil, sokt)
        except (Olaslig, MemoryError):
            svar = None
        ror.send(svar)
