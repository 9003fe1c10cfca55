"""The next generation of färdplaner: begun, filled from the one before, and kept apart from what is in force."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pgtrigger
import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from aktorer.grund.samtidighet import Krock
from aktorer.models import Anvandare
from insatser.andringar import beslut, lagesbild
from insatser.andringar import fardplan as fardplaner
from insatser.andringar import generation as andringar
from insatser.andringar import handlingsplan as planandringar
from insatser.andringar import insats as insatsandringar
from insatser.andringar import lage as lagesandringar
from insatser.andringar.generation import Arvsval
from insatser.andringar.lagesbild import Varderad
from insatser.behorighet import gallande_fardplaner
from insatser.fragor import generation
from insatser.fragor.lagesbild import senaste_handelse
from insatser.models import (
    Aktivitet,
    Fardplan,
    Handlingsplan,
    Indikator,
    Insats,
    Insatsavslut,
    Malomrade,
    Matvarde,
    Program,
    Samband,
    Samverkansorgan,
    Stadskarna,
)
from insatser.regler.medverkan import Deltagande
from tests import klocka

GAMMAL = timezone.now() - timedelta(days=40)
ROT = "/generation/fardplaner-2030"


def text(svar: Any) -> str:
    """What the page says, on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", svar.content.decode()).split())


def oavgjorda(fardplan: Fardplan) -> list[Insats]:
    """The insatser of the färdplan before of which nobody has said what becomes of them."""
    return [a.insats for a in generation.arv(fardplan) if not a.avgjord]


@pytest.fixture
def program(flemingsberg: Fardplan) -> Program:
    """Färdplaner 2030, with the målområden of 2026."""
    nytt = Program.objects.create(namn="Färdplaner 2030", slug="fardplaner-2030", ar_fran=2030)
    for m in Malomrade.objects.filter(program=flemingsberg.program):
        Malomrade.objects.create(program=nytt, nummer=m.nummer, namn=m.namn, farg=m.farg, ikon=m.ikon)
    return nytt


@pytest.fixture
def nasta(program: Program, flemingsberg: Fardplan) -> Fardplan:
    """Flemingsberg's färdplan in it, a draft."""
    return andringar.borja(av=None, program=program, stadskarna=flemingsberg.stadskarna)


@pytest.fixture
def avgor(nasta: Fardplan, insats: Callable[[str], Insats]) -> Callable[..., andringar.Avgjort]:
    """Carry over the insats with a number, or end it when given a reason."""

    def kor(nummer: str, skal: str = "", version: int | None = None) -> andringar.Avgjort:
        gammal = insats(nummer)
        omrade = Malomrade.objects.get(program=nasta.program, nummer=gammal.malomrade.nummer)
        val = Arvsval(gammal.pk, version or gammal.version, None if skal else omrade, skal)
        return andringar.avgor(av=None, fardplan=nasta, val=[val])

    return kor


def test_a_begun_fardplan_has_the_texts_of_the_one_before(nasta: Fardplan, flemingsberg: Fardplan) -> None:
    rubriker = set(nasta.fardriktningar.values_list("rubrik", flat=True))
    assert (nasta.karaktar, nasta.publicerad) == (flemingsberg.karaktar, False)
    assert rubriker == set(flemingsberg.fardriktningar.values_list("rubrik", flat=True))


def test_what_is_measured_goes_on_being_so(nasta: Fardplan, flemingsberg: Fardplan) -> None:
    har = {"stadskarna": flemingsberg.stadskarna}
    fore = Matvarde.objects.filter(indikator__malomrade__program=flemingsberg.program, **har)
    efter = Matvarde.objects.filter(indikator__malomrade__program=nasta.program)
    varden = ("indikator__namn", "stadskarna", "ar", "varde", "exempel")
    assert fore.exists()
    assert sorted(efter.values_list(*varden)) == sorted(fore.values_list(*varden))


def test_it_is_begun_once(nasta: Fardplan, program: Program) -> None:
    igen = andringar.borja(av=None, program=program, stadskarna=nasta.stadskarna)
    assert igen == nasta


