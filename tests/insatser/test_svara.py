"""The two-minute update: answer by the personal link, take back, ask for the link once more."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from django.utils import timezone

from aktorer.models import Aktor, Anvandare
from insatser.andringar import beslut, uppfoljning, utskick
from insatser.andringar import lage as lagesandringar
from insatser.fragor import ersattning, lank, mitt_arbete
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
    Tillfragan,
    Utskick,
)
from insatser.regler.ersattning import Skal
from insatser.utbyte.mejl import sandning
from insatser.utbyte.mejl.brev import bygg
from tests import klocka
from tests.conftest import andra_konto
from tests.fardplan.test_sidor import rutter
from tests.insatser.conftest import bli_kollegor, oforandrat, om_en_vecka, skriven_for
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

type Hamta = Callable[[str], Insats]


def svar_om(omgang: Omgang) -> list[tuple[bool, bool]]:
    """(oförändrat, taken back) of every answer."""
    rader = Omgangssvar.objects.filter(punkt__omgang=omgang).order_by("pk")
    return [(s.oforandrat, s.angrat is not None) for s in rader]


def test_oforandrat_i_ett_tryck(client: Client, adress: str, omgang: Omgang, insats: Hamta) -> None:
    fore = insats("1.3").lagesrapporter.order_by("-datum", "-pk").first()
    punkt = omgang.punkter.get()

    html = platt(client.post(f"{adress}{punkt.pk}/", oforandrat(omgang), follow=True))

    nu = insats("1.3").lagesrapporter.order_by("-datum", "-pk").first()
    assert (nu.status, nu.bedomning, nu.datum) == (fore.status, fore.bedomning, timezone.localdate())
    assert "Oförändrat, sparat" in html
    assert "Tack! Du har svarat på allt." in html


def test_oforandrat_bekraftar_bara_det_personen_sag(
    client: Client, adress: str, omgang: Omgang, huddinge: Mottagare, botkyrka: Anvandare
) -> None:
    punkt, sett = omgang.punkter.select_related("insats", "stadskarna").get(), oforandrat(omgang)
    vad = {"insats": punkt.insats, "stadskarna": punkt.stadskarna, "status": "avbruten"}
    lagesandringar.rapportera(av=botkyrka, kommentar="Pengarna är slut", **vad)

    svar = client.post(f"{adress}{punkt.pk}/", sett)
    html = platt(svar)

    assert (svar.status_code, "Läget har ändrats" in html, "Pengarna är slut" in html) == (409, True, True)
    assert svar_om(omgang) == []
    assert client.post(f"{adress}{punkt.pk}/", oforandrat(omgang)).status_code == 302


def test_tva_tryck_pa_oforandrat_ar_ett_svar(client: Client, adress: str, omgang: Omgang) -> None:
    sett = oforandrat(omgang)

    koder = [client.post(f"{adress}{omgang.punkter.get().pk}/", sett).status_code for _ in range(2)]

    assert (koder, svar_om(omgang)) == ([302, 302], [(True, False)])


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
    assert "Skriv en kommentar" in platt(svar)
    assert svar_om(omgang) == []


def test_nagon_annan_hann_fore(client: Client, adress: str, omgang: Omgang) -> None:
    punkt = omgang.punkter.get()
    falt = {"status": "genomford", "kommentar": "Klart", "sedd": "0"}

    svar = client.post(f"{adress}{punkt.pk}/", {f"p{punkt.pk}-{namn}": v for namn, v in falt.items()})

    assert (svar.status_code, "Så står det nu" in platt(svar)) == (409, True)


def test_angrat_svar_ger_tillbaka_laget(
    client: Client, adress: str, omgang: Omgang, insats: Hamta, flemingsberg: Fardplan
) -> None:
    par = (insats("1.3").pk, flemingsberg.stadskarna_id)
    fore = lagen([par])[par]
    punkt = omgang.punkter.get()
    client.post(f"{adress}{punkt.pk}/", oforandrat(omgang))
    efter_svaret = lagen([par])[par]

    client.post(f"{adress}{punkt.pk}/angra/")

    assert efter_svaret != fore
    assert lagen([par])[par] == fore
    assert svar_om(omgang) == [(True, True)]
    assert Lagesrapport.objects.filter(pk=efter_svaret.pk).exists()


def test_tva_svar_pa_samma_punkt_det_senaste_galler(client: Client, adress: str, omgang: Omgang) -> None:
    punkt = omgang.punkter.get()
    client.post(f"{adress}{punkt.pk}/", oforandrat(omgang))
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
    )
    egna = AktivitetAktor.objects.filter(aktor=tjansteperson.aktor, roll="ansvarig", aktivitet__status="pagar")
    vald = egna.values_list("aktivitet", flat=True).first()
    valda = [f for f in fragor.amnen([flemingsberg]) if f.aktivitet and f.aktivitet.pk == vald]
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


def test_angrat_av_den_ena_star_det_kvar_som_den_andra_svarat(
    om_aktivitet: Omgang, tjansteperson: Anvandare, botkyrka: Anvandare
) -> None:
    punkt = om_aktivitet.punkter.get()
    annan = Mottagare.objects.create(omgang=om_aktivitet, anvandare=botkyrka)
    Tillfragan.objects.create(mottagare=annan, punkt=punkt, aktor=botkyrka.aktor)
    for m in (om_aktivitet.mottagare.get(anvandare=tjansteperson), annan):
        aktivitet = punkt.aktivitet
        aktivitet.refresh_from_db()
        uppfoljning.svara(
            av=m.anvandare, mottagare=m, punkt=punkt, status="genomford", kommentar="Klart.", sedd=aktivitet.version
        )
    forst = Omgangssvar.objects.get(mottagare__anvandare=tjansteperson)

    uppfoljning.angra(av=tjansteperson, svar=forst)

    forst.refresh_from_db()
    assert (forst.angrat is None, Aktivitet.objects.get(pk=punkt.aktivitet_id).status) == (False, "genomford")


@pytest.fixture
def avslutad(om_aktivitet: Omgang, tjansteperson: Anvandare) -> str:
    """Where Huddinge answers `om_aktivitet`, whose plan has been closed meanwhile."""
    Handlingsplan.objects.filter(exempel=True).update(status="avslutad", avslutad=timezone.localdate())
    return reverse("svara", args=[lank.skriv(om_aktivitet.mottagare.get(anvandare=tjansteperson))])


@pytest.mark.parametrize("svaret", ["oforandrat", "nytt", "angra"])
def test_en_avslutad_plans_aktivitet_fragas_inte_langre(
    client: Client, om_aktivitet: Omgang, avslutad: str, svaret: str
) -> None:
    punkt = om_aktivitet.punkter.select_related("aktivitet").get()
    falt = {"oforandrat": "1", "sedd": str(punkt.aktivitet.version)}
    if svaret == "nytt":
        falt = {f"p{punkt.pk}-status": "genomford", f"p{punkt.pk}-sedd": str(punkt.aktivitet.version)}

    fore = platt(client.get(avslutad))
    svar = client.post(f"{avslutad}{punkt.pk}/{'angra/' if svaret == 'angra' else ''}", falt, follow=True)

    for html in (fore, platt(svar)):
        assert "Det finns inget kvar att svara på." in html
        assert f"Handlingsplan {klocka.AREN} är avslutad. Du behöver inte svara." in html
        assert "svarskort" not in html
    assert svar.status_code == (200 if svaret == "angra" else 409)
    assert ["Inget är sparat." in h for h in (fore, platt(svar))] == [False, svaret != "angra"]
    assert (Omgangssvar.objects.count(), Aktivitet.objects.get(pk=punkt.aktivitet_id).status) == (0, "pagar")


def test_ett_svar_fran_innan_planen_avslutades_star_kvar(
    client: Client, om_aktivitet: Omgang, tjansteperson: Anvandare, request: pytest.FixtureRequest
) -> None:
    punkt = om_aktivitet.punkter.select_related("aktivitet").get()
    mottagare = om_aktivitet.mottagare.get(anvandare=tjansteperson)
    sedd = punkt.aktivitet.version
    uppfoljning.svara_oforandrat(av=tjansteperson, mottagare=mottagare, punkt=punkt, sedd=sedd)
    adress = request.getfixturevalue("avslutad")

    html = platt(client.get(adress))
    nytt = client.post(f"{adress}{punkt.pk}/", {f"p{punkt.pk}-status": "genomford", f"p{punkt.pk}-sedd": sedd + 1})
    angrat = client.post(f"{adress}{punkt.pk}/angra/")

    assert ("Oförändrat, sparat" in html, "svaret ändras inte längre" in html) == (True, True)
    assert ("Ångra" in html.replace("eller ångra", ""), "Ändra svaret" in html) == (False, False)
    regeln = f"Handlingsplan {klocka.AREN} är avslutad: aktiviteterna rapporteras inte längre."
    assert [regeln in platt(s) for s in (nytt, angrat)] == [True, True]
    assert svar_om(om_aktivitet) == [(True, False)]


def test_en_avslutad_plans_aktivitet_vantar_inte_pa_nagon(
    om_aktivitet: Omgang, avslutad: str, tjansteperson: Anvandare
) -> None:
    Omgang.objects.update(deadline=timezone.localdate())
    vantande = bygg(Utskick.objects.get(anvandare=tjansteperson))
    Utskick.objects.all().delete()

    paminda = utskick.planera(av=None, idag=timezone.localdate(), tysta=[])
    (rad,) = mitt_arbete.omgangar(tjansteperson, timezone.localdate())
    alla = dict.fromkeys(om_aktivitet.mottagare.values_list("pk", flat=True), Skal.AVSTANGD)

    assert (vantande, paminda, rad.kvar, ersattning.ersattningar(om_aktivitet, alla)) == (None, 0, 0, [])
    assert (fragor.punkter(om_aktivitet), fragor.rapport(om_aktivitet, timezone.localdate())["fragor"]) == ([], 0)


def _om(omgang: Omgang, person: Anvandare) -> tuple[str, Omgangspunkt]:
    """(the person's link, the round's only point)."""
    adress = reverse("svara", args=[lank.skriv(omgang.mottagare.get(anvandare=person))])
    return adress, omgang.punkter.select_related("aktivitet").get()


def test_en_avbruten_aktivitet_kraver_ett_ord_om_varfor(
    client: Client, om_aktivitet: Omgang, tjansteperson: Anvandare
) -> None:
    adress, punkt = _om(om_aktivitet, tjansteperson)
    falt = {f"p{punkt.pk}-status": "avbruten", f"p{punkt.pk}-sedd": punkt.aktivitet.version}

    nekat = client.post(f"{adress}{punkt.pk}/", falt)
    sparat = client.post(f"{adress}{punkt.pk}/", falt | {f"p{punkt.pk}-kommentar": "Bidraget kom inte. "})

    assert (nekat.status_code, sparat.status_code) == (422, 302)
    assert "den krävs vid ”avbruten”" in platt(nekat)
    nu = Aktivitet.objects.get(pk=punkt.aktivitet_id)
    assert (nu.status, nu.kommentar) == ("avbruten", "Bidraget kom inte.")
    assert "Bidraget kom inte." in platt(client.get(adress))


def test_angra_ger_aktiviteten_dess_kommentar_tillbaka(om_aktivitet: Omgang, tjansteperson: Anvandare) -> None:
    _, punkt = _om(om_aktivitet, tjansteperson)
    vem = {"av": tjansteperson, "mottagare": om_aktivitet.mottagare.get(anvandare=tjansteperson)}

    def svara(status: str, kommentar: str) -> Omgangssvar:
        punkt.aktivitet.refresh_from_db()
        vad = {"status": status, "kommentar": kommentar, "sedd": punkt.aktivitet.version}
        return uppfoljning.svara(**vem, punkt=punkt, **vad)

    svara("pausad", "Vi väntar på bygglov.")
    andra = svara("pausad", "Bygglovet är överklagat.")
    punkt.aktivitet.refresh_from_db()
    uppfoljning.angra(av=tjansteperson, svar=andra)

    nu = Aktivitet.objects.get(pk=punkt.aktivitet_id)
    assert (nu.status, nu.kommentar) == ("pausad", "Vi väntar på bygglov.")


def test_oforandrat_behaller_kommentaren(client: Client, om_aktivitet: Omgang, tjansteperson: Anvandare) -> None:
    adress, punkt = _om(om_aktivitet, tjansteperson)
    Aktivitet.objects.filter(pk=punkt.aktivitet_id).update(status="pausad", kommentar="Vi väntar på bygglov.")

    client.post(f"{adress}{punkt.pk}/", oforandrat(om_aktivitet))

    svar, nu = Omgangssvar.objects.get(), Aktivitet.objects.get(pk=punkt.aktivitet_id)
    assert (nu.kommentar, svar.kommentar, svar.oforandrat) == ("Vi väntar på bygglov.", "Vi väntar på bygglov.", True)


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
    return skriven_for(m, dagar=31)


def _avstangd(m: Mottagare) -> str:
    Anvandare.objects.filter(pk=m.anvandare_id).update(is_active=False)
    return lank.skriv(m)


def stang(omgang: Omgang) -> None:
    uppfoljning.stang(av=None, omgang=omgang)


@pytest.mark.parametrize("stangd", [False, True], ids=["oppen", "stangd"])
@pytest.mark.parametrize(
    "gor", [_manipulerad, _aterkallad, _ersatt, _utgangen, _avstangd, lambda m: "strunt", lambda m: "a:b:c"]
)
def test_en_lank_som_inte_galler_sager_samma_sak(
    client: Client, huddinge: Mottagare, gor: Callable[[Mottagare], str], stangd: bool
) -> None:
    punkt = huddinge.omgang.punkter.get()
    adress = reverse("svara", args=[gor(huddinge)])
    if stangd:
        stang(huddinge.omgang)

    svar = [
        client.get(adress),
        *(client.post(f"{adress}{punkt.pk}/{vad}", {"oforandrat": "1"}) for vad in ("", "angra/")),
    ]

    assert [s.status_code for s in svar] == [404] * 3
    assert all("Länken fungerar inte längre" in platt(s) for s in svar)
    assert str(huddinge.anvandare) not in platt(svar[0])
    assert _utan_token(svar[0]) == _utan_token(client.get(reverse("svara", args=["aldrig-skriven"])))
    assert not Omgangssvar.objects.exists()


def _utan_token(svar: HttpResponse) -> str:
    return re.sub(r"/svara/[^/]+/\"", '/svara/…/"', _sett(svar)[2])


def _spar() -> int:
    """How many rows all histories have together: every write leaves one, whoever makes it and by whatever path."""
    modeller = [m for m in apps.get_models() if hasattr(m, "pgh_tracked_model")]
    return sum(m._default_manager.count() for m in modeller)


def _sett(svar: HttpResponse) -> tuple[int, str, str]:
    """(status, where it leads, what it says); files by their kind alone, since they hold the time."""
    html = re.sub(
        r'((?:name="(?:csrfmiddlewaretoken|inskick)" value|nonce)=")[\w-]+',
        r"\1",
        svar.content.decode(errors="replace"),
    )
    text = html if "html" in svar.headers.get("Content-Type", "") else svar.headers.get("Content-Type", "")
    return svar.status_code, svar.headers.get("Location", ""), text


def test_den_som_bara_hamtar_sidan_har_inte_oppnat_den(adress: str, huddinge: Mottagare) -> None:
    """A scanner of mails follows every link; a person moves, touches or types on the page, or answers."""
    svar = Client().get(adress)
    huddinge.refresh_from_db()
    assert (svar.status_code, huddinge.oppnad) == (200, None)

    Client().post(f"{adress}oppnad/")

    huddinge.refresh_from_db()
    assert huddinge.oppnad is not None


@pytest.mark.parametrize(
    "blev", [{"aktor": "locum-ab"}, {"roll": "styrgrupp", "aktor": None}, {"roll": "styrgrupp"}], ids=str
)
def test_den_som_bytt_aktor_eller_roll_svarar_inte_langre(
    client: Client, adress: str, huddinge: Mottagare, aktor: Callable[[str], Aktor], blev: dict[str, Any]
) -> None:
    punkt = huddinge.omgang.punkter.get()
    andra_konto(huddinge.anvandare, **{k: aktor(v) if k == "aktor" and v else v for k, v in blev.items()})

    svar = client.post(f"{adress}{punkt.pk}/", oforandrat(huddinge.omgang))

    assert (svar.status_code, Omgangssvar.objects.exists()) == (404, False)
    assert "Det finns inget kvar att svara på." in platt(client.get(adress))


def test_lanken_oppnar_ingen_annan_adress(adress: str, omgang: Omgang) -> None:
    """Every address there is, with all that a browser keeps of a visit by the link: as for anybody else."""
    med_lank, vem_som_helst = Client(), Client()
    med_lank.get(adress)
    med_lank.post(f"{adress}{omgang.punkter.get().pk}/", oforandrat(omgang))
    fore = _spar()
    alla = dict(rutter(get_resolver()))

    skiljer = [
        (metod, alla[rutt])
        for rutt in alla
        for metod in ("get", "post")
        if _sett(getattr(med_lank, metod)(alla[rutt])) != _sett(getattr(vem_som_helst, metod)(alla[rutt]))
    ]

    assert (skiljer, _spar() - fore) == ([], 0)
    assert len(alla) > 100
    assert "_auth_user_id" not in med_lank.session


def test_lanken_nar_bara_egna_punkter(
    client: Client, oppna: Callable[..., Omgang], huddinge: Mottagare, botkyrka: Anvandare
) -> None:
    """Every address with a token: other people's points, in the same round and in another, and what never was."""
    omgang, insats = huddinge.omgang, Insats.objects.get(malomrade__nummer=2, ordning=4, fardplan__isnull=False)
    karna = omgang.punkter.get().stadskarna
    kollegans = Omgangspunkt.objects.create(omgang=omgang, ordning=9, stadskarna=karna, insats=insats)
    Tillfragan.objects.create(mottagare=omgang.mottagare.get(anvandare=botkyrka), punkt=kollegans, aktor=botkyrka.aktor)
    frammande = [kollegans.pk, oppna("2.3", namn="En annan").punkter.get().pk, 0, 999_999]
    token, avanmalan = lank.skriv(huddinge), lank.skriv_avanmalan(huddinge.anvandare)
    rutterna = [r for r, _ in rutter(get_resolver()) if "<token>" in r]
    egna = [r.replace("<token>", token).replace("<pk>", str(pk)) for r in rutterna if "<pk>" in r for pk in frammande]
    ombytta = [r.replace("<token>", avanmalan if r.startswith("/svara/") else token) for r in rutterna]
    fore = _spar()

    adresser = egna + [r.replace("<pk>", "1") for r in ombytta]
    koder = {adress: client.post(adress, _alla_falt(frammande)).status_code for adress in adresser}

    assert set(koder.values()) == {404}, koder
    assert (len(koder), _spar() - fore) == (24, 0)


