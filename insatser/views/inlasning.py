"""Excel in: upload, see what would change, confirm."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial, wraps
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from aktorer.roller import Rattighet
from insatser.andringar.arbetsbok import Bokplan
from insatser.andringar.inlasning import (
    Andringsrad,
    Inlasningsplan,
    PlanenAndrad,
    Radfel,
    las_in,
    spara_fil,
    valj,
)
from insatser.forms.gemensam import i_alla
from insatser.forms.inlasning import BekraftaForm, UppladdningForm, cellval
from insatser.fragor.handlingsplan import BARA_STATUS
from insatser.fragor.inlasning import forra_tolkningen
from insatser.fragor.stadskarna import med_gemensamma
from insatser.models import Fardplan, Handlingsplan, Inlasning
from insatser.regler.bojning import bojt, uppraknat
from insatser.regler.inlasning import Cellkonflikt, Fel, Vilket
from insatser.regler.orddiff import orddiff
from insatser.utbyte.excel import filslag
from insatser.utbyte.excel.arkiv import MAX_STORLEK
from insatser.utbyte.excel.cellslag import Text, Textrad, Val
from insatser.utbyte.excel.egen_process import Upptagen
from insatser.utbyte.excel.filslag import Filslag
from insatser.utbyte.excel.inlasning import gissa
from insatser.views import atkomst


@dataclass(frozen=True)
class Slag:
    """The pages of a kind of workbook: what it is fetched for, the names of its addresses, and its words. `hamta`
    takes the request and the words of the address, and fetches with access.
    """

    filslag: Filslag
    hamta: Callable[..., Fardplan | Handlingsplan]
    sida: str
    fil: str
    ladda_upp: str
    granska: str
    rubrik: str
    i_bestamd: str
    rader: str  # one and many
    flera: str
    ord_nya: tuple[str, str]
    ord_andrade: tuple[str, str]
    ord_oforandrade: tuple[str, str]
    inte_med: str

    @property
    def ar_bok(self) -> bool:
        return len(self.filslag.mallar) > 1


INSATSKARTA = Slag(
    filslag.INSATSKARTA,
    partial(atkomst.fardplan, ratt=Rattighet.REDIGERA),
    sida="insatskarta",
    fil="insatskarta_xlsx",
    ladda_upp="inlasning",
    granska="inlasning_granska",
    rubrik="Insatskarta",
    i_bestamd="insatskartan",
    rader="insats,insatser",
    flera="insatser",
    ord_nya=("ny insats", "nya insatser"),
    ord_andrade=("ändrad", "ändrade"),
    ord_oforandrade=("oförändrad", "oförändrade"),
    inte_med="En insats som inte finns med i filen tas inte bort.",
)
LAGESBILD = Slag(
    filslag.LAGESBILD,
    partial(atkomst.fardplan, ratt=Rattighet.REDIGERA),
    sida="lagesbild",
    fil="lagesbild_xlsx",
    ladda_upp="lagesbild_inlasning",
    granska="lagesbild_granska",
    rubrik="Lägesbild",
    i_bestamd="lägesbilden",
    rader="mätvärde,mätvärden",
    flera="mätvärden",
    ord_nya=("nytt mätvärde", "nya mätvärden"),
    ord_andrade=("ändrat", "ändrade"),
    ord_oforandrade=("oförändrat", "oförändrade"),
    inte_med="Ett mätvärde som inte finns med i filen tas inte bort. Töm cellen Värde om det ska bort.",
)
AKTIVITETER = Slag(
    filslag.AKTIVITETER,
    atkomst.plan_att_lasa_in,
    sida="handlingsplan",
    fil="handlingsplan_xlsx",
    ladda_upp="aktiviteter_inlasning",
    granska="aktiviteter_granska",
    rubrik="Handlingsplan",
    i_bestamd="handlingsplanen",
    rader="aktivitet,aktiviteter",
    flera="aktiviteter",
    ord_nya=("ny aktivitet", "nya aktiviteter"),
    ord_andrade=("ändrad", "ändrade"),
    ord_oforandrade=("oförändrad", "oförändrade"),
    inte_med="Bara bladet Aktiviteter läses in. En aktivitet som inte finns med i det tas inte bort.",
)
ARBETSBOK = Slag(
    filslag.ARBETSBOK,
    partial(atkomst.fardplan, ratt=Rattighet.REDIGERA),
    sida="arbetsbok",
    fil="arbetsbok",
    ladda_upp="arbetsbok_inlasning",
    granska="arbetsbok_granska",
    rubrik="Hela färdplanen i en arbetsbok",
    i_bestamd="arbetsboken",
    rader="rad,rader",
    flera="rader",
    ord_nya=("ny rad", "nya rader"),
    ord_andrade=("ändrad", "ändrade"),
    ord_oforandrade=("oförändrad", "oförändrade"),
    inte_med="Alla blad som finns i filen läses. En rad som inte finns med tas inte bort.",
)
RADER_PER_SIDA = 50
IGEN = "5"  # seconds, before it is worth to ask again
VISADE_FEL = 1000
VISADE_KONFLIKTER = 100  # each has three fields, and Django takes a thousand
LANG_TEXT = 60  # from here on a text is shown word by word


@dataclass(frozen=True)
class Hem:
    """What a workbook is fetched for, and where its pages are. `adress`: the words of their addresses."""

    slag: Slag
    objekt: Fardplan | Handlingsplan
    adress: dict[str, str]

    @property
    def plan(self) -> Handlingsplan | None:
        return self.objekt if isinstance(self.objekt, Handlingsplan) else None

    @property
    def fardplan(self) -> Fardplan:
        return self.objekt.fardplan if isinstance(self.objekt, Handlingsplan) else self.objekt

    @property
    def rubrik(self) -> str:
        return f"{self.plan or self.slag.rubrik} för {self.fardplan.stadskarna}"

    @property
    def upplysning(self) -> str:
        """What its reader should know before choosing a file."""
        return BARA_STATUS if self.plan and not self.plan.kan_andras else ""

    @property
    def sida(self) -> str:
        return reverse(self.slag.sida, kwargs=self.adress)

    @property
    def fil(self) -> str:
        return reverse(self.slag.fil, kwargs=self.adress)

    def kvitto(self, inlasning: Inlasning) -> str:
        """Where who has read in the file ends up: at what it is about, or at what it changed when that is a lot."""
        if self.slag.ar_bok:
            return reverse("inlast", args=[self.fardplan.stadskarna.slug, inlasning.pk])
        return self.sida

    @property
    def ladda_upp(self) -> str:
        return reverse(self.slag.ladda_upp, kwargs=self.adress)


def _hem(request: HttpRequest, slag: Slag, adress: dict[str, str]) -> Hem:
    return Hem(slag, slag.hamta(request, **adress), adress)


def i_ko(vy: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Who gets no turn to have a file read is told so (429) instead of waiting for it; nothing is written."""

    @wraps(vy)
    def svara(request: HttpRequest, **adress: Any) -> HttpResponse:
        try:
            return vy(request, **adress)
        except Upptagen:
            svar = render(None, "fel/429.html", {"adress": request.get_full_path()}, status=429)
            svar.headers["Retry-After"] = IGEN
            return svar

    return svara


