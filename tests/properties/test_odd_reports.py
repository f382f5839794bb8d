"""Whatever arrives where mails come back: it is read without a fault, and nothing changes unless it is about a mail."""

from contextlib import suppress

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from ranevents.core.db import db, unit_of_work
from ranevents.mailing import bounce_service
from ranevents.mailing.bounce_reports import NotAReport, read
from ranevents.mailing.bounce_service import Taken
from ranevents.mailing.models import Message
from ranevents.mailing.states import MessageState
from tests.builders import a_message, a_person, an_event
from tests.mailing.returned import BOUNCE_ADDRESS, SAMPLES, sample

pytestmark = pytest.mark.slow

NAMES = sorted(path.stem for path in SAMPLES.glob("*.eml"))
PIECES = [
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n", b"\r\n", b"--x\r\n", b"--x--\r\n",
    b"Content-Type: message/delivery-status\r\n", b"Content-Type: message/global-delivery-status\r\n",
    b"Content-Type: text/rfc822-headers\r\n", b"Content-Type: message/rfc822\r\n", b"Action: failed\r\n",
    b"Status: 5.1.1\r\n", b"Status: 5.999999999999.1\r\n", b"Final-Recipient: rfc822; maria@example.org\r\n",
    b"Diagnostic-Code: smtp; " + b"@" * 5000 + b"\r\n", b"Diagnostic-Code: =?utf-8?B?////?=\r\n",
    b"Content-Transfer-Encoding: base64\r\n", b"Content-Transfer-Encoding: uuencode\r\n", b"Message-ID: <x@y>\r\n",
    b"Content-Type: multipart/mixed; boundary=\"\"\r\n", b"Content-Type: ; charset=\xff\r\n", b"\x00", b"\xff\xfe",
    b"Content-Type: text/rfc822-headers; charset*=nowhere''%FF\r\n", b"begin 644 x\r\n", b" folded\r\n", b": \r\n",
    b"To: bounces+aaaaaaaaaaaaaaaaaaaaaaaa@events.example.org\r\n", b"Message-ID: =?x?q?=FF?=\r\n",
]  # fmt: skip
DEEP = b"Content-Type: message/rfc822\r\n\r\n" * 3000
NESTED = b"".join(
    b"Content-Type: multipart/report; boundary=%d\r\n\r\n--%d\r\n" % (level, level) for level in range(1500)
)

anything = st.one_of(
    st.binary(max_size=300),
    st.lists(st.sampled_from(PIECES) | st.binary(max_size=20), max_size=40).map(b"".join),
)

Changes = list[tuple[float, int, bytes]]
"""Where in a mail, how much of it, and what stands there instead."""
changes = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 80), st.sampled_from(PIECES) | st.binary(max_size=20)), max_size=8
)


def tampered(content: bytes, changes: Changes) -> bytes:
    for where, length, instead in changes:
        at = int(where * len(content))
        content = content[:at] + instead + content[at + length :]
    return content


@given(content=anything)
@settings(max_examples=600, deadline=None)
@example(content=DEEP)
@example(content=NESTED)
@example(content=PIECES[0] + b"\r\n--x\r\n" + DEEP)
@example(content=PIECES[0] + b"\r\n--x\r\n" + PIECES[4] + b"\r\n" + PIECES[8] + PIECES[10] + PIECES[12])
def test_any_bytes_are_read_or_are_no_report(content: bytes) -> None:
    with suppress(NotAReport):
        read(content)


@pytest.fixture
def mail(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Message:
    monkeypatch.setattr(app.config["SETTINGS"], "bounce_address", BOUNCE_ADDRESS)
    with unit_of_work():
        return a_message(an_event(), a_person(), state=MessageState.SENT)


def all_that_is_kept() -> list[object]:
    db.session.rollback()
    db.session.expire_all()
    tables = ("messages", "deliveries", "persons", "audit_entries", "invitations")
    return [db.session.execute(text(f"SELECT * FROM {table} ORDER BY 1")).all() for table in tables]


@given(name=st.sampled_from(NAMES), changes=changes)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_changes_unless_a_mail_of_ours_is_named(mail: Message, name: str, changes: Changes) -> None:
    before = all_that_is_kept()
    content = tampered(sample(name, mail, envelope="x@example.org", message_id="<x@example.org>"), changes)

    with unit_of_work():
        taken = bounce_service.take_in(content)

    assert taken in (Taken.NO_REPORT, Taken.NOT_OURS)
    assert all_that_is_kept() == before


@given(name=st.sampled_from(NAMES), changes=changes)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_report_that_was_tampered_with_touches_at_most_the_mail_it_names(
    mail: Message, name: str, changes: Changes
) -> None:
    with unit_of_work():
        other = a_message(an_event(), a_person(), state=MessageState.SENT)
        one = a_message(an_event(), a_person(), state=MessageState.SENT)
    content = tampered(sample(name, one), changes)

    with unit_of_work():
        bounce_service.take_in(content)

    db.session.expire_all()
    assert db.session.scalar(select(Message.state).where(Message.id == other.id)) is MessageState.SENT
    assert db.session.get_one(Message, one.id).state in (MessageState.SENT, MessageState.BOUNCED)
    assert "@" not in db.session.get_one(Message, one.id).last_error
