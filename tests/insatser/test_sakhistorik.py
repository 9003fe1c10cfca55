"""The history of a thing on its page: who, when, from where, old and new word by word; and the way back to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from aktorer import andringar as aktorandringar
from aktorer.grund.samtidighet import handelser
from aktorer.models import Aktor, AktorEvent, Anvandare  # type: ignore[attr-defined]
from insatser.andringar import aterstall
from insatser.andringar import insats as insatsandringar
from insatser.andringar import mote as moteandringar
from insatser.andringar import organ as organandringar
from insatser.fragor.tillfallen import Faltandring, Varifran
from insatser.models import (  # type: ignore[attr-defined]
    Aktivitet,
    Arende,
    Fardplan,
    Fardriktning,
    Handlingsplan,
    Indikator,
    Insats,
    InsatsEvent,
    Mote,
    Omgang,
    Overenskommelse,
    Samverkansorgan,
    Stadskarna,
)
from insatser.regler.orddiff import MEST, orddiff
from tests import klocka
from tests.conftest import LOSENORD
from tests.insatser.conftest import oforandrat
from tests.sidtext import platt

SIDA = "/flemingsberg/insatser/1.3/historik/"

type Hamta = Callable[[str], Insats]
type Formular = Callable[[Any], dict[str, str]]


@pytest.fixture
def utkast(db: None) -> Handlingsplan:
    return Handlingsplan.objects.get(exempel=True)


@pytest.fixture
def mote(planerare: Anvandare) -> Mote:
    organ = Samverkansorgan.objects.get(slag="natverk")
    return moteandringar.skapa(av=planerare, organ=organ, datum=klocka.om(30), plats="Lund")


@pytest.fixture
def saker(
    flemingsberg: Fardplan, utkast: Handlingsplan, mote: Mote, insats: Hamta, omgang: Omgang
) -> dict[str, tuple[Any, str]]:
    """Each thing that has a history, and the address of it."""
    organ, avsikt = mote.organ, Overenskommelse.objects.get()
    aktivitet = Aktivitet.objects.filter(prioritering__handlingsplan=utkast).earliest("pk")
    indikator = Indikator.objects.filter(malomrade__program=flemingsberg.program).earliest("pk")
    riktning = Fardriktning.objects.get(fardplan=flemingsberg, malomrade__nummer=1)
    arende = Arende.objects.earliest("pk")
    return {
        "insats": (insats("1.3"), SIDA),
        "aktivitet": (aktivitet, f"{klocka.PLAN}aktivitet/{aktivitet.pk}/historik/"),
        "handlingsplan": (utkast, f"{klocka.PLAN}historik/"),
        "fardplan": (flemingsberg, "/flemingsberg/historik/"),
        "fardriktning": (riktning, "/flemingsberg/fardriktning/1/historik/"),
        "aktor": (Aktor.objects.get(slug="polisen"), "/aktorer/polisen/historik/"),
        "indikator": (indikator, f"/flemingsberg/lagesbild/{indikator.pk}/historik/"),
        "arende": (arende, f"/arenden/{arende.pk}/historik/"),
        "mote": (mote, f"/flemingsberg/organ/moten/{mote.pk}/historik/"),
        "organ": (organ, f"/flemingsberg/organ/{organ.pk}/historik/"),
        "overenskommelse": (avsikt, f"/arenden/overenskommelser/{avsikt.pk}/historik/"),
        "omgang": (omgang, f"/flemingsberg/uppfoljning/{omgang.pk}/historik/"),
        "program": (flemingsberg.program, "/program/fardplaner-2026/historik/"),
        "stadskarna": (flemingsberg.stadskarna, "/stadskarnor/flemingsberg/historik/"),
    }


SAKER = ["insats", "aktivitet", "handlingsplan", "fardplan", "fardriktning"]
SAKER += ["aktor", "indikator", "arende", "mote", "organ", "overenskommelse"]
LASES_AV_ALLA = pytest.mark.parametrize("slag", [*SAKER, "omgang"])
ATERSTALLS = pytest.mark.parametrize("slag", [*SAKER, "program", "stadskarna"])

# A column of it, where that is neither the title nor the name.
FALT = {"mote": "plats", "organ": "beskrivning", "aktor": "beskrivning", "arende": "sammanfattning"}
FALT |= {"fardplan": "karaktar_rubrik", "fardriktning": "rubrik", "handlingsplan": "inledning"}
FALT |= {"overenskommelse": "kalla", "program": "kalla"}


@LASES_AV_ALLA
def test_alla_som_loggar_in_ser_historiken_och_ingen_annan(
    client: Client, styrgrupp: Anvandare, saker: dict[str, tuple[Any, str]], slag: str
) -> None:
    _, adress = saker[slag]
    utifran = client.get(adress)
    client.force_login(styrgrupp)

    svar = client.get(adress)

    assert (utifran.status_code, svar.status_code) == (302, 200)
    assert "<h1>Historik</h1>" in platt(svar)
    assert svar.context["tillfallen"]
    assert svar.context["aterstallbara"] == set()


@pytest.mark.parametrize("slag", ["program", "stadskarna"])
def test_registrens_historik_ar_for_dem_som_far_andra_i_dem(
    client: Client, styrgrupp: Anvandare, planerare: Anvandare, saker: dict[str, tuple[Any, str]], slag: str
) -> None:
    _, adress = saker[slag]
    client.force_login(styrgrupp)
    nekad = client.get(adress).status_code
    client.force_login(planerare)

    svar = client.get(adress)

    assert (nekad, svar.status_code, bool(svar.context["tillfallen"])) == (403, 200, True)
    assert f'href="{adress}"' in platt(client.get(svar.context["sak"].sida))
    assert client.get(f"/{slag.replace('arna', 'arnor')}/finns-inte/historik/").status_code == 404


@LASES_AV_ALLA
def test_sakens_sida_leder_till_historiken(
    client: Client, styrgrupp: Anvandare, saker: dict[str, tuple[Any, str]], slag: str
) -> None:
    _, adress = saker[slag]
    client.force_login(styrgrupp)
    sidan = client.get(adress).context["sak"].sida.partition("#")[0]

    inne = platt(client.get(sidan))
    client.logout()
    ute = platt(client.get(sidan, follow=True))

    assert (f'href="{adress}"' in inne, f'href="{adress}"' in ute) == (True, False)


@ATERSTALLS
def test_varje_sak_gar_att_aterstalla_pa_sin_vanliga_vag(
    som_planerare: Client,
    planerare: Anvandare,
    formular: Formular,
    saker: dict[str, tuple[Any, str]],
    slag: str,
) -> None:
    rad, adress = saker[slag]
    falt = FALT.get(slag) or ("titel" if hasattr(rad, "titel") else "namn")
    fore = getattr(rad, falt)
    type(rad).objects.filter(pk=rad.pk).update(**{falt: "Något annat"})
    (dit,) = som_planerare.get(adress).context["aterstallbara"]
    forra = dit.rpartition("-")[2]

    fraga = som_planerare.get(f"{adress}{forra}/")
    varden = formular(fraga) | ({"alla_karnor": "on"} if "alla_karnor" in platt(fraga) else {})
    svar = som_planerare.post(f"{adress}{forra}/", varden, follow=True)

    rad.refresh_from_db()
    sist = handelser(type(rad)).filter(pgh_obj_id=rad.pk).latest("pgh_id")
    assert "Det är återställt." in platt(svar)
    assert getattr(rad, falt) == fore
    assert sist.pgh_context["namn"] == planerare.namn
    assert sist.pgh_context["orsak"].startswith("Återställt till det som gällde ")
    assert sist.pgh_context["andring"] != "insatser.andringar.aterstall.aterstall"


def test_omgangens_historik_sager_vad_som_svarades_och_tar_inte_tillbaka_det(
    client: Client,
    planerare: Anvandare,
    tjansteperson: Anvandare,
    saker: dict[str, tuple[Any, str]],
    adress: str,
    omgang: Omgang,
) -> None:
    client.post(f"{adress}{omgang.punkter.get().pk}/", oforandrat(omgang))
    client.force_login(planerare)
    _, historik = saker["omgang"]

    svar = client.get(historik)
    handelse = handelser(Omgang).get(pgh_obj_id=omgang.pk).pgh_id

    rader = {r.vad: r for t in svar.context["tillfallen"] for r in t.rader}
    nummer = str(omgang.punkter.get())
    assert {f"Fråga: {nummer}", f"Svar: {nummer}", f"Tillfrågad: {tjansteperson}"} <= {*rader}
    assert svar.context["aterstallbara"] == set()
    assert "Det står redan så." in platt(client.get(f"{historik}{handelse}/"))


# What is told


def test_vem_varifran_och_ord_for_ord(
    client: Client, planerare: Anvandare, styrgrupp: Anvandare, insats: Hamta
) -> None:
    Insats.objects.filter(pk=insats("1.3").pk).update(text="Bygg en bro över ån.")
    nu = insats("1.3")
    insatsandringar.andra(av=planerare, insats=nu, version=nu.version, text="Bygg en tunnel under ån.")
    client.force_login(styrgrupp)

    svar = client.get(SIDA)

    (tillfalle,) = [t for t in svar.context["tillfallen"] if t.vem == planerare.namn]
    ((rad,), html) = tillfalle.rader, platt(svar)
    assert (rad.vad, rad.gjort, tillfalle.varifran.ord) == ("Insats", "ändrades", "Färdplan")
    assert [f.rubrik for f in rad.falt] == ["Vad vi ska göra"]
    assert rad.falt[0].bitar == (
        ("lika", "Bygg en "), ("bort", "bro över "), ("till", "tunnel under "), ("lika", "ån."),
    )  # fmt: skip
    assert "Bygg en<del>bro över</del><ins>tunnel under</ins>ån." in html


def test_namn_i_stallet_for_nummer(som_planerare: Client, insats: Hamta, rolla: Callable[..., Insats]) -> None:
    rolla("1.3", insats("1.3").version, "huddinge-kommun", "polisen")

    rader = {r.vad: r for t in som_planerare.get(SIDA).context["tillfallen"] for r in t.rader}

    assert rader["Aktör: Huddinge kommun"].falt[0].rubrik == "Roll"
    assert "Aktör: Polisen" in rader


def test_det_som_skrivits_runt_andringar_namner_personen(
    client: Client, administrator: Anvandare, styrgrupp: Anvandare
) -> None:
    """The middleware knows the person by id alone."""
    client.force_login(styrgrupp)
    nytt = "ett-helt-nytt-losenord"
    client.post("/konto/losenord/", {"oldpassword": LOSENORD, "password1": nytt, "password2": nytt})
    client.force_login(administrator)

    forst = client.get(f"/konton/{styrgrupp.pk}/historik/").context["tillfallen"][0]

    assert (forst.vem, forst.varifran) == (styrgrupp.namn, Varifran("På sidorna för det egna kontot"))


def test_en_lista_som_skrivs_om_visar_bara_det_som_andrades(som_planerare: Client, planerare: Anvandare) -> None:
    organ = Samverkansorgan.objects.get(slag="natverk")
    polisen, region = (Aktor.objects.get(slug=s).pk for s in ("polisen", "region-stockholm"))
    forst = [organandringar.Platsrad(polisen, "ledamot"), organandringar.Platsrad(region, "ledamot")]
    organ = organandringar.andra(av=planerare, organ=organ, version=organ.version, platser=forst)
    sedan = [forst[0], organandringar.Platsrad(region, "ledamot", befattning="Strateg")]
    organandringar.andra(av=planerare, organ=organ, version=organ.version, platser=sedan)

    tillfallen = som_planerare.get(f"/flemingsberg/organ/{organ.pk}/historik/").context["tillfallen"]

    (rader,) = [t.rader for t in tillfallen if any(r.gjort == "ändrades" for r in t.rader)]
    assert [(r.vad, r.gjort, r.falt) for r in rader] == [
        ("Plats: Region Stockholm", "ändrades", (Faltandring("Befattning", "", "Strateg"),))
    ]


def test_det_som_pekar_pa_nagot_borttaget_gar_att_lasa(som_planerare: Client, planerare: Anvandare) -> None:
    bort = aktorandringar.skapa_aktor(av=planerare, namn="Tillfälliga AB", slag="bolag")
    grupp = aktorandringar.skapa_aktor(av=planerare, namn="Gruppen", slag="grupp", medlemmar=[bort.pk])
    aktorandringar.andra_aktor(av=planerare, aktor=grupp, version=grupp.version, medlemmar=[])
    bort.delete()

    assert "Medlem: Tillfälliga AB (finns inte längre)" in platt(som_planerare.get(f"/aktorer/{grupp.slug}/historik/"))


def test_en_lang_text_jamfors_som_helhet() -> None:
    gammal, ny = "ord " * (MEST + 1), "annat " * (MEST + 1)

    assert orddiff(gammal, ny) == [("bort", gammal), ("till", ny)]


# Filters and pages


def test_filter_pa_person_slag_och_tid(
    som_planerare: Client, planerare: Anvandare, administrator: Anvandare, insats: Hamta, rolla: Callable[..., Insats]
) -> None:
    for av, titel in ((planerare, "Ett"), (administrator, "Två")):
        insatsandringar.andra(av=av, insats=insats("1.3"), version=insats("1.3").version, titel=titel)
    rolla("1.3", insats("1.3").version, None, "polisen")

    def vad(**fraga: Any) -> list[str]:
        return [r.vad for t in som_planerare.get(SIDA, fraga).context["tillfallen"] for r in t.rader]

    assert vad(vem=planerare.pk) == ["Insats"]
    assert {v.partition(":")[0] for v in vad(slag="medverkan")} == {"Aktör"}
    assert set(vad(vem="okand", slag="insats")) == {"Insats"}
    assert vad(till=klocka.om(-1).isoformat()) == []
    assert len(vad(fran=klocka.om(-1).isoformat(), till=klocka.om(1).isoformat())) == len(vad())


@pytest.mark.parametrize(
    "fraga",
    [
        {"vem": "abc"}, {"vem": "99999999999999999999"}, {"slag": "anvandare"}, {"fran": "0000-00-00"},
        {"fran": "0001-01-01"}, {"till": "9999-12-31"}, {"sida": "-1"}, {"sida": "tre"}, {"vem": "\0"},
        {"fran": "2026-02-01", "till": "2026-01-01"},
    ],
    ids=str,
)  # fmt: skip
def test_en_fraga_som_inget_ar_ger_en_sida(som_planerare: Client, fraga: dict[str, str]) -> None:
    assert som_planerare.get(SIDA, fraga).status_code == 200


@pytest.mark.parametrize("vem", ['"någon"', '"12345678901234567890"', "null", "0"])
def test_vad_nagon_an_har_skrivit_i_sammanhanget_med_sql(
    som_planerare: Client, sql: Callable[..., Any], insats: Hamta, vem: str
) -> None:
    sammanhang = f'{{"anvandare": {vem}}}'
    sql(
        "SELECT set_config('pghistory.context_metadata', %s, true),"
        " set_config('pghistory.context_id', gen_random_uuid()::text, true);"
        "UPDATE insatser_insats SET titel = 'Ny' WHERE id = %s",
        sammanhang,
        insats("1.3").pk,
    )

    assert som_planerare.get(SIDA).status_code == 200


def test_felet_i_en_fraga_star_pa_sidan(som_planerare: Client) -> None:
    svar = som_planerare.get(SIDA, {"fran": "2026-02-01", "till": "2026-01-01"})

    assert "Till och med: Den sista dagen ligger före den första." in platt(svar)


def test_sidorna_foljer_pa_varandra(som_planerare: Client, insats: Hamta) -> None:
    for n in range(60):
        Insats.objects.filter(pk=insats("1.3").pk).update(titel=f"Titel {n}")

    forsta, andra = (som_planerare.get(SIDA, {"sida": n, "slag": "insats"}) for n in (1, 2))

    assert (forsta.context["sida"].paginator.num_pages, len(andra.context["sida"])) == (2, 11)
    assert 'rel="next"' in platt(forsta)


def test_antalet_fragor_beror_inte_pa_antalet_andringar(
    som_planerare: Client, django_assert_num_queries: Any, insats: Hamta, rolla: Callable[..., Insats]
) -> None:
    medverkande = ["region-stockholm", "huddinge-kommun", "botkyrka-kommun"]
    for n in range(3):
        insatsandringar.andra(av=None, insats=insats("1.3"), version=insats("1.3").version, titel=f"Titel {n}")
        rolla("1.3", insats("1.3").version, None, *medverkande[: n + 1])
        if n != 1:
            with django_assert_num_queries(20):
                som_planerare.get(SIDA)


def test_htmx_far_listan(som_planerare: Client) -> None:
    svar = som_planerare.get(SIDA, headers={"HX-Request": "true", "HX-Target": "lista"})

    assert (platt(svar).count("<h1>"), 'id="lista"' in platt(svar)) == (0, True)


# Accounts


def test_kontots_historik_ar_for_administratorer(
    client: Client, administrator: Anvandare, planerare: Anvandare, styrgrupp: Anvandare
) -> None:
    adress = f"/konton/{styrgrupp.pk}/historik/"
    aktorandringar.byt_losenord(av=administrator, anvandare=styrgrupp, losenord="ett-helt-nytt-losenord")
    client.force_login(planerare)
    nekad = client.get(adress).status_code
    client.force_login(administrator)

    svar = client.get(adress)

    forst = svar.context["tillfallen"][0]
    assert (nekad, svar.status_code, forst.vem) == (403, 200, administrator.namn)
    assert [f.rubrik for r in forst.rader for f in r.falt] == ["Lösenordet bytt"]
    assert client.get(f"/konton/{styrgrupp.pk}/historik/").context["aterstallbara"] == set()
    assert client.get("/konton/999999/historik/").status_code == 404


def test_var_ett_konto_far_andra_fragas_en_gang_per_sida(
    client: Client, administrator: Anvandare, planerare: Anvandare
) -> None:
    client.force_login(administrator)
    karnor, antal = list(Stadskarna.objects.all()[:3]), []
    for karna in karnor:
        Anvandare.objects.filter(pk=planerare.pk).update(bara_i=[karna.pk])
        with CaptureQueriesContext(connection) as fragor:
            svar = client.get(f"/konton/{planerare.pk}/historik/")
        antal.append(len(fragor))

    assert antal[1] == antal[2]
    andrat = {f.efter for t in svar.context["tillfallen"] for r in t.rader for f in r.falt}
    assert {k.namn for k in karnor} <= andrat


def test_administrationens_historik_leder_dit(client: Client, administrator: Anvandare, styrgrupp: Anvandare) -> None:
    client.force_login(administrator)

    svar = client.get(reverse("admin:aktorer_anvandare_history", args=[styrgrupp.pk]))

    assert svar.headers["Location"] == f"/konton/{styrgrupp.pk}/historik/"


# Put back


@pytest.fixture
def andrad(planerare: Anvandare, insats: Hamta) -> tuple[Insats, Any]:
    """1.3 with another title, and the event of the one before."""
    forra = InsatsEvent.objects.filter(pgh_obj_id=insats("1.3").pk).latest("pgh_id")
    return insatsandringar.andra(av=planerare, insats=insats("1.3"), version=1, titel="Fel titel"), forra


def test_bara_den_som_far_andra_far_aterstalla(
    client: Client, styrgrupp: Anvandare, tjansteperson: Anvandare, andrad: tuple[Insats, Any]
) -> None:
    adress = f"{SIDA}{andrad[1].pgh_id}/"
    for person in (styrgrupp, tjansteperson):
        client.force_login(person)
        assert [client.get(adress).status_code, client.post(adress).status_code] == [403, 403]


def test_nagon_hann_fore_och_bada_visas(
    som_planerare: Client, administrator: Anvandare, formular: Formular, andrad: tuple[Insats, Any]
) -> None:
    (nu, forra), adress = andrad, f"{SIDA}{andrad[1].pgh_id}/"
    falt = formular(som_planerare.get(adress))
    insatsandringar.andra(av=administrator, insats=nu, version=nu.version, titel="Deras titel")

    svar = som_planerare.post(adress, falt)

    nu.refresh_from_db()
    html = platt(svar)
    assert (svar.status_code, nu.titel) == (409, "Deras titel")
    assert all(t in html for t in ("Så står det nu", "Deras titel", forra.titel, administrator.namn, "<h3>Titel</h3>"))
    som_planerare.post(adress, formular(svar))
    nu.refresh_from_db()
    assert nu.titel == forra.titel


def test_det_andra_har_skrivit_pa_annat_hall_star_kvar(
    som_planerare: Client, administrator: Anvandare, formular: Formular, andrad: tuple[Insats, Any]
) -> None:
    (nu, forra), adress = andrad, f"{SIDA}{andrad[1].pgh_id}/"
    falt = formular(som_planerare.get(adress))
    insatsandringar.andra(av=administrator, insats=nu, version=nu.version, kalla="Deras källa")

    som_planerare.post(adress, falt)

    nu.refresh_from_db()
    assert (nu.titel, nu.kalla) == (forra.titel, "Deras källa")


def test_en_gemensam_insats_fragar_om_alla(som_planerare: Client, formular: Formular, insats: Hamta) -> None:
    forra = InsatsEvent.objects.filter(pgh_obj_id=insats("1.1").pk).latest("pgh_id")
    Insats.objects.filter(pk=insats("1.1").pk).update(titel="Fel titel")
    adress = f"/flemingsberg/insatser/1.1/historik/{forra.pgh_id}/"

    svar = som_planerare.post(adress, formular(som_planerare.get(adress)))

    assert (svar.status_code, insats("1.1").titel) == (422, "Fel titel")
    assert "En gemensam insats ändras överallt" in platt(svar)


def test_en_avford_insats_sager_vad_som_gors_forst(
    som_planerare: Client, planerare: Anvandare, formular: Formular, andrad: tuple[Insats, Any]
) -> None:
    (nu, _), adress = andrad, f"{SIDA}{andrad[1].pgh_id}/"
    falt = formular(som_planerare.get(adress))
    insatsandringar.avfor(av=planerare, insats=nu, version=nu.version, skal="Klar")

    sidan, svar = som_planerare.get(adress), som_planerare.post(adress, falt)

    text = "Insatsen är avförd. Återta den först, så går texten att återställa."
    nu.refresh_from_db()
    assert (text in platt(sidan), svar.status_code, text in platt(svar), nu.titel) == (True, 422, True, "Fel titel")
    assert som_planerare.get(SIDA).context["aterstallbara"] == set()


def test_en_aktivitet_i_en_beslutad_plan_aterstalls_inte(
    som_planerare: Client, saker: dict[str, tuple[Any, str]], utkast: Handlingsplan
) -> None:
    rad, adress = saker["aktivitet"]
    forra = handelser(Aktivitet).filter(pgh_obj_id=rad.pk).latest("pgh_id")
    Aktivitet.objects.filter(pk=rad.pk).update(titel="Annat")
    Handlingsplan.objects.filter(pk=utkast.pk).update(status="beslutad")

    svar = som_planerare.post(f"{adress}{forra.pgh_id}/", {"version": rad.version})

    assert svar.status_code == 422
    assert "innehållet ändras bara genom ett ändringsbeslut" in platt(svar)


def test_en_sammanslagen_aktor_aterstalls_inte(som_planerare: Client) -> None:
    polisen = Aktor.objects.get(slug="polisen")
    ny = aktorandringar.skapa_aktor(av=None, namn="Ny", slag="myndighet")
    aktorandringar.andra_aktor(av=None, aktor=ny, version=1, beskrivning="Text")
    Aktor.objects.filter(pk=ny.pk).update(uppgatt_i=polisen)
    forsta = AktorEvent.objects.filter(pgh_obj_id=ny.pk).earliest("pgh_id")

    svar = som_planerare.get(f"/aktorer/{ny.slug}/historik/{forsta.pgh_id}/")

    assert "Ny är sammanslagen med Polisen och ändras inte längre." in platt(svar)


def test_det_som_inte_har_hant_finns_inte(som_planerare: Client, insats: Hamta, andrad: tuple[Insats, Any]) -> None:
    annan = InsatsEvent.objects.filter(pgh_obj_id=insats("1.4").pk).latest("pgh_id").pgh_id

    koder = [som_planerare.get(f"{SIDA}{nr}/").status_code for nr in (annan, 0, 10**30)]

    assert koder == [404, 404, 404]


def test_samma_sak_tva_ganger_ar_en_andring(
    som_planerare: Client, formular: Formular, andrad: tuple[Insats, Any]
) -> None:
    (nu, _), adress = andrad, f"{SIDA}{andrad[1].pgh_id}/"
    falt = formular(som_planerare.get(adress))

    for _ in range(2):
        som_planerare.post(adress, falt)

    nu.refresh_from_db()
    assert nu.version == 3
    assert "Det står redan så." in platt(som_planerare.get(adress))


def test_det_som_aterstalls_ar_kolumner_som_finns(saker: dict[str, tuple[Any, str]]) -> None:
    for rad, _ in saker.values():
        kolumner = {f.attname for f in rad._meta.concrete_fields}
        assert set(aterstall.falt(rad)) <= kolumner
        assert bool(aterstall.falt(rad)) is not isinstance(rad, Omgang)
