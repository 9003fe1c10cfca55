"""Aktörer and the people who log in. Rules that must always hold stand as constraints and triggers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, ClassVar

import pghistory
import pgtrigger
from allauth.mfa.models import Authenticator
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, check_password
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import connection, models
from django.db.models import F, Q, Value
from django.db.models.functions import Lower, Now
from django.utils import timezone

from aktorer import diarienummer
from aktorer.grund.adress import LANGST
from aktorer.grund.dag import Dag
from aktorer.grund.historik import historik, rakna_version, toms_inte
from aktorer.grund.platsratt import hor_till
from aktorer.grund.sokning import innehaller, lyder, sokindex
from aktorer.grund.sortering import svensk_sortering
from aktorer.grund.tecken import epostnyckel
from aktorer.roller import I_STADSKARNOR, RATTIGHETER, Anvandarroll, Rattighet

# Words that stand where an aktör's address does: /aktorer/ny/.
RESERVERADE = ("ny", "valda")
INSKICK_SPARAS = timedelta(days=7)


def inte_reserverad(slug: str) -> None:
    if slug in RESERVERADE:
        raise ValidationError(f"Adressen {slug} är upptagen av en annan sida. Välj en annan.")


def _utan_ring(namn: str, falt: str, meddelande: str) -> pgtrigger.Trigger:
    """A trigger that refuses an aktör which the chain of `falt` would lead back to. One at a time ties such knots."""
    # The pieces of SQL are ours.
    kedja = (
        f"WITH RECURSIVE kedja AS (SELECT NEW.{falt} AS id UNION SELECT a.{falt} FROM aktorer_aktor a"  # noqa: S608
        " JOIN kedja k ON a.id = k.id) SELECT FROM kedja WHERE id = NEW.id"
    )
    return pgtrigger.Trigger(
        name=namn,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf(falt),  # type: ignore[no-untyped-call]
        condition=pgtrigger.Condition(f"NEW.{falt} IS NOT NULL AND NEW.{falt} <> NEW.id"),
        func=(
            f"PERFORM pg_advisory_xact_lock(hashtext('{namn}')); IF EXISTS ({kedja}) THEN "
            f"RAISE EXCEPTION '{meddelande}' USING ERRCODE = 'check_violation', CONSTRAINT = '{namn}'; "
            "END IF; RETURN NEW;"
        ),
    )


def lever(namn: str, falt: str = "aktor_id") -> pgtrigger.Trigger:
    """A trigger on rows that come to point at an aktör: not at one that has been merged with another.

    The lock waits for a merge that is going on, and then sees it.
    """
    return pgtrigger.Trigger(
        name=namn,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        declare=[("i", "bigint"), ("gammal", "text"), ("ny", "text")],
        func=(
            f"IF TG_OP = 'UPDATE' AND NEW.{falt} = OLD.{falt} THEN RETURN NEW; END IF; "  # noqa: S608 -- all ours
            f"SELECT uppgatt_i_id INTO i FROM aktorer_aktor WHERE id = NEW.{falt} FOR KEY SHARE; "
            "IF i IS NOT NULL THEN "
            f"SELECT namn INTO gammal FROM aktorer_aktor WHERE id = NEW.{falt}; "
            "SELECT namn INTO ny FROM aktorer_aktor WHERE id = i; "
            "RAISE EXCEPTION '% är sammanslagen med %. Välj % i stället.', gammal, ny, ny "
            f"USING ERRCODE = 'check_violation', CONSTRAINT = '{namn}'; END IF; RETURN NEW;"
        ),
    )


class AktorQuerySet(models.QuerySet["Aktor"]):
    """Reads of aktörer."""

    def get_by_natural_key(self, slug: str) -> Aktor:
        return self.get(slug=slug)

    def i_ordning(self) -> AktorQuerySet:
        """In Swedish alphabetical order."""
        return self.order_by("sortering", "pk")

    def i_registret(self) -> AktorQuerySet:
        """Without those that have been merged with another."""
        return self.filter(uppgatt_i=None)

    def samma_som(self, pk: int | None) -> AktorQuerySet:
        """The aktör with that id, and those that have been merged with it: decided plans still bear their names."""
        return self.filter(Q(pk=pk) | Q(uppgatt_i=pk))

    def valbara(self, redan: Iterable[int | str | None] = ()) -> AktorQuerySet:
        """Those to choose among for new work, in Swedish order: in force today, or chosen already (ids in `redan`)."""
        kvar = Q(eftertradd=None) | Q(eftertradd__gt=timezone.localdate())
        ids = [str(pk) for pk in redan if pk is not None and re.fullmatch(r"[0-9]{1,9}", str(pk))]
        return self.filter(Q(kvar, uppgatt_i=None) | Q(pk__in=ids)).i_ordning()

    def sok(self, text: str) -> AktorQuerySet:
        """Whose name holds `text`, as people read it."""
        return self.filter(innehaller(text, "namn")) if text else self


@historik(utan=("sortering",))
class Aktor(models.Model):
    """An organisation, or a group of them, that can carry a role."""

    class Slag(models.TextChoices):
        REGION = "region", "Region"
        FORVALTNING = "forvaltning", "Förvaltning"
        KOMMUN = "kommun", "Kommun"
        MYNDIGHET = "myndighet", "Myndighet"
        BOLAG = "bolag", "Bolag"
        LAROSATE = "larosate", "Lärosäte"
        STIFTELSE = "stiftelse", "Stiftelse"
        STAT = "stat", "Staten"
        GRUPP = "grupp", "Grupp"
        OVRIG = "ovrig", "Övrig"

    namn = models.CharField(
        max_length=120,
        # Workbooks list several names in one cell with "; " between them.
        validators=[RegexValidator(r"^[^;\r\n]+$", "Namnet får inte innehålla semikolon eller radbrytning.")],
    )
    slug = models.SlugField("adress", max_length=LANGST, unique=True, validators=[inte_reserverad])
    slag = models.CharField(max_length=12, choices=Slag)
    del_av = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="delar")
    eftertradare = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="foregangare", verbose_name="efterträdare"
    )
    eftertradd = Dag("efterträdd den", fran=1800, null=True, blank=True)
    uppgatt_i = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="uppgangna",
        verbose_name="sammanslagen med",
    )
    avser_karnkommuner = models.BooleanField(
        "betyder kärnkommunerna", default=False, help_text="Gruppen betyder kärnkommunerna i den stadskärna man står i."
    )
    beskrivning = models.TextField(blank=True)
    webbplats = models.URLField(blank=True)
    diarieformat = models.CharField(
        "mönster för diarienummer",
        max_length=60,
        blank=True,
        validators=[RegexValidator(diarienummer.FORMAT, diarienummer.FORMATFEL)],
        help_text="ÅÅÅÅ är ett år, # ett löpnummer, [ ] en del som kan utebli. Till exempel KS-ÅÅÅÅ/#[.#].",
    )
    kontakt = models.TextField("kontaktpersoner", blank=True, help_text="Visas bara för inloggade.")
    version = models.PositiveIntegerField(default=1, editable=False)
    sortering = models.GeneratedField(
        expression=svensk_sortering("namn"),
        output_field=models.CharField(max_length=120, db_collation="C"),
        db_persist=True,
    )

    objects: ClassVar[Any] = AktorQuerySet.as_manager()

    class Meta:
        verbose_name = "aktör"
        verbose_name_plural = "aktörer"
        indexes: ClassVar = [models.Index("sortering", name="aktor_sortering"), *sokindex("aktor", "namn")]
        triggers: ClassVar = [
            hor_till("NULL", vid=pgtrigger.Update | pgtrigger.Delete),
            rakna_version(),
            _utan_ring(
                "aktor_del_av_utan_ring",
                "del_av_id",
                "En aktör kan inte vara del av en annan som själv är del av den. Välj en annan under Del av.",
            ),
            _utan_ring(
                "aktor_eftertradd_utan_ring",
                "eftertradare_id",
                "En aktör kan inte efterträdas av en annan som den själv har efterträtt. Välj en annan efterträdare.",
            ),
            _utan_ring(
                "aktor_uppgatt_utan_ring",
                "uppgatt_i_id",
                "En aktör kan inte slås ihop med en annan som redan har gått upp i den.",
            ),
        ]
        constraints: ClassVar = [
            # Who has been merged keeps its name in what was decided; another may bear it from then on.
            models.UniqueConstraint(
                fields=["namn"],
                condition=Q(uppgatt_i=None),
                name="aktor_namn_en_gang",
                violation_error_message="Det finns redan en aktör som heter så.",
            ),
            models.CheckConstraint(
                condition=Q(uppgatt_i=None) | (Q(del_av=None, eftertradare=None) & ~Q(uppgatt_i=F("pk"))),
                name="aktor_uppgatt_utan_band",
                violation_error_message="En aktör som är sammanslagen med en annan har inga egna band.",
            ),
            models.CheckConstraint(
                condition=~Q(slug__in=RESERVERADE),
                name="aktor_adress_inte_reserverad",
                violation_error_message="Adressen är upptagen av en annan sida.",
            ),
            models.CheckConstraint(
                condition=~Q(namn="") & ~Q(namn__contains=";"),
                name="aktor_namn_utan_semikolon",
                violation_error_message="Namnet får inte vara tomt eller innehålla semikolon.",
            ),
            models.CheckConstraint(
                condition=Q(diarieformat="") | Q(diarieformat__regex=diarienummer.FORMAT),
                name="aktor_diarieformat_giltigt",
                violation_error_message=diarienummer.FORMATFEL,
            ),
            models.CheckConstraint(
                condition=~Q(del_av=F("pk")) & ~Q(eftertradare=F("pk")),
                name="aktor_inte_sin_egen",
                violation_error_message="En aktör kan inte vara del av, eller efterträda, sig själv.",
            ),
            models.CheckConstraint(
                condition=Q(eftertradare=None, eftertradd=None)
                | Q(eftertradare__isnull=False, eftertradd__isnull=False),
                name="aktor_eftertradd_med_datum",
                violation_error_message="Ange både efterträdare och datum, eller ingetdera.",
            ),
            models.CheckConstraint(
                condition=Q(avser_karnkommuner=False) | Q(slag="grupp"),
                name="aktor_karnkommuner_ar_grupp",
                violation_error_message="Bara en grupp kan betyda kärnkommunerna.",
            ),
            models.UniqueConstraint(
                fields=["avser_karnkommuner"],
                condition=Q(avser_karnkommuner=True),
                name="aktor_en_grupp_karnkommuner",
                violation_error_message="Det finns redan en grupp som betyder kärnkommunerna.",
            ),
        ]

    def __str__(self) -> str:
        return self.namn

    def natural_key(self) -> tuple[str]:
        return (self.slug,)

    def clean(self) -> None:
        """The constraint on the name cannot tell at its field: it looks at another column too."""
        andra = Aktor.objects.i_registret().filter(lyder(self.namn, "namn")).exclude(pk=self.pk)
        if self.uppgatt_i_id is None and andra.exists():
            raise ValidationError({"namn": "Det finns redan en aktör som heter så."})

    def ar(self, pk: int | None) -> bool:
        """Whether it is the aktör with that id, or has been merged with it."""
        return pk is not None and pk in {self.pk, self.uppgatt_i_id}

    @property
    def ar_grupp(self) -> bool:
        return self.slag == self.Slag.GRUPP


@historik()
class Gruppmedlem(models.Model):
    """An aktör that belongs to a group with members of its own (not kärnkommunerna: they depend on the kärna)."""

    grupp = models.ForeignKey(Aktor, models.CASCADE, related_name="medlemmar")
    aktor = models.ForeignKey(Aktor, models.PROTECT, related_name="grupper")

    class Meta:
        verbose_name = "gruppmedlem"
        verbose_name_plural = "gruppmedlemmar"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["grupp", "aktor"], name="gruppmedlem_en_gang"),
            models.CheckConstraint(condition=~Q(grupp=F("aktor")), name="gruppmedlem_inte_sig_sjalv"),
        ]
        triggers: ClassVar = [
            lever("gruppmedlem_aktor_lever"),
            hor_till("NULL", vid=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.aktor} i {self.grupp}"


@historik()
class Agarandel(models.Model):
    """`agare` owns `andel` per cent of `aktor`. The share is unknown when empty."""

    aktor = models.ForeignKey(Aktor, models.CASCADE, related_name="agare")
    agare = models.ForeignKey(Aktor, models.PROTECT, related_name="ager")
    andel = models.DecimalField("andel i procent", max_digits=5, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = "ägarandel"
        verbose_name_plural = "ägarandelar"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["aktor", "agare"], name="agarandel_en_gang"),
            models.CheckConstraint(
                condition=~Q(aktor=F("agare")),
                name="agarandel_inte_sig_sjalv",
                violation_error_message="En aktör kan inte äga sig själv.",
            ),
            models.CheckConstraint(
                condition=Q(andel=None) | Q(andel__gt=0, andel__lte=100),
                name="agarandel_hogst_hundra",
                violation_error_message="En andel är mer än 0 och högst 100 procent.",
            ),
        ]
        triggers: ClassVar = [
            hor_till("NULL", vid=pgtrigger.Update | pgtrigger.Delete),
            lever("agarandel_agare_lever", "agare_id"),
            pgtrigger.Trigger(
                name="agarandel_summa",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=(
                    "IF (SELECT sum(andel) FROM aktorer_agarandel WHERE aktor_id = NEW.aktor_id) > 100 THEN "
                    "RAISE EXCEPTION 'Ägarna kan inte äga mer än 100 procent tillsammans.' "
                    "USING ERRCODE = 'check_violation', CONSTRAINT = 'agarandel_summa'; END IF; RETURN NULL;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agare} äger {self.andel} % av {self.aktor}"


GLOMD = "glomd.invalid"  # where the addresses are of people that were to be forgotten
KONTAKTER = "kontakt.invalid"  # of contacts who are asked at an address that is another account's


class AnvandareManager(BaseUserManager["Anvandare"]):
    """Users are found by their e-mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> Anvandare:
        return self.get(epost__iexact=epostnyckel(username or ""))

    def create_superuser(self, epost: str, password: str | None = None, **falt: Any) -> Anvandare:
        """The first administrator of an installation (`manage.py createsuperuser`)."""
        anvandare = self.model(epost=epostnyckel(epost), roll=Anvandarroll.ADMINISTRATOR, **falt)
        anvandare.set_password(password)
        anvandare.save(using=self._db)
        return anvandare


