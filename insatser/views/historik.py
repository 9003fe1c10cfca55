"""What happened to a thing, for who logs in: who, when, from where, what it was and became; and the ways back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from aktorer.behorighet import har, har_nagonstans
from aktorer.grund import redigering
from aktorer.models import Aktor, Anvandare
from aktorer.roller import Rattighet
from insatser.andringar import aterstall as andringar
from insatser.andringar.angra import GAR_ATT_ANGRA
from insatser.behorighet import synliga_handlingsplaner
from insatser.forms import urval as urvalsform
from insatser.forms.historik import HistorikurvalForm
from insatser.fragor import generation, inlasningar, sakhistorik, tillfallen
from insatser.models import Fardriktning
from insatser.regler.exempel import exempel
from insatser.views import atkomst
from insatser.views.historik_redigera import Sak, aterstall, lagg_tillbaka, maskera
from insatser.views.inlasningsslag import adressen

PER_SIDA = 50  # rows of the history


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
    plan, rad = atkomst.aktivitet(request, stadskarna, period, pk, Rattighet.SE_INTERNT)
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
    if handelse is not None and "rad" in request.GET:
        return lagg_tillbaka(request, sak, request.GET["rad"], handelse)
    if handelse is not None:
        return aterstall(request, sak, handelse)
    if "maskera" in request.GET:
        return maskera(request, sak)
    sak.delar.append(sakhistorik.maskeringar(sak.rad))
    form = HistorikurvalForm(request.GET, personer=sakhistorik.personer(sak.delar), delar=sak.delar)
    urval = form.urval()
    sida = Paginator(sakhistorik.rader(sak.delar, urval), PER_SIDA).get_page(request.GET.get("sida"))
    alla = _med_inlasningar(request, tillfallen.lasta(sak.delar, sida))
    far_aterstalla = sak.ratt is not None and har(request.user, sak.ratt, sak.i)
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
        "borttagna": _borttagna(sak, alla) if far_aterstalla else set(),
        "angra": None if urval.filtrerat or sida.number > 1 else _angra(request, sak, alla),
    }
    mall = "insatser/historik/historik.html"
    return render(request, f"{mall}#lista" if redigering.vill_ha_fragment(request, "lista") else mall, sammanhang)


def _med_inlasningar(request: HttpRequest, alla: list[tillfallen.Tillfalle]) -> list[tillfallen.Tillfalle]:
    """With where the files are told of, for who may read in files."""
    ur_fil = {t.kontext for t in alla if t.varifran.sha256}
    if not ur_fil or not har_nagonstans(request.user, Rattighet.REDIGERA):
        return alla
    # By the address below its program, which leads to the one in force.
    adresser = {
        kontext: generation.adress(i.fardplan, "inlast", i.pk, galler=False) if i.fardplan else adressen(i)
        for kontext, i in inlasningar.ur_kontexter(ur_fil).items()
    }
    return [replace(t, inlast=adresser.get(t.kontext, "")) if t.kontext else t for t in alla]


def _aterstallbara(sak: Sak, alla: list[tillfallen.Tillfalle]) -> set[str]:
    """The events on the page to which the thing, or a row beside it, can be put back (`Radandring.dit`)."""
    if andringar.sparrad(sak.rad):
        return set()
    egna = [r for t in alla for r in t.rader if r.handelse]
    nu: dict[tuple[str, int], Model] = {(sak.delar[0].nyckel, sak.rad.pk): sak.rad}
    for modell in tillfallen.GAR_TILLBAKA:
        slag = modell.__name__.lower()
        ids = {r.handelse.pgh_obj_id for r in egna if r.slag == slag}
        nu |= {(slag, rad.pk): rad for rad in modell._base_manager.filter(pk__in=ids)} if ids else {}
    rader = [(r, nu.get((r.slag, r.handelse.pgh_obj_id))) for r in egna]
    return {r.dit for r, rad in rader if rad and not andringar.star_redan(rad, r.handelse)}


def _borttagna(sak: Sak, alla: list[tillfallen.Tillfalle]) -> set[int]:
    """The events where what was taken away in one go can be put back: of each kind of rows the first that is not."""
    if andringar.sparrad(sak.rad):
        return set()
    saknas = {h.pgh_id for h in andringar.saknas(sak.rad, [r.borttagen for t in alla for r in t.rader if r.borttagen])}
    forst: dict[tuple[int, str], int] = {}
    for nr, t in enumerate(alla):
        for r in t.rader:
            if r.borttagen and r.borttagen.pgh_id in saknas:
                forst.setdefault((nr, r.slag), r.borttagen.pgh_id)
    return set(forst.values())


def _angra(request: HttpRequest, sak: Sak, alla: list[tillfallen.Tillfalle]) -> dict[str, Any] | None:
    """The button that takes the latest change back, for a day, for who made it: as beside the words that it was saved.

    Where that takes the thing itself away, it leads to the färdplan.
    """
    if not alla or alla[0].angras_av != atkomst.jag(request).pk or alla[0].nar < timezone.now() - GAR_ATT_ANGRA:
        return None
    fran, fardplan = sak.sida, sak.sammanhang.get("fardplan")
    if any(r.ny and r.handelse for r in alla[0].rader):
        fran = reverse("fardplan", args=[fardplan.stadskarna.slug]) if fardplan else reverse("start")
    return {"kontext": alla[0].kontext, "fran": fran, "ord": "Gör om" if alla[0].angring else "Ångra"}
