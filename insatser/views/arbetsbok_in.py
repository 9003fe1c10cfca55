"""A workbook of a whole färdplan in: upload, see sheet by sheet what would change, confirm once."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from aktorer.roller import Rattighet
from insatser.andringar.arbetsbok import Bokplan, skriv_bok
from insatser.andringar.inlasning import PlanenAndrad, Radfel, las_in, spara_fil
from insatser.forms.inlasning import BekraftaForm, UppladdningForm
from insatser.models import Fardplan, Inlasning
from insatser.regler.bojning import raknat
from insatser.regler.inlasning import Fel
from insatser.utbyte.excel.arbetsbok_in import planera
from insatser.utbyte.excel.arkiv import MAX_STORLEK
from insatser.views import atkomst
from insatser.views.inlasning import RADER_PER_SIDA, fellista, gemensamma, i_ko, visade


@require_http_methods(["GET", "HEAD", "POST"])
@i_ko
def ladda_upp(request: HttpRequest, stadskarna: str) -> HttpResponse:
    """Choose a file. One with faults is refused with all of them listed; nothing of it is kept."""
    fardplan = atkomst.fardplan(request, stadskarna, Rattighet.REDIGERA)
    if request.method != "POST":
        return _ladda_upp(request, fardplan, UppladdningForm())
    form = UppladdningForm(request.POST, request.FILES)
    if not form.is_valid():
        return _ladda_upp(request, fardplan, form, status=422)
    fil = form.cleaned_data["fil"]
    # One byte past the limit is enough for the reader to say that it is too large.
    innehall = fil.read(MAX_STORLEK + 1)
    plan = planera(fardplan, fil.name, innehall)
    if plan.fel:
        return _ladda_upp(request, fardplan, form, plan.fel, fil.name, status=422)
    sparad = spara_fil(
        av=atkomst.jag(request),
        fardplan=fardplan,
        slag=Inlasning.Slag.ARBETSBOK,
        filnamn=fil.name,
        innehall=innehall,
    )
    return redirect("arbetsbok_granska", stadskarna=stadskarna, pk=sparad.pk)


def _ladda_upp(
    request: HttpRequest,
    fardplan: Fardplan,
    form: UppladdningForm,
    fel: tuple[Fel, ...] = (),
    filnamn: str = "",
    status: int = 200,
) -> HttpResponse:
    sammanhang = {"fardplan": fardplan, "form": form, "filnamn": filnamn, **fellista(fel)}
    return render(request, "insatser/arbetsbok/ladda_upp.html", sammanhang, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@i_ko
def granska(request: HttpRequest, stadskarna: str, pk: int) -> HttpResponse:
    """What reading in the file would change, and the confirmation that does it."""
    fardplan = atkomst.fardplan(request, stadskarna, Rattighet.REDIGERA)
    filer = Inlasning.objects.select_related("fardplan__stadskarna", "fardplan__program")
    inlasning = get_object_or_404(filer, pk=pk, fardplan=fardplan, slag=Inlasning.Slag.ARBETSBOK)
    if inlasning.inlast:
        return render(request, "insatser/arbetsbok/granska.html", {"fardplan": fardplan, "inlasning": inlasning})
    if request.method == "POST":
        return _bekrafta(request, fardplan, inlasning)
    return _granska(request, fardplan, inlasning, planera(fardplan, inlasning.filnamn, inlasning.fil))


def _bekrafta(request: HttpRequest, fardplan: Fardplan, inlasning: Inlasning) -> HttpResponse:
    form = BekraftaForm(request.POST)
    form.is_valid()
    try:
        plan = las_in(
            av=atkomst.jag(request),
            inlasning=inlasning,
            planera=partial(planera, fardplan, inlasning.filnamn, inlasning.fil, las=True),
            skriv=skriv_bok,
            fingeravtryck=form.cleaned_data.get("fingeravtryck", ""),
            tvillingar=form.cleaned_data.get("tvillingar", False),
        )
    except PlanenAndrad as andrad:
        return _granska(request, fardplan, inlasning, andrad.plan, status=409)
    except Radfel as radfel:
        return _granska(request, fardplan, inlasning, radfel.plan, (radfel.fel,), status=422)
    except ValidationError as borta:
        raise Http404(" ".join(borta.messages)) from borta
    if plan is None:
        messages.info(request, "Arbetsboken var redan inläst. Inget ändrades en gång till.")
    else:
        nya, andrade = len(plan.nya), raknat(len(plan.andrade), "ändrad rad", "ändrade rader")
        messages.success(request, f"{inlasning.filnamn} är inläst: {raknat(nya, 'ny', 'nya')}, {andrade}.")
    return redirect("inlast", stadskarna=fardplan.stadskarna.slug, pk=inlasning.pk)


def _granska(
    request: HttpRequest,
    fardplan: Fardplan,
    inlasning: Inlasning,
    plan: Any,
    fel: tuple[Fel, ...] = (),
    status: int = 200,
) -> HttpResponse:
    """The preview, a part for each sheet. Of very many rows the first are shown, and how many there are."""
    boken: Bokplan = plan
    sammanhang = {
        "fardplan": fardplan,
        "inlasning": inlasning,
        "plan": boken,
        "kan_lasas_in": bool(boken.rader or boken.tvillingar) and not boken.hindrad,
        "antal_att_lasa": len(boken.rader) or len(boken.tvillingar),
        "andrad": status == 409,
        "nekad": bool(fel),
        "gemensamma": gemensamma(request, fardplan, sum(rad.i_alla for rad in boken.rader)),
        "delar": [
            (
                del_,
                visade(del_.plan.rader[:RADER_PER_SIDA]),
                visade(del_.plan.tvillingar[:RADER_PER_SIDA]),
                max(0, len(del_.plan.rader) - RADER_PER_SIDA),
            )
            for del_ in boken.delar
        ],
        **fellista((*fel, *boken.fel)),
    }
    return render(request, "insatser/arbetsbok/granska.html", sammanhang, status=status)