def test_an_insats_carried_over_has_words_roles_and_number(
    avgor: Callable[..., andringar.Avgjort], insats: Callable[[str], Insats]
) -> None:
    gammal = insats("1.3")
    (ny,) = avgor("1.3").nya
    assert (ny.nummer, ny.titel, ny.text) == (gammal.nummer, gammal.titel, gammal.text)
    assert [m.aktor_id for m in ny.medverkande] == [m.aktor_id for m in gammal.medverkande]
    assert Samband.objects.filter(fran=ny, till=gammal, slag=Samband.Slag.ERSATTER).exists()


def test_who_has_said_yes_is_asked_anew(
    avgor: Callable[..., andringar.Avgjort], insats: Callable[[str], Insats]
) -> None:
    gammal = insats("1.1")
    rad = gammal.medverkan.first()
    gammal.medverkan.filter(pk=rad.pk).update(deltagande=Deltagande.BEKRAFTAD)
    (ny,) = avgor("1.1").nya
    assert ny.medverkan.get(aktor=rad.aktor_id).deltagande == Deltagande.TILLFRAGAD


def test_a_draft_carried_over_is_still_one(
    avgor: Callable[..., andringar.Avgjort], insats: Callable[[str], Insats]
) -> None:
    Insats.objects.filter(pk=insats("1.3").pk).update(utkast=True)
    (ny,) = avgor("1.3", version=insats("1.3").version).nya
    assert ny.utkast


def test_the_same_choice_twice_makes_one(avgor: Callable[..., andringar.Avgjort]) -> None:
    forst, sedan = avgor("1.3"), avgor("1.3")
    assert (len(forst.nya), sedan.nya) == (1, [])


def test_a_gemensam_insats_is_settled_for_all(
    avgor: Callable[..., andringar.Avgjort], program: Program, haninge: Fardplan, insats: Callable[[str], Insats]
) -> None:
    gemensam = next(i for i in Insats.objects.i_fardplan(haninge).i_nummerordning() if i.gemensam)
    avgor(gemensam.nummer)
    dar = andringar.borja(av=None, program=program, stadskarna=haninge.stadskarna)
    assert gemensam not in oavgjorda(dar)


def test_two_who_choose_differently_are_told(avgor: Callable[..., andringar.Avgjort]) -> None:
    avgor("1.3")
    with pytest.raises(Krock, match=r"avgjorde 1\.3"):
        avgor("1.3", skal="Den är klar.")
    assert not Insatsavslut.objects.exists()


def test_a_text_changed_since_is_told(avgor: Callable[..., andringar.Avgjort], insats: Callable[[str], Insats]) -> None:
    da = insats("1.3").version
    insatsandringar.andra(av=None, insats=insats("1.3"), version=da, text="Något annat.")
    with pytest.raises(Krock, match=r"ändrade 1\.3"):
        avgor("1.3", version=da)


def test_the_database_ends_none_before_its_own_program(flemingsberg: Fardplan, insats: Callable[[str], Insats]) -> None:
    with pytest.raises(IntegrityError, match="senare program"), transaction.atomic():
        Insatsavslut.objects.create(insats=insats("1.3"), program=flemingsberg.program, skal="Klar")


def test_the_draft_is_worked_on_below_its_program(nasta: Fardplan, som_planerare: Client) -> None:
    svar = som_planerare.get(f"{ROT}/flemingsberg/")
    assert "Utkastet till Färdplaner 2030" in text(svar)
    assert f'href="{ROT}/flemingsberg/insatskarta/"' in svar.content.decode()


def test_a_draft_waits_behind_the_draft_of_an_older_program(
    program: Program, utkastet: Fardplan, planerare: Anvandare
) -> None:
    andringar.borja(av=None, program=program, stadskarna=utkastet.stadskarna)
    assert gallande_fardplaner(planerare).get(stadskarna=utkastet.stadskarna) == utkastet


def test_a_besokare_knows_nothing_of_it(nasta: Fardplan, client: Client) -> None:
    for adress in ("", "insatskarta/", "insatskarta.xlsx", "insatser/1.3/", "laget.pdf", "ta-over/", "nyheter.atom"):
        svar = client.get(f"{ROT}/flemingsberg/{adress}", follow=True)
        assert svar.status_code == 404 or svar.redirect_chain, adress
        assert "2030" not in svar.content.decode(errors="replace").replace("fardplaner-2030", ""), adress


