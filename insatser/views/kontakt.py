"""Contacts of aktörer: written down, changed and taken away, by the aktör's own people and by planerare."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from aktorer.behorighet import har, har_nagonstans
from aktorer.grund import redigering
from aktorer.models import Aktor, Anvandare
from aktorer.roller import Rattighet
from insatser.andringar import kontakt as andringar
from insatser.behorighet import (
    aktuella_handlingsplaner,
    far_utse,
    for_sin_aktor,
    karna_for,
    rapporterar_eget,
    synliga_insatser,
)
from insatser.forms.insats import VersionForm
from insatser.forms.kontakt import KontaktForm, valbara_aktorer
from insatser.models import Aktivitet, Insats, Kontakt, Stadskarna
from insatser.views import atkomst


@dataclass(frozen=True)
class Vad:
    """What a new contact is to be for, as the address says: an aktör, a stadskärna, an insats or an aktivitet."""

    aktor: Aktor | None
    stadskarna: Stadskarna | None
    insats: Insats | None
    aktivitet: Aktivitet | None

    @property
    def om(self) -> Insats | Aktivitet | None:
        return self.insats or self.aktivitet


def ny(request: HttpRequest) -> HttpResponse:
    """`?aktor=` is an address; `?insats=` and `?aktivitet=` make it a handläggare, `?stadskarna=` tells where."""
    av = atkomst.jag(request)
    redigerar = har_nagonstans(av, Rattighet.REDIGERA)
    if not (redigerar or rapporterar_eget(av)):
        raise PermissionDenied("Kontakter skrivs av aktörens egna och av planerare.")
    vad = _vad(request)
    karnan_given = bool(vad.om and karna_for(vad.om))
    _krav_ny(av, vad, redigerar=redigerar)
    form = KontaktForm(
        request.POST or None,
        aktorer=valbara_aktorer(None if redigerar else av.aktor_id),
        karnan_given=karnan_given,
        egen=for_sin_aktor(av, vad.aktor) if vad.aktor else rapporterar_eget(av),
        initial={"aktor": vad.aktor or (None if redigerar else av.aktor_id), "stadskarna": vad.stadskarna},
    )
    tillbaka = _tillbaka(vad.aktor, vad.om, vad.stadskarna)
    if request.method == "POST" and form.is_valid():
        varden = {k: v for k, v in form.cleaned_data.items() if k != "version"}
        if redigering.forsok(
            form, lambda: andringar.skapa(av=av, insats=vad.insats, aktivitet=vad.aktivitet, **varden)
        ):
            dit = tillbaka if vad.aktor or vad.om else _tillbaka(varden["aktor"], None, None)
            return redigering.sparat(request, dit, f"{varden['namn']} är tillagd som kontakt.")
    sammanhang = {
        "rubrik": "Ny handläggare" if vad.om else "Ny kontakt",
        "ingress": f"Handläggare för {vad.om}." if vad.om else "Den man vänder sig till hos en aktör.",
        "tillbaka": tillbaka,
        "urvalet": f"?{request.GET.urlencode()}" if request.GET else "",
        "knapp": "Lägg till",
    }
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


def _krav_ny(av: Anvandare, vad: Vad, *, redigerar: bool) -> None:
    """Who may not write what the address asks for is told so before anything is filled in. Raises PermissionDenied."""
    om = vad.om
    if vad.aktor and not redigerar and not for_sin_aktor(av, vad.aktor):
        raise PermissionDenied(andringar.NEKAD.format(vad.aktor))
    aktor = vad.aktor or av.aktor
    if om and aktor:
        ny_handlaggare = Kontakt(aktor=aktor, insats=vad.insats, aktivitet=vad.aktivitet)
        ny_handlaggare.stadskarna_id = karna_for(om) or (vad.stadskarna.pk if vad.stadskarna else None)
        if not far_utse(av, ny_handlaggare):
            raise PermissionDenied(f"Du kan utse handläggare bara för det som {aktor} medverkar i.")


def redigera(request: HttpRequest, pk: int) -> HttpResponse:
    vald, av = atkomst.kontakt(request, pk), atkomst.jag(request)
    egen = for_sin_aktor(av, vald.aktor)
    falt = ("namn", "roll", "epost", "telefon", "stadskarna", "offentlig", "version")
    form = KontaktForm(
        request.POST or None,
        karnan_given=vald.handlaggare and vald.stadskarna_id is not None,
        egen=egen,
        initial={f: getattr(vald, f) for f in falt},
    )
    tillbaka = _hem(vald)
    if request.method == "POST" and form.is_valid():
        varden = dict(form.cleaned_data)
        version = varden.pop("version") or 0
        if redigering.forsok(form, lambda: andringar.andra(av=av, kontakt=vald, version=version, **varden)):
            return redigering.sparat(request, tillbaka, f"{varden['namn']} är sparad.")
    varning = "Aktören visar kontakten för alla. Ändrar du vem det är visas den bara för inloggade igen."
    sammanhang = {
        "rubrik": f"Ändra {vald}",
        "ingress": f"Kontakt hos {vald.aktor}. {f'Handläggare för {vald.galler}.' if vald.handlaggare else ''}".strip(),
        "tillbaka": tillbaka,
        "varning": varning if vald.offentlig and not egen else "",
        "kontakt": vald,
        "administrerar": har(av, Rattighet.ADMINISTRERA),
    }
    return redigering.svara_formular(request, "insatser/kontakt/redigera.html", form, sammanhang)


def ta_bort(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask first: nothing brings it back."""
    vald = atkomst.kontakt(request, pk)
    form = VersionForm(request.POST or None, initial={"version": vald.version})
    if request.method == "POST" and form.is_valid():
        av, version = atkomst.jag(request), form.cleaned_data["version"]
        if redigering.forsok(form, lambda: andringar.ta_bort(av=av, kontakt=vald, version=version)):
            return redigering.sparat(request, _hem(vald), "Kontakten är borttagen.")
    sammanhang = {
        "namn": str(vald),
        "vad": "kontakten",
        "forsvinner": _forsvinner(vald),
        "utan_historik": True,
        "meny": "aktorer",
        "tillbaka": reverse("kontakt_redigera", args=[pk]),
    }
    return redigering.svara_formular(request, "ta_bort.html", form, sammanhang)


