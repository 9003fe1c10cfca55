"""The whole walk in real browsers: invited one by the other, in each their own way, held to a stadskärna, out at once.

Everybody has a computer and a telephone: two browsers that know nothing of each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from playwright.sync_api import Browser, FilePayload, Page, expect
from pytest_django.live_server_helper import LiveServer

from insatser.models import Insats
from tests.conftest import LOSENORD, Brevlada
from tests.kontosteg import LOSEN, Nyckelenhet, bjud_in, logga_in, rubriken_ar, stang, valj_losenord
from tests.sso.conftest import Leverantorer, logga_in_hos

# One worker has the providers.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("sso")]

INBJUDAN = "Välj ett lösenord"  # what the link in the mail begins with


@dataclass(frozen=True)
class Gaende:
    """Somebody with two browsers."""

    namn: str
    epost: str
    dator: Page
    telefon: Page


@pytest.fixture
def nagon(webblasare: Browser, live_server: LiveServer) -> Iterator[Callable[[str, str], Gaende]]:
    cache.clear()  # the login limits count in it
    with ExitStack() as oppna:

        def fonster() -> Page:
            nytt = webblasare.new_context(base_url=live_server.url, locale="sv-SE")
            return oppna.enter_context(nytt).new_page()

        yield lambda namn, epost: Gaende(namn, epost, fonster(), fonster())


@dataclass(frozen=True)
class Vandring:
    """Where it goes, and by which mails and logins."""

    post: Brevlada
    leverantorer: Leverantorer
    server: str

    def bjud_in(self, av: Page, vem: Gaende, *, aktor: str, roll: str = "", bara_i: str = "") -> str:
        """The link in the mail that came of it."""
        av.goto("/mitt-arbete/")
        bjud_in(av, vem.epost, roll=roll, aktor=aktor, bara_i=bara_i)
        self.post.vanta_pa(vem.epost)
        return self.post.lank(vem.epost, INBJUDAN)

    def kom_in_med_losenord(self, vem: Gaende, lank: str) -> None:
        valj_losenord(vem.dator, lank, vem.namn)
        logga_in(vem.telefon, vem.epost, LOSEN)
        rubriken_ar(vem.telefon, "Mitt arbete")

    def kom_in_med_passkey(self, vem: Gaende, lank: str) -> None:
        datorns, telefonens = Nyckelenhet(vem.dator), Nyckelenhet(vem.telefon)
        vem.dator.goto(lank)
        vem.dator.get_by_label("Ditt namn").fill(vem.namn)
        vem.dator.get_by_role("button", name="Skapa en passkey och kom in").click()
        rubriken_ar(vem.dator, "Dina reservkoder")
        telefonens.hamta_fran(datorns)
        _anvand_passkeyn(vem.telefon)
        rubriken_ar(vem.telefon, "Mitt arbete")

    def kom_in_genom(self, vag: str, vem: Gaende, lank: str) -> None:
        """On the page that the invitation leads to, and on the telephone from the page for logging in."""
        sager = {"oidc": {"email": vem.epost, "email_verified": True, "name": vem.namn}}
        sager["saml"] = {"sub": vem.epost, "mail": vem.epost, "displayName": vem.namn}
        self.leverantorer.styr(Client(), sager[vag], varifran=self.server)
        for sida, adress in ((vem.dator, lank), (vem.telefon, "/konto/logga-in/")):
            sida.goto(adress)
            logga_in_hos(sida, vag, vem.epost)
            rubriken_ar(sida, "Mitt arbete")


def _anvand_passkeyn(sida: Page) -> None:
    sida.goto("/konto/logga-in/")
    sida.get_by_role("button", name="Använd en passkey").click()


def test_alla_bjuds_in_kommer_in_pa_sitt_satt_och_ar_ute_direkt(
    nagon: Callable[[str, str], Gaende],
    live_server: LiveServer,
    leverantorer: Leverantorer,
    postgang: Brevlada,
    tmp_path: Path,
) -> None:
    gang = Vandring(postgang, leverantorer, live_server.url)
    admin = nagon("Admin", "admin@fardplan.example").dator
    petra, tove = nagon("Petra Plan", "petra@haninge.example"), nagon("Tove Tjänst", "tove@haninge.example")
    eva, sven = nagon("Eva Ek", "eva.ek@haninge.example"), nagon("Sven Sjö", "sven.sjo@huddinge.example")

    logga_in(admin, "admin@fardplan.example", LOSENORD)
    rubriken_ar(admin, "Mitt arbete")
    lank = gang.bjud_in(admin, petra, roll="Planerare", aktor="Haninge kommun", bara_i="Haninge stadskärna")
    gang.kom_in_med_losenord(petra, lank)
    gang.kom_in_med_passkey(tove, gang.bjud_in(petra.dator, tove, aktor="Haninge kommun"))
    gang.kom_in_genom("oidc", eva, gang.bjud_in(petra.dator, eva, aktor="Haninge kommun"))
    gang.kom_in_genom("saml", sven, gang.bjud_in(petra.dator, sven, aktor="Huddinge kommun"))

    _andrar_i_haninge_och_nekas_i_flemingsberg(petra, tmp_path)

    for vem in (tove, eva, sven, petra):
        stang(admin, vem.namn)
        _ar_ute(vem)
    _kommer_inte_in_igen(petra, tove, eva, sven)


def _andrar_i_haninge_och_nekas_i_flemingsberg(vem: Gaende, har: Path) -> None:
    """By page, by file and by command."""
    fil = har / "karta.csv"
    karta = vem.dator.request.get("/haninge/insatskarta.csv").text().rstrip()
    ny = {"Typ": "Kärnspecifik", "Målområde": "1", "Titel": "Ny gångbro"}
    rad = ";".join(ny.get(kolumn, "") for kolumn in karta.splitlines()[0].lstrip("\ufeff").split(";"))
    fil.write_text(f"{karta}\n{rad}\n")

    vem.dator.goto("/flemingsberg/insatser/1.3/redigera/")
    expect(vem.dator.get_by_text("Du får ändra i Haninge stadskärna, men bara läsa här.")).to_be_visible()
    vem.telefon.goto("/haninge/insatskarta/import/")
    kryss = vem.telefon.locator("main input[name=csrfmiddlewaretoken]").first.input_value()
    titeln = {"csrfmiddlewaretoken": kryss, "titel": "Kapad"}
    assert vem.telefon.request.post("/flemingsberg/insatser/1.3/redigera/", form=titeln).status == 403
    filen: FilePayload = {"name": fil.name, "mimeType": "text/csv", "buffer": fil.read_bytes()}
    skickat: dict[str, Any] = {"csrfmiddlewaretoken": kryss, "fil": filen}
    assert vem.telefon.request.post("/flemingsberg/insatskarta/import/", multipart=skickat).status == 403
    with pytest.raises(CommandError, match="får inte läsa in i Flemingsberg"):
        call_command("importera", fil, stadskarna="flemingsberg", som=vem.epost, stdout=StringIO())
    assert not Insats.objects.filter(titel__in=["Ny gångbro", "Kapad"]).exists()

    call_command("importera", fil, stadskarna="haninge", som=vem.epost, stdout=StringIO())
    insats = Insats.objects.get(titel="Ny gångbro")
    vem.dator.goto(f"/haninge/insatser/{insats.nummer}/redigera/")
    vem.dator.get_by_label("Titel").fill("Ny gångbro till torget")
    vem.dator.get_by_role("button", name="Spara", exact=True).click()
    rubriken_ar(vem.dator, f"{insats.nummer} Ny gångbro till torget")


def _ar_ute(vem: Gaende) -> None:
    for sida in (vem.dator, vem.telefon):
        sida.goto("/mitt-arbete/")
        rubriken_ar(sida, "Logga in")


def _kommer_inte_in_igen(petra: Gaende, tove: Gaende, eva: Gaende, sven: Gaende) -> None:
    logga_in(petra.dator, petra.epost, LOSEN)
    _anvand_passkeyn(tove.dator)
    logga_in_hos(eva.dator, "oidc", eva.epost)
    logga_in_hos(sven.dator, "saml", sven.epost)
    for vem in (petra, tove, eva, sven):
        rubriken_ar(vem.dator, "Kontot är stängt")
