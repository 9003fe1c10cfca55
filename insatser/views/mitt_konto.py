"""A person's own account on one page, and the change of the own name and address."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from aktorer import andringar as kontoandringar
from aktorer.grund import redigering
from insatser.andringar import konton as andringar
from insatser.forms.konton import AdressForm, NamnForm
from insatser.fragor import lank, sso
from insatser.utbyte.mejl import bakgrund, sandning
from insatser.views import atkomst


def mitt_konto(request: HttpRequest) -> HttpResponse:
    """What there is of the own account, and where each is changed."""
    jag = atkomst.jag(request)
    typer = list(Authenticator.objects.filter(user=jag).values_list("type", flat=True))
    sammanhang = {
        "har_losenord": jag.has_usable_password(),
        "har_app": Authenticator.Type.TOTP in typer,
        "passkeys": typer.count(Authenticator.Type.WEBAUTHN),
        "kopplingar": sso.kopplingar(jag),
        "inloggningar": UserSession.objects.filter(user=jag).count(),
    }
    return render(request, "insatser/konton/mitt_konto.html", sammanhang)


def namn(request: HttpRequest) -> HttpResponse:
    jag = atkomst.jag(request)
    form = NamnForm(request.POST or None, initial={"namn": jag.namn})
    if request.method == "POST" and form.is_valid():
        nytt = form.cleaned_data["namn"]
        if redigering.forsok(form, lambda: kontoandringar.byt_namn(av=jag, namn=nytt)):
            return redigering.sparat(request, reverse("mitt_konto"), "Ditt namn är ändrat.")
    sammanhang = {"rubrik": "Ändra ditt namn", "tillbaka": reverse("mitt_konto"), "om_konton": True}
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


@reauthentication_required  # type: ignore[untyped-decorator]  # allauth has no types
def adress(request: HttpRequest) -> HttpResponse:
    """Ask for another address. The answer and its time are the same whether somebody has it or not."""
    jag = atkomst.jag(request)
    form, mall = AdressForm(request.POST or None, person=jag), "insatser/konton/adress.html"
    if not (request.method == "POST" and form.is_valid()):
        return render(request, mall, {"form": form}, status=422 if form.is_bound else 200)
    epost = form.cleaned_data["epost"]

    def arbete() -> None:
        for rad in andringar.begar_adress(av=jag, epost=epost):
            sandning.skicka_vantande(rad)

    bakgrund.efterat(arbete)
    return render(request, mall, {"skickat": True, "epost": epost})


@login_not_required
@never_cache
def bekrafta_adress(request: HttpRequest, token: str) -> HttpResponse:
    """Opened from the mail: programs open links by themselves, so a person presses the button."""
    hittat, mall = lank.las_adressnyckel(token), "insatser/konton/adress_bekrafta.html"
    if hittat is None:
        return render(request, mall, status=404)
    person, epost = hittat
    if request.method != "POST":
        return render(request, mall, {"person": person, "epost": epost})
    try:
        person, mejl = andringar.byt_adress(av=None, token=token)
    except ValidationError:
        return render(request, mall, status=404)
    bakgrund.efterat(lambda: sandning.skicka_vantande(mejl))
    messages.success(request, f"Adressen är bytt. Du loggar in med {person.epost}.")
    return redirect("mitt_konto" if request.user.is_authenticated else "account_login")
