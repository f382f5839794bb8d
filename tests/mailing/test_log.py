"""The mail log, as an organiser uses it."""

import pytest
from flask import Flask

from ranevents.accounts.models import Role
from ranevents.core import audit, tokens
from ranevents.core.db import db, unit_of_work
from ranevents.events.models import Event
from ranevents.mailing import queries
from ranevents.mailing.delivery import claim, drain
from ranevents.mailing.models import MailQueue, Message
from tests.builders import a_person, a_user, an_event
from tests.client import Client
from tests.mailing.letters import outcome, post, stored
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


def sent_again(message: Message) -> Message:
    return stored(f"{message.key}:again:1")


def test_a_reader_sees_what_was_sent_and_what_failed(app: Flask, event: Event, sink: Sink) -> None:
    sink.behaviour = lambda to: "550 no such mailbox" if to.startswith("gone") else None
    post("gone@example.org", to_name="Ђорђе Ђорђевић", event_id=event.id)
    post("ana@example.org", to_name="Ana", event_id=event.id)
    drain(MailQueue.PROMPT)

    page = signed_in(app, event, Role.READER).get(path(event))

    assert page.heading == "Mails"
    assert "All (2) Sent (1) Failed (1)" in page.text
    assert page.text.index("ana@example.org") < page.text.index("gone@example.org")
    assert queries.failed_count(event) == 1


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
    message = post(event_id=event.id)
    drain(MailQueue.PROMPT)
    client = signed_in(app, event, Role.EDITOR)

    page = client.submit(client.get(path(event, f"/{message.id}")))
    drain(MailQueue.PROMPT)

    assert "will be sent again" in page.text
    assert outcome(message) == ("sent", 1, "")
    assert [mail["Message-ID"] for mail in sink.mails] == [message.message_id]
    assert [entry.step for entry in audit.history(message)] == ["send_again"]


def test_a_mail_that_was_sent_goes_out_again_as_a_mail_of_its_own(app: Flask, event: Event, sink: Sink) -> None:
    message = post(event_id=event.id)
    drain(MailQueue.PROMPT)
    client = signed_in(app, event, Role.EDITOR)

    client.submit(client.get(path(event, f"/{message.id}")))
    drain(MailQueue.PROMPT)
    client.submit(client.get(path(event, f"/{sent_again(message).id}")))
    drain(MailQueue.PROMPT)

    third = stored(f"{message.key}:again:2")
    ids = [mail["Message-ID"] for mail in sink.mails]
    assert ids == [message.message_id, sent_again(message).message_id, third.message_id]
    assert len(set(ids)) == 3
    assert {one.get_body(("plain",)).get_content() for one in sink.mails} == {  # type: ignore[union-attr]
        sink.mails[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    }


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

    assert (page.status, page.heading) == (200, "Mails")


def test_a_number_that_no_mail_can_have_is_nowhere(app: Flask, event: Event) -> None:
    assert signed_in(app, event, Role.READER).get(path(event, "/99999999999999999999")).status == 404
