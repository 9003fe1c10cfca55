"""The aktör answers for itself, and reports how its aktiviteter go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from aktorer.models import Anvandare
from insatser.andringar import aktivitet as aktivitetsandringar
from insatser.andringar import deltagande as andringar
from insatser.andringar.deltagande import senaste_handelse as sedd
from insatser.models import Aktivitet, AktivitetAktor, Handlingsplan, Insats, Medverkan
from insatser.regler.medverkan import Deltagande
from tests import klocka
from tests.sidtext import platt


@pytest.fixture
def huddinges(insats: Callable[[str], Insats]) -> Medverkan:
    """Huddinge kommun's part in 1.3."""
    return insats("1.3").medverkan.get(aktor__slug="huddinge-kommun")


@pytest.fixture
def aktivitet(db: None) -> Aktivitet:
    """One in the example draft, with Huddinge as ansvarig and Botkyrka taking part."""
    return Aktivitet.objects.get(titel="Ta fram en gemensam målbild för Hälsovägen")


def _adress(del_: Medverkan) -> str:
    return f"/flemingsberg/insatser/1.3/deltagande/{del_.pk}/"


def test_den_egna_aktoren_bekraftar_och_det_syns(
    client: Client, tjansteperson: Anvandare, huddinges: Medverkan
) -> None:
    client.force_login(tjansteperson)

    svar = client.post(_adress(huddinges), {"deltagande": "bekraftad", "svar": "", "sedd": sedd(huddinges)})

    assert svar.headers["Location"] == "/flemingsberg/insatser/1.3/"
    assert "Bekräftad" in platt(client.get("/flemingsberg/insatser/1.3/"))


def test_ett_nej_kraver_ett_ord_om_varfor(client: Client, tjansteperson: Anvandare, huddinges: Medverkan) -> None:
    client.force_login(tjansteperson)

    utan = client.post(_adress(huddinges), {"deltagande": "avbojd", "svar": " ", "sedd": sedd(huddinges)})
    client.post(_adress(huddinges), {"deltagande": "avbojd", "svar": "Ingen tid i år", "sedd": sedd(huddinges)})

    assert (utan.status_code, "Skriv varför ni inte kan vara med." in platt(utan)) == (422, True)
    huddinges.refresh_from_db()
    assert (huddinges.deltagande, huddinges.svar) == ("avbojd", "Ingen tid i år")


def test_tva_som_svarar_olika_far_se_varandras_svar(
    client: Client, tjansteperson: Anvandare, huddinges: Medverkan
) -> None:
    oppnad = sedd(huddinges)
    andringar.svara(av=tjansteperson, del_=huddinges, deltagande=Deltagande.BEKRAFTAD, svar="Ja!", sedd=oppnad)
    client.force_login(tjansteperson)
    mitt = {"deltagande": "avbojd", "svar": "Nej"}

    nekad = client.post(_adress(huddinges), mitt | {"sedd": oppnad})
    andra = client.post(_adress(huddinges), mitt | {"sedd": nekad.context["form"]["sedd"].value()})

    assert (nekad.status_code, "Ja, vi är med" in platt(nekad), "Ja!" in platt(nekad)) == (409, True, True)
    huddinges.refresh_from_db()
    assert (andra.status_code, huddinges.deltagande) == (302, "avbojd")


def test_ingen_svarar_for_en_annan(client: Client, botkyrka: Anvandare, huddinges: Medverkan) -> None:
    client.force_login(botkyrka)

    assert client.get(_adress(huddinges)).status_code == 403


def test_ett_svar_hojer_versionen_sa_att_ingen_skriver_over_det(
    tjansteperson: Anvandare, huddinges: Medverkan, insats: Callable[[str], Insats]
) -> None:
    fore = insats("1.3").version

    andringar.svara(av=tjansteperson, del_=huddinges, deltagande=Deltagande.BEKRAFTAD, sedd=sedd(huddinges))

    assert insats("1.3").version == fore + 1


@pytest.mark.parametrize(
    ("fran", "till"), [("?fran=mitt-arbete", "/mitt-arbete/"), ("", "/flemingsberg/insatser/1.3/")]
)
def test_den_som_kom_fran_mitt_arbete_kommer_tillbaka_dit(
    client: Client, tjansteperson: Anvandare, huddinges: Medverkan, fran: str, till: str
) -> None:
    client.force_login(tjansteperson)
    adress = _adress(huddinges) + fran
    assert f'action="{adress}"' in client.get(adress).text
    svar = client.post(adress, {"deltagande": "bekraftad", "sedd": sedd(huddinges)})
    assert svar["Location"] == till


def test_exempel_ar_inget_svar(tjansteperson: Anvandare, huddinges: Medverkan) -> None:
    with pytest.raises(ValidationError, match="Välj om ni är med"):
        andringar.svara(av=tjansteperson, del_=huddinges, deltagande=Deltagande.EXEMPEL, sedd=0)


def test_ett_svar_tas_tillbaka(client: Client, tjansteperson: Anvandare, huddinges: Medverkan) -> None:
    nej = {"deltagande": Deltagande.AVBOJD, "svar": "Fel person"}
    andringar.svara(av=tjansteperson, del_=huddinges, **nej, sedd=sedd(huddinges))
    client.force_login(tjansteperson)

    sidan = client.get(_adress(huddinges))
    svar = client.post(_adress(huddinges), {"deltagande": "tillfragad", "sedd": sedd(huddinges)}, follow=True)

    huddinges.refresh_from_db()
    assert (huddinges.deltagande, huddinges.svar) == ("tillfragad", "")
    assert "Huddinge kommun har svarat som" in platt(sidan)
    assert "Svaret från Huddinge kommun är tillbakataget." in platt(svar)


