"""What `make start` does when the database runs: everything in order, then the web server until Ctrl-C."""

import ctypes
import errno
import fcntl
import hashlib
import json
import multiprocessing
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from datetime import date
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from aktorer.grund.skrivskydd import skrivskyddad
from aktorer.models import Anvandare
from aktorer.roller import Anvandarroll
from fardplan import databas, exempel, exempeldata, logg, miljo
from insatser.andringar.beslut import besluta
from insatser.andringar.konton import utfor_inbjudningar
from insatser.models import Handlingsplan, Program, Samverkansorgan

# The adopted plans, those of today and older ones, what they count, and ärenden about them: public facts, in production
# too.
PLANER = ("aktorer", "program_2026", "flemingsberg_2026", "historia_2009", "arenden", "lagesbild")
MINNE = 600  # MB: a server process that a big import has made larger gives way to a new one when it is idle
KORTA_LIV, LEVDE_KORT = 5, 10  # lives of the web server on end, each shorter than so many seconds, before we give up
STARTLAS = 20_260_101  # any number: one process at a time brings the database up to date


def starta() -> None:
    """Check the settings, bring everything up to date, serve. Raises Installningsfel."""
    var = _ledig(miljo.lyssna())
    with ensam_om(var), _raknas(var):
        losenord = forbered()
        halsning = _halsning(var, losenord)
        connection.close()  # each process opens its own
        with nullcontext() if settings.PRODUKTION else databas.vaktad(settings.DATA_DIR):
            servera(var, halsning)


def forbered() -> str:
    """Bring tables, static files and plans up to date, skipping what is done. A kill leaves nothing half done.

    Returns the password of the example accounts.
    """
    losenord = exempel.losenord(settings.DATA_DIR) if settings.EXEMPEL else ""
    migrera()
    _packa_statiska()
    kan_skriva = not skrivskyddad()
    if kan_skriva and not Program.objects.exists():
        logg.sag("Läser in färdplanerna …")
        # In a process of its own: it sets a PDF, and Typst's threads would not live on in the forked servers. It takes
        # the lock itself: it may outlive this process, and the next start then waits for it.
        subprocess.run([sys.executable, settings.BASE_DIR / "manage.py", "las_in"], check=True)
    if settings.EXEMPEL and kan_skriva:
        with transaction.atomic():
            _las()
            exempel.se_till_konton(settings.DATA_DIR, losenord)
    if kan_skriva:
        utfor_inbjudningar()
    return losenord


@contextmanager
def _ensam() -> Iterator[None]:
    """No other start brings the database up to date during this block. Who dies in it frees the lock.

    A lock of a transaction on a connection of its own, since behind a pooler a session's would stay with whoever gets
    the connection next. Says so while it waits.
    """
    egen = connection.copy()
    try:
        egen.set_autocommit(False)
        vantat = False
        while not _tar_las(egen):
            if not vantat:
                logg.sag("En annan start gör i ordning databasen. Väntar på den …")
            vantat = True
            time.sleep(1)
        yield
    finally:
        egen.close()


def _tar_las(egen: BaseDatabaseWrapper) -> bool:
    with egen.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [STARTLAS])
        (tog,) = cursor.fetchone()
    if not tog:
        egen.rollback()
    return bool(tog)


