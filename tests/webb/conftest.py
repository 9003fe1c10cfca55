"""The walks run twice: with JavaScript and without it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer


@pytest.fixture(params=[True, False], ids=["med-javascript", "utan-javascript"])
def gaende(request: pytest.FixtureRequest, webblasare: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A page of somebody who walks through the app; without JavaScript the second time."""
    cache.clear()  # the login limits count in it
    with webblasare.new_context(
        base_url=live_server.url, locale="sv-SE", java_script_enabled=request.param, accept_downloads=True
    ) as sammanhang:
        yield sammanhang.new_page()
