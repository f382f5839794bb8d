"""A mail and its job commit together, or neither does."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from ranevents.core import clock, jobs
from ranevents.core.db import db, unit_of_work
from ranevents.core.limits import RateCounter
from ranevents.mailing import delivery, outbox
from ranevents.mailing import jobs as mail_jobs
from ranevents.mailing.models import MailQueue, Message, SendingAllowance
from ranevents.mailing.outbox import Letter
from tests.conftest import Clock
from tests.mailing.letters import outcome, post
from tests.sink import Sink


def queued() -> list[tuple[str, str]]:
    db.session.rollback()
    found = db.session.execute(text("SELECT task_name, queue_name FROM procrastinate_jobs ORDER BY id")).all()
    return [(row[0], row[1]) for row in found]


def letter(number: int, queue: MailQueue = MailQueue.PROMPT) -> Letter:
    return Letter(
        mail="tests/note", key=f"test:{number}", to_name="Ana", to_address="ana@example.org", language="en", queue=queue
    )


def fail_after_posting() -> None:
    with unit_of_work():
        outbox.post(letter(1))
        db.session.flush()
        raise RuntimeError


def test_a_change_that_is_rolled_back_leaves_neither_mail_nor_job(app: Flask, sink: Sink) -> None:
    with pytest.raises(RuntimeError):
        fail_after_posting()

    assert queued() == []
    assert db.session.query(Message).count() == 0


def test_a_change_leaves_one_job_a_queue_however_many_mails_it_posts(app: Flask, sink: Sink) -> None:
    with unit_of_work():
        for number in range(5):
            outbox.post(letter(number))
            outbox.post(letter(number + 100, MailQueue.BULK))

    assert queued() == [("mailing.deliver_bulk", "bulk"), ("mailing.deliver_prompt", "prompt")]


def test_a_change_without_mails_leaves_no_job_after_one_that_failed(app: Flask, sink: Sink) -> None:
    with pytest.raises(RuntimeError):
        fail_after_posting()
    with unit_of_work():
        db.session.execute(text("SELECT 1"))

    assert queued() == []


def test_a_part_of_a_change_that_is_undone_takes_no_job_with_it(app: Flask, sink: Sink) -> None:
    with unit_of_work():
        outbox.post(letter(1))
        savepoint = db.session.begin_nested()
        savepoint.rollback()

    assert queued() == [("mailing.deliver_prompt", "prompt")]


def test_the_same_reason_twice_is_one_mail(app: Flask, sink: Sink) -> None:
    with unit_of_work():
        outbox.post(letter(1))
        outbox.post(letter(1))

    assert db.session.query(Message).count() == 1


@pytest.fixture
def no_jobs(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a worker: jobs find their application."""
    monkeypatch.setattr(jobs, "_app", app)


def forget_jobs() -> None:
    with unit_of_work():
        db.session.execute(text("DELETE FROM procrastinate_jobs"))


def test_the_sweep_takes_up_what_is_due_once(app: Flask, sink: Sink, moment: Clock) -> None:
    post("later@example.org")
    held = delivery.claim(MailQueue.PROMPT)
    assert isinstance(held, Message)
    forget_jobs()

    mail_jobs.take_up()
    assert queued() == []
    moment.move(seconds=app.config["SETTINGS"].mail_lease_seconds)
    mail_jobs.take_up()
    mail_jobs.take_up()

    assert queued() == [("mailing.deliver_prompt", "prompt")]


def test_a_job_that_must_stop_leaves_the_rest_to_another(
    app: Flask, sink: Sink, no_jobs: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = post()
    forget_jobs()
    jobs.stopping.set()

    try:
        mail_jobs.deliver_prompt.func()
    finally:
        jobs.stopping.clear()

    assert outcome(message) == ("queued", 0, "")
    assert queued() == [("mailing.deliver_prompt", "prompt")]


def test_a_job_sends_what_is_due_and_comes_back_for_a_retry_that_is_near(
    app: Flask, sink: Sink, no_jobs: None, moment: Clock
) -> None:
    sink.behaviour = lambda to: "451 later" if to.startswith("later") else None
    later, now = post("later@example.org"), post("now@example.org")
    forget_jobs()

    mail_jobs.deliver_prompt.func()

    assert [outcome(one)[0] for one in (later, now)] == ["queued", "sent"]
    planned = db.session.scalar(text("SELECT scheduled_at FROM procrastinate_jobs"))
    assert planned == moment.at + timedelta(minutes=1)


def test_the_night_forgets_counters_that_are_over(app: Flask, sink: Sink, no_jobs: None, moment: Clock) -> None:
    with unit_of_work():
        db.session.add(SendingAllowance(minute=clock.now(), used=3))
        db.session.add(RateCounter(key="k", count=1, ends_at=clock.now() + timedelta(minutes=1)))
    moment.move(days=2)

    mail_jobs.tidy.func(timestamp=0)

    assert (db.session.query(SendingAllowance).count(), db.session.query(RateCounter).count()) == (0, 0)
