"""`make soak`: a working day in five minutes. Eight people and a crawler ask one server, on this machine alone.

Each person does what people do, with pauses, by a list that chance picks from in the same way each time; saves are
saved. The crawler follows every link of the public pages, and every combination of the filters, to a bound. SEKUNDER
says how long (300).
"""

from __future__ import annotations

import http.client
import itertools
import os
import random
import re
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from threading import Lock, Thread
from urllib.parse import urlencode, urljoin

from aktorer.roller import Anvandarroll
from bench import server
from bench.inloggad import INSATSEN, KARTAN, inloggad, kaka, lagets_falt
from bench.matt import Matt
from bench.server import Server
from insatser.models import Handlingsplan, Insats

ROLLER = (
    *[Anvandarroll.PLANERARE] * 2,
    *[Anvandarroll.TJANSTEPERSON] * 4,
    Anvandarroll.STYRGRUPP,
    Anvandarroll.ADMINISTRATOR,
)
PAUS = (0.2, 1.5)  # seconds between two things that one person does
SIDOR = 2000  # that the crawler remembers: it begins anew then
MINNE = 250  # MB, server processes together
VAXER = 1.1  # the last fifth of the time against the second


@dataclass
class Dagbok:
    """What was asked, by what it is: seconds each; and what went wrong."""

    slut: float
    tider: dict[str, list[float]] = field(default_factory=dict)
    fel: list[str] = field(default_factory=list)
    las: Lock = field(default_factory=Lock)

    def skriv(self, vad: str, tog: float, fel: str) -> None:
        with self.las:
            self.tider.setdefault(vad, []).append(tog)
            if fel:
                self.fel.append(f"{vad}: {fel}")


