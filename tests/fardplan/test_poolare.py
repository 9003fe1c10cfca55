"""Behind PgBouncer in transaction mode, where each transaction may get another connection."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote, urlencode, urlsplit

import psycopg
import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection

from fardplan import databas, start
from tests.conftest import DATA
from tests.fardplan.test_start import NYCKEL, ROT, _ledig_port, kor, miljo, startad, stoppa

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("servrar")]

PERSONER = ("planerare", "tjansteperson", "botkyrka", "styrgrupp")
PGBOUNCER = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"  # Debian keeps it out of users' way
LOSENORD = "ett-losenord-bakom-poolaren"
INI = """[databases]
* = host={server} port=5432 user=fardplan pool_size=2 connect_query='SET pgtrigger.ignore = ''{{}}'''
[pgbouncer]
listen_addr =
unix_socket_dir = {har}
listen_port = 6432
auth_type = any
pool_mode = transaction
logfile = {har}/logg
"""


def _direkt() -> str:
    return databas.adress(DATA).replace("/fardplan?", f"/{connection.settings_dict['NAME']}?")


@pytest.fixture
def poolad() -> Iterator[str]:
    """The address of the test's database through a pooler that has two connections for all."""
    # Not in tmp_path: the pooler refuses to be root, and nobody else comes into root's folder of tests.
    with TemporaryDirectory(prefix="poolare-") as har:
        server = re.search(r"host=([^&]+)", databas.adress(DATA))[1].replace("%2F", "/")  # type: ignore[index]
        (Path(har) / "ini").write_text(INI.format(server=server, har=har))
        som: list[str] = []
        if os.geteuid() == 0:
            shutil.chown(har, databas.SYSTEMANVANDARE)
            som = ["-u", databas.SYSTEMANVANDARE]
        with subprocess.Popen([PGBOUNCER, "-q", *som, f"{har}/ini"]) as poolare:
            adress = f"postgresql://fardplan@:6432/{connection.settings_dict['NAME']}?host={quote(har)}"
            connection.close()
            yield adress
            poolare.kill()


def _val(poolad: str) -> dict[str, str]:
    val = {"DATABASE_URL": poolad, "DATABASE_URL_DIREKT": _direkt(), "SECRET_KEY": NYCKEL, "ANTAL_PROXYER": "0"}
    return val | {"PROCESSER": "2", "TRADAR": "4"}


def test_migrera_ger_poolarens_anslutningar_granser(poolad: str, tmp_path: Path) -> None:
    svar = kor("migrera", FARDPLAN_DATA=str(tmp_path), **_val(poolad))

    assert (svar.returncode, svar.stdout) == (0, "Databasen är i ordning.\n"), svar.stderr
    with psycopg.connect(_direkt()) as server:
        assert server.execute("SHOW statement_timeout").fetchone() == ("30s",)
        assert server.execute("SHOW lock_timeout").fetchone() == ("10s",)


def test_den_som_vantar_pa_en_annan_start_sager_det(poolad: str, tmp_path: Path) -> None:
    with psycopg.connect(_direkt()) as annan:
        annan.execute("SELECT pg_advisory_xact_lock(%s)", [start.STARTLAS])
        with subprocess.Popen(
            [sys.executable, "manage.py", "migrera"],
            cwd=ROT,
            env=miljo(FARDPLAN_DATA=str(tmp_path), **_val(poolad)),
            stdout=subprocess.PIPE,
            text=True,
        ) as vantar:
            assert vantar.stdout
            assert "Väntar på den" in vantar.stdout.readline()
            annan.rollback()
            assert vantar.communicate(timeout=60)[0] == "Databasen är i ordning.\n"


def test_fyra_personer_arbetar_samtidigt_bakom_tva_anslutningar(poolad: str, tmp_path: Path) -> None:
    with psycopg.connect(_direkt()) as server:
        hash_ = Argon2PasswordHasher().encode(LOSENORD, "saltsaltsaltsalt")
        server.execute("UPDATE aktorer_anvandare SET password = %s", [hash_])
    port = _ledig_port()

    with startad(tmp_path, port, **_val(poolad)) as server_:
        with ThreadPoolExecutor(len(PERSONER)) as samtidigt:
            svar = list(samtidigt.map(lambda vem: _arbeta(port, vem), PERSONER))
        sagt = stoppa(server_)

    assert svar == [["/mitt-arbete/", *["/konto/"] * 5]] * len(PERSONER), sagt
    with psycopg.connect(_direkt()) as server:
        rader = server.execute(
            "SELECT e.namn, a.epost FROM aktorer_anvandareevent e"
            " JOIN aktorer_anvandare a ON a.id = (e.pgh_context->>'anvandare')::bigint WHERE e.namn LIKE 'Namn av %'"
        ).fetchall()
    assert len(rader) == 5 * len(PERSONER)
    assert all(epost.startswith(namn.split()[2]) for namn, epost in rader)


def _arbeta(port: str, vem: str) -> list[str]:
    """Log in, change the own name five times; where each of it led."""
    webblasare = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def skicka(vag: str, **falt: str) -> str:
        adress = f"http://127.0.0.1:{port}{vag}"
        sida = webblasare.open(adress, timeout=60).read().decode()
        dolda = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', sida))
        fraga = urllib.request.Request(adress, urlencode(dolda | falt).encode(), {"Referer": adress})
        return urlsplit(webblasare.open(fraga, timeout=60).url).path

    inloggad = skicka("/konto/logga-in/", login=f"{vem}@fardplan.example", password=LOSENORD)
    return [inloggad, *(skicka("/konto/namn/", namn=f"Namn av {vem} nummer {n}") for n in range(5))]
