"""Which addresses in a text become links."""

from __future__ import annotations

import pytest

from insatser.regler.lankar import delad


@pytest.mark.parametrize(
    ("text", "lankar"),
    [
        ("Se https://example.org.", ["https://example.org"]),
        ("(https://example.org/a_(b))", ["https://example.org/a_(b)"]),
        (
            "”HTTP://Example.org/x”, och https://sodertalje.se/å?q=ö!",
            ["HTTP://Example.org/x", "https://sodertalje.se/å?q=ö"],
        ),
        ("javascript:alert(1) data:text/html,x ftp://a.se mailto:a@b.se //a.se www.a.se", []),
        ("https://huddinge.se@elak.example/", []),
        ("https:// http://[ https://a:99999999/", []),
        ("xhttps://a.se", []),
        ("https://a.se/<script>", ["https://a.se/"]),
    ],
)
def test_vilka_adresser_som_blir_lankar(text: str, lankar: list[str]) -> None:
    bitar = list(delad(text))
    assert [b.text for b in bitar if b.lank] == lankar
    assert "".join(b.text for b in bitar) == text
