"""Every change of aktörer and accounts: whole or not at all, with the one who made it."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.test import Client

from aktorer import andringar
from aktorer.grund.samtidighet import Krock
from aktorer.models import Aktor, Anvandare
from aktorer.roller import Anvandarroll
from tests.conftest import andra_konto
from tests.sidtext import platt

pytestmark = pytest.mark.django_db


def test_ny_aktor(planerare: Anvandare) -> None:
    andringar.skapa_aktor(av=planerare, namn="Konstfack", slug="konstfack", slag="larosate")

    skapad = Aktor.objects.get(slug="konstfack")
    assert (skapad.namn, skapad.slag, skapad.version, skapad.ar_grupp) == ("Konstfack", "larosate", 1, False)


@pytest.mark.parametrize(
    ("varden", "falt"),
    [
        ({"namn": ""}, {"namn"}),
        ({"namn": "Polisen"}, {"namn"}),
        ({"namn": "x" * 121}, {"namn"}),
        ({"namn": "A; B"}, {"namn"}),
        ({"slag": "orkester"}, {"slag"}),
        ({"slug": "å ä"}, {"slug"}),
        ({"slug": "polisen"}, {"slug"}),
        ({"webbplats": "polisen"}, {"webbplats"}),
        ({"eftertradd": date(2020, 1, 1)}, {"__all__"}),
        ({"avser_karnkommuner": True}, {"__all__"}),
    ],
)
def test_ogiltig_aktor_nekas_vid_ratt_falt(varden: dict[str, object], falt: set[str]) -> None:
    fore = Aktor.objects.count()

    with pytest.raises(ValidationError) as nekad:
        andringar.skapa_aktor(av=None, **{"namn": "Prov", "slug": "prov", "slag": "kommun"} | varden)

    assert set(nekad.value.message_dict) == falt
    assert Aktor.objects.count() == fore


def test_andra_aktor_skriver_bara_det_som_andrats(planerare: Anvandare) -> None:
    polisen = Aktor.objects.get(slug="polisen")

    andrad = andringar.andra_aktor(av=planerare, aktor=polisen, version=1, kontakt="vakthavande@example.org")

    assert (andrad.kontakt, andrad.version, andrad.namn) == ("vakthavande@example.org", 2, "Polisen")


def test_ingen_andring_hojer_inte_versionen(planerare: Anvandare) -> None:
    polisen = Aktor.objects.get(slug="polisen")

    assert andringar.andra_aktor(av=planerare, aktor=polisen, version=1, namn="Polisen").version == 1


def test_nytt_konto_kan_logga_in_direkt(administrator: Anvandare) -> None:
    ny = andringar.skapa_anvandare(
        av=administrator,
        epost=" Ny@Fardplan.Example",
        namn="Ny Person",
        roll=Anvandarroll.STYRGRUPP,
        losenord="ett-langt-losenord",
    )

    assert (ny.epost, ny.roll, ny.is_active) == ("ny@fardplan.example", "styrgrupp", True)
    assert ny.check_password("ett-langt-losenord")


@pytest.mark.parametrize(
    ("varden", "falt"),
    [
        ({"epost": "PLANERARE@fardplan.example"}, {"epost"}),
        ({"epost": "inte en adress"}, {"epost"}),
        ({"namn": ""}, {"namn"}),
        ({"roll": "chef"}, {"roll"}),
        ({"roll": "tjansteperson"}, {"__all__"}),
    ],
)
def test_ogiltigt_konto_skapas_inte(planerare: Anvandare, varden: dict[str, str], falt: set[str]) -> None:
    fore = Anvandare.objects.count()

    with pytest.raises(ValidationError) as nekad:
        andringar.skapa_anvandare(
            av=None,
            **{"epost": "ny@fardplan.example", "namn": "Ny", "roll": "styrgrupp", "losenord": "ett-langt-losenord"}
            | varden,
        )

    assert set(nekad.value.message_dict) == falt
    assert Anvandare.objects.count() == fore


def test_stangt_konto_finns_kvar(planerare: Anvandare) -> None:
    andra_konto(planerare, is_active=False)

    planerare.refresh_from_db()
    assert (planerare.is_active, planerare.epost) == (False, "planerare@fardplan.example")


def test_en_tjanstepersons_aktor_kan_inte_tas_ifran(tjansteperson: Anvandare) -> None:
    with pytest.raises(ValidationError) as nekad:
        andra_konto(tjansteperson, aktor=None)

    assert nekad.value.messages == ["En tjänsteperson måste höra till en aktör."]
    tjansteperson.refresh_from_db()
    assert tjansteperson.aktor == Aktor.objects.get(slug="huddinge-kommun")


def test_ny_epost_skrivs_med_sma_bokstaver(planerare: Anvandare) -> None:
    andrad = andra_konto(planerare, epost="Ny.Adress@Fardplan.Example")

    assert andrad.epost == "ny.adress@fardplan.example"


def test_tva_som_andrar_samma_konto_marker_det(planerare: Anvandare, administrator: Anvandare) -> None:
    """The form that was opened before the account was closed does not open it again."""
    sedd = andringar.senaste_handelse(planerare)
    andra_konto(planerare, is_active=False)

    with pytest.raises(Krock, match=r"Nu gäller: .*, avstängt"):
        andringar.andra_anvandare(
            av=administrator, anvandare=planerare, sedd=sedd, namn="Nytt namn", roll="planerare", is_active=True
        )

    planerare.refresh_from_db()
    assert (planerare.is_active, planerare.namn == "Nytt namn") == (False, False)


def test_admins_formular_visar_vad_som_galler_och_tar_emot_en_gang_till(
    client: Client, administrator: Anvandare, planerare: Anvandare
) -> None:
    client.force_login(administrator)
    adress = f"/admin/aktorer/anvandare/{planerare.pk}/change/"
    falt = {"epost": planerare.epost, "namn": "Nytt namn", "roll": "planerare", "aktor": planerare.aktor_id}
    falt["sedd"] = andringar.senaste_handelse(planerare)
    andra_konto(planerare, is_active=False)

    nekad = client.post(adress, falt | {"is_active": "on"})
    igen = client.post(adress, falt | {"sedd": nekad.context["adminform"].form["sedd"].value()})

    assert "Kontot ändrades medan du läste" in platt(nekad)
    planerare.refresh_from_db()
    assert (igen.status_code, planerare.is_active, planerare.namn) == (302, False, "Nytt namn")


def test_nytt_losenord(planerare: Anvandare) -> None:
    andringar.byt_losenord(av=planerare, anvandare=planerare, losenord="ett-helt-nytt-losenord")

    planerare.refresh_from_db()
    assert planerare.check_password("ett-helt-nytt-losenord")


def test_ett_fel_mitt_i_en_andring_sparar_ingenting(planerare: Anvandare) -> None:
    @andringar.andring
    def tva_aktorer(*, av: Anvandare | None) -> None:
        andringar.skapa_aktor(av=av, namn="Första", slug="forsta", slag="ovrig")
        Aktor.objects.create(namn="Första", slug="andra", slag="ovrig")

    with pytest.raises(IntegrityError):
        tva_aktorer(av=planerare)

    assert not Aktor.objects.filter(slug="forsta").exists()
