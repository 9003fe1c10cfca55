"""What there is to tell people by mail outside rounds: whom each thing concerns, and only what that person may see.

Nothing is stored of it but a key (`Notis`): the same questions are asked when it is noticed and again when the mail is
made. What is no longer so then, or no longer the person's to see, is not told.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from aktorer.behorighet import har
from aktorer.models import Aktor, Anvandare
from aktorer.roller import Anvandarroll, Rattighet
from insatser.behorighet import (
    gallande_fardplaner,
    rapporterar_eget,
    synliga_handlingsplaner,
    synliga_insatser,
)
from insatser.fragor import foljning, lank, mitt_arbete
from insatser.fragor.motesnytt import Motesnytt, gar_ej, nar, sager_emot
from insatser.fragor.notisunderlag import Underlag
from insatser.models import (  # type: ignore[attr-defined]
    AktivitetAktor,
    Fardplan,
    Karnkommun,
    Kontakt,
    Lagesrapport,
    Medverkan,
    Notis,
    Notisslag,
    Notisval,
    PlanversionEvent,
    Plats,
    Samverkansorgan,
    Stadskarna,
    Takt,
    Utskick,
)
from insatser.regler import notiser as regler
from insatser.regler.bojning import bojt
from insatser.regler.medverkan import Deltagande, Roll
from insatser.regler.period import dag_i_ord

NAMNS = 10  # so many of what one follows are named in a veckobrev


@dataclass(frozen=True)
class Notissak:
    """One thing to tell a person. `nyckel` tells it from all else for ever; `sokvag` leads to it on the site."""

    nyckel: str
    slag: Notisslag
    rubrik: str
    text: str
    sokvag: str
    knapp: str = "Läs mer"
    exempel: bool = False
    dag: date | None = None  # the day from which it is counted when it may go, when that is not the day it is noticed
    om: str = ""  # what it tells of, when several kinds may tell of the same
    bradskar: bool = False  # of no use tomorrow: it goes though the day's mail has gone

    @property
    def rader(self) -> list[str]:
        return self.text.splitlines()


def mottagare() -> QuerySet[Anvandare]:
    """Who may be told anything: open accounts that somebody has logged in to. In the order of their locks."""
    har_varit_inne = Anvandare.objects.filter(is_active=True, last_login__isnull=False)
    return har_varit_inne.exclude(roll=Anvandarroll.KONTAKT).order_by("pk")


def val_for(person: Anvandare) -> Notisval:
    """What the person has chosen; the defaults, not saved, for who has not been seen by a run yet."""
    return Notisval.objects.filter(anvandare=person).first() or Notisval(anvandare=person, sedan=timezone.now())


class _Egna:
    """What is asked of a person more than once; `mejl` is being made, and has not told anything yet."""

    def __init__(self, person: Anvandare, mejl: Utskick | None) -> None:
        self.person, self.mejl = person, mejl

    @cached_property
    def fardplaner(self) -> list[Fardplan]:
        gallande = gallande_fardplaner(self.person).select_related("stadskarna", "program")
        return list(gallande.order_by("stadskarna__ordning"))

    @cached_property
    def aktorer(self) -> set[int]:
        if self.person.aktor_id is None:
            return set()
        return set(Aktor.objects.samma_som(self.person.aktor_id).values_list("pk", flat=True))

    def planerar(self, i: int | None) -> bool:
        return self.person.roll == Anvandarroll.PLANERARE and har(self.person, Rattighet.PLANERA, i)


def att_beratta(
    person: Anvandare,
    val: Notisval,
    underlag: Underlag,
    slag: Collection[str] = Notisslag.values,
    mejl: Utskick | None = None,
) -> list[Notissak]:
    """All that has happened since `val.sedan` and concerns the person, of these kinds when they are wanted at all.

    `mejl`: the one that is being made of it.
    """
    if not har(person, Rattighet.SE_INTERNT):
        return []
    egna = _Egna(person, mejl)
    # What is also told for a stronger reason is asked for by that, too: it is told once.
    fragas = {*slag, *([Notisslag.AVVIKER, Notisslag.BESLUT] if Notisslag.FOLJD in slag else [])}
    funna: dict[str, Notissak] = {}
    for ett, fraga in _FRAGOR.items():
        if ett in fragas and val.takt(ett) != Takt.ALDRIG:
            funna |= {n.nyckel: n for n in fraga(egna, val.sedan, underlag)}
    alla = list(funna.values())
    sagda = Notis.objects.filter(anvandare=person, nyckel__in={n.om for n in alla if n.slag == Notisslag.FOLJD})
    gatt = sagda.exclude(tagen=None).exclude(utskick=mejl) if mejl else sagda.exclude(tagen=None)
    redan = {nyckel: Notisslag(slag) for nyckel, slag in gatt.values_list("nyckel", "slag")}
    ut = set()
    # The soonest tells it, and of several as soon the strongest reason, in whose order they were asked for.
    for n in sorted(alla, key=lambda n: val.takt(n.slag) != Takt.GENAST):
        if not n.om or redan.setdefault(n.om, n.slag) == n.slag:
            ut.add(n.nyckel)
    return [n for n in alla if n.nyckel in ut and n.slag in slag]


def dags(person: Anvandare, val: Notisval, underlag: Underlag) -> list[Notis]:
    """What waits to be told and is to go today."""
    vantar = [
        n
        for n in Notis.objects.filter(anvandare=person, tagen=None)
        if regler.gar(val.takt(n.slag), n.dag, underlag.idag)
    ]
    nytt = {n.nyckel for n in att_beratta(person, val, underlag, {n.slag for n in vantar})} if vantar else set()
    return [n for n in vantar if n.nyckel in nytt]


def i_mejlet(rad: Utskick) -> list[Notissak]:
    """What a mail tells of what was taken for it, as it is now."""
    tagna = dict(Notis.objects.filter(utskick=rad).values_list("nyckel", "slag"))
    if not tagna:
        return []
    person = rad.anvandare
    alla = att_beratta(person, val_for(person), Underlag(timezone.localdate()), set(tagna.values()), rad)
    return [n for n in alla if n.nyckel in tagna]


def _annans(handelse: Any, person: Anvandare, sedan: datetime) -> bool:
    """Whether somebody else did it, after that."""
    kontext = handelse.pgh_context or {}
    return handelse.pgh_created_at >= sedan and bool(kontext) and kontext.get("anvandare") != person.pk


def _tillfragad(egna: _Egna, sedan: datetime, underlag: Underlag) -> Iterator[Notissak]:
    person = egna.person
    if not underlag.tillfragade or not rapporterar_eget(person):
        return
    for m, fardplan in mitt_arbete.fragor(person, egna.fardplaner):
        handelse = underlag.tillfragade.get((Medverkan, m.pk))
        if handelse and _annans(handelse, person, sedan):
            yield Notissak(
                f"tillfragad:insats:{m.pk}:{handelse.pgh_id}",
                Notisslag.TILLFRAGAD,
                f"{person.aktor} är tillfrågad som {m.get_roll_display().lower()} i {m.insats}",
                f"{fardplan.stadskarna}. Säg om ni är med.",
                reverse("rollsvar", args=[lank.skriv_rollsvar(person, m)]),
                "Svara här, utan att logga in",
            )
    for del_, _ in mitt_arbete.aktiviteter(person, underlag.idag):
        handelse = underlag.tillfragade.get((AktivitetAktor, del_.pk))
        if handelse and del_.deltagande == Deltagande.TILLFRAGAD and _annans(handelse, person, sedan):
            plan = del_.aktivitet.prioritering.handlingsplan
            yield Notissak(
                f"tillfragad:aktivitet:{del_.pk}:{handelse.pgh_id}",
                Notisslag.TILLFRAGAD,
                f"{person.aktor} är tillfrågad som {del_.get_roll_display().lower()} i ”{del_.aktivitet.titel}”",
                f"{plan}, {plan.fardplan.stadskarna}. Säg om ni är med.",
                reverse("rollsvar", args=[lank.skriv_rollsvar(person, del_)]),
                "Svara här, utan att logga in",
                plan.exempel,
            )


def _avviker(egna: _Egna, sedan: datetime, underlag: Underlag) -> Iterator[Notissak]:
    """To the ansvariga aktörer's people, the handläggare and the planerare of the stadskärna."""
    person = egna.person
    nya = [r for r in underlag.avviker if r.skapad >= sedan and r.av_id != person.pk]
    if not nya:
        return
    ids = {r.insats_id for r in nya}
    synliga = set(synliga_insatser(person).filter(pk__in=ids).values_list("pk", flat=True))
    ansvarar: set[int] = set()
    if rapporterar_eget(person):
        delar = Medverkan.objects.av_aktor(person.aktor_id).filter(insats__in=ids, roll=Roll.ANSVARIG)
        ansvarar = set(delar.values_list("insats", flat=True))
    skoter = set(Kontakt.objects.filter(anvandare=person, insats__in=ids).values_list("insats", "stadskarna"))
    karnor = {f.stadskarna_id: f for f in egna.fardplaner}
    for r in nya:
        handlagger = {(r.insats_id, None), (r.insats_id, r.stadskarna_id)} & skoter
        fardplan = karnor.get(r.stadskarna_id)
        if r.insats_id not in synliga or fardplan is None or not r.insats.ingar_i(fardplan):
            continue
        if r.insats_id in ansvarar or handlagger or egna.planerar(r.stadskarna_id):
            yield Notissak(
                f"lage:{r.pk}",
                Notisslag.AVVIKER,
                f"{r.insats} avviker",
                f"{r.stadskarna}. {r.kommentar}",
                f"{reverse('insats_varaktig', args=[r.insats_id])}?stadskarna={r.stadskarna.slug}",
                exempel=r.exempel,
                om=f"lage:{r.pk}",
            )


