#!/usr/bin/env python3
"""Django's command line, with the embedded database running meanwhile when no DATABASE_URL is set.

A bad setting is one line on stderr. Whatever ends the command, the database is stopped after it.
"""

import os
import signal
import sys

from fardplan import kommando
from fardplan.databas import tillganglig
from fardplan.miljo import Installningsfel

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fardplan.settings")
    for nummer in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if nummer != signal.SIGHUP or signal.getsignal(nummer) != signal.SIG_IGN:  # nohup ignores SIGHUP
            signal.signal(nummer, signal.default_int_handler)
    try:
        with tillganglig():
            kommando.kor(sys.argv)
    except Installningsfel as fel:
        sys.exit(str(fel))
    except KeyboardInterrupt:
        sys.exit(130)
