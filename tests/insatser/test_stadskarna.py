"""The register of stadskärnor: a new one, its place in the order, its address and its kärnkommuner."""

from __future__ import annotations

import threading
from collections.abc import Callable
from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import get_resolver

from aktorer.models import Aktor, Anvandare
from insatser.andringar import stadskarna as andringar
from insatser.andringar.stadskarna import Karnkommunrad
from insatser.models import Fardplan, Stadskarna
from insatser.models.stadskarna import RESERVERADE
from tests.insatser.test_start import KARNOR
from tests.sidtext import platt

pytestmark = pytest.mark.django_db


def skickat(*kommuner: Aktor, **varden: Any) -> dict[str, Any]:
    """The form with these kärnkommuner in it."""
    ut = {"kommun-TOTAL_FORMS": str(len(kommuner)), "kommun-INITIAL_FORMS": "0"}
    return ut | {f"kommun-{n}-aktor": str(k.pk) for n, k in enumerate(kommuner)} | varden


def i_ordning() -> list[str]:
    return list(Stadskarna.objects.values_list("slug", flat=True))


@pytest.fixture
def akersberga(db: None) -> Stadskarna:
    return andringar.skapa(av=None, namn="Åkersberga", ordning=9)


# --- a new one


def test_en_ny_far_adress_plats_och_kommuner(som_planerare: Client, aktor: Callable[[str], Aktor]) -> None:
    taby, botkyrka = aktor("taby-kommun"), aktor("botkyrka-kommun")

    svar = som_planerare.post("/stadskarnor/ny/", skickat(taby, botkyrka, namn="Åkersberga", ordning="3"), follow=True)

    ny = Stadskarna.objects.get(slug="akersberga")
    assert svar.redirect_chain == [("/stadskarnor/", 302)]
    assert "Åkersberga är tillagd. Den syns för andra när den har en färdplan." in platt(svar)
    assert [k.aktor for k in ny.karnkommun_set.order_by("ordning")] == [taby, botkyrka]
    assert i_ordning() == [*KARNOR[:2], "akersberga", *KARNOR[2:]]
    assert list(Stadskarna.objects.values_list("ordning", flat=True)) == [*range(1, 10)]


def test_den_syns_pa_forsta_sidan_nar_den_har_en_fardplan(
    client: Client, planerare: Anvandare, akersberga: Stadskarna, flemingsberg: Fardplan
) -> None:
    def syns(person: Anvandare | None = None) -> bool:
        client.logout() if person is None else client.force_login(person)
        return 'href="/akersberga/"' in platt(client.get("/"))

    utan_fardplan = (syns(), syns(planerare))
    plan = Fardplan.objects.create(program=flemingsberg.program, stadskarna=akersberga)
    med_utkast = (syns(), syns(planerare))
    Fardplan.objects.filter(pk=plan.pk).update(publicerad=True, karaktar="Så.")

    assert (utan_fardplan, med_utkast, syns()) == ((False, False), (True, True), True)  # a draft is on its way


def test_den_namns_inte_for_andra_innan_dess(client: Client, akersberga: Stadskarna, aktor: Any) -> None:
    andringar.andra(av=None, stadskarna=akersberga, version=1, karnkommuner=[Karnkommunrad(aktor("taby-kommun").pk)])

    for adress in ("/", "/aktorer/karnkommunerna/", "/aktorer/taby-kommun/"):
        assert "Åkersberga" not in platt(client.get(adress))
    assert client.get("/akersberga/").status_code == 404


@pytest.mark.parametrize(
    ("varden", "text"),
    [
        ({"namn": ""}, "Detta fält måste fyllas i."),
        ({"namn": "Flemingsberg"}, "finns redan"),
        ({"namn": "x" * 81}, "80 tecken"),
        ({"ordning": "0"}, "större än eller lika med 1"),
        ({"ordning": "tre"}, "Fyll i ett heltal."),
        ({"ordning": "99999999999999999999"}, "mindre än eller lika med 999"),
        ({"latitud": "59,48"}, "Skriv longituden också, eller ta bort latituden."),
        ({"longitud": "18.3"}, "Skriv latituden också, eller ta bort longituden."),
        ({"latitud": "18,3", "longitud": "59,48"}, "Latitud är mellan 58,5 och 60,5 i Stockholms län."),
        ({"latitud": "59,48", "longitud": "13,5"}, "Longitud är mellan 17 och 20 i Stockholms län."),
        ({"latitud": "59° 29'", "longitud": "18,3"}, "Skriv grader med decimaler, till exempel 59,33."),
        ({"latitud": "NaN", "longitud": "18,3"}, "Skriv grader med decimaler, till exempel 59,33."),
        ({"latitud": "59,48", "longitud": "1e999999"}, "Longitud är mellan 17 och 20"),
        ({"kommun-1-aktor": "{taby}"}, "Täby kommun står på mer än en rad."),
        ({"kommun-1-aktor": "999999"}, "Stadskärnan är inte sparad."),
        ({"kommun-TOTAL_FORMS": "x"}, "Stadskärnan är inte sparad."),
    ],
)
def test_det_som_inte_gar_far_en_mening_och_star_kvar(
    som_planerare: Client, aktor: Callable[[str], Aktor], varden: dict[str, str], text: str
) -> None:
    taby = aktor("taby-kommun")
    data = skickat(taby, taby, namn="Åkersberga", ordning="3") | {"kommun-1-aktor": ""}

    svar = som_planerare.post("/stadskarnor/ny/", data | {k: v.format(taby=taby.pk) for k, v in varden.items()})

    assert svar.status_code == 422
    assert text in platt(svar)
    assert i_ordning() == KARNOR


