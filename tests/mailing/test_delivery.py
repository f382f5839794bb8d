"""From a committed message to the relay and back."""

import re
import threading
from datetime import datetime, timedelta
from email import policy
from email.parser import BytesParser

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select

from ranevents.core import clock, tokens
from ranevents.core.calendar import Method
from ranevents.core.db import db
from ranevents.mailing import delivery, queries
from ranevents.mailing.delivery import Ending, drain
from ranevents.mailing.models import MailQueue, Message, SendingAllowance
from ranevents.mailing.relay import PATIENCE_SECONDS, Line
from tests.conftest import Clock
from tests.mailing.letters import outcome, post
from tests.sink import DROP, DROP_AFTER_DATA, REFUSE_DATA, STALL, STALL_AFTER_DATA, Sink

ENTRY = "BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\nBEGIN:VEVENT\r\nUID:7\r\nSUMMARY:Партньорства\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


def drained() -> Ending:
    return drain(MailQueue.PROMPT)


def test_a_mail_says_who_writes_to_whom_and_stays_quiet_machines(app: Flask, sink: Sink) -> None:
    message = post(context={"subject": "Ein Platz für Sie – място"}, reply_to="secretariat@example.org")

    assert drained() is Ending.NOTHING_DUE

    [mail] = sink.mails
    assert {name: str(value) for name, value in mail.items() if name not in ("Content-Type", "MIME-Version")} == {
        "From": "Policy and Practice Events <ranevents@localhost>",
        "To": "Мария Петрова <maria@example.org>",
        "Reply-To": "secretariat@example.org",
        "Subject": "Ein Platz für Sie – място",
        "Date": "Thu, 01 Mar 2018 09:00:00 +0000",
        "Message-ID": message.message_id,
        "Auto-Submitted": "auto-generated",
    }
    assert outcome(message) == ("sent", 1, "")
    [attempt] = queries.attempts(message)
    assert (attempt.outcome.value, attempt.code, attempt.answer) == ("sent", 250, "OK, queued as 1")


def test_only_the_mail_itself_holds_a_link_that_works(app: Flask, sink: Sink) -> None:
    message = post()

    drained()

    [mail] = sink.mails
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr]
    [token] = re.findall(r"http://127\.0\.0\.1:8000/r/(\S+)", text)
    assert tokens.read("registration", token) == tokens.Link("registration", "42", 1)
    assert f'href="http://127.0.0.1:8000/r/{token}"' in html
    row = db.session.execute(select(Message.__table__).where(Message.id == message.id)).one()
    assert token not in str(row)


def test_a_calendar_entry_is_there_for_every_kind_of_program(app: Flask, sink: Sink) -> None:
    post(calendar=ENTRY, calendar_method=Method.PUBLISH)

    drained()

    [mail] = sink.mails
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar", "application/ics",
    ]  # fmt: skip
    inline, attached = [part for part in mail.walk() if part.get_content_type() in ("text/calendar", "application/ics")]
    assert (inline.get_param("method"), inline.get_content_charset(), inline.get_content_disposition()) == (
        "PUBLISH",
        "utf-8",
        None,
    )
    assert attached.get_filename() == "calendar-entry.ics"
    for part in (inline, attached):
        entry = Calendar.from_ical(part.get_payload(decode=True))
        assert str(entry.walk("VEVENT")[0]["SUMMARY"]) == "Партньорства"


def test_what_goes_over_the_wire_is_seven_bit(app: Flask, sink: Sink) -> None:
    post(context={"subject": "Ѓорѓи"}, to_name="Ђорђе " * 30)

    drained()

    [(_to, content)] = sink.taken
    content.decode("ascii")
    assert max(len(line) for line in content.splitlines()) <= 998


def test_an_address_in_other_letters_goes_out_where_the_relay_takes_it(app: Flask, sink: Sink) -> None:
    message = post("мария@пример.бг")

    drained()

    assert sink.recipients == ["мария@xn--e1afmkfd.xn--90ae"]
    assert outcome(message) == ("sent", 1, "")