def test_ett_svar_som_just_togs_tillbaka_visas_i_ord(
    client: Client, tjansteperson: Anvandare, huddinges: Medverkan
) -> None:
    andringar.svara(av=tjansteperson, del_=huddinges, deltagande=Deltagande.BEKRAFTAD, sedd=sedd(huddinges))
    oppnad = sedd(huddinges)
    andringar.svara(av=tjansteperson, del_=huddinges, deltagande=Deltagande.TILLFRAGAD, sedd=oppnad)
    client.force_login(tjansteperson)

    nekad = client.post(_adress(huddinges), {"deltagande": "avbojd", "svar": "Nej", "sedd": oppnad})

    assert (nekad.status_code, "tillfragad<" in platt(nekad)) == (409, False)


def test_mitt_arbete_fragar_tills_det_finns_ett_svar(
    client: Client, tjansteperson: Anvandare, aktivitet: Aktivitet
) -> None:
    del_ = aktivitet.aktorer.get(aktor=tjansteperson.aktor)
    AktivitetAktor.objects.filter(pk=del_.pk).update(deltagande="tillfragad")
    client.force_login(tjansteperson)
    adress = f"{klocka.PLAN}aktivitet/{aktivitet.pk}/deltagande/{del_.pk}/"

    fore = platt(client.get("/mitt-arbete/"))
    client.post(adress, {"deltagande": "bekraftad", "sedd": sedd(del_)})

    assert f'href="{adress}?fran=mitt-arbete"' in fore
    assert f'href="{adress}?fran=mitt-arbete"' not in platt(client.get("/mitt-arbete/"))


def test_en_egen_aktivitets_status_rapporteras(client: Client, tjansteperson: Anvandare, aktivitet: Aktivitet) -> None:
    client.force_login(tjansteperson)
    adress = f"{klocka.PLAN}aktivitet/{aktivitet.pk}/status/"

    svar = client.post(adress, {"status": "genomford", "version": aktivitet.version})

    assert svar.headers["Location"] == f"{klocka.PLAN}#insats-1.3"
    aktivitet.refresh_from_db()
    assert aktivitet.status == "genomford"


def test_en_foraldrad_status_visar_bada(client: Client, tjansteperson: Anvandare, aktivitet: Aktivitet) -> None:
    Aktivitet.objects.filter(pk=aktivitet.pk).update(status="pausad", kommentar="Vilar")
    client.force_login(tjansteperson)

    svar = client.post(
        f"{klocka.PLAN}aktivitet/{aktivitet.pk}/status/",
        {"status": "genomford", "version": aktivitet.version},
    )

    assert svar.status_code == 409
    assert all(ord_ in platt(svar) for ord_ in ("Pågår", "Pausad", "Genomförd"))


def test_andras_aktivitet_rapporterar_man_inte(client: Client, botkyrka: Anvandare, aktivitet: Aktivitet) -> None:
    aktivitet.aktorer.filter(aktor=botkyrka.aktor).delete()
    client.force_login(botkyrka)

    assert client.get(f"{klocka.PLAN}aktivitet/{aktivitet.pk}/status/").status_code == 403


@pytest.mark.parametrize("status", ["pausad", "avbruten"])
def test_ett_stopp_kraver_ett_ord_om_varfor(
    client: Client, tjansteperson: Anvandare, aktivitet: Aktivitet, status: str
) -> None:
    client.force_login(tjansteperson)
    adress = f"{klocka.PLAN}aktivitet/{aktivitet.pk}/status/"
    falt = {"status": status, "version": aktivitet.version}

    nekat = client.post(adress, falt | {"kommentar": " "})
    client.post(adress, falt | {"kommentar": "Bidraget kom inte."})

    assert nekat.status_code == 422
    assert f"den krävs vid ”{status}”" in platt(nekat)
    assert "Bidraget kom inte." in platt(client.get(klocka.PLAN))


def test_ordet_forsvinner_med_den_status_det_gallde(
    client: Client, tjansteperson: Anvandare, aktivitet: Aktivitet
) -> None:
    Aktivitet.objects.filter(pk=aktivitet.pk).update(status="pausad", kommentar="Vilar")
    aktivitet.refresh_from_db()
    client.force_login(tjansteperson)
    adress = f"{klocka.PLAN}aktivitet/{aktivitet.pk}/status/"

    client.post(adress, {"status": "pagar", "version": aktivitet.version})

    aktivitet.refresh_from_db()
    assert (aktivitet.status, aktivitet.kommentar) == ("pagar", "")


def test_ett_stopp_utan_ord_nekas_pa_alla_vagar(
    aktivitet: Aktivitet, sql: Callable[..., Any], nekas: Callable[[str], Any]
) -> None:
    with pytest.raises(ValidationError, match="Skriv en kommentar"):
        aktivitetsandringar.rapportera(av=None, aktivitet=aktivitet, version=aktivitet.version, status="avbruten")
    with nekas("aktivitet_kommentar_nar_den_kravs"):
        sql("UPDATE insatser_aktivitet SET status = 'avbruten' WHERE id = %s", aktivitet.pk)


def test_ordet_lever_vidare_efter_beslutet(aktivitet: Aktivitet, nekas: Callable[[str], Any]) -> None:
    Handlingsplan.objects.update(status="beslutad")

    aktivitetsandringar.rapportera(
        av=None, aktivitet=aktivitet, version=aktivitet.version, status="pausad", kommentar="Vilar"
    )

    with nekas("aktivitet_fryst"):
        Aktivitet.objects.filter(pk=aktivitet.pk).update(titel="Annat", kommentar="Vilar ännu")
