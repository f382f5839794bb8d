"""Places become free and are offered in order."""

from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar
from sqlalchemy import select

from ranevents.core.audit import SYSTEM
from ranevents.core.db import db, unit_of_work
from ranevents.events.models import Event
from ranevents.mailing.models import Message
from ranevents.registrations import jobs, service
from ranevents.registrations.models import Registration
from ranevents.registrations.states import RegistrationState
from tests.builders import a_registration
from tests.client import Client
from tests.conftest import Clock
from tests.registrations.conftest import MARIA
from tests.registrations.journey import last_mail, mails, path_of, register, registrations, states

CONFIRMED, WAITLISTED, OFFERED = RegistrationState.CONFIRMED, RegistrationState.WAITLISTED, RegistrationState.OFFERED
CANCELLED, LAPSED, REJECTED = RegistrationState.CANCELLED, RegistrationState.LAPSED, RegistrationState.REJECTED


@pytest.fixture
def full(event: Event) -> Event:
    """Both places held, three people waiting."""
    for state in (CONFIRMED, CONFIRMED, WAITLISTED, WAITLISTED, WAITLISTED):
        a_registration(event, state=state)
    db.session.commit()
    return event


def cancel(client: Client, registration: Registration) -> None:
    client.submit(client.get(path_of(registration) + "/cancel"))


def test_a_place_that_becomes_free_is_offered_to_the_next_in_order(client: Client, full: Event) -> None:
    cancel(client, registrations(full)[0])

    assert states(full) == [CANCELLED, CONFIRMED, OFFERED, WAITLISTED, WAITLISTED]
    assert [mail for _address, mail in mails(full)] == ["cancellation", "offer"]
    assert registrations(full)[2].offered_until == datetime(2018, 3, 3, 9, tzinfo=UTC)
    assert "until 3 March 2018, 11:00 (Sofia time)" in last_mail(full).text


def test_an_offered_place_is_held_so_that_nobody_else_gets_it(client: Client, full: Event) -> None:
    cancel(client, registrations(full)[0])

    assert registrations(full)[0].event.pool.held == 2


def test_an_accepted_offer_is_a_confirmed_place(client: Client, full: Event) -> None:
    cancel(client, registrations(full)[0])

    page = client.post(path_of(registrations(full)[2]) + "/accept")

    assert "You have a place" in page.text
    assert states(full)[2] is CONFIRMED
    assert mails(full)[-1][1] == "confirmation"
    assert last_mail(full).calendar_method == "PUBLISH"


def test_a_declined_offer_goes_to_the_next(client: Client, full: Event) -> None:
    cancel(client, registrations(full)[0])

    client.post(path_of(registrations(full)[2]) + "/decline")

    assert states(full) == [CANCELLED, CONFIRMED, CANCELLED, OFFERED, WAITLISTED]


def test_opening_the_link_of_an_offer_changes_nothing(client: Client, full: Event) -> None:
    cancel(client, registrations(full)[0])
    before = states(full)

    page = client.get(path_of(registrations(full)[2]))

    assert "A place is free for you" in page.text
    assert states(full) == before


def test_an_offer_lapses_at_its_deadline_and_the_next_is_offered(client: Client, full: Event, moment: Clock) -> None:
    cancel(client, registrations(full)[0])

    moment.move(hours=47, minutes=59)
    run_lapse()
    early = states(full)
    moment.move(minutes=1)
    run_lapse()

    assert early == [CANCELLED, CONFIRMED, OFFERED, WAITLISTED, WAITLISTED]
    assert states(full) == [CANCELLED, CONFIRMED, LAPSED, OFFERED, WAITLISTED]
    assert [mail for _address, mail in mails(full)][-2:] == ["lapsed", "offer"]


def test_an_offer_cannot_be_accepted_after_its_deadline_even_before_it_lapsed(
    client: Client, full: Event, moment: Clock
) -> None:
    cancel(client, registrations(full)[0])
    path = path_of(registrations(full)[2])
    page = client.get(path)

    moment.move(hours=49)
    answer = client.submit(page, form=0)

    assert answer.status == 409
    assert "The time for this answer is over" in answer.text
    assert states(full)[2] is OFFERED


def test_an_offer_never_stands_beyond_the_beginning_of_the_event(client: Client, full: Event, moment: Clock) -> None:
    moment.at = datetime(2018, 4, 3, 9, tzinfo=UTC)

    cancel(client, registrations(full)[0])

    assert registrations(full)[2].offered_until == datetime(2018, 4, 3, 21, tzinfo=UTC), "midnight in Sofia"


def test_once_the_event_has_begun_places_are_the_desks(client: Client, full: Event, moment: Clock) -> None:
    moment.at = datetime(2018, 4, 4, 7, tzinfo=UTC)

    cancel(client, registrations(full)[0])

    assert states(full) == [CANCELLED, CONFIRMED, WAITLISTED, WAITLISTED, WAITLISTED]


