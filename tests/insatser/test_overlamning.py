"""The wrong person was asked: the question goes to the right one, and nobody is lost on the way."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from aktorer.andringar import senaste_handelse
from aktorer.models import Anvandare
from insatser.andringar import ersattning, kontakt, konton, overlamning, personuppgifter, uppfoljning
from insatser.fragor import lank
from insatser.fragor import overlamning as fragor_om_overlamning
from insatser.fragor import uppfoljning as fragor
from insatser.models import Kontakt, Mottagare, Omgang, Omgangssvar, Tillfragan, Utskick
from insatser.utbyte.mejl.brev import bygg
from tests.conftest import andra_konto
from tests.insatser.conftest import oforandrat
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

type Formular = Callable[[Any], dict[str, Any]]
VARFOR = "Har bytt tjänst."


@pytest.fixture
def kollega(tjansteperson: Anvandare, huddinge: Mottagare) -> Anvandare:
    """Of Huddinge too; made after the round was opened, so that nobody has asked her."""
    return Anvandare.objects.create(
        epost="siv@prov.example",
        password=make_password("ord"),
        namn="Siv Kollega",
        roll="tjansteperson",
        aktor=tjansteperson.aktor,
    )


@pytest.fixture
def kim(tjansteperson: Anvandare, huddinge: Mottagare) -> Kontakt:
    return kontakt.skapa(av=None, aktor=tjansteperson.aktor, namn="Kim Kontakt", epost="kim@prov.example")


def lamna(m: Mottagare, till: Anvandare | Kontakt) -> Mottagare:
    punkter = [p.punkt for p in fragor.att_svara(m)]
    return overlamning.lamna_over(av=m.anvandare, mottagare=m, punkter=punkter, till=till, varfor=VARFOR)


def fragor_till(m: Mottagare) -> list[str]:
    return [str(p) for p in (r.punkt for r in fragor.att_svara(m))]


def test_en_kollega_far_fragan_i_ett_steg(
    client: Client, adress: str, huddinge: Mottagare, kollega: Anvandare, formular: Formular
) -> None:
    sidan = f"{adress}lamna-over/"
    falt = formular(client.get(sidan)) | {"till": str(kollega.pk), "skriv": VARFOR}

    svar = client.post(sidan, falt)

    assert svar.headers["Location"] == f"{adress}#lamnat"
    ny = Mottagare.objects.get(anvandare=kollega)
    assert (len(fragor_till(ny)), fragor_till(huddinge), kollega.utskick.get().slag) == (1, [], "omgang")
    min_sida, hennes = platt(client.get(adress)), platt(client.get(reverse("svara", args=[lank.skriv(ny)])))
    assert f"Till Siv Kollega: {VARFOR}" in min_sida
    assert f"{huddinge} skrev: {VARFOR}" in hennes


def test_sidan_laggs_inte_in_i_formularet_som_lamnade_over(
    client: Client, adress: str, kollega: Anvandare, formular: Formular
) -> None:
    sidan = f"{adress}lamna-over/"
    falt = formular(client.get(sidan)) | {"till": str(kollega.pk), "skriv": VARFOR}

    svar = client.post(sidan, falt, headers={"HX-Request": "true"})

    assert (svar.headers.get("HX-Redirect"), svar.content) == (f"{adress}#lamnat", b"")


def test_en_kontakt_utan_konto_far_fragan_och_svarar(client: Client, huddinge: Mottagare, kim: Kontakt) -> None:
    ny = lamna(huddinge, kim)
    (p,) = fragor.att_svara(ny)

    client.post(reverse("svara_punkt", args=[lank.skriv(ny), p.punkt.pk]), oforandrat(ny.omgang))

    svar = Omgangssvar.objects.get()
    assert (str(svar.mottagare), svar.aktor, ny.anvandare.loggar_in) == ("Kim Kontakt", huddinge.anvandare.aktor, False)


def test_planeraren_ser_vem_som_lamnade_over_och_varfor(
    som_planerare: Client, huddinge: Mottagare, kollega: Anvandare
) -> None:
    lamna(huddinge, kollega)

    sida = platt(som_planerare.get(f"/flemingsberg/uppfoljning/{huddinge.omgang_id}/"))

    assert f"till Siv Kollega: {VARFOR}" in sida
    assert f"Frågas i stället för {huddinge}, som har lämnat över." in sida


def test_mejlet_sager_vem_som_lamnade_over_och_varfor(huddinge: Mottagare, kollega: Anvandare) -> None:
    lamna(huddinge, kollega)

    brev = bygg(kollega.utskick.select_related("omgang").get())

    assert brev is not None
    for text in (str(brev.body), platt(brev.alternatives[0].content)):
        assert f"{huddinge} har lämnat över till dig: {VARFOR}" in text


def test_den_som_lamnat_over_paminns_inte(huddinge: Mottagare, kollega: Anvandare) -> None:
    lamna(huddinge, kollega)

    kvar = uppfoljning.utskick.har_kvar(huddinge.omgang)

    assert (huddinge.anvandare in kvar, kollega in kvar) == (False, True)


def test_tva_som_lamnar_over_till_varandra_far_veta_det(
    client: Client, huddinge: Mottagare, kollega: Anvandare, formular: Formular
) -> None:
    ny = lamna(huddinge, kollega)
    sidan = reverse("svara_lamna_over", args=[lank.skriv(ny)])
    falt = formular(client.get(sidan)) | {"till": str(huddinge.anvandare_id), "skriv": "Nej, du."}

    svar = client.post(sidan, falt)

    assert (svar.status_code, f"{huddinge} har lämnat över" in platt(svar)) == (422, True)
    assert "Nej, du." in platt(svar)
    assert fragor_till(ny) != []


def test_en_ring_av_tre_sluter_sig_inte(huddinge: Mottagare, kollega: Anvandare, kim: Kontakt) -> None:
    ny = lamna(lamna(huddinge, kollega), kim)

    with pytest.raises(ValidationError, match=r"har redan lämnat över .* till Siv Kollega. Välj någon annan"):
        lamna(ny, huddinge.anvandare)


def test_fragan_tas_tillbaka_sa_lange_ingen_har_svarat(
    client: Client, adress: str, huddinge: Mottagare, kollega: Anvandare
) -> None:
    ny = lamna(huddinge, kollega)
    punkt = huddinge.omgang.punkter.get()

    client.post(f"{adress}{punkt.pk}/ta-tillbaka/")

    assert (len(fragor_till(huddinge)), fragor_till(ny)) == (1, [])
    assert not Utskick.objects.filter(anvandare=kollega, paborjat=None).exists()


def test_den_som_svarat_behaller_fragan(huddinge: Mottagare, kollega: Anvandare) -> None:
    ny = lamna(huddinge, kollega)
    punkt = huddinge.omgang.punkter.get()
    (p,) = fragor.att_svara(ny)
    uppfoljning.svara(av=kollega, mottagare=ny, punkt=punkt, status="pagar", bedomning="enligt_plan", sedd=p.sedd)

    with pytest.raises(ValidationError, match="redan besvarad"):
        overlamning.ta_tillbaka(av=huddinge.anvandare, mottagare=huddinge, punkt=punkt)


def test_lamnad_i_sin_tur_tas_den_inte_tillbaka(huddinge: Mottagare, kollega: Anvandare, kim: Kontakt) -> None:
    lamna(lamna(huddinge, kollega), kim)

    with pytest.raises(ValidationError, match=r"Siv Kollega har i sin tur lämnat över .* till Kim Kontakt"):
        overlamning.ta_tillbaka(av=huddinge.anvandare, mottagare=huddinge, punkt=huddinge.omgang.punkter.get())


def test_den_som_redan_ar_fragad_tar_over(huddinge: Mottagare, kollega: Anvandare) -> None:
    ny = Mottagare.objects.create(omgang=huddinge.omgang, anvandare=kollega)
    punkt = huddinge.omgang.punkter.get()
    Tillfragan.objects.create(mottagare=ny, punkt=punkt, aktor=kollega.aktor)

    lamna(huddinge, kollega)
    overlamning.ta_tillbaka(av=huddinge.anvandare, mottagare=huddinge, punkt=punkt)

    assert (len(fragor_till(huddinge)), len(fragor_till(ny))) == (1, 1)


def test_i_en_annan_flik_sags_att_fragan_ar_lamnad(
    client: Client, adress: str, huddinge: Mottagare, kollega: Anvandare
) -> None:
    falt, punkt = oforandrat(huddinge.omgang), huddinge.omgang.punkter.get()
    lamna(huddinge, kollega)

    svar = client.post(f"{adress}{punkt.pk}/", falt)

    assert (svar.status_code, "du har lämnat över frågan till Siv Kollega" in platt(svar)) == (409, True)


@pytest.mark.parametrize(
    "fel", [{"till": "999"}, {"till": "botkyrka"}, {"skriv": " "}, {"punkter": []}, {"till": "x@y"}]
)
def test_felaktigt_ifyllt(
    client: Client, adress: str, kollega: Anvandare, formular: Formular, botkyrka: Anvandare, fel: dict[str, Any]
) -> None:
    sidan = f"{adress}lamna-over/"
    if fel.get("till") == "botkyrka":
        fel = {"till": str(botkyrka.pk)}
    falt = formular(client.get(sidan)) | {"till": str(kollega.pk), "skriv": VARFOR} | fel

    svar = client.post(sidan, falt)

    assert (svar.status_code, Tillfragan.objects.exclude(lamnad_till=None).exists()) == (422, False)


def test_listan_sager_inte_vem_som_har_bjudits_in(
    client: Client, adress: str, tjansteperson: Anvandare, planerare: Anvandare
) -> None:
    """Whoever a samordnare invited became an account here only when nobody elsewhere has the address."""
    samordnare = andra_konto(tjansteperson, samordnare=True)
    inbjudna = [konton.Inbjuden(epost, "Ny") for epost in ("ny@prov.example", planerare.epost)]
    konton.bjud_in_kollegor(av=samordnare, inbjudna=inbjudna)
    konton.utfor_inbjudningar()
    inbjuden = Anvandare.objects.get(epost="ny@prov.example")

    assert "Det finns ingen annan hos Huddinge kommun" in platt(client.get(f"{adress}lamna-over/"))
    Anvandare.objects.filter(pk=inbjuden.pk).update(password=make_password("ord"))
    assert "Vem ska svara i stället?" in platt(client.get(f"{adress}lamna-over/"))


def _konto_pa_annat_hall(epost: str, botkyrka: Anvandare, huddinge: Mottagare, vad: str) -> None:
    """What somebody may have with the address of Huddinge's contact."""
    hos_botkyrka = {"namn": "Karin Karlsson", "aktor": botkyrka.aktor, "password": make_password("ord")}
    if vad == "ingens":
        kontakt.skapa(av=None, aktor=botkyrka.aktor, namn="Karin Karlsson", epost=epost)
    elif vad == "kontakt":
        Anvandare.objects.create(epost=epost, **hos_botkyrka | {"roll": "kontakt", "password": make_password(None)})
    elif vad == "inbjuden":
        falt = {"namn": "Kim", "aktor": huddinge.anvandare.aktor, "password": make_password(None)}
        Anvandare.objects.create(epost=epost, roll="tjansteperson", **falt)
    else:
        roll = "tjansteperson" if vad in {"tjansteperson", "stangt"} else vad
        konto = Anvandare.objects.create(epost=epost, roll=roll, **hos_botkyrka)
        if vad == "stangt":
            andra_konto(konto, is_active=False)


