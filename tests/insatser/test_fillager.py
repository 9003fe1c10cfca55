"""Files in an S3-compatible store: a real one, on this machine, and the app in front of it."""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC
from io import StringIO
from pathlib import Path
from typing import Any

import pgtrigger
import pytest
import time_machine
from django.conf import settings as installningar
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client

from aktorer.grund import fillager
from aktorer.grund.fillager import Fillager
from aktorer.grund.installation import marke
from aktorer.grund.samtidighet import radens_handelser
from aktorer.models import Anvandare
from fardplan import drift, miljo
from fardplan.miljo import Installningsfel
from insatser.andringar import angra
from insatser.andringar import bilaga as andringar
from insatser.andringar import fillager as flyttar
from insatser.models import Bilaga, Fardplan, Filinnehall, Insats, Lagerrest, Samtalssak
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


@pytest.fixture
def i_lagret(bilaga: Bilaga) -> Bilaga:
    """The same, moved there by the timer."""
    assert flyttar.ordna(10) == (1, 0)
    bilaga.refresh_from_db()
    return bilaga


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
    transactional_db: None, lager: Lager, i_lagret: Bilaga, client: Client, styrgrupp: Anvandare
) -> None:
    """With the same rights and headers as ever. The store itself gives it to nobody without its key."""
    adress = f"{FILER}{i_lagret.pk}/"
    utan = client.get(adress).status_code
    client.force_login(styrgrupp)

    har = client.get(adress)
    dar = _las_i_en_annan_server(lager, adress)

    skydd = "default-src 'none'; sandbox"
    assert (har.content, har.headers["Content-Security-Policy"]) == (PDF, skydd)
    assert (dar, utan) == (f"200 {SHA} {skydd}", 302)
    assert (Filinnehall.objects.get().data, [p.name for p in lager.filer]) == (None, [SHA])
    with socket.create_connection(("127.0.0.1", lager.port)) as rakt:
        rakt.sendall(f"GET /{HINK}/{marke()}/{SHA[:2]}/{SHA} HTTP/1.0\r\nHost: lager\r\n\r\n".encode())
        nekat = rakt.makefile("rb").read()
    assert (nekat.split()[1] in {b"400", b"403"}, PDF in nekat) == (True, False)


@pytest.mark.django_db
def test_lagret_ar_nere_och_inget_gar_forlorat(lager: Lager, som_planerare: Client, i_lagret: Bilaga) -> None:
    """What is read waits for it, and says so; what is attached does not."""
    lager.stoppa()

    svar = som_planerare.get(f"{FILER}{i_lagret.pk}/")
    som_planerare.post(FILER, fil("annan.pdf", PDF + b"\n"))
    annan = som_planerare.get(f"{FILER}{Bilaga.objects.get(filnamn='annan.pdf').pk}/")
    ut, fel = _kor("skicka_paminnelser", ar=1)
    lager.starta()

    assert (svar.status_code, svar.headers["Retry-After"]) == (503, "60")
    assert "Filen går inte att hämta just nu" in platt(svar)
    assert (annan.content, "till fillagret" in ut, "Fillagret svarar inte" in fel) == (PDF + b"\n", False, True)
    assert som_planerare.get(f"{FILER}{i_lagret.pk}/").content == PDF
    assert "1 fil flyttad" in _kor("skicka_paminnelser")[0]


def _kor(*kommando: str, ar: int = 0) -> tuple[str, str]:
    """What the command says, and what it complains of; it must end with `ar`."""
    ut, fel = StringIO(), StringIO()
    kod: Any = 0
    try:
        call_command(*kommando, stdout=ut, stderr=fel)
    except SystemExit as slut:
        kod = slut.code
    except CommandError as slut:
        kod = slut.returncode
    assert kod == ar, (ut.getvalue(), fel.getvalue())
    return ut.getvalue(), fel.getvalue()


@pytest.mark.django_db
def test_det_som_inte_ar_filen_lamnas_inte_ut(lager: Lager, som_planerare: Client, i_lagret: Bilaga) -> None:
    lager.filer[0].write_bytes(PDF.replace(b"1", b"2"))
    assert som_planerare.get(f"{FILER}{i_lagret.pk}/").status_code == 503


# --- masked, and erased