def test_insatser_are_settled_in_the_browser(
    nasta: Fardplan, som_planerare: Client, insats: Callable[[str], Insats]
) -> None:
    adress, over, bort = f"{ROT}/flemingsberg/ta-over/", insats("1.3"), insats("1.4")
    omrade = Malomrade.objects.get(program=nasta.program, nummer=1)
    data = {f"insats-{i.pk}-version": i.version for i in (a.insats for a in generation.arv(nasta))}
    data |= {f"insats-{over.pk}-val": "over", f"insats-{over.pk}-malomrade": omrade.pk}
    data |= {f"insats-{bort.pk}-val": "avsluta", f"insats-{bort.pk}-skal": "Den är gjord."}
    svar = som_planerare.post(adress, data, follow=True)
    assert "1 insats är övertagen: 1.3. 1 insats förs inte vidare." in text(svar)
    assert "Förs inte vidare: Den är gjord." in text(svar)


def test_an_end_without_a_reason_is_refused(
    nasta: Fardplan, som_planerare: Client, insats: Callable[[str], Insats]
) -> None:
    data = {f"insats-{i.pk}-version": i.version for i in (a.insats for a in generation.arv(nasta))}
    svar = som_planerare.post(f"{ROT}/flemingsberg/ta-over/", data | {f"insats-{insats('1.4').pk}-val": "avsluta"})
    assert svar.status_code == 422
    assert "Skriv varför insatsen inte förs vidare." in text(svar)


def test_all_that_are_left_are_carried_over_at_once(
    nasta: Fardplan, som_planerare: Client, formular: Callable[[Any], dict[str, str]]
) -> None:
    arv = generation.arv(nasta)
    data = {f"insats-{a.insats.pk}-version": a.insats.version for a in arv}
    data |= {f"insats-{a.insats.pk}-malomrade": a.malomrade.pk for a in arv if a.malomrade}
    fragan = som_planerare.post(f"{ROT}/flemingsberg/ta-over/", data | {"alla": "1"})
    fore = len(oavgjorda(nasta))
    som_planerare.post(f"{ROT}/flemingsberg/ta-over/", formular(fragan) | {"alla_karnor": "on"})
    assert (fragan.status_code, fore, oavgjorda(nasta)) == (422, len(arv), [])
    assert [i.nummer for i in Insats.objects.i_fardplan(nasta).i_nummerordning()] == [a.insats.nummer for a in arv]


def test_an_end_can_be_taken_back(
    avgor: Callable[..., andringar.Avgjort], nasta: Fardplan, som_planerare: Client, insats: Callable[[str], Insats]
) -> None:
    avgor("1.3", skal="Den är klar.")
    som_planerare.post(f"{ROT}/flemingsberg/ta-over/{insats('1.3').pk}/angra/")
    assert insats("1.3") in oavgjorda(nasta)


@pytest.mark.parametrize("val", [{"val": "over"}, {"val": "avsluta", "skal": "Den är gjord."}], ids=["over", "avsluta"])
def test_what_is_chosen_for_a_gemensam_names_where_it_shows_and_asks_once(
    nasta: Fardplan,
    som_planerare: Client,
    formular: Callable[[Any], dict[str, str]],
    insats: Callable[[str], Insats],
    val: dict[str, str],
) -> None:
    adress, gemensam = f"{ROT}/flemingsberg/ta-over/", insats("4.2")
    varden = formular(som_planerare.get(adress)) | {f"insats-{gemensam.pk}-{namn}": v for namn, v in val.items()}

    fragan = som_planerare.post(adress, varden)
    oavgjord = gemensam in oavgjorda(nasta)
    som_planerare.post(adress, formular(fragan) | {"alla_karnor": "on"})
    avgjord = gemensam not in oavgjorda(nasta)
    ny = Insats.objects.filter(malomrade__program=nasta.program, fardplan=None).first()
    angrat = {"version": ny.version} if ny else {}
    angra = som_planerare.post(f"{adress}{gemensam.pk}/angra/", angrat)
    kvar = gemensam not in oavgjorda(nasta)
    som_planerare.post(f"{adress}{gemensam.pk}/angra/", formular(angra) | {"alla_karnor": "on"})

    dar = "4.2 är gemensam. En gemensam insats visas i Södertälje stadskärna, Kungens kurva-Skärholmen, Flemingsberg,"
    for svar, status in ((fragan, 422), (angra, 200)):
        assert (svar.status_code, "Ja, ändra i alla åtta stadskärnor" in text(svar)) == (status, True)
        assert dar in text(svar)
    assert "svara på frågan längst ned" in text(fragan)
    assert (oavgjord, avgjord, kvar, gemensam in oavgjorda(nasta)) == (True, True, True, True)


