"""What is promised to go goes by itself, in its night, and is told; the books stay right."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import text

from ranevents.accounts.models import Role
from ranevents.core import clock
from ranevents.core.audit import AuditEntry
from ranevents.core.db import db
from ranevents.events.models import Event
from ranevents.mailing.models import Delivery, Message
from ranevents.mailing.states import MessageState
from ranevents.privacy import purge_service
from ranevents.privacy.jobs import preview, purge_all
from ranevents.privacy.models import Erasure, Purge
from ranevents.privacy.rules import DataKind
from ranevents.privacy.states import ErasureState
from ranevents.questions.models import QuestionKind, Sensitivity
from ranevents.registrations.check import differences
from ranevents.registrations.models import Answer, Circular, Registration, Upload
from ranevents.registrations.states import RegistrationState
from tests.builders import (
    a_circular,
    a_message,
    a_person,
    a_question,
    a_registration,
    a_user,
    an_answer,
    an_erasure,
    an_event,
    an_upload,
)  # fmt: skip
from tests.client import Client
from tests.conftest import Clock


def special() -> list[tuple[int, int]]:
    """How many diets and access needs each event still holds."""
    query = text("SELECT count(diet), count(access_needs) FROM registrations GROUP BY event_id ORDER BY event_id")
    return [(one[0], one[1]) for one in db.session.execute(query)]


def names() -> list[str]:
    """The names of all, in the order in which they registered."""
    db.session.rollback()
    return [one.person.full_name for one in db.session.scalars(db.select(Registration).order_by(Registration.id))]


def night_to(day: date, moment: Clock) -> None:
    """The night before that day's dawn."""
    moment.at = datetime(day.year, day.month, day.day, 3, 20, tzinfo=UTC)


def test_special_data_go_thirty_days_after_the_event(app: Flask, event: Event, moment: Clock) -> None:
    a_registration(event, diet="vegan", access_needs="step-free")
    a_registration(event, diet="halal")
    a_registration(an_event(last_on=datetime(2018, 6, 1).date()), diet="kosher")
    db.session.commit()

    moment.at = datetime(2018, 5, 4, 20, 59, tzinfo=UTC)
    purge_all()
    before = special()
    moment.at = datetime(2018, 5, 4, 21, 0, tzinfo=UTC)
    purge_all()

    assert before == [(2, 1), (1, 0)]
    assert special() == [(0, 0), (1, 0)]
    [entry] = db.session.scalars(db.select(AuditEntry).where(AuditEntry.step == "forget_special_data"))
    assert (entry.event_id, entry.details) == (event.id, {"registrations": "2"})
    db.session.rollback()
    assert [one for one in differences(clock.now()) if "mail" not in one] == []


def test_a_day_ends_where_the_event_is(app: Flask, moment: Clock) -> None:
    a_registration(an_event(time_zone="America/Los_Angeles"), diet="vegan")
    db.session.commit()

    night_to(date(2018, 5, 5), moment)
    purge_all()
    before = special()
    night_to(date(2018, 5, 6), moment)
    purge_all()

    assert (before, special()) == ([(1, 0)], [(0, 0)])


def test_what_was_written_to_many_goes_with_the_mails(app: Flask, event: Event, moment: Clock) -> None:
    a_circular(event, subject="Ana Anić", text="We mourn Ana Anić.")
    client = Client(app, a_user(Role.EDITOR, event))
    db.session.commit()

    night_to(date(2018, 10, 1), moment)
    purge_all()
    before = db.session.scalars(db.select(Circular.text)).all()
    night_to(date(2018, 10, 2), moment)
    told = purge_all()

    assert before == ["We mourn Ana Anić."]
    assert told == {(event.slug, DataKind.CIRCULARS): 1}
    assert db.session.execute(db.select(Circular.subject, Circular.text, Circular.recipients)).all() == [("", "", 12)]
    assert "Erased" in client.get(f"/organise/events/{event.slug}/together/mails").text


def test_each_kind_goes_in_its_own_night(app: Flask, event: Event, moment: Clock) -> None:
    place = a_registration(event, a_person(given_name="Ana", family_name="Anić"))
    a_registration(event, a_person(given_name="Bo", family_name="Berg"), state=RegistrationState.REJECTED)
    an_answer(place, a_question(event, kept_days=10), "Tram")
    an_answer(place, a_question(event, kept_days=20, sensitivity=Sensitivity.SPECIAL), "Insulin", secret=True)
    an_upload(a_question(event, QuestionKind.FILE), place)
    a_message(event, place.person, state=MessageState.SENT)
    db.session.commit()
    held = []

    for day in (date(2018, 4, 14), date(2018, 4, 15), date(2018, 4, 25), date(2018, 7, 4), date(2018, 10, 2)):
        night_to(day, moment)
        purge_all()
        answers, uploads = (db.session.scalar(db.select(db.func.count(row.id))) for row in (Answer, Upload))
        words = db.session.scalar(db.select(db.func.count(Message.id)).where(Message.erased_at.is_(None)))
        held.append((answers, uploads, names(), words))

    assert held == [
        (3, 1, ["Ana Anić", "Bo Berg"], 1),
        (2, 1, ["Ana Anić", "Bo Berg"], 1),
        (1, 1, ["Ana Anić", "Bo Berg"], 1),
        (0, 0, ["Ana Anić", "Erased"], 1),
        (0, 0, ["Ana Anić", "Erased"], 0),
    ]
    night_to(date(2019, 4, 5), moment)
    purge_all()
    assert names() == ["Erased", "Erased"]
    db.session.rollback()
    assert differences(clock.now()) == []