def _ord(sida: Any) -> str:
    """A page's words and tags, without the time and attributes: there stand ids and what holds for one form alone."""
    return re.sub(r"""=("[^"]*"|'[^']*')|\b\d\d[:.]\d\d\b""", "", platt(sida))


def _det_som_syns(client: Client, adress: str, m: Mottagare, kim: Kontakt, formular: Formular) -> list[str]:
    """What Huddinge sees of handing over to the contact, by the pages in order: each as its words, or a refusal."""
    sidan, omgangen = f"{adress}lamna-over/", f"/flemingsberg/uppfoljning/{m.omgang_id}/"
    client.force_login(m.anvandare)
    fore = client.get(sidan)
    ut = [_ord(fore), _ord(client.post(sidan, formular(fore) | {"till": kim.epost, "skriv": VARFOR}, follow=True))]
    for rad in Utskick.objects.filter(omgang=m.omgang, paborjat=None):
        Utskick.objects.filter(pk=rad.pk).update(paborjat=timezone.now(), skickat=timezone.now())
    ut += [_ord(client.get(s)) for s in (adress, sidan, omgangen, f"{omgangen}historik/", "/mitt-arbete/", "/konton/")]
    ut += [_ord(client.get("/aktorer/huddinge-kommun/")), _ord(client.get(f"/kontakter/{kim.pk}/ta-bort/"))]
    ut.append(str(fragor.rapport(m.omgang, timezone.localdate())))
    punkt = m.omgang.punkter.get()
    return [*ut, _ord(client.post(f"{adress}{punkt.pk}/ta-tillbaka/", follow=True)), _ord(client.get(omgangen))]