@pytest.fixture
def i_kraft(nasta: Fardplan, avgor: Callable[..., andringar.Avgjort]) -> Fardplan:
    """The färdplan of 2030 published, with 1.3 carried over."""
    avgor("1.3")
    nasta.refresh_from_db()
    return fardplaner.publicera(av=None, fardplan=nasta, version=nasta.version)


# --- carried over by mistake


@pytest.fixture
def kasta(nasta: Fardplan) -> Callable[..., None]:
    def kor(gammal: Insats, ny: Insats, version: int | None = None) -> None:
        andringar.aterta_overforing(av=None, fardplan=nasta, insats=gammal, version=version or ny.version)

    return kor


@pytest.mark.parametrize("nummer", ["1.3", "1.1"])
def test_what_was_carried_over_by_mistake_is_thrown_back(
    avgor: Callable[..., andringar.Avgjort], som_planerare: Client, insats: Callable[[str], Insats], nummer: str
) -> None:
    (ny,), gammal = avgor(nummer).nya, insats(nummer)
    Insats.objects.filter(pk=ny.pk).update(skapad=GAMMAL)
    ny.refresh_from_db()
    vilka = " i alla stadskärnor" if ny.gemensam else ""
    assert f"Kasta {ny.nummer}{vilka} , som tog över {nummer}" in text(
        som_planerare.get(f"{ROT}/flemingsberg/ta-over/")
    )
    ja = {"version": ny.version, "fragad": "True", "alla_karnor": "on"}
    svar = som_planerare.post(f"{ROT}/flemingsberg/ta-over/{gammal.pk}/angra/", ja, follow=True)
    assert f"{gammal} är inte avgjord längre." in text(svar)
    assert gammal in [rad.arv.insats for rad in svar.context["form"].rader]
    assert not Insats.objects.filter(pk=ny.pk).exists()


def test_thrown_back_twice_it_is_thrown_back(avgor: Any, insats: Any, kasta: Any, nasta: Fardplan) -> None:
    (ny,) = avgor("1.3").nya
    kasta(insats("1.3"), ny)
    kasta(insats("1.3"), ny)
    assert insats("1.3") in oavgjorda(nasta)


def test_what_has_been_used_is_not_thrown_back(avgor: Any, insats: Any, kasta: Any, nasta: Fardplan) -> None:
    (ny,) = avgor("1.3").nya
    plan = planandringar.skapa(av=None, fardplan=nasta, ar_fran=2030, ar_till=2031)
    planandringar.lyft(av=None, plan=plan, insats=ny)
    with pytest.raises(ValidationError, match="används: prioriteringar"):
        kasta(insats("1.3"), ny)


def test_what_somebody_wrote_in_since_is_not_thrown_back(avgor: Any, insats: Any, kasta: Any) -> None:
    (ny,) = avgor("1.3").nya
    insatsandringar.andra(av=None, insats=ny, version=ny.version, text="Nytt")
    with pytest.raises(Krock, match="ändrades medan du läste"):
        kasta(insats("1.3"), ny, ny.version)


def test_what_has_been_public_is_not_thrown_back(
    i_kraft: Fardplan, insats: Any, kasta: Any, som_planerare: Client
) -> None:
    ny = Insats.objects.get(fardplan=i_kraft)
    fardplaner.dra_tillbaka(av=None, fardplan=i_kraft, version=i_kraft.version, skal="För tidigt")
    Insats.objects.filter(pk=ny.pk).update(skapad=GAMMAL)
    ny.refresh_from_db()
    with pytest.raises(ValidationError, match="har varit offentlig"):
        kasta(insats("1.3"), ny)
    with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
        Insats.objects.filter(pk=ny.pk)._raw_delete("default")
    assert f"Kasta {ny.nummer}" not in text(som_planerare.get(f"{ROT}/flemingsberg/ta-over/"))


