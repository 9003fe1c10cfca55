"""Rounds of follow-up: open, see who answers, give more time, close."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from aktorer.models import Aktor, Anvandare
from insatser.andringar import uppfoljning, utskick
from insatser.fragor import lank
from insatser.fragor import uppfoljning as fragor
from insatser.models import Fardplan, Handlingsplan, Insats, Lagesrapport, Mottagare, Omgang, Omgangssvar, Utskick
from insatser.utbyte.mejl import sandning
from tests import klocka
from tests.conftest import andra_konto
from tests.insatser.conftest import bli_kollegor, oforandrat, om_en_vecka, skriven_for
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

SIDA = "/flemingsberg/uppfoljning/"

type Hamta = Callable[[str], Insats]


def test_de_medverkandes_tjanstepersoner_fragas(omgang: Omgang) -> None:
    assert {m.anvandare.aktor.slug for m in omgang.mottagare.all()} == {"huddinge-kommun", "botkyrka-kommun"}
    assert set(Utskick.objects.values_list("slag", "omgang", "skickat")) == {("omgang", omgang.pk, None)}


def test_bara_den_ansvariga_fragas_nar_det_finns_en(
    oppna: Callable[..., Omgang], insats: Hamta, botkyrka: Anvandare
) -> None:
    insats("1.3").medverkan.filter(aktor=botkyrka.aktor).update(roll="ansvarig")

    assert [m.anvandare for m in oppna("1.3").mottagare.all()] == [botkyrka]


def test_den_som_avbojt_fragas_inte(oppna: Callable[..., Omgang], insats: Hamta, botkyrka: Anvandare) -> None:
    insats("1.3").medverkan.filter(aktor=botkyrka.aktor).update(deltagande="avbojd")

    assert botkyrka not in [m.anvandare for m in oppna("1.3").mottagare.all()]


def test_en_person_far_ett_mejl_for_allt(oppna: Callable[..., Omgang], tjansteperson: Anvandare) -> None:
    oppna()
    oppna(namn="En omgång till")

    dagar = Utskick.objects.filter(anvandare=tjansteperson).order_by("dag").values_list("dag", flat=True)
    assert list(dagar) == [timezone.localdate(), timezone.localdate() + timedelta(days=1)]


@pytest.mark.parametrize(
    ("varden", "fel"),
    [({"deadline": date(2020, 1, 1)}, "har redan varit"), ({"fragor": []}, "Välj minst en")],
)
def test_en_orimlig_omgang_nekas(flemingsberg: Fardplan, varden: dict[str, Any], fel: str) -> None:
    vanligt = {"namn": "X", "deadline": om_en_vecka(), "fragor": fragor.amnen([flemingsberg])}

    with pytest.raises(ValidationError, match=fel):
        uppfoljning.oppna(av=None, fardplan=flemingsberg, **vanligt | varden)

    assert not Omgang.objects.exists()


def test_en_omgang_utan_nagon_att_fraga_nekas(oppna: Callable[..., Omgang]) -> None:
    Anvandare.objects.filter(roll="tjansteperson").update(is_active=False)

    with pytest.raises(ValidationError, match="någon att fråga"):
        oppna()


def test_stangd_omgang_ar_fryst_med_sin_rapport(
    omgang: Omgang, sql: Callable[..., Any], nekas: Callable[[str], AbstractContextManager[None]]
) -> None:
    stangd = uppfoljning.stang(av=None, omgang=omgang)

    assert (stangd.rapport["fragor"], stangd.rapport["besvarade"]) == (1, 0)
    with nekas("omgang_fryst"):
        sql("UPDATE insatser_omgang SET namn = 'Annat'")
    with nekas("omgangspunkt_i_oppen"):
        sql("UPDATE insatser_omgangspunkt SET ordning = 9")


def test_rapporten_sager_vad_som_svarades(client: Client, som_planerare: Client, adress: str, omgang: Omgang) -> None:
    punkt = omgang.punkter.get()
    Client().post(f"{adress}{punkt.pk}/", oforandrat(omgang))

    html = platt(som_planerare.post(f"{SIDA}{omgang.pk}/stang/", follow=True))

    delar = ["Rapporten är fryst.", "0 av 1 besvarade", "Oförändrat", "1.3 Samverka kring utvecklingen av Hälsovägen"]
    assert [d for d in delar if d not in html] == []


def test_planeraren_oppnar_en_omgang(
    som_planerare: Client, formular: Callable[[Any], dict[str, str]], flemingsberg: Fardplan
) -> None:
    sidan = som_planerare.get(f"{SIDA}ny/")
    nycklar = [f.nyckel for f, _ in sidan.context["rader"]]
    personer = [p.pk for p, _ in sidan.context["personer"]]
    falt = {"namn": "Läget", "deadline": om_en_vecka().isoformat(), "punkter": nycklar[:2], "personer": personer}

    svar = som_planerare.post(f"{SIDA}ny/", falt, follow=True)

    assert "Omgången är öppen. 2 mejl skickas nu." in platt(svar)
    assert "2 mejl skickas just nu." in platt(svar)
    assert Omgang.objects.get().punkter.count() == 2


def test_mejlet_som_ar_pa_vag_raknas_och_sidan_foljer_det(som_planerare: Client, omgang: Omgang) -> None:
    """The last of them is with the mail server: what is told adds up, and is asked for again."""
    Utskick.objects.update(paborjat=timezone.now())

    html = platt(som_planerare.get(f"{SIDA}{omgang.pk}/"))

    antal = Utskick.objects.filter(omgang=omgang).count()
    assert (f"0 skickade, {antal} som väntar" in html, 'hx-trigger="load delay:3s"' in html) == (True, True)


def test_utan_val_star_allt_kvar(som_planerare: Client) -> None:
    svar = som_planerare.post(f"{SIDA}ny/", {"namn": "Läget i mars", "deadline": "2020-01-01"})

    assert svar.status_code == 422
    assert 'value="Läget i mars"' in platt(svar)
    assert "Välj minst en insats" in platt(svar)


@pytest.mark.parametrize(("roll", "laser", "skriver"), [("styrgrupp", 200, 403), ("tjansteperson", 200, 403)])
def test_vem_som_ser_och_styr_omgangen(
    client: Client, person: Callable[..., Anvandare], omgang: Omgang, roll: str, laser: int, skriver: int
) -> None:
    client.force_login(person(roll, "huddinge-kommun"))
    sida = f"{SIDA}{omgang.pk}/"

    assert [client.get(s).status_code for s in (SIDA, sida, f"{SIDA}ny/")] == [laser, laser, skriver]
    assert {client.post(f"{sida}{vad}/").status_code for vad in ("paminn", "stang")} == {skriver}


def test_en_annan_karnas_omgang_finns_inte_har(som_planerare: Client, omgang: Omgang) -> None:
    assert som_planerare.get(f"/haninge/uppfoljning/{omgang.pk}/").status_code == 404


def test_paminnelse_lamnar_den_i_fred_som_nyss_fick_mejl(som_planerare: Client, omgang: Omgang) -> None:
    html = platt(som_planerare.post(f"{SIDA}{omgang.pk}/paminn/", follow=True))

    assert "Ingen påminnelse gick iväg" in html


def test_den_som_inte_gar_att_na_paminns_inte(
    som_planerare: Client, omgang: Omgang, huddinge: Mottagare, botkyrka: Anvandare
) -> None:
    da = timezone.now() - timedelta(days=6)
    Utskick.objects.update(dag=da.date(), paborjat=da, skickat=da)
    uppfoljning.aterkalla_lank(av=None, mottagare=huddinge)
    forst = platt(som_planerare.post(f"{SIDA}{omgang.pk}/paminn/", follow=True))
    Anvandare.objects.filter(pk=botkyrka.pk).update(is_active=False)

    sedan = platt(som_planerare.post(f"{SIDA}{omgang.pk}/paminn/", follow=True))

    assert "1 får en påminnelse. Ett mejl skickas nu." in forst
    assert "Det finns ingen att påminna" in sedan


def test_omgangen_vantar_pa_mitt_arbete(client: Client, omgang: Omgang, tjansteperson: Anvandare, adress: str) -> None:
    client.force_login(tjansteperson)

    fore = platt(client.get("/mitt-arbete/"))
    client.post(f"{adress}{omgang.punkter.get().pk}/", oforandrat(omgang))
    efter = platt(client.get("/mitt-arbete/"))

    (token,) = re.findall(r'href="/svara/([^/]+)/"', fore)
    assert "1 kvar att svara på" in fore
    assert lank.las(token) == omgang.mottagare.get(anvandare=tjansteperson)
    assert "Allt är besvarat" in efter


# --- who is asked


def test_planeraren_valjer_vem_som_far_fragan(som_planerare: Client, botkyrka: Anvandare) -> None:
    sidan = som_planerare.get(f"{SIDA}ny/")
    nycklar = [f.nyckel for f, _ in sidan.context["rader"] if botkyrka in f.personer]
    falt = {"namn": "Läget", "deadline": om_en_vecka().isoformat(), "punkter": nycklar, "personer": [botkyrka.pk]}

    som_planerare.post(f"{SIDA}ny/", falt)

    assert [m.anvandare for m in Omgang.objects.get().mottagare.all()] == [botkyrka]


def test_det_som_ar_over_ar_inte_forvalt(som_planerare: Client) -> None:
    sidan = som_planerare.get(f"{SIDA}ny/")

    forvalda = set(sidan.context["form"].initial["punkter"])
    over = {f.insats.nummer for f, _ in sidan.context["rader"] if f.insats and f.nyckel not in forvalda and f.personer}
    assert over == {"3.1", "3.3"}  # genomförd and avbruten


def test_en_punkts_adress_leder_till_sidan(client: Client, omgang: Omgang, adress: str) -> None:
    punkt = omgang.punkter.get()

    svar = client.get(f"{adress}{punkt.pk}/")

    assert svar.headers["location"].startswith(adress)


def test_en_fraga_som_ingen_far_nekas_med_namn(som_planerare: Client, insats: Hamta, botkyrka: Anvandare) -> None:
    insats("1.3").medverkan.exclude(aktor=botkyrka.aktor).delete()
    sidan = som_planerare.get(f"{SIDA}ny/")
    nycklar = [f.nyckel for f, _ in sidan.context["rader"] if f.insats and f.insats.nummer in {"1.3", "2.3"}]
    andra = [p.pk for p, _ in sidan.context["personer"] if p != botkyrka]
    falt = {"namn": "I mars", "deadline": om_en_vecka().isoformat(), "punkter": nycklar, "personer": andra}

    svar = som_planerare.post(f"{SIDA}ny/", falt)

    html = platt(svar)
    assert "Ingen får frågan om 1.3 Samverka kring utvecklingen av Hälsovägen. Välj någon" in html
    assert (svar.status_code, 'value="I mars"' in html, Omgang.objects.exists()) == (422, True, False)


def test_en_fraga_som_ingen_far_namner_karnan_nar_det_ar_flera(som_planerare: Client, botkyrka: Anvandare) -> None:
    sidan = som_planerare.get(f"{SIDA}ny/?alla=1")
    om = [f for f, _ in sidan.context["rader"] if f.insats and f.insats.nummer == "1.2"]
    falt = {"namn": "I mars", "deadline": om_en_vecka().isoformat(), "personer": [botkyrka.pk]}

    svar = som_planerare.post(f"{SIDA}ny/?alla=1", falt | {"punkter": [f.nyckel for f in om]})

    utan = [f"{f} i {f.stadskarna}" for f in om if botkyrka not in f.personer]
    assert 0 < len(utan) < len(om)
    assert f"Ingen får frågan om {'; '.join(utan)}. Välj" in platt(svar)


def test_ett_sent_mejl_gar_nu_och_inte_i_morgon(som_planerare: Client, huddinge: Mottagare) -> None:
    i_gar = timezone.localdate() - timedelta(days=1)
    Utskick.objects.create(anvandare=huddinge.anvandare, slag="lank", dag=i_gar)

    html = platt(som_planerare.post(f"{SIDA}{huddinge.omgang_id}/{huddinge.pk}/ny-lank/", follow=True))

    assert ("mejl skickas nu" in html, "i morgon" in html) == (True, False)


def test_den_vars_konto_ar_stangt_far_ingen_ny_lank(som_planerare: Client, huddinge: Mottagare) -> None:
    """It would not work, and nobody is told that a mail goes which does not."""
    andra_konto(huddinge.anvandare, is_active=False)
    sidan = f"{SIDA}{huddinge.omgang_id}/"
    adress = f"{sidan}{huddinge.pk}/ny-lank/"

    fore = platt(som_planerare.get(sidan))
    svar = platt(som_planerare.post(adress, follow=True))

    assert ("kontot är avstängt" in fore, adress in fore) == (True, False)
    assert f"{huddinge} får ingen länk: kontot är avstängt." in svar
    assert not huddinge.anvandare.utskick.filter(slag="lank").exists()


@pytest.mark.parametrize(
    ("falt", "fel"),
    [
        ({"personer": []}, "Välj minst en person att fråga."),
        ({"punkter": []}, "Välj minst en insats eller aktivitet att fråga om."),
        ({"deadline": "2020-01-01"}, "Sista dag att svara har redan varit. Välj i dag eller senare."),
        ({"deadline": "i morgon"}, "Fyll i ett giltigt datum."),
        ({"personer": ["0"]}, "Välj ett giltigt alternativ"),
        ({"namn": ""}, "Detta fält måste fyllas i."),
    ],
)
def test_en_omgang_som_inte_gar_att_oppna_star_kvar_som_den_skrevs(
    som_planerare: Client, falt: dict[str, Any], fel: str
) -> None:
    sidan = som_planerare.get(f"{SIDA}ny/")
    nyckel = sidan.context["rader"][3][0].nyckel
    person = str(sidan.context["personer"][0][0].pk)
    hela = {"namn": "I mars", "deadline": "2099-03-01", "fraga": "Vad?", "punkter": [nyckel], "personer": [person]}

    svar = som_planerare.post(f"{SIDA}ny/", hela | falt)

    html = platt(svar)
    assert (svar.status_code, fel in html, Omgang.objects.exists()) == (422, True, False)
    vantat = [v for namn, v in (hela | falt).items() if namn in {"namn", "deadline"} and v] + ["Vad?"]
    assert [v for v in vantat if v not in html] == []
    kryssade = set(re.findall(r'name="(?:punkter|personer)" value="([^"]+)"[^>]* checked', html))
    assert kryssade == {*(hela | falt)["punkter"], *(hela | falt)["personer"]} - {"0"}


def test_alla_fel_sags_pa_en_gang(som_planerare: Client, insats: Hamta, botkyrka: Anvandare) -> None:
    insats("1.3").medverkan.exclude(aktor=botkyrka.aktor).delete()
    sidan = som_planerare.get(f"{SIDA}ny/")
    nycklar = [f.nyckel for f, _ in sidan.context["rader"] if f.insats and f.insats.nummer in {"1.3", "2.3"}]
    andra = [p.pk for p, _ in sidan.context["personer"] if p != botkyrka]
    falt = {"namn": "", "deadline": "2020-01-01", "fraga": "Vad?", "punkter": nycklar, "personer": andra}

    html = platt(som_planerare.post(f"{SIDA}ny/", falt))

    lankar = re.findall(r'<li><a href="#(id_\w+)">([^<]*)</a>', html)
    assert lankar == [
        ("id_namn", "Namn: Detta fält måste fyllas i."),
        ("id_deadline", "Svara senast: Sista dag att svara har redan varit. Välj i dag eller senare."),
        (
            "id_personer",
            "Vem får frågan: Ingen får frågan om 1.3 Samverka kring utvecklingen av Hälsovägen."
            " Välj någon av dem som ansvarar, eller ta bort det under Fråga om.",
        ),
    ]
    assert [mal for mal, _ in lankar if f'id="{mal}"' not in html] == []
    assert (html.count("checked"), "Vad?" in html) == (3, True)


def test_det_ingen_kan_fragas_om_ar_vikt_undan(
    som_planerare: Client, insats: Hamta, tjansteperson: Anvandare, aktor: Callable[[str], Aktor]
) -> None:
    """Only Södertörns högskola has an account: it takes part in 2.3 and in little else."""
    Anvandare.objects.filter(roll="tjansteperson").exclude(pk=tjansteperson.pk).update(is_active=False)
    Anvandare.objects.filter(pk=tjansteperson.pk).update(aktor=aktor("sodertorns-hogskola"))
    utan, kvar = insats("1.1"), insats("2.3")
    assert utan.ansvarig

    svar = som_planerare.get(f"{SIDA}ny/")

    html, antal = platt(svar).split("<main")[1], len(svar.context["utan"])
    (vikt,) = re.findall(r"<details(.*?)</details>", html, re.DOTALL)
    assert f"{antal} insatser och aktiviteter har ingen att fråga" in vikt
    assert (
        f'<a href="/flemingsberg/insatser/1.1/">{utan}</a><span class="small">Ansvarig: {utan.ansvarig.aktor}' in vikt
    )
    assert (str(utan) in html.replace(vikt, ""), str(kvar) in html.replace(vikt, "")) == (False, True)
    assert html.count('name="punkter"') == 18 - antal


def test_utan_en_enda_att_fraga_finns_inget_att_skicka(som_planerare: Client) -> None:
    Anvandare.objects.filter(roll="tjansteperson").update(is_active=False)

    html = platt(som_planerare.get(f"{SIDA}ny/"))

    assert ("Det finns ingen att fråga än." in html, "18 insatser och aktiviteter har ingen" in html) == (True, True)
    assert "Öppna omgången" not in html


@pytest.mark.parametrize(("om", "antal"), [("", 12), ("?alla=1", 13)])
def test_ny_omgangs_sida_kostar_lika_mycket(
    som_planerare: Client, django_assert_num_queries: Any, om: str, antal: int
) -> None:
    """One stadskärna or eight: the only query more is the one that finds the eight."""
    with django_assert_num_queries(antal):
        som_planerare.get(f"{SIDA}ny/{om}")


def test_utan_nagon_att_fraga_sags_varfor(som_planerare: Client, flemingsberg: Fardplan) -> None:
    Anvandare.objects.filter(roll="tjansteperson").update(is_active=False)
    nyckel = fragor.amnen([flemingsberg])[0].nyckel

    svar = som_planerare.post(f"{SIDA}ny/", {"namn": "Läget", "deadline": "2099-03-01", "punkter": [nyckel]})

    assert svar.status_code == 422
    assert "Ingen av de valda har någon att fråga. Utse ansvariga eller lägg upp konton." in platt(svar)
    assert not Omgang.objects.exists()


# --- more time


@pytest.fixture
def deadline(som_planerare: Client, omgang: Omgang) -> Callable[..., Any]:
    """Post a last day for the round, as the page would, and send the mails."""

    def andra(dag: str, version: int | None = None) -> Any:
        falt = {"deadline": dag, "version": version or Omgang.objects.get(pk=omgang.pk).version}
        svar = som_planerare.post(f"{SIDA}{omgang.pk}/deadline/", falt, follow=True)
        sandning.skicka_vantande()
        return svar

    return andra


def test_mer_tid_later_lankarna_galla(client: Client, deadline: Callable[..., Any], omgang: Omgang) -> None:
    Omgang.objects.filter(pk=omgang.pk).update(deadline=timezone.localdate() - timedelta(days=40))
    ny = timezone.localdate() + timedelta(days=20)

    html = platt(deadline(ny.isoformat()))

    assert f"Sista dag att svara är nu {ny:%Y-%m-%d}." in html
    assert Omgang.objects.get(pk=omgang.pk).deadline == ny


@pytest.mark.parametrize(
    ("dag", "fel"), [("2020-01-01", "har redan varit"), ("", "måste fyllas i"), ("snart", "giltigt datum")]
)
def test_en_orimlig_dag_nekas_och_star_kvar(deadline: Callable[..., Any], omgang: Omgang, dag: str, fel: str) -> None:
    svar = deadline(dag)

    assert (svar.status_code, fel in platt(svar)) == (422, True)
    assert f'value="{dag}"' in platt(svar) or not dag
    assert Omgang.objects.get(pk=omgang.pk).deadline == omgang.deadline


def test_en_stangd_omgang_far_ingen_ny_dag(deadline: Callable[..., Any], omgang: Omgang) -> None:
    uppfoljning.stang(av=None, omgang=omgang)

    svar = deadline("2099-01-01")

    assert (svar.status_code, "Uppföljningsomgången är stängd" in platt(svar)) == (404, True)


def test_tva_som_andrar_dagen_far_se_varandra(deadline: Callable[..., Any], omgang: Omgang) -> None:
    deadline("2099-01-01")

    svar = deadline("2099-02-02", version=1)

    assert (svar.status_code, "2099-01-01" in platt(svar)) == (409, True)


@pytest.mark.parametrize(("dagar", "galler"), [(29, True), (31, False)])
def test_lanken_foljer_den_nya_dagen(omgang: Omgang, huddinge: Mottagare, dagar: int, galler: bool) -> None:
    """A link written long ago, in a round whose last day was moved."""
    token = skriven_for(huddinge, dagar=100)

    ny = timezone.localdate() + timedelta(days=1)
    uppfoljning.andra_deadline(av=None, omgang=omgang, version=omgang.version, deadline=ny)
    fore = lank.las(token)
    Omgang.objects.filter(pk=omgang.pk).update(deadline=timezone.localdate() - timedelta(days=dagar))

    assert (fore, lank.las(token)) == (huddinge, huddinge if galler else None)


def _skickades(dagar_sedan: int) -> None:
    """All mails in the queue went so many days ago."""
    da = timezone.now() - timedelta(days=dagar_sedan)
    Utskick.objects.update(dag=da.date(), paborjat=da, skickat=da)


def test_en_tidigare_dag_sags_till_dem_som_har_kvar(
    deadline: Callable[..., Any], omgang: Omgang, botkyrka: Anvandare, mailoutbox: list[Any]
) -> None:
    """Also to who got a mail the other day: it is no reminder. Who has lost the link is not told."""
    _skickades(dagar_sedan=2)
    uppfoljning.aterkalla_lank(av=None, mottagare=omgang.mottagare.get(anvandare=botkyrka))
    ny = timezone.localdate() + timedelta(days=4)

    svar = deadline(ny.isoformat())

    (brev,) = mailoutbox
    assert (brev.to, brev.subject) == (
        ["tjansteperson@fardplan.example"],
        f"Ny sista dag: svara senast {ny} (Läget i mars, Flemingsberg)",
    )
    assert "Sista dagen att svara har ändrats" in brev.body
    besked = f"Sista dag att svara är nu {ny}. 1 person som har något kvar att svara på får ett mejl om det."
    assert besked in platt(svar)


def test_den_som_svarat_pa_allt_slipper_veta_det(
    deadline: Callable[..., Any], huddinge: Mottagare, botkyrka: Anvandare, mailoutbox: list[Any]
) -> None:
    bli_kollegor(huddinge.omgang, huddinge.anvandare, botkyrka)
    _skickades(dagar_sedan=2)
    _svara(huddinge, "1.3")

    svar = deadline(timezone.localdate().isoformat())

    assert (mailoutbox, "med mejl" in platt(svar)) == ([], False)


@pytest.mark.parametrize("dagar", [7, 8])
def test_mer_tid_eller_samma_dag_mejlas_inte(deadline: Callable[..., Any], omgang: Omgang, dagar: int) -> None:
    _skickades(dagar_sedan=2)

    deadline((timezone.localdate() + timedelta(days=dagar)).isoformat())

    assert not Utskick.objects.filter(slag="tidigare").exists()


def test_den_som_fatt_mejl_i_dag_far_veta_det_i_morgon(
    deadline: Callable[..., Any], omgang: Omgang, mailoutbox: list[Any]
) -> None:
    _skickades(dagar_sedan=0)

    svar = deadline((timezone.localdate() + timedelta(days=3)).isoformat())

    i_morgon = timezone.localdate() + timedelta(days=1)
    assert {u.dag for u in Utskick.objects.filter(slag="tidigare")} == {i_morgon}
    assert "Det går tidigast i morgon" in platt(svar)
    assert mailoutbox == []


def test_ett_mejl_som_vantar_sager_den_nya_dagen(
    deadline: Callable[..., Any], omgang: Omgang, mailoutbox: list[Any]
) -> None:
    """The mail that the round was opened with has not gone yet: one is enough."""
    ny = timezone.localdate() + timedelta(days=3)

    deadline(ny.isoformat())

    assert {b.subject for b in mailoutbox} == {f"Hur går det? Svara senast {ny} (Läget i mars, Flemingsberg)"}
    assert len(mailoutbox) == Utskick.objects.count() == 2


def test_tva_andringar_ar_ett_mejl(deadline: Callable[..., Any], omgang: Omgang) -> None:
    _skickades(dagar_sedan=0)

    for dagar in (5, 3):
        deadline((timezone.localdate() + timedelta(days=dagar)).isoformat())

    assert Utskick.objects.filter(slag="tidigare").count() == 2  # one each


def test_efter_beskedet_drojer_paminnelsen(deadline: Callable[..., Any], omgang: Omgang, mailoutbox: list[Any]) -> None:
    _skickades(dagar_sedan=10)
    deadline((timezone.localdate() + timedelta(days=2)).isoformat())

    idag = timezone.localdate()
    nya = [utskick.planera(av=None, idag=idag + timedelta(days=d), tysta=[]) for d in (0, 1, 2, 4, 5)]

    assert (len(mailoutbox), nya) == (2, [0, 0, 0, 0, 2])


def test_nya_sista_dagen_syns_dar_man_svarar(
    som_planerare: Client, deadline: Callable[..., Any], omgang: Omgang, adress: str
) -> None:
    ny = timezone.localdate() + timedelta(days=1)
    deadline(ny.isoformat())

    sidor = [platt(som_planerare.get(a)) for a in (adress, f"{SIDA}{omgang.pk}/")]

    assert [f"Svara senast {date_format(ny, 'j F')}" in sida for sida in sidor] == [True, True]


# --- the page


def _fran(omgang: Omgang) -> dict[str, tuple[int, int, int]]:
    """Per person: (asked about, answered by the person, answered by colleagues alone)."""
    rader = fragor.svarslage(omgang, fragor.punkter(omgang), {})
    return {str(r.mottagare): (r.fragor, r.egna, r.kollegors) for r in rader}


def _svara(mottagare: Mottagare, nummer: str, status: str = "pagar") -> Omgangssvar:
    (p,) = [p for p in fragor.punkter(mottagare.omgang, mottagare) if p.punkt.insats.nummer == nummer]
    laget = {"status": status, "bedomning": "enligt_plan", "kommentar": "Så här", "sedd": p.sedd}
    return uppfoljning.svara(av=mottagare.anvandare, mottagare=mottagare, punkt=p.punkt, **laget)


def test_var_och_ens_rad_sager_vad_personen_sjalv_svarat(oppna: Callable[..., Omgang], botkyrka: Anvandare) -> None:
    omgang = oppna("1.3", "2.3", "1.4")
    huddinge = omgang.mottagare.exclude(anvandare=botkyrka).get()
    _svara(huddinge, "1.3")
    _svara(huddinge, "2.3")

    assert _fran(omgang) == {"Exempel: Huddinge": (3, 2, 0), "Exempel: Botkyrka": (3, 0, 0)}
    bli_kollegor(omgang, huddinge.anvandare, botkyrka)
    assert _fran(omgang) == {"Exempel: Huddinge": (3, 2, 0), "Exempel: Botkyrka": (3, 0, 2)}


def test_den_som_nagon_svarat_efter_har_ocksa_svarat(omgang: Omgang, huddinge: Mottagare, botkyrka: Anvandare) -> None:
    bli_kollegor(omgang, huddinge.anvandare, botkyrka)
    kollegan = omgang.mottagare.get(anvandare=botkyrka)
    _svara(huddinge, "1.3")
    senare = _svara(kollegan, "1.3", "pausad")
    bada = _fran(omgang)
    uppfoljning.angra(av=botkyrka, svar=senare)

    assert bada == {"Exempel: Huddinge": (1, 1, 0), "Exempel: Botkyrka": (1, 1, 0)}
    assert _fran(omgang) == {"Exempel: Huddinge": (1, 1, 0), "Exempel: Botkyrka": (1, 0, 1)}


def test_sidan_visar_vem_som_ar_tyst(som_planerare: Client, oppna: Callable[..., Omgang], botkyrka: Anvandare) -> None:
    omgang = oppna("1.3", "2.3", "1.4")
    huddinge = omgang.mottagare.exclude(anvandare=botkyrka).get()
    bli_kollegor(omgang, huddinge.anvandare, botkyrka)
    _svara(huddinge, "1.3")

    html = platt(som_planerare.get(f"{SIDA}{omgang.pk}/"))

    rad = r"<li><span>(Exempel: \w+).*?>(har \w[^<]*)</span>(?:<span>(kolleg[^<]*)</span>)?"
    delar = re.findall(rad, html)
    assert delar == [
        ("Exempel: Botkyrka", "har inte svarat på någon av 3", "kollegor har svarat på 1"),
        ("Exempel: Huddinge", "har svarat på 1 av 3", ""),
    ]


@pytest.mark.parametrize("antal", [1, 18])
def test_omgangens_sida_kostar_lika_mycket(
    som_planerare: Client, oppna: Callable[..., Omgang], django_assert_num_queries: Any, antal: int
) -> None:
    omgang = oppna("1.3") if antal == 1 else oppna()
    Anvandare.objects.filter(roll="tjansteperson").update(is_active=False)

    with django_assert_num_queries(21):
        som_planerare.get(f"{SIDA}{omgang.pk}/")


def test_planeraren_laser_svaren_medan_omgangen_pagar(
    som_planerare: Client, omgang: Omgang, tjansteperson: Anvandare
) -> None:
    m = omgang.mottagare.get(anvandare=tjansteperson)
    (p,) = fragor.punkter(omgang)
    sagt = {"status": "pausad", "bedomning": "avviker", "kommentar": "Bidraget <dröjer>."}
    uppfoljning.svara(av=tjansteperson, mottagare=m, punkt=p.punkt, sedd=p.sedd, **sagt)

    html = platt(som_planerare.get(f"{SIDA}{omgang.pk}/"))

    delar = ["Bidraget &lt;dröjer&gt;.", "Pausad", "Avviker", 'href="/flemingsberg/insatser/1.3/"']
    assert [d for d in delar if d not in html] == []


def test_en_aktivitet_i_omgangen_leder_till_sin_plan(
    som_planerare: Client, om_alla_aktiviteter: Omgang, tjansteperson: Anvandare
) -> None:
    m = om_alla_aktiviteter.mottagare.get(anvandare=tjansteperson)
    p = fragor.punkter(om_alla_aktiviteter, m)[0]
    sagt = {"status": "avbruten", "kommentar": "Bidraget kom inte."}
    uppfoljning.svara(av=tjansteperson, mottagare=m, punkt=p.punkt, sedd=p.sedd, **sagt)

    html = platt(som_planerare.get(f"{SIDA}{om_alla_aktiviteter.pk}/"))

    nummer = p.punkt.aktivitet.prioritering.insats.nummer
    delar = [f'href="{klocka.PLAN}#insats-{nummer}"', "Bidraget kom inte."]
    assert [d for d in delar if d not in html] == []


@pytest.fixture
def om_alla_aktiviteter(flemingsberg: Fardplan) -> Omgang:
    """A round about every aktivitet of the example plan, as if it were decided."""
    Handlingsplan.objects.filter(exempel=True).update(status="beslutad")
    valda = [f for f in fragor.amnen([flemingsberg]) if f.aktivitet and f.personer]
    return uppfoljning.oppna(av=None, fardplan=flemingsberg, fragor=valda, namn="Aktiviteter", deadline=om_en_vecka())


def test_en_aktivitet_namner_sin_insats(
    som_planerare: Client, om_alla_aktiviteter: Omgang, tjansteperson: Anvandare
) -> None:
    client = som_planerare
    m = om_alla_aktiviteter.mottagare.get(anvandare=tjansteperson)
    insats = fragor.punkter(om_alla_aktiviteter, m)[0].punkt.aktivitet.prioritering.insats
    svarssidan = f"/svara/{lank.skriv(m)}/"
    namn = f"Aktivitet i {insats}"

    fore = [namn in platt(client.get(s)) for s in (f"{SIDA}ny/", f"{SIDA}{om_alla_aktiviteter.pk}/", svarssidan)]
    uppfoljning.stang(av=None, omgang=om_alla_aktiviteter)
    efter = [namn in platt(client.get(s)) for s in (f"{SIDA}{om_alla_aktiviteter.pk}/", svarssidan)]

    assert (fore, efter) == ([True] * 3, [True] * 2)


def test_listan_visar_hur_mycket_som_ar_besvarat(
    som_planerare: Client, tva_punkter: tuple[Omgang, date], tjansteperson: Anvandare, botkyrka: Anvandare
) -> None:
    omgang, _ = tva_punkter
    bli_kollegor(omgang, tjansteperson, botkyrka)
    m = omgang.mottagare.get(anvandare=tjansteperson)
    for sagt in ("Först så.", "Sedan så här."):
        p = fragor.punkter(omgang)[0]
        vad = {"status": "pausad", "bedomning": "risk", "kommentar": sagt}
        uppfoljning.svara(av=tjansteperson, mottagare=m, punkt=p.punkt, sedd=p.sedd, **vad)

    assert "<span>1 av 2 besvarade</span>" in platt(som_planerare.get(SIDA))


def test_listan_kostar_lika_mycket_hur_manga_omgangar_det_an_ar(
    som_planerare: Client, oppna: Callable[..., Omgang], django_assert_num_queries: Any
) -> None:
    for antal in (1, 3):
        while Omgang.objects.count() < antal:
            oppna("1.2", "1.3")
        with django_assert_num_queries(5):
            som_planerare.get(SIDA)


# --- the frozen report


@pytest.fixture
def tva_punkter(
    oppna: Callable[..., Omgang], insats: Hamta, lage: Callable[..., Any], flemingsberg: Fardplan
) -> tuple[Omgang, date]:
    """About 1.2, which nobody has said anything of for 221 days, and 1.3, which was reported that day too."""
    dag = timezone.localdate() - timedelta(days=221)
    for nummer in ("1.2", "1.3"):
        Lagesrapport.objects.filter(insats=insats(nummer)).update(aterkallad=timezone.now())
        lage(insats(nummer), flemingsberg.stadskarna, datum=dag, kommentar="Som i våras.")
    return oppna("1.2", "1.3"), dag


def test_rapporten_daterar_varje_lage(
    som_planerare: Client, tva_punkter: tuple[Omgang, date], tjansteperson: Anvandare
) -> None:
    omgang, dag = tva_punkter
    m = omgang.mottagare.get(anvandare=tjansteperson)
    punkt = next(p for p in fragor.punkter(omgang) if p.punkt.insats.nummer == "1.3")
    sagt = {"status": "pausad", "bedomning": "risk", "kommentar": "Bidraget dröjer."}
    uppfoljning.svara(av=tjansteperson, mottagare=m, punkt=punkt.punkt, sedd=punkt.sedd, **sagt)
    stangd = uppfoljning.stang(av=None, omgang=omgang)
    idag = timezone.localdate().isoformat()

    nyckel = ("datum", "tyst", "svarat", "statuskod", "bedomningskod", "kommentar")
    assert [[rad[n] for n in nyckel] for rad in stangd.rapport["punkter"]] == [
        [dag.isoformat(), "Inte uppdaterad på 221 dagar", "", "pagar", "enligt_plan", "Som i våras."],
        [idag, "", idag, "pausad", "risk", "Bidraget dröjer."],
    ]
    html = platt(som_planerare.get(f"{SIDA}{omgang.pk}/"))
    delar = [
        "Inte uppdaterad på 221 dagar",
        dag.isoformat(),
        "#pausad",
        "Huddinge kommun",
        "2 frågor till 2 personer: 1 nytt läge, 0 oförändrade och 1 utan svar",
    ]
    assert [d for d in delar if d not in html] == []


def test_rapporten_summerar_svaren(
    som_planerare: Client, tva_punkter: tuple[Omgang, date], tjansteperson: Anvandare
) -> None:
    omgang, _ = tva_punkter
    m = omgang.mottagare.get(anvandare=tjansteperson)
    (p, _) = fragor.punkter(omgang)
    uppfoljning.svara_oforandrat(av=tjansteperson, mottagare=m, punkt=p.punkt, sedd=p.sedd)
    uppfoljning.stang(av=None, omgang=omgang)

    r = som_planerare.get(f"{SIDA}{omgang.pk}/").context["rapport"]

    assert (len(r.rader), r.nya, r.oforandrade, r.obesvarade) == (2, 0, 1, 1)
    assert [(s.status, s.antal) for s in r.staplar] == [("pagar", 2)]


def test_det_som_hant_sedan_svaret_star_inte_i_rapporten(
    tva_punkter: tuple[Omgang, date], tjansteperson: Anvandare, lage: Callable[..., Any]
) -> None:
    omgang, _ = tva_punkter
    m = omgang.mottagare.get(anvandare=tjansteperson)
    (p, _) = fragor.punkter(omgang)
    uppfoljning.svara_oforandrat(av=tjansteperson, mottagare=m, punkt=p.punkt, sedd=p.sedd)
    lage(p.punkt.insats, p.punkt.stadskarna, datum=timezone.localdate(), status="genomford")

    (rad, _) = fragor.rapport(omgang, timezone.localdate())["punkter"]

    assert (rad["statuskod"], rad["status"], rad["bedomningskod"]) == ("pagar", "Pågår", "enligt_plan")


def test_en_rapport_som_frystes_forut_gar_att_lasa(som_planerare: Client, omgang: Omgang) -> None:
    forut = {
        "stadskarna": "Flemingsberg",
        "slag": "insats",
        "vad": "1.3 Samverka",
        "svar": "",
        "status": "Pågår",
        "bedomning": "Risk för avvikelse",
        "kommentar": "Bidraget dröjer.",
        "av": "",
        "fragade": "Exempel: Huddinge",
    }
    utan = forut | {"status": "Ingen rapport", "bedomning": ""}
    hela = {"stangd": "2026-03-01", "fragor": 2, "besvarade": 0, "punkter": [forut, utan]}
    Omgang.objects.filter(pk=omgang.pk).update(stangd=timezone.now(), rapport=hela)

    svar = som_planerare.get(f"{SIDA}{omgang.pk}/")

    assert [(r.statuskod, r.bedomningskod, r.dag) for r in svar.context["rapport"].rader] == [
        ("pagar", "risk", None),
        ("", "", None),
    ]
    assert [s.antal for s in svar.context["rapport"].staplar] == [1, 1]
    assert "Frågade: Exempel: Huddinge" in platt(svar)
