"""Överenskommelser: who has joined, since when, by which ärende."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from aktorer.grund.samtidighet import Krock
from aktorer.models import Aktor, Anvandare
from insatser.andringar import overenskommelse as andringar
from insatser.andringar.overenskommelse import Anslutningsrad
from insatser.models import AnslutningEvent, Arende, Insats, Overenskommelse  # type: ignore[attr-defined]
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

type Formular = Callable[[Any], dict[str, Any]]

LISTAN = "/arenden/"
NY = "/arenden/overenskommelser/ny/"
LIFE_SCIENCE = "Avsiktsförklaring att stärka Stockholm-Uppsalaregionens gemensamma kluster för life science"


@pytest.fixture
def avsikten(db: None) -> Overenskommelse:
    return Overenskommelse.objects.get_by_natural_key(LIFE_SCIENCE)


@pytest.fixture
def sida(avsikten: Overenskommelse) -> str:
    return f"/arenden/overenskommelser/{avsikten.pk}/"


@pytest.fixture
def rader(avsikten: Overenskommelse) -> Callable[[], list[Anslutningsrad]]:
    """Who stands in the avsiktsförklaring now."""
    return lambda: [Anslutningsrad(a.aktor_id, a.status, a.sedan, a.arende_id) for a in avsikten.anslutningar.all()]


# --- reading


def test_avsiktsforklaringen_som_kallorna_visar_den(avsikten: Overenskommelse) -> None:
    anslutna = avsikten.anslutningar.values_list("aktor__slug", "status", "sedan", "arende__diarienummer")

    assert list(anslutna) == [
        ("region-stockholm", "ansluten", "2024-06", None),
        ("region-uppsala", "ansluten", "2024-06", None),
        ("huddinge-kommun", "foreslagen", "2024-08-21", "KS-2024/1082.100"),
        ("danderyds-kommun", "foreslagen", "", ""),
    ]
    assert (avsikten.ingangen, avsikten.forpliktar) == ("2024-06", False)
    assert [i.nummer for i in avsikten.insatser.select_related("malomrade")] == ["3.4"]


def test_alla_kan_lasa_vilka_som_ar_med(client: Client, sida: str) -> None:
    html = platt(client.get(sida))

    delar = [
        "Nej, den binder ingen",
        "juni 2024",
        "21 augusti 2024",
        "Föreslagen",
        'href="/flemingsberg/insatser/3.4/"',
    ]
    arende = Arende.objects.get(diarienummer="KS-2024/1082.100")
    assert [d for d in [*delar, f'<a href="/arenden/{arende.pk}/">KS-2024/1082.100</a>'] if d not in html] == []
    assert "redigera/" not in html


@pytest.mark.parametrize("slut", ["999999/", "99999999999999999999/", "x/"])
def test_okand_overenskommelse_ar_404(client: Client, slut: str) -> None:
    assert client.get(f"/arenden/overenskommelser/{slut}").status_code == 404


@pytest.mark.parametrize(
    ("fraga", "traffar"),
    [
        ({}, 1),
        ({"q": "UPPSALA"}, 1),
        ({"q": "life danderyds"}, 1),
        ({"slag": "avsiktsforklaring"}, 1),
        ({"slag": "samverkan"}, 0),
        ({"slag": "avtal"}, 0),
        ({"aktor": "region-uppsala"}, 1),
        ({"aktor": "polisen"}, 0),
    ],
)
def test_listan_smalnar_av(client: Client, fraga: dict[str, str], traffar: int) -> None:
    svar = client.get(LISTAN, fraga)

    assert len(svar.context["overenskommelser"]) == traffar
    assert ("2 anslutna" in platt(svar), "2 föreslagna" in platt(svar)) == (bool(traffar), bool(traffar))


def test_fler_an_femtio_sags_till_om(client: Client) -> None:
    Overenskommelse.objects.bulk_create(Overenskommelse(namn=f"Nr {n}", slag="samverkan") for n in range(51))

    svar = client.get(LISTAN, {"slag": "samverkan"})

    assert len(svar.context["overenskommelser"]) == 50
    assert "De 50 första visas. Sök för att hitta fler." in platt(svar)


def test_antalet_fragor_beror_inte_pa_antalet_aktorer(
    client: Client, django_assert_num_queries: Any, aktor: Callable[[str], Aktor], insats: Callable[[str], Insats]
) -> None:
    for n in (1, 3):
        slugar = ("polisen", "locum-ab", "trafikverket")[:n]
        anslutningar = [Anslutningsrad(aktor(s).pk, "ansluten", "2025") for s in slugar]
        insatser = [insats(i).pk for i in ("1.1", "1.3", "3.4")[:n]]
        ny = andringar.skapa(av=None, namn=f"Med {n}", slag="avtal", anslutningar=anslutningar, insatser=insatser)
        with django_assert_num_queries(6):
            svar = client.get(f"/arenden/overenskommelser/{ny.pk}/")

    assert (len(svar.context["anslutningar"]), len(svar.context["insatser"])) == (3, 3)


# --- rights


@pytest.mark.parametrize("vem", ["tjansteperson", "styrgrupp"])
def test_den_som_bara_laser_far_403(client: Client, request: pytest.FixtureRequest, sida: str, vem: str) -> None:
    client.force_login(request.getfixturevalue(vem))

    for adress in (NY, f"{sida}redigera/"):
        assert [client.get(adress).status_code, client.post(adress, {"namn": "Kapad"}).status_code] == [403, 403]


# --- writing


def test_en_ny_overenskommelse(som_planerare: Client, formular: Formular, aktor: Callable[[str], Aktor]) -> None:
    falt = formular(som_planerare.get(NY)) | {
        "namn": "Samverkan om rättsklustret",
        "slag": "samverkan",
        "ingangen": "2025",
        "forpliktar": "on",
        "anslutning-0-aktor": aktor("polisen").pk,
        "anslutning-0-status": "ansluten",
        "anslutning-0-sedan": "2025-03",
        "insatser": [Insats.objects.get(malomrade__nummer=2, ordning=4).pk],
    }

    svar = som_planerare.post(NY, falt)

    ny = Overenskommelse.objects.get(namn="Samverkan om rättsklustret")
    assert svar.headers["Location"] == f"/arenden/overenskommelser/{ny.pk}/"
    assert (ny.ingangen, ny.forpliktar, ny.insatser.count()) == ("2025", True, 1)
    assert [(str(a.aktor), a.status, a.sedan_i_text) for a in ny.anslutningar.all()] == [
        ("Polisen", "ansluten", "mars 2025")
    ]


def test_danderyd_ansluter_sig(som_planerare: Client, formular: Formular, sida: str, avsikten: Overenskommelse) -> None:
    falt = formular(som_planerare.get(f"{sida}redigera/"))

    svar = som_planerare.post(
        f"{sida}redigera/", falt | {"anslutning-3-status": "ansluten", "anslutning-3-sedan": "2026-02-10"}
    )

    avsikten.refresh_from_db()
    danderyd = avsikten.anslutningar.get(aktor__slug="danderyds-kommun")
    assert svar.headers["Location"] == sida
    assert (danderyd.sedan_i_text, danderyd.arende.aktor.slug, danderyd.ordning) == (
        "10 februari 2026",
        "danderyds-kommun",
        4,
    )
    assert avsikten.version == 2


def test_det_orort_sparade_ar_ingen_andring(
    som_planerare: Client, formular: Formular, sida: str, avsikten: Overenskommelse
) -> None:
    fore = list(avsikten.anslutningar.values_list("pk", flat=True))

    svar = som_planerare.post(f"{sida}redigera/", formular(som_planerare.get(f"{sida}redigera/")))

    avsikten.refresh_from_db()
    assert (svar.status_code, avsikten.version) == (302, 1)
    assert list(avsikten.anslutningar.values_list("pk", flat=True)) == fore


def test_en_aktor_tas_bort_ur_overenskommelsen(
    som_planerare: Client, formular: Formular, sida: str, avsikten: Overenskommelse
) -> None:
    falt = formular(som_planerare.get(f"{sida}redigera/"))

    som_planerare.post(f"{sida}redigera/", falt | {"anslutning-0-DELETE": "on"})

    kvar = avsikten.anslutningar.values_list("aktor__slug", "ordning")
    assert list(kvar) == [("region-uppsala", 1), ("huddinge-kommun", 2), ("danderyds-kommun", 3)]


def test_remissvar_kan_inte_valjas_som_grund(som_planerare: Client, sida: str) -> None:
    val = som_planerare.get(f"{sida}redigera/").context["rader"].arenden

    assert [text.split(" ")[0] for _, text in val] == ["Inget", "Danderyds", "Huddinge"]


# --- bad input


@pytest.mark.parametrize(
    ("fel", "text"),
    [
        ({"ingangen": "2024-13"}, "2024-06-12, 2024-06 eller 2024."),
        ({"ingangen": "2024-02-30"}, "2024-06-12, 2024-06 eller 2024."),
        ({"ingangen": "juni 2024"}, "2024-06-12, 2024-06 eller 2024."),
        ({"namn": ""}, "Detta fält måste fyllas i."),
        ({"slag": "orkester"}, "orkester"),
        ({"anslutning-0-sedan": "2024-13"}, "bland aktörerna"),
        ({"anslutning-0-sedan": ""}, "Ange sedan när aktören är ansluten"),
        ({"anslutning-0-status": "kanske"}, "kanske"),
        ({"anslutning-0-arende": "9" * 30}, "9" * 30),
        ({"anslutning-0-aktor": "x"}, "bland aktörerna"),
        ({"anslutning-4-sedan": "2025"}, "Välj vilken aktör raden gäller."),
        ({"anslutning-0-aktor": ""}, "Välj vilken aktör raden gäller."),
        ({"anslutning-TOTAL_FORMS": "1000000"}, "bland aktörerna"),
        ({"insatser": ["x"]}, "Insatser som berörs"),
    ],
)
def test_felaktigt_ifyllt_sager_vad_som_ar_fel_och_behaller_det_skrivna(
    som_planerare: Client, formular: Formular, sida: str, avsikten: Overenskommelse, fel: dict[str, Any], text: str
) -> None:
    falt = formular(som_planerare.get(f"{sida}redigera/")) | {"beskrivning": "Det jag skrev"} | fel

    svar = som_planerare.post(f"{sida}redigera/", falt)

    assert (svar.status_code, text in platt(svar), "Det jag skrev" in platt(svar)) == (422, True, True)
    avsikten.refresh_from_db()
    assert (avsikten.version, avsikten.anslutningar.count()) == (1, 4)


def test_samma_aktor_tva_ganger(som_planerare: Client, formular: Formular, sida: str) -> None:
    falt = formular(som_planerare.get(f"{sida}redigera/"))

    svar = som_planerare.post(f"{sida}redigera/", falt | {"anslutning-1-aktor": falt["anslutning-0-aktor"]})

    assert (svar.status_code, "står på mer än en rad. Låt en av dem stå kvar." in platt(svar)) == (422, True)


def test_ett_namn_som_finns(som_planerare: Client, formular: Formular) -> None:
    svar = som_planerare.post(NY, formular(som_planerare.get(NY)) | {"namn": LIFE_SCIENCE, "slag": "avtal"})

    assert svar.status_code == 422
    assert Overenskommelse.objects.count() == 1


def test_reglerna_galler_aven_utan_formular(
    avsikten: Overenskommelse, rader: Callable[[], list[Anslutningsrad]], aktor: Callable[[str], Aktor]
) -> None:
    for ny in (
        Anslutningsrad(aktor("polisen").pk, "ansluten"),
        Anslutningsrad(aktor("polisen").pk, "foreslagen", "2024-02-30"),
        rader()[0],
    ):
        with pytest.raises(ValidationError):
            andringar.andra(av=None, overenskommelse=avsikten, version=1, anslutningar=[*rader(), ny], insatser=[])

    assert (len(rader()), avsikten.insatser.count()) == (4, 1)


# --- two at once


def test_anslutningarna_ar_en_lista(
    som_planerare: Client,
    formular: Formular,
    sida: str,
    avsikten: Overenskommelse,
    rader: Callable[[], list[Anslutningsrad]],
    aktor: Callable[[str], Aktor],
) -> None:
    falt = formular(som_planerare.get(f"{sida}redigera/"))
    deras = [*rader(), Anslutningsrad(aktor("karolinska-institutet").pk, "ansluten", "2024-06")]
    insatser = list(avsikten.insatser.values_list("pk", flat=True))
    andringar.andra(av=None, overenskommelse=avsikten, version=1, anslutningar=deras, insatser=insatser)

    svar = som_planerare.post(f"{sida}redigera/", falt | {"anslutning-3-status": "avstatt"})

    assert (svar.status_code, "Karolinska Institutet, ansluten, juni 2024" in platt(svar)) == (409, True)
    assert "Danderyds kommun, har avstått" in platt(svar)
    assert len(rader()) == 5


def test_olika_falt_gar_ihop_och_samma_krockar(
    avsikten: Overenskommelse, rader: Callable[[], list[Anslutningsrad]]
) -> None:
    insatser = list(avsikten.insatser.values_list("pk", flat=True))

    def andra(**varden: Any) -> Overenskommelse:
        return andringar.andra(
            av=None, overenskommelse=avsikten, version=1, anslutningar=rader(), insatser=insatser, **varden
        )

    andra(kalla="Deras", forpliktar=True)
    andra(lank="https://region.example/")

    with pytest.raises(Krock) as krock:
        andra(kalla="Min")
    assert [(k.falt, k.deras, k.mina) for k in krock.value.konflikter] == [("kalla", "Deras", "Min")]
    assert krock.value.bara_deras == {}


def test_krocken_pa_sidan_sager_ja_och_nej(
    som_planerare: Client, formular: Formular, sida: str, avsikten: Overenskommelse
) -> None:
    falt = formular(som_planerare.get(f"{sida}redigera/"))
    Overenskommelse.objects.filter(pk=avsikten.pk).update(forpliktar=True, kalla="Deras")

    svar = som_planerare.post(f"{sida}redigera/", falt | {"kalla": "Min"})
    igen = som_planerare.post(f"{sida}redigera/", formular(svar))

    avsikten.refresh_from_db()
    assert (svar.status_code, igen.status_code) == (409, 302)
    # What only they changed is kept when mine is saved once more.
    assert (avsikten.kalla, avsikten.forpliktar) == ("Min", True)


def test_historiken_vet_vem(avsikten: Overenskommelse, planerare: Anvandare) -> None:
    insatser = list(avsikten.insatser.values_list("pk", flat=True))
    andringar.andra(av=planerare, overenskommelse=avsikten, version=1, anslutningar=[], insatser=insatser)

    handelser = AnslutningEvent.objects.filter(pgh_label="delete")

    assert {h.pgh_context["namn"] for h in handelser} == {planerare.namn}
    assert handelser.count() == 4


def test_okand_aktor_i_en_rad_ger_fel_inte_500(
    som_planerare: Client, formular: Callable[[Any], dict[str, str]]
) -> None:
    falt = formular(som_planerare.get("/arenden/overenskommelser/ny/"))
    falt |= {"namn": "Prov", "anslutning-0-aktor": "999999", "anslutning-0-status": "ansluten"}

    assert som_planerare.post("/arenden/overenskommelser/ny/", falt).status_code == 422


# --- taking away


def test_en_overenskommelse_som_ingen_star_i_tas_bort(
    som_planerare: Client, insats: Callable[[str], Insats], formular: Formular
) -> None:
    tom = andringar.skapa(av=None, namn="Av misstag", slag="avtal", insatser=[insats("1.3").pk])
    sida = f"/arenden/overenskommelser/{tom.pk}/"

    assert f'href="{sida}ta-bort/"' in platt(som_planerare.get(sida))
    svar = som_planerare.post(f"{sida}ta-bort/", formular(som_planerare.get(f"{sida}ta-bort/")), follow=True)

    assert "Överenskommelsen ”Av misstag” är borttagen." in platt(svar)
    assert not Overenskommelse.objects.filter(pk=tom.pk).exists()


def test_en_overenskommelse_med_aktorer_star_kvar_och_sidan_sager_varfor(
    som_planerare: Client, avsikten: Overenskommelse, sida: str
) -> None:
    for adress in (sida, f"{sida}ta-bort/"):
        assert "4 aktörer står i överenskommelsen." in platt(som_planerare.get(adress))
    assert f'href="{sida}ta-bort/"' not in platt(som_planerare.get(sida))

    svar = som_planerare.post(f"{sida}ta-bort/", {"version": avsikten.version})

    assert (svar.status_code, Overenskommelse.objects.filter(pk=avsikten.pk).exists()) == (422, True)


def test_den_som_bara_laser_ser_inget_om_att_ta_bort(client: Client, sida: str, styrgrupp: Anvandare) -> None:
    client.force_login(styrgrupp)

    assert "tas bort" not in platt(client.get(sida))
    assert client.post(f"{sida}ta-bort/", {"version": 1}).status_code == 403


def test_en_overenskommelse_som_andrats_tas_inte_bort_osedd(avsikten: Overenskommelse) -> None:
    tom = andringar.skapa(av=None, namn="Av misstag", slag="avtal")
    andringar.andra(av=None, overenskommelse=tom, version=1, anslutningar=[], insatser=[], namn="Med avsikt")

    with pytest.raises(Krock, match="medan du läste"):
        andringar.ta_bort(av=None, overenskommelse=tom, version=1)
