"""Asking many: looked at first, sent once, with what stands against it told."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from ranevents.accounts.models import Role, User
from ranevents.core import audit, clock
from ranevents.core.audit import SYSTEM
from ranevents.core.db import db
from ranevents.events import service as event_service
from ranevents.events.models import Capacity, Event
from ranevents.events.states import EventState
from ranevents.invitations import ask_service, guest_queries
from ranevents.invitations.guest_lists import SENT_AT_ONCE, GuestsAsked
from ranevents.invitations.models import Invitation, Reminder, ReminderRule
from ranevents.invitations.states import InvitationState, SubstituteState
from ranevents.mailing.models import Message
from tests.builders import (
    a_guest,
    a_message,
    a_person,
    a_registration,
    a_reminder_rule,
    a_substitute,
    a_user,
    an_event,
    an_invitation,
)
from tests.client import Client, Page
from tests.conftest import Clock
from tests.queue import work_off
from tests.statements import count_statements

SENT, DRAFT, REVOKED = InvitationState.SENT, InvitationState.DRAFT, InvitationState.REVOKED


@pytest.fixture
def event(app: Flask) -> Event:
    event = an_event()
    db.session.commit()
    return event


@pytest.fixture
def editor(event: Event) -> User:
    user = a_user(Role.EDITOR, event, email="elena@example.org")
    db.session.commit()
    return user


@pytest.fixture
def organiser(app: Flask, editor: User) -> Client:
    return Client(app, editor)


def guests(event: Event, number: int) -> None:
    for one in range(number):
        a_guest(event, a_person(email=f"guest{one}@example.org", latin_family_name=f"Guest{one:03}"))
    db.session.commit()


def asked(event: Event, deed: str = "ask", query: str = "which=all") -> str:
    return f"/organise/events/{event.slug}/guests/{deed}?{query}"


def page_of(event: Event, invitation: Invitation, rest: str = "") -> str:
    return f"/organise/events/{event.slug}/invitations/{invitation.id}{rest}"


def invitations(event: Event) -> list[Invitation]:
    db.session.expire_all()
    return list(db.session.scalars(select(Invitation).where(Invitation.event_id == event.id).order_by(Invitation.id)))


def mails(event: Event) -> list[tuple[str, str]]:
    query = select(Message).where(Message.event_id == event.id).order_by(Message.id)
    return [(one.to_address, one.mail) for one in db.session.scalars(query)]


def look(organiser: Client, event: Event, **fields: Any) -> Page:
    return organiser.submit(organiser.get(asked(event)), deed="look", **fields)


def test_a_list_is_asked_after_each_mail_was_looked_at(organiser: Client, event: Event) -> None:
    guests(event, 3)

    preview = look(organiser, event, note="Please come.\n<b>Bold</b> {{ 7 * 7 }}", capacity="speaker")
    second = organiser.submit(preview, recipient="2")
    assert mails(event) == []
    assert invitations(event) == []
    done = organiser.submit(second, deed="send")

    assert preview.heading == "Invite 3 people"
    assert "Mail 1 of 3" in preview.text
    assert "&lt;guest0@example.org&gt;" in preview.html
    assert "&lt;guest1@example.org&gt;" in second.html
    assert "&lt;b&gt;Bold&lt;/b&gt; {{ 7 * 7 }}" in second.html
    assert "[personal link]" in second.text
    assert "/i/" not in second.html
    assert mails(event) == [(f"guest{one}@example.org", "invitations/invitation") for one in range(3)]
    assert {one.capacity for one in invitations(event)} == {Capacity.SPEAKER}
    assert "The invitations are on their way to 3 people." in done.text


def test_what_is_looked_at_is_what_is_sent(organiser: Client, event: Event) -> None:
    guests(event, 1)

    preview = look(organiser, event, note="Please come.")
    organiser.submit(preview, deed="send")

    [message] = db.session.scalars(select(Message).where(Message.event_id == event.id))
    shown = re.search(r"(?s)<pre[^>]*>(.*?)</pre>", preview.html)
    assert shown is not None
    words = re.sub(r"personal-link:[0-9A-Z]+", "", message.text).split()
    assert re.sub(r"<em>.*?</em>", "", shown[1]).replace("&#39;", "'").split() == words


def test_a_mail_is_looked_at_in_a_frame_that_holds_it_alone_and_its_links_lead_nowhere(
    organiser: Client, event: Event
) -> None:
    a_guest(event, a_person(email="marie@example.org", language="fr"))
    db.session.commit()
    page = look(organiser, event, note="<script>alert(1)</script>")

    path = f"/organise/events/{event.slug}/guests/ask/mail"
    shown = organiser.http.post(path, data={**page.forms[-1]["fields"], "recipient": "1"})
    mail = shown.get_data(as_text=True)

    assert 'formtarget="mail-body"' in page.html
    assert "frame-src 'self'" in page.response.headers["Content-Security-Policy"]
    policy = shown.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert policy.endswith("frame-ancestors 'self'; sandbox")
    assert '<html lang="fr"' in mail
    assert 'href="#"' in mail
    assert "<script" not in mail
    assert "/i/" not in mail
    assert invitations(event) == []
    assert organiser.post(path).status == 400


def test_the_usual_date_is_in_two_weeks_and_never_after_the_beginning(
    organiser: Client, event: Event, moment: Clock
) -> None:
    guests(event, 1)
    usual = organiser.get(asked(event))
    moment.at = event.begins_at - timedelta(days=3)
    late = look(organiser, event)
    organiser.submit(late, deed="send")

    assert 'value="2018-03-15T' in usual.html
    [invitation] = invitations(event)
    assert moment.at < invitation.answer_by < event.begins_at


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"answer_by": "2018-02-01T10:00"}, "This is over already. Please choose a later time."),
        ({"answer_by": "2018-04-05T10:00"}, "The event has begun by then. Please choose an earlier time."),
        ({"answer_by": "2018-03-25T03:30"}, "This time does not exist at the event's place"),
        ({"answer_by": "soon"}, "Please give a day and a time"),
        ({"answer_by": "99999-01-01T10:00"}, "Please give a day and a time"),
        ({"when": "later"}, "Please say when the mails go out."),
        ({"when": "later", "send_at": "2018-01-01T10:00"}, "This is over already. Please choose a later time."),
        ({"when": "later", "send_at": "2018-04-01T10:00"}, "The mails must go out before the last time for an answer."),
        ({"capacity": "king"}, "Not a valid choice"),
        ({"note": "x" * 2001}, "Please use 2000 characters at most."),
    ],
)
def test_what_is_wrong_is_told_and_nothing_typed_is_lost(
    organiser: Client, event: Event, fields: dict[str, str], told: str
) -> None:
    guests(event, 1)

    page = look(organiser, event, **{"note": "We met in Sofia.", **fields})

    assert page.status == 422
    assert told in page.text
    assert fields.get("note", "We met in Sofia.") in page.html
    assert organiser.submit(page, deed="send", **fields).status == 422
    assert invitations(event) == []


def test_nothing_typed_is_lost_on_the_way_back(organiser: Client, event: Event) -> None:
    guests(event, 2)
    typed = {"note": "We met.", "capacity": "observer", "when": "later", "send_at": "2018-03-02T10:00"}

    back = organiser.submit(look(organiser, event, **typed, allows_substitute="y"), deed="write")

    fields = back.forms[-1]["fields"]
    assert {name: fields[name].strip() for name in typed} == typed
    assert fields["allows_substitute"]


def test_what_stands_against_it_is_told_before_anything_is_sent(organiser: Client, event: Event) -> None:
    an_invitation(event, a_person(latin_family_name="Asked"))
    a_registration(event, a_guest(event, a_person(latin_family_name="Registered")).person)
    a_guest(event, a_person(latin_family_name="Failed", address_failed_at=clock.now()))
    for name in ("One", "Two"):
        a_guest(event, a_person(latin_family_name=name, email="office@example.org"))
    db.session.commit()

    page = organiser.get(asked(event))

    assert page.heading == "Invite 2 people"
    assert "3 people are left out" in page.text
    for why in (
        "Has been invited already: No answer yet.",
        "Is registered already.",
        "Mail to this address came back. Please correct the address first.",
        "Several of those chosen have this address: each gets a mail of their own there.",
    ):
        assert why in page.text


def test_a_copy_goes_to_oneself_and_opens_nothing(organiser: Client, event: Event) -> None:
    guests(event, 2)

    page = organiser.submit(look(organiser, event, note="Please come."), deed="copy")

    [copy] = db.session.scalars(select(Message))
    assert (copy.to_address, copy.links) == ("elena@example.org", {})
    assert "Please come." in copy.text
    assert "A copy is on its way to elena@example.org." in page.text
    assert invitations(event) == []


def test_the_same_form_twice_asks_once(organiser: Client, event: Event) -> None:
    guests(event, 2)
    preview = look(organiser, event)

    organiser.submit(preview, deed="send")
    again = organiser.submit(preview, deed="send")

    assert len(mails(event)) == 2
    assert len(invitations(event)) == 2
    assert "None of those that you chose can be invited now." in again.text


def test_foreign_guests_are_not_asked(organiser: Client, event: Event) -> None:
    foreign = a_guest(an_event())
    guests(event, 1)
    preview = look(organiser, event)

    organiser.submit(preview, deed="send", ids=f"{foreign.id},{preview.forms[-1]['fields']['ids']}")

    assert [one.event_id for one in db.session.scalars(select(Invitation))] == [event.id]


def test_a_filter_that_is_not_understood_chooses_nobody(organiser: Client, event: Event) -> None:
    guests(event, 1)

    page = organiser.get(asked(event, query="which=all&country=XX"))

    assert page.heading == "Guest list"
    assert "A filter was not understood, so nobody was chosen." in page.text


def test_many_are_left_to_a_job_and_each_is_asked_once(
    organiser: Client, event: Event, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    guests(event, SENT_AT_ONCE + 5)

    done = organiser.submit(look(organiser, event), deed="send")
    assert f"on their way to {SENT_AT_ONCE + 5} people" in done.text
    assert mails(event) == []
    work_off(app, monkeypatch, "invitations")

    assert len(set(mails(event))) == len(mails(event)) == SENT_AT_ONCE + 5
    assert {one.state for one in invitations(event)} == {SENT}


def test_many_are_planned_by_as_many_statements_as_few(organiser: Client, event: Event) -> None:
    counted = []
    for number in (4, 40):
        guests(event, number)
        preview = look(organiser, event, when="later", send_at="2018-03-02T10:00")
        with count_statements() as sent:
            organiser.submit(preview, deed="send", follow=False)
        counted.append(len(sent))

    assert counted[0] == counted[1]
    assert {(one.state, one.send_at is None) for one in invitations(event)} == {(DRAFT, False)}
    assert len(invitations(event)) == 44
    assert [entry.step for entry in audit.history(invitations(event)[0])] == ["draft"]


def test_a_draft_event_asks_nobody_now(app: Flask) -> None:
    event = an_event(state=EventState.DRAFT)
    organiser = Client(app, a_user(Role.EDITOR, event))
    guests(event, 1)

    page = organiser.submit(look(organiser, event), deed="send")

    assert page.status == 422
    assert "This event invites nobody now" in page.text
    assert invitations(event) == []


def test_a_selection_is_reminded_once_and_only_the_silent(organiser: Client, event: Event) -> None:
    an_invitation(event, a_person(email="silent@example.org"))
    an_invitation(event, bounced_at=clock.now())
    an_invitation(event, state=InvitationState.DECLINED)
    a_guest(event)
    db.session.commit()

    page = organiser.get(asked(event, "remind"))
    organiser.submit(page)
    organiser.submit(page)

    assert page.heading == "Remind 1 person?"
    assert "3 people are left out" in page.text
    assert mails(event) == [("silent@example.org", "invitations/reminder")]
    assert len(db.session.scalars(select(Reminder)).all()) == 1


def test_many_are_reminded_in_one_order_whatever_the_list_is_sorted_by(event: Event) -> None:
    """So two who remind the same people never wait for each other (decision 0002)."""
    for name in ("Adam", "Berg", "Cole"):
        an_invitation(event, a_person(latin_family_name=name))
    falling = GuestsAsked(is_descending=True)
    rows = guest_queries.rows(event, guest_queries.ids(event, falling))
    held = [row.invitation.id for row in rows if row.invitation]
    assert held != sorted(held)

    ask_service.remind(rows, occasion="hand:1", by=SYSTEM)

    reminded = db.session.scalars(select(Reminder.invitation_id).order_by(Reminder.id)).all()
    assert reminded == sorted(held)


# One invitation


def test_one_person_is_reminded_by_hand_once_a_day(organiser: Client, event: Event, moment: Clock) -> None:
    invitation = an_invitation(event, a_person(email="silent@example.org"))
    db.session.commit()
    address = page_of(event, invitation)

    for hours in (0, 23, 1):
        moment.move(hours=hours)
        page = organiser.post(f"{address}/remind")

    assert page.status == 200
    assert mails(event) == [("silent@example.org", "invitations/reminder")] * 2


def test_who_knows_the_address_of_a_substitute_is_named_before_they_are_invited(
    organiser: Client, event: Event
) -> None:
    an_invitation(event, a_person(email="office@example.org", given_name="Zoë", family_name="Bee"))
    invitation = an_invitation(event, allows_substitute=True)
    a_substitute(invitation, email="Office@example.org")
    db.session.commit()

    assert "This address is known already: Zoë Bee." in organiser.get(page_of(event, invitation)).text


def test_an_invitation_is_withdrawn_without_a_notice(organiser: Client, event: Event) -> None:
    invitation = an_invitation(event)
    db.session.commit()

    organiser.submit(organiser.get(page_of(event, invitation, "/withdraw")), tells=None, reason="")

    assert [one.state for one in invitations(event)] == [REVOKED]
    assert mails(event) == []


def test_an_invitation_is_withdrawn_with_a_notice_and_asked_again(organiser: Client, event: Event) -> None:
    invitation = an_invitation(event, a_person(email="maria@example.org"))
    db.session.commit()

    organiser.submit(organiser.get(page_of(event, invitation, "/withdraw")), reason="The panel has changed.")
    organiser.submit(organiser.get(page_of(event, invitation, "/ask-again")))

    assert mails(event) == [
        ("maria@example.org", "invitations/withdrawn"),
        ("maria@example.org", "invitations/invitation"),
    ]
    assert [(one.state, one.link_version) for one in invitations(event)] == [(SENT, 2)]


def test_more_time_is_given_also_after_the_date(organiser: Client, event: Event) -> None:
    invitation = an_invitation(
        event, state=InvitationState.EXPIRED, answer_by=clock.now() - timedelta(days=1), sent_at=clock.now()
    )
    db.session.commit()

    page = organiser.submit(organiser.get(page_of(event, invitation, "/more-time")), answer_by="2018-03-20T18:00")

    assert "There is more time." in page.text
    assert [one.state for one in invitations(event)] == [SENT]


def test_an_address_is_corrected_and_the_invitation_sent_again(organiser: Client, event: Event) -> None:
    person = a_person(email="wrong@example.org", address_failed_at=clock.now())
    invitation = an_invitation(event, person, bounced_at=clock.now())
    db.session.commit()

    organiser.submit(organiser.get(page_of(event, invitation, "/address")), email="right@example.org")

    [one] = invitations(event)
    assert (one.person.email, one.person.address_failed_at, one.bounced_at) == ("right@example.org", None, None)
    assert mails(event) == [("right@example.org", "invitations/invitation")]


def test_an_address_that_somebody_else_has_is_a_question_and_no_refusal(organiser: Client, event: Event) -> None:
    invitation = an_invitation(event, a_person(email="wrong@example.org"))
    other = a_guest(event, a_person(email="office@example.org", latin_family_name="Office")).person
    a_guest(an_event(), a_person(email="office@example.org", latin_family_name="Unseen"))
    db.session.commit()

    asked = organiser.submit(organiser.get(page_of(event, invitation, "/address")), email="Office@example.org")
    twice = organiser.submit(asked, email="office@example.org", who=str(other.id), follow=False)
    db.session.expire_all()
    assert invitation.person.email == "wrong@example.org"
    shared = organiser.submit(asked, email="office@example.org", who="new")

    assert asked.status == 422
    assert "This address is known already. Please say whose it is." in asked.text
    assert "Office" in asked.text
    assert "Unseen" not in asked.text
    assert twice.response.location.endswith(f"/organise/people/{invitation.person_id}/merge/{other.id}")
    assert "The address is corrected." in shared.text
    assert mails(event) == [("office@example.org", "invitations/invitation")]


def test_a_substitute_is_invited_or_not(organiser: Client, event: Event) -> None:
    taken = a_substitute(an_invitation(event, allows_substitute=True))
    refused = a_substitute(an_invitation(event, allows_substitute=True))
    db.session.commit()

    for one, deed in ((taken, "approve"), (refused, "refuse")):
        organiser.post(f"/organise/events/{event.slug}/invitations/substitutes/{one.id}/{deed}")

    db.session.expire_all()
    assert (taken.state, refused.state) == (SubstituteState.APPROVED, SubstituteState.REFUSED)
    assert len(invitations(event)) == 3


def test_every_proposal_of_many_can_be_reached(organiser: Client, event: Event) -> None:
    for _number in range(51):
        a_substitute(an_invitation(event, allows_substitute=True))
    db.session.commit()
    path = f"/organise/events/{event.slug}/invitations"

    first, second = organiser.get(path), organiser.get(f"{path}?page=2")

    assert "51 substitutes await your decision" in first.text
    assert f"{path}?page=2" in first.html
    assert [page.text.count("in place of") for page in (first, second)] == [50, 1]


# Figures


def test_the_figures_lead_to_the_lists_that_they_count(organiser: Client, event: Event) -> None:
    an_invitation(event, a_person(country="RO"))
    an_invitation(event, a_person(country="RO"), state=InvitationState.DECLINED)
    an_invitation(event, a_person(country="FR"), bounced_at=clock.now())
    an_invitation(event, state=DRAFT)
    a_substitute(an_invitation(event))
    a_guest(event)
    db.session.commit()

    page = organiser.get(f"/organise/events/{event.slug}/invitations")

    assert "1 substitute awaits your decision" in page.text
    links = re.findall(r'href="([^"]+)" aria-label="([^"]+): (\d+)"', page.html)
    told = {label: int(number) for _address, label, number in links}
    assert told["In all, Asked"] == 4
    assert told["In all, Mail came back"] == 1
    assert told["In all, Not sent yet"] == 1
    assert told["In all, Not invited"] == 1
    assert told["Romania, Answered"] == 1
    for address, label, number in links:
        found = organiser.get(address.replace("&amp;", "&")).text
        assert re.search(rf"\b{number} (person|people)\b", found), label


def test_reminder_rules_are_added_once_and_removed(organiser: Client, event: Event) -> None:
    path = f"/organise/events/{event.slug}/invitations"

    organiser.submit(organiser.get(path), days_before="3")
    twice = organiser.submit(organiser.get(path), days_before="3")
    [rule] = db.session.scalars(select(ReminderRule))
    removed = organiser.post(f"{path}/rules/{rule.id}/remove")

    assert rule.days_before == 3
    assert "There is a reminder so many days before already." in twice.text
    assert "The reminder is removed." in removed.text
    assert db.session.scalars(select(ReminderRule)).all() == []


# The event changes


def test_a_cancelled_event_withdraws_what_is_open_and_tells_who_was_asked(event: Event) -> None:
    an_invitation(event, a_person(email="silent@example.org"))
    an_invitation(event, state=DRAFT)
    an_invitation(event, state=InvitationState.DECLINED)
    db.session.commit()

    event_service.cancel(event, reason="A storm.", by=SYSTEM)
    db.session.commit()

    assert [one.state for one in invitations(event)] == [REVOKED, REVOKED, InvitationState.DECLINED]
    assert mails(event) == [("silent@example.org", "invitations/withdrawn")]


def test_an_event_that_begins_earlier_takes_no_answer_after_its_beginning(event: Event) -> None:
    late, early = (an_invitation(event, answer_by=clock.now() + timedelta(days=days)) for days in (30, 5))
    db.session.commit()
    details = event.details

    event_service.edit(
        event,
        replace(
            details,
            first_on=details.first_on - timedelta(days=14),
            last_on=details.last_on - timedelta(days=14),
            registration_closes_at=details.registration_opens_at + timedelta(days=10),
        ),
        version=event.version,
        tells=False,
        by=SYSTEM,
    )
    db.session.commit()

    db.session.expire_all()
    assert late.answer_by == event.begins_at
    assert early.answer_by < event.begins_at
    capped = [one.details for one in audit.history(event) if one.step == "cap_answer_dates"]
    assert capped == [{"invitations": "1"}]
    assert {one.state for one in invitations(event)} == {SENT}


def test_one_invitation_takes_the_same_statements_whatever_happened_to_it(organiser: Client, event: Event) -> None:
    invitation = an_invitation(event)
    a_message(event, invitation.person)
    db.session.commit()
    counted = []
    for _turn in range(2):
        db.session.expire_all()
        with count_statements() as sent:
            organiser.get(page_of(event, invitation))
        counted.append(len(sent))
        for _one in range(20):
            a_message(event, invitation.person)
            an_invitation(event)
        db.session.commit()

    assert counted[0] == counted[1]


def test_the_figures_take_the_same_statements_for_ten_and_for_a_thousand(organiser: Client, event: Event) -> None:
    path = f"/organise/events/{event.slug}/invitations"
    a_reminder_rule(event)
    counted = []
    for number in (10, 990):
        for _one in range(number):
            an_invitation(event)
        db.session.commit()
        db.session.expire_all()
        with count_statements() as sent:
            organiser.get(path)
        counted.append(len(sent))

    assert counted[0] == counted[1]
