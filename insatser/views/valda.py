"""One and the same change of many rows of the insatskarta's table."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from aktorer.grund import valdsida
from aktorer.grund.valda import Atgard, Valdaform, Valdrad
from aktorer.grund.valdsida import Radord, Valda
from insatser.andringar import valda as andringar
from insatser.forms import gemensam as gemensamt
from insatser.forms import urval as urvalsform
from insatser.forms.valda import tillatna
from insatser.fragor import valda as fragor
from insatser.fragor.stadskarna import med_gemensamma
from insatser.models import Fardplan, Insats
from insatser.views import atkomst


def valda(request: HttpRequest, stadskarna: str) -> HttpResponse:
    """Of insatser (`aktorer.grund.valdsida.svara`)."""
    fardplan = atkomst.fardplan(request, stadskarna)
    av, slag = atkomst.jag(request), tillatna(request.user, fardplan.stadskarna_id)
    if not slag:
        raise PermissionDenied("Din roll får läsa insatserna men inte ändra dem.")
    urvalet = urvalsform.behall(request.GET)
    sidan = Valda(
        ord_=Radord("insats", "insatser"),
        slag=slag,
        ny_form=lambda form, data: form(data, fardplan=fardplan, av=av),
        hamta=lambda ids: fragor.hamta(fardplan, request.user, ids),
        andra=lambda atgard, rader, versioner: andringar.andra(av=av, atgard=atgard, rader=rader, versioner=versioner),
        tabellen=reverse("insatskarta", args=[stadskarna]) + (urvalet or "?vy=tabell"),
        tabellnamn="Insatskarta",
        radmall="insatser/karta/valdrad.html",
        rubriker=("Nr", "Insats"),
        fraga=lambda form, atgard, rader: _fraga_om_alla(request, form, fardplan, atgard, rader),
    )
    sammanhang = {"fardplan": fardplan, "urvalet": urvalet, "urvalsfalt": urvalsform.som_falt(request.GET)}
    return valdsida.svara(request, sidan, av, sammanhang | {"meny": "karta"})


def _fraga_om_alla(
    request: HttpRequest, form: Valdaform, fardplan: Fardplan, atgard: Atgard[Insats], rader: Sequence[Valdrad[Insats]]
) -> None:
    """When any of those that change is gemensam, all stadskärnor are named, and asked about once."""
    if atgard.i_alla and any(r.andras and r.rad.gemensam for r in rader):
        gemensamt.krav_bekraftelse(form, med_gemensamma(fardplan, request.user))
        if "skriv" in request.POST:
            form.full_clean()