def _beslut(egna: _Egna, sedan: datetime, underlag: Underlag) -> Iterator[Notissak]:
    """To the planerare, and to those whose aktör, or who themselves, have a part in the plan."""
    person = egna.person
    versioner = [v for v in underlag.versioner if v.skapad >= sedan]
    oppnade = [(p, h) for p, h in underlag.oppnade if _annans(h, person, sedan)]
    planer = {v.handlingsplan_id for v in versioner} | {p.pk for p, _ in oppnade}
    if not planer:
        return
    i_planen = "prioritering__handlingsplan"
    ansvarar = Medverkan.objects.av_aktor(person.aktor_id).filter(insats=OuterRef("prioriteringar__insats"))
    gor = AktivitetAktor.objects.filter(aktor__in=egna.aktorer, **{f"aktivitet__{i_planen}": OuterRef("pk")}).exclude(
        deltagande=Deltagande.AVBOJD
    )
    egna_kontakter = Kontakt.objects.filter(anvandare=person)
    skoter = egna_kontakter.filter(**{f"aktivitet__{i_planen}": OuterRef("pk")})
    handlagger = egna_kontakter.filter(
        Q(stadskarna=None) | Q(stadskarna=OuterRef("fardplan__stadskarna")),
        insats__prioriteringar__handlingsplan=OuterRef("pk"),
    )
    planerar = [f.stadskarna_id for f in egna.fardplaner if egna.planerar(f.stadskarna_id)]
    del_i = Q(Exists(gor)) | Q(Exists(skoter)) | Q(Exists(handlagger)) | Q(fardplan__stadskarna__in=planerar)
    if egna.aktorer:
        del_i |= Q(Exists(ansvarar.filter(roll=Roll.ANSVARIG)))
    egna_planer = synliga_handlingsplaner(person).filter(del_i, pk__in=planer)
    mina = set(egna_planer.values_list("pk", flat=True))
    beslutade_av = _vem_beslutade([v.pk for v in versioner])
    for v in versioner:
        plan = v.handlingsplan
        if plan.pk in mina and beslutade_av.get(v.pk) not in {None, person.pk}:
            vad = "har ändrats genom beslut" if v.andrar else "är beslutad"
            yield Notissak(
                f"beslut:{v.pk}",
                Notisslag.BESLUT,
                f"{plan} {vad}",
                f"{plan.fardplan.stadskarna}. {v.beslut.organ} {dag_i_ord(v.beslut.datum)}.",
                reverse("planversion_varaktig", args=[plan.pk, v.nummer]),
                exempel=plan.exempel,
                om=f"beslut:{v.pk}",
            )
    for plan, handelse in oppnade:
        if plan.pk in mina:
            yield Notissak(
                f"andras:{handelse.pgh_id}",
                Notisslag.BESLUT,
                f"{plan} ska ändras",
                f"{plan.fardplan.stadskarna}. Ett ändringsbeslut förbereds; det beslutade gäller tills vidare.",
                reverse("plan_varaktig", args=[plan.pk]),
                exempel=plan.exempel,
            )


