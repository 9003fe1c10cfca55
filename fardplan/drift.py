"""What whoever runs the installation should know before its users do: one finding a line, with what to do about it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import mailers
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Max
from django.http import HttpRequest
from django.http.request import validate_host
from django.utils import timezone

from aktorer import sso, varifran
from aktorer.grund import fillager
from aktorer.grund.skrivskydd import skrivskyddad
from aktorer.models import Anvandare
from aktorer.roller import Anvandarroll
from aktorer.sso import Ssofel
from fardplan import kopia
from insatser.fragor import fillager as filfragor
from insatser.models import Forsegling, Korning, Utskick
from insatser.regler.bojning import bojt, raknat
from insatser.utbyte.mejl import sandning

AGSTA = 150_000  # PostgreSQL 15, as server_version_num
LITET = 2  # GB left on the disk
SNETT = 5  # seconds between our clock and the database's
SLAPAR = 10  # seconds that a standby may be behind
PROVAS = 20  # files that the store is asked for
DYGN = timedelta(days=1)
TLS_BYTS = 14  # days before the end of a provider's TLS certificate that somebody should ask why it is still there
CERTIFIKATET = 30  # days before a provider's certificate ends that somebody should know


class Grad(StrEnum):
    """How it is. Only FEL is an exit code: what is marked by OBS works, but perhaps not as one thinks."""

    OK = "ok"
    OBS = "obs"
    FEL = "fel"


@dataclass(frozen=True)
class Fynd:
    """What was looked at, how it is, and what to do about it."""

    vad: str
    grad: Grad
    text: str


def kontroll() -> Iterator[Fynd]:
    """One finding for each thing that is looked at. Takes as long as a mail server and people's providers take."""
    yield from _databas()
    yield from _filer()
    yield from _adress()
    yield from _mejl()
    yield from _fillagret()
    yield from _leverantorer()


def fraga(request: HttpRequest) -> Iterator[Fynd]:
    """What a request, as it comes through the proxies in front, tells of them."""
    if settings.TLS and not request.is_secure():
        text = "Frågan kom utan TLS: proxyn ska sätta X-Forwarded-Proto till https."
        yield Fynd("proxy", Grad.FEL, text)
    poster = len([p for p in request.headers.get("X-Forwarded-For", "").split(",") if p.strip()])
    if poster < settings.ANTAL_PROXYER:
        har = raknat(poster, "adress", "adresser")
        text = f"X-Forwarded-For har {har}, men ANTAL_PROXYER är {settings.ANTAL_PROXYER}."
        yield Fynd("proxy", Grad.FEL, f"{text} Låt proxyn sätta huvudet, eller ändra inställningen.")
    else:
        adress = varifran.adress(request) or "en okänd adress"
        yield Fynd("proxy", Grad.OK, f"Du ser ut att komma från {adress}. Stämmer det inte: se ANTAL_PROXYER.")


def timrar() -> Iterator[tuple[str, str, datetime | None]]:
    """(what it does, the command it runs, when it last did) of each timer."""
    yield "påminnelser", "skicka_paminnelser", Korning.objects.aggregate(senast=Max("senast"))["senast"]
    yield "försegling", "forsegla", Forsegling.objects.aggregate(senast=Max("skapad"))["senast"]


# Whether a standby gets nothing from its primary, or has not shown for so many seconds what it got. Of what the primary
# has not sent yet it knows nothing.
_EFTER = """SELECT pg_is_in_recovery() AND (
    NOT EXISTS (SELECT FROM pg_stat_wal_receiver)
    OR (pg_last_wal_receive_lsn() > pg_last_wal_replay_lsn()
        AND now() - pg_last_xact_replay_timestamp() > make_interval(secs => %s)))"""


def efter() -> bool:
    """Whether the database is a standby that does not follow its primary."""
    with connection.cursor() as cursor:
        cursor.execute(_EFTER, [SLAPAR])
        return bool(cursor.fetchone()[0])


def redo(*, lasa: bool = False, farsk: bool = False) -> list[str]:
    """Why requests should not be sent here: [] when the database answers, can be written to and has our tables.

    `lasa`: whether it can be written to is of no matter. `farsk`: nor is it then, but it must follow its primary.
    """
    lasa = lasa or farsk
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_is_in_recovery() OR 'on' IN"
                " (current_setting('transaction_read_only'), current_setting('default_transaction_read_only'))"
            )
            bara_lasbar = cursor.fetchone()[0]
        return [
            *(["installationen är skrivskyddad"] if settings.SKRIVSKYDDAD and not lasa else []),
            *(["databasen går bara att läsa"] if bara_lasbar and not lasa else []),
            *(["databasen följer inte sin primär"] if farsk and efter() else []),
            *(["databasen saknar migreringar"] if _ogjorda() else []),
        ]
    except DatabaseError:
        return ["databasen svarar inte"]


