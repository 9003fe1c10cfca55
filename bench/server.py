"""The web server as it runs, two workers beside an embedded PostgreSQL, and what it costs: processor time, memory."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection

TOM = "/halsa/liv/"
WORKERS = 2
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """`processer` are the server's own and the database's: they and what they have started is what is counted."""

    port: int
    processer: tuple[int, int]

    def processortid(self) -> float:
        """Seconds that all of them have used, also those that have ended since, such as the database's own cleaning."""
        return sum(_sekunder(Path(f"/proc/{process}")) for process in _trad(self.processer))

    def minne(self) -> tuple[float, float]:
        """MB of the two workers, which are the largest, and of all that serves: them and who sets PDFs. What processes
        share is counted once.
        """
        under = sorted(map(_pss, _trad(self.processer[:1])[1:]), reverse=True)
        return sum(under[:WORKERS]) / 1024, sum(under) / 1024

    def hamta(self, adress: str, ganger: int = 1, **huvuden: str) -> str:
        """Ask so many times on one connection; the mark of the last answer."""
        with socket.create_connection(("127.0.0.1", self.port)) as linje:
            for _ in range(ganger):
                linje.sendall(fraga(adress, **huvuden))
                huvud, vantar = las(linje)
                while vantar > 0:
                    vantar -= len(linje.recv(1 << 20))
        status = huvud.split()[1].decode()
        if status != ("304" if "If_None_Match" in huvuden else "200"):
            raise RuntimeError(f"{adress} svarar {status}")
        return falt(huvud, b"etag: ")

    def kostnad(self, adress: str, ganger: int, **huvuden: str) -> float:
        """Milliseconds of processor that one of so many takes."""
        fore = self.processortid()
        self.hamta(adress, ganger, **huvuden)
        return (self.processortid() - fore) / ganger * 1000


def fraga(adress: str, **huvuden: str) -> bytes:
    rader = "".join(f"{namn.replace('_', '-')}: {varde}\r\n" for namn, varde in huvuden.items())
    return f"GET {adress} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n{rader}\r\n".encode()


def las(linje: socket.socket) -> tuple[bytes, int]:
    """(the head of the answer, how many bytes of its body are still to come)."""
    last = b""
    while b"\r\n\r\n" not in last:
        if not (bit := linje.recv(1 << 20)):
            raise RuntimeError("servern bröt förbindelsen")
        last += bit
    huvud, _, kropp = last.partition(b"\r\n\r\n")
    return huvud, int(falt(huvud, b"content-length: ") or 0) - len(kropp)


def falt(huvud: bytes, namn: bytes) -> str:
    rad = next((r for r in huvud.split(b"\r\n") if r.lower().startswith(namn)), b"")
    return rad[len(namn) :].decode()


def _trad(rotter: tuple[int, ...]) -> list[int]:
    """The processes, and those that they have started."""
    barn: dict[int, list[int]] = {}
    for mapp in Path("/proc").glob("[0-9]*"):
        try:
            foralder = (mapp / "stat").read_text().rpartition(")")[2].split()[1]
        except OSError:
            continue  # it has ended
        barn.setdefault(int(foralder), []).append(int(mapp.name))
    alla = list(rotter)
    for process in alla:
        alla += barn.get(process, [])
    return alla


def _sekunder(mapp: Path) -> float:
    """Its own by the nanosecond, and those of its children that have ended by the clock's tick."""
    try:
        egna = sum(int((t / "schedstat").read_text().split()[0]) for t in (mapp / "task").iterdir()) / 1e9
        barnens = (mapp / "stat").read_text().rpartition(")")[2].split()[13:15]
    except OSError:
        return 0.0  # it ended meanwhile
    return egna + sum(map(int, barnens)) / TICK


def _pss(process: int) -> int:
    try:
        rader = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(rad.split()[1]) for rad in rader if rad.startswith("Pss:")), 0)


@contextmanager
def igang() -> Iterator[Server]:
    with socket.socket() as ledig:
        ledig.bind(("127.0.0.1", 0))
        port = ledig.getsockname()[1]
    subprocess.run([sys.executable, "-m", "django", "collectstatic", "--no-input", "--verbosity=0"], check=True)
    val = [
        "--interface",
        "wsgi",
        "--port",
        str(port),
        "--workers",
        str(WORKERS),
        "--blocking-threads",
        str(settings.TRADAR),
    ]
    postgres = int((Path(connection.settings_dict["HOST"]) / "postmaster.pid").read_text().split()[0])
    kommando = [sys.executable, "-m", "granian", *val, "--log-level", "error", "fardplan.wsgi:application"]
    with subprocess.Popen(kommando, env=os.environ | {"FARDPLAN_START": "bench"}) as server:
        try:
            _vanta(port)
            yield Server(port, (server.pid, postgres))
        finally:
            server.terminate()


def _vanta(port: int) -> None:
    for _ in range(600):
        time.sleep(0.1)
        with socket.socket() as prov:
            if prov.connect_ex(("127.0.0.1", port)) == 0:
                return
    raise RuntimeError("Webbservern svarar inte.")
