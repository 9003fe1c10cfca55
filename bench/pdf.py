"""A handlingsplan with 60 aktiviteter as PDF, held against WeasyPrint and against empty pages."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from functools import cache
from itertools import count

import pikepdf
import typst
import weasyprint
from django.db import transaction
from django.db.models import F, Func, TextField, Value
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from bench import par
from bench.matt import Matt
from bench.plan import AKTIVITETER, fyll
from insatser.fragor import handlingsplan as planer
from insatser.fragor.handlingsplan import Planinnehall
from insatser.fragor.insatsdata import Data
from insatser.fragor.plandata import plandata
from insatser.models import Aktivitet, Handlingsplan
from insatser.pdf import typsnitt
from insatser.pdf.handlingsplan import handlingsplan
from insatser.pdf.rita import MALLAR

_varv = count()  # nothing is set twice: Typst remembers what it has set before


@transaction.atomic
def kor() -> list[Matt]:
    """Ratios from what is read to the bytes, in a process that has made a PDF before."""
    plan = Handlingsplan.objects.select_related("fardplan__stadskarna", "fardplan__program").get(exempel=True)
    fyll(plan)
    with pikepdf.open(io.BytesIO(handlingsplan(planer.innehall(plan)))) as fil:
        sidor = len(fil.pages)
    namn = f"handlingsplan med {AKTIVITETER} aktiviteter till PDF"

    def var() -> float:
        return _var(plan)

    matt = [
        par.kvot(f"{namn}: WeasyPrint mot oss", lambda: _weasyprint(plan), var, grans=25, minst=True),
        par.kvot(f"{namn}: mot {sidor} tomma sidor", var, lambda: _tomma(plan, sidor), grans=4),
    ]
    transaction.set_rollback(True)
    return matt


def _var(plan: Handlingsplan) -> float:
    innehall = _med_nya_ord(plan)
    return par.tid(lambda: handlingsplan(innehall))


def _med_nya_ord(plan: Handlingsplan) -> Planinnehall:
    nytt = Value(f" §{next(_varv)}")
    Aktivitet.objects.filter(prioritering__handlingsplan=plan).update(
        **{
            falt: Func(F(falt), Value(r"( §\d+)?$"), nytt, function="regexp_replace", output_field=TextField())
            for falt in ("titel", "resultat")
        }
    )
    innehall = planer.innehall(plan)
    if len(innehall.aktiviteter) != AKTIVITETER:
        raise RuntimeError(f"{len(innehall.aktiviteter)} aktiviteter")
    return innehall


# --- as many pages with nothing on them but what every page of ours has

TOMMA = """
#import "/grund.typ": *
#show: grund
#set page(paper: "a4", margin: (top: 30mm, bottom: 24mm, x: 21mm), header: {
  [Handlingsplan #data.period#h(1fr)#data.stadskarna]
  line(length: 100%, stroke: 0.5pt + linje)
}, footer: [Färdplan#h(1fr)Sida #context [#here().page() av #counter(page).final().first()]])
#for _ in range(int(sys.inputs.sidor) - 1) { pagebreak() }
"""


def _tomma(plan: Handlingsplan, sidor: int) -> float:
    """With the same typeface, standards and data; the data is read and not set."""
    innehall, varv = _med_nya_ord(plan), next(_varv)

    def satt() -> None:
        val = {"data": json.dumps(plandata(innehall) | {"titel": f"Tomt {varv}"}), "sidor": str(sidor)}
        typst.compile(TOMMA.encode(), root=MALLAR, font_paths=_snitt(), sys_inputs=val, pdf_standards=["ua-1", "a-2a"])

    return par.tid(satt)


@cache
def _snitt() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[typsnitt.katalog()])


# --- the same rows with WeasyPrint


def _weasyprint(plan: Handlingsplan) -> float:
    """Tagged PDF in our typeface, from the plainest HTML that has the rows."""
    innehall, har = _med_nya_ord(plan), f"{typsnitt.katalog()}/"

    def satt() -> None:
        weasyprint.HTML(string=_html(plandata(innehall)), base_url=har).write_pdf(pdf_variant="pdf/ua-1")

    return par.tid(satt)


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
    sida = '<!doctype html><html lang="sv"><title>{}</title><style>{}</style>{}'
    return format_html(sida, data["titel"], SafeString(STIL), SafeString("".join(delar)))


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
