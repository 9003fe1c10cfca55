"""Fetch with access: what you may not know of is 404, what you may read but not change is 403."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest
from django.urls import reverse

from aktorer.behorighet import Person, har, har_nagonstans
from aktorer.grund import gjort
from aktorer.models import Anvandare
from aktorer.roller import Rattighet
from insatser.behorighet import (
    Forhandsvisare,
    far_rapportera,
    far_rapportera_aktivitet,
    far_skota,
    kanda_handlingsplaner,
    karna_for,
    rapporterar,
    ser,
    synliga_insatser,
)
from insatser.fragor import generation
from insatser.fragor import handlingsplan as planer
from insatser.fragor.handlingsplan import Planinnehall
from insatser.fragor.insatslankar import insatslankar
from insatser.fragor.nummer import har_haft
from insatser.models import (
    Aktivitet,
    Arende,
    Fardplan,
    Handlingsplan,
    Indikator,
    Insats,
    Kontakt,
    Mote,
    Omgang,
    Overenskommelse,
    Planversion,
    Prioritering,
    Program,
    Samverkansorgan,
    Stadskarna,
)
from insatser.models.organ import har_eller_for_alla
from insatser.regler import period as perioder
from insatser.regler.bojning import uppraknat
from insatser.views import meny


def fardplan(request: HttpRequest, stadskarna: str, ratt: Rattighet | None = None) -> Fardplan:
    """The färdplan in force of the stadskärna (its slug), with stadskärna and program. Http404, PermissionDenied."""
    hittad = meny.fardplan(request, stadskarna)
    if hittad is None:
        raise Http404("Det finns ingen stadskärna med den adressen.")
    krav(request, ratt, hittad.stadskarna_id)
    if isinstance(request.user, Forhandsvisare):
        hittad.publicerad = True  # as it is shown, never saved: who previews changes nothing
    return hittad


def insats(
    request: HttpRequest, stadskarna: str, nummer: str, ratt: Rattighet | None = None
) -> tuple[Fardplan, Insats]:
    """The färdplan and its insats numbered `nummer`, retired ones too. Http404 (BytteNummer), PermissionDenied."""
    plan = fardplan(request, stadskarna, ratt)
    hittade = gjort.rader(
        lambda: (
            synliga_insatser(request.user)
            .i_fardplan(plan)
            .med_nummer(nummer)
            .select_related("malomrade", "malomrade__program", "fardplan", "fardplan__stadskarna")[:1]
        ),
        *(plan.pk, plan.program_id, nummer, ser(request.user)),
    )
    if not hittade:
        raise _utan_insats(request, plan, nummer)
    hittad: Insats = hittade[0]
    _krav_samma_insats(request, plan, hittad)
    if hittad.gemensam:
        krav(request, ratt)
    return plan, hittad


_HAR_BYTT = "Insatsen har bytt nummer sedan du öppnade sidan"


class HarBytt(Http404):
    """What was sent is about an insats that has another number since: which, and where it is read (words, address)."""

    def __init__(self, text: str, nytt: tuple[str, str]) -> None:
        super().__init__(text)
        self.nytt = nytt


def _krav_samma_insats(request: HttpRequest, plan: Fardplan, hittad: Insats) -> None:
    """Numbers can be given away: what was written about one insats must not end up in another. Http404."""
    if request.POST.get("insats", str(hittad.pk)) != str(hittad.pk):
        raise _har_bytt(request, plan, hittad.nummer, _menad(request))


def _menad(request: HttpRequest) -> Insats | None:
    """The insats that the form was about."""
    pk = request.POST.get("insats", "")
    egen = synliga_insatser(request.user).filter(pk=int(pk) if pk.isascii() and pk.isdecimal() and len(pk) < 10 else 0)
    insats: Insats | None = egen.select_related("malomrade", "fardplan").first()
    return insats


def _har_bytt(request: HttpRequest, plan: Fardplan, nummer: str, menad: Insats | None) -> Http404:
    lankar = insatslankar([menad], request.user, helst=plan.stadskarna.slug) if menad else []
    if not lankar:
        return Http404(f"{_HAR_BYTT}. Sök upp den på insatskartan och skriv där.")
    nytt = lankar[0].insats.nummer
    text = f"{_HAR_BYTT}: {nummer} heter nu {nytt}. Öppna {nytt} och skriv där."
    return HarBytt(text, (str(lankar[0].insats), lankar[0].adress))


class BytteNummer(Http404):
    """The insats meant has another number now: the same page of it is at `adress`, and the reader is told `text`."""

    def __init__(self, text: str, adress: str) -> None:
        super().__init__(text)
        self.text = text
        self.adress = adress


def _utan_insats(request: HttpRequest, plan: Fardplan, nummer: str) -> Http404:
    """Nobody has the number: who had it last is what an old address means. What is written is not led on."""
    hade = har_haft(nummer, plan, request.user)[:1]
    lankar = insatslankar(hade, request.user, helst=plan.stadskarna.slug)
    if not lankar:
        return Http404(f"Det finns ingen insats {nummer} i färdplanen för {plan.stadskarna}.")
    if request.method not in ("GET", "HEAD"):
        return _har_bytt(request, plan, nummer, _menad(request) or hade[0])
    lank, sidan = lankar[0], request.resolver_match
    karna, nytt = lank.fardplan.stadskarna, lank.insats.nummer
    adress = lank.adress
    if lank.galler and sidan:
        dit = {"stadskarna": karna.slug, "nummer": nytt}
        adress = reverse(sidan.view_name, kwargs=sidan.kwargs | dit, query=request.GET)
    if karna == plan.stadskarna:
        return BytteNummer(f"Insats {nummer} har bytt nummer och heter nu {nytt}.", adress)
    text = f"Insats {nummer} är inte längre gemensam. Nu är den kärnspecifik i {karna} och har nummer {nytt}."
    return BytteNummer(text, adress)


def insats_att_rapportera(request: HttpRequest, stadskarna: str, nummer: str) -> tuple[Fardplan, Insats]:
    """As `insats`, and the person may report its läge."""
    plan, hittad = insats(request, stadskarna, nummer)
    if not far_rapportera(request.user, hittad, plan.stadskarna):
        raise PermissionDenied(
            "Insatsen är avförd och rapporteras inte längre."
            if hittad.avford
            else "Du kan rapportera insatser där din aktör medverkar. I den här insatsen gör den inte det."
        )
    return plan, hittad


def handlingsplan(request: HttpRequest, stadskarna: str, period: str, ratt: Rattighet | None = None) -> Handlingsplan:
    """The handlingsplan of "2026-2027" (or "2009"). Http404, PermissionDenied."""
    plan = fardplan(request, stadskarna, ratt)
    ar = perioder.tolka(period)
    hittad: Handlingsplan | None = (
        generation.handlingsplaner(plan, request.user)
        .filter(ar_fran=ar[0], ar_till=ar[1])
        .select_related("fardplan__stadskarna", "fardplan__program")
        .order_by("-fardplan__program__ar_fran")
        .first()
        if ar
        else None
    )
    if hittad is None:
        raise Http404(f"Det finns ingen handlingsplan för {period} i {plan.stadskarna}.")
    hittad.fardplan.ar_aldre = plan.ar_aldre or hittad.fardplan.foregar(plan)
    hittad.fardplan.ar_kommande = plan.ar_kommande
    return hittad


def plan(request: HttpRequest, pk: int) -> Handlingsplan:
    """The handlingsplan, whichever generation's. Http404."""
    alla = kanda_handlingsplaner(request.user).select_related("fardplan__stadskarna", "fardplan__program")
    hittad: Handlingsplan | None = alla.filter(pk=pk).first()
    if hittad is None:
        raise Http404("Det finns ingen sådan handlingsplan.")
    return hittad


