"""What a samverkansorgan decides about a handlingsplan: adopt it, open it for an ändringsbeslut, close it."""

from __future__ import annotations

import hashlib
from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone

from aktorer.grund.andring import andring, slutlig_andring
from aktorer.grund.samtidighet import krav_oandrad
from aktorer.grund.spara import spara
from aktorer.models import Anvandare
from insatser.andringar import bilaga as bilagor
from insatser.andringar.planrader import stall_tillbaka
from insatser.fragor.beslutat import frys
from insatser.fragor.handlingsplan import innehall as innehall_av
from insatser.fragor.plandata import att_besluta, beslutsdata, med_andringar, plandata
from insatser.models import Beslut, Handlingsplan, Insats, Planversion, Samtalssak, Samverkansorgan
from insatser.pdf.handlingsplan import plandokument
from insatser.regler.bilagetyp import Fil
from insatser.regler.bojning import bojt


@slutlig_andring
def besluta(
    *,
    av: Anvandare | None,
    plan: Handlingsplan,
    version: int,
    organ: Samverkansorgan,
    datum: date,
    paragraf: str,
    diarienummer: str = "",
    protokoll: str = "",
    notering: str = "",
    fil: Fil | None = None,
) -> Planversion:
    """Record the organ's decision on the plan as it stands: from now on its content is frozen, by the database too.

    The first decision makes version 1; after `oppna_andring` the next one makes version 2, and so on. An old decision
    whose source does not give the § has a `notering` that says so. `fil` is its protocol: the version names it by its
    hash, so it stays.
    Raises Krock when the plan was changed since `version` was shown, and ValidationError: not changeable, nothing
    prioritised, a day to come, a file of another kind, neither § nor notering, an overlapping plan.
    """
    nu = Handlingsplan.objects.select_for_update(of=("self",)).select_related("fardplan__stadskarna").get(pk=plan.pk)
    forra = nu.senast_beslutad()
    _krav_att_den_kan_beslutas(nu, version, organ, datum, forra)
    beslut = Beslut(
        organ=organ,
        datum=datum,
        paragraf=paragraf.strip(),
        diarienummer=diarienummer,
        protokoll=protokoll,
        notering=notering.strip(),
    )
    spara(beslut)
    nu.status, nu.andras = Handlingsplan.Planstatus.BESLUTAD, False
    nu.version += 1
    spara(nu, falt=["status", "andras", "version"])
    # One that was registered by mistake keeps its number.
    nummer = nu.versioner.count() + 1
    beslutet = beslutsdata(beslut, nummer, andrar=forra is not None)
    if fil:
        beslutet["protokollfil"] = {"filnamn": bilagor.provad(fil).namn, "sha256": fil.sha256}
    innehall = med_andringar(plandata(innehall_av(nu)), forra) | {"beslut": beslutet}
    pdf = plandokument(innehall, beslut.datum)
    version_ = Planversion.objects.create(
        handlingsplan=nu,
        nummer=nummer,
        beslut=beslut,
        innehall=innehall,
        rader=frys(nu),
        pdf=pdf,
        sha256=hashlib.sha256(pdf).hexdigest(),
    )
    if fil:
        bilagor.lagg(av, Samtalssak(beslut, nu.fardplan.stadskarna), fil)
    return version_


def _krav_att_den_kan_beslutas(
    plan: Handlingsplan, version: int, organ: Samverkansorgan, datum: date, forra: Planversion | None
) -> None:
    """That the plan is as it was shown and may be decided, and that `organ` could do so that day.

    Raises Krock and ValidationError.
    """
    if not plan.kan_andras:
        raise ValidationError("Handlingsplanen är redan beslutad. Öppna den för ett ändringsbeslut först.")
    igen = "Läs den igen och registrera det på nytt om det stämmer."
    krav_oandrad(plan, version=version, text=f"Planen ändrades medan du fyllde i beslutet{{senast}}. {igen}")
    if not plan.prioriteringar.exists():
        raise ValidationError("Planen har inga prioriterade insatser att besluta om.")
    utkast = Insats.objects.filter(prioriteringar__handlingsplan=plan, utkast=True).select_related("malomrade")
    if nummer := ", ".join(i.nummer for i in utkast.i_nummerordning()):
        raise ValidationError(f"Det som beslutas är offentligt, men {nummer} är utkast. Publicera först.")
    krav_beslutsdag(organ, datum, efter=forra)


