"""What is new since a day: old and new läge with its direction, and for insiders what was changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pdfua
import pytest
from django.test import Client

from aktorer.models import Anvandare
from insatser.andringar import insats as insatsandringar
from insatser.andringar.aktivitet import rapportera
from insatser.models import Aktivitet, Fardplan, Insats, Lagesrapport, Mote, Samverkansorgan
from insatser.regler.status import Riktning, Status, riktning
from tests import klocka
from tests.pdftext import A4, all_text, oppna, tatt
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

    assert ("En annan text." in utanfor, "<ins>En annan text.</ins>" in innanfor.replace("<br>", "")) == (False, True)


def test_det_som_andrats_sags_som_det_var_och_som_det_ar(
    client: Client, planerare: Anvandare, insats: Hamta, rolla: Callable[..., Insats]
) -> None:
    """Several steps are one change, from what was to what is; what came with the installation is not one."""
    titel = insats("1.3").titel
    for ny in ("Steg ett", "Gatan blir klar"):
        insatsandringar.andra(av=planerare, insats=insats("1.3"), version=insats("1.3").version, titel=ny)
    rolla("1.3", insats("1.3").version, "polisen")
    aktivitet = Aktivitet.objects.filter(prioritering__insats=insats("1.3")).order_by("pk")[0]
    rapportera(av=planerare, aktivitet=aktivitet, version=aktivitet.version, status=Status.PAUSAD, kommentar="Snö.")
    client.force_login(planerare)

    svar = client.get(SIDA, {"sedan": klocka.om(-1).isoformat()})

    andrat = {a.rad.vad: a for a in next(i for i in svar.context["n"].insatser if i.insats.nummer == "1.3").andringar}
    assert [(f.rubrik, f.fore, f.efter) for f in andrat["Insats"].rad.falt] == [("Titel", titel, "Gatan blir klar")]
    assert andrat["Aktör: Polisen"].rad.gjort in ("lades till", "ändrades")
    status = andrat[f"Aktivitet: {aktivitet.titel}"]
    assert (status.vart, status.exempel) == (Riktning.SAMRE, True)
    assert {f.rubrik: (f.fore, f.efter) for f in status.rad.falt}["Status"][1] == "Pausad"
    assert [i for i in svar.context["n"].insatser if not i.nu and not i.andringar] == []


def test_pdfen_ar_en_a4_hur_mycket_som_an_ar_nytt(
    client: Client, planerare: Anvandare, insats: Hamta, rapporterat: Callable[..., Lagesrapport], tmp_path: Path
) -> None:
    for rad in Insats.objects.filter(pk__in=[insats(n).pk for n in ("1.1", "1.3", "2.1", "3.1")]):
        insatsandringar.andra(av=planerare, insats=rad, version=rad.version, text="Helt ny text. " * 60)
    rapporterat("1.3", -20, "enligt_plan")
    rapporterat("1.3", -1, "avviker")
    client.force_login(planerare)
    vag = tmp_path / "nytt.pdf"

    vag.write_bytes(client.get("/flemingsberg/nytt.pdf", {"sedan": klocka.om(-10).isoformat()}).content)

    sidor = oppna(vag.read_bytes()).pages
    assert [(round(float(s.MediaBox[2])), round(float(s.MediaBox[3]))) for s in sidor] == [A4]
    assert [(f.rule_id, f.message) for f in pdfua.validate(str(vag)).findings] == []
    text = all_text(vag.read_bytes())
    # What got worse comes first; what there is no room for is counted.
    assert tatt("1.3Samverka kring utvecklingen av Hälsovägen Läget") in text
    assert tatt("Sämre. Därför.") in text
    assert "insatsertill" in text or "insatstill" in text


def test_pdfen_sager_nar_inget_ar_nytt(client: Client) -> None:
    assert tatt("Inget är nytt sedan den") in all_text(
        client.get("/flemingsberg/nytt.pdf", {"sedan": klocka.IDAG}).content
    )


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
    with django_assert_num_queries(25):
        client.get(SIDA, fran)
