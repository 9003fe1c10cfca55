"""Single sign-on by settings: what is accepted, and that what is refused is named in one line without its secrets."""

from __future__ import annotations

from pathlib import Path

import pytest

from fardplan import sso
from fardplan.miljo import Installningsfel
from tests.sso.conftest import nyckel_och_certifikat

OIDC = {"OIDC_UTGIVARE": "https://idp.example/v2.0", "OIDC_KLIENT": "fardplan", "OIDC_HEMLIGHET": "mycket-hemligt"}
SAML = {"SAML_METADATA": "https://idp.example/metadata", "SAML_DOMANER": "huddinge.se"}
ENDAST = {**OIDC, "ENDAST_SSO": "1", "NODKONTO": "Nod@Haninge.se"}
ALLA = [
    *OIDC,
    *SAML,
    *("OIDC_NAMN", "OIDC_DOMANER", "SAML_NAMN", "SAML_UTGIVARE", "SAML_ATTRIBUT", "SSO_AKTORER", "SSO_AKTORATTRIBUT"),
    *("SAML_NYCKEL", "SAML_CERTIFIKAT"),
    *("SSO_ROLLATTRIBUT", "SSO_ROLLER", "ENDAST_SSO", "NODKONTO"),
]


def las(monkeypatch: pytest.MonkeyPatch, varden: dict[str, str]) -> sso.Ssoval:
    for namn in ALLA:
        monkeypatch.setenv(namn, varden.get(namn, ""))
    return sso.las()


def metadata(har: Path, *leverantorer: str) -> Path:
    """A federation's file, with a service before the providers."""
    idp = [f'<EntityDescriptor entityID="{e}"><IDPSSODescriptor/></EntityDescriptor>' for e in leverantorer]
    fil = har / "idp å.xml"
    fil.write_text(
        '<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata">'
        f'<EntityDescriptor entityID="https://tjanst"><SPSSODescriptor/></EntityDescriptor>{"".join(idp)}'
        "</EntitiesDescriptor>"
    )
    return fil


def test_utan_installningar_finns_ingen_vag_in(monkeypatch: pytest.MonkeyPatch) -> None:
    val = las(monkeypatch, {})

    assert val == sso.Ssoval()
    assert sso.for_allauth(val) == {}


def test_allt_som_gar_att_saga(monkeypatch: pytest.MonkeyPatch) -> None:
    mer = {
        "OIDC_NAMN": "Haninge kommun",
        "OIDC_DOMANER": "Haninge.se, haningebostader.se",
        "SAML_UTGIVARE": "https://idp.example/entitet",
        "SAML_ATTRIBUT": "epost=urn:x=1, subjekt=employeeNumber",
        "SSO_AKTORER": "haninge.se=haninge-kommun,huddinge.se=huddinge-kommun",
        "SSO_ROLLATTRIBUT": "groups",
        "SSO_ROLLER": "CN=Färdplan planerare=planerare,alla=tjansteperson",
    }

    assert las(monkeypatch, {**ENDAST, **SAML, **mer}) == sso.Ssoval(
        oidc=sso.Oidcval("Haninge kommun", *OIDC.values(), domaner=("haninge.se", "haningebostader.se")),
        saml=sso.Samlval(
            "din organisation",
            SAML["SAML_METADATA"],
            "https://idp.example/entitet",
            ("huddinge.se",),
            {"epost": "urn:x=1", "subjekt": "employeeNumber"},
        ),
        aktorer={"haninge.se": "haninge-kommun", "huddinge.se": "huddinge-kommun"},
        rollattribut="groups",
        roller={"CN=Färdplan planerare": "planerare", "alla": "tjansteperson"},
        endast=True,
        nodkonto="nod@haninge.se",
    )


