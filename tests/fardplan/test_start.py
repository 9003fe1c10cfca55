"""`make start` as its user meets it: real processes, a real port, Ctrl-C, kill -9 and bad settings."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from fardplan import databas, start
from fardplan import miljo as miljoval

pytestmark = pytest.mark.xdist_group("servrar")  # they start servers of their own: one at a time

ROT = Path(__file__).parents[2]
TALAMOD = 240  # seconds: a slow machine packs static files for a while the first time
NYCKEL = "n" * 50
OKAND = "postgresql://fardplan:hemligt@127.0.0.1:1/fardplan"
BESKRIVNING = "SELECT beskrivning FROM aktorer_aktor WHERE slug = 'huddinge-kommun'"
# Somebody else has a transaction open: the plans are loaded in one.
SKRIVER = "SELECT count(*) FROM pg_stat_activity WHERE xact_start IS NOT NULL AND client_port IS NOT NULL"
SKRIVER += " AND pid <> pg_backend_pid()"
TABELLER = ("aktorer_anvandare", "insatser_lagesrapport", "insatser_insats")
VARDEN = {
    "ANTAL_PROXYER",
    "DATABASE_URL",
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "EXEMPEL",
    "EXEMPEL_LOSENORD",
    "FARDPLAN_DATA",
    "METRIK_NYCKEL",
    "PORT",
    "TYST_EFTER_DAGAR",
}


def miljo(**val: str) -> dict[str, str]:
    """This environment with these settings and no others."""
    return {namn: varde for namn, varde in os.environ.items() if namn not in VARDEN} | val


def kor(*argument: str, **val: str) -> subprocess.CompletedProcess[str]:
    """manage.py with these settings, until it ends."""
    return subprocess.run(
        [sys.executable, "manage.py", *argument],
        cwd=ROT,
        env=miljo(**val),
        capture_output=True,
        text=True,
        timeout=TALAMOD,
        check=False,
    )


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One trial for the whole file: the second start is a case of its own."""
    return tmp_path_factory.mktemp("prov") / "data"


@pytest.fixture(scope="module")
def borjad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is left of a first start that was killed when it began to read the plans: everything before that."""
    data = tmp_path_factory.mktemp("borjad") / "data"
    with startad_till("Läser in", data, _ledig_port()) as server:
        os.killpg(server.pid, signal.SIGKILL)  # at once: also the child that it is just about to start
        for process in processer(server, data):
            with suppress(ProcessLookupError):  # followed its parent
                os.kill(process, signal.SIGKILL)
    return data


@pytest.fixture
def avbruten(borjad: Path, tmp_path: Path) -> Path:
    """A copy of that, with its owner."""
    subprocess.run(["cp", "--archive", borjad, tmp_path], check=True)
    return tmp_path / "data"


@pytest.fixture
def port() -> str:
    return _ledig_port()


def _ledig_port() -> str:
    with socket.socket() as uttag:
        uttag.bind(("127.0.0.1", 0))
        return str(uttag.getsockname()[1])


@contextmanager
def startad(data: Path, port: str, **val: str) -> Iterator[subprocess.Popen[str]]:
    """A server that answers. It is killed at the end of the block if it still runs."""
    with subprocess.Popen(
        [sys.executable, "manage.py", "start"],
        cwd=ROT,
        env=miljo(FARDPLAN_DATA=str(data), PORT=port, **val),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as server:
        try:
            vanta_pa_svar(server, port)
            yield server
        finally:
            server.kill()


@contextmanager
def startad_till(text: str, data: Path, port: str) -> Iterator[subprocess.Popen[str]]:
    """A start that has just printed this. It is killed at the end of the block."""
    with subprocess.Popen(
        [sys.executable, "manage.py", "start"],
        cwd=ROT,
        env=miljo(FARDPLAN_DATA=str(data), PORT=port),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as server:
        try:
            assert server.stdout
            for rad in server.stdout:
                assert "svarar på" not in rad, "den startade utan att säga det"
                if text in rad:
                    break
            yield server
        finally:
            server.kill()


def stoppa(server: subprocess.Popen[str], nummer: signal.Signals = signal.SIGINT) -> str:
    """Send the signal as a terminal does, to all of the group. Returns what the server has printed."""
    os.killpg(server.pid, nummer)
    return server.communicate(timeout=TALAMOD)[0]


def vanta_pa_svar(server: subprocess.Popen[str], port: str) -> None:
    slut = time.monotonic() + TALAMOD
    while server.poll() is None and time.monotonic() < slut:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/halsa/", timeout=10) as svar:
                assert json.load(svar)["status"] == "ok"
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
    pytest.fail(server.communicate()[0] if server.poll() is not None else stoppa(server))


def las_sida(port: str, sida: str) -> str:
    fraga = urllib.request.Request(f"http://127.0.0.1:{port}{sida}", headers={"Authorization": f"Bearer {NYCKEL}"})
    with urllib.request.urlopen(fraga, timeout=30) as svar:
        text: str = svar.read().decode()
        return text


def processer(server: subprocess.Popen[str], data: Path) -> set[int]:
    """What a start has set going and is still alive: the web server's processes and those of the database."""
    kluster = str(data / "databas" / "kluster")
    hittade = set()
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # ended meanwhile, or not ours
            _, _, _, session, *_ = (process / "stat").read_text().rpartition(")")[2].split()
            if int(session) == server.pid or str((process / "cwd").readlink()) == kluster:
                hittade.add(int(process.name))
    return hittade


