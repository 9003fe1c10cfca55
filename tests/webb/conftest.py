"""The walks run twice: with JavaScript and without it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.conftest import Brevlada


@pytest.fixture(params=[True, False], ids=["med-javascript", "utan-javascript"])
def gaende(request: pytest.FixtureRequest, webblasare: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A page of somebody who walks through the app; without JavaScript the second time."""
    cache.clear()  # the login limits count in it
    with webblasare.new_context(
        base_url=live_server.url, locale="sv-SE", java_script_enabled=request.param, accept_downloads=True
    ) as sammanhang:
        yield sammanhang.new_page()


@pytest.fixture
def postgang(brevlada: tuple[Brevlada, int], live_server: LiveServer, settings: Any) -> Brevlada:
    """The live server sends to a real mail server, with links to itself."""
    lada, port = brevlada
    smtp = {"host": "127.0.0.1", "port": port}
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": smtp}}
    settings.BASADRESS = live_server.url
    return lada
