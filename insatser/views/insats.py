"""One insats with everything about it on one page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from aktorer.behorighet import har
from aktorer.grund import gjort
from aktorer.grund.publik import publik
from aktorer.roller import Rattighet
from insatser.behorighet import far_rapportera, karna_for, rapporterar_eget, synliga_insatser
from insatser.forms import urval as urvalsform
from insatser.forms.lage import LageForm
from insatser.fragor import arende as arenden
from insatser.fragor import foljning, generation, handlingsplan
from insatser.fragor import historik as andringshistorik
from insatser.fragor import insats as insatser
from insatser.fragor import karta as kartor
from insatser.fragor import kontakt as kontakter
from insatser.fragor import mote as moten
from insatser.fragor import nummer as insatsnummer
from insatser.fragor.insatslankar import Insatslank, insatslankar
from insatser.models import Medverkan
from insatser.regler.exempel import exempel
from insatser.utbyte.adress import hel
from insatser.views import atkomst, samtal


@login_not_required
@publik
def insats(request: HttpRequest, stadskarna: str, nummer: str) -> HttpResponse:
    fardplan, visad = atkomst.insats(request, stadskarna, nummer)
    plats = karna_for(visad)
    far = {
        "redigera": har(request.user, Rattighet.REDIGERA, plats) and not visad.avford,
        "aterta": har(request.user, Rattighet.REDIGERA, plats) and bool(visad.avford),
        "aterkalla": har(request.user, Rattighet.REDIGERA, fardplan.stadskarna_id),
        "rapportera": far_rapportera(request.user, visad, fardplan.stadskarna),
        "se_internt": har(request.user, Rattighet.SE_INTERNT),
        "svara_for": atkomst.egen_aktor(request),
        "handlaggare": har(request.user, Rattighet.REDIGERA, fardplan.stadskarna_id)
        or (rapporterar_eget(request.user) and far_rapportera(request.user, visad, fardplan.stadskarna)),
        "folja": request.user.is_authenticated,
    }
    rapporter = insatser.rapporter(visad, fardplan, aven_tillbakatagna=bool(far["se_internt"]))
    lage = next((r for r in rapporter if not r.aterkallad), None)
    prioriteringar = handlingsplan.for_insats(visad, fardplan, request.user)
    visade = rapporter if far["se_internt"] else filter(None, [lage])
    urvalet, (urval, visning) = urvalsform.behall(request.GET), urvalsform.las(request.GET)
    # Leafed through in the order in which the map showed what was selected there.
    karta = kartor.hamta(fardplan, urval, request.user) if urvalet else None
    i_ordning = karta.sorterade(visning.sortera, fallande=visning.fallande) if karta else None
    fore, efter = insatser.grannar(visad, i_ordning or insatser.i_nummerordning(fardplan, request.user))
    gjort.till([visad], "medverkan", lambda ids: Medverkan.objects.filter(insats__in=ids).select_related("aktor"))
    roller = insatser.roller(visad, fardplan)
    egna = {a.pk for d in roller for a in (d.medverkan.aktor, *d.betyder)}
    sammanhang = {
        "fardplan": fardplan,
        "insats": visad,
        "far": far,
        "lage": lage,
        "tidigare_rapporter": [r for r in rapporter if r != lage] if far["se_internt"] else [],
        "roller": roller,
        "kontakter": kontakter.for_insats(visad, fardplan.stadskarna, egna, request.user),
        "exempel": exempel([*visade, *(p.handlingsplan for p in prioriteringar)]),
        "prioriteringar": prioriteringar,
        "motespunkter": moten.for_insats(visad, fardplan, request.user),
        "samband": insatser.samband(visad, fardplan, request.user),
        "slakt": generation.slakt([visad], request.user).get(visad.pk, []),
        "slutar": generation.avslutade([visad], request.user).get(visad.pk),
        "arenden": arenden.med_steg(visad.arenden.all()),
        "overenskommelser": arenden.med_antal(visad.overenskommelser.all()),
        "tidigare": [i for i in insatsnummer.har_haft(nummer, fardplan, request.user) if i != visad],
        "varaktig": hel("insats_varaktig", visad.pk) + (f"?stadskarna={stadskarna}" if visad.gemensam else ""),
        "fore": fore,
        "efter": efter,
        "urvalet": urvalet,
        "filtrerat": urval.filtrerat,
        "andrat": andringshistorik.senast_andrat(visad)[:5] if far["se_internt"] else [],
        "form": LageForm.efter(lage) if far["rapportera"] else None,
        "foljer": far["folja"] and foljning.foljer(atkomst.jag(request), visad, fardplan.stadskarna),
        "idag": timezone.localdate(),
    }
    if far["se_internt"]:
        sammanhang |= samtal.i_mall(request, samtal.om_insats(fardplan, visad))
    return render(request, "insatser/insats/insats.html", sammanhang)


@login_not_required
def varaktig(request: HttpRequest, pk: int) -> HttpResponse:
    """The address that outlives every number: leads to where the insats is read now.

    A gemensam one is read in `?stadskarna=`, when it shows there.
    """
    return redirect(_lank(request, pk).adress)


def varaktig_for_lage(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for who is to report its läge; of an insats that is no longer in force there is but the page."""
    lank = _lank(request, pk)
    return redirect("lage", lank.fardplan.stadskarna.slug, lank.insats.nummer) if lank.galler else redirect(lank.adress)


def _lank(request: HttpRequest, pk: int) -> Insatslank:
    hittade = synliga_insatser(request.user).filter(pk=pk).select_related("malomrade")
    lankar = insatslankar(hittade, request.user, helst=request.GET.get("stadskarna", ""))
    if not lankar:
        raise Http404("Det finns ingen sådan insats.")
    return lankar[0]