def kor() -> Iterator[Matt]:
    """Errors, memory and how long people waited. What went wrong first is printed."""
    sekunder = int(os.environ.get("SEKUNDER") or 300)
    personer = [kaka(inloggad(roll, f"Prov {n}")) for n, roll in enumerate(ROLLER)]
    nummer = [
        i.nummer for i in Insats.objects.filter(fardplan__stadskarna__slug="flemingsberg").select_related("malomrade")
    ]
    planen = f"/flemingsberg/handlingsplan/{Handlingsplan.objects.get(exempel=True).period}/"
    with server.igang() as igang:
        dagbok = Dagbok(time.monotonic() + sekunder)
        tradar = [Thread(target=_dag, args=(igang, dagbok, k, nummer, planen, n)) for n, k in enumerate(personer)]
        tradar.append(Thread(target=_krypa, args=(igang, dagbok)))
        for trad in tradar:
            trad.start()
        minne = []
        while time.monotonic() < dagbok.slut:
            minne.append(igang.minne())
            time.sleep(min(2, sekunder / 50))
        for trad in tradar:
            trad.join()
    for fel in dagbok.fel[:10]:
        print(fel)
    for vad, tider in sorted(dagbok.tider.items()):
        p50, p95 = statistics.median(tider), statistics.quantiles([*tider, *tider], n=20)[-1]
        yield Matt(f"{vad}: p50 och p95 av {len(tider)}", p50 * 1000, None, "ms", kvartiler=(p50 * 1000, p95 * 1000))
    yield Matt("fel", len(dagbok.fel), 0, "st")
    femtedel, workers = max(1, len(minne) // 5), [w for w, _ in minne]
    sist, varmt = statistics.median(workers[-femtedel:]), statistics.median(workers[femtedel : 2 * femtedel] or workers)
    yield Matt("minnet i sista femtedelen mot den andra", sist / varmt, VAXER)
    yield Matt("minnet, två processer tillsammans", max(workers), MINNE, "MB")
    yield Matt("minnet, med dem som sätter PDF", max(alla for _, alla in minne), None, "MB")


def _dag(igang: Server, dagbok: Dagbok, kaka: str, nummer: list[str], planen: str, vem: int) -> None:
    """What one person does: mostly reads, often reports, now and then fetches a file."""
    slump = random.Random(vem)
    linje = _Linje(igang.port, dagbok, kaka)
    val = {
        "mitt arbete": 6,
        "kartan": 6,
        "tabellen": 3,
        "en insats": 10,
        "handlingsplanen": 3,
        "översikten": 3,
        "sökning": 2,
        "excel": 1,
        "pdf": 1,
        "spara ett läge": 4 if ROLLER[vem] != Anvandarroll.STYRGRUPP else 0,
    }
    adresser = {
        "mitt arbete": "/mitt-arbete/",
        "kartan": KARTAN,
        "tabellen": f"{KARTAN}?vy=tabell",
        "handlingsplanen": planen,
        "översikten": "/flemingsberg/oversikt/",
        "excel": "/flemingsberg/insatskarta.xlsx",
        "pdf": "/flemingsberg/laget.pdf",
    }
    while time.monotonic() < dagbok.slut:
        (vad,) = slump.choices(list(val), list(val.values()))
        if vad == "spara ett läge":
            linje.spara(INSATSEN + "lage/", f"Dag {vem}, {time.monotonic()}")
        elif vad == "en insats":
            linje.fraga(vad, f"/flemingsberg/insatser/{slump.choice(nummer)}/")
        elif vad == "sökning":
            linje.fraga(vad, "/sok/?" + urlencode({"q": slump.choice(["stadsdel", "Hälsovägen", "trygg", "2024"])}))
        else:
            linje.fraga(vad, adresser[vad])
        time.sleep(slump.uniform(*PAUS))


def _krypa(igang: Server, dagbok: Dagbok) -> None:
    """Every link there is, and between them every combination of the filters."""
    linje = _Linje(igang.port, dagbok, "")
    val = (("malomrade", "1234"), ("typ", ("gemensam", "karnspecifik")), ("vy", ("karta", "tabell", "matris")))
    filter_ = itertools.cycle(
        f"{KARTAN}?{urlencode(dict(zip((n for n, _ in val), delar, strict=True)))}&q={n}"
        for n in range(100)
        for delar in itertools.product(*(v for _, v in val))
    )
    kvar, sedda = ["/"], {"/"}
    while time.monotonic() < dagbok.slut:
        if not kvar or len(sedda) > SIDOR:
            kvar, sedda = ["/"], {"/"}
        adress = kvar.pop(0)
        html = linje.fraga("krypare", adress)
        for lank in re.findall(r'href="([^"#]+)', html):
            hel = urljoin(adress, unescape(lank))
            if hel.startswith("/") and hel not in sedda and not hel.startswith(("/static/", "/konto/")):
                sedda.add(hel)
                kvar.append(hel)
        linje.fraga("krypare, filter", next(filter_))
        time.sleep(0.05)


class _Linje:
    """One browser: a connection that is kept, the cookies of a person, and what is sent by its forms."""

    def __init__(self, port: int, dagbok: Dagbok, kaka: str) -> None:
        self.port, self.dagbok, self.kaka = port, dagbok, kaka
        self.linje = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def fraga(self, vad: str, adress: str, data: bytes | None = None, **huvuden: str) -> str:
        """The page. What is not there, or may not be read, is an answer too: only a fault of the server is an error."""
        kakor = {"Cookie": self.kaka} if self.kaka else {}
        start, fel, html = time.monotonic(), "", ""
        try:
            self.linje.request("POST" if data is not None else "GET", adress, data, kakor | huvuden)
            svar = self.linje.getresponse()
            kropp = svar.read()
            if "html" in svar.headers.get("Content-Type", ""):
                html = kropp.decode()
            om_kakan = svar.headers.get("Set-Cookie", "")
            if om_kakan.startswith("csrftoken="):
                self.kaka = re.sub(r"; csrftoken=\S+", "", self.kaka) + "; " + om_kakan.split(";")[0]
            if svar.status >= 500 or (data is not None and svar.status not in {302, 409}):
                fel = f"{adress} svarar {svar.status}"
        except (OSError, http.client.HTTPException) as avbrott:
            fel = f"{adress}: {avbrott!r}"
            self.linje.close()
        self.dagbok.skriv(vad, time.monotonic() - start, fel)
        return html

    def spara(self, adress: str, kommentar: str) -> None:
        """As the form does. That somebody else was before one (409) is no error: then one reads theirs."""
        if "<form" in (html := self.fraga("formuläret för läget", adress)):
            falten = urlencode(lagets_falt(html, kommentar)).encode()
            typ = {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"http://127.0.0.1:{self.port}/"}
            self.fraga("spara ett läge", adress, falten, **typ)