@historik(
    utan=("password", "last_login", "kalendernyckel", "lanknyckel", "avstangd"),
    # A login shows nowhere.
    raknas_vid=pgtrigger.Insert
    | pgtrigger.Delete
    | pgtrigger.UpdateOf("epost", "namn", "aktor_id", "roll", "is_active"),  # type: ignore[no-untyped-call]
)
class Anvandare(AbstractBaseUser):
    """A person who logs in with an e-mail address; has one role and, as tjänsteperson, one aktör."""

    epost = models.EmailField("e-postadress", unique=True)
    namn = models.CharField(max_length=120)
    aktor = models.ForeignKey(
        Aktor, models.PROTECT, null=True, blank=True, related_name="anvandare", verbose_name="aktör"
    )
    roll = models.CharField(max_length=16, choices=Anvandarroll)
    is_active = models.BooleanField("aktiv", default=True, help_text="Konton stängs av, de tas inte bort.")
    skapad = models.DateTimeField(auto_now_add=True)
    avstangd = models.DateTimeField("senast avstängt", null=True, blank=True, editable=False)
    granskad = models.DateTimeField("behölls vid granskning", null=True, blank=True, editable=False)
    losenord_bytt = models.DateTimeField("lösenordet bytt", null=True, blank=True, editable=False)
    paminnelser = models.BooleanField("vill ha påminnelser", default=True, db_default=True)
    kalendernyckel = models.CharField(max_length=32, blank=True, default="", db_default="", editable=False)
    # The ids of stadskärnor, which this room knows nothing of. One that is gone gives no right to anything.
    bara_i = ArrayField(
        models.BigIntegerField(),
        default=list,
        db_default=Value([], output_field=ArrayField(models.BigIntegerField())),
        blank=True,
        editable=False,
        verbose_name="ändrar bara i",
    )
    samordnare = models.BooleanField(
        default=False, db_default=False, help_text="Bjuder in kollegor hos den egna aktören."
    )
    # Part of every personal link in a mail: another one, and those sent before open nothing.
    lanknyckel = models.CharField(max_length=32, blank=True, default="", db_default="", editable=False)
    # Counted by the trigger of `Faktor`: apps and passkeys, by which the person proves more than a password.
    tvasteg = models.PositiveSmallIntegerField("andra steg", default=0, db_default=0, editable=False)
    tvasteg_andrat = models.DateTimeField("andra steget ändrat", null=True, blank=True, editable=False)

    objects: ClassVar[AnvandareManager] = AnvandareManager()

    USERNAME_FIELD = "epost"
    EMAIL_FIELD = "epost"
    REQUIRED_FIELDS: ClassVar = ["namn"]

    class Meta:
        verbose_name = "användare"
        verbose_name_plural = "användare"
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("epost"),
                name="anvandare_epost_en_gang",
                violation_error_message="Det finns redan ett konto med den adressen.",
            ),
            models.UniqueConstraint(
                fields=["kalendernyckel"], condition=~Q(kalendernyckel=""), name="anvandare_kalendernyckel_en_gang"
            ),
            models.CheckConstraint(
                condition=~Q(roll="tjansteperson") | Q(aktor__isnull=False),
                name="anvandare_tjansteperson_har_aktor",
                violation_error_message="En tjänsteperson måste höra till en aktör.",
            ),
            models.CheckConstraint(
                condition=Q(bara_i=[]) | Q(roll="planerare"),
                name="anvandare_bara_planerare_i_nagra",
                violation_error_message="Bara en planerare kan ha rätt att ändra i några stadskärnor och inte i andra.",
            ),
            models.CheckConstraint(
                condition=Q(samordnare=False) | Q(roll="tjansteperson"),
                name="anvandare_samordnare_ar_tjansteperson",
                violation_error_message="Bara en tjänsteperson kan vara samordnare.",
            ),
            models.CheckConstraint(
                condition=~Q(roll="kontakt")
                | Q(password__startswith=UNUSABLE_PASSWORD_PREFIX, tvasteg=0, aktor__isnull=False),
                name="anvandare_kontakt_loggar_inte_in",
                violation_error_message="En kontakt utan inloggning hör till en aktör, och har varken lösenord eller"
                " passkey.",
            ),
            models.CheckConstraint(
                condition=Q(is_active=False) | ~Q(epost__endswith=f"@{GLOMD}"),
                name="anvandare_glomd_oppnas_inte",
                violation_error_message="Personen är glömd, och kontot går inte att öppna. Bjud in personen på nytt.",
            ),
            models.CheckConstraint(
                condition=Q(roll="kontakt") | ~Q(epost__endswith=f"@{KONTAKTER}"),
                name="anvandare_utan_adress_ar_kontakt",
                violation_error_message="Ange personens egen e-postadress.",
            ),
        ]
        # Reports and decisions name who made them: an account is closed, never removed.
        triggers: ClassVar = [
            pgtrigger.Protect(name="anvandare_tas_inte_bort", operation=pgtrigger.Delete),
            # That it was changed is told in the history, by whatever path; what it is, nowhere.
            pgtrigger.Trigger(
                name="anvandare_losenord_bytt",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("NEW.password IS DISTINCT FROM OLD.password"),
                func="NEW.losenord_bytt = clock_timestamp(); RETURN NEW;",
            ),
            # Sessions, links and keys from before do not come back when the account is opened again.
            pgtrigger.Trigger(
                name="anvandare_avstangd",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.is_active AND NOT NEW.is_active"),
                func="NEW.avstangd = clock_timestamp(); NEW.kalendernyckel = ''; RETURN NEW;",
            ),
            lever("anvandare_aktor_lever"),
            # Two who close each other at once wait for one another here.
            pgtrigger.Trigger(
                name="anvandare_en_administrator_kvar",
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.roll = 'administrator' AND OLD.is_active"
                    " AND NOT (NEW.roll = 'administrator' AND NEW.is_active)"
                ),
                func=(
                    "PERFORM pg_advisory_xact_lock(hashtextextended('anvandare_en_administrator_kvar', 0)); "
                    "IF NOT EXISTS (SELECT FROM aktorer_anvandare WHERE roll = 'administrator' AND is_active) THEN "
                    "RAISE EXCEPTION 'Det här är den sista administratören. Gör en till administratör först.' "
                    "USING ERRCODE = 'check_violation', CONSTRAINT = 'anvandare_en_administrator_kvar'; "
                    "END IF; RETURN NULL;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.namn or self.epost

    def natural_key(self) -> tuple[str]:
        return (self.epost,)

    def get_session_auth_hash(self) -> str:
        """Another one, and every session at its end, also when the account has been closed."""
        return super().get_session_auth_hash() + (self.avstangd.isoformat() if self.avstangd else "")

    def get_full_name(self) -> str:
        return self.namn

    def check_password(self, raw_password: str | None) -> bool:
        """As Django's. When it keeps the same password by a newer method, the history does not call that a change."""

        def spara_om(losenord: str) -> None:
            self.set_password(losenord)
            self._password = None
            with pghistory.context(orsak="Samma lösenord, sparat med en nyare metod"):
                self.save(update_fields=["password"])

        return check_password(raw_password, self.password, spara_om)

    @property
    def loggar_in(self) -> bool:
        """Whether it is an account to log in with at all, and not a contact who answers by links."""
        return self.roll != Anvandarroll.KONTAKT

    @property
    def har_adress(self) -> bool:
        """Whether `epost` is where it is reached. Another account has the address of a contact for which it is not."""
        return not self.epost.endswith(f"@{KONTAKTER}")

    @property
    def har_kommit(self) -> bool:
        """Whether the person has chosen a way to log in, and is past the invitation."""
        return self.has_usable_password() or self.tvasteg > 0 or self.identiteter.exists()

    # Set for the time of a request of a session that began at the login of the person's organisation.
    kom_fran_annan = False

    # Set for the time of a request about what nobody may change any more: then all that is left of a role is reading.
    bara_laser = False

    def far(self, ratt: Rattighet, i: int | None = None) -> bool:
        """Whether the person has the right `ratt` (nothing for a closed account) in the stadskärna with the id `i`;
        None: to what all of them share.
        """
        return self.far_nagonstans(ratt) and (ratt not in I_STADSKARNOR or not self.bara_i or i in self.bara_i)

    def far_nagonstans(self, ratt: Rattighet) -> bool:
        """The same in any stadskärna at all."""
        if self.bara_laser and ratt != Rattighet.SE_INTERNT:
            return False
        if ratt == Rattighet.BJUDA_IN and self.samordnare:
            return self.is_active
        return self.is_active and ratt in RATTIGHETER.get(self.roll, frozenset())

    @property
    def far_bjuda_in(self) -> bool:
        return self.far(Rattighet.BJUDA_IN)

    @property
    def far_ge(self) -> tuple[Anvandarroll, ...]:
        """The roles for which the person may invite somebody."""
        if self.far(Rattighet.ADMINISTRERA):
            return tuple(roll for roll in Anvandarroll if roll != Anvandarroll.KONTAKT)
        return (Anvandarroll.TJANSTEPERSON,) if self.far_bjuda_in else ()

    # What Django admin asks of a user: administratörer get everything it shows, others nothing.
    @property
    def is_staff(self) -> bool:
        return self.far(Rattighet.ADMINISTRERA)

    @property
    def is_superuser(self) -> bool:
        return self.is_staff

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_staff

    def has_perms(self, perm_list: list[str], obj: object = None) -> bool:
        return self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff


class Faktor(Authenticator):  # type: ignore[misc]  # allauth has no types
    """A second factor as allauth keeps it: an app, a passkey, or the codes for when those are gone.

    Whoever adds or removes one, by whatever path, leaves a row in the account's history; what it is, stands nowhere.
    """

    class Meta:
        proxy = True
        verbose_name = "andra steg"
        verbose_name_plural = "andra steg"
        triggers: ClassVar = [
            toms_inte(),
            pgtrigger.Trigger(
                name="faktor_raknas",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Delete,
                declare=[("vems", "bigint")],
                func=(
                    "vems := CASE WHEN TG_OP = 'DELETE' THEN OLD.user_id ELSE NEW.user_id END; "
                    "UPDATE aktorer_anvandare SET tvasteg_andrat = clock_timestamp(), tvasteg = (SELECT count(*)"
                    " FROM mfa_authenticator WHERE user_id = vems AND type IN ('totp', 'webauthn')) WHERE id = vems; "
                    "RETURN NULL;"
                ),
            ),
        ]


@historik(utan=("subjekt",), raknas_vid=None)
class Identitet(models.Model):
    """By what another organisation's login knows a person: who comes with it is that account, whatever the address."""

    anvandare = models.ForeignKey(Anvandare, models.PROTECT, related_name="identiteter", verbose_name="konto")
    leverantor = models.CharField("leverantör", max_length=300)
    subjekt = models.CharField(max_length=255)
    skapad = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = "identitet"
        verbose_name_plural = "identiteter"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["leverantor", "subjekt"], name="identitet_en_gang"),
            # An address that somebody has got after another is no way to the other's account.
            models.UniqueConstraint(fields=["anvandare", "leverantor"], name="identitet_en_per_konto"),
        ]
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="identitet_av_den_som_loggar_in",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=(
                    "IF (SELECT roll FROM aktorer_anvandare WHERE id = NEW.anvandare_id) = 'kontakt' THEN "
                    "RAISE EXCEPTION 'En kontakt utan inloggning loggar inte in hos någon annan heller.' "
                    "USING ERRCODE = 'check_violation', CONSTRAINT = 'identitet_av_den_som_loggar_in'; "
                    "END IF; RETURN NEW;"
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.subjekt} hos {self.leverantor}"


