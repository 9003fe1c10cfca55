"""`make bench`: runs every measurement on a throw-away embedded PostgreSQL and prints a table."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from bench.matt import Matt


def main() -> int:
    """Print (what, measured, limit) and return 1 when a limit is passed."""
    with tempfile.TemporaryDirectory() as mapp:
        os.environ["FARDPLAN_DATA"] = mapp
        os.environ["DJANGO_SETTINGS_MODULE"] = "fardplan.settings"
        from fardplan import databas  # noqa: PLC0415 -- app ready: the folder must be chosen first

        with databas.igang(Path(mapp), hallbar=False):
            matt = mat()
    bredd = max(len(m.namn) for m in matt)
    for m in matt:
        print(
            f"{m.namn:<{bredd}}  {m.varde:8.2f} {m.enhet:<4} gräns {m.grans:g}  {'ok' if m.haller else 'ÖVER GRÄNSEN'}"
        )
    return 0 if all(m.haller for m in matt) else 1


def mat() -> list[Matt]:
    """Load the content and run all measurements."""
    import django  # noqa: PLC0415 -- app ready
    from django.conf import settings  # noqa: PLC0415 -- app ready

    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.ALLOWED_HOSTS = ["testserver"]
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 -- app ready

    from bench import excel, pdf, sidor  # noqa: PLC0415 -- app ready

    call_command("migrate", verbosity=0)
    call_command("createcachetable")
    planer = ("aktorer", "program_2026", "flemingsberg_2026", "lagesbild")
    call_command("loaddata", *planer, "exempel_flemingsberg", "exempel_lagesbild", verbosity=0)
    return [*pdf.kor(), *excel.kor(), *sidor.kor()]


if __name__ == "__main__":
    sys.exit(main())
