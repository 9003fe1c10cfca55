"""Rounds of follow-up, as the planerare runs them: open, see who has answered, remind, close."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from aktorer.behorighet import har
from aktorer.grund import redigering
from aktorer.roller import Rattighet
from insatser.andringar import uppfoljning as andringar
from insatser.behorighet import gallande_fardplaner
from insatser.forms.uppfoljning import DeadlineForm, OmgangForm
from insatser.fragor import ersattning
from insatser.fragor import uppfoljning as fragor
from insatser.models import Fardplan, Mottagare, Omgang, Utskick
from insatser.regler import rapport
from insatser.regler.bojning import raknat
from insatser.regler.exempel import exempel
from insatser.utbyte.mejl import sandning
from insatser.views import atkomst

type Mejlbesked = tuple[bool, str]  # whether all went well, and what became of it, in Swedish


def omgangar(request: HttpRequest, stadskarna: str) -> HttpResponse:
    """All rounds about this stadskärna, open ones first."""
    fardplan = atkomst.fardplan(request, stadskarna, Rattighet.SE_INTERNT)
    alla = Omgang.objects.filter(Q(fardplan__stadskarna=fardplan.stadskarna) | Q(fardplan=None))
    sammanhang = {
        "fardplan": fardplan,
        "oppna": fragor.med_antal(alla.filter(stangd=None)),
        "stangda": alla.exclude(stangd=None),
        "idag": timezone.localdate(),
        "far": {"planera": har(request.user, Rattighet.PLANERA)},
    }
    return render(request, "insatser/uppfoljning/omgangar.html", sammanhang)


def ny(request: HttpRequest, stadskarna: str) -> HttpResponse:
    """Choose what to ask about; `?alla=1` asks about all stadskärnor."""
    fardplan = atkomst.fardplan(request, stadskarna, Rattighet.PLANERA)
    om_alla = request.GET.get("alla") == "1"
    fardplaner = gallande_fardplaner(request.user).select_related("stadskarna", "program")
    valda = list(fardplaner.order_by("stadskarna__ordning")) if om_alla else [fardplan]
    kandidater = fragor.amnen(valda)
    form = OmgangForm(request.POST or None, fragor=kandidater)
    if request.method == "POST" and form.is_valid():
        av, varden = atkomst.jag(request), {f: form.cleaned_data[f] for f in ("namn", "deadline", "fraga")}
        oppnad: list[Omgang] = []

        def oppna() -> None:
            omfattning = None if om_alla else fardplan
            oppnad.append(andringar.oppna(av=av, fardplan=omfattning, fragor=form.valda(), **varden))

        if redigering.forsok(form, oppna):
            gick, text = sandning.skicka_vantande()
            adress = _adress(fardplan, oppnad[0])
            return redigering.sparat(request, adress, f"Omgången är öppen. {text}", allt=gick)
    sammanhang = {
        "fardplan": fardplan,
        "om_alla": om_alla,
        "exempel": exempel(f.visas for f in kandidater if f.personer),
        "rader": [(f, val) for f, val in zip(kandidater, form["punkter"], strict=True) if f.personer],
        "utan": [f for f in kandidater if not f.personer],
        "personer": list(zip(form.kandidater, form["personer"], strict=True)),
        "tillbaka": reverse("uppfoljning", args=[stadskarna]),
        "rubrik": "Ny uppföljningsomgång",
    }
    return redigering.svara_formular(request, "insatser/uppfoljning/ny.html", form, sammanhang)


def omgang(request: HttpRequest, stadskarna: str, pk: int) -> HttpResponse:
    """Who has answered and who has not; a closed round is its report."""
    fardplan, vald = _omgang(request, stadskarna, pk, Rattighet.SE_INTERNT)
    if vald.rapport is not None:
        lankar = vald.mottagare.filter(aterkallad=None, anvandare__is_active=True).select_related("anvandare__aktor")
        sammanhang = {
            "fardplan": fardplan,
            "omgang": vald,
            "rapport": rapport.las(vald.rapport),
            "lankar": lankar.order_by("anvandare__namn") if har(request.user, Rattighet.PLANERA) else [],
        }
        return render(request, "insatser/uppfoljning/rapport.html", sammanhang)
    punkter, fallna = fragor.punkter(vald), ersattning.fallna(vald, timezone.localdate())
    ko = Utskick.objects.filter(omgang=vald)
    sammanhang = {
        "fardplan": fardplan,
        "omgang": vald,
        "punkter": punkter,
        "exempel": exempel(p.visas for p in punkter),
        "besvarade": sum(p.svar is not None for p in punkter),
        "personer": fragor.svarslage(vald, punkter, fallna),
        "utan": ersattning.utan_kollega(ersattning.ersattningar(vald, fallna)),
        "vantar": ko.filter(paborjat=None).count(),
        "fel": ko.filter(paborjat=None).exclude(fel="").values_list("fel", flat=True).first(),
        "oklara": ko.oklara().count(),
        "idag": timezone.localdate(),
        "far": {"planera": har(request.user, Rattighet.PLANERA)},
    }
    return render(request, "insatser/uppfoljning/omgang.html", sammanhang)


@require_POST
def paminn(request: HttpRequest, stadskarna: str, pk: int) -> HttpResponse:
    """Remind everybody who has something left to answer."""
    fardplan, vald = _omgang(request, stadskarna, pk, Rattighet.PLANERA)
    kvar = [s.mottagare for s in fragor.svarslage(vald, fragor.punkter(vald), {}) if s.kan_paminnas]

    def andring() -> Mejlbesked:
        paminda = andringar.paminn(av=atkomst.jag(request), omgang=vald, mottagare=kvar)
        return _paminnelsetext(len(paminda), len(kvar))

    return _gor(request, fardplan, vald, andring)


def _paminnelsetext(paminda: int, antal: int) -> Mejlbesked:
    if not antal:
        return True, "Det finns ingen att påminna: de som går att nå har svarat på allt."
    if not paminda:
        return True, "Ingen påminnelse gick iväg: alla har fått mejl de senaste fem dagarna, eller har ett som väntar."
    lamnade = antal - paminda
    rest = f" {lamnade} fick mejl nyligen och lämnas i fred." if lamnade else ""
    gick, text = sandning.skicka_vantande()
    return gick, f"{paminda} får en påminnelse.{rest} {text}"


@require_POST
def ny_lank(request: HttpRequest, stadskarna: str, pk: int, mottagare: int) -> HttpResponse:
    fardplan, vald, m = _mottagare(request, stadskarna, pk, mottagare)

    def andring() -> Mejlbesked:
        gick, nar = True, "Mejlet går i morgon: personen har redan fått en länk i dag."
        if andringar.ny_lank(av=atkomst.jag(request), mottagare=m):
            gick, nar = sandning.skicka_vantande()
        return gick, f"{m} får en ny länk. {nar}"

    return _gor(request, fardplan, vald, andring)


@require_POST
def aterkalla(request: HttpRequest, stadskarna: str, pk: int, mottagare: int) -> HttpResponse:
    fardplan, vald, m = _mottagare(request, stadskarna, pk, mottagare)

    def andring() -> Mejlbesked:
        andringar.aterkalla_lank(av=atkomst.jag(request), mottagare=m)
        return True, f"Länken till {m} är återkallad."

    return _gor(request, fardplan, vald, andring)


def deadline(request: HttpRequest, stadskarna: str, pk: int) -> HttpResponse:
    """Give those asked more time, or less."""
    fardplan, vald = _omgang(request, stadskarna, pk, Rattighet.PLANERA)
    if vald.stangd:
        raise Http404("Uppföljningsomgången är stängd: sista dagen går inte att ändra.")
    form = DeadlineForm(request.POST or None, initial={"deadline": vald.deadline, "version": vald.version})
    if request.method == "POST" and form.is_valid():
        av, ny, version = atkomst.jag(request), form.cleaned_data["deadline"], form.cleaned_data["version"]
        brev: list[Utskick] = []

        def gor() -> None:
            brev.extend(andringar.andra_deadline(av=av, omgang=vald, version=version, deadline=ny))

        if redigering.forsok(form, gor):
            gick, text = _tidigaretext(brev)
            text = f"Sista dag att svara är nu {ny:%Y-%m-%d}. {text}".strip()
            return redigering.sparat(request, _adress(fardplan, vald), text, allt=gick)
    sammanhang = {
        "fardplan": fardplan,
        "rubrik": "Ändra sista dag att svara",
        "ingress": f"{vald}. Länkarna fortsätter att gälla. Väljer du en tidigare dag får de som har något kvar att"
        " svara på ett mejl om det. Får de mer tid går inget mejl, men påminnelserna följer nya dagen.",
        "tillbaka": _adress(fardplan, vald),
        "knapp": "Spara sista dag",
    }
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


def _tidigaretext(brev: Sequence[Utskick]) -> Mejlbesked:
    if not brev:
        return True, ""
    senare = sum(rad.dag > timezone.localdate() for rad in brev)
    vilka = raknat(len(brev), "person", "personer")
    text = f"{vilka} som har något kvar att svara på får ett mejl om det."
    if senare == len(brev):
        return True, f"{text} Det går tidigast i morgon, eftersom de redan har fått ett mejl i dag."
    if senare:
        text += f" {senare} får det tidigast i morgon, eftersom de redan har fått ett mejl i dag."
    gick, sant = sandning.skicka_vantande()
    return gick, f"{text} {sant}"


@require_POST
def stang(request: HttpRequest, stadskarna: str, pk: int) -> HttpResponse:
    fardplan, vald = _omgang(request, stadskarna, pk, Rattighet.PLANERA)

    def andring() -> Mejlbesked:
        andringar.stang(av=atkomst.jag(request), omgang=vald)
        return True, "Omgången är stängd. Rapporten är fryst."

    return _gor(request, fardplan, vald, andring)


def _gor(
    request: HttpRequest, fardplan: Fardplan, omgang: Omgang, andring: Callable[[], tuple[bool, str]]
) -> HttpResponse:
    """Carry out a change without a form, and go back to the round with what became of it."""
    try:
        gick, text = andring()
    except ValidationError as fel:
        messages.error(request, " ".join(fel.messages))
        return redirect(_adress(fardplan, omgang))
    return redigering.sparat(request, _adress(fardplan, omgang), text, allt=gick)


def _omgang(request: HttpRequest, stadskarna: str, pk: int, ratt: Rattighet) -> tuple[Fardplan, Omgang]:
    fardplan = atkomst.fardplan(request, stadskarna, ratt)
    om = Q(fardplan__stadskarna=fardplan.stadskarna) | Q(fardplan=None)
    vald = Omgang.objects.filter(om, pk=pk).select_related("oppnad_av", "fardplan").first()
    if vald is None:
        raise Http404("Omgången finns inte i den här stadskärnan.")
    return fardplan, vald


def _mottagare(request: HttpRequest, stadskarna: str, pk: int, mottagare: int) -> tuple[Fardplan, Omgang, Mottagare]:
    fardplan, vald = _omgang(request, stadskarna, pk, Rattighet.PLANERA)
    m = vald.mottagare.select_related("anvandare").filter(pk=mottagare).first()
    if m is None:
        raise Http404("Personen är inte tillfrågad i omgången.")
    return fardplan, vald, m


def _adress(fardplan: Fardplan, omgang: Omgang) -> str:
    return reverse("omgang", args=[fardplan.stadskarna.slug, omgang.pk])
