"""The preview of a file: what it would change, what is wrong with it, and what is to be chosen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from insatser.andringar.inlasning import Andringsrad, Inlasningsplan
from insatser.forms.gemensam import i_alla
from insatser.forms.inlasning import KodningForm
from insatser.fragor.arbetsbok import programmets
from insatser.fragor.stadskarna import med_gemensamma
from insatser.models import Inlasning, Inlasningsjobb
from insatser.regler.bojning import bojt, uppraknat
from insatser.regler.inlasning import Cellkonflikt, Fel
from insatser.regler.orddiff import orddiff
from insatser.utbyte.excel import granskad
from insatser.utbyte.excel.cellslag import Text, Textrad, Val
from insatser.utbyte.excel.granskad import RADER_PER_SIDA, VISADE_FEL, Granskadrad, Granskning
from insatser.views.inlasningsslag import Hem, Slag

LANG_TEXT = 60  # from here on a text is shown word by word


def visa_plan(
    request: HttpRequest,
    hem: Hem,
    inlasning: Inlasning,
    plan: Inlasningsplan[Any],
    status: int = 200,
    nekad: Fel | None = None,
) -> HttpResponse:
    """Of a plan as it is now. `nekad`: the fault of the row that the database refused."""
    sida = Paginator(granskad.rader(plan), RADER_PER_SIDA).get_page(request.GET.get("sida"))
    granskning = granskad.granskad(plan, nekad=nekad, andrad=status == 409)
    return _visa(request, hem, inlasning, granskning, sida, [*sida], status=status)


def visa_jobb(request: HttpRequest, hem: Hem, inlasning: Inlasning, jobb: Inlasningsjobb) -> HttpResponse:
    """Of the plan of a large file, as it was when it was made."""
    granskning = Granskning.ur_json(jobb.granskning or {})
    sida = Paginator(range(granskning.rader), RADER_PER_SIDA).get_page(request.GET.get("sida"))
    rader = jobb.sidor.filter(nummer=sida.number).values_list("rader", flat=True).first() or []
    return _visa(request, hem, inlasning, granskning, sida, granskad.sida_ur_json(rader), jobb=jobb)


def _visa(
    request: HttpRequest,
    hem: Hem,
    inlasning: Inlasning,
    granskning: Granskning,
    sida: Any,
    rader: Sequence[Granskadrad],
    status: int = 200,
    jobb: Inlasningsjobb | None = None,
) -> HttpResponse:
    """A page of rows at a time: nobody reads ten thousand, and each text is compared word by word."""
    i_delar = groupby(rader, key=itemgetter(0))
    sammanhang = {
        "hem": hem,
        "fardplan": hem.fardplan,
        "inlasning": inlasning,
        "jobb": jobb,
        "kodningsform": KodningForm(initial={"kodning": inlasning.kodning}) if inlasning.ar_text else None,
        "plan": granskning,
        "konflikter": [_konflikt(hem.slag, k) for k in granskning.konflikter[: granskad.VISADE_KONFLIKTER]],
        "antal_avgjorda": granskning.antal_konflikter - granskning.antal_att_avgora,
        "gemensamma": gemensamma(request, hem, granskning.i_alla),
        "sida": sida,
        "grupper": [(rubrik, _visade(rad for _, rad in alla)) for rubrik, alla in i_delar],
        "tvillingar": _visade(granskning.tvillingar),
        "fel": granskning.fel,
        "antal_fel": granskning.antal_fel,
        "fler_fel": granskning.fler_fel,
    }
    return render(request, "insatser/inlasning/granska.html", sammanhang, status=status)


def fellista(fel: tuple[Fel, ...]) -> dict[str, Any]:
    """What `fel.html` expects."""
    return {"fel": fel[:VISADE_FEL], "antal_fel": len(fel), "fler_fel": max(0, len(fel) - VISADE_FEL)}


def _konflikt(slag: Slag, k: Cellkonflikt) -> dict[str, Any]:
    kolumn = slag.filslag.mallar[k.blad].per_falt[k.falt]
    hjalp = "" if isinstance(kolumn.slag, Val) else kolumn.hjalp
    fel = "" if k.andrad_igen else k.fel
    cell = f"{k.plats}-{k.falt}"
    return {
        "k": k,
        "blad": slag.filslag.mallar[k.blad].blad if slag.ar_bok else "",
        "cell": cell,
        "vilket": k.val.vilket if k.val and not k.andrad_igen else "",
        "text": k.val.text if k.val else "",
        "fel": fel,
        "hjalp": hjalp,
        "beskrivs": " ".join(f"{vad}-{cell}" for vad, text in (("fel", fel), ("hjalp", hjalp)) if text),
        "deras": _cell(k.kolumn, k.bas, k.deras)["bitar"],
        "mina": _cell(k.kolumn, k.bas, k.mina)["bitar"],
        "alternativ": kolumn.slag.val if isinstance(kolumn.slag, Val) else (),
        "flera_rader": isinstance(kolumn.slag, Text) and not isinstance(kolumn.slag, Textrad),
    }


def _visade(rader: Iterable[Andringsrad]) -> list[tuple[Andringsrad, list[dict[str, Any]]]]:
    """What `rader.html` expects."""
    return [(rad, [_cell(c.kolumn, c.fore, c.efter) for c in rad.celler]) for rad in rader]


def gemensamma(request: HttpRequest, hem: Hem, antal: int) -> str:
    """So many rows change what shows in other stadskärnor as well: which those are."""
    if not antal:
        return ""
    fardplan = programmets(hem.program)[0] if hem.program else hem.fardplan
    karnor = med_gemensamma(fardplan, request.user)
    rader = bojt(antal, "En rad gäller en gemensam insats", f"{antal} rader gäller gemensamma insatser")
    return f"{rader} och ändrar {i_alla(karnor)}: {uppraknat([str(k) for k in karnor])}."


def _cell(kolumn: str, fore: str, efter: str) -> dict[str, Any]:
    lang = bool(fore and efter) and len(fore) + len(efter) > LANG_TEXT
    return {"kolumn": kolumn, "fore": fore, "efter": efter, "bitar": orddiff(fore, efter) if lang else None}
