"""The PDFs: what they say, how they are built, and that the same content gives the same bytes."""

from __future__ import annotations

import io
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pdfua
import pikepdf
import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from aktorer.models import Aktor, Anvandare
from insatser.fragor import handlingsplan as planer
from insatser.fragor import karta as kartor
from insatser.fragor.handlingsplan import Planinnehall
from insatser.fragor.karta import Karta, Urval
from insatser.models import Aktivitet, Fardplan, Handlingsplan, Lagesrapport, Prioritering
from insatser.utbyte import pdf, typsnitt

FIENTLIG = '#import "x" *fet* _kursiv_ <etikett> $x$ `kod` @ref // kommentar \\ #pagebreak() <script>'
IDAG = date(2026, 11, 21)
A3_LIGGANDE = (1191, 842)


@pytest.fixture
def karta(flemingsberg: Fardplan) -> Karta:
    return kartor.hamta(flemingsberg, Urval(), AnonymousUser(), idag=IDAG)


@pytest.fixture
def plan(flemingsberg: Fardplan) -> Handlingsplan:
    return Handlingsplan.objects.select_related("fardplan__stadskarna", "fardplan__program").get(fardplan=flemingsberg)


@pytest.fixture
def innehall(plan: Handlingsplan) -> Planinnehall:
    return planer.innehall(plan)


def oppna(innehall: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(innehall))


def tecken(typsnittet: pikepdf.Object) -> dict[bytes, str]:
    """{two bytes in the page: what they stand for} of a font."""
    tabell = typsnittet.ToUnicode.read_bytes().decode("ascii")
    return {
        bytes.fromhex(kod): bytes.fromhex(text).decode("utf-16-be")
        for kod, text in re.findall(r"<([0-9A-F]{4})> <([0-9A-F]+)>\n", tabell)
    }


def sidtext(sida: pikepdf.Page) -> str:
    """The text layer of a page in reading order."""
    tabeller = {namn: tecken(font) for namn, font in sida.Resources.Font.items()}
    ut, tabell = [], {}
    for rad in pikepdf.parse_content_stream(sida, "Tf Tj TJ"):
        if str(rad.operator) == "Tf":
            tabell = tabeller[str(rad.operands[0])]
            continue
        for del_ in rad.operands[0] if str(rad.operator) == "TJ" else rad.operands:
            koder = bytes(del_) if isinstance(del_, pikepdf.String) else b""
            ut += [tabell.get(koder[i : i + 2], "") for i in range(0, len(koder), 2)]
    return "".join(ut)


def tatt(text: str) -> str:
    """Without what depends on where a line happened to end."""
    return re.sub(r"[\s\u00ad\u200b-]", "", text)


def all_text(innehall: bytes) -> str:
    return tatt("".join(sidtext(sida) for sida in oppna(innehall).pages))


def taggar(innehall: bytes) -> list[str]:
    """Names of the structure elements in reading order."""

    def under(nod: pikepdf.Object) -> list[str]:
        if isinstance(nod, pikepdf.Array):
            return [t for barn in nod for t in under(barn)]
        if not isinstance(nod, pikepdf.Dictionary) or "/S" not in nod:
            return []
        return [str(nod.S), *(under(nod.K) if "/K" in nod else [])]

    with oppna(innehall) as fil:
        return under(fil.Root.StructTreeRoot.K)


def lagst(innehall: bytes) -> float:
    """How far up, in points, the lowest text of all pages stands: the page number at the foot."""
    strommar = [sida.Contents.read_bytes() for sida in oppna(innehall).pages]
    return min(float(y) for s in strommar for y in re.findall(rb"1 0 0 -1 [\d.]+ (-?[\d.]+) cm", s))


def dokument(slag: str, innehall: Planinnehall, karta: Karta) -> bytes:
    return pdf.handlingsplan(innehall) if slag == "plan" else pdf.affisch(karta, idag=IDAG)


