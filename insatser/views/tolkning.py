"""Somebody else's table: a person says what its columns and words mean, before anything is planned or written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from aktorer.grund import redigering
from aktorer.grund.tecken import nyckel
from aktorer.roller import Rattighet
from insatser.andringar import inlasning as andringar
from insatser.forms.inlasning import KodningForm
from insatser.forms.tolkning import NY, TolkningForm, visad
from insatser.models import Inlasning, Inlasningsjobb
from insatser.regler.tolkning import Tolkning
from insatser.utbyte.excel import egen_process, frammande
from insatser.utbyte.excel.frammande import Frammande
from insatser.utbyte.excel.kolumner import bokstav
from insatser.utbyte.excel.ordlista import Ordlista
from insatser.views import atkomst
from insatser.views.inlasning import bestall, i_ko

VISADE_RADER = 3
AVSNITT = {
    "malomrade": "Målområden",
    "status": "Status",
    "bedomning": "Bedömning",
    "aktor": "Aktörer",
}


@require_http_methods(["GET", "HEAD", "POST"])
@i_ko
def tolka(request: HttpRequest, stadskarna: str, pk: int) -> HttpResponse:
    """Choose what each column is, then what each word of it is; on to the preview when all is said."""
    fardplan = atkomst.fardplan(request, stadskarna, Rattighet.REDIGERA)
    inlasning = get_object_or_404(Inlasning, pk=pk, fardplan=fardplan, tolkning__isnull=False)
    granska = reverse("inlasning_granska", args=[stadskarna, pk])
    if inlasning.inlast:
        return redirect(granska)
    tabell = egen_process.las_frammande(inlasning.filnamn, inlasning.att_lasa)
    if tabell.fel:
        raise Http404(" ".join(fel.text for fel in tabell.fel))
    ordlista = Ordlista(fardplan)
    nu = Tolkning.ur_json(inlasning.tolkning or {})
    form = _form(request.POST or None, tabell, nu, ordlista)
    if request.method == "POST" and form.is_valid():
        try:
            sagd = _tolkning(form, nu, tabell, ordlista)
            nya = _nya_aktorer(form, sagd)
            andringar.tolka(av=atkomst.jag(request), inlasning=inlasning, tolkning=sagd.som_json(), nya_aktorer=nya)
        except ValidationError as fel:
            redigering.lagg_till_fel(form, fel)
        else:
            if not _osagda(sagd, frammande.orden(tabell, sagd.kolumner, ordlista)):
                if Inlasningsjobb.objects.filter(inlasning=inlasning).exists():
                    return bestall(request, inlasning, Inlasningsjobb.Vad.GRANSKA, granska)
                return redirect(granska)
            if sagd.kolumner != nu.kolumner:
                messages.success(request, "Kolumnerna är sparade. Säg också vad orden i dem betyder.")
                return redirect(request.path)
            form.krav_alla_ord()
    sammanhang = {
        "fardplan": fardplan,
        "inlasning": inlasning,
        "kodningsform": KodningForm(initial={"kodning": inlasning.kodning}) if inlasning.ar_text else None,
        "granska": granska,
        "tabell": tabell,
        "form": form,
        "kolumner": _kolumner(form, tabell),
        "avsnitt": [(namn, form.ordfalt(slag)) for slag, namn in AVSNITT.items() if form.ordfalt(slag)],
        "antal_osagda": _osagda(nu, form.orden),
        "manga": any(len(alla) == frammande.MAX_ORD for alla in form.orden.values()),
    }
    return render(request, "insatser/inlasning/tolka.html", sammanhang, status=422 if form.errors else 200)


def _form(data: Any, tabell: Frammande, nu: Tolkning, ordlista: Ordlista) -> TolkningForm:
    ord_ = frammande.orden(tabell, nu.kolumner, ordlista)
    return TolkningForm(
        data,
        rubriker=tabell.rubriker,
        ord_=ord_,
        malomraden=ordlista.malomraden.values(),
        aktorer=ordlista.aktornamn,
        initial=visad(nu, ord_),
    )


def _tolkning(form: TolkningForm, nu: Tolkning, tabell: Frammande, ordlista: Ordlista) -> Tolkning:
    """What was said, with guesses for words that are new."""
    sagd = form.tolkning(nu)
    ord_ = frammande.gissa_ord(tabell, sagd.kolumner, ordlista)
    for slag, alla in sagd.ord_.items():
        ord_[slag] = ord_.get(slag, {}) | dict(alla)
    return replace(sagd, ord_=ord_)


def _nya_aktorer(form: TolkningForm, sagd: Tolkning) -> dict[str, tuple[str, str]]:
    """{word: (name, kind)} of those that are to be added to the register."""
    alla = {text: sagd.betyder("aktor", text) for text in form.orden.get("aktor", ())}
    return {nyckel(t): (t, svar.removeprefix(NY)) for t, svar in alla.items() if svar.startswith(NY)}


def _osagda(tolkning: Tolkning, ord_: Mapping[str, Sequence[str]]) -> int:
    return sum(not tolkning.betyder(slag, text) for slag, texter in ord_.items() for text in texter)


def _kolumner(form: TolkningForm, tabell: Frammande) -> list[dict[str, Any]]:
    """Each column of the table: its letter, its choice, and what stands first in it."""
    sist = len(tabell.rubriker) - 1
    return [
        {
            "bokstav": "" if n == sist else bokstav(n),
            "falt": falt,
            "celler": [t for t in dict.fromkeys(tabell.texter(n)) if t][:VISADE_RADER],
        }
        for n, falt in form.kolumnfalt
    ]
