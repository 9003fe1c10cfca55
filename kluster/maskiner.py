"""The machines: PostgreSQL twice, PgBouncer, three servers of Färdplan and HAProxy, processes of ours on loopback.

HAProxy and PgBouncer run the files of drift/ with other addresses, so that what is tried is what is recommended.
Patroni is played: we tell HAProxy which database is the primary, and promote the standby when it dies.
"""

from __future__ import annotations

import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.error import URLError

import psycopg
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from fardplan import databas

ROT = Path(__file__).parent.parent
VARD = "plan.example"
TALAMOD = 240  # seconds for what begins
STANDBY = "tva"  # what the standby calls itself to the primary


class GickInte(Exception):
    """Something did not begin. The message says what, and where its log is."""


@dataclass
class Process:
    """A program of ours, in a group of its own; what it says is in `logg`."""

    namn: str
    logg: Path
    popen: subprocess.Popen[bytes]

    @classmethod
    def starta(cls, namn: str, mapp: Path, kommando: list[str], **val: object) -> Process:
        logg = mapp / f"{namn}.logg"
        with logg.open("ab") as ut:
            popen = subprocess.Popen(
                kommando, stdout=ut, stderr=ut, stdin=subprocess.DEVNULL, start_new_session=True, **val
            )
        return cls(namn, logg, popen)

    def doda(self) -> None:
        """As when the machine loses its power: this process and all that it has begun, at once."""
        for pid in [*_barn(self.popen.pid), self.popen.pid]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.popen.wait()

    def stoppa(self, nummer: signal.Signals = signal.SIGTERM) -> None:
        """Ask it to end, and wait; one that does not is killed."""
        if self.popen.poll() is None:
            self.popen.send_signal(nummer)
            try:
                self.popen.wait(60)
            except subprocess.TimeoutExpired:
                self.doda()


def _barn(pid: int) -> list[int]:
    """Its children and theirs."""
    foraldrar: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            _, foralder, *_ = stat.read_text().rpartition(")")[2].split()
            foraldrar.setdefault(int(foralder), []).append(int(stat.parent.name))
    ut = []
    kvar = [pid]
    while kvar:
        kvar += (barn := foraldrar.get(kvar.pop(), []))
        ut += barn
    return ut


def vanta(vad: str, klart: Callable[[], bool], process: Process | None = None, talamod: float = TALAMOD) -> float:
    """Seconds until it is so. Raises GickInte when it does not become so, or the process ends first."""
    borjan = time.monotonic()
    while not klart():
        if time.monotonic() - borjan > talamod or (process and process.popen.poll() is not None):
            sagt = "\n".join(process.logg.read_text(errors="replace").splitlines()[-15:]) if process else ""
            raise GickInte(f"{vad} gick inte.\n{sagt}")
        time.sleep(0.05)
    return time.monotonic() - borjan


def portar(antal: int) -> list[int]:
    uttag = [socket.socket() for _ in range(antal)]
    for u in uttag:
        u.bind(("127.0.0.1", 0))
    portar = [u.getsockname()[1] for u in uttag]
    for u in uttag:
        u.close()
    return portar


def program(namn: str) -> str:
    """Where the program is: Debian's, which it keeps out of users' way, else the embedded one. Raises GickInte."""
    egna = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name), reverse=True)
    vag = os.pathsep.join([*map(str, egna), os.environ.get("PATH", os.defpath), "/usr/sbin"])
    if hittat := shutil.which(namn, path=vag):
        return hittat
    if (inbyggt := databas.program(namn)).exists():
        return str(inbyggt)
    raise GickInte(f"{namn} finns inte. Kör make kluster, som installerar det, eller apt-get install.")


def version() -> str:
    """Of PostgreSQL."""
    return subprocess.run([program("postgres"), "--version"], capture_output=True, text=True, check=True).stdout.strip()


def _som() -> tuple[list[str], str]:
    """What runs PostgreSQL as somebody else when we are root, which it refuses to be; and who that is."""
    if os.geteuid():
        return [], ""
    namn = next((n for n in ("postgres", "nobody") if _finns(n)), "nobody")
    vem = pwd.getpwnam(namn)
    return ["setpriv", f"--reuid={vem.pw_uid}", f"--regid={vem.pw_gid}", "--clear-groups"], namn


def _finns(namn: str) -> bool:
    with suppress(KeyError):
        return bool(pwd.getpwnam(namn))
    return False


