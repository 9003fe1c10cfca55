"""Excel in: upload, see what would change, confirm.

A file of few rows is dealt with while the person waits for the page. What is large is asked for, and done behind the
pages (`utbyte/excel/bakgrund.py`); the address of its preview shows how far it has come.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRefresh

from insatser.andringar import inlasningsjobb as jobben
from insatser.andringar.inlasning import Inlasningsplan, PlanenAndrad, Radfel, las_in, las_som, spara_fil, valj
from insatser.forms.inlasning import BekraftaForm, KodningForm, UppladdningForm, cellval, ovrigas_val
from insatser.models import Inlasning, Inlasningsjobb
from insatser.regler import forlopp
from insatser.regler.inlasning import Fel, Vilket
from insatser.regler.kodning import som_utf8
from insatser.utbyte.excel import bakgrund
from insatser.utbyte.excel.arkiv import MAX_STORLEK
from insatser.utbyte.excel.egen_process import MangaRader, Upptagen
from insatser.views import atkomst
from insatser.views.forhandsgranskning import fellista, visa_jobb, visa_plan
from insatser.views.inlasningsslag import INSATSKARTA, Hem, Slag, adressen, hamta_hem

IGEN = "5"  # seconds, before it is worth to ask again


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
    hem = hamta_hem(request, slag, adress)
    if request.method != "POST":
        return _ladda_upp(request, hem, UppladdningForm())
    form = UppladdningForm(request.POST, request.FILES)
    if not form.is_valid():
        return _ladda_upp(request, hem, form, status=422)
    fil = form.cleaned_data["fil"]
    # One byte past the limit is enough for the reader to say that it is too large.
    innehall = fil.read(MAX_STORLEK + 1)
    kodning = form.cleaned_data["kodning"]
    lasbart = som_utf8(innehall, kodning)
    av = atkomst.jag(request)
    spara = partial(
        spara_fil,
        av=av,
        fardplan=hem.fardplan,
        program=hem.program,
        handlingsplan=hem.plan,
        slag=slag.filslag.namn,
        filnamn=fil.name,
        innehall=innehall,
        kodning=kodning,
    )
    try:
        if bakgrund.stor_osedd(innehall):
            raise MangaRader
        plan = slag.filslag.planera(hem.objekt, fil.name, lasbart, hogst=bakgrund.STOR).for_den_som(av)
    except MangaRader:
        with transaction.atomic():
            sparad = spara()
            bestall(request, sparad, Inlasningsjobb.Vad.GRANSKA, request.path)
        return redirect(reverse(slag.granska, kwargs={**adress, "pk": sparad.pk}))
    if tolkning := bakgrund.gissad_tolkning(slag.filslag, plan, hem.fardplan, fil.name, lasbart, av):
        annan = spara(tolkning=tolkning.som_json())
        return redirect(reverse("inlasning_tolka", kwargs={**adress, "pk": annan.pk}))
    if plan.fel and not plan.kan_delas:
        return _ladda_upp(request, hem, form, plan.fel, fil.name, status=422)
    return redirect(reverse(slag.granska, kwargs={**adress, "pk": spara().pk}))


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


@require_http_methods(["GET", "HEAD", "POST"])
@i_ko
def granska(request: HttpRequest, pk: int, slag: Slag = INSATSKARTA, **adress: str) -> HttpResponse:
    """What reading in the file would change, and the confirmation that does it; of a large one, how far it has come."""
    hem = hamta_hem(request, slag, adress)
    filer: QuerySet[Inlasning] = Inlasning.objects.select_related(
        "fardplan__stadskarna", "fardplan__program", "program", "jobb"
    )
    if request.htmx:  # type: ignore[attr-defined]
        filer = filer.defer("innehall", "jobb__granskning")  # it asks every second how far it has come
    av_hemmet = filer.filter(fardplan=hem.fardplan, program=hem.program, handlingsplan=hem.plan)
    inlasning = get_object_or_404(av_hemmet, pk=pk, slag__in=["", slag.filslag.namn])
    jobb: Inlasningsjobb | None = getattr(inlasning, "jobb", None)
    if inlasning.inlast:
        if request.htmx:  # type: ignore[attr-defined]
            return HttpResponseClientRefresh()
        sammanhang = {"hem": hem, "fardplan": hem.fardplan, "inlasning": inlasning, "inlast": adressen(inlasning)}
        return render(request, "insatser/inlasning/granska.html", sammanhang)
    if request.method == "POST":
        return _svara(request, hem, inlasning, jobb)
    if jobb:
        return _jobbet(request, hem, inlasning, jobb)
    try:
        plan = _planera(request, hem, inlasning, hogst=bakgrund.STOR)()
    except MangaRader:
        return _jobbet(
            request, hem, inlasning, Inlasningsjobb(inlasning=inlasning, skick=Inlasningsjobb.Skick.AVBRUTET)
        )
    return visa_plan(request, hem, inlasning, plan)


def _svara(request: HttpRequest, hem: Hem, inlasning: Inlasning, jobb: Inlasningsjobb | None) -> HttpResponse:
    if "avbryt" in request.POST:
        jobben.avbryt(av=atkomst.jag(request), inlasning=inlasning)
        return redirect(request.path)
    if "kodning" in request.POST:
        return _kodning(request, hem, inlasning, jobb)
    if "granska" in request.POST:
        return bestall(request, inlasning, Inlasningsjobb.Vad.GRANSKA, request.path)
    if "valj" in request.POST:
        return _valj(request, hem, inlasning, jobb)
    form = BekraftaForm(request.POST)
    form.is_valid()
    sagt = {
        "fingeravtryck": form.cleaned_data.get("fingeravtryck", ""),
        "tvillingar": form.cleaned_data.get("tvillingar", False),
        "delvis": form.cleaned_data.get("delvis", False),
    }
    if jobb:
        return bestall(request, inlasning, Inlasningsjobb.Vad.LAS_IN, request.path, sagt)
    return _bekrafta(request, hem, inlasning, sagt)


def _kodning(request: HttpRequest, hem: Hem, inlasning: Inlasning, jobb: Inlasningsjobb | None) -> HttpResponse:
    """Read it with its letters kept in another way. What was said of its words is said of others now."""
    form = KodningForm(request.POST)
    if not form.is_valid():
        return redirect(request.path)
    av, slag = atkomst.jag(request), hem.slag.filslag
    inlasning.kodning = form.cleaned_data["kodning"]
    tolkning = None
    if inlasning.tolkning is not None:
        plan = Inlasningsplan[Any](frammande=True)
        lasbart = inlasning.att_lasa
        tolkning = bakgrund.gissad_tolkning(slag, plan, hem.fardplan, inlasning.filnamn, lasbart, av)
    sagd = tolkning.som_json() if tolkning else inlasning.tolkning
    try:
        las_som(av=av, inlasning=inlasning, kodning=inlasning.kodning, tolkning=sagd)
    except ValidationError as nej:
        messages.info(request, " ".join(nej.messages))
        return redirect(request.path)
    if sagd is not None:
        return redirect(reverse("inlasning_tolka", kwargs={**hem.adress, "pk": inlasning.pk}))
    if jobb:
        return bestall(request, inlasning, Inlasningsjobb.Vad.GRANSKA, request.path)
    return redirect(request.path)


def _planera(request: HttpRequest, hem: Hem, inlasning: Inlasning, **mer: Any) -> Callable[[], Inlasningsplan[Any]]:
    return partial(bakgrund.planera, hem.slag.filslag, inlasning, hem.objekt, atkomst.jag(request), **mer)


def _valj(request: HttpRequest, hem: Hem, inlasning: Inlasning, jobb: Inlasningsjobb | None) -> HttpResponse:
    """Keep what is chosen in cells that both changed, and show what would be written then."""
    val = cellval(request.POST.dict(), {falt for mall in hem.slag.filslag.mallar.values() for falt in mall.per_falt})
    if not val:
        messages.warning(request, "Inget är sparat: välj vad som ska stå i minst en cell.")
        return redirect(request.path)
    ovriga = ovrigas_val(request.POST.dict())
    try:
        inlasning = valj(av=atkomst.jag(request), inlasning=inlasning, val=val)
    except ValidationError as nej:
        messages.info(request, " ".join(nej.messages))
        return redirect(request.path)
    if jobb:
        return bestall(request, inlasning, Inlasningsjobb.Vad.GRANSKA, request.path, {"ovriga": ovriga})
    if ovriga and (resten := _planera(request, hem, inlasning)().valda(ovriga)):
        inlasning = valj(av=atkomst.jag(request), inlasning=inlasning, val=resten)
    if any(v.vilket == Vilket.ANNAT for celler in val.values() for v in celler.values()):
        plan = _planera(request, hem, inlasning)()
        if any(k.fel for k in plan.konflikter):
            return visa_plan(request, hem, inlasning, plan, status=422)
    messages.success(request, "Valen är sparade. Ingenting är inläst än.")
    return redirect(request.path)


def _bekrafta(request: HttpRequest, hem: Hem, inlasning: Inlasning, sagt: dict[str, Any]) -> HttpResponse:
    last = hem.slag.filslag.las(inlasning.filnamn, inlasning.att_lasa, tolkning=inlasning.tolkning)
    try:
        plan = las_in(
            av=atkomst.jag(request),
            inlasning=inlasning,
            planera=_planera(request, hem, inlasning, las=True, last=last),
            skriv=hem.slag.filslag.skriv,
            **sagt,
        )
    except PlanenAndrad as andrad:
        return visa_plan(request, hem, inlasning, andrad.plan, status=409)
    except Radfel as radfel:
        return visa_plan(request, hem, inlasning, radfel.plan, status=422, nekad=radfel.fel)
    except ValidationError as borta:
        raise Http404(" ".join(borta.messages)) from borta
    if plan is None:
        messages.info(request, "Arbetsboken var redan inläst. Inget ändrades en gång till.")
    else:
        text = '{} är inläst: {}. <a href="{}">Se vad som ändrades, eller ångra</a>'
        messages.success(request, format_html(text, inlasning.filnamn, _i_korthet(hem.slag, plan), adressen(inlasning)))
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


# Large files


def bestall(
    request: HttpRequest, inlasning: Inlasning, vad: Inlasningsjobb.Vad, sida: str, sagt: dict[str, Any] | None = None
) -> HttpResponse:
    """Have it done behind the pages. On to its page (`sida`), which shows how far it has come."""
    villkor = {**(sagt or {}), "sida": sida}
    try:
        jobben.bestall(av=atkomst.jag(request), inlasning=inlasning, vad=vad, villkor=villkor)
    except ValidationError as nej:
        messages.info(request, " ".join(nej.messages))
    transaction.on_commit(bakgrund.vack)
    return redirect(sida)


def _jobbet(request: HttpRequest, hem: Hem, inlasning: Inlasning, jobb: Inlasningsjobb) -> HttpResponse:
    """How far it has come, else what it found. Who looks lets it be done, when it still waits."""
    if not jobb.gors:
        if request.htmx:  # type: ignore[attr-defined]
            return HttpResponseClientRefresh()
        if jobb.granskning and jobb.granskning["frammande"] and inlasning.tolkning is not None:
            return redirect(reverse("inlasning_tolka", kwargs={**hem.adress, "pk": inlasning.pk}))
        if jobb.granskning:
            return visa_jobb(request, hem, inlasning, jobb)
    if jobb.vantar:
        bakgrund.vack()
    delar = forlopp.GRANSKNING if jobb.vad == Inlasningsjobb.Vad.GRANSKA else forlopp.INLASNING
    andel = forlopp.procent(jobb.steg, jobb.klara, jobb.alla, delar)
    gatt = (timezone.now() - jobb.paborjat).total_seconds() if jobb.paborjat else 0
    sammanhang = {
        "hem": hem,
        "fardplan": hem.fardplan,
        "inlasning": inlasning,
        "jobb": jobb,
        "andel": andel,
        "kvar": forlopp.kvar_i_ord(gatt, andel),
    }
    mall = "insatser/inlasning/forlopp.html"
    return render(request, f"{mall}#forlopp" if request.htmx else mall, sammanhang)  # type: ignore[attr-defined]