@pytest.mark.parametrize(
    ("slag", "titel"),
    [("plan", "Handlingsplan 2026–2027 för Flemingsberg"), ("affisch", "Insatskarta för Flemingsberg")],
)
def test_sager_vad_den_ar_och_foljer_bada_standarderna(
    slag: str, titel: str, innehall: Planinnehall, karta: Karta
) -> None:
    fil = oppna(dokument(slag, innehall, karta))

    with fil.open_metadata() as xmp:
        uppgifter = {n: xmp.get(n) for n in ("dc:title", "pdfuaid:part", "pdfaid:part", "pdfaid:conformance")}
    assert uppgifter == {"dc:title": titel, "pdfuaid:part": "1", "pdfaid:part": "2", "pdfaid:conformance": "A"}
    assert (str(fil.Root.Lang), bool(fil.Root.MarkInfo.Marked)) == ("sv-SE", True)
    assert bool(fil.Root.ViewerPreferences.DisplayDocTitle)
    assert str(fil.docinfo["/Author"]) == "Färdplan"


@pytest.mark.parametrize("slag", ["plan", "affisch"])
def test_tillganglighetsprovet_finner_inga_fel(slag: str, innehall: Planinnehall, karta: Karta, tmp_path: Path) -> None:
    fil = tmp_path / "fil.pdf"
    fil.write_bytes(dokument(slag, innehall, karta))

    assert [(f.rule_id, f.message) for f in pdfua.validate(str(fil)).findings] == []


@pytest.mark.parametrize("slag", ["plan", "affisch"])
def test_samma_innehall_ger_samma_bytes(slag: str, innehall: Planinnehall, karta: Karta) -> None:
    assert dokument(slag, innehall, karta) == dokument(slag, innehall, karta)


def test_planen_har_alla_insatser_och_aktiviteter(innehall: Planinnehall) -> None:
    text = all_text(pdf.handlingsplan(innehall))

    vantat = [f"{p.insats.nummer}{p.insats.titel}" for p in innehall.prioriteringar]
    vantat += [a.titel for a in innehall.aktiviteter]
    vantat += [d.ansvarar_for for a in innehall.aktiviteter for d in a.aktorer.all()]
    assert len(innehall.aktiviteter) >= 5
    assert [v for v in vantat if tatt(v) not in text] == []


def test_planens_struktur(innehall: Planinnehall) -> None:
    namn = taggar(pdf.handlingsplan(innehall))

    tabeller = 1 + sum(bool(p.aktiviteter.all()) for p in innehall.prioriteringar)
    # Contents, how to read, in short, and the målområden; the insatser under them.
    assert namn.count("/H1") == 3 + len(innehall.falt)
    assert namn.count("/H2") == len(innehall.prioriteringar)
    assert (namn.count("/Table"), namn.count("/THead")) == (tabeller, tabeller)
    assert (namn.count("/Title"), namn.count("/TOC") > 0) == (1, True)


def test_utkast_och_exempel_star_pa_varje_sida(innehall: Planinnehall) -> None:
    sidor = [tatt(sidtext(s)) for s in oppna(pdf.handlingsplan(innehall)).pages]

    assert [s for s in sidor if tatt("Utkast – planen är inte beslutad") not in s or "Exempeldata" not in s] == []
    assert [f"Sida{n}av{len(sidor)}" in s for n, s in enumerate(sidor, start=1)] == [False] + [True] * (len(sidor) - 1)


def test_beslutad_plan_har_inget_utkastmarke(plan: Handlingsplan, innehall: Planinnehall) -> None:
    plan.status = Handlingsplan.Planstatus.BESLUTAD

    text = all_text(pdf.handlingsplan(Planinnehall(plan, innehall.falt, innehall.prioriteringar, innehall.ekonomi)))

    assert ("BeslutadStyrgruppenharbeslutatplanen." in text, "Utkast" in text) == (True, False)


