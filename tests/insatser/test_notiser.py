"""What people are told by mail outside rounds: of what, whether they may see it, how soon, and how they say no."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from aktorer.models import Aktor, Anvandare
from insatser.andringar import beslut, deltagande, foljning, lage, mote, notiser, uppfoljning, utskick
from insatser.andringar.insats import andra_roller
from insatser.andringar.roller import Rollrad
from insatser.fragor import uppfoljning as omgangar
from insatser.models import (
    Fardplan,
    Handlingsplan,
    Insats,
    Kontakt,
    Korning,
    Lagesrapport,
    Medverkan,
    Mote,
    Notis,
    Notisval,
    Samverkansorgan,
    Stadskarna,
    Utskick,
)
from insatser.regler import notiser as regler
from insatser.regler.medverkan import Deltagande, Roll
from insatser.regler.period import dag_i_ord
from insatser.utbyte.mejl import sandning
from insatser.utbyte.mejl.brev import bygg
from tests import klocka
from tests.sidtext import platt

IDAG = klocka.IDAG


@pytest.fixture
def alla_inne(db: None) -> None:
    """Everybody has logged in, and nothing that was before is told."""
    nu = timezone.now()
    Anvandare.objects.update(last_login=nu, skapad=nu - timedelta(days=60))
    notiser.samla(idag=IDAG)
    # The history tells when a transaction began, and a test is one.
    Notisval.objects.update(sedan=nu - timedelta(minutes=1), veckobrev="aldrig")


@pytest.fixture
def resa() -> Iterator[Callable[[int], None]]:
    """Go so many days on. The database keeps its own clock."""
    with ExitStack() as stack:

        def till(dagar: int) -> None:
            stack.enter_context(time_machine.travel(timezone.now() + timedelta(days=dagar)))

        yield till


def kor() -> list[Any]:
    """A run of the timer; the mails that it sent."""
    fore = len(mail.outbox)
    notiser.samla(idag=timezone.localdate())
    utskick.skicka(bygg, sandning.sand)
    return mail.outbox[fore:]


def till(brev: list[Any]) -> list[str]:
    return sorted(b.to[0].partition("@")[0] for b in brev)


@pytest.mark.parametrize(
    ("takt", "dag", "idag", "gar"),
    [
        ("genast", date(2026, 11, 18), date(2026, 11, 18), True),
        ("vecka", date(2026, 11, 18), date(2026, 11, 22), False),
        ("vecka", date(2026, 11, 18), date(2026, 11, 23), True),
        ("vecka", date(2026, 11, 18), date(2026, 11, 25), True),
        ("vecka", date(2026, 11, 23), date(2026, 11, 23), True),
        ("aldrig", date(2026, 11, 18), date(2026, 11, 23), False),
    ],
)
def test_nar_nagot_gar(takt: str, dag: date, idag: date, gar: bool) -> None:
    assert regler.gar(takt, dag, idag) == gar


@pytest.mark.usefixtures("alla_inne")
def test_det_som_var_innan_ar_inget_nytt() -> None:
    assert (kor(), Notis.objects.count()) == ([], 0)


def mote_om(dagar: int, av: Anvandare) -> Mote:
    """Called in Flemingsberg's styrgrupp."""
    organ = Samverkansorgan.objects.verksamma(IDAG).get(slag="styrgrupp", stadskarna__slug="flemingsberg")
    return mote.skapa(av=av, organ=organ, datum=klocka.om(dagar), plats="Kommunalhuset")


def fraga(insats: Insats, av: Anvandare, deltagande: Deltagande = Deltagande.TILLFRAGAD) -> Medverkan:
    """Ask Huddinge to be ansvarig."""
    huddinge = Aktor.objects.get(slug="huddinge-kommun")
    rader = [Rollrad(huddinge.pk, Roll.ANSVARIG, "", deltagande)]
    andra_roller(av=av, insats=insats, version=insats.version, roller=rader)
    return Medverkan.objects.get(insats=insats, aktor=huddinge)


def rapportera(insats: Insats, av: Anvandare, bedomning: str = "avviker") -> Lagesrapport:
    karna = Stadskarna.objects.get(slug="flemingsberg")
    sagt = {"status": "pagar", "bedomning": bedomning, "kommentar": "Marken är inte klar."}
    return lage.rapportera(av=av, insats=insats, stadskarna=karna, **sagt)


