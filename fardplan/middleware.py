"""What every request passes through besides Django's own."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

import pghistory
from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render, resolve_url
from django.urls import get_script_prefix, set_script_prefix
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect

from aktorer.behorighet import maste_ha_tvasteg
from aktorer.grund.hemligt import dolj
from aktorer.grund.inskick import FALT, RedanGjort, tar_emot
from aktorer.grund.redigering import sparat
from aktorer.grund.skrivskydd import skrivskyddad
from aktorer.grund.tecken import rena
from aktorer.inloggning import kom_fran_annan
from aktorer.models import Inskick
from insatser.behorighet import FORHANDSVISNING, Forhandsvisare
from insatser.fragor import generation
from insatser.models.stadskarna import RESERVERADE
from insatser.regler.bilagetyp import STORST
from insatser.views import meny

VANTA = "30"  # seconds, before it is worth to ask again

type Svar = Callable[[HttpRequest], HttpResponse]


class KravInloggning(LoginRequiredMiddleware):
    """Private by default. An htmx request is sent to the login page whole, never swapped into a piece of the page."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> Any:
        svar = super().handle_no_permission(request, view_func)
        if not request.htmx:  # type: ignore[attr-defined]
            return svar
        # Only a path of our own; whatever else the header says leads to the first page.
        tillbaka = urlencode({"next": _har_ifran(request)})
        return HttpResponseClientRedirect(f"{resolve_url(self.get_login_url(view_func))}?{tillbaka}")


# What is left of the site to who must have a second factor and has none: setting it up, and signing out.
UTAN_TVASTEG = {
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_list_webauthn",
    "account_reauthenticate",
    "account_logout",
    "halsa",
}
# And to who has one, and has not shown it: doing so.
UTAN_ATT_HA_VISAT = {"mfa_reauthenticate", "mfa_reauthenticate_webauthn", "account_logout", "halsa"}


class KravTvasteg:
    """Who must have a second factor and has none is led to the page that says why and how, wherever they go.

    Who has one has shown it in this very session: one that began with the password alone is not waited in.
    """

    def __init__(self, get_response: Svar) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, vy: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if request.user.is_authenticated:
            request.user.kom_fran_annan = kom_fran_annan(request, request.user)
        if not maste_ha_tvasteg(request.user):
            return None
        plats = request.resolver_match.view_name if request.resolver_match else ""
        if not request.user.tvasteg:
            return None if plats in UTAN_TVASTEG else _led_till(request, resolve_url("mfa_index"))
        if plats in UTAN_ATT_HA_VISAT or _har_visat_faktor(request):
            return None
        satt = get_adapter().get_reauthentication_methods(request.user)
        till = next(s["url"] for s in satt if s["id"] != "reauthenticate")
        return _led_till(request, f"{till}?{urlencode({'next': _hit(request)})}")


def _har_visat_faktor(request: HttpRequest) -> bool:
    """Whether a second factor, or a passkey, was shown in this session, or added in it."""
    return any(b["method"] == "mfa" for b in get_authentication_records(request, request.user))


def _hit(request: HttpRequest) -> str:
    """The page that a request is on its way to: what was sent to it is sent anew from there."""
    return request.get_full_path() if request.method == "GET" and not request.htmx else _har_ifran(request)  # type: ignore[attr-defined]


def _led_till(request: HttpRequest, adress: str) -> HttpResponse:
    """An htmx request, too, is led there whole."""
    return HttpResponseClientRedirect(adress) if request.htmx else HttpResponseRedirect(adress)  # type: ignore[attr-defined]


class Skrivskydd:
    """While nothing can be written, pages are read as ever, and what is sent is answered at once that it is not saved.

    Nor is a session written: what a page would keep in it is for a form that cannot be sent.
    """

    def __init__(self, get_response: Svar) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD", "OPTIONS"} and skrivskyddad():
            return gar_bara_att_lasa()
        svar = self.get_response(request)
        if request.session.modified and skrivskyddad():
            request.session.modified = False
        return svar


def gar_bara_att_lasa() -> HttpResponse:
    """Nothing was saved, and will not be for a while. The header is for the script, which says it in the form."""
    svar = render(None, "fel/503.html", {"skrivskyddad": True}, status=503)
    svar.headers["Retry-After"], svar.headers["X-Skrivskydd"] = VANTA, "1"
    return svar