@pytest.mark.parametrize("vad", ["tjansteperson", "planerare", "styrgrupp", "kontakt", "ingens", "stangt", "inbjuden"])
def test_sidorna_sager_inte_vems_adress_som_har_ett_konto(
    client: Client, adress: str, huddinge: Mottagare, kim: Kontakt, botkyrka: Anvandare, formular: Formular, vad: str
) -> None:
    andra_konto(huddinge.anvandare, samordnare=True)
    with transaction.atomic():
        okand = _det_som_syns(client, adress, huddinge, kim, formular)
        transaction.set_rollback(True)
    _konto_pa_annat_hall(kim.epost, botkyrka, huddinge, vad)

    kand = _det_som_syns(client, adress, huddinge, kim, formular)

    assert kand == okand
    assert f"Till Kim Kontakt: {VARFOR}" in okand[2]


def test_kontakten_far_mejlet_pa_sin_adress_och_svarar_for_aktoren(
    client: Client, huddinge: Mottagare, kim: Kontakt, botkyrka: Anvandare
) -> None:
    _konto_pa_annat_hall(kim.epost, botkyrka, huddinge, "tjansteperson")
    ny = lamna(huddinge, kim)
    (p,) = fragor.att_svara(ny)
    brev = bygg(ny.anvandare.utskick.select_related("omgang").get())

    client.post(reverse("svara_punkt", args=[lank.skriv(ny), p.punkt.pk]), oforandrat(ny.omgang))

    svar = Omgangssvar.objects.get()
    assert (str(svar.mottagare), svar.aktor) == ("Kim Kontakt", huddinge.anvandare.aktor)
    assert brev is not None
    assert (brev.to, "Hej Kim Kontakt!" in str(brev.body)) == ([kim.epost], True)


