"""A backup holds everything, opens only as it was written, and takes the place of what is there whole or not at all."""

from __future__ import annotations

import json
import resource
import tarfile
from dataclasses import replace
from io import StringIO
from pathlib import Path

import psycopg
import pyrage
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from aktorer.models import Aktor, Anvandare
from fardplan import databas, kopia
from insatser.models import Lagesrapport, Planversion, Utskick
from tests.conftest import DATA

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def fil(tmp_path: Path) -> Path:
    return kopia.gor(tmp_path)[0]


def _byt_beskrivning(fil: Path, **varden: object) -> Path:
    """The same copy, which says something else of itself."""
    with kopia.oppnad(fil) as (_, dump), tarfile.open(fil) as arkiv:
        beskrivning = dump.with_name(kopia.BESKRIVNING)
        beskrivning.write_text(json.dumps(json.load(arkiv.extractfile(kopia.BESKRIVNING)) | varden))  # type: ignore[arg-type]
        with tarfile.open(ny := fil.with_name("annan.kopia"), "w") as ut:
            for del_ in (beskrivning, dump):
                ut.add(del_, arcname=del_.name)
    return ny


def test_allt_kommer_tillbaka(fil: Path) -> None:
    fore = (Lagesrapport.objects.count(), Planversion.objects.get().sha256, set(Aktor.objects.values_list("namn")))
    Aktor.objects.filter(slug="huddinge-kommun").update(namn="Något annat")
    Aktor.objects.create(namn="Kom till efteråt", slag="kommun", slug="kom-till-efterat")

    with kopia.oppnad(fil) as (innehall, dump):
        assert kopia.aterstall(innehall, dump) == []

    nu = (Lagesrapport.objects.count(), Planversion.objects.get().sha256, set(Aktor.objects.values_list("namn")))
    assert nu == fore


def test_avvikelser_sags(fil: Path) -> None:
    with kopia.oppnad(fil) as (innehall, _):
        annan = replace(innehall, rader=innehall.rader | {"aktorer_aktor": 1}, pdf={"insatser_planversion 1": "0"})

    fel = kopia.avvikelser(annan)

    assert fel[0].endswith("kopian har 1.")
    assert fel[1] == "PDF:en i insatser_planversion 1 är inte den som kopian har."


def test_en_krypterad_kopia_oppnas_bara_av_den_hemliga_nyckeln(tmp_path: Path) -> None:
    hemlig, annan = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    for namn, nyckel in (("ratt", hemlig), ("fel", annan), ("tom", "")):
        (tmp_path / namn).write_text(f"# en kommentar\n{nyckel}\n")
    fil, _ = kopia.gor(tmp_path, str(hemlig.to_public()))

    assert b"Huddinge" not in fil.read_bytes()
    with kopia.oppnad(fil, tmp_path / "ratt") as (innehall, _):
        assert innehall.rader["aktorer_aktor"] == Aktor.objects.count()
    for namn, fel in (("fel", "den nyckeln"), ("tom", "ingen hemlig"), ("finns-inte", "går inte att läsa")):
        with pytest.raises(kopia.Kopiafel, match=fel), kopia.oppnad(fil, tmp_path / namn):
            pass
    with pytest.raises(kopia.Kopiafel, match="--identitet"), kopia.oppnad(fil):
        pass


def test_en_nyckel_som_inte_ar_nagon(tmp_path: Path) -> None:
    with pytest.raises(kopia.Kopiafel, match="age1"):
        kopia.gor(tmp_path, "ssh-ed25519 AAAA")

    assert list(tmp_path.iterdir()) == []


def test_en_server_fore_17_far_inget_den_inte_kanner_till(fil: Path) -> None:
    with kopia.oppnad(fil) as (_, dump):
        skript = dump.with_suffix(".sql")
        kopia._kor(["pg_restore", f"--file={skript}", str(dump)], {})
        storlek = skript.stat().st_size
        kopia._for_aldre_server(skript)

        assert "SET transaction_timeout" not in skript.read_text()
        assert skript.stat().st_size == storlek


@pytest.mark.parametrize("rum", [50_000, None], ids=["dumpen", "filen"])
def test_en_disk_som_blir_full_lamnar_inget_efter_sig(fil: Path, rum: int | None) -> None:
    """While PostgreSQL writes, and while we pack what it wrote."""
    with kopia.oppnad(fil) as (innehall, _):
        storlek = innehall.byte
    fil.unlink()
    tak = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (rum or storlek + 1000, tak[1]))
    try:
        with pytest.raises(kopia.Kopiafel):
            kopia.gor(fil.parent)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, tak)

    assert list(fil.parent.iterdir()) == []


