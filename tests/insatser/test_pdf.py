"""The PDFs: what they say, how they are built, and that the same content gives the same bytes."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pdfua
import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils.formats import date_format
from pytest_django.fixtures import Settings

from aktorer.models import Aktor, Anvandare
from insatser.fragor import handlingsplan as planer
from insatser.fragor import karta as kartor
from insatser.fragor.handlingsplan import Planinnehall
from insatser.fragor.karta import Karta, Urval
from insatser.fragor.plandata import plandata, skillnader
from insatser.fragor.planlage import planlagesdata
from insatser.models import (
    Aktivitet,
    AktivitetAktor,
    Beslut,
    Bidrag,
    Bortval,
    Fardplan,
    Handlingsplan,
    Insats,
    Lagesrapport,
    Planversion,
    Prioritering,
    Samverkansorgan,
)
from insatser.pdf import typsnitt
from insatser.pdf.handlingsplan import handlingsplan, plandokument
from insatser.pdf.insatskarta import MEST_PA_AFFISCH, affisch, kartdata
from insatser.pdf.planlage import planlage
from insatser.regler import kronor, period
from tests import klocka
from tests.pdftext import A4, Sidtabeller, all_text, element, lagst, med_rubrik, oppna, sidtext, tabeller, taggar, tatt
from tests.sidtext import platt

FIENTLIG = '#import "x" *fet* _kursiv_ <etikett> $x$ `kod` @ref // kommentar \\ #pagebreak() <script>'
IDAG, FRAN, TILL = klocka.IDAG, klocka.FRAN, klocka.TILL
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


@pytest.fixture
def sent(plan: Handlingsplan) -> Planinnehall:
    """The plan with something that should have begun, besides what should have ended."""
    Aktivitet.objects.filter(titel="Välj metod för att mäta upplevd trygghet").update(start=klocka.kvartal(-1))
    Handlingsplan.objects.filter(pk=plan.pk).update(status="beslutad")
    plan.refresh_from_db(fields=["status"])
    return planer.innehall(plan)


@pytest.fixture
def rik(plan: Handlingsplan) -> Planinnehall:
    """The plan with everything that can be in one: money, many aktörer, an insats that waits, a closed aktivitet …"""
    huddinge, region = Aktor.objects.get(slug="huddinge-kommun"), Aktor.objects.get(slug="region-stockholm")
    a, b, c, d = Aktivitet.objects.filter(prioritering__handlingsplan=plan).order_by("pk")[:4]
    for ar, belopp in ((FRAN, 500_000), (TILL, 1_000_000)):
        Bidrag.objects.create(handlingsplan=plan, aktor=region, ar=ar, belopp=belopp)
        Bidrag.objects.create(aktivitet=a, aktor=huddinge, ar=ar, belopp=belopp + 1)
    Aktivitet.objects.filter(pk=a.pk).update(kostnad=9_000_000)
    Aktivitet.objects.filter(pk=b.pk).update(start=None, slut=None)
    Aktivitet.objects.filter(pk=c.pk).update(utfall="overford", utfall_skal="Underlaget väntar på statistik.")
    forra = Handlingsplan.objects.create(fardplan=plan.fardplan, ar_fran=2024, ar_till=2025)
    prio = Prioritering.objects.create(handlingsplan=forra, insats=d.prioritering.insats, ordning=1)
    Aktivitet.objects.filter(pk=d.pk).update(foljer_pa=Aktivitet.objects.create(prioritering=prio, ordning=1))
    vantar = Insats.objects.i_fardplan(plan.fardplan).exclude(prioriteringar__handlingsplan=plan)[0]
    Bortval.objects.create(handlingsplan=plan, insats=vantar, skal="Marken måste först få en ägare.")
    for n, aktor in enumerate(Aktor.objects.filter(slag="kommun").exclude(pk=huddinge.pk)[:12], start=20):
        AktivitetAktor.objects.get_or_create(aktivitet=b, aktor=aktor, defaults={"roll": "medverkande", "ordning": n})
    return planer.innehall(plan)


@pytest.fixture
def beslutad(innehall: Planinnehall, flemingsberg: Fardplan) -> Planversion:
    """The plan as a styrgrupp decided it, not saved."""
    organ = Samverkansorgan.objects.get(stadskarna=flemingsberg.stadskarna, slag="styrgrupp", till=None)
    beslut = Beslut(organ=organ, datum=date(2026, 3, 19), paragraf="4", diarienummer="RS 2026-0001")
    return Planversion(nummer=1, beslut=beslut, innehall=json.loads(json.dumps(plandata(innehall))))


def planlagespdf(innehall: Planinnehall, beslutad: Planversion | None = None) -> bytes:
    return planlage(planlagesdata(innehall, IDAG, beslutad), IDAG)


def kvartalen(fran: int, till: int) -> str:
    """From one quarter to another, counted from today's, as a table says it."""
    return tatt(period.tidsspann(klocka.kvartal(fran), klocka.kvartalsslut(till)))


