"""`make harden`: attacks the tool on a throw-away embedded PostgreSQL and prints a table: what, how many tries, the
seconds, whether it held. `python -m harden lopp` runs a part. Exits 1 when a line falls.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from harden.linje import Linje

DELAR = ("atkomst", "lopp", "dod", "indata", "aterstall", "dubbelpost")
MINNE = Path("/dev/shm")
MALL = "fardplan"  # the database with the plans, the example data and the accounts: each part gets a copy of it


def main() -> int:
    """Print each line as it comes, and return 1 when one falls."""
    delar = sys.argv[1:] or list(DELAR)
    if okanda := [d for d in delar if d not in DELAR]:
        print(f"Det finns ingen del som heter {', '.join(okanda)}. Välj bland {', '.join(DELAR)}.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(dir=_plats()) as mapp:
        Path(mapp).chmod(0o755)  # the database may run as another user
        os.environ |= {"FARDPLAN_DATA": mapp, "DJANGO_SETTINGS_MODULE": "fardplan.settings"}
        os.environ.pop("DATABASE_URL", None)  # never somebody's data
        from fardplan import databas  # noqa: PLC0415 -- app ready: the folder must be chosen first

        with databas.igang(Path(mapp), hallbar=False):
            (Path(mapp) / "static").mkdir()  # WhiteNoise looks for it
            # In a process of its own: it sets a PDF, and this one is to be forked.
            subprocess.run([sys.executable, "-m", "harden.data"], check=True)
            haller = [_visa(linje) for linje in _kor(delar)]
    return 0 if all(haller) else 1


def _plats() -> str | None:
    """In memory when there is room: a database for each form is copied there in a tenth of the time."""
    rum = MINNE.is_dir() and shutil.disk_usage(MINNE).free > 3 * 2**30
    return str(MINNE) if rum else None


def _visa(linje: Linje) -> bool:
    print(linje, flush=True)
    return linje.haller


def _kor(delar: list[str]) -> Iterator[Linje]:
    from harden import data  # noqa: PLC0415 -- app ready

    data.gor_klart()
    for del_ in delar:
        print(f"--- {del_}", flush=True)
        with data.kopia(MALL, del_, talig=True):
            yield from import_module(f"harden.{del_}").kor()


if __name__ == "__main__":
    sys.exit(main())
