"""Cells pasted from a spreadsheet: they become a file, and go the way of every file (views/inlasning.py)."""

from __future__ import annotations

from dataclasses import replace

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from aktorer import views as register
from aktorer.grund import redigering
from aktorer.models import Aktor
from insatser.andringar.inlasning import spara_fil
from insatser.behorighet import gallande_fardplaner
from insatser.forms import urval as urvalsform
from insatser.forms.aktiviteter import KOLUMNER as AKTIVITETSKOLUMNER
from insatser.forms.klistra import RUBRIKER, KlistraForm
from insatser.fragor import handlingsplan as planer
from insatser.fragor import karta as kartor
from insatser.fragor import lagesbild as lagesbilder
from insatser.fragor.karta import Urval
from insatser.fragor.urval import i_ord
from insatser.regler.inlasning import Fel
from insatser.utbyte.excel import klistrat
from insatser.utbyte.excel.aktiviteter import AktiviteterResource
from insatser.utbyte.excel.aktorer import AktorerResource
from insatser.utbyte.excel.handlingsplan import upplysningar
from insatser.utbyte.excel.insatskarta import InsatskartaResource
from insatser.utbyte.excel.klistrat import Klistertabell, nyckeln
from insatser.utbyte.excel.lagesbild import LagesbildResource
from insatser.views import atkomst, indikatorer
from insatser.views.forhandsgranskning import fellista
from insatser.views.inlasning import i_ko
from insatser.views.inlasningsslag import AKTIVITETER, INSATSKARTA, LAGESBILD, PROGRAM, Hem, hamta_hem


@require_http_methods(["GET", "HEAD", "POST"])
@i_ko
def klistra(request: HttpRequest, stadskarna: str) -> HttpResponse:
    """Into the insatskarta: by number, or the insatser of the selection in its order."""
    hem = hamta_hem(request, INSATSKARTA, {"stadskarna": stadskarna})
    urval, visning = urvalsform.las(request.GET)

    valda = kartor.hamta(hem.fardplan, urval, request.user).sorterade(visning.sortera, fallande=visning.fallande)
    alla = kartor.hamta(hem.fardplan, Urval(avforda=True), request.user).insatser
    underlag = Klistertabell(
        InsatskartaResource(hem.fardplan), ("nummer",), {nyckeln(i.nummer): i for i in alla}, valda
    )
    tabellen = reverse("insatskarta", args=[stadskarna]) + urvalsform.behall(request.GET)
    hjalp = "Står insatsens nummer först på varje rad gäller raden den. Annars gäller raderna insatserna i ditt urval"
    return _svara(request, hem, underlag, tabellen, f"{hjalp}, i samma ordning.", i_ord(urval))


@require_http_methods(["GET", "HEAD", "POST"])
@i_ko
def klistra_lagesbild(request: HttpRequest, stadskarna: str) -> HttpResponse:
    """Values, by indikator and year; a year that an indikator has not is new."""
    hem = hamta_hem(request, LAGESBILD, {"stadskarna": stadskarna})

    alla = lagesbilder.rader(hem.fardplan, lagesbilder.indikatorer(hem.fardplan))
    per_nyckel = {nyckeln(i.namn, str(v.ar)): (i, v) for i, v in alla if v}
    underlag = Klistertabell(LagesbildResource(hem.fardplan), ("indikator", "ar"), per_nyckel, alla)
    tabellen = reverse("lagesbild", args=[stadskarna]) + indikatorer.urvalet(request.GET)
    hjalp = "Varje rad gäller den indikator och det år som den säger. Ett år som inte finns blir ett nytt värde."
    return _svara(request, hem, underlag, tabellen, hjalp)


