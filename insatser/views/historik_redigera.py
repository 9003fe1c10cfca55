"""What one does from the history of a thing: put back its words or what was taken away, and mask personal data."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from aktorer.grund import redigering
from aktorer.grund.samtidighet import MASK, radens_handelser
from aktorer.roller import Rattighet
from insatser.andringar import aterstall as andringar
from insatser.andringar import maskering
from insatser.andringar.angra import GAR_ATT_ANGRA
from insatser.behorighet import karna_for
from insatser.forms import gemensam as gemensamt
from insatser.forms.insats import VersionForm
from insatser.forms.maskering import MaskeringForm
from insatser.fragor import maskering as maskeringsfragor
from insatser.fragor import tillfallen
from insatser.fragor.sakhistorik import Del
from insatser.fragor.stadskarna import med_gemensamma
from insatser.models import AktivitetEvent, Insats, InsatsEvent, MoteEvent  # type: ignore[attr-defined]
from insatser.regler.exempel import exempel
from insatser.views import atkomst


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
    def i(self) -> int | None:
        return karna_for(self.rad)

    @property
    def exempel(self) -> bool:
        return self.delar[0].exempel or bool(getattr(self.rad, "exempel", False))


def aterstall(request: HttpRequest, sak: Sak, pgh_id: int) -> HttpResponse:
    """What would be put back, and the button that does it."""
    atkomst.krav(request, sak.ratt, sak.i)
    rad: Any = sak.rad
    handelse = radens_handelser(rad).filter(pgh_id=pgh_id).exclude(pgh_label="delete").first()
    if handelse is None:
        raise Http404("Det står inget sådant i historiken.")
    historiken = request.path.removesuffix(f"{pgh_id}/") + sak.sammanhang.get("urvalet", "")
    form = _form(request, sak, gemensam=isinstance(rad, Insats) and rad.gemensam)
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


def _form(request: HttpRequest, sak: Sak, *, gemensam: bool) -> VersionForm:
    """What one presses to put back; where that shows in all stadskärnor it asks."""
    rad: Any = sak.rad
    form = VersionForm(request.POST or None, initial={"version": rad.version})
    if gemensam:
        gemensamt.krav_bekraftelse(form, med_gemensamma(sak.sammanhang["fardplan"], request.user))
    return form


def lagg_tillbaka(request: HttpRequest, sak: Sak, slag: str, pgh_id: int) -> HttpResponse:
    """What was taken away in one go with a row of that kind, and the button that puts it back; of a row that is there
    and is put back by itself, what it was.
    """
    if bredvid := _bredvid(sak, slag, pgh_id):
        return aterstall(request, bredvid, pgh_id)
    atkomst.krav(request, sak.ratt, sak.i)
    rader = tillfallen.tagna_bort(sak.delar, slag, pgh_id)
    if not rader:
        raise Http404("Det står inget sådant i historiken.")
    borta = [r.borttagen for r in rader]
    saknas = andringar.saknas(sak.rad, borta)
    historiken = request.path.removesuffix(f"{pgh_id}/") + sak.sammanhang.get("urvalet", "")
    i_alla = any(i.fardplan_id is None for i in (sak.rad, *borta) if isinstance(i, Insats | InsatsEvent))
    form = _form(request, sak, gemensam=i_alla)
    if request.method == "POST" and form.is_valid():
        av, version = atkomst.jag(request), form.cleaned_data["version"]
        if redigering.forsok(form, lambda: andringar.lagg_tillbaka(av=av, rad=sak.rad, version=version, borta=borta)):
            return redigering.sparat(request, historiken, "Det är tillbaka.")
    sammanhang = {
        **sak.sammanhang,
        "sak": sak,
        "rubrik": "Lägg tillbaka det som togs bort",
        "ingress": _togs_bort(borta[0]),
        "tillbaka": historiken,
        "rader": [r for r in rader if r.borttagen in saknas],
        "hinder": andringar.sparrad(sak.rad) or ("" if saknas else "Det finns där redan."),
        "knapp": "Lägg tillbaka",
        "urvalet": f"?rad={slag}",
        "exempel": exempel([sak]),
    }
    return redigering.svara_formular(request, "insatser/historik/aterstall.html", form, sammanhang)


def _togs_bort(handelse: Any) -> str:
    """When, and what does not come with it: files stay as long as the one who took it away could undo that."""
    nar = f"Det togs bort {timezone.localtime(handelse.pgh_created_at):%Y-%m-%d kl. %H.%M}."
    med_filer = isinstance(handelse, AktivitetEvent | MoteEvent)
    if med_filer and handelse.pgh_created_at < timezone.now() - GAR_ATT_ANGRA:
        return f"{nar} Filer som hörde till det kan saknas: de raderas efter ett dygn."
    return nar


def _bredvid(sak: Sak, slag: str, pgh_id: int) -> Sak | None:
    """The row of the kind beside it that the event is of, as a thing of its own; None where there is none."""
    for del_ in sak.delar:
        if del_.nyckel == slag and del_.modell in tillfallen.GAR_TILLBAKA:
            ids = del_.handelser().filter(pgh_id=pgh_id).exclude(pgh_label="delete").values("pgh_obj_id")
            if rad := del_.modell._base_manager.filter(pk__in=ids).first():
                return replace(sak, rad=rad, sammanhang={**sak.sammanhang, "urvalet": f"?rad={slag}"})
    return None


def maskera(request: HttpRequest, sak: Sak) -> HttpResponse:
    """First it is told where the words stand; then they go, and cannot come back."""
    if sak.ratt is None:
        raise Http404("Det går inte att maskera här.")
    atkomst.krav(request, sak.ratt, sak.i)
    skickat = request.POST if request.method == "POST" else None  # also when nothing stands in it
    form, fynd = MaskeringForm(skickat, karna=sak.i), list[maskeringsfragor.Ordfynd]()
    if skickat is not None:
        klar, varden = form.is_valid(), form.cleaned_data
        vad, sett = varden.get("vad", ""), varden.get("sett", "")
        if klar and sett == vad and _maskera(request, sak, form):
            return redigering.sparat(request, request.path, "Det är maskerat, här och i historiken.")
        if (klar or sett == vad) and redigering.forsok(
            form, lambda: fynd.append(maskeringsfragor.leta(sak.rad, sak.delar, vad))
        ):
            form.data = form.data.copy()  # type: ignore[attr-defined]
            form.data["sett"] = vad if fynd[0].finns else ""  # type: ignore[index]
            if sett != vad:
                form.data.setlist("filer", [str(fil.pk) for fil in fynd[0].filer])  # type: ignore[attr-defined]
    form.visa(*(fynd[0].filer, fynd[0].olasta) if fynd else ([], []))
    sammanhang = {
        **sak.sammanhang,
        "sak": sak,
        "rubrik": "Maskera personuppgift",
        "ingress": f"{sak.namn}. Har någon skrivit något som inte ska stå här? Orden byts mot {MASK} i alla"
        " texter, nu och i historiken, och går inte att få tillbaka. Vem som maskerade och varför står kvar.",
        "varning": fynd[0].i_ord if fynd else "",
        "knapp": "Maskera, för alltid" if form["sett"].value() else "Leta",
        "urvalet": "?maskera=1",
        "tillbaka": request.path,
    }
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


def _maskera(request: HttpRequest, sak: Sak, form: MaskeringForm) -> bool:
    av = atkomst.jag(request)
    varden = {k: form.cleaned_data[k] for k in ("vad", "skal", "filer")}
    return redigering.forsok(form, lambda: maskering.maskera(av=av, sak=sak.rad, delar=sak.delar, **varden))