_migrerad = False


def _ogjorda() -> int:
    """How many migrations are not applied. Once there are none it is not asked again: the code does not change."""
    global _migrerad  # noqa: PLW0603 -- for as long as the process lives
    if _migrerad:
        return 0
    koraren = MigrationExecutor(connection)
    antal = len(koraren.migration_plan(koraren.loader.graph.leaf_nodes()))
    _migrerad = antal == 0
    return antal


def _databas() -> Iterator[Fynd]:
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('server_version_num')::int, current_setting('server_version'),"
                " extract(epoch FROM clock_timestamp()), pg_is_in_recovery(),"
                " has_database_privilege(current_database(), 'CREATE')"
                " AND has_schema_privilege(current_schema(), 'CREATE'), current_setting('is_superuser')::bool"
            )
            version, namn, klocka, kopia, far_skapa, far_allt = cursor.fetchone()
    except DatabaseError:
        yield Fynd("databas", Grad.FEL, "Databasen svarar inte. Kontrollera DATABASE_URL och att servern är igång.")
        return
    if version < AGSTA:
        yield Fynd("databas", Grad.FEL, f"PostgreSQL {namn} är för gammal: minst 15 krävs.")
    elif kopia:
        yield Fynd("databas", Grad.FEL, "Databasen är en kopia som bara går att läsa. Välj en annan i DATABASE_URL.")
        if efter():
            text = "Den följer inte sin primär: sidorna visar det som gällde förut. Se pg_stat_wal_receiver."
            yield Fynd("kopian", Grad.FEL, text)
    else:
        yield Fynd("databas", Grad.OK, f"PostgreSQL {namn} svarar och går att skriva i.")
    if skrivskyddad() and not kopia:
        text = "SKRIVSKYDDAD är 1" if settings.SKRIVSKYDDAD else "Databasen har default_transaction_read_only"
        yield Fynd("skrivskydd", Grad.OBS, f"{text}: sidorna går att läsa, och inget kan sparas.")
    if not far_skapa:
        yield Fynd("rättigheter", Grad.FEL, "Kontot i DATABASE_URL får inte skapa tabeller: nästa uppdatering stannar.")
    elif far_allt and settings.PRODUKTION:
        yield Fynd("rättigheter", Grad.OBS, "Kontot i DATABASE_URL får allt på servern. Ett eget konto räcker.")
    else:
        yield Fynd("rättigheter", Grad.OK, "Kontot i DATABASE_URL får det som behövs.")
    if antal := _ogjorda():
        yield Fynd("migreringar", Grad.FEL, f"{bojt(antal, 'En är', f'{antal} är')} inte gjord. Kör manage.py migrate.")
        return
    yield Fynd("migreringar", Grad.OK, "Alla är gjorda.")
    skillnad = abs(time.time() - float(klocka))
    grad = Grad.FEL if skillnad > SNETT else Grad.OK
    yield Fynd("klocka", grad, f"Serverns och databasens klockor skiljer {skillnad:.1f} sekunder.".replace(".", ",", 1))
    yield _tidszonen()
    yield from _kopplat_till_data()


def _tidszonen() -> Fynd:
    """Whether we and the database know the zone, and agree of summer and winter: each has a list of its own."""
    har, i_databasen = [], []
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for manad in (1, 7):
                dag = datetime(timezone.now().year + 1, manad, 1, 12, tzinfo=UTC)
                har.append(dag.astimezone(timezone.get_default_timezone()).replace(tzinfo=None))
                cursor.execute("SELECT %s::timestamptz AT TIME ZONE %s", [dag, settings.TIME_ZONE])
                i_databasen.append(cursor.fetchone()[0])
    except DatabaseError:
        return Fynd("tidszon", Grad.FEL, f"Databasen känner inte till {settings.TIME_ZONE}. Installera tzdata där.")
    if har != i_databasen:
        text = "Här och i databasen gäller olika sommartid eller vintertid. Uppdatera tzdata på båda."
        return Fynd("tidszon", Grad.FEL, text)
    return Fynd("tidszon", Grad.OK, f"{settings.TIME_ZONE}, lika här och i databasen.")


