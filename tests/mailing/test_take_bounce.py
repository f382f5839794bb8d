"""ranevents take-bounce: a mail server pipes one mail in, and goes by the exit code."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from ranevents.cli import main
from ranevents.core.db import unit_of_work
from ranevents.mailing.bounce_reports import BYTES_READ
from ranevents.mailing.models import Message
from ranevents.mailing.states import MessageState
from tests.builders import a_message, a_person, an_event
from tests.mailing.letters import outcome
from tests.mailing.returned import BOUNCE_ADDRESS, sample

Take = Callable[[bytes], Result]
DATABASE_IS_AWAY = 75

pytestmark = pytest.mark.usefixtures("comes_back")


@pytest.fixture
def take(app: Flask, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Take:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("RANEVENTS_LOG_LEVEL", "error")
    monkeypatch.setenv("RANEVENTS_BOUNCE_ADDRESS", BOUNCE_ADDRESS)
    return lambda content: CliRunner().invoke(main, ["take-bounce"], input=content)


def a_mail(state: MessageState = MessageState.SENT) -> Message:
    with unit_of_work():
        return a_message(an_event(), a_person(), state=state)


def test_a_report_is_taken_in_whatever_is_returned_with_it(take: Take) -> None:
    message = a_mail()
    content = sample("postfix-unknown-user", message)

    done = take(content.replace(b"Good day", b"Good day\r\n" * BYTES_READ))

    assert (done.exit_code, done.output) == (0, "came back\n")
    assert outcome(message)[0] == "bounced"


@pytest.mark.parametrize("content", [b"", b"\xff\x00\r\n", b"From: x\r\n\r\nHello"])
def test_what_is_not_ours_is_taken_and_forgotten(take: Take, content: bytes) -> None:
    assert (take(content).exit_code, take(content).output) == (0, "no report\n")


def test_what_comes_too_early_is_to_be_brought_again(take: Take) -> None:
    assert take(sample("postfix-unknown-user", a_mail(MessageState.QUEUED))).exit_code == DATABASE_IS_AWAY


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none"),
        ("RANEVENTS_MAIL_PORT", "many"),
    ],
)
def test_where_it_can_not_be_looked_at_the_mail_server_keeps_it(
    take: Take, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    assert take(b"From: x\r\n\r\nHello").exit_code == DATABASE_IS_AWAY