class Storlek:
    """What is sent is bounded before anybody reads a byte of it: a form, and the largest file of who is logged in."""

    def __init__(self, get_response: Svar) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        langd = request.META.get("CONTENT_LENGTH") or "0"
        skickat = int(langd) if langd.isascii() and langd.isdecimal() else 0
        hogst = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if skickat > hogst and request.user.is_authenticated:
            hogst += STORST
        if skickat <= hogst:
            return self.get_response(request)
        return render(None, "fel/413.html", {"hogst": hogst // 2**20}, status=413)


class Historik:
    """Tells the history triggers who asked and for which page, for writes that go around `andringar`. Never a key."""

    def __init__(self, get_response: Svar) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in {"GET", "HEAD", "OPTIONS"}:
            return self.get_response(request)
        with pghistory.context(anvandare=request.user.pk, sida=dolj(request.path)):
            return self.get_response(request)


class RenText:
    """What people type, paste and put in addresses holds only the characters that may be stored (grund/tecken.py)."""

    def __init__(self, get_response: Svar) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.GET = _ren(request.GET)  # type: ignore[assignment]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, vy: Any, args: Any, kwargs: Any) -> None:
        """Not before: a form too large is told by Django's own check, and who may not come in sends nothing here."""
        if request.method == "POST":
            request.POST = _ren(request.POST)  # type: ignore[assignment]


def _ren(falt: QueryDict) -> QueryDict:
    """Passwords are what they are."""
    rent = {n: [v if "password" in n or "losenord" in n else rena(v) for v in alla] for n, alla in falt.lists()}
    if rent == dict(falt.lists()):
        return falt
    ny = QueryDict(mutable=True)
    for namn, varden in rent.items():
        ny.setlist(rena(namn), varden)
    return ny


# When what was sent at the same time wrote something and was refused after all.
TVA_GANGER = "Det skickades två gånger på en gång. Läs sidan, och skicka igen om något saknas."


class EnGang:
    """What a form sends is written once (aktorer/grund/inskick.py): the second answer leads to where the first did.

    A person's forms carry how many they have sent, so that two tabs say the same; anybody else's, a number of their own
    (insatser/templatetags/formular.py). What is sent without one is not held against anything.
    """

    def __init__(self, get_response: Svar) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return self.get_response(request)
        with tar_emot(lambda: self._notera(request)) as inskickat:
            svar = self.get_response(request)
        nyckel = getattr(request, "inskick", "")
        if not nyckel:
            return svar
        if inskickat.noterat:
            self._besvara(request, svar, nyckel)
        elif svar.status_code in {409, 422} and (fel := self._redan_gjort(request, nyckel)):
            return fel  # what was refused, was refused because of itself
        return svar

    def process_view(self, request: HttpRequest, vy: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if request.method != "POST" or FALT not in request.POST:
            return None
        request.inskick = _inskickets_nyckel(request)  # type: ignore[attr-defined]
        return self._redan_gjort(request, request.inskick)  # type: ignore[attr-defined]

    def process_exception(self, request: HttpRequest, fel: Exception) -> HttpResponse | None:
        if not isinstance(fel, RedanGjort):
            return None
        return self._redan_gjort(request, fel.nyckel) or sparat(request, _har_ifran(request), TVA_GANGER, allt=False)

    def _notera(self, request: HttpRequest) -> None:
        nyckel = getattr(request, "inskick", "")
        if nyckel and not Inskick.objects.notera(nyckel):
            raise RedanGjort(nyckel)

    def _besvara(self, request: HttpRequest, svar: HttpResponse, nyckel: str) -> None:
        """Write down where the answer led, or that there was none."""
        raden = Inskick.objects.filter(pk=nyckel)
        if svar.status_code >= 400:
            raden.delete()  # something after it was refused: the form may be sent as it is once more
            return
        raden.update(adress=_ledde_till(request, svar)[:2000])
        if request.user.is_authenticated:
            request.session[FALT] = request.session.get(FALT, 0) + 1

    def _redan_gjort(self, request: HttpRequest, nyckel: str) -> HttpResponse | None:
        """To where the first answer led, once it has come; None when there was none."""
        adress = Inskick.objects.adress(nyckel)
        for _ in range(20):
            if adress != "":
                break
            time.sleep(0.1)
            adress = Inskick.objects.adress(nyckel)
        if adress is None:
            return None
        return sparat(request, adress or _har_ifran(request), "Det är redan sparat, en gång.")


def _inskickets_nyckel(request: HttpRequest) -> str:
    """A hash of who sent what where. With our key: what was sent may be a password, and the hash is kept."""
    vem = request.session.session_key if request.user.is_authenticated else ""
    avtryck = hmac.new(settings.SECRET_KEY.encode(), repr((vem, request.path)).encode(), "sha256")
    avtryck.update(repr([(n, v) for n, v in request.POST.lists() if n != "csrfmiddlewaretoken"]).encode())
    for namn, filer in request.FILES.lists():
        for fil in filer:
            avtryck.update(repr((namn, fil.name, hashlib.file_digest(fil, "sha256").hexdigest())).encode())
            fil.seek(0)
    return avtryck.hexdigest()


def _ledde_till(request: HttpRequest, svar: HttpResponse) -> str:
    """The address that the answer sends the person to, else the page they are on."""
    if plats := svar.headers.get("HX-Location"):
        adress: str = json.loads(plats)["path"]
        return adress
    return svar.headers.get("Location") or _har_ifran(request)


def _har_ifran(request: HttpRequest) -> str:
    """The page of ours that the person was on, "/" when nobody says: only a path, whatever the header holds."""
    try:
        fran = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))
    except ValueError:
        return "/"
    egen = fran.netloc == request.get_host() and fran.path.startswith("/") and not fran.path.startswith("//")
    return f"{fran.path}?{fran.query}".rstrip("?") if egen else "/"


class Mellanlagring:
    """Keeps pages of logged-in people out of every cache, and fragments apart from the pages they belong to."""

    def __init__(self, get_response: Svar) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        svar = self.get_response(request)
        patch_vary_headers(svar, ["HX-Request"])
        if request.user.is_authenticated:
            add_never_cache_headers(svar)
        return svar


class Forhandsvisning:
    """While a planerare previews a färdplan, its stadskärna's open pages are read with a besökare's eyes.

    After `Mellanlagring`, which must see who it is: a previewed page is as private as the draft.
    """

    def __init__(self, get_response: Svar) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = request.user
        svar = self.get_response(request)
        request.user = person
        return svar

    def process_view(self, request: HttpRequest, vy: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> None:
        """Pages behind login are not for besökare: they stay what they are."""
        if request.method != "GET" or getattr(vy, "login_required", True) or not request.user.is_authenticated:
            return
        visas = request.session.get(FORHANDSVISNING)
        if visas and visas["stadskarna"] == kwargs.get("stadskarna"):
            request.user = Forhandsvisare(visas["fardplan"])


class Generation:
    """Below /generation/<program>/ a stadskärna has the same addresses once more, for a färdplan that is not in force.

    The address without the program's part is looked up, and every link made meanwhile gets that part again. So the next
    generation is built, and an older one read, with the very pages of the one in force. Last, after
    `Forhandsvisning`: which one is in force depends on who asks.
    """

    def __init__(self, get_response: Svar) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        traff = generation.ADRESS.fullmatch(request.path_info)
        if traff is None:
            return self.get_response(request)
        program, adress = traff.groups()
        if adress.split("/")[1] in {"", *RESERVERADE}:
            return _vidare(request, adress)
        request.generation = program  # type: ignore[attr-defined]
        request.path_info = adress
        utan = get_script_prefix()
        set_script_prefix(generation.rot(program))
        try:
            return self.get_response(request)
        finally:
            set_script_prefix(utan)

    def process_view(
        self, request: HttpRequest, vy: Callable[..., Any], args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """What has come into force is read at its own address. What no longer is may only be read, but for a decided
        handlingsplan: it goes on until it is closed, and its decision can be set right.
        """
        if not hasattr(request, "generation"):
            return None
        plan = meny.fardplan(request, kwargs.get("stadskarna", ""))
        if plan is None:
            return None
        if not (plan.ar_aldre or plan.ar_kommande):
            return _vidare(request, request.path_info)
        if plan.ar_aldre and not generation.har_beslutad_plan(plan, kwargs.get("period", "")):
            if request.method not in {"GET", "HEAD", "OPTIONS"}:
                raise PermissionDenied(generation.AVLOST)
            request.user.bara_laser = True  # type: ignore[union-attr]
        return None


def _vidare(request: HttpRequest, adress: str) -> HttpResponse:
    """To the address itself, with what was asked and sent."""
    fraga = request.META.get("QUERY_STRING", "")
    return HttpResponseRedirect(adress + (f"?{fraga}" if fraga else ""), preserve_request=True)
