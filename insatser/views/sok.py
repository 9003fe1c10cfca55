"""Search in everything, as a page and as one types."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from aktorer.grund import redigering
from aktorer.grund.publik import publik
from insatser.fragor import sok as fragor
from insatser.regler.bojning import raknat
from insatser.regler.exempel import exempel
from insatser.regler.sokord import LANGST, tolka


@login_not_required
@publik
@require_safe
def sok(request: HttpRequest) -> HttpResponse:
    """`q` is what is searched for, `slag` the kind that is shown alone."""
    q, slag = request.GET.get("q", "").strip()[:LANGST], request.GET.get("slag", "")
    sokning = tolka(q)
    grupper, nara = fragor.sok(sokning, request.user, slag) if sokning else ([], False)
    sammanhang = {
        "q": q,
        "sokt": bool(sokning),
        "slag": slag if slag in fragor.SLAG else "",
        "grupper": grupper,
        "nara": nara,
        "antal_i_ord": raknat(sum(len(g.traffar) for g in grupper), "träff", "träffar"),
        "htmx_svar": redigering.vill_ha_fragment(request, "traffar"),
        "exempel": exempel(t.pahittad for g in grupper for t in g.traffar),
    }
    mall = "insatser/sok/sok.html"
    return render(request, f"{mall}#traffar" if sammanhang["htmx_svar"] else mall, sammanhang)
