"""More than a password: codes and passkeys, who must have them, and what a lost one leads to."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client, RequestFactory
from fido2.utils import websafe_encode

from aktorer import andringar as kontoandringar
from aktorer import takt
from aktorer.grund.samtidighet import Krock
from aktorer.models import Anvandare, AnvandareEvent  # type: ignore[attr-defined]
from fardplan import miljo
from harden.data import vanta_ut
from insatser.andringar import konton as andringar
from insatser.fragor import konton as fragor
from insatser.fragor import lank
from insatser.models import Handelse, Utskick
from insatser.utbyte.mejl import sandning
from tests.conftest import LOSENORD
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

HX = {"HX-Request": "true"}
NYTT = "fyra ord i en rad"
HEMLIGHET = generate_totp_secret()


@pytest.fixture(autouse=True)
def _utan_takt() -> None:
    cache.clear()


@pytest.fixture
def med_app(tjansteperson: Anvandare) -> Anvandare:
    TOTP.activate(tjansteperson, HEMLIGHET)
    RecoveryCodes.activate(tjansteperson)
    tjansteperson.refresh_from_db()
    return tjansteperson


def kod(om: int = 0, hemlighet: str = HEMLIGHET) -> str:
    """What the app shows so many half minutes from now."""
    return format_hotp_value(hotp_value(hemlighet, int(time.time()) // 30 + om))


def logga_in(client: Client, person: Anvandare, losenord: str = LOSENORD) -> Any:
    return client.post("/konto/logga-in/", {"login": person.epost, "password": losenord})


def skriv_kod(client: Client, kod: str) -> Any:
    return client.post("/konto/logga-in/kod/", {"code": kod})


def inne(client: Client) -> bool:
    return client.get("/mitt-arbete/").status_code == 200


# --- at the login ---


def test_losenordet_racker_inte_for_den_som_har_en_app(client: Client, med_app: Anvandare) -> None:
    assert logga_in(client, med_app)["Location"] == "/konto/logga-in/kod/"
    assert not inne(client)
    assert skriv_kod(client, kod())["Location"] == "/mitt-arbete/"
    assert inne(client)


def test_fel_kod_sags_pa_svenska(client: Client, med_app: Anvandare) -> None:
    logga_in(client, med_app)
    svar = skriv_kod(client, kod(50))
    assert "Koden stämmer inte, eller är redan använd." in platt(svar)
    assert not inne(client)


@pytest.mark.parametrize("om", [-1, 0, 1])
def test_samma_kod_tas_en_gang_sa_lange_den_ar_ratt(client: Client, med_app: Anvandare, om: int) -> None:
    """The code of the half minute to come is right for longest."""
    with time_machine.travel(1_800_000_000, tick=False) as klockan:
        given = kod(om)
        logga_in(client, med_app)
        skriv_kod(client, given)
        klockan.shift(29 + 30 * om)
        annan = Client()
        logga_in(annan, med_app)
        skriv_kod(annan, given)
        assert (inne(client), inne(annan)) == (True, False)


def test_en_reservkod_tas_en_gang(client: Client, med_app: Anvandare) -> None:
    reservkod = RecoveryCodes.activate(med_app).get_unused_codes()[0]
    annan = Client()
    for klient in (client, annan):
        logga_in(klient, med_app)
        skriv_kod(klient, reservkod)
    assert (inne(client), inne(annan)) == (True, False)


def test_den_som_gissar_koder_far_vanta(client: Client, med_app: Anvandare) -> None:
    logga_in(client, med_app)
    for n in range(5):
        skriv_kod(client, f"{n:06}")
    svar = skriv_kod(client, kod())
    assert "För många" in platt(svar)
    assert not inne(client)


def test_ett_nytt_losenord_gar_inte_runt_andra_steget(client: Client, med_app: Anvandare) -> None:
    nyckel = lank.skriv_kontonyckel(med_app, lank.Kontonyckel.LOSENORD)
    svar = client.post(f"/konto/nytt-losenord/{nyckel}/", {"losenord": NYTT, "losenord_igen": NYTT})
    assert svar["Location"] == "/konto/logga-in/kod/"
    assert not inne(client)
    assert skriv_kod(client, kod())["Location"] == "/mitt-arbete/"


@pytest.mark.parametrize("svar", ["[]", '"x"', "{}", '{"id": "x"}', "strunt", '{"response": {"userHandle": 5}}', ""])
def test_det_som_inte_ar_nagon_passkey_tas_inte_emot(client: Client, med_app: Anvandare, svar: str) -> None:
    client.get("/konto/passkeys/logga-in/", headers={"Accept": "application/json"})
    assert client.post("/konto/passkeys/logga-in/", {"credential": svar}).status_code == 302
    logga_in(client, med_app)
    assert client.post("/konto/logga-in/kod/", {"credential": svar}).status_code == 200
    assert not inne(client)


def _svar(**svaret: str) -> str:
    """A passkey's answer as a browser sends it, but for what is in it."""
    klient = websafe_encode(b'{"type":"webauthn.get","challenge":"","origin":"https://plan.example"}')
    bas = {"clientDataJSON": klient, "signature": "", "userHandle": "MQ"}
    return json.dumps({"id": "AQ", "rawId": "AQ", "type": "public-key", "response": bas | svaret})