def test_an_address_in_other_letters_fails_clearly_where_the_relay_does_not_take_it(
    app: Flask, monkeypatch: pytest.MonkeyPatch, sink: Sink
) -> None:
    from tests.sink import running

    plain, controller = running(enable_SMTPUTF8=False)
    monkeypatch.setattr(app.extensions["mail"], "port", plain.port)
    message, other = post("мария@example.org"), post("second@example.org")

    drained()
    controller.stop()

    assert outcome(message) == ("failed", 1, "The mail relay takes only addresses in plain Latin letters.")
    assert outcome(other) == ("sent", 1, "")


def test_a_temporary_refusal_is_tried_again_with_growing_pauses_and_given_up_after_two_days(
    app: Flask, sink: Sink, moment: Clock
) -> None:
    sink.behaviour = lambda to: "451 try later"
    message = post()
    began, tries = moment.at, []

    while outcome(message)[0] == "queued":
        tries.append(moment.at - began)
        drained()
        moment.at = db.session.get_one(Message, message.id).next_attempt_at

    assert [pause.total_seconds() / 60 for pause in tries[:6]] == [0, 1, 6, 21, 81, 141]
    assert timedelta(hours=46) < tries[-1] <= timedelta(hours=48)
    assert outcome(message) == ("failed", len(tries), "try later")
    assert {attempt.outcome.value for attempt in queries.attempts(message)[:-1]} == {"queued"}


def test_a_final_refusal_ends_one_mail_and_no_other(app: Flask, sink: Sink) -> None:
    sink.behaviour = lambda to: "550 no such mailbox" if to.startswith("gone") else None
    gone, stays = post("gone@example.org"), post("here@example.org")

    drained()

    assert outcome(gone) == ("failed", 1, "no such mailbox")
    assert outcome(stays) == ("sent", 1, "")
    assert sink.connections == 1


@pytest.mark.parametrize(
    "address", ["not an address", "a@b@c.example.org", "x\r\nRCPT TO:<y@example.org>@example.org", "@", "a@-.org"]
)
def test_a_message_that_can_not_be_a_mail_fails_alone(app: Flask, sink: Sink, address: str) -> None:
    poisoned, good = post(address), post("good@example.org")

    assert drained() is Ending.NOTHING_DUE

    assert outcome(poisoned)[0] == "failed"
    assert outcome(poisoned)[2].startswith("This mail could not be written: ")
    assert outcome(good) == ("sent", 1, "")
    assert sink.recipients == ["good@example.org"]


def test_names_and_subjects_can_not_add_headers(app: Flask, sink: Sink) -> None:
    post(to_name="Eve\r\nBcc: all@example.org", context={"subject": "Hello\nBcc: all@example.org"})

    drained()

    [mail] = sink.mails
    assert mail["Bcc"] is None
    assert sink.recipients == ["maria@example.org"]


def test_content_that_the_relay_refuses_for_good_fails(app: Flask, sink: Sink) -> None:
    sink.behaviour = lambda to: f"{REFUSE_DATA}554 looks like spam, see http://127.0.0.1:8000/r/abc"
    message = post()

    drained()

    assert outcome(message) == ("failed", 1, "looks like spam, see …")


def test_no_answer_of_the_relay_brings_a_link_into_the_log(
    app: Flask, sink: Sink, caplog: pytest.LogCaptureFixture
) -> None:
    token = tokens.Link("registration", "42", 1).sign()
    sink.behaviour = lambda to: f"451 we saw /r/{token} in it"
    message = post()

    drained()

    assert outcome(message) == ("queued", 1, "we saw /r/… in it")
    assert token not in caplog.text


def test_a_relay_that_can_not_be_reached_costs_no_mail_an_attempt(
    app: Flask, sink: Sink, monkeypatch: pytest.MonkeyPatch, moment: Clock
) -> None:
    messages = [post(f"p{number}@example.org") for number in range(3)]
    monkeypatch.setattr(app.extensions["mail"], "port", 1)

    ending = drained()

    assert ending is Ending.RELAY_IS_OUT
    assert delivery.come_back_at(MailQueue.PROMPT, ending) == moment.at + timedelta(minutes=1)
    assert [outcome(message)[:2] for message in messages] == [("queued", 0)] * 3
    assert outcome(messages[0])[2].startswith("The mail relay can't be reached: ConnectionRefusedError")


