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
from insatser.behorighet import gallande_fardplaner, karna_for
from insatser.forms.insats import VersionForm
from insatser.forms.uppfoljning import DeadlineForm, OmgangForm
from insatser.fragor import ersattning
from insatser.fragor import uppfoljning as fragor
from insatser.fragor.kontakt import mejladresser
from insatser.models import Fardplan, Kontakt, Mottagare, Omgang, Utskick
from insatser.models.utskick import OKLART_EFTER
from insatser.regler import rapport
from insatser.regler.bojning import bojt, raknat
from insatser.regler.exempel import exempel
from insatser.utbyte.mejl import sandning
from insatser.views import atkomst


def omgangar(request: HttpRequest, stadskarna: str) -> HttpResponse:
    """All rounds about this stadskärna, open ones first."""
    fardplan = atkomst.fardplan(request, stadskarna, Rattighet.SE_INTERNT)
    alla = Omgang.objects.filter(Q(fardplan__stadskarna=fardplan.stadskarna) | Q(fardplan=None))
    sammanhang = {
        "fardplan": fardplan,
        "oppna": fragor.med_antal(alla.filter(stangd=None)),
        "stangda": alla.exclude(stangd=None),
        "idag": timezone.localdate(),
        "far": {"planera": har(request.user, Rattighet.PLANERA, fardplan.stadskarna_id)},
    }
    return render(request, "insatser/uppfoljning/omgangar.html", sammanhang)


def ny(request: HttpRequest, stadskarna: str) -> HttpResponse:
    """Choose what to ask about; `?alla=1` asks about all stadskärnor."""
    fardplan = atkomst.fardplan(request, stadskarna, Rattighet.PLANERA)
    om_alla = request.GET.get("alla") == "1"
    if om_alla:
        atkomst.krav(request, Rattighet.PLANERA)
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
            text = f"Omgången är öppen. {sandning.skicka_i_bakgrunden()}"
            return redigering.sparat(request, _adress(fardplan, oppnad[0]), text)
    sammanhang = {
        "fardplan": fardplan,
        "om_alla": om_alla,
        "exempel": exempel(f.visas for f in kandidater if f.har_nagon),
        "rader": [(f, val) for f, val in zip(kandidater, form["punkter"], strict=True) if f.har_nagon],
        "utan": [f for f in kandidater if not f.har_nagon],
        "personer": list(zip(form.kandidater, form["personer"], strict=True)),
        "utan_konto": {p.epost for p in form.kandidater if isinstance(p, Kontakt)},
        "tillbaka": reverse("uppfoljning", args=[stadskarna]),
        "rubrik": "Ny uppföljningsomgång",
    }
    return redigering.svara_formular(request, "insatser/uppfoljning/ny.html", form, sammanhang)


def omgang(request: HttpRequest, stadskarna: str, pk: int) -> HttpResponse:
    """Who has answered and who has not; a closed round is its report."""
    fardplan, vald = atkomst.omgang(request, stadskarna, pk, Rattighet.SE_INTERNT)
    far = {"planera": har(request.user, Rattighet.PLANERA, karna_for(vald))}
    if vald.rapport is not None:
        lankar = vald.mottagare.filter(aterkallad=None, anvandare__is_active=True).select_related("anvandare__aktor")
        sammanhang = {
            "fardplan": fardplan,
            "omgang": vald,
            "rapport": rapport.las(vald.rapport),
            "rattelser": vald.rattelser.all(),
            "far": far,
            "lankar": lankar.order_by("anvandare__namn") if far["planera"] else [],
        }
        return render(request, "insatser/uppfoljning/rapport.html", sammanhang)
    punkter, fallna = fragor.punkter(vald), ersattning.fallna(vald, timezone.localdate())
    personer = fragor.svarslage(vald, punkter, fallna)
    ko = Utskick.objects.filter(omgang=vald)
    mejlen = list(ko)
    # What the mail server has been called about is not there yet: the page goes on asking until it is.
    nyss = timezone.now() - OKLART_EFTER
    vantar = [u for u in mejlen if u.paborjat is None or (not u.skickat and not u.fel and u.paborjat > nyss)]
    sammanhang = {
        "fardplan": fardplan,
        "omgang": vald,
        "punkter": punkter,
        "exempel": exempel(p.visas for p in punkter),
        "besvarade": sum(p.besvarad for p in punkter),
        "nagot_svar": any(p.svar for p in punkter),
        "personer": personer,
        "utan_adress": [pk for pk, epost in mejladresser(m.mottagare.anvandare for m in personer).items() if not epost],
        "utan": ersattning.utan_kollega(ersattning.ersattningar(vald, fallna)),
        "vantar": len(vantar),
        "skickas": fragor.skickas(vantar),
        "fel": next((u.fel for u in vantar if u.fel), ""),
        "oklara": ko.oklara().count(),
        "skickade": sum(u.skickat is not None for u in mejlen),
        "avvisade": sum(bool(u.paborjat and u.fel) for u in mejlen),
        "idag": timezone.localdate(),
        "rattelser": vald.rattelser.all(),
        "far": far,
    }
    return render(request, "insatser/uppfoljning/omgang.html", sammanhang)


