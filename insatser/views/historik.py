"""What happened to a thing, for who logs in: who, when, from where, what it was and became; and the way back to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from aktorer.behorighet import har
from aktorer.grund import redigering
from aktorer.grund.samtidighet import MASK, radens_handelser
from aktorer.models import Aktor, Anvandare
from aktorer.roller import Rattighet
from insatser.andringar import aterstall as andringar
from insatser.andringar import maskering
from insatser.behorighet import synliga_handlingsplaner
from insatser.forms import gemensam as gemensamt
from insatser.forms import urval as urvalsform
from insatser.forms.historik import HistorikurvalForm
from insatser.forms.insats import VersionForm
from insatser.forms.maskering import MaskeringForm
from insatser.fragor import maskering as maskeringsfragor
from insatser.fragor import sakhistorik, tillfallen
from insatser.fragor.sakhistorik import Del
from insatser.fragor.stadskarna import med_gemensamma
from insatser.models import Aktivitet, Fardriktning, Insats
from insatser.regler.exempel import exempel
from insatser.views import atkomst

PER_SIDA = 50  # rows of the history


@dataclass(frozen=True)
class Sak:
    """What the history is of: its row, the tables it lies in, its page, and who may put it back (None: nobody here).

    `meny`: whose page it is; `sammanhang`: what its template needs besides.
    """

    rad: Model
    delar: list[Del]
    sida: str
    meny: str
    ratt: Rattighet | None = None
    namn: str = ""
    sammanhang: dict[str, Any] = field(default_factory=dict)

    @property
    def exempel(self) -> bool:
        return self.delar[0].exempel or bool(getattr(self.rad, "exempel", False))


def insats(request: HttpRequest, stadskarna: str, nummer: str, handelse: int | None = None) -> HttpResponse:
    """With its roles and lägen, and what was planned in the stadskärna's handlingsplaner."""
    fardplan, rad = atkomst.insats(request, stadskarna, nummer, Rattighet.SE_INTERNT)
    planer = synliga_handlingsplaner(request.user).filter(fardplan=fardplan)
    urvalet = urvalsform.behall(request.GET)
    sida = reverse("insats", args=[stadskarna, rad.nummer]) + urvalet
    sammanhang = {"fardplan": fardplan, "insats": rad, "urvalet": urvalet}
    delar = sakhistorik.insats(rad, fardplan.stadskarna, planer.order_by())
    return _svara(request, Sak(rad, delar, sida, "karta", Rattighet.REDIGERA, str(rad), sammanhang), handelse)


def fardplan(request: HttpRequest, stadskarna: str, handelse: int | None = None) -> HttpResponse:
    rad = atkomst.fardplan(request, stadskarna, Rattighet.SE_INTERNT)
    namn, sida = f"Färdplan för {rad.stadskarna}", reverse("fardplan", args=[stadskarna])
    sak = Sak(rad, sakhistorik.fardplan(rad), sida, "fardplan", Rattighet.REDIGERA, namn, {"fardplan": rad})
    return _svara(request, sak, handelse)


def fardriktning(request: HttpRequest, stadskarna: str, nummer: int, handelse: int | None = None) -> HttpResponse:
    fardplan = atkomst.fardplan(request, stadskarna, Rattighet.SE_INTERNT)
    riktningar = Fardriktning.objects.filter(fardplan=fardplan, malomrade__nummer=nummer)
    rad = riktningar.select_related("malomrade", "fardplan").first()
    if rad is None:
        raise Http404("Färdriktningen är inte skriven än.")
    sida = reverse("fardplan", args=[stadskarna]) + f"#malomrade-{nummer}"
    namn, delar = f"Färdriktning: {rad.malomrade}", sakhistorik.fardriktning(rad)
    return _svara(
        request, Sak(rad, delar, sida, "fardplan", Rattighet.REDIGERA, namn, {"fardplan": fardplan}), handelse
    )


