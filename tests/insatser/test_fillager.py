"""Files in an S3-compatible store: a real one, on this machine, and the app in front of it."""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

import pgtrigger
import pytest
import time_machine
from django.conf import settings as installningar
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client

from aktorer.grund import fillager
from aktorer.grund.fillager import Fillager
from aktorer.grund.samtidighet import radens_handelser
from aktorer.models import Anvandare
from fardplan import drift, miljo
from fardplan.miljo import Installningsfel
from insatser.andringar import angra
from insatser.andringar import bilaga as andringar
from insatser.models import Bilaga, Fardplan, Filinnehall, Insats, Samtalssak
from insatser.regler.bilagetyp import Fil
from tests.insatser.test_bilaga import FILER, PDF, fil
from tests.insatser.test_utskick import databasadress
from tests.sidtext import platt

SHA = hashlib.sha256(PDF).hexdigest()
NYCKEL, HEMLIGHET, HINK = "nyckel", "hemlighet", "filerna"


class Lager:
    """A store that can be stopped and started, and what lies in it."""

    def __init__(self, rot: Path) -> None:
        self.rot = rot
        (rot / HINK).mkdir()
        with socket.socket() as ledig:
            ledig.bind(("127.0.0.1", 0))
            self.port = ledig.getsockname()[1]
        self.server: subprocess.Popen[bytes] | None = None

    def starta(self) -> None:
        program = Path(sys.executable).parent / "rclone"
        val = ["--addr", f"127.0.0.1:{self.port}", "--auth-key", f"{NYCKEL},{HEMLIGHET}", "--config", ""]
        self.server = subprocess.Popen([program, "serve", "s3", *val, self.rot], stderr=subprocess.DEVNULL)
        slut = time.monotonic() + 30
        while time.monotonic() < slut:
            with socket.socket() as prov:
                if prov.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError("lagret startade inte")

    def stoppa(self) -> None:
        if self.server:
            self.server.terminate()
            self.server.wait()
        self.server = None

    @property
    def filer(self) -> list[Path]:
        return [p for p in self.rot.rglob("*") if p.is_file()]

    @property
    def adress(self) -> str:
        return f"s3+http://{NYCKEL}:{HEMLIGHET}@127.0.0.1:{self.port}/{HINK}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lager]:
    lager = Lager(tmp_path_factory.mktemp("lager"))
    lager.starta()
    yield lager
    lager.stoppa()


@pytest.fixture
def lager(server: Lager, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lager]:
    """The store goes by the clock of the machine, and refuses what is signed by another."""
    klockan = time_machine.escape_hatch.datetime.datetime
    monkeypatch.setattr("minio.time.utcnow", lambda: klockan.now(UTC))
    settings.FILLAGER = Fillager(f"127.0.0.1:{server.port}", HINK, NYCKEL, HEMLIGHET, tls=False, region="us-east-1")
    if server.server is None:
        server.starta()
    yield server
    for p in server.filer:
        p.unlink()


@pytest.fixture
def bilaga(lager: Lager, insats: Callable[[str], Insats], flemingsberg: Fardplan, tjansteperson: Anvandare) -> Bilaga:
    sak = Samtalssak(insats("1.3"), flemingsberg.stadskarna)
    return andringar.bifoga(av=tjansteperson, sak=sak, fil=Fil("Protokoll.pdf", PDF))


def _las_i_en_annan_server(lager: Lager, adress: str) -> str:
    """What another process of the app, on the same database and store, answers somebody who logs in."""
    kod = (
        "import django, hashlib; django.setup()\n"
        "from django.test import Client; from aktorer.models import Anvandare\n"
        "c = Client(); c.force_login(Anvandare.objects.get(epost='styrgrupp@fardplan.example'))\n"
        f"svar = c.get('{adress}', headers={{'host': 'localhost'}})\n"
        "print(svar.status_code, hashlib.sha256(svar.content).hexdigest(), svar.headers['Content-Security-Policy'])"
    )
    miljon = {"DATABASE_URL": databasadress(), "SECRET_KEY": installningar.SECRET_KEY, "FILLAGER": lager.adress}
    miljon |= {"DJANGO_SETTINGS_MODULE": "fardplan.settings", "ALLOWED_HOSTS": "localhost", "MEJL_SERVER": "av"}
    alla = os.environ | miljon
    barn = subprocess.run([sys.executable, "-c", kod], env=alla, capture_output=True, text=True, check=True, timeout=90)
    return barn.stdout.strip()


def test_filen_lases_genom_tva_servrar_och_bara_dar(
    transactional_db: None, lager: Lager, bilaga: Bilaga, client: Client, styrgrupp: Anvandare
) -> None:
    """With the same rights and headers as ever. The store itself gives it to nobody without its key."""
    adress = f"{FILER}{bilaga.pk}/"
    utan = client.get(adress).status_code
    client.force_login(styrgrupp)

    har = client.get(adress)
    dar = _las_i_en_annan_server(lager, adress)

    skydd = "default-src 'none'; sandbox"
    assert (har.content, har.headers["Content-Security-Policy"]) == (PDF, skydd)
    assert (dar, utan) == (f"200 {SHA} {skydd}", 302)
    assert (Filinnehall.objects.get().data, [p.name for p in lager.filer]) == (None, [SHA])
    with socket.create_connection(("127.0.0.1", lager.port)) as rakt:
        rakt.sendall(f"GET /{HINK}/filer/{SHA[:2]}/{SHA} HTTP/1.0\r\nHost: lager\r\n\r\n".encode())
        nekat = rakt.makefile("rb").read()
    assert (nekat.split()[1] in {b"400", b"403"}, PDF in nekat) == (True, False)


