"""The pure rules, as tables."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from pytest_django.fixtures import Settings

from insatser.models import Lagesrapport
from insatser.regler import mejlfel, nummer, period, styrtecken, tidpunkt
from insatser.regler.exempel import Exempel, exempel
from insatser.regler.forsening import forsening
from insatser.regler.kapning import kapa
from insatser.regler.orddiff import orddiff
from insatser.regler.status import Bedomning, Status, kommentar_kravs, lagesfel, staplar, statusord
from insatser.regler.tystnad import ar_ny, ar_tyst, i_ord, sista_dag

IDAG = date(2026, 11, 21)
# A comment is owed for risk, avvikelse, paus and avbrott. Status, bedömning, comment owed.
KOMMENTAR = [
    ("ej_paborjad", "", False),
    ("ej_paborjad", "enligt_plan", False),
    ("ej_paborjad", "risk", True),
    ("ej_paborjad", "avviker", True),
    ("planerad", "enligt_plan", False),
    ("planerad", "risk", True),
    ("planerad", "avviker", True),
    ("pagar", "enligt_plan", False),
    ("pagar", "risk", True),
    ("pagar", "avviker", True),
    ("pausad", "enligt_plan", True),
    ("pausad", "risk", True),
    ("pausad", "avviker", True),
    ("genomford", "", False),
    ("genomford", "enligt_plan", False),
    ("genomford", "risk", True),
    ("genomford", "avviker", True),
    ("avbruten", "", True),
    ("avbruten", "enligt_plan", True),
    ("avbruten", "risk", True),
    ("avbruten", "avviker", True),
]


@pytest.mark.parametrize(("status", "bedomning", "kravs"), KOMMENTAR)
def test_nar_en_kommentar_kravs(status: str, bedomning: str, kravs: bool) -> None:
    assert kommentar_kravs(status, bedomning) == kravs
    assert set(lagesfel(status, bedomning, "")) == ({"kommentar"} if kravs else set())
    assert set(lagesfel(status, bedomning, " \n\t")) == ({"kommentar"} if kravs else set())
    assert lagesfel(status, bedomning, "Därför.") == {}


@pytest.mark.parametrize("status", Status.values)
def test_nar_en_bedomning_kravs(status: str) -> None:
    saknas = "bedomning" in lagesfel(status, "", "Därför.")

    assert saknas == (status in {"planerad", "pagar", "pausad"})


def test_felen_sager_vad_som_ska_goras() -> None:
    assert lagesfel("pausad", "", "") == {
        "bedomning": "Ange en bedömning när status är pausad.",
        "kommentar": "Skriv en kommentar: den krävs vid ”pausad”.",
    }
    assert lagesfel("pausad", "risk", "") == {"kommentar": "Skriv en kommentar: den krävs vid ”risk för avvikelse”."}


def test_orden_for_status_och_bedomning() -> None:
    assert Status.labels == ["Ej påbörjad", "Planerad", "Pågår", "Pausad", "Genomförd", "Avbruten"]
    assert Bedomning.labels == ["Enligt plan", "Risk för avvikelse", "Avviker"]


@pytest.mark.parametrize(
    ("text", "delar"),
    [
        ("1.3", (1, 3)),
        (" 1.3 ", (1, 3)),
        ("4.10", (4, 10)),
        ("12.345", (12, 345)),
        ("99.99999", (99, 99999)),
        ("", None),
        ("1", None),
        ("1.", None),
        (".3", None),
        ("0.3", None),
        ("1.0", None),
        ("01.3", None),
        ("1.03", None),
        ("100.1", None),
        ("1.100000", None),
        ("1,3", None),
        ("1.3.1", None),
        ("-1.3", None),
        ("1.3a", None),
        ("1.3\n1.4", None),
        ("ny", None),
        ("١.٣", None),
        ("1.3\x00", None),
    ],
)
def test_tolka_insatsnummer(text: str, delar: tuple[int, int] | None) -> None:
    assert nummer.tolka(text) == delar


def test_nummer_skrivs_som_de_lases() -> None:
    assert [nummer.skriv(*nummer.tolka(n)) for n in ("1.3", "1.10", "99.99999")] == ["1.3", "1.10", "99.99999"]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "ar"),
    [
        ("2026-2027", (2026, 2027)),
        ("2009", (2009, 2009)),
        ("1999-2001", (1999, 2001)),
        ("2026-2026", None),
        ("2027-2026", None),
        ("2026-", None),
        ("-2027", None),
        ("2026–2027", None),
        ("26-27", None),
        ("1899", None),
        ("2100", None),
        ("20260", None),
        ("2026-2027-2028", None),
        ("2026-2027 ", None),
        ("", None),
        ("utkast", None),
        ("٢٠٢٦", None),
    ],
)
def test_tolka_period(text: str, ar: tuple[int, int] | None) -> None:
    assert period.tolka(text) == ar


@pytest.mark.parametrize(
    ("fran", "till", "adress", "i_text"),
    [(2026, 2027, "2026-2027", "2026–2027"), (2009, 2009, "2009", "2009")],
)
def test_skriv_period(fran: int, till: int, adress: str, i_text: str) -> None:
    assert (period.skriv(fran, till), period.skriv(fran, till, streck="–")) == (adress, i_text)


@pytest.mark.parametrize(
    ("dag", "kvartal"),
    [
        ("2026-01-01", "2026 kv. 1"),
        ("2026-03-31", "2026 kv. 1"),
        ("2026-04-01", "2026 kv. 2"),
        ("2026-06-30", "2026 kv. 2"),
        ("2026-07-01", "2026 kv. 3"),
        ("2026-09-30", "2026 kv. 3"),
        ("2026-10-01", "2026 kv. 4"),
        ("2026-12-31", "2026 kv. 4"),
    ],
)
def test_kvartal(dag: str, kvartal: str) -> None:
    assert period.kvartal(date.fromisoformat(dag)) == kvartal


@pytest.mark.parametrize(
    ("start", "slut", "text"),
    [
        (None, None, ""),
        ("2026-02-01", None, "från 2026 kv. 1"),
        (None, "2027-12-31", "till 2027 kv. 4"),
        ("2026-02-01", "2026-02-01", "2026 kv. 1"),
        ("2026-01-01", "2026-03-31", "2026 kv. 1"),
        ("2026-04-01", "2026-12-31", "2026 kv. 2–4"),
        ("2026-10-01", "2027-03-31", "2026 kv. 4 – 2027 kv. 1"),
        ("2026-01-01", "2027-01-01", "2026 kv. 1 – 2027 kv. 1"),
    ],
)
def test_tidsspann(start: str | None, slut: str | None, text: str) -> None:
    dagar = [date.fromisoformat(d) if d else None for d in (start, slut)]

    assert period.tidsspann(*dagar) == text


@pytest.mark.parametrize(
    ("start", "slut", "text"),
    [
        ("2026-04-01", "2026-12-31", "kvartal 2 till kvartal 4 2026"),
        ("2026-04-01", "2026-05-31", "kvartal 2 2026"),
        ("2026-10-01", "2027-03-31", "kvartal 4 2026 till kvartal 1 2027"),
        ("2026-10-01", None, "från kvartal 4 2026"),
        (None, "2027-03-31", "till kvartal 1 2027"),
        (None, None, ""),
    ],
)
def test_kvartal_i_ord(start: str | None, slut: str | None, text: str) -> None:
    dagar = (date.fromisoformat(dag) if dag else None for dag in (start, slut))

    assert period.i_ord(*dagar) == text


# Start, slut, status, today, what is late. Plans are in quarters: the quarter is to be over.
FORSENAD = [
    # has not begun
    ("2026-10-01", "2027-06-30", "planerad", "2026-10-02", ""),
    ("2026-10-01", "2027-06-30", "planerad", "2026-12-31", ""),
    ("2026-10-01", "2027-06-30", "planerad", "2027-01-01", "Inte påbörjad, skulle ha börjat kvartal 4 2026"),
    ("2026-07-01", "2027-06-30", "ej_paborjad", "2026-09-30", ""),
    ("2026-07-01", "2027-06-30", "ej_paborjad", "2026-10-01", "Inte påbörjad, skulle ha börjat kvartal 3 2026"),
    ("2026-08-15", None, "planerad", "2026-09-30", ""),
    ("2026-08-15", None, "planerad", "2026-10-01", "Inte påbörjad, skulle ha börjat kvartal 3 2026"),
    ("2026-09-30", None, "planerad", "2026-10-01", "Inte påbörjad, skulle ha börjat kvartal 3 2026"),
    # has begun, or rests
    ("2026-01-01", "2026-12-31", "pagar", "2026-12-31", ""),
    ("2026-01-01", None, "pagar", "2030-01-01", ""),
    ("2026-01-01", "2026-12-31", "pausad", "2026-12-31", ""),
    # has not ended
    ("2026-01-01", "2026-06-30", "pagar", "2026-06-30", ""),
    ("2026-01-01", "2026-06-30", "pagar", "2026-07-01", "Inte klar, skulle ha slutat kvartal 2 2026"),
    ("2026-01-01", "2026-05-04", "pagar", "2026-06-30", ""),
    ("2026-01-01", "2026-05-04", "pagar", "2026-07-01", "Inte klar, skulle ha slutat kvartal 2 2026"),
    (None, "2026-12-31", "pausad", "2027-01-01", "Inte klar, skulle ha slutat kvartal 4 2026"),
    # neither: the end says more
    ("2026-01-01", "2026-06-30", "planerad", "2026-07-01", "Inte klar, skulle ha slutat kvartal 2 2026"),
    ("2026-11-21", "2026-11-21", "planerad", "2026-12-31", ""),
    # nothing more to do, or no time set
    ("2026-01-01", "2026-06-30", "genomford", "2027-01-01", ""),
    ("2026-01-01", "2026-06-30", "avbruten", "2027-01-01", ""),
    (None, None, "planerad", "2027-01-01", ""),
]


@pytest.mark.parametrize(("start", "slut", "status", "idag", "text"), FORSENAD)
def test_nar_en_aktivitet_ar_forsenad(start: str | None, slut: str | None, status: str, idag: str, text: str) -> None:
    dagar = (date.fromisoformat(dag) if dag else None for dag in (start, slut))

    assert str(forsening(*dagar, status, date.fromisoformat(idag)) or "") == text


@pytest.mark.parametrize(
    ("start", "slut", "sedan"),
    [
        ("2026-05-04", None, "2026-06-30"),
        ("2026-01-01", "2026-11-02", "2026-12-31"),
        (None, "2026-03-31", "2026-03-31"),
    ],
)
def test_forsenad_sedan_kvartalet_tog_slut(start: str | None, slut: str | None, sedan: str) -> None:
    dagar = (date.fromisoformat(dag) if dag else None for dag in (start, slut))

    sen = forsening(*dagar, "planerad", date(2027, 1, 1))

    assert sen is not None
    assert sen.sedan.isoformat() == sedan


@pytest.mark.parametrize(
    ("fel", "ord_"),
    [
        ("[Errno 111] Connection refused", "Ingen mejlserver svarar på adressen."),
        ("[Errno -2] Name or service not known", "Mejlserverns namn går inte att slå upp."),
        ("[Errno -3] Temporary failure in name resolution", "Mejlserverns namn går inte att slå upp."),
        ("timed out", "Mejlservern svarade inte i tid."),
        ("[Errno 113] No route to host", "Det går inte att nå mejlservern över nätet."),
        ("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed", "Det gick inte att få en säker förbindelse"),
        ("(535, b'5.7.8 Error')", "Mejlservern godtar inte användarnamnet och lösenordet"),
        ("421 Stänger för kvällen", "Mejlservern tar inte emot fler mejl just nu."),
        ("Connection unexpectedly closed", "Mejlservern bröt förbindelsen."),
        ("450 4.2.1 Kom tillbaka 421", ""),
        ("Ingen svarar", ""),
        ("", ""),
    ],
)
def test_vad_mejlserverns_fel_betyder(fel: str, ord_: str) -> None:
    assert mejlfel.i_ord(fel).startswith(ord_)
    assert bool(mejlfel.i_ord(fel)) == bool(ord_)


@pytest.mark.parametrize(
    ("datum", "efter", "ord_"),
    [
        ("2026-11-21", 120, ""),
        ("2026-07-24", 120, ""),
        ("2026-07-23", 120, "Inte uppdaterad på 121 dagar"),
        ("2025-11-21", 120, "Inte uppdaterad på 365 dagar"),
        ("2026-11-19", 1, "Inte uppdaterad på 2 dagar"),
        ("2025-11-21", 365, ""),
    ],
)
def test_tyst_efter_sa_lange_som_installationen_sager(settings: Settings, datum: str, efter: int, ord_: str) -> None:
    settings.TYST_EFTER_DAGAR = efter
    dag, idag = date.fromisoformat(datum), date(2026, 11, 21)
    rapport = Lagesrapport(datum=dag, status="pagar")

    assert (i_ord(rapport, dag, idag), ar_tyst(rapport, dag, idag)) == (ord_, bool(ord_))
    assert (dag < sista_dag(idag)) == bool(ord_)


@pytest.mark.parametrize("status", ["genomford", "avbruten"])
def test_det_som_ar_over_ar_inte_tyst(status: str) -> None:
    rapport = Lagesrapport(datum=date(2020, 1, 1), status=status)

    assert (ar_tyst(rapport, IDAG, IDAG), i_ord(rapport, IDAG, IDAG)) == (False, "")


@pytest.mark.parametrize(
    ("dagar", "ny", "ord_"), [(0, True, ""), (120, True, ""), (121, False, "Inte uppdaterad på 121 dagar")]
)
def test_aldrig_rapporterat_ar_nytt_lika_lange_som_tystnad_tar(dagar: int, ny: bool, ord_: str) -> None:
    tillkom = IDAG - timedelta(days=dagar)

    assert (ar_ny(None, tillkom, IDAG), ar_tyst(None, tillkom, IDAG)) == (ny, not ny)
    assert i_ord(None, tillkom, IDAG) == ord_


def test_det_som_ar_rapporterat_ar_inte_nytt() -> None:
    assert not ar_ny(Lagesrapport(datum=IDAG, status="pagar"), IDAG, IDAG)


@pytest.mark.parametrize(
    ("antal", "delar"),
    [
        ({}, []),
        ({Status.PAGAR: 0, None: 0}, []),
        ({None: 18}, [("Ingen rapport", 18, 0.0, 100.0)]),
        (
            {None: 1, Status.EJ_PABORJAD: 1, Status.PAGAR: 1, Status.GENOMFORD: 1},
            [
                ("Genomförd", 1, 0.0, 25.0),
                ("Pågår", 1, 25.0, 25.0),
                ("Ej påbörjad", 1, 50.0, 25.0),
                ("Ingen rapport", 1, 75.0, 25.0),
            ],
        ),
        (
            {Status.PLANERAD: 1, Status.PAUSAD: 1, Status.AVBRUTEN: 1},
            [("Planerad", 1, 0.0, 33.33), ("Pausad", 1, 33.33, 33.33), ("Avbruten", 1, 66.67, 33.33)],
        ),
    ],
)
def test_staplar(antal: dict[Status | None, int], delar: list[tuple[str, int, float, float]]) -> None:
    assert [(s.ord, s.antal, s.start, s.bredd) for s in staplar(antal)] == delar


@pytest.mark.parametrize(
    ("fore", "efter", "bitar"),
    [
        ("", "", []),
        ("lika text", "lika text", [("lika", "lika text")]),
        ("", "ny", [("till", "ny")]),
        ("gammal", "", [("bort", "gammal")]),
        ("ett två tre", "ett fyra tre", [("lika", "ett "), ("bort", "två "), ("till", "fyra "), ("lika", "tre")]),
        ("a\nb", "a\n\nb", [("bort", "a\n"), ("till", "a\n\n"), ("lika", "b")]),
    ],
)  # fmt: skip
def test_orddiff(fore: str, efter: str, bitar: list[tuple[str, str]]) -> None:
    assert orddiff(fore, efter) == bitar
    assert "".join(text for slag, text in orddiff(fore, efter) if slag != "till") == fore
    assert "".join(text for slag, text in orddiff(fore, efter) if slag != "bort") == efter


@pytest.mark.parametrize(
    ("text", "dag", "i_text"),
    [
        ("2024-06-12", "2024-06-12", "12 juni 2024"),
        ("2024-06", "2024-06-01", "juni 2024"),
        ("2024", "2024-01-01", "2024"),
    ],
)
def test_en_tidpunkts_forsta_dag(text: str, dag: str, i_text: str) -> None:
    assert tidpunkt.finns(text)
    assert (tidpunkt.forsta_dagen(text).isoformat(), tidpunkt.i_text(text)) == (dag, i_text)


def test_en_dag_som_inte_finns() -> None:
    assert not tidpunkt.finns("2024-02-30")
    with pytest.raises(ValueError, match="day"):
        tidpunkt.forsta_dagen("2024-02-30")


@pytest.mark.parametrize(
    ("text", "ut"),
    [
        ("Åäö – ”ja”\n\t😀", "Åäö – ”ja”\n\t😀"),
        ("rad\x0bbrytning", "rad brytning"),
        ("\x00\x07\x1f", "   "),
        ("\ufffe", " "),
    ],
)
def test_styrtecken_blir_mellanrum(text: str, ut: str) -> None:
    assert styrtecken.bort(text) == ut


@pytest.mark.parametrize(
    ("text", "mest", "kapad"),
    [("", 5, ""), ("precis", 6, "precis"), ("precis.", 6, "preci…"), ("ett tva", 5, "ett…"), ("åäö åäö", 5, "åäö…")],
)
def test_en_kapad_text_ryms_och_sager_att_den_ar_kapad(text: str, mest: int, kapad: str) -> None:
    assert kapa(text, mest) == kapad
    assert len(kapad) <= mest


@pytest.mark.parametrize(("status", "ord_"), [("pagar", "Pågår"), ("", "Ingen rapport"), (None, "Ingen rapport")])
def test_statusen_i_ord(status: str | None, ord_: str) -> None:
    assert statusord(status) == ord_


class Rad:
    def __init__(self, exempel: bool) -> None:
        self.exempel = exempel


@pytest.mark.parametrize(
    ("visade", "sagt", "marke"),
    [
        ([], Exempel.INGET, ""),
        ([None], Exempel.INGET, ""),
        ([Rad(False), None], Exempel.INGET, ""),
        ([Rad(True), Rad(False)], Exempel.DELAR, "Delvis exempeldata"),
        ([Rad(True), None], Exempel.ALLT, "Exempeldata"),
    ],
)
def test_exempelmarket_sager_hur_mycket(visade: list[Rad | None], sagt: Exempel, marke: str) -> None:
    assert (exempel(visade), sagt.marke, bool(sagt)) == (sagt, marke, marke != "")
