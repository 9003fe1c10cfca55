"""Accounts are made, changed and closed in the admin, by administratörer alone, and the history knows who."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client

from aktorer.andringar import senaste_handelse
from aktorer.models import Anvandare, AnvandareEvent  # type: ignore[attr-defined]
from insatser.models import Utskick
from tests.conftest import LOSENORD

pytestmark = pytest.mark.django_db

LISTA = "/admin/aktorer/anvandare/"
NY = {
    "epost": "Ny.Person@Fardplan.Example",
    "namn": "Ny Person",
    "roll": "styrgrupp",
    "is_active": "on",
    "losenord": "ett-langt-losenord",
}


@pytest.fixture
def som_admin(client: Client, administrator: Anvandare) -> Client:
    client.force_login(administrator)
    return client


@pytest.mark.parametrize("adress", ["/admin/", LISTA, f"{LISTA}add/"])
@pytest.mark.parametrize(
    ("vem", "status"),
    [("styrgrupp", 403), ("tjansteperson", 403), ("botkyrka", 403), ("planerare", 403), ("administrator", 200)],
)
def test_bara_administratorer_kommer_in(
    client: Client, request: pytest.FixtureRequest, adress: str, vem: str, status: int
) -> None:
    client.force_login(request.getfixturevalue(vem))

    assert client.get(adress, follow=True).status_code == status


@pytest.mark.parametrize("adress", ["/admin/", LISTA, f"{LISTA}add/"])
def test_besokare_skickas_till_inloggningen(client: Client, adress: str) -> None:
    svar = client.get(adress, follow=True)

    assert svar.redirect_chain[-1][0].startswith("/konto/logga-in/?next=")
    assert svar.status_code == 200


def test_bara_konton_andras_i_admin() -> None:
    assert {modell._meta.label for modell in admin.site._registry} == {"aktorer.Anvandare"}


def test_nytt_konto(som_admin: Client, administrator: Anvandare) -> None:
    svar = som_admin.post(f"{LISTA}add/", NY)

    ny = Anvandare.objects.get(epost="ny.person@fardplan.example")
    assert (svar.status_code, svar.headers["Location"]) == (302, LISTA)
    assert (ny.namn, ny.roll, ny.aktor, ny.is_active) == ("Ny Person", "styrgrupp", None, True)
    assert ny.check_password("ett-langt-losenord")
    context = AnvandareEvent.objects.get(pgh_obj_id=ny.pk).pgh_context
    assert (context["namn"], context["andring"]) == (administrator.namn, "aktorer.andringar.skapa_anvandare")


@pytest.mark.parametrize(
    ("varden", "falt"),
    [
        ({"losenord": ""}, {"losenord"}),
        ({"losenord": "kort"}, {"losenord"}),
        ({"losenord": "q1w2e3r4t5y6"}, {"losenord"}),
        ({"epost": "inte en adress"}, {"epost"}),
        ({"epost": "Planerare@Fardplan.example"}, {"epost"}),
        ({"roll": "chef"}, {"roll"}),
        ({"roll": "tjansteperson"}, {"__all__"}),
        ({"namn": ""}, {"namn"}),
    ],
)
def test_daligt_konto_nekas_med_falt(
    som_admin: Client, planerare: Anvandare, varden: dict[str, str], falt: set[str]
) -> None:
    fore = Anvandare.objects.count()

    svar = som_admin.post(f"{LISTA}add/", NY | varden)

    assert svar.status_code == 200
    assert set(svar.context["adminform"].form.errors) == falt
    assert Anvandare.objects.count() == fore


def andrad(anvandare: Anvandare, **varden: Any) -> dict[str, Any]:
    nu = {"epost": anvandare.epost, "namn": anvandare.namn, "roll": anvandare.roll, "is_active": "on", "losenord": ""}
    return nu | {"aktor": anvandare.aktor_id or "", "sedd": senaste_handelse(anvandare)} | varden


def test_byt_roll_och_behall_losenordet(som_admin: Client, administrator: Anvandare, styrgrupp: Anvandare) -> None:
    fore = styrgrupp.password

    som_admin.post(f"{LISTA}{styrgrupp.pk}/change/", andrad(styrgrupp, roll="planerare"))

    styrgrupp.refresh_from_db()
    assert (styrgrupp.roll, styrgrupp.password) == ("planerare", fore)
    handelse = AnvandareEvent.objects.get(pgh_obj_id=styrgrupp.pk, pgh_label="update")
    assert (handelse.roll, handelse.pgh_context["namn"]) == ("planerare", administrator.namn)


def test_stang_konto(som_admin: Client, styrgrupp: Anvandare) -> None:
    stangt = andrad(styrgrupp)
    del stangt["is_active"]

    som_admin.post(f"{LISTA}{styrgrupp.pk}/change/", stangt)

    styrgrupp.refresh_from_db()
    assert styrgrupp.is_active is False


def test_nytt_losenord(som_admin: Client, styrgrupp: Anvandare) -> None:
    som_admin.post(f"{LISTA}{styrgrupp.pk}/change/", andrad(styrgrupp, losenord="ett-helt-nytt-losenord"))

    styrgrupp.refresh_from_db()
    assert styrgrupp.check_password("ett-helt-nytt-losenord")


def test_den_som_far_ett_losenord_eller_en_adress_far_veta_det(som_admin: Client, styrgrupp: Anvandare) -> None:
    gammal = styrgrupp.epost

    som_admin.post(
        f"{LISTA}{styrgrupp.pk}/change/",
        andrad(styrgrupp, losenord="ett-helt-nytt-losenord", epost="ny@fardplan.example"),
    )

    mejl = {(m.vad, m.till) for m in Utskick.objects.filter(anvandare=styrgrupp, slag="saker")}
    assert mejl == {("losenord", gammal), ("adress_bytt", ""), ("adress_bytt", gammal)}


def test_det_egna_losenordet_byts_pa_sin_egen_sida(som_admin: Client, administrator: Anvandare) -> None:
    nytt = {"new_password1": "ett-helt-nytt-losenord", "new_password2": "ett-helt-nytt-losenord"}

    svar = som_admin.post("/admin/password_change/", {"old_password": LOSENORD, **nytt})

    assert svar.headers["Location"] == "/konto/losenord/"
    administrator.refresh_from_db()
    assert administrator.check_password(LOSENORD)


def test_ett_nytt_konto_ar_oppet_och_det_sager_ocksa_formularet(som_admin: Client) -> None:
    assert "is_active" not in som_admin.get(f"{LISTA}add/").context["adminform"].form.fields


def test_konton_tas_inte_bort(som_admin: Client, styrgrupp: Anvandare) -> None:
    assert som_admin.post(f"{LISTA}{styrgrupp.pk}/delete/", {"post": "yes"}).status_code == 403

    som_admin.post(LISTA, {"action": "delete_selected", "_selected_action": [styrgrupp.pk], "post": "yes"})

    assert Anvandare.objects.filter(pk=styrgrupp.pk).exists()


def test_listan_kan_sokas(som_admin: Client) -> None:
    svar = som_admin.get(LISTA, {"q": "Botkyrka"})

    assert [a.epost for a in svar.context["cl"].result_list] == ["botkyrka@fardplan.example"]


def test_planerare_kan_inte_gora_sig_till_administrator(client: Client, planerare: Anvandare) -> None:
    client.force_login(planerare)

    svar = client.post(f"{LISTA}{planerare.pk}/change/", andrad(planerare, roll="administrator"), follow=True)

    planerare.refresh_from_db()
    assert (svar.status_code, planerare.roll) == (403, "planerare")