@pytest.mark.parametrize(
    "svar",
    ["1" * 5000, "[" * 200_000, _svar(authenticatorData=websafe_encode(b"0" * 32 + b"\x80\0\0\0\0"))],
    ids=["stort tal", "djupt", "kort"],
)
def test_det_som_inte_gar_att_lasa_tas_inte_emot(client: Client, tjansteperson: Anvandare, svar: str) -> None:
    client.get("/konto/passkeys/logga-in/", headers={"Accept": "application/json"})
    assert client.post("/konto/passkeys/logga-in/", {"credential": svar}).status_code == 302
    logga_in(client, tjansteperson)
    client.get("/konto/passkeys/ny/")
    assert client.post("/konto/passkeys/ny/", {"name": "Ny", "credential": svar}).status_code == 200


@pytest.mark.parametrize("intyg", ["", "GQ", websafe_encode(b"\x81" * 5000)], ids=["tomt", "kort", "djupt"])
def test_en_ny_passkey_som_inte_gar_att_lasa_sags_pa_sidan(
    client: Client, tjansteperson: Anvandare, intyg: str
) -> None:
    logga_in(client, tjansteperson)
    client.get("/konto/passkeys/ny/")
    svar = client.post("/konto/passkeys/ny/", {"name": "Ny", "credential": _svar(attestationObject=intyg)})
    assert "Det gick inte att läsa passkeyn." in platt(svar)