@require_http_methods(["GET", "HEAD", "POST"])
@i_ko
def ladda_upp(request: HttpRequest, slag: Slag = INSATSKARTA, **adress: str) -> HttpResponse:
    """Choose a file. One that nothing of can be read in is refused with all its faults listed; it is not kept."""
    hem = _hem(request, slag, adress)
    if request.method != "POST":
        return _ladda_upp(request, hem, UppladdningForm())
    form = UppladdningForm(request.POST, request.FILES)
    if not form.is_valid():
        return _ladda_upp(request, hem, form, status=422)
    fil = form.cleaned_data["fil"]
    # One byte past the limit is enough for the reader to say that it is too large.
    innehall = fil.read(MAX_STORLEK + 1)
    av = atkomst.jag(request)
    plan = slag.filslag.planera(hem.objekt, fil.name, innehall).for_den_som(av)
    if plan.frammande and slag is INSATSKARTA:
        tolkning = gissa(hem.fardplan, fil.name, innehall, forra_tolkningen(av))
        if tolkning and not any(annat.filslag.kanner(tolkning.rubriker) for annat in (LAGESBILD, AKTIVITETER)):
            annan = spara_fil(
                av=av,
                fardplan=hem.fardplan,
                slag=slag.filslag.namn,
                filnamn=fil.name,
                innehall=innehall,
                tolkning=tolkning.som_json(),
            )
            return redirect(reverse("inlasning_tolka", kwargs={**adress, "pk": annan.pk}))
    if plan.fel and not plan.kan_delas:
        return _ladda_upp(request, hem, form, plan.fel, fil.name, status=422)
    sparad = spara_fil(
        av=av,
        fardplan=hem.fardplan,
        handlingsplan=hem.plan,
        slag=slag.filslag.namn,
        filnamn=fil.name,
        innehall=innehall,
    )
    return redirect(reverse(slag.granska, kwargs={**adress, "pk": sparad.pk}))


