"""Samverkansorgan: their seats over time, those that have ended, and their möten on one page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from aktorer.models import Aktor, Anvandare
from insatser.andringar import organ as andringar
from insatser.andringar.organ import Platsrad
from insatser.forms.beslut import BeslutForm
from insatser.models import Beslut, Fardplan, Mote, Samverkansorgan
from insatser.regler import period
from tests import klocka
from tests.sidtext import platt

SIDAN = "/flemingsberg/organ/"
IDAG = klocka.IDAG


@pytest.fixture
def styrgruppen(flemingsberg: Fardplan) -> Samverkansorgan:
    return Samverkansorgan.objects.get(stadskarna=flemingsberg.stadskarna, slag="styrgrupp", till=None)


@pytest.fixture
def gamla(flemingsberg: Fardplan) -> Samverkansorgan:
    """The styrgrupp's namesake of 2009–2011."""
    return andringar.skapa(
        av=None,
        stadskarna=flemingsberg.stadskarna,
        namn="Politiska styrgruppen för Flemingsberg",
        slag="styrgrupp",
        fran=date(2009, 1, 1),
        till=date(2011, 12, 31),
    )


@pytest.fixture
def satt(styrgruppen: Samverkansorgan, aktor: Callable[[str], Aktor]) -> Callable[..., Samverkansorgan]:
    """Let the styrgrupp have these seats of Huddinge: (roll, fran, till)."""

    def kor(*platser: tuple[str, date | None, date | None]) -> Samverkansorgan:
        huddinge = aktor("huddinge-kommun").pk
        rader = [Platsrad(huddinge, roll, fran=fran, till=till) for roll, fran, till in platser]
        styrgruppen.refresh_from_db()
        return andringar.andra(av=None, organ=styrgruppen, version=styrgruppen.version, platser=rader)

    return kor


def platsfalt(organ: Samverkansorgan, *platser: dict[str, Any], fanns: int = 0) -> dict[str, Any]:
    """The form of the organ as it is sent."""
    falt = {"namn": organ.namn, "slag": organ.slag, "beskrivning": organ.beskrivning, "version": organ.version}
    falt |= {"plats-TOTAL_FORMS": len(platser), "plats-INITIAL_FORMS": fanns}
    return falt | {f"plats-{n}-{namn}": varde for n, plats in enumerate(platser) for namn, varde in plats.items()}


@pytest.mark.parametrize(
    ("fran", "till", "text"),
    [
        (date(2009, 1, 1), date(2011, 12, 31), "2009–2011"),
        (date(2009, 1, 1), date(2009, 12, 31), "2009"),
        (date(2026, 1, 1), None, "från 2026"),
        (None, date(2011, 12, 31), "till 2011"),
        (None, None, ""),
    ],
)
def test_en_tid_i_ar(fran: date | None, till: date | None, text: str) -> None:
    assert period.ar(fran, till) == text


@pytest.mark.parametrize(
    ("ena", "andra", "samtidigt"),
    [
        ((None, None), (None, None), True),
        ((None, date(2022, 12, 31)), (date(2023, 1, 1), None), False),
        ((None, date(2023, 1, 1)), (date(2023, 1, 1), None), True),
        ((date(2024, 1, 1), None), (date(2020, 1, 1), date(2021, 1, 1)), False),
    ],
)
def test_tva_tider_delar_en_dag(ena: Any, andra: Any, samtidigt: bool) -> None:
    assert (period.samtidigt(ena, andra), period.samtidigt(andra, ena)) == (samtidigt, samtidigt)


def test_platsens_tid_skrivs_in_och_visas(
    som_planerare: Client, styrgruppen: Samverkansorgan, planerare: Anvandare
) -> None:
    plats = {"aktor": planerare.aktor_id, "roll": "ordforande", "fran": "2023-01-01", "till": str(IDAG)}

    svar = som_planerare.post(f"{SIDAN}{styrgruppen.pk}/", platsfalt(styrgruppen, plats))

    assert svar.status_code == 302
    assert f"2023-01-01–{IDAG}" in platt(som_planerare.get(SIDAN))
    assert som_planerare.get(f"{SIDAN}{styrgruppen.pk}/").context["rader"][0]["fran"].value() == date(2023, 1, 1)


def test_tva_ordforande_efter_varandra_gar_bra_men_inte_samtidigt(
    som_planerare: Client, styrgruppen: Samverkansorgan, planerare: Anvandare
) -> None:
    def skicka(byte: str) -> Any:
        forra = {"aktor": planerare.aktor_id, "roll": "ordforande", "till": "2025-12-31"}
        nasta = {"aktor": planerare.aktor_id, "roll": "ordforande", "fran": byte}
        return som_planerare.post(f"{SIDAN}{styrgruppen.pk}/", platsfalt(styrgruppen, forra, nasta))

    samtidigt, efterat = skicka("2025-12-31"), skicka("2026-01-01")

    assert (samtidigt.status_code, efterat.status_code) == (422, 302)
    assert "Två platser är ordförande samtidigt." in platt(samtidigt)
    assert styrgruppen.platser.count() == 2


