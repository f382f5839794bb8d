"""Whatever people do in whatever order: places never overflow, nobody waits beside a free place, the queue is strict."""

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from ranevents.core import clock
from ranevents.core.audit import PERSON, SYSTEM
from ranevents.core.db import db, unit_of_work
from ranevents.core.errors import DomainError
from ranevents.core.tokens import secret
from ranevents.events.models import Event
from ranevents.people.models import Sector, Side
from ranevents.people.service import Particulars
from ranevents.registrations import service
from ranevents.registrations.check import differences
from ranevents.registrations.jobs import lapse_offers_over
from ranevents.registrations.models import Registration
from ranevents.registrations.states import RegistrationState
from tests.builders import an_event
from tests.conftest import MORNING, Clock
from tests.database import empty_database

pytestmark = pytest.mark.slow
WAITLISTED, OFFERED = RegistrationState.WAITLISTED, RegistrationState.OFFERED


class WaitingList(RuleBasedStateMachine):
    """One event with few places, and everything that may happen to its registrations."""

    known = Bundle("known")

    @initialize(capacity=st.integers(1, 4), needs_approval=st.booleans(), hours=st.integers(1, 72))
    def begin(self, capacity: int, needs_approval: bool, hours: int) -> None:
        db.session.remove()
        empty_database()
        self.clock = Clock()
        clock.use(self.clock)
        self.people = 0
        event = an_event(capacity=capacity, needs_approval=needs_approval, offer_hours=hours)
        db.session.commit()
        self.event_id = event.id

    @property
    def event(self) -> Event:
        return db.session.get_one(Event, self.event_id)

    def registration(self, id: int) -> Registration:
        return db.session.get_one(Registration, id)

    def attempt(self, verb: object, id: int, **told: object) -> None:
        """A verb either does its whole work or refuses and changes nothing."""
        try:
            with unit_of_work():
                verb(self.registration(id), **told)  # type: ignore[operator]
        except DomainError:
            pass

    @rule(target=known)
    def register(self) -> int:
        self.people += 1
        letters = "".join(chr(ord("a") + int(digit)) for digit in str(self.people))
        particulars = Particulars(
            "Ana", letters, "Ana", letters, "", f"{letters}@example.org", "Town", "Teacher", "HR",
            Sector.EDUCATION, Side.PRACTICE, "en",
        )  # fmt: skip
        answers = service.Answers(particulars, "", "", False, False)
        with unit_of_work():
            registration = service.register(self.event, answers, submission_id=secret(), by=PERSON)
        return registration.id

    @rule(id=known)
    def cancel(self, id: int) -> None:
        self.attempt(service.cancel, id, by=PERSON)

    @rule(id=known)
    def accept(self, id: int) -> None:
        self.attempt(service.accept, id, by=PERSON)

    @rule(id=known)
    def decline(self, id: int) -> None:
        self.attempt(service.decline, id, by=PERSON)

    @rule(id=known)
    def approve(self, id: int) -> None:
        self.attempt(service.approve, id, by=SYSTEM)

    @rule(id=known)
    def reject(self, id: int) -> None:
        self.attempt(service.reject, id, by=SYSTEM)

    @rule(more=st.integers(1, 2))
    def add_places(self, more: int) -> None:
        with unit_of_work():
            self.event.pool.limit += more
            service.offer_free_places(self.event)

    @rule(hours=st.integers(1, 60))
    def time_passes(self, hours: int) -> None:
        if self.clock.at.month == MORNING.month:
            self.clock.move(hours=hours)
            lapse_offers_over()

    @invariant()
    def the_books_agree(self) -> None:
        db.session.rollback()
        assert differences(clock.now()) == []

    @invariant()
    def nobody_waits_beside_a_free_place(self) -> None:
        pool = self.event.pool
        waiting = db.session.scalars(select(Registration).where(Registration.state == WAITLISTED)).all()
        assert pool.held <= pool.limit
        assert not (waiting and pool.free > 0)

    @invariant()
    def offers_go_out_in_the_order_of_ranks(self) -> None:
        ranks = {
            state: list(db.session.scalars(select(Registration.rank).where(Registration.state == state)))
            for state in (OFFERED, WAITLISTED)
        }
        assert not (ranks[OFFERED] and ranks[WAITLISTED] and max(ranks[OFFERED]) > min(ranks[WAITLISTED]))
        db.session.rollback()


def test_the_waiting_list_keeps_its_rules_whatever_people_do(app: Flask) -> None:
    run_state_machine_as_test(
        WaitingList,
        settings=settings(
            max_examples=10,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
