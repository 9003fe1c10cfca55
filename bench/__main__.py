"""`make bench`: measures on a throw-away embedded PostgreSQL and prints a table: what, the median of its ratio or its
size, the quartiles, the two times, the limit. `python -m bench sidor` measures a part; the whole is also written to
bench/RESULTAT.md."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from bench.matt import Matt

DELAR = ("lager", "inloggad", "sidor", "excel", "pdf")
BREDD = 70  # of what is measured


def main() -> int:
    """Print what is measured as it comes, and return 1 when a limit is passed."""
    with tempfile.TemporaryDirectory() as mapp:
        os.environ["FARDPLAN_DATA"] = mapp
        os.environ["DJANGO_SETTINGS_MODULE"] = "fardplan.settings"
        from bench import resultat  # noqa: PLC0415 -- app ready
        from fardplan import databas  # noqa: PLC0415 -- app ready: the folder must be chosen first

        with databas.igang(Path(mapp), hallbar=False):
            (Path(mapp) / "static").mkdir()  # WhiteNoise looks for it
            alla = [_visa(matt) for matt in mat(sys.argv[1:])]
            if not sys.argv[1:]:
                resultat.skriv(alla)
    return 0 if all(matt.haller for matt in alla) else 1


def _visa(matt: Matt) -> Matt:
    print(f"{matt.namn:<{BREDD}} {matt}", flush=True)
    return matt


def mat(delar: list[str]) -> Iterator[Matt]:
    """Load the content and measure the parts named, or all."""
    import django  # noqa: PLC0415 -- app ready
    from django.conf import settings  # noqa: PLC0415 -- app ready

    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.ALLOWED_HOSTS = ["testserver"]
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 -- app ready

    from fardplan import lager, start  # noqa: PLC0415 -- app ready

    # In this process pages are measured as they are made. The servers that are started keep theirs.
    lager.Lager._hamta = lambda *_: None  # type: ignore[method-assign]

    call_command("migrate", verbosity=0)
    call_command("createcachetable")
    start.las_in(med_exempel=True)
    for namn in delar or DELAR:
        yield from import_module(f"bench.{namn}").kor()


if __name__ == "__main__":
    sys.exit(main())