@require_POST
def paminn(request: HttpRequest, stadskarna: str, pk: int) -> HttpResponse:
    """Remind everybody who has something left to answer."""
    fardplan, vald = atkomst.omgang(request, stadskarna, pk, Rattighet.PLANERA)
    kvar = [s.mottagare for s in fragor.svarslage(vald, fragor.punkter(vald), {}) if s.kan_paminnas]

    def andring() -> str:
        paminda = andringar.paminn(av=atkomst.jag(request), omgang=vald, mottagare=kvar)
        return _paminnelsetext(len(paminda), len(kvar))

    return _gor(request, fardplan, vald, andring)


def _paminnelsetext(paminda: int, antal: int) -> str:
    if not antal:
        return "Det finns ingen att påminna: de som går att nå har svarat på allt."
    if not paminda:
        return "Ingen påminnelse gick iväg: alla har fått mejl de senaste fem dagarna, eller har ett som väntar."
    lamnade = antal - paminda
    rest = f" {lamnade} fick mejl nyligen och lämnas i fred." if lamnade else ""
    return f"{paminda} får en påminnelse.{rest} {sandning.skicka_i_bakgrunden()}"


@require_POST
def ny_lank(request: HttpRequest, stadskarna: str, pk: int, mottagare: int) -> HttpResponse:
    fardplan, vald, m = _mottagare(request, stadskarna, pk, mottagare)

    def andring() -> str:
        nar = "Mejlet går i morgon: personen har redan fått en länk i dag."
        if andringar.ny_lank(av=atkomst.jag(request), mottagare=m):
            nar = sandning.skicka_i_bakgrunden()
        return f"{m} får en ny länk. {nar}"

    return _gor(request, fardplan, vald, andring)


@require_POST
def aterkalla(request: HttpRequest, stadskarna: str, pk: int, mottagare: int) -> HttpResponse:
    fardplan, vald, m = _mottagare(request, stadskarna, pk, mottagare)

    def andring() -> str:
        andringar.aterkalla_lank(av=atkomst.jag(request), mottagare=m)
        return f"Länken till {m} är återkallad."

    return _gor(request, fardplan, vald, andring)


def deadline(request: HttpRequest, stadskarna: str, pk: int) -> HttpResponse:
    """Give those asked more time, or less."""
    fardplan, vald = atkomst.omgang(request, stadskarna, pk, Rattighet.PLANERA)
    if vald.stangd:
        raise Http404("Uppföljningsomgången är stängd: sista dagen går inte att ändra.")
    form = DeadlineForm(request.POST or None, initial={"deadline": vald.deadline, "version": vald.version})
    if request.method == "POST" and form.is_valid():
        av, ny, version = atkomst.jag(request), form.cleaned_data["deadline"], form.cleaned_data["version"]
        brev: list[Utskick] = []

        def gor() -> None:
            brev.extend(andringar.andra_deadline(av=av, omgang=vald, version=version, deadline=ny))

        if redigering.forsok(form, gor):
            text = f"Sista dag att svara är nu {ny:%Y-%m-%d}. {_tidigaretext(brev)}".strip()
            return redigering.sparat(request, _adress(fardplan, vald), text)
    sammanhang = {
        "fardplan": fardplan,
        "rubrik": "Ändra sista dag att svara",
        "ingress": f"{vald}. Länkarna fortsätter att gälla. Väljer du en tidigare dag får de som har något kvar att"
        " svara på ett mejl om det. Får de mer tid går inget mejl, men påminnelserna följer nya dagen.",
        "tillbaka": _adress(fardplan, vald),
        "knapp": "Spara sista dag",
    }
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


