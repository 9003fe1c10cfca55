"""Addresses that last: the permanent one, what an old number leads to, and two insatser that change numbers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.urls import reverse

from aktorer.grund.samtidighet import Krock
from aktorer.models import Anvandare
from insatser.andringar import insats as andringar
from insatser.fragor.nummer import las_nummer
from insatser.models import Fardplan, Handlingsplan, Insats, Malomrade
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

type Hamta = Callable[[str], Insats]
type Formular = Callable[[Any], dict[str, str]]

SIDA = "/flemingsberg/insatser/1.3/"
BYTT = "Insats 1.3 har bytt nummer och heter nu 1.9."
HAR_BYTT = "Insatsen har bytt nummer sedan du öppnade sidan: 1.3 heter nu {}."


@pytest.fixture
def flytta(insats: Hamta, flemingsberg: Fardplan) -> Callable[..., Insats]:
    """Give an insats of Flemingsberg another number; it becomes, or stays, the färdplan's own unless told."""

    def kor(fran: str, till: int, malomrade: Malomrade | None = None, **varden: Any) -> Insats:
        rad = insats(fran)
        return andringar.flytta(
            av=None,
            insats=rad,
            version=rad.version,
            malomrade=malomrade or rad.malomrade,
            ordning=till,
            **{"fardplan": flemingsberg} | varden,
        )

    return kor


@pytest.fixture
def egen_i_haninge(m1: Malomrade, utkastet: Fardplan) -> Insats:
    """Number 1.9 of Haninge, a draft."""
    return andringar.skapa(av=None, malomrade=m1, fardplan=utkastet, titel="Haninges egen", ordning=9)


def varaktig(insats: Insats, fraga: str = "") -> str:
    return reverse("insats_varaktig", args=[insats.pk]) + fraga


# --- the permanent address


def test_varaktig_adress_leder_dit_insatsen_lases(client: Client, insats: Hamta, flytta: Callable[..., Insats]) -> None:
    rad = insats("1.3")
    fore = client.get(varaktig(rad))
    flytta("1.3", 9)
    efter = client.get(varaktig(rad))

    assert (fore.status_code, fore.url, efter.url) == (302, SIDA, "/flemingsberg/insatser/1.9/")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("fraga", "karna"),
    [
        ("", "flemingsberg"),
        ("?stadskarna=haninge", "haninge"),
        ("?stadskarna=finns-inte", "flemingsberg"),
        ("?stadskarna=taby-arninge", "flemingsberg"),
    ],
)
@pytest.mark.usefixtures("haninge")
def test_en_gemensam_lases_i_den_stadskarna_man_valjer(client: Client, insats: Hamta, fraga: str, karna: str) -> None:
    """Täby's färdplan is a draft, and is not chosen by who may not see it."""
    assert client.get(varaktig(insats("1.1"), fraga)).headers["Location"] == f"/{karna}/insatser/1.1/"


def test_en_aldre_generations_insats_lases_pa_dess_sida(client: Client) -> None:
    aldre = Insats.objects.filter(malomrade__program__slug="verksamhetsplan-2009-2011").first()

    assert client.get(varaktig(aldre)).headers["Location"] == (
        f"/generation/verksamhetsplan-2009-2011/flemingsberg/insatser/{aldre.nummer}/"
    )


def test_ett_utkasts_varaktiga_adress_finns_inte_for_besokare(
    client: Client, planerare: Anvandare, insats: Hamta, egen_i_haninge: Insats
) -> None:
    Insats.objects.filter(pk=insats("1.3").pk).update(utkast=True)

    utan = [client.get(varaktig(i)).status_code for i in (insats("1.3"), egen_i_haninge)]
    client.force_login(planerare)
    med = [client.get(varaktig(i)).headers["Location"] for i in (insats("1.3"), egen_i_haninge)]

    assert (utan, med) == ([404, 404], [SIDA, "/haninge/insatser/1.9/"])


@pytest.mark.parametrize("pk", ["0", "987654", "9" * 40])
def test_en_insats_som_aldrig_funnits(client: Client, pk: str) -> None:
    assert client.get(f"/insatser/{pk}/").status_code == 404


