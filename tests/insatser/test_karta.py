"""The insatskarta: filters, three views of the same selection, and a cost that does not grow."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from aktorer.models import Aktor, Anvandare, Gruppmedlem
from insatser.forms import urval as urvalsform
from insatser.forms.urval import Visning
from insatser.fragor import karta as kartor
from insatser.fragor.karta import Urval
from insatser.models import Fardplan, Handlingsplan, Insats, Lagesrapport, Malomrade, Medverkan, Prioritering
from tests import klocka
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

SIDA = "/flemingsberg/insatskarta/"
ALLA = [
    "1.1", "1.2", "1.3", "1.4", "1.5", "2.1", "2.2", "2.3", "2.4",
    "3.1", "3.2", "3.3", "3.4", "4.1", "4.2", "4.3", "4.4", "4.5",
]  # fmt: skip
ANSVAR_REGIONEN = ["1.1", "1.2", "2.1", "2.2", "3.1", "3.2", "3.3", "4.1", "4.2", "4.5"]
HX = {"HX-Request": "true", "HX-Target": "karta"}


def nummer(svar: Any) -> list[str]:
    """The insatser that the page shows, in its order."""
    return [i.nummer for i in svar.context["rader"]]


# What the example data says: the latest läge of each insats in Flemingsberg.
@pytest.mark.parametrize(
    ("fraga", "visade"),
    [
        ("", ALLA),
        ("malomrade=1", ["1.1", "1.2", "1.3", "1.4", "1.5"]),
        ("typ=gemensam", ["1.1", "1.2", "2.1", "2.2", "3.1", "3.2", "3.3", "4.1", "4.2"]),
        ("typ=karnspecifik", ["1.3", "1.4", "1.5", "2.3", "2.4", "3.4", "4.3", "4.4", "4.5"]),
        ("status=ej_paborjad", ["1.4", "4.2"]),
        ("status=planerad", ["3.2"]),
        ("status=pagar", ["1.1", "1.2", "1.3", "1.5", "2.1", "2.3", "3.4", "4.1", "4.4", "4.5"]),
        ("status=pausad", ["2.4"]),
        ("status=genomford", ["3.1"]),
        ("status=avbruten", ["3.3"]),
        ("status=ingen", ["2.2", "4.3"]),
        ("bedomning=enligt_plan", ["1.1", "1.2", "1.5", "2.1", "3.1", "3.2", "3.4", "4.1", "4.4"]),
        ("bedomning=risk", ["1.3", "2.4", "4.5"]),
        ("bedomning=avviker", ["2.3"]),
        ("status=pagar&bedomning=risk", ["1.3", "4.5"]),
        ("status=ingen&bedomning=risk", []),
        ("aktor=polisen", ["1.3"]),
        ("aktor=sodertorns-hogskola", ["2.3"]),
        ("aktor=karnkommunerna", ["1.1", "1.2", "2.1", "2.2", "3.1", "3.2", "3.3", "4.1", "4.2"]),
        ("aktor=finns-inte", []),
        # Answers for the nine gemensamma and 4.5; the rest have nobody yet.
        ("aktor=region-stockholm&ansvarig=1", ANSVAR_REGIONEN),
        ("aktor=ingen", [n for n in ALLA if n not in ANSVAR_REGIONEN]),
        ("bedomning=ingen", ["1.4", "2.2", "3.3", "4.2", "4.3"]),
        (f"sedan={klocka.lagets('2026-11-05')}", ["1.3", "2.3", "3.4"]),
        (f"sedan={klocka.lagets('2026-11-05')}&bedomning=risk", ["1.3"]),
        ("sedan=igår&malomrade=3", ["3.1", "3.2", "3.3", "3.4"]),
        # Named in nine, and meant by *kärnkommunerna* in the other nine but one.
        ("aktor=huddinge-kommun", [n for n in ALLA if n != "4.5"]),
        ("aktor=haninge-kommun", []),
        ("q=Hälsovägen", ["1.3"]),
        ("q=hälsoVÄGEN", ["1.3"]),
        ("q=1.3", ["1.3"]),
        ("q=4.10", []),
        ("q=universitet", ["2.3"]),
        ("q=%25", []),
        ("q=_", []),
        ("malomrade=4&typ=karnspecifik&status=pagar&aktor=trafikverket", ["4.4", "4.5"]),
    ],
)
def test_filter(client: Client, fraga: str, visade: list[str]) -> None:
    svar = client.get(f"{SIDA}?{fraga}")

    assert (svar.status_code, nummer(svar)) == (200, visade)


@pytest.mark.parametrize(
    ("q", "visade"),
    [
        ("1.3 Samverka kring utvecklingen av Hälsovägen", ["1.3"]),
        ("1.3  Samverka kring utvecklingen …", ["1.3"]),
        ("Insats 1.3. Samverka", ["1.3"]),
        ("1.4 Samverka kring utvecklingen av Hälsovägen", []),
        ("utvecklingen\u00a0av Hälsovägen", ["1.3"]),
        ("utvecklingen  av\tHälsovägen", ["1.3"]),
        ("Hälso\u00advägen", ["1.3"]),
        ("Hälso\u200bvägen", ["1.3"]),
        ("Ha\u0308lsova\u0308gen", ["1.3"]),
        ("”Hälsovägen”", ["1.3"]),
        ("(Hälsovägen).", ["1.3"]),
        ("1,3 Samverka kring", ["1.3"]),
        ("Life Science\u2013kluster", ["3.4"]),
        ("Life Science\u2011kluster", ["3.4"]),
        ("Life\u202fScience\u2212kluster", ["3.4"]),
    ],
)
def test_sok_pa_det_som_kopierats(client: Client, q: str, visade: list[str]) -> None:
    """From the page itself, a PDF or Word."""
    assert nummer(client.get(SIDA, {"q": q})) == visade


def test_en_lang_titel_gar_att_soka_pa(client: Client) -> None:
    insats = Insats.objects.get(malomrade__nummer=1, ordning=1, malomrade__program__slug="fardplaner-2026")
    insats.titel = "Ordet " * 33
    insats.save()

    assert nummer(client.get(SIDA, {"q": f"1.1 {insats.titel}"})) == ["1.1"]


def test_aktor_genom_grupp_med_medlemmar(client: Client, aktor: Callable[[str], Aktor]) -> None:
    Gruppmedlem.objects.create(grupp=aktor("naringslivet"), aktor=aktor("locum-ab"))

    assert nummer(client.get(f"{SIDA}?aktor=locum-ab")) == ["1.1", "2.4", "3.2", "3.3", "3.4"]


@pytest.mark.usefixtures("alla_publicerade")
def test_karnkommunerna_betyder_andra_i_en_annan_karna(client: Client) -> None:
    gemensamma = [n for n in ALLA if n in {"1.1", "1.2", "2.1", "2.2", "3.1", "3.2", "3.3", "4.1", "4.2"}]

    svar = {a: nummer(client.get(f"/haninge/insatskarta/?aktor={a}")) for a in ("haninge-kommun", "huddinge-kommun")}

    assert svar == {"haninge-kommun": gemensamma, "huddinge-kommun": []}


@pytest.mark.parametrize(
    "fraga",
    [
        "malomrade=0",
        "malomrade=100",
        "malomrade=x",
        "malomrade=99999999999999999999",
        "typ=hemlig",
        "status=klar",
        "bedomning=bra",
        "aktor=å ä",
        "aktor=" + "x" * 81,
        "q=" + "x" * 301,
        "vy=film",
        "sortera=hemligt",
        "okant=1",
        "avforda=0",
        "status=%FF",
        "malomrade=&typ=&status=&bedomning=&aktor=&q=",
    ],
)
def test_varden_utan_mening_raknas_inte(client: Client, fraga: str) -> None:
    svar = client.get(f"{SIDA}?{fraga}")

    assert (svar.status_code, nummer(svar), svar.context["vy"]) == (200, ALLA, "karta")


@pytest.mark.parametrize(
    ("fraga", "urval", "visning"),
    [
        ("", Urval(), Visning()),
        (
            "malomrade=2&typ=gemensam&status=pagar&bedomning=risk&aktor=polisen&q= vård &avforda=1&vy=tabell",
            Urval(2, ("gemensam",), ("pagar",), ("risk",), "polisen", "vård", True),
            Visning("tabell"),
        ),
        ("vy=matris&sortera=datum&fallande=1", Urval(), Visning("matris", "datum", True)),
        ("malomrade=2&malomrade=3", Urval(malomrade=3), Visning()),
        ("malomrade=x&typ=gemensam", Urval(typ=("gemensam",)), Visning()),
        ("status=pausad&status=pagar", Urval(status=("pausad", "pagar")), Visning()),
    ],
)
def test_adressen_lases_till_urval_och_visning(fraga: str, urval: Urval, visning: Visning) -> None:
    assert urvalsform.las(QueryDict(fraga)) == (urval, visning)


def test_avforda_visas_bara_nar_man_ber_om_dem(client: Client, insats: Callable[[str], Insats]) -> None:
    Insats.objects.filter(pk=insats("1.3").pk).update(avford=date(2026, 11, 1), avford_skal="Klar")

    utan, med = client.get(SIDA), client.get(f"{SIDA}?avforda=1")

    assert nummer(utan) == [n for n in ALLA if n != "1.3"]
    assert nummer(med) == ALLA
    assert "Avförd 2026-11-01" in platt(med)
    # They are shown, but not among those the färdplan has.
    assert (utan.context["karta"].totalt, med.context["karta"].totalt) == (17, 17)


# --- the three views


@pytest.mark.parametrize("vy", ["karta", "tabell", "matris"])
def test_varje_vy_visar_samma_insatser_med_lank(client: Client, vy: str) -> None:
    html = platt(client.get(f"{SIDA}?vy={vy}&malomrade=1"))

    lankar = re.findall(r'href="/flemingsberg/insatser/([\d.]+)/[?"]', html)
    assert list(dict.fromkeys(lankar)) == ["1.1", "1.2", "1.3", "1.4", "1.5"]


def test_kortet_sager_det_som_behovs(client: Client) -> None:
    html = platt(client.get(f"{SIDA}?q=1.3"))

    kort = html[html.index('<article class="kort') : html.index("</article>")]
    delar = ["1.3", "Samverka kring utvecklingen av Hälsovägen", "Kärnspecifik", "Pågår", "Risk för avvikelse"]
    assert [d for d in [*delar, "Ingen ansvarig utsedd"] if d not in kort] == []


def test_rubriken_raknar_urvalet(client: Client) -> None:
    alla, nagra = platt(client.get(SIDA)), platt(client.get(f"{SIDA}?malomrade=1"))

    assert "<strong>18 insatser</strong>" in alla
    assert "<strong>5 av 18 insatser</strong>" in nagra
    staplar = client.get(f"{SIDA}?malomrade=1").context["karta"].per_status
    assert [(s.ord, s.antal) for s in staplar] == [("Pågår", 4), ("Ej påbörjad", 1)]


def test_inget_traffar_sager_vad_man_kan_gora(client: Client) -> None:
    html = platt(client.get(f"{SIDA}?q=zzz"))

    assert "Inga insatser att visa" in html
    assert f'<a href="{SIDA}">visa alla insatser</a>' in html


def test_filen_har_samma_urval_som_sidan(client: Client) -> None:
    html = platt(client.get(f"{SIDA}?malomrade=1&typ=gemensam&vy=tabell"))

    for andelse in ("xlsx", "csv", "pdf"):
        assert f'href="/flemingsberg/insatskarta.{andelse}?malomrade=1&amp;typ=gemensam"' in html


def test_att_byta_vy_behaller_urvalet(client: Client) -> None:
    html = platt(client.get(f"{SIDA}?malomrade=1&q=å+ä"))

    assert 'href="?malomrade=1&amp;q=%C3%A5+%C3%A4&amp;vy=matris"' in html


def test_exempeldata_ar_markt(client: Client) -> None:
    fore = platt(client.get(SIDA))
    utan = platt(client.get("/taby-arninge/insatskarta/"))

    assert ("Exempeldata." in fore, "Exempeldata." in utan) == (True, False)


def test_matrisen_har_en_rad_per_aktor_i_svensk_ordning(client: Client) -> None:
    matris = client.get(f"{SIDA}?vy=matris&malomrade=1").context["karta"].matris

    roller = {aktor.namn: [del_.roll[0].upper() if del_ else "" for _, del_ in delar] for aktor, delar in matris}
    assert list(roller.items()) == [
        ("Botkyrka kommun", ["", "", "M", "M", "M"]),
        ("Fastighetsägare", ["M", "", "", "", ""]),
        ("Flemingsberg Science", ["", "", "", "", "M"]),
        ("Huddinge kommun", ["", "", "M", "M", "M"]),
        ("Kärnkommunerna", ["M", "M", "", "", ""]),
        ("Näringslivet", ["M", "", "", "", ""]),
        ("Polisen", ["", "", "M", "", ""]),
        ("Region Stockholm", ["A", "A", "M", "M", "M"]),
    ]


def test_matrisen_sager_rollen_i_ord(client: Client) -> None:
    html = platt(client.get(f"{SIDA}?vy=matris&q=1.1"))

    assert html.count('<span class="dold">Ansvarig</span>') == 1
    assert html.count('<span class="dold">Medverkande</span>') == 3


# --- the order


@pytest.fixture
def fem(haninge: Fardplan, lage: Callable[..., Lagesrapport], aktor: Callable[[str], Aktor]) -> Iterator[None]:
    """Haninge's own five, whose titles, numbers, ansvariga and lägen sort differently."""
    malomrade = Malomrade.objects.get(program=haninge.program, nummer=1)
    rader = [
        (9, "Öppna torget", "polisen", "pagar", "2026-11-03"),
        (10, "Årsta bro", "locum-ab", "genomford", "2026-11-01"),
        (11, "Ängby väg", "almi-ab", "ej_paborjad", "2026-11-02"),
        (12, "zinken", None, None, None),
        (100, "Wermland", None, "planerad", "2026-11-01"),
    ]
    for ordning, titel, ansvarig, status, datum in rader:
        rad = Insats.objects.create(malomrade=malomrade, fardplan=haninge, ordning=ordning, titel=titel)
        if ansvarig:
            Medverkan.objects.create(insats=rad, aktor=aktor(ansvarig), roll="ansvarig")
        if status:
            lage(rad, haninge.stadskarna, status=status, datum=datum)


