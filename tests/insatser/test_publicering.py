"""A färdplan from draft to public and back: the checklist, the preview, and that no word of a draft gets out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import get_resolver

from aktorer.grund.samtidighet import Krock
from aktorer.models import Aktor, Anvandare
from harden import lackage
from harden.adresser import rutter
from insatser.andringar import fardplan as andringar
from insatser.andringar import handlingsplan as planandringar
from insatser.andringar import insats as insatsandringar
from insatser.andringar import lage as lagesandringar
from insatser.andringar import mote as motesandringar
from insatser.andringar.beslut import besluta
from insatser.andringar.mote import Punktrad
from insatser.andringar.roller import Rollrad
from insatser.behorighet import Forhandsvisare, gallande_fardplaner
from insatser.fragor import fardplan as fragor
from insatser.models import (
    Arende,
    Fardplan,
    Fardriktning,
    Insats,
    Malomrade,
    Mote,
    Overenskommelse,
    Program,
    Samband,
    Samverkansorgan,
)
from insatser.regler.medverkan import Deltagande, Roll
from tests import klocka
from tests.conftest import publicerad
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

type Formular = Callable[[Any], dict[str, str]]


@pytest.fixture
def skrivet(utkastet: Fardplan) -> Fardplan:
    """The draft of Haninge with a karaktär."""
    return andringar.andra(av=None, fardplan=utkastet, version=utkastet.version, karaktar="Hav och skog.")


def _saknas(fardplan: Fardplan) -> list[str]:
    return [p.namn for p in fragor.checklista(fardplan) if not p.klar]


def test_checklistan_borjar_med_allt_som_saknas(som_planerare: Client, utkastet: Fardplan) -> None:
    sidan = platt(som_planerare.get("/haninge/"))

    assert len(_saknas(utkastet)) == 9
    assert '<a href="/haninge/fardriktning/4/">Färdriktning 4' in sidan
    assert '<a href="/haninge/redigera/">Karaktär</a>' in sidan


def test_det_som_skrivs_bockas_av(utkastet: Fardplan, m1: Malomrade) -> None:
    andringar.andra(av=None, fardplan=utkastet, version=1, karaktar="Hav", kalla="Beslut 2026, s. 3")
    varden = {"rubrik": "Nära", "text": "Nära havet.", "kalla": "Beslut 2026, s. 4"}
    andringar.skriv_fardriktning(av=None, fardplan=utkastet, malomrade=m1, version=0, **varden)
    insatsandringar.skapa(av=None, malomrade=m1, fardplan=utkastet, titel="Bygg bryggor")
    utkastet.refresh_from_db()

    punkter = {p.namn: (p.klar, p.lage) for p in fragor.checklista(utkastet)}

    assert punkter["Karaktär"] == (True, "Skriven, med källa")
    assert punkter["Färdriktning 1, Levande och attraktiva stadskärnor"] == (True, "Skriven, med källa")
    assert punkter["Kärnspecifika insatser"] == (True, "1 kärnspecifik insats")
    assert punkter["Ansvariga"] == (False, "Ingen är ansvarig för 1.3, och det står inte varför")


def test_flemingsbergs_checklista_ar_borta_nar_allt_finns(som_planerare: Client, flemingsberg: Fardplan) -> None:
    sidan = platt(som_planerare.get("/flemingsberg/"))

    assert _saknas(flemingsberg) == ["Ansvariga"]
    assert "Det här behövs i färdplanen" in sidan


def test_checklistan_ar_for_den_som_skriver(client: Client, styrgrupp: Anvandare) -> None:
    client.force_login(styrgrupp)

    assert "Det här behövs i färdplanen" not in platt(client.get("/haninge/"))


@pytest.mark.usefixtures("utkastet")
def test_fardriktningen_skrivs_dar_ingen_fanns(som_planerare: Client, formular: Formular) -> None:
    varden = formular(som_planerare.get("/haninge/fardriktning/2/"))
    skrivna = {"rubrik": "Snabbt", "text": "Snabbt till stan.", "kalla": "Beslut 2026"}

    svar = som_planerare.post("/haninge/fardriktning/2/", varden | skrivna)

    assert (varden["version"], svar.headers["Location"]) == ("0", "/haninge/#malomrade-2")
    riktning = Fardriktning.objects.get(fardplan__stadskarna__slug="haninge")
    assert (riktning.malomrade.nummer, riktning.kalla) == (2, "Beslut 2026")


def test_tva_skriver_den_forsta_fardriktningen(
    som_planerare: Client, formular: Formular, utkastet: Fardplan, m2: Malomrade
) -> None:
    varden = formular(som_planerare.get("/haninge/fardriktning/2/"))
    deras = {"rubrik": "Deras", "text": "Deras text"}
    andringar.skriv_fardriktning(av=None, fardplan=utkastet, malomrade=m2, version=0, **deras)

    svar = som_planerare.post("/haninge/fardriktning/2/", varden | {"rubrik": "Min", "text": "Deras text"})

    assert (svar.status_code, [k["deras"] for k in svar.context["konflikter"]]) == (409, ["Deras"])
    assert formular(svar)["rubrik"] == "Min"


def test_publicera_sager_vad_som_blir_offentligt(
    client: Client, som_planerare: Client, formular: Formular, skrivet: Fardplan, m1: Malomrade
) -> None:
    insatsandringar.skapa(av=None, malomrade=m1, fardplan=skrivet, titel="Bygg bryggor")

    sida = som_planerare.get("/haninge/publicera/")
    svar = som_planerare.post("/haninge/publicera/", formular(sida), follow=True)

    sidan = platt(sida)
    assert "1 kärnspecifik insats" in sidan
    assert "1.3 Bygg bryggor" in sidan
    assert "Färdriktning 1, Levande och attraktiva stadskärnor</a>: Inte skriven än" in sidan
    assert "Alla kan läsa den nu." in platt(svar)
    assert "Bygg bryggor" in platt(Client().get("/haninge/insatskarta/"))


@pytest.mark.usefixtures("utkastet")
def test_utan_karaktar_publiceras_den_inte(som_planerare: Client, formular: Formular) -> None:
    sida = som_planerare.get("/haninge/publicera/")
    svar = som_planerare.post("/haninge/publicera/", formular(sida))

    assert "Färdplanen kan inte publiceras än." in platt(sida)
    assert ">0 " not in platt(sida)
    assert svar.status_code == 422
    assert andringar.UTAN_KARAKTAR in platt(svar)


def test_en_publicerad_behaller_sin_karaktar(haninge: Fardplan) -> None:
    with pytest.raises(ValidationError, match="Skriv stadskärnans karaktär först"):
        andringar.andra(av=None, fardplan=haninge, version=haninge.version, karaktar=" ")


def test_tva_publicerar_samtidigt(skrivet: Fardplan) -> None:
    forst = andringar.publicera(av=None, fardplan=skrivet, version=skrivet.version)
    sedan = andringar.publicera(av=None, fardplan=skrivet, version=skrivet.version)

    assert (forst.version, sedan.version) == (skrivet.version + 1, skrivet.version + 1)


def test_det_som_andrats_sedan_lases_fore_publiceringen(skrivet: Fardplan) -> None:
    andringar.andra(av=None, fardplan=skrivet, version=skrivet.version, karaktar="Ett halvt ord")

    with pytest.raises(Krock, match="Läs igen vad som blir offentligt"):
        andringar.publicera(av=None, fardplan=skrivet, version=skrivet.version)


def test_dra_tillbaka_med_skal(client: Client, som_planerare: Client, formular: Formular, haninge: Fardplan) -> None:
    varden = formular(som_planerare.get("/haninge/dra-tillbaka/"))

    utan = som_planerare.post("/haninge/dra-tillbaka/", varden)
    svar = som_planerare.post("/haninge/dra-tillbaka/", varden | {"skal": "Fel karta"}, follow=True)

    assert (utan.status_code, Client().get("/haninge/insatskarta/").status_code) == (422, 404)
    assert f"{klocka.IDAG:%Y}</time>: Fel karta" in platt(svar)
    haninge.refresh_from_db()
    assert (haninge.publicerad, haninge.tillbakadragen) == (False, klocka.IDAG)


def test_tillbakadragen_ger_inte_plats_at_en_aldre(
    som_planerare: Client, formular: Formular, flemingsberg: Fardplan
) -> None:
    varden = {"version": flemingsberg.version, "skal": "Fel karta"}
    andringar.dra_tillbaka(av=None, fardplan=flemingsberg, **varden)

    besokare = Client().get("/flemingsberg/").status_code
    som_planerare.post("/flemingsberg/publicera/", formular(som_planerare.get("/flemingsberg/publicera/")))

    assert besokare == 404
    assert Client().get("/flemingsberg/").context["fardplan"] == flemingsberg


def test_publicerad_igen_ar_skalet_borta(haninge: Fardplan) -> None:
    dragen = andringar.dra_tillbaka(av=None, fardplan=haninge, version=haninge.version, skal="Fel karta")

    igen = andringar.publicera(av=None, fardplan=dragen, version=dragen.version)

    assert (igen.publicerad, igen.tillbakadragen, igen.tillbakadragen_skal) == (True, None, "")


@pytest.mark.parametrize("sida", ["publicera/", "dra-tillbaka/", "forhandsvisa/", "forhandsvisa/sluta/"])
def test_bara_planerare_publicerar(client: Client, tjansteperson: Anvandare, haninge: Fardplan, sida: str) -> None:
    client.force_login(tjansteperson)

    assert client.post(f"/haninge/{sida}").status_code == (302 if sida.endswith("sluta/") else 403)


def test_besokare_laser_att_den_ar_pa_vag(client: Client, skrivet: Fardplan) -> None:
    sidan = platt(client.get("/haninge/"))

    assert "Färdplanen för Haninge stadskärna är på väg" in sidan
    assert sidan.count('<span class="nr">') == 9
    assert skrivet.karaktar not in sidan


def test_en_okand_stadskarna_ar_inte_pa_vag(client: Client, utkastet: Fardplan) -> None:
    Fardplan.objects.filter(program=utkastet.program).update(publicerad=False)

    assert (client.get("/haninge/").status_code, client.get("/ingenstans/").status_code) == (404, 404)


def test_forhandsvisningen_ar_som_besokaren_ser_den(som_planerare: Client, skrivet: Fardplan) -> None:
    som_planerare.post("/haninge/forhandsvisa/")
    visad = som_planerare.get("/haninge/")
    publicerad(skrivet)
    besokare = platt(Client().get("/haninge/"))

    def innehall(sidan: str) -> str:
        return sidan[sidan.index('<main id="innehall"') :]

    assert "Så här ser en besökare färdplanen" in platt(visad)
    assert innehall(platt(visad)) == innehall(besokare)
    assert "no-store" in visad.headers["Cache-Control"]


def test_forhandsvisningen_galler_bara_dar_och_tar_slut(som_planerare: Client, skrivet: Fardplan) -> None:
    som_planerare.post("/haninge/forhandsvisa/")
    redigera = som_planerare.get("/haninge/redigera/")
    annan = som_planerare.get("/flemingsberg/")
    som_planerare.post("/haninge/forhandsvisa/sluta/")

    assert (redigera.status_code, annan.context["far"]["redigera"]) == (200, True)
    assert som_planerare.get("/haninge/").context["far"]["redigera"]


def test_nasta_generation_forhandsvisas_som_den_som_galler(flemingsberg: Fardplan) -> None:
    nytt = Program.objects.create(namn="Färdplaner 2030", slug="fp-2030", ar_fran=2030)
    nasta = Fardplan.objects.create(program=nytt, stadskarna=flemingsberg.stadskarna, karaktar="Nytt")

    def galler(person: Any) -> set[int]:
        return set(gallande_fardplaner(person).values_list("pk", flat=True))

    assert (nasta.pk in galler(Forhandsvisare(nasta.pk)), nasta.pk in galler(AnonymousUser())) == (True, False)


@pytest.fixture
def hemligt(utkastet: Fardplan, planerare: Anvandare) -> None:
    lackage.skriv_hemligt(utkastet, planerare)


@pytest.mark.usefixtures("hemligt")
def test_inget_ord_i_ett_utkast_nar_en_besokare(som_planerare: Client) -> None:
    sidor = lackage.genomsokt(som_planerare)
    med = [adress for adress, text in sidor.items() if lackage.HEMLIGT in text]

    besokare = Client()
    lackt = [adress for adress in med if lackage.HEMLIGT in lackage.text_i(besokare.get(adress))]

    assert len(med) > 40
    assert [a for a in med if a.startswith("/sok/")]
    assert {a.rpartition(".")[2] for a in med if "." in a.rpartition("/")[2]} >= {"xlsx", "csv", "pdf"}
    assert lackt == []
    namnen = {namn for namn, rutt in rutter(get_resolver()) if not rutt.startswith("/admin/")}
    assert lackage.obesokta(sidor, namnen) == set()


@pytest.fixture
def utkast(flemingsberg: Fardplan, m1: Malomrade, planerare: Anvandare) -> Insats:
    """A draft insats in Flemingsberg: with a läge, an ansvarig, links, in an ärende and on an agenda."""
    karna = flemingsberg.stadskarna
    text = f"{lackage.HEMLIGT}gatan"
    insats = insatsandringar.skapa(
        av=None, malomrade=m1, fardplan=flemingsberg, titel=text, text=text, kalla=text, utkast=True
    )
    region = Rollrad(Aktor.objects.get(slug="region-stockholm").pk, Roll.ANSVARIG, text, Deltagande.BEKRAFTAD)
    insats = insatsandringar.andra_roller(av=None, insats=insats, version=1, roller=[region])
    lagesandringar.rapportera(av=planerare, insats=insats, stadskarna=karna, status="pagar", bedomning="enligt_plan")
    granne = Insats.objects.i_fardplan(flemingsberg).med_nummer("1.3").get()
    insatsandringar.koppla(av=None, fran=granne, till=insats, slag=Samband.Slag.HANGER_IHOP)
    Arende.objects.first().insatser.add(insats)  # type: ignore[union-attr]
    Overenskommelse.objects.get().insatser.add(insats)
    organ = Samverkansorgan.objects.get(stadskarna=karna, slag="styrgrupp", till=None)
    punkter = [Punktrad("En punkt", insats_id=insats.pk, paragraf="1", beslut="Bra.")]
    motesandringar.skapa(av=None, organ=organ, datum=klocka.om(-5), punkter=punkter)
    insats.refresh_from_db()
    return insats


def _i_flemingsberg(client: Client) -> dict[str, str]:
    """{address: what it says} of every page and file near the insats."""
    sokta = ["", "insatskarta/", "insatskarta.xlsx", "insatskarta.csv", "insatskarta.pdf", "laget/", "laget.pdf"]
    sokta += ["insatskarta.ods", "insatskarta.json", "arbetsbok.xlsx", "arbetsbok.ods", "arbetsbok.json"]
    sokta += [
        "nytt/?sedan=2026-01-01",
        "nytt.pdf?sedan=2026-01-01",
        "nyheter/",
        "nyheter.atom",
        "organ/",
        "insatser/1.3/",
        "insatser/1.6/",
        "insatskarta/?q=1.6",
    ]
    sokta += ["insatskarta/?vy=tabell", "insatskarta/?vy=matris", "oversikt/", "insatser/1.5/"]
    adresser = [f"/flemingsberg/{s}" for s in sokta] + [
        "/aktorer/region-stockholm/",
        "/arenden/",
        "/nyheter/",
        "/nyheter.atom",
    ]
    adresser += [f"/arenden/{pk}/" for pk in Arende.objects.values_list("pk", flat=True)]
    adresser += [f"/arenden/overenskommelser/{pk}/" for pk in Overenskommelse.objects.values_list("pk", flat=True)]
    moten = Mote.objects.values_list("pk", flat=True)
    adresser += [f"/flemingsberg/organ/moten/{pk}{slut}" for pk in moten for slut in ("/", ".pdf")]
    return {adress: lackage.text_i(client.get(adress)) for adress in adresser}


@pytest.mark.usefixtures("utkast")
def test_en_insats_i_utkast_nar_ingen_besokare(som_planerare: Client) -> None:
    som_besokare = Client()

    med = [adress for adress, text in _i_flemingsberg(som_planerare).items() if lackage.HEMLIGT in text]
    lackt = [adress for adress, text in _i_flemingsberg(som_besokare).items() if lackage.HEMLIGT in text]

    assert len(med) > 14
    assert lackt == []
    assert som_besokare.get("/flemingsberg/insatser/1.6/").status_code == 404
    assert "18 insatser" in platt(som_besokare.get("/flemingsberg/"))


def test_utkast_publiceras_fran_kartan(som_planerare: Client, utkast: Insats) -> None:
    karta = platt(som_planerare.get("/flemingsberg/insatskarta/"))
    sida = som_planerare.get("/flemingsberg/insatser/publicera/")
    svar = som_planerare.post("/flemingsberg/insatser/publicera/", {"utkast": sida.context["form"].initial["utkast"]})

    assert "Publicera utkast (1)" in karta
    assert svar.headers["Location"] == "/flemingsberg/insatskarta/"
    assert lackage.HEMLIGT in lackage.text_i(Client().get("/flemingsberg/insatser/1.6/"))


def test_en_andrad_insats_lases_fore_publiceringen(som_planerare: Client, utkast: Insats) -> None:
    val = som_planerare.get("/flemingsberg/insatser/publicera/").context["form"].initial["utkast"]
    insatsandringar.andra(av=None, insats=utkast, version=utkast.version, text="Ett halvt ord")

    svar = som_planerare.post("/flemingsberg/insatser/publicera/", {"utkast": val})
    with pytest.raises(Krock, match=r"Någon ändrade 1\.6"):
        insatsandringar.publicera(av=None, versioner={utkast.pk: utkast.version})

    assert (svar.status_code, "Läs igen och välj på nytt" in platt(svar)) == (422, True)


def test_en_ny_insats_sparas_som_utkast(som_planerare: Client, formular: Formular, flemingsberg: Fardplan) -> None:
    varden = formular(som_planerare.get("/flemingsberg/insatser/ny/"))

    som_planerare.post("/flemingsberg/insatser/ny/", varden | {"titel": "Bygg", "kalla": "s. 3", "utkast": "on"})

    assert Insats.objects.get(titel="Bygg", kalla="s. 3").utkast


def test_en_plan_med_utkast_beslutas_inte(flemingsberg: Fardplan, utkast: Insats) -> None:
    plan = planandringar.skapa(av=None, fardplan=flemingsberg, ar_fran=2040, ar_till=2041)
    planandringar.lyft(av=None, plan=plan, insats=utkast)
    plan.refresh_from_db()
    organ = Samverkansorgan.objects.get(stadskarna=flemingsberg.stadskarna, slag="styrgrupp", till=None)

    with pytest.raises(ValidationError, match=r"1\.6 är utkast"):
        besluta(av=None, plan=plan, version=plan.version, organ=organ, datum=klocka.om(-1), paragraf="1")


def test_en_beslutad_insats_blir_inget_utkast(nekas: Callable[[str], Any], flemingsberg: Fardplan) -> None:
    beslutad = Insats.objects.filter(prioriteringar__handlingsplan__status="beslutad").first()
    assert beslutad

    with nekas("insats_beslutad_ar_inget_utkast"):
        Insats.objects.filter(pk=beslutad.pk).update(utkast=True)