def test_bara_kommuner_ar_karnkommuner(akersberga: Stadskarna, aktor: Callable[[str], Aktor]) -> None:
    with pytest.raises(ValidationError, match="Polisen är ingen kommun"):
        andringar.andra(av=None, stadskarna=akersberga, version=1, karnkommuner=[Karnkommunrad(aktor("polisen").pk)])


# --- its place on the map


def test_de_atta_har_en_plats_pa_kartan() -> None:
    """New from the fixture; who had them before gets the same by a migration."""
    platser = {k.slug: (str(k.latitud)[:5], str(k.longitud)[:5]) for k in Stadskarna.objects.all()}

    assert platser == import_module("insatser.migrations.0048_de_attas_platser").PLATSER


def test_platsen_skrivs_som_kartan_visar_den(som_planerare: Client, akersberga: Stadskarna) -> None:
    data = skickat(namn="Åkersberga", slug="akersberga", ordning="9", version="1")

    som_planerare.post("/stadskarnor/akersberga/", data | {"latitud": " 59,4812 ", "longitud": "18.299987654321"})

    akersberga.refresh_from_db()
    assert (akersberga.latitud, akersberga.longitud) == (Decimal("59.4812"), Decimal("18.29999"))
    sidan = platt(som_planerare.get("/stadskarnor/akersberga/"))
    assert 'value="59,4812"' in sidan
    historik = platt(som_planerare.get("/stadskarnor/akersberga/historik/"))
    assert "Latitud" in historik
    assert "59,4812" in historik


@pytest.mark.parametrize(("latitud", "longitud"), [("59.2", None), (None, "17.9"), ("17.9", "59.2")])
def test_databasen_vill_ha_bada_och_i_lanet(latitud: str | None, longitud: str | None) -> None:
    with pytest.raises(IntegrityError, match="stadskarna_plats_i_lanet"), transaction.atomic():
        Stadskarna.objects.filter(slug="haninge").update(latitud=latitud, longitud=longitud)


# --- addresses


def test_varje_forsta_ord_i_adresserna_ar_reserverat() -> None:
    """A page at a word of its own that is missing here could be hidden behind a stadskärna, or hide one."""
    alla = [*get_resolver().url_patterns]
    alla += [m for inre in alla if not str(inre.pattern) for m in getattr(inre, "url_patterns", [])]
    forsta = {str(m.pattern).split("/")[0] for m in alla}

    # No stadskärna has a full stop in its address.
    assert {ord_ for ord_ in forsta if ord_ and not {"<", "."} & set(ord_)} - RESERVERADE == set()


@pytest.mark.parametrize(
    ("namn", "adress"), [("Ärenden", "arenden-2"), ("Häggvik", "haggvik"), ("Haninge!", "haninge-2")]
)
def test_adressen_ar_ledig(namn: str, adress: str) -> None:
    assert andringar.skapa(av=None, namn=namn, ordning=9).slug == adress


def test_adressen_kan_andras_tills_den_ar_publicerad(
    som_planerare: Client, akersberga: Stadskarna, flemingsberg: Fardplan
) -> None:
    data = skickat(namn="Åkersberga", slug="osteraker", ordning="9", version="1")
    som_planerare.post("/stadskarnor/akersberga/", data)
    akersberga.refresh_from_db()
    fore = akersberga.slug

    Fardplan.objects.create(program=flemingsberg.program, stadskarna=akersberga, publicerad=True, karaktar="Så.")
    data |= {"slug": "akersberga", "version": str(akersberga.version)}
    som_planerare.post("/stadskarnor/osteraker/", data)

    akersberga.refresh_from_db()
    assert (fore, akersberga.slug) == ("osteraker", "osteraker")
    with pytest.raises(ValidationError, match="kan inte ändras"):
        andringar.andra(av=None, stadskarna=akersberga, version=akersberga.version, karnkommuner=[], slug="akersberga")


@pytest.mark.parametrize("slug", ["oversikt", "flemingsberg", "å", ""])
def test_upptagna_adresser_far_en_mening(som_planerare: Client, akersberga: Stadskarna, slug: str) -> None:
    data = skickat(namn="Åkersberga", slug=slug, ordning="9", version="1")

    svar = som_planerare.post("/stadskarnor/akersberga/", data)

    assert (svar.status_code, set(svar.context["form"].errors)) == (422, {"slug"})


# --- order


