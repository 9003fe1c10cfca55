"""A process that is handed something takes it in time, or ends: whoever hands it over does not wait for ever."""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Timer


@contextmanager
def i_tid(process: BaseProcess, sekunder: float) -> Iterator[None]:
    """The process is killed when this block takes longer: what is sent to it in the block then ends in OSError."""
    klocka = Timer(sekunder, process.kill)
    klocka.daemon = True
    klocka.start()
    try:
        yield
    finally:
        klocka.cancel()


def hogst_minne(mer: int) -> None:
    """This process gets no more memory than so many bytes beside what it has: MemoryError, where Linux says so."""
    if sys.platform == "linux":
        nu = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (nu + mer, nu + mer))
