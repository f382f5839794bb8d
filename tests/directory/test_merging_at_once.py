"""Merging while others ask, bring or merge the same people: one waits for the other, and nobody asks who is gone.

The order of locks is that of decision 0002: the places of events, people, what belongs to them.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from ranevents.accounts.models import Role
from ranevents.core import clock
from ranevents.core.audit import SYSTEM
from ranevents.core.db import db, unit_of_work
from ranevents.core.errors import DomainError
from ranevents.directory import import_queries, import_service, merge_queries, merge_service
from ranevents.directory.import_models import ImportBatch, ImportRow
from ranevents.directory.import_rules import Choice
from ranevents.events.models import Capacity, Event
from ranevents.invitations import ask_service, guest_queries, guest_service
from ranevents.invitations.guest_lists import GuestsAsked
from ranevents.invitations.models import Guest, Invitation
from ranevents.invitations.service import Asked
from ranevents.people.models import Person
from ranevents.registrations.models import Registration
from tests.builders import a_guest, a_letter, a_registration, a_user, an_event
from tests.directory.lists import MARIA, a_list
from tests.directory.test_merging import couple, told

Deed = Callable[[], Callable[[], object]]
"""Reads what it needs, and gives back what it then does."""
WAITS = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


def one_while_the_other(app: Flask, first: Deed, second: Deed) -> list[str]:
    """Let the second begin in the midst of the first: both have read before, and the first has not committed yet."""
    has_read, may_begin = threading.Event(), threading.Event()

    def do() -> str:
        with app.app_context():
            try:
                with unit_of_work():
                    verb = second()
                    has_read.set()
                    may_begin.wait(20)
                    verb()
            except DomainError as refused:
                return type(refused).__name__
        return "done"

    db.session.remove()
    with ThreadPoolExecutor(1) as threads, db.engine.connect() as watch:
        other = threads.submit(do)
        verb = first()
        has_read.wait(20)
        verb()
        db.session.flush()
        may_begin.set()
        ends = time.monotonic() + 5
        while not other.done() and not watch.scalar(WAITS) and time.monotonic() < ends:
            time.sleep(0.01)
            watch.rollback()
        db.session.commit()
        return ["done", other.result()]


def merges(kept: Person, gone: Person) -> Deed:
    ids = (kept.id, gone.id)

    def deed() -> Callable[[], object]:
        one, other = (db.session.get_one(Person, id) for id in ids)
        return lambda: merge_service.merge(one, other, told(one), keeps_spellings=False, by=SYSTEM)

    return deed


def asks_all(event: Event) -> Deed:
    id = event.id

    def deed() -> Callable[[], object]:
        here = db.session.get_one(Event, id)
        rows = guest_queries.rows(here, guest_queries.ids(here, GuestsAsked()))
        at = clock.now()
        asked = Asked(Capacity.PARTICIPANT, at + timedelta(days=9), send_at=at + timedelta(days=1))
        return lambda: ask_service.ask(here, rows, asked, by=SYSTEM)

    return deed


def brings(event: Event, source: Event) -> Deed:
    ids = (event.id, source.id)

    def deed() -> Callable[[], object]:
        here = db.session.get_one(Event, ids[0])
        return lambda: guest_service.bring(here, ids[1], by=SYSTEM)

    return deed


def confirms(batch: ImportBatch) -> Deed:
    id = batch.id

    def deed() -> Callable[[], object]:
        one = db.session.get_one(ImportBatch, id)
        return lambda: import_service.confirm(one, by=SYSTEM)

    return deed


def of_nobody() -> int:
    """How many guests, invitations and registrations belong to somebody who is gone."""
    kinds = (Guest, Invitation, Registration)
    counted = [
        select(func.count()).select_from(kind).join(Person, Person.id == kind.person_id).where(Person.erased_at.is_not(None))
        for kind in kinds
    ]  # fmt: skip
    return sum(db.session.scalar(one) or 0 for one in counted)


in_either_order = pytest.mark.parametrize("merges_first", [True, False])


def both(app: Flask, merge: Deed, deed: Deed, *, merges_first: bool) -> list[str]:
    return one_while_the_other(app, *((merge, deed) if merges_first else (deed, merge)))


@in_either_order
def test_many_are_asked_while_two_of_them_are_merged(app: Flask, event: Event, merges_first: bool) -> None:
    kept, gone = couple(event)
    a_guest(event)
    db.session.commit()

    done = both(app, merges(kept, gone), asks_all(event), merges_first=merges_first)

    # Both were asked first: then they are bound twice to one event, and the merge says so.
    assert done == ["done", "done" if merges_first else "CannotMerge"]
    assert of_nobody() == 0
    assert db.session.scalar(select(func.count(Invitation.id))) == (2 if merges_first else 3)


@in_either_order
def test_people_of_an_earlier_event_are_brought_while_they_are_merged(
    app: Flask, event: Event, merges_first: bool
) -> None:
    kept, gone = couple(event)
    later = an_event()
    db.session.commit()

    done = both(app, merges(kept, gone), brings(later, event), merges_first=merges_first)

    # Brought first: then a merge that did not know of that event is looked at again.
    assert done == ["done", "done" if merges_first else "Refused"]
    assert of_nobody() == 0
    brought = set(db.session.scalars(select(Guest.person_id).where(Guest.event_id == later.id)))
    assert brought == ({kept.id} if merges_first else {kept.id, gone.id})


@in_either_order
def test_a_list_is_confirmed_while_somebody_in_it_is_merged(app: Flask, event: Event, merges_first: bool) -> None:
    editor = a_user(Role.EDITOR, event)
    kept, gone = couple(event, latin_family_name="Kovač", email="maria@example.org")
    target = an_event()
    batch = a_list(target, editor, MARIA)
    [[row]] = import_queries.taken(batch)
    row.person_id, row.choice, row.is_decided = gone.id, Choice.FILL, True
    db.session.commit()

    done = both(app, merges(kept, gone), confirms(batch), merges_first=merges_first)

    assert done == ["done", "done"]
    assert of_nobody() == 0
    assert list(db.session.scalars(select(Guest.person_id).where(Guest.event_id == target.id))) == [kept.id]


def test_nobody_in_a_list_that_is_being_read_is_merged(app: Flask, event: Event) -> None:
    one, other = couple(event)
    batch = a_list(event, None, MARIA)
    row = db.session.scalars(select(ImportRow).where(ImportRow.batch_id == batch.id)).one()
    row.person_id, row.is_decided, row.choice = other.id, True, Choice.FILL
    db.session.commit()
    id, row_id, other_id = batch.id, row.id, other.id

    def reads_anew() -> Callable[[], object]:
        found = db.session.get_one(ImportBatch, id)
        return lambda: import_service.say_columns(found, found.column_of, found.fixed_values)

    assert one_while_the_other(app, reads_anew, merges(one, other)) == ["done", "BeingRead"]

    row = db.session.get_one(ImportRow, row_id)
    assert (row.person_id, db.session.get_one(Person, other_id).erased_at) == (other_id, None)


def test_two_merge_the_same_two_the_other_way_round(app: Flask, event: Event) -> None:
    one, other = couple(event)

    done = one_while_the_other(app, merges(one, other), merges(other, one))

    assert done == ["done", "Refused"]
    assert of_nobody() == 0
    assert list(db.session.scalars(select(Person.id).where(Person.erased_at.is_(None)))) == [one.id]


def test_a_merge_that_has_brought_another_event_meanwhile_is_looked_at_again(app: Flask, event: Event) -> None:
    one, other = couple(event)
    third = couple(event)[0]
    a_registration(an_event(), other)
    db.session.commit()

    done = one_while_the_other(app, merges(one, other), merges(one, third))

    assert done == ["done", "Refused"]
    assert db.session.scalar(select(Person.erased_at).where(Person.id == third.id)) is None


def test_an_event_with_only_a_letter_is_held_too(event: Event) -> None:
    kept, gone = couple(event)
    elsewhere = an_event()
    a_letter(elsewhere, gone)

    assert merge_queries.events_knowing([kept.id, gone.id]) == {event.id, elsewhere.id}