def test_passkeyns_fragor_galler_vardens_namn(client: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS, settings.BASADRESS = ["*"], "https://plan.example.se"
    huvuden = {"Accept": "application/json"}
    fragor = [
        client.get("/konto/passkeys/logga-in/", headers=huvuden | {"Host": vard}).json()["request_options"]
        for vard in ("plan.example.se", "www.plan.example.se:8443", "localhost:8000", "illplan.example.se")
    ]
    vantat = ["plan.example.se", "plan.example.se", "localhost", "illplan.example.se"]
    assert [f["publicKey"]["rpId"] for f in fragor] == vantat


def test_fem_fel_koder_stanger_inte_ute_den_som_kommer_fran_annat_hall(client: Client, med_app: Anvandare) -> None:
    tjuv = Client(REMOTE_ADDR="192.0.2.1")
    logga_in(tjuv, med_app)
    for n in range(7):
        skriv_kod(tjuv, f"{n:06}")
    logga_in(client, med_app)
    skriv_kod(client, kod())
    assert (inne(client), inne(tjuv)) == (True, False)


def test_koder_som_gissas_fran_manga_hall_tas_en_i_minuten(client: Client, med_app: Anvandare) -> None:
    with time_machine.travel(1_800_000_000, tick=False) as klockan:
        for n in range(takt.FLEST):
            takt.gissar_kod(RequestFactory().post("/", REMOTE_ADDR=f"198.51.100.{n}"), med_app.pk)
        logga_in(client, med_app)
        assert "Försök igen om 1 minut" in platt(skriv_kod(client, kod()))
        klockan.shift(takt.EN_I_TAGET)
        skriv_kod(client, kod())
        assert inne(client)


# --- who must have it ---


@pytest.mark.parametrize(
    ("krav", "vem", "leds"),
    [
        ("ingen", "administrator", False),
        ("administrator", "administrator", True),
        ("administrator", "planerare", False),
        ("planerare", "planerare", True),
        ("planerare", "administrator", True),
        ("planerare", "tjansteperson", False),
    ],
)
def test_den_som_maste_ha_ett_andra_steg_leds_dit(
    client: Client, request: pytest.FixtureRequest, settings: Any, krav: str, vem: str, leds: bool
) -> None:
    settings.KRAV_TVASTEG = krav
    client.force_login(request.getfixturevalue(vem))
    for adress in ("/mitt-arbete/", "/", "/flemingsberg/", "/konto/losenord/"):
        svar = client.get(adress)
        assert (svar.status_code, svar.headers.get("Location")) == ((302, "/konto/tvasteg/") if leds else (200, None))
        htmx = client.get(adress, headers=HX)
        assert (htmx.headers.get("HX-Redirect") == "/konto/tvasteg/") == leds


def test_inget_skrivs_utan_det_andra_steget(client: Client, administrator: Anvandare, settings: Any) -> None:
    settings.KRAV_TVASTEG = "administrator"
    client.force_login(administrator)
    assert client.post("/konto/namn/", {"namn": "Ny"})["Location"] == "/konto/tvasteg/"
    assert client.get("/admin/")["Location"] == "/konto/tvasteg/"
    administrator.refresh_from_db()
    assert administrator.namn != "Ny"


def test_den_som_leds_dit_kan_gora_det_och_ar_sedan_inne(
    client: Client, administrator: Anvandare, settings: Any
) -> None:
    settings.KRAV_TVASTEG = "administrator"
    logga_in(client, administrator)
    assert "Du behöver ett andra steg för att komma vidare." in platt(client.get("/konto/tvasteg/"))
    hemlighet = client.get("/konto/tvasteg/app/").context["form"].secret

    assert client.post("/konto/tvasteg/app/", {"code": kod(0, hemlighet)})["Location"] == "/konto/tvasteg/koder/"

    assert inne(client)
    assert client.post("/konto/logga-ut/")["Location"] == "/"


@pytest.mark.parametrize("krav", ["ingen", "administrator"])
def test_andra_inloggningar_ar_slut_nar_ett_andra_steg_kommer_till(
    client: Client, administrator: Anvandare, settings: Any, krav: str
) -> None:
    """Who has got hold of the password may be waiting for it."""
    settings.KRAV_TVASTEG = krav
    tjuv = Client()
    for klient in (client, tjuv):
        logga_in(klient, administrator)
    hemlighet = client.get("/konto/tvasteg/app/").context["form"].secret
    client.post("/konto/tvasteg/app/", {"code": kod(0, hemlighet)})
    assert (inne(client), inne(tjuv)) == (True, False)
    assert UserSession.objects.filter(user=administrator).count() == 1


def test_den_som_maste_ha_det_visar_det_i_varje_inloggning(
    client: Client, administrator: Anvandare, settings: Any
) -> None:
    """By whatever way the session came to be."""
    settings.KRAV_TVASTEG = "administrator"
    TOTP.activate(administrator, HEMLIGHET)
    client.force_login(administrator)
    for adress in ("/mitt-arbete/", "/konto/tvasteg/app/", "/konto/bekrafta/"):
        assert client.get(adress)["Location"].startswith("/konto/bekrafta/kod/?next=")
    client.post("/konto/bekrafta/kod/", {"code": kod(), "next": "/mitt-arbete/"})
    assert inne(client)


@pytest.mark.parametrize(
    ("satt", "produktion", "blir"),
    [
        ("", False, "ingen"),
        ("", True, "administrator"),
        ("planerare", True, "planerare"),
        ("ingen", True, "KRAV_TVASTEG är ”ingen”: i produktion måste minst administrator ha ett andra steg."),
        ("alla", True, "KRAV_TVASTEG är ”alla” men ska vara administrator eller planerare."),
    ],
)
def test_installningen_har_ett_minsta_i_produktion(
    monkeypatch: pytest.MonkeyPatch, satt: str, produktion: bool, blir: str
) -> None:
    monkeypatch.setenv("KRAV_TVASTEG", satt)
    try:
        blev = miljo.krav_tvasteg(produktion)
    except miljo.Installningsfel as fel:
        blev = str(fel)
    assert blev == blir


# --- what is kept, and what the person is told ---


def test_varje_till_och_bort_star_i_kontots_historik_utan_hemligheten(med_app: Anvandare) -> None:
    Authenticator.objects.filter(user=med_app).delete()
    rader = AnvandareEvent.objects.filter(pgh_obj_id=med_app.pk, pgh_label="update").order_by("pgh_id")
    # The app, its codes, and each of them gone.
    assert [r.tvasteg for r in rader] == [1, 1, 0, 0]
    assert len({r.tvasteg_andrat for r in rader}) == 4


def test_appens_hemlighet_star_inte_i_databasen(med_app: Anvandare, settings: Any) -> None:
    faktor = Authenticator.objects.get(user=med_app, type="totp")
    assert HEMLIGHET not in json.dumps(faktor.data)
    assert faktor.wrap().validate_code(kod())
    cache.clear()
    settings.SECRET_KEY = "en annan nyckel, som inte kan läsa det som den förra skrev"
    assert not faktor.wrap().validate_code(kod())


@pytest.mark.django_db(transaction=True)
def test_den_som_andrar_sin_inloggning_far_ett_mejl(client: Client, med_app: Anvandare, mailoutbox: list[Any]) -> None:
    logga_in(client, med_app)
    skriv_kod(client, kod())
    client.post("/konto/tvasteg/koder/nya/")
    client.post("/konto/tvasteg/app/ta-bort/")
    vanta_ut()
    amnen = {"Du har nya reservkoder – Färdplan", "Appen för koder är borttagen – Färdplan"}
    assert ({b.subject for b in mailoutbox}, {b.to[0] for b in mailoutbox}) == (amnen, {med_app.epost})


def test_reservkoderna_visas_en_gang(client: Client, med_app: Anvandare) -> None:
    logga_in(client, med_app)
    skriv_kod(client, kod())
    client.post("/konto/tvasteg/koder/nya/")
    koder = RecoveryCodes.activate(med_app).get_unused_codes()
    forst, sedan = (platt(client.get("/konto/tvasteg/koder/")) for _ in range(2))
    assert ([k in forst for k in koder], [k in sedan for k in koder]) == ([True] * 10, [False] * 10)


def test_den_som_inte_nyss_har_loggat_in_far_bekrafta(client: Client, med_app: Anvandare) -> None:
    client.force_login(med_app)
    for adress in ("app/ta-bort/", "koder/nya/"):
        svar = client.post(f"/konto/tvasteg/{adress}")
        assert svar["Location"].startswith("/konto/bekrafta/?next=")
    assert Authenticator.objects.filter(user=med_app).count() == 2


@pytest.mark.parametrize("endast", [False, True], ids=["utan losenord", "losenordet galler inte"])
def test_den_som_inte_kan_bekrafta_loggar_in_pa_nytt(
    client: Client, tjansteperson: Anvandare, settings: Any, endast: bool
) -> None:
    settings.SSO = replace(settings.SSO, endast=endast, nodkonto="admin@fardplan.example")
    Anvandare.objects.filter(pk=tjansteperson.pk).update(password=make_password(LOSENORD if endast else None))
    tjansteperson.refresh_from_db()
    client.force_login(tjansteperson)

    vidare = client.get("/konto/tvasteg/app/")["Location"]

    assert vidare == "/konto/logga-in/?next=%2Fkonto%2Ftvasteg%2Fapp%2F"
    assert "Logga in en gång till" in platt(client.get(vidare))
    assert client.get("/konto/logga-in/")["Location"] == "/mitt-arbete/"


@pytest.mark.parametrize(
    ("adress", "data"), [("", {"password": LOSENORD}), ("kod/", {"code": ""})], ids=["losenord", "kod"]
)
def test_att_bekrafta_leder_dit_man_var_pa_vag(
    client: Client, med_app: Anvandare, adress: str, data: dict[str, str]
) -> None:
    client.force_login(med_app)
    vidare = {"next": "/konto/tvasteg/koder/nya/"}
    fel = client.post(f"/konto/bekrafta/{adress}", dict.fromkeys(data, "fel") | vidare)
    assert "stämmer inte" in platt(fel)
    svar = client.post(f"/konto/bekrafta/{adress}", {n: v or kod() for n, v in data.items()} | vidare)
    assert svar["Location"] == "/konto/tvasteg/koder/nya/"


# --- the lost telephone ---


def test_en_administrator_tar_bort_andra_steget_och_personen_far_veta(
    client: Client, administrator: Anvandare, med_app: Anvandare, mailoutbox: list[Any]
) -> None:
    deras = Client()
    logga_in(deras, med_app)
    skriv_kod(deras, kod())
    client.force_login(administrator)
    adress = f"/konton/{med_app.pk}/tvasteg/"
    assert adress in client.get(f"/konton/{med_app.pk}/").text

    sedd = client.get(adress).context["form"].initial["sedd"]
    assert client.post(adress, {"sedd": sedd})["Location"] == f"/konton/{med_app.pk}/"

    sandning.skicka_vantande()
    assert [(b.to, b.subject) for b in mailoutbox] == [([med_app.epost], "Ditt andra steg är borttaget – Färdplan")]
    assert not inne(deras)
    assert logga_in(Client(), med_app)["Location"] == "/mitt-arbete/"


def test_med_en_borttagen_passkey_gar_ocksa_det_som_den_som_har_telefonen_kan_ha_last(
    client: Client, administrator: Anvandare, tjansteperson: Anvandare
) -> None:
    Anvandare.objects.filter(pk=tjansteperson.pk).update(
        password=make_password(None), kalendernyckel="k" * 32, lanknyckel="l" * 32
    )
    Authenticator.objects.create(user=tjansteperson, type="webauthn", data={"name": "Min passkey"})
    client.force_login(administrator)
    adress = f"/konton/{tjansteperson.pk}/tvasteg/"
    sida = client.get(adress)

    client.post(adress, {"sedd": sida.context["form"].initial["sedd"]})

    tjansteperson.refresh_from_db()
    assert (tjansteperson.kalendernyckel, tjansteperson.lanknyckel == "l" * 32) == ("", False)
    assert "med lösenordet ensamt" not in platt(sida)


def test_ingen_tar_bort_sitt_eget_andra_steg_den_vagen(administrator: Anvandare) -> None:
    TOTP.activate(administrator, HEMLIGHET)
    sedd = kontoandringar.senaste_handelse(administrator)
    with pytest.raises(ValidationError, match="under Mitt konto"):
        andringar.ta_bort_tvasteg(av=administrator, person=administrator, sedd=sedd)


def test_den_som_laste_fore_ett_nytt_andra_steg_tar_inte_bort_det(
    administrator: Anvandare, tjansteperson: Anvandare
) -> None:
    sedd = kontoandringar.senaste_handelse(tjansteperson)
    TOTP.activate(tjansteperson, HEMLIGHET)
    with pytest.raises(Krock):
        andringar.ta_bort_tvasteg(av=administrator, person=tjansteperson, sedd=sedd)


def test_den_som_bara_har_en_passkey_ar_aktiv(administrator: Anvandare, tjansteperson: Anvandare) -> None:
    tjansteperson.set_unusable_password()
    tjansteperson.save()
    assert fragor.lista(administrator, lage="inbjuden").contains(tjansteperson)
    Authenticator.objects.create(user=tjansteperson, type="webauthn", data={"name": "Min passkey"})
    assert fragor.lista(administrator, lage="aktiv").contains(tjansteperson)
    tjansteperson.refresh_from_db()
    with pytest.raises(ValidationError, match="har redan valt"):
        andringar.bjud_in_igen(av=administrator, person=tjansteperson)


def test_databasens_forvaltning_visar_inga_hemligheter(client: Client, administrator: Anvandare) -> None:
    client.force_login(administrator)
    assert [client.get(f"/admin/{a}/").status_code for a in ("mfa/authenticator", "usersessions/usersession")] == [
        404
    ] * 2


def test_varje_handelse_har_sina_ord(tjansteperson: Anvandare, mailoutbox: list[Any]) -> None:
    for vad in Handelse:
        andringar.underratta(av=tjansteperson, person=tjansteperson, vad=vad)
    sandning.skicka_vantande()
    assert len({b.subject for b in mailoutbox}) == len(Handelse)
    assert not Utskick.objects.filter(slag="saker", skickat=None).exists()
    assert Session.objects.count() == 0