def test_det_som_maskeras_raderas_ur_lagret_nar_det_ar_skrivet(
    transactional_db: None, lager: Lager, planerare: Anvandare, i_lagret: Bilaga
) -> None:
    """One that never comes to be written, as when the process dies, leaves the file as it was."""
    with transaction.atomic():
        andringar.maskera(av=planerare, bilaga=i_lagret, skal="Prov")
        transaction.set_rollback(True)
    kvar = [p.read_bytes() for p in lager.filer]
    andringar.maskera(av=planerare, bilaga=i_lagret, skal="Prov")
    assert (kvar, lager.filer, Filinnehall.objects.exists(), Lagerrest.objects.exists()) == ([PDF], [], False, False)


@pytest.mark.django_db
def test_det_som_maskeras_medan_lagret_ar_nere_raderas_av_timern(
    lager: Lager, som_planerare: Client, i_lagret: Bilaga, django_capture_on_commit_callbacks: Any
) -> None:
    lager.stoppa()
    with django_capture_on_commit_callbacks(execute=True):
        som_planerare.post(f"{FILER}{i_lagret.pk}/maskera/", {"skal": "Stod ett namn."})
    borta = som_planerare.get(f"{FILER}{i_lagret.pk}/").status_code
    lager.starta()
    ut, _ = _kor("skicka_paminnelser")

    assert (borta, "1 raderad ur det" in ut, lager.filer) == (404, True, [])


@pytest.mark.django_db
def test_en_rest_som_en_rad_namner_raderas_inte(lager: Lager, i_lagret: Bilaga) -> None:
    """Killed when it had been written that the file lies there, or attached anew meanwhile."""
    flyttar.anteckna_rest(av=None, sha256=SHA)
    assert flyttar.ordna(10) == (0, 0)
    assert (i_lagret.innehall.las(), Lagerrest.objects.exists()) == (PDF, False)


@pytest.mark.django_db
def test_en_annan_installations_fil_rors_inte(
    lager: Lager, i_lagret: Bilaga, planerare: Anvandare, django_capture_on_commit_callbacks: Any
) -> None:
    """In the same bucket, under the same hash."""
    annans = lager.rot / HINK / "annan" / SHA[:2] / SHA
    annans.parent.mkdir(parents=True)
    annans.write_bytes(PDF)
    with django_capture_on_commit_callbacks(execute=True):
        andringar.maskera(av=planerare, bilaga=i_lagret, skal="Prov")
    assert lager.filer == [annans]


@pytest.mark.django_db
def test_det_som_ingen_nar_raderas_nar_lagret_svarar(
    lager: Lager, tjansteperson: Anvandare, i_lagret: Bilaga, sql: Callable[..., object]
) -> None:
    angra.angra(av=tjansteperson, kontext=radens_handelser(i_lagret).earliest("pgh_id").pgh_context_id)
    with pgtrigger.ignore():
        sql("UPDATE insatser_bilagaevent SET pgh_created_at = pgh_created_at - interval '25 hours'")
    lager.stoppa()
    _kor("skicka_paminnelser", ar=1)
    kvar = len(lager.filer)
    lager.starta()
    _kor("skicka_paminnelser")

    assert (kvar, Filinnehall.objects.exists(), lager.filer) == (1, False, [])


# --- moved


@pytest.mark.django_db
def test_filer_flyttas_till_lagret_och_tillbaka(lager: Lager, bilaga: Bilaga) -> None:
    assert "1 fil skulle flyttas till fillagret" in _kor("flytta_filer", "--till", "lagret", "--torr")[0]
    assert lager.filer == []
    assert "1 fil flyttad till fillagret, 0 kvar" in _kor("flytta_filer", "--till", "lagret")[0]
    dar = (Filinnehall.objects.get().data, [p.name for p in lager.filer])
    assert "1 fil flyttad till databasen, 0 kvar" in _kor("flytta_filer", "--till", "databasen")[0]
    assert dar == (None, [SHA])
    assert (bytes(Filinnehall.objects.get().data), lager.filer, Lagerrest.objects.exists()) == (PDF, [], False)