def _vem_beslutade(versioner: list[int]) -> dict[int, int | None]:
    """{planversion id: the id of who registered it, None when it came with the installation}. A query at most."""
    if not versioner:
        return {}
    handelser = PlanversionEvent.objects.filter(pgh_obj_id__in=versioner, pgh_label="insert")
    return {h: (k or {}).get("anvandare") for h, k in handelser.values_list("pgh_obj_id", "pgh_context")}


def _mote(egna: _Egna, sedan: datetime, underlag: Underlag) -> Iterator[Notissak]:
    """To the planerare of the organ's stadskärna, and to those of the styrgrupp whose aktör has a part in it.

    Who was called, or has done it, is told when it is moved, called off or taken away; nobody else is.
    """
    person = egna.person
    if not underlag.moten:
        return
    sagda = _motena_som_sagts(egna, underlag.moten)
    till_alla = [n for n in underlag.moten if _att_saga(n, sagda.get(n.senast.pgh_obj_id), person, sedan, underlag)]
    sitter: set[int] = set()
    if till_alla and person.roll == Anvandarroll.STYRGRUPP:
        platser = Plats.objects.filter(organ__in={n.organ.pk for n in till_alla}, aktor__in=egna.aktorer)
        sitter = set(platser.filter(Q(till=None) | Q(till__gte=underlag.idag)).values_list("organ", flat=True))
        # Who sits there is not always written down.
        karnor = Karnkommun.objects.karnor(person.aktor_id) if person.aktor_id else None
        sitter |= {
            n.organ.pk
            for n in till_alla
            if n.organ.slag == Samverkansorgan.Slag.STYRGRUPP and (karnor is None or n.organ.stadskarna_id in karnor)
        }
    for n in till_alla:
        karna = n.organ.stadskarna or next((f.stadskarna for f in egna.fardplaner), None)
        if karna and (n.organ.pk in sitter or egna.planerar(n.organ.stadskarna_id)):
            yield _motessaken(n, sagda.get(n.senast.pgh_obj_id), karna, underlag)