def planversion(plan: Handlingsplan, nummer: int) -> Planversion:
    """The version of the plan with that number, with its decision and what has been set right in it. Http404."""
    alla = plan.versioner.defer("rader").select_related("beslut__organ", "aterkallad")
    alla = alla.prefetch_related("beslut__rattelser")
    vald: Planversion | None = alla.filter(nummer=nummer).first()
    if vald is None:
        raise Http404(f"{plan} har ingen beslutad version {nummer}.")
    return vald


def planinnehall(request: HttpRequest, plan: Handlingsplan) -> Planinnehall:
    """All of the handlingsplan as the person may read it: as it is now, or as it was decided or closed. Http404."""
    innehall = planer.innehall_for(plan, request.user)
    if innehall is None:
        raise Http404("Ett ändringsbeslut förbereds. Läs planen som den är beslutad så länge.")
    return innehall


class Fryst(Http404):
    """There is a plan, but nothing to change in it: the page says why, and leads to the plan."""

    def __init__(self, plan: Handlingsplan, orsak: str = "") -> None:
        super().__init__(orsak or planer.frysning(plan))
        self.rubrik = f"{plan} är {plan.get_status_display().lower()}"
        self.plan = plan


def plan_att_lasa_in(request: HttpRequest, stadskarna: str, period: str) -> Handlingsplan:
    """The plan, while anything in it can be changed out of a workbook; else 404 that says why. PermissionDenied.

    Who confirms what was uploaded before it closed comes through, and is told the same of the file.
    """
    plan = handlingsplan(request, stadskarna, period, Rattighet.REDIGERA)
    if not plan.kan_rapporteras and request.method != "POST":
        raise Fryst(plan)
    return plan


