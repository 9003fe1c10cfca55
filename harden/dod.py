"""SIGKILL in the middle of what must happen whole or not at all: to the process that does it, and to the database's.

A process makes the same change over and over and is killed after a time by chance. Then the database is looked at: all
of the change is there or none, and no mail has gone twice.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.db import OperationalError, connection
from django.utils import timezone

from aktorer.models import Anvandare
from harden import scen
from harden.linje import Linje
from harden.scen import Scen, dag
from insatser.andringar import handlingsplan as planer
from insatser.andringar import insats as insatser
from insatser.andringar import utskick
from insatser.fragor import uppfoljning as omgangar
from insatser.models import (
    Beslut,
    Handlingsplan,
    Inlasning,
    Insats,
    Malomrade,
    Omgang,
    Planversion,
    Prioritering,
    Tillfragan,
    Utskick,
)

SNABBAST, LANGSAMMAST = 0.004, 0.25  # seconds from when it has begun to when it dies
DATABASEN_DOG = 3  # as harden/barn.py says it
TALAMOD = 30  # seconds for a database that was killed to answer again
MEJL = 25

type Dodande = Callable[[Any], None]


def kor(av_process: int = 40, av_databas: int = 8, *, hart: bool = True) -> Iterator[Linje]:
    """A line for each kind of change and each of the two that die. `hart`: the database's process by SIGKILL, which
    takes down all of its connections; else it is asked to end that one, since others use the server.
    """
    _hallbar()
    s = scen.bygg()
    with tempfile.TemporaryDirectory() as mapp:
        for namn, forbered in SORTER.items():
            ids, hel = forbered(s, Path(mapp))
            yield _linje(f"död process: {namn}", av_process, ids, namn, hel, _doda_process)
            doda = _doda_databas if hart else _avsluta_forbindelse
            yield _linje(f"död databas: {namn}", av_databas, ids, namn, hel, doda)


def _hallbar() -> None:
    """What is answered to a commit is on the disk, as in production; the throw-away server promises less."""
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER DATABASE "{connection.settings_dict["NAME"]}" SET synchronous_commit = on')
    connection.close()


def _linje(
    rubrik: str, antal: int, ids: dict[str, Any], vad: str, hel: Callable[[dict[str, Any]], str], doda: Dodande
) -> Linje:
    linje, raknat, slump = Linje(rubrik, minst=antal), Counter[str](), random.Random(rubrik)
    vanta = multiprocessing.get_context("forkserver")
    vanta.set_forkserver_preload(["harden.barn"])
    with linje.tid():
        for n in range(antal):
            from harden.barn import kor as barn  # noqa: PLC0415 -- app ready: it makes Django ready where it is first read

            fran = raknat["varv"] = raknat["varv"] + 1000
            # Not a daemon, which could not set PDFs in processes of its own.
            process = vanta.Process(target=barn, args=(_databasen(), timezone.now(), vad, ids, fran))
            process.start()
            _vanta_tills_den_skriver(process)
            time.sleep(slump.uniform(SNABBAST, LANGSAMMAST))
            raknat["mitt i"] += _mitt_i()
            doda(process)
            process.join(TALAMOD)
            if process.exitcode is None:
                process.kill()
            _vanta_pa_databasen()
            fel = hel(ids) or _dog_sjalv(process.exitcode)
            linje.prova(f"död nummer {n}: {fel}" if fel else "")
    linje.not_ = f"{raknat['mitt i']} mitt i en transaktion"
    return linje


def _dog_sjalv(kod: int | None) -> str:
    """Of anything but what we did to it: what it said stands above the line."""
    return "" if kod in {-signal.SIGKILL, DATABASEN_DOG} else f"processen slutade av sig själv, med {kod}"


def _databasen() -> dict[str, Any]:
    return {k: connection.settings_dict[k] for k in ("NAME", "HOST", "PORT", "USER", "PASSWORD")}


ANDRA = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = %s"


def _fraga(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, ["client backend"])
        return cursor.fetchall()


def _vanta_tills_den_skriver(process: Any) -> None:
    slut = time.monotonic() + TALAMOD
    while not _fraga(f"SELECT pid {ANDRA}") and process.exitcode is None and time.monotonic() < slut:
        time.sleep(0.005)


def _mitt_i() -> bool:
    return bool(_fraga(f"SELECT pid {ANDRA} AND xact_start IS NOT NULL"))


def _doda_process(process: Any) -> None:
    process.kill()


def _doda_databas(process: Any) -> None:
    """The backend that serves the process: PostgreSQL ends all others too, and recovers."""
    for (pid,) in _fraga(f"SELECT pid {ANDRA}"):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.join(TALAMOD)


def _avsluta_forbindelse(process: Any) -> None:
    _fraga(f"SELECT pg_terminate_backend(pid) {ANDRA}")
    process.join(TALAMOD)


def _vanta_pa_databasen() -> None:
    """Until it answers, and what the dead one had begun is undone."""
    slut = time.monotonic() + TALAMOD
    while time.monotonic() < slut:
        with suppress(OperationalError):
            if not _fraga(f"SELECT pid {ANDRA}"):
                return
            time.sleep(0.005)
            continue
        connection.close()
        time.sleep(0.05)
    raise TimeoutError("databasen svarar inte efter att ha dödats")


# --- each kind of change: what it is about, and what must hold of it afterwards

type Hel = Callable[[dict[str, Any]], str]


def _import(s: Scen, mapp: Path) -> tuple[dict[str, Any], Hel]:
    malomrade = Malomrade.objects.get(program=s.fardplan.program, nummer=4)
    for n in range(20):
        insatser.skapa(av=None, malomrade=malomrade, fardplan=s.fardplan, titel=f"Rad {n}", text="Före")

    def hel(ids: dict[str, Any]) -> str:
        texter = set(Insats.objects.filter(fardplan=s.fardplan, utkast=False).values_list("text", flat=True))
        ur_barn = Inlasning.objects.exclude(inlast=None).filter(filnamn__regex=r"^\d+\.csv$")
        senast = ur_barn.order_by("-inlast").values_list("filnamn", flat=True).first()
        if senast is None:
            return f"raderna har {texter} utan att någon fil är inläst" if any(".csv" in t for t in texter) else ""
        return "" if texter == {senast} else f"raderna har {texter}, men senast inlästa fil är {senast}"

    return {"fardplan": s.fardplan.pk, "av": s.planerare.pk}, hel


def _beslut(s: Scen, mapp: Path) -> tuple[dict[str, Any], Hel]:
    plan = Handlingsplan.objects.get(pk=s.beslutad.pk)
    fore, versioner, beslut = plan.version, plan.versioner.count(), Beslut.objects.count()

    def hel(ids: dict[str, Any]) -> str:
        nu = Handlingsplan.objects.get(pk=plan.pk)
        nya, registrerade = (
            Planversion.objects.filter(handlingsplan=nu).count() - versioner,
            Beslut.objects.count() - beslut,
        )
        if nya != registrerade:
            return f"{registrerade} beslut men {nya} planversioner"
        vantat = fore + 2 * nya + nu.andras
        return "" if nu.version == vantat else f"planens version är {nu.version}, inte {vantat}"

    return {"plan": plan.pk, "organ": s.organ.pk, "dag": dag(-2)}, hel


def _ordnad_plan(s: Scen) -> list[int]:
    """The draft with every insats of the färdplan in it, in order."""
    for insats in Insats.objects.i_fardplan(s.fardplan).filter(avford=None, utkast=False, bortval=None):
        planer.lyft(av=None, plan=s.plan, insats=insats)
    return _ordning(s)


def _ordning(s: Scen) -> list[int]:
    rader = Prioritering.objects.filter(handlingsplan=s.plan).order_by("ordning").values_list("ordning", "pk")
    if [nummer for nummer, _ in rader] != list(range(1, len(rader) + 1)):
        return []
    return [pk for _, pk in rader]


def _rotationer(lista: list[int]) -> list[list[int]]:
    return [lista[n:] + lista[:n] for n in range(len(lista))]


def _ordna(s: Scen, mapp: Path) -> tuple[dict[str, Any], Hel]:
    giltiga = _rotationer(_ordnad_plan(s))

    def hel(ids: dict[str, Any]) -> str:
        nu = _ordning(s)
        return "" if nu in giltiga else f"ordningen är halvvägs: {nu}"

    return {"utkast": s.plan.pk, "av": s.planerare.pk}, hel


def _angra(s: Scen, mapp: Path) -> tuple[dict[str, Any], Hel]:
    """Taken back or not yet: a kill between the two leaves the whole of the first."""
    giltiga = _rotationer(_ordnad_plan(s))

    def hel(ids: dict[str, Any]) -> str:
        nu = _ordning(s)
        return "" if nu in giltiga else f"ordningen är halvvägs: {nu}"

    return {"utkast": s.plan.pk, "av": s.planerare.pk}, hel


def _omgang(s: Scen, mapp: Path) -> tuple[dict[str, Any], Hel]:
    fragor = [f for f in omgangar.amnen([s.fardplan]) if f.personer]
    tillfragade = [vem for f in fragor for vem in (*f.personer, *f.kontakter)]  # a contact gets an account by it
    hela = (len(fragor), len({(type(vem), vem.pk) for vem in tillfragade}), len(tillfragade))
    Utskick.objects.filter(paborjat=None).delete()
    sedda: set[int] = set()  # one that was left open has lost its mails below

    def hel(ids: dict[str, Any]) -> str:
        for o in Omgang.objects.filter(namn__startswith="Omgång ").exclude(pk__in=sedda):
            sedda.add(o.pk)
            har = (o.punkter.count(), o.mottagare.count(), Tillfragan.objects.filter(punkt__omgang=o).count())
            mejl = o.utskick.count()
            if har != hela or mejl != (0 if o.stangd else hela[1]):
                return f"{o} har {har} punkter, personer och frågor, inte {hela}, och {mejl} mejl"
        # The next one is to begin as this one did.
        Utskick.objects.filter(paborjat=None).delete()
        return ""

    return {"fardplan": s.fardplan.pk, "av": s.planerare.pk, "deadline": dag(7)}, hel


def _mejl(s: Scen, mapp: Path) -> tuple[dict[str, Any], Hel]:
    """Who dies between the mail server's answer and the note of it leaves one mail that nobody knows of: it stays so,
    and is not sent again by itself.
    """
    brevlada = mapp / "brevlada"
    personer = [
        Anvandare.objects.create(epost=f"mejl{n}@harden.example", namn=f"Mejl {n}", roll="styrgrupp")
        for n in range(MEJL)
    ]

    def fyll() -> None:
        Utskick.objects.all().delete()
        brevlada.write_bytes(b"")
        Utskick.objects.bulk_create(
            Utskick(anvandare=p, slag=Utskick.Slag.LANK, omgang=None, dag=dag(0)) for p in personer
        )

    def hel(ids: dict[str, Any]) -> str:
        with brevlada.open("ab") as fil:
            utskick.skicka(lambda rad: f"{rad.pk}\n".encode(), lambda brev: (fil.write(brev), fil.flush()))  # type: ignore[arg-type]
        sanda = Counter(int(rad) for rad in brevlada.read_text().split())
        alla = set(Utskick.objects.values_list("pk", flat=True))
        oklara = set(Utskick.objects.filter(skickat=None).exclude(paborjat=None).values_list("pk", flat=True))
        dubbla = [pk for pk, antal in sanda.items() if antal > 1]
        borta = alla - set(sanda) - oklara
        if len(alla) == MEJL and not dubbla and not borta and len(oklara) <= 1:
            fyll()
            return ""
        return f"av {len(alla)} mejl gick {len(dubbla)} två gånger och {len(borta)} inte; {len(oklara)} är oklara"

    fyll()
    return {"brevlada": str(brevlada)}, hel


SORTER: dict[str, Callable[[Scen, Path], tuple[dict[str, Any], Hel]]] = {
    "import": _import,
    "beslut": _beslut,
    "ordning": _ordna,
    "omgång": _omgang,
    "ångra": _angra,
    "mejl": _mejl,
}
