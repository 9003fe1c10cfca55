"""The lägesbild: what everybody sees of it, and how planerare change indikatorer and values."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aktorer.grund.samtidighet import Krock
from aktorer.models import Anvandare
from insatser.andringar import lagesbild as andringar
from insatser.andringar.lagesbild import Varderad
from insatser.fragor import lagesbild as fragor
from insatser.fragor.lagesbild import Indikatorbild
from insatser.models import Fardplan, Indikator, Malomrade, Matvarde, Program, Stadskarna
from tests import klocka
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

SIDAN = "/flemingsberg/lagesbild/"

type Formular = Callable[[Any], dict[str, str]]
type Satt = Callable[..., None]


@pytest.fixture
def studenter(flemingsberg: Fardplan) -> Indikator:
    return Indikator.objects.get(namn="Studenter", malomrade__program=flemingsberg.program)


@pytest.fixture
def satt(flemingsberg: Fardplan, studenter: Indikator) -> Satt:
    """Let these be the values of Studenter in Flemingsberg: (year, value)."""

    def kor(*varden: tuple[int, float], sedd: int | None = None) -> None:
        if sedd is None:
            sedd = fragor.senaste_handelse(studenter, flemingsberg.stadskarna)
        rader = [Varderad(ar, Decimal(str(v))) for ar, v in varden]
        andringar.satt(av=None, indikator=studenter, stadskarna=flemingsberg.stadskarna, sedd=sedd, rader=rader)

    return kor


@pytest.fixture
def varden(flemingsberg: Fardplan, studenter: Indikator) -> Callable[[], dict[int, float]]:
    return lambda: {
        v.ar: float(v.varde) for v in studenter.varden.filter(stadskarna=flemingsberg.stadskarna).order_by("ar")
    }


def bild(fardplan: Fardplan, namn: str) -> Indikatorbild:
    alla = [b for _, bilder in fragor.lagesbild(fardplan, AnonymousUser()) for b in bilder]
    return next(b for b in alla if b.indikator.namn == namn)


def falt(**andrat: str) -> dict[str, str]:
    """The form of a new indikator, filled in."""
    omrade = str(Malomrade.objects.get(program__slug="fardplaner-2026", nummer=1).pk)
    vanligt = {"malomrade": omrade, "namn": "Träd", "enhet": "träd", "riktning": "oka", "ordning": "3", "version": ""}
    return {**vanligt, "mal": "", "mal_ar": "", "kalla": "", "beskrivning": "", **andrat}


def tabell(sedd: object, *rader: dict[str, object]) -> dict[str, object]:
    """The table of values as a browser sends it."""
    ut: dict[str, object] = {"sedd": sedd, "varde-TOTAL_FORMS": len(rader), "varde-INITIAL_FORMS": 0}
    return ut | {f"varde-{n}-{namn}": v for n, rad in enumerate(rader) for namn, v in rad.items()}


# What everybody sees


def test_alla_ser_varde_ar_kalla_och_cirka(client: Client) -> None:
    html = platt(client.get(SIDAN)).replace("\N{NO-BREAK SPACE}", " ")

    assert '<span class="small">cirka</span><strong>25 000</strong>studenter<span class="small">2026</span>' in html
    assert "Verksamhetsplan 2009–2011 för Flemingsberg, Nuläge 2009, s. 7" in html
    assert "Inget värde för Flemingsberg än." in html
    assert "Ny indikator" not in html


def test_riktning_mal_och_avstand(client: Client) -> None:
    html = platt(client.get(SIDAN))

    assert "Ska minska till 5 procent år 2030" in html
    assert "Ska öka till 70 procent år 2030" in html
    assert "14 procentenheter kvar" in html
    # Fewer empty premises are better; more students are neither, for nobody has said what is wanted.
    assert "Bättre:</span>−1,2 procentenheter sedan" in html
    assert html.count("Bättre:") == 3


@pytest.mark.usefixtures("alla_publicerade")
def test_mal_som_ar_natt(flemingsberg: Fardplan, client: Client) -> None:
    html = platt(client.get("/barkarby-jakobsberg/lagesbild/"))

    assert "Målet är nått, med 0,2 procentenheter till godo" in html


def test_bara_pahittat_ar_markt(client: Client, flemingsberg: Fardplan) -> None:
    antal = Indikator.objects.filter(exempel=True).count()

    assert platt(client.get(SIDAN)).count("<strong>Exempeldata.</strong>") == antal == 3
    assert bild(flemingsberg, "Studenter").pahittat == ""


@pytest.mark.usefixtures("alla_publicerade")
def test_ett_pahittat_varde_i_en_riktig_indikator_namns(flemingsberg: Fardplan, studenter: Indikator) -> None:
    haninge = Stadskarna.objects.get(slug="haninge")
    Matvarde.objects.create(indikator=studenter, stadskarna=haninge, ar=2026, varde=7, exempel=True)

    assert bild(flemingsberg, "Studenter").pahittat == "Det finns påhittade värden för Haninge stadskärna."


@pytest.mark.usefixtures("alla_publicerade")
def test_diagrammet_sager_i_ord_vad_det_visar_och_star_som_tabell(client: Client, flemingsberg: Fardplan) -> None:
    studenter, trygga = bild(flemingsberg, "Studenter"), bild(flemingsberg, "Trygga utomhus på kvällen")

    assert studenter.i_ord.replace("\N{NO-BREAK SPACE}", " ") == (
        "Flemingsberg gick från cirka 15 000 år 2009 till cirka 25 000 år 2026."
    )
    assert trygga.i_ord.endswith("Jämfört med 5 andra stadskärnor. Målet är 70 år 2030.")
    karna, rad = trygga.tabell[0]
    assert (karna.egen, [float(v.varde) for v in rad if v]) == (True, [48, 50, 49, 53, 56])
    assert platt(client.get(SIDAN)).count("<title id=") == 2 * 4  # wide and narrow


@pytest.mark.usefixtures("alla_publicerade")
def test_en_karna_utan_varden_ser_de_andras_linjer(client: Client) -> None:
    svar = client.get("/kista-sollentuna-haggvik/lagesbild/")

    assert svar.status_code == 200
    assert "Inget värde för Kista Sollentuna-Häggvik än." in platt(svar)
    assert 'class="serie" data-s="0"' not in platt(svar)
    assert platt(svar).count('class="linjer bredbild"') == 4


def test_utan_indikatorer_sager_sidan_det(client: Client) -> None:
    Matvarde.objects.all().delete()
    Indikator.objects.all().delete()

    assert "Inga indikatorer än" in platt(client.get(SIDAN))


def test_varden_ur_ett_utkast_syns_inte_for_alla(
    flemingsberg: Fardplan, haninge: Fardplan, planerare: Anvandare
) -> None:
    Fardplan.objects.filter(stadskarna=haninge.stadskarna).update(publicerad=False)

    andra = [str(k.stadskarna) for k in bild(flemingsberg, "Resor utan bil").ovriga]
    internt = fragor.lagesbild(flemingsberg, planerare)[3][1][0]

    assert "Haninge stadskärna" not in andra
    assert "Haninge stadskärna" in [str(k.stadskarna) for k in internt.ovriga]


@pytest.mark.usefixtures("alla_publicerade")
def test_den_som_har_gatt_vidare_ar_kvar_i_den_aldre(flemingsberg: Fardplan, haninge: Fardplan) -> None:
    """Haninge's next färdplan has been withdrawn, so that it has none in force; the one before is still public."""
    nasta = Program.objects.create(namn="Färdplaner 2030", slug="fardplaner-2030", ar_fran=2030, ar_till=2039)
    Fardplan.objects.create(
        program=nasta, stadskarna=haninge.stadskarna, tillbakadragen=klocka.IDAG, tillbakadragen_skal="Görs om."
    )
    Program.objects.filter(pk=haninge.program_id).update(ar_fran=2024, ar_till=2025)

    andra = [str(k.stadskarna) for k in bild(flemingsberg, "Resor utan bil").ovriga]

    assert "Haninge stadskärna" in andra