def test_published_it_is_the_one_in_force(i_kraft: Fardplan, client: Client) -> None:
    assert "Färdplaner 2030" in text(client.get("/flemingsberg/"))
    svar = client.get(f"{ROT}/flemingsberg/insatser/1.3/?vy=tabell")
    assert svar.headers["Location"] == "/flemingsberg/insatser/1.3/?vy=tabell"


def test_withdrawn_it_leaves_the_one_before_in_force(i_kraft: Fardplan, client: Client, planerare: Anvandare) -> None:
    fardplaner.dra_tillbaka(av=None, fardplan=i_kraft, version=i_kraft.version, skal="För tidigt")

    besokare = text(client.get("/flemingsberg/"))
    client.force_login(planerare)

    assert ["Färdplaner 2026" in besokare, "Färdplaner 2026" in text(client.get("/flemingsberg/"))] == [True, True]
    assert client.get(f"{ROT}/flemingsberg/").status_code == 200


def test_two_plans_of_the_same_years_have_an_address_each(
    i_kraft: Fardplan, flemingsberg: Fardplan, som_planerare: Client
) -> None:
    gammal = Handlingsplan.objects.filter(fardplan=flemingsberg).first()
    planandringar.skapa(av=None, fardplan=i_kraft, ar_fran=gammal.ar_fran, ar_till=gammal.ar_till)

    lista = som_planerare.get("/flemingsberg/handlingsplan/").content.decode()

    plats = f"/flemingsberg/handlingsplan/{gammal.period}/"
    assert [f'href="{plats}"' in lista, f'href="/generation/fardplaner-2026{plats}"' in lista] == [True, True]


def test_what_was_decided_goes_on_until_it_is_closed(
    i_kraft: Fardplan, flemingsberg: Fardplan, som_planerare: Client
) -> None:
    """Also when the next generation has a plan of the same years, and with it the shorter address."""
    gammal = Handlingsplan.objects.filter(fardplan=flemingsberg).last()
    organ = Samverkansorgan.objects.get(slag="styrgrupp", till=None)
    beslut.besluta(av=None, plan=gammal, version=gammal.version, organ=organ, datum=klocka.IDAG, paragraf="4")
    planandringar.skapa(av=None, fardplan=i_kraft, ar_fran=gammal.ar_fran, ar_till=gammal.ar_till)
    plats = f"/generation/fardplaner-2026/flemingsberg/handlingsplan/{gammal.period}"

    svar = [som_planerare.get(f"{plats}/{sida}").status_code for sida in ("avsluta/", "version/1/ratta/", "inledning/")]

    assert f'href="{plats}/avsluta/"' in som_planerare.get(f"{plats}/").content.decode()
    assert svar == [200, 200, 404]


def test_a_plan_has_an_address_that_another_generation_cannot_take_over(
    i_kraft: Fardplan, flemingsberg: Fardplan, som_planerare: Client
) -> None:
    gammal = Handlingsplan.objects.filter(fardplan=flemingsberg).first()
    plats = f"/flemingsberg/handlingsplan/{gammal.period}/"
    ensam = som_planerare.get(f"/handlingsplaner/{gammal.pk}/").headers["Location"]
    ny = planandringar.skapa(av=None, fardplan=i_kraft, ar_fran=gammal.ar_fran, ar_till=gammal.ar_till)

    leder = [som_planerare.get(f"/handlingsplaner/{p.pk}/").headers["Location"] for p in (gammal, ny)]

    assert [ensam, *leder] == [plats, f"/generation/fardplaner-2026{plats}", plats]


def test_the_address_of_a_draft_plan_is_404_for_a_besokare(client: Client, flemingsberg: Fardplan) -> None:
    utkast = Handlingsplan.objects.get(fardplan=flemingsberg, status="utkast")
    assert [client.get(f"/handlingsplaner/{pk}/").status_code for pk in (utkast.pk, 9999)] == [404, 404]


def test_a_draft_left_behind_is_told_before_and_taken_away_after(
    nasta: Fardplan, flemingsberg: Fardplan, som_planerare: Client
) -> None:
    utkast = Handlingsplan.objects.get(fardplan=flemingsberg, status="utkast")
    fore = text(som_planerare.get(f"{ROT}/flemingsberg/publicera/"))
    fardplaner.publicera(av=None, fardplan=nasta, version=nasta.version)

    efter = som_planerare.get(f"/flemingsberg/handlingsplan/{utkast.period}/").content.decode()

    assert f"Utkastet till {utkast} kan sedan varken ändras eller beslutas" in fore
    assert f'href="/flemingsberg/handlingsplan/{utkast.period}/ta-bort/"' in efter


