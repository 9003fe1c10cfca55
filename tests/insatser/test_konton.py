"""People get in by a mail and a password of their own, get a new one when it is forgotten, and are out at once."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from aktorer import andringar as kontoandringar
from aktorer.models import Aktor, Anvandare
from aktorer.roller import Anvandarroll
from insatser.andringar import konton as andringar
from insatser.andringar import utskick as utskicksandringar
from insatser.andringar.konton import Inbjuden
from insatser.fragor import lank
from insatser.fragor.lank import Kontonyckel
from insatser.models import Kollegainbjudan, Utskick
from insatser.utbyte.mejl import bakgrund, sandning
from tests.conftest import LOSENORD, andra_konto
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

NYTT = "fyra ord i en rad"
EPOST = "ny.person@botkyrka.example"
LANK = re.compile(r"https?://[^/\s]+(/konto/(?:valkommen|nytt-losenord)/[^/\s]+/)")


@pytest.fixture(autouse=True)
def _utan_takt() -> None:
    cache.clear()


@pytest.fixture
def aktor(db: None) -> Aktor:
    return Aktor.objects.get(slug="botkyrka-kommun")


@pytest.fixture
def inbjuden(planerare: Anvandare, aktor: Aktor) -> Anvandare:
    vem = [Inbjuden(EPOST, "Ny Person")]
    return andringar.bjud_in(av=planerare, inbjudna=vem, roll=Anvandarroll.TJANSTEPERSON, aktor=aktor)[0]


def _inbjudan(aktor: Aktor, personer: str = EPOST, **andrat: Any) -> dict[str, Any]:
    return {"personer": personer, "roll": "tjansteperson", "aktor": aktor.pk} | andrat


def _adressen(brev: Any) -> str:
    hittad = LANK.search(str(brev.body))
    assert hittad
    return hittad[1]


# --- the invitation ---


def test_en_planerare_bjuder_in_och_personen_kommer_in(
    client: Client, planerare: Anvandare, aktor: Aktor, mailoutbox: list[Any]
) -> None:
    client.force_login(planerare)
    assert client.post("/konton/bjud-in/", _inbjudan(aktor))["Location"] == "/konton/"
    sandning.skicka_vantande()
    (brev,) = mailoutbox
    client.logout()

    svar = client.post(_adressen(brev), {"namn": "Ny Person", "losenord": NYTT, "losenord_igen": NYTT}, follow=True)

    assert (brev.to, svar.redirect_chain) == ([EPOST], [("/mitt-arbete/", 302)])
    assert "Välkommen, Ny Person!" in platt(svar)
    assert client.login(request=svar.wsgi_request, email=EPOST, password=NYTT)


def test_flera_bjuds_in_ur_ett_klistrat_blad(client: Client, planerare: Anvandare, aktor: Aktor) -> None:
    client.force_login(planerare)
    blad = "Anna Ek\tANNA.EK@botkyrka.example\nBo Al <bo@botkyrka.example>;\n\ncilla_von.dahl@botkyrka.example"
    blad += "\nPat O'Brien 'pat.o'brien@botkyrka.example' <pat.o'brien@botkyrka.example>"
    client.post("/konton/bjud-in/", _inbjudan(aktor, blad))

    konton = Anvandare.objects.filter(epost__endswith="@botkyrka.example", password__startswith="!")
    assert sorted(konton.values_list("namn", "epost")) == [
        ("Anna Ek", "anna.ek@botkyrka.example"),
        ("Bo Al", "bo@botkyrka.example"),
        ("Cilla Von Dahl", "cilla_von.dahl@botkyrka.example"),
        ("Pat O'Brien", "pat.o'brien@botkyrka.example"),
    ]


@pytest.mark.parametrize(
    ("personer", "fel"),
    [
        ("Anna Ek", "”Anna Ek” saknar e-postadress."),
        ("a@b.example c@d.example", "har flera adresser"),
        ("anna@lokal", "är ingen e-postadress"),
        ("a@b.example\nA@B.example", "a@b.example står två gånger."),
        ("PLANERARE@fardplan.example", "har redan ett konto: Exempel: planerare, planerare."),
        ("ｐｌａｎｅｒａｒｅ@fardplan.example", "har redan ett konto: Exempel: planerare, planerare."),
        ("plan\u00aderare@fardplan.example", "har redan ett konto: Exempel: planerare, planerare."),
        ("versal@fardplan.example", "har redan ett konto: Versal"),
    ],
)
def test_det_som_inte_gar_sags_rad_for_rad(
    client: Client, planerare: Anvandare, aktor: Aktor, personer: str, fel: str
) -> None:
    Anvandare.objects.create(epost="Versal@Fardplan.example", namn="Versal", roll="styrgrupp", password="!")
    client.force_login(planerare)
    svar = client.post("/konton/bjud-in/", _inbjudan(aktor, personer))
    assert (svar.status_code, fel in platt(svar)) == (422, True)
    assert not Utskick.objects.filter(slag="inbjudan").exists()


def test_en_doman_med_o_ar_samma_hur_den_an_stavas(client: Client, planerare: Anvandare, aktor: Aktor) -> None:
    """The two spellings are one account: pasted, invited again, and when a password is forgotten."""
    client.force_login(planerare)
    brev, natet = "asa@malmö.example", "Asa@xn--malm-8qa.example"
    tva_ganger = platt(client.post("/konton/bjud-in/", _inbjudan(aktor, f"{brev}\n{natet}")))
    client.post("/konton/bjud-in/", _inbjudan(aktor, natet))
    igen = platt(client.post("/konton/bjud-in/", _inbjudan(aktor, brev)))
    andringar.begar_losenord(av=None, epost=natet)

    konto = Anvandare.objects.get(epost=brev)
    assert f"{brev} står två gånger." in tva_ganger
    assert f"{brev} har redan ett konto: Asa, tjänsteperson." in igen
    assert sorted(konto.utskick.values_list("slag", flat=True)) == ["inbjudan", "losenord"]


def test_mejlet_till_en_doman_med_o_gar_dit_natet_stavar_den(
    planerare: Anvandare, aktor: Aktor, mailoutbox: list[Any]
) -> None:
    vem = [Inbjuden("asa@malmö.example", "Åsa")]
    andringar.bjud_in(av=planerare, inbjudna=vem, roll=Anvandarroll.TJANSTEPERSON, aktor=aktor)
    sandning.skicka_vantande()
    assert "asa@xn--malm-8qa.example" in mailoutbox[0].message()["To"]


@pytest.fixture
def samordnare(tjansteperson: Anvandare) -> Anvandare:
    return andra_konto(tjansteperson, samordnare=True)


def test_en_samordnare_far_veta_vem_som_har_konto_bland_kollegorna(client: Client, samordnare: Anvandare) -> None:
    client.force_login(samordnare)
    svar = client.post("/konton/bjud-in/", {"personer": samordnare.epost})
    assert (svar.status_code, "har redan ett konto: Exempel: Huddinge" in platt(svar)) == (422, True)


def _utfor(samordnare: Anvandare, epost: str, namn: str = "Kollega") -> Kollegainbjudan | None:
    """What is left of the invitation once it has been carried out."""
    andringar.bjud_in_kollegor(av=samordnare, inbjudna=[Inbjuden(epost, namn)])
    andringar.utfor_inbjudningar()
    return Kollegainbjudan.objects.filter(epost=epost.lower()).first()


def test_en_samordnare_far_samma_svar_vem_som_an_har_adressen(client: Client, samordnare: Anvandare) -> None:
    """By words, by work and by what the page of accounts shows: new, another aktör's, closed, a contact, invited."""
    annan = Aktor.objects.get(slug="botkyrka-kommun")
    _utfor(samordnare, "kollega@prov.example")
    Anvandare.objects.create(epost="stangd@prov.example", namn="S", roll="styrgrupp", password="!", is_active=False)
    Anvandare.objects.create(epost="kontakt@prov.example", namn="K", roll="kontakt", aktor=annan, password="!")
    _utfor(samordnare, "kontakt@prov.example")
    client.force_login(samordnare)
    client.get("/konton/")
    svaren = []
    for epost in ("ny", "kollega", "stangd", "kontakt", "planerare@fardplan.example", "PLANERARE@fardplan.example"):
        adress = epost if "@" in epost else f"{epost}@prov.example"
        with CaptureQueriesContext(connection) as fragor:
            svar = client.post("/konton/bjud-in/", {"personer": f"Anna Ek {adress}"})
        sidan = platt(client.get("/konton/"))
        svaren.append(
            (svar.status_code, svar["Location"], "Anna Ek är inbjuden." in sidan, adress in sidan, len(fragor))
        )

    assert set(svaren) == {(302, "/konton/", True, False, svaren[0][-1])}
    assert Kollegainbjudan.objects.filter(stopp="").count() == len(svaren)


