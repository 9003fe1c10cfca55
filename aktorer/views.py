"""The register of aktörer, and editing one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from aktorer import andringar, forms, fragor
from aktorer.behorighet import har, har_nagonstans
from aktorer.forms import CELLER, KOLUMNER, VALDA, AktorForm, Aktorscell
from aktorer.grund import cell as celler
from aktorer.grund import redigering, valdsida
from aktorer.grund.publik import publik
from aktorer.grund.valdsida import Radord, Valda
from aktorer.models import Aktor, Anvandare
from aktorer.roller import Rattighet


@login_not_required
@publik
def register(request: HttpRequest) -> HttpResponse:
    """All aktörer in Swedish order; `q` and `slag` narrow the list."""
    q, slag = request.GET.get("q", "").replace("\0", "").strip()[:200], request.GET.get("slag", "")
    aktorer = Aktor.objects.i_registret().sok(q).filter(Q(slag=slag) if slag in Aktor.Slag.values else Q())
    kolumnerna, far_andra = KOLUMNER.las(request.GET), har(request.user, Rattighet.REDIGERA)
    falt = urvalet_i_falt(request.GET)
    sammanhang = {
        "aktorer": aktorer.select_related("del_av", "eftertradare").i_ordning(),
        "slagval": Aktor.Slag.choices,
        "slag": slag,
        "q": q,
        "far": {"lagga_till": har_nagonstans(request.user, Rattighet.REDIGERA), "redigera": far_andra},
        "kolumner": [(falt, KOLUMNER.alla[falt]) for falt in kolumnerna],
        "kolumnval": KOLUMNER,
        "att_valja": KOLUMNER.att_valja(kolumnerna),
        "tabell_adress": reverse("aktorer"),
        "urvalets_falt": [par for par in falt if par[0] in {"q", "slag"}],
        "kolumnernas_falt": KOLUMNER.som_falt(request.GET),
        "urvalsfalt": falt,
        "urvalet": urvalet(request.GET),
        "atgarder": valdsida.val(VALDA) if far_andra else [],
        "valda_adress": reverse("aktorer_valda"),
    }
    mall = "aktorer/register.html"
    fragment = redigering.vill_ha_fragment(request, "lista")
    return render(request, f"{mall}#lista" if fragment else mall, sammanhang)


def urvalet_i_falt(fraga: QueryDict) -> list[tuple[str, str]]:
    """What of the register is shown and how, as (name, value) of hidden fields."""
    q, slag = fraga.get("q", "").replace("\0", "").strip()[:200], fraga.get("slag", "")
    sagt = [("q", q), ("slag", slag if slag in Aktor.Slag.values else "")]
    return [*((namn, varde) for namn, varde in sagt if varde), *KOLUMNER.som_falt(fraga)]


def urvalet(fraga: QueryDict) -> str:
    """The same to hang on an address; "" for the whole register."""
    return f"?{urlencode(falt)}" if (falt := urvalet_i_falt(fraga)) else ""


def cell(request: HttpRequest, slug: str, falt: str) -> HttpResponse:
    """One field of an aktör in the register (`grund.cell.svara`)."""
    av = _far_redigera(request)
    if falt not in CELLER:
        raise Http404("Den kolumnen ändras inte i tabellen.")
    aktor = _i_registret(slug)
    cellen = celler.Tabellcell(
        rad=aktor,
        falt=falt,
        vad=CELLER[falt],
        om=str(aktor),
        namn="aktor",
        mall="aktorer/cell.html",
        adress=reverse("aktor_cell", args=[slug, falt]) + urvalet(request.GET),
        tabellen=reverse("aktorer") + urvalet(request.GET),
        formular=lambda data, rad: Aktorscell(data, rad, falt),
        andra=lambda form: _andra_cell(av, aktor, dict(form.cleaned_data)),
        las_om=lambda: Aktor.objects.select_related("del_av", "eftertradare").get(pk=aktor.pk),
    )
    return celler.svara(request, cellen, {"urvalet": urvalet(request.GET), "far": {"redigera": True}})


def _andra_cell(av: Anvandare, aktor: Aktor, varden: dict[str, Any]) -> Aktor:
    version = varden.pop("version") or 0
    return andringar.andra_aktor(av=av, aktor=aktor, version=version, **_kolumner(varden))


def valda(request: HttpRequest) -> HttpResponse:
    """One change of many aktörer (`grund.valdsida.svara`)."""
    av = _far_redigera(request)
    sidan = Valda(
        ord_=Radord("aktör", "aktörer"),
        slag=VALDA,
        ny_form=lambda form, data: form(data),
        hamta=fragor.hamta,
        andra=lambda atgard, rader, versioner: andringar.andra_valda(
            av=av,
            atgard=atgard,  # type: ignore[arg-type]
            rader=rader,
            versioner=versioner,
        ),
        tabellen=reverse("aktorer") + urvalet(request.GET),
        tabellnamn="Aktörer",
        radmall="aktorer/valdrad.html",
        rubriker=("Aktör",),
    )
    sammanhang = {
        "urvalet": urvalet(request.GET),
        "urvalsfalt": urvalet_i_falt(request.GET),
        "meny": "aktorer",
    }
    return valdsida.svara(request, sidan, av, sammanhang)


def ny(request: HttpRequest) -> HttpResponse:
    """Also for who may change things in some stadskärnor alone: a new aktör changes nothing for the others."""
    av = request.user
    if not har_nagonstans(av, Rattighet.REDIGERA):
        raise PermissionDenied("Bara planerare och administratörer lägger till aktörer.")
    form = AktorForm(request.POST or None)
    skickat = request.POST if request.method == "POST" else None
    medlemmar = forms.svar_medlemmar(skickat) if skickat else forms.visa_medlemmar([])
    agare = forms.svar_agare(skickat) if skickat else forms.visa_agare([])
    if request.method == "POST" and _giltiga(form, medlemmar, agare):
        skapade: list[Aktor] = []
        rader: dict[str, Any] = {"medlemmar": medlemmar.rader(), "agare": agare.rader()}
        varden = {k: v for k, v in form.cleaned_data.items() if k != "version"}
        if redigering.forsok(form, lambda: skapade.append(andringar.skapa_aktor(av=av, **rader, **varden))):
            return redigering.sparat(request, reverse("aktor", args=[skapade[0].slug]), f"{skapade[0]} är tillagd.")
    sammanhang = {"rubrik": "Ny aktör", "tillbaka": reverse("aktorer"), "medlemmar": medlemmar, "agare": agare}
    return redigering.svara_formular(request, "aktorer/redigera.html", form, sammanhang)


def redigera(request: HttpRequest, slug: str) -> HttpResponse:
    """The aktör, who belongs to it when it is a group, and who owns it: one page, saved as one."""
    av = _far_redigera(request)
    aktor = _i_registret(slug)
    egen = Aktor.objects.get(pk=aktor.pk)  # a ModelForm writes on its instance before anything is saved
    form = AktorForm(request.POST or None, instance=egen, initial={"version": aktor.version})
    skickat = request.POST if request.method == "POST" else None
    nu = aktor.medlemmar.order_by("aktor__sortering").values_list("aktor", flat=True)
    medlemmar = forms.svar_medlemmar(skickat) if skickat else forms.visa_medlemmar(nu)
    agare = forms.svar_agare(skickat) if skickat else forms.visa_agare(andringar.agarrader(aktor.agare.all()))
    if request.method == "POST" and _giltiga(form, medlemmar, agare):
        varden = dict(form.cleaned_data)
        version = varden.pop("version") or 0
        rader: dict[str, Any] = {"medlemmar": medlemmar.rader(), "agare": agare.rader()}
        if redigering.forsok(
            form, lambda: andringar.andra_aktor(av=av, aktor=aktor, version=version, **rader, **_kolumner(varden))
        ):
            return redigering.sparat(request, reverse("aktor", args=[varden["slug"]]), f"{varden['namn']} är sparad.")
        if krock := getattr(form, "krock", None):
            medlemmar = forms.visa_medlemmar(krock.rader["medlemmar"])
            agare = forms.visa_agare(krock.rader["agare"])
    sammanhang = {"aktor": aktor, "rubrik": f"Ändra {aktor}", "tillbaka": reverse("aktor", args=[slug])}
    sammanhang |= {"medlemmar": medlemmar, "agare": agare}
    return redigering.svara_formular(request, "aktorer/redigera.html", form, sammanhang)


def _i_registret(slug: str) -> Aktor:
    aktor: Aktor | None = Aktor.objects.i_registret().select_related("del_av").filter(slug=slug).first()
    if aktor is None:
        raise Http404("Det finns ingen aktör med den adressen.")
    return aktor


def _giltiga(form: AktorForm, *tabeller: Any) -> bool:
    """All are checked, so that all that is wrong is marked at once."""
    rader = [tabell.is_valid() for tabell in tabeller]
    if form.is_valid() and not all(rader):
        form.add_error(None, "Aktören är inte sparad. Rätta det som är markerat bland medlemmar och ägare.")
    return form.is_valid()


def _kolumner(varden: dict[str, Any]) -> dict[str, Any]:
    """Aktörer by their id, as the row and its history hold them."""
    return {f"{k}_id" if k in {"del_av", "eftertradare"} else k: getattr(v, "pk", v) for k, v in varden.items()}


def _far_redigera(request: HttpRequest) -> Anvandare:
    if not har(request.user, Rattighet.REDIGERA):
        raise PermissionDenied("Bara planerare och administratörer ändrar i aktörsregistret.")
    return request.user
