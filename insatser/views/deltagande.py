"""The aktör answers whether it takes part, and reports how an aktivitet goes."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from aktorer.grund import redigering
from aktorer.models import Anvandare
from insatser.andringar import aktivitet as aktivitetsandringar
from insatser.andringar import deltagande as andringar
from insatser.behorighet import far_svara, karna_for
from insatser.forms import urval as urvalsform
from insatser.forms.deltagande import AktivitetsstatusForm, DeltagandeForm
from insatser.fragor import lank
from insatser.models import Aktivitet, AktivitetAktor, Fardplan, Medverkan
from insatser.regler.exempel import Exempel, exempel
from insatser.regler.medverkan import Deltagande
from insatser.regler.status import Status
from insatser.views import atkomst


def insats(request: HttpRequest, stadskarna: str, nummer: str, pk: int) -> HttpResponse:
    """Answer for an aktör's part in an insats."""
    fardplan, visad = atkomst.insats(request, stadskarna, nummer)
    del_ = Medverkan.objects.filter(insats=visad, pk=pk).select_related("aktor").first()
    if del_ is None:
        raise Http404("Aktören har ingen roll i insatsen.")
    urvalet = urvalsform.behall(request.GET)
    tillbaka, urvalet = _tillbaka(request, reverse("insats", args=[stadskarna, nummer]) + urvalet, urvalet)
    return _svara(request, fardplan, del_, str(visad), tillbaka, urvalet=urvalet)


def aktivitet(request: HttpRequest, stadskarna: str, period: str, pk: int, del_pk: int) -> HttpResponse:
    """Answer for an aktör's part in an aktivitet."""
    vald = atkomst.aktivitet_som_lever(request, stadskarna, period, pk)
    del_ = AktivitetAktor.objects.filter(aktivitet=vald, pk=del_pk).select_related("aktor").first()
    if del_ is None:
        raise Http404("Aktören har ingen roll i aktiviteten.")
    plan, (tillbaka, urvalet) = vald.prioritering.handlingsplan, _tillbaka(request, _planen(vald))
    return _svara(request, plan.fardplan, del_, vald.titel, tillbaka, exempel=exempel([plan]), urvalet=urvalet)


@login_not_required
@never_cache
def med_lank(request: HttpRequest, token: str) -> HttpResponse:
    """The same by the personal link of a mail, without logging in. Who follows links for others only reads."""
    hittat = lank.las_rollsvar(token)
    if hittat is None or not far_svara(hittat[0], hittat[1].aktor, _hemma(hittat[1])):
        return render(request, "insatser/uppfoljning/ogiltig.html", {"avanmalan": True}, status=404)
    person, del_ = hittat
    form = _formularet(request, del_)
    if request.method == "POST" and form.is_valid() and _sparat(form, person, del_):
        messages.success(request, f"Svaret från {del_.aktor} är sparat.")
        return redirect("rollsvar", token)
    vad = str(del_.insats) if isinstance(del_, Medverkan) else del_.aktivitet.titel
    planer = [] if isinstance(del_, Medverkan) else [del_.aktivitet.prioritering.handlingsplan]
    sammanhang = {
        "rubrik": f"Är {del_.aktor} med?",
        "ingress": _ingress(del_, vad),
        "tillbaka": reverse("start"),
        "om_konton": True,
        "exempel": exempel(planer),
    }
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


def _hemma(del_: Medverkan | AktivitetAktor) -> int | None:
    """The stadskärna that the part is in, None when it is in all."""
    return karna_for(del_.insats if isinstance(del_, Medverkan) else del_.aktivitet)


def _formularet(request: HttpRequest, del_: Medverkan | AktivitetAktor) -> DeltagandeForm:
    nu = {"deltagande": del_.deltagande, "svar": del_.svar, "sedd": andringar.senaste_handelse(del_)}
    # What is sent may be about an answer that another has taken back meanwhile.
    return DeltagandeForm(request.POST or None, initial=nu, har_svarat=_har_svarat(del_) or request.method == "POST")