def test_andra_programs_indikatorer_syns_inte(client: Client, som_planerare: Client) -> None:
    program = Program.objects.create(namn="Plan 1999", slug="plan-1999", ar_fran=1999)
    omrade = Malomrade.objects.create(program=program, nummer=1, namn="Annat", farg=1, ikon="stad")
    annan = Indikator.objects.create(malomrade=omrade, namn="Främmande", enhet="st")

    assert "Främmande" not in platt(som_planerare.get(SIDAN))
    assert som_planerare.get(f"{SIDAN}{annan.pk}/varden/").status_code == 404


@pytest.mark.parametrize(("vy", "marke"), [("", 'class="panel indikator"'), ("?vy=tabell", '<th scope="row">')])
def test_lika_manga_fragor_hur_mycket_som_an_finns(client: Client, m1: Malomrade, vy: str, marke: str) -> None:
    client.get(SIDAN + vy)
    with CaptureQueriesContext(
        connection,
    ) as fore:
        rader = platt(client.get(SIDAN + vy)).count(marke)
    karnor = list(Stadskarna.objects.all())
    nya = [Indikator(malomrade=m1, namn=f"Nr {n}", enhet="st") for n in range(20)]
    Indikator.objects.bulk_create(nya)
    Matvarde.objects.bulk_create(
        Matvarde(indikator=i, stadskarna=k, ar=ar, varde=ar) for i in nya for k in karnor for ar in range(2020, 2025)
    )

    with CaptureQueriesContext(connection) as efter:
        svar = client.get(SIDAN + vy)

    assert platt(svar).count(marke) == rader + 20
    assert len(efter) == len(fore) <= 6


