"""What was taken away is put back from the history, when the words that it was saved are long gone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from aktorer import andringar as konton
from aktorer.grund.samtidighet import handelser
from aktorer.models import Aktor, Anvandare
from insatser.andringar import arende as arenden
from insatser.andringar import finansiering, lagesbild, program
from insatser.andringar import handlingsplan as planer
from insatser.andringar import insats as insatser
from insatser.andringar import mote as moten
from insatser.andringar import organ as organen
from insatser.andringar import overenskommelse as avtal
from insatser.andringar import stadskarna as karnor
from insatser.andringar.aterstall import lagg_tillbaka
from insatser.andringar.finansiering import Bidragsrad
from insatser.andringar.handlingsplan import NyAktivitet
from insatser.fragor.historik import senaste_bidragshandelse
from insatser.fragor.lagesbild import senaste_handelse
from insatser.models import (
    Aktivitet,
    AktivitetAktor,
    Arende,
    Bidrag,
    Bilaga,
    Fardplan,
    Handlingsplan,
    Indikator,
    Insats,
    Kommentar,
    Matvarde,
    Overenskommelse,
    Samverkansorgan,
)
from tests import klocka
from tests.insatser.test_angra import KNAPP
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

type Formular = Callable[[Any], dict[str, str]]


@pytest.fixture
def utkast(db: None) -> Handlingsplan:
    return Handlingsplan.objects.select_related("fardplan__stadskarna").get(exempel=True)


@pytest.fixture
def natverk(planerare: Anvandare) -> Samverkansorgan:
    """With three seats."""
    organ = Samverkansorgan.objects.get(slag="natverk")
    aktorer = Aktor.objects.filter(slug__in=["polisen", "region-stockholm", "huddinge-kommun"]).order_by("slug")
    platser = [organen.Platsrad(a.pk, "ledamot", befattning=f"Chef {a.pk}") for a in aktorer]
    return organen.andra(av=planerare, organ=organ, version=organ.version, platser=platser)


@pytest.fixture
def saker(
    flemingsberg: Fardplan, utkast: Handlingsplan, natverk: Samverkansorgan, insats: Callable[[str], Insats]
) -> dict[str, tuple[str, Any, Callable[[], object]]]:
    """{kind: (address of the history, the rows, what takes all of them away)}."""
    a = Aktivitet.objects.filter(prioritering__handlingsplan=utkast, aktorer__roll="medverkande").earliest("pk")
    arende, mote = Arende.objects.exclude(beslut=None).earliest("pk"), _mote(natverk)
    avsikt, i, karna = Overenskommelse.objects.get(), insats("1.3"), flemingsberg.stadskarna
    ett, grupp, bolag = flemingsberg.program, _gruppen(), _bolaget()
    ett = program.andra(av=None, program=ett, version=ett.version, ordlista=[program.Ordrad("Bro", "Över en å.")])
    var = {"av": None}
    return {
        "grupp": (
            f"/aktorer/{grupp.slug}/",
            grupp.medlemmar,
            lambda: konton.andra_aktor(**var, aktor=grupp, version=grupp.version, medlemmar=[]),
        ),
        "agare": (
            f"/aktorer/{bolag.slug}/",
            bolag.agare,
            lambda: konton.andra_aktor(**var, aktor=bolag, version=bolag.version, agare=[]),
        ),
        "insats": (
            "/flemingsberg/insatser/1.3/",
            i.medverkan,
            lambda: insatser.andra_roller(**var, insats=i, version=i.version, roller=[]),
        ),
        "aktivitet": (
            f"{klocka.PLAN}aktivitet/{a.pk}/",
            a.aktorer,
            lambda: planer.andra_aktivitet(**var, aktivitet=a, version=a.version, roller=[]),
        ),
        "organ": (
            f"/flemingsberg/organ/{natverk.pk}/",
            natverk.platser,
            lambda: organen.andra(**var, organ=natverk, version=natverk.version, platser=[]),
        ),
        "arende": (
            f"/arenden/{arende.pk}/",
            arende.beslut,
            lambda: arenden.andra(**var, arende=arende, version=arende.version, steg=[], insatser=[]),
        ),
        "mote": (
            f"/flemingsberg/organ/moten/{mote.pk}/",
            mote.punkter,
            lambda: moten.andra(**var, mote=mote, version=mote.version, punkter=[]),
        ),
        "overenskommelse": (
            f"/arenden/overenskommelser/{avsikt.pk}/",
            avsikt.anslutningar,
            lambda: avtal.andra(**var, overenskommelse=avsikt, version=avsikt.version, anslutningar=[], insatser=[]),
        ),
        "program": (
            f"/program/{ett.slug}/",
            ett.ordlista,
            lambda: program.andra(**var, program=ett, version=ett.version, ordlista=[]),
        ),
        "stadskarna": (
            f"/stadskarnor/{karna.slug}/",
            karna.karnkommun_set,
            lambda: karnor.andra(**var, stadskarna=karna, version=karna.version, karnkommuner=[]),
        ),
    }


def _gruppen() -> Aktor:
    grupp = Aktor.objects.get(slug="fastighetsagare")
    ids = list(Aktor.objects.filter(slug__in=["almi-ab", "polisen"]).values_list("pk", flat=True))
    return konton.andra_aktor(av=None, aktor=grupp, version=grupp.version, medlemmar=ids)


def _bolaget() -> Aktor:
    bolag = Aktor.objects.get(slug="almi-ab")
    agare = [konton.Agarrad(a.pk, andel) for a, andel in zip(Aktor.objects.order_by("pk")[:2], (60, 40), strict=True)]
    return konton.andra_aktor(av=None, aktor=bolag, version=bolag.version, agare=agare)


def _mote(organ: Samverkansorgan) -> Any:
    punkter = [moten.Punktrad("Ett"), moten.Punktrad("Två")]
    return moten.skapa(av=None, organ=organ, datum=klocka.om(30), punkter=punkter)


def _sager(rader: Any) -> list[tuple[Any, ...]]:
    """What the rows say, in their order; which rows they are does not matter."""
    falt = [f.attname for f in rader.model._meta.concrete_fields if f.attname not in {"id", "version", "ordning"}]
    sist = "ordning" if hasattr(rader.model, "ordning") else "pk"
    i_ordning = ["roll", "ordning"] if hasattr(rader.model, "deltagande") else [sist]
    return list(rader.order_by(*i_ordning).values_list(*falt))


def _adress(klient: Client, historik: str) -> str:
    """Of the latest that was taken away."""
    sidan = klient.get(historik).context
    alla = [r for t in sidan["tillfallen"] for r in t.rader if r.borttagen]
    forst = next(r for r in alla if r.borttagen.pgh_id in sidan["borttagna"])
    return f"{historik}{forst.borttagen.pgh_id}/?rad={forst.slag}"


@pytest.mark.parametrize(
    "slag",
    ["insats", "aktivitet", "organ", "arende", "mote", "overenskommelse", "program", "stadskarna", "grupp", "agare"],
)
def test_en_tomd_lista_ar_tillbaka_som_den_var(
    som_planerare: Client, formular: Formular, saker: dict[str, Any], slag: str
) -> None:
    sidan, rader, tom = saker[slag]
    fore = _sager(rader)
    tom()
    assert fore
    assert not rader.exists()
    adress = _adress(som_planerare, f"{sidan}historik/")

    fraga = som_planerare.get(adress)
    svar = som_planerare.post(adress, formular(fraga), follow=True)

    assert len(fraga.context["rader"]) == len(fore)
    assert "Det är tillbaka." in platt(svar)
    assert _sager(rader) == fore
    assert adress not in platt(svar)


def test_det_som_togs_bort_kommer_tillbaka_pa_sin_plats(
    som_planerare: Client, formular: Formular, natverk: Samverkansorgan
) -> None:
    fore = _sager(natverk.platser)
    kvar = organen.rader(natverk.platser.order_by("ordning"))
    organen.andra(av=None, organ=natverk, version=natverk.version, platser=[kvar[0], kvar[2]])
    adress = _adress(som_planerare, f"/flemingsberg/organ/{natverk.pk}/historik/")

    som_planerare.post(adress, formular(som_planerare.get(adress)))

    assert _sager(natverk.platser) == fore


def test_nagon_andrade_listan_medan_man_laste(
    som_planerare: Client, formular: Formular, natverk: Samverkansorgan, administrator: Anvandare
) -> None:
    forst, sedan, sist = organen.rader(natverk.platser.order_by("ordning"))
    nu = organen.andra(av=None, organ=natverk, version=natverk.version, platser=[forst, sist])
    adress = _adress(som_planerare, f"/flemingsberg/organ/{natverk.pk}/historik/")
    falt = formular(som_planerare.get(adress))
    organen.andra(av=administrator, organ=nu, version=nu.version, platser=[forst])

    krock = som_planerare.post(adress, falt)
    kvar = organen.rader(natverk.platser.order_by("ordning"))
    som_planerare.post(adress, formular(krock))

    assert (krock.status_code, administrator.namn in platt(krock), kvar) == (409, True, [forst])
    assert organen.rader(natverk.platser.order_by("ordning")) == [forst, sedan]


def test_en_borttagen_aktivitet_ar_tillbaka_med_aktorer_och_pengar(
    som_planerare: Client, formular: Formular, utkast: Handlingsplan, planerare: Anvandare
) -> None:
    a = Aktivitet.objects.filter(prioritering__handlingsplan=utkast, aktorer__isnull=False, ordning=1)[0]
    pengar = [Bidragsrad(Aktor.objects.get(slug="polisen").pk, utkast.ar_fran, 1000)]
    finansiering.satt(av=None, mal=a, sedd=senaste_bidragshandelse(a), rader=pengar)
    kolumner = [f.attname for f in Aktivitet._meta.concrete_fields if f.attname != "version"]
    fore = (Aktivitet.objects.values(*kolumner).get(pk=a.pk), _sager(a.aktorer), a.bidrag.get().belopp)
    planer.ta_bort_aktivitet(av=planerare, aktivitet=a, version=a.version)
    adress = _adress(som_planerare, f"{klocka.PLAN}historik/")

    svar = som_planerare.post(adress, formular(som_planerare.get(adress)), follow=True)

    a = Aktivitet.objects.get(pk=a.pk)
    assert "Det är tillbaka." in platt(svar)
    assert (Aktivitet.objects.values(*kolumner).get(pk=a.pk), _sager(a.aktorer), a.bidrag.get().belopp) == fore


@pytest.mark.parametrize(
    ("sedan", "text"),
    [
        ("ur", "hörde till är inte med i planen längre. Lyft in den först."),
        ("beslutad", "innehållet ändras bara genom ett ändringsbeslut"),
    ],
)
def test_en_aktivitet_kommer_inte_tillbaka_dar_den_inte_far_sta(
    som_planerare: Client, formular: Formular, utkast: Handlingsplan, sedan: str, text: str
) -> None:
    a = Aktivitet.objects.filter(prioritering__handlingsplan=utkast).earliest("pk")
    for annan in a.prioritering.aktiviteter.exclude(pk=a.pk):
        annan.delete()
    planer.ta_bort_aktivitet(av=None, aktivitet=a, version=a.version)
    slag = som_planerare.get(f"{klocka.PLAN}historik/").context["tillfallen"][0].rader
    (pk,) = (r.borttagen.pgh_id for r in slag if r.slag == "aktivitet" and r.vad.endswith(a.titel))
    adress = f"{klocka.PLAN}historik/{pk}/?rad=aktivitet"
    falt = formular(som_planerare.get(adress))
    if sedan == "ur":
        planer.ta_ur(av=None, prioritering=a.prioritering, version=a.prioritering.version)
    else:
        Handlingsplan.objects.filter(pk=utkast.pk).update(status="beslutad")

    svar = som_planerare.post(adress, falt)

    assert (svar.status_code, text in platt(svar), Aktivitet.objects.filter(pk=a.pk).exists()) == (422, True, False)


def test_ett_borttaget_mote_ar_tillbaka_med_sin_dagordning(
    som_planerare: Client, formular: Formular, natverk: Samverkansorgan
) -> None:
    mote = moten.andra(
        av=None,
        mote=(nytt := _mote(natverk)),
        version=nytt.version,
        punkter=moten.rader(nytt.punkter.all()),
        plats="Här",
    )
    fore = _sager(mote.punkter)
    moten.ta_bort(av=None, mote=mote, version=mote.version)
    adress = _adress(som_planerare, f"/flemingsberg/organ/{natverk.pk}/historik/")

    svar = som_planerare.post(adress, formular(som_planerare.get(adress)), follow=True)

    nu = natverk.moten.get(pk=mote.pk)
    assert ("Det är tillbaka." in platt(svar), nu.plats, _sager(nu.punkter)) == (True, "Här", fore)


def test_ett_mote_kommer_inte_tillbaka_till_en_dag_som_har_ett(
    som_planerare: Client, formular: Formular, natverk: Samverkansorgan
) -> None:
    mote = _mote(natverk)
    moten.ta_bort(av=None, mote=mote, version=mote.version)
    adress = _adress(som_planerare, f"/flemingsberg/organ/{natverk.pk}/historik/")
    falt = formular(som_planerare.get(adress))
    _mote(natverk)

    svar = som_planerare.post(adress, falt)

    assert (svar.status_code, "Organet har redan ett möte den dagen." in platt(svar)) == (422, True)


@pytest.fixture
def indikator(flemingsberg: Fardplan) -> Indikator:
    """With the made up values of two years."""
    i = Indikator.objects.filter(varden__stadskarna=flemingsberg.stadskarna, varden__exempel=True).earliest("pk")
    assert i.varden.filter(stadskarna=flemingsberg.stadskarna).count() > 1
    return i


def _satt(indikator: Indikator, karna: Any, rader: list[lagesbild.Varderad]) -> None:
    sedd = senaste_handelse(indikator, karna)
    lagesbild.satt(av=None, indikator=indikator, stadskarna=karna, sedd=sedd, rader=rader)


def _varden(indikator: Indikator, karna: Any) -> list[tuple[Any, ...]]:
    varden = indikator.varden.filter(stadskarna=karna).order_by("ar")
    return list(varden.values_list("pk", "ar", "varde", "kalla", "exempel"))


def _forsta(indikator: Indikator, karna: Any, ar: int) -> Any:
    """The event that tells how the value came."""
    return handelser(Matvarde).filter(indikator=indikator, stadskarna=karna, ar=ar).earliest("pgh_id")


@pytest.mark.parametrize("vad", ["togs bort", "ändrades"])
def test_ett_matvarde_ar_tillbaka_som_det_var(
    som_planerare: Client, formular: Formular, flemingsberg: Fardplan, indikator: Indikator, vad: str
) -> None:
    karna = flemingsberg.stadskarna
    fore = _varden(indikator, karna)
    forst, *ovriga = [lagesbild.som_rad(v) for v in indikator.varden.filter(stadskarna=karna).order_by("ar")]
    andrat = [] if vad == "togs bort" else [replace(forst, varde=Decimal(1), kalla="Fel")]
    _satt(indikator, karna, [*andrat, *ovriga])
    historik = f"/flemingsberg/lagesbild/{indikator.pk}/historik/"
    if andrat:
        h = _forsta(indikator, karna, forst.ar)
        adress = f"{historik}{h.pgh_id}/?rad=matvarde"
        assert f'href="{adress}"' in platt(som_planerare.get(historik))
    else:
        adress = _adress(som_planerare, historik)

    som_planerare.post(adress, formular(som_planerare.get(adress)))

    assert (_varden(indikator, karna), "Lägg tillbaka" in platt(som_planerare.get(historik))) == (fore, False)


def test_ett_varde_som_nagon_andrade_medan_man_laste_star_kvar(
    som_planerare: Client, formular: Formular, flemingsberg: Fardplan, indikator: Indikator
) -> None:
    karna = flemingsberg.stadskarna
    forst, *ovriga = [lagesbild.som_rad(v) for v in indikator.varden.filter(stadskarna=karna).order_by("ar")]
    _satt(indikator, karna, [replace(forst, varde=Decimal(1), kalla="Fel"), *ovriga])
    h = _forsta(indikator, karna, forst.ar)
    adress = f"/flemingsberg/lagesbild/{indikator.pk}/historik/{h.pgh_id}/?rad=matvarde"
    falt = formular(som_planerare.get(adress))
    _satt(indikator, karna, [replace(forst, varde=Decimal(2), kalla="Rätt"), *ovriga])

    svar = som_planerare.post(adress, falt)

    assert (svar.status_code, f"Värdet för {forst.ar} ändrades medan du läste" in platt(svar)) == (409, True)
    assert indikator.varden.get(stadskarna=karna, ar=forst.ar).kalla == "Rätt"


def test_ett_borttaget_varde_tar_inte_det_nyas_ar(
    som_planerare: Client, formular: Formular, flemingsberg: Fardplan, indikator: Indikator
) -> None:
    karna = flemingsberg.stadskarna
    forst, *ovriga = [lagesbild.som_rad(v) for v in indikator.varden.filter(stadskarna=karna).order_by("ar")]
    _satt(indikator, karna, ovriga)
    adress = _adress(som_planerare, f"/flemingsberg/lagesbild/{indikator.pk}/historik/")
    falt = formular(som_planerare.get(adress))
    _satt(indikator, karna, [replace(forst, varde=Decimal(2), kalla="Nytt"), *ovriga])

    svar = som_planerare.post(adress, falt)

    assert (svar.status_code, f"Det finns ett annat värde för {forst.ar} nu." in platt(svar)) == (422, True)


def test_en_insats_som_togs_bort_star_i_fardplanens_historik(
    som_planerare: Client, planerare: Anvandare, formular: Formular, m1: Any, flemingsberg: Fardplan
) -> None:
    i = insatser.skapa(av=planerare, malomrade=m1, fardplan=flemingsberg, titel="Av misstag", text="Text", ordning=70)
    angra = som_planerare.get("/flemingsberg/insatser/1.70/historik/")
    knapp, fran, har = KNAPP.findall(platt(angra))[0]
    bort = som_planerare.post(knapp, {"fran": fran, "har": har}, follow=True)
    adress = _adress(som_planerare, "/flemingsberg/historik/")

    svar = som_planerare.post(adress, formular(som_planerare.get(adress)), follow=True)

    assert (bort.request["PATH_INFO"], "Det är ångrat." in platt(bort)) == ("/flemingsberg/", True)
    assert "Det är tillbaka." in platt(svar)
    nu = Insats.objects.get(pk=i.pk)
    assert (nu.nummer, nu.titel, nu.text, nu.version) == ("1.70", "Av misstag", "Text", i.version + 1)
    assert "Av misstag" not in platt(som_planerare.get("/flemingsberg/historik/"))


def test_har_nagon_tagit_numret_far_den_ett_annat_och_en_gemensam_fragar(
    som_planerare: Client, formular: Formular, m1: Any, flemingsberg: Fardplan
) -> None:
    i = insatser.skapa(av=None, malomrade=m1, fardplan=None, titel="Av misstag", ordning=70)
    pk = i.pk
    i.delete()
    insatser.skapa(av=None, malomrade=m1, fardplan=flemingsberg, titel="En annan", ordning=70)
    adress = _adress(som_planerare, "/flemingsberg/historik/")
    falt = formular(som_planerare.get(adress))

    utan = som_planerare.post(adress, falt)
    som_planerare.post(adress, falt | {"alla_karnor": "on"})

    assert utan.status_code == 422
    assert Insats.objects.get(pk=pk).nummer == "1.71"


def test_det_som_inte_gar(
    client: Client, planerare: Anvandare, tjansteperson: Anvandare, formular: Formular, natverk: Samverkansorgan
) -> None:
    organen.andra(av=planerare, organ=natverk, version=natverk.version, platser=[])
    client.force_login(planerare)
    historik = f"/flemingsberg/organ/{natverk.pk}/historik/"
    adress = _adress(client, historik)
    falt, handelse = formular(client.get(adress)), adress.partition("?")[0]
    fel = ["?rad=", "?rad=insats", "?rad=samverkansorgan", "?rad=%00"]

    assert {client.get(handelse + f).status_code for f in fel} == {404}
    assert client.get(f"{historik}999999999/?rad=plats").status_code == 404
    client.post(adress, falt)
    igen = client.post(adress, falt | {"inskick": ""})
    assert (igen.status_code, "Det finns där redan." in platt(igen), natverk.platser.count()) == (422, True, 3)
    client.force_login(tjansteperson)
    assert (client.get(historik).context["borttagna"], client.get(adress).status_code) == (set(), 403)


def test_det_senaste_gar_att_angra_ur_historiken_i_ett_dygn(
    client: Client, planerare: Anvandare, administrator: Anvandare, insats: Callable[[str], Insats]
) -> None:
    fore, sida = insats("1.3"), "/flemingsberg/insatser/1.3/historik/"
    insatser.andra(av=planerare, insats=fore, version=fore.version, titel="Fel titel")
    client.force_login(administrator)
    andras = client.get(sida).context["angra"]
    client.force_login(planerare)
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        for_sent = client.get(sida).context["angra"]

    knapp, fran, har = KNAPP.findall(platt(client.get(sida)))[0]
    svar = client.post(knapp, {"fran": fran, "har": har}, follow=True)

    assert (andras, for_sent) == (None, None)
    assert (insats("1.3").titel, svar.request["PATH_INFO"]) == (fore.titel, sida)
    assert platt(svar).count(">Gör om</button>") == 2  # beside the words, and in the history


def test_det_slutliga_angras_inte_ur_historiken(
    client: Client, planerare: Anvandare, m1: Any, flemingsberg: Fardplan
) -> None:
    i = insatser.skapa(av=planerare, malomrade=m1, fardplan=flemingsberg, titel="Utkast", ordning=70, utkast=True)
    insatser.publicera(av=planerare, versioner={i.pk: i.version})
    client.force_login(planerare)

    assert client.get("/flemingsberg/insatser/1.70/historik/").context["angra"] is None


def test_antalet_fragor_beror_inte_pa_hur_mycket_som_togs_bort(
    som_planerare: Client, django_assert_num_queries: Any, natverk: Samverkansorgan
) -> None:
    alla = organen.rader(natverk.platser.order_by("ordning"))
    nu: Model = natverk
    for kvar in (alla[:2], alla[:1], []):
        nu = organen.andra(av=None, organ=nu, version=nu.version, platser=kvar)
        if len(kvar) != 1:
            with django_assert_num_queries(14):
                som_planerare.get(f"/flemingsberg/organ/{natverk.pk}/historik/")


def test_att_lagga_tillbaka_kostar_lika_mycket_hur_ofta_det_an_togs_bort(
    utkast: Handlingsplan, planerare: Anvandare
) -> None:
    """And however many aktiviteter it goes in before."""
    forst = Aktivitet.objects.filter(prioritering__handlingsplan=utkast, ordning=1).earliest("pk")
    antal = []
    for fler in (1, 5, 0):
        planer.skapa_aktiviteter(
            av=None, nya=[NyAktivitet(prioritering=forst.prioritering, varden={"titel": "Efter"})] * fler
        )
        nu = Aktivitet.objects.select_related("prioritering__handlingsplan").get(pk=forst.pk)
        planer.ta_bort_aktivitet(av=None, aktivitet=nu, version=nu.version)
        borta = [handelser(Aktivitet).filter(pgh_label="delete", pgh_obj_id=forst.pk).latest("pgh_id")]
        plan = Handlingsplan.objects.get(pk=utkast.pk)
        with CaptureQueriesContext(connection) as fragor:
            lagg_tillbaka(av=planerare, rad=plan, version=plan.version, borta=borta)
        antal.append(len(fragor))

    assert antal[0] == antal[1] == antal[2]
    assert Aktivitet.objects.get(pk=forst.pk).ordning == 1


@pytest.mark.parametrize("bredvid", [AktivitetAktor, Bidrag, Kommentar, Bilaga])
def test_det_som_gick_med_slas_upp_i_ett_index(bredvid: type[Model]) -> None:
    """However much was ever taken away."""
    alla = handelser(bredvid).filter(pgh_label="delete", aktivitet=1, pgh_created_at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    assert "Index Cond: (aktivitet_id = 1)" in alla.explain()
