"""Files in and out from the command line, with exit codes for scripts."""

from __future__ import annotations

import hashlib
import io
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from aktorer.models import Anvandare
from fardplan import kommando
from insatser.fragor.tillfallen import Varifran, varifran
from insatser.models import Inlasning, Insats, InsatsEvent, Stadskarna  # type: ignore[attr-defined]
from tests.conftest import andra_konto
from tests.insatser.test_inlasning import NY, skriv
from tests.insatser.test_programmets_arbetsbok import skriv as programmets_skriv

pytestmark = pytest.mark.django_db

FLEMINGSBERG = ("--stadskarna", "flemingsberg")


def kor(namn: str, *argument: object) -> tuple[int, str]:
    """(exit code, what it said)."""
    ut = io.StringIO()
    try:
        with kommando.kontext(["manage.py", namn]):
            call_command(namn, *map(str, argument), stdout=ut, stderr=ut)
    except SystemExit as slut:
        return int(str(slut.code)), ut.getvalue()
    except CommandError as fel:
        return fel.returncode, str(fel)
    return 0, ut.getvalue()


@pytest.fixture
def fil(tmp_path: Path) -> Callable[..., Path]:
    """The insatskarta as fetched, changed as told."""

    def gor(*andringar: Any) -> Path:
        vag = tmp_path / "karta.xlsx"
        assert kor("exportera", *FLEMINGSBERG, "--ut", vag)[0] == 0
        vag.write_bytes(skriv(vag.read_bytes(), *andringar))
        return vag

    return gor


def titel() -> str:
    return str(Insats.objects.get(malomrade__nummer=1, ordning=3, fardplan__stadskarna__slug="flemingsberg").titel)


def test_en_fil_lases_in_och_historiken_sager_hur(fil: Callable[..., Path], planerare: Anvandare) -> None:
    vag = fil({"1.3": {"Titel": "Bygg om"}}, [NY])

    kod, sagt = kor("importera", vag, *FLEMINGSBERG, "--som", planerare.epost)

    assert (kod, titel()) == (0, "Bygg om")
    assert "Nya: 1. Ändrade: 1." in sagt
    assert "→ Bygg om" in sagt
    assert sagt.endswith("karta.xlsx är inläst.\n")
    avtryck = hashlib.sha256(vag.read_bytes()).hexdigest()
    handelse = InsatsEvent.objects.filter(titel="Bygg om").latest("pgh_id")
    assert varifran(handelse) == Varifran("Kommandot importera, ur filen karta.xlsx", sha256=avtryck)
    assert (Inlasning.objects.get().sha256, Inlasning.objects.get().av) == (avtryck, planerare)


def test_torr_skriver_inget_och_behover_ingen(fil: Callable[..., Path]) -> None:
    fore = titel()

    kod, sagt = kor("importera", fil({"1.3": {"Titel": "Bygg om"}}), *FLEMINGSBERG, "--torr", "--json")

    svar = json.loads(sagt)
    assert (kod, titel(), Inlasning.objects.count()) == (0, fore, 0)
    assert (svar["inlast"], svar["andrade"], svar["fel"]) == (False, 1, [])
    (rad,) = svar["rader"]
    assert (rad["nummer"], rad["celler"]) == ("1.3", [{"kolumn": "Titel", "fore": fore, "efter": "Bygg om"}])


def test_torr_sager_det_som_den_som_har_nagra_stadskarnor_inte_far(
    fil: Callable[..., Path], planerare: Anvandare
) -> None:
    vag = fil({"1.1": {"Titel": "Bygg om"}})  # gemensam
    av = andra_konto(planerare, bara_i=[Stadskarna.objects.get(slug="flemingsberg").pk])

    skarpt, torrt = (kor("importera", vag, *FLEMINGSBERG, "--som", av.epost, *torr) for torr in ([], ["--torr"]))

    assert (skarpt[0], torrt[0]) == (1, 1)
    assert "Det här visas i alla stadskärnor" in skarpt[1]
    assert "Det här visas i alla stadskärnor" in torrt[1]


