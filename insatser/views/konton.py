"""Accounts: the list, invitations, changes; and choosing a password by the key in a mail."""

from __future__ import annotations

from allauth.account.models import Login
from allauth.account.utils import perform_login
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import flows as passkeys
from allauth.mfa.webauthn.internal.auth import begin_registration
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from aktorer import andringar as kontoandringar
from aktorer import takt
from aktorer.behorighet import har
from aktorer.grund import redigering
from aktorer.models import Anvandare
from aktorer.roller import Anvandarroll, Rattighet
from aktorer.sso import losenord_galler
from insatser.andringar import konton as andringar
from insatser.behorighet import far_bjuda_in
from insatser.forms.konton import (
    BortForm,
    GlomtForm,
    InbjudanForm,
    KontoForm,
    LosenordForm,
    StangForm,
    ValkommenForm,
    ValkommenPasskeyForm,
)
from insatser.fragor import konton as fragor
from insatser.fragor import lank, sso
from insatser.models import Kollegainbjudan
from insatser.regler.bojning import bojt
from insatser.utbyte.mejl import bakgrund, sandning
from insatser.views import atkomst

PER_SIDA = 50
VALJ = "insatser/konton/valj_losenord.html"
I_TIMMEN = 30  # from one address: a whole kommun may come from one


def konton(request: HttpRequest) -> HttpResponse:
    atkomst.krav(request, Rattighet.BJUDA_IN)
    val = {namn: request.GET.get(namn, "").strip()[:200] for namn in ("q", "roll", "lage")}
    sida = Paginator(fragor.lista(request.user, **val), PER_SIDA).get_page(request.GET.get("sida"))
    fragor.med_stadskarnor(list(sida))
    administrerar = har(request.user, Rattighet.ADMINISTRERA)
    begaran = sso.begaran_i_ord(PER_SIDA) if administrerar else []
    stoppade = fragor.stoppade_i_ord(PER_SIDA) if administrerar else []
    sammanhang = {
        "sida": sida,
        "fraga": urlencode({namn: varde for namn, varde in val.items() if varde}),
        **val,
        "begaran": begaran,
        "fler": sso.begaran().count() - PER_SIDA if len(begaran) == PER_SIDA else 0,
        "stoppade": stoppade,
        "fler_stoppade": fragor.stoppade_inbjudningar().count() - PER_SIDA if len(stoppade) == PER_SIDA else 0,
        "roller": Anvandarroll.choices,
        "lagen": fragor.LAGEN,
        "far": {"administrera": administrerar, "ge": atkomst.jag(request).far_ge},
    }
    mall = "insatser/konton/konton.html"
    return render(request, f"{mall}#lista" if redigering.vill_ha_fragment(request, "lista") else mall, sammanhang)


def bjud_in(request: HttpRequest) -> HttpResponse:
    """A samordnare invites colleagues, a planerare tjänstepersoner of any aktör, an administratör anybody."""
    atkomst.krav(request, Rattighet.BJUDA_IN)
    av = atkomst.jag(request)
    form = InbjudanForm(request.POST or None, av=av, initial={"roll": Anvandarroll.TJANSTEPERSON})
    if request.method == "POST" and form.is_valid():
        inbjudna = form.cleaned_data["personer"]
        if av.samordnare:
            if redigering.forsok(form, lambda: andringar.bjud_in_kollegor(av=av, inbjudna=inbjudna)):
                bakgrund.efterat(_utfor)
                text = (
                    f"{_inbjudna(inbjudna)} Den som har loggat in står här. Skriv adressen igen för att skicka om"
                    " mejlet."
                )
                return redigering.sparat(request, reverse("konton"), text)
        elif redigering.forsok(form, lambda: andringar.bjud_in(av=av, inbjudna=inbjudna, **form.rattigheter())):
            text = f"{_inbjudna(inbjudna)} {sandning.skicka_i_bakgrunden()}"
            return redigering.sparat(request, reverse("konton"), text)
    sammanhang = {
        "rubrik": "Bjud in",
        "ingress": f"{_vilka(av)}Var och en får ett mejl med en länk till inloggningen, och loggar in genom sin"
        " organisation."
        if settings.SSO.endast
        else f"{_vilka(av)}Var och en får ett mejl med en länk som gäller i sju dagar, och väljer själv hur det går"
        " till att logga in.",
        "tillbaka": reverse("konton"),
        "om_konton": True,
        "knapp": "Skicka inbjudan",
        "mejllaget": sandning.laget(),
    }
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


