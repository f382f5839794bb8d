"""The cast of these tests: an event whose form is composed, its editor, and somebody who only reads."""

import pytest
from flask import Flask

from ranevents.accounts.models import Role, User
from ranevents.core.db import db
from ranevents.events.models import Event
from tests.builders import a_user, an_event
from tests.client import Client


@pytest.fixture
def event(app: Flask) -> Event:
    """Open for registration; it asks nothing yet."""
    event = an_event(languages=["bg", "en"])
    db.session.commit()
    return event


@pytest.fixture
def editor(event: Event) -> User:
    user = a_user(Role.EDITOR, event, name="Elena Editor")
    db.session.commit()
    return user


@pytest.fixture
def organiser(app: Flask, editor: User) -> Client:
    """The editor's browser."""
    return Client(app, editor)


@pytest.fixture
def reader(app: Flask, event: Event) -> Client:
    user = a_user(Role.READER, event)
    db.session.commit()
    return Client(app, user)
