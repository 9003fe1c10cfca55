"""Files are made in turn, and what is open to all is made once as long as nothing changes."""

from __future__ import annotations

from threading import Event, Thread

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from aktorer.models import Anvandare
from fardplan.filer import KO, SAMTIDIGT, Filer
from insatser.models import Insats
from tests.sidtext import platt

KARTAN = "/flemingsberg/insatskarta.csv"


def fragor(client: Client, adress: str = KARTAN) -> tuple[int, bytes]:
    """(how many queries the answer cost, what it is)."""
    with CaptureQueriesContext(connection) as gjorda:
        svar = client.get(adress)
    return len(gjorda), svar.content


@pytest.mark.django_db(transaction=True)
def test_en_oppen_fil_gors_en_gang_tills_nagot_andras(client: Client) -> None:
    (forst, fore), (sedan, igen) = fragor(client), fragor(client)
    Insats.objects.filter(titel__startswith="Samverka kring").update(titel="Något helt annat")
    andrad, efter = fragor(client)

    assert (forst > 5, sedan, igen == fore) == (True, 2, True)
    assert (andrad > 5, b"helt annat" in fore, b"helt annat" in efter) == (True, False, True)


@pytest.mark.django_db(transaction=True)
def test_den_som_ar_inloggad_far_ingen_kopia(client: Client) -> None:
    client.get(KARTAN)
    client.force_login(Anvandare.objects.get(epost="planerare@fardplan.example"))

    antal, _ = fragor(client)

    assert antal > 5
    assert "no-store" in client.get(KARTAN).headers["Cache-Control"]


@pytest.mark.django_db(transaction=True)
def test_den_som_har_filen_far_304(client: Client) -> None:
    marke = client.get(KARTAN).headers["ETag"]

    assert client.get(KARTAN, headers={"If-None-Match": marke}).status_code == 304
    assert client.get(KARTAN, headers={"If-None-Match": '"annat"'}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_ett_fel_sparas_inte(client: Client) -> None:
    assert [client.get("/finns-inte/insatskarta.csv").status_code for _ in range(2)] == [404, 404]


def test_tva_som_gjorde_samma_fil_raknas_en_gang() -> None:
    filer, svar = Filer(lambda _: HttpResponse()), HttpResponse(b"x" * 1000)
    for _ in range(3):
        filer._spara(("a",), svar)
    assert (filer.byte, len(filer.kopior)) == (1000, 1)


@pytest.fixture
def langsam() -> tuple[Event, Filer]:
    """Files that are not made until the event is set."""
    klart = Event()

    def gor(request: HttpRequest) -> HttpResponse:
        klart.wait(10)
        return HttpResponse("filen")

    return klart, Filer(gor)


@pytest.mark.django_db
def test_nar_for_manga_vantar_sags_det(langsam: tuple[Event, Filer], rf: RequestFactory) -> None:
    klart, filer = langsam
    rf.cookies["sessionid"] = "n"
    tradar = [Thread(target=filer, args=[rf.get(KARTAN)]) for _ in range(SAMTIDIGT + KO)]
    for trad in tradar:
        trad.start()
    while filer.ko.acquire(blocking=False):  # until all of them have come in
        filer.ko.release()

    svar = filer(rf.get(f"{KARTAN}?q=a"))
    klart.set()
    for trad in tradar:
        trad.join()

    assert (svar.status_code, svar.headers["Retry-After"]) == (429, "5")
    assert f'href="{KARTAN}?q=a"' in platt(svar)
    assert filer(rf.get(KARTAN)).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(("inloggad", "hogst"), [(False, 2), (True, 22)])
def test_det_som_skickas_har_en_storsta_storlek(
    client: Client, planerare: Anvandare, inloggad: bool, hogst: int
) -> None:
    if inloggad:
        client.force_login(planerare)

    svar = client.post("/konto/logga-in/", {"login": "a"}, CONTENT_LENGTH=str(580 * 2**20))

    assert (svar.status_code, f"större än {hogst} MB" in platt(svar)) == (413, True)