@pytest.mark.django_db(transaction=True)
def test_en_samordnares_inbjudan_gar_dit_den_far_och_ingen_annanstans(client: Client, samordnare: Anvandare) -> None:
    client.force_login(samordnare)
    for _ in range(2):
        client.post("/konton/bjud-in/", {"personer": "ny@prov.example\nplanerare@fardplan.example"})
        for trad in [t for t in threading.enumerate() if t.name == bakgrund.TRAD]:
            trad.join(30)

    ny = Anvandare.objects.get(epost="ny@prov.example")
    assert (ny.roll, ny.aktor) == (Anvandarroll.TJANSTEPERSON, samordnare.aktor)
    assert set(Utskick.objects.filter(slag="inbjudan").values_list("anvandare", flat=True)) == {ny.pk}
    assert list(Kollegainbjudan.objects.values_list("epost", "stopp")) == [("planerare@fardplan.example", "annans")]
    assert client.post(f"/konton/{ny.pk}/bjud-in-igen/").status_code == 404


# A process that gets as far as the account of the first, and is killed before that is written for good.
DOR = """
import os, signal, sys, django
from django.db import connections
django.setup()
connections.databases["default"] |= {"NAME": sys.argv[1], "HOST": sys.argv[2], "PORT": sys.argv[3], "USER": sys.argv[4]}
from insatser.andringar import konton
def bjud_in(**allt):
    inbjudan(**allt)
    os.kill(os.getpid(), signal.SIGKILL)
inbjudan, konton.bjud_in = konton.bjud_in, bjud_in
konton.utfor_inbjudningar()
"""