def _kopplat_till_data() -> Iterator[Fynd]:
    for vad, kommando, senast in timrar():
        yield _timer(vad, senast, kommando)
    if vantar := Utskick.objects.filter(paborjat=None, dag__lt=timezone.localdate() - DYGN).count():
        antal = bojt(vantar, "Ett", str(vantar))
        yield Fynd("mejlkö", Grad.FEL, f"{antal} mejl skulle ha gått för mer än ett dygn sedan. Se sidan Mejl.")
    administratorer = Anvandare.objects.filter(roll=Anvandarroll.ADMINISTRATOR, is_active=True).count()
    if administratorer:
        yield Fynd("konton", Grad.OK, bojt(administratorer, "En administratör.", f"{administratorer} administratörer."))
    else:
        yield Fynd("konton", Grad.FEL, "Ingen kan administrera. Gör en med manage.py createsuperuser.")
    yield from _nodkonto()


def _nodkonto() -> Iterator[Fynd]:
    """With ENDAST_SSO it is the only way in when the provider is gone."""
    if not settings.SSO.endast:
        return
    konto = Anvandare.objects.filter(epost__iexact=settings.SSO.nodkonto).first()
    if konto is None:
        fel = "det finns inget konto med den adressen"
    elif not konto.is_active:
        fel = "kontot är avstängt"
    elif konto.roll != Anvandarroll.ADMINISTRATOR:
        fel = "kontot är ingen administratör"
    else:
        fel = "" if konto.has_usable_password() else "kontot har inget lösenord. Välj ett med manage.py changepassword"
    if fel:
        text = f"NODKONTO är {settings.SSO.nodkonto}, men {fel}. Ingen kommer in om organisationens inloggning går ner."
        yield Fynd("nödkonto", Grad.FEL, text)
    else:
        yield Fynd("nödkonto", Grad.OK, f"{settings.SSO.nodkonto} är administratör och har ett lösenord.")


def _leverantorer() -> Iterator[Fynd]:
    """Whether the logins of the organisations are there, as this server reaches them, within seconds."""
    if settings.SSO.oidc:
        yield _leverantor("OpenID Connect", "OIDC_UTGIVARE", partial(_oidc, settings.SSO.oidc.utgivare))
    if settings.SSO.saml:
        yield _leverantor("SAML", "SAML_METADATA", _samlcertifikat)
    if slut := sso.eget_certifikat():
        yield _eget_certifikat(slut)


def _leverantor(vad: str, installning: str, prova: Callable[[], Fynd]) -> Fynd:
    try:
        return replace(prova(), vad=vad)
    except Ssofel as fel:
        return Fynd(vad, Grad.FEL, f"Leverantören svarar inte som den ska: {fel}. Kontrollera {installning}.")


def _oidc(utgivare: str) -> Fynd:
    sagt = sso.prova_oidc()
    return _om_tls(sagt, sso.tls_slut(utgivare))


def _om_tls(sagt: str, slut: datetime | None) -> Fynd:
    """`slut`: when the certificate ends that their address has. Most are exchanged by themselves, long before."""
    if slut is None:
        return Fynd("", Grad.OK, sagt)
    kvar = (slut - timezone.now()).days
    if kvar < TLS_BYTS:
        text = f"{sagt} Men dess TLS-certifikat gäller bara till {slut:%Y-%m-%d}. Sedan kommer ingen in den vägen."
        return Fynd("", Grad.OBS, f"{text} Säg det till dem.")
    return Fynd("", Grad.OK, f"{sagt} Dess TLS-certifikat gäller i {kvar} dagar till.")


def _samlcertifikat() -> Fynd:
    slut = sso.samlcertifikat()
    kvar = (slut - timezone.now()).days
    if kvar < CERTIFIKATET:
        hur = f"gäller till {slut:%Y-%m-%d}. Se till att SAML_METADATA får det nya innan de byter."
        return Fynd("", Grad.OBS, f"Leverantörens signeringscertifikat {hur}")
    return Fynd("", Grad.OK, f"Metadata går att läsa, och certifikatet gäller i {kvar} dagar till.")


def _eget_certifikat(slut: datetime) -> Fynd:
    vad, kvar = "SAML, vårt certifikat", (slut - timezone.now()).days
    if kvar >= CERTIFIKATET:
        return Fynd(vad, Grad.OK, f"SAML_CERTIFIKAT gäller i {kvar} dagar till.")
    grad, hur = (Grad.FEL, "gick ut") if kvar < 0 else (Grad.OBS, "gäller till")
    return Fynd(vad, grad, f"SAML_CERTIFIKAT {hur} {slut:%Y-%m-%d}. Byt det, och ge leverantören vår nya metadata.")