def test_inget_att_gora_ar_inget_fel(fil: Callable[..., Path], planerare: Anvandare) -> None:
    kod, sagt = kor("importera", fil({}), *FLEMINGSBERG, "--som", planerare.epost)

    assert (kod, Inlasning.objects.count()) == (0, 0)
    assert "Nya: 0. Ändrade: 0." in sagt


@pytest.mark.parametrize("torr", [[], ["--torr"]], ids=["skarpt", "torrt"])
def test_en_fil_med_fel_ger_1_och_skriver_inget(
    fil: Callable[..., Path], planerare: Anvandare, torr: list[str]
) -> None:
    vag, fore = fil({"1.3": {"Titel": "Bygg om"}, "1.4": {"Status": "Strunt"}}), titel()

    kod, sagt = kor("importera", vag, *FLEMINGSBERG, "--som", planerare.epost, *torr)

    assert (kod, titel(), Inlasning.objects.count()) == (1, fore, 0)
    assert "Fel: bladet Insatskarta, rad " in sagt
    assert "Där står: Strunt" in sagt


def test_en_konflikt_ger_1(fil: Callable[..., Path], planerare: Anvandare) -> None:
    vag = fil({"1.3": {"Titel": "Bygg om"}})
    Insats.objects.filter(titel=titel()).update(titel="Deras")

    kod, sagt = kor("importera", vag, *FLEMINGSBERG, "--som", planerare.epost)

    assert (kod, titel()) == (1, "Deras")
    assert "Ändrat på två håll: rad " in sagt


def test_tvillingar_laggs_upp_nar_man_ber_om_det(fil: Callable[..., Path], planerare: Anvandare) -> None:
    vag = fil({}, [NY | {"Titel": titel()}])
    som = [*FLEMINGSBERG, "--som", planerare.epost]
    antal = Insats.objects.count()

    utan, med = kor("importera", vag, *som), kor("importera", vag, *som, "--tvillingar")

    assert (utan[0], "Finns redan, och läggs inte upp:" in utan[1], med[0]) == (0, True, 0)
    assert Insats.objects.count() == antal + 1


def test_fel_installningar_ger_2(
    fil: Callable[..., Path], planerare: Anvandare, tjansteperson: Anvandare, tmp_path: Path
) -> None:
    vag = fil({"1.3": {"Titel": "Bygg om"}})
    fall = {
        "Säg vem som läser in": [vag, *FLEMINGSBERG],
        "Det finns inget öppet konto": [vag, *FLEMINGSBERG, "--som", "ingen@example.org"],
        "får inte läsa in i Flemingsberg": [vag, *FLEMINGSBERG, "--som", tjansteperson.epost],
        "Det finns ingen färdplan för narnia": [vag, "--stadskarna", "narnia", "--som", planerare.epost],
        "går inte att läsa": [tmp_path / "borta.xlsx", *FLEMINGSBERG, "--som", planerare.epost],
    }

    svar = {text: kor("importera", *argument) for text, argument in fall.items()}

    assert {text: (kod, text in sagt) for text, (kod, sagt) in svar.items()} == dict.fromkeys(fall, (2, True))
    assert not Inlasning.objects.exists()


@pytest.mark.parametrize("andelse", ["xlsx", "ods", "csv", "json"])
def test_exportera_i_alla_format(tmp_path: Path, andelse: str) -> None:
    vag = tmp_path / f"karta.{andelse}"

    kod, sagt = kor("exportera", *FLEMINGSBERG, "--ut", vag)

    assert (kod, "insatser är skrivna till" in sagt, vag.stat().st_size > 1000) == (0, True, True)


def test_ett_utkast_exporteras_for_den_som_far_se_det(tmp_path: Path, planerare: Anvandare) -> None:
    vag = tmp_path / "karta.xlsx"

    utan = kor("exportera", "--stadskarna", "haninge", "--ut", vag)
    med = kor("exportera", "--stadskarna", "haninge", "--ut", vag, "--som", planerare.epost)

    assert (utan[0], med[0]) in {(2, 0), (0, 0)}
    assert "Insatskarta" in openpyxl.load_workbook(vag).sheetnames