@pytest.mark.parametrize("answer", ["421 closing", "451 not now", "550 we do not know you", "530 sign in first"])
def test_a_relay_that_refuses_us_as_a_sender_costs_no_mail_an_attempt(app: Flask, sink: Sink, answer: str) -> None:
    sink.from_refused = answer
    messages = [post(f"p{number}@example.org") for number in range(3)]

    assert drained() is Ending.RELAY_IS_OUT

    assert [outcome(message)[:2] for message in messages] == [("queued", 0)] * 3
    assert outcome(messages[0])[2] == answer[4:]


@pytest.mark.parametrize("answer", ["530 sign in first", "535 no", f"{REFUSE_DATA}538 encrypt first", "421 busy"])
def test_an_answer_about_one_recipient_holds_up_no_other_mail(
    app: Flask, sink: Sink, moment: Clock, answer: str
) -> None:
    sink.behaviour = lambda to: answer if to.startswith("odd") else None
    odd, good = post("odd@example.org"), post("good@example.org")

    drained()

    assert outcome(odd)[:2] == ("queued", 1)
    assert outcome(good) == ("sent", 1, "")
    assert failed_in_the_end(odd, moment)


def failed_in_the_end(message: Message, moment: Clock) -> bool:
    """Whether the message, tried whenever it is due, has failed after two days and not long before."""
    began = moment.at
    while outcome(message)[0] == "queued" and moment.at < began + timedelta(days=3):
        moment.at = max(moment.at, db.session.get_one(Message, message.id).next_attempt_at)
        drained()
    return outcome(message)[0] == "failed" and timedelta(hours=46) < moment.at - began <= timedelta(hours=48)


@pytest.mark.parametrize("answer", ["550 sender rejected", "451 not now"])
def test_a_mail_that_the_relay_holds_up_for_two_days_has_failed(
    app: Flask, sink: Sink, moment: Clock, answer: str
) -> None:
    sink.from_refused = answer
    message = post()

    assert failed_in_the_end(message, moment)

    assert outcome(message) == ("failed", 0, answer[4:])


def test_the_pauses_grow_while_the_relay_takes_nothing(app: Flask, sink: Sink, moment: Clock) -> None:
    sink.from_refused = "451 not now"
    message = post()
    pauses = []

    for _nth in range(5):
        drained()
        due = db.session.get_one(Message, message.id, populate_existing=True).next_attempt_at
        pauses.append((due - moment.at).total_seconds())
        moment.at = due

    assert pauses == [60, 300, 900, 3600, 3600]


def test_each_mail_gets_its_turn_while_the_relay_takes_nothing(app: Flask, sink: Sink, moment: Clock) -> None:
    sink.from_refused = "451 not now"
    messages = [post(f"p{number}@example.org") for number in range(4)]

    for _nth in range(4):
        drained()
        moment.move(minutes=1)

    assert [len(queries.attempts(message)) for message in messages] == [1, 1, 1, 1]


def test_what_the_relay_held_up_goes_out_as_soon_as_it_takes_mails_again(app: Flask, sink: Sink, moment: Clock) -> None:
    sink.from_refused = "451 not now"
    held_up = post("held@example.org")
    for _nth in range(4):
        drained()
        moment.at = db.session.get_one(Message, held_up.id, populate_existing=True).next_attempt_at
    drained()
    sink.from_refused = None
    later = post("later@example.org")

    drained()

    assert [outcome(message) for message in (held_up, later)] == [("sent", 1, "")] * 2
    assert sink.recipients == ["later@example.org", "held@example.org"]


def test_a_relay_that_looks_through_a_mail_for_long_gets_it_once(
    app: Flask, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.config["SETTINGS"], "mail_timeout_seconds", 1)
    monkeypatch.setattr(app.config["SETTINGS"], "mail_answer_seconds", 60)
    sink.behaviour = lambda to: STALL_AFTER_DATA if to.startswith("slow") else None
    sink.seconds_a_content = 2.5
    slow, quick = post("slow@example.org"), post("quick@example.org")

    drained()

    assert [outcome(message) for message in (slow, quick)] == [("sent", 1, "")] * 2
    assert sink.recipients == ["slow@example.org", "quick@example.org"]


def lease_of(message: Message) -> datetime:
    until = db.session.scalar(select(Message.next_attempt_at).where(Message.id == message.id))
    db.session.rollback()
    assert until is not None
    return until


