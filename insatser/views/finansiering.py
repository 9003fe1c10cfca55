"""Who pays: the common money of a handlingsplan, and what is paid for one aktivitet."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from aktorer.grund import redigering
from insatser.andringar import finansiering as andringar
from insatser.forms import finansiering as rader_
from insatser.forms.finansiering import FinansieringForm
from insatser.fragor.historik import senaste_bidragshandelse
from insatser.models import Aktivitet, Handlingsplan
from insatser.views import atkomst, mellansteg


def plan(request: HttpRequest, stadskarna: str, period: str) -> HttpResponse:
    """What the aktörer put in for the whole plan."""
    vald = atkomst.utkast(request, stadskarna, period)
    tillbaka = reverse("handlingsplan", args=[stadskarna, period]) + "#finansiering"
    return _redigera(request, vald, vald, "Gemensamma medel", tillbaka)


def aktivitet(request: HttpRequest, stadskarna: str, period: str, pk: int) -> HttpResponse:
    """What is paid for this aktivitet alone."""
    vald, a = atkomst.aktivitet_i_utkast(request, stadskarna, period, pk)
    tillbaka = reverse("handlingsplan", args=[stadskarna, period]) + f"#insats-{a.prioritering.insats.nummer}"
    return _redigera(request, vald, a, "Vem betalar?", tillbaka)


def _redigera(
    request: HttpRequest, plan: Handlingsplan, mal: Handlingsplan | Aktivitet, rubrik: str, tillbaka: str
) -> HttpResponse:
    form = FinansieringForm(request.POST or None, initial={"sedd": senaste_bidragshandelse(mal)})
    nu = map(andringar.som_rad, mal.bidrag.order_by("aktor__sortering", "ar"))
    mellan = mellansteg.steg(request, "bidrag", rad="rad", sedan="Skriv beloppet och spara.")
    rader = rader_.svar(plan, mellan.data) if request.method == "POST" else rader_.visa(plan, nu)
    if mellan.begard:
        mellansteg.visa_om(form, rader, mellan)
    elif request.method == "POST" and _giltiga(form, rader):
        mina, sedd, av = rader.rader(), form.cleaned_data["sedd"], atkomst.jag(request)
        if redigering.forsok(form, lambda: andringar.satt(av=av, mal=mal, sedd=sedd, rader=mina)):
            return redigering.sparat(request, tillbaka, "Beloppen är sparade.")
        if krock := getattr(form, "krock", None):
            rader = rader_.visa(plan, krock.rader["bidrag"])
    sammanhang = {
        "fardplan": plan.fardplan,
        "plan": plan,
        "aktivitet": mal if isinstance(mal, Aktivitet) else None,
        "rader": rader,
        "mellan": mellan,
        "rubrik": rubrik,
        "tillbaka": tillbaka,
    }
    return redigering.svara_formular(request, "insatser/finansiering/redigera.html", form, sammanhang)


def _giltiga(form: FinansieringForm, rader: Any) -> bool:
    bada = [form.is_valid(), rader.is_valid()]
    if bada == [True, False]:
        form.add_error(None, "Beloppen är inte sparade. Rätta det som är markerat.")
    return all(bada)
