"""The calendar people subscribe to: what is in it for whom, that programs read it right, and who holds its address."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from icalendar import Calendar, Event

from aktorer import andringar as aktorsandringar
from aktorer.models import Aktor, Anvandare, AnvandareEvent  # type: ignore[attr-defined]
from insatser.andringar import mote as motesandringar
from insatser.andringar import uppfoljning
from insatser.fragor import uppfoljning as omgangsfragor
from insatser.models import (  # type: ignore[attr-defined]
    Aktivitet,
    AktivitetAktor,
    Fardplan,
    Handlingsplan,
    Mote,
    MoteEvent,
    Mottagare,
    Omgang,
    Samverkansorgan,
)
from tests import klocka
from tests.conftest import andra_konto
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

SIDA = "/mitt-arbete/prenumerera/"
BAS = settings.BASADRESS
STOCKHOLM = ZoneInfo("Europe/Stockholm")
IDAG = klocka.IDAG
OM_EN_MANAD = IDAG + timedelta(days=30)

type Hamta = Callable[[Anvandare], Calendar]


def ge_adress(person: Anvandare) -> str:
    """The person's calendar address."""
    aktorsandringar.skapa_kalenderadress(av=person)
    return reverse("kalender", args=[Anvandare.objects.get(pk=person.pk).kalendernyckel])


@pytest.fixture
def kalendern(db: None) -> Hamta:
    """The person's calendar as a program reads it, without login."""

    def hamta(person: Anvandare) -> Calendar:
        return Calendar.from_ical(Client().get(ge_adress(person)).content)

    return hamta


def rubriker(kalender: Calendar, slag: str) -> list[str]:
    return [str(h["SUMMARY"]) for h in kalender.events if h.categories == [slag]]


def den(kalender: Calendar, rad: Any) -> Event:
    """The event about a row."""
    (hittad,) = [h for h in kalender.events if str(h["UID"]).startswith(f"{rad._meta.model_name}-{rad.pk}@")]
    return hittad


@pytest.fixture
def beslutad(flemingsberg: Fardplan) -> Handlingsplan:
    """The example plan as if it were decided: of its ten aktiviteter nine go on, and end in a month."""
    Aktivitet.objects.filter(prioritering__handlingsplan__exempel=True).update(start=None, slut=OM_EN_MANAD)
    Handlingsplan.objects.filter(exempel=True).update(status="beslutad")
    return Handlingsplan.objects.select_related("fardplan__stadskarna").get(exempel=True)


@pytest.fixture
def mote(flemingsberg: Fardplan) -> Callable[..., Mote]:
    """A möte in ten days of the styrgrupp, or of an organ of another stadskärna."""

    def skapa(fardplan: Fardplan = flemingsberg, **varden: Any) -> Mote:
        organ, _ = Samverkansorgan.objects.get_or_create(
            stadskarna=fardplan.stadskarna, slag="styrgrupp", till=None, defaults={"namn": "Styrgruppen"}
        )
        return motesandringar.skapa(av=None, organ=organ, **{"datum": IDAG + timedelta(days=10)} | varden)

    return skapa


@pytest.fixture
def omgang(flemingsberg: Fardplan) -> Omgang:
    return uppfoljning.oppna(
        av=None,
        fardplan=flemingsberg,
        namn="Höstens läge",
        deadline=IDAG + timedelta(days=20),
        fragor=omgangsfragor.amnen([flemingsberg]),
        fraga="Hur går det; är ni klara, eller inte?",
    )


# --- what programs read


def test_ett_mote_med_tid(kalendern: Hamta, tjansteperson: Anvandare, mote: Callable[..., Mote]) -> None:
    motet = mote(tid=time(13, 30), plats="Kommunhuset, plan 2")

    h = den(kalendern(tjansteperson), motet)

    start = datetime.combine(motet.datum, time(13, 30), STOCKHOLM)
    assert (h.start, h.end) == (start, start + timedelta(hours=1))
    assert h["DTSTART"].params["TZID"] == "Europe/Stockholm"
    assert (h["SUMMARY"], h.location) == ("Möte: Politiska styrgruppen för Flemingsberg", "Kommunhuset, plan 2")
    assert (h.status, h["TRANSP"]) == ("CONFIRMED", "OPAQUE")
    sidan = f"{BAS}/flemingsberg/organ/moten/{motet.pk}/"
    assert (h.url, h.description.splitlines()[-1]) == (sidan, sidan)


