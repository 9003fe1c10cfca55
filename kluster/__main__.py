"""`make kluster`: HAProxy before two servers of Färdplan and one that reads from the standby, PgBouncer, PostgreSQL
with a streaming standby, all on loopback, with people at work. One thing after the other dies, and the standby takes
over. Prints what besökare and those who write met, how long nothing could be saved, and whether anything was lost;
exits 1 when a line falls.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kluster import facit
from kluster.data import DELADE
from kluster.klient import Svar, Webblasare
from kluster.last import Brevlada, Last, brevlada
from kluster.maskiner import ROT, GickInte, Kluster, portar, vanta, version

LUGNT = 10  # seconds of people at work before, between and after
MINNE = Path("/dev/shm")


@dataclass(frozen=True)
class Skede:
    """What was done, and from when to when it shows."""

    namn: str
    fran: float
    till: float
    mest: float
    """Seconds that nothing may be saved, at most."""


def main() -> int:
    """Print each line as it comes, and return 1 when one falls."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is ended
    rum = MINNE.is_dir() and shutil.disk_usage(MINNE).free > 2 * 2**30
    (mejlport,) = portar(1)
    kontroll, lada = brevlada(mejlport)
    with tempfile.TemporaryDirectory(dir=MINNE if rum else None, prefix="kluster-") as mapp:
        try:
            print(f"Startar två {version()}, PgBouncer, tre servrar och HAProxy …", flush=True)
            with Kluster(Path(mapp), mejlport) as kluster:
                return 0 if _spela(kluster, lada) else 1
        except GickInte as fel:
            print(fel, file=sys.stderr)
            return 1
        finally:
            kontroll.stop()


def _spela(kluster: Kluster, lada: Brevlada) -> bool:
    delade = facit.delade_insatser(kluster.direkt, DELADE)
    skeden: list[Skede] = []
    with Last(kluster.port, kluster.losenord, delade, delade[0]) as last:
        vanta("Den första skrivningen", lambda: any(m.sparat for m in last.liggare.markta), talamod=60)
        for namn, mest, gor in _skeden(kluster):
            fran = time.monotonic()
            with _mejl_pa_vag(last, lada, namn):
                gor()
            time.sleep(LUGNT)
            skeden.append(Skede(namn, fran, time.monotonic(), mest))
            print(facit.skedets_rad(last.liggare, skeden[-1], rubrik=len(skeden) == 1), flush=True)
        last_niva = kluster.fran_haproxy("lasniva")["las"][0]
    _kor_timern_tva_ganger(kluster)
    rader = [
        *facit.forlorat(kluster.direkt, last.liggare),
        facit.mejlen(kluster.direkt, lada),
        facit.lasning(last.liggare, skeden, last_niva),
        facit.uppehallen(last.liggare, skeden),
        facit.nar_ingen_svarar(_utan_servrar(kluster)),
    ]
    for rad in rader:
        print(rad, flush=True)
    return all(r.haller for r in rader)


def _utan_servrar(kluster: Kluster) -> Svar:
    """What a visitor sees when none of them is left."""
    for server in kluster.servrar:
        assert server.process
        server.process.doda()
    vanta("HAProxy ser det", lambda: not any(uppe for _, uppe in kluster.fran_haproxy("nodlasning").values()))
    return Webblasare(kluster.port).hamta("/")


def _skeden(kluster: Kluster) -> Iterator[tuple[str, float, Callable[[], None]]]:
    yield "ingenting", 5, lambda: None
    yield "en server dör, och startas igen", 10, lambda: _server_dor(kluster)
    yield "PgBouncer dör, och startas igen", 10, lambda: _bouncer_dor(kluster)
    yield facit.EFTER, 5, lambda: _standbyn_efter(kluster)
    yield "primären dör, standbyn befordras", 20, lambda: _primaren_dor(kluster)
    yield "ny version, en server i taget", 10, lambda: _ny_version(kluster)


def _server_dor(kluster: Kluster) -> None:
    server = kluster.servrar[0]
    assert server.process
    server.process.doda()
    time.sleep(3)
    server.starta()
    vanta("Servern", server.redo, server.process)


def _bouncer_dor(kluster: Kluster) -> None:
    assert kluster.bouncer
    kluster.bouncer.doda()
    time.sleep(1)  # as systemd would
    kluster.starta_bouncer()


def _standbyn_efter(kluster: Kluster) -> None:
    """It gets all, and shows nothing of it: besökare are to be answered by the others."""
    kluster.tva.fraga("SELECT pg_wal_replay_pause()")
    vanta("Läsnivån lämnar", lambda: not kluster.fran_haproxy("lasniva")["las"][1], talamod=facit.FAR_VARA_GAMMALT)
    time.sleep(LUGNT)
    kluster.tva.fraga("SELECT pg_wal_replay_resume()")
    vanta("Läsnivån kommer tillbaka", lambda: kluster.fran_haproxy("lasniva")["las"][1], talamod=30)


def _primaren_dor(kluster: Kluster) -> None:
    """What Patroni does when it has seen that the primary is gone, which takes it half a minute as it is delivered."""
    assert kluster.ett.process
    kluster.ett.process.doda()
    kluster.tva.fraga("SELECT pg_promote()")


def _ny_version(kluster: Kluster) -> None:
    ny = kluster.ny_version()
    forst, *_ = kluster.servrar
    for server in kluster.servrar:
        if server is not forst:  # what it has packed, the others need not
            shutil.copytree(forst.statiskt, server.statiskt, dirs_exist_ok=True)
        server.byt(ny)
        vanta("Den nya versionen", lambda s=server: s.redo("?lasa"), server.process)
        time.sleep(5)  # until HAProxy sees it too


@contextmanager
def _mejl_pa_vag(last: Last, lada: Brevlada, namn: str) -> Iterator[None]:
    """This block begins in the middle of a queue of mails that is being sent."""
    fore = lada.mottagna.total()
    last.bjud_in()
    vanta(f"Mejlen före ”{namn}”", lambda: lada.mottagna.total() > fore, talamod=30)
    yield


def _kor_timern_tva_ganger(kluster: Kluster) -> None:
    """On both servers at the same time, as two timers would: what is left goes, and nothing twice."""
    kommando = [sys.executable, "manage.py", "skicka_paminnelser"]
    timrar = [
        subprocess.Popen(kommando, cwd=ROT, env={"PATH": "/usr/bin:/bin"} | s.miljo, stdout=subprocess.DEVNULL)
        for s in kluster.servrar[:2]
    ]
    if any([t.wait(120) for t in timrar]):  # noqa: C419 -- each is waited for
        raise GickInte("Timern gick inte.")


if __name__ == "__main__":
    sys.exit(main())