def test_tva_ordforande_samtidigt_nekas_ocksa_utan_formular(satt: Callable[..., Samverkansorgan]) -> None:
    with pytest.raises(ValidationError, match="en ordförande i taget"):
        satt(("ordforande", None, None), ("ordforande", date(2026, 1, 1), None))


@pytest.mark.parametrize(
    ("plats", "text"),
    [
        ({"befattning": "Direktör"}, "Välj vilken aktör som har platsen."),
        ({"aktor": "1", "fran": "2026-02-01", "till": "2026-01-01"}, "Platsen kan inte upphöra innan den börjar."),
        ({"aktor": "1", "fran": "i våras"}, "Fyll i ett giltigt datum."),
    ],
)
def test_en_plats_med_fel_nekas_och_det_skrivna_star_kvar(
    som_planerare: Client, styrgruppen: Samverkansorgan, planerare: Anvandare, plats: dict[str, str], text: str
) -> None:
    if "aktor" in plats:
        plats = plats | {"aktor": str(planerare.aktor_id)}

    svar = som_planerare.post(f"{SIDAN}{styrgruppen.pk}/", platsfalt(styrgruppen, {"roll": "ledamot"} | plats))

    assert svar.status_code == 422
    assert text in platt(svar)
    assert f'value="{[*plats.values()][-1]}"' in platt(svar)


def test_inaktuella_platser_ger_409_med_deras_och_mina(
    som_planerare: Client, styrgruppen: Samverkansorgan, planerare: Anvandare, satt: Callable[..., Samverkansorgan]
) -> None:
    satt(("ledamot", date(2026, 1, 1), None))
    min_plats = {"aktor": planerare.aktor_id, "roll": "ordforande"}

    svar = som_planerare.post(f"{SIDAN}{styrgruppen.pk}/", platsfalt(styrgruppen, min_plats))

    krock = svar.context["konflikter"][0]
    assert svar.status_code == 409
    assert (krock["deras"], krock["mina"]) == (
        "1. Huddinge kommun, ledamot, 2026-01-01–",
        "1. Region Stockholm, ordförande",
    )


def test_min_nya_plats_som_liknar_deras_forsvinner_inte(
    som_planerare: Client, styrgruppen: Samverkansorgan, satt: Callable[..., Samverkansorgan], aktor: Any
) -> None:
    nu = satt(("ledamot", None, None))
    plats = {"aktor": aktor("huddinge-kommun").pk, "roll": "ledamot"}

    svar = som_planerare.post(f"{SIDAN}{styrgruppen.pk}/", platsfalt(nu, plats))

    assert svar.status_code == 302
    assert styrgruppen.platser.count() == 1


def test_platser_som_upphort_ligger_for_sig(client: Client, satt: Callable[..., Samverkansorgan]) -> None:
    i_gar = IDAG - timedelta(days=1)
    satt(("ordforande", None, i_gar), ("ledamot", None, IDAG), ("ordforande", IDAG, None))

    svar = client.get(SIDAN)

    bild = svar.context["organ"][0]
    assert [(p.roll, p.till) for p in bild.platser] == [("ledamot", IDAG), ("ordforande", None)]
    assert [p.till for p in bild.tidigare_platser] == [i_gar]
    assert "Tidigare platser (1)" in platt(svar)


def test_organ_som_upphort_ligger_for_sig_med_platserna_som_de_var(
    client: Client, gamla: Samverkansorgan, aktor: Callable[[str], Aktor]
) -> None:
    huddinge = aktor("huddinge-kommun").pk
    platser = [Platsrad(huddinge, "ledamot", till=till) for till in (date(2010, 1, 1), date(2011, 12, 31))]
    andringar.andra(av=None, organ=gamla, version=gamla.version, platser=platser)

    svar = client.get(SIDAN)

    (bild,) = [b for b in svar.context["tidigare"] if b.organ == gamla]
    assert [b.organ.slag for b in svar.context["organ"]] == ["styrgrupp", "natverk", "forum"]
    assert [p.till for p in bild.platser] == [date(2011, 12, 31)]
    assert "Tidigare organ (6)" in platt(svar)


