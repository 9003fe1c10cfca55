"""What was just saved is taken back by one click; nobody else's work goes with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from aktorer.grund.samtidighet import Krock, radens_handelser
from aktorer.models import Aktor, Anvandare
from insatser.andringar import angra as angringar
from insatser.andringar import handlingsplan as planandringar
from insatser.andringar import insats as insatsandringar
from insatser.andringar import organ as organandringar
from insatser.andringar.roller import Rollrad
from insatser.models import (
    Aktivitet,
    Fardplan,
    Handlingsplan,
    Insats,
    Lagesrapport,
    Prioritering,
    Samverkansorgan,
)
from insatser.regler.medverkan import Roll
from tests import klocka
from tests.conftest import andra_konto
from tests.sidtext import platt

KNAPP = re.compile(r'action="(/angra/[^"]+)".*?name="fran" value="([^"]*)".*?name="har" value="([^"]*)"')
TITEL = "/flemingsberg/insatser/1.3/redigera/"

type Formular = Callable[[Any], dict[str, str]]


@pytest.fixture
def klient(client: Client, planerare: Anvandare) -> Client:
    client.force_login(planerare)
    return client


@pytest.fixture
def gor(klient: Client, formular: Formular) -> Callable[..., Any]:
    """Fill in the form of an address and save it: the page one is led to, which says what was saved."""

    def spara(adress: str, **varden: Any) -> Any:
        return klient.post(adress, formular(klient.get(adress)) | varden, follow=True)

    return spara


def angra(klient: Client, sida: Any) -> Any:
    """Press the button beside what the page says was saved."""
    adress, fran, har = KNAPP.findall(platt(sida))[0]
    return klient.post(adress, {"fran": fran, "har": har}, follow=True)


def test_en_andrad_text_ar_som_den_var(
    klient: Client, gor: Callable[..., Any], insats: Callable[[str], Insats]
) -> None:
    fore = insats("1.3")
    sparat = gor(TITEL, titel="Fel titel")

    svar = angra(klient, sparat)

    assert "Det är ångrat." in platt(svar)
    assert svar.request["PATH_INFO"] == "/flemingsberg/insatser/1.3/"
    assert (insats("1.3").titel, insats("1.3").version) == (fore.titel, fore.version + 2)


def test_den_som_angrar_ett_lage_pa_mitt_arbete_kommer_tillbaka_dit(klient: Client, gor: Callable[..., Any]) -> None:
    adress = "/flemingsberg/insatser/1.3/lage/?fran=mitt-arbete"
    sparat = gor(adress, status="avbruten", bedomning="", kommentar="Fel insats")

    svar = angra(klient, sparat)

    assert svar.request["PATH_INFO"] == "/mitt-arbete/"


def test_den_som_angrar_roller_kommer_tillbaka_till_insatsen(klient: Client, gor: Callable[..., Any]) -> None:
    ny = {"roll-4-aktor": Aktor.objects.get(slug="locum-ab").pk}
    sparat = gor("/flemingsberg/insatser/1.3/roller/", **ny)

    svar = angra(klient, sparat)

    assert "Det är ångrat." in platt(svar)
    assert svar.request["PATH_INFO"] == "/flemingsberg/insatser/1.3/"


def test_det_angrade_kan_goras_om(klient: Client, gor: Callable[..., Any], insats: Callable[[str], Insats]) -> None:
    svar = angra(klient, gor(TITEL, titel="Rätt titel"))

    igen = angra(klient, svar)

    historiken = platt(klient.get("/flemingsberg/insatser/1.3/historik/"))
    assert historiken.index("Gjort igen: det som ångrades 2026-11-21") < historiken.index(
        "Ångrat: det som gjordes 2026-"
    )
    assert (">Gör om</button>" in platt(svar), "Det är gjort igen." in platt(igen)) == (True, True)
    assert insats("1.3").titel == "Rätt titel"
    assert ">Gör om</button>" not in platt(igen)
    assert ">Gör om</button>" not in platt(klient.get("/flemingsberg/insatser/1.3/historik/"))
    assert "Det är ångrat." in platt(angra(klient, igen))


def test_en_ny_insats_ar_borta_och_formularet_tillbaka(klient: Client, gor: Callable[..., Any]) -> None:
    sparat = gor("/flemingsberg/insatser/ny/", titel="Av misstag", text="Text")

    svar = angra(klient, sparat)

    assert not Insats.objects.filter(titel="Av misstag").exists()
    assert svar.request["PATH_INFO"] == "/flemingsberg/insatser/ny/"


def test_en_avford_insats_galler_igen(klient: Client, gor: Callable[..., Any], insats: Callable[[str], Insats]) -> None:
    angra(klient, gor("/flemingsberg/insatser/1.4/avfor/", skal="Fel insats"))

    assert (insats("1.4").avford, insats("1.4").avford_skal) == (None, "")


def test_ett_lage_tas_tillbaka_och_star_kvar_markt(
    klient: Client, gor: Callable[..., Any], insats: Callable[[str], Insats], flemingsberg: Fardplan
) -> None:
    sparat = gor("/flemingsberg/insatser/1.3/lage/", status="avbruten", bedomning="", kommentar="Fel insats")

    svar = angra(klient, sparat)

    assert svar.request["PATH_INFO"] == "/flemingsberg/insatser/1.3/"
    assert ">Gör om</button>" not in platt(svar)  # it never counts again
    assert ">Gör om</button>" not in platt(klient.get("/flemingsberg/insatser/1.3/historik/"))
    rapport = Lagesrapport.objects.get(kommentar="Fel insats")
    galler = insats("1.3").lagesrapporter.gallande().filter(stadskarna=flemingsberg.stadskarna)
    assert (rapport.aterkallad is not None, rapport in galler) == (True, False)


def test_den_som_hade_listan_uppe_tar_inte_bort_det_som_kom_tillbaka(planerare: Anvandare) -> None:
    organ = Samverkansorgan.objects.get(slag="natverk")
    polisen, region = (Aktor.objects.get(slug=s).pk for s in ("polisen", "region-stockholm"))
    bada = [organandringar.Platsrad(polisen, "ledamot"), organandringar.Platsrad(region, "ledamot")]
    organ = organandringar.andra(av=planerare, organ=organ, version=organ.version, platser=bada)
    oppet = organandringar.andra(av=planerare, organ=organ, version=organ.version, platser=bada[:1])
    angringar.angra(av=planerare, kontext=radens_handelser(oppet).latest("pgh_id").pgh_context_id)

    byte = [organandringar.Platsrad(polisen, "ordforande")]
    with pytest.raises(Krock):
        organandringar.andra(av=planerare, organ=oppet, version=oppet.version, platser=byte)
    organandringar.andra(av=planerare, organ=oppet, version=oppet.version, platser=bada[:1], beskrivning="Ny")

    assert list(organ.platser.order_by("ordning").values_list("aktor", flat=True)) == [polisen, region]


def test_en_borttagen_aktivitet_ar_tillbaka_med_sina_aktorer(klient: Client) -> None:
    a = Aktivitet.objects.filter(prioritering__handlingsplan__exempel=True, aktorer__isnull=False).first()
    med = set(a.aktorer.values_list("aktor", "roll", "ansvarar_for"))
    sparat = klient.post(f"{klocka.PLAN}aktivitet/{a.pk}/ta-bort/", {"version": a.version}, follow=True)
    assert not Aktivitet.objects.filter(pk=a.pk).exists()

    angra(klient, sparat)

    tillbaka = Aktivitet.objects.get(pk=a.pk)
    assert (tillbaka.titel, set(tillbaka.aktorer.values_list("aktor", "roll", "ansvarar_for"))) == (a.titel, med)
    assert [x.ordning for x in Aktivitet.objects.filter(prioritering=a.prioritering)] == [1, 2]


def test_en_flytt_gar_tillbaka(klient: Client) -> None:
    plan = Handlingsplan.objects.get(exempel=True)
    fore = list(plan.prioriteringar.order_by("ordning").values_list("pk", flat=True))
    p = Prioritering.objects.get(pk=fore[2])
    nummer = p.insats.nummer

    angra(klient, klient.post(f"{klocka.PLAN}prioritera/{nummer}/upp/", {"version": p.version}, follow=True))

    assert list(plan.prioriteringar.order_by("ordning").values_list("pk", flat=True)) == fore


def test_roller_ar_som_de_var(
    klient: Client, insats: Callable[[str], Insats], planerare: Anvandare, formular: Formular
) -> None:
    fore = set(insats("1.3").medverkan.values_list("aktor", "roll", "deltagande", "ordning"))
    adress = "/flemingsberg/insatser/1.3/roller/"
    falt = formular(klient.get(adress)) | {"roll-0-DELETE": "on"}
    sparat = klient.post(adress, falt, follow=True)
    assert set(insats("1.3").medverkan.values_list("aktor", "roll", "deltagande", "ordning")) != fore

    angra(klient, sparat)

    assert set(insats("1.3").medverkan.values_list("aktor", "roll", "deltagande", "ordning")) == fore


def test_vad_en_annan_andrat_sedan_star_i_vagen(
    klient: Client, gor: Callable[..., Any], insats: Callable[[str], Insats], administrator: Anvandare
) -> None:
    sparat = gor(TITEL, titel="Min titel")
    nu = insats("1.3")
    insatsandringar.andra(av=administrator, insats=nu, version=nu.version, titel="Deras titel")

    svar = platt(angra(klient, sparat))

    assert f"har ändrats sedan dess, senast av {administrator.namn}" in svar
    assert insats("1.3").titel == "Deras titel"


def test_en_annans_andring_av_annat_star_kvar(
    klient: Client, gor: Callable[..., Any], insats: Callable[[str], Insats], administrator: Anvandare
) -> None:
    fore = insats("1.3").titel
    sparat = gor(TITEL, titel="Min titel")
    nu = insats("1.3")
    insatsandringar.andra(av=administrator, insats=nu, version=nu.version, text="Deras text")

    angra(klient, sparat)

    assert (insats("1.3").titel, insats("1.3").text) == (fore, "Deras text")


def test_det_nagon_byggt_pa_star_kvar(klient: Client, gor: Callable[..., Any], administrator: Anvandare) -> None:
    sparat = gor("/flemingsberg/insatser/ny/", titel="Ny", text="Text", utkast="")
    plan = Handlingsplan.objects.get(exempel=True)
    planandringar.lyft(av=administrator, plan=plan, insats=Insats.objects.get(titel="Ny"))

    svar = platt(angra(klient, sparat))

    assert "Det går inte att ångra: prioritering bygger på det." in svar
    assert Insats.objects.filter(titel="Ny").exists()


def test_ingen_angrar_en_annans(klient: Client, gor: Callable[..., Any], administrator: Anvandare) -> None:
    sparat = gor("/aktorer/ny/", namn="Prov AB", slag="bolag")
    klient.force_login(administrator)

    svar = platt(angra(klient, sparat))

    assert "Bara den som gjorde ändringen" in svar
    assert Aktor.objects.filter(namn="Prov AB").exists()


def test_det_som_bara_togs_bort_ar_den_personens(
    klient: Client, insats: Callable[[str], Insats], administrator: Anvandare, planerare: Anvandare
) -> None:
    """A link between two insatser leaves nothing but that it went."""
    samband = insatsandringar.koppla(av=None, fran=insats("1.3"), till=insats("1.4"), slag="hanger_ihop")
    adress = f"/flemingsberg/insatser/1.3/samband/{samband.pk}/ta-bort/"
    sparat = klient.post(adress, follow=True)
    klient.force_login(administrator)

    nekad = platt(angra(klient, sparat))
    klient.force_login(planerare)
    angra(klient, sparat)

    assert "Bara den som gjorde ändringen" in nekad
    assert insats("1.3").samband_fran.count() + insats("1.3").samband_till.count() == 1


def test_efter_ett_dygn_eller_med_ett_annat_konto_ar_det_for_sent(
    klient: Client, gor: Callable[..., Any], planerare: Anvandare, insats: Callable[[str], Insats]
) -> None:
    sparat = gor(TITEL, titel="Min titel")

    with time_machine.travel(timezone.now() + timedelta(days=2)):
        klient.force_login(planerare)
        sent = platt(angra(klient, sparat))

    assert ("mer än ett dygn sedan" in sent, insats("1.3").titel) == (True, "Min titel")


def test_ett_beslut_har_ingen_sadan_knapp(klient: Client, formular: Formular) -> None:
    adress = f"{klocka.PLAN}besluta/"
    falt = formular(klient.get(adress)) | {"datum": str(klocka.IDAG), "paragraf": "1"}

    sida = platt(klient.post(adress, falt, follow=True))

    assert ("Beslutet är registrerat." in sida, "/angra/" in sida) == (True, False)


def test_tva_ganger_och_ett_pahittat_ar_inget_fel(klient: Client, gor: Callable[..., Any]) -> None:
    sparat = gor(TITEL, titel="Min titel")
    angra(klient, sparat)

    assert "har ändrats sedan dess" in platt(angra(klient, sparat))
    svar = klient.post("/angra/00000000-0000-4000-8000-000000000000/", {"har": "//annan.example"}, follow=True)
    assert (svar.request["PATH_INFO"], "inget att ångra" in platt(svar)) == ("/", True)


@pytest.mark.django_db(transaction=True)
def test_med_ett_andrat_konto(klient: Client, gor: Callable[..., Any], planerare: Anvandare) -> None:
    sparat = gor(TITEL, titel="Min titel")
    andra_konto(planerare, namn="Nytt namn")

    assert "Ditt konto har ändrats" in platt(angra(klient, sparat))


@pytest.mark.parametrize("skal", ["", "Avgörs i mars"])
def test_den_som_byttes_ut_som_ansvarig_ar_det_igen(
    planerare: Anvandare, insats: Callable[[str], Insats], rolla: Callable[..., Insats], roller: Any, skal: str
) -> None:
    ids = dict(Aktor.objects.values_list("slug", "pk"))
    i = rolla("1.3", insats("1.3").version, None if skal else "huddinge-kommun", "polisen")
    if skal:
        polis = [Rollrad(ids["polisen"], Roll.MEDVERKANDE)]
        insatsandringar.andra_roller(av=None, insats=i, version=i.version, roller=polis, utan_ansvarig=skal)
    i, fore = insats("1.3"), roller("1.3")
    byte = [Rollrad(ids["polisen"], Roll.ANSVARIG), Rollrad(ids["huddinge-kommun"], Roll.MEDVERKANDE)]
    insatsandringar.andra_roller(av=planerare, insats=i, version=i.version, roller=byte)

    for _ in range(3):  # taken back, done again, taken back
        senast = radens_handelser(insats("1.3").medverkan.get(aktor__slug="polisen")).latest("pgh_id")
        angringar.angra(av=planerare, kontext=senast.pgh_context_id)

    assert (roller("1.3"), insats("1.3").utan_ansvarig) == (fore, skal)
