"""Möten of samverkansorgan: who sees what of them, and how they are written down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client
from django.utils import timezone

from aktorer.grund.samtidighet import Krock
from aktorer.models import Anvandare
from insatser.andringar import mote as andringar
from insatser.andringar.mote import Punktrad
from insatser.models import (  # type: ignore[attr-defined]
    Arende,
    Beslut,
    Fardplan,
    Handlingsplan,
    Insats,
    Malomrade,
    Mote,
    MoteEvent,
    Motespunkt,
    Planversion,
    Program,
    Samverkansorgan,
)
from tests import klocka
from tests.sidtext import platt

I_GAR = timezone.localdate() - timedelta(days=1)
I_MORGON = timezone.localdate() + timedelta(days=1)
NYTT = "/flemingsberg/organ/{}/moten/ny/"
MOTET = "/flemingsberg/organ/moten/{}/"

type Skapa = Callable[..., Mote]


@pytest.fixture
def styrgruppen(flemingsberg: Fardplan) -> Samverkansorgan:
    return Samverkansorgan.objects.get(stadskarna=flemingsberg.stadskarna, slag="styrgrupp", till=None)


@pytest.fixture
def natverket(db: None) -> Samverkansorgan:
    return Samverkansorgan.objects.get(slag="natverk")


@pytest.fixture
def mote(styrgruppen: Samverkansorgan) -> Skapa:
    """A möte of the styrgrupp yesterday, unless told."""

    def skapa(*punkter: Punktrad, organ: Samverkansorgan = styrgruppen, datum: date = I_GAR, **varden: Any) -> Mote:
        return andringar.skapa(av=None, organ=organ, datum=datum, punkter=punkter, **varden)

    return skapa


@pytest.fixture
def utkast(flemingsberg: Fardplan) -> Handlingsplan:
    return Handlingsplan.objects.get(fardplan=flemingsberg, exempel=True)


@pytest.fixture
def falt() -> Callable[..., dict[str, str]]:
    """The form as it is sent: the rows of the agenda, and what is said of the möte."""

    def fyll(*rader: dict[str, str], fanns: int = 0, **varden: str) -> dict[str, str]:
        ut = {"datum": str(I_GAR), "punkt-TOTAL_FORMS": str(len(rader)), "punkt-INITIAL_FORMS": str(fanns)} | varden
        return ut | {f"punkt-{n}-{namn}": varde for n, rad in enumerate(rader) for namn, varde in rad.items()}

    return fyll


# --- writing


def test_planerare_skriver_in_ett_mote_med_dagordning(
    som_planerare: Client,
    styrgruppen: Samverkansorgan,
    utkast: Handlingsplan,
    insats: Callable[[str], Insats],
    falt: Callable[..., dict[str, str]],
) -> None:
    vagen = insats("1.3")
    rader = [
        {"rubrik": "Planen", "galler": f"handlingsplan-{utkast.pk}", "ORDER": "2"},
        {"rubrik": "Hälsovägen", "galler": f"insats-{vagen.pk}", "paragraf": "§ 4", "beslut": "Ja.", "ORDER": "1"},
        {"rubrik": ""},
    ]

    svar = som_planerare.post(NYTT.format(styrgruppen.pk), falt(*rader, tid="13:00", plats="Regionhuset"))

    skapat = Mote.objects.get()
    assert svar.headers["Location"] == MOTET.format(skapat.pk)
    assert (skapat.organ, skapat.datum, skapat.tid, skapat.plats) == (styrgruppen, I_GAR, time(13), "Regionhuset")
    assert andringar.rader(skapat.punkter.all()) == [
        Punktrad("Hälsovägen", insats_id=vagen.pk, paragraf="4", beslut="Ja."),
        Punktrad("Planen", handlingsplan_id=utkast.pk),
    ]
    assert MoteEvent.objects.get().pgh_context["andring"] == "insatser.andringar.mote.skapa"


def test_galler_valjs_i_en_lista_med_grupper(
    som_planerare: Client, styrgruppen: Samverkansorgan, utkast: Handlingsplan, planerare: Anvandare
) -> None:
    arende = Arende.objects.create(aktor=planerare.aktor, rubrik="Svar på remiss", slag="remissvar")

    form = som_planerare.get(NYTT.format(styrgruppen.pk)).context["rader"][0]

    _, *grupper = form.fields["galler"].choices
    insatser = ["Insatser i Färdplaner 2026", "Insatser i Verksamhetsplan 2009–2011"]
    assert [namn for namn, _ in grupper] == [*insatser, "Handlingsplaner", "Ärenden"]
    assert [len(val) for _, val in grupper] == [18, 3, 2, Arende.objects.count()]
    assert (f"handlingsplan-{utkast.pk}", f"Handlingsplan {klocka.AREN}") in grupper[2][1]
    assert (f"arende-{arende.pk}", "Svar på remiss (Region Stockholm)") in grupper[3][1]


def test_tva_moten_samma_dag_nekas_och_det_skrivna_star_kvar(
    som_planerare: Client, styrgruppen: Samverkansorgan, mote: Skapa, falt: Callable[..., dict[str, str]]
) -> None:
    mote()

    svar = som_planerare.post(NYTT.format(styrgruppen.pk), falt({"rubrik": "En punkt"}, plats="Regionhuset"))

    assert svar.status_code == 422
    assert "Organet har redan ett möte den dagen." in platt(svar)
    assert 'value="Regionhuset"' in platt(svar)
    assert 'value="En punkt"' in platt(svar)
    assert Mote.objects.count() == 1


@pytest.mark.parametrize("ifyllt", [{"beslut": "Ja."}, {"paragraf": "4"}])
def test_punkt_utan_rubrik_men_med_annat_nekas(
    som_planerare: Client, styrgruppen: Samverkansorgan, falt: Callable[..., dict[str, str]], ifyllt: dict[str, str]
) -> None:
    svar = som_planerare.post(NYTT.format(styrgruppen.pk), falt({"rubrik": " "} | ifyllt))

    assert svar.status_code == 422
    assert "Skriv en rubrik, eller töm raden." in platt(svar)
    assert "Mötet är inte sparat." in platt(svar)
    assert next(iter(ifyllt.values())) in platt(svar)
    assert not Mote.objects.exists()


@pytest.mark.parametrize(
    "galler", ["insats-{annan}", "insats-0", "insats-", "-", "organ-1", "insats-99999999999999999999", "x" * 300]
)
def test_det_som_inte_finns_att_valja_nekas(
    som_planerare: Client,
    styrgruppen: Samverkansorgan,
    haninge: Fardplan,
    m1: Malomrade,
    falt: Callable[..., dict[str, str]],
    galler: str,
) -> None:
    annan = Insats.objects.create(malomrade=m1, fardplan=haninge, ordning=90, titel="Haninges egen")

    svar = som_planerare.post(
        NYTT.format(styrgruppen.pk), falt({"rubrik": "Punkt", "galler": galler.format(annan=annan.pk)})
    )

    assert svar.status_code == 422
    assert "Välj ett giltigt alternativ" in platt(svar)


def test_en_annan_stadskarnas_insats_nekas_ocksa_utan_formular(
    mote: Skapa, natverket: Samverkansorgan, haninge: Fardplan, m1: Malomrade
) -> None:
    annan = Insats.objects.create(malomrade=m1, fardplan=haninge, ordning=90, titel="Haninges egen")
    punkt = Punktrad("Punkt", insats_id=annan.pk)

    with pytest.raises(ValidationError, match="Haninges egen hör till en annan stadskärna än Politiska styrgruppen"):
        mote(punkt)

    assert mote(punkt, organ=natverket).punkter.get().insats == annan


def test_en_annan_stadskarnas_handlingsplan_nekas(mote: Skapa, haninge: Fardplan) -> None:
    plan = Handlingsplan.objects.create(fardplan=haninge, ar_fran=klocka.FRAN, ar_till=klocka.TILL)

    with pytest.raises(ValidationError, match=f"Handlingsplan {klocka.AREN} hör till en annan stadskärna"):
        mote(Punktrad("Punkt", handlingsplan_id=plan.pk))


def test_ett_mote_som_inte_varit_eller_ar_installt_har_inga_beslut(mote: Skapa) -> None:
    punkt = Punktrad("Punkt", beslut="Ja.")

    for varden in ({"datum": I_MORGON}, {"installt": True}):
        with pytest.raises(ValidationError), transaction.atomic():
            mote(punkt, **varden)

    assert not Mote.objects.exists()


def test_ett_mote_ligger_inom_organets_tid(mote: Skapa, styrgruppen: Samverkansorgan) -> None:
    styrgruppen.till = I_GAR
    styrgruppen.save()

    with pytest.raises(ValidationError, match="fanns inte den dagen"):
        mote(datum=timezone.localdate())


@pytest.mark.parametrize(
    ("falten", "text"),
    [
        ({"datum": "2026-02-30"}, "Fyll i ett giltigt datum."),
        ({"datum": ""}, "Detta fält måste fyllas i."),
        ({"tid": "25:99"}, "Fyll i en giltig tid."),
        ({"protokoll": "inte en adress"}, "Det är ingen webbadress."),
        ({"punkt-TOTAL_FORMS": "nej"}, "ManagementForm"),
        ({"punkt-0-rubrik": "x" * 201}, "som mest 200 tecken"),
        ({"punkt-0-ORDER": "först"}, "Fyll i ett heltal."),
    ],
)
def test_orimliga_uppgifter_ger_besked(
    som_planerare: Client,
    styrgruppen: Samverkansorgan,
    falt: Callable[..., dict[str, str]],
    falten: dict[str, str],
    text: str,
) -> None:
    svar = som_planerare.post(NYTT.format(styrgruppen.pk), falt({"rubrik": "Punkt"}) | {"plats": "Rummet"} | falten)

    assert svar.status_code == 422
    assert text in platt(svar)
    assert 'value="Rummet"' in platt(svar)


def test_mote_andras_och_tomd_rad_forsvinner(
    som_planerare: Client, mote: Skapa, falt: Callable[..., dict[str, str]]
) -> None:
    nu = mote(Punktrad("Först"), Punktrad("Sedan"), Punktrad("Sist"))
    rader = [{"rubrik": "Först", "ORDER": "9"}, {"rubrik": "", "ORDER": "2"}, {"rubrik": "Sist", "ORDER": "3"}]

    svar = som_planerare.post(MOTET.format(nu.pk) + "redigera/", falt(*rader, fanns=3, version="1", installt="on"))

    nu.refresh_from_db()
    assert svar.status_code == 302
    assert ([p.rubrik for p in nu.punkter.all()], nu.installt, nu.version) == (["Sist", "Först"], True, 2)


def test_samma_sak_en_gang_till_andrar_inget(mote: Skapa) -> None:
    nu = mote(Punktrad("Punkt"), plats="Rummet")

    andringar.andra(av=None, mote=nu, version=1, punkter=[Punktrad("Punkt")], plats="Rummet")

    assert Mote.objects.get().version == 1
    assert MoteEvent.objects.count() == 1


def test_inaktuell_dagordning_ger_409_med_deras_och_mina(
    som_planerare: Client, mote: Skapa, falt: Callable[..., dict[str, str]]
) -> None:
    nu = mote(Punktrad("Punkt"))
    andringar.andra(av=None, mote=nu, version=1, punkter=[Punktrad("Punkt", beslut="Deras.")])
    adress, rad = MOTET.format(nu.pk) + "redigera/", {"rubrik": "Punkt", "beslut": "Mina."}

    forst = som_planerare.post(adress, falt(rad, fanns=1, version="1"))
    sedan = som_planerare.post(adress, falt(rad, fanns=1, version=str(forst.context["form"]["version"].value())))

    krock = forst.context["konflikter"][0]
    assert (forst.status_code, sedan.status_code) == (409, 302)
    assert (krock["rubrik"], krock["deras"], krock["mina"]) == ("Dagordningen", "1. Punkt, Deras.", "1. Punkt, Mina.")
    assert "Mina.</textarea>" in platt(forst)
    assert nu.punkter.get().beslut == "Mina."


def test_min_nya_punkt_som_liknar_deras_forsvinner_inte_nar_jag_sparar_igen(
    som_planerare: Client, mote: Skapa, falt: Callable[..., dict[str, str]]
) -> None:
    nu = mote(Punktrad("A"))
    andringar.andra(av=None, mote=nu, version=1, punkter=[Punktrad("A"), Punktrad("B")], plats="Deras")

    svar = som_planerare.post(
        MOTET.format(nu.pk) + "redigera/", falt({"rubrik": "A"}, {"rubrik": "B"}, fanns=1, version="2", plats="Deras")
    )

    assert svar.status_code == 302
    assert [p.rubrik for p in nu.punkter.all()] == ["A", "B"]


def test_en_version_som_aldrig_funnits_skriver_inte_over(mote: Skapa) -> None:
    nu = mote(Punktrad("Punkt"), plats="Rummet")

    with pytest.raises(Krock) as fel:
        andringar.andra(av=None, mote=nu, version=77, punkter=[], plats="Annat rum")

    assert [k.falt for k in fel.value.konflikter] == ["plats", "Dagordningen"]
    assert str(fel.value.konflikter[1].bas) == "okänt"


@pytest.mark.django_db(transaction=True)
def test_olika_delar_av_ett_mote_slas_ihop(
    som_planerare: Client, mote: Skapa, falt: Callable[..., dict[str, str]]
) -> None:
    nu = mote(Punktrad("Punkt"), plats="Rummet")
    andringar.andra(av=None, mote=nu, version=1, punkter=[Punktrad("Punkt"), Punktrad("Deras")], plats="Salen")
    adress, rad = MOTET.format(nu.pk) + "redigera/", {"rubrik": "Punkt"}

    krock = som_planerare.post(adress, falt(rad, fanns=1, version="1", plats="Källaren"))
    som_planerare.post(adress, falt(rad, fanns=1, version="1", plats="Rummet", tid="09:00"))

    nu.refresh_from_db()
    assert krock.status_code == 409
    assert [k["rubrik"] for k in krock.context["konflikter"]] == ["Plats"]
    assert [rad["rubrik"].value() for rad in krock.context["rader"]][:2] == ["Punkt", "Deras"]
    assert (nu.plats, nu.tid, [p.rubrik for p in nu.punkter.all()]) == ("Salen", time(9), ["Punkt", "Deras"])


# --- taking away


def test_ett_felskrivet_mote_tas_bort(som_planerare: Client, mote: Skapa) -> None:
    nu = mote(Punktrad("Punkt"))

    svar = som_planerare.post(MOTET.format(nu.pk) + "ta-bort/", {"version": "1"}, follow=True)

    assert svar.redirect_chain == [("/flemingsberg/organ/", 302)]
    assert "är borttaget" in platt(svar)
    assert (Mote.objects.count(), Motespunkt.objects.count()) == (0, 0)
    assert MoteEvent.objects.filter(pgh_obj_id=nu.pk, pgh_label="delete").exists()


@pytest.mark.parametrize("version", ["2", "", "nej", "99999999999999999999"])
def test_ett_mote_som_andrats_sedan_tas_inte_bort(som_planerare: Client, mote: Skapa, version: str) -> None:
    nu = mote()

    svar = som_planerare.post(MOTET.format(nu.pk) + "ta-bort/", {"version": version})

    assert (svar.status_code, "Mötet ändrades medan du läste" in platt(svar)) == (409, True)
    assert Mote.objects.exists()


def test_ett_mote_med_beslut_tas_inte_bort(mote: Skapa, styrgruppen: Samverkansorgan) -> None:
    med_text, om_plan = mote(Punktrad("Punkt", beslut="Ja.")), mote(datum=I_GAR - timedelta(days=7))
    Beslut.objects.create(organ=styrgruppen, datum=om_plan.datum, paragraf="4")

    for nu in (med_text, om_plan):
        with pytest.raises(ValidationError, match="har fattat beslut"):
            andringar.ta_bort(av=None, mote=nu, version=1)

    assert Mote.objects.count() == 2


@pytest.mark.parametrize("slut", ["redigera/", "ta-bort/"])
def test_bara_den_som_planerar_andrar_moten(
    client: Client, styrgrupp: Anvandare, tjansteperson: Anvandare, mote: Skapa, slut: str
) -> None:
    nu = mote()

    for vem in (styrgrupp, tjansteperson):
        client.force_login(vem)
        assert client.post(MOTET.format(nu.pk) + slut).status_code == 403
        assert client.post(NYTT.format(nu.organ_id)).status_code == 403


# --- reading


@pytest.fixture
def pa_sidan(client: Client) -> Callable[[Mote], list[str]]:
    """The headings of what the möte's page shows."""
    return lambda nu: [p.rad.rubrik for p in client.get(MOTET.format(nu.pk)).context["punkter"]]