def utkast(request: HttpRequest, stadskarna: str, period: str) -> Handlingsplan:
    """The plan, a draft or open for an ändringsbeslut; a decided one answers 404 and says why.

    Who saves what was begun before the decision comes through: the change is refused with the same words, in a form
    that keeps what was typed.
    """
    plan = handlingsplan(request, stadskarna, period, Rattighet.PLANERA)
    if plan.ar_efterlamnad or (not plan.kan_andras and request.method != "POST"):
        raise Fryst(plan)
    return plan


def insats_och_utkast(request: HttpRequest, stadskarna: str, period: str, nummer: str) -> tuple[Handlingsplan, Insats]:
    """As `utkast`, and an insats of its färdplan."""
    plan = utkast(request, stadskarna, period)
    hittad = Insats.objects.i_fardplan(plan.fardplan).med_nummer(nummer).select_related("malomrade").first()
    if hittad is None:
        raise Http404(f"Det finns ingen insats {nummer} i färdplanen.")
    _krav_samma_insats(request, plan.fardplan, hittad)
    return plan, hittad


def prioritering_i_utkast(
    request: HttpRequest, stadskarna: str, period: str, nummer: str
) -> tuple[Handlingsplan, Prioritering]:
    """As `utkast`, and the insats as it is prioritised in it."""
    plan, insats = insats_och_utkast(request, stadskarna, period, nummer)
    hittad: Prioritering | None = Prioritering.objects.filter(handlingsplan=plan, insats=insats).first()
    if hittad is None:
        raise Http404(f"{nummer} är inte med i planen.")
    hittad.handlingsplan, hittad.insats = plan, insats
    return plan, hittad


def aktivitet_i_utkast(request: HttpRequest, stadskarna: str, period: str, pk: int) -> tuple[Handlingsplan, Aktivitet]:
    """As `utkast`, and the aktivitet in it."""
    plan = utkast(request, stadskarna, period)
    hittad = (
        Aktivitet.objects.filter(pk=pk, prioritering__handlingsplan=plan)
        .select_related("prioritering__handlingsplan", "prioritering__insats__malomrade")
        .first()
    )
    if hittad is None:
        raise Http404("Aktiviteten finns inte i planen.")
    return plan, hittad


def aktivitet_som_lever(request: HttpRequest, stadskarna: str, period: str, pk: int) -> Aktivitet:
    """The aktivitet in a plan that the person may see and that is not closed. Http404 (Fryst)."""
    plan = handlingsplan(request, stadskarna, period)
    if plan.status == Handlingsplan.Planstatus.AVSLUTAD:
        raise Http404(f"{plan} är avslutad: aktiviteterna rapporteras inte längre.")
    if not plan.kan_rapporteras:
        raise Fryst(plan)
    vald = (
        Aktivitet.objects.filter(pk=pk, prioritering__handlingsplan=plan)
        .select_related(
            "prioritering__insats__malomrade",
            "prioritering__handlingsplan__fardplan__stadskarna",
        )
        .first()
    )
    if vald is None:
        raise Http404("Aktiviteten finns inte i planen.")
    return vald


