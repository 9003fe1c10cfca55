"""The names a workbook may hold: aktörer and målområden, found however they are typed, else names that are near."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import cached_property

from django.db.models.functions import Coalesce

from aktorer.grund.tecken import nyckel
from aktorer.models import Aktor, AktorEvent  # type: ignore[attr-defined]
from insatser.models import Fardplan, Malomrade, MalomradeEvent  # type: ignore[attr-defined]

# Greek and Cyrillic: what is copied from there looks like a Latin letter, and nobody can tell them apart.
_ANNAT_ALFABET = re.compile("[\u0370-\u052f]")


_KOMMUN = re.compile(r"\b(?:kn|k:n|kom)(?:\.|\b)")
_SLAG = re.compile(r" (?:ab|kommun|stad)$")
_STAM = 6  # letters of a word that stay the same in its forms
KORTAST_NAMN = 3


class Ordlista:
    """Names of one färdplan's program, each kind read when it is first asked for. One query a kind, and one more for
    names it does not know: they may be old.

    `fardplan`: its lasting name, which every row of its files carries. `raders_namn`: {aktör id: name} that rows bear
    themselves, before those of the register: what is decided or closed keeps the names it had.
    """

    def __init__(self, fardplan: Fardplan) -> None:
        self.fardplan = "/".join(fardplan.natural_key())
        self._program_id = fardplan.program_id
        self.raders_namn: dict[int, str] = {}

    @cached_property
    def aktornamn(self) -> dict[int, str]:
        return dict(Aktor.objects.i_registret().i_ordning().values_list("pk", "namn"))

    @cached_property
    def sammanslagna(self) -> dict[int, int]:
        """{aktör: the one it has been merged with}. What was decided before goes on bearing its name."""
        par = Aktor.objects.exclude(uppgatt_i=None).values_list("pk", "uppgatt_i")
        return {pk: i for pk, i in par if i}

    @cached_property
    def malomraden(self) -> dict[int, Malomrade]:
        return {m.nummer: m for m in Malomrade.objects.filter(program=self._program_id).order_by("nummer")}

    @cached_property
    def _exakt(self) -> dict[str, int]:
        """As it is spelled, to be asked first: nothing stops two names that differ in case alone."""
        return {namn: pk for pk, namn in self.aktornamn.items()}

    @cached_property
    def _aktorer(self) -> dict[str, int]:
        return {nyckel(namn): pk for pk, namn in self.aktornamn.items()}

    def aktor(self, namn: str) -> int:
        """The aktör's id. Raises ValueError with names that are near."""
        pk = self._som_heter(namn)
        if pk is None:
            raise ValueError(f"Aktören ”{namn}” finns inte i registret. {self._nara(namn)}")
        return pk

    def kand(self, namn: str) -> bool:
        """Whether an aktör is, or has been, called so."""
        return self._som_heter(namn) is not None

    def _som_heter(self, namn: str) -> int | None:
        if pk := self._exakt.get(namn):
            return pk
        sokt = nyckel(namn)
        return self._aktorer.get(sokt) or self._fordna_aktorer.get(sokt)

    def lik_aktor(self, namn: str) -> int | None:
        """The one that is most likely meant by a short name ("Huddinge", "Huddinge kn", "KTH") or a slip of the key;
        None when it may be several.
        """
        if pk := self._som_heter(namn):
            return pk
        sokt = _KOMMUN.sub("kommun", nyckel(namn))
        if len(sokt) < KORTAST_NAMN:
            return None
        borjar = {pk for heter, pk in self._aktorer.items() if heter.startswith((f"{sokt} ", f"{sokt}s "))}
        nara = {self._aktorer[n] for n in get_close_matches(sokt, self._aktorer, n=2, cutoff=0.9)}
        for hittade in ({self._kortnamn[sokt]} if sokt in self._kortnamn else set(), borjar, nara):
            if len(hittade) == 1:
                return next(iter(hittade))
        return None

    @cached_property
    def _kortnamn(self) -> dict[str, int]:
        """What the aktörer are called when nobody writes it all: without AB or kommun, by what stands in brackets, or
        by their initials."""
        return _entydiga((kort, pk) for pk, namn in self.aktornamn.items() for kort in _korta(nyckel(namn)))

    def likt_malomrade(self, text: str) -> int:
        """The number of the målområde that is meant, also where only a part of its name is written; 0 when none is."""
        try:
            return self.malomrade(text)
        except ValueError:
            sokt = nyckel(text).lstrip("0123456789. ")
        namn = {nyckel(m.namn): nr for nr, m in self.malomraden.items()}
        delvis = [nr for n, nr in namn.items() if len(sokt) > 3 and (sokt in n or n in sokt)]
        nara = [namn[n] for n in get_close_matches(sokt, namn, n=1, cutoff=0.75)]
        return delvis[0] if len(delvis) == 1 else nara[0] if nara else 0

    def troligt_malomrade(self, text: str) -> int:
        """As `likt_malomrade`, else the one whose name has most of the words in some form; 0 when several have."""
        if nummer := self.likt_malomrade(text):
            return nummer
        stammar = {o[:_STAM] for o in nyckel(text).split() if len(o) >= _STAM}
        antal = {nr: sum(s in nyckel(m.namn) for s in stammar) for nr, m in self.malomraden.items()}
        mest = max(antal.values(), default=0)
        basta = [nr for nr, n in antal.items() if n == mest]
        return basta[0] if mest and len(basta) == 1 else 0

    def aktorer_i_text(self, ids: Iterable[int]) -> str:
        return "; ".join(self.raders_namn.get(pk) or self.aktornamn.get(pk, "borttagen aktör") for pk in ids)

    def malomrade(self, text: str) -> int:
        """The number of the målområde written "1", "Namn" or "1. Namn". Raises ValueError with those there are."""
        siffra, _, namn = nyckel(text).partition(".")
        nummer = int(siffra) if siffra.strip().isdecimal() else None
        sokt = nyckel(text if nummer is None else namn)
        mojliga = [m for m in self.malomraden.values() if nummer in {None, m.nummer}]
        hittade = [m.nummer for m in mojliga if nyckel(m.namn) == sokt or not sokt]
        if not hittade and (fordom := self._fordna_malomraden.get(sokt)) in {m.nummer for m in mojliga}:
            hittade = [fordom]
        if len(hittade) != 1:
            raise ValueError(f"Målområdet finns inte. Skriv {_eller(map(str, self.malomraden.values()))}.")
        return hittade[0]

    def _nara(self, namn: str) -> str:
        if annat := next((t for t in namn if _ANNAT_ALFABET.match(t)), ""):
            return f"Tecknet ”{annat}” hör till ett annat alfabet och ser bara likadant ut. Skriv namnet för hand."
        # A short word scores low against a long name: names that hold what was typed come first.
        sokt = nyckel(namn)
        halla = [n for n in self._aktorer if sokt in n or n in sokt]
        nara = list(dict.fromkeys([*halla, *get_close_matches(sokt, self._aktorer, n=3, cutoff=0.8)]))[:3]
        if not nara:
            return "Välj ett namn ur bladet Listor, eller lägg först upp aktören i registret."
        return f"Menade du {_eller(self.aktornamn[self._aktorer[n]] for n in nara)}?"

    @cached_property
    def _fordna_aktorer(self) -> dict[str, int]:
        """Names that aktörer have had: the workbook may have been fetched before the name was changed, or before two
        were merged."""
        vem = Coalesce("pgh_obj__uppgatt_i_id", "pgh_obj_id")
        rader = AktorEvent.objects.values_list("namn", vem).distinct()
        return _entydiga((namn, pk) for namn, pk in rader if pk in self.aktornamn)

    @cached_property
    def _fordna_malomraden(self) -> dict[str, int]:
        nummer = {m.pk: m.nummer for m in self.malomraden.values()}
        rader = MalomradeEvent.objects.filter(pgh_obj_id__in=nummer).values_list("namn", "pgh_obj_id").distinct()
        return _entydiga((namn, nummer[pk]) for namn, pk in rader)


def _korta(namn: str) -> Iterator[str]:
    utan, _, i_parentes = namn.partition(" (")
    initialer = "".join(o[0] for o in utan.split() if o not in {"och", "i"})
    alla = (utan, i_parentes.removesuffix(")"), _SLAG.sub("", utan), initialer)
    yield from (kort for kort in dict.fromkeys(alla) if len(kort) >= KORTAST_NAMN)


def _entydiga(par: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Names that only one has had; one that two have had tells nothing."""
    sedda: dict[str, set[int]] = {}
    for namn, vem in par:
        sedda.setdefault(nyckel(namn), set()).add(vem)
    return {namn: next(iter(vilka)) for namn, vilka in sedda.items() if len(vilka) == 1}


def _eller(namn: Iterable[str]) -> str:
    """ "a", "a eller b", "a, b eller c", in quotes."""
    *forst, sist = [f"”{n}”" for n in namn]
    return f"{', '.join(forst)} eller {sist}" if forst else sist