@pytest.mark.django_db(transaction=True)
def test_en_process_som_dor_forlorar_ingen_inbjudan(samordnare: Anvandare) -> None:
    tva = [Inbjuden(f"{namn}@prov.example", namn) for namn in ("anna", "bo")]
    andringar.bjud_in_kollegor(av=samordnare, inbjudna=tva)
    var = [str(connection.settings_dict[k]) for k in ("NAME", "HOST", "PORT", "USER")]
    dog = subprocess.run([sys.executable, "-c", DOR, *var], check=False).returncode
    kvar = Kollegainbjudan.objects.count(), Anvandare.objects.filter(epost__endswith="@prov.example").count()

    call_command("skicka_paminnelser", stdout=StringIO())
    andringar.utfor_inbjudningar()

    mejl = Utskick.objects.filter(slag="inbjudan").exclude(skickat=None).values_list("anvandare__epost", flat=True)
    assert (dog, kvar) == (-signal.SIGKILL, (2, 0))
    assert (sorted(mejl), Kollegainbjudan.objects.count()) == (["anna@prov.example", "bo@prov.example"], 0)


@pytest.mark.django_db(transaction=True)
def test_fyra_som_utfor_samma_inbjudan_gor_det_en_gang(samordnare: Anvandare) -> None:
    for _ in range(2):
        andringar.bjud_in_kollegor(av=samordnare, inbjudna=[Inbjuden("ny@prov.example", "Ny")])

    def arbeta() -> None:
        andringar.utfor_inbjudningar()
        connection.close()

    trador = [threading.Thread(target=arbeta) for _ in range(4)]
    for trad in trador:
        trad.start()
    for trad in trador:
        trad.join()

    assert (Utskick.objects.filter(slag="inbjudan").count(), Kollegainbjudan.objects.count()) == (1, 0)


def _annans(samordnare: Anvandare) -> None:
    Anvandare.objects.create(epost=EPOST, namn="Annans", roll="styrgrupp", password="!")


def _stangd(samordnare: Anvandare) -> None:
    var = {"roll": "tjansteperson", "aktor": samordnare.aktor, "is_active": False}
    Anvandare.objects.create(epost=EPOST, namn="Stängd", password="!", **var)