def aktivitet_att_rapportera(request: HttpRequest, stadskarna: str, period: str, pk: int) -> Aktivitet:
    """The same, and the person may report its status. PermissionDenied."""
    vald = aktivitet_som_lever(request, stadskarna, period, pk)
    if not far_rapportera_aktivitet(request.user, vald):
        raise PermissionDenied("Du rapporterar aktiviteter där din aktör har en roll. I den här har den ingen.")
    return vald


def aktivitet(
    request: HttpRequest, stadskarna: str, period: str, pk: int, ratt: Rattighet
) -> tuple[Handlingsplan, Aktivitet]:
    """The plan, whatever its status, and an aktivitet in it. Http404, PermissionDenied."""
    plan = handlingsplan(request, stadskarna, period, ratt)
    alla = Aktivitet.objects.filter(prioritering__handlingsplan=plan)
    hittad: Aktivitet | None = alla.filter(pk=pk).select_related("prioritering__insats__malomrade").first()
    if hittad is None:
        raise Http404("Aktiviteten finns inte i planen.")
    hittad.prioritering.handlingsplan = plan
    return plan, hittad


def organ(
    request: HttpRequest, stadskarna: str, pk: int, ratt: Rattighet | None = None
) -> tuple[Fardplan, Samverkansorgan]:
    """The färdplan and an organ of its stadskärna, or one for all stadskärnor. Http404, PermissionDenied."""
    plan = fardplan(request, stadskarna, ratt)
    hittat = Samverkansorgan.objects.i_stadskarna(plan.stadskarna).filter(pk=pk).first()
    if hittat is None:
        raise Http404("Organet finns inte i den här stadskärnan.")
    krav(request, ratt, hittat.stadskarna_id)
    return plan, hittat


def mote(request: HttpRequest, stadskarna: str, pk: int, ratt: Rattighet | None = None) -> tuple[Fardplan, Mote]:
    """The färdplan and a möte of an organ of its stadskärna, or of one for all. Http404, PermissionDenied."""
    plan = fardplan(request, stadskarna, ratt)
    moten = Mote.objects.filter(har_eller_for_alla(plan.stadskarna, via="organ"))
    hittat = moten.filter(pk=pk).select_related("organ").first()
    if hittat is None:
        raise Http404("Mötet finns inte i den här stadskärnan.")
    krav(request, ratt, karna_for(hittat))
    return plan, hittat


def indikator(
    request: HttpRequest, stadskarna: str, pk: int, ratt: Rattighet | None = None
) -> tuple[Fardplan, Indikator]:
    """The färdplan and an indikator of its program. Http404, PermissionDenied."""
    plan = fardplan(request, stadskarna, ratt)
    hittad = Indikator.objects.filter(malomrade__program=plan.program_id, pk=pk).select_related("malomrade").first()
    if hittad is None:
        raise Http404("Indikatorn finns inte i färdplanens program.")
    return plan, hittad


def krav(request: HttpRequest, ratt: Rattighet | None, i: int | None = None) -> None:
    """PermissionDenied unless the person has the right (None: everybody has) in the stadskärna with the id `i`; None:
    to what all stadskärnor share.
    """
    if ratt and ratt != Rattighet.SE_INTERNT and getattr(request.user, "bara_laser", False):
        raise PermissionDenied(generation.AVLOST)
    if ratt and not har(request.user, ratt, i):
        raise PermissionDenied(_inte_har(request.user, ratt, gemensamt=i is None))


def _inte_har(person: Person, ratt: Rattighet, *, gemensamt: bool) -> str:
    if not har_nagonstans(person, ratt):
        return "Din roll får läsa sidan men inte ändra något här."
    dina = uppraknat(list(Stadskarna.objects.filter(pk__in=person.bara_i).values_list("namn", flat=True)))
    har_ = "Det här är gemensamt för alla stadskärnor. " if gemensamt else ""
    return f"{har_}Du får ändra i {dina or 'ingen stadskärna'}, men bara läsa här."


def jag(request: HttpRequest) -> Anvandare:
    """The person logged in, typed; views behind login only."""
    assert isinstance(request.user, Anvandare)  # noqa: S101 -- KravInloggning lets nobody else through
    return request.user


