"""What became of those who were asked: replaced, accepted and gone since, asked again; told apart wherever it is told."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from ranevents.accounts.models import Role
from ranevents.core import clock
from ranevents.core.audit import SYSTEM
from ranevents.core.db import db
from ranevents.events.models import Event
from ranevents.invitations import guest_queries, service, substitute_service
from ranevents.invitations.guest_lists import Standing
from ranevents.invitations.models import Invitation
from ranevents.invitations.states import InvitationState
from ranevents.mailing.models import Message
from ranevents.privacy import erasure_service
from ranevents.registrations import service as registering
from ranevents.registrations.states import RegistrationState
from tests.builders import a_person, a_registration, a_substitute, a_user, an_event, an_invitation
from tests.client import Client, Page
from tests.conftest import Clock

ACCEPTED, DECLINED, SENT = InvitationState.ACCEPTED, InvitationState.DECLINED, InvitationState.SENT


@pytest.fixture
def event(app: Flask) -> Event:
    event = an_event()
    db.session.commit()
    return event


@pytest.fixture
def organiser(app: Flask, event: Event) -> Client:
    client = Client(app, a_user(Role.EDITOR, event))
    db.session.commit()
    return client


def path(event: Event, rest: str = "") -> str:
    db.session.commit()
    return f"/organise/events/{event.slug}{rest}"


def page_of(invitation: Invitation, rest: str = "") -> str:
    return path(invitation.event, f"/invitations/{invitation.id}{rest}")


def replaced(event: Event) -> tuple[Invitation, Invitation]:
    """Somebody who was invited, and who comes in their place."""
    invitation = an_invitation(event, a_person(latin_family_name="Before"), allows_substitute=True)
    return invitation, substitute_service.approve(a_substitute(invitation), by=SYSTEM)


def accepted(event: Event, state: RegistrationState = RegistrationState.CONFIRMED) -> Invitation:
    registration = a_registration(event, a_person(email="maria@example.org"), state=state)
    return an_invitation(event, registration.person, state=ACCEPTED, registration=registration)


def figures(page: Page) -> dict[str, int]:
    told = re.findall(r'aria-label="In all, ([^"]+): (\d+)"', page.html)
    return {label: int(number) for label, number in told}


def test_who_is_replaced_is_counted_apart_from_who_declined(organiser: Client, event: Event) -> None:
    invitation, theirs = replaced(event)
    an_invitation(event, state=DECLINED)

    followed = figures(organiser.get(path(event, "/invitations")))
    listed = organiser.get(path(event, "/guests?standing=substituted"))
    one, other = organiser.get(page_of(invitation)), organiser.get(page_of(theirs))
    person = organiser.get(f"/organise/people/{invitation.person_id}")

    assert followed == {
        "Asked": 3, "Answered": 2, "Declined": 1, "Replaced by a substitute": 1, "No answer yet": 1
    }  # fmt: skip
    assert "Before, " in listed.text
    assert "1 person" in listed.text
    assert "Replaced by a substitute" in one.text
    assert "Invitation declined" not in one.text
    assert f'href="{page_of(theirs)}">Invited in their place: Иван Колев' in one.html
    assert f'href="{page_of(invitation)}">Invited in place of' in other.html
    assert "Replaced by a substitute" in person.text


@pytest.mark.parametrize("state", [DECLINED, InvitationState.EXPIRED])
def test_who_was_replaced_after_saying_no_or_nothing_is_replaced(event: Event, state: InvitationState) -> None:
    substitute_service.approve(a_substitute(invitation := an_invitation(event, state=state)), by=SYSTEM)

    assert guest_queries.standings([invitation]) == {invitation.id: Standing.SUBSTITUTED}


def test_who_was_replaced_and_declines_when_asked_again_has_declined(event: Event, moment: Clock) -> None:
    invitation, _theirs = replaced(event)
    moment.move(hours=1)

    service.ask_again(invitation, invitation.answer_by, by=SYSTEM)
    silent = guest_queries.standings([invitation])
    service.decline(invitation, by=SYSTEM)

    assert silent == {invitation.id: Standing.SILENT}
    assert guest_queries.standings([invitation]) == {invitation.id: Standing.DECLINED}


@pytest.mark.parametrize("state", [RegistrationState.CANCELLED, RegistrationState.REJECTED, RegistrationState.LAPSED])
def test_who_accepted_and_no_longer_comes_is_told_apart(
    organiser: Client, event: Event, state: RegistrationState
) -> None:
    accepted(event)
    gone = accepted(event, state)

    followed = figures(organiser.get(path(event, "/invitations")))
    overview = organiser.get(path(event, "/overview"))

    assert followed == {"Asked": 2, "Answered": 2, "Accepted": 1, "Accepted, no longer coming": 1}
    assert "Accepted, no longer coming" in organiser.get(page_of(gone)).text
    assert "Accepted 1 Accepted, no longer coming 1 Declined 0" in overview.text
    assert f'href="{path(event, "/guests?standing=no_longer_coming")}"' in overview.html


def test_who_accepted_and_no_longer_comes_is_asked_again_and_may_accept_anew(
    app: Flask, organiser: Client, event: Event
) -> None:
    invitation = accepted(event)
    registering.cancel(invitation.registration, by=SYSTEM)  # type: ignore[arg-type]
    former = invitation.registration

    organiser.submit(organiser.get(page_of(invitation, "/ask-again")))
    db.session.expire_all()
    person = Client(app)
    person.submit(person.get(f"/i/{invitation.link.sign()}/register"), has_read_notice="y")

    db.session.expire_all()
    assert invitation.link_version == 2
    assert invitation.state is ACCEPTED
    assert invitation.registration is not None
    assert invitation.registration is not former
    assert invitation.registration.state.is_live


def test_who_accepted_and_comes_is_not_asked_again(organiser: Client, event: Event) -> None:
    invitation = accepted(event)
    db.session.commit()

    assert "Ask again" not in organiser.get(page_of(invitation)).text
    assert organiser.get(page_of(invitation, "/ask-again"), follow=False).status == 303
    refused = organiser.post(page_of(invitation, "/ask-again"), answer_by="2018-03-20T10:00")

    assert refused.status == 422
    assert "This person is registered for the event already." in refused.text
    db.session.expire_all()
    assert invitation.state is ACCEPTED


def test_nobody_who_is_asked_again_has_less_time_than_was_promised(organiser: Client, event: Event) -> None:
    invitation = an_invitation(event, state=DECLINED, answer_by=clock.now() + timedelta(days=20))

    proposed = organiser.get(page_of(invitation, "/ask-again"))
    refused = organiser.submit(proposed, answer_by="2018-03-05T10:00")
    done = organiser.submit(proposed)

    assert 'value="2018-03-21T' in proposed.html
    assert refused.status == 422
    assert "Please choose a date that is not before the one that stands." in refused.text
    assert "The person is asked again." in done.text


def test_more_time_is_proposed_only_after_the_date_that_stands(organiser: Client, event: Event) -> None:
    invitation = an_invitation(event, answer_by=clock.now() + timedelta(days=20))

    assert 'value="2018-03-21T' in organiser.get(page_of(invitation, "/more-time")).html


def test_a_withdrawal_says_that_it_ends_a_proposal(organiser: Client, event: Event) -> None:
    invitation = an_invitation(event, allows_substitute=True)
    a_substitute(invitation)

    asked = organiser.get(page_of(invitation, "/withdraw"))
    organiser.submit(asked)

    assert "Иван Колев was proposed in place of" in asked.text
    [mail] = db.session.scalars(select(Message).where(Message.mail == "invitations/withdrawn"))
    told = "With it ends your proposal of somebody in your place: they are not invited either."
    assert told in mail.text
    assert told in mail.html
    assert "Колев" not in mail.text


def test_the_time_to_send_is_no_optional_field_and_its_error_stands_beside_it(organiser: Client, event: Event) -> None:
    an_invitation(event, state=InvitationState.REVOKED)

    form = organiser.get(path(event, "/guests/ask?which=all"))
    wrong = organiser.submit(form, when="later", deed="look")

    label = re.search(r'<label[^>]*for="send_at"[^>]*>(.*?)</label>', form.html)
    assert label is not None
    assert "optional" not in label[1]
    assert "Needed only where the mails go out later." in form.text
    assert wrong.status == 422
    beside = re.search(r'id="send_at-error">(.*?)</div>', wrong.html, re.DOTALL)
    assert beside is not None
    assert beside[1].count("Please say when the mails go out.") == 1


def test_a_link_after_erasure_says_so_and_not_whose_it_was(app: Flask, event: Event) -> None:
    invitation = an_invitation(event)
    link = f"/i/{invitation.link.sign()}"
    erasure_service.erase_guest(event, invitation.person, by=SYSTEM)
    db.session.commit()

    page = Client(app).get(link)

    assert page.status == 404
    assert "What it led to has been erased since" in page.text
    assert "cut short" not in page.text
    assert "cut short" in Client(app).get(link[:-3]).text


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (SENT, "Correct it when you accept, or write to"),
        (DECLINED, "Something is wrong? Write to"),
        (ACCEPTED, "Correct it behind the personal link of your registration"),
    ],
)
def test_where_wrong_data_are_corrected_depends_on_the_answer(
    app: Flask, event: Event, state: InvitationState, told: str
) -> None:
    invitation = accepted(event) if state is ACCEPTED else an_invitation(event, state=state)
    db.session.commit()

    assert told in Client(app).get(f"/i/{invitation.link.sign()}/data").text