def _timer(vad: str, senast: datetime | None, kommando: str) -> Fynd:
    gor = f"Låt en timer köra manage.py {kommando} varje dygn."
    if senast is None:
        return Fynd(vad, Grad.OBS, f"Har aldrig gått. {gor}")
    nar = f"Gick senast {timezone.localtime(senast):%Y-%m-%d kl. %H.%M}."
    sen = timezone.now() - senast > 2 * DYGN
    return Fynd(vad, Grad.FEL, f"{nar} {gor}") if sen else Fynd(vad, Grad.OK, nar)


def _filer() -> Iterator[Fynd]:
    try:
        ledigt = shutil.disk_usage(settings.DATA_DIR).free / 1024**3
    except OSError as fel:
        yield Fynd("disk", Grad.FEL, f"FARDPLAN_DATA, {settings.DATA_DIR}, går inte att läsa: {fel.strerror}.")
        return
    grad = Grad.FEL if ledigt < LITET else Grad.OK
    yield Fynd("disk", grad, f"{ledigt:.1f} GB ledigt där FARDPLAN_DATA ligger.".replace(".", ",", 1))
    yield _kopian()
    if not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        yield Fynd("stilmallar", Grad.FEL, "De är inte packade. Kör manage.py collectstatic, eller make start.")


def _kopian() -> Fynd:
    """How old the latest backup is, where this machine keeps them."""
    gor = "Låt en timer köra manage.py sakerhetskopiera varje natt, och flytta kopiorna till en annan plats."
    finns = kopia.kopior(settings.KOPIOR)
    if not finns:
        return Fynd("säkerhetskopia", Grad.OBS, f"Ingen finns i {settings.KOPIOR}. {gor}")
    nar = kopia.gjord(finns[0])
    text = f"Den senaste är från {timezone.localtime(nar):%Y-%m-%d kl. %H.%M}."
    if timezone.now() - nar > 2 * DYGN:
        return Fynd("säkerhetskopia", Grad.FEL, f"{text} {gor}")
    return Fynd("säkerhetskopia", Grad.OK, text)


def _adress() -> Iterator[Fynd]:
    varddator = urlsplit(settings.BASADRESS).hostname or ""
    if not validate_host(varddator, settings.ALLOWED_HOSTS):
        yield Fynd("adress", Grad.FEL, f"Länkar i mejl går till {settings.BASADRESS}, som inte står i ALLOWED_HOSTS.")
    elif settings.TLS:
        if settings.TILLGANGLIGHET is None:
            text = "TILLGANGLIGHET saknas: lagen kräver en redogörelse som säger vem som ansvarar och vad som brister."
            yield Fynd("tillgänglighet", Grad.OBS, text)
        antal = raknat(settings.ANTAL_PROXYER, "proxy", "proxyer")
        yield Fynd("adress", Grad.OK, f"{settings.BASADRESS}. TLS krävs, och vi litar på {antal}.")
    else:
        yield Fynd("adress", Grad.OBS, f"{settings.BASADRESS}. Bara den här datorn når webbplatsen, utan TLS.")


def _fillagret() -> Iterator[Fynd]:
    lager = settings.FILLAGER
    if lager is None:
        if antal := filfragor.i_lagret().count():
            har = raknat(antal, "fil", "filer")
            yield Fynd("fillager", Grad.FEL, f"{har} ligger i ett fillager. Ange det i FILLAGER.")
        return
    try:
        fillager.prova()
    except fillager.LagretSvararInte as fel:
        yield Fynd(
            "fillager",
            Grad.FEL,
            f"Filer ska läggas i {lager}, som inte svarar som den ska: {fel}. Kontrollera FILLAGER.",
        )
        return
    yield Fynd("fillager", Grad.OK, f"Filer läggs i {lager}, som svarar.")
    # One will do: a store that answers slowly, or not at all, is not waited for twenty times.
    if borta := next(filfragor.fel_i_lagret(hogst=PROVAS, lasta=1), None):
        yield Fynd("filer i lagret", Grad.FEL, f"En fil går inte att läsa: {borta}. Kör manage.py prova_filer.")
    if kvar := filfragor.rester(lange=True).count():
        text = f"{raknat(kvar, 'fil', 'filer')} som ingen når ligger kvar i lagret sedan ett dygn."
        yield Fynd("filer i lagret", Grad.OBS, f"{text} Går timern, och får nyckeln radera?")


def _mejl() -> Iterator[Fynd]:
    if laget := sandning.laget():
        yield Fynd("mejl", Grad.OBS, laget)
        return
    server = mailers.default
    try:
        server.open()
    except (OSError, ValueError) as fel:
        yield Fynd("mejl", Grad.FEL, f"Mejlservern svarar inte: {fel}. Kontrollera MEJL_SERVER.")
    else:
        yield Fynd("mejl", Grad.OK, "Mejlservern svarar och tar emot inloggningen.")
    finally:
        server.close()
