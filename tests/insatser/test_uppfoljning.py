"""Rounds of follow-up: open, answer by the personal link, take back, close."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from aktorer.models import Anvandare
from insatser.andringar import beslut, uppfoljning
from insatser.fragor import lank
from insatser.fragor import uppfoljning as fragor
from insatser.fragor.lage import lagen
from insatser.models import (
    Aktivitet,
    AktivitetAktor,
    Fardplan,
    Handlingsplan,
    Insats,
    Lagesrapport,
    Mottagare,
    Omgang,
    Omgangspunkt,
    Omgangssvar,
    Samverkansorgan,
    Utskick,
)
from insatser.utbyte import pdf

pytestmark = pytest.mark.django_db

SIDA = "/flemingsberg/uppfoljning/"

type Hamta = Callable[[str], Insats]


def om_en_vecka() -> date:
    return timezone.localdate() + timedelta(days=7)


@pytest.fixture
def oppna(flemingsberg: Fardplan) -> Callable[..., Omgang]:
    """A round about the insatser with these numbers (all when none is given)."""

    def kor(*nummer: str, **varden: Any) -> Omgang:
        alla = fragor.fragor([flemingsberg])
        valda = [f for f in alla if not nummer or (f.insats and f.insats.nummer in nummer)]
        vanligt = {"namn": "Läget i mars", "deadline": om_en_vecka()}
        return uppfoljning.oppna(av=None, fardplan=flemingsberg, fragor=valda, **vanligt | varden)

    return kor


@pytest.fixture
def omgang(oppna: Callable[..., Omgang]) -> Omgang:
    """About 1.3, where Huddinge and Botkyrka are asked."""
    return oppna("1.3")


@pytest.fixture
def huddinge(omgang: Omgang, tjansteperson: Anvandare) -> Mottagare:
    return Mottagare.objects.get(omgang=omgang, anvandare=tjansteperson)


@pytest.fixture
def adress(huddinge: Mottagare) -> str:
    return reverse("svara", args=[lank.skriv(huddinge)])


def svar_om(omgang: Omgang) -> list[tuple[bool, bool]]:
    """(oförändrat, taken back) of every answer."""
    rader = Omgangssvar.objects.filter(punkt__omgang=omgang).order_by("pk")
    return [(s.oforandrat, s.angrat is not None) for s in rader]


def test_de_medverkandes_tjanstepersoner_fragas(omgang: Omgang) -> None:
    assert {m.anvandare.aktor.slug for m in omgang.mottagare.all()} == {"huddinge-kommun", "botkyrka-kommun"}
    assert set(Utskick.objects.values_list("slag", "omgang", "skickat")) == {("omgang", omgang.pk, None)}


def test_bara_den_ansvariga_fragas_nar_det_finns_en(
    oppna: Callable[..., Omgang], insats: Hamta, botkyrka: Anvandare
) -> None:
    insats("1.3").medverkan.filter(aktor=botkyrka.aktor).update(roll="ansvarig")

    assert [m.anvandare for m in oppna("1.3").mottagare.all()] == [botkyrka]


def test_den_som_avbojt_fragas_inte(oppna: Callable[..., Omgang], insats: Hamta, botkyrka: Anvandare) -> None:
    insats("1.3").medverkan.filter(aktor=botkyrka.aktor).update(deltagande="avbojd")

    assert botkyrka not in [m.anvandare for m in oppna("1.3").mottagare.all()]


def test_en_person_far_ett_mejl_for_allt(oppna: Callable[..., Omgang], tjansteperson: Anvandare) -> None:
    oppna()
    oppna(namn="En omgång till")

    utskick = Utskick.objects.filter(anvandare=tjansteperson).order_by("dag").values_list("dag", flat=True)
    assert list(utskick) == [timezone.localdate(), timezone.localdate() + timedelta(days=1)]


@pytest.mark.parametrize(
    ("varden", "fel"),
    [({"deadline": date(2020, 1, 1)}, "har redan varit"), ({"fragor": []}, "Välj minst en")],
)
def test_en_orimlig_omgang_nekas(flemingsberg: Fardplan, varden: dict[str, Any], fel: str) -> None:
    vanligt = {"namn": "X", "deadline": om_en_vecka(), "fragor": fragor.fragor([flemingsberg])}

    with pytest.raises(ValidationError, match=fel):
        uppfoljning.oppna(av=None, fardplan=flemingsberg, **vanligt | varden)

    assert not Omgang.objects.exists()


def test_en_omgang_utan_nagon_att_fraga_nekas(oppna: Callable[..., Omgang]) -> None:
    Anvandare.objects.filter(roll="tjansteperson").update(is_active=False)

    with pytest.raises(ValidationError, match="någon att fråga"):
        oppna()


def test_oforandrat_i_ett_tryck(client: Client, adress: str, omgang: Omgang, insats: Hamta) -> None:
    fore = insats("1.3").lagesrapporter.order_by("-datum", "-pk").first()
    punkt = omgang.punkter.get()

    html = client.post(f"{adress}{punkt.pk}/", {"oforandrat": "1"}, follow=True).content.decode()

    nu = insats("1.3").lagesrapporter.order_by("-datum", "-pk").first()
    assert (nu.status, nu.bedomning, nu.datum) == (fore.status, fore.bedomning, timezone.localdate())
    assert "Oförändrat, sparat" in html
    assert "Tack! Du har svarat på allt." in html


def test_nytt_lage_sparas_som_personen(
    client: Client, adress: str, omgang: Omgang, insats: Hamta, tjansteperson: Anvandare
) -> None:
    punkt = omgang.punkter.get()
    sedd = insats("1.3").lagesrapporter.order_by("-datum", "-pk").first().pk
    falt = {"status": "pausad", "bedomning": "risk", "kommentar": "Väntar på besked", "sedd": sedd}

    svar = client.post(f"{adress}{punkt.pk}/", {f"p{punkt.pk}-{namn}": v for namn, v in falt.items()})

    nu = insats("1.3").lagesrapporter.order_by("-pk").first()
    assert (svar.status_code, nu.status, nu.av, nu.aktor) == (302, "pausad", tjansteperson, tjansteperson.aktor)


def test_fel_svar_star_kvar_med_forklaring(client: Client, adress: str, omgang: Omgang) -> None:
    punkt = omgang.punkter.get()
    falt = {"status": "avbruten", "kommentar": "", "sedd": "0"}

    svar = client.post(f"{adress}{punkt.pk}/", {f"p{punkt.pk}-{namn}": v for namn, v in falt.items()})

    assert svar.status_code == 422
    assert "Skriv en kommentar" in svar.content.decode()
    assert svar_om(omgang) == []


def test_nagon_annan_hann_fore(client: Client, adress: str, omgang: Omgang) -> None:
    punkt = omgang.punkter.get()
    falt = {"status": "genomford", "kommentar": "Klart", "sedd": "0"}

    svar = client.post(f"{adress}{punkt.pk}/", {f"p{punkt.pk}-{namn}": v for namn, v in falt.items()})

    assert (svar.status_code, "Den andra skrev" in svar.content.decode()) == (409, True)


def test_angrat_svar_ger_tillbaka_laget(
    client: Client, adress: str, omgang: Omgang, insats: Hamta, flemingsberg: Fardplan
) -> None:
    par = (insats("1.3").pk, flemingsberg.stadskarna_id)
    fore = lagen([par])[par]
    punkt = omgang.punkter.get()
    client.post(f"{adress}{punkt.pk}/", {"oforandrat": "1"})
    efter_svaret = lagen([par])[par]

    client.post(f"{adress}{punkt.pk}/angra/")

    assert efter_svaret != fore
    assert lagen([par])[par] == fore
    assert svar_om(omgang) == [(True, True)]
    assert Lagesrapport.objects.filter(pk=efter_svaret.pk).exists()


def test_tva_svar_pa_samma_punkt_det_senaste_galler(client: Client, adress: str, omgang: Omgang) -> None:
    punkt = omgang.punkter.get()
    client.post(f"{adress}{punkt.pk}/", {"oforandrat": "1"})
    sedd = Lagesrapport.objects.order_by("-pk").first().pk
    falt = {"status": "genomford", "bedomning": "enligt_plan", "kommentar": "Klart", "sedd": sedd}
    client.post(f"{adress}{punkt.pk}/", {f"p{punkt.pk}-{namn}": v for namn, v in falt.items()})

    assert svar_om(omgang) == [(True, True), (False, False)]


@pytest.fixture
def om_aktivitet(flemingsberg: Fardplan, tjansteperson: Anvandare) -> Omgang:
    """A round about an aktivitet of the decided plan that Huddinge is ansvarig for."""
    plan = Handlingsplan.objects.select_related("fardplan__stadskarna", "fardplan__program").get(exempel=True)
    organ = Samverkansorgan.objects.get(slag="styrgrupp", till=None)
    beslut.besluta(
        av=None,
        plan=plan,
        version=plan.version,
        organ=organ,
        datum=date(2026, 3, 1),
        paragraf="1",
        satt=pdf.beslutad_plan,
    )
    egna = AktivitetAktor.objects.filter(aktor=tjansteperson.aktor, roll="ansvarig", aktivitet__status="pagar")
    vald = egna.values_list("aktivitet", flat=True).first()
    valda = [f for f in fragor.fragor([flemingsberg]) if f.aktivitet and f.aktivitet.pk == vald]
    return uppfoljning.oppna(av=None, fardplan=flemingsberg, fragor=valda, namn="Aktiviteter", deadline=om_en_vecka())


def test_en_aktivitets_status_rapporteras_och_angras(
    client: Client, om_aktivitet: Omgang, tjansteperson: Anvandare
) -> None:
    punkt = om_aktivitet.punkter.select_related("aktivitet").get()
    adress = reverse("svara", args=[lank.skriv(om_aktivitet.mottagare.get(anvandare=tjansteperson))])
    falt = {f"p{punkt.pk}-status": "genomford", f"p{punkt.pk}-sedd": punkt.aktivitet.version}

    client.post(f"{adress}{punkt.pk}/", falt)
    efter = Aktivitet.objects.get(pk=punkt.aktivitet_id).status
    client.post(f"{adress}{punkt.pk}/angra/")

    assert (efter, Aktivitet.objects.get(pk=punkt.aktivitet_id).status) == ("genomford", "pagar")


def _manipulerad(m: Mottagare) -> str:
    return lank.skriv(m)[:-1] + ("A" if lank.skriv(m)[-1] != "A" else "B")


def _aterkallad(m: Mottagare) -> str:
    uppfoljning.aterkalla_lank(av=None, mottagare=m)
    return lank.skriv(m)


def _ersatt(m: Mottagare) -> str:
    gammal = lank.skriv(m)
    uppfoljning.ny_lank(av=None, mottagare=m)
    return gammal


def _utgangen(m: Mottagare) -> str:
    Omgang.objects.filter(pk=m.omgang_id).update(deadline=timezone.localdate() - timedelta(days=31))
    return lank.skriv(m)


def _stangd(m: Mottagare) -> str:
    uppfoljning.stang(av=None, omgang=m.omgang, rapport=fragor.rapport)
    return lank.skriv(m)


def _avstangd(m: Mottagare) -> str:
    Anvandare.objects.filter(pk=m.anvandare_id).update(is_active=False)
    return lank.skriv(m)


@pytest.mark.parametrize(
    "gor", [_manipulerad, _aterkallad, _ersatt, _utgangen, _stangd, _avstangd, lambda m: "strunt", lambda m: "a:b:c"]
)
def test_en_lank_som_inte_galler_sager_samma_sak(
    client: Client, huddinge: Mottagare, gor: Callable[[Mottagare], str]
) -> None:
    punkt = huddinge.omgang.punkter.get()
    adress = reverse("svara", args=[gor(huddinge)])

    svar = [
        client.get(adress),
        *(client.post(f"{adress}{punkt.pk}/{vad}", {"oforandrat": "1"}) for vad in ("", "angra/")),
    ]

    assert [s.status_code for s in svar] == [404] * 3
    assert all("Länken fungerar inte längre" in s.content.decode() for s in svar)
    assert str(huddinge.anvandare) not in svar[0].content.decode()
    assert not Omgangssvar.objects.exists()


def test_lanken_nar_bara_egna_punkter(
    client: Client, oppna: Callable[..., Omgang], adress: str, huddinge: Mottagare
) -> None:
    annan = oppna("2.3", namn="En annan")
    frammande = Omgangspunkt.objects.get(omgang=annan)

    koder = {client.post(f"{adress}{pk}/", {"oforandrat": "1"}).status_code for pk in (frammande.pk, 0, 999_999)}

    assert koder == {404}
    assert not Omgangssvar.objects.exists()


def test_lanken_loggar_inte_in_nagonstans(client: Client, adress: str) -> None:
    client.get(adress)

    oppen = {"/konto/logga-in/", "/konto/stangt/"}
    stangda = ["/mitt-arbete/", SIDA, f"{SIDA}ny/", "/flemingsberg/insatser/1.3/lage/", "/admin/", "/konto/losenord/"]
    assert [s for s in stangda if client.get(s).status_code == 200 and s not in oppen] == []
    assert "_auth_user_id" not in client.session
    assert get_resolver().resolve(adress).url_name == "svara"


def test_sidan_sager_vad_som_ar_kvar(client: Client, oppna: Callable[..., Omgang], tjansteperson: Anvandare) -> None:
    omgang = oppna(fraga="Vad behöver ni av styrgruppen?")
    mottagare = Mottagare.objects.get(omgang=omgang, anvandare=tjansteperson)

    html = client.get(reverse("svara", args=[lank.skriv(mottagare)])).content.decode()

    antal = mottagare.punkter.count()
    assert f"<strong>0 av {antal}</strong> besvarade" in html
    assert "Vad behöver ni av styrgruppen?" in html
    assert html.count('class="panel svarskort"') == antal


@pytest.mark.parametrize("antal", [1, 18])
def test_svarssidan_kostar_lika_mycket(
    client: Client, oppna: Callable[..., Omgang], tjansteperson: Anvandare, django_assert_num_queries: Any, antal: int
) -> None:
    nummer = ["1.3"] if antal == 1 else []
    mottagare = Mottagare.objects.get(omgang=oppna(*nummer), anvandare=tjansteperson)
    adress = reverse("svara", args=[lank.skriv(mottagare)])
    client.get(adress)

    with django_assert_num_queries(8):
        client.get(adress)


def test_stangd_omgang_ar_fryst_med_sin_rapport(
    omgang: Omgang, sql: Callable[..., Any], nekas: Callable[[str], AbstractContextManager[None]]
) -> None:
    stangd = uppfoljning.stang(av=None, omgang=omgang, rapport=fragor.rapport)

    assert (stangd.rapport["fragor"], stangd.rapport["besvarade"]) == (1, 0)
    with nekas("omgang_fryst"):
        sql("UPDATE insatser_omgang SET namn = 'Annat'")
    with nekas("omgangspunkt_i_oppen"):
        sql("UPDATE insatser_omgangspunkt SET ordning = 9")


def test_rapporten_sager_vad_som_svarades(client: Client, som_planerare: Client, adress: str, omgang: Omgang) -> None:
    punkt = omgang.punkter.get()
    Client().post(f"{adress}{punkt.pk}/", {"oforandrat": "1"})

    html = som_planerare.post(f"{SIDA}{omgang.pk}/stang/", follow=True).content.decode()

    delar = ["Rapporten är fryst.", "1 av 1 besvarade", "Oförändrat", "1.3 Samverka kring utvecklingen av Hälsovägen"]
    assert [d for d in delar if d not in html] == []


def test_planeraren_oppnar_en_omgang(
    som_planerare: Client, formular: Callable[[Any], dict[str, str]], flemingsberg: Fardplan
) -> None:
    sidan = som_planerare.get(f"{SIDA}ny/")
    nycklar = [f.nyckel for f, _ in sidan.context["rader"]]
    falt = {"namn": "Läget", "deadline": om_en_vecka().isoformat(), "punkter": nycklar[:2]}

    svar = som_planerare.post(f"{SIDA}ny/", falt, follow=True)

    assert "mejl är skickade" in svar.content.decode() or "Ett mejl är skickat" in svar.content.decode()
    assert Omgang.objects.get().punkter.count() == 2


def test_utan_val_star_allt_kvar(som_planerare: Client) -> None:
    svar = som_planerare.post(f"{SIDA}ny/", {"namn": "Läget i mars", "deadline": "2020-01-01"})

    assert svar.status_code == 422
    assert 'value="Läget i mars"' in svar.content.decode()
    assert "Välj minst en insats" in svar.content.decode()


@pytest.mark.parametrize(("roll", "laser", "skriver"), [("styrgrupp", 200, 403), ("tjansteperson", 200, 403)])
def test_vem_som_ser_och_styr_omgangen(
    client: Client, person: Callable[..., Anvandare], omgang: Omgang, roll: str, laser: int, skriver: int
) -> None:
    client.force_login(person(roll, "huddinge-kommun"))
    sida = f"{SIDA}{omgang.pk}/"

    assert [client.get(s).status_code for s in (SIDA, sida, f"{SIDA}ny/")] == [laser, laser, skriver]
    assert {client.post(f"{sida}{vad}/").status_code for vad in ("paminn", "stang")} == {skriver}


def test_en_annan_karnas_omgang_finns_inte_har(som_planerare: Client, omgang: Omgang) -> None:
    assert som_planerare.get(f"/haninge/uppfoljning/{omgang.pk}/").status_code == 404


def test_paminnelse_lamnar_den_i_fred_som_nyss_fick_mejl(som_planerare: Client, omgang: Omgang) -> None:
    html = som_planerare.post(f"{SIDA}{omgang.pk}/paminn/", follow=True).content.decode()

    assert "Ingen påminnelse gick iväg" in html


def test_omgangen_vantar_pa_mitt_arbete(client: Client, omgang: Omgang, tjansteperson: Anvandare, adress: str) -> None:
    client.force_login(tjansteperson)

    fore = client.get("/mitt-arbete/").content.decode()
    client.post(f"{adress}{omgang.punkter.get().pk}/", {"oforandrat": "1"})
    efter = client.get("/mitt-arbete/").content.decode()

    assert ("1 kvar att svara på" in fore, f'href="{adress}"' in fore) == (True, True)
    assert "Allt är besvarat" in efter
