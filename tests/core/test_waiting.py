"""Nobody waits for ever: what is stuck or away is told on a page, and what was typed can be sent again."""

import time
from collections.abc import Iterator

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select, text

from ranevents.app import create_app
from ranevents.config import Mode, load
from ranevents.core.db import db
from ranevents.core.room import Need, Room
from tests import builders
from tests.client import Client, Page

TRY_AGAIN = (503, "Please try again in a moment", "10")
TIMEOUTS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")

room = Room("waiting", __name__)


@room.get("/waiting/for-the-database", needs=Need.PUBLIC)
def ask_slowly() -> str:
    """A statement that takes its time."""
    return str(db.session.scalar(text("SELECT pg_sleep(20)")))


@room.get("/waiting/for-us", needs=Need.PUBLIC)
def think_slowly() -> str:
    """A transaction that does nothing for a while."""
    db.session.execute(select(1))
    time.sleep(4)
    return str(db.session.scalar(select(1)))


@pytest.fixture
def hasty(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """Somebody before an application that waits for two seconds only: long enough for a busy machine."""
    from ranevents import app as house

    monkeypatch.setattr("ranevents.app.ROOMS", [*house.ROOMS, room])
    monkeypatch.setattr("ranevents.config.WEB_TIMEOUTS", [f"-c {name}=2000ms" for name in TIMEOUTS])
    other = create_app(app.config["SETTINGS"])
    with other.app_context():
        yield Client(other)
        db.session.remove()
        db.engine.dispose()


def told(page: Page) -> tuple[int, str, str | None]:
    return page.status, page.heading, page.response.headers.get("Retry-After")


def test_a_form_that_waits_too_long_for_others_can_be_sent_again(hasty: Client, database_url: str) -> None:
    slug = builders.an_event().slug
    db.session.commit()
    form = hasty.get(f"/events/{slug}/link")

    with psycopg.connect(database_url) as other:
        other.execute("LOCK TABLE rate_counters IN ACCESS EXCLUSIVE MODE")
        page = hasty.submit(form, email="maria@example.org")

    assert told(page) == TRY_AGAIN
    assert "If you were filling in a form, go back: your browser keeps what you typed. Then send it again." in page.text


@pytest.mark.parametrize("path", ["/waiting/for-the-database", "/waiting/for-us"])
def test_what_takes_too_long_is_cut_short(hasty: Client, path: str) -> None:
    page = hasty.get(path)

    assert told(page) == TRY_AGAIN
    assert hasty.get("/").status == 200


def test_who_is_signed_in_sees_the_page_even_while_the_database_is_away(app: Flask) -> None:
    user = builders.a_user(is_administrator=True)
    db.session.commit()
    away = create_app(load(DATABASE_URL="postgresql://127.0.0.1:1/none", mode=Mode.TEST, log_level="error"))
    client = Client(away)
    client.sign_in(user)

    with away.app_context():
        pages = [client.get("/"), client.get("/account"), client.get("/sign-in")]

    assert [told(page) for page in pages] == [TRY_AGAIN] * 3


def test_only_those_for_whom_somebody_waits_are_cut_short(app: Flask) -> None:
    found = []
    for has_time in (False, True):
        with create_app(app.config["SETTINGS"], has_time=has_time).app_context():
            found.append([db.session.scalar(text(f"SHOW {name}")) for name in TIMEOUTS])
            db.session.remove()
            db.engine.dispose()

    assert found == [["30s", "15s", "1min"], ["0", "0", "0"]]


@pytest.mark.parametrize(("threads", "connections"), [(1, 1), (4, 5), (24, 5), (64, 100)])
def test_every_thread_finds_its_two_connections(threads: int, connections: int) -> None:
    options = load(web_threads=threads, database_connections=connections).for_flask()["SQLALCHEMY_ENGINE_OPTIONS"]

    assert options["pool_size"] == connections
    assert options["pool_size"] + options["max_overflow"] >= 2 * threads