@pytest.mark.parametrize(
    ("fraga", "ordning"),
    [
        ("", ["1.9", "1.10", "1.11", "1.12", "1.100"]),
        ("sortera=nummer&fallande=1", ["1.100", "1.12", "1.11", "1.10", "1.9"]),
        ("sortera=titel", ["1.100", "1.12", "1.10", "1.11", "1.9"]),
        ("sortera=titel&fallande=1", ["1.9", "1.11", "1.10", "1.12", "1.100"]),
        # Without a value last, whichever way.
        ("sortera=ansvarig", ["1.11", "1.10", "1.9", "1.12", "1.100"]),
        ("sortera=ansvarig&fallande=1", ["1.9", "1.10", "1.11", "1.12", "1.100"]),
        ("sortera=status", ["1.11", "1.100", "1.9", "1.10", "1.12"]),
        ("sortera=datum", ["1.10", "1.100", "1.11", "1.9", "1.12"]),
        ("sortera=datum&fallande=1", ["1.9", "1.11", "1.10", "1.100", "1.12"]),
    ],
)
def test_sortering(client: Client, fem: None, fraga: str, ordning: list[str]) -> None:
    svar = client.get(f"/haninge/insatskarta/?vy=tabell&typ=karnspecifik&{fraga}")

    assert nummer(svar) == ordning