def test_besokare_ser_bara_det_som_beslutats_vid_moten_som_hallits(
    client: Client, styrgrupp: Anvandare, mote: Skapa, pa_sidan: Callable[[Mote], list[str]]
) -> None:
    hallet = mote(Punktrad("Hemlig förhandling"), Punktrad("Beslutad", beslut="Ja."))
    kommande = mote(Punktrad("Kommande fråga"), datum=I_MORGON)
    installt = mote(Punktrad("Inställd fråga"), datum=I_GAR - timedelta(days=7), installt=True)
    # Past the changes: what stands on a möte that never was, or has not been, is not decided.
    Motespunkt.objects.filter(mote__in=[kommande, installt]).update(beslut="Ja.")

    assert [pa_sidan(m) for m in (hallet, kommande, installt)] == [["Beslutad"], [], []]
    assert "Hemlig" not in platt(client.get(MOTET.format(hallet.pk)))
    client.force_login(styrgrupp)
    assert [pa_sidan(m) for m in (hallet, kommande, installt)] == [
        ["Hemlig förhandling", "Beslutad"],
        ["Kommande fråga"],
        ["Inställd fråga"],
    ]


def test_besokare_far_ingen_lank_till_en_plan_den_inte_kanner(
    client: Client, styrgrupp: Anvandare, mote: Skapa, utkast: Handlingsplan
) -> None:
    nu = mote(Punktrad("Planeringen", handlingsplan_id=utkast.pk, beslut="Ja."))
    lank = f'href="/handlingsplaner/{utkast.pk}/"'

    forst = platt(client.get(MOTET.format(nu.pk)))
    client.force_login(styrgrupp)
    sedan = platt(client.get(MOTET.format(nu.pk)))

    assert "Planeringen" in forst
    assert f"Handlingsplan {klocka.AREN}" not in forst
    assert lank not in forst
    assert lank in sedan