def _kontakt_hos_andra(samordnare: Anvandare) -> None:
    hos = Aktor.objects.get(slug="botkyrka-kommun")
    Anvandare.objects.create(epost=EPOST, namn="Kontakt", roll="kontakt", password="!", aktor=hos)


def _utan_ratt(samordnare: Anvandare) -> None:
    Anvandare.objects.filter(pk=samordnare.pk).update(samordnare=False)


def _hos_andra(samordnare: Anvandare) -> None:
    Anvandare.objects.filter(pk=samordnare.pk).update(aktor=Aktor.objects.get(slug="botkyrka-kommun"))


@pytest.mark.parametrize(
    ("hinder", "skal", "gor"),
    [
        (_annans, "Adressen har ett konto som samordnaren inte bjuder in till.", "Ändra kontot."),
        (_stangd, "Adressen har ett konto som är avstängt.", "Öppna kontot, och pröva sedan igen."),
        (_kontakt_hos_andra, "Adressen är en kontakts hos en annan aktör.", "Bjud in den själv."),
        (_utan_ratt, "Samordnaren hade inte längre rätt att bjuda in till aktören.", "Bjud in den själv."),
        (_hos_andra, "Samordnaren hade inte längre rätt att bjuda in till aktören.", "Bjud in den själv."),
    ],
)
def test_det_som_inte_gick_star_for_administratorer_med_vad_de_gor(
    client: Client, samordnare: Anvandare, administrator: Anvandare, hinder: Any, skal: str, gor: str
) -> None:
    andringar.bjud_in_kollegor(av=samordnare, inbjudna=[Inbjuden(EPOST, "Kim Kollega")])
    hinder(samordnare)
    andringar.utfor_inbjudningar()
    client.force_login(administrator)
    sidan = platt(client.get("/konton/"))

    assert [t in sidan for t in (f", av {samordnare} till Huddinge kommun", skal, gor)] == [True, True, True]
    assert not Utskick.objects.filter(slag="inbjudan").exists()


def test_det_som_inte_gick_provas_igen_nar_hindret_ar_borta(
    client: Client, samordnare: Anvandare, administrator: Anvandare
) -> None:
    _stangd(samordnare)
    stoppad = _utfor(samordnare, EPOST)
    client.force_login(administrator)
    assert stoppad
    igen = f"/konton/inbjudan/{stoppad.pk}/igen/"
    forst = platt(client.post(igen, follow=True))
    Anvandare.objects.filter(epost=EPOST).update(is_active=True)
    sedan = platt(client.post(igen, follow=True))

    assert "Kollega är inte inbjuden. Adressen har ett konto som är avstängt." in forst
    assert ("Kollega är inbjuden." in sedan, "Inbjudningar som inte gick" in sedan) == (True, False)
    assert (Utskick.objects.filter(slag="inbjudan").count(), client.post(igen).status_code) == (1, 404)


def test_det_som_inte_gick_tas_bort_och_ar_bara_for_administratorer(
    client: Client, samordnare: Anvandare, administrator: Anvandare, planerare: Anvandare
) -> None:
    stoppad = _utfor(samordnare, planerare.epost)
    assert stoppad
    bort = f"/konton/inbjudan/{stoppad.pk}/ta-bort/"
    svaren = []
    for vem in (samordnare, planerare, administrator):
        client.force_login(vem)
        svaren.append(("Inbjudningar som inte gick" in platt(client.get("/konton/")), client.post(bort).status_code))

    assert svaren == [(False, 403), (False, 403), (True, 302)]
    assert not Kollegainbjudan.objects.exists()


def test_lika_manga_fragor_hur_manga_som_an_inte_gick(
    client: Client, samordnare: Anvandare, administrator: Anvandare, django_assert_num_queries: Any
) -> None:
    client.force_login(administrator)
    client.get("/konton/")
    rad = {"av": samordnare, "aktor": samordnare.aktor, "namn": "Ny", "stopp": "annans", "stoppad": timezone.now()}
    for antal, fragor in ((1, 8), (3, 8), (51, 9)):
        Kollegainbjudan.objects.all().delete()
        rader = [Kollegainbjudan(**rad, epost=f"{n}@prov.example") for n in range(antal)]
        Kollegainbjudan.objects.bulk_create(rader)
        with django_assert_num_queries(fragor):
            svar = client.get("/konton/")
    assert "1 till kommer fram när du är klar med dem här." in platt(svar)


