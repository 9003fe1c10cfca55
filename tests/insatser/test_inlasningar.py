"""A file that was read in: what it changed, the file itself, and the way back."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aktorer.models import Anvandare
from insatser.andringar import beslut
from insatser.andringar import handlingsplan as planer
from insatser.andringar import insats as andringar
from insatser.andringar.inlasningar import angra_inlasning
from insatser.models import (
    Aktivitet,
    Fardplan,
    Handlingsplan,
    Inlasning,
    Insats,
    Lagesrapport,
    Matvarde,
    Samverkansorgan,
)
from tests import klocka
from tests.insatser import test_aktiviteter_excel, test_lagesbild_excel
from tests.insatser.test_inlasning import IMPORT, NY, SOM_DET_VAR, skriv
from tests.sidtext import platt

LISTA = "/flemingsberg/inlasningar/"
ANGRA = re.compile(r'action="(/angra/[^"]+)".*?name="fran" value="([^"]*)".*?name="har" value="([^"]*)"')

type Hamta = Callable[[str], Insats]


def las_in(klient: Client, fil: bytes, adress: str = IMPORT, namn: str = "Karta åäö.xlsx") -> str:
    """Upload it and confirm; the address of the page that tells of it."""
    svar = klient.post(adress, {"fil": SimpleUploadedFile(namn, fil)}, follow=True)
    klient.post(svar.request["PATH_INFO"], {"fingeravtryck": svar.context["plan"].fingeravtryck})
    return f"{LISTA}{Inlasning.objects.exclude(inlast=None).latest('pk').pk}/"


def hamtad(klient: Client, vad: str = "insatskarta.xlsx") -> bytes:
    return klient.get(f"/flemingsberg/{vad}").content


def roller(insats: Insats) -> list[tuple[Any, ...]]:
    return list(insats.medverkan.order_by("roll", "ordning").values_list("aktor", "roll", "deltagande", "svar"))


@pytest.fixture
def inlast(som_planerare: Client) -> str:
    """Two titles, the roles of one of them, and a new insats."""
    andrat = {"1.3": {"Titel": "Ny titel", "Medverkande": "Polisen"}, "1.4": {"Titel": "Också ny"}}
    return las_in(som_planerare, skriv(hamtad(som_planerare), andrat, [NY]))


def test_listan_sager_vem_vad_och_vilken_fil(som_planerare: Client, inlast: str, planerare: Anvandare) -> None:
    rad = Inlasning.objects.get()

    sida = platt(som_planerare.get(LISTA))

    assert rad.sha256 == hashlib.sha256(bytes(rad.innehall)).hexdigest()
    for text in ("Karta åäö.xlsx", planerare.namn, rad.sha256[:12], "1 ny, 2 ändrade", ">Insatskarta</td>", inlast):
        assert text in sida
    assert f'href="{LISTA}"' in platt(som_planerare.get(IMPORT))


def test_sidan_visar_fore_och_efter_och_filen_gar_att_hamta(som_planerare: Client, inlast: str) -> None:
    sida, fil = platt(som_planerare.get(inlast)), som_planerare.get(f"{inlast}fil/")

    assert ("1.3 Ny titel" in sida, "Plantera träd" in sida, "<del>" in sida) == (True, True, True)
    assert "i alla stadskärnor" not in sida
    assert fil.content == bytes(Inlasning.objects.get().innehall)
    assert fil.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''Karta")
    assert fil.headers["Content-Type"] == "application/octet-stream"


def test_en_gemensam_insats_sags_andras_i_alla_stadskarnor(som_planerare: Client) -> None:
    adress = las_in(som_planerare, skriv(hamtad(som_planerare), {"1.1": {"Titel": "För alla"}}))

    assert "Gemensamma insatser blir som de var i alla stadskärnor." in platt(som_planerare.get(adress))


def test_historiken_leder_till_inlasningen(som_planerare: Client, inlast: str, client: Client) -> None:
    sida = platt(som_planerare.get("/flemingsberg/insatser/1.3/historik/"))

    (adress,) = set(re.findall(r'href="([^"]*)">Inläsningen</a>', sida))
    assert som_planerare.get(adress, follow=True).request["PATH_INFO"] == inlast


def test_en_inlasning_angras_som_helhet(som_planerare: Client, insats: Hamta) -> None:
    fore = [(i.titel, roller(i)) for i in (insats("1.3"), insats("1.4"))]
    andrat = {"1.3": {"Titel": "Ny titel", "Medverkande": "Polisen"}, "1.4": {"Titel": "Också ny"}}
    adress = las_in(som_planerare, skriv(hamtad(som_planerare), andrat, [NY]))
    assert [(i.titel, roller(i)) for i in (insats("1.3"), insats("1.4"))] != fore

    svar = som_planerare.post(adress, follow=True)

    assert "Inläsningen av Karta åäö.xlsx är ångrad." in platt(svar)
    assert [(i.titel, roller(i)) for i in (insats("1.3"), insats("1.4"))] == fore
    assert not Insats.objects.filter(titel="Plantera träd").exists()
    assert (Inlasning.objects.get().kvar, "Ångra inläsningen" in platt(svar)) == (0, False)
    assert "ångrade inläsningen av Karta" in platt(som_planerare.get("/flemingsberg/insatser/1.3/historik/"))


def test_det_angrade_gors_om_och_angras_igen(som_planerare: Client, inlast: str, insats: Hamta) -> None:
    efter = [(i.titel, roller(i)) for i in (insats("1.3"), insats("1.4"))]
    adress, fran, har = ANGRA.findall(platt(som_planerare.post(inlast, follow=True)))[0]

    som_planerare.post(adress, {"fran": fran, "har": har})

    assert [(i.titel, roller(i)) for i in (insats("1.3"), insats("1.4"))] == efter
    assert Inlasning.objects.get().angrad is None
    assert "är ångrad" in platt(som_planerare.post(inlast, follow=True))
    assert insats("1.3").titel != "Ny titel"


def test_det_som_andrats_sedan_star_i_vagen_och_resten_gar_att_angra(
    som_planerare: Client, inlast: str, insats: Hamta, administrator: Anvandare
) -> None:
    andringar.andra(av=administrator, insats=insats("1.4"), version=insats("1.4").version, titel="Deras")

    hindrad = som_planerare.post(inlast)
    orort = insats("1.3").titel
    svar = som_planerare.post(inlast, {"avtryck": hindrad.context["hindrad"].avtryck}, follow=True)

    sida = platt(hindrad)
    assert (hindrad.status_code, orort) == (409, "Ny titel")
    assert f"<strong>1.4 Deras</strong>: Ändrat sedan dess, senast av {administrator.namn}" in sida
    assert "Ångra de andra 2" in sida
    assert "En rad stod i vägen" in platt(svar)
    assert (insats("1.4").titel, insats("1.3").titel != "Ny titel", Inlasning.objects.get().kvar) == ("Deras", True, 1)
    assert "Delvis ångrad" in platt(som_planerare.get(LISTA))


def test_har_fler_andrats_sedan_sidan_visades_angras_inget(
    som_planerare: Client, inlast: str, insats: Hamta, administrator: Anvandare
) -> None:
    andringar.andra(av=administrator, insats=insats("1.4"), version=insats("1.4").version, titel="Deras")
    avtryck = som_planerare.post(inlast).context["hindrad"].avtryck
    andringar.andra(av=administrator, insats=insats("1.3"), version=insats("1.3").version, titel="Också deras")

    svar = som_planerare.post(inlast, {"avtryck": avtryck})

    assert (svar.status_code, len(svar.context["hinder"]), Inlasning.objects.get().angrad) == (409, 2, None)
    assert Insats.objects.filter(titel="Plantera träd").exists()


def test_det_nagon_byggt_pa_star_i_vagen(
    som_planerare: Client, inlast: str, insats: Hamta, administrator: Anvandare
) -> None:
    planer.lyft(
        av=administrator,
        plan=Handlingsplan.objects.get(exempel=True),
        insats=Insats.objects.select_related("malomrade").get(titel="Plantera träd"),
    )

    svar = som_planerare.post(inlast)

    assert [skal for _, skal in svar.context["hinder"]] == ["Prioritering bygger på det. Ta bort det först."]
    assert (svar.context["hindrad"].ovriga, insats("1.3").titel) == (2, "Ny titel")


def test_roller_som_skrivits_om_sedan_blandas_inte_med_de_gamla(
    som_planerare: Client, insats: Hamta, rolla: Callable[..., Insats]
) -> None:
    adress = las_in(som_planerare, skriv(hamtad(som_planerare), {"1.3": {"Medverkande": "Polisen"}}))
    rolla("1.3", insats("1.3").version, "huddinge-kommun")
    nu = roller(insats("1.3"))

    svar = som_planerare.post(adress)

    assert (svar.status_code, svar.context["hindrad"].ovriga, roller(insats("1.3"))) == (409, 0, nu)
    assert "Inget annat i filen" in platt(svar)


def test_ett_lage_ur_filen_aterkallas_och_star_kvar_markt(som_planerare: Client, insats: Hamta) -> None:
    andrat = {"1.3": {"Status": "Avbruten", "Bedömning": None, "Kommentar": "Ur fil"}}
    adress = las_in(som_planerare, skriv(hamtad(som_planerare), andrat))

    svar = som_planerare.post(adress, follow=True)

    assert Lagesrapport.objects.get(kommentar="Ur fil").aterkallad is not None
    assert ("är ångrad" in platt(svar), "/angra/" in platt(svar)) == (True, False)


def test_en_ny_insats_med_ett_lage_avfors(som_planerare: Client) -> None:
    """A report is never taken away, and so neither is what it is about."""
    med_lage = NY | {"Status": "Pågår", "Bedömning": "Enligt plan"}
    adress = las_in(som_planerare, skriv(hamtad(som_planerare), {"1.4": {"Titel": "Också ny"}}, [med_lage]))

    svar = som_planerare.post(adress, follow=True)

    ny = Insats.objects.get(titel="Plantera träd")
    assert (ny.avford is not None, ny.avford_skal) == (True, "Inläsningen av Karta åäö.xlsx är ångrad.")
    assert Lagesrapport.objects.get(insats=ny).aterkallad is not None
    assert (Inlasning.objects.get().kvar, "Ångra inläsningen" in platt(svar)) == (0, False)


def test_matvarden_angras(som_planerare: Client) -> None:
    fil = hamtad(som_planerare, "lagesbild.xlsx")
    fore = test_lagesbild_excel.allt()
    namn, ar = Matvarde.objects.filter(stadskarna__slug="flemingsberg").values_list("indikator__namn", "ar").first()
    andrad = test_lagesbild_excel.skriv(fil, {(namn, ar): {"Värde": 4711}})
    adress = las_in(som_planerare, andrad, "/flemingsberg/lagesbild/import/")
    assert Matvarde.objects.filter(varde=4711).exists()

    sida = platt(som_planerare.get(adress))
    som_planerare.post(adress)

    assert (f"{namn} {ar}" in sida, ">Lägesbild</dd>" in sida) == (True, True)
    assert [rad[:6] for rad in test_lagesbild_excel.allt()] == [rad[:6] for rad in fore]


def aktiviteterna() -> list[tuple[Any, ...]]:
    falt = ("pk", "titel", "prioritering", "ordning", "kostnad", "status", "start", "slut")
    return list(Aktivitet.objects.order_by("pk").values_list(*falt))


@pytest.fixture
def aktiviteter_inlasta(som_planerare: Client) -> tuple[str, list[tuple[Any, ...]]]:
    fil, fore = hamtad(som_planerare, f"handlingsplan/{klocka.PERIOD}.xlsx"), aktiviteterna()
    andrat = {test_aktiviteter_excel.MALBILD: {"Kostnad": 150_000}}
    andrad = test_aktiviteter_excel.skriv(fil, andrat, [test_aktiviteter_excel.NY])
    return las_in(som_planerare, andrad, test_aktiviteter_excel.IMPORT), fore


def test_aktiviteter_angras(som_planerare: Client, aktiviteter_inlasta: tuple[str, list[tuple[Any, ...]]]) -> None:
    adress, fore = aktiviteter_inlasta

    sida = platt(som_planerare.get(adress))
    som_planerare.post(adress)

    assert ("Aktiviteter i" in sida, "Exempeldata." in sida) == (True, True)
    assert aktiviteterna() == fore


def test_i_en_beslutad_plan_star_beslutet_i_vagen(
    som_planerare: Client, aktiviteter_inlasta: tuple[str, list[tuple[Any, ...]]]
) -> None:
    adress, _ = aktiviteter_inlasta
    nu = aktiviteterna()
    plan = Handlingsplan.objects.get(exempel=True)
    organ = Samverkansorgan.objects.get(stadskarna=plan.fardplan.stadskarna, slag="styrgrupp", till=None)
    beslut.besluta(av=None, plan=plan, version=plan.version, organ=organ, datum=klocka.IDAG, paragraf="4")

    svar = som_planerare.post(adress)

    assert (svar.status_code, svar.context["hindrad"].ovriga) == (409, 0)
    assert aktiviteterna() == nu


def test_tva_ganger_och_det_som_inte_ar_inlast(som_planerare: Client, inlast: str) -> None:
    som_planerare.post(inlast)

    igen = platt(som_planerare.post(inlast, follow=True))

    assert "Allt som filen ändrade är redan ångrat." in igen
    som_planerare.post(IMPORT, {"fil": SimpleUploadedFile("b.xlsx", skriv(hamtad(som_planerare), {}, [NY]))})
    oinlast = Inlasning.objects.get(inlast=None).pk
    adresser = [f"{LISTA}{oinlast}/", f"{LISTA}{oinlast}/fil/", f"{LISTA}999999/"]
    assert {som_planerare.get(a).status_code for a in adresser} == {404}
    assert som_planerare.get(inlast.replace("flemingsberg", "haninge")).status_code == 404


@pytest.mark.parametrize(("roll", "kod"), [("styrgrupp", 403), ("tjansteperson", 403), ("administrator", 200)])
def test_bara_den_som_laser_in_kommer_at_filerna(
    client: Client, som_planerare: Client, person: Callable[..., Anvandare], roll: str, kod: int
) -> None:
    konto = person(roll, "polisen")
    inlast = las_in(som_planerare, skriv(hamtad(som_planerare), {}, [NY]))
    client.force_login(konto)

    assert [client.get(a).status_code for a in (LISTA, inlast, f"{inlast}fil/")] == [kod] * 3
    assert client.post(inlast).status_code == (302 if kod == 200 else 403)


def test_en_besokare_far_logga_in(som_planerare: Client, inlast: str) -> None:
    besokare = Client()

    svar = [besokare.get(a) for a in (LISTA, inlast, f"{inlast}fil/")] + [besokare.post(inlast)]

    assert {s.headers["Location"].partition("?")[0] for s in svar} == {"/konto/logga-in/"}


def test_lika_manga_fragor_hur_manga_rader_som_an_finns(som_planerare: Client) -> None:
    def matt(antal: int) -> int:
        nya = [NY | {"Titel": f"Nr {antal} {n}", "Medverkande": SOM_DET_VAR} for n in range(antal)]
        adress = las_in(som_planerare, skriv(hamtad(som_planerare), {}, nya))
        som_planerare.get(adress)
        with CaptureQueriesContext(connection) as fragor:
            som_planerare.get(adress)
        return len(fragor)

    assert matt(1) == matt(12) <= 30


def test_databasen_haller_ihop_angrad_och_inlast(
    som_planerare: Client, inlast: str, planerare: Anvandare, nekas: Callable[[str], Any], flemingsberg: Fardplan
) -> None:
    with nekas("inlasning_angrad_ar_inlast"):
        Inlasning.objects.update(kvar=1)
    angra_inlasning(av=planerare, inlasning=Inlasning.objects.get())
    assert Inlasning.objects.get().angrad is not None
