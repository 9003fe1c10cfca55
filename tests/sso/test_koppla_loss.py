"""A link to a provider is undone: the subject has changed there, or it was another person's."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test import Client

from aktorer.andringar import byt_losenord, senaste_handelse, skapa_anvandare
from aktorer.grund.samtidighet import Krock
from aktorer.models import Anvandare, Identitet
from insatser.andringar import sso as andringar
from insatser.utbyte.mejl import sandning
from tests.conftest import LOSENORD, andra_konto
from tests.insatser.test_inlasning import vanta_pa_las
from tests.insatser.test_tvasteg import HEMLIGHET, kod, skriv_kod
from tests.sidtext import platt
from tests.sso.conftest import EPOST, NAMN, Leverantorer, eva, inloggad, kom_in, leder_till

# One worker has the providers.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("sso")]


@pytest.fixture
def kopplad(leverantorer: Leverantorer, planerare: Anvandare) -> Anvandare:
    """Came by the subject that the provider used to say."""
    planerare.set_unusable_password()
    planerare.save()
    Identitet.objects.create(anvandare=planerare, leverantor=f"{leverantorer.saml}/metadata", subjekt="eva-forr")
    return andra_konto(planerare, epost=EPOST["saml"])


def test_efter_att_ha_kopplats_loss_kommer_personen_in_igen(
    client: Client, leverantorer: Leverantorer, administrator: Anvandare, kopplad: Anvandare, mailoutbox: list[Any]
) -> None:
    leverantorer.styr(client, eva("saml"))
    nekad = leder_till(kom_in(client, "saml"))
    admin, sida = Client(), f"/konton/{kopplad.pk}/koppla-loss/"
    admin.force_login(administrator)
    konto = platt(admin.get(f"/konton/{kopplad.pk}/"))
    assert (sida in konto, f"Kopplad till {NAMN['saml']}" in konto) == (True, True)

    sedd = admin.get(sida).context["form"].initial["sedd"]
    assert leder_till(admin.post(sida, {"sedd": sedd})) == f"/konton/{kopplad.pk}/"

    sandning.skicka_vantande()
    assert nekad == "/konto/sso/besked/gar-inte-att-koppla/"
    assert [(b.to, "inte längre kopplat" in b.subject) for b in mailoutbox] == [([kopplad.epost], True)]
    assert leder_till(kom_in(client, "saml")) == "/mitt-arbete/"
    assert client.session["_auth_user_id"] == str(kopplad.pk)


def test_den_som_ar_inne_loggas_ut_och_historiken_minns(client: Client, administrator: Anvandare) -> None:
    personen = skapa_anvandare(av=None, epost="eva@prov.example", namn="Eva Ek", roll="styrgrupp", losenord=LOSENORD)  # type: ignore[arg-type]
    Identitet.objects.create(anvandare=personen, leverantor="https://idp.example", subjekt="eva")
    client.post("/konto/logga-in/", {"login": personen.epost, "password": LOSENORD})
    assert inloggad(client)

    andringar.koppla_loss(av=administrator, person=personen, sedd=senaste_handelse(personen))

    assert leder_till(client.get("/mitt-arbete/")).startswith("/konto/logga-in/")
    client.force_login(administrator)
    historik = platt(client.get(f"/konton/{personen.pk}/historik/"))
    assert historik.count("https://idp.example") == 2
    assert "Inloggning hos annan" in historik


def test_ingen_kopplar_loss_sig_sjalv(administrator: Anvandare) -> None:
    with pytest.raises(ValidationError, match="dig själv"):
        andringar.koppla_loss(av=administrator, person=administrator, sedd=senaste_handelse(administrator))


def test_den_som_inte_ar_kopplad_och_den_som_har_andrats(administrator: Anvandare, planerare: Anvandare) -> None:
    sedd = senaste_handelse(planerare)
    with pytest.raises(ValidationError, match="inte kopplad"):
        andringar.koppla_loss(av=administrator, person=planerare, sedd=sedd)
    andra_konto(planerare, namn="Ny")
    with pytest.raises(Krock):
        andringar.koppla_loss(av=administrator, person=planerare, sedd=sedd)


def test_bara_administratorer_kopplar_loss(client: Client, planerare: Anvandare, administrator: Anvandare) -> None:
    client.force_login(planerare)

    assert client.post(f"/konton/{administrator.pk}/koppla-loss/").status_code == 403
    assert inloggad(client)


@pytest.fixture
def inkopplad(leverantorer: Leverantorer, client: Client, kopplad: Anvandare) -> Anvandare:
    """By the subject that the provider says now."""
    kopplad.identiteter.update(subjekt="eva")
    leverantorer.styr(client, eva("saml"))
    return kopplad


@pytest.mark.django_db(transaction=True)
def test_inloggning_som_pagar_nar_kontot_kopplas_loss_blir_ingen_session(
    client: Client, administrator: Anvandare, inkopplad: Anvandare
) -> None:
    """The provider's answer is believed before the link is gone, and waits for the account."""

    def logga_in() -> str:
        try:
            return leder_till(kom_in(client, "saml"))
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as trad:
        with transaction.atomic():
            andringar.koppla_loss(av=administrator, person=inkopplad, sedd=senaste_handelse(inkopplad))
            vart = trad.submit(logga_in)
            vanta_pa_las(1)
        assert vart.result() == "/konto/logga-in/"

    assert leder_till(client.get("/mitt-arbete/")).startswith("/konto/logga-in/")
    assert not Session.objects.filter(pk__in=UserSession.objects.filter(user=inkopplad).values("session_key")).exists()


@pytest.mark.django_db(transaction=True)
def test_session_som_just_gors_nar_kontot_kopplas_loss_avslutas(
    client: Client, administrator: Anvandare, inkopplad: Anvandare
) -> None:
    """The disconnection waits for the login that has the account, and ends its session before the browser has it."""
    sedd = senaste_handelse(inkopplad)

    def koppla_loss() -> None:
        try:
            andringar.koppla_loss(av=administrator, person=inkopplad, sedd=sedd)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as trad:
        with transaction.atomic():
            kom_in(client, "saml")
            klart = trad.submit(koppla_loss)
            vanta_pa_las(1)
        klart.result()

    assert leder_till(client.get("/mitt-arbete/")).startswith("/konto/logga-in/")


@pytest.mark.parametrize("vad", ["koppla loss", "losenord", "stang"])
def test_inloggning_som_vantar_pa_koden_slutar_nar_det_den_borjade_med_inte_galler(
    client: Client, administrator: Anvandare, inkopplad: Anvandare, vad: str
) -> None:
    TOTP.activate(inkopplad, HEMLIGHET)
    if vad == "losenord":
        byt_losenord(av=None, anvandare=inkopplad, losenord=LOSENORD)
        client.post("/konto/logga-in/", {"login": inkopplad.epost, "password": LOSENORD})
    else:
        assert leder_till(kom_in(client, "saml")) == "/konto/logga-in/kod/"

    if vad == "koppla loss":
        andringar.koppla_loss(av=administrator, person=inkopplad, sedd=senaste_handelse(inkopplad))
    elif vad == "losenord":
        byt_losenord(av=None, anvandare=inkopplad, losenord=f"{LOSENORD} nytt")
    else:
        andra_konto(inkopplad, is_active=False)
        andra_konto(inkopplad, is_active=True)

    assert leder_till(skriv_kod(client, kod())) == "/konto/logga-in/"
    assert "Börja om härifrån" in platt(client.get("/konto/logga-in/"))
    assert not inloggad(client)
