"""Refusals: words for people, and what a violated constraint means."""

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from ranevents.core import errors
from ranevents.core.db import db
from ranevents.core.errors import DomainError, NoPlaceLeft, NotUnique
from tests import builders
from tests.client import Client


def test_a_refusal_has_its_own_words_or_those_it_is_given() -> None:
    refusals = [NoPlaceLeft(), NoPlaceLeft("All boats are full."), DomainError("No.", field="name")]

    assert [(str(one), one.field) for one in refusals] == [
        ("There is no place left.", None),
        ("All boats are full.", None),
        ("No.", "name"),
    ]


def test_a_declared_constraint_has_a_meaning_and_another_none(app: Flask) -> None:
    event = builders.an_event()
    registration = builders.a_registration(event)

    with pytest.raises(IntegrityError) as declared, db.session.begin_nested():
        builders.a_registration(event, submission_id=registration.submission_id)
    with pytest.raises(IntegrityError) as undeclared, db.session.begin_nested():
        builders.a_registration(event, reference=registration.reference)

    assert isinstance(errors.from_integrity(declared.value), NotUnique)
    assert errors.from_integrity(undeclared.value) is None


@pytest.mark.parametrize(
    ("method", "path", "status", "heading"),
    [
        ("GET", "/nowhere", 404, "Page not found"),
        ("GET", "/events/no-such-event", 404, "Page not found"),
        ("POST", "/", 405, "Not possible here"),
        ("GET", "/sign-out", 405, "Not possible here"),
    ],
)
def test_what_can_not_be_shown_is_told_on_a_page(
    client: Client, method: str, path: str, status: int, heading: str
) -> None:
    page = client.get(path) if method == "GET" else client.post(path)

    assert (page.status, page.heading) == (status, heading)


def test_a_stale_button_asks_for_another_press(client: Client) -> None:
    page = client.post("/sign-out", csrf=False)

    assert (page.status, page.heading) == (400, "Please send it again")


def test_too_much_at_once_is_refused_kindly(client: Client) -> None:
    page = client.post("/sign-in", email="a" * 3_000_000)

    assert (page.status, page.heading) == (413, "Too much at once")


def test_every_page_carries_the_headers_that_protect_its_reader(client: Client) -> None:
    headers = client.get("/nowhere").response.headers

    assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert {
        name: headers[name] for name in ("X-Content-Type-Options", "Cross-Origin-Opener-Policy", "Referrer-Policy")
    } == {
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Referrer-Policy": "same-origin",
    }


@pytest.mark.parametrize("host", ["elsewhere.example", "10.0.0.7:8000", "bad host", "", "a..b", "[::1"])
@pytest.mark.parametrize("path", ["/", "/r/planted", "/sign-in"])
def test_another_host_is_refused_without_a_page(client: Client, host: str, path: str) -> None:
    answer = client.http.get(path, headers={"Host": host})

    assert (answer.status_code, answer.mimetype) == (400, "text/plain")
    assert answer.text == "This site has another name. Please check the address.\n"


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_are_answered_whatever_host_they_name(client: Client, path: str) -> None:
    assert client.http.get(path, headers={"Host": "10.0.0.7:8000"}).status_code == 200