@dataclass
class Databas:
    """A PostgreSQL, and Patroni's answer of whether it is the primary."""

    namn: str
    data: Path
    port: int
    fragas: int
    process: Process | None = None
    _svarar: ThreadingHTTPServer | None = None

    @property
    def adress(self) -> str:
        return f"postgresql://fardplan@127.0.0.1:{self.port}/fardplan"

    def fraga(self, sql: str, som: str = "postgres") -> object:
        with psycopg.connect(
            f"postgresql://{som}@127.0.0.1:{self.port}/postgres", connect_timeout=3, autocommit=True
        ) as d:
            svar = d.execute(sql)
            return svar.fetchall() if svar.description else None

    def svarar(self) -> bool:
        try:
            self.fraga("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def ar_primar(self) -> bool:
        try:
            return self.fraga("SELECT pg_is_in_recovery()") == [(False,)]
        except psycopg.OperationalError:
            return False

    def starta(self, *val: str) -> None:
        som, _ = _som()
        flaggor = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "100",
            "shared_buffers": "32MB",
            "wal_keep_size": "128MB",
            "log_min_messages": "fatal",
        }
        kommando = [*som, program("postgres"), "-D", str(self.data)]
        kommando += [f"--{n}={v}" for n, v in flaggor.items()] + [f"--{v}" for v in val]
        self.process = Process.starta(self.namn, self.data.parent, kommando, cwd="/")
        vanta(f"Databasen {self.namn}", self.svarar, self.process, 60)
        if self._svarar is None:
            self._svara()

    def _svara(self) -> None:
        den_har = self

        class Svar(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200 if den_har.ar_primar() else 503)
                self.end_headers()

            def log_message(self, *_: object) -> None: ...

        self._svarar = ThreadingHTTPServer(("127.0.0.1", self.fragas), Svar)
        Thread(target=self._svarar.serve_forever, daemon=True).start()

    def stoppa(self) -> None:
        if self._svarar:
            self._svarar.shutdown()
            self._svarar.server_close()
        if self.process:
            self.process.stoppa(signal.SIGINT)
        # One that was killed leaves its mark of being alive, which no process is freed of.
        with suppress(OSError, IndexError):
            subprocess.run(
                ["ipcrm", "-m", (self.data / "postmaster.pid").read_text().split()[-2]],
                capture_output=True,
                check=False,
            )


@dataclass
class Server:
    """One `manage.py start`."""

    namn: str
    port: int
    miljo: dict[str, str]
    kod: Path
    process: Process | None = None

    def starta(self) -> None:
        mapp = Path(self.miljo["FARDPLAN_DATA"]).parent
        miljo = {n: v for n, v in os.environ.items() if n in {"PATH", "LANG", "LC_ALL", "HOME", "TMPDIR"}}
        self.process = Process.starta(
            self.namn, mapp, [sys.executable, "manage.py", "start"], cwd=self.kod, env=miljo | self.miljo
        )

    def redo(self, fraga: str = "") -> bool:
        huvuden = {"Host": VARD, "X-Forwarded-Proto": "https"}
        fragan = urllib.request.Request(f"http://127.0.0.1:{self.port}/halsa/redo/{fraga}", headers=huvuden)
        try:
            with urllib.request.urlopen(fragan, timeout=5) as svar:
                return bool(json.load(svar)["status"] == "ok")
        except (URLError, OSError, ValueError):
            return False

    @property
    def statiskt(self) -> Path:
        """Where its packed style sheets lie."""
        return Path(self.miljo["FARDPLAN_DATA"]) / "static"

    def byt(self, kod: Path) -> None:
        """Stop it, and begin it again with that code: an update."""
        assert self.process
        self.process.stoppa()
        self.kod = kod
        self.starta()