def _ladda_upp(
    request: HttpRequest,
    hem: Hem,
    form: UppladdningForm,
    fel: tuple[Fel, ...] = (),
    filnamn: str = "",
    status: int = 200,
) -> HttpResponse:
    sammanhang = {"hem": hem, "fardplan": hem.fardplan, "form": form, "filnamn": filnamn, **fellista(fel)}
    return render(request, "insatser/inlasning/ladda_upp.html", sammanhang, status=status)


def fellista(fel: tuple[Fel, ...]) -> dict[str, Any]:
    """What `fel.html` expects."""
    return {"fel": fel[:VISADE_FEL], "antal_fel": len(fel), "fler_fel": max(0, len(fel) - VISADE_FEL)}


@require_http_methods(["GET", "HEAD", "POST"])
@i_ko
def granska(request: HttpRequest, pk: int, slag: Slag = INSATSKARTA, **adress: str) -> HttpResponse:
    """What reading in the file would change, and the confirmation that does it."""
    hem = _hem(request, slag, adress)
    filer: QuerySet[Inlasning] = Inlasning.objects.select_related("fardplan__stadskarna", "fardplan__program")
    inlasning = get_object_or_404(
        filer, pk=pk, fardplan=hem.fardplan, handlingsplan=hem.plan, slag__in=["", slag.filslag.namn]
    )
    if inlasning.inlast:
        sammanhang = {"hem": hem, "fardplan": hem.fardplan, "inlasning": inlasning}
        return render(request, "insatser/inlasning/granska.html", sammanhang)
    if request.method == "POST":
        return (_valj if "valj" in request.POST else _bekrafta)(request, hem, inlasning)
    return _granska(request, hem, inlasning, _planera(request, hem, inlasning)())


def _planera(
    request: HttpRequest, hem: Hem, inlasning: Inlasning, *, las: bool = False
) -> Callable[[], Inlasningsplan[Any]]:
    def gor() -> Inlasningsplan[Any]:
        return hem.slag.filslag.planera(
            hem.objekt,
            inlasning.filnamn,
            inlasning.fil,
            tolkning=inlasning.tolkning,
            val=inlasning.val,
            las=las,
        ).for_den_som(atkomst.jag(request))

    return gor


def _valj(request: HttpRequest, hem: Hem, inlasning: Inlasning) -> HttpResponse:
    """Keep what is chosen in cells that both changed, and show what would be written then."""
    val = cellval(request.POST.dict(), {falt for mall in hem.slag.filslag.mallar.values() for falt in mall.per_falt})
    if not val:
        messages.warning(request, "Inget är sparat: välj vad som ska stå i minst en cell.")
        return redirect(request.path)
    try:
        inlasning = valj(av=atkomst.jag(request), inlasning=inlasning, val=val)
    except ValidationError:
        return redirect(request.path)  # it tells that the file has been read in
    if any(v.vilket == Vilket.ANNAT for celler in val.values() for v in celler.values()):
        plan = _planera(request, hem, inlasning)()
        if any(k.fel for k in plan.konflikter):
            return _granska(request, hem, inlasning, plan, status=422)
    messages.success(request, "Valen är sparade. Ingenting är inläst än.")
    return redirect(request.path)


def _bekrafta(request: HttpRequest, hem: Hem, inlasning: Inlasning) -> HttpResponse:
    form = BekraftaForm(request.POST)
    form.is_valid()
    try:
        plan = las_in(
            av=atkomst.jag(request),
            inlasning=inlasning,
            planera=_planera(request, hem, inlasning, las=True),
            skriv=hem.slag.filslag.skriv,
            fingeravtryck=form.cleaned_data.get("fingeravtryck", ""),
            tvillingar=form.cleaned_data.get("tvillingar", False),
            delvis=form.cleaned_data.get("delvis", False),
        )
    except PlanenAndrad as andrad:
        return _granska(request, hem, inlasning, andrad.plan, status=409)
    except Radfel as radfel:
        return _granska(request, hem, inlasning, radfel.plan, (radfel.fel,), status=422)
    except ValidationError as borta:
        raise Http404(" ".join(borta.messages)) from borta
    if plan is None:
        messages.info(request, "Arbetsboken var redan inläst. Inget ändrades en gång till.")
    else:
        messages.success(request, f"{inlasning.filnamn} är inläst: {_i_korthet(hem.slag, plan)}.")
    return redirect(hem.kvitto(inlasning))