@pytest.mark.usefixtures("alla_inne")
def test_ett_mote_kallas_till_planerare_och_styrgrupp_en_gang(planerare: Anvandare, administrator: Anvandare) -> None:
    nytt = mote_om(3, administrator)

    brev = kor()

    assert till(brev) == ["planerare", "styrgrupp"]
    assert f"/flemingsberg/organ/moten/{nytt.pk}/" in brev[0].body
    assert kor() == []


@pytest.mark.usefixtures("alla_inne")
def test_ett_mote_som_har_varit_eller_stallts_in_sags_inte(
    administrator: Anvandare, resa: Callable[[int], None]
) -> None:
    installt = mote_om(9, administrator)
    mote_om(3, administrator)
    notiser.samla(idag=IDAG)
    Mote.objects.filter(pk=installt.pk).update(installt=True)
    resa(4)

    assert kor() == []


def andra_mote(mote_: Mote, av: Anvandare, **varden: Any) -> None:
    mote_.refresh_from_db()
    nu = {f: getattr(mote_, f) for f in ("datum", "tid", "plats", "installt", "protokoll")}
    mote.andra(av=av, mote=mote_, version=mote_.version, punkter=[], **(nu | varden))


def amnen(brev: list[Any]) -> dict[str, str]:
    return {b.to[0].partition("@")[0]: b.subject for b in brev}


@pytest.mark.parametrize(
    ("andring", "amne", "text"),
    [
        ({"installt": True}, "Inställt: {organ} möts inte {dag}", "Flemingsberg."),
        ({}, "Inställt: {organ} möts inte {dag}", "Se organen och deras möten"),
        ({"datum": 11}, "Ändrat möte: {organ} möts {ny}", "Förut: {dag}, Kommunalhuset."),
        ({"plats": "Stadshuset"}, "Ändrat möte: {organ} möts {dag}", "Flemingsberg. Stadshuset. Förut:"),
    ],
    ids=["installt", "borttaget", "flyttat", "annan plats"],
)
@pytest.mark.usefixtures("alla_inne")
def test_de_som_har_kallats_far_veta_att_motet_inte_blir_som_sagt(
    planerare: Anvandare, administrator: Anvandare, andring: dict[str, Any], amne: str, text: str
) -> None:
    """Those alone, the next day as soon as the same day when it has other mail; not who did it."""
    Notisval.objects.filter(anvandare=planerare).update(mote="vecka")
    nytt = mote_om(9, administrator)
    kallade = till(kor())
    Notisval.objects.filter(anvandare=planerare).update(mote="aldrig")
    Utskick.objects.update(dag=klocka.om(-1))

    if andring:
        varden = andring | ({"datum": klocka.om(andring["datum"])} if "datum" in andring else {})
        andra_mote(nytt, administrator, **varden)
    else:
        mote.ta_bort(av=administrator, mote=nytt, version=nytt.version)
    brev = kor()

    dagar = {"dag": dag_i_ord(klocka.om(9)), "ny": dag_i_ord(klocka.om(11)), "organ": nytt.organ}
    assert (kallade, amnen(brev)) == (["styrgrupp"], {"styrgrupp": amne.format(**dagar)})
    assert text.format(**dagar) in " ".join(brev[0].body.split())
    assert kor() == []


@pytest.mark.usefixtures("alla_inne")
def test_ett_installt_mote_som_anda_blir_av_sags_igen(administrator: Anvandare) -> None:
    nytt, sagt = mote_om(9, administrator), []
    kor()
    for installt in (True, False):
        Utskick.objects.filter(dag=IDAG).update(dag=klocka.om(-1 - installt))
        andra_mote(nytt, administrator, installt=installt)
        sagt += [b for b in kor() if till([b]) == ["styrgrupp"]]

    assert [b.subject.partition(":")[0] for b in sagt] == ["Inställt", f"{nytt.organ} möts {dag_i_ord(klocka.om(9))}"]
    assert "Mötet blir ändå av." in sagt[1].body


