"""Large files are previewed and read in by processes of their own: no page waits for it, and the memory comes back.

A thread of each server process looks after it (`led`): when there is something to do it lets a process do all there is.
The process dies with the server. What a dead one had begun is begun anew, here or by another server, since nothing of
it was written (`andringar/inlasningsjobb.py`).
"""

from __future__ import annotations

import contextlib
import io
import logging
import multiprocessing
import os
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, NoReturn
from uuid import UUID, uuid4

import pghistory
import psycopg
from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, OperationalError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from aktorer.behorighet import har
from aktorer.grund.skrivskydd import skrivskyddad
from aktorer.models import Anvandare
from aktorer.roller import Rattighet
from insatser.andringar import inlasningsjobb as jobben
from insatser.andringar.inlasning import Inlasningsplan, PlanenAndrad, Radfel, las_in, med_val
from insatser.fragor.inlasning import forra_tolkningen
from insatser.models import Fardplan, Handlingsplan, Inlasning, Inlasningsjobb, Program
from insatser.regler import forlopp
from insatser.regler.forlopp import Avbrutet, Forlopp
from insatser.regler.tolkning import Tolkning
from insatser.utbyte.excel.filslag import AKTIVITETER, INSATSKARTA, LAGESBILD, PER_NAMN, Filslag
from insatser.utbyte.excel.granskad import granskad, sidor_som_json
from insatser.utbyte.excel.inlasning import gissa

STOR = 1000  # rows: a file that has more is done here, since its preview takes more than about half a second
STOR_OSEDD = 5 * 2**20  # bytes of its sheets, or as text: so many rows that it is not even read first
TITTAR = 30  # seconds between two looks for what others have left behind
HORS = 1.0  # seconds between two times that it is told how far it has come
VANTAR_PA_LAS = "30s"  # for what others are changing: longer than a page may take, so that they are not to be heard of
TALAMOD = 10  # so many times it is told to stop before it is ended
SNALL = 10  # so much does it give way to the pages
# The database was gone, or somebody held what was to be changed. All else that it says no to, it does each time.
FORSOK_IGEN = (OperationalError, InterfaceError)
INTE_LANGRE = "Kontot får inte längre läsa in filer här."
OVANTAT = "Något gick fel hos oss, och ingenting är inläst. Felet är noterat. Försök igen."

logg = logging.getLogger(__name__)
_sammanhang = multiprocessing.get_context("forkserver")
_sammanhang.set_forkserver_preload(["insatser.utbyte.excel.egen_process_start"])
_vackt = threading.Event()


def stor_osedd(innehall: bytes) -> bool:
    """Whether a file is so large that nobody should wait even for its rows to be counted, as it says itself."""
    try:
        with zipfile.ZipFile(io.BytesIO(innehall)) as arkiv:
            delar = [
                d for d in arkiv.infolist() if d.filename.startswith("xl/worksheets/") or d.filename == "content.xml"
            ]
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return len(innehall) > STOR_OSEDD
    return sum(d.file_size for d in delar) > STOR_OSEDD


# In the server


def starta() -> None:
    threading.Thread(target=led, name="inläsningar", daemon=True).start()


def vack() -> None:
    """There is something to do; nothing happens where nobody looks after it."""
    _vackt.set()


def led() -> None:
    """Look after what there is to do, for ever."""
    while True:
        se_efter()
        _vackt.wait(TITTAR)
        _vackt.clear()


def se_efter() -> None:
    """Have all there is done. Whatever goes wrong, the next look may go better."""
    try:
        while not skrivskyddad() and jobben.finns_att_gora() and arbeta_i_barn():
            pass
    except (DatabaseError, InterfaceError):
        logg.warning("Databasen svarar inte. Stora filer väntar.")
    except Exception:
        logg.exception("Ingen process kunde börja. Stora filer väntar.")
    finally:
        connection.close()


def arbeta_i_barn() -> bool:
    """Let a process do all there is; whether it did, or died with something that another can begin anew."""
    hyra = uuid4()
    databas = {k: connection.settings_dict[k] for k in ("NAME", "HOST", "PORT", "USER", "PASSWORD")}
    connection.close()  # it may take long
    barnets, mitt = _sammanhang.Pipe(duplex=False)
    with barnets, mitt:
        # Not a daemon, which could not have files read in processes of their own.
        barn = _sammanhang.Process(target=_i_barnet, args=(barnets, databas, VANTAR_PA_LAS, hyra))
        barn.start()
        barnets.close()
        _vanta_ut(barn, hyra)
        kod = barn.exitcode
        barn.close()
    return kod == 0 or bool(jobben.lamna(hyra))


