"""ENDAST_SSO: no password counts, but that of the one account for need."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.adapter import get_adapter
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.test import Client

from aktorer import andringar
from aktorer.models import Anvandare
from aktorer.roller import Anvandarroll
from insatser.andringar.konton import Inbjuden, bjud_in
from insatser.fragor import lank
from insatser.models import Utskick
from insatser.utbyte.mejl import sandning
from tests.conftest import LOSENORD
from tests.sidtext import platt
from tests.sso.conftest import EPOST, VAGAR, Leverantorer, eva, inloggad, kom_in, leder_till

# One worker has the providers.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("sso")]

NODKONTO = "admin@fardplan.example"
LOGIN = dict.fromkeys(("email_verification", "signal_kwargs", "email", "signup", "redirect_url"))


@pytest.fixture(autouse=True)
def endast(satt: Callable[..., None]) -> None:
    satt(endast=True, nodkonto=NODKONTO)


@pytest.mark.parametrize(("epost", "in_"), [(NODKONTO, True), ("planerare@fardplan.example", False)])
def test_bara_nodkontot_har_losenord(client: Client, planerare: Anvandare, epost: str, in_: bool) -> None:
    client.post("/konto/logga-in/", {"login": epost, "password": LOSENORD})

    assert inloggad(client) is in_


def test_ratt_och_fel_losenord_far_samma_svar(client: Client, planerare: Anvandare) -> None:
    svar = [
        client.post("/konto/logga-in/", {"login": "planerare@fardplan.example", "password": losenord})
        for losenord in (LOSENORD, "fel ord i en rad")
    ]

    assert svar[0].context["form"].errors == svar[1].context["form"].errors
    assert [s.status_code for s in svar] == [200, 200]


def test_inloggningen_gommer_formularet(client: Client) -> None:
    sida = platt(client.get("/konto/logga-in/"))

    assert '<details class="vik"' in sida
    assert "Glömt lösenordet" not in sida


@pytest.mark.parametrize("sida", ["/konto/glomt/", "/konto/valkommen/x/", "/konto/nytt-losenord/x/"])
def test_losenordets_sidor_leder_till_inloggningen(client: Client, planerare: Anvandare, sida: str) -> None:
    svar = [client.get(sida), client.post(sida, {"epost": "planerare@fardplan.example"})]

    assert [leder_till(s) for s in svar] == ["/konto/logga-in/"] * 2
    assert "genom sin organisation" in platt(client.get("/konto/logga-in/"))
    assert not Utskick.objects.filter(slag=Utskick.Slag.LOSENORD).exists()


def test_inbjudan_leder_till_organisationens_inloggning(
    client: Client, administrator: Anvandare, mailoutbox: list[Any]
) -> None:
    vem = [Inbjuden(EPOST["oidc"], "Eva Ek")]
    bjud_in(av=administrator, inbjudna=vem, roll=Anvandarroll.STYRGRUPP, aktor=None)
    sandning.skicka_vantande()
    client.force_login(administrator)
    sida = platt(client.get("/konton/bjud-in/"))

    [brev] = mailoutbox
    texter = [brev.body, *(str(a.content) for a in brev.alternatives)]
    assert [("lösenord" in t, "/konto/logga-in/" in t, EPOST["oidc"] in t) for t in texter] == [(False, True, True)] * 2
    assert ("väljer själv sitt lösenord" in sida, "loggar in genom sin organisation" in sida) == (False, True)


def test_inbjudans_lank_ger_inget_losenord(client: Client) -> None:
    ny = andringar.skapa_anvandare(av=None, epost=EPOST["oidc"], namn="Eva", roll="styrgrupp", losenord=None)  # type: ignore[arg-type]
    token = lank.skriv_kontonyckel(ny, lank.Kontonyckel.INBJUDAN)

    client.post(f"/konto/valkommen/{token}/", {"namn": "Eva", "losenord": LOSENORD, "losenord_igen": LOSENORD})

    ny.refresh_from_db()
    assert not ny.has_usable_password()
    assert not inloggad(client)


@pytest.mark.parametrize(("epost", "status"), [(NODKONTO, 200), ("planerare@fardplan.example", 302)])
def test_bara_nodkontot_byter_losenord(client: Client, planerare: Anvandare, epost: str, status: int) -> None:
    client.force_login(Anvandare.objects.get(epost=epost))

    assert client.get("/konto/losenord/").status_code == status


@pytest.mark.parametrize("vag", VAGAR)
def test_konto_som_hade_losenord_kopplas_utan_det(client: Client, leverantorer: Leverantorer, vag: str) -> None:
    andringar.skapa_anvandare(av=None, epost=EPOST[vag], namn="Eva", roll="styrgrupp", losenord=LOSENORD)  # type: ignore[arg-type]
    leverantorer.styr(client, eva(vag))

    assert leder_till(kom_in(client, vag)) == "/mitt-arbete/"


def test_nodkontot_tas_inte_over_av_en_leverantor(
    client: Client, leverantorer: Leverantorer, satt: Callable[..., None]
) -> None:
    satt(endast=True, nodkonto=EPOST["oidc"])
    andringar.skapa_anvandare(av=None, epost=EPOST["oidc"], namn="Eva", roll="administrator", losenord=LOSENORD)  # type: ignore[arg-type]
    leverantorer.styr(client, eva("oidc"))

    assert leder_till(kom_in(client, "oidc")) == "/konto/sso/koppla/"
    assert not inloggad(client)


def test_inte_heller_en_passkey_slapper_in_nagon_annan(client: Client, planerare: Anvandare, rf: Any) -> None:
    """Whatever way allauth has found the person by."""
    request = rf.get("/")
    request.session, request.user = client.session, AnonymousUser()
    request._messages = FallbackStorage(request)
    nod = Anvandare.objects.get(epost=NODKONTO)

    svar = [get_adapter(request).pre_login(request, vem, **LOGIN) for vem in (planerare, nod)]

    assert (leder_till(svar[0]), svar[1]) == ("/konto/logga-in/", None)