def test_en_stangd_omgangs_lank_nar_bara_egna_punkter(
    client: Client, oppna: Callable[..., Omgang], huddinge: Mottagare, botkyrka: Anvandare
) -> None:
    """Read or write: other people's points are not there, and the own ones are no longer to be changed."""
    omgang, insats = huddinge.omgang, Insats.objects.get(malomrade__nummer=2, ordning=4, fardplan__isnull=False)
    kollegans = Omgangspunkt.objects.create(
        omgang=omgang, ordning=9, stadskarna=omgang.punkter.get().stadskarna, insats=insats
    )
    Tillfragan.objects.create(mottagare=omgang.mottagare.get(anvandare=botkyrka), punkt=kollegans, aktor=botkyrka.aktor)
    egen, annan = omgang.punkter.get(ordning=1), oppna("2.3", namn="En annan")
    stang(omgang)
    adress, fore = reverse("svara", args=[lank.skriv(huddinge)]), _spar()

    html = platt(client.get(adress))
    koder = {
        pk: {client.post(f"{adress}{pk}/{vad}", _alla_falt([pk])).status_code for vad in ("", "angra/")}
        for pk in (egen.pk, kollegans.pk, annan.punkter.get().pk, 0)
    }

    assert (str(insats) in html, str(egen) in html) == (False, True)
    assert list(koder.values()) == [{409}, {404}, {404}, {404}]
    assert _spar() == fore