def test_det_ingen_har_tittat_pa_i_tre_manader_gloms(samordnare: Anvandare, planerare: Anvandare) -> None:
    _utfor(samordnare, planerare.epost)
    with time_machine.travel(timezone.now() + timedelta(days=89), tick=False):
        andringar.glom_inbjudningar(av=None)
    kvar = Kollegainbjudan.objects.count()
    with time_machine.travel(timezone.now() + timedelta(days=91), tick=False):
        andringar.glom_inbjudningar(av=None)
    assert (kvar, Kollegainbjudan.objects.count()) == (1, 0)


def test_den_som_ar_inbjuden_och_inte_gick_far_ut_det_och_gloms(
    samordnare: Anvandare, administrator: Anvandare, client: Client
) -> None:
    _utan_ratt(samordnare)
    Kollegainbjudan.objects.create(av=samordnare, aktor=samordnare.aktor, epost=EPOST, namn="Kim Kollega")
    ut = StringIO()
    call_command("registerutdrag", EPOST, stdout=ut)
    call_command("glom", EPOST, "--som", administrator.epost, stdout=ut)

    assert ("Kim Kollega" in ut.getvalue(), "Kollegors inbjudningar: 1" in ut.getvalue()) == (True, True)
    assert not Kollegainbjudan.objects.exists()


def test_en_tjansteperson_maste_hora_till_nagon(client: Client, planerare: Anvandare, aktor: Aktor) -> None:
    client.force_login(planerare)
    svar = client.post("/konton/bjud-in/", _inbjudan(aktor) | {"aktor": ""})
    assert "Välj vilken aktör tjänstepersonen hör till." in platt(svar)


@pytest.mark.parametrize("roll", ["planerare", "administrator", "styrgrupp"])
def test_en_planerare_bjuder_inte_in_andra_an_tjanstepersoner(
    client: Client, planerare: Anvandare, aktor: Aktor, roll: str
) -> None:
    client.force_login(planerare)
    svar = client.post("/konton/bjud-in/", _inbjudan(aktor, roll=roll))
    assert svar.status_code == 422
    assert not Anvandare.objects.filter(epost=EPOST).exists()


def test_en_planerare_har_ingen_roll_att_valja_men_maste_valja_aktor(client: Client, planerare: Anvandare) -> None:
    client.force_login(planerare)
    form = client.get("/konton/bjud-in/").context["form"]
    assert ("roll" in [f.name for f in form.hidden_fields()], form.fields["aktor"].required) == (True, True)


def test_inbjudan_galler_en_gang_i_sju_dagar(inbjuden: Anvandare) -> None:
    nyckel = lank.skriv_kontonyckel(inbjuden, Kontonyckel.INBJUDAN)
    assert lank.las_kontonyckel(nyckel, Kontonyckel.INBJUDAN) == inbjuden
    assert lank.las_kontonyckel(nyckel, Kontonyckel.LOSENORD) is None
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1), tick=False):
        assert lank.las_kontonyckel(nyckel, Kontonyckel.INBJUDAN) is None
    kontoandringar.byt_losenord(av=inbjuden, anvandare=inbjuden, losenord=NYTT)
    assert lank.las_kontonyckel(nyckel, Kontonyckel.INBJUDAN) is None


def test_en_inbjudan_som_oppnas_av_nagon_annan_och_i_tva_webblasare(
    client: Client, inbjuden: Anvandare, tjansteperson: Anvandare
) -> None:
    """It says whose it is and who one is. The second to use it changes nothing, and stays who it was."""
    sida = f"/konto/valkommen/{lank.skriv_kontonyckel(inbjuden, Kontonyckel.INBJUDAN)}/"
    annan = Client()
    annan.force_login(tjansteperson)
    oppnad = platt(annan.get(sida))
    data = {"namn": "Ny Person", "losenord": NYTT, "losenord_igen": NYTT}

    assert [t in oppnad for t in (EPOST, tjansteperson.epost, "loggas du ut därifrån")] == [True, True, True]
    assert "loggas du ut därifrån" not in platt(client.get(sida))
    assert client.post(sida, data)["Location"] == "/mitt-arbete/"
    assert annan.post(sida, data | {"namn": "En annan", "losenord": LOSENORD}).status_code == 404
    inbjuden.refresh_from_db()
    assert (inbjuden.namn, inbjuden.check_password(NYTT)) == ("Ny Person", True)
    assert annan.session["_auth_user_id"] == str(tjansteperson.pk)