def test_publishing_says_what_it_takes_the_place_of(nasta: Fardplan, som_planerare: Client) -> None:
    svar = som_planerare.get(f"{ROT}/flemingsberg/publicera/")
    assert "Färdplaner 2026 slutar gälla i Flemingsberg i samma stund." in text(svar)


def test_publishing_before_the_program_begins_says_so(nasta: Fardplan, som_planerare: Client) -> None:
    svar = som_planerare.get(f"{ROT}/flemingsberg/publicera/")
    assert "Färdplaner 2030 börjar 2030. Publicerar du nu gäller färdplanen redan i dag." in text(svar)


def test_who_has_previewed_comes_back_to_the_draft(nasta: Fardplan, som_planerare: Client) -> None:
    som_planerare.post(f"{ROT}/flemingsberg/forhandsvisa/")
    assert "Färdplaner 2030" in text(som_planerare.get("/flemingsberg/"))
    svar = som_planerare.post("/flemingsberg/forhandsvisa/sluta/")
    assert svar.headers["Location"] == f"{ROT}/flemingsberg/"


def test_a_draft_plan_left_behind_is_asked_about_by_nobody(i_kraft: Fardplan, som_planerare: Client) -> None:
    plan = Handlingsplan.objects.get(exempel=True)
    assert plan.ar_utkast
    sidan = som_planerare.get(f"/flemingsberg/handlingsplan/{plan.period}/")
    prioritera = som_planerare.get(f"/flemingsberg/handlingsplan/{plan.period}/prioritera/")
    assert "/prioritera/" not in sidan.content.decode()
    assert "är ett utkast i Färdplaner 2026, som inte gäller längre" in text(prioritera)
    for adress in ("/mitt-arbete/", "/aktorer/huddinge-kommun/"):
        assert "Ta fram en gemensam målbild" not in text(som_planerare.get(adress)), adress


def test_a_draft_left_behind_stands_last_and_says_so(i_kraft: Fardplan, som_planerare: Client) -> None:
    utkast = Handlingsplan.objects.get(exempel=True)
    assert utkast.ar_fran > 2009
    planer = [p for p, _ in som_planerare.get("/flemingsberg/handlingsplan/").context["planer"]]
    assert (planer[0].ar_fran, planer[-1]) == (2009, utkast)
    assert "Utkast som inte blev av" in text(som_planerare.get("/flemingsberg/handlingsplan/"))


def test_an_aktivitet_of_a_draft_left_behind_is_not_reported(i_kraft: Fardplan, som_planerare: Client) -> None:
    plan = Handlingsplan.objects.get(exempel=True)
    aktivitet = Aktivitet.objects.filter(prioritering__handlingsplan=plan).first()
    adress = f"/flemingsberg/handlingsplan/{plan.period}/aktivitet/{aktivitet.pk}/status/"

    sidan = som_planerare.get(f"/flemingsberg/handlingsplan/{plan.period}/").content.decode()

    assert adress not in sidan
    assert som_planerare.post(adress, {"status": "genomford", "version": aktivitet.version}).status_code == 404


def test_a_closed_plan_of_the_one_before_is_no_part_of_an_aktors_work(i_kraft: Fardplan, som_planerare: Client) -> None:
    plan = Handlingsplan.objects.get(exempel=True)
    with pgtrigger.ignore():
        Handlingsplan.objects.filter(pk=plan.pk).update(status="avslutad", avslutad=klocka.IDAG)

    assert "Ta fram en gemensam målbild" not in text(som_planerare.get("/aktorer/huddinge-kommun/"))


def test_withdrawing_says_what_is_in_force_then(i_kraft: Fardplan, som_planerare: Client) -> None:
    sidan = som_planerare.get("/flemingsberg/dra-tillbaka/")
    sant = {"skal": "För tidigt", "version": i_kraft.version}

    svar = som_planerare.post("/flemingsberg/dra-tillbaka/", sant, follow=True)

    assert "Då gäller Färdplaner 2026 igen" in text(sidan)
    assert "Färdplanen för Flemingsberg är tillbakadragen. Färdplaner 2026 gäller igen." in text(svar)


