"""Hostile input in short: some of each, and that what looks for marks in what goes out finds them."""

from __future__ import annotations

import pytest

from harden import indata


@pytest.mark.django_db
def test_inget_ont_gor_skada() -> None:
    assert [str(linje) for linje in indata.kor(150) if linje.fel] == []


@pytest.mark.parametrize(
    ("granska", "data"),
    [
        (indata.html, b"<p><x-harden></p>"),
        (indata.html, b"<p>harden49</p>"),
        (indata.csv_fil, b"Titel;Text\r\n=harden;x"),
        (indata.ical, b"BEGIN:VEVENT\r\nX-HARDEN:1\r\n"),
        (indata.atom, b"<feed><x-harden/></feed>"),
    ],
)
def test_ett_marke_som_verkar_hittas(granska: indata.Granska, data: bytes) -> None:
    assert granska(data)[0]
