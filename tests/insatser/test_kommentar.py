"""Comments: who reads and writes them, what they may hold, and how they are changed and taken away."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.test import Client

from aktorer.grund.samtidighet import MASK, Krock, handelser, radens_handelser
from aktorer.models import Anvandare
from insatser.andringar import aterstall
from insatser.andringar import handlingsplan as planer
from insatser.andringar import kommentar as andringar
from insatser.andringar.bilaga import bifoga
from insatser.fragor.fardplan import gjort
from insatser.fragor.insats import hinder
from insatser.fragor.personuppgifter import utdrag
from insatser.fragor.samtal import PER_SIDA
from insatser.fragor.sok import sok
from insatser.fragor.stadskarna import innehall as stadskarneinnehall
from insatser.models import Aktivitet, Fardplan, Handlingsplan, Insats, Kommentar, Samtalssak
from insatser.models.kommentar import LANGST
from insatser.regler.bilagetyp import Fil
from insatser.regler.sokord import tolka
from tests import klocka
from tests.insatser.test_bilagetyp import PDF
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

type Hamta = Callable[[str], Insats]

SIDA = "/flemingsberg/insatser/1.3/"
SAMTAL = f"{SIDA}samtal/"
HX = {"HX-Request": "true"}


@pytest.fixture
def sak(insats: Hamta, flemingsberg: Fardplan) -> Samtalssak:
    return Samtalssak(insats("1.3"), flemingsberg.stadskarna)


@pytest.fixture
def sagt(sak: Samtalssak, tjansteperson: Anvandare) -> Kommentar:
    return andringar.skapa(av=tjansteperson, sak=sak, text="Vi väntar på avtalet.")


# --- say something


@pytest.mark.parametrize("vem", ["tjansteperson", "planerare", "styrgrupp", "administrator"])
def test_alla_som_loggar_in_skriver_kommentarer(client: Client, request: pytest.FixtureRequest, vem: str) -> None:
    client.force_login(request.getfixturevalue(vem))
    svar = client.post(SAMTAL, {"text": "Först rad ett.\r\n\r\nSedan rad tre."}, follow=True)
    assert svar.redirect_chain == [(f"{SIDA}#samtal", 302)]
    assert "Kommentaren är sparad." in platt(svar.text)
    assert "Samtal (1)" in platt(svar.text)
    assert Kommentar.objects.get().text == "Först rad ett.\n\nSedan rad tre."


def test_besokaren_ser_inga_kommentarer_och_skriver_inga(client: Client, sagt: Kommentar) -> None:
    assert "avtalet" not in client.get(SIDA).text
    for adress in (SAMTAL, f"{SAMTAL}{sagt.pk}/", f"{SAMTAL}{sagt.pk}/ta-bort/"):
        for svar in (client.get(adress), client.post(adress, {"text": "Hej"})):
            assert svar.status_code == 302
            assert svar.headers["Location"].startswith("/konto/logga-in/")
    assert Kommentar.objects.get().borttagen is None


def test_samtalet_ar_ett_per_stadskarna(
    som_planerare: Client, haninge: Fardplan, flemingsberg: Fardplan, planerare: Anvandare
) -> None:
    gemensam = Insats.objects.i_fardplan(flemingsberg).filter(fardplan=None).select_related("malomrade").first()
    andringar.skapa(av=planerare, sak=Samtalssak(gemensam, haninge.stadskarna), text="Bara i Haninge")
    assert "Bara i Haninge" in som_planerare.get(f"/haninge/insatser/{gemensam.nummer}/").text
    assert "Bara i Haninge" not in som_planerare.get(f"/flemingsberg/insatser/{gemensam.nummer}/").text


def test_planerare_i_en_stadskarna_kommenterar_i_de_andra_men_tar_inte_bort_andras(
    client: Client, person: Callable[..., Anvandare], haninge: Fardplan, sagt: Kommentar
) -> None:
    client.force_login(person("planerare", "haninge-kommun", bara_i=[haninge.stadskarna_id]))
    client.post(SAMTAL, {"text": "Vi gjorde så här i Haninge."})
    assert client.post(f"{SAMTAL}{sagt.pk}/ta-bort/", {"version": sagt.version}).status_code == 403
    egen = Kommentar.objects.latest("pk")
    client.post(f"{SAMTAL}{egen.pk}/ta-bort/", {"version": egen.version})
    assert list(Kommentar.objects.kvar()) == [sagt]


def test_langa_samtal_visas_fran_slutet(client: Client, sak: Samtalssak, tjansteperson: Anvandare) -> None:
    for n in range(12):
        andringar.skapa(av=tjansteperson, sak=sak, text=f"Kommentar nummer {n}.")
    client.force_login(tjansteperson)
    sida, hela = platt(client.get(SIDA).text), platt(client.get(SAMTAL).text)
    assert "Samtal (12)" in sida
    assert "Visa hela samtalet (2 till)" in sida
    assert ("nummer 1." in sida, "nummer 2." in sida, "nummer 0." in hela) == (False, True, True)


# --- bad input


@pytest.mark.parametrize(
    ("text", "fel"),
    [
        ("", "Skriv något."),
        (" \n\t ", "Skriv något."),
        ("x" * (LANGST + 1), "En kommentar har högst 5000 tecken, och det här är 5001."),
        ("ord " * 25_000, "En kommentar har högst 5000 tecken"),
    ],
)
def test_det_som_inte_gar_sags_och_det_skrivna_star_kvar(som_planerare: Client, text: str, fel: str) -> None:
    for huvuden in ({}, HX):
        svar = som_planerare.post(SAMTAL, {"text": text}, headers=huvuden)
        assert svar.status_code == 422
        assert fel in platt(svar.text)
        assert text.strip() in svar.text
    assert not Kommentar.objects.exists()


def test_uppmarkning_ar_bara_text(som_planerare: Client) -> None:
    som_planerare.post(SAMTAL, {"text": "<script>alert(1)</script> **fet** [här](javascript:alert(2))"})
    svar = som_planerare.get(SIDA).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; **fet** [här](javascript:alert(2))" in svar
    assert "<script>alert" not in svar


def test_webbadresser_blir_lankar_som_vi_inte_gar_i_god_for(som_planerare: Client) -> None:
    som_planerare.post(SAMTAL, {"text": "Se https://example.org/a?b=1&c=2. Inte javascript:alert(1)"})
    lank = '<a href="https://example.org/a?b=1&amp;c=2" rel="nofollow noopener noreferrer">'
    svar = som_planerare.get(SIDA).text
    assert f"Se {lank}https://example.org/a?b=1&amp;c=2</a>. Inte javascript:alert(1)" in svar


def test_osynliga_tecken_kommer_inte_med(som_planerare: Client) -> None:
    som_planerare.post(SAMTAL, {"text": "fil\u202egnp.exe\u200b och\x00 mer"})
    assert Kommentar.objects.get().text == "filgnp.exe och  mer"


# --- change


def test_den_som_skrev_andrar_och_det_syns(client: Client, sagt: Kommentar, tjansteperson: Anvandare) -> None:
    client.force_login(tjansteperson)
    svar = client.post(f"{SAMTAL}{sagt.pk}/", {"text": "Avtalet är klart.", "version": 1}, follow=True)
    assert "Avtalet är klart." in svar.text
    assert "· ändrad" in platt(svar.text)
    assert [h.text for h in radens_handelser(sagt).order_by("pgh_id")] == ["Vi väntar på avtalet.", "Avtalet är klart."]


def test_ingen_annan_andrar(som_planerare: Client, sagt: Kommentar) -> None:
    for svar in (
        som_planerare.get(f"{SAMTAL}{sagt.pk}/"),
        som_planerare.post(f"{SAMTAL}{sagt.pk}/", {"text": "Nej", "version": 1}),
    ):
        assert svar.status_code == 403
    sagt.refresh_from_db()
    assert sagt.text == "Vi väntar på avtalet."


def test_tva_flikar_skriver_inte_over_varandra(client: Client, sagt: Kommentar, tjansteperson: Anvandare) -> None:
    andringar.andra(av=tjansteperson, kommentar=sagt, version=1, text="Från den ena.")
    client.force_login(tjansteperson)
    svar = client.post(f"{SAMTAL}{sagt.pk}/", {"text": "Från den andra.", "version": 1})
    assert svar.status_code == 409
    assert "Från den ena." in svar.text
    assert "Från den andra." in svar.text


def test_samma_ord_ar_ingen_andring(sagt: Kommentar, tjansteperson: Anvandare) -> None:
    nu = andringar.andra(av=tjansteperson, kommentar=sagt, version=1, text=sagt.text)
    assert (nu.andrad, nu.version) == (None, 1)


# --- take away


@pytest.mark.parametrize("vem", ["tjansteperson", "planerare"])
def test_borttagen_kommentar_star_kvar_som_en_plats_utan_ord(
    client: Client, request: pytest.FixtureRequest, vem: str, sagt: Kommentar
) -> None:
    client.force_login(request.getfixturevalue(vem))
    svar = client.post(f"{SAMTAL}{sagt.pk}/ta-bort/", {"version": 1}, follow=True)
    assert "avtalet" not in svar.text
    assert "Kommentaren togs bort" in platt(svar.text)
    assert "Samtal (" not in platt(svar.text)
    assert client.get(f"{SAMTAL}{sagt.pk}/").status_code == 404


@pytest.mark.parametrize("vem", ["botkyrka", "styrgrupp"])
def test_andra_tar_inte_bort(client: Client, request: pytest.FixtureRequest, vem: str, sagt: Kommentar) -> None:
    client.force_login(request.getfixturevalue(vem))
    assert client.post(f"{SAMTAL}{sagt.pk}/ta-bort/", {"version": 1}).status_code == 403
    assert Kommentar.objects.kvar().count() == 1


def test_det_som_andrats_sedan_tas_inte_bort_osett(sagt: Kommentar, tjansteperson: Anvandare) -> None:
    andringar.andra(av=tjansteperson, kommentar=sagt, version=1, text="Nytt")
    with pytest.raises(Krock, match="ändrades medan du läste"):
        andringar.ta_bort(av=tjansteperson, kommentar=sagt, version=1)


def test_det_borttagna_andras_inte(sagt: Kommentar, tjansteperson: Anvandare) -> None:
    andringar.ta_bort(av=tjansteperson, kommentar=sagt, version=1)
    andringar.ta_bort(av=tjansteperson, kommentar=sagt, version=1)
    with pytest.raises(ValidationError, match="borttagen"):
        andringar.andra(av=tjansteperson, kommentar=sagt, version=2, text="Nytt")


def test_angra_tar_tillbaka_ett_borttagande(client: Client, sagt: Kommentar, tjansteperson: Anvandare) -> None:
    client.force_login(tjansteperson)
    client.post(f"{SAMTAL}{sagt.pk}/ta-bort/", {"version": 1})
    borttaget = radens_handelser(sagt).latest("pgh_id")
    client.post(f"/angra/{borttaget.pgh_context_id}/", {"fran": SIDA, "har": SIDA})
    sagt.refresh_from_db()
    assert sagt.borttagen is None


# --- what the database holds to


def test_databasen_tar_bara_kommentarer_om_en_sak(
    sagt: Kommentar, sql: Callable[..., object], nekas: Callable[[str], AbstractContextManager[None]]
) -> None:
    for satt, villkor in (
        ("text = ' '", "kommentar_har_text"),
        (f"text = repeat('x', {LANGST + 1})", "kommentar_hogst_sa_lang"),
    ):
        with nekas(villkor):
            sql(f"UPDATE insatser_kommentar SET {satt} WHERE id = %s", sagt.pk)
    with nekas("kommentar_om_en_sak"):
        Kommentar.objects.create(text="Om inget", av=sagt.av)


def test_sidan_kostar_lika_mycket_med_fler_kommentarer(
    client: Client,
    sak: Samtalssak,
    tjansteperson: Anvandare,
    planerare: Anvandare,
    django_assert_num_queries: Callable[[int], AbstractContextManager[object]],
) -> None:
    client.force_login(tjansteperson)
    for antal in (1, 3):
        for n in range(antal):
            andringar.skapa(av=planerare if n % 2 else tjansteperson, sak=sak, text=f"Text {antal} {n}")
        client.get(SAMTAL)
        for sidan, fragor in ((SAMTAL, 8), (f"{SAMTAL}?sida=1", 8)):
            with django_assert_num_queries(fragor):
                client.get(sidan)


def test_langa_samtal_blattras_och_borjar_med_det_senaste(
    client: Client, sak: Samtalssak, tjansteperson: Anvandare
) -> None:
    Kommentar.objects.bulk_create(
        Kommentar(**sak.kolumner, text=f"Nr {n}.", av=tjansteperson) for n in range(PER_SIDA + 1)
    )
    client.force_login(tjansteperson)
    sist, forst = platt(client.get(SAMTAL).text), platt(client.get(f"{SAMTAL}?sida=1").text)
    assert ("Nr 50." in sist, "Nr 49." in sist, "Sida 2 av 2" in sist) == (True, False, True)
    assert ("Nr 50." in forst, "Nr 49." in forst, f"Samtal ({PER_SIDA + 1})" in forst) == (False, True, True)


def test_en_insats_som_andra_har_kommenterat_blir_inte_karnspecifik(
    flemingsberg: Fardplan,
    haninge: Fardplan,
    planerare: Anvandare,
    sql: Callable[..., object],
    nekas: Callable[[str], AbstractContextManager[None]],
) -> None:
    for n, (gor, villkor) in enumerate(
        (
            (lambda sak: andringar.skapa(av=planerare, sak=sak, text="Hej"), "insats_bara_egna_kommentar"),
            (lambda sak: bifoga(av=planerare, sak=sak, fil=Fil("a.pdf", PDF)), "insats_bara_egna_bilaga"),
        )
    ):
        insats = Insats.objects.create(malomrade=flemingsberg.program.malomraden.first(), ordning=900 + n, titel="Ny")
        gor(Samtalssak(insats, haninge.stadskarna))
        assert list(hinder([insats.pk], flemingsberg)) == [insats.pk]
        assert hinder([insats.pk], haninge) == {}
        with nekas(villkor):
            sql("UPDATE insatser_insats SET fardplan_id = %s WHERE id = %s", flemingsberg.pk, insats.pk)


def test_det_sagda_hindrar_att_utkast_och_stadskarna_tas_bort(
    sak: Samtalssak, sagt: Kommentar, haninge: Fardplan, planerare: Anvandare
) -> None:
    bifoga(av=planerare, sak=sak, fil=Fil("a.pdf", PDF))
    hindren = str(stadskarneinnehall(sak.stadskarna))
    assert ("1 kommentar, nu eller förr" in hindren, "1 fil, nu eller förr" in hindren) == (True, True)
    gemensam = Insats.objects.i_fardplan(haninge).filter(fardplan=None).first()
    i_haninge = Samtalssak(gemensam, haninge.stadskarna)
    kommentar = andringar.skapa(av=planerare, sak=i_haninge, text="Hej")
    bifoga(av=planerare, sak=i_haninge, fil=Fil("b.pdf", PDF))
    assert {"Kommentarer", "Filer"} <= {h.rubrik for h in gjort(haninge)}
    andringar.ta_bort(av=planerare, kommentar=kommentar, version=kommentar.version)
    assert "Kommentarer" not in {h.rubrik for h in gjort(haninge)}


# --- aktiviteter and plans


@pytest.fixture
def plan(flemingsberg: Fardplan) -> Handlingsplan:
    return Handlingsplan.objects.select_related("fardplan__stadskarna").get(fardplan=flemingsberg, ar_fran=klocka.FRAN)


@pytest.fixture
def aktivitet(plan: Handlingsplan) -> Aktivitet:
    return Aktivitet.objects.filter(prioritering__handlingsplan=plan).order_by("pk")[0]


def test_planen_och_dess_aktiviteter_har_var_sitt_samtal(
    client: Client, styrgrupp: Anvandare, aktivitet: Aktivitet
) -> None:
    client.force_login(styrgrupp)
    om_aktiviteten = f"{klocka.PLAN}aktivitet/{aktivitet.pk}/samtal/"
    client.post(om_aktiviteten, {"text": "Om aktiviteten."})
    client.post(f"{klocka.PLAN}samtal/", {"text": "Om planen."})
    sidan, samtalet = platt(client.get(klocka.PLAN).text), platt(client.get(om_aktiviteten).text)
    assert f'href="{om_aktiviteten}">Samtal och filer (1)<span class="dold">om {aktivitet.titel}</span>' in sidan
    assert ("Om planen." in sidan, "Om aktiviteten." in sidan) == (True, False)
    assert ("Om planen." in samtalet, "Om aktiviteten." in samtalet) == (False, True)


def test_besokaren_ser_inget_samtal_i_planen(client: Client, plan: Handlingsplan, planerare: Anvandare) -> None:
    andringar.skapa(av=planerare, sak=Samtalssak(plan, plan.fardplan.stadskarna), text="Internt")
    svar = client.get(klocka.PLAN)
    assert ("Internt" in svar.text, "samtal/" in svar.text) == (False, False)
    assert client.get(f"{klocka.PLAN}samtal/").status_code == 302


def test_det_sagda_foljer_med_en_aktivitet_som_tas_bort_och_laggs_tillbaka(
    utkast: Aktivitet, planerare: Anvandare
) -> None:
    plan = utkast.prioritering.handlingsplan
    sagd = andringar.skapa(av=planerare, sak=Samtalssak(utkast, plan.fardplan.stadskarna), text="Bra")
    planer.ta_bort_aktivitet(av=planerare, aktivitet=utkast, version=utkast.version)
    assert not Kommentar.objects.exists()
    borta = list(handelser(Aktivitet).filter(pgh_obj_id=utkast.pk, pgh_label="delete"))
    plan.refresh_from_db()
    aterstall.lagg_tillbaka(av=planerare, rad=plan, version=plan.version, borta=borta)
    assert list(Kommentar.objects.values_list("pk", "text", "av", "aktivitet")) == [
        (sagd.pk, "Bra", planerare.pk, utkast.pk)
    ]


@pytest.fixture
def utkast(flemingsberg: Fardplan, insats: Hamta) -> Aktivitet:
    """In a draft plan of other years."""
    plan = planer.skapa(av=None, fardplan=flemingsberg, ar_fran=klocka.TILL + 1, ar_till=klocka.TILL + 2)
    prioritering = planer.lyft(av=None, plan=plan, insats=insats("1.3"))
    return planer.skapa_aktivitet(av=None, prioritering=prioritering, titel="Mät", roller=[])


# --- found, told of, masked, handed out


def test_sokningen_hittar_det_sagda_for_den_som_loggar_in(
    sagt: Kommentar, aktivitet: Aktivitet, plan: Handlingsplan, planerare: Anvandare
) -> None:
    for rad in (aktivitet, plan):
        andringar.skapa(av=planerare, sak=Samtalssak(rad, plan.fardplan.stadskarna), text="Avtalet igen")
    grupper, _ = sok(tolka("avtalet"), planerare, "kommentarer")
    assert [t.adress for t in grupper[0].traffar] == [
        f"{klocka.PLAN}#samtal",
        f"{klocka.PLAN}aktivitet/{aktivitet.pk}/samtal/",
        f"/insatser/{sagt.insats_id}/?stadskarna=flemingsberg#samtal",
    ]
    assert sok(tolka("avtalet"), AnonymousUser(), "kommentarer")[0] == []
    andringar.ta_bort(av=None, kommentar=sagt, version=1)
    assert len(sok(tolka("avtalet"), planerare, "kommentarer")[0][0].traffar) == 2


def test_historiken_berattar_och_maskeringen_nar_det_sagda(som_planerare: Client, sagt: Kommentar) -> None:
    assert "Vi väntar på avtalet." in som_planerare.get(f"{SIDA}historik/").text
    varden = {"vad": "avtalet", "skal": "Prov", "sett": "avtalet"}
    som_planerare.post(f"{SIDA}historik/?maskera=1", varden)
    sagt.refresh_from_db()
    assert sagt.text == f"Vi väntar på {MASK}."
    assert {h.text for h in radens_handelser(sagt)} == {f"Vi väntar på {MASK}."}


def test_registerutdraget_har_det_som_personen_skrev(sagt: Kommentar, tjansteperson: Anvandare) -> None:
    rader = [u for u in utdrag(tjansteperson).rader if u.tabell == "Kommentar"]
    assert [(u.rad, u.varden["kommentar"]) for u in rader] == [(sagt.pk, "Vi väntar på avtalet.")]
