"""The public page is kept for strangers, and never shows anything that no longer holds."""

import pytest
from flask import Flask

from ranevents.accounts.models import Role
from ranevents.core import places
from ranevents.core.db import db
from ranevents.events.models import Event
from ranevents.events.states import EventState
from tests.builders import a_user, an_event
from tests.client import Client
from tests.conftest import Clock
from tests.statements import count_statements


@pytest.fixture
def event(app: Flask) -> Event:
    event = an_event(capacity=1)
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