def test_organets_moten_kommande_och_senaste(
    client: Client, planerare: Anvandare, styrgruppen: Samverkansorgan
) -> None:
    Samverkansorgan.objects.filter(pk=styrgruppen.pk).update(moten_per_ar=6)
    dagar = [date(IDAG.year, 1, 1), date(IDAG.year - 1, 12, 31), IDAG, *(IDAG + timedelta(days=n) for n in (1, 2))]
    for dag in set(dagar):
        Mote.objects.create(organ=styrgruppen, datum=dag, installt=dag == dagar[1])
    hallna = {d for d in dagar if d.year == IDAG.year and d <= IDAG}

    besokare = client.get(SIDAN)
    client.force_login(planerare)
    inloggad = client.get(SIDAN)

    bild = besokare.context["organ"][0]
    assert [m.datum for m in bild.kommande] == sorted(d for d in dagar if d >= IDAG)
    assert [m.datum for m in bild.hallna] == sorted({d for d in dagar if d < IDAG}, reverse=True)
    assert f"{len(hallna)} av 6 möten i år" in platt(besokare)
    assert "Nytt möte" not in platt(besokare)
    assert f'href="{SIDAN}{styrgruppen.pk}/moten/ny/"' in platt(inloggad)


def test_vid_beslut_skiljs_organ_med_samma_namn_at_av_sina_ar(
    flemingsberg: Fardplan, styrgruppen: Samverkansorgan, gamla: Samverkansorgan
) -> None:
    def val(*data: dict[str, str]) -> list[str]:
        form = BeslutForm(*data, stadskarna=flemingsberg.stadskarna)
        return [text for _, text in form.fields["organ"].choices]  # type: ignore[attr-defined]

    i_kraft = ["Nätverket för de regionala stadskärnorna", "Politiska styrgruppen för Flemingsberg", "Regionalt forum"]
    assert val() == ["Välj organ", *i_kraft]
    da = set(val({"datum": "2010-05-01"}))
    assert {"Politiska styrgruppen för Flemingsberg (2009–2011)", "Politiska styrgruppen 2009–2011"} < da


@pytest.mark.parametrize("antal", [1, 3])
def test_antalet_fragor_beror_inte_pa_antalet_organ(
    client: Client, django_assert_num_queries: Any, flemingsberg: Fardplan, planerare: Anvandare, antal: int
) -> None:
    for n in range(antal):
        plats = Platsrad(planerare.aktor_id or 0, "ledamot")
        ny = andringar.skapa(
            av=None, stadskarna=flemingsberg.stadskarna, namn=f"Grupp {n}", slag="arbetsgrupp", platser=[plats]
        )
        Mote.objects.create(organ=ny, datum=IDAG)
        Beslut.objects.create(organ=ny, datum=IDAG, paragraf="1")

    with django_assert_num_queries(6):
        client.get(SIDAN)


# --- taking away


def test_ett_organ_utan_nagot_i_sig_tas_bort(
    som_planerare: Client, gamla: Samverkansorgan, formular: Callable[[Any], dict[str, str]]
) -> None:
    sida = f"{SIDAN}{gamla.pk}/"

    assert f'href="{sida}ta-bort/"' in platt(som_planerare.get(sida))
    svar = som_planerare.post(f"{sida}ta-bort/", formular(som_planerare.get(f"{sida}ta-bort/")), follow=True)

    assert svar.redirect_chain == [(SIDAN, 302)]
    assert f"{gamla} är borttaget." in platt(svar)
    assert not Samverkansorgan.objects.filter(pk=gamla.pk).exists()


@pytest.mark.parametrize(
    ("vad", "text"),
    [
        (["beslut"], "Organet har beslut."),
        (["moten", "platser"], "Organet har möten och platser."),
        (["beslut", "moten", "platser"], "Organet har beslut, möten och platser."),
    ],
)
def test_ett_organ_med_nagot_i_sig_star_kvar_och_sidan_sager_varfor(
    som_planerare: Client, gamla: Samverkansorgan, planerare: Anvandare, vad: list[str], text: str
) -> None:
    varden: dict[str, dict[str, Any]] = {
        "beslut": {"datum": date(2009, 10, 22), "paragraf": "4"},
        "moten": {"datum": date(2009, 10, 22)},
        "platser": {"aktor_id": planerare.aktor_id, "ordning": 1},
    }
    for namn in vad:
        getattr(gamla, namn).create(**varden[namn])

    for adress in (f"{SIDAN}{gamla.pk}/", f"{SIDAN}{gamla.pk}/ta-bort/"):
        assert text in platt(som_planerare.get(adress))
    assert som_planerare.post(f"{SIDAN}{gamla.pk}/ta-bort/", {"version": gamla.version}).status_code == 422
    with pytest.raises(ValidationError, match=text):
        andringar.ta_bort(av=None, organ=gamla, version=gamla.version)


def test_bara_planerare_tar_bort_organ(client: Client, gamla: Samverkansorgan, styrgrupp: Anvandare) -> None:
    client.force_login(styrgrupp)

    assert client.post(f"{SIDAN}{gamla.pk}/ta-bort/", {"version": gamla.version}).status_code == 403