def dokument(slag: str, innehall: Planinnehall, karta: Karta) -> bytes:
    if slag == "affisch":
        return affisch(karta, idag=IDAG)
    return planlagespdf(innehall) if slag == "planlage" else handlingsplan(innehall)


@pytest.mark.parametrize(
    ("slag", "titel"),
    [
        ("plan", f"Handlingsplan {klocka.AREN} för Flemingsberg"),
        ("planlage", f"Lägesrapport: handlingsplan {klocka.AREN} för Flemingsberg"),
        ("affisch", "Insatskarta för Flemingsberg"),
    ],
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


@pytest.mark.parametrize("slag", ["plan", "planlage", "affisch"])
def test_tillganglighetsprovet_finner_inga_fel(slag: str, innehall: Planinnehall, karta: Karta, tmp_path: Path) -> None:
    fil = tmp_path / "fil.pdf"
    fil.write_bytes(dokument(slag, innehall, karta))

    assert [(f.rule_id, f.message) for f in pdfua.validate(str(fil)).findings] == []


@pytest.mark.parametrize("slag", ["plan", "planlage", "affisch"])
def test_samma_innehall_ger_samma_bytes(slag: str, innehall: Planinnehall, karta: Karta) -> None:
    assert dokument(slag, innehall, karta) == dokument(slag, innehall, karta)


def test_planen_har_alla_insatser_och_aktiviteter(innehall: Planinnehall) -> None:
    text = all_text(handlingsplan(innehall))

    vantat = [f"{p.insats.nummer}{p.insats.titel}" for p in innehall.prioriteringar]
    vantat += [a.titel for a in innehall.aktiviteter]
    vantat += [d.ansvarar_for for a in innehall.aktiviteter for d in a.aktorer.all()]
    assert len(innehall.aktiviteter) >= 5
    assert [v for v in vantat if tatt(v) not in text] == []


def test_planens_struktur(innehall: Planinnehall) -> None:
    namn = taggar(handlingsplan(innehall))

    # In short, the insatser with aktiviteter, the time line.
    antal = 1 + sum(bool(p.aktiviteter.all()) for p in innehall.prioriteringar) + 1
    # Contents, how to read, in short, the målområden with the insatser under them, the time line.
    assert namn.count("/H1") == 3 + len(innehall.falt) + 1
    assert namn.count("/H2") == len(innehall.prioriteringar)
    assert namn.count("/Table") == antal
    assert (namn.count("/Title"), namn.count("/TOC") > 0) == (1, True)


def test_utkast_och_exempel_star_pa_varje_sida(innehall: Planinnehall) -> None:
    sidor = [tatt(sidtext(s)) for s in oppna(handlingsplan(innehall)).pages]

    assert [s for s in sidor if tatt("Utkast – planen är inte beslutad") not in s or "Exempeldata" not in s] == []
    assert [f"Sida{n}av{len(sidor)}" in s for n, s in enumerate(sidor, start=1)] == [False] + [True] * (len(sidor) - 1)


def test_beslutad_plan_har_inget_utkastmarke(plan: Handlingsplan, innehall: Planinnehall) -> None:
    plan.status = Handlingsplan.Planstatus.BESLUTAD

    text = all_text(handlingsplan(Planinnehall(plan, innehall.falt, innehall.prioriteringar, innehall.ekonomi)))

    assert ("BeslutadStyrgruppenharbeslutatplanen." in text, "Utkast" in text) == (True, False)


def test_tom_plan_sager_att_den_ar_tom(flemingsberg: Fardplan) -> None:
    tom = Handlingsplan.objects.create(fardplan=flemingsberg, ar_fran=TILL + 1, ar_till=TILL + 2)

    text = all_text(handlingsplan(planer.innehall(tom)))

    assert tatt("Planen har inga prioriterade insatser ännu") in text
    assert tatt("Inga prioriterade insatser och inga aktiviteter") in text


def test_insats_utan_aktiviteter_och_aktivitet_utan_ansvarig(plan: Handlingsplan) -> None:
    forsta, andra = plan.prioriteringar.order_by("ordning")[:2]
    forsta.aktiviteter.all().delete()
    aktivitet = andra.aktiviteter.order_by("ordning")[0]
    aktivitet.aktorer.all().delete()

    text = all_text(handlingsplan(planer.innehall(plan)))

    assert tatt("Inga aktiviteter är beskrivna ännu") in text
    assert tatt(f"{aktivitet.get_status_display()} Ingen ansvarig utsedd") in text


def test_fientlig_text_star_som_den_skrevs(plan: Handlingsplan) -> None:
    fore = lagst(handlingsplan(planer.innehall(plan)))
    antal = Prioritering.objects.filter(handlingsplan=plan).update(skal=FIENTLIG)
    aktiviteter = Aktivitet.objects.filter(prioritering__handlingsplan=plan)
    aktiviteter.update(titel=FIENTLIG, resultat="Ŵ" * 2000)
    Aktor.objects.filter(slug="huddinge-kommun").update(namn="Ö" * 120)

    fil = handlingsplan(planer.innehall(plan))

    # An aktivitet has its title under its insats and in the time line.
    assert all_text(fil).count(tatt(FIENTLIG)) == antal + 2 * aktiviteter.count()
    # Nothing is lost below the foot of a page either.
    assert all_text(fil).count("Ŵ") == 2000 * aktiviteter.count()
    assert lagst(fil) == fore


@pytest.mark.parametrize("resultat", ["Ŵ" * 500, "ŵord " * 200, "ŵ\n" * 29])
def test_en_rad_som_halls_ihop_ryms_pa_sidan(plan: Handlingsplan, resultat: str) -> None:
    fore = lagst(handlingsplan(planer.innehall(plan)))
    Aktivitet.objects.filter(prioritering__handlingsplan=plan).update(resultat=resultat)

    efter = handlingsplan(planer.innehall(plan))

    assert lagst(efter) == fore > 0


def test_en_rad_delas_inte_av_en_sida(plan: Handlingsplan) -> None:
    fyll(plan, 60)
    for n, a in enumerate(Aktivitet.objects.filter(prioritering__handlingsplan=plan)):
        Aktivitet.objects.filter(pk=a.pk).update(titel=f"Rad{n:02}.", resultat="ord " * (7 * n % 90))
        vem = AktivitetAktor.objects.filter(aktivitet=a).first() or AktivitetAktor(
            aktivitet=a, aktor=Aktor.objects.get(slug="polisen"), roll="ansvarig", ordning=1
        )
        vem.ansvarar_for = "Svarar " + "mycket " * (11 * n % 38) + f"slut{n:02}."
        vem.save()

    sidor = [tatt(sidtext(s)) for s in oppna(handlingsplan(planer.innehall(plan))).pages]

    pa_sidan = [[s for s in sidor if f"Rad{n:02}." in s and f"slut{n:02}." in s] for n in range(60)]
    assert [n for n, hela in enumerate(pa_sidan) if len(hela) != 1] == []


def test_delarna_av_hela_planen_star_i_den(rik: Planinnehall) -> None:
    text = all_text(handlingsplan(rik))

    vantat = [
        # Years stand above their quarters.
        *("Tidslinje: vem gör vad och när", f"När och vem {FRAN} {TILL} 1 2 3 4 1 2 3 4"),
        *("Tid ej satt", "Ansvarig aktör"),
        *("en fylld ruta betyder att aktören är ansvarig, en ring att den medverkar", "från det kvartal den börjar"),
        f"Kostar 9 000 000 kr. Betalas av Huddinge kommun 500 001 kr ({FRAN}), Huddinge kommun 1 000 001 kr ({TILL})",
        *("Förs över till nästa plan: Underlaget väntar på statistik.", "Fortsätter från Handlingsplan 2024–2025"),
        *("Vägt, men får vänta", rik.bortval[0].insats.titel, "Marken måste först få en ägare."),
        *("Gemensamma medel 1 500 000 kr", "Medel till enskilda aktiviteter 1 500 002 kr", "Saknas 5 999 998 kr"),
        *("Belopp anges i hela kronor", "Aktiviteterna kostar 5 999 998 kr mer än vad som är finansierat."),
    ]
    assert [v for v in vantat if tatt(v) not in text] == []


def test_planen_sager_inget_om_det_som_inte_finns(innehall: Planinnehall) -> None:
    text = all_text(handlingsplan(innehall))

    saknas = ["Finansiering", "Belopp", "Vägt, men får vänta", "Det här har ändrats", "Betalas av", "Fortsätter från"]
    assert [ord_ for ord_ in saknas if tatt(ord_) in text] == []


def test_sidan_och_pdfen_har_samma_aktiviteter(client: Client, rik: Planinnehall) -> None:
    sida, alla = sidan(client, rik.plan), tabeller(handlingsplan(rik))

    pa_sidan = [rad for namn, t in sida.tabeller.items() if namn.startswith("Aktiviteterunder") for rad in t[1:]]
    i_pdf = [rad for t in med_rubrik(alla, "Aktivitet och förväntat resultat") for rad in t]
    assert sorted(r for r in sida.rubriker if r[0].isdigit()) == sorted(
        rad[1] for rad in med_rubrik(alla, "Prioritet")[0]
    )
    assert len(i_pdf) == len(rik.aktiviteter)
    for aktivitet, (vad, nar, lage, vem), (vad_, nar_, vem_) in zip(rik.aktiviteter, pa_sidan, i_pdf, strict=True):
        status = tatt(aktivitet.get_status_display())
        # What became of it stands over the status on the page, under the title in the PDF.
        sedan = lage.replace(f"Senastrapporterad:{status}", "", 1) if aktivitet.utfall else lage.removeprefix(status)
        assert orden(vad + sedan) == orden(vad_)
        assert (nar.replace("–", "Tidejsatt") if nar == "–" else nar) + status == nar_
        assert orden(vem) == orden(vem_)


def test_sidan_och_pdfen_har_samma_tidslinje_ansvar_och_belopp(client: Client, rik: Planinnehall) -> None:
    sida, alla = sidan(client, rik.plan).tabeller, tabeller(handlingsplan(rik))

    tider = sida["Näraktiviteternabörjarochslutar"][1:]
    (_, *aktorer), *roller = sida["Aktörernasrollivarjeaktivitet"]
    # Sixteen aktörer take two tables; the first of them has the time line too.
    ihop = list(zip(schemarader(alla, "När och vem"), schemarader(alla, "Vem"), strict=True))
    assert [titel for (titel, _), _ in ihop] == [titel for titel, *_ in tider]
    for (_, _, nar, status), (_, *delar), ((_, forst), (_, sedan)) in zip(tider, roller, ihop, strict=True):
        vem = [
            aktor + ("ansvarig" if del_[0] == "A" else "medverkar")
            for aktor, del_ in zip(aktorer, delar, strict=True)
            if del_
        ]
        tid, lage, *i_pdf = (forst + "," + sedan.removeprefix("ingenavdessaaktörer")).strip(",").split(",")
        assert (siffror(tid), lage, i_pdf) == (siffror(nar), status.lower(), vem)
    assert [t for t in alla if t[0][0] == "Aktör"] == [sida["Kronorperaktörochår"]]


def sidan(client: Client, plan: Handlingsplan) -> Sidtabeller:
    """The page of the plan as everybody sees it when it is closed, without what the planerare may do there."""
    Handlingsplan.objects.filter(pk=plan.pk).update(status="avslutad", avslutad=date(2028, 1, 31))
    return Sidtabeller(platt(client.get(f"/flemingsberg/handlingsplan/{plan.period}/")))


def orden(text: str) -> str:
    """Without the words and signs that page and PDF set between the values in ways of their own."""
    return re.sub(r"[:–]|\(ansvarig\)|Ansvarig|Medverkande|Ingenansvarigutsedd|Resultat", "", text)


def schemarader(alla: list[list[list[str]]], rubrik: str) -> list[list[str]]:
    """Of the time line's table with this heading: title, and bar and marks in words. Not the names of insatser."""
    return [rad for t in med_rubrik(alla, "Aktivitet", rubrik) for rad in t if len(rad) == 2]


def siffror(text: str) -> Counter[str]:
    return Counter(re.findall(r"\d", text))


def test_varje_tabell_har_rubriker_och_varje_bild_ord(rik: Planinnehall, tmp_path: Path) -> None:
    dokument = handlingsplan(rik)
    (tmp_path / "fil.pdf").write_bytes(dokument)

    with oppna(dokument) as fil:
        alla = list(element(fil.Root.StructTreeRoot.K))
        rubriker = [[str(e.S) for e in element(t.K)].count("/TH") for t in alla if str(t.S) == "/Table"]
        bilder = [str(e.get("/Alt", "")) for e in alla if str(e.S) == "/Figure"]
    assert (len(rubriker), min(rubriker)) == (10, 2)
    # A row has its words in both tables of the time line.
    assert (len(bilder), "" in bilder) == (2 * len(rik.aktiviteter), False)
    roller = "Botkyrka kommun medverkar, Huddinge kommun ansvarig, Region Stockholm medverkar"
    nar = period.i_ord(klocka.kvartal(-2), klocka.kvartalsslut(0))
    assert f"{nar}, pågår, {roller}" in bilder
    assert [(f.rule_id, f.message) for f in pdfua.validate(str(tmp_path / "fil.pdf")).findings] == []


def test_det_som_andrats_star_i_planen(plan: Handlingsplan, beslutad: Planversion) -> None:
    bort, andrad = Aktivitet.objects.filter(prioritering__handlingsplan=plan).order_by("pk")[:2]
    bort.delete()
    Aktivitet.objects.filter(pk=andrad.pk).update(slut=klocka.kvartalsslut(2))

    fil = handlingsplan(planer.innehall(plan), beslutad)

    assert med_rubrik(tabeller(fil), "Uppgift", "Då", "Nu") == [
        [
            [tatt(f"1.3 {bort.titel}")],
            ["Aktivitet", tatt(bort.titel), "–"],
            [tatt(f"1.3 {andrad.titel}")],
            ["När", kvartalen(1, 1), kvartalen(1, 2)],
        ]
    ]
    assert tatt("Det här har ändrats Jämfört med version 1, beslutad 19 mars 2026.") in all_text(fil)


def test_planen_sager_nar_inget_har_andrats(innehall: Planinnehall, beslutad: Planversion) -> None:
    assert tatt("beslutad 19 mars 2026. Inget har ändrats.") in all_text(handlingsplan(innehall, beslutad))


def test_det_som_beslutades_innan_delarna_fanns_gar_att_satta(innehall: Planinnehall) -> None:
    data = plandata(innehall)
    for nyckel in ("tidslinje", "ansvar", "ekonomi", "andringar", "avslut", "bortval"):
        del data[nyckel]
    for a in (a for i in data["ordning"] for a in i["aktiviteter"]):
        for nyckel in ("kostnad", "betalas", "utfall", "foljer_pa"):
            del a[nyckel]

    text = all_text(plandokument(data, IDAG))

    assert [a.titel for a in innehall.aktiviteter if tatt(a.titel) not in text] == []
    assert "Tidslinje45" not in text


def test_det_som_frystes_som_det_sattes_ar_samma_plan(rik: Planinnehall, beslutad: Planversion) -> None:
    """Versions of before 0.2 have no-break spaces in their times, and say how many lines their rows take."""
    nu = plandata(rik)
    beslutad.innehall = forr = json.loads(json.dumps(nu))
    for i in (i for f in [forr, *forr["falt"]] for i in f.get("insatser", forr["ordning"])):
        i["rader"] = 7
        for a in i["aktiviteter"]:
            a |= {"rader": 7, "tid": a["tid"].replace(" kv. ", "\xa0kv.\xa0")}

    assert skillnader(nu, beslutad) == []
    assert plandokument(forr, IDAG) == plandokument(nu, IDAG)


def test_en_avslutad_plan_sager_hur_det_gick(plan: Handlingsplan, innehall: Planinnehall) -> None:
    plan.status, plan.avslutad, plan.slutord = "avslutad", date(2028, 1, 31), "Det mesta blev gjort."
    for n, a in enumerate(innehall.aktiviteter):
        a.utfall = "klar" if n else "struken"

    text = all_text(handlingsplan(innehall))

    assert tatt("Planen avslutades 31 januari 2028 1 är struken · 9 är klara Det mesta blev gjort.") in text


def test_ny_process_ger_samma_bytes(rik: Planinnehall, tmp_path: Path) -> None:
    data = plandata(rik)
    (tmp_path / "data.json").write_text(json.dumps(data), encoding="utf-8")
    kod = (
        "import django, hashlib, json, sys; from datetime import date; django.setup();"
        "from insatser.pdf.handlingsplan import plandokument; data = json.load(open(sys.argv[1], encoding='utf-8'));"
        "print(hashlib.sha256(plandokument(data, date.fromisoformat(sys.argv[2]))).hexdigest())"
    )

    miljo = os.environ | {"DJANGO_SETTINGS_MODULE": "fardplan.settings", "PYTHONHASHSEED": "7"}
    kommando = [sys.executable, "-c", kod, tmp_path / "data.json", str(IDAG)]
    svar = subprocess.run(kommando, env=miljo, check=True, capture_output=True, text=True)

    har = plandokument(data, IDAG)
    assert svar.stdout.strip() == hashlib.sha256(har).hexdigest()
    assert har == plandokument(data, IDAG)


def fyll(plan: Handlingsplan, antal: int, **varden: Any) -> None:
    """Let the plan have that many aktiviteter."""
    prio = list(plan.prioriteringar.all())
    aktiviteter = Aktivitet.objects.filter(prioritering__handlingsplan=plan)
    aktiviteter.exclude(pk__in=aktiviteter.order_by("pk").values("pk")[:antal]).delete()
    for n in range(antal - aktiviteter.count()):
        tid = {"start": klocka.kvartal(-3), "slut": klocka.kvartalsslut(-3)}
        vanligt = {"titel": f"Steg {n}", "status": "planerad"} | tid
        Aktivitet.objects.create(prioritering=prio[n % len(prio)], ordning=100 + n, **vanligt | varden)


def test_sextio_aktiviteter_star_alla_i_alla_delar(plan: Handlingsplan) -> None:
    fyll(plan, 60)

    alla = tabeller(handlingsplan(planer.innehall(plan)))

    titlar = [tatt(a.titel) for a in planer.innehall(plan).aktiviteter]
    i_malomraden = [rad[0] for t in med_rubrik(alla, "Aktivitet och förväntat resultat") for rad in t]
    assert (len(titlar), [titel for titel, _ in schemarader(alla, "När och vem")]) == (60, titlar)
    assert [rad.startswith(titel) for rad, titel in zip(i_malomraden, titlar, strict=True)] == [True] * 60


def test_en_plan_med_fa_aktiviteter_har_inga_nastan_tomma_sidor(plan: Handlingsplan) -> None:
    fyll(plan, 5)

    fil = handlingsplan(planer.innehall(plan))

    # Cover, contents and the plan in short, the time line, two of målområden, how to read.
    assert len(oppna(fil).pages) == 6


def test_langa_namn_pa_aktorer_kapas_inte(plan: Handlingsplan) -> None:
    namn = [f"Kommunalförbundet för {'samverkan ' * 8}nummer {n:02}".ljust(120, "ö") for n in range(12)]
    aktivitet = Aktivitet.objects.filter(prioritering__handlingsplan=plan)[0]
    for n, ett in enumerate(namn):
        aktor = Aktor.objects.create(namn=ett, slug=f"aktor-{n}", slag="bolag")
        AktivitetAktor.objects.create(aktivitet=aktivitet, aktor=aktor, roll="medverkande", ordning=50 + n)

    fil = handlingsplan(planer.innehall(plan))

    # Where it says what the aktör does, and above its column on every page of the table.
    text = all_text(fil)
    assert [ett for ett in namn if text.count(tatt(ett)) < 2] == []


@pytest.mark.parametrize("antal", [1, 4, 10])
def test_perioden_far_vara_kort_och_lang(plan: Handlingsplan, antal: int) -> None:
    forsta_aret = {"start": date(FRAN, 1, 1), "slut": date(FRAN, 12, 31)}
    Aktivitet.objects.filter(prioritering__handlingsplan=plan).update(**forsta_aret)
    for ar in range(FRAN, FRAN + antal):
        polisen = Aktor.objects.get(slug="polisen")
        Bidrag.objects.create(fardplan=plan.fardplan, aktor=polisen, ar=ar, belopp=1_234_567_890)
    plan.ar_till = FRAN + antal - 1

    alla = tabeller(handlingsplan(planer.innehall(plan)))

    belopp = [c for t in med_rubrik(alla, "Aktör") for rad in t if rad[0] == "Polisen" for c in rad[1:]]
    summa = [tatt(kronor.skriv(antal * 1_234_567_890))] if antal > 1 else []
    assert belopp == ["1234567890kr"] * antal + summa


# --- how the plan stands ---


@pytest.mark.parametrize("antal", [0, 1, 60])
@pytest.mark.parametrize("titel", ["Kort", "Ö" * 200])
def test_planlaget_ar_en_sida(plan: Handlingsplan, beslutad: Planversion, antal: int, titel: str) -> None:
    fyll(plan, antal, titel=titel)

    fil = planlagespdf(planer.innehall(plan), beslutad)

    assert [(round(float(s.MediaBox[2])), round(float(s.MediaBox[3]))) for s in oppna(fil).pages] == [A4]
    text = all_text(fil)
    assert [p.insats.titel for p in plan.prioriteringar.all() if tatt(p.insats.titel) not in text] == []
    assert ("aktivitetertill" in text or "ändringartill" in text) == (antal == 60)
    assert text.endswith(tatt(f"Läget den {date_format(IDAG, 'j F Y')}"))


def test_planlaget_sager_hur_langt_arbetet_har_kommit(sent: Planinnehall) -> None:
    fil = planlagespdf(sent)

    insatser = {rad[0]: rad[1:] for rad in med_rubrik(tabeller(fil), "Insats", "Läge")[0]}
    assert insatser[tatt("1.3Samverka kring utvecklingen av Hälsovägen")] == [
        *("PågårRiskföravvikelse", tatt(f"{klocka.lagets('2026-11-12')} Exempeldata"), "0", "1", "0", "2")
    ]
    forra = period.kvartal_i_ord(klocka.kvartal(-1))
    assert med_rubrik(tabeller(fil), "Aktivitet", "Vad som är försenat") == [
        [
            [
                tatt("1.4Välj metod för att mäta upplevd trygghet"),
                tatt(f"Inte påbörjad, skulle ha börjat {forra} · Exempeldata"),
                tatt("Ingen ansvarig utsedd"),
            ],
            [
                tatt("2.3Sammanställ ett underlag om högskolans betydelse för regionen"),
                tatt(f"Inte klar, skulle ha slutat {forra} · Exempeldata"),
                tatt("Södertörns högskola"),
            ],
        ]
    ]
    assert "Ändratsedan" not in all_text(fil)


def test_planlaget_visar_tystnad_men_inte_planen(innehall: Planinnehall, settings: Settings) -> None:
    settings.TYST_EFTER_DAGAR = 200  # 1.4 was reported 214 days before the day of the fixture

    tabell = med_rubrik(tabeller(planlagespdf(innehall)), "Insats", "Läge")[0]

    tysta = {rad[0]: rad[1] for rad in tabell if "uppdaterad" in rad[1]}
    om = tatt("1.4Arbeta med metodutveckling för en tryggare stadskärna")
    assert tysta == {om: tatt(f"Ej påbörjadInte uppdaterad på {(IDAG - klocka.lagets('2026-04-21')).days} dagar")}
    assert "uppdaterad" not in all_text(handlingsplan(innehall))


def test_planlagets_antal_lases_med_sina_ord(sent: Planinnehall) -> None:
    """A screen reader reads a count and what it counts together, not all the numbers first."""
    text = all_text(planlagespdf(sent))

    assert "10aktiviteter" in text
    assert "2försenade" in text


def test_planlaget_namner_det_viktigaste_som_andrats(plan: Handlingsplan, beslutad: Planversion) -> None:
    a, b = Aktivitet.objects.filter(prioritering__handlingsplan=plan).order_by("pk")[:2]
    Aktivitet.objects.filter(pk=a.pk).update(status="genomford", slut=klocka.kvartalsslut(2))
    b.delete()
    plan.andras = True

    fil = planlagespdf(planer.innehall(plan), beslutad)

    rader = med_rubrik(tabeller(fil), "Vad", "Uppgift", "Som beslutat", "Nu")[0]
    assert [rad[1:] for rad in rader] == [
        [tatt("Borttagen aktivitet")],
        ["När", kvartalen(-2, 0), kvartalen(-2, 2)],
    ]
    text = all_text(fil)
    assert (
        tatt("Version 1 beslutades 19 mars 2026 av Politiska styrgruppen för Flemingsberg, § 4, RS 20260001.") in text
    )
    assert tatt("Ett ändringsbeslut förbereds.") in text


def test_planlaget_sager_varfor_det_avviker(plan: Handlingsplan, lage: Callable[..., Any]) -> None:
    forsta, andra = (p.insats for p in plan.prioriteringar.select_related("insats__malomrade").order_by("ordning")[:2])
    karna = plan.fardplan.stadskarna
    lage(forsta, karna, datum=IDAG, status="pagar", bedomning="risk", kommentar="Staketet står kvar.")
    lage(andra, karna, datum=IDAG, status="pagar", bedomning="avviker", kommentar="Ingen har råd. " * 40)
    aktivitet = Aktivitet.objects.filter(prioritering__handlingsplan=plan).order_by("pk")[0]
    Aktivitet.objects.filter(pk=aktivitet.pk).update(status="pausad", kommentar="Väntar på snön.")

    rader = med_rubrik(tabeller(planlagespdf(planer.innehall(plan))), "Vad", "Läge", "Varför")[0]

    varfor = {lage: varfor for _, lage, varfor in rader if "Exempeldata" not in lage}
    assert re.fullmatch(r"(Ingenharråd\.)+.*…", varfor["PågårAvviker"])
    assert varfor["PågårRiskföravvikelse"] == tatt("Staketet står kvar.")
    assert ["Avviker" in lage for _, lage, _ in rader] == sorted(
        ("Avviker" in lage for _, lage, _ in rader), reverse=True
    )
    pausad = next(rad for rad in rader if aktivitet.titel.replace(" ", "") in rad[0])
    assert pausad[1:] == ["PausadExempeldata", tatt("Väntar på snön.")]


def test_en_avslutad_plans_pdf_heter_slutrapport(client: Client, plan: Handlingsplan) -> None:
    Handlingsplan.objects.filter(pk=plan.pk).update(status="beslutad")
    Handlingsplan.objects.filter(pk=plan.pk).update(status="avslutad", avslutad=IDAG)

    svar = client.get(f"{klocka.PLAN[:-1]}.pdf")

    assert svar["Content-Disposition"] == f'inline; filename="slutrapport-flemingsberg-{klocka.PERIOD}.pdf"'


def test_planlaget_far_den_som_far_se_planens_rader(client: Client, planerare: Anvandare) -> None:
    adress = f"{klocka.PLAN}lagesrapport.pdf"
    fore = client.get(adress).status_code
    Handlingsplan.objects.update(status="beslutad")
    beslutad = client.get(adress)
    Handlingsplan.objects.update(andras=True)
    andras = client.get(adress).status_code
    client.force_login(planerare)

    assert (fore, beslutad.status_code, andras, client.get(adress).status_code) == (404, 200, 404, 200)
    assert beslutad["Content-Disposition"] == f'inline; filename="lagesrapport-flemingsberg-{klocka.PERIOD}.pdf"'
    assert client.get("/flemingsberg/handlingsplan/2031-2032/lagesrapport.pdf").status_code == 404


def test_planlaget_stalls_av_lika_manga_fragor_hur_stor_planen_an_ar(
    django_assert_num_queries: Any, plan: Handlingsplan
) -> None:
    for antal in (1, 60):
        fyll(plan, antal)
        with django_assert_num_queries(9):
            planlagespdf(planer.innehall(plan))


def test_affischen_ar_en_a3_med_alla_insatser(karta: Karta) -> None:
    fil = affisch(karta, idag=IDAG)

    sidor = oppna(fil).pages
    assert [(round(float(s.MediaBox[2])), round(float(s.MediaBox[3]))) for s in sidor] == [A3_LIGGANDE]
    text = all_text(fil)
    assert len(karta.insatser) == 18
    assert [i for i in karta.insatser if tatt(f"{i.nummer}{i.titel}") not in text] == []
    assert tatt("18 insatser") in text


@pytest.mark.parametrize("antal", [1, 45])
def test_affischen_ar_en_sida_hur_manga_insatser_det_an_ar(karta: Karta, antal: int) -> None:
    karta.insatser = (karta.insatser * 3)[:antal]
    for falt in karta.falt:
        falt.insatser = [i for i in karta.insatser if i.malomrade_id == falt.malomrade.pk]

    fil = affisch(karta, idag=IDAG)

    vantat = Counter(i.titel for i in karta.insatser)
    text = all_text(fil)
    assert len(oppna(fil).pages) == 1
    assert {titel: text.count(tatt(titel)) for titel in vantat} == vantat


def test_affischen_sager_vad_som_inte_ryms(karta: Karta) -> None:
    karta.falt[0].insatser *= 100
    karta.insatser = [i for f in karta.falt for i in f.insatser]

    data = kartdata(karta)

    assert sum(len(f["insatser"]) for f in data["falt"]) <= MEST_PA_AFFISCH
    assert data["falt"][0]["utelamnade"] == len(karta.falt[0].insatser) - MEST_PA_AFFISCH // 4


def test_affischen_visar_tystnad_avford_och_saknad_rapport(karta: Karta) -> None:
    a, b, c = karta.insatser[:3]
    a.lage, b.lage = None, Lagesrapport(datum=klocka.om(-315), status="pagar", bedomning="enligt_plan")
    c.avford = date(2026, 3, 1)

    kort = {k["nummer"]: k for f in kartdata(karta, idag=IDAG)["falt"] for k in f["insatser"]}

    assert (kort[a.nummer]["lage"]["status"]["ord"], kort[a.nummer]["tyst"]) == ("Ingen rapport", "")
    assert kort[b.nummer]["tyst"] == "Inte uppdaterad på 315 dagar"
    assert kort[c.nummer]["avford"] == "Avförd 2026-03-01"


def test_affischens_datum_kommer_ur_rapporterna_nar_ingen_dag_ges(karta: Karta) -> None:
    senast = max(i.lage.datum for i in karta.insatser if i.lage)

    fil = oppna(affisch(karta))

    assert str(fil.docinfo["/CreationDate"]) == f"D:{senast:%Y%m%d}000000Z"


@pytest.mark.django_db
def test_urvalet_namnges_och_tomma_malomraden_faller_bort(client: Client) -> None:
    svar = client.get("/flemingsberg/insatskarta.pdf?malomrade=1&typ=karnspecifik&aktor=huddinge-kommun&q=stad")

    text = all_text(svar.content)
    assert tatt("Urval: målområde 1 · kärnspecifika insatser · aktör Huddinge kommun · sökning på ”stad”") in text
    assert "av18insatser" in text


@pytest.mark.django_db
def test_urval_utan_bedomning_och_ansvarig_namnges(client: Client) -> None:
    svar = client.get("/flemingsberg/insatskarta.pdf?bedomning=ingen&aktor=ingen&sedan=2026-01-01&tyst=1&avforda=1")

    vantat = "Urval: ingen bedömning · ingen ansvarig utsedd · insatser som inte är uppdaterade"
    assert tatt(f"{vantat} · läget ändrat efter 2026-01-01 · även avförda") in all_text(svar.content)


@pytest.mark.django_db
def test_alla_far_affischen(client: Client) -> None:
    svar = client.get("/flemingsberg/insatskarta.pdf")

    assert (svar.status_code, svar["Content-Type"]) == (200, "application/pdf")
    assert svar["Content-Disposition"] == 'inline; filename="insatskarta-flemingsberg.pdf"'
    assert client.get("/ingenstans/insatskarta.pdf").status_code == 404


def test_utkastet_far_bara_den_som_loggat_in(client: Client, planerare: Anvandare) -> None:
    assert client.get(f"/flemingsberg/handlingsplan/{klocka.PERIOD}.pdf").status_code == 404
    client.force_login(planerare)

    svar = client.get(f"/flemingsberg/handlingsplan/{klocka.PERIOD}.pdf")

    assert (svar.status_code, svar["Content-Type"]) == (200, "application/pdf")
    assert svar["Content-Disposition"] == f'inline; filename="handlingsplan-flemingsberg-{klocka.PERIOD}.pdf"'
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