def _vanta_ut(barn: BaseProcess, hyra: UUID) -> None:
    """Wait until it ends. One that is not heard of at two looks, as it should be within seconds, is killed."""
    hordes = True
    barn.join(TITTAR)
    while barn.is_alive():
        hors = jobben.hors(hyra)
        connection.close()
        if not (hors or hordes):
            barn.kill()
        hordes = hors
        barn.join(TITTAR)


# In its process


def _i_barnet(servern: Connection, databas: Mapping[str, Any], las: str, hyra: UUID) -> None:
    os.nice(SNALL)
    alternativ = connection.settings_dict["OPTIONS"]
    # First, so that what DATABASE_URL says itself wins.
    alternativ["options"] = f"-c lock_timeout={las} {alternativ.get('options', '')}".strip()
    connection.settings_dict.update(databas)
    arbeta(hyra, servern)


def arbeta(hyra: UUID, servern: Connection | None = None) -> None:
    """Do all there is to do. Ends at once when the server is gone."""
    while jobb := jobben.ta_nasta(hyra):
        with _berattat(hyra, servern):
            klart = _gor(jobb, hyra)
        _skriv_upp(klart, jobb, hyra)  # when nobody stops it any more


@contextmanager
def _berattat(hyra: UUID, servern: Connection | None) -> Iterator[None]:
    """How far what is done in this block has come is told all the while, on a connection of its own."""
    klart = threading.Event()
    with forlopp.foljt() as nu:
        arbetarens = connections[DEFAULT_DB_ALIAS]
        rost = threading.Thread(target=_beratta, args=(hyra, nu, klart, arbetarens, servern), daemon=True)
        rost.start()
        try:
            yield
        finally:
            klart.set()
            rost.join()


def _beratta(
    hyra: UUID, nu: Forlopp, klart: threading.Event, arbetarens: BaseDatabaseWrapper, servern: Connection | None
) -> None:
    sagt = 0
    try:
        while not klart.wait(HORS):
            if servern and servern.poll():  # nothing is ever sent: it is closed
                _sluta(hyra)
            if not jobben.hall(hyra, nu.steg, nu.klara, nu.alla):
                nu.avbryt, sagt = True, sagt + 1
                _avbryt_fragan(arbetarens)
            if servern and sagt > TALAMOD:
                _sluta(hyra)
    except (DatabaseError, InterfaceError):
        nu.avbryt = True  # nobody hears it, so another will take it
        if servern:
            _sluta(hyra)
    finally:
        connection.close()


def _sluta(hyra: UUID) -> NoReturn:
    """End this process at once; another may take what it had begun."""
    with contextlib.suppress(DatabaseError, InterfaceError):
        jobben.lamna(hyra)
    os._exit(1)


def _avbryt_fragan(arbetarens: BaseDatabaseWrapper) -> None:
    """What the one who works has asked the database, if it is asking: it may be waiting there for somebody else."""
    if arbetarens.connection is not None:
        with contextlib.suppress(psycopg.Error):
            arbetarens.connection.cancel_safe(timeout=HORS)


def _gor(jobb: Inlasningsjobb, hyra: UUID) -> Callable[[], object]:
    """Do it; what is given writes down what became of it. What may go better another time is for another try."""
    klart = partial(jobben.avsluta, hyra)
    try:
        return _arbeta(jobb, hyra)
    except Avbrutet:
        return partial(jobben.stanna, hyra)
    except FORSOK_IGEN:
        if forlopp.avbryts():
            return partial(jobben.stanna, hyra)
        raise
    except ValidationError as nej:
        return partial(klart, Inlasningsjobb.Skick.FEL, fel=" ".join(nej.messages))
    except Exception:
        logg.exception("Inläsningen %s gick fel", jobb.pk)
        return partial(klart, Inlasningsjobb.Skick.FEL, fel=OVANTAT)