def test_sidan_visar_sin_varaktiga_adress(client: Client, insats: Hamta, settings: Any) -> None:
    settings.BASADRESS = "https://fardplan.example"

    egen, gemensam = (platt(client.get(f"/flemingsberg/insatser/{n}/")) for n in ("1.3", "1.1"))

    assert f">https://fardplan.example/insatser/{insats('1.3').pk}/</a>" in egen
    assert f">https://fardplan.example/insatser/{insats('1.1').pk}/?stadskarna=flemingsberg</a>" in gemensam


def test_mejlens_vag_till_laget_foljer_insatsen(
    som_planerare: Client, insats: Hamta, flytta: Callable[..., Insats]
) -> None:
    rad = flytta("1.3", 9)

    svar = som_planerare.get(reverse("lage_varaktig", args=[rad.pk]))

    assert svar.headers["Location"] == "/flemingsberg/insatser/1.9/lage/"


# --- an old number


@pytest.mark.parametrize("del_", ["", "redigera/", "roller/", "flytta/", "avfor/", "samband/", "historik/", "lage/"])
def test_gamla_numret_leder_till_samma_sida_av_det_nya(
    som_planerare: Client, flytta: Callable[..., Insats], del_: str
) -> None:
    flytta("1.3", 9)

    svar = som_planerare.get(f"{SIDA}{del_}?status=pagar", follow=True)

    assert svar.redirect_chain == [(f"/flemingsberg/insatser/1.9/{del_}?status=pagar", 302)]
    assert BYTT in platt(svar)


def test_en_besokare_leds_ratt(client: Client, flytta: Callable[..., Insats]) -> None:
    flytta("1.3", 8)
    flytta("1.8", 9)

    svar = client.get(SIDA, follow=True)

    assert (svar.redirect_chain, BYTT in platt(svar)) == ([("/flemingsberg/insatser/1.9/", 302)], True)


@pytest.mark.parametrize("del_", ["redigera/", "flytta/", "folj/", "lage/"])
def test_det_som_skrivs_till_ett_gammalt_nummer_hamnar_ingenstans(
    som_planerare: Client, flytta: Callable[..., Insats], del_: str
) -> None:
    rad = flytta("1.3", 9)

    svar = som_planerare.post(f"{SIDA}{del_}", {"insats": str(rad.pk), "version": str(rad.version)})

    rad.refresh_from_db()
    assert (svar.status_code, HAR_BYTT.format("1.9") in platt(svar), rad.version) == (404, True, 2)
    assert f'href="/flemingsberg/insatser/1.9/">Öppna {rad}</a>' in platt(svar)


def test_tavlans_knappar_galler_den_insats_som_visades(
    som_planerare: Client, insats: Hamta, flemingsberg: Fardplan
) -> None:
    plan = Handlingsplan.objects.get(fardplan=flemingsberg)
    bort = reverse("prioritera_ta_ur", args=["flemingsberg", plan.period, "1.3"])
    en = insats("1.3")
    byt(en, insats("3.3"))

    svar = som_planerare.post(bort, {"insats": str(en.pk)})

    assert (svar.status_code, HAR_BYTT.format("3.3") in platt(svar)) == (404, True)


@pytest.mark.parametrize("nummer", ["9.9", "1.99", "x", "1.3.1"])
def test_ett_nummer_som_ingen_haft_finns_inte(client: Client, nummer: str) -> None:
    svar = client.get(f"/flemingsberg/insatser/{nummer}/")

    assert svar.status_code == 404
    assert f"Det finns ingen insats {nummer} i färdplanen för Flemingsberg." in platt(svar)


def test_numret_leder_inte_till_ett_utkast(client: Client, flytta: Callable[..., Insats]) -> None:
    rad = flytta("1.3", 9)
    Insats.objects.filter(pk=rad.pk).update(utkast=True)

    assert client.get(SIDA).status_code == 404