def _alla_falt(punkter: list[int]) -> dict[str, str]:
    """One tap, and a whole answer to each of the points, at once."""
    hela = {"status": "genomford", "kommentar": "Klart", "bedomning": "enligt_plan", "sedd": "0"}
    return {f"p{pk}-{namn}": varde for pk in punkter for namn, varde in hela.items()} | {"oforandrat": "1"}


def test_sidan_sager_vilken_omgang_och_var(client: Client, adress: str, omgang: Omgang) -> None:
    i_en = platt(client.get(adress))
    Omgang.objects.update(fardplan=None)
    i_alla = platt(client.get(adress))

    assert f'<h1>Hur går det i Flemingsberg?</h1><p class="small">{omgang}</p>' in i_en
    assert f'<h1>Hur går det?</h1><p class="small">{omgang}, alla stadskärnor</p>' in i_alla


def test_sidan_sager_vad_som_ar_kvar(client: Client, oppna: Callable[..., Omgang], tjansteperson: Anvandare) -> None:
    omgang = oppna(fraga="Vad behöver ni av styrgruppen?")
    mottagare = Mottagare.objects.get(omgang=omgang, anvandare=tjansteperson)

    html = platt(client.get(reverse("svara", args=[lank.skriv(mottagare)])))

    antal = mottagare.punkter.count()
    assert f"<strong>0 av {antal}</strong>besvarade" in html
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

    with django_assert_num_queries(12):
        client.get(adress)


