"""In by another organisation's login, at real providers: who gets in as what, and who is told why not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from aktorer import andringar
from aktorer.models import Aktor, Anvandare, Identitet, Kontobegaran
from tests.conftest import andra_konto
from tests.sidtext import platt
from tests.sso.conftest import EPOST, NAMN, VAGAR, Leverantorer, eva, inloggad, kom_in, leder_till

# One worker has the providers.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("sso")]

LOSENORD = "fyra ord i en rad"
ANNAN = {"oidc": "eva.ny@haninge.example", "saml": "eva.ny@huddinge.example"}
OSSA, NATETS = "eva.ek@malmö.example", "eva.ek@xn--malm-8qa.example"
EJ_INTYGAD = {"oidc": {"email_verified": False}, "saml": {"mail": "eva.ek@nagon-annans.example"}}


def konto(epost: str, losenord: str | None = None, **mer: object) -> Anvandare:
    falt = {"namn": "Eva Ek", "roll": "styrgrupp", **mer}
    return andringar.skapa_anvandare(av=None, epost=epost, losenord=losenord, **falt)  # type: ignore[arg-type]


@pytest.mark.parametrize("vag", VAGAR)
def test_den_som_ingen_kanner_begar_ett_konto_en_gang(client: Client, leverantorer: Leverantorer, vag: str) -> None:
    leverantorer.styr(client, eva(vag))

    svar = [leder_till(kom_in(client, vag)) for _ in range(2)]

    assert svar == ["/konto/sso/besked/begaran-vantar/"] * 2
    assert not inloggad(client)
    aktor = {"oidc": "haninge-kommun", "saml": "huddinge-kommun"}[vag]
    assert list(Kontobegaran.objects.values_list("epost", "namn", "aktor")) == [(EPOST[vag], "Eva Ek", aktor)]
    assert not Anvandare.objects.filter(epost=EPOST[vag]).exists()


@pytest.mark.parametrize("vag", VAGAR)
@pytest.mark.parametrize("finns", [True, False], ids=["kontot-finns", "inget-konto"])
def test_utan_intygad_adress_far_alla_samma_svar(
    client: Client, leverantorer: Leverantorer, vag: str, finns: bool
) -> None:
    person = {**eva(vag), **EJ_INTYGAD[vag]}
    if finns:
        konto(str(person.get("email") or person["mail"]))
    leverantorer.styr(client, person)

    assert leder_till(kom_in(client, vag)) == "/konto/sso/besked/adressen-intygas-inte/"
    assert not inloggad(client)
    assert not Identitet.objects.exists()
    assert not Kontobegaran.objects.exists()


@pytest.mark.parametrize(("kontots", "sagd"), [(OSSA, NATETS), (NATETS, OSSA)], ids=["bokstäver", "nätets"])
def test_domanens_tva_stavningar_ar_samma_konto(
    client: Client, leverantorer: Leverantorer, val: Any, satt: Callable[..., None], kontots: str, sagd: str
) -> None:
    """By letters, and as the network spells ö."""
    satt(oidc=replace(val.oidc, domaner=("malmö.example",)))
    hennes = konto(kontots)
    leverantorer.styr(client, eva("oidc", adress=sagd))

    kom_in(client, "oidc")

    assert (inloggad(client), Identitet.objects.get().anvandare) == (True, hennes)


def test_den_som_aldrig_sager_nagot_om_adressen_intygar_sina_domaner(
    client: Client, leverantorer: Leverantorer
) -> None:
    """As Entra ID."""
    personen = konto(EPOST["oidc"])
    leverantorer.styr(client, {"email": EPOST["oidc"], "name": "Eva Ek"})

    assert leder_till(kom_in(client, "oidc")) == "/mitt-arbete/"
    assert client.session["_auth_user_id"] == str(personen.pk)


def test_den_ena_leverantoren_tar_inte_over_den_andras_personer(client: Client, leverantorer: Leverantorer) -> None:
    """Whatever it says is verified: it vouches for its own domains."""
    konto(EPOST["saml"])
    leverantorer.styr(client, eva("oidc", adress=EPOST["saml"]))

    assert leder_till(kom_in(client, "oidc")) == "/konto/sso/besked/adressen-intygas-inte/"
    assert not Identitet.objects.exists()


@pytest.mark.parametrize(
    ("losenord", "svar"),
    [(None, "/konto/sso/besked/gar-inte-att-koppla/"), (LOSENORD, "/konto/sso/koppla/")],
    ids=["utan-losenord", "med-losenord"],
)
def test_kopplat_konto_kopplas_till_en_till_bara_med_bevis(
    client: Client, leverantorer: Leverantorer, losenord: str | None, svar: str
) -> None:
    personen = konto(EPOST["oidc"], losenord)
    Identitet.objects.create(anvandare=personen, leverantor=leverantorer.saml, subjekt="eva")
    leverantorer.styr(client, eva("oidc"))

    assert leder_till(kom_in(client, "oidc")) == svar
    assert not inloggad(client)
    assert Identitet.objects.count() == 1


def test_den_inbjudna_far_det_namn_som_organisationen_sager_forsta_gangen(
    client: Client, leverantorer: Leverantorer
) -> None:
    personen = konto(EPOST["saml"])
    Anvandare.objects.filter(pk=personen.pk).update(namn="Gissat Ur Adressen")
    leverantorer.styr(client, eva("saml"))
    kom_in(client, "saml")
    personen.refresh_from_db()
    assert personen.namn == "Eva Ek"

    andringar.byt_namn(av=personen, namn="Eva Ek-Ask")
    kom_in(client, "saml")

    personen.refresh_from_db()
    assert personen.namn == "Eva Ek-Ask"


@pytest.mark.parametrize("vag", VAGAR)
def test_konto_utan_losenord_kopplas_till_adressen_och_sedan_till_personen(
    client: Client, leverantorer: Leverantorer, vag: str
) -> None:
    personen = konto(EPOST[vag].upper().replace("EXAMPLE", "example").lower())
    leverantorer.styr(client, eva(vag, adress=EPOST[vag].capitalize()))
    forst = leder_till(kom_in(client, vag))
    client.logout()
    leverantorer.styr(client, eva(vag, adress=ANNAN[vag]))

    assert (forst, leder_till(kom_in(client, vag))) == ("/mitt-arbete/", "/mitt-arbete/")
    assert client.session["_auth_user_id"] == str(personen.pk)
    personen.refresh_from_db()
    assert personen.epost == EPOST[vag]


@pytest.mark.parametrize("vag", VAGAR)
def test_konto_med_losenord_kopplas_nar_losenordet_har_skrivits_en_gang(
    client: Client, leverantorer: Leverantorer, vag: str
) -> None:
    personen = konto(EPOST[vag], LOSENORD)
    leverantorer.styr(client, eva(vag))

    assert leder_till(kom_in(client, vag, next="/oversikt/")) == "/konto/sso/koppla/"
    assert not inloggad(client)
    fel = client.post("/konto/sso/koppla/", {"losenord": "fel ord i en rad"})
    assert (fel.status_code, "Lösenordet stämmer inte" in platt(fel)) == (422, True)
    assert not Identitet.objects.exists()
    assert leder_till(client.post("/konto/sso/koppla/", {"losenord": LOSENORD})) == "/oversikt/"
    client.logout()
    assert leder_till(kom_in(client, vag)) == "/mitt-arbete/"
    assert client.session["_auth_user_id"] == str(personen.pk)


def test_ingen_kopplar_utan_att_ha_kommit_fran_sin_organisation(client: Client) -> None:
    assert leder_till(client.get("/konto/sso/koppla/")) == "/konto/logga-in/"
    assert leder_till(client.post("/konto/sso/koppla/", {"losenord": LOSENORD})) == "/konto/logga-in/"


def test_ett_annat_kontos_losenord_kopplar_inget(client: Client, leverantorer: Leverantorer) -> None:
    konto(EPOST["oidc"], LOSENORD)
    konto("annan@haninge.example", "helt andra ord i rad")
    leverantorer.styr(client, eva("oidc"))
    kom_in(client, "oidc")

    assert client.post("/konto/sso/koppla/", {"losenord": "helt andra ord i rad"}).status_code == 422
    assert not Identitet.objects.exists()


def test_losenord_gissas_inte_fortare_har_an_pa_inloggningen(client: Client, leverantorer: Leverantorer) -> None:
    konto(EPOST["oidc"], LOSENORD)
    leverantorer.styr(client, eva("oidc"))
    kom_in(client, "oidc")

    svar = [client.post("/konto/sso/koppla/", {"losenord": f"fel nummer {n} i rad"}) for n in range(7)]

    assert "För många misslyckade försök" in platt(svar[-1])
    assert client.post("/konto/sso/koppla/", {"losenord": LOSENORD}).status_code == 422


@pytest.mark.parametrize("kopplat", [True, False], ids=["kopplat", "aldrig-kopplat"])
@pytest.mark.parametrize("vag", VAGAR)
def test_stangt_konto_kommer_inte_in(client: Client, leverantorer: Leverantorer, vag: str, kopplat: bool) -> None:
    personen = konto(EPOST[vag])
    leverantorer.styr(client, eva(vag))
    if kopplat:
        kom_in(client, vag)
    andra_konto(personen, is_active=False)
    client.logout()

    assert leder_till(kom_in(client, vag)) == "/konto/sso/besked/kontot-ar-stangt/"
    assert not inloggad(client)


def test_den_som_arver_en_adress_arver_inget_konto(client: Client, leverantorer: Leverantorer) -> None:
    konto(EPOST["saml"])
    leverantorer.styr(client, eva("saml"))
    kom_in(client, "saml")
    client.logout()
    leverantorer.styr(client, {**eva("saml"), "sub": "en-annan-eva"})

    assert leder_till(kom_in(client, "saml")) == "/konto/sso/besked/gar-inte-att-koppla/"
    assert not inloggad(client)


@pytest.mark.parametrize(
    ("grupper", "blir"),
    [
        (["annat", "Färdplan-alla"], ("tjansteperson", "haninge-kommun")),
        (["Färdplan-alla", "Färdplan-planerare"], ("planerare", "haninge-kommun")),
        ("Färdplan-planerare", ("planerare", "haninge-kommun")),
        (["administrator", "planerare"], None),
        ([], None),
    ],
)
def test_grupperna_ger_roll_och_domanen_aktor(
    client: Client, leverantorer: Leverantorer, grupper: object, blir: tuple[str, str] | None
) -> None:
    leverantorer.styr(client, {**eva("oidc"), "grupper": grupper})

    kom_in(client, "oidc")

    fick = Anvandare.objects.filter(epost=EPOST["oidc"]).values_list("roll", "aktor__slug").first()
    assert (fick, inloggad(client)) == (blir, blir is not None)


def test_roller_i_saml(client: Client, leverantorer: Leverantorer) -> None:
    leverantorer.styr(client, {**eva("saml"), "grupper": ["x", "Färdplan-alla"]})

    assert leder_till(kom_in(client, "saml")) == "/mitt-arbete/"
    assert Anvandare.objects.get(epost=EPOST["saml"]).aktor == Aktor.objects.get(slug="huddinge-kommun")


def test_administrator_blir_bara_den_som_installningen_namner(
    client: Client, leverantorer: Leverantorer, satt: Callable[..., None]
) -> None:
    satt(roller={"Färdplan-admin": "administrator"})
    leverantorer.styr(client, {**eva("oidc"), "grupper": ["Färdplan-admin"]})

    assert leder_till(kom_in(client, "oidc")) == "/mitt-arbete/"
    assert Anvandare.objects.get(epost=EPOST["oidc"]).roll == "administrator"


def test_organisationens_inloggning_behover_inget_andra_steg_har(
    client: Client, leverantorer: Leverantorer, settings: Any
) -> None:
    settings.KRAV_TVASTEG = "planerare"
    personen = konto(EPOST["oidc"], LOSENORD, roll="planerare")
    leverantorer.styr(client, eva("oidc"))
    kom_in(client, "oidc")
    client.post("/konto/sso/koppla/", {"losenord": LOSENORD})
    med_losenord = Client()
    med_losenord.post("/konto/logga-in/", {"login": personen.epost, "password": LOSENORD})

    assert client.get("/mitt-arbete/").status_code == 200
    assert "men du behöver ett" not in platt(client.get("/konto/"))
    assert leder_till(med_losenord.get("/mitt-arbete/")) == "/konto/tvasteg/"


@pytest.mark.parametrize("aktorer", [{}, {"haninge.example": "finns-inte"}], ids=["okand-doman", "okand-aktor"])
def test_okand_aktor_blir_en_begaran_som_sager_det(
    client: Client,
    leverantorer: Leverantorer,
    satt: Callable[..., None],
    administrator: Anvandare,
    aktorer: dict[str, str],
) -> None:
    satt(aktorer=aktorer)
    leverantorer.styr(client, {**eva("oidc"), "grupper": ["Färdplan-alla"]})

    assert leder_till(kom_in(client, "oidc")) == "/konto/sso/besked/begaran-vantar/"
    client.force_login(administrator)
    assert "Aktören är okänd" in platt(client.get("/konton/"))


def test_aktoren_kan_komma_fran_leverantoren(
    client: Client, leverantorer: Leverantorer, satt: Callable[..., None]
) -> None:
    satt(aktorattribut="organisation")
    leverantorer.styr(client, {**eva("oidc"), "grupper": ["Färdplan-alla"], "organisation": "botkyrka-kommun"})

    kom_in(client, "oidc")

    assert Anvandare.objects.get(epost=EPOST["oidc"]).aktor == Aktor.objects.get(slug="botkyrka-kommun")


@pytest.mark.parametrize(
    ("vidare", "dit"),
    [
        ("/flemingsberg/", "/flemingsberg/"),
        ("https://example.org/", "/mitt-arbete/"),
        ("//x.example/", "/mitt-arbete/"),
    ],
)
@pytest.mark.parametrize("vag", VAGAR)
def test_tillbaka_till_sidan_man_kom_ifran_och_ingen_annanstans(
    client: Client, leverantorer: Leverantorer, vag: str, vidare: str, dit: str
) -> None:
    konto(EPOST[vag])
    leverantorer.styr(client, eva(vag))

    assert leder_till(kom_in(client, vag, next=vidare)) == dit


def test_det_vi_minns_av_en_person(client: Client, leverantorer: Leverantorer) -> None:
    """Who it is, and nothing of what else the provider tells."""
    konto(EPOST["oidc"])
    leverantorer.styr(client, {**eva("oidc"), "organisation": "hemligt-om-eva"})

    kom_in(client, "oidc")

    assert list(Identitet.objects.values_list("leverantor", "subjekt")) == [(leverantorer.oidc, "eva")]
    assert "hemligt-om-eva" not in str(dict(client.session.items()))


def test_inloggningssidan_visar_vagarna_in(client: Client, satt: Callable[..., None]) -> None:
    med = platt(client.get("/konto/logga-in/?next=/oversikt/"))
    satt(oidc=None, saml=None)
    utan = platt(client.get("/konto/logga-in/"))

    assert [f"Logga in med {namn}" in med for namn in NAMN.values()] == [True, True]
    assert med.count('name="next" value="/oversikt/"') == len(NAMN) + 2  # with password, and with passkey
    assert "/konto/sso/" not in utan


@pytest.mark.parametrize("vag", [*VAGAR, "facebook"])
def test_vag_som_inte_ar_uppsatt_finns_inte(client: Client, satt: Callable[..., None], vag: str) -> None:
    satt(oidc=None, saml=None)

    assert client.post(f"/konto/sso/{vag}/").status_code == 404
    assert client.get("/konto/sso/oidc/tillbaka/").status_code == 404
    assert client.post("/konto/sso/saml/tillbaka/").status_code == 404
    assert client.get("/konto/sso/saml/metadata/").status_code == 404
