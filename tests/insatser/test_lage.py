"""Report the läge: what is demanded, who was faster, and the form on its three pages."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from aktorer.grund.samtidighet import Konflikt, Krock
from aktorer.grund.spara import spara
from aktorer.models import Aktor, Anvandare
from insatser.andringar import insats as insatsandringar
from insatser.andringar import lage as andringar
from insatser.fragor import lage as fragor
from insatser.models import Fardplan, Insats, Lagesrapport, LagesrapportEvent  # type: ignore[attr-defined]
from tests import klocka
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

type Hamta = Callable[[str], Insats]
type Formular = Callable[[Any], dict[str, str]]

SIDA = "/flemingsberg/insatser/1.3/lage/"
HX = {"HX-Request": "true"}


@pytest.fixture
def rapportera(insats: Hamta, flemingsberg: Fardplan, tjansteperson: Anvandare) -> Callable[..., Lagesrapport]:
    """Huddinge's tjänsteperson reports 1.3 in Flemingsberg, unless told otherwise."""

    def kor(**varden: Any) -> Lagesrapport:
        vanligt = {
            "av": tjansteperson,
            "insats": insats("1.3"),
            "stadskarna": flemingsberg.stadskarna,
            "status": "pagar",
            "bedomning": "enligt_plan",
        }
        return andringar.rapportera(**vanligt | varden)

    return kor


@pytest.fixture
def senaste(insats: Hamta, flemingsberg: Fardplan) -> Callable[[str], Lagesrapport]:
    def hamta(nummer: str = "1.3") -> Lagesrapport:
        rader = Lagesrapport.objects.filter(insats=insats(nummer), stadskarna=flemingsberg.stadskarna)
        return rader.senast_forst()[0]

    return hamta


@pytest.mark.parametrize(
    ("vem", "status"), [("tjansteperson", 302), ("planerare", 302), ("botkyrka", 403), ("styrgrupp", 403)]
)
def test_en_rapport_tas_tillbaka_av_den_som_skrev_eller_en_planerare(
    client: Client, request: pytest.FixtureRequest, rapportera: Callable[..., Lagesrapport], vem: str, status: int
) -> None:
    rapport = rapportera(status="avbruten", bedomning="", kommentar="Fel insats")
    client.force_login(request.getfixturevalue(vem))

    svar = client.post(f"{SIDA}{rapport.pk}/aterkalla/")

    rapport.refresh_from_db()
    assert (svar.status_code, rapport.aterkallad is not None) == (status, status == 302)


def test_en_tillbakatagen_rapport_syns_markt_for_inloggade_och_inte_for_andra(
    client: Client, planerare: Anvandare, rapportera: Callable[..., Lagesrapport]
) -> None:
    andringar.aterkalla(av=planerare, rapport=rapportera(status="avbruten", bedomning="", kommentar="Fel insats").pk)

    utan = platt(client.get("/flemingsberg/insatser/1.3/"))
    client.force_login(planerare)
    med = platt(client.get("/flemingsberg/insatser/1.3/"))

    assert ("Fel insats" in utan, "Fel insats" in med, "Tillbakatagen" in med) == (False, True, True)


def test_den_som_upprepar_pahittade_ord_gor_dem_inte_sanna(
    rapportera: Callable[..., Lagesrapport], senaste: Callable[[str], Lagesrapport]
) -> None:
    forra = senaste("1.3")
    samma = {"status": forra.status, "bedomning": forra.bedomning, "kommentar": forra.kommentar}

    upprepad, egen = rapportera(**samma), rapportera(**samma | {"kommentar": "Vi har sett över tiderna."})

    assert (forra.exempel, bool(forra.kommentar)) == (True, True)
    assert (upprepad.exempel, egen.exempel) == (True, False)


def test_en_rapport_har_vem_vad_och_nar(
    rapportera: Callable[..., Lagesrapport], tjansteperson: Anvandare, senaste: Callable[[], Lagesrapport]
) -> None:
    rapportera(status="pagar", bedomning="risk", kommentar=" Försenat. \n")

    rad = senaste()
    assert (rad.status, rad.bedomning, rad.kommentar) == ("pagar", "risk", "Försenat.")
    assert (rad.av, rad.aktor, rad.datum, rad.exempel) == (
        tjansteperson,
        tjansteperson.aktor,
        timezone.localdate(),
        False,
    )
    assert timezone.now() - rad.skapad < timedelta(minutes=5)


