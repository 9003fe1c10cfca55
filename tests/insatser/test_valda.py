"""One change of many insatser: what is shown is what is written, all of it or none, and taken back at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aktorer.grund.samtidighet import Krock
from aktorer.grund.valda import MEST
from aktorer.models import Aktor, Anvandare
from insatser.andringar import handlingsplan as planandringar
from insatser.andringar import insats as insatsandringar
from insatser.andringar import valda as andringar
from insatser.forms.valda import FORMULAR
from insatser.fragor import lage
from insatser.fragor import valda as fragor
from insatser.fragor.valda import NyAnsvarig, NyttLage
from insatser.models import Fardplan, Handlingsplan, Insats, Lagesrapport, Malomrade
from insatser.regler.status import Status
from tests import klocka
from tests.sidtext import platt
from tests.valda import Valjare, skickas

pytestmark = pytest.mark.django_db

type Hamta = Callable[[str], Insats]

SIDA = "/flemingsberg/insatskarta/valda/"
TABELLEN = "/flemingsberg/insatskarta/?vy=tabell"


class Planerare(Valjare):
    """The same by the numbers of insatser."""

    def __init__(self, klient: Client, insats: Hamta) -> None:
        super().__init__(klient, SIDA, TABELLEN)
        self.insats = insats

    def granska(self, gor: str, ids: Iterable[Any], **ifyllt: Any) -> tuple[Any, dict[str, Any]]:
        return super().granska(gor, [self.insats(n).pk for n in ids], **ifyllt)

    def gor(self, gor: str, *nummer: Any, **ifyllt: Any) -> Any:
        return super().gor(gor, nummer, **ifyllt)


@pytest.fixture
def jag(som_planerare: Client, insats: Hamta) -> Planerare:
    return Planerare(som_planerare, insats)


@pytest.fixture
def region(aktor: Callable[[str], Aktor]) -> dict[str, Any]:
    """Region Stockholm is to be ansvarig."""
    return {"aktor": aktor("region-stockholm").pk, "forra": "kvar"}


def rader(svar: Any, vilka: str) -> dict[str, tuple[str, str]]:
    return {r.rad.nummer: (r.var, r.blir) for r in svar.context[vilka]}


def test_tabellen_har_en_ruta_per_rad_for_den_som_far_andra(
    client: Client, som_planerare: Client, insats: Hamta
) -> None:
    i = insats("1.3")

    assert f'value="{i.pk}" form="valda"' in platt(som_planerare.get(TABELLEN))
    som_planerare.logout()
    assert 'form="valda"' not in platt(client.get(TABELLEN))


def test_utan_kryss_leder_det_tillbaka_till_tabellen_och_sager_varfor(som_planerare: Client) -> None:
    svar = som_planerare.get(SIDA, {"gor": "ansvarig", "typ": "gemensam"}, follow=True)

    assert svar.redirect_chain == [("/flemingsberg/insatskarta/?typ=gemensam", 302)]
    assert "Kryssa i de insatser du vill ändra." in platt(svar)


def test_fler_an_sa_manga_at_gangen_sags_det_om(som_planerare: Client) -> None:
    svar = som_planerare.get(SIDA, {"gor": "lage", "i": list(range(1, MEST + 2))}, follow=True)

    assert f"Välj högst {MEST} insatser åt gången." in platt(svar)


@pytest.mark.parametrize("i", ["x", "-1", "99999999999", "0", "\x00"])
def test_strunt_i_adressen_ar_ingen_rad(som_planerare: Client, i: str) -> None:
    assert som_planerare.get(SIDA, {"i": i}).status_code == 302


def test_forhandsgranskningen_sager_vad_som_blir_av_varje_rad_och_skriver_inget(
    jag: Planerare, region: dict[str, Any], rolla: Callable[..., Insats], insats: Hamta
) -> None:
    rolla("1.4", insats("1.4").version, "region-stockholm")
    i = insats("1.5")
    insatsandringar.avfor(av=None, insats=i, version=i.version, skal="Klar")
    fore = rolla("1.3", insats("1.3").version, "huddinge-kommun")

    svar, _ = jag.granska("ansvarig", ["1.3", "1.4", "1.5"], **region)

    assert rader(svar, "andras") == {"1.3": ("Huddinge kommun", "Region Stockholm")}
    assert "Huddinge kommun blir medverkande." in platt(svar)
    assert rader(svar, "stilla").keys() == {"1.4"}
    assert "Återta den först" in platt(svar)
    assert insats("1.3").version == fore.version


def test_ansvarig_satts_pa_alla_och_tas_tillbaka_med_ett_klick(
    jag: Planerare, region: dict[str, Any], rolla: Callable[..., Insats], insats: Hamta, roller: Any
) -> None:
    rolla("1.3", insats("1.3").version, "huddinge-kommun", "region-stockholm", "polisen")
    fore = {n: roller(n) for n in ("1.3", "1.4", "3.4")}

    svar = jag.gor("ansvarig", *fore, **region)

    assert svar["Location"] == TABELLEN
    assert {roller(n)[0] for n in fore} == {"region-stockholm"}
    assert roller("1.3")[1] == ["polisen", "huddinge-kommun"]
    besked = platt(jag.klient.get(jag.angra(svar)["Location"], follow=True)).partition('id="besked"')[2][:300]
    assert "Det är ångrat." in besked
    assert {n: roller(n) for n in fore} == fore


def test_den_forra_kan_lamna_insatsen(
    jag: Planerare, region: dict[str, Any], rolla: Callable[..., Insats], insats: Hamta, roller: Any
) -> None:
    rolla("1.3", insats("1.3").version, "huddinge-kommun", "polisen")

    jag.gor("ansvarig", "1.3", **region | {"forra": "bort"})

    assert roller("1.3") == ("region-stockholm", ["polisen"])


def test_en_rad_som_andrats_sedan_namns_och_inget_skrivs(
    jag: Planerare, region: dict[str, Any], rolla: Callable[..., Insats], insats: Hamta, roller: Any
) -> None:
    _, sant = jag.granska("ansvarig", ["1.3", "1.4"], **region)
    rolla("1.4", insats("1.4").version, "botkyrka-kommun")
    fore = roller("1.3")

    svar = jag.klient.post(SIDA, sant)

    assert svar.status_code == 409
    assert f"”{insats('1.4')}” har ändrats sedan du granskade, i dag klockan" in platt(svar)
    assert rader(svar, "andras")["1.4"] == ("Botkyrka kommun", "Region Stockholm")
    assert roller("1.3") == fore
    # What was chosen is still there, and a second confirmation does it.
    assert svar.context["form"]["aktor"].value() == str(region["aktor"])
    assert jag.klient.post(SIDA, {**skickas(svar), **region, "skriv": "1"}).status_code == 302
    assert roller("1.4") == ("region-stockholm", ["botkyrka-kommun"])


def test_den_som_skriver_i_samma_stund_namns_ocksa(
    planerare: Anvandare, region: dict[str, Any], rolla: Callable[..., Insats], insats: Hamta, roller: Any
) -> None:
    fardplan = insats("1.3").fardplan
    atgard = NyAnsvarig(Aktor.objects.get(pk=region["aktor"]), kvar=True)
    rader = atgard.granska(fragor.hamta(fardplan, planerare, {insats(n).pk for n in ("1.3", "1.4")}), planerare)
    rolla("1.4", insats("1.4").version, "botkyrka-kommun")
    fore = roller("1.3")

    with pytest.raises(Krock, match=f"”{insats('1.4')}” har ändrats sedan du granskade"):
        andringar.andra(av=planerare, atgard=atgard, rader=rader, versioner={r.rad.pk: r.sedd for r in rader})

    assert roller("1.3") == fore


def test_den_som_andrar_valet_efter_granskningen_far_granska_igen(
    jag: Planerare, region: dict[str, Any], aktor: Callable[[str], Aktor], insats: Hamta
) -> None:
    _, sant = jag.granska("ansvarig", ["1.3"], **region)
    version = insats("1.3").version

    svar = jag.klient.post(SIDA, sant | {"aktor": aktor("polisen").pk})

    assert svar.status_code == 422
    assert "Du har ändrat valet" in platt(svar)
    assert rader(svar, "andras")["1.3"][1] == "Polisen"
    assert insats("1.3").version == version


def test_en_gemensam_fragas_en_gang_och_alla_stadskarnor_namns(
    jag: Planerare, region: dict[str, Any], aktor: Callable[[str], Aktor], insats: Hamta
) -> None:
    region["aktor"] = aktor("polisen").pk
    gemensamma = Insats.objects.i_fardplan(insats("1.3").fardplan).filter(fardplan=None)
    nummer = [i.nummer for i in gemensamma.select_related("malomrade")[:2]]
    svar, sant = jag.granska("ansvarig", nummer, **region)
    assert platt(svar).count("Ja, ändra i alla åtta stadskärnor") == 1

    assert jag.klient.post(SIDA, sant).status_code == 422
    assert jag.klient.post(SIDA, sant | {"alla_karnor": "on"}).status_code == 302
    assert {insats(n).ansvarig.aktor.slug for n in nummer} == {"polisen"}


@pytest.mark.parametrize("rad", ["", "x", "1:2", "::", "1:x:y", f"{'9' * 18}:{'9' * 18}:z", "\x00", "1" * 5000])
def test_strunt_om_raderna_skriver_inget(jag: Planerare, region: dict[str, Any], insats: Hamta, rad: str) -> None:
    _, sant = jag.granska("ansvarig", ["1.3"], **region)

    assert jag.klient.post(SIDA, sant | {"rad": rad}).status_code == 409
    assert insats("1.3").ansvarig is None


def test_tva_inskick_skriver_en_gang(jag: Planerare, region: dict[str, Any], insats: Hamta) -> None:
    _, sant = jag.granska("ansvarig", ["1.3"], **region)

    svar = [jag.klient.post(SIDA, sant)["Location"] for _ in range(2)]

    assert svar == [TABELLEN, TABELLEN]
    assert insats("1.3").ansvarig.aktor.slug == "region-stockholm"


@pytest.mark.parametrize("roll", ["styrgrupp", "tjansteperson"])
def test_bara_den_som_far_redigera_satter_ansvarig(
    client: Client, person: Callable[..., Anvandare], insats: Hamta, roll: str
) -> None:
    client.force_login(person(roll, "polisen"))

    svar = client.post(SIDA, {"gor": "ansvarig", "i": insats("1.3").pk, "aktor": 1, "forra": "kvar"})

    assert "andras" not in (svar.context or {})


def test_fragorna_blir_inte_fler_med_raderna(
    jag: Planerare, region: dict[str, Any], flemingsberg: Fardplan, m2: Malomrade, utkast: Handlingsplan
) -> None:
    alla = list(Insats.objects.i_fardplan(flemingsberg).gallande().i_nummerordning().values_list("pk", flat=True))
    val = {
        "ansvarig": region,
        "deltagande": {"aktor": region["aktor"], "deltagande": "bekraftad"},
        "lage": LAGE,
        "malomrade": {"malomrade": m2.pk},
        "plan": {"plan": utkast.pk},
        "avfor": {"skal": "Klart"},
    }

    def fragor(gor: str, valda: list[int]) -> int:
        with CaptureQueriesContext(connection) as stallda:
            assert jag.klient.post(SIDA, {"gor": gor, "i": valda, **val[gor]}).context["granskat"]
        return len(stallda)

    # One gemensam and one of the kärna's own among the few as well.
    fa = [alla[0], alla[-1]]
    assert {gor: fragor(gor, alla) for gor in FORMULAR} == {gor: fragor(gor, fa) for gor in FORMULAR}


def test_deltagande_skrivs_dar_aktoren_ar_tillfragad_och_sags_annars(
    jag: Planerare, rolla: Callable[..., Insats], insats: Hamta, aktor: Callable[[str], Aktor]
) -> None:
    rolla("1.3", insats("1.3").version, "huddinge-kommun", "polisen")
    rolla("1.4", insats("1.4").version, "huddinge-kommun")
    ja = {"aktor": aktor("polisen").pk, "deltagande": "bekraftad", "svar": "Beslutat i maj"}

    svar, sant = jag.granska("deltagande", ["1.3", "1.4"], **ja)
    assert rader(svar, "andras") == {"1.3": ("Exempel i färdplanen", "Bekräftad\nBeslutat i maj")}
    assert "Polisen är inte tillfrågad om insatsen." in platt(svar)

    svar = jag.klient.post(SIDA, sant)
    assert insats("1.3").medverkan.get(aktor__slug="polisen").svar == "Beslutat i maj"
    jag.angra(svar)
    assert insats("1.3").medverkan.get(aktor__slug="polisen").deltagande == "exempel"


def test_ett_nej_maste_sagas_varfor(jag: Planerare, aktor: Callable[[str], Aktor]) -> None:
    svar, _ = jag.granska("deltagande", ["1.3"], aktor=aktor("polisen").pk, deltagande="avbojd")

    assert svar.status_code == 422
    assert "Skriv varför aktören inte kan vara med." in platt(svar)


LAGE = {"status": "pausad", "bedomning": "risk", "kommentar": "Väntar på beslut."}


def test_laget_rapporteras_for_alla_och_tas_tillbaka(jag: Planerare, insats: Hamta, flemingsberg: Fardplan) -> None:
    def lagen() -> list[str]:
        return [lage.senaste(insats(n).pk, flemingsberg.stadskarna_id).status for n in ("1.3", "1.4")]

    fore = lagen()

    svar = jag.gor("lage", "1.3", "1.4", **LAGE)

    assert lagen() == ["pausad", "pausad"]
    jag.angra(svar)
    assert lagen() == fore


def test_ett_nekat_lage_namns_fast_alla_skrivs_pa_en_gang(
    planerare: Anvandare, insats: Hamta, flemingsberg: Fardplan, lage: Callable[..., Any]
) -> None:
    atgard = NyttLage(planerare, flemingsberg.stadskarna, Status.PAUSAD, "risk", "Väntar")
    rader = atgard.granska(fragor.hamta(flemingsberg, planerare, {insats(n).pk for n in ("1.3", "1.4")}), planerare)
    lage(insats("1.4"), flemingsberg.stadskarna, datum=klocka.IDAG, kommentar="Nytt")
    fore = Lagesrapport.objects.count()

    with pytest.raises(Krock, match=f"”{insats('1.4')}” har ändrats"):
        andringar.andra(av=planerare, atgard=atgard, rader=rader, versioner={r.rad.pk: r.sedd for r in rader})

    assert Lagesrapport.objects.count() == fore


def test_samma_lage_av_samma_dag_skrivs_inte_igen(jag: Planerare, insats: Hamta) -> None:
    jag.gor("lage", "1.3", **LAGE)

    svar, _ = jag.granska("lage", ["1.3", "1.4"], **LAGE)

    assert (list(rader(svar, "stilla")), list(rader(svar, "andras"))) == (["1.3"], ["1.4"])


def test_ett_lage_utan_kommentar_nekas_och_det_ifyllda_star_kvar(jag: Planerare) -> None:
    svar, _ = jag.granska("lage", ["1.3"], status="pausad", bedomning="risk")

    assert svar.status_code == 422
    assert 'value="pausad" required id="id_status_3" checked' in platt(svar)


def test_ett_lage_som_kom_emellan_ar_en_krock(
    jag: Planerare, insats: Hamta, flemingsberg: Fardplan, lage: Callable[..., Any]
) -> None:
    _, sant = jag.granska("lage", ["1.3", "1.4"], **LAGE)
    lage(insats("1.4"), flemingsberg.stadskarna, datum=klocka.IDAG, kommentar="Nytt")

    svar = jag.klient.post(SIDA, sant)

    assert svar.status_code == 409
    assert rader(svar, "andras")["1.4"][0].endswith("Nytt")
    assert svar.context["form"]["kommentar"].value() == LAGE["kommentar"]


def test_en_tjansteperson_rapporterar_bara_sin_aktors_insatser(
    client: Client, person: Callable[..., Anvandare], insats: Hamta, rolla: Callable[..., Insats]
) -> None:
    rolla("1.3", insats("1.3").version, "huddinge-kommun", "polisen")
    rolla("1.4", insats("1.4").version, "huddinge-kommun")
    client.force_login(person("tjansteperson", "polisen"))
    polis = Planerare(client, insats)
    assert '<option value="lage">' in (sida := platt(client.get(TABELLEN)))
    assert 'option value="avfor"' not in sida

    svar, sant = polis.granska("lage", ["1.3", "1.4"], **LAGE)
    assert list(rader(svar, "andras")) == ["1.3"]
    assert [r.rad.nummer for r in svar.context["hindrade"]] == ["1.4"]
    assert client.post(SIDA, sant).status_code == 302
    assert "andras" not in polis.granska("avfor", ["1.3"], skal="Nej")[0].context


def test_flyttade_far_numren_efter_de_tagna_i_ordning(jag: Planerare, m2: Malomrade, insats: Hamta) -> None:
    i = [insats(n) for n in ("1.3", "1.4")]
    svar, sant = jag.granska("malomrade", ["1.3", "1.4", "2.3"], malomrade=m2.pk)
    blir = [ord_.split()[0] for _, ord_ in rader(svar, "andras").values()]
    assert list(rader(svar, "stilla")) == ["2.3"]

    svar = jag.klient.post(SIDA, sant)

    assert [insats(n).pk for n in blir] == [rad.pk for rad in i]
    jag.angra(svar)
    assert [insats(n).pk for n in ("1.3", "1.4")] == [rad.pk for rad in i]


def test_en_gemensam_far_ett_nummer_som_ar_ledigt_i_alla(
    jag: Planerare, m2: Malomrade, utkastet: Fardplan, flemingsberg: Fardplan
) -> None:
    insatsandringar.skapa(av=None, malomrade=m2, fardplan=utkastet, titel="I en annan kärna", ordning=40)
    gemensam = Insats.objects.i_fardplan(flemingsberg).filter(fardplan=None, malomrade__nummer=4)
    gemensam = gemensam.select_related("malomrade")[0].nummer

    svar, _ = jag.granska("malomrade", ["1.3", gemensam], malomrade=m2.pk)

    blir = {n: ord_.split()[0] for n, (_, ord_) in rader(svar, "andras").items()}
    assert blir[gemensam] == "2.41"
    assert blir["1.3"] != "2.41"


@pytest.fixture
def utkast(flemingsberg: Fardplan) -> Handlingsplan:
    return Handlingsplan.objects.get(exempel=True)


def test_de_valda_lyfts_in_sist_i_planen_och_tas_ur_igen(jag: Planerare, utkast: Handlingsplan, insats: Hamta) -> None:
    fria = Insats.objects.i_fardplan(utkast.fardplan).gallande().filter(prioriteringar=None)
    nummer = [i.nummer for i in fria.select_related("malomrade").i_nummerordning()[:2]]
    planandringar.valj_bort(av=None, plan=utkast, insats=insats(nummer[1]), skal="Sedan")
    fore = list(utkast.prioriteringar.values_list("insats"))
    val = {"plan": utkast.pk, "skal": "Viktigt"}

    svar, sant = jag.granska("plan", nummer, **val)
    assert "Skälet till att den får vänta tas bort: ”Sedan”" in platt(svar)
    svar = jag.klient.post(SIDA, sant)

    efter = list(utkast.prioriteringar.values_list("insats", "skal"))[len(fore) :]
    assert efter == [(insats(n).pk, "Viktigt") for n in nummer]
    jag.angra(svar)
    assert list(utkast.prioriteringar.values_list("insats")) == fore
    assert utkast.bortval.get(insats=insats(nummer[1])).skal == "Sedan"


def test_en_plan_som_ar_beslutad_gar_inte_att_valja(jag: Planerare, flemingsberg: Fardplan) -> None:
    beslutad = Handlingsplan.objects.create(fardplan=flemingsberg, ar_fran=2040, ar_till=2041, status="beslutad")

    svar, _ = jag.granska("plan", ["1.3"], plan=beslutad.pk)

    assert svar.status_code == 422


def test_de_valda_avfors_och_aterkommer(jag: Planerare, insats: Hamta, utkast: Handlingsplan) -> None:
    i_planen = utkast.prioriteringar.select_related("insats__malomrade")[0].insats
    skal = {"skal": "Klart\r\noch färdigt"}

    svar, sant = jag.granska("avfor", {"1.3", i_planen.nummer}, **skal)
    assert f"Står i {utkast} (Flemingsberg)." in platt(svar)
    svar = jag.klient.post(SIDA, sant | {"alla_karnor": "on"})

    assert insats("1.3").avford_skal == "Klart\noch färdigt"
    jag.angra(svar)
    assert insats("1.3").avford is None


@pytest.mark.parametrize("gor", FORMULAR)
def test_utan_val_sags_vad_som_saknas(jag: Planerare, gor: str) -> None:
    svar, _ = jag.granska(gor, ["1.3"])

    assert svar.status_code == 422
    assert "Inget är sparat än" in platt(svar)
