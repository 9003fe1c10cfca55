"""A server of the latest release goes on while those of today take over, on one database: each reads what the other
wrote, a session holds at both, and neither takes what only the other knows.
"""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from harden.formular import pa_sidan
from insatser.andringar import insats as insatsandringar
from insatser.models import Fardplan, Insats, Utskick
from tests.fardplan import utgava
from tests.fardplan.test_uppgradering import uppgraderad  # noqa: F401 -- a fixture

pytestmark = [pytest.mark.xdist_group("servrar"), pytest.mark.usefixtures("uppgraderad")]

ROT = Path(__file__).parents[2]
VARD = "testserver"
TALAMOD = 60  # seconds
# Its own web server, but for what is packed: the pages are read here without their style sheets.
SERVERA = """
import sys
from django.conf import settings
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
import django
django.setup()
from fardplan import start
start.servera(int(sys.argv[1]), "svarar")
"""


def _git(*argument: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", *argument], cwd=ROT, capture_output=True, check=False)


@pytest.fixture(scope="module")
def kod(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code of that release, out of the history. A copy without its history cannot have it."""
    arkiv = _git("archive", utgava.COMMIT)
    if arkiv.returncode and _git("rev-parse", "--is-shallow-repository").stdout.strip() != b"false":
        pytest.skip("Den här kopian har inte utgåvans kod: hämta hela historiken.")
    mapp = tmp_path_factory.mktemp("utgava")
    subprocess.run(["tar", "--extract", "--directory", mapp], input=arkiv.stdout, check=True)
    return mapp


def _miljo(data: Path) -> dict[str, str]:
    d = connection.settings_dict
    val = {
        "DATABASE_URL": f"postgresql://{d['USER']}@/{d['NAME']}?host={quote(d['HOST'])}&port={d['PORT'] or 5432}",
        "SECRET_KEY": settings.SECRET_KEY,
        "ALLOWED_HOSTS": VARD,
        "FARDPLAN_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "fardplan.settings",
    }
    return {n: v for n, v in os.environ.items() if n in {"PATH", "LANG", "LC_ALL", "HOME"}} | val


class Forra:
    """The server of that release, as whoever has this cookie meets it."""

    def __init__(self, port: int, session: str) -> None:
        self.port, self.kaka = port, f"sessionid={session}"

    def fraga(self, hur: str, vag: str, kropp: str = "", **huvuden: str) -> tuple[int, str]:
        alla = {"Host": VARD, "X-Forwarded-Proto": "https", "Cookie": self.kaka} | huvuden
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=TALAMOD)) as linje:
            linje.request(hur, vag, kropp, alla)
            svar = linje.getresponse()
            text = svar.read().decode()
        for kaka in svar.headers.get_all("Set-Cookie", []):
            if kaka.startswith("csrftoken="):
                self.kaka += "; " + kaka.partition(";")[0]
        return svar.status, text

    def skicka(self, vag: str, **varden: str) -> tuple[int, str]:
        _, text = self.fraga("GET", vag)
        form = next(f for f in pa_sidan(vag, text) if f.mal == vag)
        slag = {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"https://{VARD}{vag}"}
        return self.fraga("POST", vag, urlencode(form.data(**varden), doseq=True), **slag)


def _svarar(port: int) -> bool:
    with socket.socket() as uttag:
        return uttag.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def _server(kod: Path, data: Path) -> Iterator[int]:
    with socket.socket() as uttag:
        uttag.bind(("127.0.0.1", 0))
        port = uttag.getsockname()[1]
    (data / "static").mkdir()
    with subprocess.Popen([sys.executable, "-c", SERVERA, str(port)], cwd=kod, env=_miljo(data)) as process:
        try:
            slut = time.monotonic() + TALAMOD
            while not _svarar(port):
                assert process.poll() is None, "servern dog"
                assert time.monotonic() < slut, "servern svarar inte"
                time.sleep(0.1)
            yield port
        finally:
            process.terminate()


@pytest.fixture
def nya(django_db_blocker: DjangoDbBlocker) -> Iterator[Client]:
    """Somebody who plans, logged in at a server of today."""
    with django_db_blocker.unblock():
        konton = get_user_model().objects.filter(epost="person1@utgava.example")
        konton.update(roll="planerare", is_active=True, password="pbkdf2_sha256$1$a$b")
        klient = Client(SERVER_NAME=VARD, headers={"X-Forwarded-Proto": "https"})
        klient.force_login(konton.get())
        yield klient


@pytest.fixture
def forra(nya: Client, kod: Path, tmp_path: Path) -> Iterator[Forra]:
    """The same person and session, at a server of the release before."""
    with _server(kod, tmp_path) as port:
        yield Forra(port, nya.cookies["sessionid"].value)


def test_bada_laser_vad_den_andra_skrev(nya: Client, forra: Forra) -> None:
    insats = insatsandringar.skapa(
        av=None, malomrade=Insats.objects.first().malomrade, fardplan=Fardplan.objects.get(), titel="En", text="Början."
    )
    sida = f"/{insats.fardplan.stadskarna.slug}/insatser/{insats.nummer}/"

    assert forra.skicka(f"{sida}redigera/", text="Skrivet av den förra: åäö")[0] == 302
    assert "Skrivet av den förra: åäö" in nya.get(sida).content.decode()
    (form,) = [f for f in pa_sidan(sida, nya.get(f"{sida}redigera/").content.decode()) if f.mal == f"{sida}redigera/"]
    assert nya.post(form.mal, dict(form.data(text="Skrivet av den nya: ÅÄÖ"))).status_code == 302
    assert "Skrivet av den nya: ÅÄÖ" in forra.fraga("GET", sida)[1]
    assert {forra.fraga("GET", s)[0] for s in ("/mitt-arbete/", f"{sida}historik/", "/aktorer/")} == {200}


def test_en_inbjudan_vantar_pa_den_som_kan_skriva_den(nya: Client, kod: Path, tmp_path: Path) -> None:
    """The timer of that release takes all mails that wait."""
    person = get_user_model().objects.get(epost="person1@utgava.example")
    Utskick.objects.filter(anvandare=person).delete()
    rad = Utskick.objects.create(anvandare=person, slag=Utskick.Slag.INBJUDAN, dag=timezone.localdate())

    kommando = [sys.executable, "manage.py", "skicka_paminnelser"]
    svar = subprocess.run(kommando, cwd=kod, env=_miljo(tmp_path), capture_output=True, text=True, check=False)

    assert svar.returncode == 0, svar.stderr
    assert Utskick.objects.filter(pk=rad.pk, paborjat=None, skickat=None).exists()