# Rights


@pytest.mark.parametrize("vad", ["ny/", "{pk}/redigera/", "{pk}/varden/", "import/"])
@pytest.mark.parametrize("vem", ["styrgrupp", "tjansteperson", "botkyrka"])
def test_bara_den_som_far_redigera_kommer_in(
    client: Client, request: pytest.FixtureRequest, studenter: Indikator, vad: str, vem: str
) -> None:
    adress = SIDAN + vad.format(pk=studenter.pk)
    client.force_login(request.getfixturevalue(vem))

    assert (client.get(adress).status_code, client.post(adress).status_code) == (403, 403)


def test_bara_den_som_far_redigera_tar_bort(client: Client, styrgrupp: Anvandare, studenter: Indikator) -> None:
    client.force_login(styrgrupp)

    assert client.post(f"{SIDAN}{studenter.pk}/ta-bort/", {"version": studenter.version}).status_code == 403
    assert Indikator.objects.filter(pk=studenter.pk).exists()


# The indikator


def test_en_ny_indikator_leder_till_sina_varden(som_planerare: Client) -> None:
    svar = som_planerare.post(f"{SIDAN}ny/", falt(mal="1 500,5", mal_ar="2030"))

    skapad = Indikator.objects.get(namn="Träd")
    assert (svar.status_code, svar.headers["Location"]) == (302, f"{SIDAN}{skapad.pk}/varden/")
    assert (skapad.mal, skapad.mal_ar, skapad.exempel) == (Decimal("1500.50"), 2030, False)


