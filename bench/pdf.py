"""How long a handlingsplan with 60 aktiviteter takes to become a PDF, with our Typst and with WeasyPrint."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterable

import weasyprint
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from bench.matt import Matt
from insatser.fragor import handlingsplan as planer
from insatser.fragor.handlingsplan import Planinnehall
from insatser.fragor.insatsdata import Data
from insatser.fragor.plandata import plandata
from insatser.models import Aktivitet, AktivitetAktor, Handlingsplan
from insatser.pdf import typsnitt
from insatser.pdf.handlingsplan import handlingsplan

AKTIVITETER = 60
GRANS = 0.1


@transaction.atomic
def kor() -> list[Matt]:
    """Median seconds from what is read to the bytes, in a process that has made a PDF before. The limit is on ours."""
    plan = Handlingsplan.objects.select_related("fardplan__stadskarna", "fardplan__program").get(exempel=True)
    _fyll(plan)
    tider = [_tid(plan, varv) for varv in range(11)]
    vart, weasyprints = statistics.median(tider[1:]), _weasyprint(planer.innehall(plan))
    transaction.set_rollback(True)
    andra = f"WeasyPrint på samma rader: {weasyprints:.2f} s, {weasyprints / vart:.0f} gånger så lång tid"
    return [Matt(f"handlingsplan med {AKTIVITETER} aktiviteter till PDF ({andra})", vart, GRANS, "s")]


def _fyll(plan: Handlingsplan) -> None:
    """Copies of the plan's aktiviteter with their aktörer until there are 60."""
    forebilder = planer.innehall(plan).aktiviteter
    for n in range(AKTIVITETER - len(forebilder)):
        forebild = forebilder[n % len(forebilder)]
        delar = list(forebild.aktorer.all())
        ny = Aktivitet.objects.create(
            prioritering=forebild.prioritering,
            ordning=100 + n,
            titel=f"{forebild.titel} {n}",
            resultat=forebild.resultat,
            start=forebild.start,
            slut=forebild.slut,
            status=forebild.status,
        )
        for d in delar:
            AktivitetAktor.objects.create(
                aktivitet=ny, aktor=d.aktor, roll=d.roll, ordning=d.ordning, ansvarar_for=d.ansvarar_for
            )


def _tid(plan: Handlingsplan, varv: int) -> float:
    # Typst remembers what it has set before: every round gets other words.
    Aktivitet.objects.filter(prioritering__handlingsplan=plan).update(
        titel=Concat("titel", Value(f" {varv}")), resultat=Concat("resultat", Value(f" {varv}"))
    )
    innehall = planer.innehall(plan)
    if len(innehall.aktiviteter) != AKTIVITETER:
        raise RuntimeError(f"{len(innehall.aktiviteter)} aktiviteter")
    start = time.perf_counter()
    handlingsplan(innehall)
    return time.perf_counter() - start


# --- the same rows with WeasyPrint ---


def _weasyprint(innehall: Planinnehall) -> float:
    """Median seconds for the same: tagged PDF in our typeface, from the plainest HTML that has the rows."""
    tider = []
    for varv in range(4):
        start = time.perf_counter()
        html = _html(plandata(innehall) | {"varv": varv})
        weasyprint.HTML(string=html, base_url=f"{typsnitt.katalog()}/").write_pdf(pdf_variant="pdf/ua-1")
        tider.append(time.perf_counter() - start)
    return statistics.median(tider[1:])


STIL = """
@font-face { font-family: S; src: url(Regular.ttf) } @font-face { font-family: S; font-weight: 600; src: url(Semibold.ttf) }
@page { size: A4; margin: 30mm 21mm 24mm; @bottom-right { content: "Sida " counter(page) " av " counter(pages) } }
body { font: 9pt S } section { break-before: page } table { width: 100%; border-collapse: collapse }
td, th { border-bottom: 1px solid #ccc; padding: 4px 8px 4px 0; text-align: left; vertical-align: top } tr { break-inside: avoid }
"""  # noqa: E501


def _html(data: Data) -> str:
    """In short, the aktiviteter of each insats, time line and who does what: what the PDF's tables hold."""
    korthet = [(i["plats"], i["titel"], i["ansvarig"], i["lage"]["status"]["ord"]) for i in data["ordning"]]
    delar = [_tabell("Planen i korthet", ["Prioritet", "Insats", "Ansvarig", "Läget"], korthet)]
    for i in data["ordning"]:
        rader = [
            (f"{a['titel']} {a['resultat']}", a["tid"], a["status"]["ord"], _vem(a["ansvarig"], a["medverkande"]))
            for a in i["aktiviteter"]
        ]
        delar.append(_tabell(f"{i['nummer']} {i['titel']}", ["Aktivitet", "När", "Status", "Vem som gör vad"], rader))
    tid, ansvar = data["tidslinje"], data["ansvar"]
    tider = [(a["titel"], *_steg(a["spann"], len(tid["steg"]))) for i in tid["insatser"] for a in i["aktiviteter"]]
    delar.append(_tabell("Tidslinje", ["Aktivitet", *tid["steg"]], tider))
    roller = [(r["nummer"], r["titel"], *(roll[:1].upper() for roll in r["roller"])) for r in ansvar["rader"]]
    delar.append(_tabell("Vem gör vad", ["Nr", "Aktivitet", *ansvar["aktorer"]], roller))
    sida = '<!doctype html><html lang="sv"><title>{}</title><style>{}</style><h1>{}</h1>{}'
    return format_html(sida, data["titel"], SafeString(STIL), data["varv"], SafeString("".join(delar)))


def _tabell(rubrik: str, kolumner: Iterable[str], rader: Iterable[Iterable[object]]) -> str:
    huvud = format_html_join("", "<th>{}</th>", ((k,) for k in kolumner))
    kropp = format_html_join(
        "", "<tr>{}</tr>", ((format_html_join("", "<td>{}</td>", ((c,) for c in r)),) for r in rader)
    )
    sektion = "<section><h2>{}</h2><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></section>"
    return format_html(sektion, rubrik, huvud, kropp)


def _vem(ansvarig: Data | None, medverkande: list[Data]) -> str:
    alla = ([ansvarig] if ansvarig else []) + medverkande
    return format_html_join("", "<div><b>{}</b> – {}</div>", ((d["namn"], d["svarar"]) for d in alla))


def _steg(spann: tuple[int, int] | None, antal: int) -> list[str]:
    forsta, hur_manga = spann or (0, 0)
    return ["■" if forsta <= n < forsta + hur_manga else "" for n in range(antal)]
