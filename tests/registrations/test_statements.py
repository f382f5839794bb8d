"""A bounded number of statements, whatever the number of rows."""

from ranevents.core.db import db
from ranevents.events.models import Event
from ranevents.registrations.states import RegistrationState
from tests.builders import a_message, a_person, a_registration
from tests.client import Client
from tests.registrations.journey import path_of, registrations
from tests.statements import count_statements


def many(event: Event, number: int) -> None:
    event.pool.limit += number
    for _one in range(number):
        a_registration(event)
    a_registration(event, state=RegistrationState.WAITLISTED)
    db.session.commit()


def statements(client: Client, path: str) -> int:
    db.session.expire_all()
    with count_statements() as counted:
        client.get(path)
    return len(counted)


def test_the_list_takes_the_same_statements_for_ten_and_for_a_thousand(organiser: Client, event: Event) -> None:
    path = f"/organise/events/{event.slug}/registrations"
    many(event, 10)
    few = [statements(organiser, path + query) for query in ("", "?search=petrova", "?state=waitlisted")]

    many(event, 990)

    assert [statements(organiser, path + query) for query in ("", "?search=petrova", "?state=waitlisted")] == few


def test_one_registration_takes_the_same_statements_whatever_happened_to_it(organiser: Client, event: Event) -> None:
    registration = a_registration(event, a_person())
    a_message(event, registration.person)
    db.session.commit()
    path = f"/organise/events/{event.slug}/registrations/{registration.id}"
    few = statements(organiser, path)

    for _one in range(30):
        a_message(event, registration.person)
    many(event, 20)

    assert statements(organiser, path) == few


def test_the_personal_page_takes_the_same_statements_however_many_wait(client: Client, event: Event) -> None:
    registration = a_registration(event, state=RegistrationState.WAITLISTED)
    db.session.commit()
    path = path_of(registration)
    few = statements(client, path)

    many(event, 50)

    assert statements(client, path) == few
    assert len(registrations(event)) == 52
