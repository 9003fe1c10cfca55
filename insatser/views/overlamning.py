"""By the personal link: hand a question over to the right person, and take it back."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from aktorer.grund import redigering
from insatser.andringar import overlamning as andringar
from insatser.andringar import uppfoljning as omgangsandringar
from insatser.forms.uppfoljning import LamnaOverForm
from insatser.fragor import lank
from insatser.fragor import overlamning as fragor
from insatser.fragor import uppfoljning as omgangsfragor
from insatser.utbyte.mejl import sandning
from insatser.views import svara


@login_not_required
@never_cache
def lamna_over(request: HttpRequest, token: str) -> HttpResponse:
    """`?punkt=` is the one that was pressed; without it all that is not answered is chosen."""
    mottagare = lank.las(token)
    if mottagare is None:
        return svara.gar_inte(request, token)
    punkter = [p for p in omgangsfragor.att_svara(mottagare) if p.svar is None]
    kandidater = fragor.kandidater(mottagare)
    pk = request.GET.get("punkt", "")
    alla = [str(p.punkt.pk) for p in punkter]
    form = LamnaOverForm(
        request.POST or None,
        punkter=punkter,
        kandidater=kandidater,
        initial={"punkter": [pk] if pk in alla else alla},
    )
    if request.method == "POST":
        omgangsandringar.oppnade_lanken(av=mottagare.anvandare, mottagare=mottagare)
    if request.method == "POST" and form.is_valid():
        valda, till = form.valda()
        av, varfor = mottagare.anvandare, form.cleaned_data["skriv"]
        if redigering.forsok(
            form,
            lambda: andringar.lamna_over(av=av, mottagare=mottagare, punkter=valda, till=till, varfor=varfor),
        ):
            sandning.skicka_i_bakgrunden()
            return redigering.vidare(request, reverse("svara", args=[token]) + "#lamnat")
    sammanhang = {
        "token": token,
        "mottagare": mottagare,
        "omgang": mottagare.omgang,
        "punkter": punkter,
        "kandidater": kandidater,
        "tillbaka": reverse("svara", args=[token]),
        "rubrik": "Lämna över till rätt person",
        "knapp": "Lämna över",
    }
    return redigering.svara_formular(request, "insatser/uppfoljning/lamna_over.html", form, sammanhang)


@login_not_required
@never_cache
@require_POST
def ta_tillbaka(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    mottagare = lank.las(token)
    if mottagare is None:
        return svara.gar_inte(request, token)
    lamnad = next((t for t in fragor.lamnade(mottagare) if t.punkt_id == pk), None)
    if lamnad is None and not mottagare.tillfragningar.filter(punkt=pk).exists():
        return svara.gar_inte(request, token, pk)
    if lamnad:
        try:
            andringar.ta_tillbaka(av=mottagare.anvandare, mottagare=mottagare, punkt=lamnad.punkt)
        except ValidationError as fel:
            return svara.sidan(request, token, mottagare, pk, fel=" ".join(fel.messages))
    return redirect(reverse("svara", args=[token]) + f"#punkt-{pk}")
