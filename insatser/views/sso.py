"""In by another organisation's login: there, back again, and what is said when that did not go. And who asks."""

from __future__ import annotations

import functools
import logging
import time
from collections.abc import Callable

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST, require_safe

from aktorer import sso
from aktorer.andringar import senaste_handelse
from aktorer.grund import redigering
from aktorer.grund.sakerhet import Sakerhet, notera
from aktorer.models import Anvandare, Kontobegaran
from aktorer.roller import Anvandarroll, Rattighet
from aktorer.sso import Inkommet, Intyg, Ssobesked, Ssofel
from insatser.andringar import sso as andringar
from insatser.forms.konton import BortForm
from insatser.forms.sso import GodkannForm, KontokopplingForm
from insatser.fragor import sso as fragor
from insatser.regler import sso as regler
from insatser.utbyte.mejl import sandning
from insatser.views import atkomst

logg = logging.getLogger(__name__)
SAMLSVAR = "sso-svar"  # the cookie in which an answer goes from the provider's POST to a page of this site's own
KOPPLAS, KOPPLAS_INOM = "sso_kopplas", 600  # who waits with the password, and for how many seconds


def med_losenord(vy: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page about passwords: where people come by their organisation alone, it leads to the login instead."""

    @functools.wraps(vy)
    def svara(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        epost = getattr(request.user, "epost", "")
        if sso.losenord_galler(epost):
            return vy(request, *args, **kwargs)
        messages.info(request, sso.ENDAST_ORGANISATION)
        return redirect("mitt_arbete" if epost else "account_login")

    return svara


@login_not_required
@never_cache
@require_POST
def borja(request: HttpRequest, vag: str) -> HttpResponse:
    """To the provider. By a page, not a redirect: a form may lead nowhere but here (CSP), and who the provider sends
    people on to in its turn nobody knows.
    """
    hamta = {"oidc": sso.borja_oidc, "saml": sso.borja_saml}.get(vag)
    if hamta is None:
        raise Http404("Den vägen in finns inte.")
    try:
        adress = hamta(request, get_next_redirect_url(request) or "")
    except Ssofel as fel:
        return _hindrad(fel)
    return render(request, "insatser/sso/borja.html", {"adress": adress, "namn": getattr(settings.SSO, vag).namn})


@login_not_required
@never_cache
@require_GET
def oidc(request: HttpRequest) -> HttpResponse:
    """Back from OpenID Connect."""
    try:
        return _slapp_in(request, sso.las_oidc(request))
    except Ssofel as fel:
        return _hindrad(fel)


@csrf_exempt
@login_not_required
@never_cache
@require_POST
def saml(request: HttpRequest) -> HttpResponse:
    """Back from SAML: a POST from another site, which our session's cookie does not come with. So the answer goes on
    to a page of our own, signed, where it is seen whether it was here that it was asked for.
    """
    try:
        svar = sso.ta_emot_saml(request)
    except Ssofel as fel:
        return _hindrad(fel)
    vidare = redirect("sso_saml_klart")
    vidare.set_cookie(
        SAMLSVAR,
        signing.dumps(svar, salt=SAMLSVAR, compress=True),
        max_age=60,
        path=reverse("sso_saml_klart"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return vidare


@login_not_required
@never_cache
@require_GET
def saml_klart(request: HttpRequest) -> HttpResponse:
    """The rest of the way."""
    sso.krav_uppsatt("saml")
    try:
        signerat = signing.loads(request.COOKIES.get(SAMLSVAR, ""), salt=SAMLSVAR, max_age=60)
        svar = _slapp_in(request, sso.las_saml(request, signerat))
    except signing.BadSignature:
        svar = redirect("sso_besked", Ssobesked.OGILTIGT)
    except Ssofel as fel:
        svar = _hindrad(fel)
    svar.delete_cookie(SAMLSVAR, path=request.path)
    return svar


@login_not_required
@require_safe
def saml_metadata(request: HttpRequest) -> HttpResponse:
    """What the provider's administratör reads in."""
    return HttpResponse(sso.samlmetadata(request), content_type="application/samlmetadata+xml")


def _hindrad(fel: Ssofel) -> HttpResponse:
    logg.warning("Inloggning hos annan: %s", fel)
    notera(Sakerhet.INLOGGNING_MISSLYCKADES, konto=None, vad=fel.besked.value)
    return redirect("sso_besked", fel.besked)


def _slapp_in(request: HttpRequest, inkommet: Inkommet, losenord_provat: int | None = None) -> HttpResponse:
    svar = andringar.ta_emot(av=None, intyg=inkommet.intyg, losenord_provat=losenord_provat)
    if isinstance(svar, Anvandare):
        request.session.pop(KOPPLAS, None)
        kopplad = fragor.koppling(svar, inkommet.intyg.leverantor)
        record_authentication(request, svar, "socialaccount", provider=inkommet.intyg.leverantor, identitet=kopplad)
        slappt: HttpResponse = perform_login(request, Login(user=svar, redirect_url=inkommet.vidare or None))
        return slappt
    if svar != Ssobesked.LOSENORD:
        notera(Sakerhet.INLOGGNING_MISSLYCKADES, konto=None, vad=svar.value)
        return redirect("sso_besked", svar)
    request.session[KOPPLAS] = [inkommet.intyg.som_data(), inkommet.vidare, time.time()]
    return redirect("sso_koppla")


@login_not_required
@never_cache
@sensitive_post_parameters()
def koppla(request: HttpRequest) -> HttpResponse:
    """The account has a password: it is linked when that has been given, once."""
    data, vidare, nar = request.session.get(KOPPLAS, [None, "", 0])
    if data is None or time.time() - nar > KOPPLAS_INOM:  # or sent twice: then the first has let the person in
        return redirect("mitt_arbete" if request.user.is_authenticated else "account_login")
    intyg, form = Intyg.ur_data(data), KontokopplingForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (agare := _agaren(request, form, intyg)):
        return _slapp_in(request, Inkommet(intyg, vidare), agare.pk)
    status = 422 if form.errors else 200
    return render(request, "insatser/sso/koppla.html", {"form": form, "epost": intyg.epost}, status=status)


def _agaren(request: HttpRequest, form: KontokopplingForm, intyg: Intyg) -> Anvandare | None:
    """Whose password it is, within the limits of every login; else the form says what was wrong."""
    try:
        agare: Anvandare | None = get_adapter(request).authenticate(
            request, email=intyg.epost, password=form.cleaned_data["losenord"]
        )
    except ValidationError as fel:
        form.add_error(None, fel)
        return None
    if agare is None:
        form.add_error("losenord", "Lösenordet stämmer inte. Försök igen.")
    return agare


@login_not_required
@require_safe
def besked(request: HttpRequest, besked: str) -> HttpResponse:
    """Why nobody was let in: the same page whoever reads it, and it changes nothing."""
    if besked not in regler.ORD:
        raise Http404("Det finns inget sådant besked.")
    rubrik, stycken = regler.ORD[besked]
    sammanhang = {"rubrik": rubrik, "stycken": stycken, "igen": besked in regler.IGEN}
    return render(request, "insatser/sso/besked.html", sammanhang)


def koppla_loss(request: HttpRequest, pk: int) -> HttpResponse:
    """The link to a login elsewhere is another's, or that login is not the same any more: asked once more."""
    person = atkomst.konto(request, pk)
    form = BortForm(request.POST or None, initial={"sedd": senaste_handelse(person)})
    if request.method == "POST" and form.is_valid():
        av, sedd = atkomst.jag(request), form.cleaned_data["sedd"]
        if redigering.forsok(form, lambda: andringar.koppla_loss(av=av, person=person, sedd=sedd)):
            text = f"{person} är inte kopplad till någon organisation. {sandning.skicka_i_bakgrunden()}"
            return redigering.sparat(request, reverse("konto", args=[pk]), text)
    sammanhang = {
        "rubrik": f"Koppla loss {person}",
        "ingress": f"{person} loggas ut överallt och får ett mejl. Gör det när organisationen har bytt inloggning"
        f" eller fel person är kopplad: den som sedan kommer därifrån med adressen {person.epost} kopplas till kontot.",
        "tillbaka": reverse("konto", args=[pk]),
        "om_konton": True,
        "knapp": "Koppla loss",
    }
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


def begaran(request: HttpRequest, pk: int) -> HttpResponse:
    """As what somebody who asked gets in."""
    atkomst.krav(request, Rattighet.ADMINISTRERA)
    fraga = _begaran(pk)
    aktor = fragor.aktor(fraga.aktor)
    form = GodkannForm(
        request.POST or None, initial={"namn": fraga.namn, "aktor": aktor, "roll": Anvandarroll.TJANSTEPERSON}
    )
    if request.method == "POST" and form.is_valid():
        av, varden = atkomst.jag(request), form.cleaned_data
        if redigering.forsok(form, lambda: andringar.godkann(av=av, begaran=fraga, **varden)):
            text = f"{varden['namn']} har ett konto och kan logga in. {sandning.skicka_i_bakgrunden()}"
            return redigering.sparat(request, reverse("konton"), text)
    sammanhang = {
        "rubrik": "Godkänn begäran",
        "ingress": f"{fraga.epost} vill in, och har loggat in hos {fragor.leverantorens_namn(fraga.leverantor)}."
        " Godkänn bara den som du vet vem det är.",
        "tillbaka": reverse("konton"),
        "om_konton": True,
        "knapp": "Godkänn",
        "varning": "" if aktor else fragor.okand_aktor(fraga),
    }
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


@require_POST
def neka(request: HttpRequest, pk: int) -> HttpResponse:
    atkomst.krav(request, Rattighet.ADMINISTRERA)
    av, fraga = atkomst.jag(request), _begaran(pk)
    text = f"{fraga} har fått nej. Du kan ändra dig: begäran finns kvar här."
    return redigering.gor(request, lambda: andringar.neka(av=av, begaran=fraga), reverse("konton"), text)


@require_POST
def ta_bort(request: HttpRequest, pk: int) -> HttpResponse:
    """Of who is not to have an account nothing need be kept."""
    atkomst.krav(request, Rattighet.ADMINISTRERA)
    av, fraga = atkomst.jag(request), _begaran(pk)
    text = f"Allt om {fraga} är borttaget. Kommer personen igen blir det en ny begäran."
    return redigering.gor(request, lambda: andringar.ta_bort_begaran(av=av, begaran=fraga), reverse("konton"), text)


def _begaran(pk: int) -> Kontobegaran:
    fraga = Kontobegaran.objects.filter(pk=pk).first()
    if fraga is None:
        raise Http404("Begäran finns inte längre: någon har svarat på den, eller så har personen fått ett konto ändå.")
    return fraga