@pytest.mark.parametrize(
    ("andrat", "text"),
    [
        ({"namn": ""}, "måste fyllas i"),
        ({"namn": "Boende"}, "Målområdet har redan en indikator med det namnet."),
        ({"mal": "många", "mal_ar": "2030"}, "Det är inget tal. Skriv till exempel 16 000 eller 12,5."),
        ({"mal": "16.000", "mal_ar": "2030"}, "Skriv med decimalkomma och utan punkt"),
        ({"mal": "7"}, "Ange både mål och målår, eller ingetdera."),
        ({"mal_ar": "2030"}, "Ange både mål och målår, eller ingetdera."),
        ({"mal": "7", "mal_ar": "1800"}, "1990"),
        ({"malomrade": "999999"}, "Välj ett giltigt alternativ"),
        ({"riktning": "bakat"}, "Välj ett giltigt alternativ"),
    ],
)
def test_en_indikator_som_inte_gar_att_spara(som_planerare: Client, andrat: dict[str, str], text: str) -> None:
    antal = Indikator.objects.count()

    svar = som_planerare.post(f"{SIDAN}ny/", falt(**andrat))

    assert svar.status_code == 422
    assert text in platt(svar)
    assert f'value="{andrat.get("mal", "")}"' in platt(svar) or not andrat.get("mal")
    assert Indikator.objects.count() == antal


def test_andra_som_inte_ror_samma_falt_slas_ihop(
    som_planerare: Client, studenter: Indikator, formular: Formular
) -> None:
    adress = f"{SIDAN}{studenter.pk}/redigera/"
    sett = formular(som_planerare.get(adress))
    andringar.andra(av=None, indikator=studenter, version=studenter.version, mal=Decimal(30000), mal_ar=2030)

    svar = som_planerare.post(adress, sett | {"enhet": "personer"})

    studenter.refresh_from_db()
    assert svar.status_code == 302
    assert (studenter.enhet, studenter.mal, studenter.mal_ar) == ("personer", 30000, 2030)


def test_samma_falt_andrat_av_tva_ar_409_och_gar_att_spara_igen(
    som_planerare: Client, studenter: Indikator, formular: Formular
) -> None:
    adress = f"{SIDAN}{studenter.pk}/redigera/"
    sett = formular(som_planerare.get(adress)) | {"enhet": "personer"}
    deras = {"enhet": "människor", "mal": Decimal("30000.50"), "mal_ar": 2030}
    andringar.andra(av=None, indikator=studenter, version=studenter.version, **deras)

    svar = som_planerare.post(adress, sett)
    igen = som_planerare.post(adress, formular(svar))

    studenter.refresh_from_db()
    assert (svar.status_code, igen.status_code) == (409, 302)
    assert [(k["bas"], k["deras"], k["mina"]) for k in svar.context["konflikter"]] == [
        ("studenter", "människor", "personer")
    ]
    assert (studenter.enhet, studenter.mal, studenter.mal_ar) == ("personer", Decimal("30000.50"), 2030)


def test_talen_i_en_krock_star_pa_svenska(studenter: Indikator) -> None:
    andringar.andra(av=None, indikator=studenter, version=studenter.version, mal=Decimal("30000.50"), mal_ar=2030)

    with pytest.raises(Krock) as krock:
        andringar.andra(av=None, indikator=studenter, version=1, mal=Decimal(20000), mal_ar=2030)

    (konflikt,) = krock.value.konflikter
    assert (konflikt.bas, konflikt.deras, konflikt.mina) == (None, "30\xa0000,5", "20\xa0000")


def test_bara_en_indikator_utan_varden_tas_bort(som_planerare: Client, studenter: Indikator) -> None:
    tom = Indikator.objects.get(namn="Personer som arbetar i stadskärnan")

    bort = som_planerare.post(f"{SIDAN}{tom.pk}/ta-bort/", {"version": tom.version})
    kvar = som_planerare.post(f"{SIDAN}{studenter.pk}/ta-bort/", {"version": studenter.version})

    assert (bort.status_code, kvar.status_code) == (302, 422)
    assert "Indikatorn har mätvärden. Ta bort dem först, i alla stadskärnor." in platt(kvar)
    assert set(Indikator.objects.filter(pk__in=[tom.pk, studenter.pk])) == {studenter}


