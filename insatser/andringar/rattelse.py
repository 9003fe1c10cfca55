"""Setting right what is final: a registered decision's words, a plan or a round that was closed by mistake."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from aktorer.grund.andring import slutlig_andring
from aktorer.grund.samtidighet import jamfor, krav_oandrad, krav_utan_krock, las, radens_handelser, skriv_rad
from aktorer.grund.spara import spara
from aktorer.models import Anvandare
from insatser.andringar.beslut import krav_beslutsdag
from insatser.models import Aktivitet, Beslut, Handlingsplan, Omgang, Planversion, Rattelse, Samverkansorgan

RUBRIKER = {
    "organ": "Beslutat av",
    "datum": "Datum",
    "paragraf": "Paragraf",
    "diarienummer": "Diarienummer",
    "protokoll": "Protokoll",
    "notering": "Notering",
}
ANDRAD = "Det här har ändrats sedan du öppnade sidan{senast}. Läs igen, och spara en gång till om det stämmer."


@slutlig_andring
def ratta_beslut(
    *,
    av: Anvandare | None,
    planversion: Planversion,
    version: int,
    skal: str,
    organ: Samverkansorgan,
    datum: date,
    paragraf: str,
    diarienummer: str = "",
    protokoll: str = "",
    notering: str = "",
) -> Beslut:
    """Set right what was registered about the decision on `planversion`; what it said and `skal` stay beside it.

    What was decided, and its PDF, are not touched. Raises Krock and ValidationError: nothing differs, no reason, a day
    on which `organ` could not have decided on that version.
    """
    nu = las(planversion.beslut)
    varden: dict[str, Any] = {
        "organ_id": organ.pk,
        "datum": datum,
        "paragraf": paragraf.strip(),
        "diarienummer": diarienummer,
        "protokoll": protokoll,
        "notering": notering.strip(),
    }
    rad = jamfor(nu, version=version, varden=varden)
    krav_utan_krock(nu.version, radens_handelser(nu), rad)
    if not rad.skriv:
        raise ValidationError("Inget skiljer sig från det som är registrerat. Ändra det som är fel.")
    fore = [
        (rubrik, str(getattr(nu, falt) or ""))
        for falt, rubrik in RUBRIKER.items()
        if {falt, f"{falt}_id"} & {*rad.skriv}
    ]
    blir = organ if "organ_id" in rad.skriv else nu.organ
    andra = planversion.handlingsplan.versioner.gallande().uppgifter().select_related("beslut")
    krav_beslutsdag(
        blir,
        rad.skriv.get("datum", nu.datum),
        efter=andra.filter(nummer__lt=planversion.nummer).order_by("-nummer").first(),
        fore=andra.filter(nummer__gt=planversion.nummer).order_by("nummer").first(),
    )
    spara(Rattelse(beslut=nu, version=nu.version, fore=fore, skal=skal.strip(), av=av))
    return skriv_rad(nu, rad.skriv)


@slutlig_andring
def aterkalla_beslut(*, av: Anvandare | None, planversion: Planversion, version: int, skal: str) -> Handlingsplan:
    """Take a registration back, of a decision that was never taken. `version` is the plan's.

    The first one's plan is a draft again. A later one's plan is what was decided before, with the change prepared anew.
    The version stays with its PDF and number, marked. Raises Krock and ValidationError: it is not the one in force, the
    plan is closed or being changed.
    """
    nu = las(planversion.handlingsplan)
    if nu.status != Handlingsplan.Planstatus.BESLUTAD:
        hur = "Öppna den igen först." if nu.avslutad else "Inget beslut gäller."
        raise ValidationError(f"{nu} är {nu.get_status_display().lower()}. {hur}")
    if nu.andras:
        raise ValidationError("Ett ändringsbeslut förbereds. Kasta ändringarna först, sedan kan beslutet återkallas.")
    krav_oandrad(nu, version=version, text=ANDRAD)
    gallande = list(nu.versioner.gallande().uppgifter().select_related("beslut__organ")[:2])
    if gallande[0].pk != planversion.pk:
        raise ValidationError(f"Version {planversion.nummer} gäller inte. Bara den som gäller kan återkallas.")
    fore = [("Beslut", f"{gallande[0].beslut}, version {planversion.nummer}")]
    rattelse = spara(Rattelse(handlingsplan=nu, version=nu.version, fore=fore, skal=skal.strip(), av=av))
    Planversion.objects.filter(pk=planversion.pk).update(aterkallad=rattelse)
    if len(gallande) == 1:
        nu.status = Handlingsplan.Planstatus.UTKAST
    else:
        nu.andras = True
    nu.version += 1
    return spara(nu, falt=["status", "andras", "version"])


@slutlig_andring
def oppna_plan_igen(*, av: Anvandare | None, plan: Handlingsplan, version: int, skal: str) -> Handlingsplan:
    """Make a plan that was closed by mistake go on as decided; its outcomes can be changed again.

    Raises Krock and ValidationError: it is not closed, another plan has taken over its aktiviteter or its years.
    """
    nu = las(plan)
    if nu.status != Handlingsplan.Planstatus.AVSLUTAD:
        raise ValidationError("Planen är inte avslutad.")
    krav_oandrad(nu, version=version, text=ANDRAD)
    vidare = Handlingsplan.objects.filter(
        prioriteringar__aktiviteter__in=Aktivitet.objects.filter(foljer_pa__prioritering__handlingsplan=nu)
    )
    if tog_over := vidare.distinct().first():
        hur = "Ta bort utkastet först." if tog_over.ar_utkast else "Den är beslutad, så planen öppnas inte igen."
        raise ValidationError(f"{tog_over} har tagit över aktiviteter härifrån. {hur}")
    # Without the words that the status of now does not let it have.
    fore = [("Avslutad", str(nu.avslutad)), *([("Slutord", nu.slutord)] if nu.slutord else [])]
    spara(Rattelse(handlingsplan=nu, version=nu.version, fore=fore, skal=skal.strip(), av=av))
    nu.status, nu.avslutad, nu.slutord = Handlingsplan.Planstatus.BESLUTAD, None, ""
    nu.version += 1
    return spara(nu, falt=["status", "avslutad", "slutord", "version"])


@slutlig_andring
def oppna_omgang_igen(*, av: Anvandare | None, omgang: Omgang, version: int, skal: str) -> Omgang:
    """Make a round that was closed by mistake go on: the links answer again. Mails that waited when it was closed are
    gone; reminders go as usual. Raises Krock and ValidationError.
    """
    nu = las(omgang)
    if nu.stangd is None:
        raise ValidationError("Omgången är inte stängd.")
    krav_oandrad(nu, version=version, text=ANDRAD)
    spara(Rattelse(omgang=nu, version=nu.version, fore=[("Stängd", f"{nu.stangd:%Y-%m-%d}")], skal=skal.strip(), av=av))
    nu.stangd, nu.rapport = None, None
    nu.version += 1
    return spara(nu, falt=["stangd", "rapport", "version"])
