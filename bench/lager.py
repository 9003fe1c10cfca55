"""What a page or file costs a besökare when it is made already, and after a change: over HTTP, with two workers.

Costs are processor time of the server and PostgreSQL together a request, in ms, and over that of a page without content
through the same middleware.
"""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Iterator

from bench import server
from bench.matt import Matt, median_av
from bench.server import TOM, Server
from insatser.models import Insats

KARTAN = "/flemingsberg/insatskarta/"
SIDOR = {"kartan": KARTAN, "laget.pdf": "/flemingsberg/laget.pdf", "kartan.xlsx": "/flemingsberg/insatskarta.xlsx"}
VARV, GANGER, SEKUNDER, FORBINDELSER = 7, 500, 4, 8
MINST = {"kartan": 1500, "laget.pdf": 500, "kartan.xlsx": 500}


def kor() -> Iterator[Matt]:
    """Costs in ms and as ratios to the empty page, and how many a second at 8 connections."""
    with server.igang() as igang:
        yield from _kostnader(igang)
        for namn, adress in SIDOR.items():
            antal = i_sekunden(igang.port, adress)
            yield Matt(f"{namn} oförändrad, {FORBINDELSER} förbindelser", antal, MINST[namn], "/s", minst=True)


def _kostnader(igang: Server) -> Iterator[Matt]:
    """Medians of rounds in which each is asked for in turn, and of the ratios within a round."""
    tomma: list[float] = []
    kostar: dict[tuple[str, str], list[float]] = {}
    for _ in range(VARV):
        # Made in both processes, whichever takes a connection.
        marken = [{namn: igang.hamta(adress) for namn, adress in SIDOR.items()} for _ in range(8)][-1]
        tomma.append(igang.kostnad(TOM, GANGER))
        for namn, adress in SIDOR.items():
            kostar.setdefault((namn, "oförändrad"), []).append(igang.kostnad(adress, GANGER))
            med = igang.kostnad(adress, GANGER, If_None_Match=marken[namn])
            kostar.setdefault((namn, "304"), []).append(med)
        kostar.setdefault(("kartan", "efter en ändring"), []).append(_efter_andring(igang))
    yield median_av("tom sida genom samma mellanlager", tomma, None, "ms")
    for (namn, hur), alla in kostar.items():
        grans = 20 if hur == "efter en ändring" else 3
        yield median_av(f"{namn} {hur}", alla, grans, "ms")
        if grans == 3:
            kvoter = [a / t for a, t in zip(alla, tomma, strict=True)]
            yield median_av(f"{namn} {hur} mot tom sida", kvoter, 1.2 if hur == "304" else 1.5)


def _efter_andring(igang: Server) -> float:
    """With the change itself, which is a tenth of it."""
    fore, ganger = igang.processortid(), 20
    for n in range(ganger):
        Insats.objects.filter(ordning=3).update(kallnotering=f"{n}")
        igang.hamta(KARTAN)
    return (igang.processortid() - fore) / ganger * 1000


def i_sekunden(port: int, adress: str, **huvuden: str) -> float:
    """Answers a second over 8 connections at once."""
    linjer, fragan = {}, server.fraga(adress, **huvuden)
    with select.epoll() as handelser:
        for _ in range(FORBINDELSER):
            linje = socket.create_connection(("127.0.0.1", port))
            linjer[linje.fileno()] = linje
            handelser.register(linje, select.EPOLLIN)
            linje.sendall(fragan)
        antal, kvar, start = 0, dict.fromkeys(linjer, 0), time.monotonic()
        while time.monotonic() - start < SEKUNDER:
            for nummer, _ in handelser.poll(1):
                linje = linjer[nummer]
                if kvar[nummer]:
                    kvar[nummer] -= len(linje.recv(1 << 20))
                else:
                    _, kvar[nummer] = server.las(linje)
                if not kvar[nummer]:
                    antal += 1
                    linje.sendall(fragan)
    for linje in linjer.values():
        linje.close()
    return antal / SEKUNDER
