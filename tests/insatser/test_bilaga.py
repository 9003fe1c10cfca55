"""Files beside things: who attaches and reads them, what is taken in, how they are served, and how they go."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from io import StringIO
from typing import Any

import pgtrigger
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aktorer.grund.samtidighet import handelser, radens_handelser
from aktorer.models import Anvandare
from insatser.andringar import angra, aterstall
from insatser.andringar import bilaga as andringar
from insatser.andringar import handlingsplan as planer
from insatser.andringar import mote as moten
from insatser.fragor.personuppgifter import utdrag
from insatser.models import (
    Aktivitet,
    Bilaga,
    Fardplan,
    Filinnehall,
    Handlingsplan,
    Insats,
    Mote,
    Planversion,
    Samtalssak,
    Samverkansorgan,
)
from insatser.regler.bilagetyp import Fil
from tests import klocka
from tests.insatser.test_bilagetyp import PDF, PNG
from tests.pdftext import oppna, sidtext
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

type Hamta = Callable[[str], Insats]

SIDA = "/flemingsberg/insatser/1.3/"
FILER = f"{SIDA}filer/"
HX = {"HX-Request": "true"}


def fil(namn: str = "Protokoll från mötet.pdf", innehall: bytes = PDF) -> dict[str, Any]:
    return {"fil": SimpleUploadedFile(namn, innehall, content_type="text/html")}


@pytest.fixture
def sak(insats: Hamta, flemingsberg: Fardplan) -> Samtalssak:
    return Samtalssak(insats("1.3"), flemingsberg.stadskarna)


@pytest.fixture
def bilaga(sak: Samtalssak, tjansteperson: Anvandare) -> Bilaga:
    return andringar.bifoga(av=tjansteperson, sak=sak, fil=Fil("Årsrapport för ån.pdf", PDF))


# --- attach


@pytest.mark.parametrize("vem", ["tjansteperson", "planerare", "styrgrupp"])
def test_alla_som_loggar_in_bifogar(client: Client, request: pytest.FixtureRequest, vem: str) -> None:
    client.force_login(request.getfixturevalue(vem))
    svar = client.post(FILER, fil(), follow=True)
    assert svar.redirect_chain == [(f"{SIDA}#filer", 302)]
    assert "Filen är bifogad." in platt(svar.text)
    assert "Filer (1)" in platt(svar.text)
    rad = Bilaga.objects.get()
    assert (rad.filnamn, rad.typ, rad.storlek) == ("Protokoll från mötet.pdf", "pdf", len(PDF))
    assert rad.sha256 == hashlib.sha256(PDF).hexdigest()


@pytest.mark.parametrize(
    ("namn", "innehall", "fel"),
    [
        ("tom.pdf", b"", "Filen tom.pdf är tom."),
        ("stor.pdf", PDF + b"\0" * 20 * 2**20, "Filen är större än 20 MB."),
        ("avtal.pdf", PNG, "Filen heter avtal.pdf, men det som är i den är av slaget PNG-bild."),
        ("bild.svg", b"<svg onload='x()'></svg>", "Filen är en SVG-bild"),
        ("a.pdf", b"<html><script>x()</script>", "Filen är en webbsida."),
    ],
)
def test_det_som_inte_tas_emot_sags(som_planerare: Client, namn: str, innehall: bytes, fel: str) -> None:
    for huvuden in ({}, HX):
        svar = som_planerare.post(FILER, fil(namn, innehall), headers=huvuden)
        assert (svar.status_code, fel in platt(svar.text)) == (422, True)
    assert "Välj en fil." in som_planerare.post(FILER, {}).text
    assert (Bilaga.objects.exists(), Filinnehall.objects.exists()) == (False, False)


def test_namnet_ar_bara_ett_namn(som_planerare: Client) -> None:
    som_planerare.post(FILER, fil("../../..\\rm\u202e -rf\u200b <b>.pdf"))
    assert Bilaga.objects.get().filnamn == "rm -rf -b-.pdf"
    assert "<b>" not in platt(som_planerare.get(SIDA).text).split('id="filer"')[1]


def test_samma_fil_tva_ganger_sags(som_planerare: Client, bilaga: Bilaga) -> None:
    svar = som_planerare.post(FILER, fil("annat namn.pdf"))
    assert svar.status_code == 422
    assert "Filen finns redan här. Den heter Årsrapport för ån.pdf." in platt(svar.text)


def test_samma_fil_vid_en_annan_sak_ligger_en_gang(bilaga: Bilaga, insats: Hamta, tjansteperson: Anvandare) -> None:
    annan = Samtalssak(insats("1.4"), bilaga.stadskarna)
    andringar.bifoga(av=tjansteperson, sak=annan, fil=Fil("kopia.pdf", PDF))
    assert (Bilaga.objects.count(), Filinnehall.objects.count()) == (2, 1)


# --- fetch


def test_filen_hamtas_som_den_ar_och_kan_inte_kora_nagot(client: Client, bilaga: Bilaga, styrgrupp: Anvandare) -> None:
    client.force_login(styrgrupp)
    svar = client.get(f"{FILER}{bilaga.pk}/?visa=1")
    assert (svar.content, svar.headers["Content-Type"]) == (PDF, "application/pdf")
    namn = "%C3%85rsrapport%20f%C3%B6r%20%C3%A5n.pdf"
    assert svar.headers["Content-Disposition"] == f"attachment; filename*=utf-8''{namn}"
    assert svar.headers["X-Content-Type-Options"] == "nosniff"
    assert svar.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert {"private", "no-store"} <= set(svar.headers["Cache-Control"].split(", "))


def test_bara_bilder_visas_av_webblasaren(client: Client, sak: Samtalssak, styrgrupp: Anvandare) -> None:
    bild = andringar.bifoga(av=styrgrupp, sak=sak, fil=Fil("karta.png", PNG))
    client.force_login(styrgrupp)
    for fraga, hur in (("", "attachment"), ("?visa=1", "inline")):
        svar = client.get(f"{FILER}{bild.pk}/{fraga}")
        assert svar.headers["Content-Disposition"] == f'{hur}; filename="karta.png"'
        assert svar.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_besokaren_far_ingen_fil(client: Client, bilaga: Bilaga) -> None:
    assert "rsrapport" not in client.get(SIDA).text
    for adress in (FILER, f"{FILER}{bilaga.pk}/", f"{FILER}{bilaga.pk}/ta-bort/", f"{FILER}{bilaga.pk}/maskera/"):
        for svar in (client.get(adress), client.post(adress, fil())):
            assert svar.status_code == 302
            assert svar.headers["Location"].startswith("/konto/logga-in/")
    assert Bilaga.objects.kvar().count() == 1


def test_filen_finns_bara_vid_sin_sak(som_planerare: Client, bilaga: Bilaga) -> None:
    for sida in ("/flemingsberg/insatser/1.4/", "/haninge/insatser/1.3/", klocka.PLAN):
        assert som_planerare.get(f"{sida}filer/{bilaga.pk}/").status_code == 404


# --- take away and mask


def test_borttagen_fil_hamtas_av_ingen_och_gar_att_angra(
    client: Client, bilaga: Bilaga, tjansteperson: Anvandare
) -> None:
    client.force_login(tjansteperson)
    svar = client.post(f"{FILER}{bilaga.pk}/ta-bort/", {"version": 1}, follow=True)
    assert "Årsrapport för ån.pdf är borttagen." in platt(svar.text)
    assert client.get(f"{FILER}{bilaga.pk}/").status_code == 404
    kontext = radens_handelser(bilaga).latest("pgh_id").pgh_context_id
    client.post(f"/angra/{kontext}/", {"fran": SIDA, "har": SIDA})
    assert client.get(f"{FILER}{bilaga.pk}/").status_code == 200


@pytest.mark.parametrize("vem", ["botkyrka", "styrgrupp"])
def test_andra_tar_inte_bort_och_maskerar_inte(
    client: Client, request: pytest.FixtureRequest, vem: str, bilaga: Bilaga
) -> None:
    client.force_login(request.getfixturevalue(vem))
    assert client.post(f"{FILER}{bilaga.pk}/ta-bort/", {"version": 1}).status_code == 403
    assert client.post(f"{FILER}{bilaga.pk}/maskera/", {"skal": "Prov"}).status_code == 403
    assert Bilaga.objects.kvar().filter(maskering=None).count() == 1


def test_maskerad_fil_ar_borta_for_alltid_och_det_syns(som_planerare: Client, bilaga: Bilaga) -> None:
    adress = f"{FILER}{bilaga.pk}/maskera/"
    assert "Skriv varför." in som_planerare.post(adress, {"skal": " "}).text
    svar = som_planerare.post(adress, {"skal": "Stod ett personnummer."}, follow=True)
    assert "Skäl: Stod ett personnummer." in platt(svar.text)
    assert som_planerare.get(f"{FILER}{bilaga.pk}/").status_code == 404
    assert not Filinnehall.objects.exists()
    bilaga.refresh_from_db()
    assert (bilaga.sha256, bilaga.innehall) == (hashlib.sha256(PDF).hexdigest(), None)


def test_maskerad_pa_ett_stalle_star_kvar_pa_ett_annat(
    bilaga: Bilaga, insats: Hamta, planerare: Anvandare, som_planerare: Client
) -> None:
    annan = Samtalssak(insats("1.4"), bilaga.stadskarna)
    kopia = andringar.bifoga(av=planerare, sak=annan, fil=Fil("kopia.pdf", PDF))
    andringar.maskera(av=planerare, bilaga=bilaga, skal="Prov")
    assert som_planerare.get(f"/flemingsberg/insatser/1.4/filer/{kopia.pk}/").content == PDF
    with pytest.raises(ValidationError, match="redan maskerad"):
        andringar.maskera(av=planerare, bilaga=bilaga, skal="Prov")


def test_planerare_i_en_annan_stadskarna_tar_inte_bort(
    client: Client, person: Callable[..., Anvandare], haninge: Fardplan, bilaga: Bilaga
) -> None:
    nagon = person("planerare", "haninge-kommun", bara_i=[haninge.stadskarna_id])
    with pytest.raises(ValidationError, match="hör till en annan stadskärna"):
        andringar.ta_bort(av=nagon, bilaga=bilaga, version=1)
    with pytest.raises(ValidationError, match="hör till en annan stadskärna"):
        andringar.maskera(av=nagon, bilaga=bilaga, skal="Prov")


def test_filen_foljer_med_en_aktivitet_som_tas_bort_och_laggs_tillbaka(
    flemingsberg: Fardplan, insats: Hamta, planerare: Anvandare
) -> None:
    plan = planer.skapa(av=None, fardplan=flemingsberg, ar_fran=klocka.TILL + 1, ar_till=klocka.TILL + 2)
    lyft = planer.lyft(av=None, plan=plan, insats=insats("1.3"))
    aktivitet = planer.skapa_aktivitet(av=None, prioritering=lyft, titel="Mät", roller=[])
    sak = Samtalssak(aktivitet, flemingsberg.stadskarna)
    bilaga = andringar.bifoga(av=planerare, sak=sak, fil=Fil("a.pdf", PDF))
    planer.ta_bort_aktivitet(av=None, aktivitet=aktivitet, version=aktivitet.version)
    assert not Bilaga.objects.exists()
    borta = list(handelser(Aktivitet).filter(pgh_obj_id=aktivitet.pk, pgh_label="delete"))
    plan.refresh_from_db()
    aterstall.lagg_tillbaka(av=planerare, rad=plan, version=plan.version, borta=borta)
    assert [bytes(b.innehall.data) for b in Bilaga.objects.filter(pk=bilaga.pk)] == [PDF]


def test_filen_foljer_med_ett_mote_som_tas_bort_och_laggs_tillbaka(
    organ: Samverkansorgan, planerare: Anvandare
) -> None:
    mote = moten.skapa(av=planerare, organ=organ, datum=klocka.om(9))
    bilaga = andringar.bifoga(av=planerare, sak=Samtalssak(mote, organ.stadskarna), fil=Fil("a.pdf", PDF))
    andra = andringar.bifoga(av=planerare, sak=Samtalssak(mote, organ.stadskarna), fil=Fil("b.png", PNG))
    angra.angra(av=planerare, kontext=radens_handelser(andra).get().pgh_context_id)
    moten.ta_bort(av=planerare, mote=mote, version=mote.version)
    borta = list(handelser(Mote).filter(pgh_obj_id=mote.pk, pgh_label="delete"))
    organ.refresh_from_db()
    aterstall.lagg_tillbaka(av=planerare, rad=organ, version=organ.version, borta=borta)
    assert list(Bilaga.objects.values_list("pk", "mote", "filnamn")) == [(bilaga.pk, mote.pk, "a.pdf")]


# --- bytes that nobody reaches


def test_bytena_av_en_angrad_fil_raderas_nar_ingen_kan_fa_tillbaka_den(
    bilaga: Bilaga, tjansteperson: Anvandare, sql: Callable[..., object]
) -> None:
    angra.angra(av=tjansteperson, kontext=radens_handelser(bilaga).get().pgh_context_id)
    andringar.glom_onabara(av=None)
    assert Filinnehall.objects.exists()
    _for_lange_sedan(sql)
    call_command("skicka_paminnelser", stdout=StringIO())
    assert not Filinnehall.objects.exists()


def test_bytena_av_en_fil_som_finns_eller_ar_borttagen_raderas_inte(
    bilaga: Bilaga, tjansteperson: Anvandare, sql: Callable[..., object]
) -> None:
    andringar.ta_bort(av=tjansteperson, bilaga=bilaga, version=1)
    _for_lange_sedan(sql)
    andringar.glom_onabara(av=None)
    assert Filinnehall.objects.exists()


def _for_lange_sedan(sql: Callable[..., object]) -> None:
    with pgtrigger.ignore():
        sql("UPDATE insatser_bilagaevent SET pgh_created_at = pgh_created_at - interval '25 hours'")


def test_ett_angrat_borttagande_gar_igenom_utan_den_fil_som_ar_maskerad_sedan_dess(
    sak: Samtalssak, organ: Samverkansorgan, planerare: Anvandare
) -> None:
    mote = moten.skapa(av=planerare, organ=organ, datum=klocka.om(9))
    andringar.bifoga(av=planerare, sak=Samtalssak(mote, organ.stadskarna), fil=Fil("a.pdf", PDF))
    kopia = andringar.bifoga(av=planerare, sak=sak, fil=Fil("b.pdf", PDF))
    moten.ta_bort(av=planerare, mote=mote, version=mote.version)
    andringar.maskera(av=planerare, bilaga=kopia, skal="Prov")
    borttagandet = handelser(Mote).get(pgh_obj_id=mote.pk, pgh_label="delete").pgh_context_id
    angra.angra(av=planerare, kontext=borttagandet)
    assert (Mote.objects.filter(pk=mote.pk).exists(), Bilaga.objects.get()) == (True, kopia)


# --- history


def test_historiken_har_motets_och_protokollets_filer(
    som_planerare: Client, besluta: Callable[..., Any], organ: Samverkansorgan
) -> None:
    mote = Mote.objects.create(organ=organ, datum=klocka.om(-9))
    som_planerare.post(f"/flemingsberg/organ/moten/{mote.pk}/filer/", fil("kallelse.pdf"))
    besluta(**fil("protokoll.pdf"))
    assert "kallelse.pdf" in som_planerare.get(f"/flemingsberg/organ/moten/{mote.pk}/historik/").text
    assert "protokoll.pdf" in som_planerare.get(f"{klocka.PLAN}historik/").text


def test_maskerade_ord_traffar_inte_filens_avtryck(som_planerare: Client, bilaga: Bilaga) -> None:
    ord_ = bilaga.sha256[:8]
    svar = som_planerare.post(f"{SIDA}historik/?maskera=1", {"vad": ord_, "skal": "Prov", "sett": ord_})
    assert "Det står ingenstans här" in platt(svar.text)
    assert {h.sha256 for h in radens_handelser(bilaga)} == {bilaga.sha256}


def test_registerutdraget_har_filens_namn_men_inte_filen(bilaga: Bilaga, tjansteperson: Anvandare) -> None:
    with CaptureQueriesContext(connection) as fragor:
        [uppgift] = [u for u in utdrag(tjansteperson).rader if u.tabell == "Bilaga"]
    assert '"insatser_filinnehall"."data"' not in str(fragor.captured_queries).replace("\\", "")
    assert uppgift.varden["filens namn"] == "Årsrapport för ån.pdf"
    assert PDF.decode("latin-1") not in str(uppgift)


# --- what the database holds to


def test_databasen_haller_filen_till_sitt_avtryck(
    bilaga: Bilaga, sql: Callable[..., object], nekas: Callable[[str], AbstractContextManager[None]]
) -> None:
    with nekas("filinnehall_har_sitt_avtryck"):
        Filinnehall.objects.create(sha256="0" * 64, data=b"annat")
    with nekas("bilaga_utan_fil_ar_maskerad"):
        sql("UPDATE insatser_bilaga SET innehall_id = NULL WHERE id = %s", bilaga.pk)
    for namn in ("../x", "", "a\tb"):
        with nekas("bilaga_har_namn"):
            sql("UPDATE insatser_bilaga SET filnamn = %s WHERE id = %s", namn, bilaga.pk)
    with nekas("bilaga_en_gang_per_sak"):
        Bilaga.objects.create(
            **{f: getattr(bilaga, f) for f in ("insats", "stadskarna", "typ", "storlek", "sha256", "innehall", "av")},
            filnamn="x.pdf",
        )


def test_planens_filer_ar_planens(client: Client, styrgrupp: Anvandare, flemingsberg: Fardplan) -> None:
    client.force_login(styrgrupp)
    plan = Handlingsplan.objects.get(fardplan=flemingsberg, ar_fran=klocka.FRAN)
    aktivitet = Aktivitet.objects.filter(prioritering__handlingsplan=plan).order_by("pk")[0]
    client.post(f"{klocka.PLAN}filer/", fil("plan.pdf"))
    client.post(f"{klocka.PLAN}aktivitet/{aktivitet.pk}/filer/", fil("aktivitet.png", PNG))
    sidan = platt(client.get(klocka.PLAN).text)
    assert ("plan.pdf" in sidan, "aktivitet.png" in sidan) == (True, False)
    assert 'samtal/">Samtal och filer (1)<' in sidan
    assert "aktivitet.png" in client.get(f"{klocka.PLAN}aktivitet/{aktivitet.pk}/samtal/").text


# --- möten and decisions


@pytest.fixture
def organ(flemingsberg: Fardplan) -> Samverkansorgan:
    return Samverkansorgan.objects.get(stadskarna=flemingsberg.stadskarna, slag="styrgrupp", till=None)


@pytest.fixture
def besluta(som_planerare: Client, organ: Samverkansorgan, flemingsberg: Fardplan) -> Callable[..., Any]:
    """Register the decision on the example plan, by the form."""

    def skicka(**fler: Any) -> Any:
        plan = Handlingsplan.objects.get(fardplan=flemingsberg, ar_fran=klocka.FRAN)
        varden = {"version": plan.version, "organ": organ.pk, "datum": str(klocka.om(-1)), "paragraf": "7"}
        return som_planerare.post(f"{klocka.PLAN}besluta/", varden | fler)

    return skicka


def test_motets_filer_bifogas_av_planerare_och_lases_av_den_som_loggar_in(
    client: Client, planerare: Anvandare, styrgrupp: Anvandare, organ: Samverkansorgan
) -> None:
    mote = Mote.objects.create(organ=organ, datum=klocka.om(-1))
    sidan = f"/flemingsberg/organ/moten/{mote.pk}/"
    client.force_login(planerare)
    client.post(f"{sidan}filer/", fil("kallelse.pdf"))
    rad = Bilaga.objects.get()
    client.force_login(styrgrupp)
    assert "kallelse.pdf" in client.get(sidan).text
    assert client.get(f"{sidan}filer/{rad.pk}/").content == PDF
    assert client.post(f"{sidan}filer/", fil("annat.pdf", PNG)).status_code == 403
    client.logout()
    assert ("kallelse" in client.get(sidan).text, client.get(f"{sidan}filer/{rad.pk}/").status_code) == (False, 302)


def test_protokollet_hor_till_det_beslutade_och_ar_offentligt(
    client: Client, besluta: Callable[..., Any], sql: Callable[..., object]
) -> None:
    assert besluta(**fil("protokoll.pdf")).status_code == 302
    version, rad = Planversion.objects.get(handlingsplan__ar_fran=klocka.FRAN), Bilaga.objects.get()
    assert version.innehall["beslut"]["protokollfil"] == {"filnamn": "protokoll.pdf", "sha256": rad.sha256}
    with oppna(bytes(version.pdf)) as pdf:
        assert rad.sha256 in "".join("".join(map(sidtext, pdf.pages)).split())
    sidan = f"{klocka.PLAN}version/1/"
    with pytest.raises(ValidationError, match="hör till det som beslutades"):
        andringar.ta_bort(av=None, bilaga=rad, version=1)
    for fraga in (
        "UPDATE insatser_bilaga SET borttagen = now() WHERE id = %s",
        "DELETE FROM insatser_bilaga WHERE id = %s",
    ):
        with pytest.raises(IntegrityError, match="hör till det som beslutades"), transaction.atomic():
            sql(fraga, rad.pk)
    client.logout()
    assert f"SHA-256: {rad.sha256}" in platt(client.get(sidan).text)
    assert client.get(f"{sidan}filer/{rad.pk}/").content == PDF
    assert client.get(f"{sidan}filer/").status_code == 302


def test_den_som_har_protokollet_far_det_inte_en_gang_till_och_ett_maskerat_far_ingen(
    client: Client, besluta: Callable[..., Any], planerare: Anvandare
) -> None:
    besluta(**fil("protokoll.pdf"))
    rad, adress = Bilaga.objects.get(), f"{klocka.PLAN}version/1/filer/{Bilaga.objects.get().pk}/"
    client.logout()
    svar = client.get(adress, headers={"Accept-Encoding": "gzip"})
    assert (svar.headers["ETag"], svar.headers["Cache-Control"]) == (f'"{rad.sha256}"', "no-cache")
    assert (svar.content, svar.headers["Content-Encoding"]) == (PDF, "identity")
    huvud = client.head(adress)
    assert (huvud.content, huvud.headers["Content-Length"]) == (b"", str(len(PDF)))
    with CaptureQueriesContext(connection) as fragor:
        assert client.get(adress, headers={"If-None-Match": svar.headers["ETag"]}).status_code == 304
    assert "filinnehall" not in str(fragor.captured_queries)
    andringar.maskera(av=planerare, bilaga=rad, skal="Prov")
    assert client.get(adress, headers={"If-None-Match": svar.headers["ETag"]}).status_code == 404


def test_sidan_med_protokollet_sager_att_filerna_blir_offentliga(
    besluta: Callable[..., Any], som_planerare: Client
) -> None:
    besluta()
    sidan = platt(som_planerare.get(f"{klocka.PLAN}version/1/filer/").text)
    assert "Filen blir offentlig, med det beslutade." in sidan
    assert "bara av dem" not in sidan


def test_ett_protokoll_som_ljuger_hindrar_beslutet(besluta: Callable[..., Any]) -> None:
    svar = besluta(**fil("protokoll.pdf", PNG))
    assert (svar.status_code, "av slaget PNG-bild" in platt(svar.text)) == (422, True)
    assert not Bilaga.objects.exists()
    assert Handlingsplan.objects.get(exempel=True).status == "utkast"


def test_protokoll_som_kommer_efter_beslutet_gar_att_ta_bort(
    besluta: Callable[..., Any], som_planerare: Client, styrgrupp: Anvandare, client: Client
) -> None:
    besluta()
    sidan = f"{klocka.PLAN}version/1/"
    som_planerare.post(f"{sidan}filer/", fil("sent.pdf"))
    rad = Bilaga.objects.get()
    assert "Bifogat efter beslutet." in platt(som_planerare.get(sidan).text)
    som_planerare.post(f"{sidan}filer/{rad.pk}/ta-bort/", {"version": 1})
    assert som_planerare.get(f"{sidan}filer/{rad.pk}/").status_code == 404
    client.force_login(styrgrupp)
    assert client.post(f"{sidan}filer/", fil()).status_code == 403
