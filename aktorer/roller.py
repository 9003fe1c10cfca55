"""Rights as data: which role may do what. Object rules stand in `insatser/behorighet.py`."""

from enum import StrEnum

from django.db import models


class Anvandarroll(models.TextChoices):
    """What a person who logs in is to the tool. Stored as short codes, never renamed."""

    STYRGRUPP = "styrgrupp", "Styrgrupp"
    TJANSTEPERSON = "tjansteperson", "Tjänsteperson"
    PLANERARE = "planerare", "Planerare"
    ADMINISTRATOR = "administrator", "Administratör"
    # Answers what a personal link asks, and never logs in: a contact who has no account (insatser/models/kontakt.py).
    KONTAKT = "kontakt", "Kontakt utan inloggning"


class Rattighet(StrEnum):
    """One thing somebody may do, anywhere or on their own aktör's objects."""

    SE_INTERNT = "se_internt"  # drafts, history, contact persons, internal notes
    RAPPORTERA_EGET = "rapportera_eget"  # läge and aktiviteter where the own aktör takes part
    RAPPORTERA_ALLT = "rapportera_allt"
    REDIGERA = "redigera"  # insatser, roller, färdriktning, aktörer, lägesbild; Excel import
    PLANERA = "planera"  # handlingsplan: draft, prioritise, record the decision
    BJUDA_IN = "bjuda_in"  # accounts for tjänstepersoner
    ADMINISTRERA = "administrera"  # accounts and roles
    SVARA_MED_LANK = "svara_med_lank"  # for the own aktör, what a round asks, by the personal link alone


# What somebody may be given in some stadskärnor alone (`Anvandare.bara_i`).
I_STADSKARNOR = frozenset({Rattighet.RAPPORTERA_ALLT, Rattighet.REDIGERA, Rattighet.PLANERA})

_PLANERARE = frozenset(
    {
        Rattighet.SE_INTERNT,
        Rattighet.RAPPORTERA_ALLT,
        Rattighet.REDIGERA,
        Rattighet.PLANERA,
        Rattighet.BJUDA_IN,
    }
)
RATTIGHETER: dict[str, frozenset[Rattighet]] = {
    Anvandarroll.STYRGRUPP: frozenset({Rattighet.SE_INTERNT}),
    Anvandarroll.TJANSTEPERSON: frozenset({Rattighet.SE_INTERNT, Rattighet.RAPPORTERA_EGET}),
    Anvandarroll.PLANERARE: _PLANERARE,
    Anvandarroll.ADMINISTRATOR: _PLANERARE | {Rattighet.ADMINISTRERA},
    Anvandarroll.KONTAKT: frozenset({Rattighet.SVARA_MED_LANK}),
}
