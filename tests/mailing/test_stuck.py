"""Delivery as a whole: what nobody sends any more is found."""

from flask import Flask

from ranevents.mailing import queries
from ranevents.mailing.delivery import claim, drain
from ranevents.mailing.models import MailQueue
from tests.conftest import Clock
from tests.mailing.letters import post
from tests.sink import Sink


def test_mails_that_nobody_sends_are_told(app: Flask, sink: Sink, moment: Clock) -> None:
    post("left@example.org")
    claim(MailQueue.PROMPT)
    post("due@example.org", queue=MailQueue.BULK)

    moment.move(minutes=10)
    assert list(queries.stuck(moment.at)) == []
    moment.move(minutes=12)

    assert list(queries.stuck(moment.at)) == [
        "mails: 1 are due in the queue bulk, since 2018-03-01 09:00 UTC",
        "mails: 1 were left behind by a worker in the queue prompt, since 2018-03-01 09:06 UTC",
    ]


def test_a_long_queue_that_is_being_sent_is_no_trouble(app: Flask, sink: Sink, moment: Clock) -> None:
    for number in range(3):
        post(f"p{number}@example.org")
    moment.move(hours=1)

    drain(MailQueue.PROMPT, at_most=1)

    assert list(queries.stuck(moment.at)) == []


def test_a_relay_that_takes_nothing_and_mails_that_failed_are_told(app: Flask, sink: Sink, moment: Clock) -> None:
    sink.behaviour = lambda to: "550 no such mailbox" if to.startswith("gone") else None
    post("gone@example.org")
    drain(MailQueue.PROMPT)
    sink.from_refused = "451 not now"
    post()
    drain(MailQueue.PROMPT)

    assert list(queries.stuck(moment.at)) == ["mails: 1 are held up, the mail relay takes none"]
    assert queries.undelivered_count() == 1