@pytest.mark.usefixtures("alla_inne")
def test_ett_mote_som_stalls_in_dagen_fore_vantar_inte(administrator: Anvandare) -> None:
    """A second mail the same day to those who were called; what was never told needs no taking back."""
    bradskar, annat = mote_om(1, administrator), mote_om(9, administrator)
    forst = till(kor())
    andra_mote(bradskar, administrator, installt=True)
    brev = kor()
    osagt = mote_om(12, administrator)
    andra_mote(osagt, administrator, installt=True)

    assert forst == till(brev) == ["planerare", "styrgrupp"]
    assert {b.subject for b in brev} == {f"Inställt: {annat.organ} möts inte {dag_i_ord(klocka.om(1))}"}
    assert (kor(), Utskick.objects.filter(paborjat=None).count()) == ([], 0)


@pytest.mark.usefixtures("alla_inne")
def test_det_som_togs_for_ett_mejl_som_inte_gick_gar_med_det_som_gar(
    insats: Callable[[str], Insats], planerare: Anvandare, flemingsberg: Fardplan, resa: Callable[[int], None]
) -> None:
    """The mail server was down, and the next day's round is the mail that goes."""

    def nere(_: Any) -> None:
        raise utskick.Nere("Ingen svarar")

    fraga(insats("1.3"), planerare)
    notiser.samla(idag=IDAG)
    utskick.skicka(bygg, nere)
    resa(1)
    fragor = omgangar.amnen([flemingsberg])
    uppfoljning.oppna(av=planerare, namn="Läget", fardplan=flemingsberg, deadline=klocka.om(20), fragor=fragor)

    (brev,) = [b for b in kor() if till([b]) == ["tjansteperson"]]

    assert [d for d in ("Läget, Flemingsberg", "är tillfrågad som ansvarig") if d not in brev.body] == []


@pytest.mark.usefixtures("alla_inne")
def test_den_tillfragade_far_en_lank_att_svara_med(
    insats: Callable[[str], Insats], planerare: Anvandare, client: Client, tjansteperson: Anvandare, formular: Any
) -> None:
    del_ = fraga(insats("1.3"), planerare)

    (brev,) = kor()

    assert (till([brev]), brev.subject) == (
        ["tjansteperson"],
        "Huddinge kommun är tillfrågad som ansvarig i 1.3 Samverka kring utvecklingen av Hälsovägen",
    )
    (lanken,) = re.findall(r"Svara här, utan att logga in: https?://[^/]+(\S+)", brev.body)
    fyllt = formular(client.get(lanken))
    del_.refresh_from_db()
    fore = del_.deltagande
    svar = client.post(lanken, fyllt | {"deltagande": "bekraftad"}, follow=True)
    del_.refresh_from_db()
    assert (fore, del_.deltagande) == ("tillfragad", "bekraftad")
    assert "Svaret från Huddinge kommun är sparat." in platt(svar)
    Anvandare.objects.filter(pk=tjansteperson.pk).update(is_active=False)
    assert client.get(lanken).status_code == 404


@pytest.mark.usefixtures("alla_inne")
def test_den_som_har_svarat_under_tiden_far_inget(
    insats: Callable[[str], Insats], planerare: Anvandare, tjansteperson: Anvandare
) -> None:
    del_ = fraga(insats("1.3"), planerare)
    notiser.samla(idag=IDAG)
    sedd = deltagande.senaste_handelse(del_)
    deltagande.svara(av=tjansteperson, del_=del_, deltagande=Deltagande.BEKRAFTAD, sedd=sedd)

    assert (kor(), Utskick.objects.filter(slag="notiser").count()) == ([], 0)


@pytest.mark.usefixtures("alla_inne")
def test_det_som_blev_avvikande_sags_den_som_svarar_for_det(
    insats: Callable[[str], Insats], planerare: Anvandare, botkyrka: Anvandare
) -> None:
    fraga(insats("1.3"), planerare, Deltagande.BEKRAFTAD)

    brev = [rapportera(insats("1.3"), botkyrka), *kor()][1:]
    igen = [rapportera(insats("1.3"), botkyrka), *kor()][1:]

    assert (till(brev), igen) == (["planerare", "tjansteperson"], [])
    assert "Marken är inte klar." in brev[0].body


