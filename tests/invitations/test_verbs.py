"""What organisers and the system do with invitations, and what is refused."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from ranevents.core import clock, tokens
from ranevents.core.audit import PERSON, SYSTEM
from ranevents.core.db import db
from ranevents.core.errors import DomainError, Refused
from ranevents.core.links import LinkOver
from ranevents.events.models import Capacity, Event
from ranevents.events.states import EventState
from ranevents.invitations import queries, service, substitute_service
from ranevents.invitations.models import GuestOrigin, Invitation
from ranevents.invitations.refusal_service import SubstituteKnown
from ranevents.invitations.service import Asked
from ranevents.invitations.states import InvitationState, SubstituteState
from ranevents.invitations.substitute_service import Proposed
from ranevents.mailing.models import Message
from ranevents.people.models import Person
from ranevents.people.service import Particulars
from ranevents.registrations.service import Answers
from ranevents.registrations.states import RegistrationState
from tests.builders import a_guest, a_person, a_registration, a_substitute, an_event, an_invitation
from tests.conftest import Clock

IVAN = Proposed("Иван", "Колев", "ivan@example.org", "Municipality of Plovdiv", "Deputy")


@pytest.fixture
def event(app: Flask) -> Event:
    """By invitation only, one place."""
    return an_event(is_open=False, is_by_invitation=True, needs_approval=True, capacity=1)


def in_two_weeks(**given: object) -> Asked:
    return Asked(**{"capacity": Capacity.SPEAKER, "answer_by": clock.now() + timedelta(days=14), **given})  # type: ignore[arg-type]


def answers(person: Person, **given: str) -> Answers:
    told = {name: getattr(person, name) for name in Particulars.__dataclass_fields__}
    return Answers(Particulars(**{**told, **given}), "", "", False, False)


def accept(invitation: Invitation, **given: str) -> None:
    service.accept(invitation, answers(invitation.person, **given), submission_id=tokens.secret(), by=PERSON)


def mails(event: Event) -> list[tuple[str, str]]:
    query = select(Message).where(Message.event_id == event.id).order_by(Message.id)
    return [(one.to_address, one.mail) for one in db.session.scalars(query)]


def test_whoever_is_asked_stands_on_the_guest_list_and_gets_one_mail(event: Event) -> None:
    person = a_person(email="maria@example.org")

    invitation = service.draft(event, person, in_two_weeks(note="It was good to meet you."), by=SYSTEM)
    assert mails(event) == []
    service.send(invitation, by=SYSTEM)

    assert queries.guest(event, person) is not None
    assert mails(event) == [("maria@example.org", "invitations/invitation")]
    [mail] = db.session.scalars(select(Message))
    assert "It was good to meet you." in mail.text
    assert "as a speaker" in mail.text


def test_standing_on_the_guest_list_twice_is_standing_there_once(event: Event) -> None:
    person = a_person()

    first = service.add_guest(event, person, GuestOrigin.IMPORTED)
    again = service.add_guest(event, person, GuestOrigin.ENTERED)

    assert (again.id, again.origin) == (first.id, GuestOrigin.IMPORTED)


def test_nobody_is_asked_twice_at_once(event: Event) -> None:
    invitation = an_invitation(event)

    with pytest.raises(service.AskedBefore):
        service.draft(event, invitation.person, in_two_weeks(), by=SYSTEM)


def test_nobody_is_asked_who_is_registered(event: Event) -> None:
    registration = a_registration(event)

    with pytest.raises(service.RegisteredBefore):
        service.draft(event, registration.person, in_two_weeks(), by=SYSTEM)


@pytest.mark.parametrize("days", [-1, 0, 60])
def test_the_date_lies_in_the_future_and_before_the_event(event: Event, days: int) -> None:
    with pytest.raises(service.NoSuchDate):
        service.draft(event, a_person(), in_two_weeks(answer_by=clock.now() + timedelta(days=days)), by=SYSTEM)


def test_an_event_that_is_not_published_sends_nothing(app: Flask) -> None:
    invitation = service.draft(an_event(state=EventState.DRAFT), a_person(), in_two_weeks(), by=SYSTEM)

    with pytest.raises(service.NotAsking):
        service.send(invitation, by=SYSTEM)


def test_accepting_gives_a_place_without_approval_though_the_event_is_not_open(event: Event) -> None:
    invitation = an_invitation(event, capacity=Capacity.OBSERVER)

    accept(invitation, position="Mayor")

    registration = invitation.registration
    assert registration is not None
    assert (registration.state, registration.capacity) == (RegistrationState.CONFIRMED, Capacity.OBSERVER)
    assert (registration.person_id, registration.person.position) == (invitation.person_id, "Mayor")
    assert [mail for _to, mail in mails(event)] == ["registrations/confirmation"]


def test_who_accepts_when_all_places_are_taken_waits(event: Event) -> None:
    a_registration(event)
    invitation = an_invitation(event)

    accept(invitation)

    assert invitation.registration is not None
    assert invitation.registration.state is RegistrationState.WAITLISTED


def test_the_same_form_twice_is_one_registration_another_form_is_refused(event: Event) -> None:
    invitation = an_invitation(event)
    form = {"submission_id": tokens.secret(), "by": PERSON}

    first = service.accept(invitation, answers(invitation.person), **form)  # type: ignore[arg-type]
    again = service.accept(invitation, answers(invitation.person), **form)  # type: ignore[arg-type]

    assert first is again
    with pytest.raises(service.AnsweredBefore):
        accept(invitation)


def test_a_forwarded_invitation_cannot_register_someone_else(event: Event) -> None:
    invitation = an_invitation(event)
    other = {"given_name": "Ivan", "family_name": "Kolev", "latin_given_name": "Ivan", "latin_family_name": "Kolev"}

    with pytest.raises(service.SomebodyElse) as refused:
        accept(invitation, **other)

    assert refused.value.field == "given_name"
    assert "secretariat@example.org" in str(refused.value)
    assert invitation.state is InvitationState.SENT


def test_a_new_address_is_taken_and_the_old_one_is_told(event: Event) -> None:
    invitation = an_invitation(event, a_person(email="old@example.org", address_failed_at=clock.now()))

    accept(invitation, email="new@example.org")

    assert invitation.person.address_failed_at is None
    told = [("new@example.org", "registrations/confirmation"), ("old@example.org", "registrations/address_changed")]
    assert mails(event) == told


def test_the_last_instant_of_the_date_still_counts(event: Event, moment: Clock) -> None:
    invitation, late = an_invitation(event), an_invitation(event)

    moment.at = invitation.answer_by
    accept(invitation)
    moment.move(seconds=1)

    with pytest.raises(service.TooLate):
        service.decline(late, by=PERSON)


def test_a_reminder_goes_out_once_for_each_occasion_and_only_to_the_silent(event: Event) -> None:
    silent, bounced = an_invitation(event), an_invitation(event, bounced_at=clock.now())

    told = [service.remind(silent, occasion=occasion, by=SYSTEM) for occasion in ("rule:3", "rule:3", "rule:1")]

    assert told == [True, False, True]
    assert not service.remind(bounced, occasion="rule:3", by=SYSTEM)
    assert [mail for _to, mail in mails(event)] == ["invitations/reminder"] * 2


def test_more_time_also_after_the_date(event: Event, moment: Clock) -> None:
    invitation = an_invitation(event)
    moment.move(days=15)
    service.expire(invitation, at=moment())
    assert invitation.state is InvitationState.EXPIRED

    service.extend(invitation, moment() + timedelta(days=7), by=SYSTEM)

    assert invitation.state is InvitationState.SENT
    assert [mail for _to, mail in mails(event)] == ["invitations/more_time"]


def test_what_is_not_over_does_not_expire(event: Event, moment: Clock) -> None:
    invitation = an_invitation(event)

    service.expire(invitation, at=invitation.answer_by)

    assert invitation.state is InvitationState.SENT


@pytest.mark.parametrize(("tell", "sent"), [(True, ["invitations/withdrawn"]), (False, [])])
def test_withdrawing_with_or_without_a_notice(event: Event, tell: bool, sent: list[str]) -> None:
    invitation = an_invitation(event)
    substitute = a_substitute(invitation)

    service.revoke(invitation, by=SYSTEM, tell=tell)

    assert [mail for _to, mail in mails(event)] == sent
    assert substitute.state is SubstituteState.REFUSED
    with pytest.raises(Refused):
        accept(invitation)


def test_asking_again_makes_older_links_void(event: Event) -> None:
    invitation = an_invitation(event, state=InvitationState.DECLINED, reason="No time", answer_by=clock.now())
    old = invitation.link.sign()

    service.ask_again(invitation, clock.now() + timedelta(days=3), by=SYSTEM)

    assert (invitation.state, invitation.reason) == (InvitationState.SENT, "")
    with pytest.raises(LinkOver):
        queries.by_link(old, at=clock.now())
    assert queries.by_link(invitation.link.sign(), at=clock.now()) is invitation


def test_a_corrected_address_gets_the_invitation_with_a_new_link(event: Event) -> None:
    person = a_person(email="wrong@example.org", address_failed_at=clock.now())
    invitation = an_invitation(event, person, bounced_at=clock.now())

    service.correct_address(invitation, "right@example.org", by=SYSTEM)

    assert (invitation.link_version, invitation.is_silent, person.address_failed_at) == (2, True, None)
    assert mails(event) == [("right@example.org", "invitations/invitation")]


def test_a_substitute_is_nobody_until_an_organiser_approves(event: Event) -> None:
    invitation = an_invitation(event, a_person(email="maria@example.org"), allows_substitute=True)
    substitute = substitute_service.propose(invitation, IVAN, by=PERSON)
    assert mails(event) == []

    theirs = substitute_service.approve(substitute, by=SYSTEM)

    assert (invitation.state, theirs.state) == (InvitationState.DECLINED, InvitationState.SENT)
    assert (theirs.person.latin_name, theirs.person.country) == ("Ivan Kolev", invitation.person.country)
    guest = queries.guest(event, theirs.person)
    assert guest is not None
    assert guest.origin is GuestOrigin.SUBSTITUTE
    assert mails(event) == [
        ("maria@example.org", "invitations/substitute_approved"),
        ("ivan@example.org", "invitations/invitation"),
    ]


@pytest.mark.parametrize("name", [("Иван", "Колев"), ("Ivan", "Kolev-Petrov")])
def test_a_substitute_whom_the_event_knows_is_that_person(event: Event, name: tuple[str, str]) -> None:
    invitation = an_invitation(event, allows_substitute=True)
    given = dict(zip(("given_name", "family_name"), name, strict=True))
    a_guest(event, person := a_person(email="Ivan@example.org", latin_given_name="", latin_family_name="", **given))
    a_guest(event, a_person(email="ivan@example.org", given_name="Elena"))

    theirs = substitute_service.approve(substitute_service.propose(invitation, IVAN, by=PERSON), by=SYSTEM)

    assert theirs.person is person


def test_somebody_else_at_the_same_address_is_not_the_substitute(event: Event) -> None:
    invitation = an_invitation(event, allows_substitute=True)
    a_guest(event, person := a_person(email="ivan@example.org", given_name="Elena", family_name="Kolev"))

    theirs = substitute_service.approve(substitute_service.propose(invitation, IVAN, by=PERSON), by=SYSTEM)

    assert theirs.person is not person


@pytest.mark.parametrize("known", [an_invitation, a_registration])
def test_a_substitute_who_is_asked_or_registered_is_refused(event: Event, known: Callable[..., object]) -> None:
    invitation = an_invitation(event, allows_substitute=True)
    known(event, a_person(email="ivan@example.org", given_name="Иван", family_name="Колев"))
    substitute = substitute_service.propose(invitation, IVAN, by=PERSON)

    with pytest.raises(SubstituteKnown, match="Иван Колев has been invited"):
        substitute_service.approve(substitute, by=SYSTEM)

    assert (substitute.state, invitation.state) == (SubstituteState.PROPOSED, InvitationState.SENT)


def test_a_refused_substitute_leaves_the_invitation_as_it_is(event: Event) -> None:
    invitation = an_invitation(event, a_person(email="maria@example.org"), allows_substitute=True)

    substitute_service.refuse(substitute_service.propose(invitation, IVAN, by=PERSON), by=SYSTEM)

    assert invitation.state is InvitationState.SENT
    assert mails(event) == [("maria@example.org", "invitations/substitute_refused")]


@pytest.mark.parametrize(
    "prepare",
    [
        lambda invitation: setattr(invitation, "allows_substitute", False),
        a_substitute,
        lambda invitation: service.decline(invitation, by=PERSON),
    ],
)
def test_nobody_is_proposed_where_it_is_not_allowed(event: Event, prepare: Callable[[Invitation], object]) -> None:
    invitation = an_invitation(event, allows_substitute=True)
    prepare(invitation)

    with pytest.raises(DomainError):
        substitute_service.propose(invitation, IVAN, by=PERSON)


def test_who_comes_after_all_needs_no_substitute(event: Event) -> None:
    invitation = an_invitation(event, allows_substitute=True)
    substitute = substitute_service.propose(invitation, IVAN, by=PERSON)

    accept(invitation)

    assert substitute.state is SubstituteState.REFUSED
    assert [mail for _to, mail in mails(event)] == ["registrations/confirmation"]
    with pytest.raises(Refused):
        substitute_service.approve(substitute, by=SYSTEM)
