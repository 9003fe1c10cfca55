"""From where a visitor comes: what the visitor writes is never believed, whatever it is."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import RequestFactory

from aktorer import varifran


def adress(settings: Any, proxyer: int, vidare: str | None, fran: str = "127.0.0.1") -> str:
    settings.ANTAL_PROXYER = proxyer
    huvud = {} if vidare is None else {"HTTP_X_FORWARDED_FOR": vidare}
    return varifran.adress(RequestFactory().get("/", REMOTE_ADDR=fran, **huvud))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("proxyer", "vidare", "vantat"),
    [
        (0, None, "127.0.0.1"),
        (0, "6.6.6.6", "127.0.0.1"),
        (1, "192.0.2.1", "192.0.2.1"),
        (1, "6.6.6.6, 192.0.2.1", "192.0.2.1"),
        (1, "6.6.6.6,6.6.6.7,192.0.2.1 ", "192.0.2.1"),
        (2, "192.0.2.1, 10.0.0.2", "192.0.2.1"),
        (2, "6.6.6.6, 192.0.2.1, 10.0.0.2", "192.0.2.1"),
        (2, "192.0.2.1", "192.0.2.1"),  # called past the outer proxy: who the inner one saw
        (1, "192.0.2.1:4711", "192.0.2.1"),
        (1, "2001:DB8:0::1", "2001:db8::1"),
        (1, "[2001:db8::1]:4711", "2001:db8::1"),
        (1, '"[2001:db8::1]"', "2001:db8::1"),
        (1, "fe80::1%eth0", "fe80::1"),
        (1, "::ffff:192.0.2.1", "192.0.2.1"),
    ],
)
def test_den_som_den_yttersta_egna_proxyn_sag(settings: Any, proxyer: int, vidare: str | None, vantat: str) -> None:
    assert adress(settings, proxyer, vidare) == vantat


@pytest.mark.parametrize("proxyer", [1, 2, 10])
@pytest.mark.parametrize(
    "vidare", [None, "", ",", "unknown", "6.6.6.6, ", "999.1.1.1", "1.2.3.4.5", "[", "::::", "å", "192.0.2.1:4:2"]
)
def test_det_som_ingen_adress_ar_blir_okand(settings: Any, proxyer: int, vidare: str | None) -> None:
    """And not the proxy's own, which everybody would share."""
    if proxyer == 1 or vidare != "6.6.6.6, ":
        assert adress(settings, proxyer, vidare) == varifran.OKAND


@pytest.mark.parametrize("fran", ["", "unix:", "127.0.0.1:80x:"])
def test_utan_proxy_och_utan_adress(settings: Any, fran: str) -> None:
    assert adress(settings, 0, None, fran) == varifran.OKAND