@dataclass
class Kluster:
    """All of it. A context: what was started has ended when it is left."""

    mapp: Path
    mejlport: int
    losenord: str = field(default_factory=lambda: secrets.token_urlsafe(16))

    def __post_init__(self) -> None:
        p = portar(12)
        self.ett = Databas("db1", self.mapp / "db1", p[0], p[1])
        self.tva = Databas("db2", self.mapp / "db2", p[2], p[3])
        self.port, self.port80, self.portdb, self.portbouncer = p[4:8]
        self.stod = self.mapp / "haproxy.uttag"
        hemligt = secrets.token_urlsafe(50)
        bada = f"host=127.0.0.1,127.0.0.1&port={self.ett.port},{self.tva.port}"
        self.direkt = f"postgresql://fardplan@/fardplan?{bada}&target_session_attrs=read-write"
        lika = {
            "SECRET_KEY": hemligt,
            "ALLOWED_HOSTS": VARD,
            "MEJL_SERVER": f"smtp://127.0.0.1:{self.mejlport}",
            "MEJL_FRAN": f"Färdplan <fardplan@{VARD}>",
            "PROCESSER": "1",
        }
        poolad = {
            "DATABASE_URL": f"postgresql://fardplan@127.0.0.1:{self.portbouncer}/fardplan",
            "DATABASE_URL_DIREKT": self.direkt,
        }
        last = {"DATABASE_URL": f"postgresql://fardplan@/fardplan?{bada}&target_session_attrs=prefer-standby"}
        self.servrar = [
            Server(n, port, lika | dit | {"LYSSNA": f"127.0.0.1:{port}", "FARDPLAN_DATA": str(self.mapp / n)}, ROT)
            for n, port, dit in (("ett", p[8], poolad), ("tva", p[9], poolad), ("las", p[10], last))
        ]
        self.bouncer: Process | None = None
        self.haproxy: Process | None = None

    def __enter__(self) -> Kluster:
        try:
            self._starta()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for process in (self.haproxy, *(s.process for s in self.servrar), self.bouncer):
            if process:
                process.stoppa(signal.SIGINT if process is self.bouncer else signal.SIGTERM)
        self.tva.stoppa()
        self.ett.stoppa()

    def miljo(self) -> dict[str, str]:
        """Of what is to happen on the first server besides: the timer, filling the database."""
        return self.servrar[0].miljo

    def _starta(self) -> None:
        som, vem = _som()
        self.mapp.chmod(0o755)
        for server in (self.ett, self.tva):
            server.data.mkdir(mode=0o700)
            if vem:
                shutil.chown(server.data, vem)
        flaggor = ["-D", str(self.ett.data), "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C"]
        _kor([*som, program("initdb"), *flaggor])
        self.ett.starta()
        self.ett.fraga("CREATE ROLE fardplan LOGIN")
        self.ett.fraga("CREATE DATABASE fardplan OWNER fardplan")
        fyll = [sys.executable, "-m", "kluster.data", self.losenord]
        _kor(
            fyll, env=os.environ | self.miljo() | {"DATABASE_URL": self.ett.adress, "DATABASE_URL_DIREKT": ""}, cwd=ROT
        )
        fran = ["-h", "127.0.0.1", "-p", str(self.ett.port), "-U", "postgres"]
        _kor([*som, program("pg_basebackup"), *fran, "-D", str(self.tva.data), "-X", "stream", "-c", "fast"])
        (self.tva.data / "standby.signal").touch()
        anslutning = f"host=127.0.0.1 port={self.ett.port} user=postgres application_name={STANDBY}"
        self.tva.starta(f"primary_conninfo={anslutning}")
        # From here on what is answered is on both.
        self.ett.fraga(f"ALTER SYSTEM SET synchronous_standby_names = '{STANDBY}'")
        self.ett.fraga("SELECT pg_reload_conf()")
        vanta(
            "Standbyn",
            lambda: self.ett.fraga("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") == [(1,)],
        )
        self.starta_haproxy()
        self.starta_bouncer()
        self._starta_servrar()

    def _starta_servrar(self) -> None:
        forst, *andra = self.servrar
        forst.starta()
        vanta("Server ett", forst.redo, forst.process)
        for server in andra:  # what it has packed, the others need not
            shutil.copytree(forst.statiskt, server.statiskt)
            server.starta()
            vanta(f"Server {server.namn}", lambda s=server: s.redo("?lasa"), server.process)
        vanta("HAProxy", lambda: sum(uppe for _, uppe in self.fran_haproxy("fardplan").values()) == 2)
        vanta("Läsnivån", lambda: self.fran_haproxy("lasniva")["las"][1] == 1)

    def starta_bouncer(self) -> None:
        _, vem = _som()
        har = self.mapp / "bouncer"
        har.mkdir(exist_ok=True)
        if vem:
            shutil.chown(har, vem)
        ini = _med_andra_adresser(
            ROT / "drift" / "pgbouncer.ini",
            {
                "port=5000": f"port={self.portdb}",
                "dbname=fardplan": "dbname=fardplan user=fardplan",
                "listen_port = 6432": f"listen_port = {self.portbouncer}\nunix_socket_dir =",
                "auth_type = scram-sha-256": "auth_type = any",
                "auth_file = /etc/pgbouncer/userlist.txt": "",
            },
        )
        (har / "ini").write_text(ini)
        som = ["-u", vem] if vem else []
        self.bouncer = Process.starta("pgbouncer", self.mapp, [program("pgbouncer"), "-q", *som, str(har / "ini")])

    def starta_haproxy(self) -> None:
        pem = self.mapp / "plan.pem"
        pem.write_bytes(_certifikat())
        byten = {
            "bind :80\n": f"bind 127.0.0.1:{self.port80}\n",
            "bind :443 ssl crt /etc/haproxy/plan.pem": f"bind 127.0.0.1:{self.port} ssl crt {pem}",
            "/etc/haproxy/503.http": str(ROT / "drift" / "503.http"),
            "127.0.0.1:5000": f"127.0.0.1:{self.portdb}",
            "check port 8008": "check",
            "10.0.0.21:5432": f"127.0.0.1:{self.ett.port} port {self.ett.fragas}",
            "10.0.0.22:5432": f"127.0.0.1:{self.tva.port} port {self.tva.fragas}",
        }
        byten |= {f"10.0.0.1{n}:8000": f"127.0.0.1:{s.port}" for n, s in enumerate(self.servrar, 1)}
        text = _med_andra_adresser(ROT / "drift" / "haproxy.cfg", byten)
        (self.mapp / "haproxy.cfg").write_text(f"global\n    maxconn 500\n    stats socket {self.stod}\n{text}")
        kommando = [program("haproxy"), "-db", "-f", str(self.mapp / "haproxy.cfg")]
        self.haproxy = Process.starta("haproxy", self.mapp, kommando)
        vanta("HAProxy", self.stod.exists, self.haproxy, 20)

    def fran_haproxy(self, backend: str) -> dict[str, tuple[int, bool]]:
        """Of each server of that backend: how many requests it has got, and whether it is up."""
        with socket.socket(socket.AF_UNIX) as uttag:
            uttag.connect(str(self.stod))
            uttag.sendall(b"show stat\n")
            text = b"".join(iter(lambda: uttag.recv(65536), b"")).decode()
        huvud, *rader = text.removeprefix("# ").strip().splitlines()
        tabell = [dict(zip(huvud.split(","), rad.split(","), strict=False)) for rad in rader]
        return {
            r["svname"]: (int(r["stot"] or 0), r["status"].startswith("UP"))
            for r in tabell
            if r["pxname"] == backend and r["svname"] not in {"BACKEND", "FRONTEND"}
        }

    def ny_version(self) -> Path:
        """The same code with another style sheet: what its pages lead to is new."""
        ny = self.mapp / "nasta"
        utan = shutil.ignore_patterns(".git", ".venv", ".data", ".cache", "__pycache__", "tests", "*.md")
        shutil.copytree(ROT, ny, ignore=utan, symlinks=True)
        with (ny / "static" / "fardplan.css").open("a") as css:
            css.write("\n/* nästa version */\n")
        return ny


