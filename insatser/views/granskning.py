"""The yearly look at accounts that nobody signs in with: close them, or say that they are to stay."""

from __future__ import annotations

import re

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from aktorer.grund import redigering
from aktorer.models import Anvandare
from aktorer.roller import Rattighet
from insatser.andringar import konton as andringar
from insatser.fragor import konton as fragor
from insatser.regler.bojning import bojt
from insatser.views import atkomst

PER_SIDA = 50
_RUTA = re.compile(r"([0-9]{1,9}):([0-9]{1,9})")  # an account, and its latest event on the page


def granska(request: HttpRequest) -> HttpResponse:
    """A button of a row is about that account; those below, about all that are ticked."""
    atkomst.krav(request, Rattighet.ADMINISTRERA)
    if request.method == "POST":
        return _gor(request, atkomst.jag(request))
    sida = Paginator(fragor.att_granska(timezone.now()), PER_SIDA).get_page(request.GET.get("sida"))
    return render(request, "insatser/konton/granska.html", {"sida": sida})


def _gor(request: HttpRequest, av: Anvandare) -> HttpResponse:
    falt = next((f for f in ("stang", "behall") if f in request.POST), "")
    rutor = [request.POST[falt]] if falt else request.POST.getlist("konto")
    sedda = {int(traff[1]): int(traff[2]) for ruta in rutor if (traff := _RUTA.fullmatch(ruta))}
    tillbaka = reverse("granska")
    if not sedda:
        messages.error(request, "Kryssa för minst ett konto.")
        return redirect(tillbaka)
    if (falt or request.POST.get("gor")) == "behall":
        antal = andringar.behall(av=av, konton=sedda)
        text = bojt(antal, "Ett konto är granskat", f"{antal} konton är granskade")
        return redigering.sparat(request, tillbaka, f"{text}, och kommer inte upp igen på ett år.")
    if falt and (person := Anvandare.objects.filter(pk__in=sedda, is_active=True).first()) and fragor.vantar(person):
        return redirect("konto_stang", person.pk)
    stangda, kvar = andringar.stang_flera(av=av, sedda=sedda)
    for skal in kvar:
        messages.error(request, skal)
    if not stangda:
        return redirect(tillbaka)
    text = bojt(len(stangda), f"Kontot för {stangda[0]} är avstängt.", f"{len(stangda)} konton är avstängda.")
    return redigering.sparat(request, tillbaka, text)
