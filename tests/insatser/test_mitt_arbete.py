"""What waits for me: the silent ones first, and no more than my own."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from aktorer.models import Anvandare, Gruppmedlem
from insatser.andringar import aktivitet as statusandringar
from insatser.andringar import lage as lagesandringar
from insatser.andringar import uppfoljning
from insatser.behorighet import gallande_fardplaner
from insatser.fragor import lage
from insatser.fragor import mitt_arbete as fragor
from insatser.fragor.uppfoljning import amnen
from insatser.models import (
    Aktivitet,
    AktivitetAktor,
    Fardplan,
    Handlingsplan,
    Insats,
    Lagesrapport,
    Medverkan,
    Omgang,
)
from insatser.regler.status import Status
from tests.insatser.conftest import oforandrat
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

SIDA = "/mitt-arbete/"


def rader(svar: Any, vilka: str) -> list[tuple[str, str]]:
    return [(rad.fardplan.stadskarna.slug, rad.insats.nummer) for rad in svar.context[vilka].rader]


@pytest.fixture
def polis(client: Client, person: Callable[..., Anvandare]) -> Client:
    """Polisen takes part in 1.3 alone."""
    client.force_login(person("tjansteperson", "polisen"))
    return client


def test_bara_den_egna_aktorens_insatser(polis: Client) -> None:
    svar = polis.get(SIDA)

    assert rader(svar, "tysta") + rader(svar, "ovriga") == [("flemingsberg", "1.3")]
    assert 'href="/flemingsberg/insatser/1.3/lage/?fran=mitt-arbete"' in platt(svar)


@pytest.mark.parametrize(("dagar", "tyst"), [(0, False), (120, False), (121, True), (400, True), (None, False)])
def test_gransen_for_tystnad(
    client: Client,
    person: Callable[..., Anvandare],
    insats: Callable[[str], Insats],
    lage: Callable[..., Lagesrapport],
    dagar: int | None,
    tyst: bool,
) -> None:
    vem, rad = person("tjansteperson", "locum-ab"), insats("4.3")
    Medverkan.objects.create(insats=rad, aktor=vem.aktor, roll="medverkande")
    if dagar is not None:
        lage(rad, rad.fardplan.stadskarna, datum=timezone.localdate() - timedelta(days=dagar))
    client.force_login(vem)

    svar = client.get(SIDA)

    assert (svar.context["tysta"].antal, svar.context["ovriga"].antal) == ((1, 0) if tyst else (0, 1))
    assert ("Försenat (1)" in platt(svar)) is tyst


@pytest.mark.parametrize(("dagar", "tyst"), [(120, False), (121, True)])
def test_aldrig_rapporterat_ar_nytt_till_dess(
    client: Client, person: Callable[..., Anvandare], insats: Callable[[str], Insats], dagar: int, tyst: bool
) -> None:
    vem, rad = person("tjansteperson", "locum-ab"), insats("4.3")
    Medverkan.objects.create(insats=rad, aktor=vem.aktor, roll="medverkande")
    Insats.objects.filter(pk=rad.pk).update(skapad=timezone.now() - timedelta(days=dagar))
    client.force_login(vem)

    svar = client.get(SIDA)

    assert (svar.context["tysta"].antal, svar.context["ovriga"].antal) == ((1, 0) if tyst else (0, 1))
    assert ('<span class="tag">Ny</span>' in platt(svar), "Inte uppdaterad på 121 dagar" in platt(svar)) == (
        not tyst,
        tyst,
    )


def test_det_som_varit_tyst_langst_kommer_forst(
    client: Client, person: Callable[..., Anvandare], insats: Callable[[str], Insats]
) -> None:
    vem = person("tjansteperson", "locum-ab")
    Medverkan.objects.bulk_create(
        Medverkan(insats=insats(n), aktor=vem.aktor, roll="medverkande") for n in ("3.4", "1.3", "2.3", "4.3", "4.5")
    )
    client.force_login(vem)

    svar = client.get(SIDA)

    # As the example data has them: never, 8 September, 10, 12 and 14 November 2026.
    assert [n for _, n in rader(svar, "tysta") + rader(svar, "ovriga")] == ["4.3", "4.5", "2.3", "1.3", "3.4"]


def test_en_rapport_flyttar_raden(
    polis: Client, insats: Callable[[str], Insats], lage: Callable[..., Lagesrapport]
) -> None:
    lage(insats("1.3"), insats("1.3").fardplan.stadskarna, datum=timezone.localdate())

    svar = polis.get(SIDA)

    assert (rader(svar, "tysta"), rader(svar, "ovriga")) == ([], [("flemingsberg", "1.3")])


@pytest.mark.parametrize(
    ("roll", "aktor", "text"),
    [
        ("styrgrupp", "", "Din roll läser men rapporterar inte."),
        ("tjansteperson", "locum-ab", "Locum AB medverkar inte i någon insats än."),
        ("planerare", "", "Ditt konto hör inte till någon aktör."),
        ("administrator", "", "Ditt konto hör inte till någon aktör."),
    ],
)
def test_nar_inget_vantar_sager_sidan_varfor(
    client: Client, person: Callable[..., Anvandare], roll: str, aktor: str, text: str
) -> None:
    client.force_login(person(roll, aktor))

    assert text in platt(client.get(SIDA))


def test_den_som_bara_laser_far_inga_knappar_att_rapportera_med(
    client: Client, person: Callable[..., Anvandare]
) -> None:
    client.force_login(person("styrgrupp", "huddinge-kommun"))

    svar = client.get(SIDA)

    assert (svar.context["tysta"].antal, svar.context["ovriga"].antal, svar.context["sena"]) == (0, 0, [])
    assert "/lage/?fran=mitt-arbete" not in platt(svar)


def test_ett_utkasts_dagar_ar_ingens_deadline(client: Client, tjansteperson: Anvandare) -> None:
    i_utkastet = Aktivitet.objects.filter(prioritering__handlingsplan__exempel=True)
    i_utkastet.update(start="2020-01-01", slut="2020-03-31", status="pagar")
    client.force_login(tjansteperson)

    svar = client.get(SIDA)

    assert svar.context["sena"] == []
    assert svar.context["aktiviteter"]


def test_avforda_vantar_inte(polis: Client, insats: Callable[[str], Insats]) -> None:
    Insats.objects.filter(pk=insats("1.3").pk).update(avford=date(2026, 11, 1), avford_skal="Klar")

    svar = polis.get(SIDA)

    assert (rader(svar, "tysta"), rader(svar, "ovriga"), svar.context["fragor"]) == ([], [], [])


def test_exempeldata_ar_markt(polis: Client) -> None:
    assert '<span class="tag">Exempeldata</span>' in platt(polis.get(SIDA))


def test_antalet_fragor_beror_inte_pa_antalet_insatser(
    client: Client, django_assert_num_queries: Any, person: Callable[..., Anvandare], insats: Callable[[str], Insats]
) -> None:
    vem = person("tjansteperson", "locum-ab")
    client.force_login(vem)

    for nya in (("1.3",), ("1.4", "1.1")):
        for nummer in nya:
            Medverkan.objects.create(insats=insats(nummer), aktor=vem.aktor, roll="medverkande")
        with django_assert_num_queries(17):
            svar = client.get(SIDA)

    assert svar.context["tysta"].antal + svar.context["ovriga"].antal == 10


# --- what is late


@pytest.fixture
def aktivitet(tjansteperson: Anvandare) -> Aktivitet:
    """The only one of Huddinge's that goes on, without an end."""
    i_planen = Aktivitet.objects.filter(prioritering__handlingsplan__exempel=True)
    vald = i_planen.filter(aktorer__aktor=tjansteperson.aktor).first()
    Aktivitet.objects.exclude(pk=vald.pk).update(status="genomford")
    Aktivitet.objects.filter(pk=vald.pk).update(start=None, slut=None, status="pagar")
    return Aktivitet.objects.get(pk=vald.pk)


