"""Editing an insats: texts, roles, place, links, and retiring it. The same forms as pages and in place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from aktorer.grund import redigering
from aktorer.grund.inskick import markera
from aktorer.models import Anvandare
from aktorer.roller import Rattighet
from insatser.andringar import insats as andringar
from insatser.forms import gemensam as gemensamt
from insatser.forms import roller as rollform
from insatser.forms import urval as urvalsform
from insatser.forms.insats import (
    AvforForm,
    BytForm,
    InsatsForm,
    NummerForm,
    NyInsatsForm,
    PubliceraForm,
    SambandForm,
    UtanAnsvarigForm,
    VersionForm,
)
from insatser.fragor.generation import haller_kvar
from insatser.fragor.nummer import att_byta_med
from insatser.fragor.stadskarna import med_gemensamma
from insatser.models import Fardplan, Insats, Malomrade, Samband, Stadskarna
from insatser.regler.bojning import uppraknat
from insatser.views import atkomst, mellansteg


def _adress(request: HttpRequest, fardplan: Fardplan, insats: Insats) -> str:
    """The insats's page, with the selection of the insatskarta that one came from."""
    return reverse("insats", args=[fardplan.stadskarna.slug, insats.nummer]) + urvalsform.behall(request.GET)


def _sammanhang(request: HttpRequest, fardplan: Fardplan, insats: Insats, rubrik: str) -> dict[str, Any]:
    return {
        "fardplan": fardplan,
        "insats": insats,
        "rubrik": rubrik,
        "urvalet": urvalsform.behall(request.GET),
        "tillbaka": _adress(request, fardplan, insats),
    }


def _fraga_om_alla(request: HttpRequest, form: Any, fardplan: Fardplan, *, gemensam: bool) -> None:
    """A gemensam insats shows in other stadskärnor as well: they are named, and the change is asked about once."""
    if gemensam:
        gemensamt.krav_bekraftelse(form, med_gemensamma(fardplan, request.user))


def _malomraden(fardplan: Fardplan) -> QuerySet[Malomrade]:
    return Malomrade.objects.filter(program=fardplan.program_id).order_by("nummer")


def ny(request: HttpRequest, stadskarna: str) -> HttpResponse:
    """A new one, which begins with the kind and målområde of the one that was just added."""
    fardplan = atkomst.fardplan(request, stadskarna, Rattighet.REDIGERA)
    nyss = None if request.method == "POST" else _nyss(request, fardplan)
    form = NyInsatsForm(
        request.POST or None,
        fardplan=fardplan,
        malomraden=_malomraden(fardplan),
        initial=_lika(nyss) if nyss else {},
    )
    form.fields["titel"].widget.attrs["autofocus"] = nyss is not None
    _fraga_om_alla(request, form, fardplan, gemensam=request.POST.get("typ") == "gemensam")
    if request.method == "POST" and form.is_valid():
        varden = gemensamt.varden(form)
        egen = fardplan if varden.pop("typ") == "karnspecifik" else None
        av = atkomst.jag(request)
        skapade: list[Insats] = []
        if redigering.forsok(form, lambda: skapade.append(andringar.skapa(av=av, fardplan=egen, **varden))):
            insats = skapade[0]
            adress = _adress(request, fardplan, insats)
            if "fler" in request.POST:
                text = format_html('<a href="{}">{}</a> är skapad. Skriv nästa.', adress, insats)
                return redigering.sparat(request, _igen(request, insats), text)
            sparat = f"Insats {insats.nummer} är skapad."
            if "vidare" in request.POST:
                dit = reverse("insats_roller", args=[stadskarna, insats.nummer])
                return redigering.sparat(request, dit, f"{sparat} Vem ansvarar för den?")
            return redigering.sparat(request, adress, sparat)
    urvalet = urvalsform.behall(request.GET)
    sammanhang = {
        "fardplan": fardplan,
        "rubrik": "Ny insats",
        "meny": "karta",
        "urvalet": urvalet,
        "fler": "Spara och lägg till en till",
        "vidare": "Spara och välj ansvarig",
        "tillbaka": reverse("insatskarta", args=[stadskarna]) + urvalet,
    }
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


