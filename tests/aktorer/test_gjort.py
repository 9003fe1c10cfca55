"""What is made of nothing but values: the same for the same, never for another, and never out of date."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import QuerySet
from django.template import Context, Template
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import set_script_prefix
from django.utils.safestring import SafeString, mark_safe

from aktorer.grund import gjort
from aktorer.models import Aktor, Anvandare
from insatser.behorighet import ser
from insatser.fragor import karta
from insatser.models import Fardplan, Handlingsplan, Insats, Lagesrapport, Medverkan
from insatser.regler.status import Status

pytestmark = pytest.mark.django_db

IKON = '{% gjord "delar/ikon.html" namn=n %}'


@pytest.fixture(autouse=True)
def tomt() -> None:
    gjort.tom()
    gjort.granska = True


def kommuner(slag: str) -> list[Aktor]:
    return gjort.rader(lambda: Aktor.objects.filter(slag=slag).i_ordning(), slag)


def sida(mall: str, **varden: object) -> str:
    return str(Template(mall).render(Context(varden)))


def test_en_fragas_sql_gors_en_gang_och_raderna_lases_varje_gang(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gjort, "granska", False)
    gjorda: list[str] = []

    def fraga() -> QuerySet[Aktor]:
        gjorda.append("gjord")
        return Aktor.objects.filter(slag="kommun")

    fore = len(gjort.rader(fraga, "kommun"))
    Aktor.objects.create(namn="Ny kommun", slug="ny-kommun", slag="kommun")

    assert (len(gjort.rader(fraga, "kommun")), gjorda) == (fore + 1, ["gjord"])


def test_andra_varden_ar_en_annan_fraga() -> None:
    for slag in ("kommun", "bolag", "kommun"):
        assert {a.slag for a in kommuner(slag)} == {slag}


def test_en_tom_fraga_och_valda_falt_ar_som_annars() -> None:
    namn = gjort.rader(lambda: Aktor.objects.filter(slag="kommun").values_list("namn", flat=True), "namn")

    assert (
        gjort.rader(lambda: Aktor.objects.filter(pk=None) & Aktor.objects.none())
        == gjort.rader(lambda: Aktor.objects.filter(pk__in=[]))
        == []
    )
    assert set(namn) == {a.namn for a in kommuner("kommun")}


def test_den_som_glomt_ett_varde_far_veta_det() -> None:
    def utan(slag: str) -> list[Aktor]:
        return gjort.rader(lambda: Aktor.objects.filter(slag=slag))

    utan("kommun")
    with pytest.raises(gjort.InteSamma):
        utan("bolag")


def test_det_som_pekar_pa_rader_ar_som_en_prefetch() -> None:
    insatser = list(Insats.objects.order_by("pk"))
    with CaptureQueriesContext(connection) as gjorda:
        gjort.till(insatser, "medverkan", lambda ids: Medverkan.objects.filter(insats__in=ids).select_related("aktor"))
        hittade = [[(m.pk, m.aktor.namn, m.insats) for m in i.medverkan.all()] for i in insatser]
    vanliga = Insats.objects.order_by("pk").prefetch_related("medverkan__aktor")

    assert hittade == [[(m.pk, m.aktor.namn, m.insats) for m in i.medverkan.all()] for i in vanliga]
    assert len(gjorda) == 1
    with pytest.raises(TypeError):
        insatser[0].medverkan.all().filter(roll="ansvarig")


@pytest.mark.parametrize("varde", [AnonymousUser(), object(), {1}, lambda: 1])
def test_det_som_inte_ar_ett_varde_ar_ingen_nyckel(varde: object) -> None:
    with pytest.raises(TypeError):
        gjort.nyckel(varde)


@pytest.mark.parametrize(
    ("ett", "annat"),
    [
        (1, True),
        (1, 1.0),
        ("a", SafeString("a")),
        ((1, 2), [1, 2]),
        (((1,), 2), ((1, 2),)),
        (None, ""),
        ("pagar", Status.PAGAR),
    ],
)
def test_varden_som_liknar_varandra_har_var_sin_nyckel(ett: Any, annat: Any) -> None:
    assert gjort.nyckel(ett) != gjort.nyckel(annat)


def test_en_rad_ar_det_som_lasts_av_den() -> None:
    ena, andra = (Insats.objects.select_related("malomrade").order_by("pk")[0] for _ in range(2))
    forst = gjort.nyckel(ena)
    assert forst == gjort.nyckel(andra)
    andra.malomrade.namn = "Ett annat"
    assert forst != gjort.nyckel(andra)
    ena.lage = None
    assert forst != gjort.nyckel(ena)


def test_en_del_gors_en_gang_for_samma_varden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gjort, "granska", False)
    gjorda: list[object] = []
    monkeypatch.setattr(gjort.Gjord, "_gor", lambda _, varden, __: gjorda.append(varden) or mark_safe(f"<{varden}>"))

    sidor = [sida(IKON, n=n) for n in ("sok", "penna", "sok", SafeString("sok"))]

    assert (len(gjorda), sidor[0] == sidor[2], len({*sidor})) == (3, True, 2)


def test_samma_varden_under_andra_namn_ar_en_annan_del() -> None:
    mallar = [f'{{% gjord "delar/lage.html" lage=l utan_{vad}=True %}}' for vad in ("bedomning", "exempel")]
    rapport = Lagesrapport.objects.filter(bedomning="enligt_plan", insats__titel__startswith="Stärk").first()

    delar = [sida(mall, l=rapport) for mall in mallar]

    assert ["Enligt plan" in del_ for del_ in delar] == [False, True]


def test_samma_ord_sakra_och_inte_skrivs_var_for_sig() -> None:
    farligt = "<b>"
    assert [sida(IKON, n=n).count("&lt;b&gt;") for n in (farligt, mark_safe(farligt), farligt)] == [1, 0, 1]


def test_under_en_annan_generations_adress_ar_lankarna_dess(client: Client) -> None:
    mall = '{% gjord "delar/karnval.html" fardplaner=f vald=None %}'
    fardplaner = list(Fardplan.objects.select_related("stadskarna")[:1])
    forst = sida(mall, f=fardplaner)
    set_script_prefix("/generation/x/")
    try:
        assert 'href="/generation/x/' in sida(mall, f=fardplaner)
    finally:
        set_script_prefix("/")
    assert sida(mall, f=fardplaner) == forst


def test_en_del_fragar_inte_databasen() -> None:
    insats = Insats.objects.defer("titel").select_related("malomrade")[0]
    with pytest.raises(gjort.InteSamma):
        sida('{% gjord "valda/ruta.html" rad=i %}', i=insats)  # its name was not read


def test_ett_formular_i_en_del_har_lasarens_eget_marke(planerare: Anvandare, client: Client) -> None:
    """The other's is never in it, nor the mark that stands in for one."""
    client.force_login(planerare)
    adress = f"/flemingsberg/handlingsplan/{Handlingsplan.objects.get(status='utkast').period}/"
    marken = []
    for _ in range(2):
        svar = client.get(adress).content.decode()
        assert (gjort.HAL in svar, len(re.findall(r'name="csrfmiddlewaretoken" value="\w{64}"', svar)) > 10) == (
            False,
            True,
        )
        marken.append(set(re.findall(r'name="csrfmiddlewaretoken" value="(\w{64})"', svar)))

    assert marken[0].isdisjoint(marken[1])