def _svara(client: Client, adress: str, omgang: Omgang, **falt: str) -> Any:
    """Post an answer to the round's only point; `sedd` is what the page showed."""
    punkt = omgang.punkter.get()
    senast = lagen([(punkt.insats_id or 0, punkt.stadskarna_id)])[punkt.insats_id or 0, punkt.stadskarna_id].pk
    hela = {"bedomning": "enligt_plan", "sedd": str(senast)} | falt
    return client.post(f"{adress}{punkt.pk}/", {f"p{punkt.pk}-{namn}": v for namn, v in hela.items()})


def test_angra_det_andra_svaret_ger_tillbaka_det_forsta(client: Client, adress: str, omgang: Omgang) -> None:
    punkt = omgang.punkter.get()
    par = (punkt.insats_id or 0, punkt.stadskarna_id)
    ursprung = lagen([par])[par]
    _svara(client, adress, omgang, status="pausad", kommentar="Väntar")
    _svara(client, adress, omgang, status="genomford", kommentar="Klart")

    client.post(f"{adress}{punkt.pk}/angra/")
    forsta = (lagen([par])[par].kommentar, svar_om(omgang))
    client.post(f"{adress}{punkt.pk}/angra/")

    assert forsta == ("Väntar", [(False, False), (False, True)])
    assert (lagen([par])[par], svar_om(omgang)) == (ursprung, [(False, True), (False, True)])