def test_utan_tid_ar_det_hela_dagen_och_slutet_ar_dagen_efter(
    kalendern: Hamta, tjansteperson: Anvandare, mote: Callable[..., Mote]
) -> None:
    motet = mote()

    h = den(kalendern(tjansteperson), motet)

    assert (h.start, h.end) == (motet.datum, motet.datum + timedelta(days=1))
    assert (h["DTSTART"].params["VALUE"], h["TRANSP"]) == ("DATE", "TRANSPARENT")


def test_ett_installt_mote_star_kvar_som_installt(
    kalendern: Hamta, tjansteperson: Anvandare, mote: Callable[..., Mote]
) -> None:
    motet = mote()
    fore = den(kalendern(tjansteperson), motet)

    motesandringar.andra(av=None, mote=motet, version=motet.version, punkter=[], installt=True)

    efter = den(kalendern(tjansteperson), motet)
    assert (fore.status, efter.status) == ("CONFIRMED", "CANCELLED")
    assert str(efter["SUMMARY"]).startswith("Inställt möte: ")
    assert (fore["UID"], fore["SEQUENCE"], efter["SEQUENCE"]) == (efter["UID"], 0, 1)


def test_stampeln_ar_nar_raden_skrevs_inte_nar_kalendern_hamtas(
    kalendern: Hamta, tjansteperson: Anvandare, mote: Callable[..., Mote]
) -> None:
    motet = mote()

    h = den(kalendern(tjansteperson), motet)

    skriven = MoteEvent.objects.get(pgh_obj_id=motet.pk).pgh_created_at.replace(microsecond=0)
    assert (h.stamp, h.last_modified) == (skriven.astimezone(UTC), skriven.astimezone(UTC))


def test_slutet_av_en_aktivitet(kalendern: Hamta, tjansteperson: Anvandare, beslutad: Handlingsplan) -> None:
    aktivitet = Aktivitet.objects.get(titel="Ta fram en gemensam målbild för Hälsovägen")

    h = den(kalendern(tjansteperson), aktivitet)

    assert (h.start, h.end) == (OM_EN_MANAD, OM_EN_MANAD + timedelta(days=1))
    assert h["SUMMARY"] == f"Ska vara klart: {aktivitet} (exempeldata)"
    assert h.description.splitlines() == [
        "Insats 1.3 Samverka kring utvecklingen av Hälsovägen",
        f"Handlingsplan {klocka.AREN}, Flemingsberg",
        "Status: pågår",
        f"{BAS}/handlingsplaner/{beslutad.pk}/#insats-1.3",
    ]


def test_sista_dag_i_en_omgang(kalendern: Hamta, tjansteperson: Anvandare, omgang: Omgang) -> None:
    h = den(kalendern(tjansteperson), omgang)

    assert (h.start, h["SUMMARY"]) == (omgang.deadline, "Svara senast: Höstens läge")
    # The personal link is a password of its own: it stays out of what may be shown to others.
    assert h.description.splitlines() == [
        "Flemingsberg",
        "Hur går det; är ni klara, eller inte?",
        f"{BAS}/mitt-arbete/",
    ]


def test_kalendern_sager_sitt_namn_och_hur_ofta_den_hamtas(kalendern: Hamta, tjansteperson: Anvandare) -> None:
    k = kalendern(tjansteperson)

    assert (k.calendar_name, k["X-WR-CALNAME"], k["X-WR-TIMEZONE"]) == ("Färdplan", "Färdplan", "Europe/Stockholm")
    assert (k["REFRESH-INTERVAL"].dt, k["REFRESH-INTERVAL"].params["VALUE"]) == (timedelta(hours=6), "DURATION")
    assert (k["VERSION"], k["X-PUBLISHED-TTL"]) == ("2.0", "PT6H")


@pytest.mark.parametrize(
    "stund",
    [
        "2026-01-15T12:00",
        "2026-03-29T01:59",
        "2026-03-29T03:01",
        "2026-07-01T12:00",
        "2026-10-25T01:59",
        "2026-10-25T03:01",
        "2031-06-01T12:00",
    ],
)
def test_tidszonen_ar_svensk(kalendern: Hamta, tjansteperson: Anvandare, stund: str) -> None:
    k, da = kalendern(tjansteperson), datetime.fromisoformat(stund)

    zonen = k.timezones[0].to_tz(lookup_tzid=False)

    assert da.replace(tzinfo=zonen).utcoffset() == da.replace(tzinfo=STOCKHOLM).utcoffset()
    assert k.get_missing_tzids() == set()