def _i_korthet(slag: Slag, plan: Inlasningsplan[Any]) -> str:
    delar = [
        (len(plan.nya), *slag.ord_nya),
        (len(plan.andrade), *slag.ord_andrade),
        (plan.oforandrade, *slag.ord_oforandrade),
    ]
    if plan.utelamnade:
        delar.append((len(plan.utelamnade), "rad som inte lästes in", "rader som inte lästes in"))
    return ", ".join(f"{antal} {en if antal == 1 else flera}" for antal, en, flera in delar)


def _granska(
    request: HttpRequest,
    hem: Hem,
    inlasning: Inlasning,
    plan: Inlasningsplan[Any],
    fel: tuple[Fel, ...] = (),
    status: int = 200,
) -> HttpResponse:
    """The preview. A page of rows at a time: nobody reads ten thousand, and each text is compared word by word."""
    sida = Paginator(plan.rader, RADER_PER_SIDA).get_page(request.GET.get("sida"))
    sammanhang = {
        "hem": hem,
        "fardplan": hem.fardplan,
        "inlasning": inlasning,
        "plan": plan,
        "kan_lasas_in": bool(plan.rader or plan.tvillingar) and not plan.hindrad,
        "antal_att_lasa": len(plan.rader) or len(plan.tvillingar),
        "andrad": status == 409,
        "nekad": bool(fel),
        "konflikter": _konflikter(hem.slag, plan),
        "antal_avgjorda": len(plan.konflikter) - len(plan.att_avgora),
        "utelamnade": plan.utelamnade[:VISADE_FEL],
        "gemensamma": gemensamma(request, hem.fardplan, sum(rad.i_alla for rad in plan.rader)),
        "sida": sida,
        "delar": plan.delar if isinstance(plan, Bokplan) else (),
        "grupper": _grupper(plan, sida.start_index() - 1, visade(sida)),
        "tvillingar": visade(plan.tvillingar[:RADER_PER_SIDA]),
        **fellista((*fel, *plan.fel)),
    }
    return render(request, "insatser/inlasning/granska.html", sammanhang, status=status)


def _grupper(plan: Inlasningsplan[Any], fran: int, rader: list[Any]) -> list[tuple[str, list[Any]]]:
    """(the part of the workbook, those of its rows that are on the page)."""
    if not isinstance(plan, Bokplan):
        return [("", rader)] if rader else []
    rubriker = [d.rubrik for d in plan.delar for _ in d.plan.rader][max(0, fran) :]
    i_delar = groupby(zip(rubriker, rader, strict=False), key=itemgetter(0))
    return [(rubrik, [rad for _, rad in alla]) for rubrik, alla in i_delar]


def _konflikter(slag: Slag, plan: Inlasningsplan[Any]) -> list[dict[str, Any]]:
    """Those to choose in, first those where nothing is chosen."""
    i_ordning = sorted(plan.konflikter, key=lambda k: k.avgjord)
    return [_konflikt(slag, k) for k in i_ordning[:VISADE_KONFLIKTER]]


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


def visade(rader: Iterable[Andringsrad]) -> list[tuple[Andringsrad, list[dict[str, Any]]]]:
    """What `rader.html` expects."""
    return [(rad, [_cell(c.kolumn, c.fore, c.efter) for c in rad.celler]) for rad in rader]


def gemensamma(request: HttpRequest, fardplan: Fardplan, antal: int) -> str:
    """So many rows change what shows in other stadskärnor as well: which those are."""
    if not antal:
        return ""
    karnor = med_gemensamma(fardplan, request.user)
    rader = bojt(antal, "En rad gäller en gemensam insats", f"{antal} rader gäller gemensamma insatser")
    return f"{rader} och ändrar {i_alla(karnor)}: {uppraknat([str(k) for k in karnor])}."


def _cell(kolumn: str, fore: str, efter: str) -> dict[str, Any]:
    lang = bool(fore and efter) and len(fore) + len(efter) > LANG_TEXT
    return {"kolumn": kolumn, "fore": fore, "efter": efter, "bitar": orddiff(fore, efter) if lang else None}
