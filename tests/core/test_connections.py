"""Connections to the database that die while nobody uses them."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text

from ranevents.core import db as database
from ranevents.core.db import at_once, db


@pytest.fixture(autouse=True)
def nobody_else_gets_a_dead_connection(app: Flask) -> Iterator[None]:
    yield
    db.session.remove()
    db.engine.dispose()


def number_of_backend() -> int:
    with db.engine.connect() as connection:
        return int(connection.scalar(text("SELECT pg_backend_pid()")) or 0)


def end_every_other_connection() -> None:
    import psycopg

    with psycopg.connect(db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )


def test_a_connection_that_died_while_idle_is_replaced_before_it_is_used(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "SECONDS_TRUSTED", 0)
    db.session.remove()
    before = number_of_backend()

    end_every_other_connection()

    assert number_of_backend() != before


def test_a_connection_that_was_just_used_is_not_asked_again(app: Flask) -> None:
    db.session.remove()
    number_of_backend()

    end_every_other_connection()

    with pytest.raises(Exception, match=r"terminat|closed"):
        number_of_backend()
    assert number_of_backend()


def test_statements_outside_the_session_are_transactions_of_their_own(app: Flask) -> None:
    with at_once().connect() as connection:
        connection.execute(text('INSERT INTO pools ("limit", held, last_rank) VALUES (7, 0, 0)'))

    assert db.session.scalar(text('SELECT count(*) FROM pools WHERE "limit" = 7')) == 1