def krav_beslutsdag(
    organ: Samverkansorgan, datum: date, *, efter: Planversion | None = None, fore: Planversion | None = None
) -> None:
    """That `organ` could decide on the version between these two that day. Raises ValidationError."""
    if datum > timezone.localdate():
        raise ValidationError({"datum": "Beslutet kan inte ligga i framtiden."})
    if (organ.fran and datum < organ.fran) or (organ.till and datum > organ.till):
        raise ValidationError(
            {"organ": f"{organ} fanns inte den {datum}. Välj det organ som beslutade, eller rätta dagen."}
        )
    if efter and datum < efter.beslut.datum:
        text = f"Planen beslutades {efter.beslut.datum}. Ett ändringsbeslut kan inte vara äldre än det."
        raise ValidationError({"datum": text})
    if fore and datum > fore.beslut.datum:
        text = f"Planen ändrades genom ett beslut {fore.beslut.datum}. Beslutet före det kan inte vara nyare."
        raise ValidationError({"datum": text})


@slutlig_andring
def oppna_andring(*, av: Anvandare | None, plan: Handlingsplan) -> Handlingsplan:
    """Let the planerare prepare an ändringsbeslut. What was decided stays in force. Raises ValidationError.

    No version: opened twice, it is open.
    """
    nu = Handlingsplan.objects.select_for_update().get(pk=plan.pk)
    if nu.status != Handlingsplan.Planstatus.BESLUTAD:
        raise ValidationError("Bara en beslutad handlingsplan som inte är avslutad kan få ett ändringsbeslut.")
    if not nu.andras:
        nu.andras = True
        nu.version += 1
        nu.save(update_fields=["andras", "version"])
    return nu


@slutlig_andring
def avbryt_andring(*, av: Anvandare | None, plan: Handlingsplan) -> None:
    """Close the plan again without a decision, when nothing in it differs from what was decided.

    Raises ValidationError.

    No version: it only happens when nothing would be lost.
    """
    nu = Handlingsplan.objects.select_for_update(of=("self",)).select_related("fardplan__stadskarna").get(pk=plan.pk)
    if not nu.andras:
        return
    if antal := len(att_besluta(nu)):
        ord_ = bojt(antal, "En sak", f"{antal} saker")
        raise ValidationError(
            f"{ord_} skiljer sig från beslutet. Ställ tillbaka dem, eller registrera ändringsbeslutet."
        )
    nu.andras = False
    nu.version += 1
    nu.save(update_fields=["andras", "version"])


@andring
def kasta_andring(*, av: Anvandare | None, plan: Handlingsplan, version: int) -> None:
    """Throw the prepared ändringsbeslut away: the plan is again as it was decided last, but for what lives on.

    Raises Krock and ValidationError.
    """
    nu = Handlingsplan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    igen = "Läs listan igen, och kasta ändringarna om de ska bort."
    krav_oandrad(nu, version=version, text=f"Planen ändrades medan du läste{{senast}}. {igen}")
    if not nu.andras:
        raise ValidationError("Inget ändringsbeslut förbereds.")
    beslutad = nu.versioner.gallande().defer("pdf").first()
    if beslutad is None or beslutad.rader is None:
        raise ValidationError("Beslutet är för gammalt för att ställas tillbaka i ett steg. Ändra tillbaka för hand.")
    stall_tillbaka(nu, beslutad.rader)
    nu.inledning, nu.andras = beslutad.innehall["inledning"], False
    nu.version += 1
    nu.save(update_fields=["inledning", "andras", "version"])
