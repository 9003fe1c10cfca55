"""An aktör is taken away when nothing points at it; otherwise the page names what does, and leads there."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client

from aktorer import andringar as aktorer
from aktorer.models import Aktor, AktorEvent, Anvandare  # type: ignore[attr-defined]
from insatser.fragor.hanvisning import FORST, hanvisningar
from insatser.models import Beslut, Insats, Medverkan, Planversion
from tests.sidtext import platt

pytestmark = pytest.mark.django_db
ADRESS = "/aktorer/konstfack/ta-bort/"


@pytest.fixture
def konstfack(db: None) -> Aktor:
    return aktorer.skapa_aktor(av=None, namn="Konstfack", slag="larosate")


def test_den_som_inget_hanvisar_till_tas_bort(som_planerare: Client, konstfack: Aktor) -> None:
    svar = som_planerare.post(ADRESS, {"version": 1}, follow=True)

    assert svar.redirect_chain == [("/aktorer/", 302)]
    assert "Konstfack är borttagen ur registret." in platt(svar)
    assert AktorEvent.objects.filter(namn="Konstfack", pgh_label="delete").exists()


def test_medlemmar_och_agare_foljer_med_bort(som_planerare: Client) -> None:
    polisen = Aktor.objects.get(slug="polisen")
    aktorer.skapa_aktor(av=None, namn="Blåljus", slag="grupp", medlemmar=[polisen.pk])

    assert som_planerare.post("/aktorer/blaljus/ta-bort/", {"version": 1}).status_code == 302


def test_det_som_hanvisar_namns_med_lankar_som_gar_att_folja(som_planerare: Client) -> None:
    """Of all aktörer there are: no kind of row leads astray."""
    for aktor in Aktor.objects.all():
        sida = som_planerare.get(f"/aktorer/{aktor.slug}/ta-bort/")
        html = platt(sida).split("<form")[-1]
        assert sida.status_code == 200
        if sida.context["hanvisningar"]:
            assert "Aktören kan inte tas bort än." in html
        for adress in re.findall(r'<li><a href="([^"#]+)', html):
            assert som_planerare.get(adress, follow=True).status_code == 200, (aktor, adress)


def test_det_som_hanvisar_hindrar_ocksa_andringen(som_planerare: Client, konstfack: Aktor) -> None:
    Medverkan.objects.create(insats=Insats.objects.first(), aktor=konstfack, roll="medverkande")

    svar = som_planerare.post(ADRESS, {"version": 1})

    assert svar.status_code == 422
    assert "Roller i insatser" in platt(svar)
    assert Aktor.objects.filter(pk=konstfack.pk).exists()


def test_av_manga_namns_de_forsta(konstfack: Aktor, planerare: Anvandare) -> None:
    insatser = Insats.objects.all()[: FORST + 2]
    Medverkan.objects.bulk_create(Medverkan(insats=i, aktor=konstfack, roll="medverkande") for i in insatser)

    (rollerna,) = hanvisningar(konstfack, planerare)

    assert (rollerna.rubrik, len(rollerna.lankar), rollerna.fler) == ("Roller i insatser", FORST, 2)


def test_det_som_ar_beslutat_med_ett_namn_haller_kvar_det(
    som_planerare: Client, konstfack: Aktor, planerare: Anvandare
) -> None:
    """Also when the plan that is being prepared no longer has it: others read the decided rows meanwhile."""
    version = Planversion.objects.select_related("handlingsplan").first()
    frysta = [{"model": "insatser.bidrag", "pk": 1, "fields": {"aktor": konstfack.pk}}]
    beslut = Beslut.objects.create(organ=version.beslut.organ, datum=date(2026, 3, 19), paragraf="99")
    ny = Planversion(handlingsplan=version.handlingsplan, nummer=99, beslut=beslut, innehall={}, rader=frysta)
    ny.pdf, ny.sha256 = b"", "0" * 64
    Planversion.objects.bulk_create([ny])

    (fryst,) = hanvisningar(konstfack, planerare)

    assert (fryst.rubrik, fryst.lankar[0].adress) == (
        "Beslutade handlingsplaner",
        f"/handlingsplaner/{version.handlingsplan_id}/version/99/",
    )


def test_den_som_gatt_upp_i_en_annan_tas_inte_bort(som_planerare: Client, konstfack: Aktor) -> None:
    annan = aktorer.skapa_aktor(av=None, namn="Konsthögskolan", slag="larosate")
    Aktor.objects.filter(pk=konstfack.pk).update(uppgatt_i=annan)

    assert som_planerare.get(ADRESS).status_code == 404
    assert "Sammanslagna med den" in platt(som_planerare.get("/aktorer/konsthogskolan/ta-bort/"))


def test_det_som_andrats_sedan_sidan_lastes_tas_inte_bort(som_planerare: Client, konstfack: Aktor) -> None:
    svar = som_planerare.post(ADRESS, {"version": 7})

    assert svar.status_code == 409
    assert "Aktören ändrades medan du läste" in platt(svar)


@pytest.mark.parametrize("vem", ["styrgrupp", "tjansteperson"])
def test_bara_den_som_redigerar_tar_bort(
    client: Client, request: pytest.FixtureRequest, konstfack: Aktor, vem: str
) -> None:
    client.force_login(request.getfixturevalue(vem))

    assert client.post(ADRESS, {"version": 1}).status_code == 403
