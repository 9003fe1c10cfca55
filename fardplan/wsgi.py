"""The WSGI application that the server runs."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fardplan.settings")
application = get_wsgi_application()

from django.db import connections  # noqa: E402 -- app ready

from fardplan import miljo  # noqa: E402 -- app ready

# Of what the web asks, nothing may hold the others up. Commands take the time they need.
miljo.granser(connections.settings["default"]["OPTIONS"])
