"""The `ranevents` command in the situations of somebody's first day: one clear line each, and exit code 2."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner
from flask import Flask

from ranevents.cli import main
from tests.conftest import ROOT
from tests.core.test_server import serving, status
from tests.reliability.site import a_free_port

NEED_TABLES = [
    ("check",),
    ("create-organiser", "me@example.org", "Me"),
    ("run",),
    ("web",),
    ("worker",),
    ("rotate-keys",),
]


@pytest.fixture
def empty(database_url: str) -> Iterator[str]:
    """The address of a database without tables."""
    name = "empty"
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name}")
        connection.execute(f"CREATE DATABASE {name}")
        yield database_url.replace("/ranevents?", f"/{name}?")
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


START_NO_PROCESSES = {"init", "check", "create-organiser", "rotate-keys"}


def run(database: str, *arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of the command; as a process of its own if it starts others."""
    if arguments[0] in START_NO_PROCESSES:
        told = CliRunner(env={"DATABASE_URL": database, "RANEVENTS_LOG_LEVEL": "error"}).invoke(main, arguments)
        return told.exit_code, told.stdout, told.stderr
    done = subprocess.run(
        [sys.executable, "-m", "ranevents", *arguments],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database, "RANEVENTS_LOG_LEVEL": "error", "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("arguments", NEED_TABLES, ids=lambda arguments: arguments[0])
def test_without_tables_a_command_says_how_to_make_them(empty: str, arguments: tuple[str, ...]) -> None:
    told = run(empty, *arguments)

    assert told == (2, "", "ranevents: The database has no tables of this version yet. Run: ranevents init\n")


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [("init",), *NEED_TABLES], ids=lambda arguments: arguments[0])
def test_a_database_that_is_away_is_told_without_its_password(arguments: tuple[str, ...]) -> None:
    told = run("postgresql://me:planted-secret@127.0.0.1:1/x", *arguments)

    line = "ranevents: The database in DATABASE_URL (127.0.0.1) can't be reached: nothing listens there.\n"
    assert told == (2, "", line)


def test_a_database_that_does_not_exist_is_told(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url.replace("/ranevents?", "/elsewhere?"))

    done = CliRunner().invoke(main, ["check"])

    assert (done.exit_code, done.output) == (
        2,
        "ranevents: The database in DATABASE_URL (on this machine) can't be reached: it has no database of that name.\n",
    )


@pytest.mark.slow
def test_a_user_who_may_make_no_tables_is_told(empty: str) -> None:
    with psycopg.connect(empty, autocommit=True) as connection:
        connection.execute("CREATE ROLE planted LOGIN")

    try:
        told = run(empty.replace("postgres:@", "planted:@").replace("postgres@", "planted@"), "init")

        assert told == (2, "", "ranevents: The tables can't be made: permission denied for schema public\n")
    finally:
        with psycopg.connect(empty, autocommit=True) as connection:
            connection.execute("DROP ROLE planted")


@pytest.mark.slow
@pytest.mark.parametrize("command", ["web", "run"])
def test_it_says_once_where_the_pages_are(app: Flask, database_url: str, tmp_path: Path, command: str) -> None:
    port = a_free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "RANEVENTS_BASE_URL": "http://events.localhost",
        "RANEVENTS_BIND": f"127.0.0.1:{port}",
        "RANEVENTS_WEB_PROCESSES": "1",
        "PYTHONWARNINGS": "ignore",
    }

    with (
        (tmp_path / "said").open("w") as said,
        serving([sys.executable, "-m", "ranevents", command], environment, tmp_path / "told", said),
    ):
        answer = status(port, "/healthz", "localhost")

    line = f"Pages: http://events.localhost/   (listening on 127.0.0.1:{port}; Ctrl-C stops)\n"
    assert (answer, (tmp_path / "said").read_text()) == (200, line)