def test_sortera_pa_typ(client: Client) -> None:
    typer = [i.typ for i in client.get(f"{SIDA}?vy=tabell&sortera=typ").context["rader"]]

    assert typer == ["Gemensam"] * 9 + ["Kärnspecifik"] * 9


def test_rubrikerna_sorterar_och_vander(client: Client) -> None:
    kolumner = client.get(f"{SIDA}?vy=tabell&sortera=titel&q=a").context["kolumner"]

    assert [(k["ord"], k["fraga"], k["riktning"]) for k in kolumner[:2]] == [
        ("Nr", "vy=tabell&sortera=nummer&q=a", ""),
        ("Insats", "vy=tabell&sortera=titel&q=a&fallande=1", "ascending"),
    ]


# --- the current handlingsplan


@pytest.mark.parametrize(
    ("status", "idag", "besokare", "inloggad"),
    [
        ("utkast", klocka.IDAG, 0, 5),
        ("beslutad", date(klocka.FRAN, 1, 1), 5, 5),
        ("beslutad", date(klocka.TILL, 12, 31), 5, 5),
        ("beslutad", date(klocka.FRAN - 1, 12, 31), 0, 0),
        ("beslutad", date(klocka.TILL + 1, 1, 1), 0, 0),
        ("avslutad", date(klocka.TILL, 6, 1), 5, 5),
    ],
)
def test_markt_nar_insatsen_ar_i_planen_som_galler(
    flemingsberg: Fardplan, planerare: Anvandare, status: str, idag: date, besokare: int, inloggad: int
) -> None:
    planen = Handlingsplan.objects.filter(exempel=True)
    planen.update(status=status, avslutad=f"{klocka.TILL + 1}-01-31" if status == "avslutad" else None)

    def antal(person: Any) -> int:
        return sum(i.prioriterad for i in kartor.hamta(flemingsberg, Urval(), person, idag=idag).insatser)

    assert (antal(AnonymousUser()), antal(planerare)) == (besokare, inloggad)


