"""Whoever is erased is taken out of lists that organisers have brought and not confirmed yet."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from ranevents.core.audit import SYSTEM
from ranevents.core.db import db
from ranevents.directory import import_service
from ranevents.directory.import_models import ImportBatch, ImportRow
from ranevents.events.models import Event
from ranevents.people.models import Person
from ranevents.privacy import erasure_service
from ranevents.privacy.jobs import purge_all
from tests.builders import a_guest, a_person, a_registration, a_user, an_event
from tests.conftest import Clock
from tests.directory.lists import HEADINGS, JEAN, MARIA, a_list, csv_of

ELSEWHERE = [*MARIA[:2], "elsewhere@example.org", *MARIA[3:]]
"""The same person, found by name and organisation."""


def maria(event: Event, deed: Callable[[Event, Person], object]) -> Person:
    person = a_person(
        given_name="Мария", family_name="Петрова", latin_given_name="Maria", latin_family_name="Petrova",
        email="Maria@Example.org", organisation="Ministry of Interior", country="BG",
    )  # fmt: skip
    deed(event, person)
    db.session.flush()
    return person


def told() -> list[tuple[int, int]]:
    """Which lines of which list are left."""
    db.session.expire_all()
    rows = db.session.scalars(select(ImportRow).order_by(ImportRow.batch_id, ImportRow.number))
    return [(row.batch_id, row.number) for row in rows]


def lists_of(event: Event) -> tuple[ImportBatch, ImportBatch]:
    """One that is read, and one of which nobody has said what its columns are."""
    user = a_user()
    read = a_list(event, user, MARIA, JEAN, ELSEWHERE)
    unread = import_service.bring(event, csv_of(MARIA, JEAN, headings=HEADINGS), name="x.csv", user_id=user.id)
    db.session.commit()
    return read, unread


def test_a_registered_person_goes_and_the_others_stay(app: Flask, event: Event) -> None:
    registration = a_registration(event, maria(event, a_guest))
    read, unread = lists_of(event)

    erasure_service.erase(registration, by=SYSTEM)

    assert told() == [(read.id, 3), (unread.id, 3)]
    assert (read.is_stale, unread.is_stale) == (True, True)


def test_a_guest_goes_from_the_lists_of_all_events(app: Flask, event: Event) -> None:
    person = maria(event, a_guest)
    read, _unread = lists_of(event)
    elsewhere = a_list(an_event(), a_user(), MARIA, JEAN)
    finished = a_list(event, a_user(), JEAN)
    import_service.confirm(finished, by=SYSTEM)

    erasure_service.erase_guest(event, person, by=SYSTEM)

    assert [one for one in told() if one[0] in (read.id, elsewhere.id)] == [(read.id, 3), (elsewhere.id, 3)]


def test_the_lists_of_an_event_that_still_knows_the_person_stay(app: Flask, event: Event) -> None:
    registration = a_registration(event, maria(event, a_guest))
    other = an_event()
    a_registration(other, registration.person)
    elsewhere = a_list(other, a_user(), MARIA)
    read = a_list(event, a_user(), MARIA)

    erasure_service.erase(registration, by=SYSTEM)

    assert [list_id for list_id, _line in told()] == [elsewhere.id]
    assert read.is_stale


@pytest.mark.parametrize("knows", [a_guest, a_registration])
def test_the_purge_does_the_same(app: Flask, event: Event, moment: Clock, knows: Callable[..., object]) -> None:
    maria(event, knows)
    db.session.commit()
    moment.move(days=500)
    read, unread = lists_of(event)

    purge_all()

    assert told() == [(read.id, 3), (unread.id, 3)]
