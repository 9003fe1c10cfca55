"""The WSGI application that the server runs."""

import gc
import os
from threading import Timer

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fardplan.settings")
application = get_wsgi_application()

from django.conf import settings  # noqa: E402 -- app ready
from django.db import connections  # noqa: E402 -- app ready
from django.urls import get_resolver  # noqa: E402 -- app ready

from fardplan import miljo  # noqa: E402 -- app ready
from insatser.pdf import egen_process  # noqa: E402 -- app ready
from insatser.utbyte.excel import bakgrund  # noqa: E402 -- app ready

# Of what the web asks, nothing may hold the others up. Commands take the time they need.
if not settings.DATABAS_DIREKT:  # behind a pooler the database keeps them
    miljo.granser(connections.settings["default"]["OPTIONS"])

# Pages come first; then the first PDF need not wait for the process that sets it to begin.
LUGNT = 10  # seconds
_varmer = Timer(LUGNT, egen_process.varm)
_varmer.daemon = True
_varmer.start()

# Large files are read in by processes beside this one, also what an earlier server had begun.
bakgrund.starta()

# What is loaded stays as long as the process: it is not looked through for garbage time and again.
_ = get_resolver().url_patterns  # the views with it
gc.collect()
gc.freeze()
