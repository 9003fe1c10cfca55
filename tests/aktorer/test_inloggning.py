"""In by e-mail and password, with accounts an administratör has made; nobody signs up."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.contrib.auth.hashers import get_hasher, make_password
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, reverse

from aktorer import andringar
from aktorer.grund.formular import LOSENORDSRAD
from aktorer.models import Anvandare
from tests.conftest import andra_konto
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

EPOST, LOSENORD = "inlogg@fardplan.example", "ett-langt-losenord"
SIDA = "/konto/logga-in/"


@pytest.fixture(autouse=True)
def utan_gamla_forsok(db: None) -> None:
    """The rate limits count in the cache."""
    cache.clear()


@pytest.fixture
def konto(db: None) -> Anvandare:
    return andringar.skapa_anvandare(av=None, epost=EPOST, namn="Inga Logg", roll="styrgrupp", losenord=LOSENORD)  # type: ignore[arg-type]


def logga_in(client: Client, epost: str = EPOST, losenord: str = LOSENORD, **mer: str) -> HttpResponse:
    return client.post(SIDA, {"login": epost, "password": losenord, **mer})  # type: ignore[return-value]


def inloggad(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("epost", [EPOST, "INLOGG@Fardplan.EXAMPLE", f"  {EPOST} "])
def test_inloggning_med_epost_leder_till_mitt_arbete(client: Client, konto: Anvandare, epost: str) -> None:
    svar = logga_in(client, epost)

    assert (svar.status_code, svar.headers["Location"]) == (302, "/mitt-arbete/")
    assert client.session["_auth_user_id"] == str(konto.pk)


@pytest.mark.parametrize("gjort", ["inlogg@malmö.example", "inlogg@xn--malm-8qa.example"])
@pytest.mark.parametrize("epost", ["inlogg@malmö.example", "INLOGG@XN--MALM-8QA.example", "inlogg@MALMO\u0308.example"])
def test_doman_med_o_ar_samma_i_bokstaver_och_som_natet_stavar_den(
    client: Client, konto: Anvandare, gjort: str, epost: str
) -> None:
    """Browsers send a mail domain with ö in the spelling of the network."""
    andra_konto(konto, epost=gjort)

    assert logga_in(client, epost).status_code == 302
    assert Anvandare.objects.get(pk=konto.pk).epost == "inlogg@malmö.example"


def test_adress_som_andrats_med_stora_bokstaver_kan_logga_in(client: Client, konto: Anvandare) -> None:
    andra_konto(konto, epost="Ny.Adress@Fardplan.Example")

    assert logga_in(client, "Ny.Adress@Fardplan.Example").status_code == 302


def test_tillbaka_till_sidan_man_kom_ifran(client: Client, konto: Anvandare) -> None:
    svar = logga_in(client, next="/flemingsberg/insatskarta/?vy=tabell")

    assert svar.headers["Location"] == "/flemingsberg/insatskarta/?vy=tabell"


@pytest.mark.parametrize("till", ["https://example.org/", "//example.org/", "javascript:alert(1)"])
def test_inloggningen_leder_inte_till_andra_webbplatser(client: Client, konto: Anvandare, till: str) -> None:
    assert logga_in(client, next=till).headers["Location"] == "/mitt-arbete/"


@pytest.mark.parametrize(
    ("epost", "losenord"),
    [(EPOST, "fel-losenord-helt"), ("finns.inte@fardplan.example", LOSENORD), (EPOST, LOSENORD.upper())],
)
def test_fel_losenord_och_okand_adress_far_samma_svar(
    client: Client, konto: Anvandare, epost: str, losenord: str
) -> None:
    svar = logga_in(client, epost, losenord)

    assert svar.context["form"].non_field_errors() == ["E-postadressen eller lösenordet stämmer inte. Försök igen."]
    assert f'value="{epost}"' in platt(svar)
    assert losenord not in platt(svar)
    assert not inloggad(client)


@pytest.mark.parametrize("epost", ["", "inte en adress", "nul\0@fardplan.example"])
def test_trasig_adress_ger_ett_fel_vid_faltet(client: Client, epost: str) -> None:
    svar = logga_in(client, epost)

    assert set(svar.context["form"].errors) == {"login"}


def test_stangt_konto_kommer_inte_in_och_far_veta_varfor(client: Client, konto: Anvandare) -> None:
    andra_konto(konto, is_active=False)

    svar = client.post(SIDA, {"login": EPOST, "password": LOSENORD}, follow=True)

    assert not inloggad(client)
    assert svar.redirect_chain == [("/konto/stangt/", 302)]
    assert "<h1>Kontot är stängt</h1>" in platt(svar)


def test_att_stanga_kontot_avslutar_det_som_pagar(client: Client, konto: Anvandare) -> None:
    logga_in(client)
    assert client.get("/mitt-arbete/").status_code == 200

    andra_konto(konto, is_active=False)

    assert client.get("/mitt-arbete/").status_code == 302


def test_nytt_losenord_avslutar_det_som_pagar(client: Client, konto: Anvandare) -> None:
    logga_in(client)

    andringar.byt_losenord(av=None, anvandare=konto, losenord="ett-helt-nytt-losenord")

    assert client.get("/mitt-arbete/").status_code == 302


def test_bytt_adress_galler_genast_och_den_gamla_inte_langre(client: Client, konto: Anvandare) -> None:
    logga_in(client)
    client.logout()

    andra_konto(konto, epost="ny@fardplan.example")

    logga_in(client)
    assert not inloggad(client)
    logga_in(client, "ny@fardplan.example")
    assert inloggad(client)


@pytest.mark.parametrize("epost", [EPOST, "finns.inte@fardplan.example"])
def test_sjatte_forsoket_far_veta_nar_det_gar_igen(client: Client, konto: Anvandare, epost: str) -> None:
    """The same to the word for an address that nobody has."""
    with time_machine.travel("2027-03-01T14:28:10+01:00", tick=False):
        for _ in range(5):
            logga_in(client, epost, "fel-losenord-helt")
        svar = logga_in(client, epost)

    assert (svar.status_code, svar.headers["Retry-After"], inloggad(client)) == (429, "300", False)
    assert "För många misslyckade försök. Försök igen om 5 minuter, kl. 14.34." in platt(svar)


@pytest.mark.django_db(transaction=True)
def test_trettio_gissningar_pa_en_gang_raknas_alla(konto: Anvandare) -> None:
    """Each by a connection of its own."""

    def gissa(_: int) -> int:
        try:
            return logga_in(Client(), losenord="fel-losenord-helt").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(30) as alla:
        svar = sorted(alla.map(gissa, range(30)))

    assert svar == [200] * 5 + [429] * 25


def test_den_ratta_kommer_in_fran_en_annan_adress(client: Client, konto: Anvandare) -> None:
    """shared/fall/18: whoever knows an address can shut nobody out."""
    for n in range(30):
        client.post(SIDA, {"login": EPOST, "password": "fel-losenord-helt"}, REMOTE_ADDR=f"127.0.1.{n % 4}")

    svar = client.post(SIDA, {"login": EPOST, "password": LOSENORD}, REMOTE_ADDR="127.0.0.2")

    assert (svar.status_code, inloggad(client)) == (302, True)


@pytest.mark.parametrize("vem", ["fel", "okand", "utan losenord", "stangd"])
def test_lika_mycket_arbete_for_alla_adresser(
    client: Client, konto: Anvandare, vem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A password is hashed once, whether anybody has the address or not."""
    if vem == "utan losenord":
        Anvandare.objects.filter(pk=konto.pk).update(password=make_password(None))
    if vem == "stangd":
        andra_konto(konto, is_active=False)
    metod, gjorda = type(get_hasher()), []
    riktig = metod.encode
    monkeypatch.setattr(metod, "encode", lambda *a, **k: gjorda.append(a) or riktig(*a, **k))

    logga_in(client, "finns.inte@fardplan.example" if vem == "okand" else EPOST, "fel-losenord-helt")

    assert len(gjorda) == 1