@pytest.mark.parametrize("skada", ["kapad", "andrad", "annat", "tom"])
def test_en_skadad_kopia_oppnas_inte(fil: Path, skada: str) -> None:
    hel = fil.read_bytes()
    mitt = len(hel) // 2
    skadad = {
        "kapad": hel[:mitt],
        "andrad": hel[:mitt] + bytes([hel[mitt] ^ 1]) + hel[mitt + 1 :],
        "annat": b"PK\x03\x04 det var inte den filen",
        "tom": b"",
    }
    fil.write_bytes(skadad[skada])

    with pytest.raises(kopia.Kopiafel, match="skadad"), kopia.oppnad(fil):
        pass


def test_ett_annat_format_och_en_nyare_version(fil: Path) -> None:
    with pytest.raises(kopia.Kopiafel, match="format"), kopia.oppnad(_byt_beskrivning(fil, format=2)):
        pass
    nyare = _byt_beskrivning(fil, migreringar=["insatser.9999_fran_framtiden"])

    with kopia.oppnad(nyare) as (innehall, _), pytest.raises(kopia.Kopiafel, match="nyare version"):
        kopia.hinder(innehall)


def test_nyare_eller_annan_data_ersatts_inte_oombett(fil: Path) -> None:
    Aktor.objects.create(namn="Kom till efteråt", slag="kommun", slug="kom-till-efterat")
    annan = _byt_beskrivning(fil, installation="en-annan")
    fel = StringIO()

    with pytest.raises(CommandError, match="Inget är ändrat"):
        call_command("aterstall", str(annan), stderr=fel)

    assert "en annan installation" in fel.getvalue()
    assert "Databasen har ändringar fram till" in fel.getvalue()
    assert Aktor.objects.filter(slug="kom-till-efterat").exists()
    call_command("aterstall", str(annan), ersatt=True, stdout=StringIO(), stderr=fel)
    assert not Aktor.objects.filter(slug="kom-till-efterat").exists()


def test_medan_andra_anvander_databasen_ersatts_den_inte(fil: Path) -> None:
    annan = psycopg.connect(databas.adress(DATA), dbname=connection.settings_dict["NAME"])

    with annan, pytest.raises(CommandError, match="1 andra använder databasen"):
        call_command("aterstall", str(fil), stdout=StringIO())

    assert Aktor.objects.exists()


def test_kommandot_sager_vad_som_skrevs_och_gallrar(tmp_path: Path) -> None:
    for dag in ("20200101T000000Z", "20200102T000000Z"):
        (tmp_path / f"fardplan-{dag}.kopia").touch()
    (tmp_path / "annat.txt").touch()
    ut = StringIO()

    call_command("sakerhetskopiera", till=tmp_path, behall=2, stdout=ut)

    assert "1 fryst PDF" in ut.getvalue()
    assert "Borttagen: fardplan-20200101T000000Z.kopia" in ut.getvalue()
    assert len(kopia.kopior(tmp_path)) == 2
    assert (tmp_path / "annat.txt").exists()


def test_torrt_skrivs_inget(fil: Path) -> None:
    Aktor.objects.create(namn="Kom till efteråt", slag="kommun", slug="kom-till-efterat")
    ut = StringIO()

    call_command("aterstall", str(fil), torr=True, stdout=ut, stderr=StringIO())

    assert "och hel" in ut.getvalue()
    assert Aktor.objects.filter(slug="kom-till-efterat").exists()


def test_mejl_som_vantade_kan_ha_gatt_sedan_dess(tmp_path: Path) -> None:
    person = Anvandare.objects.get(epost="planerare@fardplan.example")
    Utskick.objects.create(anvandare=person, slag=Utskick.Slag.LANK, dag=timezone.localdate())
    fil, _ = kopia.gor(tmp_path)
    ut = StringIO()

    call_command("aterstall", str(fil), stdout=ut)

    assert "1 mejl väntade" in ut.getvalue()
    assert not Utskick.objects.filter(paborjat=None).exists()
    assert Utskick.objects.oklara().count() == 1


@pytest.mark.xdist_group("servrar")
def test_provet_laser_in_kopian_bredvid_och_oppnar_en_sida(fil: Path) -> None:
    ut = StringIO()

    call_command("aterstallningsprov", fil=fil, stdout=ut)

    assert "Allt är tillbaka" in ut.getvalue()
    assert "Historiken stämmer" in ut.getvalue()
    assert "Startsidan öppnades" in ut.getvalue()


def test_provet_av_en_skadad_kopia_sager_vad_som_ar_fel(fil: Path) -> None:
    fil.write_bytes(fil.read_bytes()[:-20_000])

    with pytest.raises(CommandError, match=r"aterstall: .*skadad"):
        call_command("aterstallningsprov", fil=fil, stdout=StringIO())