def test_en_annan_karnas_plan_marker_inte_har(
    flemingsberg: Fardplan, haninge: Fardplan, insats: Callable[[str], Insats]
) -> None:
    plan = Handlingsplan.objects.create(fardplan=haninge, ar_fran=2026, ar_till=2027)
    Prioritering.objects.create(handlingsplan=plan, insats=insats("1.1"), ordning=1)
    Handlingsplan.objects.filter(pk=plan.pk).update(status="beslutad")

    def markta(fardplan: Fardplan) -> list[str]:
        karta = kartor.hamta(fardplan, Urval(), AnonymousUser(), idag=date(2026, 6, 1))
        return [i.nummer for i in karta.insatser if i.prioriterad]

    assert (markta(haninge), markta(flemingsberg)) == (["1.1"], [])


# --- htmx


@pytest.mark.parametrize(
    ("huvuden", "hel"),
    [
        ({}, True),
        (HX, False),
        (HX | {"HX-Target": "innehall"}, True),
        (HX | {"HX-History-Restore-Request": "true"}, True),
    ],
)
def test_htmx_far_bara_kartan(client: Client, huvuden: dict[str, str], hel: bool) -> None:
    html = platt(client.get(f"{SIDA}?malomrade=1", headers=huvuden))

    assert html.startswith("<!DOCTYPE html>") == hel
    assert html.startswith('<div id="karta"') != hel
    assert "<strong>5 av 18 insatser</strong>" in html


