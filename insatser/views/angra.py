"""One click takes back what was just saved."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from aktorer.grund import redigering
from insatser.andringar import angra as andringar
from insatser.views import atkomst


@require_POST
def angra(request: HttpRequest, kontext: UUID) -> HttpResponse:
    """Back to where the button stood; when what was shown there is gone, to the form that made it."""
    har, fran = request.POST.get("har", ""), request.POST.get("fran", "")
    try:
        borta = andringar.angra(av=atkomst.jag(request), kontext=kontext)
    except ValidationError as fel:
        messages.error(request, " ".join(fel.messages))
        return redirect(_egen(har))
    igen = fran.startswith("/angra/")  # what was taken back is done again: there is no form to go to
    if igen:  # and can be taken back like the first time, beside the page that it stands on
        return redigering.sparat(request, _egen(har), "Det är gjort igen.", fran=_egen(har))
    return redigering.sparat(request, _egen(fran if borta else har), "Det är ångrat.")


def _egen(adress: str) -> str:
    """Only an address of ours."""
    egen = adress.startswith("/") and url_has_allowed_host_and_scheme(adress, allowed_hosts=None)
    return adress if egen else "/"
