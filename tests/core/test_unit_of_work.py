"""One request is one unit of work: an unsafe method below 400 commits, everything else leaves all as it was."""

from collections.abc import Iterator

import pytest
from flask import Flask, Response, abort
from sqlalchemy import func, select

from ranevents.app import create_app
from ranevents.core import places
from ranevents.core.db import db, unit_of_work
from ranevents.core.errors import NoPlaceLeft, Refused
from ranevents.core.places import Pool
from ranevents.core.room import Need, Room
from tests.client import Client

room = Room("work", __name__)


@room.form("/work/<int:status>", needs=Need.PUBLIC)
def work(status: int) -> Response:
    """Change something, then answer as asked."""
    places.new_pool(1)
    db.session.flush()
    return Response("<!doctype html>", status)


@room.form("/work/abort", needs=Need.PUBLIC)
def give_up() -> Response:
    places.new_pool(1)
    db.session.flush()
    abort(403)


@room.form("/work/refuse", needs=Need.PUBLIC)
def refuse() -> Response:
    places.new_pool(1)
    db.session.flush()
    raise Refused


@room.form("/work/at-commit", needs=Need.PUBLIC)
def fail_at_commit() -> Response:
    """What is wrong shows only when the session is flushed, at the commit."""
    pool = places.new_pool(1)
    db.session.flush()
    pool.held = 2
    return Response("done")


@room.form("/work/broken", needs=Need.PUBLIC)
def broken() -> Response:
    places.new_pool(1)
    db.session.flush()
    raise RuntimeError("planted")


@pytest.fixture
def client(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """Somebody before an application with a room that does everything wrong."""
    from ranevents import app as house

    monkeypatch.setattr("ranevents.app.ROOMS", [*house.ROOMS, room])
    other = create_app(app.config["SETTINGS"])
    with other.app_context():
        yield Client(other)


def pools() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Pool)) or 0


@pytest.mark.parametrize(("status", "kept"), [(200, 1), (204, 1), (399, 1), (400, 0), (404, 0), (422, 0), (500, 0)])
def test_a_post_is_kept_when_it_ends_well(client: Client, status: int, kept: int) -> None:
    answer = client.http.post(f"/work/{status}")

    assert (answer.status_code, pools()) == (status, kept)


@pytest.mark.parametrize("status", [200, 404])
def test_opening_a_page_changes_nothing(client: Client, status: int) -> None:
    answer = client.http.get(f"/work/{status}")

    assert (answer.status_code, pools()) == (status, 0)


def test_giving_up_leaves_everything_as_it_was(client: Client) -> None:
    page = client.post("/work/abort")

    assert (page.status, page.heading, pools()) == (403, "You may not do this", 0)


def test_a_refusal_is_shown_where_the_person_came_from(client: Client) -> None:
    answer = client.http.post("/work/refuse", headers={"Referer": "http://localhost/sign-in"})
    page = client.get("/sign-in")

    assert (answer.status_code, answer.location, pools()) == (303, "http://localhost/sign-in", 0)
    assert "This is no longer possible: something has changed in the meantime. Please look again." in page.text


@pytest.mark.parametrize("referrer", ["", "https://elsewhere.example/", "http://localhost.elsewhere.example/"])
def test_a_refusal_never_sends_anybody_elsewhere(client: Client, referrer: str) -> None:
    answer = client.http.post("/work/refuse", headers={"Referer": referrer})

    assert (answer.status_code, answer.location) == (409, None)


def test_what_the_database_refuses_at_the_commit_is_told_in_words(client: Client) -> None:
    page = client.post("/work/at-commit")

    assert (page.status, page.heading, pools()) == (409, "This can't be done", 0)
    assert "There is no place left." in page.text


def test_what_nobody_expected_is_told_kindly_with_its_number(client: Client) -> None:
    page = client.post("/work/broken")

    assert (page.status, page.heading, pools()) == (500, "Something went wrong on our side", 0)
    assert page.response.headers["X-Request-ID"] in page.text
    assert "planted" not in page.html


def test_work_outside_a_request_has_the_same_unit(app: Flask) -> None:
    with unit_of_work():
        places.new_pool(1)
    with pytest.raises(NoPlaceLeft), unit_of_work():
        places.new_pool(1).held = 5

    assert pools() == 1
