"""A new row that is called as something that stands there already is said, and made only when somebody asks for it."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from aktorer.models import Anvandare
from insatser.fragor.karta import Urval, hamta
from insatser.models import Fardplan, Insats
from insatser.utbyte.excel import inlasning
from insatser.utbyte.excel.insatskarta import InsatskartaResource
from insatser.utbyte.excel.insatskarta_ut import skriv_xlsx
from tests.arbetsbok import andrad, satt
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

planera = partial(inlasning.planera, InsatskartaResource)
NY = {"Typ": "Kärnspecifik", "Målområde": "2", "Titel": "Prova gemensam skyltning"}


@pytest.fixture
def original(flemingsberg: Fardplan) -> bytes:
    return skriv_xlsx(hamta(flemingsberg, Urval(), AnonymousUser()))


def med_nya(xlsx: bytes, *nya: dict[str, Any]) -> bytes:
    def gor(ark: Any) -> None:
        for n, ny in enumerate(nya, start=ark.max_row + 1):
            satt(ark, n, ny)

    return andrad(xlsx, gor)


@pytest.fixture
def inloggad(client: Client, planerare: Anvandare) -> Client:
    client.force_login(planerare)
    return client


def ladda_upp(klient: Client, fil: bytes) -> Any:
    fil_ = SimpleUploadedFile("karta.xlsx", fil)
    return klient.post("/flemingsberg/insatskarta/import/", {"fil": fil_}, follow=True)


def bekrafta(klient: Client, svar: Any, **falt: str) -> Any:
    adress, avtryck = svar.redirect_chain[-1][0], svar.context["plan"].fingeravtryck
    return klient.post(adress, {"fingeravtryck": avtryck, **falt}, follow=True)


def antal() -> int:
    return Insats.objects.filter(titel=NY["Titel"]).count()


def test_samma_fil_tva_ganger_ger_ingen_tvilling(inloggad: Client, original: bytes) -> None:
    fil = med_nya(original, NY)
    bekrafta(inloggad, ladda_upp(inloggad, fil))

    svar = ladda_upp(inloggad, fil)
    bekrafta(inloggad, svar)

    assert f"En insats med samma titel finns redan i målområdet: 2.5 ”{NY['Titel']}”." in platt(svar)
    assert antal() == 1


def test_den_som_kryssar_i_far_en_till(inloggad: Client, original: bytes) -> None:
    fil = med_nya(original, NY)
    bekrafta(inloggad, ladda_upp(inloggad, fil))

    bekrafta(inloggad, ladda_upp(inloggad, fil), tvillingar="1")

    assert sorted(Insats.objects.filter(titel=NY["Titel"]).values_list("ordning", flat=True)) == [5, 6]


def test_en_titel_som_ser_likadan_ut_ar_samma(flemingsberg: Fardplan, original: bytes) -> None:
    likt = "  stärk UTVECKLINGEN av Flemingsbergs Life\u00a0Science–kluster "

    plan = planera(flemingsberg, "karta.xlsx", med_nya(original, NY | {"Målområde": "3", "Titel": likt}))

    (tvilling,) = plan.tvillingar
    assert plan.rader == ()
    assert tvilling.noter[-1].startswith("En insats med samma titel finns redan i målområdet: 3.4 ”Stärk")


def test_en_gemensam_sager_att_den_finns_overallt(flemingsberg: Fardplan, original: bytes) -> None:
    gemensam = Insats.objects.i_fardplan(flemingsberg).med_nummer("1.1").get()

    plan = planera(
        flemingsberg,
        "karta.xlsx",
        med_nya(original, NY | {"Typ": "Gemensam", "Målområde": "1", "Titel": gemensam.titel}),
    )

    assert plan.tvillingar[0].noter[-1] == (
        "En gemensam insats med samma titel finns redan i målområdet, i alla åtta stadskärnor: 1.1"
        f" ”{gemensam.titel}”."
        " Läggs den upp ändå visas den i alla åtta stadskärnor."
    )


def test_samma_titel_i_ett_annat_malomrade_ar_ingen_tvilling(flemingsberg: Fardplan, original: bytes) -> None:
    titel = Insats.objects.i_fardplan(flemingsberg).med_nummer("1.3").get().titel

    plan = planera(flemingsberg, "karta.xlsx", med_nya(original, NY | {"Titel": titel}))

    assert (len(plan.rader), plan.tvillingar) == (1, ())


def test_tva_nya_med_samma_titel_i_filen(flemingsberg: Fardplan, original: bytes) -> None:
    """The number of the one that may not be made comes after those of all others."""
    plan = planera(flemingsberg, "karta.xlsx", med_nya(original, NY, NY, NY | {"Titel": "Något annat"}))

    assert [(r.rad, r.nummer) for r in plan.rader] == [(20, "2.5"), (22, "2.6")]
    assert [(r.rad, r.nummer, r.noter) for r in plan.tvillingar] == [
        (21, "2.7", ("Samma titel står på rad 20.",)),
    ]