def _inbjudna(vilka: list[andringar.Inbjuden]) -> str:
    return bojt(len(vilka), f"{vilka[0].namn} är inbjuden.", f"{len(vilka)} personer är inbjudna.")


def _utfor() -> None:
    """At once, for who is invited; a process that dies leaves it to the timer, and to the next start."""
    andringar.utfor_inbjudningar()
    sandning.skicka_vantande()


def _vilka(av: Anvandare) -> str:
    """Whom the person invites, when it is not anybody."""
    if av.samordnare:
        return f"Du bjuder in tjänstepersoner hos {av.aktor}. "
    return "" if har(av, Rattighet.ADMINISTRERA) else "Du bjuder in tjänstepersoner. "


@require_POST
def prova_inbjudan(request: HttpRequest, pk: int) -> HttpResponse:
    """What could not be carried out of what a samordnare wrote is tried once more, and told of at once."""
    atkomst.krav(request, Rattighet.ADMINISTRERA)
    av, inbjudan = atkomst.jag(request), _inbjudan(pk)
    try:
        andringar.prova_inbjudan_igen(av=av, inbjudan=inbjudan)
        stopp = andringar.utfor_inbjudan(av=inbjudan.av, inbjudan=inbjudan)
    except ValidationError as fel:
        messages.error(request, " ".join(fel.messages))
        return redirect("konton")
    if stopp:
        messages.error(request, f"{inbjudan} är inte inbjuden. {stopp.label}")
        return redirect("konton")
    return redigering.sparat(request, reverse("konton"), f"{inbjudan} är inbjuden. {sandning.skicka_i_bakgrunden()}")


@require_POST
def ta_bort_inbjudan(request: HttpRequest, pk: int) -> HttpResponse:
    atkomst.krav(request, Rattighet.ADMINISTRERA)
    av, inbjudan = atkomst.jag(request), _inbjudan(pk)
    text = f"Inbjudan till {inbjudan} är borttagen."
    return redigering.gor(
        request, lambda: andringar.ta_bort_inbjudan(av=av, inbjudan=inbjudan), reverse("konton"), text
    )


def _inbjudan(pk: int) -> Kollegainbjudan:
    inbjudan = fragor.stoppade_inbjudningar().filter(pk=pk).first()
    if inbjudan is None:
        raise Http404("Inbjudan finns inte längre: den är skickad, eller någon annan har tagit bort den.")
    return inbjudan


@require_POST
def bjud_in_igen(request: HttpRequest, pk: int) -> HttpResponse:
    atkomst.krav(request, Rattighet.BJUDA_IN)
    av, person = atkomst.jag(request), _konto(pk)
    # A samordnare writes the address anew: numbers would tell whether an account came of it.
    if av.samordnare or not far_bjuda_in(av, person.roll, person.aktor_id):
        raise Http404("Du bjuder inte in den personen.")
    try:
        andringar.bjud_in_igen(av=av, person=person)
    except ValidationError as fel:
        messages.error(request, " ".join(fel.messages))
        return redirect("konton")
    text = f"{person} får inbjudan igen. {sandning.skicka_i_bakgrunden()}"
    return redigering.sparat(request, reverse("konton"), text)


def konto(request: HttpRequest, pk: int) -> HttpResponse:
    """Name, address, role, aktör, and whether it is open. The last administratör stays. What waits for who is closed
    out is asked about on a page of its own.
    """
    atkomst.krav(request, Rattighet.ADMINISTRERA)
    person = _konto(pk)
    oppet, epost, kopplingar = person.is_active, person.epost, sso.kopplingar(person)
    form = KontoForm(request.POST or None, instance=person, initial={"sedd": kontoandringar.senaste_handelse(person)})
    if request.method == "POST" and form.is_valid():
        av, varden = atkomst.jag(request), form.cleaned_data
        fraga_forst = oppet and not varden["is_active"] and fragor.vantar(person)
        varden |= {"is_active": oppet} if fraga_forst else {}
        if redigering.forsok(form, lambda: andringar.andra_konto(av=av, person=person, **varden)):
            if fraga_forst:
                return redigering.vidare(request, reverse("konto_stang", args=[pk]))
            hur = "ändrat" if varden["is_active"] == oppet else "öppet igen" if varden["is_active"] else "avstängt"
            mejl = f" {sandning.skicka_i_bakgrunden()}" if varden["epost"] != epost else ""
            return redigering.sparat(request, reverse("konton"), f"Kontot för {varden['namn']} är {hur}.{mejl}")
    sammanhang = {
        "rubrik": "Ändra kontot",
        "ingress": f"{_konto(pk)}. Personen loggar in genom sin organisation."
        if kopplingar or not losenord_galler(person.epost)
        else f"{_konto(pk)}. Lösenordet väljer personen själv, med Glömt lösenordet på sidan för inloggning.",
        "tillbaka": reverse("konton"),
        "om_konton": True,
        "person": person,
        "kopplingar": kopplingar,
    }
    return redigering.svara_formular(request, "insatser/konton/konto.html", form, sammanhang)


