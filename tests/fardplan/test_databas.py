"""The embedded database: shared by processes, stopped by the last one, and back after a crash."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from fardplan import databas
from fardplan.miljo import Installningsfel

pytestmark = pytest.mark.xdist_group("servrar")  # they start servers of their own: one at a time

ROT = Path(__file__).parents[2]
ANVANDER = """
import sys
from pathlib import Path
from fardplan import databas
with databas.igang(Path(sys.argv[1]), hallbar=False):
    print("klar", flush=True)
    sys.stdin.readline()
"""


def processer(data: Path) -> set[int]:
    """The database's processes: those that work in its directory."""
    hittade = set()
    for katalog in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if katalog.readlink() == data / "databas" / "kluster":
                hittade.add(int(katalog.parent.name))
        except OSError:  # ended meanwhile, or not ours
            continue
    return hittade


@contextmanager
def anvandare(data: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that uses the database until it is given a line to read, at the end of the block."""
    with subprocess.Popen(
        [sys.executable, "-c", ANVANDER, str(data)], cwd=ROT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as annan:
        assert annan.stdout
        assert annan.stdout.readline() == "klar\n"
        yield annan
        annan.communicate("\n")


def fraga(data: Path, sql: str) -> object:
    with psycopg.connect(databas.adress(data)) as server:
        rad = server.execute(sql).fetchone()
    return rad and rad[0]


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "data"
    assert processer(tmp_path / "data") == set()


def test_gors_vid_behov_och_behaller_det_som_skrivits(data: Path) -> None:
    with databas.igang(data, hallbar=False), psycopg.connect(databas.adress(data)) as server:
        server.execute("CREATE TABLE minne AS SELECT 'å' AS text")
    with databas.igang(data, hallbar=False):
        assert fraga(data, "SELECT upper(text) FROM minne") == "Å"


def test_bara_agaren_kommer_in_och_inget_uttag_i_natet(data: Path) -> None:
    with databas.igang(data, hallbar=False):
        assert stat.S_IMODE((data / "databas" / "kluster").stat().st_mode) == 0o700
        assert fraga(data, "SHOW listen_addresses") == ""
        assert fraga(data, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False


def test_provdatabasen_ar_hallbar(data: Path) -> None:
    with databas.igang(data):
        assert fraga(data, "SHOW fsync") == "on"


def test_den_sista_stanger_av(data: Path) -> None:
    with ExitStack() as sist:
        with anvandare(data):
            sist.enter_context(databas.igang(data, hallbar=False))
        assert fraga(data, "SELECT 1") == 1

    with anvandare(data):
        with databas.igang(data, hallbar=False):
            pass
        assert fraga(data, "SELECT 1") == 1


def test_den_som_dodats_raknas_inte(data: Path) -> None:
    with anvandare(data) as annan:
        annan.kill()
    assert processer(data)
    with databas.igang(data, hallbar=False):
        assert fraga(data, "SELECT 1") == 1


@pytest.mark.parametrize("rester", ["egna", "annans", "tomma"])
def test_reser_sig_nar_allt_har_dodats(data: Path, rester: str) -> None:
    """Also when something else has the number of the dead server's process, or its file was half written."""
    with anvandare(data) as annan:
        for process in [annan.pid, *processer(data)]:
            with suppress(ProcessLookupError):  # they follow their parent at once
                os.kill(process, signal.SIGKILL)
    kluster = data / "databas" / "kluster"
    if rester != "egna":
        for namn in ("postmaster.pid", f"{databas.UTTAG}.lock"):
            (kluster / namn).write_text(f"{os.getpid()}\n{kluster}\n" if rester == "annans" else "")

    with databas.igang(data, hallbar=False):
        assert fraga(data, "SELECT 1") == 1


def test_en_halvgjord_databas_gors_om(data: Path) -> None:
    (data / "databas" / "ny" / "base").mkdir(parents=True)
    with databas.igang(data, hallbar=False):
        assert fraga(data, "SELECT 1") == 1


@pytest.mark.parametrize("namn", ["n" * 120, "komma, mellanslag 'å' %"])
def test_katalogen_far_heta_vad_som_helst(data: Path, namn: str) -> None:
    with databas.igang(data / namn, hallbar=False):
        assert fraga(data / namn, "SELECT 1") == 1
    assert processer(data / namn) == set()


def test_upptagen_genvag_anvands_inte(data: Path) -> None:
    lang = data / ("n" * 120)
    genvag = databas._uttagskatalog(lang)
    genvag.symlink_to("/nagon/annans")
    try:
        with pytest.raises(Installningsfel, match=r"^FARDPLAN_DATA: .* är upptagen"), databas.igang(lang):
            pytest.fail("started")
    finally:
        genvag.unlink()


def test_en_databas_av_en_annan_version_av_postgresql_rors_inte(tmp_path: Path) -> None:
    kluster = tmp_path / "databas" / "kluster"
    kluster.mkdir(parents=True)
    (kluster / "PG_VERSION").write_text("17\n")

    with pytest.raises(Installningsfel, match=r"av PostgreSQL 17, .* har 18.*Inget är ändrat"), databas.igang(tmp_path):
        pass
    assert [fil.name for fil in kluster.iterdir()] == ["PG_VERSION"]


def test_katalog_som_inte_gar_att_skriva_i(data: Path) -> None:
    data.touch()
    with pytest.raises(Installningsfel, match=r"^FARDPLAN_DATA: "), databas.igang(data):
        pytest.fail("started")
