"""The world of the tests: a real PostgreSQL, a clock that can be set, a client that checks the manners of pages."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import flask_migrate
import psycopg
import pytest
from flask import Flask

from hatch_build import compile_catalogues
from ranevents.app import create_app
from ranevents.config import Mode, load
from ranevents.core import clock, embedded
from ranevents.core.db import db
from ranevents.core.limits import limiter
from tests.client import Client
from tests.database import empty_database
from tests.sink import Sink, running

NOTHING_IS_SKIPPED = os.environ.get("RANEVENTS_TEST_REQUIRE_BROWSER") == "1"
MORNING = datetime(2018, 3, 1, 9, 0, tzinfo=UTC)


class Clock:
    """The tests' clock: stands still until it is moved."""

    def __init__(self) -> None:
        self.at = MORNING

    def __call__(self) -> datetime:
        return self.at

    def move(self, **delta: float) -> datetime:
        self.at += timedelta(**delta)
        return self.at


@pytest.fixture(scope="session")
def database_url() -> str:
    """A server of the tests' own. Not below pytest's folder: as root, the server runs as somebody who can't enter it."""
    folder = Path(tempfile.mkdtemp(prefix="ranevents-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)  # runs after the server has stopped
    url = embedded.start(folder)
    with psycopg.connect(url, autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
    return url


@pytest.fixture(scope="session")
def made_app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    app = create_app(
        load(
            DATABASE_URL=database_url,
            mode=Mode.TEST,
            instance=tmp_path_factory.mktemp("files"),
            log_level="error",
            limit_sign_in="1000 per minute",
            limit_register="1000 per minute",
            limit_unknown_links="1000 per minute",
            limit_per_address="1000 per minute",
        )
    )
    with app.app_context():
        flask_migrate.upgrade()
    return app


@pytest.fixture
def app(made_app: Flask, moment: Clock) -> Iterator[Flask]:
    """The application over an empty database."""
    with made_app.app_context():
        empty_database()
        limiter.reset()
        yield made_app
        db.session.rollback()
        db.session.remove()


@pytest.fixture
def moment() -> Iterator[Clock]:
    """The clock: set to the morning of 1 March 2018."""
    moment = Clock()
    clock.use(moment)
    yield moment
    clock.use(None)


@pytest.fixture
def client(app: Flask) -> Client:
    """Somebody with a browser who is not signed in."""
    return Client(app)


@pytest.fixture
def sink(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sink]:
    """The mail server that the application sends to."""
    sink, controller = running(enable_SMTPUTF8=True)
    monkeypatch.setattr(app.extensions["mail"], "port", sink.port)
    monkeypatch.setattr(app.config["SETTINGS"], "mail_timeout_seconds", 30)
    yield sink
    controller.stop()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what the quick inner loop (`make check`) does without, so that no test has to remember it.

    `database`: all that asks the database; the rules of the house are kept in the loop even where they do.
    `slow`: all in which chance (Hypothesis) tries many times.
    """
    for item in items:
        is_of_the_house = item.path.is_relative_to(ROOT / "tests" / "house")
        if "database_url" in getattr(item, "fixturenames", ()) and not is_of_the_house:
            item.add_marker(pytest.mark.database)
        if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker(pytest.mark.slow)


def pytest_configure(config: pytest.Config) -> None:
    """See to it that the translations are compiled, however the tests are started; once, where many run side by side."""
    if not hasattr(config, "workerinput"):
        compile_catalogues()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where the product is checked for good, a test that was skipped has failed."""
    report = yield
    if NOTHING_IS_SKIPPED and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"skipped, but nothing may be skipped here: {report.longrepr}"
    return report


ROOT = Path(__file__).parent.parent