@pytest.mark.parametrize("vad", ["taget_tillbaka", "avstangd", "annan_roll", "aldrig"])
@pytest.mark.usefixtures("alla_inne")
def test_det_som_inte_langre_ar_for_personen_sags_inte(
    insats: Callable[[str], Insats], botkyrka: Anvandare, planerare: Anvandare, vad: str
) -> None:
    """Noticed and queued, and changed before the mail is made."""
    rapport = rapportera(insats("1.3"), botkyrka)
    notiser.samla(idag=IDAG)
    person = Anvandare.objects.filter(pk=planerare.pk)
    match vad:
        case "taget_tillbaka":
            Lagesrapport.objects.filter(pk=rapport.pk).update(aterkallad=timezone.now())
        case "avstangd":
            person.update(is_active=False)
        case "annan_roll":
            person.update(roll="styrgrupp")
        case "aldrig":
            notiser.avsluta(av=planerare, slag=["avviker"])
    fanns = Utskick.objects.filter(anvandare=planerare, slag="notiser").exists()

    utskick.skicka(bygg, sandning.sand)

    assert (fanns, till(mail.outbox)) == (True, [])


@pytest.mark.usefixtures("alla_inne")
def test_det_som_foljs_kommer_pa_mandag_i_ett_mejl_med_omgangarna(
    insats: Callable[[str], Insats],
    tjansteperson: Anvandare,
    planerare: Anvandare,
    resa: Callable[[int], None],
    flemingsberg: Fardplan,
) -> None:
    foljning.folj(av=tjansteperson, insats=insats("1.3"), stadskarna=flemingsberg.stadskarna)
    rapportera(insats("1.3"), planerare, "enligt_plan")
    fore = kor()
    resa(2)
    for namn in ("Höstens läge", "Vinterns läge"):
        fragade = {"fardplan": flemingsberg, "deadline": klocka.om(20), "fragor": omgangar.amnen([flemingsberg])}
        uppfoljning.oppna(av=planerare, namn=namn, **fragade)

    brev = kor()

    assert (fore, till(brev)) == ([], ["botkyrka", "tjansteperson"])
    mitt = next(b for b in brev if till([b]) == ["tjansteperson"])
    for text in (mitt.body, platt(mitt.alternatives[0].content)):
        assert [d for d in ("Höstens läge", "Vinterns läge", "Läget: Pågår, enligt plan") if d not in text] == []
    assert kor() == []


@pytest.mark.parametrize("foljd", ["genast", "vecka"])
@pytest.mark.usefixtures("alla_inne")
def test_samma_rapport_sags_en_gang_med_det_starkaste_skalet(
    insats: Callable[[str], Insats],
    planerare: Anvandare,
    botkyrka: Anvandare,
    flemingsberg: Fardplan,
    resa: Callable[[int], None],
    foljd: str,
) -> None:
    """Who follows what one answers for reads of it as what deviates, and not again on Monday when it no longer does."""
    foljning.folj(av=planerare, insats=insats("1.3"), stadskarna=flemingsberg.stadskarna)
    Notisval.objects.update(foljd=foljd)

    rapportera(insats("1.3"), botkyrka)
    (forst,) = kor()
    resa(2)
    rapportera(insats("1.3"), botkyrka, "enligt_plan")
    (sedan,) = kor()

    assert (forst.subject.endswith("avviker"), forst.body.count("Marken är inte klar.")) == (True, 1)
    assert [ord_ in sedan.body for ord_ in (": Pågår, avviker", ": Pågår, enligt plan")] == [False, True]


@pytest.mark.usefixtures("alla_inne")
def test_veckobrevet_kommer_pa_mandag_och_bara_da(
    insats: Callable[[str], Insats], planerare: Anvandare, botkyrka: Anvandare, resa: Callable[[int], None]
) -> None:
    Notisval.objects.update(veckobrev="vecka")
    rapportera(insats("1.3"), botkyrka, "enligt_plan")
    resa(2)
    Korning.objects.create(dag=timezone.localdate(), senast=timezone.now())

    mandag = kor()
    resa(1)
    tisdag = kor()

    assert (till(mandag), tisdag) == (["planerare"], [])
    assert "Veckan i Flemingsberg" in mandag[0].subject + mandag[0].body
    assert "insatser fick nya lägen i veckan" in mandag[0].body or "En insats fick ett nytt läge" in mandag[0].body


