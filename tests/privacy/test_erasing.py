"""An organiser answers a wish: erases, or declines with a reason; also without any request."""

import pytest
from flask import Flask
from sqlalchemy import select

from ranevents.core import audit, clock
from ranevents.core.db import db
from ranevents.events.models import Event
from ranevents.mailing.delivery import Outcome, claim, drain, settle
from ranevents.mailing.models import Delivery, MailQueue, Message
from ranevents.mailing.relay import Answer
from ranevents.mailing.states import MessageState, MessageStep
from ranevents.privacy.models import Erasure
from ranevents.privacy.states import ErasureState
from ranevents.questions.models import QuestionKind
from ranevents.registrations.check import differences
from ranevents.registrations.models import Registration
from ranevents.registrations.states import RegistrationState
from tests.builders import a_message, a_person, a_question, a_registration, an_erasure, an_event, an_upload
from tests.client import Client
from tests.conftest import Clock
from tests.registrations.conftest import MARIA, somebody
from tests.registrations.journey import mails, path_of, register, registrations, states
from tests.sink import Sink

CONFIRMED, CANCELLED, OFFERED = RegistrationState.CONFIRMED, RegistrationState.CANCELLED, RegistrationState.OFFERED


def pages(event: Event) -> str:
    return f"/organise/events/{event.slug}"


def erase(organiser: Client, registration: Registration) -> str:
    path = f"{pages(registration.event)}/registrations/{registration.id}/erase"
    return organiser.submit(organiser.get(path)).text


def asked(event: Event, **given: object) -> Erasure:
    erasure = an_erasure(a_registration(event, **given))
    db.session.commit()
    return erasure


def test_a_request_waits_on_the_events_page_with_its_last_day(organiser: Client, reader: Client, event: Event) -> None:
    asked(event)

    seen, by_reader = organiser.get(f"{pages(event)}/privacy").text, reader.get(f"{pages(event)}/privacy").text

    assert "Maria Petrova 1 March 2018 1 April 2018" in seen
    assert "I have changed my profession." in seen
    assert "I have changed my profession." not in by_reader
    assert "Erase …" not in by_reader


def test_a_request_that_waits_too_long_is_marked(organiser: Client, event: Event, moment: Clock) -> None:
    asked(event)
    moment.move(days=32)

    assert "1 April 2018 Overdue" in organiser.get(f"{pages(event)}/privacy").text


def test_erasing_frees_the_place_and_leaves_nobody(client: Client, organiser: Client, event: Event) -> None:
    for number in range(3):
        register(client, event, **somebody(number))
    first, *_ = registrations(event)
    path = path_of(first)

    page = erase(organiser, first)

    after = registrations(event)
    assert "Erased. The person is told by a last mail" in page
    assert [one.state for one in after] == [CANCELLED, CONFIRMED, OFFERED]
    assert [one.person.full_name for one in after] == ["Erased", "Ana Kovačb", "Ana Kovačc"]
    assert client.get(path).status == 404
    assert mails(event)[-1] == ("ana0@example.org", "erased")
    assert [one.step for one in audit.history(after[0])] == ["confirm", "cancel", "erase"]
    db.session.rollback()
    assert differences(clock.now()) == []


def test_erasing_takes_the_event_out_of_the_calendar_and_sends_nothing_else(
    client: Client, organiser: Client, event: Event
) -> None:
    register(client, event, **MARIA)

    erase(organiser, registrations(event)[0])

    queued = db.session.execute(select(Message.mail, Message.calendar_method, Message.state).order_by(Message.id)).all()
    assert [tuple(one) for one in queued] == [
        ("registrations/confirmation", "PUBLISH", MessageState.CANCELLED),
        ("registrations/cancellation", "CANCEL", MessageState.CANCELLED),
        ("privacy/erased", "CANCEL", MessageState.QUEUED),
    ]
    assert "METHOD:CANCEL" in db.session.scalars(select(Message.calendar).where(Message.is_last)).one().replace(
        "\r", ""
    )


def test_erasing_twice_is_erasing_once(organiser: Client, event: Event) -> None:
    erasure = asked(event)
    path = f"{pages(event)}/registrations/{erasure.registration_id}/erase"
    form = organiser.get(path)
    organiser.submit(form)

    again = organiser.submit(form)

    assert again.status == 200
    assert [one for one in mails(event) if one[1] == "erased"] == [(mails(event)[-1][0], "erased")]
    assert organiser.get(path).heading == "Erased"


def test_erasing_grants_the_request_that_waits(organiser: Client, event: Event) -> None:
    erasure = asked(event)

    erase(organiser, erasure.registration)

    db.session.refresh(erasure)
    assert (erasure.state, erasure.reason) == (ErasureState.DONE, "")
    assert "Nobody waits for an answer." in organiser.get(f"{pages(event)}/privacy").text