def test_historien_vet_vem_som_rapporterade(rapportera: Callable[..., Lagesrapport], tjansteperson: Anvandare) -> None:
    rad = rapportera()

    context = LagesrapportEvent.objects.get(pgh_obj_id=rad.pk).pgh_context
    assert (context["namn"], context["andring"]) == (tjansteperson.namn, "insatser.andringar.lage.rapportera")


def test_for_en_annan_aktor(rapportera: Callable[..., Lagesrapport], planerare: Anvandare) -> None:
    polisen = Aktor.objects.get(slug="polisen")

    assert rapportera(av=planerare, aktor=polisen).aktor == polisen


@pytest.mark.parametrize(
    ("varden", "falt"),
    [
        ({"bedomning": ""}, {"bedomning"}),
        ({"bedomning": "risk"}, {"kommentar"}),
        ({"bedomning": "risk", "kommentar": " \n"}, {"kommentar"}),
        ({"status": "avbruten", "bedomning": ""}, {"kommentar"}),
        ({"status": "pausad", "bedomning": ""}, {"bedomning", "kommentar"}),
        ({"status": "klar"}, {"status"}),
        ({"bedomning": "bra"}, {"bedomning"}),
        ({"datum": date(2999, 1, 1)}, {"datum"}),
        ({"bedomning": "avviker", "datum": date(2999, 1, 1)}, {"kommentar", "datum"}),
    ],
)
def test_ogiltig_rapport_sparas_inte(
    rapportera: Callable[..., Lagesrapport], varden: dict[str, Any], falt: set[str]
) -> None:
    fore = Lagesrapport.objects.count()

    with pytest.raises(ValidationError) as nekad:
        rapportera(**varden)

    assert set(nekad.value.message_dict) - {"__all__"} == falt
    assert Lagesrapport.objects.count() == fore


def test_i_morgon_ar_i_framtiden_men_i_dag_inte(rapportera: Callable[..., Lagesrapport]) -> None:
    idag = timezone.localdate()

    with pytest.raises(ValidationError, match="Datumet ligger i framtiden"):
        rapportera(datum=idag + timedelta(days=1))
    assert rapportera(datum=idag).datum == idag


def test_en_avford_insats_rapporteras_inte(rapportera: Callable[..., Lagesrapport], insats: Hamta) -> None:
    insatsandringar.avfor(av=None, insats=insats("1.3"), version=1, skal="Klar", datum=date(2026, 11, 1))

    with pytest.raises(ValidationError, match="Insatsen avfördes 2026-11-01 och rapporteras inte längre"):
        rapportera()


def test_dubbelklick_ar_en_rapport(rapportera: Callable[..., Lagesrapport]) -> None:
    fore = Lagesrapport.objects.count()

    rader = [rapportera(kommentar="Lika", sedd=0 if n else None) for n in range(3)]

    assert len({rad.pk for rad in rader}) == 1
    assert Lagesrapport.objects.count() == fore + 1


@pytest.mark.parametrize(
    "andrat", [{"kommentar": "Annat"}, {"status": "genomford"}, {"datum": klocka.om(-6)}, {"av": None}]
)
def test_en_annan_rapport_samma_dag_ar_en_till(rapportera: Callable[..., Lagesrapport], andrat: dict[str, Any]) -> None:
    forsta = rapportera(kommentar="Lika", datum=klocka.om(-1))

    assert rapportera(**{"kommentar": "Lika", "datum": klocka.om(-1)} | andrat).pk != forsta.pk


def test_den_senaste_ar_den_med_senaste_datum_och_sist_skriven(
    rapportera: Callable[..., Lagesrapport], senaste: Callable[[], Lagesrapport]
) -> None:
    gammal = rapportera(datum=date(2026, 1, 5), kommentar="I efterhand")
    ny = rapportera(datum=klocka.om(-1), kommentar="Ny")
    nyast = rapportera(datum=klocka.om(-1), kommentar="Nyast")

    assert senaste() == nyast
    assert gammal.pk < ny.pk < nyast.pk


def test_krocken_sager_vem_som_rapporterade(
    rapportera: Callable[..., Lagesrapport], senaste: Callable[[], Lagesrapport], planerare: Anvandare
) -> None:
    sedd = senaste()
    rapportera(av=planerare, status="genomford", bedomning="", kommentar="Klart")

    with pytest.raises(Krock, match="senast av Exempel: planerare i dag klockan"):
        rapportera(status="pagar", bedomning="risk", kommentar="Försenat", sedd=sedd.pk)