def ta_bort_tvasteg(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody has lost the telephone: asked once more, and the person is told."""
    atkomst.krav(request, Rattighet.ADMINISTRERA)
    person = _konto(pk)
    sedan = "kan sedan logga in med lösenordet ensamt, tills ett nytt andra steg är på plats"
    if not person.has_usable_password():
        sedan = "har inget lösenord, och väljer ett med Glömt lösenordet på sidan för inloggning"
    form = BortForm(request.POST or None, initial={"sedd": kontoandringar.senaste_handelse(person)})
    if request.method == "POST" and form.is_valid():
        av, sedd = atkomst.jag(request), form.cleaned_data["sedd"]
        if redigering.forsok(form, lambda: andringar.ta_bort_tvasteg(av=av, person=person, sedd=sedd)):
            text = f"Det andra steget för {person} är borttaget. {sandning.skicka_i_bakgrunden()}"
            return redigering.sparat(request, reverse("konto", args=[pk]), text)
    sammanhang = {
        "rubrik": "Ta bort det andra steget",
        "ingress": f"{person} {sedan}. Gör det bara när du vet att det är rätt person som ber om det. Personen loggas"
        " ut överallt och får ett mejl. Kalenderns adress och personliga länkar i äldre mejl slutar gälla.",
        "tillbaka": reverse("konto", args=[pk]),
        "om_konton": True,
        "knapp": "Ta bort det andra steget",
    }
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


def stang(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an account: what waits for the person, and who takes it over."""
    atkomst.krav(request, Rattighet.ADMINISTRERA)
    person = _konto(pk)
    if not person.is_active:
        return redirect("konto", pk)
    kollegor, sedd = fragor.kollegor(person), kontoandringar.senaste_handelse(person)
    form = StangForm(request.POST or None, kollegor=kollegor, initial={"sedd": sedd})
    if request.method == "POST" and form.is_valid():
        av, till, sedd = atkomst.jag(request), form.cleaned_data["till"], form.cleaned_data["sedd"]
        if redigering.forsok(
            form, lambda: andringar.andra_konto(av=av, person=person, sedd=sedd, till=till, is_active=False)
        ):
            tar_over = f" {till} tar över. {sandning.skicka_i_bakgrunden()}" if till else ""
            return redigering.sparat(request, reverse("konton"), f"Kontot för {person} är avstängt.{tar_over}")
    sammanhang = {
        "rubrik": f"Stäng kontot för {person}",
        "tillbaka": reverse("konto", args=[pk]),
        "om_konton": True,
        "knapp": "Stäng kontot",
        "kropp": "insatser/konton/stang.html",
        "person": person,
        "vantar": fragor.vantar(person),
    }
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


def _konto(pk: int) -> Anvandare:
    person = Anvandare.objects.select_related("aktor").filter(pk=pk).first()
    if person is None:
        raise Http404("Det finns inget sådant konto.")
    return person


@login_not_required
@never_cache
@sensitive_post_parameters()
def valkommen(request: HttpRequest, token: str) -> HttpResponse:
    """The invited one says who it is and chooses a password or a passkey, and is logged in."""
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        return _passkeyns_villkor(request, token)
    if "credential" in request.POST:
        return _valj_passkey(request, token)
    return _valj_losenord(request, token, lank.Kontonyckel.INBJUDAN, ValkommenForm)


def _passkeyns_villkor(request: HttpRequest, token: str) -> HttpResponse:
    """What the browser needs to make one. Asked for by the button: who only opens the link gets no session."""
    person = lank.las_kontonyckel(token, lank.Kontonyckel.INBJUDAN)
    if person is None:
        return JsonResponse({}, status=404)
    return JsonResponse(begin_registration(person, True))


def _valj_passkey(request: HttpRequest, token: str) -> HttpResponse:
    person = lank.las_kontonyckel(token, lank.Kontonyckel.INBJUDAN)
    if person is None:
        return _anvand(request, forsta=True)
    form = ValkommenPasskeyForm(request.POST, user=person)
    if form.is_valid():
        sant, hittat = form.cleaned_data, list[tuple[Anvandare, Authenticator]]()
        namn, passkey, svar = sant["namn"], sant["name"], sant["credential"]

        def skriv() -> None:
            hittat.append(andringar.valj_passkey(av=None, token=token, namn=namn, passkey=passkey, svar=svar))

        if redigering.forsok(form, skriv):
            [(person, nyckel)] = hittat
            messages.success(request, f"Välkommen, {person}! Du loggar in med din passkey.")
            inloggning = Login(user=person, redirect_url=reverse("mfa_view_recovery_codes"))
            svaret: HttpResponse = passkeys.perform_passwordless_login(request, nyckel, inloggning)
            return svaret
    fel = [text for alla in form.errors.values() for text in alla]
    forst = ValkommenForm(person=person, initial={"namn": request.POST.get("namn", person.namn)})
    sammanhang = {"person": person, "form": forst, "forsta": True, "passkeyfel": fel}
    return render(request, VALJ, sammanhang, status=422)


def _anvand(request: HttpRequest, *, forsta: bool) -> HttpResponse:
    return render(request, VALJ, {"forsta": forsta}, status=404)


@login_not_required
@never_cache
@sensitive_post_parameters()
def nytt_losenord(request: HttpRequest, token: str) -> HttpResponse:
    return _valj_losenord(request, token, lank.Kontonyckel.LOSENORD, LosenordForm)


def _valj_losenord(
    request: HttpRequest, token: str, vad: lank.Kontonyckel, formklass: type[LosenordForm]
) -> HttpResponse:
    """By the key alone nobody is in: who has a second factor is asked for it, as at every login."""
    person, forsta = lank.las_kontonyckel(token, vad), vad == lank.Kontonyckel.INBJUDAN
    if person is None:
        return _anvand(request, forsta=forsta)
    form = formklass(request.POST or None, person=person, initial={"namn": person.namn})
    if request.method == "POST" and form.is_valid():
        namn, losenord = form.cleaned_data.get("namn", ""), form.cleaned_data["losenord"]
        try:
            person, mejl = andringar.valj_losenord(av=None, token=token, vad=vad, losenord=losenord, namn=namn)
        except ValidationError:
            return _anvand(request, forsta=forsta)
        if mejl:
            bakgrund.efterat(lambda: sandning.skicka_vantande(mejl))
        messages.success(request, f"Välkommen, {person}!" if forsta else "Lösenordet är bytt.")
        svar: HttpResponse = perform_login(request, person, redirect_url=reverse("mitt_arbete"))
        return svar
    return render(request, VALJ, {"person": person, "form": form, "forsta": forsta}, status=422 if form.errors else 200)


@login_not_required
@never_cache
def glomt(request: HttpRequest) -> HttpResponse:
    """Ask for a new password. The answer and its time are the same whether anybody has the address or not."""
    form, mall = GlomtForm(request.POST or None), "insatser/konton/glomt.html"
    if not (request.method == "POST" and form.is_valid()):
        return render(request, mall, {"form": form}, status=422 if form.is_bound else 200)
    if not takt.ryms(request, "glomt", antal=I_TIMMEN):
        form.add_error(None, "Många har bett om nya lösenord härifrån på kort tid. Vänta en timme och försök igen.")
        return render(request, mall, {"form": form}, status=429)
    epost = form.cleaned_data["epost"]

    def arbete() -> None:
        # Whoever asks sets that one mail going, not everybody's.
        if rad := andringar.begar_losenord(av=None, epost=epost):
            sandning.skicka_vantande(rad)

    bakgrund.efterat(arbete)
    return render(request, mall, {"skickat": True, "epost": epost})