def kvar_en_stund_efter(server: subprocess.Popen[str], data: Path) -> set[int]:
    """What is still alive when everything has had time to see that its parent is gone: what sets PDFs may just have
    been begun, and reads Django first.
    """
    slut = time.monotonic() + TALAMOD
    while (kvar := processer(server, data)) and time.monotonic() < slut:
        time.sleep(0.1)
    return kvar


def skriv(data: Path, text: str) -> None:
    with psycopg.connect(databas.adress(data)) as server:
        server.execute("UPDATE aktorer_aktor SET beskrivning = %s WHERE slug = 'huddinge-kommun'", [text])


def las(data: Path, sql: str) -> object:
    with psycopg.connect(databas.adress(data)) as server:
        rad = server.execute(sql).fetchone()
    return rad and rad[0]


def losenord(utskrift: str) -> str:
    traff = re.search(r"^Exempelkonton, alla med lösenordet (\S+)$", utskrift, re.MULTILINE)
    assert traff, utskrift
    return traff[1]


@pytest.mark.parametrize("nummer", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_startar_svarar_och_stannar_rent(data: Path, port: str, nummer: signal.Signals) -> None:
    with startad(data, port) as server:
        # Also in a server process forked from a parent that has just filled the database.
        affisch = urllib.request.urlopen(f"http://127.0.0.1:{port}/flemingsberg/insatskarta.pdf", timeout=20).read()
        utskrift = stoppa(server, nummer)

    assert affisch.startswith(b"%PDF")
    assert server.returncode == 0, utskrift
    assert f"http://127.0.0.1:{port}/" in utskrift
    assert "Traceback" not in utskrift
    assert kvar_en_stund_efter(server, data) == set()


def test_nasta_start_har_kvar_data_och_losenord(data: Path, port: str) -> None:
    utskrifter = []
    for text in ("ett", "två"):
        with startad(data, port) as server:
            skriv(data, text)
            utskrifter.append(stoppa(server))

    with databas.igang(data):
        assert las(data, BESKRIVNING) == "två"
        assert las(data, "SELECT count(*) FROM aktorer_anvandare") == 5
    assert losenord(utskrifter[0]) == losenord(utskrifter[1])
    assert (data / "exempel-losenord").stat().st_mode & 0o777 == 0o600


def test_nasta_start_beslutar_inget_pa_nytt(data: Path, port: str) -> None:
    raknat = "SELECT (SELECT count(*) FROM insatser_planversion), (SELECT max(sha256) FROM insatser_planversion),"
    raknat += " (SELECT count(*) FROM insatser_handlingsplanevent), (SELECT count(*) FROM insatser_plats)"
    efter = []
    for _ in range(2):
        with startad(data, port) as server:
            efter.append(las(data, f"SELECT array[rad::text] FROM ({raknat}) rad"))
            stoppa(server)

    assert efter[0] == efter[1]
    assert str(efter[0]).startswith("['(1,")


def test_dodad_medan_planerna_lases_in(avbruten: Path, port: str) -> None:
    """Nothing is half done: neither plans without the decision of 2009 nor a decision without its plan."""
    tillstand = "SELECT array[(SELECT count(*) FROM insatser_program), (SELECT count(*) FROM insatser_planversion)]"
    with databas.igang(avbruten):
        efter_mordet = las(avbruten, tillstand)
    with startad(avbruten, port) as server:
        efter_omstart = las(avbruten, tillstand)
        stoppa(server)

    assert (efter_mordet, efter_omstart) == ([0, 0], [2, 1])


def test_foraldern_dodad_medan_planerna_lases_in(avbruten: Path, port: str) -> None:
    """The child goes on without its parent; the next start waits for it instead of loading beside it."""
    slut = time.monotonic() + TALAMOD
    with startad_till("Läser in", avbruten, port) as server:
        while not las(avbruten, SKRIVER):
            assert time.monotonic() < slut
        server.kill()

        with startad(avbruten, port) as nasta:
            antal = las(avbruten, "SELECT count(*) FROM insatser_program")
            utskrift = stoppa(nasta)

    assert antal == 2
    assert "Traceback" not in utskrift


def test_nytt_losenord_byts_pa_alla_konton(data: Path, port: str) -> None:
    nytt = "ett-annat-losenord-for-alla"
    with startad(data, port) as server:
        fore = las(data, "SELECT string_agg(password, ' ') FROM aktorer_anvandare")
        stoppa(server)
    with startad(data, port, EXEMPEL_LOSENORD=nytt) as server:
        efter = las(data, "SELECT string_agg(password, ' ') FROM aktorer_anvandare")
        utskrift = stoppa(server)

    assert losenord(utskrift) == nytt
    assert not {*str(fore).split()} & {*str(efter).split()}


def test_reser_sig_efter_kill_9(data: Path, port: str) -> None:
    with startad(data, port) as server:
        skriv(data, "kvar")
        for process in processer(server, data):
            with suppress(ProcessLookupError):  # followed its parent
                os.kill(process, signal.SIGKILL)
        server.communicate()

    with startad(data, port) as server:
        assert las(data, BESKRIVNING) == "kvar"
        stoppa(server)
    assert kvar_en_stund_efter(server, data) == set()


def serverprocesser(server: subprocess.Popen[str]) -> list[int]:
    """Those that answer: forked by the one that was started."""
    barn = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    return [int(pid) for pid in barn if b"manage.py" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def test_reser_sig_nar_alla_serverprocesser_dor_gang_pa_gang(data: Path, port: str) -> None:
    """Granian takes the second time within seconds for a loop, and gives up. What was counted is counted on."""
    with startad(data, port, METRIK_NYCKEL=NYCKEL, PROCESSER="2") as server:
        for _ in range(3):
            las_sida(port, "/om/tillganglighet/")
            for process in serverprocesser(server):
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            time.sleep(0.5)
            vanta_pa_svar(server, port)
        metrik = las_sida(port, "/metrik/")
        utskrift = stoppa(server)

    assert (server.returncode, "Traceback" in utskrift) == (0, False), utskrift
    assert kvar_en_stund_efter(server, data) == set()
    assert 'fardplan_fragor_total{metod="GET",rutt="tillganglighet",status="2xx"} 3.0' in metrik
    assert list(Path("/dev/shm").glob(f"fardplan-{os.getuid()}-{port}-metrik-*")) == []


def test_databasen_startas_igen_nar_den_dor(data: Path, port: str) -> None:
    with startad(data, port) as server:
        kluster = data / "databas" / "kluster"
        for _ in range(2):
            os.kill(int((kluster / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
            vanta_pa_svar(server, port)
        utskrift = stoppa(server)

    assert server.returncode == 0, utskrift
    assert kvar_en_stund_efter(server, data) == set()


def test_serverns_processer_overlever_den_inte(data: Path, port: str) -> None:
    """A killed parent leaves the port free, and its database to the next start."""
    with startad(data, port) as server:
        server.kill()
        server.communicate()
    with startad(data, port) as server:
        stoppa(server)
    assert kvar_en_stund_efter(server, data) == set()


def test_utan_exempel_finns_bara_de_antagna_planerna(avbruten: Path, port: str) -> None:
    with startad(avbruten, port, EXEMPEL="0") as server:
        antal = [las(avbruten, f"SELECT count(*) FROM {tabell}") for tabell in TABELLER]
        utskrift = stoppa(server)
    assert antal == [0, 0, 18 + 3]
    assert "manage.py createsuperuser" in utskrift
    assert "fardplan.example" not in utskrift


def test_produktion_far_planerna_men_aldrig_konton(tmp_path: Path, port: str) -> None:
    """With DATABASE_URL set, EXEMPEL=1 and a password change nothing."""
    with databas.igang(tmp_path / "annan", hallbar=False):
        val = {
            "DATABASE_URL": databas.adress(tmp_path / "annan"),
            "SECRET_KEY": NYCKEL,
            "EXEMPEL": "1",
            "EXEMPEL_LOSENORD": "ett-losenord-som-inte-anvands",
        }
        with startad(tmp_path / "data", port, **val) as server:
            antal = [las(tmp_path / "annan", f"SELECT count(*) FROM {tabell}") for tabell in TABELLER]
            utskrift = stoppa(server)
    assert antal == [0, 0, 18 + 3]
    assert "manage.py createsuperuser" in utskrift
    assert {fil.name for fil in (tmp_path / "data").iterdir()} == {"static", "typsnitt"}


@pytest.mark.parametrize(
    ("namn", "val"),
    [
        ("DATABASE_URL", {"DATABASE_URL": "mysql://u:hemligt@db/f", "SECRET_KEY": NYCKEL}),
        ("DATABASE_URL", {"DATABASE_URL": "postgresql://u:hemligt@db:port/f", "SECRET_KEY": NYCKEL}),
        ("DATABASE_URL", {"DATABASE_URL": OKAND, "SECRET_KEY": NYCKEL}),
        ("DATABASE_URL", {"DATABASE_URL": f"{OKAND}?sslmod=require", "SECRET_KEY": NYCKEL}),
        ("SECRET_KEY", {"DATABASE_URL": OKAND}),
        ("SECRET_KEY", {"DATABASE_URL": OKAND, "SECRET_KEY": "hemligt"}),
        ("PORT", {"PORT": "hemma"}),
        ("PORT", {"PORT": "65536"}),
        ("TYST_EFTER_DAGAR", {"TYST_EFTER_DAGAR": "0"}),
        ("ANTAL_PROXYER", {"ANTAL_PROXYER": "två"}),
        ("EXEMPEL", {"EXEMPEL": "ja"}),
        ("EXEMPEL_LOSENORD", {"EXEMPEL_LOSENORD": "hemligt"}),
        ("EXEMPEL_LOSENORD", {"EXEMPEL_LOSENORD": "qwerty123456"}),
        ("FARDPLAN_DATA", {"FARDPLAN_DATA": "/dev/null/data"}),
    ],
)
def test_fel_installning_ar_en_rad(data: Path, port: str, namn: str, val: dict[str, str]) -> None:
    svar = kor("start", **{"FARDPLAN_DATA": str(data), "PORT": port} | val)
    assert svar.returncode == 1
    assert (svar.stdout, svar.stderr.count("\n")) == ("", 1), svar
    assert svar.stderr.startswith(namn), svar.stderr
    assert "hemligt" not in svar.stderr


def test_utan_mapp_for_tillfalliga_filer_sags_det(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "finns-inte"))

    sagt = pytest.raises(miljoval.Installningsfel, match=r"^TMPDIR: .+ \(No such file or directory\)\.$")
    with sagt, start.ensam_om(miljoval.Lyssnar("127.0.0.1", 8000)):
        pass


def test_upptagen_port_ar_en_rad(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as upptagen:
        port = str(upptagen.getsockname()[1])
        svar = kor("start", FARDPLAN_DATA=str(data), PORT=port)
    assert svar.returncode == 1
    assert svar.stderr == f"PORT: {port} används redan. Välj en annan, till exempel PORT=8001.\n"


@pytest.mark.parametrize("argument", [("migrate", "--check"), ("shell", "-c", "Insats.objects.count()")])
def test_manage_sager_ocksa_en_rad(data: Path, argument: tuple[str, ...]) -> None:
    svar = kor(*argument, DATABASE_URL=OKAND, SECRET_KEY=NYCKEL, FARDPLAN_DATA=str(data))
    assert svar.returncode == 1
    assert svar.stderr.startswith("DATABASE_URL: databasen svarar inte (")
    assert svar.stderr.count("\n") == 1