def test_exportera_med_fel_installningar(tmp_path: Path) -> None:
    assert kor("exportera", *FLEMINGSBERG, "--ut", tmp_path / "karta.pdf")[0] == 2
    assert kor("exportera", *FLEMINGSBERG, "--ut", tmp_path / "finns-inte" / "karta.csv")[0] == 2
    assert kor("exportera", *FLEMINGSBERG)[0] == 2


def test_hela_fardplanen_ut_och_in(tmp_path: Path, planerare: Anvandare) -> None:
    vag, som = tmp_path / "bok.xlsx", ("--som", planerare.epost)
    assert kor("exportera", *FLEMINGSBERG, "--blad", "alla", "--ut", vag, *som)[0] == 0
    bok = openpyxl.load_workbook(vag)
    bok["Insatser"]["E4"] = "Bygg om"
    bok.save(vag)

    kod, sagt = kor("importera", vag, *FLEMINGSBERG, "--slag", "arbetsbok", *som)

    assert (kod, titel()) == (0, "Bygg om")
    assert "Nya: 0. Ändrade: 1." in sagt
    assert "Insatser:\nRad 4: 1.3 Bygg om" in sagt
    assert Inlasning.objects.get(filnamn="bok.xlsx").slag == "arbetsbok"


def test_hela_programmet_ut_och_in(tmp_path: Path, planerare: Anvandare) -> None:
    vag = tmp_path / "alla.xlsx"
    program = ("--program", "fardplaner-2026")
    assert kor("exportera", *program, "--ut", vag, "--som", planerare.epost)[0] == 0
    vag.write_bytes(programmets_skriv(vag.read_bytes(), ("Insatser", ("1.3",), {"Titel": "Ny"})))

    utan = kor("importera", vag, *program)
    torrt, skarpt = (kor("importera", vag, *program, "--som", planerare.epost, *torr) for torr in (["--torr"], []))
    andra_konto(planerare, bara_i=[Stadskarna.objects.get(slug="flemingsberg").pk])
    nekad = kor("importera", vag, *program, "--som", planerare.epost)

    assert (utan[0], torrt[0], skarpt[0], nekad[0], titel()) == (2, 0, 0, 2, "Ny")
    assert "Flemingsberg: Insatser:" in torrt[1]
    assert "får inte ändra i alla stadskärnor. Läs in filen för en stadskärna i taget." in nekad[1]


def test_ett_blad_i_taget(tmp_path: Path) -> None:
    vag = tmp_path / "bok.json"

    kod, sagt = kor("exportera", *FLEMINGSBERG, "--blad", "medverkan", "aktorer", "--ut", vag)

    assert (kod, [*json.loads(vag.read_bytes())["blad"]]) == (0, ["medverkan", "aktorer"])
    assert "Flemingsberg, Färdplaner 2026 är skrivet till" in sagt
    assert kor("exportera", *FLEMINGSBERG, "--blad", "alla", "--format", "csv", "--ut", vag)[0] == 2


def test_en_databas_som_inte_kan_skriva_just_nu_ar_inte_filens_fel(
    fil: Callable[..., Path], planerare: Anvandare, transactional_db: None
) -> None:
    """Somebody else has the row, longer than the command waits."""
    vag = fil({"1.3": {"Titel": "Bygg om"}})
    har, slapp = threading.Event(), threading.Event()

    def hall() -> None:
        with transaction.atomic():
            list(Insats.objects.select_for_update().filter(fardplan__stadskarna__slug="flemingsberg"))
            har.set()
            slapp.wait(30)
        connection.close()

    trad = threading.Thread(target=hall)
    trad.start()
    har.wait(10)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
    kod, sagt = kor("importera", vag, *FLEMINGSBERG, "--som", planerare.epost)
    slapp.set()
    trad.join()

    assert (kod, "Inget är inläst. Kör igen." in sagt) == (3, True)
    assert not Inlasning.objects.exists()