def test_no_worker_takes_up_a_mail_that_the_relay_is_looking_through(app: Flask, sink: Sink, moment: Clock) -> None:
    sink.behaviour = lambda to: STALL_AFTER_DATA
    sink.seconds_a_content = 2 * PATIENCE_SECONDS
    message = post()
    settings = app.config["SETTINGS"]
    lengthened = moment.at + timedelta(seconds=settings.mail_content_lease_seconds)

    def send() -> None:
        with app.app_context():
            drain(MailQueue.PROMPT)

    first = threading.Thread(target=send)
    first.start()
    while lease_of(message) != lengthened:
        threading.Event().wait(0.02)
    moment.move(seconds=settings.mail_answer_seconds)
    assert delivery.claim(MailQueue.PROMPT) is Ending.NOTHING_DUE
    first.join()

    assert outcome(message) == ("sent", 1, "")
    assert len(sink.taken) == 1


def test_a_line_that_begins_with_a_dot_arrives_as_it_was_written(app: Flask, sink: Sink) -> None:
    post(context={"name": "\n.\n..dots\nend"}, to_name="Ana")

    drained()

    [mail] = sink.mails
    assert mail.get_body(("plain",)).get_content().splitlines()[1:4] == [".", "..dots", "end,"]  # type: ignore[union-attr]


@pytest.mark.parametrize("address", ["секретариат@example.org", "not an address"])
def test_an_address_for_answers_that_no_header_can_hold_is_left_out(app: Flask, sink: Sink, address: str) -> None:
    message = post(reply_to=address)

    drained()

    assert outcome(message) == ("sent", 1, "")
    assert [mail["Reply-To"] for mail in sink.mails] == [None]


def test_a_relay_that_closes_in_the_middle_is_left_alone_for_a_while(app: Flask, sink: Sink) -> None:
    sink.behaviour = lambda to: "421 too busy"
    messages = [post(f"p{number}@example.org") for number in range(3)]

    assert drained() is Ending.RELAY_IS_OUT

    assert [outcome(message)[:2] for message in messages] == [("queued", 1), ("queued", 1), ("queued", 0)]


@pytest.mark.parametrize("does", [DROP, STALL])
def test_a_connection_lost_over_one_mail_does_not_stop_the_others(
    app: Flask, sink: Sink, does: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.config["SETTINGS"], "mail_timeout_seconds", 1)
    sink.behaviour = lambda to: does if to.startswith("odd") else None
    odd, good = post("odd@example.org"), post("good@example.org")

    assert drained() is Ending.NOTHING_DUE

    assert outcome(odd)[:2] == ("queued", 1)
    assert outcome(good) == ("sent", 1, "")
    assert sink.connections == 2


def test_a_mail_whose_answer_was_lost_is_repeated_as_the_same_mail(app: Flask, sink: Sink, moment: Clock) -> None:
    sink.behaviour = lambda to: DROP_AFTER_DATA if sink.asked[to] == 1 else None
    message = post()

    drained()
    moment.move(minutes=1)
    drained()

    assert [mail["Message-ID"] for mail in sink.mails] == [message.message_id] * 2
    assert outcome(message) == ("sent", 2, "")