def _har_svarat(del_: Medverkan | AktivitetAktor) -> bool:
    return del_.deltagande in {Deltagande.BEKRAFTAD, Deltagande.AVBOJD}


def _sparat(form: DeltagandeForm, av: Anvandare, del_: Medverkan | AktivitetAktor) -> bool:
    varden = form.cleaned_data | {"deltagande": Deltagande(form.cleaned_data["deltagande"])}
    return redigering.forsok(form, lambda: andringar.svara(av=av, del_=del_, **varden))


def _ingress(del_: Medverkan | AktivitetAktor, vad: str) -> str:
    roll = del_.get_roll_display().lower()
    return f"{del_.aktor} {'har svarat' if _har_svarat(del_) else 'är tillfrågad'} som {roll} i ”{vad}”."


def _svara(
    request: HttpRequest,
    fardplan: Fardplan,
    del_: Medverkan | AktivitetAktor,
    vad: str,
    tillbaka: str,
    *,
    exempel: Exempel = Exempel.INGET,
    urvalet: str = "",
) -> HttpResponse:
    if not far_svara(request.user, del_.aktor, _plats(del_, fardplan)):
        raise PermissionDenied(f"Bara {del_.aktor} och planerare svarar på om {del_.aktor} är med.")
    form = _formularet(request, del_)
    if request.method == "POST" and form.is_valid() and _sparat(form, atkomst.jag(request), del_):
        vad_hande = "tillbakataget" if form.cleaned_data["deltagande"] == Deltagande.TILLFRAGAD else "sparat"
        return redigering.sparat(request, tillbaka, f"Svaret från {del_.aktor} är {vad_hande}.")
    sammanhang = {
        "fardplan": fardplan,
        "rubrik": f"Är {del_.aktor} med?",
        "ingress": _ingress(del_, vad),
        "tillbaka": tillbaka,
        "urvalet": urvalet,
        "exempel": exempel,
    }
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


def _plats(del_: Medverkan | AktivitetAktor, fardplan: Fardplan) -> int | None:
    """The stadskärna that the part is in, None when it is in all."""
    return karna_for(del_.insats) if isinstance(del_, Medverkan) else fardplan.stadskarna_id


def status(request: HttpRequest, stadskarna: str, period: str, pk: int) -> HttpResponse:
    """Report an aktivitet's status, in a draft as in a decided plan."""
    vald = atkomst.aktivitet_att_rapportera(request, stadskarna, period, pk)
    form = AktivitetsstatusForm(request.POST or None, initial={"status": vald.status, "version": vald.version})
    tillbaka, urvalet = _tillbaka(request, _planen(vald))
    if request.method == "POST" and form.is_valid():
        av, varden = atkomst.jag(request), form.cleaned_data | {"status": Status(form.cleaned_data["status"])}
        if redigering.forsok(form, lambda: aktivitetsandringar.rapportera(av=av, aktivitet=vald, **varden)):
            return redigering.sparat(request, tillbaka, f"Status för ”{vald.titel}” är sparad.")
    sammanhang = {
        "fardplan": vald.prioritering.handlingsplan.fardplan,
        "rubrik": "Rapportera aktiviteten",
        "ingress": f"{vald.titel}. Nu: {vald.get_status_display().lower()}. {vald.kommentar}".strip(),
        "tillbaka": tillbaka,
        "urvalet": urvalet,
        "exempel": exempel([vald.prioritering.handlingsplan]),
    }
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


def _tillbaka(request: HttpRequest, annars: str, urvalet: str = "") -> tuple[str, str]:
    """Where one goes afterwards, and what the form's address says of it: who came from Mitt arbete goes back there."""
    if request.GET.get("fran") == "mitt-arbete":
        return reverse("mitt_arbete"), "?fran=mitt-arbete"
    return annars, urvalet


def _planen(vald: Aktivitet) -> str:
    plan = vald.prioritering.handlingsplan
    adress = reverse("handlingsplan", args=[plan.fardplan.stadskarna.slug, plan.period])
    return f"{adress}#insats-{vald.prioritering.insats.nummer}"
