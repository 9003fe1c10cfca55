"""What is new since a day: old and new läge with its direction, and for insiders what was changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from aktorer.models import Anvandare
from insatser.andringar import insats as insatsandringar
from insatser.models import Fardplan, Insats, Lagesrapport, Mote, Samverkansorgan
from insatser.regler.status import Riktning, riktning
from tests import klocka
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

SIDA = "/flemingsberg/nytt/"

type Hamta = Callable[[str], Insats]


@pytest.mark.parametrize(
    ("fore", "nu", "vart"),
    [
        (("pagar", "enligt_plan"), ("pagar", "risk"), "samre"),
        (("pagar", "risk"), ("pagar", "avviker"), "samre"),
        (("pagar", "avviker"), ("genomford", ""), "battre"),
        (("pagar", "risk"), ("avbruten", ""), "samre"),
        (("planerad", "enligt_plan"), ("pagar", "enligt_plan"), "battre"),
        (("pagar", "enligt_plan"), ("planerad", "enligt_plan"), "samre"),
        (("pagar", "enligt_plan"), ("pagar", "enligt_plan"), "lika"),
        (("pagar", "avviker"), ("pausad", "avviker"), "lika"),
    ],
)
def test_riktningen_av_ett_lage(fore: tuple[str, str], nu: tuple[str, str], vart: str) -> None:
    assert riktning(fore, nu) == vart


@pytest.fixture
def rapporterat(flemingsberg: Fardplan, insats: Hamta) -> Callable[..., Lagesrapport]:
    def gor(nummer: str, dagar: int, bedomning: str) -> Lagesrapport:
        return Lagesrapport.objects.create(
            insats=insats(nummer),
            stadskarna=flemingsberg.stadskarna,
            datum=klocka.om(dagar),
            status="pagar",
            bedomning=bedomning,
            kommentar="Därför.",
        )

    return gor


def test_laget_da_och_nu(client: Client, rapporterat: Callable[..., Lagesrapport]) -> None:
    fore, _, nu = (
        rapporterat("1.3", -20, "enligt_plan"),
        rapporterat("1.3", -5, "risk"),
        rapporterat("1.3", -1, "avviker"),
    )

    svar = client.get(SIDA, {"sedan": klocka.om(-10).isoformat()})

    rad = next(i for i in svar.context["n"].insatser if i.insats.nummer == "1.3")
    assert (rad.fore, rad.nu, rad.riktning) == (fore, nu, Riktning.SAMRE)
    assert 'class="riktning samre"' in platt(svar)
    assert "1.3" not in [i.insats.nummer for i in client.get(SIDA, {"sedan": klocka.IDAG}).context["n"].insatser]


def test_utan_dag_galler_styrgruppens_senaste_mote(client: Client) -> None:
    utan = client.get(SIDA).context["sedan"]
    organ = Samverkansorgan.objects.get(slag="styrgrupp", till=None)
    Mote.objects.create(organ=organ, datum=klocka.om(-12))

    svar = client.get(SIDA)

    assert (utan, svar.context["sedan"]) == (klocka.om(-30), klocka.om(-12))
    assert "senaste möte" in platt(svar)


@pytest.mark.parametrize(
    ("skrivet", "sager"),
    [
        ("9999-12-31", "Den dagen har inte varit än."),
        ("igår", "Skriv dagen som år, månad och dag"),
        ("2026-02-30", "Skriv dagen som år, månad och dag"),
        ("0001-01-01", "Programmet börjar 2026."),
        ("½²³", "Skriv dagen som år, månad och dag"),
        ("9" * 10_000, "Skriv dagen som år, månad och dag"),
    ],
)
def test_en_dag_som_inte_gar_sags(client: Client, skrivet: str, sager: str) -> None:
    svar = client.get(SIDA, {"sedan": skrivet})

    assert svar.status_code == 200
    assert sager in platt(svar)


def test_andringar_i_texten_ser_bara_den_som_loggar_in(
    client: Client, planerare: Anvandare, insats: Hamta, flemingsberg: Fardplan
) -> None:
    rad = insats("1.3")
    insatsandringar.andra(av=planerare, insats=rad, version=rad.version, text="En annan text.")
    igar = {"sedan": klocka.om(-1).isoformat()}

    utanfor = platt(client.get(SIDA, igar))
    client.force_login(planerare)
    innanfor = platt(client.get(SIDA, igar))

    assert ("Texten ändrades" in utanfor, "Texten ändrades" in innanfor) == (False, True)


@pytest.mark.parametrize("antal", [1, 6])
def test_antalet_fragor_beror_inte_pa_hur_mycket_som_ar_nytt(
    client: Client, django_assert_num_queries: Any, planerare: Anvandare, rapporterat: Any, antal: int
) -> None:
    for nummer in ["1.1", "1.3", "2.1", "2.2", "3.1", "3.2"][:antal]:
        rapporterat(nummer, -1, "risk")
    fran = {"sedan": klocka.om(-10).isoformat()}

    with django_assert_num_queries(8):
        client.get(SIDA, fran)
    client.force_login(planerare)
    with django_assert_num_queries(17):
        client.get(SIDA, fran)