def test_beslut_om_handlingsplan_visas_med_sin_version(
    client: Client, mote: Skapa, utkast: Handlingsplan, styrgruppen: Samverkansorgan
) -> None:
    nu = mote()
    beslut = Beslut.objects.create(organ=styrgruppen, datum=nu.datum, paragraf="14", diarienummer="RS 2026-1")
    Beslut.objects.create(organ=styrgruppen, datum=nu.datum - timedelta(days=1), paragraf="99")
    Planversion.objects.create(handlingsplan=utkast, nummer=1, beslut=beslut, innehall={}, pdf=b"", sha256="0" * 64)
    lank = f'href="/handlingsplaner/{utkast.pk}/version/1/"'

    som_utkast = platt(client.get(MOTET.format(nu.pk)))
    Handlingsplan.objects.update(status="beslutad")
    sidan = platt(client.get(MOTET.format(nu.pk)))

    assert ("RS 2026-1" in som_utkast, lank in som_utkast) == (False, False)
    assert ("§ 14 · RS 2026-1" in sidan, lank in sidan) == (True, True)
    assert "§ 99" not in sidan


def test_en_aldre_insats_leder_till_sin_generation(
    client: Client, flemingsberg: Fardplan, mote: Skapa, insats: Callable[[str], Insats]
) -> None:
    aldre = Program.objects.create(namn="Verksamhetsplan", slug="plan-2009", ar_fran=2008, ar_till=2011)
    strategi = Malomrade.objects.create(program=aldre, nummer=1, namn="Tillväxt", farg=1, ikon="stad")
    plan = Fardplan.objects.create(program=aldre, stadskarna=flemingsberg.stadskarna, publicerad=True, karaktar="Så.")
    gammal = Insats.objects.create(malomrade=strategi, fardplan=plan, ordning=7, titel="Gammal insats")
    nu = mote(
        Punktrad("Förr", insats_id=gammal.pk, beslut="Ja."), Punktrad("Nu", insats_id=insats("1.3").pk, beslut="Ja.")
    )

    sidan = platt(client.get(MOTET.format(nu.pk)))
    Fardplan.objects.filter(pk=plan.pk).update(publicerad=False)
    utan = platt(client.get(MOTET.format(nu.pk)))

    assert f'href="/insatser/{gammal.pk}/?stadskarna=flemingsberg"' in sidan
    assert 'href="/flemingsberg/insatser/1.3/"' in sidan
    assert "Gammal insats" not in utan


