"""What runs by itself: planned sending, reminders by rule, dates that pass; with several workers, and after deaths."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from ranevents.accounts.models import Role
from ranevents.core import audit
from ranevents.core import jobs as core_jobs
from ranevents.core.audit import SYSTEM, ActorKind
from ranevents.core.db import db, unit_of_work
from ranevents.events import service as event_service
from ranevents.events.models import Event
from ranevents.invitations import jobs, mails, reminder_queries, service
from ranevents.invitations.guest_lists import SENT_AT_ONCE
from ranevents.invitations.models import Invitation, Reminder
from ranevents.invitations.states import InvitationState
from ranevents.mailing.models import Message
from ranevents.people.models import Person
from tests.builders import a_person, a_registration, a_reminder_rule, a_user, an_event, an_invitation
from tests.client import Client
from tests.conftest import ROOT, Clock
from tests.queue import work_off

SENT, DRAFT = InvitationState.SENT, InvitationState.DRAFT


@pytest.fixture
def event(app: Flask) -> Event:
    event = an_event()
    db.session.commit()
    return event


def posted(event: Event, mail: str) -> Counter[str]:
    """How many mails of a kind each address got."""
    query = select(Message.to_address).where(Message.event_id == event.id, Message.mail == f"invitations/{mail}")
    return Counter(db.session.scalars(query))


def many(event: Event, number: int, **given: object) -> list[str]:
    addresses = [f"guest{one}@example.org" for one in range(number)]
    for address in addresses:
        an_invitation(event, a_person(email=address), **given)
    db.session.commit()
    return addresses


def by_workers(app: Flask, work: Callable[[], None], *, number: int = 3) -> None:
    """Let several workers do the same at once."""

    def one(_number: int) -> None:
        with app.app_context():
            work()

    db.session.commit()
    with ThreadPoolExecutor(number) as workers:
        list(workers.map(one, range(number)))
    db.session.expire_all()


def states(event: Event) -> list[InvitationState]:
    db.session.expire_all()
    query = select(Invitation.state).where(Invitation.event_id == event.id).order_by(Invitation.id)
    return list(db.session.scalars(query))


def test_a_planned_invitation_goes_out_at_its_time_and_not_before(event: Event, moment: Clock) -> None:
    an_invitation(event, state=DRAFT, send_at=moment.at + timedelta(hours=2))
    an_invitation(event, state=DRAFT)
    db.session.commit()

    moment.move(minutes=119)
    jobs.send_all_planned()
    before = states(event)
    moment.move(minutes=1)
    jobs.send_all_planned()

    assert before == [DRAFT, DRAFT]
    assert states(event) == [SENT, DRAFT]


def test_several_workers_send_each_planned_invitation_once(app: Flask, event: Event, moment: Clock) -> None:
    addresses = many(event, 12, state=DRAFT, send_at=moment.at)

    by_workers(app, jobs.send_all_planned)

    assert posted(event, "invitation") == Counter(addresses)
    assert set(states(event)) == {SENT}


def test_a_planned_invitation_that_cannot_go_out_waits_for_the_organiser(
    app: Flask, event: Event, moment: Clock
) -> None:
    person = a_person()
    invitation = an_invitation(event, person, state=DRAFT, send_at=moment.at)
    other = an_invitation(event, state=DRAFT, send_at=moment.at)
    a_registration(event, person)
    db.session.commit()

    jobs.send_all_planned()
    jobs.send_all_planned()

    db.session.expire_all()
    assert (invitation.state, invitation.send_at) == (DRAFT, None)
    assert other.state is SENT
    organiser = Client(app, a_user(Role.EDITOR, event))
    db.session.commit()
    page = organiser.get(f"/organise/events/{event.slug}/invitations/{invitation.id}")
    assert "could not go out at its time" in page.text


def test_a_date_that_passes_ends_the_wait(app: Flask, event: Event, moment: Clock) -> None:
    an_invitation(event, answer_by=moment.at + timedelta(days=1))
    an_invitation(event, answer_by=moment.at + timedelta(days=2))
    db.session.commit()

    moment.move(days=1, seconds=1)
    by_workers(app, jobs.expire_all_over)

    assert states(event) == [InvitationState.EXPIRED, SENT]


def test_the_silent_are_reminded_once_for_each_rule_and_date(event: Event, moment: Clock) -> None:
    a_reminder_rule(event, 7)
    a_reminder_rule(event, 3)
    invitation = an_invitation(event, a_person(email="maria@example.org"))
    db.session.commit()
    told = []

    for _day in range(14):
        moment.move(days=1)
        for _turn in range(3):
            jobs.remind_all_due()
        told.append(posted(event, "reminder").total())

    assert told == [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]
    assert [one.occasion for one in db.session.scalars(select(Reminder).order_by(Reminder.id))] == [
        f"rule:7:{invitation.answer_by.date()}:1",
        f"rule:3:{invitation.answer_by.date()}:1",
    ]


def test_another_date_is_another_occasion(event: Event, moment: Clock) -> None:
    a_reminder_rule(event, 3)
    invitation = an_invitation(event, answer_by=moment.at + timedelta(days=5))
    db.session.commit()

    moment.move(days=3)
    jobs.remind_all_due()
    with unit_of_work():
        service.extend(invitation, moment.at + timedelta(days=10), by=SYSTEM)
    jobs.remind_all_due()
    first = posted(event, "reminder").total()
    moment.move(days=8)
    jobs.remind_all_due()

    assert (first, posted(event, "reminder").total()) == (1, 2)


def test_who_is_asked_again_until_the_same_day_is_reminded_again(event: Event, moment: Clock) -> None:
    a_reminder_rule(event, 3)
    invitation = an_invitation(event, answer_by=(until := moment.at + timedelta(days=5)))
    db.session.commit()
    moment.move(days=2)
    jobs.remind_all_due()

    moment.move(days=-1)
    with unit_of_work():
        service.decline(invitation, by=SYSTEM)
        service.ask_again(invitation, until, by=SYSTEM)
    moment.move(days=2, hours=1)
    for _turn in range(2):
        jobs.remind_all_due()

    assert posted(event, "reminder").total() == 2


def test_nobody_is_reminded_just_after_the_address_was_corrected(event: Event, moment: Clock) -> None:
    a_reminder_rule(event, 3)
    invitation = an_invitation(event, answer_by=moment.at + timedelta(days=5))
    db.session.commit()
    moment.move(days=2)
    jobs.remind_all_due()

    moment.move(days=2)
    with unit_of_work():
        service.correct_address(invitation, "right@example.org", by=SYSTEM)
    jobs.remind_all_due()

    assert posted(event, "reminder").total() == 1


@pytest.mark.parametrize(
    "given",
    [
        {"state": DRAFT},
        {"state": InvitationState.DECLINED},
        {"state": InvitationState.REVOKED},
        {"state": InvitationState.EXPIRED},
        {"bounced": True},
        {"hours_ago": 23},
    ],
)
def test_nobody_else_is_reminded(event: Event, moment: Clock, given: dict[str, object]) -> None:
    a_reminder_rule(event, 3)
    an_invitation(
        event,
        state=given.get("state", SENT),  # type: ignore[arg-type]
        answer_by=moment.at + timedelta(days=3) - timedelta(minutes=1),
        sent_at=moment.at - timedelta(hours=given.get("hours_ago", 48)),  # type: ignore[arg-type]
        bounced_at=moment.at if given.get("bounced") else None,
    )
    db.session.commit()

    jobs.remind_all_due()

    assert posted(event, "reminder").total() == 0


def test_who_was_reminded_by_hand_yesterday_evening_has_peace_until_evening(event: Event, moment: Clock) -> None:
    a_reminder_rule(event, 3)
    invitation = an_invitation(event, answer_by=moment.at + timedelta(days=6))
    db.session.commit()
    moment.move(days=2, hours=20)
    with unit_of_work():
        service.remind(invitation, occasion="hand:1", by=SYSTEM)

    moment.move(hours=10)
    jobs.remind_all_due()
    meanwhile = posted(event, "reminder").total()
    moment.move(hours=15)
    jobs.remind_all_due()

    assert (meanwhile, posted(event, "reminder").total()) == (1, 2)


def test_a_rule_whose_day_was_over_when_the_invitation_went_out_says_nothing(event: Event, moment: Clock) -> None:
    a_reminder_rule(event, 7)
    an_invitation(event, answer_by=moment.at + timedelta(days=4))
    db.session.commit()

    moment.move(days=2)
    jobs.remind_all_due()

    assert posted(event, "reminder").total() == 0


def test_of_several_rules_that_come_late_only_the_last_reminds(event: Event, moment: Clock) -> None:
    an_invitation(event)
    db.session.commit()
    moment.move(days=12)
    for days in (10, 7, 3):
        a_reminder_rule(event, days)
    db.session.commit()

    for _day in range(2):
        jobs.remind_all_due()
        moment.move(hours=25)

    assert [one.occasion.split(":")[1] for one in db.session.scalars(select(Reminder))] == ["3"]


def test_a_rule_removed_and_added_again_reminds_nobody_twice(event: Event, moment: Clock) -> None:
    rule = a_reminder_rule(event, 3)
    an_invitation(event, answer_by=moment.at + timedelta(days=6))
    db.session.commit()
    moment.move(days=3)
    jobs.remind_all_due()
    db.session.delete(db.session.merge(rule))
    db.session.commit()
    a_reminder_rule(event, 3)
    db.session.commit()

    moment.move(hours=25)
    jobs.remind_all_due()

    assert posted(event, "reminder").total() == 1


def test_several_workers_remind_each_once(app: Flask, event: Event, moment: Clock) -> None:
    a_reminder_rule(event, 3)
    addresses = many(event, 12, answer_by=moment.at + timedelta(days=5))
    moment.move(days=2)

    by_workers(app, jobs.remind_all_due)
    by_workers(app, jobs.remind_all_due)

    assert posted(event, "reminder") == Counter(addresses)


DIES = """
import os, signal, sys
from datetime import datetime