def test_den_som_inte_sett_andringen_tar_inte_bort(som_planerare: Client) -> None:
    tom = Indikator.objects.get(namn="Personer som arbetar i stadskärnan")
    andringar.andra(av=None, indikator=tom, version=tom.version, kalla="SCB")

    for version in (tom.version, "x", ""):
        svar = som_planerare.post(f"{SIDAN}{tom.pk}/ta-bort/", {"version": version})
        assert (svar.status_code, "Indikatorn ändrades medan du läste" in svar.text) == (409, True)

    assert Indikator.objects.filter(pk=tom.pk).exists()


# The values


def test_varden_skrivs_in_pa_svenska(
    som_planerare: Client, studenter: Indikator, formular: Formular, varden: Callable[[], dict[int, float]]
) -> None:
    adress = f"{SIDAN}{studenter.pk}/varden/"
    sett = formular(som_planerare.get(adress))
    assert [sett["varde-0-varde"], sett["varde-1-varde"]] == ["15\xa0000", "25\xa0000"]

    ny = {"varde-2-ar": "2020", "varde-2-varde": "20 123,5", "varde-2-cirka": "on", "varde-2-kalla": "SCB"}
    svar = som_planerare.post(adress, sett | ny)

    assert (svar.status_code, svar.headers["Location"]) == (302, f"{SIDAN}#indikator-{studenter.pk}")
    assert varden() == {2009: 15000, 2020: 20123.5, 2026: 25000}
    ny_rad = studenter.varden.get(ar=2020)
    assert (ny_rad.cirka, ny_rad.kalla, ny_rad.exempel) == (True, "SCB", False)


def test_oandrade_varden_skrivs_inte_om(som_planerare: Client, studenter: Indikator, formular: Formular) -> None:
    adress = f"{SIDAN}{studenter.pk}/varden/"
    fore = list(studenter.varden.order_by("pk").values_list("pk", "version"))

    som_planerare.post(adress, formular(som_planerare.get(adress)))

    assert list(studenter.varden.order_by("pk").values_list("pk", "version")) == fore


def test_ett_aldre_varde_utan_kalla_star_kvar_men_andras_inte_utan(
    som_planerare: Client, satt: Satt, studenter: Indikator, formular: Formular, varden: Callable[[], dict[int, float]]
) -> None:
    satt((2020, 100), (2021, 200))
    adress = f"{SIDAN}{studenter.pk}/varden/"
    sett = formular(som_planerare.get(adress))

    oandrat = som_planerare.post(adress, sett)
    andrat = som_planerare.post(adress, sett | {"varde-0-varde": "150"})

    assert (oandrat.status_code, andrat.status_code) == (302, 422)
    assert platt(andrat).count("Skriv varifrån värdet kommer") == 1
    assert varden() == {2020: 100, 2021: 200}


def test_indikatorns_kalla_galler_for_alla_varden(
    som_planerare: Client, satt: Satt, studenter: Indikator, formular: Formular, varden: Callable[[], dict[int, float]]
) -> None:
    satt((2020, 100))
    andringar.andra(av=None, indikator=studenter, version=studenter.version, kalla="SCB")
    adress = f"{SIDAN}{studenter.pk}/varden/"
    fore = som_planerare.get(adress)

    svar = som_planerare.post(adress, formular(fore) | {"varde-1-ar": "2021", "varde-1-varde": "200"})

    assert "Källa (frivilligt)" in platt(fore)
    assert (svar.status_code, varden()) == (302, {2020: 100, 2021: 200})


def test_en_rad_tas_bort_med_kryss_eller_genom_att_tommas(
    som_planerare: Client, studenter: Indikator, formular: Formular, varden: Callable[[], dict[int, float]]
) -> None:
    adress = f"{SIDAN}{studenter.pk}/varden/"
    sett = formular(som_planerare.get(adress))
    sett.pop("varde-1-cirka")

    som_planerare.post(
        adress, sett | {"varde-0-DELETE": "on", "varde-1-ar": "", "varde-1-varde": "", "varde-1-kalla": ""}
    )

    assert varden() == {}


