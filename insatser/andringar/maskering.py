"""Masking personal data, in what is written and in all that was: the one exception to that the history only grows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pgtrigger
from django.core.exceptions import ValidationError
from django.db.models import CharField, Model, Q, TextField
from django.db.models.functions import Cast

from aktorer.grund.andring import slutlig_andring
from aktorer.grund.samtidighet import handelser
from aktorer.grund.spara import spara
from aktorer.models import Anvandare
from insatser.fragor import forsegling
from insatser.fragor.sakhistorik import Del
from insatser.models import Aktivitet, Maskering, Omgang, Omgangspunkt, Omgangssvar, Planavslut, Planversion
from insatser.regler.bojning import bojt

MASK = "***"
INGENSTANS = "Det står ingenstans här, varken nu eller i historiken."
KORTAST = len(MASK)  # what is masked gets no longer, and no word of ours is hit by chance
# The triggers that write the history and guard whole tables; the others freeze what is masked.
_GALLER = {"insert_insert", "update_update", "delete_delete", "toms_inte", "raknas"}


@dataclass(frozen=True)
class Fynd:
    """Where words stand: how many rows, how many events of their history, and what is kept as it is."""

    rader: int
    handelser: int
    kvar: list[str]

    @property
    def i_ord(self) -> str:
        if not self.handelser:
            return INGENSTANS
        nu = bojt(self.rader, "en text", f"{self.rader} texter") if self.rader else "ingen text"
        fore = bojt(self.handelser, "ett ställe", f"{self.handelser} ställen")
        kvar = f" Det som är beslutat eller fryst ändras inte. Där står det kvar: {', '.join(self.kvar)}."
        return f"Det står i {nu} nu och på {fore} i historiken.{kvar if self.kvar else ''} Stämmer det, tryck Maskera."


def leta(delar: Sequence[Del], vad: str) -> Fynd:
    """Where `vad` stands in the texts of the parts, now and before, whatever the case."""
    monster = _monster(vad)
    rader = sum(bool(_maskerat(rad, monster)) for d in _alla(delar) for rad in _rader(d))
    fore = sum(bool(_maskerat(h, monster)) for d in _alla(delar) for h in d.handelser())
    return Fynd(rader, fore, list(_kvar(delar, vad)))


@slutlig_andring
def maskera(*, av: Anvandare, sak: Model, delar: Sequence[Del], vad: str, skal: str) -> Maskering:
    """Replace `vad` by MASK wherever it stands in the texts of `sak` and its parts, now and in their history.

    Decided plans and reports that are frozen keep their words (`leta` tells which). Raises ValidationError: too short,
    no reason, nowhere to be found.

    No version: what must not be read goes, whoever has changed the rest since.
    """
    monster, antal, avtryck = _monster(vad), 0, []
    for del_ in _alla(delar):
        handelsemodell = handelser(del_.modell).model
        with _utan_vakter(del_.modell), _utan_vakter(handelsemodell):
            for rad in _rader(del_).select_for_update(of=("self",)):
                if nytt := _maskerat(rad, monster):
                    del_.modell._base_manager.filter(pk=rad.pk).update(**nytt)
                    antal += 1
            andrade = []
            for h in del_.handelser():
                if nytt := _maskerat(h, monster):
                    handelser(del_.modell).filter(pk=h.pk).update(**nytt)
                    andrade.append(h.pk)
        antal += len(andrade)
        avtryck += forsegling.nya_avtryck(handelsemodell, andrade)
    if not antal:
        raise ValidationError({"vad": INGENSTANS})
    modell = sak._meta.label_lower
    return spara(Maskering(modell=modell, rad=sak.pk, antal=antal, skal=skal.strip(), avtryck=avtryck, av=av))


def _monster(vad: str) -> re.Pattern[str]:
    if len(vad.strip()) < KORTAST:
        raise ValidationError({"vad": f"Skriv minst {KORTAST} tecken, så att inget annat maskeras av misstag."})
    return re.compile(re.escape(vad.strip()), re.IGNORECASE)


def _alla(delar: Sequence[Del]) -> list[Del]:
    """With the answers in rounds, where a word about an aktivitet stands too."""
    ut = list(delar)
    for d in delar:
        if d.modell is Aktivitet:
            punkter = Omgangspunkt.objects.filter(aktivitet__in=d.handelser().values("pgh_obj_id"))
            ut.append(Del(Omgangssvar, Q(punkt__in=punkter), "punkt"))
    return ut


def _rader(del_: Del) -> Any:
    return del_.modell._base_manager.filter(pk__in=del_.handelser().values("pgh_obj_id")).order_by("pk")


def _maskerat(rad: Any, monster: re.Pattern[str]) -> dict[str, str]:
    """{column: its text without the words} of those that have them."""
    texter = [f.attname for f in rad._meta.concrete_fields if isinstance(f, CharField | TextField) and not f.choices]
    nu = {f: getattr(rad, f) for f in texter if not f.startswith("pgh_")}
    return {f: ny for f, text in nu.items() if text and (ny := monster.sub(MASK, text)) != text}


@contextmanager
def _utan_vakter(modell: type[Model]) -> Iterator[None]:
    """What freezes the rows of the table lets this block through, and nothing else."""
    alla = [t.name for m, t in pgtrigger.registered() if m._meta.label == modell._meta.label]
    vakter = [f"{modell._meta.label}:{namn}" for namn in alla if namn not in _GALLER]
    with pgtrigger.ignore(*vakter):
        yield


def _kvar(delar: Sequence[Del], vad: str) -> Iterator[str]:
    """What has been decided, closed or reported with these words keeps them, and proves what was."""
    for d in delar:
        if d.modell in {Planversion, Planavslut}:
            yield from (str(rad) for rad in _med(_rader(d), "innehall", vad))
        if d.modell is Aktivitet:
            punkter = Omgangspunkt.objects.filter(aktivitet__in=d.handelser().values("pgh_obj_id"))
            stangda = Omgang.objects.filter(pk__in=punkter.values("omgang"))
            yield from (f"Rapporten för {o}" for o in _med(stangda, "rapport", vad))


def _med(rader: Any, kolumn: str, vad: str) -> Any:
    """Those of the rows that have the words in a JSON column."""
    return rader.annotate(som_text=Cast(kolumn, TextField())).filter(som_text__icontains=vad.strip()).distinct()