def _las() -> None:
    """The same lock until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [STARTLAS])


@transaction.atomic
def las_in(*, med_exempel: bool) -> bool:
    """Fill an empty database with the plans, and with the example data of today when asked. All of it or nothing.

    False when it holds plans already: nothing is loaded. Two at once wait for each other.

    A fixture cannot hold a decided plan: the database refuses new content in one. So the handlingsplan of 2009 comes
    as a draft, and is decided here as its styrgrupp did.
    """
    _las()
    if Program.objects.exists():
        return False
    call_command("loaddata", *PLANER, verbosity=0)
    if med_exempel:
        exempeldata.las_in(timezone.localdate())
    plan = Handlingsplan.objects.get_by_natural_key("verksamhetsplan-2009-2011", "flemingsberg", 2009, 2009)
    organ = ("flemingsberg", "Politiska styrgruppen 2009–2011", date(2009, 1, 1))
    besluta(
        av=None,
        plan=plan,
        version=plan.version,
        organ=Samverkansorgan.objects.get_by_natural_key(*organ),
        datum=date(2009, 10, 22),
        paragraf="",
        notering="Beslutad som bilaga till verksamhetsplanen 2009–2011. Källan säger inte vilken paragraf.",
    )
    return True


def servera(var: miljo.Lyssnar, halsning: str) -> None:
    """Run the web server until it is asked to stop, by Ctrl-C, a signal or a closed terminal.

    Granian gives up when a process that it has just put in another's place dies as well: then it is started anew.
    Raises Installningsfel when that does not help.
    """
    multiprocessing.set_start_method("fork", force=True)  # the same on every version of Python
    os.environ["FARDPLAN_START"] = uuid4().hex  # lager.py
    os.register_at_fork(after_in_child=_i_serverprocess)
    korta, borjade = 0, time.monotonic()
    while not _servera(var, halsning):
        logg.sag("Webbserverns processer dog. Den startas om.")
        korta = korta + 1 if time.monotonic() - borjade < LEVDE_KORT else 0
        if korta == KORTA_LIV:
            raise miljo.Installningsfel("Webbservern dör så fort den har startat. Skälet står ovanför.")
        halsning, borjade = f"Färdplan svarar igen på {var}", time.monotonic()


def _servera(var: miljo.Lyssnar, halsning: str) -> bool:
    """One life of the web server; whether it was asked to stop."""
    server = Granian(
        "fardplan.wsgi:application",
        address=var.vard,
        port=var.port,
        uds=var.uttag,
        uds_permissions=0o660 if var.uttag else None,  # the proxy's group
        interface=Interfaces.WSGI,
        websockets=False,
        workers=settings.PROCESSER,
        blocking_threads=settings.TRADAR,
        respawn_failed_workers=True,
        workers_kill_timeout=10,  # seconds for requests under way
        workers_max_rss=MINNE,
        log_level=LogLevels.error,
    )

    def lyssnar() -> None:
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # Granian would reload, but the terminal is gone
            signal.signal(signal.SIGHUP, server.signal_handler_interrupt)
        logg.sag(halsning)

    server.on_startup(lyssnar)
    with suppress(SystemExit):  # how Granian tells that its processes died
        server.serve()
    bedd: bool = server.interrupt_signal
    return bedd


def _i_serverprocess() -> None:
    """In a new server process: stop when the parent says so, once, and do not outlive it.

    In a process group of its own, since Granian's processes hang when they get both Ctrl-C and the parent's SIGTERM.
    """
    os.setpgid(0, 0)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


@contextmanager
def ensam_om(var: miljo.Lyssnar) -> Iterator[None]:
    """Nobody else's start serves there during this block. Raises Installningsfel.

    Granian's processes share their port, and so would two servers of the same user that were started at once, each with
    its own data.
    """
    try:
        las = (Path(tempfile.gettempdir()) / f"{_eget_namn(var)}.las").open("w")
    except OSError as fel:
        text = "TMPDIR: det går inte att skriva i någon mapp för tillfälliga filer"
        raise miljo.Installningsfel(f"{text} ({fel.strerror}).") from fel
    with las as fil:
        try:
            fcntl.flock(fil, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fel:
            raise _upptagen(var, "används redan") from fel
        if var.uttag:
            var.uttag.unlink(missing_ok=True)  # left from a crash: nobody has the lock
        yield


@contextmanager
def _raknas(var: miljo.Lyssnar) -> Iterator[None]:
    """In this block the server's processes count their requests together (fardplan/metrik.py), from nothing.

    In memory where there is such a folder: a full disk stops nobody. A start that was killed has left its own.
    """
    plats = Path("/dev/shm")  # noqa: S108 -- the folder in it is made by us, for us alone
    if not os.access(plats, os.W_OK):
        plats = Path(tempfile.gettempdir())
    namn = f"{_eget_namn(var)}-metrik-"
    for gammal in plats.glob(f"{namn}*"):
        shutil.rmtree(gammal, ignore_errors=True)
    mapp = tempfile.mkdtemp(prefix=namn, dir=plats)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = mapp
    try:
        yield
    finally:
        shutil.rmtree(mapp, ignore_errors=True)


def _eget_namn(var: miljo.Lyssnar) -> str:
    """What the files of a server that listens there begin with."""
    namn = str(var.port) if var.port else hashlib.sha256(os.fsencode(var.uttag or "")).hexdigest()[:20]
    return f"fardplan-{os.getuid()}-{namn}"


def _upptagen(var: miljo.Lyssnar, skal: str) -> miljo.Installningsfel:
    if miljo.text("LYSSNA"):
        return miljo.Installningsfel(f"LYSSNA: {miljo.text('LYSSNA')} {skal}.")
    return miljo.Installningsfel(f"PORT: {var.port} {skal}. Välj en annan, till exempel PORT=8001.")


def _ledig(var: miljo.Lyssnar) -> miljo.Lyssnar:
    """The same, when it can be listened to. Raises Installningsfel."""
    if var.uttag:
        if not os.access(var.uttag.parent, os.W_OK):
            raise _upptagen(var, "går inte att skapa: mappen finns inte, eller går inte att skriva i")
        return var
    with socket.socket(socket.AF_INET6 if ":" in var.vard else socket.AF_INET) as uttag:
        uttag.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            uttag.bind((var.vard, var.port))
        except OSError as fel:
            skal = "används redan" if fel.errno == errno.EADDRINUSE else f"går inte att använda ({fel.strerror})"
            raise _upptagen(var, skal) from fel
    return var


def migrera() -> None:
    """Bring the database up to date, one start at a time. When it is, nobody waits. Raises Installningsfel."""
    with databas.direkt():
        if _i_ordning():
            return
        if skrivskyddad():
            raise miljo.Installningsfel("Databasen går bara att läsa, och saknar den här versionens migreringar.")
        with _ensam():
            _migrera()
            if not databas.forvalt():
                databas.forvalj()


def _i_ordning() -> bool:
    migrerad = not _ogjort(MigrationExecutor(connection))
    return migrerad and databas.forvalt() and "cache" in connection.introspection.table_names()


def _migrera() -> None:
    """Bring the tables up to date. Raises Installningsfel for tables older than the first migration of today.

    Django says nothing then: it takes a migration that replaces others out of its plan when some of them are missing.
    """
    utforare = MigrationExecutor(connection)
    finns = utforare.loader.graph.nodes.keys()
    ersattningar = utforare.loader.replacements
    ersattare = {gammal: nyckel for nyckel, m in ersattningar.items() for gammal in m.replaces}
    if any(not finns & {nyckel, ersattare.get(nyckel), *m.replaces} for nyckel, m in ersattningar.items()):
        namn = "DATABASE_URL" if settings.PRODUKTION else "FARDPLAN_DATA"
        raise miljo.Installningsfel(f"{namn}: databasen är från en äldre version än 0.1 och kan inte uppgraderas.")
    if _ogjort(utforare):
        logg.sag("Gör i ordning databasens tabeller …")
        call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


def _ogjort(utforare: MigrationExecutor) -> bool:
    return bool(utforare.migration_plan(utforare.loader.graph.leaf_nodes()))


def _packa_statiska() -> None:
    """Collect, hash and compress the static files, unless they are the same as last time. Those of last time stay too:
    a page from before the update goes on looking like itself.
    """
    filer = [Path(lager.path(namn)) for hittare in get_finders() for namn, lager in hittare.list(None)]
    lage = sorted((str(fil), fil.stat().st_mtime_ns, fil.stat().st_size) for fil in filer)
    avtryck = hashlib.sha256(repr(lage).encode()).hexdigest()
    rot = Path(settings.STATIC_ROOT)
    hela, undan = rot / ".avtryck", rot.with_name(f"{rot.name}-forra")
    if hela.exists() and hela.read_text() == avtryck:
        return
    logg.sag("Packar stilmallar och skript …")
    # In a process of its own: its threads can hang for ever when Ctrl-C comes in the middle.
    if hela.exists():  # else a start was killed while it packed: those of before lie aside already
        shutil.rmtree(undan, ignore_errors=True)
        rot.rename(undan)
    packa = [sys.executable, "-m", "django", "collectstatic", "--no-input", "--clear", "--verbosity=0"]
    subprocess.run(packa, cwd=settings.BASE_DIR, check=True)
    _behall(undan, rot)
    hela.write_text(avtryck)
    shutil.rmtree(undan, ignore_errors=True)


def _behall(forra: Path, rot: Path) -> None:
    """Put the packed files that pages of last time lead to beside those of now: of that generation alone."""
    manifest = forra / "staticfiles.json"
    if not manifest.exists():
        return
    for namn in json.loads(manifest.read_text())["paths"].values():
        for fil in (f"{namn}{slut}" for slut in ("", ".gz", ".br")):
            if (forra / fil).exists() and not (rot / fil).exists():
                (rot / fil).parent.mkdir(parents=True, exist_ok=True)
                (forra / fil).rename(rot / fil)


def _halsning(var: miljo.Lyssnar, losenord: str) -> str:
    """What the terminal shows when the server listens."""
    rader = [f"Färdplan svarar på {var} – Ctrl-C stänger av."]
    if settings.EXEMPEL:
        rader.append(f"Exempelkonton, alla med lösenordet {losenord}")
        rader += [f"  {konto.epost:<32}{konto.roll.label.lower()}" for konto in exempel.KONTON]
    elif not Anvandare.objects.filter(roll=Anvandarroll.ADMINISTRATOR, is_active=True).exists():
        rader.append("Ingen administratör finns. Skapa den första: .venv/bin/python manage.py createsuperuser")
    return "\n".join(rader)
