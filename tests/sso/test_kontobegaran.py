"""Who came without an account: an administratör says yes, with a role, or no."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from aktorer.models import Aktor, Anvandare, Kontobegaran
from insatser.andringar import sso as andringar
from insatser.fragor import sso as fragor
from insatser.utbyte.mejl import sandning
from tests.conftest import andra_konto
from tests.sidtext import platt
from tests.sso.conftest import EPOST, Leverantorer, eva, inloggad, kom_in, leder_till

# One worker has the providers.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("sso")]


@pytest.fixture
def begaran(leverantorer: Leverantorer, client: Client) -> Kontobegaran:
    leverantorer.styr(client, eva("oidc"))
    kom_in(client, "oidc")
    return Kontobegaran.objects.get()


@pytest.fixture
def admin(administrator: Anvandare) -> Client:
    klient = Client()
    klient.force_login(administrator)
    return klient


def _sida(begaran: Kontobegaran) -> str:
    return f"/konton/begaran/{begaran.pk}/"


def test_den_som_godkanns_kommer_in_som_det(client: Client, admin: Client, begaran: Kontobegaran) -> None:
    haninge = Aktor.objects.get(slug="haninge-kommun")
    assert f'value="{haninge.pk}" selected' in platt(admin.get(_sida(begaran)))

    svar = admin.post(_sida(begaran), {"namn": "Eva Eksson", "roll": "tjansteperson", "aktor": haninge.pk})

    assert leder_till(svar) == "/konton/"
    assert leder_till(kom_in(client, "oidc")) == "/mitt-arbete/"
    eva_ = Anvandare.objects.get(epost=EPOST["oidc"])
    assert (eva_.namn, eva_.roll, eva_.aktor) == ("Eva Eksson", "tjansteperson", haninge)
    assert not Kontobegaran.objects.exists()


def test_den_som_godkanns_far_ett_mejl_en_gang(admin: Client, begaran: Kontobegaran, mailoutbox: list[Any]) -> None:
    svar = admin.post(_sida(begaran), {"namn": "Eva Ek", "roll": "styrgrupp", "aktor": ""}, follow=True)
    assert "Eva Ek har ett konto och kan logga in. Ett mejl skickas nu." in platt(svar)

    sandning.skicka_vantande()
    sandning.skicka_vantande()

    [brev] = mailoutbox
    assert (brev.to, brev.subject) == ([EPOST["oidc"]], "Du har fått ett konto i Färdplan")
    assert "/konto/logga-in/" in brev.body
    assert "administrerar Färdplan hos er" in brev.body


def test_den_som_redan_har_kommit_in_far_inget_mejl(
    client: Client, admin: Client, begaran: Kontobegaran, mailoutbox: list[Any]
) -> None:
    admin.post(_sida(begaran), {"namn": "Eva Ek", "roll": "styrgrupp", "aktor": ""})
    kom_in(client, "oidc")

    sandning.skicka_vantande()

    assert mailoutbox == []


def test_tjansteperson_utan_aktor_godkanns_inte(admin: Client, begaran: Kontobegaran) -> None:
    svar = admin.post(_sida(begaran), {"namn": "Eva", "roll": "tjansteperson", "aktor": ""})

    assert (svar.status_code, Kontobegaran.objects.count()) == (422, 1)


def test_den_som_nekas_far_veta_det_och_kan_godkannas_anda(
    client: Client, admin: Client, begaran: Kontobegaran
) -> None:
    admin.post(f"{_sida(begaran)}neka/")

    assert leder_till(kom_in(client, "oidc")) == "/konto/sso/besked/begaran-nekad/"
    assert "Nekad" in platt(admin.get("/konton/"))
    admin.post(_sida(begaran), {"namn": "Eva", "roll": "styrgrupp", "aktor": ""})
    assert leder_till(kom_in(client, "oidc")) == "/mitt-arbete/"


def test_den_som_har_fatt_ett_konto_under_tiden_behover_inget_godkannande(
    client: Client, admin: Client, begaran: Kontobegaran, planerare: Anvandare
) -> None:
    andra_konto(planerare, epost=EPOST["oidc"])

    svar = admin.post(_sida(begaran), {"namn": "Eva", "roll": "styrgrupp", "aktor": ""})

    assert (svar.status_code, Anvandare.objects.filter(epost=EPOST["oidc"]).count()) == (422, 1)


def test_tva_som_godkanner_samtidigt(admin: Client, begaran: Kontobegaran) -> None:
    falt = {"namn": "Eva", "roll": "styrgrupp", "aktor": ""}

    assert [admin.post(_sida(begaran), falt).status_code for _ in range(2)] == [302, 404]
    assert admin.post(f"{_sida(begaran)}neka/").status_code == 404


def test_den_som_inte_ska_ha_konto_tas_bort_och_kan_be_igen(
    client: Client, admin: Client, begaran: Kontobegaran
) -> None:
    admin.post(f"{_sida(begaran)}neka/")
    assert f"{_sida(begaran)}ta-bort/" in platt(admin.get("/konton/"))

    svar = [admin.post(f"{_sida(begaran)}ta-bort/").status_code for _ in range(2)]

    assert (svar, Kontobegaran.objects.count()) == ([302, 404], 0)
    assert leder_till(kom_in(client, "oidc")) == "/konto/sso/besked/begaran-vantar/"


def test_lika_manga_fragor_hur_manga_som_an_vill_in(
    admin: Client, django_assert_num_queries: Callable[..., Any]
) -> None:
    for n in range(3):
        var = {"leverantor": "https://idp.example", "subjekt": str(n), "epost": f"{n}@haninge.example"}
        Kontobegaran.objects.create(**var, aktor=["haninge-kommun", "finns-inte", ""][n])

    with django_assert_num_queries(2):
        rader = fragor.begaran_i_ord(2)

    assert [str(aktor)[:13] for _, aktor in rader] == ["Haninge kommu", "Aktören är ok"]
    assert "Aktören är okänd" in platt(admin.get("/konton/"))


@pytest.mark.parametrize("adress", ["", "neka/", "ta-bort/"])
def test_bara_administratorer_svarar(client: Client, begaran: Kontobegaran, planerare: Anvandare, adress: str) -> None:
    client.force_login(planerare)

    assert client.post(f"{_sida(begaran)}{adress}").status_code == 403
    assert EPOST["oidc"] not in platt(client.get("/konton/"))
    assert Kontobegaran.objects.filter(nekad=None).exists()


def test_begaran_ger_ingen_session(client: Client, begaran: Kontobegaran) -> None:
    assert not inloggad(client)
    assert leder_till(client.get("/mitt-arbete/")).startswith("/konto/logga-in/")


def test_begaran_som_ingen_svarar_pa_gloms_efter_ett_ar(begaran: Kontobegaran) -> None:
    Kontobegaran.objects.update(skapad=timezone.now() - timedelta(days=364))
    andringar.glom_begaran(av=None)
    kvar = Kontobegaran.objects.count()
    Kontobegaran.objects.update(skapad=timezone.now() - timedelta(days=366))
    andringar.glom_begaran(av=None)

    assert (kvar, Kontobegaran.objects.count()) == (1, 0)
