"""The aktör answers whether it takes part, and reports how an aktivitet goes."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from aktorer.grund import redigering
from insatser.andringar import aktivitet as aktivitetsandringar
from insatser.andringar import deltagande as andringar
from insatser.behorighet import far_svara, karna_for
from insatser.forms import urval as urvalsform
from insatser.forms.deltagande import AktivitetsstatusForm, DeltagandeForm
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
    nu = {"deltagande": del_.deltagande, "svar": del_.svar, "sedd": andringar.senaste_handelse(del_)}
    har_svarat = del_.deltagande in {Deltagande.BEKRAFTAD, Deltagande.AVBOJD}
    # What is sent may be about an answer that another has taken back meanwhile.
    form = DeltagandeForm(request.POST or None, initial=nu, har_svarat=har_svarat or request.method == "POST")
    if request.method == "POST" and form.is_valid():
        av, varden = atkomst.jag(request), form.cleaned_data
        varden["deltagande"] = Deltagande(varden["deltagande"])
        if redigering.forsok(form, lambda: andringar.svara(av=av, del_=del_, **varden)):
            vad_hande = "tillbakataget" if varden["deltagande"] == Deltagande.TILLFRAGAD else "sparat"
            return redigering.sparat(request, tillbaka, f"Svaret från {del_.aktor} är {vad_hande}.")
    roll = del_.get_roll_display().lower()
    sammanhang = {
        "fardplan": fardplan,
        "rubrik": f"Är {del_.aktor} med?",
        "ingress": f"{del_.aktor} {'har svarat' if har_svarat else 'är tillfrågad'} som {roll} i ”{vad}”.",
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