def test_tom_plan_sager_att_den_ar_tom(flemingsberg: Fardplan) -> None:
    tom = Handlingsplan.objects.create(fardplan=flemingsberg, ar_fran=2028, ar_till=2029)

    text = all_text(pdf.handlingsplan(planer.innehall(tom)))

    assert tatt("Planen har inga prioriterade insatser ännu") in text
    assert tatt("Inga prioriterade insatser och inga aktiviteter") in text


def test_insats_utan_aktiviteter_och_aktivitet_utan_ansvarig(plan: Handlingsplan) -> None:
    forsta, andra = plan.prioriteringar.order_by("ordning")[:2]
    forsta.aktiviteter.all().delete()
    aktivitet = andra.aktiviteter.order_by("ordning")[0]
    aktivitet.aktorer.all().delete()

    text = all_text(pdf.handlingsplan(planer.innehall(plan)))

    assert tatt("Inga aktiviteter är beskrivna ännu") in text
    assert tatt(f"{aktivitet.get_status_display()} Ingen ansvarig utsedd") in text


def test_fientlig_text_star_som_den_skrevs(plan: Handlingsplan) -> None:
    fore = lagst(pdf.handlingsplan(planer.innehall(plan)))
    antal = Prioritering.objects.filter(handlingsplan=plan).update(skal=FIENTLIG)
    aktiviteter = Aktivitet.objects.filter(prioritering__handlingsplan=plan)
    aktiviteter.update(titel=FIENTLIG, resultat="Ŵ" * 2000)
    Aktor.objects.filter(slug="huddinge-kommun").update(namn="Ö" * 120)

    fil = pdf.handlingsplan(planer.innehall(plan))

    assert all_text(fil).count(tatt(FIENTLIG)) == antal + aktiviteter.count()
    # Nothing is lost below the foot of a page either.
    assert all_text(fil).count("Ŵ") == 2000 * aktiviteter.count()
    assert lagst(fil) == fore


@pytest.mark.parametrize("resultat", ["Ŵ" * 500, "ŵord " * 200, "ŵ\n" * 29])
def test_en_rad_som_halls_ihop_ryms_pa_sidan(plan: Handlingsplan, resultat: str) -> None:
    fore = lagst(pdf.handlingsplan(planer.innehall(plan)))
    Aktivitet.objects.filter(prioritering__handlingsplan=plan).update(resultat=resultat)

    efter = pdf.handlingsplan(planer.innehall(plan))

    assert lagst(efter) == fore > 0


def test_affischen_ar_en_a3_med_alla_insatser(karta: Karta) -> None:
    affisch = pdf.affisch(karta, idag=IDAG)

    sidor = oppna(affisch).pages
    assert [(round(float(s.MediaBox[2])), round(float(s.MediaBox[3]))) for s in sidor] == [A3_LIGGANDE]
    text = all_text(affisch)
    assert len(karta.insatser) == 18
    assert [i for i in karta.insatser if tatt(f"{i.nummer}{i.titel}") not in text] == []
    assert tatt("18 insatser") in text


@pytest.mark.parametrize("antal", [1, 45])
def test_affischen_ar_en_sida_hur_manga_insatser_det_an_ar(karta: Karta, antal: int) -> None:
    karta.insatser = (karta.insatser * 3)[:antal]
    for falt in karta.falt:
        falt.insatser = [i for i in karta.insatser if i.malomrade_id == falt.malomrade.pk]

    affisch = pdf.affisch(karta, idag=IDAG)

    vantat = Counter(i.titel for i in karta.insatser)
    text = all_text(affisch)
    assert len(oppna(affisch).pages) == 1
    assert {titel: text.count(tatt(titel)) for titel in vantat} == vantat


def test_affischen_sager_vad_som_inte_ryms(karta: Karta) -> None:
    karta.falt[0].insatser *= 100
    karta.insatser = [i for f in karta.falt for i in f.insatser]

    data = pdf.kartdata(karta)

    assert sum(len(f["insatser"]) for f in data["falt"]) <= pdf.MEST_PA_AFFISCH
    assert data["falt"][0]["utelamnade"] == len(karta.falt[0].insatser) - pdf.MEST_PA_AFFISCH // 4