def test_styrtecken_hamnar_inte_i_filen(tjansteperson: Anvandare, mote: Callable[..., Mote]) -> None:
    mote(plats="Rum\x0b1\x07; plan 2, Åby")

    fil = Client().get(ge_adress(tjansteperson)).content

    assert "LOCATION:Rum 1 \\; plan 2\\, Åby" in fil.decode()


def test_samma_innehall_ger_samma_bytes_och_hamtas_inte_igen(
    tjansteperson: Anvandare, mote: Callable[..., Mote]
) -> None:
    motet, adress = mote(tid=time(9)), ge_adress(tjansteperson)
    forsta = Client().get(adress)
    etag = {"If-None-Match": forsta.headers["ETag"]}

    oforandrad = Client().get(adress, headers=etag)
    Mote.objects.filter(pk=motet.pk).update(plats="Ny sal")
    andrad = Client().get(adress, headers=etag)

    assert (oforandrad.status_code, oforandrad.content, andrad.status_code) == (304, b"", 200)
    assert set(forsta.headers["Cache-Control"].split(", ")) == {"private", "no-cache"}
    assert forsta.headers["Content-Type"] == "text/calendar; charset=utf-8"


# --- who sees what


def test_ett_utkast_ar_ingens_deadline(kalendern: Hamta, tjansteperson: Anvandare, planerare: Anvandare) -> None:
    assert rubriker(kalendern(tjansteperson), "Deadline") == []
    assert rubriker(kalendern(planerare), "Deadline") == []


@pytest.mark.parametrize(
    ("roll", "aktor", "antal"),
    [
        ("tjansteperson", "huddinge-kommun", 9),
        ("tjansteperson", "polisen", 1),
        ("tjansteperson", "locum-ab", 0),
        ("planerare", "", 9),
        ("styrgrupp", "", 9),
        ("administrator", "", 9),
    ],
)
def test_vems_aktiviteter(
    kalendern: Hamta, person: Callable[..., Anvandare], beslutad: Handlingsplan, roll: str, aktor: str, antal: int
) -> None:
    assert len(rubriker(kalendern(person(roll, aktor)), "Deadline")) == antal


@pytest.mark.parametrize(
    "andring",
    [
        {"status": "genomford"},
        {"status": "avbruten", "kommentar": "Bidraget kom inte."},
        {"slut": None},
        {"slut": IDAG - timedelta(days=366), "start": None},
    ],
)
def test_det_som_ar_over_star_inte_kvar(
    kalendern: Hamta, planerare: Anvandare, flemingsberg: Fardplan, andring: dict[str, Any]
) -> None:
    Aktivitet.objects.filter(prioritering__handlingsplan__exempel=True).update(**andring)
    Handlingsplan.objects.filter(exempel=True).update(status="beslutad")

    assert rubriker(kalendern(planerare), "Deadline") == []


def test_den_som_avbojt_har_ingen_deadline(
    kalendern: Hamta, person: Callable[..., Anvandare], beslutad: Handlingsplan
) -> None:
    AktivitetAktor.objects.filter(aktor__slug="polisen").update(deltagande="avbojd")

    assert rubriker(kalendern(person("tjansteperson", "polisen")), "Deadline") == []


def test_moten_i_de_egna_stadskarnorna_och_i_det_som_ar_for_alla(
    kalendern: Hamta,
    person: Callable[..., Anvandare],
    planerare: Anvandare,
    mote: Callable[..., Mote],
    haninge: Fardplan,
) -> None:
    i_flemingsberg, i_haninge = mote(), mote(haninge)
    for_alla = motesandringar.skapa(av=None, organ=Samverkansorgan.objects.get(slag="natverk"), datum=IDAG)

    # Huddinge is kärnkommun of Flemingsberg, Polisen takes part in an insats there, Haninge kommun in nothing.
    for vem, ser in (
        (person("tjansteperson", "huddinge-kommun"), {i_flemingsberg.pk, for_alla.pk}),
        (person("tjansteperson", "polisen"), {i_flemingsberg.pk, for_alla.pk}),
        (person("tjansteperson", "haninge-kommun"), {i_haninge.pk, for_alla.pk}),
        (planerare, {i_flemingsberg.pk, i_haninge.pk, for_alla.pk}),
    ):
        uid = [str(h["UID"]) for h in kalendern(vem).events]
        assert {int(u.removeprefix("mote-").partition("@")[0]) for u in uid} == ser, vem.aktor


