"""What happened to an insats in handlingsplaner, told in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone

from aktorer.models import Anvandare
from insatser.andringar import aktivitet as statusandringar
from insatser.andringar import beslut, deltagande
from insatser.andringar import handlingsplan as andringar
from insatser.fragor import planhistorik
from insatser.models import Aktivitet, Handlingsplan, Insats, Prioritering, Samverkansorgan
from insatser.regler.medverkan import Deltagande
from insatser.regler.status import Status
from tests import klocka

pytestmark = pytest.mark.django_db

type Hamta = Callable[[str], Insats]


@pytest.fixture
def plan(db: None) -> Handlingsplan:
    """The example's draft, with five insatser of Flemingsberg in it."""
    return Handlingsplan.objects.select_related("fardplan__stadskarna", "fardplan__program").get(exempel=True)


@pytest.fixture
def sagt(plan: Handlingsplan, insats: Hamta) -> Callable[[str], set[tuple[str, str, str]]]:
    """(what, who, why) of an insats in the plan, without what came with the installation."""

    def las(nummer: str) -> set[tuple[str, str, str]]:
        rader = planhistorik.andrat([insats(nummer).pk], [plan])
        handelser = rader.get((insats(nummer).pk, plan.fardplan.stadskarna_id), [])
        return {(a.vad, a.vem, a.orsak) for a in handelser if not a.medfoljde}

    return las


def _besluta(plan: Handlingsplan, av: Anvandare) -> None:
    plan.refresh_from_db()
    beslut.besluta(
        av=av,
        plan=plan,
        version=plan.version,
        organ=Samverkansorgan.objects.get(slag="styrgrupp", till=None),
        datum=date(2026, 11, 2),
        paragraf="4",
    )


def test_lyft_skal_och_ur(
    plan: Handlingsplan, insats: Hamta, planerare: Anvandare, sagt: Callable[[str], set[tuple[str, str, str]]]
) -> None:
    lyft = andringar.lyft(av=planerare, plan=plan, insats=insats("2.2"), skal="Nu är det dags.", plats=1)
    p = Prioritering.objects.get(pk=lyft.pk)
    p = andringar.andra_skal(av=planerare, prioritering=p, version=p.version, skal="Bättre")
    andringar.ta_ur(av=planerare, prioritering=p, version=p.version)
    andringar.valj_bort(av=planerare, plan=plan, insats=insats("2.2"), skal="Pengarna räcker inte.")

    assert sagt("2.2") == {
        (f"Lyftes in i handlingsplanen {klocka.AREN}", planerare.namn, "Nu är det dags."),
        (f"Skälet i handlingsplanen {klocka.AREN} ändrades", planerare.namn, "Bättre"),
        (f"Togs ur handlingsplanen {klocka.AREN}", planerare.namn, ""),
        (f"Får vänta i handlingsplanen {klocka.AREN}", planerare.namn, "Pengarna räcker inte."),
    }
    # Those that had to make room have not changed.
    assert sagt("1.3") == set()


def test_aktiviteter_kommer_till_andras_och_tas_bort(
    plan: Handlingsplan, insats: Hamta, planerare: Anvandare, sagt: Callable[[str], set[tuple[str, str, str]]]
) -> None:
    p = Prioritering.objects.get(handlingsplan=plan, insats=insats("1.3"))
    a = andringar.skapa_aktivitet(av=planerare, prioritering=p, titel="Rita")
    andringar.andra_aktivitet(av=planerare, aktivitet=a, version=a.version, roller=[], titel="Rita om")
    a.refresh_from_db()
    statusandringar.rapportera(av=planerare, aktivitet=a, version=a.version, status=Status.PAGAR)
    a.refresh_from_db()
    andringar.ta_bort_aktivitet(av=planerare, aktivitet=a, version=a.version)

    assert {(vad, vem) for vad, vem, _ in sagt("1.3")} == {
        ("Ny aktivitet: Rita", planerare.namn),
        ("Aktiviteten ”Rita om” ändrades", planerare.namn),
        ("Aktiviteten ”Rita om”: pågår", planerare.namn),
        ("Aktiviteten ”Rita om” togs bort", planerare.namn),
    }


def test_ett_svar_om_en_aktivitet_syns(
    plan: Handlingsplan, insats: Hamta, tjansteperson: Anvandare, sagt: Callable[[str], set[tuple[str, str, str]]]
) -> None:
    a = Aktivitet.objects.filter(prioritering__insats=insats("1.3"), prioritering__handlingsplan=plan).first()
    del_ = a.aktorer.get(aktor=tjansteperson.aktor)

    sedd = deltagande.senaste_handelse(del_)
    deltagande.svara(av=tjansteperson, del_=del_, deltagande=Deltagande.AVBOJD, svar="Nej", sedd=sedd)

    assert sagt("1.3") == {(f"Aktiviteten ”{a.titel}”: en aktör svarade", tjansteperson.namn, "")}


def test_beslutet_galler_det_som_da_var_med(
    plan: Handlingsplan, insats: Hamta, planerare: Anvandare, sagt: Callable[[str], set[tuple[str, str, str]]]
) -> None:
    ur = andringar.lyft(av=planerare, plan=plan, insats=insats("2.2"), skal="x")
    andringar.ta_ur(av=planerare, prioritering=ur, version=ur.version)
    _besluta(plan, planerare)

    beslutat = f"Handlingsplanen {klocka.AREN} beslutades"
    assert [(vad, vem) for vad, vem, _ in sagt("1.3")] == [(beslutat, "Politiska styrgruppen för Flemingsberg")]
    assert beslutat not in {vad for vad, _, _ in sagt("2.2")}


def test_bara_sedan_en_viss_tid(plan: Handlingsplan, insats: Hamta, planerare: Anvandare) -> None:
    andringar.lyft(av=planerare, plan=plan, insats=insats("2.2"), skal="x")
    _besluta(plan, planerare)
    igar, imorgon = (timezone.now() + timedelta(days=d) for d in (-1, 1))

    antal = [len(planhistorik.andrat([insats("2.2").pk], [plan], nar)) for nar in (igar, imorgon)]

    assert antal == [1, 0]


def test_exempelplanen_ar_markt(plan: Handlingsplan, insats: Hamta) -> None:
    (handelser,) = planhistorik.andrat([insats("1.3").pk], [plan]).values()

    assert {a.exempel for a in handelser} == {True}
    assert {a.medfoljde for a in handelser} == {True}
