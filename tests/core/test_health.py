"""Whether the process lives, and whether it can work."""

import pytest
from flask import Flask
from sqlalchemy import text

from ranevents.core.db import db
from tests.client import Client


def test_the_process_answers_without_asking_the_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db.session, "execute", _fail)

    answer = client.get("/healthz").response

    assert (answer.status_code, answer.json) == (200, {"process": "ok"})


def _fail(*_args: object) -> None:
    raise AssertionError("the process asked the database")


def test_a_process_that_can_work_says_so(client: Client) -> None:
    answer = client.get("/readyz").response

    assert (answer.status_code, answer.json) == (
        200,
        {"database": "ok", "migrations": "ok", "queue": "ok", "worker": "missing", "jobs": "ok"},
    )


def test_an_older_database_is_not_ready(app: Flask, client: Client) -> None:
    newest = _version()
    _set_version("0000")
    try:
        answer = client.get("/readyz").response
    finally:
        _set_version(newest)

    assert (answer.status_code, answer.json) == (
        503,
        {"database": "ok", "migrations": "pending", "queue": "ok", "worker": "missing", "jobs": "ok"},
    )


def _version() -> str:
    with db.engine.connect() as connection:
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def _set_version(version: str) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})


def test_without_its_database_a_process_is_not_ready_but_answers(
    app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy.exc import OperationalError

    def gone(*_args: object) -> None:
        raise OperationalError("SELECT 1", {}, ConnectionError("planted"))

    monkeypatch.setattr("ranevents.core.health.db.session.execute", gone)

    answer = client.get("/readyz").response

    assert (answer.status_code, answer.json) == (
        503,
        {
            "database": "unreachable",
            "migrations": "unknown",
            "queue": "unknown",
            "worker": "unknown",
            "jobs": "unknown",
        },
    )
