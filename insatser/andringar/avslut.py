"""The end of a handlingsplan: what became of each aktivitet, and the next plan with what is carried over."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.utils import timezone

from aktorer.grund.andring import andring, slutlig_andring
from aktorer.grund.rader import jamfor_rader
from aktorer.grund.samtidighet import OKANT, Konflikt, krav_utan_krock, radens_handelser, skriv_rad, vid_version
from aktorer.models import Anvandare
from insatser.andringar.roller import fraga_pa_nytt, satt_roller
from insatser.fragor import avslutat
from insatser.fragor.avslutat import Avslutsbild
from insatser.fragor.generation import ersattare
from insatser.fragor.handlingsplan import innehall_vid_avslut
from insatser.fragor.plandata import slutdata
from insatser.models import Aktivitet, AktivitetAktor, Handlingsplan, Insats, Planavslut, Prioritering
from insatser.pdf.handlingsplan import plandokument
from insatser.regler.bojning import bojt
from insatser.regler.utfall import KRAVER_SKAL, Utfall


@dataclass(frozen=True)
class Utfallsrad:
    """What a form says became of an aktivitet (its pk) that was read at `version`; `utfall` "" while undecided.

    The outcome and its reason belong together: they change as one.
    """

    aktivitet: int
    version: int = field(compare=False)
    utfall: str
    skal: str

    def __str__(self) -> str:
        return ": ".join(filter(None, [Utfall(self.utfall).label if self.utfall else "", self.skal]))


@andring
def skriv_utfall(*, av: Anvandare | None, plan: Handlingsplan, rader: Sequence[Utfallsrad]) -> None:
    """Write down what became of aktiviteter, one or all. Raises Krock and ValidationError."""
    _las_beslutad(plan)
    _skriv(plan, rader)


@slutlig_andring
def avsluta(
    *, av: Anvandare | None, plan: Handlingsplan, rader: Sequence[Utfallsrad], slutord: str = ""
) -> Handlingsplan:
    """Close a decided plan: every aktivitet is done, carried over or dropped. Nothing in it changes any more.

    Its period must have begun; before its end, `slutord` says why it is closed already. From now on it is read as it is
    today. Raises Krock and ValidationError.

    No version: each of `rader` carries one.
    """
    nu = _las_beslutad(plan)
    idag = timezone.localdate()
    if idag.year < nu.ar_fran:
        raise ValidationError(f"Perioden börjar 1 januari {nu.ar_fran}. En plan kan inte avslutas innan dess.")
    if idag.year <= nu.ar_till and not slutord.strip():
        text = f"Perioden slutar 31 december {nu.ar_till}. Skriv varför planen avslutas redan nu."
        raise ValidationError({"slutord": text})
    _skriv(plan, rader)
    kvar = Aktivitet.objects.filter(prioritering__handlingsplan=nu, utfall="").count()
    if kvar:
        ord_ = bojt(kvar, "En aktivitet saknar", f"{kvar} aktiviteter saknar")
        raise ValidationError(f"{ord_} utfall. Ange om de är klara, förs över eller stryks.")
    nu.status, nu.avslutad, nu.slutord = Handlingsplan.Planstatus.AVSLUTAD, idag, slutord.strip()
    nu.version += 1
    nu.save(update_fields=["status", "avslutad", "slutord", "version"])
    _frys(nu, idag)
    return nu


def _frys(plan: Handlingsplan, dag: date) -> None:
    """Keep what held that day: insatser, aktörer and lägen go on changing. The words are made of the rows kept."""
    rader = avslutat.frys(plan)
    fryst = Avslutsbild(rader, plan.fardplan.stadskarna.namn, plan.fardplan.program.namn)
    innehall = slutdata(innehall_vid_avslut(plan, fryst), plan.senast_beslutad())
    pdf = plandokument(innehall, dag)
    sha256 = hashlib.sha256(pdf).hexdigest()
    Planavslut.objects.create(handlingsplan=plan, innehall=innehall, rader=rader, pdf=pdf, sha256=sha256)


def _las_beslutad(plan: Handlingsplan) -> Handlingsplan:
    alla = Handlingsplan.objects.select_related("fardplan__stadskarna", "fardplan__program")
    nu: Handlingsplan = alla.select_for_update(of=("self",)).get(pk=plan.pk)
    if nu.status != Handlingsplan.Planstatus.BESLUTAD:
        raise ValidationError("Bara en beslutad handlingsplan kan avslutas.")
    if nu.andras:
        raise ValidationError("Ett ändringsbeslut förbereds. Registrera det eller avbryt det först.")
    return nu


def _skriv(plan: Handlingsplan, rader: Sequence[Utfallsrad]) -> None:
    """All rows or none. Raises Krock and ValidationError."""
    alla = Aktivitet.objects.select_for_update(of=("self",)).filter(prioritering__handlingsplan=plan)
    nu = {a.pk: a for a in alla.order_by("pk")}
    if any(rad.aktivitet not in nu for rad in rader):
        raise ValidationError("En av aktiviteterna finns inte i planen. Ladda om sidan.")
    for rad in rader:
        if rad.utfall in KRAVER_SKAL and not rad.skal.strip():
            raise ValidationError(f"Skriv varför ”{nu[rad.aktivitet]}” förs över eller stryks.")
    deras = {rad.aktivitet: _utfall(nu[rad.aktivitet], nu[rad.aktivitet]) for rad in rader}
    bas = {rad.aktivitet: _utfall_da(nu[rad.aktivitet], rad.version) for rad in rader}
    mina = {
        r.aktivitet: replace(r, version=nu[r.aktivitet].version, skal=r.skal.strip() if r.utfall else "") for r in rader
    }
    jamforelse = jamfor_rader(bas, deras, mina)
    i_ord = [
        Konflikt(str(nu[int(str(k.falt))]), *(str(v) for v in (k.bas, k.deras, k.mina))) for k in jamforelse.konflikter
    ]
    krav_utan_krock(plan.version, radens_handelser(plan), utfall=replace(jamforelse, konflikter=i_ord))
    for pk, ny in jamforelse.skriv.items():
        varden = {"utfall": ny.utfall, "utfall_skal": ny.skal}
        skriv_rad(nu[pk], {falt: varde for falt, varde in varden.items() if varde != getattr(nu[pk], falt)})


def _utfall(nu: Aktivitet, rad: Any) -> Utfallsrad:
    """What became of the aktivitet as `rad` (itself, or an event of it) says, to be changed as it is now."""
    return Utfallsrad(nu.pk, nu.version, rad.utfall, rad.utfall_skal)


def _utfall_da(nu: Aktivitet, version: int) -> Any:
    """What had become of it at `version`; unknown when that version never was."""
    rad = nu if nu.version == version else vid_version(nu, version)
    return _utfall(nu, rad) if rad else OKANT


def ta_med_overforda(plan: Handlingsplan, fran: Handlingsplan) -> None:
    """Copy what is carried over from the closed plan `fran` into the new draft, asking the aktörer anew.

    Called inside the change that makes the draft. From an older generation's plan they go to the insats that took the
    place of theirs. Those of insatser that nothing took the place of, or retired since, stay behind. Raises
    ValidationError.
    """
    if fran.status != Handlingsplan.Planstatus.AVSLUTAD or fran.fardplan.stadskarna_id != plan.fardplan.stadskarna_id:
        raise ValidationError("Det går bara att ta med aktiviteter från en avslutad plan i samma stadskärna.")
    i_ordning = Prefetch("aktorer", AktivitetAktor.objects.select_related("aktor").order_by("roll", "ordning"))
    gamla = (
        Prioritering.objects.filter(handlingsplan=fran, insats__avford=None, aktiviteter__utfall=Utfall.OVERFORD)
        .distinct()
        .select_related("insats")
        .order_by("ordning")
    )
    nya: dict[int, Prioritering] = {}
    for gammal, insats in _dit(plan, fran, list(gamla)):
        if insats.pk not in nya:
            nya[insats.pk] = Prioritering.objects.create(
                handlingsplan=plan, insats=insats, ordning=len(nya) + 1, skal=gammal.skal
            )
        ny = nya[insats.pk]
        overforda = gammal.aktiviteter.filter(utfall=Utfall.OVERFORD).order_by("ordning")
        for plats, aktivitet in enumerate(overforda.prefetch_related(i_ordning), start=ny.aktiviteter.count() + 1):
            _kopiera(aktivitet, ny, plats)


def _dit(
    plan: Handlingsplan, fran: Handlingsplan, gamla: Sequence[Prioritering]
) -> Iterator[tuple[Prioritering, Insats]]:
    """Each of `gamla` with the insats it goes on with, if there is one."""
    if fran.fardplan_id == plan.fardplan_id:
        yield from ((g, g.insats) for g in gamla)
        return
    ersatta = ersattare([g.insats for g in gamla], plan.fardplan.program)
    yield from ((g, ersatta[g.insats_id]) for g in gamla if g.insats_id in ersatta)


def _kopiera(gammal: Aktivitet, prioritering: Prioritering, ordning: int) -> None:
    plan = prioritering.handlingsplan
    ny = Aktivitet.objects.create(
        prioritering=prioritering,
        ordning=ordning,
        titel=gammal.titel,
        resultat=gammal.resultat,
        start=_inom(plan, gammal.start),
        slut=_inom(plan, gammal.slut),
        start_dag=_inom(plan, gammal.start_dag),
        slut_dag=_inom(plan, gammal.slut_dag),
        milstolpe=gammal.milstolpe,
        status=gammal.status,
        kommentar=gammal.kommentar,
        foljer_pa=gammal,
    )
    satt_roller(ny, version=ny.version, roller=fraga_pa_nytt(gammal.aktorer.all()))


def _inom(plan: Handlingsplan, dag: date | None) -> date | None:
    """The day, where it lies in the new plan's years; else it is to be set anew."""
    return dag if dag and plan.ar_fran <= dag.year <= plan.ar_till else None