def test_nagon_hann_fore(rapportera: Callable[..., Lagesrapport], senaste: Callable[[], Lagesrapport]) -> None:
    sedd = senaste()
    deras = rapportera(av=None, status="genomford", bedomning="", kommentar="Klart")

    with pytest.raises(Krock) as krock:
        rapportera(status="pagar", bedomning="risk", kommentar="Försenat", sedd=sedd.pk)

    assert krock.value.version == deras.pk
    assert krock.value.konflikter == [
        Konflikt("status", "pagar", "genomford", "pagar"),
        Konflikt("bedomning", "risk", "", "risk"),
        Konflikt("kommentar", sedd.kommentar, "Klart", "Försenat"),
    ]
    assert senaste() == deras


@pytest.mark.parametrize("sedd", [0, 999_999, 10**30])
def test_den_som_sag_nagot_annat_far_se_det_senaste(rapportera: Callable[..., Lagesrapport], sedd: int) -> None:
    with pytest.raises(Krock):
        rapportera(kommentar="Ny", sedd=sedd)


def test_en_annan_karnas_rapport_ar_ingen_krock(
    rapportera: Callable[..., Lagesrapport], insats: Hamta, haninge: Fardplan
) -> None:
    sedd = rapportera(insats=insats("1.1"))
    rapportera(insats=insats("1.1"), stadskarna=haninge.stadskarna, kommentar="Här går det bra")

    assert rapportera(insats=insats("1.1"), kommentar="Vår egen", sedd=sedd.pk).kommentar == "Vår egen"