@pytest.mark.parametrize(
    ("rader", "text"),
    [
        ([{"ar": 2020, "varde": "tolv"}], "Det är inget tal."),
        ([{"ar": 2020, "varde": "1,234"}], "Avrunda till högst två."),
        ([{"ar": 2020, "varde": "9" * 20}], "Talet är för stort."),
        ([{"ar": 1800, "varde": "1"}], "Skriv ett år mellan 1990 och 2099."),
        ([{"ar": "i fjol", "varde": "1"}], "Skriv ett år mellan 1990 och 2099."),
        ([{"ar": 2020}], "Skriv värdet, eller bocka för Ta bort."),
        ([{"varde": "1"}], "Skriv vilket år värdet gäller."),
        (
            [{"ar": 2020, "varde": "1", "kalla": "SCB"}, {"ar": 2020, "varde": "2", "kalla": "SCB"}],
            "2020 står på flera rader.",
        ),
        ([{"ar": 2020, "varde": "1"}], "Skriv varifrån värdet kommer"),
        ([{"ar": 2020, "varde": "1", "kalla": "x" * 201}], "200"),
    ],
)
def test_varden_som_inte_gar_att_spara(
    som_planerare: Client,
    studenter: Indikator,
    varden: Callable[[], dict[int, float]],
    rader: list[dict[str, object]],
    text: str,
) -> None:
    svar = som_planerare.post(f"{SIDAN}{studenter.pk}/varden/", tabell(0, *rader))

    assert svar.status_code == 422
    assert text in platt(svar)
    assert all(f'value="{v}"' in platt(svar) for rad in rader for v in rad.values())
    assert varden() == {2009: 15000, 2026: 25000}


@pytest.mark.parametrize(
    "data",
    [{}, {"sedd": "x"}, {"sedd": "1"}, {"sedd": "1", "varde-TOTAL_FORMS": "x"}, {"varde-TOTAL_FORMS": "9999999"}],
)
def test_ett_trasigt_formular_ar_422(som_planerare: Client, studenter: Indikator, data: dict[str, str]) -> None:
    svar = som_planerare.post(f"{SIDAN}{studenter.pk}/varden/", data | {"x": "y"})

    assert svar.status_code == 422


def test_den_som_inte_rorde_samma_ar_behaller_sitt(
    satt: Satt, flemingsberg: Fardplan, studenter: Indikator, varden: Callable[[], dict[int, float]]
) -> None:
    satt((2020, 1), (2021, 2))
    sett = fragor.senaste_handelse(studenter, flemingsberg.stadskarna)
    satt((2020, 9), (2021, 2), (2022, 3))

    satt((2020, 1), (2021, 7), sedd=sett)

    assert varden() == {2020: 9, 2021: 7, 2022: 3}


def test_samma_ar_andrat_av_tva_ar_409_och_gar_att_spara_igen(
    som_planerare: Client,
    satt: Satt,
    studenter: Indikator,
    formular: Formular,
    varden: Callable[[], dict[int, float]],
) -> None:
    satt((2020, 100), (2021, 200))
    adress = f"{SIDAN}{studenter.pk}/varden/"
    sett = formular(som_planerare.get(adress)) | {"varde-0-varde": "150", "varde-0-kalla": "SCB"}
    satt((2020, 999.5), (2021, 250))

    svar = som_planerare.post(adress, sett)
    fore = varden()
    igen = som_planerare.post(adress, formular(svar))

    assert (svar.status_code, igen.status_code) == (409, 302)
    assert [(k["rubrik"], k["bas"], k["deras"], k["mina"]) for k in svar.context["konflikter"]] == [
        ("2020", "100", "999,5", "150 (SCB)")
    ]
    assert fore == {2020: 999.5, 2021: 250}
    assert varden() == {2020: 150, 2021: 250}


