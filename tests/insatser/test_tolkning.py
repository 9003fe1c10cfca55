"""A table that somebody else has made: its columns and words are matched, set right by a person, and read in."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook

from aktorer.models import Aktor
from insatser.forms.tolkning import faltnamn
from insatser.models import Fardplan, Inlasning, Insats, Lagesrapport
from insatser.regler.tolkning import Tolkning, gissa_kolumner, namnen
from insatser.utbyte.excel import frammande
from insatser.utbyte.excel.ordlista import Ordlista
from tests.arbetsbok import granskade
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

UPP = "/flemingsberg/insatskarta/import/"
HALVVAGS = faltnamn("status", "Halvvägs")
RUBRIKER = ("Nr", "Målområde", "Aktivitet", "Ansvarig", "Startdatum", "Status", "Kommentar")
RADER = (
    ("1", "Levande stadskärna", "Lys upp gångstråket", "SBF", date(2026, 1, 15), "Pågående", "Enl. plan"),
    ("2", None, "Trygghetsvandring", "Huddinge kommun", None, "Klar", None),
    ("3", "Målpunkter", "Samtal med skolan", "KOF, KSF", None, "Försenad", None),
)

type Rad = Iterable[Any]
type Fyll = Callable[[Any], dict[str, str]]


def bok(
    rader: Iterable[Iterable[Any]], *, sammanfoga: Iterable[str] = (), andra: Iterable[Iterable[Any]] = ()
) -> bytes:
    """A workbook with these rows, and another sheet before it."""
    arbetsbok = Workbook()
    for rad in andra:
        arbetsbok.active.append(rad)
    blad = arbetsbok.create_sheet("Handlingsplan 2026")
    for rad in rader:
        blad.append(list(rad))
    for omrade in sammanfoga:
        blad.merge_cells(omrade)
    ut = io.BytesIO()
    arbetsbok.save(ut)
    return ut.getvalue()


@pytest.fixture
def kommunens() -> bytes:
    """A title over the table, headings in row 4, a målområde merged over two rows, and another sheet."""
    rubriken = [("Handlingsplan 2026–2027",), ("Utskriven 2026-11-28",), (), RUBRIKER]
    return bok([*rubriken, *RADER], sammanfoga=("A1:G1", "B5:B6"), andra=[("Statusdefinitioner",)])


@pytest.fixture
def ladda_upp(som_planerare: Client) -> Callable[..., Any]:
    """Upload a file and follow where it leads."""

    def kor(innehall: bytes, namn: str = "plan.xlsx") -> Any:
        return som_planerare.post(UPP, {"fil": SimpleUploadedFile(namn, innehall)}, follow=True)

    return kor


def adress(svar: Any) -> str:
    plats: str = svar.redirect_chain[-1][0]
    return plats


def valt(svar: Any, falt: str) -> dict[str, str]:
    """{what stands in the file: what it is said to mean}, as the page shows it."""
    form = svar.context["form"]
    return {form[n].label: form[n].value() for n in form.fields if n.rpartition("-")[0] == falt}


def las_in(klient: Client, svar: Any, formular: Fyll, **sagt: str) -> Any:
    """Say these things, else what is suggested, and confirm the preview."""
    granskad = klient.post(adress(svar), formular(svar) | sagt, follow=True)
    plan = granskad.context["plan"]
    assert not plan.fel, plan.fel
    return klient.post(adress(granskad), {"fingeravtryck": plan.fingeravtryck}, follow=True)


def test_kolumner_och_ord_foreslas(ladda_upp: Callable[..., Any], kommunens: bytes) -> None:
    svar = ladda_upp(kommunens)

    kolumner = {"Nr": None, "Målområde": "malomrade", "Aktivitet": "titel", "Ansvarig": "ansvarig"}
    assert valt(svar, "kolumn") == kolumner | {"Startdatum": "text", "Status": "status", "Kommentar": "kommentar"}
    assert valt(svar, "status") == {
        "Pågående": "pagar/enligt_plan",
        "Klar": "genomford/",
        "Försenad": "pagar/avviker",
    }
    assert valt(svar, "aktor")["SBF"] == "-"
    assert "är inte hämtad härifrån" in platt(svar)


def test_filen_gar_in_utan_att_roras(
    som_planerare: Client, ladda_upp: Callable[..., Any], kommunens: bytes, formular: Fyll
) -> None:
    svar = ladda_upp(kommunens)
    omraden = {faltnamn("malomrade", t): str(n) for n, t in enumerate(valt(svar, "malomrade"), start=1)}

    klar = las_in(som_planerare, svar, formular, **omraden)

    lyse = Insats.objects.get(titel="Lys upp gångstråket")
    assert "plan.xlsx är inläst: 3 nya insatser" in platt(klar)
    assert lyse.text == "Startdatum: 2026-01-15\nAnsvarig: SBF"
    assert Insats.objects.get(titel="Trygghetsvandring").medverkan.get().aktor.namn == "Huddinge kommun"
    lagen = {r.insats.titel: r for r in Lagesrapport.objects.filter(insats__titel__in=[r[2] for r in RADER])}
    assert (lagen["Lys upp gångstråket"].status, lagen["Lys upp gångstråket"].kommentar) == ("pagar", "Enl. plan")
    assert lagen["Samtal med skolan"].kommentar == "I den inlästa tabellen står ”Försenad”."


def test_ett_ord_som_ingen_har_sagt_nagot_om_fragas_om(
    som_planerare: Client, ladda_upp: Callable[..., Any], formular: Fyll
) -> None:
    svar = ladda_upp("Aktivitet;Status\nLys upp;Halvvägs\n".encode(), "plan.csv")

    igen = som_planerare.post(adress(svar), formular(svar), follow=True)
    vidare = som_planerare.post(adress(svar), formular(igen) | {HALVVAGS: "pagar/risk", "malomrade": "1"}, follow=True)

    assert (igen.status_code, igen.context["form"].errors) == (422, {HALVVAGS: ["Välj vad ordet betyder."]})
    assert "1 ord i filen har ingen självklar motsvarighet här" in platt(igen)
    assert [r.lage["bedomning"] for r in granskade(vidare)] == ["risk"]


@pytest.mark.parametrize(
    ("sagt", "text"),
    [
        ({"kolumn-0": ""}, "Välj vilken kolumn som är titeln."),
        ({"kolumn-1": "titel"}, "Titel är vald två gånger, också för ”Aktivitet”. Ändra den ena."),
        ({"kolumn-1": "något"}, "Välj ett giltigt alternativ"),
        ({faltnamn("status", "Klar"): "klart/kanske"}, "Välj ett giltigt alternativ"),
    ],
)
def test_fel_star_dar_de_ar_och_det_valda_ar_kvar(
    som_planerare: Client, ladda_upp: Callable[..., Any], formular: Fyll, sagt: dict[str, str], text: str
) -> None:
    svar = ladda_upp(b"Aktivitet;Status\nLys upp;Klar\n", "plan.csv")

    fel = som_planerare.post(adress(svar), formular(svar) | {"malomrade": "2"} | sagt)

    assert (fel.status_code, text in platt(fel), formular(fel)["malomrade"]) == (422, True, "2")


def test_en_ny_aktor_laggs_upp_darifran(som_planerare: Client, ladda_upp: Callable[..., Any], formular: Fyll) -> None:
    svar = ladda_upp(b"Aktivitet;Ansvarig\nLys upp;Ljusbolaget AB\n", "plan.csv")

    las_in(som_planerare, svar, formular, malomrade="1", **{faltnamn("aktor", "Ljusbolaget AB"): "ny:bolag"})

    ny = Aktor.objects.get(namn="Ljusbolaget AB")
    assert Insats.objects.get(titel="Lys upp").medverkan.get().aktor == ny


def test_det_som_sagts_galler_nasta_gang(som_planerare: Client, ladda_upp: Callable[..., Any], formular: Fyll) -> None:
    forst = ladda_upp("Jobb;Hur det går\nLys upp;Halvvägs\n".encode(), "a.csv")
    igen = som_planerare.post(adress(forst), formular(forst) | {"kolumn-1": "status"}, follow=True)
    assert "Säg också vad orden i dem betyder." in platt(igen)
    las_in(som_planerare, igen, formular, malomrade="1", **{HALVVAGS: "pagar/risk"})

    svar = ladda_upp("Jobb;Hur det går\nMåla om;Halvvägs\n".encode(), "b.csv")

    assert (valt(svar, "kolumn"), valt(svar, "status")) == (
        {"Jobb": "titel", "Hur det går": "status"},
        {"Halvvägs": "pagar/risk"},
    )


def test_samma_fil_igen_gor_inget_dubbelt(som_planerare: Client, ladda_upp: Callable[..., Any], formular: Fyll) -> None:
    fil = b"Aktivitet;Status\nLys upp;Klar\n"
    las_in(som_planerare, ladda_upp(fil, "a.csv"), formular, malomrade="1")

    svar = ladda_upp(fil, "a.csv")
    granskad = som_planerare.post(adress(svar), formular(svar), follow=True)

    plan = granskad.context["plan"]
    assert (plan.rader, plan.antal_tvillingar) == (0, 1)


def test_rubriker_mellan_raderna_blir_malomraden(ladda_upp: Callable[..., Any]) -> None:
    """As the French Territoires en Transitions writes it: an axis as a row, the actions below."""
    rader = [
        ("Nr", "Titel", "Status"),
        ("Levande stadskärna",),
        ("1", "A", "Klar"),
        ("Målpunkter",),
        ("2", "B", "Klar"),
    ]

    svar = ladda_upp(bok(rader))

    assert valt(svar, "kolumn")["Rubrik ovanför raderna"] == "malomrade"
    assert [*valt(svar, "malomrade")] == ["Levande stadskärna", "Målpunkter"]
    assert len(svar.context["tabell"].rader) == 2


@pytest.mark.parametrize("innehall", [b"", b"inget", b"bara en rad;utan fler\n", b"PK\x03\x04trasig"])
def test_en_fil_utan_tabell_nekas_som_forut(ladda_upp: Callable[..., Any], innehall: bytes) -> None:
    svar = ladda_upp(innehall, "plan.csv")

    assert (svar.status_code, svar.redirect_chain, Inlasning.objects.exists()) == (422, [], False)


@pytest.mark.parametrize(
    ("text", "delar"),
    [
        ("KOF, KSF", ["KOF", "KSF"]),
        ("KOF och KSF", ["KOF", "KSF"]),
        ("Miljö- och byggnämnden", ["Miljö- och byggnämnden"]),
        ("Bygg och bo AB; KOF", ["Bygg och bo AB", "KOF"]),
        ("KOF\nKSF / SBF", ["KOF", "KSF", "SBF"]),
        (" ; , ", []),
        ("KOF, KOF", ["KOF"]),
    ],
)
def test_namn_i_en_cell(text: str, delar: list[str]) -> None:
    assert namnen(text, {"Bygg och bo AB"}.__contains__) == delar


@pytest.mark.parametrize(
    ("rubrik", "falt"),
    [
        ("Strategiskt område", "malomrade"),
        ("Samverkan med", "medverkande"),
        ("Samverkar med", "medverkande"),
        ("Status april 2026", "status"),
        ("Ansvarig chef", "ansvarig"),
        ("Datum för beslut", None),
        ("En hel mening som slutar med status", None),
    ],
)
def test_en_rubrik_kanns_igen_pa_ett_av_sina_ord(rubrik: str, falt: str | None) -> None:
    assert gissa_kolumner(["Åtgärd", rubrik], [[], []], {}).get(1) == falt


def test_rubriken_som_heter_sa_galler_fore_den_som_bara_har_ordet() -> None:
    assert gissa_kolumner(["Typ av åtgärd", "Åtgärd"], [[], []], {}) == {1: "titel"}


@pytest.mark.parametrize(
    ("namn", "heter"),
    [
        ("Huddinge", "Huddinge kommun"),
        ("Huddinge kn", "Huddinge kommun"),
        ("Täby k:n.", "Täby kommun"),
        ("Danderyd", "Danderyds kommun"),
        ("Trafikverkt", "Trafikverket"),
        ("Locum", "Locum AB"),
        ("KTH", "Kungliga Tekniska högskolan (KTH)"),
        ("RKH", "Röda Korsets Högskola"),
        ("SBF", None),
        ("kommun", None),
        ("AB", None),
    ],
)
def test_en_aktor_kanns_igen_pa_ett_kort_namn(flemingsberg: Fardplan, namn: str, heter: str | None) -> None:
    ordlista = Ordlista(flemingsberg)

    assert ordlista.aktornamn.get(ordlista.lik_aktor(namn) or 0) == heter


@pytest.mark.parametrize(
    ("text", "nummer"), [("Levande stadskärna", 1), ("Mötesplatser och service", 2), ("Grönska", 0), ("och för", 0)]
)
def test_ett_malomrade_kanns_igen_pa_sina_ord(flemingsberg: Fardplan, text: str, nummer: int) -> None:
    assert Ordlista(flemingsberg).troligt_malomrade(text) == nummer


def test_utan_kanda_rubriker_gissas_av_det_som_star() -> None:
    kolumner = [["1", "2"], ["Lys upp", "Måla"], ["grön", "röd"]]

    gissat = gissa_kolumner(["A", "B", "C"], kolumner, {"status": {"grön", "röd"}.__contains__})

    assert gissat == {2: "status", 1: "titel"}


def test_tabellen_hittas_pa_ratt_blad(kommunens: bytes) -> None:
    tabell = frammande.las("plan.xlsx", kommunens)

    assert (tabell.blad, tabell.rubrikrad, len(tabell.rader)) == ("Handlingsplan 2026", 4, 3)
    assert tabell.texter(1) == ["Levande stadskärna", "Levande stadskärna", "Målpunkter"]


def test_tolkningen_ar_den_samma_genom_databasen() -> None:
    tolkning = Tolkning(("A", "B"), {1: "titel"}, {"status": {"klar": "genomford/"}}, 2, gemensam=True)

    assert Tolkning.ur_json(tolkning.som_json() | {"rubriker": ["A", "B"]}) == tolkning


@pytest.mark.parametrize("tabell", ["A;B\n" + "x;" * 50_000, "Aktivitet;Status\n" + " " * 200_000 + ";Klar\n"])
def test_stora_och_tomma_celler_kostar_inget(ladda_upp: Callable[..., Any], tabell: str) -> None:
    assert ladda_upp(tabell.encode(), "plan.csv").status_code in {200, 422}


def test_en_tom_mall_har_kolumnerna_och_inga_rader(som_planerare: Client) -> None:
    svar = som_planerare.get("/flemingsberg/insatskarta.xlsx?tom")

    blad = load_workbook(io.BytesIO(svar.getvalue()))["Insatskarta"]
    assert (blad["D1"].value, blad.max_row) == ("Titel", 1)


def test_av_mycket_manga_ord_fragas_om_de_forsta(ladda_upp: Callable[..., Any]) -> None:
    rader = "\n".join(f"Titel {n};Bolag {n}" for n in range(frammande.MAX_ORD + 50))

    svar = ladda_upp(f"Aktivitet;Ansvarig\n{rader}\n".encode(), "plan.csv")

    assert len(valt(svar, "aktor")) == frammande.MAX_ORD
    assert "Av mycket många ord visas de första" in platt(svar)


def test_fler_rader_an_nagon_laser_nekas(ladda_upp: Callable[..., Any]) -> None:
    svar = ladda_upp(("Aktivitet;Status\n" + "a;b\n" * (frammande.MAX_RADER + 1)).encode(), "plan.csv")

    assert svar.status_code == 422


def test_en_lang_titel_star_hel_i_texten(som_planerare: Client, ladda_upp: Callable[..., Any], formular: Fyll) -> None:
    lang = "Lys upp " + "hela " * 60 + "stråket"
    svar = ladda_upp(f"Aktivitet;Beskrivning\n{lang};Så här.\n".encode(), "plan.csv")

    las_in(som_planerare, svar, formular, malomrade="1")

    ny = Insats.objects.get(titel__startswith="Lys upp hela")
    assert (len(ny.titel) <= 200, ny.titel.endswith("…"), ny.text) == (True, True, f"{lang}\nSå här.")


def test_ett_namn_som_registret_nekar_sags_och_inget_ar_upplagt(
    som_planerare: Client, ladda_upp: Callable[..., Any], formular: Fyll
) -> None:
    for_langt = "x" * 130
    svar = ladda_upp(f'Aktivitet;Ansvarig\nLys upp;"Bra AB; {for_langt}"\n'.encode(), "plan.csv")
    nya = {faltnamn("aktor", namn): "ny:bolag" for namn in ("Bra AB", for_langt)}

    nekad = som_planerare.post(adress(svar), formular(svar) | nya)

    assert (nekad.status_code, Aktor.objects.filter(namn="Bra AB").exists()) == (422, False)


def test_det_som_sags_om_ett_lage_utan_status_star_i_texten(
    som_planerare: Client, ladda_upp: Callable[..., Any], formular: Fyll
) -> None:
    svar = ladda_upp("Aktivitet;Ansvarig;Kommentar\nLys upp;Huddinge kommun;Väntar på el\n".encode(), "plan.csv")

    las_in(som_planerare, svar, formular, malomrade="1")

    assert Insats.objects.get(titel="Lys upp").text == "Kommentar: Väntar på el"


def test_skiljetecknet_ar_det_som_delar_raderna_lika(ladda_upp: Callable[..., Any]) -> None:
    rader = "\n".join(f"Lys upp {n};SBF;Belysning, skyltning, bänkar, planteringar" for n in range(5))

    svar = ladda_upp(f"Aktivitet;Ansvarig;Beskrivning\n{rader}\n".encode(), "plan.csv")

    assert [*valt(svar, "kolumn")] == ["Aktivitet", "Ansvarig", "Beskrivning"]


def test_en_egen_lagesbild_ar_ingen_annans_tabell(som_planerare: Client, ladda_upp: Callable[..., Any]) -> None:
    fil = som_planerare.get("/flemingsberg/lagesbild.xlsx").getvalue()

    assert ladda_upp(fil, "lagesbild.xlsx").status_code == 422


# --- how the letters are kept


def test_annan_teckenkodning_valjs_dar_tabellen_tolkas(som_planerare: Client, ladda_upp: Callable[..., Any]) -> None:
    fil = "Titel;Ansvarig\r\nŽďár, Plzeň;Huddinge kommun\r\nRiv bro;Botkyrka kommun\r\n".encode("cp1250")
    svar = ladda_upp(fil, "plan.csv")

    ratt = som_planerare.post(svar.context["granska"], {"kodning": "cp1250"}, follow=True)

    assert "Žïár, Plzeò" in platt(svar)
    assert "välj en annan teckenkodning nedan" in platt(svar)
    assert "Žďár, Plzeň" in platt(ratt)
    assert bytes(Inlasning.objects.latest("pk").innehall or b"") == fil


def test_teckenkodningen_valjs_nar_filen_laddas_upp(som_planerare: Client) -> None:
    fil = "Titel;Ansvarig\r\nŽďár, Plzeň;Huddinge kommun\r\nRiv bro;Botkyrka kommun\r\n".encode("cp1250")

    svar = som_planerare.post(UPP, {"fil": SimpleUploadedFile("plan.csv", fil), "kodning": "cp1250"}, follow=True)

    assert "Žďár, Plzeň" in platt(svar)


def test_en_skadad_byte_fragas_om_i_sin_cell(
    som_planerare: Client, ladda_upp: Callable[..., Any], formular: Fyll
) -> None:
    fil = "Titel;Ansvarig\r\nHöja gången på ön;Huddinge kommun\r\nRiv bro på ön;Botkyrka kommun\r\n".encode()
    svar = ladda_upp(fil.replace("gången".encode(), b"g\xe5ngen"), "plan.csv")

    granskat = som_planerare.post(adress(svar), formular(svar) | {"malomrade": "1"}, follow=True)

    assert "Ett tecken i cellen är skadat i filen" in platt(granskat)
    assert [rad.titel for rad in granskade(granskat)] == ["Riv bro på ön"]
