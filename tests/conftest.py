"""What all tests share: a database of their own with the plans in it, the five people, a browser and a mail server.

A test sees the adopted plans, the example data and the accounts, and what it writes is rolled back. After a test that
needs real transactions (a browser, threads) the next one gets the database anew.
"""

from __future__ import annotations

import fcntl
import gc
import hashlib
import os
import re
import shutil
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import psycopg
import pytest
from aiosmtpd.controller import Controller
from django.conf import settings as installningar
from django.core.cache import cache
from django.core.signals import setting_changed
from django.db import connection
from django.template import Context, Template
from django.test import Client, TransactionTestCase
from django.test.utils import instrumented_test_render
from django.utils.safestring import SafeString
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from aktorer import andringar
from aktorer.grund import gjort
from aktorer.models import Anvandare
from fardplan import databas, exempel, miljo, start
from harden.data import vanta_ut
from insatser.models import Fardplan
from tests import klocka
from tests.sidtext import platt

LOSENORD = "ett-losenord-for-tester"
ROT = Path(__file__).parent.parent
MINNE = Path("/dev/shm")


def _plats() -> Path:
    """Where the cluster is: in memory when there is room, since to copy a database there takes a tenth of the time."""
    if MINNE.is_dir() and shutil.disk_usage(MINNE).free > 2 * 2**30:
        return MINNE / f"fardplan-test-{hashlib.sha256(os.fsencode(ROT)).hexdigest()[:20]}"
    return ROT / ".cache" / "test"


# Kept between runs: the cluster, never what is in it. Each day has one of its own, whose clock stands on that day.
DATA = _plats() / str(klocka.IDAG)
LADDAD = DATA / "laddad"  # by whose clock the kept database was loaded: what a test writes comes after
CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


_inne: ContextVar[bool] = ContextVar("inne", default=False)


def pytest_configure() -> None:
    """Settings of every test: quick passwords, unpacked static files, plain http also against a DATABASE_URL.

    And the clock, before any test module is read.
    """
    klocka.stall(datetime.fromisoformat(LADDAD.read_text()) if LADDAD.exists() else None)
    installningar.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    installningar.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    setting_changed.connect(lambda **_: gjort.tom(), weak=False)
    installningar.WHITENOISE_AUTOREFRESH = True  # finds them where they are
    installningar.SECURE_SSL_REDIRECT = installningar.SESSION_COOKIE_SECURE = installningar.CSRF_COOKIE_SECURE = False


@pytest.fixture(scope="session", autouse=True)
def ritar(django_test_environment: None) -> None:
    """Django's tests keep a copy of the context of every template for `svar.context`, also of the thousand parts of a
    page. That of the page is enough, and to copy the others was a tenth of the time.
    """
    Template._render = _ritad  # type: ignore[method-assign]


def _ritad(mall: Template, context: Context) -> SafeString:
    if _inne.get():
        return mall.nodelist.render(context)
    ytterst = _inne.set(True)
    try:
        return instrumented_test_render(mall, context)
    finally:
        _inne.reset(ytterst)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Every fourth test makes anew what is kept, and compares: each page is met in one state or another, and the rest
    live on what was kept as the servers do.
    """
    gjort.granska = zlib.crc32(item.nodeid.encode()) % 4 == 0


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """A name for what cannot be one. Workers send each other the names of all tests, so they must be short, and the
    same in both: the bytes of a file may tell the second in which it was made.
    """
    return f"{argname}-{len(val)}" if isinstance(val, bytes) or (isinstance(val, str) and len(val) > 200) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow ones first, so that no worker waits long for the other at the end."""
    items.sort(key=lambda test: test.path.parent.name != "webb")


