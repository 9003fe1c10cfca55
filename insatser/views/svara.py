"""The two-minute update: one page by a personal link, without a password, for what the person is asked about alone."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from aktorer import andringar as aktorsandringar
from aktorer import takt
from aktorer.grund import redigering
from aktorer.grund.samtidighet import Krock
from insatser.andringar import uppfoljning as andringar
from insatser.forms.uppfoljning import LankForm, SvarForm
from insatser.fragor import lank, overlamning
from insatser.fragor import uppfoljning as fragor
from insatser.fragor.uppfoljning import Punktlage
from insatser.models import Mottagare
from insatser.regler.exempel import exempel
from insatser.utbyte.mejl import bakgrund, sandning

LANKAR_I_TIMMEN = 30  # from one address: a whole kommun may come from one
ALLA_OPPNA = 3  # so few points that none of their forms needs to be folded away


@login_not_required
@never_cache
def svara(request: HttpRequest, token: str) -> HttpResponse:
    """What the person is asked about; `?punkt=` comes from the mail and opens the form of that point."""
    mottagare = lank.las(token)
    if mottagare is None:
        return gar_inte(request, token)
    return sidan(request, token, mottagare, _heltal(request.GET.get("punkt", "")))


@login_not_required
@never_cache
@require_POST
def oppnad(request: HttpRequest, token: str) -> HttpResponse:
    """The page was moved, touched or typed on: a person has it before them. A scanner of mails only fetches it."""
    mottagare = lank.las(token)
    if mottagare is None:
        return gar_inte(request, token)
    andringar.oppnade_lanken(av=mottagare.anvandare, mottagare=mottagare)
    return HttpResponse(status=204)


@login_not_required
@never_cache
def punkt(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    """Answer one point: "oförändrat" in one tap, or a new läge."""
    if request.method != "POST":  # the address stays in the browser after a refused save
        return _vidare(token, pk)
    mottagare = lank.las(token)
    vald = _min_punkt(mottagare, pk) if mottagare else None
    if mottagare is None or vald is None:
        return _inte_min(request, token, mottagare, pk)
    andringar.oppnade_lanken(av=mottagare.anvandare, mottagare=mottagare)
    if vald.utgangen:
        return sidan(request, token, mottagare, pk, fel="Planen är avslutad.")
    av = mottagare.anvandare
    if "oforandrat" in request.POST:
        fel = _oforandrat(mottagare, vald, _heltal(request.POST.get("sedd", "")))
        return sidan(request, token, mottagare, pk, fel=fel) if fel else _vidare(token, pk)
    form = SvarForm.om(vald, request.POST)
    if form.is_valid() and redigering.forsok(
        form, lambda: andringar.svara(av=av, mottagare=mottagare, punkt=vald.punkt, **form.cleaned_data)
    ):
        return _vidare(token, pk)
    return sidan(request, token, mottagare, pk, form)


def _oforandrat(mottagare: Mottagare, vald: Punktlage, sedd: int) -> str:
    """What is wrong, "" when it was written."""
    try:
        andringar.svara_oforandrat(av=mottagare.anvandare, mottagare=mottagare, punkt=vald.punkt, sedd=sedd)
    except (ValidationError, Krock) as fel:
        return _i_ord(fel)
    return ""


@login_not_required
@never_cache
@require_POST
def angra(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    mottagare = lank.las(token)
    vald = _min_punkt(mottagare, pk) if mottagare else None
    if mottagare is None or vald is None:
        return _inte_min(request, token, mottagare, pk)
    if vald.svar:
        try:
            andringar.angra(av=mottagare.anvandare, svar=vald.svar)
        except (ValidationError, Krock) as fel:
            return sidan(request, token, mottagare, pk, fel=_i_ord(fel))
    return _vidare(token, pk)


@login_not_required
@never_cache
def ny_lank(request: HttpRequest) -> HttpResponse:
    """Ask for the link once more. The answer and its time are the same whether anybody has the address or not."""
    form = LankForm(request.POST or None)
    mall = "insatser/uppfoljning/ny_lank.html"
    if not (request.method == "POST" and form.is_valid()):
        return render(request, mall, {"lankform": form}, status=422 if form.is_bound else 200)
    if not takt.ryms(request, "ny_lank", antal=LANKAR_I_TIMMEN):
        form.add_error(None, "Många har bett om en ny länk härifrån på kort tid. Vänta en timme och försök igen.")
        return render(request, mall, {"lankform": form}, status=429)
    epost = form.cleaned_data["epost"]

    def arbete() -> None:
        # Whoever asks sets that one mail going, not everybody's.
        for rad in andringar.begar_lank(av=None, epost=epost):
            sandning.skicka_vantande(rad)

    bakgrund.efterat(arbete)
    return render(request, mall, {"skickat": True, "epost": epost})


@csrf_exempt  # the token is the right to do this, and mail programs post without a page of ours
@login_not_required
@never_cache
def avanmal(request: HttpRequest, token: str) -> HttpResponse:
    """Say no to reminders; rounds still come. Asked first: mail programs open links by themselves."""
    person = lank.las_avanmalan(token)
    if person is None:
        return render(request, "insatser/uppfoljning/ogiltig.html", {"avanmalan": True}, status=404)
    if request.method == "POST":
        aktorsandringar.valj_paminnelser(av=person, paminnelser="igen" in request.POST)
        person.refresh_from_db()
    return render(request, "insatser/uppfoljning/avanmal.html", {"person": person, "sparat": request.method == "POST"})


def _min_punkt(mottagare: Mottagare, pk: int) -> Punktlage | None:
    """The point, when the person is asked about it."""
    mina = fragor.att_svara(mottagare, utgangna=True)
    return next((p for p in mina if p.punkt.pk == pk), None)


def _inte_min(request: HttpRequest, token: str, mottagare: Mottagare | None, pk: int) -> HttpResponse:
    """Who answers in another tab what was handed over in this one is told so."""
    lamnade = overlamning.lamnade(mottagare) if mottagare else []
    till = next((t.lamnad_till for t in lamnade if t.punkt_id == pk), None)
    if mottagare is None or till is None:
        return gar_inte(request, token, pk)
    text = f"Inget är sparat: du har lämnat över frågan till {till}. Ta tillbaka den för att svara själv."
    return sidan(request, token, mottagare, pk, fel=text)


def sidan(
    request: HttpRequest, token: str, mottagare: Mottagare, pk: int, ifylld: SvarForm | None = None, fel: str = ""
) -> HttpResponse:
    """The page, with the point `pk` open: what was filled in there, and what is wrong with it."""
    alla = fragor.att_svara(mottagare, utgangna=True)
    punkter = [p for p in alla if not p.utgangen]
    kvar = [p.punkt.pk for p in punkter if p.svar is None]
    lamnade = overlamning.lamnade(mottagare)
    sammanhang = {
        "token": token,
        "mottagare": mottagare,
        "omgang": mottagare.omgang,
        "ersatter": fragor.ersatter(mottagare),
        "orden": overlamning.orden(mottagare),
        "lamnade": lamnade,
        "rader": [(p, ifylld if ifylld and p.punkt.pk == pk else SvarForm.om(p)) for p in punkter],
        "utgangna": [p for p in alla if p.utgangen],
        "exempel": exempel(p.visas for p in punkter),
        "kvar": len(kvar),
        "klar": len(punkter) - len(kvar),
        "oppna": {pk, *(kvar if len(kvar) <= ALLA_OPPNA else kvar[:1])},
        "konflikter": redigering.konflikter(ifylld) if ifylld else [],
        "vald": pk,
        "idag": timezone.localdate(),
        "fel": fel,
    }
    status = 200 if not (ifylld or fel) else 409 if fel or getattr(ifylld, "krock", None) else 422
    return render(request, "insatser/uppfoljning/svara.html", sammanhang, status=status)


def _heltal(text: str) -> int:
    """A number of ours that came back, 0 for anything else."""
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def _i_ord(fel: ValidationError | Krock) -> str:
    return str(fel) if isinstance(fel, Krock) else " ".join(fel.messages)


def _vidare(token: str, pk: int) -> HttpResponse:
    return redirect(reverse("svara", args=[token]) + f"#punkt-{pk}")


def gar_inte(request: HttpRequest, token: str, pk: int = 0) -> HttpResponse:
    """One answer for every link that does not work, whatever the reason: it tells nothing about anybody.

    Only who holds a link that nothing but the end of the round has stopped, and asks for what is theirs, learns that.
    """
    mottagare = lank.las_stangd(token)
    egna = fragor.punkter(mottagare.omgang, mottagare) if mottagare else []
    if mottagare is None or (request.method == "POST" and pk not in {p.punkt.pk for p in egna}):
        return render(request, "insatser/uppfoljning/ogiltig.html", {"lankform": LankForm()}, status=404)
    rader = [(p, p.svar_av(mottagare)) for p in egna]
    sammanhang = {
        "mottagare": mottagare,
        "omgang": mottagare.omgang,
        "rader": rader,
        "exempel": exempel(p.visas for p in egna),
        "klar": sum(svar is not None for _, svar in rader),
        # Who was writing when it closed gets the words back, to use them elsewhere.
        "vald": pk,
        "skrivet": request.POST.get(f"p{pk}-kommentar", "").strip(),
    }
    status = 409 if request.method == "POST" else 200
    return render(request, "insatser/uppfoljning/stangd.html", sammanhang, status=status)