def _igen(request: HttpRequest, nyss: Insats) -> str:
    """The form once more, after the insats that was just added."""
    urvalet = urvalsform.behall(request.GET)
    return f"{request.path}{urvalet}{'&' if urvalet else '?'}efter={nyss.pk}"


def _nyss(request: HttpRequest, fardplan: Fardplan) -> Insats | None:
    """The insats that was added just before this one."""
    efter = request.GET.get("efter", "")
    i_planen = Insats.objects.i_fardplan(fardplan)
    return i_planen.filter(pk=int(efter)).first() if efter.isdecimal() and len(efter) < 10 else None


def _lika(nyss: Insats) -> dict[str, Any]:
    """What the next one has in common with it: a draft is followed by a draft."""
    typ = "gemensam" if nyss.gemensam else "karnspecifik"
    return {"typ": typ, "malomrade": nyss.malomrade_id, "utkast": nyss.utkast}


def publicera(request: HttpRequest, stadskarna: str) -> HttpResponse:
    """The draft insatser of a published färdplan, to be published alone or together."""
    fardplan = atkomst.fardplan(request, stadskarna, Rattighet.REDIGERA)
    utkast = Insats.objects.i_fardplan(fardplan).filter(utkast=True).gallande()
    form = PubliceraForm(request.POST or None, utkast=utkast.select_related("malomrade").i_nummerordning())
    kartan = reverse("insatskarta", args=[stadskarna])
    if gemensamma := form.gemensamma():
        karnor = med_gemensamma(fardplan, request.user)
        gemensamt.krav_bekraftelse(form, karnor, gemensamma, "publicera")
    if request.method == "POST" and form.is_valid():
        av, versioner = atkomst.jag(request), form.versioner()
        oppnade: list[Insats] = []
        if redigering.forsok(form, lambda: oppnade.extend(andringar.publicera(av=av, versioner=versioner))):
            nummer = ", ".join(i.nummer for i in oppnade)
            return redigering.sparat(request, kartan, f"Nu kan alla läsa {nummer}.")
    elif not utkast.exists():
        return redirect(kartan)
    sammanhang = {
        "fardplan": fardplan,
        "rubrik": "Publicera insatser",
        "ingress": "De valda insatserna blir offentliga med text, källa, roller och läge.",
        "tillbaka": kartan,
        "knapp": "Publicera",
    }
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


def redigera(request: HttpRequest, stadskarna: str, nummer: str) -> HttpResponse:
    """Title, text, source and the note on it."""
    fardplan, insats = _att_andra(request, stadskarna, nummer)
    # The form gets a copy: a ModelForm writes what was typed on its instance before anything is saved.
    form = InsatsForm(
        request.POST or None, instance=Insats.objects.get(pk=insats.pk), initial={"version": insats.version}
    )
    _fraga_om_alla(request, form, fardplan, gemensam=insats.gemensam)
    if request.method == "POST" and form.is_valid():
        varden = gemensamt.varden(form)
        av = atkomst.jag(request)
        if redigering.forsok(form, lambda: andringar.andra(av=av, insats=insats, **varden)):
            return redigering.sparat(request, _adress(request, fardplan, insats), "Texten är sparad.")
    sammanhang = _sammanhang(request, fardplan, insats, "Ändra texten")
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


def flytta(request: HttpRequest, stadskarna: str, nummer: str) -> HttpResponse:
    """Kind, målområde and number."""
    fardplan, insats = _att_andra(request, stadskarna, nummer)
    nu = {
        "typ": "gemensam" if insats.gemensam else "karnspecifik",
        "malomrade": insats.malomrade_id,
        "ordning": insats.ordning,
        "version": insats.version,
    }
    form = NummerForm(request.POST or None, malomraden=_malomraden(fardplan), initial=nu)
    vald = BytForm(request.POST).vald(fardplan) if "byt" in request.POST else None
    rors = [insats.gemensam, request.POST.get("typ") == "gemensam", bool(vald and vald[0].gemensam)]
    _fraga_om_alla(request, form, fardplan, gemensam=any(rors))
    giltig = request.method == "POST" and form.is_valid()
    valt = {**form.cleaned_data} if form.is_bound else {}
    if giltig:
        av = atkomst.jag(request)
        if "byt" in request.POST:
            andring: Callable[[], Insats] = partial(_byt, av=av, insats=insats, version=valt["version"], vald=vald)
        else:
            egen = fardplan if valt["typ"] == "karnspecifik" else None
            plats = {falt: valt[falt] for falt in ("malomrade", "ordning", "version")}
            andring = partial(andringar.flytta, av=av, insats=insats, fardplan=egen, **plats)
        if redigering.forsok(form, andring):
            flyttad = Insats.objects.select_related("malomrade").get(pk=insats.pk)
            text = f"Insatsen har nu nummer {flyttad.nummer} och är {flyttad.typ.lower()}."
            if vald:
                text += f" ”{vald[0].titel}” har nummer {insats.nummer}."
            return redigering.sparat(request, _adress(request, fardplan, flyttad), text)
    sammanhang = _sammanhang(request, fardplan, insats, "Flytta eller byt typ")
    if valt.get("typ") == nu["typ"]:
        sammanhang["byte"] = att_byta_med(insats, valt.get("malomrade"), valt.get("ordning"))
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