def test_ett_mote_for_alla_lases_i_den_egna_stadskarnan(kalendern: Hamta, person: Callable[..., Anvandare]) -> None:
    motet = motesandringar.skapa(av=None, organ=Samverkansorgan.objects.get(slag="natverk"), datum=IDAG)

    h = den(kalendern(person("tjansteperson", "haninge-kommun")), motet)

    assert h.url == f"{BAS}/haninge/organ/moten/{motet.pk}/"


def test_gamla_moten_star_kvar_ett_ar(kalendern: Hamta, planerare: Anvandare, mote: Callable[..., Mote]) -> None:
    mote(datum=IDAG - timedelta(days=366))
    kvar = mote(datum=IDAG - timedelta(days=365))

    assert [h.start for h in kalendern(planerare).events] == [kvar.datum]


def test_omgangar_for_den_som_fragas_och_for_planeraren(
    kalendern: Hamta, tjansteperson: Anvandare, planerare: Anvandare, styrgrupp: Anvandare, omgang: Omgang
) -> None:
    assert rubriker(kalendern(tjansteperson), "Uppföljning") == ["Svara senast: Höstens läge"]
    assert rubriker(kalendern(styrgrupp), "Uppföljning") == []
    h = den(kalendern(planerare), omgang)
    assert h["SUMMARY"] == "Sista dag för svar: Höstens läge"
    assert h.url == f"{BAS}/flemingsberg/uppfoljning/{omgang.pk}/"


def test_en_stangd_omgang_och_en_aterkallad_lank_fragar_inte_mer(
    kalendern: Hamta, tjansteperson: Anvandare, botkyrka: Anvandare, omgang: Omgang
) -> None:
    uppfoljning.aterkalla_lank(av=None, mottagare=Mottagare.objects.get(anvandare=botkyrka))
    assert rubriker(kalendern(botkyrka), "Uppföljning") == []

    uppfoljning.stang(av=None, omgang=omgang)

    assert rubriker(kalendern(tjansteperson), "Uppföljning") == []


def test_kalendern_visar_det_som_galler_nu(
    kalendern: Hamta, tjansteperson: Anvandare, beslutad: Handlingsplan, aktor: Callable[[str], Aktor]
) -> None:
    fore = len(rubriker(kalendern(tjansteperson), "Deadline"))

    andra_konto(tjansteperson, aktor=aktor("locum-ab"))

    assert (fore, rubriker(kalendern(tjansteperson), "Deadline")) == (9, [])


def test_antalet_fragor_beror_inte_pa_innehallet(
    django_assert_num_queries: Any,
    tjansteperson: Anvandare,
    planerare: Anvandare,
    beslutad: Handlingsplan,
    mote: Callable[..., Mote],
    omgang: Omgang,
) -> None:
    adresser = [ge_adress(tjansteperson), ge_adress(planerare)]

    for dagar in (1, 2, 3):
        mote(datum=IDAG + timedelta(days=dagar), tid=time(9))
        for adress in adresser:
            with django_assert_num_queries(6):
                assert Client().get(adress).status_code == 200


# --- the address


def svaret(adress: str) -> tuple[int, bytes, str]:
    svar = Client().get(adress)
    return svar.status_code, svar.content, svar.headers["Content-Type"]


INGET = (404, b"Kalendern finns inte.\n", "text/plain; charset=utf-8")


def test_fel_bytt_borttagen_och_avstangd_adress_svarar_lika(tjansteperson: Anvandare, botkyrka: Anvandare) -> None:
    gammal = ge_adress(tjansteperson)
    aktorsandringar.byt_kalenderadress(av=tjansteperson)
    ny = ge_adress(tjansteperson)
    assert (svaret(gammal), svaret(ny)[0]) == (INGET, 200)

    aktorsandringar.ta_bort_kalenderadress(av=tjansteperson)
    stangd = ge_adress(botkyrka)
    andra_konto(botkyrka, is_active=False)

    assert [svaret(a) for a in (ny, stangd, "/kalender/strunt.ics", f"/kalender/{'0' * 32}.ics")] == [INGET] * 4