def test_metadata_ur_en_fil(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fil = metadata(tmp_path, "https://idp.example")

    saml = las(monkeypatch, {**SAML, "SAML_METADATA": str(fil)}).saml

    assert saml
    assert saml.metadata == fil.as_uri()


@pytest.mark.parametrize(
    ("leverantorer", "utgivare", "fel"),
    [
        (["https://a", "https://b"], "", "SAML_UTGIVARE saknas: säg med entityID vilken av 2 leverantörer"),
        (["https://a", "https://b"], "https://b", ""),
        (["https://a", "https://b"], "https://B", "SAML_UTGIVARE är ”https://B”, och en sådan leverantör finns inte"),
        (["https://a"], "https://b", "SAML_UTGIVARE är ”https://b”"),
        (["https://a", "https://a"], "https://a", "SAML_UTGIVARE är ”https://a”, och en sådan leverantör finns flera"),
        ([], "", "SAML_METADATA har ingen leverantör"),
        (["<"], "", "SAML_METADATA är inte XML"),
    ],
)
def test_vem_i_en_federation_som_menas_ska_sta_i_klartext(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, leverantorer: list[str], utgivare: str, fel: str
) -> None:
    fil = metadata(tmp_path, *leverantorer)
    varden = {**SAML, "SAML_METADATA": str(fil), "SAML_UTGIVARE": utgivare}
    if not fel:
        assert las(monkeypatch, varden).saml
        return

    with pytest.raises(Installningsfel) as sagt:
        las(monkeypatch, varden)
    assert str(sagt.value).startswith(fel)
    assert "\n" not in str(sagt.value)


def test_den_egna_maskinen_far_vara_utan_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    oidc = las(monkeypatch, {**OIDC, "OIDC_UTGIVARE": "http://127.0.0.1:9000"}).oidc

    assert oidc
    assert oidc.utgivare == "http://127.0.0.1:9000"


@pytest.mark.parametrize(
    ("varden", "namn"),
    [
        ({"OIDC_KLIENT": "x"}, "OIDC_UTGIVARE"),
        ({"OIDC_UTGIVARE": OIDC["OIDC_UTGIVARE"], "OIDC_KLIENT": "x"}, "OIDC_HEMLIGHET"),
        ({**OIDC, "OIDC_UTGIVARE": "http://idp.example"}, "OIDC_UTGIVARE"),
        ({**OIDC, "OIDC_UTGIVARE": "https://u:mycket-hemligt@idp.example"}, "OIDC_UTGIVARE"),
        ({**OIDC, "OIDC_UTGIVARE": "https://[idp"}, "OIDC_UTGIVARE"),
        ({**OIDC, "OIDC_DOMANER": "haninge"}, "OIDC_DOMANER"),
        ({**OIDC, "OIDC_DOMANER": "@haninge.se"}, "OIDC_DOMANER"),
        ({**OIDC, **SAML}, "OIDC_DOMANER"),
        ({**SAML, "SAML_DOMANER": ""}, "SAML_DOMANER"),
        ({**SAML, "SAML_METADATA": "finns-inte.xml"}, "SAML_METADATA"),
        ({**SAML, "SAML_METADATA": "ftp://idp.example"}, "SAML_METADATA"),
        ({**SAML, "SAML_ATTRIBUT": "telefon=x"}, "SAML_ATTRIBUT"),
        ({"SSO_AKTORER": "haninge.se"}, "SSO_AKTORER"),
        ({"SSO_AKTORER": "haninge.se=Haninge kommun"}, "SSO_AKTORER"),
        ({"SSO_ROLLATTRIBUT": "groups"}, "SSO_ROLLATTRIBUT"),
        ({"SSO_ROLLATTRIBUT": "groups", "SSO_ROLLER": "alla=kung"}, "SSO_ROLLER"),
        ({"SSO_ROLLATTRIBUT": "groups", "SSO_ROLLER": "alla"}, "SSO_ROLLER"),
        ({"ENDAST_SSO": "1", "NODKONTO": "a@b.se"}, "ENDAST_SSO"),
        ({**ENDAST, "NODKONTO": ""}, "NODKONTO"),
        ({**ENDAST, "NODKONTO": "administratören"}, "NODKONTO"),
        ({**ENDAST, "ENDAST_SSO": "ja"}, "ENDAST_SSO"),
    ],
)
def test_det_som_inte_gar_namns_pa_en_rad(monkeypatch: pytest.MonkeyPatch, varden: dict[str, str], namn: str) -> None:
    with pytest.raises(Installningsfel) as fel:
        las(monkeypatch, varden)

    assert str(fel.value).startswith(namn)
    assert "\n" not in str(fel.value)
    assert "hemligt" not in str(fel.value)


def test_hemligheten_visas_inte(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "mycket-hemligt" not in repr(las(monkeypatch, OIDC))


def test_nyckel_och_certifikat_hor_ihop(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As PEM or as a file."""
    nyckel, certifikat = nyckel_och_certifikat()
    annan, liten = nyckel_och_certifikat()[0], nyckel_och_certifikat(bitar=1024)
    fil = tmp_path / "nyckel.pem"
    fil.write_text(nyckel)

    saml = las(monkeypatch, {**SAML, "SAML_NYCKEL": str(fil), "SAML_CERTIFIKAT": certifikat}).saml

    assert saml
    assert (saml.nyckel, saml.certifikat) == (nyckel.strip(), certifikat.strip())
    assert "PRIVATE" not in repr(saml)
    for par, fel in {
        (nyckel, ""): "SAML_NYCKEL och SAML_CERTIFIKAT hör ihop",
        ("", certifikat): "SAML_NYCKEL och SAML_CERTIFIKAT hör ihop",
        (annan, certifikat): "SAML_CERTIFIKAT hör till en annan nyckel",
        (nyckel, nyckel): "SAML_CERTIFIKAT ska vara ett certifikat",
        (certifikat, certifikat): "SAML_NYCKEL ska vara en privat nyckel",
        liten: "SAML_NYCKEL ska vara en RSA-nyckel på minst 2048 bitar",
        (f"{fil}-saknas", certifikat): "SAML_NYCKEL ska vara PEM, eller en fil",
    }.items():
        with pytest.raises(Installningsfel) as sagt:
            las(monkeypatch, {**SAML, "SAML_NYCKEL": par[0], "SAML_CERTIFIKAT": par[1]})
        assert str(sagt.value).startswith(fel)
        assert "\n" not in str(sagt.value)


@pytest.mark.parametrize("doman", ["malmö.example", "Malmö.example", "xn--malm-8qa.example"])
def test_en_doman_med_o_far_stavas_som_natet_gor(monkeypatch: pytest.MonkeyPatch, doman: str) -> None:
    varden = {**OIDC, "OIDC_DOMANER": doman, "SSO_AKTORER": f"{doman}=malmo", "NODKONTO": f"nod@{doman}"}

    val = las(monkeypatch, varden)

    assert val.oidc
    assert (val.oidc.domaner, val.aktorer, val.nodkonto) == (
        ("malmö.example",),
        {"malmö.example": "malmo"},
        "nod@malmö.example",
    )