@historik(utan=("subjekt", "epost", "namn"), raknas_vid=None)
class Kontobegaran(models.Model):
    """Somebody came by another organisation's login and has no account: it is for an administratör to say.

    Who has got none is not remembered in a history either.
    """

    leverantor = models.CharField("leverantör", max_length=300)
    subjekt = models.CharField(max_length=255)
    epost = models.EmailField("e-postadress")
    namn = models.CharField(max_length=120)
    aktor = models.CharField("aktörens adress", max_length=LANGST, blank=True)  # as the settings or the provider say
    skapad = models.DateTimeField(db_default=Now(), editable=False)
    nekad = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = "kontobegäran"
        verbose_name_plural = "kontobegäran"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["leverantor", "subjekt"], name="kontobegaran_en_gang"),
        ]

    def __str__(self) -> str:
        return self.namn or self.epost


class InskickQuerySet(models.QuerySet["Inskick"]):
    def notera(self, nyckel: str) -> bool:
        """Whether this is the first time. Waits for who is writing the same right now."""
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO aktorer_inskick (nyckel) VALUES (%s) ON CONFLICT DO NOTHING", [nyckel])
            antal: int = cursor.rowcount
        return antal == 1

    def adress(self, nyckel: str) -> str | None:
        """Where the answer led, "" while there is none; None when nothing was written."""
        return self.filter(pk=nyckel).values_list("adress", flat=True).first()

    def glom(self) -> None:
        """Nobody sends a form again after a week."""
        self.filter(skapad__lt=timezone.now() - INSKICK_SPARAS).delete()


class Inskick(models.Model):
    """What a form sent and was written, so that the same is not written again (grund/inskick.py).

    `nyckel` is a hash of who sent what where. `adress` is where the answer led. Without history: it tells nothing.
    """

    nyckel = models.CharField(max_length=64, primary_key=True)
    adress = models.CharField(max_length=2000, blank=True, default="", db_default="")
    skapad = models.DateTimeField(db_default=Now(), db_index=True, editable=False)

    objects: ClassVar[Any] = InskickQuerySet.as_manager()

    class Meta:
        verbose_name = "inskick"
        verbose_name_plural = "inskick"

    def __str__(self) -> str:
        return self.nyckel


class Innehallsmarke(models.Model):
    """That a transaction changed what is shown (grund/innehall.py). Written by the database alone, without history."""

    marke = models.BigIntegerField()

    class Meta:
        verbose_name = "innehållsmärke"
        verbose_name_plural = "innehållsmärken"
        triggers: ClassVar = [toms_inte()]

    def __str__(self) -> str:
        return str(self.marke)
