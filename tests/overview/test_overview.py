"""The overview: the event's figures, for those of its team."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from ranevents.accounts.models import Role
from ranevents.core.db import db
from ranevents.people.models import Sector, Side
from ranevents.registrations.states import RegistrationState
from tests import builders
from tests.client import Client
from tests.statements import count_statements


@pytest.fixture
def event(app: Flask) -> builders.Event:
    return builders.an_event(capacity=20)


@pytest.fixture
def reader(app: Flask, event: builders.Event) -> Client:
    return Client(app, builders.a_user(Role.READER, event))


def registered(
    event: builders.Event, state: RegistrationState, *, at: datetime | None = None, **person: object
) -> None:
    given = {"registered_at": at} if at else {}
    builders.a_registration(event, builders.a_person(**person), state=state, **given)


def path(event: builders.Event) -> str:
    db.session.commit()
    return f"/organise/events/{event.slug}/overview"


def test_it_says_how_many_hold_await_and_wait_by_side(reader: Client, event: builders.Event) -> None:
    registered(event, RegistrationState.CONFIRMED, side=Side.POLICY)
    registered(event, RegistrationState.CONFIRMED, side=Side.PRACTICE)
    registered(event, RegistrationState.OFFERED, side=Side.PRACTICE)
    registered(event, RegistrationState.WAITLISTED, side=Side.PRACTICE)
    registered(event, RegistrationState.PENDING, side=Side.POLICY)
    registered(event, RegistrationState.CANCELLED, side=Side.POLICY)

    page = reader.get(path(event))

    assert "Side Places held Awaiting approval Waiting list All As a bar Practice 2 0 1 3 Policy 1 1 0 2" in page.text
    assert "Capacity 20 Places held 3 Free places 17" in page.text


def test_countries_stand_with_their_groups_of_the_events_day(reader: Client, event: builders.Event) -> None:
    for country in ("GB", "BG", "BG", "RS", "US"):
        registered(event, RegistrationState.CONFIRMED, country=country)

    page = reader.get(path(event))

    assert "EU member states 3 0 0 3 Other countries 1 0 0 1 Western Balkan partners 1 0 0 1" in page.text
    assert "Bulgaria 2 0 0 2" in page.text


def test_as_many_as_each_other_stand_in_the_order_of_their_names(reader: Client, event: builders.Event) -> None:
    for country in ("CH", "AT", "DE"):
        registered(event, RegistrationState.CONFIRMED, country=country)

    page = reader.get(path(event))

    in_order = [page.text.index(f"{name} 1 0 0 1") for name in ("Austria", "Germany", "Switzerland")]
    assert in_order == sorted(in_order)


def test_sectors_lead_to_the_list_of_those_people(reader: Client, event: builders.Event) -> None:
    registered(event, RegistrationState.CONFIRMED, sector=Sector.PRISON_PROBATION)

    page = reader.get(path(event))

    assert f'href="/organise/events/{event.slug}/registrations?sector=prison_probation"' in page.html


def test_the_plot_and_its_table_go_by_the_days_at_the_events_place(reader: Client, event: builders.Event) -> None:
    registered(event, RegistrationState.CONFIRMED, at=datetime(2018, 2, 26, 21, 59, tzinfo=UTC))
    registered(event, RegistrationState.CANCELLED, at=datetime(2018, 2, 26, 22, 1, tzinfo=UTC))

    page = reader.get(path(event))

    assert page.html.count('<rect class="bar" x="') >= 4
    assert "26 February 2018 1 1 27 February 2018 1 2 28 February 2018 0 2 1 March 2018 0 2" in page.text


def test_an_event_without_registrations_says_so(reader: Client, event: builders.Event) -> None:
    page = reader.get(path(event))

    assert "Nobody has registered yet." in page.text


def test_it_takes_the_same_statements_for_ten_and_for_a_thousand(reader: Client, event: builders.Event) -> None:
    def statements() -> int:
        address = path(event)
        db.session.expire_all()
        with count_statements() as counted:
            reader.get(address)
        return len(counted)

    event.pool.limit = 2000
    for _one in range(10):
        registered(event, RegistrationState.CONFIRMED)
    few = statements()

    for number in range(990):
        registered(event, RegistrationState.CONFIRMED, country=("BG", "FR", "DE")[number % 3])

    assert statements() == few