@pytest.mark.usefixtures("alla_publicerade")
def test_ett_gemensamt_organs_moten_nas_fran_alla_stadskarnor(
    client: Client, mote: Skapa, natverket: Samverkansorgan, insats: Callable[[str], Insats]
) -> None:
    gemensam, egen = insats("1.1"), insats("1.3")
    nu = mote(
        Punktrad("Gemensam", insats_id=gemensam.pk, beslut="Ja."),
        Punktrad("Egen", insats_id=egen.pk, beslut="Ja."),
        organ=natverket,
    )

    sidan = platt(client.get(f"/haninge/organ/moten/{nu.pk}/"))

    assert 'href="/haninge/insatser/1.1/"' in sidan
    assert 'href="/flemingsberg/insatser/1.3/"' in sidan


def test_redigering_fran_en_annan_stadskarna_behaller_vad_punkten_galler(
    som_planerare: Client, mote: Skapa, natverket: Samverkansorgan, insats: Callable[[str], Insats]
) -> None:
    egen = insats("1.3")
    nu = mote(Punktrad("Egen", insats_id=egen.pk), organ=natverket)

    form = som_planerare.get(f"/haninge/organ/moten/{nu.pk}/redigera/").context["rader"][0]

    val = {varde: text for _, grupp in form.fields["galler"].choices[1:] for varde, text in grupp}
    assert val[form["galler"].value()] == f"{egen} (Flemingsberg)"