def _byt(*, av: Anvandare, insats: Insats, version: int, vald: tuple[Insats, int] | None) -> Insats:
    if vald is None:
        raise ValidationError("Insatsen att byta nummer med finns inte. Inget är bytt.")
    return andringar.byt_nummer(av=av, insats=insats, version=version, med=vald[0], med_version=vald[1])


def roller(request: HttpRequest, stadskarna: str, nummer: str) -> HttpResponse:
    """Who is ansvarig and who takes part, as one table."""
    fardplan, insats = _att_andra(request, stadskarna, nummer)
    form = UtanAnsvarigForm(
        request.POST or None, initial={"version": insats.version, "utan_ansvarig": insats.utan_ansvarig}
    )
    _fraga_om_alla(request, form, fardplan, gemensam=insats.gemensam)
    nu = ([insats.ansvarig] if insats.ansvarig else []) + insats.medverkande
    mellan = mellansteg.steg(request, "roll")
    rader = rollform.svar(mellan.data) if request.method == "POST" else rollform.visa(nu)
    if mellan.begard:
        mellansteg.visa_om(form, rader, mellan)
    elif request.method == "POST" and rader.is_valid() and form.is_valid():
        av, onskade, varden = atkomst.jag(request), rader.rader(), gemensamt.varden(form)
        blev: list[Insats] = []
        if redigering.forsok(
            form, lambda: blev.append(andringar.andra_roller(av=av, insats=insats, roller=onskade, **varden))
        ):
            text = "Rollerna är sparade."
            if blev[0].version == insats.version:
                text = "Du ändrade inget, så rollerna är som de var."
                markera("", angras=False)
            return redigering.sparat(request, _adress(request, fardplan, insats), text)
        if krock := getattr(form, "krock", None):
            rader = rollform.visa(krock.rader["roller"])
    elif form.is_bound:  # what was sent empty is no form
        form.is_valid()
        form.add_error(None, "Rollerna är inte sparade. Rätta det som är markerat.")
    sammanhang = _sammanhang(request, fardplan, insats, "Ändra vilka som gör det") | {
        "rader": rader,
        "mellan": mellan,
    }
    return redigering.svara_formular(request, "insatser/insats/roller.html", form, sammanhang)


def avfor(request: HttpRequest, stadskarna: str, nummer: str) -> HttpResponse:
    fardplan, insats = _att_andra(request, stadskarna, nummer)
    form = AvforForm(request.POST or None, fardplan=fardplan, insats=insats, initial={"version": insats.version})
    _fraga_om_alla(request, form, fardplan, gemensam=insats.gemensam)
    if request.method == "POST" and form.is_valid():
        varden = gemensamt.varden(form)
        av = atkomst.jag(request)
        if redigering.forsok(form, lambda: andringar.avfor(av=av, insats=insats, **varden)):
            text = f"Insats {insats.nummer} är avförd. Den finns kvar med sin historik och kan återtas."
            return redigering.sparat(request, _adress(request, fardplan, insats), text)
    sammanhang = _sammanhang(request, fardplan, insats, "Avför insatsen") | {
        "knapp": "Avför insatsen",
        "kropp": "insatser/insats/avfor.html",
        "far_ta_bort": not haller_kvar(insats),
    }
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