def test_the_one_before_is_read_and_not_changed(i_kraft: Fardplan, som_planerare: Client) -> None:
    gammal = "/generation/fardplaner-2026/flemingsberg"
    svar = som_planerare.get(f"{gammal}/insatser/1.3/")
    assert "Färdplaner 2026 gäller inte längre." in text(svar)
    assert f"{gammal}/insatser/1.3/redigera/" not in svar.content.decode()
    assert som_planerare.get(f"{gammal}/insatser/1.3/redigera/").status_code == 403
    assert som_planerare.post(f"{gammal}/insatser/1.3/lage/", {"status": "pagar"}).status_code == 403


def test_everybody_reads_what_took_its_place(i_kraft: Fardplan, client: Client) -> None:
    assert "Ersätter 1.3" in text(client.get("/flemingsberg/insatser/1.3/"))
    assert "Ersätts av 1.3" in text(client.get("/generation/fardplaner-2026/flemingsberg/insatser/1.3/"))


def test_the_page_of_an_older_generation_tells_what_took_its_place(
    i_kraft: Fardplan, avgor: Callable[..., andringar.Avgjort], client: Client
) -> None:
    avgor("1.4", skal="Den är klar.")
    sidan = text(client.get("/flemingsberg/program/fardplaner-2026/"))
    assert sidan.count("Ersätts av 1.3") == 1
    assert sidan.count("Förs inte vidare till Färdplaner 2030: Den är klar.") == 1


def test_what_belongs_to_no_generation_is_read_at_its_own_address(nasta: Fardplan, som_planerare: Client) -> None:
    for adress in ("/", "/aktorer/", "/arenden/?q=2024", "/mitt-arbete/"):
        svar = som_planerare.get(f"{ROT}{adress}")
        assert (svar.status_code, svar.headers["Location"]) == (307, adress)


def test_no_address_leads_out_of_the_house(db: None, client: Client) -> None:
    for adress in ("//exempel.se/", "/\\exempel.se/", "//exempel.se/flemingsberg/"):
        assert client.get(f"{ROT}{adress}").status_code in {400, 404}


def test_generations_do_not_mix(
    i_kraft: Fardplan, program: Program, som_planerare: Client, planerare: Anvandare
) -> None:
    gallande = gallande_fardplaner(planerare)
    assert gallande.filter(stadskarna=i_kraft.stadskarna).get() == i_kraft
    for adress in ("/mitt-arbete/", "/oversikt/", "/oversikt/insatser/", "/aktorer/huddinge-kommun/"):
        sidan = text(som_planerare.get(adress))
        assert "1.4 " not in sidan.partition("Flemingsberg")[2].partition("Haninge")[0], adress


def test_the_history_from_2009_can_be_settled_too(flemingsberg: Fardplan, insats: Callable[[str], Insats]) -> None:
    arv = generation.arv(flemingsberg)
    gammal = arv[0].insats
    val = Arvsval(gammal.pk, gammal.version, skal="Genomförd 2011.")
    andringar.avgor(av=None, fardplan=flemingsberg, val=[val])
    assert {a.insats.malomrade.program.slug for a in arv} == {"verksamhetsplan-2009-2011"}
    assert gammal not in oavgjorda(flemingsberg)


def test_a_stadskarna_without_an_older_fardplan_has_nothing_to_settle(program: Program) -> None:
    taby = Stadskarna.objects.get(slug__startswith="taby")
    plan = andringar.borja(av=None, program=program, stadskarna=taby)
    assert generation.arv(plan) == []


# --- a färdplan that was begun by mistake

BORT = f"{ROT}/flemingsberg/ta-bort/"


def test_a_draft_begun_by_mistake_is_taken_away(nasta: Fardplan, program: Program, som_planerare: Client) -> None:
    fragan = text(som_planerare.get(BORT))
    svar = som_planerare.post(BORT, {"version": nasta.version}, follow=True)
    assert "Utkastet i Färdplaner 2030 för Flemingsberg tas bort, med det som det fick från början." in fragan
    assert "Färdplanen för Flemingsberg i Färdplaner 2030 är borttagen." in text(svar)
    assert not Fardplan.objects.filter(pk=nasta.pk).exists()
    som_planerare.post("/program/fardplaner-2030/ta-bort/", {"version": program.version})
    assert not Program.objects.filter(pk=program.pk).exists()