def pytest_collection_finish() -> None:
    """What all tests share is not looked through for garbage time and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """An embedded database apart from `.data`, unless DATABASE_URL names another. Several runs may share it."""
    if installningar.PRODUKTION:
        yield
        return
    with databas.igang(DATA, hallbar=False, miljo=klocka.miljo()):
        _stada()
        installningar.DATABASES["default"].update(miljo.databas(databas.adress(DATA)))
        databasen = f"test_{os.getpid()}"
        with django_db_blocker.unblock():
            _kopiera(_inlast(), databasen)
        installningar.DATABASES["default"]["TEST"]["NAME"] = databasen
        yield
        with psycopg.connect(databas.adress(DATA), autocommit=True) as server:
            server.execute(f'DROP DATABASE "{databasen}" WITH (FORCE)')


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """The embedded one has all that it is to have before Django looks at it."""
    return not installningar.PRODUKTION


# What the tables come of, and what is in them. All else may change without their being made anew.
TABELLER = ("*/migrations/*.py", "*/models/*.py", "*/models.py", "*/grund/*.py", "requirements-dev.txt")
INNEHALL = (
    "tests/conftest.py",  # which loads it
    "fixtures/*",
    "fardplan/*.py",
    *(f"insatser/{rum}/**/*" for rum in ("andringar", "fragor", "pdf", "regler")),
)


def _migrerad() -> str:
    """A database with the tables and nothing in them: to make one takes half a minute."""

    def gor(databasen: str) -> None:
        installningar.DATABASES["default"]["TEST"]["NAME"] = databasen
        connection.creation.create_test_db(verbosity=0, autoclobber=True)
        connection.close()

    return _sparad("migrerad", TABELLER, gor)


def _inlast() -> str:
    """A database as every test finds it."""

    def gor(databasen: str) -> None:
        _kopiera(migrerad, databasen)
        connection.settings_dict["NAME"] = databasen
        _las_in()
        connection.close()
        LADDAD.write_text(datetime.now(UTC).isoformat())

    migrerad = _migrerad()
    return _sparad("inlast", (*TABELLER, *INNEHALL), gor)


def _sparad(slag: str, filer: Sequence[str], gor: Callable[[str], None]) -> str:
    """The database that `gor` makes, kept as long as none of those files is changed. Whoever needs it first makes it,
    and the others wait.
    """
    alla = sorted({fil for monster in filer for fil in ROT.glob(monster) if fil.is_file() and fil.suffix != ".pyc"})
    namn = f"{slag}_{hashlib.sha256(b''.join(fil.read_bytes() for fil in alla)).hexdigest()[:20]}"
    with (DATA / f"{slag}.las").open("w") as las:
        fcntl.flock(las, fcntl.LOCK_EX)
        with psycopg.connect(databas.adress(DATA), autocommit=True) as server:
            finns = server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [slag]).fetchall()
            if (namn,) not in finns:
                for (gammal,) in finns:
                    server.execute(f'DROP DATABASE "{gammal}"')
                gor(f"{slag}_halv")
                server.execute(f'ALTER DATABASE "{slag}_halv" RENAME TO "{namn}"')
    return namn


def _stada() -> None:
    """Drop what runs that were killed left behind."""
    with psycopg.connect(databas.adress(DATA), autocommit=True) as server:
        for (namn,) in server.execute("SELECT datname FROM pg_database WHERE datname LIKE 'test\\_%'").fetchall():
            try:
                os.kill(int(namn.split("_")[1]), 0)
            except ProcessLookupError:
                with suppress(psycopg.errors.InvalidCatalogName):  # another run was quicker
                    server.execute(f'DROP DATABASE "{namn}"')


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The tables, with the plans, the example data and the accounts in them.

    Where a test with real transactions has been, anything may have happened: instead of emptying the tables, as Django
    does, the whole database is made anew as a copy of how it was.
    """
    databasen = connection.settings_dict["NAME"]
    mall = f"{databasen}_mall"
    with django_db_blocker.unblock():
        if installningar.PRODUKTION:
            _las_in()
        _kopiera(databasen, mall)
    with pytest.MonkeyPatch.context() as lapp:
        lapp.setattr(TransactionTestCase, "_fixture_teardown", lambda _: _borja_om(mall, databasen))
        yield
    with django_db_blocker.unblock(), connection._nodb_cursor() as server:
        server.execute(f'DROP DATABASE "{mall}"')
        # A thread of a live server may not have let go yet, and what comes next drops the database without force.
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [databasen])