def _tidigaretext(brev: Sequence[Utskick]) -> str:
    if not brev:
        return ""
    senare = sum(rad.dag > timezone.localdate() for rad in brev)
    vilka = raknat(len(brev), "person", "personer")
    text = f"{vilka} som har något kvar att svara på får ett mejl om det."
    if senare == len(brev):
        return f"{text} Det går tidigast i morgon, eftersom de redan har fått ett mejl i dag."
    if senare:
        text += f" {senare} får det tidigast i morgon, eftersom de redan har fått ett mejl i dag."
    return f"{text} {sandning.skicka_i_bakgrunden()}"


@require_POST
def stang(request: HttpRequest, stadskarna: str, pk: int) -> HttpResponse:
    fardplan, vald = atkomst.omgang(request, stadskarna, pk, Rattighet.PLANERA)

    def andring() -> str:
        andringar.stang(av=atkomst.jag(request), omgang=vald)
        return "Omgången är stängd. Rapporten är fryst."

    return _gor(request, fardplan, vald, andring)


def ta_bort(request: HttpRequest, stadskarna: str, pk: int) -> HttpResponse:
    """Ask first, and say what goes, or why it cannot."""
    fardplan, vald = atkomst.omgang(request, stadskarna, pk, Rattighet.PLANERA)
    if vald.stangd:
        raise Http404("Uppföljningsomgången är stängd och tas inte bort. Den går att öppna igen.")
    form = VersionForm(request.POST or None, initial={"version": vald.version})
    if request.method == "POST" and form.is_valid():
        av, version = atkomst.jag(request), form.cleaned_data["version"]
        if redigering.forsok(form, lambda: andringar.ta_bort(av=av, omgang=vald, version=version)):
            lista = reverse("uppfoljning", args=[stadskarna])
            return redigering.sparat(request, lista, f"Omgången ”{vald}” är borttagen.")
    skickade = vald.utskick.exclude(skickat=None).values("anvandare").distinct().count()
    fatt = bojt(skickade, "En har redan fått mejlet: den länken", f"{skickade} har redan fått mejlet: deras länkar")
    sammanhang = {
        "fardplan": fardplan,
        "namn": str(vald),
        "vad": "omgången",
        "forsvinner": f"”{vald}” tas bort med {raknat(vald.punkter.count(), 'fråga', 'frågor')} till"
        f" {raknat(vald.mottagare.count(), 'person', 'personer')}. Mejl som väntar skickas inte."
        + (f" {fatt} slutar fungera och säger det." if skickade else ""),
        "hinder": andringar.hinder(vald),
        "meny": "uppfoljning",
        "tillbaka": _adress(fardplan, vald),
    }
    return redigering.svara_formular(request, "ta_bort.html", form, sammanhang)


def _gor(request: HttpRequest, fardplan: Fardplan, omgang: Omgang, andring: Callable[[], str]) -> HttpResponse:
    """Carry out a change without a form, and go back to the round with what became of it."""
    try:
        text = andring()
    except ValidationError as fel:
        messages.error(request, " ".join(fel.messages))
        return redirect(_adress(fardplan, omgang))
    return redigering.sparat(request, _adress(fardplan, omgang), text)


def _mottagare(request: HttpRequest, stadskarna: str, pk: int, mottagare: int) -> tuple[Fardplan, Omgang, Mottagare]:
    fardplan, vald = atkomst.omgang(request, stadskarna, pk, Rattighet.PLANERA)
    m = vald.mottagare.select_related("anvandare").filter(pk=mottagare).first()
    if m is None:
        raise Http404("Personen är inte tillfrågad i omgången.")
    return fardplan, vald, m


def _adress(fardplan: Fardplan, omgang: Omgang) -> str:
    return reverse("omgang", args=[fardplan.stadskarna.slug, omgang.pk])