@pytest.mark.parametrize(
    ("dagar", "status", "sen"),
    [(-1, "pagar", True), (0, "pagar", False), (-1, "genomford", False), (None, "pagar", False)],
)  # days from the first of this quarter
def test_en_aktivitet_forbi_sitt_slut_ar_sen(
    client: Client, tjansteperson: Anvandare, aktivitet: Aktivitet, dagar: int | None, status: str, sen: bool
) -> None:
    idag = timezone.localdate()
    kvartalet = idag.replace(month=(idag.month - 1) // 3 * 3 + 1, day=1)
    slut = None if dagar is None else kvartalet + timedelta(days=dagar)
    Aktivitet.objects.filter(pk=aktivitet.pk).update(slut=slut, status=status)
    Handlingsplan.objects.filter(exempel=True).update(status="beslutad")
    client.force_login(tjansteperson)

    svar = client.get(SIDA)

    assert [d.aktivitet for d, _ in svar.context["sena"]] == ([aktivitet] if sen else [])
    assert [d.aktivitet for d in svar.context["aktiviteter"]] == ([] if sen or status == "genomford" else [aktivitet])
    assert ("Inte klar, skulle ha slutat" in platt(svar)) is sen


@pytest.fixture
def oppna(flemingsberg: Fardplan) -> Callable[[int], Omgang]:
    """A round about 1.3 whose last day is so many days from now."""

    def kor(dagar: int) -> Omgang:
        fragor = [f for f in amnen([flemingsberg]) if f.insats and f.insats.nummer == "1.3"]
        omgang = uppfoljning.oppna(
            av=None, fardplan=flemingsberg, namn=f"Om {dagar}", deadline=timezone.localdate(), fragor=fragor
        )
        Omgang.objects.filter(pk=omgang.pk).update(deadline=timezone.localdate() + timedelta(days=dagar))
        return omgang

    return kor


def test_en_omgang_forbi_sin_sista_dag_kommer_forst_och_ar_markt(
    client: Client, tjansteperson: Anvandare, oppna: Callable[[int], Omgang]
) -> None:
    for dagar in (3, 0, -2):
        oppna(dagar)
    client.force_login(tjansteperson)

    svar = client.get(SIDA)

    assert [(str(o.mottagare.omgang), o.sen) for o in svar.context["omgangar"]] == [
        ("Om -2", True),
        ("Om 0", False),
        ("Om 3", False),
    ]
    assert platt(svar).count("Skulle vara besvarad") == 1
    assert platt(svar).index("Skulle vara besvarad") < platt(svar).index("Försenat")


@pytest.mark.parametrize("dagar", [1, -30, -31])
def test_lanken_har_galler_sa_lange_omgangen_ar_oppen(
    client: Client, tjansteperson: Anvandare, oppna: Callable[[int], Omgang], dagar: int
) -> None:
    oppna(dagar)
    client.force_login(tjansteperson)

    token = client.get(SIDA).context["omgangar"][0].token

    assert client.get(f"/svara/{token}/").status_code == 200


def kartans_antal(client: Client, svar: Any) -> list[int]:
    """How many insatser the map shows behind each link of the page to it."""
    adresser = re.findall(r'href="(/[^"]+/insatskarta/[^"]+)"', platt(svar))
    return [len(client.get(html.unescape(a)).context["karta"].insatser) for a in adresser]


def test_listan_ar_kort_och_kartan_har_resten(
    client: Client, tjansteperson: Anvandare, person: Callable[..., Anvandare], settings: Settings
) -> None:
    settings.TYST_EFTER_DAGAR = 90
    Lagesrapport.objects.update(aterkallad=timezone.now())
    Insats.objects.update(skapad=timezone.now() - timedelta(days=91))
    for vem in (person("tjansteperson", "region-stockholm"), tjansteperson):
        client.force_login(vem)
        svar = client.get(SIDA)
        tysta = svar.context["tysta"]

        antal = kartans_antal(client, svar)

        assert (len(tysta.rader), tysta.antal) == (20, sum(antal))
        assert antal == [k.antal for k in tysta.karnor]
        assert "ingen har rapporterat läget på 90 dagar." in platt(svar)


# --- who may report everything


def test_planeraren_far_antal_per_stadskarna_med_lank_till_listan(client: Client, planerare: Anvandare) -> None:
    """Of those never reported half are old enough to be silent."""
    for insats in Insats.objects.filter(ordning__lt=3):
        Insats.objects.filter(pk=insats.pk).update(skapad=timezone.now() - timedelta(days=121))
    client.force_login(planerare)

    svar = client.get(SIDA)

    raknade = svar.context["raknade"]
    assert [n for k in raknade for n in ([k.tysta] if k.tysta else []) + [k.antal]] == kartans_antal(client, svar)
    assert sum(k.antal for k in raknade) == 81
    assert svar.context["tysta"].rader == svar.context["ovriga"].rader == []
    assert "/lage/?fran=mitt-arbete" not in platt(svar)


@pytest.mark.parametrize("slug", ["region-stockholm", "huddinge-kommun", "polisen", "stockholms-stad", "locum-ab"])
@pytest.mark.parametrize("dagar", [30, 120, 3650])
def test_det_raknade_ar_det_som_tjanstepersonen_ser_som_lista(
    person: Callable[..., Anvandare],
    aktor: Callable[[str], Any],
    insats: Callable[[str], Insats],
    settings: Settings,
    slug: str,
    dagar: int,
) -> None:
    settings.TYST_EFTER_DAGAR = dagar
    Gruppmedlem.objects.create(grupp=aktor("naringslivet"), aktor=aktor("locum-ab"))
    # Twice in one insats, itself and through the group: counted once.
    Medverkan.objects.create(insats=insats("3.4"), aktor=aktor("locum-ab"), roll="medverkande")
    Insats.objects.filter(pk=insats("1.2").pk).update(avford=date(2026, 11, 1), avford_skal="Klar")
    vem, idag = person("tjansteperson", slug), timezone.localdate()

    tysta, ovriga = fragor.insatser(vem, idag)
    raknade = fragor.raknade(vem, list(gallande_fardplaner(vem).order_by("stadskarna__ordning")), idag)

    listade = {k.stadskarna: (k.antal, 0, k.alla) for k in ovriga.karnor}
    for k in tysta.karnor:
        listade[k.stadskarna] = (k.antal + listade.get(k.stadskarna, (0, 0, False))[0], k.antal, k.alla)
    assert {k.stadskarna: (k.antal, k.tysta, k.alla) for k in raknade} == listade
    assert raknade


def test_planerarens_antal_kostar_lika_mycket_hur_manga_de_an_ar(
    client: Client, django_assert_num_queries: Any, planerare: Anvandare, flemingsberg: Fardplan
) -> None:
    mall, forr = Insats.objects.filter(fardplan=flemingsberg).first(), timezone.now() - timedelta(days=121)
    client.force_login(planerare)

    for antal in (0, 200):
        nya = Insats.objects.bulk_create(
            Insats(fardplan=flemingsberg, malomrade=mall.malomrade, ordning=100 + n, titel=f"Prov {n}", skapad=forr)
            for n in range(antal)
        )
        Medverkan.objects.bulk_create(
            Medverkan(insats=i, aktor=planerare.aktor, roll="ansvarig", deltagande="bekraftad") for i in nya
        )
        with django_assert_num_queries(13):
            svar = client.get(SIDA)

    assert svar.context["antal_tysta"] > 200
    assert "Prov 1" not in platt(svar)


def test_det_som_vantar_pa_planeraren_star_fore_det_tysta(client: Client, planerare: Anvandare) -> None:
    i_planen = Aktivitet.objects.filter(prioritering__handlingsplan__exempel=True)
    i_planen.update(start="2020-01-01", slut="2020-03-31", status="pagar")
    Handlingsplan.objects.filter(exempel=True).update(status="beslutad")
    client.force_login(planerare)

    svar = client.get(SIDA)

    sena, text = svar.context["sena"], platt(svar)
    assert (len(sena) > 0, f"Försenat ({len(sena)})" in text) == (True, True)
    ordning = [text.index(ord_) for ord_ in ("Försenat (", "Insatser hos Region Stockholm")]
    assert ordning == sorted(ordning)


def test_inget_vantar_nar_allt_ar_rapporterat(
    polis: Client, insats: Callable[[str], Insats], lage: Callable[..., Lagesrapport]
) -> None:
    lage(insats("1.3"), insats("1.3").fardplan.stadskarna, datum=timezone.localdate())
    AktivitetAktor.objects.filter(aktor__slug="polisen").delete()

    assert "Inget väntar på dig just nu." in platt(polis.get(SIDA))


# --- what I reported last


def rapporterat(svar: Any) -> list[tuple[str, str]]:
    return [(str(r.lage.insats.nummer if r.lage else r.aktivitet), r.status) for r in svar.context["rapporterat"]]


def test_det_jag_rapporterade_senast_kan_andras(
    client: Client,
    tjansteperson: Anvandare,
    botkyrka: Anvandare,
    flemingsberg: Fardplan,
    insats: Callable[[str], Insats],
    lage: Callable[..., Lagesrapport],
) -> None:
    karna, nu = flemingsberg.stadskarna, timezone.now()
    for n, nummer in enumerate(("1.3", "1.1", "1.2", "2.1", "1.3", "2.2", "2.3"), start=1):
        lage(insats(nummer), karna, av=tjansteperson, skapad=nu - timedelta(hours=n), datum=nu.date())
    lage(insats("3.1"), karna, av=botkyrka, datum=nu.date())
    taget_tillbaka = lage(insats("3.2"), karna, av=tjansteperson, datum=nu.date())
    lagesandringar.aterkalla(av=tjansteperson, rapport=taget_tillbaka.pk)
    client.force_login(tjansteperson)

    svar = client.get(SIDA)

    assert [nummer for nummer, _ in rapporterat(svar)] == ["1.3", "1.1", "1.2", "2.1", "2.2"]
    for nummer in ("1.3", "2.2"):
        assert f'href="/flemingsberg/insatser/{nummer}/lage/?fran=mitt-arbete">Ändra' in platt(svar)


def test_aktivitetens_status_raknas_ocksa_fran_planens_sida(
    client: Client, tjansteperson: Anvandare, aktivitet: Aktivitet
) -> None:
    statusandringar.rapportera(
        av=tjansteperson, aktivitet=aktivitet, version=aktivitet.version, status=Status.GENOMFORD
    )
    client.force_login(tjansteperson)

    svar = client.get(SIDA)

    assert rapporterat(svar) == [(aktivitet.titel, "genomford")]
    assert f"/aktivitet/{aktivitet.pk}/status/" in platt(svar)


def test_det_som_angras_ar_inte_rapporterat(client: Client, tjansteperson: Anvandare, aktivitet: Aktivitet) -> None:
    client.force_login(tjansteperson)
    plan = aktivitet.prioritering.handlingsplan
    adress = f"/flemingsberg/handlingsplan/{plan.period}/aktivitet/{aktivitet.pk}/status/"
    sidan = client.get(adress).context["form"]
    sparat = client.post(adress, {"status": "genomford", "version": sidan["version"].value()}, follow=True)

    client.post(re.findall(r'action="(/angra/[^"]+)"', sparat.content.decode())[0])

    assert rapporterat(client.get(SIDA)) == []


def test_ett_svar_i_en_oppen_omgang_andras_dar(
    client: Client, tjansteperson: Anvandare, oppna: Callable[[int], Omgang]
) -> None:
    omgang = oppna(3)
    mottagare, punkt = omgang.mottagare.get(anvandare=tjansteperson), omgang.punkter.get()
    uppfoljning.svara_oforandrat(
        av=tjansteperson, mottagare=mottagare, punkt=punkt, sedd=int(oforandrat(omgang)["sedd"])
    )
    client.force_login(tjansteperson)

    svar = client.get(SIDA)

    (rad,) = svar.context["rapporterat"]
    assert f'href="/svara/{rad.token}/#punkt-{punkt.pk}"' in platt(svar)
    assert "Allt är besvarat i Om 3" in platt(svar)


def test_ett_oforandrat_svar_om_en_aktivitet_ar_ocksa_rapporterat(
    client: Client, tjansteperson: Anvandare, flemingsberg: Fardplan, aktivitet: Aktivitet
) -> None:
    plan = aktivitet.prioritering.handlingsplan
    Handlingsplan.objects.filter(pk=plan.pk).update(status="beslutad")
    fragor = [f for f in amnen([flemingsberg]) if f.aktivitet == aktivitet]
    omgang = uppfoljning.oppna(
        av=None, fardplan=flemingsberg, namn="Prov", deadline=timezone.localdate(), fragor=fragor
    )
    mottagare = omgang.mottagare.get(anvandare=tjansteperson)
    uppfoljning.svara_oforandrat(
        av=tjansteperson, mottagare=mottagare, punkt=omgang.punkter.get(), sedd=aktivitet.version
    )
    client.force_login(tjansteperson)

    assert rapporterat(client.get(SIDA)) == [(aktivitet.titel, "pagar")]


def test_ingen_fraga_om_en_tidigare_generations_insatser(polis: Client, aktor: Callable[[str], Any]) -> None:
    for program in ("fardplaner-2026", "verksamhetsplan-2009-2011"):
        rad = (
            Insats.objects.exclude(fardplan=None).filter(malomrade__program__slug=program, malomrade__nummer=2).first()
        )
        Medverkan.objects.create(insats=rad, aktor=aktor("polisen"), roll="medverkande", deltagande="tillfragad")

    fragor = polis.get(SIDA).context["fragor"]

    assert [(m.insats.nummer, plan.program.slug) for m, plan in fragor] == [("2.3", "fardplaner-2026")]


OFORANDRAT = "/mitt-arbete/oforandrat/"


@pytest.fixture
def kryss(client: Client, tjansteperson: Anvandare, insats: Callable[[str], Insats]) -> list[str]:
    """The latest lägen of two insatser, as the page ticks them for the tjänsteperson who is logged in."""
    client.force_login(tjansteperson)
    fardplan = insats("1.3").fardplan
    for nummer in ("1.3", "1.4"):
        lagesandringar.rapportera(
            av=None,
            insats=insats(nummer),
            stadskarna=fardplan.stadskarna,
            status="pausad",
            bedomning="risk",
            kommentar=f"Om {nummer}",
        )
    return [_kryss(insats(nummer)) for nummer in ("1.3", "1.4")]


def _kryss(insats: Insats) -> str:
    senast = lage.senaste(insats.pk, insats.fardplan.stadskarna_id)
    return f"{insats.pk}:{insats.fardplan.stadskarna_id}:{senast.pk if senast else 0}"


def test_raden_har_en_ruta_med_det_lage_som_visas(kryss: list[str], polis: Client) -> None:
    assert f'value="{kryss[0]}" form="oforandrat-ovriga"' in platt(polis.get(SIDA))


def test_oforandrat_for_flera_rapporterar_samma_lage_i_dag_och_angras_tillsammans(
    client: Client, kryss: list[str], insats: Callable[[str], Insats], tjansteperson: Anvandare
) -> None:
    svar = client.post(OFORANDRAT, {"lage": kryss}, follow=True)

    nya = list(Lagesrapport.objects.gallande().filter(av=tjansteperson).order_by("-pk")[:2])
    assert {r.kommentar for r in nya} == {"Om 1.3", "Om 1.4"}
    assert {(r.status, r.bedomning, r.datum) for r in nya} == {("pausad", "risk", timezone.localdate())}
    assert "2 lägen är rapporterade på nytt" in platt(svar)
    kontext = platt(svar).partition('action="/angra/')[2].partition("/")[0]
    angrat = client.post(f"/angra/{kontext}/", {"har": SIDA, "fran": OFORANDRAT}, follow=True)
    assert "Det är ångrat." in platt(angrat)
    assert [_kryss(insats(n)) for n in ("1.3", "1.4")] == kryss


def test_ett_lage_som_kommit_emellan_namns_och_inget_rapporteras(
    client: Client, kryss: list[str], insats: Callable[[str], Insats], flemingsberg: Fardplan
) -> None:
    lagesandringar.rapportera(av=None, insats=insats("1.4"), stadskarna=flemingsberg.stadskarna, status="genomford")
    fore = Lagesrapport.objects.count()

    svar = client.post(OFORANDRAT, {"lage": kryss}, follow=True)

    assert f"Läget för ”{insats('1.4')}” i Flemingsberg har ändrats sedan du öppnade sidan" in platt(svar)
    assert Lagesrapport.objects.count() == fore


@pytest.mark.parametrize("annat", [[], ["x"], ["1:1:1"], ["9" * 30]])
def test_det_som_inte_ar_ens_eget_rapporteras_inte(client: Client, kryss: list[str], annat: list[str]) -> None:
    fore = Lagesrapport.objects.count()

    svar = client.post(OFORANDRAT, {"lage": [*(kryss if annat else []), *annat]}, follow=True)

    assert 'class="error"' in platt(svar)
    assert Lagesrapport.objects.count() == fore


def test_den_som_bara_laser_far_inte_rapportera_oforandrat(client: Client, styrgrupp: Anvandare) -> None:
    client.force_login(styrgrupp)

    assert client.post(OFORANDRAT, {"lage": "1:1:1"}).status_code == 403
