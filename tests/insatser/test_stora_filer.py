"""Large files are previewed and read in behind the pages: once, by whoever lives, and not at all when stopped."""

from __future__ import annotations

import io
import json
import multiprocessing
import os
import signal
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from aktorer.models import Anvandare
from insatser.andringar import inlasningsjobb as jobben
from insatser.andringar import insats as insatser
from insatser.andringar.inlasning import las_in, spara_fil
from insatser.fragor.karta import Urval, hamta
from insatser.models import Fardplan, Inlasning, Inlasningsjobb, Insats, InsatsEvent  # type: ignore[attr-defined]
from insatser.regler import forlopp
from insatser.regler.forlopp import Avbrutet, Inlasningssteg
from insatser.utbyte.excel import bakgrund, filslag, granskad
from insatser.utbyte.excel.granskad import Granskning
from insatser.utbyte.excel.insatskarta_ut import skriv_xlsx
from tests import klocka
from tests.conftest import andra_konto
from tests.insatser.test_inlasning import IMPORT, NY, insats, skriv
from tests.sidtext import platt

MINA = {"1.3": {"Titel": "Bygg om"}, "1.4": {"Titel": "Bygg till"}}
VANTAR = Inlasningsjobb.Skick.VANTAR


@pytest.fixture
def klient(transactional_db: None, planerare: Anvandare, client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A planerare, where more than three rows are many."""
    monkeypatch.setattr(bakgrund, "STOR", 3)
    client.force_login(planerare)
    return client


@pytest.fixture
def fil(transactional_db: None, flemingsberg: Fardplan) -> bytes:
    return skriv(skriv_xlsx(hamta(flemingsberg, Urval(), AnonymousUser())), MINA)


@pytest.fixture
def adress(klient: Client, fil: bytes) -> str:
    """Of the preview, which nobody has made yet."""
    svar: Any = klient.post(IMPORT, {"fil": SimpleUploadedFile("karta.xlsx", fil)})
    return str(svar.url)


def arbeta() -> None:
    bakgrund.arbeta(uuid4())


def bekrafta(klient: Client, adress: str, **mer: str) -> Any:
    avtryck = klient.get(adress).context["plan"].fingeravtryck
    return klient.post(adress, {"fingeravtryck": avtryck, **mer})


def jobbet() -> Inlasningsjobb:
    return Inlasningsjobb.objects.get()


def titlar() -> list[str]:
    return [insats(Fardplan.objects.get(pk=Inlasning.objects.get().fardplan_id), n).titel for n in MINA]


# The pages


def test_fran_fil_till_kvitto(klient: Client, adress: str) -> None:
    vantar = platt(klient.get(adress))
    arbeta()
    granskning = klient.get(adress)
    svar = bekrafta(klient, adress)
    laser = platt(klient.get(svar.url))
    fore = titlar()
    arbeta()

    assert "Väntar på sin tur" in vantar
    assert f"Begärt {klocka.IDAG.day} " in vantar
    assert ">Bygg om</ins>" in platt(granskning)
    assert "Läs in 2 insatser" in platt(granskning)
    assert "Filen läses in" in laser
    assert "Bygg om" not in fore
    assert titlar() == ["Bygg om", "Bygg till"]
    assert "<dt>Ändrade insatser</dt><dd>2</dd>" in platt(klient.get(adress))


def test_htmx_far_hur_langt_det_har_kommit_och_sedan_hela_sidan(klient: Client, adress: str) -> None:
    fraga = {"headers": {"HX-Request": "true"}}
    del_ = klient.get(adress, **fraga)
    arbeta()

    assert del_.content.decode().lstrip().startswith('<div id="forlopp"')
    assert klient.get(adress, **fraga).headers["HX-Refresh"] == "true"


def test_hur_langt_det_har_kommit_sags_utan_att_filen_hamtas(klient: Client, adress: str) -> None:
    with CaptureQueriesContext(connection) as fragor:
        klient.get(adress, headers={"HX-Request": "true"})

    sql = " ".join(fraga["sql"] for fraga in fragor.captured_queries)
    assert '"skick"' in sql
    assert '"innehall"' not in sql
    assert '"granskning"' not in sql


@pytest.mark.parametrize("gor", ["granska", "valj"])
def test_medan_filen_skrivs_vantar_ingen_pa_den(klient: Client, adress: str, gor: str) -> None:
    arbeta()
    bekrafta(klient, adress)
    jobben.ta_nasta(uuid4())
    with _last(Inlasning.objects.get().pk), connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
        svar = klient.post(adress, {gor: "1", "sedd-4-titel": "x", "val-4-titel": "mina"}, follow=True)
        cursor.execute("RESET lock_timeout")

    assert "Filen bearbetas redan." in platt(svar)


def test_historiken_sager_vem_varifran_och_vilken_fil(klient: Client, adress: str, planerare: Anvandare) -> None:
    arbeta()
    bekrafta(klient, adress)
    arbeta()

    kontext = InsatsEvent.objects.filter(titel="Bygg om").latest("pgh_id").pgh_context
    assert (kontext["anvandare"], kontext["sida"], kontext["fil"]) == (planerare.pk, adress, "karta.xlsx")


def test_en_liten_fil_lases_medan_man_vantar(klient: Client, fil: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bakgrund, "STOR", 100)
    svar: Any = klient.post(IMPORT, {"fil": SimpleUploadedFile("karta.xlsx", fil)})

    bekrafta(klient, svar.url)

    assert titlar() == ["Bygg om", "Bygg till"]
    assert not Inlasningsjobb.objects.exists()


def test_en_annans_stora_tabell_tolkas_och_granskas_sedan(
    klient: Client, monkeypatch: pytest.MonkeyPatch, formular: Callable[[Any], dict[str, str]]
) -> None:
    monkeypatch.setattr(bakgrund, "STOR_OSEDD", 10)
    tabell = "Aktivitet;Status\n" + "".join(f"Lys upp {n};Klar\n" for n in range(5))
    adress: str = klient.post(IMPORT, {"fil": SimpleUploadedFile("plan.csv", tabell.encode())}).headers["Location"]
    arbeta()
    tolka = klient.get(adress, follow=True)
    svar = klient.post(f"{adress}tolka/", formular(tolka) | {"malomrade": "1"})
    arbeta()

    assert "är inte hämtad härifrån" in platt(tolka)
    assert svar.headers["Location"] == adress
    assert "Läs in 5 insatser" in platt(klient.get(adress))


def test_det_som_andrats_sedan_granskas_om(klient: Client, adress: str, planerare: Anvandare) -> None:
    arbeta()
    nu = insats(Inlasning.objects.get().fardplan, "1.3")
    insatser.andra(av=planerare, insats=nu, version=nu.version, titel="Deras")
    bekrafta(klient, adress)
    arbeta()

    sidan = platt(klient.get(adress))
    assert "Inget är inläst: något har ändrats sedan du granskade" in sidan
    assert "Ändrat på två håll" in sidan
    assert titlar()[0] == "Deras"


def test_val_och_de_andra_raderna(klient: Client, adress: str, planerare: Anvandare) -> None:
    nu = insats(Inlasning.objects.get().fardplan, "1.3")
    insatser.andra(av=planerare, insats=nu, version=nu.version, titel="Deras")
    arbeta()
    klient.post(adress, {"valj": "1", **_sedda(klient.get(adress)), "ovriga": "mina"})
    arbeta()

    assert klient.get(adress).context["plan"].antal_att_avgora == 0
    bekrafta(klient, adress)
    arbeta()

    assert titlar() == ["Bygg om", "Bygg till"]


def test_ett_val_for_de_ovriga_galler_ocksa_dem_som_inte_visas(
    klient: Client, adress: str, planerare: Anvandare, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(granskad, "VISADE_KONFLIKTER", 1)
    for nummer in MINA:
        nu = insats(Inlasning.objects.get().fardplan, nummer)
        insatser.andra(av=planerare, insats=nu, version=nu.version, titel="Deras")
    arbeta()
    sida = klient.get(adress)
    klient.post(adress, {"valj": "1", **_sedda(sida), "ovriga": "mina"})
    arbeta()

    assert "2 celler har ändrats både i filen och här" in platt(sida)
    assert len(jobbet().granskning["konflikter"]) == 1
    assert "Nu är det valt i alla" in platt(klient.get(adress))
    bekrafta(klient, adress)
    arbeta()
    assert titlar() == ["Bygg om", "Bygg till"]


def _sedda(sida: Any) -> dict[str, str]:
    return {f"sedd-{k.plats}-{k.falt}": k.marke for k in sida.context["plan"].konflikter}


def test_samtidigt_bestalls_det_en_gang(klient: Client, adress: str) -> None:
    arbeta()
    bekrafta(klient, adress)
    svar = klient.post(adress, {"granska": "1"}, follow=True)

    assert "Filen bearbetas redan." in platt(svar)
    assert jobbet().vad == "las_in"


def test_den_som_inte_langre_far_laser_inte_in(klient: Client, adress: str, planerare: Anvandare) -> None:
    arbeta()
    bekrafta(klient, adress)
    andra_konto(planerare, roll="styrgrupp")
    arbeta()

    assert (jobbet().skick, jobbet().fel) == ("fel", bakgrund.INTE_LANGRE)
    assert "Bygg om" not in titlar()


# Stopped


def test_det_som_vantar_avbryts_och_borjas_om(klient: Client, adress: str) -> None:
    klient.post(adress, {"avbryt": "1"})
    arbeta()
    avbrutet = platt(klient.get(adress))
    klient.post(adress, {"granska": "1"})
    arbeta()

    assert "Filen är inte granskad" in avbrutet
    assert "Läs in 2 insatser" in platt(klient.get(adress))


def test_det_som_pagar_avbryts_mellan_tva_delar(klient: Client, adress: str) -> None:
    """As soon as it is told how far it has come."""
    arbeta()
    bekrafta(klient, adress)
    hyra = uuid4()
    jobb = jobben.ta_nasta(hyra)
    assert jobb
    klient.post(adress, {"avbryt": "1"})

    with forlopp.foljt() as nu:
        nu.avbryt = not jobben.hall(hyra, "", 0, 0)
        bakgrund._gor(jobb, hyra)()

    assert (jobbet().skick, "Bygg om" in titlar()) == ("avbrutet", False)
    assert "Inläsningen avbröts. Ingenting är inläst." in platt(klient.get(adress))


def test_en_fil_som_kraver_en_nyare_uppackare_nekas(klient: Client) -> None:
    ut = io.BytesIO()
    with zipfile.ZipFile(ut, "w") as arkiv:
        arkiv.writestr("xl/workbook.xml", "<workbook/>")
    fil = bytearray(ut.getvalue())
    fil[fil.index(b"PK\x01\x02") + 6] = 99

    svar = klient.post(IMPORT, {"fil": SimpleUploadedFile("karta.xlsx", bytes(fil))})

    assert svar.status_code == 422
    assert "Filen är skadad" in platt(svar)


@pytest.mark.django_db
@pytest.mark.parametrize("steg", [*Inlasningssteg])
def test_varje_steg_kan_avbrytas(flemingsberg: Fardplan, planerare: Anvandare, steg: Inlasningssteg) -> None:
    """The step is begun and no row of it is written."""
    innehall = skriv(skriv_xlsx(hamta(flemingsberg, Urval(), AnonymousUser())), MINA)
    sparad = spara_fil(av=planerare, fardplan=flemingsberg, filnamn="k.xlsx", innehall=innehall)
    slag = filslag.INSATSKARTA
    avtryck = slag.planera(flemingsberg, "k.xlsx", innehall).fingeravtryck

    def planera() -> Any:
        nu.avbryt = steg != Inlasningssteg.SKRIVER
        plan = slag.planera(flemingsberg, "k.xlsx", innehall, las=True)
        nu.avbryt = True
        return plan

    with forlopp.foljt() as nu, pytest.raises(Avbrutet):
        las_in(av=planerare, inlasning=sparad, planera=planera, skriv=slag.skriv, fingeravtryck=avtryck)

    assert Insats.objects.filter(titel="Bygg om").count() == 0


# Dead


@contextmanager
def _last(pk: int) -> Iterator[None]:
    """Somebody else holds the row of the file: who is to read it in waits for them."""
    har, slapp = threading.Event(), threading.Event()

    def hall() -> None:
        with transaction.atomic():
            Inlasning.objects.select_for_update().get(pk=pk)
            har.set()
            slapp.wait(30)
        connection.close()

    trad = threading.Thread(target=hall)
    trad.start()
    har.wait(10)
    try:
        yield
    finally:
        slapp.set()
        trad.join()


def _i_trad(gor: Callable[[], object]) -> threading.Thread:
    def kor() -> None:
        gor()
        connection.close()

    trad = threading.Thread(target=kor)
    trad.start()
    return trad


def _vanta_pa(villkor: Callable[[], Any]) -> Any:
    slut = time.monotonic() + 30
    while not (svar := villkor()) and time.monotonic() < slut:
        time.sleep(0.02)
    return svar


def _nagon_vantar() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")
        return cursor.fetchone() is not None


def _barnet() -> int | None:
    """The id of the process that waits for the row."""
    barn = [b.pid for b in multiprocessing.active_children() if not b.daemon]
    return barn[0] if barn and _nagon_vantar() else None


def test_en_dodad_process_arbete_gors_om_och_en_gang(klient: Client, adress: str) -> None:
    """SIGKILL in the middle of the transaction; nothing is written, and the next one does all of it."""
    arbeta()
    bekrafta(klient, adress)
    gick: list[bool] = []
    with _last(Inlasning.objects.get().pk):
        trad = _i_trad(lambda: gick.append(bakgrund.arbeta_i_barn()))
        barn = _vanta_pa(_barnet)
        os.kill(barn, signal.SIGKILL)
        trad.join()
        assert (jobbet().skick, gick) == (VANTAR, [True])

    assert "Bygg om" not in titlar()
    assert bakgrund.arbeta_i_barn()
    assert titlar() == ["Bygg om", "Bygg till"]
    assert InsatsEvent.objects.filter(titel="Bygg om").count() == 1


def test_det_som_vantar_pa_nagon_annan_avbryts_ocksa(klient: Client, adress: str) -> None:
    arbeta()
    bekrafta(klient, adress)
    with _last(Inlasning.objects.get().pk):
        trad = _i_trad(arbeta)
        assert _vanta_pa(_nagon_vantar)
        klient.post(adress, {"avbryt": "1"})
        trad.join(10)
        assert (trad.is_alive(), jobbet().skick) == (False, "avbrutet")


def test_ingen_vantar_for_evigt_pa_nagon_annan(klient: Client, adress: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bakgrund, "VANTAR_PA_LAS", "100ms")
    arbeta()
    bekrafta(klient, adress)
    with _last(Inlasning.objects.get().pk):
        assert bakgrund.arbeta_i_barn()
        assert (jobbet().skick, jobbet().forsok) == (VANTAR, 1)


def test_ett_barn_som_ingen_hor_av_avslutas(klient: Client, adress: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is stopped, so that it neither works nor tells of it."""
    monkeypatch.setattr(bakgrund, "TITTAR", 5)
    arbeta()
    bekrafta(klient, adress)
    gick: list[bool] = []
    with _last(Inlasning.objects.get().pk):
        trad = _i_trad(lambda: gick.append(bakgrund.arbeta_i_barn()))
        os.kill(_vanta_pa(_barnet), signal.SIGSTOP)
        Inlasningsjobb.objects.update(hyrt_till=timezone.now() - timedelta(hours=1))
        trad.join(30)
        assert (trad.is_alive(), gick, jobbet().skick) == (False, [True], VANTAR)


def test_den_som_ser_efter_lever_vidare_nar_inget_barn_kan_borja(
    klient: Client, adress: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def nej(**_: Any) -> None:
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(bakgrund._sammanhang, "Process", nej)

    bakgrund.se_efter()

    assert "Stora filer väntar" in caplog.text
    assert jobbet().skick == VANTAR


def test_en_dod_servers_arbete_tas_av_en_annan(klient: Client, adress: str) -> None:
    """Who has not been heard of for long has it no more: neither tells of it nor ends it."""
    dod, ny = uuid4(), uuid4()
    jobben.ta_nasta(dod)
    assert not jobben.finns_att_gora()
    Inlasningsjobb.objects.update(hyrt_till=timezone.now() - timedelta(hours=1))

    taget = jobben.ta_nasta(ny)

    assert taget
    assert (taget.forsok, jobben.hall(dod, "", 0, 0), jobben.hall(ny, "laser", 0, 0)) == (2, False, True)
    jobben.avsluta(dod, Inlasningsjobb.Skick.KLART)
    assert (jobbet().skick, jobbet().hyra) == ("pagar", ny)


def test_det_som_tar_livet_av_alla_ges_upp(klient: Client, adress: str) -> None:
    for _ in range(jobben.FORSOK):
        hyra = uuid4()
        assert jobben.ta_nasta(hyra)
        jobben.lamna(hyra)

    assert jobben.ta_nasta(uuid4()) is None
    assert jobben.GAV_UPP in platt(klient.get(adress))


def test_tva_arbetare_tar_var_sin(klient: Client, adress: str, fil: bytes) -> None:
    klient.post(IMPORT, {"fil": SimpleUploadedFile("annan.xlsx", fil)})

    with transaction.atomic():
        forsta = jobben.ta_nasta(uuid4())
        andra: list[Any] = []
        _i_trad(lambda: andra.append(jobben.ta_nasta(uuid4()))).join()

    assert forsta
    assert {forsta.pk, andra[0].pk} == set(Inlasning.objects.values_list("pk", flat=True))


# What the database refuses


def test_tecken_som_ingen_ser_hindrar_inte_granskningen(klient: Client, fil: bytes) -> None:
    trasig = skriv(fil, {"1.3": {"Ansvarig": "a_x0000_b"}})
    svar: Any = klient.post(IMPORT, {"fil": SimpleUploadedFile("karta.xlsx", trasig)})
    arbeta()

    assert "”a b”" in platt(klient.get(svar.url))


def test_det_som_aldrig_gar_forsoks_en_gang(klient: Client, adress: str) -> None:
    arbeta()
    bekrafta(klient, adress)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION nej() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'nej' USING ERRCODE = 'data_exception'; END $$;"
            "CREATE TRIGGER nej BEFORE UPDATE ON insatser_insats FOR EACH ROW EXECUTE FUNCTION nej()"
        )
    arbeta()

    assert (jobbet().skick, jobbet().fel, jobbet().forsok) == ("fel", bakgrund.OVANTAT, 1)


# What is kept of a preview


@pytest.mark.django_db
def test_granskningen_ar_densamma_ur_databasen(flemingsberg: Fardplan, planerare: Anvandare) -> None:
    """With rows, faults, a conflict, a choice and a twin."""
    original = skriv_xlsx(hamta(flemingsberg, Urval(), AnonymousUser()))
    nu = insats(flemingsberg, "1.3")
    insatser.andra(av=planerare, insats=nu, version=nu.version, titel="Deras")
    tvilling = NY | {"Titel": insats(flemingsberg, "1.4").titel}
    fil = skriv(original, MINA | {"2.1": {"Ansvarig": "Ingen"}}, [NY, tvilling])
    plan = filslag.INSATSKARTA.planera(flemingsberg, "k.xlsx", fil, val={"4": {"titel": ["annat", "x", "Eget"]}})
    kvar = granskad.granskad(plan)

    assert (kvar.rader, kvar.antal_fel, len(kvar.konflikter), kvar.antal_tvillingar) == (2, 1, 1, 1)
    assert Granskning.ur_json(json.loads(json.dumps(kvar.som_json()))).som_json() == kvar.som_json()


@pytest.mark.parametrize(
    ("steg", "klara", "alla", "andel"),
    [("", 0, 0, 0), ("laser", 0, 0, 0), ("jamfor", 50, 100, 30), ("skriver", 0, 10, 50), ("skriver", 10, 10, 99)],
)
def test_hur_langt_det_har_kommit(steg: str, klara: int, alla: int, andel: int) -> None:
    assert forlopp.procent(steg, klara, alla, forlopp.INLASNING) == andel


@pytest.mark.parametrize(
    ("gatt", "andel", "text"),
    [
        (1, 50, ""),
        (20, 4, ""),
        (10, 90, "Några sekunder kvar."),
        (30, 50, "Ungefär 30 sekunder kvar."),
        (60, 50, "Ungefär en minut kvar."),
        (60, 10, "Ungefär 9 minuter kvar."),
    ],
)
def test_tiden_som_ar_kvar_i_ord(gatt: float, andel: int, text: str) -> None:
    assert forlopp.kvar_i_ord(gatt, andel) == text