def test_ar_kontot_stangt_far_planeraren_fragan_och_vet_varfor(
    som_planerare: Client, planerare: Anvandare, huddinge: Mottagare, kim: Kontakt, botkyrka: Anvandare
) -> None:
    Omgang.objects.filter(pk=huddinge.omgang_id).update(oppnad_av=planerare)
    _konto_pa_annat_hall(kim.epost, botkyrka, huddinge, "stangt")
    ny = lamna(huddinge, kim)

    brev = bygg(ny.anvandare.utskick.select_related("omgang__oppnad_av").get())

    assert brev is not None
    assert brev.to == [planerare.epost]
    for text in (str(brev.body), platt(brev.alternatives[0].content)):
        assert "hör adressen till ett konto som någon har stängt av" in text
        assert (f"{huddinge} lämnade över: {VARFOR}" in text, "/svara/" in text) == (True, False)
    assert "Får inga mejl" in platt(som_planerare.get(f"/flemingsberg/uppfoljning/{huddinge.omgang_id}/"))
    with pytest.raises(ValidationError, match="får ingen länk"):
        uppfoljning.ny_lank(av=planerare, mottagare=ny)


def test_kontakten_ber_om_sin_lank_pa_sin_adress(huddinge: Mottagare, kim: Kontakt, botkyrka: Anvandare) -> None:
    _konto_pa_annat_hall(kim.epost, botkyrka, huddinge, "tjansteperson")
    ny = lamna(huddinge, kim)

    rader = uppfoljning.begar_lank(av=None, epost=kim.epost)

    assert [rad.anvandare for rad in rader] == [ny.anvandare]