@pytest.mark.django_db
def test_lagret_ar_nere_och_inget_gar_forlorat(lager: Lager, som_planerare: Client, bilaga: Bilaga) -> None:
    lager.stoppa()

    svar = som_planerare.get(f"{FILER}{bilaga.pk}/")
    sand = som_planerare.post(FILER, fil("annan.pdf", PDF + b"\n"))
    maska = som_planerare.post(f"{FILER}{bilaga.pk}/maskera/", {"skal": "Stod ett namn."})
    lager.starta()

    assert (svar.status_code, svar.headers["Retry-After"]) == (503, "60")
    assert "Filen går inte att hämta just nu" in platt(svar)
    assert (sand.status_code, "Det går inte att spara filer just nu" in platt(sand)) == (422, True)
    assert (maska.status_code, "inget är maskerat" in platt(maska)) == (422, True)
    assert "Stod ett namn." in platt(maska)
    assert (Bilaga.objects.count(), som_planerare.get(f"{FILER}{bilaga.pk}/").content) == (1, PDF)


@pytest.mark.django_db
def test_det_som_inte_ar_filen_lamnas_inte_ut(lager: Lager, som_planerare: Client, bilaga: Bilaga) -> None:
    lager.filer[0].write_bytes(PDF.replace(b"1", b"2"))
    assert som_planerare.get(f"{FILER}{bilaga.pk}/").status_code == 503


@pytest.mark.django_db
def test_det_som_maskeras_ar_borta_ur_lagret(lager: Lager, planerare: Anvandare, bilaga: Bilaga) -> None:
    andringar.maskera(av=planerare, bilaga=bilaga, skal="Prov")
    assert (lager.filer, Filinnehall.objects.exists()) == ([], False)


@pytest.mark.django_db
def test_det_som_ingen_nar_raderas_nar_lagret_svarar(
    lager: Lager, tjansteperson: Anvandare, bilaga: Bilaga, sql: Callable[..., object]
) -> None:
    angra.angra(av=tjansteperson, kontext=radens_handelser(bilaga).get().pgh_context_id)
    with pgtrigger.ignore():
        sql("UPDATE insatser_bilagaevent SET pgh_created_at = pgh_created_at - interval '25 hours'")
    lager.stoppa()
    andringar.glom_onabara(av=None)
    kvar = Filinnehall.objects.exists()
    lager.starta()
    call_command("skicka_paminnelser")

    assert (kvar, Filinnehall.objects.exists(), lager.filer) == (True, False, [])


@pytest.mark.django_db
def test_det_som_lag_i_databasen_lases_dar_och_tvartom(
    lager: Lager, som_planerare: Client, bilaga: Bilaga, settings: Any
) -> None:
    """A row says where its file is, whatever the setting has become."""
    valt, settings.FILLAGER = settings.FILLAGER, None
    som_planerare.post(FILER, fil("annan.pdf", PDF + b"\n"))
    utan = som_planerare.get(f"{FILER}{bilaga.pk}/").status_code
    (fynd,) = drift._fillagret()
    settings.FILLAGER = valt

    annan = Bilaga.objects.get(filnamn="annan.pdf")
    assert som_planerare.get(f"{FILER}{annan.pk}/").content == PDF + b"\n"
    assert (utan, fynd.grad, "FILLAGER" in fynd.text) == (503, drift.Grad.FEL, True)


@pytest.mark.django_db
def test_utan_bytes_maste_raden_ha_ett_avtryck(db: None) -> None:
    with transaction.atomic(), pytest.raises(IntegrityError, match="avtryck"):
        Filinnehall.objects.create(sha256="inget", data=None)


def test_driftkontrollen_provar_lagret(lager: Lager, settings: Any) -> None:
    (ok,) = drift._fillagret()
    settings.FILLAGER = settings.FILLAGER._replace(hemlighet="fel")
    (fel,) = drift._fillagret()

    assert (ok.grad, fel.grad, lager.filer) == (drift.Grad.OK, drift.Grad.FEL, [])
    assert HEMLIGHET not in ok.text + fel.text


@pytest.mark.parametrize(
    "adress", ["s3://värd/hink", "http://a:b@värd/hink", "s3://a:b@värd/", "s3://a:b@värd/en/till", "s3://a:b@[/hink"]
)
def test_en_fel_adress_stoppar_starten(monkeypatch: pytest.MonkeyPatch, adress: str) -> None:
    monkeypatch.setenv("FILLAGER", adress)
    with pytest.raises(Installningsfel, match=r"^FILLAGER .*s3://nyckel:hemlighet@värd/hink"):
        miljo.fillager()


def test_adressen_sager_var_lagret_ar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FILLAGER", "s3://a:b%2Fc@s3.example:9000/filerna?region=sto-1")
    lager = miljo.fillager()
    assert lager == fillager.Fillager("s3.example:9000", "filerna", "a", "b/c", tls=True, region="sto-1")
    assert str(lager) == "hinken filerna hos s3.example:9000"
