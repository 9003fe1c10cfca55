"""Addresses that are a key in themselves: whoever has one gets in. They stand in no history row and no log line."""

from __future__ import annotations

import logging
import re

DOLT = "…"
# The words in front of a key, in an address or in one that is carried inside another (?next=%2Fsvara%2F…).
_NYCKEL = re.compile(
    r"((?:/|%2F)(?:svara|paminnelser|kalender|valkommen|nytt-losenord|konto(?:/|%2F)adress|mejl(?:/|%2F)(?:avsluta|svara))(?:/|%2F))"
    r"(?!ny-lank(?:/|%2F|$))(?:(?!%2F)[^/\s?#'\"<>&])+",
    re.IGNORECASE,
)


def dolj(text: str) -> str:
    """The text with every key in it gone: "/svara/…/12/"."""
    return _NYCKEL.sub(rf"\1{DOLT}", text)


class Loggrad(logging.Formatter):
    """A line of the log, its traceback included, without keys."""

    def format(self, record: logging.LogRecord) -> str:
        return dolj(super().format(record))