def test_tva_omgangar_fragar_om_samma_sak_samma_dag(
    client: Client, oppna: Callable[..., Omgang], adress: str, omgang: Omgang, tjansteperson: Anvandare
) -> None:
    """One report serves both; it stands as long as one of the answers does."""
    andra = oppna("1.3", namn="En till")
    andra_adress = reverse("svara", args=[lank.skriv(andra.mottagare.get(anvandare=tjansteperson))])

    koder = [
        client.post(f"{a}{o.punkter.get().pk}/", oforandrat(o)).status_code
        for a, o in ((adress, omgang), (andra_adress, andra))
    ]
    client.post(f"{adress}{omgang.punkter.get().pk}/angra/")

    galler = Omgangssvar.objects.get(angrat=None)
    fore = galler.lagesrapport.aterkallad
    client.post(f"{andra_adress}{andra.punkter.get().pk}/angra/")

    assert (koder, galler.punkt.omgang, fore) == ([302, 302], andra, None)
    assert Lagesrapport.objects.get(pk=galler.lagesrapport_id).aterkallad


def test_en_rapport_som_redan_fanns_tas_inte_tillbaka(
    client: Client, adress: str, omgang: Omgang, tjansteperson: Anvandare
) -> None:
    punkt = omgang.punkter.select_related("insats", "stadskarna").get()
    vad = {"insats": punkt.insats, "stadskarna": punkt.stadskarna, "status": "genomford", "kommentar": "Klart"}
    egen = lagesandringar.rapportera(av=tjansteperson, bedomning="enligt_plan", **vad)
    client.post(f"{adress}{punkt.pk}/", oforandrat(omgang))

    client.post(f"{adress}{punkt.pk}/angra/")

    assert Lagesrapport.objects.get(pk=egen.pk).aterkallad is None
    assert svar_om(omgang) == [(True, True)]