def _skriv_upp(klart: Callable[[], object], jobb: Inlasningsjobb, hyra: UUID) -> None:
    try:
        klart()
    except FORSOK_IGEN:
        raise
    except Exception:
        logg.exception("Vad som blev av inläsningen %s gick inte att skriva upp", jobb.pk)
        jobben.avsluta(hyra, Inlasningsjobb.Skick.FEL, fel=OVANTAT)


def _arbeta(jobb: Inlasningsjobb, hyra: UUID) -> Callable[[], object]:
    inlasning, villkor, klart = jobb.inlasning, jobb.villkor, partial(jobben.avsluta, hyra)
    slag = PER_NAMN[inlasning.slag]
    hem = inlasning.handlingsplan or inlasning.fardplan or inlasning.program
    gor = partial(planera, slag, inlasning, hem, jobb.av)
    if not (jobb.av.is_active and har(jobb.av, Rattighet.REDIGERA, inlasning.karna_id)):
        raise ValidationError(INTE_LANGRE)
    if jobb.vad == Inlasningsjobb.Vad.GRANSKA:
        return partial(klart, Inlasningsjobb.Skick.KLART, **_granska(jobb, slag, gor))
    last = slag.las(inlasning.filnamn, inlasning.att_lasa, tolkning=inlasning.tolkning)
    try:
        with pghistory.context(anvandare=jobb.av.pk, sida=villkor["sida"]):
            las_in(
                av=jobb.av,
                inlasning=inlasning,
                planera=partial(gor, las=True, last=last),
                skriv=slag.skriv,
                fingeravtryck=villkor["fingeravtryck"],
                tvillingar=villkor["tvillingar"],
                delvis=villkor["delvis"],
            )
    except PlanenAndrad as andrad:
        return partial(klart, Inlasningsjobb.Skick.KLART, **_visad(andrad.plan, andrad=True))
    except Radfel as radfel:
        return partial(klart, Inlasningsjobb.Skick.KLART, **_visad(radfel.plan, nekad=radfel.fel))
    return partial(jobben.ta_bort, hyra)


def _granska(jobb: Inlasningsjobb, slag: Filslag, gor: Callable[[], Inlasningsplan[Any]]) -> dict[str, Any]:
    """The preview, and what it says of the file: choices that were asked for in all cells, what a table may mean."""
    inlasning, filens = jobb.inlasning, dict[str, Any]()
    plan = gor()
    if (ovriga := jobb.villkor.get("ovriga")) and (valda := plan.valda(ovriga)):
        inlasning.val = filens["val"] = med_val(inlasning.val, valda)
        plan = gor()
    if inlasning.tolkning is None:
        gissad = gissad_tolkning(slag, plan, inlasning.fardplan, inlasning.filnamn, inlasning.att_lasa, jobb.av)
        if gissad:
            filens["tolkning"] = gissad.som_json()
    return filens | _visad(plan, frammande="tolkning" in filens)


def planera(
    slag: Filslag, inlasning: Inlasning, hem: Fardplan | Handlingsplan | Program | None, av: Anvandare, **mer: Any
) -> Inlasningsplan[Any]:
    """What reading in the file would do, by that person. `mer`: as `Filslag.planera` has it."""
    plan = slag.planera(
        hem,
        inlasning.filnamn,
        inlasning.att_lasa,
        tolkning=inlasning.tolkning,
        val=inlasning.val,
        **mer,
    )
    return plan.for_den_som(av)


def gissad_tolkning(
    slag: Filslag, plan: Inlasningsplan[Any], fardplan: Fardplan | None, filnamn: str, innehall: bytes, av: Anvandare
) -> Tolkning | None:
    """What a table that somebody else has made is likely to mean; None when the plan is of one of ours, and when no
    insatser can be read in out of it.
    """
    if not plan.frammande or slag is not INSATSKARTA or fardplan is None:
        return None
    tolkning = gissa(fardplan, filnamn, innehall, forra_tolkningen(av))
    if tolkning is None or any(annat.kanner(tolkning.rubriker) for annat in (LAGESBILD, AKTIVITETER)):
        return None
    return tolkning


def _visad(plan: Inlasningsplan[Any], **mer: Any) -> dict[str, Any]:
    return {"granskning": granskad(plan, **mer).som_json(), "sidor": sidor_som_json(plan)}