def test_en_lank_som_inte_galler_sager_vad_man_gor(client: Client) -> None:
    svar = client.get("/konto/valkommen/strunt/")
    assert (svar.status_code, "Länken gäller inte längre" in platt(svar)) == (404, True)


def test_ett_avstangt_kontos_inbjudan_galler_inte(client: Client, inbjuden: Anvandare, planerare: Anvandare) -> None:
    nyckel = lank.skriv_kontonyckel(inbjuden, Kontonyckel.INBJUDAN)
    sedd = kontoandringar.senaste_handelse(inbjuden)
    kontoandringar.andra_anvandare(av=planerare, anvandare=inbjuden, sedd=sedd, is_active=False)
    assert client.get(f"/konto/valkommen/{nyckel}/").status_code == 404
    with pytest.raises(ValidationError, match="avstängt"):
        andringar.bjud_in_igen(av=planerare, person=inbjuden)


def test_den_som_inte_kom_far_inbjudan_igen(
    client: Client, planerare: Anvandare, inbjuden: Anvandare, mailoutbox: list[Any]
) -> None:
    sandning.skicka_vantande()
    client.force_login(planerare)
    assert f"/konton/{inbjuden.pk}/bjud-in-igen/" in client.get("/konton/").text
    client.post(f"/konton/{inbjuden.pk}/bjud-in-igen/")
    sandning.skicka_vantande()
    assert [b.to for b in mailoutbox] == [[EPOST], [EPOST]]


def test_den_som_har_valt_losenord_far_ingen_inbjudan(planerare: Anvandare, tjansteperson: Anvandare) -> None:
    with pytest.raises(ValidationError, match="har redan valt ett lösenord"):
        andringar.bjud_in_igen(av=planerare, person=tjansteperson)


@pytest.mark.parametrize(
    ("losenord", "igen", "fel"),
    [("kort", "kort", "minst 12 tecken"), (NYTT, f"{NYTT}!", "Lösenorden är inte lika")],
)
def test_ett_losenord_som_inte_duger(client: Client, inbjuden: Anvandare, losenord: str, igen: str, fel: str) -> None:
    nyckel = lank.skriv_kontonyckel(inbjuden, Kontonyckel.INBJUDAN)
    svar = client.post(f"/konto/valkommen/{nyckel}/", {"namn": "Ny", "losenord": losenord, "losenord_igen": igen})
    assert (svar.status_code, fel in platt(svar)) == (422, True)


# --- the forgotten password ---


def test_glomt_losenord_ger_ett_nytt(client: Client, tjansteperson: Anvandare, mailoutbox: list[Any]) -> None:
    andringar.begar_losenord(av=None, epost=tjansteperson.epost.upper())
    sandning.skicka_vantande()
    adress = _adressen(mailoutbox[0])

    client.post(adress, {"losenord": NYTT, "losenord_igen": NYTT})

    assert client.get("/mitt-arbete/").status_code == 200
    assert client.get(adress).status_code == 404
    tjansteperson.refresh_from_db()
    assert (tjansteperson.check_password(NYTT), tjansteperson.check_password(LOSENORD)) == (True, False)


def test_ett_nytt_losenord_avslutar_andra_sessioner(client: Client, tjansteperson: Anvandare) -> None:
    annan = Client()
    annan.force_login(tjansteperson)
    nyckel = lank.skriv_kontonyckel(tjansteperson, Kontonyckel.LOSENORD)
    client.post(f"/konto/nytt-losenord/{nyckel}/", {"losenord": NYTT, "losenord_igen": NYTT})
    assert annan.get("/mitt-arbete/").status_code == 302


