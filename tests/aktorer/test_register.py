"""The register of aktörer: find one, add one, change one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from aktorer import andringar
from aktorer.models import Agarandel, Aktor, Anvandare
from tests.sidtext import platt
from tests.valda import Valjare

pytestmark = pytest.mark.django_db

HX = {"HX-Request": "true"}
HOGSKOLOR = ["Kungliga Tekniska högskolan (KTH)", "Röda Korsets Högskola", "Södertörns högskola"]


def visade(svar: Any) -> list[str]:
    """The names in the list, as shown."""
    return [a.namn for a in svar.context["aktorer"]]


def test_alla_kan_lasa_registret_i_svensk_ordning(client: Client) -> None:
    svar = client.get("/aktorer/")

    assert svar.status_code == 200
    namn = visade(svar)
    assert (len(namn), namn[0], namn[-1]) == (Aktor.objects.count(), "Almi AB", "Täby kommun")
    assert "Ny aktör" not in platt(svar)


@pytest.mark.parametrize(
    ("fraga", "namn"),
    [
        ({"q": "högskola"}, HOGSKOLOR),
        ({"q": "  HÖGSKOLA "}, HOGSKOLOR),
        ({"slag": "myndighet"}, ["Polisen", "Trafikverket"]),
        ({"slag": "myndighet", "q": "pol"}, ["Polisen"]),
        ({"slag": "grupp", "q": "pol"}, []),
        ({"q": "%"}, []),
        ({"q": "_"}, []),
        ({"q": "\\"}, []),
        ({"q": "<script>"}, []),
    ],
)
def test_sok_och_slag_smalnar_av(client: Client, fraga: dict[str, str], namn: list[str]) -> None:
    svar = client.get("/aktorer/", fraga)

    assert (svar.status_code, visade(svar)) == (200, namn)
    assert "<script>" not in platt(svar).replace("<script src", "")


@pytest.mark.parametrize("fraga", [{"slag": "orkester"}, {"slag": "\0"}, {"q": ""}, {"q": "\0"}, {"sida": "7"}])
def test_okanda_filter_raknas_inte(client: Client, fraga: dict[str, str]) -> None:
    assert len(visade(client.get("/aktorer/", fraga))) == Aktor.objects.count()


def test_ingen_traff_sager_vad_man_kan_gora(client: Client) -> None:
    assert 'stämmer med sökningen.<a href="/aktorer/">Visa alla</a>' in platt(client.get("/aktorer/?q=zzz"))


@pytest.mark.parametrize(
    ("huvuden", "hel"),
    [
        ({}, True),
        (HX | {"HX-Target": "lista"}, False),
        (HX | {"HX-Target": "innehall"}, True),
        (HX | {"HX-Target": "lista", "HX-History-Restore-Request": "true"}, True),
    ],
)
def test_htmx_far_bara_listan(client: Client, huvuden: dict[str, str], hel: bool) -> None:
    html = platt(client.get("/aktorer/?q=pol", headers=huvuden))

    assert html.startswith("<!DOCTYPE html>") == hel
    assert html.startswith('<div id="lista"') != hel
    assert "Polisen" in html


@pytest.mark.parametrize(("q", "antal"), [("Sollentuna", 1), ("kommun", 9)])
def test_antalet_fragor_beror_inte_pa_antalet_aktorer(
    client: Client, django_assert_num_queries: Any, q: str, antal: int
) -> None:
    with django_assert_num_queries(2):
        svar = client.get("/aktorer/", {"q": q, "slag": "kommun"})

    assert len(visade(svar)) == antal


def test_eftertradd_aktor_visar_av_vem(client: Client, region: Aktor) -> None:
    Aktor.objects.create(
        namn="Landstinget", slug="landstinget", slag="region", eftertradare=region, eftertradd=date(2019, 1, 1)
    )

    assert "efterträdd av Region Stockholm" in platt(client.get("/aktorer/?q=Landstinget"))


@pytest.mark.parametrize("adress", ["/aktorer/ny/", "/aktorer/polisen/redigera/"])
@pytest.mark.parametrize(
    ("vem", "status"),
    [
        (None, 302),
        ("styrgrupp", 403),
        ("tjansteperson", 403),
        ("botkyrka", 403),
        ("planerare", 200),
        ("administrator", 200),
    ],
)
def test_bara_planerare_och_administratorer_andrar(
    client: Client, request: pytest.FixtureRequest, adress: str, vem: str | None, status: int
) -> None:
    if vem:
        client.force_login(request.getfixturevalue(vem))

    assert client.get(adress).status_code == status
    # An empty form is refused for its own sake, after the rights.
    assert client.post(adress, {"namn": ""}).status_code == (422 if status == 200 else status)


@pytest.fixture
def som_planerare(client: Client, planerare: Anvandare) -> Client:
    client.force_login(planerare)
    return client


# The tables of members and owners, as they are sent when nothing stands in them.
TOMMA = {f"{tabell}-{falt}_FORMS": "0" for tabell in ("medlem", "agare") for falt in ("TOTAL", "INITIAL")}
NY = TOMMA | {"namn": "Konstfack", "slag": "larosate", "kontakt": "Vaktmästaren"}


def rader(tabell: str, *alla: dict[str, Any]) -> dict[str, str]:
    """The table as it is sent with these rows in it."""
    ut = {f"{tabell}-TOTAL_FORMS": str(len(alla)), f"{tabell}-INITIAL_FORMS": "0"}
    return ut | {f"{tabell}-{n}-{falt}": str(varde) for n, rad in enumerate(alla) for falt, varde in rad.items()}


def test_ny_aktor_sparas_och_visas(som_planerare: Client) -> None:
    svar = som_planerare.post("/aktorer/ny/", NY, follow=True)

    assert svar.redirect_chain == [("/aktorer/konstfack/", 302)]
    html = platt(svar)
    assert "Konstfack är tillagd." in html
    assert "Vaktmästaren" in html


@pytest.mark.parametrize(
    ("varden", "falt"),
    [
        ({"namn": ""}, {"namn"}),
        ({"namn": "x" * 121}, {"namn"}),
        ({"namn": "A; B"}, {"namn"}),
        ({"namn": "Polisen"}, {"namn"}),
        ({"namn": "POLISEN"}, {"namn"}),
        ({"slag": "orkester"}, {"slag"}),
        ({"del_av": "999999"}, {"del_av"}),
        ({"webbplats": "javascript:alert(1)"}, {"webbplats"}),
        ({"eftertradd": "13/12/2026"}, {"eftertradd"}),
        ({"eftertradd": "2026-01-01"}, {"__all__"}),
    ],
)
def test_ogiltigt_svar_ar_422_med_det_skrivna_kvar(
    som_planerare: Client, varden: dict[str, str], falt: set[str]
) -> None:
    svar = som_planerare.post("/aktorer/ny/", NY | varden)

    assert (svar.status_code, set(svar.context["form"].errors)) == (422, falt)
    assert "Vaktmästaren" in platt(svar)
    assert not Aktor.objects.filter(kontakt="Vaktmästaren").exists()


def andrad(aktor: Aktor, **varden: str) -> dict[str, str]:
    """The form as it was shown, with some fields typed over."""
    nu = {"namn": aktor.namn, "slug": aktor.slug, "slag": aktor.slag, "beskrivning": aktor.beskrivning}
    return TOMMA | nu | {"version": str(aktor.version)} | varden


def test_andra_aktor(som_planerare: Client, region: Aktor) -> None:
    polisen = Aktor.objects.get(slug="polisen")

    svar = som_planerare.post(
        "/aktorer/polisen/redigera/", andrad(polisen, del_av=str(region.pk), webbplats="https://polisen.se/")
    )

    assert (svar.status_code, svar.headers["Location"]) == (302, "/aktorer/polisen/")
    polisen.refresh_from_db()
    assert (polisen.del_av, polisen.webbplats, polisen.version) == (region, "https://polisen.se/", 2)


def test_en_aktor_valjs_inte_som_del_av_sig_sjalv(som_planerare: Client) -> None:
    polisen = Aktor.objects.get(slug="polisen")

    sida = som_planerare.get("/aktorer/polisen/redigera/")
    svar = som_planerare.post("/aktorer/polisen/redigera/", andrad(polisen, del_av=str(polisen.pk)))

    for falt in ("del_av", "eftertradare"):
        assert polisen not in sida.context["form"].fields[falt].queryset
    assert (svar.status_code, set(svar.context["form"].errors)) == (422, {"del_av"})


def test_ny_adress_pa_aktoren_leder_dit(som_planerare: Client) -> None:
    polisen = Aktor.objects.get(slug="polisen")

    svar = som_planerare.post("/aktorer/polisen/redigera/", andrad(polisen, slug="polismyndigheten"))

    assert svar.headers["Location"] == "/aktorer/polismyndigheten/"
    gammal = som_planerare.get("/aktorer/polisen/")
    assert (gammal.status_code, gammal.headers["Location"]) == (301, "/aktorer/polismyndigheten/")


@pytest.mark.parametrize("slug", ["trafikverket", "å", "", "ny"])
def test_adress_som_inte_gar_ar_422(som_planerare: Client, slug: str) -> None:
    polisen = Aktor.objects.get(slug="polisen")

    svar = som_planerare.post("/aktorer/polisen/redigera/", andrad(polisen, slug=slug))

    assert (svar.status_code, set(svar.context["form"].errors)) == (422, {"slug"})


def test_adressen_fragas_inte_efter_nar_aktoren_laggs_till(som_planerare: Client) -> None:
    assert 'name="slug"' not in platt(som_planerare.get("/aktorer/ny/"))
    assert 'name="slug"' in platt(som_planerare.get("/aktorer/polisen/redigera/"))


def test_en_ring_far_en_mening_och_det_skrivna_star_kvar(som_planerare: Client, region: Aktor) -> None:
    rlk = Aktor.objects.get(slug="regionledningskontoret")

    mitt = andrad(region, del_av=str(rlk.pk), kontakt="Växeln")
    svar = som_planerare.post("/aktorer/region-stockholm/redigera/", mitt)

    assert svar.status_code == 422
    assert "En aktör kan inte vara del av en annan som själv är del av den." in platt(svar)
    assert "Växeln" in platt(svar)


# --- members and owners, on the same page


def test_medlemmar_och_agare_sparas_med_aktoren(som_planerare: Client, region: Aktor) -> None:
    polisen, trafikverket = Aktor.objects.get(slug="polisen"), Aktor.objects.get(slug="trafikverket")
    grupp = NY | {"namn": "Blåljus", "slag": "grupp"} | rader("medlem", {"aktor": polisen.pk}, {"aktor": ""})
    bolag = NY | {"namn": "Bolaget", "slag": "bolag"}

    som_planerare.post("/aktorer/ny/", grupp)
    som_planerare.post(
        "/aktorer/ny/",
        bolag | rader("agare", {"aktor": region.pk, "andel": "66,67"}, {"aktor": trafikverket.pk, "andel": "33.33"}),
    )

    assert [m.aktor for m in Aktor.objects.get(slug="blaljus").medlemmar.all()] == [polisen]
    agare = Aktor.objects.get(slug="bolaget").agare.order_by("-andel")
    assert [(a.agare.slug, str(a.andel)) for a in agare] == [("region-stockholm", "66.67"), ("trafikverket", "33.33")]


@pytest.mark.parametrize(
    ("tabell", "alla", "text"),
    [
        ("agare", [("polisen", "60"), ("trafikverket", "60,5")], "Andelarna blir 120,50 procent tillsammans."),
        ("agare", [("polisen", "50"), ("polisen", "50")], "Polisen står på mer än en rad."),
        ("agare", [("polisen", "0")], "En andel är mer än 0 och högst 100 procent."),
        ("agare", [("polisen", "halva")], "Skriv andelen i procent, till exempel 33,3."),
        ("agare", [("", "50")], "Välj vem som äger andelen."),
        ("agare", [("almi-stockholm-ab", "50")], "En aktör kan inte äga sig själv."),
        ("medlem", [("polisen", "")], "Bara en grupp har medlemmar."),
        ("medlem", [("polisen", ""), ("polisen", "")], "Polisen står på mer än en rad."),
    ],
)
def test_rader_som_inte_gar_far_en_mening_och_star_kvar(
    som_planerare: Client, tabell: str, alla: list[tuple[str, str]], text: str
) -> None:
    almi = Aktor.objects.get(slug="almi-stockholm-ab")
    ids = {"": ""} | dict(Aktor.objects.values_list("slug", "pk"))
    skrivet = rader(tabell, *({"aktor": ids[slug], "andel": andel} for slug, andel in alla))

    svar = som_planerare.post("/aktorer/almi-stockholm-ab/redigera/", andrad(almi) | skrivet)

    assert svar.status_code == 422
    html = platt(svar)
    assert text in html
    assert all(f'value="{andel}"' in html for _, andel in alla if andel)
    assert almi.version == Aktor.objects.get(pk=almi.pk).version


def test_fragorna_ar_lika_manga_hur_manga_agarna_an_ar(
    som_planerare: Client, region: Aktor, django_assert_num_queries: Any
) -> None:
    almi = Aktor.objects.get(slug="almi-stockholm-ab")
    for n in (1, 3):
        agare = Aktor.objects.exclude(pk=almi.pk)[:n]
        Agarandel.objects.filter(aktor=almi).delete()
        Agarandel.objects.bulk_create(Agarandel(aktor=almi, agare=a) for a in agare)
        with django_assert_num_queries(11):
            som_planerare.get("/aktorer/almi-stockholm-ab/redigera/")


def test_krock_visar_bada_och_skriver_inget(som_planerare: Client) -> None:
    polisen = Aktor.objects.get(slug="polisen")
    mitt = andrad(polisen, namn="Min polis")
    Aktor.objects.filter(pk=polisen.pk).update(namn="Deras polis")

    svar = som_planerare.post("/aktorer/polisen/redigera/", mitt)

    assert svar.status_code == 409
    assert svar.context["konflikter"] == [
        {"rubrik": "Namn", "bas": "Polisen", "deras": "Deras polis", "mina": "Min polis"}
    ]
    html = platt(svar)
    assert 'name="version" value="2"' in html
    assert 'value="Min polis"' in html
    assert Aktor.objects.get(slug="polisen").namn == "Deras polis"


def test_krock_om_medlemmarna_visar_bada_och_mina_star_kvar(som_planerare: Client) -> None:
    polisen, trafikverket = Aktor.objects.get(slug="polisen"), Aktor.objects.get(slug="trafikverket")
    grupp = andringar.skapa_aktor(av=None, namn="Blåljus", slag="grupp")
    mitt = andrad(grupp) | rader("medlem", {"aktor": polisen.pk})
    andringar.andra_aktor(av=None, aktor=grupp, version=1, medlemmar=[trafikverket.pk])

    svar = som_planerare.post("/aktorer/blaljus/redigera/", mitt)

    assert svar.status_code == 409
    assert svar.context["konflikter"] == [
        {"rubrik": "Medlemmar", "bas": "", "deras": "Trafikverket", "mina": "Polisen"}
    ]
    assert svar.context["medlemmar"][0]["aktor"].value() == polisen.pk


def test_krock_om_en_annan_aktor_visas_med_namn(som_planerare: Client, region: Aktor) -> None:
    polisen, staten = Aktor.objects.get(slug="polisen"), Aktor.objects.get(slug="svenska-staten")
    mitt = andrad(polisen, del_av=str(region.pk))
    Aktor.objects.filter(pk=polisen.pk).update(del_av=staten)

    svar = som_planerare.post("/aktorer/polisen/redigera/", mitt)

    assert svar.context["konflikter"] == [
        {"rubrik": "Del av", "bas": "", "deras": "Svenska staten", "mina": "Region Stockholm"}
    ]


def test_andra_sparningen_efter_en_krock_tar_inte_bort_det_andra_skrev(som_planerare: Client) -> None:
    polisen = Aktor.objects.get(slug="polisen")
    mitt = andrad(polisen, namn="Min polis")
    Aktor.objects.filter(pk=polisen.pk).update(namn="Deras polis", beskrivning="Deras text")

    form = som_planerare.post("/aktorer/polisen/redigera/", mitt).context["form"]
    som_planerare.post("/aktorer/polisen/redigera/", TOMMA | {f.name: f.value() or "" for f in form})

    polisen.refresh_from_db()
    assert (polisen.namn, polisen.beskrivning) == ("Min polis", "Deras text")


def test_utan_version_skrivs_inget_over(som_planerare: Client) -> None:
    polisen = Aktor.objects.get(slug="polisen")

    svar = som_planerare.post("/aktorer/polisen/redigera/", andrad(polisen, namn="Gissning", version=""))

    assert svar.status_code == 409
    assert svar.context["konflikter"][0]["bas"] == "okänt"
    assert Aktor.objects.get(slug="polisen").namn == "Polisen"


@pytest.mark.parametrize("adress", ["/aktorer/finns-inte/redigera/", "/aktorer/finns-inte/"])
def test_okand_aktor_ar_404(som_planerare: Client, adress: str) -> None:
    svar = som_planerare.get(adress)

    assert svar.status_code == 404
    assert "Det finns ingen aktör med den adressen." in platt(svar)


def test_htmx_far_formularet_och_efterat_sidans_innehall(som_planerare: Client) -> None:
    polisen = Aktor.objects.get(slug="polisen")
    adress = "/aktorer/polisen/redigera/"

    assert platt(som_planerare.get(adress, headers=HX)).startswith("<form")
    assert som_planerare.post(adress, {"namn": ""}, headers=HX).status_code == 422
    svar = som_planerare.post(adress, andrad(polisen, kontakt="Ny"), headers=HX)
    assert svar.status_code == 200
    assert '"path": "/aktorer/polisen/"' in svar.headers["HX-Location"]


# --- the register as a table to work in


VALDA = "/aktorer/valda/"


def i_cellen(klient: Client, slug: str, falt: str, varde: Any, version: int | None = None) -> Any:
    """What is typed in a cell, as htmx sends it."""
    rad = Aktor.objects.get(slug=slug)
    data = {falt: varde, "version": rad.version if version is None else version}
    huvuden = {"HX-Request": "true", "HX-Target": f"cell-{rad.pk}-{falt}"}
    return klient.post(f"/aktorer/{slug}/cell/{falt}/", data, headers=huvuden)


def test_kolumnerna_valjs_och_filtret_star_kvar(client: Client) -> None:
    html = platt(client.get("/aktorer/", {"slag": "myndighet", "kolumner": ["namn", "webbplats"]}))

    assert [d.partition("</th>")[0] for d in html.split('<th scope="col">')[1:]] == ["Namn", "Webbplats"]
    assert '<input type="hidden" name="slag" value="myndighet">' in html
    assert 'class="penna' not in html


@pytest.mark.parametrize(
    ("falt", "varde"), [("namn", "Polismyndigheten"), ("slag", "stat"), ("beskrivning", "Två rader\nmed text")]
)
def test_en_cell_i_registret_sparas(som_planerare: Client, falt: str, varde: str) -> None:
    svar = i_cellen(som_planerare, "polisen", falt, varde)

    assert (svar.status_code, getattr(Aktor.objects.get(slug="polisen"), falt)) == (200, varde)


def test_en_krock_i_registret_visar_bada(som_planerare: Client) -> None:
    fore = Aktor.objects.get(slug="polisen")
    andringar.andra_aktor(av=None, aktor=fore, version=fore.version, namn="Deras")

    svar = i_cellen(som_planerare, "polisen", "namn", "Mitt", fore.version)

    assert (svar.status_code, 'Det står nu:<span class="skrivet">Deras</span>' in platt(svar)) == (409, True)


def test_den_som_inte_redigerar_kommer_inte_at_cellen(client: Client, tjansteperson: Anvandare) -> None:
    client.force_login(tjansteperson)

    assert i_cellen(client, "polisen", "namn", "X").status_code == 403
    assert client.get(VALDA, {"i": "1"}).status_code == 403


def test_slaget_for_manga_forhandsgranskas_skrivs_och_angras(som_planerare: Client) -> None:
    jag = Valjare(som_planerare, VALDA, "/aktorer/")
    tva = Aktor.objects.filter(slug__in=["almi-ab", "polisen"])
    ids = list(tva.values_list("pk", flat=True))
    svar, _ = jag.granska("slag", ids, slag="stat")
    klart = jag.gor("slag", ids, slag="stat")
    skrivna = set(tva.values_list("slag", flat=True))
    jag.angra(klart)

    assert {r.rad.slug: (r.var, r.blir) for r in svar.context["andras"]} == {
        "almi-ab": ("Bolag", "Staten"),
        "polisen": ("Myndighet", "Staten"),
    }
    assert (skrivna, set(tva.values_list("slag", flat=True))) == ({"stat"}, {"bolag", "myndighet"})


def test_helheten_for_manga_och_den_som_ar_helheten(som_planerare: Client) -> None:
    jag = Valjare(som_planerare, VALDA, "/aktorer/")
    hel = Aktor.objects.get(slug="region-stockholm")
    ids = [hel.pk, Aktor.objects.get(slug="polisen").pk]
    svar, _ = jag.granska("del_av", ids, del_av=hel.pk)
    jag.gor("del_av", ids, del_av=hel.pk)

    assert [r.hinder for r in svar.context["hindrade"]] == ["En aktör är inte del av sig själv."]
    assert Aktor.objects.get(slug="polisen").del_av == hel
