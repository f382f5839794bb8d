"""The mail log, as an organiser uses it."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from ranevents.accounts import mails as account_mails
from ranevents.accounts.models import Role
from ranevents.core import audit, tokens
from ranevents.core.db import db, unit_of_work
from ranevents.events.models import Event
from ranevents.mailing import queries
from ranevents.mailing.delivery import claim, drain
from ranevents.mailing.models import MailQueue, Message
from ranevents.mailing.states import MessageState
from tests.builders import a_message, a_person, a_registration, a_user, an_event
from tests.client import Client
from tests.mailing.letters import outcome, post
from tests.sink import Sink


@pytest.fixture
def event(app: Flask, sink: Sink) -> Event:
    with unit_of_work():
        return an_event()


def signed_in(app: Flask, event: Event, role: Role) -> Client:
    with unit_of_work():
        user = a_user(role, event)
    return Client(app, user)


def path(event: Event, rest: str = "") -> str:
    return f"/organise/events/{event.slug}/mails{rest}"


def copies(message: Message) -> list[Message]:
    """What was sent again of a message, oldest first."""
    db.session.expire_all()
    return list(
        db.session.scalars(select(Message).where(Message.key.startswith(message.key + ":again:")).order_by(Message.id))
    )


def test_a_reader_sees_what_was_sent_and_what_failed(app: Flask, event: Event, sink: Sink) -> None:
    sink.behaviour = lambda to: "550 no such mailbox" if to.startswith("gone") else None
    post("gone@example.org", to_name="Ђорђе Ђорђевић", event_id=event.id)
    post("ana@example.org", to_name="Ana", event_id=event.id)
    drain(MailQueue.PROMPT)

    page = signed_in(app, event, Role.READER).get(path(event))

    assert page.heading == "Mail log"
    assert "All (2) Sent (1) Failed (1)" in page.text
    assert page.text.index("ana@example.org") < page.text.index("gone@example.org")
    assert queries.undelivered(event) == {MessageState.FAILED: 1}


@pytest.mark.parametrize("search", ["Dordevic", "djordjevic", "Ђорђ", "gone@example", "GONE"])
def test_a_recipient_is_found_by_name_in_any_spelling_and_by_address(app: Flask, event: Event, search: str) -> None:
    post("gone@example.org", to_name="Ђорђе Ђорђевић", event_id=event.id)
    post("ana@example.org", to_name="Ana", event_id=event.id)

    page = signed_in(app, event, Role.READER).get(path(event, f"?search={search}"))

    assert ("gone@example.org" in page.text, "ana@example.org" in page.text) == (True, False)


def test_the_log_is_filtered_by_state_and_paged(app: Flask, event: Event) -> None:
    for number in range(51):
        post(f"p{number}@example.org", event_id=event.id)

    client = signed_in(app, event, Role.READER)

    assert "p0@example.org" in client.get(path(event, "?state=queued&page=2")).text
    assert "No mail was found" in client.get(path(event, "?state=failed")).text


def test_a_mail_is_shown_as_sent_but_without_its_links(app: Flask, event: Event, sink: Sink) -> None:
    message = post(event_id=event.id, to_name="<b>Ana</b>", context={"name": "<script>x</script>"})
    drain(MailQueue.PROMPT)

    page = signed_in(app, event, Role.READER).get(path(event, f"/{message.id}"))

    assert page.heading == "A note"
    assert "Good day &lt;script&gt;x&lt;/script&gt;, [personal link]" in page.text
    assert "Sent 250 OK, queued as 1" in page.text
    assert tokens.Link("registration", "42", 1).sign() not in page.html
    assert "personal-link:" not in page.html
    assert not [form for form in page.forms if "again" in form["action"]]


def test_a_failed_mail_is_tried_anew(app: Flask, event: Event, sink: Sink) -> None:
    sink.behaviour = lambda to: "550 no such mailbox" if sink.asked[to] == 1 else None
    message = post(event_id=event.id, links={})
    drain(MailQueue.PROMPT)
    client = signed_in(app, event, Role.EDITOR)

    page = client.submit(client.get(path(event, f"/{message.id}")))
    drain(MailQueue.PROMPT)

    assert "will be sent again" in page.text
    assert outcome(message) == ("sent", 1, "")
    assert [mail["Message-ID"] for mail in sink.mails] == [message.message_id]
    assert [entry.step for entry in audit.history(message)] == ["send_again"]


def test_a_mail_that_was_sent_goes_out_again_as_a_mail_of_its_own(app: Flask, event: Event, sink: Sink) -> None:
    message = post(event_id=event.id, links={})
    drain(MailQueue.PROMPT)
    client = signed_in(app, event, Role.EDITOR)

    client.submit(client.get(path(event, f"/{message.id}")))
    drain(MailQueue.PROMPT)
    client.submit(client.get(path(event, f"/{copies(message)[0].id}")))
    drain(MailQueue.PROMPT)

    ids = [mail["Message-ID"] for mail in sink.mails]
    assert ids == [message.message_id, *(copy.message_id for copy in copies(message))]
    assert len(set(ids)) == 3
    assert {one.get_body(("plain",)).get_content() for one in sink.mails} == {  # type: ignore[union-attr]
        sink.mails[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    }


def test_the_button_pressed_twice_sends_one_copy(app: Flask, event: Event, sink: Sink) -> None:
    message = post(event_id=event.id, links={})
    drain(MailQueue.PROMPT)
    client = signed_in(app, event, Role.EDITOR)
    shown = client.get(path(event, f"/{message.id}"))

    pages = [client.submit(shown) for _press in range(2)]
    drain(MailQueue.PROMPT)

    assert [page.status for page in pages] == [200, 200]
    assert len(copies(message)) == 1
    assert len(sink.mails) == 2
    assert [entry.step for entry in audit.history(message)] == ["send_again"]


@pytest.mark.parametrize("state", [MessageState.SENT, MessageState.FAILED])
def test_a_mail_whose_link_was_replaced_is_not_sent_again(
    app: Flask, event: Event, sink: Sink, state: MessageState
) -> None:
    with unit_of_work():
        registration = a_registration(event)
        link = {"path": "/r/", "purpose": "registration", "record": registration.reference, "version": 1}
        links = {"personal-link:X": {**link, "for_a_while": False}}
        message = a_message(event, registration.person, state=state, links=links)
    client = signed_in(app, event, Role.EDITOR)
    before = client.get(path(event, f"/{message.id}"))
    with unit_of_work():
        registration.link_version += 1

    after = client.get(path(event, f"/{message.id}"))
    refused = client.submit(before)

    assert ("Send again" in before.text, "Send again" in after.text) == (True, False)
    assert "a personal link in it is no longer good" in after.text
    assert (refused.status, "a personal link in it is no longer good" in refused.text) == (409, True)
    assert (outcome(message)[0], copies(message)) == (state, [])


def administrator(app: Flask) -> Client:
    with unit_of_work():
        user = a_user(is_administrator=True)
    return Client(app, user)


def test_an_administrator_sees_that_an_invitation_did_not_arrive(app: Flask, sink: Sink) -> None:
    sink.behaviour = lambda to: "550 no such mailbox"
    client = administrator(app)
    client.submit(client.get("/organise/organisers"), email="vera@example.org", name="Vera")
    drain(MailQueue.PROMPT)

    organisers = client.get("/organise/organisers")
    log = client.get("/organise/mails")
    message = db.session.scalars(select(Message)).one()
    shown = client.get(f"/organise/mails/{message.id}")

    assert re.search(r"Vera vera@example\.org .{1,80} Never .{5,80} Failed", organisers.text), organisers.text
    assert "All (1) Failed (1)" in log.text
    assert "no such mailbox" in shown.text
    assert "Send again" not in shown.text


def test_a_mail_with_a_link_that_sets_a_password_is_never_sent_again(app: Flask, sink: Sink) -> None:
    client = administrator(app)
    with unit_of_work():
        account_mails.forgotten(a_user())
    drain(MailQueue.PROMPT)
    message = db.session.scalars(select(Message)).one()

    page = client.post(f"/organise/mails/{message.id}/again")

    assert page.status == 409
    assert (outcome(message), len(sink.mails)) == (("sent", 1, ""), 1)


def test_a_mail_to_an_organiser_without_such_a_link_can_be_sent_again(app: Flask, sink: Sink) -> None:
    client = administrator(app)
    with unit_of_work():
        account_mails.password_changed(a_user())
    drain(MailQueue.PROMPT)
    message = db.session.scalars(select(Message)).one()

    client.submit(client.get(f"/organise/mails/{message.id}"))
    drain(MailQueue.PROMPT)

    assert [outcome(copy) for copy in copies(message)] == [("sent", 1, "")]
    assert len(sink.mails) == 2


def test_the_log_of_mails_to_organisers_holds_no_mail_about_an_event(app: Flask, event: Event) -> None:
    about_event = post("maria@example.org", event_id=event.id)
    client = administrator(app)

    assert "maria@example.org" not in client.get("/organise/mails").text
    assert client.get(f"/organise/mails/{about_event.id}").status == 404
    assert client.post(f"/organise/mails/{about_event.id}/again").status == 404


def test_a_queued_mail_can_be_kept_from_going_out(app: Flask, event: Event, sink: Sink) -> None:
    message = post(event_id=event.id)
    client = signed_in(app, event, Role.EDITOR)

    client.submit(client.get(path(event, f"/{message.id}")))
    drain(MailQueue.PROMPT)

    assert outcome(message) == ("cancelled", 0, "")
    assert sink.taken == []
    assert [entry.step for entry in audit.history(message)] == ["cancel"]


@pytest.mark.parametrize("verb", ["again", "cancel"])
def test_a_mail_that_is_being_sent_is_left_alone(app: Flask, event: Event, sink: Sink, verb: str) -> None:
    message = post(event_id=event.id)
    client = signed_in(app, event, Role.EDITOR)
    client.get(path(event, f"/{message.id}"))
    claim(MailQueue.PROMPT)

    page = client.post(path(event, f"/{message.id}/{verb}"))

    assert page.status == 409
    assert outcome(message) == ("sending", 1, "")
    assert db.session.query(Message).count() == 1


@pytest.mark.parametrize("verb", ["again", "cancel"])
def test_a_reader_can_not_send_or_stop_mails(app: Flask, event: Event, verb: str) -> None:
    message = post(event_id=event.id)

    page = signed_in(app, event, Role.READER).post(path(event, f"/{message.id}/{verb}"))

    assert page.status == 403
    assert outcome(message) == ("queued", 0, "")


def test_a_mail_of_another_event_is_nowhere(app: Flask, event: Event) -> None:
    with unit_of_work():
        other = an_event()
    of_other, of_no_event = post(event_id=other.id), post()
    client = signed_in(app, event, Role.OWNER)

    statuses = [client.get(path(event, f"/{message.id}")).status for message in (of_other, of_no_event)]
    statuses += [client.post(path(event, f"/{of_other.id}/{verb}")).status for verb in ("again", "cancel")]

    assert statuses == [404] * 4
    assert outcome(of_other) == ("queued", 0, "")


def test_the_mails_of_one_person_are_those_about_this_event(app: Flask, event: Event) -> None:
    with unit_of_work():
        person, other = a_person(), an_event()
    first, second = (post(event_id=event.id, person_id=person.id) for _nth in range(2))
    post(event_id=other.id, person_id=person.id)

    assert [message.id for message in queries.of_person(event, person.id)] == [second.id, first.id]


@pytest.mark.parametrize(
    "query", ["search=%00", "search=%27%26%28", "search=%25_", "page=99999999999999999999", "page=x", "state=lost"]
)
def test_whatever_stands_in_the_address_the_log_answers(app: Flask, event: Event, query: str) -> None:
    page = signed_in(app, event, Role.READER).get(path(event, f"?{query}"))

    assert (page.status, page.heading) == (200, "Mail log")


def test_a_number_that_no_mail_can_have_is_nowhere(app: Flask, event: Event) -> None:
    assert signed_in(app, event, Role.READER).get(path(event, "/99999999999999999999")).status == 404
