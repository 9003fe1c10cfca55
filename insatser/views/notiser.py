"""What a person is told by mail: chosen on a page of the own account, and ended by a link in a mail."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from aktorer.grund import redigering
from insatser.andringar import notiser as andringar
from insatser.forms.notiser import MejlForm
from insatser.fragor import lank
from insatser.fragor import notiser as fragor
from insatser.models import Notisslag
from insatser.views import atkomst


def val(request: HttpRequest) -> HttpResponse:
    jag = atkomst.jag(request)
    form = MejlForm(request.POST or None, val=fragor.val_for(jag))
    if request.method == "POST" and form.is_valid():
        takter, paminnelser = form.takter, form.cleaned_data["paminnelser"]
        if redigering.forsok(form, lambda: andringar.valj(av=jag, takter=takter, paminnelser=paminnelser)):
            return redigering.sparat(request, reverse("konto_mejl"), "Dina val är sparade.")
    sammanhang = {"tillbaka": reverse("mitt_konto"), "om_konton": True}
    return redigering.svara_formular(request, "insatser/konton/mejl.html", form, sammanhang)


@csrf_exempt  # the token is the right to do this, and mail programs post without a page of ours
@login_not_required
@never_cache
def avsluta(request: HttpRequest, token: str) -> HttpResponse:
    """No more of what the mail held. Asked first: mail programs open links by themselves; their button posts."""
    hittat = lank.las_mejlavslut(token)
    if hittat is None:
        return render(request, "insatser/uppfoljning/ogiltig.html", {"avanmalan": True}, status=404)
    person, slag = hittat
    if request.method == "POST":
        andringar.avsluta(av=person, slag=slag)
    vilka = [s.label for s in Notisslag if s in slag]
    if andringar.TYSTNAD in slag:
        vilka.append("Påminnelser när något har varit tyst länge")
    sammanhang = {"vilka": vilka, "sparat": request.method == "POST"}
    return render(request, "insatser/konton/mejl_avsluta.html", sammanhang)