def _motena_som_sagts(egna: _Egna, nya: list[Motesnytt]) -> dict[int, Any]:
    """{möte id: the event that the person knows it by, from a mail that went or by having done it}. One query."""
    nycklar = [n.nyckel(h) for n in nya for h in n.handelser]
    tagna = Notis.objects.filter(anvandare=egna.person, nyckel__in=nycklar).exclude(tagen=None)
    gatt = tagna.exclude(utskick__isnull=False, utskick__paborjat=None)
    if egna.mejl:
        gatt = gatt.exclude(utskick=egna.mejl)
    mejlade = set(gatt.values_list("nyckel", flat=True))

    def kand(n: Motesnytt, h: Any) -> bool:
        return n.nyckel(h) in mejlade or (h.pgh_context or {}).get("anvandare") == egna.person.pk

    per_mote = [(n.senast.pgh_obj_id, [h for h in n.handelser if kand(n, h)]) for n in nya]
    return {mote: kanda[-1] for mote, kanda in per_mote if kanda}


def _att_saga(n: Motesnytt, sagt: Any | None, person: Anvandare, sedan: datetime, underlag: Underlag) -> bool:
    """Whether there is something to tell of the möte, to who knows of it by the event `sagt`."""
    nu = n.senast
    if sagt is None:
        kallelse = n.kallelse
        medfoljde = kallelse is None or (kallelse.pgh_label == "insert" and not kallelse.pgh_context)
        if medfoljde or gar_ej(nu) or nu.datum < underlag.idag or not _annans(kallelse, person, sedan):
            return False
        return bool(kallelse.pgh_created_at >= underlag.fran)
    galler = sagt.datum if gar_ej(nu) else nu.datum
    return galler >= underlag.idag and nu.pgh_id > sagt.pgh_id and sager_emot(nu, sagt)


def _motessaken(n: Motesnytt, sagt: Any | None, karna: Stadskarna, underlag: Underlag) -> Notissak:
    """What is told of a möte. What sets right what was told waits for no Monday, nor does what is over by then."""
    nu, var = n.senast, str(n.organ.stadskarna or "Alla stadskärnor")
    adress, knapp = reverse("mote", args=[karna.slug, nu.pgh_obj_id]), "Se dagordningen"
    if sagt is not None and gar_ej(nu):
        rubrik, delar, dag = f"Inställt: {n.organ} möts inte {dag_i_ord(sagt.datum)}", [var], sagt.datum
        knapp = "Se mötet"
        if nu.pgh_label == "delete":
            adress, knapp = reverse("organ", args=[karna.slug]), "Se organen och deras möten"
    elif sagt is None or gar_ej(sagt):
        rubrik, delar, dag = f"{n.organ} möts {nar(nu)}", [var, nu.plats], nu.datum
        delar += ["Mötet blir ändå av"] if sagt else []
    else:
        rubrik, delar = f"Ändrat möte: {n.organ} möts {nar(nu)}", [var, nu.plats]
        dag = min(d for d in (nu.datum, sagt.datum) if d >= underlag.idag)
        delar += [f"Förut: {', '.join(filter(None, [nar(sagt), sagt.plats]))}"]
    return Notissak(
        n.nyckel(nu),
        Notisslag.MOTE,
        rubrik,
        ". ".join(filter(None, delar)) + ".",
        adress,
        knapp,
        dag=underlag.mandag if sagt or dag <= underlag.mandag + timedelta(days=7) else None,
        bradskar=dag <= underlag.idag + timedelta(days=1),
    )