def test_a_run_is_told_by_kind_on_the_page_in_the_trail_and_in_the_table(
    app: Flask, event: Event, moment: Clock
) -> None:
    for _one in range(2):
        a_registration(event, diet="vegan")
    owner = a_user(Role.OWNER, event)
    db.session.commit()
    night_to(date(2018, 5, 5), moment)

    gone = purge_all()

    assert gone == {(event.slug, DataKind.SPECIAL): 2}
    [report] = db.session.scalars(db.select(Purge))
    assert (report.event_id, report.kind, report.count) == (event.id, DataKind.SPECIAL, 2)
    client = Client(app, owner)
    assert (
        "Diet and accessibility needs deleted; registrations: 2"
        in client.get(f"/organise/events/{event.slug}/trail").text
    )
    page = client.get(f"/organise/events/{event.slug}/privacy").text
    assert "5 May 2018, 06:20 (Sofia time) Diet and accessibility needs 2" in page


def test_purging_again_changes_nothing(app: Flask, event: Event, moment: Clock) -> None:
    a_registration(event, diet="vegan")
    db.session.commit()
    moment.move(days=700)

    first, second = purge_all(), purge_all()

    assert first == {(event.slug, DataKind.SPECIAL): 1, (event.slug, DataKind.PARTICULARS): 1}
    assert second == {}
    assert len(db.session.scalars(db.select(Purge)).all()) == 2


def test_a_large_event_goes_in_batches_and_is_reported_as_one(
    app: Flask, event: Event, moment: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ranevents.privacy.jobs.RECORDS_A_BATCH", 2)
    event.pool.limit = 5
    for _one in range(5):
        a_registration(event)
    db.session.commit()
    moment.move(days=700)

    assert purge_all() == {(event.slug, DataKind.PARTICULARS): 5}

    [report] = db.session.scalars(db.select(Purge))
    assert report.count == 5
    assert names() == ["Erased"] * 5


def test_one_event_that_fails_does_not_keep_the_data_of_others(
    app: Flask, event: Event, moment: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = an_event()
    for one in (event, other):
        a_registration(one, diet="vegan")
    db.session.commit()
    moment.move(days=100)
    take = purge_service.take_batch

    def fail(at: Event, *more: object, **told: object) -> int:
        if at.id == event.id:
            raise RuntimeError("planted")
        return take(at, *more, **told)  # type: ignore[arg-type]

    monkeypatch.setattr(purge_service, "take_batch", fail)

    assert purge_all() == {(other.slug, DataKind.SPECIAL): 1}
    assert special() == [(1, 0), (0, 0)]


def test_files_of_forms_that_were_never_sent_go_after_a_day(app: Flask, event: Event, moment: Clock) -> None:
    registration = a_registration(event)
    an_upload(a_question(event, QuestionKind.FILE), registration)
    an_upload(a_question(event, QuestionKind.FILE))
    db.session.commit()

    moment.move(hours=23)
    assert purge_all() == {}
    moment.move(hours=2)
    assert purge_all() == {("", DataKind.UPLOADS): 1}

    assert [one.registration_id for one in db.session.scalars(db.select(Upload))] == [registration.id]


def test_mails_to_organisers_lose_their_words_after_half_a_year(app: Flask, event: Event, moment: Clock) -> None:
    user = a_user()
    message = a_message(event, a_person(), state=MessageState.SENT, event_id=None, person_id=None, user_id=user.id)
    db.session.add(Delivery(message_id=message.id, at=clock.now(), outcome=MessageState.SENT, code=250, answer="for x"))
    db.session.commit()

    moment.move(days=181)
    assert purge_all() == {("", DataKind.ORGANISERS_MAILS): 1}

    db.session.refresh(message)
    assert (message.to_address, message.text, message.state) == ("", "", MessageState.SENT)
    assert db.session.scalars(db.select(Delivery.answer)).all() == [""]


def test_a_wish_that_waits_when_the_time_is_over_is_granted(app: Flask, event: Event, moment: Clock) -> None:
    an_erasure(a_registration(event))
    db.session.commit()
    moment.move(days=700)

    purge_all()

    assert [one.state for one in db.session.scalars(db.select(Erasure))] == [ErasureState.DONE]
    [message] = db.session.scalars(db.select(Message))
    assert (message.mail, message.is_last) == ("privacy/erased", True)


def test_the_preview_tells_what_would_go_and_changes_nothing(app: Flask, event: Event, moment: Clock) -> None:
    a_registration(event, diet="vegan")
    db.session.commit()
    moment.move(days=100)

    told = preview()

    assert told == {(event.slug, DataKind.SPECIAL): 1}
    assert special() == [(1, 0)]