def handlingsplan(request: HttpRequest, stadskarna: str, period: str, handelse: int | None = None) -> HttpResponse:
    rad = atkomst.handlingsplan(request, stadskarna, period, Rattighet.SE_INTERNT)
    sida = reverse("handlingsplan", args=[stadskarna, rad.period])
    sammanhang = {"fardplan": rad.fardplan, "plan": rad}
    delar = sakhistorik.handlingsplan(rad)
    return _svara(request, Sak(rad, delar, sida, "handlingsplan", Rattighet.PLANERA, str(rad), sammanhang), handelse)


def aktivitet(request: HttpRequest, stadskarna: str, period: str, pk: int, handelse: int | None = None) -> HttpResponse:
    plan = atkomst.handlingsplan(request, stadskarna, period, Rattighet.SE_INTERNT)
    rad = Aktivitet.objects.filter(pk=pk, prioritering__handlingsplan=plan).select_related("prioritering").first()
    if rad is None:
        raise Http404("Aktiviteten finns inte i planen.")
    rad.prioritering.handlingsplan = plan
    sida = reverse("handlingsplan", args=[stadskarna, plan.period])
    sammanhang = {"fardplan": plan.fardplan, "plan": plan}
    delar = sakhistorik.aktivitet(rad, plan)
    return _svara(request, Sak(rad, delar, sida, "handlingsplan", Rattighet.PLANERA, rad.titel, sammanhang), handelse)


def indikator(request: HttpRequest, stadskarna: str, pk: int, handelse: int | None = None) -> HttpResponse:
    fardplan, rad = atkomst.indikator(request, stadskarna, pk, Rattighet.SE_INTERNT)
    sida = reverse("lagesbild", args=[stadskarna]) + f"#indikator-{pk}"
    delar = sakhistorik.indikator(rad, fardplan.stadskarna)
    sak = Sak(rad, delar, sida, "lagesbild", Rattighet.REDIGERA, rad.namn, {"fardplan": fardplan})
    return _svara(request, sak, handelse)


def organ(request: HttpRequest, stadskarna: str, pk: int, handelse: int | None = None) -> HttpResponse:
    fardplan, rad = atkomst.organ(request, stadskarna, pk, Rattighet.SE_INTERNT)
    sida, delar = reverse("organ", args=[stadskarna]), sakhistorik.organ(rad)
    return _svara(
        request, Sak(rad, delar, sida, "organ", Rattighet.PLANERA, rad.namn, {"fardplan": fardplan}), handelse
    )


def mote(request: HttpRequest, stadskarna: str, pk: int, handelse: int | None = None) -> HttpResponse:
    fardplan, rad = atkomst.mote(request, stadskarna, pk, Rattighet.SE_INTERNT)
    sida, delar = reverse("mote", args=[stadskarna, pk]), sakhistorik.mote(rad)
    return _svara(
        request, Sak(rad, delar, sida, "organ", Rattighet.PLANERA, str(rad), {"fardplan": fardplan}), handelse
    )


def arende(request: HttpRequest, pk: int, handelse: int | None = None) -> HttpResponse:
    rad = atkomst.arende(request, pk, Rattighet.SE_INTERNT)
    sida, delar = reverse("arende", args=[pk]), sakhistorik.arende(rad)
    return _svara(request, Sak(rad, delar, sida, "arenden", Rattighet.REDIGERA, rad.rubrik), handelse)


def aktor(request: HttpRequest, slug: str, handelse: int | None = None) -> HttpResponse:
    """Of who has been merged with another as well: its own years stand there."""
    atkomst.krav(request, Rattighet.SE_INTERNT)
    rad = Aktor.objects.filter(slug=slug).select_related("uppgatt_i").first()
    if rad is None:
        raise Http404("Det finns ingen aktör med den adressen.")
    sida, delar = reverse("aktor", args=[slug]), sakhistorik.aktor(rad)
    return _svara(request, Sak(rad, delar, sida, "aktorer", Rattighet.REDIGERA, rad.namn), handelse)