def test_andra_konton_kommer_in_nar_ett_har_gissats_pa(client: Client, konto: Anvandare) -> None:
    for _ in range(5):
        logga_in(client, "planerare@fardplan.example", "fel-losenord-helt")

    assert logga_in(client).status_code == 302


def test_for_manga_forsok_fran_en_adress(client: Client, konto: Anvandare) -> None:
    svar = [logga_in(client, f"person{n}@fardplan.example", "fel-losenord-helt").status_code for n in range(31)]

    assert svar == [200] * 30 + [429]
    assert logga_in(client).status_code == 429


@pytest.mark.parametrize(
    "sida",
    ["account_signup", "account_reset_password", "account_email", "socialaccount_signup", "account_confirm_email"],
)
def test_det_finns_ingen_sida_att_registrera_sig_pa(sida: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(sida)


@pytest.mark.parametrize("adress", ["/konto/signup/", "/konto/registrera/", "/accounts/signup/"])
def test_gissade_registreringsadresser_finns_inte(client: Client, adress: str) -> None:
    assert client.get(adress).status_code == 404


def test_inloggningssidan_ar_pa_svenska_utan_lank_till_registrering(client: Client) -> None:
    html = platt(client.get(SIDA))

    assert "<h1>Logga in</h1>" in html
    assert "signup" not in html
    assert 'autocomplete="current-password"' in html


def test_admin_har_ingen_egen_inloggning(client: Client) -> None:
    svar = client.get("/admin/login/?next=/admin/")

    assert svar.status_code == 302
    assert svar.headers["Location"].startswith("/konto/logga-in/?next=")


def test_den_som_ar_inloggad_skickas_vidare(client: Client, konto: Anvandare) -> None:
    client.force_login(konto)

    assert client.get(SIDA).headers["Location"] == "/mitt-arbete/"


def test_logga_ut_kravs_som_post(client: Client, konto: Anvandare) -> None:
    client.force_login(konto)

    assert "<h1>Vill du logga ut?</h1>" in platt(client.get("/konto/logga-ut/"))
    assert inloggad(client)
    assert client.post("/konto/logga-ut/").headers["Location"] == "/"
    assert not inloggad(client)


def test_byta_sitt_losenord(client: Client, konto: Anvandare) -> None:
    logga_in(client)
    nytt = {"password1": "ett-helt-nytt-losenord", "password2": "ett-helt-nytt-losenord"}

    svar = client.post("/konto/losenord/", {"oldpassword": LOSENORD, **nytt})

    konto.refresh_from_db()
    assert svar.status_code == 302
    assert konto.check_password("ett-helt-nytt-losenord")


def test_det_nya_losenordet_efterfragas_med_samma_ord_som_med_en_lank(client: Client, konto: Anvandare) -> None:
    logga_in(client)

    sida = platt(client.get("/konto/losenord/"))

    assert (LOSENORDSRAD in sida, "Lösenordet en gång till" in sida, "Ditt lösenord måste" in sida) == (
        True,
        True,
        False,
    )


@pytest.mark.parametrize(
    ("gammalt", "nytt", "falt"),
    [
        ("fel-losenord-helt", "ett-helt-nytt-losenord", {"oldpassword"}),
        (LOSENORD, "kort", {"password1"}),
        (LOSENORD, "q1w2e3r4t5y6", {"password1"}),
    ],
)
def test_daligt_nytt_losenord_nekas(client: Client, konto: Anvandare, gammalt: str, nytt: str, falt: set[str]) -> None:
    logga_in(client)

    svar = client.post("/konto/losenord/", {"oldpassword": gammalt, "password1": nytt, "password2": nytt})

    assert set(svar.context["form"].errors) == falt
    konto.refresh_from_db()
    assert konto.check_password(LOSENORD)