def test_bara_den_som_svarat_angrar(
    client: Client, adress: str, omgang: Omgang, tjansteperson: Anvandare, botkyrka: Anvandare
) -> None:
    bli_kollegor(omgang, tjansteperson, botkyrka)
    punkt = omgang.punkter.get()
    kollegans = reverse("svara", args=[lank.skriv(omgang.mottagare.get(anvandare=botkyrka))])
    client.post(f"{adress}{punkt.pk}/", oforandrat(omgang))

    sidan = platt(client.get(kollegans))
    svar = client.post(f"{kollegans}{punkt.pk}/angra/")

    assert ("Sparat" in sidan or "sparat" in sidan, "Ångra<" in sidan) == (True, False)
    assert (svar.status_code, "Exempel: Huddinge har svarat." in platt(svar)) == (409, True)
    assert svar_om(omgang) == [(True, False)]


@pytest.mark.parametrize(("fraga", "oppna_kort"), [("", [0]), ("?punkt={}", [0, 3]), ("?punkt=9" + "9" * 5000, [0])])
def test_mejlet_oppnar_den_fraga_man_tryckte_pa(
    client: Client, oppna: Callable[..., Omgang], tjansteperson: Anvandare, fraga: str, oppna_kort: list[int]
) -> None:
    mottagare = oppna().mottagare.get(anvandare=tjansteperson)
    punkter = [p.punkt.pk for p in fragor.punkter(mottagare.omgang, mottagare)]

    svar = client.get(reverse("svara", args=[lank.skriv(mottagare)]) + fraga.format(punkter[3]))

    utfallda = re.findall(r'id="punkt-(\d+)"|<details class="vik"( open)?>', platt(svar))
    kort = [pk for pk, oppen in utfallda if pk]
    oppna_ = [kort[n // 2] for n, (pk, oppen) in enumerate(utfallda) if oppen]
    assert oppna_ == [str(punkter[n]) for n in oppna_kort]


# --- the round is closed


def test_en_stangd_omgang_visar_vad_man_svarade(
    client: Client, oppna: Callable[..., Omgang], tjansteperson: Anvandare, botkyrka: Anvandare
) -> None:
    omgang = oppna("1.3", "1.4", "2.3")
    bli_kollegor(omgang, tjansteperson, botkyrka)
    mitt, hans = (omgang.mottagare.get(anvandare=p) for p in (tjansteperson, botkyrka))
    forst, sedan, _ = fragor.punkter(omgang)
    laget = {"status": "pausad", "bedomning": "risk", "kommentar": "Beslutet dröjer."}
    uppfoljning.svara(av=tjansteperson, mottagare=mitt, punkt=forst.punkt, sedd=forst.sedd, **laget)
    uppfoljning.svara(av=botkyrka, mottagare=hans, punkt=sedan.punkt, sedd=sedan.sedd, **laget)
    stang(omgang)

    svar = client.get(reverse("svara", args=[lank.skriv(mitt)]))

    html = platt(svar)
    kort = [k.split("</article>")[0] for k in html.split("<article")[1:]]
    assert (svar.status_code, len(kort), html.count('method="post"')) == (200, 3, 0)
    delar = ["Omgången är stängd", f"Stängd {timezone.localdate().day} ", "Du svarade på 1 av 3", "/mitt-arbete/"]
    assert [d for d in delar if d not in html] == []
    assert [("Pausad" in k, "Beslutet dröjer." in k) for k in kort] == [(True, True), (False, False), (False, False)]
    assert ("Exempel: Botkyrka svarade" in kort[1], "Inget svar" in kort[2]) == (True, True)
    assert Mottagare.objects.get(pk=mitt.pk).oppnad is None


@pytest.mark.parametrize("stangd", [False, True])
def test_en_lank_kan_aterkallas_nar_allt_ar_besvarat_och_nar_omgangen_ar_stangd(
    client: Client, adress: str, omgang: Omgang, tjansteperson: Anvandare, planerare: Anvandare, *, stangd: bool
) -> None:
    m = omgang.mottagare.get(anvandare=tjansteperson)
    for p in fragor.punkter(omgang, m):
        uppfoljning.svara(
            av=tjansteperson, mottagare=m, punkt=p.punkt, status="planerad", bedomning="enligt_plan", sedd=p.sedd
        )
    if stangd:
        uppfoljning.stang(av=planerare, omgang=omgang)
    sidan = f"/flemingsberg/uppfoljning/{omgang.pk}/"
    client.force_login(planerare)

    fore = platt(client.get(sidan))
    svar = platt(client.post(f"{sidan}{m.pk}/aterkalla/", follow=True))

    client.logout()
    assert f"{sidan}{m.pk}/aterkalla/" in fore
    assert ("är återkallad" in svar, f"{sidan}{m.pk}/aterkalla/" in svar) == (True, False)
    assert client.get(adress).status_code == 404


def test_det_man_skrev_nar_omgangen_stangdes_gar_inte_forlorat(client: Client, adress: str, omgang: Omgang) -> None:
    punkt = omgang.punkter.get()
    stang(omgang)

    svar = client.post(f"{adress}{punkt.pk}/", {f"p{punkt.pk}-status": "pausad", f"p{punkt.pk}-kommentar": "Långt <b>"})

    html = platt(svar)
    assert (svar.status_code, "Inget sparades" in html, "Långt &lt;b&gt;" in html) == (409, True, True)
    assert f'id="punkt-{punkt.pk}"' in html  # what htmx puts in the card's place
    assert svar_om(omgang) == []


@pytest.mark.parametrize("antal", [1, 18])
def test_den_stangda_sidan_kostar_lika_mycket(
    client: Client, oppna: Callable[..., Omgang], tjansteperson: Anvandare, django_assert_num_queries: Any, antal: int
) -> None:
    omgang = oppna("1.3") if antal == 1 else oppna()
    mottagare = omgang.mottagare.get(anvandare=tjansteperson)
    stang(omgang)
    adress = reverse("svara", args=[lank.skriv(mottagare)])

    with django_assert_num_queries(7):
        client.get(adress)


# --- the link once more

NY_LANK = "/svara/ny-lank/"


def _ut(svar: Any, epost: str) -> tuple[int, str]:
    """What the visitor gets, without what they typed themselves."""
    return svar.status_code, _sett(svar)[2].replace(epost, "")


def test_svaret_ar_lika_for_alla_adresser(client: Client, omgang: Omgang, botkyrka: Anvandare) -> None:
    uppfoljning.aterkalla_lank(av=None, mottagare=omgang.mottagare.get(anvandare=botkyrka))
    adresser = ["tjansteperson@fardplan.example", botkyrka.epost, "planerare@fardplan.example", "ingen@prov.example"]

    svar = {epost: _ut(client.post(NY_LANK, {"epost": epost}), epost) for epost in adresser}

    assert len(set(svar.values())) == 1
    assert svar["ingen@prov.example"][0] == 200
    assert "är med i en öppen omgång skickar vi en ny länk dit" in svar["ingen@prov.example"][1]


def test_svaret_fragar_inte_databasen_om_adressen(client: Client, omgang: Omgang) -> None:
    """What is done about it is done afterwards: the time to answer tells nothing."""
    for epost in ("tjansteperson@fardplan.example", "ingen@prov.example"):
        cache.clear()
        with CaptureQueriesContext(connection) as fragor_:
            client.post(NY_LANK, {"epost": epost})
        assert [q["sql"] for q in fragor_ if "aterkallad" in q["sql"] or "aktorer_anvandare" in q["sql"]] == []


def _begar(epost: str) -> list[str]:
    """Who has a mail with links in the queue after the request."""
    uppfoljning.begar_lank(av=None, epost=epost)
    return sorted(Utskick.objects.filter(slag="lank").values_list("anvandare__epost", flat=True))


@pytest.mark.parametrize(
    ("epost", "far"),
    [
        (" Tjansteperson@Fardplan.example ", ["tjansteperson@fardplan.example"]),
        ("planerare@fardplan.example", []),
        ("ingen@prov.example", []),
        ("", []),
    ],
)
def test_bara_den_som_ar_fragad_far_en_lank(omgang: Omgang, epost: str, far: list[str]) -> None:
    assert _begar(epost) == far


def test_aterkallad_avstangd_eller_stangd_ger_ingen_lank(
    omgang: Omgang, oppna: Callable[..., Omgang], tjansteperson: Anvandare, botkyrka: Anvandare
) -> None:
    uppfoljning.aterkalla_lank(av=None, mottagare=omgang.mottagare.get(anvandare=tjansteperson))
    Anvandare.objects.filter(pk=botkyrka.pk).update(is_active=False)
    fore = _begar(tjansteperson.epost) + _begar(botkyrka.epost)
    Anvandare.objects.filter(pk=botkyrka.pk).update(is_active=True)
    uppfoljning.stang(av=None, omgang=omgang)

    assert (fore, _begar(botkyrka.epost)) == ([], [])


def test_lanken_kommer_en_gang_om_dagen_och_den_gamla_galler(
    client: Client, omgang: Omgang, adress: str, tjansteperson: Anvandare
) -> None:
    assert _begar(tjansteperson.epost) == _begar(tjansteperson.epost) == [tjansteperson.epost]
    Utskick.objects.filter(slag="lank").update(paborjat=timezone.now(), skickat=timezone.now())

    assert _begar(tjansteperson.epost) == [tjansteperson.epost]
    assert client.get(adress).status_code == 200


def test_den_som_ber_igen_nar_mejlet_inte_gick_far_det_nu(
    client: Client, omgang: Omgang, tjansteperson: Anvandare
) -> None:
    """The mail server was down the first time: the mail that waits goes, and no second one another day."""
    (forst,) = uppfoljning.begar_lank(av=None, epost=tjansteperson.epost)

    (igen,) = uppfoljning.begar_lank(av=None, epost=tjansteperson.epost)

    assert igen == forst
    assert sandning.skicka_vantande(igen).skickade == 1
    assert uppfoljning.begar_lank(av=None, epost=tjansteperson.epost) == []
    assert Utskick.objects.filter(slag="lank").count() == 1


def test_en_ny_lank_galler_aven_nar_den_gamla_har_gatt_ut(
    client: Client, oppna: Callable[..., Omgang], tjansteperson: Anvandare
) -> None:
    omgangar = [oppna("1.3"), oppna("2.3", namn="Den andra")]
    Omgang.objects.update(deadline=timezone.localdate() - timedelta(days=60))
    utgangen = skriven_for(omgangar[0].mottagare.get(anvandare=tjansteperson), dagar=31)
    uppfoljning.begar_lank(av=None, epost=tjansteperson.epost)

    brev = bygg(Utskick.objects.get(slag="lank"))

    assert brev is not None
    lankar = re.findall(r"http\S+?(/svara/\S+)", brev.body)
    assert [client.get(a).status_code for a in (reverse("svara", args=[utgangen]), *lankar)] == [404, 200, 200]
    assert brev.to == [tjansteperson.epost]


@pytest.mark.parametrize("epost", ["", "inte en adress"])
def test_det_skrivna_star_kvar(client: Client, epost: str) -> None:
    svar = client.post(NY_LANK, {"epost": epost})

    assert svar.status_code == 422
    assert "errorlist" in platt(svar)
    assert f'value="{epost}"' in platt(svar) or not epost


def test_sidan_for_en_trasig_lank_har_formularet(client: Client) -> None:
    html = platt(client.get(reverse("svara", args=["strunt"])))

    assert f'action="{NY_LANK}"' in html


def test_den_som_ber_for_ofta_far_vanta(client: Client) -> None:
    cache.clear()
    koder = [client.post(NY_LANK, {"epost": f"nr{n}@prov.example"}).status_code for n in range(31)]
    sist = platt(client.post(NY_LANK, {"epost": "kvar@prov.example"}))

    assert koder == [200] * 30 + [429]
    assert "Vänta en timme" in sist
    assert 'value="kvar@prov.example"' in sist


# --- no more reminders


def test_mejlprogrammets_knapp_avanmaler_utan_sida(tjansteperson: Anvandare) -> None:
    """RFC 8058: one POST without cookies."""
    noga = Client(enforce_csrf_checks=True)

    svar = noga.post(reverse("avanmal", args=[lank.skriv_avanmalan(tjansteperson)]), {"List-Unsubscribe": "One-Click"})

    assert (svar.status_code, Anvandare.objects.get(pk=tjansteperson.pk).paminnelser) == (200, False)
