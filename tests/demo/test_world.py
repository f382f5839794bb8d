"""The demo's world, built once on an empty database."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from ranevents.accounts.models import Membership, Role, User
from ranevents.core import clock, names
from ranevents.core.countries import eu_members
from ranevents.core.db import db, unit_of_work
from ranevents.core.places import Pool
from ranevents.demo import build, guests, programme
from ranevents.demo.people import everybody
from ranevents.directory import import_queries, import_service
from ranevents.events.models import Event, Series
from ranevents.invitations import guest_queries
from ranevents.invitations.models import Invitation, Reminder, Substitute
from ranevents.invitations.states import SubstituteState
from ranevents.mailing.models import Message
from ranevents.mailing.states import MessageState
from ranevents.people.models import Sector, Side
from ranevents.registrations import queries
from ranevents.registrations.check import differences
from ranevents.registrations.models import Consent, Registration
from ranevents.registrations.states import RegistrationState
from tests.database import empty_database

NOW = datetime(2026, 5, 4, 10, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def said(made_app: Flask) -> Iterator[list[str]]:
    """The world is there; what was said while it was built."""
    lines: list[str] = []
    clock.use(lambda: NOW)
    with made_app.app_context():
        empty_database()
        build.build("a password for the demo", deliver=take_all_mails, say=lines.append)
        db.session.remove()
    yield lines
    clock.use(None)


def take_all_mails() -> None:
    """As the relay does: only a mail that went out can come back."""
    with unit_of_work():
        waiting = update(Message).where(Message.state == MessageState.QUEUED)
        db.session.execute(waiting.values(state=MessageState.SENT, sent_at=clock.now()))


@pytest.fixture
def world(said: list[str], made_app: Flask) -> Iterator[Flask]:
    with made_app.app_context():
        yield made_app
        db.session.rollback()
        db.session.remove()


def event(slug: str) -> Event:
    return db.session.scalars(select(Event).where(Event.slug == slug)).one()


def standing(slug: str) -> dict[str, int]:
    return {state.value: count for state, count in queries.figures(event(slug)).items() if count}


def test_the_books_agree(world: Flask) -> None:
    assert differences(NOW) == []


def test_six_events_of_2018_took_place_and_five_are_to_come(world: Flask) -> None:
    events = db.session.scalars(select(Event).order_by(Event.first_on)).all()

    assert [(one.city, one.state.value) for one in events] == [
        ("Sofia", "finished"),
        ("Thessaloniki", "finished"),
        ("Zagreb", "finished"),
        ("Tallinn", "finished"),
        ("Vienna", "finished"),
        ("Skopje", "finished"),
        ("Ljubljana", "published"),
        ("Gdańsk", "published"),
        ("Brussels", "published"),
        ("Tbilisi", "published"),
        ("Lisbon", "draft"),
    ]
    assert (events[0].first_on.isoformat(), events[0].country) == ("2018-04-04", "BG")
    assert db.session.scalars(select(Series.name).order_by(Series.id)).all() == [
        "Policy and Practice Events 2018",
        "Policy and Practice Events 2026",
    ]


def test_every_past_event_was_full_and_nobody_waited_in_vain(world: Flask) -> None:
    for plan in programme.PAST:
        assert standing(plan.slug) == {"confirmed": plan.capacity, "cancelled": 2}


def test_the_full_event_shows_every_turn_of_a_waiting_list(world: Flask) -> None:
    assert standing("ljubljana") == {
        "confirmed": 57,
        "waitlisted": 16,
        "offered": 3,
        "cancelled": 7,
        "lapsed": 1,
    }
    assert event("ljubljana").takes_registrations(NOW)


def test_the_open_event_has_places_for_whoever_tries_it_out(world: Flask) -> None:
    assert standing("gdansk") == {"confirmed": 53}
    assert event("gdansk").pool.free == 37
    assert event("gdansk").takes_registrations(NOW)


def test_its_guest_list_shows_every_answer_and_every_silence(world: Flask) -> None:
    gdansk = event("gdansk")

    figures = guest_queries.counts_by_standing(gdansk)

    assert {one.value: count for one, count in figures.items() if count} == {
        "not_invited": 33,
        "draft": 8,
        "silent": 21,
        "bounced": 3,
        "accepted": 29,
        "declined": 11,
        "substituted": 1,
        "expired": 10,
        "revoked": 2,
    }
    assert db.session.scalars(select(Substitute.state).order_by(Substitute.id)).all() == [
        SubstituteState.APPROVED,
        SubstituteState.PROPOSED,
        SubstituteState.PROPOSED,
    ]
    assert db.session.scalar(select(func.count()).select_from(Reminder)) > 40


def test_many_guests_are_known_from_an_earlier_event(world: Flask) -> None:
    at_two = select(Registration.person_id).group_by(Registration.person_id).having(func.count() > 1)

    assert len(db.session.scalars(at_two).all()) == 90


def test_the_list_to_try_has_good_rows_wrong_ones_and_somebody_who_is_known(world: Flask) -> None:
    gdansk, owner = event("gdansk"), db.session.scalars(select(User).where(User.is_administrator)).one()
    batch = import_service.bring(gdansk, guests.to_try(), name="guests.xlsx", user_id=owner.id)

    import_service.say_columns(batch, batch.column_of, {})

    figures = {one.value: count for one, count in import_queries.figures(batch).items()}
    assert figures == {"all": 12, "wrong": 5, "new": 5, "known": 1, "left_out": 1, "alike": 2, "here": 0}


def test_the_workshop_waits_for_decisions(world: Flask) -> None:
    assert standing("brussels") == {"pending": 16, "confirmed": 12, "rejected": 2}


def test_everything_happened_before_now_and_its_mail_was_written_then(world: Flask) -> None:
    latest = [
        db.session.scalar(select(func.max(column)))
        for column in (
            Registration.registered_at,
            Message.created_at,
            Event.published_at,
            Consent.at,
            Invitation.answered_at,
            Reminder.sent_at,
        )
    ]

    assert all(moment is not None and moment <= NOW for moment in latest)
    of_sofia = select(func.min(Message.created_at), func.max(Message.created_at)).where(
        Message.event_id == event("sofia-2018").id
    )
    first, last = db.session.execute(of_sofia).one()
    assert (first.year, last.year, last < event("sofia-2018").begins_at) == (2018, 2018, True)


def test_each_event_has_its_team(world: Flask) -> None:
    roles = db.session.execute(
        select(User.email, Membership.role).join(User).where(Membership.event_id == event("ljubljana").id)
    )

    assert {email.split("@")[0]: role for email, role in roles} == {
        "owner": Role.OWNER,
        "editor": Role.EDITOR,
        "desk": Role.DESK,
        "reader": Role.READER,
    }
    assert db.session.scalars(select(User.email).where(User.is_administrator)).all() == ["owner@ranevents.example.org"]


def test_progress_is_told_for_each_event(said: list[str]) -> None:
    assert len(said) == 11


def test_a_wrong_pool_is_found(world: Flask) -> None:
    pool_id = event("ljubljana").pool_id
    db.session.rollback()
    db.session.execute(update(Pool).where(Pool.id == pool_id).values(held=58))

    found = list_differences()

    assert found == [
        "ljubljana: the pool says 58 places are held, 60 registrations hold one",
        "ljubljana: 16 wait while 2 places are free",
    ]


def test_a_missing_mail_and_a_forgotten_offer_are_found(world: Flask) -> None:
    offered = queries.in_states(event("ljubljana"), [RegistrationState.OFFERED])[0]
    reference, key = offered.reference, f"registration:{offered.id}:offered"
    db.session.execute(update(Message).where(Message.key == key).values(key="lost"))
    db.session.execute(
        update(Registration).where(Registration.id == offered.id).values(offered_until=datetime(2026, 5, 4, tzinfo=UTC))
    )

    found = list_differences()

    assert found == [
        f"ljubljana: the offer to {reference} is over and still stands",
        f"ljubljana: {reference} has no mail about the state it stands in",
    ]


def list_differences() -> list[str]:
    """What the check finds in the transaction that is open, before it is undone."""
    from ranevents.registrations import check

    return [
        *check._places_held(),
        *check._ranks(),
        *check._waiting_beside_free_places(NOW),
        *check._offers_over(NOW),
        *check._never_begun(),
        *check._mails_missing(),
    ]


def test_the_cast_is_large_mixed_and_unreachable() -> None:
    people = [one.particulars for one in everybody()]
    countries = {person.country for person in people}

    assert len(people) >= 120
    assert eu_members(NOW.date()) <= countries
    assert {"AL", "BA", "ME", "MK", "RS", "XK"} <= countries
    assert len(countries) >= 38
    assert {person.sector for person in people} == set(Sector)
    assert {person.side for person in people} == set(Side)
    assert Counter(person.email for person in people).most_common(3)[1][1] == 2
    assert all(person.email.endswith((".example.org", ".example.net")) for person in people)


def test_names_stand_in_their_own_scripts_and_in_latin_letters() -> None:
    people = [one.particulars for one in everybody()]
    scripts = Counter(_script(person.family_name) for person in people)

    assert set(scripts) == {"LATIN", "GREEK", "CYRILLIC"}
    assert min(scripts.values()) >= 7
    assert all(names.is_latin(f"{person.latin_given_name}{person.latin_family_name}") for person in people)


def _script(name: str) -> str:
    import unicodedata

    return unicodedata.name(name[0]).split()[0]