def overenskommelse(request: HttpRequest, pk: int, handelse: int | None = None) -> HttpResponse:
    rad = atkomst.overenskommelse(request, pk, Rattighet.SE_INTERNT)
    sida, delar = reverse("overenskommelse", args=[pk]), sakhistorik.overenskommelse(rad)
    return _svara(request, Sak(rad, delar, sida, "arenden", Rattighet.REDIGERA, rad.namn), handelse)


def program(request: HttpRequest, program: str, handelse: int | None = None) -> HttpResponse:
    """For those who may open its page, as with a stadskärna."""
    rad = atkomst.program(request, program, Rattighet.REDIGERA)
    sida, delar = reverse("program", args=[program]), sakhistorik.program(rad)
    return _svara(request, Sak(rad, delar, sida, "start", Rattighet.REDIGERA, rad.namn), handelse)


def stadskarna(request: HttpRequest, slug: str, handelse: int | None = None) -> HttpResponse:
    rad = atkomst.stadskarna(request, slug, Rattighet.REDIGERA)
    sida, delar = reverse("stadskarna_redigera", args=[slug]), sakhistorik.stadskarna(rad)
    return _svara(request, Sak(rad, delar, sida, "start", Rattighet.REDIGERA, rad.namn), handelse)


def omgang(request: HttpRequest, stadskarna: str, pk: int, handelse: int | None = None) -> HttpResponse:
    """Nothing of it is put back: people have had mails about it."""
    fardplan, rad = atkomst.omgang(request, stadskarna, pk, Rattighet.SE_INTERNT)
    sida, delar = reverse("omgang", args=[stadskarna, pk]), sakhistorik.omgang(rad)
    sak = Sak(rad, delar, sida, "uppfoljning", Rattighet.PLANERA, rad.namn, {"fardplan": fardplan})
    return _svara(request, sak, handelse)


def konto(request: HttpRequest, pk: int) -> HttpResponse:
    """Accounts and their history are for administratörer."""
    atkomst.krav(request, Rattighet.ADMINISTRERA)
    rad = Anvandare.objects.filter(pk=pk).first()
    if rad is None:
        raise Http404("Det finns inget sådant konto.")
    sida, delar = reverse("admin:aktorer_anvandare_change", args=[pk]), sakhistorik.konto(rad)
    return _svara(request, Sak(rad, delar, sida, "", None, str(rad)), None)


def _svara(request: HttpRequest, sak: Sak, handelse: int | None) -> HttpResponse:
    if handelse is not None:
        return _aterstall(request, sak, handelse)
    if "maskera" in request.GET:
        return _maskera(request, sak)
    sak.delar.append(sakhistorik.maskeringar(sak.rad))
    form = HistorikurvalForm(request.GET, personer=sakhistorik.personer(sak.delar), delar=sak.delar)
    urval = form.urval()
    sida = Paginator(sakhistorik.rader(sak.delar, urval), PER_SIDA).get_page(request.GET.get("sida"))
    alla = tillfallen.lasta(sak.delar, sida)
    far_aterstalla = sak.ratt is not None and har(request.user, sak.ratt)
    sammanhang = {
        **sak.sammanhang,
        "sak": sak,
        "form": form,
        "filtrerat": urval.filtrerat or form.errors,
        "sida": sida,
        "tillfallen": alla,
        "exempel": exempel(r for t in alla for r in t.rader),
        "far_maskera": far_aterstalla,
        "aterstallbara": _aterstallbara(sak, alla) if far_aterstalla else set(),
    }
    mall = "insatser/historik/historik.html"
    return render(request, f"{mall}#lista" if redigering.vill_ha_fragment(request, "lista") else mall, sammanhang)


def _aterstallbara(sak: Sak, alla: list[tillfallen.Tillfalle]) -> set[int]:
    """The events on the page to which the thing can be put back."""
    if andringar.sparrad(sak.rad):
        return set()
    egna = [r.handelse for t in alla for r in t.rader if r.handelse]
    return {h.pgh_id for h in egna if not andringar.star_redan(sak.rad, h)}


