"""One event of whose people the tests tell."""

import pytest
from flask import Flask

from ranevents.core.db import db
from ranevents.events.models import Event
from tests.builders import an_event


@pytest.fixture
def event(app: Flask) -> Event:
    event = an_event()
    db.session.commit()
    return event