@require_http_methods(["GET", "HEAD", "POST"])
@i_ko
def klistra_aktiviteter(request: HttpRequest, stadskarna: str, period: str) -> HttpResponse:
    """By insats and what is to be done; without both, all of the plan's in its order."""
    hem = hamta_hem(request, AKTIVITETER, {"stadskarna": stadskarna, "period": period})

    innehall = planer.innehall_for(atkomst.handlingsplan(request, stadskarna, period), request.user)
    if innehall is None or hem.plan is None:
        raise Http404("Planen går inte att klistra in i.")
    sena = innehall.sena(timezone.localdate())
    alla = [(a, upplysningar(a, sena.get(a.pk), utfall=False)) for a in innehall.aktiviteter]
    per_nyckel = {nyckeln(a.prioritering.insats.nummer, a.titel): (a, om) for a, om in alla}
    underlag = Klistertabell(AktiviteterResource(hem.plan), ("nummer", "titel"), per_nyckel, alla)
    tabellen = reverse("aktiviteter", args=[stadskarna, period]) + AKTIVITETSKOLUMNER.behall(request.GET)
    hjalp = (
        "Med både Insats och Aktivitet gäller en rad den aktiviteten, eller blir en ny. Annars gäller raderna planens"
    )
    return _svara(request, hem, underlag, tabellen, f"{hjalp} aktiviteter, i tur och ordning.")


@require_http_methods(["GET", "HEAD", "POST"])
@i_ko
def klistra_aktorer(request: HttpRequest) -> HttpResponse:
    """Into the register, which all färdplaner share: by name; a name that is not there is a new aktör."""
    galler = gallande_fardplaner(request.user).select_related("program").order_by("-program__ar_fran").first()
    if galler is None:
        raise Http404("Det finns ingen färdplan än, så aktörer läggs upp en i taget.")
    hem = hamta_hem(request, PROGRAM, {"program": galler.program.slug})

    alla = list(Aktor.objects.i_registret().i_ordning())
    underlag = Klistertabell(AktorerResource(galler), ("namn",), {nyckeln(a.namn): a for a in alla}, alla)
    tabellen = reverse("aktorer") + register.urvalet(request.GET)
    hjalp = "Med kolumnen Namn gäller en rad den aktör som heter så, eller blir en ny. Annars gäller raderna hela"
    return _svara(request, hem, underlag, tabellen, f"{hjalp} registret, i bokstavsordning.")


def _svara(
    request: HttpRequest, hem: Hem, underlag: Klistertabell, tabellen: str, hjalp: str, urval: str = ""
) -> HttpResponse:
    """What was pasted stays until it is right; then its changes are shown, and confirmed, as those of a file."""
    kolumner = [(k.falt, k.rubrik) for k in underlag.synliga]
    form = KlistraForm(request.POST or None, kolumner=kolumner, hjalp=hjalp)
    fel: list[Fel] = []
    if request.method == "POST" and form.is_valid():
        forsta = form.cleaned_data["forsta"]
        try:
            innehall, fore = klistrat.som_fil(
                form.cleaned_data["celler"], "" if forsta == RUBRIKER else forsta, underlag
            )
        except ValidationError as nej:
            redigering.lagg_till_fel(form, ValidationError({"celler": nej.messages}))
        else:
            plan = hem.slag.filslag.planera(hem.objekt, klistrat.FILNAMN, innehall)
            if not plan.fel:
                fil = spara_fil(
                    av=atkomst.jag(request),
                    fardplan=hem.fardplan,
                    program=hem.program,
                    handlingsplan=hem.plan,
                    slag=hem.slag.filslag.namn,
                    filnamn=klistrat.FILNAMN,
                    innehall=innehall,
                )
                return redirect(reverse(hem.slag.granska, kwargs={**hem.adress, "pk": fil.pk}))
            # The row as it was pasted; the letters of its columns are ours.
            fel = [replace(f, rad=f.rad and f.rad - fore, cell="", blad="") for f in plan.fel]
    sammanhang = {
        "fardplan": hem.fardplan,
        "hem": hem,
        "form": form,
        **fellista(tuple(fel)),
        "urval": urval,
        "tillbaka": tabellen,
    }
    return render(request, "insatser/inlasning/klistra.html", sammanhang, status=422 if form.is_bound else 200)