@pytest.mark.usefixtures("haninge")
def test_den_som_haft_numret_sist_ar_den_som_menas(
    client: Client, insats: Hamta, flytta: Callable[..., Insats]
) -> None:
    flytta("1.3", 9)
    flytta("1.4", 3)
    flytta("1.3", 10)

    assert client.get(SIDA).headers["Location"] == "/flemingsberg/insatser/1.10/"
    assert client.get("/haninge/insatser/1.3/").status_code == 404  # it was never Haninge's


@pytest.mark.usefixtures("haninge")
def test_en_gemensam_som_blev_karnspecifik_sager_vart_den_tog_vagen(
    client: Client, insats: Hamta, flytta: Callable[..., Insats]
) -> None:
    rad = andringar.skapa(av=None, malomrade=insats("1.1").malomrade, fardplan=None, titel="Ny", ordning=12)
    andringar.flytta(
        av=None, insats=rad, version=1, malomrade=rad.malomrade, fardplan=insats("1.3").fardplan, ordning=12
    )

    svar = client.get("/haninge/insatser/1.12/", follow=True)

    assert svar.redirect_chain == [("/flemingsberg/insatser/1.12/", 302)]
    assert "Insats 1.12 är inte längre gemensam. Nu är den kärnspecifik i Flemingsberg och har nummer 1.12." in platt(
        svar
    )


@pytest.mark.usefixtures("haninge")
def test_den_som_gick_till_ett_utkast_avslojas_inte(client: Client, m1: Malomrade) -> None:
    taby = Fardplan.objects.get(stadskarna__slug="taby-arninge", program=m1.program_id)
    rad = andringar.skapa(av=None, malomrade=m1, fardplan=None, titel="Ny", ordning=12)
    andringar.flytta(av=None, insats=rad, version=1, malomrade=m1, fardplan=taby, ordning=12)

    assert client.get("/haninge/insatser/1.12/").status_code == 404


def test_den_nya_innehavaren_sager_vem_som_hade_numret(client: Client, flytta: Callable[..., Insats]) -> None:
    en = flytta("1.3", 9)
    annan = flytta("1.4", 3)
    flytta("1.3", 10)
    flytta("1.5", 3, fardplan=None)

    html = platt(client.get(SIDA))

    ord_ = [f">{i.titel}</a>nummer 1.3. Den har nu nummer {n}." for i, n in ((annan, "1.10"), (en, "1.9"))]
    assert -1 < html.find(ord_[0]) < html.find(ord_[1])
    assert f'<a href="/insatser/{en.pk}/?stadskarna=flemingsberg"' in html


def test_utkast_namns_inte_som_tidigare_innehavare(client: Client, flytta: Callable[..., Insats]) -> None:
    rad = flytta("1.3", 9)
    flytta("1.4", 3)
    Insats.objects.filter(pk=rad.pk).update(utkast=True)

    assert "Tidigare hade" not in platt(client.get(SIDA))


# --- a number that is taken


def test_upptaget_namns_med_titel(insats: Hamta, flytta: Callable[..., Insats]) -> None:
    with pytest.raises(ValidationError) as nekad:
        flytta("1.3", 4)

    assert nekad.value.message_dict == {"ordning": [f"Numret 1.4 är upptaget av ”{insats('1.4').titel}”."]}


def test_upptaget_i_en_annan_stadskarna_namns_med_den(flytta: Callable[..., Insats], egen_i_haninge: Insats) -> None:
    with pytest.raises(ValidationError, match=r"Numret 1.9 är upptaget av ”Haninges egen” i Haninge stadskärna"):
        flytta("1.1", 9, fardplan=None)


def test_upptaget_av_en_avford(insats: Hamta, flytta: Callable[..., Insats]) -> None:
    andringar.avfor(av=None, insats=insats("1.5"), version=1, skal="Klar")

    with pytest.raises(ValidationError, match=r"”, som är avförd och behåller sitt nummer."):
        flytta("1.3", 5)


# --- changing numbers


def byt(en: Insats, annan: Insats) -> Insats:
    return andringar.byt_nummer(av=None, insats=en, version=en.version, med=annan, med_version=annan.version)


