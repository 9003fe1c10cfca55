"""Who uses the cluster while it is tried: people who write, besökare who read, a planerare who invites, a mail server.

Everything that is written has a mark of its own. What was answered is kept here, to be held against the database.
"""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import Any

from aiosmtpd.controller import Controller

from kluster.data import ANTAL, INBJUDARE, STADSKARNA, adress
from kluster.klient import Brutet, Svar, Webblasare

BESOKARE = 3
PAUS = 0.3, 0.9  # seconds between what one person does
IGEN = 0.3  # seconds until somebody tries again
GAMMALT = 2.0  # seconds after which a page that does not show what was saved is old
MEJL_TAR = 0.08  # seconds of the mail server for each, so that something is always under way
INBJUDNA = 20  # at once


@dataclass(frozen=True)
class Fraga:
    """One request, when it was made and answered, and what was wrong: "" when nothing was."""

    nar: float
    klar: float
    skriver: bool
    fel: str = ""


@dataclass
class Markt:
    """Something that somebody wrote: whether it was ever answered that it is saved."""

    marke: str
    vem: str
    slag: str
    var: str
    sparat: float = 0
    """When that was, 0 when nobody knows."""


@dataclass
class Liggare:
    """What has happened, from all threads."""

    fragor: list[Fraga] = field(default_factory=list)
    markta: list[Markt] = field(default_factory=list)
    gamla: list[float] = field(default_factory=list)
    sidor: int = 0
    las: Lock = field(default_factory=Lock)

    def fraga(self, skriver: bool, gor: Callable[[], Svar]) -> Svar | None:
        """The answer; None when there was none, or one of an error. It is noted either way."""
        nar, svar, fel = time.monotonic(), None, ""
        try:
            svar = gor()
            if svar.status in {404, 403} or svar.status >= 500:
                fel = str(svar.status)
        except Brutet as orsak:
            fel = str(orsak)
        with self.las:
            self.fragor.append(Fraga(nar, time.monotonic(), skriver, fel))
        return None if fel else svar