def test_ett_lage_kostar_fem_fragor(
    insats: Hamta,
    flemingsberg: Fardplan,
    tjansteperson: Anvandare,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    """The lock, the latest, the report, and a savepoint (two): Python and the database judge once each."""
    rad = insats("1.3")

    with django_assert_num_queries(5):
        andringar.rapportera(
            av=tjansteperson,
            insats=rad,
            stadskarna=flemingsberg.stadskarna,
            status="pausad",
            bedomning="risk",
            kommentar="Väntar",
        )


def test_databasens_villkor_har_sina_egna_ord(insats: Hamta, flemingsberg: Fardplan) -> None:
    """Where no rule of ours was asked first."""
    rad = Lagesrapport(
        insats=insats("1.3"), stadskarna=flemingsberg.stadskarna, datum=date(2026, 11, 1), status="avbruten"
    )

    with pytest.raises(ValidationError) as fel, transaction.atomic():
        spara(rad)

    assert fel.value.messages == ["Skriv en kommentar: den krävs vid risk, avvikelse, paus och avbrott."]


def test_ratt_karna_for_en_karnspecifik_insats(rapportera: Callable[..., Lagesrapport], haninge: Fardplan) -> None:
    with pytest.raises(Exception, match="Insatsen hör till en annan stadskärna"), transaction.atomic():
        rapportera(stadskarna=haninge.stadskarna)


@pytest.mark.django_db(transaction=True)
def test_samma_rapport_fran_tva_flikar_samtidigt_sparas_en_gang(rapportera: Callable[..., Lagesrapport]) -> None:
    fore = Lagesrapport.objects.count()
    forsta_skriven = threading.Event()

    def andra_fliken() -> None:
        try:
            forsta_skriven.wait(10)
            rapportera(kommentar="Lika")
        finally:
            connection.close()

    trad = threading.Thread(target=andra_fliken)
    trad.start()
    with transaction.atomic():
        rapportera(kommentar="Lika")
        forsta_skriven.set()
        trad.join(0.5)  # it waits for this transaction
    trad.join(10)

    assert Lagesrapport.objects.count() == fore + 1


def test_lagen_ger_det_senaste_per_insats_och_karna(insats: Hamta, flemingsberg: Fardplan, haninge: Fardplan) -> None:
    har, dar = flemingsberg.stadskarna, haninge.stadskarna
    par = [(insats(nr).pk, k.pk) for nr in ("1.1", "2.1", "2.2") for k in (har, dar)]

    lagen = fragor.lagen(par)

    assert {(r.insats.nummer, r.stadskarna.slug): r.datum for r in lagen.values()} == {
        ("1.1", "flemingsberg"): klocka.lagets("2026-10-06"),
        ("2.1", "flemingsberg"): klocka.lagets("2026-10-15"),
        ("2.1", "haninge"): klocka.lagets("2026-10-22"),
    }


# --- the pages


@pytest.fixture
def som_huddinge(client: Client, tjansteperson: Anvandare) -> Client:
    client.force_login(tjansteperson)
    return client


def test_formularet_utgar_fran_det_senaste_men_inte_kommentaren(
    som_huddinge: Client, formular: Formular, senaste: Callable[[], Lagesrapport], insats: Hamta
) -> None:
    assert formular(som_huddinge.get(SIDA)) == {
        "inskick": "0",
        "sedd": str(senaste().pk),
        "insats": str(insats("1.3").pk),
        "status": "pagar",
        "bedomning": "risk",
        "kommentar": "",
        "datum": timezone.localdate().isoformat(),
    }


def test_forsta_rapporten_har_inget_ifyllt(som_huddinge: Client, formular: Formular) -> None:
    varden = formular(som_huddinge.get("/flemingsberg/insatser/2.2/lage/"))

    assert (varden["sedd"], varden.get("status"), varden.get("bedomning")) == ("0", None, None)


@pytest.mark.parametrize(
    ("adress", "tillbaka"), [(SIDA, "/flemingsberg/insatser/1.3/"), (f"{SIDA}?fran=mitt-arbete", "/mitt-arbete/")]
)
def test_rapportera_leder_tillbaka_dit_man_kom_ifran(
    som_huddinge: Client, formular: Formular, adress: str, tillbaka: str
) -> None:
    varden = formular(som_huddinge.get(adress))

    svar = som_huddinge.post(adress, varden | {"kommentar": "Marken är ännu inte vår."}, follow=True)

    assert svar.redirect_chain == [(tillbaka, 302)]
    assert "Läget för 1.3 är sparat." in platt(svar)


def test_laget_syns_genast_pa_insatsen_kartan_och_mitt_arbete(
    som_huddinge: Client, formular: Formular, tjansteperson: Anvandare
) -> None:
    adress = "/flemingsberg/insatser/4.3/lage/"
    nytt = {"status": "pausad", "bedomning": "risk", "kommentar": "Vi väntar på bidraget."}

    som_huddinge.post(adress, formular(som_huddinge.get(adress)) | nytt)

    insatsen = platt(som_huddinge.get("/flemingsberg/insatser/4.3/"))
    assert "Vi väntar på bidraget." in insatsen
    assert tjansteperson.namn in insatsen
    for sida in ("/flemingsberg/insatskarta/?malomrade=4&typ=karnspecifik&status=pausad", "/mitt-arbete/"):
        assert "Pausad" in platt(som_huddinge.get(sida))


@pytest.mark.parametrize(
    ("varden", "falt"),
    [
        ({"kommentar": ""}, {"kommentar"}),
        ({"status": "", "kommentar": ""}, {"status"}),
        ({"status": "klar"}, {"status"}),
        ({"bedomning": ""}, {"bedomning"}),
        ({"bedomning": "bra"}, {"bedomning"}),
        ({"kommentar": "x" * 2001}, {"kommentar"}),
        ({"datum": "2999-01-01"}, {"datum"}),
        ({"datum": "11/20/2026"}, {"datum"}),
        ({"datum": "i går"}, {"datum"}),
        ({"sedd": "x"}, {"sedd"}),
        ({"sedd": "-1"}, {"sedd"}),
    ],
)
@pytest.mark.parametrize("huvuden", [{}, HX], ids=["sida", "htmx"])
def test_ogiltigt_lage_ar_422_med_det_skrivna_kvar(
    som_huddinge: Client, formular: Formular, huvuden: dict[str, str], varden: dict[str, str], falt: set[str]
) -> None:
    skickat = formular(som_huddinge.get(SIDA)) | {"kommentar": "Det jag skrev"} | varden
    fore = Lagesrapport.objects.count()

    svar = som_huddinge.post(SIDA, skickat, headers=huvuden)

    assert (svar.status_code, set(svar.context["form"].errors)) == (422, falt)
    assert platt(svar).startswith("<form" if huvuden else "<!DOCTYPE html>")
    assert formular(svar)["kommentar"] == skickat["kommentar"]
    assert Lagesrapport.objects.count() == fore


@pytest.mark.parametrize("sa", ["%Y-%m-%d", "%Y%m%d", "%y%m%d"])
def test_datum_kan_skrivas_kort(
    som_huddinge: Client,
    formular: Formular,
    senaste: Callable[[], Lagesrapport],
    sa: str,
) -> None:
    i_gar = klocka.om(-1)

    som_huddinge.post(SIDA, formular(som_huddinge.get(SIDA)) | {"kommentar": "Ny", "datum": f"{i_gar:{sa}}"})

    assert senaste().datum == i_gar


@pytest.mark.parametrize("sa", ["%Y-%m-%d", "%Y%m%d", "%y%m%d"])
def test_varje_dag_kan_skrivas_kort(sa: str) -> None:
    dagar = [date(2026, 1, 1) + timedelta(days=n) for n in range(2 * 366)]

    assert [dag for dag in dagar if forms.DateField().clean(f"{dag:{sa}}") != dag] == []


def test_utan_datum_galler_i_dag(som_huddinge: Client, formular: Formular, senaste: Callable[[], Lagesrapport]) -> None:
    som_huddinge.post(SIDA, formular(som_huddinge.get(SIDA)) | {"kommentar": "Ny", "datum": ""})

    assert senaste().datum == timezone.localdate()


@pytest.mark.parametrize("huvuden", [{}, HX], ids=["sida", "htmx"])
def test_krock_ar_409_med_bada_lagena_och_kan_sparas_igen(
    som_huddinge: Client,
    formular: Formular,
    rapportera: Callable[..., Lagesrapport],
    senaste: Callable[[], Lagesrapport],
    huvuden: dict[str, str],
) -> None:
    skickat = formular(som_huddinge.get(SIDA)) | {"kommentar": "Mitt läge"}
    deras = rapportera(av=None, status="genomford", bedomning="", kommentar="Deras läge")

    svar = som_huddinge.post(SIDA, skickat, headers=huvuden)

    assert svar.status_code == 409
    assert [k["rubrik"] for k in svar.context["konflikter"]] == ["Status", "Bedömning", "Vad har hänt, och vad behövs?"]
    assert [k["deras"] for k in svar.context["konflikter"]] == ["Genomförd", "", "Deras läge"]
    assert [k["mina"] for k in svar.context["konflikter"]] == ["Pågår", "Risk för avvikelse", "Mitt läge"]
    assert formular(svar) == skickat | {"sedd": str(deras.pk)}
    assert som_huddinge.post(SIDA, formular(svar)).status_code == 302
    assert senaste().kommentar == "Mitt läge"


def test_dubbelklick_pa_sidan_ar_en_rapport(som_huddinge: Client, formular: Formular) -> None:
    skickat = formular(som_huddinge.get(SIDA)) | {"kommentar": "En gång"}

    svar = [som_huddinge.post(SIDA, skickat).status_code for _ in range(2)]

    assert svar == [302, 302]
    assert Lagesrapport.objects.filter(kommentar="En gång").count() == 1


def test_avford_insats_kan_inte_rapporteras(som_huddinge: Client, insats: Hamta) -> None:
    insatsandringar.avfor(av=None, insats=insats("1.3"), version=1, skal="Klar")

    svar = som_huddinge.get(SIDA)

    assert svar.status_code == 403
    assert "Insatsen är avförd och rapporteras inte längre." in platt(svar)


def test_htmx_efter_sparat_laget_hamtar_sidan(som_huddinge: Client, formular: Formular) -> None:
    adress = f"{SIDA}?fran=mitt-arbete"
    skickat = formular(som_huddinge.get(adress, headers=HX)) | {"kommentar": "Ny"}

    svar = som_huddinge.post(adress, skickat, headers=HX)

    assert svar.status_code == 200
    assert '"path": "/mitt-arbete/"' in svar.headers["HX-Location"]


def test_rapport_pa_ett_nummer_som_bytt_insats_hamnar_inte_fel(
    som_huddinge: Client, formular: Formular, insats: Hamta, flemingsberg: Fardplan
) -> None:
    """2.2 has no report, so `sedd` alone would let it through."""
    adress = "/flemingsberg/insatser/2.2/lage/"
    skickat = formular(som_huddinge.get(adress)) | {"status": "genomford", "kommentar": "Om det som var 2.2"}
    for nummer, ordning in (("2.2", 8), ("2.3", 2)):
        rad = insats(nummer)
        insatsandringar.flytta(
            av=None, insats=rad, version=1, malomrade=rad.malomrade, fardplan=rad.fardplan, ordning=ordning
        )

    assert som_huddinge.post(adress, skickat).status_code == 404
    assert not Lagesrapport.objects.filter(kommentar="Om det som var 2.2").exists()


def test_att_spara_ett_lage_ar_hogst_fjorton_fragor(client: Client, planerare: Anvandare, formular: Formular) -> None:
    client.force_login(planerare)
    varden = formular(client.get(SIDA)) | {"status": "pagar", "bedomning": "enligt_plan", "kommentar": "Nytt"}
    with CaptureQueriesContext(connection) as gjorda:
        svar = client.post(SIDA, varden)

    egna = [f for f in gjorda if "SAVEPOINT" not in f["sql"]]  # those are the test's own transactions
    assert (svar.status_code, len(egna) <= 14) == (302, True), len(egna)
