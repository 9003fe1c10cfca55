"""What every request passes through besides Django's own."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pghistory
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect

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