def _borja_om(mall: str, databasen: str) -> None:
    vanta_ut()
    _kopiera(mall, databasen)


def _las_in() -> None:
    start.las_in(med_exempel=True)
    for konto in exempel.KONTON:
        exempel.skapa(konto, LOSENORD)


def _kopiera(fran: str, till: str) -> None:
    """Make the database `till` anew as a copy of `fran`, also when a thread or a process has not let go of it."""
    connection.close()
    with connection._nodb_cursor() as server:
        server.execute(f'DROP DATABASE IF EXISTS "{till}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{till}" TEMPLATE "{fran}"')


def _person(epost: str) -> Anvandare:
    return Anvandare.objects.select_related("aktor").get(epost=f"{epost}@fardplan.example")


@pytest.fixture
def administrator(db: None) -> Anvandare:
    return _person("admin")


@pytest.fixture
def planerare(db: None) -> Anvandare:
    """At Region Stockholm."""
    return _person("planerare")


@pytest.fixture
def tjansteperson(db: None) -> Anvandare:
    """At Huddinge kommun."""
    return _person("tjansteperson")


@pytest.fixture
def botkyrka(db: None) -> Anvandare:
    """A tjänsteperson at Botkyrka kommun."""
    return _person("botkyrka")


@pytest.fixture
def styrgrupp(db: None) -> Anvandare:
    return _person("styrgrupp")


def andra_konto(anvandare: Anvandare, **varden: Any) -> Anvandare:
    """Change the account as somebody who has it as it is before them."""
    return andringar.andra_anvandare(av=None, anvandare=anvandare, sedd=andringar.senaste_handelse(anvandare), **varden)


def publicerad(fardplan: Fardplan) -> Fardplan:
    """The färdplan, published with a karaktär."""
    fardplan.karaktar, fardplan.publicerad = fardplan.karaktar or "Så här är det här.", True
    fardplan.save(update_fields=["karaktar", "publicerad"])
    fardplan.refresh_from_db(fields=["version"])  # counted by the database
    return fardplan


@pytest.fixture
def alla_publicerade(db: None) -> None:
    """All eight färdplaner of today are published."""
    for fardplan in Fardplan.objects.filter(program__slug="fardplaner-2026"):
        publicerad(fardplan)


@pytest.fixture(scope="session")
def webblasare() -> Iterator[Browser]:
    """Debian's Chromium without a desktop around it when it is there, else Playwright's own: both take half the
    processor of the one with.
    """
    with pytest.MonkeyPatch.context() as lapp, sync_playwright() as playwright:
        lapp.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps an event loop in this thread; Django asks
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium-headless-shell"), args=CHROMIUM)
        yield chromium
        chromium.close()