def konto(request: HttpRequest, pk: int) -> Anvandare:
    """Somebody's account, for administratörer. Http404, PermissionDenied."""
    krav(request, Rattighet.ADMINISTRERA)
    hittat = Anvandare.objects.select_related("aktor").filter(pk=pk).first()
    if hittat is None:
        raise Http404("Det finns inget sådant konto.")
    return hittat


def egen_aktor(request: HttpRequest) -> int | None:
    """The id of the aktör the person may answer and report for, None for those who only read."""
    person = request.user
    return person.aktor_id if rapporterar(person) else None


def arende(request: HttpRequest, pk: int, ratt: Rattighet | None = None) -> Arende:
    """The ärende, with its aktör. Http404, PermissionDenied."""
    hittat: Arende | None = Arende.objects.filter(pk=pk).select_related("aktor").first()
    if hittat is None:
        raise Http404("Det finns inget sådant ärende. Det kan vara borttaget.")
    krav(request, ratt)
    return hittat


def kontakt(request: HttpRequest, pk: int) -> Kontakt:
    """A contact that the person may change, with its aktör and what it is about. Http404, PermissionDenied."""
    krav(request, Rattighet.SE_INTERNT)
    alla = Kontakt.objects.select_related(
        "aktor",
        "stadskarna",
        "insats__malomrade",
        "aktivitet__prioritering__handlingsplan",
    )
    hittad: Kontakt | None = alla.filter(pk=pk).first()
    if hittad is None:
        raise Http404("Det finns ingen sådan kontakt. Den kan vara borttagen.")
    if not far_skota(request.user, hittad):
        raise PermissionDenied(f"Kontakter hos {hittad.aktor} ändras av aktörens egna och av planerare.")
    return hittad


def overenskommelse(request: HttpRequest, pk: int, ratt: Rattighet | None = None) -> Overenskommelse:
    """The överenskommelse. Http404, PermissionDenied."""
    hittad: Overenskommelse | None = Overenskommelse.objects.filter(pk=pk).first()
    if hittad is None:
        raise Http404("Det finns ingen sådan överenskommelse.")
    krav(request, ratt)
    return hittad


def omgang(request: HttpRequest, stadskarna: str, pk: int, ratt: Rattighet) -> tuple[Fardplan, Omgang]:
    """The round, and the färdplan it is read in. Http404, PermissionDenied."""
    plan = fardplan(request, stadskarna, ratt)
    om = Q(fardplan__stadskarna=plan.stadskarna) | Q(fardplan=None)
    hittad = Omgang.objects.filter(om, pk=pk).select_related("oppnad_av", "fardplan").first()
    if hittad is None:
        raise Http404("Omgången finns inte i den här stadskärnan.")
    krav(request, ratt, karna_for(hittad))
    return plan, hittad


def program(request: HttpRequest, slug: str, ratt: Rattighet) -> Program:
    """PermissionDenied, Http404."""
    krav(request, ratt)
    hittat: Program | None = Program.objects.filter(slug=slug).first()
    if hittat is None:
        raise Http404("Det finns inget program med den adressen.")
    return hittat


def program_att_lasa_in(request: HttpRequest, **adress: str) -> Program:
    """For who may change in all its stadskärnor. PermissionDenied says where else the person may; Http404."""
    if not har(request.user, Rattighet.REDIGERA) and har_nagonstans(request.user, Rattighet.REDIGERA):
        dina = uppraknat([str(k) for k in Stadskarna.objects.filter(pk__in=request.user.bara_i).order_by("ordning")])
        raise PermissionDenied(
            f"Hela programmets arbetsbok läses in av den som får ändra i alla stadskärnor. Du får ändra i {dina}:"
            " läs in samma fil där, så tas bara de raderna."
        )
    return program(request, adress["program"], Rattighet.REDIGERA)


def stadskarna(request: HttpRequest, slug: str, ratt: Rattighet) -> Stadskarna:
    """Also one without a färdplan. PermissionDenied, Http404."""
    krav(request, ratt)
    hittad: Stadskarna | None = Stadskarna.objects.filter(slug=slug).first()
    if hittad is None:
        raise Http404("Det finns ingen stadskärna med den adressen.")
    return hittad