def test_tva_byter_nummer(insats: Hamta) -> None:
    en, annan = insats("1.3"), insats("4.4")

    bytt = byt(en, annan)

    assert (bytt.pk, bytt.nummer, bytt.version) == (en.pk, "4.4", 2)
    assert (insats("4.4").pk, insats("1.3").pk, insats("1.3").version) == (en.pk, annan.pk, 2)
    assert [h.ordning for h in en.events.order_by("pgh_id")] == [3, 4]


def test_ett_dubbelklick_byter_en_gang(insats: Hamta) -> None:
    en, annan = insats("1.3"), insats("1.4")

    byt(en, annan)
    byt(en, annan)

    assert (insats("1.4").pk, insats("1.3").pk) == (en.pk, annan.pk)


@pytest.mark.parametrize("vem", ["1.3", "1.4"])
def test_den_ena_har_flyttats_sedan_man_laste(insats: Hamta, flytta: Callable[..., Insats], vem: str) -> None:
    en, annan = insats("1.3"), insats("1.4")
    flytta(vem, 9)

    with pytest.raises(Krock, match=r"fick ett annat nummer medan du läste, i dag klockan .* Inget är bytt"):
        byt(en, annan)

    assert insats("1.9").pk == (en if vem == "1.3" else annan).pk


def test_en_ny_text_hindrar_inte_bytet(insats: Hamta) -> None:
    en, annan = insats("1.3"), insats("1.4")
    andringar.andra(av=None, insats=annan, version=1, text="Ny text")

    byt(en, annan)

    assert (insats("1.3").text, insats("1.3").version) == ("Ny text", 3)


def test_en_version_som_aldrig_funnits_byter_inget(insats: Hamta) -> None:
    en, annan = insats("1.3"), insats("1.4")

    with pytest.raises(Krock):
        andringar.byt_nummer(av=None, insats=en, version=1, med=annan, med_version=77)

    assert insats("1.3").pk == en.pk


def test_avford_byter_inte_nummer(insats: Hamta) -> None:
    andringar.avfor(av=None, insats=insats("1.5"), version=1, skal="Klar")

    with pytest.raises(ValidationError, match=r"är avförd och behåller sitt nummer"):
        byt(insats("1.3"), insats("1.5"))


def test_en_gemensam_byter_inte_till_ett_nummer_som_en_annan_karna_har(
    insats: Hamta, m1: Malomrade, utkastet: Fardplan
) -> None:
    """1.3 is Flemingsberg's own; in Haninge another has that number, which the gemensam 1.1 would need."""
    andringar.skapa(av=None, malomrade=m1, fardplan=utkastet, titel="Haninges egen", ordning=3)

    with pytest.raises(ValidationError, match=r"Numret 1.3 är upptaget av ”Haninges egen” i Haninge stadskärna"):
        byt(insats("1.3"), insats("1.1"))


def test_olika_program_byter_inte(insats: Hamta) -> None:
    aldre = Insats.objects.filter(malomrade__program__slug="verksamhetsplan-2009-2011").first()

    with pytest.raises(ValidationError, match=r"olika program"):
        byt(insats("1.3"), aldre)


@pytest.mark.django_db(transaction=True)
def test_tva_planerare_byter_samtidigt(insats: Hamta, planerare: Anvandare) -> None:
    """One waits for the other, and is then told; two insatser are never left with half a change."""
    en, annan, tredje = insats("1.3"), insats("1.4"), insats("1.5")
    utfall: list[object] = []
    forst = threading.Event()

    def andra() -> None:
        try:
            forst.wait(10)
            utfall.append(byt(annan, tredje))
        except Krock as krock:
            utfall.append(str(krock))
        finally:
            connection.close()

    trad = threading.Thread(target=andra)
    trad.start()
    with transaction.atomic():
        andringar.byt_nummer(av=planerare, insats=en, version=1, med=annan, med_version=1)
        forst.set()
        trad.join(0.5)  # it waits for this transaction
    trad.join(10)

    assert "medan du läste, senast av Prov" in str(utfall[0]) or f"av {planerare}" in str(utfall[0])
    assert [insats(n).pk for n in ("1.3", "1.4", "1.5")] == [annan.pk, en.pk, tredje.pk]


# --- the form