def _med_andra_adresser(fil: Path, byten: dict[str, str]) -> str:
    """The file with these words in place of those, which all must be there."""
    text = fil.read_text()
    for fran, till in byten.items():
        if fran not in text:
            raise GickInte(f"{fil.name} har inte ”{fran}” längre: ändra i kluster/maskiner.py också.")
        text = text.replace(fran, till)
    return text


def _kor(kommando: list[str], **val: object) -> None:
    svar = subprocess.run(kommando, capture_output=True, text=True, check=False, **({"cwd": "/"} | val))
    if svar.returncode:
        raise GickInte(f"{' '.join(kommando[-6:])} gick inte.\n{svar.stdout[-500:]}{svar.stderr[-1500:]}")


def _certifikat() -> bytes:
    """A certificate for the name, signed by itself, with its key."""
    nyckel = ec.generate_private_key(ec.SECP256R1())
    namn = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, VARD)])
    nu = datetime.now(UTC)
    certifikat = (
        x509.CertificateBuilder()
        .subject_name(namn)
        .issuer_name(namn)
        .public_key(nyckel.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(nu - timedelta(days=1))
        .not_valid_after(nu + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(VARD)]), critical=False)
        .sign(nyckel, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    oppen = serialization.NoEncryption()
    return certifikat.public_bytes(pem) + nyckel.private_bytes(pem, serialization.PrivateFormat.PKCS8, oppen)