def _foljd(egna: _Egna, sedan: datetime, underlag: Underlag) -> Iterator[Notissak]:
    person = egna.person
    if not person.foljer.exists():
        return
    foljda = foljning.foljda(person, egna.fardplaner)
    for n in foljning.nytt(foljda, person, max(sedan, underlag.fran)):
        if n.andring.av == person.pk:
            continue
        insats, karna = n.foljd.insats, n.foljd.fardplan.stadskarna
        marke = hashlib.sha256(n.andring.vad.encode()).hexdigest()[:12]
        yield Notissak(
            f"foljd:{insats.pk}:{karna.pk}:{n.andring.nar:%Y%m%d%H%M%S%f}:{marke}",
            Notisslag.FOLJD,
            str(insats),
            ". ".join(filter(None, [f"{n.andring.vad} ({karna})", n.andring.orsak])),
            f"{reverse('insats_varaktig', args=[insats.pk])}?stadskarna={karna.slug}",
            exempel=n.andring.exempel,
            om=n.andring.om,
        )


def _veckobrev(egna: _Egna, sedan: datetime, underlag: Underlag) -> Iterator[Notissak]:
    """Of each stadskärna to its planerare, and of what one follows: how it stands, on Mondays."""
    person, mandag = egna.person, underlag.mandag
    if timezone.localdate(sedan) > mandag:
        return
    vecka = f"veckobrev:{mandag:%G-W%V}"
    if not underlag.veckan_ar_ny and not Notis.objects.filter(anvandare=person, nyckel__startswith=vecka).exists():
        return
    planerar = [f for f in egna.fardplaner if f.publicerad and egna.planerar(f.stadskarna_id)]
    for f in planerar:
        nya, nya_ex = underlag.rapporterat.get(f.stadskarna_id, (0, False))
        avviker, avviker_ex = underlag.avvikande.get(f.stadskarna_id, (0, False))
        vantar = [ord_ for i, ord_ in underlag.vantar if i in {None, f.stadskarna_id}]
        if nya or avviker or vantar:
            lagen = bojt(nya, "En insats fick ett nytt läge", f"{nya or 'Inga'} insatser fick nya lägen")
            text = f"{lagen} i veckan, och {avviker or 'ingen'} avviker."
            yield Notissak(
                f"{vecka}:{f.stadskarna_id}",
                Notisslag.VECKOBREV,
                f"Veckan i {f.stadskarna}",
                "\n".join([text, *(f"{ord_}." for ord_ in vantar)]),
                reverse("oversikt", args=[f.stadskarna.slug]),
                "Se översikten",
                nya_ex or avviker_ex,
                mandag,
            )
    if person.foljer.exists() and (foljda := foljning.foljda(person, egna.fardplaner)):
        ids = {f.insats.pk for f in foljda}
        lagen_nu = {
            (r.insats_id, r.stadskarna_id): r for r in Lagesrapport.objects.filter(insats__in=ids).senaste_av_varje()
        }
        par = [(f, lagen_nu.get((f.insats.pk, f.fardplan.stadskarna_id))) for f in foljda]
        yield Notissak(
            f"{vecka}:foljd",
            Notisslag.VECKOBREV,
            "Det du följer",
            "\n".join(f"{f.insats} ({f.fardplan.stadskarna}): {_i_ord(r)}" for f, r in par[:NAMNS])
            + (f"\n… och {len(par) - NAMNS} till" if len(par) > NAMNS else ""),
            reverse("mitt_arbete"),
            "Se alla under Mitt arbete",
            any(r.exempel for _, r in par if r),
            mandag,
        )


def _i_ord(rapport: Lagesrapport | None) -> str:
    if rapport is None:
        return "inget läge än"
    ord_ = [rapport.get_status_display(), rapport.get_bedomning_display(), f"{rapport.datum:%Y-%m-%d}"]
    return ", ".join(o for o in ord_ if o).lower()


_FRAGOR = {
    Notisslag.TILLFRAGAD: _tillfragad,
    Notisslag.AVVIKER: _avviker,
    Notisslag.BESLUT: _beslut,
    Notisslag.MOTE: _mote,
    Notisslag.FOLJD: _foljd,
    Notisslag.VECKOBREV: _veckobrev,
}