def test_en_annan_stadskarnas_mote_finns_inte(client: Client, mote: Skapa, styrgruppen: Samverkansorgan) -> None:
    nu = mote()

    assert client.get(f"/haninge/organ/moten/{nu.pk}/").status_code == 404
    assert client.get(MOTET.format(nu.pk + 1)).status_code == 404


def test_ett_mote_utan_nagot_pa_sager_det(client: Client, planerare: Anvandare, mote: Skapa) -> None:
    hallet, kommande = mote(), mote(datum=I_MORGON)
    installt = mote(datum=I_GAR - timedelta(days=7), installt=True)

    assert "Inga beslut är inskrivna." in platt(client.get(MOTET.format(hallet.pk)))
    assert "Mötet har inte varit än." in platt(client.get(MOTET.format(kommande.pk)))
    assert "Mötet är inställt." in platt(client.get(MOTET.format(installt.pk)))
    client.force_login(planerare)
    assert "Dagordningen är tom." in platt(client.get(MOTET.format(hallet.pk)))


def test_insatsens_sida_visar_moten_nyast_forst(
    client: Client, styrgrupp: Anvandare, mote: Skapa, natverket: Samverkansorgan, insats: Callable[[str], Insats]
) -> None:
    vagen = insats("1.3").pk
    mote(Punktrad("Först", insats_id=vagen, beslut="Ja."), datum=I_GAR - timedelta(days=7))
    mote(Punktrad("Sedan", insats_id=vagen, beslut="Ja."), organ=natverket)
    mote(Punktrad("Kommande", insats_id=vagen), datum=I_MORGON)

    def pa_insatsen() -> list[str]:
        return [p.rubrik for p in client.get("/flemingsberg/insatser/1.3/").context["motespunkter"]]

    assert pa_insatsen() == ["Sedan", "Först"]
    client.force_login(styrgrupp)
    assert pa_insatsen() == ["Kommande", "Sedan", "Först"]


