"""The lägesbild as a table to work in: a cell changed where it stands, many rows at once."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse

from aktorer.behorighet import har
from aktorer.grund import cell as celler
from aktorer.grund import valdsida
from aktorer.grund.valdsida import Radord, Valda
from aktorer.models import Anvandare
from aktorer.roller import Rattighet
from insatser.andringar import indikatorer as andringar
from insatser.andringar import lagesbild as vardeandringar
from insatser.forms.indikatorer import CELLER, KOLUMNER, VALDA, VARDET, Indikatorcell, Vardecell
from insatser.fragor import indikatorer as fragor
from insatser.fragor import lagesbild as vardefragor
from insatser.fragor.indikatorer import Indikatorrad
from insatser.models import Fardplan, Indikator
from insatser.regler.exempel import exempel
from insatser.views import atkomst

VY = ("vy", "tabell")
ORD = Radord("indikator", "indikatorer")


def far_i(request: HttpRequest, fardplan: Fardplan) -> dict[str, bool]:
    """What the lägesbild lets its reader do, as a table or not."""
    return {
        "redigera": har(request.user, Rattighet.REDIGERA, fardplan.stadskarna_id),
        "redigera_alla": har(request.user, Rattighet.REDIGERA),
        "se_internt": har(request.user, Rattighet.SE_INTERNT),
    }


def tabell(request: HttpRequest, fardplan: Fardplan) -> dict[str, Any]:
    """What the page shows as a table (views/lagesbild.py); which columns, the address says."""
    kolumnerna, stadskarna = KOLUMNER.las(request.GET), fardplan.stadskarna.slug
    bilder, far = fragor.bilder(fardplan, request.user), far_i(request, fardplan)
    return {
        "vy": "tabell",
        "fardplan": fardplan,
        "far": far,
        "rader": [Indikatorrad(bild, bild.indikator.version) for bild in bilder],
        "finns": bool(bilder),
        "exempel": exempel(rad for b in bilder for rad in (b.indikator, b.senast)),
        "kolumner": [(falt, KOLUMNER.alla[falt]) for falt in kolumnerna],
        "kolumnval": KOLUMNER,
        "att_valja": KOLUMNER.att_valja(kolumnerna),
        "tabell_adress": reverse("lagesbild", args=[stadskarna]),
        "urvalets_falt": [VY],
        "urvalet": urvalet(request.GET),
        "urvalsfalt": [VY, *KOLUMNER.som_falt(request.GET)],
        "atgarder": valdsida.val(VALDA) if far["redigera_alla"] else [],
        "valda_adress": reverse("indikatorer_valda", args=[stadskarna]),
    }


def urvalet(fraga: QueryDict) -> str:
    """That it is the table, and of which columns, to hang on an address."""
    return f"?{urlencode([VY, *KOLUMNER.som_falt(fraga)])}"


def cell(request: HttpRequest, stadskarna: str, pk: int, falt: str) -> HttpResponse:
    """One field of an indikator, or its latest value in the stadskärna (`aktorer.grund.cell.svara`)."""
    if falt not in CELLER:
        raise Http404("Den kolumnen ändras inte i tabellen.")
    i_karnan = falt == VARDET
    fardplan, vald = atkomst.indikator(request, stadskarna, pk, Rattighet.REDIGERA if i_karnan else None)
    if not i_karnan:
        atkomst.krav(request, Rattighet.REDIGERA)
    rad, vad, av = fragor.rad(fardplan, request.user, vald, varden=i_karnan), CELLER[falt], atkomst.jag(request)
    kolumnerna = KOLUMNER.las(request.GET)
    cellen = celler.Tabellcell(
        rad=rad,
        falt=falt,
        vad=vad.vad,
        om=str(vald),
        namn="rad",
        mall="insatser/lagesbild/cell.html",
        adress=reverse("indikator_cell", args=[stadskarna, pk, falt]) + urvalet(request.GET),
        tabellen=reverse("lagesbild", args=[stadskarna]) + urvalet(request.GET),
        formular=vad.formular,
        andra=lambda form: _andra(av, fardplan, rad, form),
        las_om=lambda: fragor.rad(fardplan, request.user, vald, varden=i_karnan),
        med=tuple(annat for annat in vad.med if annat in kolumnerna),
    )
    sammanhang = {
        "fardplan": fardplan,
        "urvalet": urvalet(request.GET),
        "far": far_i(request, fardplan),
        "exempel": exempel([rad.bild.indikator, rad.bild.senast]),
    }
    return celler.svara(request, cellen, sammanhang)


def _andra(av: Anvandare, fardplan: Fardplan, rad: Indikatorrad, form: Indikatorcell | Vardecell) -> Indikatorrad:
    """The row at the version it got."""
    vald, varden = rad.bild.indikator, dict(form.cleaned_data)
    version = varden.pop("version") or 0
    if isinstance(form, Vardecell):
        karna = fardplan.stadskarna
        seda = map(vardeandringar.som_rad, vardefragor.varden_da(vald, karna, version))
        alla = {v.ar: v for v in (*seda, form.rad)}
        vardeandringar.satt(av=av, indikator=vald, stadskarna=karna, sedd=version, rader=list(alla.values()))
        return Indikatorrad(rad.bild, vardefragor.senaste_handelse(vald, karna))
    if "malomrade" in varden:
        varden["malomrade_id"] = varden.pop("malomrade").pk
    return Indikatorrad(rad.bild, vardeandringar.andra(av=av, indikator=vald, version=version, **varden).version)


def valda(request: HttpRequest, stadskarna: str) -> HttpResponse:
    """One change of many of them (`aktorer.grund.valdsida.svara`)."""
    fardplan = atkomst.fardplan(request, stadskarna)
    atkomst.krav(request, Rattighet.REDIGERA)
    av = atkomst.jag(request)
    sidan: Valda[Indikator, Any] = Valda(
        ord_=ORD,
        slag=VALDA,
        ny_form=lambda form, data: form(data, fardplan=fardplan),
        hamta=lambda ids: fragor.hamta(fardplan, ids),
        andra=lambda atgard, rader, versioner: andringar.andra(
            av=av,
            atgard=atgard,  # type: ignore[arg-type]
            rader=rader,
            versioner=versioner,
        ),
        tabellen=reverse("lagesbild", args=[stadskarna]) + urvalet(request.GET),
        tabellnamn="Lägesbild",
        radmall="insatser/lagesbild/valdrad.html",
        rubriker=("Indikator",),
    )
    sammanhang = {
        "fardplan": fardplan,
        "urvalet": urvalet(request.GET),
        "urvalsfalt": [VY, *KOLUMNER.som_falt(request.GET)],
        "meny": "lagesbild",
    }
    return valdsida.svara(request, sidan, av, sammanhang)