@pytest.mark.parametrize(
    ("vem", "redigera"), [(None, False), ("styrgrupp", False), ("tjansteperson", False), ("planerare", True)]
)
def test_knapparna_att_redigera(
    client: Client, request: pytest.FixtureRequest, vem: str | None, redigera: bool
) -> None:
    if vem:
        client.force_login(request.getfixturevalue(vem))

    html = platt(client.get(SIDA))

    assert ("Ny insats" in html, "Läs in Excel" in html) == (redigera, redigera)


# --- the cost


def fyll(flemingsberg: Fardplan, antal: int) -> None:
    """Let the färdplan have `antal` insatser, the new ones with two roles and two reports each."""
    malomraden = list(Malomrade.objects.filter(program=flemingsberg.program))
    nya = Insats.objects.bulk_create(
        Insats(malomrade=malomraden[n % 4], fardplan=flemingsberg, ordning=100 + n, titel=f"Insats {n}", text="Text")
        for n in range(antal - 18)
    )
    region, polisen = (Aktor.objects.get(slug=slug) for slug in ("region-stockholm", "polisen"))
    Medverkan.objects.bulk_create(
        Medverkan(insats=i, aktor=a, roll=roll)
        for i in nya
        for a, roll in ((region, "ansvarig"), (polisen, "medverkande"))
    )
    Lagesrapport.objects.bulk_create(
        Lagesrapport(insats=i, stadskarna=flemingsberg.stadskarna, datum=dag, status="genomford", aktor=region)
        for i in nya
        for dag in (date(2026, 5, 1), date(2026, 10, 1))
    )