def test_den_som_svarar_som_kontakt_glommer_man_med_sitt_konto(
    administrator: Anvandare, huddinge: Mottagare, kim: Kontakt, botkyrka: Anvandare
) -> None:
    _konto_pa_annat_hall(kim.epost, botkyrka, huddinge, "stangt")
    ny, konto = lamna(huddinge, kim), Anvandare.objects.get(epost=kim.epost)

    personuppgifter.glom(av=administrator, person=konto, sedd=senaste_handelse(konto), skal="Begärd")

    ny.anvandare.refresh_from_db()
    assert (ny.anvandare.namn, ny.anvandare.is_active) == (f"Tidigare användare {ny.anvandare.pk}", False)
    assert not Kontakt.objects.filter(namn="Kim Kontakt").exists()


def test_den_som_lamnats_fragan_lamnar_den_inte_till_sig_sjalv(
    huddinge: Mottagare, kim: Kontakt, botkyrka: Anvandare, kollega: Anvandare
) -> None:
    _konto_pa_annat_hall(kim.epost, botkyrka, huddinge, "tjansteperson")
    ny = lamna(huddinge, kim)
    kontakt.skapa(av=None, aktor=kim.aktor, namn="Kim", epost=kim.epost, stadskarna=ny.omgang.fardplan.stadskarna)

    assert {str(k) for k in fragor_om_overlamning.kandidater(ny)} == {str(huddinge), str(kollega)}


def test_finns_ingen_att_lamna_over_till_sags_det(client: Client, adress: str) -> None:
    assert "Det finns ingen annan hos Huddinge kommun" in platt(client.get(f"{adress}lamna-over/"))


def test_utan_lank_kommer_ingen_in(client: Client, huddinge: Mottagare, omgang: Omgang) -> None:
    punkt = omgang.punkter.get()

    assert client.get("/svara/påhittad/lamna-over/").status_code == 404
    assert client.post(f"/svara/påhittad/{punkt.pk}/ta-tillbaka/").status_code == 404


def test_den_som_svarar_for_en_annan_aktor_tar_inte_over(
    huddinge: Mottagare, kollega: Anvandare, botkyrka: Anvandare
) -> None:
    ny = Mottagare.objects.create(omgang=huddinge.omgang, anvandare=kollega)
    Tillfragan.objects.create(mottagare=ny, punkt=huddinge.omgang.punkter.get(), aktor=botkyrka.aktor)

    with pytest.raises(ValidationError, match="Siv Kollega svarar redan för Botkyrka kommun"):
        lamna(huddinge, kollega)


def test_den_som_bytt_aktor_lamnar_inte_over_till_de_nya(huddinge: Mottagare, botkyrka: Anvandare) -> None:
    Anvandare.objects.filter(pk=huddinge.anvandare_id).update(aktor=botkyrka.aktor)
    bytt = Mottagare.objects.get(pk=huddinge.pk)

    with pytest.raises(ValidationError, match="för Huddinge kommun, och hör inte dit längre"):
        lamna(bytt, botkyrka)


def test_i_samma_ogonblick_ar_fragan_redan_lamnad(huddinge: Mottagare, kollega: Anvandare) -> None:
    (p,) = fragor.att_svara(huddinge)
    lamna(huddinge, kollega)

    with pytest.raises(ValidationError, match="inte längre tillfrågad"):
        uppfoljning.svara(
            av=huddinge.anvandare, mottagare=huddinge, punkt=p.punkt, status="pagar", bedomning="enligt_plan"
        )


def test_stangs_den_som_tog_over_kommer_fragan_tillbaka(huddinge: Mottagare, kollega: Anvandare) -> None:
    lamna(huddinge, kollega)
    sedd = senaste_handelse(kollega)

    konton.andra_konto(av=None, person=kollega, sedd=sedd, till=huddinge.anvandare, is_active=False)

    assert len(fragor_till(huddinge)) == 1


def test_finns_ingen_kollega_far_den_som_lamnade_over_fragan_igen(huddinge: Mottagare, kim: Kontakt) -> None:
    ny = lamna(huddinge, kim)
    uppfoljning.aterkalla_lank(av=None, mottagare=ny)

    antal = [ersattning.fraga_andra(av=None, idag=timezone.localdate()) for _ in range(2)]

    assert (antal, len(fragor_till(huddinge))) == ([1, 0], 1)
