"""A colleague is asked, when no answer is to be expected from those who were."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from aktorer.models import Aktor, Anvandare
from insatser.andringar import ersattning, uppfoljning
from insatser.models import Lagesrapport, Mottagare, Omgang, Omgangspunkt, Tillfragan, Utskick
from insatser.regler.ersattning import Skal, skal
from insatser.utbyte.mejl.brev import bygg
from tests.insatser.conftest import oforandrat
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

DEADLINE = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("varden", "svar"),
    [
        ({}, None),
        ({"aktiv": False}, Skal.AVSTANGD),
        ({"aterkallad": True}, Skal.ATERKALLAD),
        ({"avvisad": True}, Skal.AVVISAD),
        ({"mejl_efter": date(2026, 11, 21), "idag": date(2026, 11, 25)}, None),
        ({"mejl_efter": date(2026, 11, 21), "idag": date(2026, 11, 26)}, Skal.TYST),
        ({"mejl_efter": DEADLINE, "idag": date(2026, 12, 24)}, None),
    ],
)
def test_nar_inget_svar_ar_att_vanta(varden: dict[str, object], svar: Skal | None) -> None:
    vanligt = {"aktiv": True, "aterkallad": False, "avvisad": False, "mejl_efter": None, "idag": DEADLINE}

    assert skal(deadline=DEADLINE, **vanligt | varden) == svar  # type: ignore[arg-type]


@pytest.fixture
def kollega(db: None) -> Callable[..., Anvandare]:
    """One more tjänsteperson at Huddinge, or at another aktör."""

    def skapa(namn: str, aktor: str = "huddinge-kommun") -> Anvandare:
        return Anvandare.objects.create(
            epost=f"{namn.lower()}@prov.example",
            namn=namn,
            roll="tjansteperson",
            aktor=Aktor.objects.get(slug=aktor),
        )

    return skapa


def avvisa(m: Mottagare) -> None:
    nu = timezone.now()
    Utskick.objects.filter(anvandare=m.anvandare).update(paborjat=nu, fel="550 Finns inte")


def stang_av(m: Mottagare) -> None:
    Anvandare.objects.filter(pk=m.anvandare_id).update(is_active=False)


def aterkalla(m: Mottagare) -> None:
    uppfoljning.aterkalla_lank(av=None, mottagare=m)


def tystna(m: Mottagare) -> None:
    """Reminded the day after the last day, six days ago, and nothing since."""
    idag = timezone.localdate()
    Omgang.objects.filter(pk=m.omgang_id).update(deadline=idag - timedelta(days=7))
    paminnelse = {"dag": idag - timedelta(days=6), "paborjat": timezone.now(), "skickat": timezone.now()}
    Utskick.objects.filter(anvandare=m.anvandare).update(slag="efter", **paminnelse)


def fraga() -> int:
    return ersattning.fraga_andra(av=None, idag=timezone.localdate())


def tillfragade(omgang: Omgang) -> dict[str, tuple[str, str]]:
    """{who: (for whom, why)} of the stand-ins."""
    alla = Tillfragan.objects.filter(punkt__omgang=omgang).exclude(i_stallet_for=None)
    return {str(t.mottagare): (str(t.i_stallet_for), t.skal) for t in alla}


@pytest.mark.parametrize(
    ("gor", "varfor"), [(stang_av, "avstangd"), (aterkalla, "aterkallad"), (avvisa, "avvisad"), (tystna, "tyst")]
)
def test_en_kollega_fragas_i_stallet(
    huddinge: Mottagare, kollega: Callable[..., Anvandare], gor: Callable[[Mottagare], None], varfor: str
) -> None:
    kollega("Kim")
    gor(huddinge)

    antal = [fraga(), fraga()]

    assert (antal, tillfragade(huddinge.omgang)) == ([1, 0], {"Kim": ("Exempel: Huddinge", varfor)})
    assert Utskick.objects.filter(anvandare__namn="Kim").values_list("slag", "omgang").get() == (
        "omgang",
        huddinge.omgang.pk,
    )


def test_ingen_fragas_medan_en_kollega_kan_svara(
    oppna: Callable[..., Omgang], kollega: Callable[..., Anvandare], tjansteperson: Anvandare
) -> None:
    kollega("Kim")
    omgang = oppna("1.3")
    kollega("Robin")
    stang_av(omgang.mottagare.get(anvandare=tjansteperson))

    assert (fraga(), tillfragade(omgang)) == (0, {})


def test_ingen_fragas_om_det_som_ar_besvarat(
    client: Client, huddinge: Mottagare, adress: str, kollega: Callable[..., Anvandare]
) -> None:
    kollega("Kim")
    client.post(f"{adress}{huddinge.omgang.punkter.get().pk}/", oforandrat(huddinge.omgang))
    stang_av(huddinge)

    assert fraga() == 0


def test_den_som_senast_rapporterade_fragas_forst(huddinge: Mottagare, kollega: Callable[..., Anvandare]) -> None:
    kollega("Kim")
    robin = kollega("Robin")
    rapport = Lagesrapport.objects.order_by("-pk").first()
    rapport.pk, rapport.av, rapport.exempel = None, robin, False
    rapport.save(force_insert=True)
    stang_av(huddinge)

    fraga()

    assert set(tillfragade(huddinge.omgang)) == {"Robin"}


def test_ersattaren_ersatts_i_sin_tur(huddinge: Mottagare, kollega: Callable[..., Anvandare]) -> None:
    kim = kollega("Kim")
    kollega("Robin")
    stang_av(huddinge)
    fraga()
    Anvandare.objects.filter(pk=kim.pk).update(is_active=False)

    antal = [fraga(), fraga()]

    assert antal == [1, 0]
    assert tillfragade(huddinge.omgang) == {"Kim": ("Exempel: Huddinge", "avstangd"), "Robin": ("Kim", "avstangd")}


def test_kollegan_kan_finnas_hos_den_som_aktoren_ar_en_del_av(
    huddinge: Mottagare, kollega: Callable[..., Anvandare], aktor: Callable[[str], Aktor]
) -> None:
    """A förvaltning without a second account: somebody at its kommun, and then nobody more."""
    forvaltning = Aktor.objects.create(
        namn="Förvaltningen", slug="forvaltningen", slag="forvaltning", del_av=aktor("huddinge-kommun")
    )
    Anvandare.objects.filter(pk=huddinge.anvandare_id).update(aktor=forvaltning)
    kollega("Kim")
    kollega("Robin")
    stang_av(huddinge)

    antal = [fraga(), fraga()]

    assert (antal, set(tillfragade(huddinge.omgang))) == ([1, 0], {"Kim"})


def test_en_ersattare_far_ett_mejl_for_allt(
    oppna: Callable[..., Omgang], kollega: Callable[..., Anvandare], tjansteperson: Anvandare
) -> None:
    omgang = oppna()
    kim = kollega("Kim")
    m = omgang.mottagare.get(anvandare=tjansteperson)
    stang_av(m)

    fraga()

    brev = bygg(Utskick.objects.get(anvandare=kim))
    assert brev is not None
    assert "Du får frågor i stället för Exempel: Huddinge, vars konto är avstängt." in brev.body
    assert brev.body.count("\n- ") == m.punkter.count() > 10


def test_en_stangd_omgang_fragar_ingen(huddinge: Mottagare, kollega: Callable[..., Anvandare]) -> None:
    kollega("Kim")
    stang_av(huddinge)
    Omgang.objects.filter(pk=huddinge.omgang_id).update(stangd=timezone.now(), rapport={})

    assert fraga() == 0


def test_omgangens_sida_visar_vem_som_fragas_i_stallet(
    som_planerare: Client, huddinge: Mottagare, kollega: Callable[..., Anvandare], botkyrka: Anvandare
) -> None:
    kollega("Kim")
    stang_av(huddinge)
    Anvandare.objects.filter(pk=botkyrka.pk).update(is_active=False)
    fraga()

    html = platt(som_planerare.get(f"/flemingsberg/uppfoljning/{huddinge.omgang_id}/"))

    assert "Frågas i stället för Exempel: Huddinge, vars konto är avstängt." in html
    assert "Det finns ingen annan att fråga hos Botkyrka kommun." in html
    assert "ingen annan att fråga hos Huddinge kommun" not in html


def test_den_aterkallade_kommer_inte_tillbaka_som_ersattare(
    oppna: Callable[..., Omgang], kollega: Callable[..., Anvandare], tjansteperson: Anvandare
) -> None:
    """Kim was asked about another point of the round, and the planerare shut the link."""
    kim = kollega("Kim")
    omgang = oppna("1.3")
    annan = Omgangspunkt.objects.create(
        omgang=omgang, ordning=2, stadskarna=omgang.punkter.get().stadskarna, insats=oppna("2.3").punkter.get().insats
    )
    Tillfragan.objects.create(
        mottagare=omgang.mottagare.get(anvandare=tjansteperson), punkt=annan, aktor=tjansteperson.aktor
    )
    aterkalla(omgang.mottagare.get(anvandare=kim))
    stang_av(omgang.mottagare.get(anvandare=tjansteperson))

    fraga()

    assert not Tillfragan.objects.filter(punkt=annan, mottagare__anvandare=kim).exists()