def antal_fragor(client: Client, adress: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as fragor:
        assert client.get(adress).status_code == 200
    return len(fragor)


@pytest.mark.parametrize("vy", ["karta", "tabell", "matris"])
@pytest.mark.parametrize(("vem", "fragor"), [(None, 7), ("planerare", 8)])
def test_hogst_atta_fragor_och_lika_manga_vid_18_och_200_insatser(
    client: Client, request: pytest.FixtureRequest, flemingsberg: Fardplan, vy: str, vem: str | None, fragor: int
) -> None:
    if vem:
        client.force_login(request.getfixturevalue(vem))

    vid_18 = antal_fragor(client, f"{SIDA}?vy={vy}")
    fyll(flemingsberg, 200)
    vid_200 = antal_fragor(client, f"{SIDA}?vy={vy}")

    assert client.get(SIDA).context["karta"].totalt == 200
    assert (vid_18, vid_200) == (fragor, fragor)


def test_alla_filter_pa_en_gang_kostar_lika_manga_fragor(client: Client) -> None:
    allt = "malomrade=1&typ=karnspecifik&status=pagar&bedomning=risk&aktor=huddinge-kommun&q=Häl&avforda=1&vy=tabell"

    assert antal_fragor(client, f"{SIDA}?{allt}&sortera=ansvarig") == 8  # one for the aktör's address of today


@pytest.mark.parametrize(("efter", "tyst"), [(49, True), (50, False)])
def test_tyst_ar_den_utan_rapport_sa_lange_som_installationen_sager(
    client: Client, flemingsberg: Fardplan, settings: Settings, efter: int, tyst: bool
) -> None:
    settings.TYST_EFTER_DAGAR = efter
    rad = Insats.objects.i_fardplan(flemingsberg).med_nummer("2.2").get()  # nobody has reported it
    dag = timezone.localdate() - timedelta(days=50)
    Lagesrapport.objects.create(insats=rad, stadskarna=flemingsberg.stadskarna, datum=dag, status="ej_paborjad")

    svar = client.get(f"{SIDA}?tyst=1")

    assert ("2.2" in {i.nummer for i in svar.context["karta"].insatser}) is tyst
    assert f"ingen har rapporterat läget på {efter} dagar." in platt(svar)


@pytest.mark.parametrize(("status", "tyst"), [("ej_paborjad", True), ("genomford", False), ("avbruten", False)])
def test_det_som_ar_over_ar_inte_tyst(
    client: Client,
    flemingsberg: Fardplan,
    insats: Callable[[str], Insats],
    lage: Callable[..., Lagesrapport],
    status: str,
    tyst: bool,
) -> None:
    lage(insats("2.2"), flemingsberg.stadskarna, datum="2020-01-01", status=status, bedomning="", kommentar="Så är det")

    tysta = {i.nummer for i in client.get(f"{SIDA}?tyst=1").context["karta"].insatser}

    assert ("2.2" in tysta) is tyst