@pytest.mark.parametrize("adress", ["/kalender/.ics", "/kalender/%00.ics", "/kalender/a'b.ics", "/kalender/"])
def test_en_konstig_adress_finns_inte(db: None, adress: str) -> None:
    assert Client().get(adress).status_code == 404


def test_adressen_gar_inte_att_gissa_och_hamnar_inte_i_historiken(tjansteperson: Anvandare) -> None:
    nycklar = set()
    for _ in range(3):
        aktorsandringar.byt_kalenderadress(av=tjansteperson)
        nycklar.add(Anvandare.objects.get(pk=tjansteperson.pk).kalendernyckel)

    assert {len(n) for n in nycklar} == {32}
    assert len(nycklar) == 3
    historik = str(list(AnvandareEvent.objects.values()))
    assert [n for n in nycklar if n in historik] == []


def test_skapa_byt_och_ta_bort_pa_sidan(client: Client, tjansteperson: Anvandare) -> None:
    client.force_login(tjansteperson)
    utan = platt(client.get(SIDA))

    sidor = [client.post(SIDA + vad, follow=True) for vad in ("adress/", "adress/", "adress/byt/", "adress/ta-bort/")]

    adresser = [s.context["adress"] for s in sidor]
    assert adresser[0] == adresser[1] != adresser[2]
    assert adresser[3] == ""
    assert ("Skapa en adress" in utan, "Skapa en adress" in platt(sidor[0])) == (True, False)
    assert f'value="{adresser[0]}" readonly' in platt(sidor[0])
    assert sidor[0].context["webcal"] == f"webcal:{adresser[0].partition(':')[2]}"
    assert svaret(adresser[2].removeprefix(BAS)) == INGET


def test_ingen_ror_en_annans_adress(client: Client, tjansteperson: Anvandare, botkyrka: Anvandare) -> None:
    adress = ge_adress(tjansteperson)
    client.force_login(botkyrka)

    for vad in ("adress/", "adress/byt/", "adress/ta-bort/"):
        client.post(SIDA + vad, {"anvandare": tjansteperson.pk, "av": tjansteperson.pk})

    assert svaret(adress)[0] == 200
    assert adress.rpartition("/")[2] not in platt(client.get(SIDA))


@pytest.mark.parametrize("vad", ["adress/", "adress/byt/", "adress/ta-bort/"])
def test_en_lank_andrar_inget(client: Client, tjansteperson: Anvandare, vad: str) -> None:
    ge_adress(tjansteperson)
    nyckel = Anvandare.objects.get(pk=tjansteperson.pk).kalendernyckel
    client.force_login(tjansteperson)

    assert client.get(SIDA + vad).status_code == 405
    assert Anvandare.objects.get(pk=tjansteperson.pk).kalendernyckel == nyckel


def test_sidan_raknar_det_kalendern_innehaller(
    client: Client, django_assert_num_queries: Any, tjansteperson: Anvandare, beslutad: Handlingsplan, omgang: Omgang
) -> None:
    client.force_login(tjansteperson)

    with django_assert_num_queries(9):
        html = platt(client.get(SIDA))

    assert "slutdagar för aktiviteter där Huddinge kommun är med (9 just nu)" in html
    assert "som frågar dig (1 just nu)" in html


@pytest.mark.usefixtures("alla_publicerade")
def test_sidan_visar_bara_publicerade_stadskarnors_floden(
    client: Client, planerare: Anvandare, haninge: Fardplan
) -> None:
    Fardplan.objects.filter(pk=haninge.pk).update(publicerad=False)
    client.force_login(planerare)

    floden = client.get(SIDA).context["floden"]

    assert (len(floden), floden[1][1]) == (7, f"{BAS}/kungens-kurva-skarholmen/nyheter.atom")
    assert haninge.stadskarna not in [karna for karna, _ in floden]


def test_mitt_arbete_leder_hit(client: Client, styrgrupp: Anvandare) -> None:
    client.force_login(styrgrupp)

    assert f'href="{SIDA}"' in platt(client.get("/mitt-arbete/"))
