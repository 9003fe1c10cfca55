"""Files are made in turn, and what is sent has a largest size."""

from __future__ import annotations

from threading import Event, Thread

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from aktorer.models import Anvandare
from fardplan.filer import KO, SAMTIDIGT, Filer
from tests.sidtext import platt

KARTAN = "/flemingsberg/insatskarta.csv"


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
