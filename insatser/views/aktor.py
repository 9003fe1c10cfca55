"""One aktör with everything it takes part in. The register itself is in the room of the aktörer."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from aktorer.behorighet import har, har_nagonstans
from aktorer.grund import redigering
from aktorer.grund.publik import publik
from aktorer.models import Aktor
from aktorer.roller import Rattighet
from insatser.andringar import aktor as andringar
from insatser.behorighet import for_sin_aktor, handlingsplaner_som_beslutade
from insatser.forms.insats import VersionForm
from insatser.fragor import aktor as fragor
from insatser.fragor import arende as arendefragor
from insatser.fragor import beslutat
from insatser.fragor import kontakt as kontakter
from insatser.fragor.aktor import Karnuppdrag
from insatser.fragor.hanvisning import hanvisningar
from insatser.models import AktivitetAktor
from insatser.regler.bojning import bojt
from insatser.regler.exempel import exempel
from insatser.regler.forsening import Forsening
from insatser.views import atkomst

SENASTE = 10  # ärenden on the aktör's page; the rest are in the list of ärenden
MEST_OPPET = 10  # of more insatser in several stadskärnor than that, each stadskärna is folded
FORSTA = 5  # aktiviteter before the fold


@login_not_required
@publik
def aktor(request: HttpRequest, slug: str) -> HttpResponse:
    visad = Aktor.objects.filter(slug=slug).select_related("del_av", "eftertradare", "uppgatt_i").first()
    nu = visad.uppgatt_i if visad else fragor.med_fordom_adress(slug)
    if nu:
        return HttpResponsePermanentRedirect(reverse("aktor", args=[nu.slug]))
    if visad is None:
        raise Http404("Det finns ingen aktör med den adressen.")
    se_internt = har(request.user, Rattighet.SE_INTERNT)
    efter = list(Aktor.objects.filter(Q(eftertradare=visad) | Q(uppgatt_i=visad)).i_ordning())
    foregangare = [a for a in efter if a.uppgatt_i_id is None]
    idag = timezone.localdate()
    uppdrag = fragor.uppdrag(visad, request.user)
    karnor = fragor.per_karna(uppdrag, idag)
    beslutade = beslutat.las(handlingsplaner_som_beslutade(request.user))
    aktiviteter = fragor.aktiviteter(visad, request.user, beslutade, idag)
    platser = fragor.platser([visad, *foregangare])
    summor, exempel_i_summor = fragor.bidrag([visad, *foregangare], request.user, beslutade)
    sammanhang = {
        "aktor": visad,
        "delar": visad.delar.i_ordning(),
        "foregangare": foregangare,
        "uppgangna": [a for a in efter if a.uppgatt_i_id],
        **fragor.agande(visad),
        "medlemmar": visad.medlemmar.select_related("aktor").order_by("aktor__sortering"),
        "karnor": fragor.karnkommuner(request.user) if visad.avser_karnkommuner else [],
        "uppdrag": uppdrag,
        "uppdrag_per_karna": karnor,
        "antal_insatser": sum(k.insatser for k in karnor),
        "vik_karnor": len(karnor) > 1 and len(uppdrag) > MEST_OPPET,
        "svar": fragor.svaret(karnor) if karnor else None,
        "siffror": _siffror(karnor, aktiviteter) if karnor or aktiviteter else [],
        "idag": idag,
        "aktiviteter": aktiviteter,
        "finns_sena": any(skal for _, skal in aktiviteter),
        "forsta": f":{FORSTA}",
        "fran_forsta": f"{FORSTA}:",
        "arenden": list(arendefragor.med_steg(visad.arenden.all())[: SENASTE + 1]),
        "senaste": SENASTE,
        "anslutningar": visad.anslutningar.select_related("overenskommelse").order_by("overenskommelse__namn"),
        # What an aktör that it succeeded sat in and paid is told here too.
        "platser": platser,
        "platser_nu": [p for p in platser if not p.upphorde(fore=idag)],
        "platser_forr": [p for p in platser if p.upphorde(fore=idag)],
        "summor": summor,
        "exempel_i_summor": exempel_i_summor,
        "kontakt": visad.kontakt if se_internt else "",
        "kontakter": kontakter.for_aktor(visad, request.user),
        "far": {
            "redigera": har(request.user, Rattighet.REDIGERA),
            "se_internt": se_internt,
            "lagga_till": har_nagonstans(request.user, Rattighet.REDIGERA) or for_sin_aktor(request.user, visad),
        },
    }
    return render(request, "insatser/aktor/aktor.html", sammanhang)


def ta_bort(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask first; where something points at it, name that and lead there."""
    atkomst.krav(request, Rattighet.REDIGERA)
    vald: Aktor | None = Aktor.objects.i_registret().filter(slug=slug).first()
    if vald is None:
        raise Http404("Det finns ingen aktör med den adressen.")
    form = VersionForm(request.POST or None, initial={"version": vald.version})
    av = atkomst.jag(request)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        if redigering.forsok(form, lambda: andringar.ta_bort(av=av, aktor=vald, version=version)):
            return redigering.sparat(request, reverse("aktorer"), f"{vald} är borttagen ur registret.")
    hittade = hanvisningar(vald, av)
    ord_ = "Ta bort den där något hänvisar till den, eller slå ihop den med en annan aktör."
    sammanhang = {
        "namn": str(vald),
        "vad": "aktören",
        "forsvinner": f"{vald} tas bort ur registret, med uppgifterna om medlemmar och ägare.",
        "hinder": [ord_] if hittade else [],
        "hanvisningar": hittade,
        "annan_vag": (reverse("aktor_sla_ihop", args=[slug]), "Slå ihop med en annan"),
        "meny": "aktorer",
        "exempel": exempel(lank for h in hittade for lank in h.lankar),
        "tillbaka": reverse("aktor_redigera", args=[slug]),
    }
    return redigering.svara_formular(request, "ta_bort.html", form, sammanhang)


def _siffror(
    karnor: list[Karnuppdrag], aktiviteter: list[tuple[AktivitetAktor, Forsening | None]]
) -> list[tuple[int, str, str, str]]:
    """(number, its word, where on the page, icon) of what is asked for first."""
    antal, tysta = sum(k.insatser for k in karnor), sum(k.tysta for k in karnor)
    sena = sum(bool(skal) for _, skal in aktiviteter)
    siffror = [
        (antal, bojt(antal, "insats", "insatser"), "#insatser", ""),
        (tysta, bojt(tysta, "inte uppdaterad", "inte uppdaterade"), "#insatser", ""),
    ]
    if aktiviteter:
        siffror += [
            (len(aktiviteter), bojt(len(aktiviteter), "aktivitet", "aktiviteter"), "#aktiviteter", ""),
            (sena, bojt(sena, "försenad aktivitet", "försenade aktiviteter"), "#aktiviteter", ""),
        ]
    return siffror
