"""Follow an insats: who may, that it is done once, and what has happened there shows on Mitt arbete."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from aktorer.models import Anvandare
from insatser.andringar import deltagande
from insatser.andringar import foljning as andringar
from insatser.andringar import insats as insatsandringar
from insatser.andringar import lage as lagesandringar
from insatser.behorighet import gallande_fardplaner
from insatser.fragor import foljning as fragor
from insatser.models import Fardplan, Foljning, Insats, Lagesrapport
from insatser.regler.medverkan import Deltagande
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

type Hamta = Callable[[str], Insats]

SIDA = "/flemingsberg/insatser/1.3/"
FOLJ = f"{SIDA}folj/"
ARBETE = "/mitt-arbete/"
HX = {"HX-Request": "true"}


def foljer() -> list[tuple[str, str, str]]:
    return [
        (f.anvandare.epost.split("@")[0], f.insats.nummer, f.stadskarna.slug)
        for f in Foljning.objects.order_by("pk").select_related("anvandare", "insats__malomrade", "stadskarna")
    ]


def nytt(person: Anvandare, dagar: int = 90) -> list[tuple[str, str, str]]:
    """(insats, what, who) of what is new to the person."""
    fardplaner = list(gallande_fardplaner(person).select_related("stadskarna").order_by("stadskarna__ordning"))
    sedan = timezone.now() - timedelta(days=dagar)
    nyheter = fragor.nytt(fragor.foljda(person, fardplaner), person, sedan)
    return [(n.foljd.insats.nummer, n.andring.vad, n.andring.vem) for n in nyheter if not n.andring.exempel]


def for_dagar_sedan(antal: int) -> datetime:
    return timezone.now() - timedelta(days=antal)


# --- the button


@pytest.mark.parametrize("vem", ["tjansteperson", "planerare", "styrgrupp", "administrator"])
def test_alla_som_loggar_in_foljer_och_slutar_folja(
    client: Client, request: pytest.FixtureRequest, vem: str, insats: Hamta
) -> None:
    person = request.getfixturevalue(vem)
    client.force_login(person)
    rad = {"insats": insats("1.3").pk}

    borja = client.post(FOLJ, rad | {"folj": "ja"}, follow=True)
    fore = foljer()
    sluta = client.post(FOLJ, rad | {"folj": "nej"}, follow=True)

    assert (fore, foljer()) == ([(person.epost.split("@")[0], "1.3", "flemingsberg")], [])
    assert [s.redirect_chain for s in (borja, sluta)] == [[(SIDA, 302)]] * 2
    assert ("Du följer 1.3." in platt(borja), "Sluta följa" in platt(borja)) == (True, True)
    assert ("Du följer inte längre 1.3." in platt(sluta), "Följ insatsen" in platt(sluta)) == (True, True)


def test_tva_tryck_gor_det_en_gang(som_planerare: Client) -> None:
    for _ in range(2):
        som_planerare.post(FOLJ, {"folj": "ja"})
    assert foljer() == [("planerare", "1.3", "flemingsberg")]

    for _ in range(2):
        som_planerare.post(FOLJ, {"folj": "nej"})
    assert foljer() == []


def test_med_htmx_kommer_bara_knappen_tillbaka(som_planerare: Client) -> None:
    svar = som_planerare.post(FOLJ, {"folj": "ja"}, headers=HX)

    assert (svar.status_code, "Sluta följa" in platt(svar), "<html" in platt(svar)) == (200, True, False)


def test_besokare_foljer_inte_och_ser_ingen_knapp(client: Client) -> None:
    svar = client.post(FOLJ, {"folj": "ja"})

    assert (svar.status_code, svar.headers["Location"]) == (302, f"/konto/logga-in/?next={FOLJ}")
    assert foljer() == []
    assert "Följ insatsen" not in platt(client.get(SIDA))


def test_besokare_marker_inte_att_ett_utkast_finns(client: Client, flemingsberg: Fardplan) -> None:
    Fardplan.objects.filter(stadskarna=flemingsberg.stadskarna).update(publicerad=False)

    svar = [client.post(f"/flemingsberg/insatser/{nummer}/folj/", {"folj": "ja"}) for nummer in ("1.3", "9.9")]

    assert client.get(SIDA).status_code == 404
    assert [s.headers["Location"].partition("?")[0] for s in svar] == ["/konto/logga-in/"] * 2
    assert foljer() == []


@pytest.mark.parametrize(
    "adress", ["/flemingsberg/insatser/9.9/folj/", "/haninge/insatser/1.3/folj/", "/x/insatser/1/folj/"]
)
def test_det_som_inte_finns_ar_404(som_planerare: Client, adress: str) -> None:
    assert som_planerare.post(adress, {"folj": "ja"}).status_code == 404
    assert foljer() == []


def test_ett_nummer_som_bytt_insats_foljs_inte(som_planerare: Client, insats: Hamta) -> None:
    svar = som_planerare.post(FOLJ, {"folj": "ja", "insats": insats("1.4").pk})

    assert (svar.status_code, foljer()) == (404, [])


def test_bara_ett_tryck_pa_knappen_andrar(som_planerare: Client) -> None:
    assert som_planerare.get(FOLJ).status_code == 405


def test_en_gemensam_insats_foljs_i_en_karna(som_planerare: Client) -> None:
    som_planerare.post("/haninge/insatser/1.1/folj/", {"folj": "ja"})

    assert "Sluta följa" in platt(som_planerare.get("/haninge/insatser/1.1/"))
    assert "Följ insatsen" in platt(som_planerare.get("/flemingsberg/insatser/1.1/"))


def test_databasen_har_en_rad_per_person_och_insats(
    flemingsberg: Fardplan, insats: Hamta, styrgrupp: Anvandare, nekas: Callable[[str], AbstractContextManager[None]]
) -> None:
    rad = {"anvandare": styrgrupp, "insats": insats("1.3"), "stadskarna": flemingsberg.stadskarna}
    Foljning.objects.create(**rad)

    with nekas("foljning_en_gang"):
        Foljning.objects.create(**rad)


# --- what is new


@pytest.fixture
def folj(flemingsberg: Fardplan, insats: Hamta) -> Callable[..., None]:
    """The person follows these insatser in Flemingsberg."""

    def gor(person: Anvandare, *nummer: str) -> None:
        for n in nummer:
            andringar.folj(av=person, insats=insats(n), stadskarna=flemingsberg.stadskarna)

    return gor


def test_lage_andring_och_roller_ar_nytt_med_vem(
    styrgrupp: Anvandare,
    planerare: Anvandare,
    tjansteperson: Anvandare,
    flemingsberg: Fardplan,
    insats: Hamta,
    folj: Callable[..., None],
) -> None:
    folj(styrgrupp, "1.3", "1.4", "2.2")
    insatsandringar.andra(av=planerare, insats=insats("1.3"), version=1, titel="Ny titel")
    medverkan = insats("1.4").medverkan.get(aktor__slug="huddinge-kommun")
    sedd = deltagande.senaste_handelse(medverkan)
    deltagande.svara(av=tjansteperson, del_=medverkan, deltagande=Deltagande.AVBOJD, svar="Vi hinner inte.", sedd=sedd)
    lagesandringar.rapportera(
        av=tjansteperson, insats=insats("2.2"), stadskarna=flemingsberg.stadskarna, status="genomford"
    )
    insatsandringar.andra(av=planerare, insats=insats("3.1"), version=1, titel="Den här följs inte")

    assert sorted(nytt(styrgrupp)) == [
        ("1.3", "Titeln ändrades", planerare.namn),
        ("1.4", "Huddinge kommun svarade: är inte med", tjansteperson.namn),
        ("2.2", "Läget: Genomförd", tjansteperson.namn),
    ]


def test_det_senaste_kommer_forst_och_det_gamla_inte_alls(
    styrgrupp: Anvandare,
    flemingsberg: Fardplan,
    insats: Hamta,
    folj: Callable[..., None],
    lage: Callable[..., Lagesrapport],
) -> None:
    folj(styrgrupp, "1.2", "2.2")
    for nummer, dagar, status in (
        ("1.2", 3, "pagar"),
        ("2.2", 1, "planerad"),
        ("1.2", 2, "pausad"),
        ("2.2", 91, "pagar"),
    ):
        nar = for_dagar_sedan(dagar)
        lage(
            insats(nummer),
            flemingsberg.stadskarna,
            datum=timezone.localdate(nar),
            skapad=nar,
            status=status,
            kommentar="x",
        )
    # What somebody wrote today about a day long past is no news either.
    lage(insats("1.2"), flemingsberg.stadskarna, datum=for_dagar_sedan(200).date(), status="avbruten", kommentar="x")

    assert [(nummer, vad.split(",")[0]) for nummer, vad, _ in nytt(styrgrupp)] == [
        ("2.2", "Läget: Planerad"),
        ("1.2", "Läget: Pausad"),
        ("1.2", "Läget: Pågår"),
    ]


def test_en_aterkallad_rapport_ar_inget_nytt(
    styrgrupp: Anvandare,
    flemingsberg: Fardplan,
    insats: Hamta,
    folj: Callable[..., None],
    lage: Callable[..., Lagesrapport],
) -> None:
    folj(styrgrupp, "1.2")
    rapport = lage(insats("1.2"), flemingsberg.stadskarna, datum=timezone.localdate())
    lagesandringar.aterkalla(av=styrgrupp, rapport=rapport.pk)

    assert nytt(styrgrupp) == []


def test_en_annan_karnas_lage_ar_inte_mitt(
    styrgrupp: Anvandare,
    haninge: Fardplan,
    insats: Hamta,
    folj: Callable[..., None],
    lage: Callable[..., Lagesrapport],
) -> None:
    folj(styrgrupp, "1.2")
    lage(insats("1.2"), haninge.stadskarna, datum=timezone.localdate())

    assert nytt(styrgrupp) == []


def test_andras_foljningar_ar_deras(
    styrgrupp: Anvandare, planerare: Anvandare, insats: Hamta, folj: Callable[..., None]
) -> None:
    folj(planerare, "1.3")
    insatsandringar.andra(av=planerare, insats=insats("1.3"), version=1, titel="Ny titel")

    assert (nytt(styrgrupp), len(nytt(planerare))) == ([], 1)


def test_en_insats_som_lamnat_fardplanen_foljer_inte_med(
    client: Client, styrgrupp: Anvandare, haninge: Fardplan, insats: Hamta
) -> None:
    """Kept in the table, where nothing forbids it; shown nowhere."""
    andringar.folj(av=styrgrupp, insats=insats("1.3"), stadskarna=haninge.stadskarna)
    client.force_login(styrgrupp)

    assert client.get(ARBETE).context["foljda"] == []


# --- on Mitt arbete


def test_mitt_arbete_visar_det_nya_och_later_en_sluta_folja(
    client: Client, styrgrupp: Anvandare, planerare: Anvandare, insats: Hamta, folj: Callable[..., None]
) -> None:
    folj(styrgrupp, "1.3")
    insatsandringar.andra(av=planerare, insats=insats("1.3"), version=1, titel="Ny titel")
    client.force_login(styrgrupp)

    html = platt(client.get(ARBETE))
    efter = client.post(f"{FOLJ}?fran=mitt-arbete", {"folj": "nej", "insats": insats("1.3").pk}, follow=True)

    delar = ["Titeln ändrades", planerare.namn, f'href="{SIDA}historik/"', "Insatser du följer (1)"]
    assert [d for d in delar if d not in html] == []
    assert efter.redirect_chain == [(ARBETE, 302)]
    assert "Öppna en insats och tryck på<strong>Följ insatsen</strong>" in platt(efter)


def test_mitt_arbete_visar_hogst_atta_nyheter(
    client: Client,
    styrgrupp: Anvandare,
    flemingsberg: Fardplan,
    insats: Hamta,
    folj: Callable[..., None],
    lage: Callable[..., Lagesrapport],
) -> None:
    folj(styrgrupp, "1.2")
    for n in range(9):
        lage(insats("1.2"), flemingsberg.stadskarna, datum=timezone.localdate(), kommentar=f"Nr {n}")
    client.force_login(styrgrupp)

    svar = client.get(ARBETE)

    assert len(svar.context["nytt"]) == 8
    assert "Äldre ändringar finns i historiken för varje insats." in platt(svar)


def test_exempeldata_ar_markt(
    client: Client,
    styrgrupp: Anvandare,
    flemingsberg: Fardplan,
    insats: Hamta,
    folj: Callable[..., None],
    lage: Callable[..., Lagesrapport],
) -> None:
    folj(styrgrupp, "2.2")
    lage(insats("2.2"), flemingsberg.stadskarna, datum=timezone.localdate(), exempel=True)
    client.force_login(styrgrupp)

    assert "Exempeldata" in platt(client.get(ARBETE))


def test_inget_nytt_sags_ut(client: Client, styrgrupp: Anvandare, folj: Callable[..., None]) -> None:
    folj(styrgrupp, "4.3")
    client.force_login(styrgrupp)

    assert "Inget har hänt de senaste 90 dagarna." in platt(client.get(ARBETE))


def test_antalet_fragor_beror_inte_pa_hur_mycket_man_foljer(
    client: Client,
    planerare: Anvandare,
    styrgrupp: Anvandare,
    insats: Hamta,
    folj: Callable[..., None],
    django_assert_num_queries: Any,
) -> None:
    client.force_login(styrgrupp)

    for nummer in (("1.3",), ("1.4", "2.3", "3.4", "1.1")):
        folj(styrgrupp, *nummer)
        for n in nummer:
            insatsandringar.andra(av=planerare, insats=insats(n), version=insats(n).version, titel=f"Titel {n}")
        with django_assert_num_queries(24):
            svar = client.get(ARBETE)

    assert len({n.foljd.insats.pk for n in svar.context["nytt"]}) == 5
