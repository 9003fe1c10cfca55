"""The next generation: begin a stadskärna's färdplan in a later program, and settle what becomes of its insatser."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from aktorer.grund import redigering
from aktorer.roller import Rattighet
from insatser.andringar import generation as andringar
from insatser.forms import gemensam as gemensamt
from insatser.forms.generation import AngraForm, AvgorForm
from insatser.fragor import generation
from insatser.fragor.stadskarna import med_gemensamma
from insatser.models import Fardplan, Insats, Malomrade, Program, Stadskarna
from insatser.regler.bojning import raknat
from insatser.views import atkomst


@require_POST
def borja(request: HttpRequest, program: str) -> HttpResponse:
    """Begin the färdplan of a stadskärna in the program."""
    valt = Program.objects.filter(slug=program).first()
    karna = Stadskarna.objects.filter(slug=request.POST.get("stadskarna", "")).first()
    atkomst.krav(request, Rattighet.REDIGERA, karna.pk if karna else None)
    if valt is None or karna is None:
        raise Http404("Programmet eller stadskärnan finns inte längre.")
    try:
        plan = andringar.borja(av=atkomst.jag(request), program=valt, stadskarna=karna)
    except ValidationError as fel:
        return redigering.sparat(request, reverse("program", args=[program]), " ".join(fel.messages), allt=False)
    namn = "ta_over" if generation.arv(plan) else "fardplan"
    text = f"Färdplanen för {karna} i {valt} är påbörjad. Den är ett utkast som bara inloggade ser."
    return redigering.sparat(request, generation.adress(plan, namn, galler=False), text)


def ta_over(request: HttpRequest, stadskarna: str) -> HttpResponse:
    """What becomes of each insats of the färdplan before."""
    fardplan = atkomst.fardplan(request, stadskarna, Rattighet.REDIGERA)
    fore = generation.foregaende(fardplan.program, fardplan.stadskarna)
    if fore is None:
        raise Http404(f"{fardplan.stadskarna} har ingen tidigare färdplan att ta över insatser från.")
    arv = generation.arv(fardplan)
    malomraden = Malomrade.objects.filter(program=fardplan.program_id).order_by("nummer")
    form = AvgorForm(request.POST or None, arv=arv, malomraden=malomraden)
    if gemensamma := form.gemensamma():
        gemensamt.krav_bekraftelse(form, med_gemensamma(fardplan, request.user, fore), gemensamma)
    if request.method == "POST" and form.is_valid():
        av = atkomst.jag(request)
        svar: list[andringar.Avgjort] = []
        if redigering.forsok(form, lambda: svar.append(andringar.avgor(av=av, fardplan=fardplan, val=form.val()))):
            return redigering.sparat(request, reverse("ta_over", args=[stadskarna]), _i_ord(svar[0]))
    last = {True: generation.utgivet(fardplan.program), False: fardplan.har_getts_ut}
    sammanhang = {
        "fardplan": fardplan,
        "fore": fore,
        # What has been public is not thrown away.
        "avgjorda": [(a, not (a.ersatts_av and last[a.ersatts_av.gemensam])) for a in arv if a.avgjord],
        "rubrik": f"Insatser från {fore.program}",
        "tillbaka": reverse("fardplan", args=[stadskarna]),
    }
    return redigering.svara_formular(request, "insatser/generation/ta_over.html", form, sammanhang)


def _i_ord(avgjort: andringar.Avgjort) -> str:
    delar = []
    if avgjort.nya:
        nummer = ", ".join(i.nummer for i in avgjort.nya)
        delar.append(f"{raknat(len(avgjort.nya), 'insats är övertagen', 'insatser är övertagna')}: {nummer}.")
    if antal := len(avgjort.avslutade):
        delar.append(f"{raknat(antal, 'insats förs', 'insatser förs')} inte vidare.")
    return " ".join(delar) or "Det var redan sparat."


@require_POST
def angra(request: HttpRequest, stadskarna: str, pk: int) -> HttpResponse:
    """Take back that an insats is not carried over; with the version of what was carried over, that it is.

    Of a gemensam insats it is asked about first, since it is taken back in all stadskärnor.
    """
    fardplan = atkomst.fardplan(request, stadskarna, Rattighet.REDIGERA)
    gammal = next((a.insats for a in generation.arv(fardplan) if a.insats.pk == pk), None)
    fore = generation.foregaende(fardplan.program, fardplan.stadskarna)
    if gammal is None or fore is None:
        return redirect("ta_over", stadskarna=stadskarna)
    av, version, tillbaka = atkomst.jag(request), redigering.version(request), reverse("ta_over", args=[stadskarna])
    fragas = gammal.gemensam and "fragad" not in request.POST
    form = AngraForm(None if fragas else request.POST, initial={"version": version, "fragad": True})
    if gammal.gemensam:
        gemensamt.krav_bekraftelse(form, med_gemensamma(fardplan, request.user, fore), [gammal])
    if not form.is_valid():
        sammanhang = {
            "fardplan": fardplan,
            "rubrik": f"Ångra valet för {gammal.nummer}",
            "ingress": _angras(gammal, fardplan, bort=bool(version)),
            "knapp": "Ångra valet",
            "tillbaka": tillbaka,
        }
        return redigering.svara_formular(request, "formular.html", form, sammanhang)
    return redigering.gor(
        request,
        lambda: (
            andringar.aterta_overforing(av=av, fardplan=fardplan, insats=gammal, version=version)
            if version
            else andringar.aterta_avslut(av=av, fardplan=fardplan, insats=gammal)
        ),
        tillbaka,
        f"{gammal.nummer} {gammal.titel} är inte avgjord längre.",
    )


def _angras(gammal: Insats, fardplan: Fardplan, *, bort: bool) -> str:
    vad = f"Insatsen som tog över i {fardplan.program} kastas" if bort else "Att den inte förs vidare tas tillbaka"
    return f"{gammal.nummer} {gammal.titel} ska avgöras på nytt. {vad}, i alla stadskärnor."