def ta_bort(request: HttpRequest, stadskarna: str, nummer: str) -> HttpResponse:
    """For good, of one that was made by mistake; others are retired."""
    fardplan, insats = _att_andra(request, stadskarna, nummer)
    form = VersionForm(request.POST or None, initial={"version": insats.version})
    if request.method == "POST" and form.is_valid():
        av, version = atkomst.jag(request), form.cleaned_data["version"]
        if redigering.forsok(form, lambda: andringar.ta_bort(av=av, insats=insats, version=version)):
            kartan = reverse("insatskarta", args=[stadskarna]) + urvalsform.behall(request.GET)
            return redigering.sparat(request, kartan, f"{insats} är borttagen.")
    karnor = med_gemensamma(fardplan, request.user) if insats.gemensam else []
    var = f" {gemensamt.i_alla(karnor)}" if karnor else ""
    sammanhang = _sammanhang(request, fardplan, insats, "Ta bort insatsen") | {
        "namn": str(insats),
        "vad": "insatsen",
        "forsvinner": f"{insats} tas bort{var}, med sina roller.{_visas_i(karnor)}",
        "hinder": haller_kvar(insats),
        "annan_vag": (reverse("insats_avfor", args=[stadskarna, nummer]), "Avför insatsen"),
        "meny": "karta",
    }
    return redigering.svara_formular(request, "ta_bort.html", form, sammanhang)


def _visas_i(karnor: Sequence[Stadskarna]) -> str:
    return f" Den visas i {uppraknat([str(k) for k in karnor])}." if karnor else ""


def aterta(request: HttpRequest, stadskarna: str, nummer: str) -> HttpResponse:
    """Undo a retirement."""
    fardplan, insats = atkomst.insats(request, stadskarna, nummer, Rattighet.REDIGERA)
    form = VersionForm(request.POST or None, initial={"version": insats.version})
    _fraga_om_alla(request, form, fardplan, gemensam=insats.gemensam)
    if request.method == "POST" and form.is_valid():
        av, version = atkomst.jag(request), form.cleaned_data["version"]
        if redigering.forsok(form, lambda: andringar.aterta(av=av, insats=insats, version=version)):
            return redigering.sparat(request, _adress(request, fardplan, insats), "Insatsen gäller igen.")
    sammanhang = _sammanhang(request, fardplan, insats, "Återta insatsen") | {"knapp": "Återta insatsen"}
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


def samband(request: HttpRequest, stadskarna: str, nummer: str) -> HttpResponse:
    """Link the insats to another that it hangs together with."""
    fardplan, insats = _att_andra(request, stadskarna, nummer)
    form = SambandForm(request.POST or None, fardplan=fardplan, insats=insats)
    if request.method == "POST" and form.is_valid():
        av, till = atkomst.jag(request), form.cleaned_data["till"]
        hanger_ihop = Samband.Slag.HANGER_IHOP
        if redigering.forsok(form, lambda: andringar.koppla(av=av, fran=insats, till=till, slag=hanger_ihop)):
            return redigering.sparat(
                request, _adress(request, fardplan, insats), f"Sambandet med {till.nummer} är sparat."
            )
    sammanhang = _sammanhang(request, fardplan, insats, "Lägg till samband")
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


@require_POST
def ta_bort_samband(request: HttpRequest, stadskarna: str, nummer: str, pk: int) -> HttpResponse:
    fardplan, insats = _att_andra(request, stadskarna, nummer)
    rad = (insats.samband_fran.all() | insats.samband_till.all()).filter(pk=pk).first()
    if rad is None:
        raise Http404("Sambandet finns inte längre.")
    andringar.ta_bort_samband(av=atkomst.jag(request), samband=rad)
    return redigering.sparat(request, _adress(request, fardplan, insats), "Sambandet är borttaget.")


def _att_andra(request: HttpRequest, stadskarna: str, nummer: str) -> tuple[Fardplan, Insats]:
    """The insats, in force and changeable. A retired one is changed by taking it back first."""
    fardplan, insats = atkomst.insats(request, stadskarna, nummer, Rattighet.REDIGERA)
    if insats.avford:
        raise PermissionDenied(f"Insats {insats.nummer} är avförd. Återta den först om den ska ändras.")
    return fardplan, insats
