"""Django's command line; the history is told by which command what is written came about."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import django
import pghistory
from django.core.management import execute_from_command_line

from aktorer.grund.skrivskydd import skrivskyddad
from fardplan.miljo import Installningsfel

# What comes with the installation is nobody's doing, and the web server tells of each request by itself.
_UTAN = {"start", "las_in", "migrate", "test"}

# What a timer or a person asks for that is worth nothing unless it is written.
_SKRIVER = {"skicka_paminnelser", "forsegla", "importera", "glom", "flytta_filer"}


def kontext(argument: list[str]) -> AbstractContextManager[Any]:
    """What is written meanwhile is told to come of the command that the arguments name."""
    kommando = argument[1] if len(argument) > 1 else ""
    return nullcontext() if kommando in _UTAN else pghistory.context(kommando=kommando)


def kor(argument: list[str]) -> None:
    """Raises Installningsfel for a command that writes while nothing can be written."""
    if _SKRIVER & {*argument[1:2]}:
        django.setup()  # or the question would be warned of, behind a pooler
        if skrivskyddad():
            raise Installningsfel(f"SKRIVSKYDDAD eller databasen: inget går att skriva, så {argument[1]} gör inget.")
    with kontext(argument):
        execute_from_command_line(argument)
