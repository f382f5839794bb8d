"""The public page is kept for strangers, and never shows anything that no longer holds."""

import pytest
from flask import Flask

from ranevents.accounts.models import Role
from ranevents.core import clock, places
from ranevents.core.db import db
from ranevents.events.models import Event, PrivacyNotice
from ranevents.events.states import EventState
from ranevents.questions.details import QuestionKind
from tests.builders import a_question, a_user, a_wording, an_event
from tests.client import Client, Page
from tests.conftest import Clock
from tests.registrations.conftest import MARIA, somebody
from tests.registrations.journey import registrations
from tests.statements import count_statements


@pytest.fixture
def event(app: Flask) -> Event:
    event = an_event(capacity=3)
    db.session.commit()
    return event


def seen(app: Flask, event: Event) -> str:
    """What somebody sees who was never here before."""
    return Client(app).get(f"/events/{event.slug}").text


def test_a_second_stranger_costs_one_statement(app: Flask, event: Event) -> None:
    path = f"/events/{event.slug}"
    seen(app, event)

    with count_statements() as counted:
        again = Client(app).get(path)

    assert len(counted) == 1
    assert event.title in again.text


def test_what_changes_is_shown_at_once(app: Flask, event: Event) -> None:
    seen(app, event)

    event.title = "Another title"
    event.series.name = "Another series"
    db.session.commit()

    assert "Another title" in seen(app, event)
    assert "Another series" in seen(app, event)


def test_the_last_place_and_the_hours_of_registration_count(app: Flask, event: Event, moment: Clock) -> None:
    assert "Registration is open until" in seen(app, event)

    while event.pool.free:
        places.take([event.pool])
    db.session.commit()
    assert "All places are taken" in seen(app, event)

    moment.move(days=32)
    assert "Registration closed on" in seen(app, event)

    moment.move(days=10)
    assert "This event is over" in seen(app, event)


def test_an_event_that_is_no_longer_public_is_no_longer_shown(app: Flask, event: Event) -> None:
    seen(app, event)

    event.published_at, event.state = None, EventState.DRAFT
    db.session.commit()

    assert Client(app).get(f"/events/{event.slug}").response.status_code == 404


def test_whoever_has_a_cookie_gets_a_page_of_their_own(app: Flask, client: Client, event: Event) -> None:
    client.sign_in(a_user(Role.READER, event))
    own = client.get(f"/events/{event.slug}").text

    assert "To the event's home" in own
    assert "home" not in seen(app, event)


def form_seen(app: Flask, event: Event) -> Page:
    return Client(app).get(f"/events/{event.slug}/register")


def test_a_second_stranger_s_form_costs_one_statement_and_has_its_own_secrets(app: Flask, event: Event) -> None:
    path = f"/events/{event.slug}/register"
    first = Client(app).get(path)

    with count_statements() as counted:
        second = Client(app).get(path)

    assert len(counted) == 1
    [one], [other] = [[form["fields"] for form in page.forms if "email" in form["fields"]] for page in (first, second)]
    for name in ("csrf_token", "submission_id"):
        assert one[name] != other[name]
        assert len(one[name]) == len(other[name])
    assert {name for name in one if one[name] != other[name]} == {"csrf_token", "submission_id"}


def test_both_forms_can_be_sent_and_make_two_registrations(app: Flask, event: Event) -> None:
    visitors = [Client(app), Client(app)]
    pages = [visitor.get(f"/events/{event.slug}/register") for visitor in visitors]

    for visitor, page, who in zip(visitors, pages, (MARIA, somebody(1)), strict=True):
        assert visitor.submit(page, **who).response.status_code == 200

    assert len(registrations(event)) == 2


def test_a_form_in_the_same_session_is_kept_too_but_not_for_whoever_is_told_something(
    app: Flask, client: Client, event: Event
) -> None:
    path = f"/events/{event.slug}/register"
    client.get(path)
    with count_statements() as counted:
        client.get(path)
    assert len(counted) == 1

    with client.http.session_transaction() as session:
        session["_flashes"] = [("success", "Something for you alone")]
    assert "Something for you alone" in client.get(path).text
    assert "Something for you alone" not in form_seen(app, event).text


def test_what_the_form_asks_is_up_to_date(app: Flask, event: Event) -> None:
    form_seen(app, event)
    question = a_question(event, labels={"en": "Which workshop?"})
    db.session.commit()
    assert "Which workshop?" in form_seen(app, event).text

    a_wording(question, QuestionKind.SHORT_TEXT, labels={"en": "Which working group?"})
    db.session.commit()
    assert "Which working group?" in form_seen(app, event).text

    question.section.titles = {"en": "Groups"}
    db.session.commit()
    assert "Groups" in form_seen(app, event).text

    event.notices.append(PrivacyNotice(version=2, text="Another notice", created_at=clock.now()))
    db.session.commit()
    assert "Another notice" in form_seen(app, event).text

    question.is_asked = False
    db.session.commit()
    assert "Which working group?" not in form_seen(app, event).text


def test_the_form_is_in_each_reader_s_language(app: Flask, event: Event) -> None:
    form_seen(app, event)

    german = Client(app).http.get(f"/events/{event.slug}/register", headers={"Accept-Language": "de"})

    assert "Vorname" in german.text


@pytest.mark.parametrize("page", ["", "/register"])
def test_a_kept_page_has_the_headers_of_any_other(app: Flask, event: Event, page: str) -> None:
    path = f"/events/{event.slug}{page}"

    first, second = (dict(Client(app).http.get(path).headers) for _ in range(2))

    assert first.pop("X-Request-ID") != second.pop("X-Request-ID")
    assert (first.pop("Set-Cookie", "")[:8], second.pop("Set-Cookie", "")[:8]) in [("", ""), ("session=", "session=")]
    assert first == second


def test_whoever_was_given_a_form_leaves_no_copy_of_the_event_page_behind(app: Flask, event: Event) -> None:
    path = f"/events/{event.slug}"
    seen(app, event)
    visitor = Client(app)
    visitor.get(f"{path}/register")

    assert visitor.get(path).response.headers["Cache-Control"] == "no-store"
    assert "Cache-Control" not in Client(app).get(path).response.headers