@pytest.mark.parametrize(
    ("plats", "ordning"),
    [
        (1, ["akersberga", *KARNOR]),
        (8, [*KARNOR[:7], "akersberga", KARNOR[7]]),
        (9, [*KARNOR, "akersberga"]),
        (500, [*KARNOR, "akersberga"]),
    ],
)
def test_de_andra_flyttas_sa_att_ordningen_blir_hel(akersberga: Stadskarna, plats: int, ordning: list[str]) -> None:
    andringar.andra(av=None, stadskarna=akersberga, version=1, karnkommuner=[], ordning=plats)

    assert i_ordning() == ordning
    assert list(Stadskarna.objects.values_list("ordning", flat=True)) == [*range(1, 10)]


def test_tva_som_andrar_olika_saker_gar_ihop(som_planerare: Client, akersberga: Stadskarna) -> None:
    andringar.andra(av=None, stadskarna=akersberga, version=1, karnkommuner=[], namn="Österåker")

    svar = som_planerare.post(
        "/stadskarnor/akersberga/", skickat(namn="Åkersberga", slug="akersberga", ordning="1", version="1")
    )

    akersberga.refresh_from_db()
    assert (svar.status_code, akersberga.namn, akersberga.ordning) == (302, "Österåker", 1)


def test_tva_som_andrar_samma_sak_ser_bada(som_planerare: Client, akersberga: Stadskarna) -> None:
    andringar.andra(av=None, stadskarna=akersberga, version=1, karnkommuner=[], namn="Österåker")

    svar = som_planerare.post(
        "/stadskarnor/akersberga/", skickat(namn="Åkersberga centrum", slug="akersberga", ordning="9", version="1")
    )

    assert svar.status_code == 409
    assert [(k["deras"], k["mina"]) for k in svar.context["konflikter"]] == [("Österåker", "Åkersberga centrum")]


# --- who, and how much it costs


@pytest.mark.parametrize("adress", ["/stadskarnor/", "/stadskarnor/ny/", "/stadskarnor/flemingsberg/"])
@pytest.mark.parametrize(
    ("vem", "status"), [(None, 302), ("styrgrupp", 403), ("tjansteperson", 403), ("planerare", 200)]
)
def test_bara_planerare_andrar(
    client: Client, request: pytest.FixtureRequest, adress: str, vem: str | None, status: int
) -> None:
    if vem:
        client.force_login(request.getfixturevalue(vem))

    assert client.get(adress).status_code == status


def test_registret_kostar_lika_mycket_med_fler(som_planerare: Client, django_assert_num_queries: Any) -> None:
    for n in (1, 3):
        andringar.skapa(av=None, namn=f"Provstad {n}", ordning=9)
        with django_assert_num_queries(6):
            som_planerare.get("/stadskarnor/")


def test_okand_stadskarna_ar_404(som_planerare: Client) -> None:
    svar = som_planerare.get("/stadskarnor/finns-inte/")

    assert svar.status_code == 404
    assert "Det finns ingen stadskärna med den adressen." in platt(svar)


# --- one that was made by mistake


def test_en_som_gjordes_av_misstag_tas_bort(som_planerare: Client) -> None:
    ny = andringar.skapa(av=None, namn="Åkersberga", ordning=3)

    svar = som_planerare.post("/stadskarnor/akersberga/ta-bort/", {"version": ny.version}, follow=True)

    assert "Åkersberga är borttagen." in platt(svar)
    assert i_ordning() == [*KARNOR]
    assert list(Stadskarna.objects.values_list("ordning", flat=True)) == [*range(1, 9)]


def test_det_som_finns_i_den_namns(som_planerare: Client) -> None:
    vald = Stadskarna.objects.get(slug="flemingsberg")

    svar = som_planerare.post("/stadskarnor/flemingsberg/ta-bort/", {"version": vald.version})

    text = platt(svar)
    assert svar.status_code == 422
    assert "Stadskärnan kan inte tas bort än." in text
    assert '<a href="/flemingsberg/program/fardplaner-2026/">Färdplaner 2026</a>' in text
    assert "Samverkansorgan" in text
    assert Stadskarna.objects.filter(pk=vald.pk).exists()


def test_en_som_andrats_sedan_fragan_tas_inte_bort(som_planerare: Client, akersberga: Stadskarna) -> None:
    andringar.andra(av=None, stadskarna=akersberga, version=1, karnkommuner=[], namn="Österåker")

    svar = som_planerare.post("/stadskarnor/akersberga/ta-bort/", {"version": 1})

    assert (svar.status_code, Stadskarna.objects.filter(pk=akersberga.pk).exists()) == (409, True)


@pytest.mark.django_db(transaction=True)
def test_tva_som_gor_samma_samtidigt_far_var_sin_plats() -> None:
    forsta_skriven = threading.Event()

    def andra() -> None:
        try:
            forsta_skriven.wait(10)
            andringar.skapa(av=None, namn="Akersberga", ordning=1)
        finally:
            connection.close()

    trad = threading.Thread(target=andra)
    trad.start()
    with transaction.atomic():
        andringar.skapa(av=None, namn="Åkersberga", ordning=1)
        forsta_skriven.set()
        trad.join(0.5)  # it waits for this transaction
    trad.join(10)

    assert i_ordning() == ["akersberga-2", "akersberga", *KARNOR]
