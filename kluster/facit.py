"""What came of it: what was answered held against what the database holds."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

import psycopg

from kluster.data import STADSKARNA
from kluster.klient import Svar
from kluster.last import GAMMALT, Brevlada, Liggare

EFTER = "standbyn halkar efter"
FAR_VARA_GAMMALT = 40  # seconds, at most, until such a standby is asked no more
FLEST = 5  # faults told in full


class Tid(Protocol):
    """When something was."""

    namn: str
    fran: float
    till: float
    mest: float


@dataclass
class Rad:
    """One question, of how many, and what was wrong."""

    namn: str
    antal: int
    fel: list[str] = field(default_factory=list)
    not_: str = ""

    @property
    def haller(self) -> bool:
        return not self.fel and self.antal > 0

    def __str__(self) -> str:
        dom = "ok" if self.haller else f"FALLER: {len(self.fel)}" if self.fel else "FALLER: inget att räkna"
        rad = f"{self.namn:<40} {len(self.fel):>5} av {self.antal:<6} {dom:<12} {self.not_}".rstrip()
        return "\n".join([rad, *(f"    {f}" for f in self.fel[:FLEST])])


def delade_insatser(adress: str, titlar: Sequence[str]) -> list[str]:
    """The addresses of these insatser."""
    with psycopg.connect(adress) as d:
        rader = d.execute(
            "SELECT m.nummer || '.' || i.ordning FROM insatser_insats i"
            " JOIN insatser_malomrade m ON m.id = i.malomrade_id WHERE i.titel = ANY(%s) ORDER BY i.titel",
            [list(titlar)],
        ).fetchall()
    return [f"/{STADSKARNA}/insatser/{nummer}/" for (nummer,) in rader]


def skedets_rad(liggare: Liggare, skede: Tid, *, rubrik: bool) -> str:
    """How it was to use it meanwhile."""
    med = [f for f in liggare.fragor if skede.fran <= f.nar < skede.till]
    antal = Counter((f.skriver, bool(f.fel)) for f in med)
    vad = Counter(f.fel for f in med if f.fel)
    delar = [
        f"{skede.namn:<36}",
        f"{antal[False, False] + antal[False, True]:>7} {antal[False, True]:>5}",
        f"{antal[True, False] + antal[True, True]:>7} {antal[True, True]:>5}",
        f"{_uppehall(liggare, skede):>9.1f} s  ",
        ", ".join(f"{n} × {v[:60]}" for v, n in vad.most_common(3)),
    ]
    huvud = f"{'':<36} {'läst':>7} {'fel':>5} {'skrivet':>7} {'fel':>5} {'inget sparat':>12}\n" if rubrik else ""
    return huvud + " ".join(delar).rstrip()


def _uppehall(liggare: Liggare, skede: Tid) -> float:
    """The longest time in which nothing was saved by anybody."""
    sparade = sorted(m.sparat for m in liggare.markta if skede.fran <= m.sparat < skede.till)
    tider = [skede.fran, *sparade, skede.till]
    return max(b - a for a, b in pairwise(tider))


def uppehallen(liggare: Liggare, skeden: Sequence[Tid]) -> Rad:
    """Whether one could write again in time."""
    rad = Rad("Skeden då inget sparades för länge", len(skeden))
    for s in skeden:
        if (har := _uppehall(liggare, s)) > s.mest:
            rad.fel.append(f"{s.namn}: {har:.1f} s, mest {s.mest:g} s")
    return rad


def forlorat(adress: str, liggare: Liggare) -> Iterator[Rad]:
    """Of what was written: is it there, once, by who wrote it?"""
    with psycopg.connect(adress) as d:
        sagt = d.execute(
            "SELECT k.text, a.epost, b.epost FROM insatser_kommentarevent k JOIN aktorer_anvandare a ON a.id = k.av_id"
            " LEFT JOIN aktorer_anvandare b ON b.id = (k.pgh_context->>'anvandare')::bigint"
        ).fetchall()
        finns = Counter(t for (t,) in d.execute("SELECT text FROM insatser_kommentar").fetchall())
        texter = " ".join(t for (t,) in d.execute("SELECT text FROM insatser_insats").fetchall())
        ord_ = Counter(texter.split())
        versioner = d.execute(
            "SELECT e.pgh_obj_id, e.text, a.epost FROM insatser_insatsevent e"
            " LEFT JOIN aktorer_anvandare a ON a.id = (e.pgh_context->>'anvandare')::bigint ORDER BY e.pgh_id"
        ).fetchall()
    har = finns + ord_
    sparade = [m for m in liggare.markta if m.sparat]
    borta = [f"{m.marke} av {m.vem} i {m.var}" for m in sparade if not har[m.marke]]
    yield Rad("Svarat att det är sparat, men borta", len(sparade), borta)
    dubbla = [f"{m.marke}: {har[m.marke]} gånger" for m in liggare.markta if har[m.marke] > 1]
    utan_svar = sum(1 for m in liggare.markta if not m.sparat and har[m.marke])
    yield Rad("Sparat mer än en gång", len(liggare.markta), dubbla, f"{utan_svar} sparade utan att någon fick svar")
    vem = {m.marke: m.vem for m in liggare.markta}
    skrev: dict[str, list[str | None]] = defaultdict(list)
    for text, av, kontext in sagt:
        skrev[text] += [av, kontext]
    fore: dict[int, set[str]] = defaultdict(set)
    for insats, text, kontext in versioner:
        nu = set(text.split())
        for marke in nu - fore[insats]:
            skrev[marke].append(kontext)
        fore[insats] = nu
    fel = [f"{m}: {v}, inte {vem[m]}" for m, v in skrev.items() if m in vem and set(v) != {vem[m]}]
    yield Rad("Historiken säger fel person", sum(1 for m in skrev if m in vem), fel)


def mejlen(adress: str, lada: Brevlada) -> Rad:
    """Whether anybody got the same mail twice. One that was under way when its sender died is left to a person."""
    with psycopg.connect(adress) as d:
        rader = d.execute(
            "SELECT a.epost, u.skickat IS NOT NULL, u.paborjat IS NULL FROM insatser_utskick u"
            " JOIN aktorer_anvandare a ON a.id = u.anvandare_id"
        ).fetchall()
    fel = [f"{vem}: {n} mejl" for vem, n in lada.mottagna.items() if n > 1]
    fel += [
        f"{vem}: skickat, sägs det, men inget kom" for vem, skickat, _ in rader if skickat and not lada.mottagna[vem]
    ]
    fel += [f"{vem}: väntar än" for vem, _, vantar in rader if vantar]
    oklara = sum(1 for _, skickat, vantar in rader if not skickat and not vantar)
    return Rad("Mejl två gånger, eller inte alls", len(rader), fel, f"{oklara} oklara, som en människa avgör")


def nar_ingen_svarar(svar: Svar) -> Rad:
    """Whether HAProxy says so itself, as the page of `drift/503.http`."""
    fel = [] if svar.status == 503 and "<h1>Färdplan är" in svar.text else [f"{svar.status}: {svar.text[:80]}"]
    return Rad("Utan servrar säger HAProxy det på svenska", 1, fel)


def lasning(liggare: Liggare, skeden: Sequence[Tid], av_lasniva: int) -> Rad:
    """Whether besökare saw what had been saved, but for the while that it takes to see that the standby is behind."""
    (efter,) = (s.fran for s in skeden if s.namn == EFTER)
    gamla = [n for n in liggare.gamla if not efter <= n < efter + FAR_VARA_GAMMALT]
    fel = [f"en sida saknade det som sparats mer än {GAMMALT:g} s före" for _ in gamla]
    medan = f"{len(liggare.gamla) - len(gamla)} medan den halkade efter"
    return Rad("Gamla sidor från läsnivån", liggare.sidor, fel, f"läsnivån svarade {av_lasniva} gånger, {medan}")