def test_hyllan_ar_inte_storre_an_sin_plats() -> None:
    hylla: gjort._Hylla[str] = gjort._Hylla(100)
    for n in range(50):
        hylla.lagg(n, "x" * 10, 10)
        hylla.lagg(n, "x" * 10, 10)

    assert (hylla.tar, len(hylla.saker), hylla.hamta(49), hylla.hamta(0)) == (100, 10, "x" * 10, None)


def test_vem_som_ser_utkast_ar_en_del_av_nyckeln(planerare: Anvandare) -> None:
    fardplan = Fardplan.objects.select_related("stadskarna").get(
        stadskarna__slug="flemingsberg", program__slug="fardplaner-2026"
    )
    Insats.objects.filter(fardplan=fardplan).update(utkast=True)

    def antal(person: Any) -> int:
        return len(karta.hamta(fardplan, karta.Urval(), person, idag=date(2026, 12, 1)).insatser)

    inloggad, besokare = antal(planerare), antal(AnonymousUser())
    assert (inloggad > besokare, antal(planerare), antal(AnonymousUser())) == (True, inloggad, besokare)
    assert ser(planerare) != ser(AnonymousUser())


def test_ett_namn_ensamt_ar_det_som_heter_sa() -> None:
    assert sida('{% gjord "delar/ikon.html" namn %}', namn="avviker") == sida(IKON, n="avviker")
