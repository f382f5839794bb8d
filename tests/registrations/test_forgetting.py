"""Special data go 30 days after the event; the books stay right."""

from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import text

from ranevents.core import clock
from ranevents.core.audit import AuditEntry
from ranevents.core.db import db
from ranevents.events.models import Event
from ranevents.registrations.check import differences
from ranevents.registrations.jobs import forget_special_data_of_the_past
from tests.builders import a_registration, an_event
from tests.conftest import Clock


def special() -> list[tuple[int, int]]:
    """How many diets and access needs each event still holds."""
    query = text("SELECT count(diet), count(access_needs) FROM registrations GROUP BY event_id ORDER BY event_id")
    return [(one[0], one[1]) for one in db.session.execute(query)]


def test_special_data_go_thirty_days_after_the_event(app: Flask, event: Event, moment: Clock) -> None:
    a_registration(event, diet="vegan", access_needs="step-free")
    a_registration(event, diet="halal")
    a_registration(an_event(last_on=datetime(2018, 6, 1).date()), diet="kosher")
    db.session.commit()

    moment.at = datetime(2018, 5, 4, 23, 59, tzinfo=UTC)
    forget_special_data_of_the_past()
    before = special()
    moment.at = datetime(2018, 5, 5, 0, 0, tzinfo=UTC)
    forget_special_data_of_the_past()

    assert before == [(2, 1), (1, 0)]
    assert special() == [(0, 0), (1, 0)]
    [entry] = db.session.scalars(db.select(AuditEntry).where(AuditEntry.step == "forget_special_data"))
    assert (entry.event_id, entry.details) == (event.id, {"registrations": "2"})
    db.session.rollback()
    assert [one for one in differences(clock.now()) if "mail" not in one] == []


def test_forgetting_again_changes_nothing(app: Flask, event: Event, moment: Clock) -> None:
    a_registration(event, diet="vegan")
    db.session.commit()
    moment.move(days=365)

    forget_special_data_of_the_past()
    forget_special_data_of_the_past()

    assert len(db.session.scalars(db.select(AuditEntry)).all()) == 1
