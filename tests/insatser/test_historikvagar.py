"""Every path a change can come by leaves a row in the history, which says who and from where as far as is known."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client

from aktorer.models import Aktor, Anvandare, AnvandareEvent  # type: ignore[attr-defined]
from fardplan import kommando
from insatser.fragor.karta import Urval, hamta
from insatser.fragor.tillfallen import Varifran, varifran
from insatser.models import (  # type: ignore[attr-defined]
    Fardplan,
    Insats,
    InsatsEvent,
    MedverkanEvent,
    Mote,
    Motespunkt,
    MotespunktEvent,
    Samverkansorgan,
)
from insatser.utbyte.excel.insatskarta_ut import skriv_xlsx
from tests import klocka
from tests.insatser.test_inlasning import IMPORT, skriv

type Hamta = Callable[[str], Insats]
type Formular = Callable[[Any], dict[str, str]]
type Sql = Callable[..., list[tuple[Any, ...]]]

REDIGERA = "/flemingsberg/insatser/1.3/redigera/"
SQL = "Direkt i databasen (SQL)"


def sista(insats: Insats) -> Any:
    return InsatsEvent.objects.filter(pgh_obj_id=insats.pk).latest("pgh_id")


def gjort(handelse: Any) -> tuple[str, str, str, Varifran]:
    """(what was done, the title after it, by whom, from where)."""
    vem = (handelse.pgh_context or {}).get("namn", "")
    return handelse.pgh_label, handelse.titel, vem, varifran(handelse)


@pytest.mark.parametrize("huvuden", [{}, {"HX-Request": "true", "HX-Target": "innehall"}], ids=["sidan", "htmx"])
def test_pa_sidan(
    som_planerare: Client, planerare: Anvandare, formular: Formular, insats: Hamta, huvuden: dict[str, str]
) -> None:
    falt = formular(som_planerare.get(REDIGERA))

    som_planerare.post(REDIGERA, falt | {"titel": "Bygg om"}, headers=huvuden)

    assert gjort(sista(insats("1.3"))) == ("update", "Bygg om", planerare.namn, Varifran("I webbläsaren"))


def test_ur_en_excelfil(
    som_planerare: Client, planerare: Anvandare, formular: Formular, insats: Hamta, flemingsberg: Fardplan
) -> None:
    fil = skriv(skriv_xlsx(hamta(flemingsberg, Urval(), AnonymousUser())), {"1.3": {"Titel": "Bygg om"}})
    svar = som_planerare.post(IMPORT, {"fil": SimpleUploadedFile("Karta åäö.xlsx", fil)}, follow=True)

    som_planerare.post(svar.request["PATH_INFO"], {"fingeravtryck": svar.context["plan"].fingeravtryck})

    varifran_ = Varifran("Excelfilen Karta åäö.xlsx", sha256=hashlib.sha256(fil).hexdigest())
    assert gjort(sista(insats("1.3"))) == ("update", "Bygg om", planerare.namn, varifran_)


def test_i_administrationen(client: Client, administrator: Anvandare, styrgrupp: Anvandare) -> None:
    client.force_login(administrator)
    adress = f"/admin/aktorer/anvandare/{styrgrupp.pk}/change/"
    sedd = client.get(adress).context["adminform"].form.fields["sedd"].initial
    falt = {"epost": styrgrupp.epost, "namn": "Nytt namn", "roll": styrgrupp.roll, "is_active": "on", "sedd": sedd}

    client.post(adress, falt)

    handelse = AnvandareEvent.objects.filter(pgh_obj_id=styrgrupp.pk).latest("pgh_id")
    assert (handelse.namn, handelse.pgh_context["namn"]) == ("Nytt namn", administrator.namn)
    assert varifran(handelse) == Varifran("I administrationen")


VAGAR: dict[str, Callable[[Insats], object]] = {
    "save": lambda i: (setattr(i, "titel", "Bygg om"), i.save()),
    "update": lambda i: Insats.objects.filter(pk=i.pk).update(titel="Bygg om"),
    "bulk_update": lambda i: (setattr(i, "titel", "Bygg om"), Insats.objects.bulk_update([i], ["titel"])),
}


@pytest.mark.parametrize("andra", VAGAR.values(), ids=VAGAR)
def test_i_ett_skal(insats: Hamta, andra: Callable[[Insats], object]) -> None:
    andra(insats("1.3"))

    assert gjort(sista(insats("1.3"))) == ("update", "Bygg om", "", Varifran(SQL))


def test_bulk_create_i_ett_skal(insats: Hamta) -> None:
    fran = insats("1.3")
    egna = {"malomrade": fran.malomrade, "fardplan": fran.fardplan}
    nya = Insats.objects.bulk_create([Insats(titel=f"Ny {n}", ordning=90 + n, **egna) for n in range(2)])

    assert [gjort(sista(i))[:2] for i in nya] == [("insert", "Ny 0"), ("insert", "Ny 1")]


def test_delete_i_ett_skal(insats: Hamta) -> None:
    ny = Insats.objects.create(malomrade=insats("1.3").malomrade, titel="Ny", ordning=90)

    Insats.objects.filter(pk=ny.pk).delete()

    assert gjort(sista(Insats(pk=ny.pk))) == ("delete", "Ny", "", Varifran(SQL))


def test_ett_kommando_sager_vilket(insats: Hamta) -> None:
    pk = insats("1.3").pk
    kod = f"from insatser.models import Insats; Insats.objects.filter(pk={pk}).update(titel='Bygg om')"

    with kommando.kontext(["manage.py", "shell", "--command", kod]):
        call_command("shell", command=kod, no_imports=True)

    assert gjort(sista(insats("1.3"))) == ("update", "Bygg om", "", Varifran("Kommandot shell"))


@pytest.mark.parametrize("namn", ["start", "las_in"])
def test_det_som_kommer_med_installationen_ar_inget_kommandos(insats: Hamta, namn: str) -> None:
    with kommando.kontext(["manage.py", namn]):
        Insats.objects.filter(pk=insats("1.3").pk).update(titel="Bygg om")

    assert sista(insats("1.3")).pgh_context is None


def test_det_som_foljer_med_nar_nagot_tas_bort(db: None) -> None:
    mote = Mote.objects.create(organ=Samverkansorgan.objects.get(slag="natverk"), datum=klocka.om(30))
    punkt = Motespunkt.objects.create(mote=mote, ordning=1, rubrik="Budget")

    mote.delete()

    rader = MotespunktEvent.objects.filter(pgh_obj_id=punkt.pk).order_by("pgh_id")
    assert [(r.pgh_label, r.rubrik) for r in rader] == [("insert", "Budget"), ("delete", "Budget")]


def test_med_sql(insats: Hamta, sql: Sql) -> None:
    sql("UPDATE insatser_insats SET titel = 'Bygg om' WHERE id = %s", insats("1.3").pk)
    sql("DELETE FROM insatser_medverkan WHERE insats_id = %s AND roll = 'medverkande'", insats("1.3").pk)

    assert gjort(sista(insats("1.3"))) == ("update", "Bygg om", "", Varifran(SQL))
    borta = MedverkanEvent.objects.filter(insats_id=insats("1.3").pk, pgh_label="delete")
    assert {varifran(h).ord for h in borta} == {SQL}
    assert borta.count() == 4


def test_det_som_foljde_med_installationen_ar_ingens(insats: Hamta) -> None:
    forsta = InsatsEvent.objects.filter(pgh_obj_id=insats("1.3").pk).earliest("pgh_id")

    assert varifran(forsta) == Varifran("Med installationen, eller direkt i databasen (SQL)")


def test_truncate_nekas(sql: Sql) -> None:
    fore = InsatsEvent.objects.count(), Aktor.objects.count()

    for tabell in ("insatser_insats", "insatser_insatsevent", "insatser_sigill", "insatser_forsegling"):
        with pytest.raises(IntegrityError, match="töms inte"), transaction.atomic():
            sql(f"TRUNCATE {tabell} CASCADE")

    assert (InsatsEvent.objects.count(), Aktor.objects.count()) == fore
