"""Heads and their rows, all of them alike: nobody writes over what they have not seen, and what can be merged is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from aktorer import andringar as aktorer
from aktorer.andringar import Agarrad
from aktorer.grund.samtidighet import Krock
from aktorer.models import Aktor
from insatser.andringar import arende, avslut, finansiering, handlingsplan, insats, lagesbild, mote, organ, program
from insatser.andringar import overenskommelse as overenskommelser
from insatser.andringar import stadskarna as stadskarnor
from insatser.andringar.arende import Steg
from insatser.andringar.avslut import Utfallsrad
from insatser.andringar.finansiering import Bidragsrad
from insatser.andringar.lagesbild import Varderad
from insatser.andringar.mote import Punktrad
from insatser.andringar.organ import Platsrad
from insatser.andringar.overenskommelse import Anslutningsrad
from insatser.andringar.program import Ordrad
from insatser.andringar.roller import Rollrad
from insatser.andringar.stadskarna import Karnkommunrad
from insatser.fragor.historik import senaste_bidragshandelse
from insatser.fragor.lagesbild import senaste_handelse
from insatser.models import (
    Aktivitet,
    AktivitetAktor,
    Arende,
    Bidrag,
    Fardplan,
    Handlingsplan,
    Indikator,
    Insats,
    Medverkan,
    Mote,
    Overenskommelse,
    Samverkansorgan,
)
from insatser.regler.medverkan import Roll


@dataclass(frozen=True)
class Fall:
    """A head with its rows. Where rows have a key, the other thing that may change beside them is one more row."""

    namn: str  # of the rows, as a Krock gives them back
    sett: Callable[[], Any]  # what somebody who reads now has seen: a version, or the latest event
    skriv: Callable[[Any, Sequence[Any], str], object]  # (what was seen, the rows, the other thing)
    las: Callable[[], tuple[list[Any], str]]
    bas: list[Any]
    deras: list[Any]
    mina: list[Any]


def _med_version(namn: str, rad: Any, las: Callable[[Any], list[Any]], falt: str, andra: Any, tre: Any) -> Fall:
    """A head with a version and a list."""
    modell = type(rad)

    def nu() -> Any:
        return modell._default_manager.get(pk=rad.pk)

    return Fall(
        namn,
        lambda: nu().version,
        lambda sett, rader, annat: andra(rad, sett, rader, **{falt: annat}),
        lambda: (las(nu()), getattr(nu(), falt)),
        *tre,
    )


def _medlemmar() -> Fall:
    rad = aktorer.skapa_aktor(av=None, namn="Gruppen", slag="grupp")
    ett, tva, tre = (_pk(slug) for slug in ("huddinge-kommun", "polisen", "trafikverket"))
    return _med_version(
        "medlemmar",
        rad,
        lambda nu: aktorer.medlemsrader(nu.medlemmar.all()),
        "beskrivning",
        lambda rad, v, rader, **f: aktorer.andra_aktor(av=None, aktor=rad, version=v, medlemmar=rader, **f),
        [[ett], sorted([ett, tva]), sorted([ett, tre])],
    )


def _agare() -> Fall:
    rad = aktorer.skapa_aktor(av=None, namn="Bolaget", slag="bolag")
    huddinge = _pk("huddinge-kommun")
    return _med_version(
        "agare",
        rad,
        lambda nu: aktorer.agarrader(nu.agare.all()),
        "beskrivning",
        lambda rad, v, rader, **f: aktorer.andra_aktor(av=None, aktor=rad, version=v, agare=rader, **f),
        [[Agarrad(huddinge, andel)] for andel in (None, Decimal(50), Decimal("33.33"))],
    )


def _karnkommuner() -> Fall:
    rad = stadskarnor.skapa(av=None, namn="Provstaden", ordning=9)
    kommuner = [[Karnkommunrad(_pk(slug))] for slug in ("huddinge-kommun", "botkyrka-kommun", "haninge-kommun")]
    return _med_version(
        "karnkommuner",
        rad,
        lambda nu: stadskarnor.rader(nu.karnkommun_set.all()),
        "namn",
        lambda rad, v, rader, **f: stadskarnor.andra(av=None, stadskarna=rad, version=v, karnkommuner=rader, **f),
        kommuner,
    )


def _ordlista() -> Fall:
    rad = program.skapa(av=None, namn="Provprogram", ar_fran=2050)
    return _med_version(
        "ordlista",
        rad,
        lambda nu: program.rader(nu.ordlista.all()),
        "kalla",
        lambda rad, v, rader, **f: program.andra(av=None, program=rad, version=v, ordlista=rader, **f),
        [[Ordrad("Insats", vad)] for vad in ("Ett", "Två", "Tre")],
    )


def _organ() -> Fall:
    rad = Samverkansorgan.objects.filter(slag="styrgrupp", till=None).first()
    return _med_version(
        "platser",
        rad,
        lambda nu: organ.rader(nu.platser.all()),
        "beskrivning",
        lambda rad, v, rader, **f: organ.andra(av=None, organ=rad, version=v, platser=rader, **f),
        [[Platsrad(_pk("huddinge-kommun"), "ledamot", parti)] for parti in ("", "S", "M")],
    )


def _arende() -> Fall:
    rad = arende.skapa(av=None, aktor_id=_pk("huddinge-kommun"), rubrik="Prov", slag="ovrigt")
    return _med_version(
        "steg",
        rad,
        lambda nu: arende.rader(nu.beslut.all()),
        "kalla",
        lambda rad, v, rader, **f: arende.andra(av=None, arende=rad, version=v, steg=rader, insatser=[], **f),
        [[Steg("forslag", instans)] for instans in ("Nämnden", "Styrelsen", "Fullmäktige")],
    )


def _insatser_i_arende() -> Fall:
    rad = arende.skapa(av=None, aktor_id=_pk("huddinge-kommun"), rubrik="Prov", slag="ovrigt")
    ett, tva, tre = Insats.objects.order_by("pk").values_list("pk", flat=True)[:3]
    return _med_version(
        "insatser",
        rad,
        lambda nu: sorted(nu.insatslankar.values_list("insats_id", flat=True)),
        "kalla",
        lambda rad, v, rader, **f: arende.andra(av=None, arende=rad, version=v, steg=[], insatser=rader, **f),
        [[ett], [ett, tva], [ett, tre]],
    )


def _overenskommelse() -> Fall:
    rad = overenskommelser.skapa(av=None, namn="Prov", slag="avtal")

    def andra(rad: Overenskommelse, v: int, rader: Any, **f: Any) -> object:
        return overenskommelser.andra(av=None, overenskommelse=rad, version=v, anslutningar=rader, insatser=[], **f)

    return _med_version(
        "anslutningar",
        rad,
        lambda nu: overenskommelser.rader(nu.anslutningar.all()),
        "kalla",
        andra,
        [
            [Anslutningsrad(_pk("huddinge-kommun"), *status)]
            for status in (("foreslagen",), ("ansluten", "2024"), ("avstatt",))
        ],
    )


def _mote() -> Fall:
    rad = mote.skapa(av=None, organ=Samverkansorgan.objects.filter(slag="natverk").first(), datum=date(2026, 2, 3))
    return _med_version(
        "punkter",
        rad,
        lambda nu: mote.rader(nu.punkter.all()),
        "plats",
        lambda rad, v, rader, **f: mote.andra(av=None, mote=rad, version=v, punkter=rader, **f),
        [[Punktrad("Punkt", paragraf=p)] for p in ("1", "2", "3")],
    )


def _aktivitet() -> Fall:
    rad = Aktivitet.objects.filter(prioritering__handlingsplan__status="utkast").order_by("pk").first()
    return _med_version(
        "roller",
        rad,
        lambda nu: _roller(nu.aktorer.all()),
        "resultat",
        lambda rad, v, rader, **f: handlingsplan.andra_aktivitet(av=None, aktivitet=rad, version=v, roller=rader, **f),
        [[Rollrad(_pk("polisen"), Roll.MEDVERKANDE, vad)] for vad in ("Gatan", "Torget", "Parken")],
    )


def _roller(delar: Any) -> list[Rollrad]:
    return [Rollrad(d.aktor_id, Roll(d.roll), d.ansvarar_for) for d in delar.order_by("ordning")]


def _insats() -> Fall:
    rad = Insats.objects.order_by("pk").first()
    annan = _pk("huddinge-kommun")
    polisen = _pk("polisen")

    def skriv(sett: int, rader: Sequence[Rollrad], annat: str) -> object:
        andra = [] if len(rader) > 1 else [Rollrad(annan, Roll.MEDVERKANDE, annat)]
        return insats.andra_roller(av=None, insats=rad, version=sett, roller=[*rader, *andra])

    def las() -> tuple[list[Rollrad], str]:
        delar = Medverkan.objects.filter(insats=rad)
        return _roller(delar.filter(aktor=polisen)), delar.get(aktor=annan).ansvarar_for

    tre = [[Rollrad(polisen, Roll.MEDVERKANDE, vad)] for vad in ("Gatan", "Torget", "Parken")]
    return Fall("roller", lambda: Insats.objects.get(pk=rad.pk).version, skriv, las, *tre)


ANNAT = {"ett": 1, "deras": 2, "mitt": 3}


def _belopp() -> Fall:
    mal = Handlingsplan.objects.select_related("fardplan__stadskarna").get(exempel=True)
    huddinge, polisen = _pk("huddinge-kommun"), _pk("polisen")

    def skriv(sett: int, rader: Sequence[Bidragsrad], annat: str) -> object:
        andra = [] if len(rader) > 1 else [Bidragsrad(huddinge, 2026, ANNAT[annat])]
        return finansiering.satt(av=None, mal=mal, sedd=sett, rader=[*rader, *andra])

    def las() -> tuple[list[Bidragsrad], str]:
        bidrag = Bidrag.objects.filter(handlingsplan=mal)
        annat = bidrag.get(aktor=huddinge).belopp
        return [finansiering.som_rad(b) for b in bidrag.filter(aktor=polisen)], _namn(annat)

    tre = [[Bidragsrad(polisen, 2026, belopp)] for belopp in (100, 200, 300)]
    return Fall("bidrag", lambda: senaste_bidragshandelse(mal), skriv, las, *tre)


def _varden() -> Fall:
    studenter = Indikator.objects.get(namn="Studenter")
    karna = Fardplan.objects.get_by_natural_key("fardplaner-2026", "flemingsberg").stadskarna

    def skriv(sett: int, rader: Sequence[Varderad], annat: str) -> object:
        andra = [] if len(rader) > 1 else [Varderad(2021, Decimal(ANNAT[annat]))]
        return lagesbild.satt(av=None, indikator=studenter, stadskarna=karna, sedd=sett, rader=[*rader, *andra])

    def las() -> tuple[list[Varderad], str]:
        varden = studenter.varden.filter(stadskarna=karna)
        return [lagesbild.som_rad(v) for v in varden.filter(ar=2020)], _namn(int(varden.get(ar=2021).varde))

    tre = [[Varderad(2020, Decimal(varde))] for varde in (100, 200, 300)]
    return Fall("varden", lambda: senaste_handelse(studenter, karna), skriv, las, *tre)


def _utfall() -> Fall:
    """Each row has a version of its own."""
    plan = Handlingsplan.objects.get(exempel=True)
    Handlingsplan.objects.filter(pk=plan.pk).update(status="beslutad")
    alla = Aktivitet.objects.filter(prioritering__handlingsplan=plan).order_by("pk")
    forsta, andra = alla.values_list("pk", flat=True)[:2]

    def skriv(sett: Any, rader: Sequence[Utfallsrad], annat: str) -> object:
        ifyllda = [*rader] if len(rader) > 1 else [*rader, Utfallsrad(andra, 0, "struken", annat)]
        if isinstance(sett, dict):
            ifyllda = [replace(rad, version=sett[rad.aktivitet]) for rad in ifyllda]
        return avslut.skriv_utfall(av=None, plan=plan, rader=ifyllda)

    def las() -> tuple[list[Utfallsrad], str]:
        nu = alla.in_bulk()
        en = nu[forsta]
        return [Utfallsrad(forsta, en.version, en.utfall, en.utfall_skal)], nu[andra].utfall_skal

    tre = [[Utfallsrad(forsta, 0, "struken", skal)] for skal in ("Inga pengar", "Ingen tid", "Ingen plats")]
    return Fall("utfall", lambda: dict(alla.values_list("pk", "version")), skriv, las, *tre)


def _pk(slug: str) -> int:
    return int(Aktor.objects.get(slug=slug).pk)


def _namn(annat: int) -> str:
    return next(namn for namn, tal in ANNAT.items() if tal == annat)


@pytest.fixture(
    params=[
        _medlemmar,
        _agare,
        _karnkommuner,
        _ordlista,
        _organ,
        _arende,
        _insatser_i_arende,
        _overenskommelse,
        _mote,
        _aktivitet,
        _insats,
        _belopp,
        _varden,
        _utfall,
    ]
)
def fall(request: pytest.FixtureRequest, db: None) -> Fall:
    """One of them, with its rows as both will find them."""
    AktivitetAktor.objects.all().delete()
    Medverkan.objects.all().delete()
    Bidrag.objects.all().delete()
    valt: Fall = request.param()
    valt.skriv(valt.sett(), valt.bas, "ett")
    return valt


def test_rader_och_annat_gar_ihop(fall: Fall) -> None:
    """They changed the rows, I the other thing."""
    sett = fall.sett()
    fall.skriv(sett, fall.deras, "ett")

    fall.skriv(sett, fall.bas, "mitt")

    assert fall.las() == (fall.deras, "mitt")


def test_samma_rader_visas_for_den_som_kom_sist_och_kan_sparas_igen(fall: Fall) -> None:
    sett = fall.sett()
    fall.skriv(sett, fall.deras, "ett")

    with pytest.raises(Krock) as krock:
        fall.skriv(sett, fall.mina, "ett")

    (konflikt,) = krock.value.konflikter
    i_ord = [str(varde) for varde in (konflikt.bas, konflikt.deras, konflikt.mina)]
    assert (len({*i_ord}), "" in i_ord, "okänt" in i_ord) == (3, False, False)
    assert fall.las() == (fall.deras, "ett")

    fall.skriv(_nu(fall, krock.value), krock.value.rader[fall.namn], "ett")

    assert fall.las() == (fall.mina, "ett")


def test_den_som_inte_rort_raderna_sparar_deras_igen(fall: Fall) -> None:
    """They changed both, I only the other thing: the rows to save once more are theirs."""
    sett = fall.sett()
    fall.skriv(sett, fall.deras, "deras")

    with pytest.raises(Krock) as krock:
        fall.skriv(sett, fall.bas, "mitt")

    assert len(krock.value.konflikter) == 1
    assert fall.las() == (fall.deras, "deras")

    fall.skriv(_nu(fall, krock.value), krock.value.rader[fall.namn], "mitt")

    assert fall.las() == (fall.deras, "mitt")


def test_samma_rader_av_bada_ar_ingen_krock(fall: Fall) -> None:
    sett = fall.sett()
    fall.skriv(sett, fall.deras, "ett")
    nu = fall.sett()

    fall.skriv(sett, fall.deras, "ett")

    assert (fall.las(), fall.sett()) == ((fall.deras, "ett"), nu)


def _nu(fall: Fall, krock: Krock) -> Any:
    """What the form is saved at next time; an utfall has it in its rows."""
    return None if fall.namn == "utfall" else krock.version


# --- taking away


def _att_ta_bort() -> list[tuple[Any, Callable[[Any, int], None], str]]:
    karna = Fardplan.objects.get_by_natural_key("fardplaner-2026", "flemingsberg")
    return [
        (
            organ.skapa(av=None, stadskarna=karna.stadskarna, namn="Prov", slag="forum"),
            lambda rad, v: organ.ta_bort(av=None, organ=rad, version=v),
            "Organet ändrades medan du läste, .* Läs det",
        ),
        (
            arende.skapa(av=None, aktor_id=_pk("polisen"), rubrik="Prov", slag="ovrigt"),
            lambda rad, v: arende.ta_bort(av=None, arende=rad, version=v),
            "Ärendet ändrades medan du läste, .* Läs det",
        ),
        (
            overenskommelser.skapa(av=None, namn="Prov", slag="avtal"),
            lambda rad, v: overenskommelser.ta_bort(av=None, overenskommelse=rad, version=v),
            "Överenskommelsen ändrades medan du läste, .* Läs den",
        ),
        (
            mote.skapa(av=None, organ=Samverkansorgan.objects.filter(slag="natverk").first(), datum=date(2026, 2, 3)),
            lambda rad, v: mote.ta_bort(av=None, mote=rad, version=v),
            "Mötet ändrades medan du läste, .* Läs det",
        ),
        (
            handlingsplan.skapa(av=None, fardplan=karna, ar_fran=2040, ar_till=2041),
            lambda rad, v: handlingsplan.ta_bort(av=None, plan=rad, version=v),
            "Utkastet ändrades medan du läste, .* Läs det",
        ),
        (
            Indikator.objects.get(namn="Personer som arbetar i stadskärnan"),
            lambda rad, v: lagesbild.ta_bort(av=None, indikator=rad, version=v),
            "Indikatorn ändrades medan du läste, .* Läs den",
        ),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "modell", [Samverkansorgan, Arende, Overenskommelse, Mote, Handlingsplan, Indikator], ids=lambda m: m.__name__
)
def test_det_som_andrats_sedan_man_last_tas_inte_bort(modell: type[Any]) -> None:
    rad, ta_bort, text = next(fall for fall in _att_ta_bort() if type(fall[0]) is modell)

    with pytest.raises(Krock, match=text) as krock:
        ta_bort(rad, rad.version + 1)

    assert (krock.value.version, krock.value.konflikter) == (rad.version, [])
    assert modell._default_manager.filter(pk=rad.pk).exists()
    ta_bort(rad, rad.version)
    assert not modell._default_manager.filter(pk=rad.pk).exists()
