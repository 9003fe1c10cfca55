"""Forgetting a person: what tells who it was goes, everywhere; what the person wrote as an official stays."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F, Func, JSONField, Model, Value

from aktorer.andringar import krav_oandrat_konto, las_konton, senaste_handelse
from aktorer.grund.andring import slutlig_andring
from aktorer.grund.samtidighet import handelser, las
from aktorer.grund.spara import spara
from aktorer.models import GLOMD, KONTAKTER, Anvandare
from insatser.andringar.konton import andra_konto, las_oppna_omgangar
from insatser.andringar.maskering import utan_vakter
from insatser.fragor import forsegling
from insatser.fragor import personuppgifter as fragor
from insatser.fragor.personuppgifter import Uppgift, UtanKonto
from insatser.models import Korning, Maskering, Notisval, Omgang, Utskick

# Of what a closed round says, those that name people.
_I_RAPPORTEN = ("av", "fragade")


@dataclass
class Glomt:
    """How many rows of each kind were rid of who it was, and the hashes that sealed ones got."""

    antal: dict[str, int] = field(default_factory=dict)
    avtryck: list[list[str | int]] = field(default_factory=list)
    namnd: list[Uppgift] = field(default_factory=list)  # of a dry run: texts that will still have the name or address

    def rakna(self, vad: str, antal: int) -> None:
        if antal:
            self.antal[vad] = self.antal.get(vad, 0) + antal

    def lagg_till(self, annat: Glomt) -> None:
        """What another account of the same person took; its hashes are in a row of its own."""
        for vad, antal in annat.antal.items():
            self.rakna(vad, antal)


@slutlig_andring
def glom(*, av: Anvandare, person: Anvandare, sedd: int, skal: str) -> Glomt:
    """Make a closed account tell nothing of who it was, now and in its history; returns what that took.

    The name becomes "Tidigare användare 17" wherever it stands as that of the account: by what the person reported
    and decided, which stays, in closed rounds and in who did what. Texts that somebody wrote are masked one by one
    where they stand (`torrkor` finds them). Raises ValidationError, and Krock when the account
    has changed since the event `sedd`.
    """
    with connection.cursor() as cursor:  # what is being sealed meanwhile would be sealed as it was
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [forsegling.LAS])
    hos_andra = _som_kontakt(person)
    if hos_andra:
        las_oppna_omgangar()
    las_konton(person, *hos_andra)
    nu = las(person)
    if fel := fragor.hinder(av, nu):
        raise ValidationError(fel)
    krav_oandrat_konto(nu, sedd)
    heter, glomt = fragor.namn_och_adresser(nu), Glomt()
    sokt = re.compile(fragor.monster(heter), re.IGNORECASE)
    namn, epost = f"Tidigare användare {nu.pk}", f"tidigare.{nu.pk}@{GLOMD}"
    glomt.rakna("Kontakter", (nu.kontakter.all() | fragor.kontakter_med(heter)).delete()[0])
    # First what makes new history of the account, and then all of its history.
    glomt.rakna("Inloggningar och nycklar", sum(rader.delete()[0] for rader in fragor.bifogat(nu)))
    glomt.rakna("Kopplingar till andras inloggning", nu.identiteter.all().delete()[0])
    glomt.rakna("Begäran om konto", fragor.begaran_av(heter).delete()[0])
    glomt.rakna("Kollegors inbjudningar", fragor.inbjudningar_till(heter).delete()[0])
    nu.namn, nu.epost, nu.last_login, nu.paminnelser = namn, epost, None, False
    nu.set_unusable_password()
    spara(nu, falt=["namn", "epost", "last_login", "paminnelser", "password"])
    glomt.rakna("Namn, adress och lösenord", 1)
    glomt.rakna("Kontots historik", _i_historiken(nu, {"namn": namn, "epost": epost}, glomt))
    glomt.rakna("Vem som gjort vad, i historiken", _i_sammanhangen(nu, namn, glomt))
    glomt.rakna("Stängda omgångars rapporter", _i_rapporterna(nu, sokt, namn, glomt))
    glomt.rakna("Mejlens mottagare och mejlserverns svar", _i_mejlen(nu, sokt, epost, glomt))
    glomt.rakna(
        "Mejl utanför omgångar", nu.notiser.all().delete()[0] + Notisval.objects.filter(anvandare=nu).delete()[0]
    )
    foljt = nu.foljer.all().delete()[0] + nu.kartvyer.filter(delad=False).delete()[0]
    glomt.rakna("Egna vyer och sådant som följs", foljt)
    i_loggen = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Anvandare), object_id=str(nu.pk)
    ).update(object_repr=namn)
    glomt.rakna("Loggen i Django", i_loggen)
    for annat in hos_andra:
        stangt = andra_konto(av=av, person=annat, sedd=senaste_handelse(annat), is_active=False)
        glomt.lagg_till(glom(av=av, person=stangt, sedd=senaste_handelse(stangt), skal=skal))
    rad = Maskering(modell=Anvandare._meta.label_lower, rad=nu.pk, antal=sum(glomt.antal.values()), skal=skal.strip())
    rad.avtryck, rad.av = glomt.avtryck, av
    spara(rad)
    return glomt


@slutlig_andring
def glom_utan_konto(*, av: Anvandare, vem: UtanKonto) -> None:
    """The same of somebody who has no account: requests, contacts and invitations go. No history told who it was.

    No version: whatever they say by now, they are to go.
    """
    for rader in (vem.begaran, vem.kontakter, vem.inbjudningar):
        for rad in rader:
            rad.delete()


def torrkor(*, av: Anvandare, person: Anvandare) -> Glomt:
    """What `glom` would do, and what it would leave: it is done, counted and rolled back. Raises as it.

    No version: nothing is written.
    """
    with transaction.atomic():
        sokt = fragor.monster(fragor.namn_och_adresser(person))
        glomt = glom(av=av, person=person, sedd=senaste_handelse(person), skal="Torrkörning")
        glomt.namnd = list(fragor.namnd(sokt))
        transaction.set_rollback(True)
    return glomt


def _som_kontakt(person: Anvandare) -> list[Anvandare]:
    """The other accounts by which the same person is asked as a contact of an aktör."""
    kontakter = fragor.kontakter_med(fragor.namn_och_adresser(person))
    alla = Anvandare.objects.filter(kontakter__in=kontakter, epost__endswith=f"@{KONTAKTER}").exclude(pk=person.pk)
    return list(alla.distinct().order_by("pk"))


def _i_historiken(person: Anvandare, varden: dict[str, str], glomt: Glomt) -> int:
    return _skriv(handelser(Anvandare).model, {"pgh_obj_id": person.pk}, varden, glomt)


def _i_sammanhangen(person: Anvandare, namn: str, glomt: Glomt) -> int:
    bytt = Func(F("pgh_context"), Value("{namn}"), Value(namn, JSONField()), function="jsonb_set")
    vilka = {"pgh_context__anvandare": person.pk, "pgh_context__has_key": "namn"}
    return sum(_skriv(modell, vilka, {"pgh_context": bytt}, glomt) for modell in forsegling.historiktabeller())


def _i_rapporterna(person: Anvandare, sokt: re.Pattern[str], namn: str, glomt: Glomt) -> int:
    def utan(rad: Any) -> dict[str, Any]:
        def i_raden(p: dict[str, Any]) -> dict[str, Any]:
            bytta = {falt: sokt.sub(namn, p[falt]) for falt in _I_RAPPORTEN if p.get(falt)}
            return p | bytta | ({"svaren": [i_raden(a) for a in p["svaren"]]} if p.get("svaren") else {})

        return {"rapport": rad.rapport | {"punkter": [i_raden(p) for p in rad.rapport["punkter"]]}}

    omgangar = [m.omgang_id for m in person.omgangar.exclude(omgang__stangd=None)]
    vilka = {"rapport__isnull": False}
    return _byt(Omgang, {"pk__in": omgangar} | vilka, utan, None) + _byt(
        handelser(Omgang).model, {"pgh_obj_id__in": omgangar} | vilka, utan, glomt
    )


def _i_mejlen(person: Anvandare, sokt: re.Pattern[str], epost: str, glomt: Glomt) -> int:
    """Where one went beside the account's own address; and a mail server that refuses says whom."""

    def utan(rad: Any) -> dict[str, Any]:
        return {"fel": sokt.sub("***", rad.fel)}

    def till_ingen(rad: Any) -> dict[str, Any]:
        return {"till": epost}

    till, fel = {"anvandare": person.pk, "till__gt": ""}, {"fel__iregex": sokt.pattern}
    ut = 0
    for modell, vilka, utan_det in ((Utskick, till, till_ingen), (Utskick, fel, utan), (Korning, fel, utan)):
        ut += _byt(modell, vilka, utan_det, None) + _byt(handelser(modell).model, vilka, utan_det, glomt)
    return ut


def _skriv(modell: type[Model], vilka: dict[str, Any], varden: dict[str, Any], glomt: Glomt) -> int:
    """The same in all these rows of a history table."""
    ids = list(modell._base_manager.filter(**vilka).values_list("pk", flat=True))
    with utan_vakter(modell):
        modell._base_manager.filter(pk__in=ids).update(**varden)
    glomt.avtryck += forsegling.nya_avtryck(modell, ids)
    return len(ids)


def _byt(modell: type[Model], vilka: dict[str, Any], utan: Callable[[Any], dict[str, Any]], glomt: Glomt | None) -> int:
    """Each of these rows without what `utan` leaves out; of a history table with `glomt`."""
    rader = list(modell._base_manager.filter(**vilka).select_for_update(of=("self",)))
    with utan_vakter(modell):
        for rad in rader:
            modell._base_manager.filter(pk=rad.pk).update(**utan(rad))
    if glomt:
        glomt.avtryck += forsegling.nya_avtryck(modell, [rad.pk for rad in rader])
    return len(rader)
