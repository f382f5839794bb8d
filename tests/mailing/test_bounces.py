"""Mails that come back: which reports are about a mail of ours, and what follows from them."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from ranevents.accounts.models import Role
from ranevents.core import clock
from ranevents.core.audit import SYSTEM
from ranevents.core.db import db, unit_of_work
from ranevents.events.models import Event
from ranevents.mailing import bounce_addresses, bounce_service, queries, service
from ranevents.mailing.bounce_service import Taken
from ranevents.mailing.delivery import claim, drain
from ranevents.mailing.models import Delivery, MailQueue, Message
from ranevents.mailing.states import Cause, MessageState
from ranevents.people import service as people
from ranevents.people.models import Person
from tests.builders import a_message, a_person, a_user, an_event
from tests.client import Client
from tests.conftest import MORNING, Clock
from tests.mailing.letters import outcome, post
from tests.mailing.returned import sample
from tests.sink import Sink

CAME_BACK = {
    "postfix-unknown-user": (
        "5.1.1",
        "550 5.1.1 <…>: Recipient address rejected: User unknown in virtual mailbox table",
        Cause.ADDRESS,
    ),
    "postfix-gave-up": ("4.4.1", "connect to mx1.ministry.example[192.0.2.25]:25: Connection timed out", Cause.OTHER),
    "exim-unrouteable": ("5.1.1", "550 5.1.1 <…> no such person, see …", Cause.ADDRESS),
    "exchange-not-found": (
        "5.1.10",
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient … not found by SMTP address lookup",
        Cause.ADDRESS,
    ),
    "gmail-full": (
        "5.2.2",
        "552-5.2.2 The recipient's inbox is out of storage space. Please direct the recipient to 552 5.2.2 … d2si1",
        Cause.FULL,
    ),
    "sendmail-refused": ("5.7.1", "554 5.7.1 Message refused: policy", Cause.REFUSED),
    "forwarded-to-another": ("5.1.2", "550 5.1.2 Host gone.example not found", Cause.ADDRESS),
    "only-the-message-id": ("5.1.1", "5.1.1", Cause.ADDRESS),
    "in-any-letters": ("5.1.1", "550 5.1.1 No such mailbox", Cause.ADDRESS),
    "appliance-sparse": ("", "", Cause.OTHER),
}
NOTHING_FOLLOWS = {
    "postfix-delivered": Taken.NOTHING_NEW,
    "list-of-several": Taken.NOTHING_NEW,
    "qmail-old-form": Taken.NO_REPORT,
    "holiday-answer": Taken.NO_REPORT,
    "complaint": Taken.NO_REPORT,
    "read-receipt": Taken.NO_REPORT,
    "report-inside-a-letter": Taken.NO_REPORT,
    "broken-off": Taken.NO_REPORT,
}
NOBODYS = "bounces+aaaaaaaaaaaaaaaaaaaaaaaa@events.example.org"

pytestmark = pytest.mark.usefixtures("comes_back")


@pytest.fixture
def event(app: Flask) -> Event:
    with unit_of_work():
        return an_event()


@pytest.fixture
def person(event: Event) -> Person:
    with unit_of_work():
        return a_person(email="Maria@Example.org")


@pytest.fixture
def sent(event: Event, person: Person) -> Message:
    return a_sent_message(event, person)


def a_sent_message(event: Event, person: Person, **given: Any) -> Message:
    with unit_of_work():
        return a_message(
            event,
            person,
            **{"state": MessageState.SENT, "to_address": "maria@example.org", "sent_at": MORNING, **given},
        )


def take_in(content: bytes) -> Taken:
    with unit_of_work():
        return bounce_service.take_in(content)


def reports(message: Message) -> list[tuple[str, str | None, str]]:
    """What is noted of a message beside the attempts: state, status code and words."""
    db.session.expire_all()
    return [(one.outcome.value, one.report_status, one.answer) for one in queries.attempts(message)]


def failed_at(person: Person) -> Any:
    db.session.expire_all()
    return db.session.get_one(Person, person.id).address_failed_at


@pytest.mark.parametrize("name", CAME_BACK)
def test_a_mail_that_comes_back_is_shown_as_such_with_the_reason(
    sent: Message, person: Person, moment: Clock, name: str
) -> None:
    status, said, cause = CAME_BACK[name]
    moment.move(hours=3)

    assert take_in(sample(name, sent)) is Taken.CAME_BACK

    assert outcome(sent) == ("bounced", 0, said)
    assert reports(sent) == [("bounced", status, said)]
    assert queries.cause_of_return(sent) is cause
    assert failed_at(person) == MORNING + timedelta(hours=3)


@pytest.mark.parametrize("name", NOTHING_FOLLOWS)
def test_of_all_other_mails_nothing_follows(sent: Message, person: Person, name: str) -> None:
    assert take_in(sample(name, sent)) is NOTHING_FOLLOWS[name]

    assert (outcome(sent), reports(sent), failed_at(person)) == (("sent", 0, ""), [], None)


@pytest.mark.parametrize("name", CAME_BACK)
def test_a_forged_report_changes_nothing(sent: Message, person: Person, name: str) -> None:
    forged = sample(name, sent, envelope=NOBODYS, message_id="<1@example.org>")

    assert take_in(forged) is Taken.NOT_OURS

    assert (outcome(sent), failed_at(person)) == (("sent", 0, ""), None)


@pytest.mark.parametrize("name", [name for name in CAME_BACK if name != "appliance-sparse"])
def test_a_mail_is_known_by_its_message_id_alone(sent: Message, name: str) -> None:
    assert take_in(sample(name, sent, envelope="events@example.org")) is Taken.CAME_BACK


@pytest.mark.parametrize("name", [name for name in CAME_BACK if name != "only-the-message-id"])
def test_a_mail_is_known_by_the_address_alone(sent: Message, name: str) -> None:
    assert take_in(sample(name, sent, message_id="<rewritten@relay.example.org>")) is Taken.CAME_BACK


def test_the_same_report_twice_is_noted_once(sent: Message) -> None:
    content = sample("postfix-unknown-user", sent)

    assert [take_in(content), take_in(content)] == [Taken.CAME_BACK, Taken.NOTHING_NEW]

    assert len(reports(sent)) == 1


def test_the_same_report_in_several_places_at_once_is_noted_once(app: Flask, sent: Message) -> None:
    contents = [sample(name, sent) for name in ("postfix-unknown-user", "gmail-full")] * 4

    def take_in_elsewhere(content: bytes) -> Taken:
        with app.app_context():
            return take_in(content)

    with ThreadPoolExecutor(8) as several:
        taken = list(several.map(take_in_elsewhere, contents))

    assert sorted(taken) == sorted([Taken.CAME_BACK, *[Taken.NOTHING_NEW] * 7])
    assert len(reports(sent)) == 1


def test_a_delay_is_noted_once_and_the_mail_stays_sent(sent: Message, person: Person) -> None:
    content = sample("postfix-delayed", sent)

    assert [take_in(content), take_in(content)] == [Taken.DELAYED, Taken.NOTHING_NEW]

    assert outcome(sent) == ("sent", 0, "")
    assert reports(sent) == [("sent", "4.4.1", "connect to mx1.ministry.example[192.0.2.25]:25: Connection timed out")]
    assert failed_at(person) is None


def test_a_mail_that_was_delayed_may_still_come_back(sent: Message) -> None:
    take_in(sample("postfix-delayed", sent))

    assert take_in(sample("postfix-gave-up", sent)) is Taken.CAME_BACK

    assert [state for state, _status, _said in reports(sent)] == ["sent", "bounced"]


def test_delays_fill_no_log(sent: Message) -> None:
    for number in range(30):
        take_in(sample("postfix-delayed", sent).replace(b"Connection timed out", b"Connection %d timed out" % number))

    assert len(reports(sent)) == bounce_service.MOST_DELAYS_NOTED


def test_a_report_that_comes_before_the_relays_answer_is_asked_for_again(event: Event, person: Person) -> None:
    message = a_sent_message(event, person, state=MessageState.QUEUED)
    claim(MailQueue.PROMPT)

    assert take_in(sample("postfix-unknown-user", message)) is Taken.TOO_EARLY

    assert outcome(message)[0] == "sending"


@pytest.mark.parametrize("state", [MessageState.FAILED, MessageState.CANCELLED])
def test_a_mail_that_never_went_out_does_not_come_back(event: Event, person: Person, state: MessageState) -> None:
    message = a_sent_message(event, person, state=state)

    assert take_in(sample("postfix-unknown-user", message)) is Taken.NOTHING_NEW

    assert outcome(message)[0] == state.value


def test_a_report_about_an_address_that_was_changed_meanwhile_leaves_the_person_alone(
    sent: Message, person: Person
) -> None:
    with unit_of_work():
        db.session.execute(update(Person).values(email="m.petrova@example.org"))

    assert take_in(sample("postfix-unknown-user", sent)) is Taken.CAME_BACK

    assert failed_at(person) is None


def test_only_the_person_who_was_written_to_is_marked(sent: Message, person: Person, event: Event) -> None:
    with unit_of_work():
        twin = a_person(email=person.email)

    take_in(sample("postfix-unknown-user", sent))

    assert (failed_at(person) is not None, failed_at(twin)) == (True, None)


def test_a_new_address_has_not_failed(sent: Message, person: Person) -> None:
    take_in(sample("postfix-unknown-user", sent))
    db.session.expire_all()
    with unit_of_work():
        known = db.session.get_one(Person, person.id)
        said = {name: getattr(known, name) for name in people.Particulars.__dataclass_fields__}
        people.correct(known, people.Particulars(**{**said, "position": "Head"}))
        assert known.address_failed_at == clock.now()

        people.correct(known, people.Particulars(**{**said, "email": "m.petrova@example.org"}))

    assert failed_at(person) is None


def test_nothing_is_said_of_a_mail_whose_words_were_erased(sent: Message, person: Person) -> None:
    content = sample("postfix-unknown-user", sent)
    with unit_of_work():
        service.forget([db.session.get_one(Message, sent.id)])
        people.erase(db.session.get_one(Person, person.id))

    assert take_in(content) is Taken.CAME_BACK

    assert (reports(sent), failed_at(person)) == ([("bounced", "5.1.1", "")], None)


def test_a_mail_to_an_organiser_comes_back_too(app: Flask, sink: Sink) -> None:
    message = post(key="user:1:accounts/invitation:1")
    drain(MailQueue.PROMPT)

    assert take_in(sample("postfix-unknown-user", message)) is Taken.CAME_BACK

    assert outcome(message)[0] == "bounced"


def test_a_returned_mail_can_be_sent_again_as_another(event: Event, person: Person) -> None:
    returned = a_sent_message(event, person, links={})
    take_in(sample("gmail-full", returned))

    again = service.send_again(returned, once="1", by=SYSTEM)

    assert (again.id != returned.id, again.message_id != returned.message_id) == (True, True)
    assert bounce_addresses.sender_of(again.id) != bounce_addresses.sender_of(returned.id)


def test_each_mail_goes_out_under_an_address_of_its_own_and_from_the_same_sender(app: Flask, sink: Sink) -> None:
    first, second = post("ana@example.org"), post("ben@example.org")

    drain(MailQueue.PROMPT)

    assert sink.senders == [bounce_addresses.sender_of(first.id), bounce_addresses.sender_of(second.id)]
    assert len(set(sink.senders)) == 2
    assert {mail["From"] for mail in sink.mails} == {"Policy and Practice Events <ranevents@localhost>"}


def test_without_a_bounce_address_all_mails_have_the_plain_sender(
    app: Flask, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.config["SETTINGS"], "bounce_address", "")
    message = post()

    drain(MailQueue.PROMPT)

    assert sink.senders == ["ranevents@localhost"]
    assert take_in(sample("postfix-unknown-user", message)) is Taken.CAME_BACK


def test_an_address_is_short_and_only_ours_count(app: Flask) -> None:
    address = bounce_addresses.sender_of(4_000_000_000)
    local, _, _domain = address.partition("@")
    altered = address.replace(local[-1], "a" if local[-1] != "a" else "b")

    assert re.fullmatch(r"bounces\+[a-z2-7]{24}@events\.example\.org", address)
    found = [
        bounce_addresses.message_named_in([text])
        for text in (
            f"<{address.upper()}>",
            f"x, {address}",
            altered,
            f"{local}@evil.example",
            f"{address}.evil.example",
        )
    ]
    assert found == [4_000_000_000, 4_000_000_000, None, None, None]


def test_addresses_given_out_under_an_older_key_still_count(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    address = bounce_addresses.sender_of(7)
    monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", [app.config["SECRET_KEY"]])
    monkeypatch.setitem(app.config, "SECRET_KEY", "a new one")

    assert bounce_addresses.message_named_in([address]) == 7
    assert bounce_addresses.sender_of(7) != address


def test_the_mail_log_tells_what_came_back_why_and_what_to_do(app: Flask, event: Event, sent: Message) -> None:
    with unit_of_work():
        client = Client(app, a_user(Role.EDITOR, event))
    take_in(sample("postfix-delayed", sent))
    take_in(sample("postfix-unknown-user", sent))

    home = client.get(f"/organise/events/{event.slug}")
    log = client.get(f"/organise/events/{event.slug}/mails?state=bounced")
    page = client.get(f"/organise/events/{event.slug}/mails/{sent.id}")

    assert "1 mail came back." in home.text
    assert "Came back (1)" in log.text
    assert "User unknown in virtual mailbox table" in log.text
    assert str(Cause.ADDRESS.advice) in page.text
    assert "Delayed on its way 4.4.1 connect to mx1" in page.text
    assert page.text.count("Came back 550 5.1.1") == 2


def test_a_report_is_no_attempt_to_send(app: Flask, event: Event, person: Person, sent: Message, moment: Clock) -> None:
    a_sent_message(event, person, state=MessageState.QUEUED)
    moment.move(hours=1)
    take_in(sample("postfix-delayed", sent))

    assert [line for line in queries.stuck(clock.now()) if "are due" in line]
    assert db.session.scalar(select(Delivery.report_status)) == "4.4.1"
