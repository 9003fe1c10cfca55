"""Who is closed out is out at once and for good, and what waited for the person is handed over."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.utils import timezone

from aktorer.andringar import senaste_handelse, skapa_kalenderadress
from aktorer.grund.samtidighet import Krock
from aktorer.models import Aktor, Anvandare
from insatser.andringar import foljning, kartvy
from insatser.andringar.konton import andra_konto
from insatser.behorighet import kartvyer
from insatser.fragor import konton as fragor
from insatser.fragor import lank
from insatser.models import Fardplan, Foljning, Inlasning, Insats, Mottagare, Omgang, Tillfragan
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

type Oppna = Callable[..., Omgang]


@pytest.fixture(autouse=True)
def _utan_takt(db: None) -> None:
    cache.clear()


def person(epost: str, roll: str, aktor: Aktor | None = None) -> Anvandare:
    namn = epost.partition("@")[0].capitalize()
    return Anvandare.objects.create(epost=epost, password="!", namn=namn, roll=roll, aktor=aktor)


@pytest.fixture
def kollega(tjansteperson: Anvandare) -> Anvandare:
    return person("kollega@prov.example", "tjansteperson", tjansteperson.aktor)


def stang(person: Anvandare, till: Anvandare | None = None, av: Anvandare | None = None) -> Anvandare:
    return andra_konto(av=av, person=person, sedd=senaste_handelse(person), till=till, is_active=False)


def oppna_igen(person: Anvandare) -> Anvandare:
    return andra_konto(av=None, person=person, sedd=senaste_handelse(person), is_active=True)


# --- out at once, and for good ---


def test_sessionen_tas_bort_och_kommer_inte_igen_nar_kontot_oppnas(client: Client, tjansteperson: Anvandare) -> None:
    annan = Client()
    annan.force_login(Anvandare.objects.get(epost="styrgrupp@fardplan.example"))
    client.force_login(tjansteperson)
    nyckel = client.session.session_key

    stang(tjansteperson)

    assert client.get("/mitt-arbete/").status_code == 302
    assert not Session.objects.filter(pk=nyckel).exists()
    assert annan.get("/mitt-arbete/").status_code == 200


def test_inte_heller_den_som_nagon_har_sparat_undan(client: Client, tjansteperson: Anvandare) -> None:
    client.force_login(tjansteperson)
    rad = Session.objects.get(pk=client.session.session_key)

    oppna_igen(stang(tjansteperson))
    rad.save(force_insert=True)

    assert client.get("/mitt-arbete/").status_code == 302


@pytest.mark.parametrize("vad", list(lank.Kontonyckel))
def test_nycklar_till_kontot_galler_inte_nar_det_oppnas_igen(tjansteperson: Anvandare, vad: lank.Kontonyckel) -> None:
    nyckel = lank.skriv_kontonyckel(tjansteperson, vad)
    nu = oppna_igen(stang(tjansteperson))
    assert lank.las_kontonyckel(nyckel, vad) is None
    assert lank.las_kontonyckel(lank.skriv_kontonyckel(nu, vad), vad) == nu


def test_personliga_lankar_galler_inte_nar_kontot_oppnas_igen(tjansteperson: Anvandare, omgang: Omgang) -> None:
    with time_machine.travel(timezone.now() - timedelta(hours=1)):
        lanken = lank.skriv(omgang.mottagare.get(anvandare=tjansteperson))
    assert lank.las(lanken)

    oppna_igen(stang(tjansteperson))

    mottagare = omgang.mottagare.get(anvandare=tjansteperson)
    assert lank.las(lanken) is None
    with time_machine.travel(timezone.now() + timedelta(seconds=2)):
        assert lank.las(lank.skriv(mottagare)) == mottagare


@pytest.mark.parametrize("hur", ["andring", "sql"])
def test_kalenderadressen_ar_borta_hur_kontot_an_stangdes(client: Client, tjansteperson: Anvandare, hur: str) -> None:
    skapa_kalenderadress(av=tjansteperson)
    tjansteperson.refresh_from_db()
    adress = f"/kalender/{tjansteperson.kalendernyckel}.ics"
    assert client.get(adress).status_code == 200

    if hur == "sql":
        Anvandare.objects.filter(pk=tjansteperson.pk).update(is_active=False)
        Anvandare.objects.filter(pk=tjansteperson.pk).update(is_active=True)
    else:
        oppna_igen(stang(tjansteperson))

    assert client.get(adress).status_code == 404


def test_mejl_som_vantar_gar_inte(tjansteperson: Anvandare, omgang: Omgang) -> None:
    assert tjansteperson.utskick.filter(paborjat=None).exists()
    stang(tjansteperson)
    assert not tjansteperson.utskick.filter(paborjat=None).exists()


# --- what waits is handed over ---


def test_fragorna_tas_over_av_kollegan(tjansteperson: Anvandare, omgang: Omgang, kollega: Anvandare) -> None:
    fragade = set(Tillfragan.objects.filter(mottagare__anvandare=tjansteperson).values_list("punkt", flat=True))

    stang(tjansteperson, kollega)

    ny = Mottagare.objects.get(omgang=omgang, anvandare=kollega)
    assert {(t.punkt_id, t.i_stallet_for.anvandare_id, t.skal) for t in ny.tillfragningar.all()} == {
        (punkt, tjansteperson.pk, "avstangd") for punkt in fragade
    }
    assert [u.slag for u in kollega.utskick.all()] == ["omgang"]


def test_det_som_foljs_och_ar_uppladdat_tas_over(
    planerare: Anvandare, flemingsberg: Fardplan, insats: Callable[[str], Insats]
) -> None:
    till = Anvandare.objects.create(
        epost="p2@prov.example", password="!", namn="Pia", roll="planerare", aktor=planerare.aktor
    )
    vald = insats("1.3")
    foljning.folj(av=planerare, insats=vald, stadskarna=flemingsberg.stadskarna)
    fil = Inlasning.objects.create(fardplan=flemingsberg, av=planerare, filnamn="karta.xlsx", innehall=b"x")

    stang(planerare, till)

    fil.refresh_from_db()
    assert (fil.av, Foljning.objects.filter(anvandare=till, insats=vald).count()) == (till, 1)


def test_omgangen_far_en_ny_som_svarar_pa_mejlen(planerare: Anvandare, omgang: Omgang) -> None:
    till = Anvandare.objects.create(
        epost="p2@prov.example", password="!", namn="Pia", roll="planerare", aktor=planerare.aktor
    )
    Omgang.objects.update(oppnad_av=planerare)
    stang(planerare, till)
    omgang.refresh_from_db()
    assert omgang.oppnad_av == till


def test_bara_en_kollega_tar_over(tjansteperson: Anvandare, botkyrka: Anvandare, kollega: Anvandare) -> None:
    with pytest.raises(ValidationError, match="kan inte ta över"):
        stang(tjansteperson, botkyrka)
    assert list(fragor.kollegor(tjansteperson)) == [kollega]
    stang(kollega)
    assert list(fragor.kollegor(tjansteperson)) == []


def test_allt_eller_inget(tjansteperson: Anvandare, omgang: Omgang, kollega: Anvandare) -> None:
    with pytest.raises(Krock):
        andra_konto(av=None, person=tjansteperson, sedd=1, till=kollega, is_active=False)
    tjansteperson.refresh_from_db()
    assert (tjansteperson.is_active, kollega.utskick.exists()) == (True, False)


# --- the page ---


def test_den_som_nagot_vantar_pa_stangs_pa_en_egen_sida(
    client: Client, administrator: Anvandare, tjansteperson: Anvandare, omgang: Omgang, kollega: Anvandare
) -> None:
    client.force_login(administrator)
    sida = f"/konton/{tjansteperson.pk}/"
    falt = {"namn": "Nytt Namn", "epost": tjansteperson.epost, "roll": "tjansteperson", "aktor": tjansteperson.aktor_id}

    svar = client.post(sida, falt | {"sedd": senaste_handelse(tjansteperson)}, follow=True)
    tjansteperson.refresh_from_db()
    assert (svar.redirect_chain, tjansteperson.is_active) == ([(f"{sida}stang/", 302)], True)
    assert f"i omgången {omgang.namn}, {omgang.omfattning}" in platt(svar)

    client.post(f"{sida}stang/", {"sedd": senaste_handelse(tjansteperson), "till": kollega.pk})
    tjansteperson.refresh_from_db()
    assert (tjansteperson.is_active, kollega.omgangar.count()) == (False, 1)
    assert client.get(f"{sida}stang/").headers["Location"] == sida


def test_fragan_om_vem_som_tar_over_ar_en_egen_sida_ocksa_for_htmx(
    client: Client, administrator: Anvandare, tjansteperson: Anvandare, omgang: Omgang
) -> None:
    client.force_login(administrator)
    sida = f"/konton/{tjansteperson.pk}/"
    falt = {"namn": "Nytt", "epost": tjansteperson.epost, "roll": "tjansteperson", "aktor": tjansteperson.aktor_id}

    svar = client.post(sida, falt | {"sedd": senaste_handelse(tjansteperson)}, headers={"HX-Request": "true"})

    assert svar.headers["HX-Redirect"] == f"{sida}stang/"


def test_ingen_far_ta_over(client: Client, administrator: Anvandare, tjansteperson: Anvandare, omgang: Omgang) -> None:
    client.force_login(administrator)
    sida = f"/konton/{tjansteperson.pk}/stang/"
    client.post(sida, {"sedd": senaste_handelse(tjansteperson), "till": ""})
    tjansteperson.refresh_from_db()
    assert not tjansteperson.is_active


def test_nagon_som_inte_ar_kollega_gar_inte_att_valja(
    client: Client, administrator: Anvandare, tjansteperson: Anvandare, botkyrka: Anvandare
) -> None:
    client.force_login(administrator)
    data = {"sedd": senaste_handelse(tjansteperson), "till": botkyrka.pk}
    assert client.post(f"/konton/{tjansteperson.pk}/stang/", data).status_code == 422


# --- saved views ---


def test_delade_vyer_blir_kvar_hos_aktorens_planerare(planerare: Anvandare) -> None:
    kollega = Anvandare.objects.create(
        epost="p2@prov.example", password="!", namn="Pia", roll="planerare", aktor=planerare.aktor
    )
    vy = kartvy.spara(av=planerare, namn="Tysta", fraga="tyst=1", delad=True)
    stang(planerare)
    assert list(kartvyer(kollega)) == [vy]


@pytest.mark.parametrize("vag", ["sidan", "admin"])
def test_den_som_byter_aktor_delar_inte_med_de_nya(
    client: Client, administrator: Anvandare, planerare: Anvandare, tjansteperson: Anvandare, vag: str
) -> None:
    ny = Anvandare.objects.create(
        epost="p2@prov.example", password="!", namn="Pia", roll="planerare", aktor=tjansteperson.aktor
    )
    vy = kartvy.spara(av=planerare, namn="Tysta", fraga="tyst=1", delad=True)
    client.force_login(administrator)
    data = {"namn": planerare.namn, "epost": planerare.epost, "roll": "planerare", "is_active": "on"}
    adress = f"/konton/{planerare.pk}/" if vag == "sidan" else f"/admin/aktorer/anvandare/{planerare.pk}/change/"

    svar = client.post(adress, data | {"aktor": tjansteperson.aktor_id, "sedd": senaste_handelse(planerare)})

    planerare.refresh_from_db()
    assert (svar.status_code, planerare.aktor) == (302, tjansteperson.aktor)
    assert (list(kartvyer(ny)), list(kartvyer(planerare))) == ([], [vy])


# --- the last administratör ---


@pytest.mark.django_db(transaction=True)
def test_tio_administratorer_stanger_varandra_och_en_blir_kvar() -> None:
    """Each by a connection of its own, and all have read the others as open."""
    tio = [
        Anvandare.objects.create(epost=f"a{n}@prov.example", password="!", namn=f"A {n}", roll="administrator")
        for n in range(10)
    ]
    Anvandare.objects.filter(roll="administrator").exclude(epost__endswith="@prov.example").update(roll="styrgrupp")
    sedda = {a.pk: senaste_handelse(a) for a in tio}

    def stang_nasta(n: int) -> bool:
        nasta = tio[(n + 1) % 10]
        try:
            andra_konto(av=tio[n], person=nasta, sedd=sedda[nasta.pk], is_active=False)
        except ValidationError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(10) as alla:
        gjorda = sum(alla.map(stang_nasta, range(10)))

    assert (gjorda, Anvandare.objects.filter(roll="administrator", is_active=True).count()) == (9, 1)