def test_ett_borttaget_ar_som_en_annan_andrat_ar_en_krock(
    satt: Satt, flemingsberg: Fardplan, studenter: Indikator
) -> None:
    satt((2020, 1))
    sett = fragor.senaste_handelse(studenter, flemingsberg.stadskarna)
    satt((2020, 2))

    with pytest.raises(Krock) as krock:
        satt(sedd=sett)

    (konflikt,) = krock.value.konflikter
    assert (konflikt.bas, konflikt.deras, konflikt.mina) == ("1", "2", "")


def test_den_som_skriver_over_ett_exempel_star_for_det(flemingsberg: Fardplan) -> None:
    trygga = Indikator.objects.get(namn="Trygga utomhus på kvällen")
    karna = flemingsberg.stadskarna
    nu = [andringar.som_rad(v) for v in trygga.varden.filter(stadskarna=karna).order_by("ar")]
    nu[0] = Varderad(nu[0].ar, Decimal(47), kalla="Enkäten")
    sedd = fragor.senaste_handelse(trygga, karna)

    andringar.satt(av=None, indikator=trygga, stadskarna=karna, sedd=sedd, rader=nu)

    markta = trygga.varden.filter(stadskarna=karna).order_by("ar").values_list("exempel", flat=True)
    assert list(markta) == [False, True, True, True, True]


def test_andra_karnors_varden_ror_ingen_hor(studenter: Indikator, haninge: Fardplan, satt: Satt) -> None:
    Matvarde.objects.create(indikator=studenter, stadskarna=haninge.stadskarna, ar=2020, varde=5)

    satt((2021, 1))

    assert studenter.varden.filter(stadskarna=haninge.stadskarna).get().varde == 5


def test_samma_ar_tva_ganger_nekas_ocksa_utan_formular(satt: Satt, varden: Callable[[], dict[int, float]]) -> None:
    with pytest.raises(ValidationError, match="står på mer än en rad"):
        satt((2020, 1), (2020, 2))

    assert varden() == {2009: 15000, 2026: 25000}


# The fixtures


def test_fixturen_sager_vad_kallorna_sager_och_inget_mer() -> None:
    riktiga = Matvarde.objects.filter(exempel=False).order_by(
        "indikator__malomrade__nummer", "indikator__ordning", "ar"
    )

    rader = [(v.indikator.namn, v.stadskarna.slug, v.ar, int(v.varde)) for v in riktiga]
    assert rader == [
        ("Boende", "flemingsberg", 2026, 16000),
        ("Studenter", "flemingsberg", 2009, 15000),
        ("Studenter", "flemingsberg", 2026, 25000),
        ("Studenter vid Södertörns högskola", "flemingsberg", 2026, 14000),
    ]
    assert all(v.cirka and ", s. " in v.kalla for v in riktiga)


def test_de_som_arbetar_har_ingen_siffra_men_en_beskrivning() -> None:
    arbetar = Indikator.objects.get(namn="Personer som arbetar i stadskärnan")

    assert not arbetar.varden.exists()
    assert "nästan lika många som de boende" in arbetar.beskrivning


def test_exemplen_ar_markta_har_mal_och_fem_ar_i_minst_fyra_karnor() -> None:
    exempel = Indikator.objects.filter(exempel=True)

    assert exempel.exclude(mal=None).count() == 3
    for indikator in exempel:
        assert not indikator.varden.filter(exempel=False).exists()
        assert indikator.varden.values("stadskarna").distinct().count() >= 4
        assert set(indikator.varden.values_list("ar", flat=True)) == set(range(2021, 2026))


def test_fixturen_gar_att_lasa_in_igen() -> None:
    text = serializers.serialize(
        "json", Matvarde.objects.all(), use_natural_primary_keys=True, use_natural_foreign_keys=True
    )
    antal = Matvarde.objects.count()

    for rad in serializers.deserialize("json", text):
        rad.save()

    assert Matvarde.objects.count() == antal