def test_what_others_have_in_the_program_stays(nasta: Fardplan, program: Program) -> None:
    taby = andringar.borja(av=None, program=program, stadskarna=Stadskarna.objects.get(slug__startswith="taby"))
    fore = Indikator.objects.filter(malomrade__program=program).count()
    fardplaner.ta_bort(av=None, fardplan=nasta, version=nasta.version)
    assert Fardplan.objects.get(program=program) == taby
    assert Indikator.objects.filter(malomrade__program=program).count() == fore > 0


def _karaktar(plan: Fardplan) -> None:
    fardplaner.andra(av=None, fardplan=plan, version=plan.version, karaktar="Ny text.")


def _fardriktning(plan: Fardplan) -> None:
    r = plan.fardriktningar.first()
    fardplaner.skriv_fardriktning(av=None, fardplan=plan, malomrade=r.malomrade, version=r.version, text="Ny text.")


def _insats(plan: Fardplan) -> None:
    insatsandringar.skapa(av=None, malomrade=plan.program.malomraden.first(), fardplan=plan, titel="Bygg")


def _avslut(plan: Fardplan) -> None:
    gammal = generation.arv(plan)[0].insats
    andringar.avgor(av=None, fardplan=plan, val=[Arvsval(gammal.pk, gammal.version, skal="Den är klar.")])


def _handlingsplan(plan: Fardplan) -> None:
    planandringar.skapa(av=None, fardplan=plan, ar_fran=2030, ar_till=2031)


def _lage(plan: Fardplan) -> None:
    insats = insatsandringar.skapa(av=None, malomrade=plan.program.malomraden.first(), fardplan=None, titel="Bygg")
    lagesandringar.rapportera(
        av=None, insats=insats, stadskarna=plan.stadskarna, status="planerad", bedomning="enligt_plan"
    )


def _varde(plan: Fardplan) -> None:
    indikator = Indikator.objects.filter(malomrade__program=plan.program_id, varden__isnull=False).first()
    rad = Varderad(2029, Decimal(17), cirka=False, kalla="SCB")
    sedd = senaste_handelse(indikator, plan.stadskarna)
    lagesbild.satt(av=None, indikator=indikator, stadskarna=plan.stadskarna, sedd=sedd, rader=[rad])


@pytest.mark.parametrize(
    ("gor", "rubrik"),
    [
        (_karaktar, "Karaktär"),
        (_fardriktning, "Färdriktningar"),
        (_insats, "Kärnspecifika insatser"),
        (_avslut, "Insatser som inte förs vidare"),
        (_handlingsplan, "Handlingsplaner"),
        (_lage, "Rapporterade lägen"),
        (_varde, "Värden i lägesbilden"),
    ],
)
def test_what_somebody_has_made_of_it_is_named(
    nasta: Fardplan, som_planerare: Client, gor: Callable[[Fardplan], None], rubrik: str
) -> None:
    gor(nasta)
    nasta.refresh_from_db()
    svar = som_planerare.post(BORT, {"version": nasta.version})
    (i_vagen,) = svar.context["hanvisningar"]
    assert (svar.status_code, i_vagen.rubrik) == (422, rubrik)
    assert {som_planerare.get(lank.adress).status_code for lank in i_vagen.lankar} == {200}
    assert Fardplan.objects.filter(pk=nasta.pk).exists()


def test_one_that_others_have_read_is_not_taken_away(i_kraft: Fardplan, som_planerare: Client) -> None:
    svar = som_planerare.post("/flemingsberg/ta-bort/", {"version": i_kraft.version})
    assert (svar.status_code, "Den har varit publicerad." in text(svar)) == (422, True)
    assert "Ta bort färdplanen" not in text(som_planerare.get("/flemingsberg/"))


def test_one_that_was_changed_since_it_was_read_is_asked_about_anew(nasta: Fardplan, som_planerare: Client) -> None:
    Fardplan.objects.filter(pk=nasta.pk).update(kalla="s. 3")
    svar = som_planerare.post(BORT, {"version": nasta.version})
    assert (svar.status_code, Fardplan.objects.filter(pk=nasta.pk).exists()) == (409, True)