def test_affischen_visar_tystnad_avford_och_saknad_rapport(karta: Karta) -> None:
    a, b, c = karta.insatser[:3]
    a.lage, b.lage = None, Lagesrapport(datum=date(2026, 1, 10), status="pagar", bedomning="enligt_plan")
    c.avford = date(2026, 3, 1)

    kort = {k["nummer"]: k for f in pdf.kartdata(karta, idag=IDAG)["falt"] for k in f["insatser"]}

    assert (kort[a.nummer]["lage"]["status"]["ord"], kort[a.nummer]["tyst"]) == ("Ingen rapport", "")
    assert kort[b.nummer]["tyst"] == "Inte uppdaterad på 315 dagar"
    assert kort[c.nummer]["avford"] == "Avförd 2026-03-01"


def test_affischens_datum_kommer_ur_rapporterna_nar_ingen_dag_ges(karta: Karta) -> None:
    senast = max(i.lage.datum for i in karta.insatser if i.lage)

    fil = oppna(pdf.affisch(karta))

    assert str(fil.docinfo["/CreationDate"]) == f"D:{senast:%Y%m%d}000000Z"


@pytest.mark.django_db
def test_urvalet_namnges_och_tomma_malomraden_faller_bort(client: Client) -> None:
    svar = client.get("/flemingsberg/insatskarta.pdf?malomrade=1&typ=karnspecifik&aktor=huddinge-kommun&q=stad")

    text = all_text(svar.content)
    assert tatt("Urval: målområde 1 · kärnspecifika insatser · aktör Huddinge kommun · sökning på ”stad”") in text
    assert "av18insatser" in text


@pytest.mark.django_db
def test_alla_far_affischen(client: Client) -> None:
    svar = client.get("/flemingsberg/insatskarta.pdf")

    assert (svar.status_code, svar["Content-Type"]) == (200, "application/pdf")
    assert svar["Content-Disposition"] == 'inline; filename="insatskarta-flemingsberg.pdf"'
    assert client.get("/ingenstans/insatskarta.pdf").status_code == 404


def test_utkastet_far_bara_den_som_loggat_in(client: Client, planerare: Anvandare) -> None:
    assert client.get("/flemingsberg/handlingsplan/2026-2027.pdf").status_code == 404
    client.force_login(planerare)

    svar = client.get("/flemingsberg/handlingsplan/2026-2027.pdf")

    assert (svar.status_code, svar["Content-Type"]) == (200, "application/pdf")
    assert svar["Content-Disposition"] == 'inline; filename="handlingsplan-flemingsberg-2026-2027.pdf"'
    assert client.get("/flemingsberg/handlingsplan/2031-2032.pdf").status_code == 404


@pytest.mark.parametrize(
    ("text", "satt"),
    [
        ("Åsa #1 *x* <b>", "Åsa #1 *x* <b>"),
        ("rad\r\nrad\ttabb", "rad\nrad tabb"),
        ("e\u0301tude", "étude"),
        ("icke\u2011bruten", "icke-bruten"),
        ("klart ✅ 👩‍👩‍👧 中", f"klart ✓ {typsnitt.SAKNAS} {typsnitt.SAKNAS}"),
        ("noll\u200bbredd\x0b\u202e", "nollbredd"),
        ("𝐅𝐞𝐭 ﬁl", "Fet ﬁl"),
    ],
)
def test_sattbar_text(text: str, satt: str) -> None:
    assert typsnitt.sattbar(text) == satt


def test_mycket_langa_ord_far_brytas() -> None:
    assert typsnitt.sattbar("stadsutvecklingssamverkansgruppen") == "stadsutvecklingssamverkansgruppen"
    assert typsnitt.sattbar("x" * 40).replace("\u200b", "") == "x" * 40
    assert "\u200b" in typsnitt.sattbar("x" * 40)