def test_a_relay_that_ends_the_connection_after_each_mail_is_called_again(
    app: Flask, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def one_mail_a_connection(
        server: object, session: object, envelope: object, address: str, options: list[str]
    ) -> str:
        used = getattr(session, "used", False)
        session.used = True  # type: ignore[attr-defined]
        envelope.mail_from = address  # type: ignore[attr-defined]
        return "421 one at a time" if used else "250 OK"

    monkeypatch.setattr(sink, "on_sender", one_mail_a_connection)
    messages = [post(f"p{number}@example.org") for number in range(3)]

    assert drained() is Ending.NOTHING_DUE

    assert [outcome(message) for message in messages] == [("sent", 1, "")] * 3
    assert sink.connections == 3


def test_what_a_dead_worker_held_is_taken_up_when_its_lease_ends(app: Flask, sink: Sink, moment: Clock) -> None:
    message = post()
    held = delivery.claim(MailQueue.PROMPT)
    assert isinstance(held, Message)

    drained()
    assert outcome(message) == ("sending", 1, "")
    moment.move(seconds=app.config["SETTINGS"].mail_lease_seconds)
    drained()

    assert outcome(message) == ("sent", 2, "")


def test_a_worker_whose_lease_is_over_sends_nothing_and_writes_nothing_down(
    app: Flask, sink: Sink, moment: Clock
) -> None:
    message = post()
    late = delivery.claim(MailQueue.PROMPT)
    assert isinstance(late, Message)
    moment.move(seconds=app.config["SETTINGS"].mail_lease_seconds)
    sink.behaviour = lambda to: "550 no" if sink.asked[to] == 1 else None
    line = Line()

    taken_over = delivery.claim(MailQueue.PROMPT)
    assert isinstance(taken_over, Message)
    delivery.settle(delivery.send(late, line))
    delivery.settle(delivery.send(late, line))

    assert sink.asked["maria@example.org"] == 2
    assert sink.taken == []
    assert outcome(message) == ("sending", 2, "")
    assert queries.attempts(message) == []


def test_a_mail_over_which_every_worker_dies_is_given_up(app: Flask, sink: Sink, moment: Clock) -> None:
    message = post()
    ends = moment.at + timedelta(days=2)
    while moment.at < ends:
        delivery.claim(MailQueue.PROMPT)
        moment.move(seconds=app.config["SETTINGS"].mail_lease_seconds)

    drained()

    assert outcome(message)[::2] == ("failed", "Each worker that tried to send this mail ended while doing so.")
    assert [attempt.outcome.value for attempt in queries.attempts(message)] == ["failed"]
    assert sink.taken == []


def test_a_mail_that_waited_for_a_worker_for_days_is_sent(app: Flask, sink: Sink, moment: Clock) -> None:
    sink.behaviour = lambda to: "451 later" if sink.asked[to] == 1 else None
    tried, never_tried = post("tried@example.org"), post("never@example.org")
    delivery.settle(delivery.send(delivery.claim(MailQueue.PROMPT), Line()))  # type: ignore[arg-type]

    moment.move(days=3)
    sink.behaviour = lambda to: None
    drained()

    assert outcome(tried) == ("sent", 2, "")
    assert outcome(never_tried) == ("sent", 1, "")


def test_all_workers_together_keep_to_the_limit_and_bulk_leaves_room(
    app: Flask, sink: Sink, monkeypatch: pytest.MonkeyPatch, moment: Clock
) -> None:
    monkeypatch.setattr(app.config["SETTINGS"], "mail_per_minute", 5)
    for number in range(6):
        post(f"bulk{number}@example.org", queue=MailQueue.BULK)
        post(f"prompt{number}@example.org")

    assert drain(MailQueue.BULK) is Ending.LIMIT_REACHED
    assert drain(MailQueue.PROMPT) is Ending.LIMIT_REACHED

    assert sink.recipients == [
        "bulk0@example.org",
        "bulk1@example.org",
        "bulk2@example.org",
        "bulk3@example.org",
        "prompt0@example.org",
    ]
    next_minute = moment.at.replace(second=0, microsecond=0) + timedelta(minutes=1)
    assert delivery.come_back_at(MailQueue.BULK, Ending.LIMIT_REACHED) == next_minute
    assert db.session.scalars(select(SendingAllowance.used)).all() == [5]
    moment.move(minutes=1)
    drain(MailQueue.PROMPT)
    assert sink.recipients[5:] == [f"prompt{number}@example.org" for number in range(1, 6)]


def test_a_drain_ends_after_so_many_mails_and_asks_for_another(app: Flask, sink: Sink, moment: Clock) -> None:
    for number in range(3):
        post(f"p{number}@example.org")

    ending = drain(MailQueue.PROMPT, at_most=2)

    assert ending is Ending.MORE_TO_DO
    assert delivery.come_back_at(MailQueue.PROMPT, ending) == clock.now()
    assert len(sink.taken) == 2


def test_a_raw_mail_parses_without_a_defect(app: Flask, sink: Sink) -> None:
    post(calendar=ENTRY, calendar_method=Method.CANCEL)

    drained()

    [(_to, content)] = sink.taken
    mail = BytesParser(policy=policy.default).parsebytes(content)
    assert [(part.get_content_type(), part.defects) for part in mail.walk() if part.defects] == []
