"""The cast of these tests."""

from typing import Any

import pytest
from flask import Flask

from ranevents.accounts.models import Role, User
from ranevents.core.db import db
from ranevents.events.models import Event
from tests.builders import a_user, an_event
from tests.client import Client

MARIA = {
    "given_name": "Мария",
    "family_name": "Петрова",
    "latin_given_name": "Maria",
    "latin_family_name": "Petrova",
    "form_of_address": "Ms",
    "email": "maria@example.org",
    "organisation": "Municipality of Plovdiv",
    "position": "Social worker",
    "country": "BG",
    "sector": "youth_social",
    "side": "practice",
    "language": "en",
    "diet": "vegetarian",
    "access_needs": "",
    "has_read_notice": "y",
}


def somebody(number: int, **given: Any) -> dict[str, Any]:
    """Different people, told apart by their number."""
    letters = "".join(chr(ord("a") + int(digit)) for digit in str(number))
    return {
        **MARIA,
        "given_name": "Ana",
        "latin_given_name": "Ana",
        "family_name": f"Kovač{letters}",
        "latin_family_name": f"Kovač{letters}",
        "email": f"ana{number}@example.org",
        **given,
    }


@pytest.fixture
def event(app: Flask) -> Event:
    """Open for registration, two places."""
    event = an_event(capacity=2)
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
