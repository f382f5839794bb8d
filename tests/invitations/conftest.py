"""The cast of these tests."""

import pytest
from flask import Flask

from ranevents.core.db import db
from ranevents.events.models import Event
from ranevents.invitations.models import Invitation
from tests.builders import a_person, an_event, an_invitation


@pytest.fixture
def event(app: Flask) -> Event:
    """By invitation only, approval needed of everybody else, two places."""
    event = an_event(is_open=False, is_by_invitation=True, needs_approval=True, capacity=2)
    db.session.commit()
    return event


@pytest.fixture
def maria(event: Event) -> Invitation:
    """Maria's invitation; she may propose a substitute."""
    person = a_person(email="maria@example.org", form_of_address="Ms")
    invitation = an_invitation(event, person, allows_substitute=True, note="It was good to meet you.")
    db.session.commit()
    return invitation
