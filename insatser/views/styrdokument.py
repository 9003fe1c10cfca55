"""The styrdokument that a färdplan builds on: written down, changed, linked and unlinked."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from aktorer.grund import redigering
from aktorer.roller import Rattighet
from insatser.andringar import styrdokument as andringar
from insatser.forms.styrdokument import KopplaForm, StyrdokumentForm
from insatser.models import Fardplan, Styrdokument
from insatser.views import atkomst


def ny(request: HttpRequest, stadskarna: str) -> HttpResponse:
    """A new one, or one that another färdplan already builds on."""
    fardplan = atkomst.fardplan(request, stadskarna, Rattighet.REDIGERA)
    form = StyrdokumentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        av, varden = atkomst.jag(request), {k: v for k, v in form.cleaned_data.items() if k != "version"}
        if redigering.forsok(form, lambda: andringar.skapa(av=av, fardplan=fardplan, **varden)):
            return redigering.sparat(request, _adress(fardplan), f"{varden['namn']} är tillagt.")
    sammanhang = {"fardplan": fardplan, "tillbaka": _adress(fardplan), "koppla": KopplaForm(fardplan=fardplan)}
    return redigering.svara_formular(request, "insatser/styrdokument/ny.html", form, sammanhang)


@require_POST
def koppla(request: HttpRequest, stadskarna: str) -> HttpResponse:
    fardplan = atkomst.fardplan(request, stadskarna, Rattighet.REDIGERA)
    form = KopplaForm(request.POST, fardplan=fardplan)
    if form.is_valid():
        av, dokument = atkomst.jag(request), form.cleaned_data["dokument"]
        if redigering.forsok(form, lambda: andringar.koppla(av=av, fardplan=fardplan, dokument=dokument)):
            return redigering.sparat(request, _adress(fardplan), f"Färdplanen bygger nu på {dokument}.")
    sammanhang = {
        "fardplan": fardplan,
        "rubrik": "Koppla ett styrdokument",
        "tillbaka": _adress(fardplan),
        "knapp": "Koppla",
    }
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


def redigera(request: HttpRequest, stadskarna: str, pk: int) -> HttpResponse:
    fardplan = atkomst.fardplan(request, stadskarna, Rattighet.REDIGERA)
    dokument = _dokument(fardplan, pk)
    if dokument.fardplaner.exclude(stadskarna=fardplan.stadskarna_id).exists():
        atkomst.krav(request, Rattighet.REDIGERA)
    # The form gets a copy: a ModelForm writes what was typed on its instance before anything is saved.
    form = StyrdokumentForm(
        request.POST or None, instance=Styrdokument.objects.get(pk=pk), initial={"version": dokument.version}
    )
    if request.method == "POST" and form.is_valid():
        av, varden = atkomst.jag(request), dict(form.cleaned_data)
        version = varden.pop("version") or 0
        if redigering.forsok(form, lambda: andringar.andra(av=av, dokument=dokument, version=version, **varden)):
            return redigering.sparat(request, _adress(fardplan), f"{varden['namn']} är sparat.")
    fler = dokument.fardplaner.count() > 1
    sammanhang = {
        "fardplan": fardplan,
        "rubrik": f"Ändra {dokument}",
        "tillbaka": _adress(fardplan),
        "varning": "Fler planer bygger på dokumentet: ändringen syns i alla." if fler else "",
    }
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


@require_POST
def koppla_bort(request: HttpRequest, stadskarna: str, pk: int) -> HttpResponse:
    fardplan = atkomst.fardplan(request, stadskarna, Rattighet.REDIGERA)
    dokument = _dokument(fardplan, pk)
    andringar.koppla_bort(av=atkomst.jag(request), fardplan=fardplan, dokument=dokument)
    text = f"Färdplanen bygger inte längre på {dokument}. Dokumentet finns kvar och kan kopplas igen."
    return redigering.sparat(request, _adress(fardplan), text)


def _dokument(fardplan: Fardplan, pk: int) -> Styrdokument:
    dokument: Styrdokument | None = fardplan.styrdokument.filter(pk=pk).first()
    if dokument is None:
        raise Http404("Färdplanen bygger inte på det dokumentet.")
    return dokument


def _adress(fardplan: Fardplan) -> str:
    return reverse("fardplan", args=[fardplan.stadskarna.slug])
