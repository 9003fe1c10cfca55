"""Contacts of aktörer: who writes them, who sees them, and that nothing of them is left."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from aktorer.grund.samtidighet import Krock, handelser
from aktorer.models import Aktor, Anvandare, Identitet
from aktorer.roller import Anvandarroll
from aktorer.sso import Intyg, Ssobesked
from insatser.andringar import kontakt as andringar
from insatser.andringar import konton, sso, uppfoljning
from insatser.andringar.konton import Inbjuden
from insatser.behorighet import far_rapportera
from insatser.fragor import lank
from insatser.fragor import uppfoljning as fragor
from insatser.models import Aktivitet, Fardplan, Insats, Kontakt, Mottagare, Omgang, Omgangssvar, Tillfragan
from tests.conftest import andra_konto
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

type Formular = Callable[[Any], dict[str, Any]]

NY = "/kontakter/ny/"
VEM = {"namn": "Kim Prov", "roll": "projektledare", "epost": "kim@prov.example", "telefon": "08-123 456 78"}


@pytest.fixture
def huddinge(aktor: Callable[[str], Aktor]) -> Aktor:
    return aktor("huddinge-kommun")


@pytest.fixture
def kim(huddinge: Aktor) -> Kontakt:
    return andringar.skapa(av=None, aktor=huddinge, **VEM)


@pytest.fixture
def som_huddinge(client: Client, tjansteperson: Anvandare) -> Client:
    client.force_login(tjansteperson)
    return client


def test_den_egna_aktoren_skriver_in_sin_kontakt(som_huddinge: Client, formular: Formular, huddinge: Aktor) -> None:
    ny = f"{NY}?aktor=huddinge-kommun"

    tom = som_huddinge.get(ny)
    svar = som_huddinge.post(ny, formular(tom) | VEM)

    assert f'action="{ny}"' in platt(tom)
    assert svar.headers["Location"] == "/aktorer/huddinge-kommun/#kontakter"
    assert huddinge.kontakter.get().epost == "kim@prov.example"
    sida = platt(som_huddinge.get("/aktorer/huddinge-kommun/"))
    assert [d for d in VEM.values() if d not in sida] == []


def test_besokare_ser_bara_den_som_aktoren_visar(client: Client, kim: Kontakt, huddinge: Aktor) -> None:
    andringar.skapa(av=None, aktor=huddinge, namn="Robin Öppen", telefon="0701234567", offentlig=True)

    sida = platt(client.get("/aktorer/huddinge-kommun/"))

    assert ("Robin Öppen" in sida, "Kim Prov" in sida, "kim@prov.example" in sida) == (True, False, False)


def test_besokare_ser_ingen_handlaggare_av_ett_utkast(
    client: Client, insats: Callable[[str], Insats], utkastet: Fardplan, huddinge: Aktor
) -> None:
    """Not even of a gemensam insats, while its program has no färdplan that is public; nor in a plan not decided on."""
    aktivitet = Aktivitet.objects.filter(prioritering__handlingsplan__exempel=True).first()
    Insats.objects.filter(pk=insats("1.4").pk).update(utkast=True)
    i_utkastet = Insats.objects.create(malomrade=insats("1.4").malomrade, fardplan=utkastet, titel="På väg", ordning=9)
    om = [{"insats": insats("1.4")}, {"insats": i_utkastet}, {"aktivitet": aktivitet}, {"insats": insats("1.3")}]
    for n, vad in enumerate([*om, {"insats": insats("1.1")}]):
        namn = f"Kim {n}"
        andringar.skapa(av=None, aktor=huddinge, namn=namn, epost=f"k{n}@prov.example", offentlig=True, **vad)

    def syns() -> list[str]:
        sida = platt(client.get("/aktorer/huddinge-kommun/"))
        return [f"Kim {n}" for n in range(5) if f"Kim {n}" in sida]

    assert syns() == ["Kim 3", "Kim 4"]
    Fardplan.objects.filter(program=utkastet.program).update(publicerad=False)
    assert syns() == []


def test_planeraren_kan_inte_visa_nagon_for_alla(
    planerare: Anvandare, huddinge: Aktor, kim: Kontakt, som_planerare: Client
) -> None:
    with pytest.raises(ValidationError, match="Bara Huddinge kommun kan säga"):
        andringar.andra(av=planerare, kontakt=kim, version=1, offentlig=True)

    assert 'name="offentlig"' not in platt(som_planerare.get(f"/kontakter/{kim.pk}/"))


def test_byter_planeraren_ut_en_oppen_kontakt_visas_den_inte_langre(planerare: Anvandare, huddinge: Aktor) -> None:
    oppen = andringar.skapa(av=None, aktor=huddinge, **VEM, offentlig=True)

    efter = andringar.andra(av=planerare, kontakt=oppen, version=1, namn="Någon Annan")

    assert (efter.namn, efter.offentlig) == ("Någon Annan", False)


def test_andra_aktorers_personer_far_inte(som_huddinge: Client, aktor: Callable[[str], Aktor]) -> None:
    annans = andringar.skapa(av=None, aktor=aktor("botkyrka-kommun"), **VEM)

    svar = som_huddinge.get(f"/kontakter/{annans.pk}/")
    val = som_huddinge.get(NY).context["form"].fields["aktor"].queryset

    assert (svar.status_code, [a.slug for a in val]) == (403, ["huddinge-kommun"])


def test_en_planerare_i_nagra_stadskarnor_skriver_dar(
    person: Callable[..., Anvandare], huddinge: Aktor, flemingsberg: Fardplan, haninge: Fardplan
) -> None:
    haninges = person("planerare", "haninge-kommun", bara_i=[haninge.stadskarna_id])

    andringar.skapa(av=haninges, aktor=huddinge, stadskarna=haninge.stadskarna, **VEM)
    for karna in (flemingsberg.stadskarna, None):
        with pytest.raises(ValidationError, match="Du kan inte ändra kontakter hos Huddinge kommun"):
            andringar.skapa(av=haninges, aktor=huddinge, stadskarna=karna, **VEM)
    # Of the own aktör they write wherever it is.
    andringar.skapa(av=haninges, aktor=haninges.aktor, stadskarna=flemingsberg.stadskarna, **VEM)


def test_handlaggaren_star_hos_insatsen(
    som_planerare: Client, formular: Formular, insats: Callable[[str], Insats], huddinge: Aktor
) -> None:
    rad = insats("1.3")
    ny = f"{NY}?insats={rad.pk}&stadskarna=flemingsberg"

    svar = som_planerare.post(ny, formular(som_planerare.get(ny)) | VEM | {"aktor": huddinge.pk})

    assert svar.headers["Location"] == f"/insatser/{rad.pk}/?stadskarna=flemingsberg"
    sida = platt(som_planerare.get("/flemingsberg/insatser/1.3/"))
    assert ("Kim Prov" in sida, "handläggare" in sida) == (True, True)
    assert "Kim Prov" not in platt(som_planerare.get("/haninge/insatser/1.3/"))


def test_handlaggaren_star_hos_aktiviteten(som_planerare: Client, huddinge: Aktor, flemingsberg: Fardplan) -> None:
    i_planer = Aktivitet.objects.select_related("prioritering__handlingsplan__fardplan")
    aktivitet = i_planer.filter(prioritering__handlingsplan__exempel=True).first()

    kontakt = andringar.skapa(av=None, aktor=huddinge, aktivitet=aktivitet, **VEM)

    assert kontakt.stadskarna == flemingsberg.stadskarna
    plan = som_planerare.get(reverse("plan_varaktig", args=[aktivitet.prioritering.handlingsplan_id]), follow=True)
    assert 'Handläggare:<a href="mailto:kim@prov.example">Kim Prov</a>' in platt(plan)


@pytest.mark.parametrize(
    ("fel", "text"),
    [
        ({"epost": "", "telefon": ""}, "Ange en e-postadress eller ett telefonnummer."),
        ({"telefon": "ring växeln"}, "Skriv numret i siffror"),
        ({"epost": "kim"}, "e-postadress"),
        ({"namn": " "}, "Detta fält måste fyllas i."),
        ({"namn": "x" * 500}, "120"),
        ({"stadskarna": "999999"}, "Välj ett giltigt alternativ"),
    ],
)
def test_felaktigt_ifyllt(som_huddinge: Client, formular: Formular, fel: dict[str, str], text: str) -> None:
    ny = f"{NY}?aktor=huddinge-kommun"

    svar = som_huddinge.post(ny, formular(som_huddinge.get(ny)) | VEM | fel)

    assert (svar.status_code, text in platt(svar), "projektledare" in platt(svar)) == (422, True, True)
    assert not Kontakt.objects.exists()


@pytest.mark.parametrize("fraga", ["insats=0", "insats=9%3B", "aktivitet=99999", "aktor=ingen", "stadskarna=ingen"])
def test_det_som_inte_finns_ar_404(som_planerare: Client, fraga: str) -> None:
    assert som_planerare.get(f"{NY}?{fraga}").status_code == 404


def test_samma_person_skrivs_inte_in_tva_ganger(kim: Kontakt, huddinge: Aktor) -> None:
    with pytest.raises(ValidationError, match="Personen är redan kontakt här"):
        andringar.skapa(av=None, aktor=huddinge, **VEM | {"epost": "KIM@prov.example"})


def test_tva_som_andrar_samtidigt(kim: Kontakt) -> None:
    andringar.andra(av=None, kontakt=kim, version=1, telefon="08-1111111")

    with pytest.raises(Krock) as krock:
        andringar.andra(av=None, kontakt=kim, version=1, telefon="08-2222222")

    (konflikt,) = krock.value.konflikter
    assert (konflikt.falt, konflikt.deras, konflikt.mina) == ("telefon", "08-1111111", "08-2222222")


def test_historiken_vet_inte_vem_det_var(kim: Kontakt, som_planerare: Client, formular: Formular) -> None:
    bort = f"/kontakter/{kim.pk}/ta-bort/"

    som_planerare.post(bort, formular(som_planerare.get(bort)))

    assert not Kontakt.objects.exists()
    assert [h.pgh_label for h in handelser(Kontakt).order_by("pgh_id")] == ["insert", "delete"]
    kolumner = {f.name for f in handelser(Kontakt).model._meta.fields}
    assert kolumner & {"namn", "epost", "telefon", "roll"} == set()


# --- asked without an account


@pytest.fixture
def fragad(kim: Kontakt, oppna: Callable[..., Omgang]) -> Mottagare:
    """Kim, who has no account, is asked about 1.3 together with those who have."""
    omgang = oppna("1.3")
    return omgang.mottagare.select_related("anvandare").get(anvandare__epost=kim.epost)


def svar_pa(m: Mottagare) -> tuple[str, dict[str, str]]:
    (p,) = fragor.att_svara(m)
    adress = reverse("svara_punkt", args=[lank.skriv(m), p.punkt.pk])
    falt = {"status": "pagar", "bedomning": "enligt_plan", "kommentar": "Det rullar.", "sedd": str(p.sedd)}
    return adress, {f"p{p.punkt.pk}-{namn}": varde for namn, varde in falt.items()}


def test_en_kontakt_utan_konto_svarar_med_sin_lank(client: Client, fragad: Mottagare) -> None:
    adress, falt = svar_pa(fragad)

    svar = client.post(adress, falt)

    assert svar.status_code == 302
    galler = Omgangssvar.objects.get(mottagare=fragad)
    assert (galler.aktor, galler.lagesrapport.av, galler.kommentar) == (
        fragad.anvandare.aktor,
        fragad.anvandare,
        "Det rullar.",
    )
    assert fragad.anvandare.utskick.get().slag == "omgang"


def test_lanken_oppnar_inget_annat(client: Client, fragad: Mottagare, oppna: Callable[..., Omgang]) -> None:
    annan = oppna("2.1").punkter.get()

    client.get(reverse("svara", args=[lank.skriv(fragad)]))

    assert client.get("/mitt-arbete/").status_code == 302
    assert client.post(reverse("svara_punkt", args=[lank.skriv(fragad), annan.pk])).status_code == 404
    assert far_rapportera(fragad.anvandare, annan.insats, annan.stadskarna) is False


@pytest.mark.parametrize("dorr", ["lösenord", "glömt", "session", "passkey", "identitet", "lösenord av annan"])
def test_en_kontakt_kommer_inte_in(
    dorr: str, client: Client, fragad: Mottagare, nekas: Callable[[str], AbstractContextManager[None]]
) -> None:
    kim, stangd = fragad.anvandare, "anvandare_kontakt_loggar_inte_in"
    if dorr == "lösenord":
        client.post("/konto/logga-in/", {"login": kim.epost, "password": "!"})
    elif dorr == "glömt":
        assert konton.begar_losenord(av=None, epost=kim.epost) is None
    elif dorr == "session":
        client.force_login(kim)
    elif dorr == "passkey":
        with nekas(stangd):
            Authenticator.objects.create(user=kim, type="webauthn", data={})
    elif dorr == "identitet":
        with nekas("identitet_av_den_som_loggar_in"):
            Identitet.objects.create(anvandare=kim, leverantor="https://idp.example", subjekt="kim")
    else:
        with nekas(stangd):
            kim.set_password("ett-losenord-for-tester")
            kim.save()

    assert client.get("/mitt-arbete/").status_code == 302


def test_den_som_bjuds_in_far_ett_riktigt_konto(fragad: Mottagare, planerare: Anvandare, huddinge: Aktor) -> None:
    roll = Anvandarroll.TJANSTEPERSON

    (konto,) = konton.bjud_in(
        av=planerare, inbjudna=[Inbjuden(fragad.anvandare.epost, "Kim")], roll=roll, aktor=huddinge
    )

    assert (konto, konto.roll, konto.loggar_in) == (fragad.anvandare, "tjansteperson", True)
    assert set(konto.utskick.values_list("slag", flat=True)) == {"omgang", "inbjudan"}


def test_konton_sager_att_kontakten_inte_loggar_in(som_planerare: Client, fragad: Mottagare) -> None:
    (rad,) = [k for k in som_planerare.get("/konton/").context["sida"] if k == fragad.anvandare]

    assert (rad.get_roll_display(), rad.lage) == ("Kontakt utan inloggning", "kontakt")


def test_den_som_inte_langre_ar_kontakt_svarar_inte(client: Client, fragad: Mottagare, kim: Kontakt) -> None:
    adress, falt = svar_pa(fragad)
    kim.refresh_from_db()

    andringar.ta_bort(av=None, kontakt=kim, version=kim.version)

    assert client.post(adress, falt).status_code == 404
    assert not Anvandare.objects.get(pk=fragad.anvandare_id).is_active


def test_en_ny_adress_ar_kanske_en_annan_person(fragad: Mottagare, kim: Kontakt) -> None:
    kim.refresh_from_db()

    efter = andringar.andra(av=None, kontakt=kim, version=kim.version, epost="annan@prov.example")

    assert (efter.anvandare, Anvandare.objects.get(pk=fragad.anvandare_id).epost) == (None, "kim@prov.example")


def test_bara_den_fragas_som_galler_just_det(
    huddinge: Aktor, flemingsberg: Fardplan, haninge: Fardplan, insats: Callable[[str], Insats]
) -> None:
    for namn, var in {
        "Alla": {},
        "Haninge": {"stadskarna": haninge.stadskarna},
        "Ett tre": {"insats": insats("1.3")},
        "Ett ett": {"insats": insats("1.1")},
    }.items():
        andringar.skapa(av=None, aktor=huddinge, namn=namn, epost=f"{namn[-3:]}@prov.example".replace(" ", ""), **var)

    (amne,) = [f for f in fragor.amnen([flemingsberg]) if f.insats == insats("1.3")]

    assert [k.namn for k in amne.kontakter] == ["Ett tre", "Alla"]
    assert [str(p) for p in amne.foreslagna if p in amne.kontakter] == ["Ett tre"]


def test_omgangens_formular_erbjuder_kontakten(som_planerare: Client, kim: Kontakt, formular: Formular) -> None:
    ny = "/flemingsberg/uppfoljning/ny/"
    sida = som_planerare.get(ny)
    falt = formular(sida) | {"namn": "Läget", "personer": [kim.epost]}

    som_planerare.post(ny, falt)

    assert "kontakt utan konto" in platt(sida)
    assert [m.anvandare.epost for m in Mottagare.objects.filter(omgang__namn="Läget")] == [kim.epost]


def test_kontakt_hos_tva_aktorer_fragas_for_en(
    kim: Kontakt, aktor: Callable[[str], Aktor], flemingsberg: Fardplan, oppna: Callable[..., Omgang]
) -> None:
    andringar.skapa(av=None, aktor=aktor("botkyrka-kommun"), **VEM)

    omgang = oppna("1.3")

    assert [t.aktor for t in Tillfragan.objects.filter(punkt__omgang=omgang, mottagare__anvandare__namn=kim.namn)] == [
        kim.aktor
    ]


def test_fragas_den_for_fel_aktor_sags_det(
    kim: Kontakt, aktor: Callable[[str], Aktor], flemingsberg: Fardplan, omgang: Omgang
) -> None:
    annan = andringar.skapa(av=None, aktor=aktor("botkyrka-kommun"), **VEM)
    (amne,) = [f for f in fragor.amnen([flemingsberg]) if str(f) == str(omgang.punkter.get())]
    amne.kontakter = [kim, annan]

    with pytest.raises(ValidationError, match="adressen hör till"):
        uppfoljning.oppna(av=None, fardplan=flemingsberg, namn="Läget", deadline=omgang.deadline, fragor=[amne])


def test_ett_konto_som_nagon_har_stangt_forblir_stangt(fragad: Mottagare, kim: Kontakt, huddinge: Aktor) -> None:
    Anvandare.objects.filter(pk=fragad.anvandare_id).update(is_active=False)

    with pytest.raises(ValidationError, match="kontot är avstängt"):
        andringar.konto_for(av=None, kontakt=kim)
    with pytest.raises(ValidationError, match=r"är avstängt\. Öppna det först"):
        konton.bjud_in(av=None, inbjudna=[Inbjuden(kim.epost, "Kim")], roll=Anvandarroll.TJANSTEPERSON, aktor=huddinge)

    assert fragor.fragbara_kontakter() == {}


def test_ett_stangt_konto_oppnas_inte_av_att_kontakten_skrivs_pa_nytt(
    fragad: Mottagare, kim: Kontakt, huddinge: Aktor
) -> None:
    andra_konto(fragad.anvandare, is_active=False)
    kim.refresh_from_db()
    andringar.ta_bort(av=None, kontakt=kim, version=kim.version)

    igen = andringar.skapa(av=None, aktor=huddinge, **VEM)

    assert fragor.fragbara_kontakter() == {}
    with pytest.raises(ValidationError, match="kontot är avstängt"):
        andringar.konto_for(av=None, kontakt=igen)


@pytest.mark.parametrize("fraga", ["aktor=botkyrka-kommun", "insats={pk}"])
def test_den_som_inte_far_skriva_kontakten_sags_det_fore_formularet(
    client: Client, person: Callable[..., Anvandare], insats: Callable[[str], Insats], fraga: str
) -> None:
    """Haninge speaks for itself alone, and has no part in 1.3."""
    client.force_login(person(aktor="haninge-kommun", roll="tjansteperson"))

    svar = client.get(f"/kontakter/ny/?{fraga.format(pk=insats('1.3').pk)}")

    assert svar.status_code == 403


def test_den_som_ar_stangd_kommer_inte_in_genom_sin_organisation(fragad: Mottagare) -> None:
    Anvandare.objects.filter(pk=fragad.anvandare_id).update(is_active=False)
    intyg = Intyg("https://idp.example", "kim", fragad.anvandare.epost, intygad=True, roller=("tjansteperson",))

    assert sso.ta_emot(av=None, intyg=intyg) == Ssobesked.STANGT


def test_den_som_blir_kontakt_igen_kan_fragas_igen(fragad: Mottagare, kim: Kontakt, huddinge: Aktor) -> None:
    kim.refresh_from_db()
    andringar.ta_bort(av=None, kontakt=kim, version=kim.version)

    igen = andringar.skapa(av=None, aktor=huddinge, **VEM)

    assert fragor.fragbara_kontakter() == {huddinge.pk: [igen]}
    assert andringar.konto_for(av=None, kontakt=igen) == fragad.anvandare


def test_den_som_ar_kontakt_pa_annat_hall_svarar_anda(
    fragad: Mottagare, kim: Kontakt, huddinge: Aktor, haninge: Fardplan
) -> None:
    andringar.skapa(av=None, aktor=huddinge, stadskarna=haninge.stadskarna, **VEM)
    kim.refresh_from_db()

    andringar.ta_bort(av=None, kontakt=kim, version=kim.version)

    assert Anvandare.objects.get(pk=fragad.anvandare_id).is_active


def test_fragan_om_att_ta_bort_sager_vad_som_finns_kvar(som_planerare: Client, fragad: Mottagare, kim: Kontakt) -> None:
    assert "namn och adress kvar tills personen glöms" in platt(som_planerare.get(f"/kontakter/{kim.pk}/ta-bort/"))


def test_handlaggare_utses_dar_man_medverkar(
    person: Callable[..., Anvandare], tjansteperson: Anvandare, insats: Callable[[str], Insats], flemingsberg: Fardplan
) -> None:
    utanfor = person("tjansteperson", "haninge-kommun")
    var = {"insats": insats("1.3"), "stadskarna": flemingsberg.stadskarna, "offentlig": True}

    with pytest.raises(ValidationError, match="bara för det som Haninge kommun medverkar i"):
        andringar.skapa(av=utanfor, aktor=utanfor.aktor, **VEM, **var)

    assert andringar.skapa(av=tjansteperson, aktor=tjansteperson.aktor, **VEM, **var).offentlig