from ranevents.app import create_app
from ranevents.core import clock
from ranevents.invitations import jobs, mails

write, written = mails.reminder, []


def dies_at_the_third(invitation, *, occasion):
    write(invitation, occasion=occasion)
    written.append(invitation.id)
    if len(written) == 3:
        os.kill(os.getpid(), signal.SIGKILL)


mails.reminder = dies_at_the_third
clock.use(lambda: datetime.fromisoformat(sys.argv[1]))
with create_app(has_time=True).app_context():
    jobs.remind_all_due()
"""
"""A worker that is killed in the middle of the third reminder."""


def test_a_worker_that_is_killed_leaves_nobody_out_and_reminds_nobody_twice(
    app: Flask, event: Event, moment: Clock, tmp_path: Path
) -> None:
    a_reminder_rule(event, 3)
    addresses = many(event, 6, answer_by=moment.at + timedelta(days=5))
    moment.move(days=2)

    settings = app.config["SETTINGS"]
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("RANEVENTS_")},
        "DATABASE_URL": settings.database_url,
        "RANEVENTS_MODE": "test",
        "RANEVENTS_INSTANCE": str(tmp_path),
    }
    dead = subprocess.run([sys.executable, "-c", DIES, moment.at.isoformat()], env=environment, cwd=ROOT, check=False)
    left = posted(event, "reminder").total()
    by_workers(app, jobs.remind_all_due)

    assert dead.returncode == -signal.SIGKILL
    assert left == 2
    assert posted(event, "reminder") == Counter(addresses)


def test_one_that_fails_does_not_stop_the_others(event: Event, moment: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    a_reminder_rule(event, 3)
    addresses = many(event, 3, answer_by=moment.at + timedelta(days=5))
    moment.move(days=2)
    write, failing = mails.reminder, [True]

    def fails_once(invitation: Invitation, *, occasion: str) -> None:
        if failing and failing.pop():
            raise RuntimeError("planted")
        write(invitation, occasion=occasion)

    monkeypatch.setattr(mails, "reminder", fails_once)
    jobs.remind_all_due()
    first = posted(event, "reminder").total()
    jobs.remind_all_due()

    assert first == 2
    assert posted(event, "reminder") == Counter(addresses)


def test_an_event_that_is_over_or_called_off_reminds_nobody(event: Event, moment: Clock) -> None:
    a_reminder_rule(event, 3)
    many(event, 2, answer_by=moment.at + timedelta(days=5))
    event_service.cancel(event, reason="A storm.", by=SYSTEM)
    db.session.commit()

    moment.move(days=2)
    jobs.remind_all_due()

    assert posted(event, "reminder").total() == 0
    assert reminder_queries.over(moment.at + timedelta(days=90)) == []


# Much at once


def chosen_by_all(event: Event) -> str:
    return f"/organise/events/{event.slug}/guests/remind?which=all"


def test_many_are_reminded_by_a_job_once_for_each_form_and_never_who_answered_meanwhile(
    app: Flask, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    organiser = Client(app, a_user(Role.EDITOR, event))
    addresses = many(event, SENT_AT_ONCE + 1)
    form = organiser.get(chosen_by_all(event))

    done = organiser.submit(form)
    organiser.submit(form)
    assert posted(event, "reminder").total() == 0
    [first, *_others] = db.session.scalars(select(Invitation).order_by(Invitation.id))
    service.decline(first, by=SYSTEM)
    db.session.commit()
    work_off(app, monkeypatch, "invitations")

    assert "one after the other in the next minutes" in form.text
    assert f"Reminders go to {SENT_AT_ONCE + 1} people in the next minutes." in done.text
    assert posted(event, "reminder") == Counter(addresses[1:])
    assert {one.actor_kind for one in audit.history(invitation_of(event, addresses[1])) if one.step == "remind"} == {
        ActorKind.ORGANISER
    }


def invitation_of(event: Event, address: str) -> Invitation:
    query = select(Invitation).join(Invitation.person).where(Invitation.event_id == event.id, Person.email == address)
    return db.session.scalars(query).one()


def test_an_event_with_many_open_invitations_is_cancelled_at_once_and_tells_them_by_a_job(
    app: Flask, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = many(event, SENT_AT_ONCE + 1)

    event_service.cancel(event, reason="A storm.", by=SYSTEM)
    db.session.commit()
    assert posted(event, "withdrawn").total() == 0
    assert Client(app).get(f"/i/{invitation_of(event, addresses[0]).link.sign()}/decline", follow=False).status == 303
    work_off(app, monkeypatch, "invitations")
    jobs.call_off.func(event_id=event.id, user_id=None)

    assert set(states(event)) == {InvitationState.REVOKED}
    assert posted(event, "withdrawn") == Counter(addresses)
    [text] = db.session.scalars(select(Message.text).where(Message.to_address == addresses[0]))
    assert "A storm." in text


def test_a_job_that_leaves_somebody_out_is_tried_again_and_does_nothing_twice(
    app: Flask, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = many(event, 3)
    ids = list(db.session.scalars(select(Invitation.id).order_by(Invitation.id)))
    remind = service.remind

    def fails_at_the_second(invitation: Invitation, **told: Any) -> bool:
        if invitation.id == ids[1]:
            raise RuntimeError("the power is gone")
        return remind(invitation, **told)

    monkeypatch.setattr(core_jobs, "_app", app)
    monkeypatch.setattr(service, "remind", fails_at_the_second)
    with pytest.raises(RuntimeError, match="left out"):
        jobs.remind_chosen.func(ids=ids, occasion="hand:once", user_id=None)
    monkeypatch.setattr(service, "remind", remind)
    jobs.remind_chosen.func(ids=ids, occasion="hand:once", user_id=None)

    assert posted(event, "reminder") == Counter(addresses)
