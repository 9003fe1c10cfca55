"""The register of programs: a new one out of another, its målområden, their numbers, and what may be taken away."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from aktorer.models import Anvandare
from insatser.andringar import fardplan as fardplaner
from insatser.andringar import insats as insatser
from insatser.andringar import program as andringar
from insatser.andringar.inlasning import spara_fil
from insatser.andringar.program import Ordrad
from insatser.models import Fardplan, Indikator, Insats, Malomrade, Program
from tests import klocka
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

NYTT = {"namn": "Färdplaner 2030", "ar_fran": "2030", "ar_till": "", "malomrade_ord": "målområde", "kalla": ""}
OMRADE = {"namn": "Grön stad", "nummer": "5", "farg": "6", "ikon": "natur", "beskrivning": ""}


@pytest.fixture
def p2026(flemingsberg: Fardplan) -> Program:
    return flemingsberg.program


@pytest.fixture
def p2030(p2026: Program) -> Program:
    """The next one, with copies of the målområden and nothing in them."""
    return andringar.skapa(av=None, utgar_fran=p2026, namn="Färdplaner 2030", ar_fran=2030)


def omrade(program: Program, nummer: int) -> Malomrade:
    hittat: Malomrade = program.malomraden.get(nummer=nummer)
    return hittat


def skickat(m: Malomrade, **varden: Any) -> dict[str, Any]:
    """The form of a målområde as it is shown, with these changes."""
    visat = {falt: getattr(m, falt) for falt in ("nummer", "namn", "farg", "ikon", "beskrivning", "version")}
    return visat | {"malomrade": m.pk} | varden


# --- a new one


def test_ett_nytt_utgar_fran_ett_annat(som_planerare: Client, p2026: Program) -> None:
    svar = som_planerare.post("/program/ny/", NYTT | {"utgar_fran": p2026.pk}, follow=True)

    nytt = Program.objects.get(slug="fardplaner-2030")
    lika = ("nummer", "namn", "beskrivning", "farg", "ikon")
    assert andringar.rader(nytt.ordlista.all()) == andringar.rader(p2026.ordlista.all()) != []
    assert svar.redirect_chain == [("/program/fardplaner-2030/", 302)]
    assert list(nytt.malomraden.values_list(*lika)) == list(p2026.malomraden.values_list(*lika))
    assert "Färdplaner 2030 är tillagt." in platt(svar)


def test_ett_nytt_utan_malomraden_far_dem_ett_och_ett(som_planerare: Client) -> None:
    som_planerare.post("/program/ny/", NYTT | {"utgar_fran": ""})
    som_planerare.post("/program/fardplaner-2030/malomraden/ny/", OMRADE)

    alla = Malomrade.objects.filter(program__slug="fardplaner-2030")
    assert [(m.nummer, m.namn, m.farg, m.ikon) for m in alla] == [(5, "Grön stad", 6, "natur")]


@pytest.mark.parametrize(
    ("varden", "falt", "text"),
    [
        ({"namn": ""}, "namn", "Detta fält måste fyllas i."),
        ({"namn": "Färdplaner 2026"}, "namn", "Det finns redan ett program som heter så."),
        ({"ar_fran": "tjugo"}, "ar_fran", "Fyll i ett heltal."),
        ({"ar_fran": "20300"}, "ar_fran", "mindre än eller lika med 2099"),
        ({"ar_fran": "2026"}, "ar_fran", "Ett annat program börjar samma år."),
        ({"ar_till": "2029"}, "ar_till", "Programmet kan inte sluta innan det börjar."),
        ({"utgar_fran": "999999"}, "utgar_fran", "Välj ett giltigt alternativ"),
    ],
)
def test_fel_i_ett_nytt_star_vid_faltet(som_planerare: Client, varden: dict[str, str], falt: str, text: str) -> None:
    fore = Program.objects.count()

    svar = som_planerare.post("/program/ny/", NYTT | varden)

    assert (svar.status_code, [*svar.context["form"].errors]) == (422, [falt])
    assert text in platt(svar)
    assert Program.objects.count() == fore


def test_adressen_ar_ledig_och_ingen_annan_sidas() -> None:
    namn = ["Ny", "Färdplaner 2026!", "Mål för 2040"]

    assert [andringar.skapa(av=None, namn=n, ar_fran=2040 + nr).slug for nr, n in enumerate(namn)] == [
        "ny-2",
        "fardplaner-2026-2",
        "mal-for-2040",
    ]


@pytest.mark.django_db(transaction=True)
def test_tva_som_gor_samma_program_samtidigt_gor_ett() -> None:
    fel: list[str] = []
    forsta_skrivet = threading.Event()

    def andra() -> None:
        try:
            forsta_skrivet.wait(10)
            andringar.skapa(av=None, namn="Färdplaner 2030", ar_fran=2030)
        except ValidationError as e:
            fel.extend(e.messages)
        finally:
            connection.close()

    trad = threading.Thread(target=andra)
    trad.start()
    with transaction.atomic():
        andringar.skapa(av=None, namn="Färdplaner 2030", ar_fran=2030)
        forsta_skrivet.set()
        trad.join(0.5)  # it waits for this transaction
    trad.join(10)

    assert "Det finns redan ett program som heter så." in fel
    assert Program.objects.filter(ar_fran=2030).count() == 1


# --- changing one


def test_programmet_andras_och_adressen_star_kvar(som_planerare: Client, p2030: Program) -> None:
    data = NYTT | {"namn": "Planer 2031", "ar_fran": "2031", "malomrade_ord": "strategi", "version": "1"}

    som_planerare.post("/program/fardplaner-2030/", data)

    p2030.refresh_from_db()
    assert (p2030.namn, p2030.ar_fran, p2030.malomraden_ord) == ("Planer 2031", 2031, "strategier")
    assert (p2030.slug, p2030.version) == ("fardplaner-2030", 2)


def test_tva_som_andrar_samma_sak_ser_bada(som_planerare: Client, p2030: Program) -> None:
    andringar.andra(av=None, program=p2030, version=1, namn="Deras namn")

    svar = som_planerare.post("/program/fardplaner-2030/", NYTT | {"namn": "Mitt namn", "version": "1"})

    assert svar.status_code == 409
    assert [(k["deras"], k["mina"]) for k in svar.context["konflikter"]] == [("Deras namn", "Mitt namn")]


def test_slutet_fore_borjan_star_vid_faltet(som_planerare: Client, p2030: Program) -> None:
    svar = som_planerare.post("/program/fardplaner-2030/", NYTT | {"ar_till": "2029", "version": "1"})

    assert svar.context["form"].errors == {"ar_till": ["Programmet kan inte sluta innan det börjar."]}


# --- målområden


def test_ett_malomrade_andras_aven_i_ett_publicerat_program(som_planerare: Client, p2026: Program) -> None:
    m1 = omrade(p2026, 1)

    som_planerare.post("/program/fardplaner-2026/malomraden/1/", skickat(m1, namn="Levande", farg="9", ikon="kultur"))

    m1.refresh_from_db()
    assert (m1.namn, m1.farg, m1.ikon, m1.nummer) == ("Levande", 9, "kultur", 1)


@pytest.mark.parametrize(
    ("varden", "falt", "text"),
    [
        ({"farg": "10"}, "farg", "Färgen finns inte. Välj en av dem som visas."),
        ({"farg": "röd"}, "farg", "Färgen finns inte."),
        ({"ikon": "drake"}, "ikon", "Ikonen finns inte. Välj en av dem som visas."),
        ({"ikon": ""}, "ikon", "Detta fält måste fyllas i."),
        ({"nummer": "0"}, "nummer", "större än eller lika med 1"),
        ({"nummer": "100"}, "nummer", "mindre än eller lika med 99"),
        ({"nummer": "2"}, "nummer", "2 är numret på Regionala målpunkter för samhällsservice. Välj ett annat."),
        ({"namn": " "}, "namn", "Detta fält måste fyllas i."),
    ],
)
def test_fel_i_ett_malomrade_star_vid_faltet(
    som_planerare: Client, p2030: Program, varden: dict[str, str], falt: str, text: str
) -> None:
    svar = som_planerare.post("/program/fardplaner-2030/malomraden/ny/", OMRADE | varden)

    assert (svar.status_code, [*svar.context["form"].errors]) == (422, [falt])
    assert text in platt(svar)
    assert p2030.malomraden.count() == 4


@pytest.mark.parametrize("varden", [{"farg": 10}, {"ikon": "drake"}])
def test_farg_och_ikon_utanfor_urvalet_nekas_aven_under_formularet(p2030: Program, varden: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="finns inte"):
        andringar.andra_malomrade(av=None, malomrade=omrade(p2030, 1), version=1, **varden)


def test_ett_ledigt_nummer_tas_och_insatserna_foljer_med(som_planerare: Client, p2030: Program) -> None:
    m1 = omrade(p2030, 1)
    insats = insatser.skapa(av=None, malomrade=m1, fardplan=None, titel="Ny")

    som_planerare.post("/program/fardplaner-2030/malomraden/1/", skickat(m1, nummer="7"))

    assert Insats.objects.get(pk=insats.pk).nummer == "7.1"


def test_ett_upptaget_nummer_byts(som_planerare: Client, p2030: Program) -> None:
    m1, m3 = omrade(p2030, 1), omrade(p2030, 3)

    svar = som_planerare.post("/program/fardplaner-2030/malomraden/1/", skickat(m1, nummer="3"), follow=True)

    assert (omrade(p2030, 1), omrade(p2030, 3)) == (m3, m1)
    assert f"Det bytte plats med {m3.namn}, som nu är 1." in platt(svar)


@pytest.mark.parametrize("varden", [{"publicerad": True}, {"tillbakadragen": "2031-01-01", "tillbakadragen_skal": "x"}])
def test_numret_star_fast_nar_en_fardplan_har_varit_publicerad(
    som_planerare: Client, p2030: Program, flemingsberg: Fardplan, nekas: Any, varden: dict[str, Any]
) -> None:
    Fardplan.objects.create(program=p2030, stadskarna=flemingsberg.stadskarna, karaktar="Så.", **varden)
    m1 = omrade(p2030, 1)

    svar = som_planerare.post("/program/fardplaner-2030/malomraden/1/", skickat(m1, nummer="7", namn="Nytt namn"))

    assert (svar.status_code, Malomrade.objects.get(pk=m1.pk).nummer) == (302, 1)  # the field is shut
    with pytest.raises(ValidationError, match="Numret står fast"):
        andringar.andra_malomrade(av=None, malomrade=m1, version=2, nummer=7)
    with nekas("malomrade_nummer_star_fast"):
        Malomrade.objects.filter(pk=m1.pk).update(nummer=7)


def test_det_man_skrev_hamnar_i_ratt_malomrade_nar_numren_har_bytts(som_planerare: Client, p2030: Program) -> None:
    m1, m2 = omrade(p2030, 1), omrade(p2030, 2)
    adress, data = "/program/fardplaner-2030/malomraden/1/", skickat(m1, namn="Mitt")
    andringar.andra_malomrade(av=None, malomrade=m1, version=1, nummer=2)

    som_planerare.post(adress, data)

    m1.refresh_from_db()
    assert (m1.namn, m1.nummer) == ("Mitt", 2)
    assert omrade(p2030, 1) == m2
    assert som_planerare.post(adress, data | {"malomrade": "9" * 9}).status_code == 404


# --- taking away


def test_det_som_finns_i_malomradet_namns_och_hindrar(
    som_planerare: Client, utkastet: Fardplan, m1: Malomrade, flemingsberg: Fardplan
) -> None:
    utkast = insatser.skapa(av=None, malomrade=m1, fardplan=flemingsberg, titel="Ett utkast", utkast=True)
    varden = {"rubrik": "Mot vattnet", "text": "Text.", "kalla": "s. 3"}
    fardplaner.skriv_fardriktning(av=None, fardplan=utkastet, malomrade=m1, version=0, **varden)
    indikator = Indikator.objects.create(malomrade=m1, namn="Träd", enhet="st")

    svar = som_planerare.post(
        "/program/fardplaner-2026/malomraden/1/ta-bort/", {"version": m1.version, "malomrade": m1.pk}
    )

    sida = platt(svar)
    assert (svar.status_code, Malomrade.objects.filter(pk=m1.pk).exists()) == (422, True)
    assert f'<a href="/flemingsberg/insatser/{utkast.nummer}/">{utkast}</a>' in sida
    assert f'<a href="/haninge/program/fardplaner-2026/">Mot vattnet ({utkastet.stadskarna})</a>' in sida
    assert f'/lagesbild/{indikator.pk}/redigera/">Träd' in sida


def test_ett_tomt_malomrade_tas_bort(som_planerare: Client, p2030: Program) -> None:
    m4 = omrade(p2030, 4)
    adress = "/program/fardplaner-2030/malomraden/4/ta-bort/"

    som_planerare.post(adress, {"version": m4.version, "malomrade": m4.pk})

    assert [m.nummer for m in p2030.malomraden.all()] == [1, 2, 3]


def test_det_som_andrades_medan_man_laste_tas_inte_bort(som_planerare: Client, p2030: Program) -> None:
    m4 = omrade(p2030, 4)
    andringar.andra_malomrade(av=None, malomrade=m4, version=1, namn="Nytt namn")

    svar = som_planerare.post("/program/fardplaner-2030/malomraden/4/ta-bort/", {"version": "1", "malomrade": m4.pk})

    assert (svar.status_code, p2030.malomraden.count()) == (409, 4)


def test_en_inlast_arbetsbok_hindrar_att_programmet_tas_bort(
    som_planerare: Client, planerare: Anvandare, p2030: Program
) -> None:
    fil = spara_fil(av=planerare, program=p2030, slag="arbetsbok", filnamn="alla.xlsx", innehall=b"ingenting")
    fil.inlast = timezone.now()
    fil.save(update_fields=["inlast"])

    svar = som_planerare.post(f"/program/{p2030.slug}/ta-bort/", {"version": p2030.version})

    assert Program.objects.filter(pk=p2030.pk).exists()
    assert "alla.xlsx" in platt(svar)


def test_ett_program_utan_fardplaner_tas_bort_med_sina_tomma_malomraden(som_planerare: Client, p2030: Program) -> None:
    svar = som_planerare.post("/program/fardplaner-2030/ta-bort/", {"version": "1"}, follow=True)

    assert "Färdplaner 2030 är borttaget." in platt(svar)
    assert not Malomrade.objects.filter(program=p2030.pk).exists()


def test_ett_program_som_anvands_sager_av_vad(som_planerare: Client, p2030: Program, flemingsberg: Fardplan) -> None:
    Fardplan.objects.create(program=p2030, stadskarna=flemingsberg.stadskarna)
    insatser.skapa(av=None, malomrade=omrade(p2030, 2), fardplan=None, titel="Gemensam")

    svar = som_planerare.post("/program/fardplaner-2030/ta-bort/", {"version": "1"})

    assert (svar.status_code, Program.objects.filter(pk=p2030.pk).exists()) == (422, True)
    assert '<a href="/flemingsberg/program/fardplaner-2030/">Flemingsberg, Färdplaner 2030</a>' in platt(svar)
    assert '<a href="/program/fardplaner-2030/malomraden/2/ta-bort/">' in platt(svar)


# --- ordlista


def orden(*rader: tuple[str, str], **varden: str) -> dict[str, str]:
    """The table with these words, each at its place."""
    ut = {"ord-TOTAL_FORMS": str(len(rader)), "ord-INITIAL_FORMS": "0"}
    for n, (ord_, text) in enumerate(rader):
        ut |= {f"ord-{n}-ord": ord_, f"ord-{n}-forklaring": text, f"ord-{n}-ORDER": str(n + 1)}
    return ut | varden


TRE = [("Insats", "Ett."), ("Läge", "Två."), ("Roll", "Tre.")]


def test_orden_star_i_handlingsplanen(som_planerare: Client, p2026: Program) -> None:
    data = orden(("Insats", "Helt ny förklaring."), version=str(p2026.version))

    som_planerare.post("/program/fardplaner-2026/ordlista/", data)

    assert list(p2026.ordlista.values_list("ord", flat=True)) == ["Insats"]
    assert "<dt>Insats</dt><dd>Helt ny förklaring.</dd>" in platt(som_planerare.get(klocka.PLAN))


def test_utan_ord_star_planens_egna_stycken(som_planerare: Client, p2026: Program) -> None:
    andringar.andra(av=None, program=p2026, version=p2026.version, ordlista=[])

    sida = platt(som_planerare.get(klocka.PLAN))

    assert '<h2 id="r-las">Så läser du planen</h2>' in sida
    assert '<dl class="ordlista">' not in sida


@pytest.mark.parametrize(
    ("varden", "ordning"),
    [
        ({"ord-2-ORDER": "1"}, ["Roll", "Insats", "Läge"]),
        ({"ord-0-ORDER": "3"}, ["Läge", "Roll", "Insats"]),
        ({"ord-0-ORDER": "2"}, ["Läge", "Insats", "Roll"]),
        ({"ord-0-ORDER": ""}, ["Läge", "Roll", "Insats"]),
        ({"ord-1-DELETE": "on"}, ["Insats", "Roll"]),
    ],
)
def test_platsen_bestammer_ordningen(
    som_planerare: Client, p2030: Program, varden: dict[str, str], ordning: list[str]
) -> None:
    som_planerare.post("/program/fardplaner-2030/ordlista/", orden(*TRE, version="1") | varden)

    assert list(p2030.ordlista.values_list("ord", flat=True)) == ordning


@pytest.mark.parametrize(
    ("varden", "text"),
    [
        ({"ord-1-ord": "insats"}, "”Insats” står på mer än en rad."),
        ({"ord-1-ord": ""}, "Skriv ordet som förklaras."),
        ({"ord-1-forklaring": ""}, "Skriv vad ordet betyder."),
        ({"ord-1-ord": "x" * 61}, "60 tecken"),
        ({"ord-1-ORDER": "först"}, "Fyll i ett heltal."),
        ({"ord-TOTAL_FORMS": "x"}, "Ordlistan är inte sparad."),
    ],
)
def test_fel_i_ordlistan_far_en_mening_och_star_kvar(
    som_planerare: Client, p2030: Program, varden: dict[str, str], text: str
) -> None:
    fore = andringar.rader(p2030.ordlista.all())

    svar = som_planerare.post("/program/fardplaner-2030/ordlista/", orden(*TRE, version="1") | varden)

    assert (svar.status_code, text in platt(svar)) == (422, True)
    assert andringar.rader(p2030.ordlista.all()) == fore


def test_tva_som_andrar_ordlistan_ser_bada(som_planerare: Client, p2030: Program) -> None:
    andringar.andra(av=None, program=p2030, version=1, ordlista=[Ordrad("Läge", "Deras.")])

    svar = som_planerare.post("/program/fardplaner-2030/ordlista/", orden(("Läge", "Min."), version="1"))

    assert (svar.status_code, svar.context["konflikter"][0]["deras"]) == (409, "1. Läge: Deras.")
    assert "Min.</textarea>" in platt(svar)


# --- who, and how much it costs


@pytest.mark.parametrize(
    "adress",
    [
        "/program/",
        "/program/ny/",
        "/program/fardplaner-2026/",
        "/program/fardplaner-2026/ordlista/",
        "/program/fardplaner-2026/ta-bort/",
        "/program/fardplaner-2026/malomraden/ny/",
        "/program/fardplaner-2026/malomraden/1/",
        "/program/fardplaner-2026/malomraden/1/ta-bort/",
    ],
)
@pytest.mark.parametrize(
    ("vem", "status"), [(None, 302), ("styrgrupp", 403), ("tjansteperson", 403), ("planerare", 200)]
)
def test_bara_planerare_andrar(
    client: Client, request: pytest.FixtureRequest, adress: str, vem: str | None, status: int
) -> None:
    if vem:
        client.force_login(request.getfixturevalue(vem))

    assert client.get(adress).status_code == status


@pytest.mark.parametrize(
    "adress", ["/program/finns-inte/", "/program/fardplaner-2026/malomraden/9/", "/program/x/malomraden/1/ta-bort/"]
)
def test_det_som_inte_finns_ar_404(som_planerare: Client, adress: str) -> None:
    assert som_planerare.get(adress).status_code == 404


def test_sidorna_kostar_lika_mycket_med_fler(
    som_planerare: Client, p2030: Program, django_assert_num_queries: Any
) -> None:
    for nummer in (5, 6):
        andringar.skapa(av=None, utgar_fran=p2030, namn=f"Prov {nummer}", ar_fran=2040 + nummer)
        andringar.skapa_malomrade(av=None, program=p2030, nummer=nummer, namn="Ett till", farg=6, ikon="natur")
        for adress, antal in (("", 5), ("fardplaner-2030/", 9), ("fardplaner-2030/ta-bort/", 7)):
            with django_assert_num_queries(antal):
                som_planerare.get(f"/program/{adress}")