def _aterstall(request: HttpRequest, sak: Sak, pgh_id: int) -> HttpResponse:
    """What would be put back, and the button that does it."""
    atkomst.krav(request, sak.ratt)
    rad: Any = sak.rad
    handelse = radens_handelser(rad).filter(pgh_id=pgh_id).exclude(pgh_label="delete").first()
    if handelse is None:
        raise Http404("Det står inget sådant i historiken.")
    historiken = request.path.removesuffix(f"{pgh_id}/") + sak.sammanhang.get("urvalet", "")
    form = VersionForm(request.POST or None, initial={"version": rad.version})
    if isinstance(rad, Insats) and rad.gemensam:
        gemensamt.krav_bekraftelse(form, med_gemensamma(sak.sammanhang["fardplan"], request.user))
    if request.method == "POST" and form.is_valid():
        av, version = atkomst.jag(request), form.cleaned_data["version"]
        if redigering.forsok(form, lambda: andringar.aterstall(av=av, rad=rad, version=version, handelse=handelse)):
            return redigering.sparat(request, historiken, "Det är återställt.")
    nu = type(rad)._default_manager.get(pk=rad.pk)
    kolumner = [rad._meta.get_field(f) for f in andringar.falt(rad)]
    i_ord = [(k, tillfallen.i_ord(k, nu, {}), tillfallen.i_ord(k, handelse, {})) for k in kolumner]
    sammanhang = {
        **sak.sammanhang,
        "sak": sak,
        "rubrik": "Återställ till det här",
        "ingress": f"Så stod det {timezone.localtime(handelse.pgh_created_at):%Y-%m-%d kl. %H.%M}.",
        "tillbaka": historiken,
        "falt": [tillfallen.faltandring(*rad_) for rad_ in i_ord if rad_[1] != rad_[2]],
        "hinder": andringar.hinder(rad, handelse),
        "knapp": "Återställ",
        "exempel": exempel([sak]),
    }
    return redigering.svara_formular(request, "insatser/historik/aterstall.html", form, sammanhang)


def _maskera(request: HttpRequest, sak: Sak) -> HttpResponse:
    """First it is told where the words stand; then they go, and cannot come back."""
    if sak.ratt is None:
        raise Http404("Det går inte att maskera här.")
    atkomst.krav(request, sak.ratt)
    form, varning = MaskeringForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        vad, skal, fynd = form.cleaned_data["vad"], form.cleaned_data["skal"], list[maskeringsfragor.Fynd]()
        if form.cleaned_data["sett"] == vad:
            av = atkomst.jag(request)
            if redigering.forsok(
                form, lambda: maskering.maskera(av=av, sak=sak.rad, delar=sak.delar, vad=vad, skal=skal)
            ):
                return redigering.sparat(request, request.path, "Det är maskerat, här och i historiken.")
        elif redigering.forsok(form, lambda: fynd.append(maskeringsfragor.leta(sak.delar, vad))):
            form.data = form.data.copy()  # type: ignore[attr-defined]
            form.data["sett"] = vad if fynd[0].handelser else ""  # type: ignore[index]
            varning = fynd[0].i_ord
    sammanhang = {
        **sak.sammanhang,
        "sak": sak,
        "rubrik": "Maskera personuppgift",
        "ingress": f"{sak.namn}. Har någon skrivit något som inte ska stå här? Orden byts mot {MASK} i alla"
        " texter, nu och i historiken, och går inte att få tillbaka. Vem som maskerade och varför står kvar.",
        "varning": varning,
        "knapp": "Maskera, för alltid" if form["sett"].value() else "Leta",
        "urvalet": "?maskera=1",
        "tillbaka": request.path,
    }
    return redigering.svara_formular(request, "formular.html", form, sammanhang)
