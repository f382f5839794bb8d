"""The mailbox in which mails come back, at a real IMAP server."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from ranevents.core import jobs
from ranevents.core.db import unit_of_work
from ranevents.events.models import Event
from ranevents.mailing import bounce_jobs, bounce_mailbox
from ranevents.mailing.bounce_mailbox import MailboxIsOut
from ranevents.mailing.bounce_reports import BYTES_READ
from ranevents.mailing.bounce_service import Taken
from ranevents.mailing.models import Message
from ranevents.mailing.states import MessageState
from tests.builders import a_message, a_person, an_event
from tests.mailing import imap
from tests.mailing.letters import outcome
from tests.mailing.returned import sample

pytestmark = pytest.mark.usefixtures("comes_back")


@pytest.fixture
def server(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[imap.Post]:
    with imap.running(tmp_path) as post:
        monkeypatch.setenv("SSL_CERT_FILE", str(post.certificate))
        settings = app.config["SETTINGS"]
        monkeypatch.setattr(settings, "bounce_imap_host", "127.0.0.1")
        monkeypatch.setattr(settings, "bounce_imap_port", post.port)
        monkeypatch.setattr(settings, "bounce_imap_user", imap.USER)
        monkeypatch.setattr(settings, "bounce_imap_password", imap.PASSWORD)
        yield post


@pytest.fixture
def event(app: Flask) -> Event:
    with unit_of_work():
        return an_event()


def sent(event: Event, state: MessageState = MessageState.SENT) -> Message:
    with unit_of_work():
        return a_message(event, a_person(), state=state)


def test_what_came_back_is_taken_in_and_everything_is_marked_as_seen(server: imap.Post, event: Event) -> None:
    first, second, third = sent(event), sent(event), sent(event)
    for content in (
        sample("postfix-unknown-user", first),
        b"\xff\x00 no mail at all",
        sample("holiday-answer", second),
        sample("postfix-delayed", third),
        sample("exim-unrouteable", second),
    ):
        server.mailbox.add(content)

    taken = bounce_jobs.fetch()

    assert taken == Counter({Taken.CAME_BACK: 2, Taken.NO_REPORT: 2, Taken.DELAYED: 1})
    assert [outcome(message)[0] for message in (first, second, third)] == ["bounced", "bounced", "sent"]
    assert server.mailbox.seen == [True] * 5
    assert bounce_jobs.fetch() == Counter()


def test_a_turn_takes_the_oldest_and_the_next_turn_the_others(
    server: imap.Post, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounce_jobs, "MAILS_A_TURN", 2)
    for message in (sent(event), sent(event), sent(event)):
        server.mailbox.add(sample("gmail-full", message))

    turns = [sum(bounce_jobs.fetch().values()) for _turn in range(3)]

    assert turns == [2, 1, 0]


def test_a_huge_mail_is_read_as_far_as_it_says_something(server: imap.Post, event: Event) -> None:
    message = sent(event)
    server.mailbox.add(sample("postfix-unknown-user", message).replace(b"Good day", b"Good day\r\n" * 2 * BYTES_READ))

    with bounce_mailbox.opened(bounce_jobs.current_app.config["SETTINGS"]) as mailbox:
        number = mailbox.unseen(at_most=1)[0]
        assert len(mailbox.beginning_of(number, octets=BYTES_READ)) == BYTES_READ
    bounce_jobs.fetch()

    assert outcome(message)[0] == "bounced"


def test_what_comes_too_early_stays_unseen_for_the_next_turn(server: imap.Post, event: Event) -> None:
    message = sent(event, MessageState.QUEUED)
    server.mailbox.add(sample("postfix-unknown-user", message))

    assert bounce_jobs.fetch() == Counter({Taken.TOO_EARLY: 1})

    assert server.mailbox.seen == [False]


def test_a_folder_may_have_any_name(server: imap.Post, event: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounce_jobs.current_app.config["SETTINGS"], "bounce_imap_folder", "Returned mail")
    message = sent(event)
    server.mailbox.add(sample("postfix-unknown-user", message))

    assert bounce_jobs.fetch() == Counter({Taken.CAME_BACK: 1})


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("LOGIN", "refuses the user or the password"),
        ("SELECT", "has no such folder"),
        ("SEARCH", "did not answer to SEARCH"),
        ("FETCH", "did not answer to FETCH"),
        ("STORE", "did not answer to STORE"),
    ],
)
def test_a_connection_that_is_lost_is_told_and_the_next_turn_does_the_rest(
    server: imap.Post, event: Event, caplog: pytest.LogCaptureFixture, command: str, why: str
) -> None:
    message = sent(event)
    server.mailbox.add(sample("postfix-unknown-user", message))
    server.drops_at = command

    bounce_jobs.fetch()
    assert server.mailbox.seen == [False]

    server.drops_at = None
    bounce_jobs.fetch()
    assert (server.mailbox.seen, outcome(message)[0]) == ([True], "bounced")


@pytest.mark.parametrize(
    ("setting", "value", "why"),
    [
        ("bounce_imap_password", "another", "refuses the user or the password"),
        ("bounce_imap_password", "пароль", "refuses the user or the password"),
        ("bounce_imap_folder", "Nowhere", "has no such folder"),
        ("bounce_imap_port", 1, "can't be reached"),
        ("bounce_imap_host", "localhost", "can't be reached"),
    ],
)
def test_a_mailbox_that_can_not_be_opened_says_why_without_the_password(
    server: imap.Post, app: Flask, monkeypatch: pytest.MonkeyPatch, setting: str, value: object, why: str
) -> None:
    """`localhost` is not the name in the certificate."""
    monkeypatch.setattr(app.config["SETTINGS"], setting, value)

    with pytest.raises(MailboxIsOut, match=why) as told, bounce_mailbox.opened(app.config["SETTINGS"]):
        pass

    assert imap.PASSWORD not in str(told.value)
    assert bounce_jobs.fetch() == Counter()


def test_a_server_whose_certificate_nobody_vouches_for_gets_no_password(
    server: imap.Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")

    assert bounce_jobs.fetch() == Counter()

    assert "LOGIN" not in server.commands


def test_a_worker_that_is_asked_to_stop_leaves_the_rest(
    server: imap.Post, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.mailbox.add(sample("postfix-unknown-user", sent(event)))
    jobs.stopping.set()
    try:
        assert bounce_jobs.fetch() == Counter()
    finally:
        jobs.stopping.clear()

    assert server.mailbox.seen == [False]


def test_without_a_mailbox_nothing_is_looked_for(app: Flask) -> None:
    assert bounce_jobs.fetch() == Counter()