def test_formularet_erbjuder_ett_byte_i_ett_steg(som_planerare: Client, formular: Formular, insats: Hamta) -> None:
    en, annan = insats("1.3"), insats("1.4")
    varden = formular(som_planerare.get(f"{SIDA}flytta/")) | {"ordning": "4"}

    nekad = som_planerare.post(f"{SIDA}flytta/", varden)
    knapp = f'name="byt" value="{annan.pk}:1"'
    bytt = som_planerare.post(f"{SIDA}flytta/", varden | {"byt": f"{annan.pk}:1"}, follow=True)

    assert (nekad.status_code, knapp in platt(nekad)) == (422, True)
    assert f"Numret 1.4 är upptaget av ”{annan.titel}”." in platt(nekad)
    assert "Byt nummer med 1.4" in platt(nekad)
    assert bytt.redirect_chain == [("/flemingsberg/insatser/1.4/", 302)]
    assert f"Insatsen har nu nummer 1.4 och är kärnspecifik. ”{annan.titel}” har nummer 1.3." in platt(bytt)
    assert (insats("1.4").pk, insats("1.3").pk) == (en.pk, annan.pk)


@pytest.mark.parametrize("nummer", ["1.5", "1.1"])
def test_inget_byte_erbjuds_som_inte_gar(
    som_planerare: Client, formular: Formular, insats: Hamta, m1: Malomrade, utkastet: Fardplan, nummer: str
) -> None:
    """1.5 is retired; 1.1 is gemensam, and Haninge has a 1.3 of its own."""
    andringar.avfor(av=None, insats=insats("1.5"), version=1, skal="Klar")
    andringar.skapa(av=None, malomrade=m1, fardplan=utkastet, titel="Haninges egen", ordning=3)
    varden = formular(som_planerare.get(f"{SIDA}flytta/")) | {"ordning": nummer[2:]}

    svar = som_planerare.post(f"{SIDA}flytta/", varden)

    assert (svar.status_code, f"Numret {nummer} är upptaget" in platt(svar)) == (422, True)
    assert "Byt nummer med" not in platt(svar)


@pytest.mark.parametrize("byt_", ["", "1", "x:y", "1:2:3", "987654:1", f"{'9' * 30}:1"])
def test_ett_pahittat_byte_nekas_med_en_mening(
    som_planerare: Client, formular: Formular, insats: Hamta, byt_: str
) -> None:
    varden = formular(som_planerare.get(f"{SIDA}flytta/")) | {"ordning": "4", "byt": byt_}

    svar = som_planerare.post(f"{SIDA}flytta/", varden)

    assert (svar.status_code, "Inget är bytt" in platt(svar), insats("1.3").version) == (422, True, 1)


def test_ett_byte_som_nagon_hann_fore_ar_409(
    som_planerare: Client, formular: Formular, insats: Hamta, flytta: Callable[..., Insats]
) -> None:
    varden = formular(som_planerare.get(f"{SIDA}flytta/")) | {"ordning": "4", "byt": f"{insats('1.4').pk}:1"}
    flytta("1.4", 9)

    svar = som_planerare.post(f"{SIDA}flytta/", varden)

    assert (svar.status_code, "Inget är bytt" in platt(svar), insats("1.3").version) == (409, True, 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("karna", "egen", "vantar"),
    [("haninge", True, False), ("haninge", False, True), ("flemingsberg", True, True)],
)
def test_den_som_tar_nummer_vantar_bara_pa_den_som_star_i_vagen(karna: str, egen: bool, vantar: bool) -> None:
    """Somebody takes numbers of Flemingsberg's own for long, as an import does."""
    malomrade = Malomrade.objects.get(program__slug="fardplaner-2026", nummer=2)
    planer = dict(Fardplan.objects.filter(program=malomrade.program_id).values_list("stadskarna__slug", "pk"))

    def ta() -> bool:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '200ms'")
                las_nummer([malomrade.pk], [planer[karna] if egen else None])
        except OperationalError:
            return False
        finally:
            connection.close()
        return True

    with transaction.atomic(), ThreadPoolExecutor(1) as annan:
        las_nummer([malomrade.pk], [planer["flemingsberg"]])
        fick = annan.submit(ta).result()

    assert fick is not vantar
