"""Every lägesrapport is written here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone

from aktorer.grund.andring import andring, slutlig_andring
from aktorer.grund.samtidighet import Konflikt, Krock, av_vem, las_alla
from aktorer.grund.spara import spara_alla
from aktorer.models import Aktor, Anvandare
from insatser.fragor import lage as fragor
from insatser.models import Insats, Lagesrapport, Omgangssvar, Stadskarna
from insatser.regler.status import lagesfel


@andring
def rapportera(
    *,
    av: Anvandare | None,
    insats: Insats,
    stadskarna: Stadskarna,
    status: str,
    bedomning: str = "",
    kommentar: str = "",
    datum: date | None = None,
    aktor: Aktor | None = None,
    sedd: int | None = None,
) -> Lagesrapport:
    """Say how `insats` goes in `stadskarna` on `datum` (today), for `aktor` (the author's own).

    `sedd` is the id of the latest report the author had before them, 0 for none; None asks for no such check.
    The same words on the same day by the same person are a second click, not a second report.
    Raises ValidationError, and Krock when somebody reported something else since `sedd`.
    """
    uppgift = Lagesuppgift(insats, status, bedomning, kommentar, datum, aktor, sedd)
    return _rapportera(av, stadskarna, [uppgift])[0]


@dataclass(frozen=True)
class Lagesuppgift:
    """How an insats goes, as `rapportera` is told it."""

    insats: Insats
    status: str
    bedomning: str = ""
    kommentar: str = ""
    datum: date | None = None
    aktor: Aktor | None = None
    sedd: int | None = None


@andring
def rapportera_flera(
    *, av: Anvandare | None, stadskarna: Stadskarna, uppgifter: Sequence[Lagesuppgift]
) -> list[Lagesrapport]:
    """The same of many insatser, all or none.

    No version: each says what was seen before it. Raises ValidationError and Krock, without saying of which.
    """
    return _rapportera(av, stadskarna, uppgifter)


def _rapportera(av: Anvandare | None, stadskarna: Stadskarna, uppgifter: Sequence[Lagesuppgift]) -> list[Lagesrapport]:
    """In as many queries for many as for one."""
    insatser = las_alla([u.insats for u in uppgifter])
    gallande = Lagesrapport.objects.filter(insats__in=insatser, stadskarna=stadskarna).senaste_av_varje()
    senaste: dict[int, Lagesrapport] = {r.insats_id: r for r in gallande}
    sagda = [_rapport(av, stadskarna, insatser[u.insats.pk], u, senaste.get(u.insats.pk)) for u in uppgifter]
    spara_alla([rapport for rapport in sagda if rapport.pk is None])
    return sagda


def _rapport(
    av: Anvandare | None, stadskarna: Stadskarna, insats: Insats, u: Lagesuppgift, senaste: Lagesrapport | None
) -> Lagesrapport:
    """The report to write, or the latest when it was written already."""
    datum = u.datum or timezone.localdate()
    fel = lagesfel(u.status, u.bedomning, u.kommentar)
    if datum > timezone.localdate():
        fel["datum"] = "Datumet ligger i framtiden. Ange i dag eller en tidigare dag."
    if fel:
        raise ValidationError(fel)
    if insats.avford:
        raise ValidationError(f"Insatsen avfördes {insats.avford:%Y-%m-%d} och rapporteras inte längre.")
    rapport = Lagesrapport(
        insats=insats,
        stadskarna=stadskarna,
        datum=datum,
        status=u.status,
        bedomning=u.bedomning,
        kommentar=u.kommentar.strip(),
        av=av,
        aktor=u.aktor or (av.aktor if av else None),
    )
    if senaste and _samma(senaste, rapport):
        return senaste
    if senaste and u.sedd is not None and senaste.pk != u.sedd:
        senast = av_vem(senaste.av_id, str(senaste.av), senaste.skapad)
        raise Krock(_skillnader(senaste, rapport, u.sedd), senaste.pk, senast=senast)
    # Who repeats invented words has not made them true: they stay marked as an example.
    rapport.exempel = bool(senaste and senaste.exempel and senaste.kommentar and senaste.sager_som(rapport))
    return rapport


@andring
def oforandrade(*, av: Anvandare, sedd: Mapping[tuple[Insats, Stadskarna], int]) -> list[Lagesrapport]:
    """Say that it goes as before, in all of these: each latest report is made anew, of today, or none is.

    `sedd` holds the id of the report that was read. Raises ValidationError, and Krock where another has come since.
    """
    insatser = Insats.objects.select_for_update(of=("self",)).filter(pk__in={i.pk for i, _ in sedd})
    list(insatser.order_by("pk").values_list("pk"))  # in one order: two who write at once must not wait for each other
    lagen = fragor.lagen((i.pk, s.pk) for i, s in sedd)
    ut = []
    for (insats, stadskarna), last in sedd.items():
        nu = lagen.get((insats.pk, stadskarna.pk))
        if nu is None:
            raise ValidationError(f"Ingen har rapporterat läget för ”{insats}” i {stadskarna}. Inget är sparat.")
        if nu.pk != last:
            senast = av_vem(nu.av_id, str(nu.av), nu.skapad)
            text = f"Läget för ”{insats}” i {stadskarna} har ändrats sedan du öppnade sidan{{senast}}. Inget är sparat."
            raise Krock([], nu.pk, senast=senast, text=text)
        sagt = {falt: getattr(nu, falt) for falt in Lagesrapport.SAGT}
        ut.append(rapportera(av=av, insats=insats, stadskarna=stadskarna, sedd=last, **sagt))
    return ut


@slutlig_andring
def aterkalla(*, av: Anvandare | None, rapport: int) -> None:
    """Take a report (its pk) back: it stays, marked, and the one before it is the läge again. What it answered in an
    open round is to be answered again.

    No version: a report never changes.
    """
    nu = Lagesrapport.objects.select_for_update(of=("self",)).get(pk=rapport)
    if nu.aterkallad is None:
        nu.aterkallad = timezone.now()
        nu.save(update_fields=["aterkallad"])
        svar = Omgangssvar.objects.filter(lagesrapport=nu, angrat=None, punkt__omgang__stangd=None)
        svar.update(angrat=timezone.now())


def _skillnader(deras: Lagesrapport, mina: Lagesrapport, sedd: int) -> list[Konflikt]:
    fore = (
        Lagesrapport.objects.filter(pk=sedd, insats=mina.insats, stadskarna=mina.stadskarna).first() or Lagesrapport()
    )
    return [Konflikt(f, getattr(fore, f), getattr(deras, f), getattr(mina, f)) for f in Lagesrapport.SAGT]


def _samma(ena: Lagesrapport, annan: Lagesrapport) -> bool:
    vem_och_nar = all(getattr(ena, f) == getattr(annan, f) for f in ("datum", "av_id", "aktor_id"))
    return vem_och_nar and ena.sager_som(annan)
