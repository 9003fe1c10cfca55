"""Where words that are to be masked stand: in the texts of a thing and its parts, now and in their history."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import CharField, Model, Q, SlugField, TextField
from django.db.models.functions import Cast

from aktorer.grund.samtidighet import MASK
from insatser.behorighet import karna_for
from insatser.fragor.inlasningar import med_ord
from insatser.fragor.sakhistorik import Del
from insatser.models import (
    Aktivitet,
    Inlasning,
    Insats,
    Omgang,
    Omgangspunkt,
    Omgangssvar,
    Planavslut,
    Planversion,
    Prioritering,
)
from insatser.regler.bojning import bojt

INGENSTANS = "Det står ingenstans här, varken nu eller i historiken."
KORTAST = len(MASK)  # what is masked gets no longer, and no word of ours is hit by chance
FRYSTA = (Planversion, Planavslut)
_INGA_ORD = {"diarieformat", "sha256"}  # text with a form that it must keep


@dataclass(frozen=True)
class Ordfynd:
    """Where words stand: how many rows, how many events of their history, and what is kept as it is; in which files,
    and which files nobody could look into.
    """

    rader: int
    handelser: int
    kvar: list[str]
    filer: list[Inlasning]
    olasta: list[Inlasning]

    @property
    def finns(self) -> bool:
        """Whether there is something to take away, or may be."""
        return bool(self.handelser or self.filer or self.olasta)

    @property
    def i_ord(self) -> str:
        antal = len(self.olasta)
        en = "En uppladdad fil kunde inte läsas. Öppna den, och välj den om den ska bort."
        flera = f"{antal} uppladdade filer kunde inte läsas. Öppna dem, och välj dem som ska bort."
        return f"{self._om_lasta} {bojt(antal, en, flera)}" if antal else self._om_lasta

    @property
    def _om_lasta(self) -> str:
        kvar = f" Det som är beslutat eller fryst ändras inte. Där står det kvar: {', '.join(self.kvar)}."
        kvar = kvar if self.kvar else ""
        filer = bojt(len(self.filer), "en uppladdad fil", f"{len(self.filer)} uppladdade filer")
        if not self.handelser and not self.filer:
            return INGENSTANS + kvar
        if not self.handelser:
            return f"Det står inte här, men i {filer}.{kvar} Välj om den ska bort, och tryck Maskera."
        kvar = f" Det står också i {filer}.{kvar}" if self.filer else kvar
        nu = bojt(self.rader, "en text", f"{self.rader} texter") if self.rader else "ingen text"
        fore = bojt(self.handelser, "ett ställe", f"{self.handelser} ställen")
        return f"Det står i {nu} nu och på {fore} i historiken.{kvar} Stämmer det, tryck Maskera."


def leta(sak: Model, delar: Sequence[Del], vad: str) -> Ordfynd:
    """Where `vad` stands in the `delar` of `sak`, and in the files of its stadskärna (of all, when all share it),
    whatever the case. Raises ValidationError when it is too short to look for.
    """
    sokt = monster(vad)
    alla = maskeras(delar)
    rader_ = sum(bool(maskerat(d, rad, sokt)) for d in alla for rad in rader(d))
    fore = sum(bool(maskerat(d, h, sokt)) for d in alla for h in d.handelser())
    filer = med_ord(sokt, karna_for(sak))
    return Ordfynd(rader_, fore, sorted(set(_kvar(delar, vad.strip()))), filer.med, filer.olasta)


def filernas(filer: Sequence[Inlasning]) -> Del:
    """What is written beside uploaded files: what they were called, and what was noted of them."""
    return Del(Inlasning, Q(pgh_obj_id__in=[fil.pk for fil in filer]), "filnamn")


def monster(vad: str) -> re.Pattern[str]:
    """Raises ValidationError."""
    if len(vad.strip()) < KORTAST:
        raise ValidationError({"vad": f"Skriv minst {KORTAST} tecken, så att inget annat maskeras av misstag."})
    return re.compile(re.escape(vad.strip()), re.IGNORECASE)


def maskeras(delar: Sequence[Del]) -> list[Del]:
    """The parts without what is frozen. A word about an aktivitet stands both there and in the answers of rounds."""
    ut = [d for d in delar if d.modell not in FRYSTA]
    for d in delar:
        if d.modell is Aktivitet:
            punkter = Omgangspunkt.objects.filter(aktivitet__in=d.handelser().values("pgh_obj_id"))
            ut.append(Del(Omgangssvar, Q(punkt__in=punkter), "punkt"))
        if d.modell is Omgangspunkt:
            aktiviteter = d.handelser().exclude(aktivitet=None).values("aktivitet")
            ut.append(Del(Aktivitet, Q(pgh_obj_id__in=aktiviteter), "titel"))
    return ut


def rader(del_: Del) -> Any:
    """The rows of the part that there are now."""
    return del_.modell._base_manager.filter(pk__in=del_.handelser().values("pgh_obj_id")).order_by("pk")


def maskerat(del_: Del, rad: Any, sokt: re.Pattern[str]) -> dict[str, str]:
    """{column: its text without the words} of a row of the part, or of an event of one, where they stand."""
    texter = [
        f.attname
        for f in del_.falt
        if isinstance(f, CharField | TextField) and not isinstance(f, SlugField) and not f.choices
    ]
    nu = {f: getattr(rad, f) for f in texter if f not in _INGA_ORD}
    return {f: ny for f, text in nu.items() if text and (ny := sokt.sub(MASK, text)) != text}


def _kvar(delar: Sequence[Del], vad: str) -> Iterator[str]:
    """What has been decided, closed or reported with these words keeps them, and proves what was."""
    ids = {m: [d.handelser().values("pgh_obj_id") for d in delar if d.modell is m] for m in (Aktivitet, Insats)}
    i_planen, om = Q(pk__in=[]), Q(pk__in=[])
    for aktiviteter in ids[Aktivitet]:
        i_planen |= Q(aktiviteter__in=aktiviteter)
        om |= Q(aktivitet__in=aktiviteter)
    for insatser in ids[Insats]:
        i_planen |= Q(insats__in=insatser)
        om |= Q(insats__in=insatser)
    planer = set(Prioritering.objects.filter(i_planen).values_list("handlingsplan", flat=True))
    for d in delar:
        if d.modell in FRYSTA:
            planer |= set(rader(d).values_list("handlingsplan", flat=True))
    for modell in FRYSTA:
        alla = modell._base_manager.filter(handlingsplan__in=planer)
        yield from (str(rad) for kolumn in ("innehall", "rader") for rad in _med(alla, kolumn, vad))
    omgangar = Omgang.objects.filter(pk__in=Omgangspunkt.objects.filter(om).values("omgang"))
    for d in delar:
        if d.modell is Omgang:
            omgangar |= rader(d)
    yield from (f"rapporten för {omgang}" for omgang in _med(omgangar, "rapport", vad))


def _med(alla: Any, kolumn: str, vad: str) -> Any:
    """Those of the rows that have the words in a JSON column."""
    return alla.annotate(som_text=Cast(kolumn, TextField())).filter(som_text__icontains=vad)