@pytest.mark.usefixtures("alla_inne")
def test_ett_beslut_och_en_oppnad_plan_sags_dem_som_har_del(
    planerare: Anvandare, tjansteperson: Anvandare, flemingsberg: Fardplan
) -> None:
    """Who takes part, the handläggare of an insats there, and the planerare but who did it; in no other stadskärna."""
    Anvandare.objects.create(
        epost="annan@prov.example", namn="Annan", roll="planerare", aktor=planerare.aktor, last_login=timezone.now()
    )
    hand = Anvandare.objects.create(
        epost="hand@prov.example", namn="Hand", roll="tjansteperson", aktor=planerare.aktor, last_login=timezone.now()
    )
    Anvandare.objects.update(skapad=timezone.now() - timedelta(days=60))
    plan = Handlingsplan.objects.get(fardplan=flemingsberg, exempel=True)
    organ = Samverkansorgan.objects.get(stadskarna=flemingsberg.stadskarna, slag="styrgrupp", till=None)
    lyft = plan.prioriteringar.select_related("insats").first()
    Kontakt.objects.create(
        anvandare=hand, aktor=planerare.aktor, namn="Hand", epost=hand.epost, insats=lyft and lyft.insats
    )
    sagt = {"organ": organ, "datum": IDAG, "paragraf": "4", "diarienummer": "RS 2026-0001"}
    beslut.besluta(av=planerare, plan=plan, version=plan.version, **sagt)
    beslutat = kor()
    beslut.oppna_andring(av=planerare, plan=plan)
    Utskick.objects.update(dag=klocka.om(-1))

    oppnat = kor()

    for brev, ord_ in ((beslutat, "är beslutad"), (oppnat, "ska ändras")):
        assert {"tjansteperson", "annan", "hand"} - set(till(brev)) == set()
        assert {"styrgrupp", "planerare"} & set(till(brev)) == set()
        assert brev[0].subject == f"{plan} {ord_}"


@pytest.mark.usefixtures("alla_inne")
def test_en_omgang_som_ska_besvaras_i_morgon_vantar_inte(
    planerare: Anvandare, administrator: Anvandare, flemingsberg: Fardplan, tjansteperson: Anvandare
) -> None:
    """A second mail the same day, and no third."""
    fraga(Insats.objects.get(titel__startswith="Samverka kring utvecklingen av Häls"), planerare)
    fragor = omgangar.amnen([flemingsberg])
    kor()

    antal = []
    for namn in ("Ett", "Två"):
        uppfoljning.oppna(av=planerare, namn=namn, fardplan=flemingsberg, deadline=klocka.om(1), fragor=fragor)
        antal.append(till(kor()).count("tjansteperson"))

    assert antal == [1, 0]


@pytest.mark.usefixtures("alla_inne")
def test_mejlet_avslutas_med_en_knapp_utan_inloggning(
    client: Client, planerare: Anvandare, administrator: Anvandare
) -> None:
    mote_om(3, administrator)
    brev = next(b for b in kor() if till([b]) == ["planerare"])
    adress = "/" + str(brev.extra_headers["List-Unsubscribe"]).strip("<>").split("/", 3)[3]

    fragan = platt(client.get(adress))
    fore = Notisval.objects.get(anvandare=planerare).mote
    svar = Client(enforce_csrf_checks=True).post(adress, {"List-Unsubscribe": "One-Click"})

    assert (brev.extra_headers["List-Unsubscribe-Post"], fore, svar.status_code) == (
        "List-Unsubscribe=One-Click",
        "genast",
        200,
    )
    assert "Ett möte kallas, flyttas eller ställs in" in fragan
    assert Notisval.objects.get(anvandare=planerare).mote == "aldrig"
    assert client.post("/konto/mejl/avsluta/strunt/").status_code == 404


def test_man_valjer_sina_mejl(client: Client, tjansteperson: Anvandare, formular: Any) -> None:
    client.force_login(tjansteperson)
    fore = formular(client.get("/konto/mejl/"))

    svar = client.post("/konto/mejl/", fore | {"foljd": "genast", "mote": "aldrig", "paminnelser": ""}, follow=True)

    val = Notisval.objects.get(anvandare=tjansteperson)
    tjansteperson.refresh_from_db()
    assert (val.foljd, val.mote, val.beslut, tjansteperson.paminnelser) == ("genast", "aldrig", "genast", False)
    assert "Dina val är sparade." in platt(svar)
    assert client.post("/konto/mejl/", fore | {"mote": "ibland"}).status_code == 422
