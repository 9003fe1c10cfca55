"""News of a stadskärna: what is adopted and nothing else, on a page and as a feed that readers understand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from aktorer.models import Aktor, Anvandare
from insatser.andringar import arende as arendeandringar
from insatser.andringar import avslut, beslut
from insatser.andringar import overenskommelse as overenskommelseandringar
from insatser.andringar.arende import Steg
from insatser.andringar.avslut import Utfallsrad
from insatser.andringar.overenskommelse import Anslutningsrad
from insatser.models import (
    Aktivitet,
    Arende,
    Fardplan,
    Handlingsplan,
    Insats,
    Overenskommelse,
    Planversion,
    Samverkansorgan,
    Stadskarna,
)
from tests import klocka
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

BAS = settings.BASADRESS
SIDA = "/flemingsberg/nyheter/"
FLODE = "/flemingsberg/nyheter.atom"
ATOM = "{http://www.w3.org/2005/Atom}"

type Element = ElementTree.Element
type Hamta = Callable[[str], Insats]


@pytest.fixture
def flode(db: None) -> Callable[..., Element]:
    """The feed as a reader gets it."""

    def hamta(adress: str = FLODE) -> Element:
        return ElementTree.fromstring(Client().get(adress).content)

    return hamta


def text(element: Element, namn: str) -> str:
    return element.findtext(f"{ATOM}{namn}") or ""


def poster(flode: Element) -> dict[str, Element]:
    """{title: entry}, in order."""
    return {text(e, "title"): e for e in flode.findall(f"{ATOM}entry")}


@pytest.fixture
def plan(flemingsberg: Fardplan) -> Handlingsplan:
    """The example plan, a draft."""
    return Handlingsplan.objects.select_related("fardplan__stadskarna", "fardplan__program").get(exempel=True)


@pytest.fixture
def besluta(plan: Handlingsplan) -> Callable[[str, str], Planversion]:
    """The styrgrupp decides on the plan, on a day and by a §."""

    def gor(dag: str, paragraf: str) -> Planversion:
        plan.refresh_from_db()
        return beslut.besluta(
            av=None,
            plan=plan,
            version=plan.version,
            organ=Samverkansorgan.objects.get(slag="styrgrupp", till=None),
            datum=date.fromisoformat(dag),
            paragraf=paragraf,
            diarienummer="RS 2026-12",
        )

    return gor


@pytest.fixture
def arende(aktor: Callable[[str], Aktor], insats: Hamta) -> Callable[..., Arende]:
    """An ärende at Huddinge about insatser, decided by kommunstyrelsen unless told."""

    def skapa(*nummer: str, rubrik: str = "Prov", steg: list[Steg] | None = None, **varden: Any) -> Arende:
        beslutat = Steg("beslut", "Kommunstyrelsen", date(2026, 3, 25), "31", "Svaret lämnas.")
        return arendeandringar.skapa(
            av=None,
            aktor_id=aktor("huddinge-kommun").pk,
            rubrik=rubrik,
            slag="ovrigt",
            steg=[beslutat] if steg is None else steg,
            insatser=[insats(n).pk for n in nummer],
            **varden,
        )

    return skapa


# --- the feed as such


def test_flodet_har_det_en_lasare_behover(flode: Callable[..., Element]) -> None:
    f = flode()

    lankar = {lank.attrib["rel"]: lank.attrib["href"] for lank in f.findall(f"{ATOM}link")}
    assert (f.tag, f.attrib["{http://www.w3.org/XML/1998/namespace}lang"]) == (f"{ATOM}feed", "sv")
    assert lankar == {"self": f"{BAS}{FLODE}", "alternate": f"{BAS}{SIDA}"}
    assert (text(f, "title"), f.findtext(f"{ATOM}author/{ATOM}name")) == ("Nyheter från Flemingsberg", "Färdplan")
    assert text(f, "id").startswith("tag:")
    uppdaterade = [datetime.fromisoformat(text(e, "updated")) for e in f.findall(f"{ATOM}entry")]
    assert datetime.fromisoformat(text(f, "updated")) == max(uppdaterade)


def test_varje_nyhet_har_egen_identitet_tid_och_adress(
    flode: Callable[..., Element], besluta: Callable[..., Planversion], arende: Callable[..., Arende], client: Client
) -> None:
    besluta("2026-03-19", "4")
    arende("1.3")

    alla = flode().findall(f"{ATOM}entry")

    assert len({text(e, "id") for e in alla}) == len(alla) == 6
    for e in alla:
        assert datetime.fromisoformat(text(e, "published")) <= datetime.fromisoformat(text(e, "updated"))
        adress = e.find(f"{ATOM}link").attrib["href"]  # type: ignore[union-attr]
        assert client.get(adress.removeprefix(BAS), follow=True).status_code == 200, adress


def test_oforandrat_hamtas_inte_igen(arende: Callable[..., Arende]) -> None:
    forsta = Client().get(FLODE)
    etag, andrad = forsta.headers["ETag"], forsta.headers["Last-Modified"]

    oforandrad = [Client().get(FLODE, headers=h) for h in ({"If-None-Match": etag}, {"If-Modified-Since": andrad})]
    arende("1.3")
    efter = Client().get(FLODE, headers={"If-None-Match": etag})

    assert [(s.status_code, s.content) for s in oforandrad] == [(304, b"")] * 2
    assert (efter.status_code, forsta.headers["Cache-Control"]) == (200, "max-age=900")
    assert forsta.headers["Content-Type"] == "application/atom+xml; charset=utf-8"


def test_konstiga_tecken_stoppar_inte_flodet(flode: Callable[..., Element], arende: Callable[..., Arende]) -> None:
    arende("1.3", rubrik="Rad\x0bbyte & <b>fet</b>", steg=[Steg("beslut", "KS", date(2026, 3, 1), "1", "Ja <i>\x07")])

    nyhet = poster(flode())["Huddinge kommun har beslutat: Rad byte & <b>fet</b>"]

    # The summary is HTML, so what people wrote is text in it.
    assert "Ja &lt;i&gt;" in text(nyhet, "summary")


# --- what is news


def test_fardplanen_ar_publicerad_den_dag_den_blev_det(flode: Callable[..., Element], flemingsberg: Fardplan) -> None:
    nyhet = poster(flode())["Färdplanen för Flemingsberg är publicerad"]

    idag = timezone.localdate()  # the tests' database was filled today, or around midnight
    assert idag - date.fromisoformat(text(nyhet, "published")[:10]) <= timedelta(days=1)
    # The generation of 2009 was written down long after it had ended: that is history.
    assert "verksamhetsplan" not in text(nyhet, "id")
    assert sum("publicerad" in titel for titel in poster(flode())) == 1


def test_ett_utkast_ar_ingen_nyhet(flode: Callable[..., Element], client: Client, planerare: Anvandare) -> None:
    client.force_login(planerare)

    for svar in (ElementTree.tostring(flode(), encoding="unicode"), platt(client.get(SIDA))):
        assert "Handlingsplan 2009 är beslutad" in svar
        assert klocka.AREN not in svar


def test_ett_beslut_om_en_handlingsplan(flode: Callable[..., Element], besluta: Callable[..., Planversion]) -> None:
    besluta("2026-03-19", "4")

    nyhet = poster(flode())[f"Handlingsplan {klocka.AREN} är beslutad (exempeldata)"]

    mening = "Beslut av Politiska styrgruppen för Flemingsberg den 19 mars 2026, § 4, diarienummer RS 2026-12."
    assert text(nyhet, "summary") == f"<p>{mening}</p>"
    assert text(nyhet, "published") == "2026-03-19T00:00:00+01:00"
    planen = f"{BAS}/handlingsplaner/{Handlingsplan.objects.get(exempel=True).pk}/version/1/"
    assert nyhet.find(f"{ATOM}link").attrib["href"] == planen  # type: ignore[union-attr]


def test_andringsbeslut_och_avslut_ar_nya_nyheter(
    flode: Callable[..., Element], besluta: Callable[..., Planversion], plan: Handlingsplan
) -> None:
    besluta("2026-03-19", "4")
    forsta = text(poster(flode())[f"Handlingsplan {klocka.AREN} är beslutad (exempeldata)"], "id")

    beslut.oppna_andring(av=None, plan=plan)
    under = list(poster(flode()))
    besluta("2026-06-02", "9")
    aktiviteter = Aktivitet.objects.filter(prioritering__handlingsplan=plan)
    avslut.avsluta(
        av=None, plan=plan, rader=[Utfallsrad(a.pk, a.version, "klar", "") for a in aktiviteter], slutord="Tack!"
    )

    efter = poster(flode())
    assert [t for t in under if klocka.AREN in t] == [f"Handlingsplan {klocka.AREN} är beslutad (exempeldata)"]
    assert [t for t in efter if klocka.AREN in t] == [
        f"Handlingsplan {klocka.AREN} är avslutad (exempeldata)",
        f"Handlingsplan {klocka.AREN} är ändrad (exempeldata)",
        f"Handlingsplan {klocka.AREN} är beslutad (exempeldata)",
    ]
    assert text(efter[f"Handlingsplan {klocka.AREN} är avslutad (exempeldata)"], "summary") == "<p>Tack!</p>"
    assert "Nu gäller version 2." in text(efter[f"Handlingsplan {klocka.AREN} är ändrad (exempeldata)"], "summary")
    assert text(efter[f"Handlingsplan {klocka.AREN} är beslutad (exempeldata)"], "id") == forsta


def test_ett_beslut_i_ett_arende_men_inte_ett_forslag(
    flode: Callable[..., Element], arende: Callable[..., Arende]
) -> None:
    arende("1.3", rubrik="Bara förslag", steg=[Steg("forslag", "Kontoret", date(2026, 3, 1), "2")])
    arende("1.3", rubrik="Beslutat", diarienummer="KS-2026/99")

    alla = poster(flode())

    assert [t for t in alla if t.startswith("Huddinge")] == ["Huddinge kommun har beslutat: Beslutat"]
    assert text(alla["Huddinge kommun har beslutat: Beslutat"], "summary") == (
        "<p>Beslut av Kommunstyrelsen den 25 mars 2026, § 31, diarienummer KS-2026/99.<br>Svaret lämnas.<br>"
        "Gäller insats 1.3 Samverka kring utvecklingen av Hälsovägen.</p>"
    )


@pytest.mark.usefixtures("alla_publicerade")
def test_arenden_hor_till_stadskarnan_genom_sina_insatser(
    flode: Callable[..., Element], arende: Callable[..., Arende], plan: Handlingsplan
) -> None:
    arende("1.3", rubrik="Kärnspecifikt")
    arende("1.1", rubrik="Gemensamt")
    arende(rubrik="Om ett utkast", handlingsplan=plan)
    arende(rubrik="Om inget")

    def om(adress: str) -> set[str]:
        return {t.rpartition(": ")[2] for t in poster(flode(adress)) if t.startswith("Huddinge")}

    assert om(FLODE) == {"Kärnspecifikt", "Gemensamt"}
    assert om("/haninge/nyheter.atom") == {"Gemensamt"}
    Handlingsplan.objects.filter(pk=plan.pk).update(status="beslutad")
    assert om(FLODE) == {"Kärnspecifikt", "Gemensamt", "Om ett utkast"}


def test_identiteten_star_kvar_nar_arendet_andras(flode: Callable[..., Element], arende: Callable[..., Arende]) -> None:
    rad = arende("1.3")
    fore = text(poster(flode())["Huddinge kommun har beslutat: Prov"], "id")
    steg = [
        Steg("forslag", "Arbetsutskottet", date(2026, 3, 4), "17"),
        Steg("beslut", "Kommunstyrelsen", date(2026, 3, 25), "31", "En annan text."),
    ]

    insatser = list(rad.insatslankar.values_list("insats_id", flat=True))
    arendeandringar.andra(av=None, arende=rad, version=1, steg=steg, insatser=insatser, rubrik="Nytt namn")

    assert text(poster(flode())["Huddinge kommun har beslutat: Nytt namn"], "id") == fore


def test_den_som_anslutit_sig_men_inte_den_som_ar_foreslagen(
    flode: Callable[..., Element], aktor: Callable[[str], Aktor]
) -> None:
    fore = [t for t in poster(flode()) if "anslutit" in t]
    rad = Overenskommelse.objects.get()
    anslutna = [
        Anslutningsrad(aktor("region-uppsala").pk, "ansluten", "2024-06"),
        Anslutningsrad(aktor("huddinge-kommun").pk, "ansluten", "2026-03-25"),
        Anslutningsrad(aktor("danderyds-kommun").pk, "foreslagen"),
    ]

    overenskommelseandringar.andra(
        av=None,
        overenskommelse=rad,
        version=rad.version,
        anslutningar=anslutna,
        insatser=list(rad.insatslankar.values_list("insats_id", flat=True)),
    )

    efter = {t.partition(" har")[0]: e for t, e in poster(flode()).items() if "anslutit" in t}
    assert [t.partition(" har")[0] for t in fore] == ["Region Stockholm", "Region Uppsala"]
    assert list(efter) == ["Huddinge kommun", "Region Uppsala"]
    assert text(efter["Huddinge kommun"], "published")[:10] == "2026-03-25"
    assert "Ansluten sedan juni 2024." in text(efter["Region Uppsala"], "summary")


def test_det_nyaste_forst_och_hogst_femtio(flode: Callable[..., Element], arende: Callable[..., Arende]) -> None:
    for n in range(60):
        steg = [Steg("beslut", "Nämnden", date(2025, 1, 1) + timedelta(days=n), str(n))]
        arende("1.3", rubrik=f"Nr {n}", steg=steg)

    titlar = list(poster(flode()))

    assert len(titlar) == 50
    assert titlar[1:] == [f"Huddinge kommun har beslutat: Nr {n}" for n in range(59, 10, -1)]


def test_tva_steg_under_samma_paragraf_ar_en_nyhet(
    flode: Callable[..., Element], arende: Callable[..., Arende]
) -> None:
    samma = [Steg("beslut", "Kommunstyrelsen", date(2026, 3, 25), "31", f"Punkt {n}") for n in (1, 2)]
    arende("1.3", steg=samma)

    assert [t for t in poster(flode()) if t.startswith("Huddinge")] == ["Huddinge kommun har beslutat: Prov"]


# --- the page


def test_sidan_har_samma_nyheter_som_flodet(
    client: Client, flode: Callable[..., Element], besluta: Callable[..., Planversion]
) -> None:
    besluta("2026-03-19", "4")

    svar = client.get(SIDA)

    html = platt(svar)
    assert [n.rubrik for n in svar.context["nyheter"]] == [t.removesuffix(" (exempeldata)") for t in poster(flode())]
    assert f'value="{BAS}{FLODE}" readonly' in html
    assert '<span class="tag">Exempeldata</span>' in html
    assert '<time datetime="2024-06">juni 2024</time>' in html


def test_en_opublicerad_fardplan_har_inga_nyheter(client: Client, haninge: Fardplan, planerare: Anvandare) -> None:
    Fardplan.objects.filter(pk=haninge.pk).update(publicerad=False)
    utifran = [Client().get(f"/haninge/nyheter{slut}").status_code for slut in ("/", ".atom")]
    client.force_login(planerare)

    inifran = platt(client.get("/haninge/nyheter/"))

    assert (utifran, client.get("/haninge/nyheter.atom").status_code) == ([404, 404], 404)
    assert ("Här finns inga nyheter än." in inifran, ".atom" in inifran) == (True, False)


def test_fardplanens_sidor_visar_vagen_till_flodet(client: Client) -> None:
    lank = f'<link rel="alternate" type="application/atom+xml" title="Nyheter från Flemingsberg" href="{FLODE}">'
    for sida in ("/flemingsberg/", "/flemingsberg/insatskarta/", "/flemingsberg/insatser/1.3/", SIDA):
        assert lank in platt(client.get(sida))

    assert f'href="{SIDA}"' in platt(client.get("/flemingsberg/"))
    assert "atom+xml" not in platt(client.get("/aktorer/"))


def test_antalet_fragor_beror_inte_pa_antalet_nyheter(
    client: Client, django_assert_num_queries: Any, arende: Callable[..., Arende]
) -> None:
    for n in range(3):
        arende("1.3", "1.1", rubrik=f"Nr {n}")
        for adress in (SIDA, FLODE):
            with django_assert_num_queries(8):
                client.get(adress)


# --- all stadskärnor


@pytest.mark.usefixtures("alla_publicerade")
def test_alla_stadskarnors_nyheter_sager_var(
    client: Client, flode: Callable[..., Element], arende: Callable[..., Arende]
) -> None:
    arende("1.3", rubrik="Kärnspecifikt")
    arende("1.1", rubrik="Gemensamt")

    alla = flode("/nyheter.atom")

    titlar = list(poster(alla))
    idn = [text(e, "id") for e in alla.findall(f"{ATOM}entry")]
    assert {
        "Flemingsberg: Huddinge kommun har beslutat: Kärnspecifikt",
        "Alla stadskärnor: Huddinge kommun har beslutat: Gemensamt",
        f"Färdplanen för {Stadskarna.objects.get(slug='haninge')} är publicerad",
        "Färdplanen för Flemingsberg är publicerad",
    } <= set(titlar)
    assert len(idn) == len(set(idn)) == len(titlar)
    assert "<span>Alla stadskärnor</span>" in platt(client.get("/nyheter/"))


def test_alla_stadskarnors_nyheter_bladdras(client: Client, arende: Callable[..., Arende]) -> None:
    for n in range(30):
        arende("1.3", rubrik=f"Nr {n}", steg=[Steg("beslut", "N", date(2025, 1, 1) + timedelta(days=n), str(n))])

    forsta, andra, bortom, strunt = (client.get(f"/nyheter/?sida={n}") for n in ("", "2", "9" * 6, "\x00²"))

    alla = [n.rubrik for svar in (forsta, andra) for n in svar.context["nyheter"]]
    assert [t for t in alla if "Nr" in t] == [f"Huddinge kommun har beslutat: Nr {n}" for n in range(29, -1, -1)]
    assert ('href="/nyheter/?sida=2">Äldre' in platt(forsta), 'sida=1">Nyare' in platt(andra)) == (True, True)
    assert "Så långt tillbaka finns inga nyheter." in platt(bortom)
    assert strunt.context["sida"] == 1


@pytest.mark.usefixtures("alla_publicerade")
@pytest.mark.parametrize("antal", [1, 8])
def test_antalet_fragor_beror_inte_pa_antalet_stadskarnor(
    client: Client, django_assert_num_queries: Any, arende: Callable[..., Arende], antal: int
) -> None:
    arende("1.1", "1.3")
    Fardplan.objects.exclude(stadskarna__ordning__lte=antal).exclude(stadskarna__slug="flemingsberg").update(
        publicerad=False
    )

    with django_assert_num_queries(9):  # the menu is one
        client.get("/nyheter/")
    with django_assert_num_queries(8):
        client.get("/nyheter.atom")