@pytest.fixture
def sida(webblasare: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A fresh page on a real server: `sida.goto("/flemingsberg/")`. A script error fails the test."""
    cache.clear()  # the login limits count in it
    with webblasare.new_context(base_url=live_server.url, locale="sv-SE") as sammanhang:
        sida = sammanhang.new_page()
        fel: list[str] = []
        sida.on("pageerror", lambda handelse: fel.append(str(handelse)))
        yield sida
        assert fel == []


@pytest.fixture
def logga_in(sida: Page, live_server: LiveServer) -> Callable[[Anvandare], None]:
    """Be somebody on `sida` from here on. The walks log in by the form."""

    def som(anvandare: Anvandare) -> None:
        klient = Client()
        klient.force_login(anvandare)
        kaka = klient.cookies[installningar.SESSION_COOKIE_NAME]
        sida.context.add_cookies([{"name": kaka.key, "value": kaka.value, "url": live_server.url}])

    return som


class _Formular(HTMLParser):
    """The fields of the page's first form of class `formular`, as a browser would send them untouched."""

    def __init__(self) -> None:
        super().__init__()
        self.falt: dict[str, str] = {}
        self.inne: bool | None = None
        self.namn = ""

    def handle_starttag(self, tagg: str, attribut: list[tuple[str, str | None]]) -> None:
        a = {namn: varde or "" for namn, varde in attribut}
        if tagg == "form" and self.inne is None and "formular" in a.get("class", "").split():
            self.inne = True
        if not self.inne:
            return
        if tagg == "input" and (a.get("type") not in {"radio", "checkbox"} or "checked" in a):
            self.falt[a["name"]] = a.get("value", "on" if a.get("type") == "checkbox" else "")
        elif tagg in {"select", "textarea"}:
            self.namn = a["name"]
            if tagg == "textarea":
                self.falt[self.namn] = ""
        elif tagg == "option" and ("selected" in a or self.namn not in self.falt):
            self.falt[self.namn] = a["value"]

    def handle_data(self, text: str) -> None:
        if self.inne and self.lasttag == "textarea":
            self.falt[self.namn] += text

    def handle_endtag(self, tagg: str) -> None:
        if tagg == "textarea":
            # The first line break of a textarea is not part of its text.
            self.falt[self.namn] = self.falt[self.namn].removeprefix("\r").removeprefix("\n")
            self.lasttag = ""
        elif tagg == "form" and self.inne:
            self.inne = False


@pytest.fixture
def formular() -> Callable[[Any], dict[str, str]]:
    """What the form of a response's page would send if nothing more were typed."""

    def las(svar: Any) -> dict[str, str]:
        tolk = _Formular()
        tolk.feed(platt(svar))
        assert tolk.inne is False, "sidan har inget helt formulär"
        tolk.falt.pop("csrfmiddlewaretoken")
        return tolk.falt

    return las


class Brevlada:
    """What a mail server got. `hall` makes it keep the one who delivers the n:th mail waiting for its answer."""

    def __init__(self) -> None:
        self.brev: list[EmailMessage] = []
        self.ratt: list[str] = []  # as they came over the wire
        self.hall_vid = 0
        self.bryter_efter = 0  # drops the line when it has got so many, instead of saying so
        self.nekar: dict[str, str] = {}  # what it answers to an address, or to the text of a mail to it
        self.nekar_text: dict[str, str] = {}
        self.slapp = threading.Event()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if address in self.nekar:
            return self.nekar[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if nej := self.nekar_text.get(envelope.rcpt_tos[0]):
            return nej
        self.ratt.append(envelope.content.decode())
        self.brev.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        if len(self.brev) == self.bryter_efter:
            server.transport.abort()
        if len(self.brev) == self.hall_vid:
            await server.loop.run_in_executor(None, self.slapp.wait, 30)
        return "250 OK"

    @property
    def till(self) -> list[str]:
        return sorted(str(b["To"]) for b in self.brev)

    def vanta_pa(self, till: str) -> None:
        """Until a mail to the person has come: they go in the background."""
        slut = time.monotonic() + 60
        while till not in self.till and time.monotonic() < slut:
            time.sleep(0.1)

    def lank(self, till: str, text: str) -> str:
        """The address behind `text` in the latest mail to a person, as a mail program would follow it."""
        brev = [b for b in self.brev if b["To"] == till][-1]
        html = brev.get_body(("html",)).get_content()  # type: ignore[union-attr]
        lankar = re.findall(r'<a href="([^"]+)">(?:<strong>)?([^<]+)', html)
        return next(adress for adress, rubrik in lankar if rubrik.startswith(text))


@pytest.fixture
def brevlada() -> Iterator[tuple[Brevlada, int]]:
    """A mail server on loopback and its port."""
    lada = Brevlada()
    with socket.socket() as ledig:
        ledig.bind(("127.0.0.1", 0))
        port = ledig.getsockname()[1]
    server = Controller(lada, hostname="127.0.0.1", port=port)
    server.start()
    yield lada, port
    lada.slapp.set()
    server.stop()


@pytest.fixture
def postgang(brevlada: tuple[Brevlada, int], live_server: LiveServer, settings: Any) -> Brevlada:
    """The live server sends to a real mail server, with links to itself."""
    lada, port = brevlada
    smtp = {"host": "127.0.0.1", "port": port}
    settings.MAILERS = {"default": {"BACKEND": "insatser.utbyte.mejl.server.Smtp", "OPTIONS": smtp}}
    settings.BASADRESS = live_server.url
    return lada
