"""The insatskarta, a handlingsplan and how it stands, and the report of a round, as PDF."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from aktorer.grund.publik import publik
from aktorer.roller import Rattighet
from insatser.behorighet import laser_som_beslutad
from insatser.forms import urval as urvalsform
from insatser.fragor import handlingsplan as planer
from insatser.fragor import karta as kartor
from insatser.fragor.avslutat import planavslut
from insatser.fragor.omgangsrapport import omgangsrapport, rapportdag, rapportdata
from insatser.fragor.plandata import slutdata
from insatser.fragor.planlage import planlagesdata
from insatser.fragor.urval import i_ord
from insatser.pdf.handlingsplan import handlingsplan, plandokument
from insatser.pdf.insatskarta import affisch
from insatser.pdf.omgang import omgangsdokument
from insatser.pdf.planlage import planlage
from insatser.views import atkomst


@login_not_required
@publik
def insatskarta_pdf(request: HttpRequest, stadskarna: str) -> HttpResponse:
    """The poster of what the map shows with the same query."""
    fardplan = atkomst.fardplan(request, stadskarna)
    urval, _ = urvalsform.las(request.GET)
    karta = kartor.hamta(fardplan, urval, request.user)
    dokument = affisch(karta, i_ord(urval), timezone.localdate())
    return pdf_svar(dokument, f"insatskarta-{fardplan.stadskarna.slug}.pdf")


@login_not_required
@publik
def handlingsplan_pdf(request: HttpRequest, stadskarna: str, period: str) -> HttpResponse:
    """A decided plan is the file that was decided; before that, and while it is being changed, the proposal.

    A closed plan is its slutrapport, as it was made that day; of plans closed before that was kept it is made now.
    """
    plan = atkomst.handlingsplan(request, stadskarna, period)
    beslutad = plan.versioner.gallande().med_foregangare().defer("rader").select_related("beslut__organ").first()
    if plan.avslutad:
        frusen = planavslut(plan).values_list("pdf", flat=True).first()
        dokument = bytes(frusen) if frusen else plandokument(slutdata(planer.innehall(plan), beslutad), plan.avslutad)
    elif beslutad and (not plan.andras or laser_som_beslutad(request.user, plan)):
        dokument = bytes(beslutad.pdf)
    else:
        dokument = handlingsplan(planer.innehall(plan), beslutad, timezone.localdate())
    vad = "slutrapport" if plan.avslutad else "handlingsplan"
    return pdf_svar(dokument, f"{vad}-{plan.fardplan.stadskarna.slug}-{plan.period}.pdf")


@login_not_required
@publik
def planlage_pdf(request: HttpRequest, stadskarna: str, period: str) -> HttpResponse:
    """How the plan stands today, a closed one when it was closed, on one page."""
    plan = atkomst.handlingsplan(request, stadskarna, period)
    innehall = atkomst.planinnehall(request, plan)
    idag = plan.avslutad or timezone.localdate()
    beslutad = plan.senast_beslutad()
    dokument = planlage(planlagesdata(innehall, idag, beslutad), idag)
    return pdf_svar(dokument, f"lagesrapport-{plan.fardplan.stadskarna.slug}-{plan.period}.pdf")


def omgang_pdf(request: HttpRequest, stadskarna: str, pk: int) -> HttpResponse:
    """The report of a round: of a closed one as it was frozen."""
    fardplan, vald = atkomst.omgang(request, stadskarna, pk, Rattighet.SE_INTERNT)
    idag = timezone.localdate()
    dag = rapportdag(vald, idag)
    dokument = omgangsdokument(rapportdata(vald, omgangsrapport(vald, idag), dag), dag)
    return pdf_svar(dokument, f"uppfoljning-{fardplan.stadskarna.slug}-{pk}.pdf")


def pdf_svar(innehall: bytes, filnamn: str) -> HttpResponse:
    """A PDF shown in the browser, saved under `filnamn`."""
    visning = content_disposition_header(as_attachment=False, filename=filnamn) or "inline"
    return HttpResponse(innehall, content_type="application/pdf", headers={"Content-Disposition": visning})
