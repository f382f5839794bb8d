"""Logs: one JSON object a line, each with its request's id, and never a link or a token."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from ranevents.core import logs
from ranevents.core.db import db
from ranevents.core.tokens import Link
from ranevents.registrations.models import Registration
from tests import builders
from tests.client import Client


@pytest.fixture
def lines(app: Flask, capsys: pytest.CaptureFixture[str]) -> Iterator[Any]:
    """A function that gives the lines logged so far, each read as JSON."""
    root = logging.getLogger()
    before = root.handlers, root.level
    logs.configure("info", "json")

    def read() -> list[dict[str, Any]]:
        return [json.loads(line) for line in capsys.readouterr().err.splitlines()]

    yield read
    root.handlers, level = before
    root.setLevel(level)


def test_each_request_has_one_line_whose_id_the_caller_gets_too(client: Client, lines: Any) -> None:
    answer = client.get("/nowhere").response

    (line,) = [line for line in lines() if line["event"] == "request"]
    assert {name: line[name] for name in ("method", "route", "status", "request_id", "level")} == {
        "method": "GET",
        "route": "(none)",
        "status": 404,
        "request_id": answer.headers["X-Request-ID"],
        "level": "info",
    }
    assert line["milliseconds"] >= 0


def test_each_request_has_an_id_of_its_own(client: Client, lines: Any) -> None:
    ids = [client.get("/nowhere").response.headers["X-Request-ID"] for _time in range(3)]

    assert [line["request_id"] for line in lines() if line["event"] == "request"] == ids
    assert len(set(ids)) == 3


def test_a_page_that_was_kept_has_its_line_too(app: Flask, lines: Any) -> None:
    event = builders.an_event()
    db.session.commit()
    ids = [Client(app).get(f"/events/{event.slug}").response.headers["X-Request-ID"] for _time in range(2)]

    written = [line for line in lines() if line["event"] == "request"]
    assert [(line["route"], line["request_id"]) for line in written] == [("/events/<event>", id) for id in ids]


def test_what_libraries_log_is_json_too(lines: Any) -> None:
    logging.getLogger("somewhere.else").warning("The %s is on fire", "roof")

    (line,) = lines()
    assert (line["event"], line["logger"], line["level"]) == ("The roof is on fire", "somewhere.else", "warning")


def planted_registration() -> Registration:
    registration = builders.a_registration(builders.an_event())
    db.session.commit()
    return registration


def test_no_line_holds_a_personal_link(client: Client, lines: Any) -> None:
    token = planted_registration().link.sign()

    statuses = [
        client.get(f"/r/{token}").status,
        client.get(f"/r/{token}x").status,
        client.get(f"/r/{token}/nowhere").status,
        client.post(f"/r/{token}", csrf=False).status,
        client.get(f"/sign-in?next=/r/{token}").status,
    ]

    told = lines()
    assert statuses[:3] == [200, 404, 404]
    assert len([line for line in told if line["event"] == "request"]) == 5
    assert token[:12] not in json.dumps(told)


def test_not_even_an_error_tells_a_personal_link(client: Client, lines: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    token = planted_registration().link.sign()
    monkeypatch.setattr("ranevents.core.tokens._read", _fail)

    page = client.get(f"/r/{token}")

    told = lines()
    assert page.status == 500
    assert [line["level"] for line in told if line["event"] == "unexpected"] == ["error"]
    assert token[:12] not in json.dumps(told)


def _fail(purpose: str, token: str, **_options: Any) -> None:
    raise RuntimeError(f"planted: can't read {token} for {purpose}, see http://localhost/r/{token}/cancel")


@pytest.mark.parametrize("reference", ["9Z5HBVQHGH", "AZ5HBVQHGH"])
def test_a_library_that_speaks_of_addresses_tells_no_link_either(app: Flask, lines: Any, reference: str) -> None:
    link = Link("registration", reference, 1)

    logging.getLogger("some.library").info("GET http://localhost/r/%s?again=1 answered", link.sign())
    logs.log.warning("odd", address=f"/reset/{link.sign_for_a_while()}", nested={"to": [link.sign()]})

    told = json.dumps(lines())
    assert link.sign()[:12] not in told
    assert link.sign_for_a_while()[:12] not in told


@pytest.mark.parametrize("level", ["gunicorn.error", "gunicorn.access"])
def test_the_server_writes_through_our_pipe(app: Flask, lines: Any, level: str) -> None:
    token = Link("registration", "9Z5HBVQHGH", 1).sign()

    logging.getLogger(level).error("Error handling request GET /r/%s", token)

    (line,) = lines()
    assert (line["event"], line["logger"]) == ("Error handling request GET /r/[token]", level)


def test_a_row_that_the_database_refuses_is_not_told(app: Flask, lines: Any) -> None:
    """A check that nobody declared, violated by a row with somebody's text, in several lines."""
    person = planted_registration().person
    refused = text("UPDATE persons SET position = :position, sector = 'none' WHERE id = :id")
    row = {"position": "Planted\n\nThe end\nDETAIL: planted, too", "id": person.id}
    with pytest.raises(IntegrityError) as violation, db.session.begin_nested():
        db.session.execute(refused, row)

    logs.log.error("unexpected", exc_info=violation.value, reason=str(violation.value.orig))

    (line,) = lines()
    told = json.dumps(line).lower()
    assert line["exception"].count("violates check constraint") == 2
    assert "UPDATE persons SET position" in line["exception"]
    assert "planted" not in told
    assert person.email not in told
    assert "петрова" not in json.dumps(line, ensure_ascii=False).lower()
