"""Closing a handlingsplan: each aktivitet is done, carried over or dropped, and why."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from aktorer.grund import redigering
from aktorer.roller import Rattighet
from insatser.andringar import avslut as andringar
from insatser.forms import avslut as tabell
from insatser.forms.avslut import AvslutForm, UtfallForms
from insatser.fragor import handlingsplan as planer
from insatser.models import Aktivitet, Handlingsplan
from insatser.regler.status import Status
from insatser.regler.utfall import Utfall
from insatser.views import atkomst

# What an aktivitet's status makes most likely; the planerare decides.
FORSLAG = {Status.GENOMFORD: Utfall.KLAR}


def avsluta(request: HttpRequest, stadskarna: str, period: str) -> HttpResponse:
    """Save what is known so far, or close the plan."""
    plan = atkomst.handlingsplan(request, stadskarna, period, Rattighet.PLANERA)
    if plan.status != Handlingsplan.Planstatus.BESLUTAD or plan.andras:
        raise Http404(f"{plan} går inte att avsluta: den ska vara beslutad, och inget ändringsbeslut får vara på gång.")
    aktiviteter = planer.innehall(plan).aktiviteter
    ar = timezone.localdate().year
    form = AvslutForm(
        request.POST or None,
        i_fortid=plan.ar_fran <= ar <= plan.ar_till,
        initial={"slutord": planer.forra_slutordet(plan)},
    )
    stang = "avsluta" in request.POST
    rader = UtfallForms(request.POST or None, initial=_nu(aktiviteter), prefix="utfall", form_kwargs={"stang": stang})
    if request.method == "POST" and _giltiga(form, rader, aktiviteter if stang else []):
        mina, av, slutord = rader.rader(), atkomst.jag(request), form.cleaned_data["slutord"]  # type: ignore[attr-defined]

        def andring() -> object:
            if stang:
                return andringar.avsluta(av=av, plan=plan, rader=mina, slutord=slutord)
            return andringar.skriv_utfall(av=av, plan=plan, rader=mina)

        if redigering.forsok(form, andring):
            text = "Planen är avslutad. Den går nu bara att läsa." if stang else "Utfallen är sparade."
            return redigering.sparat(request, _adress(plan, "" if stang else "avsluta/"), text)
        if krock := getattr(form, "krock", None):
            rader = tabell.visa(krock.rader["utfall"])
    sammanhang = {
        "fardplan": plan.fardplan,
        "plan": plan,
        "rader": rader,
        "par": list(zip(rader.forms, aktiviteter, strict=False)),
        "rubrik": f"Avsluta handlingsplan {plan.period_i_text}",
        "tillbaka": _adress(plan),
        "har_borjat": ar >= plan.ar_fran,
        "har_slutat": ar > plan.ar_till,
    }
    return redigering.svara_formular(request, "insatser/handlingsplan/avsluta.html", form, sammanhang)


def _nu(aktiviteter: list[Aktivitet]) -> list[dict[str, Any]]:
    return [
        {
            "aktivitet": a.pk,
            "version": a.version,
            "utfall": a.utfall or FORSLAG.get(Status(a.status), ""),
            "skal": a.utfall_skal,
        }
        for a in aktiviteter
    ]


def _giltiga(form: AvslutForm, rader: Any, stangs: list[Aktivitet]) -> bool:
    """Both are checked, so that all that is wrong is marked at once. `stangs`: the aktiviteter that are settled now."""
    ratt = rader.is_valid()
    if ratt:
        klara = {r.aktivitet for r in rader.rader() if r.utfall == Utfall.KLAR}
        per_pk = {rad.cleaned_data["aktivitet"]: rad for rad in rader if rad.cleaned_data}
        anda = [(a, per_pk[a.pk]) for a in stangs if a.pk in klara and a.status != Status.GENOMFORD]
        form.fraga_om_klara([a.titel for a, _ in anda])
        if "klara_anda" in form.errors:
            for a, rad in anda:
                rad.add_error("utfall", f"Senast rapporterad status: {a.get_status_display()}.")
    if form.is_valid() and not ratt:
        form.add_error(None, "Inget är sparat. Rätta det som är markerat bland aktiviteterna.")
    return ratt and form.is_valid()


def _adress(plan: Handlingsplan, vidare: str = "") -> str:
    return reverse("handlingsplan", args=[plan.fardplan.stadskarna.slug, plan.period]) + vidare
