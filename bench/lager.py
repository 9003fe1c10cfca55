"""What a page or file costs a besökare when it is made already, and after a change: over HTTP, with two workers.

Costs are processor time of the server and PostgreSQL together a request, in ms, and over that of a page without content
through the same middleware.
"""

from __future__ import annotations

import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from bench.matt import Matt
from insatser.models import Insats

TOM = "/halsa/liv/"
KARTAN = "/flemingsberg/insatskarta/"
SIDOR = {"kartan": KARTAN, "laget.pdf": "/flemingsberg/laget.pdf", "kartan.xlsx": "/flemingsberg/insatskarta.xlsx"}
VARV, GANGER, SEKUNDER, FORBINDELSER = 7, 500, 4, 8
TICK = os.sysconf("SC_CLK_TCK")
MINST = {"kartan": 1500, "laget.pdf": 500, "kartan.xlsx": 500}


def kor() -> Iterator[Matt]:
    """Costs in ms and as ratios to the empty page, and how many a second at 8 connections."""
    with _server() as (port, processer):
        yield from _kostnader(port, processer)
        for namn, adress in SIDOR.items():
            antal = _i_sekunden(port, adress)
            yield Matt(f"{namn} oförändrad, {FORBINDELSER} förbindelser", antal, MINST[namn], "/s", minst=True)


def _kostnader(port: int, processer: list[int]) -> Iterator[Matt]:
    """Medians of rounds in which each is asked for in turn, and of the ratios within a round."""
    tomma: list[float] = []
    kostar: dict[tuple[str, str], list[float]] = {}
    for _ in range(VARV):
        # Made in both processes, whichever takes a connection.
        marken = [{namn: _hamta(port, adress, 1) for namn, adress in SIDOR.items()} for _ in range(8)][-1]
        tomma.append(_kostnad(processer, port, TOM))
        for namn, adress in SIDOR.items():
            kostar.setdefault((namn, "oförändrad"), []).append(_kostnad(processer, port, adress))
            kostar.setdefault((namn, "304"), []).append(_kostnad(processer, port, adress, marken[namn]))
        kostar.setdefault(("kartan", "efter en ändring"), []).append(_efter_andring(processer, port))
    yield Matt("tom sida genom samma mellanlager", _median(tomma), None, "ms")
    for (namn, hur), alla in kostar.items():
        grans = 20 if hur == "efter en ändring" else 3
        yield Matt(f"{namn} {hur}", _median(alla), grans, "ms")
        if grans == 3:
            kvot = _median([a / t for a, t in zip(alla, tomma, strict=True)])
            yield Matt(f"{namn} {hur} mot tom sida", kvot, 1.2 if hur == "304" else 1.5)


def _median(tal: list[float]) -> float:
    return sorted(tal)[len(tal) // 2]


def _kostnad(processer: list[int], port: int, adress: str, marke: str = "") -> float:
    fore = _processortid(processer)
    _hamta(port, adress, GANGER, marke)
    return (_processortid(processer) - fore) / GANGER * 1000


def _efter_andring(processer: list[int], port: int) -> float:
    """With the change itself, which is a tenth of it."""
    fore, ganger = _processortid(processer), 20
    for n in range(ganger):
        Insats.objects.filter(ordning=3).update(kallnotering=f"{n}")
        _hamta(port, KARTAN, 1)
    return (_processortid(processer) - fore) / ganger * 1000


def _processortid(rotter: list[int]) -> float:
    """Seconds of the processes and of those that they have started."""
    barn: dict[int, list[int]] = {}
    tider: dict[int, int] = {}
    for mapp in Path("/proc").glob("[0-9]*"):
        try:
            falt = (mapp / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended
        barn.setdefault(int(falt[1]), []).append(int(mapp.name))
        tider[int(mapp.name)] = int(falt[11]) + int(falt[12])
    alla = list(rotter)
    for process in alla:
        alla += barn.get(process, [])
    return sum(tider.get(p, 0) for p in alla) / TICK


def _hamta(port: int, adress: str, ganger: int, marke: str = "") -> str:
    """Ask so many times on one connection; the mark of the last answer."""
    with socket.create_connection(("127.0.0.1", port)) as linje:
        for _ in range(ganger):
            linje.sendall(_fraga(adress, marke))
            huvud, vantar = _las(linje, b"")
            while vantar > 0:
                vantar -= len(linje.recv(1 << 20))
    status = huvud.split()[1]
    if status != (b"304" if marke else b"200"):
        raise RuntimeError(f"{adress} svarar {status.decode()}")
    return _falt(huvud, b"etag: ")


def _i_sekunden(port: int, adress: str) -> float:
    linjer = {}
    with select.epoll() as handelser:
        for _ in range(FORBINDELSER):
            linje = socket.create_connection(("127.0.0.1", port))
            linjer[linje.fileno()] = linje
            handelser.register(linje, select.EPOLLIN)
            linje.sendall(_fraga(adress))
        antal, kvar, start = 0, dict.fromkeys(linjer, 0), time.monotonic()
        while time.monotonic() - start < SEKUNDER:
            for nummer, _ in handelser.poll(1):
                linje = linjer[nummer]
                if kvar[nummer]:
                    kvar[nummer] -= len(linje.recv(1 << 20))
                else:
                    _, kvar[nummer] = _las(linje, b"")
                if not kvar[nummer]:
                    antal += 1
                    linje.sendall(_fraga(adress))
    for linje in linjer.values():
        linje.close()
    return antal / SEKUNDER


def _fraga(adress: str, marke: str = "") -> bytes:
    har = f"If-None-Match: {marke}\r\n" if marke else ""
    return f"GET {adress} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n{har}\r\n".encode()


def _las(linje: socket.socket, last: bytes) -> tuple[bytes, int]:
    """(the head of the answer, how many bytes of its body are still to come)."""
    while b"\r\n\r\n" not in last:
        if not (bit := linje.recv(1 << 20)):
            raise RuntimeError("servern bröt förbindelsen")
        last += bit
    huvud, _, kropp = last.partition(b"\r\n\r\n")
    return huvud, int(_falt(huvud, b"content-length: ") or 0) - len(kropp)


def _falt(huvud: bytes, namn: bytes) -> str:
    rad = next((r for r in huvud.split(b"\r\n") if r.lower().startswith(namn)), b"")
    return rad[len(namn) :].decode()


@contextmanager
def _server() -> Iterator[tuple[int, list[int]]]:
    """Its port, and the processes whose time is counted: the server's own and the database's."""
    with socket.socket() as ledig:
        ledig.bind(("127.0.0.1", 0))
        port = ledig.getsockname()[1]
    subprocess.run([sys.executable, "-m", "django", "collectstatic", "--no-input", "--verbosity=0"], check=True)
    val = ["--interface", "wsgi", "--port", str(port), "--workers", "2", "--blocking-threads", str(settings.TRADAR)]
    postgres = int((Path(connection.settings_dict["HOST"]) / "postmaster.pid").read_text().split()[0])
    kommando = [sys.executable, "-m", "granian", *val, "--log-level", "error", "fardplan.wsgi:application"]
    with subprocess.Popen(kommando, env=os.environ | {"FARDPLAN_START": "bench"}) as server:
        try:
            for _ in range(200):
                time.sleep(0.1)
                with socket.socket() as prov:
                    if prov.connect_ex(("127.0.0.1", port)) == 0:
                        break
            yield port, [server.pid, postgres]
        finally:
            server.terminate()