def test_declining_tells_the_person_why(client: Client, organiser: Client, event: Event) -> None:
    erasure = asked(event)
    path = f"{pages(event)}/privacy/requests/{erasure.id}/decline"

    empty = organiser.submit(organiser.get(path))
    organiser.submit(organiser.get(path), answer="The auditors need it until June.")

    db.session.refresh(erasure)
    assert empty.status == 422
    assert erasure.state is ErasureState.DECLINED
    message = db.session.scalars(select(Message).where(Message.mail == "privacy/erasure_declined")).one()
    assert "The organiser writes: The auditors need it until June." in message.text
    assert "declined: The auditors need it until June." in client.get(f"{path_of(erasure.registration)}/data").text


def test_a_request_that_was_answered_is_not_declined_any_more(organiser: Client, event: Event) -> None:
    erasure = asked(event)
    path = f"{pages(event)}/privacy/requests/{erasure.id}/decline"
    form = organiser.get(path)
    erase(organiser, erasure.registration)

    late = organiser.submit(form, answer="Too late, and kept.")

    assert late.status == 422
    assert late.forms[-1]["fields"]["answer"] == "Too late, and kept."
    assert organiser.get(path).heading == "Privacy"


def test_after_the_event_nothing_is_cancelled(organiser: Client, event: Event, moment: Clock) -> None:
    registration = asked(event).registration
    moment.move(days=60)

    erase(organiser, registration)

    assert states(event) == [CONFIRMED]
    assert event.pool.held == 1


def test_the_last_mail_arrives_and_its_own_words_go(organiser: Client, event: Event, sink: Sink) -> None:
    registration = asked(event).registration
    address = registration.person.email
    erase(organiser, registration)

    drain(MailQueue.PROMPT)

    assert sink.recipients == [address]
    assert str(sink.mails[0]["Subject"]) == f"Your data have been erased: {event.title}"
    [last] = db.session.scalars(select(Message).where(Message.is_last))
    assert (last.state, last.to_address, last.text, last.subject) == (MessageState.SENT, "", "", "")
    assert last.erased_at == clock.now()


def test_a_mail_on_its_way_is_neither_kept_nor_tried_again(organiser: Client, event: Event) -> None:
    person = a_person(email="maria.secret@example.org")
    id = a_message(event, person).id
    registration = a_registration(event, person)
    db.session.commit()
    held = claim(MailQueue.PROMPT)
    assert isinstance(held, Message)

    erase(organiser, registration)
    settle(Outcome(held, MessageStep.POSTPONE, Answer(450, "4.2.0 <maria.secret@example.org> busy")))

    message = db.session.get_one(Message, id)
    assert (message.state, message.last_error, message.to_address) == (MessageState.CANCELLED, "", "")
    assert db.session.scalars(select(Delivery.answer).where(Delivery.message_id == id)).all() == [""]


def test_an_erased_mail_cannot_be_sent_again(organiser: Client, event: Event) -> None:
    person = a_person()
    message = a_message(event, person, state=MessageState.FAILED)
    registration = a_registration(event, person)
    db.session.commit()
    erase(organiser, registration)

    page = organiser.get(f"{pages(event)}/mails/{message.id}")
    sent = organiser.post(f"{pages(event)}/mails/{message.id}/again")

    assert "Send again" not in page.text
    assert "What it said was erased." in page.text
    assert "This is no longer possible" in sent.text


def test_a_person_who_is_registered_elsewhere_stays_known_there(organiser: Client, app: Flask, event: Event) -> None:
    person = a_person()
    here, elsewhere = a_registration(event, person), a_registration(an_event(), person)
    db.session.commit()

    erase(organiser, here)

    db.session.refresh(elsewhere.person)
    assert (elsewhere.person.full_name, elsewhere.erased_at) == ("Мария Петрова", None)
    assert here.erased_at is not None


def test_the_page_of_one_who_is_erased_says_so_once_and_shows_no_empty_row(organiser: Client, event: Event) -> None:
    registration = a_registration(event, diet="vegan")
    db.session.commit()
    before = organiser.get(f"{pages(event)}/registrations/{registration.id}")
    erase(organiser, registration)

    page = organiser.get(f"{pages(event)}/registrations/{registration.id}")

    assert "Language of mails English" in before.text
    assert page.heading == "Erased"
    assert "All that told who this was has been erased, on 1 March 2018. What is left names no one." in page.text
    assert "<dd></dd>" not in page.html
    gone = ("Name in Latin letters", "E-mail", "Organisation", "Position", "Diet", "Language of mails")
    assert [label for label in gone if f"<dt>{label}</dt>" in page.html] == []
    assert "<dt>Country</dt>" in page.html


@pytest.mark.parametrize("page", ["", "?state=confirmed", "?search=petrova"])
def test_lists_say_erased_in_place_of_the_name(organiser: Client, event: Event, page: str, moment: Clock) -> None:
    registration = asked(event).registration
    an_upload(a_question(event, QuestionKind.FILE), registration)
    db.session.commit()
    moment.move(days=60)
    erase(organiser, registration)

    shown = organiser.get(f"{pages(event)}/registrations{page}").text

    assert "Petrova" not in shown.replace("petrova", "")
    assert ("Erased" in shown) is (page != "?search=petrova")