@pytest.mark.parametrize("epost", ["tjansteperson@fardplan.example", "ingen@example.org"])
def test_svaret_ar_detsamma_vem_som_an_fragar(client: Client, tjansteperson: Anvandare, epost: str) -> None:
    svar = client.post("/konto/glomt/", {"epost": epost})
    assert (svar.status_code, "har ett konto skickar vi en länk dit" in platt(svar)) == (200, True)


def test_hogst_tre_mejl_i_timmen(tjansteperson: Anvandare) -> None:
    for _ in range(5):
        andringar.begar_losenord(av=None, epost=tjansteperson.epost)
        Utskick.objects.filter(skickat=None).update(paborjat=timezone.now(), skickat=timezone.now())
    assert Utskick.objects.filter(anvandare=tjansteperson, slag="losenord").count() == 3


def test_ett_mejl_om_kontot_vantar_inte_pa_dagens_paminnelse(tjansteperson: Anvandare, mailoutbox: list[Any]) -> None:
    Utskick.objects.create(anvandare=tjansteperson, slag="tystnad", dag=timezone.localdate(), paborjat=timezone.now())
    andringar.begar_losenord(av=None, epost=tjansteperson.epost)
    sandning.skicka_vantande()
    assert [b.subject for b in mailoutbox] == ["Nytt lösenord till Färdplan"]


# --- the accounts ---


def test_listan_soks_och_filtreras(
    client: Client, administrator: Anvandare, inbjuden: Anvandare, tjansteperson: Anvandare
) -> None:
    client.force_login(administrator)
    sidor = [client.get(f"/konton/?{f}").context["sida"] for f in ("q=botkyrka", "lage=inbjuden", "roll=administrator")]
    assert [inbjuden in s.object_list for s in sidor] == [True, True, False]
    assert [tjansteperson in s.object_list for s in sidor] == [False, False, False]


def test_fragorna_blir_inte_fler_med_kontona(
    client: Client, planerare: Anvandare, aktor: Aktor, django_assert_num_queries: Any
) -> None:
    client.force_login(planerare)
    client.get("/konton/")
    with django_assert_num_queries(5):
        client.get("/konton/")
    flera = [Inbjuden(f"p{n}@botkyrka.example", f"P {n}") for n in range(10)]
    andringar.bjud_in(av=planerare, inbjudna=flera, roll=Anvandarroll.TJANSTEPERSON, aktor=aktor)
    with django_assert_num_queries(5):
        client.get("/konton/")


def test_ett_konto_stangs_och_den_inloggade_ar_ute(
    client: Client, administrator: Anvandare, tjansteperson: Anvandare
) -> None:
    inne = Client()
    inne.force_login(tjansteperson)
    client.force_login(administrator)
    adress = f"/konton/{tjansteperson.pk}/"
    data = {"namn": "Ny", "epost": "NY@fardplan.example", "roll": "tjansteperson", "aktor": tjansteperson.aktor_id}
    client.post(adress, data | {"sedd": client.get(adress).context["form"].initial["sedd"]})

    tjansteperson.refresh_from_db()
    assert (tjansteperson.is_active, tjansteperson.epost) == (False, "ny@fardplan.example")
    assert inne.get("/mitt-arbete/")["Location"].startswith("/konto/logga-in/")


def test_den_sista_administratoren_blir_kvar(client: Client, administrator: Anvandare) -> None:
    Anvandare.objects.exclude(pk=administrator.pk).filter(roll="administrator").update(roll="styrgrupp")
    client.force_login(administrator)
    data = {"namn": "A", "epost": administrator.epost, "roll": "planerare", "aktor": "", "is_active": "on"}
    svar = client.post(f"/konton/{administrator.pk}/", data | {"sedd": kontoandringar.senaste_handelse(administrator)})
    assert (svar.status_code, "Det här är den sista administratören." in platt(svar)) == (422, True)


def test_databasen_later_den_sista_administratoren_vara_kvar(administrator: Anvandare) -> None:
    with pytest.raises(IntegrityError, match="sista administratören"), transaction.atomic():
        Anvandare.objects.filter(roll="administrator").update(is_active=False)