def test_nobody_jumps_the_queue_where_a_place_is_free_but_somebody_waits(client: Client, event: Event) -> None:
    a_registration(event, state=WAITLISTED)
    db.session.commit()

    register(client, event, **MARIA)

    assert states(event) == [WAITLISTED, WAITLISTED]
    assert [one.rank for one in registrations(event)] == [1, 2]


def test_who_waits_and_cancels_leaves_the_order_of_the_others(client: Client, full: Event) -> None:
    cancel(client, registrations(full)[2])
    page = client.get(path_of(registrations(full)[3]))

    assert "You are number 1 on the waiting list" in page.text
    assert [one.rank for one in registrations(full)][3:] == [2, 3]


def test_added_places_are_offered_in_order(app: object, full: Event) -> None:
    with unit_of_work():
        full.pool.limit = 4
        service.offer_free_places(full)

    assert states(full) == [CONFIRMED, CONFIRMED, OFFERED, OFFERED, WAITLISTED]


def test_a_cancelled_place_leaves_calendars(client: Client, full: Event) -> None:
    [first, *_] = registrations(full)

    cancel(client, first)

    message = db.session.scalar(select(Message).where(Message.mail == "registrations/cancellation"))
    assert message is not None
    calendar = Calendar.from_ical(message.calendar)
    [entry] = calendar.walk("VEVENT")
    assert (calendar["METHOD"], entry["STATUS"], entry["SEQUENCE"]) == ("CANCEL", "CANCELLED", 1)
    assert entry["UID"] == first.uid
    assert (entry["DTSTART"].dt, entry["DTEND"].dt) == (date(2018, 4, 4), date(2018, 4, 5))


def test_a_cancelled_event_tells_everybody_once_and_offers_nothing(app: object, full: Event) -> None:
    a_registration(full, state=REJECTED)

    with unit_of_work():
        service.call_off_all(full, by=SYSTEM, reason="Storm warning")

    assert states(full) == [CANCELLED] * 5 + [REJECTED]
    assert [mail for _address, mail in mails(full)] == ["event_cancelled"] * 5
    assert "The organiser writes: Storm warning" in last_mail(full).text
    assert registrations(full)[0].event.pool.held == 0


def test_a_moved_event_tells_everybody_who_has_or_hopes_for_a_place(app: object, full: Event) -> None:
    a_registration(full, state=RegistrationState.PENDING)
    a_registration(full, state=REJECTED)
    full.venue = "City Hall"

    with unit_of_work():
        service.tell_of_changes(full, changed="Venue")

    told = db.session.scalars(select(Message).order_by(Message.id)).all()
    assert [message.mail for message in told] == ["registrations/event_changed"] * 6
    assert {"City Hall" in message.text and "What changed: Venue." in message.text for message in told} == {True}
    assert [message.calendar_method for message in told] == ["PUBLISH", "PUBLISH", None, None, None, None]
    [entry] = Calendar.from_ical(told[0].calendar).walk("VEVENT")
    assert entry["SEQUENCE"] == 1


def test_an_offer_that_cannot_lapse_does_not_stop_the_others(client: Client, full: Event, moment: Clock) -> None:
    [first, second, *_] = registrations(full)
    cancel(client, first)
    cancel(client, second)
    with db.engine.begin() as connection:  # no configured key fits this
        connection.exec_driver_sql("UPDATE registrations SET diet = 'nonsense' WHERE state = 'offered' AND rank = 1")
    before = states(full)

    moment.move(hours=49)
    run_lapse()

    assert before == [CANCELLED, CANCELLED, OFFERED, OFFERED, WAITLISTED]
    assert states(full) == [CANCELLED, CANCELLED, LAPSED, LAPSED, OFFERED]


def test_an_event_brought_forward_lets_no_offer_stand_beyond_its_beginning(client: Client, full: Event) -> None:
    cancel(client, registrations(full)[0])
    full.first_on = date(2018, 3, 2)

    with unit_of_work():
        service.cap_offers(full)

    assert registrations(full)[2].offered_until == datetime(2018, 3, 1, 22, tzinfo=UTC), "midnight in Sofia"
    assert mails(full)[-1][1] == "event_changed"
    assert "by 2 March 2018, 00:00 (Sofia time)" in last_mail(full).text


def test_once_the_event_has_begun_a_free_place_is_given_to_whom_the_organiser_approves(
    organiser: Client, client: Client, full: Event, moment: Clock
) -> None:
    pending = a_registration(full, state=RegistrationState.PENDING)
    db.session.commit()
    moment.at = datetime(2018, 4, 4, 7, tzinfo=UTC)
    cancel(client, registrations(full)[0])

    organiser.post(f"/organise/events/{full.slug}/registrations/{pending.id}/approve")

    assert states(full) == [CANCELLED, CONFIRMED, WAITLISTED, WAITLISTED, WAITLISTED, CONFIRMED]


def run_lapse() -> None:
    db.session.rollback()
    jobs.lapse_offers_over()