def _forsvinner(kontakt: Kontakt) -> str:
    tas_bort, konto = f"{kontakt} tas bort som kontakt hos {kontakt.aktor}.", kontakt.anvandare
    if konto is None:
        return f"{tas_bort} Namn och adress sparas inte i någon historik."
    # The same words whether or not the person has become somebody who logs in: a samordnare who invites is not told.
    return (
        f"{tas_bort} Länkarna som personen har fått frågor genom stängs, om personen inte är kontakt på fler ställen"
        " eller har ett eget konto. Där finns namn och adress kvar tills personen glöms."
    )


def _vad(request: HttpRequest) -> Vad:
    """Http404 for what there is not, or may not be known of."""
    fraga = request.GET
    aktor = Aktor.objects.i_registret().filter(slug=fraga.get("aktor", "")).first()
    karna = Stadskarna.objects.filter(slug=fraga.get("stadskarna", "")).first()
    insats, aktivitet = None, None
    if "insats" in fraga:
        alla = synliga_insatser(request.user).select_related("malomrade", "fardplan__stadskarna")
        insats = alla.filter(pk=_heltal(fraga["insats"])).first()
    elif "aktivitet" in fraga:
        i_planer = Aktivitet.objects.filter(
            prioritering__handlingsplan__in=aktuella_handlingsplaner(request.user)
        ).select_related("prioritering__handlingsplan__fardplan__stadskarna", "prioritering__insats__malomrade")
        aktivitet = i_planer.filter(pk=_heltal(fraga["aktivitet"])).first()
    saknas = {"insats": insats, "aktivitet": aktivitet, "aktor": aktor, "stadskarna": karna}
    if any(namn in fraga and sak is None for namn, sak in saknas.items() if not (namn == "aktivitet" and insats)):
        raise Http404("Det som kontakten ska höra till finns inte.")
    return Vad(aktor, karna, insats, aktivitet)


def _heltal(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _tillbaka(aktor: Aktor | None, om: Insats | Aktivitet | None, karna: Stadskarna | None) -> str:
    """Where the contact is read: on the page of what it is about, else on the aktör's."""
    if isinstance(om, Insats):
        return reverse("insats_varaktig", args=[om.pk], query={"stadskarna": karna.slug} if karna else None)
    if om:
        return reverse("plan_varaktig", args=[om.prioritering.handlingsplan_id])
    return reverse("aktor", args=[aktor.slug]) + "#kontakter" if aktor else reverse("aktorer")


def _hem(kontakt: Kontakt) -> str:
    return _tillbaka(kontakt.aktor, kontakt.insats or kontakt.aktivitet, kontakt.stadskarna)