def test_den_som_laste_ett_aldre_konto_skriver_inte_over(
    client: Client, administrator: Anvandare, tjansteperson: Anvandare
) -> None:
    client.force_login(administrator)
    data = {"namn": "A", "epost": tjansteperson.epost, "roll": "styrgrupp", "aktor": "", "is_active": "on", "sedd": 1}
    svar = client.post(f"/konton/{tjansteperson.pk}/", data)
    assert (svar.status_code, "Kontot ändrades medan du läste" in platt(svar)) == (409, True)


def test_en_adress_som_nagon_annan_har(client: Client, administrator: Anvandare, tjansteperson: Anvandare) -> None:
    client.force_login(administrator)
    data = {"namn": "A", "epost": administrator.epost, "roll": "styrgrupp", "aktor": "", "is_active": "on"}
    svar = client.post(f"/konton/{tjansteperson.pk}/", data | {"sedd": kontoandringar.senaste_handelse(tjansteperson)})
    assert "har redan ett konto med den adressen" in platt(svar)


@pytest.mark.parametrize("kommit", [True, False])
def test_den_som_far_en_annan_adress_far_veta_det_pa_bada(
    client: Client, administrator: Anvandare, inbjuden: Anvandare, kommit: bool
) -> None:
    """But not who was invited by an address that was wrong: it may be anybody's."""
    if kommit:
        kontoandringar.byt_losenord(av=None, anvandare=inbjuden, losenord=NYTT)
    client.force_login(administrator)
    data = {"namn": "A", "epost": "ratt@botkyrka.example", "roll": "tjansteperson", "aktor": inbjuden.aktor_id}
    sedd = kontoandringar.senaste_handelse(inbjuden)
    client.post(f"/konton/{inbjuden.pk}/", data | {"is_active": "on", "sedd": sedd})
    mejl = {m.till for m in Utskick.objects.filter(anvandare=inbjuden, vad="adress_bytt")}
    assert mejl == ({"", EPOST} if kommit else set())


def test_i_admin_blir_den_sista_administratoren_ocksa_kvar(client: Client, administrator: Anvandare) -> None:
    Anvandare.objects.exclude(pk=administrator.pk).filter(roll="administrator").update(roll="styrgrupp")
    client.force_login(administrator)
    data = {"namn": "A", "epost": administrator.epost, "roll": "planerare", "aktor": "", "is_active": "on"}
    sedd = kontoandringar.senaste_handelse(administrator)
    svar = client.post(f"/admin/aktorer/anvandare/{administrator.pk}/change/", data | {"sedd": sedd})
    assert (svar.status_code, "Det här är den sista administratören." in svar.text) == (200, True)


def test_ett_losenord_med_osynliga_tecken_ar_detsamma_tva_ganger(client: Client, inbjuden: Anvandare) -> None:
    nyckel = lank.skriv_kontonyckel(inbjuden, Kontonyckel.INBJUDAN)
    osynligt = "fyra\u00adord i en rad a\u030a"
    data = {"namn": "Ny", "losenord": osynligt, "losenord_igen": osynligt}
    client.post(f"/konto/valkommen/{nyckel}/", data)
    inbjuden.refresh_from_db()
    assert inbjuden.check_password(osynligt)


def test_en_inbjudan_som_inte_gick_gar_samma_dag_som_en_paminnelse(inbjuden: Anvandare) -> None:
    igar = timezone.localdate() - timedelta(days=1)
    Utskick.objects.filter(anvandare=inbjuden).update(dag=igar, paborjat=timezone.now(), fel="550 nej")
    Utskick.objects.create(anvandare=inbjuden, slag="tystnad", dag=timezone.localdate())
    nu = utskicksandringar.forsok_igen(av=None, utskick=Utskick.objects.get(slag="inbjudan").pk)
    assert nu.dag == timezone.localdate()


def test_en_gammal_lank_till_ett_nytt_losenord_skickas_inte_igen(tjansteperson: Anvandare) -> None:
    rad = andringar.begar_losenord(av=None, epost=tjansteperson.epost)
    assert rad
    Utskick.objects.filter(pk=rad.pk).update(paborjat=timezone.now(), fel="550 nej")
    with pytest.raises(ValidationError, match="gäller i en timme"):
        utskicksandringar.forsok_igen(av=None, utskick=rad.pk)