class Last:
    """A context: people come when it is entered, and have gone home when it is left."""

    def __init__(self, port: int, losenord: str, delade: list[str], sida: str) -> None:
        """`delade`: the addresses of the insatser that all write in; `sida`: one of them, which besökare look at."""
        self.port, self.losenord, self.delade, self.sida = port, losenord, delade, sida
        self.liggare, self.slut = Liggare(), Event()
        self.tradar: list[Thread] = []
        self.inbjudare = Webblasare(port)
        self.omgang = 0

    def __enter__(self) -> Last:
        for n in range(ANTAL):
            self._starta(self._skriv, n)
        for n in range(BESOKARE):
            self._starta(self._las, n)
        self._logga_in(self.inbjudare, INBJUDARE)
        return self

    def __exit__(self, *_: object) -> None:
        self.slut.set()
        for trad in self.tradar:
            trad.join(60)

    def _starta(self, vad: Callable[[int], None], n: int) -> None:
        trad = Thread(target=vad, args=(n,), name=f"{vad.__name__}{n}", daemon=True)
        trad.start()
        self.tradar.append(trad)

    def _logga_in(self, webblasare: Webblasare, vem: str) -> None:
        while not self.slut.is_set():
            try:
                _, form = webblasare.formular("/konto/logga-in/")
                if form and webblasare.skicka(form, login=vem, password=self.losenord).status == 302:
                    return
            except Brutet:
                pass
            self.slut.wait(1)

    # --- who writes

    def _skriv(self, n: int) -> None:
        slump, webblasare, vem = random.Random(n), Webblasare(self.port), adress(n)
        self._logga_in(webblasare, vem)
        antal = 0
        while not self.slut.wait(slump.uniform(*PAUS)):
            antal += 1
            delad = slump.choice(self.delade)
            if antal % 2:
                self._kommentera(webblasare, Markt(f"k{n}-{antal}.", vem, "kommentar", delad), delad)
            else:
                self._skriv_in(webblasare, Markt(f"s{n}-{antal}.", vem, "text", delad), delad)

    def _kommentera(self, webblasare: Webblasare, markt: Markt, insats: str) -> None:
        form = self._formular(webblasare, insats, "samtal/")
        if form is None:
            return
        self._noterad(markt)
        self._tills_svar(webblasare, form, markt, text=markt.marke)

    def _skriv_in(self, webblasare: Webblasare, markt: Markt, insats: str) -> None:
        """Add the mark to a text that others add theirs to at the same time."""
        self._noterad(markt)
        while not self.slut.is_set():
            form = self._formular(webblasare, f"{insats}redigera/", "")
            if form is None:
                return
            text = f"{dict(form.falt)['text']} {markt.marke}"
            svar = self._tills_svar(webblasare, form, markt, text=text)
            if svar is None or svar.status != 409:
                return

    def _noterad(self, markt: Markt) -> None:
        with self.liggare.las:
            self.liggare.markta.append(markt)

    def _formular(self, webblasare: Webblasare, sida: str, mal: str) -> Any:
        while not self.slut.is_set():
            hittat: list[Any] = []

            def hamta() -> Svar:
                svar, form = webblasare.formular(sida, mal)
                hittat.append(form)  # noqa: B023
                return svar

            if self.liggare.fraga(False, hamta) and hittat[0]:
                return hittat[0]
            self.slut.wait(IGEN)
        return None

    def _tills_svar(self, webblasare: Webblasare, form: Any, markt: Markt, **falt: str) -> Svar | None:
        """Send the same form until somebody says what became of it, as a person does who sees an error."""
        while True:
            svar = self.liggare.fraga(True, lambda: webblasare.skicka(form, **falt))
            if svar is not None:
                if svar.status == 302 and "/konto/logga-in/" not in svar.vart:
                    markt.sparat = time.monotonic()
                return svar
            if self.slut.wait(IGEN):
                return None

    # --- who reads

    def _las(self, n: int) -> None:
        """Open pages with what they look like, and see that they are not old."""
        slump, webblasare = random.Random(f"las{n}"), Webblasare(self.port)
        sidor = ["/", f"/{STADSKARNA}/insatskarta/", f"/{STADSKARNA}/", "/nyheter/", f"/{STADSKARNA}/handlingsplan/"]
        while not self.slut.wait(slump.uniform(*PAUS)):
            vag = slump.choice([self.sida, *sidor])
            borde = self._sparade_fore(time.monotonic() - GAMMALT) if vag == self.sida else ""
            svar = self.liggare.fraga(False, lambda v=vag: webblasare.hamta(v))
            if svar is None:
                continue
            with self.liggare.las:
                self.liggare.sidor += 1
                if borde and f" {borde}" not in svar.text:
                    self.liggare.gamla.append(time.monotonic())
            for statisk in re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js))"', svar.text):
                self.liggare.fraga(False, lambda v=statisk: webblasare.hamta(v))

    def _sparade_fore(self, nar: float) -> str:
        """The latest mark that besökare should see, "" when there is none."""
        with self.liggare.las:
            har = [m for m in self.liggare.markta if m.slag == "text" and m.var == self.sida and 0 < m.sparat < nar]
        return max(har, key=lambda m: m.sparat).marke if har else ""

    # --- who invites

    def bjud_in(self) -> None:
        """Many at once, whose mails are then under way for seconds."""
        self.omgang += 1
        personer = "\n".join(f"omgang{self.omgang}-{n}@inbjudna.example" for n in range(INBJUDNA))
        form = self._formular(self.inbjudare, "/konton/bjud-in/", "")
        if form is not None:
            aktor = form.val["aktor"][0]
            self._tills_svar(
                self.inbjudare, form, Markt("", "", "", ""), personer=personer, roll="tjansteperson", aktor=aktor
            )


class Brevlada:
    """A mail server that takes its time."""

    def __init__(self) -> None:
        self.mottagna: Counter[str] = Counter()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        await asyncio.sleep(MEJL_TAR)
        self.mottagna.update(envelope.rcpt_tos)
        return "250 OK"


def brevlada(port: int) -> tuple[Controller, Brevlada]:
    """One that has begun."""
    lada = Brevlada()
    kontroll = Controller(lada, hostname="127.0.0.1", port=port)
    kontroll.start()
    return kontroll, lada