@pytest.mark.django_db
def test_en_flytt_som_dor_halvvags_gar_att_gora_om(
    lager: Lager, bilaga: Bilaga, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the bytes lie there and no row says so yet."""

    def dor(sha256: str) -> bytes:
        raise KeyboardInterrupt

    with monkeypatch.context() as m, transaction.atomic():
        m.setattr(fillager, "hamta", dor)
        with pytest.raises(KeyboardInterrupt):
            flyttar.till_lagret(SHA)
    efter = (len(lager.filer), bytes(Filinnehall.objects.get().data))

    assert (efter, flyttar.ordna(10), Filinnehall.objects.get().las()) == ((1, PDF), (1, 0), PDF)


def test_det_som_maskeras_medan_det_flyttas_blir_inte_kvar(
    transactional_db: None,
    lager: Lager,
    insats: Callable[[str], Insats],
    flemingsberg: Fardplan,
    tjansteperson: Anvandare,
    planerare: Anvandare,
) -> None:
    """Whoever of the two comes first."""
    sak = Samtalssak(insats("1.3"), flemingsberg.stadskarna)

    def maska(b: Bilaga) -> None:
        andringar.maskera(av=planerare, bilaga=b, skal="Prov")
        connection.close()

    def flytta(b: Bilaga) -> None:
        flyttar.till_lagret(b.sha256)
        connection.close()

    with ThreadPoolExecutor(2) as tva:
        for n in range(6):
            b = andringar.bifoga(av=tjansteperson, sak=sak, fil=Fil(f"{n}.pdf", PDF + bytes([n])))
            ordning = [maska, flytta] if n % 2 else [flytta, maska]
            for en in [tva.submit(f, b) for f in ordning]:
                en.result()
    flyttar.ordna(10)

    assert (lager.filer, Filinnehall.objects.count(), Lagerrest.objects.count()) == ([], 0, 0)


@pytest.mark.django_db
def test_en_fil_som_inte_ar_sig_lik_flyttas_inte_hem(lager: Lager, i_lagret: Bilaga) -> None:
    lager.filer[0].write_bytes(PDF.replace(b"1", b"2"))
    _, fel = _kor("flytta_filer", "--till", "databasen", ar=1)
    assert (fel, Filinnehall.objects.get().data) == (f"{SHA}: filen {SHA} är inte den som lades där\n", None)


@pytest.mark.django_db
def test_en_rad_slapper_inte_sina_bytes_utan_lager(bilaga: Bilaga, settings: Any) -> None:
    with transaction.atomic(), pytest.raises(IntegrityError, match="ligger inte i lagret"):
        Filinnehall.objects.update(data=None)
    settings.FILLAGER = None
    _kor("flytta_filer", "--till", "lagret", ar=2)


@pytest.mark.django_db
def test_en_rad_sager_var_filen_ligger_vad_installningen_an_ar(
    lager: Lager, som_planerare: Client, i_lagret: Bilaga, settings: Any
) -> None:
    settings.FILLAGER = None
    utan = som_planerare.get(f"{FILER}{i_lagret.pk}/").status_code
    (fynd,) = drift._fillagret()
    _kor("prova_filer", ar=2)
    assert (utan, fynd.grad, "FILLAGER" in fynd.text) == (503, drift.Grad.FEL, True)


@pytest.mark.django_db
def test_varje_fil_i_lagret_provas(lager: Lager, i_lagret: Bilaga) -> None:
    ut, _ = _kor("prova_filer")
    (fil_,) = lager.filer
    fil_.write_bytes(PDF.replace(b"1", b"2"))
    lika_lang = _kor("prova_filer", ar=1)[1]
    fil_.unlink()
    borta = _kor("prova_filer", ar=1)[1]
    fynd = {f.vad: f.grad for f in drift._fillagret()}

    assert "0 filer i databasen, 1 i fillagret." in ut
    assert f"Alla 1 finns i {installningar.FILLAGER}, och 1 av dem är lästa mot sin SHA-256." in ut
    assert f"{SHA} (Protokoll.pdf): filen {SHA} är inte den som lades där" in lika_lang
    assert (f"{SHA} (Protokoll.pdf): " in borta, "1 av 1 filer" in borta) == (True, True)
    assert fynd == {"fillager": drift.Grad.OK, "filer i lagret": drift.Grad.FEL}


@pytest.mark.django_db
def test_utan_bytes_maste_raden_ha_ett_avtryck(db: None) -> None:
    with transaction.atomic(), pytest.raises(IntegrityError, match="avtryck"):
        Filinnehall.objects.create(sha256="inget", data=None)


@pytest.mark.django_db
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
