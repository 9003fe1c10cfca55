"""What may be stored: no character that cannot be seen, and one form of each that can."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from aktorer.grund.tecken import rena
from aktorer.models import Aktor, Anvandare
from insatser.models import Inlasning

ALLA = [chr(kod) for kod in range(sys.maxunicode + 1)]
KVAR = {"\n", "\r", "\t", "\u200c", "\u200d"}  # lines, and the joiners of scripts and emoji


@pytest.mark.parametrize(
    ("text", "ut"),
    [
        ("Hälsovägen\nNästa rad", "Hälsovägen\nNästa rad"),
        ("Ha\u0308lsova\u0308gen", "Hälsovägen"),
        ("Hälso\u00advägen\ufeff", "Hälsovägen"),
        ("En\x0brad\u2028till", "En rad till"),
        ("16\u00a0000 kr", "16\u00a0000 kr"),
        ("👩\u200d🔬", "👩\u200d🔬"),
        ("\u202egro.live\u202c", "gro.live"),
        ("halv\ud800t", "halvt"),
        ("Bot\u180fkyr\ufe05ka\U000e0100 kom\u17b4mun\U0001d173", "Botkyrka kommun"),
    ],
)
def test_text_som_den_far_sparas(text: str, ut: str) -> None:
    assert rena(text) == ut


def test_inget_tecken_utan_form_blir_kvar() -> None:
    osynliga = {t for t in ALLA if unicodedata.category(t) in {"Cc", "Cs", "Zl", "Zp"}} - KVAR
    ar_inga = {t for t in ALLA if ord(t) & 0xFFFE == 0xFFFE or "\ufdd0" <= t <= "\ufdef"}

    assert {t for t in osynliga | ar_inga if rena(f"a{t}b") not in {"ab", "a b"}} == set()


def test_det_som_syns_star_kvar() -> None:
    synliga = [t for t in ALLA if unicodedata.category(t)[0] in "LNPS" and unicodedata.is_normalized("NFC", t)]

    assert [t for t in synliga if rena(t) != t] == []


def test_formular_och_adresser_renas(
    client: Client, planerare: Anvandare, formular: Callable[[Any], dict[str, str]]
) -> None:
    client.force_login(planerare)
    falt = formular(client.get("/aktorer/ny/")) | {"namn": "Pr\u00adov\ufeff AB", "slag": "bolag"}

    client.post("/aktorer/ny/", falt)

    assert Aktor.objects.filter(namn="Prov AB").exists()
    assert client.get("/aktorer/", {"q": "prov\x00 ab\u200b"}).status_code == 200


def test_ett_losenord_ar_vad_det_ar(client: Client, planerare: Anvandare) -> None:
    planerare.set_password("lo\u0308senord-med-\u200b-tecken")
    planerare.save()

    svar = client.post("/konto/logga-in/", {"login": planerare.epost, "password": "lo\u0308senord-med-\u200b-tecken"})

    assert svar.status_code == 302


def test_en_fils_namn_renas(client: Client, planerare: Anvandare) -> None:
    client.force_login(planerare)
    karta = client.get("/flemingsberg/insatskarta.csv").content

    client.post("/flemingsberg/insatskarta/import/", {"fil": SimpleUploadedFile("kar\u202eta.csv", karta)})

    assert Inlasning.objects.get().filnamn == "karta.csv"


@pytest.mark.parametrize("adress", ["http://[::1", "http://andra.example/x", "//andra.example", ""])
def test_en_konstig_adress_i_huvudet_leder_till_startsidan(client: Client, adress: str) -> None:
    svar = client.get("/mitt-arbete/", headers={"HX-Request": "true", "HX-Current-URL": adress})

    assert (svar.status_code, svar.headers["HX-Redirect"]) == (200, "/konto/logga-in/?next=%2F")


def test_nul_i_en_fraga_ar_inget_fel(client: Client, administrator: Anvandare) -> None:
    client.force_login(administrator)

    assert client.get("/admin/aktorer/anvandare/?roll__exact=%00").status_code in {200, 302}