@pytest.mark.usefixtures("alla_publicerade")
def test_en_gemensam_insats_visar_den_egna_stadskarnans_moten(
    client: Client, mote: Skapa, natverket: Samverkansorgan, insats: Callable[[str], Insats]
) -> None:
    punkt = Punktrad("Punkt", insats_id=insats("1.1").pk, beslut="Ja.")
    mote(punkt)
    alla = mote(punkt, organ=natverket)

    punkter = client.get("/haninge/insatser/1.1/").context["motespunkter"]

    assert [p.mote for p in punkter] == [alla]


@pytest.mark.parametrize("antal", [1, 3])
def test_antalet_fragor_beror_inte_pa_dagordningen(
    client: Client,
    django_assert_num_queries: Any,
    mote: Skapa,
    insats: Callable[[str], Insats],
    utkast: Handlingsplan,
    antal: int,
) -> None:
    punkter = [Punktrad("I", insats_id=insats("1.3").pk, beslut="Ja.")] * antal
    punkter += [Punktrad("H", handlingsplan_id=utkast.pk, beslut="Ja.")] * antal
    nu = mote(*punkter)
    Beslut.objects.bulk_create([Beslut(organ=nu.organ, datum=I_GAR, paragraf=str(n)) for n in range(antal)])

    with django_assert_num_queries(8):
        client.get(MOTET.format(nu.pk))


@pytest.mark.parametrize("antal", [1, 3])
def test_antalet_fragor_beror_inte_pa_raderna_i_formularet(
    som_planerare: Client, django_assert_num_queries: Any, mote: Skapa, insats: Callable[[str], Insats], antal: int
) -> None:
    nu = mote(*[Punktrad("I", insats_id=insats("1.3").pk)] * antal)

    with django_assert_num_queries(9):
        som_planerare.get(MOTET.format(nu.pk) + "redigera/")


def test_ett_mote_flyttas_inte_fran_sitt_beslut(mote: Skapa, styrgruppen: Samverkansorgan) -> None:
    visat = mote()
    Beslut.objects.create(organ=styrgruppen, datum=visat.datum, paragraf="4")

    with pytest.raises(ValidationError, match="kan inte flyttas"):
        andringar.andra(av=None, mote=visat, version=visat.version, punkter=[], datum=visat.datum - timedelta(days=1))
