"""What every request passes through besides Django's own."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pghistory
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import get_script_prefix, set_script_prefix
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect

from insatser.behorighet import FORHANDSVISNING, Forhandsvisare
from insatser.fragor import generation
from insatser.models.stadskarna import RESERVERADE
from insatser.views import meny

type Svar = Callable[[HttpRequest], HttpResponse]


class KravInloggning(LoginRequiredMiddleware):
    """Private by default. An htmx request is sent to the login page whole, never swapped into a piece of the page."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> Any:
        svar = super().handle_no_permission(request, view_func)
        if not request.htmx:  # type: ignore[attr-defined]
            return svar
        # Only a path of our own; whatever else the header says leads to the first page.
        tillbaka = urlencode({"next": request.htmx.current_url_abs_path or "/"})  # type: ignore[attr-defined]
        return HttpResponseClientRedirect(f"{resolve_url(self.get_login_url(view_func))}?{tillbaka}")


class Historik:
    """Tells the history triggers who asked and for which page, for writes that go around `andringar`."""

    def __init__(self, get_response: Svar) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in {"GET", "HEAD", "OPTIONS"}:
            return self.get_response(request)
        with pghistory.context(anvandare=request.user.pk, sida=request.path):
            return self.get_response(request)


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
        """What has come into force is read at its own address. What no longer is may only be read."""
        if not hasattr(request, "generation"):
            return None
        plan = meny.fardplan(request, kwargs.get("stadskarna", ""))
        if plan is None:
            return None
        if not (plan.ar_aldre or plan.ar_kommande):
            return _vidare(request, request.path_info)
        if plan.ar_aldre:
            if request.method not in {"GET", "HEAD", "OPTIONS"}:
                raise PermissionDenied(generation.AVLOST)
            request.user.bara_laser = True  # type: ignore[union-attr]
        return None


def _vidare(request: HttpRequest, adress: str) -> HttpResponse:
    """To the address itself, with what was asked and sent."""
    fraga = request.META.get("QUERY_STRING", "")
    return HttpResponseRedirect(adress + (f"?{fraga}" if fraga else ""), preserve_request=True)
